import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.models import ModelError, small_area


def made_areas(areas: int = 30, seed: int = 1):
    random = np.random.default_rng(seed)
    design = np.column_stack([np.ones(areas), random.normal(size=areas)])
    sampling = random.uniform(0.5, 2, areas)
    truth = design @ [10, 2] + random.normal(0, 1, areas)
    return truth + random.normal(0, np.sqrt(sampling)), design, sampling


def made_panel(areas: int = 40, years: int = 6, seed: int = 2, rho: float = 0.6):
    random = np.random.default_rng(seed)
    design = np.stack([np.ones((areas, years)), random.normal(size=(areas, years))], axis=2)
    lag = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    effects = 0.7 + 0.5 * rho**lag / (1 - rho**2)
    sampling = random.uniform(0.3, 1.5, (areas, years))
    noise = random.normal(0, np.sqrt(sampling))
    return (
        design @ [5, 1] + random.multivariate_normal(np.zeros(years), effects, areas) + noise,
        design,
        sampling,
    )


def dense_restricted_loglik(y, X, v, area_variance, time_variance, rho, years=None):
    """The restricted likelihood written out for all observed cells at once."""
    areas = len(y)
    years = np.arange(y.shape[1]) if years is None else years
    lag = np.abs(np.subtract.outer(years, years))
    block = area_variance + time_variance * rho**lag / (1 - rho**2)
    known = np.isfinite(y).ravel()
    total = (np.kron(np.eye(areas), block) + np.diag(np.nan_to_num(v.ravel(), nan=1.0)))[np.ix_(known, known)]
    design, direct = X.reshape(-1, X.shape[2])[known], y.ravel()[known]
    inverse = np.linalg.inv(total)
    information = design.T @ inverse @ design
    residual = direct - design @ np.linalg.solve(information, design.T @ inverse @ direct)
    parts = np.linalg.slogdet(total)[1] + np.linalg.slogdet(information)[1] + residual @ inverse @ residual
    return -0.5 * parts


# --- Fay-Herriot ------------------------------------------------------------------------------------


def test_missing_areas_do_not_change_the_others():
    y, X, v = made_areas()
    gone = np.arange(len(y)) % 7 == 3
    fit = small_area.fay_herriot(np.where(gone, np.nan, y), X, np.where(gone, np.nan, v))
    without = small_area.fay_herriot(y[~gone], X[~gone], v[~gone])
    np.testing.assert_allclose(fit.eblup[~gone], without.eblup)
    np.testing.assert_allclose(fit.mse[~gone], without.mse)
    np.testing.assert_allclose(fit.eblup[gone], X[gone] @ without.beta)
    assert (fit.mse[gone] > without.variance).all()
    assert (fit.direct_weight[gone] == 0).all()


@pytest.mark.parametrize("method", ["REML", "ML", "FH"])
def test_no_spread_between_areas_is_marked(method):
    _, X, v = made_areas()
    fit = small_area.fay_herriot(X @ [10, 2] + 0.01 * np.sin(np.arange(30)), X, v, method)
    assert fit.variance == 0
    assert fit.marks == (small_area.ZERO_VARIANCE,)
    np.testing.assert_allclose(fit.eblup, X @ fit.beta)
    assert (fit.mse > 0).all()


def test_precise_areas_keep_their_figure():
    y, X, v = made_areas()
    v[0], v[1] = 1e-9, 1e9
    fit = small_area.fay_herriot(y, X, v)
    assert fit.eblup[0] == pytest.approx(y[0])
    assert fit.eblup[1] == pytest.approx(X[1] @ fit.beta)


@pytest.mark.parametrize("method", ["REML", "ML", "FH"])
def test_fay_herriot_does_not_depend_on_the_unit(method):
    y, X, v = made_areas()
    fit = small_area.fay_herriot(y, X, v, method)
    scaled = small_area.fay_herriot(1e-4 * y, X, 1e-8 * v, method)
    np.testing.assert_allclose(scaled.eblup, 1e-4 * fit.eblup)
    np.testing.assert_allclose(scaled.mse, 1e-8 * fit.mse)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y, X, v: (y[1:], X, v), "Shapes do not match"),
        (lambda y, X, v: (y, X, v * (np.arange(30) > 1)), "2 sampling variances are not positive"),
        (lambda y, X, v: (y, X, np.where(np.arange(30) == 4, np.nan, v)), r"nan at \(4,\)"),
        (lambda y, X, v: (y, X, -v), "30 sampling variances"),
        (lambda y, X, v: (y, np.column_stack([X, X[:, 0]]), v), "singular"),
        (lambda y, X, v: (y, np.column_stack([X, 0 * y]), v), "column 2 is all zero"),
        (lambda y, X, v: (y, np.where(X < 0, np.nan, X), v), "X lacks"),
        (lambda y, X, v: (y + np.inf, X, v), "infinite"),
        (lambda y, X, v: (y[:3], X[:3], v[:3]), "3 direct figures"),
        (lambda y, X, v: (y * np.nan, X, v), "0 direct figures"),
    ],
)
def test_unsound_areas_are_refused(change, message):
    with pytest.raises(ModelError, match=message):
        small_area.fay_herriot(*change(*made_areas()))


