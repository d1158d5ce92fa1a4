"""Choosers: the figure is drawn, follows its controls, and says why when it cannot be drawn."""

from __future__ import annotations

import dataclasses
import re
import sys

import ipywidgets
import pytest

from pipeline import explore, monitor
from pipeline.research import MonitorError
from pipeline.research.controls import Number
from pipeline.research.shown import Cell, ShownFigure, ShownTable


def picture(box: ipywidgets.VBox) -> str:
    return box.children[-1].value


def control(box: ipywidgets.VBox, label: str) -> ipywidgets.Widget:
    return next(child for child in box.children if getattr(child, "description", "") == label)


def label_of(html: str) -> str:
    return re.search(r'<svg[^>]* role="img" aria-label="([^"]+)"', html)[1]


@pytest.mark.parametrize("make", [explore.compare, explore.map, explore.target, explore.chances, explore.supply,
                                  explore.similar, explore.survey])  # fmt: skip
def test_every_chooser_draws_at_once_with_labelled_controls(tables, make):
    box = make(vintage=tables)
    assert re.search(r'<svg[^>]* role="img"|<table', picture(box))
    assert "geen figuur" not in picture(box)
    controls = box.children[1:-1]
    assert controls
    assert all(one.description for one in controls)


def test_chooser_shows_what_the_plain_call_shows(tables):
    box = explore.compare("population_count", ["GM0505", "NL01"], (2019, 2026), vintage=tables)
    plain = monitor.chart("population_count", ["GM0505", "NL01"], (2019, 2026), tables)
    assert picture(box) == plain.html(fonts=False)


def test_compare_follows_indicator_regions_and_years(tables):
    box = explore.compare("population_count", ["GM0505"], vintage=tables)
    first = label_of(picture(box))
    control(box, "Gebieden").value = ("GM0642",)
    assert "Zwijndrecht" in label_of(picture(box))
    control(box, "Jaren").value = (2020, 2022)
    assert "in 2020" in label_of(picture(box))
    control(box, "Indicator").value = "ww_recipients"
    assert "Mensen met een WW-uitkering" in picture(box)
    assert label_of(picture(box)) != first


def test_a_question_without_an_answer_leaves_a_reason(tables):
    box = explore.compare("unemployment_rate_pct", ["NL01"], vintage=tables)
    control(box, "Gebieden").value = ("GM0505",)
    assert 'role="status"' in picture(box)
    assert "Voor deze gebieden en jaren is er per jaar geen cijfer. Wel: per jaar 2003-2025 (" in picture(box)
    assert "annual" not in picture(box)
    control(box, "Gebieden").value = ()
    assert "Kies ten minste één gebied." in picture(box)
    control(box, "Gebieden").value = ("NL01",)
    assert "svg" in picture(box)


def test_target_follows_each_part_of_the_reading(tables):
    box = explore.target("drechtsteden", vintage=tables)
    assert "164.100 in 2030" in label_of(picture(box))
    control(box, "Vanaf december").value = 2024
    assert "176.200 in 2030" in label_of(picture(box))
    control(box, "Tot december").value = 2040
    assert "176.200 in 2040" in label_of(picture(box))
    control(box, "Definitie").value = "arbeidsplaatsen-lisa"
    assert "Het doel is" not in picture(box)


def test_chances_follow_the_range_of_goals(tables):
    box = explore.chances("drechtsteden", vintage=tables)
    assert picture(box).count('<th scope="row"') == 8
    control(box, "Extra banen").value = (10_000, 20_000)
    assert picture(box).count('<th scope="row"') == 3


def test_supply_starts_at_the_rate_of_the_survey(tables):
    box = explore.supply("CR30", vintage=tables)
    assert control(box, "Werkloosheid, %").value == pytest.approx(5.4)
    before = picture(box)
    control(box, "Deelname, punten").value = 3.0
    assert picture(box) != before


