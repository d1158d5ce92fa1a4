"""Own checks of finished reports: what the validators miss, and what a reader would stumble over.

Each check returns a list of faults in plain words; an empty list means none were found. ``check_report`` does
them all: the reports stage and ``python -m pipeline doctor --reports`` use it.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import html
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name
from pydantic import ValidationError

from pipeline.config import Language
from pipeline.figures.common import AXIS_NOTE
from pipeline.figures.drawing import DataRow
from pipeline.language.numbers import separators
from pipeline.language.translation import COUNTRIES, SOURCE, active, translation, using
from pipeline.reports.csvw import check_csvw
from pipeline.reports.files import CSV, CSVW, FILES, HTML, METADATA, PDF

UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
FALSE_POSITIVES = frozenset({"PDFA2A-STREAM-LENGTH-001"})  # page-validation 0.11 on object streams
UNREADABLE = "not a readable PDF"
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
TEXT = frozenset(["Tj", "TJ"])
PAINTING = frozenset(["Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI"])


# --- a report as a whole ------------------------------------------------------------------


def check_report(folder: Path, *, quick: bool = False) -> list[str]:
    """Faults of a finished report, each with the name of its file.

    Parameters
    ----------
    folder : where the report lies
    quick : only what takes little and needs no other program: every file there and as metadata.json says,
        data.csv as its description says, every number of the page in the data. The stage looks at this for each
        report; structure and page were checked when they were written. In full also these, words within the
        paper, PDF/UA-1 and PDF/A-2A, and every number on paper in the data.

    Returns
    -------
    list of str
        An absent file is one fault; what is there is still looked at.
    """
    folder = Path(folder)
    with using(_language_of(folder)):
        return _report_faults(folder, quick)


def _report_faults(folder: Path, quick: bool) -> list[str]:
    here = {name for name in (*FILES, METADATA) if (folder / name).is_file()}
    paper, page = folder / PDF, folder / HTML
    faults = check_files(folder)
    rows: list[DataRow] = []
    if CSV in here:
        if CSVW in here:
            faults += _named(CSV, check_csvw(folder / CSVW, folder / CSV))
        try:
            rows = read_rows(folder / CSV)
            faults += _named(HTML, check_text_numbers(page_text(page), rows) if HTML in here else [])
        except (ValidationError, TypeError, ValueError) as error:
            faults.append(f"{CSV}: not readable as data rows: {error}")
    if quick:
        return faults
    if HTML in here:
        faults += _named(HTML, check_html(page, active()))
    if PDF in here:
        found = check_pdf(paper, active())
        if rows and shutil.which("pdftotext") and not any(fault.startswith(UNREADABLE) for fault in found):
            found += check_text_numbers(pdf_text(paper), rows)
        faults += _named(PDF, found)
    return faults


def _named(name: str, faults: Iterable[str]) -> list[str]:
    return [f"{name}: {fault}" for fault in faults]


def _language_of(folder: Path) -> Language:
    """The language that metadata.json names; Dutch where it does not, which is a fault of its own."""
    try:
        found = json.loads((folder / METADATA).read_text(encoding="utf-8"))["language"]
    except (OSError, ValueError, KeyError, TypeError):
        return SOURCE
    return found if found in COUNTRIES else SOURCE


def check_files(folder: Path) -> list[str]:
    """Files of a report that are absent, or whose sha256 is not the one in metadata.json."""
    faults = [f"{name} is not there" for name in FILES if not (folder / name).is_file()]
    try:
        known = json.loads((folder / METADATA).read_text(encoding="utf-8"))["files"]
        expected = {name: known[name]["sha256"] for name in known}
    except FileNotFoundError:
        return [*faults, f"{METADATA} is not there"]
    except (ValueError, KeyError, TypeError) as error:
        return [*faults, f"{METADATA} names no files: {error!r}"]
    faults += [f"{METADATA} does not name {name}" for name in FILES if name not in expected]
    for name, digest in expected.items():
        path = folder / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            faults.append(f"{name} is not the file that {METADATA} describes: its sha256 differs")
    return faults


def read_rows(path: Path) -> list[DataRow]:
    """The rows of a data.csv."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [DataRow(**row | {"value": row["value"] or None}) for row in csv.DictReader(file)]


# --- structure tree ---------------------------------------------------------------------


def children(element: pikepdf.Object) -> list[pikepdf.Object]:
    """Structure elements directly below an element."""
    below = element.get("/K")
    candidates = list(below) if isinstance(below, Array) else [below]
    return [child for child in candidates if isinstance(child, Dictionary) and "/S" in child]


def walk(
    element: pikepdf.Object, path: tuple[str, ...] = ()
) -> Iterator[tuple[pikepdf.Object, tuple[str, ...]]]:
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
        elements = list(walk(root.StructTreeRoot))
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
    skips = [f"{a} to {b}" for a, b in pairwise(levels) if b > a + 1]
    if skips:
        faults.append(f"{len(skips)} skipped heading levels, e.g. {skips[0]}")
    return faults


