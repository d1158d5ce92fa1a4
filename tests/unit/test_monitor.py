"""The researcher's API on the embedded tables: published figures, marks that stay, errors that help."""

from __future__ import annotations

import dataclasses
import html
import inspect
import re

import numpy as np
import pandas as pd
import pytest

from pipeline import monitor, reports, stages, store
from pipeline.config import ROOT, ROOT_VARIABLE
from pipeline.models import comparison
from pipeline.reference import ReferenceDataError, load_areas
from pipeline.research import MonitorError, results
from pipeline.research.series import chained
from pipeline.research.shown import ReportFolder
from pipeline.research.words import INDICATOR_WORDS, chance_range, source_words
from pipeline.schemas import INDICATOR_UNITS, TABLES
from tests.conftest import VINTAGE

DRECHTSTEDEN = ["GM0482", "GM0505", "GM0523", "GM0531", "GM0590", "GM0610", "GM0642"]
THIRTEEN = [*DRECHTSTEDEN, "AM01", "AM02", "AM03", "PV28", "PV27", "NL01"]


# --- series -----------------------------------------------------------------------------


def test_jobs_of_an_area_are_the_published_sums(tables):
    jobs = monitor.indicator("jobs_employees", "drechtsteden", [2009, 2010], tables, basis="81402ned")
    assert jobs.set_index("year")["value"].to_dict() == {2009: 127_460, 2010: 123_520}
    assert set(jobs["status"]) == {"revised_provisional", "provisional"}
    assert jobs.attrs == {"unit": "jobs", "source": "81402ned", "vintage": VINTAGE}


def test_estimates_stay_marked_beside_what_was_published(tables):
    jobs = monitor.indicator("jobs_employees", "drechtsteden", [2010, 2011], tables)
    assert jobs["year"].tolist() == [2010, 2011]  # one row a year
    assert jobs["status"].tolist() == ["provisional", "estimate"]
    assert jobs["break_before"].tolist() == [False, True]
    estimate = jobs[jobs["status"] == "estimate"].iloc[0]
    assert estimate["value_low"] < estimate["value"] < estimate["value_high"]


def test_regions_by_code_key_or_name_give_the_same_rows(tables):
    by_code = monitor.indicator("population_count", "GM0505", vintage=tables)
    by_name = monitor.indicator("Inwoners", "dordrecht", vintage=tables)
    pd.testing.assert_frame_equal(by_code, by_name)
    assert by_code["region_name"].eq("Dordrecht").all()


@pytest.mark.parametrize(
    ("years", "expected"),
    [(2019, {2019}), ((2019, 2021), {2019, 2020, 2021}), ([2019, 2021], {2019, 2021})],
)
def test_years_may_be_one_a_span_or_a_list(tables, years, expected):
    rows = monitor.indicator("population_count", "NL01", years, tables)
    assert set(rows["year"]) == expected


def test_missing_has_no_value_and_keeps_its_status(tables):
    """One gemeente has no bijstand of 2021: CBS gave no share to compute it from."""
    rows = monitor.indicator("bijstand_recipients", None, 2021, tables)
    absent = rows[rows["value"].isna()]
    assert len(absent)
    assert set(absent["status"]) <= {"missing", "suppressed"}
    assert rows[rows["value"].notna()]["status"].isin(["missing", "suppressed"]).sum() == 0


