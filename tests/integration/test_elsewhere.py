"""The wheel works outside the checkout: a project folder of its own, tables, commands and `Monitor`."""

import os
import subprocess
import sys
import zipfile

import pytest

from pipeline.config import SettingsError
from pipeline.folders import ROOT, ROOT_VARIABLE
from pipeline.project_folder import make_project_folder

pytestmark = [pytest.mark.slow, pytest.mark.long]


def test_a_wheel_lays_a_project_in_which_commands_and_notebooks_work(tmp_path):
    def run(*words: str, cwd=tmp_path) -> str:
        environment = {name: value for name, value in os.environ.items() if name != ROOT_VARIABLE}
        done = subprocess.run([sys.executable, *words], cwd=cwd, check=False, capture_output=True, text=True,
                              env=environment | {"PYTHONPATH": str(tmp_path / "site")})  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    build = tmp_path / "build"
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                           check=True, capture_output=True, text=True).stdout.split("\0")  # fmt: skip
    for name in names:
        if name and not name.startswith(("tests/", "docs/")) and (ROOT / name).is_file():
            (build / name).parent.mkdir(parents=True, exist_ok=True)
            (build / name).write_bytes((ROOT / name).read_bytes())
    run(
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-build-isolation",
        "--no-deps",
        "--no-index",
        "-w",
        ".",
        str(build),
    )
    wheel = next(tmp_path.glob("groeimonitor-*.whl"))
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    assert (
        "groeimonitor = pipeline.cli:main"
        in next((tmp_path / "site").glob("*.dist-info/entry_points.txt")).read_text()
    )

    run("-m", "pipeline", "init", "werk")
    folder = tmp_path / "werk"
    assert "GM0505\tDordrecht\tgemeente" in run("-m", "pipeline", "regions", cwd=folder)
    run("-m", "pipeline", "report", "GM0505", cwd=folder)
    assert (folder / "reports" / "preview" / "GM0505" / "report.pdf").is_file()
    question = (
        "from pipeline import Monitor; print(len(Monitor().indicator('ww_recipients', kind='gemeente')))"
    )
    assert int(run("-c", question, cwd=folder)) > 300


def test_a_folder_that_holds_something_and_a_checkout_are_left_alone(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(SettingsError, match=r"holds 1 file\(s\) already, e.g. notes.txt"):
        make_project_folder(tmp_path, carried=ROOT / "house_style")
    with pytest.raises(SettingsError, match="this is a checkout"):
        make_project_folder(tmp_path / "new")
