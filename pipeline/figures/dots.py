"""Panels of dots: regions below each other, the own one a diamond, a dotted line at the reference, margins as bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.figures import rows
from pipeline.figures.canvas import Canvas
from pipeline.figures.drawing import Drawing, Panel, Point
from pipeline.figures.style import DEFAULT_STYLE, HouseStyle


def dots(
    panels: Sequence[Panel], *, row_mm: float = rows.ROW_MM, style: HouseStyle = DEFAULT_STYLE
) -> Drawing:
    """Levels as dots with their margins, in the order given.

    Raises
    ------
    FigureError
        No panel has a value, or the words do not fit.
    """
    return rows.draw(panels, _mark, row_mm, style)


def _mark(
    canvas: Canvas, x: Callable[[float], float], middle: float, point: Point, color: str, is_reference: bool
) -> None:
    rows.margin(canvas, x, middle, point, color)
    scale = (canvas.size / 9) ** 0.5
    if point.own:
        canvas.diamond(x(point.value), middle, 5 * scale, color)
    else:
        estimate = point.status == "estimate"
        is_open = is_reference or estimate
        canvas.dots([(x(point.value), middle)], 3.2 * scale, color, is_open=is_open, dashed=estimate)
