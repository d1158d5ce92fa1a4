"""Files that users save by hand in data/inbox."""

from __future__ import annotations

import datetime as dt
import logging
import re
from pathlib import Path

log = logging.getLogger(__name__)


def inbox_files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """Files of a kind in a folder, by name; an absent or empty folder is fine, other files are named."""
    if not folder.is_dir():
        return []
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~$")))
    others = [p.name for p in files if p.suffix.casefold() not in endings]
    others = [name for name in others if name.casefold() != "readme.md"]
    if others:
        log.warning("%s: %d file(s) left alone, only %s are read: %s", folder, len(others), endings, others)
    return [p for p in files if p.suffix.casefold() in endings]


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
