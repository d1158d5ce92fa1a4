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
from pipeline.reports.blocks import Column, HeaderCell
from pipeline.reports.context import NATION, PART_WORDS, Place, RegionContext, ReportTables
from pipeline.reports.narrative import AnyCell, Fact, FactCell, Sentence, fact, say
from pipeline.reports.sections.benefits import (
    FROM_SHARES,
    SOURCES,
    benefit_years,
    complete_years,
    map_year,
    members_known,
    recipients,
    sources_of,
    ww_beside_nation,
    ww_per_1000,
    ww_word,
)
from pipeline.reports.sections.wording import source_words

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
        years = complete_years(context)
        before = ww_per_1000(context, years[0] if years else int(own.period))
        if not before.is_known or before.period == own.period:
            return narrative.resting_on(say("Het aantal WW-uitkeringen verschilt sterk per gemeente"), own)
        word = narrative.compared(own, before, more=tr("steeg"), less=tr("daalde"), equal=tr("bleef gelijk"))
        return narrative.resting_on(
            say("De WW {word} van {a} naar {b}", word=word, a=before.period, b=own.period), before, own
        )
    word = ww_word(
        context,
        own,
        nation,
        more=tr("Meer WW dan gemiddeld in Nederland"),
        less=tr("Minder WW dan gemiddeld in Nederland"),
        equal=tr("Ongeveer evenveel WW als gemiddeld in Nederland"),
    )
    values = _member_ww(context, int(own.period))
    if len(values) < 2:
        return narrative.resting_on(say("{word}", word=word), own, nation)
    below = sum(item.value < nation.value for item in values)
    if below == len(values):
        return narrative.resting_on(
            say("Overal in {the} minder WW dan gemiddeld in Nederland", the=context.place.the),
            nation,
            *values,
        )
    if below == 0:
        return narrative.resting_on(
            say("Nergens in {the} minder WW dan gemiddeld in Nederland", the=context.place.the),
            nation,
            *values,
        )
    return narrative.resting_on(say("{word}, met verschillen per gemeente", word=word), own, nation)


def _member_ww(context: RegionContext, year: int) -> list[Fact]:
    found = [ww_per_1000(context, year, place) for place in context.members]
    return [item for item in found if item.is_known]


def _ww_lead(context: RegionContext, own: Fact, nation: Fact) -> list[Sentence]:
    first = say(
        "In {year} kregen {how}{own} van elke {thousand} inwoners van {here} een WW-uitkering.",
        year=own.period,
        how=tr("naar teruggerekende cijfers ") if own.source == FROM_SHARES else "",
        own=own,
        thousand=numbers.number(1000),
        here=context.place.here,
    )
    second = Sentence() if context.is_nation else say("In Nederland waren dat er {nation}.", nation=nation)
    values = _member_ww(context, int(own.period))
    if len(values) < 2:
        return [first, second]
    low, high = min(values, key=lambda item: item.value), max(values, key=lambda item: item.value)
    spread = say(
        "Per gemeente loopt het van {low} in {a} tot {high} in {b}.",
        low=low,
        a=low.region,
        high=high,
        b=high.region,
    )
    return [first, second, spread]


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
        country=context.tables.country,
        height_mm=100,
        style=context.style,
    )
    when = narrative.year_fact(
        year,
        tr("kaart van WW per 1.000 inwoners, grenzen van {borders_year}", borders_year=borders_year),
        source=", ".join(sources),
    )
    if len(facts) >= 2:
        high = max(facts, key=lambda item: item.value)
        title = say("In {name} is de WW naar verhouding het hoogst: {high}", name=high.region, high=high)
    elif facts:
        title = say("{name}: {value}", name=facts[0].region, value=facts[0])
    else:
        title = say("WW naar gemeente")
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
        *([_benefit_table(context)] if benefit_years(context) else []),
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
            sentences.append(
                say(
                    "Het aantal {label} ging van {a} in {y1} naar {b} in {y2}{how}.",
                    how=_recomputed(first, last),
                    label=label,
                    a=first,
                    y1=first.period,
                    b=last,
                    y2=last.period,
                )
            )
    latest = benefit_years(context)[-1] if benefit_years(context) else 0
    known = members_known(context, "ww_recipients", latest)
    total = _total(context, "ww_recipients", tr("WW-uitkeringen"), latest)
    if total.is_known or known is None or context.is_gemeente:
        return sentences
    having, of = known
    where = {
        "period": latest,
        "unit": tr("gemeenten"),
        "source": context.rows("ww_recipients", context.nation, sources=SOURCES)["source"].iloc[-1],
    }
    have = fact(having, label=tr("gemeenten met een WW-cijfer"), **where)
    all_of_them = fact(of, label=tr("gemeenten"), **where)
    parts = {"year": str(latest), "have": have, "all": all_of_them}
    sentences.append(
        say(
            "Voor {year} is er een cijfer van {have} van de {all} gemeenten; daarom geven wij geen totaal.",
            **parts,
        )
        if having == 1
        else say(
            "Voor {year} zijn er cijfers van {have} van de {all} gemeenten; daarom geven wij geen totaal.",
            **parts,
        )
    )
    return sentences


