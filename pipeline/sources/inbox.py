"""Files that users save by hand in data/inbox."""

from __future__ import annotations

import datetime as dt
import logging
import re
from pathlib import Path

import pandas as pd

from pipeline.sources.catalog import Source
from pipeline.sources.context import SourceTable
from pipeline.sources.errors import ContentError, SourceError
from pipeline.store import RawTable, sha256_of

log = logging.getLogger(__name__)


def inbox_files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """Files of a kind in a folder, by name; other files are named in the log.

    Raises
    ------
    SourceError
        When there is none: what nobody saved is absent from the vintage, and the vintage says so.
    """
    saved = sorted(folder.iterdir()) if folder.is_dir() else []
    saved = [p for p in saved if p.is_file() and not p.name.startswith((".", "~$"))]
    files = [p for p in saved if p.suffix.casefold() in endings]
    others = [p.name for p in saved if p not in files and p.name.casefold() != "readme.md"]
    if others:
        log.warning("%s: %d file(s) left alone, only %s are read: %s", folder, len(others), endings, others)
    if not files:
        beside = f", only {len(others)} other file(s), e.g. {others[0]}" if others else ""
        raise SourceError(
            f"no {', '.join(endings)} file is saved there{beside}",
            table=f"data/inbox/{folder.name}",
            next_step="Save it there (data/inbox/README.md says in which form) and bring in a new vintage, or go "
            "on without this series.",
        )
    return files


def read_text(path: Path) -> str:
    """Text of a file that Excel or a person saved: UTF-8, or else cp1252."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def table_name(prefix: str, path: Path) -> str:
    """A table id made of the file name: small letters, digits and hyphens."""
    slug = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-")
    return f"{prefix}-{slug}"


def file_date(path: Path) -> str:
    """The day on which the file was saved."""
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date().isoformat()


def saved_table(
    path: Path,
    source: Source,
    *,
    title: str,
    observations: pd.DataFrame,
    codes: dict[str, pd.DataFrame],
    own_dimension: str | None,
) -> SourceTable:
    """A saved file as what a source brings: the dimension of its own, if it has one, the region and the period."""
    name = table_name(source.publisher, path)
    dimensions = [
        {"name": own_dimension, "title": own_dimension, "kind": "other"},
        {"name": "RegioS", "title": "Regio's", "kind": "region"},
        {"name": "Perioden", "title": "Perioden", "kind": "time"},
    ]
    properties = {
        "identifier": name,
        "title": title,
        "modified": file_date(path),
        "language": "nl",
        "publisher": source.publisher,
        "dimensions": [d for d in dimensions if d["name"] is not None],
    }
    return SourceTable(
        publisher=source.publisher,
        table_id=name,
        title=title,
        modified=properties["modified"],
        transport="inbox",
        request=f"{_place(path, source.publisher)} (sha256 {sha256_of(path.read_bytes())})",
        content=RawTable(source.publisher, name, observations, codes, properties),
    )


def wrong_file(path: Path, publisher: str, reason: str, next_step: str) -> ContentError:
    """The error for a saved file that cannot be read as it should."""
    return ContentError(reason, table=path.name, request=_place(path, publisher), next_step=next_step)


def _place(path: Path, publisher: str) -> str:
    # each publisher has its folder in the inbox; the place on this machine is nobody else's business
    return f"data/inbox/{publisher}/{path.name}"
