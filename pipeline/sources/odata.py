"""The two OData services of CBS: descriptions and rows of tables, in the terms of ``cbs``, and which goes first.

v3 gives a row a combination of codes, with text as published (``UntypedDataSet``: a missing figure keeps its sign, "."
is not the same as nothing); v4 gives a row a cell, with the reason of a missing value spelled out. The catalogue and
metadata of v3 do not go through ``cbsodata``: it hands requests no headers, so that neither our name nor gzip would
go along, opens a connection for each, and follows a link wherever it points.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa

from pipeline.sources.catalog import Source
from pipeline.sources.cbs import (
    Dimension,
    Measure,
    Pulled,
    Selection,
    TableDescription,
    as_published,
    check_parts,
    check_periods,
    code_positions,
    encode_keys,
    filter_slices,
    group_path,
    literal,
    make_dimension,
    refuse_repeats,
    select_cells,
    table_list,
    text_of,
    to_raw_table,
    whole_number,
    words,
)
from pipeline.sources.errors import (
    AGAIN,
    IN_UPDATE,
    ContentError,
    IncompleteError,
    NotThereError,
    SourceError,
    TransportError,
    UnlistedError,
    in_words,
    telling,
)
from pipeline.sources.http import (
    HttpClient,
    Page,
    PageFolder,
    PageForm,
    Query,
    Retryable,
    parse_json_object,
    refuse_web_page,
)
from pipeline.store import RawTable

log = logging.getLogger(__name__)
Rows = list[dict[str, Any]]
T = TypeVar("T")
KINDS = {"Dimension": "other", "GeoDimension": "region", "GeoDetail": "region", "TimeDimension": "time"}
V3 = PageForm("odata.nextLink", "odata.count", {"$inlinecount": "allpages"}, 10_000)
V4 = PageForm("@odata.nextLink", "@odata.count", {"$count": "true"}, 100_000)
#: Why a cell of v4 holds no figure.
REASONS = {"None", "NotAvailable", "Confidential", "Impossible"}
#: Signs instead of a figure in v3, besides "." and nothing: of those the catalogue says what they mean.
SIGNS = {"x": "Confidential"}


def link_and_count(head: dict[str, Any], form: PageForm) -> tuple[str, int | None]:
    """Where a page says the next one is, and how many rows it says there are.

    Raises
    ------
    Retryable
        When either is something else than it should be.
    """
    link, count = head.get(form.next_link) or "", head.get(form.count)
    number = whole_number(str(count))
    if not isinstance(link, str) or link.isdigit() or (count is not None and number is None):
        raise Retryable(f"a link {str(link)[:40]!r} or a count {str(count)[:40]!r} that is none")
    return link, number


def rows_of_page(
    body: bytes, form: PageForm, read: Callable[[Rows], Any] = list, texts: Iterable[str] = ()
) -> Page[Any]:
    """A page whose rows are read as dictionaries; numbers stay text. ``texts`` are fields that must be text.

    A title among them must hold something.
    """
    content = parse_json_object(body)
    rows = content.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Retryable(f"an answer without rows ({body[:80].decode('utf-8', 'replace')!r})")
    odd = [row for row in rows for name in texts
           if not isinstance(row.get(name), str) or (name == "Title" and not row[name].strip())]  # fmt: skip
    if odd:
        raise Retryable(
            f"{len(odd)} of {len(rows)} rows lack one of {', '.join(texts)}, e.g. {str(odd[0])[:80]}"
        )
    link, count = link_and_count(content, form)
    return Page(len(rows), read(rows), link, count)


def columns_of_page(body: bytes, form: PageForm, names: list[str]) -> Page[dict[str, pa.Array]]:
    """A page whose rows hold text only, read as columns: some five times faster than rows.

    Raises
    ------
    Retryable
        When the page is cut off, holds no rows, or something else than text.
    ContentError
        When a column is not there.
    """
    refuse_web_page(body)
    try:
        content = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
        rows = content["value"]
        cells = {
            name: pa.array([row[name] for row in rows], pa.string()) for name in names if rows is not None
        }
    except orjson.JSONDecodeError as error:
        raise Retryable(f"unreadable JSON of {len(body)} bytes ({error})") from error
    except KeyError as error:
        if error.args[0] == "value":
            raise Retryable(f"an answer without rows ({body[:80].decode('utf-8', 'replace')!r})") from error
        raise ContentError(f"its rows have no column {error}", next_step=IN_UPDATE) from error
    except (TypeError, pa.ArrowException) as error:
        raise Retryable(f"an answer of other rows ({body[:80].decode('utf-8', 'replace')!r})") from error
    if not isinstance(rows, list):
        raise Retryable(f"an answer without rows ({body[:80].decode('utf-8', 'replace')!r})")
    link, count = link_and_count(content, form)
    return Page(len(rows), cells, link, count)


class Service(ABC):
    """One way to CBS, and what both share; ``is_down`` and ``failures`` are what this pull learned of it."""

    name: str
    form: PageForm
    path: str
    list_path: str
    title_filter: str
    status: str
    query: dict[str, str]

    def __init__(self, host: str, client: HttpClient):
        self.host = host
        self.client = client
        self.is_down = False
        self.failures = 0

    def _part(self, table_id: str, name: str, texts: Iterable[str] = (), *, is_guess: bool = False) -> Query:
        return Query(
            self.host,
            self.address(table_id, name),
            [{}],
            lambda body: rows_of_page(body, self.form, texts=texts),
            table_id,
            form=PageForm(self.form.next_link),
            is_probe=self.is_down,
            is_guess=is_guess,
        )

    def address(self, table_id: str, name: str) -> str:
        """Address of a part of a table."""
        return f"{self.host}{self.path}/{table_id}/{name}"

    @abstractmethod
    def _describe(self, table_id: str, dimensions: list[str]) -> TableDescription: ...

    @abstractmethod
    def _modified(self, table_id: str) -> str:
        """When the table says it was changed last."""

    @abstractmethod
    def _pull(self, description: TableDescription, selection: Selection, source: Source, pages: PageFolder
              ) -> Pulled: ...  # fmt: skip

    def list_tables(self, words_of_title: str) -> pd.DataFrame:
        """Tables with some words in their title: table_id, title, modified, status."""
        query = {"$filter": self.title_filter.format(literal(words_of_title)),
                 "$select": f"Identifier,Title,Modified,{self.status}", **self.query}  # fmt: skip
        asked = replace(
            self._part("", ""), url=f"{self.host}{self.list_path}", queries=[query],
            table=f"tables with {words_of_title!r} in the title",
        )  # fmt: skip
        return self._in_words(asked.table, lambda: table_list(self._ask([asked])[0], self.status))

    def describe(self, table_id: str, dimensions: list[str]) -> TableDescription:
        """Everything the table says of itself."""
        return self._in_words(table_id, lambda: self._describe(table_id, dimensions))

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
        return self._in_words(description.table_id, lambda: self._pull(description, selection, source, pages))

    def _in_words(self, table: str, read: Callable[[], T]) -> T:
        return in_words(read, TransportError, table, f"GET {self.host}", AGAIN)

    def _ask(self, queries: list[Query]) -> list[Rows]:
        return [[row for slice_ in found for page in slice_ for row in page.content]
                for found in self.client.pages(queries)]  # fmt: skip

    def _code_lists(
        self, table_id: str, names: list[str], guessed: dict[str, Rows], suffix: str, key: str
    ) -> list[Rows]:
        """Code lists of dimensions, those that were not guessed right asked for now.

        Raises
        ------
        IncompleteError
            When the service describes no dimension, or one without codes.
        """
        rest = [name for name in names if not guessed.get(name)]
        asked = self._ask([self._part(table_id, f"{name}{suffix}", [key, "Title"]) for name in rest])
        found = guessed | dict(zip(rest, asked, strict=True))
        empty = [name for name in names if not found[name]]
        if empty or not names:
            raise IncompleteError(
                f"the service gives no codes of {empty[0]}"
                if empty
                else "the service describes no dimension",
                request=f"GET {self.address(table_id, '')}",
            )
        return [found[name] for name in names]

    def _rows(
        self, description: TableDescription, selection: Selection, url: str, terms: dict[str, list[str]],
        query: dict[str, str], read: Callable[[bytes], Page[Any]], folder: PageFolder, cells_a_row: int = 1,
    ) -> tuple[list[Any], np.ndarray, str]:  # fmt: skip
        """Contents of the pages of the selected rows, whole, their positions in the code lists, and the request."""
        is_part = any(terms.values())
        most = selection.cells(description) * cells_a_row
        asked = Query(
            self.host,
            url,
            [query | ({"$filter": text} if text else {}) for text in filter_slices(terms)],
            read,
            description.table_id,
            form=self.form,
            folder=folder,
            expected_rows=None if is_part else description.rows,
            most_rows=2 * most + 1000,  # a bound on what comes in; what may be there is checked below
            count_url=f"{url}/$count",
            is_probe=self.is_down,
        )
        (slices,) = self.client.pages([asked])
        pages = [page for slice_ in slices for page in slice_]
        rows = sum(page.rows for page in pages)
        is_counted = all(slice_[0].count is not None for slice_ in slices) or (
            not is_part and description.rows is not None
        )
        problem = ""
        if not is_part and description.rows not in (None, rows):
            problem = f"{rows} rows came in, the table says it has {description.rows}"
        elif (is_part and rows > most) or (rows < most and not is_counted):
            problem = f"{rows} rows came in, the selection can hold {most}" + (
                "" if is_counted else " and the service does not say how many there are"
            )
        with telling(request=asked.request):
            if problem:
                raise IncompleteError(problem)
            modified = self._modified(description.table_id)
            if modified != description.modified:
                raise IncompleteError(
                    f"the table was updated while its rows came in ({description.modified} -> {modified})"
                )
            positions = np.concatenate([page.content[0] for page in pages])
            refuse_repeats(positions)
        return [page.content for page in pages], positions, asked.request

    def _described(self, table_id: str, head: dict[str, Any], period: str, status: str, rows: str,
                   dimensions: Iterable[Dimension], measures: Iterable[Measure]) -> TableDescription:  # fmt: skip
        return TableDescription(
            table_id=table_id,
            title=head["Title"],
            modified=text_of(head.get("Modified")),
            period=text_of(head.get(period)),
            language=text_of(head.get("Language")),
            status=text_of(head.get(status)),
            rows=whole_number(head.get(rows)),
            dimensions=tuple(dimensions),
            measures=tuple(measures),
        )


def _measure(row: dict[str, Any], code: str, kind: str, group: str) -> Measure:
    return Measure(
        code=row[code],
        title=words(row.get("Title")),
        group=group,
        unit=words(row.get("Unit")),
        decimals=min(whole_number(row.get("Decimals")) or 0, 10),
        description=text_of(row.get("Description")).strip(),
        is_text=row.get(kind) == "String",
    )


class CbsV3(Service):
    """The OData v3 service; ``host`` is e.g. ``https://opendata.cbs.nl``."""

    name, form, status, query = "cbs-odata-v3", V3, "OutputStatus", {"$format": "json"}
    path, list_path, title_filter = "/ODataFeed/odata", "/ODataCatalog/Tables", "substringof({},Title)"

    def _modified(self, table_id: str) -> str:
        (infos,) = self._ask([self._part(table_id, "TableInfos", ["Modified"])])
        return infos[0]["Modified"] if infos else ""

    def _describe(self, table_id: str, dimensions: list[str]) -> TableDescription:
        asked = [self._part(table_id, "TableInfos"),
                 self._part(table_id, "DataProperties", ["odata.type", "Key", "Title"])]  # fmt: skip
        guesses = [self._part(table_id, name, ["Key", "Title"], is_guess=True) for name in dimensions]
        infos, properties, *lists = self._ask([*asked, *guesses])
        if not infos or not isinstance(infos[0].get("Title"), str):
            raise NotThereError(
                "the service gives no information on it",
                request=f"GET {self.address(table_id, 'TableInfos')}",
            )
        kinds = {p["Key"]: p for p in properties if p["odata.type"].endswith(("Dimension", "GeoDetail"))}
        rows = self._code_lists(table_id, list(kinds), dict(zip(dimensions, lists, strict=True)), "", "Key")
        groups = {
            words(p.get("ID")): (words(p.get("Title")), words(p.get("ParentID")))
            for p in properties
            if p["odata.type"].endswith("TopicGroup")
        }
        return self._described(
            table_id, infos[0], "Period", "OutputStatus", "RecordCount",
            (make_dimension(name, words(p.get("Title")), KINDS.get(p["odata.type"].rpartition(".")[2]), found, "Key")
             for (name, p), found in zip(kinds.items(), rows, strict=True)),
            (_measure(p, "Key", "Datatype", group_path(groups, words(p.get("ParentID"))))
             for p in properties if p["odata.type"].endswith(".Topic")),
        )  # fmt: skip

    def _pull(
        self, description: TableDescription, selection: Selection, source: Source, pages: PageFolder
    ) -> Pulled:
        table = description.table_id
        columns = [*(d.name for d in description.dimensions), *(m.code for m in selection.measures)]
        lists = [code_positions(d) for d in description.dimensions]

        def read(body: bytes) -> Page[Any]:
            page = columns_of_page(body, V3, columns)
            return replace(page, content=_encoded(page.content, description, selection, lists))

        found, positions, request = self._rows(
            description, selection, self.address(table, "UntypedDataSet"), selection.terms,
            {"$select": ",".join(columns), **self.query}, read, pages,
        )  # fmt: skip
        codes = code_columns(positions, description)
        cells = [
            _cells(pa.chunked_array([texts[n] for _, texts in found]), measure, source, codes)
            for n, measure in enumerate(selection.measures)
        ]
        return Pulled(cells[0] if len(cells) == 1 else pd.concat(cells, ignore_index=True), request)


