"""What a notebook shows: a figure with its numbers and words, and a table written the Dutch way."""

from __future__ import annotations

import functools
import html
import math
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import store, vocabulary
from pipeline.errors import MonitorError
from pipeline.figures.drawing import Drawing
from pipeline.figures.style import DEFAULT_STYLE as STYLE
from pipeline.figures.web import font_faces, inline_svg, svg_alone
from pipeline.folders import Folders
from pipeline.vocabulary.formats import number

_FONT = f"font-family:'{STYLE.font_family}',Carlito,Calibri,'Segoe UI',sans-serif"
_BOX = f"{_FONT};color:{STYLE.ink};background:#fff;max-width:46rem;margin:.6rem 0;padding:.6rem .9rem"
_TITLE = f"font-weight:700;font-size:1.05rem;color:{STYLE.navy};margin:0;text-align:left"
_SMALL = f"color:{STYLE.soft};font-size:.85rem;margin:.1rem 0 .4rem;text-align:left"
_RATES = ("pct", "per_1000_residents")
_MOST_ROUNDED = 100
#: One page of one figure; what is printed comes in as data, never as markup.
_PAGE = """#let given = json(bytes(sys.inputs.figure))
#set document(title: given.title)
#set page(width: 182mm, height: auto, margin: 8mm)
#set text(font: given.font, size: 9pt, lang: "nl")
#block(text(size: 11pt, weight: "bold", given.title))
#given.unit
#image(bytes(given.svg), format: "svg", alt: given.alt, width: 100%)
#text(size: 8pt, given.source)
"""


@dataclass(frozen=True)
class Figure:
    """A figure with title, unit line and source; the last line of a notebook cell shows it.

    data : the numbers drawn, one a row, each with its own unit, status, source and vintage
    drawing : SVG and alt text
    """

    title: str
    unit: str
    source: str
    drawing: Drawing = field(repr=False)
    data: pd.DataFrame = field(repr=False)

    @property
    def alt(self) -> str:
        """The figure in words, with its numbers."""
        return self.drawing.alt

    def html(self, *, fonts: bool = True) -> str:
        """The figure as HTML; without ``fonts`` the page must hold the font that labels were placed by."""
        identity = re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-") or "figuur"
        return (
            f'{f"<style>{font_faces()}</style>" if fonts else ""}<figure role="group" '
            f'aria-label="{html.escape(self.title)}" style="{_BOX}"><figcaption><p style="{_TITLE}">'
            f'{html.escape(self.title)}</p><p style="{_SMALL}">{html.escape(self._unit_line)}</p></figcaption>'
            f'{inline_svg(self.drawing, identity)}<p style="{_SMALL}">{html.escape(self.source)}</p></figure>'
        )

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        return f"{self.title}. {self.alt}"

    @property
    def _unit_line(self) -> str:
        return f"{self.unit}. {self.drawing.axis_note}".strip().removesuffix(".") + "."

    def save(self, path: str | Path) -> Path:
        """Write the figure (.svg, .png, .pdf) or its numbers (.csv); a bare file name goes to reports/export.

        Raises
        ------
        MonitorError
            Another kind of file.
        """
        target = export_path(path, (".svg", ".png", ".pdf", ".csv"))
        if target.suffix == ".csv":
            store.write_csv(target, self.data)
        else:
            drawn = svg_alone(self.drawing.svg, self.title, self.alt).encode()
            content = drawn if target.suffix == ".svg" else self._typeset(target.suffix[1:])
            with store.replacing(target) as temporary:
                temporary.write_bytes(content)
        return target

    def _typeset(self, kind: str) -> bytes:
        import json

        import typst  # here, because most figures are only looked at

        given = {"title": self.title, "unit": self._unit_line, "source": self.source, "alt": self.alt,
                 "svg": self.drawing.svg, "font": STYLE.font_family}  # fmt: skip
        fonts = [str(folder) for folder in STYLE.font_dirs]
        inputs = {"figure": json.dumps(given, ensure_ascii=False)}
        options = {"ppi": 200} if kind == "png" else {}
        return typst.compile(_PAGE.encode(), format=kind, font_paths=fonts, sys_inputs=inputs, **options)


