"""Blocks in, pages out: the PDF (Typst) and its HTML sibling (Jinja).

The same blocks, metadata and style give the same bytes. Text reaches both templates as data, never as
markup.
"""

from __future__ import annotations

import base64
import functools
import io
import json
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2
import pikepdf
import typst
from markupsafe import Markup
from pikepdf import Array, Dictionary, Name, String

from pipeline.figures.style import DEFAULT_STYLE, HouseStyle
from pipeline.figures.web import font_faces
from pipeline.language.translation import COUNTRIES, active, tr
from pipeline.reports import page_checks, pdf_checks
from pipeline.reports.blocks import (
    Block,
    Figure,
    Heading,
    Kpi,
    Ledger,
    Mark,
    PageBreak,
    Table,
    check_document,
)
from pipeline.reports.data_files import STATUS_WORDS
from pipeline.reports.marks import footer_marks, mark_html, shapes_for_template
from pipeline.reports.metadata import ReportMetadata
from pipeline.reports.writing import RenderError, write_verified

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
    verify = functools.partial(pdf_checks.check_structure, language=active())
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
            "language": active(),
            "country": COUNTRIES[active()],
        },
        "words": {
            "source": tr("Bron: "),
            "says": tr("Wel: "),
            "says_not": tr("Niet: "),
            "of": tr(" van "),
        },
        "marks": shapes_for_template(),
        "footer_marks": [_mark_data(mark) for mark in footer_marks()],
        "cover": _block_data(cover),
        "sections": [
            {
                "starts_page": starts_page,
                "groups": [
                    {"together": bool(word), "blocks": [_block_data(block) for block in group]}
                    for word, group in _groups(section)
                ],
            }
            for starts_page, section in _page_sections(rest)
        ],
    }


def _page_sections(blocks: Iterable[Block]) -> list[tuple[bool, list[Block]]]:
    """Blocks under their heading of level 2, and whether they start a page.

    A chapter does (headings with one kicker are one chapter) unless its heading says otherwise, and so does what
    follows a page break. Other sections go on below the one before them.
    """
    sections: list[tuple[bool, list[Block]]] = []
    chapter, breaks = None, True
    for block in blocks:
        if isinstance(block, PageBreak):
            breaks = True
            continue
        heads = isinstance(block, Heading) and block.level == 2
        if heads or breaks or not sections:
            begins = heads and block.starts_page and block.kicker != chapter
            sections.append((breaks or begins, []))
            breaks = False
        if heads:
            chapter = block.kicker
        sections[-1][1].append(block)
    return sections


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


# --- HTML -------------------------------------------------------------------------------

MOST_ROWS_BEHIND = 60  # rows of data under a figure; longer ones stand in data.csv only


def render_html(
    blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle = DEFAULT_STYLE, *, target: Path
) -> Path:
    """Write the report as one HTML file that loads nothing: style, figures and fonts are inside.

    Two subsetted cuts (regular and bold, Latin letters) are embedded, about 80 kB: the labels in the
    figures were placed by the widths of this font, so with another one they would run into each other.

    Raises
    ------
    BlockError
        The blocks are not one sound document.
    RenderError
        The page failed its checks; the target is untouched.
    """
    check_document(blocks)
    content = html_text(blocks, metadata, style).encode("utf-8")
    return write_verified(target, content, functools.partial(page_checks.check_html, language=active()))


def html_text(blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle = DEFAULT_STYLE) -> str:
    """The page as text (unverified)."""
    cover, *rest = blocks
    return page_template(style).render(
        meta=metadata,
        style=style,
        cover=cover,
        sections=_sections(rest),
        language=active(),
        css=Markup(style_sheet(style, "report.css")),
        logo=logo_address(style),
        footer_marks=footer_marks(),
        most_rows=MOST_ROWS_BEHIND,
    )


def page_template(style: HouseStyle) -> jinja2.Template:
    """The compiled template of the page in a house style."""
    return _environment(style).get_template("report.html.j2")


