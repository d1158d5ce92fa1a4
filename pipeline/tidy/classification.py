"""Which gemeente belongs to which arbeidsmarktregio, RMC region, COROP and province ("Gebieden in Nederland")."""

from __future__ import annotations

import pandas as pd

from pipeline.store import RawTable, Vintage
from pipeline.tidy.observations import TidyError, check_codes

_LEVELS = ("am", "cr", "pv")
#: RMC regions are in CBS's tables since 2018; a gemeente may lack one.
_RMC = "mc"
_CODE = r"^(AM|CR|PV|MC)\d\d$"
_COLUMNS = ["gm_code", "gm_name", "am_code", "cr_code", "pv_code", "mc_code"]


def tidy_classification(vintage: Vintage) -> tuple[pd.DataFrame, str, int]:
    """The classification of the newest year in the vintage, its table id and the year.

    Returns
    -------
    (DataFrame, str, int)
        Columns gm_code, gm_name and, for am, cr, pv and (where the table has it) mc, a code and a name column.
    """
    held = vintage.tables_for("classification")
    if not held:
        raise TidyError(
            f"Vintage {vintage.name} holds no classification of gemeenten; retrieve one that does."
        )
    newest = max(held, key=lambda table_id: _year(vintage.table(table_id)))
    raw = vintage.table(newest)
    return read_classification(raw), newest, _year(raw)


def tidy_classifications(vintage: Vintage) -> pd.DataFrame:
    """Every classification that the vintage holds.

    A year may stand in two sources that differ: CBS's table and the decree of UWV (2015).

    Returns
    -------
    DataFrame
        year, gm_code, gm_name, am_code, cr_code, pv_code, mc_code ("" where the table has none), source; one row a
        gemeente, year and source.
    """
    parts = []
    for table_id in vintage.tables_for("classification"):
        raw = vintage.table(table_id)
        part = read_classification(raw).reindex(columns=_COLUMNS, fill_value="")
        parts.append(part.assign(year=_year(raw), source=table_id))
    return pd.concat(parts, ignore_index=True)[["year", *_COLUMNS, "source"]]


def one_source_a_year(classifications: pd.DataFrame) -> pd.DataFrame:
    """The classifications with one source a year: CBS's own table before any other.

    Parameters
    ----------
    classifications : as from ``tidy_classifications``; table ids of CBS begin with a digit
    """
    of_cbs = classifications["source"].str.match(r"\d")
    held = classifications.loc[of_cbs, "year"].unique()
    return classifications[of_cbs | ~classifications["year"].isin(held)].reset_index(drop=True)


def read_classification(raw: RawTable) -> pd.DataFrame:
    """One row a gemeente. Columns are found by the form of their values: their numbers shift every year."""
    check_codes(raw)
    listed = raw.codes["RegioS"]["code"].str.strip()
    listed = listed[listed.str.startswith("GM")]
    lost = sorted(set(listed) - set(raw.observations["RegioS"].str.strip()))
    twice = raw.observations[raw.observations.duplicated(["RegioS", "measure"])]
    if lost or len(twice):
        problem = (
            f"{len(lost)} of its {len(listed)} gemeenten have no rows"
            if lost
            else "rows stand more than once"
        )
        example = lost[0] if lost else twice["RegioS"].iloc[0].strip()
        raise TidyError(
            f"{raw.table_id}: {problem}, e.g. {example}. The classification was cut off or changed: retrieve it again."
        )
    rows = raw.observations.assign(value=raw.observations["value"].str.strip())
    wide = rows.pivot(index="RegioS", columns="measure", values="value")
    # a code of which level every cell of a column holds; "" is an empty cell
    level_of = rows["value"].str.extract(_CODE, expand=False).fillna("?").mask(rows["value"] == "", "")
    held = level_of.str.lower().groupby(rows["measure"]).agg(set)
    measures = raw.codes["measures"].set_index("code")
    result = pd.DataFrame({"gm_code": wide.index.str.strip()}, index=wide.index)
    result["gm_name"] = raw.codes["RegioS"].set_index("code")["title"].reindex(wide.index).str.strip()
    for level in _LEVELS:
        codes = [measure for measure in wide if held[measure] == {level} and wide[measure].notna().all()]
        if len(codes) != 1:
            raise TidyError(
                f"{raw.table_id}: {len(codes)} columns hold a code such as {level.upper()}01 for every "
                "gemeente, expected one. Look at the table: a gemeente may lack a code."
            )
        _add_level(result, wide, measures, level, codes[0], raw.table_id)
    rmc = [measure for measure in wide if held[measure] in ({_RMC}, {_RMC, ""})]
    if len(rmc) == 1:
        _add_level(result, wide.fillna(""), measures, _RMC, rmc[0], raw.table_id)
    return result.reset_index(drop=True)


def _add_level(
    result: pd.DataFrame, wide: pd.DataFrame, measures: pd.DataFrame, level: str, code: str, table_id: str
) -> None:
    result[f"{level}_code"] = wide[code]
    same_group = measures["group"] == measures.loc[code, "group"]
    names = measures[same_group & (measures["title"] == "Naam")]
    if len(names) and names.index[0] not in wide:
        raise TidyError(
            f"{table_id}: column {names.index[0]}, the names of the codes in {code} (first {wide[code].iloc[0]}), has "
            "no rows. The classification was cut off: retrieve it again."
        )
    if len(names):
        result[f"{level}_name"] = wide[names.index[0]]


def _year(raw: RawTable) -> int:
    """Year of the gemeenten in a classification."""
    return int(raw.observations["period"].iloc[0][:4])
