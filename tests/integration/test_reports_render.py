"""Blocks to PDF, HTML and data files: accessible, complete, and the same bytes every time."""

import csv
import hashlib
import html
import json
import re
import zipfile

import docx
import openpyxl
import pikepdf
import pytest
from sample_report import AWKWARD, METADATA, figure, long_table, row, sample

from pipeline.figures.style import DEFAULT_STYLE, HouseStyle
from pipeline.reports import brief, page_checks, pdf_checks
from pipeline.reports.blocks import BlockError, Heading, Lead, Paragraph, data_rows
from pipeline.reports.data_files import (
    DATA_COLUMNS,
    read_rows,
    write_data_csv,
    write_data_xlsx,
    write_facts_json,
)
from pipeline.reports.metadata import write_metadata
from pipeline.reports.render_html import html_text, render_html
from pipeline.reports.render_pdf import pdf_bytes, render_pdf
from pipeline.reports.writing import RenderError

TIMES = 9  # the awkward text: title, answer, question, lead, paragraph twice, note, cell, source


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    return render_pdf(sample(), METADATA, target=tmp_path_factory.mktemp("pdf") / "report.pdf")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return render_html(sample(), METADATA, target=tmp_path_factory.mktemp("html") / "report.html")


def squeezed(text):
    return "".join(text.split())


def test_pdf_with_every_block_passes_all_checks_with_its_texts_intact(pdf):
    assert pdf_checks.check_pdf(pdf) == []
    assert squeezed(pdf_checks.pdf_text(pdf)).count(squeezed(AWKWARD)) == TIMES


def test_a_long_table_breaks_over_pages_with_all_rows_inside(pdf):
    assert pdf_checks.check_words_inside(pdf) == []
    pages = pdf_checks.pdf_text(pdf).split("\f")
    with_rows = [text for text in pages if re.search(r"Gemeente \d", text)]
    assert {int(n) for n in re.findall(r"Gemeente (\d+)", "".join(with_rows))} == set(range(342))
    assert len(with_rows) >= 8
    assert all(re.search(r"Gemeente\s+Aantal", text) for text in with_rows), "the header row repeats"


@pytest.mark.parametrize("paragraphs", range(20, 36, 3))
def test_a_long_table_never_leaves_its_title_or_source_alone(tmp_path, paragraphs):
    blocks = [
        sample()[0],
        Heading(level=2, text="Vol"),
        *[Paragraph(text="regel")] * paragraphs,
        long_table(38),
    ]
    target = render_pdf(blocks, METADATA, target=tmp_path / "a.pdf")
    titled = [text for text in pdf_checks.pdf_text(target).split("\f") if "Alle gemeenten op een rij" in text]
    assert len(titled) == 1
    assert "Gemeente 0" in titled[0] and "Bron: verzonnen" in titled[0]


def test_the_first_page_is_one_page_and_a_chapter_stays_with_its_opening(tmp_path):
    blocks = [sample()[0], Paragraph(text="kort")]
    for place, lines in enumerate((34, 3, 3)):
        blocks += [Heading(level=2, text=f"Onderwerp {place}"), *[Lead(text=f"regel {place}")] * lines]
    target = render_pdf(blocks, METADATA, target=tmp_path / "a.pdf")
    pages = pdf_checks.pdf_text(target).split("\f")
    assert "Onderwerp" not in pages[0]
    for place in (1, 2):
        assert sum(f"Onderwerp {place}" in text and f"regel {place}" in text for text in pages) == 1


