"""Small-area estimates: direct figures that are too noisy for one area borrow strength from the others.

Fay-Herriot for one year, Rao-Yu for areas by years, benchmarking to published totals. Formulas, assumptions and
measured accuracy: docs/methods/small_area.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, optimize, special

from pipeline.models import ModelError, some

ZERO_VARIANCE = "area variance estimated as zero: pure regression, the interval is too narrow"
ZERO_AREA_VARIANCE = "variance between areas estimated as zero"
ZERO_TIME_VARIANCE = "variance within areas estimated as zero"
RHO_AT_ZERO = "rho estimated as zero: the years are independent"
RHO_AT_BOUND = "rho at its upper bound: area and time effects cannot be told apart"

RATE_CLIP = (0.01, 0.6)  # a fitted rate of 0 or 1 would give no sampling variance at all
CV_SHOW, CV_GREY = 0.20, 0.35
RHO_BOUND = 0.999
LOG_VARIANCE_BOUNDS = (np.log(1e-10), np.log(1e4))  # relative to the residual variance
LOG_SCALE_BOUNDS = (np.log(1e-3), np.log(1e3))


@dataclass(frozen=True, eq=False)
class FayHerriotFit:
    """Estimates for m areas in one year.

    Attributes
    ----------
    method : "REML", "ML" or "FH".
    variance : variance of the area effects (A).
    beta, beta_se : (p,)
    eblup, mse : (m,), estimate and its mean squared error (Prasad & Rao 1990; Datta & Lahiri 2000 for
        ML, Datta, Rao & Smith 2005 for FH).
    direct_weight : (m,), share of the area's own direct figure; 0 where it was missing.
    loglik : Gaussian log-likelihood at the estimates.
    marks : fallbacks that were used.
    """

    method: str
    variance: float
    beta: np.ndarray
    beta_se: np.ndarray
    eblup: np.ndarray
    mse: np.ndarray
    direct_weight: np.ndarray
    loglik: float
    marks: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class RaoYuFit:
    """Estimates for m areas by T years.

    Attributes
    ----------
    area_variance, time_variance : s1^2 of the area effects and s2^2 of the yearly innovations.
    rho : autocorrelation of the yearly effects, 0 to .999; 0 when fitted as independent.
    scale : factor phi on the sampling variances; 1 unless it was estimated.
    beta, beta_se : (p,)
    eblup, mse : (m, T), estimate and its mean squared error (g1 + g2 + 2 g3, Prasad & Rao 1990).
    direct_weight : (m, T), weight of the cell's own direct figure; 0 where it was missing.
    standardised_residual : (m, T), direct figure minus regression over its standard deviation; NaN
        where the direct figure is missing.
    loglik : restricted log-likelihood, up to a constant.
    marks : fallbacks that were used.
    """

    area_variance: float
    time_variance: float
    rho: float
    scale: float
    beta: np.ndarray
    beta_se: np.ndarray
    eblup: np.ndarray
    mse: np.ndarray
    direct_weight: np.ndarray
    standardised_residual: np.ndarray
    loglik: float
    marks: tuple[str, ...]


def fay_herriot(y: ArrayLike, X: ArrayLike, v: ArrayLike, method: str = "REML") -> FayHerriotFit:
    """Area-level model y_i = x_i' beta + u_i + e_i of one year (Fay & Herriot 1979).

    Parameters
    ----------
    y : (m,), direct figures; NaN where an area has none: it then gets the regression estimate.
    X : (m, p), covariates, complete, with a column of ones where an intercept is wanted.
    v : (m,), known sampling variances, positive where y is present.
    method : "REML", "ML", or "FH" for the moment equation of Fay and Herriot.

    Raises
    ------
    ModelError : shapes that do not match, variances of zero or less, a singular design, too few areas.
    """
    if method not in VARIANCE_METHODS:
        raise ModelError(f"Unknown method {method!r}. Use one of {some(VARIANCE_METHODS)}.")
    direct, design, sampling = _check_cells(y, X, v, dimensions=1)
    known = np.isfinite(direct)
    _check_design(design[known], known.sum(), variance_count=1)
    data = _Observed(direct[known], design[known], sampling[known])
    area_variance = VARIANCE_METHODS[method](data)

    beta, covariance, weight, residual = _regression(data, area_variance)
    shrink = np.zeros(len(direct))
    shrink[known] = area_variance * weight
    eblup = design @ beta
    eblup[known] += shrink[known] * residual
    known_mse = _fay_herriot_mse(data, area_variance, covariance, weight, method)
    mse = area_variance + np.einsum("ij,jk,ik->i", design, covariance, design)
    mse[known] = known_mse
    total = data.sampling + area_variance
    loglik = -0.5 * (len(total) * np.log(2 * np.pi) + np.log(total).sum() + (residual**2 * weight).sum())
    return FayHerriotFit(
        method=method,
        variance=area_variance,
        beta=beta,
        beta_se=np.sqrt(np.diag(covariance)),
        eblup=eblup,
        mse=mse,
        direct_weight=shrink,
        loglik=float(loglik),
        marks=() if area_variance > 0 else (ZERO_VARIANCE,),
    )


def rao_yu(
    y: ArrayLike,
    X: ArrayLike,
    v: ArrayLike,
    ar1: bool = True,
    *,
    years: ArrayLike | None = None,
    level: ArrayLike | None = None,
    estimate_scale: bool = False,
    rounding_variance: ArrayLike = 0.0,
) -> RaoYuFit:
    """Areas by years: y_it = x_it' beta + u_i + w_it + e_it, w autoregressive (Rao & Yu 1994), by REML.

    The autocorrelation of w between years s and t is rho^|s - t|: a year that was left out counts. With one year
    w falls away, and the variance between areas comes from adjusted REML, which is never zero (Li & Lahiri 2010);
    so do all variances when ``level`` is given.

    Parameters
    ----------
    y : (m, T), direct figures; NaN where missing. A missing cell, or a whole missing area, is estimated
        from the regression and what the area shows in other years.
    X : (m, T, p), covariates, complete.
    v : (m, T), sampling variances, positive where y is present.
    ar1 : False makes the yearly effects independent (rho = 0). Otherwise rho is 0 or more: effects last.
    years : (T,), the year of each column, ascending; by default they follow each other without a gap.
    level : (m, T), positive, e.g. fitted rates: effects that grow in proportion to it. Variances are then relative
        to its square. By default effects are of one size everywhere.
    estimate_scale : estimate one factor phi on all of v; for sampling variances known up to a factor.
    rounding_variance : variance that phi does not scale, one figure or (m, T); step^2 / 12 for rounding.

    Raises
    ------
    ModelError : shapes that do not match, years that do not ascend, variances or levels of zero or less, a singular
        design, too few cells, a scale that the data cannot tell from the effects.
    """
    direct, design, sampling = _check_cells(y, X, v, dimensions=2)
    fixed = np.broadcast_to(np.asarray(rounding_variance, dtype=float), direct.shape)
    if not (np.isfinite(fixed).all() and (fixed >= 0).all()):
        raise ModelError("rounding_variance holds negative or missing values. Give step^2 / 12, or 0.")
    size = np.broadcast_to(np.asarray(1.0 if level is None else level, dtype=float), direct.shape)
    if wrong := int((~(np.isfinite(size) & (size > 0))).sum()):
        raise ModelError(
            f"{wrong} levels are not positive. Give the clipped fitted rates of every cell, or leave level out."
        )
    direct, design = direct / size, design / size[:, :, None]
    sampling, fixed = sampling / size**2, fixed / size**2
    known = np.isfinite(direct)
    several = direct.shape[1] > 1
    names = ["area_variance", *["time_variance"] * several, *["rho"] * (ar1 and several)]
    names += ["scale"] * estimate_scale
    _check_design(design[known], known.sum(), variance_count=len(names))
    if estimate_scale and not (ar1 and several) and np.ptp(sampling[known]) <= 1e-6 * sampling[known].max():
        raise ModelError(
            "With independent years and equal sampling variances the scale cannot be told from the yearly "
            "effects. Give v per cell, or leave estimate_scale off."
        )
    panel = _scaled_panel(direct, design, sampling, fixed, known, _year_lags(years, direct.shape[1]))
    adjusted = level is not None or not several
    fit = _rao_yu_result(panel, _fit_covariance(panel, names, adjusted=adjusted), design, names)
    return replace(fit, eblup=fit.eblup * size, mse=fit.mse * size**2)


def fit_rates(
    y: ArrayLike,
    X: ArrayLike,
    persons: ArrayLike,
    *,
    years: ArrayLike | None = None,
    rounding: float = 0.0,
    estimate_scale: bool = False,
) -> RaoYuFit:
    """Rates of areas by years: a first fit says how high each cell lies, a second lets its effects grow with that.

    Parameters
    ----------
    y, X, years, estimate_scale : as in `rao_yu`; y as fractions.
    persons : (m, T), asked, or with estimate_scale anything they are a fixed part of.
    rounding : step to which the rates are rounded, as a fraction.

    Raises
    ------
    ModelError : as `rao_yu` and `rate_variance`.
    """
    direct, design = np.asarray(y, dtype=float), np.asarray(X, dtype=float)
    options = {"years": years, "estimate_scale": estimate_scale, "rounding_variance": rounding**2 / 12}
    known = np.isfinite(direct)
    beta = np.linalg.lstsq(design[known], direct[known], rcond=None)[0]
    first = rao_yu(direct, design, rate_variance(design @ beta, persons), **options)
    level = np.clip(design @ first.beta, *RATE_CLIP)
    return rao_yu(direct, design, rate_variance(level, persons), level=level, **options)


def benchmark(
    estimate: ArrayLike,
    mse: ArrayLike,
    weights: ArrayLike,
    totals: ArrayLike,
    total_variance: ArrayLike = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Move estimates so that their weighted sums meet published totals, uncertain areas moving most.

    theta* = theta + Omega R (R' Omega R + Lambda)^-1 (t - R' theta), Omega = diag(mse);
    mse* = mse + (theta* - theta)^2.

    Parameters
    ----------
    estimate, mse : (m,)
    weights : (m, g), R: one column a total, e.g. labour force of the members and zero elsewhere. Totals
        may nest (regions and the nation).
    totals : (g,), t
    total_variance : variance of the totals, one figure or (g,), e.g. of their rounding; 0 meets them.

    Returns
    -------
    estimate, mse : (m,)

    Raises
    ------
    ModelError : shapes that do not match, negative variances, totals that contradict each other or that
        no area can move to.
    """
    values, uncertainty = np.asarray(estimate, dtype=float), np.asarray(mse, dtype=float)
    columns, wanted = np.asarray(weights, dtype=float), np.asarray(totals, dtype=float)
    if values.ndim != 1 or uncertainty.shape != values.shape:
        raise ModelError(f"estimate {values.shape} and mse {uncertainty.shape} do not match: both are (m,).")
    if columns.ndim != 2 or columns.shape != (len(values), wanted.size) or wanted.ndim != 1:
        raise ModelError(
            f"weights {columns.shape} do not match {len(values)} areas and totals {wanted.shape}: give "
            f"(areas, groups) = ({len(values)}, {wanted.size})."
        )
    _check_finite(estimate=values, mse=uncertainty, weights=columns, totals=wanted)
    slack = np.broadcast_to(np.asarray(total_variance, dtype=float), wanted.shape)
    if (uncertainty < 0).any() or not (slack >= 0).all():
        raise ModelError(
            f"{int((uncertainty < 0).sum())} mse and {int((~(slack >= 0)).sum())} total variances are "
            "negative or missing. A variance is 0 or more."
        )
    gap = wanted - columns.T @ values
    spread = columns * uncertainty[:, None]
    inner = columns.T @ spread + np.diag(slack)
    # nested totals make `inner` singular; least squares still meets them when they agree
    shift = spread @ _solve_scaled(inner, gap)
    moved = values + shift
    missed = np.abs(wanted - columns.T @ moved)
    tolerance = 1e-9 * np.maximum(np.abs(wanted), np.abs(columns).T @ np.abs(values))
    unmet = np.flatnonzero((slack == 0) & (missed > tolerance))
    if len(unmet):
        raise ModelError(
            f"{len(unmet)} totals cannot be met, e.g. number {unmet[0]} (off by {missed[unmet[0]]:.6g}): "
            "they contradict each other or their areas have mse 0. Give total_variance for rounded totals."
        )
    return moved, uncertainty + shift**2


