"""Next year, through the commands: a merger is read, a new table found, three revisions listed, nothing typed."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline import store
from pipeline.config import Folders, load_settings
from pipeline.reference import load_changes
from pipeline.schemas import TABLES
from tests.loopback.world import DRECHTSTEDEN
from tests.rehearsal import FIRST, LATE, REVISIONS, SECOND, Rehearsal, Step, year_one, year_two

pytestmark = pytest.mark.slow


class Rehearsed:
    """Both years, and what was stored after the first."""

    def __init__(self, rehearsal: Rehearsal):
        self.rehearsal = rehearsal
        self.folders = Folders(rehearsal.folder)
        year_one(rehearsal)
        self.first_tables = {name: store.read(name, self.folders) for name in TABLES}
        self.first_bytes = {name: store.path_of(name, self.folders).read_bytes() for name in TABLES}
        self.first_changes = (self.folders.reference / "gemeente_changes.csv").read_text(encoding="utf-8")
        year_two(rehearsal)

    def step(self, *words: str, number: int = -1) -> Step:
        """A command that was run."""
        return [step for step in self.rehearsal.steps if step.words[: len(words)] == words][number]

    def built(self, vintage: str) -> dict[str, pd.DataFrame]:
        """Tables that the comparison built, by name."""
        (folder,) = (self.folders.root / ".cache" / "build").glob(f"{vintage}-*")
        return {name: store.read(name, Folders(folder)) for name in TABLES}

    def compared(self, name: str) -> pd.DataFrame:
        """A table of the comparison."""
        folder = self.folders.reports / "compare" / f"{FIRST}--{SECOND}"
        return pd.read_csv(folder / f"{name}.csv", dtype={"about": str}, keep_default_na=False)


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> Rehearsed:
    rehearsal = Rehearsal(tmp_path_factory.mktemp("rehearsal"), say=lambda _: None)
    rehearsal.prepare()
    return Rehearsed(rehearsal)


# --- commands ---------------------------------------------------------------------------------------


def test_every_command_ends_well_but_the_pull_without_a_required_table(both):
    codes = [(step.words[0], step.exit_code) for step in both.rehearsal.steps]
    assert [name for name, code in codes if code] == ["retrieve"]
    assert {"retrieve", "use", "tidy", "indicators", "models", "borders", "compare"} == {n for n, _ in codes}


def test_a_pull_without_a_required_table_names_it_and_leaves_the_old_vintage_in_force(both):
    failed = both.step("retrieve", number=-2)
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
    listed = both.step("borders").output
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
    (folder,) = (both.folders.root / ".cache" / "build").glob(f"{FIRST}-*")
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


# --- an area that loses a member ------------------------------------------------------------------------------------


@pytest.fixture
def more(both):
    """Further commands in the folder of both years; the second year is in use again afterwards."""
    path = both.folders.reference / "areas.yaml"
    held = path.read_text(encoding="utf-8")
    again = Rehearsal(both.rehearsal.folder, say=lambda _: None)

    def with_members(*added: str) -> Rehearsal:
        members = f"[{', '.join(DRECHTSTEDEN)}]"
        assert members in held
        listed = f"[{', '.join([*DRECHTSTEDEN, *added])}]"
        path.write_text(held.replace(members, listed, 1), encoding="utf-8")
        return again

    yield with_members
    path.write_text(held, encoding="utf-8")
    again.run("use", SECOND)


def test_an_area_with_a_merged_member_stops_with_area_member_year_and_successor(more):
    step = more("GM0216").run("tidy", expect=1)
    assert (
        "areas.yaml: drechtsteden has 1 member(s) that are no gemeente of 2027: "
        "GM0216 Culemborg is now GM2099 Betuwestede, of which the area does not hold every part: "
        "{code: GM0216, until: 2026}. Give it" in step.output
    )


def test_both_editions_build_with_a_member_that_has_its_years(both, more):
    again = more("{code: GM0216, until: 2026}", "{code: GM2099, since: 2027}")
    for vintage, member in ((SECOND, "GM2099"), (FIRST, "GM0216")):
        again.run("use", vintage)
        again.run("tidy")
        members = store.read("members", both.folders, region_code="drechtsteden")["gm_code"]
        assert sorted(members) == sorted([*DRECHTSTEDEN, member])


def test_a_merger_within_an_area_needs_nothing(both, more):
    more("GM0216", "GM1960").run("tidy")
    members = store.read("members", both.folders, region_code="drechtsteden")["gm_code"]
    assert sorted(members) == sorted([*DRECHTSTEDEN, "GM2099"])
