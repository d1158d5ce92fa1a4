"""The site: addresses, figures of map and comparison, what is listed, and what stops it."""

import hashlib
import re

import pandas as pd
import pytest

from pipeline import vocabulary
from pipeline.config import load_settings
from pipeline.figures.style import DEFAULT_STYLE, contrast
from pipeline.folders import Folders
from pipeline.reports import addresses, figure_files, page_checks
from pipeline.reports.blocks import BlockError, Figure
from pipeline.reports.context import place_of
from pipeline.reports.files import FILES
from pipeline.reports.metadata import ReportMetadata
from pipeline.reports.render_html import TEMPLATES
from pipeline.reports.site import HERE, INDEX, SITEMAP, SiteError, make_site, values
from tests import site_sample as sample

FEW = ("drechtsteden", "GM0505", "NL01")


def settings_with(**changed):
    settings = load_settings()
    return settings.model_copy(update={"reports": settings.reports.model_copy(update=changed)})


def make(folder, found=None, codes=FEW, **changed):
    sample.write_reports(folder, codes, language=changed.get("language", "nl"))
    return make_site(
        folder, sample.tables(), settings_with(**changed), found, folders=Folders(), style=DEFAULT_STYLE
    )


# --- pages --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_same_input_gives_the_same_bytes_and_sound_pages(tmp_path, language):
    made = [
        make(tmp_path / n, sample.comparison(), language=language, address="https://x.nl/m/") for n in "ab"
    ]
    for one, other in zip(*made, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
        assert one.suffix != ".html" or page_checks.check_html(one, language) == []
    text = (tmp_path / "a" / INDEX).read_text(encoding="utf-8")
    assert sample.AWKWARD not in text and "alert" in text
    assert '<link rel="canonical" href="https://x.nl/m/">' in text and 'property="og:title"' in text


def test_each_region_has_an_address_that_leads_to_its_report_or_to_those_around_it(tmp_path):
    make(tmp_path)
    assert "url=../GM0505/report.html" in (tmp_path / "dordrecht" / INDEX).read_text(encoding="utf-8")
    other = (tmp_path / "papendrecht" / INDEX).read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+)"', other) == [
        "../drechtsteden/report.html",
        "../NL01/report.html",
        "../index.html",
    ]


def test_the_sitemap_names_pages_and_reports_and_is_absent_without_an_address(tmp_path):
    make(tmp_path / "a", address="https://x.nl/m/")
    found = re.findall("<loc>(.*?)</loc>", (tmp_path / "a" / SITEMAP).read_text(encoding="utf-8"))
    assert {"https://x.nl/m/", "https://x.nl/m/dordrecht/", "https://x.nl/m/drechtsteden/"} < set(found)
    assert "https://x.nl/m/papendrecht/" not in found
    make(tmp_path / "b")
    assert not (tmp_path / "b" / SITEMAP).exists()


def test_what_was_revised_stands_on_its_page(tmp_path):
    make(tmp_path / "a", sample.comparison())
    text = (tmp_path / "a" / "herzien.html").read_text(encoding="utf-8")
    for words in (
        "+25,0",
        "was nul",
        "januari 2021",
        "onzeker",
        "achter op schema",
        "2 herzien, 1 nieuw, 0 vervallen",
    ):
        assert words in text, words
    assert len(pd.read_csv(tmp_path / "a" / "herzien-cijfers.csv")) == 3
    make(tmp_path / "b")
    assert "nog niets om te vergelijken" in (tmp_path / "b" / "herzien.html").read_text(encoding="utf-8")


def test_reports_that_do_not_make_one_site_stop_it(tmp_path):
    with pytest.raises(SiteError, match=r"not in the tables, e\.g\. GM9999"):
        make(tmp_path / "a", codes=["GM9999"])
    sample.write_reports(tmp_path / "b", ["GM0505"])
    (tmp_path / "b" / "GM0505" / "report.pdf").unlink()
    with pytest.raises(SiteError, match=r"GM0505 has no report.pdf"):
        make(tmp_path / "b", codes=[])


def test_a_report_of_another_vintage_is_left_out_with_a_warning(tmp_path, caplog):
    sample.write_reports(tmp_path, ["GM0590"], vintage="embedded-2026")
    make(tmp_path)
    assert "GM0590 is left out" in caplog.text
    assert "GM0590/report" not in (tmp_path / "papendrecht" / INDEX).read_text(encoding="utf-8")


# --- addresses ----------------------------------------------------------------------------


def test_addresses_are_names_and_two_regions_cannot_share_one():
    kinds = [
        ("GM0014", "Groningen", "gemeente"),
        ("PV20", "Groningen", "province"),
        ("NL01", "Nederland", "nation"),
        ("GM1900", "Súdwest-Fryslân", "gemeente"),
        ("drechtsteden-6", "Zes", "area"),
    ]
    places = {code: place_of(code, name, kind, "en") for code, name, kind in kinds}
    assert list(addresses.slugs(places).values()) == [
        "groningen",
        "provincie-groningen",
        "nederland",
        "sudwest-fryslan",
        "drechtsteden-6",
    ]
    places["groningen"] = place_of("groningen", "Een gebied", "area", "nl")
    with pytest.raises(addresses.AddressError, match=r"e\.g\. 'groningen'"):
        addresses.slugs(places)


