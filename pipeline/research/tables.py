"""Which tables a question is about: the stored ones, those of another vintage, or with an own area added."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from pipeline import store
from pipeline.config import Settings, load_settings
from pipeline.errors import MonitorError
from pipeline.folders import Folders
from pipeline.schemas import TABLES
from pipeline.tables import Tables

_TABLE_LIST = re.compile(r"^[\w-]+(?:, [\w-]+)*$")


class _StoredOnce(dict):
    """Stored tables by name, each read when it is first asked for."""

    def __init__(self, folders: Folders):
        super().__init__()
        self.folders = folders

    def __missing__(self, name: str) -> pd.DataFrame:
        self[name] = store.read(name, self.folders)
        return self[name]


def tables_of(vintage: str | Tables | None) -> Tables:
    """The stored tables (None, or the vintage they were made of), those of a vintage by name, or the tables given.

    Raises
    ------
    MonitorError
        What is no name and no tables.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    if isinstance(vintage, Tables):
        return vintage
    if not isinstance(vintage, str | None):
        raise MonitorError(
            f"vintage={vintage!r} is {type(vintage).__name__}; give a name as text: {_held()}."
        )
    folders = Folders()
    if vintage is not None and vintage != _stored_vintage(folders):
        from pipeline import stages  # here, because most questions are about tables that are made

        folders = stages.built(vintage)
    return Tables(_stored_vintage(folders), _StoredOnce(folders), store.read_borders(folders))


def _stored_vintage(folders: Folders) -> str | None:
    """The vintage that stored tables were made from; None without tables."""
    path = store.path_of("indicators", folders)
    return str(pd.read_parquet(path, columns=["vintage"])["vintage"].iloc[0]) if path.is_file() else None


def with_rows(tables: Tables, rows: Mapping[str, pd.DataFrame]) -> Tables:
    """The tables with rows added to some of them."""
    every = {name: tables.read(name) for name in TABLES}
    for name, part in rows.items():
        every[name] = pd.concat([every[name], part[every[name].columns]], ignore_index=True)
    return Tables(tables.vintage, every, tables.borders)


def settings() -> Settings:
    """params.yaml of the project."""
    return load_settings(Folders().root / "params.yaml")


def vintages(in_use: str) -> pd.DataFrame:
    """The vintages in data/raw; see ``Monitor.vintages``."""
    every = [store.read_manifest(path.parent) for path in sorted(Folders().raw.glob(f"*/{store.MANIFEST}"))]
    frame = pd.DataFrame([one.model_dump(include={"vintage", "made_at"}) for one in every])
    frame["tables"] = [len(one.tables) for one in every]
    frame["rows"] = [sum(table.rows for table in one.tables) for one in every]
    frame["absent"] = [len(one.absent) for one in every]
    frame["in_use"] = frame["vintage"] == in_use
    return described(frame, "none: no quantities", ["manifest"], _held())


def sources(vintage: str) -> pd.DataFrame:
    """The tables of a vintage, from its manifest; see ``Monitor.sources``."""
    manifest = store.read_manifest(Folders().raw / vintage)
    rows = [table.model_dump(exclude={"sha256", "remarks"}) for table in manifest.tables]
    frame = pd.DataFrame(rows).sort_values(["need", "table_id"], ignore_index=True).assign(vintage=vintage)
    return described(frame, "none: no quantities", frame["table_id"], vintage)


def raw_folder(vintage: str) -> Path:
    """Where the files of a vintage lie."""
    return Folders().raw / vintage


def described(frame: pd.DataFrame, unit: str, used: Iterable[str], vintage: str) -> pd.DataFrame:
    """The frame with unit, source and vintage in its attrs too."""
    frame.attrs = {"unit": unit, "source": joined_sources(used), "vintage": vintage}
    return frame


def joined_sources(used: Iterable[str]) -> str:
    """All sources once: table ids with a comma between them, titles (which hold commas) with a semicolon."""
    every = {str(source).strip() for source in used}
    tables = {part for source in every if _TABLE_LIST.match(source) for part in source.split(", ")}
    titles = {source for source in every if source and not _TABLE_LIST.match(source)}
    return "; ".join([part for part in (", ".join(sorted(tables)), *sorted(titles)) if part])


def _held() -> str:
    return ", ".join(sorted(path.parent.name for path in Folders().raw.glob(f"*/{store.MANIFEST}")))
