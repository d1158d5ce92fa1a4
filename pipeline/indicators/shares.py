"""Share of each gemeente in the jobs of its COROP, and how far it may be off: anchors, bridge and drift.

An anchor is a year in which every gemeente of a COROP is published. Between two anchors the log share runs in a
straight line, outside them it stays; gemeenten of a COROP always add up to it. How the constants were found and how
well they do: docs/methods/job_estimates.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

#: Over ``SPAN`` years the log of a gemeente's jobs wanders from its COROP by SCALE (jobs / SIZE) ** EXPONENT: the
#: scale of a t distribution with DF degrees of freedom. Fitted to shares of 2008-2010 against those of December 2015
#: (CBS 81402ned and 70072ned, 342 gemeenten); ``pipeline.models.share_check.fit`` gives them again.
SCALE, EXPONENT, DF = 0.0833, -0.12, 5.55
SIZE, SPAN = 10_000, 6
#: Beyond ``SPAN`` the standard deviation grows faster than with the root of time: 1.16 times at nine years.
LONG_SPAN = float(np.log(1.16) / np.log(9 / SPAN))
#: A squared log scale below this is rounding of the machine.
_NOTHING = 1e-18


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares of gemeenten in their COROP; a COROP without an anchor has none.

    Attributes
    ----------
    corop : COROP code of each gemeente (index gm_code); the other tables have the same index
    centre : columns years; adds up to 1 within each COROP in each year
    scale : t scale of the log change over six years
    time_variance : columns years; 0 at an anchor, 1 six years after the last one
    anchors : columns cr_code, year (a mean of years may lie between two), source
    """

    corop: pd.Series
    centre: pd.DataFrame
    scale: pd.Series
    time_variance: pd.DataFrame
    anchors: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """One row a gemeente and year: gm_code, cr_code, year, share, scale, time_variance."""
        share, variance = (
            table.rename_axis(index="gm_code", columns="year").T.melt(ignore_index=False, value_name=name)
            for table, name in ((self.centre, "share"), (self.time_variance, "time_variance"))
        )
        long = share.assign(time_variance=variance["time_variance"]).dropna().reset_index()
        long = long.assign(cr_code=long["gm_code"].map(self.corop), scale=long["gm_code"].map(self.scale))
        return long[["gm_code", "cr_code", "year", "share", "scale", "time_variance"]]


def scale_of(jobs: pd.Series | np.ndarray, scale: float = SCALE, exponent: float = EXPONENT):
    """The t scale of the log change over six years of gemeenten with so many jobs."""
    return scale * (jobs / SIZE) ** exponent


def span_variance(years: float | np.ndarray) -> np.ndarray:
    """Variance of the change over a span of years, as a part of that over six years."""
    spans = np.abs(np.asarray(years, dtype=float)) / SPAN
    return spans * np.maximum(1.0, spans) ** (2 * LONG_SPAN)


