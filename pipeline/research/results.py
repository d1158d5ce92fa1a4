"""Rows of the model tables with names, unit, status, source and vintage beside every value."""

from __future__ import annotations

import functools

import pandas as pd

from pipeline.folders import Folders
from pipeline.models.outlook import INDICATOR as JOBS
from pipeline.models.series import SHARE_ESTIMATE
from pipeline.reference import load_programmes
from pipeline.region_names import MonitorError, RegionNames
from pipeline.research.tables import described, joined_sources
from pipeline.schemas import INDICATOR_UNITS
from pipeline.tables import Tables
from pipeline.vocabulary import word
from pipeline.vocabulary.formats import NO_BREAK, chance_points

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


def with_names(rows: pd.DataFrame, tables: Tables, names: RegionNames, unit: str | None) -> pd.DataFrame:
    """The rows with region name, unit (where the rows have none) and vintage; region first."""
    if unit is not None and "unit" not in rows:
        rows = rows.assign(unit=unit)
    rows = rows.assign(region_name=rows["region_code"].map(names.labels).fillna(""), vintage=tables.vintage)
    first = ["region_code", "region_name"]
    rows = rows[[*first, *(column for column in rows.columns if column not in first)]].reset_index(drop=True)
    return described(rows, unit or "see column unit", rows["source"], tables.vintage)


def outlook(tables: Tables, names: RegionNames, region: str) -> pd.DataFrame:
    """Outlook of a region's jobs; see ``Monitor.outlook``."""
    rows = tables.read("outlook", region_code=region)
    if rows.empty:
        raise MonitorError(f"{region} has no outlook of jobs: there is no jobs series to extend.")
    return with_names(rows.assign(status="estimate"), tables, names, INDICATOR_UNITS[JOBS])


def require_ahead(ahead: pd.DataFrame, until: int) -> None:
    """Stop when a year asked for is not one of the outlook."""
    first, last = int(ahead["year"].min()), int(ahead["year"].max())
    if not first <= until <= last:
        raise MonitorError(
            f"until={until} is not a year of the outlook: the last count is of {int(ahead['last_year'].iloc[0])}. "
            f"Choose {first} to {last}."
        )


# --- targets ------------------------------------------------------------------------------


def targets(tables: Tables, names: RegionNames, region: str | None, target: str | None) -> pd.DataFrame:
    """Targets in every reading; see ``Monitor.targets``."""
    rows = tables.read("targets")
    if region is not None:
        rows = rows[rows["region_code"] == region]
    if target is not None:
        known = rows["target"].unique()
        rows = rows[rows["target"] == target]
        if rows.empty:
            where = f"{region} has" if region else "There is"
            raise MonitorError(f"{where} no target {target!r}; it has: {', '.join(known) or 'none'}.")
    titles = definition_titles()
    keys = zip(rows["programme"], rows["target"], rows["definition"], strict=True)
    rows = rows.assign(
        definition_title=[titles.get(key, key[-1]) for key in keys],
        chance=list(map(chance_range, rows["probability_low"], rows["probability_high"])),
        status=rows["latest_status"],
        # whole years where a programme leaves them open too
        **{column: rows[column].astype("Int64") for column in ("baseline_year", "deadline_year")},
    )
    return with_names(rows, tables, names, None)


@functools.cache
def definition_titles() -> dict[tuple[str, str, str], str]:
    """Printed title of each definition, by programme, target and definition."""
    programmes = load_programmes(Folders().reference / "programmes")
    targets = [(key, target) for key, programme in programmes.items() for target in programme.targets]
    return {(key, target.key, one.key): one.title for key, target in targets for one in target.definitions}