def test_unknown_method_is_refused():
    with pytest.raises(ModelError, match="REML, ML, FH"):
        small_area.fay_herriot(*made_areas(), method="OLS")


# --- Rao-Yu -----------------------------------------------------------------------------------------


@pytest.fixture
def holey_panel():
    y, X, v = made_panel()
    random = np.random.default_rng(9)
    gone = random.random(y.shape) < 0.2
    gone[3] = True
    return np.where(gone, np.nan, y), X, np.where(gone, np.nan, v)


def test_likelihood_of_a_panel_with_holes_is_at_its_top(holey_panel):
    fit = small_area.rao_yu(*holey_panel)
    best = [fit.area_variance, fit.time_variance, fit.rho]
    top = dense_restricted_loglik(*holey_panel, *best)
    for place in range(3):
        for factor in (0.97, 1.03):
            beside = list(best)
            beside[place] *= factor
            assert dense_restricted_loglik(*holey_panel, *beside) < top


def test_missing_cells_equal_cells_of_endless_variance(holey_panel):
    y, X, v = holey_panel
    fit = small_area.rao_yu(y, X, v)
    noisy = small_area.rao_yu(np.nan_to_num(y), X, np.where(np.isnan(y), 1e9, v))
    np.testing.assert_allclose(fit.eblup, noisy.eblup, rtol=1e-4)
    np.testing.assert_allclose(fit.mse, noisy.mse, rtol=1e-3)


def test_a_missing_area_gets_the_regression(holey_panel):
    y, X, v = holey_panel
    fit = small_area.rao_yu(y, X, v)
    np.testing.assert_allclose(fit.eblup[3], X[3] @ fit.beta)
    assert (fit.direct_weight[3] == 0).all()
    assert np.isfinite(fit.eblup).all()
    assert (fit.mse[3] > fit.area_variance).all()
    assert np.isnan(fit.standardised_residual).sum() == np.isnan(y).sum()


def test_estimates_equal_the_formulas_written_out():
    y, X, v = made_panel(areas=8, years=4)
    fit = small_area.rao_yu(y, X, v)
    lag = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    effects = fit.area_variance + fit.time_variance * fit.rho**lag / (1 - fit.rho**2)
    inverse = [np.linalg.inv(effects + np.diag(cells)) for cells in v]
    information = sum(X[i].T @ inverse[i] @ X[i] for i in range(8))
    shrink = effects @ inverse[0]
    remaining = X[0] - shrink @ X[0]
    mse = np.diag(effects - shrink @ effects) + np.diag(remaining @ np.linalg.inv(information) @ remaining.T)
    np.testing.assert_allclose(fit.eblup[0], X[0] @ fit.beta + shrink @ (y[0] - X[0] @ fit.beta))
    assert (fit.mse[0] > mse).all()  # estimating the variances adds to it; exact in the golden test
    assert (fit.mse[0] < 1.6 * mse).all()
    np.testing.assert_allclose(fit.direct_weight[0], np.diag(shrink))


#: Survey years with one left out, as the regional tables have them.
WITH_A_GAP = [2021, 2022, 2024, 2025]


@pytest.fixture
def gapped_panel():
    """Years with a gap, out of a long panel of consecutive ones; effects that fade fast enough to matter."""
    y, X, v = made_panel(areas=300, years=5, rho=0.6)
    kept = [0, 1, 3, 4]
    return y[:, kept], X[:, kept], v[:, kept]


