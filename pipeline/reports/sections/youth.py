"""Youth: how many live here, how many are registered as jobseekers and how sure we are, and what is missing."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import pandas as pd

from pipeline.figures.change_charts import change_bars
from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column, Mark
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import AnyCell, Fact, FactCell, Sentence, fact, say
from pipeline.reports.sections.benefits import sources_of
from pipeline.reports.sections.counted_jobs import row_height
from pipeline.reports.sections.wording import source_words
from pipeline.reports.sections.youth_facts import (
    AGE_JOBSEEKERS,
    AGE_RESIDENTS,
    change_15_25,
    is_hidden,
    jobseekers,
    jobseekers_per_1000,
    residents_15_25,
    rounding_of_jobseekers,
    survey_rate,
    years_known,
    young_residents,
)

KICKER = to_translate("Jeugd")
_PER_1000 = to_translate("Laatste kolom: werkzoekenden (15 tot 27) per 1.000 inwoners van 15 tot 25 jaar.")


def youth(context: RegionContext) -> list[form.Block]:
    """The page about youth."""
    years = years_known(context)
    return [
        narrative.heading("jeugd", tr(KICKER), _title(context), new_page=False),
        narrative.lead("jeugd", young_residents(context), _lead_jobseekers(context)),
        *([_residents(context, years)] if len(years) > 1 else []),
        _evidence_table(context),
        *([_ages(context, years)] if years else []),
    ]


def _ages(context: RegionContext, years: Sequence[int]) -> form.Block:
    """Of which age residents and jobseekers are counted."""
    return narrative.note(
        "leeftijd",
        tr("Let op de leeftijd."),
        Sentence(
            say(
                "Bewoners tellen wij van 15 tot 25 jaar, werkzoekenden van 15 tot 27 jaar. Wij zetten "
                "de leeftijd naast elk getal en "
                "plakken reeksen nooit aan elkaar."
            ).runs,
            (*(residents_15_25(context, year) for year in years[-1:]), jobseekers(context)),
        ),
    )


def _title(context: RegionContext) -> Sentence:
    years = years_known(context)
    if len(years) < 2:
        return say("Over jongeren zijn hier weinig gegevens")
    change = change_15_25(context, years[0], years[-1])
    if not change.is_known:
        return say("Over jongeren zijn hier weinig gegevens")
    start = narrative.more_or_less(
        change,
        more=tr("Er wonen meer jongeren dan in {first}", first=years[0]),
        less=tr("Er wonen minder jongeren dan in {first}", first=years[0]),
        equal=tr("Er wonen evenveel jongeren als in {first}", first=years[0]),
    )
    end = (
        tr("hoeveel er werk zoeken, telt UWV")
        if jobseekers(context).is_known
        else tr("hoeveel er werk zoeken, weten wij niet")
    )
    return narrative.resting_on(say("{start}; {end}", start=start, end=end), change)


def _lead_jobseekers(context: RegionContext) -> Sentence:
    found = jobseekers(context)
    if not found.is_known:
        return say(
            "Hoeveel jongeren bij UWV als werkzoekend staan ingeschreven, staat niet in deze momentopname."
        )
    counted = say(
        "In {when} stonden er {found} jongeren van {age} bij UWV als werkzoekend.",
        when=found.period,
        found=found,
        age=tr(AGE_JOBSEEKERS),
    )
    bounds = rounding_of_jobseekers(context)
    if bounds is None:
        return counted
    low, high = bounds
    return counted + say(
        "CBS rondt per gemeente af op honderdtallen: het kunnen er {low} tot {high} zijn.",
        low=low,
        high=high,
    )


def _residents(context: RegionContext, years: tuple[int, ...]) -> form.Block:
    parts = context.parts()
    first, last = years[0], years[-1]
    known = [(p, residents_15_25(context, first, p), residents_15_25(context, last, p)) for p in parts]
    complete = [(p, a, b) for p, a, b in known if a.is_known and b.is_known]
    if len(parts) < 2 or not complete:
        return _residents_table(context, years)
    frame = pd.DataFrame(
        {
            "name": [p.name for p, _, _ in complete],
            "region_code": [p.code for p, _, _ in complete],
            "before": [a.value for _, a, _ in complete],
            "after": [b.value for _, _, b in complete],
            "status": ["estimate" if a.is_estimate or b.is_estimate else b.status for _, a, b in complete],
            "status_before": [a.status for _, a, _ in complete],
            "status_after": [b.status for _, _, b in complete],
        }
    )
    sources = sources_of([item for _, *both in complete for item in both])
    drawing = change_bars(
        frame,
        (str(first), str(last)),
        about=context.about("jongeren", tr("personen"), ", ".join(sources)),
        row_mm=row_height(len(complete), room=95),
        style=context.style,
    )
    growth = (frame["after"] / frame["before"] - 1).round(9)
    top, bottom = frame.loc[growth.idxmax()], frame.loc[growth.idxmin()]
    facts = (residents_15_25(context, first), residents_15_25(context, last))
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
    extra = [residents_15_25(context, year, p) for year in years for p in context.members]
    return narrative.figure(
        drawing,
        "jongeren",
        narrative.resting_on(words, *facts, *extra),
        unit=tr(
            "Verandering van het aantal inwoners van 15 tot 25 jaar, {period}, met de aantallen.",
            period=numbers.span(numbers.first_of_january(first), numbers.first_of_january(last)),
        ),
        source=source_words(sources),
    )


def _residents_table(context: RegionContext, years: tuple[int, ...]) -> form.Table:
    place = context.place
    columns = [Column(label=tr("Gebied"), width=1.6)] + [
        Column(label=numbers.first_of_january(year), align="right") for year in years
    ]
    places = [place] if context.is_nation else [place, context.nation]
    figures = [[residents_15_25(context, year, p) for year in years] for p in places]
    rows: list[list[AnyCell]] = [[p.name, *own] for p, own in zip(places, figures, strict=True)]
    return narrative.table(
        "jongeren",
        columns,
        rows,
        title=_residents_title(context, years[0], years[-1]),
        unit=tr("Aantal inwoners van 15 tot 25 jaar op 1 januari."),
        caption=source_words(sources_of([item for own in figures for item in own])),
    )


def _residents_title(context: RegionContext, first: int, last: int) -> Sentence:
    """Growth of the young here and in the nation."""
    facts = [_growth_15_25(context, first, last, place) for place in (context.place, context.nation)]
    own, nation = facts
    words = {"first": str(first), "own": own, "nation": nation}
    if context.is_nation:
        return say("Het aantal jongeren veranderde sinds {first} met {own}", first=str(first), own=own)
    return say("Het aantal jongeren veranderde sinds {first} met {own}, landelijk met {nation}", **words)


def _growth_15_25(context: RegionContext, first: int, last: int, place: Place) -> Fact:
    before, after = (residents_15_25(context, year, place) for year in (first, last))
    known = before.is_known and after.is_known and before.value
    return fact(
        100 * (after.value / before.value - 1) if known else None,
        functools.partial(numbers.percent, plus=True),
        label=tr("inwoners van {age}, verandering", age=tr(AGE_RESIDENTS)),
        period=numbers.span(before.period, after.period),
        unit=tr("procent"),
        source=after.source,
        region_code=place.code,
        region=place.name,
    )


# --- what we have and what we lack --------------------------------------------------------


def _evidence_table(context: RegionContext) -> form.Table:
    rows: list[list[AnyCell]] = []
    places = [context.place, *(place for place in context.surroundings if place.kind == "province")]
    if not context.is_nation:
        places.append(context.nation)
    tables = []
    for place in places:
        found = jobseekers(context, place)
        tables.append(found)
        rows.append(
            [
                FactCell(say("Werkzoekend"), say("ingeschreven bij UWV")),
                tr(AGE_JOBSEEKERS),
                say("{place}", place=place.here),
                _jobseeker_cell(context, place, found),
                _rate_cell(context, place),
            ]
        )
    surveyed = [
        survey_rate(context, p) for p in {context.place.code: context.place, "": context.nation}.values()
    ]
    rows += _survey_rows(context)
    tables += [found for found, evidence, _ in surveyed if evidence == "published"]
    modelled = any(evidence == "model" for _, evidence, _ in surveyed)
    remark = tr("raming met model: enquête en register samen, met een marge van 95 %") if modelled else ""
    return narrative.table(
        "werkzoekende-jongeren",
        [
            Column(label=tr("Cijfer"), width=1.9),
            Column(label=tr("Leeftijd"), width=0.95),
            Column(label=tr("Gebied"), width=1.3),
            Column(label=tr("Stand"), width=1.8),
            Column(label=tr("Per 1.000 jongeren"), align="right", width=0.95),
        ],
        rows,
        title=say("Wat wij over werkloze jongeren wel en niet hebben"),
        unit=tr(_PER_1000),
        caption=source_words(sources_of(tables), remark),
    )


def _jobseeker_cell(context: RegionContext, place: Place, found: Fact) -> FactCell:
    if not found.is_known:
        return FactCell(mark=Mark(kind="geen gegevens"))
    status = tr(", voorlopig") if found.status == "provisional" else ""
    mark = Mark(kind="cbs", word="CBS" + status)
    words = {"found": found, "when": found.period}
    bounds = rounding_of_jobseekers(context, place)
    if bounds is None:
        return FactCell(note=say("{found} in {when}", **words), mark=mark)
    low, high = bounds
    return FactCell(
        note=say("{found} in {when}, tussen {low} en {high}", low=low, high=high, **words), mark=mark
    )


def _rate_cell(context: RegionContext, place: Place) -> AnyCell:
    rate = jobseekers_per_1000(context, place)
    return rate if rate.is_known else FactCell(say("geen gegevens"))


def _survey_rows(context: RegionContext) -> list[list[AnyCell]]:
    """The rate of region and nation, published or modelled; a modelled one with its margin."""
    places = [context.place] if context.is_nation else [context.place, context.nation]
    rows: list[list[AnyCell]] = []
    for place in places:
        found, evidence, bounds = survey_rate(context, place)
        rows.append(
            [
                FactCell(
                    say("Percentage werkloos")
                    if evidence == "published"
                    else say("Geschat percentage werkloos"),
                    say("van wie werkt of werk zoekt"),
                ),
                tr(AGE_RESIDENTS),
                say("{place}", place=place.here),
                _survey_cell(context, place, found, evidence, bounds),
                "",
            ]
        )
    return rows


def _survey_cell(
    context: RegionContext, place: Place, found: Fact, evidence: str, bounds: tuple[Fact, ...]
) -> FactCell:
    if not found.is_known:
        why = (
            say("de raming is te onzeker om te tonen")
            if is_hidden(context, place)
            else say("de enquête per gebied ontbreekt hier")
        )
        return FactCell(note=narrative.resting_on(why, found), mark=Mark(kind="geen gegevens"))
    mark = Mark(kind="cbs") if evidence == "published" else Mark(kind="raming", word=tr("raming met model"))
    words = {"found": found, "when": found.period}
    if not bounds:
        return FactCell(note=say("{found} in {when}", **words), mark=mark)
    low, high = bounds
    return FactCell(
        note=say("{found} in {when}, tussen {low} en {high}", low=low, high=high, **words), mark=mark
    )
