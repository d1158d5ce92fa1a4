"""Numbers, dates and counts as Dutch readers expect them.

Estimates are written to the hundred, published counts as published, chances to whole percents and
rates to one decimal; a minus is U+2212 and a percent sign follows a no-break space.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

NO_DATA = "geen gegevens"
MINUS = "\u2212"
EN_DASH = "\u2013"
NO_BREAK_SPACE = "\u00a0"

MONTHS = (
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
COUNT_WORDS = (
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
QUARTER_WORDS = ("eerste", "tweede", "derde", "vierde")


def is_absent(value: float | None) -> bool:
    """True for None and NaN: a value that was never there, which is not zero."""
    return value is None or math.isnan(value)


def number(value: float | None, decimals: int = 0, plus: bool = False) -> str:
    """Write a number the Dutch way: 144200 -> "144.200", -8.25 -> "−8,3" (halves away from zero).

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
        return NO_DATA
    scale = 10**decimals
    rounded = math.floor(abs(value) * scale + 0.5 + 1e-9) / scale
    text = f"{rounded:,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    if rounded == 0:
        return text
    return (MINUS if value < 0 else "+" if plus else "") + text


def hundreds(value: float | None, plus: bool = False) -> str:
    """Write an estimate to the hundred: 144249 -> "144.200"."""
    if is_absent(value):
        return NO_DATA
    return number(math.copysign(math.floor(abs(value) / 100 + 0.5) * 100, value), plus=plus)


def percent(value: float | None, decimals: int = 0, plus: bool = False) -> str:
    """Write a percentage that is already in percent: 8.25 -> "8 %" (no-break space)."""
    if is_absent(value):
        return NO_DATA
    return number(value, decimals, plus) + NO_BREAK_SPACE + "%"


def value_range(low: str, high: str) -> str:
    """Join two written numbers: "136.100 tot 152.900"; one number when both read the same."""
    return low if low == high else f"{low} tot {high}"


def years(first: int, last: int) -> str:
    """Write a span of years: "2008–2010"; one year when both are the same."""
    return str(first) if first == last else f"{first}{EN_DASH}{last}"


def day(when: date) -> str:
    """Write a date: "23 november 2026"."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def month(when: date) -> str:
    """Write a month: "november 2026"."""
    return f"{MONTHS[when.month - 1]} {when.year}"


def quarter(when: date) -> str:
    """Write a quarter: "eerste kwartaal 2026"."""
    return f"{QUARTER_WORDS[(when.month - 1) // 3]} kwartaal {when.year}"


def count(how_many: int, one: str, many: str) -> str:
    """Write a count with its noun: "één gemeente", "zeven gemeenten", "24 gemeenten"."""
    word = COUNT_WORDS[how_many] if 0 <= how_many < len(COUNT_WORDS) else number(how_many)
    return f"{word} {one if how_many == 1 else many}"


def listing(words: list[str] | tuple[str, ...]) -> str:
    """Join words: "a", "a en b", "a, b en c"."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " en " + words[-1]


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
