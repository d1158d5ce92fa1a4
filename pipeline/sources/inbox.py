"""Files that users save by hand in data/inbox."""

from __future__ import annotations

import datetime as dt
import logging
import re
import zipfile
from contextlib import AbstractContextManager
from pathlib import Path

import pandas as pd

from pipeline.sources.catalog import Source
from pipeline.sources.context import SourceTable, own_table
from pipeline.sources.errors import ContentError, SourceError, telling
from pipeline.store import sha256_of

log = logging.getLogger(__name__)

#: Unpacked bytes; a workbook of all gemeenten by month over ten years has 8 MB.
LARGEST = 20_000_000


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


def refuse_large(path: Path) -> None:
    """Refuse a file that is, or unpacks to, more than a table of gemeenten can be: it would take the memory.

    Raises
    ------
    ContentError
        When it is larger than ``LARGEST`` bytes.
    """
    size = path.stat().st_size
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
    if size > LARGEST:
        raise ContentError(
            f"it holds {size / 1e6:.0f} MB, more than the {LARGEST / 1e6:.0f} MB of a large workbook",
            next_step="Save the sheet with the figures alone.",
        )


def read_text(path: Path) -> str:
    """Text of a file that Excel or a person saved: UTF-8, or else cp1252."""
    refuse_large(path)
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def saved_table(
    path: Path, source: Source, cells: pd.DataFrame, *, title: str, dimension: str,
    measures: dict[str, tuple[str, str]], period_titles: dict[str, str] | None = None,
) -> SourceTable:  # fmt: skip
    """A saved file as what a source brings.

    Parameters
    ----------
    cells : measure, RegioS, period, value, value_attribute, note, and the text of a dimension of its own ("" in every
        row: there is none)
    measures : code -> title and unit
    """
    name = f"{source.publisher}-{re.sub(r'[^a-z0-9]+', '-', path.stem.casefold()).strip('-')}"
    texts = sorted(cells[dimension].unique())
    own = {text: f"{dimension[0]}{n:02d}" for n, text in enumerate(texts, start=1)} if texts != [""] else {}
    lists = {dimension: pd.DataFrame({"code": list(own.values()), "title": list(own)})} if own else {}
    dimensions = [(dimension, dimension, "other")] if own else []
    return own_table(
        source, name, cells.assign(**{dimension: cells[dimension].map(own)}), title=title,
        modified=dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date().isoformat(),
        transport="inbox", request=f"{_place(path, source.publisher)} (sha256 {sha256_of(path.read_bytes())})",
        regions=dict.fromkeys(sorted(cells["RegioS"].unique()), ""),
        measures={code: told for code, told in measures.items() if code in set(cells["measure"])},
        periods={p: (period_titles or {}).get(p, p) for p in sorted(cells["period"].unique())}, period_status="",
        dimensions=[*dimensions, ("RegioS", "Regio's", "region"), ("Perioden", "Perioden", "time")],
        codes=lists, properties={}, remarks=[],
    )  # fmt: skip


def saved_file(path: Path, publisher: str, next_step: str) -> AbstractContextManager[None]:
    """Errors from within name the saved file and what to do about it."""
    return telling(path.name, _place(path, publisher), next_step)


def _place(path: Path, publisher: str) -> str:
    # each publisher has its folder in the inbox; the place on this machine is nobody else's business
    return f"data/inbox/{publisher}/{path.name}"
