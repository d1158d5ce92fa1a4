"""Blocks in, files out: PDF (Typst), HTML (Jinja), data.csv, data.xlsx and metadata.json.

The same blocks, metadata and style give the same bytes. Every file is written beside its target under
another name, verified, and only then put in place.
"""

from __future__ import annotations

import base64
import csv
import functools
import hashlib
import io
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jinja2
import openpyxl
import pikepdf
import typst
from fontTools import subset, ttLib
from markupsafe import Markup
from openpyxl.styles import Alignment, Font, PatternFill
from pikepdf import Array, Dictionary, Name, String
from pydantic import BaseModel, ConfigDict

from pipeline.figures.drawing import DataRow
from pipeline.figures.style import DEFAULT_STYLE, HouseStyle
from pipeline.reports import checks
from pipeline.reports.blocks import Block, Cover, Figure, Heading, Kpi, Ledger, Mark, Table, check_document, data_rows
from pipeline.reports.marks import FOOTER_MARKS, mark_html, shapes_for_template

TEMPLATES = Path(__file__).parent / "templates"
PDF_STANDARDS = ("ua-1", "a-2a")


class RenderError(RuntimeError):
    """A file that could not be made or did not pass its checks."""


class ReportMetadata(BaseModel):
    """What a report says about itself.

    title : also the PDF title and page header; region, edition : as printed;
    date : date on the document, fixed by the caller so that bytes do not change with the clock;
    vintage : of the data; parameters : of the notebook; commit : last one that touched the report's code;
    sources : one dict a source (table id, title, publisher, licence, ...), as in the provenance list.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    region: str
    region_code: str
    edition: str
    description: str
    keywords: tuple[str, ...] = ()
    date: date
    vintage: str
    parameters: dict[str, Any] = {}
    commit: str = "onbekend"
    sources: tuple[dict[str, Any], ...] = ()


# --- writing safely ---------------------------------------------------------------------


def _write(target: Path, content: bytes, verify: Callable[[Path], list[str]]) -> Path:
    """Write to a temporary file in the target's folder, verify it, put it in place."""
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=target.suffix)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        faults = verify(temporary)
        if faults:
            raise RenderError(
                f"{target.name} has {len(faults)} faults, e.g. {'; '.join(faults[:3])}. Nothing was written; "
                "mend the block that is named, or report the fault with the notebook."
            )
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


# --- PDF --------------------------------------------------------------------------------


def render_pdf(
    blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle = DEFAULT_STYLE, *, target: Path
) -> Path:
    """Write the report as PDF/UA-1 and PDF/A-2A.

    Parameters
    ----------
    blocks : sequence of Block
        As from ``collect``; the cover first.
    metadata : ReportMetadata
    style : HouseStyle
    target : Path

    Raises
    ------
    BlockError
        The blocks are not one sound document.
    RenderError
        Typst refused, or the PDF failed its structure checks; the target is untouched.
    """
    check_document(blocks)
    return _write(target, pdf_bytes(blocks, metadata, style), checks.check_structure)


def pdf_bytes(blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle = DEFAULT_STYLE) -> bytes:
    """The finished PDF in memory (unverified)."""
    content = json.dumps(template_data(blocks, metadata, style), ensure_ascii=False)
    try:
        made = typst.compile(
            str(TEMPLATES / "report.typ"),
            root=str(TEMPLATES),
            format="pdf",
            font_paths=[str(folder) for folder in style.font_dirs],
            ignore_system_fonts=True,
            sys_inputs={"report": content},
            pdf_standards=list(PDF_STANDARDS),
        )
    except typst.TypstError as error:
        raise RenderError(f"Typst could not make the PDF of {metadata.title!r}: {error}") from error
    return add_row_headers(made)


