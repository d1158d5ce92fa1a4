"""What people type, checked: indicators by name or title, years, numbers and choices."""

from __future__ import annotations

import difflib
import functools
import math
from collections.abc import Iterable
from numbers import Integral, Real

from pipeline import vocabulary
from pipeline.errors import MonitorError
from pipeline.region_names import plain
from pipeline.schemas import INDICATOR_UNITS

_NEAREST = 5


@functools.cache
def _words() -> dict[str, str]:
    """Plain name, and title in either language, to indicator; a title of two indicators is that of the first."""
    names = {plain(code): code for code in INDICATOR_UNITS}
    pairs = [(code, language) for code in reversed(INDICATOR_UNITS) for language in ("nl", "en")]
    return names | {plain(vocabulary.indicator(*pair).title): pair[0] for pair in pairs} | names


def title_of(indicator: str) -> str:
    """Printed name of an indicator, Dutch."""
    return vocabulary.indicator(indicator, "nl").title


def indicator_name(asked: object) -> str:
    """The indicator, by name or by title.

    Raises
    ------
    MonitorError
        An unknown indicator; lists the nearest.
    """
    word, words = plain(str(asked)), _words()
    if word in words:
        return words[word]
    holds = {
        code for known, code in words.items() if word and (known.startswith(word) or word in plain(code))
    }
    near = difflib.get_close_matches(word, words, n=_NEAREST, cutoff=0.4)
    found = [*sorted(holds, key=list(INDICATOR_UNITS).index), *(words[one] for one in near)]
    listed = list(dict.fromkeys(found or INDICATOR_UNITS))[:_NEAREST]
    names = ", ".join(f"{code} ({title_of(code)})" for code in listed)
    raise MonitorError(
        f"There is no indicator {asked!r}; nearest: {names}. Monitor.indicators() lists them all."
    )


# --- years, numbers, choices --------------------------------------------------------------


def wanted_years(years: int | tuple[int, int] | Iterable[int] | None) -> set[int] | None:
    """Years asked for: one year, a pair (first, last) as a tuple, a list of years, or None for all."""
    if years is None:
        return None
    one = isinstance(years, str) or not isinstance(years, Iterable)
    listed = [whole_year(year, "years") for year in ([years] if one else years)]
    if not listed:
        raise MonitorError("No years given; leave years out for all of them.")
    if isinstance(years, tuple) and len(listed) == 2:
        if listed[0] > listed[1]:
            raise MonitorError(f"years={tuple(listed)} ends before it starts; give (first, last).")
        return set(range(listed[0], listed[1] + 1))
    return set(listed)


def whole_year(year: object, name: str) -> int:
    """A year, checked to be a whole number."""
    if isinstance(year, Integral) and not isinstance(year, bool):
        return int(year)
    raise MonitorError(f"{name}: {year!r} is {_kind_of(year)}; give a year as a whole number, such as 2020.")


def number_between(value: object, low: float, high: float, name: str, unit: str) -> float:
    """A finite number, checked to lie within bounds."""
    is_number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not low <= value <= high:
        raise MonitorError(f"{name} is {value!r}; give a number from {low:g} to {high:g} ({unit}).")
    return float(value)


def numbers(values: object, name: str) -> list:
    """One number or several as a list that is not empty."""
    if isinstance(values, Real):
        return [values]
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise MonitorError(f"{name} is {_kind_of(values)}; give a number, or a list of numbers.")
    found = list(values)
    if not found:
        raise MonitorError(f"No {name} given; give one number or more.")
    return found


def one_of(asked: object, allowed: Iterable[object], name: str) -> None:
    """Stop at a word that is not among those there are; lists them."""
    options = sorted({str(option) for option in allowed})
    if str(asked) not in options:
        raise MonitorError(f"There is no {name} {asked!r}; there are: {', '.join(options)}.")


def _kind_of(value: object) -> str:
    return "text" if isinstance(value, str) else type(value).__name__