def test_two_renders_give_the_same_bytes(tmp_path):
    assert pdf_bytes(sample(), METADATA) == pdf_bytes(sample(), METADATA)
    assert html_text(sample(), METADATA) == html_text(sample(), METADATA)
    for write in (write_data_xlsx, write_facts_json):
        first, second = (write(sample(), METADATA, target=tmp_path / name) for name in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()


def test_each_table_row_has_a_row_header_that_its_cells_name(pdf):
    with pikepdf.open(pdf) as document:
        elements = pdf_checks.read_tree(document.Root.StructTreeRoot)
        rows = [e for e in elements if e.kind == "/TR" and "/TBody" in e.above]
        assert len(rows) > 342
        for line in rows:
            header, *cells = (cell.entry for cell in line.below)
            assert header.S == pikepdf.Name.TH
            for cell in cells:
                names = [bytes(name) for name in pdf_checks.table_attributes(cell).get("/Headers", [])]
                assert bytes(header.ID) in names


def test_house_style_and_logo_reach_both_pages(tmp_path):
    mark = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><rect width="4" height="1" fill="#fff"/></svg>'
    style = HouseStyle(publisher="Regio Test", navy="#3a0f4d", logo_svg=mark)
    target = render_pdf(sample(), METADATA, style, target=tmp_path / "a.pdf")
    assert pdf_checks.check_structure(target) == []
    assert "Regio Test" in pdf_checks.pdf_text(target)
    text = html_text(sample(), METADATA, style)
    assert "#3a0f4d" in text and 'src="data:image/svg+xml;base64,' in text
    assert "<img" not in html_text(sample(), METADATA)


def test_a_failing_render_leaves_the_old_file(tmp_path):
    target = tmp_path / "report.pdf"
    target.write_bytes(b"old")
    broken = figure().model_copy(update={"svg": "<svg"})
    with pytest.raises(RenderError, match="Typst"):
        render_pdf([sample()[0], broken], METADATA, target=target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_an_unsound_document_is_refused(tmp_path):
    with pytest.raises(BlockError, match="not first and once"):
        render_pdf(sample()[1:], METADATA, target=tmp_path / "a.pdf")
    with pytest.raises(BlockError, match="used 2 times"):
        render_html([*sample(), long_table()], METADATA, target=tmp_path / "a.html")


def test_html_passes_the_static_checks_with_its_texts_intact_and_loads_nothing(page):
    assert page_checks.check_html(page) == []
    content = page.read_text(encoding="utf-8")
    escaped = str(html.escape(AWKWARD, quote=False)).replace("'", "&#39;")
    assert content.count(escaped) == TIMES
    assert not re.search(r'(?:src|srcset)="(?!data:)', content)


def test_two_figures_in_one_page_share_no_ids(tmp_path):
    target = render_html([sample()[0], figure("een"), figure("twee")], METADATA, target=tmp_path / "a.html")
    assert page_checks.check_html(target) == []


# --- data files ---------------------------------------------------------------------------


def test_data_csv_holds_each_number_as_printed_and_is_read_back(tmp_path):
    target = write_data_csv(sample(), target=tmp_path / "data.csv")
    assert read_rows(target) == data_rows(sample())
    with target.open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["display"] == "7.610"


@pytest.mark.parametrize("label", ["=1+1", "@SUM(A1)", "-cmd", "+x", "\t=1"])
def test_what_a_spreadsheet_takes_for_a_formula_is_text(tmp_path, label):
    block = Lead(text="x", data=(row(label=label),))
    written = write_data_csv([block], target=tmp_path / "a.csv")
    assert f"'{label}" in written.read_text(encoding="utf-8")
    assert read_rows(written)[0].label == label
    book = openpyxl.load_workbook(write_data_xlsx([block], METADATA, target=tmp_path / "a.xlsx"))
    assert [cell.data_type for cell in book.worksheets[1][2]].count("f") == 0


@pytest.mark.parametrize("display", ["-1.300", "+11.900", "−5", "-8,2 %", "+8.2 percentage points"])
def test_a_printed_figure_is_no_formula(tmp_path, display):
    block = Lead(text="x", data=(row(display=display),))
    assert "'" not in write_data_csv([block], target=tmp_path / "a.csv").read_text(encoding="utf-8")


def test_data_xlsx_is_laid_out_for_a_reader(tmp_path):
    target = write_data_xlsx(sample(), METADATA, target=tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Leesmij", "Cijfers"]
    sheet = book["Cijfers"]
    assert sheet.max_row == len(data_rows(sample())) + 1
    assert [cell.value for cell in sheet[1]] == list(DATA_COLUMNS)
    assert all(cell.font.bold for cell in sheet[1])
    with zipfile.ZipFile(target) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_facts_json_holds_each_sentence_with_its_numbers_and_the_quotes(tmp_path):
    quoted = Lead(text="Regio Deal 2e tranche", names=("Regio Deal 2e tranche", "zonder"))
    content = json.loads(
        write_facts_json([*sample(), quoted], METADATA, target=tmp_path / "f.json").read_text("utf-8")
    )
    assert content["names"] == ["Regio Deal 2e tranche"]
    lead = next(item for item in content["statements"] if item["facts"] and item["text"] == AWKWARD)
    assert {"value": 7610.0, "display": "7.610", "source": "00000NED"}.items() <= lead["facts"][0].items()


def test_the_brief_is_one_editable_page_with_headings_and_alt_text(tmp_path):
    target = brief.write_brief(sample(), METADATA, DEFAULT_STYLE, target=tmp_path / "brief.docx")
    document = docx.Document(target)
    assert any(p.style.name.startswith(("Heading", "Title")) for p in document.paragraphs)
    assert "Drie vragen" in "\n".join(p.text for p in document.paragraphs)
    *_, chart = document.element.iter(docx.oxml.ns.qn("wp:docPr"))
    assert "Van 8 naar 7" in chart.get("descr")
    assert [part for part in document.part.package.iter_parts() if part.content_type == "image/png"]


def test_metadata_names_each_file_with_its_hash(tmp_path, pdf):
    target = write_metadata(METADATA, [pdf], target=tmp_path / "metadata.json")
    content = json.loads(target.read_text(encoding="utf-8"))
    assert content["files"]["report.pdf"]["sha256"] == hashlib.sha256(pdf.read_bytes()).hexdigest()
