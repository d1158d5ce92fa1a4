"""Sums and ratios of observations that keep what travels with a value."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline import geography
from pipeline.schemas import INDICATOR_COLUMNS, INDICATOR_UNITS, certainty, least_certain, status_of

SERIES = ["indicator", "sector", "age", "frequency", "period", "basis"]
#: Note of a figure that stands on the borders of its year where those were others.
THEN = "op grenzen van toen"
#: What a sum takes over from its parts.
_CARRIED = ["year", "reference_date", "unit", "vintage"]


def as_indicator(frame: pd.DataFrame) -> pd.DataFrame:
    """Observations of single regions in the columns of the indicator table."""
    result = frame.assign(members_with_value=frame["value"].notna().astype(int), members=1)
    return result[INDICATOR_COLUMNS]


def sum_regions(gemeenten: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Counts of regions from the counts of their gemeenten on current borders.

    Parameters
    ----------
    gemeenten : observations of gemeenten, counts only, one row a gemeente and series
    members : columns region_code, gm_code; regions to make

    Returns
    -------
    DataFrame
        Indicator rows; missing unless every member has a value. Bounds are summed: the extremes of
        roundings add up.
    """
    if gemeenten.empty or members.empty:
        return pd.DataFrame(columns=INDICATOR_COLUMNS)
    frame = gemeenten.rename(columns={"region_code": "gm_code"})
    geography.refuse_repeats(frame, ["gm_code", *SERIES])
    # a number for a series, and one for a note: seven text keys are compared once, not at every sum
    frame["series"] = frame.groupby(SERIES, sort=True).ngroup()
    series = frame.drop_duplicates("series").set_index("series")[SERIES]
    # what stands after a semicolon is about one gemeente
    frame["notes"], notes = pd.factorize(frame["note"].str.split(";").str[0], sort=True)
    bounded = frame["value_low"].notna()
    # a part without bounds counts with its value
    for bound in ("value_low", "value_high"):
        frame[bound] = frame[bound].fillna(frame["value"])
    result = geography.sum_over_members(frame, members, ["series"])
    labelled = frame.assign(certainty=certainty(frame["status"]), bounded=bounded)
    joined = members.merge(labelled, on="gm_code", how="inner", validate="many_to_many")
    parts = joined.groupby(["region_code", "series"], sort=True).agg(
        certainty=("certainty", "min"),
        source=("source", "first"),
        notes=("notes", "max"),
        break_before=("break_before", "any"),
        bounded=("bounded", "any"),
        value_low=("value_low", "sum"),
        value_high=("value_high", "sum"),
        **{column: (column, "first") for column in _CARRIED},
    )
    parts["status"] = status_of(parts.pop("certainty"))
    result = result.merge(
        parts.reset_index(), on=["region_code", "series"], how="inner", validate="one_to_one"
    ).join(series, on="series")
    incomplete = result["value"].isna()
    bounded = result["bounded"] & ~incomplete
    result.loc[~bounded, ["value_low", "value_high"]] = float("nan")
    result["interval_kind"] = bounded.map({True: "rounding", False: ""})
    result["interval_level"] = bounded.map({True: 1.0, False: float("nan")})
    result.loc[incomplete, "status"] = "missing"
    result["note"] = pd.Series(notes.take(result["notes"]), index=result.index).where(
        ~incomplete, _held_by(result)
    )
    result["method"] = "sum_of_gemeenten"
    return result[INDICATOR_COLUMNS]


def on_current_borders(published: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Figures of larger regions whose borders on the reference date are those of now.

    Parameters
    ----------
    published : observations or indicator rows
    regions : columns region_code, borders_since
    """
    since = published["region_code"].map(regions.set_index("region_code")["borders_since"]).fillna("")
    annual = published["frequency"] == "A"
    day = pd.to_datetime(published["reference_date"].where(annual), format="ISO8601").fillna(
        published["period"]
    )
    return published[(since != "") & (day >= pd.to_datetime(since, format="ISO8601", errors="coerce"))]


def published_or_summed(rows: pd.DataFrame, members: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Counts of gemeenten, of larger regions and of the nation, each as published where it can be.

    A larger region keeps its own published figure when that stands on the borders of now; only without one is it
    the sum of its gemeenten, whose roundings add up.

    Parameters
    ----------
    rows : observations with gemeenten on current borders, counts only, one row a region and series
    members : columns region_code, gm_code; regions to make
    regions : columns region_code, borders_since
    """
    gemeenten = rows[rows["region_code"].str.startswith("GM")]
    nation = rows[rows["region_code"] == geography.NATION]
    larger = on_current_borders(rows, regions)
    parts = [*(as_indicator(part) for part in (gemeenten, nation, larger)), sum_regions(gemeenten, members)]
    return coalesce(parts)


def per_1000(recipients: pd.DataFrame, residents: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Recipients per 1 000 residents of the same regions and years, from two tables of indicator rows."""
    key = ["region_code", "year", "basis"]
    both = recipients.merge(
        residents[[*key, "value", "reference_date", "status"]],
        on=key,
        suffixes=("", "_of"),
        validate="one_to_one",
    )
    both = both[both["value_of"] > 0]
    factor = 1000 / both["value_of"]
    ratio = both.assign(
        indicator=indicator,
        unit=INDICATOR_UNITS[indicator],
        value=both["value"] * factor,
        status=least_certain(both["status"], both["status_of"]),
        value_low=both["value_low"] * factor,
        value_high=both["value_high"] * factor,
        reference_date=both["reference_date"] + " / " + both["reference_date_of"],
        method="ratio_of_harmonised_counts",
    )
    return ratio[INDICATOR_COLUMNS]


def december(monthly: pd.DataFrame) -> pd.DataFrame:
    """Yearly rows from monthly ones: the figure of December."""
    rows = monthly[(monthly["frequency"] == "M") & (monthly["period"].dt.month == 12)]
    start = pd.to_datetime(rows["year"].astype(str) + "-01-01").astype(rows["period"].dtype)
    return rows.assign(
        frequency="A", period=start, reference_date=rows["year"].astype(str) + "-12", method="december"
    )


def copy_to_equivalent_areas(published: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Published figures of a region, for areas of areas.yaml and RMC regions that consist of the same gemeenten."""
    sets = members.groupby("region_code")["gm_code"].agg(frozenset)
    unpublished = sets.index.str.match(r"^(?:[a-z]|MC\d)")
    parts = []
    for area, own in sets[unpublished].items():
        twins = [code for code, held in sets[~unpublished].items() if held == own]
        for twin in twins:
            rows = published[published["region_code"] == twin]
            before = rows["note"].where(rows["note"] == "", rows["note"] + "; ")
            parts.append(
                rows.assign(region_code=area, note=before + f"cijfer van {twin}, nu dezelfde gemeenten")
            )
    return pd.concat(parts, ignore_index=True) if parts else published.head(0)


def coalesce(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables together; of rows with the same region and series the first table's that has a value stays."""
    held = [frame for frame in frames if len(frame)]
    if not held:
        return pd.DataFrame(columns=INDICATOR_COLUMNS)
    together = pd.concat(held, ignore_index=True)
    valued_first = together.assign(empty=together["value"].isna()).sort_values("empty", kind="stable")
    kept = valued_first.drop_duplicates(["region_code", *SERIES], keep="first")
    return kept.drop(columns="empty").sort_index().reset_index(drop=True)


def _held_by(result: pd.DataFrame) -> pd.Series:
    return result["members_with_value"].astype(str) + " van " + result["members"].astype(str) + " gemeenten"
