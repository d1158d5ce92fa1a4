"""Charts: what they say in words and data, and that their labels fit whatever the region and scale."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.figures import charts, jobs_chart
from pipeline.figures.change_charts import change_bars, dot_change, required_pace
from pipeline.figures.charts import Line, bars_compare, contribution_bars, line_series
from pipeline.figures.drawing import About
from pipeline.figures.jobs_chart import jobs_and_target
from pipeline.figures.style import LEADER, FigureError, text_extent
from pipeline.language.numbers import NumberFormat

ABOUT = About("figuur", "GM9999", "Voorbeeldstad", "banen", "00000NED")
NAMES = ["Aarle", "Beek-en-Dal aan de Grote Rivier", "'s-Cveld", "Dorp"]


def frame(first, values):
    return pd.DataFrame({"year": range(first, first + len(values)), "value": np.asarray(values, dtype=float)})


def estimate(first, values, spread=0.05):
    made = frame(first, values)
    return made.assign(low=made["value"] * (1 - spread), high=made["value"] * (1 + spread))


def outlook(last, level):
    years = np.arange(last + 1, last + 7)
    steps = np.sqrt(years - last)
    columns = {"year": years, "median": np.full(6, level, dtype=float)}
    for name, width in (("80", 0.01), ("95", 0.02)):
        columns |= {f"low_{name}": level * (1 - width * steps), f"high_{name}": level * (1 + width * steps)}
    return pd.DataFrame(columns)


def displays(drawing, label):
    return [row.display for row in drawing.data_rows if row.label == label]


def test_jobs_alt_text_tells_levels_target_and_margin():
    drawing = jobs_and_target(
        frame(2008, [128270, 127500, 123520]),
        estimate(2010, [123520, 130000, 144249]),
        target_path=[(2012, 144249), (2018, 162400)],
        pace=(2018, 156149),
        about=ABOUT,
    )
    for words in ("128.270", "123.520", "144.200", "162.400 in 2018", "156.100", "137.000 tot 151.500"):
        assert words in drawing.alt
    assert drawing.axis_note == "De as begint bij 110.000."


def test_jobs_data_rows_carry_status_and_print():
    drawing = jobs_and_target(
        frame(2008, [8540, 8200]), provisional=[2009], target_path=[(2009, 8200), (2015, 8501)], about=ABOUT
    )
    rows = {(row.label, row.period): row for row in drawing.data_rows}
    assert rows["Gepubliceerd door CBS", "2008"].status == "published"
    assert rows["Gepubliceerd door CBS", "2009"].status == "provisional"
    assert rows["doelpad", "2015"].status == "target"
    assert displays(drawing, "doel, banen per jaar") == ["50"]
    assert "voorlopig" in drawing.svg
    assert "voorlopig" in drawing.alt


def test_every_number_written_in_the_jobs_chart_is_in_its_data():
    from pipeline.reports.text_numbers import check_text_numbers

    drawing = jobs_and_target(
        frame(2008, [128270, 127500, 123520]),
        estimate(2010, [123520, 130000, 144249]),
        target_path=[(2012, 144249), (2018, 162400)],
        pace=(2018, 156149),
        outlook=outlook(2012, 144249),
        about=ABOUT,
    )
    assert check_text_numbers(drawing.alt, drawing.data_rows, [drawing.axis_note]) == []


def test_jobs_break_and_estimate_are_said_in_words():
    drawing = jobs_and_target(frame(2010, range(100, 112)), breaks=[2015], about=ABOUT)
    assert ">breuk: andere meting<" in drawing.svg
    assert "Breuk in de reeks: 2015" in drawing.alt


def test_breaks_close_together_are_named_in_one_word():
    drawing = jobs_and_target(frame(2010, range(100, 112)), breaks=[2015, 2016], about=ABOUT)
    assert drawing.svg.count(">breuk<") == 2


@pytest.mark.parametrize("year", [2011, 2021])
def test_break_near_the_edge_stays_off_the_axis(year):
    drawing = jobs_and_target(frame(2010, range(100000, 112000, 1000)), breaks=[year], about=ABOUT)
    assert ">breuk: andere meting<" in drawing.svg


def drawn(monkeypatch, module, draw):
    """The figure that a chart hands to its SVG writer."""
    figures = []
    write = module.to_svg
    monkeypatch.setattr(module, "to_svg", lambda figure: figures.append(figure) or write(figure))
    draw()
    return figures[0]


def touched(figure, words, x, y):
    """Whether the line through these data points runs through the label that holds ``words``."""
    axes = figure.axes[0]
    box = next(text_extent(text) for text in axes.texts if words in text.get_text())
    samples = np.linspace(0, len(x) - 1, 400)
    at_x, at_y = (np.interp(samples, range(len(x)), np.asarray(v, dtype=float)) for v in (x, y))
    points = axes.transData.transform(np.column_stack([at_x, at_y]))
    return bool(((points > box.min + 1) & (points < box.max - 1)).all(axis=1).any())


def crowded():
    years = np.arange(2010, 2025)
    known = [2010, 2011, 2013, 2018, 2019, 2020, 2022, 2023, 2024]
    levels = [123520, 127000, 122500, 134100, 137500, 135000, 146000, 147500, 146200]
    values = np.interp(years, known, levels)
    width = 0.07 * np.sqrt((years - 2010) / 14)
    return pd.DataFrame(
        {"year": years, "value": values, "low": values * (1 - width), "high": values * (1 + width)}
    )


def test_labels_of_points_stay_clear_of_lines_and_margin(monkeypatch):
    band = crowded()
    figure = drawn(
        monkeypatch,
        jobs_chart,
        lambda: jobs_and_target(
            frame(2008, [128270, 127460, 123520]),
            band,
            target_path=[(2024, 146200), (2030, 164100)],
            pace=(2030, 158200),
            named_years=[2018],
            about=ABOUT,
            height_mm=60,
        ),
    )
    end = band.iloc[-1]
    lines = {column: (band["year"], band[column]) for column in ("value", "low", "high")}
    lines |= {"side": ([2024, 2024], [end["low"], end["high"]]), "road": ([2024, 2030], [146200, 164100])}
    for words in ("2018: 134.100", "2024: 146.200", "Gepubliceerd", "Raming"):
        assert [name for name, line in lines.items() if touched(figure, words, *line)] == []
    assert sum(line.get_label() == LEADER for line in figure.axes[0].lines) >= 1, (
        "2018 is joined to its point"
    )


@pytest.mark.parametrize(("share", "named"), [(0.2, True), (0.3, False)])
def test_an_estimate_with_a_wide_margin_is_not_named_at_its_point(share, named):
    band = estimate(2010, [380.0, 390.0, 400.0], spread=share)
    drawing = jobs_and_target(frame(2008, [370.0, 380.0]), band, named_years=[2011], about=ABOUT)
    assert ("2012: 400" in drawing.svg) is named
    assert ("2011: 400" in drawing.svg) is named
    assert "400 in 2012, met een marge van" in drawing.alt


def test_road_to_the_target_begins_at_a_level_that_is_no_target():
    drawing = jobs_and_target(
        frame(2008, [8540, 8200]), target_path=[(2009, 8200), (2015, 8500)], about=ABOUT
    )
    assert [row.period for row in drawing.data_rows if row.status == "target"] == ["2015"]


def test_jobs_without_any_level_are_refused():
    empty = frame(2010, [])
    with pytest.raises(FigureError, match="no published and no estimated levels"):
        jobs_and_target(empty, about=ABOUT)


def test_jobs_names_missing_columns():
    with pytest.raises(FigureError, match=r"\['value'\] are missing"):
        jobs_and_target(pd.DataFrame({"year": [1]}), about=ABOUT)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    scale=st.sampled_from([120, 4300, 61000, 940000, 9100000]),
    moves=st.lists(st.floats(-0.06, 0.06), min_size=3, max_size=16),
    goal=st.floats(0.8, 1.4),
    pace=st.floats(0.9, 1.2),
    with_estimate=st.booleans(),
    with_outlook=st.booleans(),
)
def test_jobs_labels_fit_at_any_scale(scale, moves, goal, pace, with_estimate, with_outlook):
    levels = scale * np.cumprod(1 + np.array(moves))
    split = len(levels) // 2 if with_estimate else len(levels)
    published = frame(2010, np.round(levels[:split]))
    estimated = estimate(2009 + split, levels[split - 1 :]) if with_estimate else None
    last = 2009 + len(levels)
    drawing = jobs_and_target(
        published,
        estimated,
        target_path=[(last, levels[-1]), (last + 6, levels[-1] * goal)],
        pace=(last + 6, levels[-1] * pace),
        outlook=outlook(last, levels[-1]) if with_outlook else None,
        breaks=[2012],
        about=ABOUT,
    )
    assert "svg" in drawing.svg


def test_contribution_bars_are_sorted_and_add_up():
    drawing = contribution_bars(NAMES, [5, -20, 90, -3], about=ABOUT, period="2008 tot 2010")
    assert drawing.alt == (
        "Staafgrafiek, 2008 tot 2010. Samen +72. Beek-en-Dal aan de Grote Rivier −20, Dorp −3, Aarle +5, "
        "'s-Cveld +90."
    )
    assert displays(drawing, "Samen") == ["+72"]


def test_contribution_with_a_missing_part_has_no_total():
    drawing = contribution_bars(NAMES, [5, None, 90, -3], about=ABOUT, period="2010")
    assert "Samen" not in drawing.alt
    assert "geen gegevens" in drawing.svg
    row = next(row for row in drawing.data_rows if row.label == NAMES[1])
    assert (row.value, row.status, row.display) == (None, "missing", "geen gegevens")


def test_compare_sorts_marks_estimates_and_keeps_missing_last():
    rows = pd.DataFrame(
        {
            "name": [*NAMES, "Nederland"],
            "value": [8.2, np.nan, 9.44, 0.0, 9.5],
            "role": ["gemeente"] * 4 + ["nation"],
            "status": ["estimate", "suppressed", "published", "published", "published"],
            "low": [7.0, *[np.nan] * 4],
            "high": [9.6, *[np.nan] * 4],
        }
    )
    drawing = bars_compare(rows, about=ABOUT, period="2021", highlight=["Aarle"])
    assert drawing.alt.startswith(
        "Staafgrafiek, 2021, van hoog naar laag: Nederland 9,5, 's-Cveld 9,4, Aarle 8,2 (raming), Dorp 0,0, "
    )
    assert displays(drawing, "Aarle, bovengrens") == ["9,6"]
    status = {row.label: row.status for row in drawing.data_rows}
    assert status[NAMES[1]] == "suppressed"


def test_too_many_bars_are_refused():
    rows = pd.DataFrame({"name": [str(i) for i in range(40)], "value": 1.0})
    with pytest.raises(FigureError, match="40 rows"):
        bars_compare(rows, about=ABOUT, period="2021")


def test_dot_change_writes_both_values_and_the_difference():
    rows = pd.DataFrame({"name": ["Bouw", "Zorg"], "before": [9.4, 25.8], "after": [8.4, np.nan]})
    drawing = dot_change(rows, ("2010", "2024"), about=ABOUT)
    assert "Bouw van 9,4 naar 8,4 (−1,0)" in drawing.alt
    assert "Zorg van 25,8 naar geen gegevens (geen gegevens)" in drawing.alt
    difference = next(row for row in drawing.data_rows if row.label == "Bouw, verschil")
    assert (difference.value, difference.unit) == (pytest.approx(-1), "procentpunt")


def test_change_bars_are_sorted_by_growth_with_counts():
    rows = pd.DataFrame({"name": ["Groot", "Klein"], "before": [13970, 3502], "after": [13901, 3912]})
    drawing = change_bars(rows, ("2019", "2025"), about=ABOUT)
    assert drawing.alt.endswith(
        "Klein +11,7\u00a0%, van 3.502 naar 3.912; Groot −0,5\u00a0%, van 13.970 naar 13.901."
    )


def test_growth_from_zero_is_no_number():
    rows = pd.DataFrame({"name": ["Nieuw", "Oud"], "before": [0.0, 10.0], "after": [5.0, 11.0]})
    drawing = change_bars(rows, ("2019", "2025"), about=ABOUT)
    assert "Nieuw geen gegevens, van 0 naar 5" in drawing.alt


def test_required_pace_says_what_is_needed_and_that_a_pace_is_lacking():
    rows = pd.DataFrame(
        {
            "baseline": [2018, 2024],
            "observed": [1.44, np.nan],
            "required_2030": [2.0, 3.2],
            "required_2040": [0.7, 1.2],
        }
    )
    drawing = required_pace(rows, about=ABOUT)
    assert (
        "Met nulmeting 2018 is per jaar nog 2,0\u00a0% tot 2030 en 0,7\u00a0% tot 2040 groei nodig"
        in drawing.alt
    )
    assert "een tempo is er nog niet" in drawing.alt
    lacking = [row for row in drawing.data_rows if row.status == "missing"]
    assert [(row.label, row.display) for row in lacking] == [("tempo sinds de nulmeting", "nog geen")]


def test_lines_name_themselves_with_last_value_and_gap():
    points = pd.DataFrame({"time": [2019, 2020, 2021, 2022], "value": [3.4, np.nan, np.nan, 4.0]})
    nation = pd.DataFrame({"time": [2019, 2020, 2021, 2022], "value": [3.5, 3.6, 3.7, 3.9]})
    drawing = line_series(
        [Line("Regio", points, breaks=(2022,)), Line("Nederland", nation, "nation")],
        about=ABOUT,
        form=NumberFormat(1, percent=True),
    )
    assert "Regio: van 3,4\u00a0% in 2019 naar 4,0\u00a0% in 2022" in drawing.alt
    assert "Voor 2 perioden zijn er geen gegevens" in drawing.alt
    assert ">geen gegevens<" in drawing.svg
    assert sum(row.status == "missing" for row in drawing.data_rows) == 2


def test_leader_of_an_extreme_ends_before_its_words(monkeypatch):
    time = 2013 + np.arange(53) / 4
    moments = [2013, 2014, 2015, 2020, 2020.5, 2022.25, 2026]
    rates = np.interp(time, moments, [7.7, 8.7, 8.1, 4, 5.5, 3.3, 4.0])
    points = pd.DataFrame({"time": time, "value": rates, "period": "eerste kwartaal 2014"})
    figure = drawn(
        monkeypatch,
        charts,
        lambda: line_series([Line("Nederland", points, "nation")], about=ABOUT, extremes=True, height_mm=48),
    )
    assert not touched(figure, "hoogste", time, rates)
    assert not touched(figure, "laagste", time, rates)
    for line in figure.axes[0].lines:
        if line.get_label() == LEADER:
            assert not touched(figure, "hoogste", line.get_xdata(), line.get_ydata())


def test_provisional_last_point_is_said_in_words():
    points = pd.DataFrame({"time": [2020, 2021], "value": [3.0, 4.0], "status": ["final", "provisional"]})
    drawing = line_series([Line("Regio", points)], about=ABOUT)
    assert "voorlopig" in drawing.svg
    assert "voorlopig" in drawing.alt


def test_lines_that_cannot_be_drawn_are_refused():
    nothing = pd.DataFrame({"time": [2020], "value": [np.nan]})
    with pytest.raises(FigureError, match="has no values"):
        line_series([Line("Leeg", nothing)], about=ABOUT)
    one = pd.DataFrame({"time": [2020], "value": [1.0]})
    with pytest.raises(FigureError, match="6 lines"):
        line_series([Line(str(i), one) for i in range(6)], about=ABOUT)
    with pytest.raises(FigureError, match="role 'sun'"):
        line_series([Line("x", one, "sun")], about=ABOUT)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.floats(2, 9), min_size=2, max_size=5), st.integers(2, 40))
def test_line_labels_fit_however_close_the_lines_end(ends, count):
    time = 2013 + np.arange(count) / 4
    lines = [
        Line(f"Een lange naam {i}", pd.DataFrame({"time": time, "value": np.linspace(5, end, count)}), "area")
        for i, end in enumerate(ends)
    ]
    drawing = line_series(lines, about=ABOUT, extremes=True)
    assert drawing.alt.count("Een lange naam") == len(ends)
