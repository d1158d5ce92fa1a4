"""Names and values on a map: in their gemeente, above and below it on thin lines, or by number."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from pipeline.figures.labels import LINE_HEIGHT
from pipeline.figures.map_classes import Classes
from pipeline.figures.style import POINTS_PER_MM, TEXT_SIZE, HouseStyle, text_width_mm
from pipeline.language.numbers import NumberFormat
from pipeline.language.translation import tr

LIST_ROW_MM = 4.6  # of the list beside a map
_BESIDE = 8  # points between a name in the list and the values
_SMALL = 8.0  # points; of a name too long for the list
ROW = 1.15  # distance of names above each other, in line heights
#: What is left out, in turn, where the names do not fit beside the map. The hatching says "geen gegevens"
#: already, and the alt text names every gemeente.
_LEFT_OUT = ("", "no data", "names without data", "names", "everything outside")


def fit(axes: Axes, bounds: Sequence[float], padding_mm: tuple[float, float, float, float]) -> float:
    """Show the bounds at one scale inside paddings (left, bottom, right, top); returns metres a point."""
    west, south, east, north = (float(edge) for edge in bounds)
    left, bottom, right, top = (pad * POINTS_PER_MM for pad in padding_mm)
    box = axes.get_window_extent()
    room_x, room_y = box.width - left - right, box.height - bottom - top
    scale = max((east - west) / room_x, (north - south) / room_y)
    x0 = west - left * scale - (room_x * scale - (east - west)) / 2
    y0 = south - bottom * scale - (room_y * scale - (north - south)) / 2
    axes.set(xlim=(x0, x0 + box.width * scale), ylim=(y0, y0 + box.height * scale))
    return scale


def _room_at(shape: BaseGeometry, height: float) -> tuple[float, float, float]:
    """Best place for a text of this height (map units) in a shape: x, y and the free width there."""
    polygon = largest_part(shape)
    _, south, _, north = polygon.bounds
    start = _middle(polygon)
    levels = np.array([start[1], *np.linspace(south + height, north - height, 9)])
    lines = _spans(polygon, (levels[:, None] + np.array([-0.5, 0.0, 0.5]) * height).ravel())
    best = (float(start[0]), float(start[1]), 0.0)
    for place, y in enumerate(levels):
        below, through, above = lines[3 * place : 3 * place + 3]
        for low, high in _overlaps(_overlaps(below, through), above):
            if high - low > best[2]:
                best = ((low + high) / 2, float(y), high - low)
    return best


@functools.lru_cache(maxsize=64)
def _middle(polygon: Polygon) -> np.ndarray:
    """Centre of the largest circle inside a polygon; asked for the name with its value, and for the value."""
    return shapely.get_coordinates(shapely.maximum_inscribed_circle(polygon))[0]


def _spans(polygon: Polygon, heights: np.ndarray) -> list[list[tuple[float, float]]]:
    """For each height the parts of a horizontal line that lie inside a polygon, from west to east.

    Where the line crosses the border, counted from the west: in, out, in, out. Cutting with lines gives the
    same, ten times as slow.
    """
    rings = [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]
    x0, y0, x1, y1 = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in rings]).T
    crosses = (y0 <= heights[:, None]) != (y1 <= heights[:, None])
    spans = []
    for height, edge in zip(heights, crosses, strict=True):
        at = x0[edge] + (height - y0[edge]) * (x1[edge] - x0[edge]) / (y1[edge] - y0[edge])
        ends = np.sort(at).tolist()
        spans.append(list(zip(ends[::2], ends[1::2], strict=True)))
    return spans


def _overlaps(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> list[tuple[float, float]]:
    pairs = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return [(low, high) for low, high in pairs if high > low]


def write_on(
    axes: Axes, words: str, x: float, y: float, value: float, classes: Classes, style: HouseStyle
) -> None:
    """Bold text on the colour of a class, on a white ground where the gemeente is hatched."""
    absent = pd.isna(value)
    axes.text(
        x,
        y,
        words,
        ha="center",
        va="center",
        fontweight="bold",
        linespacing=1.1,
        color=style.ink if absent else style.text_on(classes.color(value)),
        bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 1.0} if absent else None,
    )


@dataclass(frozen=True)
class _Inside:
    """A text in a gemeente, its place in map units."""

    words: str
    x: float
    y: float
    value: float

    def box(self, axes: Axes, style: HouseStyle) -> Bbox:
        x, y = axes.transData.transform((self.x, self.y))
        width = text_width_mm(self.words, style, bold=True) * POINTS_PER_MM
        height = LINE_HEIGHT * (self.words.count("\n") + 1)
        return Bbox.from_bounds(x - width / 2, y - height / 2, width, height)


@dataclass(frozen=True)
class _Outside:
    """A name above or below the map, tied to its gemeente by a vertical line at ``x`` (points)."""

    words: str
    width: float
    x: float
    y: float
    left: float = 0.0  # where the name begins
    moved: float = 0.0  # how far that is from beside its line
    row: int = 0  # counted away from the map


def fitting_text(
    item: Any, scale: float, form: NumberFormat, style: HouseStyle, *, value_alone: bool = True
) -> tuple[_Inside | None, str]:
    """The text that fits in a gemeente (name and value, or the value alone), and the words left over."""
    value = form(item.value)
    both = max(text_width_mm(word, style, bold=True) for word in (item.name, value)) * POINTS_PER_MM + 6
    if place := _place_for(item.geometry, 2.1 * LINE_HEIGHT * scale, both * scale):
        return _Inside(f"{item.name}\n{value}", *place, item.value), ""
    alone = text_width_mm(value, style, bold=True) * POINTS_PER_MM + 3
    if value_alone and (place := _place_for(item.geometry, LINE_HEIGHT * scale, alone * scale)):
        return _Inside(value, *place, item.value), item.name
    return None, f"{item.name} {value}"


def _place_for(shape: BaseGeometry, height: float, width: float) -> tuple[float, float] | None:
    """Where a text of this size (map units) fits in a shape; None where it does not."""
    west, _, east, _ = shape.bounds
    if east - west < width:  # no need to seek
        return None
    x, y, room = _room_at(shape, height)
    return (x, y) if room >= width else None


def label_region(
    axes: Axes, gemeenten: gpd.GeoDataFrame, classes: Classes, form: NumberFormat, style: HouseStyle
) -> None:
    """Name and value inside where they fit; else the value inside and the name above or below.

    How many names stand outside depends on the scale, and the scale on the rows kept free for them, so
    the map is fitted until both agree. Where the names find no place, less is written (``_LEFT_OUT``).
    """
    for left_out in _LEFT_OUT:
        found = _placed(axes, gemeenten, form, style, left_out)
        if found is not None:
            break
    inside, above, below = found
    for text in inside:
        write_on(axes, text.words, text.x, text.y, text.value, classes, style)
    _write_rows(axes, above, float(gemeenten.total_bounds[3]), +1, style)
    _write_rows(axes, below, float(gemeenten.total_bounds[1]), -1, style)


def _placed(
    axes: Axes, gemeenten: gpd.GeoDataFrame, form: NumberFormat, style: HouseStyle, left_out: str
) -> tuple[list[_Inside], list[_Outside], list[_Outside]] | None:
    """Texts inside, and names above and below in their rows; None when they do not fit."""
    row_mm = ROW * LINE_HEIGHT / POINTS_PER_MM
    rows_up = rows_down = 0
    for _ in range(5):
        room = [2 + row_mm * rows + (1.5 if rows else 0) for rows in (rows_down, rows_up)]
        scale = fit(axes, gemeenten.total_bounds, (2, room[0], 2, room[1]))
        inside, *sides = _plan_labels(axes, gemeenten, scale, form, style, left_out)
        above, below = (_in_rows(axes, side) for side in sides)
        if above is None or below is None:
            return None
        need_up, need_down = (max((label.row + 1 for label in side), default=0) for side in (above, below))
        if need_up <= rows_up and need_down <= rows_down:
            break
        rows_up, rows_down = max(rows_up, need_up), max(rows_down, need_down)
    return inside, above, below


def _in_rows(axes: Axes, labels: Sequence[_Outside]) -> list[_Outside] | None:
    """Give each name a place left or right of its line and a row, with as few rows as possible.

    A line rises from the map through all rows below its own, so a name may only stand over the lines of
    names in lower rows. All choices of sides are tried (at most 2 ** 8); None when none of them will do.
    """
    box = axes.get_window_extent()
    best: tuple[float, list[_Outside]] | None = None
    for sides in itertools.product((True, False), repeat=len(labels)):
        placed = []
        for label, to_left in zip(labels, sides, strict=True):
            wished = label.x - 3 - label.width if to_left else label.x + 3
            left = min(max(wished, box.x0), box.x1 - label.width)
            placed.append(replace(label, left=left, moved=abs(left - wished)))
        rows = _rows_of(placed)
        if rows is None:
            continue
        cost = 20 * max(rows, default=0) + sum(label.moved for label in placed) + 0.1 * sum(rows)
        if best is None or cost < best[0]:
            done = [replace(label, row=row) for label, row in zip(placed, rows, strict=True)]
            best = (cost, done)
    return None if best is None else best[1]


def _rows_of(labels: Sequence[_Outside]) -> list[int] | None:
    """Lowest row for each name, or None when two names stand over each other's line."""
    count = len(labels)
    spans = [(label.left - 2, label.left + label.width + 2) for label in labels]
    over = [
        [a != b and spans[a][0] <= labels[b].x <= spans[a][1] for b in range(count)] for a in range(count)
    ]
    rows: dict[int, int] = {}
    while len(rows) < count:
        free = [
            a for a in range(count) if a not in rows and all(b in rows for b in range(count) if over[a][b])
        ]
        if not free:
            return None
        for a in free:
            row = max((rows[b] + 1 for b in range(count) if over[a][b]), default=0)
            # Beside names in the same row, and with its own line clear of the names below it.
            while any(
                (rows[b] == row and spans[a][0] < spans[b][1] and spans[b][0] < spans[a][1]) for b in rows
            ):
                row += 1
            if any(rows[b] < row and over[b][a] for b in rows):
                return None
            rows[a] = row
    return [rows[a] for a in range(count)]


