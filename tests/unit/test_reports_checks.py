"""The checks find what they are for."""

import pytest

from pipeline.figures.drawing import DataRow
from pipeline.reports.checks import (
    check_html,
    check_structure,
    check_text_numbers,
    heading_faults,
    numbers_in,
)

PAGE = """<!DOCTYPE html><html lang="nl"><head><title>t</title><style>{css}</style></head>
<body><h1>a</h1><h2>b</h2>{body}</body></html>"""


def faults(tmp_path, body="", css="", page=PAGE):
    path = tmp_path / "a.html"
    path.write_text(page.replace("{body}", body).replace("{css}", css), encoding="utf-8")
    return check_html(path)


def test_sound_page_has_no_faults(tmp_path):
    table = '<table><caption>c</caption><tr><th scope="col">x</th></tr></table>'
    body = f'{table}<p id="p"><a href="#p">x</a><img alt="" src="data:,"><svg aria-hidden="true"></svg></p>'
    assert faults(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<img src="data:,">', "img without alt"),
        ('<script src="https://cdn.example/x.js"></script>', "loads 'https://cdn.example/x.js'"),
        ('<link rel="stylesheet" href="style.css">', "loads 'style.css'"),
        ('<svg role="img"></svg>', "neither hidden nor labelled"),
        ("<h4>x</h4>", "skipped heading levels, e.g. 2 to 4"),
        ("<h1>x</h1>", "2 headings of level 1"),
        ('<table><tr><th scope="col">x</th></tr></table>', "table 1 has 0 captions"),
        ("<table><caption>c</caption><tr><th>x</th></tr></table>", "1 header cells without scope"),
        ("<table><caption>c</caption><tr><td>x</td></tr></table>", "no header cells"),
        ('<p id="a"></p><p id="a"></p>', "ids are used twice"),
        ('<a href="#weg">x</a>', "links to places that are not there"),
        ('<p style="background:url(https://x.nl/a.png)"></p>', "from outside the file"),
    ],
)
def test_each_fault_is_found(tmp_path, body, found):
    assert any(found in fault for fault in faults(tmp_path, body))


def test_style_sheet_that_loads_a_font_is_found(tmp_path):
    assert any("style sheet" in fault for fault in faults(tmp_path, css="@import 'x.css';"))
    assert faults(tmp_path, css="p{background:url(data:image/png;base64,AA)}") == []


def test_language_and_title(tmp_path):
    page = PAGE.replace('lang="nl"', 'lang="en"').replace("<title>t</title>", "")
    found = faults(tmp_path, page=page)
    assert "language is 'en', not nl" in found
    assert "no title" in found


def test_heading_order():
    assert heading_faults([1, 2, 3, 3, 2]) == []
    assert heading_faults([]) == ["no headings"]
    assert heading_faults([2, 1])[0].startswith("1 headings of level 1, the first heading has level 2")


def test_not_a_pdf(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"no pdf at all")
    assert "not a readable PDF" in check_structure(path)[0]


def test_numbers_are_found_and_codes_dates_and_years_are_not():
    text = "In 2024 waren er 144.200 banen (−1.300; 8,2 %), tabel 83582NED, op 1.2.2026, v2.015, CC BY 4.0."
    assert numbers_in(text) == ["144.200", "1.300", "8,2"]


def test_numbers_at_the_end_of_a_sentence_and_in_ranges():
    assert numbers_in("van 136.100 tot 152.900. Daarna 6,5, en 1.234.567,8;") == [
        "136.100",
        "152.900",
        "6,5",
        "1.234.567,8",
    ]


def test_number_that_no_row_shows_is_a_miss():
    row = DataRow(
        id="x",
        label="l",
        region="r",
        period="2024",
        value=144249.0,
        unit="banen",
        status="estimate",
        source="s",
        display="144.200",
    )
    assert check_text_numbers("144.200 banen", [row]) == []
    assert check_text_numbers("30.000 extra", [row], ["doel: 30.000"]) == []
    assert len(check_text_numbers("144.300 en nog eens 144.300", [row])) == 1
