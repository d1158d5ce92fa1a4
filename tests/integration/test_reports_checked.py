"""One check of a whole report, as the stage and the doctor use it: each thing that can be wrong is named."""

import json
import shutil

import pytest
from sample_report import METADATA, sample

from pipeline import cli, doctor
from pipeline.config import load_settings
from pipeline.figures.style import DEFAULT_STYLE
from pipeline.folders import Folders
from pipeline.reports import axe, checks, files, verapdf
from pipeline.reports.build import write_files
from pipeline.reports.metadata import write_metadata

SETTINGS = load_settings()
poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Folder of a finished synthetic report, its text without numbers that no row shows."""
    folder = tmp_path_factory.mktemp("finished") / "GM9999"
    folder.mkdir()
    blocks = [
        block
        for block in sample()
        if block.kind in ("heading", "answer", "questions", "figure", "lead", "note")
    ]
    made = write_files(
        [block for block in blocks if getattr(block, "level", 1) < 3], METADATA, DEFAULT_STYLE, folder
    )
    write_metadata(METADATA, made, target=folder / files.METADATA)
    return folder


@pytest.fixture
def folder(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "reports" / str(SETTINGS.edition) / "GM9999")


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@poppler
def test_a_finished_report_has_no_faults(folder):
    assert checks.check_report(folder) == []
    assert checks.check_report(folder, quick=True) == []


@pytest.mark.parametrize("name", [*files.FILES, files.METADATA])
def test_an_absent_file_is_named_and_the_rest_is_still_looked_at(folder, name):
    (folder / name).unlink()
    for quick in (True, False):
        assert f"{name} is not there" in checks.check_report(folder, quick=quick)


def test_a_file_that_was_changed_is_named(folder):
    with (folder / files.XLSX).open("ab") as file:
        file.write(b"x")
    assert checks.check_report(folder, quick=True) == [
        "data.xlsx is not the file that metadata.json describes: its sha256 differs"
    ]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"files": 3}'])
def test_metadata_that_says_nothing_is_a_fault(folder, content):
    (folder / files.METADATA).write_text(content, encoding="utf-8")
    assert any("metadata.json names no files" in fault for fault in checks.check_files(folder))


def test_metadata_that_leaves_a_file_out_is_a_fault(folder):
    path = folder / files.METADATA
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["files"][files.XLSX]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert checks.check_files(folder) == ["metadata.json does not name data.xlsx"]


def test_a_number_on_the_page_that_is_in_no_row_is_a_fault(folder):
    replace(folder / files.HTML, "</main>", "<p>Er waren 9.999 banen.</p></main>")
    found = [f for f in checks.check_report(folder, quick=True) if "9.999" in f]
    assert len(found) == 1
    assert found[0].startswith("report.html: 9.999 is in no data row")
    assert "Er waren 9.999 banen." in found[0]


@poppler
def test_a_number_on_paper_that_is_in_no_row_is_a_fault(folder):
    path = folder / files.CSV
    path.write_text(path.read_text(encoding="utf-8").replace("7.610", "7.611"), encoding="utf-8")
    found = checks.check_report(folder)
    assert any(fault.startswith("report.pdf: 7.610 is in no data row") for fault in found)
    assert any(fault.startswith("report.html: 7.610 is in no data row") for fault in found)


def test_data_that_cannot_be_read_is_a_fault(folder):
    replace(folder / files.CSV, "provisional", "geraden")
    found = checks.check_report(folder, quick=True)
    assert any("data.csv: not readable as data rows" in fault for fault in found)


# --- doctor -------------------------------------------------------------------------------


def looked_at(folder):
    found = doctor._reports(SETTINGS, Folders(folder.parents[2]))
    return {finding.subject: finding for finding in found}


@pytest.fixture
def no_validators(monkeypatch):
    monkeypatch.setattr(verapdf, "missing", lambda: "no Java runtime")
    monkeypatch.setattr(axe, "missing", lambda: "no Chromium")


@poppler
def test_the_doctor_looks_at_both_folders_and_says_which_validators_are_missing(folder, no_validators):
    everything = folder.parents[1] / f"{SETTINGS.edition}-all" / "GM9999"
    shutil.copytree(folder, everything)
    (everything / files.HTML).unlink()
    (everything / files.PDF).write_bytes(b"no pdf")
    found = looked_at(folder)
    assert found["veraPDF"].verdict == found["axe"].verdict == "missing"
    assert found["veraPDF"].words == "no Java runtime: the reports were not checked with it"
    assert found[f"{SETTINGS.edition}/GM9999"].verdict == "fine"
    broken = found[f"{SETTINGS.edition}-all/GM9999"]
    assert broken.verdict == "wrong"
    assert "report.html is not there" in broken.words
    assert "report.pdf: not a readable PDF" in broken.words


def test_the_doctor_says_that_there_are_no_reports(tmp_path, no_validators):
    found = list(doctor._reports(SETTINGS, Folders(tmp_path)))
    assert [(f.verdict, f.subject) for f in found][-1] == ("wrong", "reports")


@poppler
@pytest.mark.skipif(
    bool(verapdf.missing() or axe.missing()), reason=verapdf.missing() or axe.missing() or "there"
)
def test_the_doctor_uses_the_validators_that_are_there(folder):
    fine = looked_at(folder)
    assert fine["veraPDF"].verdict == fine["axe"].verdict == "fine"
    assert fine[f"{SETTINGS.edition}/GM9999"].words == "accessible and whole"
    replace(folder / files.HTML, "</main>", "<p style='color:#eee'>Bleek.</p></main>")
    assert "report.html: axe color-contrast: 1 x" in looked_at(folder)[f"{SETTINGS.edition}/GM9999"].words


def test_the_command_ends_with_1_when_a_report_is_wrong(folder, no_validators, monkeypatch, capsys):
    (folder / files.CSV).unlink()
    monkeypatch.setattr(cli, "_set_up", lambda: (SETTINGS, Folders(folder.parents[2])))
    monkeypatch.setattr(doctor, "_machine", lambda: iter(()))
    monkeypatch.setattr(doctor, "_checkout", lambda *_: iter(()))
    with pytest.raises(SystemExit) as ended:
        cli.doctor(reports=True)
    assert ended.value.code == 1
    assert f"wrong    {SETTINGS.edition}/GM9999: data.csv is not there" in capsys.readouterr().out
