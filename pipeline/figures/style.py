"""One look for figures and pages: colours, measures, the font, and checks on the finished figure.

Figures are drawn at their printed width (166 mm) without pyplot, so 9 pt is 9 pt on paper, nothing is
shared between figures and the same input gives the same bytes.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import fontpkg_lato
import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox
from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from pipeline.figures.axes import ChartAxes

WIDTH_MM = 166.0
MM_PER_INCH = 25.4
POINTS_PER_INCH = 72  # one pixel is one point: extents below are in points
POINTS_PER_MM = POINTS_PER_INCH / MM_PER_INCH
TEXT_SIZE = 9.0
MIN_CONTRAST = 4.5  # WCAG 2.1 AA, normal text
LEADER = "_leader"  # label of a thin line between a point and its words; matplotlib hides names with _
MIN_STEP = 1.2  # contrast between neighbouring shades, so that they differ in grey too
LATO_FILES = Path(fontpkg_lato.ROOT) / "files"

Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$", to_lower=True)]


class FigureError(ValueError):
    """A figure that cannot be drawn well from what was given."""


class HouseStyle(BaseModel):
    """House style of a publisher: every colour, the font and the name on the cover.

    The text colours must have a contrast of 4.5 on white (WCAG 2.1 AA), which is checked. ``shades`` are
    the five steps of maps and heat grids, light to dark. ``font_dirs`` hold static cuts (regular 400,
    bold 700, black 900) of ``font_family`` with digits of equal width.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    publisher: str = "Groeimonitor"
    font_family: str = "Lato"
    font_dirs: tuple[Path, ...] = (LATO_FILES,)
    logo_svg: str | None = None  # white on the cover colour
    ink: Color = "#1b2730"
    soft: Color = "#4f5b66"
    rule: Color = "#cfd7de"
    grid: Color = "#e3e8ed"
    mist: Color = "#f1f5f8"
    navy: Color = "#0f2f4d"  # titles and cover
    data: Color = "#1d5a8c"
    band: Color = "#cfe0ee"
    accent: Color = "#a8480f"  # target, attention, region outline
    accent_soft: Color = "#e5c5b2"
    accent_on_navy: Color = "#f0b48c"
    grey: Color = "#6b7781"  # the rest
    note: Color = "#fbf4ef"
    shades: tuple[Color, Color, Color, Color, Color] = (
        "#eaf1f7",
        "#bcd4e6",
        "#82b0d2",
        "#3573a6",
        "#123f6d",
    )

    @model_validator(mode="after")
    def _readable(self) -> HouseStyle:
        pairs = [(name, "#ffffff") for name in ("ink", "soft", "navy", "data", "accent")]
        pairs += [("accent_on_navy", self.navy), ("ink", self.note), ("soft", self.mist), ("data", self.mist)]
        for name, ground in pairs:
            ratio = contrast(getattr(self, name), ground)
            if ratio < MIN_CONTRAST:
                raise ValueError(
                    f"house style: {name} {getattr(self, name)} on {ground} has contrast {ratio:.1f}; text "
                    f"needs {MIN_CONTRAST}. Choose a darker (on a dark ground: lighter) colour."
                )
        return self

    @model_validator(mode="after")
    def _told_apart_in_grey(self) -> HouseStyle:
        for lighter, darker in pairwise(self.shades):
            falls = _luminance(lighter) > _luminance(darker)
            if not falls or contrast(lighter, darker) < MIN_STEP:
                raise ValueError(
                    f"house style: shade {darker} comes after {lighter} and is not clearly darker (contrast "
                    f"{contrast(lighter, darker):.2f}; a step needs {MIN_STEP}). Maps must be readable in grey: "
                    "give five shades from light to dark."
                )
        return self

    def text_on(self, ground: str) -> str:
        """Ink or white, whichever reads best on ``ground``."""
        return self.ink if contrast(self.ink, ground) >= contrast("#ffffff", ground) else "#ffffff"


