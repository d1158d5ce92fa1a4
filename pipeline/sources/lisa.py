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
import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from pipeline.reference import load_changes
from pipeline.sources.arrival import Arrival
from pipeline.sources.catalog import Source
from pipeline.sources.errors import ContentError
from pipeline.sources.inbox import inbox_files, read_text, saved_table, wrong_file
from pipeline.sources.pull import Pull, Readers
from pipeline.sources.regions import classification_table
from pipeline.store import RawTable

COLUMNS = ["region_code", "year", "value", "definition", "source"]
_REGION = re.compile(r"(?:(?:NL|LD|PV|CR|AM|MC)\d{2}|GM\d{4})")


def read_lisa(pull: Pull, source: Source) -> Readers:
    """One table a file of ``data/inbox/lisa``."""

    def reader(path: Path):
        return lambda: read_lisa_file(path, source, known_regions(pull), dt.datetime.now(dt.UTC).year)

    return [(p.name, reader(p)) for p in inbox_files(pull.folders.inbox / "lisa", (".csv",))]


def known_regions(pull: Pull) -> set[str]:
    """Codes of regions in all that came in, and of gemeenten that are gone since."""
    raw = [
        a.content for arrivals in pull.arrived.values() for a in arrivals if isinstance(a.content, RawTable)
    ]
    codes = {
        code.strip() for table in raw if "RegioS" in table.codes for code in table.codes["RegioS"]["code"]
    }
    values = classification_table(pull.arrived).observations["value"].str.strip()
    codes |= set(values[values.str.fullmatch(r"(?:PV|CR|AM|MC|LD)\d\d")])
    changes = load_changes(pull.folders.reference / "gemeente_changes.csv")
    return codes | set(changes["old_code"]) | set(changes["gm_code"]) | {"NL01"}


def read_lisa_file(path: Path, source: Source, regions: Collection[str], last_year: int) -> Arrival:
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
    text = read_text(path)
    if not text.strip():
        raise _wrong(path, "it holds no rows: the file is empty")
    separator = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    rows = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    rows.columns = rows.columns.str.strip()
    if list(rows.columns) != COLUMNS:
        raise _wrong(path, f"its columns are {list(rows.columns)}")
    rows = rows.apply(lambda column: column.str.strip())
    checks = {
        "region_code": rows["region_code"].str.fullmatch(_REGION),
        "year": rows["year"].str.fullmatch(r"(?:19|20)\d\d"),
        "value": rows["value"].str.fullmatch(r"\d*"),
        "definition": rows["definition"] != "",
        "source": rows["source"] != "",
    }
    for column, is_right in checks.items():
        if not is_right.all():
            row = rows[~is_right].iloc[0].to_dict()
            raise _wrong(path, f"{int((~is_right).sum())} row(s) have a wrong {column}, e.g. {row}")
    if rows.empty:
        raise _wrong(path, "it holds no rows")
    for problem, is_wrong in (
        (f"have a year after {last_year}", rows["year"].astype(int) > last_year),
        ("have a region that is not there", ~rows["region_code"].isin(regions)),
    ):
        if is_wrong.any():
            raise _wrong(
                path, f"{int(is_wrong.sum())} row(s) {problem}, e.g. {rows[is_wrong].iloc[0].to_dict()}"
            )
    double = rows.duplicated(["region_code", "year", "definition"])
    if double.any():
        raise _wrong(path, f"{int(double.sum())} row(s) come twice, e.g. {rows[double].iloc[0].to_dict()}")
    return _arrival(rows, path, source)


def _arrival(rows: pd.DataFrame, path: Path, source: Source) -> Arrival:
    definitions = {text: f"D{n:02d}" for n, text in enumerate(sorted(rows["definition"].unique()), start=1)}
    observations = pd.DataFrame(
        {
            "measure": "arbeidsplaatsen",
            "Definitie": rows["definition"].map(definitions),
            "RegioS": rows["region_code"],
            "period": rows["year"] + "JJ00",
            "value": rows["value"],
            "value_attribute": rows["value"].map(lambda v: "None" if v else "NotAvailable"),
            "note": rows["source"],
        }
    )
    years = sorted(rows["year"].unique())
    regions = sorted(rows["region_code"].unique())
    return saved_table(
        path,
        source,
        title=f"Arbeidsplaatsen, {path.stem}",
        observations=observations,
        codes={
            "Definitie": pd.DataFrame({"code": list(definitions.values()), "title": list(definitions)}),
            "RegioS": pd.DataFrame({"code": regions, "title": ""}),
            "measures": pd.DataFrame(
                {
                    "code": ["arbeidsplaatsen"],
                    "title": ["Arbeidsplaatsen"],
                    "group": [""],
                    "unit": ["aantal"],
                    "decimals": [0],
                }
            ),
            "periods": pd.DataFrame({"code": [f"{y}JJ00" for y in years], "title": years, "status": ""}),
        },
        own_dimension="Definitie",
    )


def _wrong(path: Path, reason: str) -> ContentError:
    next_step = (
        f"The file takes the columns {', '.join(COLUMNS)}; codes such as GM0505, years, whole numbers (empty: "
        "not known), and a definition and source in every row."
    )
    return wrong_file(path, "lisa", reason, next_step)
