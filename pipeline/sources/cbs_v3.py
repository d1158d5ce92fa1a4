"""CBS OData v3: catalogue, information and metadata through ``cbsodata``, rows by an own paged transfer.

``cbsodata`` gives no time limit, never tries again, replaces codes by titles and holds its settings in
globals; its ``typed`` argument is the wrong way round (1.3.5). So it is asked only for what it does well,
with a time limit, and its settings are put back whatever happens. Rows come from ``UntypedDataSet``: there
a figure is the text as published and a missing one keeps its sign ("." is not the same as nothing).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import cbsodata
import numpy as np
import pandas as pd
import pyarrow as pa
import requests

from pipeline.sources.catalog import Source, normal_text
from pipeline.sources.cbs import (
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
from pipeline.sources.errors import NotThereError, TransportError
from pipeline.sources.http import (
    GONE_STATUS,
    RETRY_STATUS,
    HttpClient,
    Retryable,
    is_certificate_error,
    not_there,
    patiently,
    retry_after_seconds,
)
from pipeline.sources.pages import V3, Page, PageFolder, Transfer, columns_of_page

log = logging.getLogger(__name__)

KINDS = {
    "Cbs.OData.Dimension": "other",
    "Cbs.OData.GeoDimension": "region",
    "Cbs.OData.GeoDetail": "region",
    "Cbs.OData.TimeDimension": "time",
}
#: Signs instead of a figure, besides "." and nothing: of those the catalogue says what they mean.
SIGNS = {"x": "Confidential"}
_options_lock = threading.RLock()


class CbsV3:
    """The OData v3 service of CBS.

    Parameters
    ----------
    host : base address, e.g. ``https://opendata.cbs.nl``
    client : for the rows; its settings hold for the metadata as well
    """

    name = "cbs-odata-v3"

    def __init__(self, host: str, client: HttpClient):
        parts = urlsplit(host)
        self.host = host
        self.client = client
        self._location = parts.netloc + parts.path.rstrip("/")
        self._is_https = parts.scheme == "https"

    # --- catalogue and metadata ---

    def list_tables(self, words: str) -> pd.DataFrame:
        """Tables with ``words`` in their title: table_id, title, modified, status."""
        with cbsodata_settings(use_https=self._is_https):
            rows = self._ask(
                f"tables with {words!r} in the title",
                f"{self.host}/ODataCatalog/Tables",
                lambda **options: cbsodata.get_table_list(
                    select=["Identifier", "Title", "Modified", "OutputStatus"],
                    filters=f"substringof({literal(words)},Title)",
                    **options,
                ),
            )
        return table_list(rows, "OutputStatus")

    def describe(self, table_id: str) -> TableDescription:
        """Everything the table says of itself."""
        workers = self.client.settings.parallel
        with cbsodata_settings(use_https=self._is_https), ThreadPoolExecutor(workers) as pool:
            info_later = pool.submit(self._info, table_id)
            properties = self._metadata(table_id, "DataProperties")
            kinds = {p["Key"]: p for p in properties if p.get("odata.type") in KINDS}
            codes = list(pool.map(lambda name: self._metadata(table_id, name), kinds))
            info = info_later.result()
        return TableDescription(
            table_id=table_id,
            title=info["Title"],
            modified=info.get("Modified") or "",
            period=info.get("Period") or "",
            language=info.get("Language") or "",
            status=info.get("OutputStatus") or "",
            rows=int(info["RecordCount"]) if info.get("RecordCount") is not None else None,
            dimensions=tuple(
                make_dimension(name, p.get("Title") or "", KINDS[p["odata.type"]], rows, "Key")
                for (name, p), rows in zip(kinds.items(), codes, strict=True)
            ),
            measures=_measures(properties),
        )

    def _info(self, table_id: str) -> dict[str, Any]:
        info = self._ask(
            table_id,
            self._address(table_id, "TableInfos"),
            lambda **options: cbsodata.get_info(table_id, **options),
        )
        if not info:
            raise NotThereError(
                "the service gives no information on it",
                table=table_id,
                request=f"GET {self._address(table_id, 'TableInfos')}",
                next_step="Run `python -m pipeline catalog --check`.",
            )
        return info

    def _metadata(self, table_id: str, name: str) -> list[dict[str, Any]]:
        return self._ask(
            table_id,
            self._address(table_id, name),
            lambda **options: cbsodata.get_meta(table_id, name, **options),
        )

    def _address(self, table_id: str, name: str) -> str:
        return f"{self.host}/ODataFeed/odata/{table_id}/{name}"

    def _ask(self, table: str, address: str, call: Callable[..., Any]) -> Any:
        """One question to cbsodata, with a time limit and patience, its many errors made into ours."""
        settings = self.client.settings
        request = f"GET {address}"

        def once() -> Any:
            self.client.requests += 1
            try:
                return call(
                    catalog_url=self._location, timeout=(settings.connect_timeout, settings.read_timeout)
                )
            except requests.exceptions.SSLError as error:
                if is_certificate_error(error):
                    raise TransportError(
                        f"the certificate of {self._location} is not trusted ({error})",
                        table=table,
                        request=request,
                        next_step="Check the clock and the certificates of this machine. Certificate checks "
                        "are never switched off.",
                    ) from error
                raise Retryable(f"{type(error).__name__}: {error}") from error
            except requests.exceptions.HTTPError as error:
                _raise_for_status(error, table, request, settings.retry_after_max)
            except (requests.exceptions.RequestException, ValueError, KeyError) as error:
                raise Retryable(f"{type(error).__name__}: {error}") from error

        return patiently(once, settings, table, request)

    # --- rows ---

    def pull(
        self, description: TableDescription, selection: Selection, source: Source, pages: PageFolder
    ) -> Pulled:
        """The selected cells, complete.

        Raises
        ------
        IncompleteError
            When rows are missing or came twice.
        ContentError
            When a column, code or value is not what the table announced.
        """
        names = [d.name for d in description.dimensions]
        columns = [*names, *(m.code for m in selection.measures)]
        queries = [
            {"$select": ",".join(columns), "$format": "json"} | ({"$filter": text} if text else {})
            for text in filter_slices(selection.terms)
        ]
        table = description.table_id
        lists = [code_positions(d) for d in description.dimensions]

        def read(body: bytes) -> Page[_Rows]:
            page = columns_of_page(body, V3, columns, table)
            return replace(page, content=_encoded(page.content, description, selection, lists))

        transfer = Transfer(
            self.client,
            self._address(table, "UntypedDataSet"),
            queries,
            form=V3,
            table=table,
            folder=pages,
            read=read,
            expected_rows=None if any(selection.terms.values()) else description.rows,
        )
        request = "GET " + " and ".join(transfer.address(n) for n in range(len(queries)))
        content = [page.content for page in transfer.run()]
        with ThreadPoolExecutor(1) as pool:
            modified_now = pool.submit(self._modified, table)
            positions = np.concatenate([rows.positions for rows in content])
            most = selection.cells(description) if any(selection.terms.values()) else None
            refuse_wrong_count(description, len(positions), most, request)
            refuse_repeats(positions, table, request)
            codes = code_columns(positions, description)
            cells = [
                _cells(pa.chunked_array([rows.texts[n] for rows in content]), measure, source, codes, table)
                for n, measure in enumerate(selection.measures)
            ]
            refuse_update(description, modified_now.result(), request)
        return Pulled(cells[0] if len(cells) == 1 else pd.concat(cells, ignore_index=True), request)

    def _modified(self, table_id: str) -> str:
        with cbsodata_settings(use_https=self._is_https):
            return self._info(table_id).get("Modified") or ""


@contextmanager
def cbsodata_settings(*, use_https: bool) -> Iterator[None]:
    """Give cbsodata's global options a value for a while; they are put back after an error too."""
    with _options_lock:
        before = cbsodata.options.use_https
        cbsodata.options.use_https = use_https
    try:
        yield
    finally:
        with _options_lock:
            cbsodata.options.use_https = before


