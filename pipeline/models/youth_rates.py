"""Unemployment rate of 15 to 25 year olds per gemeente: published, or a model estimate with an interval.

The model borrows strength from the register of young jobseekers and from other years. It needs a register per
gemeente and survey rates of enough gemeenten; without them there are no rows. Formulas: docs/methods/small_area.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.indicators.population import YOUTH as RESIDENTS
from pipeline.models import small_area
from pipeline.schemas import TABLES
from pipeline.tidy.labour_force import BASIS_SINCE, YOUNG

INDICATOR = "youth_unemployment_rate_pct"
REGISTER = "youth_registered_jobseekers"
_COUNTED, _EMPLOYED = "youth_15_27_count", "youth_15_27_employed_count"
COLUMNS = list(TABLES["youth"].schema.columns)
#: Survey rates of at least this many gemeenten in a year; fewer say too little about the regression.
FEWEST_RATES = 25
_RATE_STEP = 0.001
_REGISTER_STEP = 100
#: Spread of the register between gemeenten when rounding hides all of it.
_SMALLEST_SPREAD = 0.001
#: level of the printed margin
INTERVAL_LEVEL = 0.95
_NOTE = "modelraming met marge van 95 %: enquêtecijfers en het register van UWV samen"


@dataclass(frozen=True, eq=False)
class Cells:
    """Gemeenten (rows) by years (columns), in fractions and persons.

    rate : direct survey rates, NaN where not published
    register : registered jobseekers per resident of 15 to 25
    people : residents of 15 to 25
    employed : those of them who work, at the share of 15 to 27 year olds; NaN where that is not published
    """

    gemeenten: pd.Index
    years: list[int]
    rate: np.ndarray
    register: np.ndarray
    people: np.ndarray
    employed: np.ndarray

    def labour_force(self, rate: np.ndarray) -> np.ndarray:
        """What a rate of unemployment is a part of; all residents where the vintage does not say who works."""
        return self.people if np.isnan(self.employed).any() else self.employed / (1 - rate)


def make(indicators: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Latest rates: published rows first, model estimates for gemeenten and areas without one.

    Parameters
    ----------
    indicators : the indicator table
    members : columns region_code, gm_code
    """
    published = _published(indicators)
    cells = gather(indicators)
    if cells is None:
        return published
    year = cells.years[-1]
    estimate, mse = estimated(cells)
    of_that_year = _published(indicators[indicators["year"] == year])
    estimate, mse = _benchmark(estimate, mse, cells, of_that_year, members)
    model = _rows(cells.gemeenten, year, estimate, mse)
    larger = members[~members["region_code"].str.startswith("GM")]
    areas = _areas(larger, cells, estimate, mse, year)
    # the survey may be a year ahead of the register: a newer published rate goes before an estimate
    together = pd.concat([published[published["year"] >= year], model, areas], ignore_index=True)
    return together.drop_duplicates("region_code", keep="first")[COLUMNS].reset_index(drop=True)


def gather(indicators: pd.DataFrame) -> Cells | None:
    """The cells that the model can be fitted on, or None when the vintage holds too few."""
    annual = indicators[(indicators["frequency"] == "A") & indicators["value"].notna()]
    gemeenten = annual[annual["region_code"].str.startswith("GM")]
    rates = gemeenten[(gemeenten["indicator"] == INDICATOR) & (gemeenten["basis"] == BASIS_SINCE)]
    register = gemeenten[gemeenten["indicator"] == REGISTER]
    counts = rates.groupby("year")["region_code"].nunique()
    years = sorted(set(counts[counts >= FEWEST_RATES].index) & set(register["year"]))
    if not years:
        return None
    residents = gemeenten[gemeenten["indicator"] == RESIDENTS]
    nearest = residents.assign(distance=(residents["year"] - years[-1]).abs()).sort_values(
        "distance", kind="stable"
    )
    people = nearest.drop_duplicates("region_code").set_index("region_code")["value"]
    registered = register[register["year"].isin(years)].pivot(
        index="region_code", columns="year", values="value"
    )
    registered = registered.dropna()
    shared = registered.index.intersection(people[people > 0].index)
    direct = rates[rates["year"].isin(years)].pivot(index="region_code", columns="year", values="value")
    persons = people[shared].to_numpy()
    working = _latest(gemeenten, _EMPLOYED, years[-1]) / _latest(gemeenten, _COUNTED, years[-1])
    return Cells(
        gemeenten=shared,
        years=years,
        rate=direct.reindex(index=shared, columns=years).to_numpy(dtype=float) / 100,
        register=registered.loc[shared, years].to_numpy() / persons[:, None],
        people=persons,
        employed=persons * working.reindex(shared).to_numpy(),
    )


def _latest(gemeenten: pd.DataFrame, indicator: str, year: int) -> pd.Series:
    rows = gemeenten[(gemeenten["indicator"] == indicator) & (gemeenten["year"] == year)]
    return rows.set_index("region_code")["value"]


