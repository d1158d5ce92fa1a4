"""A project folder with the made tables of the embedded vintage, for tests that run commands and notebooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import stages
from pipeline.config import ROOT, Folders


@pytest.fixture(scope="session")
def made_root(tables, tmp_path_factory) -> Path:
    """Root with made tables of its own; what is in git is linked."""
    root = tmp_path_factory.mktemp("project")
    stages.write_tables(tables, Folders(root))
    for name in ("data/raw", "data/reference", "notebooks", "params.yaml"):
        (root / name).symlink_to(ROOT / name)
    return root
