"""Speed and accuracy of the models, on the reference data of the tests.

Run from the repository root: python -m benchmarks.bench_models
Prints the figures that docs/methods quotes, and the time beside statsforecast where that is installed.
"""

import importlib.util
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.config import Folders
from pipeline.models import backtest, growth, small_area
from pipeline.reference import load_panels

FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures" / "models"
GROWTH_RATES = [0.0, 0.005, 0.01, 0.015, 0.02, 0.03]
METHODS = ["growth", "drift", "naive"]
HORIZON = 6
DRAWS = 10


def main() -> None:
    panels = load_panels(Folders().reference / "panels")
    for panel in panels.values():
        show_outlook(panel.name.replace("_", " "), panel.levels, panel.national, panel.origins)
    employed, national = panels["us_counties_employed"].levels, panels["us_counties_employed"].national
    show_small_area()
    show_growth_speed(employed, national)


def seconds(action: Callable[[], object], repeat: int = 5) -> float:
    """Best of `repeat`: the others measure what else the machine did."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def show_outlook(title: str, levels: pd.DataFrame, national: pd.Series, origins: range) -> None:
    print(f"\n{title}: origins {origins[0]}-{origins[-1]}, horizon 1-{HORIZON}")
    rows = []
    for method in METHODS:
        scores = backtest.rolling_origin(levels, national, origins, HORIZON, method)
        chances = backtest.target_chances(levels, national, origins, HORIZON, GROWTH_RATES, method)
        accuracy = backtest.summary(scores).loc[0]
        rows.append(
            accuracy.rename(method)
            .to_frame()
            .T.assign(
                brier=backtest.brier_score(chances), calibration_error=backtest.calibration_error(chances)
            )
        )
        if method == "growth":
            by_horizon = backtest.summary(scores, by="horizon")
            by_origin = backtest.summary(scores, by="origin")
            factors, pit = backtest.widening_factors(scores), backtest.pit_histogram(scores)
            table = backtest.calibration_table(chances)
    print(pd.concat(rows).round(4).to_string())
    print("\nby horizon\n" + by_horizon.round(3).to_string(index=False))
    print("\nby origin\n" + by_origin.round(3).to_string(index=False))
    print("\ncalibration of the chances\n" + table.round(3).to_string(index=False))
    print("\nwidening", factors.round(3), " pit", pit["share"].round(3).tolist())
    model = growth.fit(levels, national)
    print(
        f"d0 {model.prior_df:.2f}, s0 {np.sqrt(model.prior_variance):.4f}, "
        f"tau {np.sqrt(model.drift_variance):.4f}, mean weight {model.drift_weight.mean():.2f}, "
        f"autocorrelation {model.lag1_autocorrelation:.3f}, possible breaks {len(model.possible_breaks)}"
    )


def semi_real_panel(
    smallest: int, persons_per_draw: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Truth, direct figures, covariates and variances: real county unemployment, drawn samples of it.

    One person in `persons_per_draw` of the labour force is drawn, at least `smallest` and at most 400. The
    registered share is half the truth with relative errors of 20 % by cell and 20 % by area.
    """
    raw = pd.read_csv(FIXTURES / "us_county_unemployment.csv.gz", dtype={"fips": str}, index_col="fips")
    years = range(2015, 2023)
    truth = 2 * raw[[f"Unemployment_rate_{year}" for year in years]].to_numpy() / 100
    labour_force = raw[[f"Civilian_labor_force_{year}" for year in years]].to_numpy()
    random = np.random.default_rng(seed)
    sample = np.clip(labour_force / persons_per_draw, smallest, 400).astype(int)
    direct = random.binomial(sample, truth) / sample
    error = random.normal(0, 0.2, truth.shape) + random.normal(0, 0.2, (len(truth), 1))
    registered = 0.5 * truth * np.exp(error)
    dummies = np.broadcast_to(np.eye(len(years)), (len(truth), len(years), len(years)))
    design = np.concatenate([dummies, registered[:, :, None], np.log(labour_force)[:, :, None]], axis=2)
    flat = design.reshape(-1, design.shape[2])
    fitted = (flat @ np.linalg.lstsq(flat, direct.ravel(), rcond=None)[0]).reshape(truth.shape)
    return truth, direct, design, small_area.rate_variance(fitted, sample)


def show_small_area() -> None:
    for smallest, persons_per_draw in ((8, 2500), (20, 1000)):
        draws = [score_draw(*semi_real_panel(smallest, persons_per_draw, seed)) for seed in range(DRAWS)]
        scores = pd.concat(draws).groupby(level=0, sort=False)
        print(
            f"\nKnown truth, 342 areas x 8 years, samples of {smallest} and more, {DRAWS} draws: mean; lowest"
        )
        print(scores.mean().round(4).to_string() + "\n" + scores.min().round(4).to_string())
    _, direct, design, sampling = semi_real_panel(8, 2500, seed=0)
    print(f"Rao-Yu fit: {seconds(lambda: small_area.rao_yu(direct, design, sampling), 3):.2f} s (bar 2 s)")


def score_draw(
    truth: np.ndarray, direct: np.ndarray, design: np.ndarray, sampling: np.ndarray
) -> pd.DataFrame:
    """RMSE and coverage of the direct, the yearly Fay-Herriot and the Rao-Yu estimates."""
    years = truth.shape[1]
    yearly, yearly_mse = np.empty_like(truth), np.empty_like(truth)
    for year in range(years):
        covariates = design[:, year][:, [year, *range(years, design.shape[2])]]
        one_year = small_area.fay_herriot(direct[:, year], covariates, sampling[:, year])
        yearly[:, year], yearly_mse[:, year] = one_year.eblup, one_year.mse
    fit = small_area.rao_yu(direct, design, sampling)
    rows = {}
    for name, estimate, mse in (
        ("direct", direct, sampling),
        ("Fay-Herriot a year", yearly, yearly_mse),
        ("Rao-Yu", fit.eblup, fit.mse),
    ):
        rows[name] = {"rmse": np.sqrt(np.mean((estimate - truth) ** 2))}
        for level in (80, 95):
            low, high = small_area.interval(estimate, mse, level / 100)
            rows[name][f"coverage_{level}"] = np.mean((truth >= low) & (truth <= high))
    return pd.DataFrame(rows).T


def show_growth_speed(employed: pd.DataFrame, national: pd.Series) -> None:
    more = employed.iloc[:35].rename(index=lambda code: f"{code}b")
    series = pd.concat([employed, more])
    ours = seconds(lambda: growth.fit(series, national))
    print(f"\nGrowth model, {len(series)} series: {1000 * ours:.1f} ms (bar 50 ms)")
    if importlib.util.find_spec("statsforecast") is None:
        print("statsforecast: not installed, no comparison")
        return
    from statsforecast import StatsForecast
    from statsforecast.models import AutoARIMA, AutoETS

    long = series.rename_axis("unique_id").reset_index().melt("unique_id", var_name="year", value_name="y")
    long["ds"] = pd.to_datetime(long["year"].astype(str) + "-12-31")
    for model in (AutoETS(season_length=1), AutoARIMA(season_length=1)):
        forecaster = StatsForecast(models=[model], freq="YE", n_jobs=1)
        theirs = seconds(
            lambda run=forecaster: run.forecast(df=long[["unique_id", "ds", "y"]], h=HORIZON, level=[80]), 1
        )
        print(f"statsforecast {model}: {theirs:.2f} s, {theirs / ours:.0f} x the growth model")


if __name__ == "__main__":
    main()
