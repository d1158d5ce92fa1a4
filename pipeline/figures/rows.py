"""What charts of dots and of bars share: panels of rows, each with a name, a mark on a scale and its text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.figures.canvas import PAPER, PHONE, Box, Canvas, Medium
from pipeline.figures.drawing import Drawing, Panel, Point, told
from pipeline.figures.style import POINTS_PER_MM, FigureError, HouseStyle

ROW_MM = 7.2
ROW_PHONE = 30.0
_GAP = 18.0  # between two panels
_SEEN = 1.2  # width of a margin, in the size of the text, from which it is seen beside its dot
_NAME_SHARE = 0.46  # of a panel that names may take


#: draws a point: canvas, where a value lies, height in the drawing, point, color, whether it is the reference
Mark = Callable[[Canvas, Callable[[float], float], float, Point, str, bool], None]


def draw(panels: Sequence[Panel], mark: Mark, row_mm: float, style: HouseStyle) -> Drawing:
    """Panels beside each other on paper and below each other on a phone.

    A point without a value has its text and no mark; ``own`` points stand in a marked row.

    Raises
    ------
    FigureError
        No panel has a value.
    """
    shown = [panel for panel in panels if any(point.value is not None for point in panel.points)]
    if not shown:
        raise FigureError("a chart of rows without values: say so in the text instead.")
    return Drawing(
        svg=_wide(shown, mark, row_mm * POINTS_PER_MM, style),
        narrow=_narrow(shown, mark, style),
        alt=" ".join(told(panel.title, panel.points) for panel in shown),
    )


def _wide(panels: Sequence[Panel], mark: Mark, row: float, style: HouseStyle) -> str:
    head = max(_head(panel, PAPER.size) for panel in panels)
    each = (PAPER.width - _GAP * (len(panels) - 1)) / len(panels)
    rows = [_row_height(panel, each, PAPER, row, style) for panel in panels]
    canvas = Canvas(
        PAPER, head + max(h * len(p.points) for h, p in zip(rows, panels, strict=True)) + 2, style
    )
    for place, panel in enumerate(panels):
        left = place * (each + _GAP)
        _Panel(canvas, panel, mark, Box(left, 0, left + each, canvas.height), max(rows)).draw()
    return canvas.svg()


def _narrow(panels: Sequence[Panel], mark: Mark, style: HouseStyle) -> str:
    rows = [_row_height(panel, PHONE.width, PHONE, ROW_PHONE, style) for panel in panels]
    heights = [
        _head(panel, PHONE.size) + row * len(panel.points) + 14
        for row, panel in zip(rows, panels, strict=True)
    ]
    canvas = Canvas(PHONE, sum(heights), style)
    top = 0.0
    for panel, row, height in zip(panels, rows, heights, strict=True):
        _Panel(canvas, panel, mark, Box(0, top, PHONE.width, top + height), row).draw()
        top += height
    return canvas.svg()


def _head(panel: Panel, size: float) -> float:
    return 2.0 * size if panel.title else 2.0


def _row_height(panel: Panel, width: float, medium: Medium, usual: float, style: HouseStyle) -> float:
    canvas = Canvas(medium, 1, style)
    most = max(len(_wrapped(canvas, point, width)) for point in panel.points)
    return max(usual, most * 1.2 * medium.size + 4)


def _wrapped(canvas: Canvas, point: Point, width: float) -> list[str]:
    """A name on as many lines as its column needs."""
    wide = canvas.measure(point.name, bold=point.own)
    if wide <= _NAME_SHARE * width or not point.name:
        return [point.name]
    letters = int(len(point.name) * _NAME_SHARE * width / wide)
    return textwrap.wrap(point.name, max(letters, 8))


@dataclass
class _Panel:
    """One panel in its part of the drawing."""

    canvas: Canvas
    panel: Panel
    mark: Mark
    box: Box
    row: float

    def draw(self) -> None:
        """Heading, lines and rows."""
        canvas, style, size = self.canvas, self.canvas.style, self.canvas.size
        points = self.panel.points
        width = self.box.x1 - self.box.x0
        self.names = [_wrapped(canvas, point, width) for point in points]
        label = max(canvas.measure(words, bold=True) for lines in self.names for words in lines)
        value = max(canvas.measure(point.text, bold=True) for point in points)
        self.start, self.stop = self.box.x0 + label + 9, self.box.x1 - value - 12
        ends = [
            end for point in points if point.value is not None for end in (point.value, point.high or 0.0)
        ]
        lows = [end for point in points if point.value is not None for end in (point.value, point.low or 0.0)]
        self.low, self.high = min(0.0, *lows), max(0.0, *ends)
        if self.panel.title:
            canvas.text(self.box.x0 + 2, self.box.y0 + size, self.panel.title, color=style.navy, bold=True)
        self.top = self.box.y0 + _head(self.panel, size)
        bottom = self.top + self.row * len(points)
        for place, point in enumerate(points):
            if point.own:
                y = self.top + self.row * place
                canvas.rect(Box(self.box.x0, y + 1, self.box.x1, y + self.row - 1), style.mist)
        canvas.line([(self.x(0), self.top), (self.x(0), bottom)], color=style.rule, width=0.9)
        reference = next(
            (p.value for p in points if p.name == self.panel.reference and p.value is not None), None
        )
        if reference is not None:
            canvas.line(
                [(self.x(reference), self.top), (self.x(reference), bottom)],
                color=style.grey,
                width=0.9,
                dash=(2, 2),
            )
        for place, point in enumerate(points):
            self._row(place, point)

    def x(self, value: float) -> float:
        """Where a value lies."""
        return self.start + (self.stop - self.start) * (value - self.low) / ((self.high - self.low) or 1.0)

    def _row(self, place: int, point: Point) -> None:
        canvas, style, size = self.canvas, self.canvas.style, self.canvas.size
        middle = self.top + self.row * (place + 0.5)
        is_reference = point.name == self.panel.reference and not point.own
        lines = self.names[place]
        first = middle + 0.35 * size - (len(lines) - 1) * 0.6 * size
        for row, words in enumerate(lines):
            canvas.text(self.box.x0 + 2, first + row * 1.2 * size, words, bold=point.own)
        canvas.text(self.box.x1 - 2, middle + 0.35 * size, point.text, bold=point.own, anchor="end",
                    color=style.ink if point.value is not None else style.soft)  # fmt: skip
        if point.value is None:
            return
        color = style.accent if point.own else style.soft if is_reference else style.data
        self.mark(canvas, self.x, middle, point, color, is_reference)


def margin(canvas: Canvas, x: Callable[[float], float], middle: float, point: Point, color: str) -> None:
    """The margin of a point as a bar with ends, where it is wide enough to be seen."""
    if point.low is None or point.high is None or x(point.high) - x(point.low) <= _SEEN * canvas.size:
        return
    low, high = x(point.low), x(point.high)
    canvas.line([(low, middle), (high, middle)], color=color, width=1.6)
    canvas.line(*([(end, middle - 3.4), (end, middle + 3.4)] for end in (low, high)), color=color, width=1.2)
