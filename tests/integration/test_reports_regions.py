"""From stored tables through the notebook to the files of a report, for the regions that differ most."""

import json
import shutil

import pikepdf
import pytest

from pipeline.config import ROOT, load_settings
from pipeline.reports import checks, pdf_checks, site, stage
from pipeline.reports.blocks import collect, data_rows
from pipeline.reports.context import UnknownRegionError, open_region, read_tables
from pipeline.reports.engine import execute
from pipeline.reports.files import FILES, METADATA
from pipeline.reports.soundness import check_sentences
from pipeline.reports.writing import RenderError

poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")


def blocks_of(region, project):
    return collect(execute(project.report_notebook, {"region": region, "project": str(project.root)}))


def rows_of(folder):
    return checks.read_rows(folder / stage.CSV)


#: every kind, the largest and the emptiest: an area, gemeenten, an arbeidsmarktregio, a COROP, a province, the nation
REGIONS = ["drechtsteden", "GM0505", "GM0277", "GM1979", "AM20", "CR17", "PV28", "NL01"]


@poppler
@pytest.mark.parametrize("region", REGIONS)
def test_every_kind_of_region_gives_a_sound_accessible_report(report, region):
    folder = report(region)
    assert {path.name for path in folder.iterdir()} == {*FILES, METADATA}
    assert checks.check_report(folder) == []
    with pikepdf.open(folder / stage.PDF) as document:
        assert 9 <= len(document.pages) <= 18
        assert str(document.Root.Lang).startswith("nl")


@poppler
def test_the_drechtsteden_report_says_what_it_must(report):
    text = " ".join(pdf_checks.pdf_text(report("drechtsteden") / stage.PDF).split())
    assert "In december 2009 waren dat er 127.460" in text
    assert "december 2010 123.520" in text
    assert "81402ned" in text
    assert "Versie 2018" in text
    assert "Versie 2023" in text
    assert "als de ontwikkeling van 2010–2024 doorzet" in text
    assert (
        "niet te zeggen: de raming verdeelt de groei van een groter gebied naar het aandeel van 2008–2010"
        in text
    )
    assert "2 van de 7 gemeenten" in text
    assert "aanname" in text


@poppler
def test_the_first_page_holds_the_chart_of_the_target(report):
    pages = pdf_checks.pdf_text(report("drechtsteden") / stage.PDF).split("\f")
    first = next(page for page in pages if "In het kort" in page)
    assert "Raming, met marge van 80" in first
    assert "raming en doellijn: eigen berekening" in first


def test_the_sum_of_the_contributions_is_the_change_of_the_region(report):
    rows = [row for row in rows_of(report("drechtsteden")) if row.id == "bijdragen" and row.value is not None]
    parts = [row for row in rows if row.label == row.region]
    total = [row for row in rows if row.label == "Samen"]
    assert len(parts) == 7
    assert sum(row.value for row in parts) == total[0].value == -4750


def test_nothing_grows_in_one_gemeente_after_2010(project):
    """No growth, ranking, contribution or outlook of jobs may come from a share of the COROP."""
    blocks = blocks_of("GM0505", project)
    rows = data_rows(blocks)
    ids = {row.id for row in rows}
    assert ids.isdisjoint({"bijdragen", "vooruitzicht", "groei-per-deel", "tempo", "raster"})
    grown = [
        row for row in rows
        if row.region_code == "GM0505" and "banen" in row.label and "verandering" in row.label and row.value is not None
    ]  # fmt: skip
    # both between counts of CBS
    assert {row.period for row in grown} == {
        "december 2008 tot december 2010",
        "december 2009 tot december 2010",
    }
    levels = [row for row in rows if row.id == "banen" and row.status == "estimate"]
    assert any("ondergrens" in row.label for row in levels)


def test_metadata_names_the_sources_with_their_sha256_and_the_settings_behind_the_figures(report, project):
    settings = load_settings()
    content = json.loads((report("GM0277") / METADATA).read_text(encoding="utf-8"))
    manifest = read_tables(project).vintage
    assert len(content["sources"]) > 5
    for source in content["sources"]:
        assert source["sha256"] == manifest.table(source["table"]).sha256
    parameters = content["parameters"]
    assert parameters["region"] == "GM0277"
    assert parameters["indicators"] == settings.indicators.model_dump(mode="json")
    assert parameters["models"] == settings.models.model_dump(mode="json")
    assert {"base_years", "interval_level", "link_tolerance"} <= parameters["indicators"].keys()
    assert {"likely", "unlikely", "verdict_horizon"} <= parameters["models"].keys()


