"""Work since the last count: how the estimate is made, and what may lie ahead."""

from __future__ import annotations

import functools
import math

import pandas as pd

from pipeline.figures.jobs_chart import jobs_and_target
from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.context import RegionContext
from pipeline.reports.jobs import SHOWN_LEVEL, Jobs
from pipeline.reports.narrative import Sentence, fact, say
from pipeline.reports.sections.counted_jobs import last_count_fact
from pipeline.reports.sections.jobs_facts import break_remark, jobs_labels
from pipeline.reports.sections.wording import (
    COROP_WORDS,
    NO_GROWTH_RULE,
    WORK_KICKER,
    source_words,
)

OUTLOOK_YEARS = 6


def estimate_and_outlook(context: RegionContext, jobs: Jobs) -> list[form.Block]:
    """How the estimate is made, and the outlook with its margin."""
    blocks: list[form.Block] = []
    outlook = _outlook(context, jobs)
    if outlook is not None:
        blocks += _outlook_page(context, jobs, outlook)
    if jobs.is_share_estimate:
        if not jobs.can_show_growth:
            title = narrative.resting_on(
                say("Na {year}: een raming, geen telling", year=str(jobs.last_count)), last_count_fact(jobs)
            )
            blocks += [
                narrative.subheading("raming", title),
                narrative.paragraph("raming", _level_words(context, jobs)),
            ]
        blocks += _how_estimated(context, jobs)
    return blocks


def _level_words(context: RegionContext, jobs: Jobs) -> Sentence:
    level, margin = jobs.level(jobs.latest_year), jobs.margin(jobs.latest_year)
    if margin is None:
        return say("De raming voor {when} is {level} banen.", when=level.period, level=level)
    low, high = margin
    span = say(
        "De raming voor {when} loopt van {low} tot {high} banen.", when=level.period, low=low, high=high
    )
    if jobs.can_show_growth:
        return span
    rule = say("Hoeveel er na de telling bij kwamen, is {rule}.", rule=tr(NO_GROWTH_RULE))
    return span + narrative.resting_on(rule, last_count_fact(jobs))


def _outlook(context: RegionContext, jobs: Jobs) -> pd.DataFrame | None:
    """Outlook of the next years; None where growth may not be said or no model answers."""
    if not jobs.can_show_growth:
        return None
    rows = context.model("outlook")
    rows = rows[rows["indicator"] == "jobs_employees"]
    rows = rows[rows["year"] <= rows["last_year"] + OUTLOOK_YEARS]
    return rows.sort_values("year", ignore_index=True, kind="stable") if len(rows) else None


def _outlook_page(context: RegionContext, jobs: Jobs, outlook: pd.DataFrame) -> list[form.Block]:
    end = outlook.iloc[-1]
    year = int(end["year"])
    write = functools.partial(rounded_to_margin, step=outlook_step(end["low_80"], end["high_80"]))
    facts = {
        name: fact(
            value,
            write,
            label=tr("vooruitzicht, {label}", label=label),
            period=numbers.december(year),
            unit=tr("banen"),
            status="estimate",
            source=tr("eigen berekening op {source}", source=end["source"]),
            region_code=context.code,
            region=context.place.name,
        )
        for name, value, label in (
            ("low", end["low_80"], tr("ondergrens {level} %", level=SHOWN_LEVEL)),
            ("high", end["high_80"], tr("bovengrens {level} %", level=SHOWN_LEVEL)),
            ("median", end["median"], tr("midden")),
        )
    }
    drawing = jobs_and_target(
        jobs.published,
        jobs.estimate if len(jobs.estimate) else None,
        outlook=outlook,
        about=context.about("vooruitzicht", tr("banen"), jobs.source),
        labels=jobs_labels(jobs),
        provisional=jobs.provisional,
        breaks=jobs.break_years,
        height_mm=84,
        style=context.style,
    )
    lent = _borrowed(context, end)
    level = jobs.level(jobs.latest_year)
    rises = facts["low"].value > level.value
    falls = facts["high"].value < level.value
    if rises:
        words = say("In {year} ligt het aantal banen waarschijnlijk hoger", year=str(year))
    elif falls:
        words = say("In {year} ligt het aantal banen waarschijnlijk lager", year=str(year))
    else:
        words = say("In {year} kan het aantal banen hoger of lager zijn dan nu", year=str(year))
    title = narrative.resting_on(words, facts["low"], facts["high"], level)
    when = facts["low"].period
    middle_words = say(
        "Het midden van het vooruitzicht voor {when} ligt rond {one} banen.", when=when, one=facts["median"]
    )
    margin = fact(
        SHOWN_LEVEL,
        numbers.percent,
        label=tr("kans dat het in de marge valt"),
        period=str(year),
        unit=tr("procent"),
        source=tr("instelling"),
    )
    return [
        narrative.heading("vooruitzicht", tr(WORK_KICKER), title),
        narrative.lead(
            "vooruitzicht",
            middle_words,
            say("De marge van 80 % loopt van {low} tot {high}.", low=facts["low"], high=facts["high"]),
            say(
                "Met een kans van {margin} valt het aantal daarbinnen, als de ontwikkeling tot nu doorzet.",
                margin=margin,
            ),
        ),
        narrative.figure(
            drawing,
            "vooruitzicht",
            narrative.resting_on(
                say(
                    "Het vooruitzicht loopt in {year} van {low} tot {high} banen",
                    year=str(year),
                    low=facts["low"],
                    high=facts["high"],
                )
            ),
            unit=tr("Banen van werknemers in {here}, december.", here=context.place.here),
            source=source_words(
                jobs.sources,
                tr(
                    "vooruitzicht: eigen berekening{lent}; zonder oorzaken en zonder beleid{breaks}",
                    lent=lent,
                    breaks=break_remark(jobs),
                ),
            ),
        ),
    ]


