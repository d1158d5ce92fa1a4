"""Numbers, dates and counts as readers of the active language expect them.

Estimates are written to the hundred, published counts as published, chances to whole percents and
rates to one decimal; a minus is U+2212. Dutch has "1.234,5" and "8,2 %" with a no-break space, English
"1,234.5" and "8.2%".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from pipeline.config import Language
from pipeline.language.translation import active, to_translate, tr

MINUS = "\u2212"
EN_DASH = "\u2013"
NO_BREAK_SPACE = "\u00a0"

_MONTHS = to_translate(
    (
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    )
)
_COUNT_WORDS = to_translate(
    (
        "nul",
        "één",
        "twee",
        "drie",
        "vier",
        "vijf",
        "zes",
        "zeven",
        "acht",
        "negen",
        "tien",
        "elf",
        "twaalf",
    )
)
_QUARTERS = to_translate(
    ("eerste kwartaal {year}", "tweede kwartaal {year}", "derde kwartaal {year}", "vierde kwartaal {year}")
)
#: what separates thousands and decimals
_SEPARATORS: dict[Language, tuple[str, str]] = {"nl": (".", ","), "en": (",", ".")}
_PERCENT: dict[Language, str] = {"nl": f"{NO_BREAK_SPACE}%", "en": "%"}


def no_data() -> str:
    """What stands where a value is absent."""
    return tr("geen gegevens")


def separators() -> tuple[str, str]:
    """What separates thousands, and what separates decimals."""
    return _SEPARATORS[active()]


def count_words() -> tuple[str, ...]:
    """The words for nought to twelve."""
    return tuple(tr(word) for word in _COUNT_WORDS)


def is_absent(value: float | None) -> bool:
    """True for None and NaN: a value that was never there, which is not zero."""
    return value is None or math.isnan(value)


def number(value: float | None, decimals: int = 0, plus: bool = False) -> str:
    """Write a number: 144200 -> "144.200", -8.25 -> "−8,3" (halves away from zero).

    Parameters
    ----------
    value : float or None
        None and NaN become "geen gegevens".
    decimals : int
        Digits after the comma.
    plus : bool
        Write a plus before a positive number, for changes.
    """
    if is_absent(value):
        return no_data()
    scale = 10**decimals
    rounded = math.floor(abs(value) * scale + 0.5 + 1e-9) / scale
    text = f"{rounded:,.{decimals}f}".translate(str.maketrans(",.", "".join(separators())))
    if rounded == 0:
        return text
    return (MINUS if value < 0 else "+" if plus else "") + text


def hundreds(value: float | None, plus: bool = False) -> str:
    """Write an estimate to the hundred: 144249 -> "144.200"."""
    if is_absent(value):
        return no_data()
    return number(math.copysign(math.floor(abs(value) / 100 + 0.5) * 100, value), plus=plus)


def percent(value: float | None, decimals: int = 0, plus: bool = False) -> str:
    """Write a percentage that is already in percent: 8.25 -> "8 %" (no-break space)."""
    if is_absent(value):
        return no_data()
    return number(value, decimals, plus) + _PERCENT[active()]


def value_range(low: str, high: str) -> str:
    """Join two written numbers: "136.100 tot 152.900"; one number when both read the same."""
    return low if low == high else span(low, high)


def span(first: object, last: object) -> str:
    """From one to the other: "2010 tot 2024", "december 2008 tot december 2010"."""
    return tr("{first} tot {last}", first=first, last=last)


def years(first: int, last: int) -> str:
    """Write a span of years: "2008–2010"; one year when both are the same."""
    return str(first) if first == last else f"{first}{EN_DASH}{last}"


def day(when: date) -> str:
    """Write a date: "23 november 2026"."""
    return f"{when.day} {month(when)}"


def december(year: int) -> str:
    """The month in which jobs are counted: "december 2024"."""
    return month(date(year, 12, 1))


def first_of_january(year: int) -> str:
    """The day on which residents are counted: "1 januari 2026"."""
    return day(date(year, 1, 1))


def month(when: date) -> str:
    """Write a month: "november 2026"."""
    return f"{tr(_MONTHS[when.month - 1])} {when.year}"


def quarter(when: date) -> str:
    """Write a quarter: "eerste kwartaal 2026", "quarter 1 of 2026"."""
    return tr(_QUARTERS[(when.month - 1) // 3], year=when.year)


def count(how_many: int, one: str, many: str) -> str:
    """Write a count with its noun: "één gemeente", "zeven gemeenten", "24 gemeenten"."""
    known = count_words()
    word = known[how_many] if 0 <= how_many < len(known) else number(how_many)
    return f"{word} {one if how_many == 1 else many}"


def listing(words: list[str] | tuple[str, ...]) -> str:
    """Join words: "a", "a en b", "a, b en c"."""
    if len(words) < 2:
        return "".join(words)
    return tr("{words} en {last}", words=", ".join(words[:-1]), last=words[-1])


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of one figure are written.

    decimals : digits after the comma; percent : add " %"; to_hundreds : an estimated count.
    """

    decimals: int = 0
    percent: bool = False
    to_hundreds: bool = False

    def __call__(self, value: float | None, plus: bool = False) -> str:
        if self.to_hundreds:
            return hundreds(value, plus)
        if self.percent:
            return percent(value, self.decimals, plus)
        return number(value, self.decimals, plus)
