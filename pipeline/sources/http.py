"""One client for every publisher: one retry policy, one page loop, one boundary around what comes in.

Nothing here knows a publisher. An answer is bounded in bytes and seconds, stays on the host of its source, and is
read inside ``understood``: whatever cannot be read is asked for again, and reported when it stays.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import email.utils
import hashlib
import json
import logging
import os
import shutil
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import ExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import anyio
import anyio.from_thread
import httpx
import tenacity

from pipeline.sources.errors import (
    IncompleteError,
    NotThereError,
    RefusedError,
    SourceError,
    TransportError,
    telling,
)

log = logging.getLogger(__name__)
T = TypeVar("T")
#: What went wrong in the questions that are asked together.
_failed: ContextVar[list[SourceError]] = ContextVar("failed")

REDIRECT_STATUS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class HttpSettings:
    """How patient and polite requests are, and what is more than any table of the catalogue needs.

    connect_timeout, read_timeout : seconds without a connection, and without a byte
    attempts, patience : tries a request, and seconds after which no new try begins
    backoff, backoff_max : seconds before the second try, doubled each time up to the maximum
    retry_after_max : seconds; a longer Retry-After is reported instead of waited for
    parallel : requests at the same time
    probe_seconds : for the one try at a service that was down a moment ago
    request_seconds, table_seconds : for one answer (one that drips in), and for all pages of a table
    answer_bytes : unpacked size of one answer; the largest real page (100,000 cells in v4) is 25 MB
    unpacked_bytes : size of a file in an archive or workbook; the largest real one is 40 MB
    pages, rows : of one table; the largest selection of the catalogue is 700,000 rows in 70 pages
    contact : e-mail address or page of whoever pulls, told to the publishers
    kept_seconds : age at which a page on disk is asked for again; a pull itself takes less than this
    """

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    attempts: int = 5
    patience: float = 150.0
    backoff: float = 1.0
    backoff_max: float = 60.0
    retry_after_max: float = 300.0
    parallel: int = 4
    probe_seconds: float = 10.0
    request_seconds: float = 300.0
    table_seconds: float = 1800.0
    answer_bytes: int = 100_000_000
    unpacked_bytes: int = 100_000_000
    pages: int = 2_000
    rows: int = 5_000_000
    kept_seconds: float = 1800.0
    contact: str = ""
    verify: ssl.SSLContext | bool = field(default=True, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= self.parallel <= 4:
            raise ValueError(f"parallel is {self.parallel}; publishers are asked at most 4 things at a time")


@lru_cache(maxsize=1)
def trusted_certificates() -> ssl.SSLContext:
    """The certificates that are trusted; reading them takes a tenth of a second, so it is done once."""
    return httpx.create_ssl_context()


class Retryable(Exception):
    """A try failed in a way that may pass.

    retry_after : seconds, when the service said so
    unreachable : whether the service gave no answer at all
    """

    def __init__(self, reason: str, *, retry_after: float | None = None, unreachable: bool = False):
        super().__init__(reason)
        self.retry_after = retry_after
        self.unreachable = unreachable


def understood(read: Callable[[bytes], T], body: bytes) -> T:
    """What ``read`` makes of an answer; anything it stumbles over counts as a failed try."""
    try:
        return read(body)
    except (SourceError, Retryable, OSError):  # of a disk: whoever called knows what it was for
        raise
    except Exception as error:
        log.debug("an answer that is not understood", exc_info=error)
        what = f"{type(error).__name__}: {str(error)[:120]}"
        raise Retryable(f"an answer of {len(body)} bytes that is not understood ({what})") from error


# --- pages ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page that was read: its rows in the form of the caller, and where it says the next one is."""

    rows: int
    content: T
    next_link: str = ""
    count: int | None = None

    def __post_init__(self) -> None:
        urlsplit(self.next_link)  # what is no address is seen while the answer can still be asked for again


@dataclass(frozen=True)
class PageForm:
    """How a service calls the parts of a page, and how it is asked to count."""

    next_link: str = ""
    count: str = ""
    count_query: dict[str, str] = field(default_factory=dict)
    usual_rows: int = 0


