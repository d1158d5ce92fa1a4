"""The tidy stage: a vintage becomes observations on published and on current borders."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from pipeline import geography, reference
from pipeline.schemas import OBSERVATION_COLUMNS, STATUSES_WITHOUT_VALUE, certainty
from pipeline.store import MANIFEST, StoreError, Vintage, read_manifest, read_raw_borders
from pipeline.tidy import jobs, plausibility, totals
from pipeline.tidy.benefits import tidy_benefits
from pipeline.tidy.classification import one_source_a_year, tidy_classification, tidy_classifications
from pipeline.tidy.demand import tidy_demand
from pipeline.tidy.jobs import tidy_jobs
from pipeline.tidy.labour_force import tidy_labour_force
from pipeline.tidy.observations import TidyError
from pipeline.tidy.population import tidy_population
from pipeline.tidy.youth import tidy_youth

log = logging.getLogger("pipeline")
#: Regions that the monitor reports on; others (parts of the country, "niet in te delen") are counted and left out.
_REPORTED = r"^(?:NL01|PV\d\d|CR\d\d|AM(?!99)\d\d|MC\d\d|GM\d{4})$"
#: The jobs tables round to hundreds: a figure may be this far off.
_JOBS_ROUNDING = 50
#: The earlier classification that tells to which COROP a gemeente belonged.
_EARLIER_YEAR = 2015
_READERS = (tidy_jobs, tidy_population, tidy_benefits, tidy_labour_force, tidy_youth, tidy_demand)
#: Errors that say what is wrong and what to do.
_SPOKEN = (TidyError, geography.GeographyError, StoreError, reference.ReferenceDataError)
_GROUP = ["indicator", "sector", "age", "frequency", "period", "basis", "source"]


@dataclass(frozen=True)
class Tidy:
    """What the tidy stage makes: the tables by name, and the borders."""

    tables: dict[str, pd.DataFrame]
    borders: gpd.GeoDataFrame


def make(
    vintage: Vintage,
    known: reference.Reference,
    earlier_corops: pd.Series,
    link_tolerance: float,
    previous: Vintage | None = None,
) -> Tidy:
    """All tidy tables of a vintage.

    Parameters
    ----------
    vintage : a verified vintage
    known : data/reference, of which areas, border changes, corrections and accepted figures are used
    earlier_corops : COROP of gemeenten gone before the earlier classification, where it is not the successor's
    link_tolerance : relative difference from which two tables break on their overlap
    previous : the vintage before, to hold the figures against; None for a first edition

    Raises
    ------
    TidyError
        When a table is not what its reader expects, or a figure cannot be right (see ``plausibility``).
    """
    try:
        before = None if previous is None else read_observations(previous, known)
    except _SPOKEN as error:
        raise TidyError(f"{previous.name}, the vintage before: {error}") from error
    try:
        return _make(vintage, known, earlier_corops, link_tolerance, before)
    except _SPOKEN:
        raise
    except Exception as error:  # a reader that fails says which table it had in hand
        reason = str(error).strip().split("\n")[0]
        raise TidyError(
            f"{vintage.latest}: the table, or what was made of it, is not what its reader expects "
            f"({type(error).__name__}: {reason}). Compare data/raw/{vintage.name}/.../{vintage.latest} with the "
            "vintage before: rows, codes or titles were lost or changed. Retrieve it again, or look at its page."
        ) from error


def read_observations(vintage: Vintage, known: reference.Reference) -> pd.DataFrame:
    """Every figure of a vintage as published, the known errors of publishers put right."""
    parts = [reader(vintage) for reader in _READERS]
    everything = pd.concat([part for part in parts if len(part)], ignore_index=True)
    for table in sorted({entry.table for entry in known.corrections.values()} & set(everything["source"])):
        here = everything["source"] == table
        corrected = reference.apply_corrections(everything[here], table, known.corrections)
        everything = pd.concat([everything[~here], corrected], ignore_index=True)
    return everything


def _make(
    vintage: Vintage,
    known: reference.Reference,
    earlier_corops: pd.Series,
    link_tolerance: float,
    before: pd.DataFrame | None,
) -> Tidy:
    classification, classification_table, year = tidy_classification(vintage)
    created_on = _created_on(vintage)
    own = geography.area_members(known.areas, year, classification["gm_code"], known.changes, created_on)
    members = geography.members_table(classification, own)
    changes = geography.resolve_changes(known.changes, classification["gm_code"])
    codebook = geography.CodeBook.build(classification["gm_code"], changes, _listed_codes(vintage))
    everything = read_observations(vintage, known)
    for source, rows in everything.groupby("source"):
        codebook.check(rows["region_code"].unique(), str(source))
    there = existed(everything, changes, created_on)
    absent = count_left_out(everything[~there].assign(reason="the gemeente was not there in the period"))
    observations, left_out = leave_out(everything[there].reset_index(drop=True), codebook)
    observations = totals.derive_unplaced_jobs(observations)
    classifications = tidy_classifications(vintage)
    by_year = one_source_a_year(classifications)
    historical_corop = corop_at_the_time(_earlier(by_year, vintage), classification, changes, earlier_corops)
    since = geography.borders_since(classification, by_year, historical_corop, changes)
    regions = geography.regions_table(classification, known.areas, classification_table)
    current, not_carried = carry_to_current_borders(observations, codebook)
    then = historical_corop.rename_axis("gm_code").rename("cr_code").reset_index()
    rules_broken = plausibility.check(
        observations,
        current,
        moves=geography.corop_moves(then, classification, changes),
        last_year=max(year, int(vintage.manifest.made_at[:4])),
        previous=before,
    )
    borders_told = plausibility.check_borders(
        known.changes, vintage.table("03759ned").codes["RegioS"], classification["gm_code"]
    )
    sums = totals.check_totals(observations, historical_corop)
    checks = plausibility.settle([borders_told, rules_broken, sums], known.accepted)
    lost = sorted(set(classification["gm_code"]) - set(current["region_code"]))
    if lost:
        raise TidyError(
            f"{len(lost)} current gemeente(n) have no figure at all, e.g. {lost[:3]}; a table lost them."
        )
    return Tidy(
        tables={
            "observations": observations,
            "observations_current": current,
            "regions": regions.assign(borders_since=regions["region_code"].map(since).fillna("")),
            "members": members,
            "classifications": classifications,
            "links": link_factors(observations, link_tolerance),
            "checks": checks,
            "historical_corop": then,
            "left_out": pd.concat([absent, left_out, not_carried], ignore_index=True),
        },
        borders=read_borders_of(vintage, classification["gm_code"], codebook.changes),
    )


def existed(observations: pd.DataFrame, changes: pd.DataFrame, created_on: pd.Series) -> pd.Series:
    """Whether a row is of a gemeente that was there in the period; a row with a figure always is.

    Tables keep an empty cell for every code before its gemeente began and after it ended. Such a cell is no
    missing part of the gemeente that came out of it.

    Parameters
    ----------
    observations : as published
    changes : border changes; a recode has no date
    created_on : first day of gemeenten that came out of others (index code)
    """
    empty = observations["value"].isna() & (observations["status"] == "missing")
    ended = (
        changes.dropna(subset="abolished_on")
        .drop_duplicates("old_code")
        .set_index("old_code")["abolished_on"]
    )
    last, first = (days.reindex(observations["region_code"]).set_axis(observations.index)
                   for days in (ended, created_on))  # fmt: skip
    start = observations["period"]
    over = (last <= start) | ((observations["frequency"] == "A") & (last.dt.year <= observations["year"]))
    recodes = changes[changes["abolished_on"].isna()]
    other = pd.concat([recodes.set_index("old_code")["gm_code"], recodes.set_index("gm_code")["old_code"]])
    held = pd.MultiIndex.from_frame(observations.loc[~empty, ["region_code", *_GROUP]])
    twin = observations[_GROUP].assign(region_code=observations["region_code"].map(other))
    known_by_twin = pd.MultiIndex.from_frame(twin[["region_code", *_GROUP]]).isin(held)
    return ~(empty & (over | (first > start) | known_by_twin))


def leave_out(observations: pd.DataFrame, codebook: geography.CodeBook) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations that the monitor does not carry, counted by source and reason."""
    is_gemeente = observations["region_code"].str.startswith("GM")
    reasons = pd.Series("", index=observations.index)
    reasons[~observations["region_code"].str.match(_REPORTED)] = "region that the monitor does not report"
    reasons[is_gemeente & (observations["year"] < geography.FIRST_YEAR_OF_CHANGES)] = (
        "gemeente figure before 2003: borders of that time are not carried over"
    )
    reasons[observations["region_code"].isin(codebook.known_old) & (reasons == "")] = (
        "code abolished before 2003"
    )
    kept = observations[reasons == ""].reset_index(drop=True)
    return kept, count_left_out(observations.assign(reason=reasons)[reasons != ""])


