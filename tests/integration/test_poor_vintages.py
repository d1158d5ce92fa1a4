"""A vintage without one of its optional sources still becomes a whole monitor: every table, some of them empty."""

from __future__ import annotations

import shutil

import pytest

from pipeline import schemas, stages, store
from pipeline.config import load_settings
from pipeline.folders import ROOT, Folders
from tests.conftest import VINTAGE

OPTIONAL = sorted(
    {
        entry.need
        for entry in store.read_manifest(ROOT / "data" / "raw" / VINTAGE).tables
        # borders come from another vintage when this one has none; without a classification, or without the jobs of
        # the nation, the monitor stops and says so
        if not entry.required and entry.need not in ("borders", "classification", "jobs")
    }
)

pytestmark = pytest.mark.slow


def without(needs: set[str], root) -> Folders:
    """A project with the vintage in use, less the optional tables that serve these needs."""
    folders = Folders(root)
    (root / "data").mkdir()
    (root / "data" / "reference").symlink_to(ROOT / "data" / "reference")
    shutil.copy(ROOT / "params.yaml", root)
    target = shutil.copytree(ROOT / "data" / "raw" / VINTAGE, folders.raw / VINTAGE)
    manifest = store.read_manifest(target)
    kept = [entry for entry in manifest.tables if entry.required or entry.need not in needs]
    for entry in manifest.tables:
        if entry not in kept:
            shutil.rmtree(target / entry.publisher / entry.table_id)
    store.write_manifest(target, manifest.model_copy(update={"tables": kept}))
    return folders


@pytest.mark.parametrize(
    "needs",
    [*(pytest.param((need,), marks=pytest.mark.long) for need in OPTIONAL), tuple(OPTIONAL)],
    ids=lambda needs: "+".join(needs)[:40],
)
def test_a_vintage_without_an_optional_source_is_built(needs, tmp_path):
    made = stages.build(VINTAGE, load_settings(), without(set(needs), tmp_path))
    assert set(made.tables) == set(schemas.TABLES)
    jobs = made.read("indicators", indicator="jobs_employees", region_code="drechtsteden", year=2010)
    assert 123_520 in set(jobs["value"])
