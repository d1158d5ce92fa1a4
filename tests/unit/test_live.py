"""From a vintage to a monitor of it: the settings name it only when all of it was made."""

from __future__ import annotations

import shutil

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from pipeline import geography, live
from pipeline.config import load_settings
from pipeline.folders import ROOT, Folders
from pipeline.sources.errors import SourceError

NONE = pd.DataFrame(columns=["old_code", "gm_code", "difference", "stored", "read"])


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """A project with settings and a lock of dvc, of which no border changed."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    (tmp_path / "dvc.lock").write_text("schema: '2.0'\n")
    monkeypatch.setattr(live, "border_differences", lambda *_, **__: NONE)
    return Folders(tmp_path)


def test_a_monitor_that_was_made_is_in_use(folders):
    live.make_monitor("live-2027-01-05", "embedded-2026", folders, command=("platform",))
    settings = load_settings(folders.root / "params.yaml")
    assert (settings.vintage, settings.edition) == ("live-2027-01-05", 2027)


def test_a_monitor_that_could_not_be_made_leaves_settings_and_lock_as_they_were(folders):
    before = {path.name: path.read_bytes() for path in folders.root.iterdir()}
    with pytest.raises(SourceError, match="names embedded-2026 again") as caught:
        live.make_monitor(
            "live-2027-01-05", "embedded-2026", folders, command=("json.tool", "not there.json")
        )
    assert {path.name: path.read_bytes() for path in folders.root.iterdir()} == before
    assert "python -m pipeline use live-2027-01-05" in str(caught.value)
    assert "python -m pipeline use embedded-2026" in str(caught.value)


def test_border_changes_are_accepted_before_anything_is_made(folders, monkeypatch):
    asked = []
    monkeypatch.setattr(live, "border_differences", lambda *_, accept: asked.append(accept) or NONE)
    live.make_monitor("live-2027-01-05", "embedded-2026", folders, command=("platform",))
    assert asked == [True]


def test_borders_of_before_a_merger_are_put_together():
    borders = gpd.GeoDataFrame(
        {"region_code": ["GM0001", "GM0002", "GM0003"], "region_name": ["A", "B", "C"]},
        geometry=[shapely.box(n, 0, n + 1, 1) for n in range(3)], crs="EPSG:28992",
    )  # fmt: skip
    changes = pd.DataFrame({"old_code": ["GM0001", "GM0002", "GM0002"], "gm_code": ["GM0009", "GM0009", "GM0003"],
                            "share": [1.0, 0.7, 0.3]})  # fmt: skip
    now = geography.areas_on_current(borders, changes, ["GM0003", "GM0009"])
    assert now.set_index("region_code").geometry.area.to_dict() == {"GM0003": 1.0, "GM0009": 2.0}
    assert now.crs == borders.crs