def outlook_step(low: float, high: float) -> int:
    """What an outlook is rounded to: the power of ten within a tenth of its margin and a fiftieth of its level."""
    most = max(min((high - low) / 10, low / 50), 100)
    return 10 ** math.floor(math.log10(most))


def rounded_to_margin(value: float | None, step: int) -> str:
    """An outlook to the step that its margin allows, never finer than a hundred."""
    return numbers.number(None if numbers.is_absent(value) else step * math.floor(value / step + 0.5))


def _borrowed(context: RegionContext, row: pd.Series) -> str:
    if bool(row["own_series"]):
        return tr(" op de eigen reeks")
    names = [
        context.tables.places[code].name
        for code in str(row["borrowed_from"]).split()
        if code in context.tables.places
    ]
    return tr(", met de groei van COROP-gebied {names}", names=numbers.listing(names)) if names else ""


def _how_estimated(context: RegionContext, jobs: Jobs) -> list[form.Block]:
    quality = context.model("job_estimate_quality")
    if quality.empty:
        return []
    row = quality.iloc[0]
    corops = [context.tables.places[c] for c in str(row["corop_codes"]).split() if c in context.tables.places]
    period = str(jobs.last_count)
    estimated = functools.partial(
        fact,
        write=functools.partial(numbers.percent, decimals=1),
        period=period,
        unit=tr("procent"),
        status="estimate",
        source=jobs.source,
        region_code=context.code,
        region=context.place.name,
    )
    share = estimated(100 * row["share_of_corop"], label=tr("aandeel in de COROP"))
    drift = estimated(100 * row["yearly_drift_sd"], label=tr("jaarlijkse afwijking van de COROP"))
    names = numbers.listing([place.name for place in corops])
    margin = jobs.margin(jobs.latest_year)
    year = last_count_fact(jobs)
    level = fact(
        SHOWN_LEVEL,
        numbers.percent,
        label=tr("breedte van de marge"),
        period=period,
        unit=tr("procent"),
        source=tr("instelling"),
    )
    columns = [
        (
            tr("Vast aandeel"),
            say(
                "{here} had in {year} naar raming {share} van de banen in COROP-gebied {names}.",
                here=context.place.here,
                year=year,
                share=share,
                names=names,
            )
            + say("Dat aandeel houden wij vast.")
            + say(COROP_WORDS),
        ),
        (
            tr("Tempo van het COROP-gebied"),
            narrative.resting_on(
                say(
                    "Daarna beweegt de raming mee met het COROP-gebied, op de grenzen van nu. CBS telt dat elk jaar."
                ),
                year,
            ),
        ),
        (
            tr("Marge"),
            say(
                "Groepen gemeenten groeiden naar raming {drift} per jaar anders dan hun COROP-gebied.",
                drift=drift,
            )
            + say("Die afstand groeit met de jaren.")
            + say("De marge is zo breed dat {level} erbinnen valt.", level=level),
        ),
    ]
    blocks: list[form.Block] = [
        narrative.subheading("raming-uitleg", say("Zo maakten wij de raming")),
        narrative.side_by_side("raming-uitleg", columns),
    ]
    if margin:
        low, high = margin
        blocks.append(
            narrative.note(
                "raming-let-op",
                tr("Wat de raming niet kan."),
                say(
                    "Of {here} harder of zachter groeide dan het COROP-gebied, weet de raming niet. In {when} "
                    "loopt de marge van {low} tot {high}.",
                    here=context.place.here,
                    when=low.period,
                    low=low,
                    high=high,
                ),
            )
        )
    return blocks
