"""Speed and accuracy of the small-area models, on the reference data of the tests.

Run from the repository root: python -m benchmarks.bench_models
Prints the figures that docs/methods quotes.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.models import small_area

FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures" / "models"
DRAWS = 10
ASKED = 165  # of so many residents one was asked


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
    """Truth, direct figures, covariates and persons asked: real county unemployment, drawn samples of it.

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
    return truth, direct, design, sample


def made_panel(
    growth: float, smallest: int, persons_per_draw: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The same with a made-up truth: normal effects that grow with the level to the power `growth`, 0 to 1."""
    truth, _, design, sample = semi_real_panel(smallest, persons_per_draw, seed)
    flat = design.reshape(-1, design.shape[2])
    level = (flat @ np.linalg.lstsq(flat, truth.ravel(), rcond=None)[0]).reshape(truth.shape)
    level = np.clip(level, *small_area.RATE_CLIP)
    random = np.random.default_rng(1000 + seed)
    yearly = random.normal(size=truth.shape)
    for year in range(1, truth.shape[1]):
        yearly[:, year] = 0.5 * yearly[:, year - 1] + np.sqrt(0.75) * yearly[:, year]
    effect = 0.16 * random.normal(size=(len(truth), 1)) + 0.14 * yearly
    made = np.clip(level + level.mean() * (level / level.mean()) ** growth * effect, 0.002, 0.9)
    return made, random.binomial(sample, made) / sample, design, sample


def show_small_area() -> None:
    for smallest, persons_per_draw in ((8, 2500), (20, 1000)):
        worlds = {"real rates": semi_real_panel}
        for growth, name in ((0.0, "effects of one size"), (0.5, "by the root"), (1.0, "by the level")):
            worlds[name] = partial(made_panel, growth)
        for name, world in worlds.items():
            draws = [score_draw(*world(smallest, persons_per_draw, seed)) for seed in range(DRAWS)]
            scores = pd.concat(draws).groupby(level=0, sort=False)
            print(
                f"\n{name}: 342 areas x 8 years, samples of {smallest} and more, {DRAWS} draws: mean; lowest"
            )
            print(scores.mean().round(4).to_string() + "\n" + scores.min().round(4).to_string())
        one_year = [
            score_one_year(*semi_real_panel(smallest, persons_per_draw, seed)) for seed in range(DRAWS)
        ]
        scores = pd.concat(one_year).groupby(level=0, sort=False)
        print(f"\nOne year of a survey of one in {ASKED}, samples of {smallest} and more; half has a figure")
        print(scores.mean().round(4).to_string())
    _, direct, design, sample = semi_real_panel(8, 2500, seed=0)
    print(f"fit: {seconds(lambda: small_area.fit_rates(direct, design, sample), 3):.2f} s (bar 2 s)")


def score_draw(truth: np.ndarray, direct: np.ndarray, design: np.ndarray, sample: np.ndarray) -> pd.DataFrame:
    """RMSE and coverage of the direct figures, of Rao-Yu with effects of one size, and of `fit_rates`."""
    level = fitted(direct, design)
    sampling = small_area.rate_variance(level, sample)
    plain = small_area.rao_yu(direct, design, sampling)
    by_level = small_area.fit_rates(direct, design, sample)
    estimates = {
        "direct": (direct, sampling),
        "Rao-Yu": (plain.eblup, plain.mse),
        "Rao-Yu by level": (by_level.eblup, by_level.mse),
    }
    return pd.DataFrame({name: scores(truth, *both, level) for name, both in estimates.items()}).T


def score_one_year(
    truth: np.ndarray, direct: np.ndarray, design: np.ndarray, sample: np.ndarray
) -> pd.DataFrame:
    """The last year alone, with only the residents known and a figure in every other area."""
    last = truth.shape[1] - 1
    own = [last, *range(last + 1, design.shape[2])]
    known = (np.arange(len(truth)) % 2 == 0)[:, None]
    direct, design = np.where(known, direct[:, [last]], np.nan), design[:, [last]][:, :, own]
    residents, truth = ASKED * sample[:, [last]], truth[:, [last]]
    level = fitted(direct, design)
    counted = small_area.fay_herriot(
        direct[:, 0], design[:, 0], small_area.rate_variance(level, residents)[:, 0]
    )
    sampled = small_area.fit_rates(direct, design, residents, estimate_scale=True)
    estimates = {
        "as a count of everyone": (counted.eblup[:, None], counted.mse[:, None]),
        "dispersion estimated": (sampled.eblup, sampled.mse),
    }
    return pd.DataFrame({name: scores(truth, *both, level) for name, both in estimates.items()}).T


def fitted(direct: np.ndarray, design: np.ndarray) -> np.ndarray:
    known = np.isfinite(direct)
    beta = np.linalg.lstsq(design[known], direct[known], rcond=None)[0]
    return np.clip(design @ beta, *small_area.RATE_CLIP)


def scores(truth: np.ndarray, estimate: np.ndarray, mse: np.ndarray, level: np.ndarray) -> dict[str, float]:
    """RMSE, coverage, and that of 80 % in each quarter of the fitted levels."""
    row = {"rmse": float(np.sqrt(np.mean((estimate - truth) ** 2)))}
    quarter = np.digitize(level, np.quantile(level, [0.25, 0.5, 0.75]))
    for percent in (80, 95):
        low, high = small_area.interval(estimate, mse, percent / 100)
        inside = (truth >= low) & (truth <= high)
        row[f"coverage_{percent}"] = float(np.mean(inside))
        if percent == 80:
            row |= {f"quarter_{part + 1}": float(np.mean(inside[quarter == part])) for part in range(4)}
    return row


if __name__ == "__main__":
    main()
