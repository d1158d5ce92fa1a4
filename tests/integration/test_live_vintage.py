"""A live-shaped vintage, pulled over HTTP from a synthetic country, becomes a whole monitor."""

from __future__ import annotations

import subprocess

import numpy as np
import pandas as pd
import papermill
import pytest

from pipeline import Monitor, stages, store
from pipeline.explore import indicators, interact, regions
from pipeline.folders import ROOT, ROOT_VARIABLE
from pipeline.reports.stage import make_report
from pipeline.tidy import stage as tidy_stage
from pipeline.tidy.jobs import NEW
from pipeline.tidy.labour_force import BASIS_BEFORE, BASIS_SINCE
from tests.integration.live import VINTAGE, Project, make_live_project, pull, start_project
from tests.loopback.world import DRECHTSTEDEN, World

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture(scope="module")
def pulled(tmp_path_factory) -> Project:
    return make_live_project(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def live(pulled) -> stages.Tables:
    return pulled.build()


def jobs(tables: stages.Tables, *regions: str) -> pd.DataFrame:
    """Employee jobs in total on the basis of the new table; of all regions when none is given."""
    rows = tables.read("indicators", indicator="jobs_employees", sector="total", basis=NEW)
    rows = rows[rows["value"].notna()]
    return rows[rows["region_code"].isin(regions)] if regions else rows


# --- the pull -----------------------------------------------------------------------------------


def test_what_was_not_there_is_in_the_manifest_with_its_reason(pulled):
    absent = {entry.table_id: entry for entry in pulled.manifest.absent}
    editions = {"82208NED", "83360NED", "83524NED", "83933NED", "84469NED"}
    not_served = {"70072ned", "85481NED", "83628NED", "86276NED"}
    assert set(absent) == editions | not_served
    assert all("status 404" in e.reason and "Next step" in e.reason for e in absent.values())
    assert {absent[table_id].need for table_id in editions} == {"unemployment"}


def test_an_edition_that_the_catalogue_does_not_know_is_found_by_its_title(pulled):
    assert "86300NED" in {entry.table_id for entry in pulled.manifest.tables}


def test_both_ways_to_cbs_bring_the_same_observations(pulled, tmp_path):
    other = start_project(tmp_path / "v4")
    pull(other, World(2026), transport="v4")
    made = []
    for folders in (pulled.folders, other.folders):
        parts = [read(store.Vintage(folders.raw / VINTAGE)) for read in tidy_stage._READERS[:-1]]
        key = ["source", "region_code", "indicator", "sector", "age", "frequency", "period", "basis"]
        frame = pd.concat([part for part in parts if len(part)], ignore_index=True)
        made.append(frame.sort_values(key, ignore_index=True).drop(columns="note"))
    by_v3, by_v4 = made
    # v3 tells nothing of the finality of a table whose periods carry no mark
    stated = by_v3["status"] != "published"
    pd.testing.assert_frame_equal(by_v3[stated], by_v4[stated])
    pd.testing.assert_frame_equal(by_v3.drop(columns="status"), by_v4.drop(columns="status"))
    assert (by_v3["status"] == "suppressed").sum() > 100


# --- jobs ------------------------------------------------------------------------------------------


def test_every_gemeente_and_area_has_published_jobs_and_no_share_estimate_is_left(live):
    rows = jobs(live)
    regions = live.read("regions")["region_code"]
    assert set(rows["region_code"]) == set(regions)
    assert not rows["method"].eq("share_of_corop").any()
    last = rows[rows["year"] == 2025]
    assert set(last["status"]) == {"provisional"} and len(last) == len(regions)
    assert set(rows.loc[rows["year"] == 2024, "status"]) == {"revised_provisional"}
    unsplit = rows[rows["region_code"].isin([*DRECHTSTEDEN, "drechtsteden", "AM23"]) & (rows["year"] < 2024)]
    assert set(unsplit["status"]) == {"final"}


def test_an_area_is_the_sum_of_its_published_gemeenten(live):
    area = jobs(live, "drechtsteden").set_index("year")["value"]
    parts = jobs(live, *DRECHTSTEDEN).groupby("year")["value"].sum()
    pd.testing.assert_series_equal(area, parts, check_names=False)
    assert list(area.index) == list(range(2010, 2026))


def test_jobs_of_then_are_carried_to_the_borders_of_now(live):
    """Molenlanden has a series from 2010, made of the two gemeenten that became it in 2019."""
    made = jobs(live, "GM1978").set_index("year")
    then = live.read("observations", indicator="jobs_employees", sector="total", source=NEW, year=2015)
    parts = then[then["region_code"].isin(["GM0689", "GM1927"])]["value"]
    assert len(parts) == 2 and made.loc[2015, "value"] == parts.sum()
    assert made.loc[2015, "method"] == "to_current_borders" and made.loc[2015, "status"] == "final"


def test_the_nation_holds_the_jobs_without_a_region_and_a_corop_is_as_published(live):
    published = live.read("observations", indicator="jobs_employees", sector="total", source=NEW, year=2025)
    published = published.set_index("region_code")["value"]
    made = jobs(live).query("year == 2025").set_index("region_code")["value"]
    assert made["NL01"] == published["NL01"]
    corops = [code for code in made.index if code.startswith("CR")]
    pd.testing.assert_series_equal(made[corops], published[corops], check_names=False)
    gemeenten = [code for code in made.index if code.startswith("GM")]
    assert 0.001 < 1 - made[gemeenten].sum() / made["NL01"] < 0.004


def test_contributions_add_up_to_the_change_of_the_area(live):
    parts = live.read("contributions", region_code="drechtsteden", source=NEW)
    assert set(parts["gm_code"]) == set(DRECHTSTEDEN)
    assert set(zip(parts["first_year"], parts["last_year"], strict=True)) == {(2010, 2025)}
    area = jobs(live, "drechtsteden").set_index("year")["value"]
    assert parts["change"].sum() == pytest.approx(area[2025] - area[2010])


def test_a_year_in_which_a_border_or_the_books_moved_gets_no_shift_share(live):
    table = live.read("shift_share", source=NEW)
    done = table[table["refused"] == ""]
    assert table["region_code"].nunique() == 40 and done["total"].notna().all()
    effects = done[["national", "industry_mix", "competitive"]].sum(axis=1)
    np.testing.assert_allclose(effects, done["total"], atol=1e-5)  # jobs; each term is kept in six decimals
    assert {2019} <= set(table[(table["region_code"] == "CR30") & (table["refused"] != "")]["year"])


# --- the researcher's API ------------------------------------------------------------------------------

QUESTIONS = {
    "sources": lambda m: m.sources(),
    "regions": lambda m: m.regions("area"),
    "indicators": lambda m: m.indicators(),
    "coverage": lambda m: m.coverage(),
    "sectors": lambda m: m.sectors(),
    "indicator": lambda m: m.indicator("jobs_employees", "Dordrecht", (2018, 2025)),
    "chart": lambda m: m.chart("jobs_employees", ["GM0505", "drechtsteden"]),
    "map": lambda m: m.map("unemployment_rate_pct", 2025, "drechtsteden"),
    "outlook": lambda m: m.outlook("GM0505"),
    "targets": lambda m: m.targets("drechtsteden"),
    "jobs_chart": lambda m: m.jobs_chart("drechtsteden"),
    "chance": lambda m: m.chance("GM0505", jobs=1_000, by=2028),
    "shift_share_chart": lambda m: m.shift_share_chart("CR30"),
    "bars": lambda m: m.bars("ww_per_1000_residents", ["GM0505", *m.similar("GM0505")["similar_code"]]),
    "youth": lambda m: m.youth("drechtsteden"),
}


@pytest.fixture(scope="module")
def by_name(pulled, live) -> Monitor:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ROOT_VARIABLE, str(pulled.folders.root))
        yield Monitor(VINTAGE)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_to_the_live_vintage_by_name_has_an_answer(by_name, name):
    answer = QUESTIONS[name](by_name)
    if isinstance(answer, pd.DataFrame):
        assert len(answer) and answer.attrs["vintage"] == VINTAGE
    else:
        assert VINTAGE in answer.source


