"""Blocks to PDF, HTML and data files: accessible, complete, and the same bytes every time."""

import csv
import hashlib
import html
import json
import re
import zipfile

import openpyxl
import pikepdf
import pytest
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError
from sample_report import AWKWARD, METADATA, drawing, long_table, plain_rows, sample

from pipeline.figures.style import HouseStyle
from pipeline.reports import page_checks, pdf_checks, text_numbers
from pipeline.reports.blocks import (
    BlockError,
    Column,
    Figure,
    Heading,
    Lead,
    PageBreak,
    Paragraph,
    Table,
    data_rows,
)
from pipeline.reports.data_files import DATA_COLUMNS, write_data_csv, write_data_xlsx
from pipeline.reports.metadata import write_metadata
from pipeline.reports.render import html_text, pdf_bytes, render_html, render_pdf
from pipeline.reports.writing import RenderError


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    return render_pdf(sample(), METADATA, target=tmp_path_factory.mktemp("pdf") / "report.pdf")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return render_html(sample(), METADATA, target=tmp_path_factory.mktemp("html") / "report.html")


def words(text: str) -> str:
    return "".join(text.split())


def test_pdf_with_every_block_passes_all_checks(pdf):
    assert pdf_checks.check_pdf(pdf) == []


def test_pdf_has_every_text_intact(pdf):
    text = words(pdf_checks.pdf_text(pdf))
    # cover, heading, 4 cards, lead, paragraph twice, note, caption, 3 points, 8 legend lines
    assert text.count(words(AWKWARD)) == 22


def test_long_table_breaks_over_pages_with_all_rows_inside(pdf):
    assert pdf_checks.check_words_inside(pdf) == []
    pages = pdf_checks.pdf_text(pdf).split("\f")
    with_rows = [text for text in pages if re.search(r"Gemeente \d", text)]
    found = {int(n) for n in re.findall(r"Gemeente (\d+)", "".join(with_rows))}
    assert found == set(range(342))
    assert len(with_rows) >= 8
    assert all("Gemeente Aantal" in text for text in with_rows), "the header row repeats"


@pytest.mark.parametrize("paragraphs", range(20, 36, 3))
def test_long_table_never_leaves_its_title_or_source_alone(tmp_path, paragraphs):
    blocks = [sample()[0], Heading(level=2, text="Vol")]
    blocks += [Paragraph(text="regel")] * paragraphs + [long_table(38)]
    target = render_pdf(blocks, METADATA, target=tmp_path / "a.pdf")
    pages = pdf_checks.pdf_text(target).split("\f")
    titled = [text for text in pages if "Alle gemeenten op een rij" in text]
    assert len(titled) == 1
    assert "Gemeente 0" in titled[0]
    assert "Bron: verzonnen" in titled[0]


def test_blocks_with_the_same_together_word_stay_on_one_page(tmp_path):
    filler = [Paragraph(text="regel")] * 36
    group = [Heading(level=3, text="Bij elkaar", together="g"), *[Lead(text="samen", together="g")] * 6]
    blocks = [sample()[0], Heading(level=2, text="Vol"), *filler, *group]
    target = render_pdf(blocks, METADATA, target=tmp_path / "a.pdf")
    holding = [
        text for text in pdf_checks.pdf_text(target).split("\f") if "Bij elkaar" in text or "samen" in text
    ]
    assert len(holding) == 1
    assert holding[0].count("samen") == 6


def sections(*lengths, kickers=()):
    """A section of so many paragraphs for each length."""
    blocks = [sample()[0]]
    for place, length in enumerate(lengths):
        kicker = kickers[place] if kickers else "Deel"
        blocks += [Heading(level=2, kicker=kicker, text=f"Onderwerp {place}")]
        blocks += [Paragraph(text=f"deel {place} regel {line}") for line in range(length)]
    return blocks


def tabled(place, rows, first=0):
    """A section of two tables."""
    blocks = [Heading(level=2, kicker="Deel", text=f"Onderwerp {place}")]
    for number in (first, first + 1):
        blocks.append(
            Table(
                id=f"tabel-{number}",
                columns=(Column(label="Naam"), Column(label="Aantal")),
                rows=tuple((f"rij {number} {row}", "x") for row in range(rows)),
                title=f"Tabel {number}",
                caption="verzonnen",
            )
        )
    return blocks


