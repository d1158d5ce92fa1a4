"""From a vintage that came in to a monitor made of it: border changes, the settings, and the way back."""

from __future__ import annotations

import logging
import subprocess
import sys

import pandas as pd

from pipeline import store
from pipeline.border_changes import accept_border_changes, compare_border_changes, read_border_changes
from pipeline.config import use_vintage
from pipeline.folders import Folders
from pipeline.reference import load_changes
from pipeline.sources.errors import SourceError

log = logging.getLogger(__name__)


def border_differences(vintage: str, folders: Folders, *, accept: bool) -> pd.DataFrame:
    """Border changes that CBS describes in a vintage and data/reference/gemeente_changes.csv lacks.

    Parameters
    ----------
    accept : whether they are written to the file

    Returns
    -------
    as ``compare_border_changes``
    """
    raw = store.Vintage(folders.raw / vintage)
    path = folders.reference / "gemeente_changes.csv"
    read = read_border_changes(raw.table("03759ned").codes["RegioS"])
    stored = load_changes(path)
    differences = compare_border_changes(stored, read)
    if accept and len(differences):
        accepted = accept_border_changes(stored, read)
        store.write_csv(path, accepted)
        log.info(
            "borders: %d differences accepted, %d rows in %s", len(differences), len(accepted), path.name
        )
    return differences


def make_monitor(
    vintage: str, before: str, folders: Folders, command: tuple[str, ...] = ("dvc", "repro")
) -> None:
    """Accept the border changes of a vintage, take it into use and make the monitor.

    params.yaml and dvc.lock name the vintage when all of it was made; when not, they are as they were.

    Parameters
    ----------
    before : the vintage in use until now
    command : what makes the monitor, a module and its arguments

    Raises
    ------
    SourceError
        When the monitor could not be made.
    """
    kept = [folders.root / name for name in ("params.yaml", "dvc.lock")]
    contents = {path: path.read_bytes() for path in kept if path.is_file()}
    is_made = False
    try:
        differences = border_differences(vintage, folders, accept=True)
        for row in differences.itertuples():
            log.info("borders: %s -> %s: %s %s", row.old_code, row.gm_code, row.difference, row.read)
        use_vintage(folders.root / "params.yaml", vintage)
        done = subprocess.run([sys.executable, "-m", *command], cwd=folders.root, check=False)
        is_made = done.returncode == 0
    finally:
        if not is_made:
            for path, content in contents.items():
                path.write_bytes(content)
    if not is_made:
        raise SourceError(
            f"vintage {vintage} came in, but the monitor could not be made from it; params.yaml names {before} again",
            next_step=f"The message above says why. `dvc repro` puts the tables of {before} back; when the cause is "
            f"mended, `python -m pipeline use {vintage}` and `make monitor`, and `python -m pipeline use {before}` to "
            "go back again.",
        )
