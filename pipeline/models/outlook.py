"""Where the jobs of every region may go: joint draws of all regions, from the first figure to the last year ahead.

Regions with a published series are fitted with the regions of their kind. The smallest of these carry the draws, as
*units*: a COROP, or its gemeenten where all of them are published. A gemeente without a series of its own takes a
share of its COROP that wanders since the last published year; every other region is the sum of its gemeenten.
Formulas: docs/methods/growth.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline import geography
from pipeline.indicators import shares
from pipeline.models import ModelError, backtest, growth
from pipeline.models.draws import Draws, Parts, ShareModel, Shocks, levels, share_paths, shocks
from pipeline.models.series import SHARE_ESTIMATE
from pipeline.schemas import TABLES
from pipeline.tidy.jobs import NEW

INDICATOR = "jobs_employees"
#: 83582NED is published in thousands with one decimal.
ROUNDING = 100.0
COROPS, GEMEENTEN = ("corop",), ("gemeente",)
#: Kinds of regions that are fitted together; the few areas of areas.yaml are like arbeidsmarktregio's.
PANELS = (COROPS, ("province",), ("arbeidsmarktregio", "rmc_region", "area"), GEMEENTEN)
#: A panel is fitted from this many published series.
SMALLEST_PANEL = 10
#: Yearly growth of the targets of the backtest, and its longest horizon.
RATES = (0.0, 0.005, 0.01, 0.015, 0.02, 0.03)
TESTED_YEARS = 6
DRAWS, SEED = 2_000, 2026
#: What is stored of the draws: quantile by column.
QUANTILES = {"median": 0.5, "low_80": 0.1, "high_80": 0.9, "low_95": 0.025, "high_95": 0.975}


@dataclass(frozen=True, eq=False)
class Fitted:
    """Published series and what is fitted on them.

    Attributes
    ----------
    panels : series by kinds of regions; index region, columns years
    national : jobs of the nation, index year
    long_run : persons employed in the nation, index year, from an earlier year
    units : index of units, the last the jobs that lie in no unit
    sums : regions that are sums of units and have a series of their own; 1 where a unit belongs to it
    """

    panels: dict[tuple[str, ...], pd.DataFrame]
    national: pd.Series
    long_run: pd.Series
    units: pd.Index
    sums: pd.DataFrame

    @property
    def last_year(self) -> int:
        """The year from which is looked ahead."""
        return int(self.national.index[-1])

    @property
    def history_years(self) -> list[int]:
        """Years whose growth the outlook rests on."""
        own = pd.Series(np.diff(np.log(self.national)), index=self.national.index[1:])
        return [int(year) for year in growth.national_history(self.long_run, own).index]

    def parts(self, left_out: int | None = None, **options) -> Parts:
        """Drift and variance of every unit and sum, without one year where that is named; options of `growth.fit`."""
        options |= {"rounding": ROUNDING, "long_run": self.long_run, "left_out": left_out}
        models = [growth.fit(panel, self.national, **options) for panel in self.panels.values()]
        found = pd.concat([_own_growth(model) for model in models])
        nation, typical = float(self.national.iloc[-1]), float(np.median(models[0].variance))
        rest = max(nation - found.loc[self.units[:-1], "level"].sum(), 0.0)
        others = pd.DataFrame(
            [[nation, 0.0, 0.0, 0.0], [rest, 0.0, typical, 0.0]],
            index=[geography.NATION, geography.NOT_ASSIGNABLE],
            columns=found.columns,
        )
        regions = self.units.append(self.sums.index)
        columns = pd.concat([found, others]).loc[regions].to_numpy().T
        return Parts(regions, self.sums.to_numpy(dtype=float), *columns, nation=models[0].nation)

    def panels_level(self, regions: pd.Index) -> pd.DataFrame:
        """The published series of regions."""
        return pd.concat(self.panels.values()).loc[regions]


@dataclass(frozen=True, eq=False)
class Composition:
    """How every region is made of units.

    Attributes
    ----------
    members : gemeenten of each region, frozen sets by region code
    inside : gemeenten of each unit
    shares : share model of each COROP that is a unit; over all years of the draws
    """

    members: pd.Series
    inside: dict[str, frozenset[str]]
    shares: dict[str, ShareModel]

    def weights(
        self, regions: pd.Index, units: pd.Index
    ) -> Iterator[tuple[int, np.ndarray, list[np.ndarray] | None]]:
        """Per unit its place, the places of the regions that lie in it, and their shares (T, n); None is whole."""
        members = self.members[regions].tolist()
        for place, unit in enumerate(units):
            held = self.inside.get(unit, frozenset())
            here = [held & mine for mine in members]
            if unit == geography.NOT_ASSIGNABLE:
                whole = np.flatnonzero(regions == geography.NATION)
            else:
                whole = np.array([at for at, codes in enumerate(here) if codes and codes == held], dtype=int)
            if len(whole):
                yield place, whole, None
            part = np.array([at for at, codes in enumerate(here) if codes and codes != held], dtype=int)
            if len(part):
                model = self.shares[unit]
                paths = share_paths(model, DRAWS, np.random.default_rng([SEED, int(unit[2:])]))
                yield place, part, [_added(paths, model.gemeenten.isin(here[at])) for at in part]

    def is_whole(self, region: str) -> bool:
        """Whether a region is made of whole units."""
        mine = self.members[region]
        return all(not (held & mine) or held <= mine for held in self.inside.values())


def _added(paths: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Sum of some of the shares; of a single one no copy is made."""
    places = np.flatnonzero(which)
    return paths[places[0]] if len(places) == 1 else paths[places].sum(axis=0)


