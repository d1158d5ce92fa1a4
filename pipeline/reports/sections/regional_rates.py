"""Rates that CBS publishes for regions: net participation, and unemployment beside the nation."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column, Mark
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import AnyCell, Fact, FactCell, Sentence, fact, say
from pipeline.reports.sections.wording import PERCENT_1, source_words
from pipeline.tidy.labour_force import BASIS_BEFORE, BASIS_RECALCULATED

MOST_SURROUNDING_RATES = 2
_PARTICIPATION = "net_participation_rate_pct"


def participation(context: RegionContext) -> list[form.Block]:
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


def regional_rates(context: RegionContext) -> list[form.Block]:
    """Published regional rates, each beside the national rate of the same basis and period.

    A region without a rate of its own says so in the first row.
    """
    if context.is_nation:
        return []
    found: list[Any] = []
    for place in (context.place, *context.surroundings):
        found += [
            (place, row["period"], _rate_row(context, place, row, frequency))
            for frequency, rows in _rates_of(context, place).items()
            for _, row in rows.iterrows()
        ]
    own = [row for place, _, row in found if place == context.place]
    # of the regions around only the most recent rates
    around = sorted((item for item in found if item[0] != context.place), key=lambda item: item[1])[
        -MOST_SURROUNDING_RATES:
    ]
    rows = [*(own or [_no_rate_row(context)]), *(row for _, _, row in around)]
    sources = {cell.source for row in rows for cell in row if isinstance(cell, Fact) and cell.is_known}
    remarks = []
    surveys = {str(row[-1]).split(",")[0] for row in rows if row[-1]}
    if tr("tot 2021") in surveys or len(surveys) > 1:
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


def _rates_of(context: RegionContext, place: Place) -> dict[str, pd.DataFrame]:
    """Rates by frequency; of a place with a yearly series that was recalculated only that: it has no break."""
    rows = {
        frequency: context.rows("unemployment_rate_pct", place, frequency=frequency)
        for frequency in ("A", "Q")
    }
    recalculated = rows["A"][rows["A"]["basis"] == BASIS_RECALCULATED]
    return {"A": recalculated} if len(recalculated) else rows


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
    survey = {BASIS_BEFORE: tr("tot 2021"), BASIS_RECALCULATED: tr("herberekend")}.get(
        row["basis"], tr("vanaf 2021")
    )
    survey += tr(", voorlopig") if row["status"] == "provisional" else ""
    return [say("{place}", place=place.here), period, own, beside, survey]