def _plan_labels(
    axes: Axes,
    gemeenten: gpd.GeoDataFrame,
    scale: float,
    form: NumberFormat,
    style: HouseStyle,
    left_out: str,
) -> tuple[list[_Inside], list[_Outside], list[_Outside]]:
    """Texts inside, names above and names below, at the present scale."""
    fitting = [(item, *fitting_text(item, scale, form, style)) for item in gemeenten.itertuples(index=False)]
    inside = [text for _, text, _ in fitting if text is not None]
    boxes = [text.box(axes, style) for text in inside]
    above: list[_Outside] = []
    below: list[_Outside] = []
    for item, text, words in fitting:
        if left_out:
            words = _briefer(words, item.value, text is not None, form, left_out)
        if not words:
            continue
        width = text_width_mm(words, style, bold=True) * POINTS_PER_MM
        up = _best_ray(axes, item.geometry, gemeenten, boxes, scale, +1)
        down = _best_ray(axes, item.geometry, gemeenten, boxes, scale, -1)
        # Below only when that line crosses clearly less: readers look for names at the top first.
        if down[0] + 30 < up[0]:
            below.append(_Outside(words, width, *down[1:]))
        else:
            above.append(_Outside(words, width, *up[1:]))
    return inside, above, below


def _briefer(words: str, value: float, is_inside: bool, form: NumberFormat, left_out: str) -> str:
    """What still stands outside of a gemeente; a value that stands nowhere else goes last."""
    if left_out == "no data" or (left_out == "names without data" and pd.notna(value)):
        return words.removesuffix(form(float("nan"))).rstrip()
    return form(value) if left_out == "names" and pd.notna(value) and not is_inside else ""


