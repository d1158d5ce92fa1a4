"""How far a run of many reports is: a bar on a terminal, words for the log elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn


class ProgressReporter:
    """Counts reports as they finish, failures included, and tells pace and time to go.

    Parameters
    ----------
    total : reports to make
    console : where a bar is drawn; without it stderr, and only when that is a terminal
    """

    def __init__(self, total: int, console: Console | None = None):
        self.total, self.done, self.failed = total, 0, 0
        self._start = time.perf_counter()
        shown = console or (Console(stderr=True) if sys.stderr.isatty() else None)
        self._bar = shown and Progress(BarColumn(), TextColumn("{task.description}"), console=shown)

    @property
    def has_bar(self) -> bool:
        """Whether a bar shows the count, so that the log need not."""
        return self._bar is not None

    def __enter__(self) -> ProgressReporter:
        if self._bar:
            self._bar.start()
            self._task = self._bar.add_task(str(self), total=self.total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def count(self, *, failed: bool) -> None:
        """One more report is finished, or has failed."""
        self.done += 1
        self.failed += failed
        if self._bar:
            self._bar.update(self._task, completed=self.done, description=str(self))

    def __str__(self) -> str:
        """E.g. "12 of 437 (1 failed), 55 a minute, 7 min 43 s to go"."""
        words = f"{self.done} of {self.total}" + (f" ({self.failed} failed)" if self.failed else "")
        passed = time.perf_counter() - self._start
        if not self.done or passed <= 0:
            return words
        rest = round((self.total - self.done) * passed / self.done)
        to_go = f"{rest // 60} min {rest % 60} s" if rest >= 60 else f"{rest} s"
        return f"{words}, {60 * self.done / passed:.0f} a minute, {to_go} to go"
