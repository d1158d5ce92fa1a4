"""Long series of many regions, on which the growth model is tested; one of them is its memory of the nation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

PROVINCES = "nl_province_employed.csv.gz"


@dataclass(frozen=True, eq=False)
class Panel:
    """A panel of regions and the backtest it serves.

    levels : index region, columns int years
    national : Series over the same years
    origins : years from which is forecast
    """

    name: str
    levels: pd.DataFrame
    national: pd.Series
    origins: range


def load_panels(folder: Path) -> dict[str, Panel]:
    """The reference panels by name: employed persons of US counties and Dutch provinces, GDP of German counties.

    Parameters
    ----------
    folder : data/reference/panels
    """
    us = _read(folder / "us_county_employed.csv.gz")
    national = pd.read_csv(folder / "us_national_employed.csv", index_col="year").iloc[:, 0]
    german = _read(folder / "de_county_gdp.csv.gz")
    dutch = _read(folder / PROVINCES)
    return {
        "us_counties_employed": Panel("us_counties_employed", us, national, range(2010, 2022)),
        "german_counties_gdp": Panel("german_counties_gdp", german, german.sum(), range(2004, 2014)),
        "dutch_provinces_employed": Panel("dutch_provinces_employed", dutch, dutch.sum(), range(1994, 2023)),
    }


def load_national_employed(folder: Path) -> pd.Series:
    """Persons employed in the Netherlands (thousands), index year from 1980: the sum of the provinces.

    Parameters
    ----------
    folder : data/reference/panels
    """
    return _read(folder / PROVINCES).sum()


def _read(path: Path) -> pd.DataFrame:
    panel = pd.read_csv(path, index_col=0, dtype={0: str})
    panel.columns = panel.columns.astype(int)
    return panel
