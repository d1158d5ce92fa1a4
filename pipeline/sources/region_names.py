"""Names of regions as people write them -> the publisher's codes. Every join after this is on code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

import pandas as pd

from pipeline.sources.errors import ContentError

_SUFFIX = re.compile(r"\s*\([^()]*\)$")


def name_key(name: str) -> str:
    """A name without what spellings differ in: capitals, accents, hyphens, apostrophes, footnote marks."""
    text = unicodedata.normalize("NFKD", str(name)).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r"[*¹²³]+$|\s\d\)$", "", text.strip())
    text = re.sub(r"[-'’`/]", " ", text)
    return " ".join(text.split())


@dataclass(frozen=True)
class RegionNameIndex:
    """Spellings of names, each with one code.

    codes : key of a spelling -> code; a spelling that two codes could mean is in ``ambiguous``
    """

    codes: dict[str, str]
    ambiguous: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def build(cls, names: pd.DataFrame, spellings: dict[str, str]) -> RegionNameIndex:
        """A book from the names that a pull holds, and the spellings of the settings.

        Parameters
        ----------
        names : columns name, code, is_current; a name that a current and an abolished code bear belongs to
            the current one
        spellings : other spellings -> code; these go before everything
        """
        found: dict[str, set[str]] = {}
        for current in (True, False):
            here: dict[str, set[str]] = {}
            for row in names[names["is_current"] == current].itertuples():
                for spelling in {row.name, _SUFFIX.sub("", row.name)}:
                    here.setdefault(name_key(spelling), set()).add(row.code)
            found = here | found
        given = {name_key(name): code for name, code in spellings.items()}
        return cls(
            codes={key: next(iter(codes)) for key, codes in found.items() if len(codes) == 1} | given,
            ambiguous={k: sorted(codes) for k, codes in found.items() if len(codes) > 1 and k not in given},
        )

    def code(self, name: str) -> str | None:
        """The code of a name; text that was decoded wrongly is put right first. None when it is unknown."""
        for spelling in (name, _decoded_again(name)):
            if spelling and name_key(spelling) in self.codes:
                return self.codes[name_key(spelling)]
        return None

    def map(self, names: pd.Series) -> pd.Series:
        """Codes of names.

        Raises
        ------
        ContentError
            When a name is unknown or could be two gemeenten: a name is never dropped.
        """
        unique = {name: self.code(name) for name in names.unique()}
        unknown = sorted(name for name, code in unique.items() if code is None)
        if unknown:
            double = [n for n in unknown if name_key(n) in self.ambiguous]
            raise ContentError(
                f"{len(unknown)} region name(s) are unknown or could be two regions, e.g. {unknown[:3]}"
                + (f" ({double[0]}: {self.ambiguous[name_key(double[0])]})" if double else ""),
                next_step="Add the spelling with its code to pipeline/sources/uwv_columns.yaml.",
            )
        return names.map(unique)


def _decoded_again(name: str) -> str:
    """UTF-8 that was read as cp1252 ("SÃºdwest"), read as it was meant."""
    try:
        return name.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
