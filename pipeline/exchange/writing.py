"""Write the export: build in a temporary folder, read back, rename."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import schemas, store
from pipeline.config import Settings
from pipeline.exchange import datapackage
from pipeline.exchange.datapackage import Words
from pipeline.folders import Folders

log = logging.getLogger("pipeline")

#: (table, column) -> what it means.
Dictionary = dict[tuple[str, str], Words]

DICTIONARY = "dictionary.csv"
LAYERS = ("indicators", "models")
#: Tables of the layer before that the others refer to.
REFERRED = ("regions", "members")


class ExchangeError(ValueError):
    """The tables cannot be exported, or what was written is not what was meant."""


def run_export(settings: Settings, folders: Folders) -> Path:
    """Export the made tables of the vintage in use to ``data/exports/<edition>-<vintage>``.

    Returns
    -------
    Path
        The folder.
    """
    wanted = [*REFERRED, *(name for name, table in schemas.TABLES.items() if table.layer in LAYERS)]
    tables = {name: store.read(name, folders) for name in wanted}
    made_from = sorted(tables["indicators"]["vintage"].unique())
    if made_from != [settings.vintage]:
        raise ExchangeError(
            f"The stored indicators were made from {', '.join(made_from)}, but params.yaml names "
            f"{settings.vintage}. Run `make monitor` first."
        )
    manifest = store.read_manifest(folders.raw / settings.vintage)
    target = folders.root / "data" / "exports" / f"{settings.edition}-{settings.vintage}"
    export(target, tables, manifest, read_dictionary(folders.reference / DICTIONARY), settings)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    log.info("export: %d tables, %.1f MB, in %s", len(tables), size / 1e6,
             target.relative_to(folders.root))  # fmt: skip
    return target


def export(
    target: Path,
    tables: dict[str, pd.DataFrame],
    manifest: store.Manifest,
    dictionary: Dictionary,
    settings: Settings,
) -> None:
    """Write tables as a Data Package; an older export in ``target`` is replaced at once.

    Parameters
    ----------
    target : folder to make
    tables : by name; ``indicators`` and ``regions`` among them, each as in ``schemas.TABLES``
    manifest : of the vintage
    dictionary : as from ``read_dictionary``
    settings : for edition, date and publisher

    Raises
    ------
    ExchangeError
        When a column has no description, or a file reads back otherwise than it was written.
    """
    with store.temporary_folder(target.parent) as temporary:
        resources = []
        for name, frame in tables.items():
            schema = datapackage.table_schema(
                name, words_of(name, dictionary), datapackage.region_columns(name)
            )
            resource = _write(temporary, f"tables/{name}.csv", datapackage.as_text(name, frame))
            described = {"name": name, "sources": datapackage.sources_of(frame, manifest), "schema": schema}
            resources.append(resource | described)
        package = _package(manifest, settings) | {"resources": resources}
        text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
        (temporary / "datapackage.json").write_text(text, encoding="utf-8")
        _replace(temporary, target)


def read_dictionary(path: Path) -> Dictionary:
    """What every column of every table means, from data/reference/dictionary.csv.

    Parameters
    ----------
    path : CSV with columns table, column, description, unit and derivation
    """
    if not path.is_file():
        raise ExchangeError(f"{path.name} is missing; restore it with `git checkout -- data/reference`.")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    lacking = sorted({"table", "column", *Words._fields} - set(frame.columns))
    if lacking:
        raise ExchangeError(f"{path.name} lacks column(s) {', '.join(lacking)}; it has: {', '.join(frame)}.")
    return {
        (row.table, row.column): Words(row.description, row.unit, row.derivation)
        for row in frame.itertuples()
    }


def words_of(name: str, dictionary: Dictionary) -> dict[str, Words]:
    """What each column of a table means.

    Raises
    ------
    ExchangeError
        When the dictionary lacks a column.
    """
    columns = schemas.TABLES[name].schema.columns
    lacking = [column for column in columns if (name, column) not in dictionary]
    if lacking:
        raise ExchangeError(
            f"{len(lacking)} column(s) of {name} are not in {DICTIONARY}, e.g. {lacking[0]}. Describe them in "
            f"data/reference/{DICTIONARY}."
        )
    return {column: dictionary[name, column] for column in columns}


def _package(manifest: store.Manifest, settings: Settings) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": f"groeimonitor-{settings.edition}-{settings.vintage}",
        "title": f"Groeimonitor {settings.edition}: regional labour markets in the Netherlands",
        "description": (
            "Indicators of gemeenten, arbeidsmarktregio's, COROPs, provinces, programme areas and the nation on the "
            "borders of the newest classification, with status, interval, break and source of every value; targets "
            "of programmes, outlooks and other model tables. A value with status estimate was computed here."
        ),
        "version": str(settings.edition),
        "created": f"{settings.reports.date}T00:00:00Z",
        "vintage": settings.vintage,
        "licenses": [datapackage.LICENCE],
        "contributors": [{"title": settings.reports.publisher, "role": "publisher"}],
        "sources": [datapackage.source(entry) for entry in manifest.tables],
    }


def _write(folder: Path, name: str, frame: pd.DataFrame) -> dict[str, Any]:
    """Write one CSV, read it back, and say what a Data Package says of a file."""
    text = frame.to_csv(index=False, lineterminator="\n")
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    content = path.read_bytes()
    again = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    if list(again.columns) != list(frame.columns) or len(again) != len(frame):
        raise ExchangeError(
            f"{name} reads back as {again.shape[0]} rows of {again.shape[1]} columns instead of {frame.shape[0]} of "
            f"{frame.shape[1]}. Look for a line break or a quote in its text columns."
        )
    return {
        "path": name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{store.sha256_of(content)}",
    }


def _replace(temporary: Path, target: Path) -> None:
    """Put a finished folder in its place; a reader never finds half an export."""
    with store.temporary_folder(target.parent) as aside:
        if target.exists():
            target.rename(aside / "old")
        try:
            temporary.rename(target)
        except OSError:
            if (aside / "old").exists():
                (aside / "old").rename(target)
            raise
