"""The site of an edition: what its pages say, that they say no more than the tables, and the same bytes."""

import base64
import hashlib
import html
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pipeline.compare import Comparison
from pipeline.config import load_settings
from pipeline.figures.style import HouseStyle
from pipeline.reference import load_reference
from pipeline.reports import page_checks, site
from pipeline.reports.marks import SHAPES
from pipeline.reports.site import make_site
from pipeline.reports.site_figures import NO_CLASS, region_figures
from pipeline.reports.site_map import SiteMapError, draw_map, path_of
from pipeline.reports.site_regions import VERDICTS, SiteError, find_reports, verdict_mark
from pipeline.reports.site_texts import SiteTextError, load_texts
from pipeline.schemas import INDICATOR_UNITS, STATUSES, TABLES
from pipeline.store import read_manifest
from tests import site_sample as sample

NL, EN = load_texts("nl"), load_texts("en")
SETTINGS = load_settings()
#: read once: it takes longer than a page
REFERENCE = load_reference(site.Folders().reference)
REPORTS = ("drechtsteden", "GM0505", "GM0482", "AM23", "NL01", "GM0106", "GM1900")


@pytest.fixture(scope="module", autouse=True)
def reference():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "load_reference", lambda folder: REFERENCE)
        yield


def made(folder, codes=REPORTS, comparison=None, settings=SETTINGS, tables=None, **options):
    """The folder of an edition with its site."""
    sample.write_reports(folder, codes)
    make_site(folder, tables or sample.tables(), settings, comparison, **options)
    return folder


def page(folder, name=site.INDEX):
    return (folder / name).read_text(encoding="utf-8")