def _check_figures(elements: list) -> list[str]:
    figures = [e for e, _ in elements if Name.Figure == e.S]
    silent = [e for e in figures if not str(e.get("/Alt", "")).strip()]
    return [f"{len(silent)} of {len(figures)} figures without alt text"] if silent else []


def _check_tables(elements: list) -> list[str]:
    faults = []
    unscoped = [e for e, _ in elements if e.S == Name.TH and "/Scope" not in table_attributes(e)]
    if unscoped:
        faults.append(f"{len(unscoped)} table headers without scope")
    tables = [e for e, _ in elements if Name.Table == e.S]
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
        for instruction in pikepdf.parse_content_stream(page, _LOOKED_AT):  # not the points of every border
            operator = str(instruction.operator)
            if operator in ("BDC", "BMC"):
                depth += 1
            elif operator == "EMC":
                depth -= 1
            elif operator == "q":
                stack.append(place)
            elif operator == "Q":
                place = stack.pop()
            elif operator == "cm":
                place = _then(_matrix(instruction.operands), place)
            elif operator == "Tm":
                text_start = _matrix(instruction.operands)
            if operator in PAINTING:
                loose += depth == 0
            if operator in TEXT:
                *_, x, y = _then(text_start, place)
                lost += not (left <= x <= right and bottom <= y <= top)
                starts[round(x, 1), round(y, 1)] += 1
        if loose:
            faults.append(f"page {number} paints {loose} things outside any tag or artifact")
        if lost:
            faults.append(f"page {number}: {lost} texts run off the page; a block is too large for it")
        piled = sum(count - 1 for count in starts.values())
        if piled:
            faults.append(f"page {number}: {piled} texts on top of another; a block is too high for the page")
    return faults


#: The six numbers of a PDF matrix; a page has thousands of them, and an array for each would be slow.
Matrix = tuple[float, float, float, float, float, float]
_UNMOVED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_LOOKED_AT = " ".join(sorted(PAINTING | {"BDC", "BMC", "EMC", "q", "Q", "cm", "Tm"}))


def _matrix(operands: Sequence) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
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


# --- HTML -------------------------------------------------------------------------------

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)
LOADING = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "object": "data",
    "image": "href",
    "use": "href",
}
_LOADED_BY_CSS = re.compile(r"url\(\s*['\"]?(?!data:|#)([^)'\"]+)|@import", re.IGNORECASE)


