"""Maps of gemeenten: the country at the left, the region with its values at the right.

Classes are discrete and stand in a legend with words; a gemeente without a value is hatched and called
"geen gegevens". Each class is one compound path, which keeps the SVG small. Up to eight gemeenten are named
on the map, in their gemeente or on thin lines above and below it; more are numbered, with a list beside.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from pipeline.figures.axes import ChartAxes
from pipeline.figures.common import ONE_DECIMAL, need_columns
from pipeline.figures.drawing import About, DataRow, Drawing
from pipeline.figures.map_classes import Classes, make_classes
from pipeline.figures.map_labels import LIST_ROW_MM, fit, fitting_text, label_region, write_list, write_on
from pipeline.figures.style import (
    DEFAULT_STYLE,
    POINTS_PER_MM,
    WIDTH_MM,
    FigureError,
    HouseStyle,
    drawing_style,
    empty_figure,
    to_svg,
)
from pipeline.language.numbers import NumberFormat, no_data
from pipeline.language.translation import tr

COUNTRY_TOLERANCE_M = 1000  # 0.2 mm on paper
REGION_TOLERANCE_M = 100
FINEST = 1000  # parts of the width of a map below which a bend is not seen (about 0.1 mm)
MOST_LABELS = 8  # gemeenten named on the map itself; above that by number, in a list beside it
MOST_LISTED = 20  # gemeenten in that list; above that only the highest and lowest
LEGEND_MM = 13
COUNTRY_MM = 58.0  # width of the country beside a region; less beside a list
LIST_MM = 48
_ID_USE = re.compile(r'(\bid="|url\(#|href="#)')


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


@dataclass(frozen=True, eq=False)
class Country:
    """The borders of all gemeenten as small maps show them; make it once, and it is drawn once for many figures.

    borders : GeoDataFrame [region_code, geometry], as ``simplified(gemeenten, COUNTRY_TOLERANCE_M)``
    """

    borders: gpd.GeoDataFrame

    @classmethod
    def of(cls, gemeenten: gpd.GeoDataFrame) -> Country:
        return cls(simplified(gemeenten, COUNTRY_TOLERANCE_M))


def region_map(
    gemeenten: gpd.GeoDataFrame,
    region: Sequence[str],
    limits: Sequence[float] | None = None,
    labels: Sequence[str] | None = None,
    *,
    about: About,
    period: str,
    subject: str = "",
    form: NumberFormat = ONE_DECIMAL,
    country: Country | None = None,
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
    subject : what is mapped, for the alt text; the unit of ``about`` when not given
    height_mm : of the figure; a map with a list beside it is as high as it needs to be, at most this
    country : the same gemeenten, to share between figures

    Returns
    -------
    Drawing
        Data rows for the gemeenten of the region (for the nation: all), and for the neighbours whose value
        is written beside a single gemeente.

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
    classes = make_classes(gemeenten["value"], limits, labels, form, style, about.id)
    whole = not region or len(set(region)) == len(gemeenten)
    country = Country.of(gemeenten) if country is None else country
    coarse = _with_values(country.borders, gemeenten)
    inside = gemeenten if whole else gemeenten[gemeenten["region_code"].isin(list(region))]
    printed = inside
    listed = inside if len(inside) <= MOST_LISTED else _highest_and_lowest(inside)
    keyed = len(inside) > MOST_LABELS
    country_mm = 46.0 if keyed else COUNTRY_MM
    region_mm = WIDTH_MM - country_mm - 4 - (LIST_MM if keyed else 0)
    if keyed and not whole:
        maps_mm = max(
            _high_mm(coarse, country_mm), _high_mm(inside, region_mm), (len(listed) + 3) * LIST_ROW_MM
        )
        height_mm = min(height_mm, round(LEGEND_MM + 2 + maps_mm, 1))

    behind = ""
    with drawing_style(style):
        figure = empty_figure(height_mm)
        _legend(figure, classes, bool(gemeenten["value"].isna().any()), height_mm, style)
        place = _Panels(figure, height_mm)
        if whole:
            axes = place.axes(0, WIDTH_MM - LIST_MM)
            _draw_classes(axes, coarse, classes, 0.25, style)
            fit(axes, coarse.total_bounds, (2, 2, 2, 2))
        else:
            outline = shapely.coverage_union_all(
                coarse.loc[coarse["region_code"].isin(list(region)), "geometry"].to_numpy()
            )
            natural_mm = _high_mm(coarse, COUNTRY_MM)
            size = min(country_mm / COUNTRY_MM, place.high_mm / natural_mm)
            axes = place.axes(0, size * COUNTRY_MM, size * natural_mm)
            fit(axes, coarse.total_bounds, (size, size, size, size))
            _draw_outline(axes, outline, style, 1.6)
            drawn = _country_svg(country, coarse["value"].to_numpy(dtype=float).tobytes(), classes, style)
            behind = _placed(drawn, axes, size, height_mm)
            axes = place.axes(country_mm + 4, region_mm)
            if len(inside) == 1:
                written = _draw_with_neighbours(axes, gemeenten, inside, classes, form, style)
                around = set(written) - set(inside["region_code"])
                printed = pd.concat([inside, gemeenten[gemeenten["region_code"].isin(around)]])
            else:
                shown = simplified(inside, REGION_TOLERANCE_M if len(inside) < 60 else 300)
                _draw_classes(axes, shown, classes, 1.0, style)
                union = shapely.coverage_union_all(shown.geometry.to_numpy())
                _draw_outline(axes, union, style, 1.8)
                if not keyed:
                    label_region(axes, shown, classes, form, style)
                else:
                    fit(axes, shown.total_bounds, (2, 2, 2, 2))
        if keyed:
            write_list(place.axes(WIDTH_MM - LIST_MM, LIST_MM), axes, listed, len(inside), form, style)
        svg = _with_behind(to_svg(figure), behind)
    return Drawing(
        svg=svg,
        alt=_alt(inside, gemeenten, whole, subject or about.unit, period, form, about),
        data_rows=tuple(_rows(printed, period, form, about)),
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
    few = len(chosen) < 60
    shapes = shapely.coverage_simplify(
        chosen.geometry.to_numpy(), REGION_TOLERANCE_M if few else COUNTRY_TOLERANCE_M
    )
    lightest = _blend(style.shades[3], style.shades[2], 0.3)
    strengths = (0.7, 0.85, 0.6, 1.0, 0.5, 0.78, 0.65)
    with drawing_style(style):
        figure = empty_figure(height_mm)
        axes = _Panels(figure, height_mm, legend_mm=0).axes(0, WIDTH_MM)
        for place, strength in enumerate(strengths):
            part = shapes[place :: len(strengths)]
            if len(part):
                color = _blend(style.navy, lightest, strength)
                _draw_polygons(axes, part, color, style.navy, 1.8 if few else 0.4)
        fit(axes, shapely.total_bounds(shapes), (1, 1, 1, 1))
        return to_svg(figure)


# --- drawing ----------------------------------------------------------------------------


def _high_mm(gemeenten: gpd.GeoDataFrame, width_mm: float) -> float:
    """How high a map of this width is."""
    west, south, east, north = gemeenten.total_bounds
    return float(width_mm * (north - south) / (east - west)) + 2


def _with_values(country: gpd.GeoDataFrame, gemeenten: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The simplified borders with the values of this figure."""
    values = dict(zip(gemeenten["region_code"], gemeenten["value"], strict=True))
    return country.assign(value=[values[code] for code in country["region_code"]])


