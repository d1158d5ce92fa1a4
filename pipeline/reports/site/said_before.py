"""What was said before beside what came: promises of programmes and forecasts of others whose year has come."""

from __future__ import annotations

import pandas as pd

from pipeline.config import Language
from pipeline.reference import Reference
from pipeline.vocabulary import word
from pipeline.vocabulary.formats import number


def said_before(scores: pd.DataFrame, reference: Reference, language: Language) -> list[dict[str, str]]:
    """One row a line of the ledger: who said what of which year, and what is known of it.

    Lines of an edition about chances bear a longer key and are left out: they stand in the methods.
    """
    titles = {key: figure.title for key, figure in reference.outside_figures.items()}
    names = {}
    for programme in reference.programmes.values():
        names[programme.key] = programme.name
        titles |= {target.key: target.title for target in programme.targets}
    rows = []
    known = scores[scores["target"].isin(titles)].sort_values(["year", "forecaster", "target"])
    for row in known.itertuples():
        said = row.goal if pd.isna(row.forecast) else row.forecast
        kept = word("site", f"said_{row.came_true or 'not_same'}", language)
        came = "" if pd.isna(row.actual) else number(row.actual, 1, language)
        if came and row.actual_status == "estimate":
            came = f"{number(row.actual, 100, language)} ({word('status', 'estimate', language)})"
        rows.append(
            {
                "who": names.get(row.forecaster, row.forecaster),
                "what": titles[row.target],
                "year": str(row.year),
                "said": word("site", "not_recorded", language)
                if pd.isna(said)
                else number(said, 1, language),
                "came": f"{came}; {kept}" if came else kept,
            }
        )
    return rows
