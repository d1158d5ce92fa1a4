"""What the site says of two vintages: differences by source, the largest revisions, verdicts that turned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import vocabulary
from pipeline.config import Language
from pipeline.reference import Programme
from pipeline.reports.blocks import Mark
from pipeline.reports.facts.target import VERDICTS
from pipeline.vocabulary import word
from pipeline.vocabulary.formats import number, per_cent, period

if TYPE_CHECKING:
    from pipeline.compare import Comparison

CHANGES = ("revised", "added", "gone", "status")
#: changes that have a reason: what the other vintage does not have
REASONED = ("added", "gone")
LARGEST = 20
_RATES = ("pct", "per_1000_residents", "per_1000_youth")


def revised_tables(
    found: Comparison, names: Mapping[str, str], programmes: Mapping[str, Programme], language: Language
) -> dict[str, Any]:
    """The tables of the page, as printed.

    Parameters
    ----------
    found : Comparison
    names : region code -> name; a code that is no region of today stands for itself
    programmes : by key
    language : of the site

    Returns
    -------
    dict
        totals (by change), sources and reasons (name, counts), largest and verdicts (a dict a row).
    """
    summary = found.summary()
    by_source = _counts(summary, "source", CHANGES).sort_index()
    by_reason = _counts(summary[summary["change"].isin(REASONED)], "about", REASONED)
    largest = found.largest(LARGEST).to_dict("records")
    return {
        "totals": {change: number(int(by_source[change].sum()), 1, language) for change in CHANGES},
        "sources": [
            (vocabulary.source_title(str(source), language), _written(counts, language))
            for source, *counts in by_source.itertuples()
        ],
        "reasons": [
            (word("site", f"reason_{reason}", language), _written(counts, language))
            for reason, *counts in by_reason.itertuples()
        ],
        "largest": [_revision(row, names, language) for row in largest],
        "verdicts": [_turned(row, names, programmes, language) for row in found.verdicts.to_dict("records")],
    }


def _counts(summary: pd.DataFrame, by: str, changes: Sequence[str]) -> pd.DataFrame:
    """Number of cells: a row for each value of ``by``, a column for each change."""
    wide = summary.pivot_table(index=by, columns="change", values="cells", fill_value=0, aggfunc="sum")
    return wide.reindex(columns=list(changes), fill_value=0)


def _written(counts: Sequence[float], language: Language) -> list[str]:
    return [number(int(count), 1, language) for count in counts]


def _revision(row: Mapping[str, Any], names: Mapping[str, str], language: Language) -> dict[str, str]:
    indicator = vocabulary.indicator(str(row["indicator"]), language)
    step = 0.1 if indicator.unit in _RATES else 1
    parts = [indicator.title]
    parts += [word("sector", row["sector"], language)] if row["sector"] != "total" else []
    parts += [str(row["age"])] if row["age"] != "total" else []

    def written(value: float) -> str:
        return word("phrase", "no_data", language) if pd.isna(value) else number(value, step, language)

    relative = row["relative_change"]
    return {
        "region": names.get(str(row["region_code"]), str(row["region_code"])),
        "figure": ", ".join(parts),
        "period": period(_code(row["period"], row["frequency"]), language),
        "old": written(row["old_value"]),
        "old_status": word("status", row["old_status"], language),
        "new": written(row["new_value"]),
        "new_status": word("status", row["new_status"], language),
        "change": (
            word("site", "from_zero", language)
            if pd.isna(relative)
            else per_cent(number(100 * relative, 0.1, language, signed=True), language)
        ),
        "source": vocabulary.source_title(str(row["new_source"]), language),
    }


def _code(moment: pd.Timestamp, frequency: str) -> str:
    return {"A": f"{moment.year}", "Q": f"{moment.year}Q{moment.quarter}"}.get(frequency, f"{moment:%Y-%m}")


def _turned(
    row: Mapping[str, Any], names: Mapping[str, str], programmes: Mapping[str, Programme], language: Language
) -> dict[str, Any]:
    programme = programmes[str(row["programme"])]
    target = programme.target(str(row["target"]))
    definition = {d.key: d.title for d in target.definitions}.get(str(row["definition"]))

    def year(column: str) -> str:
        return word("site", "not_stated", language) if pd.isna(row[column]) else str(int(row[column]))

    def mark(side: str) -> Mark | None:
        verdict = row[f"verdict_{side}"]
        kind = VERDICTS.get(verdict, "no_verdict")
        return None if pd.isna(verdict) else Mark(kind=kind, word=word("verdict", kind, language))

    reading = word("site", "reading", language).format(
        baseline=year("baseline_year"), deadline=year("deadline_year")
    )
    return {
        "region": names.get(str(row["region_code"]), str(row["region_code"])),
        "programme": programme.name,
        "target": target.title,
        "reading": f"{definition}; {reading}" if definition else reading,
        "old": mark("old"),
        "new": mark("new"),
    }
