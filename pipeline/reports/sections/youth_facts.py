"""Youth figures that more than one page uses."""

from __future__ import annotations

import functools

import pandas as pd

from pipeline.figures import dutch
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import Card, Fact, Sentence, direction_of, fact, resting_on, say

AGE_RESIDENTS = "15 tot 25 jaar"
AGE_JOBSEEKERS = "15 tot 27 jaar"
_YEARS_BACK = 6
EVIDENCE_WORDS = {"published": "", "model": "raming met model", "synthetic": "raming naar inwoners"}


def rough_count(value: float | None) -> str:
    """An estimate without a margin: to the hundred, small ones to ten, never to one."""
    if dutch.is_absent(value):
        return dutch.NO_DATA
    if value >= 500:
        return dutch.hundreds(value)
    return "minder dan 10" if value < 10 else dutch.number(10 * round(value / 10))


def years_known(context: RegionContext) -> tuple[int, ...]:
    """First of the last seven years, and the last two, in which the nation's residents of 15 to 25 are known."""
    rows = context.rows("youth_15_25_count", context.nation)
    years = sorted(set(rows.loc[rows["value"].notna(), "year"].astype(int)))
    recent = [year for year in years if year >= years[-1] - _YEARS_BACK]
    return tuple(sorted({*recent[:1], *recent[-2:]}))


def residents_15_25(context: RegionContext, year: int, place: Place | None = None) -> Fact:
    """Residents of 15 to 25 on 1 January."""
    row = context.at("youth_15_25_count", year, place)
    label = f"inwoners van {AGE_RESIDENTS}"
    if row is None:
        return context.absent(label=label, period=f"1 januari {year}", unit="personen", place=place)
    return context.fact_of(row, dutch.number, label=label, unit="personen", period=f"1 januari {year}")


def change_15_25(context: RegionContext, first: int, last: int) -> Fact:
    """Change of the residents of 15 to 25 between two years."""
    before, after = residents_15_25(context, first), residents_15_25(context, last)
    known = before.is_known and after.is_known
    return fact(
        after.value - before.value if known else None,
        functools.partial(dutch.number, plus=True),
        label=f"inwoners van {AGE_RESIDENTS}, verandering",
        period=f"1 januari {first} tot 1 januari {last}",
        unit="personen",
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
        now=now.with_noun("jongere", "jongeren"),
        age=AGE_RESIDENTS,
        here=context.place.here,
    )
    words = {"change": change.unsigned(), "first": str(first)}
    direction = direction_of(change)
    if direction == "gelijk":
        return start + resting_on(say("Dat zijn er evenveel als in {first}.", first=str(first)), change)
    if direction == "omhoog":
        return start + say("Dat zijn er {change} meer dan in {first}.", **words)
    return start + say("Dat zijn er {change} minder dan in {first}.", **words)


def jobseekers(context: RegionContext, place: Place | None = None) -> tuple[Fact, str, str]:
    """Young people registered as jobseekers at UWV: the latest figure, its evidence and its note."""
    place = place or context.place
    rows = context.model("youth", place)
    rows = rows[(rows["indicator"] == "youth_registered_jobseekers") & (rows["display"] != "hide")]
    label = f"geregistreerde werkzoekenden van {AGE_JOBSEEKERS}"
    if rows.empty:
        absent = context.absent(
            label=label, period="oktober", unit="personen", place=place, source="86223NED"
        )
        return absent, "", ""
    row = rows.sort_values("year").iloc[-1]
    evidence = str(row["evidence"])
    found = fact(
        row["value"],
        dutch.number if evidence == "published" else rough_count,
        label=label,
        period=f"oktober {row['year']}",
        unit="personen",
        status=row["status"],
        source=row["source"],
        region_code=place.code,
        region=place.name,
    )
    return found, evidence, str(row["note"])


def jobseekers_per_1000(context: RegionContext, place: Place | None = None) -> Fact:
    """The same per 1 000 residents of 15 to 25."""
    place = place or context.place
    rows = context.model("youth", place)
    rows = rows[(rows["indicator"] == "youth_registered_jobseekers") & (rows["display"] != "hide")]
    label = f"geregistreerde werkzoekenden van {AGE_JOBSEEKERS}"
    unit = f"per 1.000 inwoners van {AGE_RESIDENTS}"
    if rows.empty or pd.isna(rows["per_1000_residents"].iloc[-1]):
        return context.absent(label=label, period="oktober", unit=unit, place=place, source="86223NED")
    row = rows.sort_values("year").iloc[-1]
    return fact(
        row["per_1000_residents"],
        dutch.number,
        label=label,
        period=f"oktober {row['year']}",
        unit=unit,
        status=row["status"],
        source=row["source"],
        region_code=place.code,
        region=place.name,
    )


def jobseekers_card(context: RegionContext) -> Card:
    """The card of young jobseekers with its evidence."""
    found, evidence, _ = jobseekers(context)
    label = f"Werkzoekende jongeren, {found.period}" if found.is_known else "Werkzoekende jongeren bij UWV"
    who = "15 tot 27 jaar, bij UWV"
    if not found.is_known:
        return Card(label, found, resting_on(say("{who}; CBS-tabel 86223NED hoort hier", who=who), found))
    if evidence == "synthetic":
        # an estimate without a margin is no headline
        absent = context.absent(label=found.label, period=found.period, unit=found.unit, source=found.source)
        note = say("alleen een raming naar inwoners, zonder marge: {found}", found=found)
        return Card("Werkzoekende jongeren (15 tot 27)", absent, note)
    if evidence == "published":
        word = "CBS, voorlopig" if found.status == "provisional" else ""
        return Card(label, found, resting_on(say("{who}", who=who), found), "cbs", word)
    note = resting_on(say("{who}; model", who=who), found)
    return Card(label, found, note, "raming", EVIDENCE_WORDS[evidence])


def survey_rate(context: RegionContext, place: Place) -> tuple[Fact, str, tuple[Fact, ...]]:
    """Unemployment of 15 to 25 year olds in a place: the latest rate, its evidence, and its bounds if it has any."""
    rows = context.model("youth", place)
    rows = rows[(rows["indicator"] == "youth_unemployment_rate_pct") & (rows["display"] != "hide")]
    label = f"werkloos volgens enquête, {AGE_RESIDENTS}"
    if rows.empty:
        return context.absent(label=label, period="jaar", unit="procent", place=place), "", ()
    row = rows.sort_values("year").iloc[-1]
    where = {
        "period": str(row["year"]),
        "unit": "procent",
        "status": row["status"],
        "source": row["source"],
        "region_code": place.code,
        "region": place.name,
    }
    percent = functools.partial(dutch.percent, decimals=1)
    found = fact(row["value"], percent, label=label, **where)
    if pd.isna(row["value_low"]):
        return found, str(row["evidence"]), ()
    bounds = tuple(
        fact(row[bound], percent, label=f"{label}, {words}", **where)
        for bound, words in (("value_low", "ondergrens 95 %"), ("value_high", "bovengrens 95 %"))
    )
    return found, str(row["evidence"]), bounds


def is_hidden(context: RegionContext, place: Place) -> bool:
    """Whether a rate was estimated there but is too uncertain to show."""
    rows = context.model("youth", place)
    return bool(((rows["indicator"] == "youth_unemployment_rate_pct") & (rows["display"] == "hide")).any())
