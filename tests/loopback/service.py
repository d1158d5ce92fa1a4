"""The HTTP service: routes, pages and faults."""

from __future__ import annotations

import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np

from tests.loopback import odata
from tests.loopback.tables import LoopbackTable


@dataclass
class Fault:
    """Something that goes wrong.

    kind : status, reset, hang, truncated, html, no_rows_key, body, drip, encoding (of any answer);
        loop, repeat_page, short_page (of pages of rows)
    change : of kind body: what becomes of the bytes of an answer; of kind encoding: of the bytes that are said to
        be gzip
    table, part : where; None is everywhere. Parts: TableInfos, UntypedDataSet, Observations, RegioS ...
    page : which page of rows (0 is the first); None is any
    times : how often; None is for ever
    status, headers, seconds : details of status and hang
    """

    kind: str
    table: str | None = None
    part: str | None = None
    page: int | None = None
    times: int | None = None
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 30.0
    change: Callable[[bytes], bytes] = bytes
    done: int = 0

    def hits(self, table: str, part: str, page: int) -> bool:
        """Whether it happens to this request; counts."""
        fits = (
            self.table in (None, table)
            and self.part in (None, part)
            and self.page in (None, page)
            and (self.times is None or self.done < self.times)
        )
        self.done += fits
        return fits


