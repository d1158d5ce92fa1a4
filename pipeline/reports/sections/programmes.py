"""Programmes: each target with its deadline, what was measured or reported and the verdict; the promise ledger."""

from __future__ import annotations

import pandas as pd

from pipeline.figures.charts import Line, line_series
from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reference import OPEN
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column, Ledger, Mark
from pipeline.reports.context import RegionContext
from pipeline.reports.narrative import AnyCell, FactCell, Sentence, counted, say
from pipeline.reports.sections.programme_results import (
    KIND_WORDS,
    Outcome,
    claim_date,
    claim_words,
    count_fact,
    outcomes_of,
)
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
        narrative.heading("programmas", tr(KICKER), _title(context, outcomes)),
        narrative.lead("programmas", *_lead(context, outcomes)),
        *_tables(context, outcomes),
        *_ledgers(outcomes),
    ]


def _title(context: RegionContext, outcomes: list[Outcome]) -> Sentence:
    edition = context.settings.edition
    reached = sum(outcome.verdict == "gehaald" for outcome in outcomes)
    without = sum(not outcome.has_result for outcome in outcomes)
    source = tr("programmadocumenten")
    total = counted(
        len(outcomes), tr("doel"), tr("doelen"), label=tr("doelen"), period=edition, source=source
    )
    if without == len(outcomes):
        return (
            say("Voor geen van de {total} vonden wij een resultaat", total=total)
            if len(outcomes) > 1
            else narrative.resting_on(say("Voor het enige doel vonden wij geen resultaat"), total)
        )
    missing = count_fact(without, tr("doelen zonder resultaat"), edition)
    done = count_fact(reached, tr("doelen gehaald"), edition)
    verb = tr("is") if reached == 1 else tr("zijn")
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
            "Ontbreekt dat, dan staat er 'geen gegevens'. Dat is geen slecht cijfer: het is een "
            "vraag aan het programma."
        ),
    ]
    if elsewhere:
        names = numbers.listing(sorted({o.place.here for o in elsewhere}))
        here = context.place.here
        lead.append(
            say("De doelen gaan over {names}, niet over precies {here}.", names=names, here=here)
            if len(elsewhere) == len(outcomes)
            else say(
                "Een deel van de doelen gaat over {names}, niet over precies {here}.", names=names, here=here
            )
        )
    return lead


def _tables(context: RegionContext, outcomes: list[Outcome]) -> list[form.Block]:
    """A table a programme: targets with a number one by one, goals in words of one version in one row."""
    tables: list[form.Block] = []
    for key in dict.fromkeys(outcome.programme.key for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.programme.key == key]
        tables += [_table(own), *_population(context, own)]
    return tables


def _table(outcomes: list[Outcome]) -> form.Table:
    programme = outcomes[0].programme
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        in_words = outcome.target.is_open and not outcome.has_result and outcome.target.unit == OPEN
        name = outcome.target.target_version.label if in_words else outcome.target.key
        groups.setdefault(("words" if in_words else "number", name), []).append(outcome)
    several = len({outcome.place.code for outcome in outcomes}) > 1
    rows = [_row(own[0], several) if len(own) == 1 else _row_of_words(own) for own in groups.values()]
    where = numbers.listing(list(dict.fromkeys(outcome.place.here for outcome in outcomes)))
    title = narrative.resting_on(say("{name}", name=programme.name), *outcomes[0].title().facts)
    columns = [
        Column(label=tr("Doel"), width=2.3),
        Column(label=tr("Wanneer"), width=0.95),
        Column(label=tr("Gemeten of gemeld"), width=1.6),
        Column(label=tr("Oordeel"), width=1.35),
    ]
    return narrative.table(
        f"doelen-{programme.key}",
        columns,
        rows,
        title=title,
        unit=tr("Doelen voor {where}.", where=where),
        caption=_caption(outcomes),
    )


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


def _row(outcome: Outcome, several_areas: bool) -> list[AnyCell]:
    where = say("{place}", place=outcome.place.name) if several_areas else Sentence()
    title = FactCell(
        outcome.title(), narrative.resting_on(where, *outcome.title().facts), extra={"bold": True}
    )
    return [title, outcome.deadline(), outcome.measured(), FactCell(mark=outcome.mark)]


def _row_of_words(outcomes: list[Outcome]) -> list[AnyCell]:
    first = outcomes[0]
    version = first.target.target_version.label
    source = first.target.source.title
    many = counted(
        len(outcomes), tr("doel"), tr("doelen"), label=tr("doelen in woorden"), period=version, source=source
    )
    names = narrative.listed(
        [narrative.lower_first(narrative.quote(outcome.target.title)) for outcome in outcomes]
    )
    stated = [item for outcome in outcomes for item in outcome.title().facts]
    title = FactCell(
        say("{many} in woorden, zonder getal", many=many),
        narrative.resting_on(say("{names}", names=names), *stated),
        extra={"bold": True},
    )
    return [title, say("niet genoemd"), say("geen resultaat gevonden"), FactCell(mark=first.mark)]


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
    gap = outcome.reading.number("gap", tr("nog te gaan"), numbers.first_of_january(int(rows["year"].max())))
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
            unit=tr("Inwoners op 1 januari."),
            source=tr("CBS StatLine 03759ned en 70072ned."),
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
        Column(label=tr("Wanneer gezegd"), width=0.8),
        Column(label=tr("Wat werd gezegd"), width=2.4),
        Column(label=tr("Soort uitspraak"), width=1.1),
    )
    rows, facts = [], list(outcome.title().facts)
    for _, claim in claims.iterrows():
        words = claim_words(claim)
        date = claim_date(claim)
        facts += words.facts
        if narrative.numbers_in(date):
            facts.append(
                narrative.year_fact(
                    int(str(claim["claim_date"])[:4]),
                    tr("gezegd in"),
                    period=date,
                    source=str(claim["source"]),
                )
            )
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
    return Ledger(
        id=block_id,
        title=tr("Beloofd, verwacht en geteld: {name}", name=outcome.programme.name),
        columns=columns,
        rows=tuple(rows),
        caption=tr(
            "meldingen van programma, gemeenten en pers; per regel in data.xlsx. Verwacht is niet geteld."
        ),
        data=tuple(dict.fromkeys(item.row(block_id) for item in facts)),
    )