def test_every_indicator_has_words():
    assert set(INDICATOR_WORDS) == set(INDICATOR_UNITS)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda t: monitor.indicator("jobs_employes", vintage=t), "nearest: jobs_employees"),
        (lambda t: monitor.indicator("banen", vintage=t),
         "nearest: jobs_employees (Banen van werknemers), jobs_all (Banen van werknemers en zelfstandigen), "),
        (lambda t: monitor.indicator("Werkloosheid", vintage=t),
         "nearest: unemployment_rate_pct (Werkloosheid, deel van de beroepsbevolking), "),
        (lambda t: monitor.indicator(505, vintage=t), "There is no indicator 505"),
        (lambda t: monitor.indicator("jobs_employees", 505, vintage=t), "Region 505 is int; give text"),
        (lambda t: monitor.indicator("jobs_employees", [505], vintage=t), "such as 'GM0505'"),
        (lambda t: monitor.indicator("jobs_employees", frequency="Y", vintage=t),
         "no frequency 'Y'; there are: A, M, Q"),
        (lambda t: monitor.indicator("jobs_employees", sector="ZZ", vintage=t), "no sector of jobs_employees 'ZZ'"),
        (lambda t: monitor.indicator("population_count", age="nope", vintage=t), "no age of population_count 'nope'"),
        (lambda t: monitor.indicator("jobs_employees", basis="nope", vintage=t), "81402ned, 83582NED"),
        (lambda t: monitor.indicator("jobs_employees", years="2020", vintage=t), "'2020' is text"),
        (lambda t: monitor.indicator("jobs_employees", years=2020.0, vintage=t),
         "2020.0 is float; give a year as a whole number, such as 2020"),
        (lambda t: monitor.indicator("jobs_employees", years=("2020", "2021"), vintage=t), "'2020' is text"),
        (lambda t: monitor.indicator("jobs_employees", years=[], vintage=t), "leave years out"),
        (lambda t: monitor.indicator("jobs_employees", years=True, vintage=t), "True is bool"),
        (lambda t: monitor.indicator("jobs_employees", vintage=2026), "vintage=2026 is int; give a name as text"),
        (lambda t: monitor.chart("jobs_employees", "NL01", age="nope", vintage=t), "no age of jobs_employees"),
        (lambda t: monitor.map("ww_recipients", "2024", vintage=t), "year: '2024' is text"),
        (lambda t: monitor.map("ww_recipients", 2024, basis="nope", vintage=t), "no basis of ww_recipients"),
        (lambda t: monitor.similar_chart("GM0505", year=2024.5, vintage=t), "2024.5 is float"),
        (lambda t: monitor.coverage("dorp", t), "no kind of region 'dorp'"),
        (lambda t: monitor.coverage(None, t), "one kind"),
        (lambda t: monitor.table("indicator", t), "no stored table 'indicator'; there are: "),
        (lambda t: monitor.chance("CR30", "1000", [2030], vintage=t), "extra is text"),
        (lambda t: monitor.chance("CR30", 1000, "2030", vintage=t), "years is text"),
        (lambda t: monitor.chance("CR30", vintage=t), "one of the two"),
        (lambda t: monitor.chance("CR30", 1000, pct=5, vintage=t), "one of the two"),
        (lambda t: monitor.chance("CR30", pct=5_000, vintage=t), "pct is 5000"),
        (lambda t: monitor.chance("CR30", [np.nan], 2030, vintage=t), "extra is nan"),
        (lambda t: monitor.chance_table("CR30", [], vintage=t), "No extra given"),
        (lambda t: monitor.chance_table("CR30", years=[2027.5], vintage=t), "2027.5 is float"),
        (lambda t: monitor.supply_chart("CR30", until=2010, vintage=t),
         "the last count is of 2024. Choose 2025 to 2040"),
        (lambda t: monitor.supply_chart("CR30", unemployment=-5, vintage=t), "give a number from 0 to 100"),
        (lambda t: monitor.supply_chart("CR30", participation="1", vintage=t), "participation is '1'"),
        (lambda t: monitor.jobs_chart("CR30", until=2010, vintage=t), "until=2010 is not a year of the outlook"),
        (lambda t: monitor.direct_youth("drechtsteden", 1, 0, vintage=t), "rate_pct is 0"),
        (lambda t: monitor.direct_youth("drechtsteden", "veel", vintage=t), "surveyed_pct is 'veel'"),
        (lambda t: monitor.export(monitor.coverage_table(vintage=t), "x.csv"), "export the frame"),
        (lambda t: monitor.export({"a": 1}, "x.csv"), "dict cannot be exported"),
        (lambda t: monitor.example("reml"), "there are: REML, ML, FH"),
        (lambda t: monitor.indicator("population_count", "Dordrect", vintage=t), "GM0505 (Dordrecht)"),
        (lambda t: monitor.indicator("population_count", "Utrecht", vintage=t), "GM0344 (gemeente)"),
        (lambda t: monitor.indicator("population_count", [], vintage=t), "leave regions out"),
        (lambda t: monitor.indicator("population_count", "NL01", (2024, 2010), t), "ends before it starts"),
        (lambda t: monitor.regions("dorp", t), "no kind of region 'dorp'; there are: "),
        (lambda t: monitor.chart("unemployment_rate_pct", "GM0505", vintage=t), "annual 2003-2025"),
        (lambda t: monitor.chart("population_count", THIRTEEN, vintage=t),
         "13 regions"),
        (lambda t: monitor.map("ww_recipients", 1999, vintage=t), "years with values: 2015, 2020, 2021, 2024"),
        (lambda t: monitor.shift_share("drechtsteden", t), "Regions that have one: CR01, "),
        (lambda t: monitor.supply_chart("drechtsteden", vintage=t), "Regions that have: AM25"),
        (lambda t: monitor.chance("GM0505", [1000], [2030], vintage=t), "Ask for a COROP"),
        (lambda t: monitor.chance("CR30", [1000], [2040], vintage=t), "2025 to 2030, not for 2040"),
        (lambda t: monitor.chance("CR30", [1000], [2030], 1999, vintage=t), "it has 2010-2024"),
        (lambda t: monitor.target_grid("GM0505", "banen", t), "GM0505 has no target 'banen'"),
        (lambda t: monitor.jobs_chart("drechtsteden", baseline_year=1950, vintage=t), "no baseline_year 1950"),
        (lambda t: monitor.direct_youth("drechtsteden", 0, vintage=t), "above 0"),
        (lambda t: monitor.show(monitor.regions(vintage=t), {"naam": "Naam"}, title="x"), "no column 'naam'"),
        (lambda t: monitor.export(monitor.regions(vintage=t), "x.pdf"), "use .csv or .xlsx"),
    ],
)  # fmt: skip
def test_a_question_without_an_answer_says_what_can_be_asked(tables, ask, words):
    with pytest.raises(MonitorError, match=re.escape(words)):
        ask(tables)


