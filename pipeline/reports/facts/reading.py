"""How to read the figures, and where each comes from: one table of sources, what was revised, what made the report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import vocabulary
from pipeline.config import Language
from pipeline.reports import blocks as form
from pipeline.reports.blocks import Block, DataRow
from pipeline.reports.context import RegionContext
from pipeline.reports.facts.base import Fact, Name, plain_number
from pipeline.reports.provenance import hash_of_code
from pipeline.store import RawTable
from pipeline.vocabulary import word

#: indicators whose limits the chapter explains, in this order, where the report prints them
EXPLAINED = ("jobs_employees", "ww_per_1000_residents", "bijstand_per_1000_residents", "youth_registered_jobseekers",
             "unemployment_rate_pct", "chance")  # fmt: skip

#: striking figures that are shown
MOST_STRIKING = 3


@dataclass(frozen=True)
class SourceRow:
    """A table that the report prints from, with the chapters in which its figures stand: name and place."""

    code: Name
    title: Name
    publisher: Name
    periods: Name
    chapters: tuple[tuple[Name, Name], ...]


@dataclass(frozen=True)
class Striking:
    """A published figure near a bound of what is plausible: kept, and told with what was expected."""

    region: Name
    indicator: str
    value: Fact
    expected: Fact


@dataclass(frozen=True)
class ReadingFacts:
    """What the chapter about reading and sources says.

    revised, added : figures of the region that differ from the vintage before; None without one
    """

    explained: tuple[str, ...]
    striking: tuple[Striking, ...]
    has_estimate: bool
    margin_level: Fact
    sources: tuple[SourceRow, ...]
    revised: Fact | None
    added: Fact | None
    previous: Name
    vintage: Name
    code: Name
    edition: Fact
    borders: Fact


def reading(context: RegionContext, shown: Sequence[Block]) -> ReadingFacts:
    """The facts about the figures of the blocks before it."""
    rows = [row for block in shown for row in block.data]
    used = {row.indicator for row in rows}
    previous = context.settings.models.previous_vintage
    return ReadingFacts(
        explained=tuple(key for key in EXPLAINED if key in used),
        striking=_striking(context),
        has_estimate=any(row.status == "estimate" for row in rows),
        margin_level=_number(context, 80, "margin_level", "pct"),
        sources=_sources(context, shown),
        revised=_cells(context, "revised") if previous else None,
        added=_cells(context, "added") if previous else None,
        previous=Name(previous or ""),
        vintage=Name(context.settings.vintage),
        code=Name(hash_of_code()),
        edition=_number(context, context.settings.edition, "year", "year"),
        borders=_number(context, context.tables.division[1], "year", "year"),
    )


def _number(context: RegionContext, value: float, indicator: str, unit: str = "number") -> Fact:
    return plain_number(
        value, indicator, source="", region_code=context.code, vintage=context.settings.vintage, unit=unit
    )


def _cells(context: RegionContext, change: str) -> Fact:
    """How many figures of the region changed; of an own area those of its gemeenten."""
    places = context.members if context.place.kind == "area" else (context.place,)
    tables = [context.model("revisions", place) for place in places]
    count = sum(int(table.loc[table["change"] == change, "cells"].sum()) for table in tables)
    return _number(context, count, "members", "number")


def _sources(context: RegionContext, shown: Sequence[Block]) -> tuple[SourceRow, ...]:
    chapters: dict[str, dict[tuple[Name, Name], None]] = {}
    for place, (title, *blocks) in enumerate(form.chapters(shown), start=1):
        for part in (part for block in (title, *blocks) for row in block.data for part in _tables_of(row)):
            chapters.setdefault(part, {})[Name(title.chapter), Name(form.anchor(place))] = None
    return tuple(_source(table, chapters[table.table_id], context.language) for table in context.tables.vintage.tables
                 if table.table_id in chapters)  # fmt: skip


def _striking(context: RegionContext) -> tuple[Striking, ...]:
    """Those of the region and its gemeenten, the furthest from what was expected first."""
    codes = [context.code, *(place.code for place in context.members if not context.is_nation)]
    rows = context.tables.checks[context.tables.checks["region_code"].isin(codes)]
    rows = rows[rows["verdict"].isin(("warning", "accepted"))]
    rows = rows[rows["series"].isin(vocabulary.indicators())]
    rows = rows.drop_duplicates(["source", "region_code", "series", "period"])
    away = (rows["difference"] / rows["expected"]).abs()
    rows = rows.assign(away=away).sort_values("away", ascending=False, kind="stable").head(MOST_STRIKING)
    return tuple(_striking_figure(context, row) for row in rows.to_dict("records"))


def _striking_figure(context: RegionContext, row: dict) -> Striking:
    code, indicator = row["region_code"], row["series"]
    unit = vocabulary.indicator(indicator, context.language).unit
    value, expected = (
        Fact(float(row[column]), indicator, code, str(int(row["year"])), unit, status, row["source"],
             context.settings.vintage, step=0.1 if unit == "pct" else 1.0 if status == "published" else 100.0)
        for column, status in (("value", "published"), ("expected", "estimate"))
    )  # fmt: skip
    return Striking(Name(context.tables.names[code]), indicator, value, expected)


def _tables_of(row: DataRow) -> list[str]:
    return re.split(r"[\s,;]+", row.source)


def _source(table: RawTable, chapters: dict[tuple[Name, Name], None], language: Language) -> SourceRow:
    periods = f"{table.first_period[:4]}\u2013{table.last_period[:4]}"
    publisher = table.original_source or table.publisher.upper()
    return SourceRow(
        Name(table.table_id),
        Name(table.title, "nl"),
        Name(publisher.replace("benefits", word("phrase", "benefits", language))),
        Name(periods),
        tuple(chapters),
    )