def test_a_report_with_a_fault_is_not_put_in_place(project, tmp_path, monkeypatch):
    monkeypatch.setattr(stage.checks, "check_report", lambda folder, quick: ["data.csv: a number is wrong"])
    with pytest.raises(RenderError, match=r"GM0277 has 1 faults, e\.g\. data\.csv: a number is wrong"):
        stage.make_report("GM0277", tmp_path / "GM0277", load_settings(), project)
    assert list(tmp_path.iterdir()) == []


def test_an_estimate_is_marked_wherever_it_stands(project):
    for region in ("drechtsteden", "AM03"):
        assert check_sentences(blocks_of(region, project)) == []


def test_a_total_is_absent_when_a_gemeente_is(project):
    """Three of the six gemeenten of AM03 have figures of 2024."""
    rows = [
        row for row in data_rows(blocks_of("AM03", project))
        if row.id == "uitkeringen-per-gemeente" and row.region_code == "AM03" and row.period == "2024"
    ]  # fmt: skip
    assert rows
    assert {(row.value, row.status, row.display) for row in rows} == {(None, "missing", "geen gegevens")}


def test_the_same_input_gives_the_same_bytes(report, project, tmp_path):
    first = report("GM0277")
    again = stage.make_report("GM0277", tmp_path / "GM0277", load_settings(), project)
    for name in (*FILES, METADATA):
        assert (first / name).read_bytes() == (again / name).read_bytes(), name


def test_both_engines_give_the_same_blocks(project):
    parameters = {"region": "GM0277", "project": str(project.root)}
    here = collect(execute(project.report_notebook, parameters))
    kernel = collect(execute(project.report_notebook, parameters, engine="nbclient", cwd=ROOT))
    assert [block.model_dump() for block in here] == [block.model_dump() for block in kernel]


def test_an_unknown_region_is_named_with_its_neighbours(project):
    with pytest.raises(UnknownRegionError, match=r"Dordrect.*GM0505 \(Dordrecht\)"):
        open_region("Dordrect", project.root)
    with pytest.raises(UnknownRegionError, match=r"GM9999"):
        stage.wanted_regions(["drechtsteden", "GM9999"], read_tables(project))


def test_the_lists_of_regions(project):
    tables = read_tables(project)
    assert len(stage.wanted_regions("all", tables)) == len(tables.places) == 477
    assert set(stage.wanted_regions("areas", tables)) == set(tables.reference.areas)
    assert stage.wanted_regions(["NL01", "NL01"], tables) == ["NL01"]


def test_one_failure_spares_the_others_and_unchanged_reports_are_skipped(project, tmp_path, monkeypatch):
    settings = load_settings()
    target = tmp_path / "2026"
    with pytest.raises(stage.ReportsError, match=r"1 of 2 reports failed: GM9999"):
        stage.make_reports(["GM0277", "GM9999"], target, settings, project)
    made = json.loads((target / "GM0277" / stage.METADATA).read_text(encoding="utf-8"))
    assert made["region"] == "Rozendaal"
    assert [path.name for path in target.glob(".*")] == []
    (target / ".new-left").mkdir()
    assert stage.make_reports(["GM0277"], target, settings, project) == []
    assert not (target / ".new-left").exists()
    with (target / "GM0277" / stage.CSV).open("a", encoding="utf-8") as file:
        file.write("een regel erbij\n")
    assert stage.make_reports(["GM0277"], target, settings, project) == ["GM0277"]
    assert not (target / "GM9999").exists()
    assert 'href="GM0277/report.html"' in (target / site.INDEX).read_text(encoding="utf-8")
    kept = target / "mijn-map"
    kept.mkdir()
    assert stage.make_reports([], target, settings, project) == []
    assert not (target / "GM0277").exists()
    assert kept.is_dir()


def test_a_report_that_fails_leaves_the_old_one(project, tmp_path, monkeypatch):
    folder = tmp_path / "GM0277"
    folder.mkdir()
    (folder / "old.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr(stage.soundness, "require_sound", _refuse)
    with pytest.raises(ValueError, match="refused"):
        stage.make_report("GM0277", folder, load_settings(), project)
    assert [path.name for path in folder.iterdir()] == ["old.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["GM0277"]


def _refuse(blocks):
    raise ValueError("refused")
