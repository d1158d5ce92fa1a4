"""Names in sentences, the margin of jobs, and what may be said about growth."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.reports.context import IndicatorIndex, Jobs, Place, RegionContext, _margin_80
from pipeline.reports.sections.benefits import beside_nation


def series(values, status="estimate", low=None, high=None):
    years = sorted(values)
    frame = pd.DataFrame({"year": years, "value": [values[year] for year in years]})
    return frame.assign(low=low or frame["value"], high=high or frame["value"], status=status)


def jobs(place, *, published=None, estimate=None, is_share=False, drift=0.0):
    empty = series({})
    published = empty if published is None else published
    estimate = empty if estimate is None else estimate
    return Jobs(place, published, estimate, (), is_share, drift, ("83582NED",))


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


def test_growth_of_one_gemeente_is_never_said_from_its_corop():
    spread = series({2018: 60000.0, 2024: 66000.0})
    assert jobs(GEMEENTE, estimate=spread, is_share=True).change(2018, 2024) is None
    assert not jobs(GEMEENTE, estimate=spread, is_share=True).can_show_growth
    assert jobs(AREA, estimate=spread, is_share=True).can_show_growth


def test_the_margin_of_a_change_grows_with_the_root_of_the_years():
    spread = series({2018: 100000.0, 2020: 100000.0, 2024: 100000.0})
    made = jobs(AREA, estimate=spread, is_share=True, drift=0.01)
    _, low, high = made.change(2020, 2024)
    assert high.value == pytest.approx(100000 * (math.exp(1.2815515655 * 0.01 * 2) - 1))
    assert low.value == pytest.approx(100000 * (math.exp(-1.2815515655 * 0.01 * 2) - 1))
    assert made.change(2018, 2024)[2].value > high.value
    assert {item.status for item in made.change(2018, 2024)} == {"estimate"}


def test_a_published_change_is_exact_and_keeps_its_status():
    counted = series({2023: 9000.0, 2024: 9100.0}, status="provisional")
    change, low, high = jobs(GEMEENTE, published=counted).change(2023, 2024)
    assert (change.display, low.display, high.display) == ("+100", "+100", "+100")
    assert change.status == "provisional"


def test_a_change_needs_both_years():
    counted = series({2023: 9000.0, 2024: 9100.0}, status="provisional")
    assert jobs(GEMEENTE, published=counted).change(2020, 2024) is None
    assert jobs(GEMEENTE, published=counted).change(2024, 2024) is None


def test_the_stored_interval_of_95_becomes_one_of_80_on_the_log_scale():
    sd = 0.05
    frame = pd.DataFrame(
        {
            "value": [100.0, 100.0],
            "value_low": [100 * math.exp(-1.959963985 * sd), np.nan],
            "value_high": [100 * math.exp(1.959963985 * sd), np.nan],
            "interval_level": [0.95, np.nan],
        }
    )
    low, high = _margin_80(frame)
    assert low.tolist() == pytest.approx([100 * math.exp(-1.2815515655 * sd), 100])
    assert high.tolist() == pytest.approx([100 * math.exp(1.2815515655 * sd), 100])


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