def _benefit_table(context: RegionContext) -> form.Table:
    parts = context.parts(most=60)
    kinds = (("ww_recipients", tr("WW")), ("bijstand_recipients", tr("bijstand")))
    part = tr(PART_WORDS[parts[0].kind])
    years = benefit_years(context)
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
        title=say("Uitkeringen per {part}", part=part) if len(parts) > 1 else say("Uitkeringen"),
        over=(
            HeaderCell(),
            HeaderCell(text=pgettext("head of columns", "WW-uitkeringen"), span=len(years)),
            HeaderCell(text=tr("Bijstandsuitkeringen"), span=len(years)),
        ),
        total_last=len(parts) > 1,
        behind=behind,
        caption=source_words(sources, tr("{how}Aantallen op tientallen{full}", how=how, full=full)),
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
                "In {year} liep het deel van de inwoners van 15 tot 75 jaar met betaald werk van "
                "{low} in {a} tot {high} in {b}.",
                year=high.period,
                low=low,
                a=low.region,
                high=high,
                b=high.region,
            )
        )
        behind = narrative.resting_on(words, *ordered)
        return [
            narrative.subheading("participatie", say("Aan het werk")),
            narrative.paragraph(
                "participatie",
                behind,
                say("CBS rondt af op hele procenten: kleine verschillen zeggen weinig."),
            ),
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
                [table], tr("CBS rondt af op hele procenten; kleine verschillen zeggen dus weinig")
            ),
        )
    ]


# --- regional published rates -------------------------------------------------------------


def _regional_rates(context: RegionContext) -> list[form.Block]:
    """Published regional rates, each beside the national rate of the same basis and period."""
    if context.is_nation:
        return []
    found: list[Any] = []
    for place in (context.place, *context.surroundings):
        for frequency in ("A", "Q"):
            for _, row in context.rows("unemployment_rate_pct", place, frequency=frequency).iterrows():
                found.append((place, row["period"], _rate_row(context, place, row, frequency)))
    # of the regions around only the most recent rates
    around = sorted((item for item in found if item[0] != context.place), key=lambda item: item[1])[
        -MOST_SURROUNDING_RATES:
    ]
    found = [row for place, _, row in [*(item for item in found if item[0] == context.place), *around]]
    if not found:
        return []
    own = any(row[0] == context.place.name for row in found)
    break_note = tr("in 2021 veranderde de enquête: cijfers van ervoor en erna zijn niet te vergelijken")
    return [
        narrative.table(
            "werkloosheid-regio",
            [
                Column(label=tr("Gebied"), width=1.7),
                Column(label=tr("Periode"), width=1.4),
                Column(label=tr("Percentage"), align="right"),
                Column(label=tr("Nederland"), align="right"),
                Column(label=tr("Enquête"), width=1.2),
            ],
            found,
            title=say(
                "Gepubliceerde werkloosheid {what}",
                what=tr("van dit gebied en eromheen") if own else tr("van de gebieden hieromheen"),
            ),
            unit=tr("Werkloosheidspercentage, 15 tot 75 jaar; Nederland in dezelfde tabel en periode."),
            behind=[narrative.year_fact(2021, tr("breuk in de enquête"), source="85269NED")],
            caption=source_words(
                {str(cell.source) for row in found for cell in row if isinstance(cell, Fact)}, break_note
            ),
        )
    ]


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
    return [place.name, period, own, beside, survey]


def _benefit_note(context: RegionContext) -> form.Paragraph:
    """What a fall in benefits does not say, with the case that shows it where the region has it."""
    text = [
        say(
            "Een uitkering minder is niet altijd een baan meer. Veel werklozen hebben geen "
            "uitkering, en regels veranderen."
        )
    ]
    case = context.tables.reference.outside_figures
    before, after = case.get("jongeren-bijstand-2011"), case.get("jongeren-bijstand-2012")
    members = set(context.tables.members[context.code])
    if before and after and members >= set(context.tables.members.get(before.area, ("?",))):
        a, b = (
            fact(float(f.value), label=f.title, period=str(f.period), unit=f.unit, source=f.source.title)
            for f in (before, after)
        )
        text.append(
            say(
                "Jongeren met bijstand: van {a} naar {b} in een jaar, vooral door strengere regels.", a=a, b=b
            ),
        )
    return narrative.paragraph("minder-uitkeringen", *text, small=True)
