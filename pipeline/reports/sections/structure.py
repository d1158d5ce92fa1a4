"""Which sectors and what of its own moved the jobs of a region (shift-share), and which regions resemble it."""

from __future__ import annotations

import functools

import pandas as pd

from pipeline.figures.charts import contribution_bars
from pipeline.language import numbers
from pipeline.language.numbers import NumberFormat
from pipeline.language.translation import to_translate, tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import AnyCell, Fact, Sentence, fact, say
from pipeline.reports.sections.benefits import sources_of, ww_per_1000
from pipeline.reports.sections.residents import residents_in
from pipeline.reports.sections.wording import (
    SIGNED,
    WORK_KICKER,
    nouns,
    source_words,
)
from pipeline.reports.sections.youth_facts import residents_15_25

#: Indicators of the table of similar regions.
_COMPARED = ("population_count", "youth_15_25_count", "ww_per_1000_residents")


_PARTS = to_translate(
    {
        "national": "Landelijke groei",
        "industry_mix": "Samenstelling naar sector",
        "competitive": "Eigen ontwikkeling",
    }
)
_FINDING = to_translate(
    {
        "national": "De groei volgde vooral de landelijke groei",
        "industry_mix": "De groei kwam vooral door de samenstelling naar sector",
        "competitive": "De groei week vooral door de eigen ontwikkeling van het landelijke beeld af",
    }
)
_TITLE = to_translate(
    {
        "national": "In {here} bewoog het aantal banen vooral mee met Nederland tot {last}",
        "industry_mix": "In {here} bepaalde vooral de samenstelling naar sector de banen tot {last}",
        "competitive": "In {here} week het aantal banen vooral van Nederland af tot {last}",
    }
)


#: features on which regions are compared, as the model names them -> as printed
FEATURES = to_translate(
    {
        "inwoners": "inwoners",
        "groei van inwoners": "groei van inwoners",
        "banen per inwoner": "banen per inwoner",
        "aandeel 15 tot 25 jaar": "aandeel jongeren",
        "WW per 1.000 inwoners": "WW naar inwoners",
        "bijstand per 1.000 inwoners": "bijstand naar inwoners",
        "netto arbeidsparticipatie": "netto arbeidsparticipatie",
        "werkloosheid": "werkloosheid",
    }
)


def structure(context: RegionContext) -> list[form.Block]:
    """Shift-share where it can be made, and the regions that resemble this one."""
    found = _shift_share(context)
    similar = _similar(context)
    if found:
        place, rows = found
        return [*_shift_share_blocks(context, place, rows), *similar]
    if not similar:
        return []
    closest = context.tables.places[
        context.model("similar_regions").sort_values("rank", kind="stable")["similar_code"].iloc[0]
    ]
    return [
        narrative.heading(
            "opbouw",
            tr(WORK_KICKER),
            say("{other} lijkt het meest op {here}", other=closest.here, here=context.place.here),
        ),
        narrative.lead(
            "opbouw",
            say("Wie wil vergelijken, doet dat het best met gebieden die lijken."),
            say(
                "Voor {here} zijn er geen gegevens per sector om de groei uiteen te leggen; deze "
                "momentopname heeft ze alleen "
                "voor provincies en een enkel COROP-gebied.",
                here=context.place.here,
            ),
        ),
        *similar,
    ]


def _shift_share(context: RegionContext) -> tuple[Place, pd.DataFrame] | None:
    """Shift-share of the region, or of the smallest surrounding region that has one; None for the nation."""
    if context.is_nation:
        return None
    for place in (context.place, *context.surroundings):
        rows = context.model("shift_share", place)
        rows = rows[(rows["refused"] == "") & rows["total"].notna()]
        if len(rows):
            return place, rows.sort_values("year", kind="stable")
    return None


