"""The first page: where the region stands, how likely the target is, how sure that is, who looks for work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pipeline.reports.context import RegionContext
from pipeline.reports.facts.base import Fact, Name, fact_of, plain_number
from pipeline.reports.facts.jobs_series import YEARS_BACK, JobsSeries, jobs_of, outlook_of, year_of
from pipeline.reports.facts.people import BenefitRow, benefit_row, peer_rows
from pipeline.reports.facts.rates import Beside, beside_nation
from pipeline.reports.facts.target import JobsTarget, VariantFacts, jobs_target, leads_with_jobs, times_faster

Certainty = Literal["high", "middle", "low"]
#: half of a margin, as a part of the value, up to which a figure is sure
_SURE, _RATHER_SURE = 0.05, 0.10
#: how many questions stand on the page
QUESTIONS = 3


@dataclass(frozen=True)
class Question:
    """A question to the college: its code, and what it names."""

    code: str
    name: Name = field(default_factory=lambda: Name(""))
    fact: Fact | None = None


@dataclass(frozen=True)
class PageOneFacts:
    """What the first page says.

    growth_side : growth beside the nation: "more", "less", "about", "" when it may not be said
    newest : topic and the fact whose period is the newest of it
    peers : similar regions, for the chart of a region whose growth may not be said
    """

    members: Fact
    residents: Fact | None
    jobs: Fact | None
    last_count: Fact | None
    growth_allowed: bool
    since: Fact | None
    change: Fact | None
    change_year: Fact | None
    growth: Fact | None
    growth_side: str
    target: VariantFacts | None
    times: Fact | None
    goals: Fact
    goals_open: Fact
    ww: Beside | None
    bijstand: Beside | None
    youth: Beside | None
    certainty: tuple[tuple[str, Certainty], ...]
    questions: tuple[Question, ...]
    question_count: Fact
    newest: tuple[tuple[str, Fact], ...]
    contact: Name
    levels: tuple[Fact, ...]
    old_count: tuple[Fact, ...]
    outlook: tuple[Fact, ...]
    peers: tuple[BenefitRow, ...]
    own_row: BenefitRow
    nation_row: BenefitRow
    thousand: Fact


def page_one(context: RegionContext) -> PageOneFacts:
    """The facts of the first page of a region."""
    series, target = jobs_of(context), jobs_target(context)
    chosen = target.chosen if target else None
    first = int(chosen.baseline.value) if chosen else None
    base = first or (year_of(series.newest) - YEARS_BACK if series.newest else None)
    last = year_of(series.newest) if series.newest else None
    change = series.change(base, last) if last else None
    people = {name: beside_nation(context, indicator) for name, indicator in _PEOPLE.items()}
    goals, goals_open = _goals(context)
    return PageOneFacts(
        members=_number(context, len(context.members), "members", "regions"),
        residents=_residents(context),
        jobs=series.newest,
        last_count=series.newest_count,
        growth_allowed=change is not None,
        since=_number(context, base, "year", "year") if change else None,
        change=change,
        change_year=series.change(last - 1, last) if last else None,
        growth=series.growth(base, last) if last else None,
        growth_side=_growth_side(context, series, base, last),
        target=chosen,
        times=times_faster(context, chosen),
        goals=goals,
        goals_open=goals_open,
        **people,
        certainty=_certainties(series, people),
        questions=_questions(context, target, series, people),
        question_count=_number(context, QUESTIONS, "members", "number"),
        newest=_newest(series, people),
        contact=Name(context.settings.reports.contact or ""),
        levels=series.levels,
        old_count=series.old_count,
        outlook=outlook_of(context, series),
        peers=() if leads_with_jobs(context) else peer_rows(context),
        own_row=benefit_row(context, context.place),
        nation_row=benefit_row(context, context.nation),
        thousand=_number(context, 1000, "definition", "number"),
    )


_PEOPLE = {
    "ww": "ww_per_1000_residents",
    "bijstand": "bijstand_per_1000_residents",
    "youth": "youth_registered_per_1000",
}


def _number(context: RegionContext, value: float, indicator: str, unit: str) -> Fact:
    period = str(context.tables.division[1]) if unit == "regions" else ""
    return plain_number(value, indicator, source=context.tables.division[0], region_code=context.code,
                        vintage=context.settings.vintage, unit=unit, period=period)  # fmt: skip


def _residents(context: RegionContext) -> Fact | None:
    row = context.latest("population_count")
    return None if row is None else fact_of(row)


def _growth_side(context: RegionContext, series: JobsSeries, first: int | None, last: int | None) -> str:
    """Growth beside the nation: outside the margin of the region faster or slower, inside about as fast."""
    if context.is_nation or not last:
        return ""
    own, nation = series.growth(first, last), jobs_of(context, context.nation).growth(first, last)
    if own is None or nation is None:
        return ""
    low, high = (own.low, own.high) if own.has_margin else (own.value, own.value)
    if low <= nation.value <= high or abs(own.value - nation.value) < 0.5:
        return "about"
    return "more" if own.value > nation.value else "less"


def _goals(context: RegionContext) -> tuple[Fact, Fact]:
    """How many goals the region's own programmes have, and of how many no result was found."""
    own = [link for link in context.programmes if link.relation == "same"]
    targets = [(link.programme.key, target.key) for link in own for target in link.programme.targets]
    rows = [context.tables.target_rows.get(key, ()) for key in targets]
    without = [group for group in rows if not any(_has_result(row) for row in group)]
    return _number(context, len(targets), "members", "number"), _number(
        context, len(without), "members", "number"
    )


