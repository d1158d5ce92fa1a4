"""What all tests share: a skip is a failure where everything must be there, and one built vintage."""

from __future__ import annotations

import os

import pytest

import pipeline

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """With REQUIRE_ALL=1 a skipped test fails: the machine lacks what the full tests need."""
    outcome = yield
    report = outcome.get_result()
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1, but this test was skipped: {reason}"


@pytest.fixture(scope="session")
def tables():
    """All tables of the embedded vintage, made once."""
    return pipeline.build("embedded-2026-11")
