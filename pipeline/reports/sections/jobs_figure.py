"""The line of jobs on the first page, with the target where there is one."""

from __future__ import annotations

import functools

from pipeline.figures.jobs_chart import jobs_and_target
from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.context import RegionContext
from pipeline.reports.jobs import Jobs
from pipeline.reports.narrative import Sentence, fact, say
from pipeline.reports.sections.jobs_facts import (
    break_remark,
    jobs_labels,
    published_level,
)
from pipeline.reports.sections.targets import JobsTarget
from pipeline.reports.sections.wording import (
    estimate_adverb,
    source_words,
)


def jobs_figure(context: RegionContext, jobs: Jobs, target: JobsTarget | None) -> form.Block:
    """The chart of jobs with the road to the target; a calm note when there is no level at all."""
    if jobs.published.empty and jobs.estimate.empty:
        return narrative.note(
            "banen", tr("Banen."), say("Voor dit gebied heeft deze momentopname geen cijfers over banen.")
        )
    path = pace = None
    title = _chart_title(context, jobs)
    if target is not None:
        reading = target.chosen
        # The road from now on: a line from the baseline would run over the estimate of the years between.
        now = (reading.latest_year, float(reading.row["latest_value"]))
        then = (reading.baseline_year, float(reading.row["baseline_value"]))
        goal = (reading.deadline_year, float(reading.row["target_value"]))
        path = [now if now[0] < goal[0] else then, goal]
        grown = float(reading.row["observed_per_year"]) * float(reading.row["horizon"])
        pace = (reading.deadline_year, float(reading.row["latest_value"]) + grown)
        title = _pace_title(target)
    drawing = jobs_and_target(
        jobs.published,
        jobs.estimate if len(jobs.estimate) else None,
        path,
        pace,
        about=context.about("banen", tr("banen"), jobs.source),
        labels=jobs_labels(jobs),
        provisional=jobs.provisional,
        breaks=jobs.break_years,
        named_years=(target.chosen.baseline_year,) if target else (),
        height_mm=50 if target is not None else 74,
        style=context.style,
    )
    return narrative.figure(
        drawing,
        "banen",
        title,
        unit=tr("Banen van werknemers in {here}, december.", here=context.place.here),
        source=source_words(
            jobs.sources,
            (tr("raming en doellijn: eigen berekening") if path else _estimate_remark(jobs))
            + break_remark(jobs),
        ),
    )


def _estimate_remark(jobs: Jobs) -> str:
    if jobs.estimate.empty:
        return ""
    return (
        tr("raming: eigen berekening")
        if jobs.is_share_estimate
        else tr("jaren met andere grenzen: eigen omrekening")
    )


def _chart_title(context: RegionContext, jobs: Jobs) -> Sentence:
    if not jobs.can_show_growth:
        if jobs.published.empty:
            return say("Er is geen telling van banen per gemeente, alleen een raming met een brede marge")
        last = int(jobs.published["year"].max())
        level = published_level(jobs, last)
        return narrative.resting_on(
            say(
                "Na {year} is er geen telling per gemeente, alleen een raming met een brede marge",
                year=str(last),
            ),
            level,
        )
    # over the whole line: the last years stand in the title of the page
    first = jobs.first_year
    counted = jobs.change(first, jobs.latest_year)
    if counted is None:  # one year only
        return say("Hoeveel banen erbij kwamen, is niet te zeggen")
    change, low, high = counted
    if low.value < 0 < high.value:
        words = say(
            "Of het aantal banen sinds {year} groeide, valt binnen de marge niet te zeggen", year=str(first)
        )
        return narrative.resting_on(words, change)
    words = {"year": str(first), "change": change.unsigned()}
    if narrative.direction_of(change) == "gelijk":
        return narrative.resting_on(
            say("Sinds {year} bleef het aantal banen gelijk", year=str(first)), change
        )
    if change.is_estimate:
        if change.value > 0:
            return say("Sinds {year} kwamen er naar raming {change} banen bij", **words)
        return say("Sinds {year} verdwenen er naar raming {change} banen", **words)
    if change.value > 0:
        return say("Sinds {year} kwamen er {change} banen bij", **words)
    return say("Sinds {year} verdwenen er {change} banen", **words)


def _pace_title(target: JobsTarget) -> Sentence:
    """How much faster it has to go: "anderhalf keer zo snel"."""
    reading = target.chosen
    goal = reading.goal()
    year = str(reading.deadline_year)
    observed, needed = float(reading.row["observed_per_year"]), float(reading.row["required_per_year"])
    facts = (
        reading.number(
            "observed_per_year",
            tr("tempo sinds de nulmeting"),
            f"{reading.baseline_year}–{reading.latest_year}",
        ),
        reading.number(
            "required_per_year", tr("nog nodig per jaar"), f"{reading.latest_year}–{reading.deadline_year}"
        ),
    )
    how = estimate_adverb(*facts)
    if observed <= 0:
        words = say(
            "Voor {goal} extra banen in {year} is groei nodig; {fell}",
            goal=goal,
            year=year,
            fell=tr("naar raming daalde het aantal") if how else tr("het aantal daalde"),
        )
    elif needed <= observed:
        words = say(
            "Het tempo is {how}hoog genoeg voor {goal} extra banen in {year}", how=how, goal=goal, year=year
        )
    else:
        ratio = needed / observed
        if ratio < 1.25:
            faster = say("iets sneller")
        elif ratio < 1.75:
            faster = say("anderhalf keer zo snel")
        else:
            times = fact(
                ratio,
                functools.partial(numbers.number, decimals=1),
                label=tr("nodig gedeeld door tempo"),
                period=f"{reading.baseline_year}–{reading.deadline_year}",
                unit=tr("keer"),
                status="estimate",
                source=reading.row["source"],
            )
            faster = say("{times} keer zo snel", times=times)
        words = say(
            "Voor {goal} extra banen in {year} moet de groei {how}{faster}",
            how=how,
            goal=goal,
            year=year,
            faster=narrative.lower_first(faster),
        )
    return narrative.resting_on(words, *facts)
