"""Labour force survey: regional tables (a new one every year) and the national quarterly and monthly ones.

The survey was redesigned in 2021. National tables were recalculated back to 2013 (85224NED) or 2003 (80590ned), and
so was the table of provinces (85268NED); other regional ones were not: `basis` says what may be compared with what.
"""

from __future__ import annotations

import pandas as pd

from pipeline.store import RawTable, Vintage
from pipeline.tidy.observations import (
    MeasureSpec,
    TableSpec,
    concat_observations,
    first_given,
    measures_held,
    newest_edition,
    read,
)

QUARTERLY, MONTHLY, PROVINCES = "85224NED", "80590ned", "85268NED"
SURVEY_BREAK = 2021
BASIS_BEFORE, BASIS_SINCE = "EBB regionaal tot 2021", "EBB regionaal vanaf 2021"
BASIS_RECALCULATED = "EBB provincie herberekend"
ADJUSTED, UNADJUSTED = "met seizoencorrectie", "zonder seizoencorrectie"
AGE, YOUNG = "15-75", "15-25"
#: Editions by region, the provinces per quarter, and last the table that stands in for editions not found.
_REGIONAL_NEEDS = ("unemployment", "province context", "unemployment binding")

#: Whole thousands: a count of 0 means fewer than 500.
_THOUSANDS = {"unit": "x 1 000", "rounding": 1000, "age": AGE}
_REGIONAL_TOPICS = (
    MeasureSpec("labour_force_count", "Beroepsbevolking", **_THOUSANDS),
    MeasureSpec("employed_count", "Werkzame beroepsbevolking", **_THOUSANDS),
    MeasureSpec("unemployed_count", "Werkloze beroepsbevolking", **_THOUSANDS),
    MeasureSpec("population_15_75_count", "Bevolking 15 tot 75 jaar", **_THOUSANDS),
    MeasureSpec("population_15_75_count", "Beroeps- en niet-beroepsbevolking", **_THOUSANDS),
    MeasureSpec("unemployment_rate_pct", "Werkloosheidspercentage", "%", age=AGE),
    MeasureSpec("net_participation_rate_pct", "Netto arbeidsparticipatie", "%", age=AGE),
)
_NATIONAL_TOPICS = (
    MeasureSpec("labour_force_count", "Beroepsbevolking", **_THOUSANDS),
    MeasureSpec("employed_count", "Werkzame beroepsbevolking", **_THOUSANDS),
    MeasureSpec("unemployed_count", "Werkloze beroepsbevolking", **_THOUSANDS),
    MeasureSpec("unemployment_rate_pct", "Werkloosheidspercentage", "%", age=AGE),
    MeasureSpec("net_participation_rate_pct", "Netto arbeidsparticipatie", "%", age=AGE),
)
_MONTHLY_TOPICS = {
    ADJUSTED: (
        MeasureSpec("unemployment_rate_pct", "Seizoengecorrigeerd", "%", "Werkloosheidspercentage", age=AGE),
        MeasureSpec(
            "unemployed_count", "Seizoengecorrigeerd", group="Werkloze beroepsbevolking", **_THOUSANDS
        ),
        MeasureSpec("labour_force_count", "Seizoengecorrigeerd", group="Beroepsbevolking", **_THOUSANDS),
        MeasureSpec(
            "net_participation_rate_pct", "Seizoengecorrigeerd", "%", "Netto arbeidsparticipatie", age=AGE
        ),
    ),
    UNADJUSTED: (
        MeasureSpec(
            "unemployment_rate_pct", "Niet-seizoengecorrigeerd", "%", "Werkloosheidspercentage", age=AGE
        ),
        MeasureSpec(
            "unemployed_count", "Niet-seizoengecorrigeerd", group="Werkloze beroepsbevolking", **_THOUSANDS
        ),
        MeasureSpec("labour_force_count", "Niet-seizoengecorrigeerd", group="Beroepsbevolking", **_THOUSANDS),
    ),
}


def regional_basis(year: int) -> str:
    """Regional figures before and since the redesign of 2021 are two series."""
    return BASIS_SINCE if year >= SURVEY_BREAK else BASIS_BEFORE


def tidy_labour_force(vintage: Vintage) -> pd.DataFrame:
    """Unemployment and participation of 15 to 75 year olds, as published."""
    parts = []
    for need in _REGIONAL_NEEDS:
        tables = [_regional(vintage.table(t), vintage.name) for t in vintage.tables_for(need)]
        parts.append(newest_edition(concat_observations(tables)))
    if vintage.has(QUARTERLY):
        parts += [
            read(
                vintage.table(QUARTERLY),
                TableSpec(
                    _NATIONAL_TOPICS,
                    "Arbeidsdeelname; kerncijfers",
                    f"{QUARTERLY} {basis}",
                    keep={"SeizoenEnWerkdagcorrectie": wanted},
                ),
                vintage.name,
            )
            for basis, wanted in (
                (ADJUSTED, lambda title: title.startswith("Seizoengecorrigeerd")),
                (UNADJUSTED, lambda title: title.startswith("Oorspronkelijk")),
            )
        ]
    if vintage.has(MONTHLY):
        for basis, topics in _MONTHLY_TOPICS.items():
            reading = TableSpec(
                topics,
                "Arbeidsdeelname en werkloosheid per maand",
                f"{MONTHLY} {basis}",
                keep={"Geslacht": lambda title: title.startswith("Totaal")},
                age=_monthly_age,
            )
            parts.append(_youth_rate(read(vintage.table(MONTHLY), reading, vintage.name)))
    return mark_survey_break(first_given(parts))


def _regional(raw: RawTable, vintage: str) -> pd.DataFrame:
    """One regional table; everybody, and 15 to 25 year olds where the table has them."""
    dimensions = raw.dimensions()
    keep = {name: lambda title: title.startswith("Totaal") for name in ("Geslacht",) if name in dimensions}
    age = _regional_age if "Persoonskenmerken" in dimensions else None
    topics = measures_held(raw, _REGIONAL_TOPICS)
    basis = BASIS_RECALCULATED if raw.table_id == PROVINCES else regional_basis
    return _youth_rate(read(raw, TableSpec(topics, "Arbeidsdeelname", basis, keep=keep, age=age), vintage))


def _regional_age(title: str) -> str | None:
    if title.startswith("Totaal"):
        return AGE
    return YOUNG if title.endswith("15 tot 25 jaar") else None


def _monthly_age(title: str) -> str | None:
    return {"15 tot 75 jaar": AGE, "15 tot 25 jaar": YOUNG}.get(title)


def _youth_rate(rows: pd.DataFrame) -> pd.DataFrame:
    """The rate of 15 to 25 year olds is an indicator of its own; their other figures keep the age beside them."""
    young = (rows["age"] == YOUNG) & (rows["indicator"] == "unemployment_rate_pct")
    return rows.assign(indicator=rows["indicator"].mask(young, "youth_unemployment_rate_pct"))


def mark_survey_break(labour: pd.DataFrame) -> pd.DataFrame:
    """Set ``break_before`` on the first regional figure of each series since the redesign."""
    regional = labour["basis"] == BASIS_SINCE
    series = ["region_code", "indicator", "age", "frequency"]
    first = labour[regional].groupby(series)["period"].transform("min")
    marked = labour.assign(break_before=False)
    marked.loc[first.index, "break_before"] = labour.loc[first.index, "period"] == first
    return marked