class PageFolder:
    """The folder where the pages of one pull wait; what belongs together is in its name.

    A page bears its checksum in its name; one that was changed on disk, or is older than ``kept_seconds``, is not
    there. The first page is always asked for again: when it is another, all are thrown away.

    Parameters
    ----------
    root : the cache of a vintage, or None to keep nothing (then a killed pull starts afresh)
    identity : everything that makes pages belong together: address, filter, date of the table
    """

    def __init__(
        self, root: Path | None, table_id: str, identity: Iterable[str], kept_seconds: float = 1800.0
    ):
        digest = hashlib.sha256("\n".join(identity).encode()).hexdigest()[:16]
        self.path = root / f"{table_id}-{digest}" if root else None
        self.kept_seconds = kept_seconds

    def get(self, name: str) -> bytes | None:
        """A page that came in before, or None."""
        for path in self._files(name):
            body = path.read_bytes()
            is_fresh = -60 <= time.time() - path.stat().st_mtime <= self.kept_seconds
            if is_fresh and path.name == self._name(name, body):
                return body
            path.unlink(missing_ok=True)
        return None

    def put(self, name: str, body: bytes) -> None:
        """Keep a page; a half-written one never bears its name."""
        if self.path is None:
            return
        self.path.mkdir(parents=True, exist_ok=True)
        temporary = self.path / f".{name}.{os.getpid()}"
        temporary.write_bytes(body)
        for path in self._files(name):
            path.unlink(missing_ok=True)
        temporary.replace(self.path / self._name(name, body))

    def is_empty(self) -> bool:
        """Whether no page waits."""
        return not self._files("")

    def clear(self) -> None:
        """Forget all pages of this pull."""
        if self.path is not None:
            shutil.rmtree(self.path, ignore_errors=True)

    def _files(self, name: str) -> list[Path]:
        return list(self.path.glob(f"{name}*.json")) if self.path is not None and self.path.is_dir() else []

    @staticmethod
    def _name(name: str, body: bytes) -> str:
        return f"{name}-{hashlib.sha256(body).hexdigest()[:16]}.json"


@dataclass
class Query:
    """One table asked for in one or more filter slices.

    base : address of the service, which no link may leave
    url, queries : address of the rows without query, and one query (name -> value) a slice
    read : turns the body of an answer into a page
    expected_rows : rows of a single slice, when the table says so; then pages of the usual size are asked for before
        the first one tells the size
    most_rows : rows a slice can have at most
    count_url : address that gives the number of rows of a query as text, for a service that does not count in pages
    is_probe : one short try is enough
    is_guess : one short try; what does not come in has no rows, and whoever needs it asks again
    """

    base: str
    url: str
    queries: list[dict[str, str]]
    read: Callable[[bytes], Page[Any]]
    table: str
    form: PageForm = field(default_factory=PageForm)
    folder: PageFolder = field(default_factory=lambda: PageFolder(None, "", []))
    expected_rows: int | None = None
    most_rows: int | None = None
    count_url: str = ""
    is_probe: bool = False
    is_guess: bool = False

    def address(self, number: int = 0, extra: dict[str, str] | None = None) -> str:
        """The full address of a slice."""
        query = self.queries[number] | (extra or {})
        return f"{self.url}?{urlencode(query)}" if query else self.url

    @property
    def request(self) -> str:
        """What was asked, for a manifest."""
        return "GET " + " and ".join(self.address(n) for n in range(len(self.queries)))

    def skip_of(self, page: Page[Any]) -> int | None:
        """The row at which a link says the next page begins; None for links of another kind."""
        skip = parse_qs(urlsplit(page.next_link).query).get("$skip", [""])[0]
        return int(skip) if skip.isascii() and skip.isdigit() and len(skip) < 15 else None

    def check(self, number: int, pages: list[Page[Any]], count: int | None) -> None:
        """Refuse pages that do not form a whole."""
        first, last = pages[0], pages[-1]
        total = sum(page.rows for page in pages)
        skip = self.skip_of(first)
        if skip is not None and skip != first.rows:
            raise self.incomplete(
                number, f"its first page holds {first.rows} rows, but says that the next begins at {skip}"
            )
        short = [n for n, page in enumerate(pages[:-1], start=1) if skip and page.rows != first.rows]
        if short:
            raise self.incomplete(
                number, f"page {short[0]} of {len(pages)} holds {pages[short[0] - 1].rows} rows, "
                f"not {first.rows}"
            )  # fmt: skip
        if count is not None and total != count:
            raise self.incomplete(number, f"{total} rows came in, the service counts {count}")
        if last.next_link:
            raise self.incomplete(number, f"after the last of {total} rows it still links to another page")

    def incomplete(self, number: int, reason: str) -> IncompleteError:
        """The error for pages that do not form a whole."""
        return IncompleteError(reason, table=self.table, request=f"GET {self.address(number)}")


# --- the client -----------------------------------------------------------------------------------