def assemble(
    weights: Iterable[tuple[int, np.ndarray, list[np.ndarray] | None]],
    unit_levels: np.ndarray,
    regions: int,
    years: Sequence[int] | slice = slice(None),
) -> np.ndarray:
    """Levels of regions (m, T, n) from those of units (u, T, n); ``years`` are places of shares to be used."""
    result = np.zeros((regions, *unit_levels.shape[1:]))
    for place, rows, share in weights:
        for at, row in enumerate(rows):
            result[row] += unit_levels[place] if share is None else share[at][years] * unit_levels[place]
    return result


@dataclass(frozen=True, eq=False)
class Outlooks:
    """Draws of all regions of a vintage, and what the backtest on its own COROPs said.

    Attributes
    ----------
    draws : all regions with an outlook
    about : index region_code; last_value, own_series, borrowed_from, source
    fitted, composition : what the draws were made from
    scores, chances, possible_breaks : of the vintage's own COROPs
    """

    draws: Draws
    about: pd.DataFrame
    fitted: Fitted
    composition: Composition
    scores: pd.DataFrame
    chances: pd.DataFrame
    possible_breaks: pd.DataFrame

    @property
    def last_year(self) -> int:
        """Last year with figures of all regions."""
        return self.fitted.last_year

    @property
    def last_year_ahead(self) -> int:
        """Last year of the draws."""
        return int(self.draws.years[-1])

    def has(self, region_code: str) -> bool:
        """Whether a region has an outlook."""
        return region_code in self.about.index

    def can_judge(self, region_code: str) -> bool:
        """Whether the outlook says something of the region itself: one gemeente that follows its COROP does not."""
        if not self.has(region_code):
            return False
        return (
            bool(self.about.loc[region_code, "own_series"]) or len(self.composition.members[region_code]) > 1
        )

    def value(self, region_code: str, year: int) -> float:
        """The middle of the draws of a year with figures; NaN without draws of that year."""
        if year not in self.draws.years:
            return np.nan
        return float(np.median(self.draws.of([region_code]).in_year(year)))

    def change(self, region_code: str, since: int, until: int) -> tuple[float, float]:
        """Bounds of 80 % of the change between two years with figures; NaN without draws of these."""
        if not self.has(region_code) or not {since, until} <= set(self.draws.years):
            return np.nan, np.nan
        one = self.draws.of([region_code])
        low, high = np.quantile(one.in_year(until) - one.in_year(since), [0.1, 0.9])
        return float(low), float(high)

    def with_sum(self, key: str, members: Sequence[str], level: pd.Series) -> Outlooks:
        """The outlooks with an area added: in each draw the sum of its gemeenten.

        Parameters
        ----------
        key, members : of the area; codes of gemeenten
        level : its row of the last year with figures (value, source)
        """
        draws, inside, mine = self.draws, self.composition.inside, frozenset(members)
        values = np.concatenate([draws.values, draws.sum(members).values])
        every = Draws(draws.regions.append(pd.Index([key])), draws.years, values)
        units = [unit for unit, held in inside.items() if held & mine]
        own = all(unit in mine for unit in units)
        borrowed = "" if own else " ".join(units)
        row = [float(level["value"]), own, borrowed, str(level["source"])]
        about = pd.concat([self.about, pd.DataFrame([row], index=[key], columns=self.about.columns)])
        known = pd.concat([self.composition.members, pd.Series({key: mine})])
        composition = replace(self.composition, members=known)
        return replace(self, draws=every, about=about.rename_axis("region_code"), composition=composition)


