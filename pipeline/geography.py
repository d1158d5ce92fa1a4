"""Codes, border changes, areas and the rules by which figures of gemeenten become figures of regions.

Every series is brought to the current borders. Counts add up, with the share of a gemeente that went to
each successor; rates are never averaged. A figure of an area is missing unless every member has one.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline import reference
from pipeline.folders import Folders

if TYPE_CHECKING:
    import geopandas as gpd

REGION_TYPES = {
    "GM": "gemeente",
    "AM": "arbeidsmarktregio",
    "MC": "rmc_region",
    "CR": "corop",
    "PV": "province",
    "NL": "nation",
}
#: Levels between gemeente and nation: column with the code, column with the name, kind of region.
_LEVELS = (
    ("am_code", "am_name", "arbeidsmarktregio"),
    ("mc_code", "mc_name", "rmc_region"),
    ("cr_code", "cr_name", "corop"),
    ("pv_code", "pv_name", "province"),
)
NATION = "NL01"
#: COROP code under which CBS books jobs that it cannot place.
NOT_ASSIGNABLE = "CR99"
#: Code lists start here; gemeenten abolished earlier are known, but their series are not carried over.
FIRST_YEAR_OF_CHANGES = 2003


class GeographyError(ValueError):
    """A code or a border that the monitor does not know."""


@dataclass(frozen=True)
class CodeBook:
    """Which gemeente codes there are.

    current : codes of the current borders
    changes : columns old_code, gm_code, share, abolished_on (NaT for a recode); chains resolved
    known_old : codes abolished before 2003, known from CBS's own code list
    """

    current: frozenset[str]
    changes: pd.DataFrame
    known_old: frozenset[str]

    @classmethod
    def build(cls, current: Iterable[str], changes: pd.DataFrame, listed: Iterable[str]) -> CodeBook:
        """From the current codes, the stored changes and all gemeente codes that CBS ever listed."""
        current = frozenset(current)
        lost = sorted(set(changes["gm_code"]) - current)
        if lost:
            raise GeographyError(
                f"gemeente_changes.csv: {len(lost)} successors are no current gemeente, e.g. {lost[:3]}. "
                "Resolve the chain to a current code in data/reference/gemeente_changes.csv."
            )
        gemeenten = {code for code in listed if code.startswith("GM")}
        return cls(current, changes, frozenset(gemeenten - current - set(changes["old_code"])))

    def check(self, codes: Iterable[str], table: str) -> None:
        """Stop on a gemeente code that nothing knows."""
        known = self.current | set(self.changes["old_code"]) | self.known_old
        unknown = sorted({c for c in codes if c.startswith("GM")} - known)
        if unknown:
            raise GeographyError(
                f"{table}: {len(unknown)} gemeente code(s) that nothing knows, e.g. {unknown[:3]}. If borders "
                "changed, add old code, successor and share to data/reference/gemeente_changes.csv."
            )


def resolve_changes(changes: pd.DataFrame, current: Iterable[str]) -> pd.DataFrame:
    """Border changes as seen from some borders: every old code with its successors of those borders.

    The stored file grows by what each January brings, so it holds chains, and changes that an older vintage does
    not know yet. A change of a code that is current is later than these borders and is left out; a successor that
    is abolished itself is followed.

    Parameters
    ----------
    changes : columns old_code, gm_code, share and others that are kept
    current : gemeente codes of the borders
    """
    current = set(current)
    past = changes[~changes["old_code"].isin(current)]
    for _ in range(len(changes)):
        ended = ~past["gm_code"].isin(current) & past["gm_code"].isin(changes["old_code"])
        if not ended.any():
            break
        steps = past[ended].merge(
            changes, left_on="gm_code", right_on="old_code", suffixes=("", "_later"), validate="many_to_many"
        )
        followed = steps.assign(share=steps["share"] * steps["share_later"])
        for column in past.columns.intersection(["gm_code", "gm_name"]):
            followed[column] = steps[f"{column}_later"]
        past = pd.concat([past[~ended], followed[past.columns]], ignore_index=True)
    pair = ["old_code", "gm_code"]
    total = past.groupby(pair)["share"].transform("sum")
    return past.assign(share=total).drop_duplicates(pair).reset_index(drop=True)


def region_type(code: str) -> str:
    """Type of a region from its code; a key of areas.yaml is an area."""
    prefix = code[:2]
    return REGION_TYPES[prefix] if prefix in REGION_TYPES and code[2:].isdigit() else "area"


def regions_table(
    classification: pd.DataFrame, areas: dict[str, reference.Area], source: str
) -> pd.DataFrame:
    """All regions, one a row: gemeenten, arbeidsmarktregio's, RMC regions, COROPs, provinces, areas and the nation.

    Parameters
    ----------
    classification : columns gm_code, gm_name, am_code, am_name, cr_code, cr_name, pv_code, pv_name and, where
        known, mc_code, mc_name
    areas : the areas of areas.yaml
    source : table id of the classification
    """
    gemeenten = classification.rename(columns={"gm_code": "region_code", "gm_name": "region_name"})
    parts = [gemeenten.assign(region_type="gemeente")]
    for code, name, kind in _LEVELS:
        if code not in classification:
            continue
        part = classification.loc[classification[code] != "", [code, name]].drop_duplicates()
        part.columns = ["region_code", "region_name"]
        parts.append(part.assign(region_type=kind))
    parts.append(
        pd.DataFrame({"region_code": [NATION], "region_name": ["Nederland"], "region_type": "nation"})
    )
    regions = pd.concat(parts).assign(source=source, valid_from="", valid_to="", borders_since="")
    own = pd.DataFrame(
        {
            "region_code": area.key,
            "region_name": area.name,
            "region_type": "area",
            "valid_from": str(area.valid_from or ""),
            "valid_to": str(area.valid_to or ""),
            "borders_since": "",
            "source": area.source.title,
        }
        for area in areas.values()
    )
    columns = ["region_code", "region_name", "region_type", "am_code", "cr_code", "pv_code", "mc_code"]
    regions["mc_code"] = regions.get("mc_code", pd.Series("", index=regions.index))
    columns += ["valid_from", "valid_to", "borders_since", "source"]
    return pd.concat([regions, own])[columns].fillna("").reset_index(drop=True)


def members_table(classification: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """Which gemeenten make up each region: columns region_code, gm_code.

    Parameters
    ----------
    classification : columns gm_code, am_code, cr_code, pv_code and, where known, mc_code
    areas : as from ``area_members``
    """
    current = classification["gm_code"]
    parts = [pd.DataFrame({"region_code": current, "gm_code": current})]
    for level, _, _ in _LEVELS:
        if level in classification:
            held = classification[classification[level] != ""]
            parts.append(held[[level, "gm_code"]].set_axis(["region_code", "gm_code"], axis=1))
    parts.append(pd.DataFrame({"region_code": NATION, "gm_code": current}))
    return pd.concat([*parts, areas], ignore_index=True)


def area_members(
    areas: dict[str, reference.Area],
    year: int,
    current: Iterable[str],
    changes: pd.DataFrame,
    created_on: pd.Series,
) -> pd.DataFrame:
    """Which gemeenten make up the areas on the borders of a year: columns region_code, gm_code.

    A member that is gone is followed to its successors when the area lists those, or holds every gemeente they
    were made of: then the area stays exactly what it was.

    Parameters
    ----------
    areas : the areas of areas.yaml; of each the members that count in ``year``
    year, current : year of the borders, and their gemeente codes
    changes : border changes as stored (old_code, old_name, abolished_on, gm_code, gm_name, share)
    created_on : first day of every gemeente that came out of others (index code); one that went on under its
        own code is not among them

    Raises
    ------
    GeographyError
        When an area has no member in the year, or one that these borders do not have and that cannot be followed.
    """
    current = frozenset(current)
    past = resolve_changes(changes, current)
    became = past.groupby("old_code")["gm_code"].agg(set).to_dict()
    parts = [pd.DataFrame(columns=["region_code", "gm_code"], dtype="str")]
    for area in areas.values():
        listed = [member.code for member in area.members if member.counts_in(year)]
        held = _with_successors(listed, changes[~changes["old_code"].isin(current)], created_on)
        here = current.intersection(held)
        followed = {code for code, successors in became.items() if successors <= here}
        lost = [code for code in listed if code not in here | followed]
        if lost:
            raise GeographyError(
                f"areas.yaml: {area.key} has {len(lost)} member(s) that are no gemeente of {year}: "
                f"{'; '.join(_what_became(code, changes, past, year) for code in lost[:3])}. Give it that first or "
                "last edition in data/reference/areas.yaml and list, with theirs, what the area holds in its "
                "place: every edition then still builds."
            )
        if not here:
            raise GeographyError(
                f"areas.yaml: {area.key} has no member in {year}: every one has another since or until. Look at "
                "them in data/reference/areas.yaml."
            )
        parts.append(
            pd.DataFrame({"region_code": area.key, "gm_code": [code for code in held if code in here]})
        )
    return pd.concat(parts, ignore_index=True)


def _with_successors(listed: list[str], past: pd.DataFrame, created_on: pd.Series) -> list[str]:
    """The members of an area, and every successor that is made of members only."""
    first = past["gm_code"].map(created_on)
    began = past.loc[first.notna() | past["abolished_on"].isna(), "gm_code"]  # by merging, or by a new number
    # what ended before a gemeente began came to it by way of one of its parts
    steps = past[past["gm_code"].isin(began) & ~(past["abolished_on"] < first)]
    made_of = steps.groupby("gm_code")["old_code"].agg(set).to_dict()
    held = list(listed)
    while whole := [code for code, parts in made_of.items() if code not in held and parts <= set(held)]:
        held += whole
    return held


def _what_became(code: str, changes: pd.DataFrame, past: pd.DataFrame, year: int) -> str:
    """A gemeente that the borders of a year do not have, and why, in words."""
    ended = past[past["old_code"] == code]
    if len(ended):
        parts = " and ".join(f"{row.gm_code} {row.gm_name}" for row in ended.itertuples())
        last = (ended["abolished_on"].fillna(pd.Timestamp(year, 1, 1)).iloc[0] - pd.Timedelta(days=1)).year
        return (
            f"{code} {ended['old_name'].iloc[0]} is now {parts}, of which the area does not hold every part: "
            f"{{code: {code}, until: {last}}}"
        )
    later = changes[changes["gm_code"] == code]
    if len(later):
        parts = " and ".join(f"{row.old_code} {row.old_name}" for row in later.itertuples())
        first = later["abolished_on"].max().year
        return (
            f"{code} {later['gm_name'].iloc[0]} came later, out of {parts}: {{code: {code}, since: {first}}}"
        )
    return f"{code} (no border change is known; is the code right?)"


def to_current_borders(
    frame: pd.DataFrame, value: str, by: Sequence[str], *, changes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Counts of gemeenten on the borders of their time, brought to the current borders.

    Parameters
    ----------
    frame : columns region_code (gemeente codes of the time), the ``by`` columns and the ``value`` column
    value : the count; missing in a part makes the result missing
    by : columns within which the parts are summed (year, sector ...)
    changes : as ``CodeBook.changes``; by default the stored ones, as seen from the newest borders

    Returns
    -------
    DataFrame
        region_code (current), ``by``, ``value``, ``parts`` (number of contributions) and ``smallest_share``
        (below 1: part of a gemeente was assigned by inhabitants moved, so the result is an estimate).

    Raises
    ------
    GeographyError
        When a gemeente has two rows for the same ``by``: it would count double.
    """
    refuse_repeats(frame, ["region_code", *by])
    if changes is None:
        stored = reference.load_changes(Folders().reference / "gemeente_changes.csv")
        changes = resolve_changes(stored, set(stored["gm_code"]) - set(stored["old_code"]))
    successors = changes[["old_code", "gm_code", "share"]].rename(columns={"old_code": "region_code"})
    moved = frame[["region_code", *by, value]].merge(
        successors, on="region_code", how="left", validate="many_to_many"
    )
    moved["gm_code"] = moved["gm_code"].fillna(moved["region_code"])
    moved["share"] = moved["share"].fillna(1.0)
    moved[value] = moved[value] * moved["share"]
    grouped = moved.groupby(["gm_code", *by], sort=True, dropna=False)
    result = grouped.agg(
        total=(value, "sum"), given=(value, "count"), parts=(value, "size"), smallest_share=("share", "min")
    ).reset_index()
    complete = result.pop("given") == result["parts"]
    result["total"] = result["total"].round(6).where(complete)
    return result.rename(columns={"gm_code": "region_code", "total": value})


