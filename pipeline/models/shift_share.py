"""Shift-share: how much of a region's job growth is the nation's, its mix of sectors, and its own.

Chained yearly (the weights move with the region) after Dunn (1960), or with the allocation effect of
Esteban-Marquillas (1972). It describes; it does not explain. Formulas: docs/methods/shift_share.md.
"""

import itertools
from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.models import ModelError, some

UNKNOWN_SECTOR = "onbekend"
EFFECTS = {
    "dunn": ["national", "industry_mix", "competitive"],
    "esteban": ["national", "industry_mix", "competitive", "allocation"],
}


def decompose(
    region: pd.DataFrame,
    nation: pd.DataFrame,
    *,
    method: str = "dunn",
    chained: bool = True,
    region_total: pd.Series | None = None,
    nation_total: pd.Series | None = None,
    break_before: Iterable[int] = (),
    rounding: float = 0.0,
) -> pd.DataFrame:
    """Split the change in a region's jobs in effects, in the unit of the input.

    Parameters
    ----------
    region, nation : index sector, columns ascending years; jobs (count), NaN where suppressed.
    method : "dunn", or "esteban" to split the competitive effect in one at the nation's mix and an
        allocation effect (specialised where it competes well, or badly).
    chained : each year against the year before; False compares the first year with the last only.
    region_total, nation_total : published totals by year. Where sectors are suppressed in the region (or
        the nation), what the total holds beyond the known ones becomes the sector "onbekend"; without
        suppressed cells they are not used and `total` is the change in the sum of the sectors.
    break_before : years whose figures cannot be compared with the year before.
    rounding : step of the published figures: a residual may fall below zero by as much as rounding allows.

    Returns
    -------
    DataFrame, a row for each year after the first (the last only if not `chained`): the effects and
    `total`, their sum. Effects of several years are added.

    Raises
    ------
    ModelError : a break inside the period, sectors or years that do not match, suppressed cells without
        a total, negative jobs, a sector the nation does not have.
    """
    detail = decompose_sectors(
        region,
        nation,
        method=method,
        chained=chained,
        region_total=region_total,
        nation_total=nation_total,
        break_before=break_before,
        rounding=rounding,
    )
    return detail.groupby("year")[[*EFFECTS[method], "total"]].sum()


def decompose_sectors(
    region: pd.DataFrame,
    nation: pd.DataFrame,
    *,
    method: str = "dunn",
    chained: bool = True,
    region_total: pd.Series | None = None,
    nation_total: pd.Series | None = None,
    break_before: Iterable[int] = (),
    rounding: float = 0.0,
) -> pd.DataFrame:
    """The same by sector: columns year, sector, the effects and total; parameters as in `decompose`."""
    if method not in EFFECTS:
        raise ModelError(f"Unknown method {method!r}. Use one of {some(EFFECTS)}.")
    years = _check_tables(region, nation)
    _check_breaks(years, break_before)
    steps = itertools.pairwise(years) if chained else [(years[0], years[-1])]
    region, nation = region.astype(float), nation.reindex(region.index).astype(float)
    pieces = []
    for start, end in steps:
        hidden = np.isnan(region[[start, end]].to_numpy()).any(axis=1)
        if hidden.all():
            raise ModelError(
                f"Every sector of the region is suppressed in {start} or {end}: there is nothing to split. "
                "Use fewer, larger sectors."
            )
        sectors = region.index if not hidden.any() else [*region.index[~hidden], UNKNOWN_SECTOR]
        own = _comparable_sectors(region, [start, end], hidden, region_total, rounding, "region")
        whole = _comparable_sectors(nation, [start, end], hidden, nation_total, rounding, "nation")
        effects = _effects(pd.Index(sectors), *own, *whole, method, (start, end))
        pieces.append({"year": end, "sector": sectors} | effects)
    columns = ["year", "sector", *EFFECTS[method], "total"]
    count = [len(piece["sector"]) for piece in pieces]
    joined = {name: np.concatenate([piece[name] for piece in pieces]) for name in columns[1:]}
    return pd.DataFrame({"year": np.repeat([piece["year"] for piece in pieces], count)} | joined)[columns]


