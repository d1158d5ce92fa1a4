"""Workbooks of UWV that a user saved in data/inbox/uwv (xlsx, ods, csv).

No original could be obtained, so the reader assumes little: titles and empty rows on top, a header row that
moves, two header rows with merged cells, a region named only on its first row, totals and footnotes between
the figures, numbers as text, signs instead of figures. What it cannot place stops with the reason. How things
are called stands in ``uwv_columns.yaml``.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, zip_longest
from pathlib import Path

import openpyxl
import pandas as pd
from pydantic import BaseModel, ConfigDict

from pipeline.sources.catalog import Source, normal_text
from pipeline.sources.context import (
    Readers,
    RetrieveContext,
    SourceTable,
    classification_table,
    gemeente_names,
)
from pipeline.sources.errors import ContentError
from pipeline.sources.inbox import inbox_files, read_text, refuse_large, saved_file, saved_table
from pipeline.sources.region_names import RegionNameIndex
from pipeline.strict_yaml import read_yaml

ENDINGS = (".xlsx", ".ods", ".csv")
MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
          "november", "december")  # fmt: skip
_MONTH_NAME = re.compile(rf"\b(?P<month>{'|'.join(m[:3] for m in MONTHS)})[a-z]*\.?[ -]+(?P<year>20\d\d)\b")
_MONTH_NUMBER = re.compile(r"\b(?P<year>20\d\d)[-_/ ]?(?P<month>0[1-9]|1[0-2])(?:[-_/ ]?[0-3]\d)?(?:\b|_|\s)")
_DAY_FIRST = re.compile(r"\b[0-3]?\d[-/.](?P<month>0?[1-9]|1[0-2])[-/.](?P<year>20\d\d)\b")
#: Not of a range of years, nor before a month that is none.
_YEAR = re.compile(r"(?<!\d)(?<!\d[-/])(?P<year>20\d\d)(?![-/]?\d)")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3}){1,2}(?:,[0-9]+)?")
#: More than nine digits are no count of anything in the country.
_PLAIN = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]+)?")
#: 5,700 is five or five thousand: a Dutch and an English hand write the same.
_AMBIGUOUS = re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_ERROR = re.compile(r"#[A-Z/0]{2,}[!?]?")  # what a spreadsheet puts where a formula fails
NEXT_STEP = (
    "Look at the workbook; words that UWV uses can be added to pipeline/sources/uwv_columns.yaml. Take the file out of "
    "the inbox to go on without it."
)
Grid = list[list[str]]


class Columns(BaseModel):
    """What workbooks call things (uwv_columns.yaml)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    region_headers: list[str]
    code_headers: list[str]
    measures: dict[str, list[str]]
    skipped_columns: list[str]
    flows: list[str]
    plain_headers: list[str]
    row_ends: list[str]
    masks: dict[str, str]
    gemeenten: dict[str, str]
    arbeidsmarktregios: dict[str, str]


@lru_cache(maxsize=1)
def load_columns() -> Columns:
    """The shipped names."""
    path = Path(__file__).with_name("uwv_columns.yaml")
    return Columns.model_validate(read_yaml(path.read_text(encoding="utf-8")))


def read_uwv_inbox(context: RetrieveContext, source: Source) -> Readers:
    """One table a workbook of ``data/inbox/uwv``."""
    files = inbox_files(context.folders.inbox / "uwv", ENDINGS)

    def read(path: Path) -> SourceTable:
        return read_workbook(path, source, region_name_indexes(context))

    return [(path.name, partial(read, path)) for path in files]


def region_name_indexes(context: RetrieveContext) -> dict[str, RegionNameIndex]:
    """Names of gemeenten and of arbeidsmarktregio's, from the pull itself and the settings."""
    columns = load_columns()
    table = classification_table(context.arrived)
    values = table.observations.groupby("measure")["value"]
    codes = next((m for m, v in values if v.str.fullmatch(r"AM\d\d").all()), None)
    measures = table.codes["measures"].set_index("code")
    regions = pd.DataFrame(columns=["name", "code", "is_current"])
    if codes is not None:
        same = measures[measures["group"] == measures.loc[codes, "group"]]
        named = [m for m in same.index if same.loc[m, "title"] == "Naam"]
        wide = table.observations.pivot(index="RegioS", columns="measure", values="value")
        if named:
            regions = wide[[named[0], codes]].drop_duplicates().set_axis(["name", "code"], axis=1)
            regions["is_current"] = True
    return {
        "gemeente": RegionNameIndex.build(gemeente_names(context.arrived), columns.gemeenten),
        "arbeidsmarktregio": RegionNameIndex.build(regions, columns.arbeidsmarktregios),
    }


