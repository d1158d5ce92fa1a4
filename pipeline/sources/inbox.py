"""Files that users save by hand in data/inbox."""

from __future__ import annotations

import datetime as dt
import logging
import re
import zipfile
from pathlib import Path

import pandas as pd

from pipeline.sources.catalog import Source
from pipeline.sources.context import SourceTable
from pipeline.sources.errors import ContentError, SourceError
from pipeline.store import RawTable, sha256_of

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


def refuse_large(path: Path, publisher: str) -> None:
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
        raise wrong_file(
            path,
            publisher,
            f"it holds {size / 1e6:.0f} MB, more than the {LARGEST / 1e6:.0f} MB of a large workbook",
            "Save the sheet with the figures alone.",
        )


def read_text(path: Path, publisher: str) -> str:
    """Text of a file that Excel or a person saved: UTF-8, or else cp1252."""
    refuse_large(path, publisher)
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
    held = [m for m in measures if m in set(cells["measure"])]
    periods = sorted(cells["period"].unique())
    codes = {
        "RegioS": pd.DataFrame({"code": sorted(cells["RegioS"].unique()), "title": ""}),
        "measures": pd.DataFrame({"code": held, "title": [measures[m][0] for m in held], "group": "",
                                  "unit": [measures[m][1] for m in held], "decimals": 0}),
        "periods": pd.DataFrame({"code": periods, "title": [(period_titles or {}).get(p, p) for p in periods],
                                 "status": ""}),
    }  # fmt: skip
    if own:
        codes[dimension] = pd.DataFrame({"code": list(own.values()), "title": list(own)})
    dimensions = [("RegioS", "Regio's", "region"), ("Perioden", "Perioden", "time")]
    if own:
        dimensions.insert(0, (dimension, dimension, "other"))
    saved_on = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date().isoformat()
    properties = {
        "identifier": name,
        "title": title,
        "modified": saved_on,
        "language": "nl",
        "publisher": source.publisher,
        "dimensions": [dict(zip(("name", "title", "kind"), d, strict=True)) for d in dimensions],
    }
    raw = RawTable(
        source.publisher, name, cells.assign(**{dimension: cells[dimension].map(own)}), codes, properties
    )
    request = f"{_place(path, source.publisher)} (sha256 {sha256_of(path.read_bytes())})"
    return SourceTable(source.publisher, name, title, saved_on, "inbox", request, raw)


def wrong_file(path: Path, publisher: str, reason: str, next_step: str) -> ContentError:
    """The error for a saved file that cannot be read as it should."""
    return ContentError(reason, table=path.name, request=_place(path, publisher), next_step=next_step)


def _place(path: Path, publisher: str) -> str:
    # each publisher has its folder in the inbox; the place on this machine is nobody else's business
    return f"data/inbox/{publisher}/{path.name}"