class HttpClient:
    """One session a run: keeps connections open, counts requests, never asks more than four things at once.

    Use it as a context manager. Its work is done in one loop beside the caller: an interrupt ends everything that is
    under way at once, whatever a service does.

    on_page : told (table, pages that came in, pages in all or None) after every page
    """

    def __init__(self, settings: HttpSettings | None = None):
        self.settings = settings or HttpSettings()
        self.requests = 0
        self.on_page: Callable[[str, int, int | None], None] = lambda *_: None

    def __enter__(self) -> HttpClient:
        with ExitStack() as stack:
            self._portal = stack.enter_context(anyio.from_thread.start_blocking_portal())
            self._session = stack.enter_context(self._portal.wrap_async_context_manager(self._new_session()))
            self._gate = asyncio.Semaphore(self.settings.parallel)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *problem: Any) -> None:
        self._stack.__exit__(*problem)

    def _new_session(self) -> httpx.AsyncClient:
        settings = self.settings
        return httpx.AsyncClient(
            timeout=httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout),
            # the gate keeps them to `parallel`; the pool would count those of answers that were given up
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=settings.parallel),
            headers={"User-Agent": f"groeimonitor/2026.1 (open data; contact: {settings.contact or 'not given'})",
                     "Accept": "application/json, */*", "Accept-Encoding": "gzip"},
            verify=trusted_certificates() if settings.verify is True else settings.verify,
        )  # fmt: skip

    def get(
        self, url: str, read: Callable[[bytes], T], *, table: str, base: str = "", is_probe: bool = False
    ) -> T:
        """What ``read`` makes of one answer with status 200.

        Raises
        ------
        NotThereError
            For 404 and 410.
        TransportError
            When every try failed, the failure cannot pass (certificate, 400, 403), or the address is on another host.
        """
        return self._portal.call(lambda: self._get(url, read, table, base or url, is_probe))

    def pages(self, queries: list[Query]) -> list[list[list[Page[Any]]]]:
        """All pages of some queries, side by side; each slice of a query complete.

        Returns
        -------
        a query: a slice: its pages, of which the first knows the count when the service counts

        Raises
        ------
        IncompleteError
            When the pages of a slice do not form a whole.
        TransportError
            When a page cannot be had, or a bound is passed.
        """

        async def run() -> list[list[list[Page[Any]]]]:
            _failed.set([])
            return await _side_by_side([self._query(query) for query in queries])

        return self._portal.call(run)

    # --- one answer ---

    async def _get(self, url: str, read: Callable[[bytes], T], table: str, base: str, is_probe: bool) -> T:
        settings = self.settings

        async def once() -> T:
            if failed := _failed.get(None):  # of what goes with it: this is not asked for any more
                raise failed[0]
            body = await self._answer(url, base, settings.probe_seconds if is_probe else None)
            if len(body) > 50_000:  # the loop goes on with other answers meanwhile
                return await anyio.to_thread.run_sync(understood, read, body, abandon_on_cancel=True)
            return understood(read, body)

        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(1 if is_probe else settings.attempts)
            | tenacity.stop_after_delay(settings.patience),
            wait=lambda state: _pause(state, settings),
            retry=tenacity.retry_if_exception_type(Retryable),
            before_sleep=lambda state: log.warning(
                "%s: try %d failed (%s); trying again", table, state.attempt_number, state.outcome.exception()
            ),
            reraise=True,
        )
        try:
            with telling(table, f"GET {url}"):
                return await retrying(once)
        except Retryable as error:
            tries = retrying.statistics.get("attempt_number", 1)
            found = TransportError(f"{error} ({tries} tries)", table=table, request=f"GET {url}")
            found.unreachable = error.unreachable
            raise found from error

    async def _answer(self, url: str, base: str, seconds: float | None) -> bytes:
        settings = self.settings
        async with self._gate:
            self.requests += 1
            try:
                with anyio.fail_after(seconds or settings.request_seconds):
                    return await self._body(url, base)
            except TimeoutError as error:
                limit = seconds or settings.request_seconds
                raise Retryable(f"no whole answer within {limit:g} s", unreachable=True) from error
            except httpx.TimeoutException as error:
                raise Retryable(
                    f"no answer within {settings.read_timeout:g} s ({type(error).__name__})", unreachable=True
                ) from error
            except (httpx.RequestError, httpx.InvalidURL, ValueError) as error:  # of an address that is none
                if is_certificate_error(error):
                    raise TransportError(
                        f"the certificate of {urlsplit(url).hostname} is not trusted ({error})",
                        next_step="Check the clock and the certificates of this machine, and the address in "
                        "pipeline/sources/catalog.yaml. Certificate checks are never switched off.",
                    ) from error
                unreachable = isinstance(error, httpx.TransportError)
                raise Retryable(f"{type(error).__name__}: {error}", unreachable=unreachable) from error

    async def _body(self, url: str, base: str) -> bytes:
        for _ in range(5):
            on_host(url, base)
            async with self._session.stream("GET", url) as answer:
                if answer.status_code in REDIRECT_STATUS and "Location" in answer.headers:
                    url = urljoin(url, answer.headers["Location"])
                    continue
                body = bytearray()
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > self.settings.answer_bytes:
                        raise Retryable(
                            f"the answer is larger than {self.settings.answer_bytes / 1e6:g} MB, which no page is"
                        )
                refuse_status(answer, bytes(body[:200]), self.settings.retry_after_max)
                return bytes(body)
        raise Retryable("its redirects go round")

    # --- many answers ---

    async def _query(self, query: Query) -> list[list[Page[Any]]]:
        limit = self.settings.table_seconds
        with telling(query.table, query.request):
            try:
                with anyio.fail_after(limit):
                    return await _side_by_side([self._slice(query, n) for n in range(len(query.queries))])
            except SourceError as error:
                if query.is_guess and isinstance(error, TransportError):
                    return []
                _failed.get().append(error)
                raise
            except TimeoutError as error:
                raise TransportError(f"its pages did not come in within {limit:g} s") from error

    async def _slice(self, query: Query, number: int) -> list[Page[Any]]:
        usual, expected = query.form.usual_rows, query.expected_rows or 0
        guessed = (
            range(usual, min(expected, self.settings.rows), usual)
            if usual and query.folder.is_empty()
            else ()
        )
        first, *ahead = await _side_by_side(
            [self._first(query, number), *(self._page(query, number, skip) for skip in guessed)]
        )
        page, skip = first, query.skip_of(first)
        count = page.count
        if count is None and query.count_url:
            count = await self._count(query, number)
        most = min(self.settings.rows, query.most_rows if query.most_rows is not None else self.settings.rows)
        said = max(count or 0, page.rows)
        if said > most:
            raise query.incomplete(number, f"{said} rows are said to be there, at most {most} can be")
        pages = [replace(page, count=count)]
        if count is not None and skip and page.rows:
            had = dict(zip(guessed, ahead, strict=True))
            skips = range(page.rows, count, page.rows)
            if len(skips) > self.settings.pages:
                raise query.incomplete(
                    number, f"{len(skips)} pages are more than a table has ({self.settings.pages})"
                )
            later = await _side_by_side(
                [self._page(query, number, s, len(skips) + 1) for s in skips if s not in had]
            )
            had |= dict(zip([s for s in skips if s not in had], later, strict=True))
            pages += [had[s] for s in skips]
        else:
            pages += await self._follow(query, number, page, most)
        query.check(number, pages, count)
        return pages

    async def _follow(self, query: Query, number: int, page: Page[Any], most: int) -> list[Page[Any]]:
        """Pages that cannot be asked for side by side: the links, one after another, until a bound."""
        found: list[Page[Any]] = []
        seen: set[str] = set()
        total = page.rows
        while page.next_link:
            address = urljoin(query.url, page.next_link)
            if address in seen:
                raise query.incomplete(number, f"its links go round after {len(found) + 1} pages")
            seen.add(address)
            page = await self._load(query, f"{number:04d}-link-{len(seen):06d}", address)
            found.append(page)
            total += page.rows
            if total > most or len(found) >= self.settings.pages or (not page.rows and page.next_link):
                raise query.incomplete(
                    number,
                    f"its links do not end: {total} rows in {len(found) + 1} pages, at most {most} can be",
                )
        return found

    async def _first(self, query: Query, number: int) -> Page[Any]:
        try:
            return await self._load(
                query, f"{number:04d}-00000000", query.address(number, query.form.count_query)
            )
        except RefusedError:
            if not query.form.count_query:
                raise
            return await self._load(query, f"{number:04d}-00000000", query.address(number))

    async def _page(self, query: Query, number: int, skip: int, pages: int | None = None) -> Page[Any]:
        return await self._load(
            query, f"{number:04d}-{skip:08d}", query.address(number, {"$skip": str(skip)}), pages
        )

    async def _count(self, query: Query, number: int) -> int | None:
        wanted = {k: v for k, v in query.queries[number].items() if k == "$filter"}
        address = f"{query.count_url}?{urlencode(wanted)}" if wanted else query.count_url

        def read(body: bytes) -> int:
            return int(body.decode("utf-8-sig").strip())

        try:
            return await self._get(address, read, query.table, query.base, True)
        except TransportError as error:
            log.debug("%s: the service does not count (%s)", query.table, error)
            return None

    async def _load(self, query: Query, name: str, address: str, pages: int | None = None) -> Page[Any]:
        is_first = name.endswith("-00000000")
        kept = query.folder.get(name)
        if kept is not None and not is_first:
            try:
                return understood(query.read, kept)
            except Retryable:
                log.debug("%s: a kept page is not whole", query.table)

        def check(body: bytes) -> Page[Any]:
            page = query.read(body)
            if is_first and kept is not None and kept != body:
                query.folder.clear()
            query.folder.put(name, body)
            return page

        page = await self._get(address, check, query.table, query.base, query.is_probe or query.is_guess)
        self.on_page(query.table, 1, pages)
        return page


