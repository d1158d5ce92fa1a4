"""Run a function once per item, each call in a fresh fork of a preloaded process.

A crash, hang or exception spoils one item only, and nothing leaks from one report into the next. A process
that is killed gets a second try. The same call works on a dask cluster; only where the calls are made differs,
and the results are the same.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import as_completed as completed_here
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from typing import Any

PRELOAD = "pipeline.reports.preload"
log = logging.getLogger(__name__)
#: A start looks for processes that ended, and an exit code can be read once: of two threads that do, one gets 255.
_one_reader = threading.Lock()


@dataclass(frozen=True)
class Outcome:
    """What became of one item.

    item : as given
    value : what the function returned; None when it failed
    error : why it failed, with the traceback if there was one; None when it did not
    seconds : from start to end, forking included
    preloaded : the fork had everything loaded; None when it died before it could tell
    died : the process ended without an answer (killed, out of memory); no exception and no time-out
    """

    item: Any
    value: Any = None
    error: str | None = None
    seconds: float = 0.0
    preloaded: bool | None = None
    died: bool = False


def run(
    function: Callable[[Any], Any],
    items: Iterable[Any],
    jobs: int = 2,
    scheduler: str | None = None,
    timeout: float = 120,
) -> Iterator[Outcome]:
    """Yield an outcome for each item, in the order in which they finish.

    Parameters
    ----------
    function : callable
        Importable by name (defined in a module), called with one item. It must write to a temporary file
        and rename: a call whose process died is made once more, and dask makes those of a lost worker again.
    items : iterable
        Picklable.
    jobs : int
        Calls at the same time, on this machine.
    scheduler : str, optional
        Address of a dask scheduler ("tcp://host:8786"), whose workers import this package.
    timeout : float
        Seconds after which a call is ended.

    Yields
    ------
    Outcome
    """
    if jobs < 1:
        raise ValueError(f"jobs is {jobs}; it must be at least 1.")
    if scheduler is None:
        outcomes = _run_here(function, items, jobs, timeout)
    else:
        from pipeline.reports.cluster import run_on_cluster  # slow to import, and only needed here

        outcomes = run_on_cluster(function, items, scheduler, timeout)
    warned = False
    for outcome in outcomes:
        if outcome.preloaded is False and not warned:
            warned = True
            log.warning(
                "%s was not preloaded, so each item loads it again (about three times slower). Start from "
                "the project folder, or install the package.",
                PRELOAD,
            )
        yield outcome


def isolated(function: Callable[[Any], Any], item: Any, timeout: float = 120) -> Outcome:
    """Call ``function(item)`` in a fresh fork; a crash, hang or leak stays there."""
    start = time.perf_counter()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOAD])
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_call, args=(sender, function, item))
    with _one_reader:
        child.start()
    sender.close()
    value, error, preloaded, died = None, None, None, False
    try:
        if receiver.poll(timeout):
            value, error, preloaded = receiver.recv()
        else:
            error = f"no answer within {timeout:g} s; the process was ended"
    except (EOFError, OSError):  # OSError: killed halfway its answer
        died, error = True, f"the process ended with exit code {_end_of(child)} and no answer"
    finally:
        child.kill()
        _end_of(child)
        receiver.close()
    return Outcome(item, value, error, time.perf_counter() - start, preloaded, died)


def _end_of(child: multiprocessing.process.BaseProcess) -> int | None:
    """Wait until a process has ended; gives its exit code."""
    wait([child.sentinel])
    with _one_reader:
        child.join()
    return child.exitcode


def isolated_twice(function: Callable[[Any], Any], item: Any, timeout: float = 120) -> Outcome:
    """As ``isolated``, with a second try when the process died: a machine short of memory kills at random."""
    first = isolated(function, item, timeout)
    if not first.died:
        return first
    log.warning("%s; its item is tried once more", first.error)
    second = isolated(function, item, timeout)
    error = f"twice, {second.error}" if second.died else second.error
    return replace(second, error=error, seconds=first.seconds + second.seconds)


def _call(sender: Connection, function: Callable[[Any], Any], item: Any) -> None:
    """In the fork: call, and send back the value or the text of the error."""
    preloaded = PRELOAD in sys.modules
    try:
        answer = (function(item), None, preloaded)
    except Exception:  # noqa: BLE001  every error becomes the outcome of its item
        answer = (None, traceback.format_exc(), preloaded)
    try:
        sender.send(answer)
    except Exception as error:  # noqa: BLE001  a value that cannot travel is an error of its item too
        sender.send((None, f"the result could not be sent back: {error!r}", preloaded))


def _run_here(
    function: Callable[[Any], Any], items: Iterable[Any], jobs: int, timeout: float
) -> Iterator[Outcome]:
    with ThreadPoolExecutor(jobs) as pool:
        calls = [pool.submit(isolated_twice, function, item, timeout) for item in items]
        for call in completed_here(calls):
            yield call.result()