def one_reading(
    rows: pd.DataFrame, target: str | None, definition: str | None, baseline: int | None, deadline: int | None
) -> pd.Series | None:
    """One reading of a target; what is left open follows the chosen one. None where no target is about jobs.

    Parameters
    ----------
    rows : targets of one region

    Raises
    ------
    MonitorError
        When no reading fits; lists those there are.
    """
    if target is None:
        jobs = rows[rows["is_chosen"] & (rows["indicator"] == JOBS)]
        if jobs.empty:
            return None
        target = jobs["target"].iloc[0]
    found = rows[rows["target"] == target]
    if found.empty:
        raise MonitorError(
            f"There is no target {target!r} here; there are: {', '.join(rows['target'].unique())}."
        )
    chosen = found[found["is_chosen"]].iloc[0] if found["is_chosen"].any() else found.iloc[0]
    wanted = {"definition": definition, "baseline_year": baseline, "deadline_year": deadline}
    for column, asked in wanted.items():
        value = chosen[column] if asked is None else asked
        if pd.isna(value):
            continue  # the target names no year
        narrowed = found[found[column] == value]
        if narrowed.empty:
            options = ", ".join(str(option) for option in sorted(found[column].dropna().unique()))
            raise MonitorError(f"Target {target} has no {column} {value}; it has: {options}.")
        found = narrowed
    return found.iloc[0]


def chance_range(low: float, high: float) -> str:
    """A range of chances (0-1) in Dutch, to 5 points: "20 tot 25 %"; "geen kans" where there is none."""
    if pd.isna(low) or pd.isna(high):
        return "geen kans"
    first, last = chance_points(min(low, high)), chance_points(max(low, high))
    if first != last:
        return f"{first} tot {last}{NO_BREAK}%"
    bound = {5: "at_most", 95: "at_least"}.get(first, "about")
    return f"{word('phrase', bound, 'nl')}{first}{NO_BREAK}%"


# --- comparisons, youth -------------------------------------------------------------------


def shift_share(tables: Tables, names: RegionNames, region: str) -> pd.DataFrame:
    """Yearly shift-share of a region; see ``Monitor.shift_share``."""
    held = tables.read("shift_share")
    rows = held[held["region_code"] == region]
    if rows.empty:
        usable = ", ".join(held[held["refused"] == ""]["region_code"].unique())
        raise MonitorError(
            f"{region}: jobs are not published by sector, so there is no shift-share. Regions that have one: {usable}."
        )
    return with_names(rows.assign(status="estimate"), tables, names, INDICATOR_UNITS[JOBS])


def similar(tables: Tables, names: RegionNames, region: str) -> pd.DataFrame:
    """Regions most like a region; see ``Monitor.similar``."""
    rows = tables.read("similar_regions", region_code=region)
    if rows.empty:
        raise MonitorError(f"{region} is not compared with other regions: it has no figures to compare by.")
    if (rows["rank"] == 0).any():
        raise MonitorError(f"{region} has no similar regions: {rows['reason'].iloc[0]}.")
    features = rows["features"].iloc[0].split(", ")
    wanted = sorted({name for feature in features for name in FEATURE_INDICATORS[feature]})
    held = tables.read("indicators", region_code=region, indicator=wanted, frequency="A", sector="total")
    held = held[held["value"].notna() & (held["method"] != SHARE_ESTIMATE)]
    latest = held["year"] == held.groupby("indicator")["year"].transform("max")
    rows = rows.sort_values("rank", kind="stable").drop(columns="reason")
    rows = rows.assign(similar_name=rows["similar_code"].map(names.labels), status="estimate")
    rows["source"] = joined_sources(held[latest]["source"].unique())
    return with_names(rows, tables, names, "standard deviations")


def youth(tables: Tables, names: RegionNames, region: str | None) -> pd.DataFrame:
    """Young jobseekers with the level of evidence; see ``Monitor.youth``."""
    rows = tables.read("youth")
    if region is not None:
        members = tables.read("members", region_code=region)["gm_code"]
        # a region is shown with its gemeenten, but the nation not with all of them
        rows = rows[rows["region_code"].isin([region] if region.startswith("NL") else [region, *members])]
    return with_names(rows.assign(unit=rows["indicator"].map(INDICATOR_UNITS)), tables, names, None)