# --- figures ------------------------------------------------------------------------------


def test_jobs_have_the_margin_of_the_reports_and_not_the_old_count():
    found = values.annual_values(sample.indicators(), sample.tables().read("job_estimates"))
    jobs = found[(found["indicator"] == "jobs_employees") & (found["region_code"] == "GM0505")]
    assert jobs["year"].tolist() == [2015, 2023, 2024]
    newest = jobs.iloc[-1]
    assert (newest["low"], newest["high"], newest["level"], newest["status"]) == (
        60000,
        65000,
        0.8,
        "estimate",
    )
    assert not found.duplicated(["region_code", "indicator", "year"]).any()
    packed = values.packed(found, "nl")
    rows = packed["indicators"]["jobs_employees"]["regions"]["GM0505"]
    assert rows[1][-1] == 1 and packed["statuses"][rows[1][-2]] == "raming"
    suppressed = packed["indicators"]["ww_per_1000_residents"]["regions"]["GM0106"][0]
    assert suppressed[1] is None and packed["statuses"][suppressed[-2]] == "afgeschermd door CBS"


def test_the_map_has_rates_only_in_years_that_most_gemeenten_have():
    found = values.annual_values(sample.indicators(), sample.tables().read("job_estimates"))
    assert values.mapped(found) == {"ww_per_1000_residents": [2024], "bijstand_per_1000_residents": [2024]}


def test_classes_separate_the_regions_of_each_level(tmp_path):
    make(tmp_path)
    text = (tmp_path / INDEX).read_text(encoding="utf-8")
    drawn = re.search(r'<g data-level="gemeente">(.*?)</g>', text, re.DOTALL)[1]
    assert len(set(re.findall(r'class="(k\d)"', drawn))) >= 3


# --- figures with an address --------------------------------------------------------------


def test_a_figure_is_a_small_page_a_drawing_a_picture_and_its_rows(tmp_path):
    metadata = ReportMetadata(
        title="t",
        about="a",
        region="Dordrecht",
        region_code="GM0505",
        language="nl",
        edition="2026",
        edition_words="editie 2026",
        description="d",
        date="2026-11-23",
        vintage="v",
        code="c",
    )
    figure = Figure(
        id="banen",
        title="Banen & meer",
        unit="banen",
        alt="Van 1 naar 2",
        source="CBS",
        svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect id="m1"/></svg>',
    )
    page, drawing, image, rows = figure_files.write_figures([figure], metadata, DEFAULT_STYLE, tmp_path)
    assert [path.suffix for path in (page, drawing, image, rows)] == [".html", ".svg", ".png", ".csv"]
    text = page.read_text(encoding="utf-8")
    assert 'aria-label="Van 1 naar 2"' in text and "Bron: CBS" in text and "report.html#banen" in text
    assert page.stat().st_size < 30_000
    assert "<title>Banen &amp; meer</title><desc>Van 1 naar 2</desc>" in drawing.read_text(encoding="utf-8")
    taken = figure.model_copy(update={"id": FILES[0].partition(".")[0]})
    with pytest.raises(BlockError, match="as a file of the report"):
        figure_files.write_figures([taken], metadata, DEFAULT_STYLE, tmp_path)


# --- style and library --------------------------------------------------------------------


def test_the_chart_library_is_the_one_that_was_released_with_its_licence():
    """uPlot 1.6.32 from the npm registry."""
    digests = {
        "uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
        "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    }
    for name, digest in digests.items():
        assert hashlib.sha256((HERE / "assets" / name).read_bytes()).hexdigest() == digest
    assert "MIT License" in (HERE / "assets" / "uPlot-LICENSE.txt").read_text(encoding="utf-8")


def test_texts_are_readable_in_the_dark():
    dark = (TEMPLATES / "base.css").read_text(encoding="utf-8").partition("prefers-color-scheme:dark")[2]
    colors = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", dark))
    for ground in ("paper", "mist", "note"):
        for text in ("ink", "soft", "navy", "data", "accent"):
            assert contrast(colors[text], colors[ground]) >= 4.5, (text, ground)


def test_every_word_the_scripts_say_is_in_the_vocabulary():
    words = vocabulary.words("site", "nl").keys() | {"no_data"}
    for name in ("index.js", "compare.js"):
        said = set(re.findall(r'say\("(\w+)"', (HERE / "templates" / name).read_text(encoding="utf-8")))
        assert said and said <= words


# --- what was said before -----------------------------------------------------------------


def test_what_was_said_before_stands_beside_what_came(tmp_path):
    make(tmp_path)
    text = (tmp_path / "over.html").read_text(encoding="utf-8")
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.split('id="eerder"')[1].split('id="bronnen"')[0]))
    assert "UWV 2019 134.000 138.100 (raming); telt niet mee" in said
    assert "Baas over je eigen toekomst 2024 500 niet bekend: een eindgetal is niet gevonden" in said
    assert "a/b/c" not in said