#: Functions that give a table with values, and those that list what there is.
VALUES = {
    "indicator": lambda t: monitor.indicator("jobs_employees", "drechtsteden", vintage=t),
    "outlook": lambda t: monitor.outlook("CR30", vintage=t),
    "targets": lambda t: monitor.targets("drechtsteden", t),
    "chance": lambda t: monitor.chance("CR30", 1000, 2030, vintage=t),
    "shift_share": lambda t: monitor.shift_share("CR30", t),
    "similar": lambda t: monitor.similar("GM0505", t),
    "youth": lambda t: monitor.youth("drechtsteden", t),
    "direct_youth": lambda t: monitor.direct_youth("drechtsteden", 1.0, vintage=t),
}
LISTS = {
    "vintages": lambda t: monitor.vintages(),
    "sources": lambda t: monitor.sources(t),
    "regions": lambda t: monitor.regions(vintage=t),
    "indicators": lambda t: monitor.indicators(t),
    "coverage": lambda t: monitor.coverage(vintage=t),
    "table": lambda t: monitor.table("links", t),
}


@pytest.mark.parametrize("name", [*VALUES, *LISTS])
def test_every_table_says_its_unit_source_and_vintage(tables, name):
    frame = (VALUES | LISTS)[name](tables)
    assert len(frame)
    assert set(frame.attrs) == {"unit", "source", "vintage"}
    assert all(isinstance(words, str) and words for words in frame.attrs.values())
    held = sorted(path.parent.name for path in (ROOT / "data" / "raw").glob("*/manifest.json"))
    assert frame.attrs["vintage"] == (", ".join(held) if name == "vintages" else VINTAGE)
    if name in VALUES:
        columns = frame[["unit", "status", "source", "vintage"]]
        assert columns.map(lambda words: isinstance(words, str)).all(axis=None)
        held = frame[frame["status"] != "missing"] if name != "targets" else frame
        assert held[["unit", "source", "vintage"]].ne("").all(axis=None)


def test_every_function_that_gives_a_table_is_among_them():
    given = {
        name
        for name, function in public_functions().items()
        if function.__annotations__["return"] == "pd.DataFrame"
    }
    assert given == {*VALUES, *LISTS}


def public_functions() -> dict:
    return {
        name: one
        for name, one in vars(monitor).items()
        if inspect.isfunction(one) and one.__module__ == monitor.__name__ and not name.startswith("_")
    }


@pytest.mark.parametrize("name", sorted(public_functions()))
def test_docstring_names_every_parameter_what_comes_back_and_what_may_go_wrong(name):
    function = public_functions()[name]
    text = inspect.getdoc(function)
    listed = text.split("Parameters\n----------\n")[-1].split("\n\n")[0] if "Parameters" in text else ""
    named = {word.strip() for line in listed.splitlines() if " : " in line and not line.startswith(" ")
             for word in line.split(" : ")[0].split(",")}  # fmt: skip
    assert named == set(inspect.signature(function).parameters)
    assert "\nReturns\n-------\n" in text
    assert "\nRaises\n------\n" in text


