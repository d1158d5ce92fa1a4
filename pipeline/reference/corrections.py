"""Known errors of publishers, put right while they last."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.reference.entries import Correction
from pipeline.reference.values import OPEN, ReferenceDataError


def apply_corrections(
    observations: pd.DataFrame, table: str, corrections: Mapping[str, Correction]
) -> pd.DataFrame:
    """Observations with the known errors of a table put right.

    Parameters
    ----------
    observations
        One row an observation, with `value`, `status` and the columns named under `where`.
    table
        Table id; only its corrections are applied.
    corrections
        Corrections by key.

    Returns
    -------
    DataFrame
        A copy with `value` and `status` replaced in the corrected rows.

    Raises
    ------
    ReferenceDataError
        A correction does not point at exactly one observation, or the publisher no longer sends the value
        that we know to be wrong: remove or mend the entry.
    """
    corrected = observations.copy()
    for correction in corrections.values():
        if correction.table != table:
            continue
        absent = [column for column in correction.where if column not in corrected]
        if absent:
            raise ReferenceDataError(
                f"correction {correction.key}: {table} has no column {', '.join(absent)}; "
                f"allowed: {', '.join(corrected.columns)}"
            )
        hit = pd.Series(True, index=corrected.index)
        for column, value in correction.where.items():
            hit &= corrected[column].astype("str") == value
        if hit.sum() != 1:
            raise ReferenceDataError(
                f"correction {correction.key} points at {hit.sum()} observations of {table}, not at one: "
                f"{correction.where}"
            )
        found = corrected.loc[hit, "value"].iloc[0]
        if found != correction.expected_value:
            raise ReferenceDataError(
                f"correction {correction.key} expects {correction.expected_value} in {table} "
                f"and found {found}: the publisher changed it. Remove or mend the entry in corrections.yaml"
            )
        missing = correction.corrected_value == OPEN
        corrected.loc[hit, "value"] = float("nan") if missing else correction.corrected_value
        corrected.loc[hit, "status"] = correction.status
    return corrected
