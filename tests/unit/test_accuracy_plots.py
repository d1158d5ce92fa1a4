"""The images of ``dvc plots``: what they show, and the same bytes every time."""

import re

import pandas as pd
import pytest
import yaml

from pipeline.config import load_settings
from pipeline.figures.accuracy import calibration_chart, coverage_chart, run_plots
from pipeline.figures.style import FigureError
from pipeline.folders import ROOT, Folders

CALIBRATION = pd.DataFrame({"count": [30, 70], "mean_probability": [0.2, 0.7], "share_reached": [0.1, 0.9]})
COVERAGE = pd.DataFrame(
    {"origin": [2021, 2022], "coverage_80": [0.75, 0.9], "coverage_95": [0.9, 1.0], "count": [40, 20]}
)


@pytest.fixture
def project(tmp_path) -> Folders:
    folders = Folders(tmp_path)
    folders.models.mkdir(parents=True)
    CALIBRATION.to_csv(folders.models / "calibration.csv", index=False)
    COVERAGE.to_csv(folders.models / "backtest_by_origin.csv", index=False)
    return folders


@pytest.mark.parametrize(("draw", "table"), [(calibration_chart, CALIBRATION), (coverage_chart, COVERAGE)])
def test_an_image_is_whole_by_itself_and_the_same_every_time(draw, table):
    svg = draw(table, "live-2027-01-20")
    assert svg == draw(table, "live-2027-01-20") != draw(table, "live-2026-12-01")
    assert 'xmlns="http://www.w3.org/2000/svg"' in svg  # without it a browser shows no image
    assert "<text" not in svg  # letters are outlines: no font is asked for
    assert not re.search(r'(?:href|src)="(?!#)', svg)
    assert set(re.findall(r'href="#([^"]+)"', svg)) <= set(
        re.findall(r' id="([^"]+)"', svg)
    )  # no letter is lost
    assert re.search(r"scale\(0\.0\d{3,}", svg)  # outlines keep their size


@pytest.mark.parametrize(("draw", "table"), [(calibration_chart, CALIBRATION), (coverage_chart, COVERAGE)])
def test_a_table_without_rows_or_without_a_column_is_refused(draw, table):
    with pytest.raises(FigureError, match="no rows"):
        draw(table.head(0), "live-2027-01-20")
    with pytest.raises(ValueError, match="count"):
        draw(table.drop(columns="count"), "live-2027-01-20")


def test_every_plot_of_the_project_is_an_image_that_the_stage_makes(project):
    run_plots(load_settings(), project)
    made = {path.relative_to(project.root).as_posix() for path in project.plots.iterdir()}
    assert made == set(yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["plots"])
