"""Figures that stand in the documents are those of the embedded vintage."""

import re

import pytest

import pipeline
from pipeline.config import ROOT


@pytest.fixture(scope="module")
def built():
    return pipeline.build("embedded-2026-11")


def test_the_table_of_job_estimates(built):
    text = (ROOT / "docs" / "methods" / "job_estimates.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (Drechtsteden|Vierkant voor Werk|Dordrecht) \|(.+)\|$", text, flags=re.MULTILINE)
    keys = {"Drechtsteden": "drechtsteden", "Vierkant voor Werk": "vierkant-voor-werk", "Dordrecht": "GM0505"}
    assert len(rows) == 3
    for name, cells in rows:
        corops, share, drift, groups, value, interval = (cell.strip() for cell in cells.split("|"))
        quality = built.read("job_estimate_quality", region_code=keys[name]).iloc[0]
        jobs = built.read("indicators", region_code=keys[name], indicator="jobs_employees", year=2024)
        jobs = jobs[jobs["sector"] == "total"].iloc[0]
        assert corops == quality["corop_codes"]
        assert share == f"{quality['share_of_corop']:.3f}".removeprefix("0")
        assert drift == f"{100 * quality['yearly_drift_sd']:.1f} %"
        assert groups.split(" g")[0].replace(" ", "") == str(quality["comparable_groups"])
        assert value.replace(" ", "") == f"{jobs['value']:.0f}"
        assert interval.replace(" ", "") == f"{jobs['value_low']:.0f}-{jobs['value_high']:.0f}"


def test_what_the_readme_says_the_vintage_lacks(built):
    indicators = built.read("indicators")
    held = indicators[indicators["value"].notna()]
    gemeente = held["region_code"].str.startswith("GM")
    jobs = held[gemeente & (held["indicator"] == "jobs_employees") & (held["status"] != "estimate")]
    whole_corop = {"GM1979"}
    assert set(jobs.loc[jobs["year"] > 2010, "region_code"]) == whole_corop
    rates = held[(held["indicator"] == "unemployment_rate_pct") & (held["region_code"] != "NL01")]
    assert (len(rates), rates["region_code"].nunique()) == (32, 17)
    youth = held[held["indicator"] == "youth_unemployment_rate_pct"]
    assert set(youth["region_code"]) == {"NL01"} and sorted(youth["year"].unique()) == [2012, 2013, 2014]
    register = held[held["indicator"] == "youth_registered_jobseekers"]
    assert sorted(register["region_code"]) == ["NL01", "PV22", "PV23", "PV28"]
    ww = held[gemeente & (held["indicator"] == "ww_recipients")]
    assert ww.groupby("year")["region_code"].nunique().to_dict() == {2020: 342, 2021: 342, 2024: 100}
    assert not {"vacancies_count", "population_forecast_count", "arbeidsplaatsen"} & set(held["indicator"])


def test_the_moves_between_corops(built):
    moves = built.read("corop_moves")
    assert len(moves) == 13 and moves["gm_code"].nunique() == 12