def rate_variance(
    rate: ArrayLike, labour_force: ArrayLike, *, rounding: float = 0.0, scale: float = 1.0
) -> np.ndarray:
    """Sampling variance of a rate: scale p (1 - p) / labour_force + rounding^2 / 12.

    Parameters
    ----------
    rate : fitted rates as fractions (not the noisy direct ones, which would tie variance to error);
        clipped to .01-.6.
    labour_force : persons, positive.
    rounding : step to which the rate is rounded, as a fraction (.001 for a tenth of a per cent).
    scale : phi, the design factor over simple random sampling of everyone.
    """
    persons = np.asarray(labour_force, dtype=float)
    if not (persons > 0).all():
        raise ModelError(
            f"{int((~(persons > 0)).sum())} labour forces are not positive. Leave those areas out as missing."
        )
    fitted = np.clip(np.asarray(rate, dtype=float), *RATE_CLIP)
    return scale * fitted * (1 - fitted) / persons + rounding**2 / 12


def interval(
    estimate: ArrayLike, mse: ArrayLike, level: float = 0.95, floor: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Low and high ends estimate +- z sqrt(mse), the low end at least `floor`."""
    margin = special.ndtri((1 + level) / 2) * np.sqrt(np.asarray(mse, dtype=float))
    centre = np.asarray(estimate, dtype=float)
    return np.maximum(centre - margin, floor), np.maximum(centre + margin, floor)


def coefficient_of_variation(estimate: ArrayLike, mse: ArrayLike) -> np.ndarray:
    """sqrt(mse) over the estimate; infinite for an estimate of zero or less."""
    values, error = np.broadcast_arrays(
        np.asarray(estimate, dtype=float), np.sqrt(np.asarray(mse, dtype=float))
    )
    return np.divide(error, values, out=np.full(values.shape, np.inf), where=values > 0)


def publication_class(estimate: ArrayLike, mse: ArrayLike) -> np.ndarray:
    """ "show" up to a coefficient of variation of 20 %, "grey" up to 35 %, "hide" above."""
    variation = coefficient_of_variation(estimate, mse)
    return np.where(variation <= CV_SHOW, "show", np.where(variation <= CV_GREY, "grey", "hide"))


# --- Fay-Herriot ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Observed:
    """The areas with a direct figure: y (m,), design (m, p), sampling variance (m,)."""

    direct: np.ndarray
    design: np.ndarray
    sampling: np.ndarray


def _regression(
    data: _Observed, area_variance: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Weighted least squares: beta, its covariance, the weights 1/(A + v) and the residuals."""
    weight = 1 / (area_variance + data.sampling)
    covariance = linalg.inv(data.design.T @ (weight[:, None] * data.design))
    beta = covariance @ (data.design.T @ (weight * data.direct))
    return beta, covariance, weight, data.direct - data.design @ beta


def _reml_loglik(data: _Observed, area_variance: float) -> float:
    _, covariance, _, _ = _regression(data, area_variance)
    return _ml_loglik(data, area_variance) + 0.5 * np.linalg.slogdet(covariance)[1]


def _ml_loglik(data: _Observed, area_variance: float) -> float:
    _, _, weight, residual = _regression(data, area_variance)
    return float(0.5 * (np.log(weight).sum() - (residual**2 * weight).sum()))


def _reml_score(data: _Observed, area_variance: float) -> float:
    _, covariance, weight, _ = _regression(data, area_variance)
    weighted = weight[:, None] * data.design
    return _ml_score(data, area_variance) + 0.5 * float(np.trace(covariance @ weighted.T @ weighted))


def _ml_score(data: _Observed, area_variance: float) -> float:
    _, _, weight, residual = _regression(data, area_variance)
    return 0.5 * float(((residual * weight) ** 2).sum() - weight.sum())


def _likelihood_variance(
    data: _Observed, loglik: Callable[[_Observed, float], float], score: Callable[[_Observed, float], float]
) -> float:
    """The maximum of the likelihood: the best of a grid, then the root of the score beside it."""
    size = max(float(np.median(data.sampling)), float(data.direct.var()))
    grid = np.concatenate([[0.0], size * np.geomspace(1e-8, 1e4, 121)])
    best = int(np.argmax([loglik(data, variance) for variance in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    if score(data, low) <= 0:
        return 0.0
    return float(optimize.brentq(lambda variance: score(data, variance), low, high, xtol=1e-300, rtol=1e-14))


def _reml_variance(data: _Observed) -> float:
    return _likelihood_variance(data, _reml_loglik, _reml_score)


def _ml_variance(data: _Observed) -> float:
    return _likelihood_variance(data, _ml_loglik, _ml_score)


def _moment_variance(data: _Observed) -> float:
    """Root of sum residual^2 / (A + v) = m - p, at least 0 (Fay & Herriot 1979)."""
    free = data.design.shape[0] - data.design.shape[1]

    def excess(variance: float) -> float:
        _, _, weight, residual = _regression(data, variance)
        return float((residual**2 * weight).sum()) - free

    if excess(0.0) <= 0:
        return 0.0
    ordinary, *_ = np.linalg.lstsq(data.design, data.direct, rcond=None)
    upper = float(((data.direct - data.design @ ordinary) ** 2).sum()) / free
    return float(optimize.brentq(excess, 0.0, upper, xtol=1e-300, rtol=1e-14))


def _fay_herriot_mse(
    data: _Observed, area_variance: float, covariance: np.ndarray, weight: np.ndarray, method: str
) -> np.ndarray:
    """g1 + g2 + 2 g3, minus the bias of the estimated variance where the method has one."""
    back = data.sampling * weight  # 1 - the weight of the direct figure
    g1 = area_variance * back
    g2 = back**2 * np.einsum("ij,jk,ik->i", data.design, covariance, data.design)
    information = (weight**2).sum()
    areas = len(weight)
    if method == "FH":
        variance_of_variance = 2 * areas / weight.sum() ** 2
        bias = 2 * (areas * information - weight.sum() ** 2) / weight.sum() ** 3
    else:
        variance_of_variance = 2 / information
        weighted = weight[:, None] * data.design
        bias = 0.0 if method == "REML" else -float(np.trace(covariance @ weighted.T @ weighted)) / information
    g3 = back**2 * weight * variance_of_variance
    return g1 + g2 + 2 * g3 - bias * back**2


VARIANCE_METHODS = {"REML": _reml_variance, "ML": _ml_variance, "FH": _moment_variance}


# --- Rao-Yu -----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Panel:
    """Scaled cells; those without a direct figure are zero in y and X, so that they fall out exactly.

    y = direct / unit (m, T); X = design / column_size (m, T, p); sampling and fixed variances / unit^2;
    lag (T, T): years between each two columns.
    """

    direct: np.ndarray
    design: np.ndarray
    sampling: np.ndarray
    fixed: np.ndarray
    known: np.ndarray
    lag: np.ndarray
    unit: float
    column_size: np.ndarray


@dataclass(frozen=True)
class _Covariance:
    area_variance: float
    time_variance: float
    rho: float
    scale: float


class _Free(NamedTuple):
    """How a parameter is written without limits, for the optimiser."""

    free: Callable[[float], float]
    value: Callable[[float], float]
    bounds: tuple[float, float]


_FREE = {
    "area_variance": _Free(np.log, np.exp, LOG_VARIANCE_BOUNDS),
    "time_variance": _Free(np.log, np.exp, LOG_VARIANCE_BOUNDS),
    # noise alone can make years seem to alternate; what lasts in an area does not
    "rho": _Free(np.arctanh, np.tanh, (0.0, float(np.arctanh(RHO_BOUND)))),
    "scale": _Free(np.log, np.exp, LOG_SCALE_BOUNDS),
}
_Loss = Callable[[np.ndarray], tuple[float, np.ndarray]]
_FLAT = 1e-9  # a difference in log-likelihood that says nothing
_DIFFERENCE = 1e-4
_NEWTON_STEPS = 3


@dataclass(frozen=True, eq=False)
class _Likelihood:
    """What one evaluation at a set of variances gives.

    inverse (m, T, T): S_i^-1 with zeros for missing cells; weighted_design (m, T, p): S_i^-1 X_i;
    weighted_residual (m, T): S_i^-1 (y_i - X_i beta).
    """

    beta: np.ndarray
    covariance: np.ndarray
    inverse: np.ndarray
    weighted_design: np.ndarray
    weighted_residual: np.ndarray
    loglik: float


def _scaled_panel(
    direct: np.ndarray,
    design: np.ndarray,
    sampling: np.ndarray,
    fixed: np.ndarray,
    known: np.ndarray,
    lag: np.ndarray,
) -> _Panel:
    column_size = np.sqrt((design[known] ** 2).mean(axis=0))
    covariates = np.where(known[:, :, None], design / column_size, 0.0)
    ordinary, *_ = np.linalg.lstsq(covariates[known], direct[known], rcond=None)
    residual = direct[known] - covariates[known] @ ordinary
    unit = float(np.sqrt(max((residual**2).mean(), np.median(sampling[known] + fixed[known]))))
    return _Panel(
        direct=np.where(known, direct, 0.0) / unit,
        design=covariates,
        sampling=np.where(known, sampling, 0.0) / unit**2,
        fixed=np.where(known, fixed, 0.0) / unit**2,
        known=known,
        lag=lag,
        unit=unit,
        column_size=column_size,
    )


def _time_covariance(lag: np.ndarray, rho: float) -> tuple[np.ndarray, np.ndarray]:
    """rho^|s-t| / (1 - rho^2) and its derivative to rho, (T, T)."""
    power = rho**lag
    slope = lag * rho ** np.maximum(lag - 1, 0)
    inside = 1 - rho**2
    return power / inside, slope / inside + 2 * rho * power / inside**2


def _effects_covariance(panel: _Panel, parameters: _Covariance) -> np.ndarray:
    over_time, _ = _time_covariance(panel.lag, parameters.rho)
    return parameters.area_variance + parameters.time_variance * over_time


def _likelihood(panel: _Panel, parameters: _Covariance) -> _Likelihood:
    years = panel.direct.shape[1]
    both_known = panel.known[:, :, None] & panel.known[:, None, :]
    cell_variance = np.where(panel.known, parameters.scale * panel.sampling + panel.fixed, 1.0)
    total = np.where(both_known, _effects_covariance(panel, parameters), 0.0)
    total[:, np.arange(years), np.arange(years)] += cell_variance
    root = np.linalg.cholesky(total)
    log_determinant = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum()
    half_inverse = np.linalg.solve(root, np.broadcast_to(np.eye(years), root.shape))
    inverse = np.where(both_known, half_inverse.transpose(0, 2, 1) @ half_inverse, 0.0)

    weighted_design = inverse @ panel.design
    information = np.einsum("itp,itq->pq", panel.design, weighted_design)
    covariance = linalg.inv(information)
    beta = covariance @ np.einsum("itp,it->p", weighted_design, panel.direct)
    residual = panel.direct - panel.design @ beta
    weighted_residual = np.einsum("ist,it->is", inverse, residual)
    fit = (residual * weighted_residual).sum()
    loglik = -0.5 * (log_determinant + np.linalg.slogdet(information)[1] + fit)
    return _Likelihood(beta, covariance, inverse, weighted_design, weighted_residual, float(loglik))


def _loglik_slopes(panel: _Panel, parameters: _Covariance, at: _Likelihood) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of the restricted log-likelihood to the effects' covariance (T, T) and to each cell's variance.

    Every area shares one effects' covariance, so the slope to any of its parameters is the sum of the
    elementwise product of its derivative with the first array.
    """
    hat = np.einsum("isp,pq,itq->ist", at.weighted_design, at.covariance, at.weighted_design, optimize=True)
    outer = at.weighted_residual[:, :, None] * at.weighted_residual[:, None, :]
    slope = 0.5 * (outer + hat - at.inverse)
    return slope.sum(axis=0), np.diagonal(slope, axis1=1, axis2=2)


def _fit_covariance(panel: _Panel, names: list[str], adjusted: bool) -> _Covariance:
    """REML estimates of the named parameters, from several starts: the likelihood may have more than one top."""

    def unpack(free: np.ndarray) -> _Covariance:
        values = {name: float(_FREE[name].value(at)) for name, at in zip(names, free, strict=True)}
        return replace(_Covariance(0.0, 0.0, 0.0, 1.0), **values)

    def loss(free: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = unpack(free)
        at = _likelihood(panel, parameters)
        effects, cells = _loglik_slopes(panel, parameters, at)
        over_time, by_rho = _time_covariance(panel.lag, parameters.rho)
        slopes = {
            "area_variance": parameters.area_variance * effects.sum(),
            "time_variance": parameters.time_variance * (effects * over_time).sum(),
            "rho": parameters.time_variance * (effects * by_rho).sum() * (1 - parameters.rho**2),
            "scale": parameters.scale * (cells * panel.sampling).sum(),
        }
        loglik, slope = at.loglik, np.array([slopes[name] for name in names])
        for place in kept_above_zero:
            loglik, slope[place] = loglik + free[place], slope[place] + 1
        return -loglik, -slope

    # the likelihood times a variance is never at its top in zero (Li & Lahiri 2010)
    kept_above_zero = [place for place, name in enumerate(names) if adjusted and name.endswith("_variance")]
    bounds = [_FREE[name].bounds for name in names]
    fits = []
    for share, rho in ((0.5, 0.3), (0.1, 0.8)):
        begin = _Covariance(0.5 * share, 0.5 * (1 - share) * (1 - rho**2), rho, 1.0)
        start = [_FREE[name].free(getattr(begin, name)) for name in names]
        options = {"ftol": 1e-15, "gtol": 1e-7}
        fits.append(
            optimize.minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options=options)
        )
    return unpack(_sharpened(loss, min(fits, key=lambda result: result.fun).x, np.array(bounds)))


def _sharpened(loss: _Loss, at: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """The top to machine precision, so that no processor decides a digit that is stored.

    Where the likelihood is flat a parameter goes to its lower bound; the others take Newton steps.
    """
    for place, (lowest, _) in enumerate(bounds):
        lower = np.where(np.arange(len(at)) == place, lowest, at)
        at = lower if loss(lower)[0] <= loss(at)[0] + _FLAT else at
    inside = (at > bounds[:, 0]) & (at < bounds[:, 1])
    for _ in range(_NEWTON_STEPS):
        steps = _DIFFERENCE * np.eye(len(at))[inside]
        curvature = np.array(
            [(loss(at + step)[1] - loss(at - step)[1]) / (2 * _DIFFERENCE) for step in steps]
        )
        curvature = curvature.reshape(len(steps), len(at))[:, inside]
        if not len(steps) or np.linalg.eigvalsh(curvature).min() <= 0:
            return at
        at = at.copy()
        at[inside] -= np.linalg.solve(curvature, loss(at)[1][inside])
        at = np.clip(at, *bounds.T)
    return at


def _estimated_variance_error(
    panel: _Panel, parameters: _Covariance, at: _Likelihood, names: list[str]
) -> np.ndarray:
    """What estimating the variances adds to the error, (m, T): g3 of Prasad & Rao (1990).

    Parameters at a bound are taken as known: the approximation has no meaning there.
    """
    areas, years = panel.direct.shape
    effects = _effects_covariance(panel, parameters)
    over_time, by_rho = _time_covariance(panel.lag, parameters.rho)
    smallest = 10 * np.exp(LOG_VARIANCE_BOUNDS[0])
    slopes = []  # of the effects' covariance and of the cells' variance, to each parameter
    nothing, no_cells = np.zeros((years, years)), np.zeros((areas, years))
    if parameters.area_variance > smallest:
        slopes.append((np.ones((years, years)), no_cells))
    if parameters.time_variance > smallest:
        slopes.append((over_time, no_cells))
        if 0 < parameters.rho <= 0.999 * RHO_BOUND:
            slopes.append((parameters.time_variance * by_rho, no_cells))
    if "scale" in names:
        slopes.append((nothing, panel.sampling))
    if not slopes:
        return no_cells

    shrink = effects @ at.inverse
    relative, shrink_slopes = [], []
    for of_effects, of_cells in slopes:
        of_total = of_effects + of_cells[:, :, None] * np.eye(years)
        relative.append(at.inverse @ of_total)
        shrink_slopes.append(of_effects @ at.inverse - shrink @ of_total @ at.inverse)
    information = 0.5 * np.array(
        [[np.einsum("ist,its->", first, second) for second in relative] for first in relative]
    )
    variance = linalg.pinvh(information)
    both_known = panel.known[:, :, None] & panel.known[:, None, :]
    total = np.where(both_known, effects, 0.0)
    total[:, np.arange(years), np.arange(years)] += parameters.scale * panel.sampling + panel.fixed
    return sum(
        variance[row, column] * np.einsum("ist,itu,isu->is", first, total, second, optimize=True)
        for row, first in enumerate(shrink_slopes)
        for column, second in enumerate(shrink_slopes)
    )


def _rao_yu_result(panel: _Panel, parameters: _Covariance, design: np.ndarray, names: list[str]) -> RaoYuFit:
    at = _likelihood(panel, parameters)
    effects = _effects_covariance(panel, parameters)
    covariates = design / panel.column_size  # of every cell: missing ones are predicted too
    shrink = effects @ at.inverse
    estimate = covariates @ at.beta + at.weighted_residual @ effects
    remaining = covariates - shrink @ panel.design
    mse = np.diagonal(effects - shrink @ effects, axis1=1, axis2=2)
    mse = mse + np.einsum("itp,pq,itq->it", remaining, at.covariance, remaining, optimize=True)
    mse = mse + 2 * _estimated_variance_error(panel, parameters, at, names)

    cell_variance = parameters.scale * panel.sampling + panel.fixed
    deviation = np.sqrt(np.diagonal(effects) + cell_variance)
    residual = (panel.direct - panel.design @ at.beta) / deviation
    smallest = 10 * np.exp(LOG_VARIANCE_BOUNDS[0])
    marks = []
    if parameters.area_variance < smallest:
        marks.append(ZERO_AREA_VARIANCE)
    if "time_variance" in names and parameters.time_variance < smallest:
        marks.append(ZERO_TIME_VARIANCE)
    if "rho" in names and parameters.rho == 0:
        marks.append(RHO_AT_ZERO)
    if parameters.rho > 0.999 * RHO_BOUND:
        marks.append(RHO_AT_BOUND)
    return RaoYuFit(
        area_variance=parameters.area_variance * panel.unit**2,
        time_variance=parameters.time_variance * panel.unit**2,
        rho=parameters.rho,
        scale=parameters.scale,
        beta=at.beta * panel.unit / panel.column_size,
        beta_se=np.sqrt(np.diag(at.covariance)) * panel.unit / panel.column_size,
        eblup=estimate * panel.unit,
        mse=mse * panel.unit**2,
        direct_weight=np.diagonal(shrink, axis1=1, axis2=2).copy(),
        standardised_residual=np.where(panel.known, residual, np.nan),
        loglik=at.loglik,
        marks=tuple(marks),
    )


# --- checks -----------------------------------------------------------------------------------------


def _check_cells(
    y: ArrayLike, X: ArrayLike, v: ArrayLike, dimensions: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    direct, design, sampling = (np.asarray(part, dtype=float) for part in (y, X, v))
    if direct.ndim != dimensions or sampling.shape != direct.shape or design.shape[:-1] != direct.shape:
        shape = "(areas,)" if dimensions == 1 else "(areas, years)"
        raise ModelError(
            f"Shapes do not match: y {direct.shape}, X {design.shape}, v {sampling.shape}. "
            f"Give y and v as {shape} and X with the covariates as an extra last axis."
        )
    if np.isinf(direct).any():
        raise ModelError(f"y holds {int(np.isinf(direct).sum())} infinite values. Give NaN where missing.")
    if not np.isfinite(design).all():
        cells = np.argwhere(~np.isfinite(design))
        raise ModelError(
            f"X lacks {len(cells)} values, e.g. at {tuple(cells[0].tolist())}. A cell can only be estimated "
            "with its covariates: fill them, drop the covariate or leave the area out."
        )
    wrong = np.isfinite(direct) & ~(np.isfinite(sampling) & (sampling > 0))
    if wrong.any():
        first = tuple(np.argwhere(wrong)[0].tolist())
        raise ModelError(
            f"{int(wrong.sum())} sampling variances are not positive, e.g. {sampling[first]} at {first}. "
            "Use rate_variance, or give y as missing there."
        )
    return direct, design, sampling


def _year_lags(years: ArrayLike | None, columns: int) -> np.ndarray:
    """Years between each two columns, (T, T)."""
    dated = np.arange(columns) if years is None else np.asarray(years)
    if dated.shape != (columns,) or not (np.diff(dated) > 0).all():
        raise ModelError(
            f"years holds {dated.tolist()}; give an ascending year for each of {columns} columns of y, or leave "
            "it out when they follow each other."
        )
    return np.abs(np.subtract.outer(dated, dated))


def _check_design(design: np.ndarray, cells: int, variance_count: int) -> None:
    covariates = design.shape[1]
    if cells < covariates + variance_count + 1:
        raise ModelError(
            f"{cells} direct figures for {covariates} covariates and {variance_count} variances. "
            "Use fewer covariates or more areas."
        )
    size = np.sqrt((design**2).sum(axis=0))
    empty = np.flatnonzero(size == 0)
    rank = np.linalg.matrix_rank(design / np.where(size > 0, size, 1.0))
    if rank < covariates:
        example = f"column {empty[0]} is all zero" if len(empty) else "one is a sum of others"
        raise ModelError(
            f"The design is singular: {covariates} covariates of rank {rank} ({example}). "
            "Drop a covariate, for instance the dummy of one year beside an intercept."
        )


def _check_finite(**arrays: np.ndarray) -> None:
    for name, array in arrays.items():
        bad = int((~np.isfinite(array)).sum())
        if bad:
            raise ModelError(f"{name} holds {bad} missing or infinite values. Estimate or leave out first.")


def _solve_scaled(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Least-squares solution of a symmetric system whose rows may differ widely in size."""
    size = np.sqrt(np.diag(matrix))
    size = np.where(size > 0, size, 1.0)
    solution, *_ = np.linalg.lstsq(matrix / np.outer(size, size), right / size, rcond=1e-12)
    return solution / size
