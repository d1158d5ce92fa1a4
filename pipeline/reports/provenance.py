"""What made a report: the commit of its code and data, and hashes of what went in."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipeline.reports.blocks import DataRow
from pipeline.store import Manifest

#: what a report depends on; other commits do not change it
MADE_FROM = ("pipeline", "notebooks/reports", "params.yaml", "data/raw", "data/reference", "house_style")
UNKNOWN, CHANGED = "unknown", "+changed"


def commit_of(root: Path) -> str:
    """Short hash of the last commit that touched what reports are made from.

    Returns
    -------
    str
        "unknown" without git or history, with "+changed" behind it when files differ from that commit.
    """
    last = _git(root, "log", "-1", "--format=%h", "--", *MADE_FROM)
    if not last:
        return UNKNOWN
    return last + (CHANGED if _git(root, "status", "--porcelain", "--", *MADE_FROM) else "")


def uncommitted(root: Path) -> list[str]:
    """Files that differ from the last commit, or that git does not know."""
    return [line[3:] for line in _git(root, "status", "--porcelain").splitlines()]


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.rstrip() if done.returncode == 0 else ""


def hash_of_files(files: Iterable[Path], root: Path) -> str:
    """One sha256 over names and contents of files, in order of their names."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def hash_of_rows(rows: Sequence[DataRow]) -> str:
    """A sha256 over every number of a report."""
    return hashlib.sha256("\n".join(row.model_dump_json() for row in rows).encode()).hexdigest()


def source_entries(manifest: Manifest, rows: Iterable[DataRow]) -> tuple[dict[str, Any], ...]:
    """The tables that the numbers of a report come from, as the manifest of the vintage describes them."""
    used = {part for row in rows for part in re.split(r"[\s,;]+", row.source)}
    return tuple(
        {
            "table": table.table_id,
            "title": table.title,
            "publisher": table.original_source or table.publisher,
            "modified": table.modified,
            "retrieved_at": table.retrieved_at,
            "licence": table.licence,
            "periods": f"{table.first_period} - {table.last_period}",
            "sha256": table.sha256,
        }
        for table in manifest.tables
        if table.table_id in used
    )
