"""Names in sentences, and rows found by region and indicator."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from pipeline.reports.sections.benefits import beside_nation

from pipeline.reports.context import IndicatorIndex, Place, RegionContext

GEMEENTE, AREA = Place("GM0505", "Dordrecht", "gemeente"), Place("drechtsteden", "Drechtsteden", "area")


@pytest.mark.parametrize(
    ("place", "here", "the"),
    [
        (GEMEENTE, "Dordrecht", "de gemeente"),
        (AREA, "de regio Drechtsteden", "de regio"),
        (Place("regio-deal", "Regio Deal X", "area"), "het gebied Regio Deal X", "de regio"),
        (Place("AM03", "Drenthe", "arbeidsmarktregio"), "arbeidsmarktregio Drenthe", "de arbeidsmarktregio"),
        (Place("CR30", "Zuidoost", "corop"), "COROP-gebied Zuidoost", "het COROP-gebied"),
        (Place("PV22", "Drenthe", "province"), "de provincie Drenthe", "de provincie"),
        (Place("NL01", "Nederland", "nation"), "Nederland", "het land"),
    ],
)
def test_every_kind_of_region_has_its_words(place, here, the):
    assert (place.here, place.the) == (here, the)


def test_a_scheme_is_no_region():
    for name in ("Bedrijvenregeling Vierkant voor Werk", "Sectorplan Vierkant voor Werk"):
        scheme = Place("vierkant", name, "area")
        assert (scheme.here, scheme.the) == (f"het gebied van {name}", "het gebied")


def test_the_index_finds_rows_and_years_and_nothing_where_there_is_nothing():
    table = pd.DataFrame(
        {
            "region_code": ["GM0505", "GM0505", "NL01"],
            "indicator": ["ww_recipients"] * 3,
            "frequency": ["A"] * 3,
            "sector": ["total"] * 3,
            "period": pd.to_datetime(["2021-01-01", "2020-01-01", "2021-01-01"]),
            "source": ["85039NED", "84799NED", "85039NED"],
            "year": [2021, 2020, 2021],
            "value": [1120.0, 1600.0, 100.0],
        }
    )
    index = IndicatorIndex(table)
    assert index.rows("GM0505", "ww_recipients", "A", "total")["year"].tolist() == [2020, 2021]
    assert index.rows("GM0505", "jobs_all", "A", "total").empty
    assert [row["value"] for row in index.annual("GM0505", "ww_recipients", 2021)] == [1120]
    assert index.annual("GM0505", "ww_recipients", 2019) == []


def test_the_widest_table_is_the_last_that_covers_most_regions():
    cells = [
        ("GM0505", 2021, "85039NED", 70.0),
        ("GM0590", 2021, "85039NED", 71.0),
        ("GM0505", 2021, "85269NED", 70.4),  # only the largest gemeenten, on another basis
        ("GM0505", 2024, "99001NED", 72.0),
        ("GM0590", 2024, "99001NED", np.nan),
    ]
    table = pd.DataFrame(cells, columns=["region_code", "year", "source", "value"]).assign(
        indicator="net_participation_rate_pct",
        frequency="A",
        sector="total",
        period=lambda rows: pd.to_datetime(rows["year"].astype(str)),
    )
    assert IndicatorIndex(table).widest("net_participation_rate_pct") == ("85039NED", 2021)
    filled = table.fillna({"value": 73.0})
    assert IndicatorIndex(filled).widest("net_participation_rate_pct") == ("99001NED", 2024)
    assert IndicatorIndex(table).widest("population_count") is None


def a_context(rows):
    """A context of Dordrecht with only these (region, year, basis, value) rows of benefits."""
    table = pd.DataFrame(rows, columns=["region_code", "year", "basis", "value"]).assign(
        indicator="bijstand_per_1000_residents",
        frequency="A",
        sector="total",
        source="84799NED",
        period=lambda frame: pd.to_datetime(frame["year"].astype(str)),
    )
    places = {"GM0505": GEMEENTE, "NL01": Place("NL01", "Nederland", "nation")}
    tables = SimpleNamespace(indicators=IndicatorIndex(table), places=places)
    return RegionContext(tables, GEMEENTE)


def test_the_latest_row_is_of_the_last_year_with_a_value():
    context = a_context([("GM0505", 2021, "a", 25.0), ("GM0505", 2024, "a", np.nan)])
    assert context.latest("bijstand_per_1000_residents")["year"] == 2021
    assert context.latest("population_count") is None


def test_a_benefit_stands_beside_the_nation_in_the_last_year_both_have_on_one_basis():
    rows = [
        ("GM0505", 2020, "a", 26.0), ("NL01", 2020, "a", 24.0),
        ("GM0505", 2021, "a", 25.0), ("NL01", 2021, "b", 23.0),
        ("GM0505", 2024, "a", 22.0), ("NL01", 2024, "a", np.nan),
    ]  # fmt: skip
    own, nation = beside_nation(a_context(rows), "bijstand_per_1000_residents")
    assert (own["year"], own["value"], nation["value"]) == (2020, 26.0, 24.0)
    assert beside_nation(a_context(rows[2:]), "bijstand_per_1000_residents") is None
