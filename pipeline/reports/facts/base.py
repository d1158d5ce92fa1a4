"""A number as it may be printed, and the names beside it. No words: those stand in the templates."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.config import Settings

#: status of what is no observation
STATED = "target"


class Name(str):
    """A name or a quote: a region, a programme, somebody's words. It may hold digits and is never translated.

    language : of a quote that stays in its own language; empty for a name
    """

    language: str = ""

    def __new__(cls, text: str, language: str = "") -> Name:
        made = super().__new__(cls, text)
        made.language = language
        return made


@dataclass(frozen=True)
class Fact:
    """A number as it may be printed, with everything the reader may ask about it.

    value : in ``unit``; None when suppressed or missing
    period : "2024", "2024-12", "2024-01-01", "2026Q1"; from one to the other with a slash
    low, high, level : margin and its level (1: rounding)
    step : multiple to which it is printed: 0.1, 1, 100 for an estimated count
    aspect : what of the indicator: "" the level, else a key of the vocabulary ("change", "low")
    """

    value: float | None
    indicator: str
    region_code: str
    period: str
    unit: str
    status: str
    source: str
    vintage: str
    low: float | None = None
    high: float | None = None
    level: float | None = None
    step: float = 1.0
    aspect: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    @property
    def estimate(self) -> bool:
        """Whether it is an estimate or computed from one."""
        return self.status == "estimate"

    @property
    def provisional(self) -> bool:
        """Whether the publisher may still change it."""
        return self.status in ("provisional", "revised_provisional")

    @property
    def has_margin(self) -> bool:
        """Whether a margin is known that says more than the value."""
        return self.low is not None and self.high is not None and self.low < self.high

    @property
    def wide(self) -> bool:
        """Whether the margin is wider than half of the value: one number would say too much."""
        return self.has_margin and self.high - self.low > 0.5 * abs(self.value)

    @property
    def reads_zero(self) -> bool:
        """Whether it is printed as nought."""
        return self.known and abs(self.value) < self.step / 2

    @property
    def level_pct(self) -> Fact:
        """The level of the margin as a number to print."""
        return replace(
            self,
            value=100 * self.level,
            indicator="margin_level",
            unit="pct",
            low=None,
            high=None,
            level=None,
            step=1.0,
            status="published",
            aspect="",
        )

    def bound(self, side: str) -> Fact:
        """The ``low`` or ``high`` end of the margin as a fact of its own, with the level.

        Raises
        ------
        ValueError
            There is no margin.
        """
        if not self.has_margin:
            raise ValueError(
                f"{self.indicator} of {self.region_code} in {self.period} has no margin to print"
            )
        return replace(self, value=getattr(self, side), low=None, high=None, aspect=side)


def stale_before(settings: Settings) -> int:
    """First year of which a figure may head a page; an older one bears its year and heads none."""
    return dt.date.fromisoformat(settings.reports.date).year - settings.reports.stale_after


def fact_of(row: Mapping[str, Any], *, step: float | None = None, period: str | None = None) -> Fact:
    """A fact from a row of the indicator table.

    Parameters
    ----------
    row : mapping with the columns of ``schemas.INDICATOR_COLUMNS``
    step : multiple to which it is printed; by default one decimal for rates, to the hundred for estimated counts
    """
    known = _known(row["value"])
    rate = row["unit"] in ("pct", "per_1000_residents")
    usual = 0.1 if rate else 100.0 if row["status"] == "estimate" else 1.0
    low, high = (_number(row.get(column)) for column in ("value_low", "value_high"))
    return Fact(
        value=float(row["value"]) if known else None,
        indicator=row["indicator"],
        region_code=row["region_code"],
        period=period or period_of(row),
        unit=row["unit"],
        status=row["status"] if known or row["status"] in ("suppressed", "missing") else "missing",
        source=row["source"],
        vintage=row["vintage"],
        low=low,
        high=high,
        level=_number(row.get("interval_level")),
        step=usual if step is None else step,
    )


def period_of(row: Mapping[str, Any]) -> str:
    """The period of an indicator row as its publisher dates it: the reference date where there is one."""
    if row["frequency"] == "M":
        return f"{row['period']:%Y-%m}"
    if row["frequency"] == "Q":
        return f"{row['period'].year}Q{(row['period'].month - 1) // 3 + 1}"
    # a ratio names the dates of both its counts: that of the upper one is its own
    return str(row["reference_date"]).partition(" / ")[0].strip() or str(row["year"])


def plain_number(
    value: float,
    indicator: str,
    *,
    source: str,
    region_code: str,
    vintage: str,
    period: str = "",
    unit: str = "number",
    status: str = "published",
    step: float = 1.0,
) -> Fact:
    """A number that is in no table: a year, an age, a count of regions, a setting, a stated amount."""
    return Fact(
        float(value),
        indicator,
        region_code,
        period or (str(int(value)) if unit == "year" else ""),
        unit,
        status,
        source,
        vintage,
        step=step,
    )


def change(first: Fact, last: Fact) -> Fact:
    """The change between two facts, exact where both are counts; its status is the less certain one.

    The margin is the rounding of both ends; a change of estimates takes its margin from the models instead.
    """
    if not (first.known and last.known):
        return replace(last, value=None, status="missing", low=None, high=None, aspect="change",
                       period=f"{first.period}/{last.period}")  # fmt: skip
    low = high = level = None
    if first.has_margin or last.has_margin:
        low = _end(last, "low") - _end(first, "high")
        high = _end(last, "high") - _end(first, "low")
        level = last.level or first.level
    estimated = "estimate" if "estimate" in (first.status, last.status) else last.status
    return replace(
        last,
        value=last.value - first.value,
        low=low,
        high=high,
        level=level,
        status=estimated,
        step=max(first.step, last.step),
        aspect="change",
        period=f"{first.period}/{last.period}",
    )


def absent(indicator: str, region_code: str, unit: str, vintage: str, source: str = "") -> Fact:
    """A fact that there is no figure."""
    return Fact(None, indicator, region_code, "", unit, "missing", source, vintage)


def _end(fact: Fact, side: str) -> float:
    return getattr(fact, side) if fact.has_margin else fact.value


def _known(value: Any) -> bool:
    return value is not None and not math.isnan(value)


def _number(value: Any) -> float | None:
    return float(value) if _known(value) else None
