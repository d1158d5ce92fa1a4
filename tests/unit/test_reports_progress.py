"""Progress of many reports: count, failures, pace and time to go; a bar on a terminal, words elsewhere."""

import io

import pytest
from rich.console import Console

from pipeline.reports import progress
from pipeline.reports.progress import ProgressReporter


@pytest.fixture
def clock(monkeypatch):
    """Seconds that the test sets."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    return now


def test_count_pace_and_rest_of_a_run(clock):
    tally = ProgressReporter(437)
    assert str(tally) == "0 of 437"
    clock[0] = 12.0
    for place in range(12):
        tally.count(failed=place == 3)
    assert str(tally) == "12 of 437 (1 failed), 60 a minute, 7 min 5 s to go"
    assert (tally.done, tally.failed) == (12, 1)


def test_the_rest_counts_failures_as_done(clock):
    with ProgressReporter(2) as tally:
        clock[0] = 30.0
        tally.count(failed=True)
        assert str(tally) == "1 of 2 (1 failed), 2 a minute, 30 s to go"
        tally.count(failed=False)
    assert str(tally) == "2 of 2 (1 failed), 4 a minute, 0 s to go"


def test_no_bar_without_a_terminal(capsys):
    with ProgressReporter(3) as tally:
        tally.count(failed=False)
        assert not tally.has_bar
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar(clock):
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    with ProgressReporter(3, console) as tally:
        assert tally.has_bar
        clock[0] = 4.0
        tally.count(failed=False)
        tally.count(failed=True)
    shown = screen.getvalue()
    assert "━" in shown
    assert "2 of 3 (1 failed), 30 a minute, 2 s to go" in shown
