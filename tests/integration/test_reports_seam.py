"""From notebook to blocks: both engines, strict parameters, and nothing but blocks comes through."""

import json
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pipeline.reports.blocks import MIME, BlockError, Figure, collect
from pipeline.reports.engine import (
    IN_PROCESS,
    STOCK,
    NotebookFailedError,
    ParameterError,
    allowed_parameters,
    execute,
    in_process_engine,
)

SETUP = """
import sys, warnings
from pipeline.reports.blocks import Figure, Heading, Lead, Run, show
print("a print")
warnings.warn("a warning")
sys.stderr.write("to stderr")
"""
BLOCKS = """
show([
    Heading(level=1, text=f"Monitor {region}"),
    Heading(level=2, text="'s-#*_$<b>&"),
    Lead(text=["Er waren ", Run(text="8.540 banen", bold=True), f" in {region}."]),
])
"""
DRAWING = """
svg = f"<svg><text>{8600 + extra}</text></svg>"
show([Figure(id="banen", title="t", unit="u", alt="a", source="s", svg=svg)])
"a last value"
"""


def write_notebook(path, *sources, parameters="region = 'A'\nextra: int | None = 0"):
    first = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    cells = [new_markdown_cell("# Titel"), first, *(new_code_cell(source) for source in sources)]
    notebook = new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python"}}
    )
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def report(tmp_path):
    return write_notebook(tmp_path / "report.ipynb", SETUP, BLOCKS, DRAWING)


def test_both_engines_give_the_same_blocks(report):
    parameters = {"region": "Dordrecht", "extra": 40}
    here = collect(execute(report, parameters, IN_PROCESS))
    kernel = collect(execute(report, parameters, STOCK))
    assert [block.model_dump_json() for block in here] == [block.model_dump_json() for block in kernel]
    assert [block.kind for block in here] == ["heading", "heading", "lead", "figure"]
    assert "Monitor Dordrecht" in here[0].text
    assert isinstance(here[3], Figure)
    assert "8640" in here[3].svg


def test_nothing_but_blocks_comes_through(report):
    everything = "".join(block.model_dump_json() for block in collect(execute(report, {})))
    for word in ("a print", "a warning", "to stderr", "import sys", "a last value"):
        assert word not in everything


def test_each_execution_starts_with_an_empty_namespace(tmp_path):
    sets = write_notebook(tmp_path / "a.ipynb", "left_behind = 1")
    execute(sets, {})
    uses = write_notebook(tmp_path / "b.ipynb", "left_behind")
    with pytest.raises(NotebookFailedError, match="left_behind"):
        execute(uses, {})


def test_unknown_parameter_is_refused_before_anything_runs(tmp_path):
    proof = tmp_path / "ran"
    path = write_notebook(tmp_path / "a.ipynb", f"open({str(proof)!r}, 'w').close()")
    with pytest.raises(ParameterError, match=r"\['regoin'\].*Allowed are \['region', 'extra'\]"):
        execute(path, {"regoin": "B"})
    assert not proof.exists()


def test_notebook_without_parameters_cell_is_refused(tmp_path):
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1")]), path)
    with pytest.raises(ParameterError, match="0 cells"):
        execute(path, {})


def test_annotated_parameters_are_known():
    cell = new_code_cell("a: int | None = None\nb, c = 1, 2\nd = 3", metadata={"tags": ["parameters"]})
    assert allowed_parameters(new_notebook(cells=[cell])) == ["a", "d"]


@pytest.mark.parametrize("engine", [IN_PROCESS, STOCK])
def test_failing_cell_is_named_by_its_place_in_the_notebook(tmp_path, engine):
    path = write_notebook(tmp_path / "a.ipynb", "1", "raise ValueError('no jobs for this year')")
    with pytest.raises(NotebookFailedError, match=r"cell 4 .*ValueError: no jobs for this year"):
        execute(path, {"region": "B"}, engine)


