"""Employee jobs of every region: published where CBS publishes, estimated openly where it does not.

The estimate: shares of gemeenten in their COROP (``shares``) times the COROP's published series on current borders,
added up over the members of a region. One row a region, sector and year: published figures of the new count, then
those of the old one, then estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline import geography
from pipeline.config import IndicatorSettings
from pipeline.indicators import shares
from pipeline.indicators.combine import as_indicator, coalesce, on_current_borders, sum_regions
from pipeline.schemas import INDICATOR_COLUMNS, certainty, status_of
from pipeline.tidy.jobs import KEY_FIGURES, NATIONAL, NEW, OLD

INDICATOR = "jobs_employees"
#: Sector of the total that the regional key figures give beside their sectors: of their own borders and day.
KEY_FIGURES_TOTAL = "A-U"
#: Kinds of regions that can be a part of a COROP.
_SHARED = ("gemeente", "area", "arbeidsmarktregio", "rmc_region")
#: The forty COROPs and the code for jobs that cannot be placed.
_COROPS_AND_UNPLACED = 41
#: What rounding can do to the difference of two figures of the same region.
_ROUNDING = 50
_CONSTANT_BORDERS = "constant_borders"
_ESTIMATE = "share_of_corop"
#: Which count goes first in a year that several have.
_BASIS_ORDER = (NEW, NATIONAL, KEY_FIGURES, OLD)


class JobsError(ValueError):
    """Settings or tables from which the jobs of a region cannot be estimated."""


@dataclass(frozen=True)
class JobTables:
    """Employee jobs: the indicator rows and what lies behind the estimates."""

    indicators: pd.DataFrame
    corop_moves: pd.DataFrame
    estimates: pd.DataFrame
    shares: pd.DataFrame
    anchors: pd.DataFrame
    quality: pd.DataFrame


def make(
    observations: pd.DataFrame,
    current: pd.DataFrame,
    regions: pd.DataFrame,
    members: pd.DataFrame,
    historical_corop: pd.Series,
    changes: pd.DataFrame,
    settings: IndicatorSettings,
) -> JobTables:
    """All employee jobs.

    Parameters
    ----------
    observations, current : tidy observations on published and on current borders
    regions, members : as stored by tidy
    historical_corop : COROP of each gemeente code before its move
    changes : border changes
    settings : the ``indicators`` part of params.yaml

    Raises
    ------
    JobsError
        When a base year is not in the old table.
    """
    accepted = same_edition(observations, historical_corop)
    total, gemeenten = (_jobs(frame, accepted) for frame in (observations, current))
    gemeenten = gemeenten[gemeenten["region_code"].str.startswith("GM")]
    # the nation holds jobs that CBS cannot place in a gemeente: it is never the sum of them
    larger = members[
        ~members["region_code"].str.startswith("GM") & (members["region_code"] != geography.NATION)
    ]
    shares_then = historical_shares(total, historical_corop, settings.base_years)
    moves = moves_with_jobs(total, regions, historical_corop, changes, shares_then)
    corops = constant_corops(total, moves, shares_then)
    provinces = sum_corops(total, corops, regions)
    # a region that CBS publishes on the borders of now is not replaced by a sum of rounded gemeenten or COROPs
    published = coalesce(
        [
            corops[corops["method"] == "published"],
            as_indicator(on_current_borders(total[total["region_code"].str.match(r"CR|PV")], regions)),
            key_figures(observations, provinces, regions),
            as_indicator(gemeenten),
            sum_regions(gemeenten, larger),
            nation_series(total),
            corops,
            provinces,
            _sectors(observations),
        ]
    )
    estimated, tables = _estimates(published, gemeenten, regions, members, settings)
    joined = coalesce([published, estimated])
    return JobTables(
        indicators=mark_joints(one_row_a_year(joined), joined, settings.link_tolerance),
        corop_moves=moves[["from_cr", "to_cr", "gm_code", "share", "last_year_in_old", "jobs_2010"]],
        **tables,
    )


def _jobs(observations: pd.DataFrame, accepted: pd.DataFrame) -> pd.DataFrame:
    """Total jobs of the tables that hold all regions, and gemeenten of other tables in years of the same edition."""
    total = _totals(observations)
    own = total[total["source"].isin([OLD, NEW, NATIONAL])]
    held = pd.MultiIndex.from_frame(total[["source", "year"]]).isin(pd.MultiIndex.from_frame(accepted))
    others = total[held & total["region_code"].str.startswith("GM")].assign(basis=NEW)
    # a gemeente stands in one table only: the regional one, else the first of the others
    there = pd.MultiIndex.from_frame(own.loc[own["basis"] == NEW, ["region_code", "year"]])
    others = others[~pd.MultiIndex.from_frame(others[["region_code", "year"]]).isin(there)]
    others = others.drop_duplicates(["region_code", "year"])
    return pd.concat([own, others], ignore_index=True) if len(others) else own


def _totals(observations: pd.DataFrame) -> pd.DataFrame:
    return observations[(observations["indicator"] == INDICATOR) & (observations["sector"] == "total")]


def same_edition(observations: pd.DataFrame, historical_corop: pd.Series) -> pd.DataFrame:
    """Tables and years whose gemeenten add up to the COROPs of 83582NED: they are its figures.

    The regional key figures and the tables of commuting are of one day and are not revised with 83582NED. A year in
    which a COROP lies outside what rounding explains is left alone.

    Parameters
    ----------
    observations : as published
    historical_corop : COROP of each gemeente code before its move

    Returns
    -------
    DataFrame
        source, year.
    """
    total = _totals(observations)
    gemeenten = total[total["region_code"].str.startswith("GM") & ~total["source"].isin([OLD, NEW, NATIONAL])]
    key = ["source", "year", "cr_code"]
    parts = gemeenten.assign(
        cr_code=gemeenten["region_code"].map(historical_corop),
        low=gemeenten["value_low"].fillna(gemeenten["value"]),
        high=gemeenten["value_high"].fillna(gemeenten["value"]),
    )
    grouped = parts.groupby(key)
    sums = grouped[["low", "high"]].sum()[grouped["value"].count() == grouped.size()]
    corops = total[(total["source"] == NEW) & total["region_code"].str.startswith("CR")]
    corops = corops[["region_code", "year", "value"]].rename(columns={"region_code": "cr_code"})
    both = sums.reset_index().merge(corops, on=["cr_code", "year"], validate="many_to_one")
    fits = (both["low"] <= both["value"] + _ROUNDING) & (both["high"] >= both["value"] - _ROUNDING)
    return both[fits.groupby([both["source"], both["year"]]).transform("all")][key[:2]].drop_duplicates()


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
    return coalesce([as_indicator(frame) for frame in (old, new, summed)])


def historical_shares(
    total: pd.DataFrame, historical_corop: pd.Series, base_years: list[int]
) -> pd.DataFrame:
    """Share of each gemeente of the time in the COROP it lay in, in every year of the new count.

    The log share runs in a straight line between the mean of the base years and each year in which the gemeenten are
    published in the new count; outside these it stays, as shares on current borders do.

    Parameters
    ----------
    total : total jobs on the borders of each year
    historical_corop : COROP of each gemeente code before its move

    Returns
    -------
    DataFrame
        Index gm_code, columns years.
    """
    level = total[total["region_code"].str.startswith("GM")].rename(columns={"region_code": "gm_code"})
    level = level.assign(cr_code=level["gm_code"].map(historical_corop))
    grouped = level.groupby(["basis", "year", "cr_code"])["value"]
    is_whole = grouped.transform("count") == grouped.transform("size")
    level = level.assign(share=level["value"] / grouped.transform("sum"))[is_whole & (level["value"] > 0)]
    base = level[(level["basis"] == OLD) & level["year"].isin(base_years)]
    base = base.groupby("gm_code", as_index=False).agg(year=("year", "mean"), share=("share", "mean"))
    known = pd.concat([base, level.loc[level["basis"] == NEW, ["gm_code", "year", "share"]]])
    years = np.sort(total.loc[total["basis"] == NEW, "year"].unique())
    lines = {
        gemeente: np.exp(np.interp(years, own["year"].astype(float), np.log(own["share"])))
        for gemeente, own in known.sort_values("year", kind="stable").groupby("gm_code")
    }
    return pd.DataFrame.from_dict(lines, orient="index", columns=years)


def moves_with_jobs(
    total: pd.DataFrame,
    regions: pd.DataFrame,
    historical_corop: pd.Series,
    changes: pd.DataFrame,
    shares_then: pd.DataFrame,
) -> pd.DataFrame:
    """Every gemeente whose jobs went to another COROP, with the jobs it had in 2010 on the new table's level.

    Parameters
    ----------
    shares_then : as from ``historical_shares``

    Returns
    -------
    DataFrame
        from_cr, to_cr, gm_code, share, last_year_in_old, jobs_2010.
    """
    then = historical_corop.rename_axis("gm_code").rename("cr_code").reset_index()
    classification = regions[regions["region_type"] == "gemeente"].rename(columns={"region_code": "gm_code"})
    moves = geography.corop_moves(then, classification[["gm_code", "cr_code"]], changes)
    moves = moves[(moves["last_year_in_old"] >= 2010) & moves["gm_code"].isin(shares_then.index)]
    new = total[(total["source"] == NEW) & (total["year"] == 2010)].set_index("region_code")["value"]
    in_2010 = shares_then[2010] if 2010 in shares_then else pd.Series(dtype=float)
    jobs_2010 = in_2010.reindex(moves["gm_code"]).to_numpy() * new.reindex(moves["from_cr"]).to_numpy()
    return moves.assign(jobs_2010=jobs_2010 * moves["share"]).reset_index(drop=True)


def constant_corops(total: pd.DataFrame, moves: pd.DataFrame, shares_then: pd.DataFrame) -> pd.DataFrame:
    """The COROPs of 83582NED on current borders; a year with moved jobs is our estimate."""
    published = total[(total["source"] == NEW) & total["region_code"].str.startswith("CR")]
    published = published[published["region_code"] != geography.NOT_ASSIGNABLE]
    wide = published.pivot(index="region_code", columns="year", values="value")
    constant, yearly = geography.to_constant_corops(wide, moves, shares_then)
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
    return coalesce([unmoved, _provinces_of(corops, regions)])


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


def one_row_a_year(jobs: pd.DataFrame) -> pd.DataFrame:
    """One row a region, sector and year: a figure of the newest count, of an older one, then an estimate of ours.

    Parameters
    ----------
    jobs : indicator rows, at most one a basis
    """
    place = {basis: rank for rank, basis in enumerate(_BASIS_ORDER)}
    # a gemeente that is a COROP by itself has that COROP's figure, but a count of its own goes first
    borrowed = jobs["region_code"].str.startswith("GM") & (jobs["method"] == "sum_of_corops")
    rank = jobs["basis"].map(place).mask(borrowed | (jobs["method"] == _ESTIMATE), len(place))
    rank = rank.mask(jobs["value"].isna(), len(place) + 1)
    kept = jobs.assign(rank=rank).sort_values("rank", kind="stable")
    kept = kept.drop_duplicates(["region_code", "sector", "year"]).drop(columns="rank")
    return kept.sort_index().reset_index(drop=True)


def mark_joints(jobs: pd.DataFrame, every: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """Set ``break_before`` where a series goes over to another count, unless both are known to meet.

    Two counts meet in a region when its totals of a year that both have differ by no more than the tolerance and
    rounding. Of a gemeente the new count is never known beside the old one: there the joint is always a break.

    Parameters
    ----------
    jobs : one row a region, sector and year
    every : the same rows, still with both counts in the years that both have; no estimate from shares counts
    tolerance : relative difference
    """
    known = every[(every["sector"] == "total") & every["value"].notna() & (every["method"] != _ESTIMATE)]
    old, new = (known[known["basis"] == basis] for basis in (OLD, NEW))
    both = old.merge(new, on=["region_code", "year"], suffixes=("_old", "_new"), validate="one_to_one")
    apart = (both["value_new"] - both["value_old"]).abs() - _ROUNDING
    meeting = both[apart <= tolerance * both["value_old"]]["region_code"]
    ordered = jobs.sort_values(["region_code", "sector", "year"])
    before = ordered.groupby(["region_code", "sector"])["basis"].shift()
    changed = (before.notna() & (before != ordered["basis"])).reindex(jobs.index)
    is_break = jobs["break_before"] | (changed & ~jobs["region_code"].isin(meeting))
    return jobs.assign(break_before=is_break.astype(bool))


def _sectors(observations: pd.DataFrame) -> pd.DataFrame:
    """Jobs by sector as published (borders of each year), of larger regions.

    The key figures come with their own totals, on a basis of their own: a shift-share needs both.
    """
    jobs = observations[observations["indicator"] == INDICATOR]
    larger = jobs[~jobs["region_code"].str.startswith("GM")]
    own = (larger["sector"] == "total") & (larger["source"] == KEY_FIGURES)
    rows = larger[(larger["sector"] != "total") | own]
    return as_indicator(rows.assign(sector=rows["sector"].mask(own, KEY_FIGURES_TOTAL)))


# --- estimates --------------------------------------------------------------------------


def _estimates(
    published: pd.DataFrame,
    gemeenten: pd.DataFrame,
    regions: pd.DataFrame,
    members: pd.DataFrame,
    settings: IndicatorSettings,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Indicator rows of the estimates, and the tables behind them."""
    new = published[
        (published["sector"] == "total") & (published["basis"] == NEW) & published["value"].notna()
    ]
    corops = new[new["region_code"].str.startswith("CR")]
    corop_jobs = corops.pivot(index="region_code", columns="year", values="value")
    corop = regions[regions["region_type"] == "gemeente"].set_index("region_code")["cr_code"]
    held = shares.estimate(anchors_of(gemeenten, corop, settings.base_years), corop, corop_jobs)
    wanted = regions[regions["region_type"].isin(_SHARED)]["region_code"]
    parts = members[members["region_code"].isin(wanted)]
    levels = shares.levels(held, parts, corop_jobs)
    there = pd.MultiIndex.from_frame(new[["region_code", "year"]])
    open_levels = levels[~pd.MultiIndex.from_frame(levels[["region_code", "year"]]).isin(there)]
    rows = estimate_rows(
        open_levels, parts.assign(cr_code=parts["gm_code"].map(corop)), corops, held, settings
    )
    tables = {
        "estimates": _estimate_table(open_levels[open_levels["log_sd"] > 0]),
        "shares": held.table(),
        "anchors": held.anchors,
        "quality": region_quality(levels, parts, held, corop_jobs),
    }
    return rows, tables