def code_columns(positions: np.ndarray, description: TableDescription) -> dict[str, pd.Series]:
    """Stripped codes a dimension, from the positions of the rows (rows, dimensions)."""
    return {
        d.name: pa.array(d.codes["code"].tolist(), pa.string()).take(pa.array(positions[:, n])).to_pandas()
        for n, d in enumerate(description.dimensions)
    }


def _encoded(
    columns: dict[str, pa.Array],
    description: TableDescription,
    selection: Selection,
    lists: list[dict[str, int]],
) -> tuple[np.ndarray, list[pa.DictionaryArray]]:
    """Positions in the code lists (rows, dimensions) and the texts of each measure.

    Every text of a page once, and which row has which: the rest of the work is done on those few.
    """
    rows = len(next(iter(columns.values())))
    positions = np.empty((rows, len(lists)), dtype=np.int32)
    for number, (dimension, known) in enumerate(zip(description.dimensions, lists, strict=True)):
        column = columns[dimension.name].dictionary_encode(null_encoding="encode")
        keys = encode_keys(column.dictionary.to_pylist(), known, dimension.name)
        positions[:, number] = keys[column.indices.to_numpy()]
    return positions, [columns[m.code].fill_null("").dictionary_encode() for m in selection.measures]


def _cells(
    published: pa.ChunkedArray, measure: Measure, source: Source, codes: dict[str, pd.Series]
) -> pd.DataFrame:
    """The cells of one measure: figures without padding, and why one is missing; each text looked at once."""
    signs = {"": source.empty_means, ".": source.dot_means} | SIGNS
    encoded = published.unify_dictionaries().combine_chunks()
    texts = [text.strip() for text in encoded.dictionary.to_pylist()]
    attributes = [signs.get(text, "None") for text in texts]
    figures = [t if a == "None" else "" for t, a in zip(texts, attributes, strict=True)]
    figures = as_published(figures, measure)
    return pd.DataFrame(
        {
            **codes,
            "measure": measure.code,
            "value": pa.array(figures, pa.string()).take(encoded.indices).to_pandas(),
            "value_attribute": pa.array(attributes, pa.string()).take(encoded.indices).to_pandas(),
        }
    )


