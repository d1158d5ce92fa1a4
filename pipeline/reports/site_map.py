"""The map of the site: inline SVG of the country by gemeente, arbeidsmarktregio, RMC region, COROP or province.

Borders are simplified together, so that neighbours keep touching, and written as whole steps of 100 m from
point to point. A region with a report is a link to its entry in the list; its title gives name and figure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from pipeline.figures.map import simplified
from pipeline.reports.site_figures import RegionFigures
from pipeline.reports.site_texts import Texts

TOLERANCE_M = 450
UNIT_M = 100  # one step of the drawing
EDGE = 12  # empty steps around the country
#: level of the map -> column of the regions table that says where a gemeente belongs
LEVELS = {
    "gemeente": "region_code",
    "arbeidsmarktregio": "am_code",
    "rmc_region": "mc_code",
    "corop": "cr_code",
    "province": "pv_code",
}


class SiteMapError(ValueError):
    """Borders and regions do not fit."""


@dataclass(frozen=True)
class Layer:
    """One level of the map, ready for the page.

    finding : heading, lowest to highest
    all_have_report : nothing needs to tell regions with a report from those without
    """

    key: str
    shapes: Markup
    finding: str
    unit: str
    alt: str
    has_missing: bool
    all_have_report: bool


@dataclass(frozen=True)
class SiteMap:
    """The map on all its levels; ``view_box`` holds for each of them."""

    view_box: str
    layers: tuple[Layer, ...]


def draw_map(
    borders: gpd.GeoDataFrame,
    regions: pd.DataFrame,
    figures: RegionFigures,
    with_report: Collection[str],
    texts: Texts,
) -> SiteMap:
    """Draw every level of the map.

    Parameters
    ----------
    borders : GeoDataFrame [region_code, geometry]
        The gemeenten, EPSG:28992.
    regions : DataFrame [region_code, region_name, region_type, am_code, mc_code, cr_code, pv_code]
    figures : RegionFigures
    with_report : codes of the regions that have a report
    texts : Texts

    Raises
    ------
    SiteMapError
        A gemeente has no borders, or lost its whole shape when borders were simplified.
    """
    gemeenten = regions[regions["region_type"] == "gemeente"]
    lacking = sorted(set(gemeenten["region_code"]) - set(borders["region_code"]))
    if lacking:
        raise SiteMapError(
            f"{len(lacking)} gemeenten have no borders, e.g. {lacking[:3]}. Use the borders of the year of the "
            "classification; `python -m pipeline tidy` makes both from one vintage."
        )
    names = dict(zip(regions["region_code"], regions["region_name"], strict=True))
    chosen = borders[borders["region_code"].isin(gemeenten["region_code"])]
    coarse = chosen.set_geometry(simplified(chosen.geometry.to_numpy(), TOLERANCE_M))
    placed = coarse[["region_code", "geometry"]].merge(
        gemeenten[["region_code", "am_code", "mc_code", "cr_code", "pv_code"]],
        on="region_code",
        how="left",
        validate="one_to_one",
    )
    left, bottom, right, top = placed.total_bounds
    width, height = (round(side / UNIT_M) + 2 * EDGE for side in (right - left, top - bottom))
    origin = (left - EDGE * UNIT_M, top + EDGE * UNIT_M)
    layers = tuple(
        _layer(level, _shapes(placed, column), origin, names, figures, with_report, texts)
        for level, column in LEVELS.items()
        if (placed[column] != "").all()  # a vintage may not know the RMC regions
    )
    return SiteMap(f"0 0 {width} {height}", layers)


def _shapes(placed: gpd.GeoDataFrame, column: str) -> dict[str, BaseGeometry]:
    """The geometry of every region of a level by code."""
    return {
        code: shapely.coverage_union_all(group.to_numpy())
        for code, group in sorted(placed.groupby(column)["geometry"], key=lambda pair: pair[0])
    }


def _layer(
    level: str,
    shapes: dict[str, BaseGeometry],
    origin: tuple[float, float],
    names: dict[str, str],
    figures: RegionFigures,
    with_report: Collection[str],
    texts: Texts,
) -> Layer:
    drawn = []
    # those with a report last: their edge then lies over that of their neighbours
    for code, geometry in sorted(shapes.items(), key=lambda shape: (shape[0] in with_report, shape[0])):
        path = path_of(geometry, origin)
        if not path:
            raise SiteMapError(
                f"{names[code]} ({code}) lost its shape when its borders were simplified to {TOLERANCE_M} m; "
                "draw the map of the site with a smaller tolerance."
            )
        drawn.append(_shape(code, names[code], path, figures, code in with_report, texts))
    finding = _finding({code: names[code] for code in shapes}, figures, texts)
    missing = sum(not figures.of(code).is_known for code in shapes)
    level_word, levels_word = texts(f"level_{level}"), texts(f"levels_{level}")
    unit_key = "map_unit" if figures.year else "map_unit_none"
    return Layer(
        key=level,
        shapes=Markup("\n").join(drawn),
        finding=finding,
        unit=texts(unit_key, year=figures.year, level=level_word),
        alt=texts(
            "map_alt",
            count=texts.number(len(shapes)),
            levels=levels_word,
            finding=finding,
            year=figures.year or texts("not_stated"),
            missing=texts.number(missing),
        ),
        has_missing=missing > 0,
        all_have_report=all(code in with_report for code in shapes),
    )


def _shape(code: str, name: str, path: str, figures: RegionFigures, has_report: bool, texts: Texts) -> Markup:
    figure = figures.of(code)
    mark = figure.mark(texts).label
    if figure.is_known:
        title = texts("shape_title", name=name, value=figure.words(texts), mark=mark)
    else:
        title = texts("shape_title_none", name=name, mark=mark)
    if has_report:
        title = f"{title}. {texts('shape_to_report')}"
        return Markup(
            '<a href="#r-{code}" tabindex="-1" data-code="{code}"><title>{title}</title>'
            '<path class="k{shade} has" d="{path}"/></a>'
        ).format(code=code, title=title, shade=figure.shade, path=path)
    return Markup(
        '<path data-code="{code}" class="k{shade}" d="{path}"><title>{title}</title></path>'
    ).format(code=code, title=title, shade=figure.shade, path=path)


def _finding(names: dict[str, str], figures: RegionFigures, texts: Texts) -> str:
    """The lowest and the highest figure with their regions; of equals the first by name."""
    known = sorted(
        (figures.of(code).value, name, code) for code, name in names.items() if figures.of(code).is_known
    )
    if not known:
        return texts("map_finding_none")
    low = known[0]
    high = min((row for row in known if row[0] == known[-1][0]), key=lambda row: row[1])
    is_estimate = any(figures.of(code).status == "estimate" for _, _, code in (low, high))
    return texts(
        "map_finding_estimate" if is_estimate else "map_finding",
        low=texts.number(low[0], 1),
        low_name=low[1],
        high=texts.number(high[0], 1),
        high_name=high[1],
    )


def path_of(geometry: BaseGeometry, origin: tuple[float, float]) -> str:
    """A geometry as SVG path data in whole steps of UNIT_M, y downwards; rings that vanish are left out.

    Parameters
    ----------
    geometry : Polygon or MultiPolygon in metres
    origin : x and y in metres of the upper left corner of the drawing
    """
    rings = []
    for polygon in getattr(geometry, "geoms", [geometry]):
        for ring in (polygon.exterior, *polygon.interiors):
            steps = (np.asarray(ring.coords)[:, :2] - origin) / UNIT_M * (1, -1)
            points = np.round(steps).astype(int)
            moved = np.any(np.diff(points, axis=0) != 0, axis=1)
            points = points[np.r_[True, moved]][:-1]  # the last point is the first again
            if len(points) >= 3:
                rings.append(_ring(points))
    return "".join(rings)


def _ring(points: np.ndarray) -> str:
    """One closed ring: "M120 40l3-4 5 6z"."""
    numbers = "".join(
        str(number) if number < 0 or place == 0 else f" {number}"
        for place, number in enumerate(np.diff(points, axis=0).ravel())
    )
    return f"M{points[0][0]} {points[0][1]}l{numbers}z"