def test_titles_with_commas_stay_whole_as_sources(tables):
    targets = monitor.targets("drechtsteden", tables)
    titles = {source for source in targets["source"] if " (" in source}
    assert any(", " in title for title in titles)
    assert titles <= set(targets.attrs["source"].split("; "))
    shown = monitor.show(targets, {"target": "Doel"}, title="Doelen")
    assert shown.source.startswith("Bron: CBS (03759ned, ")
    assert "), " not in shown.source
    assert source_words("81402ned, 83582NED; LISA") == "CBS (81402ned, 83582NED); LISA"


def test_every_feature_of_a_comparison_has_its_indicators(tables):
    known = set(results.FEATURE_INDICATORS)
    assert known == set(comparison.features(tables.read("indicators")).columns)
    assert {name for names in results.FEATURE_INDICATORS.values() for name in names} <= set(INDICATOR_UNITS)


def test_without_made_tables_the_error_names_the_command(tmp_path, monkeypatch):
    (tmp_path / "params.yaml").symlink_to(ROOT / "params.yaml")
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    with pytest.raises(store.StoreError, match="make monitor"):
        monitor.indicator("jobs_employees")
    with pytest.raises(store.StoreError, match="There is no vintage live-2030"):
        monitor.indicator("jobs_employees", vintage="live-2030")


# --- charts -----------------------------------------------------------------------------


def test_chart_shows_both_bases_with_a_break_between(tables):
    figure = monitor.chart("jobs_employees", "drechtsteden", vintage=tables)
    assert "van 128.270 in 2008 naar 147.200 (2024, raming); breuk in de reeks bij 2011" in figure.alt
    assert "83582NED" in figure.source and "81402ned" in figure.source
    assert VINTAGE in figure.source
    held = figure.data[figure.data["label"] == "Drechtsteden"].set_index("period")["status"]
    assert held.index.is_unique
    assert (held["2010"], held["2011"], held["2015"], held["2024"]) == (
        "provisional", "estimate", "published", "estimate",
    )  # fmt: skip


def test_chart_of_a_gemeente_stops_where_counting_stops(tables):
    figure = monitor.chart("jobs_employees", "GM0505", vintage=tables)
    assert set(figure.data["period"]) == {"2008", "2009", "2010", "2015"}
    assert "estimate" not in set(figure.data["status"])


def test_figure_is_named_by_its_words_and_shares_no_ids(tables):
    figure = monitor.chart("population_count", ["GM0505", "GM0642"], vintage=tables)
    page = figure.html()
    label = re.search(r'<svg[^>]* role="img" aria-label="([^"]+)"', page)
    assert label[1] == figure.alt
    assert 'aria-label="Inwoners: 2 gebieden op één schaal"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert ids
    assert all(name.startswith(figure.id) for name in ids)
    assert "@font-face" in page
    assert "@font-face" not in figure.html(fonts=False)


def test_map_leaves_gemeenten_without_a_figure_empty(tables):
    figure = monitor.map("bijstand_per_1000_residents", 2021, vintage=tables)
    assert "341 van 342 gemeenten hebben een cijfer" in figure.unit
    assert figure.data["value"].notna().sum() == 341
    assert "342 gemeenten" in figure.alt and "geen gegevens" in figure.alt


def test_every_indicator_with_own_figures_has_a_map_of_its_latest_year(tables):
    held = tables.read("indicators", frequency="A", sector="total")
    held = held[held["region_code"].str.startswith("GM") & held["value"].notna()]
    latest = held[held["method"] != "share_of_corop"].groupby("indicator")["year"].max()
    assert len(latest) >= 17
    for name, year in latest.items():
        figure = monitor.map(name, int(year), "drechtsteden", tables)
        assert {"GM0505", "GM0482"} <= set(figure.data["region_code"]), name