def read_workbook(path: Path, source: Source, books: dict[str, RegionNameIndex]) -> SourceTable:
    """One workbook as a raw table.

    Raises
    ------
    ContentError
        When no sheet has a header with a region, a name or figure is not understood, no period can be found,
        or a region has two figures for the same thing.
    """
    columns = load_columns()
    with saved_file(path, source.publisher, NEXT_STEP):
        sheets = read_grids(path)
        found = {name: find_header(grid, columns) for name, grid in sheets.items()}
        parts = [
            read_sheet(sheets[name], header, path.stem, columns, books)
            for name, header in found.items()
            if header is not None
        ]
        if not parts:
            words = " or ".join(columns.region_headers[:4])
            raise ContentError(f"no header found in {len(sheets)} sheet(s): no row holds {words}")
        cells = add_up_parts(pd.concat(parts, ignore_index=True))
    title = next((c for grid in sheets.values() for row in grid for c in row if c), path.stem)
    measures = {m: (m, "index" if m == "tension" else "aantal") for m in sorted(columns.measures)}
    return saved_table(path, source, cells, title=normal_text(title), dimension="Kenmerk", measures=measures)


# --- cells ------------------------------------------------------------------------------------


def read_grids(path: Path) -> dict[str, Grid]:
    """Sheets of a workbook as text; merged cells have their text in the first of them only."""
    if path.suffix.casefold() == ".csv":
        text = read_text(path)
        separator = max(";,\t", key=text.count)
        try:
            rows = zip_longest(*csv.reader(io.StringIO(text), delimiter=separator), fillvalue="")
            return {"csv": [list(row) for row in zip(*rows, strict=True)]}
        except csv.Error as error:
            raise ContentError(f"it cannot be opened ({error})") from error
    try:
        refuse_large(path)
        sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object)
    except ContentError:
        raise
    except Exception as error:
        raise ContentError(f"it cannot be opened ({type(error).__name__}: {error})") from error
    if path.suffix.casefold() == ".xlsx":
        _refuse_formulas(path)
    return {
        str(name): [[_cell_text(value) for value in row] for row in frame.to_numpy(dtype=object)]
        for name, frame in sheets.items()
    }


def _refuse_formulas(path: Path) -> None:
    """Stop on a formula whose result was not saved: its cell reads as an empty one."""
    formulas, results = (openpyxl.load_workbook(path, data_only=only) for only in (False, True))
    empty = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and results[sheet.title][cell.coordinate].value is None
    ]
    if empty:
        title, place, formula = empty[0]
        raise ContentError(
            f"{len(empty)} cell(s) hold a formula without its result, e.g. {place} of {title!r}: {formula}; open the "
            "workbook in a spreadsheet program and save it",
        )


def _cell_text(value: object) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NaT:
        return ""
    if isinstance(value, pd.Timestamp) or hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        # a point in a number cell is a decimal point; written with a comma it reads like all other text, and with
        # a fourth decimal it cannot be taken for thousands
        if value.is_integer():
            return str(int(value))
        text = repr(value).replace(".", ",")
        return f"{text}0" if _AMBIGUOUS.fullmatch(text) else text
    return str(value).strip()


# --- header --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Header:
    """Where the figures begin and what the columns are.

    first : number of the first row under the header
    names : header text a column, two rows joined
    region : column with the region's name;  code : column with its code, or None
    above : text of the rows above the header
    """

    first: int
    names: list[str]
    region: int
    code: int | None
    above: str


def find_header(grid: Grid, columns: Columns) -> Header | None:
    """The first row that names a region column; the row above or below it is joined when it is header too."""
    for number, row in enumerate(grid):
        region = _column_of(row, columns.region_headers)
        if region is None:
            continue
        rows, top, first = [row], number, number + 1
        above = grid[number - 1] if number else []
        if any(above[region + 1 :]) and sum(map(bool, above)) > 1:
            rows, top = [_filled_right(above, region), row], number - 1
        below = grid[first] if first < len(grid) else row
        if not below[region] and any(below) and not any(map(_PLAIN.fullmatch, below)):
            rows, first = [_filled_right(rows[-1], region), below], first + 1
        names = [normal_text(" ".join(filter(None, cells))) for cells in zip(*rows, strict=True)]
        names[region] = row[region]
        code = _column_of(row, columns.code_headers)
        text = " ".join(c for r in grid[:top] for c in r if c)
        return Header(first, names, region, code, text)
    return None


