"""Tables as CSV with a Frictionless description: types, units, keys, sources and licences.

The types and rules are those of ``pipeline.schemas``; the words come from data/reference/dictionary.csv.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
import pandera.pandas as pa

from pipeline.schemas import TABLES
from pipeline.store import Manifest, ManifestTable

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0; name CBS and this monitor",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
_STATLINE = "https://opendata.cbs.nl/statline/#/CBS/nl/dataset/{}/table"
#: Columns that hold the code of a region in the table ``regions``.
_REGION_COLUMNS = ("region_code", "similar_code", "from_cr", "to_cr")
#: Years that are stored as numbers because they may be missing.
_YEARS = ("baseline_year", "deadline_year", "latest_year", "residents_year")
_TYPES = {"int": "integer", "float": "number", "bool": "boolean", "datetime": "date"}


class Words(NamedTuple):
    """What the dictionary says of a column."""

    description: str
    unit: str
    derivation: str


def as_text(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A stored table with dates, booleans and years written as Frictionless reads them by default."""
    result = frame.copy()
    for column, field in TABLES[name].schema.columns.items():
        kind = _type(column, field)
        if kind == "date":
            result[column] = frame[column].dt.strftime("%Y-%m-%d")
        elif kind == "boolean":
            result[column] = frame[column].map({True: "true", False: "false"})
        elif kind == "integer":
            result[column] = frame[column].astype(
                "Int64"
            )  # a year with gaps is stored as a number with decimals
    return result


def table_schema(name: str, words: dict[str, Words], regions: set[str]) -> dict[str, Any]:
    """Frictionless Table Schema of a stored table.

    Parameters
    ----------
    name : a table of ``schemas.TABLES``
    words : what each column means
    regions : columns that refer to the table ``regions``
    """
    table = TABLES[name]
    fields = [_field(column, rule, words[column]) for column, rule in table.schema.columns.items()]
    schema: dict[str, Any] = {"fields": fields, "primaryKey": list(table.key), "missingValues": [""]}
    keys = [c for c in table.schema.columns if c in regions and name != "regions"]
    if keys:
        schema["foreignKeys"] = [
            {"fields": column, "reference": {"resource": "regions", "fields": "region_code"}}
            for column in keys
        ]
    return schema


def region_columns(name: str) -> set[str]:
    """Columns of a table that hold a code of the table ``regions``."""
    return {column for column in TABLES[name].schema.columns if column in _REGION_COLUMNS}


def sources_of(frame: pd.DataFrame, manifest: Manifest) -> list[dict[str, str]]:
    """The tables of the vintage that a table's column ``source`` names; all of them when it has no such column."""
    if "source" not in frame:
        return [source(entry) for entry in manifest.tables]
    named = {part for text in frame["source"].unique() for part in str(text).split(", ")}
    return [source(entry) for entry in manifest.tables if entry.table_id in named]


def source(entry: ManifestTable) -> dict[str, str]:
    """A table of the vintage as a Frictionless source, with its licence and how it came here."""
    described = {
        "title": f"{entry.citation}, {entry.table_id}: {entry.title}",
        "table": entry.table_id,
        "originalSource": entry.original_source,
        "licence": entry.licence,
        "modified": entry.modified,
        "retrieved": entry.retrieved_at,
        "sha256": entry.sha256.get("observations.csv.gz", ""),
    }
    if entry.publisher == "cbs":
        described["path"] = _STATLINE.format(entry.table_id)
    return {key: text for key, text in described.items() if text and text != "open"}


def _field(column: str, rule: pa.Column, words: Words) -> dict[str, Any]:
    field = {"name": column, "type": _type(column, rule), **words._asdict()}
    constraints = _constraints(rule)
    return {key: said for key, said in field.items() if said} | (
        {"constraints": constraints} if constraints else {}
    )


def _type(column: str, rule: pa.Column) -> str:
    if column in _YEARS:
        return "integer"
    kind = str(rule.dtype)
    return next((ours for start, ours in _TYPES.items() if kind.startswith(start)), "string")


def _constraints(rule: pa.Column) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for check in rule.checks:
        said = check.statistics
        if check.name == "isin":
            found["enum"] = [value for value in said["allowed_values"] if value != ""]  # empty is "no value"
        elif check.name == "str_matches":
            found["required"] = True  # every pattern asks for at least one character
            if (pattern := getattr(said["pattern"], "pattern", said["pattern"])) != ".+":
                found["pattern"] = pattern
        elif check.name == "in_range":
            found |= {"minimum": said["min_value"], "maximum": said["max_value"]}
        elif check.name == "greater_than_or_equal_to":
            found["minimum"] = said["min_value"]
    return found
