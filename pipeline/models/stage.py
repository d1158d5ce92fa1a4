"""The models stage: outlook, targets and verdicts, youth, shift-share, similar regions."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.config import Settings
from pipeline.models import (
    comparison,
    contributions,
    job_changes,
    outlook,
    sector_shifts,
    supply,
    targets,
    youth,
    youth_rates,
)
from pipeline.reference import Reference


@dataclass(frozen=True, eq=False)
class Models:
    """What the models stage makes: the tables by name, and the outlooks with their backtest."""

    tables: dict[str, pd.DataFrame]
    outlooks: outlook.Outlooks


def make(
    tidy: dict[str, pd.DataFrame],
    indicators: dict[str, pd.DataFrame],
    reference: Reference,
    settings: Settings,
) -> Models:
    """All tables of the stage.

    Parameters
    ----------
    tidy, indicators : the tables of the earlier stages by name
    reference : data/reference
    settings : the whole of params.yaml
    """
    table, regions, members = indicators["indicators"], tidy["regions"], tidy["members"]
    outlooks, verdicts = outlooks_and_targets(tidy, indicators, reference, settings)
    tables = {
        "outlook": outlook.table(outlooks),
        "targets": verdicts,
        "supply": supply.make(table, outlooks, settings.models.participation),
        "job_changes": job_changes.make(
            table, indicators["job_estimates"], indicators["share_anchors"], quality, regions
        ),
        "contributions": contributions.make(table, regions, members),
        "youth": pd.concat(
            [youth.make(table, regions, members), youth_rates.make(table, members)], ignore_index=True
        ),
        "shift_share": sector_shifts.make(table, indicators["corop_moves"]),
        "similar_regions": comparison.make(table, regions),
    }
    return Models(tables, outlooks)


def outlooks_and_targets(
    tidy: dict[str, pd.DataFrame],
    indicators: dict[str, pd.DataFrame],
    reference: Reference,
    settings: Settings,
) -> tuple[outlook.Outlooks, pd.DataFrame]:
    """What the verdicts rest on, and the verdicts; parameters as in `make`."""
    table, quality = indicators["indicators"], indicators["job_estimate_quality"]
    estimates = outlook.JobEstimates(indicators["job_shares"], indicators["job_estimates"], quality)
    until = settings.models.outlook_until
    outlooks = outlook.make(table, tidy["regions"], tidy["members"], estimates, until)
    return outlooks, targets.make(reference.programmes, reference.claims, table, quality, outlooks, settings)
