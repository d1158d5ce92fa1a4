"""What the site says of two vintages: cells by source, the largest revisions, verdicts that turned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.reference import Programme
from pipeline.reports.blocks import Mark
from pipeline.reports.site_regions import verdict_mark
from pipeline.reports.site_texts import Texts

if TYPE_CHECKING:
    from pipeline.compare import Comparison

CHANGES = ("revised", "added", "gone", "status")
#: changes that have a reason, and the reasons: what the other vintage does not have
REASONED = ("added", "gone")
REASONS = ("period", "table", "region", "cell")
LARGEST = 20
_COUNTS = ("persons", "jobs", "vacancies", "benefits")


@dataclass(frozen=True)
class SourceRow:
    """How many cells of a table changed, by kind of change, in the order of CHANGES."""

    source: str
    counts: tuple[str, ...]


@dataclass(frozen=True)
class ReasonRow:
    """Why cells are added or gone, and how many, in the order of REASONED."""

    reason: str
    counts: tuple[str, ...]


@dataclass(frozen=True)
class RevisionRow:
    """A revised cell as printed."""

    region: str
    figure: str
    period: str
    old: str
    old_status: str
    new: str
    new_status: str
    change: str
    source: str


@dataclass(frozen=True)
class VerdictRow:
    """A verdict that turned; None where the vintage did not have the reading."""

    region: str
    programme: str
    target: str
    reading: str
    old: Mark | None
    new: Mark | None


@dataclass(frozen=True)
class ComparisonRows:
    """The page about two vintages, in words."""

    old: str
    new: str
    totals: Mapping[str, str]
    sources: tuple[SourceRow, ...]
    reasons: tuple[ReasonRow, ...]
    largest: tuple[RevisionRow, ...]
    verdicts: tuple[VerdictRow, ...]


def comparison_rows(
    comparison: Comparison,
    names: Mapping[str, str],
    units: Mapping[str, str],
    programmes: Mapping[str, Programme],
    texts: Texts,
) -> ComparisonRows:
    """The rows of the page about two vintages.

    Parameters
    ----------
    comparison : Comparison
    names : region code -> name; a code that is no region of today stands for itself
    units : indicator -> unit
    programmes : by key
    texts : Texts
    """
    summary = comparison.summary()
    by_source = _counts(summary, "source", CHANGES).sort_index()
    by_reason = _counts(summary[summary["change"].isin(REASONED)], "about", REASONED)
    return ComparisonRows(
        old=comparison.old,
        new=comparison.new,
        totals={change: texts.number(int(by_source[change].sum())) for change in CHANGES},
        sources=tuple(
            SourceRow(str(source), _written(counts, texts)) for source, *counts in by_source.itertuples()
        ),
        reasons=tuple(
            ReasonRow(texts(f"reason_{reason}"), _written(by_reason.loc[reason], texts))
            for reason in REASONS
            if reason in by_reason.index
        ),
        largest=tuple(
            _revision(row, names, units, texts) for row in comparison.largest(LARGEST).to_dict("records")
        ),
        verdicts=tuple(
            _turned(row, names, programmes, texts) for row in comparison.verdicts.to_dict("records")
        ),
    )


def _counts(summary: pd.DataFrame, by: str, changes: Sequence[str]) -> pd.DataFrame:
    """Number of cells: a row for each value of ``by``, a column for each change."""
    wide = summary.pivot_table(index=by, columns="change", values="cells", fill_value=0, aggfunc="sum")
    return wide.reindex(columns=list(changes), fill_value=0)


def _written(counts: Iterable[float], texts: Texts) -> tuple[str, ...]:
    return tuple(texts.number(int(count)) for count in counts)


def _revision(
    row: Mapping[str, object], names: Mapping[str, str], units: Mapping[str, str], texts: Texts
) -> RevisionRow:
    code, indicator = str(row["region_code"]), str(row["indicator"])
    parts = [texts(f"indicator_{indicator}")]
    parts += [str(row[column]) for column in ("sector", "age") if row[column] != "total"]
    decimals = 0 if units[indicator] in _COUNTS else 1

    def written(value: object) -> str:
        return texts("status_missing") if pd.isna(value) else texts.number(float(value), decimals)

    relative = row["relative_change"]
    if pd.notna(relative):
        change = texts.percent(100 * float(relative), 1, plus=True)
    else:
        change = texts("from_zero" if row["old_value"] == 0 else "unknown_change")
    return RevisionRow(
        region=names.get(code, code),
        figure=", ".join(parts),
        period=texts.period(pd.Timestamp(row["period"]).date(), str(row["frequency"])),
        old=written(row["old_value"]),
        old_status=texts(f"status_{row['old_status']}"),
        new=written(row["new_value"]),
        new_status=texts(f"status_{row['new_status']}"),
        change=change,
        source=str(row["new_source"]),
    )


def _turned(
    row: Mapping[str, object], names: Mapping[str, str], programmes: Mapping[str, Programme], texts: Texts
) -> VerdictRow:
    programme = programmes[str(row["programme"])]
    target = programme.target(str(row["target"]))
    definitions = {definition.key: definition.title for definition in target.definitions}

    def year(column: str) -> str:
        return texts("not_stated") if pd.isna(row[column]) else str(int(row[column]))

    reading = texts("reading", baseline=year("baseline_year"), deadline=year("deadline_year"))
    definition = definitions.get(str(row["definition"]))

    def mark(side: str) -> Mark | None:
        verdict, basis = row[f"verdict_{side}"], row[f"verdict_basis_{side}"]
        return None if pd.isna(verdict) else verdict_mark(str(verdict), str(basis), texts)

    code = str(row["region_code"])
    return VerdictRow(
        region=names.get(code, code),
        programme=programme.name,
        target=target.title,
        reading=f"{definition}; {reading}" if definition else reading,
        old=mark("old"),
        new=mark("new"),
    )
