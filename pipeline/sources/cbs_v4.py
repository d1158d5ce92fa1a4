"""CBS OData v4: the second way to the same raw form.

Rows are cells (one measure each) with the reason of a missing value spelled out; pages hold 100,000.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from pipeline.sources.catalog import Source, normal_text
from pipeline.sources.cbs import (
    Dimension,
    Measure,
    Pulled,
    Selection,
    TableDescription,
    as_published,
    code_columns,
    code_positions,
    encode_keys,
    filter_slices,
    group_path,
    literal,
    make_dimension,
    refuse_repeats,
    refuse_update,
    refuse_wrong_count,
    table_list,
)
from pipeline.sources.errors import ContentError, IncompleteError
from pipeline.sources.http import HttpClient
from pipeline.sources.pages import V4, PageFolder, Transfer, rows_of_page

KINDS = {"Dimension": "other", "GeoDimension": "region", "GeoDetail": "region", "TimeDimension": "time"}
CELL_COLUMNS = ("Measure", "ValueAttribute", "Value", "StringValue")


class CbsV4:
    """The OData v4 service of CBS.

    Parameters
    ----------
    host : base address, e.g. ``https://datasets.cbs.nl/odata/v1``
    client : for everything
    """

    name = "cbs-odata-v4"

    def __init__(self, host: str, client: HttpClient):
        self.host = host
        self.client = client

    def list_tables(self, words: str) -> pd.DataFrame:
        """Tables with ``words`` in their title: table_id, title, modified, status."""
        query = {
            "$filter": f"contains(Title,{literal(words)})",
            "$select": "Identifier,Title,Modified,Status",
        }
        rows = self._all(f"{self.host}/Datasets?{urlencode(query)}", f"tables with {words!r} in the title")
        return table_list(rows, "Status")

    def describe(self, table_id: str) -> TableDescription:
        """Everything the table says of itself."""
        properties = self._properties(table_id)
        dimensions = self._part(table_id, "Dimensions")
        count = properties.get("ObservationCount")
        return TableDescription(
            table_id=table_id,
            title=properties.get("Title") or "",
            modified=properties.get("Modified") or "",
            period=properties.get("TemporalCoverage") or "",
            language=properties.get("Language") or "",
            status=properties.get("Status") or "",
            rows=int(count) if count is not None else None,
            dimensions=tuple(self._dimension(table_id, d) for d in dimensions),
            measures=self._measures(table_id),
        )

    def _properties(self, table_id: str) -> dict[str, Any]:
        return self.client.get_json(f"{self.host}/CBS/{table_id}/Properties", table=table_id)

    def _part(self, table_id: str, name: str) -> list[dict[str, Any]]:
        return self._all(f"{self.host}/CBS/{table_id}/{name}", table_id)

    def _all(self, address: str, table: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        seen: set[str] = set()
        while address:
            if address in seen:
                raise IncompleteError(
                    f"its links go round after {len(rows)} rows",
                    table=table,
                    request=f"GET {address}",
                    next_step="Run the same command again.",
                )
            seen.add(address)
            answer = self.client.get_json(address, table=table)
            rows += answer.get("value") or []
            address = str(answer.get("@odata.nextLink") or "")
        return rows

    def _dimension(self, table_id: str, described: dict[str, Any]) -> Dimension:
        name = described["Identifier"]
        rows = self._part(table_id, f"{name}Codes")
        return make_dimension(
            name, described.get("Title") or "", KINDS[described["Kind"]], rows, "Identifier"
        )

    def _measures(self, table_id: str) -> tuple[Measure, ...]:
        groups = {
            g["Id"].strip(): (g["Title"], (g.get("ParentId") or "").strip())
            for g in self._part(table_id, "MeasureGroups")
        }
        return tuple(
            Measure(
                code=m["Identifier"],
                title=normal_text(m.get("Title") or ""),
                group=group_path(groups, (m.get("MeasureGroupId") or "").strip()),
                unit=normal_text(m.get("Unit") or ""),
                decimals=int(m.get("Decimals") or 0),
                description=(m.get("Description") or "").strip(),
                is_text=m.get("DataType") == "String",
            )
            for m in self._part(table_id, "MeasureCodes")
        )

    def pull(
        self, description: TableDescription, selection: Selection, source: Source, pages: PageFolder
    ) -> Pulled:
        """The selected cells, complete; see ``CbsV3.pull``."""
        lists = {d.name: code_positions(d) for d in description.dimensions}
        measure_index = {m.code: n for n, m in enumerate(selection.measures)}

        def read(rows: list[dict[str, Any]]) -> tuple[np.ndarray, list[str], list[str]]:
            try:
                positions = [
                    np.array([measure_index[r["Measure"]] for r in rows], dtype=np.int32),
                    *(
                        encode_keys([r[d.name] for r in rows], lists[d.name], d.name, description.table_id)
                        for d in description.dimensions
                    ),
                ]
            except KeyError as error:
                raise ContentError(
                    f"its rows have no column or measure {error}; a row has {list(rows[0])}",
                    table=description.table_id,
                    next_step="The publisher is probably in the middle of an update: try again in an hour.",
                ) from error
            values = [_text(r) for r in rows]
            return np.column_stack(positions), values, [r.get("ValueAttribute") or "None" for r in rows]

        terms = dict(selection.terms)
        wanted_all = len(selection.measures) == len(description.measures)
        if not wanted_all:
            terms["Measure"] = [f"Measure eq {literal(m.code)}" for m in selection.measures]
        select = ",".join([*CELL_COLUMNS, *(d.name for d in description.dimensions)])
        queries = [{"$select": select} | ({"$filter": text} if text else {}) for text in filter_slices(terms)]
        transfer = Transfer(
            self.client,
            f"{self.host}/CBS/{description.table_id}/Observations",
            queries,
            form=V4,
            table=description.table_id,
            folder=pages,
            read=lambda body: rows_of_page(body, V4, read),
        )
        request = "GET " + " and ".join(transfer.address(n) for n in range(len(queries)))
        content = [page.content for page in transfer.run() if page.rows]
        refuse_update(description, self._properties(description.table_id).get("Modified") or "", request)
        width = 1 + len(description.dimensions)
        positions = np.concatenate([p for p, _, _ in content] or [np.empty((0, width), np.int32)])
        is_part = not wanted_all or any(terms.values())
        most = selection.cells(description) * len(selection.measures) if is_part else None
        refuse_wrong_count(description, len(positions), most, request)
        refuse_repeats(positions, description.table_id, request)
        values = np.array([v for _, page, _ in content for v in page], dtype=object)
        attributes = np.array([a for _, _, page in content for a in page], dtype=object)
        return Pulled(_cells(description, selection, positions, values, attributes), request)


def _text(row: dict[str, Any]) -> str:
    """The value of a cell as text; text measures (names, codes) have it in StringValue, padded."""
    value = row["Value"]
    if value is None:
        value = row.get("StringValue")
    return "" if value is None else str(value).strip()


def _cells(
    description: TableDescription,
    selection: Selection,
    positions: np.ndarray,
    values: np.ndarray,
    attributes: np.ndarray,
) -> pd.DataFrame:
    # A value without a reason of its own and without text is missing, not zero.
    attributes = np.where((values == "") & (attributes == "None"), "NotAvailable", attributes)
    published = values.copy()
    for number, measure in enumerate(selection.measures):
        here = positions[:, 0] == number
        published[here] = as_published(values[here].tolist(), measure, description.table_id)
    codes = np.array([m.code for m in selection.measures], dtype=object)
    return pd.DataFrame(
        {
            "measure": codes[positions[:, 0]],
            **code_columns(positions[:, 1:], description),
            "value": published,
            "value_attribute": attributes,
        }
    )
