"""Unemployment and benefits: the national line, WW on the map, benefits per gemeente, participation, regional rates."""

from __future__ import annotations

import functools
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from pipeline.figures.charts import Line, line_series
from pipeline.figures.maps import region_map
from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.context import NATION, RegionContext, ReportTables
from pipeline.reports.narrative import Fact, Sentence, fact, say
from pipeline.reports.sections.benefits import (
    FROM_SHARES,
    SMALL_COUNT,
    complete_years,
    few_ww_recipients,
    map_year,
    side_of_nation,
    sources_of,
    ww_beside_nation,
    ww_per_1000,
)
from pipeline.reports.sections.benefits_page import benefits_page
from pipeline.reports.sections.wording import (
    PERCENT_1,
    UNEMPLOYMENT_KICKER,
    source_words,
)

_SEASONAL = "85224NED met seizoencorrectie"


def unemployment(context: RegionContext) -> list[form.Block]:
    """The pages about unemployment and benefits."""
    return [*_ww_page(context), *benefits_page(context)]


# --- WW on the map and the national line --------------------------------------------------


def _ww_page(context: RegionContext) -> list[form.Block]:
    found = ww_beside_nation(context)
    blocks: list[form.Block] = []
    if found is None:
        blocks += [
            narrative.heading(
                "ww", tr(UNEMPLOYMENT_KICKER), say("Voor uitkeringen per inwoner zijn er geen gegevens")
            ),
            narrative.lead(
                "ww", say("Deze momentopname heeft geen WW-cijfer voor dit gebied naast het landelijke.")
            ),
        ]
    else:
        blocks += [
            narrative.heading("ww", tr(UNEMPLOYMENT_KICKER), _ww_title(context, *found)),
            narrative.lead("ww", *_ww_lead(context, *found)),
        ]
        year = map_year(context)
        if year is not None:
            blocks.append(_ww_map(context, year))
    return [*blocks, *national_line(context.tables)]


def _ww_title(context: RegionContext, own: Fact, nation: Fact) -> Sentence:
    if context.is_nation:
        return _national_ww_title(context, own)
    if context.is_gemeente:
        return _gemeente_ww_title(context, own, nation)
    values = _member_ww(context, int(own.period))
    sides = {side_of_nation(context, item, nation) for item in values}
    where = {"the": context.place.the}
    if sides == {-1}:
        title = say("Overal in {the} minder WW dan gemiddeld in Nederland", **where)
    elif sides == {1}:
        title = say("Overal in {the} meer WW dan gemiddeld in Nederland", **where)
    else:
        title = {
            1: say("Meer WW dan gemiddeld in Nederland, met verschillen per gemeente"),
            -1: say("Minder WW dan gemiddeld in Nederland, met verschillen per gemeente"),
            0: say("Ongeveer evenveel WW als gemiddeld in Nederland, met verschillen per gemeente"),
        }[side_of_nation(context, own, nation)]
    return narrative.resting_on(title, own, nation, *values)


def _national_ww_title(context: RegionContext, own: Fact) -> Sentence:
    years = complete_years(context)
    before = ww_per_1000(context, years[0] if years else int(own.period))
    if not before.is_known or before.period == own.period:
        return narrative.resting_on(say("Het aantal WW-uitkeringen verschilt sterk per gemeente"), own)
    words = {"a": before.period, "b": own.period}
    if own.display == before.display:
        title = say("De WW naar inwoners bleef gelijk van {a} op {b}", **words)
    elif own.value > before.value:
        title = say("De WW naar inwoners steeg van {a} op {b}", **words)
    else:
        title = say("De WW naar inwoners daalde van {a} op {b}", **words)
    return narrative.resting_on(title, before, own)


def _gemeente_ww_title(context: RegionContext, own: Fact, nation: Fact) -> Sentence:
    """Where the gemeente stands among all, in thirds: a place in a ranking would be too exact."""
    here = {"here": context.place.here}
    if few_ww_recipients(context, own) is not None and side_of_nation(context, own, nation) == 0:
        title = say("Het verschil in WW tussen {here} en Nederland valt weg in de afronding", **here)
        return narrative.resting_on(title, own, nation)
    rates = _gemeenten_with_ww(context.tables, int(own.period))["value"].dropna()
    lower = float((rates < own.value).mean())
    if lower >= 2 / 3:
        title = say("{here} hoort bij het derde deel van de gemeenten met de meeste WW", **here)
    elif lower < 1 / 3:
        title = say("{here} hoort bij het derde deel van de gemeenten met de minste WW", **here)
    else:
        title = say("{here} staat met zijn WW in het midden van de gemeenten", **here)
    return narrative.resting_on(title, own, nation)


