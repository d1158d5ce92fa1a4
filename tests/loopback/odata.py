"""OData filters, and the pages of both versions."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from tests.loopback.tables import MISSING_SIGN, LoopbackDimension, LoopbackTable

TOKEN = re.compile(
    r"\s*(?:(?P<punct>[(),])|(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][A-Za-z0-9_]*))", re.UNICODE
)


class BadFilterError(ValueError):
    """A filter that the service does not take."""


class Filter:
    """A filter as a mask over rows: eq, startswith, substringof (v3), contains (v4), and, or, brackets.

    column : gives the values of a name as an array of text
    """

    def __init__(self, text: str, column: Any):
        self.tokens: list[str] = []
        self.column = column
        position = 0
        while position < len(text.rstrip()):
            found = TOKEN.match(text, position)
            if not found:
                raise BadFilterError(f"unexpected {text[position : position + 20]!r}")
            self.tokens.append(found[0].strip())
            position = found.end()
        self.at = 0

    def mask(self) -> np.ndarray:
        """Which rows fit."""
        result = self._any()
        if self.at != len(self.tokens):
            raise BadFilterError(f"unexpected {self.tokens[self.at]!r}")
        return result

    def _next(self, expected: str | None = None) -> str:
        if self.at >= len(self.tokens):
            raise BadFilterError("the filter ends too early")
        token = self.tokens[self.at]
        if expected is not None and token != expected:
            raise BadFilterError(f"expected {expected!r}, found {token!r}")
        self.at += 1
        return token

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _any(self) -> np.ndarray:
        result = self._all()
        while self._peek() == "or":
            self._next()
            result = result | self._all()
        return result

    def _all(self) -> np.ndarray:
        result = self._one()
        while self._peek() == "and":
            self._next()
            result = result & self._one()
        return result

    def _one(self) -> np.ndarray:
        token = self._next()
        if token == "(":
            result = self._any()
            self._next(")")
            return result
        if token in ("startswith", "substringof", "contains"):
            self._next("(")
            first = self._next()
            self._next(",")
            second = self._next()
            self._next(")")
            name, text = (second, first) if token == "substringof" else (first, second)
            values, wanted = self.column(name), _unquote(text)
            test = str.startswith if token == "startswith" else str.__contains__
            return _per_unique(values, lambda value: test(value, wanted))
        self._next("eq")
        return self.column(token) == _unquote(self._next())


def _unquote(token: str) -> str:
    if not token.startswith("'"):
        raise BadFilterError(f"expected text, found {token!r}")
    return token[1:-1].replace("''", "'")


def _per_unique(values: np.ndarray, test: Any) -> np.ndarray:
    unique, inverse = np.unique(values.astype(str), return_inverse=True)
    return np.array([test(value) for value in unique], dtype=bool)[inverse]


# --- version 3 ---------------------------------------------------------------------------------


def v3_info(table: LoopbackTable) -> dict[str, Any]:
    """TableInfos."""
    return {
        "ID": 0,
        "Title": table.title,
        "ShortTitle": table.title[:40],
        "Identifier": table.table_id,
        "Summary": "Synthetic figures from a seeded generator." if table.is_synthetic else "CBS.",
        "Modified": table.modified,
        "OutputStatus": table.status,
        "Source": "CBS.",
        "Language": "nl",
        "Catalog": "CBS",
        "Period": table.period,
        "RecordCount": table.extra.get("record_count", table.rows),
        "ColumnCount": len(table.dimensions) + len(table.measures),
    }


def v3_properties(table: LoopbackTable) -> list[dict[str, Any]]:
    """DataProperties: dimensions, topic groups and topics."""
    kinds = {"region": "GeoDimension", "time": "TimeDimension", "other": "Dimension"}
    rows: list[dict[str, Any]] = []
    for dimension in table.dimensions:
        kind = kinds[dimension.kind]
        rows.append(
            {
                "odata.type": f"Cbs.OData.{kind}",
                "ID": len(rows),
                "ParentID": None,
                "Type": kind,
                "Key": dimension.name,
                "Title": dimension.title,
                "Description": "",
            }
        )
    groups: dict[str, int] = {}
    for measure in table.measures:
        if measure.group and measure.group not in groups:
            groups[measure.group] = len(rows)
            rows.append(
                {
                    "odata.type": "Cbs.OData.TopicGroup",
                    "ID": len(rows),
                    "ParentID": None,
                    "Type": "TopicGroup",
                    "Key": "",
                    "Title": measure.group,
                    "Description": "",
                }
            )
        rows.append(
            {
                "odata.type": "Cbs.OData.Topic",
                "ID": len(rows),
                "ParentID": groups.get(measure.group),
                "Type": "Topic",
                "Key": measure.v3_key,
                "Title": measure.title,
                "Description": "",
                "Datatype": "String" if measure.is_text else "Double" if measure.decimals else "Long",
                "Unit": measure.unit,
                "Decimals": measure.decimals,
            }
        )
    return rows


def v3_codes(table: LoopbackTable, dimension: LoopbackDimension) -> list[dict[str, Any]]:
    """The code list of a dimension; provisional figures are marked in the title of the period."""
    rows = []
    for code in dimension.codes.to_dict("records"):
        row = {
            "Key": dimension.key(code["code"]),
            "Title": code["title"],
            "Description": code.get("description", ""),
        }
        if dimension.kind == "time":
            mark = {"Voorlopig": "*", "NaderVoorlopig": "**"}.get(code.get("status", ""), "")
            row["Title"] += mark if table.marks_in_titles else ""
            if not table.marks_in_titles:
                row["Status"] = code.get("status", "")
        rows.append(row)
    return rows


def v3_columns(table: LoopbackTable, *, typed: bool) -> dict[str, np.ndarray]:
    """The columns of (Un)TypedDataSet."""
    columns: dict[str, np.ndarray] = {"ID": np.arange(table.rows)}
    for dimension in table.dimensions:
        keys = {code: dimension.key(code) for code in set(table.keys[dimension.name])}
        columns[dimension.name] = table.keys[dimension.name].map(keys).to_numpy(object)
    for measure in table.measures:
        values, attributes = table.values[measure.v4_code], table.attributes[measure.v4_code]
        columns[measure.v3_key] = np.array(
            [
                _v3_value(value, attribute, measure.is_text, typed)
                for value, attribute in zip(values, attributes, strict=True)
            ],
            dtype=object,
        )
    return columns


def _v3_value(value: str, attribute: str, is_text: bool, typed: bool) -> str | float | int | None:
    if attribute != "None":
        return None if typed else MISSING_SIGN[attribute].rjust(8)
    if is_text:
        return value.ljust(10)
    if not typed:
        return value.rjust(8)
    return float(value) if "." in value else int(value)


# --- version 4 ---------------------------------------------------------------------------------


def v4_properties(table: LoopbackTable) -> dict[str, Any]:
    """Properties."""
    return {
        "Identifier": table.table_id,
        "Title": table.title,
        "Language": "nl",
        "Catalog": "CBS",
        "Modified": table.modified,
        "TemporalCoverage": table.period,
        "Status": table.status,
        "ObservationCount": table.rows * len(table.measures),
        "License": "https://creativecommons.org/licenses/by/4.0/",
        "Summary": "Synthetic figures from a seeded generator." if table.is_synthetic else "CBS.",
    }


def v4_dimensions(table: LoopbackTable) -> list[dict[str, Any]]:
    """Dimensions."""
    kinds = {"region": "GeoDimension", "time": "TimeDimension", "other": "Dimension"}
    return [{"Identifier": d.name, "Title": d.title, "Kind": kinds[d.kind]} for d in table.dimensions]


def v4_codes(dimension: LoopbackDimension) -> list[dict[str, Any]]:
    """<Dimension>Codes: unpadded, the status in a field of its own."""
    return [
        {
            "Identifier": code["code"],
            "Index": index,
            "Title": code["title"],
            "Description": code.get("description", ""),
            **({"Status": code.get("status", "")} if dimension.kind == "time" else {}),
        }
        for index, code in enumerate(dimension.codes.to_dict("records"), start=1)
    ]


def v4_measure_groups(table: LoopbackTable) -> list[dict[str, Any]]:
    """MeasureGroups; ids are those that the measures name."""
    titles = dict.fromkeys(m.group for m in table.measures if m.group)
    return [{"Id": f"G{n}", "Title": title, "ParentId": None} for n, title in enumerate(titles)]


def v4_measures(table: LoopbackTable) -> list[dict[str, Any]]:
    """MeasureCodes; some group ids carry a space, as in the real service."""
    groups = {g["Title"]: f"{g['Id']} " for g in v4_measure_groups(table)}
    return [
        {
            "Identifier": m.v4_code,
            "Title": m.title,
            "Description": "",
            "MeasureGroupId": groups.get(m.group),
            "DataType": "String" if m.is_text else "Double" if m.decimals else "Long",
            "Unit": m.unit,
            "Decimals": m.decimals,
        }
        for m in table.measures
    ]


def v4_columns(table: LoopbackTable) -> dict[str, np.ndarray]:
    """The columns of Observations, one row a cell, the measures of a combination side by side."""
    count = len(table.measures)
    repeated = np.repeat(np.arange(table.rows), count)
    columns: dict[str, np.ndarray] = {"Id": np.arange(table.rows * count)}
    columns["Measure"] = np.tile(np.array([m.v4_code for m in table.measures], object), table.rows)

    def interleaved(arrays: list[list[Any]]) -> np.ndarray:
        flat = np.empty(table.rows * count, dtype=object)
        for number, values in enumerate(arrays):
            flat[number::count] = values
        return flat

    columns["ValueAttribute"] = interleaved([table.attributes[m.v4_code].tolist() for m in table.measures])
    columns["Value"] = interleaved(
        [[None if m.is_text else _v4_number(v) for v in table.values[m.v4_code]] for m in table.measures]
    )
    columns["StringValue"] = interleaved(
        [[v.ljust(10) if m.is_text and v else None for v in table.values[m.v4_code]] for m in table.measures]
    )
    for dimension in table.dimensions:
        columns[dimension.name] = table.keys[dimension.name].to_numpy(object)[repeated]
    return columns


def _v4_number(value: str) -> float | int | str | None:
    """JSON numbers lose trailing zeros: 714.0 is sent as 714."""
    if value == "":
        return None
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() else number
