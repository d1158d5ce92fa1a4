"""The stages between raw and reports: load, check, transform, check, save.

Each stage is a pure function of the earlier tables; here they meet the disk, and `build` runs the same
functions in memory for any vintage.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from pipeline import compare, schemas, store
from pipeline.config import Settings, load_settings
from pipeline.folders import ROOT, Folders
from pipeline.indicators import stage as indicators_stage
from pipeline.models import evidence, ledger, share_check
from pipeline.models import stage as models_stage
from pipeline.reference import Reference, load_earlier_corops, load_panel_scores, load_reference
from pipeline.tables import Tables
from pipeline.tidy import stage as tidy_stage

log = logging.getLogger("pipeline")
#: What two vintages are compared on.
COMPARED = ("observations", "targets")
#: Parts of the package that make no tables.
_BESIDES = {"reports", "figures", "sources", "research", "exchange", "cli.py", "doctor.py", "errors.py", "explore.py",
            "kept_by_hand.py", "live.py", "monitor.py", "previews.py", "project_folder.py", "publish.py",
            "region_names.py"}  # fmt: skip


def run_tidy(settings: Settings, folders: Folders) -> None:
    """Raw vintage -> data/tidy."""
    with _logged("tidy") as count:
        vintage = store.Vintage(folders.raw / settings.vintage)
        count.rows_in = sum(entry.rows for entry in vintage.manifest.tables)
        made = _tidy(vintage, load_reference(folders.reference), settings, folders)
        count.rows_out = _write(made.tables, folders)
        store.write_borders(made.borders, folders)
        listed = made.tables["regions"].sort_values(["region_type", "region_code"])
        store.write_csv(folders.tidy / "regions.csv", listed[["region_code", "region_name", "region_type"]])
        for row in made.tables["left_out"].itertuples():
            log.info("tidy: left out %d rows of %s (%s)", row.rows, row.source, row.reason)


def run_indicators(settings: Settings, folders: Folders) -> None:
    """data/tidy -> data/indicators."""
    with _logged("indicators") as count:
        tidy = _read_layer("tidy", folders)
        count.rows_in = _rows(tidy)
        changes = load_reference(folders.reference).changes
        count.rows_out = _write(indicators_stage.make(tidy, changes, settings.indicators), folders)


def run_models(settings: Settings, folders: Folders) -> None:
    """data/indicators -> data/models."""
    with _logged("models") as count:
        tidy, indicators = _read_layer("tidy", folders), _read_layer("indicators", folders)
        count.rows_in = _rows(indicators)
        reference, forecasts = load_reference(folders.reference), store.read_forecasts(folders)
        made = models_stage.make(tidy, indicators, reference, settings, forecasts)
        now = Tables(settings.vintage, tidy | indicators | made.tables, store.read_borders(folders))
        changed = _since_previous(now, settings, folders)
        count.rows_out = _write(made.tables | changed, folders)
        scores = load_panel_scores(folders.reference / "panels")
        checked = share_check.metrics_of(
            indicators["indicators"], tidy["regions"], tidy["members"], settings.indicators.base_years
        )
        metrics = evidence.metrics_of(made.outlooks) | scores | {"job_shares": checked}
        for name, measures in metrics.items():
            store.write_json(folders.models / "metrics" / f"{name}.json", measures)
        store.write_csv(folders.models / "backtest_by_origin.csv", evidence.by_origin(made.outlooks))
        store.write_csv(folders.models / "calibration.csv", evidence.calibration(made.outlooks))
        said = ledger.summaries(made.tables["forecast_scores"], ledger.replay(made.outlooks.fitted))
        store.write_csv(folders.models / "forecast_summary.csv", said)
        store.write_csv(folders.models / "possible_breaks.csv", made.outlooks.possible_breaks.round(4))


def _since_previous(now: Tables, settings: Settings, folders: Folders) -> dict[str, pd.DataFrame]:
    """What changed since the vintage of the previous edition; empty tables for a first edition."""
    previous = settings.models.previous_vintage
    if previous is None:
        return compare.no_changes()
    return compare.changes_by_region(compare.compare(comparable(previous, settings, folders), now))


def build(vintage: str, settings: Settings | None = None, folders: Folders | None = None) -> Tables:
    """All tables of a vintage, made by the same stages; the stored tables do not change.

    Parameters
    ----------
    vintage : a folder of data/raw
    """
    kept = built(vintage, settings, folders)
    return Tables(
        vintage, {name: store.read(name, kept) for name in schemas.TABLES}, store.read_borders(kept)
    )


def built(vintage: str, settings: Settings | None = None, folders: Folders | None = None) -> Folders:
    """Folders with all tables of a vintage, made once and kept in ``.cache/build``.

    They lie there under the hash of vintage, code, reference data and settings; safe to delete.

    Raises
    ------
    StoreError
        When there is no such vintage (names those there are) or one of its files was changed.
    """
    folders = folders or Folders()
    settings = settings or load_settings(folders.root / "params.yaml")
    return _kept(_cached(vintage, settings, folders), lambda: _make(vintage, settings, folders))


def comparable(vintage: str, settings: Settings, folders: Folders) -> Tables:
    """The tables of a vintage that ``compare`` reads, observations and targets; the others are not made.

    Kept beside whole builds, which go first: the models stage and the site compare the same two vintages.
    """
    target = _cached(vintage, settings, folders)
    if not target.is_dir():
        target = target.with_name(f"{target.name}-compared")
        _kept(target, lambda: _make_comparable(vintage, settings, folders))
    kept = Folders(target)
    return Tables(vintage, {name: store.read(name, kept) for name in COMPARED}, store.read_borders(kept))


def _cached(vintage: str, settings: Settings, folders: Folders) -> Path:
    """Where a build of a vintage lies once it is made."""
    store.read_manifest(folders.raw / vintage)
    return folders.root / ".cache" / "build" / f"{vintage}-{build_hash(vintage, settings, folders)}"


def _kept(target: Path, make: Callable[[], Tables]) -> Folders:
    """The folder of a build, made when it is not there."""
    if not target.is_dir():
        made = make()
        with store.temporary_folder(target.parent) as temporary:
            write_tables(made, Folders(temporary))
            if not target.is_dir():  # another process may have been faster: its tables are the same
                temporary.rename(target)
    return Folders(target)


def write_tables(tables: Tables, folders: Folders) -> None:
    """Store all tables, and the borders, below ``folders``."""
    _write(tables.tables, folders)
    store.write_borders(tables.borders, folders)


def build_hash(vintage: str, settings: Settings, folders: Folders) -> str:
    """Hash of all that decides what is built."""
    digest = hashlib.sha256()
    digest.update(
        (folders.raw / vintage / store.MANIFEST).read_bytes() if (folders.raw / vintage).is_dir() else b""
    )
    digest.update(settings.model_dump_json(include={"edition", "indicators", "models"}).encode())
    kept = [path for path in (ROOT / "pipeline").rglob("*") if path.suffix in (".py", ".yaml")]
    code = [path for path in kept if not _BESIDES.intersection(path.parts) or path.name == "borders.py"]
    kept_by_hand = [
        p for folder in (folders.reference, folders.forecasts) for p in folder.rglob("*") if p.is_file()
    ]
    for path in sorted([*code, *kept_by_hand]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _make(vintage: str, settings: Settings, folders: Folders) -> Tables:
    reference = load_reference(folders.reference)
    raw = store.Vintage(folders.raw / vintage)
    tidied = _tidy(raw, reference, settings, folders)
    # each layer gets the types of its contract before the next one reads it, as on disk
    tidy = _checked(tidied.tables)
    indicators = _checked(indicators_stage.make(tidy, reference.changes, settings.indicators))
    made = models_stage.make(tidy, indicators, reference, settings, store.read_forecasts(folders))
    models = _checked(made.tables | compare.no_changes())
    return Tables(vintage, tidy | indicators | models, tidied.borders)


def _make_comparable(vintage: str, settings: Settings, folders: Folders) -> Tables:
    reference = load_reference(folders.reference)
    tidied = _tidy(store.Vintage(folders.raw / vintage), reference, settings, folders)
    tidy = _checked(tidied.tables)
    indicators = _checked(indicators_stage.make(tidy, reference.changes, settings.indicators))
    _, targets = models_stage.outlooks_and_targets(tidy, indicators, reference, settings)
    return Tables(vintage, {"observations": tidy["observations"], "targets": targets}, tidied.borders)


def _checked(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: schemas.check(name, table) for name, table in tables.items()}


def _tidy(
    vintage: store.Vintage, reference: Reference, settings: Settings, folders: Folders
) -> tidy_stage.Tidy:
    corops = load_earlier_corops(folders.reference / "corop_before_2015.csv")
    name = settings.models.previous_vintage
    previous = None
    if name is not None and name != vintage.name:
        if (folders.raw / name).is_dir():
            previous = store.Vintage(folders.raw / name)
        else:
            log.warning("tidy: %s is not in data/raw; no figure is held against the vintage before", name)
    return tidy_stage.make(vintage, reference, corops, settings.indicators.link_tolerance, previous)


def _read_layer(layer: schemas.Layer, folders: Folders) -> dict[str, pd.DataFrame]:
    return {name: store.read(name, folders) for name, table in schemas.TABLES.items() if table.layer == layer}


def _write(tables: dict[str, pd.DataFrame], folders: Folders) -> int:
    return sum(len(store.write(name, table, folders)) for name, table in tables.items())


def _rows(tables: dict[str, pd.DataFrame]) -> int:
    return sum(len(table) for table in tables.values())


class _logged:
    """Logs one line a stage: rows in, rows out, seconds."""

    def __init__(self, stage: str, clock: Callable[[], float] = time.perf_counter):
        self.stage, self.clock = stage, clock
        self.rows_in = self.rows_out = 0

    def __enter__(self) -> _logged:
        self.start = self.clock()
        return self

    def __exit__(self, kind, error, trace) -> None:
        if kind is None:
            seconds = self.clock() - self.start
            log.info("%s: %d rows in, %d rows out, %.1f s", self.stage, self.rows_in, self.rows_out, seconds)
