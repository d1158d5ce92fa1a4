"""Reports of the regions that differ most under the reference validators: veraPDF for paper, axe for the page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_reports_regions import REGIONS

from pipeline.reports import stage
from tests import verapdf
from tests.integration.browser import needs_chromium, open_browser


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing() or "all there")
@pytest.mark.parametrize("region", REGIONS)
def test_paper_is_valid(report, region):
    path = report(region) / stage.PDF
    assert verapdf.check(path, verapdf.UA_1) + verapdf.check(path, verapdf.A_2A) == []


@pytest.fixture(scope="module")
def page():
    with open_browser() as browser:
        yield browser.new_page(viewport={"width": 1200, "height": 900})


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("region", REGIONS)
def test_the_page_has_no_fault_that_axe_sees_and_asks_nothing_of_the_network(report, page, region):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((report(region) / stage.HTML).as_uri())
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert [url for url in asked if not url.startswith(("file:///", "data:"))] == []