def _column_of(row: list[str], words: list[str]) -> int | None:
    cells = [normal_text(c).casefold() for c in row]
    return next((cells.index(word) for word in words if word in cells), None)


def _filled_right(row: list[str], region: int) -> list[str]:
    """Text of merged header cells, in every column they span; not over the columns up to the region."""
    return [*row[:region], *accumulate(row[region:], lambda last, cell: cell or last)]


# --- rows -----------------------------------------------------------------------------------------


def read_sheet(
    grid: Grid, header: Header, stem: str, columns: Columns, books: dict[str, RegionNameIndex]
) -> pd.DataFrame:
    """Cells of one sheet: measure, Kenmerk, RegioS, period, value, value_attribute, name, note."""
    rows = [list(row) for row in grid[header.first :]]
    last = ""
    for row in rows:
        # a region is named on its first row only
        last = row[header.region] or (last if any(row) else "")
        row[header.region] = last
    rows = [row for row in rows if _is_region_row(row, header, columns)]
    if not rows:
        raise ContentError("there are no rows with a region under the header")
    frame = pd.DataFrame(rows)
    if failed := [cell for row in rows for cell in row if _ERROR.fullmatch(cell)]:
        raise ContentError(f"{len(failed)} cell(s) hold an error of the spreadsheet, e.g. {failed[0]}")
    figures, kinds = _split_columns(frame, header, columns)
    if not figures:
        raise ContentError(
            f"no column is a known count of its own; the columns are {[n for n in header.names if n]}",
        )
    regions = _region_codes(frame, header, books)
    kind = frame[kinds].agg(" ".join, axis=1).map(normal_text) if kinds else pd.Series("", index=frame.index)
    parts = []
    for column, measure in figures.items():
        period = find_period([header.names[column], header.above, stem])
        if period is None:
            raise ContentError(
                f"no period in the header {header.names[column]!r}, the title or the file name"
            )
        values = [parse_figure(text, columns.masks) for text in frame[column]]
        if broken := [value for value, _ in values if measure != "tension" and value and float(value) % 1]:
            name = header.names[column]
            raise ContentError(f"{len(broken)} count(s) in {name!r} are no whole number, e.g. {broken[0]}")
        parts.append(
            pd.DataFrame(
                {
                    "measure": measure,
                    "Kenmerk": kind,
                    "RegioS": regions,
                    "period": period,
                    "value": [v for v, _ in values],
                    "value_attribute": [a for _, a in values],
                    "name": frame[header.region],
                    "note": [
                        "" if a == "None" else f"gepubliceerd als {text!r}"
                        for text, (_, a) in zip(frame[column], values, strict=True)
                    ],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _is_region_row(row: list[str], header: Header, columns: Columns) -> bool:
    name = normal_text(row[header.region]).casefold()
    others = [cell for number, cell in enumerate(row) if number != header.region and cell]
    return bool(name and others) and not name.startswith(tuple(columns.row_ends))


def _split_columns(frame: pd.DataFrame, header: Header, columns: Columns) -> tuple[dict[int, str], list[int]]:
    """Columns with figures (-> measure), and text columns that break a region down."""
    figures: dict[int, str] = {}
    kinds: list[int] = []
    for number, name in enumerate(header.names):
        if number in (header.region, header.code) or not (frame[number] != "").any():
            continue
        filled = frame[number][frame[number] != ""]
        is_figure = filled.map(
            lambda c: bool(_PLAIN.fullmatch(c) or _THOUSANDS.fullmatch(c) or _AMBIGUOUS.fullmatch(c))
        )
        masked = filled.str.casefold().isin(columns.masks)
        if not (is_figure | masked).mean() > 0.5:
            if normal_text(name).casefold() not in columns.region_headers:
                kinds.append(number)
            continue
        if any(word in name.casefold() for word in [*columns.skipped_columns, *columns.flows]):
            continue
        measure = find_measure(name, columns)
        of_flow = any(word in header.above.casefold() for word in columns.flows)
        if measure is None and is_plain_header(name, columns) and not of_flow:
            measure = find_measure(header.above, columns)
        if measure:
            figures[number] = measure
    return figures, kinds


def is_plain_header(name: str, columns: Columns) -> bool:
    """Whether a header says nothing of its own (a period, "aantal"), so that the title says what is counted."""
    words = name.casefold()
    for pattern in (_MONTH_NAME, _DAY_FIRST, _MONTH_NUMBER, _YEAR):
        words = pattern.sub(" ", words)
    return set(re.findall(r"[\w-]+", words)) <= set(columns.plain_headers)


def find_measure(text: str, columns: Columns) -> str | None:
    """Our name for what a header or title counts; the longest known word decides."""
    known = [(word, name) for name, words in columns.measures.items() for word in words]
    held = [(w, name) for w, name in known if re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text.casefold())]
    return max(held, key=lambda word: len(word[0]))[1] if held else None


def find_period(texts: list[str]) -> str | None:
    """CBS code of the first month or year in the texts, the most telling text first."""
    for text in texts:
        small = text.casefold()
        if found := _MONTH_NAME.search(small):
            month = next(n for n, m in enumerate(MONTHS, start=1) if m.startswith(found["month"]))
            return f"{found['year']}MM{month:02d}"
        if found := _DAY_FIRST.search(small) or _MONTH_NUMBER.search(small):
            return f"{found['year']}MM{int(found['month']):02d}"
        if found := _YEAR.search(small):
            return f"{found['year']}JJ00"
    return None


def parse_figure(text: str, masks: dict[str, str]) -> tuple[str, str]:
    """A figure with a decimal point and the reason "None", or no figure and why not.

    Dutch notation: "2.104" is two thousand, "2,1" is a bit more than two.
    """
    small = text.strip().casefold()
    if small in masks:
        return "", masks[small]
    if _AMBIGUOUS.fullmatch(small):
        raise ContentError(f"{text!r} may be thousands or decimals; write it without a comma")
    if small.startswith("-") and (_PLAIN.fullmatch(small) or _THOUSANDS.fullmatch(small)):
        raise ContentError(f"{text!r} is below zero, and a count is not")
    if _THOUSANDS.fullmatch(small):
        return small.replace(".", "").replace(",", "."), "None"
    if _PLAIN.fullmatch(small):
        return small.replace(",", "."), "None"
    raise ContentError(f"{text!r} is no figure and no known sign ({', '.join(repr(m) for m in masks)})")


def _region_codes(frame: pd.DataFrame, header: Header, books: dict[str, RegionNameIndex]) -> pd.Series:
    if header.code is not None:
        codes = frame[header.code].str.upper().str.strip()
        codes = codes.where(~codes.str.fullmatch(r"\d{1,4}"), "GM" + codes.str.zfill(4))
        wrong = codes[~codes.str.fullmatch(r"(?:GM\d{4}|(?:AM|PV|NL)\d\d)")]
        if len(wrong):
            raise ContentError(f"{len(wrong)} region code(s) have no known form, e.g. {wrong.iloc[0]!r}")
        known = {code for book in books.values() for code in book.codes.values()}
        own = frame[header.region].map(lambda name: {book.code(name) for book in books.values()} - {None})
        other = [c[:2] in ("GM", "AM") and c not in (o or known) for c, o in zip(codes, own, strict=True)]
        if any(other):
            example = f"{codes[other].iloc[0]} of {frame.loc[other, header.region].iloc[0]!r}"
            raise ContentError(
                f"{sum(other)} region code(s) are not known or of another name, e.g. {example}"
            )
        return codes
    names = frame[header.region]
    if "gemeente" in normal_text(header.names[header.region]).casefold():
        return books["gemeente"].map(names)
    # "regio" may be either: take the book that knows every name
    both = (books["arbeidsmarktregio"], books["gemeente"])
    return next((b for b in both if all(map(b.code, names.unique()))), both[0]).map(names)


def add_up_parts(cells: pd.DataFrame) -> pd.DataFrame:
    """One row a region: names that stand for one gemeente are added up, a missing part makes it missing.

    The same name twice is an error.
    """
    key = ["measure", "Kenmerk", "RegioS", "period"]
    double = cells.duplicated([*key, "name"], keep=False)
    if double.any():
        raise ContentError(
            f"{int(double.sum())} rows stand for the same, e.g. {cells[double].iloc[0].to_dict()}"
        )
    rows = []
    for values, group in cells.groupby(key, sort=True):
        if len(group) == 1:
            rows.append(group.iloc[0].to_dict())
            continue
        missing = group[group["value_attribute"] != "None"]
        whole = group["value"].map(lambda v: float(v) if v else 0.0).sum()
        rows.append(
            dict(zip(key, values, strict=True))
            | {
                "value": "" if len(missing) else f"{whole:.4f}".rstrip("0").rstrip("."),
                "value_attribute": missing["value_attribute"].iloc[0] if len(missing) else "None",
                "note": "som van " + " + ".join(group["name"]),
            }
        )
    return pd.DataFrame(rows)
