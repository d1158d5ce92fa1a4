"""What all tests share: one built vintage for all workers, and a skip that fails where everything must be there."""

from __future__ import annotations

import os

# as pipeline.cli does: workers beside each other share the cores
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock

from pipeline import stages
from pipeline.config import load_settings
from pipeline.folders import ROOT, Folders
from pipeline.tables import Tables

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
#: The vintage in use: the one of params.yaml.
VINTAGE = load_settings().vintage
# a slow machine is no fault; a change gets fewer examples before its commit than afterwards
hypothesis.settings.register_profile("steady", deadline=None)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=20)
hypothesis.settings.register_profile("long", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile("steady")
#: A project holds these beside its tables.
IN_GIT = ("data/raw", "data/reference", "data/forecasts", "notebooks")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """With REQUIRE_ALL=1 a skipped test fails: the machine lacks what the full tests need."""
    outcome = yield
    report = outcome.get_result()
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1, but this test was skipped: {reason}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait for something expensive go first, so that no worker is left alone with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)  # keeps the order within


@pytest.fixture(scope="session")
def built() -> Folders:
    """The tables of the vintage in use, on disk: made once for all workers, and kept for the next run.

    They are kept under the hash of vintage, code, reference data and settings; tests read them only.
    """
    (ROOT / ".cache").mkdir(exist_ok=True)
    with FileLock(ROOT / ".cache" / "build.lock"):
        return stages.built(VINTAGE)


@pytest.fixture(scope="session")
def tables(built) -> Tables:
    """All tables of the vintage in use."""
    return stages.build(VINTAGE)


@pytest.fixture(scope="session")
def project(built, tmp_path_factory) -> Folders:
    """A project of its own: settings and tables are copies, the rest of this one is linked."""
    folders = Folders(tmp_path_factory.mktemp("project"))
    shutil.copytree(built.root, folders.root, dirs_exist_ok=True)
    shutil.copy(ROOT / "params.yaml", folders.root)
    for name in IN_GIT:
        (folders.root / name).symlink_to(ROOT / name)
    return folders


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Makes a folder once for all workers of this run; gives its path."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    shared.mkdir(exist_ok=True)

    def make_once(name: str, make: Callable[[Path], None]) -> Path:
        with FileLock(shared / f"{name}.lock"):
            if not (shared / name / "done").exists():
                shutil.rmtree(shared / name, ignore_errors=True)
                (shared / name).mkdir()
                make(shared / name)
                (shared / name / "done").touch()
        return shared / name

    return make_once
