"""Jobs of gemeenten and areas in the embedded vintage: three published years, and how far the rest may be off."""

import pandas as pd
import pytest

import pipeline
from pipeline.indicators import shares
from pipeline.models import share_check
from pipeline.schemas import TABLES
from pipeline.tidy.jobs import NEW, OLD


@pytest.fixture(scope="module")
def built():
    return pipeline.build("embedded-2026-11")


@pytest.fixture(scope="module")
def jobs(built) -> pd.DataFrame:
    return built.read("indicators", indicator="jobs_employees", sector="total")


@pytest.fixture(scope="module")
def check(built) -> dict:
    tables = (built.read(name) for name in ("indicators", "regions", "members"))
    return share_check.metrics_of(*tables, [2008, 2009, 2010])


def test_a_region_has_one_row_a_year_and_drechtsteden_2010_stands_once(jobs):
    assert not jobs.duplicated(["region_code", "year"]).any()
    here = jobs[jobs["region_code"] == "drechtsteden"].set_index("year")
    assert here.loc[2010, ["value", "status", "basis"]].tolist() == [123_520, "provisional", OLD]
    assert here.loc[2015, ["value", "status", "basis"]].tolist() == [125_500, "published", NEW]
    assert here.index[here["break_before"]].tolist() == [2011]


def test_every_gemeente_rests_on_its_published_years_and_its_joint_is_marked(jobs):
    gemeenten = jobs[jobs["region_code"].str.startswith("GM")]
    counted = gemeenten[gemeenten["method"] != "share_of_corop"].groupby("region_code")["year"].agg(set)
    assert len(counted) == 342
    assert all({2008, 2009, 2010, 2015} <= years for years in counted)
    first = gemeenten[gemeenten["basis"] == NEW].groupby("region_code")["year"].min()
    marked = gemeenten[gemeenten["break_before"]].groupby("region_code")["year"].agg(list)
    assert set(first) == {2011}
    unmarked = set(first.index) - set(marked.index)
    assert unmarked <= {"GM1979"}  # a COROP by itself: both counts of 2010 are known


@pytest.mark.parametrize(
    ("region", "low", "high"),
    [
        ("drechtsteden", 142_000, 152_500),
        ("GM0505", 55_700, 70_000),
        ("vierkant-voor-werk", 115_000, 127_000),
    ],
)
def test_margins_of_80_percent_in_2024(built, region, low, high):
    row = built.read("job_estimates", region_code=region, year=2024).iloc[0]
    assert low < row["low_80"] < low + 1_500
    assert high - 1_500 < row["high_80"] < high
    assert row["low_95"] < row["low_80"] < row["value"] < row["high_80"] < row["high_95"]


@pytest.mark.parametrize(("corop", "factor"), [("CR30", 0.9308), ("CR21", 0.9741)])
def test_corops_that_lost_a_gemeente_are_anchored_in_2015_too(built, jobs, corop, factor):
    published = built.read(
        "observations", region_code=corop, source=NEW, sector="total", indicator="jobs_employees", year=2015
    )["value"].iloc[0]
    here = jobs[(jobs["region_code"] == corop) & (jobs["year"] == 2015)]["value"].iloc[0]
    assert here / published == pytest.approx(factor, abs=0.0001)


def test_gemeenten_add_up_to_their_corop_in_every_year(built, jobs):
    table = built.read("job_shares")
    assert set(table.columns) == set(TABLES["job_shares"].schema.columns)
    sums = table.groupby(["cr_code", "year"])["share"].sum()
    assert (sums - 1).abs().max() < 1e-9
    level = jobs.set_index(["region_code", "year"])["value"]
    dordrecht = table[(table["gm_code"] == "GM0505") & (table["year"] == 2024)]["share"].iloc[0]
    assert level["GM0505", 2024] == pytest.approx(dordrecht * level["CR30", 2024])


def test_the_constants_are_those_that_the_published_years_give(check):
    fitted = check["fitted"]
    assert fitted["scale"] == pytest.approx(shares.SCALE, abs=0.003)
    assert fitted["exponent"] == pytest.approx(shares.EXPONENT, abs=0.03)
    assert fitted["df"] == pytest.approx(shares.DF, abs=0.5)


def test_margins_hold_in_corops_that_were_left_out_of_the_fit(check):
    left_out = check["left_out"]
    for name in ("gemeenten", "parts_of_arbeidsmarktregios", "random_groups"):
        assert 0.78 <= left_out[name]["coverage_80"] <= 0.83, name
        assert 0.94 <= left_out[name]["coverage_95"] <= 0.97, name
    sizes = [name for name in left_out if name[0].isdigit() or name.startswith("above")]
    assert len(sizes) == 5
    assert all(0.72 <= left_out[name]["coverage_80"] <= 0.92 for name in sizes)


def test_without_a_later_count_the_estimates_still_stand_on_2008_to_2010(built):
    before = pipeline.build("embedded-2026")
    assert set(before.read("share_anchors")["year"]) == {2009.0}
    rows = before.read("job_estimates", year=2024)
    now = built.read("job_estimates", year=2024)
    both = rows.merge(now, on="region_code", suffixes=("_before", ""))
    assert (both["log_sd_before"] > both["log_sd"]).all()
    tables = (before.read(name) for name in ("indicators", "regions", "members"))
    assert share_check.metrics_of(*tables, [2008, 2009, 2010]) == {}
