"""Fan-out: one item's crash, hang or error spoils that item only; forks start preloaded; the killed try again."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import dask
import psutil
import pytest
from distributed import Client, LocalCluster
from fanout_tasks import (
    allocate,
    count_and_misbehave,
    double,
    killed_first,
    leak,
    loaded,
    misbehave,
    note_and_wait,
    slowly,
)

from pipeline.folders import ROOT
from pipeline.reports import cluster, fanout


def by_item(outcomes):
    return {outcome.item: outcome for outcome in outcomes}


def test_values_come_back_for_every_item():
    outcomes = by_item(fanout.run(double, range(6), jobs=3))
    assert {item: outcome.value for item, outcome in outcomes.items()} == {n: 2 * n for n in range(6)}
    assert all(outcome.error is None and outcome.seconds > 0 for outcome in outcomes.values())


def test_one_bad_item_leaves_the_others_alone():
    items = ["good", "raise", "hang", "kill", "exit", "unpicklable", "also good"]
    outcomes = by_item(fanout.run(misbehave, items, jobs=4, timeout=6))
    assert outcomes["good"].value == "good"
    assert outcomes["also good"].value == "also good"
    assert "ValueError: wrong figures" in outcomes["raise"].error
    assert "no answer within 6 s" in outcomes["hang"].error
    assert "exit code -9" in outcomes["kill"].error
    assert "exit code 3" in outcomes["exit"].error
    assert "could not be sent back" in outcomes["unpicklable"].error
    assert all(outcomes[item].value is None for item in items[1:6])


def test_a_killed_process_gets_a_second_try(tmp_path, caplog):
    log = str(tmp_path / "calls")
    with caplog.at_level(logging.WARNING, logger=fanout.__name__):
        outcomes = list(fanout.run(killed_first, [(log, "a"), (log, "b")]))
    assert sorted(outcome.value for outcome in outcomes) == ["a", "b"]
    assert all(outcome.error is None and not outcome.died for outcome in outcomes)
    assert [record.message for record in caplog.records] == [
        "the process ended with exit code -9 and no answer; its item is tried once more"
    ] * 2


def test_only_a_process_without_an_answer_is_tried_twice(tmp_path):
    log = tmp_path / "calls"
    words = ["raise", "hang", "kill", "exit"]
    items = [(str(log), word) for word in words]
    outcomes = list(fanout.run(count_and_misbehave, items, jobs=4, timeout=6))
    calls = log.read_text(encoding="utf-8").split()
    assert {word: calls.count(word) for word in words} == {"raise": 1, "hang": 1, "kill": 2, "exit": 2}
    errors = {outcome.item[1]: outcome.error for outcome in outcomes}
    assert errors["kill"] == "twice, the process ended with exit code -9 and no answer"


@pytest.mark.slow
@pytest.mark.long
def test_memory_does_not_grow_over_two_hundred_calls():
    def held():
        server = [p for p in psutil.Process().children() if "forkserver" in " ".join(p.cmdline())]
        assert len(server) == 1
        return [process.memory_full_info().uss for process in (psutil.Process(), *server)]

    assert len(list(fanout.run(allocate, range(10)))) == 10
    before = held()
    assert all(outcome.error is None for outcome in fanout.run(allocate, range(200)))
    for now, then in zip(held(), before, strict=True):
        assert now < 1.1 * then


def test_nothing_is_shared_between_calls():
    assert {outcome.value for outcome in fanout.run(leak, range(5), jobs=1)} == {1}


def test_the_preload_took():
    outcomes = list(fanout.run(loaded, range(2)))
    assert [outcome.value for outcome in outcomes] == [True, True]
    assert all(outcome.preloaded for outcome in outcomes)


def test_a_preload_that_did_not_take_is_said(monkeypatch, caplog):
    monkeypatch.setattr(fanout, "_run_here", lambda *_: iter([fanout.Outcome(1, 2, preloaded=False)] * 3))
    with caplog.at_level(logging.WARNING, logger=fanout.__name__):
        assert len(list(fanout.run(double, [1]))) == 3
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_calls_run_side_by_side():
    outcomes = list(fanout.run(slowly, range(4), jobs=4))
    assert sorted(outcome.value for outcome in outcomes) == [0, 1, 2, 3]


def test_zero_jobs_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        list(fanout.run(double, [1], jobs=0))


@contextmanager
def a_cluster(folder):
    """Two workers on this machine, daemons as they are by default."""
    with (
        dask.config.set({"distributed.logging.distributed": "critical"}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            memory_limit=0,
            local_directory=str(folder),
            host="127.0.0.1",
        ) as cluster,
    ):
        yield cluster.scheduler_address


@pytest.mark.slow
def test_the_same_outcomes_from_a_cluster(tmp_path):
    with a_cluster(tmp_path) as address:
        outcomes = by_item(fanout.run(misbehave, ["good", "raise", "kill"], scheduler=address, timeout=60))
    assert outcomes["good"].value == "good"
    assert "ValueError: wrong figures" in outcomes["raise"].error
    assert "twice, the process ended with exit code -9" in outcomes["kill"].error


def listens_within(seconds, port):
    """Wait until a program that was just started listens; a busy machine takes its time."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < end, f"nothing listens after {seconds} s"
            time.sleep(0.2)


