"""Maps on a made-up country of squares."""

import re

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import box

from pipeline.figures.drawing import About
from pipeline.figures.map_classes import class_labels, class_limits
from pipeline.figures.map_labels import _fitting_name, _spans
from pipeline.figures.maps import Country, cover_art, region_map
from pipeline.figures.style import DEFAULT_STYLE, POINTS_PER_MM, FigureError, text_width_mm
from pipeline.language.numbers import NumberFormat

ABOUT = About("kaart", "streek", "Streek", "WW-uitkeringen per 1.000 inwoners", "00000NED")
SIDE = 12000


@pytest.fixture(scope="module")
def country():
    cells = [(column, row) for row in range(10) for column in range(8)]
    return gpd.GeoDataFrame(
        {
            "region_code": [f"GM{n:04}" for n in range(80)],
            "name": [f"Plaats-aan-de-Rivier {n}" if n % 3 else f"Dorp {n}" for n in range(80)],
            "value": [4 + (n * 7 % 80) / 8 for n in range(80)],
        },
        geometry=[box(c * SIDE, r * SIDE, (c + 1) * SIDE, (r + 1) * SIDE) for c, r in cells],
        crs="EPSG:28992",
    )


def draw(gemeenten, region, **more):
    return region_map(gemeenten, region, about=ABOUT, period="2021", **more)


@pytest.mark.parametrize("size", [1, 2, 5, 8, 9, 20, 21, 79, 80])
def test_labels_fit_for_any_size_of_region(country, size):
    region = country["region_code"].tolist()[:size]
    drawing = draw(country, region)
    named = {row.region_code for row in drawing.data_rows}
    # a single gemeente stands among its neighbours, whose values are printed too
    assert named >= set(region) if size == 1 else named == set(region)
    assert drawing.svg.startswith("<svg")


def test_nation_needs_no_region(country):
    drawing = draw(country, [])
    assert drawing.alt.startswith("Kaart van Nederland: WW-uitkeringen per 1.000 inwoners, 2021.")
    assert len(drawing.data_rows) == 80
    assert "Hoogste 5 en laagste 5" in drawing.svg


def test_alt_text_names_highest_lowest_and_missing(country):
    holes = country.assign(value=country["value"].where(country["region_code"] != "GM0002"))
    drawing = draw(holes, ["GM0000", "GM0001", "GM0002"])
    assert "Het hoogst in Plaats-aan-de-Rivier 1 (4,9), het laagst in Dorp 0 (4,0)." in drawing.alt
    assert "Voor 1 van 3 gemeenten zijn er geen gegevens: Plaats-aan-de-Rivier 2." in drawing.alt
    missing = [row for row in drawing.data_rows if row.status == "missing"]
    assert [row.display for row in missing] == ["geen gegevens"]
    assert "geen gegevens" in drawing.svg
    assert "pattern" in drawing.svg, "missing values are hatched"


def test_alt_text_says_what_is_mapped(country):
    about = About("kaart", "streek", "Streek", "per 1.000 inwoners", "00000NED")
    drawing = region_map(country, ["GM0000", "GM0001"], about=about, period="2021", subject="WW-uitkeringen")
    assert drawing.alt.startswith("Kaart van Nederland en van Streek: WW-uitkeringen, 2021.")


def test_a_long_name_in_the_list_goes_on_below_and_stays_clear_of_the_value():
    room = 78.0
    assert _fitting_name("Dorp", room, DEFAULT_STYLE) == ("Dorp", 9.0)
    words, size = _fitting_name("Hardinxveld-Giessendam", room, DEFAULT_STYLE)
    assert (words, size) == ("Hardinxveld-\nGiessendam", 8.0)
    assert text_width_mm(words, DEFAULT_STYLE, size=size) * POINTS_PER_MM <= room


def test_a_wide_region_gets_a_lower_figure(country):
    def high(region):
        return float(re.search(r'height="([\d.]+)pt"', draw(country, region).svg)[1])

    assert high(country["region_code"].tolist()[:16]) < high(country["region_code"].tolist()[:5])


def test_no_hatching_when_every_value_is_there(country):
    assert "pattern" not in draw(country, ["GM0000", "GM0001"]).svg


