"""Checks of a report or site as a web page: language, headings, tables, links, nothing from elsewhere."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path

from pipeline.reports.pdf_checks import heading_faults

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
