"""Residents of all ages, as more than one page gives them."""

from __future__ import annotations

import functools

from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import Fact, fact

_INDICATOR = "population_count"
_YEARS_BACK = 7


def residents_in(context: RegionContext, year: int, place: Place | None = None) -> Fact:
    """Residents of a place on 1 January of a year; absent when not known."""
    row = context.at(_INDICATOR, year, place)
    when = numbers.first_of_january(year)
    if row is None:
        return context.absent(label=tr("inwoners"), period=when, unit=tr("inwoners"), place=place)
    return context.fact_of(row, numbers.number, label=tr("inwoners"), unit=tr("inwoners"), period=when)


def latest_residents(context: RegionContext) -> Fact:
    """Residents of the region on the last 1 January that is known."""
    row = context.latest(_INDICATOR)
    if row is None:
        return context.absent(label=tr("inwoners"), period=tr("1 januari"), unit=tr("inwoners"))
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
        functools.partial(numbers.number, plus=True),
        label=tr("inwoners, verandering"),
        period=numbers.span(before.period, after.period),
        unit=tr("inwoners"),
        source=before.source,
        region_code=context.code,
        region=context.place.name,
    )
    return str(int(last["year"]) - _YEARS_BACK), change
