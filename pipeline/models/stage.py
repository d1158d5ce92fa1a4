"""The models stage: targets and verdicts, and who contributed."""

from __future__ import annotations

import pandas as pd

from pipeline.config import Settings
from pipeline.models import contributions, targets
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
    table = indicators["indicators"]
    return {
        "targets": targets.make(
            reference.programmes,
            reference.claims,
            table,
            indicators["job_estimate_quality"],
            settings.models,
            settings.edition,
        ),
        "contributions": contributions.make(table, tidy["regions"], tidy["members"]),
    }
