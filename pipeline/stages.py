"""The stages between raw and reports: load, check, transform, check, save.

Each stage is a pure function of the earlier tables; here they meet the disk, and `build` runs the same
functions in memory for any vintage.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from pipeline import schemas, store
from pipeline.config import ROOT, Folders, Settings, load_settings
from pipeline.indicators import stage as indicators_stage
from pipeline.models import evidence
from pipeline.models import stage as models_stage
from pipeline.reference import Reference, load_earlier_corops, load_panels, load_reference
from pipeline.tidy import stage as tidy_stage

log = logging.getLogger("pipeline")
#: Parts of the package that make no tables.
_BESIDES = {"reports", "figures", "sources"}


@dataclass(frozen=True)
class Tables:
    """All tables of one vintage, by name, and the borders."""

    vintage: str
    tables: dict[str, pd.DataFrame] = field(repr=False)
    borders: gpd.GeoDataFrame = field(repr=False)

    def read(self, name: str, **filters) -> pd.DataFrame:
        """A table, or the rows of it whose columns equal (or are among) the given values."""
        return store.select(self.tables[name], name, **filters)


def run_tidy(settings: Settings, folders: Folders) -> None:
    """Raw vintage -> data/tidy."""
    with _logged("tidy") as count:
        vintage = store.Vintage(folders.raw / settings.vintage)
        count.rows_in = sum(entry.rows for entry in vintage.manifest.tables)
        made = _tidy(vintage, load_reference(folders.reference), settings, folders)
        count.rows_out = _write(made.tables, folders)
        store.write_borders(made.borders, folders)
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
        made = models_stage.make(tidy, indicators, load_reference(folders.reference), settings)
        count.rows_out = _write(made.tables, folders)
        panels = load_panels(folders.reference / "panels")
        store.write_json(folders.models / "metrics.json", evidence.metrics_of(made.outlooks, panels))
        store.write_csv(folders.models / "backtest_by_origin.csv", evidence.by_origin(made.outlooks))
        store.write_csv(folders.models / "calibration.csv", evidence.calibration(made.outlooks))


def build(vintage: str, settings: Settings | None = None, folders: Folders | None = None) -> Tables:
    """All tables of a vintage, made by the same stages; the stored tables do not change.

    What was built once is kept in ``.cache/build`` under the hash of vintage, code, reference data and settings.

    Parameters
    ----------
    vintage : a folder of data/raw
    """
    folders = folders or Folders()
    settings = settings or load_settings(folders.root / "params.yaml")
    cache = folders.root / ".cache" / "build" / build_hash(vintage, settings, folders)
    if not cache.is_dir():
        made = _make(vintage, settings, folders)
        with store.temporary_folder(cache.parent) as temporary:
            for name, table in made.tables.items():
                table.to_parquet(temporary / f"{name}.parquet", index=False)
            made.borders.to_parquet(temporary / "borders.parquet", index=False)
            if not cache.is_dir():  # another process may have been faster: its tables are the same
                temporary.rename(cache)
        return made
    names = [path.stem for path in cache.glob("*.parquet") if path.stem != "borders"]
    tables = {name: pd.read_parquet(cache / f"{name}.parquet") for name in names}
    return Tables(vintage, tables, gpd.read_parquet(cache / "borders.parquet"))


def build_hash(vintage: str, settings: Settings, folders: Folders) -> str:
    """Hash of all that decides what is built."""
    digest = hashlib.sha256()
    digest.update(
        (folders.raw / vintage / store.MANIFEST).read_bytes() if (folders.raw / vintage).is_dir() else b""
    )
    digest.update(settings.model_dump_json(include={"edition", "indicators", "models"}).encode())
    code = [path for path in (ROOT / "pipeline").rglob("*.py") if not _BESIDES.intersection(path.parts)]
    for path in sorted([*code, *(p for p in folders.reference.rglob("*") if p.is_file())]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def _make(vintage: str, settings: Settings, folders: Folders) -> Tables:
    reference = load_reference(folders.reference)
    raw = store.Vintage(folders.raw / vintage)
    made = _tidy(raw, reference, settings, folders)
    tidy = {name: schemas.check(name, table) for name, table in made.tables.items()}
    indicators = indicators_stage.make(tidy, reference.changes, settings.indicators)
    models = models_stage.make(tidy, indicators, reference, settings).tables
    later = {name: schemas.check(name, table) for name, table in (indicators | models).items()}
    return Tables(vintage, tidy | later, made.borders)


def _tidy(
    vintage: store.Vintage, reference: Reference, settings: Settings, folders: Folders
) -> tidy_stage.Tidy:
    corops = load_earlier_corops(folders.reference / "corop_before_2015.csv")
    return tidy_stage.make(
        vintage, reference.areas, reference.changes, corops, settings.indicators.link_tolerance
    )


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
