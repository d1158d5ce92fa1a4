"""All tables of one vintage, as one object."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from pipeline import store


@dataclass(frozen=True)
class Tables:
    """All tables of one vintage, by name, and the borders."""

    vintage: str
    tables: dict[str, pd.DataFrame] = field(repr=False)
    borders: gpd.GeoDataFrame = field(repr=False)

    def read(self, name: str, **filters) -> pd.DataFrame:
        """A table, or the rows of it whose columns equal (or are among) the given values."""
        return store.select(self.tables[name], name, **filters)