def contrast(color: str, ground: str) -> float:
    """Contrast ratio of two colours by WCAG 2.1 (1 to 21)."""
    lighter, darker = sorted((_luminance(color), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


DEFAULT_STYLE = HouseStyle()


@functools.cache
def _register_fonts(font_dirs: tuple[Path, ...], family: str) -> None:
    files = [path for folder in font_dirs for path in sorted(folder.glob("*.ttf"))]
    for path in files:
        font_manager.fontManager.addfont(path)
    known = {font.name for font in font_manager.fontManager.ttflist}
    if family not in known:
        raise FigureError(
            f"font {family!r} is not among the {len(files)} font files in {[str(d) for d in font_dirs]}. "
            "Give the folder with its .ttf files in font_dirs."
        )


@contextmanager
def drawing_style(style: HouseStyle) -> Iterator[None]:
    """Matplotlib settings of the house style, for the time of one drawing."""
    _register_fonts(style.font_dirs, style.font_family)
    settings = {
        "font.family": style.font_family,
        "font.size": TEXT_SIZE,
        "text.color": style.ink,
        "text.hinting": "none",
        "axes.edgecolor": style.rule,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.axisbelow": True,
        "axes.facecolor": "none",
        "figure.facecolor": "none",
        "xtick.color": style.rule,
        "xtick.labelcolor": style.soft,
        "ytick.color": style.rule,
        "ytick.labelcolor": style.soft,
        "xtick.major.size": 3,
        "ytick.major.size": 0,
        "xtick.labelsize": TEXT_SIZE,
        "ytick.labelsize": TEXT_SIZE,
        "grid.color": style.grid,
        "grid.linewidth": 0.7,
        "hatch.color": style.grey,
        "hatch.linewidth": 0.5,
        "svg.fonttype": "none",
        "svg.hashsalt": "groeimonitor",
        "path.simplify": False,
    }
    with matplotlib.rc_context(settings):
        yield


def new_figure(
    height_mm: float,
    *,
    left_mm: float = 12,
    right_mm: float = 3,
    top_mm: float = 3,
    bottom_mm: float = 8,
    axes_class: type[Axes] = ChartAxes,
) -> tuple[Figure, Axes]:
    """Empty figure of 166 mm wide with one axes inside the given margins (call within drawing_style)."""
    figure = empty_figure(height_mm)
    axes = figure.add_axes(
        (
            left_mm / WIDTH_MM,
            bottom_mm / height_mm,
            (WIDTH_MM - left_mm - right_mm) / WIDTH_MM,
            (height_mm - top_mm - bottom_mm) / height_mm,
        ),
        axes_class=axes_class,
    )
    return figure, axes


def empty_figure(height_mm: float) -> Figure:
    """Figure of 166 mm wide without axes."""
    figure = Figure(figsize=(WIDTH_MM / MM_PER_INCH, height_mm / MM_PER_INCH), dpi=POINTS_PER_INCH)
    FigureCanvasSVG(figure)
    return figure


class _ReadsFontsOnce:
    """A renderer that knows the measures of a line from the font, once a process and its forks."""

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple:
        return _line_measures(prop.copy())


class _Measurer(_ReadsFontsOnce, RendererAgg):
    """Measures words for the layout."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool
    ) -> tuple[float, float, float]:
        measure = super().get_text_width_height_descent
        return _measured(measure, s, prop, ismath, matplotlib.rcParams["text.hinting"])


class _Drawer(_ReadsFontsOnce, RendererSVG):
    """Writes a figure as SVG text."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool
    ) -> tuple[float, float, float]:
        return _measured(text_to_path.get_text_width_height_descent, s, prop, ismath, "none")


@functools.lru_cache(maxsize=8192)
def _measured(
    measure: Callable, words: str, font: FontProperties, ismath: bool, hinting: str
) -> tuple[float, float, float]:
    """The same words in the same font once a process and its forks: shaping them is dear."""
    return measure(words, font, ismath)


@functools.cache
def _line_measures(font: FontProperties) -> tuple[float, float, float] | tuple[None, None, None]:
    """Ascent, descent and gap of a line; matplotlib reads them in the font file for every text it lays out."""
    face = font_manager.get_font(font_manager.findfont(font))
    table = face.get_sfnt_table("OS/2")
    if table is None:
        return None, None, None  # matplotlib looks elsewhere in the file
    units = face.get_sfnt_table("head")["unitsPerEm"]
    scale = 1 / units * font.get_size_in_points() * POINTS_PER_INCH / 72  # in this order, as matplotlib does
    return table["sTypoAscender"] * scale, -table["sTypoDescender"] * scale, table["sTypoLineGap"] * scale


@functools.cache
def _renderer() -> RendererAgg:
    return _Measurer(1, 1, POINTS_PER_INCH)


def text_extent(text: Text) -> Bbox:
    """Box of a text in points from the lower left corner of its figure."""
    return text.get_window_extent(_renderer())


def text_width_mm(words: str, style: HouseStyle, *, bold: bool = False, size: float = TEXT_SIZE) -> float:
    """Printed width of the widest line of ``words`` in mm."""
    return max(
        _line_width(line, style.font_dirs, style.font_family, bold, size) for line in words.split("\n")
    )


@functools.lru_cache(maxsize=4096)
def _line_width(line: str, font_dirs: tuple[Path, ...], family: str, bold: bool, size: float) -> float:
    _register_fonts(font_dirs, family)
    font = font_manager.FontProperties(family=family, size=size, weight="bold" if bold else "normal")
    width, _, _ = _renderer().get_text_width_height_descent(line, font, ismath=False)
    return width / POINTS_PER_MM


def shown_texts(figure: Figure) -> list[Text]:
    """Every text that is drawn, tick labels included."""
    texts = list(figure.texts)
    for axes in figure.axes:
        texts += axes.texts
        if axes.axison:
            texts += [axes.title, *_tick_labels(axes.xaxis), *_tick_labels(axes.yaxis)]
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def _tick_labels(axis: Axis) -> list[Text]:
    low, high = sorted(axis.get_view_interval())
    slack = 1e-9 * (high - low)
    labels = axis.get_majorticklabels()
    places = axis.get_majorticklocs()
    return [
        label for label, place in zip(labels, places, strict=True) if low - slack <= place <= high + slack
    ]


def assert_text_inside(figure: Figure, overlap_share: float = 0.12) -> None:
    """Raise when a text lies outside the figure, two texts cover each other, or a leader runs through a text.

    Parameters
    ----------
    figure : Figure
    overlap_share : float
        Part of the smaller text's box that another text may cover (line boxes are taller than letters).

    Raises
    ------
    FigureError
        Naming the texts, how far out or how much covered, and what to do.
    """
    width, height = figure.bbox.width, figure.bbox.height
    words = [text.get_text() for text in shown_texts(figure)]
    boxes = np.array([text_extent(text).extents for text in shown_texts(figure)]).reshape(-1, 4)
    out = np.max([-boxes[:, 0], -boxes[:, 1], boxes[:, 2] - width, boxes[:, 3] - height], axis=0)
    faults = [f"{words[i]!r} is {out[i]:.1f} pt outside" for i in np.flatnonzero(out > 0.5)]
    sides = [
        np.minimum(boxes[:, None, hi], boxes[None, :, hi])
        - np.maximum(boxes[:, None, lo], boxes[None, :, lo])
        for lo, hi in ((0, 2), (1, 3))
    ]
    both = np.clip(sides[0], 0, None) * np.clip(sides[1], 0, None)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    covered = both > overlap_share * np.minimum(areas[:, None], areas[None, :])
    faults += [f"{words[i]!r} covers {words[j]!r}" for i, j in np.argwhere(np.triu(covered, 1))]
    faults += [f"a leader runs through {words[i]!r}" for i in _pierced(figure, boxes)]
    if faults:
        raise FigureError(
            f"{len(faults)} texts in the figure do not fit: {'; '.join(faults[:4])}. Shorten the label, make "
            "the figure higher, or drop a mark."
        )


def _pierced(figure: Figure, boxes: np.ndarray) -> list[int]:
    """Places of the texts (boxes in points) that a leader runs through."""
    hit: list[int] = []
    for axes in figure.axes:
        for line in (line for line in axes.lines if line.get_label() == LEADER):
            start, end = line.get_transform().transform(line.get_xydata())
            x, y = (start + np.linspace(0, 1, 60)[:, None] * (end - start)).T
            within = (boxes[:, [0]] + 0.5 < x) & (x < boxes[:, [2]] - 0.5)
            # a line of words is drawn lower than its box is high
            within &= (boxes[:, [1]] + 1.5 < y) & (y < boxes[:, [3]] - 1.5)
            hit += np.flatnonzero(within.any(axis=1)).tolist()
    return hit


_PATH = re.compile(r'(?<= d=")[^"]*')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_LEFT_OUT = re.compile(
    r"<metadata>.*?</metadata>\s*|<\?xml[^>]*\?>\s*|<!DOCTYPE[^>]*>\s*|<!--.*?-->\s*", re.DOTALL
)


def to_svg(figure: Figure) -> str:
    """The checked figure as SVG text: paths to 0.01 pt, no date, no maker.

    Raises
    ------
    FigureError
        When a text lies outside the figure or covers another (see ``assert_text_inside``).
    """
    assert_text_inside(figure)
    buffer = io.StringIO()
    drawer = _Drawer(figure.bbox.width, figure.bbox.height, buffer, metadata={"Date": None, "Creator": None})
    figure.draw(drawer)
    drawer.finalize()
    svg = _LEFT_OUT.sub("", buffer.getvalue())
    # Only paths: "144.200" in a text is a number of the reader, not a coordinate.
    return _PATH.sub(lambda path: _LONG_NUMBER.sub(_two_decimals, path[0]), svg).strip() + "\n"


def _two_decimals(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
