"""Parts against published totals, on the borders and in the tables as published.

A sum that is off by more than rounding stops the run, unless the gap is known and described here.
"""

from __future__ import annotations

import pandas as pd

from pipeline.geography import NATION, NOT_ASSIGNABLE
from pipeline.tidy import jobs
from pipeline.tidy.observations import TidyError

_COLUMNS = ["check", "source", "region_code", "year", "published_total", "sum_of_parts", "difference"]
_COLUMNS += ["tolerance", "verdict", "note"]
#: Jobs that CBS cannot place in any region, at most this share of the nation.
_UNPLACED_SHARE = 0.004
#: COROPs without the code for jobs that cannot be placed.
_COROPS = 40


def check_totals(observations: pd.DataFrame, corop_then: pd.Series) -> pd.DataFrame:
    """All comparisons of parts with published totals.

    Parameters
    ----------
    observations : as published
    corop_then : COROP of each gemeente code at the time of the tables (index gemeente code)

    Raises
    ------
    TidyError
        When parts do not add up and the gap is not a known one.
    """
    total = observations[(observations["sector"] == "total") & (observations["frequency"] == "A")]
    rows = [
        *_nation_against(total, "population_count", "total", "GM", step=1),
        *_nation_against(total, "population_count", "total", "PV", step=1),
        *_nation_against(_kwb(total), "ww_recipients", "total", "GM", step=10),
        *_nation_against(_kwb(total), "bijstand_recipients", "total", "GM", step=10),
        *_nation_against(total, "bijstand_15plus_recipients", "15+", "GM", step=10),
        *_nation_against(total, "residents_15plus_count", "15+", "GM", step=10),
        *_jobs_old(total, corop_then),
        *_jobs_new(total),
        *_jobs_key_figures(total, corop_then),
        *_sectors(observations),
    ]
    checks = pd.DataFrame(rows, columns=_COLUMNS)
    failed = checks[checks["verdict"] == ""]
    if len(failed):
        first = failed.iloc[0]
        raise TidyError(
            f"{len(failed)} sum(s) of parts are not the published total, e.g. {first['check']} in "
            f"{first['source']}, {first['region_code']} {first['year']}: parts {first['sum_of_parts']:.0f}, published "
            f"{first['published_total']:.0f}, rounding explains {first['tolerance']:.0f}. Look for lost or double "
            "rows in the table; a gap that CBS explains is described in pipeline/tidy/totals.py."
        )
    return checks


