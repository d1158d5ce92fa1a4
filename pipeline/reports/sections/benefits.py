"""Benefit figures that more than one page uses."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import Fact

PER_1000 = functools.partial(numbers.number, decimals=1)
UNIT = to_translate("per 1.000 inwoners")
ROUNDED_TO = 10  # recipients per gemeente, as CBS publishes them
#: Counts per gemeente: the neighbourhood figures of some years, and the monthly table that a live pull brings.
SOURCES = ("84799NED", "85039NED", "85984NED", "80794ned")
#: Neighbourhood figures of this year give shares, of which the counts were computed.
FROM_SHARES = "85039NED"
_MOST_YEARS = 3
#: Recipients of a gemeente below which their rounding to tens shows in the rate.
SMALL_COUNT = 100
#: Share of the national figure below which a difference is none to speak of.
MATERIAL = 0.05
_RECIPIENTS = {"ww_per_1000_residents": "ww_recipients", "bijstand_per_1000_residents": "bijstand_recipients"}


def ww_per_1000(context: RegionContext, year: int, place: Place | None = None) -> Fact:
    """WW benefits per 1 000 residents of a place in a year; absent when not known."""
    row = context.at("ww_per_1000_residents", year, place)
    if row is None:
        return context.absent(label=tr("WW-uitkeringen"), period=year, unit=tr(UNIT), place=place)
    return rate_of(context, row, tr("WW-uitkeringen"))


def rate_of(context: RegionContext, row: Mapping[str, Any] | pd.Series, label: str) -> Fact:
    """Benefits per 1 000 residents; of few recipients the range that their rounding to tens allows."""
    found = context.fact_of(row, PER_1000, label=label, unit=tr(UNIT))
    if not found.is_known or few_recipients(context, row) is None:
        return found
    off = _rounding(context, found)
    ends = (numbers.number(max(found.value - off, 0)), numbers.number(found.value + off))
    return replace(found, display=numbers.value_range(*ends))


def few_recipients(context: RegionContext, row: Mapping[str, Any] | pd.Series) -> Fact | None:
    """The recipients behind the rate of one gemeente where they are few; None elsewhere."""
    place = context.tables.places[row["region_code"]]
    count = context.at(_RECIPIENTS[row["indicator"]], int(row["year"]), place, sources=SOURCES)
    if place.kind != "gemeente" or count is None or not count["value"] < SMALL_COUNT:
        return None
    return context.fact_of(count, numbers.number, label=tr("uitkeringen"), unit=tr("uitkeringen"))


def few_ww_recipients(context: RegionContext, rate: Fact) -> Fact | None:
    """The WW recipients behind a rate where they are few; None elsewhere."""
    place = context.tables.places[rate.region_code]
    row = context.at("ww_per_1000_residents", int(rate.period), place)
    return None if row is None else few_recipients(context, row)


def _rounding(context: RegionContext, rate: Fact) -> float:
    """How far the rate of a gemeente may be off: CBS rounds its recipients to tens."""
    place = context.tables.places[rate.region_code]
    row = context.at("population_count", int(rate.period), place)
    if place.kind != "gemeente" or row is None or numbers.is_absent(row["value"]) or not row["value"]:
        return 0.0
    return 1000 * ROUNDED_TO / 2 / row["value"]


@functools.cache
def benefit_years(context: RegionContext) -> tuple[int, ...]:
    """The last years of which the vintage has counts per gemeente."""
    rows = context.rows("ww_recipients", context.nation, sources=SOURCES)
    return tuple(sorted(set(rows["year"].astype(int))))[-_MOST_YEARS:]


@functools.cache
def shown_years(context: RegionContext) -> tuple[int, ...]:
    """Those of them in which WW or bijstand is known of at least half of the gemeenten."""
    return tuple(year for year in benefit_years(context) if _is_half_known(context, year))


def _is_half_known(context: RegionContext, year: int) -> bool:
    known = (members_known(context, indicator, year) for indicator in _RECIPIENTS.values())
    return any(2 * having >= len(context.members) for having in known)


@functools.cache
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
    own, nation = (rate_of(context, row, tr("WW-uitkeringen")) for row in found)
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


def side_of_nation(context: RegionContext, own: Fact, nation: Fact) -> int:
    """1 for clearly more WW than the nation, -1 for clearly less, 0 for about as much.

    A difference that the rounding of recipients can make, or one below 5 % of the national figure, is none.
    """
    least = max(_rounding(context, own), MATERIAL * nation.value)
    difference = own.value - nation.value
    return 0 if abs(difference) <= least else 1 if difference > 0 else -1


def ww_word(context: RegionContext, own: Fact, nation: Fact, *, more: str, less: str, equal: str) -> str:
    """The word for a region's WW beside the nation's."""
    return {1: more, -1: less, 0: equal}[side_of_nation(context, own, nation)]


def recipients(context: RegionContext, indicator: str, label: str, year: int, place: Place) -> Fact:
    """Number of recipients of a place; "geen gegevens" when not every gemeente of it has a figure."""
    row = context.at(indicator, year, place, sources=SOURCES)
    if row is None:
        return context.absent(label=label, period=year, unit=tr("uitkeringen"), place=place)
    return context.fact_of(row, numbers.number, label=label, unit=tr("uitkeringen"))


def members_known(context: RegionContext, indicator: str, year: int) -> int:
    """How many gemeenten of the region have a figure."""
    return sum(recipients(context, indicator, "", year, place).is_known for place in context.members)