def test_a_year_left_out_equals_a_year_without_any_figure(gapped_panel):
    y, X, v = gapped_panel
    fit = small_area.rao_yu(y, X, v, years=WITH_A_GAP)
    empty = np.full((len(y), 1), np.nan)
    covariates = np.ones((len(y), 1, X.shape[2]))
    filled = small_area.rao_yu(
        np.hstack([y[:, :2], empty, y[:, 2:]]),
        np.concatenate([X[:, :2], covariates, X[:, 2:]], axis=1),
        np.hstack([v[:, :2], empty, v[:, 2:]]),
    )
    kept = [0, 1, 3, 4]
    assert fit.rho == pytest.approx(filled.rho, abs=1e-5)
    assert fit.loglik == pytest.approx(filled.loglik, abs=1e-8)
    np.testing.assert_allclose(fit.eblup, filled.eblup[:, kept], rtol=1e-6)
    np.testing.assert_allclose(fit.mse, filled.mse[:, kept], rtol=1e-4)


def test_years_with_a_gap_equal_the_dense_matrices_of_their_distances(gapped_panel):
    y, X, v = (part[:100] for part in gapped_panel)
    fit = small_area.rao_yu(y, X, v, years=WITH_A_GAP)
    best = [fit.area_variance, fit.time_variance, fit.rho]
    top = dense_restricted_loglik(y, X, v, *best, years=WITH_A_GAP)
    for place in range(3):
        for factor in (0.97, 1.03):
            beside = list(best)
            beside[place] *= factor
            assert dense_restricted_loglik(y, X, v, *beside, years=WITH_A_GAP) < top
    # 2022 and 2024 lie two steps apart: rho squared, where consecutive columns would have rho
    rho = fit.rho
    power = np.array(
        [
            [1, rho, rho**3, rho**4],
            [rho, 1, rho**2, rho**3],
            [rho**3, rho**2, 1, rho],
            [rho**4, rho**3, rho, 1],
        ]
    )
    effects = fit.area_variance + fit.time_variance * power / (1 - rho**2)
    total = np.kron(np.eye(len(y)), effects) + np.diag(v.ravel())
    design = X.reshape(-1, X.shape[2])
    weighted = np.linalg.solve(total, design)
    beta = np.linalg.solve(design.T @ weighted, weighted.T @ y.ravel())
    residual = np.linalg.solve(total, y.ravel() - design @ beta).reshape(y.shape)
    np.testing.assert_allclose(fit.beta, beta)
    np.testing.assert_allclose(fit.eblup, X @ beta + residual @ effects)


def test_years_with_a_gap_are_not_taken_as_consecutive(gapped_panel):
    fit = small_area.rao_yu(*gapped_panel, years=WITH_A_GAP)
    consecutive = small_area.rao_yu(*gapped_panel)
    assert abs(fit.rho - consecutive.rho) > 0.02
    assert np.abs(fit.eblup - consecutive.eblup).max() > 0.02
    for first in (0, 2021):  # only distances count
        same = small_area.rao_yu(*gapped_panel, years=np.arange(first, first + 4))
        np.testing.assert_array_equal(same.eblup, consecutive.eblup)


@pytest.mark.parametrize(
    "years",
    [[2021, 2022, 2024], [2021, 2022, 2022, 2024], [2022, 2021, 2024, 2025], [2021, 2022, np.nan, 2024]],
)
def test_years_that_do_not_ascend_are_refused(gapped_panel, years):
    with pytest.raises(ModelError, match="ascending year for each of 4 columns"):
        small_area.rao_yu(*gapped_panel, years=years)


def test_residuals_are_standardised():
    fit = small_area.rao_yu(*made_panel(areas=200))
    assert fit.standardised_residual.std() == pytest.approx(1, abs=0.05)
    assert stats.kstest(fit.standardised_residual[:, 0], "norm").pvalue > 0.01


@pytest.mark.parametrize("ar1", [True, False])
def test_rao_yu_does_not_depend_on_units(ar1):
    y, X, v = made_panel()
    fit = small_area.rao_yu(y, X, v, ar1)
    scaled = small_area.rao_yu(1e-3 * y, X * [1e4, 1e-5], 1e-6 * v, ar1)
    np.testing.assert_allclose(scaled.eblup, 1e-3 * fit.eblup, rtol=1e-5)
    np.testing.assert_allclose(scaled.beta, 1e-3 * fit.beta / [1e4, 1e-5], rtol=1e-4)


