"""Programmes: each target with its deadline, what was measured or reported and the verdict; the promise ledger."""

from __future__ import annotations

import pandas as pd

from pipeline.figures import dutch
from pipeline.figures.charts import Line, line_series
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column, Ledger, Mark
from pipeline.reports.context import RegionContext
from pipeline.reports.narrative import FactCell, Sentence, counted, say
from pipeline.reports.sections.programme_results import (
    KIND_WORDS,
    Outcome,
    claim_date,
    claim_words,
    count_fact,
    outcomes_of,
)

KICKER = "Programma's"
MOST_LEDGER_ROWS = 14


def programmes(context: RegionContext) -> list[form.Block]:
    """The pages about programmes; one sentence for a region without one."""
    outcomes = outcomes_of(context)
    if not outcomes:
        return [
            narrative.heading("programmas", KICKER, say("Deze monitor volgt hier geen programma")),
            narrative.lead(
                "programmas",
                say(
                    "Voor {here} staat er geen programma met doelen in deze monitor. Wie een programma kent, kan het laten toevoegen.",
                    here=context.place.here,
                ),
            ),
        ]
    return [
        narrative.heading("programmas", KICKER, _title(context, outcomes)),
        narrative.lead("programmas", *_lead(context, outcomes)),
        _table(outcomes),
        *_population(context, outcomes),
        *_ledgers(outcomes),
    ]


def _title(context: RegionContext, outcomes: list[Outcome]) -> Sentence:
    edition = context.settings.edition
    reached = sum(outcome.verdict == "gehaald" for outcome in outcomes)
    without = sum(not outcome.has_result for outcome in outcomes)
    source = "programmadocumenten"
    total = counted(len(outcomes), "doel", "doelen", label="doelen", period=edition, source=source)
    if without == len(outcomes):
        return (
            say("Voor geen van de {total} vonden wij een resultaat", total=total)
            if len(outcomes) > 1
            else narrative.resting_on(say("Voor het enige doel vonden wij geen resultaat"), total)
        )
    missing = count_fact(without, "doelen zonder resultaat", edition)
    done = count_fact(reached, "doelen gehaald", edition)
    verb = "is" if reached == 1 else "zijn"
    if reached == 0:
        return narrative.resting_on(
            say(
                "Van {total} is er nog geen gehaald; voor {missing} vonden wij geen resultaat",
                total=total,
                missing=missing,
            ),
            done,
        )
    return say(
        "Van {total} {verb} er {done} gehaald; voor {missing} vonden wij geen resultaat",
        total=total,
        verb=verb,
        done=done,
        missing=missing,
    )


def _lead(context: RegionContext, outcomes: list[Outcome]) -> list[Sentence]:
    elsewhere = [
        o
        for o in outcomes
        if set(context.tables.members[o.place.code]) != set(context.tables.members[context.code])
    ]
    lead = [
        say("Wij zetten naast elk doel alleen wat iemand heeft gemeten of gemeld."),
        say(
            "Ontbreekt dat, dan staat er 'geen gegevens'. Dat is geen slecht cijfer: het is een vraag aan het programma."
        ),
    ]
    if elsewhere:
        names = dutch.listing(sorted({o.place.here for o in elsewhere}))
        words = (
            "De doelen gaan over" if len(elsewhere) == len(outcomes) else "Een deel van de doelen gaat over"
        )
        lead.append(
            say(
                "{words} {names}, niet over precies {here}.",
                words=words,
                names=names,
                here=context.place.here,
            )
        )
    return lead


def _table(outcomes: list[Outcome]) -> form.Table:
    rows = []
    for outcome in outcomes:
        title = outcome.title()
        rows.append(
            [
                FactCell(
                    title,
                    say("{name}, {place}", name=outcome.programme.name, place=outcome.place.name),
                    extra={"bold": True},
                ),
                outcome.deadline(),
                outcome.measured(),
                FactCell(mark=outcome.mark),
            ]
        )
    return narrative.table(
        "doelen",
        [
            Column(label="Doel", width=1.75),
            Column(label="Wanneer", width=0.9),
            Column(label="Gemeten of gemeld", width=1.5),
            Column(label="Oordeel", width=1.15),
        ],
        rows,
        caption="programmadocumenten en meldingen, met bron in data.xlsx; CBS StatLine 03759ned en eigen raming.",
    )


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
    more = "meer dan " if outcome.target.relation == "more_than" else ""
    points = pd.DataFrame(
        {"time": rows["year"].astype(float), "value": rows["value"], "status": rows["status"]}
    )
    drawing = line_series(
        [Line("Inwoners", points, region=context.place.name, region_code=context.code)],
        about=context.about("inwoners", "inwoners", "03759ned"),
        form=dutch.NumberFormat(),
        target=(goal.value, f"Doel: {more}{goal.display}"),
        height_mm=52,
    )
    gap = outcome.reading.number("gap", "nog te gaan", f"1 januari {int(rows['year'].max())}")
    title = (
        say("Nog {gap} inwoners tot {goal}", gap=gap, goal=goal)
        if gap.value > 0
        else narrative.resting_on(say("De {goal} inwoners zijn bereikt", goal=goal), gap)
    )
    return [
        narrative.figure(
            drawing,
            "inwoners",
            title,
            unit="Inwoners op 1 januari.",
            source="CBS StatLine 03759ned en 70072ned.",
        )
    ]


# --- promises ------------------------------------------------------------------------------


def _ledgers(outcomes: list[Outcome]) -> list[form.Block]:
    """One ledger a programme of which more is known than the promise alone."""
    ledgers: list[form.Block] = []
    for key in dict.fromkeys(outcome.programme.key for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.programme.key == key]
        told = [outcome.claims for outcome in own if _is_story(outcome.claims)]
        if told:
            ledgers.append(_ledger(own[0], pd.concat(told).head(MOST_LEDGER_ROWS)))
    return ledgers


def _is_story(claims: pd.DataFrame) -> bool:
    """Whether somebody said more than the promise: an expectation, a count, or progress without a number."""
    return bool(((claims["kind"] != "ex_ante") & claims["evidence"].isin(["expected", "counted"])).any())


def _ledger(outcome: Outcome, claims: pd.DataFrame) -> Ledger:
    columns = (
        Column(label="Wanneer gezegd", width=0.8),
        Column(label="Wat werd gezegd", width=2.4),
        Column(label="Soort uitspraak", width=1.1),
    )
    rows, facts = [], list(outcome.title().facts)
    for _, claim in claims.iterrows():
        words = claim_words(claim)
        date = claim_date(claim)
        facts += words.facts
        if narrative.numbers_in(date):
            facts.append(
                narrative.year_fact(
                    int(str(claim["claim_date"])[:4]), "gezegd in", period=date, source=str(claim["source"])
                )
            )
        kind = str(claim["evidence"])
        mark = Mark(kind="geen gegevens") if kind == "open" else Mark(kind="programma", word=KIND_WORDS[kind])
        what = (
            words
            if bool(claim["same_measure"])
            else say("{words}; meet iets anders dan het doel", words=words)
        )
        rows.append((form.Cell(text=date), form.Cell(text=what.text), form.Cell(mark=mark)))
    block_id = f"register-{outcome.programme.key}"
    return Ledger(
        id=block_id,
        title=f"Beloofd, verwacht en geteld: {outcome.programme.name}",
        columns=columns,
        rows=tuple(rows),
        caption="meldingen van programma, gemeenten en pers; per regel in data.xlsx. Verwacht is niet geteld.",
        data=tuple(dict.fromkeys(item.row(block_id) for item in facts)),
    )
