"""Employee jobs of every region: published where CBS publishes, estimated openly where it does not.

The estimate: an area's share in its COROP (mean of the base years) times the COROP's published series on
current borders. The share is a random walk; its yearly sd comes from how groups of gemeenten that hold about
the same share moved in 2008-2010. An area in several COROPs is the sum of its parts, the COROPs taken as
independent. An area is never a sum of independently estimated gemeenten.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from pipeline import geography
from pipeline.config import IndicatorSettings
from pipeline.indicators.combine import as_indicator, on_current_borders, prefer, sum_regions
from pipeline.schemas import INDICATOR_COLUMNS, certainty, status_of
from pipeline.tidy.jobs import KEY_FIGURES, NATIONAL, NEW, OLD

INDICATOR = "jobs_employees"
#: Groups of gemeenten count as comparable when their share differs by at most this much.
_COMPARABLE = 0.10
#: A gemeente is compared with this many gemeenten that are nearest in share.
_NEAREST = 100
#: Steps beyond this quantile are set to it: an employer that books its jobs in another gemeente.
_BOOKKEEPING = 0.99
#: The forty COROPs and the code for jobs that cannot be placed.
_COROPS_AND_UNPLACED = 41
#: Shares from here count as the whole COROP: nothing is estimated.
_WHOLE = 1 - 1e-9
#: Kinds of regions that can be a part of a COROP.
_SHARED = ("gemeente", "area", "arbeidsmarktregio", "rmc_region")
_CONSTANT_BORDERS = "constant_borders"
_ESTIMATE = "share_of_corop"


class JobsError(ValueError):
    """Settings or tables from which the jobs of a region cannot be estimated."""


@dataclass(frozen=True)
class JobTables:
    """Employee jobs: the indicator rows and what lies behind the estimates."""

    indicators: pd.DataFrame
    corop_moves: pd.DataFrame
    estimates: pd.DataFrame
    shares: pd.DataFrame
    quality: pd.DataFrame


def make(
    observations: pd.DataFrame,
    current: pd.DataFrame,
    regions: pd.DataFrame,
    members: pd.DataFrame,
    corop_then: pd.Series,
    changes: pd.DataFrame,
    links: pd.DataFrame,
    settings: IndicatorSettings,
) -> JobTables:
    """All employee jobs.

    Parameters
    ----------
    observations, current : tidy observations on published and on current borders
    regions, members : as stored by tidy
    corop_then : COROP of each gemeente code before its move
    changes : border changes
    links : link factors between the old and the new table
    settings : the ``indicators`` part of params.yaml
    """
    total = _jobs(observations)
    gemeenten = _jobs(current)
    gemeenten = gemeenten[gemeenten["region_code"].str.startswith("GM")]
    larger = members[~members["region_code"].str.startswith("GM")]

    # the nation holds jobs that CBS cannot place in a gemeente: it is never the sum of them
    larger = larger[larger["region_code"] != geography.NATION]
    summed = pd.concat([as_indicator(gemeenten), sum_regions(gemeenten, larger)], ignore_index=True)
    nation = nation_series(total)
    moves = moves_with_jobs(total, regions, corop_then, changes)
    corops = constant_corops(total, moves)
    provinces = sum_corops(total, corops, regions)
    # a region that CBS publishes on the borders of now is not replaced by a sum of rounded gemeenten or COROPs
    published = prefer(
        [
            corops[corops["method"] == "published"],
            as_indicator(on_current_borders(total[total["region_code"].str.match(r"CR|PV")], regions)),
            key_figures(observations, provinces, regions),
            summed,
            nation,
            corops,
            provinces,
            _sectors(observations),
        ]
    )
    published = mark_link_breaks(published, links)

    shares = corop_shares(gemeenten, regions, members, settings.base_years)
    quality = share_drift(gemeenten, regions, shares, settings)
    estimates = estimate_levels(shares, corops, settings.base_years)
    held = published[
        (published["sector"] == "total") & (published["basis"] == NEW) & published["value"].notna()
    ]
    estimated = estimate_rows(estimates, quality, corops, held, settings)
    estimated = mark_estimate_breaks(estimated, quality, links)
    return JobTables(
        indicators=prefer([published, estimated]),
        corop_moves=moves[["from_cr", "to_cr", "gm_code", "share", "last_year_in_old", "jobs_2010"]],
        estimates=estimates,
        shares=quality,
        quality=region_quality(quality, corops),
    )


def _jobs(observations: pd.DataFrame) -> pd.DataFrame:
    wanted = (observations["indicator"] == INDICATOR) & (observations["sector"] == "total")
    return observations[wanted & observations["source"].isin([OLD, NEW, NATIONAL])]


def nation_series(total: pd.DataFrame) -> pd.DataFrame:
    """The nation: 81402ned; 83583NED; then the COROPs of 83582NED with the jobs that CBS cannot place.

    National and regional figures of the new tables share the basis of 83582NED.
    """
    nation = total[total["region_code"] == geography.NATION]
    old = nation[nation["source"] == OLD]
    new = nation[nation["source"].isin([NATIONAL, NEW])].assign(basis=NEW)
    corops = total[(total["source"] == NEW) & total["region_code"].str.startswith("CR")]
    complete = corops[corops.groupby("year")["value"].transform("count") == _COROPS_AND_UNPLACED]
    by_year = complete.assign(rank=certainty(complete["status"])).groupby("year")
    first = complete.drop_duplicates("year")
    summed = first.assign(
        region_code=geography.NATION,
        value=first["year"].map(by_year["value"].sum()).round(6),
        value_low=first["year"].map(by_year["value_low"].sum(min_count=_COROPS_AND_UNPLACED)).round(6),
        value_high=first["year"].map(by_year["value_high"].sum(min_count=_COROPS_AND_UNPLACED)).round(6),
        status=status_of(first["year"].map(by_year["rank"].min())),
        method="sum_of_corops",
        basis=NEW,
    )
    bounded = summed["value_low"].notna()
    summed = summed.assign(
        interval_kind=bounded.map({True: "rounding", False: ""}),
        interval_level=bounded.map({True: 1.0, False: np.nan}),
    )
    return prefer([as_indicator(frame) for frame in (old, new, summed)])


def moves_with_jobs(
    total: pd.DataFrame, regions: pd.DataFrame, corop_then: pd.Series, changes: pd.DataFrame
) -> pd.DataFrame:
    """Every gemeente whose jobs went to another COROP, with its share in the old COROP's jobs of 2010.

    Returns
    -------
    DataFrame
        from_cr, to_cr, gm_code, share, last_year_in_old, jobs_2010 (moved, on the new table's level) and
        share_of_corop.
    """
    then = corop_then.rename_axis("gm_code").rename("cr_code").reset_index()
    classification = regions[regions["region_type"] == "gemeente"].rename(columns={"region_code": "gm_code"})
    moves = geography.corop_moves(then, classification[["gm_code", "cr_code"]], changes)
    old = total[(total["source"] == OLD) & (total["year"] == 2010)]
    level = old[old["region_code"].str.startswith("GM")].set_index("region_code")["value"]
    corop_total = level.groupby(corop_then.reindex(level.index)).sum()
    new = total[(total["source"] == NEW) & (total["year"] == 2010)].set_index("region_code")["value"]
    moves = moves[(moves["last_year_in_old"] >= 2010) & moves["gm_code"].isin(level.index)]
    in_corop, total_then, total_new = (
        series.reindex(moves[column]).to_numpy(dtype=float)
        for series, column in ((level, "gm_code"), (corop_total, "from_cr"), (new, "from_cr"))
    )
    share_of_corop = in_corop / total_then
    jobs_2010 = share_of_corop * total_new * moves["share"]
    return moves.assign(jobs_2010=jobs_2010, share_of_corop=share_of_corop).reset_index(drop=True)


def constant_corops(total: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """The COROPs of 83582NED on current borders; a year with moved jobs is our estimate."""
    published = total[(total["source"] == NEW) & total["region_code"].str.startswith("CR")]
    published = published[published["region_code"] != geography.NOT_ASSIGNABLE]
    wide = published.pivot(index="region_code", columns="year", values="value")
    constant, yearly = geography.to_constant_corops(
        wide, moves, moves.drop_duplicates("gm_code").set_index("gm_code")["share_of_corop"]
    )
    touched = pd.concat(
        [yearly[["from_cr", "year"]].set_axis(["region_code", "year"], axis=1),
         yearly[["to_cr", "year"]].set_axis(["region_code", "year"], axis=1)]
    ).drop_duplicates()  # fmt: skip
    moved = pd.MultiIndex.from_frame(published[["region_code", "year"]]).isin(
        pd.MultiIndex.from_frame(touched)
    )
    keys = zip(published["region_code"], published["year"], strict=True)
    result = published.assign(
        value=[round(constant.loc[key], 6) for key in keys],
        status=published["status"].where(~moved, "estimate"),
        method=published["method"].where(~moved, _CONSTANT_BORDERS),
        value_low=published["value_low"].where(~moved),
        value_high=published["value_high"].where(~moved),
        interval_kind=published["interval_kind"].where(~moved, ""),
        interval_level=published["interval_level"].where(~moved),
    )
    return as_indicator(result)


def sum_corops(total: pd.DataFrame, corops: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Provinces from the COROPs they are made of: as published where no gemeente left or joined the province since.

    Moves within a province do not touch its sum; elsewhere the COROPs on current borders are added.
    """
    published = as_indicator(total[(total["source"] == NEW) & total["region_code"].str.startswith("CR")])
    unmoved = on_current_borders(_provinces_of(published, regions), regions)
    return prefer([unmoved, _provinces_of(corops, regions)])


def _provinces_of(corops: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    gemeenten = regions[regions["region_type"] == "gemeente"]
    nested = gemeenten[["cr_code", "pv_code"]].drop_duplicates()
    split = nested[nested["cr_code"].duplicated(keep=False)]["cr_code"].unique()
    whole = nested[~nested["pv_code"].isin(nested[nested["cr_code"].isin(split)]["pv_code"])]
    members = whole.rename(columns={"pv_code": "region_code", "cr_code": "gm_code"})
    parts = corops[corops["region_code"].isin(whole["cr_code"])]
    sums = sum_regions(parts, members).assign(method="sum_of_corops")
    # with a part that is our estimate, rounding is not what the sum is off by
    estimated = sums["status"] == "estimate"
    sums.loc[estimated, ["value_low", "value_high", "interval_level"]] = np.nan
    sums.loc[estimated, "interval_kind"] = ""
    return sums


def key_figures(observations: pd.DataFrame, provinces: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Provinces as 70072ned publishes them, in years in which it holds the figures of 83582NED.

    83582NED has no provinces in every export. The key figures are of one day and are not revised with it: they are
    its figures when every province lies within rounding of its COROPs, and those of another year are left alone.
    """
    jobs = observations[(observations["indicator"] == INDICATOR) & (observations["sector"] == "total")]
    held = jobs[(jobs["source"] == KEY_FIGURES) & jobs["value"].notna()]
    held = on_current_borders(held, regions)
    sums = provinces[["region_code", "year", "value_low", "value_high"]].rename(
        columns={"value_low": "least", "value_high": "most"}
    )
    both = held.merge(sums, on=["region_code", "year"], validate="one_to_one")
    fits = (both["value_low"] <= both["most"]) & (both["value_high"] >= both["least"])
    same = both[fits.groupby(both["year"]).transform("all")]
    return as_indicator(same.assign(basis=NEW))


def mark_link_breaks(jobs: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Set ``break_before`` on the first year of the new table where it is off by more than the tolerance.

    Regions without a figure in both tables take no mark of their own: their series holds one table.
    """
    broken = links[links["is_break"] & (links["indicator"] == INDICATOR)]
    first = jobs["basis"].eq(NEW) & jobs["year"].eq(jobs.loc[jobs["basis"].eq(NEW), "year"].min())
    return jobs.assign(
        break_before=jobs["break_before"] | (first & jobs["region_code"].isin(broken["region_code"]))
    )


def mark_estimate_breaks(estimated: pd.DataFrame, quality: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Set ``break_before`` on the first estimate of a region in whose COROPs the two tables do not meet."""
    broken = links[links["is_break"] & (links["indicator"] == INDICATOR)]["region_code"]
    regions = quality[quality["cr_code"].isin(broken)]["region_code"]
    first = estimated["year"] == estimated["year"].min()
    return estimated.assign(break_before=first & estimated["region_code"].isin(regions))


def _sectors(observations: pd.DataFrame) -> pd.DataFrame:
    """Jobs by sector as published (borders of each year), and provinces of the regional key figures.

    The key figures come with their own totals, on a basis of their own: a shift-share needs both.
    """
    jobs = observations[observations["indicator"] == INDICATOR]
    larger = jobs[~jobs["region_code"].str.startswith("GM")]
    return as_indicator(larger[(larger["sector"] != "total") | (larger["source"] == KEY_FIGURES)])


# --- estimates --------------------------------------------------------------------------


def corop_shares(
    gemeenten: pd.DataFrame, regions: pd.DataFrame, members: pd.DataFrame, base_years: list[int]
) -> pd.DataFrame:
    """Share of each region in the jobs of each COROP it lies in, per base year.

    Returns
    -------
    DataFrame
        region_code, cr_code, year, share. A region with a gemeente without a figure has no row in that year.

    Raises
    ------
    JobsError
        When a base year is not in the old table.
    """
    corop = regions.set_index("region_code")["cr_code"]
    old = gemeenten[gemeenten["source"] == OLD]
    unknown = sorted(set(base_years) - set(old["year"]))
    if unknown:
        raise JobsError(
            f"indicators.base_years: {len(unknown)} year(s) without gemeenten in {OLD}, e.g. {unknown[0]}; it has "
            f"{', '.join(map(str, sorted(old['year'].unique())))}. Choose among these in params.yaml."
        )
    base = old[old["year"].isin(base_years)]
    base = base[["region_code", "year", "value"]].rename(columns={"region_code": "gm_code"})
    base["cr_code"] = base["gm_code"].map(corop)
    corop_total = base.groupby(["cr_code", "year"])["value"].sum()
    wanted = regions[regions["region_type"].isin(_SHARED)]["region_code"]
    joined = members[members["region_code"].isin(wanted)].merge(base, on="gm_code", validate="many_to_many")
    summed = joined.groupby(["region_code", "cr_code", "year"])["value"].agg(["sum", "count", "size"])
    complete = (summed["count"] == summed["size"]).groupby(["region_code", "year"]).transform("all")
    parts = summed["sum"][complete]
    total = corop_total.reindex(pd.MultiIndex.from_frame(parts.reset_index()[["cr_code", "year"]]))
    return (parts / total.to_numpy()).rename("share").reset_index()


def share_drift(
    gemeenten: pd.DataFrame, regions: pd.DataFrame, shares: pd.DataFrame, settings: IndicatorSettings
) -> pd.DataFrame:
    """How far a part of a COROP drifts from its COROP in a year (root mean square of log steps).

    For one gemeente: the single gemeenten nearest in share, steps beyond the 99th percentile set to it (an
    employer that books its jobs elsewhere). For more: random groups of gemeenten, one COROP at a time, that
    hold about the same share. Observed over the years of the old table.

    Returns
    -------
    DataFrame
        region_code, cr_code, share (mean of the base years), share_sd (of the base years, log), drift_sd,
        groups (how many comparable ones).
    """
    base = gemeenten[gemeenten["source"] == OLD]
    wide = base.pivot(index="region_code", columns="year", values="value").dropna()
    wide = wide[(wide > 0).all(axis=1)]
    corop = regions.set_index("region_code")["cr_code"].reindex(wide.index)
    totals = wide.groupby(corop).transform("sum")
    single = _relative_steps(wide.to_numpy(), totals.to_numpy())
    cap = np.quantile(np.abs(single), _BOOKKEEPING)
    single = np.clip(single, -cap, cap)
    log_share = np.log((wide / totals).mean(axis=1).to_numpy())
    random = np.random.default_rng(settings.drift_seed)
    drawn_shares, drawn_steps = _random_groups(wide, corop, settings.drift_draws, random)
    rows = []
    for (region, cr_code), part in shares.groupby(["region_code", "cr_code"]):
        share = part["share"].mean()
        if share >= _WHOLE:
            drift, groups = 0.0, 0
        elif region.startswith("GM"):
            nearest = np.argsort(np.abs(log_share - np.log(share)), kind="stable")[:_NEAREST]
            drift, groups = _rms(single[nearest]), len(nearest)
        else:
            near = np.abs(drawn_shares - share) <= _COMPARABLE
            drift, groups = _rms(drawn_steps[near]), int(near.sum())
        share_sd = float(np.log(part["share"]).std(ddof=1)) if len(part) > 1 and share < _WHOLE else 0.0
        rows.append((region, cr_code, share, share_sd, drift, groups))
    return pd.DataFrame(rows, columns=["region_code", "cr_code", "share", "share_sd", "drift_sd", "groups"])


def _relative_steps(jobs: np.ndarray, corop: np.ndarray) -> np.ndarray:
    return np.diff(np.log(jobs) - np.log(corop), axis=1)


def _rms(steps: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(steps))))


def _random_groups(
    wide: pd.DataFrame, corop: pd.Series, draws: int, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Random groups within each COROP of three or more gemeenten: share in the last year, log steps of the share."""
    shares, steps = [], []
    for _, codes in corop.groupby(corop):
        if len(codes) < 3:
            continue
        jobs = wide.loc[codes.index].to_numpy()
        inclusion = random.random((draws, 1))
        chosen = random.random((draws, len(jobs))) < inclusion
        chosen = chosen[chosen.any(axis=1) & ~chosen.all(axis=1)]
        groups = chosen @ jobs
        steps.append(_relative_steps(groups, np.broadcast_to(jobs.sum(axis=0), groups.shape)))
        shares.append(groups[:, -1] / jobs[:, -1].sum())
    return np.concatenate(shares), np.concatenate(steps)


def estimate_levels(shares: pd.DataFrame, corops: pd.DataFrame, base_years: list[int]) -> pd.DataFrame:
    """Level of each region per year, for each base year and for their mean ("mean")."""
    mean = shares.groupby(["region_code", "cr_code"], as_index=False)["share"].mean().assign(base="mean")
    single = shares.rename(columns={"year": "base"}).astype({"base": str})
    every = pd.concat([single, mean], ignore_index=True)
    series = corops[["region_code", "year", "value"]].rename(columns={"region_code": "cr_code"})
    joined = every.merge(series, on="cr_code", validate="many_to_many")
    joined["value"] *= joined["share"]
    levels = joined.groupby(["region_code", "year", "base"], as_index=False)["value"].sum(min_count=1)
    return levels[levels["base"].isin([*map(str, base_years), "mean"])].dropna()


def estimate_rows(
    estimates: pd.DataFrame,
    quality: pd.DataFrame,
    corops: pd.DataFrame,
    published: pd.DataFrame,
    settings: IndicatorSettings,
) -> pd.DataFrame:
    """Indicator rows of the estimates, for regions and years without a published figure.

    A region that is made up of whole COROPs is no estimate: it is as certain as they are.
    """
    mean = estimates[estimates["base"] == "mean"]
    held = pd.MultiIndex.from_frame(published[["region_code", "year"]])
    mean = mean[~pd.MultiIndex.from_frame(mean[["region_code", "year"]]).isin(held)]
    spread = estimate_spread(mean, quality, corops, settings.base_years)
    z = stats.norm.ppf(0.5 + settings.interval_level / 2)
    template = corops.drop_duplicates("year").set_index("year")
    whole = spread == 0
    keys = pd.MultiIndex.from_frame(mean[["region_code", "year"]])
    status = status_of(corop_certainty(quality, corops).reindex(keys)).to_numpy()
    low, high = corop_bounds(quality[quality["region_code"].isin(mean["region_code"][whole])], corops, keys)
    rounded = whole & ~np.isnan(low)
    result = pd.DataFrame(
        {
            "region_code": mean["region_code"].to_numpy(),
            "indicator": INDICATOR,
            "sector": "total",
            "age": "total",
            "frequency": "A",
            "period": mean["year"].map(template["period"]).to_numpy(),
            "year": mean["year"].to_numpy(),
            "reference_date": mean["year"].map(template["reference_date"]).to_numpy(),
            "value": mean["value"].to_numpy(),
            "unit": "jobs",
            "status": np.where(whole, status, "estimate"),
            "value_low": np.where(whole, low, mean["value"] * np.exp(-z * spread)),
            "value_high": np.where(whole, high, mean["value"] * np.exp(z * spread)),
            "interval_kind": np.select([rounded, whole], ["rounding", ""], "model"),
            "interval_level": np.select([rounded, whole], [1.0, np.nan], settings.interval_level),
            "break_before": False,
            "basis": NEW,
            "source": np.where(whole, NEW, f"{OLD}, {NEW}"),
            "method": np.where(whole, "sum_of_corops", _ESTIMATE),
            "vintage": corops["vintage"].iloc[0],
            "note": "",
            "members_with_value": 1,
            "members": 1,
        }
    )
    return result[INDICATOR_COLUMNS]


def corop_certainty(quality: pd.DataFrame, corops: pd.DataFrame) -> pd.Series:
    """Rank of the least certain COROP figure of each region (index region_code, year)."""
    series = corops[["region_code", "year"]].assign(rank=certainty(corops["status"]))
    parts = quality[["region_code", "cr_code"]].merge(
        series.rename(columns={"region_code": "cr_code"}), on="cr_code", validate="many_to_many"
    )
    return parts.groupby(["region_code", "year"])["rank"].min()


def corop_bounds(
    quality: pd.DataFrame, corops: pd.DataFrame, keys: pd.MultiIndex
) -> tuple[np.ndarray, np.ndarray]:
    """Summed bounds of the COROPs that each whole region is made of; missing where one has none."""
    series = corops[["region_code", "year", "value_low", "value_high"]]
    parts = quality[["region_code", "cr_code"]].merge(
        series.rename(columns={"region_code": "cr_code"}), on="cr_code", validate="many_to_many"
    )
    grouped = parts.groupby(["region_code", "year"])
    sums = grouped[["value_low", "value_high"]].sum()
    complete = grouped["value_low"].count() == grouped["value_low"].size()
    sums = sums[complete].reindex(keys)
    return sums["value_low"].to_numpy(), sums["value_high"].to_numpy()


def estimate_spread(
    mean: pd.DataFrame, quality: pd.DataFrame, corops: pd.DataFrame, base_years: list[int]
) -> np.ndarray:
    """Log sd of each estimated level: the walk of the share since the base years, and their own spread.

    Parts in several COROPs are taken as independent.
    """
    middle = float(np.mean(base_years))
    series = corops[["region_code", "year", "value"]].rename(
        columns={"region_code": "cr_code", "value": "corop_jobs"}
    )
    parts = mean[["region_code", "year"]].merge(quality, on="region_code", validate="many_to_many")
    parts = parts.merge(series, on=["cr_code", "year"], validate="many_to_one")
    parts["level"] = parts["share"] * parts["corop_jobs"]
    walk = parts["drift_sd"] ** 2 * (parts["year"] - middle).abs()
    parts["variance"] = parts["level"] ** 2 * (walk + parts["share_sd"] ** 2)
    sums = parts.groupby(["region_code", "year"])[["level", "variance"]].sum()
    sums = sums.reindex(pd.MultiIndex.from_frame(mean[["region_code", "year"]]))
    return (np.sqrt(sums["variance"]) / sums["level"]).to_numpy()


def region_quality(quality: pd.DataFrame, corops: pd.DataFrame) -> pd.DataFrame:
    """One row a region: its COROPs, its share in them and the yearly drift of that share."""
    first = corops[corops["year"] == corops["year"].min()].set_index("region_code")["value"]
    corop_jobs = quality["cr_code"].map(first)
    parts = quality.assign(corop_jobs=corop_jobs, jobs=quality["share"] * corop_jobs)
    parts["variance"] = (parts["jobs"] * parts["drift_sd"]) ** 2
    grouped = parts.groupby("region_code")
    sums = grouped[["jobs", "corop_jobs", "variance"]].sum()
    return pd.DataFrame(
        {
            "corop_codes": grouped["cr_code"].agg(" ".join),
            "share_of_corop": sums["jobs"] / sums["corop_jobs"],
            "yearly_drift_sd": np.sqrt(sums["variance"]) / sums["jobs"],
            "comparable_groups": grouped["groups"].max(),
        }
    ).reset_index()