def anchors_of(gemeenten: pd.DataFrame, corop: pd.Series, base_years: list[int]) -> pd.DataFrame:
    """Anchors of the shares: every year of the new count, and the mean of the base years of the old one.

    Raises
    ------
    JobsError
        When a base year is not in the old table.
    """
    columns = ["gm_code", "year", "value", "source", "basis"]
    held = gemeenten.rename(columns={"region_code": "gm_code"})[columns]
    held = held[held["gm_code"].isin(corop.index)]
    old = held[held["basis"] == OLD]
    unknown = sorted(set(base_years) - set(old["year"]))
    if unknown:
        raise JobsError(
            f"indicators.base_years: {len(unknown)} year(s) without gemeenten in {OLD}, e.g. {unknown[0]}; it has "
            f"{', '.join(map(str, sorted(old['year'].unique())))}. Choose among these in params.yaml."
        )
    base = shares.base_anchor(old[old["year"].isin(base_years)], corop)
    new = shares.complete_anchors(held[held["basis"] == NEW], corop)
    return pd.concat([new, base], ignore_index=True).astype({"year": float})


def _estimate_table(levels: pd.DataFrame) -> pd.DataFrame:
    low_80, high_80 = shares.interval(levels, 0.80)
    low_95, high_95 = shares.interval(levels, 0.95)
    return levels.assign(low_80=low_80, high_80=high_80, low_95=low_95, high_95=high_95)[
        ["region_code", "year", "value", "low_80", "high_80", "low_95", "high_95", "log_sd", "df"]
    ]