def test_points_of_another_basis_never_join():
    rows = pd.DataFrame(
        {
            "period": pd.to_datetime(["2008-01-01", "2009-01-01", "2009-01-01", "2010-01-01", "2011-01-01"]),
            "frequency": "A",
            "value": [1.0, 2.0, 5.0, 6.0, np.nan],
            "value_low": np.nan,
            "value_high": np.nan,
            "status": ["final", "final", "final", "final", "missing"],
            "basis": ["old", "old", "new", "new", "new"],
            "break_before": False,
        }
    )
    points = chained(rows)
    assert points["value"].tolist()[:3] == [1.0, 5.0, 6.0]
    assert points["segment"].tolist()[:3] == ["old 0", "new 0", "new 0"]
    assert points["status"].iloc[-1] == "missing"
    marked = chained(rows.assign(break_before=[False, False, False, True, False]))
    assert marked["segment"].nunique() == 3


def test_figure_exports_its_drawing_and_its_numbers(tables, tmp_path, monkeypatch):
    figure = monitor.chart("population_count", "GM0505", vintage=tables)
    assert monitor.export(figure, tmp_path / "figuur.svg").read_text().startswith("<svg")
    numbers = pd.read_csv(monitor.export(figure, tmp_path / "figuur.csv"))
    assert len(numbers) == len(figure.data)
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    rows = monitor.indicator("population_count", "GM0505", vintage=tables)
    target = monitor.export(rows, "inwoners.xlsx")
    assert target == tmp_path / "reports" / "export" / "inwoners.xlsx"
    assert pd.read_excel(target)["value"].tolist() == rows["value"].tolist()


# --- jobs, targets, chances -------------------------------------------------------------


def test_target_grid_shows_24_readings_and_marks_the_assumption(tables):
    grid = monitor.target_grid("drechtsteden", vintage=tables).data
    assert len(grid) == 24
    assert set(grid["Definitie"]) == {
        "Arbeidsplaatsen (LISA)", "Banen volgens UWV", "Banen volgens UWV, aanname", "Banen van werknemers"
    }  # fmt: skip
    assert (grid["Vanaf"] + grid["Tot"]).nunique() == 8
    assert grid[grid["Tot"] == "2040"]["Kans"].eq("geen kans").all()


def test_jobs_chart_follows_the_reading_asked_for(tables):
    chosen = monitor.jobs_chart("drechtsteden", vintage=tables)
    other = monitor.jobs_chart("drechtsteden", baseline_year=2024, vintage=tables)
    assert "Het doel is 165.500 in 2030" in chosen.alt
    assert "Het doel is 177.200 in 2030" in other.alt
    assumed = monitor.jobs_chart("drechtsteden", definition="banen-uwv", vintage=tables)
    assert "Het doel is 162.000 in 2030" in assumed.alt
    assert "CBS telde" not in assumed.alt


def test_chance_is_that_of_the_stored_target(tables):
    ours = monitor.chance("drechtsteden", [30_000], [2030], 2018, vintage=tables).iloc[0]
    stored = monitor.targets("drechtsteden", tables)
    stored = stored[stored["is_chosen"] & (stored["indicator"] == "jobs_employees")].iloc[0]
    for column in ("probability", "probability_low", "probability_high"):
        assert ours[column] == pytest.approx(stored[column], abs=1e-9)


def test_chance_of_per_cents_counts_from_the_last_figure_and_says_so(tables):
    rows = monitor.chance("drechtsteden", pct=[0, 5], vintage=tables)
    assert set(rows["baseline_year"]) == {2024} == set(rows["latest_year"])
    assert rows["year"].tolist() == [*range(2025, 2031)] * 2
    five = rows[rows["pct"] == 5]
    assert np.allclose(five["extra"], 0.05 * five["baseline"])
    assert (five["probability"].to_numpy() < rows[rows["pct"] == 0]["probability"].to_numpy()).all()
    assert "december 2024, het laatste cijfer" in monitor.chance_table("drechtsteden", vintage=tables).title


def test_chance_falls_as_the_goal_grows(tables):
    rows = monitor.chance("CR30", [5_000, 15_000, 30_000], [2027, 2030], 2018, vintage=tables)
    for _, part in rows.groupby("year"):
        assert part.sort_values("extra")["probability"].is_monotonic_decreasing
    assert rows["status"].eq("estimate").all()


def test_chances_are_ranges_of_5_points():
    assert chance_range(0.249, 0.216) == "20 tot 25\u00a0%"
    assert chance_range(0.001, 0.01) == "hoogstens 5\u00a0%"
    assert chance_range(0.999, 0.97) == "minstens 95\u00a0%"
    assert chance_range(float("nan"), 0.2) == "geen kans"