def _raise_for_status(
    error: requests.exceptions.HTTPError, table: str, request: str, retry_after_max: float
) -> None:
    """cbsodata wraps the error and loses the answer; it is still there as the cause."""
    answer = error.response if error.response is not None else getattr(error.__cause__, "response", None)
    status = answer.status_code if answer is not None else 0
    if status in GONE_STATUS:
        raise not_there(status, table, request) from error
    if status in RETRY_STATUS:
        wait = retry_after_seconds(answer.headers.get("Retry-After"))
        if wait is None or wait <= retry_after_max:
            raise Retryable(f"status {status}", retry_after=wait) from error
    raise TransportError(
        f"status {status}: {error}",
        table=table,
        request=request,
        next_step="The service refuses this request; try later, or compare it with its documentation.",
    ) from error


def _measures(properties: list[dict[str, Any]]) -> tuple[Measure, ...]:
    groups = {
        p["ID"]: (p["Title"], p.get("ParentID"))
        for p in properties
        if p.get("odata.type") == "Cbs.OData.TopicGroup"
    }
    return tuple(
        Measure(
            code=p["Key"],
            title=normal_text(p.get("Title") or ""),
            group=group_path(groups, p.get("ParentID")),
            unit=normal_text(p.get("Unit") or ""),
            decimals=int(p.get("Decimals") or 0),
            description=(p.get("Description") or "").strip(),
            is_text=p.get("Datatype") == "String",
        )
        for p in properties
        if p.get("odata.type") == "Cbs.OData.Topic"
    )


@dataclass(frozen=True)
class _Rows:
    """Rows of a page: positions in the code lists (rows, dimensions), and the texts of each measure."""

    positions: np.ndarray
    texts: list[pa.DictionaryArray]


def _encoded(
    columns: pa.StructArray,
    description: TableDescription,
    selection: Selection,
    lists: list[dict[str, int]],
) -> _Rows:
    """Every text of a page once, and which row has which: the rest of the work is done on those few."""
    positions = np.empty((len(columns), len(lists)), dtype=np.int32)
    for number, (dimension, known) in enumerate(zip(description.dimensions, lists, strict=True)):
        column = columns.field(dimension.name).dictionary_encode(null_encoding="encode")
        keys = encode_keys(column.dictionary.to_pylist(), known, dimension.name, description.table_id)
        positions[:, number] = keys[column.indices.to_numpy()]
    texts = [columns.field(m.code).fill_null("").dictionary_encode() for m in selection.measures]
    return _Rows(positions, texts)


def _cells(
    published: pa.ChunkedArray,
    measure: Measure,
    source: Source,
    codes: dict[str, pd.Series],
    table_id: str,
) -> pd.DataFrame:
    """The cells of one measure: figures without padding, and why one is missing.

    Every text is looked at once, however often it occurs.
    """
    signs = {"": source.empty_means, ".": source.dot_means} | SIGNS
    encoded = published.unify_dictionaries().combine_chunks()
    texts = [text.strip() for text in encoded.dictionary.to_pylist()]
    attributes = [signs.get(text, "None") for text in texts]
    figures = [t if a == "None" else "" for t, a in zip(texts, attributes, strict=True)]
    figures = as_published(figures, measure, table_id)
    return pd.DataFrame(
        {
            **codes,
            "measure": measure.code,
            "value": pa.array(figures, pa.string()).take(encoded.indices).to_pandas(),
            "value_attribute": pa.array(attributes, pa.string()).take(encoded.indices).to_pandas(),
        }
    )