class CbsV4(Service):
    """The OData v4 service; ``host`` is e.g. ``https://datasets.cbs.nl/odata/v1``."""

    name, form, status, query = "cbs-odata-v4", V4, "Status", {}
    path, list_path, title_filter = "/CBS", "/Datasets", "contains(Title,{})"

    def _describe(self, table_id: str, dimensions: list[str]) -> TableDescription:
        asked = [
            self._properties(table_id),
            self._part(table_id, "Dimensions", ["Identifier"]),
            self._part(table_id, "MeasureCodes", ["Identifier", "Title"]),
            self._part(table_id, "MeasureGroups", ["Id"], is_guess=True),
        ]
        guesses = [
            self._part(table_id, f"{name}Codes", ["Identifier", "Title"], is_guess=True)
            for name in dimensions
        ]
        (head,), described, measures, groups, *lists = self._ask([*asked, *guesses])
        names = [d["Identifier"] for d in described]
        key = "Identifier"
        rows = self._code_lists(table_id, names, dict(zip(dimensions, lists, strict=True)), "Codes", key)
        above = {words(g.get("Id")): (words(g.get("Title")), words(g.get("ParentId"))) for g in groups}
        return self._described(
            table_id, head, "TemporalCoverage", "Status", "ObservationCount",
            (make_dimension(d["Identifier"], words(d.get("Title")), KINDS.get(words(d.get("Kind"))), codes, key)
             for d, codes in zip(described, rows, strict=True)),
            (_measure(m, "Identifier", "DataType", group_path(above, words(m.get("MeasureGroupId"))))
             for m in measures),
        )  # fmt: skip

    def _modified(self, table_id: str) -> str:
        ((head,),) = self._ask([self._properties(table_id)])
        return text_of(head.get("Modified"))

    def _properties(self, table_id: str) -> Query:
        def read(body: bytes) -> Page[Any]:
            content = parse_json_object(body)
            if not isinstance(content.get("Title"), str):
                raise Retryable(f"a description without a title ({body[:80].decode('utf-8', 'replace')!r})")
            return Page(1, [content])

        return replace(self._part(table_id, "Properties"), read=read)

    def _pull(
        self, description: TableDescription, selection: Selection, source: Source, pages: PageFolder
    ) -> Pulled:
        table = description.table_id
        lists = {d.name: code_positions(d) for d in description.dimensions}
        measure_index = {m.code: n for n, m in enumerate(selection.measures)}

        def read(rows: Rows) -> tuple[np.ndarray, list[str], list[str]]:
            needed = {"Measure", "Value", *lists}
            lost = needed - rows[0].keys() if rows else set()
            strange = sorted({str(r.get("Measure")) for r in rows} - measure_index.keys())
            if lost or strange:
                raise ContentError(
                    f"its rows have no column or measure {sorted(lost) or strange[:3]}; a row has {list(rows[0])}",
                    next_step=IN_UPDATE,
                )
            reasons = [str(r.get("ValueAttribute") or "None") for r in rows]
            unknown = sorted(set(reasons) - REASONS)
            both = [r for r, reason in zip(rows, reasons, strict=True) if reason != "None" and _text(r)]
            if unknown or both:
                raise ContentError(
                    f"{len(unknown)} reason(s) for no figure are not known, e.g. {unknown[:3]}" if unknown else
                    f"{len(both)} row(s) hold a figure and a reason for none, e.g. {str(both[0])[:120]}",
                    next_step=IN_UPDATE,
                )  # fmt: skip
            positions = [
                np.array([measure_index[r["Measure"]] for r in rows], dtype=np.int32),
                *(encode_keys([r[name] for r in rows], lists[name], name) for name in lists),
            ]
            return np.column_stack(positions), [_text(r) for r in rows], reasons

        terms = dict(selection.terms)
        wanted_all = len(selection.measures) == len(description.measures)
        if not wanted_all:
            terms["Measure"] = [f"Measure eq {literal(m.code)}" for m in selection.measures]
        select = ",".join(["Measure", "ValueAttribute", "Value", "StringValue", *lists])
        found, positions, request = self._rows(
            description, selection, self.address(table, "Observations"), terms, {"$select": select},
            lambda body: rows_of_page(body, V4, read), pages, len(selection.measures),
        )  # fmt: skip
        values = np.array([v for _, page, _ in found for v in page], dtype=object)
        attributes = np.array([a for _, _, page in found for a in page], dtype=object)
        # a value without a reason of its own and without text is missing, not zero
        attributes = np.where((values == "") & (attributes == "None"), "NotAvailable", attributes)
        for number, measure in enumerate(selection.measures):
            here = positions[:, 0] == number
            values[here] = as_published(values[here].tolist(), measure)
        codes = np.array([m.code for m in selection.measures], dtype=object)
        frame = pd.DataFrame(
            {"measure": codes[positions[:, 0]], **code_columns(positions[:, 1:], description)}
        )
        return Pulled(frame.assign(value=values, value_attribute=attributes), request)


