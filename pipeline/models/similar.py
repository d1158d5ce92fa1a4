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
    # arrays: this runs for every region of the country
    values, codes = table.to_numpy(), table.index.to_numpy()
    is_own = codes == region
    own, others, codes = values[is_own][0], values[~is_own], codes[~is_own]
    usable = _usable(own, others)
    used = tuple(table.columns[usable])
    if len(used) < MINIMUM_FEATURES:
        reason = f"{len(used)} comparable features, {MINIMUM_FEATURES} needed"
        return SimilarRegions(region, (), (), used, 0, reason)
    complete = np.isfinite(others[:, usable]).all(axis=1)
    if not complete.any():
        return SimilarRegions(region, (), (), used, 0, "no other region has these features")
    scale = np.nanstd(values[:, usable], axis=0, ddof=1)
    difference = (others[complete][:, usable] - own[usable]) / scale
    # equal up to rounding error is equal; equal distances go by code
    distance = np.sqrt((difference**2).mean(axis=1)).round(12)
    order = np.lexsort((codes[complete].astype(str), distance))[:count]
    return SimilarRegions(
        region=region,
        similar=tuple(str(code) for code in codes[complete][order]),
        distance=tuple(float(value) for value in distance[order]),
        features=used,
        compared=int(complete.sum()),
        reason="",
    )


def _usable(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which features the region has, enough others have, and that vary."""
    known = np.isfinite(others)
    spread = np.array(
        [np.ptp(column[held]) if held.any() else 0.0 for column, held in zip(others.T, known.T, strict=True)]
    )
    return np.isfinite(own) & (known.mean(axis=0) >= MINIMUM_COVERAGE) & (spread > 0)


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
