"""The indicators stage: observations become one series a region."""

from __future__ import annotations

import pandas as pd

from pipeline import geography
from pipeline.config import IndicatorSettings
from pipeline.indicators import jobs, population, unemployment, youth
from pipeline.schemas import INDICATOR_COLUMNS


class IndicatorsError(ValueError):
    """Something that came in is not among the indicators."""


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
    historical_corop = tidy["historical_corop"].set_index("gm_code")["cr_code"]
    job_tables = jobs.make(
        tidy["observations"], current, regions, members, historical_corop, changes, settings
    )
    parts = [
        job_tables.indicators,
        population.make(current, members, regions),
        unemployment.make(current, members, regions),
        youth.make(current, members, regions),
    ]
    indicators = pd.concat(parts, ignore_index=True)[INDICATOR_COLUMNS]
    require_every_indicator(current, indicators)
    reported = set(regions["region_code"])
    return {
        "indicators": indicators[indicators["region_code"].isin(reported)].reset_index(drop=True),
        "corop_moves": job_tables.corop_moves,
        "job_estimates": job_tables.estimates,
        "job_shares": job_tables.shares,
        "share_anchors": job_tables.anchors,
        "job_estimate_quality": job_tables.quality,
    }


#: Of years to come: for who reads the observations, no figure of a report.
_OBSERVED_ONLY = {"population_forecast_count"}


def require_every_indicator(observations: pd.DataFrame, indicators: pd.DataFrame) -> None:
    """Refuse a new indicator that came in and that no module of this stage takes up.

    Parameters
    ----------
    observations, indicators : column indicator

    Raises
    ------
    IndicatorsError
        Names the indicators without a row.
    """
    lost = sorted(set(observations["indicator"]) - set(indicators["indicator"]) - _OBSERVED_ONLY)
    if lost:
        raise IndicatorsError(
            f"{len(lost)} indicator(s) came in and none of their rows goes on, e.g. {lost[0]}. Name it in the list of "
            "pipeline/indicators/unemployment.py that fits it, or give it a module beside that one."
        )