def _text(row: dict[str, Any]) -> str:
    """The value of a cell as text; text measures (names, codes) have it in StringValue, padded."""
    value = row["Value"]
    if value is None:
        value = row.get("StringValue")
    return "" if value is None else str(value).strip()


# --- one table by the best way --------------------------------------------------------------------


def fetch_table(
    services: list[Service],
    source: Source,
    table_id: str,
    folder_of: Callable[[Service, TableDescription, Selection], PageFolder],
    edition: int | None = None,
) -> tuple[RawTable, str, str, list[str]]:
    """One table of a source, by the first way that works; one that was down a moment ago comes last.

    A way that breaks falls over to the next; a table that is not what the catalogue says does not.

    Parameters
    ----------
    folder_of : gives the folder where the pages of a pull wait

    Returns
    -------
    the raw table, the name of the way it came, the request, and what it lacks
    """
    with telling(table_id):
        broken: dict[str, SourceError] = {}
        for service in sorted(services, key=lambda s: s.is_down):
            try:
                description, selection, pulled = _pull_twice_at_most(service, source, table_id, folder_of)
            except TransportError as error:
                # whoever asked tells what becomes of it; said here too, a table that is left out is told three times
                log.debug("%s by %s: %s", table_id, service.name, error)
                broken[service.name] = error
                _remember(service, error)
                continue
            service.is_down, service.failures = False, 0
            if pulled.cells.empty:
                raise ContentError(
                    "the table holds no rows for what is asked",
                    request=pulled.request,
                    next_step="Look at the table's page: it may be in the middle of an update, or stopped.",
                )
            time = next((d for d in description.dimensions if d.kind == "time"), None)
            if time is not None:
                in_rows = time.codes["code"].isin(pulled.cells[time.name].unique())
                check_periods(time.codes[in_rows])
            lost = check_parts(selection, source, pulled.cells, edition)
            for error in broken.values():
                log.info("%s came by %s: %s", table_id, service.name, error)
            raw = to_raw_table(description, selection, pulled, source, edition)
            return raw, service.name, pulled.request, [*selection.remarks, *lost]
        errors = [broken[s.name] for s in services if s.name in broken]
        if len(errors) == 1:
            raise errors[0]
        said = [f"{name}: {broken[name].reason}" for name in (s.name for s in services)]
        raise type(errors[-1])(
            errors[0].reason if len({e.reason for e in errors}) == 1 else "; ".join(said),
            request=" and ".join(e.request for e in errors),
            next_step=errors[0].next_step,
        )


