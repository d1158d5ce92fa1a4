"""Young people who are registered as jobseekers with UWV: by gemeente, with the Doorstroompuntregio, over the years."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.models.youth_rates import INTERVAL_LEVEL
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.facts.base import Fact, Name, fact_of, plain_number, stale_before
from pipeline.reports.facts.rates import Beside, beside_nation, rates

RATE = "youth_registered_per_1000"
UNEMPLOYMENT = "youth_unemployment_rate_pct"
#: a registered count below this is too coarse for a yearly change or a comparison: CBS rounds to hundreds
LEAST_COUNT = 300
MOST_PARTS = 60


@dataclass(frozen=True)
class YouthRow:
    """Registered young people of one region; ``coarse`` where the rounding leaves too little to say."""

    name: Name
    rate: Beside | None
    young: Fact | None
    coarse: bool
    own: bool = False


@dataclass(frozen=True)
class YouthFacts:
    """What the chapter about young people says.

    unemployed : unemployment rate of 15 to 25 year olds, published or of the model; None when old or too uncertain
    above : gemeenten that stand clearly above the nation
    change : of the registered between the first and the last year, in percent
    """

    own: Beside
    unemployed: Fact | None
    one_in: Fact
    parts: tuple[YouthRow, ...]
    above: tuple[Name, ...]
    above_count: Fact
    coarse_count: Fact
    parts_count: Fact
    total: YouthRow
    around: YouthRow | None
    nation: YouthRow
    trend: tuple[Fact, ...]
    trend_nation: tuple[Fact, ...]
    change: Fact | None
    age_from: Fact
    age_to: Fact
    age_of_rate: Fact
    thousand: Fact
    rounded_to: Fact


def youth(context: RegionContext) -> YouthFacts | None:
    """The facts about young people; None where the register says nothing about the region."""
    own = beside_nation(context, RATE)
    if own is None:
        return None
    places = context.parts(MOST_PARTS) if len(context.members) > 1 else ()
    year = int(own.own.period[:4])
    parts = tuple(sorted((_row(context, place, year) for place in places), key=_order))
    above = tuple(row.name for row in parts if row.rate and not row.coarse and row.rate.side == "more")
    around = _around(context)
    trend, nation = _trend(context, context.place), _trend(context, context.nation)
    return YouthFacts(
        own=own,
        unemployed=_unemployed(context),
        one_in=_number(context, round(1000 / own.own.value) if own.own.value else 0, "definition"),
        parts=parts,
        above=above,
        above_count=_number(context, len(above), "members", "regions"),
        coarse_count=_number(context, sum(row.coarse for row in parts), "members", "regions"),
        parts_count=_number(context, len(parts), "members", "regions"),
        total=_row(context, context.place, year),
        around=_row(context, around, year) if around else None,
        nation=_row(context, context.nation, year),
        trend=trend,
        trend_nation=nation,
        change=_change(trend) if own.count.value >= LEAST_COUNT else None,
        age_from=_number(context, 15, "age", "years_of_age"),
        age_to=_number(context, 27, "age", "years_of_age"),
        age_of_rate=_number(context, 25, "age", "years_of_age"),
        thousand=_number(context, 1000, "definition"),
        rounded_to=_number(context, 100, "definition"),
    )


def _row(context: RegionContext, place: Place, year: int) -> YouthRow:
    """One region in the year of the report's own figure: rows of one table are of one year."""
    rate = beside_nation(context, RATE, place, year)
    if rate is None:
        return YouthRow(Name(place.name), None, None, coarse=False, own=place.code == context.code)
    young = next(
        (
            _young(context, place, fact)
            for fact, _ in rates(context.tables, RATE, place.code)
            if fact == rate.own
        ),
        None,
    )
    coarse = place.kind == "gemeente" and rate.count.value < LEAST_COUNT
    return YouthRow(Name(place.name), rate, young, coarse, own=place.code == context.code)


def _young(context: RegionContext, place: Place, rate: Fact) -> Fact | None:
    row = context.at("youth_15_27_count", int(rate.period[:4]), place, sources=(rate.source,))
    return None if row is None else fact_of(row)


def _order(row: YouthRow) -> tuple[float, str]:
    return (-row.rate.own.value if row.rate else 0.0, row.name)


def _around(context: RegionContext) -> Place | None:
    """The Doorstroompuntregio that holds the region, where that is another one."""
    codes = {place.code for place in context.members}
    for code, members in context.tables.members.items():
        place = context.tables.places.get(code)
        if place and place.kind == "rmc_region" and codes < set(members):
            return place
    return None


def _trend(context: RegionContext, place: Place) -> tuple[Fact, ...]:
    """The rate by year, of the source of the newest."""
    found = sorted(
        (fact for fact, _ in rates(context.tables, RATE, place.code)), key=lambda fact: fact.period
    )
    return tuple(fact for fact in found if fact.source == found[-1].source)


def _change(trend: tuple[Fact, ...]) -> Fact | None:
    """The change of the rate over the years in percent, with what rounding allows."""
    if len(trend) < 2 or not trend[0].value:
        return None
    first, last = trend[0], trend[-1]

    def per_cent(before: float, after: float) -> float:
        return 100 * (after / before - 1)

    low = high = None
    if first.has_margin and last.has_margin and first.low > 0:
        low, high = per_cent(first.high, last.low), per_cent(first.low, last.high)
    return Fact(
        per_cent(first.value, last.value),
        RATE,
        last.region_code,
        f"{first.period}/{last.period}",
        "pct",
        last.status,
        last.source,
        last.vintage,
        low,
        high,
        1.0 if low is not None else None,
        1.0,
        "growth",
    )


def _unemployed(context: RegionContext) -> Fact | None:
    """The newest youth unemployment rate that may be shown, with its margin."""
    rows = context.model("youth")
    rows = rows[(rows["indicator"] == UNEMPLOYMENT) & (rows["display"] == "show") & rows["value"].notna()]
    rows = rows[rows["year"] >= stale_before(context.settings)]
    if rows.empty:
        return None
    row = rows.sort_values("year", kind="stable").iloc[-1]
    low, high = (None if math.isnan(row[end]) else float(row[end]) for end in ("value_low", "value_high"))
    return Fact(
        float(row["value"]),
        UNEMPLOYMENT,
        context.code,
        str(row["year"]),
        "pct",
        row["status"],
        row["source"],
        context.settings.vintage,
        low,
        high,
        None if low is None else INTERVAL_LEVEL,
        0.1,
    )


def _number(context: RegionContext, value: float, indicator: str, unit: str = "number") -> Fact:
    return plain_number(
        value, indicator, source="", region_code=context.code, vintage=context.settings.vintage, unit=unit
    )
