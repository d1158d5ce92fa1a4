"""Bars from nought: levels or signed changes below each other, with their margins as whiskers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.figures import rows
from pipeline.figures.canvas import Box, Canvas
from pipeline.figures.drawing import Drawing, Panel, Point
from pipeline.figures.style import DEFAULT_STYLE, HouseStyle

_HALF = 0.5  # of the height of a bar, in the size of the text


def bars(
    panels: Sequence[Panel], *, row_mm: float = rows.ROW_MM, style: HouseStyle = DEFAULT_STYLE
) -> Drawing:
    """Bars to the right for more and to the left for less; a missing value has its word and no bar.

    An estimate is a pale bar with a line around it.

    Raises
    ------
    FigureError
        No panel has a value, or the words do not fit.
    """
    return rows.draw(panels, _mark, row_mm, style)


def _mark(
    canvas: Canvas, x: Callable[[float], float], middle: float, point: Point, color: str, is_reference: bool
) -> None:
    half = _HALF * canvas.size
    left, right = sorted((x(0.0), x(point.value)))
    paler = canvas.style.accent_soft if point.own else canvas.style.band
    if point.status == "estimate":
        canvas.rect(Box(left, middle - half, right, middle + half), paler, edge=color)
    else:
        canvas.rect(Box(left, middle - half, right, middle + half), color)
    rows.margin(canvas, x, middle, point, canvas.style.ink)