def sum_over_members(
    frame: pd.DataFrame, members: pd.DataFrame, by: Sequence[str], value: str = "value"
) -> pd.DataFrame:
    """Counts of regions from counts of their gemeenten; missing unless every member has a value.

    Parameters
    ----------
    frame : one row a gemeente (column gm_code) and ``by``
    members : columns region_code, gm_code

    Returns
    -------
    DataFrame
        region_code, ``by``, ``value``, ``members_with_value`` and ``members``.

    Raises
    ------
    GeographyError
        When a gemeente has two rows for the same ``by``: it would count double.
    """
    refuse_repeats(frame, ["gm_code", *by])
    sizes = members.groupby("region_code")["gm_code"].nunique()
    joined = members.merge(frame[["gm_code", *by, value]], on="gm_code", how="inner", validate="many_to_many")
    grouped = joined.groupby(["region_code", *by], sort=True)[value]
    result = grouped.agg(total="sum", members_with_value="count").reset_index()
    result["total"] = result["total"].round(6)
    result["members"] = result["region_code"].map(sizes)
    complete = result["members_with_value"] == result["members"]
    result[value] = result.pop("total").where(complete, np.nan)
    return result


def refuse_repeats(frame: pd.DataFrame, key: Sequence[str]) -> None:
    """Stop where two rows have the same ``key`` (GeographyError): a sum would count them double."""
    key = list(key)
    repeated = frame.duplicated(key, keep=False)
    if repeated.any():
        example = frame.loc[repeated, key].iloc[0].to_dict()
        raise GeographyError(
            f"{int(repeated.sum())} rows of gemeenten stand more than once, e.g. {example}; a sum would count "
            "them double. Keep one source a series before adding up."
        )