def estimate_rows(
    levels: pd.DataFrame,
    parts: pd.DataFrame,
    corops: pd.DataFrame,
    held: shares.Shares,
    settings: IndicatorSettings,
) -> pd.DataFrame:
    """Indicator rows of levels without a published figure.

    A region that is made up of whole COROPs is no estimate: it is as certain as they are.

    Parameters
    ----------
    levels : as from ``shares.levels``
    parts : columns region_code, gm_code, cr_code
    corops : indicator rows of the COROPs
    held : the shares
    """
    template = corops.drop_duplicates("year").set_index("year")
    keys = pd.MultiIndex.from_frame(levels[["region_code", "year"]])
    whole = (levels["log_sd"] == 0).to_numpy()
    status, low, high = corop_labels(parts, corops, keys)
    rounded = whole & ~np.isnan(low)
    low_model, high_model = shares.interval(levels, settings.interval_level)
    # of one gemeente that is spread from its COROP no growth may be told
    size = levels["region_code"].map(parts.groupby("region_code")["gm_code"].nunique()).to_numpy()
    result = pd.DataFrame(
        {
            "region_code": levels["region_code"].to_numpy(),
            "indicator": INDICATOR,
            "sector": "total",
            "age": "total",
            "frequency": "A",
            "period": levels["year"].map(template["period"]).to_numpy(),
            "year": levels["year"].to_numpy(),
            "reference_date": levels["year"].map(template["reference_date"]).to_numpy(),
            "value": levels["value"].to_numpy(),
            "unit": "jobs",
            "status": np.where(whole, status, "estimate"),
            "value_low": np.where(whole, low, low_model),
            "value_high": np.where(whole, high, high_model),
            "interval_kind": np.select([rounded, whole], ["rounding", ""], "model"),
            "interval_level": np.select([rounded, whole], [1.0, np.nan], settings.interval_level),
            "break_before": False,
            "basis": NEW,
            "source": np.where(whole, NEW, sources_of(levels, parts, held)),
            "method": np.where(whole, "sum_of_corops", _ESTIMATE),
            "vintage": corops["vintage"].iloc[0] if len(corops) else "",
            "note": "",
            "members_with_value": size,
            "members": size,
        }
    )
    return result[INDICATOR_COLUMNS]


