"""Programmes: each target with its deadline, what was measured or reported and the verdict; the promise ledger."""

from __future__ import annotations

import pandas as pd

from pipeline.figures.charts import Line, line_series
from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reference import OPEN
from pipeline.reports import blocks as form
from pipeline.reports import narrative, soundness
from pipeline.reports.blocks import Column, Ledger, Mark
from pipeline.reports.context import RegionContext
from pipeline.reports.narrative import AnyCell, FactCell, Sentence, counted, say
from pipeline.reports.sections.programme_results import (
    KIND_WORDS,
    Outcome,
    claim_date,
    claim_words,
    outcome_counts,
    outcomes_of,
)
from pipeline.reports.sections.targets import jobs_target
from pipeline.reports.sections.wording import source_words

KICKER = to_translate("Programma's")
MOST_LEDGER_ROWS = 14


def programmes(context: RegionContext) -> list[form.Block]:
    """The pages about programmes; one sentence for a region without one."""
    outcomes = outcomes_of(context)
    if not outcomes:
        return [
            narrative.heading(
                "programmas", tr(KICKER), say("Deze monitor volgt hier geen programma"), new_page=False
            ),
            narrative.lead(
                "programmas",
                say(
                    "Voor {here} staat er geen programma met doelen in deze monitor. Wie een programma "
                    "kent, kan het laten toevoegen.",
                    here=context.place.here,
                ),
            ),
        ]
    return [
        narrative.heading("programmas", tr(KICKER), _title(context, outcomes), new_page=False),
        narrative.lead("programmas", *_lead(context, outcomes)),
        *_tables(context, outcomes),
        *_ledgers(context, outcomes),
    ]


def _title(context: RegionContext, outcomes: list[Outcome]) -> Sentence:
    if context.is_above_regions:
        return _title_above_regions(context, outcomes)
    total, reached, missing = outcome_counts(context, outcomes)
    if missing.value == len(outcomes):
        return (
            say("Voor geen van de {total} vonden wij een resultaat", total=total)
            if len(outcomes) > 1
            else narrative.resting_on(say("Voor het enige doel vonden wij geen resultaat"), total)
        )
    words = {"total": total, "missing": missing}
    if reached.value == 0:
        title = say("Van {total} is er nog geen gehaald; voor {missing} vonden wij geen resultaat", **words)
        return narrative.resting_on(title, reached)
    if reached.value == 1:
        return say(
            "Van {total} is er {done} gehaald; voor {missing} vonden wij geen resultaat",
            done=reached,
            **words,
        )
    return say(
        "Van {total} zijn er {done} gehaald; voor {missing} vonden wij geen resultaat", done=reached, **words
    )


def _title_above_regions(context: RegionContext, outcomes: list[Outcome]) -> Sentence:
    """Above regions the goals of a few say nothing about the whole: no score."""
    many = counted(
        len({outcome.programme.key for outcome in outcomes}),
        tr("programma"),
        tr("programma's"),
        label=tr("programma's"),
        period=context.settings.edition,
        source=tr("programmadocumenten"),
    )
    words = {"many": many, "here": context.place.here}
    if many.value == 1:
        return say("{many} gaat over een deel van {here}", **words)
    return say("{many} gaan over een deel van {here}", **words)


def _lead(context: RegionContext, outcomes: list[Outcome]) -> list[Sentence]:
    lead = [
        say("Wij zetten naast elk doel alleen wat iemand heeft gemeten of gemeld."),
        say(
            "Ontbreekt dat, dan staat er 'geen gegevens'. Dat is geen slecht cijfer: het is een "
            "vraag aan het programma."
        ),
    ]
    if any(_lies_elsewhere(context, outcome) for outcome in outcomes):
        lead.append(
            say(
                "Geldt een doel niet precies voor {here}, dan staat het gebied eronder.",
                here=context.place.here,
            )
        )
    return lead


def _lies_elsewhere(context: RegionContext, outcome: Outcome) -> bool:
    return set(context.tables.members[outcome.place.code]) != set(context.tables.members[context.code])


def _tables(context: RegionContext, outcomes: list[Outcome]) -> list[form.Block]:
    """One table of all goals, a row each, with the programme under the goal."""
    columns = [
        Column(label=tr("Doel"), width=2.6),
        Column(label=tr("Wanneer"), width=0.85),
        Column(label=tr("Gemeten of gemeld"), width=1.4),
        Column(label=tr("Oordeel en waarom"), width=1.75),
    ]
    table = narrative.table(
        "doelen",
        columns,
        [_row(context, outcome) for outcome in outcomes],
        caption=_caption(outcomes),
    )
    return [table, *_population(context, outcomes)]


def _caption(outcomes: list[Outcome]) -> str:
    measured = {
        str(o.reading.row["source"]) for o in outcomes if o.has_result and o.reading.row["latest_year"] > 0
    }
    tables = source_words([part for text in measured for part in text.split(", ") if part[:4].isdigit()])
    return (
        tr("programmadocumenten en meldingen, met bron in data.xlsx; {tables}", tables=tables)
        if tables != "."
        else tr("programmadocumenten en meldingen, met bron in data.xlsx.")
    )


def _row(context: RegionContext, outcome: Outcome) -> list[AnyCell]:
    title = outcome.title()
    note = narrative.resting_on(_belongs_to(context, outcome), *title.facts)
    return [
        FactCell(title, note, extra={"bold": True}),
        outcome.deadline(),
        outcome.measured(),
        FactCell(note=outcome.why(context), mark=outcome.mark),
    ]


