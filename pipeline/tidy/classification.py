"""Which gemeente belongs to which arbeidsmarktregio, COROP and province ("Gebieden in Nederland")."""

from __future__ import annotations

import pandas as pd

from pipeline.store import RawTable, Vintage
from pipeline.tidy.observations import TidyError

_LEVELS = {"am": r"AM\d\d", "cr": r"CR\d\d", "pv": r"PV\d\d"}


def tidy_classification(vintage: Vintage) -> tuple[pd.DataFrame, str, int]:
    """The classification of the newest year in the vintage, its table id and the year.

    Returns
    -------
    (DataFrame, str, int)
        Columns gm_code, gm_name and, for am, cr and pv, a code and a name column.
    """
    held = vintage.tables_for("classification")
    if not held:
        raise TidyError(
            f"Vintage {vintage.name} holds no classification of gemeenten; retrieve one that does."
        )
    newest = max(held, key=lambda table_id: _year(vintage.table(table_id)))
    raw = vintage.table(newest)
    return read_classification(raw), newest, _year(raw)


def classification_of(vintage: Vintage, year: int) -> pd.DataFrame:
    """The classification of a given year; the vintage must hold it."""
    for table_id in vintage.tables_for("classification"):
        if _year(vintage.table(table_id)) == year:
            return read_classification(vintage.table(table_id))
    raise TidyError(f"Vintage {vintage.name} holds no classification of {year}; retrieve one that does.")


def read_classification(raw: RawTable) -> pd.DataFrame:
    """One row a gemeente. Columns are found by the form of their values: their numbers shift every year."""
    listed = raw.codes["RegioS"]["code"].str.strip()
    listed = listed[listed.str.startswith("GM")]
    lost = sorted(set(listed) - set(raw.observations["RegioS"].str.strip()))
    twice = raw.observations[raw.observations.duplicated(["RegioS", "measure"])]
    if lost or len(twice):
        problem = f"{len(lost)} of its {len(listed)} gemeenten have no rows" if lost else "rows stand more than once"
        example = lost[0] if lost else twice["RegioS"].iloc[0].strip()
        raise TidyError(
            f"{raw.table_id}: {problem}, e.g. {example}. The classification was cut off or changed: retrieve it again."
        )
    wide = raw.observations.assign(value=raw.observations["value"].str.strip()).pivot(
        index="RegioS", columns="measure", values="value"
    )
    measures = raw.codes["measures"].set_index("code")
    result = pd.DataFrame({"gm_code": wide.index.str.strip()}, index=wide.index)
    result["gm_name"] = raw.codes["RegioS"].set_index("code")["title"].reindex(wide.index).str.strip()
    for level, pattern in _LEVELS.items():
        codes = [measure for measure in wide if wide[measure].str.fullmatch(pattern).eq(True).all()]
        if len(codes) != 1:
            raise TidyError(
                f"{raw.table_id}: {len(codes)} columns hold a code such as {level.upper()}01 for every "
                "gemeente, expected one. Look at the table: a gemeente may lack a code."
            )
        result[f"{level}_code"] = wide[codes[0]]
        same_group = measures["group"] == measures.loc[codes[0], "group"]
        names = measures[same_group & (measures["title"] == "Naam")]
        if len(names):
            result[f"{level}_name"] = wide[names.index[0]]
    return result.reset_index(drop=True)


def _year(raw: RawTable) -> int:
    """Year of the gemeenten in a classification."""
    return int(raw.observations["period"].iloc[0][:4])
