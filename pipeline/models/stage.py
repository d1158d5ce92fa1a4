"""The models stage: outlook, targets and verdicts, youth, shift-share, similar regions, scores of forecasts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.config import Settings
from pipeline.models import (
    comparison,
    contributions,
    job_changes,
    ledger,
    outlook,
    sector_shifts,
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
    forecasts: pd.DataFrame,
) -> Models:
    """All tables of the stage.

    Parameters
    ----------
    tidy, indicators : the tables of the earlier stages by name
    reference : data/reference
    settings : the whole of params.yaml
    forecasts : what earlier editions said, lines of data/forecasts
    """
    table, regions, members = indicators["indicators"], tidy["regions"], tidy["members"]
    outlooks, verdicts = outlooks_and_targets(tidy, indicators, reference, settings)
    tables = {
        "outlook": outlook.table(outlooks),
        "targets": verdicts,
        "job_changes": job_changes.make(
            table,
            indicators["job_estimates"],
            indicators["share_anchors"],
            indicators["job_estimate_quality"],
            regions,
        ),
        "contributions": contributions.make(table, regions, members),
        "youth": pd.concat([youth.make(table), youth_rates.make(table, members)], ignore_index=True),
        "shift_share": sector_shifts.make(table, indicators["corop_moves"]),
        "similar_regions": comparison.make(table, regions),
        "forecast_scores": ledger.score(forecasts, table, verdicts, reference),
    }
    return Models(tables, outlooks)


def outlooks_and_targets(
    tidy: dict[str, pd.DataFrame],
    indicators: dict[str, pd.DataFrame],
    reference: Reference,
    settings: Settings,
) -> tuple[outlook.Outlooks, pd.DataFrame]:
    """What the verdicts rest on, and the verdicts; parameters as in `make`."""
    table, employed = indicators["indicators"], reference.national_employed
    shares = indicators["job_shares"], indicators["share_anchors"]
    until = settings.models.outlook_until
    outlooks = outlook.make(table, tidy["regions"], tidy["members"], *shares, employed, until)
    return outlooks, targets.make(reference.programmes, reference.claims, table, outlooks, settings)
