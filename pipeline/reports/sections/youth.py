"""Youth: how many live here, how many are registered as jobseekers and how sure we are, and what is missing."""

from __future__ import annotations

import pandas as pd

from pipeline.figures import dutch
from pipeline.figures.change_charts import change_bars
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column, Mark
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import AnyCell, Fact, FactCell, Sentence, say
from pipeline.reports.sections.wording import source_words
from pipeline.reports.sections.work import row_height
from pipeline.reports.sections.youth_facts import (
    AGE_JOBSEEKERS,
    AGE_RESIDENTS,
    change_15_25,
    jobseekers,
    jobseekers_per_1000,
    residents_15_25,
    young_residents,
)

KICKER = "Jeugd"
FIRST, LAST = 2019, 2025
YEARS = (2019, 2024, 2025)


def youth(context: RegionContext) -> list[form.Block]:
    """The page about youth."""
    return [
        narrative.heading("jeugd", KICKER, _title(context)),
        narrative.lead("jeugd", young_residents(context, FIRST, LAST), _lead_jobseekers(context)),
        _residents(context),
        _evidence_table(context),
        narrative.note(
            "leeftijd",
            "Let op de leeftijd.",
            Sentence(
                say(
                    "Bewoners tellen wij van 15 tot 25 jaar, werkzoekenden van 15 tot 27 jaar. Wij zetten "
                    "de leeftijd naast elk getal en "
                    "plakken reeksen nooit aan elkaar."
                ).runs,
                (residents_15_25(context, LAST), jobseekers(context)[0]),
            ),
        ),
    ]


def _title(context: RegionContext) -> Sentence:
    change = change_15_25(context, FIRST, LAST)
    _, evidence, _ = jobseekers(context)
    if not change.is_known:
        return say("Over jongeren zijn hier weinig gegevens")
    word = narrative.more_or_less(change, more="meer", less="minder", equal="evenveel")
    start = (
        "Er wonen {word} jongeren dan in {first}; "
        if word != "evenveel"
        else "Er wonen {word} jongeren als in {first}; "
    )
    end = {
        "published": "hoeveel er werk zoeken, telt UWV",
        "model": "hoeveel er werk zoeken, is een raming",
        "synthetic": "hoeveel er werk zoeken, weten wij alleen bij benadering",
    }.get(evidence, "hoeveel er werk zoeken, weten wij niet")
    return narrative.resting_on(say(start + end, word=word, first=str(FIRST)), change)


def _lead_jobseekers(context: RegionContext) -> Sentence:
    found, evidence, _ = jobseekers(context)
    if not found.is_known:
        return say(
            "Hoeveel jongeren bij UWV als werkzoekend staan ingeschreven, staat niet in deze momentopname."
        )
    if evidence == "published":
        return say(
            "In {when} stonden er {found} jongeren van {age} bij UWV als werkzoekend.",
            when=found.period,
            found=found,
            age=AGE_JOBSEEKERS,
        )
    kind = "Een synthetische raming" if evidence == "synthetic" else "Een raming"
    tail = "; die verdeelt het cijfer van een groter gebied naar inwoners" if evidence == "synthetic" else ""
    return say(
        "{kind} komt voor {when} op {found} jongeren van {age} die bij UWV werk zoeken{tail}.",
        kind=kind,
        when=found.period,
        found=found,
        age=AGE_JOBSEEKERS,
        tail=tail,
    )


def _residents(context: RegionContext) -> form.Block:
    parts = context.parts()
    known = [(p, residents_15_25(context, FIRST, p), residents_15_25(context, LAST, p)) for p in parts]
    complete = [(p, a, b) for p, a, b in known if a.is_known and b.is_known]
    if len(parts) < 2 or not complete:
        return _residents_table(context)
    frame = pd.DataFrame(
        {
            "name": [p.name for p, _, _ in complete],
            "region_code": [p.code for p, _, _ in complete],
            "before": [a.value for _, a, _ in complete],
            "after": [b.value for _, _, b in complete],
        }
    )
    drawing = change_bars(
        frame,
        (str(FIRST), str(LAST)),
        about=context.about("jongeren", "personen", "70072ned"),
        row_mm=row_height(len(complete), room=95),
        style=context.style,
    )
    growth = (frame["after"] / frame["before"] - 1).round(9)
    top, bottom = frame.loc[growth.idxmax()], frame.loc[growth.idxmin()]
    facts = (residents_15_25(context, FIRST), residents_15_25(context, LAST))
    if growth.max() <= 0:
        words = say(
            "Nergens kwamen er jongeren bij; in {low} ging het aantal het hardst omlaag", low=bottom["name"]
        )
    elif growth.min() >= 0:
        words = say("Overal bleef het aantal gelijk of groeide het; het snelst in {top}", top=top["name"])
    else:
        words = say(
            "{top} kreeg naar verhouding de meeste jongeren erbij, in {low} ging het aantal omlaag",
            top=top["name"],
            low=bottom["name"],
        )
    extra = [residents_15_25(context, year, p) for year in YEARS for p in context.members]
    return narrative.figure(
        drawing,
        "jongeren",
        narrative.resting_on(words, *facts, *extra),
        unit="Verandering van het aantal inwoners van 15 tot 25 jaar, 1 januari 2019 tot 1 "
        "januari 2025, met de aantallen.",
        source=source_words(["70072ned"]),
    )


