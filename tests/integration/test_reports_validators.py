"""Reports of the regions that differ most under the reference validators: veraPDF for paper, axe for the page."""

import pytest
from test_reports_regions import REGIONS

from pipeline.reports import axe, files, verapdf


@pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing() or "all there")
@pytest.mark.parametrize("region", REGIONS)
def test_paper_is_valid(report, region):
    assert verapdf.check_both(report(region) / files.PDF) == []


@pytest.fixture(scope="module")
def check_page():
    with axe.checker() as check:
        yield check


@pytest.mark.browser
@pytest.mark.skipif(bool(axe.missing()), reason=axe.missing() or "all there")
@pytest.mark.parametrize("region", REGIONS)
def test_the_page_has_no_fault_that_axe_sees_and_asks_nothing_of_the_network(report, check_page, region):
    assert check_page(report(region) / files.HTML) == []


@pytest.mark.browser
@pytest.mark.skipif(bool(axe.missing()), reason=axe.missing() or "all there")
def test_axe_sees_what_is_wrong(check_page, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><html><body><img src='data:,'></body></html>", encoding="utf-8")
    found = check_page(page)
    assert any(fault.startswith("axe image-alt: 1 x") for fault in found)
    assert any(fault.startswith("axe html-has-lang") for fault in found)
