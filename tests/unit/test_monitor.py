"""The researchers' API on the embedded tables: published figures, marks that stay, names, files, errors that help."""

from __future__ import annotations

import dataclasses
import html
import inspect
import re
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import pipeline
from pipeline import Area, Monitor, MonitorError, MonitorWarning, previews, research, stages, store
from pipeline.folders import ROOT, ROOT_VARIABLE
from pipeline.models import comparison
from pipeline.models.series import one_basis
from pipeline.reference import ReferenceDataError, load_areas
from pipeline.region_names import plain
from pipeline.research.figure import ReportFolder, text_of
from pipeline.research.results import FEATURE_INDICATORS, chance_range
from pipeline.schemas import INDICATOR_UNITS, TABLES
from tests.conftest import VINTAGE

DRECHTSTEDEN = ["GM0482", "GM0505", "GM0523", "GM0531", "GM0590", "GM0610", "GM0642"]


@pytest.fixture(scope="module")
def m(tables) -> Monitor:
    return Monitor(tables)


# --- the door ---------------------------------------------------------------------------


def test_importing_the_api_imports_no_pandas():
    code = "import sys; from pipeline import Monitor; print({'pandas', 'matplotlib', 'geopandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_what_users_see_is_described():
    assert dir(pipeline) == sorted(pipeline.__all__)
    for owner in (Monitor, Area):
        for name, method in inspect.getmembers(
            owner, lambda one: inspect.isfunction(one) or isinstance(one, property)
        ):
            if not name.startswith("_"):
                assert (inspect.getdoc(method) or "").strip(), f"{owner.__name__}.{name} has no docstring"


def test_without_made_tables_the_error_names_the_command(tmp_path, monkeypatch):
    (tmp_path / "params.yaml").symlink_to(ROOT / "params.yaml")
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    with pytest.raises(store.StoreError, match="make monitor"):
        Monitor()
    with pytest.raises(store.StoreError, match="There is no vintage live-2030"):
        Monitor("live-2030")


def test_another_vintage_is_built_once_and_the_stored_one_is_read(tables, project, tmp_path, monkeypatch):
    built = []
    monkeypatch.setenv(ROOT_VARIABLE, str(project.root))
    # other tests of this run keep their builds in the project
    monkeypatch.setattr(stages, "_cached", lambda vintage, *rest: tmp_path / vintage)
    monkeypatch.setattr(stages, "_make", lambda vintage, *rest: built.append(vintage) or tables)
    assert Monitor(VINTAGE).indicator("jobs_employees", "drechtsteden", 2009)["value"].tolist() == [127_460]
    assert built == []
    for _ in range(2):
        Monitor("embedded-2026")
    assert built == ["embedded-2026"]


# --- rows -------------------------------------------------------------------------------


def test_jobs_of_an_area_are_the_published_sums(m):
    jobs = m.indicator("jobs_employees", "drechtsteden", [2009, 2010])
    assert jobs.set_index("year")["value"].to_dict() == {2009: 127_460, 2010: 123_520}
    assert set(jobs["status"]) == {"revised_provisional", "provisional"}
    assert jobs.attrs == {"unit": "jobs", "source": "81402ned", "vintage": VINTAGE}


def test_estimates_stay_marked_beside_what_was_published(m):
    jobs = m.indicator("jobs_employees", "drechtsteden", [2010, 2011])
    assert jobs["status"].tolist() == ["provisional", "estimate"]
    assert jobs["break_before"].tolist() == [False, True]
    estimate = jobs.iloc[1]
    assert estimate["value_low"] < estimate["value"] < estimate["value_high"]


@pytest.mark.parametrize("frequency", ["A", "Q", "M"])
def test_every_indicator_has_one_row_a_region_and_period(m, tables, frequency):
    held = tables.read("indicators", frequency=frequency, sector="total")
    for name in held[held["value"].notna()]["indicator"].unique():
        rows = m.indicator(name, frequency=frequency)
        assert not rows.duplicated(["region_code", "period"]).any(), name
        assert rows["unit"].eq(INDICATOR_UNITS[name]).all()


