"""Every number behind a report as data.csv and data.xlsx."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill

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
        "value": "het getal zoals berekend, niet afgerond; leeg als het ontbreekt of is afgeschermd",
        "unit": "eenheid van value",
        "status": "{words}",
        "source": "tabel of berekening waar het getal uit komt",
        "display": "het getal zoals het in het rapport staat",
    }
)
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

    return write_verified(target, buffer.getvalue().encode("utf-8"), verify)


def write_data_xlsx(blocks: Iterable[Block], metadata: ReportMetadata, *, target: Path) -> Path:
    """Write the same rows as data.xlsx, with a sheet that explains them; the same input gives the same bytes."""
    rows = data_rows(blocks)
    book = openpyxl.Workbook()
    readme = book.active
    readme.title = tr("Leesmij")
    for line in _readme_lines(metadata, len(rows)):
        readme.append([_text(readme, words) for words in line])
    readme.column_dimensions["A"].width, readme.column_dimensions["B"].width = 24, 100
    readme["A1"].font = Font(bold=True, size=14)
    sheet = book.create_sheet(tr("Cijfers"))
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
        count = openpyxl.load_workbook(path, read_only=True)[tr("Cijfers")].max_row - 1
        return [] if count == len(rows) else [f"{count} rows were written instead of {len(rows)}"]

    return write_verified(target, _undated_zip(buffer.getvalue(), moment), verify)


def _text(sheet: Any, words: str) -> Any:
    """A cell that stays text: "=1+1" and "+11.900" are never taken for a formula."""
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=words)
    cell.data_type = "s"
    return cell


def _readme_lines(metadata: ReportMetadata, count: int) -> list[list[str]]:
    statuses = ", ".join(f"{code} ({tr(word)})" for code, word in STATUS_WORDS.items())
    columns = {name: tr(words).format(words=statuses) for name, words in COLUMN_WORDS.items()}
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
        *([name, columns[name]] for name in DATA_COLUMNS),
        [""],
        [tr("Bronnen"), ""],
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
