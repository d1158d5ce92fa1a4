"""Checks of a report on paper: tags, fonts, what lies where, and the standards it follows."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
FALSE_POSITIVES = frozenset({"PDFA2A-STREAM-LENGTH-001"})  # page-validation 0.11 on object streams
UNREADABLE = "not a readable PDF"
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
TEXT = frozenset(["Tj", "TJ"])
MATRICES = frozenset(["cm", "Tm"])
PAINTING = frozenset(["Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI"])


# --- structure tree ---------------------------------------------------------------------


class Element(NamedTuple):
    """An element of the structure tree, with what is asked of it again and again: each question takes time.

    kind : "/TR", "/TD"; above : kinds of the elements it lies in, the outermost first; entry : its dictionary;
    below : the elements directly below
    """

    kind: str
    above: tuple[str, ...]
    entry: pikepdf.Object
    below: list[Element]


def read_tree(root: pikepdf.Object) -> list[Element]:
    """Every structure element below the root of the tree, in reading order."""
    found: list[Element] = []
    _read_below(root, (), found)
    return found


def _read_below(entry: pikepdf.Object, path: tuple[str, ...], found: list[Element]) -> list[Element]:
    """The elements directly below an entry; they and all below them are added to ``found``."""
    below = entry.get("/K")
    direct = []
    for child in below if isinstance(below, Array) else [below]:
        kind = child.get("/S") if isinstance(child, Dictionary) else None
        if kind is not None:
            element = Element(str(kind), path, child, [])
            found.append(element)
            direct.append(element)
            element.below.extend(_read_below(child, (*path, element.kind), found))
    return direct


def table_attributes(entry: pikepdf.Object) -> pikepdf.Object:
    """The attributes of a cell that belong to tables; an empty dictionary when it has none."""
    attributes = entry.get("/A")
    for item in attributes if isinstance(attributes, Array) else [attributes]:
        if isinstance(item, Dictionary) and str(item.get("/O")) == "/Table":
            return item
    return Dictionary()


# --- checks -------------------------------------------------------------------------------


def check_pdf(path: Path, language: str = "nl") -> list[str]:
    """All checks of a PDF: structure, words inside the page, PDF/UA-1 and PDF/A-2A."""
    faults = check_structure(path, language)
    if any(fault.startswith(UNREADABLE) for fault in faults):
        return faults
    return faults + check_words_inside(path) + check_standards(path)


def check_structure(path: Path, language: str = "nl") -> list[str]:
    """Tags, language, title, headings, alt texts, table headers, fonts and bookmarks.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of str
        Faults; a file that is not a PDF is one fault.
    """
    try:
        document = pikepdf.open(path)
    except pikepdf.PdfError as error:
        return [f"{UNREADABLE}: {error}"]
    with document:
        root = document.Root
        if "/StructTreeRoot" not in root or not root.get("/MarkInfo", {}).get("/Marked", False):
            return ["not tagged: no structure tree"]
        elements = read_tree(root.StructTreeRoot)
        return [
            *_check_identity(document, language),
            *_check_headings(elements),
            *_check_figures(elements),
            *_check_tables(elements),
            *_check_fonts(document),
            *_check_content(document),
            *_check_links(document),
        ]


def _check_identity(document: pikepdf.Pdf, language: str) -> list[str]:
    root, faults = document.Root, []
    found = str(root.get("/Lang", ""))
    if not found.lower().startswith(language):
        faults.append(f"language is {found!r}, not {language}")
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        faults.append("DisplayDocTitle is off: the window shows the file name")
    metadata = document.open_metadata()  # not as a context: that writes it anew
    if not str(metadata.get("dc:title") or "").strip():
        faults.append("no title")
    if metadata.get(UA_PART) != "1":
        faults.append("no PDF/UA-1 identifier")
    if (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")) != ("2", "A"):
        faults.append("no PDF/A-2A identifier")
    if "/Outlines" not in root or "/First" not in root.Outlines:
        faults.append("no bookmarks")
    return faults


def _check_headings(elements: list[Element]) -> list[str]:
    return heading_faults([int(e.kind[2:]) for e in elements if re.fullmatch(r"/H\d", e.kind)])


def heading_faults(levels: Sequence[int]) -> list[str]:
    """Faults in the order of headings: one h1, first; no level skipped."""
    if not levels:
        return ["no headings"]
    faults = []
    if levels[0] != 1 or levels.count(1) != 1:
        faults.append(f"{levels.count(1)} headings of level 1, the first heading has level {levels[0]}")
    skips = [f"{a} to {b}" for a, b in pairwise(levels) if b > a + 1]
    if skips:
        faults.append(f"{len(skips)} skipped heading levels, e.g. {skips[0]}")
    return faults


def _check_figures(elements: list[Element]) -> list[str]:
    figures = [e for e in elements if e.kind == "/Figure"]
    silent = [e for e in figures if not str(e.entry.get("/Alt", "")).strip()]
    return [f"{len(silent)} of {len(figures)} figures without alt text"] if silent else []


def _check_tables(elements: list[Element]) -> list[str]:
    faults = []
    unscoped = [e for e in elements if e.kind == "/TH" and "/Scope" not in table_attributes(e.entry)]
    if unscoped:
        faults.append(f"{len(unscoped)} table headers without scope")
    tables = [e for e in elements if e.kind == "/Table"]
    headless = [table for table in tables if not _has_header(table)]
    if headless:
        faults.append(f"{len(headless)} of {len(tables)} tables without header cells")
    rows = [e for e in elements if e.kind == "/TR" and "/TBody" in e.above]
    bare = [row for row in rows if not (row.below and _heads_row(row.below[0]))]
    if bare:
        faults.append(f"{len(bare)} of {len(rows)} table rows without a row header")
    return faults


def _has_header(element: Element) -> bool:
    return any(e.kind == "/TH" or _has_header(e) for e in element.below)


def _heads_row(cell: Element) -> bool:
    return cell.kind == "/TH" and table_attributes(cell.entry).get("/Scope") == Name.Row


def _check_fonts(document: pikepdf.Pdf) -> list[str]:
    loose = {
        str(item.get("/FontName"))
        for item in document.objects
        if isinstance(item, Dictionary)
        and str(item.get("/Type")) == "/FontDescriptor"
        and not any(key in item for key in FONT_FILES)
    }
    return [f"{len(loose)} fonts not embedded, e.g. {min(loose)}"] if loose else []


def _check_content(document: pikepdf.Pdf) -> list[str]:
    """Things painted outside any tag, and texts off their page or on top of each other.

    Typst sets a block that is too high for its page without a word: what does not fit comes on top of the
    last line or beyond the edge. Readers of text leave those words out, so the positions in the page itself
    have to give it away.
    """
    faults = []
    for number, page in enumerate(document.pages, start=1):
        left, bottom, right, top = (float(side) for side in page.mediabox)
        depth = loose = lost = 0
        place, stack, text_start = _UNMOVED, [], _UNMOVED
        starts: Counter[tuple[float, float]] = Counter()
        for operands, operator in _instructions(page):
            if operator in PAINTING:
                loose += depth == 0
                if operator in TEXT:
                    *_, x, y = _then(text_start, place)
                    lost += not (left <= x <= right and bottom <= y <= top)
                    starts[round(x, 1), round(y, 1)] += 1
            elif operator == "q":
                stack.append(place)
            elif operator == "Q":
                place = stack.pop()
            elif operator == "cm":
                place = _then(_matrix(operands), place)
            elif operator == "Tm":
                text_start = _matrix(operands)
            elif operator == "EMC":
                depth -= 1
            elif operator in ("BDC", "BMC"):
                depth += 1
        if loose:
            faults.append(f"page {number} paints {loose} things outside any tag or artifact")
        if lost:
            faults.append(f"page {number}: {lost} texts run off the page; a block is too large for it")
        piled = sum(count - 1 for count in starts.values())
        if piled:
            faults.append(f"page {number}: {piled} texts on top of another; a block is too high for the page")
    return faults


_LOOKED_AT = PAINTING | MATRICES | {"BDC", "BMC", "EMC", "q", "Q"}
_SPACE = r"\0\t\n\f\r "
_REGULAR = rf"[^{_SPACE}()<>\[\]{{}}/%]"
_STRING = r"\([^()]*+(?<!\\)\)|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+\)"
_PLAIN = rf"[-+.\d{_SPACE}]++|{_STRING}|/{_REGULAR}*+|<[\dA-Fa-f{_SPACE}]*+>"
_ARRAY = rf"\[(?:{_PLAIN})*+\]"
_OPERANDS = rf"(?:{_PLAIN}|{_ARRAY}|<<(?:{_PLAIN}|{_ARRAY})*+>>)*+"
_OPERATOR = "|".join(map(re.escape, _LOOKED_AT))
#: The operands and operator of an instruction to look at, whatever others go before it; or one character that belongs
#: to no instruction as Typst writes them, such as "BI", the start of a picture inside the page; or nothing, at the
#: end. Each match starts where the last one ended.
_INSTRUCTION = re.compile(
    rf"(?:{_OPERANDS}(?<![-+.\d])(?!(?:{_OPERATOR}|BI)(?!{_REGULAR}))[A-Za-z]{_REGULAR}*+)*+"
    rf"({_OPERANDS})(?:(?<![-+.\d])({_OPERATOR})(?!{_REGULAR})|(.)|\Z)",
    re.DOTALL,
)


def _instructions(page: pikepdf.Page) -> list[tuple[str, str]]:
    """Operands and operator of the instructions that are looked at.

    Reading by pattern takes a third of the time of the full parser, which makes an object of each number. Content
    with anything the pattern does not know goes to that parser.
    """
    contents = page.get("/Contents", Array())
    parts = contents if isinstance(contents, Array) else [contents]
    found = _INSTRUCTION.findall(b"\n".join(part.read_bytes() for part in parts).decode("latin-1"))
    if not any(unknown for _, _, unknown in found):
        return [(operands, operator) for operands, operator, _ in found if operator]
    full = pikepdf.parse_content_stream(page, " ".join(sorted(_LOOKED_AT)))
    return [
        (" ".join(map(str, operands)) if str(operator) in MATRICES else "", str(operator))
        for operands, operator in full
    ]


#: The six numbers of a PDF matrix; a page has thousands of them, and an array for each would be slow.
Matrix = tuple[float, float, float, float, float, float]
_UNMOVED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _matrix(operands: str) -> Matrix:
    a, b, c, d, e, f = map(float, operands.split())
    return a, b, c, d, e, f


def _then(first: Matrix, second: Matrix) -> Matrix:
    """One matrix after another."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _check_links(document: pikepdf.Pdf) -> list[str]:
    links = [
        note
        for page in document.pages
        for note in page.get("/Annots", [])
        if note.get("/Subtype") == Name.Link
    ]
    silent = [note for note in links if not str(note.get("/Contents", "")).strip()]
    return [f"{len(silent)} of {len(links)} links without a description"] if silent else []


