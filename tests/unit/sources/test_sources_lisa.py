"""The small CSV of arbeidsplaatsen."""

from __future__ import annotations

import pytest

from pipeline.sources.catalog import load_catalog
from pipeline.sources.errors import ContentError
from pipeline.sources.lisa import read_lisa_file

SOURCE = load_catalog().source("lisa")
HEAD = "region_code,year,value,definition,source"

REGIONS = {"GM0505", "CR30", "NL01"}


def saved(tmp_path, *rows, head=HEAD, encoding="utf-8"):
    path = tmp_path / "Reeks Drechtsteden.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding=encoding)
    return path


def test_a_series_with_two_definitions(tmp_path):
    path = saved(
        tmp_path,
        "GM0505,2022,66750,alle banen,LISA 2024",
        "GM0505,2022,60000,banen vanaf 12 uur,LISA 2024",
        "GM0505,2023,,alle banen,LISA 2024",
    )
    raw = read_lisa_file(path, SOURCE, REGIONS, 2026).raw
    assert raw.table_id == "lisa-reeks-drechtsteden" and raw.dimensions() == ["Definitie", "RegioS"]
    assert raw.codes["Definitie"]["title"].tolist() == ["alle banen", "banen vanaf 12 uur"]
    found = raw.observations[["Definitie", "RegioS", "period", "value", "value_attribute", "note"]]
    assert found.to_numpy().tolist() == [
        ["D01", "GM0505", "2022JJ00", "66750", "None", "LISA 2024"],
        ["D02", "GM0505", "2022JJ00", "60000", "None", "LISA 2024"],
        ["D01", "GM0505", "2023JJ00", "", "NotAvailable", "LISA 2024"],
    ]
    assert raw.codes["measures"].loc[0, "code"] == "arbeidsplaatsen"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_what_a_spreadsheet_saves(tmp_path, encoding):
    path = saved(
        tmp_path, "GM0505;2022;1;alle banen (één)...;LISA", head=HEAD.replace(",", ";"), encoding=encoding
    )
    assert (
        read_lisa_file(path, SOURCE, REGIONS, 2026).raw.codes["Definitie"].loc[0, "title"]
        == "alle banen (één)..."
    )


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["0505,2022,1,d,s"], "wrong region_code"),
        (["GM0505,22,1,d,s"], "wrong year"),
        (["GM0505,2022,1.5,d,s"], "wrong value"),
        (["GM0505,2022,-,d,s"], "wrong value"),
        (["GM0505,2022,1,,s"], "wrong definition"),
        (["GM0505,2022,1,d,"], "wrong source"),
        (["GM0505,2022,1,d,s", "GM0505,2022,2,d,s"], "come twice"),
        (["GM9999,2022,1,d,s"], "1 row(s) have a region that is not there"),
        (["GM0505,2093,1,d,s"], "1 row(s) have a year after 2026"),
        (["GM0505,20٢٣,1,d,s"], "wrong year"),
        (["GM٠٥٠٥,2022,1,d,s"], "wrong region_code"),
        (["GM0505,2022,1234567890,d,s"], "wrong value"),
        (["GM0505,2022,1,d\x00,s"], "wrong definition"),
        ([], "no rows"),
    ],
)
def test_wrong_rows_stop_with_an_example(tmp_path, rows, words):
    with pytest.raises(ContentError) as caught:
        read_lisa_file(saved(tmp_path, *rows), SOURCE, REGIONS, 2026)
    assert words in str(caught.value) and "Reeks Drechtsteden.csv" in str(caught.value)
    assert "region_code, year, value, definition, source" in str(caught.value)


def test_other_columns_stop(tmp_path):
    with pytest.raises(ContentError, match="its columns are"):
        read_lisa_file(saved(tmp_path, "GM0505,2022,1", head="region_code,year,value"), SOURCE, REGIONS, 2026)


def test_an_empty_file_says_so(tmp_path):
    path = tmp_path / "leeg.csv"
    path.write_text("", encoding="utf-8")
    with pytest.raises(ContentError, match="the file is empty"):
        read_lisa_file(path, SOURCE, REGIONS, 2026)
