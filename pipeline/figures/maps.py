"""Maps of gemeenten: the country at the left, the region with its values at the right.

Classes are discrete and stand in a legend with words; a gemeente without a value is hatched and called
"geen gegevens". Each class is one compound path, which keeps the SVG small. Names that do not fit in
their gemeente stand beside the map on thin lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from pipeline.figures.common import ONE_DECIMAL, need_columns
from pipeline.figures.drawing import About, DataRow, Drawing
from pipeline.figures.dutch import NO_DATA, NumberFormat, number
from pipeline.figures.labels import LINE_HEIGHT, spread
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
MOST_NAMES = 20  # gemeenten named one by one; above that only the highest and lowest
LEGEND_MM = 13


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
    middle = round(float(np.median(known)) / step) * step
    limits = [round(middle + (place - (count - 2) / 2) * step, 10) for place in range(count - 1)]
    limits = [round(round(limit / step) * step, 10) for limit in limits]
    return [limit for limit in sorted(set(limits)) if known.min() < limit <= known.max()]


def class_labels(limits: Sequence[float], form: NumberFormat) -> list[str]:
    """Words of the classes: "minder dan 6", "6 tot 8", "8 of meer"."""
    words = [_limit_words(limit, form) for limit in limits]
    if not words:
        return ["alle gemeenten"]
    between = [f"{low} tot {high}" for low, high in pairwise(words)]
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
        map_height = height_mm - LEGEND_MM - 3
        if whole:
            axes = _map_axes(figure, 0, WIDTH_MM, map_height, height_mm)
            _draw_classes(axes, coarse, classes, 0.25, style)
            _fit(axes, coarse.total_bounds, 2, 2, 0.52)
            _name_outside(axes, _highest_and_lowest(coarse), form, style)
        else:
            outline = shapely.coverage_union_all(coarse[coarse["region_code"].isin(list(region))].geometry)
            axes = _map_axes(figure, 0, 0.36 * WIDTH_MM, map_height, height_mm)
            _draw_classes(axes, coarse, classes, 0.18, style)
            _draw_outline(axes, outline, style, 1.6)
            _fit(axes, coarse.total_bounds, 1, 1, 1.0)
            axes = _map_axes(figure, 0.385 * WIDTH_MM, 0.615 * WIDTH_MM, map_height, height_mm)
            _draw_region(axes, gemeenten, inside, classes, form, style)
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
    strengths = (0.62, 0.78, 0.5, 0.95, 0.42, 0.7, 0.56)
    with drawing_style(style):
        figure = empty_figure(height_mm)
        axes = _map_axes(figure, 0, WIDTH_MM, height_mm, height_mm)
        for place, strength in enumerate(strengths):
            part = chosen.iloc[place :: len(strengths)]
            if len(part):
                color = _blend(style.navy, style.shades[2], 0.75 * strength)
                _draw_polygons(axes, part.geometry, color, style.navy, 1.8 if len(chosen) < 60 else 0.4)
        _fit(axes, chosen.total_bounds, 1, 1, 0.5)
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


def _map_axes(figure: Figure, left_mm: float, width_mm: float, map_mm: float, height_mm: float) -> Axes:
    axes = figure.add_axes(
        (left_mm / WIDTH_MM, 0.5 / height_mm, width_mm / WIDTH_MM, (map_mm - 1) / height_mm)
    )
    axes.set_axis_off()
    return axes


def _fit(axes: Axes, bounds: Sequence[float], pad_x_mm: float, pad_y_mm: float, anchor_x: float) -> None:
    """Show the bounds at one scale in both directions, with paddings in mm around them."""
    west, south, east, north = (float(edge) for edge in bounds)
    box = axes.get_window_extent()
    room_x, room_y = box.width - 2 * pad_x_mm * POINTS_PER_MM, box.height - 2 * pad_y_mm * POINTS_PER_MM
    per_point = max((east - west) / room_x, (north - south) / room_y)
    extra_x = box.width * per_point - (east - west)
    extra_y = box.height * per_point - (north - south)
    axes.set(
        xlim=(west - extra_x * anchor_x if anchor_x != 0.5 else west - extra_x / 2, 0),
        ylim=(south - extra_y / 2, north + extra_y / 2),
    )
    axes.set_xlim(axes.get_xlim()[0], axes.get_xlim()[0] + box.width * per_point)


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
    axes.add_patch(patch)
    if hatch:
        # A second patch: the hatch takes the colour of its edge.
        lines = PathPatch(patch.get_path(), facecolor="none", edgecolor=hatch, linewidth=0, hatch="////")
        axes.add_patch(lines)


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
    axes.add_patch(patch)


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


def _draw_region(
    axes: Axes,
    gemeenten: gpd.GeoDataFrame,
    inside: gpd.GeoDataFrame,
    classes: _Classes,
    form: NumberFormat,
    style: HouseStyle,
) -> None:
    bounds = inside.total_bounds
    alone = len(inside) == 1
    if alone:
        west, south, east, north = bounds
        pad = 0.45 * max(east - west, north - south)
        bounds = (west - pad, south - pad, east + pad, north + pad)
    names = inside if len(inside) <= MOST_NAMES else _highest_and_lowest(inside)
    side_mm = 0.0 if alone else _side_room(names, style)
    _fit(axes, bounds, side_mm if not alone else 0, 1.5, 0.5)
    shown = inside
    if alone:
        shape = inside.geometry.iloc[0]
        near = gemeenten.cx[bounds[0] : bounds[2], bounds[1] : bounds[3]]
        clipped = near.assign(geometry=near.geometry.intersection(shapely.box(*bounds)))
        shown = clipped[~clipped.geometry.is_empty & (clipped.geometry.area > 0)]
        shown = shown.assign(geometry=[_polygons_only(item) for item in shown.geometry])
        _draw_classes(axes, shown, classes, 0.8, style)
        _draw_outline(axes, shape, style, 2.0)
        names = pd.concat([inside, shown[~shown["region_code"].isin(inside["region_code"])]])
    else:
        tolerance = REGION_TOLERANCE_M if len(inside) <= 60 else 300
        shown = simplified(inside, tolerance)
        _draw_classes(axes, shown, classes, 1.0, style)
        _draw_outline(axes, shapely.coverage_union_all(shown.geometry.to_numpy()), style, 1.8)
    _name_region(axes, names, classes, form, style, only_inside=alone)


def _polygons_only(shape: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0]


def _side_room(names: gpd.GeoDataFrame, style: HouseStyle) -> float:
    widest = max(text_width_mm(name, style, bold=True) for name in names["name"])
    return min(widest + 3, 36.0)


def _highest_and_lowest(gemeenten: gpd.GeoDataFrame, count: int = 3) -> gpd.GeoDataFrame:
    known = gemeenten.dropna(subset=["value"]).sort_values(["value", "name"])
    if len(known) <= 2 * count:
        return known
    return pd.concat([known.iloc[:count], known.iloc[-count:]])


# --- names ------------------------------------------------------------------------------


def _room_at(shape: BaseGeometry, height: float) -> tuple[float, float, float]:
    """Best place for a text of this height (map units) in a shape: x, y and the free width there."""
    polygon = max(shapely.get_parts(shape), key=lambda part: part.area)
    west, south, east, north = polygon.bounds
    middle = shapely.maximum_inscribed_circle(polygon)
    start = shapely.get_coordinates(middle)[0]
    best = (float(start[0]), float(start[1]), 0.0)
    for y in (start[1], *np.linspace(south + height, north - height, 9)):
        spans = None
        for level in (y - height / 2, y, y + height / 2):
            cut = polygon.intersection(shapely.LineString([(west, level), (east, level)]))
            pieces = [part.bounds for part in shapely.get_parts(cut) if part.length > 0]
            found = [(piece[0], piece[2]) for piece in pieces]
            spans = found if spans is None else _overlaps(spans, found)
        for low, high in spans or []:
            if high - low > best[2]:
                best = ((low + high) / 2, float(y), high - low)
    return best


def _overlaps(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> list[tuple[float, float]]:
    pairs = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return [(low, high) for low, high in pairs if high > low]


def _name_region(
    axes: Axes,
    gemeenten: gpd.GeoDataFrame,
    classes: _Classes,
    form: NumberFormat,
    style: HouseStyle,
    *,
    only_inside: bool,
) -> None:
    """Name and value inside where they fit; else the value inside and the name beside the map."""
    per_point = np.diff(axes.get_xlim())[0] / axes.get_window_extent().width
    outside = []
    for item in gemeenten.itertuples(index=False):
        value = form(item.value)
        color = style.ink if pd.isna(item.value) else style.text_on(classes.color(item.value))
        ground = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 1.0} if pd.isna(item.value) else None
        name_points = text_width_mm(item.name, style, bold=True) * POINTS_PER_MM + 6
        value_points = text_width_mm(value, style, bold=True) * POINTS_PER_MM + 4
        look = {"ha": "center", "va": "center", "fontweight": "bold", "color": color, "bbox": ground}
        x, y, width = _room_at(item.geometry, 2.1 * LINE_HEIGHT * per_point)
        if width / per_point >= max(name_points, value_points):
            axes.text(x, y, f"{item.name}\n{value}", linespacing=1.1, **look)
            continue
        if only_inside:
            continue
        x, y, width = _room_at(item.geometry, LINE_HEIGHT * per_point)
        if width / per_point >= value_points:
            axes.text(x, y, value, **look)
            outside.append((item.name, x, y, value_points))
        else:
            outside.append((f"{item.name} {value}", x, y, 0.0))
    _write_outside(axes, outside, style)


def _name_outside(axes: Axes, gemeenten: gpd.GeoDataFrame, form: NumberFormat, style: HouseStyle) -> None:
    points = [shapely.get_coordinates(shape.representative_point())[0] for shape in gemeenten.geometry]
    labels = [
        (f"{item.name} {form(item.value)}", float(point[0]), float(point[1]), 0.0)
        for item, point in zip(gemeenten.itertuples(index=False), points, strict=True)
    ]
    _write_outside(axes, labels, style)


def _write_outside(axes: Axes, labels: Sequence[tuple[str, float, float, float]], style: HouseStyle) -> None:
    """Names in a column left and right of the map, each joined to its place by a thin line."""
    if not labels:
        return
    box = axes.get_window_extent()
    inverse, forward = axes.transData.inverted(), axes.transData
    drawn = axes.dataLim
    edge_west, edge_east = (float(forward.transform((x, 0))[0]) for x in (drawn.x0, drawn.x1))
    middle = (edge_west + edge_east) / 2
    spots = [(name, *forward.transform((x, y)), inner) for name, x, y, inner in labels]
    for is_right in (False, True):
        side = [spot for spot in spots if (spot[1] >= middle) == is_right]
        places = spread([spot[2] for spot in side], [LINE_HEIGHT * 1.15] * len(side), box.y0 + 2, box.y1 - 2)
        widths = [text_width_mm(name, style, bold=True) * POINTS_PER_MM for name, *_ in side]
        for (name, x, y, inner), place, width in zip(side, places, widths, strict=True):
            if is_right:
                start = min(edge_east + 8, box.x1 - width)
                ends = (start - 2, x + inner / 2)
            else:
                start = max(edge_west - 8 - width, box.x0)
                ends = (start + width + 2, x - inner / 2)
            at = inverse.transform((start, place))
            axes.text(at[0], at[1], name, ha="left", va="center", fontweight="bold", clip_on=False)
            line = inverse.transform([(ends[0], place), (ends[1], y)])
            axes.plot(line[:, 0], line[:, 1], color=style.ink, lw=0.6, clip_on=False, zorder=4)
            if inner == 0:
                axes.plot(*line[1], "o", color=style.ink, ms=2.4, zorder=5)


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
        if len(known) <= MOST_NAMES:
            rest = [f"{item.name} {form(item.value)}" for item in known.iloc[::-1].itertuples(index=False)]
            said.append(f"Van hoog naar laag: {', '.join(rest)}.")
    absent = inside.loc[inside["value"].isna(), "name"].tolist()
    if absent:
        names = f": {', '.join(sorted(absent))}" if len(absent) <= MOST_NAMES else ""
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
