"""Maps of gemeenten: the country at the left, the region with its values at the right.

Classes are discrete and stand in a legend with words; a gemeente without a value is hatched and called
"geen gegevens". Each class is one compound path, which keeps the SVG small. Up to eight gemeenten are named
on the map, in their gemeente or on thin lines above and below it; more are numbered, with a list beside.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from shapely.geometry.base import BaseGeometry

from pipeline.figures.common import ONE_DECIMAL, need_columns
from pipeline.figures.drawing import About, DataRow, Drawing
from pipeline.figures.dutch import NO_DATA, NumberFormat, number
from pipeline.figures.labels import LINE_HEIGHT
from pipeline.figures.style import (
    DEFAULT_STYLE,
    POINTS_PER_MM,
    WIDTH_MM,
    FigureError,
    HouseStyle,
    drawing_style,
    empty_figure,
    text_width_mm,
    to_svg,
)

COUNTRY_TOLERANCE_M = 700
REGION_TOLERANCE_M = 100
CLASS_COUNT = 5
MOST_LABELS = 8  # gemeenten named on the map itself; above that by number, in a list beside it
MOST_LISTED = 20  # gemeenten in that list; above that only the highest and lowest
LEGEND_MM = 13
LIST_MM = 48
ROW = 1.15  # distance of names above each other, in line heights


def simplified(gemeenten: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    """Borders with fewer points, neighbours still touching; make it once and pass it on.

    Parameters
    ----------
    gemeenten : GeoDataFrame in metres (EPSG:28992)
    tolerance_m : float
        About the size of what is left out, in metres.
    """
    simple = shapely.coverage_simplify(gemeenten.geometry.to_numpy(), tolerance_m)
    return gemeenten.set_geometry(gpd.GeoSeries(simple, index=gemeenten.index, crs=gemeenten.crs))


def class_limits(values: Sequence[float], count: int = CLASS_COUNT) -> list[float]:
    """Round limits between ``count`` classes or fewer, about equally filled.

    Raises
    ------
    FigureError
        No values.
    """
    known = np.asarray([value for value in values if value is not None and np.isfinite(value)], dtype=float)
    if not len(known):
        raise FigureError("a map without values: say so in the text instead.")
    low, high = np.quantile(known, [0.05, 0.95])
    step = (high - low) / count or abs(high) or 1.0
    power = 10.0 ** np.floor(np.log10(step))
    step = float(min((f * power for f in (1, 2, 2.5, 5, 10)), key=lambda size: abs(size - step)))
    first = round((float(np.median(known)) - (count - 2) / 2 * step) / step)
    limits = [round((first + place) * step, 10) for place in range(count - 1)]
    return [limit for limit in limits if known.min() < limit <= known.max()]


def class_labels(limits: Sequence[float], form: NumberFormat) -> list[str]:
    """Words of the classes: "minder dan 6", "6 tot 8", "8 of meer"."""
    words = [_limit_words(limit, form) for limit in limits]
    if not words:
        return ["alle gemeenten"]
    between = [f"{low} tot {high}" for low, high in itertools.pairwise(words)]
    return [f"minder dan {words[0]}", *between, f"{words[-1]} of meer"]


def _limit_words(limit: float, form: NumberFormat) -> str:
    return number(limit, 0 if limit == round(limit) else form.decimals)


def region_map(
    gemeenten: gpd.GeoDataFrame,
    region: Sequence[str],
    limits: Sequence[float] | None = None,
    labels: Sequence[str] | None = None,
    *,
    about: About,
    period: str,
    form: NumberFormat = ONE_DECIMAL,
    country: gpd.GeoDataFrame | None = None,
    style: HouseStyle = DEFAULT_STYLE,
    height_mm: float = 106,
) -> Drawing:
    """Map of a value per gemeente: country left, region with its values right.

    For the whole nation there is one large map; for one gemeente the right map shows its neighbours too.

    Parameters
    ----------
    gemeenten : GeoDataFrame [region_code, name, value, geometry], optionally [status]
        All gemeenten in EPSG:28992. A missing value is hatched.
    region : region codes of the gemeenten in the region; all of them, or none, means the nation
    limits : rising class limits, at most four; ``class_limits`` of the values when not given
    labels : words of the classes; made from the limits when not given
    about, period : for the data rows and the alt text
    country : the same gemeenten as ``simplified(gemeenten, 700)``, to share between figures

    Returns
    -------
    Drawing
        Data rows for the gemeenten of the region (for the nation: all).

    Raises
    ------
    FigureError
        Missing columns, unknown region codes, too many or unsorted limits, or no values.
    """
    need_columns(gemeenten, ("region_code", "name", "value", "geometry"), about.id)
    unknown = sorted(set(region) - set(gemeenten["region_code"]))
    if unknown:
        raise FigureError(
            f"{about.id}: {len(unknown)} region codes have no borders, e.g. {unknown[:3]}. Use borders of "
            "the year of the figures, or bring the figures to current borders first."
        )
    classes = _classes(gemeenten["value"], limits, labels, form, style, about)
    whole = not region or len(set(region)) == len(gemeenten)
    coarse = _with_values(
        simplified(gemeenten, COUNTRY_TOLERANCE_M) if country is None else country, gemeenten
    )
    inside = gemeenten if whole else gemeenten[gemeenten["region_code"].isin(list(region))]

    with drawing_style(style):
        figure = empty_figure(height_mm)
        _legend(figure, classes, bool(gemeenten["value"].isna().any()), height_mm, style)
        place = _Panels(figure, height_mm)
        listed = inside if len(inside) <= MOST_LISTED else _highest_and_lowest(inside)
        keyed = len(inside) > MOST_LABELS
        if whole:
            axes = place.axes(0, WIDTH_MM - LIST_MM)
            _draw_classes(axes, coarse, classes, 0.25, style)
            _fit(axes, coarse.total_bounds, (2, 2, 2, 2))
        else:
            outline = shapely.coverage_union_all(
                coarse.loc[coarse["region_code"].isin(list(region)), "geometry"].to_numpy()
            )
            country_mm = 46.0 if keyed else 58.0
            axes = place.axes(0, country_mm)
            _draw_classes(axes, coarse, classes, 0.18, style)
            _draw_outline(axes, outline, style, 1.6)
            _fit(axes, coarse.total_bounds, (1, 1, 1, 1))
            axes = place.axes(country_mm + 4, WIDTH_MM - country_mm - 4 - (LIST_MM if keyed else 0))
            if len(inside) == 1:
                _draw_with_neighbours(axes, gemeenten, inside, classes, form, style)
            else:
                shown = simplified(inside, REGION_TOLERANCE_M if len(inside) < 60 else 300)
                _draw_classes(axes, shown, classes, 1.0, style)
                union = shapely.coverage_union_all(shown.geometry.to_numpy())
                _draw_outline(axes, union, style, 1.8)
                if not keyed:
                    _label_region(axes, shown, classes, form, style)
                else:
                    _fit(axes, shown.total_bounds, (2, 2, 2, 2))
        if keyed:
            _write_list(place.axes(WIDTH_MM - LIST_MM, LIST_MM), axes, listed, len(inside), form, style)
        svg = to_svg(figure)
    return Drawing(
        svg=svg,
        alt=_alt(inside, gemeenten, whole, period, form, about),
        data_rows=tuple(_rows(inside, period, form, about)),
    )


def cover_art(
    gemeenten: gpd.GeoDataFrame,
    region: Sequence[str],
    *,
    style: HouseStyle = DEFAULT_STYLE,
    height_mm: float = 112,
) -> str:
    """Decoration for the cover: the gemeenten of the region in tones of the data colour (SVG).

    Parameters
    ----------
    gemeenten : GeoDataFrame [region_code, geometry]
    region : region codes; none means all
    """
    chosen = gemeenten[gemeenten["region_code"].isin(list(region))] if len(region) else gemeenten
    tolerance = REGION_TOLERANCE_M if len(chosen) < 60 else COUNTRY_TOLERANCE_M
    chosen = simplified(chosen, tolerance)
    lightest = _blend(style.shades[3], style.shades[2], 0.3)
    strengths = (0.7, 0.85, 0.6, 1.0, 0.5, 0.78, 0.65)
    with drawing_style(style):
        figure = empty_figure(height_mm)
        axes = _Panels(figure, height_mm, legend_mm=0).axes(0, WIDTH_MM)
        for place, strength in enumerate(strengths):
            part = chosen.iloc[place :: len(strengths)]
            if len(part):
                color = _blend(style.navy, lightest, strength)
                _draw_polygons(axes, part.geometry, color, style.navy, 1.8 if len(chosen) < 60 else 0.4)
        _fit(axes, chosen.total_bounds, (1, 1, 1, 1))
        return to_svg(figure)


# --- classes ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Classes:
    limits: tuple[float, ...]
    labels: tuple[str, ...]
    colors: tuple[str, ...]

    def color(self, value: float) -> str:
        return self.colors[int(np.searchsorted(self.limits, value, side="right"))]


def _classes(
    values: pd.Series,
    limits: Sequence[float] | None,
    labels: Sequence[str] | None,
    form: NumberFormat,
    style: HouseStyle,
    about: About,
) -> _Classes:
    limits = list(class_limits(values.tolist()) if limits is None else limits)
    if limits != sorted(set(limits)) or len(limits) >= CLASS_COUNT:
        raise FigureError(f"{about.id}: limits {limits} must rise and be at most {CLASS_COUNT - 1}.")
    labels = list(labels) if labels else class_labels(limits, form)
    if len(labels) != len(limits) + 1:
        raise FigureError(f"{about.id}: {len(labels)} class labels for {len(limits) + 1} classes.")
    steps = np.linspace(0, CLASS_COUNT - 1, len(labels)).round().astype(int)
    return _Classes(tuple(limits), tuple(labels), tuple(style.shades[step] for step in steps))


def _with_values(country: gpd.GeoDataFrame, gemeenten: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The simplified borders with the values of this figure."""
    values = gemeenten.set_index("region_code")["value"]
    return country.assign(value=country["region_code"].map(values))


