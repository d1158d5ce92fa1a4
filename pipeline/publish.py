"""Freeze what an edition says of the future: data/forecasts/<edition>.csv, in git and never changed."""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path

import pandas as pd

from pipeline import schemas, store
from pipeline.config import Settings
from pipeline.folders import Folders
from pipeline.models import ledger, outlook
from pipeline.models import stage as models_stage
from pipeline.reference import load_reference

log = logging.getLogger("pipeline")

#: what the forecasts are made from; other commits do not change them
MADE_FROM = ("pipeline", "params.yaml", "data/raw", "data/reference")


class PublishError(ValueError):
    """An edition cannot be published as things stand: says why, and the next step."""


def publish(settings: Settings, folders: Folders) -> Path:
    """Write the forecasts of the edition in params.yaml, once.

    Raises
    ------
    PublishError
        Files differ from the last commit, there is no history, or the stored tables are of another vintage or code.
    StoreError
        The edition was published already (says what differs), or a table was not made.
    """
    commit = _commit(folders.root)
    tidy, indicators = (
        {name: store.read(name, folders) for name, table in schemas.TABLES.items() if table.layer == layer}
        for layer in ("tidy", "indicators")
    )
    table, reference = indicators["indicators"], load_reference(folders.reference)
    made_from = sorted(set(table["vintage"]))
    if made_from != [settings.vintage]:
        raise PublishError(
            f"the tables are of {', '.join(made_from)} and params.yaml names {settings.vintage}; `make monitor` makes "
            "those of that vintage."
        )
    outlooks, verdicts = models_stage.outlooks_and_targets(tidy, indicators, reference, settings)
    check_stored({"outlook": outlook.table(outlooks), "targets": verdicts}, folders)
    date = settings.reports.date
    lines = ledger.entries(outlooks, verdicts, table, reference, settings, date, commit)
    path = store.write_forecasts(str(settings.edition), lines, folders)
    log.info("publish: %d lines in %s; commit data/forecasts", len(lines), path.relative_to(folders.root))
    return path


def _commit(root: Path) -> str:
    """The commit that the tables are made from, when everything is committed."""
    changed = [line[3:] for line in _git(root, "status", "--porcelain").splitlines()]
    if changed:
        raise PublishError(
            f"{len(changed)} file(s) differ from the last commit, e.g. {changed[0]}; commit them, then publish."
        )
    commit = _git(root, "log", "-1", "--format=%h", "--", *MADE_FROM)
    if not commit:
        raise PublishError(
            "there is no history of git here, so nobody could say what made it; publish from a clone."
        )
    return commit


def _git(root: Path, *words: str) -> str:
    """What git says; nothing without git or history."""
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.rstrip() if done.returncode == 0 else ""


def check_stored(made: dict[str, pd.DataFrame], folders: Folders) -> None:
    """The stored tables are what this code makes of them: the reports say what is published here."""
    for name, frame in made.items():
        stored = store.read(name, folders)
        key = list(schemas.TABLES[name].key)
        now = schemas.check(name, frame.reset_index(drop=True)).sort_values(key, ignore_index=True)
        if not now.equals(stored):
            raise PublishError(
                f"{name}.parquet is not what this code makes ({len(stored)} rows stored, {len(now)} made); "
                "`make monitor` makes the tables again."
            )
