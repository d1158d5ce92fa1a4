"""The report notebook is thin: parameters of plain values, no functions, no outputs, a named kernel."""

import ast

import nbformat

from pipeline.folders import Folders
from pipeline.reports.engine import PARAMETERS_TAG, allowed_parameters

NOTEBOOK = nbformat.read(Folders().report_notebook, as_version=4)
CODE = [cell for cell in NOTEBOOK.cells if cell.cell_type == "code"]


def test_parameters_are_plain_values_one_a_line():
    assert allowed_parameters(NOTEBOOK) == ["region", "project"]
    source = next(cell.source for cell in CODE if PARAMETERS_TAG in cell.metadata.get("tags", []))
    assert all(
        isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for node in ast.parse(source).body
    )
    assert len(source.splitlines()) == len(ast.parse(source).body)


def test_cells_are_thin_and_hold_no_functions():
    for cell in CODE:
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert kinds.isdisjoint({ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try})
        assert len(ast.parse(cell.source).body) <= 5


def test_the_notebook_is_stripped_and_names_its_kernel():
    assert all(cell.outputs == [] and cell.execution_count is None for cell in CODE)
    assert NOTEBOOK.metadata.kernelspec.name == "python3"
    ids = [cell.id for cell in NOTEBOOK.cells]
    assert len(ids) == len(set(ids))


def test_every_section_is_introduced_to_the_reader():
    for before, cell in zip(NOTEBOOK.cells, NOTEBOOK.cells[1:], strict=False):
        if cell.cell_type == "code" and "chapters.make" in cell.source and "import" not in cell.source:
            assert before.cell_type == "markdown"