def _blend(ground: str, color: str, share: float) -> str:
    pairs = [(int(ground[i : i + 2], 16), int(color[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


# --- drawing ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Panels:
    """Places for maps under the legend, in mm from the left."""

    figure: Figure
    height_mm: float
    legend_mm: float = LEGEND_MM + 2

    def axes(self, left_mm: float, width_mm: float) -> Axes:
        high = self.height_mm - self.legend_mm - 1
        axes = self.figure.add_axes(
            (left_mm / WIDTH_MM, 0.5 / self.height_mm, width_mm / WIDTH_MM, high / self.height_mm)
        )
        axes.set(xticks=[], yticks=[])
        axes.set_axis_off()
        return axes


def _fit(axes: Axes, bounds: Sequence[float], padding_mm: tuple[float, float, float, float]) -> float:
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


def _compound_path(geometries: Sequence[BaseGeometry]) -> Path:
    rings = []
    for polygon in shapely.get_parts(shapely.orient_polygons(np.asarray(geometries, dtype=object))):
        rings += [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]
    paths = [Path(ring, [Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY]) for ring in rings]
    return Path.make_compound_path(*paths)


def _draw_polygons(
    axes: Axes,
    geometries: Sequence[BaseGeometry],
    face: str,
    edge: str,
    width: float,
    hatch: str | None = None,
) -> None:
    patch = PathPatch(_compound_path(list(geometries)), facecolor=face, edgecolor=edge, linewidth=width)
    patch.set_joinstyle("round")
    axes.add_artist(patch)  # not add_patch: it measures every segment
    if hatch:
        # A second patch: the hatch takes the colour of its edge.
        lines = PathPatch(patch.get_path(), facecolor="none", edgecolor=hatch, linewidth=0, hatch="////")
        axes.add_artist(lines)


def _draw_classes(
    axes: Axes, gemeenten: gpd.GeoDataFrame, classes: _Classes, edge_width: float, style: HouseStyle
) -> None:
    for color in dict.fromkeys(classes.colors):
        part = gemeenten[[pd.notna(value) and classes.color(value) == color for value in gemeenten["value"]]]
        if len(part):
            _draw_polygons(axes, part.geometry, color, "#ffffff", edge_width)
    absent = gemeenten[gemeenten["value"].isna()]
    if len(absent):
        _draw_polygons(axes, absent.geometry, "#ffffff", style.rule, max(edge_width, 0.4), hatch=style.grey)


def _draw_outline(axes: Axes, shape: BaseGeometry, style: HouseStyle, width: float) -> None:
    patch = PathPatch(
        _compound_path([shape]), facecolor="none", edgecolor=style.accent, linewidth=width, zorder=3
    )
    patch.set_joinstyle("round")
    axes.add_artist(patch)  # not add_patch: it measures every segment


def _legend(figure: Figure, classes: _Classes, absent: bool, height_mm: float, style: HouseStyle) -> None:
    """Boxes with words, over the full width, at the top."""
    count = len(classes.labels) + int(absent)
    axes = figure.add_axes((0, 1 - LEGEND_MM / height_mm, 1, LEGEND_MM / height_mm))
    axes.set(xlim=(0, max(count, 4)), ylim=(0, LEGEND_MM))
    axes.set_axis_off()
    for place, (color, label) in enumerate(zip(classes.colors, classes.labels, strict=True)):
        axes.add_patch(
            Rectangle((place + 0.01, 7.5), 0.95, 4.2, facecolor=color, edgecolor=style.grey, lw=0.5)
        )
        axes.text(place + 0.485, 4.4, label, ha="center", va="center", color=style.soft)
    if absent:
        place = count - 1
        box = Rectangle((place + 0.01, 7.5), 0.95, 4.2, facecolor="#ffffff", edgecolor=style.grey, lw=0.5)
        axes.add_patch(box)
        axes.add_patch(
            Rectangle(
                (place + 0.01, 7.5), 0.95, 4.2, facecolor="none", edgecolor=style.grey, lw=0, hatch="////"
            )
        )
        axes.text(place + 0.485, 4.4, NO_DATA, ha="center", va="center", color=style.soft)


def _draw_with_neighbours(
    axes: Axes,
    gemeenten: gpd.GeoDataFrame,
    inside: gpd.GeoDataFrame,
    classes: _Classes,
    form: NumberFormat,
    style: HouseStyle,
) -> None:
    """One gemeente among its neighbours, each with name and value where they fit."""
    west, south, east, north = inside.total_bounds
    pad = 0.45 * max(east - west, north - south)
    _fit(axes, (west - pad, south - pad, east + pad, north + pad), (0, 0, 0, 0))
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    near = gemeenten.cx[left:right, low:high]
    near = near.assign(geometry=near.geometry.intersection(shapely.box(left, low, right, high)))
    near = near[near.geometry.area > 0]
    near = near.assign(geometry=[_polygons_only(item) for item in near.geometry])
    _draw_classes(axes, near, classes, 0.8, style)
    _draw_outline(axes, inside.geometry.iloc[0], style, 2.0)
    scale = (right - left) / axes.get_window_extent().width
    for item in near.itertuples(index=False):
        text, left_over = _fitting_text(item, scale, form, style)
        if text is not None and (not left_over or item.region_code in set(inside["region_code"])):
            _write_on(axes, text.words, text.x, text.y, text.value, classes, style)


def _polygons_only(shape: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0]


def _highest_and_lowest(gemeenten: gpd.GeoDataFrame, count: int = 5) -> gpd.GeoDataFrame:
    known = gemeenten.dropna(subset=["value"]).sort_values(["value", "name"])
    if len(known) <= 2 * count:
        return known
    return pd.concat([known.iloc[:count], known.iloc[-count:]])


# --- names ------------------------------------------------------------------------------


def _room_at(shape: BaseGeometry, height: float) -> tuple[float, float, float]:
    """Best place for a text of this height (map units) in a shape: x, y and the free width there."""
    polygon = _largest(shape)
    west, south, east, north = polygon.bounds
    start = shapely.get_coordinates(shapely.maximum_inscribed_circle(polygon))[0]
    levels = np.array([start[1], *np.linspace(south + height, north - height, 9)])
    heights = (levels[:, None] + np.array([-0.5, 0.0, 0.5]) * height).ravel()
    ends = np.array([[(west, level), (east, level)] for level in heights])
    cuts = shapely.intersection(polygon, shapely.linestrings(ends)).reshape(-1, 3)
    best = (float(start[0]), float(start[1]), 0.0)
    for y, row in zip(levels, cuts, strict=True):
        spans = _spans(row[0])
        for cut in row[1:]:
            spans = _overlaps(spans, _spans(cut))
        for low, high in spans:
            if high - low > best[2]:
                best = ((low + high) / 2, float(y), high - low)
    return best


def _spans(cut: BaseGeometry) -> list[tuple[float, float]]:
    bounds = shapely.bounds(shapely.get_parts(cut)).reshape(-1, 4)
    return [(low, high) for low, _, high, _ in bounds if high > low]


def _overlaps(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> list[tuple[float, float]]:
    pairs = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return [(low, high) for low, high in pairs if high > low]


def _write_on(
    axes: Axes, words: str, x: float, y: float, value: float, classes: _Classes, style: HouseStyle
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


def _fitting_text(
    item: Any, scale: float, form: NumberFormat, style: HouseStyle
) -> tuple[_Inside | None, str]:
    """The text that fits in a gemeente (name and value, or the value), and the words left over."""
    value = form(item.value)
    x, y, width = _room_at(item.geometry, 2.1 * LINE_HEIGHT * scale)
    both = max(text_width_mm(word, style, bold=True) for word in (item.name, value)) * POINTS_PER_MM
    if width / scale >= both + 6:
        return _Inside(f"{item.name}\n{value}", x, y, item.value), ""
    x, y, width = _room_at(item.geometry, LINE_HEIGHT * scale)
    if width / scale >= text_width_mm(value, style, bold=True) * POINTS_PER_MM + 3:
        return _Inside(value, x, y, item.value), item.name
    return None, f"{item.name} {value}"


def _label_region(
    axes: Axes, gemeenten: gpd.GeoDataFrame, classes: _Classes, form: NumberFormat, style: HouseStyle
) -> None:
    """Name and value inside where they fit; else the value inside and the name above or below.

    How many names stand outside depends on the scale, and the scale on the rows kept free for them, so
    the map is fitted until both agree.
    """
    row_mm = ROW * LINE_HEIGHT / POINTS_PER_MM
    rows_up = rows_down = 0
    for _ in range(5):
        room = [2 + row_mm * rows + (1.5 if rows else 0) for rows in (rows_down, rows_up)]
        scale = _fit(axes, gemeenten.total_bounds, (2, room[0], 2, room[1]))
        inside, above, below = _plan_labels(axes, gemeenten, scale, form, style)
        above, below = _in_rows(axes, above), _in_rows(axes, below)
        need_up, need_down = (max((label.row + 1 for label in side), default=0) for side in (above, below))
        if need_up <= rows_up and need_down <= rows_down:
            break
        rows_up, rows_down = max(rows_up, need_up), max(rows_down, need_down)
    for text in inside:
        _write_on(axes, text.words, text.x, text.y, text.value, classes, style)
    _write_rows(axes, above, float(gemeenten.total_bounds[3]), +1, style)
    _write_rows(axes, below, float(gemeenten.total_bounds[1]), -1, style)


def _in_rows(axes: Axes, labels: Sequence[_Outside]) -> list[_Outside]:
    """Give each name a place left or right of its line and a row, with as few rows as possible.

    A line rises from the map through all rows below its own, so a name may only stand over the lines of
    names in lower rows. All choices of sides are tried (at most 2 ** 8).
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
    if best is None:
        raise FigureError(
            f"no room for {len(labels)} names beside the map: {[label.words for label in labels]}"
        )
    return best[1]


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
    axes: Axes, gemeenten: gpd.GeoDataFrame, scale: float, form: NumberFormat, style: HouseStyle
) -> tuple[list[_Inside], list[_Outside], list[_Outside]]:
    """Texts inside, names above and names below, at the present scale."""
    fitting = [(item, *_fitting_text(item, scale, form, style)) for item in gemeenten.itertuples(index=False)]
    inside = [text for _, text, _ in fitting if text is not None]
    boxes = [text.box(axes, style) for text in inside]
    above: list[_Outside] = []
    below: list[_Outside] = []
    for item, _, words in fitting:
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


def _write_list(
    axes: Axes, on_map: Axes, listed: gpd.GeoDataFrame, total: int, form: NumberFormat, style: HouseStyle
) -> None:
    """Numbered gemeenten from high to low beside the map, with the same numbers on the map."""
    known = listed.sort_values(["value", "name"], ascending=[False, True], na_position="last")
    height = axes.get_window_extent().height
    all_shown = len(known) == total
    row = min(4.6 * POINTS_PER_MM, (height - 24) / (len(known) + 2))
    axes.set(xlim=(0, axes.get_window_extent().width), ylim=(0, height))
    half = sum(known["value"].notna()) // 2
    top = height - max((height - row * (len(known) + 1)) / 2, 8)
    head = "Van hoog naar laag" if all_shown else f"Hoogste {half} en laagste {len(known) - half}"
    axes.text(8, top, head, va="center", color=style.soft)
    right = axes.get_xlim()[1] - 2
    lines = []
    for place, item in enumerate(known.itertuples(index=False), start=1):
        gap = 0.6 * row if not all_shown and place > half else 0
        y = top - row * (place + 0.2) - gap
        _key(axes, 13, y, place, style)
        name = _shortened(
            item.name, right - 22 - text_width_mm(form(item.value), style, bold=True) * POINTS_PER_MM, style
        )
        axes.text(22, y, name, va="center")
        axes.text(right, y, form(item.value), ha="right", va="center", fontweight="bold")
        lines.append(shapely.get_coordinates(shapely.maximum_inscribed_circle(_largest(item.geometry)))[0])
    spots = on_map.transData.transform(np.array(lines))
    moved = on_map.transData.inverted().transform(_apart(spots, 11.0))
    for place, (x, y) in enumerate(moved, start=1):
        origin = lines[place - 1]
        on_map.plot([origin[0], x], [origin[1], y], color=style.ink, lw=0.6, zorder=5)
        _key(on_map, x, y, place, style)


def _key(axes: Axes, x: float, y: float, place: int, style: HouseStyle) -> None:
    axes.plot(x, y, "o", color="#ffffff", mec=style.ink, mew=0.7, ms=10.5, zorder=6, clip_on=False)
    axes.text(x, y, str(place), ha="center", va="center_baseline", fontsize=7, fontweight="bold", zorder=7)


def _shortened(name: str, room: float, style: HouseStyle) -> str:
    """The name, cut with an ellipsis where it is wider than the room in points."""
    if text_width_mm(name, style) * POINTS_PER_MM <= room:
        return name
    while name and text_width_mm(name + "…", style) * POINTS_PER_MM > room:
        name = name[:-1]
    return name.rstrip() + "…"


def _largest(shape: BaseGeometry) -> BaseGeometry:
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


# --- words and data ---------------------------------------------------------------------


def _alt(
    inside: gpd.GeoDataFrame,
    gemeenten: gpd.GeoDataFrame,
    whole: bool,
    period: str,
    form: NumberFormat,
    about: About,
) -> str:
    said = [
        f"Kaart van {'Nederland' if whole else f'Nederland en van {about.region}'}: {about.unit}, {period}."
    ]
    known = inside.dropna(subset=["value"]).sort_values(["value", "name"])
    if len(known) == 1:
        said.append(f"{known['name'].iloc[0]}: {form(known['value'].iloc[0])}.")
    elif len(known) > 1:
        low, high = known.iloc[0], known.iloc[-1]
        said.append(
            f"Het hoogst in {high['name']} ({form(high['value'])}), het laagst in {low['name']} "
            f"({form(low['value'])})."
        )
        if len(known) <= MOST_LISTED:
            rest = [f"{item.name} {form(item.value)}" for item in known.iloc[::-1].itertuples(index=False)]
            said.append(f"Van hoog naar laag: {', '.join(rest)}.")
    absent = inside.loc[inside["value"].isna(), "name"].tolist()
    if absent:
        names = f": {', '.join(sorted(absent))}" if len(absent) <= MOST_LISTED else ""
        said.append(f"Voor {len(absent)} van {len(inside)} gemeenten zijn er {NO_DATA}{names}.")
    if not whole and len(inside) == 1:
        others = gemeenten["value"].dropna()
        said.append(f"In Nederland loopt het van {form(others.min())} tot {form(others.max())}.")
    return " ".join(said)


def _rows(inside: gpd.GeoDataFrame, period: str, form: NumberFormat, about: About) -> list[DataRow]:
    rows = []
    for item in inside.sort_values("region_code").itertuples(index=False):
        status = getattr(item, "status", "published")
        rows.append(
            about.row(
                item.name,
                period,
                item.value,
                form(item.value),
                status,
                region=item.name,
                region_code=item.region_code,
            )
        )
    return rows
