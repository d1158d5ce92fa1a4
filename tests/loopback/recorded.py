"""Tables from real answers of CBS, cut down (see tests/fixtures/cbs_responses/README.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.loopback.tables import LoopbackDimension, LoopbackMeasure, LoopbackTable

RESPONSES = Path(__file__).parents[1] / "fixtures" / "cbs_responses"
KINDS = {"Dimension": "other", "GeoDimension": "region", "TimeDimension": "time"}
#: How wide v3 pads keys; RegioS is 6 wide in most tables.
WIDTHS = {"RegioS": 6}


def _load(table_id: str, name: str) -> Any:
    path = RESPONSES / table_id / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"), parse_float=str, parse_int=str)


def recorded_dimensions(table_id: str) -> tuple[LoopbackDimension, ...]:
    """The dimensions of a captured table whose code list was captured too."""
    return tuple(
        LoopbackDimension(
            name=d["Identifier"],
            title=d["Title"],
            kind=KINDS[d["Kind"]],
            codes=_codes(table_id, d["Identifier"]),
            width=WIDTHS.get(d["Identifier"], 0),
        )
        for d in _load(table_id, "dimensions")["value"]
        if (RESPONSES / table_id / f"codes-{d['Identifier']}.json").is_file()
    )


def _codes(table_id: str, name: str) -> pd.DataFrame:
    rows = _load(table_id, f"codes-{name}")["value"]
    return pd.DataFrame(
        {
            "code": [r["Identifier"] for r in rows],
            "title": [r["Title"] for r in rows],
            "description": [r.get("Description") or "" for r in rows],
            "status": [r.get("Status") or "" for r in rows],
        },
        dtype=object,
    )


def recorded_measures(table_id: str) -> tuple[LoopbackMeasure, ...]:
    """The measures of a captured table; v3 calls each by its title and a running number."""
    path = RESPONSES / table_id / "measure-groups.json"
    groups = (
        {g["Id"]: g["Title"] for g in _load(table_id, "measure-groups")["value"]} if path.is_file() else {}
    )
    return tuple(
        LoopbackMeasure(
            v3_key=f"{''.join(word.capitalize() for word in m['Title'].replace('-', ' ').split())}_{number}",
            v4_code=m["Identifier"],
            title=m["Title"],
            unit=m["Unit"],
            decimals=int(m["Decimals"]),
            group=groups.get((m["MeasureGroupId"] or "").strip(), ""),
        )
        for number, m in enumerate(_load(table_id, "measure-codes")["value"], start=1)
    )


def recorded_header(table_id: str) -> dict[str, Any]:
    """Title, date, period and status of a captured table."""
    properties = _load(table_id, "properties")
    return {
        "table_id": table_id,
        "title": properties["Title"],
        "modified": properties["Modified"][:19],
        "period": properties["TemporalCoverage"],
        "status": properties["Status"],
    }


def recorded_table(table_id: str) -> LoopbackTable:
    """A captured table with its real figures (85224NED, 80590ned)."""
    dimensions, measures = recorded_dimensions(table_id), recorded_measures(table_id)
    rows = pd.DataFrame(_load(table_id, "observations-page-1")["value"])
    names = [d.name for d in dimensions]
    keys = rows[names].drop_duplicates(ignore_index=True)
    values, attributes = {}, {}
    for measure in measures:
        cells = keys.merge(
            rows[rows["Measure"] == measure.v4_code], on=names, how="left", validate="one_to_one"
        )
        values[measure.v4_code] = np.array(
            [_with_decimals(v, measure.decimals) for v in cells["Value"]], dtype=object
        )
        attributes[measure.v4_code] = cells["ValueAttribute"].fillna("NotAvailable").to_numpy(object)
    return LoopbackTable(
        **recorded_header(table_id),
        dimensions=dimensions,
        measures=measures,
        keys=keys,
        values=values,
        attributes=attributes,
        is_synthetic=False,
        marks_in_titles=False,
    )


def _with_decimals(value: Any, decimals: int) -> str:
    """v4 drops zeros behind the point, v3 writes them."""
    if value is None or pd.isna(value):
        return ""
    return f"{float(value):.{decimals}f}"
