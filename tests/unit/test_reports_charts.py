"""Facts to charts: each number that is drawn becomes a data row, with the text that is read."""

from dataclasses import dataclass

import pytest

from pipeline.reports import charts
from pipeline.reports.document import display
from pipeline.reports.facts.base import Fact
from pipeline.reports.facts.rates import Beside
from tests.unit.svg_texts import assert_sound, texts_of


def fact(value, year=2024, **more):
    base = {"indicator": "jobs_employees", "region_code": "GM0001", "period": f"{year}-12", "unit": "jobs",
            "status": "published", "source": "83582NED", "vintage": "v"}  # fmt: skip
    return Fact(value, **(base | more))


def estimate(value, year, spread=4000.0):
    return fact(
        value, year, status="estimate", low=value - spread, high=value + spread, level=0.8, step=100.0
    )


def tools(language="nl"):
    return charts.functions(language, lambda item, **more: display(item, language, **more))


@dataclass(frozen=True)
class Row:
    name: str
    ww: Beside | None


def rate(value, count=500.0, spread=0.0):
    more = {"indicator": "ww_per_1000_residents", "unit": "per_1000_residents", "step": 0.1}
    if spread:
        more |= {"low": value - spread, "high": value + spread, "level": 1.0}
    counted = fact(count, low=count - 5, high=count + 5, level=1.0)
    return Beside(fact(value, **more), counted, fact(8.8), "about")


def test_every_number_of_a_line_chart_is_a_fact_with_its_text():
    use = tools()
    levels = [
        fact(125_500, 2015),
        estimate(138_000, 2016),
        estimate(141_000, 2017),
        fact(None, 2018, status="missing"),
    ]
    chart = use["line_chart"](
        [use["layer"](levels[:1], "Telling", "counted"), use["layer"](levels[1:], "Schatting", "estimate"),
         use["layer"]([], "Doel", "goal")],
        named=[(levels[1], "ons startjaar")],
    )  # fmt: skip
    assert_sound(chart.drawing)
    shown = {text for _, text in chart.facts}
    assert shown == {"125.500", "138.000", "141.000", "137.000", "145.000"}
    assert {"Telling 2015: 125.500", "2016: 138.000", "ons startjaar", "Schatting 2017: 141.000",
            "137.000–145.000"} <= set(texts_of(chart.drawing.svg))  # fmt: skip
    assert "Doel" not in chart.drawing.alt
    assert chart.drawing.axis_note.startswith("De as begint bij ")


def test_a_wide_margin_prints_its_range_and_no_number():
    use = tools("en")
    chart = use["line_chart"](
        [use["layer"]([estimate(10_000, 2015), estimate(10_000, 2016)], "Estimate", "estimate")]
    )
    assert "Estimate: 6,000–14,000" in texts_of(chart.drawing.svg)
    assert "10,000" not in {text for _, text in chart.facts}


def test_rows_stand_highest_first_with_ranges_for_a_handful():
    use = tools()
    own, nation = Row("Eiland", rate(10.0, count=10, spread=5.0)), Row("the nation", rate(8.8))
    peers = [Row("Laag", rate(7.1)), Row("Leeg", None), Row("Hoog", rate(9.5))]
    chart = use["dots_chart"]([use["panel"]("WW", peers, own, nation, "ww")], all="Nederland")
    assert_sound(chart.drawing)
    order = ["Eiland", "Hoog", "Nederland", "Laag", "Leeg"]
    assert [words for words in texts_of(chart.drawing.svg) if words in order] == order
    assert {text for _, text in chart.facts} == {"5", "15", "9,5", "8,8", "7,1"}
    assert "Leeg geen gegevens" in chart.drawing.alt


def test_changes_keep_their_sign_and_a_missing_one_its_word():
    use = tools()
    chart = use["bars_chart"]([("Zorg", fact(3500.0)), ("Bouw", fact(-300.0)), ("Horeca", None)], signed=True)
    assert_sound(chart.drawing)
    assert chart.drawing.alt == "Zorg +3.500; Bouw −300; Horeca geen gegevens."


def test_a_map_has_classes_in_words():
    from shapely.geometry import box

    use = tools()
    rows = [
        (f"G{i}", fact(float(i), unit="per_1000_residents", step=0.1), box(i, 0, i + 1, 1)) for i in range(6)
    ]
    chart = use["map_chart"]([*rows, ("Weg", None, box(6, 0, 7, 1))])
    texts = texts_of(chart.drawing.svg)
    assert any(words.startswith("minder dan ") for words in texts)
    assert any(words.endswith(" of meer") for words in texts)
    assert len(chart.facts) == 6


@pytest.mark.parametrize("name", ["line_chart", "dots_chart", "bars_chart", "map_chart"])
def test_nothing_to_draw_is_no_chart(name):
    more = {"all": "Nederland"} if name == "dots_chart" else {}
    assert tools()[name]([], **more) == ""
