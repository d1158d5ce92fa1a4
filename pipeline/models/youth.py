"""Registered young jobseekers of every region, per 1 000 young residents.

A published figure, or the sum of published gemeenten with what their rounding to hundreds does to it. Where neither
is there, nothing is: a total spread by young residents would tell no more than how many young people live where.
A model estimate with an interval is about the rate (``youth_rates.py``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.indicators.population import YOUTH as RESIDENTS
from pipeline.schemas import TABLES

INDICATOR = "youth_registered_jobseekers"
COLUMNS = list(TABLES["youth"].schema.columns)
_SUMMED = "som van gepubliceerde gemeenten, elk afgerond op honderdtallen: de marge telt hun afronding op"


def make(indicators: pd.DataFrame) -> pd.DataFrame:
    """Registered jobseekers of 15 to 27 in the latest year, of every region that has a published figure.

    Parameters
    ----------
    indicators : the indicator table
    """
    rows = indicators[(indicators["indicator"] == INDICATOR) & indicators["value"].notna()]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    year = int(rows["year"].max())
    return _published(rows[rows["year"] == year], latest_residents(indicators, year))


def latest_residents(indicators: pd.DataFrame, year: int) -> pd.DataFrame:
    """Residents of 15 to 25 per region, of the year nearest to ``year``: columns value, year."""
    rows = indicators[(indicators["indicator"] == RESIDENTS) & indicators["value"].notna()]
    nearest = rows.assign(distance=(rows["year"] - year).abs()).sort_values(["distance", "year"])
    return nearest.drop_duplicates("region_code").set_index("region_code")[["value", "year"]]


def _published(rows: pd.DataFrame, residents: pd.DataFrame) -> pd.DataFrame:
    known = residents.reindex(rows["region_code"])
    summed = rows["method"] == "sum_of_gemeenten"
    table = rows.assign(
        per_1000_residents=1000 * rows["value"].to_numpy() / known["value"].to_numpy(),
        residents_year=known["year"].to_numpy(dtype=float),
        evidence="published",
        cv_pct=np.nan,
        display="show",
        note=summed.map({True: _SUMMED, False: "gepubliceerd; afgerond op honderdtallen"}),
    )
    return table[COLUMNS].reset_index(drop=True)
