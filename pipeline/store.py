"""The only reader and writer of tables and manifests.

Everything is written to a temporary name, checked, and renamed: a reader sees the whole new
table or the whole old one.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline import schemas
from pipeline.folders import Folders

log = logging.getLogger(__name__)
BORDERS = "gemeente_borders"
MANIFEST = "manifest.json"
FORECAST_SUMS = "SHA256SUMS"
TEMPORARY = ".new-"  # how the name of a folder that is being made begins
#: Optional columns of a raw table; only the embedded vintage knows them per cell.
RAW_CELL_COLUMNS = ("status", "value_low", "value_high", "note")


class StoreError(ValueError):
    """A stored table or vintage is missing or not what the manifest says."""


# --- made tables ------------------------------------------------------------------------


def path_of(name: str, folders: Folders | None = None) -> Path:
    """Where a stored table lies."""
    if name not in schemas.TABLES:
        raise StoreError(f"There is no stored table {name!r}; there are: {', '.join(schemas.TABLES)}.")
    return getattr(folders or Folders(), schemas.TABLES[name].layer) / f"{name}.parquet"


def read(name: str, folders: Folders | None = None, **filters: Any) -> pd.DataFrame:
    """A stored table, or the rows of it whose columns equal (or are among) the given values.

    Parameters
    ----------
    name : a table of ``schemas.TABLES``, e.g. "indicators"
    filters : column=value or column=[values]

    Raises
    ------
    StoreError
        When the table was not made yet (says which command makes it) or a filter names no column.
    """
    path = path_of(name, folders)
    if not path.is_file():
        layer = schemas.TABLES[name].layer
        raise StoreError(f"{path.name} was not made yet; run `python -m pipeline {layer}` or `make monitor`.")
    return select(pd.read_parquet(path), name, **filters)


def select(frame: pd.DataFrame, name: str, **filters: Any) -> pd.DataFrame:
    """Rows whose columns equal (or are among) the given values."""
    unknown = [column for column in filters if column not in frame]
    if unknown:
        raise StoreError(f"{name} has no column {unknown[0]!r}; it has: {', '.join(frame.columns)}.")
    for column, wanted in filters.items():
        values = list(wanted) if isinstance(wanted, (list, tuple, set, pd.Index)) else [wanted]
        frame = frame[frame[column].isin(values)]
    return frame.reset_index(drop=True)


def write(name: str, frame: pd.DataFrame, folders: Folders | None = None) -> pd.DataFrame:
    """Check a table against its contract, store it sorted by its key and return it as stored."""
    path = path_of(name, folders)
    checked = schemas.check(name, frame.reset_index(drop=True))
    ordered = checked.sort_values(list(schemas.TABLES[name].key), ignore_index=True)
    with replacing(path) as temporary:
        ordered.to_parquet(temporary, index=False)
    return ordered


def write_borders(borders: gpd.GeoDataFrame, folders: Folders | None = None) -> None:
    """Store the borders of the gemeenten (columns region_code, region_name, geometry; EPSG:28992)."""
    with replacing((folders or Folders()).tidy / f"{BORDERS}.parquet") as temporary:
        borders.to_parquet(temporary, index=False)


def read_borders(folders: Folders | None = None) -> gpd.GeoDataFrame:
    """The stored borders of the gemeenten, EPSG:28992."""
    path = (folders or Folders()).tidy / f"{BORDERS}.parquet"
    if not path.is_file():
        raise StoreError(f"{path.name} was not made yet; run `python -m pipeline tidy` or `make monitor`.")
    return gpd.read_parquet(path)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Store a small mapping as JSON, keys sorted."""
    with replacing(path) as temporary:
        temporary.write_bytes(_json(content))


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Store a small table as CSV."""
    with replacing(path) as temporary:
        frame.to_csv(temporary, index=False, lineterminator="\n")


# --- the ledger of forecasts --------------------------------------------------------------


def read_forecasts(folders: Folders | None = None) -> pd.DataFrame:
    """The lines of all editions in data/forecasts, columns of ``schemas.FORECASTS``.

    Raises
    ------
    StoreError
        When a file was changed, added or lost since it was published.
    """
    folder = (folders or Folders()).forecasts
    listed = _published(folder)
    there = {path.name: path for path in folder.glob("*.csv")}
    wrong = sorted(listed.keys() ^ there.keys())
    wrong += sorted(n for n in listed.keys() & there.keys() if sha256_of(there[n].read_bytes()) != listed[n])
    if wrong:
        raise StoreError(
            f"data/forecasts: {len(wrong)} file(s) not as published, e.g. {wrong[0]}. What an edition said is never "
            "changed: restore it (`git checkout -- data/forecasts`)."
        )
    # a commit such as 12e5678 is no number, and an empty target is a text
    text = dict.fromkeys(("region_code", "made_on", "vintage", "commit", "target"), str)
    empty = {"baseline_year": "", "times": "", "plus": "", "probability": ""}
    frames = [
        pd.read_csv(there[name], dtype=text, keep_default_na=False, na_values=empty) for name in sorted(there)
    ]
    columns = list(schemas.FORECASTS.schema.columns)
    found = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    return schemas.check("forecasts", found, schemas.FORECASTS)


def write_forecasts(name: str, frame: pd.DataFrame, folders: Folders | None = None) -> Path:
    """Publish the lines of an edition as data/forecasts/<name>.csv, and note its sha256 beside it.

    Raises
    ------
    StoreError
        When that edition was published already; says what would differ.
    """
    folder = (folders or Folders()).forecasts
    path = folder / f"{name}.csv"
    checked = schemas.check("forecasts", frame, schemas.FORECASTS)
    whole = [column for column in checked if column[0] == "q" and column[1:].isdigit()]
    whole += ["last_value", "baseline_year", "plus"]
    content = checked.astype(dict.fromkeys(whole, "Int64")).to_csv(index=False, lineterminator="\n")
    listed = _published(folder)
    if path.exists() or path.name in listed:
        raise StoreError(f"{path.name} was published already; {_difference(path, content)}")
    with replacing(path) as temporary:
        temporary.write_bytes(content.encode())
    lines = {**listed, path.name: sha256_of(content.encode())}
    with replacing(folder / FORECAST_SUMS) as temporary:
        temporary.write_text(
            "".join(f"{digest}  {file}\n" for file, digest in lines.items()), encoding="utf-8"
        )
    return path


def _published(folder: Path) -> dict[str, str]:
    """Name and sha256 of every published file, in the order of publishing."""
    path = folder / FORECAST_SUMS
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return {name: digest for digest, name in (line.split() for line in text.splitlines())}


def _difference(path: Path, content: str) -> str:
    """What a second publication would change, in words."""
    if not path.is_file():
        return "its file is gone: restore it (`git checkout -- data/forecasts`)."
    old, new = path.read_text(encoding="utf-8").splitlines(), content.splitlines()
    differing = [(a, b) for a, b in zip_longest(old, new, fillvalue="no line") if a != b]
    if not differing:
        return "nothing differs, and nothing was written."
    return (
        f"{len(differing)} line(s) differ, e.g. {differing[0][0]!r} would become {differing[0][1]!r}. What an edition "
        "said is never changed: publish under the edition of a new year."
    )


@contextmanager
def replacing(path: Path):
    """Give a temporary path beside ``path``; rename it over ``path`` only when nothing failed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


