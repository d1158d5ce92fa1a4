"""The regions most like one region, to compare it with: nearest in standardised features."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.models import ModelError, some

SIMILAR_COUNT = 5
MINIMUM_FEATURES = 3
MINIMUM_COVERAGE = 0.5


@dataclass(frozen=True)
class SimilarRegions:
    """The result for one region.

    Attributes
    ----------
    region : the region asked for.
    similar : codes, nearest first; empty without a result.
    distance : of each, in standard deviations (root mean square over the features).
    features : those compared, in the order of the table.
    compared : number of other regions that had all of them.
    reason : why there is no result, else "".
    """

    region: str
    similar: tuple[str, ...]
    distance: tuple[float, ...]
    features: tuple[str, ...]
    compared: int
    reason: str


def most_similar(features: pd.DataFrame, region: str, count: int = SIMILAR_COUNT) -> SimilarRegions:
    """The `count` regions nearest to `region`.

    A feature is used if the region has it, at least half of the other regions have it, and it varies;
    a region is compared if it has every feature used. Each feature weighs alike after division by its
    standard deviation; take logs of skewed counts first. Equal distances go by code.

    Parameters
    ----------
    features : index region code, one numeric column a feature; NaN where unknown.

    Returns
    -------
    SimilarRegions; with fewer than three usable features, or no region to compare, no result but a reason.

    Raises
    ------
    ModelError : an unknown or double region, infinite values, a count below 1.
    """
    table = _check_features(features, region, count)
    others = table.drop(index=region)
    used = [name for name in table.columns if _is_usable(table.loc[region, name], others[name])]
    if len(used) < MINIMUM_FEATURES:
        reason = f"{len(used)} comparable features, {MINIMUM_FEATURES} needed"
        return SimilarRegions(region, (), (), tuple(used), 0, reason)
    complete = others[used].dropna()
    if complete.empty:
        return SimilarRegions(region, (), (), tuple(used), 0, "no other region has these features")
    difference = (complete - table.loc[region, used]) / table[used].std()
    distance = np.sqrt((difference**2).mean(axis=1)).rename("distance").rename_axis("code").reset_index()
    distance["distance"] = distance["distance"].round(12)  # equal up to rounding error is equal
    nearest = distance.sort_values(["distance", "code"]).head(count)
    return SimilarRegions(
        region=region,
        similar=tuple(nearest["code"]),
        distance=tuple(float(value) for value in nearest["distance"]),
        features=tuple(used),
        compared=len(complete),
        reason="",
    )


def _is_usable(own: float, others: pd.Series) -> bool:
    return bool(pd.notna(own) and others.notna().mean() >= MINIMUM_COVERAGE and others.std() > 0)


def _check_features(features: pd.DataFrame, region: str, count: int) -> pd.DataFrame:
    if region not in features.index:
        raise ModelError(f"Region {region!r} is not among the {len(features)}, e.g. {some(features.index)}.")
    if features.index.has_duplicates:
        double = features.index[features.index.duplicated()].unique()
        raise ModelError(f"{len(double)} regions occur twice, e.g. {some(double)}. Give each one row.")
    if count < 1:
        raise ModelError(f"Ask for at least one similar region, not {count}.")
    table = features.astype(float)
    infinite = int(np.isinf(table.to_numpy()).sum())
    if infinite:
        raise ModelError(f"{infinite} features are infinite, perhaps a log of zero. Give NaN where unknown.")
    return table
