"""Rates of a region beside another: the newest that both have, with what rounding allows."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.reports.context import Place, RegionContext, ReportTables
from pipeline.reports.facts.base import Fact, fact_of, stale_before

Side = Literal["more", "less", "about", "unclear"]
#: part of the other figure below which a difference is none to speak of
MATERIAL = 0.05
#: counts below this are printed as the range that their rounding allows
FEW = 100
#: the count behind a rate
COUNT_OF = {
    "ww_per_1000_residents": "ww_recipients",
    "bijstand_per_1000_residents": "bijstand_recipients",
    "youth_registered_per_1000": "youth_registered_jobseekers",
}
_BASE_OF = {"youth_registered_per_1000": "youth_15_27_count"}


@dataclass(frozen=True)
class Beside:
    """A rate of a region with the count behind it, and the same of the nation.

    side : how the region stands beside the nation; "unclear" where rounding says too little
    stale : too old to head a page: it bears its year
    """

    own: Fact
    count: Fact
    nation: Fact
    side: Side
    stale: bool = False

    @property
    def few(self) -> bool:
        """Whether the count is so small that only its range may be printed."""
        return self.count.known and self.count.value < FEW and self.count.has_margin


def beside_nation(
    context: RegionContext, indicator: str, place: Place | None = None, year: int | None = None
) -> Beside | None:
    """The rate of a year, or the newest, that place and nation both have on one basis; None when there is none."""
    place = place or context.place
    own = {(_key(fact)): (fact, count) for fact, count in rates(context.tables, indicator, place.code)}
    nation = {_key(fact): fact for fact, _ in rates(context.tables, indicator, context.nation.code)}
    both = {key for key in own.keys() & nation.keys() if year in (None, key[0])}
    if not both:
        return None
    newest = max(both)
    fact, count = own[newest]
    stale = newest[0] < stale_before(context.settings)
    return Beside(fact, count, nation[newest], side_of(fact, nation[newest]), stale)


@functools.lru_cache(maxsize=4096)  # peers, parts and the nation come again in every report
def rates(tables: ReportTables, indicator: str, code: str) -> list[tuple[Fact, Fact]]:
    """The rates of a region by year, each with the count behind it."""
    if indicator in _BASE_OF:
        return _computed(tables, indicator, code)
    found = []
    counts = {_row_key(row): row for row in tables.indicators.known(code, COUNT_OF[indicator])}
    for row in tables.indicators.known(code, indicator):
        if _row_key(row) in counts:
            count = fact_of(counts[_row_key(row)])
            residents = next(
                (r for r in tables.indicators.annual(code, "population_count", row["year"])),
                None,
            )
            base = float(residents["value"]) if residents else float("nan")
            found.append((_with_margin(fact_of(row), count, base), count))
    return found


def side_of(own: Fact, other: Fact) -> Side:
    """How a rate stands beside another: clearly more or less, about as much, or too coarse to say."""
    difference = own.value - other.value
    if own.has_margin and own.high - own.low > other.value:
        return "unclear"
    outside = not own.has_margin or not own.low <= other.value <= own.high
    if not outside or abs(difference) < MATERIAL * other.value:
        return "about"
    return "more" if difference > 0 else "less"


def _computed(tables: ReportTables, indicator: str, code: str) -> list[tuple[Fact, Fact]]:
    """Registered young people per 1 000: from the counts of one table, each with its own rounding."""
    found = []
    bases = {_row_key(row): row for row in tables.indicators.known(code, _BASE_OF[indicator])}
    for row in tables.indicators.known(code, COUNT_OF[indicator]):
        base = bases.get(_row_key(row))
        if base is None or not base["value"]:
            continue
        count = fact_of(row)
        rate = replace(count, indicator=indicator, unit="per_1000_youth", value=1000 * count.value / base["value"],
                       low=None, high=None, level=None, step=1.0)  # fmt: skip
        found.append((_with_margin(rate, count, float(base["value"])), count))
    return found


def _with_margin(rate: Fact, count: Fact, base: float) -> Fact:
    """A rate with the margin of the count behind it: it moves in step with the count."""
    if not count.has_margin or not (count.value or base > 0):
        return rate
    factor = rate.value / count.value if count.value else 1000 / base
    return replace(rate, low=factor * max(count.low, 0), high=factor * count.high, level=count.level)


def _row_key(row) -> tuple[int, str]:
    return int(row["year"]), row["source"]


def _key(fact: Fact) -> tuple[int, str]:
    return int(fact.period[:4]), fact.source