def _best_ray(
    axes: Axes,
    shape: BaseGeometry,
    gemeenten: gpd.GeoDataFrame,
    boxes: Sequence[Bbox],
    scale: float,
    way: int,
) -> tuple[float, float, float]:
    """Vertical line out of a gemeente that crosses least: its cost, and its start in points (x, y)."""
    west, south, east, north = shape.bounds
    others = gemeenten.geometry[[other is not shape for other in gemeenten.geometry]].to_numpy()
    end = gemeenten.total_bounds[3 if way > 0 else 1]
    best = (np.inf, 0.0, 0.0)
    for share in np.linspace(0.1, 0.9, 11):
        x = west + share * (east - west)
        own = shape.intersection(shapely.LineString([(x, south - 1), (x, north + 1)]))
        if own.length / scale < 8:
            continue
        edge = own.bounds[3 if way > 0 else 1]
        foreign = shapely.length(
            shapely.intersection(others, shapely.LineString([(x, edge), (x, end)]))
        ).sum()
        point_x, point_y = (float(at) for at in axes.transData.transform((x, edge)))
        point_y -= way * 5
        end_y = float(axes.transData.transform((x, end))[1])
        ray = Bbox.from_extents(point_x - 3, min(point_y, end_y), point_x + 3, max(point_y, end_y))
        hits = sum(ray.overlaps(box) for box in boxes)
        cost = foreign / scale + 300 * hits + 30 * abs(share - 0.5)
        if cost < best[0]:
            best = (float(cost), point_x, point_y)
    if not np.isfinite(best[0]):
        x, y = axes.transData.transform(shapely.get_coordinates(shape.representative_point())[0])
        return (0.0, float(x), float(y))
    return best


