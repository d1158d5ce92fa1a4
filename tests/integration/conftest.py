"""A project folder with the made tables of the embedded vintage, for tests that run commands and notebooks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline import stages
from pipeline.config import ROOT, Folders, load_settings
from pipeline.reports import stage


@pytest.fixture(scope="session")
def made_root(tables, tmp_path_factory) -> Path:
    """Root with made tables of its own; what is in git is linked."""
    root = tmp_path_factory.mktemp("project")
    stages.write_tables(tables, Folders(root))
    for name in ("data/raw", "data/reference", "notebooks", "params.yaml"):
        (root / name).symlink_to(ROOT / name)
    return root


@pytest.fixture(scope="session")
def project(tables, tmp_path_factory):
    """A project of its own: the settings, raw data and notebook of this one, the tables made by the tests."""
    folders = Folders(tmp_path_factory.mktemp("project"))
    shutil.copy(ROOT / "params.yaml", folders.root / "params.yaml")
    stages.write_tables(tables, folders)
    for name in ("data/raw", "data/reference", "notebooks"):
        (folders.root / name).symlink_to(ROOT / name)
    return folders


@pytest.fixture(scope="session")
def report(project, tmp_path_factory):
    """Makes a report once a region and returns its folder."""
    target = tmp_path_factory.mktemp("reports")

    def make(region):
        folder = target / region
        if not folder.exists():
            stage.make_report(region, folder, load_settings(), project)
        return folder

    return make
