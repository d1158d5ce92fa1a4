"""The site in a browser: search, keyboard, map, downloads, narrow screens, accessibility, and no requests.

The pages are opened from disk, as a reader would from a folder. The tables are those of the embedded vintage;
the reports are stand-ins.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.config import load_settings
from pipeline.reports.axe import open_browser
from pipeline.reports.site import ABOUT, COMPARISON, INDEX, make_site
from tests import site_sample as sample
from tests.integration.browser import needs_chromium

pytestmark = [pytest.mark.browser, needs_chromium]
FEW = ("drechtsteden", "GM0505", "vierkant-voor-werk", "GM0114", "AM03", "holland-rijnland", "NL01")
PAGES = (INDEX, COMPARISON, ABOUT)
DESKTOP, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def few(tables, tmp_path_factory):
    """A site of seven regions, with a comparison."""
    folder = sample.write_reports(tmp_path_factory.mktemp("few") / "2026", FEW)
    make_site(folder, tables, load_settings(), sample.comparison())
    return folder


@pytest.fixture(scope="module")
def all_regions(tables, tmp_path_factory):
    """A site of every region there is."""
    folder = tmp_path_factory.mktemp("all") / "2026"
    sample.write_reports(folder, tables.read("regions")["region_code"])
    make_site(folder, tables, load_settings())
    return folder


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def open_page(browser):
    """Opens a file; afterwards nothing else was asked for and the console is empty."""
    contexts, requests, complaints = [], [], []

    def open_it(path, viewport=DESKTOP, **options):
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path.as_uri())
        return page

    yield open_it
    for context in contexts:
        context.close()
    outside = [url for url in requests if not url.startswith(("file:///", "data:"))]
    assert outside == []
    assert complaints == []


def shown(page):
    """Codes of the regions that the list shows."""
    visible = page.locator(".regions > li:not([hidden])")
    return visible.evaluate_all("items => items.filter(i => i.checkVisibility()).map(i => i.dataset.code)")


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


# --- search -------------------------------------------------------------------------------


def test_search_finds_a_region_by_name_without_accents_or_signs(open_page, all_regions):
    page = open_page(all_regions / INDEX)
    page.fill("#zoek", "sudwest fry")
    assert shown(page) == ["AM02", "CR05", "PV21", "GM1900", "NL01"]
    page.fill("#zoek", "s gravenhage")
    assert "GM0518" in shown(page)
    page.fill("#zoek", "den haag")
    assert shown(page) == ["GM0518"]
    page.fill("#zoek", "GM0505")
    assert shown(page) == ["GM0505"]


def test_search_finds_the_regions_that_hold_a_gemeente_and_says_why(open_page, few):
    page = open_page(few / INDEX)
    page.fill("#zoek", "papendrecht")
    assert shown(page) == ["drechtsteden", "NL01"]
    assert page.inner_text("#r-drechtsteden .why") == "Hierin ligt Papendrecht."
    assert page.inner_text("#aantal") == "2 van 7 regio's"
    assert page.locator(".group:not([hidden]) .size").all_inner_texts() == ["1", "1"]
    page.fill("#zoek", "emmen")
    assert shown(page) == ["vierkant-voor-werk", "AM03", "GM0114", "NL01"]
    assert page.locator("#r-GM0114 .why").count() == 0


def test_search_says_how_many_are_left_politely(open_page, few):
    page = open_page(few / INDEX)
    assert page.get_attribute("#aantal", "aria-live") == "polite"
    assert page.inner_text("#aantal") == "7 regio's met een rapport"
    page.fill("#zoek", "dordr")
    assert shown(page) == ["drechtsteden", "GM0505", "NL01"]
    page.fill("#zoek", "xyzzy")
    assert shown(page) == []
    assert page.inner_text("#aantal").startswith("Geen rapport gevonden")
    page.fill("#zoek", "")
    assert len(shown(page)) == 7
    assert page.locator(".why:visible").count() == 0


def test_search_looks_within_words_only_when_no_word_begins_so(open_page, all_regions):
    page = open_page(all_regions / INDEX)
    page.fill("#zoek", "ede")
    names = page.locator(".regions > li:not([hidden]) .name").all_inner_texts()
    assert "Ede" in names
    assert "Nederweert" not in names
    page.fill("#zoek", "ordrech")
    assert "GM0505" in shown(page)


def test_search_opens_closed_groups_and_closes_them_again(open_page, all_regions):
    page = open_page(all_regions / INDEX)
    group = page.locator(".group", has=page.locator("h3", has_text="Gemeenten"))
    assert group.get_attribute("open") is None
    page.fill("#zoek", "sliedrecht")
    assert group.get_attribute("open") is not None
    assert "GM0610" in shown(page)
    page.fill("#zoek", "")
    assert group.get_attribute("open") is None


# --- keyboard -----------------------------------------------------------------------------


def test_keyboard_alone_reaches_a_report(open_page, few):
    page = open_page(few / INDEX)
    page.keyboard.press("Tab")
    assert focused(page) == "Naar de inhoud"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "zoek"
    page.keyboard.type("dordrecht")
    for _ in range(12):
        page.keyboard.press("Tab")
        if focused(page) == "Dordrecht":
            break
    assert focused(page) == "Dordrecht"
    page.keyboard.press("Enter")
    page.wait_for_url("**/GM0505/report.html")


def test_keyboard_opens_the_targets_of_a_region(open_page, few):
    page = open_page(few / INDEX)
    page.focus("#r-drechtsteden .targets > summary")
    page.keyboard.press("Enter")
    assert page.is_visible("text=30.000 extra arbeidsplaatsen")


def test_focus_is_always_visible(open_page, few):
    page = open_page(few / INDEX)
    for _ in range(45):
        page.keyboard.press("Tab")
        marked = page.evaluate(
            """() => {
              const element = document.activeElement;
              if (element === document.body) return "body";
              if (element.closest("svg")) return element.closest("svg").querySelector(".outline").getAttribute("d");
              const shown = element.matches("[type=radio]") ? element.nextElementSibling : element;
              const style = getComputedStyle(shown);
              return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ? "outline" : "";
            }"""
        )
        assert marked, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_the_map_is_one_stop_and_arrow_keys_walk_over_it(open_page, few):
    page = open_page(few / INDEX)
    stops = page.locator("#laag-gemeente a[tabindex='0']")
    assert stops.count() == 1
    page.focus("#laag-gemeente a[data-code=GM0505]")
    page.keyboard.press("ArrowUp")  # Emmen lies to the north-east
    assert page.evaluate("document.activeElement.dataset.code") == "GM0114"
    assert page.locator("#laag-gemeente a[tabindex='0']").get_attribute("data-code") == "GM0114"
    assert page.inner_text("#kaart-info").startswith("Emmen: ")
    page.keyboard.press("Enter")
    assert focused(page) == "Emmen"


# --- the map ------------------------------------------------------------------------------


def test_a_click_on_the_map_goes_to_the_entry_even_when_the_search_hid_it(open_page, few):
    page = open_page(few / INDEX)
    page.fill("#zoek", "leiden")
    assert "GM0505" not in shown(page)
    page.locator("#laag-gemeente [data-code=GM0505] path").click()
    assert focused(page) == "Dordrecht"
    assert page.url.endswith("#r-GM0505")
    assert page.locator("#r-GM0505").is_visible()
    assert page.input_value("#zoek") == ""


def test_a_click_on_a_gemeente_without_report_names_the_reports_it_lies_in(open_page, few):
    page = open_page(few / INDEX)
    page.locator("#laag-gemeente [data-code=GM0590]").click()
    said = page.inner_text("#kaart-info")
    assert said.startswith("Papendrecht: ")
    assert said.endswith("Geen rapport in deze editie. Ligt in: Drechtsteden, Nederland.")
    page.hover("#laag-gemeente [data-code=GM0014]")
    assert page.inner_text("#kaart-info") == said, "a click stays until the next one"
    page.click("#kaart-info a")
    assert focused(page) == "Drechtsteden"


def test_the_drawing_itself_is_no_stop(open_page, few):
    page = open_page(few / INDEX)
    stops = set()
    for _ in range(150):  # past every download above the map
        page.keyboard.press("Tab")
        stops.add(page.evaluate("document.activeElement.tagName"))
    assert "a" in stops, "the link in the drawing is one"
    assert "svg" not in stops


def test_levels_change_map_and_heading(open_page, few):
    page = open_page(few / INDEX)
    page.check("[name=niveau][value=arbeidsmarktregio]", force=True)
    assert page.is_visible("#laag-arbeidsmarktregio")
    assert page.is_hidden("#laag-gemeente")
    assert "per arbeidsmarktregio" in page.inner_text("#kaart-eenheid")
    assert page.inner_text("#kaart-kop") == page.get_attribute("#laag-arbeidsmarktregio", "data-finding")
    page.locator("#laag-arbeidsmarktregio [data-code=AM03] path").click()
    assert focused(page) == "Drenthe"


def test_a_region_of_the_list_is_shown_on_the_map_by_its_gemeenten(open_page, few):
    page = open_page(few / INDEX)
    page.hover("#r-drechtsteden")
    assert page.get_attribute("#laag-gemeente .outline", "d").count("M") >= 7
    page.hover("h1")
    assert page.get_attribute("#laag-gemeente .outline", "d") == ""


def test_the_map_as_table_has_every_figure_of_its_level(open_page, few):
    page = open_page(few / INDEX)
    page.click(".table > summary")
    assert page.locator(".table tbody tr").count() == 342
    page.check("[name=niveau][value=province]", force=True)
    assert page.locator(".table tbody tr").count() == 12
    assert Axe().run(page).violations_count == 0


def test_without_script_the_list_and_the_map_still_lead_to_the_reports(open_page, few):
    page = open_page(few / INDEX, java_script_enabled=False)
    assert page.locator(".layer:visible").get_attribute("role") == "img"
    assert page.locator(".levels, #kaart-info, .table").first.is_hidden()
    page.locator("#laag-gemeente [data-code=GM0505] path").click()
    assert page.url.endswith("#r-GM0505")
    page.click("#r-GM0505 .name")
    page.wait_for_url("**/GM0505/report.html")


# --- downloads, screens, accessibility ------------------------------------------------------


def test_download_links_lead_to_the_files(open_page, few):
    page = open_page(few / INDEX)
    for name in ("data.xlsx", "data.csv", "report.pdf"):
        address = page.locator(f"#r-GM0505 .files a[href$='{name}']").evaluate("link => link.href")
        assert address == (few / "GM0505" / name).as_uri()
    page.click("#r-GM0505 .files a[href$='report.html']")
    page.wait_for_url((few / "GM0505" / "report.html").as_uri())


def test_a_data_file_is_downloaded(open_page, few):
    page = open_page(few / INDEX)
    with page.expect_download() as download:
        page.click("#r-GM0505 .files a[href$='data.xlsx']")
    assert download.value.suggested_filename == "data.xlsx"
    assert download.value.path().read_bytes() == (few / "GM0505" / "data.xlsx").read_bytes()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_a_narrow_screen(open_page, few, name):
    page = open_page(few / name, NARROW)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    ends = page.locator("h1, h2, main p, .name, .files a").evaluate_all(
        "nodes => nodes.filter(n => n.className !== 'hidden').map(n => n.getBoundingClientRect().right)"
    )
    assert max(ends) <= NARROW["width"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("viewport", [DESKTOP, NARROW], ids=["desktop", "narrow"])
def test_axe_finds_nothing(open_page, few, name, viewport):
    page = open_page(few / name, viewport)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_axe_finds_nothing_in_all_regions(open_page, all_regions):
    page = open_page(all_regions / INDEX)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_print_shows_every_region(open_page, all_regions):
    page = open_page(all_regions / INDEX)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert len(shown(page)) == 477
    assert page.is_hidden("#zoek")


def test_reduced_motion_stops_smooth_scrolling(open_page, few):
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    assert open_page(few / INDEX, reduced_motion="reduce").evaluate(behaviour) == "auto"
    assert open_page(few / INDEX, reduced_motion="no-preference").evaluate(behaviour) == "smooth"