def _write_rows(axes: Axes, labels: Sequence[_Outside], edge: float, way: int, style: HouseStyle) -> None:
    """Names in rows beyond the edge of the map, each at its vertical line."""
    start = float(axes.transData.transform((0, edge))[1]) + way * LINE_HEIGHT * 0.9
    inverse = axes.transData.inverted()
    for label in labels:
        height = start + way * label.row * ROW * LINE_HEIGHT
        at = inverse.transform((label.left, height))
        axes.text(at[0], at[1], label.words, ha="left", va="center", fontweight="bold", clip_on=False)
        # A name that had to move off its place stands on the end of its line.
        top = height + way * 4 if label.moved == 0 else height - way * 0.6 * LINE_HEIGHT
        line = inverse.transform([(label.x, label.y), (label.x, top)])
        axes.plot(line[:, 0], line[:, 1], color=style.ink, lw=0.6, zorder=4, clip_on=False)
        axes.plot(*line[0], "o", color=style.ink, ms=2.4, zorder=5)


def write_list(
    axes: Axes, on_map: Axes, listed: gpd.GeoDataFrame, total: int, form: NumberFormat, style: HouseStyle
) -> None:
    """Numbered gemeenten from high to low beside the map, with the same numbers on the map."""
    known = listed.sort_values(["value", "name"], ascending=[False, True], na_position="last")
    height = axes.get_window_extent().height
    all_shown = len(known) == total
    axes.set(xlim=(0, axes.get_window_extent().width), ylim=(0, height))
    right = axes.get_xlim()[1] - 2
    values = [form(item.value) for item in known.itertuples(index=False)]
    room = right - 22 - _BESIDE - max(text_width_mm(v, style, bold=True) for v in values) * POINTS_PER_MM
    names = [_fitting_name(name, room, style) for name in known["name"]]
    tall = [1.0 + 0.55 * name.words.count("\n") for name in names]
    row = min(LIST_ROW_MM * POINTS_PER_MM, (height - 24) / (sum(tall) + 2))
    half = sum(known["value"].notna()) // 2
    top = height - max((height - row * (sum(tall) + 1)) / 2, 8)
    head = (
        tr("Van hoog naar laag")
        if all_shown
        else tr("Hoogste {high} en laagste {low}", high=half, low=len(known) - half)
    )
    axes.text(8, top, head, va="center", color=style.soft)
    lines = []
    y = top - 0.7 * row
    for place, item in enumerate(known.itertuples(index=False), start=1):
        y -= row * tall[place - 1] / 2 + (0.6 * row if not all_shown and place == half + 1 else 0)
        _key(axes, 13, y, place, style)
        name = names[place - 1]
        axes.text(22, y, name.words, va="center", fontsize=name.size, linespacing=1.0)
        axes.text(right, y, values[place - 1], ha="right", va="center", fontweight="bold")
        lines.append(_middle(largest_part(item.geometry)))
        y -= row * tall[place - 1] / 2
    spots = on_map.transData.transform(np.array(lines))
    moved = on_map.transData.inverted().transform(_apart(spots, 11.0))
    for place, (x, y) in enumerate(moved, start=1):
        origin = lines[place - 1]
        on_map.plot([origin[0], x], [origin[1], y], color=style.ink, lw=0.6, zorder=5)
        _key(on_map, x, y, place, style)


def _key(axes: Axes, x: float, y: float, place: int, style: HouseStyle) -> None:
    axes.plot(x, y, "o", color="#ffffff", mec=style.ink, mew=0.7, ms=10.5, zorder=6, clip_on=False)
    axes.text(x, y, str(place), ha="center", va="center_baseline", fontsize=7, fontweight="bold", zorder=7)


class _Name(NamedTuple):
    words: str
    size: float


def _fitting_name(name: str, room: float, style: HouseStyle) -> _Name:
    """The name at text size where it fits in ``room`` points, else smaller, else smaller on two lines."""
    for size in (TEXT_SIZE, _SMALL):
        if text_width_mm(name, style, size=size) * POINTS_PER_MM <= room:
            return _Name(name, size)
    ends = [place for place, letter in enumerate(name[:-1], start=1) if letter in " -"]
    halves = [f"{name[:end].rstrip()}\n{name[end:]}" for end in ends] or [name]
    return _Name(min(halves, key=lambda words: text_width_mm(words, style, size=_SMALL)), _SMALL)


def largest_part(shape: BaseGeometry) -> BaseGeometry:
    return max(shapely.get_parts(shape), key=lambda part: part.area)


def _apart(spots: np.ndarray, distance: float) -> np.ndarray:
    """Push points apart until each pair is ``distance`` apart, moving them as little as needed."""
    spots = spots.astype(float).copy()
    for _ in range(200):
        moved = False
        for one in range(len(spots)):
            for other in range(one):
                gap = spots[one] - spots[other]
                size = float(np.hypot(*gap))
                if size < distance - 1e-6:
                    way = gap / size if size > 1e-9 else np.array([1.0, 0.0])
                    push = way * (distance - size) / 2
                    spots[one] += push
                    spots[other] -= push
                    moved = True
        if not moved:
            break
    return spots