# --- raw vintages -----------------------------------------------------------------------


@dataclass(frozen=True)
class RawTable:
    """One table of a vintage in the one raw form, however it travelled.

    observations : columns ``measure``, one column a dimension (publisher's codes, stripped), ``period``,
        ``value`` (text as published), ``value_attribute``; optionally status, value_low, value_high, note
    codes : per dimension, and for "measures" and "periods", a frame with at least code and title
    properties : what the publisher says of the table: identifier, title, modified, dimensions ...
    """

    publisher: str
    table_id: str
    observations: pd.DataFrame
    codes: dict[str, pd.DataFrame]
    properties: dict[str, Any]

    def dimensions(self) -> list[str]:
        """The publisher's dimensions other than the period."""
        return [d["name"] for d in self.properties["dimensions"] if d["kind"] != "time"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ManifestTable(_Entry):
    """What a vintage knows of one of its tables."""

    publisher: str
    table_id: str
    title: str
    need: str
    first_period: str
    last_period: str
    rows: int = Field(ge=0)
    sha256: dict[str, str]
    modified: str
    retrieved_at: str
    request: str
    transport: str
    licence: str
    citation: str
    original_source: str
    required: bool
    trust: str = ""
    #: what the table lacks of what was wanted, and what is odd about it, in words
    remarks: list[str] = Field(default_factory=list)


class AbsentSource(_Entry):
    """A source that the vintage lacks, and why."""

    need: str
    table_id: str
    reason: str


class Manifest(_Entry):
    """The list of what a vintage holds."""

    vintage: str
    made_at: str
    tables: list[ManifestTable]
    absent: list[AbsentSource] = Field(default_factory=list)

    def table(self, table_id: str) -> ManifestTable:
        """The entry of one table."""
        for entry in self.tables:
            if entry.table_id == table_id:
                return entry
        raise StoreError(
            f"Vintage {self.vintage} holds no table {table_id}; it holds "
            f"{', '.join(sorted(t.table_id for t in self.tables))}."
        )


class Vintage:
    """A vintage on disk: its manifest, and its tables read once and kept."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.manifest = verify_vintage(folder)
        self._read: dict[str, RawTable] = {}
        self.latest = ""  # table that was asked for last, for the message of a reader that fails on it

    @property
    def name(self) -> str:
        """Name of the vintage."""
        return self.manifest.vintage

    def has(self, table_id: str) -> bool:
        """Whether the vintage holds a table."""
        return any(entry.table_id == table_id for entry in self.manifest.tables)

    def tables_for(self, need: str) -> list[str]:
        """Table ids that serve a need, e.g. "unemployment"."""
        return sorted(entry.table_id for entry in self.manifest.tables if entry.need == need)

    def table(self, table_id: str) -> RawTable:
        """A table in the raw form; an error names the tables there are."""
        self.latest = table_id
        if table_id not in self._read:
            entry = self.manifest.table(table_id)
            self._read[table_id] = read_raw_table(self.folder, entry.publisher, table_id)
        return self._read[table_id]


def write_raw_table(folder: Path, table: RawTable) -> dict[str, str]:
    """Write a raw table below ``folder`` (the vintage) and return the sha256 of each of its files."""
    columns = ["measure", *table.dimensions(), "period", "value", "value_attribute"]
    columns += [c for c in RAW_CELL_COLUMNS if c in table.observations]
    observations = table.observations[columns].astype(str)
    observations = observations.sort_values(columns[: 2 + len(table.dimensions())], kind="stable")
    files = {"observations.csv.gz": _gzip(observations.to_csv(index=False, lineterminator="\n"))}
    for dimension, codes in sorted(table.codes.items()):
        files[f"codes/{dimension}.csv"] = codes.to_csv(index=False, lineterminator="\n").encode()
    files["properties.json"] = _json(table.properties)
    target = folder / table.publisher / table.table_id
    (target / "codes").mkdir(parents=True)
    for name, content in files.items():
        (target / name).write_bytes(content)
    return {name: sha256_of(content) for name, content in files.items()}


def read_raw_table(folder: Path, publisher: str, table_id: str) -> RawTable:
    """Read one raw table of the vintage in ``folder``; every value as text."""
    source = folder / publisher / table_id
    if not (source / "observations.csv.gz").is_file():
        raise StoreError(
            f"Vintage {folder.name} has no table {publisher}/{table_id}. Tables there: "
            f"{', '.join(p.name for p in sorted((folder / publisher).glob('*')))}. "
            "Restore it with git, or retrieve a new vintage."
        )
    text = {"dtype": str, "keep_default_na": False, "na_filter": False}
    return RawTable(
        publisher=publisher,
        table_id=table_id,
        observations=pd.read_csv(source / "observations.csv.gz", **text),
        codes={p.stem: pd.read_csv(p, **text) for p in sorted((source / "codes").glob("*.csv"))},
        properties=json.loads((source / "properties.json").read_text(encoding="utf-8")),
    )


def write_raw_borders(
    folder: Path, publisher: str, table_id: str, geojson: dict[str, Any], properties: dict[str, Any]
) -> dict[str, str]:
    """Write borders (GeoJSON, features with region_code and region_name) and return the files' sha256."""
    target = folder / publisher / table_id
    target.mkdir(parents=True)
    text = json.dumps(geojson, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    files = {"borders.geojson.gz": _gzip(text), "properties.json": _json(properties)}
    for name, content in files.items():
        (target / name).write_bytes(content)
    return {name: sha256_of(content) for name, content in files.items()}


def read_raw_borders(folder: Path, publisher: str, table_id: str) -> gpd.GeoDataFrame:
    """The borders of a vintage: columns region_code, region_name, geometry, in the stated CRS."""
    path = folder / publisher / table_id / "borders.geojson.gz"
    if not path.is_file():
        raise StoreError(f"Vintage {folder.name} has no borders {publisher}/{table_id}; restore it with git.")
    geojson = json.loads(gzip.decompress(path.read_bytes()))
    properties = json.loads((path.parent / "properties.json").read_text(encoding="utf-8"))
    return gpd.GeoDataFrame.from_features(geojson["features"], crs=properties["crs"])


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of the vintage in ``folder``."""
    (folder / MANIFEST).write_bytes(_json(manifest.model_dump()))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the vintage in ``folder``."""
    path = folder / MANIFEST
    if not path.is_file():
        held = sorted(p.parent.name for p in folder.parent.glob(f"*/{MANIFEST}"))
        raise StoreError(
            f"There is no vintage {folder.name}; there are: {', '.join(held) or 'none'}. Choose one in "
            f"params.yaml, or bring it in with `python -m pipeline retrieve --vintage {folder.name}`."
        )
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problem = error.errors()[0]
        raise StoreError(
            f"{folder.name}/{MANIFEST} is not as it was written ({error.error_count()} problem(s), e.g. "
            f"{'.'.join(map(str, problem['loc'])) or 'the whole'}: {problem['msg']}). Restore it "
            "(`git checkout -- data/raw`), or move that folder away."
        ) from None


def readable_manifests(raw: Path) -> list[Manifest]:
    """The manifests of all vintages; one that is damaged is told and left out."""
    manifests = []
    for path in sorted(raw.glob(f"*/{MANIFEST}")):
        try:
            manifests.append(read_manifest(path.parent))
        except StoreError as error:
            log.warning("%s", error)
    return manifests


def verify_vintage(folder: Path) -> Manifest:
    """Compare every file of a vintage with its manifest.

    Raises
    ------
    StoreError
        When a file is missing, changed, or not in the manifest.
    """
    manifest = read_manifest(folder)
    expected = {
        f"{t.publisher}/{t.table_id}/{name}": digest
        for t in manifest.tables
        for name, digest in t.sha256.items()
    }
    found = {
        p.relative_to(folder).as_posix(): p
        for p in folder.rglob("*")
        if p.is_file() and p != folder / MANIFEST
    }
    missing = sorted(expected.keys() - found.keys())
    unknown = sorted(found.keys() - expected.keys())
    changed = sorted(
        n for n in expected.keys() & found.keys() if sha256_of(found[n].read_bytes()) != expected[n]
    )
    for problem, names in (("missing", missing), ("not in the manifest", unknown), ("changed", changed)):
        if names:
            raise StoreError(
                f"Vintage {folder.name}: {len(names)} file(s) {problem}, e.g. {names[0]}. A vintage is never "
                "edited: restore it (`git checkout -- data/raw`) or retrieve a new one."
            )
    return manifest


def install_folder(temporary: Path, target: Path) -> None:
    """Move a finished folder into its place by one rename; never over one that is there."""
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()
    if target.exists():
        raise StoreError(
            f"{target.name} exists already; a vintage is never overwritten. Choose another name."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        temporary.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # another file system: a copy beside the target, checked, and then the one rename
        with temporary_folder(target.parent) as beside:
            copied = shutil.copytree(temporary, beside / target.name)
            verify_vintage(copied)
            copied.rename(target)


@contextmanager
def temporary_folder(parent: Path):
    """A folder beside its later place (same disk, so that a rename is enough); gone when it was not moved."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=parent))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- bytes ------------------------------------------------------------------------------


def sha256_of(content: bytes) -> str:
    """Hex digest of some bytes."""
    return hashlib.sha256(content).hexdigest()


def _gzip(text: str) -> bytes:
    """Gzip without a time stamp: same text, same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as file:
        file.write(text.encode("utf-8"))
    return buffer.getvalue()


def _json(content: Mapping[str, Any] | Iterable[Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")