def _member_ww(context: RegionContext, year: int) -> list[Fact]:
    found = [ww_per_1000(context, year, place) for place in context.members]
    return [item for item in found if item.is_known]


def _ww_extremes(context: RegionContext, values: list[Fact]) -> tuple[Fact, Fact, bool] | None:
    """The lowest and highest rate where recipients are not few, and whether any were left out."""
    exact = [item for item in values if few_ww_recipients(context, item) is None]
    if len(exact) < 2:
        return None
    by_rate = sorted(exact, key=lambda item: item.value)
    return by_rate[0], by_rate[-1], len(exact) < len(values)


def _ww_lead(context: RegionContext, own: Fact, nation: Fact) -> list[Sentence]:
    words = {"year": own.period, "own": own, "thousand": numbers.number(1000), "here": context.place.here}
    sentences = [
        say(
            "In {year} kregen naar teruggerekende cijfers {own} van elke {thousand} inwoners van {here} een "
            "WW-uitkering.",
            **words,
        )
        if own.source == FROM_SHARES
        else say("In {year} kregen {own} van elke {thousand} inwoners van {here} een WW-uitkering.", **words)
    ]
    if not context.is_nation:
        sentences.append(say("In Nederland waren dat er {nation}.", nation=nation))
    few = few_ww_recipients(context, own)
    if few is not None:
        sentences.append(
            say(
                "Het gaat om ongeveer {few}: CBS rondt af op tientallen.",
                few=few.with_noun(tr("uitkeringen")),
            )
        )
    ends = _ww_extremes(context, _member_ww(context, int(own.period)))
    if ends is not None:
        low, high, left_out = ends
        sentences.append(
            say(
                "Per gemeente loopt het van {low} in {a} tot {high} in {b}.",
                low=low,
                a=low.region,
                high=high,
                b=high.region,
            )
        )
        if left_out:
            sentences.append(
                say(
                    "Gemeenten met minder dan {floor} uitkeringen tellen daarin niet mee.",
                    floor=_small_count(own),
                )
            )
    return sentences


def _small_count(own: Fact) -> Fact:
    return fact(
        SMALL_COUNT,
        label=tr("uitkeringen waaronder afronding te veel uitmaakt"),
        period=own.period,
        unit=tr("uitkeringen"),
        source=tr("instelling"),
    )


@functools.cache
def _gemeenten_with_ww(tables: ReportTables, year: int) -> gpd.GeoDataFrame:
    """The borders of all gemeenten with WW per inhabitant: the same on every map, so made once."""
    borders = tables.borders
    values = {}
    statuses = {}
    for code in borders["region_code"]:
        rows = tables.indicators.annual(code, "ww_per_1000_residents", year)
        values[code] = rows[-1]["value"] if rows else None
        statuses[code] = rows[-1]["status"] if rows else "missing"
    return borders.rename(columns={"region_name": "name"}).assign(
        value=borders["region_code"].map(values).astype(float), status=borders["region_code"].map(statuses)
    )


def _ww_map(context: RegionContext, year: int) -> form.Block:
    facts = _member_ww(context, year)
    sources = sources_of([ww_per_1000(context, year, context.nation)])
    borders_year = str(context.tables.settings.edition)
    drawing = region_map(
        _gemeenten_with_ww(context.tables, year),
        [place.code for place in context.members],
        about=context.about("kaart-ww", tr("per 1.000 inwoners"), ", ".join(sources)),
        period=str(year),
        subject=tr("WW-uitkeringen per 1.000 inwoners"),
        country=context.tables.country,
        height_mm=100,
        style=context.style,
    )
    when = narrative.year_fact(
        year,
        tr("kaart van WW per 1.000 inwoners, grenzen van {borders_year}", borders_year=borders_year),
        source=", ".join(sources),
    )
    title = _map_title(context, facts, ww_per_1000(context, year, context.nation))
    return narrative.figure(
        drawing,
        "kaart-ww",
        narrative.resting_on(title, when),
        unit=narrative.resting_on(
            say(
                "WW-uitkeringen per 1.000 inwoners, {year}, gemeentegrenzen {borders}.",
                year=str(year),
                borders=borders_year,
            ),
            when,
        ),
        source=source_words(
            sources,
            tr("aantallen teruggerekend uit aandelen. Kaart: PDOK/CBS. Per inwoner van alle leeftijden")
            if FROM_SHARES in sources
            else tr("Kaart: PDOK/CBS. Per inwoner van alle leeftijden"),
        ),
    )