def _has_result(row) -> bool:
    return row["verdict"] in ("gehaald", "niet gehaald", "op koers", "achter", "onzeker")


def _certainties(series: JobsSeries, people: dict[str, Beside | None]) -> tuple[tuple[str, Certainty], ...]:
    found: list[tuple[str, Certainty]] = []
    benefits = [people[name] for name in ("ww", "bijstand") if people[name] is not None]
    if benefits:
        found.append(("benefits", min((_certainty(item.count) for item in benefits), key=_ORDER.index)))
    if series.newest is not None:
        found.append(("jobs", _certainty(series.newest)))
    if people["youth"] is not None and len(found) < 2:
        found.append(("youth", _certainty(people["youth"].count)))
    return tuple(found)


_ORDER = ("low", "middle", "high")


def _certainty(fact: Fact) -> Certainty:
    """high: counted, off by less than 5 %; middle: off by at most 10 %; low: wider."""
    half = (fact.high - fact.low) / 2 / fact.value if fact.has_margin and fact.value else 0.0
    if not fact.value:
        return "low"
    if half < _SURE and not fact.estimate:
        return "high"
    return "middle" if half <= _RATHER_SURE else "low"


def _newest(series: JobsSeries, people: dict[str, Beside | None]) -> tuple[tuple[str, Fact], ...]:
    found = [("jobs", series.newest)] if series.newest else []
    benefits = [people[name].own for name in ("ww", "bijstand") if people[name]]
    found += [("benefits", max(benefits, key=lambda fact: fact.period))] if benefits else []
    return tuple(found + ([("youth", people["youth"].own)] if people["youth"] else []))


# --- questions ----------------------------------------------------------------------------


def _questions(
    context: RegionContext, target: JobsTarget | None, series: JobsSeries, people: dict[str, Beside | None]
) -> tuple[Question, ...]:
    """What is open, the most telling first."""
    found: list[Question] = []
    if target is not None:
        found.append(Question("which_baseline", fact=target.chosen.goal))
        if target.target.later_versions:
            found.append(Question("still_holds"))
    found += _promises(context)
    if not context.programmes and context.place.kind != "nation":
        found.append(Question("has_target"))
    if series.newest is not None and series.newest.estimate:
        found.append(Question("new_count"))
    youth = people["youth"]
    if youth is not None and youth.side == "unclear":
        found.append(Question("count_youth"))
    if youth is not None:
        found.append(Question("youth_out_of_sight", fact=youth.own))
    found += [Question("who_counts"), Question("newer_benefits")]
    return tuple({question.code: question for question in found}.values())[:QUESTIONS]


def _promises(context: RegionContext) -> list[Question]:
    """Promises with a number of which nobody found what came of it."""
    own = [link for link in context.programmes if link.relation == "same"]
    for link in own:
        for item in link.programme.targets:
            rows = context.tables.target_rows.get((link.programme.key, item.key), ())
            if (
                item.kind == "programme_output"
                and not item.is_open
                and not any(_has_result(row) for row in rows)
            ):
                return [Question("promise", Name(item.title, "nl"))]
    return []
