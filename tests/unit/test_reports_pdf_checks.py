"""The checks of a PDF find what they are for, in files made for it."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from pipeline.reports.pdf_checks import _LOOKED_AT, MATRICES, _instructions, check_structure, read_tree

SOUND = b"/P<</MCID 0>>BDC\nq 1 0 0 -1 20 80 cm\nBT 1 0 0 -1 0 0 Tm[(a)2(b)]TJ\nET\nQ\nEMC"


def element(kind, *below, **keys):
    """A structure element; ``below`` are elements, or numbers of marked content."""
    return Dictionary(Type=Name.StructElem, S=Name("/" + kind), K=Array(below), **keys)


def scoped(scope, **keys):
    return Dictionary(O=Name.Table, Scope=Name("/" + scope), **keys)


def table(*, head=True, scope=True, row_header=True):
    kind = "TH" if head else "TD"
    first = element(kind, A=Array([scoped("Column")])) if scope else element(kind)
    cell = element("TH", A=scoped("Row")) if row_header else element("TD")
    return element(
        "Table",
        element("THead", element("TR", first)),
        element("TBody", element("TR", cell, element("TD", 3))),
    )


def write(path, *elements, content=SOUND):
    """A PDF of one page, a hundred points wide and high, with a structure tree."""
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(100, 100))
        page.Contents = (
            Array([document.make_stream(part) for part in content])
            if isinstance(content, list)
            else document.make_stream(content)
        )
        document.Root.MarkInfo = Dictionary(Marked=True)
        document.Root.Lang = String("nl-NL")
        document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        document.Root.Outlines = Dictionary(First=Dictionary())
        document.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=element("Document", *elements))
        with document.open_metadata() as metadata:
            metadata["dc:title"] = "t"
            metadata["pdfuaid:part"] = "1"
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "2", "A"
        document.save(path)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.pdf"


def faults(path, *elements, content=SOUND):
    return check_structure(write(path, element("H1", 0), *elements, content=content))


def test_a_sound_file_has_no_faults(path):
    assert faults(path, table(), element("Figure", Alt=String("a"))) == []


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (element("Figure"), "1 of 1 figures without alt text"),
        (element("Figure", Alt=String(" ")), "1 of 1 figures without alt text"),
        (element("H3", 1), "1 skipped heading levels, e.g. 1 to 3"),
        (element("H1", 1), "2 headings of level 1, the first heading has level 1"),
        (table(scope=False), "1 table headers without scope"),
        (table(row_header=False), "1 of 1 table rows without a row header"),
        (element("Table", element("TBody", element("TR"))), "1 of 1 tables without header cells"),
        (element("Table", element("TBody", element("TR"))), "1 of 1 table rows without a row header"),
    ],
)
def test_each_fault_of_the_tree_is_found(path, wrong, found):
    assert found in faults(path, element("Div", wrong))


def test_a_header_of_the_column_heads_no_row(path):
    row = element("TR", element("TH", A=Array([scoped("Column")])))
    assert faults(path, element("Table", element("TBody", row))) == ["1 of 1 table rows without a row header"]


def test_each_fault_of_the_identity_is_found(path):
    with pikepdf.open(write(path, element("H1", 0))) as document:
        document.Root.Lang = String("en")
        del document.Root.Metadata, document.Root.Outlines, document.Root.ViewerPreferences
        document.save(path.with_name("b.pdf"))
    assert check_structure(path.with_name("b.pdf")) == [
        "language is 'en', not nl",
        "DisplayDocTitle is off: the window shows the file name",
        "no title",
        "no PDF/UA-1 identifier",
        "no PDF/A-2A identifier",
        "no bookmarks",
    ]


def test_a_font_that_is_not_embedded_is_found(path):
    with pikepdf.open(write(path, element("H1", 0))) as document:
        descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.Lato)
        document.Root.Fonts = Array([document.make_indirect(descriptor)])
        document.save(path.with_name("b.pdf"))
    assert check_structure(path.with_name("b.pdf")) == ["1 fonts not embedded, e.g. /Lato"]


def test_the_tree_is_read_in_order_with_what_lies_above_and_below(path):
    with pikepdf.open(write(path, table(), element("P", 1))) as document:
        found = read_tree(document.Root.StructTreeRoot)
    assert "".join(e.kind for e in found) == "/Document/Table/THead/TR/TH/TBody/TR/TH/TD/P"
    assert found[8].above == ("/Document", "/Table", "/TBody", "/TR")
    assert [e.kind for e in found[6].below] == ["/TH", "/TD"]
    assert [e.kind for e in found[0].below] == ["/Table", "/P"]


TEXT = b"BT 1 0 0 1 %d %d Tm(a)Tj ET"
TAGGED = b"/P<</MCID 0>>BDC %s EMC"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (TEXT % (5, 5), "page 1 paints 1 things outside any tag or artifact"),
        (SOUND + b" 0 0 m 5 5 l S", "page 1 paints 1 things outside any tag or artifact"),
        (SOUND + b" 0 0 5 5 re f*", "page 1 paints 1 things outside any tag or artifact"),
        (SOUND + b"/X0 Do", "page 1 paints 1 things outside any tag or artifact"),
        (SOUND + b" (a)'", "page 1 paints 1 things outside any tag or artifact"),
        (
            TAGGED % (TEXT % (5, 120)),
            "page 1: 1 texts run off the page; a block is too large for it",
        ),
        (
            TAGGED % (b"q 1 0 0 1 0 -9 cm " + TEXT % (5, 5) + b" Q"),
            "page 1: 1 texts run off the page; a block is too large for it",
        ),
        (
            TAGGED % (TEXT % (5, 5) + b" " + TEXT % (5, 5)),
            "page 1: 1 texts on top of another; a block is too high for the page",
        ),
    ],
)
#: what leaves the content to the pattern, and what takes it to the full parser
@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"% a remark\n",
        b"/Span<</ActualText(S Tj (a) \\( Do \\\\)/A<00Ff>/B[true/S]>>BDC EMC ",
        b"/Span<</ActualText(S (Do (Tj)) f)>>BDC EMC ",
        b"/Artifact BMC BI /W 1 /H 1 /BPC 8 /CS /G ID ( EI EMC\n",
    ],
)
def test_each_fault_on_the_page_is_found_whatever_goes_before(path, before, content, found):
    assert faults(path, content=before + content) == [found]
    assert faults(path, content=[b"", before + content]) == [found]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        SOUND,
        SOUND + b"\n0 0 1 rg",
        SOUND + b"\n1 2",
        b"q%Q Q\nQ",
        b"(q Q) Tj q(\\) Q)Tj Q (\\\\)Tj(q\\\\\\)Q)Tj",
        b"(a(b)c)Tj ((a(b)c))Tj (\\()Tj ((\\)))Tj",
        b"(\\262\xb2)Tj (((\\262)\xb2))Tj",
        b"<714A>Tj<</A<51>/Q/q>>BDC[<51>3(Q)-1.5<71>]TJ",
        b"/q gs/Q/q Do q\rQ\tS\x00s\x0cb*",
        b"1 0 0 1 0 0cm q 1 0 0 1 .5 -.5 cm",
        b"qQ q Qq cmq Tj* f* B* fB sh",
        b"BI /W 1 /H 1 /BPC 8 /CS /G ID Q EI Q",
        b"0 0 m 1 1 l h W n 1 2 3 4 5 6 c S BX d0 d1 EX true null Q",
        b"q) Q",
        b"{q} Q",
        b"q <5 1\n> Tj <51",
    ],
)
def test_the_pattern_reads_the_instructions_that_the_full_parser_reads(path, content):
    with pikepdf.open(write(path, content=content)) as document:
        page = document.pages[0]
        full = pikepdf.parse_content_stream(page, " ".join(_LOOKED_AT))
        full = [instruction for instruction in full if str(instruction.operator) in _LOOKED_AT]
        found = [(operands, operator) for operands, operator in _instructions(page) if operator in _LOOKED_AT]
        assert [operator for _, operator in found] == [str(i.operator) for i in full]
        moved = [[float(n) for n in i.operands] for i in full if str(i.operator) in MATRICES]
        assert [[float(n) for n in o.split()] for o, operator in found if operator in MATRICES] == moved


def test_a_page_without_content_has_none(path):
    with pikepdf.open(write(path)) as document:
        del document.pages[0].Contents
        assert _instructions(document.pages[0]) == []
