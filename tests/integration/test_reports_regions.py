"""From stored tables through the notebook to the files of a report, for the regions that differ most."""

import json
import shutil

import pikepdf
import pytest

from pipeline.config import load_settings
from pipeline.errors import MonitorWarning
from pipeline.folders import ROOT
from pipeline.reports import build, checks, files, number_audit, pdf_checks, site, stage
from pipeline.reports.blocks import collect
from pipeline.reports.context import UnknownRegionError, open_region, read_tables
from pipeline.reports.engine import execute
from pipeline.reports.facts.base import stale_before
from pipeline.reports.files import FILES, METADATA
from pipeline.reports.writing import RenderError

poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")


def rows_of(folder):
    return checks.read_rows(folder / files.CSV)


#: every kind, the largest and the emptiest: an area, gemeenten, an arbeidsmarktregio, a COROP, a province, the nation
REGIONS = ["drechtsteden", "GM0505", "GM0277", "GM1979", "AM20", "MC29", "CR17", "PV28", "NL01"]


@poppler
@pytest.mark.parametrize("region", REGIONS)
def test_every_kind_of_region_gives_a_sound_accessible_report(report, region):
    folder = report(region)
    assert {*FILES, METADATA} <= {path.name for path in folder.iterdir()}
    assert checks.check_report(folder) == []
    with pikepdf.open(folder / files.PDF) as document:
        assert 4 <= len(document.pages) <= 9
        assert str(document.Root.Lang).startswith("nl")


@poppler
@pytest.mark.parametrize("region", REGIONS)
def test_the_first_page_is_one_page_with_its_chart_and_questions(report, region):
    pages = pdf_checks.pdf_text(report(region) / files.PDF).split("\f")
    assert "Drie vragen" in pages[0] and "Bron: CBS" in pages[0] and "Nieuwste cijfers" in pages[0]
    assert all("Drie vragen" not in page for page in pages[1:])


@poppler
@pytest.mark.parametrize("region", ["GM0060", "GM0088", "GM0277"])
def test_a_small_gemeente_has_three_or_four_pages(report, region):
    assert 3 <= len(pdf_checks.pdf_text(report(region) / files.PDF).split("\f")) - 1 <= 4


@pytest.mark.parametrize("region", REGIONS)
def test_facts_files_and_pages_say_the_same(report, blocks, region):
    folder = report(region)
    told = json.loads((folder / files.FACTS).read_text(encoding="utf-8"))
    rows = {
        (row.indicator, row.aspect, row.region, row.period, row.display, row.value) for row in rows_of(folder)
    }
    for statement in told["statements"]:
        for fact in statement["facts"]:
            key = tuple(fact.get(name, "") for name in ("indicator", "aspect", "region", "period", "display"))
            assert (*key, fact.get("value")) in rows
    assert all((folder / f"{b.id}.{kind}").is_file() for b in blocks(region) if b.kind == "figure"
               for kind in ("html", "svg", "csv"))  # fmt: skip


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
    monkeypatch.setattr(build.checks, "check_report", lambda folder, quick: ["data.csv: a number is wrong"])
    with pytest.raises(RenderError, match=r"GM0277 has 1 faults, e\.g\. data\.csv: a number is wrong"):
        build.make_report("GM0277", tmp_path / "GM0277", load_settings(), project)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("region", REGIONS)
def test_blocks_say_what_their_data_say(blocks, region):
    number_audit.require_sound(blocks(region), "nl", stale_before(load_settings()))


def test_the_same_input_gives_the_same_bytes(report, project, tmp_path):
    first = report("GM0277")
    again = build.make_report("GM0277", tmp_path / "GM0277", load_settings(), project)
    for name in sorted(path.name for path in first.iterdir()):
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


def test_a_region_is_found_by_the_names_that_people_have_for_it(project):
    tables = read_tables(project)
    with pytest.warns(MonitorWarning, match="GM0530"):
        assert stage.wanted_regions(["GM0530", "gm0505", "Den Haag"], tables) == [
            "GM1992",
            "GM0505",
            "GM0518",
        ]
    with pytest.raises(UnknownRegionError, match=r"4 regions are called.*GM0344.*PV26"):
        open_region("Utrecht", project.root)


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
    made = json.loads((target / "GM0277" / files.METADATA).read_text(encoding="utf-8"))
    assert made["region"] == "Rozendaal"
    assert [path.name for path in target.glob(".*")] == []
    (target / ".new-left").mkdir()
    assert stage.make_reports(["GM0277"], target, settings, project) == []
    assert not (target / ".new-left").exists()
    with (target / "GM0277" / files.CSV).open("a", encoding="utf-8") as file:
        file.write("een regel erbij\n")
    assert stage.make_reports(["GM0277"], target, settings, project) == ["GM0277"]
    assert not (target / "GM9999").exists()
    assert "Rozendaal" in (target / site.INDEX).read_text(encoding="utf-8")
    kept = target / "mijn-map"
    kept.mkdir()
    assert stage.make_reports([], target, settings, project) == []
    assert not (target / "GM0277").exists()
    assert kept.is_dir()


def test_a_report_that_fails_leaves_the_old_one(project, tmp_path, monkeypatch):
    folder = tmp_path / "GM0277"
    folder.mkdir()
    (folder / "old.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr(build.number_audit, "require_sound", _refuse)
    with pytest.raises(ValueError, match="refused"):
        build.make_report("GM0277", folder, load_settings(), project)
    assert [path.name for path in folder.iterdir()] == ["old.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["GM0277"]


def _refuse(blocks, language, stale_before):
    raise ValueError("refused")
