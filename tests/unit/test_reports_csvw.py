"""data.csv for machines: a CSVW description that names every column, and that the file answers to."""

import csv
import json
from typing import get_args

import pytest

from pipeline.reports.blocks import DataStatus, Lead
from pipeline.reports.csvw import CONTEXT, check_csvw, csvw_description, write_csvw
from pipeline.reports.data_files import DATA_COLUMNS, column_words, write_data_csv
from pipeline.reports.files import CSV, CSVW
from pipeline.reports.writing import RenderError
from pipeline.vocabulary import words
from tests.integration import sample_report

METADATA = sample_report.METADATA.model_copy(
    update={
        "sources": (
            {"table": "00000NED", "title": "Verzonnen tabel", "publisher": "CBS", "licence": "CC BY 4.0"},
            {"table": "wet", "title": "Verzonnen wet", "licence": "wettekst (geen auteursrecht)"},
        )
    }
)
#: what the standard lets stand at the top of a table, beside names with a prefix
OF_A_TABLE = {"@context", "@type", "url", "dialect", "tableSchema"}
OF_A_COLUMN = {"name", "titles", "datatype", "required", "null"}


def row(**changed):
    content = {"id": "banen", "label": "banen", "value": 144249.5, "status": "estimate", "display": "144.200"}
    return sample_report.row(**content | changed)


ROWS = (
    row(),
    row(label='een "naam", met komma', value=None, status="suppressed", display="afgeschermd"),
    row(region_code="", period="", value=-1.5e-7, status="final", display="0,0"),
)


@pytest.fixture
def folder(tmp_path):
    write_data_csv([Lead(text="x", data=ROWS)], target=tmp_path / CSV)
    write_csvw(METADATA, "Regio Test", target=tmp_path / CSVW)
    return tmp_path


def description(folder):
    return json.loads((folder / CSVW).read_text(encoding="utf-8"))


def header(folder):
    with (folder / CSV).open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def test_the_description_lies_where_the_standard_looks_for_it(folder):
    assert CSVW == "data.csv-metadata.json"
    content = description(folder)
    assert content["@context"] == [CONTEXT, {"@language": "nl"}]
    assert (content["@type"], content["url"]) == ("Table", CSV)


def test_every_key_is_one_of_the_standard_or_of_dublin_core(folder):
    content = description(folder)
    assert {key for key in content if not key.startswith("dc:")} == OF_A_TABLE
    for column in content["tableSchema"]["columns"]:
        assert {key for key in column if not key.startswith("dc:")} <= OF_A_COLUMN


def test_title_publisher_licence_and_sources(folder):
    content = description(folder)
    assert content["dc:title"] == "Voorbeeldstad: meer banen: de cijfers"
    assert content["dc:publisher"] == "Regio Test"
    assert content["dc:issued"] == {"@value": "2026-11-23", "@type": "xsd:date"}
    cc_by = {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert content["dc:license"] == [cc_by, "wettekst (geen auteursrecht)"]
    assert content["dc:source"][0] == {
        "dc:identifier": "00000NED",
        "dc:title": "Verzonnen tabel",
        "dc:publisher": "CBS",
        "dc:license": cc_by,
    }


def test_columns_are_those_of_the_file_with_their_meaning(folder):
    columns = description(folder)["tableSchema"]["columns"]
    assert [column["titles"] for column in columns] == header(folder) == list(DATA_COLUMNS)
    assert [column["dc:description"] for column in columns] == [
        column_words(name, "nl") for name in DATA_COLUMNS
    ]
    by_name = {column["name"]: column for column in columns}
    assert by_name["value"] | {"dc:description": ""} == {
        "name": "value", "titles": "value", "dc:description": "", "datatype": "double", "required": False,
        "null": "",
    }  # fmt: skip
    assert by_name["display"]["required"] and "null" not in by_name["display"]


def test_every_status_has_a_word_and_fits_the_description(folder):
    known = set(get_args(DataStatus))
    assert known <= set(words("status", "nl")) and known <= set(words("status", "en"))
    status = csvw_description(METADATA, "x")["tableSchema"]["columns"][DATA_COLUMNS.index("status")]
    assert all(word in status["datatype"]["format"] for word in known)


def test_every_value_fits_its_type(folder):
    assert check_csvw(folder / CSVW, folder / CSV) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("id,indicator", "id,naam", "the columns are ['id', 'naam'"),
        ("144249.5", "144.249,5", "column value: 1 values do not fit"),
        ("144249.5", "nan", "column value: 1 values do not fit, e.g. 'nan'"),
        ("estimate", "geschat", "column status: 1 values do not fit, e.g. 'geschat'"),
        ("144.200", "", "column display: 1 values do not fit, e.g. ''"),
        ("144.200", "144.200,extra", "1 rows with another number of cells than the header, e.g. line 2"),
    ],
)
def test_what_does_not_fit_is_found(folder, old, new, fault):
    path = folder / CSV
    if old == "144249.5" and "," in new:
        new = f'"{new}"'
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert [found for found in check_csvw(folder / CSVW, path) if fault in found]


def test_a_file_that_is_no_description_is_a_fault(folder):
    (folder / CSVW).write_text("[]", encoding="utf-8")
    assert check_csvw(folder / CSVW, folder / CSV)[0].startswith("not a CSVW description")


def test_nothing_is_written_for_a_file_that_does_not_answer_to_it(folder):
    path = folder / CSV
    path.write_text(path.read_text(encoding="utf-8").replace("estimate", "geschat"), encoding="utf-8")
    (folder / CSVW).unlink()
    with pytest.raises(RenderError, match="geschat"):
        write_csvw(METADATA, "Regio Test", target=folder / CSVW)
    assert [path.name for path in folder.iterdir()] == [CSV]