def test_a_basis_fills_the_time_before_a_longer_one_and_the_change_is_a_break():
    years = pd.to_datetime(["2008-01-01", "2009-01-01", "2009-01-01", "2010-01-01", "2011-01-01"])
    rows = pd.DataFrame({
        "region_code": "GM0505", "sector": "total", "age": "total", "frequency": "A", "period": years,
        "value": [1.0, 2.0, 5.0, 6.0, np.nan], "status": ["final", "final", "final", "final", "missing"],
        "basis": ["old", "old", "new", "new", "new"], "break_before": False,
    })  # fmt: skip
    joined = one_basis(rows)
    assert joined["value"].tolist()[:3] == [1.0, 5.0, 6.0]
    assert joined["break_before"].tolist() == [False, True, False, False]
    # a count stays where the newer basis has only an estimate
    estimated = one_basis(rows.assign(status=["final", "final", "estimate", "final", "missing"]))
    assert estimated["value"].tolist()[:3] == [1.0, 2.0, 6.0]


def test_every_basis_can_be_had_and_wide_is_one_row_a_region(m):
    every = m.indicator("unemployment_rate_pct", "NL01", bases=True)
    assert every.duplicated("period").any() and len(set(every["basis"])) > 1
    wide = m.indicator("population_count", kind="province", years=(2024, 2026), wide=True)
    assert wide.shape == (12, 3) and wide.columns.tolist() == [2024, 2025, 2026]
    with pytest.raises(MonitorError, match="leave bases=True out"):
        m.indicator("unemployment_rate_pct", "NL01", bases=True, wide=True)


@pytest.mark.parametrize(
    ("years", "expected"),
    [(2019, {2019}), ((2019, 2021), {2019, 2020, 2021}), ([2019, 2021], {2019, 2021})],
)
def test_years_may_be_one_a_span_or_a_list(m, years, expected):
    assert set(m.indicator("population_count", "NL01", years)["year"]) == expected


def test_missing_has_no_value_and_keeps_its_status(m):
    """One gemeente has no bijstand of 2021: CBS gave no share to compute it from."""
    rows = m.indicator("bijstand_recipients", years=2021)
    absent = rows[rows["value"].isna()]
    assert len(absent) and set(absent["status"]) <= {"missing", "suppressed"}
    assert rows[rows["value"].notna()]["status"].isin(["missing", "suppressed"]).sum() == 0


def test_sectors_say_what_can_be_asked_for(m):
    sectors = m.sectors()
    assert {"A", "O-Q", "total"} <= set(sectors["sector"])
    care = sectors[(sectors["sector"] == "O-Q") & (sectors["kind"] == "corop")].iloc[0]
    assert len(m.indicator("jobs_employees", kind="corop", sector="O-Q", years=int(care["last_year"]))) == 40


# --- names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("GM0505", "GM0505"), ("gm0505", "GM0505"), (505, "GM0505"), ("505", "GM0505"), ("dordrecht", "GM0505"),
        ("Den Haag", "GM0518"), ("'s-Gravenhage", "GM0518"), ("den bosch", "GM0796"), ("Sudwest Fryslan", "GM1900"),
        ("Fryslân", "PV21"), ("Hengelo", "GM0164"), ("Rijswijk", "GM0603"), ("Utrecht (provincie)", "PV26"),
        ("Utrecht (gemeente)", "GM0344"), ("drechtsteden", "drechtsteden"), ("am23", "AM23"), ("Nederland", "NL01"),
    ],
)  # fmt: skip
def test_a_region_is_found_by_the_name_that_people_have(m, asked, code):
    assert m.indicator("population_count", asked, 2026)["region_code"].tolist() == [code]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("GM0530", "GM1992"),
        ("Vianen", "GM1961"),
        ("Leerdam", "GM1961"),
        ("GM0788", "GM0824"),
        ("Haaren", "GM0824"),
    ],
)
def test_a_gemeente_that_is_gone_gives_its_successor_and_says_so(m, asked, code):
    with pytest.warns(MonitorWarning, match="is gone"):
        assert m.indicator("population_count", asked, 2026)["region_code"].tolist() == [code]


def test_old_codes_get_their_successors_and_shares(m):
    found = m.current(pd.Series(["GM0530", "GM0788", "GM0505"]), year=2015)
    assert found.groupby("asked")["share"].sum().round(3).eq(1).all()
    assert found[found["asked"] == "GM0788"]["region_name"].tolist() == [
        "Oisterwijk",
        "Vught",
        "Boxtel",
        "Tilburg",
    ]
    assert found[found["asked"] == "GM0530"]["gone_since"].tolist() == ["2023-01-01"]
    with pytest.raises(MonitorError, match="was gone in 2024"):
        m.current("GM0530", 2024)


