"""Paged transfer: the first pages, then the rest side by side; pages that came in wait on disk.

A page is kept only when it was read to its end, so that a pull that was killed goes on from the last good
page. Pages lie in the cache, never in a vintage.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import pyarrow as pa
import pyarrow.json

from pipeline.sources.errors import ContentError, IncompleteError, RefusedError
from pipeline.sources.http import HttpClient, Retryable, parse_json_object, refuse_web_page

T = TypeVar("T")
START = "Start again; the kept pages of this table are thrown away first."


class PageFolder:
    """The folder where the pages of one pull wait; what belongs together is in its name.

    Parameters
    ----------
    root : the cache of a vintage, or None to keep nothing (then a killed pull starts afresh)
    table_id : for people who look into the folder
    identity : everything that makes pages belong together: address, filter, date of the table
    """

    def __init__(self, root: Path | None, table_id: str, identity: Iterable[str]):
        digest = hashlib.sha256("\n".join(identity).encode()).hexdigest()[:16]
        self.path = root / f"{table_id}-{digest}" if root else None

    def get(self, name: str) -> bytes | None:
        """A page that came in before, or None."""
        if self.path is None or not (self.path / name).is_file():
            return None
        return (self.path / name).read_bytes()

    def put(self, name: str, body: bytes) -> None:
        """Keep a page; a half-written one never bears its name."""
        if self.path is None:
            return
        self.path.mkdir(parents=True, exist_ok=True)
        temporary = self.path / f".{name}.{os.getpid()}"
        temporary.write_bytes(body)
        temporary.replace(self.path / name)

    def drop(self, name: str) -> None:
        """Forget one page."""
        if self.path is not None:
            (self.path / name).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget all pages of this pull."""
        if self.path is not None:
            shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True)
class PageForm:
    """How a version of OData calls the parts of a page."""

    next_link: str
    count: str
    count_query: dict[str, str]
    usual_rows: int


