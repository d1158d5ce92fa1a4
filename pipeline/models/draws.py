"""Joint draws of the jobs of all regions: one nation a draw, parts that add up, shares that wander.

Every draw holds a path of the nation, a path of every region beside it, and a path of the share of every gemeente
in its COROP where nothing newer is published. Regions with a series of their own have a forecast of their own; a
projection makes these add up in every draw. What is published about the future is read from the draws. Formulas:
docs/methods/growth.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.models import ModelError, growth, some


@dataclass(frozen=True, eq=False)
class Draws:
    """Levels of regions in years, in n draws that belong together.

    Attributes
    ----------
    regions : Index (m,).
    years : int array (T,); a year that was counted holds the count in every draw.
    values : float array (m, T, n).
    """

    regions: pd.Index
    years: np.ndarray
    values: np.ndarray

    def of(self, regions: Sequence[str]) -> Draws:
        """The draws of some regions, in the order asked."""
        place = self.regions.get_indexer(list(regions))
        if (place < 0).any():
            absent = [region for region, at in zip(regions, place, strict=True) if at < 0]
            raise ModelError(
                f"{len(absent)} regions have no draws, e.g. {some(absent)}: there is no jobs series to extend. "
                "Leave them out."
            )
        return Draws(pd.Index(list(regions)), self.years, self.values[place])

    def sum(self, regions: Sequence[str]) -> Draws:
        """The draws of an area: those of its members added up, as one region "sum"."""
        return Draws(pd.Index(["sum"]), self.years, self.of(regions).values.sum(axis=0, keepdims=True))

    def in_year(self, year: int) -> np.ndarray:
        """The draws of one year, array (m, n)."""
        place = np.flatnonzero(self.years == year)
        if not len(place):
            raise ModelError(
                f"There are no draws of {year}, only of {self.years[0]}-{self.years[-1]}. Ask for one of these."
            )
        return self.values[:, place[0]]

    def quantile(self, q: ArrayLike) -> np.ndarray:
        """The `q` quantile (0 < q < 1), array (m, T); with several q, (len(q), m, T)."""
        asked = np.asarray(q, dtype=float)
        if not ((asked > 0) & (asked < 1)).all():
            raise ModelError(f"A quantile lies between 0 and 1, not at {q}. Use for instance 0.1 and 0.9.")
        return np.quantile(self.values, asked, axis=2)

    def probability_at_least(self, target: ArrayLike, year: int) -> np.ndarray:
        """Share of the draws in which the level of `year` reaches `target`, array (m,).

        Parameters
        ----------
        target : a level, one a region, or (m, n): one a draw, as where the goal hangs on an uncertain baseline.
        """
        wanted = np.asarray(target, dtype=float)
        wanted = wanted[:, None] if wanted.ndim == 1 else wanted
        return (self.in_year(year) >= wanted).mean(axis=1)


@dataclass(frozen=True, eq=False)
class Parts:
    """Regions that are modelled and add up: the smallest ones, and sums of them with a forecast of their own.

    Attributes
    ----------
    regions : Index of the parts (u,), then of the sums (a,).
    sums : float array (a, u), 1 where a part belongs to a sum.
    level, drift, variance, drift_variance : float arrays (u + a,); as in growth.GrowthModel, relative to the nation,
        `drift_variance` that of the error of the drift. The nation itself has zeros.
    nation : growth of the nation.
    """

    regions: pd.Index
    sums: np.ndarray
    level: np.ndarray
    drift: np.ndarray
    variance: np.ndarray
    drift_variance: np.ndarray
    nation: growth.Nation


@dataclass(frozen=True, eq=False)
class Shocks:
    """Standard normal draws: (H + 1, n) of the nation, (u, H + 1, n) of the parts; the last are of the drifts."""

    nation: np.ndarray
    parts: np.ndarray


@dataclass(frozen=True, eq=False)
class ShareModel:
    """How the gemeenten of one COROP share its jobs.

    Attributes
    ----------
    corop : the part whose level they share.
    gemeenten : Index (k,).
    share : float array (k, T), the middle, adding up to 1 in every year.
    scale : float array (k,), scale of the log change over a time of covariance 1.
    covariance : float array (T, T) of the paths in time.
    df : degrees of freedom of the t distribution of one path.
    """

    corop: str
    gemeenten: pd.Index
    share: np.ndarray
    scale: np.ndarray
    covariance: np.ndarray
    df: float


def shocks(parts: int, horizon: int, count: int, random: np.random.Generator) -> Shocks:
    """Draws in pairs of opposite sign: the middle of the draws is then that of the model."""
    return Shocks(_in_pairs(random, (horizon + 1,), count), _in_pairs(random, (parts, horizon + 1), count))


def levels(parts: Parts, drawn: Shocks, *, reconciled: bool = True) -> np.ndarray:
    """Levels 1..H years ahead of the parts and then of their sums, array (u + a, H, n).

    Parameters
    ----------
    reconciled : False leaves the sums at their own forecasts, which do not add up.
    """
    count = parts.sums.shape[1]
    steps = np.arange(1, drawn.nation.shape[0])
    own = _own_paths(parts, drawn.parts)
    middle = steps * (parts.nation.drift + parts.drift)[:, None]
    paths = own + (middle[:, :, None] + national_paths(parts.nation, drawn.nation))
    result = parts.level[:, None, None] * np.exp(paths)
    if reconciled and len(parts.sums):
        spread = parts.variance[:, None] * steps + parts.drift_variance[:, None] * steps**2
        weight = parts.level[:, None] ** 2 * spread
        for step in range(len(steps)):
            result[:, step] = reconcile(result[:, step], parts.sums, weight[:, step], count)
    return result


def national_paths(nation: growth.Nation, drawn: np.ndarray) -> np.ndarray:
    """Log growth of the nation since the last year beside its drift, array (H, n)."""
    horizon = len(drawn) - 1
    lag = np.abs(np.subtract.outer(np.arange(horizon), np.arange(horizon)))
    yearly = np.linalg.cholesky(nation.persistence**lag) @ drawn[:-1]
    mean_error = np.sqrt(growth.sum_variance(nation.years, nation.persistence)) / nation.years
    years = np.arange(1, horizon + 1)[:, None]
    return np.sqrt(nation.variance) * (np.cumsum(yearly, axis=0) + years * mean_error * drawn[-1])


def reconcile(base: np.ndarray, sums: np.ndarray, weight: np.ndarray, parts: int) -> np.ndarray:
    """The nearest levels that add up, where a region of larger variance gives way more.

    The projection y - W C' (C W C')^-1 C y with W diagonal, which equals the trace-minimising combination
    (Wickramasuriya, Athanasopoulos & Hyndman 2019) with these variances; a variance of 0 stays as it is.

    Parameters
    ----------
    base : (u + a, n), the parts and then their sums.
    sums : (a, u), 1 where a part belongs to a sum.
    weight : (u + a,), variances.
    parts : u
    """
    below, above = weight[:parts], weight[parts:]
    gap = base[parts:] - sums @ base[:parts]
    pull = np.linalg.solve(np.diag(above) + (sums * below) @ sums.T, gap)
    return np.concatenate(
        [base[:parts] + below[:, None] * (sums.T @ pull), base[parts:] - above[:, None] * pull]
    )


def share_paths(model: ShareModel, count: int, random: np.random.Generator) -> np.ndarray:
    """Shares of the gemeenten in their COROP, array (k, T, n), adding up to 1 in every year and draw."""
    size = len(model.gemeenten)
    root = _root(model.covariance)
    normal = _in_pairs(random, (size, len(root)), count)
    tail = np.sqrt(model.df / random.chisquare(model.df, (size, count // 2)))
    wander = np.einsum("ts,ksn->ktn", root, normal, optimize=True)
    wander *= (model.scale[:, None] * np.concatenate([tail, tail], axis=1))[:, None]
    weight = model.share[:, :, None] * np.exp(wander)
    return weight / weight.sum(axis=0)


def _own_paths(parts: Parts, drawn: np.ndarray) -> np.ndarray:
    """Log growth of parts and sums beside the nation's: a sum moves with the shocks of its parts, at its own size."""
    count, horizon = parts.sums.shape[1], drawn.shape[1] - 1
    weight = parts.sums * parts.level[:count]
    result = np.empty((len(parts.regions), horizon, drawn.shape[2]))
    yearly, drift = drawn[:, :-1], drawn[:, -1]
    steps = np.arange(1, horizon + 1)[:, None]
    for variance, which in ((parts.variance, yearly), (parts.drift_variance, drift)):
        spread = weight * np.sqrt(variance[:count])
        size = np.sqrt((spread**2).sum(axis=1, keepdims=True))
        spread = np.divide(spread, size, out=np.zeros_like(spread), where=size > 0)
        together = np.tensordot(spread, which, axes=1)
        scaled = np.sqrt(variance).reshape(-1, *[1] * (which.ndim - 1)) * np.concatenate([which, together])
        if which is yearly:
            np.cumsum(scaled, axis=1, out=result)
        else:
            result += steps * scaled[:, None]
    return result


def _root(covariance: np.ndarray) -> np.ndarray:
    """L with L L' the covariance; a year of variance 0 (an anchor) has a row of zeros."""
    moving = np.diag(covariance) > 0
    root = np.zeros_like(covariance)
    if moving.any():
        root[np.ix_(moving, moving)] = np.linalg.cholesky(covariance[np.ix_(moving, moving)])
    return root


def _in_pairs(random: np.random.Generator, shape: tuple[int, ...], count: int) -> np.ndarray:
    """Standard normal draws (..., count), the second half the opposite of the first."""
    half = random.standard_normal((*shape, count // 2))
    return np.concatenate([half, -half], axis=-1)
