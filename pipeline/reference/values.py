"""Words and single values that the reference files may hold."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import PlainValidator, StringConstraints

from pipeline.schemas import INDICATOR_UNITS


class ReferenceDataError(ValueError):
    """A file in data/reference is not what it should be; the message says where and what is allowed."""


OPEN: Final = "open"
"""What stands where a fact was not stated, as far as we could find."""

Open = Literal["open"]
Relation = Literal["at_least", "more_than", "extra", "decrease"]
TargetKind = Literal["net_outcome", "programme_output", "ex_ante_forecast"]
FollowedBy = Literal["open data", "programme", "user file"]
ClaimKind = Literal["ex_ante", "interim", "realised"]
Evidence = Literal["promised", "expected", "counted", "open"]
CorrectedStatus = Literal["final", "provisional", "revised_provisional", "published", "estimate", "missing"]

INDICATORS: Final = tuple(INDICATOR_UNITS)
REGION_CODE: Final = re.compile(r"NL01|(LD|PV|CR|AM|MC)\d{2}|GM\d{4}")
GEMEENTE_CODE: Final = re.compile(r"GM\d{4}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_partial_date(value: object) -> bool:
    """A year, a month or a day as text: 2018, 2018-09, 2018-09-06."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}(-\d{2}){0,2}", value):
        return False
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        return False
    return True


def _check(test: Callable[[object], bool], allowed: str) -> PlainValidator:
    """A validator that takes a value as it stands, and says what is allowed when it fails the test."""

    def validate(value: object) -> object:
        if not test(value):
            raise ValueError(f"allowed: {allowed}")
        return value

    return PlainValidator(validate)


def _is_open_or(test: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value == OPEN or test(value)


def _is_year(value: object) -> bool:
    return isinstance(value, int) and 1900 <= value <= 2100


def _is_address(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"https?://\S+", value) is not None


def _is_gemeente_code(value: object) -> bool:
    return isinstance(value, str) and GEMEENTE_CODE.fullmatch(value) is not None


def _is_indicator(value: object) -> bool:
    return value in INDICATORS


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _read_day(value: object) -> date | None:
    if value is None:
        return None
    if not (isinstance(value, str) and len(value) == 10 and _is_partial_date(value)):
        raise ValueError("allowed: a day such as 2018-01-01, or null")
    return date.fromisoformat(value)


def _read_claimed_number(value: object) -> float | str:
    """A number from a CSV cell; 3.264 is refused, because a Dutch reader means 3 264 by it."""
    if value == OPEN:
        return OPEN
    if not isinstance(value, str) or not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d{1,2})?", value):
        raise ValueError("allowed: digits without thousands separator, such as 3264 or 3.7, or open")
    return float(value)


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
GemeenteCode = Annotated[str, _check(_is_gemeente_code, "GM and four digits")]
Address = Annotated[
    str, _check(_is_open_or(_is_address), "an address that starts with http:// or https://, or open")
]

_allowed_indicators = "one of " + ", ".join(INDICATORS)
Indicator = Annotated[str, _check(_is_indicator, _allowed_indicators)]
IndicatorOrOpen = Annotated[str, _check(_is_open_or(_is_indicator), _allowed_indicators + ", or open")]
Number = Annotated[int | float, _check(_is_number, "a number, not in quotes")]
NumberOrOpen = Annotated[
    int | float | Open, _check(_is_open_or(_is_number), "a number, not in quotes, or open")
]
ClaimedNumber = Annotated[float | Open, PlainValidator(_read_claimed_number)]
Flag = Annotated[bool, _check(_is_flag, "true or false")]
FlagOrOpen = Annotated[bool | Open, _check(_is_open_or(_is_flag), "true, false or open")]

Day = Annotated[date | None, PlainValidator(_read_day)]
Year = Annotated[int, _check(_is_year, "a year, 1900-2100, not in quotes")]
YearOrNull = Annotated[
    int | None,
    _check(lambda value: value is None or _is_year(value), "a year, 1900-2100, not in quotes, or null"),
]
YearOrOpen = Annotated[int | Open, _check(_is_open_or(_is_year), "a year, 1900-2100, not in quotes, or open")]
PartialDate = Annotated[
    str, _check(_is_open_or(_is_partial_date), 'a date: 2018-09-06, 2018-09 or "2018", or open')
]
