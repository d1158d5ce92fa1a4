"""Joint draws of the jobs of all regions: one nation a draw, parts that add up, shares that wander.

Every draw holds a path of the nation, a path of every region beside it, and a path of the share of every gemeente
in its COROP where nothing newer is published. Regions with a series of their own have a forecast of their own; a
projection makes these add up in every draw. What is published about the future is read from the draws. Products of
matrices are sparse or by einsum: the same on every processor, and on one. Formulas: docs/methods/growth.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

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
    """Standard draws, the same for every fit: a variance makes errors of them.

    Attributes
    ----------
    steps : int array (S,), years ahead.
    nation, parts : walks over these steps, (S, n) and (u, S, n); a year has variance 1.
    nation_drift, part_drift : (n,) and (u, n), of the drifts.
    """

    steps: np.ndarray
    nation: np.ndarray
    nation_drift: np.ndarray
    parts: np.ndarray
    part_drift: np.ndarray

    def at(self, steps: Sequence[int]) -> Shocks:
        """The same draws at some of the steps."""
        place = np.searchsorted(self.steps, steps)
        return replace(self, steps=self.steps[place], nation=self.nation[place], parts=self.parts[:, place])


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


def shocks(parts: int, horizon: int, persistence: float, count: int, random: np.random.Generator) -> Shocks:
    """Draws 1..`horizon` years ahead, in pairs of opposite sign: their middle is then that of the model."""
    steps = np.arange(1, horizon + 1)
    root = np.linalg.cholesky(persistence ** np.abs(np.subtract.outer(steps, steps)))
    return Shocks(
        steps=steps,
        nation=np.cumsum(root @ _in_pairs(random, (horizon,), count), axis=0),
        nation_drift=_in_pairs(random, (), count),
        parts=np.cumsum(_in_pairs(random, (parts, horizon), count), axis=1),
        part_drift=_in_pairs(random, (parts,), count),
    )


def levels(parts: Parts, drawn: Shocks, *, reconciled: bool = True) -> np.ndarray:
    """Levels of the parts and then of their sums at the steps of the draws, array (u + a, S, n).

    Parameters
    ----------
    reconciled : False leaves the sums at their own forecasts, which do not add up.
    """
    steps = drawn.steps[:, None]
    paths = _own_paths(parts, drawn)
    paths += national_path(parts.nation, drawn)
    paths += steps * (parts.nation.drift + parts.drift)[:, None, None]
    result = np.exp(paths, out=paths)
    result *= parts.level[:, None, None]
    if reconciled and len(parts.sums):
        spread = parts.variance[:, None] * drawn.steps + parts.drift_variance[:, None] * drawn.steps**2
        weight = parts.level[:, None] ** 2 * spread
        for place in range(len(drawn.steps)):
            result[:, place] = reconcile(result[:, place], parts.sums, weight[:, place])
    return result


def national_path(nation: growth.Nation, drawn: Shocks) -> np.ndarray:
    """Log growth of the nation since the last year beside its drift, array (S, n)."""
    mean_error = np.sqrt(growth.sum_variance(nation.years, nation.persistence)) / nation.years
    return np.sqrt(nation.variance) * (drawn.nation + drawn.steps[:, None] * mean_error * drawn.nation_drift)


def reconcile(base: np.ndarray, sums: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The nearest levels that add up, where a region of larger variance gives way more.

    The projection y - W C' (C W C')^-1 C y with W diagonal, which equals the trace-minimising combination
    (Wickramasuriya, Athanasopoulos & Hyndman 2019) with these variances; a variance of 0 stays as it is.

    Parameters
    ----------
    base : (u + a, n), the parts and then their sums.
    sums : (a, u), 1 where a part belongs to a sum.
    weight : (u + a,), variances.
    """
    parts = sums.shape[1]
    below, above = weight[:parts], weight[parts:]
    adding = sparse.csr_array(sums)
    gap = base[parts:] - adding @ base[:parts]
    pull = np.einsum("ab,bn->an", np.linalg.inv(np.diag(above) + (adding * below) @ sums.T), gap)
    return np.concatenate(
        [base[:parts] + below[:, None] * (adding.T @ pull), base[parts:] - above[:, None] * pull]
    )


def share_paths(model: ShareModel, count: int, random: np.random.Generator) -> np.ndarray:
    """Shares of the gemeenten in their COROP, array (k, T, n), adding up to 1 in every year and draw."""
    size, half, root = len(model.gemeenten), count // 2, _root(model.covariance)
    normal = random.standard_normal((size, len(root), half))
    tail = np.sqrt(model.df / random.chisquare(model.df, (size, 1, half)))
    wander = np.einsum("ts,ksn->ktn", root, normal)
    wander *= model.scale[:, None, None] * tail
    np.exp(wander, out=wander)
    weight = np.empty((size, len(root), 2 * half))
    np.multiply(model.share[:, :, None], wander, out=weight[:, :, :half])
    np.divide(model.share[:, :, None], wander, out=weight[:, :, half:])  # the opposite of each draw
    weight /= weight.sum(axis=0)
    return weight


def _own_paths(parts: Parts, drawn: Shocks) -> np.ndarray:
    """Log growth of parts and sums beside the nation's: a sum moves with its parts, as much as it did by itself."""
    count = parts.sums.shape[1]
    walk, drift = np.sqrt(parts.variance), np.sqrt(parts.drift_variance)
    result = np.empty((len(parts.regions), *drawn.parts.shape[1:]))
    np.multiply(drawn.parts, walk[:count, None, None], out=result[:count])
    together = sparse.csr_array(_mixture(parts, walk)) @ drawn.parts.reshape(count, -1)
    np.multiply(together.reshape(-1, *result.shape[1:]), walk[count:, None, None], out=result[count:])
    slope = np.concatenate(
        [
            drift[:count, None] * drawn.part_drift,
            drift[count:, None] * (sparse.csr_array(_mixture(parts, drift)) @ drawn.part_drift),
        ]
    )
    result += drawn.steps[:, None] * slope[:, None]
    return result


def _mixture(parts: Parts, sd: np.ndarray) -> np.ndarray:
    """Weights (a, u) that make of the parts' standard shocks those of the sums, of variance 1."""
    weight = parts.sums * (parts.level * sd)[: parts.sums.shape[1]]
    size = np.sqrt((weight**2).sum(axis=1, keepdims=True))
    return np.divide(weight, size, out=np.zeros_like(weight), where=size > 0)


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