def test_names_without_signs_are_one():
    assert plain("Súdwest-Fryslân") == plain("sudwest fryslan")


# --- questions without an answer --------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda m: m.indicator("jobs_employes"), "nearest: jobs_employees"),
        (lambda m: m.indicator("banen"), "nearest: jobs_employees (Banen van werknemers), jobs_all ("),
        (lambda m: m.indicator(505), "There is no indicator 505"),
        (lambda m: m.indicator("jobs_employees", [5.5]), "Region 5.5 is float"),
        (lambda m: m.indicator("jobs_employees", frequency="Y"), "no frequency 'Y'; there are: A, M, Q"),
        (lambda m: m.indicator("jobs_employees", sector="ZZ"), "no sector of jobs_employees 'ZZ'"),
        (lambda m: m.indicator("jobs_employees", "GM0505", sector="O-Q"), "annual by sector 2008-2024 (corop 40"),
        (lambda m: m.indicator("jobs_employees", years=2050), "It has: annual by sector 2008-2024"),
        (lambda m: m.indicator("population_count", age="nope"), "no age of population_count 'nope'"),
        (lambda m: m.indicator("jobs_employees", kind="dorp"), "no kind of region 'dorp'"),
        (lambda m: m.indicator("jobs_employees", years="2020"), "'2020' is text"),
        (lambda m: m.indicator("jobs_employees", years=2020.0), "2020.0 is float; give a year as a whole number"),
        (lambda m: m.indicator("jobs_employees", years=[]), "leave years out"),
        (lambda m: m.indicator("jobs_employees", years=True), "True is bool"),
        (lambda m: m.indicator("population_count", "NL01", (2024, 2010)), "ends before it starts"),
        (lambda m: m.indicator("population_count", "Dordrect"), "GM0505 (Dordrecht)"),
        (lambda m: m.indicator("population_count", "Vianenn"), "nearest: GM0620 (gone)"),
        (lambda m: m.indicator("population_count", "Utrecht"), "GM0344 (Utrecht, gemeente)"),
        (lambda m: m.indicator("population_count", "Friesland"), "PV21 (Fryslân, province)"),
        (lambda m: m.indicator("population_count", "Bergen"), "GM0893 (Bergen (L.), gemeente)"),
        (lambda m: m.indicator("population_count", []), "leave regions out"),
        (lambda m: Monitor(2026), "vintage=2026 is int"),
        (lambda m: m.coverage("dorp"), "no kind of region 'dorp'"),
        (lambda m: m.regions("dorp"), "no kind of region 'dorp'; there are: "),
        (lambda m: m.table("indicator"), "no stored table 'indicator'; there are: "),
        (lambda m: m.borders(year=2015), "There are borders of 2026, not of 2015"),
        (lambda m: m.chart("unemployment_rate_pct", "GM0505"), "annual 2003-2025"),
        (lambda m: m.chart("population_count", DRECHTSTEDEN), "7 regions; one to 6 lines"),
        (lambda m: m.map("ww_recipients", 1999), "years with figures: 2015, 2020, 2021, 2024"),
        (lambda m: m.outlook(), "Give a region"),
        (lambda m: m.chance("CR30"), "one of the two"),
        (lambda m: m.chance("CR30", jobs=1000, pct=5), "one of the two"),
        (lambda m: m.chance("CR30", jobs="1000"), "jobs is text"),
        (lambda m: m.chance("CR30", jobs=1000, by="2030"), "by is text"),
        (lambda m: m.chance("CR30", pct=5_000), "pct is 5000"),
        (lambda m: m.chance("CR30", jobs=[np.nan], by=2030), "jobs is nan"),
        (lambda m: m.chance("CR30", jobs=[]), "No jobs given"),
        (lambda m: m.chance("CR30", jobs=1, by=[2027.5]), "2027.5 is float"),
        (lambda m: m.chance("CR30", jobs=1000, by=2040), "2025 to 2030, not for 2040"),
        (lambda m: m.chance("CR30", jobs=1000, baseline=1999), "it has 2010-2024"),
        (lambda m: m.chance("GM0505", jobs=1000, by=2030), "Ask for a COROP"),
        (lambda m: m.shift_share("drechtsteden"), "Regions that have one: CR01, "),
        (lambda m: m.similar("NL01"), "NL01 is not compared with other regions"),
        (lambda m: m.targets("GM0505", "banen"), "GM0505 has no target 'banen'"),
        (lambda m: m.jobs_chart("CR30", until=2010), "until=2010 is not a year of the outlook"),
        (lambda m: m.jobs_chart("drechtsteden", baseline=1950), "no baseline_year 1950"),
        (lambda m: m.trace({"region_code": "GM0505"}), "has no indicator"),
        (lambda m: m.export(m.regions(), "x.pdf"), "use .csv, .xlsx, .parquet, .dta, .sav"),
        (lambda m: m.export(m.regions(), "x.gpkg"), "cannot write .gpkg"),
        (lambda m: m.export({"a": 1}, "x.csv"), "dict cannot be exported"),
        (lambda m: m.area("Dordrecht"), "give a list of gemeenten"),
        (lambda m: m.area(["Dordrecht"], "Drechtsteden"), "choose another name or key"),
        (lambda m: m.area(["Dordrecht"], key="Mijn Gebied"), "cannot be the key"),
        (lambda m: m.area(["Dordrect"], "Mijn gebied"), "GM0505 (Dordrecht)"),
    ],
)  # fmt: skip
def test_a_question_without_an_answer_says_what_can_be_asked(m, ask, words):
    with pytest.raises(MonitorError, match=re.escape(words)):
        ask(m)