def words(text):
    """The text of a page without style, script and tags."""
    text = re.sub(r"<(style|script)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def entry(text, code):
    """The list item of a region."""
    found = re.search(rf'<li id="r-{code}".*?</ul>\n</li>', text, re.DOTALL)
    assert found, f"{code} is not in the list"
    return found[0]


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    return made(tmp_path_factory.mktemp("site") / "2026", comparison=sample.comparison())


# --- the pages as a whole -----------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_passes_the_static_checks(tmp_path, language):
    reports = SETTINGS.reports.model_copy(update={"language": language})
    folder = tmp_path / "2026"
    sample.write_reports(folder, REPORTS, language=language)
    make_site(folder, sample.tables(), SETTINGS.model_copy(update={"reports": reports}), sample.comparison())
    for name in (site.INDEX, site.COMPARISON, site.ABOUT):
        assert page_checks.check_html(folder / name, language) == []


def test_the_logo_stands_in_the_head_of_every_page(tmp_path):
    mark = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><rect width="4" height="1" fill="#fff"/></svg>'
    folder = made(tmp_path / "2026", comparison=sample.comparison(), style=HouseStyle(logo_svg=mark))
    for name in (site.INDEX, site.COMPARISON, site.ABOUT):
        head = page(folder, name).split("</header>")[0]
        assert '<img class="logo" src="data:image/svg+xml;base64,' in head
        assert page_checks.check_html(folder / name) == []


def test_the_same_input_gives_the_same_bytes(tmp_path, edition):
    again = made(tmp_path / "2026", reversed(REPORTS), sample.comparison())
    for name in site.SITE_FILES:
        assert (again / name).read_bytes() == (edition / name).read_bytes(), name


def test_making_the_site_again_changes_nothing(edition):
    before = {name: (edition / name).read_bytes() for name in site.SITE_FILES}
    written = make_site(edition, sample.tables(), SETTINGS, sample.comparison())
    assert sorted(path.name for path in written) == sorted(site.SITE_FILES)
    assert {name: (edition / name).read_bytes() for name in site.SITE_FILES} == before


def test_every_local_link_leads_to_a_file(edition):
    for name in (site.INDEX, site.COMPARISON, site.ABOUT):
        links = re.findall(r'<a [^>]*?href="([^"#][^"]*)"', page(edition, name))
        local = [link for link in links if not link.startswith(("https://", "mailto:"))]
        assert local
        for link in local:
            assert (edition / html.unescape(link)).is_file(), f"{name}: {link}"


def test_only_the_script_of_the_page_may_run(edition):
    text = page(edition)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html.unescape(policy)
    assert "script-src" not in page(edition, site.ABOUT).split("</head>")[0]


def test_awkward_names_are_text_everywhere(edition):
    text = page(edition)
    assert "<script>alert" not in text
    assert sample.AWKWARD in words(entry(text, "GM0106"))
    assert sample.AWKWARD in words(text[text.index('<svg class="layer') :])


def test_publisher_and_contact_come_from_the_settings(tmp_path):
    reports = SETTINGS.reports.model_copy(update={"publisher": "Regio <Test>", "contact": "fout@example.nl"})
    folder = made(tmp_path / "2026", settings=SETTINGS.model_copy(update={"reports": reports}))
    assert "<b>Regio &lt;Test&gt;</b>" in page(folder)
    assert '<a href="mailto:fout@example.nl">fout@example.nl</a>' in page(folder, site.ABOUT)


def test_a_missing_contact_is_said_not_invented(edition):
    assert "Deze uitgave noemt geen meldadres" in words(page(edition, site.ABOUT))
    assert "mailto:" not in page(edition, site.ABOUT)


# --- the list -----------------------------------------------------------------------------


def test_an_entry_gives_files_with_their_sizes(edition):
    item = entry(page(edition), "GM0505")
    assert 'href="GM0505/report.html"' in item
    assert "PDF 2 kB Webpagina 1 kB Cijfers (Excel) 5 kB Cijfers (CSV) 6 kB" in words(item)


def test_groups_stand_in_order_with_their_regions_by_name(edition):
    text = page(edition)
    groups = re.findall(r"<h3>(.*?)</h3>", text)
    assert [html.unescape(group) for group in groups] == [
        "Programmagebieden", "Arbeidsmarktregio's", "Gemeenten", "Nederland",
    ]  # fmt: skip
    gemeenten = [code for code in re.findall(r'<li id="r-([^"]+)"', text) if code.startswith("GM")]
    assert gemeenten == ["GM0482", "GM0505", "GM0106", "GM1900"]


def test_only_regions_with_a_report_are_listed_and_linked(edition):
    text = page(edition)
    assert "7 regio's met een rapport" in words(text)
    assert set(re.findall(r'href="#r-([^"]+)"', text)) <= set(REPORTS)
    assert 'id="r-GM0518"' not in text
    assert '<path data-code="GM0518"' in text


def test_the_figure_keeps_its_evidence(edition):
    text = page(edition)
    assert "raming WW-uitkeringen per 1.000 inwoners, 2021: 9,4" in words(entry(text, "GM0505"))
    assert "CBS, voorlopig WW-uitkeringen per 1.000 inwoners, 2021: 7,0" in words(entry(text, "GM0482"))


def test_suppressed_missing_and_zero_are_three_things(tmp_path):
    text = page(made(tmp_path / "2026", ("GM1900", "NL01", "GM0518")))
    assert "afgeschermd door CBS" in words(entry(text, "GM1900"))
    assert "2021:" not in words(entry(text, "GM1900"))
    assert "geen gegevens" in words(entry(text, "NL01"))
    assert "CBS WW-uitkeringen per 1.000 inwoners, 2021: 0,0" in words(entry(text, "GM0518"))


def test_verdicts_are_counted_in_words_with_a_shape(edition):
    item = entry(page(edition), "drechtsteden")
    summary = re.search(r'<details class="targets">\s*<summary>(.*?)</summary>', item, re.DOTALL)[1]
    assert words(summary).endswith("1 op koers 1 achter 1 geen gegevens")
    assert words(summary).startswith("3 programmadoelen")
    assert summary.count("<polygon") == 3


def test_each_target_has_its_own_verdict_programme_and_deadline(edition):
    text = words(entry(page(edition), "drechtsteden"))
    assert "achter 30.000 extra arbeidsplaatsen Groeiagenda Drechtsteden 2030; einddatum 2030" in text
    assert "op koers (alleen tempo) Meer dan 300.000 inwoners" in text
    assert "Groeiagenda Drechtsteden 2030; geen einddatum genoemd" in text


def test_a_region_of_the_same_gemeenten_has_the_same_targets(edition):
    assert "3 programmadoelen" in words(entry(page(edition), "AM23"))


def test_a_region_without_targets_names_where_they_are(edition):
    text = words(entry(page(edition), "GM0482"))
    assert "Geen eigen programmadoelen. Doelen gelden bij: Drechtsteden ." in text
    assert "Doelen gelden bij: Dordrecht , Drechtsteden ." in words(entry(page(edition), "NL01"))
    assert "Doelen gelden" not in words(entry(page(edition), "GM1900"))


def test_every_verdict_of_the_contract_has_mark_and_words():
    column = TABLES["targets"].schema.columns["verdict"]
    verdicts = next(check.statistics["allowed_values"] for check in column.checks)
    assert len(verdicts) == 8
    for verdict in verdicts:
        for basis in ("model", "alleen tempo", "opgave programma", ""):
            mark = verdict_mark(verdict, basis, NL)
            assert mark.kind in SHAPES
            assert mark.kind in VERDICTS
            assert (mark.kind == "achter") == (verdict == "achter")
    assert verdict_mark("geen oordeel", "opgave programma", NL).label == "tussenstand"
    assert verdict_mark("achter", "alleen tempo", EN).label == "behind (pace only)"


def test_an_edition_without_reports_says_so(tmp_path):
    (tmp_path / "2026").mkdir()
    text = page(made(tmp_path / "2026", ()))
    assert "Er zijn nog geen rapporten in deze editie" in words(text)
    assert 'id="zoek"' not in text


def test_a_large_group_starts_closed(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "MOST_OPEN", 3)
    text = page(made(tmp_path / "2026"))
    states = re.findall(r'<details class="group"( open)?>\s*<summary><h3>(.*?)</h3>', text)
    assert {html.unescape(name): bool(is_open) for is_open, name in states} == {
        "Programmagebieden": True, "Arbeidsmarktregio's": True, "Gemeenten": False, "Nederland": True,
    }  # fmt: skip


# --- finding reports ----------------------------------------------------------------------


def test_an_unfinished_or_hidden_folder_is_no_report(tmp_path):
    folder = sample.write_reports(tmp_path / "2026", ["GM0505", ".new-1"])
    (folder / "GM0482").mkdir()
    assert [report.folder for report in find_reports(folder, sample.VINTAGE, "nl")] == ["GM0505"]


def test_a_report_that_lacks_a_file_stops_the_site(tmp_path):
    folder = sample.write_reports(tmp_path / "2026", ["GM0505"])
    (folder / "GM0505" / "data.csv").unlink()
    with pytest.raises(SiteError, match=r"1 report\(s\) of 2026 .* GM0505 has no data\.csv"):
        find_reports(folder, sample.VINTAGE, "nl")


def test_a_report_of_another_vintage_is_left_out_with_a_warning(tmp_path, caplog):
    folder = sample.write_reports(tmp_path / "2026", ["GM0505"], vintage="live-2026-12-01")
    sample.write_reports(folder, ["GM0482"])
    with caplog.at_level("WARNING", logger="pipeline"):
        found = find_reports(folder, sample.VINTAGE, "nl")
    assert [report.folder for report in found] == ["GM0482"]
    assert "GM0505 is left out, it was made from live-2026-12-01" in caplog.text


def test_a_report_in_another_language_is_left_out_with_a_warning(tmp_path, caplog):
    folder = sample.write_reports(tmp_path / "2026", ["GM0505"], language="en")
    with caplog.at_level("WARNING", logger="pipeline"):
        assert find_reports(folder, sample.VINTAGE, "nl") == []
    assert "GM0505 is left out" in caplog.text


def test_an_english_site_names_the_nation_in_english(tmp_path):
    reports = SETTINGS.reports.model_copy(update={"language": "en"})
    folder = sample.write_reports(tmp_path / "2026", ["NL01"], language="en")
    make_site(folder, sample.tables(), SETTINGS.model_copy(update={"reports": reports}))
    assert '<html lang="en">' in page(folder)
    assert ">Netherlands</a>" in entry(page(folder), "NL01")


def test_a_report_about_an_unknown_region_stops_the_site(tmp_path):
    folder = sample.write_reports(tmp_path / "2026", ["GM9999"])
    with pytest.raises(SiteError, match=r"about a region that is not in the tables, e\.g\. GM9999"):
        make_site(folder, sample.tables(), SETTINGS)
    assert not (folder / site.INDEX).exists()


def test_two_reports_about_one_region_stop_the_site(tmp_path):
    folder = sample.write_reports(tmp_path / "2026", ["GM0505", "GM0482"], region_code="GM0505")
    with pytest.raises(SiteError, match=r"about the same region twice, e\.g\. GM0505"):
        make_site(folder, sample.tables(), SETTINGS)


# --- the figure ---------------------------------------------------------------------------


def test_the_year_is_the_last_that_most_gemeenten_have():
    few = {"GM0505": (5.0, "final")} | dict.fromkeys(list(sample.GEMEENTEN)[1:], (np.nan, "missing"))
    full = {code: (float(place), "final") for place, code in enumerate(sample.GEMEENTEN)}
    rows = pd.concat([sample.figures(full, 2020), sample.figures(full, 2021), sample.figures(few, 2024)])
    assert region_figures(rows).year == 2021


def test_without_any_full_year_the_fullest_is_taken():
    assert region_figures(sample.figures()).year == 2021


def test_the_newest_table_gives_the_figure():
    one = {"GM0505": (5.0, "provisional")}, {"GM0505": (6.0, "final")}
    rows = pd.concat([sample.figures(one[1], source="85984NED"), sample.figures(one[0], source="85039NED")])
    found = region_figures(rows)
    assert found.of("GM0505").value == 6.0
    assert found.sources == ("85984NED",)


def test_a_limit_belongs_to_the_class_above_it():
    values = {f"GM{place:04d}": (float(place), "final") for place in range(1, 11)}
    found = region_figures(sample.figures(values))
    assert len(found.class_words(NL)) == len(found.limits) + 1 == len(found.shades())
    limit = found.limits[0]
    assert limit == round(limit)
    assert found.of(f"GM{int(limit):04d}").shade == found.shades()[1]
    assert found.of(f"GM{int(limit) - 1:04d}").shade == found.shades()[0]


def test_no_figures_at_all_make_a_calm_map(tmp_path):
    nothing = sample.figures(dict.fromkeys(sample.GEMEENTEN, (np.nan, "missing")))
    text = page(made(tmp_path / "2026", tables=sample.tables(indicators=nothing)))
    assert "Er zijn geen WW-cijfers in deze momentopname" in words(text)
    assert set(re.findall(r'class="k(.)', text)) == {NO_CLASS}
    assert "geen gegevens" in words(entry(text, "GM0505"))


# --- the map ------------------------------------------------------------------------------


def drawn(with_report=("GM0505",), borders=None, **changed):
    tables = sample.tables(**changed)
    figures = region_figures(tables.read("indicators"))
    return draw_map(
        tables.borders if borders is None else borders, tables.read("regions"), figures, set(with_report), NL
    )


def test_path_of_a_square_and_of_its_hole():
    square = shapely.box(1000, 2000, 1300, 2400)
    assert path_of(square, (1000, 2400)) == "M3 4l0-4-3 0 0 4z"
    holed = shapely.Polygon(square.exterior, [shapely.box(1100, 2100, 1200, 2200).exterior])
    assert path_of(holed, (1000, 2400)).count("M") == 2


def test_a_ring_that_vanishes_is_left_out_and_a_lost_region_stops_the_map():
    speck = shapely.box(1000, 2000, 1020, 2020)
    assert path_of(speck, (0, 3000)) == ""
    borders = sample.borders()
    borders.loc[1, "geometry"] = shapely.box(500_000, 400_000, 500_020, 400_020)
    with pytest.raises(SiteMapError, match=r"Alblasserdam \(GM0482\) lost its shape"):
        drawn(borders=borders)


def test_a_gemeente_without_borders_stops_the_map():
    with pytest.raises(SiteMapError, match=r"1 gemeenten have no borders, e\.g\. \['GM0505'\]"):
        drawn(borders=gpd.GeoDataFrame(sample.borders().iloc[1:]))


def test_every_level_has_its_shapes_finding_and_alt_text():
    layers = {layer.key: layer for layer in drawn().layers}
    counts = {key: layer.shapes.count("<path") for key, layer in layers.items()}
    assert counts == {"gemeente": 5, "arbeidsmarktregio": 2, "rmc_region": 2, "corop": 2, "province": 2}
    assert layers["gemeente"].finding.startswith("De WW loopt van 0,0 in 's-Gravenhage tot 12,3 in ")
    assert "Kaart van 5 gemeenten" in layers["gemeente"].alt
    assert "Voor 1 is er geen cijfer" in layers["gemeente"].alt
    assert layers["corop"].finding == "Er zijn geen WW-cijfers in deze momentopname"
    assert layers["arbeidsmarktregio"].finding.startswith("De WW loopt naar raming van 8,2 in Drechtsteden")


def test_a_shape_says_name_figure_and_whether_there_is_a_report():
    shapes = str(drawn().layers[0].shapes)
    assert '<a href="#r-GM0505" tabindex="-1" data-code="GM0505">' in shapes
    assert "<title>Dordrecht: 9,4 (raming). Naar het rapport</title>" in shapes
    assert "<title>Súdwest-Fryslân: afgeschermd door CBS</title>" in shapes
    assert shapes.count("<a ") == 1
    assert shapes.rindex("<a ") > shapes.rindex('<path data-code="')


def test_the_shape_and_the_list_have_the_same_class(edition):
    text = page(edition)
    for code in ("GM0505", "GM0482", "GM1900"):
        shade = re.search(r'class="swatch k(.)"', entry(text, code))[1]
        shape = re.search(rf'data-code="{code}"><title>[^<]*</title><path class="k(.) has"', text)[1]
        assert shade == shape


def test_the_map_as_csv_has_every_region_and_leaves_absent_values_empty(edition):
    table = pd.read_csv(edition / site.MAP_CSV, dtype=str, keep_default_na=False).set_index("region_code")
    assert len(table) == len(sample.GEMEENTEN) + len(sample.AREAS)
    assert table.loc["GM1900", ["value", "status"]].tolist() == ["", "suppressed"]
    assert table.loc["GM0518", ["value", "status", "year"]].tolist() == ["0.0", "final", "2021"]
    assert set(table.index[table["has_report"] == "True"]) == set(REPORTS)


# --- what was revised ---------------------------------------------------------------------


def test_the_comparison_gives_cells_revisions_and_verdicts(edition):
    text = words(page(edition, site.COMPARISON))
    assert (
        "Momentopname embedded-2026-11 naast embedded-2025: 2 herzien, 1 nieuw, 1 vervallen, 0 met alleen"
        in text
    )
    plain = text.replace("\xa0", " ")
    assert "mensen met WW Dordrecht 2021 1.000 voorlopig 1.250 definitief +25,0 % 85039NED" in plain
    assert "werkloosheid, procent Alblasserdam 2021 0,0 definitief 4,4 definitief vanaf nul 85039NED" in text
    assert "70072ned 0 0 1 0 85039NED 2 1 0 0" in text
    assert "Een periode die de andere momentopname nog niet had 1 0" in text
    assert "Een gebied dat de andere momentopname niet heeft 0 1" in text
    assert "onzeker achter" in text
    assert "stond er niet in op koers (alleen tempo)" in text
    assert "nulmeting 2018, einde 2030" in text


def test_the_comparison_comes_with_its_files(edition):
    cells = pd.read_csv(edition / site.CELLS_CSV)
    assert cells["change"].tolist() == ["added", "gone", "revised", "revised"]
    assert len(pd.read_csv(edition / site.VERDICTS_CSV)) == 2


def test_without_a_comparison_the_page_is_calm_and_old_files_go(tmp_path):
    folder = made(tmp_path / "2026", comparison=sample.comparison())
    make_site(folder, sample.tables(), SETTINGS)
    assert "Er is nog niets om te vergelijken" in words(page(folder, site.COMPARISON))
    assert not (folder / site.CELLS_CSV).exists()
    assert "<table" not in page(folder, site.COMPARISON)


def test_vintages_without_a_difference_say_so(tmp_path):
    found = sample.comparison()
    same = Comparison(found.old, found.new, found.cells.head(0), found.verdicts.head(0))
    text = words(page(made(tmp_path / "2026", comparison=same), site.COMPARISON))
    assert "hebben dezelfde cijfers" in text


# --- about --------------------------------------------------------------------------------


def test_what_was_said_before_stands_beside_what_came(tmp_path):
    line = dict.fromkeys(("low_80", "high_80", "probability", "error", "error_pct", "interval_score"), np.nan)
    line |= {"made_on": "2018", "indicator": "jobs_employees", "region_code": "drechtsteden", "note": ""}
    forecast = {
        "forecaster": "UWV",
        "target": "banen-uwv-2019",
        "year": 2019,
        "forecast": 134_000,
        "goal": np.nan,
    }
    promise = {
        "forecaster": "baas",
        "target": "leer-werktrajecten",
        "year": 2024,
        "forecast": np.nan,
        "goal": 500,
    }
    chance = {"forecaster": "groeimonitor", "target": "a/b/c/2018", "year": 2019, "forecast": 1, "goal": 2}
    rows = [
        line | forecast | {"actual": 138_097, "actual_status": "estimate", "came_true": ""},
        line | promise | {"actual": np.nan, "actual_status": "", "came_true": "unknown"},
        line | chance | {"actual": 3, "actual_status": "final", "came_true": "yes"},
    ]
    folder = made(tmp_path, tables=sample.tables(forecast_scores=pd.DataFrame(rows)))
    said = words(page(folder, site.ABOUT)).split("Uitgekomen")[1].split("Bronnen en licenties")[0]
    assert "UWV 2019 134.000 138.097 (raming); telt niet mee" in said
    assert "Baas over je eigen toekomst 2024 500 niet bekend: een eindgetal is niet gevonden" in said
    assert "a/b/c" not in said


def test_about_lists_every_table_of_the_vintage_with_its_licence(edition):
    text = page(edition, site.ABOUT)
    manifest = read_manifest(site.Folders().raw / sample.VINTAGE)
    assert text.count('<th scope="row">') == len(manifest.tables) > 30
    for table in manifest.tables:
        assert table.table_id in text
        assert html.escape(table.title, quote=False) in html.unescape(text)
        assert table.licence in text


def test_about_names_edition_vintage_and_commit(edition):
    text = words(page(edition, site.ABOUT))
    assert f"Editie {SETTINGS.edition}" in text
    assert f"Momentopname van de cijfers {sample.VINTAGE}" in text
    assert f"Programmatuur (commit) {sample.COMMIT}" in text


def test_about_takes_the_rule_of_a_verdict_from_the_settings(tmp_path):
    models = SETTINGS.models.model_copy(update={"likely": 0.8, "unlikely": 0.1, "verdict_horizon": 3})
    folder = made(tmp_path / "2026", settings=SETTINGS.model_copy(update={"models": models}))
    text = words(page(folder, site.ABOUT)).replace("\xa0", " ")
    assert "Vanaf 80 % kans" in text
    assert "Tot 10 % onder beide" in text
    assert "Verder dan 3 jaar" in text


# --- texts --------------------------------------------------------------------------------


def test_every_indicator_and_status_has_words_in_both_languages():
    for texts in (NL, EN):
        for key in [
            *(f"indicator_{name}" for name in INDICATOR_UNITS),
            *(f"status_{name}" for name in STATUSES),
        ]:
            assert texts(key)


def test_every_text_is_used_by_code_or_template():
    folder = site.TEMPLATES.parent
    code = "".join(p.read_text() for p in [*folder.glob("site*.py"), *site.TEMPLATES.glob("site*")])
    made_up = ("indicator_", "status_", "kind_", "level_", "levels_", "verdict_", "meaning_", "file_", "menu_",
               "change_", "reason_", "column_", "mark_", "about_what_", "about_access_", "label_",
               "said_column_", "said_yes", "said_no", "said_unknown")  # fmt: skip
    unused = [
        key for key in NL.by_key if not key.startswith(made_up) and not re.search(rf"""["']{key}["']""", code)
    ]
    assert unused == []


def test_numbers_sizes_and_periods_follow_the_language():
    start = pd.Timestamp("2023-04-01").date()
    assert (NL.number(1234.5, 1), EN.number(1234.5, 1)) == ("1.234,5", "1,234.5")
    assert (NL.size(1), NL.size(88_001), EN.size(1_250_000)) == ("1 kB", "89 kB", "1.3 MB")
    assert (NL.percent(8.25, 1), EN.percent(8.25, 1)) == ("8,3\xa0%", "8.3%")
    assert [NL.period(start, f) for f in "AQM"] == ["2023", "tweede kwartaal 2023", "april 2023"]
    assert [EN.period(start, f) for f in "AQM"] == ["2023", "quarter 2 of 2023", "April 2023"]
    assert (NL.listing(["a", "b", "c"]), EN.listing(["a", "b", "c"])) == ("a, b en c", "a, b and c")


def test_an_absent_value_is_never_written_as_a_number():
    with pytest.raises(SiteTextError, match="absent"):
        NL.number(float("nan"))


def test_texts_say_what_is_wrong():
    with pytest.raises(SiteTextError, match="has no text 'nothing'"):
        NL("nothing")
    with pytest.raises(SiteTextError, match="needs a value for 'edition'"):
        NL("edition")
    with pytest.raises(SiteTextError, match="no texts in 'fy'"):
        load_texts("fy")


def test_a_text_in_one_language_only_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "texts.yaml"
    monkeypatch.setattr("pipeline.reports.site_texts.TEXTS_FILE", path)
    for content, fault in (
        ("a: {nl: x}", "exactly nl and en"),
        ('a: {nl: "{b}", en: "c"}', "different places"),
    ):
        path.write_text(content)
        load_texts.cache_clear()
        with pytest.raises(SiteTextError, match=fault):
            load_texts("nl")
    monkeypatch.undo()
    load_texts.cache_clear()
