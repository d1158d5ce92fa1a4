"""Blocks in, PDF out (Typst). The same input gives the same bytes; text reaches the template as data, not markup."""

from __future__ import annotations

import functools
import io
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import typst
from pikepdf import Array, Dictionary, Name, String

from pipeline.figures.style import DEFAULT_STYLE, HouseStyle
from pipeline.reports import pdf_checks
from pipeline.reports.blocks import Answer, Block, anchor, chapters, check_document
from pipeline.reports.metadata import ReportMetadata
from pipeline.reports.status_icons import footer_marks, shapes_for_template
from pipeline.reports.writing import RenderError, write_verified
from pipeline.vocabulary import word
from pipeline.vocabulary.formats import LOCALES

TEMPLATES = Path(__file__).parent / "templates"
PDF_STANDARDS = ("ua-1", "a-2a")

# --- PDF --------------------------------------------------------------------------------


def render_pdf(
    blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle = DEFAULT_STYLE, *, target: Path
) -> Path:
    """Write the report as PDF/UA-1 and PDF/A-2A.

    Parameters
    ----------
    blocks : sequence of Block
        As from ``collect``.
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
    verify = functools.partial(pdf_checks.check_structure, language=metadata.language)
    return write_verified(target, pdf_bytes(blocks, metadata, style), verify)


def pdf_bytes(blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle = DEFAULT_STYLE) -> bytes:
    """The finished PDF in memory (unverified)."""
    content = json.dumps(template_data(blocks, metadata, style), ensure_ascii=False)
    try:
        made = typst.compile(
            str(TEMPLATES / "report.typ"),
            root=str(TEMPLATES),
            format="pdf",
            font_paths=typst_fonts(style.font_dirs),
            sys_inputs={"report": content},
            pdf_standards=list(PDF_STANDARDS),
        )
    except typst.TypstError as error:
        raise RenderError(f"Typst could not make the PDF of {metadata.title!r}: {error}") from error
    return add_row_headers(made)


@functools.cache
def typst_fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    """The fonts of the house style and Typst's own, found once and kept for every process forked from this one."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in folders])


_PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: 166mm)"""


@functools.lru_cache(
    maxsize=8
)  # the figure of the first page is a file of its own and stands in the Word file
def picture(svg: str, style: HouseStyle) -> bytes:
    """A drawing as PNG, at 150 dots an inch."""
    return typst.compile(
        _PICTURE, format="png", ppi=150, font_paths=typst_fonts(style.font_dirs), sys_inputs={"svg": svg}
    )


def template_data(blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle) -> dict[str, Any]:
    """Everything report.typ draws from, as plain data."""
    language = metadata.language
    return {
        "style": style.model_dump(mode="json", exclude={"font_dirs"}),
        "meta": {
            "title": metadata.title,
            "about": metadata.about,
            "author": style.publisher,
            "edition": metadata.edition_words,
            "description": metadata.description,
            "keywords": list(metadata.keywords),
            "date": [metadata.date.year, metadata.date.month, metadata.date.day],
            "language": language,
            "country": LOCALES[language].partition("_")[2],
        },
        "words": {key: word("phrase", key, language) for key in ("source", "page", "of", "on_page")},
        "marks": shapes_for_template(),
        "footer_marks": [{"kind": mark.kind, "label": mark.word} for mark in footer_marks(language)],
        "chapters": [
            {"anchor": anchor(place), "blocks": _grouped(chapter)}
            for place, chapter in enumerate(chapters(blocks), start=1)
        ],
    }


def _grouped(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """The blocks of a chapter as data, answers in a row as one: they share a grid."""
    made: list[dict[str, Any]] = []
    for block in blocks:
        content = _with_labels(block.model_dump(mode="json", exclude={"data", "narrow"}))
        if isinstance(block, Answer):
            if not made or made[-1]["kind"] != "answers":
                made.append({"kind": "answers", "items": []})
            made[-1]["items"].append(content)
        else:
            made.append(content)
    return made


def _with_labels(value: Any) -> Any:
    """Marks as the template knows them: kind and label."""
    if isinstance(value, dict):
        if value.keys() == {"kind", "word"}:
            return {"kind": value["kind"], "label": value["word"]}
        return {key: _with_labels(item) for key, item in value.items()}
    return [_with_labels(item) for item in value] if isinstance(value, list) else value


def add_row_headers(pdf: bytes) -> bytes:
    """Turn the first cell of every table row into a row header (TH, Scope Row).

    Typst marks column headers only. Cells that list their headers get the row's header added, so both
    ways of finding a header agree.
    """
    named: list[tuple[bytes, pikepdf.Object]] = []
    with tempfile.TemporaryDirectory() as folder:
        # a file, which is read in half the time that a buffer takes
        path = Path(folder) / "made.pdf"
        path.write_bytes(pdf)
        with pikepdf.open(path) as document:
            root = document.Root.StructTreeRoot
            for element in pdf_checks.read_tree(root):
                if element.kind == "/TR" and "/TBody" in element.above:
                    header = _mark_row_header(element, f"row-{len(named)}")
                    if header is not None:
                        named.append((f"row-{len(named)}".encode(), header))
            _add_to_id_tree(document, root, named)
            buffer = io.BytesIO()
            document.save(
                buffer,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=True,
                linearize=False,
            )
    return buffer.getvalue()


def _mark_row_header(row: pdf_checks.Element, name: str) -> pikepdf.Object | None:
    if not row.below or row.below[0].kind != "/TD":
        return None
    first, *others = (cell.entry for cell in row.below)
    old = pdf_checks.table_attributes(first)
    attributes = Dictionary(O=Name.Table, Scope=Name.Row)
    for key in ("/ColSpan", "/RowSpan", "/Headers"):
        if key in old:
            attributes[key] = old[key]
    first.S = Name.TH
    first.A = Array([attributes])
    first.ID = String(name)
    for cell in others:
        own = pdf_checks.table_attributes(cell)
        if "/Headers" in own:
            own.Headers = Array([*own.Headers, String(name)])
    return first


def _add_to_id_tree(
    document: pikepdf.Pdf, root: pikepdf.Object, named: list[tuple[bytes, pikepdf.Object]]
) -> None:
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
