"""Jobs by sector: the newest split that a region has, and what it was before."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from pipeline.reports.context import Place, RegionContext, ReportTables
from pipeline.reports.facts.base import Fact, Name, change, fact_of
from pipeline.reports.facts.jobs_series import OLD_COUNT

#: the splits that the tables publish, the finest first
SPLITS = (
    ("A", "B-E", "F", "G-I", "J", "K", "L", "M-N", "O-Q", "R-U"),
    ("A", "B-F", "G-N", "O-U"),
)


@dataclass(frozen=True)
class SectorRow:
    """Jobs of one sector: newest, the change since the first year shown, and the share of all jobs in percent."""

    sector: str
    level: Fact
    change: Fact | None
    share: Fact | None


@dataclass(frozen=True)
class Sectors:
    """Jobs of a place by sector in the newest year of which every sector has a row."""

    place: Place
    is_own: bool
    rows: tuple[SectorRow, ...]
    newest: Fact
    first: Fact | None

    @property
    def where(self) -> Name:
        """The place in a sentence: "in Dordrecht"."""
        return Name(self.place.in_here)

    @property
    def grown(self) -> tuple[SectorRow, ...]:
        """The sectors that grew, the fastest in jobs first."""
        known = [
            row for row in self.rows if row.change is not None and row.change.known and row.change.value > 0
        ]
        return tuple(sorted(known, key=lambda row: -row.change.value))


def sectors_of(context: RegionContext, years_back: int) -> Sectors | None:
    """The sectors of the region; of the smallest region around it where its own are older than three years."""
    found = [_of(context.tables, place, years_back) for place in (context.place, *context.surroundings)]
    known = [replace(item, is_own=item.place == context.place) for item in found if item is not None]
    return max(
        known, key=lambda sectors: (int(sectors.newest.period[:4]) > 2020, sectors.is_own), default=None
    )


@functools.cache  # gemeenten of one COROP or province have its sectors in common
def _of(tables: ReportTables, place: Place, years_back: int) -> Sectors | None:
    for split in SPLITS:
        found = tables.indicators.by_sector(place.code, "jobs_employees", split)
        rows = {sector: _by_year(of_sector) for sector, of_sector in found.items()}
        years = sorted(set.intersection(*(set(by_year) for by_year in rows.values())))
        if not years:
            continue
        last = years[-1]
        first = last - years_back if last - years_back in years else None
        whole = [
            row
            for row in tables.indicators.annual(place.code, "jobs_employees", last)
            if pd.notna(row["value"])
        ]
        made = tuple(_row(sector, rows[sector], first, last, whole) for sector in split)
        newest = made[0].level
        return Sectors(
            place,
            True,
            tuple(sorted(made, key=lambda r: -(r.level.value or 0))),
            newest,
            rows[split[0]].get(first) if first else None,
        )
    return None


def _by_year(rows: list[dict[str, Any]]) -> dict[int, Fact]:
    return {int(row["year"]): fact_of(row) for row in rows if row["basis"] != OLD_COUNT}


def _row(
    sector: str, by_year: dict[int, Fact], first: int | None, last: int, whole: list[dict[str, Any]]
) -> SectorRow:
    level = by_year[last]
    moved = change(by_year[first], level) if first is not None else None
    share = None
    if level.known and whole:
        total = float(whole[-1]["value"])
        share = Fact(100 * level.value / total, level.indicator, level.region_code, level.period, "pct", level.status,
                     level.source, level.vintage, aspect="share")  # fmt: skip
    return SectorRow(sector, level, moved, share)
