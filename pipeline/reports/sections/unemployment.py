"""Unemployment and benefits: the national line, WW on the map, benefits per gemeente, participation, regional rates."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from pipeline.figures.charts import Line, line_series
from pipeline.figures.maps import region_map
from pipeline.language import numbers
from pipeline.language.translation import pgettext, to_translate, tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column, HeaderCell, Mark
from pipeline.reports.context import NATION, PART_WORDS, Place, RegionContext, ReportTables
from pipeline.reports.narrative import AnyCell, Fact, FactCell, Sentence, fact, say
from pipeline.reports.sections.benefits import (
    FROM_SHARES,
    SMALL_COUNT,
    SOURCES,
    benefit_years,
    complete_years,
    few_ww_recipients,
    map_year,
    members_known,
    recipients,
    shown_years,
    side_of_nation,
    sources_of,
    ww_beside_nation,
    ww_per_1000,
)
from pipeline.reports.sections.wording import nouns, partial_date, source_words

KICKER = to_translate("Werkloosheid en uitkeringen")
MOST_SURROUNDING_RATES = 2
_PARTICIPATION = "net_participation_rate_pct"
_SEASONAL = "85224NED met seizoencorrectie"
PERCENT_1 = functools.partial(numbers.percent, decimals=1)


def unemployment(context: RegionContext) -> list[form.Block]:
    """The pages about unemployment and benefits."""
    return [*_ww_page(context), *_benefits_page(context)]


# --- WW on the map and the national line --------------------------------------------------


def _ww_page(context: RegionContext) -> list[form.Block]:
    found = ww_beside_nation(context)
    blocks: list[form.Block] = []
    if found is None:
        blocks += [
            narrative.heading("ww", tr(KICKER), say("Voor uitkeringen per inwoner zijn er geen gegevens")),
            narrative.lead(
                "ww", say("Deze momentopname heeft geen WW-cijfer voor dit gebied naast het landelijke.")
            ),
        ]
    else:
        blocks += [
            narrative.heading("ww", tr(KICKER), _ww_title(context, *found)),
            narrative.lead("ww", *_ww_lead(context, *found)),
        ]
        year = map_year(context)
        if year is not None:
            blocks.append(_ww_map(context, year))
    blocks.append(national_line(context.tables))
    return blocks


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
def national_line(tables: ReportTables) -> form.Block:
    """The seasonally adjusted national rate by quarter, with a finding that its last points bear out.

    The same block in every report, so drawn once.
    """
    context = RegionContext(tables, tables.places[NATION])
    rows = context.rows("unemployment_rate_pct", frequency="Q")
    rows = rows[rows["basis"] == _SEASONAL].sort_values("period", ignore_index=True)
    points = pd.DataFrame(
        {
            "time": rows["period"].dt.year + (rows["period"].dt.month - 1) / 12,
            "value": rows["value"],
            "period": [numbers.quarter(moment) for moment in rows["period"]],
            "status": rows["status"],
        }
    )
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
    known = points.dropna(subset=["value"]).reset_index(drop=True)
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
    return narrative.figure(
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


# --- benefits, participation, regional rates ----------------------------------------------


def _benefits_page(context: RegionContext) -> list[form.Block]:
    return [
        narrative.heading("uitkeringen", tr(KICKER), _benefit_title(context)),
        narrative.lead("uitkeringen", *_benefit_lead(context)),
        *([_benefit_table(context)] if shown_years(context) else []),
        _benefit_note(context),
        *_participation(context),
        *_regional_rates(context),
    ]


def _total(context: RegionContext, indicator: str, label: str, year: int) -> Fact:
    return recipients(context, indicator, label, year, context.place)


def _first_and_last(context: RegionContext, indicator: str, label: str) -> tuple[Fact, Fact] | None:
    """The totals of the first and the last complete year; None when one is not known."""
    years = complete_years(context)
    if len(years) < 2:
        return None
    first, last = (_total(context, indicator, label, year) for year in (years[0], years[-1]))
    return (first, last) if first.is_known and last.is_known else None


def _recomputed(*facts: Fact) -> str:
    """Words behind a number that was computed from shares."""
    return tr(" (teruggerekend)") if FROM_SHARES in sources_of(facts) else ""


def _benefit_title(context: RegionContext) -> Sentence:
    both = _first_and_last(context, "ww_recipients", tr("WW-uitkeringen"))
    if both is None:
        return say("Voor een volledig beeld van de uitkeringen ontbreken gegevens")
    first, last = both
    change = 100 * (last.value / first.value - 1) if first.value else 0.0
    where = {
        "period": numbers.span(first.period, last.period),
        "unit": tr("procent"),
        "status": "estimate" if _recomputed(first, last) else "published",
        "source": ", ".join(sources_of([first, last])),
    }
    pct = fact(
        change,
        functools.partial(numbers.percent, plus=True),
        label=tr("WW-uitkeringen, verandering"),
        **where,
        region_code=context.code,
        region=context.place.name,
    )
    if first.value < 100 or narrative.direction_of(pct) == "gelijk":
        word = narrative.compared(last, first, more=tr("steeg"), less=tr("daalde"), equal=tr("bleef gelijk"))
        return narrative.resting_on(
            say("Het aantal WW-uitkeringen {word} van {a} op {b}", word=word, a=first.period, b=last.period),
            first,
            last,
        )
    word = tr("daalde") if change < 0 else tr("steeg")
    return say(
        "Van {a} op {b} {word} de WW met {pct}{how}",
        a=first.period,
        b=last.period,
        word=word,
        pct=pct.unsigned(),
        how=_recomputed(first, last),
    )


def _benefit_lead(context: RegionContext) -> list[Sentence]:
    sentences = []
    for indicator, label in (
        ("ww_recipients", tr("WW-uitkeringen")),
        ("bijstand_recipients", tr("bijstandsuitkeringen")),
    ):
        both = _first_and_last(context, indicator, label)
        if both is not None:
            first, last = both
            words = {"how": _recomputed(first, last), "label": label, "b": last, "y2": last.period}
            words |= {"y1": first.period}
            sentences.append(
                narrative.resting_on(
                    say("Het aantal {label} bleef van {y1} op {y2} gelijk: {b}{how}.", **words), first
                )
                if first.display == last.display
                else say("Het aantal {label} ging van {a} in {y1} naar {b} in {y2}{how}.", a=first, **words)
            )
    return [*sentences, *(_years_left_out(context))]


def _years_left_out(context: RegionContext) -> list[Sentence]:
    """A line for each recent year of which not every gemeente is known."""
    lines = []
    shown = shown_years(context)
    for year in benefit_years(context):
        having, of = members_known(context, "ww_recipients", year), len(context.members)
        if having == of:
            continue
        if context.is_gemeente:
            absent = recipients(context, "ww_recipients", tr("WW-uitkeringen"), year, context.place)
            line = say("Voor {year} heeft deze momentopname hier geen cijfer.", year=str(year))
            lines.append(narrative.resting_on(line, absent))
            continue
        where = {
            "period": year,
            "unit": tr("gemeenten"),
            "source": context.rows("ww_recipients", context.nation, sources=SOURCES)["source"].iloc[-1],
        }
        words = {
            "year": str(year),
            "have": fact(having, label=tr("gemeenten met een WW-cijfer"), **where),
            "all": fact(of, label=tr("gemeenten"), **where),
        }
        if year not in shown:
            lines.append(
                say(
                    "Voor {year} zijn er WW-cijfers van {have} van de {all} gemeenten; dat jaar laten wij weg.",
                    **words,
                )
            )
        else:
            lines.append(
                say(
                    "Voor {year} zijn er WW-cijfers van {have} van de {all} gemeenten; daarom geven wij geen totaal.",
                    **words,
                )
            )
    return lines


def _benefit_table(context: RegionContext) -> form.Table:
    parts = context.parts(most=60)
    kinds = (("ww_recipients", tr("WW")), ("bijstand_recipients", tr("bijstand")))
    part = tr(PART_WORDS[parts[0].kind])
    years = shown_years(context)
    columns = [Column(label=part[:1].upper() + part[1:], width=1.7)]
    places = [*parts, context.place] if len(parts) > 1 else list(parts)
    figures = {
        place.code: [
            recipients(context, indicator, label, year, place) for indicator, label in kinds for year in years
        ]
        for place in places
    }
    rows: list[list[AnyCell]] = [[place.name, *figures[place.code]] for place in places]
    for number, year in enumerate(years * len(kinds)):
        # the words "geen gegevens" need more room than a number
        whole = all(of_place[number].is_known for of_place in figures.values())
        columns.append(Column(label=str(year), align="right", width=0.9 if whole else 1.35))
    behind = [
        recipients(context, indicator, label, year, place)
        for place in context.members
        if parts != context.members
        for indicator, label in kinds
        for year in years
    ]
    held = [item for of_place in figures.values() for item in of_place]
    sources = sources_of([*held, *behind])
    how = tr("2020 voorlopig, 2021 teruggerekend uit aandelen. ") if FROM_SHARES in sources else ""
    full = tr("; de lijst per gemeente staat in data.xlsx") if behind else ""
    return narrative.table(
        "uitkeringen-per-gemeente",
        columns,
        rows,
        title=_benefit_table_title(context, parts),
        over=(
            HeaderCell(),
            HeaderCell(text=pgettext("head of columns", "WW-uitkeringen"), span=len(years)),
            HeaderCell(text=tr("Bijstandsuitkeringen"), span=len(years)),
        ),
        total_last=len(parts) > 1,
        behind=behind,
        caption=source_words(sources, tr("{how}Aantallen op tientallen{full}", how=how, full=full)),
    )


def _benefit_table_title(context: RegionContext, parts: tuple[Place, ...]) -> Sentence:
    """In how many parts WW and bijstand fell; for one gemeente the numbers of the last year."""
    years = [year for year in complete_years(context) if year in shown_years(context)]
    if len(parts) == 1:
        return _latest_benefits(context)
    if len(years) < 2:
        return say("Wat er per gebied over uitkeringen bekend is")
    fell = []
    for indicator, label in (
        ("ww_recipients", tr("WW-uitkeringen")),
        ("bijstand_recipients", tr("bijstandsuitkeringen")),
    ):
        pairs = [
            [recipients(context, indicator, label, year, place) for year in (years[0], years[-1])]
            for place in parts
        ]
        known = [(first, last) for first, last in pairs if first.is_known and last.is_known]
        where = {
            "period": numbers.span(years[0], years[-1]),
            "unit": tr("gebieden"),
            "source": ", ".join(sources_of([item for pair in known for item in pair])),
        }
        fell.append(
            (
                fact(
                    sum(b.value < a.value for a, b in known),
                    label=tr("gebieden met minder {label}", label=label),
                    **where,
                ),
                fact(len(known), label=tr("gebieden waarvan {label} bekend zijn", label=label), **where),
            )
        )
    (ww, ww_of), (bijstand, bijstand_of) = fell
    words = {"ww": ww, "bijstand": bijstand, "many": nouns(parts[0].kind)[1]}
    if ww.value == ww_of.value and bijstand.value == bijstand_of.value == ww_of.value:
        title = say("De WW en de bijstand daalden in alle {many}", many=words["many"])
        return narrative.resting_on(title, ww, bijstand)
    if ww.value == ww_of.value == len(parts) and bijstand.value == bijstand_of.value:
        title = say("De WW daalde in alle {many}, de bijstand overal waar een cijfer is", many=words["many"])
        return narrative.resting_on(title, ww, bijstand, bijstand_of)
    if ww.value == ww_of.value == len(parts):
        return narrative.resting_on(
            say("De WW daalde in alle {many}, de bijstand in {bijstand} van de {of}", of=bijstand_of,
                bijstand=bijstand, many=words["many"]), ww
        )  # fmt: skip
    return say(
        "De WW daalde in {ww} van de {of} {many}, de bijstand in {bijstand} van de {bijstand_of}",
        of=ww_of,
        bijstand_of=bijstand_of,
        **words,
    )


def _latest_benefits(context: RegionContext) -> Sentence:
    year = shown_years(context)[-1]
    ww = recipients(context, "ww_recipients", tr("WW-uitkeringen"), year, context.place)
    bijstand = recipients(context, "bijstand_recipients", tr("bijstandsuitkeringen"), year, context.place)
    words = {"year": str(year), "ww": ww, "bijstand": bijstand}
    if ww.is_known and bijstand.is_known:
        return say("In {year} waren er {ww} WW-uitkeringen en {bijstand} bijstandsuitkeringen", **words)
    return narrative.resting_on(
        say("Over uitkeringen in {year} is hier niet alles bekend", year=str(year)), ww, bijstand
    )


def _participation(context: RegionContext) -> list[form.Block]:
    """Net participation in whole percents: a table with bars for a region, a sentence for a gemeente.

    Of the table that has most gemeenten: other tables have the largest only, on another basis.
    """
    facts = []
    widest = context.tables.indicators.widest(_PARTICIPATION)
    if widest is None:
        return []
    table, year = widest
    for place in context.members:
        row = context.at(_PARTICIPATION, year, place, sources=(table,))
        if row is not None and pd.notna(row["value"]):
            facts.append(
                context.fact_of(
                    row,
                    numbers.percent,
                    label=tr("netto arbeidsparticipatie, 15 tot 75 jaar"),
                    unit=tr("procent"),
                )
            )
    if not facts or (len(context.members) > 20 and len(facts) < 2):
        return []
    ordered = sorted(facts, key=lambda item: (-item.value, item.region))
    unit = tr(
        "Netto arbeidsparticipatie: het deel van de inwoners van 15 tot 75 jaar met betaald werk, {year}.",
        year=year,
    )
    low, high = ordered[-1], ordered[0]
    if len(ordered) == 1 or len(ordered) > 20:
        words = (
            say(
                "In {year} had {value} van de inwoners van 15 tot 75 jaar in {name} betaald werk.",
                year=high.period,
                value=high,
                name=high.region,
            )
            if len(ordered) == 1
            else say(
                "In {year} had {low} van de inwoners van 15 tot 75 jaar in {a} betaald werk.",
                year=high.period,
                low=low,
                a=low.region,
            )
            + say("In {b} was dat {high}.", high=high, b=high.region)
        )
        behind = narrative.resting_on(words, *ordered)
        if len(ordered) == 1:
            title = say("Aan het werk: {value} van de inwoners van 15 tot 75 jaar", value=high)
            caution = say("CBS rondt af op hele procenten: kleine verschillen zeggen weinig.")
        else:
            title = say("Aan het werk: van {low} tot {high} per gemeente", low=low, high=high)
            caution = say(
                "Dit is geen rangorde: CBS rondt af op hele procenten, en in kleine gemeenten is het cijfer minder zeker."
            )
        return [
            narrative.subheading("participatie", narrative.resting_on(title, low, high)),
            narrative.paragraph("participatie", behind, caution),
        ]
    title = (
        say("Aan het werk: overal {value}", value=high)
        if low.display == high.display
        else say("Aan het werk: van {low} tot {high}", low=low, high=high)
    )
    rows: list[list[AnyCell]] = [[item.region, item, FactCell(extra={"bar": item.value})] for item in ordered]
    absent = [place.name for place in context.members if place.name not in {item.region for item in ordered}]
    rows += [[name, numbers.no_data(), ""] for name in absent]
    ends = [
        fact(value, label=end, period=year, unit=tr("procent"), source=table)
        for value, end in ((100, tr("einde van de balk")), (0, tr("begin van de balk")))
    ]
    return [
        narrative.table(
            "participatie",
            [
                Column(label=tr("Gemeente"), width=1.5),
                Column(label=tr("Procent"), align="right"),
                Column(label=tr("Balk van 0 tot 100 procent"), width=3),
            ],
            rows,
            title=title,
            unit=unit,
            behind=ends,
            caption=source_words(
                [table],
                tr("geen rangorde: CBS rondt af op hele procenten, kleine verschillen zeggen dus weinig"),
            ),
        )
    ]


# --- regional published rates -------------------------------------------------------------


def _regional_rates(context: RegionContext) -> list[form.Block]:
    """Published regional rates, each beside the national rate of the same basis and period.

    A region without a rate of its own says so in the first row.
    """
    if context.is_nation:
        return []
    found: list[Any] = []
    for place in (context.place, *context.surroundings):
        for frequency in ("A", "Q"):
            for _, row in context.rows("unemployment_rate_pct", place, frequency=frequency).iterrows():
                found.append((place, row["period"], _rate_row(context, place, row, frequency)))
    own = [row for place, _, row in found if place == context.place]
    # of the regions around only the most recent rates
    around = sorted((item for item in found if item[0] != context.place), key=lambda item: item[1])[
        -MOST_SURROUNDING_RATES:
    ]
    rows = [*(own or [_no_rate_row(context)]), *(row for _, _, row in around)]
    sources = {cell.source for row in rows for cell in row if isinstance(cell, Fact) and cell.is_known}
    remarks = []
    if any(str(row[-1]).startswith(tr("tot 2021")) for row in rows) or len(sources) > 1:
        remarks.append(
            tr("in 2021 veranderde de enquête: cijfers van ervoor en erna zijn niet te vergelijken")
        )
    return [
        narrative.table(
            "werkloosheid-regio",
            [
                Column(label=tr("Gebied"), width=1.7),
                Column(label=tr("Periode"), width=1.4),
                Column(label=tr("Percentage"), align="right", width=1.2),
                Column(label=tr("Nederland"), align="right"),
                Column(label=tr("Enquête"), width=1.2),
            ],
            rows,
            title=_rates_title(context, own),
            unit=tr("Werkloosheidspercentage, 15 tot 75 jaar; Nederland in dezelfde tabel en periode."),
            behind=[narrative.year_fact(2021, tr("andere enquête"), source="85269NED")],
            caption=source_words(sources, remarks[0] if remarks else "")
            if sources
            else tr(
                "CBS publiceert dit cijfer niet voor elk gebied; in deze momentopname staat het hier niet."
            ),
        )
    ]


def _no_rate_row(context: RegionContext) -> list[AnyCell]:
    absent = context.absent(
        label=tr("werkloosheid, 15 tot 75 jaar"), period=tr("alle jaren"), unit=tr("procent")
    )
    cell = FactCell(narrative.resting_on(Sentence(), absent), mark=Mark(kind="geen gegevens"))
    return [say("{place}", place=context.place.here), say("alle jaren"), cell, "", ""]


def _rates_title(context: RegionContext, own: list[Any]) -> Sentence:
    here = context.place.here
    if not own:
        return say("Voor {here} is er geen werkloosheidspercentage", here=here)
    _, period, rate, nation, _ = own[-1]
    words = {"here": here, "rate": rate, "when": period, "nation": nation}
    if not nation.is_known:
        return say("De werkloosheid in {here} was {rate} ({when})", here=here, rate=rate, when=period)
    if rate.display == nation.display:
        return say("De werkloosheid in {here} was {rate} ({when}), even hoog als in Nederland", here=here,
                   rate=rate, when=period)  # fmt: skip
    if rate.value > nation.value:
        return say(
            "De werkloosheid in {here} was {rate} ({when}), hoger dan de {nation} in Nederland", **words
        )
    return say("De werkloosheid in {here} was {rate} ({when}), lager dan de {nation} in Nederland", **words)


def _rate_row(context: RegionContext, place: Place, row: pd.Series, frequency: str) -> list[AnyCell]:
    nation = context.rows("unemployment_rate_pct", context.nation, frequency=frequency)
    nation = nation[(nation["basis"] == row["basis"]) & (nation["period"] == row["period"])]
    period = str(row["year"]) if frequency == "A" else numbers.quarter(row["period"])
    label = tr("werkloosheid, 15 tot 75 jaar")
    own = context.fact_of(row, PERCENT_1, label=label, unit=tr("procent"), period=period)
    beside: AnyCell = (
        context.fact_of(nation.iloc[0], PERCENT_1, label=label, unit=tr("procent"), period=period)
        if len(nation)
        else context.absent(label=label, period=period, unit=tr("procent"), place=context.nation)
    )
    survey = tr("tot 2021") if str(row["basis"]).endswith("tot 2021") else tr("vanaf 2021")
    survey += tr(", voorlopig") if row["status"] == "provisional" else ""
    return [say("{place}", place=place.here), period, own, beside, survey]


def _benefit_note(context: RegionContext) -> form.Paragraph:
    """What a fall in benefits does not say, with the case that shows it where the region has it."""
    text = [
        say(
            "Een uitkering minder is niet altijd een baan meer. Veel werklozen hebben geen "
            "uitkering, en regels veranderen."
        )
    ]
    text += _case_of_young_people(context)
    return narrative.paragraph("minder-uitkeringen", *text, small=True)


def _case_of_young_people(context: RegionContext) -> list[Sentence]:
    """The fall that stricter rules made, told with place and dates where most gemeenten of the region lie in it."""
    case = context.tables.reference.outside_figures
    before, after = case.get("jongeren-bijstand-2011"), case.get("jongeren-bijstand-2012")
    if before is None or after is None or before.area not in context.tables.members:
        return []
    mine, theirs = set(context.tables.members[context.code]), set(context.tables.members[before.area])
    if 2 * len(mine & theirs) <= len(mine):
        return []
    a, b = (
        fact(
            float(figure.value),
            label=figure.title,
            period=partial_date(str(figure.period)),
            unit=figure.unit,
            source=figure.source.title,
            region_code=figure.area,
            region=context.tables.places[figure.area].name,
        )
        for figure in (before, after)
    )
    return [
        say(
            "Een voorbeeld uit {place}: in {before} hadden {a} jongeren tot 27 jaar bijstand.",
            place=context.tables.places[before.area].here,
            a=a,
            before=a.period,
        ),
        say("In {after} waren dat er {b}.", b=b, after=b.period),
        say("Dat kwam vooral door strengere regels."),
    ]
