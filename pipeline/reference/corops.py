"""COROPs of gemeenten that were gone before the earliest stored classification."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.reference.values import ReferenceDataError


def load_earlier_corops(path: Path) -> pd.Series:
    """COROP (value) of gemeente codes (index) whose successor lies in another COROP.

    Raises
    ------
    ReferenceDataError
        When a code stands twice or has another form.
    """
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    bad = table[~table["gm_code"].str.fullmatch(r"GM\d{4}") | ~table["cr_code"].str.fullmatch(r"CR\d{2}")]
    if len(bad):
        raise ReferenceDataError(
            f"{path.name}: {len(bad)} row(s) hold no gemeente and COROP code, e.g. {bad.iloc[0].to_dict()}; "
            "codes look like GM0505 and CR30."
        )
    twice = table["gm_code"][table["gm_code"].duplicated()]
    if len(twice):
        raise ReferenceDataError(
            f"{path.name}: {twice.iloc[0]} stands more than once; keep one row a gemeente."
        )
    return table.set_index("gm_code")["cr_code"]