def test_a_gemeente_named_twice_is_refused(m):
    with pytest.raises(ReferenceDataError, match="listed more than once: GM0505"):
        m.area(["Dordrecht", "GM0505"], "X-gebied")


def test_gemeenten_that_became_one_are_that_one_in_an_area(m):
    with pytest.warns(MonitorWarning):
        area = research.areas.define(["Vianen", "Leerdam", "Houten"], "Oud", None, m._tables, m._names)
    assert [member.code for member in area.members] == ["GM1961", "GM0321"]


# --- every frame ------------------------------------------------------------------------

#: Methods that give figures, and those that list what there is.
VALUES = {
    "indicator": lambda m: m.indicator("jobs_employees", "drechtsteden"),
    "outlook": lambda m: m.outlook("CR30"),
    "targets": lambda m: m.targets("drechtsteden"),
    "chance": lambda m: m.chance("CR30", jobs=1000, by=2030),
    "shift_share": lambda m: m.shift_share("CR30"),
    "similar": lambda m: m.similar("GM0505"),
    "youth": lambda m: m.youth("drechtsteden"),
}
LISTS = {
    "sources": lambda m: m.sources(),
    "regions": lambda m: m.regions(),
    "indicators": lambda m: m.indicators(),
    "sectors": lambda m: m.sectors(),
    "coverage": lambda m: m.coverage(),
    "table": lambda m: m.table("links"),
}


@pytest.mark.parametrize("name", [*VALUES, *LISTS])
def test_every_table_says_its_unit_source_and_vintage(m, name):
    frame = (VALUES | LISTS)[name](m)
    assert len(frame) and set(frame.attrs) == {"unit", "source", "vintage"}
    assert all(isinstance(words, str) and words for words in frame.attrs.values())
    assert frame.attrs["vintage"] == VINTAGE
    if name in VALUES:
        columns = frame[["unit", "status", "source", "vintage"]]
        assert columns.map(lambda words: isinstance(words, str)).all(axis=None)
        held = frame[frame["status"] != "missing"] if name != "targets" else frame
        assert held[["unit", "source", "vintage"]].ne("").all(axis=None)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".dta", ".sav"])
def test_a_frame_is_written_for_other_tools(m, tmp_path, monkeypatch, suffix):
    rows = m.indicator("population_count", "GM0505")  # before the root moves: names are read once
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    target = m.export(rows, f"inwoners{suffix}")
    assert target == tmp_path / "reports" / "export" / f"inwoners{suffix}"
    readers = {
        ".csv": pd.read_csv,
        ".xlsx": pd.read_excel,
        ".parquet": pd.read_parquet,
        ".dta": pd.read_stata,
        ".sav": pd.read_spss,
    }
    again = readers[suffix](target)
    assert again["value"].tolist() == rows["value"].tolist()
    assert {"unit", "status", "source", "vintage"} <= set(again)


@pytest.mark.parametrize(("suffix", "read"), [(".dta", pd.read_stata), (".sav", pd.read_spss)])
def test_what_stata_and_spss_cannot_name_gets_a_name_they_can(m, tmp_path, suffix, read):
    frame = m.indicator("ww_recipients", ["Súdwest-Fryslân"], kind=None, wide=True)
    again = read(
        m.export(frame.assign(**{"per 1.000": None}).astype({"per 1.000": float}), tmp_path / f"a{suffix}")
    )
    assert again["region_name"].tolist() == ["Súdwest-Fryslân"]
    assert again["per_1_000"].isna().all() and again["y2024"].tolist() == frame[2024].tolist()


