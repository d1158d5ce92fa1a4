"""What the vintage of November 2026 adds, against figures that CBS published and against each other.

Every number here was read in a published table or stands in another table of the vintage; which is named beside it.
"""

import csv
from pathlib import Path

import pandas as pd
import pytest

from pipeline import store
from pipeline.folders import Folders
from pipeline.tidy.labour_force import BASIS_RECALCULATED
from tests.data.test_embedded_vintage import row

RAW = Folders().raw
MADE_FROM = Path(__file__).parents[2] / "scripts" / "embedded_2026_11.csv"


@pytest.fixture(scope="module")
def old() -> store.Vintage:
    return store.Vintage(RAW / "embedded-2026")


@pytest.fixture(scope="module")
def new() -> store.Vintage:
    return store.Vintage(RAW / "embedded-2026-11")


@pytest.fixture(scope="module")
def indicators(tables) -> pd.DataFrame:
    return tables.read("indicators")


def figures(tables, source: str, **filters) -> pd.Series:
    """Values of one table as published, by region; one indicator, year, sector and age."""
    rows = tables.read("observations", source=source, **filters)
    assert not rows["region_code"].duplicated().any()
    return rows.set_index("region_code")["value"]


# --- where it comes from ----------------------------------------------------------------


def test_every_table_is_that_of_the_vintage_before_or_stands_in_the_list_of_what_was_found(old, new):
    with MADE_FROM.open(encoding="utf-8", newline="") as file:
        listed = {line["table_id"] for line in csv.DictReader(file)}
    same = {
        entry.table_id
        for entry in new.manifest.tables
        if old.has(entry.table_id) and entry == old.manifest.table(entry.table_id)
    }
    assert same | listed == {entry.table_id for entry in new.manifest.tables}
    assert not same & listed
    assert {entry.table_id for entry in old.manifest.tables} <= same | listed


def test_no_figure_of_the_vintage_before_was_lost_or_changed(old, new):
    """Of the rebuilt tables; the benefits of 100 gemeenten are among those of 342."""
    for table_id in ("70072ned", "83582NED", "85268NED", "85984NED"):
        before, after = (vintage.table(table_id).observations for vintage in (old, new))
        key = [c for c in before if c not in ("value", "value_attribute", *store.RAW_CELL_COLUMNS)]
        both = before.merge(after, on=key, how="left", suffixes=("", "_now"), validate="one_to_one")
        same = pd.to_numeric(both["value"]).eq(pd.to_numeric(both["value_now"]))
        same |= both["value"].eq("") & both["value_now"].eq("")
        gone = both[~same]
        # 15 to 25 of 100 gemeenten stands in the table once more, as an age group of all of them
        assert set(gone["measure"]) <= {"inwoners-15-tot-25"}, table_id
        assert gone["value_now"].isna().all()


# --- jobs of December 2015 --------------------------------------------------------------

JOBS = {"indicator": "jobs_employees", "sector": "total", "year": 2015}


def test_jobs_of_2015_of_nation_and_drechtsteden(tables):
    published = figures(tables, "70072ned", **JOBS)
    assert published["NL01"] == 7_846_000
    assert published["GM0363"] == 579_500  # Amsterdam
    drechtsteden = tables.read("members", region_code="drechtsteden")["gm_code"]
    assert published[drechtsteden].sum() == pytest.approx(125_500)
    prefixes = published.index.str[:2].value_counts()
    assert (prefixes["GM"], prefixes["CR"], prefixes["PV"]) == (393, 40, 12)


def test_forty_of_forty_corop_totals_are_those_of_the_table_of_jobs(tables):
    key_figures, jobs = (figures(tables, source, **JOBS) for source in ("70072ned", "83582NED"))
    corops = key_figures[key_figures.index.str.startswith("CR")]
    assert len(corops) == 40
    pd.testing.assert_series_equal(corops, jobs[corops.index], check_names=False)


def test_gemeenten_of_2015_add_up_to_their_corop_within_two_hundred(tables):
    checks = tables.read("checks", check="jobs: GM in CR", source="70072ned")
    assert len(checks) == 40
    assert checks["difference"].abs().max() == 200
    gap = tables.read("checks", check="jobs: GM in NL01", source="70072ned").iloc[0]
    assert (gap["verdict"], gap["difference"]) == ("known gap", -14_900)


def test_a_total_in_whole_thousands_says_so_in_its_interval(tables):
    rows = tables.read("observations", source="70072ned", **JOBS).set_index("region_code")
    assert rows.loc["NL01", ["value_low", "value_high"]].tolist() == [7_845_500, 7_846_500]
    assert rows.loc["GM0505", "value_high"] - rows.loc["GM0505", "value"] == 50
    # three provinces of more than a million keep the hundreds of the later export
    assert rows.loc["PV27", "value"] == 1_427_400