def test_no_spread_is_marked():
    _, X, v = made_panel()
    random = np.random.default_rng(1)
    fit = small_area.rao_yu(X @ [5, 1] + random.normal(0, 0.05, v.shape), X, v, ar1=False)
    assert fit.marks == (small_area.ZERO_AREA_VARIANCE, small_area.ZERO_TIME_VARIANCE)
    assert np.isfinite(fit.mse).all()
    assert (fit.mse > 0).all()


def test_alternating_years_are_taken_as_independent():
    y, X, v = made_panel(areas=150, rho=-0.7)
    fit = small_area.rao_yu(y, X, v)
    assert fit.rho == 0
    assert small_area.RHO_AT_ZERO in fit.marks
    np.testing.assert_allclose(fit.eblup, small_area.rao_yu(y, X, v, ar1=False).eblup, rtol=1e-5)


def test_rounding_variance_is_not_scaled():
    y, X, v = made_panel()
    known = small_area.rao_yu(y, X, v, rounding_variance=0.2)
    np.testing.assert_allclose(known.eblup, small_area.rao_yu(y, X, v + 0.2).eblup, rtol=1e-6)
    assert known.scale == 1


def test_effects_that_grow_with_the_level_are_the_model_of_divided_cells():
    y, X, v = made_panel()
    level = np.random.default_rng(4).uniform(0.5, 3, y.shape)
    fit = small_area.rao_yu(y, X, v, level=level, rounding_variance=0.1)
    divided = small_area.rao_yu(
        y / level, X / level[:, :, None], v / level**2, level=1.0, rounding_variance=0.1 / level**2
    )
    np.testing.assert_allclose(fit.eblup, divided.eblup * level)
    np.testing.assert_allclose(fit.mse, divided.mse * level**2)
    same = small_area.rao_yu(y, X, v, level=2.0)
    np.testing.assert_allclose(same.eblup, small_area.rao_yu(y, X, v, level=1.0).eblup, rtol=1e-9)


@pytest.mark.parametrize("level", [0.0, -1.0, np.nan])
def test_a_level_that_is_not_positive_is_refused(level):
    with pytest.raises(ModelError, match="240 levels are not positive"):
        small_area.rao_yu(*made_panel(), level=level)


def test_one_year_is_at_the_top_of_the_adjusted_likelihood():
    y, X, v = made_areas()
    fit = small_area.rao_yu(y[:, None], X[:, None], v[:, None])

    def adjusted(variance):
        return np.log(variance) + dense_restricted_loglik(
            y[:, None], X[:, None], v[:, None], variance, 0.0, 0.0
        )

    assert adjusted(fit.area_variance) > max(
        adjusted(factor * fit.area_variance) for factor in (0.999, 1.001)
    )
    assert fit.area_variance > small_area.fay_herriot(y, X, v).variance
    assert fit.time_variance == 0
    assert fit.marks == ()


def test_one_year_without_spread_between_areas_keeps_a_margin():
    """REML says zero here, and an interval that is too narrow."""
    _, X, v = made_areas()
    y = X @ [10, 2] + 0.01 * np.sin(np.arange(30))
    fit = small_area.rao_yu(y[:, None], X[:, None], v[:, None])
    assert small_area.fay_herriot(y, X, v).variance == 0
    assert fit.area_variance > 0.01


def test_one_year_finds_the_factor_on_the_variances():
    random = np.random.default_rng(11)
    design = np.column_stack([np.ones(600), random.normal(size=600)])
    sampling = np.exp(random.uniform(-3, 2, 600))
    y = design @ [10, 2] + random.normal(0, 1, 600) + random.normal(0, np.sqrt(5 * sampling))
    fit = small_area.rao_yu(y[:, None], design[:, None], sampling[:, None], estimate_scale=True)
    assert fit.scale == pytest.approx(5, rel=0.2)
    assert fit.area_variance == pytest.approx(1, abs=0.4)


def test_the_last_digits_do_not_depend_on_how_the_numbers_are_added_up():
    """Another order of the areas adds up in another order, as another processor does."""
    y, X, v = made_panel()
    fit = small_area.rao_yu(y, X, v, estimate_scale=True)
    turned = small_area.rao_yu(y[::-1], X[::-1], v[::-1], estimate_scale=True)
    np.testing.assert_allclose(turned.eblup[::-1], fit.eblup, rtol=1e-11)
    np.testing.assert_allclose(turned.mse[::-1], fit.mse, rtol=1e-10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y, X, v: (y, X[:, :, 0], v), "Shapes do not match"),
        (lambda y, X, v: (y, X, 0 * v), "not positive"),
        (lambda y, X, v: (y, np.concatenate([X, X[:, :, :1]], axis=2), v), "singular"),
        (lambda y, X, v: (y * np.nan, X, v), "0 direct figures"),
    ],
)
def test_unsound_panels_are_refused(change, message):
    with pytest.raises(ModelError, match=message):
        small_area.rao_yu(*change(*made_panel()))


