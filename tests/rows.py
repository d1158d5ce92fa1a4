"""One observation as the stages store it, for tests: what a test does not say is plain. Synthetic."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.schemas import INDICATOR_UNITS, OBSERVATION_COLUMNS


def observation(
    region_code: str,
    value: float,
    status: str = "",
    *,
    indicator: str = "ww_recipients",
    year: int = 2024,
    **changes: Any,
) -> dict[str, Any]:
    """A row with every column: a year, published; final, or missing when it has no value."""
    return {
        "region_code": region_code,
        "indicator": indicator,
        "sector": "total",
        "age": "total",
        "frequency": "A",
        "period": pd.Timestamp(year, 1, 1),
        "year": year,
        "reference_date": str(year),
        "value": value,
        "unit": INDICATOR_UNITS[indicator],
        "status": status or ("missing" if pd.isna(value) else "final"),
        "value_low": float("nan"),
        "value_high": float("nan"),
        "interval_kind": "",
        "interval_level": float("nan"),
        "break_before": False,
        "basis": "kwb",
        "source": "85984NED",
        "method": "published",
        "vintage": "test",
        "note": "",
    } | changes


def observations(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows as a table with the columns of a stored one, and its types of period and value."""
    table = pd.DataFrame(rows, columns=OBSERVATION_COLUMNS)
    return table.astype({"period": "datetime64[us]", "value": "float64"})
