"""Arbeidsplaatsen from LISA or a regional register, typed over or exported into a small CSV.

The form (UTF-8, comma or semicolon, one header row)::

    region_code,year,value,definition,source
    GM0505,2023,66750,alle arbeidsplaatsen inclusief uitzendkrachten,LISA 2024

``region_code`` as CBS writes it; ``value`` a whole number or empty (not known); ``definition`` and ``source``
never empty: arbeidsplaatsen of two definitions are two series.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Collection
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.reference import load_changes
from pipeline.sources.catalog import Source
from pipeline.sources.context import (
    Readers,
    RetrieveContext,
    SourceTable,
    classification_table,
    region_lists,
)
from pipeline.sources.errors import ContentError
from pipeline.sources.inbox import inbox_files, read_text, saved_file, saved_table

COLUMNS = ["region_code", "year", "value", "definition", "source"]
NEXT_STEP = (
    f"The file takes the columns {', '.join(COLUMNS)}; codes such as GM0505, years, whole numbers (empty: not known), "
    "and a definition and source in every row."
)
#: What a cell of a column looks like.
_FORMS = {"region_code": r"(?:NL|LD|PV|CR|AM|MC)[0-9]{2}|GM[0-9]{4}", "year": r"(?:19|20)[0-9]{2}",
          "value": r"[0-9]{0,9}", "definition": r"[^\x00-\x1f]+", "source": r"[^\x00-\x1f]+"}  # fmt: skip


def read_lisa(context: RetrieveContext, source: Source) -> Readers:
    """One table a file of ``data/inbox/lisa``."""

    def read(path: Path) -> SourceTable:
        return read_lisa_file(path, source, known_regions(context), dt.datetime.now(dt.UTC).year)

    return [(p.name, partial(read, p)) for p in inbox_files(context.folders.inbox / "lisa", (".csv",))]


def known_regions(context: RetrieveContext) -> set[str]:
    """Codes of regions in all that came in, and of gemeenten that are gone since."""
    codes = {code.strip() for listed in region_lists(context.arrived) for code in listed["code"]}
    values = classification_table(context.arrived).observations["value"].str.strip()
    codes |= set(values[values.str.fullmatch(r"(?:PV|CR|AM|MC|LD)\d\d")])
    changes = load_changes(context.folders.reference / "gemeente_changes.csv")
    return codes | set(changes["old_code"]) | set(changes["gm_code"]) | {"NL01"}


def read_lisa_file(path: Path, source: Source, regions: Collection[str], last_year: int) -> SourceTable:
    """One file as a raw table with the measure ``arbeidsplaatsen``.

    Parameters
    ----------
    regions : the region codes there are
    last_year : the latest year a figure can be of

    Raises
    ------
    ContentError
        When the file is empty, a column is missing, a row is wrong or of a year or region that is not there, or a
        region has two values for a year and definition.
    """
    with saved_file(path, "lisa", NEXT_STEP):
        text = read_text(path)
        if not text.strip():
            raise ContentError("it holds no rows: the file is empty")
        separator = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
        try:
            rows = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False)
        except ValueError as error:  # of pandas' own kinds too
            raise ContentError(f"it is no table: {str(error).strip()}") from error
        rows.columns = rows.columns.str.strip()
        if list(rows.columns) != COLUMNS:
            raise ContentError(f"its columns are {list(rows.columns)}")
        rows = rows.apply(lambda column: column.str.strip())
        if rows.empty:
            raise ContentError("it holds no rows")
        problems = {
            **{f"row(s) have a wrong {c}": ~rows[c].str.fullmatch(form) for c, form in _FORMS.items()},
            f"row(s) have a year after {last_year}": rows["year"].str[:4].str.zfill(4) > str(last_year),
            "row(s) have a region that is not there": ~rows["region_code"].isin(regions),
            "row(s) come twice": rows.duplicated(["region_code", "year", "definition"]),
        }
        for problem, is_wrong in problems.items():
            if is_wrong.any():
                example = rows[is_wrong].iloc[0].to_dict()
                raise ContentError(f"{int(is_wrong.sum())} {problem}, e.g. {example}")
    return _table(rows, path, source)


def _table(rows: pd.DataFrame, path: Path, source: Source) -> SourceTable:
    cells = pd.DataFrame(
        {
            "measure": "arbeidsplaatsen",
            "Definitie": rows["definition"],
            "RegioS": rows["region_code"],
            "period": rows["year"] + "JJ00",
            "value": rows["value"],
            "value_attribute": rows["value"].map(lambda v: "None" if v else "NotAvailable"),
            "note": rows["source"],
        }
    )
    return saved_table(
        path, source, cells, title=f"Arbeidsplaatsen, {path.stem}", dimension="Definitie",
        measures={"arbeidsplaatsen": ("Arbeidsplaatsen", "aantal")},
        period_titles={f"{year}JJ00": year for year in rows["year"]},
    )  # fmt: skip
