"""Border changes that a person accepts: what is new comes in, what was there stays."""

import pandas as pd
import pytest

from pipeline.border_changes import accept_border_changes, compare_border_changes, read_border_changes
from pipeline.reference import load_changes
from tests.loopback.gemeenten import REFERENCE, Merger
from tests.loopback.synthetic import region_codes


@pytest.fixture(scope="module")
def stored() -> pd.DataFrame:
    return load_changes(REFERENCE / "gemeente_changes.csv")


@pytest.fixture(scope="module")
def next_year() -> pd.DataFrame:
    return read_border_changes(Merger().codes(region_codes()))


def test_the_stored_file_is_what_cbs_tells_now(stored):
    assert compare_border_changes(stored, read_border_changes(region_codes())).empty


def test_shares_read_from_words_sum_to_one_as_the_file_demands(next_year, tmp_path):
    next_year.to_csv(tmp_path / "all.csv", index=False)
    assert load_changes(tmp_path / "all.csv").groupby("old_code")["share"].sum().round(9).eq(1).all()


def test_a_merger_is_two_differences_whatever_went_into_its_parts_before(stored, next_year):
    differences = compare_border_changes(stored, next_year)
    assert differences[["old_code", "gm_code", "difference"]].to_numpy().tolist() == [
        ["GM0216", "GM2099", "new"],
        ["GM1960", "GM2099", "new"],
    ]


def test_accepting_adds_those_rows_and_leaves_the_others_byte_for_byte(stored, next_year, tmp_path):
    path = tmp_path / "gemeente_changes.csv"
    accepted = accept_border_changes(stored, next_year)
    accepted.to_csv(path, index=False, lineterminator="\n")
    before = (REFERENCE / "gemeente_changes.csv").read_text(encoding="utf-8").splitlines()
    after = path.read_text(encoding="utf-8").splitlines()
    new = [line for line in after if line not in before]
    assert [line.split(",")[:4] for line in new] == [
        ["GM0216", "Culemborg", "2027-01-01", "GM2099"],
        ["GM1960", "West Betuwe", "2027-01-01", "GM2099"],
    ]
    assert [line for line in after if line not in new] == before
    assert compare_border_changes(load_changes(path), next_year).empty


def test_what_a_person_typed_and_cbs_does_not_tell_stays(stored, next_year):
    typed = stored.iloc[[0]].assign(old_code="GM7777", old_name="Getypt")
    accepted = accept_border_changes(pd.concat([stored, typed], ignore_index=True), next_year)
    assert "GM7777" in set(accepted["old_code"])


def test_a_share_that_cbs_tells_otherwise_is_taken_over(stored, next_year):
    wrong = stored.assign(share=stored["share"].where(stored["old_code"] != "GM0003", 0.5))
    accepted = accept_border_changes(wrong, next_year).set_index("old_code")
    assert accepted.loc["GM0003", "share"] == 1.0
