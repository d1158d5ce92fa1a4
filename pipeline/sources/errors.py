"""What can go wrong between a publisher and a vintage; every error names table, request and next step."""

from __future__ import annotations

import logging
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
SHORT = 52
AGAIN = "Run the same command again; if it stays, the service is at fault: nothing was stored."
LATER = (
    "Try again later; pages that came in are kept for half an hour. The vintage that ships with the repository needs "
    "no network: set vintage in params.yaml."
)
IN_UPDATE = "The publisher is probably in the middle of an update: try again in an hour."


class SourceError(Exception):
    """A source could not be brought in.

    Parameters
    ----------
    reason : what is wrong, with how many and an example
    table : table id or name of the source
    request : the request that showed it (method and address), or the file
    next_step : what the reader can do about it, where it is another than usual for this kind
    """

    usual_step = ""

    def __init__(self, reason: str, *, table: str = "", request: str = "", next_step: str = ""):
        self.reason = reason
        self.table = table
        self.request = request
        self.next_step = next_step or self.usual_step
        super().__init__(reason)

    @property
    def short(self) -> str:
        """The first clause of the reason in one line of at most 52 characters, for a table on a screen."""
        return textwrap.shorten(self.reason.split(";")[0], SHORT, placeholder=" ...")

    def __str__(self) -> str:
        parts = [f"{self.table}: {self.reason}" if self.table else self.reason]
        if self.request:
            parts.append(f"Request: {self.request}.")
        if self.next_step:
            parts.append(f"Next step: {self.next_step}")
        return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)


class TransportError(SourceError):
    """The service could not be reached or did not answer properly; another way in may work.

    unreachable : whether it gave no answer at all, so that it will not for other tables either
    """

    unreachable = False
    usual_step = LATER


class NotThereError(TransportError):
    """The service answers, but does not know the table or file (404 or 410)."""

    usual_step = (
        "Run `python -m pipeline catalog --check` to see what replaced it, and adapt "
        "pipeline/sources/catalog.yaml."
    )


class RefusedError(TransportError):
    """The service does not take the request as it is (400 or 501)."""


class IncompleteError(TransportError):
    """Pages came in that do not form one table: rows missing, repeated, or links that go round."""

    usual_step = AGAIN


class ContentError(SourceError):
    """The service answered, but the table is not what the catalogue says; another way in will not help."""


class UnlistedError(ContentError):
    """Rows carry codes that the table's own lists do not have: it is being updated."""

    usual_step = IN_UPDATE


class LockedError(SourceError):
    """Another pull of the same vintage is running."""


@contextmanager
def telling(table: str = "", request: str = "", next_step: str = "") -> Iterator[None]:
    """Errors from within name the table and request, and the next step, where they do not yet."""
    try:
        yield
    except SourceError as error:
        error.table = error.table or table
        error.request = error.request or request
        error.next_step = error.next_step or next_step
        raise


def in_words(read: Callable[[], T], kind: type[SourceError], table: str, request: str, next_step: str) -> T:
    """What ``read`` gives; whatever it stumbles over in what a publisher sent becomes an error of that kind."""
    try:
        with telling(table, request):
            return read()
    except (SourceError, OSError):  # of a disk: whoever called knows what it was for
        raise
    except Exception as error:
        log.debug("%s is not understood", table, exc_info=error)
        what = f"what came in is not understood ({type(error).__name__}: {str(error)[:160]})"
        raise kind(what, table=table, request=request, next_step=next_step) from error