def corop_moves(then: pd.DataFrame, classification: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Gemeenten whose jobs went to another COROP when the gemeente was abolished.

    Parameters
    ----------
    then : columns gm_code, cr_code of an earlier year
    classification : columns gm_code, cr_code of the current borders
    changes : as ``CodeBook.changes``

    Returns
    -------
    DataFrame
        gm_code (of then), from_cr, to_cr, share, last_year_in_old (the last December on the old side).
    """
    corop_now = classification.set_index("gm_code")["cr_code"]
    steps = then.merge(changes, left_on="gm_code", right_on="old_code", suffixes=("", "_now"), how="inner")
    steps["to_cr"] = steps["gm_code_now"].map(corop_now)
    moved = steps[(steps["cr_code"] != steps["to_cr"]) & steps["abolished_on"].notna()]
    result = moved.groupby(["gm_code", "cr_code", "to_cr", "abolished_on"], as_index=False)["share"].sum()
    result["last_year_in_old"] = result.pop("abolished_on").dt.year - 1
    return result.rename(columns={"cr_code": "from_cr"})


def areas_on_current(
    borders: gpd.GeoDataFrame, changes: pd.DataFrame, current: Collection[str]
) -> gpd.GeoDataFrame:
    """Borders of some gemeenten put together to those of now; a divided one goes to where most of it went.

    Parameters
    ----------
    borders : columns region_code, region_name, geometry
    changes : columns old_code, gm_code, gm_name, share
    current : codes of now
    """
    largest = (
        changes.sort_values("share", kind="stable")
        .drop_duplicates("old_code", keep="last")
        .set_index("old_code")
    )
    gone = ~borders["region_code"].isin(set(current)) & borders["region_code"].isin(largest.index)
    successor = borders["region_code"].map(largest["gm_code"])
    moved = borders.assign(
        region_code=successor.where(gone, borders["region_code"]), geometry=borders.geometry.make_valid()
    )
    return moved.dissolve("region_code", aggfunc="first").reset_index()[list(borders.columns)]


def borders_since(
    classification: pd.DataFrame,
    classifications: pd.DataFrame,
    historical_corop: pd.Series,
    changes: pd.DataFrame,
) -> pd.Series:
    """First day from which each region is known to be made of the gemeenten of now.

    COROPs and provinces change with a gemeente that goes over to another one: since the last such change, or since
    border changes are known. Arbeidsmarktregio's and RMC regions can be redrawn between gemeenten at any time: since
    the first classification after the last one that differs; when none differs, since the year after the earliest (in
    its own year CBS may still have used the regions of before).

    Parameters
    ----------
    classification : of the newest year: columns gm_code, am_code, cr_code, pv_code and, where known, mc_code
    classifications : the same columns and year, one source a year, the newest year among them; mc_code may be ""
    historical_corop : COROP of each gemeente code before its move (index gemeente code)
    changes : as ``CodeBook.changes``

    Returns
    -------
    Series
        Index region_code, ISO dates as text.
    """
    now = classification.set_index("gm_code")
    every = pd.concat([classifications, classification]).drop_duplicates("cr_code")
    province = every.set_index("cr_code")["pv_code"]
    then = pd.DataFrame({"cr_code": historical_corop, "pv_code": historical_corop.map(province)}).rename_axis(
        "old_code"
    )
    steps = changes[changes["abolished_on"].notna()].merge(then, on="old_code", validate="many_to_one")
    parts = []
    for level in ("cr_code", "pv_code"):
        crossed = steps[steps[level] != steps["gm_code"].map(now[level])]
        ends = pd.concat([crossed[level], crossed["gm_code"].map(now[level])])
        days = pd.concat([crossed["abolished_on"]] * 2).dt.strftime("%Y-%m-%d")
        last = days.groupby(ends.to_numpy()).max()
        codes = now[level].unique()
        parts.append(last.reindex(codes).fillna(f"{FIRST_YEAR_OF_CHANGES}-01-01"))
    parts += [
        _drawn_since(classifications, now[level], changes)
        for level in ("am_code", "mc_code")
        if level in now and (now[level] != "").any()
    ]
    return pd.concat(parts)


def _drawn_since(classifications: pd.DataFrame, now: pd.Series, changes: pd.DataFrame) -> pd.Series:
    """First day of the regions of one level as they are now (``now``: index gm_code), from yearly classifications."""
    level = str(now.name)
    known = classifications[classifications[level] != ""]
    successors = changes[["old_code", "gm_code"]].rename(columns={"gm_code": "gm_now"})
    carried = known[["year", "gm_code", level]].merge(
        successors, left_on="gm_code", right_on="old_code", how="left", validate="many_to_many"
    )
    of_now = carried["gm_now"].fillna(carried["gm_code"]).map(now)
    moved = carried[level] != of_now
    ends = pd.concat([carried.loc[moved, level], of_now[moved]])
    differs = pd.concat([carried.loc[moved, "year"]] * 2).groupby(ends.to_numpy()).max()
    years = sorted(known["year"].unique())
    following = dict(itertools.pairwise(years))
    codes = pd.Index(now[now != ""].unique())
    new = {code: max(years) for code in codes.difference(known.loc[known["year"] < max(years), level])}
    since = differs.reindex(codes).map(following).fillna(pd.Series(new)).fillna(years[0] + 1)
    return since.astype(int).astype(str) + "-01-01"


def to_constant_corops(
    totals: pd.DataFrame, moves: pd.DataFrame, share_of_corop: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """COROP series on the current borders.

    Parameters
    ----------
    totals : rows COROP codes, columns years, on the borders of each year
    moves : as from ``corop_moves``
    share_of_corop : share of each moved gemeente (index gm_code) in its old COROP, columns years

    Returns
    -------
    (DataFrame, DataFrame)
        The totals on current borders (the sum over COROPs is unchanged), and the yearly moves (columns
        from_cr, to_cr, gm_code, year, jobs).
    """
    constant, rows = totals.copy(), []
    for move in moves.itertuples():
        for year in (y for y in totals.columns if y <= move.last_year_in_old):
            jobs = totals.loc[move.from_cr, year] * share_of_corop.loc[move.gm_code, year] * move.share
            constant.loc[move.from_cr, year] -= jobs
            constant.loc[move.to_cr, year] += jobs
            rows.append((move.from_cr, move.to_cr, move.gm_code, year, jobs))
    return constant, pd.DataFrame(rows, columns=["from_cr", "to_cr", "gm_code", "year", "jobs"])
