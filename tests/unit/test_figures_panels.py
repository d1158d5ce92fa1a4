"""Small charts on one scale: measured, estimated, broken and absent."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.figures.drawing import About
from pipeline.figures.panels import Panel, panels
from pipeline.figures.style import FigureError
from pipeline.figures.web import inline_svg
from pipeline.language.numbers import NumberFormat

ABOUT = About(id="banen", region_code="GM0505", region="Dordrecht", unit="banen", source="81402ned")
COLUMNS = ["time", "value", "low", "high", "period", "status", "segment"]


def panel(name: str, *points: tuple) -> Panel:
    return Panel(name, "GM0505", pd.DataFrame(points, columns=COLUMNS))


MEASURED = panel(
    "Dordrecht",
    (2008.0, 57_980.0, None, None, "2008", "final", "oud"),
    (2010.0, 55_860.0, None, None, "2010", "provisional", "oud"),
    (2010.0, 56_200.0, 54_000.0, 58_000.0, "2010", "estimate", "nieuw"),
    (2011.0, 57_149.0, 54_500.0, 59_900.0, "2011", "estimate", "nieuw"),
)
ABSENT = panel("Nergens", (2008.0, None, None, None, "2008", "suppressed", "oud"))


def test_alt_says_first_last_break_and_status():
    drawing = panels([MEASURED, ABSENT], about=ABOUT, form=NumberFormat())
    assert drawing.alt == (
        "2 lijngrafieken op één schaal. Dordrecht: van 57.980 in 2008 naar 57.100 (2011, raming); breuk in de "
        "reeks bij 2010. Nergens: geen gegevens."
    )
    assert "breuk" in drawing.svg
    assert "geen gegevens" in drawing.svg
    assert drawing.axis_note == "De as begint bij 54.000."


def test_data_rows_keep_status_and_bounds():
    rows = panels([MEASURED, ABSENT], about=ABOUT, form=NumberFormat()).data_rows
    values = [(row.label, row.period, row.value, row.status) for row in rows]
    assert ("Dordrecht", "2010", 55_860.0, "provisional") in values
    assert ("Dordrecht, ondergrens", "2011", 54_500.0, "estimate") in values
    assert ("Nergens", "2008", None, "suppressed") in values


def test_a_break_lies_between_the_last_old_and_the_first_new_point():
    assert MEASURED.breaks == [(2010.0, "2010")]
    later = panel(
        "x",
        (2018.0, 1.0, None, None, "2018", "final", "oud"),
        (2021.0, 2.0, None, None, "2021", "final", "nieuw"),
    )
    assert later.breaks == [(2019.5, "2021")]


def test_twelve_panels_fit_and_the_same_input_gives_the_same_bytes():
    many = [
        panel(f"Gemeente met een lange naam {n}", *MEASURED.points.itertuples(index=False)) for n in range(12)
    ]
    first = panels(many, about=ABOUT, form=NumberFormat())
    assert first.svg == panels(many, about=ABOUT, form=NumberFormat()).svg


@pytest.mark.parametrize(
    ("regions", "words"),
    [([], "0 panels"), ([MEASURED] * 13, "13 panels"), ([ABSENT], "none of the 1 regions has a value")],
)
def test_refuses_what_cannot_be_read(regions, words):
    with pytest.raises(FigureError, match=words):
        panels(regions, about=ABOUT)


def test_inline_svg_has_a_name_and_ids_of_its_own():
    drawing = panels([MEASURED], about=ABOUT, form=NumberFormat())
    page = inline_svg(drawing, "eerste")
    assert 'role="img" aria-label="Lijngrafiek. Dordrecht' in page
    assert 'id="figure_1"' not in page
    assert 'id="eerste-figure_1"' in page