def time_covariance(years: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Covariance over years of the wandering of a share, 1 six years after the last anchor.

    A Brownian bridge between two anchors; outside them a walk whose changes over a span of years have
    ``span_variance``, whenever the span begins. Years on two sides of an anchor are independent.

    Parameters
    ----------
    years : array (T,)
    anchors : at least one, in any order

    Returns
    -------
    array (T, T)
    """
    years, known = np.asarray(years, dtype=float), np.sort(np.asarray(anchors, dtype=float))
    block = np.searchsorted(known, years, side="left")
    result = np.zeros((len(years), len(years)))
    for place in np.unique(block):
        here = np.flatnonzero(block == place)
        one, other = years[here][:, None], years[here][None, :]
        if 0 < place < len(known):
            before, after = known[place - 1], known[place]
            bridge = (np.minimum(one, other) - before) * (after - np.maximum(one, other))
            part = bridge / (after - before) / SPAN
        else:
            start = known[-1] if place else known[0]
            part = (
                span_variance(one - start) + span_variance(other - start) - span_variance(one - other)
            ) / 2
        result[np.ix_(here, here)] = part
    return result


def complete_anchors(published: pd.DataFrame, corop: pd.Series) -> pd.DataFrame:
    """Shares in the COROPs of which every gemeente is published in a year.

    Parameters
    ----------
    published : columns gm_code, year, value, source; on current borders, one row a gemeente and year
    corop : COROP of every current gemeente (index gm_code)

    Returns
    -------
    DataFrame
        gm_code, cr_code, year, share, source. A gemeente without jobs is not complete either: its share has no log.
    """
    rows = published[published["value"] > 0].assign(cr_code=lambda f: f["gm_code"].map(corop))
    groups = rows.groupby(["cr_code", "year"])
    held = groups["gm_code"].transform("nunique")
    complete = held == rows["cr_code"].map(corop.value_counts())
    share = rows["value"] / groups["value"].transform("sum")
    return rows.assign(share=share)[complete][["gm_code", "cr_code", "year", "share", "source"]]


def base_anchor(published: pd.DataFrame, corop: pd.Series) -> pd.DataFrame:
    """One anchor from several years: the mean of the shares, in the middle of the years.

    Shares of single years swing with where employers book their jobs; their mean foretells 2015 better than the
    last of them. Columns as from ``complete_anchors``.
    """
    yearly = complete_anchors(published, corop)
    grouped = yearly.groupby(["gm_code", "cr_code"], as_index=False)
    return grouped.agg(year=("year", "mean"), share=("share", "mean"), source=("source", "first"))


def estimate(anchors: pd.DataFrame, corop: pd.Series, corop_jobs: pd.DataFrame) -> Shares:
    """Shares in every year of the COROPs.

    Parameters
    ----------
    anchors : as from ``complete_anchors`` and ``base_anchor``; where two share a year the first stays
    corop : COROP of every current gemeente (index gm_code)
    corop_jobs : jobs, index COROP codes, columns years
    """
    known = anchors.drop_duplicates(["gm_code", "year"])
    years = corop_jobs.columns.to_numpy(dtype=float)
    centre = pd.DataFrame(np.nan, index=corop.index, columns=corop_jobs.columns)
    variance, scale = centre.copy(), pd.Series(np.nan, index=corop.index)
    for code, part in known.groupby("cr_code"):
        wide = part.pivot(index="gm_code", columns="year", values="share").sort_index(axis=1)
        at = wide.columns.to_numpy(dtype=float)
        line = np.array([np.interp(years, at, logs) for logs in np.log(wide.to_numpy())])
        shares = np.exp(line) / np.exp(line).sum(axis=0)
        centre.loc[wide.index] = shares
        variance.loc[wide.index] = np.diag(time_covariance(years, at))
        if code in corop_jobs.index and corop_jobs.loc[code].notna().any():
            held = corop_jobs.loc[code].dropna()
            nearest = held.iloc[np.abs(held.index.to_numpy(dtype=float) - at[-1]).argmin()]
            scale[wide.index] = scale_of(wide.iloc[:, -1] * nearest)
    listed = known.groupby(["cr_code", "year"], as_index=False)["source"].first()
    return Shares(corop, centre, scale, variance, listed)


def levels(shares: Shares, members: pd.DataFrame, corop_jobs: pd.DataFrame) -> pd.DataFrame:
    """Jobs of regions as the sum of their members' shares, and how far they may be off.

    Parameters
    ----------
    members : columns region_code, gm_code
    corop_jobs : jobs, index COROP codes, columns years

    Returns
    -------
    DataFrame
        region_code, year, value, log_sd (0 for a region of whole COROPs), df (of the t distribution: ``DF`` for one
        gemeente, more for a sum of many). A region has no row in a year in which one of its COROPs has no value.
    """
    gemeenten = shares.corop.index
    inside = pd.crosstab(members["region_code"], members["gm_code"]).reindex(columns=gemeenten, fill_value=0)
    is_member = inside.to_numpy() > 0
    corops = pd.Index(shares.corop.unique())
    lies_in = shares.corop.to_numpy()[:, None] == corops.to_numpy()[None, :]
    jobs = corop_jobs.reindex(corops)
    parts = [
        _levels_of_year(
            is_member,
            lies_in,
            shares.centre[year].to_numpy(),
            jobs[year].to_numpy(),
            (shares.scale**2 * shares.time_variance[year]).to_numpy(),
        ).assign(region_code=inside.index, year=year)
        for year in corop_jobs.columns
    ]
    result = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["value"])
    return result.dropna(subset="value")[["region_code", "year", "value", "log_sd", "df"]]


def _levels_of_year(
    is_member: np.ndarray, lies_in: np.ndarray, share: np.ndarray, jobs: np.ndarray, variance: np.ndarray
) -> pd.DataFrame:
    """Arrays of gemeenten (G,), COROPs (K,), regions x gemeenten and gemeenten x COROPs; NaN where unknown."""
    known = np.nan_to_num(share)
    count = is_member.astype(float) @ lies_in
    whole = count == lies_in.sum(axis=0)
    part = (is_member * known) @ lies_in
    part[((is_member * np.isnan(share)) @ lies_in) > 0] = np.nan
    part[whole] = 1.0
    in_corop = np.where(count > 0, part * jobs, 0.0)
    value = in_corop.sum(axis=1)
    # a gemeente moves its region up by its own jobs, and down by what it takes from the rest of the COROP
    own_jobs = np.nan_to_num(known * (lies_in @ np.nan_to_num(jobs)))
    effect = is_member * own_jobs - np.nan_to_num(in_corop) @ lies_in.T * known
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.square(effect / value[:, None]) * np.nan_to_num(variance)
    log_sd, df = sum_of_t(np.nan_to_num(spread))
    return pd.DataFrame({"value": value, "log_sd": log_sd, "df": df})


def sum_of_t(squared_scales: np.ndarray, df: float = DF) -> tuple[np.ndarray, np.ndarray]:
    """Standard deviation of sums of t distributions, and the degrees of freedom of the t that is as heavy-tailed.

    Parameters
    ----------
    squared_scales : array (sums, parts)
    df : degrees of freedom of each part

    Returns
    -------
    (array, array)
        One a sum; one part alone keeps its degrees of freedom, a sum of nothing is 0.
    """
    total = squared_scales.sum(axis=1)
    total = np.where(total > _NOTHING, total, 0.0)
    part = squared_scales / np.where(total > 0, total, 1.0)[:, None]
    # the excess kurtosis of a sum weighs that of its parts by the square of their part in the variance
    weight = np.where(total > 0, np.square(part).sum(axis=1), 1.0)
    return np.sqrt(total * df / (df - 2)), 4 + (df - 4) / weight


def reach(log_sd: np.ndarray, df: np.ndarray, level: float) -> np.ndarray:
    """How far the log of a value may lie from its middle at a level such as .80; infinite degrees are the normal."""
    return special.stdtrit(df, 0.5 + level / 2) * log_sd * np.sqrt(1 - 2 / df)


def interval(estimates: pd.DataFrame, level: float) -> tuple[pd.Series, pd.Series]:
    """Lower and upper end of ``levels`` (columns value, log_sd, df) at a level such as .80."""
    far = reach(estimates["log_sd"], estimates["df"], level)
    return estimates["value"] * np.exp(-far), estimates["value"] * np.exp(far)
