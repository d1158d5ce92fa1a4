"""Benefits of few people as a range, and when a region differs from the nation."""

from types import SimpleNamespace

import pandas as pd
import pytest

from pipeline.reports.context import IndicatorIndex, Place, RegionContext
from pipeline.reports.sections import benefits_page
from pipeline.reports.sections.benefits import (
    few_ww_recipients,
    members_known,
    shown_years,
    side_of_nation,
    ww_per_1000,
)

SMALL, LARGE = Place("GM0001", "Aldorp", "gemeente"), Place("GM0002", "Bestad", "gemeente")
AREA, NATION = Place("a", "A", "area"), Place("NL01", "Nederland", "nation")
THIRD = Place("GM0003", "Cestein", "gemeente")
PLACES = {place.code: place for place in (SMALL, LARGE, THIRD, AREA, NATION)}
YEAR = 2021


class SomeTables(SimpleNamespace):
    """Tables of a report, which are told apart as the real ones: each its own."""

    __hash__ = object.__hash__


def a_context(place, rows):
    """A region of two gemeenten; ``rows`` are (region, indicator, year, value)."""
    table = pd.DataFrame(rows, columns=["region_code", "indicator", "year", "value"]).assign(
        frequency="A",
        sector="total",
        source="84799NED",
        basis="a",
        status="published",
        period=lambda frame: pd.to_datetime(frame["year"].astype(str)),
    )
    members = {"a": ("GM0001", "GM0002"), "NL01": ("GM0001", "GM0002"), "GM0001": ("GM0001",)}
    tables = SomeTables(indicators=IndicatorIndex(table), places=PLACES, members=members)
    return RegionContext(tables, place)


def ww(region, recipients, residents, year=YEAR):
    return [
        (region, "ww_recipients", year, recipients),
        (region, "population_count", year, residents),
        (region, "ww_per_1000_residents", year, 1000 * recipients / residents),
    ]


@pytest.mark.parametrize(
    ("recipients", "residents", "words"),
    [
        (20.0, 1_730.0, "9 tot 14"),  # 15 to 25 of 1 730 residents
        (0.0, 1_000.0, "0 tot 5"),
        (90.0, 18_500.0, "5"),  # both ends read the same
        (100.0, 10_000.0, "10,0"),
        (1_260.0, 107_000.0, "11,8"),
    ],
)
def test_a_rate_of_few_recipients_is_the_range_that_rounding_allows(recipients, residents, words):
    context = a_context(SMALL, ww("GM0001", recipients, residents))
    assert ww_per_1000(context, YEAR).display == words


def test_the_few_recipients_are_given_beside_their_rate():
    context = a_context(SMALL, ww("GM0001", 20.0, 1_730.0) + ww("GM0002", 1_260.0, 107_000.0))
    assert few_ww_recipients(context, ww_per_1000(context, YEAR)).value == 20
    assert few_ww_recipients(context, ww_per_1000(context, YEAR, LARGE)) is None


@pytest.mark.parametrize(
    ("place", "own", "nation", "side"),
    [
        ("a", 9.4, 9.55, 0),  # less than 5 % apart
        ("a", 8.2, 9.55, -1),
        ("a", 11.8, 9.55, 1),
        ("GM0001", 11.6, 9.55, 0),  # 2 in 1 000 is four people of 1 730, within the rounding
        ("GM0002", 11.6, 9.55, 1),
    ],
)
def test_a_difference_that_rounding_makes_or_below_five_percent_is_none(place, own, nation, side):
    rows = [
        (place, "ww_per_1000_residents", YEAR, own),
        ("NL01", "ww_per_1000_residents", YEAR, nation),
        ("GM0001", "population_count", YEAR, 1_730.0),
        ("GM0002", "population_count", YEAR, 107_000.0),
    ]
    context = a_context(PLACES[place], rows)
    found = ww_per_1000(context, YEAR), ww_per_1000(context, YEAR, NATION)
    assert side_of_nation(context, *found) == side


def test_a_year_known_of_less_than_half_the_gemeenten_is_left_out():
    rows = [
        ("NL01", "ww_recipients", 2020, 30.0), ("NL01", "ww_recipients", 2024, None),
        ("GM0001", "ww_recipients", 2020, 20.0), ("GM0002", "ww_recipients", 2020, 10.0),
        ("GM0002", "ww_recipients", 2024, 10.0),
    ]  # fmt: skip
    area, small = a_context(AREA, rows), a_context(SMALL, rows)
    assert shown_years(area) == (2020, 2024)  # one of two is half
    assert members_known(area, "ww_recipients", 2024) == 1
    assert shown_years(small) == (2020,)


def test_a_year_known_of_few_gemeenten_is_a_line():
    rows = [
        ("NL01", "ww_recipients", 2020, 60.0), ("NL01", "ww_recipients", 2024, None),
        ("GM0001", "ww_recipients", 2020, 20.0), ("GM0002", "ww_recipients", 2020, 10.0),
        ("GM0003", "ww_recipients", 2020, 30.0), ("GM0002", "ww_recipients", 2024, 10.0),
    ]  # fmt: skip
    area = a_context(AREA, rows)
    area.tables.members["a"] = ("GM0001", "GM0002", "GM0003")
    said = [line.text for line in benefits_page._years_left_out(area)]
    assert said == ["Voor 2024 zijn er WW-cijfers van 1 van de 3 gemeenten; dat jaar laten wij weg."]
