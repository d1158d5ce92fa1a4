"""How exact a survey alone would be about young people in a small gemeente: the reason for a model."""

from __future__ import annotations

import pandas as pd

from pipeline.indicators.population import YOUTH as RESIDENTS
from pipeline.models import small_area
from pipeline.models.youth import latest_residents
from pipeline.research import MonitorError
from pipeline.research.lookup import number_between, region_code
from pipeline.research.series import described
from pipeline.research.tables import Tables
from pipeline.research.words import joined_sources

RATE = "youth_unemployment_rate_pct"


def direct_precision(
    tables: Tables, region: str, surveyed_pct: float, rate_pct: float | None
) -> pd.DataFrame:
    """Margin of a direct figure per gemeente; see ``monitor.direct_youth``."""
    for name, asked in {"surveyed_pct": surveyed_pct, "rate_pct": rate_pct}.items():
        if asked is not None and number_between(asked, 0, 100, name, "percent") == 0:
            raise MonitorError(f"{name} is {asked}; give a share above 0 and up to 100 percent.")
    code = region_code(region, tables.read("regions"))
    indicators = tables.read("indicators", indicator=[RESIDENTS, RATE])
    rate = latest_national_rate(indicators) if rate_pct is None else rate_pct
    latest = latest_residents(indicators, int(indicators["year"].max()))
    people = latest["value"]
    codes = [*tables.read("members", region_code=code)["gm_code"], code]
    codes = [one for one in dict.fromkeys(codes) if one in people.index]
    if not codes:
        raise MonitorError(f"{code} has no residents of 15 to 25 in vintage {tables.vintage}.")
    counted = indicators[(indicators["indicator"] == RESIDENTS) & indicators["region_code"].isin(codes)]
    source = joined_sources(counted[counted["year"].isin(latest.loc[codes, "year"])]["source"].unique())
    names = tables.read("regions").set_index("region_code")["region_name"]
    residents = people.loc[codes]
    interviews = residents * surveyed_pct / 100
    variance = small_area.rate_variance(rate / 100, interviews)
    fraction = pd.Series(rate / 100, index=codes)
    low, high = small_area.interval(fraction, variance)
    frame = pd.DataFrame(
        {
            "region_code": codes,
            "region_name": names.loc[codes].to_numpy(),
            "residents": residents.to_numpy(),
            "interviews": interviews.round().to_numpy(),
            "rate_pct": rate,
            "low_pct": 100 * low,
            "high_pct": 100 * high,
            "cv_pct": 100 * small_area.coefficient_of_variation(fraction, variance),
            "display": small_area.publication_class(fraction, variance),
            "unit": "pct",
            "status": "assumption",
            "source": source,
            "vintage": tables.vintage,
        }
    )
    return described(frame, "pct; residents and interviews in persons", [source], tables.vintage)


def latest_national_rate(indicators: pd.DataFrame) -> float:
    """The last published youth unemployment rate of the nation, percent."""
    rows = indicators[(indicators["indicator"] == RATE) & (indicators["region_code"] == "NL01")]
    rows = rows[rows["value"].notna() & (rows["frequency"] == "A")].sort_values("year", kind="stable")
    if rows.empty:
        raise MonitorError("The vintage holds no national youth unemployment rate; give rate_pct.")
    return float(rows["value"].iloc[-1])