def test_a_scale_that_cannot_be_told_is_refused():
    y, X, v = made_panel()
    with pytest.raises(ModelError, match="cannot be told"):
        small_area.rao_yu(y, X, np.ones_like(v), ar1=False, estimate_scale=True)
    with pytest.raises(ModelError, match="rounding_variance"):
        small_area.rao_yu(y, X, v, rounding_variance=-1)


# --- benchmarking -----------------------------------------------------------------------------------

finite = st.floats(0.01, 1e4)


@given(st.data())
def test_benchmarking_keeps_the_totals(data):
    areas = data.draw(st.integers(2, 25))
    estimate = np.array(data.draw(st.lists(finite, min_size=areas, max_size=areas)))
    mse = np.array(data.draw(st.lists(st.floats(1e-4, 1e4), min_size=areas, max_size=areas)))
    size = np.array(data.draw(st.lists(finite, min_size=areas, max_size=areas)))
    member = np.array(data.draw(st.lists(st.integers(0, 2), min_size=areas, max_size=areas)))
    groups = np.unique(member)
    regions = size[:, None] * (member[:, None] == groups)
    weights = np.column_stack([regions, size])  # regions and the nation: nested
    factor = np.array(data.draw(st.lists(st.floats(0.8, 1.25), min_size=len(groups), max_size=len(groups))))
    part = factor * (regions.T @ estimate)
    totals = np.append(part, part.sum())
    moved, moved_mse = small_area.benchmark(estimate, mse, weights, totals)
    np.testing.assert_allclose(weights.T @ moved, totals, rtol=1e-9)
    assert (moved_mse >= mse).all()


def test_uncertain_areas_move_most():
    moved, mse = small_area.benchmark([10, 10], [1, 3], [[1], [1]], [24])
    np.testing.assert_allclose(moved, [11, 13])
    np.testing.assert_allclose(mse, [2, 12])


def test_a_rounded_total_pulls_less():
    moved, _ = small_area.benchmark([10, 10], [1, 1], [[1], [1]], [24], total_variance=2)
    np.testing.assert_allclose(moved, [11, 11])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1], [[1], [1]], [3]), "do not match"),
        (([1, 2], [1, 1], [[1, 1]], [3]), "weights"),
        (([1, 2], [1, 1], [[1], [1], [1]], [3]), "weights"),
        (([1, np.nan], [1, 1], [[1], [1]], [3]), "estimate holds 1"),
        (([1, 2], [1, -1], [[1], [1]], [3]), "negative"),
        (([1, 2], [0, 0], [[1], [1]], [4]), "cannot be met"),
        (([1, 2], [1, 1], [[1, 1], [1, 1]], [4, 5]), "contradict"),
    ],
)
def test_unsound_benchmarks_are_refused(arguments, message):
    with pytest.raises(ModelError, match=message):
        small_area.benchmark(*arguments)


# --- rates and publication --------------------------------------------------------------------------


def test_rate_variance():
    np.testing.assert_allclose(small_area.rate_variance([0.1, 0.0], [100, 100]), [0.0009, 0.000099])
    assert small_area.rate_variance(0.1, 100, rounding=0.001, scale=2) == pytest.approx(0.0018 + 1e-6 / 12)
    with pytest.raises(ModelError, match="1 labour forces"):
        small_area.rate_variance([0.1, 0.1], [0, 100])


def test_interval_stays_above_its_floor():
    low, high = small_area.interval([0.1, 0.01], [0.0004, 0.0004], level=0.95)
    np.testing.assert_allclose(low, [0.1 - 1.959964 * 0.02, 0])
    np.testing.assert_allclose(high, [0.1 + 1.959964 * 0.02, 0.01 + 1.959964 * 0.02])


def test_publication_class():
    classes = small_area.publication_class([10, 10, 10, 0, -1], [4, 12.25, 13, 1, 1])
    assert classes.tolist() == ["show", "grey", "hide", "hide", "hide"]
