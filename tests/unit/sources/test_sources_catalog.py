"""The catalogue itself: complete, consistent, and refused when it is not."""

from __future__ import annotations

import pytest
import yaml

from pipeline.sources.catalog import (
    CATALOG,
    Catalog,
    CatalogError,
    CodeFilter,
    list_sources,
    load_catalog,
    normal_unit,
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def test_only_jobs_population_and_classification_are_required(catalog):
    assert {s.key for s in catalog.sources if s.required} == {"jobs", "population", "classification"}


def test_every_need_of_the_monitor_has_a_source(catalog):
    tables = {s.table for s in catalog.sources} | {
        t for s in catalog.sources if s.editions for t in s.editions.known.values()
    }
    assert tables >= {
        "83582NED", "81402ned", "83583NED", "86223NED", "85554NED", "80794ned", "82015NED", "03759ned", "83599NED",
        "85224NED", "80590ned", "85268NED", "85171NED", "85173NED", "86247NED", "86088NED", "82208NED", "85969NED",
    }  # fmt: skip


def test_the_list_says_who_counted_and_how_to_cite(catalog):
    frame = list_sources(catalog).set_index("source")
    assert frame.loc["ww_youth", "original_source"] == "UWV, via CBS"
    assert (
        frame["licence"].ne("").all()
        and frame["citation"].ne("").all()
        and frame["page"].str.startswith("https").all()
    )
    assert len(frame) == len(catalog.sources)


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Arbeidsmarktsituatie jongeren (15 tot 27 jaar); regio (indeling 2025)", 2025),
        ("Arbeidsmarktsituatie jongeren 15 tot 27 jaar; regio 2024,2005-2023", 2024),
        ("Arbeidsmarktsituatie jongeren (15-27 jaar);regio(indeling 2018),2005-2017", 2018),
        ("Arbeidsmarktsituatie jongeren (15-27 jaar);persoonskenmerken,2005-2018", None),
        ("Arbeidsdeelname; regionale indeling 2025", None),
    ],
)
def test_edition_years_of_published_youth_titles(catalog, title, year):
    assert catalog.source("youth").editions.year_of(title) == year


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Arbeidsdeelname; regionale indeling 2024", 2024),
        ("Arbeidsdeelname; regionale indeling 2014, 2003-2014", 2014),
        ("Arbeidsdeelname; binding arbeidsmarkt; regio (indeling 2023)", None),
        ("Arbeidsdeelname; wijken en buurten, 2022", None),
    ],
)
def test_edition_years_of_published_labour_titles(catalog, title, year):
    assert catalog.source("unemployment").editions.year_of(title) == year


def test_years_that_cbs_adds_when_it_stops_a_table_are_no_other_title(catalog):
    source = catalog.source("jobs_earlier")
    assert source.title_fits("Banen van werknemers in december; econ. activ. (SBI2008), regio")
    assert source.title_fits("Banen van werknemers in december;  econ. activ. (SBI2008), regio, 2008 - 2014 ")
    assert not source.title_fits("Banen van werknemers; regio, 2008-2014")


@pytest.mark.parametrize("unit", ["x 1 000", "x 1000", "X 1 000", "x 1.000", " x 1 000 "])
def test_spellings_of_a_unit(unit):
    assert normal_unit(unit) == "x 1000"
    assert normal_unit("aantal") != normal_unit(unit)


def change(path, edit):
    content = yaml.safe_load(CATALOG.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda c: c["sources"][0].update(colour="red"), "colour"),
        (lambda c: c["sources"][0].pop("title"), "title"),
        (lambda c: c["sources"][0].update(publisher="nobody"), "nobody"),
        (lambda c: c["sources"].append(c["sources"][0]), "same key"),
        (lambda c: c["hosts"].update(cbs_v3="opendata.cbs.nl"), "http"),
        (lambda c: c["sources"][0].update(filters={"Leeftijd": {"codes": ["1"]}}), "no dimension"),
        (lambda c: c["sources"][0].update(table=""), "table or editions"),
        (
            lambda c: next(s for s in c["sources"] if "editions" in s)["editions"].update(
                title_matches="Arbeid"
            ),
            "year",
        ),
    ],
)
def test_a_wrong_catalogue_is_refused_with_its_place(tmp_path, edit, words):
    with pytest.raises(CatalogError, match=words):
        load_catalog(change(tmp_path / "catalog.yaml", edit))


def test_a_filter_says_one_thing():
    with pytest.raises(ValueError, match="exactly one"):
        CodeFilter(codes=["a"], prefix=["b"])
    with pytest.raises(ValueError, match="exactly one"):
        CodeFilter()


def test_an_unknown_source_names_those_there_are(catalog):
    with pytest.raises(CatalogError, match="jobs_earlier"):
        catalog.source("banen")


def test_hosts_can_be_put_elsewhere(catalog):
    assert catalog.at(cbs_v3="http://127.0.0.1:1/").hosts.cbs_v3 == "http://127.0.0.1:1"
