"""Border changes read from CBS's own words, against the file that was made by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.border_changes import compare_border_changes, read_border_changes
from pipeline.geography import GeographyError
from tests.loopback.synthetic import region_codes

GEO = Path(__file__).parents[2] / "fixtures" / "geo"


@pytest.fixture(scope="module")
def stored() -> pd.DataFrame:
    return pd.read_csv(GEO / "gemeente_changes.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def changes() -> pd.DataFrame:
    return read_border_changes(region_codes())


def codes(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["code", "title", "description"])


def test_all_abolished_codes_are_found_with_their_dates(changes, stored):
    assert set(changes["old_code"]) == set(stored["old_code"]) and changes["old_code"].nunique() == 211
    dates = [
        frame.drop_duplicates("old_code").set_index("old_code")["abolished_on"] for frame in (changes, stored)
    ]
    pd.testing.assert_series_equal(dates[0].sort_index(), dates[1].sort_index(), check_dtype=False)


def test_everything_ends_in_the_gemeenten_of_2026(changes):
    current = set(pd.read_csv(GEO / "regio_indeling_2026.csv")["gm_code"])
    assert set(changes["gm_code"]) <= current


def test_shares_of_an_old_code_sum_to_one(changes):
    sums = changes.groupby("old_code")["share"].sum()
    assert (sums - 1).abs().max() < 0.0003


def test_the_stored_file_is_reproduced_but_for_what_the_words_do_not_tell(changes, stored):
    difference = compare_border_changes(stored, changes)
    # of Breukelen and Loenen the descriptions tell only what went to Stichtse Vecht
    assert set(difference["old_code"]) == {"GM0311", "GM0329"}
    assert set(difference["gm_code"]) == {"GM1696", "GM1904"}
    small = compare_border_changes(stored, changes, tolerance=0.0002)
    others = small[~small["old_code"].isin(["GM0311", "GM0329"])]
    assert set(others["old_code"]) == {"GM0218", "GM0248", "GM0278", "GM0286", "GM0552", "GM0604"}


def test_true_splits_have_the_shares_of_their_inhabitants(changes):
    haaren = changes[changes["old_code"] == "GM0788"].set_index("gm_code")["share"]
    assert haaren.round(3).to_dict() == {"GM0824": 0.407, "GM0865": 0.342, "GM0757": 0.150, "GM0855": 0.101}


def test_chains_are_followed(changes):
    # Graafstroom -> Molenwaard (2013) -> Molenlanden (2019)
    row = changes[changes["old_code"] == "GM0693"].iloc[0]
    assert (row["gm_code"], row["share"], row["abolished_on"]) == ("GM1978", 1.0, "2013-01-01")


def test_a_change_of_next_january_is_new_to_the_stored_file(stored):
    now = region_codes()
    words = (
        "Opgeheven per 01-01-2027, overgegaan naar: - Dordrecht (GM0505), ... 900 hectare met 8000 woningen en 15000 "
        "inwoners - Papendrecht (GM0590), ... 100 hectare met 2000 woningen en 5000 inwoners  Begindatum voor 1830"
    )
    now = now.assign(description=now["description"].where(now["code"] != "GM0482", words))
    difference = compare_border_changes(stored, read_border_changes(now))
    new = difference[difference["old_code"] == "GM0482"].set_index("gm_code")
    assert new["difference"].tolist() == ["new", "new"]
    assert new.loc["GM0505", "read"] == "0.7500 per 2027-01-01"


def test_a_move_that_only_the_receiver_tells_counts():
    told = "- {name} ({code}), ... 1 hectare met 1 woning en {count} inwoners Begindatum voor 1830"
    to_new = "Opgeheven per 01-01-2020, overgegaan naar: " + told.format(
        name="Nieuw", code="GM0002", count=90
    )
    from_old = "Grenswijziging per 01-01-2020, ontvangen van: " + told.format(
        name="Oud", code="GM0001", count=10
    )
    read = read_border_changes(
        codes(
            ("GM0001", "Oud", to_new),
            ("GM0002", "Nieuw", "Begindatum 01-01-2020"),
            ("GM0003", "Buur", from_old),
        )
    )
    assert read.set_index("gm_code")["share"].to_dict() == {"GM0002": 0.9, "GM0003": 0.1}


def test_changes_before_2003_are_not_read():
    old = codes(
        ("GM0001", "Oud", "Opgeheven per 01-01-1997, overgegaan naar: - Nieuw (GM0002), ... onleesbaar")
    )
    assert read_border_changes(old).empty


@pytest.mark.parametrize(
    "words",
    [
        "Opgeheven per 01-01-2027 en verdeeld over de buren",
        "Opgeheven per 01-01-2027, overgegaan naar: - Dordrecht (GM0505), ... vele hectaren",
        "Opgeheven per 01-01-2027, overgegaan naar: - Dordrecht (GM0505), ... 3 hectare met 0 woningen en 0 inwoners",
    ],
)
def test_words_that_are_not_understood_stop(words):
    with pytest.raises(GeographyError, match="not understood") as caught:
        read_border_changes(codes(("GM0482", "Alblasserdam", words)))
    assert "gemeente_changes.csv" in str(caught.value)


def test_changes_that_go_round_stop():
    def gone_to(code):
        return f"Opgeheven per 01-01-2027, overgegaan naar: - X ({code}), ... 1 hectare met 1 woning en 5 inwoners"

    with pytest.raises(GeographyError, match="go round"):
        read_border_changes(codes(("GM0001", "A", gone_to("GM0002")), ("GM0002", "B", gone_to("GM0001"))))


def test_other_dates_and_lost_rows_are_differences(changes):
    other = changes.assign(abolished_on=changes["abolished_on"].replace("2021-01-01", "2021-07-01")).iloc[1:]
    difference = compare_border_changes(changes, other)
    assert "gone" in set(difference["difference"]) and "date" in set(difference["difference"])
    assert compare_border_changes(changes, changes).empty