V3 = PageForm("odata.nextLink", "odata.count", {"$inlinecount": "allpages"}, 10_000)
V4 = PageForm("@odata.nextLink", "@odata.count", {"$count": "true"}, 100_000)


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page that was read: its rows in the form of the caller, and where it says the next one is."""

    rows: int
    content: T
    next_link: str
    count: int | None


def rows_of_page(body: bytes, form: PageForm, read: Callable[[list[dict[str, Any]]], T]) -> Page[T]:
    """A page whose rows are read as dictionaries; numbers stay text."""
    content = parse_json_object(body)
    rows = content.get("value")
    if not isinstance(rows, list):
        raise Retryable(f"an answer without rows ({body[:80].decode('utf-8', 'replace')!r})")
    count = content.get(form.count)
    return Page(
        rows=len(rows),
        content=read(rows),
        next_link=str(content.get(form.next_link) or ""),
        count=int(count) if count is not None else None,
    )


def columns_of_page(body: bytes, form: PageForm, names: list[str], table: str) -> Page[pa.StructArray]:
    """A page whose rows hold text only, read as columns: some ten times faster, and side by side.

    Raises
    ------
    Retryable
        When the page is cut off or holds no rows.
    ContentError
        When a column is not there.
    """
    refuse_web_page(body)
    row = pa.struct([(name, pa.string()) for name in names])
    parsing = pyarrow.json.ParseOptions(explicit_schema=pa.schema([("value", pa.list_(row))]))
    reading = pyarrow.json.ReadOptions(use_threads=False, block_size=len(body) + 1)
    try:
        content = pyarrow.json.read_json(pa.BufferReader(body), reading, parsing)
    except pa.ArrowInvalid as error:
        raise Retryable(f"unreadable JSON of {len(body)} bytes ({error})") from error
    rows = content["value"].combine_chunks() if content.num_rows == 1 else None
    if rows is None or rows.null_count:
        raise Retryable(f"an answer without rows ({body[:80].decode('utf-8', 'replace')!r})")
    cells = rows.flatten()
    lost = [n for n in names if len(cells) and f'"{n}"'.encode() not in body]
    if lost:
        raise ContentError(
            f"its rows have no column {lost[0]!r}",
            table=table,
            next_step="The publisher is probably in the middle of an update: try again in an hour.",
        )
    head = content.drop_columns("value").to_pylist()[0]
    count = head.get(form.count)
    return Page(
        rows=len(cells),
        content=cells,
        next_link=head.get(form.next_link) or "",
        count=int(count) if count is not None else None,
    )


class Transfer(Generic[T]):
    """All rows of one or more queries on one table, page by page.

    Parameters
    ----------
    url : address of the rows, without query
    queries : one query (name -> value) a filter slice
    read : turns the body of an answer into a page; raises Retryable when it is not whole
    expected_rows : rows of a single query, when the table says so; then pages of the usual size are asked for
        before the first one tells the size, and asked for again when it is another
    """

    def __init__(
        self,
        client: HttpClient,
        url: str,
        queries: list[dict[str, str]],
        *,
        form: PageForm,
        table: str,
        folder: PageFolder,
        read: Callable[[bytes], Page[T]],
        expected_rows: int | None = None,
    ):
        self.client = client
        self.url = url
        self.queries = queries
        self.form = form
        self.table = table
        self.folder = folder
        self.read = read
        self.expected_rows = expected_rows if len(queries) == 1 else None

    def run(self) -> list[Page[T]]:
        """The pages of all queries in order, each query complete.

        Raises
        ------
        IncompleteError
            When the pages of a query do not form a whole.
        TransportError
            When a page cannot be had.
        """
        # The client lets so many requests through as is polite; the other workers read what came in.
        workers = 2 * self.client.settings.parallel
        with ThreadPoolExecutor(workers, thread_name_prefix="page") as pool:
            try:
                guessed = [pool.submit(self._first, number) for number in range(len(self.queries))]
                ahead = {
                    skip: pool.submit(self._page, 0, skip)
                    for skip in range(self.form.usual_rows, self.expected_rows or 0, self.form.usual_rows)
                }
                first = [future.result() for future in guessed]
                later = [
                    [ahead.pop(skip, None) or pool.submit(self._page, number, skip) for skip in skips]
                    for number, skips in enumerate(map(self._known_skips, first))
                ]
                complete: list[Page[T]] = []
                for number, (page, futures) in enumerate(zip(first, later, strict=True)):
                    pages = [page, *(future.result() for future in futures)]
                    pages += self._rest(number, pages)
                    self._check(number, pages)
                    complete += pages
                return complete
            finally:
                pool.shutdown(cancel_futures=True)

    def address(self, number: int, extra: dict[str, str] | None = None) -> str:
        """The full address of a query."""
        query = self.queries[number] | (extra or {})
        return f"{self.url}?{urlencode(query)}" if query else self.url

    def _first(self, number: int) -> Page[T]:
        name = f"{number:04d}-00000000.json"
        try:
            return self._load(name, self.address(number, self.form.count_query))
        except RefusedError:
            return self._load(name, self.address(number))

    def _page(self, number: int, skip: int) -> Page[T]:
        return self._load(f"{number:04d}-{skip:08d}.json", self.address(number, {"$skip": str(skip)}))

    def _load(self, name: str, address: str) -> Page[T]:
        kept = self.folder.get(name)
        if kept is not None:
            try:
                return self.read(kept)
            except Retryable:
                self.folder.drop(name)

        def check(body: bytes) -> Page[T]:
            page = self.read(body)
            self.folder.put(name, body)
            return page

        return self.client.get_checked(address, check, table=self.table)

    def _known_skips(self, first: Page[T]) -> list[int]:
        """Where the other pages begin, when the first one says how many rows there are."""
        if not first.next_link or first.count is None or self._skip_of(first) is None:
            return []
        return list(range(first.rows, first.count, first.rows))

    def _skip_of(self, page: Page[T]) -> int | None:
        """The row at which a link says the next page begins; None for links of another kind."""
        skip = parse_qs(urlsplit(page.next_link).query).get("$skip")
        return int(skip[0]) if skip and skip[0].isdigit() else None

    def _rest(self, number: int, pages: list[Page[T]]) -> list[Page[T]]:
        """Pages that could not be asked for side by side: follow the links, and notice when they go round."""
        rest: list[Page[T]] = []
        countable = pages[0].count is not None and self._skip_of(pages[0]) is not None
        if countable or len(pages) > 1:
            return rest
        seen: set[str] = set()
        page = pages[0]
        while page.next_link:
            if page.next_link in seen:
                raise self._incomplete(number, f"its links go round after {len(rest) + 1} pages")
            seen.add(page.next_link)
            name = f"{number:04d}-link-{len(seen):06d}.json"
            page = self._load(name, page.next_link)
            rest.append(page)
        return rest

    def _check(self, number: int, pages: list[Page[T]]) -> None:
        first, last = pages[0], pages[-1]
        total = sum(page.rows for page in pages)
        skip = self._skip_of(first)
        if skip is not None and skip != first.rows:
            raise self._incomplete(
                number, f"its first page holds {first.rows} rows, but says that the next begins at {skip}"
            )
        short = [n for n, page in enumerate(pages[:-1], start=1) if skip and page.rows != first.rows]
        if short:
            raise self._incomplete(
                number, f"page {short[0]} of {len(pages)} holds {pages[short[0] - 1].rows} rows, "
                f"not {first.rows}"
            )  # fmt: skip
        if first.count is not None and total != first.count:
            raise self._incomplete(number, f"{total} rows came in, the service counts {first.count}")
        if last.next_link:
            raise self._incomplete(number, f"after the last of {total} rows it still links to another page")

    def _incomplete(self, number: int, reason: str) -> IncompleteError:
        return IncompleteError(
            reason, table=self.table, request=f"GET {self.address(number)}", next_step=START
        )