def _shift_share_blocks(context: RegionContext, place: Place, rows: pd.DataFrame) -> list[form.Block]:
    first, last = int(rows["year"].min()) - 1, int(rows["year"].max())
    sums = {column: float(rows[column].sum()) for column in _PARTS}
    total = float(rows["total"].sum())
    period = numbers.span(numbers.december(first), numbers.december(last))
    source = str(rows["source"].iloc[-1])
    where = {
        "period": period,
        "unit": tr("banen"),
        "status": "estimate",
        "source": tr("eigen berekening op {source}", source=source),
    }
    place_words = {"region_code": place.code, "region": place.name}
    facts = {
        c: fact(
            v, functools.partial(numbers.hundreds, plus=True), label=tr(_PARTS[c]), **where, **place_words
        )
        for c, v in sums.items()
    }
    whole = fact(
        total,
        SIGNED,
        label=tr("verandering van het aantal banen"),
        **where | {"status": "published"},
        **place_words,
    )
    largest = max(sums, key=lambda column: abs(sums[column]))
    drawing = contribution_bars(
        [tr(words) for words in _PARTS.values()],
        [sums[column] for column in _PARTS],
        about=context.about("uiteengelegd", tr("banen"), tr("eigen berekening op {source}", source=source)),
        period=period,
        form=NumberFormat(to_hundreds=True),
        codes=[place.code] * len(_PARTS),
        statuses=["estimate"] * len(_PARTS),
        total_status="published",
        total_words=tr("Samen"),
        style=context.style,
    )
    here = "" if place.code == context.code else f" ({place.here})"
    borrowed = (
        Sentence()
        if place.code == context.code
        else say(
            "Voor {own} zelf zijn er geen gegevens per sector; dit is {around}.",
            own=context.place.here,
            around=place.here,
        )
    )
    title = narrative.resting_on(say(_FINDING[largest]), facts[largest], whole)
    change = narrative.say_change(
        whole,
        more="Van {period} kwamen er {change} banen bij.",
        less="Van {period} verdwenen er {change} banen.",
        equal="Van {period} bleef het aantal banen gelijk.",
        period=period,
    )
    return [
        narrative.heading(
            "opbouw",
            tr(WORK_KICKER),
            narrative.resting_on(
                say(_TITLE[largest], here=place.here, last=str(last)),
                facts[largest],
                whole,
            ),
        ),
        narrative.lead(
            "opbouw",
            borrowed,
            change,
            say(
                "Naar schatting kwam {national} van de landelijke groei.",
                national=facts["national"],
            ),
            say(
                "De samenstelling naar sector gaf {mix}, de eigen ontwikkeling van de sectoren {own}.",
                mix=facts["industry_mix"],
                own=facts["competitive"],
            ),
        ),
        narrative.figure(
            drawing,
            "uiteengelegd",
            title,
            unit=tr(
                "Bijdrage aan de verandering van het aantal banen, {period}{here}.", period=period, here=here
            ),
            source=source_words(
                [source], tr("eigen berekening per jaar, opgeteld; een beschrijving, geen oorzaak")
            ),
        ),
    ]


def _similar(context: RegionContext) -> list[form.Block]:
    rows = context.model("similar_regions").sort_values("rank", kind="stable")
    similar = [code for code in rows["similar_code"] if code in context.tables.places]
    if not similar:
        return []
    # one year a column, the last that the nation has: the regions are to be compared
    in_nation = (context.latest(name, context.nation) for name in _COMPARED)
    counted_in, youth_in, ww_in = (
        context.tables.division[1] if row is None else int(row["year"]) for row in in_nation
    )
    kinds = {context.tables.places[code].kind for code in similar}
    one, many = nouns(kinds.pop() if len(kinds) == 1 else "area")
    columns = [
        Column(label=one[:1].upper() + one[1:], width=1.8),
        Column(label=tr("Inwoners {year}", year=counted_in), align="right"),
        Column(label=tr("Jongeren (15 tot 25), {year}", year=youth_in), align="right", width=1.2),
        Column(label=tr("WW per 1.000 inwoners, {year}", year=ww_in), align="right", width=1.3),
    ]
    cells: list[list[AnyCell]] = []
    for code in (context.code, *similar):
        place = context.tables.places[code]
        cells.append(
            [
                tr("{name} (dit rapport)", name=place.name) if place == context.place else place.name,
                residents_in(context, counted_in, place),
                residents_15_25(context, youth_in, place),
                ww_per_1000(context, ww_in, place),
            ]
        )
    features = ", ".join(tr(FEATURES[name]) for name in str(rows["features"].iloc[0]).split(", "))
    count = narrative.counted(
        len(similar),
        one,
        many,
        label=tr("gebieden die lijken"),
        period=context.tables.division[1],
        source=tr("eigen berekening"),
    )
    return [
        narrative.table(
            "gelijkenis",
            columns,
            cells,
            title=say("De {count} die het meest lijken op {here}", count=count, here=context.place.here),
            unit=tr("Volgorde van gelijkenis op: {features}.", features=features),
            caption=source_words(
                sources_of(cell for row in cells for cell in row if isinstance(cell, Fact)),
                tr("een beschrijving om mee te vergelijken, geen effect van beleid"),
            ),
        )
    ]
