"""The cover: which region, which edition, which vintage, which gemeenten."""

from __future__ import annotations

import datetime as dt

from pipeline.figures.maps import cover_art
from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.reports import blocks as form
from pipeline.reports.context import RegionContext
from pipeline.reports.narrative import fact, say

MOST_NAMED = 30  # gemeenten named at the foot of the cover


def title_of(context: RegionContext) -> str:
    """Title of the report, also of the PDF and in the page header."""
    return tr(
        "Arbeidsmarktmonitor {name} {edition}", name=context.place.name, edition=context.settings.edition
    )


def description_of(context: RegionContext) -> str:
    """One line for search engines and screen readers."""
    return tr(
        "Werk, uitkeringen, jeugd en programma's in {here}, uit open cijfers van CBS, UWV en PDOK.",
        here=context.place.here,
    )


def cover(context: RegionContext) -> list[form.Block]:
    """The cover of the report."""
    subject = tr("Werk, uitkeringen, jeugd en programma's")
    known = tr("wat we weten, wat we ramen en waarvoor gegevens ontbreken")
    if context.is_gemeente:
        subtitle = say("{subject} in één gemeente: {known}", subject=subject, known=known)
    else:
        many = context.count_of_members()
        subtitle = say("{subject} in {many}: {known}", subject=subject, many=many, known=known)
    made = dt.date.fromisoformat(context.settings.reports.date)
    when = numbers.day(made)
    edition = fact(
        context.settings.edition,
        lambda value: str(int(value)),
        label=tr("editie"),
        period=when,
        unit=tr("jaar"),
        source="params.yaml",
    )
    lines = [tr("Momentopname {vintage}, opgemaakt {when}.", vintage=context.settings.vintage, when=when)]
    names = [place.name for place in context.members]
    if not context.is_gemeente and len(names) <= MOST_NAMED:
        lines.append(", ".join(names))
    return [
        form.Cover(
            kicker=tr("Regionale arbeidsmarktmonitor"),
            title=title_of(context),
            subtitle=subtitle.text,
            publisher=context.settings.reports.publisher,
            edition=str(context.settings.edition),
            lines=tuple(lines),
            svg=cover_art(
                context.tables.borders, [place.code for place in context.members], style=context.style
            ),
            data=(*subtitle.rows("omslag"), edition.row("omslag")),
        )
    ]
