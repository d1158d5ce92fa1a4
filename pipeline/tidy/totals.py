"""Parts against published totals, on the borders and in the tables as published.

A sum that is off by more than rounding breaks a rule (see ``plausibility``), unless the gap is known and described
here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from pipeline.geography import NATION, NOT_ASSIGNABLE
from pipeline.tidy import jobs
from pipeline.tidy.observations import TidyError
from pipeline.tidy.plausibility import COLUMNS, STOP, closest_fit, compact

#: Jobs that CBS cannot place in any region, at most this share of the nation.
_UNPLACED_SHARE = 0.004
#: Sections of SBI 2008 in which employees have jobs; T and U are not published apart.
_SECTIONS = "ABCDEFGHIJKLMNOPQRS"
#: COROPs without the code for jobs that cannot be placed.
_COROPS = 40
_PROVINCES = 12


def check_totals(observations: pd.DataFrame, historical_corop: pd.Series) -> pd.DataFrame:
    """All comparisons of parts with published totals.

    Parameters
    ----------
    observations : as published
    historical_corop : COROP of each gemeente code at the time of the tables (index gemeente code)

    Returns
    -------
    DataFrame
        Columns as of the stored table ``checks``: value the sum of the parts, expected the published total; verdict
        empty where the two differ and no known gap explains it.
    """
    (observations,) = compact(observations)
    total = observations[(observations["sector"] == "total") & (observations["frequency"] == "A")]
    rows = [
        *_nation_against(total, "population_count", "total", "GM", step=1),
        *_nation_against(total, "population_count", "total", "PV", step=1),
        *_nation_against(_kwb(total), "ww_recipients", "total", "GM", step=10),
        *_nation_against(_kwb(total), "bijstand_recipients", "total", "GM", step=10),
        *_nation_against(total, "bijstand_15plus_recipients", "15+", "GM", step=10),
        *_nation_against(total, "residents_15plus_count", "15+", "GM", step=10),
        *_jobs_old(total, historical_corop),
        *_benefits_in_corops(total, historical_corop),
        *_jobs_new(total),
        *_jobs_key_figures(total, historical_corop),
        *_sectors(observations),
        *_sector_groups(observations),
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def derive_unplaced_jobs(observations: pd.DataFrame) -> pd.DataFrame:
    """CR99 where it is missing: the nation (83583NED) minus the COROPs (83582NED), marked as our estimate.

    The export lacks the code for 2012-2018; in those years it holds 0.2 to 0.4 % of all jobs. Nothing is
    derived in a year in which another COROP lacks a figure: the rest would hold its jobs as well.
    A rest below zero, or of more jobs than CBS ever left unplaced, stays missing: ``check_totals`` tells it.
    """
    jobs_total = (observations["indicator"] == "jobs_employees") & (observations["sector"] == "total")
    corops = observations[jobs_total & (observations["source"] == jobs.NEW)]
    corops = corops[corops["region_code"].str.startswith("CR") & (corops["region_code"] != NOT_ASSIGNABLE)]
    nation = observations[jobs_total & (observations["source"] == jobs.NATIONAL)].set_index("year")["value"]
    placed = corops.groupby("year")["value"].agg(["sum", "count"])
    rest = (nation - placed["sum"].where(placed["count"] == _COROPS)).dropna()
    gap = (
        jobs_total
        & (observations["source"] == jobs.NEW)
        & (observations["region_code"] == NOT_ASSIGNABLE)
        & observations["value"].isna()
        & observations["year"].isin(rest.index)
    )
    derived = rest[rest.index.isin(observations.loc[gap, "year"])]
    derived = derived[derived.between(0, _UNPLACED_SHARE * nation.reindex(derived.index))]
    gap &= observations["year"].isin(derived.index)
    filled = observations.copy()
    filled.loc[gap, "value"] = filled.loc[gap, "year"].map(rest).round(6)
    filled.loc[gap, "status"] = "estimate"
    filled.loc[gap, "method"] = "nation_minus_corops"
    return filled


def _row(check, source, region, series, year, published, parts, tolerance, *, known_gap=0.0, note=""):
    difference = round(parts - published, 6)
    verdict = ""
    if abs(difference) < 1e-6:
        verdict = "adds up"
    elif abs(difference) <= tolerance:
        verdict = "within tolerance"
    elif -known_gap <= difference < 0:  # only too little can be unplaced; too much is a double row
        verdict = "known gap"
    elif not note:
        note = "the parts do not add up to the published total"
    found = (parts, published, difference, tolerance, verdict, note)
    return (check, source, region, series, str(year), int(year), *found)


def _kwb(total: pd.DataFrame) -> pd.DataFrame:
    return total[total["basis"] == "kwb"]


def _nation_against(total: pd.DataFrame, indicator: str, age: str, parts: str, *, step: float) -> list[tuple]:
    """Sum of all gemeenten or provinces against the published nation, where a table has both."""
    frame = total[(total["indicator"] == indicator) & (total["age"] == age) & total["value"].notna()]
    half = step / 2 if step > 1 else 0
    rows = []
    for _, table in frame.groupby("source"):
        part = table[table["region_code"].str.startswith(parts)].assign(whole=NATION)
        published = table[table["region_code"] == NATION]
        name = f"{indicator}: {parts} in {NATION}"
        rows += _against(name, frame, part, _by_region(published), lambda sums: (sums["size"] + 1) * half)
    return rows


def _by_region(rows: pd.DataFrame) -> pd.Series:
    return rows.set_index([rows["region_code"].astype("str"), "year"])["value"]


def _against(
    name: str,
    frame: pd.DataFrame,
    parts: pd.DataFrame,
    published: pd.Series,
    tolerance: Callable[[pd.DataFrame], Any],
    *,
    gap_share: float = 0.0,
    note: str = "",
) -> list[tuple]:
    """Parts against the published figure of their region, a row a year, with the part that explains a gap best.

    Parameters
    ----------
    frame : rows of the same series in all periods
    parts : rows to add up; column ``whole`` is the region that they make
    published : figures, index region and year; parts without one are not compared
    tolerance : of the sums, which have columns sum, size (parts), count (parts with a figure) and published
    gap_share : share of the published figure that may be in no part
    """
    rows = []
    sums = parts.groupby(["whole", "year"])["value"].agg(["sum", "size", "count"])
    sums = sums[sums.index.isin(published.index)]
    sums = sums.assign(published=published.reindex(sums.index))
    sums = sums.assign(tolerance=tolerance(sums))
    for at in sums.itertuples():
        whole, year = at.Index
        first = parts.iloc[0]
        row = _row(name, first["source"], whole, first["indicator"], year, at.published, at.sum, at.tolerance,
                   known_gap=gap_share * at.published, note=note)  # fmt: skip
        if row[COLUMNS.index("verdict")] == STOP and at.size > 1:
            here = parts[(parts["whole"] == whole) & (parts["year"] == year)]
            row = (*row[:-1], f"{row[-1]}{closest_fit(here, at.sum - at.published, frame)}")
        rows.append(row)
    return rows


def _in_corops(frame: pd.DataFrame, historical_corop: pd.Series, name: str, step: float) -> list[tuple]:
    """Gemeenten of one table in the COROP of the time, where the table publishes that too.

    Parameters
    ----------
    frame : one indicator of one table, totals; years before the jobs of a gemeente moved to another COROP
    step : published rounding of a gemeente; a COROP is rounded to hundreds at most
    """
    gemeenten = frame[frame["region_code"].str.startswith("GM")]
    gemeenten = gemeenten.assign(whole=gemeenten["region_code"].map(historical_corop).astype("str"))
    published = _by_region(frame)
    made = gemeenten.dropna(subset="whole")[["whole", "year"]].drop_duplicates()
    unmatched = made[~pd.MultiIndex.from_frame(made).isin(published.index)]
    if len(unmatched):
        example = unmatched.sort_values(["whole", "year"]).iloc[0]
        raise TidyError(
            f"{frame['source'].iloc[0]}: {len(unmatched)} COROP(s) of its gemeenten have no published total, e.g. "
            f"{example['whole']} in {example['year']}. Retrieve the table again: rows were lost."
        )
    return _against(name, frame, gemeenten, published, lambda sums: sums["count"] * step / 2 + 50)


def _jobs_old(total: pd.DataFrame, historical_corop: pd.Series) -> list[tuple]:
    """81402ned: gemeenten in their COROP, COROPs and provinces in the nation."""
    frame = total[(total["indicator"] == "jobs_employees") & (total["source"] == jobs.OLD)]
    rows = _in_corops(frame, historical_corop, "jobs: GM in CR", 10) if len(frame) else []
    for prefix, half in (("CR", 50), ("PV", 50), ("GM", 5)):
        # where the nation has no figure the rule "complete" tells it
        part = frame[frame["region_code"].str.startswith(prefix)].assign(whole=NATION)
        rows += _against(
            f"jobs: {prefix} in {NATION}", frame, part, _by_region(frame), lambda sums, half=half: sums["size"] * half,
            gap_share=_UNPLACED_SHARE, note="jobs that CBS cannot place in a region",
        )  # fmt: skip
    return rows


def _benefits_in_corops(total: pd.DataFrame, historical_corop: pd.Series) -> list[tuple]:
    """Bijstand and residents of 15 and older: gemeenten in their COROP."""
    rows = []
    for indicator in ("bijstand_15plus_recipients", "residents_15plus_count"):
        frame = total[(total["indicator"] == indicator) & total["value"].notna()]
        for _, table in frame.groupby("source"):
            if table["region_code"].str.startswith("CR").any():
                rows += _in_corops(table, historical_corop, f"{indicator}: GM in CR", 10)
    return rows


def _jobs_new(total: pd.DataFrame) -> list[tuple]:
    """83582NED: COROPs with the unplaced jobs against 83583NED; provinces of the key figures."""
    frame = total[total["indicator"] == "jobs_employees"]
    corops = frame[(frame["source"] == jobs.NEW) & frame["region_code"].str.startswith("CR")]
    corops = corops.assign(whole=NATION)
    nation = _by_region(frame[(frame["source"] == jobs.NATIONAL) & (frame["region_code"] == NATION)])
    derived = corops["year"].isin(corops.loc[corops["method"] == "nation_minus_corops", "year"])
    rows = []
    for part, note in ((corops[derived], "CR99 derived"), (corops[~derived], "")):
        rows += _against("jobs: CR in NL01", corops, part, nation, lambda sums: sums["size"] * 50, note=note)
    placed = corops[corops["region_code"] != NOT_ASSIGNABLE].groupby(["whole", "year"])["value"].sum()
    key_figures = frame[frame["source"] == jobs.KEY_FIGURES]
    provinces = key_figures[key_figures["region_code"].str.startswith("PV")].assign(whole=NATION)
    provinces = provinces[provinces.groupby("year")["value"].transform("size") == _PROVINCES]
    note = "provinces and COROPs leave out CR99"
    rows += _against(
        "jobs: PV against CR", provinces, provinces, placed, lambda _: (_PROVINCES + _COROPS) * 50, note=note
    )
    return rows


def _jobs_key_figures(total: pd.DataFrame, historical_corop: pd.Series) -> list[tuple]:
    """70072ned: COROPs against 83582NED, gemeenten in their COROP and in the nation, in years with both."""
    frame = total[total["indicator"] == "jobs_employees"]
    held = frame[(frame["source"] == jobs.KEY_FIGURES) & frame["value"].notna()]
    held = held.assign(half=(held["value_high"] - held["value"]).fillna(0))
    published = _by_region(held)
    half = held.set_index(published.index)["half"]
    new = _by_region(frame[(frame["source"] == jobs.NEW) & frame["value"].notna()])
    corops = held[held["region_code"].str.startswith("CR")]
    rows = _against(
        "jobs: CR against 83582NED", held, corops.assign(whole=corops["region_code"].astype("str")), new,
        lambda sums: 2 * half[sums.index],
    )  # fmt: skip
    gemeenten = held[held["region_code"].str.startswith("GM")]
    placed = gemeenten.assign(whole=gemeenten["region_code"].map(historical_corop).astype("str")).dropna(
        subset="whole"
    )
    halves = placed.groupby(["whole", "year"])["half"].sum()
    rows += _against(
        "jobs: GM in CR", frame, placed, published, lambda sums: halves[sums.index] + half[sums.index]
    )
    rows += _against(
        f"jobs: GM in {NATION}", frame, gemeenten.assign(whole=NATION), published, lambda sums: half[sums.index],
        gap_share=_UNPLACED_SHARE, note="jobs that CBS cannot place in a region",
    )  # fmt: skip
    return rows


def _sectors(observations: pd.DataFrame) -> list[tuple]:
    """Sectors against the total, for regions with every broad sector."""
    frame = observations[(observations["indicator"] == "jobs_employees") & observations["value"].notna()]
    rows = []
    for sectors in (jobs.BROAD_SECTORS, jobs.FOUR_SECTORS):
        source = jobs.NEW if sectors is jobs.BROAD_SECTORS else jobs.KEY_FIGURES
        table = frame[(frame["source"] == source) & frame["sector"].isin([*sectors, "total"])]
        wide = table.pivot_table(index=["region_code", "year"], columns="sector", values="value")
        wide = wide.reindex(columns=[*sectors, "total"]).dropna()
        half = (table["value_high"] - table["value"]).groupby([table["region_code"], table["year"]]).sum()
        compared = zip(
            wide.index, wide["total"], wide[list(sectors)].sum(axis=1), half[wide.index], strict=True
        )
        rows += [
            _row("jobs: sectors in total", source, region, "jobs_employees", year, total, parts, tolerance)
            for (region, year), total, parts, tolerance in compared
        ]
    return rows


def _sector_groups(observations: pd.DataFrame) -> list[tuple]:
    """Sections A to U in the groups that a table gives as well, and in its total; only what breaks the rule."""
    frame = observations[(observations["indicator"] == "jobs_employees")]
    frame = frame[frame["source"].isin([jobs.OLD, jobs.NATIONAL])]
    rows = []
    for source, table in frame.groupby("source"):
        wide = table.pivot_table(index=["region_code", "year"], columns="sector", values="value")
        sections = sorted(label for label in wide if len(label) == 1)
        half = pd.Series(50.0, index=wide.index)
        if source == jobs.OLD:
            half = half.mask(wide.index.get_level_values(0).str.startswith("GM"), 5.0)
        for label in [label for label in wide if len(label) > 1]:
            first, last = ("A", "U") if label == "total" else label.split("-")
            within = [section for section in _SECTIONS if first <= section <= last]
            if not set(within) <= set(sections):
                continue  # a table that gives groups without their sections
            parts = wide[within]
            added, whole = parts.sum(axis=1), wide[label]
            tolerance = half * (len(parts.columns) + 1)
            wrong = (added - whole > tolerance) | ((whole - added > tolerance) & parts.notna().all(axis=1))
            rows += [
                _row(f"jobs: sections in {label}", source, region, "jobs_employees", year,
                     whole[region, year], added[region, year], tolerance[region, year])
                for region, year in wide.index[wrong & whole.notna()]
            ]  # fmt: skip
    return rows
