"""Checks of a report or site as a web page: language, headings, tables, links, nothing from elsewhere."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

from lxml import etree

from pipeline.reports.pdf_checks import heading_faults

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


def _search(*paths: str) -> etree.XPath:
    """Everything that one of the paths finds, in the order of the page.

    By path and not by walking down from the root: what stands behind ``</html>`` is no part of that.
    """
    return etree.XPath("|".join(f"//{path}" for path in paths))


_MAY_LOAD = _search("svg", *LOADING, "*[@srcset]", "*[@style]")
_HEADINGS = _search("h1", "h2", "h3", "h4", "h5", "h6")
_TABLES = _search("table", "caption", "th")
_TITLE = _search("title[not(ancestor::svg)]/text()")
_STYLES = _search("style/text()")
_IDS = _search("@id")
_LINKS = _search("a/@href")


def check_html(path: Path, language: str = "nl") -> list[str]:
    """Static checks of a page: language, title, headings, alt texts, tables, and nothing loaded from outside.

    Contrast and roles need a browser; axe-core looks at those in the tests.
    """
    root, faults = _read(Path(path).read_text(encoding="utf-8"))
    faults += [fault for element in _MAY_LOAD(root) for fault in _element_faults(element)]
    found = root.get("lang", "")
    if not found.lower().startswith(language):
        faults.append(f"language is {found!r}, not {language}")
    if not "".join(_TITLE(root)).strip():
        faults.append("no title")
    faults += heading_faults([int(e.tag[1]) for e in _HEADINGS(root)])
    faults += _table_faults(root)
    ids = Counter(_IDS(root))
    doubled = sorted(name for name, count in ids.items() if count > 1)
    if doubled:
        faults.append(f"{len(doubled)} ids are used twice, e.g. {doubled[0]!r}")
    lost = sorted({href[1:] for href in _LINKS(root) if href.startswith("#")} - ids.keys())
    if lost:
        faults.append(f"{len(lost)} links to places that are not there, e.g. #{lost[0]}")
    if loaded := _LOADED_BY_CSS.search("".join(_STYLES(root))):
        faults.append(f"the style sheet loads {loaded[0][:60]!r} from outside the file")
    return faults


def _read(text: str) -> tuple[etree._Element, list[str]]:
    """The page as a tree, mended where it is broken, and a fault when a part could not be read.

    A page that holds nothing is an empty tree.
    """
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, collect_ids=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    unread = [f"only a part can be read: {error.message}" for error in parser.error_log.filter_from_fatals()]
    return etree.Element("html") if root is None else root, unread


def _element_faults(element: etree._Element) -> list[str]:
    """Faults of one element: a picture without words, or something loaded from outside."""
    tag, faults = element.tag, []
    if tag == "img" and element.get("alt") is None:
        faults.append("an img without alt")
    if tag == "svg" and element.get("aria-hidden") != "true" and not element.get("aria-label", "").strip():
        faults.append("an svg that is neither hidden nor labelled")
    loads = LOADING.get(tag) if element.get("rel") != "canonical" else None  # names an address, loads nothing
    for attribute in (loads, "xlink:href" if tag in ("image", "use") else None, "srcset"):
        address = element.get(attribute, "") if attribute else ""
        if address and not address.startswith(("data:", "#")):
            faults.append(f"<{tag}> loads {address[:60]!r} from outside the file")
    if found := _LOADED_BY_CSS.search(element.get("style", "")):
        faults.append(f"a style loads {found[0][:60]!r} from outside the file")
    return faults


def _table_faults(root: etree._Element) -> list[str]:
    tables: list[dict[str, int]] = []
    for element in _TABLES(root):
        if element.tag == "table":
            tables.append({"caption": 0, "th": 0, "unscoped": 0})
        elif tables:
            tables[-1][element.tag] += 1
            tables[-1]["unscoped"] += element.tag == "th" and element.get("scope") is None
    faults = []
    for number, table in enumerate(tables, start=1):
        if table["caption"] != 1:
            faults.append(f"table {number} has {table['caption']} captions")
        if not table["th"]:
            faults.append(f"table {number} has no header cells")
        if table["unscoped"]:
            faults.append(f"table {number} has {table['unscoped']} header cells without scope")
    return faults


_UNSEEN = re.compile(r"<(style|script|title)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL)


def page_text(path: Path) -> str:
    """The words of a page in reading order, one line an element."""
    return html.unescape(_UNSEEN.sub("\n", Path(path).read_text(encoding="utf-8")))