def derive_unplaced_jobs(observations: pd.DataFrame) -> pd.DataFrame:
    """CR99 where it is missing: the nation (83583NED) minus the COROPs (83582NED), marked as our estimate.

    The export lacks the code for 2012-2018; in those years it holds 0.2 to 0.4 % of all jobs. Nothing is
    derived in a year in which another COROP lacks a figure: the rest would hold its jobs as well.

    Raises
    ------
    TidyError
        When the rest is below zero or more jobs than CBS ever left unplaced.
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
    absurd = derived[~derived.between(0, _UNPLACED_SHARE * nation.reindex(derived.index))]
    if len(absurd):
        raise TidyError(
            f"{jobs.NEW}: {len(absurd)} year(s) leave an impossible number of jobs without a COROP, e.g. "
            f"{absurd.index[0]}: {absurd.iloc[0]:.0f} of {nation[absurd.index[0]]:.0f}. Look for lost or double "
            f"COROPs in {jobs.NEW}, or for another definition in {jobs.NATIONAL}."
        )
    filled = observations.copy()
    filled.loc[gap, "value"] = filled.loc[gap, "year"].map(rest).round(6)
    filled.loc[gap, "status"] = "estimate"
    filled.loc[gap, "method"] = "nation_minus_corops"
    return filled


def _row(check, source, region, year, published, parts, tolerance, *, known_gap=0.0, note=""):
    difference = round(parts - published, 6)
    verdict = ""
    if abs(difference) < 1e-6:
        verdict = "adds up"
    elif abs(difference) <= tolerance:
        verdict = "within tolerance"
    elif -known_gap <= difference < 0:  # only too little can be unplaced; too much is a double row
        verdict = "known gap"
    return (check, source, region, int(year), published, parts, difference, tolerance, verdict, note)


def _kwb(total: pd.DataFrame) -> pd.DataFrame:
    return total[total["basis"] == "kwb"]


def _nation_against(total: pd.DataFrame, indicator: str, age: str, parts: str, *, step: float) -> list[tuple]:
    """Sum of all gemeenten or provinces against the published nation, where a table has both."""
    frame = total[(total["indicator"] == indicator) & (total["age"] == age)]
    rows = []
    for (source, year), group in frame.groupby(["source", "year"]):
        nation = group[group["region_code"] == NATION]["value"]
        part = group[group["region_code"].str.startswith(parts)]["value"].dropna()
        if len(nation) == 1 and len(part):
            tolerance = (len(part) + 1) * step / 2 if step > 1 else 0
            name = f"{indicator}: {parts} in {NATION}"
            rows.append(_row(name, source, NATION, year, nation.iloc[0], part.sum(), tolerance))
    return rows


def _jobs_old(total: pd.DataFrame, corop_then: pd.Series) -> list[tuple]:
    """81402ned: gemeenten in their COROP, COROPs and provinces in the nation."""
    frame = total[(total["indicator"] == "jobs_employees") & (total["source"] == jobs.OLD)]
    gemeenten = frame[frame["region_code"].str.startswith("GM")]
    gemeenten = gemeenten.assign(corop=gemeenten["region_code"].map(corop_then))
    rows = []
    sums = gemeenten.groupby(["corop", "year"])["value"].agg(["sum", "count"])
    published = frame.set_index(["region_code", "year"])["value"]
    unmatched = [key for key in sums.index if key not in published.index]
    if unmatched:
        raise TidyError(
            f"{jobs.OLD}: {len(unmatched)} COROP(s) of its gemeenten have no published total, e.g. "
            f"{unmatched[0][0]} in {unmatched[0][1]}. Retrieve the table again: rows were lost."
        )
    for (corop, year), part in sums.iterrows():
        # COROPs and provinces are rounded to hundreds, gemeenten to tens
        tolerance = part["count"] * 5 + 50
        rows.append(
            _row("jobs: GM in CR", jobs.OLD, corop, year, published[corop, year], part["sum"], tolerance)
        )
    for prefix in ("CR", "PV", "GM"):
        for year, part in frame[frame["region_code"].str.startswith(prefix)].groupby("year")["value"]:
            nation = published[NATION, year]
            tolerance = len(part) * (5 if prefix == "GM" else 50)
            rows.append(
                _row(f"jobs: {prefix} in {NATION}", jobs.OLD, NATION, year, nation, part.sum(), tolerance,
                     known_gap=_UNPLACED_SHARE * nation, note="jobs that CBS cannot place in a region")
            )  # fmt: skip
    return rows


def _jobs_new(total: pd.DataFrame) -> list[tuple]:
    """83582NED: COROPs with the unplaced jobs against 83583NED; provinces of the key figures."""
    frame = total[total["indicator"] == "jobs_employees"]
    corops = frame[(frame["source"] == jobs.NEW) & frame["region_code"].str.startswith("CR")]
    nation = frame[frame["source"] == jobs.NATIONAL].set_index("year")["value"]
    rows = []
    for year, group in corops.groupby("year"):
        if year in nation.index:
            note = "CR99 derived" if (group["method"] == "nation_minus_corops").any() else ""
            rows.append(
                _row("jobs: CR in NL01", jobs.NEW, NATION, year, nation[year], group["value"].sum(),
                     len(group) * 50, note=note)
            )  # fmt: skip
    placed = corops[corops["region_code"] != NOT_ASSIGNABLE].groupby("year")["value"].sum()
    provinces = frame[(frame["source"] == jobs.KEY_FIGURES) & frame["region_code"].str.startswith("PV")]
    for year, group in provinces.groupby("year"):
        if year in placed.index and len(group) == 12:
            rows.append(
                _row("jobs: PV against CR", jobs.KEY_FIGURES, NATION, year, placed[year], group["value"].sum(),
                     52 * 50, note="provinces and COROPs leave out CR99")
            )  # fmt: skip
    return rows


def _jobs_key_figures(total: pd.DataFrame, corop_then: pd.Series) -> list[tuple]:
    """70072ned: COROPs against 83582NED, gemeenten in their COROP and in the nation, in years with both."""
    frame = total[total["indicator"] == "jobs_employees"]
    held = frame[(frame["source"] == jobs.KEY_FIGURES) & frame["value"].notna()]
    half = (held["value_high"] - held["value"]).fillna(0)
    held = held.assign(half=half, corop=held["region_code"].map(corop_then)).set_index(
        ["region_code", "year"]
    )
    new = frame[(frame["source"] == jobs.NEW) & frame["value"].notna()].set_index(["region_code", "year"])
    gemeenten = held[held.index.get_level_values("region_code").str.startswith("GM")]
    rows = []
    for key, own in held[held.index.get_level_values("region_code").str.startswith("CR")].iterrows():
        if key in new.index:
            rows.append(_row("jobs: CR against 83582NED", jobs.KEY_FIGURES, *key, new.loc[key, "value"], own["value"],
                             2 * own["half"]))  # fmt: skip
    for key, part in gemeenten.groupby(["corop", "year"]):
        if key in held.index:
            rows.append(_row("jobs: GM in CR", jobs.KEY_FIGURES, *key, held.loc[key, "value"], part["value"].sum(),
                             part["half"].sum() + held.loc[key, "half"]))  # fmt: skip
    for year, part in gemeenten.groupby("year"):
        if (NATION, year) in held.index:
            nation = held.loc[(NATION, year)]
            rows.append(
                _row(f"jobs: GM in {NATION}", jobs.KEY_FIGURES, NATION, year, nation["value"], part["value"].sum(),
                     nation["half"], known_gap=_UNPLACED_SHARE * nation["value"],
                     note="jobs that CBS cannot place in a region")
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
        for (region, year), row in wide.iterrows():
            parts = row[list(sectors)].sum()
            rows.append(
                _row(
                    "jobs: sectors in total",
                    source,
                    region,
                    year,
                    row["total"],
                    parts,
                    half[region, year],
                )
            )
    return rows
