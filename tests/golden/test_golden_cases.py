"""Named situations: what a publisher gave, and what the monitor must make of it (see cases/README.md)."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.folders import Folders
from pipeline.geography import CodeBook
from pipeline.indicators import combine, jobs
from pipeline.reference import load_areas, load_changes
from pipeline.tidy import stage
from tests import rows

CASES = Path(__file__).parent / "cases"
REFERENCE = Folders().reference
CHANGES = load_changes(REFERENCE / "gemeente_changes.csv")


def with_plain(given: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """The columns that a case leaves out, filled with plain ones; the basis is the source."""
    made = rows.observations(
        *(rows.observation(**row, indicator=indicator) for row in given.to_dict("records"))
    )
    return made.assign(basis=made["source"])


def current_borders(given: pd.DataFrame, expected: pd.DataFrame) -> pd.DataFrame:
    """Counts on published borders -> current borders, for the gemeenten that the case is about."""
    current = expected["region_code"].unique()
    changes = CHANGES[CHANGES["gm_code"].isin(current)]
    # a table must hold as many gemeenten as there are now before it counts as whole
    codebook = CodeBook(frozenset(current[:1]), changes, frozenset())
    made, _ = stage.carry_to_current_borders(with_plain(given, "population_count"), codebook)
    return made


def area_sum(given: pd.DataFrame, expected: pd.DataFrame) -> pd.DataFrame:
    """Counts of gemeenten -> an area of areas.yaml."""
    area = load_areas(REFERENCE / "areas.yaml")[expected["region_code"].iloc[0]]
    members = pd.DataFrame({"region_code": area.key, "gm_code": [member.code for member in area.members]})
    return combine.sum_regions(with_plain(given, "ww_recipients"), members)


def constant_corops(given: pd.DataFrame, expected: pd.DataFrame) -> pd.DataFrame:
    """COROP totals on the borders of each year -> on current borders."""
    frame = with_plain(given, "jobs_employees")
    gemeenten = frame[frame["region_code"].str.startswith("GM")]["region_code"]
    historical_corop = pd.Series("CR30", index=gemeenten)
    current = pd.DataFrame(
        {"region_code": ["GM1961", "GM1978"], "region_type": "gemeente", "cr_code": ["CR17", "CR30"]}
    )
    changes = CHANGES[CHANGES["gm_code"].isin(current["region_code"])]
    shares_then = jobs.historical_shares(frame, historical_corop, [2010])
    moves = jobs.moves_with_jobs(frame, current, historical_corop, changes, shares_then)
    return jobs.constant_corops(frame, moves, shares_then)


STEPS = {step.__name__: step for step in (current_borders, area_sum, constant_corops)}
FOUND = sorted(path.parent for path in CASES.glob("*/*/input.csv"))


def table(path: Path) -> pd.DataFrame:
    """Codes and words as text, years and values as numbers; an empty value is missing."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    numbers = {name: pd.to_numeric(frame[name]) for name in ("year", "value") if name in frame}
    members = [name for name in ("members", "members_with_value") if name in frame]
    return frame.assign(**numbers).astype(dict.fromkeys(members, "int64"))


@pytest.mark.parametrize("case", FOUND, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_case(case):
    expected = table(case / "expected.csv")
    made = STEPS[case.parent.name](table(case / "input.csv"), expected)
    columns = list(expected.columns)
    key = [name for name in ("region_code", "sector", "year") if name in columns]
    pd.testing.assert_frame_equal(
        made[columns].sort_values(key, ignore_index=True),
        expected.sort_values(key, ignore_index=True),
        check_dtype=False,
        rtol=0,
        atol=1e-5,
    )


@pytest.mark.parametrize("case", [case for case in FOUND if case.parent.name == "constant_corops"])
def test_moves_leave_the_sum_of_corops_unchanged(case):
    given, expected = table(case / "input.csv"), table(case / "expected.csv")
    before = given[given["region_code"].str.startswith("CR")].groupby("year")["value"].sum()
    assert expected.groupby("year")["value"].sum().to_dict() == pytest.approx(before.to_dict(), abs=1e-4)


def test_every_case_is_complete_and_described():
    readme = (CASES / "README.md").read_text(encoding="utf-8")
    assert len(FOUND) >= 8
    for case in FOUND:
        assert (case / "expected.csv").is_file(), case
        assert case.parent.name in STEPS
        assert f"| {case.name} |" in readme
