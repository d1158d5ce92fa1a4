"""The checks find what they are for."""

import pytest

from pipeline.reports.page_checks import check_html, page_text
from pipeline.reports.pdf_checks import check_structure, heading_faults
from pipeline.reports.text_numbers import check_text_numbers, marked_numbers_in, without_axes
from tests.integration.sample_report import row

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


@pytest.mark.parametrize(
    ("body", "found"),
    [
        # names of elements and attributes in any case, values with or without quotes
        ("<IMG SRC=https://x.nl/a.png>", ["an img without alt", "<img> loads 'https://x.nl/a.png'"]),
        ("<TABLE><TR><TH>x</TABLE>", ["table 1 has 0 captions", "table 1 has 1 header cells without scope"]),
        ('<p ID="a"></p><p id="a">', ["1 ids are used twice, e.g. 'a'"]),
        # what is broken or not closed hides nothing
        (
            "<table><caption>c<tr><th>x</b></span><th scope=col>y",
            ["table 1 has 1 header cells without scope"],
        ),
        ('</div></td><svg><g></p><use href="x.svg#a"/></svg>', ["an svg that is", "<use> loads 'x.svg#a'"]),
        ("<p>a < b</p></body></html><h4>x</h4>", ["1 skipped heading levels, e.g. 2 to 4"]),
        ("<b><p></b><img src='x.png' alt=''>", ["<img> loads 'x.png'"]),
        # a table in a table has captions and headers of its own
        (
            "<table><caption>c</caption><tr><th scope=col>x<table><tr><td>y</table></table>",
            ["table 2 has 0 captions", "table 2 has no header cells"],
        ),
        # drawings inside the page
        (
            '<svg aria-label="a"><image xlink:href="http://x.nl/a.png"/><image href="b.png"/></svg>',
            ["<image> loads 'http://x.nl/a.png'", "<image> loads 'b.png'"],
        ),
        (
            '<svg aria-label="a"><use xlink:href="#a"/><use xlink:href="a.svg"/></svg>',
            ["<use> loads 'a.svg'"],
        ),
        ('<svg aria-label=" "/><h2 id="a">x</h2><h3 id="a">y</h3>', ["an svg that is", "1 ids are used"]),
        (
            '<svg aria-label="a"><style>@import "a.css"</style></svg>',
            ["the style sheet loads '@import'"],
        ),
        ('<svg aria-hidden="true"><g id="a"/><g id="a"/></svg>', ["1 ids are used twice"]),
        # addresses
        ('<img alt="" src="data:," srcset="a.png 2x">', ["<img> loads 'a.png 2x'"]),
        ('<picture><source srcset="a.png"></picture>', ["<source> loads 'a.png'"]),
        ('<p srcset="a.png">', ["<p> loads 'a.png'"]),
        ('<img alt="" src="&#104;ttp://x.nl">', ["<img> loads 'http://x.nl'"]),
        ('<object data="a.svg"></object>', ["<object> loads 'a.svg'"]),
        ('<iframe src="a.html"></iframe>', ["<iframe> loads 'a.html'"]),
        ('<noscript><img alt="" src="a.png"></noscript>', ["<img> loads 'a.png'"]),
        ('<a href="#a&amp;b">x</a>', ["1 links to places that are not there, e.g. #a&b"]),
        # what is said is not done
        (
            "<!-- <img src=x> --><p title='<img src=x>'>&lt;img src=x&gt;</p><script>'<img src=x>'</script>",
            [],
        ),
        ('<img alt src="#a"><a href="x.html">x</a><a href="#p">y</a><p id="p">', []),
    ],
)
def test_each_fault_is_found_however_the_page_is_written(tmp_path, body, found):
    seen = faults(tmp_path, body)
    assert len(seen) == len(found)
    assert all(fault.startswith(start) for fault, start in zip(seen, found, strict=True))


def test_the_title_of_a_drawing_is_not_the_title_of_the_page(tmp_path):
    drawn = '<svg aria-label="a"><title>t</title></svg>'
    assert faults(tmp_path, drawn) == []
    assert faults(tmp_path, drawn, page=PAGE.replace("<title>t</title>", "")) == ["no title"]
    assert faults(tmp_path, drawn, page=PAGE.replace("<title>t</title>", "<TITLE> </TITLE>")) == ["no title"]


