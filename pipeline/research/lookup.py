"""From what a researcher types to codes: regions and indicators, with the nearest names for a mistake."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from numbers import Integral, Real

import pandas as pd

from pipeline.research import MonitorError
from pipeline.research.words import INDICATOR_WORDS, KIND_WORDS, title_of
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
    if not isinstance(asked, str):
        raise MonitorError(
            f"Region {asked!r} is {_kind_of(asked)}; give text: a code, area key or name, such as "
            f"{_as_code(asked)!r}. monitor.regions() lists all of them."
        )
    asked = asked.strip()
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
    wanted = list(asked) if isinstance(asked, Iterable) and not isinstance(asked, str) else [asked]
    if not wanted:
        raise MonitorError(
            "No regions given; leave regions out for all of them.", "Kies ten minste één gebied."
        )
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
    word = str(asked).strip().casefold()
    if word in titles:
        return titles[word]
    names = [f"{code} ({title_of(code)})" for code in _nearest_indicators(word, titles)]
    raise MonitorError(
        f"There is no indicator {asked!r}; nearest: {', '.join(names)}. monitor.indicators() lists them all."
    )


def _nearest_indicators(word: str, titles: dict[str, str]) -> list[str]:
    """Codes whose title starts with the word, then those that hold it, then those spelt much like it."""
    starts = [code for title, code in titles.items() if word and title.startswith(word)]
    holds = [code for title, code in titles.items() if word and (word in title or word in code)]
    near = difflib.get_close_matches(word, [*INDICATOR_UNITS, *titles], n=_NEAREST, cutoff=0.4)
    found = [*starts, *holds, *(titles.get(name, name) for name in near)] or list(INDICATOR_UNITS)
    return list(dict.fromkeys(found))[:_NEAREST]


def wanted_years(years: int | tuple[int, int] | Iterable[int] | None) -> set[int] | None:
    """Years asked for: one year, a pair (first, last) as a tuple, a list of years, or None for all.

    Raises
    ------
    MonitorError
        What is no whole number, an empty list, or a pair in the wrong order.
    """
    if years is None:
        return None
    if isinstance(years, str) or not isinstance(years, Iterable):
        return {whole_year(years, "years")}
    listed = [whole_year(year, "years") for year in years]
    if not listed:
        raise MonitorError("No years given; leave years out for all of them.")
    if isinstance(years, tuple) and len(listed) == 2:
        first, last = listed
        if first > last:
            raise MonitorError(f"years=({first}, {last}) ends before it starts; give (first, last).")
        return set(range(first, last + 1))
    return set(listed)


def whole_year(year: object, name: str) -> int:
    """A year, checked.

    Raises
    ------
    MonitorError
        Text, a fraction or anything else that is no whole number.
    """
    if isinstance(year, Integral) and not isinstance(year, bool):
        return int(year)
    hint = "2020"
    if isinstance(year, (str, Real)) and str(year).strip().removesuffix(".0").isdigit():
        hint = str(year).strip().removesuffix(".0")
    raise MonitorError(
        f"{name}: {year!r} is {_kind_of(year)}; give a year as a whole number, such as {hint}."
    )


def number_between(value: object, low: float, high: float, name: str, unit: str) -> float:
    """A number within bounds, checked.

    Raises
    ------
    MonitorError
        No number, or one outside the bounds; names them.
    """
    is_number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not low <= value <= high:
        raise MonitorError(f"{name} is {value!r}; give a number from {low:g} to {high:g} ({unit}).")
    return float(value)


def listed(values: object, name: str) -> list:
    """One number or several as a list that is not empty.

    Raises
    ------
    MonitorError
        Text, or nothing at all.
    """
    if isinstance(values, Real):
        return [values]
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise MonitorError(f"{name} is {_kind_of(values)}; give a number, or a list of numbers.")
    found = list(values)
    if not found:
        raise MonitorError(f"No {name} given; give one number or more.")
    return found


def one_of(asked: object, allowed: Iterable[object], name: str) -> None:
    """Stop at a word that is not among those there are; lists them.

    Raises
    ------
    MonitorError
    """
    options = sorted({str(option) for option in allowed})
    if str(asked) not in options:
        raise MonitorError(f"There is no {name} {asked!r}; there are: {', '.join(options)}.")


def _kind_of(value: object) -> str:
    return "text" if isinstance(value, str) else type(value).__name__


def _as_code(asked: object) -> str:
    return f"GM{int(asked):04d}" if isinstance(asked, Integral) and 0 < int(asked) < 10_000 else "GM0505"


def _nearest_regions(asked: str, regions: pd.DataFrame) -> str:
    names = dict(zip(regions["region_name"].str.casefold(), regions["region_code"], strict=True))
    names |= {code.casefold(): code for code in regions["region_code"]}
    near = difflib.get_close_matches(asked.casefold(), list(names), n=_NEAREST, cutoff=0.4)
    codes = list(dict.fromkeys(names[name] for name in near))
    if not codes:
        codes = regions["region_code"].head(_NEAREST).tolist()
    labels = regions.set_index("region_code")["region_name"]
    return ", ".join(f"{code} ({labels[code]})" for code in codes)
