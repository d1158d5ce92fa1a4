"""Youth figures that more than one page uses."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import date

import pandas as pd

from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reports.context import Place, RegionContext, ReportTables
from pipeline.reports.narrative import Card, Fact, Sentence, direction_of, fact, resting_on, say

AGE_RESIDENTS = to_translate("15 tot 25 jaar")
AGE_JOBSEEKERS = to_translate("15 tot 27 jaar")
_YEARS_BACK = 6
#: From this share of the figure on, what rounding to hundreds can do to it is told.
_MATERIAL_ROUNDING = 0.025


@functools.cache
def years_known(context: RegionContext) -> tuple[int, ...]:
    """First of the last seven years, and the last two, in which the nation's residents of 15 to 25 are known."""
    rows = context.rows("youth_15_25_count", context.nation)
    years = sorted(set(rows.loc[rows["value"].notna(), "year"].astype(int)))
    recent = [year for year in years if year >= years[-1] - _YEARS_BACK]
    return tuple(sorted({*recent[:1], *recent[-2:]}))


def residents_15_25(context: RegionContext, year: int, place: Place | None = None) -> Fact:
    """Residents of 15 to 25 on 1 January."""
    row = context.at("youth_15_25_count", year, place)
    label = tr("inwoners van {age}", age=tr(AGE_RESIDENTS))
    if row is None:
        return context.absent(
            label=label, period=numbers.first_of_january(year), unit=tr("personen"), place=place
        )
    return context.fact_of(
        row, numbers.number, label=label, unit=tr("personen"), period=numbers.first_of_january(year)
    )


def change_15_25(context: RegionContext, first: int, last: int) -> Fact:
    """Change of the residents of 15 to 25 between two years."""
    before, after = residents_15_25(context, first), residents_15_25(context, last)
    known = before.is_known and after.is_known
    return fact(
        after.value - before.value if known else None,
        functools.partial(numbers.number, plus=True),
        label=tr("inwoners van {age}, verandering", age=tr(AGE_RESIDENTS)),
        period=numbers.span(numbers.first_of_january(first), numbers.first_of_january(last)),
        unit=tr("personen"),
        source=f"{before.source}, {after.source}",
        region_code=context.code,
        region=context.place.name,
    )


def young_residents(context: RegionContext) -> Sentence:
    """How many young people live here and how that changed."""
    years = years_known(context)
    if len(years) < 2:
        return say("Hoeveel jongeren er wonen, staat niet in deze momentopname.")
    first, last = years[0], years[-1]
    now, change = residents_15_25(context, last), change_15_25(context, first, last)
    if not (now.is_known and change.is_known):
        return say("Hoeveel jongeren er wonen, staat niet in deze momentopname.")
    start = say(
        "Op {when} woonden er {now:b} van {age} in {here}.",
        when=now.period,
        now=now.with_noun(tr("jongere"), tr("jongeren")),
        age=tr(AGE_RESIDENTS),
        here=context.place.here,
    )
    words = {"change": change.unsigned(), "first": str(first)}
    direction = direction_of(change)
    if direction == "gelijk":
        return start + resting_on(say("Dat zijn er evenveel als in {first}.", first=str(first)), change)
    if direction == "omhoog":
        return start + say("Dat zijn er {change} meer dan in {first}.", **words)
    return start + say("Dat zijn er {change} minder dan in {first}.", **words)


@functools.cache
def _latest(tables: ReportTables, code: str, indicator: str) -> pd.Series | None:
    """The last row about young people of a place that may be shown; None when there is none."""
    rows = tables.model("youth", code)
    rows = rows[(rows["indicator"] == indicator) & (rows["display"] != "hide")]
    return None if rows.empty else rows.sort_values("year", kind="stable").iloc[-1]


def jobseekers(context: RegionContext, place: Place | None = None) -> Fact:
    """Young people registered as jobseekers at UWV: the latest published figure."""
    place = place or context.place
    row = _latest(context.tables, place.code, "youth_registered_jobseekers")
    label = tr("geregistreerde werkzoekenden van {age}", age=tr(AGE_JOBSEEKERS))
    if row is None:
        return context.absent(
            label=label, period=tr("oktober"), unit=tr("personen"), place=place, source="86223NED"
        )
    return fact(
        row["value"],
        numbers.number,
        label=label,
        period=numbers.month(date(int(row["year"]), 10, 1)),
        unit=tr("personen"),
        status=row["status"],
        source=row["source"],
        region_code=place.code,
        region=place.name,
    )


