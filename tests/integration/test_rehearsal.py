"""Next year, through the commands: a merger is read, a new table found, three revisions listed, nothing typed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline import store
from pipeline.config import load_settings
from pipeline.folders import ROOT, Folders
from pipeline.reference import load_changes
from pipeline.schemas import TABLES
from tests.loopback.world import DRECHTSTEDEN
from tests.rehearsal import (
    FIRST,
    LATE,
    REVISIONS,
    SECOND,
    Rehearsal,
    elsewhere,
    make_second,
    year_one,
    year_two,
)
from tests.transcript import Step, renewed

pytestmark = [pytest.mark.slow, pytest.mark.long]


class Rehearsed:
    """Both years, and what was stored after the first."""

    def __init__(self, rehearsal: Rehearsal):
        self.rehearsal = rehearsal
        self.folders = Folders(rehearsal.project)
        year_one(rehearsal)
        self.first_tables = {name: store.read(name, self.folders) for name in TABLES}
        self.first_bytes = {name: store.path_of(name, self.folders).read_bytes() for name in TABLES}
        self.first_changes = (self.folders.reference / "gemeente_changes.csv").read_text(encoding="utf-8")
        year_two(rehearsal)
        self.builds = {vintage: self._build_of(vintage) for vintage in (FIRST, SECOND)}
        make_second(rehearsal)
        elsewhere(rehearsal)

    def _build_of(self, vintage: str) -> Path:
        (folder,) = (self.folders.root / ".cache" / "build").glob(f"{vintage}-*")
        return folder

    def step(self, start: str, number: int = -1) -> Step:
        """A command that was run, by how it starts."""
        return self.steps(start)[number]

    def steps(self, start: str) -> list[Step]:
        """Commands that were run, by how they start."""
        return [step for step in self.rehearsal.steps if step.command.startswith(start)]

    def built(self, vintage: str) -> dict[str, pd.DataFrame]:
        """Tables that the comparison built, by name."""
        return {name: store.read(name, Folders(self.builds[vintage])) for name in TABLES}

    def compared(self, name: str) -> pd.DataFrame:
        """A table of the comparison."""
        folder = self.folders.reports / "compare" / f"{FIRST}--{SECOND}"
        return pd.read_csv(folder / f"{name}.csv", dtype={"about": str}, keep_default_na=False)


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> Rehearsed:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (poppler-utils): the reports cannot be checked")
    rehearsal = Rehearsal(tmp_path_factory.mktemp("rehearsal"), reports="[drechtsteden]", say=lambda _: None)
    rehearsal.prepare()
    return Rehearsed(rehearsal)


# --- commands ---------------------------------------------------------------------------------------


def test_every_command_ends_well_but_the_two_that_should_say_something(both):
    assert [step.command for step in both.rehearsal.steps if step.exit_code] == [
        "python -m pipeline catalog --check",  # tables that are gone
        f"python -m pipeline retrieve --vintage {SECOND}",  # without a required one
    ]


def test_a_pull_without_a_required_table_names_it_and_leaves_the_old_vintage_in_force(both):
    failed = both.step(f"python -m pipeline retrieve --vintage {SECOND}", number=0)
    assert failed.exit_code == 1
    assert "83582NED" in failed.output and "Next step" in failed.output and "Traceback" not in failed.output
    assert failed.output.count("\n") < 10


def test_settings_name_the_new_edition(both):
    settings = load_settings(both.folders.root / "params.yaml")
    assert (settings.vintage, settings.edition, settings.reports.date) == (SECOND, 2027, "2027-01-20")
    assert sorted(path.name for path in both.folders.raw.iterdir()) == [FIRST, SECOND]


# --- borders ---------------------------------------------------------------------------------------------


def test_the_merger_was_read_and_nothing_else_in_the_file_changed(both):
    path = both.folders.reference / "gemeente_changes.csv"
    before, after = both.first_changes.splitlines(), path.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line in before] == before
    assert sorted(line.split(",")[0] for line in set(after) - set(before)) == ["GM0216", "GM1960"]
    assert load_changes(path).groupby("old_code")["share"].sum().round(6).eq(1).all()
    listed = both.step("python -m pipeline borders").output
    assert "GM1960" in listed and "GM2099" in listed and "GM0236" not in listed


def test_the_new_edition_stands_on_341_gemeenten_with_series_of_all_years(both):
    tables = both.built(SECOND)
    gemeenten = tables["regions"].query("region_type == 'gemeente'")["region_code"]
    assert len(gemeenten) == 341 and "GM2099" in set(gemeenten)
    jobs = tables["indicators"].query(
        "indicator == 'jobs_employees' and sector == 'total' and basis == '83582NED' and region_code == 'GM2099'"
    )
    assert sorted(jobs["year"]) == list(range(2010, 2027))
    then = tables["observations"].query(
        "indicator == 'jobs_employees' and sector == 'total' and source == '83582NED' and year == 2012"
    )
    # three gemeenten of 2012 became West Betuwe in 2019, and that became Betuwestede with Culemborg
    parts = then[then["region_code"].isin(["GM0236", "GM0304", "GM0733", "GM0216"])]["value"]
    assert len(parts) == 4
    assert jobs.set_index("year").loc[2012, "value"] == pytest.approx(parts.sum())
    residents = tables["indicators"].query(
        "indicator == 'population_count' and age == 'total' and region_code == 'GM2099'"
    )
    assert sorted(residents["year"]) == list(range(2018, 2028)) and residents["value"].notna().all()


def test_the_edition_of_before_the_merger_is_rebuilt_as_it_was(both):
    folder = both.builds[FIRST]
    rebuilt = both.built(FIRST)
    for name, stored in both.first_tables.items():
        pd.testing.assert_frame_equal(rebuilt[name], stored, check_exact=True, obj=name)
        assert store.path_of(name, Folders(folder)).read_bytes() == both.first_bytes[name], name


# --- what changed -----------------------------------------------------------------------------------------------


def test_the_comparison_lists_exactly_the_revised_cells(both):
    cells = both.compared("cells")
    revised = cells[cells["change"] == "revised"]
    found = set(zip(revised["old_source"], revised["region_code"], revised["period"].str[:4], strict=True))
    assert found == {
        (table, cell["RegioS"], cell["Perioden"][:4]) for table, cell, _, _ in REVISIONS
    }  # fmt: skip
    assert len(revised) == 3 and not (cells["change"] == "gone").any()


def test_what_is_added_is_told_apart(both):
    added = both.compared("cells").query("change == 'added'")
    by_reason = added.groupby("about")["new_source"].agg(set).to_dict()
    assert by_reason["region"] == {"03759ned"}
    assert by_reason["table"] == {LATE, "86500NED"}
    assert set(by_reason) == {"region", "table", "period"}
    assert set(added[added["about"] == "region"]["region_code"]) == {"GM2099"}
    assert "83582NED" in by_reason["period"]


def test_a_figure_that_became_final_is_no_revision(both):
    changed = both.compared("cells").query("change == 'status'")
    steps = set(zip(changed["old_status"], changed["new_status"], strict=True))
    assert steps == {("provisional", "revised_provisional"), ("revised_provisional", "final")}


def test_the_verdict_turns_with_the_new_year(both):
    verdicts = both.compared("verdicts")
    chosen = verdicts[(verdicts["baseline_year"].astype(float) == 2018)
                      & (verdicts["definition"] == "banen-van-werknemers")]  # fmt: skip
    assert chosen[["region_code", "verdict_old", "verdict_new"]].to_numpy().tolist() == [
        ["drechtsteden", "op koers", "onzeker"]
    ]


# --- dvc: what changed, drawn, kept and made again ---------------------------------------------------------------


def test_dvc_tells_which_settings_and_which_accuracy_changed(both):
    settings = both.step("dvc params diff").output
    for key in ("vintage", "edition", "models.previous_vintage", "reports.date"):
        assert re.search(rf"^params.yaml +{re.escape(key)} ", settings, flags=re.MULTILINE), key
    found = both.step("dvc metrics diff").output
    assert re.search(r"metrics/corop_jobs\.json +coverage_80 ", found)


def test_the_plots_of_both_editions_stand_on_a_page_of_local_files(both):
    folder = both.folders.reports / "plots"
    page = (folder / "index.html").read_text(encoding="utf-8")
    images = re.findall(r'<img src="([^"]+)"', page)
    assert len(images) == 4 and sum("monitor-2026" in image for image in images) == 2
    assert "<script" not in page and "//" not in page
    for image in images:
        vintage_named = (folder / image).read_text(encoding="utf-8")
        assert vintage_named.startswith("<svg") and "http" not in vintage_named.replace(
            "http://www.w3.org/", ""
        )
    assert (folder / images[0]).read_bytes() != (folder / images[1]).read_bytes()


def test_a_clone_gets_the_tagged_edition_from_the_archive_and_makes_only_the_reports(both):
    assert re.search(r"\d\d files fetched", both.step("dvc pull").output)
    made = both.steps("dvc repro")[2].output
    assert re.findall(r"Running stage '(\w+)'", made) == ["reports"]
    compared = both.step("sha256sum --check").output.splitlines()
    assert all(line.endswith(": OK") for line in compared)
    names = {line.split(":")[0] for line in compared}
    assert {f"data/{table.layer}/{name}.parquet" for name, table in TABLES.items()} <= names
    assert {"data/plots/calibration.svg", "reports/2027/drechtsteden/report.pdf"} <= names


def test_the_edition_of_before_made_again_in_full_leaves_nothing_changed(both):
    made = both.step("dvc repro --force").output
    assert re.findall(r"Running stage '(\w+)'", made) == [
        "retrieve", "tidy", "indicators", "models", "plots", "reports",
    ]  # fmt: skip
    # the lock holds the hash of every output, the reports too: git would show another one
    assert [step.output for step in both.steps("git status --short")] == [" M dvc.lock", "", ""]


# --- the page ----------------------------------------------------------------------------------------------------


def test_every_command_of_the_page_was_run_in_its_order(both):
    renewed((ROOT / "docs" / "annual-monitor.md").read_text(encoding="utf-8"), both.rehearsal.steps)


# --- an area that loses a member ------------------------------------------------------------------------------------


def test_an_area_with_a_merged_member_stops_with_area_member_year_and_successor(both):
    path = both.folders.reference / "areas.yaml"
    members = ", ".join(DRECHTSTEDEN)
    listed = path.read_text(encoding="utf-8")
    assert listed.count(f"[{members}]") == 1
    path.write_text(listed.replace(members, f"{members}, GM0216"), encoding="utf-8")
    step = both.rehearsal.run("python -m pipeline tidy", expect=1)
    path.write_text(listed, encoding="utf-8")
    assert (
        "areas.yaml: drechtsteden has 1 member(s) that are no gemeente of 2027: "
        "GM0216 Culemborg is now GM2099 Betuwestede, of which the area does not hold every part: "
        "{code: GM0216, until: 2026}. Give it" in step.output
    )