@contextmanager
def by_the_commands(folder, *flags):
    """`dask scheduler` and `dask worker` with some flags, as the documentation says; gives the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    port, command = address.rpartition(":")[2], [sys.executable, "-m", "dask"]
    world = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(ROOT)])}
    options = {"env": world, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    here = ["--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show"]
    scheduler = subprocess.Popen([*command, "scheduler", *here], **options)
    worker = subprocess.Popen([*command, "worker", address, "--no-dashboard", *flags], **options)
    try:
        listens_within(120, int(port))
        yield address
    finally:
        for process in (worker, scheduler):
            process.terminate()
            process.wait(30)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("flags", [[], ["--no-nanny"]], ids=["with a nanny", "without"])
def test_workers_started_by_the_commands_make_every_item(tmp_path, flags):
    with by_the_commands(tmp_path, *flags) as address:
        for _ in range(2):  # a second run finds the workers as the first left them
            outcomes = by_item(fanout.run(double, range(20), scheduler=address, timeout=60))
            assert {item: outcome.error for item, outcome in outcomes.items()} == dict.fromkeys(range(20))
            assert [outcomes[item].value for item in range(20)] == [2 * item for item in range(20)]


def test_a_scheduler_that_does_not_answer_is_named_within_ten_seconds():
    start = time.monotonic()
    with pytest.raises(cluster.ClusterError, match=r"no dask scheduler answers at tcp://127\.0\.0\.1:9 "):
        list(fanout.run(double, [1], scheduler="tcp://127.0.0.1:9"))
    assert time.monotonic() - start < 10
    with pytest.raises(cluster.ClusterError, match="no dask scheduler answers at nowhere"):
        list(fanout.run(double, [1], scheduler="nowhere"))


def test_a_scheduler_without_workers_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_WORKER_WITHIN", 1)
    with (
        LocalCluster(n_workers=0, dashboard_address=None, host="127.0.0.1") as empty,
        pytest.raises(cluster.ClusterError, match=r"has no worker after 1 s.*dask worker tcp://"),
    ):
        list(fanout.run(double, [1], scheduler=empty.scheduler_address))


@pytest.mark.slow
@pytest.mark.long
def test_the_items_of_a_killed_worker_are_made_again(tmp_path):
    log = tmp_path / "calls"
    with a_cluster(tmp_path / "workers") as address:
        outcomes = []
        for outcome in fanout.run(note_and_wait, [(str(log), n) for n in range(8)], scheduler=address):
            if not outcomes:
                with Client(address, set_as_default=False) as client:
                    victim = min(client.run(os.getpid).values())
                os.kill(victim, signal.SIGKILL)
            outcomes.append(outcome)
    assert sorted(outcome.value for outcome in outcomes) == list(range(8))
    assert all(outcome.error is None for outcome in outcomes)
    calls = log.read_text(encoding="utf-8").split()
    assert len(calls) > len(set(calls)) == 8, "a call of the killed worker was made again"
