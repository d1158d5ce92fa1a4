"""Joint draws: they add up, their middle and width are the model's, and the same seed gives the same figures."""

import numpy as np
import pandas as pd
import pytest

from pipeline.models import ModelError, draws, growth
from pipeline.models.draws import Draws, Parts, ShareModel, levels, reconcile, share_paths, shocks

COUNT, HORIZON = 20_000, 6


def parts(persistence=0.4, sum_drift=0.0) -> Parts:
    """Two parts and their sum, 100 and 300 thousand jobs; the sum has a forecast of its own."""
    return Parts(
        regions=pd.Index(["A", "B", "AB"]),
        sums=np.array([[1.0, 1.0]]),
        level=np.array([1e5, 3e5, 4e5]),
        drift=np.array([0.002, -0.001, sum_drift]),
        variance=np.array([1e-4, 4e-5, 2.5e-5]),
        drift_variance=np.array([4e-6, 2e-6, 1e-6]),
        nation=growth.Nation(0.01, 2e-4, 40, persistence, is_long=True),
    )


def drawn(count=COUNT, seed=1):
    return shocks(2, HORIZON, count, np.random.default_rng(seed))


def share_model(df=5.55) -> ShareModel:
    years = np.arange(0, 4.0)  # the first is an anchor
    return ShareModel(
        corop="A",
        gemeenten=pd.Index(["GM0001", "GM0002", "GM0003"]),
        share=np.tile([[0.5], [0.3], [0.2]], 4),
        scale=np.array([0.05, 0.08, 0.1]),
        covariance=np.minimum.outer(years, years) / 6,
        df=df,
    )


def test_every_draw_adds_up():
    result = levels(parts(), drawn(200))
    assert np.allclose(result[0] + result[1], result[2], rtol=1e-12)


def test_without_reconciling_the_draws_are_the_forecasts_of_the_growth_model():
    model, steps = parts(), np.arange(1, HORIZON + 1)
    result = np.log(levels(model, drawn(), reconciled=False))
    spread = np.sqrt(
        model.nation.log_variance(steps)
        + model.variance[:, None] * steps
        + model.drift_variance[:, None] * steps**2
    )
    middle = np.log(model.level)[:, None] + steps * (model.nation.drift + model.drift)[:, None]
    assert np.allclose(np.median(result, axis=2), middle, atol=0.03 * spread.max())
    assert np.allclose(result.std(axis=2) / spread, 1, atol=0.03)


def test_the_nation_is_shared_so_that_regions_move_together():
    result = np.log(levels(parts(), drawn(), reconciled=False))[:, -1]
    nation = parts().nation.log_variance(np.array([HORIZON]))[0]
    assert np.cov(result)[0, 1] == pytest.approx(nation, rel=0.05)


def test_a_sum_moves_with_the_shocks_of_its_parts():
    quiet = parts()
    quiet = Parts(**(vars(quiet) | {"nation": growth.Nation(0.0, 1e-12, 40, 0.0, is_long=True)}))
    result = levels(quiet, drawn(), reconciled=False)[:, 2]
    assert np.corrcoef(result[0] + result[1], result[2])[0, 1] > 0.98


def test_reconciling_moves_the_more_uncertain_region_most_and_an_exact_one_not_at_all():
    base = np.array([[100.0], [300.0], [420.0]])
    sums = np.array([[1.0, 1.0]])
    moved = reconcile(base, sums, np.array([1.0, 3.0, 0.0]), 2)[:, 0]
    assert moved == pytest.approx([105, 315, 420])
    shared = reconcile(base, sums, np.array([1.0, 3.0, 4.0]), 2)[:, 0]
    assert shared == pytest.approx([102.5, 307.5, 410])


def test_reconciling_is_the_projection_with_the_summing_matrix():
    random = np.random.default_rng(5)
    sums = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1.0]])
    weight, base = random.uniform(0.5, 3, 7), random.normal(100, 10, (7, 4))
    summing = np.concatenate([np.eye(4), sums])
    inverse = np.diag(1 / weight)
    best = np.linalg.solve(summing.T @ inverse @ summing, summing.T @ inverse @ base)
    assert np.allclose(reconcile(base, sums, weight, 4), summing @ best, rtol=1e-10)


def test_the_same_seed_gives_the_same_draws():
    assert np.array_equal(levels(parts(), drawn(50)), levels(parts(), drawn(50)))
    assert not np.array_equal(levels(parts(), drawn(50)), levels(parts(), drawn(50, seed=2)))


def test_shares_add_up_stand_still_at_an_anchor_and_wander_with_time():
    model = share_model()
    paths = share_paths(model, COUNT, np.random.default_rng(2))
    assert np.allclose(paths.sum(axis=0), 1, rtol=1e-12)
    assert np.allclose(paths[:, 0], model.share[:, :1])
    width = np.log(paths).std(axis=2)
    assert (np.diff(width, axis=1) > 0).all()


def test_shares_have_the_variance_of_the_members_formula():
    """ln share of A: (1 - share) e_A less the others' e, each weighted with its share."""
    model = share_model(df=1e6)
    paths = np.log(share_paths(model, COUNT, np.random.default_rng(2)))
    share, last = model.share[:, 0], model.covariance[-1, -1]
    gradient = np.eye(3) - share
    wanted = np.sqrt((gradient**2 * model.scale**2).sum(axis=1) * last)
    assert np.allclose(paths[:, -1].std(axis=1) / wanted, 1, atol=0.03)


def some_draws() -> Draws:
    values = np.arange(24.0).reshape(3, 2, 4)
    return Draws(pd.Index(["A", "B", "C"]), np.array([2025, 2026]), values)


def test_an_area_is_the_sum_of_the_draws_of_its_members():
    made = some_draws()
    assert np.array_equal(made.sum(["A", "C"]).values[0], made.values[0] + made.values[2])
    assert made.sum(["A", "B", "C"]).quantile(0.5).shape == (1, 2)


def test_quantiles_and_chances_are_read_from_the_draws():
    made = some_draws()
    assert made.quantile(0.5)[0].tolist() == [1.5, 5.5]
    assert made.quantile([0.1, 0.9]).shape == (2, 3, 2)
    assert made.probability_at_least(2.0, 2025).tolist() == [0.5, 1, 1]
    assert made.probability_at_least(np.array([2.0, 9.0, 99.0]), 2025).tolist() == [0.5, 0.75, 0]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda made: made.quantile(1.0), "lies between 0 and 1"),
        (lambda made: made.of(["A", "Z"]), "1 regions have no draws, e.g. Z"),
        (lambda made: made.sum(["Z"]), "1 regions have no draws"),
        (lambda made: made.probability_at_least(1, 2030), "no draws of 2030, only of 2025-2026"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_can(ask, message):
    with pytest.raises(ModelError, match=message):
        ask(some_draws())


def test_the_path_of_the_nation_has_the_variance_that_the_forecast_states():
    nation = growth.Nation(0.01, 2e-4, 40, 0.4, is_long=True)
    paths = draws.national_paths(nation, drawn().nation)
    assert np.allclose(paths.var(axis=1) / nation.log_variance(np.arange(1, HORIZON + 1)), 1, atol=0.05)
