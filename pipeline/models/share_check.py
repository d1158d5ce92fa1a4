"""How good the job estimates are: made from the base years alone, against the year that was published later.

Two questions. What a reader would have been told: levels and margins of gemeenten and groups, against the published
figures. And whether the margins hold where the constants were not fitted: shares of COROPs that were left out of the
fit. Written to data/models/metrics.json; the methods page docs/methods/job_estimates.md shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, special

from pipeline.indicators import shares
from pipeline.models.series import SHARE_ESTIMATE
from pipeline.tidy.jobs import NEW, OLD

#: Size classes of gemeenten, in jobs.
_CLASSES = (0, 2_500, 5_000, 10_000, 20_000, 50_000, np.inf)
_CLASS_NAMES = (
    "up_to_2500",
    "2500_to_5000",
    "5000_to_10000",
    "10000_to_20000",
    "20000_to_50000",
    "above_50000",
)
#: COROPs are left out of the fit in so many turns.
_FOLDS = 10
#: Random groups drawn in each COROP of three or more gemeenten.
_GROUPS, _SEED = 25, 2026
_LEVELS = (0.80, 0.95)


@dataclass(frozen=True)
class Model:
    """Scale, exponent and degrees of freedom of how far a share wanders, as in ``pipeline.indicators.shares``."""

    scale: float = shares.SCALE
    exponent: float = shares.EXPONENT
    df: float = shares.DF


def metrics_of(
    indicators: pd.DataFrame, regions: pd.DataFrame, members: pd.DataFrame, base_years: list[int]
) -> dict[str, Any]:
    """The check in figures; empty when no year after the base years holds every gemeente.

    Parameters
    ----------
    indicators : the indicator table
    regions, members : as stored by tidy
    base_years : years whose mean share is the first anchor
    """
    rows = indicators[(indicators["indicator"] == "jobs_employees") & (indicators["sector"] == "total")]
    rows = rows[rows["value"].notna()]
    gemeenten = regions[regions["region_type"] == "gemeente"]
    corop = gemeenten.set_index("region_code")["cr_code"]
    published = rows[rows["region_code"].isin(corop.index) & (rows["method"] != SHARE_ESTIMATE)]
    published = published.rename(columns={"region_code": "gm_code"})
    old = published[(published["basis"] == OLD) & published["year"].isin(base_years)]
    base = shares.base_anchor(old, corop)
    later = shares.complete_anchors(
        published[(published["basis"] == NEW) & (published["year"] > max(base_years))], corop
    )
    whole = later.groupby("year")["gm_code"].nunique() == len(corop)
    if base.empty or not whole.any():
        return {}
    year = int(whole[whole].index.min())
    jobs = old.groupby("gm_code")["value"].mean()
    later = later[later["year"] == year]
    panel = _panel(base, later, jobs)
    fitted = fit(panel)
    result = {
        "year": year,
        "fitted": {
            "scale": round(fitted.scale, 4),
            "exponent": round(fitted.exponent, 3),
            "df": round(fitted.df, 2),
        },
        "as_told": _as_told(rows, regions, members, base, corop, year, jobs),
        "left_out": _left_out(panel, members, regions),
    }
    return result


# --- what a reader would have been told -----------------------------------------------------------


def _as_told(
    rows: pd.DataFrame,
    regions: pd.DataFrame,
    members: pd.DataFrame,
    base: pd.DataFrame,
    corop: pd.Series,
    year: int,
    jobs: pd.Series,
) -> dict[str, dict[str, float]]:
    """Errors and coverage of the estimates from the base years, by size of the gemeente and by kind of group."""
    corops = rows[rows["region_code"].str.startswith("CR") & (rows["basis"] == NEW)]
    wide = corops.pivot(index="region_code", columns="year", values="value")
    levels = shares.levels(shares.estimate(base, corop, wide), members, wide[[year]])
    levels = levels[levels["log_sd"] > 0].set_index("region_code")
    counted = rows[(rows["year"] == year) & (rows["basis"] == NEW) & (rows["method"] != SHARE_ESTIMATE)]
    counted = counted.set_index("region_code")["value"]
    both = levels.assign(published=counted.reindex(levels.index)).dropna(subset="published")
    error = both["value"] / both["published"] - 1
    told = pd.DataFrame(
        {"error": error, "kind": regions.set_index("region_code")["region_type"].reindex(both.index)}
    )
    for level in _LEVELS:
        low, high = shares.interval(both, level)
        told[f"in_{level:.0%}"[:-1]] = (low <= both["published"]) & (both["published"] <= high)
    one = told[told["kind"] == "gemeente"]
    parts = {"gemeenten": one} | _by_class(one, jobs)
    for name, kind in (("arbeidsmarktregios", "arbeidsmarktregio"), ("areas", "area")):
        parts[name] = told[told["kind"] == kind]
    return {name: _told(part) for name, part in parts.items() if len(part)}


def _by_class(frame: pd.DataFrame, jobs: pd.Series) -> dict[str, pd.DataFrame]:
    size = pd.cut(jobs.reindex(frame.index), _CLASSES, labels=_CLASS_NAMES)
    return {name: frame[size == name] for name in _CLASS_NAMES}


def _told(part: pd.DataFrame) -> dict[str, float]:
    return {
        "regions": len(part),
        "median_error_pct": round(100 * float(part["error"].abs().median()), 2),
        "mean_error_pct": round(100 * float(part["error"].mean()), 2),
        "coverage_80": round(float(part["in_80"].mean()), 3),
        "coverage_95": round(float(part["in_95"].mean()), 3),
    }


# --- shares of COROPs that were left out of the fit -------------------------------------------------


def _panel(base: pd.DataFrame, later: pd.DataFrame, jobs: pd.Series) -> pd.DataFrame:
    """Gemeenten of COROPs of several: index gm_code; cr_code, share before and after, jobs in the base years."""
    both = base.merge(
        later[["gm_code", "share"]], on="gm_code", suffixes=("", "_after"), validate="one_to_one"
    )
    several = both.groupby("cr_code")["gm_code"].transform("size") > 1
    return both[several].assign(jobs=both["gm_code"].map(jobs)).set_index("gm_code")


def fit(panel: pd.DataFrame) -> Model:
    """Constants under which the changes of the shares are most likely.

    Parameters
    ----------
    panel : index gm_code; columns cr_code, share, share_after, jobs (in the base years), over ``shares.SPAN`` years
    """
    share, jobs = panel["share"].to_numpy(), panel["jobs"].to_numpy()
    change = np.log(panel["share_after"].to_numpy() / share)
    corop = pd.factorize(panel["cr_code"])[0]

    def surprise(parameters: np.ndarray) -> float:
        model = Model(float(np.exp(parameters[0])), float(parameters[1]), float(np.exp(parameters[2])))
        own = shares.scale_of(jobs, model.scale, model.exponent) ** 2
        # a share moves by its own jobs, against the weighted move of its COROP
        scale = np.sqrt((1 - 2 * share) * own + np.bincount(corop, share**2 * own)[corop])
        return float(np.log(scale).sum() - _log_density(change / scale, model.df).sum())

    start = [np.log(shares.SCALE), shares.EXPONENT, np.log(shares.DF)]
    found = optimize.minimize(surprise, start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4})
    return Model(float(np.exp(found.x[0])), float(found.x[1]), float(np.exp(found.x[2])))


def _log_density(x: np.ndarray, df: float) -> np.ndarray:
    """Log density of Student's t; scipy.stats has it too, at a second's import for every command."""
    constant = np.log(special.poch(df / 2, 0.5)) - np.log(df * np.pi) / 2
    return constant - (df + 1) / 2 * np.log1p(x * x / df)


def _left_out(
    panel: pd.DataFrame, members: pd.DataFrame, regions: pd.DataFrame
) -> dict[str, dict[str, float]]:
    """Coverage in COROPs that the constants were not fitted on: gemeenten by size, parts of regions, random groups."""
    corops = np.sort(panel["cr_code"].unique())
    random = np.random.default_rng(_SEED)
    wanted = members[
        members["region_code"].isin(regions[regions["region_type"] == "arbeidsmarktregio"]["region_code"])
    ]
    singles, parts, groups = [], [], []
    for fold in range(_FOLDS):
        here = panel[panel["cr_code"].isin(corops[fold::_FOLDS])]
        model = fit(panel[~panel["cr_code"].isin(corops[fold::_FOLDS])])
        for _, rows in here.groupby("cr_code"):
            singles.append(_scores(rows, np.eye(len(rows), dtype=bool), model).assign(gm_code=rows.index))
            regional = wanted[wanted["gm_code"].isin(rows.index)].groupby("region_code")["gm_code"].agg(set)
            inside = np.array([[code in one for code in rows.index] for one in regional], dtype=bool)
            parts.append(_scores(rows, inside.reshape(-1, len(rows)), model))
            if len(rows) > 2:
                chosen = random.random((_GROUPS, len(rows))) < random.random((_GROUPS, 1))
                groups.append(_scores(rows, chosen, model))
    one, part, group = (pd.concat(found, ignore_index=True) for found in (singles, parts, groups))
    one = one.set_index("gm_code")
    result = {"gemeenten": one} | _by_class(one, panel["jobs"])
    result |= {"parts_of_arbeidsmarktregios": part, "random_groups": group}
    result |= {"random_groups_below_a_tenth": group[group["share"] < 0.1]}
    return {name: _covered(frame) for name, frame in result.items() if len(frame)}


def _scores(rows: pd.DataFrame, inside: np.ndarray, model: Model) -> pd.DataFrame:
    """Whether the changed share of each group (row of ``inside``) lies in its margins; whole and empty ones are out."""
    count = inside.sum(axis=1)
    inside = inside[(count > 0) & (count < len(rows))].astype(float)
    share = inside @ rows["share"].to_numpy()
    change = np.log(inside @ rows["share_after"].to_numpy() / share)
    effect = inside * rows["share"].to_numpy() / share[:, None] - rows["share"].to_numpy()
    spread = effect**2 * (shares.scale_of(rows["jobs"], model.scale, model.exponent) ** 2).to_numpy()
    log_sd, df = shares.sum_of_t(spread, model.df)
    result = pd.DataFrame({"share": share})
    for level in _LEVELS:
        result[f"in_{level:.0%}"[:-1]] = np.abs(change) <= shares.reach(log_sd, df, level)
    return result


def _covered(frame: pd.DataFrame) -> dict[str, float]:
    return {
        "shares": len(frame),
        "coverage_80": round(float(frame["in_80"].mean()), 3),
        "coverage_95": round(float(frame["in_95"].mean()), 3),
    }
