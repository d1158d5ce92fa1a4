"""The model tables of the embedded vintage: known figures and rules that hold for every region."""

import numpy as np
import pytest

from pipeline import compare
from pipeline.schemas import TABLES

DRECHTSTEDEN = "drechtsteden"


def test_every_region_has_an_outlook_with_both_margins(tables):
    outlook = tables.read("outlook")
    assert set(outlook["region_code"]) == set(tables.read("regions")["region_code"])
    bounds = outlook[["low_95", "low_80", "median", "high_80", "high_95"]]
    assert (bounds.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)


def test_only_published_series_are_their_own(tables):
    own = tables.read("outlook", own_series=True)["region_code"].unique()
    # a region of whole COROPs has a series too: it is their sum
    members = tables.read("members").groupby("region_code")["gm_code"].agg(set)
    corops = members[members.index.str.startswith("CR")]
    for code in own:
        if code[:2] not in ("CR", "PV", "NL"):
            assert all(inside <= members[code] or not inside & members[code] for inside in corops), code
    assert {"CR", "PV", "NL"} <= {code[:2] for code in own}
    borrowed = tables.read("outlook", region_code=DRECHTSTEDEN)
    assert set(borrowed["borrowed_from"]) == {"CR30"}


def test_chance_of_the_30_000_depends_on_the_baseline(tables):
    targets = tables.read("targets", target="extra-arbeidsplaatsen", definition="banen-van-werknemers")
    near = targets[targets["deadline_year"] == 2030].set_index("baseline_year")
    chance = near["probability"]
    assert chance[2017] > chance[2018] > chance[2019] > chance[2024]
    # an independent recomputation with shares of 2015 found .22 (median drift) and .18 (mean) from 2018
    assert 0.17 < chance[2018] < 0.23
    assert ((near["probability_low"] < chance) & (chance < near["probability_high"])).all()


def test_what_it_would_take_is_the_growth_that_is_needed_and_more(tables):
    targets = tables.read("targets", target="extra-arbeidsplaatsen", definition="banen-van-werknemers")
    near = targets[targets["probability"].notna()]
    assert np.allclose(near["growth_pct_1_in_2"], near["required_growth_pct"], atol=0.05)
    assert (near["growth_pct_4_in_5"] > near["growth_pct_1_in_2"] + 0.5).all()
    assert (near["year_1_in_2"].dropna() > 2030).all()


def test_no_chance_and_no_verdict_beyond_six_years(tables):
    far = tables.read("targets", target="extra-arbeidsplaatsen", deadline_year=2040.0)
    assert far["probability"].isna().all()
    assert set(far["verdict"]) <= {"geen oordeel", "geen gegevens"}
    jobs = far[far["definition"] == "banen-van-werknemers"]
    assert jobs["required_per_year"].notna().all() and jobs["outlook_low_80"].notna().all()


def test_a_definition_with_one_level_borrows_growth_and_is_marked(tables):
    uwv = tables.read("targets", target="extra-arbeidsplaatsen", definition="banen-uwv", baseline_year=2018.0)
    assert uwv["is_assumption"].all()
    assert set(uwv["verdict"]) == {"geen oordeel"}
    assert uwv["target_value"].eq(162_000).all()
    others = tables.read("targets", target="extra-arbeidsplaatsen", definition="banen-uwv")
    assert not others[others["baseline_year"] != 2018]["is_assumption"].any()


def test_one_reading_of_each_target_is_the_chosen_one(tables):
    targets = tables.read("targets")
    chosen = targets.groupby(["programme", "target"])["is_chosen"].sum()
    assert (chosen == 1).all()
    front = targets[(targets["target"] == "extra-arbeidsplaatsen") & targets["is_chosen"]].iloc[0]
    assert (front["definition"], front["baseline_year"], front["deadline_year"]) == (
        "banen-van-werknemers",
        2018,
        2030,
    )


