"""Small-area estimates against published software, and against a truth that is known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.models import small_area

FIXTURES = Path(__file__).parents[1] / "fixtures" / "models"
EXAMPLES = Path(__file__).parents[2] / "data" / "examples"
VARIANCES = {"REML": 0.01855022, "ML": 0.01551751, "FH": 0.01642026}
AREAS, PERIODS = 100, 20


@pytest.fixture(scope="module")
def milk():
    table = pd.read_csv(EXAMPLES / "milk.csv")
    dummies = [table["major_area"] == area for area in (2, 3, 4)]
    design = np.column_stack([np.ones(len(table)), *dummies]).astype(float)
    return table["direct"].to_numpy(), design, table["direct_se"].to_numpy() ** 2


@pytest.fixture(scope="module")
def saery():
    table = pd.read_csv(EXAMPLES / "saery.csv.gz").sort_values(["area", "period"])
    panel = {name: table[name].to_numpy().reshape(AREAS, PERIODS) for name in table.columns}
    return panel["direct"], panel["x"][:, :, None], panel["sampling_variance"], panel


@pytest.mark.parametrize("method", ["REML", "ML", "FH"])
def test_fay_herriot_equals_sae_on_milk(milk, method):
    expected = pd.read_csv(FIXTURES / "milk_expected.csv").query("method == @method")
    coefficients = pd.read_csv(FIXTURES / "milk_coefficients.csv").query("method == @method")
    fit = small_area.fay_herriot(*milk, method=method)

    assert fit.variance == pytest.approx(VARIANCES[method], rel=1e-4)
    for ours, published in (
        (fit.beta, coefficients["beta"]),
        (fit.beta_se, coefficients["se"]),
        (fit.eblup, expected["eblup"]),
        (fit.mse, expected["mse"]),
    ):
        np.testing.assert_allclose(ours, published, atol=1e-4)
    for ours, converged in (
        (fit.beta, coefficients["beta_conv"]),
        (fit.beta_se, coefficients["se_conv"]),
        (fit.eblup, expected["eblup_conv"]),
        (fit.mse, expected["mse_conv"]),
    ):
        np.testing.assert_allclose(ours, converged, atol=1e-8)


def test_converged_reml_variance_and_likelihood_on_milk(milk):
    fit = small_area.fay_herriot(*milk)
    assert fit.variance == pytest.approx(0.01855033, abs=1e-8)
    assert fit.loglik == pytest.approx(12.67748, abs=2e-5)
    assert fit.marks == ()


def test_rao_yu_with_autocorrelation_equals_saery(saery):
    direct, design, sampling, panel = saery
    fit = small_area.rao_yu(direct, design, sampling)
    assert fit.area_variance == pytest.approx(0.5658604, abs=1e-4)
    assert fit.time_variance == pytest.approx(0.7504385, abs=1e-4)
    assert fit.rho == pytest.approx(0.7706465, abs=1e-4)
    assert fit.beta == pytest.approx([0.9778108], abs=1e-4)
    np.testing.assert_allclose(fit.eblup, panel["eblup_ar1"], atol=1e-6)


def test_rao_yu_with_independent_years_equals_saery(saery):
    direct, design, sampling, panel = saery
    fit = small_area.rao_yu(direct, design, sampling, ar1=False)
    assert fit.area_variance == pytest.approx(1.056225, abs=1e-4)
    assert fit.time_variance == pytest.approx(1.306199, abs=1e-4)
    assert fit.rho == 0
    assert fit.beta == pytest.approx([0.9816876], abs=1e-4)
    np.testing.assert_allclose(fit.eblup, panel["eblup_independent"], atol=1e-6)
    np.testing.assert_allclose(fit.mse, panel["mse_independent"], atol=1e-6)


def test_benchmarking_with_equal_variances_equals_hbsae(milk):
    table = pd.read_csv(FIXTURES / "milk_benchmark.csv")
    total = 1.02 * milk[0].sum()
    ones = np.ones(len(table))
    moved, mse = small_area.benchmark(table["hb"], ones, ones[:, None], [total])
    np.testing.assert_allclose(moved, table["hb_bench_identity"], atol=1e-9)
    assert moved.sum() == pytest.approx(total, abs=1e-9)
    np.testing.assert_allclose(mse, 1 + (moved - table["hb"]) ** 2)


@pytest.fixture(scope="module")
def known_truth():
    """Unemployment of 342 counties, 2015-2022, doubled to the size of youth unemployment, and noisy
    direct figures of it: the truth is real, the sampling and the registered share are drawn."""
    raw = pd.read_csv(FIXTURES / "us_county_unemployment.csv.gz", dtype={"fips": str}, index_col="fips")
    years = range(2015, 2023)
    truth = 2 * raw[[f"Unemployment_rate_{year}" for year in years]].to_numpy() / 100
    labour_force = raw[[f"Civilian_labor_force_{year}" for year in years]].to_numpy()
    random = np.random.default_rng(2026)
    sample = np.clip(labour_force / 2500, 8, 400)
    direct = random.binomial(sample.astype(int), truth) / sample.astype(int)
    registered = 0.5 * truth * np.exp(random.normal(0, 0.2, truth.shape) + random.normal(0, 0.2, (342, 1)))
    dummies = np.broadcast_to(np.eye(8), (342, 8, 8))
    design = np.concatenate([dummies, registered[:, :, None], np.log(labour_force)[:, :, None]], axis=2)
    flat = design.reshape(-1, design.shape[2])
    fitted = (flat @ np.linalg.lstsq(flat, direct.ravel(), rcond=None)[0]).reshape(truth.shape)
    return truth, direct, design, small_area.rate_variance(fitted, sample.astype(int))


def test_rao_yu_recovers_a_known_truth(known_truth):
    truth, direct, design, sampling = known_truth
    fit = small_area.rao_yu(direct, design, sampling)
    yearly = np.empty_like(truth)
    for year in range(8):
        columns = [year, 8, 9]  # the year's own dummy is the intercept
        one_year = small_area.fay_herriot(direct[:, year], design[:, year][:, columns], sampling[:, year])
        yearly[:, year] = one_year.eblup

    def error(estimate: np.ndarray) -> float:
        return float(np.sqrt(np.mean((estimate - truth) ** 2)))

    assert error(fit.eblup) < 0.95 * error(yearly) < 0.5 * error(direct)
    for level, lowest, highest in ((0.80, 0.70, 0.88), (0.95, 0.87, 0.985)):
        low, high = small_area.interval(fit.eblup, fit.mse, level)
        assert lowest < np.mean((truth >= low) & (truth <= high)) < highest


def test_rao_yu_finds_the_factor_on_the_variances(known_truth):
    _, direct, design, sampling = known_truth
    fit = small_area.rao_yu(direct, design, sampling / 3, estimate_scale=True)
    assert fit.scale == pytest.approx(3, rel=0.15)