def test_borders_merge_with_figures_and_go_to_a_map_program(m, tmp_path):
    rows = m.indicator("ww_per_1000_residents", kind="gemeente", years=2024)
    joined = m.borders("gemeente", crs=4326).merge(rows, on="region_code", validate="one_to_one")
    assert isinstance(joined, gpd.GeoDataFrame) and joined.crs == 4326 and len(joined) == 342
    again = gpd.read_file(m.export(joined, tmp_path / "ww.gpkg"))
    assert again["value"].tolist() == joined["value"].tolist()
    provinces = m.borders("province")
    assert len(provinces) == 12 and provinces.area.sum() == pytest.approx(m.borders().area.sum())


# --- back to the source -----------------------------------------------------------------


def test_a_sum_goes_back_to_the_cells_of_its_gemeenten(m):
    found = m.trace(m.indicator("jobs_employees", "drechtsteden", 2015).iloc[0])
    assert sorted(found["region_code"]) == DRECHTSTEDEN and found["value"].sum() == 125_500
    assert found["cell"].str.contains("RegioS=GM").all() and set(found["table_id"]) == {"70072ned"}


def test_a_traced_cell_stands_in_the_file_with_its_hash(m):
    row = m.trace(m.indicator("population_count", "GM0505", 2026).iloc[0]).iloc[0]
    path = ROOT / "data" / "raw" / VINTAGE / row["file"]
    assert store.sha256_of(path.read_bytes()) == row["sha256"]
    raw = pd.read_csv(path, dtype=str)
    for part in row["cell"].split("; "):
        column, code = part.split("=")
        raw = raw[raw[column] == code]
    assert raw["value"].astype(float).tolist() == [row["value"]]


def test_an_estimate_names_the_tables_it_rests_on_and_a_ratio_both_its_counts(m):
    estimate = m.trace(m.indicator("jobs_employees", "drechtsteden", 2024).iloc[0])
    assert set(estimate["table_id"]) == {"70072ned", "83582NED"}
    assert estimate[estimate["table_id"] == "83582NED"]["region_code"].tolist() == ["CR30"]
    ratio = m.trace(m.indicator("ww_per_1000_residents", "GM0505", 2024).iloc[0])
    assert set(ratio["indicator"]) == {"ww_recipients", "population_count"}


# --- charts -----------------------------------------------------------------------------


def test_chart_keeps_what_was_counted_otherwise_apart(m):
    figure = m.chart("jobs_employees", "drechtsteden")
    assert "147.200 (2024, raming)" in figure.drawing.svg
    assert figure.alt.startswith(
        "Drechtsteden, voor de breuk van 2011: 2008 128.270; 2009 127.460; 2010 123.520."
    )
    assert "83582NED" in figure.source and "81402ned" in figure.source and VINTAGE in figure.source
    held = figure.data.set_index("year")["status"]
    assert held.index.is_unique
    assert (held[2010], held[2011], held[2015], held[2024]) == (
        "provisional",
        "estimate",
        "published",
        "estimate",
    )
    assert len(set(figure.data["source"])) > 1  # each number has its own


def test_chart_of_a_gemeente_stops_where_counting_stops(m):
    figure = m.chart("jobs_employees", "GM0505")
    assert set(figure.data["year"]) == {2008, 2009, 2010, 2015}
    assert "estimate" not in set(figure.data["status"])


def test_several_regions_have_their_names_at_their_lines(m):
    figure = m.chart("population_count", ["GM0505", "GM0642", "GM0590"], (2019, 2026))
    for name in ("Dordrecht", "Zwijndrecht", "Papendrecht"):
        assert f"{name}: " in figure.drawing.svg
    assert "juni 2026 3,8" in m.chart("unemployment_rate_pct", "NL01", frequency="M").alt


def test_a_figure_is_named_by_its_words_and_shares_no_ids(m):
    figure = m.chart("population_count", ["GM0505", "GM0642"])
    page = figure.html()
    assert re.search(r'<svg[^>]* role="img" aria-label="([^"]+)"', page)[1] == html.escape(figure.alt)
    ids = re.findall(r'\bid="([^"]+)"', m.map("bijstand_per_1000_residents", 2021).html(fonts=False))
    assert ids and all(name.startswith("mensen-met-bijstand-per-1-000-inwoners-op") for name in ids)
    assert "@font-face" in page and "@font-face" not in figure.html(fonts=False)


