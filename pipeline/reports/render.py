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


# --- HTML -------------------------------------------------------------------------------

MOST_ROWS_BEHIND = 60  # rows of data under a figure; longer ones stand in data.csv only
# Letters of Dutch, its neighbours' names and the signs that reports use.
EMBEDDED_CHARACTERS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) + "‘’“”„–—…•−×→≥≤€\u2011\u202f"
EMBEDDED_CUTS = ((400, "Regular"), (700, "Bold"))
STATUS_WORDS = {
    "final": "definitief",
    "provisional": "voorlopig",
    "revised_provisional": "nader voorlopig",
    "published": "gepubliceerd",
    "estimate": "raming",
    "suppressed": "afgeschermd",
    "missing": "geen gegevens",
    "target": "doel",
    "assumption": "aanname",
}


def render_html(
    blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle = DEFAULT_STYLE, *, target: Path
) -> Path:
    """Write the report as one HTML file that loads nothing: style, figures and fonts are inside.

    Two subsetted cuts (regular and bold, Latin letters) are embedded, about 60 kB: the labels in the
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
    return _write(target, content, checks.check_html)


def html_text(
    blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle = DEFAULT_STYLE
) -> str:
    """The page as text (unverified)."""
    environment = _environment(style)
    cover, *rest = blocks
    return environment.get_template("report.html.j2").render(
        meta=metadata,
        style=style,
        cover=cover,
        sections=_sections(rest),
        css=Markup(_css(style)),
        footer_marks=FOOTER_MARKS,
        most_rows=MOST_ROWS_BEHIND,
    )


def _environment(style: HouseStyle) -> jinja2.Environment:
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
        "status_word": STATUS_WORDS.__getitem__,
    }
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
            raise RenderError(f"a {block.kind} block stands before the first heading of level 2; move it below")
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
            cells.append({"text": over.text, "span": over.span, "rows": 1, "align": "center"})
        else:
            cells += [{"text": c.label, "span": 1, "rows": 2, "align": c.align} for c in columns]
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
        raise RenderError(f"the drawing of figure {figure.id!r} has no viewBox; draw it with figures.style.to_svg")
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


def _css(style: HouseStyle) -> str:
    colors = style.model_dump(exclude={"publisher", "font_family", "font_dirs", "logo_svg", "shades"})
    variables = "".join(f"--{name}:{color};" for name, color in colors.items())
    family = f"'{style.font_family}',Lato,Carlito,Calibri,'Segoe UI',system-ui,sans-serif"
    faces = "".join(_font_face(style.font_dirs, style.font_family, weight, cut) for weight, cut in EMBEDDED_CUTS)
    sheet = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return f"{faces}:root{{{variables}--font:{family}}}\n{sheet}"


@functools.cache
def _font_face(font_dirs: tuple[Path, ...], family: str, weight: int, cut: str) -> str:
    """An @font-face rule with the Latin part of one cut inside it."""
    name = f"{family.replace(' ', '')}-{cut}.ttf"
    found = [folder / name for folder in font_dirs if (folder / name).is_file()]
    if not found:
        raise RenderError(f"font file {name} is not in {[str(d) for d in font_dirs]}; HTML needs regular and bold")
    options = subset.Options(flavor="woff", layout_features=["kern", "liga", "tnum"], recalc_timestamp=False)
    options.drop_tables += ["FFTM"]
    font = subset.load_font(str(found[0]), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=EMBEDDED_CHARACTERS)
    subsetter.subset(font)
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-display:swap;"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}\n"
    )


# --- data and metadata ------------------------------------------------------------------

DATA_COLUMNS = tuple(DataRow.model_fields)
COLUMN_WORDS = {
    "id": "figuur, tabel of kaart waar het getal in staat",
    "label": "welke lijn, balk, kaart of kolom",
    "region_code": "code van het gebied (CBS, of sleutel van een eigen gebied)",
    "region": "naam van het gebied",
    "period": "jaar, kwartaal of periode zoals gedrukt",
    "value": "het getal, ongeveer zoals berekend; leeg als het ontbreekt of is afgeschermd",
    "unit": "eenheid van value",
    "status": "final, provisional, revised_provisional, published, estimate (raming), suppressed, missing, target, assumption",
    "source": "tabel of berekening waar het getal uit komt",
    "display": "het getal zoals het in het rapport staat",
}
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def write_data_csv(blocks: Iterable[Block], *, target: Path) -> Path:
    """Write every number behind the report as data.csv (UTF-8, decimal point, one row a number).

    Values are written in full; ``display`` is the number as printed.
    """
    rows = data_rows(blocks)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(DATA_COLUMNS)
    for row in rows:
        writer.writerow(["" if value is None else value for value in row.model_dump().values()])

    def verify(path: Path) -> list[str]:
        with path.open(encoding="utf-8", newline="") as file:
            count = sum(1 for _ in csv.reader(file)) - 1
        return [] if count == len(rows) else [f"{count} rows were written instead of {len(rows)}"]

    return _write(target, buffer.getvalue().encode("utf-8"), verify)


def write_data_xlsx(blocks: Iterable[Block], metadata: ReportMetadata, *, target: Path) -> Path:
    """Write the same rows as data.xlsx, with a sheet "Leesmij" that explains them; same input, same bytes."""
    rows = data_rows(blocks)
    book = openpyxl.Workbook()
    readme = book.active
    readme.title = "Leesmij"
    for line in _readme_lines(metadata, len(rows)):
        readme.append([_text(readme, words) for words in line])
    readme.column_dimensions["A"].width, readme.column_dimensions["B"].width = 24, 100
    readme["A1"].font = Font(bold=True, size=14)
    sheet = book.create_sheet("Cijfers")
    sheet.append(list(DATA_COLUMNS))
    for row in rows:
        sheet.append([_text(sheet, v) if isinstance(v, str) else v for v in row.model_dump().values()])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="F1F5F8")
        cell.alignment = Alignment(vertical="top")
    for letter, width in zip("ABCDEFGHIJ", (18, 34, 14, 26, 22, 14, 20, 14, 34, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    book.properties.creator = "Groeimonitor"
    book.properties.title = metadata.title
    moment = datetime(metadata.date.year, metadata.date.month, metadata.date.day, tzinfo=UTC)
    buffer = io.BytesIO()
    book.save(buffer)

    def verify(path: Path) -> list[str]:
        count = openpyxl.load_workbook(path, read_only=True)["Cijfers"].max_row - 1
        return [] if count == len(rows) else [f"{count} rows were written instead of {len(rows)}"]

    return _write(target, _undated_zip(buffer.getvalue(), moment), verify)


def _text(sheet: Any, words: str) -> Any:
    """A cell that stays text: "=1+1" and "+11.900" are never taken for a formula."""
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=words)
    cell.data_type = "s"
    return cell


def _readme_lines(metadata: ReportMetadata, count: int) -> list[list[str]]:
    return [
        [metadata.title],
        ["Gebied", f"{metadata.region} ({metadata.region_code})"],
        ["Uitgave", metadata.edition],
        ["Momentopname", metadata.vintage],
        ["Programmatuur", metadata.commit],
        ["Rijen", f"{count} getallen op het blad Cijfers: elk getal in het rapport met wat erachter zit"],
        [""],
        ["Kolom", "Betekenis"],
        *([name, COLUMN_WORDS[name]] for name in DATA_COLUMNS),
        [""],
        ["Bronnen", ""],
        *(["", "; ".join(f"{key}: {value}" for key, value in source.items())] for source in metadata.sources),
    ]


def _undated_zip(content: bytes, moment: datetime) -> bytes:
    """The same workbook with a fixed date on its parts and in its properties."""
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, part)
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, part)
    return buffer.getvalue()


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
        Path(path).name: {"sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest(), "bytes": Path(path).stat().st_size}
        for path in sorted(files, key=lambda path: Path(path).name)
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    def verify(path: Path) -> list[str]:
        return [] if json.loads(path.read_text(encoding="utf-8")) == json.loads(text) else ["not readable as JSON"]

    return _write(target, text.encode("utf-8"), verify)