async def _side_by_side(calls: list[Awaitable[T]]) -> list[T]:
    """Results in order, or the first error when all ended: an answer given up would leave its connection open."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def _pause(state: tenacity.RetryCallState, settings: HttpSettings) -> float:
    error = state.outcome.exception()
    asked = getattr(error, "retry_after", None)
    if asked is not None:
        return asked
    return min(settings.backoff * 2 ** (state.attempt_number - 1), settings.backoff_max)


# --- what an answer says --------------------------------------------------------------------------


def is_same_host(url: str, base: str) -> bool:
    """Whether an address is on the host, and of the scheme, of another."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == urlsplit(base)[:2]


def on_host(url: str, base: str) -> None:
    """Refuse an address on another host than that of the source."""
    wanted, found = urlsplit(base), urlsplit(url)
    if not is_same_host(url, base):
        raise TransportError(
            f"it points to another host ({found.scheme}://{found.netloc})",
            request=f"GET {url[:200]}",
            next_step=f"Only {wanted.scheme}://{wanted.netloc} is asked. When the publisher moved, adapt the address "
            "in pipeline/sources/catalog.yaml.",
        )


def refuse_status(answer: httpx.Response, start: bytes, retry_after_max: float) -> None:
    """Every status but 200 becomes an error that says what it means; what may pass is tried again."""
    status = answer.status_code
    if status == 200:
        return
    if status in (408, 425, 429) or (status >= 500 and status != 501):
        wait = retry_after_seconds(answer.headers.get("Retry-After"))
        if wait is not None and wait > retry_after_max:
            raise TransportError(
                f"the service asks to come back in {wait:.0f} s (status {status})",
                next_step="Run the same command again after that time.",
            )
        raise Retryable(f"status {status}", retry_after=wait)
    if status < 400:
        raise Retryable(f"status {status} without a whole answer")
    if status in (404, 410):
        raise NotThereError(f"the service does not know it (status {status})")
    raise (RefusedError if status in (400, 501) else TransportError)(
        f"status {status}: {start.decode('utf-8', 'replace')!r}",
        next_step="The service refuses this request; compare it with the publisher's documentation.",
    )