def test_registered_young_jobseekers_are_published_or_absent_never_spread(tables):
    youth = tables.read("youth", indicator="youth_registered_jobseekers").set_index("region_code")
    for region, published in {"NL01": 86_300, "PV22": 2_700, "PV23": 7_100, "PV28": 17_900}.items():
        assert youth.loc[region, "value"] == published
    assert set(youth["evidence"]) == {"published"}


def test_shift_share_adds_up_and_refuses_breaks(tables):
    shifts = tables.read("shift_share")
    kept = shifts[shifts["refused"] == ""]
    effects = kept["national"] + kept["industry_mix"] + kept["competitive"]
    assert np.allclose(effects, kept["total"], atol=5e-6)  # each in six decimals
    # a sector without jobs in the year before has no growth rate to divide
    whole = kept[kept["competitive_em"].notna()]
    undivided = kept[kept["competitive_em"].isna()]
    assert list(zip(undivided["region_code"], undivided["year"], strict=True)) == [("CR21", 2017)]
    parts = whole["competitive_em"] + whole["allocation"]
    assert np.allclose(parts, whole["competitive"], rtol=0, atol=1.5e-5)  # three figures, each of ten digits
    corop = shifts[shifts["region_code"] == "CR30"].set_index("year")["refused"]
    assert list(corop[corop == ""].index) == list(range(2011, 2019))
    assert "grens" in corop[2019] and "financiële" in corop[2024]
    provinces = kept[kept["region_code"].str.startswith("PV")]
    assert set(provinces["year"]) == set(range(2011, 2019))
    assert set(shifts["region_code"].str[:2]) == {"CR", "PV"}


def test_similar_regions_are_of_the_same_kind_and_never_oneself(tables):
    similar = tables.read("similar_regions")
    named = similar[similar["similar_code"] != ""]
    assert (named["region_code"] != named["similar_code"]).all()
    area = named[named["region_code"] == DRECHTSTEDEN]
    assert len(area) == 5 and area["similar_code"].str.startswith("AM").all()
    assert "AM23" not in set(area["similar_code"])  # the same gemeenten under another code


def test_contributions_add_up_exactly_and_rest_on_published_years(tables):
    own = tables.read("contributions", region_code=DRECHTSTEDEN)
    changes = own.groupby(["first_year", "last_year"])["change"].sum()
    assert changes.to_dict() == pytest.approx(
        {(2008, 2010): 123_520 - 128_270, (2010, 2015): 125_500 - 123_520}, abs=1e-5
    )


def test_a_vintage_compared_with_itself_shows_nothing(tables):
    found = compare.compare(tables, tables)
    assert found.cells.empty and found.verdicts.empty


def test_compare_lists_exactly_what_was_changed(tables):
    cells = tables.read("observations")
    changed = cells.copy()
    at = changed[(changed["region_code"] == "CR30") & (changed["source"] == "83582NED")].index[:1]
    changed.loc[at, "value"] *= 1.02
    gone = changed[changed["region_code"] == "GM0482"].index[:1]
    changed = changed.drop(index=gone)
    other = type(tables)("other", {**tables.tables, "observations": changed}, tables.borders)
    found = compare.compare(tables, other)
    assert found.cells["change"].value_counts().to_dict() == {"revised": 1, "gone": 1}
    assert found.largest(1)["relative_change"].iloc[0] == pytest.approx(0.02)


def test_the_table_of_revisions_names_the_most_revised_figure(tables):
    cells = tables.read("observations")
    changed = cells.copy()
    jobs = (
        (cells["region_code"] == "CR30") & (cells["source"] == "83582NED") & (cells["sector"] == "total")
        & (cells["year"] == 2023)
    )  # fmt: skip
    changed.loc[jobs, "value"] *= 1.02
    other = type(tables)("other", {**tables.tables, "observations": changed}, tables.borders)
    revisions = compare.changes_by_region(compare.compare(tables, other))["revisions"]
    (row,) = revisions.to_dict("records")
    assert (row["region_code"], row["indicator"], row["largest_period"]) == ("CR30", "jobs_employees", "2023")
    assert row["largest_new_value"] == pytest.approx(1.02 * row["largest_old_value"])
    assert list(revisions.columns) == list(TABLES["revisions"].schema.columns)
