"""The jobs of a region as every chapter uses them: one series, its margins of 80 %, and the changes it allows."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.reports.context import Place, RegionContext, ReportTables
from pipeline.reports.facts.base import Fact, fact_of

INDICATOR = "jobs_employees"
#: the count of 2008-2010, which is not joined to the later series
OLD_COUNT = "81402ned"
#: estimates that spread a COROP by shares: fine for an area, silent about the growth of one gemeente
SHARE_METHOD = "share_of_corop"
#: growth is told over so many years, unless a target has a year of its own
YEARS_BACK = 6


@dataclass(frozen=True)
class JobsSeries:
    """Employee jobs of a region in December.

    levels : a fact a year of the series of today, published or estimated, the latter with its margin of 80 %
    old_count : facts of 2008-2010 on the old count
    from_shares : whether the newest level is a share of a larger area
    """

    place: Place
    levels: tuple[Fact, ...]
    old_count: tuple[Fact, ...]
    from_shares: bool
    changes: Mapping[tuple[int, int], Mapping[str, Any]]

    @property
    def newest(self) -> Fact | None:
        """The newest level; None when there is none."""
        return self.levels[-1] if self.levels else None

    @property
    def newest_count(self) -> Fact | None:
        """The newest level that was counted."""
        counted = [fact for fact in (*self.old_count, *self.levels) if not fact.estimate]
        return counted[-1] if counted else None

    def level(self, year: int) -> Fact | None:
        """The level of a year."""
        return next((fact for fact in self.levels if year_of(fact) == year), None)

    def change(self, first: int, last: int) -> Fact | None:
        """The change in jobs between two years with its margin; None where growth may not be said."""
        return self._change(first, last, "change", "jobs", "change")

    def growth(self, first: int, last: int) -> Fact | None:
        """The same in percent."""
        return self._change(first, last, "change_pct", "pct", "growth")

    def _change(self, first: int, last: int, column: str, unit: str, aspect: str) -> Fact | None:
        row = self.changes.get((first, last))
        if row is None:
            return None
        newest = self.level(last)
        step = 0.1 if unit == "pct" else max(newest.step, 100.0 if row["status"] == "estimate" else 1.0)
        return replace(
            newest,
            value=float(row[column]),
            low=_bound(row[f"{column}_low_80"]),
            high=_bound(row[f"{column}_high_80"]),
            level=0.8,
            unit=unit,
            status=row["status"],
            source=row["source"],
            step=step,
            aspect=aspect,
            period=f"{first}-12/{last}-12",
        )


def year_of(fact: Fact) -> int:
    """The year in which the period of a fact ends."""
    return int(fact.period.rpartition("/")[2][:4])


def jobs_of(context: RegionContext, place: Place | None = None) -> JobsSeries:
    """The jobs of a place; the region of the report by default."""
    return _jobs_of(context.tables, place or context.place)


@functools.lru_cache(
    maxsize=1024
)  # a report asks for its parts and peers, and those come again in other reports
def _jobs_of(tables: ReportTables, place: Place) -> JobsSeries:
    rows = tables.indicators.known(place.code, INDICATOR)
    margins = {int(row["year"]): row for row in tables.model("job_estimates", place.code).to_dict("records")}
    later = [row for row in rows if row["basis"] != OLD_COUNT]
    levels = tuple(_level(row, margins) for row in sorted(later, key=lambda row: row["year"]))
    changes = tables.model("job_changes", place.code).to_dict("records")
    return JobsSeries(
        place=place,
        levels=levels,
        old_count=tuple(fact_of(row) for row in rows if row["basis"] == OLD_COUNT),
        from_shares=bool(later) and later[-1]["method"] == SHARE_METHOD,
        changes={(int(row["first_year"]), int(row["last_year"])): row for row in changes},
    )


def _level(row: Mapping[str, Any], margins: Mapping[int, Mapping[str, Any]]) -> Fact:
    fact = fact_of(row)
    own = margins.get(int(row["year"]))
    if not fact.estimate or own is None:
        return fact
    step = 1000.0 if own["high_80"] - own["low_80"] > 0.2 * own["value"] and own["value"] >= 10_000 else 100.0
    step = 10.0 if own["value"] < 1000 else step
    return replace(fact, low=float(own["low_80"]), high=float(own["high_80"]), level=0.8, step=step)


def _bound(value: float) -> float | None:
    return None if value is None or value != value else float(value)


def outlook_of(context: RegionContext, series: JobsSeries) -> tuple[Fact, ...]:
    """The levels of the outlook with their margin of 80 %, from the newest level on."""
    rows = context.model("outlook")
    if rows.empty or series.newest is None or (series.from_shares and context.is_gemeente):
        return ()
    until = year_of(series.newest) + context.settings.models.verdict_horizon
    return tuple(
        Fact(float(row["median"]), "jobs_employees", context.code, f"{int(row['year'])}-12", "jobs", "estimate",
             row["source"], context.settings.vintage, float(row["low_80"]), float(row["high_80"]), 0.8,
             max(series.newest.step, 100.0))
        for row in rows.sort_values("year", kind="stable").to_dict("records")
        if year_of(series.newest) < row["year"] <= until
    )  # fmt: skip
