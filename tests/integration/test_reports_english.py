"""The reports in English: every kind of region passes the same checks; only names and quotes are Dutch."""

import csv
import html.parser
import json
import re
import shutil

import openpyxl
import pikepdf
import pytest

from pipeline.config import ROOT, Folders, load_settings
from pipeline.figures.drawing import DataRow
from pipeline.language.translation import active, using
from pipeline.reports import page_checks, pdf_checks, site, stage
from pipeline.reports.blocks import collect
from pipeline.reports.context import read_tables
from pipeline.reports.engine import execute

#: every kind, and the emptiest gemeente
REGIONS = ["drechtsteden", "GM0277", "AM03", "CR17", "PV22", "NL01"]
#: words that no English sentence has
DUTCH = re.compile(
    r"(?<![\w'-])(?:de|het|een|en|van|voor|niet|naar|met|zijn|bij|aan|uit|dat|ook|maar|dan|geen|tussen|sinds|jaar|"
    r"kwartaal|gemeente|gemeenten|banen|inwoners|raming|doel|doelen|cijfers|gegevens|gebied|procent|januari|februari|"
    r"maart|mei|juni|juli|augustus|oktober|wij|werk|onzeker|achter|gehaald|voorlopig|momentopname)(?![\w'-])",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def english(project, tmp_path_factory):
    """The same project with English as the language of its reports."""
    root = tmp_path_factory.mktemp("english")
    text = (project.root / "params.yaml").read_text(encoding="utf-8")
    assert text.count("language: nl") == 1
    (root / "params.yaml").write_text(text.replace("language: nl", "language: en"), encoding="utf-8")
    for name in ("data", "notebooks"):
        (root / name).symlink_to(project.root / name)
    return Folders(root)


@pytest.fixture(scope="module")
def settings(english):
    return load_settings(english.root / "params.yaml")


@pytest.fixture(scope="module")
def edition(english, settings, tmp_path_factory):
    """The folder with the reports of all kinds of region and their site."""
    target = tmp_path_factory.mktemp("reports")
    for region in REGIONS:
        stage.make_report(region, target / region, settings, english)
    stage.write_site(target, settings, english)
    return target


@pytest.fixture(scope="module")
def names(english):
    """What keeps its Dutch: names of places, and titles and words of programmes, sources and claims."""
    tables = read_tables(english)
    kept = {place.name for place in tables.places.values()} | {"EN 301 549"}
    kept |= {words for table in tables.vintage.tables for words in (table.title, table.licence)}
    for programme in tables.reference.programmes.values():
        kept |= {programme.name, *(source.title for source in programme.sources.values())}
        for target in programme.targets:
            kept |= {target.title, target.title[:1].lower() + target.title[1:], target.unit}
            kept |= {definition.title for definition in target.definitions}
            kept |= {deadline.words for deadline in target.deadlines}
    for column in ("quantity", "value_text", "unit", "period", "source"):
        kept |= set(tables.reference.claims[column].dropna().astype(str))
    for figure in tables.reference.outside_figures.values():
        kept |= {figure.title, figure.source.title}
    longest = sorted((name for name in kept if len(name) > 3), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)))


#: elements of a page without an end tag
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)