def make(
    indicators: pd.DataFrame,
    regions: pd.DataFrame,
    members: pd.DataFrame,
    job_shares: pd.DataFrame,
    share_anchors: pd.DataFrame,
    long_run: pd.Series,
    last_year: int,
) -> Outlooks:
    """Outlooks of all regions up to ``last_year``.

    Parameters
    ----------
    indicators, job_shares, share_anchors : as stored by indicators
    regions, members : as stored by tidy
    long_run : persons employed in the nation, index year
    last_year : last year of the outlook

    Raises
    ------
    ModelError : no national series on the basis of the COROPs, or too few regions to fit.
    """
    rows = indicators[
        (indicators["indicator"] == INDICATOR)
        & (indicators["sector"] == "total")
        & (indicators["basis"] == NEW)
        & indicators["value"].notna()
    ]
    published = rows[rows["method"] != SHARE_ESTIMATE]
    fitted, inside = _fitted(published, regions, members, long_run)
    years = np.arange(int(fitted.national.index[0]), last_year + 1)
    held = members.groupby("region_code")["gm_code"].agg(frozenset)
    composition = Composition(held, inside, _share_models(job_shares, share_anchors, inside, years))
    about = _about(rows, regions, composition, fitted)
    draws = draw(fitted, composition, published, about.index, years)
    corops = fitted.panels[COROPS]
    test = (
        corops,
        fitted.national,
        range(int(corops.columns[growth.MINIMUM_GROWTH_YEARS]), fitted.last_year),
    )
    options = {"rounding": ROUNDING, "long_run": long_run}
    return Outlooks(
        draws,
        about,
        fitted,
        composition,
        scores=backtest.rolling_origin(*test, TESTED_YEARS, "growth", **options),
        chances=backtest.target_chances(*test, TESTED_YEARS, RATES, "growth", **options),
        possible_breaks=growth.fit(corops, fitted.national, **options).possible_breaks,
    )


def table(outlooks: Outlooks) -> pd.DataFrame:
    """The stored table: one row a region and year ahead, in whole jobs."""
    draws, about = outlooks.draws, outlooks.about
    ahead = draws.years > outlooks.last_year
    bounds = np.quantile(draws.values[:, ahead], list(QUANTILES.values()), axis=2).round()
    count = int(ahead.sum())
    frame = pd.DataFrame(
        {
            "region_code": np.repeat(about.index, count),
            "indicator": INDICATOR,
            "year": np.tile(draws.years[ahead], len(about)),
            **{name: values.ravel() for name, values in zip(QUANTILES, bounds, strict=True)},
            "last_year": outlooks.last_year,
        }
    )
    for column in about.columns:
        frame[column] = np.repeat(about[column].to_numpy(), count)
    return frame[list(TABLES["outlook"].schema.columns)]


def unit_shocks(fitted: Fitted, horizon: int) -> Shocks:
    """The same shocks for every question about a vintage."""
    random = np.random.default_rng(SEED)
    return shocks(len(fitted.units), horizon, growth.PERSISTENCE, DRAWS, random)


def _fitted(
    published: pd.DataFrame, regions: pd.DataFrame, members: pd.DataFrame, long_run: pd.Series
) -> tuple[Fitted, dict[str, frozenset[str]]]:
    """What is fitted, and the gemeenten of every unit."""
    kinds = published["region_code"].map(regions.set_index("region_code")["region_type"])
    national = published[published["region_code"] == geography.NATION].set_index("year")["value"].sort_index()
    if national.empty or not kinds.isin(COROPS).any():
        raise ModelError(
            f"There are no published jobs of {geography.NATION} and of COROPs on basis {NEW}, so there is nothing to "
            "extend. Bring in a vintage that holds 83582NED."
        )
    wide = {kind: _complete(published[kinds.isin(kind)], national.index) for kind in PANELS}
    panels = {
        kind: levels for kind, levels in wide.items() if len(levels) >= SMALLEST_PANEL or kind == COROPS
    }
    counted = panels.get(GEMEENTEN, pd.DataFrame()).index
    inside: dict[str, frozenset[str]] = {}
    places = regions[regions["region_type"] == "gemeente"].groupby("cr_code")["region_code"].agg(frozenset)
    for corop, gemeenten in places.items():
        if gemeenten <= set(counted):
            inside |= {code: frozenset([code]) for code in sorted(gemeenten)}
        elif corop in panels[COROPS].index:
            inside[corop] = gemeenten
    units = pd.Index([*inside, geography.NOT_ASSIGNABLE])
    held = members.groupby("region_code")["gm_code"].agg(frozenset)
    own = [code for levels in panels.values() for code in levels.index if code not in inside]
    sums = {geography.NATION: np.ones(len(units))}
    for code in own:
        which = np.array([bool(inside.get(unit)) and inside[unit] <= held[code] for unit in units])
        if frozenset().union(*(inside[unit] for unit in units[which])) == held[code]:
            sums[code] = which.astype(float)
    return Fitted(panels, national, long_run, units, pd.DataFrame(sums, index=units).T), inside