@dataclass(frozen=True)
class Answer:
    """What a route gives back."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    table: str = ""
    part: str = ""
    page: int = 0


def json_answer(content: Any, **where: Any) -> Answer:
    """An answer of JSON."""
    return Answer(json.dumps(content, ensure_ascii=False).encode(), **where)


Route = Callable[[str, dict[str, str]], Answer | None]


class LoopbackService:
    """All publishers behind one address.

    Parameters
    ----------
    tables : what CBS has
    routes : further routes (PDOK, CKAN): path and query -> answer, or None when the path is another's
    page_size, page_size_v4 : rows a page
    latency : seconds before every answer
    counts : whether rows can be counted (``$inlinecount``, ``$count``)

    Use it as a context manager; ``hosts`` are the addresses for the catalogue.
    """

    def __init__(
        self,
        tables: Iterable[LoopbackTable] = (),
        *,
        routes: Iterable[Route] = (),
        page_size: int = 10_000,
        page_size_v4: int = 100_000,
        latency: float = 0.0,
        counts: bool = True,
        port: int = 0,
    ):
        self.tables = {t.table_id: t for t in tables}
        self.routes = list(routes)
        self.page_size = page_size
        self.page_size_v4 = page_size_v4
        self.latency = latency
        self.counts = counts
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.asked_as: set[tuple[str, str]] = set()
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._columns = lru_cache(maxsize=64)(self._make_columns)
        self._chosen = lru_cache(maxsize=64)(self._choose)
        self._rows_json = lru_cache(maxsize=256)(self._make_page)
        handler = type("Handler", (_Handler,), {"service": self})
        self._server = _Server(("127.0.0.1", port), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> LoopbackService:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def hosts(self) -> dict[str, str]:
        """Addresses for ``Catalog.at``."""
        return {
            "cbs_v3": self.address,
            "cbs_v4": f"{self.address}/odata/v1",
            "pdok_wfs": f"{self.address}/pdok-wfs",
            "pdok_ogc": f"{self.address}/pdok-ogc",
            "data_overheid": f"{self.address}/ckan",
        }

    def speak_tls(self, context: ssl.SSLContext) -> None:
        """Answer over TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def warm(self, table_id: str) -> None:
        """Write the pages of the whole table beforehand, so that answers cost no more than their latency.

        With and without a selection of columns, as the clients of the benchmark ask for them.
        """
        table = self.tables[table_id]
        names = [*(d.name for d in table.dimensions), *(m.v3_key for m in table.measures)]
        for part, rest in (("TypedDataSet", ()), ("UntypedDataSet", (("$select", ",".join(names)),))):
            for page in range(-(-table.rows // self.page_size)):
                self._rows_json(table_id, part, rest, page, self.page_size)

    def put(self, table: LoopbackTable) -> None:
        """Publish a table, or another version of it."""
        self.tables[table.table_id] = table
        self._columns.cache_clear()
        self._chosen.cache_clear()
        self._rows_json.cache_clear()

    def requested(self, pattern: str) -> list[str]:
        """Paths asked for that hold the pattern."""
        return [path for path in self.requests if re.search(pattern, path)]

    # --- routes ---

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """The answer to a request."""
        for route in self.routes:
            found = route(path, query)
            if found is not None:
                return found
        if path.startswith("/ODataCatalog/Tables"):
            return self._catalog_v3(query)
        if path == "/odata/v1/Datasets":
            return self._catalog_v4(query)
        if match := re.fullmatch(r"(.*/([^/]+)/(UntypedDataSet|Observations))/\$count", path):
            return self._count(match[2], match[3], query)
        if match := re.fullmatch(r"/ODataFeed/odata/([^/]+)/(\w*)", path):
            return self._v3(path, match[1], match[2], query)
        if match := re.fullmatch(r"/odata/v1/CBS/([^/]+)/(\w+)", path):
            return self._v4(path, match[1], match[2], query)
        return Answer(b'{"error": "unknown address"}', 404)

    def _listed(self, query: dict[str, str], names: dict[str, str]) -> list[dict[str, Any]]:
        tables = list(self.tables.values())
        if "$filter" in query:
            titles = np.array([t.title for t in tables], dtype=object)
            keep = odata.Filter(query["$filter"], lambda name: titles).mask() if tables else []
            tables = [t for t, kept in zip(tables, keep, strict=True) if kept]
        return [{names[k]: getattr(t, k) for k in names} for t in tables]

    def _catalog_v3(self, query: dict[str, str]) -> Answer:
        names = {"table_id": "Identifier", "title": "Title", "modified": "Modified", "status": "OutputStatus"}
        return json_answer({"value": self._listed(query, names)}, table="", part="Tables")

    def _catalog_v4(self, query: dict[str, str]) -> Answer:
        names = {"table_id": "Identifier", "title": "Title", "modified": "Modified", "status": "Status"}
        return json_answer({"value": self._listed(query, names)}, table="", part="Datasets")

    def _v3(self, path: str, table_id: str, part: str, query: dict[str, str]) -> Answer:
        where = {"table": table_id, "part": part}
        table = self.tables.get(table_id)
        if table is None:
            return Answer(b'{"odata.error": {"code": ""}}', 404, **where)
        names = [d.name for d in table.dimensions]
        if part in ("TypedDataSet", "UntypedDataSet"):
            return self._rows(path, table, part, query, self.page_size)
        if part == "":
            parts = ["TableInfos", "UntypedDataSet", "TypedDataSet", "DataProperties", "CategoryGroups"]
            content: list[Any] = [{"name": n, "url": f"{self.address}{path}{n}"} for n in parts + names]
        elif part == "TableInfos":
            content = [odata.v3_info(table)]
        elif part == "DataProperties":
            content = odata.v3_properties(table)
        elif part == "CategoryGroups":
            content = []
        elif part in names:
            content = odata.v3_codes(table, table.dimension(part))
        else:
            return Answer(b'{"odata.error": {"code": ""}}', 404, **where)
        return json_answer({"odata.metadata": f"{self.address}{path}", "value": content}, **where)

    def _v4(self, path: str, table_id: str, part: str, query: dict[str, str]) -> Answer:
        where = {"table": table_id, "part": part}
        table = self.tables.get(table_id)
        if table is None:
            return Answer(b'{"error": {"code": ""}}', 404, **where)
        if part == "Observations":
            return self._rows(path, table, part, query, self.page_size_v4)
        if part == "Properties":
            return json_answer(odata.v4_properties(table), **where)
        lists = {
            "Dimensions": lambda: odata.v4_dimensions(table),
            "MeasureCodes": lambda: odata.v4_measures(table),
            "MeasureGroups": lambda: odata.v4_measure_groups(table),
            **{f"{d.name}Codes": lambda d=d: odata.v4_codes(d) for d in table.dimensions},
        }
        if part not in lists:
            return Answer(b'{"error": {"code": ""}}', 404, **where)
        return json_answer({"@odata.context": "", "value": lists[part]()}, **where)

    # --- rows ---

    def _make_columns(self, table_id: str, part: str) -> dict[str, np.ndarray]:
        table = self.tables[table_id]
        if part == "Observations":
            return odata.v4_columns(table)
        return odata.v3_columns(table, typed=part == "TypedDataSet")

    def _rows(self, path: str, table: LoopbackTable, part: str, query: dict[str, str], size: int) -> Answer:
        asks_count = "$inlinecount" in query or "$count" in query
        page = int(query.get("$skip", 0)) // size
        where = {"table": table.table_id, "part": part, "page": page}
        if asks_count and not self.counts:
            return Answer(b'{"error": "counting is not supported"}', 400, **where)
        rest = tuple(sorted((k, v) for k, v in query.items() if k in ("$filter", "$select")))
        shift = -1 if page and self._faulty("repeat_page", where) else 0
        try:
            rows, total, length = self._rows_json(table.table_id, part, rest, page + shift, size)
        except odata.BadFilterError as error:
            return Answer(json.dumps({"error": str(error)}).encode(), 400, **where)
        if self._faulty("short_page", where):
            rows = json.dumps(json.loads(rows)[:-3]).encode()
        prefix = "@odata" if part == "Observations" else "odata"
        head: dict[str, Any] = {"odata.metadata": f"{self.address}{path}"}
        if asks_count:
            head[f"{prefix}.count"] = total if part == "Observations" else str(total)
        skip = page * size + length
        if self._faulty("loop", where):
            skip = page * size
        if skip < total:
            kept = "".join(f"&{k}={quote(v)}" for k, v in query.items() if k in ("$filter", "$select"))
            head[f"{prefix}.nextLink"] = f"{self.address}{path}?$skip={skip}{kept}"
        body = json.dumps(head)[:-1].encode() + b', "value": ' + rows + b"}"
        return Answer(body, **where)

    def _count(self, table_id: str, part: str, query: dict[str, str]) -> Answer:
        where = {"table": table_id, "part": "$count"}
        if table_id not in self.tables or not self.counts:
            return Answer(b"", 404, **where)
        rows = self._chosen(table_id, part, query.get("$filter", ""))
        return Answer(str(len(rows)).encode(), content_type="text/plain", **where)

    def _choose(self, table_id: str, part: str, text: str) -> np.ndarray:
        columns = self._columns(table_id, part)
        if not text:
            return np.arange(len(next(iter(columns.values()))))
        return np.flatnonzero(odata.Filter(text, lambda name: columns[name]).mask())

    def _make_page(
        self, table_id: str, part: str, rest: tuple[tuple[str, str], ...], page: int, size: int
    ) -> tuple[bytes, int, int]:
        query = dict(rest)
        columns = self._columns(table_id, part)
        chosen = self._chosen(table_id, part, query.get("$filter", ""))
        here = chosen[page * size : (page + 1) * size]
        names = query["$select"].split(",") if "$select" in query else list(columns)
        picked = [columns[name][here].tolist() for name in names]
        rows = [dict(zip(names, values, strict=True)) for values in zip(*picked, strict=True)]
        return json.dumps(rows, ensure_ascii=False).encode(), len(chosen), len(rows)

    # --- faults ---

    def _faulty(self, kind: str, where: dict[str, Any]) -> bool:
        with self._lock:
            return any(f.kind == kind and f.hits(**where) for f in self.faults)

    def fault_for(self, answer: Answer) -> Fault | None:
        """The fault of the connection or the whole answer that is due now."""
        kinds = (
            "status", "reset", "hang", "truncated", "html", "no_rows_key", "body", "drip", "encoding",
        )  # fmt: skip
        with self._lock:
            for fault in self.faults:
                if fault.kind == "body" and answer.status != 200:
                    continue  # a refusal holds nothing to change
                if fault.kind in kinds and fault.hits(answer.table, answer.part, answer.page):
                    return fault
        return None

    def enter(self, path: str) -> None:
        """Note a request."""
        with self._lock:
            self.requests.append(path)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)

    def leave(self) -> None:
        """A request was answered."""
        with self._lock:
            self._at_once -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away in the middle are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    service: LoopbackService

    def log_message(self, *_: Any) -> None:
        """Silence."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        self.service.enter(self.path)
        self.service.asked_as.add((self.headers["User-Agent"] or "", self.headers["Accept-Encoding"] or ""))
        try:
            if self.service.latency:
                time.sleep(self.service.latency)
            answer = self.service.answer(parts.path, query)
            fault = self.service.fault_for(answer)
            if fault is not None:
                self._go_wrong(fault, answer)
            else:
                self._send(answer.body, answer.status, answer.content_type)
        finally:
            self.service.leave()

    def _send(
        self, body: bytes, status: int = 200, content_type: str = "application/json", **headers: str
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _go_wrong(self, fault: Fault, answer: Answer) -> None:
        if fault.kind == "status":
            self._send(b'{"error": "ordered"}', fault.status, **fault.headers)
        elif fault.kind == "html":
            self._send(b"<!DOCTYPE html><html><title>Onderhoud</title></html>", content_type="text/html")
        elif fault.kind == "no_rows_key":
            self._send(b'{"message": "try again"}')
        elif fault.kind == "body":
            self._send(fault.change(answer.body), content_type=answer.content_type)
        elif fault.kind == "encoding":
            self._send(fault.change(answer.body), content_type=answer.content_type, Content_Encoding="gzip")
        elif fault.kind == "drip":
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            for byte in answer.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(fault.seconds)
        elif fault.kind == "truncated":
            self._send(answer.body[: len(answer.body) // 2])
        elif fault.kind == "hang":
            time.sleep(fault.seconds)
            self.close_connection = True
        elif fault.kind == "reset":
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.wfile.flush()
            # a zero linger time makes closing send a reset instead of an orderly end
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