class _Page(HTMLParser):
    """Collects what the static checks need from one page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.open: list[str] = []
        self.language = self.title = ""
        self.tables: list[dict[str, int]] = []
        self.styles = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "html":
            self.language = values.get("lang", "")
        if tag == "img" and "alt" not in values:
            self.faults.append("an img without alt")
        if tag == "svg" and values.get("aria-hidden") != "true" and not values.get("aria-label", "").strip():
            self.faults.append("an svg that is neither hidden nor labelled")
        if tag == "a" and values.get("href", "").startswith("#"):
            self.anchors.append(values["href"][1:])
        self._check_table(tag, values)
        self._check_loading(tag, values)

    def _check_table(self, tag: str, values: dict[str, str]) -> None:
        if tag == "table":
            self.tables.append({"caption": 0, "th": 0, "unscoped": 0})
        elif self.tables and tag == "caption":
            self.tables[-1]["caption"] += 1
        elif self.tables and tag == "th":
            self.tables[-1]["th"] += 1
            self.tables[-1]["unscoped"] += "scope" not in values

    def _check_loading(self, tag: str, values: dict[str, str]) -> None:
        for attribute in (LOADING.get(tag), "xlink:href" if tag in ("image", "use") else None, "srcset"):
            address = values.get(attribute, "") if attribute else ""
            if address and not address.startswith(("data:", "#")):
                self.faults.append(f"<{tag}> loads {address[:60]!r} from outside the file")
        if found := _LOADED_BY_CSS.search(values.get("style", "")):
            self.faults.append(f"a style loads {found[0][:60]!r} from outside the file")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside == "title" and "svg" not in self.open:
            self.title += data
        elif inside == "style":
            self.styles += data


def check_html(path: Path, language: str = "nl") -> list[str]:
    """Static checks of a page: language, title, headings, alt texts, tables, and nothing loaded from outside.

    Contrast and roles need a browser; axe-core looks at those in the tests.
    """
    page = _Page()
    page.feed(Path(path).read_text(encoding="utf-8"))
    faults = list(page.faults)
    if not page.language.lower().startswith(language):
        faults.append(f"language is {page.language!r}, not {language}")
    if not page.title.strip():
        faults.append("no title")
    faults += heading_faults(page.levels)
    for number, table in enumerate(page.tables, start=1):
        if table["caption"] != 1:
            faults.append(f"table {number} has {table['caption']} captions")
        if not table["th"]:
            faults.append(f"table {number} has no header cells")
        if table["unscoped"]:
            faults.append(f"table {number} has {table['unscoped']} header cells without scope")
    doubled = sorted({name for name in page.ids if page.ids.count(name) > 1})
    if doubled:
        faults.append(f"{len(doubled)} ids are used twice, e.g. {doubled[0]!r}")
    lost = sorted(set(page.anchors) - set(page.ids))
    if lost:
        faults.append(f"{len(lost)} links to places that are not there, e.g. #{lost[0]}")
    if found := _LOADED_BY_CSS.search(page.styles):
        faults.append(f"the style sheet loads {found[0][:60]!r} from outside the file")
    return faults


_UNSEEN = re.compile(r"<(style|script|title)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL)


def page_text(path: Path) -> str:
    """The words of a page in reading order, one line an element."""
    return html.unescape(_UNSEEN.sub("\n", Path(path).read_text(encoding="utf-8")))


# --- numbers ----------------------------------------------------------------------------


# A number with a thousands point or decimal comma, that is no part of a longer code, date or word.
@functools.cache
def _number_in_text(thousands: str, decimal: str) -> re.Pattern[str]:
    t, d = re.escape(thousands), re.escape(decimal)
    return re.compile(rf"(?<![\w.,/-])(?:\d{{1,3}}(?:{t}\d{{3}})+(?:{d}\d+)?|\d+{d}\d+)(?![\w/]|[.,]\d)")


def numbers_in(text: str) -> list[str]:
    """Numbers with a sign for thousands or decimals, as the active language has them, in order of appearance."""
    return _number_in_text(*separators()).findall(text)


#: Rule "start of the axis": the unit line says where an axis begins that does not begin at zero.
def _axis_start() -> str:
    words = translation(AXIS_NOTE).partition("{start}")[0].split()
    return r"\s+".join(map(re.escape, words)) + r"\s+[−-]?[\d.,]*\d"


@functools.cache
def _only_numbers(thousands: str, decimal: str) -> re.Pattern[str]:
    one = rf"[−-]?\d+(?:{re.escape(thousands)}\d{{3}})*(?:{re.escape(decimal)}\d+)?"
    return re.compile(rf"{one}(?:\s+{one})*")


FEWEST_TICKS = 3


def without_axes(text: str) -> str:
    """The text of a report without the numbers that only measure: where an axis starts, and its ticks.

    Rule "axis ticks": at least three numbers in a row at equal distances, in lines that hold nothing but
    numbers ("110.000", "120.000", "130.000"). A lone number in a line is no tick. The last tick may have the
    words of a label at its height behind it ("140.000 Doel").
    """
    lines = re.sub(_axis_start(), "", text).splitlines()
    only_numbers = _only_numbers(*separators())
    kept: list[str] = []
    numbers: list[str] = []
    for line in [*lines, "end"]:
        words = line.strip()
        if only_numbers.fullmatch(words):
            numbers += words.split()
        elif words:
            first, _, rest = words.partition(" ")
            last = numbers[-FEWEST_TICKS:]
            is_number = len(last) == FEWEST_TICKS and only_numbers.fullmatch(first)
            if is_number and not _without_ticks([*last, first]):
                numbers, line = [*numbers, first], rest
            kept += [*_without_ticks(numbers), line]
            numbers = []
    return "\n".join(kept[:-1])


def _without_ticks(numbers: Sequence[str]) -> list[str]:
    """Numbers in a row without the longest runs at equal distances."""
    thousands, decimal = separators()
    values = [Fraction(n.replace(thousands, "").replace(decimal, ".").replace("−", "-")) for n in numbers]
    kept, start = [], 0
    while start < len(numbers):
        end = start + 1
        while end < len(numbers) and (
            values[end] - values[end - 1] == values[start + 1] - values[start] != 0
        ):
            end += 1
        if end - start >= FEWEST_TICKS:
            start = end
        else:
            kept.append(numbers[start])
            start += 1
    return kept


def check_text_numbers(text: str, rows: Iterable[DataRow], allowed: Iterable[str] = ()) -> list[str]:
    """Numbers in a report's text that no data row shows.

    Parameters
    ----------
    text : str
        Words of the report, as from ``pdf_text`` or ``page_text``; axes do not count (see ``without_axes``).
    rows : iterable of DataRow
        The data behind the report; every number in a ``display`` or a ``unit`` ("per 1.000 inwoners") may be
        printed.
    allowed : iterable of str
        Further texts whose numbers may be printed: the provenance list, a programme's own words.

    Returns
    -------
    list of str
        One line a missing number, with the words around it. Years, dates, page numbers, table ids and
        whole numbers below a thousand are not looked at.
    """
    text = without_axes(text)
    shown = [words for row in rows for words in (row.display, row.unit)]
    if active() != SOURCE:  # what a programme stated is quoted, its number too
        shown += [row.label for row in rows]
    known = {number for words in shown for number in numbers_in(words)}
    known |= {number for words in allowed for number in numbers_in(words)}
    misses: dict[str, str] = {}
    for match in _number_in_text(*separators()).finditer(text):
        if match[0] not in known:
            around = " ".join(text[max(0, match.start() - 40) : match.end() + 30].split())
            misses.setdefault(match[0], around)
    return [f"{number} is in no data row: ...{around}..." for number, around in misses.items()]
