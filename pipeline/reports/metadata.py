"""What a report says about itself, and metadata.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.config import Language
from pipeline.reports.writing import write_verified


class Link(BaseModel):
    """A place that a page leads to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    url: str


class LinkGroup(BaseModel):
    """Places that a page leads to, under one title."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    links: tuple[Link, ...]


class ReportMetadata(BaseModel):
    """What a report says about itself.

    title : also the PDF title; about : what the page header says; region, edition_words : as printed;
    language : of the report;
    date : date on the document, fixed by the caller so that bytes do not change with the clock;
    vintage : of the data; parameters : of the notebook, and the settings of indicators and models behind the
    figures; code : hash of the package, shortened; sources : one dict a source (table id, title,
    publisher, licence, ..., and the sha256 of its files in the vintage), as in the provenance list; links : regions
    around, in, beside and like this one; canonical : public address of the page, contact : of the publisher, empty when
    params.yaml names none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    about: str
    region: str
    region_code: str
    language: Language
    edition: str
    edition_words: str
    description: str
    keywords: tuple[str, ...] = ()
    date: date
    vintage: str
    parameters: dict[str, Any] = {}
    code: str
    sources: tuple[dict[str, Any], ...] = ()
    links: tuple[LinkGroup, ...] = ()
    canonical: str = ""
    contact: str = ""


def write_metadata(
    metadata: ReportMetadata, files: Iterable[Path], *, target: Path, extra: Mapping[str, Any] | None = None
) -> Path:
    """Write metadata.json: what made the report, and the sha256 of each of its files.

    Parameters
    ----------
    metadata : ReportMetadata
    files : files of the report, beside ``target``
    extra : further keys, e.g. warnings of the run
    """
    content = metadata.model_dump(mode="json") | dict(extra or {})
    content["files"] = {
        Path(path).name: {
            "sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest(),
            "bytes": Path(path).stat().st_size,
        }
        for path in sorted(files, key=lambda path: Path(path).name)
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    def verify(path: Path) -> list[str]:
        return (
            []
            if json.loads(path.read_text(encoding="utf-8")) == json.loads(text)
            else ["not readable as JSON"]
        )

    return write_verified(target, text.encode("utf-8"), verify)
