"""Shares of gemeenten in their COROP: anchors, bridge and drift. One COROP of four gemeenten, and one of two."""

import numpy as np
import pandas as pd
import pytest

from pipeline.indicators import shares

COROP = pd.Series({"GM1": "CR01", "GM2": "CR01", "GM3": "CR01", "GM4": "CR01", "GM5": "CR02", "GM6": "CR02"})
JOBS = {"GM1": 40_000, "GM2": 30_000, "GM3": 20_000, "GM4": 10_000, "GM5": 5_000, "GM6": 15_000}
YEARS = range(2010, 2025)
COROP_JOBS = pd.DataFrame({year: {"CR01": 100_000.0, "CR02": 20_000.0} for year in YEARS})


def published(year: float, jobs: dict[str, float] = JOBS, source: str = "t") -> pd.DataFrame:
    return pd.DataFrame({"gm_code": jobs.keys(), "year": year, "value": jobs.values(), "source": source})


def made(*anchors: pd.DataFrame) -> shares.Shares:
    return shares.estimate(
        pd.concat([shares.complete_anchors(one, COROP) for one in anchors]), COROP, COROP_JOBS
    )


def levels_of(held: shares.Shares, *gemeenten: str, corop_jobs: pd.DataFrame = COROP_JOBS) -> pd.DataFrame:
    members = pd.DataFrame({"region_code": "here", "gm_code": gemeenten})
    return shares.levels(held, members, corop_jobs).set_index("year")


TWO = made(published(2009), published(2015, JOBS | {"GM1": 30_000, "GM2": 40_000}))


def test_anchors_are_met_and_between_them_the_log_share_is_straight():
    assert TWO.centre.loc["GM1", 2015] == pytest.approx(0.3)
    ratio = np.log(TWO.centre.loc["GM1"] / TWO.centre.loc["GM2"])
    assert ratio[2012] == pytest.approx((np.log(4 / 3) + np.log(3 / 4)) / 2)
    assert ratio[2011] - ratio[2010] == pytest.approx(ratio[2014] - ratio[2013])
    assert TWO.centre.loc["GM1", 2024] == pytest.approx(0.3)  # no trend is carried on
    assert np.allclose(TWO.centre.groupby(COROP).sum(), 1)


def test_several_base_years_are_one_anchor_in_their_middle():
    base = shares.base_anchor(
        pd.concat([published(2008), published(2009), published(2010, JOBS | {"GM1": 70_000})]), COROP
    )
    first = base.set_index("gm_code").loc["GM1"]
    assert (first["year"], first["share"]) == (2009, pytest.approx((0.4 + 0.4 + 7 / 13) / 3))


def test_a_corop_with_a_gemeente_that_is_not_published_is_no_anchor():
    unknown = shares.complete_anchors(published(2015, JOBS | {"GM5": np.nan}), COROP)
    nothing = shares.complete_anchors(published(2015, JOBS | {"GM5": 0}), COROP)
    assert set(unknown["cr_code"]) == set(nothing["cr_code"]) == {"CR01"}


def test_variance_is_nil_at_anchors_a_bridge_between_and_one_six_years_later():
    variance = pd.Series(np.diag(shares.time_covariance(np.arange(2009, 2025), np.array([2009, 2015]))))
    variance.index = range(2009, 2025)
    assert variance[[2009, 2015]].tolist() == [0, 0]
    assert variance[2012] == pytest.approx(3 * 3 / 6 / 6)
    assert variance[2018] == pytest.approx(3 / 6)
    assert variance[2021] == pytest.approx(1)
    assert variance[2024] == pytest.approx(1.5 * 1.16**2)  # sd x 1.16 at nine years


def test_a_change_over_six_years_is_as_uncertain_whenever_it_begins():
    covariance = shares.time_covariance(np.arange(2016, 2025), np.array([2009, 2015]))
    change = covariance[8, 8] + covariance[2, 2] - 2 * covariance[8, 2]  # 2018 to 2024
    assert change == pytest.approx(1)


def test_the_covariance_over_years_can_be_drawn_from():
    covariance = shares.time_covariance(np.arange(2000, 2041), np.array([2009, 2015]))
    assert np.linalg.eigvalsh(covariance).min() > -1e-12
    assert covariance[2, 13] == covariance[13, 30] == 0  # two sides of an anchor
    assert np.allclose(covariance, covariance.T)


def test_one_gemeente_moves_against_its_corop():
    row = levels_of(TWO, "GM3").loc[2021]
    share = np.array([0.3, 0.4, 0.2, 0.1])
    s2 = shares.scale_of(share * 100_000) ** 2
    variance = (1 - share[2]) ** 2 * s2[2] + (share[[0, 1, 3]] ** 2 * s2[[0, 1, 3]]).sum()
    assert row["log_sd"] == pytest.approx(np.sqrt(variance * shares.DF / (shares.DF - 2)))
    assert shares.DF < row["df"] < 8  # nearly the t of one gemeente


def test_a_group_and_the_rest_of_its_corop_are_off_by_the_same_number_of_jobs():
    one, rest = levels_of(TWO, "GM1", "GM2").loc[2021], levels_of(TWO, "GM3", "GM4").loc[2021]
    assert one["value"] + rest["value"] == pytest.approx(100_000)
    assert one["value"] * one["log_sd"] == pytest.approx(rest["value"] * rest["log_sd"])
    single = levels_of(TWO, "GM1").loc[2021]
    assert one["df"] > single["df"]  # a sum of many is nearer to a normal


def test_parts_in_two_corops_are_independent():
    parts = [levels_of(TWO, code).loc[2021] for code in ("GM3", "GM5")]
    both = levels_of(TWO, "GM3", "GM5").loc[2021]
    assert both["value"] == pytest.approx(sum(one["value"] for one in parts))
    jobs = np.sqrt(sum((one["value"] * one["log_sd"]) ** 2 for one in parts))
    assert both["value"] * both["log_sd"] == pytest.approx(jobs)


def test_a_whole_corop_is_not_off_at_all_and_needs_no_anchor():
    held = made(published(2015, JOBS | {"GM5": np.nan}))
    whole = levels_of(held, "GM5", "GM6")
    assert (whole["value"] == 20_000).all() and (whole["log_sd"] == 0).all()
    assert levels_of(held, "GM5").empty
    assert levels_of(held, "GM1", "GM5").empty  # one of its COROPs has no shares


def test_a_region_is_missing_in_a_year_in_which_one_of_its_corops_is():
    lacking = COROP_JOBS.copy()
    lacking.loc["CR02", 2024] = np.nan
    rows = levels_of(TWO, "GM1", "GM5", corop_jobs=lacking)
    assert 2024 not in rows.index and 2023 in rows.index


def test_draws_of_every_gemeente_give_the_interval_of_a_group():
    """The members' formula and the t of a sum, against draws from the model they are derived from."""
    random = np.random.default_rng(7)
    members = ["GM2", "GM4"]
    rows = levels_of(TWO, *members).loc[[2021]]
    share = TWO.centre.loc[COROP == "CR01", 2021]
    normal = random.standard_normal((200_000, 4))
    tails = np.sqrt(shares.DF / random.chisquare(shares.DF, (200_000, 4)))
    moved = share.to_numpy() * np.exp(TWO.scale[share.index].to_numpy() * normal * tails)
    drawn = 100_000 * moved[:, [1, 3]].sum(axis=1) / moved.sum(axis=1)
    for level in (0.80, 0.95):
        low, high = (float(end.iloc[0]) for end in shares.interval(rows, level))
        assert np.mean((drawn > low) & (drawn < high)) == pytest.approx(level, abs=0.012)
