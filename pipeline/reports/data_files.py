"""Every number behind a report as data.csv, data.xlsx and facts.json."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from pipeline import vocabulary
from pipeline.config import Language
from pipeline.reports import blocks as form
from pipeline.reports.blocks import Block, DataRow, data_rows
from pipeline.reports.metadata import ReportMetadata
from pipeline.reports.writing import write_verified
from pipeline.vocabulary import word

DATA_COLUMNS = tuple(DataRow.model_fields)
NUMBERS = ("value", "low", "high", "level")
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_FIGURES_PART = "xl/worksheets/sheet2.xml"
#: what a spreadsheet takes for a formula; a figure with its sign and unit is none
_FORMULA = re.compile(r"(?![+-]?\s?[\d.,\s]+(?:\s?%|\s?procentpunten?|\s?percentage points?)?\Z)[=+\-@\t\r]")
_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LARGE = Font(bold=True, size=14)
_GROUND = PatternFill("solid", fgColor="F1F5F8")


def write_data_csv(blocks: Iterable[Block], *, target: Path) -> Path:
    """Write every number behind the report as data.csv (UTF-8, decimal point, one row a number).

    Values are written in full; ``display`` is the number as printed. A text that a spreadsheet would take for a formula
    gets an apostrophe before it.
    """
    rows = data_rows(blocks)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(DATA_COLUMNS)
    for row in rows:
        writer.writerow([_plain(value) for value in row.model_dump().values()])

    def verify(path: Path) -> list[str]:
        with path.open(encoding="utf-8", newline="") as file:
            count = sum(1 for _ in csv.reader(file)) - 1
        return [] if count == len(rows) else [f"{count} rows were written instead of {len(rows)}"]

    return write_verified(target, buffer.getvalue().encode("utf-8"), verify)


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def read_rows(path: Path) -> list[DataRow]:
    """The rows of a data.csv."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        found = [row | {name: row[name] or None for name in NUMBERS} for row in csv.DictReader(file)]
    return [DataRow(**{key: _unquoted(value) for key, value in row.items()}) for row in found]


def _unquoted(value: str | None) -> str | None:
    return value[1:] if value and value[0] == "'" and _FORMULA.match(value[1:]) else value


