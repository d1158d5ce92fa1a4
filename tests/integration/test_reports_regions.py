"""From stored tables through the notebook to the files of a report, for the regions that differ most."""

import csv
import json
import re
import shutil

import pikepdf
import pytest

from pipeline.config import ROOT, load_settings
from pipeline.figures.drawing import DataRow
from pipeline.reports import checks, site, stage
from pipeline.reports.blocks import collect, data_rows
from pipeline.reports.context import UnknownRegionError, open_region, read_tables
from pipeline.reports.engine import execute
from pipeline.reports.narrative import check_sentences

poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")


def blocks_of(region, project):
    return collect(execute(project.report_notebook, {"region": region, "project": str(project.root)}))


def rows_of(folder):
    with (folder / stage.CSV).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [DataRow(**row | {"value": float(row["value"]) if row["value"] else None}) for row in rows]


REGIONS = ["drechtsteden", "GM0505", "GM0277", "GM1979", "CR17", "NL01"]


@pytest.mark.parametrize("region", REGIONS)
def test_every_kind_of_region_gives_a_sound_accessible_report(report, region):
    folder = report(region)
    assert {path.name for path in folder.iterdir()} == {*stage.FILES, stage.METADATA}
    assert checks.check_structure(folder / stage.PDF) == []
    assert checks.check_html(folder / stage.HTML) == []
    with pikepdf.open(folder / stage.PDF) as document:
        assert 9 <= len(document.pages) <= 18
        assert str(document.Root.Lang).startswith("nl")


@poppler
@pytest.mark.parametrize("region", REGIONS)
def test_every_number_on_paper_is_in_the_data(report, region):
    folder = report(region)
    rows = rows_of(folder)
    words = [f"{row.period} {row.label} {row.unit}" for row in rows]
    axis = [
        line.split("begint bij")[-1]
        for line in checks.pdf_text(folder / stage.PDF).splitlines()
        if "begint bij" in line
    ]
    ticks = _ticks((folder / stage.HTML).read_text(encoding="utf-8"))
    lines = [_without_tick(line, ticks) for line in checks.pdf_text(folder / stage.PDF).splitlines()]
    text = "\n".join(line for line in lines if not _is_tick(line))
    assert checks.check_text_numbers(text, rows, [*words, *axis]) == []
    assert checks.check_words_inside(folder / stage.PDF) == []


def _ticks(page):
    """Numbers beside the vertical axes of all charts."""
    return set(re.findall(r'id="[^"]*ytick_\d+".*?<text[^>]*>([^<]+)</text>', page, re.DOTALL))


def _without_tick(line, ticks):
    """The line without the tick it begins with: a label right of a chart may stand at the same height."""
    first, _, rest = line.strip().partition(" ")
    return rest if rest and first in ticks else line


def _is_tick(line):
    """A line with nothing but round numbers: the ticks of an axis and the limits of a map."""
    parts = line.replace("minder dan", "").replace("of meer", "").replace(" tot ", " ").split()
    return bool(parts) and all(part.replace(".", "").replace(",", "").isdigit() for part in parts)


@poppler
def test_the_drechtsteden_report_says_what_it_must(report):
    text = " ".join(checks.pdf_text(report("drechtsteden") / stage.PDF).split())
    assert "december 2009 127.460" in text
    assert "december 2010 123.520" in text
    assert "81402ned" in text
    assert "Versie 2018" in text
    assert "Versie 2023" in text
    assert "als de ontwikkeling van 2010–2024 doorzet" in text
    assert "niet te zeggen: de raming verdeelt COROP-groei naar het aandeel van 2008–2010" in text
    assert "2 van de 7 gemeenten" in text
    assert "aanname" in text


@poppler
def test_the_first_page_holds_the_chart_of_the_target(report):
    pages = checks.pdf_text(report("drechtsteden") / stage.PDF).split("\f")
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
    assert {row.period for row in grown} == {"december 2008 tot december 2010"}
    levels = [row for row in rows if row.id == "banen" and row.status == "estimate"]
    assert any("ondergrens" in row.label for row in levels)


def test_an_estimate_is_marked_wherever_it_stands(project):
    for region in ("drechtsteden", "AM03"):
        assert check_sentences(blocks_of(region, project)) == []


def test_a_total_is_absent_when_a_gemeente_is(report):
    rows = [
        row for row in rows_of(report("drechtsteden"))
        if row.id == "uitkeringen-per-gemeente" and row.region_code == "drechtsteden" and row.period == "2024"
    ]  # fmt: skip
    assert rows
    assert {(row.value, row.status, row.display) for row in rows} == {(None, "missing", "geen gegevens")}


def test_the_same_input_gives_the_same_bytes(report, project, tmp_path):
    first = report("GM0277")
    again = stage.make_report("GM0277", tmp_path / "GM0277", load_settings(), project)
    for name in (*stage.FILES, stage.METADATA):
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
    assert len(stage.wanted_regions("all", tables)) == len(tables.places) == 437
    assert set(stage.wanted_regions("areas", tables)) == set(tables.reference.areas)
    assert stage.wanted_regions(["NL01", "NL01"], tables) == ["NL01"]


def test_one_failure_spares_the_others_and_unchanged_reports_are_skipped(project, tmp_path, monkeypatch):
    settings = load_settings()
    target = tmp_path / "2026"
    with pytest.raises(stage.ReportsError, match=r"1 of 2 reports failed: GM9999"):
        stage.make_reports(["GM0277", "GM9999"], target, settings, project)
    made = json.loads((target / "GM0277" / stage.METADATA).read_text(encoding="utf-8"))
    assert made["region"] == "Rozendaal"
    assert stage.make_reports(["GM0277"], target, settings, project) == []
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
    monkeypatch.setattr(stage.narrative, "require_sound", _refuse)
    with pytest.raises(ValueError, match="refused"):
        stage.make_report("GM0277", folder, load_settings(), project)
    assert [path.name for path in folder.iterdir()] == ["old.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["GM0277"]


def _refuse(blocks):
    raise ValueError("refused")