def _belongs_to(context: RegionContext, outcome: Outcome) -> Sentence:
    """The programme of a goal, the version that states it, and its area where that is another."""
    version = outcome.target.target_version.label
    words = {"programme": outcome.programme.name}
    if _lies_elsewhere(context, outcome):
        words["place"] = outcome.place.here
        if version == OPEN:
            return say("{programme}; geldt voor {place}", **words)
        return say("{programme}, versie {version}; geldt voor {place}", version=version, **words)
    if version == OPEN:
        return say("{programme}", **words)
    return say("{programme}, versie {version}", version=version, **words)


def _population(context: RegionContext, outcomes: list[Outcome]) -> list[form.Block]:
    """The line of residents beside a target for this very region; nothing without one."""
    mine = set(context.tables.members[context.code])
    wanted = [
        o
        for o in outcomes
        if o.target.indicator == "population_count" and set(context.tables.members[o.place.code]) == mine
    ]
    rows = context.rows("population_count")
    rows = rows[rows["value"].notna() & (rows["year"] >= 2010)]
    if not wanted or len(rows) < 3:
        return []
    outcome = wanted[0]
    goal = outcome.reading.goal()
    more = tr("meer dan ") if outcome.target.relation == "more_than" else ""
    points = pd.DataFrame(
        {"time": rows["year"].astype(float), "value": rows["value"], "status": rows["status"]}
    )
    drawing = line_series(
        [Line(tr("Inwoners"), points, region=context.place.name, region_code=context.code)],
        about=context.about("inwoners", tr("inwoners"), "03759ned"),
        form=numbers.NumberFormat(),
        target=(goal.value, tr("Doel: {more}{goal}", more=more, goal=goal.display)),
        height_mm=52,
        style=context.style,
    )
    title = population_title(outcome, numbers.first_of_january(int(rows["year"].max())))
    return [
        narrative.figure(
            drawing,
            "inwoners",
            title,
            unit=tr("Inwoners op 1 januari."),
            source=tr("CBS StatLine 03759ned en 70072ned."),
        )
    ]


def population_title(outcome: Outcome, period: str) -> Sentence:
    """How many residents are missing; "meer dan 300.000" takes one more than the difference."""
    goal = outcome.reading.goal()
    gap = outcome.reading.number("gap", tr("nog te gaan"), period)
    if outcome.target.relation != "more_than":
        if gap.value > 0:
            return say("Nog {gap} inwoners tot {goal}", gap=gap, goal=goal)
        return narrative.resting_on(say("De {goal} inwoners zijn bereikt", goal=goal), gap)
    if gap.value < 0:
        return narrative.resting_on(say("Er zijn meer dan {goal} inwoners", goal=goal), gap)
    missing = narrative.replace(gap, value=gap.value + 1, display=numbers.number(gap.value + 1))
    if missing.value == 1:
        return say("Nog {gap} inwoner tot meer dan {goal}", gap=missing, goal=goal)
    return say("Nog {gap} inwoners tot meer dan {goal}", gap=missing, goal=goal)


# --- promises ------------------------------------------------------------------------------


def _ledgers(context: RegionContext, outcomes: list[Outcome]) -> list[form.Block]:
    """A ledger a programme: of the goal on the front page, and of goals about which more is known than the promise."""
    chosen = jobs_target(context)
    front = None if chosen is None else (chosen.programme.key, chosen.target.key)
    ledgers: list[form.Block] = []
    for key in dict.fromkeys(outcome.programme.key for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.programme.key == key]
        told = [
            outcome.claims
            for outcome in own
            if len(outcome.claims) and (_is_story(outcome.claims) or (key, outcome.target.key) == front)
        ]
        if told:
            ledgers.append(_ledger(own[0], pd.concat(told)))
    return ledgers


def _is_story(claims: pd.DataFrame) -> bool:
    """Whether somebody said more than the promise: an expectation, a count, or progress without a number."""
    return bool(((claims["kind"] != "ex_ante") & claims["evidence"].isin(["expected", "counted"])).any())


def _ledger(outcome: Outcome, claims: pd.DataFrame) -> Ledger:
    columns = (
        Column(label=tr("Wanneer gezegd"), width=0.8),
        Column(label=tr("Wat werd gezegd"), width=2.4),
        Column(label=tr("Soort uitspraak"), width=1.1),
    )
    rows, facts = [], list(outcome.title().facts)
    for place, (_, claim) in enumerate(claims.iterrows()):
        words = claim_words(claim)
        date = claim_date(claim)
        facts += words.facts
        if soundness.numbers_in(date):
            facts.append(
                narrative.year_fact(
                    int(str(claim["claim_date"])[:4]),
                    tr("gezegd in"),
                    period=date,
                    source=str(claim["source"]),
                )
            )
        if place >= MOST_LEDGER_ROWS:
            continue  # not printed, but in the data
        kind = str(claim["evidence"])
        mark = (
            Mark(kind="geen gegevens")
            if kind == "open"
            else Mark(kind="programma", word=tr(KIND_WORDS[kind]))
        )
        what = (
            words
            if bool(claim["same_measure"])
            else say("{words}; meet iets anders dan het doel", words=words)
        )
        rows.append((form.Cell(text=date), FactCell(what).block(), form.Cell(mark=mark)))
    block_id = f"register-{outcome.programme.key}"
    more = len(claims) - len(rows)
    return Ledger(
        id=block_id,
        title=tr("Beloofd, verwacht en geteld: {name}", name=outcome.programme.name),
        columns=columns,
        rows=tuple(rows),
        caption=tr(
            "meldingen van programma, gemeenten en pers; per regel in data.xlsx. Verwacht is niet geteld."
        )
        + (tr(" En {more} meer in data.xlsx.", more=more) if more else ""),
        data=tuple(dict.fromkeys(item.row(block_id) for item in facts)),
    )