class _Words(html.parser.HTMLParser):
    """The words of a page outside elements that are marked as Dutch, its labels included."""

    def __init__(self):
        super().__init__()
        self.open, self.found = [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        hidden = (self.open and self.open[-1][1]) or values.get("lang") == "nl" or tag in ("style", "script")
        if not hidden:
            self.found += [
                values[name] for name in ("aria-label", "alt", "content", "title") if values.get(name)
            ]
        if tag not in VOID:
            self.open.append((tag, hidden))

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not (self.open and self.open[-1][1]):
            self.found.append(data)


def dutch_in(texts, names):
    """Dutch words with what stands around them."""
    found = []
    for text in texts:
        rest = names.sub("#", text)
        found += [rest[max(0, m.start() - 40) : m.end() + 40] for m in DUTCH.finditer(rest)]
    return found


def words_of(path):
    page = _Words()
    page.feed(path.read_text(encoding="utf-8"))
    return page.found


def rows_of(folder):
    with (folder / stage.CSV).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [DataRow(**row | {"value": float(row["value"]) if row["value"] else None}) for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize("region", REGIONS)
def test_every_kind_of_region_gives_a_sound_english_report(edition, region):
    folder = edition / region
    assert pdf_checks.check_structure(folder / stage.PDF, "en") == []
    assert page_checks.check_html(folder / stage.HTML, "en") == []
    with pikepdf.open(folder / stage.PDF) as document:
        assert str(document.Root.Lang) == "en-GB"
        assert "Labour market monitor" in str(document.docinfo.Title)
        assert 9 <= len(document.pages) <= 18
    if shutil.which("pdftotext"):
        assert pdf_checks.check_words_inside(folder / stage.PDF) == []


@pytest.mark.parametrize("region", REGIONS)
def test_only_names_and_marked_quotes_are_dutch(edition, names, region):
    folder = edition / region
    assert dutch_in(words_of(folder / stage.HTML), names) == []
    shown = [f"{row.label} | {row.period} | {row.unit} | {row.display}" for row in rows_of(folder)]
    own = [row.source for row in rows_of(folder)]
    assert dutch_in([*shown, *own], names) == []


def test_what_a_programme_promised_stays_as_it_was_said(edition):
    text = (edition / "drechtsteden" / stage.HTML).read_text(encoding="utf-8")
    assert '<span lang="nl">30.000 extra arbeidsplaatsen</span>' in text
    assert "The chance of 30,000 extra jobs in 2030" in " ".join(
        words_of(edition / "drechtsteden" / stage.HTML)
    )


def test_the_verdict_rests_on_a_condition_and_never_on_a_programme(edition):
    text = " ".join(words_of(edition / "drechtsteden" / stage.HTML))
    assert "if the development of 2010–2024 continues" in text
    assert (
        "cannot be said: the estimate spreads the growth of a larger area by the share of the last count"
        in text
    )


def test_the_figures_are_those_of_the_dutch_report(edition, report):
    english, dutch = (rows_of(folder) for folder in (edition / "GM0277", report("GM0277")))
    figures = [
        {
            (row.id, row.region_code, row.value, row.status)
            for row in rows
            if not row.id.startswith("herkomst")
        }
        for rows in (english, dutch)
    ]
    assert figures[0] == figures[1]
    assert {row.display for row in english if row.status == "missing"} == {"no data"}


def test_the_workbook_speaks_english(edition):
    book = openpyxl.load_workbook(edition / "GM0277" / stage.XLSX, read_only=True)
    assert book.sheetnames == ["Read me", "Figures"]


def test_the_site_is_english_and_links_the_reports(edition, names):
    text = (edition / site.INDEX).read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    assert 'href="drechtsteden/index.html"' in text
    left = {
        name: dutch_in(words_of(edition / name), names) for name in (site.INDEX, site.REVISED, site.ABOUT)
    }
    assert left == {name: [] for name in left}
    metadata = json.loads((edition / "NL01" / stage.METADATA).read_text(encoding="utf-8"))
    assert (metadata["language"], metadata["region"]) == ("en", "Netherlands")


def test_a_kernel_writes_the_same_english(english):
    """A kernel is another process: the language comes from the settings of the project."""
    parameters = {"region": "GM0277", "project": str(english.root)}
    with using("en"):
        here = collect(execute(english.report_notebook, parameters))
        kernel = collect(execute(english.report_notebook, parameters, engine="nbclient", cwd=ROOT))
    assert [block.model_dump() for block in here] == [block.model_dump() for block in kernel]


def test_a_report_gives_the_language_back(edition):
    assert active() == "nl"
