"""Regions by the names that people have for them: codes, names, and those of gemeenten that are gone."""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral

import pandas as pd

from pipeline import vocabulary
from pipeline.errors import MonitorError, MonitorWarning

_NEAREST = 5
#: Names that people use and CBS does not.
_COMMON = {"Den Haag": "GM0518", "Den Bosch": "GM0796", "Friesland": "PV21", "NL": "NL01", "Holland": "NL01"}
_BRACKETS = re.compile(r"\s*\([^)]*\)$")


def plain(text: str) -> str:
    """A name without capitals, accents, spaces and signs."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


@dataclass(frozen=True, eq=False)
class RegionNames:
    """Regions found by code, key or name, now or before a merger.

    regions : the stored table of regions
    changes : old_code, old_name, abolished_on, gm_code, share (of the residents) of gemeenten that are gone
    """

    regions: pd.DataFrame
    changes: pd.DataFrame

    @functools.cached_property
    def labels(self) -> pd.Series:
        """Name of each region, index region_code."""
        return self.regions.set_index("region_code")["region_name"]

    @functools.cached_property
    def kinds(self) -> pd.Series:
        """Kind of each region, index region_code."""
        return self.regions.set_index("region_code")["region_type"]

    @functools.cached_property
    def known(self) -> dict[str, list[str]]:
        """Codes by plain name."""
        found = defaultdict(list)
        words = vocabulary.words("region_type", "nl")
        for row in self.regions.itertuples():
            found[plain(row.region_name)].append(row.region_code)
            found[plain(row.region_name + words[row.region_type])].append(row.region_code)
        for row in self.regions.itertuples():
            short = plain(_BRACKETS.sub("", row.region_name))
            if row.region_code not in found[short] and _BRACKETS.search(row.region_name):
                found[short].append(row.region_code)
        for name, code in _COMMON.items():
            if code in self.labels.index and code not in found[plain(name)]:
                found[plain(name)].append(code)
        found |= {plain(code): [code] for code in self.regions["region_code"]}
        return {name: codes for name, codes in found.items() if codes}

    @functools.cached_property
    def _gone(self) -> dict[str, str]:
        old = self.changes.drop_duplicates("old_code")
        names = dict(zip(old["old_name"].fillna("").map(plain), old["old_code"], strict=True))
        return names | dict(zip(old["old_code"].map(plain), old["old_code"], strict=True))

    def code(self, asked: object, kinds: Sequence[str] = ()) -> str:
        """The code of a region; of a gemeente that is gone the one where most of its residents live, with a warning.

        Raises
        ------
        MonitorError
            An unknown region (lists the nearest names), or a name that several regions share (lists their codes).
        """
        name = plain(self.text(asked))
        codes = [one for one in self.known.get(name, []) if not kinds or self.kinds[one] in kinds]
        if len(codes) == 1:
            return codes[0]
        if codes:
            options = ", ".join(f"{one} ({self.labels[one]}, {self.kinds[one]})" for one in codes)
            raise MonitorError(f"{len(codes)} regions are called {asked!r}: {options}. Give the code.")
        if self._gone.get(name, "") and (not kinds or "gemeente" in kinds):
            return self._successor(self._gone[name])
        raise MonitorError(
            f"There is no region {asked!r}; nearest: {self.nearest(name, kinds)}. "
            "Monitor.regions() lists all of them, and so does the command regions."
        )

    def codes(self, asked: str | Iterable[str]) -> list[str]:
        """Codes of one or several regions, in the order given, each once."""
        wanted = [asked] if isinstance(asked, (str, int)) or not isinstance(asked, Iterable) else list(asked)
        if not wanted:
            raise MonitorError("No regions given; leave regions out for all of them.")
        return list(dict.fromkeys(self.code(one) for one in wanted))

    def text(self, asked: object) -> str:
        """What was asked as text; a whole number below 10 000 is the code of a gemeente."""
        if isinstance(asked, str):
            bare = re.fullmatch(r"\s*(\d{1,4})\s*", asked)
            return f"GM{int(bare[1]):04d}" if bare else asked
        if isinstance(asked, Integral) and not isinstance(asked, bool) and 0 < asked < 10_000:
            return f"GM{int(asked):04d}"
        raise MonitorError(
            f"Region {asked!r} is {type(asked).__name__}; give a code, key or name such as 'GM0505'."
        )

    def nearest(self, name: str, kinds: Sequence[str] = ()) -> str:
        """Codes and names that are spelt much like a plain name."""
        near = difflib.get_close_matches(name, [*self.known, *self._gone], n=3 * _NEAREST, cutoff=0.5)
        found = []
        for match in near:
            here = [one for one in self.known.get(match, []) if not kinds or self.kinds[one] in kinds]
            found += [f"{one} ({self.labels[one]})" for one in here]
            found += [f"{self._gone[match]} (gone)"] if match in self._gone else []
        return ", ".join(list(dict.fromkeys(found))[:_NEAREST]) or "none"

    def current(self, codes: Iterable[object], year: int | None) -> pd.DataFrame:
        """Successors of codes; see ``Monitor.current``."""
        listed = [codes] if isinstance(codes, (str, int)) else list(codes)
        rows = [row for asked in dict.fromkeys(listed) for row in self._parts(asked, year)]
        columns = ["asked", "region_code", "region_name", "share", "gone_since", "source"]
        return pd.DataFrame(rows, columns=columns)

    def _parts(self, asked: object, year: int | None) -> list[tuple]:
        name = plain(self.text(asked))
        # in a year before a merger an old name is the old gemeente, also where the new one took the name
        old = self._gone.get(name) if name not in self.known or year is not None else None
        parts = self.changes[self.changes["old_code"] == old]
        gone = parts["abolished_on"].iloc[0] if len(parts) else pd.NaT
        if old and year is not None and pd.notna(gone) and gone.year <= year:
            if name not in self.known:
                raise MonitorError(f"{asked} was gone in {year}: it was abolished on {gone:%Y-%m-%d}.")
            parts = parts.iloc[:0]
        if parts.empty:
            code = self.code(asked)
            source = self.regions.set_index("region_code").loc[code, "source"]
            return [(asked, code, self.labels[code], 1.0, "", source)]
        day = "" if pd.isna(gone) else f"{gone:%Y-%m-%d}"
        return [
            (asked, row.gm_code, self.labels.get(row.gm_code, row.gm_name), float(row.share), day, row.source)
            for row in parts.itertuples()
        ]

    def _successor(self, old: str) -> str:
        parts = self.changes[self.changes["old_code"] == old].sort_values("share", kind="stable")
        last = parts.iloc[-1]
        part = "" if len(parts) == 1 else f", where {last['share']:.0%} of its residents live,"
        warnings.warn(
            f"{last['old_name']} ({old}) is gone; {last['gm_name']} ({last['gm_code']}){part} is given. "
            "Monitor.current() gives all parts.",
            MonitorWarning,
            stacklevel=2,
        )
        return str(last["gm_code"])
