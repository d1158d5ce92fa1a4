"""Maps of regions: a figure by gemeente with numbers and a list, and outlines of the country for a page one can use.

Borders come simplified and fit together; see ``simplified``. Classes are discrete, and the legend says them in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from pipeline.figures.canvas import PAPER, PHONE, Box, Canvas, Medium
from pipeline.figures.drawing import Drawing, Point, told
from pipeline.figures.labels import Room
from pipeline.figures.style import DEFAULT_STYLE, POINTS_PER_MM, FigureError, HouseStyle

MOST_CLASSES = 5
MOST_NUMBERED = 60  # parts of a map on which numbers can be found; of more the list stands by itself
MOST_LISTED = 24  # parts that get a number and a line in the list; of more only the highest and lowest
HEIGHT_MM = 96.0
LIST_WIDTH = 168.0  # points, of the list beside the map on paper
PHONE_MAP = 300.0
_AROUND = 0.06  # of the size of the region: how much of its surroundings is seen
_SWATCH = 1.2  # width of a box in the legend, in the size of the text


@dataclass(frozen=True)
class Classes:
    """Rising limits and the words of each class, one more than limits; a limit belongs to the class above it."""

    limits: tuple[float, ...]
    words: tuple[str, ...]
    missing: str = ""

    def __post_init__(self) -> None:
        if list(self.limits) != sorted(set(self.limits)) or len(self.words) != len(self.limits) + 1 > 0:
            raise FigureError(
                f"{len(self.words)} class labels with limits {self.limits}: one more, and rising limits."
            )
        if len(self.words) > MOST_CLASSES:
            raise FigureError(f"{len(self.words)} classes; a map tells at most {MOST_CLASSES} shades apart.")

    def shade(self, value: float) -> int:
        """Which of the five shades a value has: spread over them when there are fewer classes."""
        place = int(np.searchsorted(self.limits, value, side="right"))
        return round(place * (MOST_CLASSES - 1) / max(len(self.limits), 1))


def class_limits(values: Sequence[float | None], most: int = MOST_CLASSES) -> list[float]:
    """Round limits between at most ``most`` classes that are about equally filled and none empty.

    Raises
    ------
    FigureError
        No values.
    """
    known = np.sort([value for value in values if value is not None and np.isfinite(value)])
    if not len(known):
        raise FigureError("a map without values: say so in the text instead.")
    for count in range(min(most, len(set(known.tolist()))), 1, -1):
        wished = np.quantile(known, np.arange(1, count) / count)
        spacing = float(np.ptp(known)) / count
        power = 10.0 ** np.floor(np.log10(spacing))
        for step in (f * power for f in (10, 5, 2.5, 2, 1, 0.5, 0.25, 0.2, 0.1, 0.05, 0.02, 0.01)):
            limits = [round(float(np.round(wish / step) * step), 10) for wish in wished]
            filled = np.bincount(np.searchsorted(limits, known, side="right"), minlength=count)
            if limits == sorted(set(limits)) and filled.min() >= max(1, len(known) // (3 * count)):
                return limits
    return []


def choropleth(
    geometries: Sequence[BaseGeometry],
    points: Sequence[Point],
    classes: Classes,
    *,
    around: Sequence[BaseGeometry] = (),
    height_mm: float = HEIGHT_MM,
    style: HouseStyle = DEFAULT_STYLE,
) -> Drawing:
    """A figure by part of a region, with a number in each part and a list that tells names and values.

    Parameters
    ----------
    geometries, points : a part and its figure each, in metres; without value it is hatched
    around : parts beside the region, drawn without a figure
    height_mm : on paper

    Raises
    ------
    FigureError
        No part has a value, parts and figures do not go together, or the words do not fit.
    """
    if len(geometries) != len(points) or not any(point.value is not None for point in points):
        raise FigureError(
            f"a map of {len(geometries)} parts and {len(points)} figures: each part needs one, and some must be known. "
            "Say in the text that there are none."
        )
    parts = sorted(zip(geometries, points, strict=True), key=lambda part: _highest_first(part[1]))
    chart = _Map(parts, classes, around, style)
    return Drawing(
        svg=chart.draw(PAPER, height_mm * POINTS_PER_MM),
        narrow=chart.draw(PHONE, PHONE_MAP),
        alt=told("", (point for _, point in chart.listed)),
    )


def _highest_first(point: Point) -> tuple[bool, float, str]:
    return point.value is None, -(point.value or 0.0), point.name


@dataclass
class _Map:
    """The parts, the highest first, drawn once for each medium."""

    parts: Sequence[tuple[BaseGeometry, Point]]
    classes: Classes
    around: Sequence[BaseGeometry]
    style: HouseStyle

    @property
    def listed(self) -> Sequence[tuple[BaseGeometry, Point]]:
        """The parts with a number: all, or the highest and the lowest."""
        if len(self.parts) <= MOST_LISTED:
            return self.parts
        known = [part for part in self.parts if part[1].value is not None]
        half = MOST_LISTED // 2
        return [*known[:half], *known[-half:]]

    def draw(self, medium: Medium, height: float) -> str:
        """The map for a medium, as SVG."""
        row = 1.35 * medium.size
        legend = self._legend_rows(Canvas(medium, 1, self.style))
        top = len(legend) * 1.5 * medium.size + 6
        list_high = (len(self.listed) + (len(self.listed) < len(self.parts))) * row
        if medium.narrow:
            total = top + height + 8 + list_high
            box = Box(1, top, medium.width - 1, top + height)
        else:
            total = max(height, top + list_high + 4)
            box = Box(1, top, medium.width - LIST_WIDTH - 12, total - 2)
        self.canvas = Canvas(medium, total, self.style)
        self._legend(legend)
        self._place(box)
        self._shapes()
        self.numbered = len(self.parts) <= MOST_NUMBERED
        if self.numbered:
            self._numbers(box)
        left = 2 if medium.narrow else medium.width - LIST_WIDTH
        self._list(left, (box.y1 + 8 if medium.narrow else top) + medium.size, row)
        return self.canvas.svg()

    # --- the map --------------------------------------------------------------------------

    def _place(self, box: Box) -> None:
        """The scale that fits the region and a strip of its surroundings in a box."""
        west, south, east, north = shapely.total_bounds(
            np.asarray([shape for shape, _ in self.parts], dtype=object)
        )
        strip = _AROUND * max(east - west, north - south) if self.around else 0.01 * (east - west)
        west, south, east, north = west - strip, south - strip, east + strip, north + strip
        self.scale = min((box.x1 - box.x0) / (east - west), (box.y1 - box.y0) / (north - south))
        bottom = self.canvas.height - box.y1
        self.x0 = box.x0 - west * self.scale + (box.x1 - box.x0 - (east - west) * self.scale) / 2
        self.y0 = bottom - south * self.scale + (box.y1 - box.y0 - (north - south) * self.scale) / 2
        self.window = west, south, east, north

    def _path(self, shapes: Sequence[BaseGeometry]) -> Path:
        rings = []
        for polygon in shapely.get_parts(shapely.orient_polygons(np.asarray(list(shapes), dtype=object))):
            for ring in (polygon.exterior, *polygon.interiors):
                rings.append(np.round(shapely.get_coordinates(ring) * self.scale + (self.x0, self.y0), 2))
        return Path.make_compound_path(
            *(Path(ring, [Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY]) for ring in rings)
        )

    def _shapes(self) -> None:
        canvas, style = self.canvas, self.style
        seen = shapely.clip_by_rect(np.asarray(list(self.around), dtype=object), *self.window)
        polygons = [part for part in shapely.get_parts(seen) if part.geom_type == "Polygon"]
        if polygons:
            canvas.shape(self._path(polygons), fill=style.mist, edge="#ffffff", width=0.8)
        for color in style.shades:
            group = [shape for shape, point in self.parts if self._fill(point) == color]
            if group:
                canvas.shape(self._path(group), fill=color, edge="#ffffff", width=0.8)
        absent = [shape for shape, point in self.parts if point.value is None]
        if absent:
            canvas.shape(self._path(absent), fill="#ffffff", edge=style.grey, width=0.4, hatch="////")
        everything = [shape for shape, _ in self.parts]
        own = [shape for shape, point in self.parts if point.own]
        canvas.shape(self._path([shapely.union_all(own or everything)]), edge=style.accent, width=1.6)

    def _fill(self, point: Point) -> str:
        return "#ffffff" if point.value is None else self.style.shades[self.classes.shade(point.value)]

    def _numbers(self, box: Box) -> None:
        """A number in each listed part; beside it with a thin line where the part is too small."""
        canvas, room = self.canvas, Room(box)
        for place, (shape, point) in enumerate(self.listed, start=1):
            words = str(place)
            wide, high = canvas.measure(words, bold=True) + 2, canvas.size
            inner = shapely.point_on_surface(max(shapely.get_parts(shape), key=shapely.area))
            x, y = inner.x * self.scale + self.x0, canvas.height - (inner.y * self.scale + self.y0)
            here = at_home = Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            if any(here.overlaps(other, slack=0.0) for other in room.boxes):
                spot = room.place(wide, high, (x, y))
                if spot.leader:
                    canvas.line(spot.leader, color=self.style.ink, width=0.6)
                here = spot.box
            else:
                room.boxes.append(here)
            ground = self._fill(point)
            if here is not at_home or point.value is None:  # on any shade, or on the lines of a hatch
                ground = "#ffffff"
                canvas.rect(here, ground)
            middle = (here.x0 + here.x1) / 2, (here.y0 + here.y1) / 2 + 0.35 * canvas.size
            canvas.text(*middle, words, color=self.style.text_on(ground), bold=True, anchor="middle")

    # --- words ----------------------------------------------------------------------------

    def _legend_rows(self, canvas: Canvas) -> list[list[tuple[str, str]]]:
        """The boxes of the legend with their words, in rows that fit."""
        lower = (-np.inf, *self.classes.limits)
        shades = [self.style.shades[self.classes.shade(value)] for value in lower]
        items = list(zip(shades, self.classes.words, strict=True))
        if any(point.value is None for _, point in self.parts):
            items.append(("", self.classes.missing))
        rows: list[list[tuple[str, str]]] = [[]]
        x = 0.0
        for color, words in items:
            wide = (_SWATCH + 1.8) * canvas.size + canvas.measure(words)
            if rows[-1] and x + wide > canvas.width:
                rows.append([])
                x = 0.0
            rows[-1].append((color, words))
            x += wide
        return rows

    def _legend(self, rows: list[list[tuple[str, str]]]) -> None:
        canvas = self.canvas
        y = 1.1 * canvas.size
        for row in rows:
            x = 1.0
            for color, words in row:
                box = Box(x, y - 0.8 * canvas.size, x + _SWATCH * canvas.size, y + 0.1 * canvas.size)
                if color:
                    canvas.rect(box, color, edge=self.style.rule)
                else:
                    corners = [
                        (box.x0, box.y1),
                        (box.x1, box.y1),
                        (box.x1, box.y0),
                        (box.x0, box.y0),
                        (box.x0, box.y1),
                    ]
                    path = Path([(cx, canvas.height - cy) for cx, cy in corners], closed=True)
                    canvas.shape(path, fill="#ffffff", edge=self.style.grey, width=0.4, hatch="////")
                written = canvas.text(box.x1 + 0.5 * canvas.size, y, words)
                x = written.x1 + 1.3 * canvas.size
            y += 1.5 * canvas.size

    def _list(self, left: float, top: float, row: float) -> None:
        canvas = self.canvas
        indent = canvas.measure("00", bold=True) + 6 if self.numbered else 0
        cut = MOST_LISTED // 2 if len(self.listed) < len(self.parts) else -1
        y = top
        for place, (_, point) in enumerate(self.listed, start=1):
            if place - 1 == cut:
                canvas.text(left + indent, y, "…", color=self.style.soft)
                y += row
            if self.numbered:
                canvas.text(left + indent - 6, y, str(place), color=self.style.soft, anchor="end", bold=True)
            value = canvas.text(canvas.width - 2, y, point.text, bold=point.own, anchor="end")
            canvas.text(left + indent, y, _short(canvas, point, value.x0 - 6 - left - indent), bold=point.own)
            y += row


def _short(canvas: Canvas, point: Point, width: float) -> str:
    """A name that fits, cut with an ellipsis where it must."""
    words = point.name
    while canvas.measure(words, bold=point.own) > width and len(words) > 4:
        words = words.rstrip("…")[:-1].rstrip() + "…"
    return words


# --- outlines -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outlines:
    """SVG path data by kind of region and code, in one drawing: ``view_box`` holds for all of them."""

    view_box: str
    paths: Mapping[str, Mapping[str, str]]


def simplified(geometries: Sequence[BaseGeometry], tolerance_m: float) -> np.ndarray:
    """Borders with fewer points, neighbours still touching; make it once and pass it on.

    Parameters
    ----------
    geometries : in metres, of parts that touch and do not overlap
    tolerance_m : about the size of what is left out
    """
    return shapely.coverage_simplify(np.asarray(geometries, dtype=object), tolerance_m)


def outlines(
    geometries: Sequence[BaseGeometry],
    levels: Mapping[str, Sequence[str]],
    *,
    unit_m: float = 100.0,
    edge: int = 12,
) -> Outlines:
    """Outlines of the country by each kind of region, in whole steps: equal bytes, and small.

    Parameters
    ----------
    geometries : of the gemeenten, simplified, in metres
    levels : kind of region to the code of the region in which each gemeente lies
    unit_m : one step of the drawing; edge : empty steps around the country

    Raises
    ------
    FigureError
        A region lost its shape; names it.
    """
    shapes = np.asarray(geometries, dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    origin = west - edge * unit_m, north + edge * unit_m
    paths: dict[str, dict[str, str]] = {}
    for level, codes in levels.items():
        of = np.asarray(codes)
        joined = {str(code): shapely.coverage_union_all(shapes[of == code]) for code in sorted(set(codes))}
        paths[level] = {code: svg_path(shape, origin, unit_m) for code, shape in joined.items()}
        lost = [code for code, path in paths[level].items() if not path]
        if lost:
            raise FigureError(
                f"{len(lost)} regions lost their shape, e.g. {lost[:3]}: simplify their borders less."
            )
    width, height = (round(side / unit_m) + 2 * edge for side in (east - west, north - south))
    return Outlines(f"0 0 {width} {height}", paths)


def svg_path(geometry: BaseGeometry, origin: tuple[float, float], unit_m: float) -> str:
    """A geometry as SVG path data in whole steps from the upper left corner; rings that vanish are left out."""
    rings = []
    for polygon in shapely.get_parts(geometry):
        for ring in (polygon.exterior, *polygon.interiors):
            steps = np.round((shapely.get_coordinates(ring) - origin) / unit_m * (1, -1)).astype(int)
            moved = np.any(np.diff(steps, axis=0) != 0, axis=1)
            steps = steps[np.r_[True, moved]][:-1]  # the last point is the first again
            if len(steps) >= 3:
                rings.append(_ring(steps))
    return "".join(rings)


def _ring(steps: np.ndarray) -> str:
    """One closed ring: "M120 40l3-4 5 6z"."""
    numbers = "".join(
        str(number) if number < 0 or place == 0 else f" {number}"
        for place, number in enumerate(np.diff(steps, axis=0).ravel())
    )
    return f"M{steps[0][0]} {steps[0][1]}l{numbers}z"
