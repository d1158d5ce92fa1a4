"""Reports of the regions that differ most under the reference validators: veraPDF for paper, axe for the page."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from test_reports_regions import REGIONS

from pipeline.reports import stage
from tests import verapdf

CHROMIUM = shutil.which("chromium") or ""
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing() or "all there")
@pytest.mark.parametrize("region", REGIONS)
def test_paper_is_valid(report, region):
    path = report(region) / stage.PDF
    assert verapdf.check(path, verapdf.UA_1) + verapdf.check(path, verapdf.A_2A) == []


@pytest.fixture(scope="module")
def page():
    with sync_playwright() as playwright:
        # the driver and the browser talk over pipes: no socket is opened
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_page(viewport={"width": 1200, "height": 900})
        browser.close()


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (Debian: chromium)")
@pytest.mark.parametrize("region", REGIONS)
def test_the_page_has_no_fault_that_axe_sees_and_asks_nothing_of_the_network(report, page, region):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((report(region) / stage.HTML).as_uri())
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert [url for url in asked if not url.startswith(("file:///", "data:"))] == []
