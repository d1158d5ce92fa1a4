"""What changed since the previous edition: figures of the region that were revised, verdicts that turned."""

from __future__ import annotations

import datetime as dt
import functools

import pandas as pd

from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reports.context import RegionContext
from pipeline.reports.narrative import Fact, Sentence, counted, fact, say
from pipeline.reports.sections.wording import INDICATOR_WORDS

_SOURCE = to_translate("vergelijking van momentopnamen")
_PERIOD = to_translate("sinds de vorige editie")
#: figures of the first page, and how each is written
_HEADLINES = {
    "jobs_employees": numbers.number,
    "population_count": numbers.number,
    "ww_recipients": numbers.number,
    "bijstand_recipients": numbers.number,
    "unemployment_rate_pct": functools.partial(numbers.percent, decimals=1),
    "youth_registered_jobseekers": numbers.number,
}
_UNIT_WORDS = to_translate({"unemployment_rate_pct": "procent"})


def since_previous(context: RegionContext) -> Sentence:
    """One sentence or two about the difference with the previous edition."""
    if context.settings.models.previous_vintage is None:
        return say("Dit is de eerste editie: er is nog geen eerdere om mee te vergelijken.")
    revised, added = _cells(context, "revised"), _cells(context, "added")
    return _figures(context, revised, added) + _most_revised(context) + _verdicts(context)


def _rows(context: RegionContext) -> pd.DataFrame:
    """What changed in the region; of regions that follow no province CBS publishes mostly the gemeenten."""
    by_gemeente = context.place.kind in ("area", "arbeidsmarktregio", "rmc_region")
    places = (context.place, *context.members) if by_gemeente else (context.place,)
    return pd.concat([context.model("revisions", place) for place in places], ignore_index=True)


def _cells(context: RegionContext, change: str) -> int:
    rows = _rows(context)
    return int(rows.loc[rows["change"] == change, "cells"].sum())


def _figures(context: RegionContext, revised: int, added: int) -> Sentence:
    words = [
        say("{n} herzien", n=_count(context, revised, tr("cijfer"), tr("cijfers"), tr("herziene cijfers")))
        if revised
        else None,
        say("{n} toegevoegd", n=_count(context, added, tr("cijfer"), tr("cijfers"), tr("nieuwe cijfers")))
        if added
        else None,
    ]
    held = [sentence for sentence in words if sentence is not None]
    if not held:
        return say(
            "Sinds de vorige editie zijn de cijfers van {here} niet veranderd.", here=context.place.here
        )
    parts = {"first": held[0], "here": context.place.here}
    if len(held) == 1:
        return say("Sinds de vorige editie: {first} van {here}.", **parts)
    return say("Sinds de vorige editie: {first} en {second} van {here}.", **parts, second=held[1])


def _most_revised(context: RegionContext) -> Sentence:
    """The figure of the first page that was revised most, with its old and new value."""
    rows = _rows(context)
    rows = rows[rows["indicator"].isin(list(_HEADLINES)) & (rows["change"] == "revised")]
    rows = rows[rows["largest_period"] != ""]
    if rows.empty:
        return Sentence()
    size = (rows["largest_new_value"] / rows["largest_old_value"] - 1).abs()
    row = rows.loc[size.idxmax()]
    place = context.tables.places[row["region_code"]]
    when, name = _when(row["largest_period"]), tr(INDICATOR_WORDS[row["indicator"]])
    old, new = (
        fact(
            row[column], _HEADLINES[row["indicator"]], label=f"{name}, {word}", period=when,
            unit=tr(_UNIT_WORDS.get(row["indicator"], "aantal")), source=tr(_SOURCE), region_code=place.code, region=place.name,
        )
        for column, word in (("largest_old_value", tr("vorige editie")), ("largest_new_value", tr("nu")))
    )  # fmt: skip
    words = {"name": name, "when": when, "old": old, "new": new}
    if place.code == context.code:
        return say("Het meest herzien: {name} ({when}), van {old} naar {new}.", **words)
    return say(
        "Het meest herzien: {name} in {here} ({when}), van {old} naar {new}.", here=place.here, **words
    )


def _when(period: str) -> str:
    """A stored period in words: "2024", "derde kwartaal 2024", "juli 2024"."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return numbers.quarter(dt.date(int(year), 3 * int(part[1:]), 1))
    return numbers.month(dt.date(int(year), int(part), 1)) if part else year


def _count(context: RegionContext, how_many: int, one: str, many: str, label: str) -> Fact:
    number = fact(
        how_many, numbers.number, label=label, period=tr(_PERIOD), unit=tr("cijfers"), source=tr(_SOURCE),
        region_code=context.code, region=context.place.name,
    )  # fmt: skip
    return number.with_noun(one, many)


def _verdicts(context: RegionContext) -> Sentence:
    """How many verdicts on the programmes of the region turned."""
    concerned = {link.programme.key for link in context.programmes}
    turned: pd.DataFrame = context.tables.verdict_changes
    turned = turned[turned["programme"].isin(concerned)]
    if turned.empty:
        return Sentence()
    readings = counted(
        len(turned), tr("doel of lezing ervan"), tr("doelen of lezingen ervan"), label=tr("oordelen die veranderden"),
        period=tr(_PERIOD), source=tr(_SOURCE),
    )  # fmt: skip
    return say("Het oordeel veranderde bij {readings}.", readings=readings)
