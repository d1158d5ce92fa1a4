"""What several charts share: checks of their input, row names, breaks and axis words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes

from pipeline.figures.drawing import About
from pipeline.figures.labels import LabelMap
from pipeline.figures.style import (
    POINTS_PER_MM,
    FigureError,
    HouseStyle,
    text_extent,
    text_width_mm,
)
from pipeline.language.numbers import NumberFormat, number
from pipeline.language.translation import to_translate, tr, translation

MOST_ROWS = 36  # rows of bars that fit on a page
DASHES = (3, 1.4)  # of an estimate
ONE_DECIMAL = NumberFormat(decimals=1)
WHOLE = NumberFormat()
AXIS_NOTE = to_translate("De as begint bij {start}.")
_BREAK_SIZE = 8.0  # points


def need_columns(frame: pd.DataFrame, columns: Sequence[str], what: str) -> None:
    """Raise FigureError naming the columns that are missing."""
    lacking = [column for column in columns if column not in frame.columns]
    if lacking:
        raise FigureError(f"{what}: columns {lacking} are missing; there are {list(frame.columns)}.")


def limit_rows(count: int, about: About) -> None:
    """Raise FigureError when a chart would get no rows or more than a page holds."""
    if not 1 <= count <= MOST_ROWS:
        raise FigureError(
            f"{about.id}: {count} rows; a chart holds 1 to {MOST_ROWS}. Show the highest and lowest, or a "
            "table."
        )


def wrap_names(names: Sequence[str], width: int = 38) -> list[str]:
    """Break long row names over two lines."""
    return ["\n".join(textwrap.wrap(name, width)) for name in names]


def row_height(names: Sequence[str], row_mm: float) -> float:
    """Height of a row in mm that holds the tallest name."""
    return max(row_mm, 4.2 * max(name.count("\n") + 1 for name in names))


def axis_note(start: float) -> str:
    """What the unit line must say about an axis that does not begin at zero."""
    if start == 0:
        return ""
    return tr(AXIS_NOTE, start=number(start, 0 if start == int(start) else 1))


def mark_breaks(
    axes: Axes,
    breaks: Sequence[float],
    room: LabelMap,
    style: HouseStyle,
    *,
    words: str = "",
    short: str = "",
) -> None:
    """A thin line before each break, named above it: in full where that fits, else in one word."""
    words, short = words or tr("breuk: andere meting"), short or tr("breuk")
    bottom, top = axes.get_ylim()
    figure_width = axes.figure.bbox.width
    places = sorted(float(axes.transData.transform((year - 0.5, top))[0]) for year in breaks)
    full = text_width_mm(words, style, size=_BREAK_SIZE) * POINTS_PER_MM + 4
    apart = all(after - before > full for before, after in pairwise(places))
    fits = apart and axes.get_window_extent().width > 3 * full
    for year in breaks:
        axes.axvline(year - 0.5, color=style.soft, lw=0.8, ls=(0, (2, 2)), zorder=1)
        text = axes.annotate(
            words if fits else short,
            (year - 0.5, top),
            (0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=style.soft,
            fontsize=_BREAK_SIZE,
        )
        text.set_in_layout(True)
        box = text_extent(text)
        # the words of the axis stand left of it, at the same height
        out = max(axes.get_window_extent().x0 - box.x0, 0.0) - max(box.x1 - figure_width, 0.0)
        if out:
            text.set_position((out, 2))
        room.boxes.append(text_extent(text))
        room.avoid_line([year - 0.5, year - 0.5], (bottom, top))


def axis_note_pattern() -> str:
    """Pattern of that remark in the active language, whatever its number and wherever its lines break."""
    words = translation(AXIS_NOTE).partition("{start}")[0].split()
    return r"\s+".join(map(re.escape, words)) + r"\s+[−-]?[\d.,]*\d"