def _residents_table(context: RegionContext) -> form.Table:
    place = context.place
    columns = [Column(label="Gebied", width=1.6)] + [
        Column(label=f"1 januari {year}", align="right") for year in YEARS
    ]
    places = [place] if context.is_nation else [place, context.nation]
    rows: list[list[AnyCell]] = [
        [p.name, *(residents_15_25(context, year, p) for year in YEARS)] for p in places
    ]
    return narrative.table(
        "jongeren",
        columns,
        rows,
        title=say("Inwoners van {age}", age=AGE_RESIDENTS),
        unit="Aantal inwoners van 15 tot 25 jaar op 1 januari.",
        caption=source_words(["70072ned", "85984NED"]),
    )


# --- what we have and what we lack --------------------------------------------------------


def _evidence_table(context: RegionContext) -> form.Table:
    rows: list[list[AnyCell]] = []
    places = [context.place, *(place for place in context.surroundings if place.kind == "province")]
    if not context.is_nation:
        places.append(context.nation)
    for place in places:
        found, evidence, _ = jobseekers(context, place)
        rows.append(
            [
                "Werkzoekend bij UWV",
                AGE_JOBSEEKERS,
                place.name,
                _jobseeker_cell(found, evidence),
                _rate_cell(context, place, evidence),
            ]
        )
    rows += _survey_rows(context)
    return narrative.table(
        "werkzoekende-jongeren",
        [
            Column(label="Cijfer", width=1.5),
            Column(label="Leeftijd"),
            Column(label="Gebied", width=1.2),
            Column(label="Stand", width=1.5),
            Column(label="Per 1.000 inwoners van 15 tot 25", align="right", width=1.1),
        ],
        rows,
        title=say("Wat wij over werkloze jongeren wel en niet hebben"),
        unit="Per gemeente geen rangorde: een synthetische raming volgt het aantal inwoners.",
        caption=source_words(
            ["86087NED", "jeugdwerkloosheid-2012-2014"],
            "synthetische raming: eigen verdeling naar inwoners, zonder marge",
        ),
    )


def _jobseeker_cell(found: Fact, evidence: str) -> FactCell:
    if not found.is_known:
        return FactCell(mark=Mark(kind="geen gegevens"))
    words = {"published": "CBS", "model": "raming met model", "synthetic": "synthetische raming"}[evidence]
    status = ", voorlopig" if found.status == "provisional" else ""
    mark = Mark(kind="cbs" if evidence == "published" else "raming", word=words + status)
    return FactCell(note=say("{found} in {when}", found=found, when=found.period), mark=mark)


def _rate_cell(context: RegionContext, place: Place, evidence: str) -> AnyCell:
    if evidence == "synthetic":
        return "volgt groter gebied"
    rate = jobseekers_per_1000(context, place)
    return rate if rate.is_known else FactCell(say(dutch.NO_DATA))


def _survey_rows(context: RegionContext) -> list[list[AnyCell]]:
    rows: list[list[AnyCell]] = []
    if not context.is_nation:
        rows.append(
            [
                "Werkloos volgens enquête",
                AGE_RESIDENTS,
                context.place.name,
                FactCell(mark=Mark(kind="geen gegevens")),
                "",
            ]
        )
    national = context.rows("youth_unemployment_rate_pct", context.nation)
    for _, row in national[national["value"].notna()].tail(1).iterrows():
        found = context.fact_of(
            row,
            lambda v: dutch.percent(v, 1),
            label=f"werkloos volgens enquête, {AGE_RESIDENTS}",
            unit="procent",
        )
        cell = FactCell(note=say("{found} in {when}", found=found, when=found.period), mark=Mark(kind="cbs"))
        rows.append(["Werkloos volgens enquête", AGE_RESIDENTS, "Nederland", cell, ""])
    return rows
