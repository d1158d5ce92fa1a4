"""The document model refuses what would mislead a reader or break a page."""

import json

import pytest
from pydantic import ValidationError

from pipeline.reports import blocks as form
from pipeline.reports.blocks import MIME, BlockError, DataRow, Lead, Mark, Run, bundle, check_document, plain
from pipeline.reports.status_icons import SHAPES
from tests.integration.sample_report import figure, row, sample


def table(*rows):
    cells = tuple(tuple(form.Cell(text=(Run(text=text),)) for text in line) for line in rows)
    return form.Table(id="t", columns=(form.Column(label="a"), form.Column(label="b")), rows=cells)


def test_text_is_given_as_string_run_or_list():
    assert Lead(text="a").text == (Run(text="a"),)
    assert (
        plain(Lead(text=["a ", Run(text="b", bold=True), Run(text=" c", url="https://x.nl")]).text) == "a b c"
    )


def test_dangerous_links_are_refused():
    with pytest.raises(ValidationError, match="must start with https"):
        Run(text="x", url="javascript:alert(1)")


def test_blocks_are_frozen_and_know_no_other_fields():
    with pytest.raises(ValidationError):
        Lead(text="a", colour="red")
    with pytest.raises(ValidationError):
        Lead(text="a").text = ()


def test_every_block_survives_the_seam():
    for block in sample():
        assert form._READER.validate_python(json.loads(bundle(block)[MIME])) == block


def test_every_row_has_as_many_cells_as_columns_and_a_head():
    with pytest.raises(ValidationError, match="row 2 has 3 cells of 2"):
        table(("1", "2"), ("1", "2", "3"))
    with pytest.raises(ValidationError, match="heads the row"):
        table(("", "2"))


def test_a_mark_never_stands_without_its_word_and_shapes_differ():
    with pytest.raises(ValidationError):
        Mark(kind="met", word="")
    assert set(SHAPES) == set(form.MarkKind.__args__)


def test_missing_suppressed_and_zero_are_three_things():
    assert row(value=0.0, display="0").value == 0
    assert row(value=None, status="suppressed", display="geen gegevens").value is None
    for wrong in ({"value": None}, {"value": 0.0, "status": "missing"}, {"value": float("nan")}):
        with pytest.raises(ValidationError, match="does not go with status"):
            row(**wrong)


@pytest.mark.parametrize("margin", [{"low": 1.0, "high": 3.0}, {"aspect": "low"}, {"aspect": "high"}])
def test_a_margin_or_an_end_of_one_names_its_level(margin):
    with pytest.raises(ValidationError, match="a margin without its level"):
        row(**margin, level=None)
    assert row(**margin, level=0.8).level == 0.8
    # the range of a chance is what it becomes without one year
    assert row(**margin, level=None, indicator="chance").level is None


def test_a_row_keeps_ten_digits():
    assert row(value=1 / 3).value == DataRow.model_validate(row(value=0.33333333331).model_dump()).value


def test_document_faults_are_all_named():
    with pytest.raises(BlockError, match=r"3 faults.*title.*'banen-2' is used 2 times.*no drawing"):
        check_document([figure(), figure().model_copy(update={"svg": ""})])


def test_markdown_for_the_notebook():
    assert form.to_markdown(table(("1", "2"))).splitlines()[:2] == ["| a | b |", "| --- | --- |"]
    assert form.to_markdown(Lead(text=["a ", Run(text="b", bold=True)])) == "a **b**"