@pytest.mark.parametrize("content", ["", "<!-- nothing -->", "words alone"])
def test_a_page_that_holds_nothing_has_every_fault(tmp_path, content):
    assert faults(tmp_path, page=content) == ["language is '', not nl", "no title", "no headings"]


def test_a_page_that_is_read_in_part_is_no_pass(tmp_path):
    """The parser stops at elements two thousand deep; what stands there is not seen."""
    assert "only a part can be read" in faults(tmp_path, "<div>" * 3000 + '<img src="a.png">')[0]
    assert faults(tmp_path, "<div>" * 1500 + '<img alt="" src="data:,">') == []


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
    assert marked_numbers_in(text, "nl") == ["144.200", "1.300", "8,2"]


def test_numbers_at_the_end_of_a_sentence_and_in_ranges():
    assert marked_numbers_in("van 136.100 tot 152.900. Daarna 6,5, en 1.234.567,8;", "nl") == [
        "136.100",
        "152.900",
        "6,5",
        "1.234.567,8",
    ]


def test_number_that_no_row_shows_is_a_miss():
    rows = [row(value=144249.0, status="estimate", display="144.200")]
    assert check_text_numbers("144.200 banen", rows, "nl") == []
    assert check_text_numbers("30.000 extra", rows, "nl", ["doel: 30.000"]) == []
    assert len(check_text_numbers("144.300 en nog eens 144.300", rows, "nl")) == 1


def test_ticks_of_an_axis_are_no_figures_of_the_reader():
    assert marked_numbers_in(
        without_axes("x\n2008 2010 2012\n110.000\n120.000\n130.000\nDoel 144.200", "nl"), "nl"
    ) == ["144.200"]
    assert marked_numbers_in(
        without_axes("110.000\n120.000\n130.000\n140.000 Doel\n164.100", "nl"), "nl"
    ) == ["164.100"]
    assert marked_numbers_in(without_axes("110.000\n120.000\n130.000\n141.000 Doel", "nl"), "nl") == [
        "141.000"
    ]
    assert marked_numbers_in(without_axes("−2,5\n0,0\n2,5\nNederland 4,0 %", "nl"), "nl") == ["4,0"]
    assert marked_numbers_in(without_axes("0,0 2,5 5,0 7,5", "nl"), "nl") == []


def test_numbers_alone_on_a_line_are_looked_at_unless_they_are_ticks():
    """A card shows a lone number, and so do two cells: an exemption for every bare line would miss them."""
    assert marked_numbers_in(without_axes("Banen\n144.200\ngemeten", "nl"), "nl") == ["144.200"]
    assert marked_numbers_in(without_axes("144.200\n146.200", "nl"), "nl") == ["144.200", "146.200"]
    assert marked_numbers_in(without_axes("1.000\n2.000\n3.500\n4.000", "nl"), "nl") == [
        "1.000",
        "2.000",
        "3.500",
        "4.000",
    ]
    assert marked_numbers_in(without_axes("1.000\n1.000\n1.000", "nl"), "nl") == ["1.000"] * 3


def test_two_axes_that_follow_each_other_are_both_known():
    text = "2008\n2010\n2012\n110.000\n120.000\n130.000\n9.999"
    assert marked_numbers_in(without_axes(text, "nl"), "nl") == ["9.999"]


def test_the_start_of_an_axis_is_no_figure_of_the_reader():
    text = "Banen, december. De as begint bij 7.500.000. Er waren 9.086.200 banen; ook bij 7.500.000."
    assert marked_numbers_in(without_axes(text, "nl"), "nl") == ["9.086.200", "7.500.000"]


def test_a_number_in_a_unit_may_be_printed():
    rows = [row(value=8.2, unit="per 1.000 inwoners", display="8,2")]
    assert check_text_numbers("8,2 per 1.000 inwoners", rows, "nl") == []


def test_the_words_of_a_page_are_those_that_are_seen(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(
        "<title>1,1</title><style>p{top:2,2}</style><p class='3,3'>7.610 &amp; <b>8,2</b></p><!-- 4,4 -->"
        "<svg><text>110.000</text></svg><script>5,5</script>",
        encoding="utf-8",
    )
    assert marked_numbers_in(page_text(path), "nl") == ["7.610", "8,2", "110.000"]