@pytest.mark.parametrize(
    ("suffix", "start"),
    [(".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF"), (".csv", b"region_code")],
)
def test_a_figure_is_saved_as(m, tmp_path, suffix, start):
    figure = m.chart("population_count", "GM0505")
    assert figure.save(tmp_path / f"figuur{suffix}").read_bytes().startswith(start)


def test_a_number_is_rounded_no_further_than_its_margin():
    row = {
        "value": 1_123.4,
        "unit": "jobs",
        "status": "estimate",
        "value_low": 1_110.0,
        "value_high": 1_137.0,
    }
    assert text_of(row) == "1.120"
    assert text_of(row | {"value_low": 500.0, "value_high": 1_700.0}) == "1.100"
    assert text_of(row | {"status": "final"}) == "1.123"
    assert text_of(row | {"value": np.nan, "status": "suppressed"}) == "afgeschermd door CBS"


def test_map_leaves_gemeenten_without_a_figure_empty(m):
    figure = m.map("bijstand_per_1000_residents", 2021)
    assert "341 van 342 gemeenten hebben een cijfer" in figure.unit
    assert figure.data["value"].notna().sum() == 341 and len(figure.data) == 342


def test_every_indicator_with_own_figures_has_a_map_of_its_latest_year(m, tables):
    held = tables.read("indicators", frequency="A", sector="total")
    held = held[held["region_code"].str.startswith("GM") & held["value"].notna()]
    held = held[held["method"] != "share_of_corop"].sort_values("year", kind="stable")
    latest = held.drop_duplicates("indicator", keep="last")
    assert len(latest) >= 17
    for row in latest.itertuples():
        figure = m.map(row.indicator, row.year, row.region_code)
        assert figure.data["value"].tolist() == [row.value], row.indicator


def test_bars_stand_beside_each_other_in_one_year(m):
    figure = m.bars("ww_per_1000_residents", ["GM0505", *m.similar("GM0505")["similar_code"], "NL01"])
    assert len(figure.data) == 7 and len(set(figure.data["year"])) == 1


# --- jobs, targets, chances -------------------------------------------------------------


def test_targets_are_24_readings_of_which_one_is_chosen(m):
    grid = m.targets("drechtsteden", "extra-arbeidsplaatsen")
    assert len(grid) == 24 and len(grid.drop_duplicates(["baseline_year", "deadline_year"])) == 8
    assert set(grid["definition_title"]) == {
        "Arbeidsplaatsen (LISA)",
        "Banen volgens UWV",
        "Banen van werknemers",
    }
    assert grid[grid["deadline_year"] == 2040]["chance"].eq("geen kans").all()
    chosen = grid[grid["is_chosen"]].iloc[0]
    assert (chosen["baseline_year"], chosen["deadline_year"], round(chosen["target_value"], -2)) == (
        2018,
        2030,
        165_500,
    )
    assert chosen["chance"] == "20 tot 25\u00a0%"


def test_jobs_chart_follows_the_reading_asked_for(m):
    assert "het doel: 165.500 in 2030" in m.jobs_chart("drechtsteden").drawing.svg
    assert "het doel: 177.200 in 2030" in m.jobs_chart("drechtsteden", baseline=2024).drawing.svg
    assumed = m.jobs_chart("drechtsteden", definition="banen-uwv")
    assert "het doel: 162.000 in 2030" in assumed.drawing.svg
    assert set(assumed.data["status"]) == {"estimate", "target"}
    assert "doel" not in m.jobs_chart("CR30").drawing.svg


def test_chance_is_that_of_the_stored_target(m):
    ours = m.chance("drechtsteden", jobs=30_000, by=2030, baseline=2018).iloc[0]
    stored = m.targets("drechtsteden")
    stored = stored[stored["is_chosen"] & (stored["indicator"] == "jobs_employees")].iloc[0]
    for column in ("probability", "probability_low", "probability_high"):
        assert ours[column] == pytest.approx(stored[column], abs=1e-9)


def test_chance_of_per_cents_counts_from_the_last_figure_and_says_so(m):
    five = m.chance("drechtsteden", pct=5)
    assert set(five["baseline_year"]) == {2024} == set(five["latest_year"])
    assert five["year"].tolist() == [*range(2025, 2031)]
    assert np.allclose(five["jobs"], 0.05 * five["baseline"])
    both = m.chance("drechtsteden", pct=[0, 5], by=2030)
    assert both["pct"].tolist() == [0, 5] and both["probability"].is_monotonic_decreasing


