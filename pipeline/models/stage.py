"""The models stage: targets and verdicts, and who contributed."""

from __future__ import annotations

import pandas as pd

from pipeline.config import Settings
from pipeline.models import contributions, outlook, targets
from pipeline.reference import Reference


def make(
    tidy: dict[str, pd.DataFrame],
    indicators: dict[str, pd.DataFrame],
    reference: Reference,
    settings: Settings,
) -> dict[str, pd.DataFrame]:
    """All tables of the stage by name.

    Parameters
    ----------
    tidy, indicators : the tables of the earlier stages by name
    reference : data/reference
    settings : the whole of params.yaml
    """
    table, regions = indicators["indicators"], tidy["regions"]
    outlooks = outlook.make(
        table,
        regions,
        indicators["job_shares"],
        settings.indicators.base_years,
        settings.models.outlook_until,
    )
    return {
        "outlook": outlook.table(outlooks),
        "targets": targets.make(
            reference.programmes,
            reference.claims,
            table,
            indicators["job_estimate_quality"],
            outlooks,
            settings,
        ),
        "contributions": contributions.make(table, regions, tidy["members"]),
    }