def write_facts_json(blocks: Sequence[Block], metadata: ReportMetadata, *, target: Path) -> Path:
    """Write facts.json: each sentence with the numbers it rests on, and names and quotes that hold digits."""
    content = {
        "region": metadata.region_code,
        "name": metadata.region,
        "edition": metadata.edition,
        "language": metadata.language,
        "vintage": metadata.vintage,
        "statements": [
            {"chapter": chapter[0].chapter, "text": text, "facts": [_fact(row) for row in block.data]}
            for chapter in form.chapters(blocks)
            for block in chapter
            for text in [form.statement(block)]
            if text
        ],
        "names": sorted({name for block in blocks for name in block.names if any(map(str.isdigit, name))}),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def verify(path: Path) -> list[str]:
        return [] if json.loads(path.read_text(encoding="utf-8")) == content else ["not readable as JSON"]

    return write_verified(target, text.encode("utf-8"), verify)


def read_names(path: Path) -> list[str]:
    """Names and quotes that hold digits, from a facts.json: their numbers are no figures of the report."""
    return json.loads(path.read_text(encoding="utf-8"))["names"]


def _fact(row: DataRow) -> dict[str, Any]:
    return {key: value for key, value in row.model_dump().items() if value not in (None, "")}


def write_data_xlsx(blocks: Iterable[Block], metadata: ReportMetadata, *, target: Path) -> Path:
    """Write the same rows as data.xlsx, with a sheet that explains them; the same input gives the same bytes."""
    rows, language = data_rows(blocks), metadata.language
    book = openpyxl.Workbook(write_only=True)
    readme = book.create_sheet(word("ui", "read_me", language))
    readme.column_dimensions["A"].width, readme.column_dimensions["B"].width = 24, 100
    for number, line in enumerate(_readme_lines(metadata, len(rows))):
        readme.append([_text(readme, words, font=_LARGE if number == 0 else None) for words in line])
    sheet = book.create_sheet(word("ui", "figures", language))
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{openpyxl.utils.get_column_letter(len(DATA_COLUMNS))}{len(rows) + 1}"
    sheet.append([_text(sheet, name, font=Font(bold=True), fill=_GROUND) for name in DATA_COLUMNS])
    moment = datetime.combine(metadata.date, time())
    book.properties.creator, book.properties.title = "Groeimonitor", metadata.title
    book.properties.created = book.properties.modified = moment
    buffer = io.BytesIO()
    book.save(buffer)
    made = same_zip(buffer.getvalue(), moment, {_FIGURES_PART: lambda part: _with_rows(part, rows)})

    def verify(path: Path) -> list[str]:
        with zipfile.ZipFile(path) as file:
            count = file.read(_FIGURES_PART).count(b"<row ") - 1
        return [] if count == len(rows) else [f"{count} rows were written instead of {len(rows)}"]

    return write_verified(target, made, verify)


def _with_rows(sheet: bytes, rows: Sequence[DataRow]) -> bytes:
    """The sheet with a row for each number behind its header; openpyxl would make an object of every cell."""
    columns = [openpyxl.utils.get_column_letter(place + 1) for place in range(len(DATA_COLUMNS))]
    lines = []
    for number, row in enumerate(rows, start=2):
        cells = (
            _cell(f"{column}{number}", getattr(row, name))
            for column, name in zip(columns, DATA_COLUMNS, strict=True)
        )
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    head, end, rest = sheet.partition(b"</sheetData>")
    return head + "".join(lines).encode() + end + rest


def _cell(place: str, value: str | float | None) -> str:
    """A cell of a sheet; a text stays text, whatever a spreadsheet would read in it."""
    if value is None:
        return ""
    if isinstance(value, str):
        words = html.escape(_NO_XML.sub("", value), quote=False)
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def _text(sheet: Any, words: str, font: Font | None = None, fill: PatternFill | None = None) -> Any:
    """A cell that stays text: "=1+1" and "+11.900" are never taken for a formula."""
    cell = WriteOnlyCell(sheet, value=_NO_XML.sub("", words))
    cell.data_type = "s"
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = fill
    return cell


def column_words(name: str, language: Language) -> str:
    """What a column of data.csv holds."""
    text = word("column", name, language)
    statuses = ", ".join(f"{code} ({said})" for code, said in vocabulary.words("status", language).items())
    return text.format(statuses=statuses)


def _readme_lines(metadata: ReportMetadata, count: int) -> list[list[str]]:
    language = metadata.language

    def ui(key: str) -> str:
        return word("ui", key, language)

    return [
        [metadata.title],
        [ui("region"), f"{metadata.region} ({metadata.region_code})"],
        [ui("edition"), metadata.edition],
        [ui("vintage"), metadata.vintage],
        [ui("code"), metadata.code],
        [ui("rows"), str(count)],
        [""],
        [ui("column"), ui("meaning")],
        *([name, column_words(name, language)] for name in DATA_COLUMNS),
        [""],
        [ui("sources"), ""],
        *(
            ["", "; ".join(f"{k}: {v}" for k, v in source.items() if k != "sha256")]
            for source in metadata.sources
        ),
    ]


def same_zip(
    content: bytes, moment: datetime, change: Mapping[str, Callable[[bytes], bytes]] | None = None
) -> bytes:
    """The same parts with a fixed date, so that the clock leaves no trace (Word and Excel files are zip files).

    change : what to do with single parts, by their name
    """
    buffer, stamp = io.BytesIO(), moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in sorted(source.namelist()):
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, part)
            part = (change or {}).get(name, bytes)(part)
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, part)
    return buffer.getvalue()
