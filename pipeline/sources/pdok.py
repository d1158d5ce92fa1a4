"""Borders of gemeenten from PDOK: the WFS of a year, or the OGC API that holds all years.

Whatever the way, the codes must be exactly those of the classification of the same pull, in the Dutch grid
(EPSG:28992). Where the borders of its year are not there yet, those of the year before are taken as they are; the tidy
stage brings them to the gemeenten of now. Borders are simplified together, so that neighbours keep one common border.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from pipeline import store
from pipeline.sources.catalog import Source
from pipeline.sources.context import Borders, Readers, RetrieveContext, SourceTable, classification_table
from pipeline.sources.errors import (
    ContentError,
    IncompleteError,
    NotThereError,
    RefusedError,
    SourceError,
    TransportError,
    telling,
)
from pipeline.sources.http import HttpClient, Page, PageForm, Query, Retryable, parse_json_object

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
SMALLEST_M2 = 1e6  # the smallest gemeente has seven times as much
KNOWN_M = 5_000.0  # by which borders may move without a word
#: Box of the Dutch grid around the country, in metres: coordinates outside it are degrees or swapped axes.
GRID_BOX = (0.0, 300_000.0, 290_000.0, 630_000.0)
LAND_KM2 = (33_000.0, 42_000.0)
#: More areas than a layer of gemeenten ever had.
MOST_AREAS = 2_000
Areas = dict[str, tuple[str, shapely.Geometry]]


def read_pdok(context: RetrieveContext, source: Source) -> Readers:
    """The borders of the year of the classification, or of the year before."""
    classification = classification_table(context.arrived)
    year = int(classification.properties["edition"])
    codes = set(classification.codes["RegioS"]["code"])
    name = f"{source.table}_{year}"

    def read() -> SourceTable:
        try:
            of_year, (areas, transport, request) = year, fetch_borders(context, year, codes)
        except TransportError as newest:
            try:
                of_year, (areas, transport, request) = year - 1, fetch_borders(context, year - 1, None)
            except SourceError:
                raise newest from None
            log.warning("the borders of %d are not there (%s)", year, newest.short)
        geojson, tolerance = simplified(areas)
        properties = {
            "crs": CRS,
            "identifier": name,
            "simplified_to_m": tolerance,
            "title": f"Gemeentegrenzen {of_year}, vereenvoudigd",
            "year": of_year,
        }
        remarks = moved(areas, context.folders.raw)
        if of_year != year:
            remarks.append(f"the borders of {year} are not published yet: those of {of_year} are used")
        if not tolerance:
            remarks.append(
                "the areas do not fit together without gaps or overlaps: they are stored as they came"
            )
        return SourceTable(source.publisher, name, properties["title"], "", transport, request,
                           Borders(geojson, properties, of_year), remarks)  # fmt: skip

    return [(name, read)]


def fetch_borders(context: RetrieveContext, year: int, codes: set[str] | None) -> tuple[Areas, str, str]:
    """Areas of a year, checked, the way they came and the request; the second way when the first one breaks.

    Raises
    ------
    TransportError, ContentError
        When neither way has them; the latter when both have other ones.
    """
    hosts, client = context.catalog.hosts, context.client
    broken: dict[str, SourceError] = {}
    table = f"borders {year}"
    for way, fetch, host in (("WFS", fetch_wfs, hosts.pdok_wfs), ("OGC API", fetch_ogc, hosts.pdok_ogc)):
        try:
            features, transport, request = fetch(client, host, year)
            with telling(table, request):
                areas = read_areas(features)
                check_borders(areas, codes)
        except SourceError as error:
            broken[way] = error
            continue
        for error in broken.values():
            log.warning("the borders came from the %s, because of the other way: %s", way, error)
        return areas, transport, request
    are_others = all(isinstance(error, ContentError) for error in broken.values())
    raise (ContentError if are_others else TransportError)(
        f"WFS: {broken['WFS'].reason}; OGC API: {broken['OGC API'].reason}",
        table=table, request=" and ".join(error.request for error in broken.values()),
        next_step="Try again later; the other sources do not wait for it.",
    )  # fmt: skip


def moved(areas: Areas, raw: Path) -> list[str]:
    """In words: areas far from the middle of the area with that code in the newest other vintage that has borders."""
    held = [(m, e) for m in store.readable_manifests(raw) for e in m.tables if e.need == "borders"]
    if not held:
        return []
    manifest, entry = max(held, key=lambda pair: pair[0].made_at)
    try:
        known = store.read_raw_borders(raw / manifest.vintage, entry.publisher, entry.table_id)
    except (store.StoreError, OSError, ValueError) as error:
        log.warning("the borders of %s cannot be read (%s): no comparison", manifest.vintage, error)
        return []
    middles = zip(known["region_code"], known.representative_point(), strict=True)
    far = [c for c, middle in middles if c in areas and areas[c][1].distance(middle) > KNOWN_M]
    return [f"{len(far)} area(s) lie elsewhere than in {manifest.vintage}, e.g. {far[:3]}"] if far else []


def fetch_wfs(client: HttpClient, host: str, year: int) -> tuple[list[Any], str, str]:
    """All gemeenten from the WFS of a year; the layer is looked for under its names of different years."""
    refused: TransportError | None = None
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
        asked = _query(host, f"{host}/{year}/wfs/v1_0", query, f"borders {year}", "startIndex")
        try:
            return _features(client, asked), "pdok-wfs", asked.request
        except (RefusedError, NotThereError) as error:
            refused = error
    raise refused or AssertionError("no layer names")


def fetch_ogc(client: HttpClient, host: str, year: int) -> tuple[list[Any], str, str]:
    """All gemeenten of a year from the OGC API, where all years share one collection."""
    query = {
        "f": "json",
        "limit": str(PAGE),
        "jaarcode": str(year),
        "crs": "http://www.opengis.net/def/crs/EPSG/0/28992",
    }
    asked = _query(host, f"{host}/collections/{LAYERS[0]}/items", query, f"borders {year}", "")
    features = _features(client, asked)
    if not features:
        raise NotThereError("the service has no areas of that year", request=asked.request,
                            next_step="The other sources do not wait for it.")  # fmt: skip
    return features, "pdok-ogc", asked.request


def _query(host: str, url: str, query: dict[str, str], table: str, index: str) -> Query:
    """Pages of features: by ``index`` until the number that matched, or by links."""
    so_far = 0

    def read(body: bytes) -> Page[Any]:
        nonlocal so_far
        content = parse_json_object(body)
        features = content.get("features")
        if not isinstance(features, list):
            raise Retryable(f"an answer without areas ({body[:80].decode('utf-8', 'replace')!r})")
        if not index:
            links = [str(link["href"]) for link in content.get("links") or [] if link.get("rel") == "next"]
            return Page(len(features), features, links[0] if links else "")
        so_far += len(features)
        matched = content.get("numberMatched")
        if not str(matched).isdigit():  # "unknown": then any page but an empty one is followed by another
            matched = so_far + bool(features)
        if int(matched) > so_far and not features:
            raise IncompleteError(f"{so_far} of {matched} areas came in")
        more = f"{url}?{urlencode(query | {index: str(so_far)})}" if int(matched) > so_far else ""
        return Page(len(features), features, more)

    form = PageForm(count_query={index: "0"} if index else {})
    return Query(host, url, [query], read, table, form=form, most_rows=MOST_AREAS)


def _features(client: HttpClient, query: Query) -> list[Any]:
    return [feature for slice_ in client.pages([query])[0] for page in slice_ for feature in page.content]


# --- areas ----------------------------------------------------------------------------------------


def _wrong(reason: str) -> ContentError:
    return ContentError(reason, next_step="Borders and classification must be of one year.")


def read_areas(features: list[Any]) -> Areas:
    """Code -> (name, geometry).

    Raises
    ------
    ContentError
        When a feature has no code, name or polygon, or a code comes twice.
    """
    areas: Areas = {}
    for feature in features:
        try:
            code, name = (feature["properties"][key].strip() for key in ("statcode", "statnaam"))
            area = _geometry(feature["geometry"])
            if not name or not name.isprintable() or area.is_empty:
                raise ValueError(code)
        except (LookupError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
            raise _wrong(f"an area has no code, name or border: {str(feature)[:80]!r}") from error
        if code in areas:
            raise _wrong(f"{code} came twice")
        areas[code] = (name, area)
    return areas


def _geometry(content: dict[str, Any]) -> shapely.Geometry:
    """JSON numbers come as text; shapely wants numbers."""

    def numbers(part: Any) -> Any:
        return [numbers(p) for p in part] if isinstance(part, list) else float(part)

    if content["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(content["type"])
    return shape({"type": content["type"], "coordinates": numbers(content["coordinates"])})


def check_borders(areas: Areas, expected: set[str] | None) -> None:
    """Refuse areas of which codes (when they are known), grid or size are not right.

    Raises
    ------
    ContentError
        When codes are missing or unknown, or the coordinates are not those of the Dutch grid.
    """
    difference = sorted(expected ^ areas.keys()) if expected is not None else []
    if difference or not areas:
        raise _wrong(
            f"{len(areas)} areas came in, the classification has {len(expected or [])}; {len(difference)} code(s) are "
            f"in one of the two only, e.g. {difference[:3]}"
        )
    geometries = [geometry for _, geometry in areas.values()]
    west, south, east, north = shapely.total_bounds(geometries)
    if not (GRID_BOX[0] <= west and GRID_BOX[1] <= south and east <= GRID_BOX[2] and north <= GRID_BOX[3]):
        raise _wrong(
            f"the coordinates run from ({west:.0f}, {south:.0f}) to ({east:.0f}, {north:.0f}): not {CRS}"
        )
    if small := [c for c, (_, geometry) in areas.items() if geometry.area < SMALLEST_M2]:
        raise _wrong(f"{len(small)} area(s) are smaller than 1 km2, e.g. {small[:3]}")
    size = float(shapely.area(geometries).sum()) / 1e6
    if not LAND_KM2[0] <= size <= LAND_KM2[1]:
        raise _wrong(f"the areas cover {size:.0f} km2, expected {LAND_KM2[0]:.0f} to {LAND_KM2[1]:.0f}")


def simplified(areas: Areas, tolerance: float = TOLERANCE_M) -> tuple[dict[str, Any], float]:
    """GeoJSON with common borders simplified alike, whole metres; and the tolerance that was used.

    Where the areas do not fit together without gaps, or would not afterwards, they stay as they came
    (tolerance 0).
    """
    codes = sorted(areas)
    original = np.array([shapely.make_valid(areas[code][1]) for code in codes], dtype=object)
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
            "properties": {"region_code": code, "region_name": areas[code][0]},
            "geometry": mapping(geometry),
        }
        for code, geometry in zip(codes, result, strict=True)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}
    return {"type": "FeatureCollection", "crs": crs, "features": features}, used
