"""Outlooks and chances: what must hold whatever the figures are."""

import numpy as np
import pandas as pd
import pytest

from pipeline.models import growth
from pipeline.models.outlook import JobEstimates, Question, RegionOutlook, _borrowed

YEARS = 16


def an_outlook(share_drift=0.0, level_log_sd=0.0, log_sd=0.02):
    steps = np.arange(1, YEARS + 1)
    return RegionOutlook(
        region_code="area",
        last_year=2024,
        last_level=100_000.0,
        log_growth=0.01 * steps,
        log_sd=log_sd * np.sqrt(steps),
        df=13,
        share_drift=share_drift,
        level_log_sd=level_log_sd,
        borrowed_from=("CR30",),
        source="x",
    )


def ask(extra=10_000.0, baseline=95_000.0, baseline_log_sd=0.0, years=6.0, goal=np.nan):
    return Question(2030, 100_000.0, goal, baseline, extra, baseline_log_sd, years)


def test_doubling_the_sd_of_the_share_moves_the_chance_towards_a_half():
    likely = ask(extra=5_000.0)
    unlikely = ask(extra=25_000.0)
    small, large = an_outlook(share_drift=0.012), an_outlook(share_drift=0.024)
    assert 0.5 < large.chance(likely) < small.chance(likely)
    assert small.chance(unlikely) < large.chance(unlikely) < 0.5


def test_an_exact_level_gives_a_sharper_chance():
    outlook, question = an_outlook(share_drift=0.02), ask(extra=25_000.0, baseline_log_sd=0.03)
    assert outlook.chance(question, exact_level=True) < outlook.chance(question)


def test_the_error_of_the_baseline_cancels_in_an_extra_but_for_its_size():
    """Baseline and latest level share one path: a region that is larger than thought has a larger baseline too."""
    question = ask(extra=10_000.0, baseline_log_sd=0.05, years=0.0)
    fixed = ask(extra=None, goal=105_000.0, baseline_log_sd=0.05, years=0.0)
    outlook = an_outlook()
    spread_of_extra = abs(outlook.chance(question) - outlook.chance(question, exact_level=True))
    spread_of_fixed = abs(outlook.chance(fixed) - outlook.chance(fixed, exact_level=True))
    assert spread_of_extra < spread_of_fixed


def test_the_chance_falls_as_the_target_rises():
    outlook = an_outlook(share_drift=0.012, level_log_sd=0.04)
    chances = [outlook.chance(ask(extra=extra)) for extra in range(0, 40_000, 5_000)]
    assert chances == sorted(chances, reverse=True)


def test_the_same_question_gives_the_same_chance():
    outlook = an_outlook(share_drift=0.012)
    assert outlook.chance(ask()) == outlook.chance(ask())


def test_intervals_widen_with_horizon_and_with_the_error_of_the_level():
    exact, unsure = an_outlook(), an_outlook(share_drift=0.01, level_log_sd=0.05)
    for outlook in (exact, unsure):
        width = np.log(outlook.quantile(0.9)) - np.log(outlook.quantile(0.1))
        assert (np.diff(width) > 0).all()
    assert (unsure.quantile(0.9) > exact.quantile(0.9)).all()
    assert np.allclose(unsure.quantile(0.5), exact.quantile(0.5))


@pytest.fixture
def corop_model():
    random = np.random.default_rng(3)
    years = list(range(2010, 2025))
    national = pd.Series(8e6 * np.exp(np.cumsum(random.normal(0.01, 0.01, 15))), index=years)
    noise = np.exp(np.cumsum(random.normal(0, 0.01, (12, 15)), axis=1))
    levels = pd.DataFrame(
        1e5 * noise * national.to_numpy() / 8e6, index=[f"CR{n:02d}" for n in range(1, 13)], columns=years
    )
    return growth.fit(levels, national)


def latest_rows(values):
    return pd.DataFrame(
        [{"region_code": code, "year": 2024, "value": value, "source": "x"} for code, value in values.items()]
    )


def estimates_of(drift: float, level_sd: float, **shares: float) -> tuple[pd.DataFrame, JobEstimates]:
    """Members of ``area``, one a COROP, and the tables behind its estimate."""
    codes = {corop: f"GM{number:04d}" for number, corop in enumerate(shares)}
    rows = [(codes[corop], corop, 2024, share) for corop, share in shares.items()]
    members = pd.DataFrame({"region_code": "area", "gm_code": list(codes.values())})
    quality = pd.DataFrame({"region_code": ["area"], "yearly_drift_sd": [drift]})
    levels = pd.DataFrame({"region_code": ["area"], "year": [2024], "log_sd": [level_sd]})
    return members, JobEstimates(
        pd.DataFrame(rows, columns=["gm_code", "cr_code", "year", "share"]), levels, quality
    )


def test_an_area_in_one_corop_takes_its_growth(corop_model):
    members, estimates = estimates_of(0.012, 0.05, CR03=0.7)
    found = _borrowed(corop_model, latest_rows({"area": 70_000.0}), members, estimates, 6, skip=set())
    forecast = corop_model.forecast(6)
    expected = forecast.log_mean[2] - np.log(corop_model.last_level[2])
    assert np.allclose(found["area"].log_growth, expected)
    assert np.allclose(found["area"].log_sd, forecast.log_sd[2])
    assert (found["area"].level_log_sd, found["area"].share_drift) == (0.05, 0.012)
    assert found["area"].is_one_gemeente


def test_an_area_in_two_corops_is_less_uncertain_than_in_one_of_them(corop_model):
    members, estimates = estimates_of(0.01, 0.05, CR03=0.7, CR04=0.7)
    both = _borrowed(corop_model, latest_rows({"area": 140_000.0}), members, estimates, 6, skip=set())
    members, estimates = estimates_of(0.01, 0.05, CR03=0.7)
    one = _borrowed(corop_model, latest_rows({"area": 70_000.0}), members, estimates, 6, skip=set())
    assert (both["area"].log_sd < one["area"].log_sd).all()
    assert not both["area"].is_one_gemeente


def test_a_region_with_its_own_series_borrows_nothing(corop_model):
    members, estimates = estimates_of(0.012, 0.05, CR03=0.7)
    assert not _borrowed(corop_model, latest_rows({"area": 7e4}), members, estimates, 6, skip={"area"})