def test_a_sector_that_cbs_hides_is_suppressed_and_not_missing(tables):
    sectors = tables.read(
        "observations",
        source="70072ned",
        indicator="jobs_employees",
        year=2015,
        sector=["A", "B-F", "G-N", "O-U"],
    )
    hidden = sectors[sectors["value"].isna()]
    assert len(hidden) == 94  # 96 with two parts of the country
    assert set(hidden["status"]) == {"suppressed"}


def test_ten_sectors_of_every_corop_add_up(tables):
    checks = tables.read("checks", check="jobs: sectors in total", source="83582NED")
    assert len(checks) == 587
    assert checks["difference"].abs().max() <= 300
    assert checks["region_code"].nunique() == 41


# --- benefits and establishments --------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "number"),
    [("ww_recipients", 393_020), ("bijstand_recipients", 448_730), ("ao_recipients", 757_890)],
)
def test_benefits_of_the_nation_in_2015(indicators, indicator, number):
    assert row(indicators, "NL01", indicator, 2015, basis="70072ned")["value"] == number


def test_benefits_of_2024_are_there_for_every_gemeente_and_region(indicators):
    for indicator in ("ww_recipients", "bijstand_recipients", "ao_recipients"):
        found = store.select(indicators, "indicators", indicator=indicator, year=2024, basis="kwb")
        assert len(found) == 477
        assert found["value"].notna().all()
    drechtsteden = row(indicators, "drechtsteden", "ww_recipients", 2024, basis="kwb")
    assert (drechtsteden["value"], drechtsteden["value_low"], drechtsteden["value_high"]) == (
        2150,
        2115,
        2185,
    )


def test_residents_of_2024_are_those_of_the_register(tables):
    neighbourhoods = figures(
        tables, "85984NED", indicator="population_count", age="total", year=2024, sector="total"
    )
    register = figures(tables, "03759ned", indicator="population_count", age="total", year=2024)
    assert neighbourhoods.sum() == register["NL01"] == 17_942_942


def test_establishments_of_2015_add_up_to_the_nation(tables):
    published = figures(tables, "70072ned", indicator="establishments_count", year=2015, sector="total")
    gemeenten = published[published.index.str.startswith("GM")]
    assert published["NL01"] == 1_418_820
    assert gemeenten.sum() == pytest.approx(published["NL01"], abs=len(gemeenten) * 2.5)


# --- young people -----------------------------------------------------------------------


def test_a_published_total_of_a_province_goes_before_the_sum_of_its_gemeenten(indicators):
    # 86087NED, Zuid-Holland 17,900; its gemeenten, each rounded to hundreds, add up to 18,300
    published = row(indicators, "PV28", "youth_registered_jobseekers", 2023)
    assert (published["value"], published["source"]) == (17_900, "86087NED")
    summed = row(indicators, "PV20", "youth_registered_jobseekers", 2023)
    assert (summed["method"], summed["interval_kind"]) == ("sum_of_gemeenten", "rounding")


def test_a_sum_of_rounded_gemeenten_carries_what_rounding_does(tables, indicators):
    members = tables.read("members", region_code="drechtsteden")["gm_code"]
    found = row(indicators, "drechtsteden", "youth_registered_jobseekers", 2023)
    assert found["value"] == 1400
    assert (found["value_low"], found["value_high"]) == (1400 - 50 * len(members), 1400 + 50 * len(members))
    alblasserdam = row(indicators, "GM0482", "youth_registered_jobseekers", 2023)
    assert alblasserdam[["value_low", "value", "value_high"]].tolist() == [50, 100, 150]


def test_no_region_is_spread_from_a_larger_one_where_there_are_figures(tables):
    young = tables.read("youth", indicator="youth_registered_jobseekers")
    assert len(young) == 477
    assert set(young["evidence"]) == {"published"}
    assert set(young["year"]) == {2023}


def test_those_who_work_and_those_who_do_not_are_all_young_people(tables):
    counts = tables.read("observations", source="86223NED", region_code="NL01", year=2023)
    by_name = counts.set_index("indicator")["value"]
    whole = by_name["youth_15_27_employed_count"] + by_name["youth_15_27_not_employed_count"]
    assert whole == pytest.approx(by_name["youth_15_27_count"], abs=150)


# --- unemployment and vacancies ---------------------------------------------------------


