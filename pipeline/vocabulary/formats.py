"""Numbers, dates and periods as readers of a language expect them; Babel knows the signs and the months."""

from __future__ import annotations

import datetime as dt
import functools
import math
import re

from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from pipeline.config import Language
from pipeline.vocabulary import word

#: the country whose spelling a language follows
LOCALES: dict[Language, str] = {"nl": "nl_NL", "en": "en_GB"}
MINUS = "\u2212"
NO_BREAK = "\u00a0"
EN_DASH = "\u2013"
_STEPS_OF_CHANCE = 5


class PeriodError(ValueError):
    """A period that is none of the known forms."""


def rounded(value: float, step: float) -> float:
    """A value to the nearest multiple of ``step``, halves away from zero."""
    return math.copysign(math.floor(abs(value) / step + 0.5 + 1e-9) * step, value)


@functools.lru_cache(maxsize=65_536)  # Babel reads the pattern anew each time
def number(value: float, step: float, language: Language, *, signed: bool = False) -> str:
    """Write a number: 144249 with step 100 -> "144.200", -8.25 with step 0.1 -> "−8,3".

    Parameters
    ----------
    value, step : the value and the multiple to which it is known
    signed : write a plus before a positive number, for changes
    """
    decimals = max(0, round(-math.log10(step))) if step < 1 else 0
    shown = rounded(value, step)
    text = format_decimal(abs(shown), format=f"#,##0.{'0' * decimals}" if decimals else "#,##0",
                          locale=LOCALES[language])  # fmt: skip
    if shown == 0:
        return text
    return (MINUS if value < 0 else "+" if signed else "") + text


@functools.cache
def separators(language: Language) -> tuple[str, str]:
    """What separates thousands, and what separates decimals."""
    return get_group_symbol(LOCALES[language]), get_decimal_symbol(LOCALES[language])


def per_cent(text: str, language: Language) -> str:
    """A written number as a percentage: "8,2 %" with a no-break space, "8.2%"."""
    return f"{text}{NO_BREAK}%" if language == "nl" else f"{text}%"


def count(value: int, language: Language) -> str:
    """A small count in words: "zeven", "24"."""
    return word("count", str(value), language) if 0 <= value <= 12 else number(value, 1, language)


def period(code: str, language: Language) -> str:
    """A period in words.

    Parameters
    ----------
    code : "2024", "2024-12", "2024-01-01", "2026Q1", or two of them with a slash: "2018/2024"

    Raises
    ------
    PeriodError
        Another form.
    """
    if "/" in code:
        first, last = code.split("/")
        return f"{period(first, language)}{word('phrase', 'to', language)}{period(last, language)}"
    if re.fullmatch(r"\d{4}", code) or code == "":
        return code
    if quarter := re.fullmatch(r"(\d{4})Q([1-4])", code):
        return word("phrase", "quarter", language).format(n=quarter[2], year=quarter[1])
    pattern = {7: "MMMM y", 10: "d MMMM y"}.get(len(code))
    try:
        date = dt.date.fromisoformat(code if len(code) == 10 else f"{code}-01")
    except ValueError:
        pattern = None
    if pattern is None:
        raise PeriodError(f"{code!r} is no period; give a year, month, date or quarter such as 2024-12.")
    return format_date(date, pattern, locale=LOCALES[language])


def last_year(code: str) -> int:
    """The year in which a period ends."""
    return int(code.rpartition("/")[2][:4])


def chance_points(chance: float) -> int:
    """A chance (0-1) in percent, to 5 points and never below 5 or above 95: a model is not that sure."""
    return int(min(max(rounded(100 * chance, _STEPS_OF_CHANCE), 5), 95))


def listing(words: list[str], language: Language) -> str:
    """Join words: "a", "a en b", "a, b en c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])}{word('phrase', 'and', language)}{words[-1]}"
