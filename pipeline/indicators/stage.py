"""The indicators stage: observations become one series a region."""

from __future__ import annotations

import pandas as pd

from pipeline import geography
from pipeline.config import IndicatorSettings
from pipeline.indicators import jobs, population, unemployment, youth
from pipeline.schemas import INDICATOR_COLUMNS


def make(
    tidy: dict[str, pd.DataFrame], changes: pd.DataFrame, settings: IndicatorSettings
) -> dict[str, pd.DataFrame]:
    """All tables of the stage by name.

    Parameters
    ----------
    tidy : the tidy tables by name
    changes : border changes as stored
    settings : the ``indicators`` part of params.yaml
    """
    current, regions, members = tidy["observations_current"], tidy["regions"], tidy["members"]
    gemeenten = regions[regions["region_type"] == "gemeente"]["region_code"]
    changes = geography.resolve_changes(changes, gemeenten)
    corop_then = tidy["corop_then"].set_index("gm_code")["cr_code"]
    job_tables = jobs.make(tidy["observations"], current, regions, members, corop_then, changes, settings)
    parts = [
        job_tables.indicators,
        population.make(current, members, regions),
        unemployment.make(current, members, regions),
        youth.make(current, members, regions),
    ]
    indicators = pd.concat(parts, ignore_index=True)[INDICATOR_COLUMNS]
    reported = set(regions["region_code"])
    return {
        "indicators": indicators[indicators["region_code"].isin(reported)].reset_index(drop=True),
        "corop_moves": job_tables.corop_moves,
        "job_estimates": job_tables.estimates,
        "job_shares": job_tables.shares,
        "share_anchors": job_tables.anchors,
        "job_estimate_quality": job_tables.quality,
    }