def test_provinces_have_a_series_without_the_break_of_2021(indicators):
    rates = store.select(
        indicators, "indicators", indicator="unemployment_rate_pct", basis=BASIS_RECALCULATED, frequency="A"
    )
    assert rates.groupby("region_code")["year"].agg(["min", "max", "size"]).drop_duplicates().to_numpy().tolist() == [
        [2013, 2024, 12]
    ]  # fmt: skip
    assert rates["region_code"].nunique() == 13
    assert not rates["break_before"].any()
    # 85269NED and 85494NED, the regional tables of 2021 and 2022
    assert row(rates, "PV22", "unemployment_rate_pct", 2021)["value"] == 3.6
    assert row(rates, "PV22", "unemployment_rate_pct", 2022)["value"] == 3.2


def test_the_nation_of_the_provinces_is_that_of_the_quarterly_table(indicators):
    nation = store.select(
        indicators, "indicators", indicator="unemployment_rate_pct", region_code="NL01", frequency="A"
    )
    provinces, quarterly = (
        nation[nation["basis"] == basis].set_index("year")["value"]
        for basis in (BASIS_RECALCULATED, "85224NED zonder seizoencorrectie")
    )
    difference = (provinces - quarterly).dropna().round(1)
    assert difference[difference != 0].to_dict() == {2020: 0.1}


def test_vacancies_of_provinces_add_up_to_the_nation_within_rounding(tables):
    rows = tables.read("observations", indicator="vacancies_count", sector="total", frequency="Q")
    wide = rows.pivot(index="period", columns="region_code", values="value")
    gap = wide.filter(like="PV").sum(axis=1) - wide["NL01"]
    assert len(wide) == 38
    assert gap.abs().max() <= 600 + 1e-6


# --- regions by year --------------------------------------------------------------------


def test_every_year_has_its_gemeenten_and_its_regions(tables):
    of_cbs = tables.read("classifications")
    of_cbs = of_cbs[of_cbs["source"].str.match(r"\d")]
    assert of_cbs.groupby("year").size().to_dict() == {
        2015: 393, 2016: 390, 2017: 388, 2018: 380, 2019: 355, 2020: 355, 2021: 352, 2022: 345,
        2023: 342, 2024: 342, 2025: 342, 2026: 342,
    }  # fmt: skip
    drechtsteden = of_cbs[of_cbs["am_code"] == "AM23"].groupby("year").size()
    assert (drechtsteden[2017], drechtsteden[2018]) == (6, 7)


def test_where_cbs_and_uwv_differ_both_are_kept(tables):
    both = tables.read("classifications", year=2015).pivot(
        index="gm_code", columns="source", values="am_code"
    )
    differ = both[both["82949NED"] != both["besluit-werkgebieden-2015"]]
    assert differ.value_counts().to_dict() == {
        ("AM04", "AM36"): 14, ("AM16", "AM37"): 9, ("AM31", "AM38"): 7, ("AM07", "AM38"): 1, ("AM20", "AM22"): 1,
    }  # fmt: skip


def test_an_arbeidsmarktregio_has_its_gemeenten_since_the_last_edition_that_differs(tables):
    since = tables.read("regions").set_index("region_code")["borders_since"]
    assert since["AM23"] == "2018-01-01"  # Hardinxveld-Giessendam joined
    assert since["AM03"] == "2016-01-01"
    assert since[since.index.str.startswith("MC")].between("2019-01-01", "2022-01-01").all()


def test_forty_rmc_regions_hold_every_gemeente_once(tables):
    members = tables.read("members")
    rmc = members[members["region_code"].str.startswith("MC")]
    assert rmc["region_code"].nunique() == 40
    assert rmc["gm_code"].is_unique
    assert len(rmc) == 342
    zuid = set(rmc[rmc["region_code"] == "MC30"]["gm_code"])  # Zuid-Holland-Zuid
    assert {"GM0505", "GM0512", "GM1978"} <= zuid


def test_an_rmc_region_has_the_headline_figures(indicators):
    for indicator, year in (
        ("jobs_employees", 2024),
        ("population_count", 2026),
        ("ww_per_1000_residents", 2024),
        ("youth_registered_jobseekers", 2023),
    ):
        found = indicators[(indicators["indicator"] == indicator) & (indicators["year"] == year)]
        found = found[found["region_code"].str.startswith("MC") & (found["sector"] == "total")]
        assert found[found["value"].notna()]["region_code"].nunique() == 40, indicator


# --- since the vintage before -----------------------------------------------------------


def test_a_fresh_clone_can_say_what_changed(tables):
    """The vintages that ship with the repository differ, and the difference is no surprise."""
    from pipeline import compare, stages
    from pipeline.config import load_settings

    settings, folders = load_settings(), Folders()
    found = compare.compare(stages.comparable(settings.models.previous_vintage, settings, folders), tables)
    assert found.old == "embedded-2026"
    counts = found.cells.groupby("change").size()
    assert counts["added"] > 30_000
    assert "gone" not in counts or counts["gone"] < 700
    revised = found.cells[found.cells["change"] == "revised"]
    assert revised.empty, revised.head()