def test_a_chance_is_the_same_each_time_it_is_asked(tables):
    first, again = (monitor.chance("CR30", 1000, 2030, vintage=tables) for _ in range(2))
    pd.testing.assert_frame_equal(first, again, check_exact=True)


def test_supply_starts_at_the_jobs_of_now_and_follows_participation(tables):
    level = monitor.outlook("CR30", vintage=tables)["last_value"].iloc[0]
    same = monitor.supply_chart("CR30", vintage=tables).data
    supply = same[same["label"] == "aanbod van inwoners"].set_index("period")["value"]
    assert supply.to_numpy() == pytest.approx(level)
    assert same[same["label"] == "aanbod van inwoners"]["status"].eq("assumption").all()
    more = monitor.supply_chart("CR30", participation=2.0, vintage=tables).data
    grown = more[more["label"] == "aanbod van inwoners"].set_index("period")["value"]
    assert grown["2030"] > grown["2027"] > level


# --- comparisons ------------------------------------------------------------------------


def test_shift_share_refuses_years_with_a_reason(tables):
    rows = monitor.shift_share("CR30", tables)
    refused = rows[rows["refused"] != ""]
    assert refused["total"].isna().all()
    kept = rows[rows["refused"] == ""]
    parts = kept[["national", "industry_mix", "competitive"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(kept["total"].to_numpy(), abs=1e-6)


def test_similar_regions_have_names_and_no_self(tables):
    rows = monitor.similar("GM0505", tables)
    assert rows["rank"].tolist() == [1, 2, 3, 4, 5]
    assert "GM0505" not in set(rows["similar_code"])
    assert rows["similar_name"].ne("").all()
    figure = monitor.similar_chart("GM0505", vintage=tables)
    assert len(figure.data) == 7


def test_youth_says_how_each_number_was_made(tables):
    rows = monitor.youth("drechtsteden", tables)
    assert set(rows["region_code"]) == {"drechtsteden", *DRECHTSTEDEN}
    rows = rows[rows["indicator"] == "youth_registered_jobseekers"]
    assert not rows.empty
    assert set(rows["evidence"]) == {"published"}
    assert (rows["value_low"] <= rows["value"]).all() and (rows["value"] <= rows["value_high"]).all()


def test_a_survey_alone_is_too_coarse_for_a_small_gemeente(tables):
    rows = monitor.direct_youth("drechtsteden", 1.0, 12.7, tables).set_index("region_code")
    assert rows.loc["GM0482", "display"] == "hide"
    assert rows.loc["drechtsteden", "display"] == "show"
    # with everyone asked the margin is that of simple random sampling: sqrt(p (1 - p) / n) / p
    whole = monitor.direct_youth("GM0505", 100, 10.0, tables).iloc[0]
    assert whole["cv_pct"] == pytest.approx(100 * np.sqrt(0.1 * 0.9 / whole["residents"]) / 0.1)


# --- own areas --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(tables):
    names = ["Dordrecht", "Zwijndrecht", "Papendrecht", "Sliedrecht", "GM0482", "GM0531", "GM0523"]
    return monitor.area({"key": "zeven", "name": "Zeven gemeenten", "members": names}, tables)


@pytest.mark.parametrize("table", ["indicators", "job_estimates", "outlook", "contributions", "youth"])
def test_own_area_gets_the_figures_of_the_same_area_in_the_file(tables, own, table):
    key = list(TABLES[table].key)
    mine = own.tables.read(table, region_code="zeven").assign(region_code="drechtsteden")
    stored = tables.read(table, region_code="drechtsteden")
    assert len(stored)
    # one is made from stored tables, whose variances have six decimals, the other before they were written
    pd.testing.assert_frame_equal(
        mine.sort_values(key, ignore_index=True),
        stored.sort_values(key, ignore_index=True),
        rtol=1e-5,
        atol=1e-5,
    )


def test_own_area_leaves_the_other_rows_alone(tables, own):
    for name in ("indicators", "outlook", "members", "youth", "targets"):
        others = own.tables.read(name)
        others = others[others["region_code"] != "zeven"].reset_index(drop=True)
        pd.testing.assert_frame_equal(others, tables.read(name))
    assert "zeven" not in set(tables.read("regions")["region_code"])


def test_own_area_from_yaml_takes_names(tables):
    text = "key: twee\nname: Twee\nmembers: [Dordrecht, Zwijndrecht]\n"
    area = monitor.area(text, tables)
    assert area.members["gm_code"].tolist() == ["GM0505", "GM0642"]
    assert area.members["gm_name"].tolist() == ["Dordrecht", "Zwijndrecht"]
    people = monitor.indicator("population_count", ["twee", "GM0505", "GM0642"], 2026, area.tables)
    counts = people.set_index("region_code")["value"]
    assert counts["twee"] == counts["GM0505"] + counts["GM0642"]


@pytest.mark.parametrize(
    ("definition", "error", "words"),
    [
        ("key: x\nname: X\nmembers: [Dordrect]", MonitorError, "nearest: GM0505 (Dordrecht)"),
        ("key: x\nname: X\nmembers: [Dordrecht]", MonitorError, "two letters or more"),
        ("key: gm0505\nname: X\nmembers: [Dordrecht]", MonitorError, "does not look like a code"),
        (
            "key: zh\nname: X\nmembers: [PV28]",
            MonitorError,
            "'PV28' is a province, and an own area is made of gemeenten. Of PV28 those are GM0",
        ),
        (
            "key: zh\nname: X\nmembers: [Drechtsteden]",
            MonitorError,
            'monitor.table("members", region_code="AM23"',
        ),
        ("key: drechtsteden\nname: X\nmembers: [Dordrecht]", MonitorError, "choose another key"),
        (
            "key: x\nname: X\nmembers: [Dordrecht, GM0505]",
            ReferenceDataError,
            "listed more than once: GM0505",
        ),
        ("key: x\nname: X\nlid: [Dordrecht]\nmembers: [Dordrecht]", ReferenceDataError, "unknown key 'lid'"),
        ("key: Mijn Gebied\nname: X\nmembers: [Dordrecht]", ReferenceDataError, "The area has 1 problem"),
        ("key: x\nname: X", ReferenceDataError, "members"),
        ("key: x\nname: X\nmembers: [{code: GM0505, until: 2026}]", MonitorError, "without since and until"),
        ("[een, twee]", MonitorError, "one entry with key, name and members"),
        ("key: [", MonitorError, "not valid YAML"),
    ],
)
def test_a_wrong_area_is_refused_with_its_place(tables, definition, error, words):
    with pytest.raises(error, match=re.escape(words)):
        monitor.area(definition, tables)


# --- reports and vintages ---------------------------------------------------------------


class RecordedStage:
    """Stands in for the report stage: writes a page, and keeps what it was given."""

    def __init__(self):
        self.calls = []
        self.settings = []

    def run_preview(self, region, settings, folders):
        self.settings.append(settings)
        areas = load_areas(folders.reference / "areas.yaml")
        rows = store.read("indicators", folders, region_code=region)
        self.calls.append((region, areas.get(region), len(rows)))
        target = folders.reports / "preview" / region
        target.mkdir(parents=True)
        (target / "report.html").write_text("rapport")


@pytest.fixture
def project(project, tmp_path, monkeypatch):
    for name in ("data", "params.yaml"):
        (tmp_path / name).symlink_to(project.root / name)
    (tmp_path / "reports").mkdir()
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    return tmp_path


def test_report_of_an_own_area_is_made_from_tables_that_hold_it(own, project, monkeypatch):
    stage = RecordedStage()
    monkeypatch.setattr(reports, "stage", stage, raising=False)
    folder = monitor.report(own)
    assert folder == project / "reports" / "preview" / "zeven"
    assert (folder / "report.html").read_text() == "rapport"
    region, area, rows = stage.calls[0]
    assert (region, area) == ("zeven", own.area)
    assert rows == len(own.tables.read("indicators", region_code="zeven"))
    assert "zeven" not in load_areas(project / "data" / "reference" / "areas.yaml")


def test_report_that_is_there_is_not_made_again(project, monkeypatch):
    stage = RecordedStage()
    monkeypatch.setattr(reports, "stage", stage, raising=False)
    made = monitor.report("Dordrecht")
    assert monitor.report("GM0505") == made == project / "reports" / "preview" / "GM0505"
    assert len(stage.calls) == 1
    edition = project / "reports" / "2026" / "GM0505"
    edition.mkdir(parents=True)
    (edition / "report.html").write_text("editie")
    assert monitor.report("GM0505") == edition


def test_report_of_another_vintage_lands_apart_and_says_its_vintage(tables, project, monkeypatch):
    stage = RecordedStage()
    monkeypatch.setattr(reports, "stage", stage, raising=False)
    other = dataclasses.replace(tables, vintage="live-2027-01-01")
    made = monitor.report("GM0505", other)
    assert made == project / "reports" / "preview-live-2027-01-01" / "GM0505"
    assert monitor.report("GM0505", other) == made
    assert [settings.vintage for settings in stage.settings] == ["live-2027-01-01"]
    assert monitor.report("GM0505") == project / "reports" / "preview" / "GM0505"
    assert [settings.vintage for settings in stage.settings] == ["live-2027-01-01", VINTAGE]


def test_report_shows_its_page_in_a_notebook(project):
    folder = ReportFolder(project)
    assert folder._repr_html_() is None
    page = "<html><head><title>Dordrecht &amp; meer</title></head><body lang='nl'>\"Banen\"</body></html>"
    (project / "report.html").write_text(page)
    frame = folder._repr_html_()
    assert 'title="Dordrecht &amp; meer"' in frame
    inside = re.search(r'srcdoc="([^"]*)"', frame)[1]
    assert html.unescape(inside) == page


def test_compare_gives_what_changed_between_two_vintages(tables):
    later = tables.read("observations")
    cell = later.index[later["value"].notna()][0]
    later.loc[cell, "value"] += 1
    new = dataclasses.replace(tables, vintage="live-2027", tables=tables.tables | {"observations": later})
    found = monitor.compare(tables, new)
    assert (found.old, found.new) == (VINTAGE, "live-2027")
    assert found.summary()[["change", "cells"]].to_numpy().tolist() == [["revised", 1]]


def test_sources_of_tables_are_those_of_their_vintage(own, project):
    assert monitor.sources(own.tables).attrs["vintage"] == VINTAGE


def test_example_fits_and_its_areas_add_up():
    example = monitor.example()
    assert example.fit.variance == pytest.approx(0.01855, abs=1e-5)
    assert example.areas["adjusted"].mean() == pytest.approx(example.areas["direct"].mean())
    found = example.diagnostics().set_index("what")["value"]
    assert abs(found["gemiddelde van de residuen"]) < 0.1
    assert 0.8 < found["spreiding van de residuen"] < 1.2
    assert found["loglikelihood"] == example.fit.loglik


def test_vintage_by_name_is_built_once(tables, project, monkeypatch):
    built = []

    def make(vintage, settings, folders):
        built.append(vintage)
        return tables

    monkeypatch.setattr(stages, "_make", make)
    for _ in range(2):
        rows = monitor.indicator("jobs_employees", "drechtsteden", 2009, VINTAGE)
        assert rows["value"].tolist() == [127_460]
    assert built == [VINTAGE]
    assert monitor.outlook("CR30", vintage=VINTAGE)["vintage"].eq(VINTAGE).all()
    stage = RecordedStage()
    monkeypatch.setattr(reports, "stage", stage, raising=False)
    folder = monitor.report("GM0642", VINTAGE)
    assert folder == project / "reports" / "preview" / "GM0642"
    assert stage.calls[0][2] == len(tables.read("indicators", region_code="GM0642"))


def test_overview_counts_what_the_vintage_holds(tables, project):
    assert monitor.vintages()["in_use"].tolist() == [False, True]
    assert len(monitor.sources(VINTAGE)) == monitor.vintages()["tables"].iloc[-1]
    covered = monitor.coverage("gemeente", tables).set_index(["indicator", "year"])
    assert covered.loc[("ww_recipients", 2021), "with_value"] == 342
    assert covered.loc[("ww_recipients", 2024), ["with_value", "missing"]].tolist() == [342, 0]
    assert (covered[["with_value", "suppressed", "missing"]].sum(axis=1) == covered["regions"]).all()
    assert "342" in monitor.coverage_table(vintage=tables).data.astype(str).to_numpy()


def test_tables_write_estimates_to_the_hundred_and_counts_as_published(tables):
    rows = monitor.indicator("jobs_employees", "drechtsteden", (2010, 2011), tables)
    shown = monitor.show(
        rows, {"year": "Jaar", "value": "Banen", "value_low": "Vanaf"}, title="Banen", years=["year"]
    )
    assert shown.data.to_numpy().tolist() == [
        ["2010", "123.520", "123.485"],  # seven gemeenten in tens
        ["2011", "127.900", "125.600"],
    ]
    assert shown.source.endswith(f"gegevens {VINTAGE}.")
