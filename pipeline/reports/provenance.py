"""What made a report: hashes of its code and of what went in."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipeline.folders import ROOT
from pipeline.reports.blocks import DataRow
from pipeline.store import Manifest


def code_files() -> list[Path]:
    """The files of this package, texts and templates included, without what Python and Jupyter leave beside them."""
    package = ROOT / "pipeline"
    left = {"__pycache__", ".ipynb_checkpoints"}
    return [p for p in package.rglob("*") if p.is_file() and left.isdisjoint(p.relative_to(package).parts)]


@functools.cache
def hash_of_code() -> str:
    """The start of a sha256 over the package: the same in a clone, an archive and a wheel, with or without history."""
    return hash_of_files(code_files(), ROOT)[:10]


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