def template_data(blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle) -> dict[str, Any]:
    """Everything report.typ draws from, as plain data."""
    look = style.model_dump(mode="json", exclude={"font_dirs"})
    look["shade_text"] = [style.text_on(shade) for shade in style.shades]
    look["cover_text"] = "#ffffff"
    cover, *rest = blocks
    return {
        "style": look,
        "meta": {
            "title": metadata.title,
            "author": style.publisher,
            "description": metadata.description,
            "keywords": list(metadata.keywords),
            "date": [metadata.date.year, metadata.date.month, metadata.date.day],
        },
        "marks": shapes_for_template(),
        "footer_marks": [_mark_data(mark) for mark in FOOTER_MARKS],
        "cover": _block_data(cover),
        "groups": [
            {"together": bool(word), "blocks": [_block_data(block) for block in group]}
            for word, group in _groups(rest)
        ],
    }


def _groups(blocks: Iterable[Block]) -> list[tuple[str, list[Block]]]:
    """Blocks in a row with the same ``together`` word, or one by one."""
    groups: list[tuple[str, list[Block]]] = []
    for block in blocks:
        if groups and block.together and groups[-1][0] == block.together:
            groups[-1][1].append(block)
        else:
            groups.append((block.together, [block]))
    return groups


def _mark_data(mark: Mark) -> dict[str, str]:
    return {"kind": mark.kind, "label": mark.label}


def _block_data(block: Block) -> dict[str, Any]:
    """A block as the template needs it: without data rows, with every derived word filled in."""
    content = _with_labels(block.model_dump(mode="json", exclude={"data"}))
    if isinstance(block, Heading):
        content["starts_page"] = block.starts_page
    if isinstance(block, Kpi):
        for card, shown in zip(block.cards, content["cards"], strict=True):
            shown["mark"] = _mark_data(card.mark)
    if isinstance(block, Ledger):
        content["table"] = _block_data(block.table())
    return content


def _with_labels(value: Any) -> Any:
    """Replace every dumped mark by its kind and the word to print."""
    if isinstance(value, dict):
        if value.keys() == {"kind", "word"}:
            return _mark_data(Mark(**value))
        return {key: _with_labels(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_labels(item) for item in value]
    return value


def add_row_headers(pdf: bytes) -> bytes:
    """Turn the first cell of every table row into a row header (TH, Scope Row).

    Typst marks column headers only. Cells that list their headers get the row's header added, so both
    ways of finding a header agree.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root.StructTreeRoot
        named: list[tuple[bytes, pikepdf.Object]] = []
        for element, path in checks.walk(root):
            if element.S == Name.TR and "/TBody" in path:
                header = _mark_row_header(element, f"row-{len(named)}")
                if header is not None:
                    named.append((f"row-{len(named)}".encode(), header))
        _add_to_id_tree(document, root, named)
        buffer = io.BytesIO()
        document.save(
            buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True, linearize=False
        )
    return buffer.getvalue()


def _mark_row_header(row: pikepdf.Object, name: str) -> pikepdf.Object | None:
    cells = checks.children(row)
    if not cells or cells[0].S != Name.TD:
        return None
    first = cells[0]
    old = checks.table_attributes(first)
    attributes = Dictionary(O=Name.Table, Scope=Name.Row)
    for key in ("/ColSpan", "/RowSpan", "/Headers"):
        if key in old:
            attributes[key] = old[key]
    first.S = Name.TH
    first.A = Array([attributes])
    first.ID = String(name)
    for cell in cells[1:]:
        own = checks.table_attributes(cell)
        if "/Headers" in own:
            own.Headers = Array([*own.Headers, String(name)])
    return first


def _add_to_id_tree(document: pikepdf.Pdf, root: pikepdf.Object, named: list[tuple[bytes, pikepdf.Object]]) -> None:
    if not named:
        return
    known = list(named)
    stack = [root.IDTree] if "/IDTree" in root else []
    while stack:
        node = stack.pop()
        pairs = list(node.get("/Names", []))
        known += [(bytes(key), value) for key, value in zip(pairs[::2], pairs[1::2], strict=True)]
        stack += list(node.get("/Kids", []))
    known.sort(key=lambda pair: pair[0])
    names = Array([part for key, value in known for part in (String(key), value)])
    leaf = Dictionary(Limits=Array([String(known[0][0]), String(known[-1][0])]), Names=names)
    root.IDTree = document.make_indirect(Dictionary(Kids=Array([document.make_indirect(leaf)])))
