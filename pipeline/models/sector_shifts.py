"""Shift-share of the regions whose jobs are published by sector, year by year, breaks refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.indicators.jobs import KEY_FIGURES_TOTAL
from pipeline.models import shift_share
from pipeline.schemas import TABLES
from pipeline.tidy.jobs import BROAD_SECTORS, FOUR_SECTORS, KEY_FIGURES, NATIONAL, NEW

COLUMNS = list(TABLES["shift_share"].schema.columns)
ROUNDING = 100.0
#: CBS moved jobs between sector K and others in December 2024: a change of books, not of work.
_SECTOR_BREAK = 2024
_SECTOR_BREAK_WORDS = "CBS deelde de financiële dienstverlening in 2024 anders in"
_BORDER_WORDS = "de COROP-grens veranderde"
_NO_REGION = "een sector is in dit jaar niet gepubliceerd"
_NO_NATION = "geen landelijk cijfer per sector in deze momentopname"


def make(indicators: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Yearly shift-share, in jobs: COROPs by ten broad sectors, provinces by four.

    A year with a break is refused, with the reason in ``refused`` and no figures. Regions that are not
    published by sector have no rows.

    Parameters
    ----------
    indicators : the indicator table
    moves : gemeenten whose jobs went to another COROP
    """
    rows = indicators[indicators["indicator"] == "jobs_employees"]
    nation = rows[rows["source"].isin([NEW, NATIONAL]) & (rows["region_code"] == "NL01")]
    corops = rows[(rows["source"] == NEW) & rows["region_code"].str.startswith("CR")]
    corops = corops[corops["sector"] != "total"]
    parts = [
        _decompose(region, tables, _border_years(region, moves), NEW)
        for region, tables in _tables(corops, nation, BROAD_SECTORS)
    ]
    provinces = rows[(rows["basis"] == KEY_FIGURES) & rows["region_code"].str.startswith("PV")]
    provinces = provinces.assign(sector=provinces["sector"].replace(KEY_FIGURES_TOTAL, "total"))
    parts += [
        _decompose(region, tables, set(), KEY_FIGURES)
        for region, tables in _tables(provinces, nation, FOUR_SECTORS)
    ]
    held = [part for part in parts if len(part)]
    return pd.concat(held, ignore_index=True)[COLUMNS] if held else pd.DataFrame(columns=COLUMNS)


class Tables:
    """Jobs by sector (rows, the last the total) and year (columns) of a region and the nation."""

    def __init__(self, region: pd.DataFrame, nation: pd.DataFrame):
        self.region, self.region_total = region.iloc[:-1], region.iloc[-1]
        self.nation, self.nation_total = nation.iloc[:-1], nation.iloc[-1]
        held, whole = self.region.notna(), self.nation.notna().all()
        self.years = list(held.columns[held.any()])
        self._nation_holds = set(whole.index[whole])
        sectors, total = held.all(), self.region_total.notna()
        self._region_holds = set(sectors.index[sectors]), set(total.index[total])

    def effects(self, years: list[int], method: str) -> pd.DataFrame:
        """The effects of each year after the first of a run; suppressed sectors become "onbekend"."""
        return shift_share.decompose(
            self.region[years],
            self.nation[years],
            method=method,
            region_total=self.region_total.reindex(years),
            nation_total=self.nation_total.reindex(years),
            rounding=ROUNDING,
        )

    def both_effects(self, years: list[int]) -> pd.DataFrame:
        """The effects of both methods: one split gives the other, but for a sector that starts from no jobs.

        Returns
        -------
        DataFrame
            Index year; national, industry_mix, competitive (Dunn), competitive_em and allocation
            (Esteban-Marquillas; missing in a year in which a sector starts from no jobs), total.
        """
        steps = list(itertools.pairwise(years))
        jobs = self.region[years].to_numpy(dtype=float, na_value=np.nan)
        undefined = ((jobs[:, :-1] == 0) & (jobs[:, 1:] > 0)).any(axis=0)
        parts = []
        for is_undefined, group in itertools.groupby(
            zip(steps, undefined, strict=True), lambda pair: pair[1]
        ):
            run = [step for step, _ in group]
            stretch = [run[0][0], *(last for _, last in run)]
            if is_undefined:
                parts.append(self.effects(stretch, "dunn").assign(competitive_em=np.nan, allocation=np.nan))
            else:
                split = self.effects(stretch, "esteban").rename(columns={"competitive": "competitive_em"})
                parts.append(split.assign(competitive=split["competitive_em"] + split["allocation"]))
        return pd.concat(parts)

    def nation_holds(self, *years: int) -> bool:
        """Whether every sector of the nation is published in these years."""
        return self._nation_holds.issuperset(years)

    def region_holds(self, *years: int) -> bool:
        """Whether the region's sectors, or its total, are published in these years."""
        return any(held.issuperset(years) for held in self._region_holds)


def _tables(
    rows: pd.DataFrame, nation: pd.DataFrame, sectors: tuple[str, ...]
) -> Iterator[tuple[str, Tables]]:
    """The tables of every region of some rows."""
    order = [*sectors, "total"]
    own, whole = (
        part[part["sector"].isin(order)].pivot(
            index=["region_code", "sector"], columns="year", values="value"
        )
        for part in (rows, nation)
    )
    whole = whole.droplevel("region_code").reindex(order)
    for region, wide in own.groupby(level="region_code"):
        yield region, Tables(wide.droplevel("region_code").reindex(order), whole)


def _border_years(region: str, moves: pd.DataFrame) -> set[int]:
    """Years that start on other borders than the year before."""
    touched = moves[(moves["from_cr"] == region) | (moves["to_cr"] == region)]
    return set(touched["last_year_in_old"] + 1)


def _decompose(region: str, tables: Tables, border_years: set[int], source: str) -> pd.DataFrame:
    """One row a year after the first; runs of years between breaks are split together."""
    fixed = {"region_code": region, "sectors": len(tables.region), "source": source}
    refusals = {
        year: _refusal(tables, before, year, border_years)
        for before, year in itertools.pairwise(tables.years)
    }
    rows = [fixed | {"year": year, "refused": words} for year, words in refusals.items() if words]
    parts = [pd.DataFrame(rows, columns=COLUMNS)] if rows else []
    for run in _runs(tables.years, refusals):
        effects = tables.both_effects(run).assign(refused="", **fixed)
        parts.append(effects.rename_axis("year").reset_index()[COLUMNS])
    return (
        pd.concat(parts, ignore_index=True).sort_values("year", kind="stable")
        if parts
        else pd.DataFrame(columns=COLUMNS)
    )


def _refusal(tables: Tables, before: int, year: int, border_years: set[int]) -> str:
    """Why a year is not split, or nothing."""
    if year in border_years:
        return _BORDER_WORDS
    if year == _SECTOR_BREAK:
        return _SECTOR_BREAK_WORDS
    if not tables.nation_holds(before, year):
        return _NO_NATION
    return "" if tables.region_holds(before, year) else _NO_REGION


def _runs(years: list[int], refusals: dict[int, str]) -> list[list[int]]:
    """Stretches of years, each with the year before its first split year."""
    runs: list[list[int]] = []
    for before, year in itertools.pairwise(years):
        if refusals[year]:
            continue
        if runs and runs[-1][-1] == before:
            runs[-1].append(year)
        else:
            runs.append([before, year])
    return runs
