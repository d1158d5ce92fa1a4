"""Labour supply as a ceiling for the outlook of jobs, under low, base and high participation.

A what-if: who lives in the region, how many take part, and how many jobs there are per employed resident.
The population of 15 to 75 stays as it is where the vintage holds no forecast, and the row says so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.config import ParticipationScenarios
from pipeline.models import scenarios
from pipeline.models.outlook import INDICATOR, Outlooks
from pipeline.schemas import TABLES
from pipeline.tidy.jobs import NEW

COLUMNS = list(TABLES["supply"].schema.columns)
_NEEDED = ("population_15_75_count", "net_participation_rate_pct", "unemployment_rate_pct")
#: Years between the survey and the last jobs figure; participation rose by points in the years before.
_OLDEST_SURVEY = 3
CONSTANT = "bevolking gelijk gehouden"


def make(indicators: pd.DataFrame, outlooks: Outlooks, participation: ParticipationScenarios) -> pd.DataFrame:
    """Ceiling and capped outlook of every region whose survey figures are published; others have no rows.

    Parameters
    ----------
    indicators : the indicator table
    outlooks : of the jobs of every region
    participation : change in net participation by the last year, percentage points
    """
    survey = latest_survey(indicators)
    jobs = indicators[(indicators["indicator"] == INDICATOR) & (indicators["sector"] == "total")]
    level = jobs[jobs["value"].notna() & (jobs["basis"] == NEW)].set_index(["region_code", "year"])["value"]
    parts = []
    for row in survey.itertuples():
        outlook = outlooks.of(row.region_code, "median")
        if outlook is None or (row.region_code, row.year) not in level.index:
            continue
        if outlook.last_year - row.year > _OLDEST_SURVEY:
            continue  # participation of long ago puts the ceiling below the jobs that are there
        if outlook.is_one_gemeente:
            continue  # a share of long ago says nothing about jobs per employed resident of one gemeente
        net, unemployed = row.net_participation_rate_pct / 100, row.unemployment_rate_pct / 100
        ratio = scenarios.jobs_per_employed_resident(
            level.loc[(row.region_code, row.year)], net * row.population_15_75_count
        )
        years = outlook.last_year + np.arange(1, len(outlook.log_growth) + 1)
        grown = pd.Series(outlook.quantile(0.5), index=years)
        for name, change in participation.model_dump().items():
            towards = np.linspace(0, change / 100, len(years) + 1)[1:]
            taking_part = np.clip((net + towards) / (1 - unemployed), 0, 1)
            ceiling = scenarios.labour_supply_ceiling(
                ratio, row.population_15_75_count, taking_part, unemployed
            )
            capped = scenarios.capped_by_supply(grown, ceiling)
            parts.append(
                capped.assign(
                    region_code=row.region_code,
                    scenario=name,
                    year=years,
                    survey_year=row.year,
                    population=CONSTANT,
                )
            )
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def latest_survey(indicators: pd.DataFrame) -> pd.DataFrame:
    """Per region the last year in which population, participation and unemployment stand on one basis."""
    rows = indicators[
        indicators["indicator"].isin(_NEEDED) & (indicators["frequency"] == "A") & indicators["value"].notna()
    ]
    wide = rows.pivot_table(index=["region_code", "basis", "year"], columns="indicator", values="value")
    wide = wide.reindex(columns=list(_NEEDED)).dropna().reset_index()
    return wide.sort_values("year").drop_duplicates("region_code", keep="last")
