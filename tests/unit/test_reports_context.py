"""Names in sentences, and rows found by region and indicator."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.config import load_settings
from pipeline.reports.context import IndicatorIndex, RegionContext, ReportTables, UnknownRegionError, place_of
from pipeline.reports.facts.rates import beside_nation

GEMEENTE = place_of("GM0505", "Dordrecht", "gemeente", "nl")


@pytest.mark.parametrize(
    ("name", "kind", "here", "english"),
    [
        ("Dordrecht", "gemeente", "Dordrecht", "Dordrecht"),
        ("Drechtsteden", "area", "de regio Drechtsteden", "the Drechtsteden region"),
        ("Regio Deal X", "area", "het gebied Regio Deal X", "the area Regio Deal X"),
        ("Sectorplan Y", "area", "het gebied van Sectorplan Y", "the area of Sectorplan Y"),
        ("Drenthe", "arbeidsmarktregio", "arbeidsmarktregio Drenthe", "arbeidsmarktregio Drenthe"),
        ("Zuidoost", "corop", "CBS-gebied Zuidoost", "CBS region Zuidoost"),
        ("Drenthe", "province", "de provincie Drenthe", "the province of Drenthe"),
        ("Nederland", "nation", "Nederland", "the Netherlands"),
    ],
)
def test_every_kind_of_region_has_its_words(name, kind, here, english):
    assert (place_of("x", name, kind, "nl").here, place_of("x", name, kind, "en").here) == (here, english)


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


@dataclass(frozen=True, eq=False)
class Tables:
    """As much of the tables as these tests ask for."""

    indicators: IndicatorIndex
    places: dict
    settings: object


def a_context(rows):
    """A context of Dordrecht with only these (region, year, source, value) rows of benefits and people."""
    table = pd.DataFrame(rows, columns=["region_code", "year", "source", "value"]).assign(
        frequency="A", sector="total", unit="per_1000_residents", status="published", vintage="v", basis="b",
        period=lambda frame: pd.to_datetime(frame["year"].astype(str)),
        reference_date=lambda frame: frame["year"].astype(str), value_low=np.nan,
        value_high=np.nan, interval_level=np.nan,
    )  # fmt: skip
    names = {"bijstand_per_1000_residents": 1, "bijstand_recipients": 100, "population_count": 1000}
    both = pd.concat([table.assign(indicator=name, value=table["value"] * by) for name, by in names.items()])
    places = {"GM0505": GEMEENTE, "NL01": place_of("NL01", "Nederland", "nation", "nl")}
    tables = Tables(IndicatorIndex(both), places, load_settings())
    return RegionContext(tables, GEMEENTE)


def test_the_latest_row_is_of_the_last_year_with_a_value():
    context = a_context([("GM0505", 2021, "a", 25.0), ("GM0505", 2024, "a", np.nan)])
    assert context.latest("bijstand_per_1000_residents")["year"] == 2021
    assert context.latest("jobs_all") is None


def test_a_benefit_stands_beside_the_nation_in_the_last_year_both_have_in_one_table():
    rows = [
        ("GM0505", 2020, "a", 26.0), ("NL01", 2020, "a", 24.0),
        ("GM0505", 2021, "a", 25.0), ("NL01", 2021, "b", 23.0),
        ("GM0505", 2024, "a", 22.0), ("NL01", 2024, "a", np.nan),
    ]  # fmt: skip
    found = beside_nation(a_context(rows), "bijstand_per_1000_residents")
    assert (found.own.period[:4], found.own.value, found.nation.value) == ("2020", 26.0, 24.0)
    assert found.stale  # six years before the report
    assert beside_nation(a_context(rows), "bijstand_per_1000_residents", year=2021) is None
    assert beside_nation(a_context(rows[2:]), "bijstand_per_1000_residents") is None


def test_an_area_that_was_added_since_the_tables_is_told_what_to_run():
    tables = SimpleNamespace(places={}, reference=SimpleNamespace(areas={"nieuw": None}))
    with pytest.raises(UnknownRegionError, match="not in the tables yet; run `make monitor`"):
        ReportTables.code_of(tables, "nieuw")
