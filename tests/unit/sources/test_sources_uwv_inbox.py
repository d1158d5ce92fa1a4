"""Workbooks that users save by hand. No original could be obtained: every workbook here is synthetic."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipeline.sources.catalog import load_catalog
from pipeline.sources.errors import ContentError, SourceError
from pipeline.sources.inbox import inbox_files
from pipeline.sources.region_names import RegionNameIndex, name_key
from pipeline.sources.uwv_inbox import find_period, load_columns, parse_figure, read_workbook

GEO = Path(__file__).parents[2] / "fixtures" / "geo"
SOURCE = load_catalog().source("uwv_workbooks")


@pytest.fixture(scope="module")
def books() -> dict[str, RegionNameIndex]:
    places = pd.read_csv(GEO / "regio_indeling_2026.csv", dtype=str)
    columns = load_columns()
    gemeenten = places[["gm_naam", "gm_code"]].set_axis(["name", "code"], axis=1)
    old = pd.read_csv(GEO / "gemeente_changes.csv", dtype=str)[["old_name", "old_code"]].dropna()
    names = pd.concat(
        [gemeenten.assign(is_current=True), old.set_axis(["name", "code"], axis=1).assign(is_current=False)]
    )
    regions = places[["am_naam", "am_code"]].drop_duplicates().set_axis(["name", "code"], axis=1)
    return {
        "gemeente": RegionNameIndex.build(names, columns.gemeenten),
        "arbeidsmarktregio": RegionNameIndex.build(
            regions.assign(is_current=True), columns.arbeidsmarktregios
        ),
    }


def saved(folder: Path, rows: list[list[object]], name: str = "map.xlsx", merged: str = "") -> Path:
    path = folder / name
    if name.endswith(".csv"):
        path.write_text("\n".join(";".join(map(str, row)) for row in rows), encoding="utf-8")
    elif name.endswith(".ods"):
        pd.DataFrame(rows).to_excel(path, header=False, index=False, engine="odf")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        if merged:
            book.active.merge_cells(merged)
        book.save(path)
    return path


def cells(path: Path, books) -> pd.DataFrame:
    return read_workbook(path, SOURCE, books).raw.observations


SIMPLE = [
    ["Lopende WW-uitkeringen, stand eind januari 2026", "", ""],
    ["", "", ""],
    ["Gemeente", "Aantal WW", "Aandeel WW (%)"],
    ["Dordrecht", "2.104", "2,1"],
    ["s Gravenhage", 9876, 2.0],
    ["Bergen NH", "x", "x"],
    ["Rozendaal", "<10", "*"],
    ["Totaal", "11.980", "2,0"],
    ["Bron: UWV", "", ""],
]


@pytest.mark.parametrize("name", ["map.xlsx", "map.ods", "map.csv"])
def test_titles_on_top_totals_masks_and_numbers_as_text(tmp_path, books, name):
    found = cells(saved(tmp_path, SIMPLE, name), books).set_index("RegioS")
    assert found["value"].to_dict() == {"GM0505": "2104", "GM0518": "9876", "GM0373": "", "GM0277": ""}
    assert found["value_attribute"].to_dict() == {
        "GM0505": "None", "GM0518": "None", "GM0373": "Confidential", "GM0277": "Confidential",
    }  # fmt: skip
    assert set(found["period"]) == {"2026MM01"} and set(found["measure"]) == {"ww_recipients"}
    assert "<10" in found.loc["GM0277", "note"]


def test_two_header_rows_with_merged_cells(tmp_path, books):
    rows = [
        ["Geregistreerde werkzoekenden UWV (GWU)"],
        ["", "Januari 2026", None, "Februari 2026", None],
        ["Gemeente", "GWU", "WW", "GWU", "WW"],
        ["Dordrecht", 100, 10, 200, 20],
        ["Papendrecht", 300, 30, 400, 40],
    ]
    found = cells(saved(tmp_path, rows, merged="B2:C2"), books)
    table = found.pivot(index=["measure", "period"], columns="RegioS", values="value")
    assert table.loc[("jobseekers_gwu", "2026MM02")].to_dict() == {"GM0505": "200", "GM0590": "400"}
    assert table.loc[("ww_recipients", "2026MM01")].to_dict() == {"GM0505": "10", "GM0590": "30"}


def test_a_region_named_on_its_first_row_only_with_a_breakdown(tmp_path, books):
    rows = [
        ["Arbeidsmarktregio", "Leeftijd", "WW december 2025"],
        ["Drechtsteden", "tot 27 jaar", 100],
        ["", "27 jaar en ouder", 900],
        ["Food Valley", "tot 27 jaar", 50],
        ["", "27 jaar en ouder", "-"],
    ]
    path = saved(tmp_path, rows)
    raw = read_workbook(path, SOURCE, books).raw
    kinds = raw.codes["Kenmerk"].set_index("code")["title"]
    found = raw.observations.assign(kind=raw.observations["Kenmerk"].map(kinds))
    assert found.set_index(["RegioS", "kind"])["value"].to_dict() == {
        ("AM23", "tot 27 jaar"): "100", ("AM23", "27 jaar en ouder"): "900",
        ("AM38", "tot 27 jaar"): "50", ("AM38", "27 jaar en ouder"): "",
    }  # fmt: skip
    assert "Kenmerk" in raw.dimensions()


def test_a_code_goes_before_a_name(tmp_path, books):
    rows = [["Gemeentecode", "Gemeente", "WW 2025"], ["505", "Dort", 7], ["GM0590", "P.", 8]]
    assert set(cells(saved(tmp_path, rows), books)["RegioS"]) == {"GM0505", "GM0590"}


def test_names_of_parts_are_added_up_and_a_missing_part_makes_it_missing(tmp_path, books):
    rows = [
        ["Gemeente", "WW maart 2021", "WW april 2021"],
        ["Vijfheerenlanden (Leerdam/Zederik)", 10, 20],
        ["Vijfheerenlanden (Vianen)", 5, "x"],
    ]
    found = cells(saved(tmp_path, rows), books).set_index("period")
    assert found["value"].to_dict() == {"2021MM03": "15", "2021MM04": ""}
    assert found.loc["2021MM04", "value_attribute"] == "Confidential"
    assert found.loc["2021MM03", "note"].startswith("som van")


def test_an_abolished_gemeente_keeps_its_own_code(tmp_path, books):
    """Haaren was divided over four gemeenten: its code is kept, the shares are applied later."""
    rows = [["Gemeente", "WW maart 2020"], ["Haaren", 10], ["Appingedam", 5]]
    assert set(cells(saved(tmp_path, rows), books)["RegioS"]) == {"GM0788", "GM0003"}


@pytest.mark.parametrize(
    ("rows", "name", "words"),
    [
        ([["Iets"], ["anders"]], "map.xlsx", "no header found"),
        ([["Gemeente", "WW 2025"], ["Nergenshuizen", 5]], "map.xlsx", "Nergenshuizen"),
        ([["Gemeente", "WW"], ["Dordrecht", 5]], "map.xlsx", "no period"),
        ([["Gemeente", "Fietsen 2025"], ["Dordrecht", 5]], "map.xlsx", "no column is a known count"),
        ([["Gemeente", "WW 2025"], ["Dordrecht", 5], ["Urk", 6], ["Ede", "veel"]], "map.xlsx", "'veel'"),
        ([["Gemeente", "WW 2025"], ["Dordrecht", 5], ["Dordrecht", 6]], "map.xlsx", "stand for the same"),
        ([["Gemeente", "WW 2025"], ["Totaal", 5]], "map.xlsx", "no rows with a region"),
    ],
)  # fmt: skip
def test_what_cannot_be_placed_stops_with_the_reason(tmp_path, books, rows, name, words):
    with pytest.raises(ContentError) as caught:
        cells(saved(tmp_path, rows, name), books)
    assert words in str(caught.value) and "map.xlsx" in str(caught.value) and "Next step" in str(caught.value)


def test_a_file_that_is_no_workbook(tmp_path, books):
    path = tmp_path / "map.xlsx"
    path.write_bytes(b"<html>inloggen</html>")
    with pytest.raises(ContentError, match="cannot be opened"):
        cells(path, books)


def test_the_period_is_found_in_header_title_or_file_name(tmp_path, books):
    rows = [["Gemeente", "WW"], ["Dordrecht", 5]]
    assert set(cells(saved(tmp_path, rows, "ww-2025-11.xlsx"), books)["period"]) == {"2025MM11"}
    dated = [["Peildatum: 31-12-2024"], ["Gemeente", "WW"], ["Dordrecht", 5]]
    assert set(cells(saved(tmp_path, dated), books)["period"]) == {"2024MM12"}


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Januari 2026", "2026MM01"), ("aug. 2019", "2019MM08"), ("mrt 2020", None), ("2025-11", "2025MM11"),
        ("202511 WW", "2025MM11"), ("stand 2024", "2024JJ00"), ("31-01-2023", "2023MM01"), ("geen", None),
    ],
)  # fmt: skip
def test_find_period(text, period):
    if text == "mrt 2020":
        period = "2020JJ00"  # an abbreviation that is not known leaves the year
    assert find_period([text]) == period


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("2.104", "2104", "None"), ("1.234.567", "1234567", "None"), ("2,1", "2.1", "None"), ("0", "0", "None"),
        ("1.234,5", "1234.5", "None"), ("-", "", "NotAvailable"), ("x", "", "Confidential"), ("", "", "NotAvailable"),
        ("<10", "", "Confidential"), ("5,75", "5.75", "None"),
    ],
)  # fmt: skip
def test_parse_figure(tmp_path, text, value, reason):
    assert parse_figure(text, load_columns().masks) == (value, reason)


def test_every_spelling_that_uwv_was_seen_to_use_is_known(books):
    seen = pd.read_csv(GEO / "gemeentenaam_uwv_cbs_2021.csv", dtype=str)
    unknown = [name for name in seen["gm_naam_uwv"] if books["gemeente"].code(name) is None]
    assert unknown == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("IJsselvechtstreek", "AM36"), ("Zwolle", "AM36"), ("Regio Zwolle", "AM36"), ("Gooi- en Vechtstreek", "AM12"),
        ("Gooi en Vechtstreek", "AM12"), ("FoodValley", "AM38"), ("Friesland", "AM02"), ("Fryslân", "AM02"),
    ],
)  # fmt: skip
def test_names_of_arbeidsmarktregios_vary(books, name, code):
    assert books["arbeidsmarktregio"].code(name) == code


def test_a_name_of_two_gemeenten_is_not_guessed():
    names = pd.DataFrame(
        {"name": ["Bergen (L.)", "Bergen (NH.)"], "code": ["GM0893", "GM0373"], "is_current": True}
    )
    book = RegionNameIndex.build(names, {})
    assert book.code("Bergen (L.)") == "GM0893" and book.code("Bergen") is None
    with pytest.raises(ContentError, match="could be two regions"):
        book.map(pd.Series(["Bergen"]))


def test_name_key_ignores_what_spellings_differ_in():
    assert name_key("'s-Gravenhage *") == name_key("s Gravenhage") == "s gravenhage"
    assert name_key("Súdwest-Fryslân") == "sudwest fryslan"


def test_an_inbox_without_a_file_says_what_to_save(tmp_path, caplog):
    folder = tmp_path / "uwv"
    with pytest.raises(
        SourceError, match=r"data/inbox/uwv: no \.csv file is saved there\. Next step: Save it"
    ):
        inbox_files(folder, (".csv",))
    folder.mkdir()
    (folder / "README.md").write_text("uitleg")
    with pytest.raises(SourceError, match="saved there"):
        inbox_files(folder, (".csv",))
    assert caplog.text == ""


def test_files_of_another_kind_are_named(tmp_path, caplog):
    (tmp_path / "scan.pdf").write_bytes(b"%PDF")
    (tmp_path / "~$map.xlsx").write_bytes(b"lock")
    with pytest.raises(SourceError, match=r"only 1 other file\(s\), e\.g\. scan\.pdf"):
        inbox_files(tmp_path, (".csv", ".xlsx"))
    assert "scan.pdf" in caplog.text
    (tmp_path / "map.xlsx").write_bytes(b"")
    assert [path.name for path in inbox_files(tmp_path, (".csv", ".xlsx"))] == ["map.xlsx"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5,700", "may be thousands or decimals"),
        ("-12", "is below zero"),
        ("-1.200", "is below zero"),
        *((text, "is no figure") for text in ("9" * 10, "1.000.000.000", "١٢", "12²")),
    ],
)
def test_a_figure_that_cannot_be_a_count_is_refused(tmp_path, text, words):
    with pytest.raises(ContentError, match=words):
        parse_figure(text, load_columns().masks)


@pytest.mark.parametrize(
    "header",
    ["Instroom ZZP", "Instroom WW", "Gemiddelde duur (dagen)", "Uitstroom WW", "Iets anders", "Nieuwe WW-uitkeringen",
     "Beëindigde WW-uitkeringen", "Toegekende WW", "WW-uitkeringen vorig jaar", "WW-percentage"],
)  # fmt: skip
def test_a_column_that_counts_something_else_is_not_read_by_the_title(tmp_path, books, header):
    rows = [
        ["Lopende WW-uitkeringen, stand eind januari 2026"],
        [],
        ["Gemeente", header],
        ["Dordrecht", 1500],
    ]
    with pytest.raises(ContentError, match="no column is a known count of its own"):
        read_workbook(saved(tmp_path, rows), SOURCE, books)
    both = [*rows[:2], ["Gemeente", "WW-uitkeringen", header], ["Dordrecht", 1500, 7]]
    assert cells(saved(tmp_path, both), books)["value"].tolist() == ["1500"]


def test_a_title_about_those_who_came_does_not_make_a_plain_column_a_count_of_who_is_there(tmp_path, books):
    rows = [["Nieuwe WW-uitkeringen, januari 2026"], [], ["Gemeente", "Aantal"], ["Dordrecht", 1500]]
    with pytest.raises(ContentError, match="no column is a known count of its own"):
        read_workbook(saved(tmp_path, rows), SOURCE, books)


@pytest.mark.parametrize("text", ["0,5", "12.5", "5.700,5"])
def test_a_count_with_a_fraction_is_refused(tmp_path, books, text):
    rows = [["WW-uitkeringen, januari 2026"], [], ["Gemeente", "Aantal WW"], ["Dordrecht", text]]
    with pytest.raises(ContentError, match=r"1 count\(s\) in 'Aantal WW' are no whole number, e\.g\. "):
        read_workbook(saved(tmp_path, rows), SOURCE, books)


@pytest.mark.parametrize("header", ["Aantal", "januari 2026", "Stand per ultimo januari 2026", "Totaal"])
def test_a_header_that_says_nothing_takes_the_title(tmp_path, books, header):
    rows = [["Lopende WW-uitkeringen, januari 2026"], [], ["Gemeente", header], ["Dordrecht", 1500]]
    assert cells(saved(tmp_path, rows), books)["measure"].tolist() == ["ww_recipients"]


def test_a_formula_without_its_result_is_named(tmp_path, books):
    rows = [["WW-uitkeringen januari 2026"], [], ["Gemeente", "WW-uitkeringen"], ["Dordrecht", "=1000+500"]]
    with pytest.raises(ContentError, match=r"1 cell\(s\) hold a formula without its result, e\.g\. B4"):
        read_workbook(saved(tmp_path, rows), SOURCE, books)


def test_a_number_cell_with_three_decimals_is_no_thousands(tmp_path, books):
    rows = [["Spanningsindicator januari 2026"], [], ["Gemeente", "Spanningsindicator"], ["Dordrecht", 1.125]]
    assert cells(saved(tmp_path, rows), books)["value"].tolist() == ["1.1250"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [["Gemeente", "WW 2026-01", "GWU 2026-01"], ["Urk", "#REF!", 5]],
            r"1 cell\(s\) hold an error of the spread",
        ),
        ([["Gemeente", "WW 2026-13"], ["Urk", 5]], "no period in the header"),
        ([["Gemeente", "WW 2024-2025"], ["Urk", 5]], "no period in the header"),
        (
            [["Code", "Gemeente", "WW 2026-01"], ["GM0505", "Urk", 5]],
            r"1 region code\(s\) are not known or of another",
        ),
        ([["Code", "Gemeente", "WW 2026-01"], ["GM9999", "Nieuwstad", 5]], "e.g. GM9999 of 'Nieuwstad'"),
    ],
)
def test_what_would_be_read_as_something_else_is_refused(tmp_path, books, rows, words):
    with pytest.raises(ContentError, match=words):
        read_workbook(saved(tmp_path, rows, "map.csv"), SOURCE, books)
