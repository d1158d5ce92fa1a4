"""The document model refuses what would mislead a reader or break a page."""

import json

import pytest
from pydantic import ValidationError

from pipeline.figures.drawing import DataRow
from pipeline.figures.style import DEFAULT_STYLE
from pipeline.reports.blocks import (
    MIME,
    SVG,
    BlockError,
    Cell,
    Column,
    Figure,
    HeaderCell,
    Heading,
    KpiCard,
    Lead,
    Mark,
    Note,
    Run,
    Table,
    bold,
    bundle,
    check_document,
    link,
    parse,
    plain,
    to_markdown,
)
from pipeline.reports.marks import SHAPES, mark_html

COLUMNS = (Column(label="a"), Column(label="b"))


def table(**changes):
    return Table(**({"id": "t", "columns": COLUMNS, "rows": [["1", "2"]], "caption": "c"} | changes))


def figure(**changes):
    given = {"id": "f", "title": "t", "unit": "u", "alt": "a", "source": "s", "svg": "<svg/>"}
    return Figure(**(given | changes))


def row(**changes):
    given = {
        "id": "f",
        "label": "l",
        "region": "r",
        "period": "2020",
        "value": 1.0,
        "unit": "u",
        "status": "final",
        "source": "s",
        "display": "1",
    }
    return DataRow(**(given | changes))


def test_text_is_given_as_string_run_or_list():
    assert Lead(text="a").text == (Run(text="a"),)
    assert plain(Lead(text=["a ", bold("b"), link(" c", "https://x.nl")]).text) == "a b c"


def test_dangerous_links_are_refused():
    with pytest.raises(ValidationError, match="must start with https"):
        link("x", "javascript:alert(1)")


def test_blocks_are_frozen_and_know_no_other_fields():
    with pytest.raises(ValidationError):
        Lead(text="a", colour="red")
    with pytest.raises(ValidationError):
        Lead(text="a").text = ()


def test_blocks_survive_the_seam():
    for block in (table(), figure(), Note(title="t", text=["x", bold("y")]), Heading(level=2, text="h")):
        data = bundle(block)
        content = json.loads(data[MIME])
        if SVG in data:
            assert "svg" not in content, "the drawing travels once"
            content["svg"] = data[SVG]
        assert parse(content) == block


def test_figure_without_drawing_is_refused():
    with pytest.raises(BlockError, match="no drawing"):
        bundle(figure(svg=""))


def test_every_row_has_as_many_cells_as_columns():
    with pytest.raises(ValidationError, match=r"1 rows do not have 2 cells, e.g. row 2"):
        table(rows=[["1", "2"], ["1", "2", "3"]])
    assert table(rows=[[Cell(text="x", span=2)]]).rows[0][0].span == 2


def test_row_header_is_never_empty():
    with pytest.raises(ValidationError, match="heads the row"):
        table(rows=[["", "2"]])


def test_colour_never_stands_alone():
    with pytest.raises(ValidationError, match="never stands alone"):
        Cell(shade=3)
    with pytest.raises(ValidationError, match="comes with its word"):
        KpiCard(label="l", value="1", evidence="cbs", direction="omhoog")


def test_no_data_has_its_mark_and_the_mark_no_number():
    with pytest.raises(ValidationError, match="does not go with mark"):
        KpiCard(label="l", value="12", evidence="geen gegevens")
    with pytest.raises(ValidationError, match="does not go with mark"):
        KpiCard(label="l", value="geen gegevens", evidence="cbs")


def test_every_mark_has_a_shape_and_a_word():
    for kind in SHAPES:
        drawn = mark_html(Mark(kind=kind), DEFAULT_STYLE)
        assert 'aria-hidden="true"' in drawn
        assert Mark(kind=kind).label in drawn
    shapes = [(shape.points, shape.filled, shape.dashed, shape.color) for shape in SHAPES.values()]
    assert len(set(shapes)) == len(shapes) - 1, "only 'cbs' and 'gehaald' share a shape"


def test_missing_suppressed_and_zero_are_three_things():
    assert row(value=0.0, display="0").value == 0
    assert row(value=None, status="suppressed", display="geen gegevens").value is None
    with pytest.raises(ValidationError, match="does not go with status"):
        row(value=None)
    with pytest.raises(ValidationError, match="does not go with status"):
        row(value=0.0, status="missing")
    with pytest.raises(ValidationError, match="NaN"):
        row(value=float("nan"))


def test_document_faults_are_all_named():
    with pytest.raises(BlockError, match=r"3 faults.*cover.*'f' is used 2 times.*before the first heading"):
        check_document([figure(), figure()])


def test_markdown_for_the_notebook():
    assert to_markdown(table(title="T")).splitlines()[:4] == ["### T", "", "| a | b |", "| --- | --- |"]
    assert to_markdown(Lead(text=["a ", bold("b")])) == "a **b**"


def test_a_table_of_one_column_has_no_second_header_row():
    with pytest.raises(ValidationError, match="two header rows over one column"):
        table(columns=[Column(label="a")], rows=[[Cell(text="1")]], over=[HeaderCell()])
