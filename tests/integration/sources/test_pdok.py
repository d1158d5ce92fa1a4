"""Borders from PDOK, checked against the classification of the same pull."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from pipeline import store
from pipeline.sources.pdok import moved, read_areas, simplified
from tests.loopback import Fault, others, synthetic

TABLE = "gemeente_gegeneraliseerd_2026"


@pytest.fixture
def pull_borders(make_desk):
    """Pull classification and borders with these routes; the desk and the report."""

    def run(wrong=(), **routes):
        tables = [synthetic.areas_of(2026, "86247NED"), synthetic.areas_of(2015, "82949NED")]
        desk = make_desk(tables, ["borders", "classification"])
        desk.service.routes += others.pdok_routes(address=lambda: desk.service.address, **routes)
        desk.service.faults = list(wrong)
        return desk, desk.pull("v3")

    return run


def stored(desk):
    return store.read_raw_borders(desk.vintage, "pdok", TABLE)


def test_borders_fit_together_after_simplification(pull_borders):
    desk, report = pull_borders()
    borders = stored(desk)
    assert report.manifest.table(TABLE).transport == "pdok-wfs"
    assert len(borders) == 342
    geometries = borders.geometry.to_numpy()
    assert shapely.is_valid(geometries).all() and shapely.coverage_is_valid(geometries)
    assert not (shapely.get_coordinates(geometries) % 1).any()


@pytest.mark.parametrize("page", [100, 342])
def test_pages_of_any_size(pull_borders, page):
    desk, _ = pull_borders(page=page)
    assert len(stored(desk)) == 342


@pytest.mark.parametrize("matched", ["unknown", None, [1]])
def test_pages_of_a_number_that_is_not_told(pull_borders, matched):
    def change(body):
        return json.dumps(json.loads(body) | {"numberMatched": matched}).encode()

    _, report = pull_borders(wrong=[Fault("body", part="wfs", change=change)])
    assert report.manifest.table(TABLE).transport == "pdok-wfs"


def test_an_older_name_of_the_layer(pull_borders):
    desk, _ = pull_borders(layer="gemeente_gegeneraliseerd_2026")
    assert len(stored(desk)) == 342


def test_the_ogc_api_when_the_wfs_is_down(pull_borders):
    desk, report = pull_borders(wfs=False)
    assert report.manifest.table(TABLE).transport == "pdok-ogc"
    assert len(stored(desk)) == 342


def test_borders_that_are_not_published_yet_are_those_of_the_year_before(pull_borders):
    desk, report = pull_borders(year=2025)
    entry = report.manifest.table(TABLE)
    assert len(stored(desk)) == 342 and entry.last_period == "2025JJ00"
    assert entry.remarks == ["the borders of 2026 are not published yet: those of 2025 are used"]


def nothing_of(part):
    """The first feature without a part of it."""

    def change(features):
        first = {key: value for key, value in features[0].items() if key != part} | {part: None}
        return [first, *features[1:]]

    return change


def without_code(features):
    first = copy.deepcopy(features[0])
    del first["properties"]["statcode"]
    return [first, *features[1:]]


def a_line(features):
    return [
        features[0] | {"geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}},
        *features[1:],
    ]


def with_area(*corners):
    """The first feature with these corners."""
    return lambda features: [
        features[0] | {"geometry": {"type": "Polygon", "coordinates": [list(corners)] if corners else []}},
        *features[1:],
    ]


def without_name(features):
    return [features[0] | {"properties": features[0]["properties"] | {"statnaam": "\x00"}}, *features[1:]]


def exchanged(features):
    first, second, *rest = features
    return [first | {"geometry": second["geometry"]}, second | {"geometry": first["geometry"]}, *rest]


def lose_one(features):
    return features[1:]


def add_one(features):
    extra = copy.deepcopy(features[0])
    extra["properties"]["statcode"] = "GM9999"
    return [*features, extra]


def double_one(features):
    return [*features, features[0]]


def in_degrees(features):
    features = copy.deepcopy(features)
    for feature in features:
        geometry = shapely.transform(shape(feature["geometry"]), lambda xy: xy / 100_000 + [3, 50])
        feature["geometry"] = shapely.geometry.mapping(geometry)
    return features


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lose_one, "341 areas came in"),
        (add_one, "GM9999"),
        (double_one, "came twice"),
        (in_degrees, "not EPSG:28992"),
        (lambda features: [], "0 areas came in"),
        (nothing_of("geometry"), "no code, name or border"),
        (nothing_of("properties"), "no code, name or border"),
        (without_code, "no code, name or border"),
        (a_line, "no code, name or border"),
        (without_name, "no code, name or border"),
        (with_area(), "no code, name or border"),
        (with_area([1e5, 4e5], [100010, 4e5], [1e5, 400010], [1e5, 4e5]), "1 area(s) are smaller than 1 km2"),
    ],
)
def test_wrong_borders_are_left_out_with_the_reason(pull_borders, change, words):
    desk, report = pull_borders(change=change)
    (absent,) = report.manifest.absent
    assert absent.table_id == TABLE and words in absent.reason
    assert not (desk.vintage / "pdok").exists()


def test_borders_that_are_wrong_by_the_wfs_come_by_the_other_way(pull_borders):
    desk, report = pull_borders(
        wrong=[Fault("body", part="wfs", change=lambda b: b.replace(b"GM0014", b"GM9999"))]
    )
    assert report.manifest.table(TABLE).transport == "pdok-ogc"
    assert "GM0014" in set(stored(desk)["region_code"])


def test_areas_that_got_each_others_borders_are_told(pull_borders):
    desk, _ = pull_borders()
    areas = read_areas(exchanged(list(others.border_features())))
    (told,) = moved(areas, desk.folders.raw)
    assert told.startswith(f"2 area(s) lie elsewhere than in {desk.vintage.name}, e.g. ['GM0014'")
    assert moved(read_areas(list(others.border_features())), desk.folders.raw) == []


def test_pdok_down_altogether_spares_the_rest(make_desk):
    desk = make_desk([synthetic.areas_of(2026, "86247NED"), synthetic.areas_of(2015, "82949NED")],
                     ["classification", "borders"])  # fmt: skip
    report = desk.pull("v3")
    (absent,) = report.manifest.absent
    assert "WFS" in absent.reason and "OGC API" in absent.reason
    assert {t.need for t in report.manifest.tables} == {"classification"}


def square(west: float, south: float, size: float = 1000.0):
    return shapely.box(west, south, west + size, south + size)


def test_simplification_keeps_common_borders_common():
    ragged = np.array([[1000 + 20 * (n % 2), 50 * n] for n in range(21)], dtype=float)
    left = shapely.Polygon([[0, 0], *ragged.tolist(), [0, 1000]])
    right = shapely.Polygon([[2000, 0], *ragged.tolist(), [2000, 1000]])
    geojson, tolerance = simplified({"GM0001": ("A", left), "GM0002": ("B", right)}, 100)
    first, second = (shape(f["geometry"]) for f in geojson["features"])
    assert tolerance == 100
    assert len(shapely.get_coordinates(first)) < 10
    assert first.intersection(second).area == 0 and first.union(second).area == pytest.approx(2_000_000)


def test_areas_with_a_gap_are_kept_as_they_came():
    overlapping = {"GM0001": ("A", square(0, 0)), "GM0002": ("B", square(900, 0))}
    geojson, tolerance = simplified(overlapping, 100)
    assert tolerance == 0
    assert shape(geojson["features"][0]["geometry"]).equals(square(0, 0))
