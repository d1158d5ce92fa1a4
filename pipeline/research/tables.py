"""Which tables a question is about: the stored ones, those of another vintage, or with an own area added."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import geopandas as gpd
import pandas as pd

from pipeline import stages, store
from pipeline.config import Folders, Settings, load_settings
from pipeline.research import MonitorError


class Tables(Protocol):
    """Tables of one vintage; also what ``pipeline.build`` gives."""

    @property
    def vintage(self) -> str:
        """Name of the vintage."""

    @property
    def borders(self) -> gpd.GeoDataFrame:
        """Borders of the gemeenten, EPSG:28992."""

    def read(self, name: str, **filters) -> pd.DataFrame:
        """A table, or the rows of it whose columns equal (or are among) the given values."""


@dataclass(frozen=True)
class StoredTables:
    """Tables on disk, each read once while its file stays the same."""

    folders: Folders

    @property
    def vintage(self) -> str:
        """Name of the vintage that the tables were made from."""
        return str(self.read("indicators")["vintage"].iloc[0])

    @property
    def borders(self) -> gpd.GeoDataFrame:
        """Borders of the gemeenten, EPSG:28992."""
        return _kept_borders(self.folders, _stamp(self.folders.tidy / f"{store.BORDERS}.parquet"))

    def read(self, name: str, **filters) -> pd.DataFrame:
        """A stored table or rows of it; see ``store.read``."""
        return store.select(_kept(name, self.folders, self.stamp(name)), name, **filters)

    def stamp(self, name: str) -> tuple[int, int]:
        """Changes when the stored table does."""
        return _stamp(store.path_of(name, self.folders))


def tables_of(vintage: str | Tables | None) -> Tables:
    """The stored tables (None), those of a vintage by name (made and kept when new), or the tables given.

    Raises
    ------
    MonitorError
        What is no name and no tables.
    """
    if vintage is None:
        return StoredTables(Folders())
    if isinstance(vintage, str):
        return StoredTables(stages.built(vintage))
    if not hasattr(vintage, "read"):
        held = sorted(path.parent.name for path in Folders().raw.glob(f"*/{store.MANIFEST}"))
        raise MonitorError(
            f"vintage={vintage!r} is {type(vintage).__name__}; give a name as text ({', '.join(held)}), or the tables "
            "of an own area."
        )
    return vintage


def name_of(vintage: str | Tables | None) -> str:
    """The name of a vintage, without making its tables."""
    return vintage if isinstance(vintage, str) else tables_of(vintage).vintage


def settings() -> Settings:
    """params.yaml of the project."""
    return load_settings(Folders().root / "params.yaml")


def _stamp(path: Path) -> tuple[int, int]:
    """Changes when the file does; (0, 0) without a file, so that the reader reports it."""
    if not path.is_file():
        return 0, 0
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@functools.lru_cache(maxsize=64)
def _kept(name: str, folders: Folders, stamp: tuple[int, int]) -> pd.DataFrame:
    return store.read(name, folders)


@functools.lru_cache(maxsize=4)
def _kept_borders(folders: Folders, stamp: tuple[int, int]) -> gpd.GeoDataFrame:
    return store.read_borders(folders)
