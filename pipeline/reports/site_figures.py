"""The one figure that list and map of the site share: its year, its classes, and what each region has."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.figures.map import class_limits
from pipeline.reports.blocks import Mark
from pipeline.reports.site_texts import Texts

INDICATOR = "ww_per_1000_residents"
DECIMALS = 1
#: a year is shown from this share of gemeenten with a value
ENOUGH_GEMEENTEN = 0.9
NO_CLASS = "x"  # of a region without a value

_MARKS = {
    "estimate": ("raming", "mark_estimate"),
    "provisional": ("cbs", "mark_provisional"),
    "revised_provisional": ("cbs", "mark_provisional"),
    "final": ("cbs", "mark_cbs"),
    "published": ("cbs", "mark_cbs"),
    "suppressed": ("geen gegevens", "mark_suppressed"),
    "missing": ("geen gegevens", "mark_missing"),
}


@dataclass(frozen=True)
class RegionFigure:
    """The figure of a region: a value, or none with the status that says why."""

    value: float | None
    status: str
    shade: str  # of the class: "0" (low) to "4" (high), or NO_CLASS

    @property
    def is_known(self) -> bool:
        return self.value is not None

    def words(self, texts: Texts) -> str:
        """The figure as printed; the words of its status when there is none."""
        return texts.number(self.value, DECIMALS) if self.is_known else texts(_MARKS[self.status][1])

    def mark(self, texts: Texts) -> Mark:
        """Where the figure comes from, as shape and word."""
        kind, key = _MARKS[self.status]
        return Mark(kind=kind, word=texts(key))


@dataclass(frozen=True)
class RegionFigures:
    """The figure of every region in one year.

    year : None when no region has a value at all
    limits : rising limits of the classes, at most four
    """

    year: int | None
    limits: tuple[float, ...]
    sources: tuple[str, ...]
    by_region: Mapping[str, RegionFigure]

    def of(self, region_code: str) -> RegionFigure:
        """The figure of a region; one without a row has no figure."""
        return self.by_region.get(region_code, RegionFigure(None, "missing", NO_CLASS))

    def shades(self) -> list[str]:
        """Every class, low to high, spread over the five shades when there are fewer."""
        return _shades(len(self.limits) + 1)

    def class_words(self, texts: Texts) -> list[str]:
        """What each class holds, low to high."""
        if self.year is None:
            return []
        words = [texts.number(limit, 0 if limit == round(limit) else DECIMALS) for limit in self.limits]
        if not words:
            return [texts("class_all")]
        between = [texts("class_between", low=low, high=high) for low, high in itertools.pairwise(words)]
        return [texts("class_below", limit=words[0]), *between, texts("class_above", limit=words[-1])]


def region_figures(indicators: pd.DataFrame) -> RegionFigures:
    """The figure of every region in the last year that most gemeenten have one.

    Parameters
    ----------
    indicators : DataFrame
        The indicators table, with region_code, indicator, frequency, sector, year, value, status and source.
    """
    rows = indicators[
        (indicators["indicator"] == INDICATOR)
        & (indicators["frequency"] == "A")
        & (indicators["sector"] == "total")
    ]
    year = _year(rows)
    if year is None:
        return RegionFigures(None, (), (), {})
    # where two tables give the same cell, the newest table's
    rows = rows[rows["year"] == year].sort_values("source", kind="stable")
    rows = rows.drop_duplicates("region_code", keep="last")
    of_gemeenten = rows.loc[rows["region_code"].str.startswith("GM"), "value"]
    limits = tuple(class_limits(of_gemeenten.tolist()))
    shades = _shades(len(limits) + 1)
    by_region = {
        code: RegionFigure(
            None if np.isnan(value) else float(value),
            status,
            NO_CLASS if np.isnan(value) else shades[int(np.searchsorted(limits, value, side="right"))],
        )
        for code, value, status in rows[["region_code", "value", "status"]].itertuples(index=False)
    }
    return RegionFigures(year, limits, tuple(sorted(set(rows["source"]))), by_region)


def _year(rows: pd.DataFrame) -> int | None:
    known = rows[rows["region_code"].str.startswith("GM") & rows["value"].notna()]
    counts = known.groupby("year")["region_code"].nunique()
    if counts.empty:
        return None
    gemeenten = rows.loc[rows["region_code"].str.startswith("GM"), "region_code"].nunique()
    enough = counts[counts >= ENOUGH_GEMEENTEN * gemeenten]
    return int(enough.index.max()) if len(enough) else int(counts.idxmax())


def _shades(count: int) -> list[str]:
    return [str(step) for step in np.linspace(0, 4, count).round().astype(int)]
