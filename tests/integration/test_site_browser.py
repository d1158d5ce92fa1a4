"""The site in a browser, opened from disk: search, keyboard, map, comparison, narrow screens, accessibility."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.config import load_settings
from pipeline.figures.style import DEFAULT_STYLE
from pipeline.folders import Folders
from pipeline.reports.axe import open_browser
from pipeline.reports.site import ABOUT, COMPARE, INDEX, REVISED, make_site
from tests import site_sample as sample
from tests.integration.browser import needs_chromium

pytestmark = [pytest.mark.browser, needs_chromium]
CHOICE = f"{COMPARE}#wat=jobs_employees&wie=GM0505,GM0590"
PAGES = (INDEX, CHOICE, REVISED, ABOUT, "papendrecht/index.html")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of four reports, with a comparison of two vintages."""
    folder = sample.write_reports(
        tmp_path_factory.mktemp("site") / "2026", ["drechtsteden", "GM0505", "GM1961", "NL01"]
    )
    make_site(
        folder, sample.tables(), load_settings(), sample.comparison(), folders=Folders(), style=DEFAULT_STYLE
    )
    return folder


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def open_page(browser, site):
    """Opens a page of the site; afterwards nothing else was asked for and the console is empty."""
    contexts, asked, complaints = [], [], []

    def open_it(name, width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        path, _, choice = name.partition("#")
        page.goto(f"{(site / path).as_uri()}{'#' if choice else ''}{choice}")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_have_no_violations_and_nothing_is_cut(open_page, scheme, width):
    for name in PAGES:
        page = open_page(name, width, color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_search_finds_names_in_use_old_names_and_codes(open_page):
    page = open_page(INDEX)
    wanted = {
        "papendrecht": "Papendrecht",
        "Leerdam": "Vijfheerenlanden",
        "den haag": "'s-Gravenhage",
        "Den Bosch": "'s-Hertogenbosch",
        "arbeidsmarktregio Rijnmond": "arbeidsmarktregio Rijnmond",
        "GM0530": "Voorne aan Zee",
        "am23": "arbeidsmarktregio Drechtsteden",
    }
    for words, name in wanted.items():
        page.fill("#zoek", words)
        assert page.locator("#gevonden li").first.inner_text().split("\n")[0] == name
    page.fill("#zoek", "leerdam")
    assert "Leerdam hoort nu bij Vijfheerenlanden" in page.inner_text("#gevonden")
    page.fill("#zoek", "xyzzy")
    assert "Niets gevonden" in page.inner_text("#aantal")


def test_enter_opens_the_first_that_is_found_at_its_own_address(open_page):
    page = open_page(INDEX)
    page.fill("#zoek", "Leerdam")
    page.keyboard.press("Enter")
    page.wait_for_url("**/GM1961/report.html")
    page = open_page(INDEX)
    page.fill("#zoek", "papendrecht")  # has no report: its region has
    page.keyboard.press("Enter")
    page.wait_for_url("**/drechtsteden/report.html")


def test_the_map_is_near_by_keyboard_and_shows_a_region_where_it_lies(open_page):
    page = open_page(INDEX)
    stops = 0
    while page.evaluate("document.activeElement.id") != "kaartvlak":
        page.keyboard.press("Tab")
        stops += 1
        assert stops <= 15
    first = page.inner_text("#nu")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#nu") not in ("", first)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#kaartje') !== null")
    page.keyboard.press("Escape")
    assert page.is_hidden("#kaartje")


def test_a_click_shows_the_region_beside_it_and_choices_redraw_the_map(open_page):
    page = open_page(INDEX)
    shape = page.locator("[data-level=gemeente] [data-code=GM0505]")
    shape.click()
    assert page.inner_text("#kaartje").startswith("Dordrecht")
    card, region = page.locator("#kaartje").bounding_box(), shape.bounding_box()
    assert card["x"] <= region["x"] + region["width"] and card["x"] + card["width"] >= region["x"]
    before = page.locator("[data-level=gemeente] path").evaluate_all(
        "all => all.map(one => one.className.baseVal)"
    )
    assert len(set(before)) >= 3
    page.select_option("#wat", "bijstand_per_1000_residents")
    assert page.inner_text("#titel").startswith("Mensen met bijstand")
    page.select_option("#niveau", "arbeidsmarktregio")
    assert page.locator("[data-level]:not([hidden])").get_attribute("data-level") == "arbeidsmarktregio"


def test_a_link_holds_the_comparison_with_margins_and_marked_estimates(open_page):
    page = open_page(CHOICE)
    assert page.locator("#grafiek canvas").count() == 1
    newest = page.locator("#tabel tbody tr").first.inner_text()
    assert "62.000 (60.000–65.000)" in newest and "raming" in newest
    assert "80 procent" in page.inner_text("#tabel caption")
    assert "breuk" in page.locator("#tabel tbody tr").nth(1).inner_text()
    page.fill("#erbij", "de regio Drechtsteden")
    page.keyboard.press("Enter")
    page.select_option("#wat", "ww_per_1000_residents")
    assert page.url.endswith("#wat=ww_per_1000_residents&wie=GM0505,GM0590,drechtsteden")
    assert "Van de regio Drechtsteden zijn hierover geen gegevens" in page.inner_text("#melding")
    page.fill("#erbij", "Atlantis")
    page.keyboard.press("Enter")
    assert "Atlantis" in page.inner_text("#melding")


def test_a_comparison_stops_at_six_and_asks_for_a_second(open_page):
    page = open_page(f"{COMPARE}#wie=GM0505")
    assert page.is_hidden("#uitkomst") and "nog minstens" in page.inner_text("#melding")
    page = open_page(f"{COMPARE}#wie=GM0505,GM0590,GM0518,GM0796,GM1961,GM1992")
    page.fill("#erbij", "de regio Drechtsteden")
    page.keyboard.press("Enter")
    assert "Zes gebieden" in page.inner_text("#melding") and page.locator("#gekozen li").count() == 6


def test_without_javascript_list_and_map_are_there_and_the_comparison_says_what_it_needs(open_page):
    page = open_page(INDEX, java_script_enabled=False)
    assert page.is_visible("a[href='dordrecht/index.html']") and page.is_visible("#kaartvlak path")
    assert page.is_hidden("#zoeken")
    page = open_page(COMPARE, java_script_enabled=False)
    assert "heeft JavaScript nodig" in page.inner_text("main") and page.is_visible("a[href='cijfers.csv']")