def count_left_out(rows: pd.DataFrame) -> pd.DataFrame:
    """How many rows of which source were left out for which reason, and of which years."""
    grouped = rows.groupby(["source", "reason"])["year"].agg(["size", "min", "max"]).reset_index()
    grouped.columns = ["source", "reason", "rows", "first_year", "last_year"]
    return grouped.assign(region_code="")[
        ["source", "region_code", "reason", "rows", "first_year", "last_year"]
    ]


def carry_to_current_borders(
    observations: pd.DataFrame, codebook: geography.CodeBook
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Gemeenten on current borders; all other regions as they are.

    Counts of a table that holds every gemeente of its time are summed with shares. A rate, or a count of a
    table with some gemeenten only, is kept for gemeenten whose borders did not change since, and else left out:
    a rate is never averaged, a sum never made of half its parts.
    """
    is_gemeente = observations["region_code"].str.startswith("GM")
    gemeenten = observations[is_gemeente]
    held = gemeenten.groupby(_GROUP)["region_code"].transform("nunique")
    is_count = ~gemeenten["unit"].isin(["pct", "per_1000_residents"])
    summable = (held >= len(codebook.current)) & is_count
    carried = _carry_counts(gemeenten[summable], codebook)
    unchanged, lost = _keep_unchanged(gemeenten[~summable], codebook)
    current = pd.concat([observations[~is_gemeente], carried, unchanged], ignore_index=True)
    return current[OBSERVATION_COLUMNS], count_left_out(lost)


def _carry_counts(counts: pd.DataFrame, codebook: geography.CodeBook) -> pd.DataFrame:
    affected = set(codebook.changes["old_code"]) | set(codebook.changes["gm_code"])
    moved = counts["region_code"].isin(affected)
    sums = geography.to_current_borders(counts[moved], "value", _GROUP, changes=codebook.changes)
    sums["value"] = sums["value"].where(_has_every_part(sums, counts[moved], codebook.changes))
    for bound in ("value_low", "value_high"):
        # a part without bounds counts with its value; a sum without any keeps none
        filled = counts[moved].assign(**{bound: counts.loc[moved, bound].fillna(counts.loc[moved, "value"])})
        part = geography.to_current_borders(filled, bound, _GROUP, changes=codebook.changes)
        sums[bound] = part[bound]
    successors = codebook.changes[["old_code", "gm_code"]].rename(columns={"old_code": "region_code"})
    parts = counts[moved].merge(successors, on="region_code", how="left", validate="many_to_many")
    parts["region_code"] = parts["gm_code"].fillna(parts["region_code"])
    parts["rank"] = certainty(parts["status"])
    bounded = parts.groupby(["region_code", *_GROUP])["interval_kind"].max().rename("kind").reset_index()
    labels = parts.sort_values("rank", kind="stable").drop_duplicates(["region_code", *_GROUP])
    labels = labels.drop(columns=["value", "value_low", "value_high", "gm_code", "rank"])
    result = sums.merge(labels, on=["region_code", *_GROUP], how="inner", validate="one_to_one")
    result = result.merge(bounded, on=["region_code", *_GROUP], validate="one_to_one")
    result["interval_kind"] = result.pop("kind")
    result["interval_level"] = (result["interval_kind"] != "").map({True: 1.0, False: float("nan")})
    result.loc[result["interval_kind"] == "", ["value_low", "value_high"]] = float("nan")
    changed = (result["parts"] > 1) | (result["smallest_share"] < 1)
    result["method"] = result["method"].where(~changed, "to_current_borders")
    # what stands after a semicolon is about one gemeente of then
    result["note"] = result["note"].where(~changed, result["note"].str.split(";").str[0])
    result.loc[(result["smallest_share"] < 1) & result["value"].notna(), "status"] = "estimate"
    gone = result["value"].isna() & ~result["status"].isin(STATUSES_WITHOUT_VALUE)
    result.loc[gone, "status"] = "missing"
    result.loc[result["value"].isna(), ["value_low", "value_high", "interval_level"]] = float("nan")
    result.loc[result["value"].isna(), "interval_kind"] = ""
    return pd.concat([counts[~moved], result], ignore_index=True)[OBSERVATION_COLUMNS]


def _has_every_part(sums: pd.DataFrame, counts: pd.DataFrame, changes: pd.DataFrame) -> pd.Series:
    """Whether a sum holds each gemeente that its table has in that period for any figure.

    A publisher may leave an empty cell out altogether; the sum of the other parts is then no figure.
    """
    table = ["source", "frequency", "period"]
    seen = counts[["region_code", *table]].drop_duplicates().assign(in_table=1.0)
    expected = geography.to_current_borders(seen, "in_table", table, changes=changes)
    expected = expected.rename(columns={"parts": "expected"})[["region_code", *table, "expected"]]
    both = sums[["region_code", *table, "parts"]].merge(
        expected, on=["region_code", *table], how="left", validate="many_to_one"
    )
    return (both["parts"] == both["expected"]).set_axis(sums.index)


def _keep_unchanged(rows: pd.DataFrame, codebook: geography.CodeBook) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of gemeenten on their current borders, under their current code, and the rows that are not."""
    changes = codebook.changes
    recoded = changes[changes["abolished_on"].isna()].set_index("old_code")["gm_code"]
    rows = rows.assign(region_code=rows["region_code"].replace(recoded.to_dict()))
    touched = pd.concat([changes["old_code"], changes["gm_code"]])
    last_change = pd.concat([changes["abolished_on"].dt.year] * 2).groupby(touched.to_numpy()).max()
    changed_in = last_change.reindex(rows["region_code"]).fillna(0).to_numpy()
    fits = rows["region_code"].isin(codebook.current) & (changed_in <= rows["year"])
    reason = "gemeente on earlier borders, no parts to rebuild it from"
    return rows[fits], rows[~fits].assign(reason=reason)


def _earlier(by_year: pd.DataFrame, vintage: Vintage) -> pd.DataFrame:
    earlier = by_year[by_year["year"] == _EARLIER_YEAR]
    if earlier.empty:
        raise TidyError(
            f"Vintage {vintage.name} holds no classification of {_EARLIER_YEAR}; retrieve one that does."
        )
    return earlier


def corop_at_the_time(
    earlier: pd.DataFrame, current: pd.DataFrame, changes: pd.DataFrame, earlier_corops: pd.Series
) -> pd.Series:
    """COROP of every gemeente code in the years before its jobs moved to another COROP.

    From the earlier classification; a code abolished before it takes the COROP of its main successor, unless
    ``earlier_corops`` says otherwise.
    """
    known = (
        current.set_index("gm_code")["cr_code"].to_dict() | earlier.set_index("gm_code")["cr_code"].to_dict()
    )
    main = changes.sort_values("share", kind="stable").drop_duplicates("old_code", keep="last")
    older = {row.old_code: known[row.gm_code] for row in main.itertuples() if row.old_code not in known}
    return pd.Series(known | older | earlier_corops.to_dict())


def link_factors(observations: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """New over old jobs table on the years and regions that both have."""
    total = observations[
        (observations["indicator"] == "jobs_employees") & (observations["sector"] == "total")
    ]
    total = total[total["value"].notna() & (total["region_code"] != geography.NOT_ASSIGNABLE)]
    old = total[total["source"] == jobs.OLD]
    parts = []
    for new_source in (jobs.NEW, jobs.NATIONAL):
        new = total[total["source"] == new_source]
        both = old.merge(new, on=["region_code", "year"], suffixes=("_old", "_new"), validate="one_to_one")
        parts.append(
            pd.DataFrame(
                {
                    "region_code": both["region_code"],
                    "indicator": "jobs_employees",
                    "old_source": jobs.OLD,
                    "new_source": new_source,
                    "year": both["year"],
                    "old_value": both["value_old"],
                    "new_value": both["value_new"],
                    "link_factor": both["value_new"] / both["value_old"],
                }
            )
        )
    links = pd.concat(parts, ignore_index=True)
    # what rounding alone can do to a small gemeente is no break
    apart = (links["new_value"] - links["old_value"]).abs() - _JOBS_ROUNDING
    return links.assign(is_break=apart > tolerance * links["old_value"])


def read_borders_of(
    vintage: Vintage, current: pd.Series, changes: pd.DataFrame | None = None
) -> gpd.GeoDataFrame:
    """Borders of exactly the current gemeenten: of the vintage or another one, else the last known brought to now.

    Borders change once a year at most: a vintage that PDOK did not answer, or had last year's for, takes those.

    Parameters
    ----------
    changes : border changes (columns old_code, gm_code, share), for borders of before the last of them
    """
    older: list[tuple[str, gpd.GeoDataFrame]] = []
    others = sorted(vintage.folder.parent.glob(f"*/{MANIFEST}"), reverse=True)
    for folder in [vintage.folder, *(path.parent for path in others if path.parent != vintage.folder)]:
        for entry in read_manifest(folder).tables:
            if entry.need == "borders":
                borders = read_raw_borders(folder, entry.publisher, entry.table_id)
                borders = borders.sort_values("region_code", ignore_index=True, kind="stable")
                if set(borders["region_code"]) == set(current):
                    if folder != vintage.folder:
                        log.warning("tidy: the borders are those of %s: the same gemeenten", folder.name)
                    return borders
                older.append((f"{entry.table_id} of {folder.name}", borders))
    for name, borders in older:
        brought = geography.areas_on_current(borders, changes, current) if changes is not None else borders
        if set(brought["region_code"]) == set(current):
            log.warning("tidy: the borders of %s are brought to the %d gemeenten of now", name, len(current))
            return brought
    if not older:
        raise TidyError(
            f"Vintage {vintage.name} holds no borders and no other vintage has those of its {len(current)} gemeenten. "
            "Retrieve again when PDOK answers."
        )
    name, borders = older[0]
    difference = sorted(set(borders["region_code"]) ^ set(current))
    raise TidyError(
        f"{name}: {len(difference)} gemeente code(s) are not in both borders and classification, e.g. "
        f"{difference[:3]}. Take borders and classification of the same year, or accept the changes with "
        "`python -m pipeline borders --accept`."
    )


def _created_on(vintage: Vintage) -> pd.Series:
    """First day of every gemeente that came out of others, as CBS's own list tells it (index code)."""
    listed = vintage.table("03759ned").codes["RegioS"]
    told = listed["description"].str.extract(r"Ontstaan per (\d\d-\d\d-\d{4})")[0]
    days = pd.to_datetime(told, format="%d-%m-%Y").astype("datetime64[us]")
    return days.set_axis(listed["code"].str.strip()).dropna()


def _listed_codes(vintage: Vintage) -> set[str]:
    """Every gemeente code in CBS's own list, with those of long ago."""
    return set(vintage.table("03759ned").codes["RegioS"]["code"].str.strip())
