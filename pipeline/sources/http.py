"""Polite requests: time limits, bounded retries with back-off, Retry-After honoured, answers checked.

Nothing here knows a publisher. A request either gives a checked answer or an error that names it.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import logging
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import httpx
import tenacity

from pipeline.sources.errors import NotThereError, RefusedError, TransportError

log = logging.getLogger(__name__)

RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE_STATUS = frozenset({404, 410})
REFUSED_STATUS = frozenset({400, 501})
T = TypeVar("T")


@dataclass(frozen=True)
class HttpSettings:
    """How patient and how polite requests are.

    connect_timeout, read_timeout : seconds
    attempts : tries a request, the first included
    backoff, backoff_max : seconds before the second try, doubled each time up to the maximum
    retry_after_max : seconds; a longer Retry-After is not waited for but reported
    parallel : requests to one service at the same time
    """

    connect_timeout: float = 10.0
    read_timeout: float = 120.0
    attempts: int = 5
    backoff: float = 1.0
    backoff_max: float = 60.0
    retry_after_max: float = 300.0
    parallel: int = 4
    user_agent: str = "groeimonitor/2026 (open data, at most four requests at a time)"
    verify: ssl.SSLContext | bool = field(default=True, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= self.parallel <= 4:
            raise ValueError(f"parallel is {self.parallel}; publishers are asked at most 4 things at a time")


@lru_cache(maxsize=1)
def trusted_certificates() -> ssl.SSLContext:
    """The certificates that are trusted; reading them takes a tenth of a second, so it is done once."""
    return httpx.create_ssl_context()


class Retryable(Exception):
    """A try failed in a way that may pass; ``retry_after`` in seconds when the service said so."""

    def __init__(self, reason: str, *, retry_after: float | None = None):
        super().__init__(reason)
        self.retry_after = retry_after


class HttpClient:
    """One client a run: keeps connections open, counts requests, is safe to share between threads."""

    def __init__(self, settings: HttpSettings | None = None):
        self.settings = settings or HttpSettings()
        self.requests = 0
        self._gate = threading.BoundedSemaphore(self.settings.parallel)
        self._client: httpx.Client | None = None
        self._making = threading.Lock()

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def get_bytes(self, url: str, *, table: str, params: Mapping[str, str] | None = None) -> bytes:
        """The body of an answer with status 200.

        Raises
        ------
        NotThereError
            For 404 and 410.
        TransportError
            When every try failed, or the failure cannot pass (certificate, 400, 403).
        """
        return self.get_checked(url, lambda body: body, table=table, params=params)

    def get_json(self, url: str, *, table: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The JSON object of an answer; a page of HTML or a cut-off body is tried again."""
        return self.get_checked(url, parse_json_object, table=table, params=params)

    def get_checked(
        self,
        url: str,
        check: Callable[[bytes], T],
        *,
        table: str,
        params: Mapping[str, str] | None = None,
    ) -> T:
        """What ``check`` makes of the body; a ``Retryable`` it raises counts as a failed try."""
        target = httpx.URL(url, params=params) if params else httpx.URL(url)
        return patiently(lambda: check(self._once(target, table)), self.settings, table, f"GET {target}")

    def _once(self, url: httpx.URL, table: str) -> bytes:
        with self._gate:
            self.requests += 1
            try:
                answer = self._opened().get(url)
            except httpx.TimeoutException as error:
                raise Retryable(
                    f"no answer within {self.settings.read_timeout:g} s ({type(error).__name__})"
                ) from error
            except httpx.TransportError as error:
                if is_certificate_error(error):
                    raise TransportError(
                        f"the certificate of {url.host} is not trusted ({error})",
                        table=table,
                        request=f"GET {url}",
                        next_step="Check the clock and the certificates of this machine, and the address in "
                        "pipeline/sources/catalog.yaml. Certificate checks are never switched off.",
                    ) from error
                raise Retryable(f"{type(error).__name__}: {error}") from error
        return checked_body(answer, table, self.settings.retry_after_max)

    def _opened(self) -> httpx.Client:
        with self._making:
            if self._client is None:
                settings = self.settings
                self._client = httpx.Client(
                    timeout=httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout),
                    limits=httpx.Limits(max_connections=settings.parallel),
                    headers={"User-Agent": settings.user_agent, "Accept": "application/json, */*"},
                    follow_redirects=True,
                    verify=trusted_certificates() if settings.verify is True else settings.verify,
                )
            return self._client


def patiently(call: Callable[[], T], settings: HttpSettings, table: str, request: str) -> T:
    """Call until it gives something, at most ``settings.attempts`` times, waiting in between."""
    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(settings.attempts),
        wait=lambda state: _pause(state, settings),
        retry=tenacity.retry_if_exception_type(Retryable),
        before_sleep=lambda state: log.warning(
            "%s: try %d failed (%s); trying again", table, state.attempt_number, state.outcome.exception()
        ),
        reraise=True,
    )
    try:
        return retrying(call)
    except Retryable as error:
        raise TransportError(
            f"{error} ({settings.attempts} tries)",
            table=table,
            request=request,
            next_step="Try again later; pages that came in are kept. The vintage that ships with the "
            "repository needs no network: set vintage in params.yaml.",
        ) from error


def _pause(state: tenacity.RetryCallState, settings: HttpSettings) -> float:
    error = state.outcome.exception()
    asked = getattr(error, "retry_after", None)
    if asked is not None:
        return asked
    return min(settings.backoff * 2 ** (state.attempt_number - 1), settings.backoff_max)


def checked_body(answer: httpx.Response, table: str, retry_after_max: float = 300.0) -> bytes:
    """The body of an answer with status 200; every other status becomes an error that says what it means."""
    status = answer.status_code
    if status == 200:
        return answer.content
    request = f"GET {answer.request.url}"
    if status in RETRY_STATUS:
        wait = retry_after_seconds(answer.headers.get("Retry-After"))
        if wait is not None and wait > retry_after_max:
            raise TransportError(
                f"the service asks to come back in {wait:.0f} s (status {status})",
                table=table,
                request=request,
                next_step="Run the same command again after that time; pages that came in are kept.",
            )
        raise Retryable(f"status {status}", retry_after=wait)
    if status in GONE_STATUS:
        raise not_there(status, table, request)
    raise (RefusedError if status in REFUSED_STATUS else TransportError)(
        f"status {status}: {answer.text[:200]!r}",
        table=table,
        request=request,
        next_step="The service refuses this request; compare it with the publisher's documentation.",
    )


def not_there(status: int, table: str, request: str) -> NotThereError:
    """The error for a status of GONE_STATUS, the same by every way to a service."""
    return NotThereError(
        f"the service does not know it (status {status})",
        table=table,
        request=request,
        next_step="Run `python -m pipeline catalog --check` to see what replaced it, and adapt "
        "pipeline/sources/catalog.yaml.",
    )


def retry_after_seconds(header: str | None, now: dt.datetime | None = None) -> float | None:
    """Seconds in a Retry-After header (a number or an HTTP date); None when there is none."""
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (moment - (now or dt.datetime.now(dt.UTC))).total_seconds())


def parse_json_object(body: bytes) -> dict[str, Any]:
    """A JSON object; numbers stay the text that was sent.

    Raises
    ------
    Retryable
        For a web page and for JSON that is cut off.
    """
    refuse_web_page(body)
    try:
        content = json.loads(body, parse_float=str, parse_int=str)
    except ValueError as error:
        raise Retryable(f"unreadable JSON of {len(body)} bytes ({error})") from error
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
