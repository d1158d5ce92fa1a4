"""From what a researcher types to codes: regions and indicators, with the nearest names for a mistake."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

import pandas as pd

from pipeline.research import MonitorError
from pipeline.research.words import INDICATOR_WORDS, KIND_WORDS
from pipeline.schemas import INDICATOR_UNITS

_NEAREST = 5


def region_code(asked: str, regions: pd.DataFrame, *, kinds: Sequence[str] = ()) -> str:
    """The code of a region given by code, area key or name.

    Parameters
    ----------
    asked : "GM0505", "drechtsteden" or "Dordrecht"; capitals do not matter in a name
    regions : as stored by tidy
    kinds : region types that may be meant; none given: all

    Raises
    ------
    MonitorError
        An unknown region (lists the nearest names), or a name that several regions share (lists their codes).
    """
    known = regions[regions["region_type"].isin(kinds)] if kinds else regions
    asked = str(asked).strip()
    if (known["region_code"] == asked).any():
        return asked
    named = known[known["region_name"].str.casefold() == asked.casefold()]
    if len(named) == 1:
        return str(named["region_code"].iloc[0])
    if len(named) > 1:
        options = ", ".join(f"{r.region_code} ({KIND_WORDS[r.region_type]})" for r in named.itertuples())
        raise MonitorError(f"{len(named)} regions are called {asked!r}: {options}. Give the code.")
    raise MonitorError(
        f"There is no region {asked!r}; nearest: {_nearest_regions(asked, known)}. "
        "monitor.regions() lists all of them."
    )


def region_codes(asked: str | Iterable[str] | None, regions: pd.DataFrame) -> list[str] | None:
    """Codes of one or several regions, in the order given; None stays None (all regions)."""
    if asked is None:
        return None
    wanted = [asked] if isinstance(asked, str) else list(asked)
    if not wanted:
        raise MonitorError("No regions given; leave regions out for all of them.")
    return list(dict.fromkeys(region_code(one, regions) for one in wanted))


def indicator_name(asked: str) -> str:
    """The indicator, checked.

    Raises
    ------
    MonitorError
        An unknown indicator; lists the nearest names, by code and by Dutch title.
    """
    if asked in INDICATOR_UNITS:
        return asked
    titles = {words.title.casefold(): code for code, words in INDICATOR_WORDS.items()}
    if str(asked).casefold() in titles:
        return titles[str(asked).casefold()]
    near = difflib.get_close_matches(
        str(asked).casefold(), [*INDICATOR_UNITS, *titles], n=_NEAREST, cutoff=0.4
    )
    names = list(dict.fromkeys(titles.get(name, name) for name in near)) or list(INDICATOR_UNITS)
    raise MonitorError(
        f"There is no indicator {asked!r}; nearest: {', '.join(names)}. monitor.indicators() lists them all."
    )


def wanted_years(years: int | tuple[int, int] | Iterable[int] | None) -> set[int] | None:
    """Years asked for: one year, a pair (first, last) as a tuple, a list of years, or None for all.

    Raises
    ------
    MonitorError
        A pair in the wrong order.
    """
    if years is None:
        return None
    if isinstance(years, int):
        return {years}
    if isinstance(years, tuple) and len(years) == 2:
        first, last = years
        if first > last:
            raise MonitorError(f"years=({first}, {last}) ends before it starts; give (first, last).")
        return set(range(first, last + 1))
    return {int(year) for year in years}


def _nearest_regions(asked: str, regions: pd.DataFrame) -> str:
    names = dict(zip(regions["region_name"].str.casefold(), regions["region_code"], strict=True))
    names |= {code.casefold(): code for code in regions["region_code"]}
    near = difflib.get_close_matches(asked.casefold(), list(names), n=_NEAREST, cutoff=0.4)
    codes = list(dict.fromkeys(names[name] for name in near))
    if not codes:
        codes = regions["region_code"].head(_NEAREST).tolist()
    labels = regions.set_index("region_code")["region_name"]
    return ", ".join(f"{code} ({labels[code]})" for code in codes)
