"""Who looks for work: WW and bijstand beside similar regions and by gemeente, unemployment beside the nation."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.reports.context import NATION, Place, RegionContext
from pipeline.reports.facts.base import Fact, Name, fact_of, plain_number
from pipeline.reports.facts.peers import peers_of
from pipeline.reports.facts.rates import Beside, beside_nation
from pipeline.reports.facts.target import leads_with_jobs

#: parts that still make a readable table
MOST_PARTS = 60
_BENEFITS = {"ww": "ww_per_1000_residents", "bijstand": "bijstand_per_1000_residents"}


@dataclass(frozen=True)
class BenefitRow:
    """Benefits of one region; ``own`` for the region of the report, ``nation`` for the Netherlands."""

    name: Name
    residents: Fact | None
    ww: Beside | None
    bijstand: Beside | None
    own: bool = False
    nation: bool = False


@dataclass(frozen=True)
class Unemployment:
    """A rate of a place beside the nation over the years on one basis.

    above : years in which the place lies above the nation; years : all of them
    """

    name: Name
    is_own: bool
    levels: tuple[Fact, ...]
    nation: tuple[Fact, ...]
    above: Fact
    years: Fact


@dataclass(frozen=True)
class PeopleFacts:
    """What the chapter about jobseekers and benefits says.

    chart_before : whether the first page has the chart of the peers
    peer_count, less_ww, less_bijstand : similar regions, and how many of them have clearly less
    latest_nation : newest monthly rate of the nation
    """

    ww: Beside | None
    bijstand: Beside | None
    peers: tuple[BenefitRow, ...]
    chart_before: bool
    peer_count: Fact
    less_ww: Fact
    less_bijstand: Fact
    parts: tuple[BenefitRow, ...]
    total: BenefitRow
    nation: BenefitRow
    unemployment: Unemployment | None
    latest_nation: Fact | None
    thousand: Fact


def people(context: RegionContext) -> PeopleFacts | None:
    """The facts about jobseekers and benefits; None where there are none at all."""
    own = benefit_row(context, context.place)
    if own.ww is None and own.bijstand is None:
        return None
    peers, year = peer_rows(context), _year_of(own)
    parts = context.parts(MOST_PARTS) if len(context.members) > 1 else ()
    rows = tuple(benefit_row(context, place, year) for place in parts if place.code != context.code)
    return PeopleFacts(
        ww=own.ww,
        bijstand=own.bijstand,
        peers=peers,
        chart_before=not leads_with_jobs(context),
        peer_count=_count(context, len(peers)),
        less_ww=_count(context, sum(_is_less(row.ww, own.ww) for row in peers)),
        less_bijstand=_count(context, sum(_is_less(row.bijstand, own.bijstand) for row in peers)),
        parts=tuple(sorted(rows, key=_by_bijstand)),
        total=own,
        nation=benefit_row(context, context.nation, year),
        unemployment=_unemployment(context),
        latest_nation=_latest_nation(context),
        thousand=plain_number(1000, "definition", source=own.ww.own.source if own.ww else "", region_code=context.code,
                              vintage=context.settings.vintage),
    )  # fmt: skip


def peer_rows(context: RegionContext) -> tuple[BenefitRow, ...]:
    """WW and bijstand of similar regions in the newest year of the region."""
    year = _year_of(benefit_row(context, context.place))
    return tuple(benefit_row(context, place, year) for place in peers_of(context))


def _year_of(row: BenefitRow) -> int | None:
    known = row.ww or row.bijstand
    return int(known.own.period[:4]) if known else None


def benefit_row(context: RegionContext, place: Place, year: int | None = None) -> BenefitRow:
    """WW and bijstand of a place in a year; by default the newest that it shares with the nation."""
    found = {name: beside_nation(context, indicator, place, year) for name, indicator in _BENEFITS.items()}
    known = found["ww"] or found["bijstand"]
    residents = None
    if known is not None:
        row = context.at("population_count", int(known.own.period[:4]), place)
        residents = None if row is None else fact_of(row)
    return BenefitRow(
        Name(place.name), residents, **found, own=place.code == context.code, nation=place.code == NATION
    )


def _count(context: RegionContext, value: int) -> Fact:
    return plain_number(
        value,
        "members",
        source=context.tables.division[0],
        region_code=context.code,
        vintage=context.settings.vintage,
        unit="regions",
        period=str(context.tables.division[1]),
    )


def _is_less(other: Beside | None, own: Beside | None) -> bool:
    """Whether another region has clearly less: the margins do not overlap."""
    if other is None or own is None or other.own.period != own.own.period:
        return False
    high = other.own.high if other.own.has_margin else other.own.value
    return high < (own.own.low if own.own.has_margin else own.own.value)


def _by_bijstand(row: BenefitRow) -> tuple[float, str]:
    rate = row.bijstand or row.ww
    return (-rate.own.value if rate else 0.0, row.name)


# --- unemployment -------------------------------------------------------------------------


def _unemployment(context: RegionContext) -> Unemployment | None:
    """The yearly rate of the region, or of the smallest region around it that has one, beside the nation."""
    for place in (context.place, *context.surroundings):
        if place.code == NATION:
            continue
        levels, nation = _on_one_basis(context, place)
        if levels:
            above = sum(own.value > other.value for own, other in zip(levels, nation, strict=True))
            return Unemployment(Name(place.name), place.code == context.code, levels, nation,
                                _count(context, above), _count(context, len(levels)))  # fmt: skip
    return None


def _on_one_basis(context: RegionContext, place: Place) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The longest yearly series that place and nation share on one basis, both with a value."""
    series: dict[str, list[tuple[int, dict, dict]]] = {}
    nation = {
        (row["year"], row["basis"]): row
        for row in context.tables.indicators.known(NATION, "unemployment_rate_pct")
    }
    for row in context.tables.indicators.known(place.code, "unemployment_rate_pct"):
        other = nation.get((row["year"], row["basis"]))
        if other is not None:
            series.setdefault(row["basis"], []).append((row["year"], row, other))
    longest = max(series.values(), key=lambda rows: (max(year for year, *_ in rows), len(rows)), default=[])
    if len(longest) < 3:
        return (), ()
    rows = sorted(longest, key=lambda item: item[0])
    return tuple(fact_of(row) for _, row, _ in rows), tuple(fact_of(other) for *_, other in rows)


def _latest_nation(context: RegionContext) -> Fact | None:
    rows = context.rows("unemployment_rate_pct", context.nation, frequency="M")
    rows = rows[rows["value"].notna()]
    return None if rows.empty else fact_of(rows.iloc[-1])
