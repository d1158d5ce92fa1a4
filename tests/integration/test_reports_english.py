"""The reports in English: every kind of region passes the same checks; only names and quotes are Dutch."""

import html.parser
import json
import re
import shutil

import openpyxl
import pikepdf
import pytest

from pipeline.config import load_settings
from pipeline.folders import ROOT, Folders
from pipeline.reports import build, checks, files, page_checks, pdf_checks, site, stage
from pipeline.reports.blocks import collect
from pipeline.reports.context import read_tables
from pipeline.reports.engine import execute

#: every kind, and the emptiest gemeente
REGIONS = ["drechtsteden", "GM0277", "AM03", "MC29", "CR17", "PV22", "NL01"]
#: words that no English sentence has; a gemeente keeps its name (docs/glossary.md), and a target is met
DUTCH = re.compile(
    r"(?<![\w'-])(?:de|het|een|en|van|voor|niet|naar|zijn|bij|aan|uit|dat|ook|maar|dan|geen|tussen|sinds|jaar|"
    r"kwartaal|banen|inwoners|raming|doel|doelen|cijfers|gegevens|gebied|procent|januari|februari|"
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
        build.make_report(region, target / region, settings, english)
    stage.write_site(target, settings, english)
    return target


@pytest.fixture(scope="module")
def names(english):
    """What keeps its Dutch: names of places, and titles and words of programmes, sources and claims."""
    tables = read_tables(english)
    kept = {place.name for place in tables.places.values()} | {"EN 301 549"}
    kept |= {words for table in tables.vintage.tables for words in (table.title, table.licence)}
    kept |= {
        name.rpartition(" ")[0] for name in kept if len(name) > 20
    }  # a long name on two lines of a chart
    for programme in tables.reference.programmes.values():
        kept |= {programme.aim, *programme.partners}
        kept |= {words for item in programme.money for words in (item.words, item.amount_words)}
        kept |= {words for item in programme.actions for words in (item.words, item.result)}
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
    return checks.read_rows(folder / files.CSV)


@pytest.mark.slow
@pytest.mark.parametrize("region", REGIONS)
def test_every_kind_of_region_gives_a_sound_english_report(edition, region):
    folder = edition / region
    assert pdf_checks.check_structure(folder / files.PDF, "en") == []
    assert page_checks.check_html(folder / files.HTML, "en") == []
    with pikepdf.open(folder / files.PDF) as document:
        assert str(document.Root.Lang) == "en-GB"
        assert not DUTCH.search(str(document.docinfo.Title))
        assert 4 <= len(document.pages) <= 9
    if shutil.which("pdftotext"):
        assert pdf_checks.check_words_inside(folder / files.PDF) == []


@pytest.mark.parametrize("region", REGIONS)
def test_only_names_and_marked_quotes_are_dutch(edition, names, region):
    folder = edition / region
    assert dutch_in(words_of(folder / files.HTML), names) == []
    shown = [f"{row.label} | {row.period} | {row.unit} | {row.display}" for row in rows_of(folder)]
    own = [row.source for row in rows_of(folder)]
    assert dutch_in([*shown, *own], names) == []


def test_what_a_programme_promised_stays_as_it_was_said(edition):
    text = (edition / "drechtsteden" / files.HTML).read_text(encoding="utf-8")
    assert '<span lang="nl">30.000 extra arbeidsplaatsen</span>' in text
    assert "30,000 in 2030 probably not met" in " ".join(words_of(edition / "drechtsteden" / files.HTML))


def test_the_figures_are_those_of_the_dutch_report(edition, report):
    english, dutch = (rows_of(folder) for folder in (edition / "GM0277", report("GM0277")))
    figures = [
        {
            (row.indicator, row.aspect, row.region_code, row.value, row.low, row.high, row.status)
            for row in rows
        }
        for rows in (english, dutch)
    ]
    assert figures[0] == figures[1]
    assert {row.display for row in english if row.status == "missing"} <= {"no data"}


def test_the_workbook_speaks_english(edition):
    book = openpyxl.load_workbook(edition / "GM0277" / files.XLSX, read_only=True)
    assert book.sheetnames == ["Read me", "Figures"]


def test_the_site_is_english_and_links_the_reports(edition, names):
    text = (edition / site.INDEX).read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    assert 'href="drechtsteden/index.html"' in text
    left = {
        name: dutch_in(words_of(edition / name), names) for name in (site.INDEX, site.REVISED, site.ABOUT)
    }
    assert left == {name: [] for name in left}
    metadata = json.loads((edition / "NL01" / files.METADATA).read_text(encoding="utf-8"))
    assert (metadata["language"], metadata["region"]) == ("en", "the Netherlands")


def test_a_kernel_writes_the_same_english(english):
    """A kernel is another process: the language comes from the settings of the project."""
    parameters = {"region": "GM0277", "project": str(english.root)}
    here = collect(execute(english.report_notebook, parameters))
    kernel = collect(execute(english.report_notebook, parameters, engine="nbclient", cwd=ROOT))
    assert [block.model_dump() for block in here] == [block.model_dump() for block in kernel]
