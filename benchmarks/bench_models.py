"""Speed and accuracy of the small-area models, on the reference data of the tests.

Run from the repository root: python -m benchmarks.bench_models
Prints the figures that docs/methods quotes.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.models import small_area

FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures" / "models"
DRAWS = 10


def main() -> None:
    show_small_area()


def seconds(action: Callable[[], object], repeat: int = 5) -> float:
    """Best of `repeat`: the others measure what else the machine did."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


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


if __name__ == "__main__":
    main()