def pages_of(tmp_path, blocks):
    target = render_pdf(blocks, METADATA, target=tmp_path / "a.pdf")
    return pdf_checks.pdf_text(target).split("\f")[:-1]


def test_sections_of_a_chapter_share_pages(tmp_path):
    pages = pages_of(tmp_path, sections(8, 8, 8))
    assert len(pages) == 2
    assert [f"Onderwerp {place}" in pages[1] for place in range(3)] == [True] * 3


def test_a_chapter_starts_a_page_unless_its_heading_says_otherwise(tmp_path):
    blocks = sections(8, 8, 8, kickers=("Werk", "Werk", "Jeugd"))
    assert ["Onderwerp 2" in page for page in pages_of(tmp_path, blocks)] == [False, False, True]
    last = max(place for place, block in enumerate(blocks) if isinstance(block, Heading))
    blocks[last] = blocks[last].model_copy(update={"new_page": False})
    assert ["Onderwerp 2" in page for page in pages_of(tmp_path, blocks)] == [False, True]


def test_a_title_stands_with_its_first_table_and_the_next_goes_overleaf(tmp_path):
    blocks = [sample()[0]]
    for place in range(4):
        blocks += tabled(place, 7, first=2 * place)
    pages = pages_of(tmp_path, blocks)
    assert len(pages) == 4, "four sections of two tables each on three pages"
    for place in range(4):
        page = next(page for page in pages if f"Onderwerp {place}" in page)
        assert f"rij {2 * place} 0" in page and f"rij {2 * place} 6" in page


def test_a_table_higher_than_a_page_begins_where_there_is_room_for_its_first_rows(tmp_path):
    def pages_after(lines):
        return pages_of(tmp_path, [*sections(lines), *tabled(1, 60)])

    near = pages_after(4)
    assert "Onderwerp 1" in near[1] and "rij 0 5" in near[1]
    far = pages_after(30)
    assert "Onderwerp 1" in far[2] and "rij 0 5" in far[2]
    for pages in (near, far):
        assert sum(page.count("rij 0 ") for page in pages) == 60


def test_a_short_section_of_texts_stays_whole_and_a_long_one_goes_overleaf(tmp_path):
    short = pages_of(tmp_path, sections(30, 10))
    assert "Onderwerp 1" in short[2] and "deel 1 regel 0" in short[2] and "deel 1 regel 9" in short[2]
    long = pages_of(tmp_path, sections(22, 60))
    assert "Onderwerp 1" in long[1] and "deel 1 regel 0" in long[1]
    assert "deel 1 regel 59" in long[-1]


def test_a_page_break_keeps_short_sections_apart(tmp_path):
    blocks = sections(4, 4)
    blocks.insert(6, PageBreak())
    assert len(pages_of(tmp_path, blocks)) == 3


def test_two_renders_give_the_same_pdf():
    assert pdf_bytes(sample(), METADATA) == pdf_bytes(sample(), METADATA)


def test_each_table_row_has_a_row_header_that_its_cells_name(pdf):
    with pikepdf.open(pdf) as document:
        elements = pdf_checks.read_tree(document.Root.StructTreeRoot)
        rows = [e for e in elements if e.kind == "/TR" and "/TBody" in e.above]
        assert len(rows) > 342
        for row in rows:
            header, *cells = (cell.entry for cell in row.below)
            assert header.S == pikepdf.Name.TH
            for cell in cells:
                names = [bytes(name) for name in pdf_checks.table_attributes(cell).get("/Headers", [])]
                assert bytes(header.ID) in names
        tree = document.Root.StructTreeRoot.IDTree.Kids[0]
        names = [bytes(name) for name in list(tree.Names)[::2]]
        assert names == sorted(names)
        assert len(names) == len(set(names))


def test_bookmarks_carry_kicker_and_finding(pdf):
    with pikepdf.open(pdf) as document, document.open_outline() as outline:
        titles = [item.title for item in outline.root[0].children]
    assert "Werk: Tabellen" in titles


def test_house_style_reaches_both_pages(tmp_path):
    style = HouseStyle(publisher="Regio Test", navy="#3a0f4d")
    target = render_pdf(sample()[:3], METADATA, style, target=tmp_path / "a.pdf")
    assert "Regio Test" in pdf_checks.pdf_text(target)
    assert "#3a0f4d" in html_text(sample()[:3], METADATA, style)


