"""Own checks of finished reports: what the validators miss, and what a reader would stumble over.

Each check returns a list of faults in plain words; an empty list means none were found.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name

from pipeline.figures.drawing import DataRow

UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
FALSE_POSITIVES = frozenset({"PDFA2A-STREAM-LENGTH-001"})  # page-validation 0.11 on object streams
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
PAINTING = frozenset("Tj TJ ' \" f F f* B B* b b* S s sh Do EI".split())


# --- structure tree ---------------------------------------------------------------------


def children(element: pikepdf.Object) -> list[pikepdf.Object]:
    """Structure elements directly below an element."""
    below = element.get("/K")
    candidates = list(below) if isinstance(below, Array) else [below]
    return [child for child in candidates if isinstance(child, Dictionary) and "/S" in child]


def walk(element: pikepdf.Object, path: tuple[str, ...] = ()) -> Iterator[tuple[pikepdf.Object, tuple[str, ...]]]:
    """Every structure element with the types above it, in reading order."""
    if "/S" in element:
        yield element, path
        path = (*path, str(element.S))
    for child in children(element):
        yield from walk(child, path)


def table_attributes(element: pikepdf.Object) -> pikepdf.Object:
    """The attributes of a cell that belong to tables; an empty dictionary when it has none."""
    attributes = element.get("/A")
    for entry in list(attributes) if isinstance(attributes, Array) else [attributes]:
        if isinstance(entry, Dictionary) and entry.get("/O") == Name.Table:
            return entry
    return Dictionary()


# --- PDF --------------------------------------------------------------------------------


def check_pdf(path: Path) -> list[str]:
    """All checks of a PDF: structure, words inside the page, PDF/UA-1 and PDF/A-2A."""
    return check_structure(path) + check_words_inside(path) + check_standards(path)


def check_structure(path: Path) -> list[str]:
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
        return [f"not a readable PDF: {error}"]
    with document:
        root = document.Root
        if "/StructTreeRoot" not in root or not root.get("/MarkInfo", {}).get("/Marked", False):
            return ["not tagged: no structure tree"]
        elements = list(walk(root.StructTreeRoot))
        return [
            *_check_identity(document),
            *_check_headings(elements),
            *_check_figures(elements),
            *_check_tables(elements),
            *_check_fonts(document),
            *_check_untagged(document),
            *_check_links(document),
        ]


def _check_identity(document: pikepdf.Pdf) -> list[str]:
    root, faults = document.Root, []
    language = str(root.get("/Lang", ""))
    if not language.lower().startswith("nl"):
        faults.append(f"language is {language!r}, not nl")
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        faults.append("DisplayDocTitle is off: the window shows the file name")
    with document.open_metadata() as metadata:
        if not str(metadata.get("dc:title") or "").strip():
            faults.append("no title")
        if metadata.get(UA_PART) != "1":
            faults.append("no PDF/UA-1 identifier")
        if (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")) != ("2", "A"):
            faults.append("no PDF/A-2A identifier")
    if "/Outlines" not in root or "/First" not in root.Outlines:
        faults.append("no bookmarks")
    return faults


def _check_headings(elements: list) -> list[str]:
    levels = [int(str(e.S)[2:]) for e, _ in elements if re.fullmatch(r"/H\d", str(e.S))]
    return heading_faults(levels)


def heading_faults(levels: Sequence[int]) -> list[str]:
    """Faults in the order of headings: one h1, first; no level skipped."""
    if not levels:
        return ["no headings"]
    faults = []
    if levels[0] != 1 or levels.count(1) != 1:
        faults.append(f"{levels.count(1)} headings of level 1, the first heading has level {levels[0]}")
    skips = [f"{a} to {b}" for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]
    if skips:
        faults.append(f"{len(skips)} skipped heading levels, e.g. {skips[0]}")
    return faults


def _check_figures(elements: list) -> list[str]:
    figures = [e for e, _ in elements if e.S == Name.Figure]
    silent = [e for e in figures if not str(e.get("/Alt", "")).strip()]
    return [f"{len(silent)} of {len(figures)} figures without alt text"] if silent else []


def _check_tables(elements: list) -> list[str]:
    faults = []
    unscoped = [e for e, _ in elements if e.S == Name.TH and "/Scope" not in table_attributes(e)]
    if unscoped:
        faults.append(f"{len(unscoped)} table headers without scope")
    tables = [e for e, _ in elements if e.S == Name.Table]
    headless = [t for t in tables if not any(e.S == Name.TH for e, _ in walk(t))]
    if headless:
        faults.append(f"{len(headless)} of {len(tables)} tables without header cells")
    rows = [e for e, path in elements if e.S == Name.TR and "/TBody" in path]
    bare = [r for r in rows if not (children(r) and _heads_row(children(r)[0]))]
    if bare:
        faults.append(f"{len(bare)} of {len(rows)} table rows without a row header")
    return faults


def _heads_row(cell: pikepdf.Object) -> bool:
    return cell.S == Name.TH and table_attributes(cell).get("/Scope") == Name.Row


def _check_fonts(document: pikepdf.Pdf) -> list[str]:
    loose = {
        str(item.get("/FontName"))
        for item in document.objects
        if isinstance(item, Dictionary)
        and item.get("/Type") == Name.FontDescriptor
        and not any(key in item for key in FONT_FILES)
    }
    return [f"{len(loose)} fonts not embedded, e.g. {min(loose)}"] if loose else []


def _check_untagged(document: pikepdf.Pdf) -> list[str]:
    faults = []
    for number, page in enumerate(document.pages, start=1):
        depth = loose = 0
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            if operator in ("BDC", "BMC"):
                depth += 1
            elif operator == "EMC":
                depth -= 1
            elif depth == 0 and operator in PAINTING:
                loose += 1
        if loose:
            faults.append(f"page {number} paints {loose} things outside any tag or artifact")
    return faults


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


def check_words_inside(path: Path, slack: float = 1.0) -> list[str]:
    """Words whose box lies outside their page (points): text that ran off unseen.

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
            if left < -slack or top < -slack or right > width + slack or bottom > height + slack:
                faults.append(f"page {number}: {word[5]!r} lies outside the page")
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
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True)
    return done.stdout