def estimated(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Estimate and mean squared error of the last year, fractions."""
    areas, years = cells.rate.shape
    register, unknown = calibrated(cells)
    size = np.log(cells.people) - np.log(cells.people).mean()
    design = np.dstack(
        [
            *(np.broadcast_to((np.arange(years) == t).astype(float), (areas, years)) for t in range(years)),
            register - register.mean(),
            np.broadcast_to(size[:, None], (areas, years)),
        ]
    )
    fit = small_area.fit_rates(
        cells.rate,
        design,
        np.broadcast_to(cells.people[:, None], (areas, years)),
        years=cells.years,  # the survey may lack a year between
        rounding=_RATE_STEP,
        estimate_scale=True,  # the survey asked an unknown part of them
    )
    return fit.eblup[:, -1], fit.mse[:, -1] + fit.beta[years] ** 2 * unknown[:, -1]


def calibrated(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """The register without what its rounding to hundreds makes of a small gemeente, and the variance that stays.

    An observed share is drawn to the mean of its year, the more so the larger the rounding is beside the spread
    between gemeenten (Ybarra and Lohr 2008, for a covariate with a known error).

    Returns
    -------
    (ndarray, ndarray)
        Both (gemeenten, years): expected share given the observed one, and its variance.
    """
    rounding = np.broadcast_to((_REGISTER_STEP**2 / 12 / cells.people**2)[:, None], cells.register.shape)
    mean = np.average(cells.register, axis=0, weights=cells.people)
    spread = np.maximum(cells.register.var(axis=0) - rounding.mean(axis=0), _SMALLEST_SPREAD**2)
    kept = spread / (spread + rounding)
    return mean + kept * (cells.register - mean), spread * (1 - kept)


def _benchmark(
    estimate: np.ndarray, mse: np.ndarray, cells: Cells, published: pd.DataFrame, members: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Meet the published rates of provinces and nation, weighted by the young labour force."""
    columns, totals = [], []
    force = cells.labour_force(np.clip(estimate, *small_area.RATE_CLIP))
    complete = members.groupby("region_code")["gm_code"].agg(set)
    for row in published[published["region_code"].str.match(r"(NL|PV)\d\d")].itertuples():
        own = complete[row.region_code]
        inside = cells.gemeenten.isin(own)
        if inside.sum() == len(own):
            columns.append(np.where(inside, force, 0) / force[inside].sum())
            totals.append(row.value / 100)
    if not totals:
        return estimate, mse
    slack = np.full(len(totals), _RATE_STEP**2 / 12)
    return small_area.benchmark(estimate, mse, np.column_stack(columns), np.array(totals), slack)


def _areas(
    larger: pd.DataFrame, cells: Cells, estimate: np.ndarray, mse: np.ndarray, year: int
) -> pd.DataFrame:
    """Regions of which every gemeente is estimated: numerator and denominator are summed."""
    force = cells.labour_force(np.clip(estimate, *small_area.RATE_CLIP))
    by_code = pd.DataFrame({"rate": estimate, "mse": mse, "force": force}, index=cells.gemeenten)
    parts = larger.join(by_code, on="gm_code")
    whole = parts.groupby("region_code")["rate"].transform("count")
    parts = parts[whole == parts.groupby("region_code")["gm_code"].transform("size")]
    weight = parts["force"] / parts.groupby("region_code")["force"].transform("sum")
    grouped = parts.assign(rate=weight * parts["rate"], mse=weight**2 * parts["mse"]).groupby("region_code")
    sums = grouped[["rate", "mse"]].sum()
    return _rows(sums.index, year, sums["rate"].to_numpy(), sums["mse"].to_numpy())


def _rows(codes: pd.Index, year: int, estimate: np.ndarray, mse: np.ndarray) -> pd.DataFrame:
    low, high = small_area.interval(estimate, mse, INTERVAL_LEVEL)
    return pd.DataFrame(
        {
            "region_code": codes,
            "indicator": INDICATOR,
            "age": YOUNG,
            "year": year,
            "value": 100 * np.maximum(estimate, 0),
            "value_low": 100 * low,
            "value_high": 100 * high,
            "per_1000_residents": np.nan,
            "residents_year": np.nan,
            "evidence": "model",
            "cv_pct": np.minimum(100 * small_area.coefficient_of_variation(estimate, mse), 1000),
            "display": small_area.publication_class(estimate, mse),
            "status": "estimate",
            "source": "enquête en register (CBS, UWV via CBS)",
            "note": _NOTE,
        }
    )


def _published(indicators: pd.DataFrame) -> pd.DataFrame:
    """Published rates of the last year of each region."""
    rows = indicators[
        (indicators["indicator"] == INDICATOR)
        & (indicators["frequency"] == "A")
        & indicators["value"].notna()
    ]
    # regional tables first, the recalculated national ones only where nothing else is there
    last = rows.sort_values(["year", "source"]).drop_duplicates("region_code", keep="last")
    return last.assign(
        per_1000_residents=np.nan,
        residents_year=np.nan,
        evidence="published",
        cv_pct=np.nan,
        display="show",
        note="gepubliceerd",
    )[COLUMNS].reset_index(drop=True)