def test_controls_on_the_live_vintage_show_an_answer(by_name):
    box = interact(
        by_name.map, name=indicators(by_name), year=[2025], regions=regions(by_name, "drechtsteden")
    )
    assert 'role="img"' in box.children[-1].value


def test_an_own_area_of_the_live_vintage_has_its_sources_and_its_figures(by_name):
    own = by_name.area(["Dordrecht", "Zwijndrecht"], "Twee")
    assert own.sources().attrs["vintage"] == VINTAGE
    assert own.indicator("jobs_employees", years=2025)["value"].notna().all()
    assert own.chance(pct=1, by=2028)["probability"].notna().all()


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("00_start", {}),
        ("01_bronnen_en_kwaliteit", {}),
        ("02_werkloosheid", {"map_year": 2025}),
        ("03_banen_en_groeiagenda", {}),
    ],
)
def test_a_notebook_runs_on_the_live_vintage(name, parameters, pulled, live, tmp_path, monkeypatch):
    monkeypatch.setenv(ROOT_VARIABLE, str(pulled.folders.root))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    papermill.execute_notebook(
        str(ROOT / "notebooks" / "exploratory" / f"{name}.ipynb"),
        str(tmp_path / f"{name}.ipynb"),
        parameters={"vintage": VINTAGE} | parameters,
        cwd=str(tmp_path),
        progress_bar=False,
    )