@functools.cache
def _environment(style: HouseStyle) -> jinja2.Environment:
    """Filters and compiled templates of a house style; compiling takes a tenth of a second, once a process."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.filters |= {
        "mark": lambda mark: Markup(mark_html(mark, style)),
        "direction_mark": lambda card: Markup(
            mark_html(Mark(kind=card.direction, word=card.direction_word), style)
        ),
        "drawing": lambda figure: Markup(inline_svg(figure)),
        "dots": lambda count: Markup(_dots(count, style)),
        "placed": _placed,
        "upper_header": _upper_header,
        "lower_header": _lower_header,
        "status_word": lambda status: tr(STATUS_WORDS[status]),
    }
    environment.globals["tr"] = tr
    return environment


def _sections(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Blocks under their heading of level 2, each with an anchor."""
    sections: list[dict[str, Any]] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            sections.append({"block": block, "anchor": f"deel-{len(sections) + 1}", "blocks": []})
        elif sections:
            sections[-1]["blocks"].append(block)
        else:
            raise RenderError(
                f"a {block.kind} block stands before the first heading of level 2; move it below"
            )
    return sections


def _placed(row: Sequence[Any], columns: Sequence[Any]) -> list[tuple[Any, str]]:
    """The cells of a row with the side they are set to."""
    placed, x = [], 0
    for cell in row:
        placed.append((cell, "center" if cell.span > 1 else columns[x].align))
        x += cell.span
    return placed


def _upper_header(table: Table) -> list[dict[str, Any]]:
    """Upper header row; a blank cell becomes its label, two rows high."""
    cells, x = [], 0
    for over in table.over:
        columns = table.columns[x : x + over.span]
        if over.text:
            cells.append(
                {"text": over.text, "runs": over.runs, "span": over.span, "rows": 1, "align": "center"}
            )
        else:
            cells += [{"text": c.label, "runs": (), "span": 1, "rows": 2, "align": c.align} for c in columns]
        x += over.span
    return cells


def _lower_header(table: Table) -> list[Any]:
    labels, x = [], 0
    for over in table.over:
        if over.text:
            labels += table.columns[x : x + over.span]
        x += over.span
    return labels


_ID_USE = re.compile(r'(\bid="|url\(#|href="#)')


def inline_svg(figure: Figure) -> str:
    """A figure's SVG for inside a page: labelled by its alt text, its ids made its own."""
    start = figure.svg.index("<svg")
    head_end = figure.svg.index(">", start)
    head = figure.svg[start:head_end]
    view = re.search(r'viewBox="[^"]*"', head)
    if view is None:
        raise RenderError(
            f"the drawing of figure {figure.id!r} has no viewBox; draw it with figures.style.to_svg"
        )
    body = _ID_USE.sub(lambda match: f"{match[1]}{figure.id}-", figure.svg[head_end + 1 :])
    label = Markup.escape(figure.alt)
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {spaces} {view[0]} role="img" aria-label="{label}">{body.strip()}'


def _dots(count: int, style: HouseStyle) -> str:
    """A hundred dots, ``count`` of them filled; decoration beside the words."""
    dots = []
    for place in range(100):
        paint = f'fill="{style.data}"' if place < count else f'fill="#fff" stroke="{style.soft}"'
        dots.append(f'<circle cx="{10 + 20 * (place % 25)}" cy="{10 + 20 * (place // 25)}" r="7" {paint}/>')
    return f'<svg viewBox="0 0 500 80" aria-hidden="true" focusable="false">{"".join(dots)}</svg>'


def logo_address(style: HouseStyle) -> str | None:
    """The logo as an address that holds the picture itself; None without a logo."""
    if style.logo_svg is None:
        return None
    return f"data:image/svg+xml;base64,{base64.b64encode(style.logo_svg.encode()).decode('ascii')}"


def style_sheet(style: HouseStyle, name: str) -> str:
    """A style sheet of templates/ with the fonts and colours of the house style before it.

    Cutting the fonts takes a second, once a process.
    """
    colors = style.model_dump(exclude={"publisher", "font_family", "font_dirs", "logo_svg", "shades"})
    variables = "".join(f"--{name}:{color};" for name, color in colors.items())
    family = f"'{style.font_family}',Lato,Carlito,Calibri,'Segoe UI',system-ui,sans-serif"
    sheet = (TEMPLATES / name).read_text(encoding="utf-8")
    return f"{font_faces(style)}:root{{{variables}--font:{family}}}\n{sheet}"