class ReportFolder(type(Path())):
    """Folder of a report; the last line of a notebook cell shows its web page."""

    def _repr_html_(self) -> str | None:
        page = self / "report.html"
        if not page.is_file():
            return None
        text = page.read_text(encoding="utf-8")
        found = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
        title = html.escape(html.unescape(found[1].strip())) if found else "Rapport"
        frame = f"width:100%;height:48rem;border:1px solid {STYLE.rule}"
        return f'<iframe title="{title}" srcdoc="{html.escape(text)}" style="{frame}"></iframe>'


# --- numbers in words ---------------------------------------------------------------------


def step_of(row: Mapping[str, Any]) -> float:
    """The multiple to which a value is printed: a decimal for rates, and no further than its margin for estimates."""
    if row.get("unit") in _RATES:
        return 0.1
    if row.get("status") != "estimate":
        return 1.0
    low, high = row.get("value_low"), row.get("value_high")
    known = low is not None and pd.notna(low) and pd.notna(high)
    width = high - low if known else abs(row["value"]) / 100  # not known how exact: three digits
    return min(_MOST_ROUNDED, 10.0 ** math.floor(math.log10(max(width, 1.0))))


def text_of(row: Mapping[str, Any], value: float | None = None, *, signed: bool = False) -> str:
    """A value of a row as printed, in Dutch; what is missing or suppressed has its word."""
    shown = row["value"] if value is None else value
    if pd.isna(shown):
        status = row.get("status")
        return vocabulary.word("status", status if status == "suppressed" else "missing", "nl")
    return number(float(shown), step_of(row), "nl", signed=signed)


# --- files --------------------------------------------------------------------------------


def export_path(path: str | Path, suffixes: Sequence[str]) -> Path:
    """Where an export goes: a bare name to reports/export, a path as given."""
    target = Path(path)
    if target.suffix not in suffixes:
        raise MonitorError(
            f"{target.name}: cannot write {target.suffix or 'this'}; use {', '.join(suffixes)}."
        )
    return Folders().reports / "export" / target if target.parent == Path() else target


def export(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a frame; see ``Monitor.export``."""
    if not isinstance(frame, pd.DataFrame):
        raise MonitorError(f"{type(frame).__name__} cannot be exported; give a frame. A figure has save().")
    writers = {
        ".csv": lambda target: frame.to_csv(target, index=_keeps_index(frame)),
        ".xlsx": lambda target: frame.to_excel(target, index=_keeps_index(frame), engine="openpyxl"),
        ".parquet": frame.to_parquet,
        ".dta": lambda target: _plain(frame).to_stata(target, write_index=False, version=118),
        ".sav": lambda target: _write_spss(_plain(frame), target),
    }
    if hasattr(frame, "to_file"):
        writers[".gpkg"] = functools.partial(frame.to_file, driver="GPKG")  # the layer is called as the file
    target = export_path(path, tuple(writers))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        writers[target.suffix](Path(folder) / target.name)
        (Path(folder) / target.name).replace(target)
    return target


def _write_spss(frame: pd.DataFrame, target: Path) -> None:
    import pyreadstat  # here, because few questions end in a file of SPSS

    pyreadstat.write_sav(frame, target)


def _keeps_index(frame: pd.DataFrame) -> bool:
    return not isinstance(frame.index, pd.RangeIndex)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as Stata and SPSS can hold it: no index, names of columns that are names, texts and numbers only."""
    flat = frame.reset_index() if _keeps_index(frame) else frame
    flat = flat.rename(
        columns=lambda name: re.sub(r"\W", "_", f"y{name}" if str(name)[:1].isdigit() else str(name))
    )
    for column in flat.select_dtypes(["string", "object"]):
        flat[column] = flat[column].astype(object).fillna("")
    return flat.astype(dict.fromkeys(flat.select_dtypes("bool"), "int8"))