# --- outlook and targets -----------------------------------------------------------------------------


def test_every_region_is_fitted_on_its_own_published_series(live):
    outlook = live.read("outlook")
    assert outlook["own_series"].all()
    assert set(outlook["region_code"]) == set(live.read("regions")["region_code"])
    assert set(outlook["last_year"]) == {2025}


def test_a_target_on_a_published_series_has_a_chance_without_level_error(live):
    grid = live.read("targets", target="extra-arbeidsplaatsen", definition="banen-van-werknemers")
    judged = grid[grid["probability"].notna()]
    assert sorted(judged["baseline_year"]) == [2017, 2018, 2019, 2024]
    assert set(judged["deadline_year"]) == {2030}
    assert judged["probability"].tolist() == judged["probability_exact_level"].tolist()
    chosen = judged[judged["is_chosen"]].iloc[0]
    assert (chosen["baseline_year"], chosen["latest_status"]) == (2018, "provisional")
    assert (chosen["verdict"], chosen["verdict_basis"]) == ("op koers", "model")
    assert (judged["change_low_80"] == judged["change_high_80"]).all()


def test_an_own_series_of_arbeidsplaatsen_gives_its_row_of_the_target_a_pace(live):
    series = live.read("indicators", indicator="arbeidsplaatsen", region_code="drechtsteden")
    assert series.set_index("year")["value"].to_dict() == {
        y: 140_000 + 1_000 * (y - 2018) for y in range(2018, 2026)
    }
    assert set(series["basis"]) == {"eigen reeks: alle arbeidsplaatsen"}
    grid = live.read("targets", target="extra-arbeidsplaatsen", definition="arbeidsplaatsen-lisa")
    row = grid[(grid["baseline_year"] == 2018) & (grid["deadline_year"] == 2030)].iloc[0]
    assert row["observed_per_year"] == pytest.approx(1_000)
    assert row["required_per_year"] == pytest.approx(23_000 / 5)
    assert (row["verdict"], row["verdict_basis"]) == ("achter", "alleen tempo")
    assert np.isnan(row["probability"])