def sources_of(levels: pd.DataFrame, parts: pd.DataFrame, held: shares.Shares) -> np.ndarray:
    """The tables behind each estimate: of the anchors on both sides of its year, and of the COROPs."""
    used: dict[tuple[str, int], set[str]] = {}
    years = sorted(levels["year"].unique())
    for code, anchors in held.anchors.groupby("cr_code"):
        at = anchors.sort_values("year", kind="stable")
        for year in years:
            after = int(np.searchsorted(at["year"], year))
            used[code, year] = set(at["source"].iloc[max(after - 1, 0) : after + 1])
    corops = parts.groupby("region_code")["cr_code"].agg(set)
    order = (OLD, NATIONAL, *sorted(set(held.anchors["source"]) - {OLD, NEW}), NEW)
    names = []
    for region, year in zip(levels["region_code"], levels["year"], strict=True):
        tables = {NEW}.union(*(used.get((code, year), set()) for code in corops[region]))
        names.append(", ".join(name for name in order if name in tables))
    return np.array(names, dtype=object)


def corop_labels(
    parts: pd.DataFrame, corops: pd.DataFrame, keys: pd.MultiIndex
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Least certain status and summed bounds of the COROPs of each region and year; bounds missing where one has none.

    Parameters
    ----------
    parts : columns region_code, cr_code
    corops : indicator rows of the COROPs
    keys : region_code, year
    """
    series = corops[["region_code", "year", "value_low", "value_high"]].assign(
        rank=certainty(corops["status"])
    )
    joined = (
        parts[["region_code", "cr_code"]]
        .drop_duplicates()
        .merge(series.rename(columns={"region_code": "cr_code"}), on="cr_code", validate="many_to_many")
    )
    grouped = joined.groupby(["region_code", "year"])
    sums = grouped[["value_low", "value_high"]].sum()
    sums = sums.where(grouped["value_low"].count() == grouped["value_low"].size()).reindex(keys)
    status = status_of(grouped["rank"].min().reindex(keys)).to_numpy()
    return status, sums["value_low"].to_numpy(), sums["value_high"].to_numpy()


def region_quality(
    levels: pd.DataFrame, parts: pd.DataFrame, held: shares.Shares, corop_jobs: pd.DataFrame
) -> pd.DataFrame:
    """One row a region: its COROPs, its share in them, how fast that share drifts and since when."""
    last = levels[levels["year"] == levels["year"].max()].set_index("region_code")
    year = levels["year"].max()
    lies_in = parts.assign(cr_code=parts["gm_code"].map(held.corop)).drop_duplicates(
        ["region_code", "cr_code"]
    )
    lies_in = lies_in.sort_values("cr_code", kind="stable").assign(
        anchor=lies_in["cr_code"].map(held.anchors.groupby("cr_code")["year"].max()),
        jobs=lies_in["cr_code"].map(corop_jobs[year]),
    )
    corops = lies_in.groupby("region_code").agg(
        corop_codes=("cr_code", " ".join), last_anchor=("anchor", "min"), jobs=("jobs", "sum")
    )
    found = last.join(corops)
    elapsed = found["last_anchor"].map(lambda since: shares.span_variance(year - since))
    drift = found["log_sd"] / np.sqrt(shares.SPAN * elapsed.where(elapsed > 0))
    found = found.assign(share_of_corop=found["value"] / found["jobs"], yearly_drift_sd=drift.fillna(0.0))
    columns = ["region_code", "corop_codes", "share_of_corop", "yearly_drift_sd", "last_anchor"]
    return found.reset_index()[columns]