def _remember(service: Service, error: TransportError) -> None:
    """A service that gives no answer, or none to two tables in a row, is asked last and once only from now on."""
    if isinstance(error, NotThereError):
        return
    service.failures += 1
    if not service.is_down and (error.unreachable or service.failures > 1):
        service.is_down = True
        log.warning("%s is down (%s): the other way goes first from now on", service.name, error.reason)


def _pull_twice_at_most(
    service: Service,
    source: Source,
    table_id: str,
    folder_of: Callable[[Service, TableDescription, Selection], PageFolder],
) -> tuple[TableDescription, Selection, Pulled]:
    """Rows that do not add up are fetched afresh once, with a new description: the table may have changed meanwhile."""
    for is_last in (False, True):
        folder = PageFolder(None, "", [])
        try:
            description = service.describe(table_id, source.dimensions)
            selection = select_cells(description, source)
            folder = folder_of(service, description, selection)
            return description, selection, service.pull(description, selection, source, folder)
        except (IncompleteError, UnlistedError) as error:
            folder.clear()
            if is_last:
                raise
            log.warning("%s: %s; all of it is fetched afresh", table_id, error.reason)
    raise AssertionError("the second time returns or raises")


def make_services(v3: str, v4: str, client: HttpClient, choice: str = "auto") -> list[Service]:
    """The ways to CBS in order of preference."""
    first, second = CbsV3(v3, client), CbsV4(v4, client)
    return {"auto": [first, second], "v3": [first], "v4": [second]}[choice]