def test_output_is_saved_only_on_request(report, tmp_path):
    before = set(tmp_path.iterdir())
    execute(report, {})
    assert set(tmp_path.iterdir()) == before
    execute(report, {}, output_path=tmp_path / "out.ipynb")
    assert len(collect(tmp_path / "out.ipynb")) == 4


def outputs_of(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize("engine", [IN_PROCESS, STOCK])
def test_a_failed_notebook_is_saved_up_to_the_cell_that_failed(tmp_path, engine):
    path = write_notebook(tmp_path / "a.ipynb", "print('made')", "1 / 0", "print('never')")
    with pytest.raises(NotebookFailedError, match="ZeroDivisionError"):
        execute(path, {}, engine, output_path=tmp_path / "out.ipynb")
    saved = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert [output.output_type for output in outputs_of(saved)] == ["stream", "error"]


@pytest.mark.parametrize("engine", [IN_PROCESS, STOCK])
def test_cells_run_in_the_folder_that_is_asked_for(tmp_path, engine, monkeypatch):
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path)
    path = write_notebook(tmp_path / "a.ipynb", "import os; print(os.path.basename(os.getcwd()))")
    executed = execute(path, {}, engine, cwd=tmp_path / "work", output_path="out.ipynb")
    assert executed.cells[-1].outputs[0].text == "work\n"
    assert Path.cwd() == tmp_path
    assert (tmp_path / "out.ipynb").exists()


def test_a_notebook_that_is_not_saved_is_not_put_into_json(report, monkeypatch):
    """A report's drawings make that a twentieth of the time of its notebook."""
    writes, written = nbformat.writes, []

    def counted(notebook):
        written.append(len(outputs_of(notebook)))
        return writes(notebook)

    monkeypatch.setattr(nbformat, "writes", counted)
    assert outputs_of(execute(report, {}))
    assert not any(written)


def test_collect_refuses_error_outputs_and_cells_that_never_ran(tmp_path):
    path = write_notebook(tmp_path / "a.ipynb", "1")
    with pytest.raises(BlockError, match="cell 2 was not run"):
        collect(path)
    failed = new_notebook(cells=[new_code_cell("x", execution_count=1)])
    failed.cells[0].outputs = [nbformat.v4.new_output("error", ename="NameError", evalue="x", traceback=[])]
    with pytest.raises(BlockError, match="cell 1 failed: NameError: x"):
        collect(failed)


def test_collect_names_the_cell_of_a_block_that_does_not_fit():
    wrong = {MIME: json.dumps({"kind": "heading", "level": 7, "text": "x"})}
    cell = new_code_cell("x", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("display_data", data=wrong)]
    with pytest.raises(BlockError, match=r"cell 1 shows a block of kind 'heading'.*level"):
        collect(new_notebook(cells=[cell]))


def test_collect_refuses_a_notebook_without_blocks():
    with pytest.raises(BlockError, match="no blocks"):
        collect(new_notebook(cells=[new_code_cell("1", execution_count=1)]))


def test_papermill_finds_the_engine_by_its_entry_point():
    """What `papermill --engine inprocess` looks up, and no registration by our own code."""
    from papermill.engines import Engine

    found = entry_points(group="papermill.engine", name=IN_PROCESS)
    assert len({entry.value for entry in found}) == 1
    loaded = next(iter(found)).load()
    assert issubclass(loaded, Engine)
    assert loaded is in_process_engine()


def test_in_process_engine_leaves_no_shell_behind(report):
    from IPython import get_ipython

    execute(report, {})
    assert get_ipython() is None


def test_in_process_engine_gives_a_notebook_its_own_shell_back(report):
    from IPython.core.interactiveshell import InteractiveShell

    own = InteractiveShell.instance()
    try:
        execute(report, {})
        assert InteractiveShell.initialized() and InteractiveShell.instance() is own
    finally:
        InteractiveShell.clear_instance()
