"""The six numbers on the first page, each on a card."""

from __future__ import annotations

import functools
from typing import Any

from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.reports import narrative
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.jobs import Jobs
from pipeline.reports.narrative import Card, Fact, Sentence, fact, say
from pipeline.reports.sections.benefits import (
    UNIT,
    beside_nation,
    few_recipients,
    few_ww_recipients,
    rate_of,
    ww_beside_nation,
    ww_per_1000,
)
from pipeline.reports.sections.jobs_facts import (
    YEARS_BACK,
    published_level,
)
from pipeline.reports.sections.programme_results import Outcome, outcome_counts
from pipeline.reports.sections.residents import growth_of_residents, latest_residents
from pipeline.reports.sections.targets import JobsTarget
from pipeline.reports.sections.wording import (
    NO_GROWTH_RULE,
)
from pipeline.reports.sections.youth_facts import jobseekers_card


def key_figures(
    context: RegionContext, jobs: Jobs, target: JobsTarget | None, outcomes: list[Outcome]
) -> list[Card]:
    """The six cards: jobs, their change, the target or bijstand, residents, WW, young jobseekers."""
    return [
        _level_card(context, jobs),
        _change_card(context, jobs, target),
        _target_card(context, target, outcomes),
        _residents_card(context),
        _ww_card(context),
        jobseekers_card(context),
    ]


def _level_card(context: RegionContext, jobs: Jobs) -> Card:
    if not jobs.can_show_growth and len(jobs.published):
        level = published_level(jobs, int(jobs.published["year"].max()))
        note = Sentence()
        if margin := jobs.margin(jobs.latest_year):
            low, high = margin
            note = say("raming {year}: {low} tot {high}", year=str(jobs.latest_year), low=low, high=high)
        direction = _from(jobs.place, level, _published_level_of(jobs, _year_before(level)))
        return Card(
            tr("Banen van werknemers, {period}", period=level.period),
            level,
            note,
            "cbs",
            _cbs_word(level),
            **direction,
        )
    if jobs.latest_year is None:
        return Card(
            tr("Banen van werknemers"),
            context.absent(label=tr("banen van werknemers"), period=tr("december"), unit=tr("banen")),
        )
    level = jobs.level(jobs.latest_year)
    note = Sentence()
    if margin := jobs.margin(jobs.latest_year):
        note = say("marge van 80 %: {low} tot {high}", low=margin[0], high=margin[1])
    evidence = "raming" if level.is_estimate else "cbs"
    # of an estimate one year is within the margin: no arrow
    direction = {} if margin else _from(jobs.place, level, jobs.level(jobs.latest_year - 1))
    return Card(
        tr("Banen van werknemers, {period}", period=level.period),
        level,
        note,
        evidence,
        _cbs_word(level),
        **direction,
    )


def _year_before(level: Fact) -> int:
    return int(level.period.split()[-1]) - 1


def _published_level_of(jobs: Jobs, year: int) -> Fact | None:
    return published_level(jobs, year) if year in set(jobs.published["year"]) else None


def _from(place: Place, now: Fact, before: Fact | None) -> dict[str, Any]:
    """The direction of a card and its words: the change since an earlier count; nothing when that is not known."""
    if before is None or not (before.is_known and now.is_known):
        return {}
    change = fact(
        now.value - before.value,
        functools.partial(numbers.number, plus=True),
        label=tr("{label}, verandering", label=now.label),
        period=numbers.span(before.period, now.period),
        unit=now.unit,
        status=now.status,
        source=now.source,
        region_code=place.code,
        region=place.name,
    )
    return {
        "direction": narrative.direction_of(change),
        "direction_words": _change_words(change, before.period),
    }


def _change_words(change: Fact, since: str) -> Sentence:
    direction = narrative.direction_of(change)
    words = {"change": change.unsigned(), "since": since}
    if direction == "omhoog":
        return say("{change} meer dan in {since}", **words)
    if direction == "omlaag":
        return say("{change} minder dan in {since}", **words)
    return narrative.resting_on(say("evenveel als in {since}", since=since), change)


def _cbs_word(item: Fact) -> str:
    if item.is_estimate:
        return ""
    return {"provisional": tr("CBS, voorlopig"), "revised_provisional": tr("CBS, nader voorlopig")}.get(
        item.status, ""
    )


def _change_card(context: RegionContext, jobs: Jobs, target: JobsTarget | None) -> Card:
    if not jobs.can_show_growth:
        absent = context.absent(
            label=tr("verandering van banen ({rule})", rule=tr(NO_GROWTH_RULE)),
            period=tr("na {year}", year=jobs.last_count),
            unit=tr("banen"),
        )
        return Card(
            tr("Extra banen na {year}", year=jobs.last_count),
            absent,
            narrative.resting_on(say("{why}", why=tr(NO_GROWTH_RULE)), absent),
        )
    first = target.chosen.baseline_year if target else jobs.latest_year - YEARS_BACK
    counted = jobs.change(first, jobs.latest_year)
    if counted is None:
        since = tr("Extra banen sinds {month}", month=numbers.december(first))
        absent = context.absent(label=since, period=str(first), unit=tr("banen"))
        return Card(since, absent, narrative.resting_on(Sentence(), absent))
    change, low, high = counted
    note = (
        say("marge van 80 %: {low} tot {high}", low=low, high=high)
        if low.display != high.display
        else Sentence()
    )
    evidence = "raming" if change.is_estimate else "cbs"
    return Card(
        tr("Extra banen sinds {month}", month=numbers.december(first)),
        change,
        note,
        evidence,
        _cbs_word(change),
        **_direction_of_change(change, low, high),
    )


