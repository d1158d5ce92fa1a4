"""Years along the bottom: what was counted, what is estimated with its margin, what is expected, and the goal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.figures.canvas import LINE_GAP, PAPER, PHONE, Box, Canvas, Medium, Point2D
from pipeline.figures.drawing import Drawing, Layer, Point, told
from pipeline.figures.labels import Room, nice_ticks, spread, year_ticks
from pipeline.figures.style import DEFAULT_STYLE, FigureError, HouseStyle

HEIGHT_MM = 70.0
PHONE_PLOT = 240.0  # height of the plot on a phone, below its key
DASHED, DOTTED = (5.0, 3.0), (1.6, 2.6)
FAN = "#e6edf3"  # paler than the band of an estimate
MOST_TOLD = 12  # points of a layer that its alt text tells one by one
_KEY = 25  # pixels from the left at which the words of the key begin
_GAP = 1.5  # of the usual step between two points, above which a line is broken
_SERIES = ("counted", "estimate")


def line(
    layers: Sequence[Layer],
    *,
    write: Callable[[float], str],
    axis_note: Callable[[str], str] | None = None,
    height_mm: float = HEIGHT_MM,
    style: HouseStyle = DEFAULT_STYLE,
) -> Drawing:
    """Layers of yearly points in one chart.

    Parameters
    ----------
    layers : those without a value are left out
    write : a tick of the axis in words
    axis_note : what to say of an axis that begins at this tick and not at nought
    height_mm : on paper

    Raises
    ------
    FigureError
        No layer has a value, or the words do not fit.
    """
    shown = tuple(layer for layer in layers if any(point.value is not None for point in layer.points))
    if not shown:
        raise FigureError("a chart of years without values: say so in the text instead.")
    plot = _Plot(shown, write, style)
    start = plot.ticks[0]
    return Drawing(
        svg=plot.draw(PAPER, height_mm * 72 / 25.4),
        narrow=plot.draw(PHONE, PHONE_PLOT),
        alt=" ".join(_told(layer) for layer in shown),
        axis_note=axis_note(write(start)) if start and axis_note else "",
    )


def _known(layer: Layer) -> list[Point]:
    return sorted((point for point in layer.points if point.value is not None), key=lambda point: point.x)


def _told(layer: Layer) -> str:
    points = _known(layer)
    if len(points) > MOST_TOLD:
        points = [point for point in points if point in (points[0], points[-1]) or point.x in layer.named]
    rows = []
    for point in points:
        more = layer.named.get(point.x, ())[1:]
        rows.append(
            Point(
                None,
                point.text + (f" ({', '.join(more)})" if more else ""),
                name=point.name or f"{point.x:g}",
            )
        )
    return told(layer.label, rows)


def _low(point: Point) -> float:
    return point.value if point.low is None else point.low


def _high(point: Point) -> float:
    return point.value if point.high is None else point.high


@dataclass
class _Plot:
    """The layers with their scales, drawn once for each medium."""

    layers: tuple[Layer, ...]
    write: Callable[[float], str]
    style: HouseStyle
    ticks: list[float] = field(init=False)

    def __post_init__(self) -> None:
        points = [point for layer in self.layers for point in _known(layer)]
        low, high = min(map(_low, points)), max(map(_high, points))
        if 0 < low < 0.45 * high:
            low = 0.0
        self.ticks = nice_ticks(low, high, 4)
        self.first, self.last = min(point.x for point in points), max(point.x for point in points)
        colors = self.style
        self.colors = {"counted": colors.data, "estimate": colors.data, "outlook": colors.soft, "nation": colors.soft,
                       "goal": colors.accent, "old_count": colors.ink, "other": colors.navy}  # fmt: skip

    def draw(self, medium: Medium, height: float) -> str:
        """The chart for a medium, as SVG."""
        ends = [
            _End(layer, _known(layer)[-1], (layer.color or self.colors[layer.look])) for layer in self.layers
        ]
        ends = [end for end in ends if end.lines]
        at_edge = [end for end in ends if end.point.x >= self.last and not medium.narrow]
        key = _Key(ends) if medium.narrow else None
        probe = Canvas(medium, 1, self.style)
        above = key.height(probe) if key else 0.0
        self.canvas = canvas = Canvas(medium, height + above, self.style)
        right = max((canvas.measure(words, bold=not row) for end in at_edge for row, words in enumerate(end.lines)),
                    default=0.0)  # fmt: skip
        left = max(canvas.measure(self.write(tick)) for tick in self.ticks) + 7
        half_year = canvas.measure(f"{self.last:g}") / 2
        end = medium.width - (right + 13 if at_edge else half_year + 2)
        self.box = Box(
            left + half_year / 2, above + 8 + medium.size / 2, end, canvas.height - 2.2 * medium.size
        )
        self.room = Room(Box(left, above + 1, self.box.x1 + (0 if at_edge else half_year), self.box.y1 - 2))
        self._axes(left)
        self._bands()
        self._lines()
        self._dots(medium)
        if key:
            key.write(canvas)
        self._edge_labels(at_edge)
        self._inner_labels([end for end in ends if end not in at_edge and not medium.narrow])
        return canvas.svg()

    # --- scales ---------------------------------------------------------------------------

    def at(self, x: float, value: float) -> Point2D:
        """Where a point lies in the drawing."""
        along = (x - self.first) / (self.last - self.first) if self.last > self.first else 0.5
        up = (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])
        return self.box.x0 + along * (self.box.x1 - self.box.x0), self.box.y1 - up * (
            self.box.y1 - self.box.y0
        )

    def _axes(self, left: float) -> None:
        canvas = self.canvas
        levels = [self.at(self.first, tick)[1] for tick in self.ticks]
        ends = [((left, y), (self.box.x1, y)) for y in levels]
        canvas.line(*ends[1:], color=self.style.rule, width=0.5)
        canvas.line(ends[0], color=self.style.rule, width=0.9)
        for tick in self.ticks:
            y = self.at(self.first, tick)[1]
            canvas.text(
                left - 6, y + 0.35 * canvas.size, self.write(tick), color=self.style.soft, anchor="end"
            )
            self.room.levels.append(y)
        wide = canvas.measure("2000") + 6
        most = max(2, int((self.box.x1 - self.box.x0) / wide))
        for year in year_ticks(int(self.first), int(self.last), most):
            x = self.at(year, 0)[0]
            canvas.text(
                x, canvas.height - 0.5 * canvas.size, str(year), color=self.style.soft, anchor="middle"
            )

    # --- marks ----------------------------------------------------------------------------

    def _series(self) -> list[tuple[Point, bool]]:
        """Counted and estimated points in one row, each with whether it is an estimate."""
        rows = [(point, layer.look == "estimate") for layer in self.layers if layer.look in _SERIES
                for point in _known(layer)]  # fmt: skip
        return sorted(rows, key=lambda row: row[0].x)

    def _bands(self) -> None:
        series = self._series()
        for layer in self.layers:
            if layer.look == "outlook":
                # the fan opens from the margin of the last level; where that has none, it starts a year later
                start = [
                    p
                    for p, estimate in series[-1:]
                    if estimate and p.x < layer.points[0].x and p.low is not None
                ]
                self._band([*start, *_known(layer)], FAN)
        estimates = {id(point) for point, estimate in series if estimate}
        for run in _runs([point for point, _ in series]):
            # a counted point beside an estimate closes its band; between two counts there is none
            for part in _parts(run, lambda a, b: id(a) in estimates or id(b) in estimates):
                self._band(part, self.style.band)

    def _band(self, points: list[Point], color: str) -> None:
        if len(points) < 2 or all(point.low is None for point in points):
            return
        upper = [self.at(point.x, _high(point)) for point in points]
        lower = [self.at(point.x, _low(point)) for point in points]
        self.canvas.area([*upper, *reversed(lower)], color)

    def _lines(self) -> None:
        series = self._series()
        last = [point for point, _ in series[-1:]]
        estimates = {id(point) for point, estimate in series if estimate}

        def sure(a: Point, b: Point) -> bool:
            return id(a) not in estimates and id(b) not in estimates

        for layer in self.layers:
            color = layer.color or self.colors[layer.look]
            if layer.look in ("outlook", "goal"):
                start = [point for point in last if point.x < layer.points[0].x]
                dash = () if layer.look == "goal" else DOTTED
                self._stroke([*start, *_known(layer)], color, 1.8 if layer.look == "goal" else 1.4, dash)
            elif layer.look not in _SERIES:
                looks = {"nation": (1.5, (2.6, 2.6)), "old_count": (1.1, ()), "other": (1.6, ())}
                for run in _runs(_known(layer)):
                    self._stroke(run, color, *looks[layer.look])
        for run in _runs([point for point, _ in series]):
            for part in _parts(run, lambda a, b: not sure(a, b)):
                self._stroke(part, self.style.data, 1.9, DASHED)
            for part in _parts(run, sure):
                self._stroke(part, self.style.data, 1.9, ())

    def _stroke(self, points: list[Point], color: str, width: float, dash: tuple[float, ...]) -> None:
        if len(points) > 1:
            places = [self.at(point.x, point.value) for point in points]
            self.canvas.line(places, color=color, width=width, dash=dash)
            self.room.avoid_line(places)

    def _dots(self, medium: Medium) -> None:
        scale = (medium.size / 9) ** 0.5
        for layer in self.layers:
            points, color = _known(layer), (layer.color or self.colors[layer.look])
            places = {id(point): self.at(point.x, point.value) for point in points}
            for x, y in places.values():
                self.room.points += [(x, y), (x - 3, y), (x + 3, y), (x, y - 3), (x, y + 3)]
            alone = {id(run[0]) for run in _runs(points) if len(run) == 1}
            if layer.look == "goal":
                for place in places.values():
                    self.canvas.diamond(*place, 5.5 * scale, color)
            elif layer.look in ("outlook", "nation"):
                self.canvas.dots([places[id(points[-1])]], 3.0 * scale, color, is_open=True)
            elif layer.look == "estimate":
                marked = [p for p in points if p is points[-1] or p.x in layer.named or id(p) in alone]
                self.canvas.dots(
                    [places[id(p)] for p in marked], 3.2 * scale, color, is_open=True, dashed=True
                )
            else:
                for is_open in (False, True):
                    shown = [places[id(p)] for p in points if (p.status == "provisional") == is_open]
                    self.canvas.dots(
                        shown, (2.8 if len(points) == 1 else 2.3) * scale, color, is_open=is_open
                    )

    # --- words ----------------------------------------------------------------------------

    def _edge_labels(self, ends: list[_End]) -> None:
        canvas, step = self.canvas, LINE_GAP * self.canvas.size
        wished = [self.at(end.point.x, end.point.value)[1] for end in ends]
        heights = [step * len(end.lines) + 4 for end in ends]
        places = spread(wished, heights, 2, self.box.y1 + canvas.size)
        x = self.box.x1 + 11
        for end, wish, place, height in zip(ends, wished, places, heights, strict=True):
            top = place - (height - 4) / 2
            canvas.lines(x, top + 0.95 * canvas.size, end.lines, color=end.color)
            if not top - 3 < wish < top + height:
                near = min(max(wish, top + step / 2), top + height - step / 2 - 4)
                canvas.line([(self.box.x1 + 4, wish), (x - 2, near)], color=end.color, width=0.6)

    def _inner_labels(self, ends: list[_End]) -> None:
        """Words inside the plot: of layers that end before the edge, and of named points."""
        named = [
            _End(layer, point, (layer.color or self.colors[layer.look]), tuple(layer.named[point.x]))
            for layer in self.layers
            for point in _known(layer)[:-1]
            if point.x in layer.named
        ]
        canvas = self.canvas
        for end in [*ends, *named]:
            wide = max(canvas.measure(words, bold=not row) for row, words in enumerate(end.lines))
            high = LINE_GAP * canvas.size * len(end.lines)
            points = _known(end.layer)
            shown = points[len(points) // 2] if end.layer.look == "old_count" else end.point
            anchor = self.at(shown.x, shown.value)
            spot = self.room.place(wide, high, anchor)
            if spot.leader:
                canvas.line(spot.leader, color=end.color, width=0.7)
            middle = (spot.box.x0 + spot.box.x1) / 2
            canvas.lines(
                middle, spot.box.y0 + 0.98 * canvas.size, end.lines, color=end.color, anchor="middle"
            )


@dataclass(frozen=True)
class _End:
    """The point that names a layer, or a named point, with its words."""

    layer: Layer
    point: Point
    color: str
    own: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The words, a line each."""
        return self.own or tuple(
            self.layer.named.get(self.point.x, (f"{self.layer.label}: {self.point.text}",))
        )


