"""The calls of ``fanout`` on the workers of a dask scheduler, started with `dask scheduler` and `dask worker`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import dask
from distributed import Client, Nanny, NannyPlugin, as_completed

from pipeline.reports.fanout import Outcome, isolated_twice

_ANSWER_WITHIN = 8  # seconds, of the scheduler
_WORKER_WITHIN = (
    120  # seconds: the first run has the workers started anew, which takes long on a busy machine
)


class ClusterError(ValueError):
    """The scheduler of params.yaml cannot be used."""


class WorkersMayHaveChildren(NannyPlugin):
    """A nanny starts its worker as a daemon, and Python allows a daemon no processes: start it anew as none.

    See dask/distributed issue 2142. A worker without a nanny is no daemon.
    """

    name = "groeimonitor-workers-may-have-children"
    idempotent = True  # a second run on the same cluster restarts nothing
    restart = True

    def setup(self, nanny: Nanny) -> None:
        """Set in the nanny's process what it reads when it starts a worker."""
        dask.config.set({"distributed.worker.daemon": False})


def run_on_cluster(
    function: Callable[[Any], Any], items: Iterable[Any], scheduler: str, timeout: float
) -> Iterator[Outcome]:
    """Yield an outcome for each item; parameters as in ``fanout.run``.

    Raises
    ------
    ClusterError
        No scheduler answers at the address, or it has no worker.
    """
    with _client(scheduler) as client:
        calls = {client.submit(isolated_twice, function, item, timeout, pure=False): item for item in items}
        for call in as_completed(list(calls), loop=client.loop):
            if call.status == "finished":
                yield call.result()
            else:
                reason = f"the cluster gave no result ({call.status}): {call.exception()!r}"
                yield Outcome(calls[call], error=reason)
            call.release()


def _client(scheduler: str) -> Client:
    try:
        client = Client(scheduler, set_as_default=False, timeout=_ANSWER_WITHIN)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no dask scheduler answers at {scheduler} ({error}). Start one with `dask scheduler`, mend "
            "reports.scheduler in params.yaml, or set it to null."
        ) from None
    try:
        client.register_plugin(WorkersMayHaveChildren())
        client.wait_for_workers(1, timeout=_WORKER_WITHIN)
    except TimeoutError:
        client.close()
        raise ClusterError(
            f"the dask scheduler at {scheduler} has no worker after {_WORKER_WITHIN} s. Start one in the "
            f"project's environment with `dask worker {scheduler}`."
        ) from None
    return client
