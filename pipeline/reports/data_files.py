"""Every number behind a report as data.csv and data.xlsx."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.compat import safe_string
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.writer.excel import ExcelWriter

from pipeline.figures.drawing import DataRow
from pipeline.language.translation import to_translate, tr
from pipeline.reports.blocks import Block, data_rows
from pipeline.reports.metadata import ReportMetadata
from pipeline.reports.writing import write_verified

STATUS_WORDS = to_translate(
    {
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
)
DATA_COLUMNS = tuple(DataRow.model_fields)
COLUMN_WORDS = to_translate(
    {
        "id": "figuur, tabel of kaart waar het getal in staat",
        "label": "welke lijn, balk, kaart of kolom",
        "region_code": "code van het gebied (CBS, of sleutel van een eigen gebied)",
        "region": "naam van het gebied",
        "period": "jaar, kwartaal of periode zoals gedrukt",
        "value": "het getal zoals berekend, in tien cijfers; leeg als het ontbreekt of is afgeschermd",
        "unit": "eenheid van value",
        "status": "{words}",
        "source": "tabel of berekening waar het getal uit komt",
        "display": "het getal zoals het in het rapport staat",
    }
)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_FIGURES_PART = "xl/worksheets/sheet2.xml"
_ROWS_END = b"</sheetData>"
_LETTERS = "ABCDEFGHIJ"
#: A figure as it is printed, with its sign and unit: no formula, whatever it begins with.
_FIGURE = re.compile(r"[+-]?\s?[\d.,\s]+(?:\s?%|\s?procentpunten?)?")
_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_TEXT = 32_767  # that a cell can hold
_LARGE = Font(bold=True, size=14)
_GROUND = PatternFill("solid", fgColor="F1F5F8")


def write_data_csv(blocks: Iterable[Block], *, target: Path) -> Path:
    """Write every number behind the report as data.csv (UTF-8, decimal point, one row a number).

    Values are written in ten digits; ``display`` is the number as printed.
    """
    rows = data_rows(blocks)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(DATA_COLUMNS)
    for row in rows:
        writer.writerow([_no_formula(value) for value in row.model_dump().values()])

    def verify(path: Path) -> list[str]:
        with path.open(encoding="utf-8", newline="") as file:
            count = sum(1 for _ in csv.reader(file)) - 1
        return [] if count == len(rows) else [f"{count} rows were written instead of {len(rows)}"]

    return write_verified(target, buffer.getvalue().encode("utf-8"), verify)


def _no_formula(value: Any) -> Any:
    """A cell that a spreadsheet takes for text: what begins as a formula and is no figure gets an apostrophe."""
    if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") and not _FIGURE.fullmatch(value):
        return f"'{value}"
    return "" if value is None else value


def write_data_xlsx(blocks: Iterable[Block], metadata: ReportMetadata, *, target: Path) -> Path:
    """Write the same rows as data.xlsx, with a sheet that explains them; the same input gives the same bytes."""
    rows = data_rows(blocks)
    book = openpyxl.Workbook(write_only=True)
    readme = book.create_sheet(tr("Leesmij"))
    readme.column_dimensions["A"].width, readme.column_dimensions["B"].width = 24, 100
    for number, line in enumerate(_readme_lines(metadata, len(rows))):
        readme.append([_text(readme, words, font=_LARGE if number == 0 else None) for words in line])
    sheet = book.create_sheet(tr("Cijfers"))
    for letter, width in zip(_LETTERS, (18, 34, 14, 26, 22, 14, 20, 14, 34, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{_LETTERS[-1]}{len(rows) + 1}"
    sheet.append([_text(sheet, name, font=Font(bold=True), fill=_GROUND) for name in DATA_COLUMNS])
    moment = datetime.combine(metadata.date, time())
    book.properties = DocumentProperties(
        creator="Groeimonitor", title=metadata.title, created=moment, modified=moment
    )
    buffer = io.BytesIO()
    # not book.save: it sets the time of now
    with zipfile.ZipFile(buffer, "w") as archive:
        ExcelWriter(book, archive).write_data()

    def verify(path: Path) -> list[str]:
        with zipfile.ZipFile(path) as file:
            count = file.read(_FIGURES_PART).count(b"<row ") - 1
        return [] if count == len(rows) else [f"{count} rows were written instead of {len(rows)}"]

    return write_verified(target, _finished_zip(buffer.getvalue(), rows), verify)


def _text(sheet: Any, words: str, font: Font | None = None, fill: PatternFill | None = None) -> Any:
    """A cell that stays text: "=1+1" and "+11.900" are never taken for a formula."""
    cell = WriteOnlyCell(sheet, value=words)
    cell.data_type = "s"
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = fill
    return cell


def column_words(name: str) -> str:
    """What a column of data.csv holds."""
    statuses = ", ".join(f"{code} ({tr(word)})" for code, word in STATUS_WORDS.items())
    return tr(COLUMN_WORDS[name], words=statuses)


def _readme_lines(metadata: ReportMetadata, count: int) -> list[list[str]]:
    return [
        [metadata.title],
        [tr("Gebied"), f"{metadata.region} ({metadata.region_code})"],
        [tr("Uitgave"), metadata.edition],
        [tr("Momentopname"), metadata.vintage],
        [tr("Programmatuur"), metadata.commit],
        [
            tr("Rijen"),
            tr(
                "{count} getallen op het blad Cijfers: elk getal in het rapport met wat erachter zit",
                count=count,
            ),
        ],
        [""],
        [tr("Kolom"), tr("Betekenis")],
        *([name, column_words(name)] for name in DATA_COLUMNS),
        [""],
        [tr("Bronnen"), ""],
        *(
            ["", "; ".join(f"{key}: {value}" for key, value in source.items() if key != "sha256")]
            for source in metadata.sources
        ),
    ]


def _finished_zip(content: bytes, rows: Sequence[DataRow]) -> bytes:
    """The same parts with the rows put in, compressed, with a fixed date."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == _FIGURES_PART:
                # the header row and all around it are openpyxl's, which takes long over cells alone
                start, end = part.split(_ROWS_END)
                part = start + _sheet_rows(rows) + _ROWS_END + end
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, part)
    return buffer.getvalue()


def _sheet_rows(rows: Iterable[DataRow]) -> bytes:
    """Rows 2 and on of the sheet with the figures, to the letter as openpyxl writes them, in a tenth of its time.

    Raises
    ------
    IllegalCharacterError
        A text with a control character, which a sheet cannot hold.
    """
    written = []
    for number, row in enumerate(rows, start=2):
        cells = [
            _sheet_cell(f"{letter}{number}", value)
            for letter, value in zip(_LETTERS, row.model_dump().values(), strict=True)
        ]
        written.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(written).encode("ascii", "xmlcharrefreplace")


def _sheet_cell(place: str, value: str | float | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return f'<c r="{place}" t="n"><v>{safe_string(value)}</v></c>'
    if _NO_XML.search(value):
        raise IllegalCharacterError(f"{value!r} cannot be used in a sheet")
    if not value:
        return f'<c r="{place}" t="inlineStr"></c>'
    text = value[:_LONGEST_TEXT]
    space = ' xml:space="preserve"' if text != text.strip() else ""
    escaped = escape(text, {"\r": "&#13;"})
    return f'<c r="{place}" t="inlineStr"><is><t{space}>{escaped}</t></is></c>'