def test_survey_shows_more_as_more_are_asked(tables):
    box = explore.survey(vintage=tables)
    few = picture(box).count(">tonen<")
    control(box, "Ondervraagd, %").value = 25.0
    assert picture(box).count(">tonen<") > few


def test_regions_are_listed_from_large_to_small(tables):
    options = explore.region_options(tables)
    assert options[0] == ("Nederland", "NL01")
    assert len(options) == 477
    assert ("Dordrecht (gemeente)", "GM0505") in options
    assert options[-1][1].startswith("GM")


def test_own_mistakes_are_not_hidden():
    def broken(**values) -> ShownTable:
        raise KeyError("a mistake in the code")

    with pytest.raises(KeyError):
        explore.bind(broken, {"year": Number("Jaar", 1, 0, 2)})


def test_words_of_the_user_cannot_become_markup():
    def shown(**values) -> ShownTable:
        return ShownTable("<b>titel</b>", ["<i>kop</i>"], [[Cell("<script>x</script>")]])

    value = picture(explore.bind(shown, {"year": Number("Jaar", 1, 0, 2)}))
    assert "<script>" not in value
    assert "&lt;b&gt;titel" in value


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (
            lambda t: explore.compare("jobs_employes", vintage=t),
            "nearest: jobs_employees (Banen van werknemers)",
        ),
        (lambda t: explore.compare(regions="Dordrect", vintage=t), "nearest: GM0505"),
        (lambda t: explore.compare(frequency="Y", vintage=t), "no frequency 'Y'"),
        (lambda t: explore.compare(years=("a", "b"), vintage=t), "'a' is text"),
        (lambda t: explore.map("x", vintage=t), "There is no indicator 'x'"),
        (
            lambda t: explore.map("vacancies_count", vintage=t),
            "holds no such figures of vacancies_count; it holds: ",
        ),
        (lambda t: explore.map(year=1950, vintage=t), "gemeenten have figures of "),
        (lambda t: explore.similar("NL01", vintage=t), "NL01 is not compared with other regions"),
        (lambda t: explore.chances("CR30", 1990, vintage=t), "CR30 has jobs of 2010 to 2024"),
    ],
)
def test_a_first_question_is_checked_before_a_control_is_made(tables, ask, words):
    with pytest.raises(MonitorError, match=re.escape(words)):
        ask(tables)


def test_a_title_in_dutch_starts_a_chooser(tables):
    box = explore.compare("Inwoners", "Dordrecht", vintage=tables)
    assert control(box, "Indicator").value == "population_count"
    assert control(box, "Gebieden").value == ("GM0505",)


def test_a_vintage_without_the_usual_indicator_starts_with_another(tables):
    rows = tables.read("indicators")
    rows = rows[rows["indicator"].isin(["population_count", "jobs_employees"])]
    poor = dataclasses.replace(tables, tables=tables.tables | {"indicators": rows})
    for box in (explore.compare(vintage=poor), explore.map(vintage=poor), explore.similar(vintage=poor)):
        assert control(box, "Indicator").value in {"population_count", "jobs_employees"}
        assert "svg" in picture(box)


def test_a_box_shows_its_figure_where_there_are_no_widgets(tables):
    box = explore.map("ww_recipients", 2021, vintage=tables)
    bundle = box._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert label_of(bundle["text/html"]) == label_of(picture(box))
    assert "@font-face" in bundle["text/html"]


def test_without_the_widgets_package_the_figure_alone_is_given(tables, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    monkeypatch.delitem(sys.modules, "pipeline.research.choosers", raising=False)
    figure = explore.compare("population_count", ["GM0505", "NL01"], (2019, 2026), vintage=tables)
    assert isinstance(figure, ShownFigure)
    plain = monitor.chart("population_count", ["GM0505", "NL01"], (2019, 2026), tables)
    assert figure.html() == plain.html()
    assert isinstance(explore.survey(vintage=tables), ShownTable)
