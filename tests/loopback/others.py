"""Routes of the other publishers: PDOK (real borders, simplified) and data.overheid.nl (synthetic counts)."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np

from tests.loopback.service import Answer, Route, json_answer
from tests.loopback.synthetic import classification

BORDERS = (
    Path(__file__).parents[2] / "data/raw/embedded-2026/pdok/gemeente_gegeneraliseerd_2026/borders.geojson.gz"
)
Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


@lru_cache(maxsize=1)
def border_features() -> tuple[dict[str, Any], ...]:
    """The gemeenten of 2026 as PDOK writes them (statcode, statnaam)."""
    features = json.loads(gzip.decompress(BORDERS.read_bytes()))["features"]
    return tuple(
        {
            "type": "Feature",
            "properties": {
                "statcode": f["properties"]["region_code"],
                "statnaam": f["properties"]["region_name"],
                "jrstatcode": f"2026{f['properties']['region_code']}",
            },
            "geometry": f["geometry"],
        }
        for f in features
    )


def pdok_routes(
    *, address: Callable[[], str] = str, year: int = 2026, layer: str = "gemeente_gegeneraliseerd", page: int = 200,
    change: Change = list, wfs: bool = True,
) -> list[Route]:  # fmt: skip
    """WFS of one year and OGC API of all years; ``change`` alters the features, ``wfs=False`` breaks the WFS."""

    def wfs_route(path: str, query: dict[str, str]) -> Answer | None:
        if not path.startswith("/pdok-wfs/"):
            return None
        if not wfs:
            return Answer(b"<html>Onderhoud</html>", 503, table="pdok", part="wfs")
        if path != f"/pdok-wfs/{year}/wfs/v1_0" or query["typeName"] != f"gebiedsindelingen:{layer}":
            report = b"<ExceptionReport><Exception exceptionCode='InvalidParameterValue'/></ExceptionReport>"
            return Answer(report, 400, "text/xml", table="pdok", part="wfs")
        features = change(list(border_features()))
        start, count = int(query.get("startIndex", 0)), min(int(query["count"]), page)
        content = {"type": "FeatureCollection", "numberMatched": len(features),
                   "features": features[start : start + count]}  # fmt: skip
        return json_answer(content, table="pdok", part="wfs", page=start // page)

    def ogc_route(path: str, query: dict[str, str]) -> Answer | None:
        if not path.startswith("/pdok-ogc/"):
            return None
        if query.get("jaarcode") != str(year):
            return json_answer({"type": "FeatureCollection", "features": []}, table="pdok", part="ogc")
        features = change(list(border_features()))
        start = int(query.get("offset", 0))
        content: dict[str, Any] = {"type": "FeatureCollection", "features": features[start : start + page]}
        if start + page < len(features):
            more = urlencode({k: v for k, v in query.items() if k != "offset"})
            content["links"] = [{"rel": "next", "href": f"{address()}{path}?{more}&offset={start + page}"}]
        return json_answer(content, table="pdok", part="ogc", page=start // page)

    return [wfs_route, ogc_route]


def open_match_csv(day: str, *, seed: int = 1, names: dict[str, str] | None = None) -> str:
    """A weekly file: dd-mm-yyyy, names as UWV writes them, decimal comma; synthetic counts."""
    rng = np.random.default_rng(seed)
    spelled = names or {}
    lines = ["PEILDATUM;GEMEENTE;POSTCODE;BEROEP_NAAM;REC_TYPE;AANTAL"]
    for gemeente in classification()["gm_naam"].head(40):
        for kind in ("Vacature", "ErvaringsBeroep", "WensBeroep"):
            name = spelled.get(gemeente, gemeente)
            lines.append(f"{day};{name};1234;Timmerman;{kind};{rng.integers(1, 300)},00")
    return "\n".join(lines) + "\n"


def ckan_routes(files: dict[str, bytes], *, address: Callable[[], str], is_there: bool = True) -> list[Route]:
    """The catalogue entry of Open Match Data and its archives.

    files : name of the archive -> the CSV in it (bytes, in whatever encoding)
    """

    def package(path: str, query: dict[str, str]) -> Answer | None:
        if path != "/ckan/package_show":
            return None
        if not is_there or query.get("id") != "uwv-open-match-data":
            return json_answer({"success": False}, status=404, table="ckan", part="package_show")
        resources = [
            {"url": f"{address()}/zips/{name}", "format": "ZIP", "name": name, "created": f"2023-05-{n:02d}"}
            for n, name in enumerate(files, start=1)
        ]
        resources.append({"url": f"{address()}/zips/uitleg.pdf", "format": "PDF", "created": "2023-05-01"})
        result = {"resources": resources, "metadata_modified": "2023-05-17T08:00:00"}
        return json_answer({"success": True, "result": result}, table="ckan", part="package_show")

    def archive(path: str, query: dict[str, str]) -> Answer | None:
        name = path.removeprefix("/zips/")
        if name == path or name not in files:
            return None
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            file.writestr(name.replace(".zip", ".csv"), files[name])
        return Answer(buffer.getvalue(), content_type="application/zip", table="ckan", part=name)

    return [package, archive]