def test_chance_falls_as_the_goal_grows_and_is_the_same_each_time(m):
    rows = m.chance("CR30", jobs=[5_000, 15_000, 30_000], by=2030, baseline=2018)
    assert rows["probability"].is_monotonic_decreasing
    again = m.chance("CR30", jobs=15_000, by=2030, baseline=2018)
    pd.testing.assert_frame_equal(rows.iloc[[1]].reset_index(drop=True), again, check_exact=True)


def test_chances_are_ranges_of_5_points():
    assert chance_range(0.249, 0.216) == "20 tot 25\u00a0%"
    assert chance_range(0.001, 0.01) == "hoogstens 5\u00a0%"
    assert chance_range(0.999, 0.97) == "minstens 95\u00a0%"
    assert chance_range(float("nan"), 0.2) == "geen kans"


# --- comparisons ------------------------------------------------------------------------


def test_shift_share_refuses_years_with_a_reason(m):
    rows = m.shift_share("CR30")
    assert rows[rows["refused"] != ""]["total"].isna().all()
    kept = rows[rows["refused"] == ""]
    parts = kept[["national", "industry_mix", "competitive"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(kept["total"].to_numpy(), abs=1e-6)
    assert "+12.500 banen" in m.shift_share_chart("CR30").title


def test_similar_regions_have_names_and_no_self(m):
    rows = m.similar("GM0505")
    assert rows["rank"].tolist() == [1, 2, 3, 4, 5]
    assert "GM0505" not in set(rows["similar_code"]) and rows["similar_name"].ne("").all()


def test_every_feature_of_a_comparison_has_its_indicators(tables):
    assert set(FEATURE_INDICATORS) == set(comparison.features(tables.read("indicators")).columns)
    assert {name for names in FEATURE_INDICATORS.values() for name in names} <= set(INDICATOR_UNITS)


def test_youth_says_how_each_number_was_made(m):
    rows = m.youth("drechtsteden")
    assert set(rows["region_code"]) == {"drechtsteden", *DRECHTSTEDEN}
    rows = rows[rows["indicator"] == "youth_registered_jobseekers"]
    assert len(rows) and set(rows["evidence"]) == {"published"}
    assert (rows["value_low"] <= rows["value"]).all() and (rows["value"] <= rows["value_high"]).all()


def test_compare_gives_what_changed_between_two_vintages(m, tables):
    later = tables.read("observations")
    cell = later.index[later["value"].notna()][0]
    later.loc[cell, "value"] += 1
    new = Monitor(
        dataclasses.replace(tables, vintage="live-2027", tables=tables.tables | {"observations": later})
    )
    found = m.compare(new)
    assert (found.old, found.new) == (VINTAGE, "live-2027")
    assert found.summary()[["change", "cells"]].to_numpy().tolist() == [["revised", 1]]


def test_overview_counts_what_the_vintage_holds(m):
    vintages = m.vintages().set_index("vintage")
    assert vintages["in_use"].to_dict() == {"embedded-2026": False, VINTAGE: True}
    assert len(m.sources()) == vintages.loc[VINTAGE, "tables"]
    covered = m.coverage().set_index(["indicator", "year"])
    assert covered.loc[("ww_recipients", 2024), ["with_value", "missing"]].tolist() == [342, 0]
    assert (covered[["with_value", "suppressed", "missing"]].sum(axis=1) == covered["regions"]).all()


# --- own areas --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seven(m) -> Area:
    names = ["Dordrecht", "Zwijndrecht", "Papendrecht", "Sliedrecht", "GM0482", "GM0531", "GM0523"]
    return m.area(names, "Zeven gemeenten", "zeven")


@pytest.mark.parametrize("table", ["indicators", "job_estimates", "outlook", "contributions", "youth"])
def test_own_area_gets_the_figures_of_the_same_area_in_the_file(m, seven, table):
    key = list(TABLES[table].key)
    mine = seven.table(table, region_code="zeven").assign(region_code="drechtsteden")
    stored = m.table(table, region_code="drechtsteden")
    assert len(stored)
    # one is made from stored tables, whose variances have six decimals, the other before they were written
    pd.testing.assert_frame_equal(
        mine.sort_values(key, ignore_index=True),
        stored.sort_values(key, ignore_index=True),
        rtol=1e-5,
        atol=1e-5,
    )


def test_own_area_leaves_the_other_rows_alone(m, seven):
    for name in ("indicators", "outlook", "members", "youth", "targets"):
        others = seven.table(name)
        others = others[others["region_code"] != "zeven"].reset_index(drop=True)
        pd.testing.assert_frame_equal(others, m.table(name))
    assert "zeven" not in set(m.regions()["region_code"])


def test_an_area_answers_about_itself_and_about_others(m, seven):
    assert set(seven.indicator("population_count")["region_code"]) == {"zeven"}
    assert seven.members["gm_code"].tolist() == DRECHTSTEDEN
    assert len(seven.indicator("population_count", kind="province", years=2026)) == 12
    mine, theirs = (
        seven.chance(jobs=30_000, by=2030, baseline=2018),
        m.chance("drechtsteden", jobs=30_000, by=2030, baseline=2018),
    )
    assert mine["probability"].tolist() == pytest.approx(theirs["probability"].tolist(), abs=2e-3)
    assert set(seven.map("ww_per_1000_residents", 2024).data["region_code"]) == set(DRECHTSTEDEN)
    assert seven.similar()["rank"].tolist() == [1, 2, 3, 4, 5]


def test_a_larger_region_stands_for_its_gemeenten(m):
    area = research.areas.define(["CR30", "Vlaardingen"], "Groot", None, m._tables, m._names)
    assert [member.code for member in area.members] == [
        *m.table("members", region_code="CR30")["gm_code"],
        "GM0622",
    ]


# --- reports ----------------------------------------------------------------------------


class RecordedStage:
    """Stands in for the report stage: writes a page, and keeps what it was given."""

    def __init__(self):
        self.calls = []

    def run_preview(self, region, settings, folders):
        areas = load_areas(folders.reference / "areas.yaml")
        rows = store.read("indicators", folders, region_code=region)
        self.calls.append((region, settings.vintage, areas.get(region), len(rows)))
        target = folders.reports / "preview" / region
        target.mkdir(parents=True)
        (target / "report.html").write_text("rapport")


@pytest.fixture
def stage(project, tmp_path, monkeypatch) -> RecordedStage:
    for name in ("data", "params.yaml"):
        (tmp_path / name).symlink_to(project.root / name)
    (tmp_path / "reports").mkdir()
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    recorded = RecordedStage()
    monkeypatch.setattr(previews, "stage", recorded)
    return recorded


def test_report_of_an_own_area_is_made_from_tables_that_hold_it(seven, stage, tmp_path):
    assert seven.report() == tmp_path / "reports" / "preview" / "zeven"
    ((region, vintage, area, rows),) = stage.calls
    assert (region, vintage, area.name) == ("zeven", VINTAGE, "Zeven gemeenten")
    assert rows == len(seven.table("indicators", region_code="zeven"))
    assert "zeven" not in load_areas(tmp_path / "data" / "reference" / "areas.yaml")


def test_report_that_is_there_is_not_made_again(m, stage, tmp_path):
    made = m.report("Dordrecht")
    assert m.report("GM0505") == made == tmp_path / "reports" / "preview" / "GM0505"
    assert len(stage.calls) == 1
    edition = tmp_path / "reports" / "2026" / "GM0505"
    edition.mkdir(parents=True)
    (edition / "report.html").write_text("editie")
    assert m.report("GM0505") == edition


def test_report_of_another_vintage_lands_apart_and_says_its_vintage(m, tables, stage, tmp_path):
    other = Monitor(dataclasses.replace(tables, vintage="live-2027-01-01"))
    made = other.report("GM0505")
    assert made == tmp_path / "reports" / "preview-live-2027-01-01" / "GM0505" == other.report("GM0505")
    assert m.report("GM0505") == tmp_path / "reports" / "preview" / "GM0505"
    assert [call[1] for call in stage.calls] == ["live-2027-01-01", VINTAGE]


def test_report_shows_its_page_in_a_notebook(tmp_path):
    folder = ReportFolder(tmp_path)
    assert folder._repr_html_() is None
    page = "<html><head><title>Dordrecht &amp; meer</title></head><body lang='nl'>\"Banen\"</body></html>"
    (tmp_path / "report.html").write_text(page)
    frame = folder._repr_html_()
    assert 'title="Dordrecht &amp; meer"' in frame
    assert html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1]) == page