def _map_title(context: RegionContext, facts: list[Fact], nation: Fact) -> Sentence:
    ends = _ww_extremes(context, facts)
    if ends is not None:
        _, high, left_out = ends
        words = {"name": high.region, "high": high}
        if not left_out:
            return say("In {name} is de WW naar verhouding het hoogst: {high}", **words)
        return say(
            "Van gemeenten met minstens {floor} uitkeringen is de WW het hoogst in {name}: {high}",
            floor=_small_count(high),
            **words,
        )
    if len(facts) != 1:
        return say("De WW naar inwoners verschilt per gemeente")
    (own,) = facts
    few = few_ww_recipients(context, own)
    if few is None:
        return say(
            "{name}: {own} WW-uitkeringen per {thousand} inwoners, landelijk {nation}",
            name=own.region,
            own=own,
            thousand=numbers.number(1000),
            nation=nation,
        )
    return say(
        "{name}: ongeveer {few} WW-uitkeringen, {own} per {thousand} inwoners",
        name=own.region,
        few=few,
        own=own,
        thousand=numbers.number(1000),
    )


@functools.cache
def national_line(tables: ReportTables) -> tuple[form.Block, ...]:
    """The seasonally adjusted national rate by quarter, with a finding that its last points bear out.

    The same block in every report, so drawn once; none where the last five quarters have no values.
    """
    context = RegionContext(tables, tables.places[NATION])
    rows = context.rows("unemployment_rate_pct", frequency="Q")
    rows = rows[rows["basis"] == _SEASONAL].sort_values("period", ignore_index=True, kind="stable")
    points = pd.DataFrame(
        {
            "time": rows["period"].dt.year + (rows["period"].dt.month - 1) / 12,
            "value": rows["value"],
            "period": [numbers.quarter(moment) for moment in rows["period"]],
            "status": rows["status"],
        }
    )
    known = points.dropna(subset=["value"]).reset_index(drop=True)
    if len(known) < 5:
        return ()
    breaks = tuple(points.loc[rows["break_before"], "time"])
    drawing = line_series(
        [
            Line(
                tr("Nederland"),
                points,
                role="nation",
                region=tr("Nederland"),
                region_code="NL01",
                breaks=breaks,
            )
        ],
        about=context.about("werkloosheid-nederland", tr("procent"), "85224NED"),
        form=numbers.NumberFormat(decimals=1, percent=True),
        extremes=True,
        height_mm=48,
        style=context.style,
    )
    last, year_ago = known.iloc[-1], known.iloc[-5]
    facts = [
        fact(
            p["value"],
            PERCENT_1,
            label=tr("werkloosheid"),
            period=p["period"],
            unit=tr("procent"),
            status=p["status"],
            source="85224NED",
            region_code="NL01",
            region=tr("Nederland"),
        )
        for p in (year_ago, last)
    ]
    word = narrative.compared(
        facts[1], facts[0], more=tr("hoger dan"), less=tr("lager dan"), equal=tr("even hoog als")
    )
    title = say(
        "De werkloosheid in Nederland was in het {when} {value}, {word} een jaar eerder",
        when=facts[1].period,
        value=facts[1],
        word=word,
    )
    age = replace(facts[1], label=tr("werkloosheid, 15 tot 75 jaar"))
    figure = narrative.figure(
        drawing,
        "werkloosheid-nederland",
        narrative.resting_on(title, facts[0]),
        unit=narrative.resting_on(
            say("Werkloosheidspercentage Nederland, 15 tot 75 jaar, met seizoencorrectie, per kwartaal."), age
        ),
        source=source_words(
            ["85224NED"],
            tr("{first} tot en met {last}", first=known.iloc[0]["period"], last=last["period"]),
        ),
    )
    return (figure,)
