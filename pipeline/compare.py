"""What changed between two vintages: cells revised, added and gone, and verdicts that turned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.schemas import TABLES
from pipeline.tables import Tables

CELL = ["region_code", "indicator", "sector", "age", "frequency", "period", "basis"]
_VERDICT = ["programme", "target", "target_version", "definition", "baseline_year", "deadline_year"]
_COLUMNS = [*CELL, "change", "about", "old_value", "new_value", "relative_change", "old_status", "new_status",
            "old_source", "new_source"]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Comparison:
    """Differences of two vintages.

    cells : one row a published cell that was revised, added, gone or only changed status; ``about`` says what an
        added or gone cell comes from: a region, table or period that the other vintage does not have
    verdicts : one row a reading of a target whose verdict differs
    """

    old: str
    new: str
    cells: pd.DataFrame
    verdicts: pd.DataFrame

    def summary(self) -> pd.DataFrame:
        """Number of cells by kind of change, what it is about, and source."""
        source = self.cells["new_source"].where(self.cells["new_source"] != "", self.cells["old_source"])
        counts = self.cells.assign(source=source).groupby(["change", "about", "source"]).size()
        return counts.rename("cells").reset_index()

    def largest(self, count: int = 10) -> pd.DataFrame:
        """The revisions with the largest relative change."""
        revised = self.cells[self.cells["change"] == "revised"]
        order = revised["relative_change"].abs().sort_values(ascending=False, kind="stable").index
        return revised.loc[order].head(count).reset_index(drop=True)


def compare(old: Tables, new: Tables) -> Comparison:
    """Compare the published observations and the verdicts of two vintages.

    A cell is the same when region, indicator, sector, age, period and basis are: a table that got a new id for
    the same figures changes nothing.

    Parameters
    ----------
    old, new : as made by ``pipeline.build``
    """
    return Comparison(
        old.vintage,
        new.vintage,
        _cells(old.read("observations"), new.read("observations")),
        _verdicts(old, new),
    )


def _cells(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    kept = ["value", "status", "source"]
    both = _first(old, kept).merge(
        _first(new, kept),
        on=CELL,
        how="outer",
        suffixes=("_old", "_new"),
        indicator=True,
        validate="one_to_one",
    )
    value_old, value_new = both["value_old"], both["value_new"]
    same = np.isclose(value_old, value_new, rtol=1e-9, atol=1e-6, equal_nan=True)
    change = pd.Series("", index=both.index)
    change[(both["_merge"] == "both") & (both["status_old"] != both["status_new"]) & same] = "status"
    change[(both["_merge"] == "both") & ~same] = "revised"
    change[both["_merge"] == "right_only"] = "added"
    change[both["_merge"] == "left_only"] = "gone"
    changed = both[change != ""]
    relative = (changed["value_new"] - changed["value_old"]) / changed["value_old"].where(
        changed["value_old"] != 0
    )
    result = changed.assign(change=change[change != ""], relative_change=relative)
    names = {f"{column}_{side}": f"{side}_{column}" for column in kept for side in ("old", "new")}
    result = result.rename(columns=names)
    text = ["old_status", "new_status", "old_source", "new_source"]
    result[text] = result[text].fillna("")
    added, gone = result["change"] == "added", result["change"] == "gone"
    result["about"] = ""
    result.loc[added, "about"] = _about(result[added], old, "new_source")
    result.loc[gone, "about"] = _about(result[gone], new, "old_source")
    return result[_COLUMNS].sort_values(["change", *CELL], ignore_index=True)


def _about(cells: pd.DataFrame, other: pd.DataFrame, source: str) -> pd.Series:
    """Why the other vintage does not have these cells."""
    last = other.groupby("source")["period"].max()
    later = cells["period"] > cells[source].map(last)
    reason = pd.Series("cell", index=cells.index).mask(later, "period")
    reason = reason.mask(~cells[source].isin(last.index), "table")
    return reason.mask(~cells["region_code"].isin(set(other["region_code"])), "region")


def _first(observations: pd.DataFrame, kept: list[str]) -> pd.DataFrame:
    """One row a cell: where two tables give the same cell, the newest table's."""
    ordered = observations.sort_values("source", kind="stable")
    return ordered.drop_duplicates(CELL, keep="last")[[*CELL, *kept]]


def _verdicts(old: Tables, new: Tables) -> pd.DataFrame:
    columns = [*_VERDICT, "region_code", "verdict", "verdict_basis", "probability"]
    both = old.read("targets")[columns].merge(
        new.read("targets")[columns], on=[*_VERDICT, "region_code"], how="outer", suffixes=("_old", "_new"),
        validate="one_to_one",
    )  # fmt: skip
    turned = both[both["verdict_old"].fillna("") != both["verdict_new"].fillna("")]
    return turned.reset_index(drop=True)


def changes_by_region(found: Comparison) -> dict[str, pd.DataFrame]:
    """The stored tables "revisions" and "verdict_changes" of a comparison."""
    cells = found.cells
    sized = cells.assign(size=cells["relative_change"].abs())
    grouped = sized.groupby(["region_code", "indicator", "change"])
    revisions = grouped.agg(cells=("change", "size"), largest_relative_change=("size", "max")).reset_index()
    revisions = revisions.merge(
        _largest_headlines(cells),
        on=["region_code", "indicator", "change"],
        how="left",
        validate="one_to_one",
    )
    revisions["largest_period"] = revisions["largest_period"].fillna("")
    verdicts = found.verdicts.rename(columns={"verdict_old": "old_verdict", "verdict_new": "new_verdict"})
    words = ["old_verdict", "new_verdict"]
    verdicts = verdicts.assign(
        previous_vintage=found.old, **{name: verdicts[name].fillna("") for name in words}
    )
    return {
        "revisions": revisions.assign(previous_vintage=found.old)[_columns("revisions")],
        "verdict_changes": verdicts[_columns("verdict_changes")],
    }


def _largest_headlines(cells: pd.DataFrame) -> pd.DataFrame:
    """The most revised figure over all sectors of each region and indicator: its period, old and new value."""
    of_part = (cells["sector"] != "total") | (
        (cells["indicator"] == "population_count") & (cells["age"] != "total")
    )
    revised = cells[(cells["change"] == "revised") & ~of_part & cells["relative_change"].notna()]
    order = revised["relative_change"].abs().sort_values(ascending=False, kind="stable").index
    largest = revised.loc[order].drop_duplicates(["region_code", "indicator"])
    written = [_period(moment, frequency) for moment, frequency in zip(
        largest["period"], largest["frequency"], strict=True
    )]  # fmt: skip
    return pd.DataFrame(
        {
            "region_code": largest["region_code"],
            "indicator": largest["indicator"],
            "change": largest["change"],
            "largest_period": pd.Series(written, index=largest.index, dtype=object),
            "largest_old_value": largest["old_value"],
            "largest_new_value": largest["new_value"],
        }
    )


def _period(moment: pd.Timestamp, frequency: str) -> str:
    """A period as text: 2024, 2024-Q3 or 2024-07."""
    if frequency == "A":
        return str(moment.year)
    return f"{moment.year}-Q{moment.quarter}" if frequency == "Q" else f"{moment:%Y-%m}"


def no_changes() -> dict[str, pd.DataFrame]:
    """The same tables for an edition without a previous one."""
    return {name: pd.DataFrame(columns=_columns(name)) for name in ("revisions", "verdict_changes")}


def _columns(name: str) -> list[str]:
    return list(TABLES[name].schema.columns)
