"""Choosers: the figure is drawn, follows its controls, and says why when it cannot be drawn."""

from __future__ import annotations

import re

import ipywidgets
import pytest

from pipeline import explore, monitor
from pipeline.research.shown import Cell, ShownTable


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
    assert "has no annual unemployment_rate_pct" in picture(box)
    control(box, "Gebieden").value = ()
    assert "No regions given" in picture(box)
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
    assert len(options) == 437
    assert ("Dordrecht (gemeente)", "GM0505") in options
    assert options[-1][1].startswith("GM")


def test_own_mistakes_are_not_hidden():
    def broken(**values) -> ShownTable:
        raise KeyError("a mistake in the code")

    with pytest.raises(KeyError):
        explore.bind(broken, {"year": ipywidgets.IntSlider(value=1)})


def test_words_of_the_user_cannot_become_markup():
    def shown(**values) -> ShownTable:
        return ShownTable("<b>titel</b>", ["<i>kop</i>"], [[Cell("<script>x</script>")]])

    value = picture(explore.bind(shown, {"year": ipywidgets.IntSlider(value=1)}))
    assert "<script>" not in value
    assert "&lt;b&gt;titel" in value
