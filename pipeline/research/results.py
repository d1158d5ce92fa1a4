"""Rows of the model tables with names, unit, status and vintage beside every value."""

from __future__ import annotations

import pandas as pd

from pipeline.models.outlook import INDICATOR as JOBS
from pipeline.models.series import SHARE_ESTIMATE
from pipeline.research import MonitorError
from pipeline.research.lookup import region_code
from pipeline.research.series import described
from pipeline.research.tables import Tables
from pipeline.research.words import joined_sources
from pipeline.schemas import INDICATOR_UNITS

#: Indicators behind each feature by which regions are compared.
FEATURE_INDICATORS = {
    "inwoners": ["population_count"],
    "groei van inwoners": ["population_count"],
    "banen per inwoner": [JOBS, "population_count"],
    "aandeel 15 tot 25 jaar": ["youth_15_25_count", "population_count"],
    "WW per 1.000 inwoners": ["ww_per_1000_residents"],
    "bijstand per 1.000 inwoners": ["bijstand_per_1000_residents"],
    "netto arbeidsparticipatie": ["net_participation_rate_pct"],
    "werkloosheid": ["unemployment_rate_pct"],
}


def outlook_rows(tables: Tables, region: str) -> pd.DataFrame:
    """Outlook of a region's jobs; see ``monitor.outlook``."""
    code = region_code(region, tables.read("regions"))
    rows = tables.read("outlook", region_code=code)
    if rows.empty:
        return _finish(rows, tables, INDICATOR_UNITS[JOBS])
    basis = tables.read("indicators", region_code=code, indicator=JOBS, year=int(rows["last_year"].iloc[0]))
    rows = rows.assign(status="estimate", basis=basis["basis"].iloc[-1] if len(basis) else "")
    return _finish(rows, tables, INDICATOR_UNITS[JOBS])


def require_ahead(ahead: pd.DataFrame, until: int) -> None:
    """Stop when a year asked for is not one of the outlook.

    Raises
    ------
    MonitorError
        Names the years that the outlook covers.
    """
    if len(ahead) and not ahead["year"].min() <= until <= ahead["year"].max():
        raise MonitorError(
            f"until={until} is not a year of the outlook: the last count is of {int(ahead['last_year'].iloc[0])}. "
            f"Choose {ahead['year'].min()} to {ahead['year'].max()}."
        )


def target_rows(tables: Tables, region: str | None) -> pd.DataFrame:
    """Targets in every reading; see ``monitor.targets``."""
    rows = tables.read("targets")
    if region is not None:
        everywhere = tables.read("regions")
        # an area of a scheme may have targets without being a region of its own
        code = region if (rows["region_code"] == region).any() else region_code(region, everywhere)
        rows = rows[rows["region_code"] == code]
    return _finish(rows.assign(status=rows["latest_status"]), tables, None)


def one_reading(
    tables: Tables,
    code: str,
    programme: str | None,
    target: str | None,
    definition: str | None,
    baseline_year: int | None,
    deadline_year: int | None,
) -> pd.Series | None:
    """One reading of a target about jobs; what is left open follows the chosen reading. None without a target.

    Raises
    ------
    MonitorError
        When no reading fits; lists those there are.
    """
    rows = tables.read("targets", region_code=code)
    if target is None:
        jobs = rows[rows["is_chosen"] & (rows["indicator"] == JOBS)]
        if jobs.empty:
            return None
        target, programme = jobs["target"].iloc[0], jobs["programme"].iloc[0]
    rows = rows[(rows["target"] == target) & ((programme is None) | (rows["programme"] == programme))]
    if rows.empty:
        known = tables.read("targets", region_code=code)["target"].unique()
        raise MonitorError(f"{code} has no target {target!r}; it has: {', '.join(known) or 'none'}.")
    chosen = rows[rows["is_chosen"]].iloc[0] if rows["is_chosen"].any() else rows.iloc[0]
    wanted = {
        "definition": definition or chosen["definition"],
        "baseline_year": baseline_year or chosen["baseline_year"],
        "deadline_year": deadline_year or chosen["deadline_year"],
    }
    found = rows
    for column, value in wanted.items():
        if value != value:
            continue  # the target names no year
        narrowed = found[found[column] == value]
        if narrowed.empty:
            options = ", ".join(str(option) for option in sorted(found[column].dropna().unique()))
            raise MonitorError(f"Target {target} has no {column} {value}; it has: {options}.")
        found = narrowed
    return found.iloc[0]


def shift_share_rows(tables: Tables, region: str) -> pd.DataFrame:
    """Yearly shift-share of a region; see ``monitor.shift_share``."""
    code = region_code(region, tables.read("regions"))
    rows = tables.read("shift_share", region_code=code)
    if rows.empty:
        held = tables.read("shift_share")
        usable = held[held["refused"] == ""]["region_code"].unique()
        raise MonitorError(
            f"{code}: jobs are not published by sector, so there is no shift-share. Regions that have one: "
            f"{', '.join(usable)}."
        )
    return _finish(rows.assign(status="estimate", basis=rows["source"]), tables, INDICATOR_UNITS[JOBS])


def similar_rows(tables: Tables, region: str) -> pd.DataFrame:
    """Regions most like a region; see ``monitor.similar``."""
    everywhere = tables.read("regions")
    code = region_code(region, everywhere)
    rows = tables.read("similar_regions", region_code=code)
    if rows.empty:
        raise MonitorError(f"{code} is not compared with other regions: it has no figures to compare by.")
    names = everywhere.set_index("region_code")["region_name"]
    rows = rows.assign(similar_name=rows["similar_code"].map(names).fillna(""), status="estimate")
    rows = rows.assign(source=_source_of_features(tables, code, rows["features"].iloc[0].split(", ")))
    return _finish(rows.sort_values("rank", ignore_index=True, kind="stable"), tables, "standard deviations")


def _source_of_features(tables: Tables, code: str, features: list[str]) -> str:
    """Tables of the latest figures behind the features of a region."""
    wanted = sorted({name for feature in features for name in FEATURE_INDICATORS[feature]})
    held = tables.read("indicators", region_code=code, indicator=wanted, frequency="A", sector="total")
    held = held[held["value"].notna() & (held["method"] != SHARE_ESTIMATE)]
    latest = held["year"] == held.groupby("indicator")["year"].transform("max")
    return joined_sources(held[latest]["source"].unique())


def youth_rows(tables: Tables, region: str | None) -> pd.DataFrame:
    """Young jobseekers with the level of evidence; see ``monitor.youth``."""
    filters = {}
    if region is not None:
        everywhere, members = tables.read("regions"), tables.read("members")
        code = region_code(region, everywhere)
        own = members[members["region_code"] == code]["gm_code"]
        # a region is shown with its gemeenten, but the nation not with all of them
        filters["region_code"] = [code] if code.startswith("NL") else list(dict.fromkeys([code, *own]))
    rows = tables.read("youth", **filters)
    return _finish(rows.assign(unit=rows["indicator"].map(INDICATOR_UNITS)), tables, None)


def _finish(rows: pd.DataFrame, tables: Tables, unit: str | None) -> pd.DataFrame:
    """The rows with region name, unit and vintage."""
    names = tables.read("regions").set_index("region_code")["region_name"]
    rows = rows.assign(region_name=rows["region_code"].map(names), vintage=tables.vintage)
    if unit is not None:
        rows = rows.assign(unit=unit)
    first = ["region_code", "region_name"]
    rows = rows[[*first, *(column for column in rows.columns if column not in first)]].reset_index(drop=True)
    sources = rows.get("source", [])
    return described(rows, unit or "see column unit", sources, tables.vintage)