def _direction_of_change(change: Fact, low: Fact, high: Fact) -> dict[str, Any]:
    """The arrow of a change with its word; a margin that holds both more and less gives none."""
    if low.value < 0 < high.value:
        return {}
    direction = narrative.direction_of(change)
    words = {"omhoog": say("gegroeid"), "omlaag": say("gekrompen"), "gelijk": say("gelijk gebleven")}
    return {"direction": direction, "direction_words": words[direction]}


def _target_card(context: RegionContext, target: JobsTarget | None, outcomes: list[Outcome]) -> Card:
    if target is not None:
        return _chance_card(target)
    if outcomes and not context.is_above_regions:
        total, reached, _ = outcome_counts(context, outcomes)
        return Card(
            tr("Doelen van programma's, gehaald"),
            narrative.replace(reached, display=numbers.number(reached.value), shown=""),
            say("van {total}", total=total),
            "programma",
            word=tr("opgave programma"),
        )
    found = beside_nation(context, "bijstand_per_1000_residents")
    label = tr("Bijstand per 1.000 inwoners")
    if found is None:
        year = str(context.settings.edition)
        return Card(label, context.absent(label=tr("bijstand"), period=year, unit=tr(UNIT)))
    own, nation = (rate_of(context, row, tr("bijstand")) for row in found)
    return _beside_card(context, label, own, nation, few_recipients(context, found[0]))


def _chance_card(target: JobsTarget) -> Card:
    reading = target.chosen
    goal = reading.goal()
    label = tr(
        "{goal} extra in {deadline_year} (nulmeting {baseline_year})",
        goal=goal.display,
        deadline_year=reading.deadline_year,
        baseline_year=reading.baseline_year,
    )
    if not reading.has_chance:
        verdict = fact(
            reading.row["required_per_year"],
            numbers.hundreds,
            label=tr(str(reading.row["verdict"])),
            period=tr("nulmeting {baseline_year}", baseline_year=reading.baseline_year),
            unit=tr("banen per jaar"),
            status="estimate",
            source=reading.row["source"],
        )
        note = narrative.resting_on(say("{needed} banen per jaar nodig", needed=verdict), goal)
        return Card(label, verdict, note, "raming", tr("alleen tempo"), shown=tr(str(reading.row["verdict"])))
    first, *others = reading.chances()
    words, verdict = reading.chance_in_words(), tr(str(reading.row["verdict"]))
    note = narrative.resting_on(
        say("kans: {words}. Oordeel: {verdict}", words=words, verdict=verdict), *others, goal
    )
    return Card(label, first, note, "raming", tr("raming met model"), shown=reading.chance().text)


def _residents_card(context: RegionContext) -> Card:
    residents = latest_residents(context)
    note = Sentence()
    for link in context.programmes:
        for target in link.programme.targets:
            if (
                link.relation == "same"
                and target.area == link.area
                and target.indicator == "population_count"
            ):
                goal = fact(
                    float(target.target),
                    label=tr("doel inwoners"),
                    period=str(target.deadlines[0].year),
                    unit=tr("inwoners"),
                    status="target",
                    source=target.source.title,
                )
                more = tr("meer dan ") if target.relation == "more_than" else ""
                note = say("doel: {more}{goal} in {year}", more=more, goal=goal, year=goal.period)
    direction = {}
    growth = growth_of_residents(context)
    if growth is not None:
        since, change = growth
        words = _change_words(change, since)
        direction = {"direction": narrative.direction_of(change), "direction_words": words}
    return Card(tr("Inwoners, {period}", period=residents.period), residents, note, "cbs", **direction)


def _ww_card(context: RegionContext) -> Card:
    found = ww_beside_nation(context)
    label = tr("WW per 1.000 inwoners")
    if found is None:
        year = str(context.settings.edition)
        return Card(label, context.absent(label=tr("WW-uitkeringen"), period=year, unit=tr(UNIT)))
    own, nation = found
    card = _beside_card(context, label, own, nation, few_ww_recipients(context, own))
    before = ww_per_1000(context, int(own.period) - 1)
    if not before.is_known or few_ww_recipients(context, own) is not None:
        return card
    direction = narrative.compared(own, before, more="omhoog", less="omlaag", equal="gelijk")
    words = {"before": before, "when": before.period}
    if direction == "gelijk":
        said = narrative.resting_on(say("evenveel als in {when}", when=before.period), before)
    elif direction == "omhoog":
        said = say("meer dan de {before} in {when}", **words)
    else:
        said = say("minder dan de {before} in {when}", **words)
    return narrative.replace(card, direction=direction, direction_words=said)


def _beside_card(context: RegionContext, label: str, own: Fact, nation: Fact, few: Fact | None) -> Card:
    """The card of a benefit, beside the nation; of few recipients with their number."""
    word = tr("CBS, teruggerekend") if own.is_estimate else _cbs_word(own)
    if few is not None:
        note = say("ongeveer {few}; Nederland: {nation}", few=few.with_noun(tr("uitkeringen")), nation=nation)
    elif context.is_nation:
        note = Sentence()
    else:
        note = say("Nederland: {nation}", nation=nation)
    return Card(f"{label}, {own.period}", own, note, "cbs", word)
