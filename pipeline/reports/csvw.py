"""The description of data.csv for machines: metadata of W3C's "CSV on the Web", beside it.

A program that knows CSVW finds types, meaning, licence and sources without a word of ours; the same rules
check data.csv before a report appears.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

from pipeline import vocabulary
from pipeline.config import Language
from pipeline.reports.data_files import DATA_COLUMNS, NUMBERS, column_words
from pipeline.reports.files import CSV
from pipeline.reports.metadata import ReportMetadata
from pipeline.reports.writing import write_verified
from pipeline.vocabulary import word

CONTEXT = "http://www.w3.org/ns/csvw"
#: columns that may be empty: a number without a place, period or unit, or a value that is absent
MAY_BE_EMPTY = frozenset({"aspect", "region_code", "region", "period", "unit", "source", "vintage", *NUMBERS})
LICENCES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


def csvw_description(metadata: ReportMetadata, publisher: str) -> dict[str, Any]:
    """What CSVW says about data.csv: publisher, licence, sources, and each column with its type."""
    licences = sorted({str(source["licence"]) for source in metadata.sources if source.get("licence")})
    return {
        "@context": [CONTEXT, {"@language": metadata.language}],
        "@type": "Table",
        "url": CSV,
        "dc:title": word("ui", "all_figures", metadata.language).format(title=metadata.title),
        "dc:description": f"{word('ui', 'one_a_row', metadata.language)} {metadata.description}",
        "dc:publisher": publisher,
        "dc:issued": {"@value": metadata.date.isoformat(), "@type": "xsd:date"},
        "dc:language": metadata.language,
        "dc:subject": list(metadata.keywords),
        "dc:license": [_licence(words) for words in licences],
        "dc:source": [_source(source) for source in metadata.sources],
        "dialect": {"encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "header": True},
        "tableSchema": {"columns": [_column(name, metadata.language) for name in DATA_COLUMNS]},
    }


def _licence(words: str) -> dict[str, str] | str:
    return {"@id": LICENCES[words]} if words in LICENCES else words


def _source(source: dict[str, Any]) -> dict[str, Any]:
    entry = {
        "dc:identifier": source.get("table"),
        "dc:title": source.get("title"),
        "dc:publisher": source.get("publisher"),
        "dc:temporal": source.get("periods"),
        "dc:license": _licence(str(source["licence"])) if source.get("licence") else None,
    }
    return {key: value for key, value in entry.items() if value}


def _column(name: str, language: Language) -> dict[str, Any]:
    column = {
        "name": name,
        "titles": name,
        "dc:description": column_words(name, language),
        "datatype": _datatype(name, language),
        "required": name not in MAY_BE_EMPTY,
    }
    return column | ({"null": ""} if name in MAY_BE_EMPTY else {})


def _datatype(name: str, language: Language) -> Any:
    if name in NUMBERS:
        return "double"
    if name == "status":
        return {"base": "string", "format": f"^({'|'.join(vocabulary.words('status', language))})$"}
    return "string"


def write_csvw(metadata: ReportMetadata, publisher: str, *, target: Path) -> Path:
    """Write the description beside the data.csv that is there.

    Raises
    ------
    RenderError
        data.csv does not answer to it.
    """
    text = json.dumps(csvw_description(metadata, publisher), ensure_ascii=False, indent=2) + "\n"
    return write_verified(
        target, text.encode("utf-8"), lambda path: check_csvw(path, Path(target).with_name(CSV))
    )


def check_csvw(description: Path, data: Path) -> list[str]:
    """Faults of a CSV file by its CSVW description: header, required cells, and a type for every value.

    Knows the types that ``csvw_description`` uses; another type is a fault.
    """
    try:
        columns = json.loads(Path(description).read_text(encoding="utf-8"))["tableSchema"]["columns"]
    except (ValueError, KeyError, TypeError) as error:
        return [f"not a CSVW description of a table: {error!r}"]
    with Path(data).open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file)) or [[]]
    if header != [column["titles"] for column in columns]:
        return [f"the columns are {header}, described are {[column['titles'] for column in columns]}"]
    ragged = [number for number, row in enumerate(rows, start=2) if len(row) != len(header)]
    if ragged:
        return [f"{len(ragged)} rows with another number of cells than the header, e.g. line {ragged[0]}"]
    faults = []
    for place, column in enumerate(columns):
        values = {row[place] for row in rows}
        wrong = sorted(value for value in values if not _fits(value, column))
        if wrong:
            faults.append(f"column {column['name']}: {len(wrong)} values do not fit, e.g. {wrong[0]!r}")
    return faults


def _fits(value: str, column: dict[str, Any]) -> bool:
    if value == column.get("null", ""):
        return not column["required"]
    datatype = column["datatype"]
    if datatype == "string":
        return True
    if datatype == "double":
        return re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", value) is not None
    if isinstance(datatype, dict) and datatype.get("base") == "string":
        return re.fullmatch(datatype["format"], value) is not None
    return False