def rounding_of_jobseekers(context: RegionContext, place: Place | None = None) -> tuple[Fact, Fact] | None:
    """Between which counts a published figure lies before rounding; None where that is close to the figure itself."""
    place = place or context.place
    row = _latest(context.tables, place.code, "youth_registered_jobseekers")
    if row is None or not _is_coarse(row):
        return None
    found = jobseekers(context, place)
    low, high = (
        replace(found, value=row[bound], display=numbers.number(row[bound]), label=f"{found.label}, {words}")
        for bound, words in (("value_low", tr("minstens")), ("value_high", tr("hooguit")))
    )
    return low, high


def _is_coarse(row: pd.Series) -> bool:
    """Whether rounding moves a published figure by more than a reader would overlook."""
    if pd.isna(row["value_low"]):
        return False
    return row["value_high"] - row["value"] > _MATERIAL_ROUNDING * row["value"]


def jobseekers_per_1000(context: RegionContext, place: Place | None = None) -> Fact:
    """The same per 1 000 residents of 15 to 25."""
    place = place or context.place
    row = _latest(context.tables, place.code, "youth_registered_jobseekers")
    label = tr("geregistreerde werkzoekenden van {age}", age=tr(AGE_JOBSEEKERS))
    unit = tr("per 1.000 inwoners van {age}", age=tr(AGE_RESIDENTS))
    if row is None or pd.isna(row["per_1000_residents"]):
        return context.absent(label=label, period=tr("oktober"), unit=unit, place=place, source="86223NED")
    found = fact(
        row["per_1000_residents"],
        numbers.number,
        label=label,
        period=numbers.month(date(int(row["year"]), 10, 1)),
        unit=unit,
        status=row["status"],
        source=row["source"],
        region_code=place.code,
        region=place.name,
    )
    if not _is_coarse(row) or not row["value"]:
        return found
    ends = (found.value * row[bound] / row["value"] for bound in ("value_low", "value_high"))
    return replace(found, display=numbers.value_range(*map(numbers.number, ends)))


def jobseekers_card(context: RegionContext) -> Card:
    """The card of young jobseekers."""
    found = jobseekers(context)
    label = (
        tr("Werkzoekende jongeren, {period}", period=found.period)
        if found.is_known
        else tr("Werkzoekende jongeren bij UWV")
    )
    who = tr("15 tot 27 jaar, bij UWV")
    if not found.is_known:
        return Card(label, found, resting_on(say("{who}; CBS-tabel 86223NED hoort hier", who=who), found))
    word = tr("CBS, voorlopig") if found.status == "provisional" else ""
    bounds = rounding_of_jobseekers(context)
    note = (
        say("{who}; marge {low} tot {high}", who=tr("15–27 jaar"), low=bounds[0], high=bounds[1])
        if bounds
        else resting_on(say("{who}", who=who), found)
    )
    return Card(label, found, note, "cbs", word)


def survey_rate(context: RegionContext, place: Place) -> tuple[Fact, str, tuple[Fact, ...]]:
    """Unemployment of 15 to 25 year olds in a place: the latest rate, its evidence, and its bounds if it has any."""
    row = _latest(context.tables, place.code, "youth_unemployment_rate_pct")
    label = tr("werkloos volgens enquête, {age}", age=tr(AGE_RESIDENTS))
    if row is None:
        return context.absent(label=label, period=tr("jaar"), unit=tr("procent"), place=place), "", ()
    where = {
        "period": str(row["year"]),
        "unit": tr("procent"),
        "status": row["status"],
        "source": row["source"],
        "region_code": place.code,
        "region": place.name,
    }
    percent = functools.partial(numbers.percent, decimals=1)
    found = fact(row["value"], percent, label=label, **where)
    if pd.isna(row["value_low"]):
        return found, str(row["evidence"]), ()
    bounds = tuple(
        fact(row[bound], percent, label=f"{label}, {words}", **where)
        for bound, words in (
            ("value_low", tr("ondergrens {level} %", level=95)),
            ("value_high", tr("bovengrens {level} %", level=95)),
        )
    )
    return found, str(row["evidence"]), bounds


def is_hidden(context: RegionContext, place: Place) -> bool:
    """Whether a rate was estimated there but is too uncertain to show."""
    rows = context.model("youth", place)
    return bool(((rows["indicator"] == "youth_unemployment_rate_pct") & (rows["display"] == "hide")).any())
