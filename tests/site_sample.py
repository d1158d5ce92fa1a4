"""Stand-ins for finished reports, for tests of the site; the tables are those of the embedded vintage."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pipeline.reports.files import FILES

VINTAGE = "embedded-2026-11"


def write_reports(folder: Path, codes: Iterable[str], **changed: str) -> Path:
    """Empty reports below ``folder``; ``changed`` goes into their metadata."""
    for code in codes:
        (folder / code).mkdir(parents=True)
        for name in FILES:
            (folder / code / name).write_text("<!DOCTYPE html><title>rapport</title>", encoding="utf-8")
        content = {"region_code": code, "vintage": VINTAGE, "language": "nl", "commit": "0123abc"} | changed
        (folder / code / "metadata.json").write_text(json.dumps(content), encoding="utf-8")
    return folder