@dataclass(frozen=True)
class _Key:
    """What the marks mean and say, above the plot of a phone."""

    ends: list[_End]

    def rows(self, canvas: Canvas) -> Iterator[tuple[_End, tuple[str, ...], bool]]:
        """The words of each layer, and whether they fit on one line."""
        for end in self.ends:
            first, *rest = end.lines
            words = (first, ", ".join(rest)) if rest else (first,)
            wide = canvas.measure(first, bold=True) + sum(canvas.measure(f"  {more}") for more in words[1:])
            beside = wide <= canvas.width - _KEY
            yield end, words if beside else end.lines, beside

    def height(self, canvas: Canvas) -> float:
        """Height in pixels."""
        return (
            sum(1 if beside else len(lines) for _, lines, beside in self.rows(canvas))
            * LINE_GAP
            * canvas.size
            + 6
        )

    def write(self, canvas: Canvas) -> None:
        """Draw each mark with its words beside it."""
        y = canvas.size
        for end, lines, beside in self.rows(canvas):
            self._mark(canvas, end, y - 0.35 * canvas.size)
            x = float(_KEY)
            for row, words in enumerate(lines):
                box = canvas.text(x, y, words, color=end.color, bold=not row)
                if beside:
                    x = box.x1 + canvas.measure("  ")
                else:
                    y += LINE_GAP * canvas.size
            y += LINE_GAP * canvas.size if beside else 0.0

    def _mark(self, canvas: Canvas, end: _End, y: float) -> None:
        look = end.layer.look
        if look == "goal":
            canvas.diamond(9, y, 6, end.color)
            return
        dash = {"estimate": DASHED, "outlook": DOTTED, "nation": (2.6, 2.6)}.get(look, ())
        canvas.line([(0, y), (18, y)], color=end.color, width=1.1 if look == "old_count" else 1.9, dash=dash)
        is_open = look in ("estimate", "outlook", "nation")
        canvas.dots([(9, y)], 3.4, end.color, is_open=is_open, dashed=look == "estimate")


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """Points cut where one or more steps between them are missing."""
    steps = [b.x - a.x for a, b in pairwise(points) if b.x > a.x]
    usual = min(steps, default=1.0)
    runs: list[list[Point]] = []
    for point in points:
        if runs and point.x - runs[-1][-1].x <= _GAP * usual:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _parts(run: list[Point], belongs: Callable[[Point, Point], bool]) -> list[list[Point]]:
    """Stretches of a run whose neighbours belong together, in pairs."""
    parts: list[list[Point]] = []
    for a, b in pairwise(run):
        if not belongs(a, b):
            continue
        if parts and parts[-1][-1] is a:
            parts[-1].append(b)
        else:
            parts.append([a, b])
    return parts
