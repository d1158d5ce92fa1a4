"""What a notebook shows: a figure with its alt text, or a table in Dutch; one look for both."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline import store
from pipeline.config import Folders
from pipeline.figures.drawing import Drawing
from pipeline.figures.style import DEFAULT_STYLE as STYLE
from pipeline.figures.web import font_faces, inline_svg
from pipeline.language.numbers import hundreds, is_absent, no_data, number
from pipeline.reports.data_files import STATUS_WORDS
from pipeline.research import MonitorError
from pipeline.research.words import CHANGE_WORDS, EVIDENCE_WORDS, NO_CHANCE

_FONT = f"font-family:'{STYLE.font_family}',Carlito,Calibri,'Segoe UI',sans-serif"
_BOX = f"{_FONT};color:{STYLE.ink};background:#fff;max-width:46rem;margin:.6rem 0;padding:.6rem .9rem"
_TITLE = f"font-weight:700;font-size:1.05rem;color:{STYLE.navy};margin:0;text-align:left;white-space:normal"
_SMALL = f"color:{STYLE.soft};font-size:.85rem;margin:.1rem 0 .4rem;text-align:left"
_MANY_COLUMNS = 12
_ROUNDED_FROM = 1000
_CELL = f"border:0;border-bottom:1px solid {STYLE.rule};background:#fff;color:{STYLE.ink}"
_WORDS = {**STATUS_WORDS, **EVIDENCE_WORDS, **CHANGE_WORDS, True: "ja", False: "nee"}


def fonts_html() -> str:
    """The fonts of figures, for a page that shows figures without their own."""
    return f"<style>{font_faces()}</style>"


@dataclass(frozen=True)
class ShownFigure:
    """A figure with title, unit line and source; the last line of a notebook cell shows it.

    drawing : SVG, alt text and data rows; title : as printed; unit : quantity, unit and period; source : with the
    vintage
    """

    id: str
    title: str
    unit: str
    source: str
    drawing: Drawing

    @property
    def alt(self) -> str:
        """The figure in words, with its numbers."""
        return self.drawing.alt

    @property
    def data(self) -> pd.DataFrame:
        """The numbers behind the figure, one a row; columns as in a report's data.csv."""
        return pd.DataFrame([row.model_dump() for row in self.drawing.data_rows])

    def html(self, *, fonts: bool = True) -> str:
        """HTML of the figure; without ``fonts`` the page must hold ``fonts_html()``."""
        unit = f"{self.unit}. {self.drawing.axis_note}".strip().removesuffix(".") + "."
        return (
            f'{fonts_html() if fonts else ""}<figure role="group" aria-label="{html.escape(self.title)}" '
            f'style="{_BOX}"><figcaption><p style="{_TITLE}">{html.escape(self.title)}</p>'
            f'<p style="{_SMALL}">{html.escape(unit)}</p></figcaption>'
            f'{inline_svg(self.drawing, self.id)}<p style="{_SMALL}">{html.escape(self.source)}</p></figure>'
        )

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        return f"{self.title}. {self.alt}"

    def save(self, path: str | Path) -> Path:
        """Write the figure (.svg) or its numbers (.csv); a bare file name goes to reports/export.

        Raises
        ------
        MonitorError
            Another kind of file.
        """
        target = export_path(path, (".svg", ".csv"))
        if target.suffix == ".csv":
            store.write_csv(target, self.data)
        else:
            with store.replacing(target) as temporary:
                temporary.write_text(self.drawing.svg, encoding="utf-8")
        return target


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its words, and its place on the light-dark scale (0 to 4; None is white)."""

    words: str
    shade: int | None = None
    number: bool = False


@dataclass(frozen=True)
class ShownTable:
    """A table with caption, column headers and row headers; real cells, so that it can be read aloud."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]] = field(repr=False)
    source: str = ""

    @property
    def data(self) -> pd.DataFrame:
        """The words of the cells as a frame."""
        return pd.DataFrame([[cell.words for cell in row] for row in self.rows], columns=list(self.columns))

    def html(self, *, fonts: bool = True) -> str:
        """HTML of the table."""
        numeric = [all(row[place].number for row in self.rows) for place in range(len(self.columns))]
        wide = len(self.columns) > _MANY_COLUMNS
        size = "padding:.25rem .3rem" if wide else "padding:.28rem .6rem"
        head = "".join(
            f'<th scope="col" style="{size};{_CELL};border-bottom:2px solid {STYLE.navy};color:{STYLE.soft};'
            f'font-weight:400;text-align:{"right" if right else "left"}">{html.escape(name)}</th>'
            for name, right in zip(self.columns, numeric, strict=True)
        )
        body = "".join(
            "<tr>" + "".join(_cell(cell, place == 0, size) for place, cell in enumerate(row)) + "</tr>"
            for row in self.rows
        )
        source = f'<p style="{_SMALL}">{html.escape(self.source)}</p>' if self.source else ""
        return (
            f'{fonts_html() if fonts else ""}<div style="{_BOX};max-width:64rem;overflow-x:auto">'
            f'<table style="border-collapse:collapse;font-size:{".8rem" if wide else ".9rem"};{_FONT};margin:0">'
            f'<caption style="{_TITLE};caption-side:top;padding:0 0 .4rem">{html.escape(self.title)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{source}</div>"
        )

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        lines = [" | ".join(cell.words for cell in row) for row in self.rows]
        return "\n".join([self.title, " | ".join(self.columns), *lines])


