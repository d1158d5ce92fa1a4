"""Reports under the reference validator, veraPDF: PDF/UA-1 and PDF/A-2a."""

import pikepdf
import pytest
from sample_report import METADATA, sample

from pipeline.reports import verapdf
from pipeline.reports.render_pdf import render_pdf

pytestmark = pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing() or "all there")


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    return render_pdf(sample(), METADATA, target=tmp_path_factory.mktemp("vera") / "report.pdf")


@pytest.mark.parametrize("profile", [verapdf.UA_1, verapdf.A_2A])
def test_a_report_with_every_block_is_valid(pdf, profile):
    assert verapdf.check(pdf, profile) == []


def test_the_validator_sees_what_is_wrong(pdf, tmp_path):
    broken = tmp_path / "broken.pdf"
    with pikepdf.open(pdf) as document:
        del document.Root.Lang
        del document.Root.MarkInfo
        document.save(broken)
    assert any("PDFUA-1" in fault for fault in verapdf.check(broken, verapdf.UA_1))


def test_a_file_that_is_no_pdf_is_a_fault(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"no pdf at all")
    assert "could not read the file" in verapdf.check(path, verapdf.UA_1)[0]