# --- unemployment and benefits -------------------------------------------------------------------------


def test_unemployment_per_gemeente_has_basis_and_survey_break(live):
    rows = live.read("indicators", indicator="unemployment_rate_pct", region_code="GM0505", frequency="A")
    rows = rows[rows["value"].notna()].set_index("year")
    assert list(rows.index) == [2019, 2021, 2022, 2024, 2025]
    assert rows["basis"].tolist() == [BASIS_BEFORE] + [BASIS_SINCE] * 4
    assert rows["break_before"].tolist() == [False, True, False, False, False]
    gemeenten = live.read("indicators", indicator="unemployment_rate_pct", year=2025, frequency="A")
    gemeenten = gemeenten[gemeenten["region_code"].str.startswith("GM")]
    assert len(gemeenten) == 342 and gemeenten["value"].notna().all()


def test_a_count_comes_from_the_edition_and_from_the_stand_in_only_where_there_is_none(live):
    rows = live.read("indicators", indicator="unemployed_count", region_code="AM23", frequency="A")
    source = rows[rows["value"].notna()].set_index("year")["source"]
    assert source.to_dict() == {
        2019: "84703NED", 2021: "85269NED", 2022: "85494NED", 2023: "85969NED", 2024: "86088NED", 2025: "86300NED",
    }  # fmt: skip


def test_ww_per_1000_residents_is_that_of_december_for_every_region(live):
    ratio = live.read("indicators", indicator="ww_per_1000_residents", year=2025)
    assert set(ratio["region_code"]) == set(live.read("regions")["region_code"])
    assert set(ratio["reference_date"]) == {"2025-12 / 2025-01-01"}
    people = live.read("indicators", indicator="population_count", age="total", year=2025)
    ww = live.read("indicators", indicator="ww_recipients", year=2025, frequency="A")
    expected = 1000 * ww.set_index("region_code")["value"] / people.set_index("region_code")["value"]
    made = ratio.set_index("region_code")["value"]
    pd.testing.assert_series_equal(made, expected[made.index], check_names=False)


def test_a_workbook_of_uwv_is_read_and_keeps_its_own_name(live):
    rows = live.read("observations", source="uwv-ww-2026-09").set_index("region_code")
    assert set(rows["indicator"]) == {"uwv_ww_benefits_count"}
    assert rows.loc["GM0505", "value"] == 1500
    assert (rows.loc["GM0642", "status"], rows.loc["GM0642", "frequency"]) == ("suppressed", "M")
    assert pd.isna(rows.loc["GM0642", "value"])


# --- residents on borders that moved -------------------------------------------------------------------------


def test_residents_of_gemeenten_that_grew_by_a_merger_are_whole_in_every_year(live):
    rows = live.read("indicators", indicator="population_count", age="total")
    rows = rows[rows["value"].notna()]
    years = rows.groupby("region_code")["year"].agg(["min", "max", "nunique"])
    assert (years.to_numpy() == [2018, 2026, 9]).all()
    amsterdam = rows[rows["region_code"] == "GM0363"].set_index("year")["value"]
    then = live.read("observations", indicator="population_count", age="total", year=2022)
    parts = then[then["region_code"].isin(["GM0363", "GM0457"])]["value"]
    assert len(parts) == 2 and amsterdam[2022] == parts.sum()


def test_cells_of_gemeenten_that_were_not_there_are_counted_as_left_out(live):
    gone = live.read("left_out", reason="the gemeente was not there in the period").set_index("source")
    assert gone.loc["03759ned", "rows"] > 100


# --- young people: three levels of evidence, from raw to page ---------------------------------------------------


def page_words(folder) -> str:
    """The words of a report, without line ends."""
    done = subprocess.run(
        ["pdftotext", str(folder / "report.pdf"), "-"], capture_output=True, text=True, check=True
    )
    return " ".join(done.stdout.split())