def test_country_drawn_once_gives_the_same_map(country):
    shared = Country.of(country)
    for region in (["GM0000", "GM0001"], country["region_code"].tolist()[:16], ["GM0044"]):
        assert draw(country, region, country=shared).svg == draw(country, region).svg


def test_country_beside_a_region_has_the_colours_of_its_own_values(country):
    shared = Country.of(country)
    plain = draw(country, ["GM0044"], country=shared).svg
    turned = country.assign(value=country["value"].iloc[::-1].to_numpy())
    limits = class_limits(country["value"].tolist())
    other = draw(turned, ["GM0044"], limits=limits, country=shared).svg
    paths = [
        re.search(r'id="country-figure_1".*?</g>\s*</g>\s*</g>', svg, re.DOTALL)[0] for svg in (plain, other)
    ]
    assert paths[0] != paths[1]


def test_ids_of_a_map_are_used_once(country):
    holes = country.assign(value=country["value"].where(country["region_code"] != "GM0002"))
    ids = re.findall(r'\bid="([^"]+)"', draw(holes, ["GM0001", "GM0002"]).svg)
    assert len(ids) == len(set(ids))


def test_lines_through_a_shape_are_cut_as_shapely_cuts_them():
    ring = shapely.Point(0, 0).buffer(100).difference(shapely.Point(10, 5).buffer(20))
    shape = ring.union(box(60, -20, 180, 35)).difference(box(120, -5, 140, 50))
    heights = np.array([-99.0, -13.7, 0.3, 21.9, 34.2, 80.1, 120.0])
    for height, spans in zip(heights, _spans(shape, heights), strict=True):
        cut = shapely.intersection(shape, shapely.LineString([(-200, height), (200, height)]))
        parts = [part for part in shapely.get_parts(cut) if part.length]
        expected = sorted((part.bounds[0], part.bounds[2]) for part in parts)
        assert np.allclose(np.array(spans).reshape(-1, 2), np.array(expected).reshape(-1, 2))


def test_unknown_regions_limits_and_empty_maps_are_refused(country):
    with pytest.raises(FigureError, match="1 region codes have no borders"):
        draw(country, ["GM9999"])
    with pytest.raises(FigureError, match="must rise"):
        draw(country, ["GM0000"], limits=[8, 6])
    with pytest.raises(FigureError, match="without values"):
        draw(country.assign(value=np.nan), ["GM0000"])
    with pytest.raises(FigureError, match="2 class labels for 3 classes"):
        draw(country, ["GM0000"], limits=[6, 8], labels=["a", "b"])


def test_limits_are_round_and_enclose_values():
    values = np.random.default_rng(1).normal(9, 2, 342)
    limits = class_limits(values.tolist())
    assert limits == [7, 8, 9, 10] or len(limits) == 4
    assert all(values.min() < limit <= values.max() for limit in limits)
    assert all(abs(limit - round(limit, 1)) < 1e-9 for limit in limits)
    assert class_limits([5.0, 5.0, 5.0, None]) == []


def test_class_words():
    assert class_labels([6, 8.5], NumberFormat(1)) == ["minder dan 6", "6 tot 8,5", "8,5 of meer"]
    assert class_labels([], NumberFormat(1)) == ["alle gemeenten"]


def test_cover_art_is_decoration_without_text(country):
    assert "<text" not in cover_art(country, ["GM0000", "GM0001", "GM0008"])


@pytest.mark.parametrize("known", [0, 1, 4])
def test_names_that_find_no_place_give_way_and_the_map_is_made(known):
    """Seven narrow strips beside each other: no name fits in one, nor all of them above and below."""
    strips = gpd.GeoDataFrame(
        {
            "region_code": [f"GM{n:04}" for n in range(9)],
            "name": [f"Een-lange-naam-voor-een-dorp {n}" for n in range(9)],
            "value": [float(n) if n < known or n > 7 else np.nan for n in range(9)],
        },
        geometry=[box(n * 900, 0, (n + 1) * 900, 30000) for n in range(8)] + [box(50000, 0, 150000, 99999)],
        crs="EPSG:28992",
    )
    drawing = draw(strips, strips["region_code"].tolist()[:8])
    assert f"Voor {8 - known} van 8 gemeenten zijn er geen gegevens" in drawing.alt
    for value in range(known):
        assert f"{value},0" in drawing.svg
