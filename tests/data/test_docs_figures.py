"""Figures that stand in the documents are those of the embedded vintage."""

import re

from pipeline.folders import ROOT
from pipeline.models import share_check
from pipeline.tidy.labour_force import BASIS_RECALCULATED


def test_every_method_in_the_tables_is_explained_and_no_other(tables):
    text = (ROOT / "docs" / "methods" / "index.md").read_text(encoding="utf-8")
    used = {
        name for frame in tables.tables.values() if "method" in frame for name in frame["method"].unique()
    }
    assert set(re.findall(r"^\| `([a-z_]+)` \|", text, flags=re.MULTILINE)) - {"method"} == used


METHODS = ROOT / "docs" / "methods" / "job_estimates.md"


def test_the_table_of_job_estimates(tables):
    text = METHODS.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (Drechtsteden|Vierkant voor Werk|Dordrecht) \|(.+)\|$", text, flags=re.MULTILINE)
    keys = {"Drechtsteden": "drechtsteden", "Vierkant voor Werk": "vierkant-voor-werk", "Dordrecht": "GM0505"}
    assert len(rows) == 3
    for name, cells in rows:
        corops, share, drift, value, *margins = (cell.strip() for cell in cells.split("|"))
        quality = tables.read("job_estimate_quality", region_code=keys[name]).iloc[0]
        jobs = tables.read("job_estimates", region_code=keys[name], year=2024).iloc[0]
        assert corops == quality["corop_codes"]
        assert share == f"{quality['share_of_corop']:.3f}".removeprefix("0")
        assert drift == f"{100 * quality['yearly_drift_sd']:.1f} %".removeprefix("0")
        assert value.replace(" ", "") == f"{jobs['value']:.0f}"
        for level, margin in zip((80, 95), margins, strict=True):
            assert margin.replace(" ", "") == f"{jobs[f'low_{level}']:.0f}-{jobs[f'high_{level}']:.0f}"


def test_the_check_against_2015(tables):
    text = METHODS.read_text(encoding="utf-8")
    made = share_check.metrics_of(
        tables.read("indicators"), tables.read("regions"), tables.read("members"), [2008, 2009, 2010]
    )
    names = {name.replace("_", " "): name for name in made["left_out"] | made["as_told"]}
    words = {"up to 2 500 jobs": "up to 2500", "2 500 to 5 000": "2500 to 5000", "5 000 to 10 000": "5000 to 10000",
             "10 000 to 20 000": "10000 to 20000", "20 000 to 50 000": "20000 to 50000", "above 50 000": "above 50000",
             "arbeidsmarktregio's": "arbeidsmarktregios", "parts of arbeidsmarktregio's": "parts of arbeidsmarktregios",
             "random groups below a tenth of their COROP": "random groups below a tenth"}  # fmt: skip
    seen = {"as_told": 0, "left_out": 0}
    for line in re.findall(
        r"^\| ((?:gemeenten|up to|\d|above|arbeids|areas|parts|random).+?) \|$", text, re.MULTILINE
    ):
        name, *cells = line.split(" | ")
        part = "left_out" if name.endswith(", left out") else "as_told"
        name = name.removesuffix(", left out")
        figures = made[part][names[words.get(name, name)]]
        seen[part] += 1
        expected = [str(figures["regions" if part == "as_told" else "shares"])]
        if part == "as_told":
            errors = (figures["median_error_pct"], figures["mean_error_pct"])
            expected += [
                f"{error:.1f} %".replace("0.", ".") if abs(error) < 1 else f"{error:.1f} %"
                for error in errors
            ]
        expected += [f"{figures[f'coverage_{level}']:.3f}".removeprefix("0") for level in (80, 95)]
        assert cells == expected, name
    assert seen == {part: len(made[part]) for part in seen}


def test_what_the_readme_says_the_vintage_lacks(tables):
    indicators = tables.read("indicators")
    held = indicators[indicators["value"].notna()]
    gemeente = held["region_code"].str.startswith("GM")
    jobs = held[gemeente & (held["indicator"] == "jobs_employees") & (held["status"] != "estimate")]
    whole_corop = {"GM1979"}
    assert set(jobs.loc[(jobs["year"] > 2010) & (jobs["year"] != 2015), "region_code"]) == whole_corop
    rates = held[held["indicator"] == "unemployment_rate_pct"]
    annual = rates[rates["frequency"] == "A"]
    provinces = annual[annual["region_code"].str.startswith("PV") & (annual["basis"] == BASIS_RECALCULATED)]
    assert provinces.groupby("year")["region_code"].nunique().to_dict() == dict.fromkeys(
        range(2013, 2025), 12
    )
    few = rates[~rates["region_code"].str.match("NL|PV")]
    assert (len(few), few["region_code"].nunique()) == (29, 16)
    youth = held[held["indicator"] == "youth_unemployment_rate_pct"]
    assert set(youth["region_code"]) == {"NL01"} and sorted(youth["year"].unique()) == [2012, 2013, 2014]
    for indicator, years in (
        ("youth_registered_jobseekers", [2020, 2021, 2022, 2023]),
        ("ww_recipients", [2015, 2020, 2021, 2024]),
    ):
        told = held[gemeente & (held["indicator"] == indicator)]
        assert told.groupby("year")["region_code"].nunique().to_dict() == dict.fromkeys(years, 342)
    vacancies = held[held["indicator"] == "vacancies_count"]
    assert set(vacancies["region_code"].str[:2]) == {"NL", "PV"}
    assert (vacancies["year"].min(), vacancies["year"].max()) == (2011, 2020)
    assert not {"population_forecast_count", "arbeidsplaatsen"} & set(held["indicator"])


def test_the_moves_between_corops(tables):
    moves = tables.read("corop_moves")
    assert len(moves) == 13 and moves["gm_code"].nunique() == 12
