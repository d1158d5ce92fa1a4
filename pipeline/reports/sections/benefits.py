"""Benefit figures that more than one page uses."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import pandas as pd

from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import Fact, compared

PER_1000 = functools.partial(numbers.number, decimals=1)
UNIT = to_translate("per 1.000 inwoners")
ROUNDED_TO = 10  # recipients per gemeente, as CBS publishes them
#: Counts per gemeente: the neighbourhood figures of some years, and the monthly table that a live pull brings.
SOURCES = ("84799NED", "85039NED", "85984NED", "80794ned")
#: Neighbourhood figures of this year give shares, of which the counts were computed.
FROM_SHARES = "85039NED"
_MOST_YEARS = 3


def ww_per_1000(context: RegionContext, year: int, place: Place | None = None) -> Fact:
    """WW benefits per 1 000 residents of a place in a year; absent when not known."""
    row = context.at("ww_per_1000_residents", year, place)
    if row is None:
        return context.absent(label=tr("WW-uitkeringen"), period=year, unit=tr(UNIT), place=place)
    return context.fact_of(row, PER_1000, label=tr("WW-uitkeringen"), unit=tr(UNIT))


def benefit_years(context: RegionContext) -> tuple[int, ...]:
    """The last years of which the vintage has counts per gemeente."""
    rows = context.rows("ww_recipients", context.nation, sources=SOURCES)
    return tuple(sorted(set(rows["year"].astype(int))))[-_MOST_YEARS:]


def complete_years(context: RegionContext) -> tuple[int, ...]:
    """Those of them in which every gemeente has a figure."""
    rows = context.rows("ww_recipients", context.nation, sources=SOURCES)
    known = set(rows.loc[rows["value"].notna(), "year"])
    return tuple(year for year in benefit_years(context) if year in known)


def map_year(context: RegionContext) -> int | None:
    """The last year in which WW per inhabitant is known for the whole nation; None without one."""
    rows = context.rows("ww_per_1000_residents", context.nation)
    known = rows[rows["value"].notna()]
    return None if known.empty else int(known["year"].max())


def sources_of(facts: Iterable[Fact]) -> list[str]:
    """Tables that some facts come from, each once."""
    return sorted({item.source for item in facts if item.is_known})


def ww_beside_nation(context: RegionContext) -> tuple[Fact, Fact] | None:
    """The latest WW figure that region and nation both have on one basis; None when there is none."""
    found = beside_nation(context, "ww_per_1000_residents")
    if found is None:
        return None
    own, nation = (context.fact_of(row, PER_1000, label=tr("WW-uitkeringen"), unit=tr(UNIT)) for row in found)
    return own, nation


def beside_nation(context: RegionContext, indicator: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The last annual rows of an indicator that region and nation both have on one basis; None without any."""
    own, nation = (
        {(row["year"], row["basis"]): row for row in context.tables.indicators.known(place.code, indicator)}
        for place in (context.place, context.nation)
    )
    both = own.keys() & nation.keys()
    if not both:
        return None
    last = max(both)
    return own[last], nation[last]


def ww_word(context: RegionContext, own: Fact, nation: Fact, *, more: str, less: str, equal: str) -> str:
    """The word for a region's WW beside the nation's; a difference that rounding can make is none.

    CBS rounds the recipients of each gemeente to tens, so a small gemeente may be five off.
    """
    row = context.at("population_count", int(own.period))
    rounding = 0.0
    if context.is_gemeente and row is not None and row["value"]:
        rounding = 1000 * ROUNDED_TO / 2 / row["value"]
    if abs(own.value - nation.value) <= rounding:
        return equal
    return compared(own, nation, more=more, less=less, equal=equal)


def recipients(context: RegionContext, indicator: str, label: str, year: int, place: Place) -> Fact:
    """Number of recipients of a place; "geen gegevens" when not every gemeente of it has a figure."""
    row = context.at(indicator, year, place, sources=SOURCES)
    if row is None:
        return context.absent(label=label, period=year, unit=tr("uitkeringen"), place=place)
    return context.fact_of(row, numbers.number, label=label, unit=tr("uitkeringen"))


def members_known(context: RegionContext, indicator: str, year: int) -> tuple[int, int] | None:
    """How many members have a figure, of how many; None when there is no row of the year."""
    row = context.at(indicator, year, sources=SOURCES)
    if row is None or pd.isna(row["members"]):
        return None
    return int(row["members_with_value"]), int(row["members"])