def test_the_logo_stands_on_paper_and_in_the_head_of_the_page(tmp_path):
    mark = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><rect width="4" height="1" fill="#fff"/></svg>'
    style = HouseStyle(logo_svg=mark)
    page = html_text(sample()[:3], METADATA, style)
    head = page[page.index('<header class="cover">') : page.index("</header>")]
    assert '<img class="logo" src="data:image/svg+xml;base64,' in head
    assert (
        page_checks.check_html(render_html(sample()[:3], METADATA, style, target=tmp_path / "a.html")) == []
    )
    assert (
        pdf_checks.check_structure(render_pdf(sample()[:3], METADATA, style, target=tmp_path / "a.pdf")) == []
    )
    assert "<img" not in html_text(sample()[:3], METADATA)


def test_failing_render_leaves_the_old_file(tmp_path):
    target = tmp_path / "report.pdf"
    target.write_bytes(b"old")
    broken = Figure.of(drawing(), id="x", title="t", unit="u", source="s").model_copy(update={"svg": "<svg"})
    with pytest.raises(RenderError, match="Typst"):
        render_pdf([*sample()[:2], broken], METADATA, target=target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_unsound_document_is_refused(tmp_path):
    with pytest.raises(BlockError, match="cover must be the first"):
        render_pdf(sample()[1:], METADATA, target=tmp_path / "a.pdf")
    with pytest.raises(BlockError, match="used 2 times"):
        render_html([*sample(), long_table()], METADATA, target=tmp_path / "a.html")


def test_html_with_every_block_passes_the_static_checks(page):
    assert page_checks.check_html(page) == []


def test_html_has_every_text_intact_and_loads_nothing(page):
    content = page.read_text(encoding="utf-8")
    escaped = str(html.escape(AWKWARD, quote=False)).replace("'", "&#39;")
    assert content.count(escaped) == 23  # the 22 of the PDF and the heading in the table of contents
    assert "<b>&" not in content.replace(escaped, "")
    assert not re.search(r'(?:src|srcset)="(?!data:)', content)
    assert page.stat().st_size < 400_000


def test_two_renders_give_the_same_html():
    assert html_text(sample(), METADATA) == html_text(sample(), METADATA)


def test_two_figures_in_one_page_share_no_ids(tmp_path):
    two = [Figure.of(drawing(), id=name, title="t", unit="u", source="s") for name in ("een", "twee")]
    target = render_html([*sample()[:2], *two], METADATA, target=tmp_path / "a.html")
    assert page_checks.check_html(target) == []


def test_data_csv_holds_each_number_as_printed(tmp_path):
    target = write_data_csv(sample(), target=tmp_path / "data.csv")
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(data_rows(sample()))
    assert {"id": "banen", "value": "7610.0", "display": "7.610", "status": "provisional"}.items() <= rows[
        2
    ].items()


def test_data_xlsx_is_the_same_file_each_time_and_keeps_text_as_text(tmp_path):
    first = write_data_xlsx(sample(), METADATA, target=tmp_path / "a.xlsx")
    second = write_data_xlsx(sample(), METADATA, target=tmp_path / "b.xlsx")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert b"2026-11-23T00:00:00Z" in archive.read("docProps/core.xml")
    book = openpyxl.load_workbook(first)
    assert book.sheetnames == ["Leesmij", "Cijfers"]
    assert book["Cijfers"].max_row == len(data_rows(sample())) + 1


def test_formula_in_a_label_stays_text(tmp_path):
    row = data_rows(sample())[0].model_copy(update={"label": "=1+1"})
    block = Lead(text="x", data=(row,))
    target = write_data_xlsx([block], METADATA, target=tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(target)["Cijfers"]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


AWKWARD_TEXTS = [
    "=1+1", "+11.900", "-5", "#N/A", "=", "", " spatie ", "a\nb", "\r\n", "\t", AWKWARD, "<t>&amp;]]>", "\"'",
    "één € 😀 \u2009", "1e5", "x" * 40_000,
]  # fmt: skip


@pytest.mark.parametrize("value", [0.0, -1.0, 7610.0, 1 / 3, 1e21, 1e-9, 123456789012345680.0])
def test_the_rows_of_data_xlsx_are_as_openpyxl_writes_them(tmp_path, value):
    row = data_rows(sample())[0]
    rows = [row.model_copy(update={"label": text, "unit": text, "value": value}) for text in AWKWARD_TEXTS]
    rows.append(row.model_copy(update={"value": None, "status": "missing"}))
    target = write_data_xlsx([Lead(text="x", data=tuple(rows))], METADATA, target=tmp_path / "a.xlsx")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Cijfers")
    for row in [{name: name for name in DATA_COLUMNS}, *(r.model_dump() for r in rows)]:
        cells = [WriteOnlyCell(sheet, value=value) for value in row.values()]
        for cell in cells:
            cell.data_type = "s" if isinstance(cell.value, str) else "n"
        sheet.append([None if cell.value is None else cell for cell in cells])
    book.save(tmp_path / "b.xlsx")

    def rows_of(path, part):
        with zipfile.ZipFile(path) as archive:
            content = archive.read(f"xl/worksheets/{part}.xml")
        return content[content.index(b'<row r="2"') : content.index(b"</sheetData>")]

    assert rows_of(target, "sheet2") == rows_of(tmp_path / "b.xlsx", "sheet1")
    found = [cell.value or "" for cell in openpyxl.load_workbook(target)["Cijfers"]["B"][1:-1]]
    assert found == [text[:32_767] for text in AWKWARD_TEXTS]


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1f", "\ufffe"])
def test_a_text_that_no_sheet_can_hold_is_refused(tmp_path, sign):
    row = data_rows(sample())[0].model_copy(update={"label": f"a{sign}b"})
    with pytest.raises(IllegalCharacterError):
        write_data_xlsx([Lead(text="x", data=(row,))], METADATA, target=tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_data_xlsx_is_laid_out_for_a_reader(tmp_path):
    target = write_data_xlsx(sample(), METADATA, target=tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(target)
    sheet, count = book["Cijfers"], len(data_rows(sample()))
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", f"A1:J{count + 1}")
    assert [cell.value for cell in sheet[1]] == list(DATA_COLUMNS)
    assert all(cell.font.bold for cell in sheet[1])
    assert (sheet.column_dimensions["B"].width, book["Leesmij"].column_dimensions["B"].width) == (34, 100)
    assert (book["Leesmij"]["A1"].value, book.properties.title) == (METADATA.title, METADATA.title)
    with zipfile.ZipFile(target) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_metadata_names_each_file_with_its_hash(tmp_path, pdf):
    target = write_metadata(METADATA, [pdf], target=tmp_path / "metadata.json")
    content = json.loads(target.read_text(encoding="utf-8"))
    assert content["files"]["report.pdf"]["sha256"] == hashlib.sha256(pdf.read_bytes()).hexdigest()
    assert (content["vintage"], content["date"]) == ("embedded-2026", "2026-11-23")


def test_every_number_of_the_figure_is_in_the_data(tmp_path):
    figure = Figure.of(drawing(), id="banen", title="t", unit="Banen.", source="s")
    target = render_pdf([*sample()[:2], figure], METADATA, target=tmp_path / "a.pdf")
    text = pdf_checks.pdf_text(target)
    assert text_numbers.check_text_numbers(text, figure.data) == []
    misses = text_numbers.check_text_numbers(text + " 9.999 banen", figure.data)
    assert [miss.split(":")[0] for miss in misses] == ["9.999 is in no data row"]
    assert "9.999 banen" in misses[0]


def test_table_wider_than_the_page_is_found(tmp_path):
    wide = Table(
        id="breed",
        columns=(Column(label="Naam"), *(Column(label="x" * 40) for _ in range(6))),
        rows=(("a", *"bcdefg"),),
        caption="c",
    )
    blocks = [sample()[0], Heading(level=2, text="Breed"), wide]
    (tmp_path / "a.pdf").write_bytes(pdf_bytes(blocks, METADATA))
    assert any("runs off the page" in fault for fault in pdf_checks.check_words_inside(tmp_path / "a.pdf"))


def test_plain_rows_are_as_many_as_asked():
    assert len(plain_rows(3)) == 3


def test_a_block_too_high_for_its_page_is_refused(tmp_path):
    unbreakable = [Paragraph(text=f"regel {place}", together="g") for place in range(80)]
    blocks = [sample()[0], Heading(level=2, text="Te hoog"), *unbreakable]
    with pytest.raises(RenderError, match="a block is too"):
        render_pdf(blocks, METADATA, target=tmp_path / "a.pdf")


def test_a_missing_tool_is_a_fault_not_a_pass(monkeypatch, pdf):
    monkeypatch.setattr(pdf_checks.shutil, "which", lambda _: None)
    assert "pdftotext is not installed" in pdf_checks.check_words_inside(pdf)[0]
