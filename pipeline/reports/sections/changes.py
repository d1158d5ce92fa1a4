"""What changed since the previous edition: figures of the region that were revised, verdicts that turned."""

from __future__ import annotations

import pandas as pd

from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reports.context import RegionContext
from pipeline.reports.narrative import Fact, Sentence, counted, fact, say

_SOURCE = to_translate("vergelijking van momentopnamen")
_PERIOD = to_translate("sinds de vorige editie")


def since_previous(context: RegionContext) -> Sentence:
    """One sentence or two about the difference with the previous edition."""
    if context.settings.models.previous_vintage is None:
        return say("Dit is de eerste editie: er is nog geen eerdere om mee te vergelijken.")
    revised, added = _cells(context, "revised"), _cells(context, "added")
    return _figures(context, revised, added) + _verdicts(context)


def _cells(context: RegionContext, change: str) -> int:
    rows = context.model("revisions")
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
