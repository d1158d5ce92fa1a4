"""The documentation builds strictly, and its pages ask no other host for anything."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from docs import build_pages
from pipeline.folders import ROOT

#: Elements and attributes by which a page loads something by itself; a link to click is not one.
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
           "embed": "src", "object": "data", "form": "action"}  # fmt: skip
LOADING_LINKS = {
    "stylesheet",
    "icon",
    "preload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "modulepreload",
    "manifest",
}
OUTSIDE = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)


class Loads(HTMLParser):
    """Collects the addresses that a page loads by itself."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag in LOADING:
            self.addresses.append(values.get(LOADING[tag], ""))
        if tag == "link" and LOADING_LINKS & set(values.get("rel", "").split()):
            self.addresses.append(values.get("href", ""))
        self.addresses += re.findall(r"url\(['\"]?([^'\")]+)", values.get("style", ""))


def outside(html: str) -> list[str]:
    """Addresses of other hosts that a page loads."""
    page = Loads()
    page.feed(html)
    found = [address for address in page.addresses if OUTSIDE.match(address)]
    for style in re.findall(r"<style[^>]*>(.*?)</style>", html, flags=re.DOTALL):
        found += styles_outside(style)
    return found


def styles_outside(css: str) -> list[str]:
    """Addresses of other hosts that a style sheet loads."""
    named = re.findall(r"(?:url\(\s*['\"]?|@import\s+['\"])([^'\")]+)", css)
    return [address for address in named if OUTSIDE.match(address)]


@pytest.fixture(scope="module")
def site(tables, tmp_path_factory):
    """The site, built from a copy of docs/ with the pages made from the embedded vintage."""
    if importlib.util.find_spec("mkdocs") is None or importlib.util.find_spec("mkdocstrings") is None:
        pytest.skip("mkdocs-material and mkdocstrings are not installed (extra docs)")
    root = tmp_path_factory.mktemp("docs-site")
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("generated", "__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "pipeline").symlink_to(ROOT / "pipeline")
    build_pages.main(root / "docs" / "generated", tables.read)
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return root / "site"


def test_the_check_sees_what_loads():
    assert outside('<script src="https://cdn.example/x.js"></script>') == ["https://cdn.example/x.js"]
    assert outside('<link rel="stylesheet" href="//fonts.example/a.css">') == ["//fonts.example/a.css"]
    assert outside("<style>@import 'https://x.example/a.css'</style>") == ["https://x.example/a.css"]
    assert outside('<a href="https://www.cbs.nl">CBS</a><img src="images/a.svg">') == []


def test_no_page_loads_anything_from_another_host(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert outside(text) == [], page.name
        assert 'class="mermaid"' not in text  # the theme would fetch its drawing script
    for sheet in site.rglob("*.css"):
        assert styles_outside(sheet.read_text(encoding="utf-8")) == [], sheet.name


def test_made_pages_hold_what_they_are_made_from(site, tables):
    moves = (site / "generated" / "corop_moves.html").read_text(encoding="utf-8")
    stored = tables.read("corop_moves")
    assert f"{len(stored)} moves" in moves
    for move in stored.itertuples():
        assert move.gm_code in moves and f"{move.jobs_2010:,.0f}" in moves
    words = (site / "generated" / "dictionary.html").read_text(encoding="utf-8")
    assert "break_before" in words and "jobs_employees" in words
    vintage = (site / "generated" / "vintage.html").read_text(encoding="utf-8")
    assert "83582NED" in vintage and "CC BY 4.0" in vintage
    api = (site / "generated" / "api" / "geography.html").read_text(encoding="utf-8")
    assert "to_current_borders" in api and "smallest_share" in api
    words = " ".join(re.sub(r"<[^>]+>", " ", api).split())  # what follows the colon is not taken for a type
    assert re.search(r"source \( str \) . table id of the classification", words)


def test_every_page_names_its_language_and_pictures(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert '<html lang="en"' in text
        for picture in re.findall(r"<img [^>]*>", text):
            assert re.search(r'alt="[^"]{10,}', picture), (page.name, picture)