_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">')
_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')


EDGE = 25.5  # points (9 mm): header and footer stay 13 mm off the edge, rows are 6 mm high


def check_words_inside(path: Path) -> list[str]:
    """Words that touch the outer 9 mm of their page: text that runs off unseen.

    pdftotext leaves out letters beyond the page, so whatever runs off is seen on its way through the edge.
    Needs poppler's pdftotext; its absence is reported as a fault, never taken for a pass.
    """
    tool = shutil.which("pdftotext")
    if tool is None:
        return ["pdftotext is not installed: no check that every word lies inside its page (poppler-utils)"]
    done = subprocess.run([tool, "-bbox", str(path), "-"], capture_output=True, text=True, check=False)
    if done.returncode:
        return [f"pdftotext could not read the file: {done.stderr.strip()}"]
    faults, number, width, height = [], 0, 0.0, 0.0
    for line in done.stdout.splitlines():
        if page := _PAGE.search(line):
            number, width, height = number + 1, float(page[1]), float(page[2])
        elif word := _WORD.search(line):
            left, top, right, bottom = map(float, word.groups()[:4])
            if min(left, top, width - right, height - bottom) < EDGE:
                faults.append(f"page {number}: {word[5]!r} runs off the page")
    return faults


def check_standards(path: Path) -> list[str]:
    """Breaches of PDF/UA-1 and PDF/A-2A by page-validation, its known false positive left out."""
    try:
        import page
    except ImportError:
        return ["page-validation is not installed: PDF/UA-1 and PDF/A-2A were not checked"]
    faults = []
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        report = page.validate_pdf(str(path), profile=profile)
        faults += [
            f"{failure.rule_id}: {failure.message}"
            for failure in report.failures
            if failure.rule_id not in FALSE_POSITIVES
        ]
    return faults


def pdf_text(path: Path) -> str:
    """The words of a PDF in reading order; needs poppler's pdftotext."""
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True)
    return done.stdout