def _blend(ground: str, color: str, share: float) -> str:
    pairs = [(int(ground[i : i + 2], 16), int(color[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@dataclass(frozen=True)
class _Panels:
    """Places for maps under the legend, in mm from the left."""

    figure: Figure
    height_mm: float
    legend_mm: float = LEGEND_MM + 2

    @property
    def high_mm(self) -> float:
        return self.height_mm - self.legend_mm - 1

    def axes(self, left_mm: float, width_mm: float, high_mm: float | None = None) -> Axes:
        """Axes as high as there is room for, or halfway up when lower."""
        high_mm = high_mm or self.high_mm
        low_mm = 0.5 + (self.high_mm - high_mm) / 2
        axes = self.figure.add_axes(
            (
                left_mm / WIDTH_MM,
                low_mm / self.height_mm,
                width_mm / WIDTH_MM,
                high_mm / self.height_mm,
            ),
            axes_class=ChartAxes,
        )
        axes.set_axis_off()
        return axes


@functools.lru_cache(maxsize=8)
def _country_svg(country: Country, values: bytes, classes: Classes, style: HouseStyle) -> str:
    """The country in the colours of its values (float64), COUNTRY_MM wide from the top left corner.

    Drawn alone, because it is the larger part of a figure and the same in those of hundreds of regions.
    """
    gemeenten = country.borders.assign(value=np.frombuffer(values))
    figure = empty_figure(_high_mm(gemeenten, COUNTRY_MM))
    axes = figure.add_axes((0, 0, COUNTRY_MM / WIDTH_MM, 1), axes_class=ChartAxes)
    axes.set_axis_off()
    _draw_classes(axes, gemeenten, classes, 0.18, style)
    fit(axes, gemeenten.total_bounds, (1, 1, 1, 1))
    drawn = to_svg(figure)
    first, last = drawn.index('<g id="figure_1">'), drawn.rindex("</svg>")
    return _ID_USE.sub(r"\1country-", drawn[first:last])


def _placed(drawn: str, axes: Axes, size: float, height_mm: float) -> str:
    """A drawing moved to the top left corner of these axes, ``size`` times as large."""
    box = axes.get_window_extent()
    down = height_mm * POINTS_PER_MM - box.y1
    return f'<g transform="translate({box.x0:.2f} {down:.2f}) scale({size:.4f})">\n{drawn}</g>\n'


def _with_behind(svg: str, behind: str) -> str:
    """An SVG with another drawing behind its own."""
    first = svg.index('<g id="figure_1">')
    return svg[:first] + behind + svg[first:]


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
    axes: Axes, gemeenten: gpd.GeoDataFrame, classes: Classes, edge_width: float, style: HouseStyle
) -> None:
    shapes, values = gemeenten.geometry.to_numpy(), gemeenten["value"].to_numpy(dtype=float)
    absent = np.isnan(values)
    colors = np.array([classes.color(value) for value in values])
    for color in dict.fromkeys(classes.colors):
        part = shapes[(colors == color) & ~absent]
        if len(part):
            _draw_polygons(axes, part, color, "#ffffff", edge_width)
    if absent.any():
        _draw_polygons(axes, shapes[absent], "#ffffff", style.rule, max(edge_width, 0.4), hatch=style.grey)


def _draw_outline(axes: Axes, shape: BaseGeometry, style: HouseStyle, width: float) -> None:
    patch = PathPatch(
        _compound_path([shape]), facecolor="none", edgecolor=style.accent, linewidth=width, zorder=3
    )
    patch.set_joinstyle("round")
    axes.add_artist(patch)  # not add_patch: it measures every segment


def _legend(figure: Figure, classes: Classes, absent: bool, height_mm: float, style: HouseStyle) -> None:
    """Boxes with words, over the full width, at the top."""
    count = len(classes.labels) + int(absent)
    axes = figure.add_axes((0, 1 - LEGEND_MM / height_mm, 1, LEGEND_MM / height_mm), axes_class=ChartAxes)
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
        axes.text(place + 0.485, 4.4, no_data(), ha="center", va="center", color=style.soft)


def _draw_with_neighbours(
    axes: Axes,
    gemeenten: gpd.GeoDataFrame,
    inside: gpd.GeoDataFrame,
    classes: Classes,
    form: NumberFormat,
    style: HouseStyle,
) -> list[str]:
    """One gemeente among its neighbours, each with name and value where they fit; returns who got one."""
    west, south, east, north = inside.total_bounds
    pad = 0.45 * max(east - west, north - south)
    fit(axes, (west - pad, south - pad, east + pad, north + pad), (0, 0, 0, 0))
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    near = simplified(gemeenten.cx[left:right, low:high], (right - left) / FINEST)
    near = near.assign(geometry=near.geometry.intersection(shapely.box(left, low, right, high)))
    near = near[near.geometry.area > 0]
    near = near.assign(geometry=[_polygons_only(item) for item in near.geometry])
    _draw_classes(axes, near, classes, 0.8, style)
    own = near["region_code"].isin(list(inside["region_code"]))
    _draw_outline(axes, near.loc[own, "geometry"].iloc[0], style, 2.0)
    scale = (right - left) / axes.get_window_extent().width
    written: list[str] = []
    own_codes = set(inside["region_code"])
    for item in near.itertuples(index=False):
        text, _ = fitting_text(item, scale, form, style, value_alone=item.region_code in own_codes)
        if text is not None:
            write_on(axes, text.words, text.x, text.y, text.value, classes, style)
            written.append(item.region_code)
    return written


def _polygons_only(shape: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0]


def _highest_and_lowest(gemeenten: gpd.GeoDataFrame, count: int = 5) -> gpd.GeoDataFrame:
    known = gemeenten.dropna(subset=["value"]).sort_values(["value", "name"])
    if len(known) <= 2 * count:
        return known
    return pd.concat([known.iloc[:count], known.iloc[-count:]])


# --- words and data ---------------------------------------------------------------------


def _alt(
    inside: gpd.GeoDataFrame,
    gemeenten: gpd.GeoDataFrame,
    whole: bool,
    subject: str,
    period: str,
    form: NumberFormat,
    about: About,
) -> str:
    said = [
        tr("Kaart van Nederland: {subject}, {period}.", subject=subject, period=period)
        if whole
        else tr(
            "Kaart van Nederland en van {region}: {subject}, {period}.",
            region=about.region,
            subject=subject,
            period=period,
        )
    ]
    known = inside.dropna(subset=["value"]).sort_values(["value", "name"])
    if len(known) == 1:
        said.append(f"{known['name'].iloc[0]}: {form(known['value'].iloc[0])}.")
    elif len(known) > 1:
        low, high = known.iloc[0], known.iloc[-1]
        said.append(
            tr(
                "Het hoogst in {top} ({high}), het laagst in {bottom} ({low}).",
                top=high["name"],
                high=form(high["value"]),
                bottom=low["name"],
                low=form(low["value"]),
            )
        )
        if len(known) <= MOST_LISTED:
            rest = [f"{item.name} {form(item.value)}" for item in known.iloc[::-1].itertuples(index=False)]
            said.append(tr("Van hoog naar laag: {values}.", values=", ".join(rest)))
    absent = inside.loc[inside["value"].isna(), "name"].tolist()
    if absent:
        names = f": {', '.join(sorted(absent))}" if len(absent) <= MOST_LISTED else ""
        said.append(
            tr(
                "Voor {count} van {all} gemeenten zijn er geen gegevens{names}.",
                count=len(absent),
                all=len(inside),
                names=names,
            )
        )
    if not whole and len(inside) == 1:
        others = gemeenten["value"].dropna()
        said.append(
            tr(
                "In Nederland loopt het van {low} tot {high}.",
                low=form(others.min()),
                high=form(others.max()),
            )
        )
    return " ".join(said)


def _rows(inside: gpd.GeoDataFrame, period: str, form: NumberFormat, about: About) -> list[DataRow]:
    rows = []
    for item in inside.sort_values("region_code", kind="stable").itertuples(index=False):
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