def _effects(
    sectors: pd.Index,
    before: np.ndarray,
    after: np.ndarray,
    nation_before: np.ndarray,
    nation_after: np.ndarray,
    method: str,
    period: tuple[int, int],
) -> dict[str, np.ndarray]:
    """Effects by sector over one step; arrays, for there are many small steps."""
    absent = sectors[(nation_before <= 0) & ((before != 0) | (after != 0))]
    if len(absent):
        raise ModelError(
            f"{len(absent)} sectors have jobs in the region but none in the nation in {period[0]}, "
            f"e.g. {some(absent)}. Merge them with a related sector."
        )
    national_growth = nation_after.sum() / nation_before.sum() - 1
    # a sector that neither has does not grow: 0 / 0 is set to the nation's growth and weighs nothing
    sector_growth = _ratio(nation_after, nation_before, 1 + national_growth) - 1
    effects = {
        "national": before * national_growth,
        "industry_mix": before * (sector_growth - national_growth),
        "competitive": after - before * (1 + sector_growth),
        "total": after - before,
    }
    if method == "dunn":
        return effects
    starting = sectors[(before <= 0) & (after != before)]
    if len(starting):
        raise ModelError(
            f"{len(starting)} sectors start from no jobs in {period[0]}, e.g. {some(starting)}: their growth "
            "is undefined, and with it the allocation effect. Merge the sector, or use method 'dunn'."
        )
    regional_growth = _ratio(after, before, 1 + sector_growth) - 1
    at_national_mix = before.sum() * nation_before / nation_before.sum()
    competitive = at_national_mix * (regional_growth - sector_growth)
    return effects | {"competitive": competitive, "allocation": effects["competitive"] - competitive}


def _ratio(after: np.ndarray, before: np.ndarray, otherwise: float | np.ndarray) -> np.ndarray:
    """Growth factor by sector; ``otherwise`` where there was nothing before."""
    return np.where(before > 0, after / np.where(before > 0, before, 1.0), otherwise)


def _comparable_sectors(
    table: pd.DataFrame,
    years: list[int],
    hidden: np.ndarray,
    total: pd.Series | None,
    rounding: float,
    name: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Jobs by sector in both years, with the `hidden` sectors merged as the last."""
    before, after = table[years].to_numpy()[~hidden].T
    lacking = np.isnan(before) | np.isnan(after)
    if lacking.any():
        raise ModelError(
            f"The {name} lacks sectors that the region has in {some(years)}, e.g. "
            f"{some(table.index[~hidden][lacking])}. Merge them in both tables."
        )
    if not hidden.any():
        return before, after
    rest = _rest(table.loc[hidden, years], table.loc[~hidden, years], total, rounding, name)
    return np.append(before, rest[years[0]]), np.append(after, rest[years[1]])


def _rest(
    hidden: pd.DataFrame, known: pd.DataFrame, total: pd.Series | None, rounding: float, name: str
) -> pd.Series:
    """What the hidden sectors hold together, by year: their sum, or the total less the known sectors."""
    if hidden.notna().all(axis=None):
        return hidden.sum()
    if total is None or total.reindex(hidden.columns).isna().any():
        lacking = hidden.index[hidden.isna().any(axis=1)]
        raise ModelError(
            f"{len(lacking)} sectors of the {name} are suppressed in {some(hidden.columns)}, e.g. "
            f"{some(lacking)}, and there is no published total to compare. Give {name}_total."
        )
    rest = total[hidden.columns] - known.sum()
    allowed = rounding / 2 * (len(known) + 1)
    if (rest < -allowed - 1e-9 * total[hidden.columns]).any():
        raise ModelError(
            f"The sectors of the {name} add up to more than the published total in "
            f"{some(rest.index[rest < -allowed])}, by {-rest.min():g}. Check that both count the same jobs; "
            "give `rounding` if the figures are rounded."
        )
    return rest


def _check_tables(region: pd.DataFrame, nation: pd.DataFrame) -> list[int]:
    for name, table in (("region", region), ("nation", nation)):
        if table.index.has_duplicates:
            double = table.index[table.index.duplicated()].unique()
            raise ModelError(f"{len(double)} sectors occur twice in the {name}, e.g. {some(double)}.")
        values = table.to_numpy(dtype=float, na_value=np.nan)
        wrong = int(((values < 0) | np.isinf(values)).sum())
        if wrong:
            raise ModelError(f"{wrong} jobs of the {name} are negative or infinite. Check the source.")
    apart = region.index.symmetric_difference(nation.index)
    if len(apart):
        raise ModelError(
            f"Region and nation differ in {len(apart)} sectors, e.g. {some(apart)}. Use one classification."
        )
    years = list(region.columns)
    if years != list(nation.columns) or years != sorted(set(years)):
        raise ModelError(
            f"Years of region ({some(years)}) and nation ({some(nation.columns)}) are not the same ascending "
            "years. Cut both to the same years."
        )
    if len(years) < 2:
        raise ModelError(f"A decomposition needs two years; there are {len(years)}.")
    if UNKNOWN_SECTOR in region.index:
        raise ModelError(f"The sector name {UNKNOWN_SECTOR!r} is kept for suppressed jobs. Rename yours.")
    return years


def _check_breaks(years: list[int], break_before: Iterable[int]) -> None:
    crossed = sorted(year for year in set(break_before) if years[0] < year <= years[-1])
    if crossed:
        raise ModelError(
            f"{len(crossed)} breaks lie inside {years[0]}-{years[-1]}, e.g. before {some(crossed)}. Growth "
            f"across a break is not growth: decompose {years[0]}-{crossed[0] - 1} and "
            f"{crossed[-1]}-{years[-1]} apart."
        )
