"""Similar regions: a group to look at beside one's own, as description and not as effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.indicators.population import YOUTH
from pipeline.models.series import SHARE_ESTIMATE
from pipeline.models.similar import most_similar
from pipeline.schemas import TABLES

COLUMNS = list(TABLES["similar_regions"].schema.columns)
#: An area is compared with arbeidsmarktregio's: seven areas overlap and are no group of their own.
_PEERS = {"area": "arbeidsmarktregio"}


def make(indicators: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """The five most similar regions of the same kind, for every region but the nation.

    Features, as far as the vintage holds them: residents (log), jobs per resident, youth share, WW and
    bijstand per 1 000 residents, net participation, growth of residents, jobs by sector.

    Parameters
    ----------
    indicators : the indicator table
    regions : as stored by tidy
    """
    table = features(indicators)
    kinds = regions.set_index("region_code")["region_type"]
    parts = []
    of_kind = {kind: table.reindex(codes.index) for kind, codes in kinds.groupby(kinds)}
    for region, kind in kinds[kinds.index.isin(table.index) & (kinds != "nation")].items():
        group = of_kind.get(_PEERS.get(kind, kind), table.iloc[:0])
        if region not in group.index:
            group = pd.concat([table.loc[[region]], group])
        found = most_similar(_without_same_members(group, region), region)
        listed = ", ".join(found.features)
        if not found.similar:
            parts.append((region, 0, "", np.nan, listed, found.reason))
        for rank, (code, distance) in enumerate(zip(found.similar, found.distance, strict=True), start=1):
            parts.append((region, rank, code, distance, listed, ""))
    return pd.DataFrame(parts, columns=COLUMNS)


def _without_same_members(group: pd.DataFrame, region: str) -> pd.DataFrame:
    """The group without peers that have exactly the same figures: the same gemeenten under another code."""
    values, place = group.to_numpy(), group.index.get_loc(region)
    same = ((values == values[place]) | (np.isnan(values) & np.isnan(values[place]))).all(axis=1)
    same[place] = False
    return group[~same] if same.any() else group


def features(indicators: pd.DataFrame) -> pd.DataFrame:
    """One row a region, one column a feature; NaN where the vintage holds none."""
    annual = indicators[(indicators["frequency"] == "A") & (indicators["sector"] == "total")]
    residents = _latest(annual, "population_count")
    earlier = _earliest(annual, "population_count", since=2019)
    jobs = _latest(annual[annual["method"] != SHARE_ESTIMATE], "jobs_employees")
    result = pd.DataFrame(
        {
            "inwoners": np.log(residents),
            "groei van inwoners": residents / earlier,
            "banen per inwoner": jobs / residents,
            "aandeel 15 tot 25 jaar": _latest(annual, YOUTH) / residents,
            "WW per 1.000 inwoners": _latest(annual, "ww_per_1000_residents"),
            "bijstand per 1.000 inwoners": _latest(annual, "bijstand_per_1000_residents"),
            "netto arbeidsparticipatie": _latest(annual, "net_participation_rate_pct"),
            "werkloosheid": _latest(annual, "unemployment_rate_pct"),
        }
    )
    return result.replace([np.inf, -np.inf], np.nan)


def _latest(rows: pd.DataFrame, indicator: str) -> pd.Series:
    """Value of the last year that most regions have, by region."""
    held = rows[(rows["indicator"] == indicator) & rows["value"].notna()]
    if held.empty:
        return pd.Series(dtype=float)
    counts = held.groupby("year")["region_code"].nunique()
    year = counts[counts >= counts.max() / 2].index.max()
    return held[held["year"] == year].drop_duplicates("region_code").set_index("region_code")["value"]


def _earliest(rows: pd.DataFrame, indicator: str, since: int) -> pd.Series:
    held = rows[(rows["indicator"] == indicator) & rows["value"].notna() & (rows["year"] >= since)]
    if held.empty:
        return pd.Series(dtype=float)
    first = held[held["year"] == held["year"].min()]
    return first.drop_duplicates("region_code").set_index("region_code")["value"]
