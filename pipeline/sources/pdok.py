"""Borders of gemeenten from PDOK: the WFS of a year, or the OGC API that holds all years.

Whatever the way, the codes must be exactly those of the classification of the same pull, in the Dutch grid
(EPSG:28992). Borders are simplified together, so that neighbours keep one common border.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from pipeline.sources.arrival import Arrival, Borders
from pipeline.sources.catalog import Source
from pipeline.sources.errors import ContentError, IncompleteError, RefusedError, TransportError
from pipeline.sources.http import HttpClient
from pipeline.sources.pull import Pull, Readers
from pipeline.sources.regions import classification_table

log = logging.getLogger(__name__)

CRS = "EPSG:28992"
PAGE = 1000
#: How the layer was called over the years.
LAYERS = (
    "gemeente_gegeneraliseerd",
    "gemeente_gegeneraliseerd_{year}",
    "cbs_gemeente_{year}_gegeneraliseerd",
)
TOLERANCE_M = 100.0
#: Box of the Dutch grid around the country, in metres: coordinates outside it are degrees or swapped axes.
GRID_BOX = (0.0, 300_000.0, 290_000.0, 630_000.0)
LAND_KM2 = (33_000.0, 42_000.0)
Features = list[dict[str, Any]]


def read_pdok(pull: Pull, source: Source) -> Readers:
    """The borders of the year of the classification."""
    classification = classification_table(pull.arrived)
    year = int(classification.properties["edition"])
    name = f"{source.table}_{year}"

    def read() -> Arrival:
        features, transport, request = fetch_borders(pull, year)
        checked = check_borders(features, set(classification.codes["RegioS"]["code"]), name, request)
        geojson, tolerance = simplified(checked)
        properties = {
            "crs": CRS,
            "identifier": name,
            "simplified_to_m": tolerance,
            "title": f"Gemeentegrenzen {year}, vereenvoudigd",
            "year": year,
        }
        return Arrival(
            publisher=source.publisher,
            table_id=name,
            title=properties["title"],
            modified="",
            transport=transport,
            request=request,
            content=Borders(geojson, properties, year),
        )

    return [(name, read)]


def fetch_borders(pull: Pull, year: int) -> tuple[Features, str, str]:
    """Features of a year, the way they came and the request; the second way when the first one breaks."""
    try:
        return fetch_wfs(pull.client, pull.catalog.hosts.pdok_wfs, year)
    except TransportError as error:
        try:
            found = fetch_ogc(pull.client, pull.catalog.hosts.pdok_ogc, year)
        except TransportError as second:
            raise TransportError(
                f"WFS: {error.reason}; OGC API: {second.reason}",
                table=f"borders {year}",
                request=f"{error.request} and {second.request}",
                next_step="Try again later; the other sources do not wait for it.",
            ) from second
        log.warning("the borders came from the OGC API, because of the WFS: %s", error)
        return found


def fetch_wfs(client: HttpClient, host: str, year: int) -> tuple[Features, str, str]:
    """All gemeenten from the WFS of a year; the layer is looked for under its names of different years."""
    refused: RefusedError | None = None
    for pattern in LAYERS:
        query = {
            "service": "WFS",
            "version": "2.0.0",
            "request": "GetFeature",
            "typeName": f"gebiedsindelingen:{pattern.format(year=year)}",
            "outputFormat": "application/json",
            "srsName": CRS,
            "count": str(PAGE),
        }
        address = f"{host}/{year}/wfs/v1_0?{urlencode(query)}"
        try:
            return _wfs_pages(client, address, f"borders {year}"), "pdok-wfs", f"GET {address}"
        except RefusedError as error:
            refused = error
    raise refused or AssertionError("no layer names")


def _wfs_pages(client: HttpClient, address: str, table: str) -> Features:
    features: Features = []
    while True:
        page = client.get_json(f"{address}&startIndex={len(features)}", table=table)
        features += page.get("features") or []
        matched = int(page.get("numberMatched") or len(features))
        if len(features) >= matched:
            return features
        if not page.get("features"):
            raise IncompleteError(
                f"{len(features)} of {matched} areas came in",
                table=table,
                request=f"GET {address}",
                next_step="Run the same command again.",
            )


def fetch_ogc(client: HttpClient, host: str, year: int) -> tuple[Features, str, str]:
    """All gemeenten of a year from the OGC API, where all years share one collection."""
    query = {
        "f": "json",
        "limit": str(PAGE),
        "jaarcode": str(year),
        "crs": "http://www.opengis.net/def/crs/EPSG/0/28992",
    }
    first = f"{host}/collections/{LAYERS[0]}/items?{urlencode(query)}"
    features: Features = []
    seen: set[str] = set()
    address = first
    while address:
        if address in seen:
            raise IncompleteError(
                f"its links go round after {len(features)} areas",
                table=f"borders {year}",
                request=f"GET {address}",
                next_step="Run the same command again.",
            )
        seen.add(address)
        page = client.get_json(address, table=f"borders {year}")
        features += page.get("features") or []
        links = page.get("links") or []
        address = next((link["href"] for link in links if link.get("rel") == "next"), "")
    return features, "pdok-ogc", f"GET {first}"


def check_borders(
    features: Features, expected: set[str], table: str, request: str
) -> dict[str, tuple[str, shapely.Geometry]]:
    """Code -> (name, geometry), when codes, grid, size and geometries are right.

    Raises
    ------
    ContentError
        When codes are missing, unknown or double, or the coordinates are not those of the Dutch grid.
    """

    def wrong(reason: str) -> ContentError:
        return ContentError(
            reason, table=table, request=request, next_step="Borders and classification must be of one year."
        )

    found: dict[str, tuple[str, shapely.Geometry]] = {}
    for feature in features:
        properties = feature["properties"]
        code = str(properties["statcode"]).strip()
        if code in found:
            raise wrong(f"{code} came twice")
        found[code] = (str(properties["statnaam"]).strip(), _geometry(feature["geometry"]))
    difference = sorted(expected ^ found.keys())
    if difference:
        raise wrong(
            f"{len(found)} areas came in, the classification has {len(expected)}; {len(difference)} code(s) are "
            f"in one of the two only, e.g. {difference[:3]}"
        )
    geometries = [geometry for _, geometry in found.values()]
    west, south, east, north = shapely.total_bounds(geometries)
    if not (GRID_BOX[0] <= west and GRID_BOX[1] <= south and east <= GRID_BOX[2] and north <= GRID_BOX[3]):
        raise wrong(
            f"the coordinates run from ({west:.0f}, {south:.0f}) to ({east:.0f}, {north:.0f}): not {CRS}"
        )
    area = float(shapely.area(geometries).sum()) / 1e6
    if not LAND_KM2[0] <= area <= LAND_KM2[1]:
        raise wrong(f"the areas cover {area:.0f} km2, expected {LAND_KM2[0]:.0f} to {LAND_KM2[1]:.0f}")
    broken = [code for code, (_, geometry) in found.items() if not geometry.is_valid]
    if broken:
        log.warning("%s: %d invalid geometries mended, e.g. %s", table, len(broken), broken[:3])
    return {code: (name, shapely.make_valid(geometry)) for code, (name, geometry) in found.items()}


def _geometry(content: dict[str, Any]) -> shapely.Geometry:
    """JSON numbers come as text; shapely wants numbers."""

    def numbers(part: Any) -> Any:
        return [numbers(p) for p in part] if isinstance(part, list) else float(part)

    return shape({"type": content["type"], "coordinates": numbers(content["coordinates"])})


def simplified(
    borders: dict[str, tuple[str, shapely.Geometry]], tolerance: float = TOLERANCE_M
) -> tuple[dict[str, Any], float]:
    """GeoJSON with common borders simplified alike, whole metres; and the tolerance that was used.

    Where the areas do not fit together without gaps, or would not afterwards, they stay as they came
    (tolerance 0).
    """
    codes = sorted(borders)
    original = np.array([borders[code][1] for code in codes], dtype=object)
    result, used = original, 0.0
    if shapely.coverage_is_valid(original):
        simpler = shapely.transform(shapely.coverage_simplify(original, tolerance), np.round)
        fits = shapely.is_valid(simpler).all() and shapely.coverage_is_valid(simpler)
        if fits and not shapely.is_empty(simpler).any():
            result, used = simpler, tolerance
    if not used:
        log.warning("borders are stored as they came: they are no gap-free coverage")
    features = [
        {
            "type": "Feature",
            "properties": {"region_code": code, "region_name": borders[code][0]},
            "geometry": mapping(geometry),
        }
        for code, geometry in zip(codes, result, strict=True)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}
    return {"type": "FeatureCollection", "crs": crs, "features": features}, used
