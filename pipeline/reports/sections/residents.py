"""Residents of all ages, as more than one page gives them."""

from __future__ import annotations

import functools

from pipeline.figures import dutch
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import Fact, fact

_INDICATOR = "population_count"
_LABEL = _UNIT = "inwoners"
_YEARS_BACK = 7


def residents_in(context: RegionContext, year: int, place: Place | None = None) -> Fact:
    """Residents of a place on 1 January of a year; absent when not known."""
    row = context.at(_INDICATOR, year, place)
    when = f"1 januari {year}"
    if row is None:
        return context.absent(label=_LABEL, period=when, unit=_UNIT, place=place)
    return context.fact_of(row, dutch.number, label=_LABEL, unit=_UNIT, period=when)


def latest_residents(context: RegionContext) -> Fact:
    """Residents of the region on the last 1 January that is known."""
    row = context.latest(_INDICATOR)
    if row is None:
        return context.absent(label=_LABEL, period="1 januari", unit=_UNIT)
    return residents_in(context, int(row["year"]))


def growth_of_residents(context: RegionContext) -> tuple[str, Fact] | None:
    """From when and how much: the change in seven years; None when either end is unknown."""
    last = context.latest(_INDICATOR)
    if last is None:
        return None
    after = residents_in(context, int(last["year"]))
    before = residents_in(context, int(last["year"]) - _YEARS_BACK)
    if not before.is_known:
        return None
    change = fact(
        after.value - before.value,
        functools.partial(dutch.number, plus=True),
        label=f"{_LABEL}, verandering",
        period=f"{before.period} tot {after.period}",
        unit=_UNIT,
        source=before.source,
        region_code=context.code,
        region=context.place.name,
    )
    return str(int(last["year"]) - _YEARS_BACK), change