def retry_after_seconds(header: str | None, now: dt.datetime | None = None) -> float | None:
    """Seconds in a Retry-After header (a number or an HTTP date); None when there is none that can be read."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:  # "-0000": a time in UTC of which the zone is not told
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - (now or dt.datetime.now(dt.UTC))).total_seconds())


def parse_json_object(body: bytes) -> dict[str, Any]:
    """A JSON object; numbers stay the text that was sent.

    Raises
    ------
    Retryable
        For a web page, for JSON that is cut off or nested without end, and for another form.
    """
    refuse_web_page(body)
    try:
        content = json.loads(body.decode("utf-8-sig"), parse_float=str, parse_int=str)
        if b"\\u" in body:
            json.dumps(content, ensure_ascii=False).encode()  # half a character cannot be written anywhere
    except (ValueError, RecursionError) as error:
        raise Retryable(f"unreadable JSON of {len(body)} bytes ({str(error)[:120]})") from error
    if not isinstance(content, dict):
        raise Retryable(f"JSON of another form ({type(content).__name__})")
    return content


def refuse_web_page(body: bytes) -> None:
    """Refuse HTML or XML: services answer maintenance with a page and status 200."""
    start = body[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"<"):
        raise Retryable(f"a web page instead of figures ({start[:60].decode('utf-8', 'replace')!r})")


def is_certificate_error(error: BaseException) -> bool:
    """Whether a certificate that is not trusted is at the root of a failed connection."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