def _complete(rows: pd.DataFrame, years: pd.Index) -> pd.DataFrame:
    """Regions with a figure in every year of the nation; index region, columns years."""
    return rows.pivot(index="region_code", columns="year", values="value").reindex(columns=years).dropna()


def _own_growth(model: growth.GrowthModel) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "level": model.last_level,
            "drift": model.drift,
            "variance": model.variance,
            "drift_variance": model.drift_weight * model.variance / model.growth_years,
        },
        index=model.regions,
    )


def _share_models(
    job_shares: pd.DataFrame, anchors: pd.DataFrame, inside: dict[str, frozenset[str]], years: np.ndarray
) -> dict[str, ShareModel]:
    """Share model of every COROP that is a unit; its shares stay as in their last year."""
    found = {}
    for corop, rows in job_shares[job_shares["cr_code"].isin(set(inside))].groupby("cr_code"):
        wide = rows.pivot(index="gm_code", columns="year", values="share").sort_index()
        wide = wide.reindex(columns=years).ffill(axis=1).bfill(axis=1)
        known = anchors[anchors["cr_code"] == corop]["year"].to_numpy(dtype=float)
        found[str(corop)] = ShareModel(
            corop=str(corop),
            gemeenten=wide.index,
            share=(wide / wide.sum()).to_numpy(),
            scale=rows.drop_duplicates("gm_code").set_index("gm_code")["scale"].loc[wide.index].to_numpy(),
            covariance=shares.time_covariance(years.astype(float), known),
            df=shares.DF,
        )
    return found


def _about(
    rows: pd.DataFrame, regions: pd.DataFrame, composition: Composition, fitted: Fitted
) -> pd.DataFrame:
    """Latest figure of every region that is made of units, and what it borrows its growth from."""
    latest = rows[rows["year"] == fitted.last_year].set_index("region_code")
    placed = frozenset().union(*composition.inside.values())
    result = {}
    for region in sorted(regions["region_code"]):
        mine = composition.members.get(region, frozenset())
        if not mine or not mine <= placed or region not in latest.index:
            continue
        own = region in fitted.units or region in fitted.sums.index
        corops = [unit for unit, held in composition.inside.items() if held & mine and not own]
        if any(unit not in composition.shares for unit in corops if not composition.inside[unit] <= mine):
            continue  # no share of this gemeente is known
        row = latest.loc[region]
        result[region] = (float(row["value"]), own, " ".join(corops), str(row["source"]))
    columns = ["last_value", "own_series", "borrowed_from", "source"]
    return pd.DataFrame.from_dict(result, orient="index", columns=columns).rename_axis("region_code")


def draw(
    fitted: Fitted,
    composition: Composition,
    published: pd.DataFrame,
    regions: pd.Index,
    years: np.ndarray,
) -> Draws:
    """Draws of all regions; a published year holds the figure in every draw."""
    known = fitted.panels_level(fitted.units[:-1])
    placed = np.vstack([known.to_numpy(), fitted.national.to_numpy() - known.sum().to_numpy()])
    horizon = int(years[-1]) - fitted.last_year
    ahead = levels(fitted.parts(), unit_shocks(fitted, horizon))[: len(fitted.units)]
    past = np.broadcast_to(placed[:, :, None], (*placed.shape, DRAWS))
    weights = composition.weights(regions, fitted.units)
    values = assemble(weights, np.concatenate([past, ahead], axis=1), len(regions))
    counted = published.pivot(index="region_code", columns="year", values="value")
    counted = counted.reindex(index=regions, columns=years).to_numpy(dtype=float)
    last = len(fitted.national) - 1
    for place in np.flatnonzero(np.isfinite(counted[:, last])):
        if not composition.is_whole(regions[place]):
            values[place, last + 1 :] *= counted[place, last] / values[place, last]
    exact = np.isfinite(counted)
    values[exact] = counted[exact][:, None]
    return Draws(regions, years, values)