@pytest.fixture(scope="module")
def made(pulled, live) -> Project:
    """The project with its tables stored, for reports."""
    stages.write_tables(live, pulled.folders)
    return pulled


def test_registered_young_jobseekers_are_published_per_gemeente(live, made, tmp_path):
    rows = live.read("youth", indicator="youth_registered_jobseekers")
    assert set(rows["evidence"]) == {"published"} and len(rows) == len(live.read("regions"))
    raw = store.Vintage(made.folders.raw / VINTAGE).table("86223NED").observations
    cell = raw[
        (raw["RegioS"] == "GM0505") & (raw["period"] == "2024JJ00")
        & (raw["GeregistreerdWerkzoekendeBijUWV"] == "A025298")
    ]  # fmt: skip
    row = rows[rows["region_code"] == "GM0505"].iloc[0]
    assert (row["year"], row["value"]) == (2024, float(cell["value"].iloc[0]))
    words = page_words(make_report("GM0505", tmp_path / "GM0505", made.settings, made.folders))
    young = live.read("indicators", indicator="youth_15_27_count", region_code="GM0505", year=2024)[
        "value"
    ].iloc[0]
    assert (
        f"in Dordrecht zocht ongeveer één op de {young / row['value']:.0f} werk via UWV (oktober 2024)"
        in words
    )


def test_a_youth_rate_that_is_not_published_is_modelled_with_an_interval(live):
    rows = live.read("youth", indicator="youth_unemployment_rate_pct")
    assert set(rows["evidence"]) == {"published", "model"} and len(rows) == len(live.read("regions"))
    model = rows[rows["evidence"] == "model"]
    gemeenten = model[model["region_code"].str.startswith("GM")]
    assert len(gemeenten) > 150 and set(model["year"]) == {2024} and set(model["status"]) == {"estimate"}
    assert (model["value_low"] < model["value"]).all() and (model["value"] < model["value_high"]).all()
    asked = live.read("observations", indicator="youth_unemployment_rate_pct", year=2025)
    asked = asked[asked["value"].notna() & asked["region_code"].str.startswith("GM")]["region_code"]
    published = rows[(rows["evidence"] == "published") & rows["region_code"].str.startswith("GM")]
    assert set(published["region_code"]) == set(asked) and set(published["year"]) == {2025}


def test_the_page_of_a_modelled_rate_gives_its_margin_and_its_mark(live, made, tmp_path):
    rows = live.read("youth", indicator="youth_unemployment_rate_pct", evidence="model", display="show")
    row = rows[rows["region_code"].str.startswith("GM")].iloc[0]
    code = row["region_code"]
    words = page_words(make_report(code, tmp_path / code, made.settings, made.folders))
    value, low, high = (f"{row[c]:.1f} %".replace(".", ",") for c in ("value", "value_low", "value_high"))
    assert f"was in 2024 naar schatting {value} werkloos (95 % marge {low} tot {high})" in words


def test_modelled_rates_lie_round_the_true_ones(live):
    """The truth is known here: the synthetic country has a rate for every gemeente."""
    world = World(2026)
    truth = 100 * world.over_regions(
        "2024-07-01",
        np.column_stack([world.labour[n][:, 2024 - 2008] for n in ("young_unemployed", "young_force")]),
        ("GM",),
        whole=False,
    ).pipe(lambda sums: sums[0] / sums[1])
    model = live.read("youth", indicator="youth_unemployment_rate_pct", evidence="model")
    model = model[model["region_code"].str.startswith("GM")].set_index("region_code")
    inside = truth.reindex(model.index).between(model["value_low"], model["value_high"])
    assert inside.mean() > 0.85
    spread = (truth - truth.mean()).reindex(model.index).pow(2).mean() ** 0.5
    error = (truth.reindex(model.index) - model["value"]).pow(2).mean() ** 0.5
    assert error < 0.9 * spread
