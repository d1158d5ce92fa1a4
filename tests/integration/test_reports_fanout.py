"""Fan-out: one item's crash, hang or error spoils that item only; forks start preloaded."""

import logging

import dask
import pytest
from distributed import LocalCluster
from fanout_tasks import double, leak, loaded, misbehave, slowly

from pipeline.reports import fanout


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


@pytest.mark.slow
def test_the_same_outcomes_from_a_cluster(tmp_path):
    settings = {"distributed.worker.daemon": False, "distributed.logging.distributed": "error"}
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            memory_limit=0,
            local_directory=str(tmp_path),
            host="127.0.0.1",
        ) as cluster,
    ):
        address = cluster.scheduler_address
        outcomes = by_item(fanout.run(misbehave, ["good", "raise", "kill"], scheduler=address, timeout=60))
    assert outcomes["good"].value == "good"
    assert "ValueError: wrong figures" in outcomes["raise"].error
    assert "exit code -9" in outcomes["kill"].error
