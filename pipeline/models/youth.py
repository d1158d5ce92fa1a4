"""Registered young jobseekers of every region, with the level of evidence beside the number.

A published figure where there is one, or the sum of published gemeenten with what their rounding to hundreds does
to it; else a *synthetische raming*: published totals spread over gemeenten by their young residents. That has no
interval and allows no ranking: it tells no more than how many young people live where. The level between, a model
estimate with an interval, is about the rate (``youth_rates.py``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline import geography
from pipeline.indicators.population import YOUTH as RESIDENTS
from pipeline.models import small_area
from pipeline.schemas import TABLES

INDICATOR = "youth_registered_jobseekers"
AGE = "15-27"
PUBLISHED, SYNTHETIC = "published", "synthetic"
COLUMNS = list(TABLES["youth"].schema.columns)
_NOTE = (
    "synthetische raming: het gepubliceerde totaal van provincie of rest van Nederland, verdeeld naar inwoners "
    "van 15 tot 25 jaar; zonder marge, niet geschikt om gemeenten te vergelijken"
)
_SUMMED = "som van gepubliceerde gemeenten, elk afgerond op honderdtallen: de marge telt hun afronding op"


def make(indicators: pd.DataFrame, regions: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Registered jobseekers of 15 to 27, latest year: published where there is a figure, else spread.

    Parameters
    ----------
    indicators : the indicator table
    regions, members : as stored by tidy
    """
    rows = indicators[(indicators["indicator"] == INDICATOR) & indicators["value"].notna()]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    year = int(rows["year"].max())
    published = rows[rows["year"] == year].set_index("region_code")
    residents = latest_residents(indicators, year)
    result = [_published(published, residents)]
    if geography.NATION in published.index:
        spread = spread_over_gemeenten(published, residents, regions)
        result.append(_synthetic(spread, residents, members, published, year))
    together = pd.concat(result, ignore_index=True)
    return together.drop_duplicates("region_code", keep="first")[COLUMNS].reset_index(drop=True)


def latest_residents(indicators: pd.DataFrame, year: int) -> pd.DataFrame:
    """Residents of 15 to 25 per region, of the year nearest to ``year``: columns value, year."""
    rows = indicators[(indicators["indicator"] == RESIDENTS) & indicators["value"].notna()]
    nearest = rows.assign(distance=(rows["year"] - year).abs()).sort_values(["distance", "year"])
    return nearest.drop_duplicates("region_code").set_index("region_code")[["value", "year"]]


def spread_over_gemeenten(
    published: pd.DataFrame, residents: pd.DataFrame, regions: pd.DataFrame
) -> pd.Series:
    """Published totals spread over gemeenten by their young residents; provinces first, then the rest.

    Returns
    -------
    Series
        Index gemeente code, persons. The sum over each published province is exact, and over the nation where
        not every province is published (rounded to hundreds, twelve provinces need not add up to the nation).
    """
    gemeenten = regions[regions["region_type"] == "gemeente"].set_index("region_code")
    provinces = [code for code in published.index if code.startswith("PV")]
    group = gemeenten["pv_code"].where(gemeenten["pv_code"].isin(provinces), "rest")
    totals = published.loc[provinces, "value"].copy()
    if (group == "rest").any():
        totals["rest"] = published.loc[geography.NATION, "value"] - totals.sum()
    proxy = residents["value"].reindex(gemeenten.index)
    return small_area.spread_totals(proxy, group, totals)["value"]


def _published(published: pd.DataFrame, residents: pd.DataFrame) -> pd.DataFrame:
    frame = published.reset_index()
    summed = frame["method"] == "sum_of_gemeenten"
    notes = summed.map({True: _SUMMED, False: "gepubliceerd; afgerond op honderdtallen"})
    return _with_rate(frame, residents).assign(evidence=PUBLISHED, cv_pct=np.nan, display="show", note=notes)


def _synthetic(
    spread: pd.Series, residents: pd.DataFrame, members: pd.DataFrame, published: pd.DataFrame, year: int
) -> pd.DataFrame:
    joined = members.assign(value=members["gm_code"].map(spread))
    sums = joined.groupby("region_code")["value"].sum(min_count=1)
    counts = joined.groupby("region_code")["value"].agg(["count", "size"])
    sums = sums[counts["count"] == counts["size"]]
    frame = pd.DataFrame(
        {
            "region_code": sums.index,
            "indicator": INDICATOR,
            "age": AGE,
            "year": year,
            "value": sums.to_numpy(),
            "value_low": np.nan,
            "value_high": np.nan,
            "status": "estimate",
            "source": published["source"].iloc[0],
        }
    )
    return _with_rate(frame, residents).assign(evidence=SYNTHETIC, cv_pct=np.nan, display="show", note=_NOTE)


def _with_rate(frame: pd.DataFrame, residents: pd.DataFrame) -> pd.DataFrame:
    """Per 1 000 residents of 15 to 25; both years stand in the row."""
    known = residents.reindex(frame["region_code"])
    per_1000 = 1000 * frame["value"].to_numpy() / known["value"].to_numpy()
    return frame.assign(per_1000_residents=per_1000, residents_year=known["year"].to_numpy(dtype=float))
