"""The same reports, byte for byte, in any order, beside one that fails, in this process's forks or on a cluster."""

import hashlib
import os
import shutil
import subprocess
import sys

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell
from test_reports_fanout import a_cluster

from pipeline.config import load_settings
from pipeline.folders import ROOT, ROOT_VARIABLE, Folders
from pipeline.reports import stage
from pipeline.reports.files import FILES, METADATA

pytestmark = [pytest.mark.slow, pytest.mark.long]

#: small gemeenten all over the country; GM0277 is made to fail
GEMEENTEN = ["GM0088", "GM0277", "GM0339", "GM0744"]
FAILS = "GM0277"


@pytest.fixture(scope="module")
def root(project, tmp_path_factory):
    """A project with a notebook that stops at one region."""
    root = tmp_path_factory.mktemp("bytes")
    (root / "data").symlink_to(project.root / "data")
    notebook = nbformat.read(project.report_notebook, as_version=4)
    place = next(i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    stop = f'if region == "{FAILS}":\n    raise ValueError("made to fail")'
    notebook.cells.insert(place + 1, new_code_cell(stop))
    target = Folders(root).report_notebook
    target.parent.mkdir(parents=True)
    nbformat.write(notebook, target)
    return root


def settings_for(root, regions):
    content = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    content["reports"] |= {"regions": regions, "jobs": 2, "scheduler": None}
    (root / "params.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return load_settings(root / "params.yaml")


def hashes(folder):
    """The sha256 of every file of every report."""
    return {
        f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for name in (*FILES, METADATA)
        for path in folder.glob(f"*/{name}")
    }


@pytest.fixture(scope="module")
def by_command(root):
    """Hashes of the reports that the command makes, for two orders of the regions."""
    found = []
    for regions in (GEMEENTEN, GEMEENTEN[::-1]):
        settings = settings_for(root, regions)
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "reports"],
            cwd=ROOT,
            env=os.environ | {ROOT_VARIABLE: str(root)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert f"1 of {len(GEMEENTEN)} reports failed: {FAILS}" in done.stderr
        assert "made to fail" in done.stderr
        assert f"{len(GEMEENTEN)} of {len(GEMEENTEN)} (1 failed)" in done.stderr
        edition = root / "reports" / str(settings.edition)
        found.append(hashes(edition))
        shutil.rmtree(edition)
    return found


def test_order_and_a_failure_change_no_byte(by_command):
    first, second = by_command
    assert len(first) == (len(GEMEENTEN) - 1) * (len(FILES) + 1)
    assert not any(FAILS in name for name in first)
    assert first == second


def test_a_cluster_gives_the_same_bytes(by_command, root, tmp_path, monkeypatch):
    monkeypatch.setenv(ROOT_VARIABLE, str(root))
    regions = [region for region in GEMEENTEN if region != FAILS][:2]
    with a_cluster(tmp_path / "workers") as address:
        settings = settings_for(root, regions)
        options = settings.reports.model_copy(update={"scheduler": address})
        made = stage.make_reports(
            regions, tmp_path / "made", settings.model_copy(update={"reports": options}), Folders(root)
        )
    assert sorted(made) == sorted(regions)
    found = hashes(tmp_path / "made")
    assert len(found) == len(regions) * (len(FILES) + 1)
    assert found == {name: by_command[0][name] for name in found}