class ReportFolder(type(Path())):
    """Folder of a report; the last line of a notebook cell shows its web page."""

    def _repr_html_(self) -> str | None:
        page = self / "report.html"
        if not page.is_file():
            return None
        text = page.read_text(encoding="utf-8")
        found = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
        title = html.escape(html.unescape(found[1].strip())) if found else "Rapport"
        return (
            f'<iframe title="{title}" srcdoc="{html.escape(text)}" style="width:100%;height:48rem;border:1px solid '
            f'{STYLE.rule}"></iframe>'
        )


def table(
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    *,
    title: str,
    decimals: Mapping[str, int] | None = None,
    years: Sequence[str] = (),
    source: str = "",
) -> ShownTable:
    """A table in Dutch from a frame: chosen columns with their headers, numbers written the Dutch way.

    Counts from a thousand in a row with status "estimate" are written to the hundred.

    Parameters
    ----------
    frame : any frame
    columns : column of the frame -> header
    decimals : digits after the comma by column; default 0
    years : columns that hold years (written without a thousands dot)
    """
    lacking = [column for column in columns if column not in frame]
    if lacking:
        raise MonitorError(f"The frame has no column {lacking[0]!r}; it has: {', '.join(frame.columns)}.")
    places = decimals or {}
    rows = [
        [
            _as_cell(row[column], places.get(column, 0), column in years, row.get("status") == "estimate")
            for column in columns
        ]
        for row in frame.to_dict("records")
    ]
    return ShownTable(title, list(columns.values()), rows, source)


def heat_table(
    values: pd.DataFrame,
    *,
    title: str,
    corner: str,
    words: pd.DataFrame,
    low: float,
    high: float,
    source: str = "",
) -> ShownTable:
    """A table whose cells carry a shade beside their words; the words alone say everything.

    Parameters
    ----------
    values : index row headers, columns column headers; NaN is white
    corner : header of the first column
    words : same shape, what stands in the cells
    low, high : values with the lightest and the darkest shade
    """
    span = (high - low) or 1.0
    rows = []
    for name, row in values.iterrows():
        cells = [Cell(str(name))]
        for column, value in row.items():
            shade = None if pd.isna(value) else int(min(max((value - low) / span, 0), 0.999) * 5)
            cells.append(Cell(str(words.loc[name, column]), shade, number=True))
        rows.append(cells)
    return ShownTable(title, [corner, *map(str, values.columns)], rows, source)


def export_path(path: str | Path, suffixes: Sequence[str]) -> Path:
    """Where an export goes: a bare name to reports/export, a path as given."""
    target = Path(path)
    if target.suffix not in suffixes:
        raise MonitorError(
            f"{target.name}: cannot write {target.suffix or 'this'}; use {' or '.join(suffixes)}."
        )
    return Folders().reports / "export" / target if target.parent == Path() else target


def _as_cell(value: object, decimals: int, is_year: bool, is_estimate: bool) -> Cell:
    if isinstance(value, (bool, str)):
        return Cell(str(_WORDS.get(value, value)))
    if value is None or is_absent(float(value)):
        return Cell(no_data() if not is_year else "open", number=True)
    if is_year:
        return Cell(str(int(value)), number=True)
    rounded = is_estimate and decimals == 0 and abs(float(value)) >= _ROUNDED_FROM
    return Cell(hundreds(float(value)) if rounded else number(float(value), decimals), number=True)


def _cell(cell: Cell, is_header: bool, size: str) -> str:
    look = f"{size};{_CELL};text-align:{'right' if cell.number else 'left'}"
    if cell.number:
        look += ";white-space:nowrap"
    if cell.shade is not None:
        ground = STYLE.shades[cell.shade]
        look += f";background:{ground};color:{STYLE.text_on(ground)}"
    words = html.escape(cell.words)
    if cell.words in (no_data(), NO_CHANCE):
        look += f";color:{STYLE.soft}"
    if is_header:
        look += ";font-weight:700" + ("" if cell.number else ";min-width:11rem")
        return f'<th scope="row" style="{look}">{words}</th>'
    return f'<td style="{look}">{words}</td>'
