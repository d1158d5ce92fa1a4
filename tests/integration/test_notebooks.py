"""Every notebook for researchers keeps the rules, runs, and shows the figures that it is about."""

from __future__ import annotations

import ast
import html
import logging
import re
from pathlib import Path

import nbformat
import pytest

from pipeline.folders import ROOT, ROOT_VARIABLE

NOTEBOOKS = sorted((ROOT / "notebooks" / "exploratory").glob("*.ipynb"))
EVERY_NOTEBOOK = sorted(
    path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
FORBIDDEN_NODES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
FORBIDDEN_WORDS = re.compile(
    r"filterwarnings|simplefilter|urllib|requests|httpx|urlopen|cbsodata|sys\.path|^[!%]", re.MULTILINE
)

#: What each notebook must show: published figures, and figures of the models held by other tests.
SHOWN = {
    "00_start": (">127.460<", ">123.520<", ">477<", "147.200 (2024, raming)"),
    "01_bronnen_en_kwaliteit": (
        ">342<",
        "46 tabellen",
        "Oost-Groningen",
        "Van embedded-2026 naar embedded-2026-11",
        ">47.700<",
        "342 van 342 gemeenten",
    ),
    "02_werkloosheid": ("8,6 (2024)", "3,8 (juni 2026)", ">13,4<", "werkloosheid.csv"),
    "03_banen_en_groeiagenda": (
        ">127.460<",
        ">123.520<",
        "24 lezingen",
        "het doel: 165.500 in 2030",
        "20 tot 25",
    ),
    "04_jeugdwerkloosheid": (
        "0.01855",
        "(0.5659, 0.7504, 0.7706)",
        "spreiding van de residuen",
        ">1.400<",
        ">1.050<",
    ),
    "05_vergelijkbare_regios": ("+12.500 banen", "de COROP-grens veranderde", "Deventer"),
    "06_eigen_gebied": ("Zwijndrecht", "100.300 (2024, raming)", ">200.077<", "report.pdf", "<iframe title="),
    "07_van_vraag_tot_figuur": (
        "Voorne aan Zee",
        "341 gemeenten met beide cijfers",
        "R-kwadraat: 0.28",
        "ww.pdf",
    ),
}

#: Other parameters than those in the notebook.
PARAMETERS = {"06_eigen_gebied": {"make_report": True}}


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_of(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", EVERY_NOTEBOOK, ids=lambda path: path.stem)
def test_notebook_is_stripped_and_keeps_its_kernel(path):
    notebook = read(path)
    assert notebook.metadata.kernelspec.name == "python3"
    # versions of the machine that saved it have no place in it
    assert notebook.metadata.get("language_info", {"name": "python"}) == {"name": "python"}
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    identifiers = [cell.id for cell in notebook.cells]
    assert len(set(identifiers)) == len(identifiers)
    for cell in notebook.cells:
        assert cell.source.strip(), f"{cell.id} is empty"
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert set(cell.metadata) <= {"tags"}


@pytest.mark.parametrize("path", EVERY_NOTEBOOK, ids=lambda path: path.stem)
def test_notebook_defines_nothing_and_fetches_nothing(path):
    for source in code_of(read(path)):
        found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, FORBIDDEN_NODES)]
        assert not found, f"a notebook holds no functions: line {found[0].lineno} of {source!r}"
        assert not FORBIDDEN_WORDS.search(source), source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_has_parameters_and_ends_with_questions(path):
    cells = read(path).cells
    assert [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    assert cells[0].source.startswith("# ")
    assert cells[-1].cell_type == "markdown"
    assert "## Probeer zelf" in cells[-1].source


def test_every_notebook_says_what_it_shows():
    assert [path.stem for path in NOTEBOOKS] == list(SHOWN)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_holds_for_one_vintage_names_it(path):
    """A sentence about what figures there are is true of some vintages only."""
    for cell in read(path).cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            if re.search(r"losse jaren|tot en met 2010|geen enquêtecijfers|geen register", line):
                assert "In `embedded-2026" in line, line


@pytest.mark.slow
def test_notebook_without_made_tables_says_which_command_makes_them(tmp_path, monkeypatch):
    import papermill

    root = tmp_path / "empty"
    root.mkdir()
    (root / "params.yaml").symlink_to(ROOT / "params.yaml")
    with pytest.raises(papermill.PapermillExecutionError, match="make monitor") as caught:
        run(NOTEBOOKS[0], root, tmp_path, monkeypatch)
    assert caught.value.ename == "StoreError"


def run(path: Path, root: Path, tmp_path: Path, monkeypatch, **parameters) -> nbformat.NotebookNode:
    """The notebook with its output, run on the tables below ``root``."""
    import papermill

    monkeypatch.setenv(ROOT_VARIABLE, str(root))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return papermill.execute_notebook(
        str(path),
        str(tmp_path / path.name),
        parameters=parameters,
        cwd=str(tmp_path),
        progress_bar=False,
        log_output=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_and_shows_its_figures(path, project, tmp_path, monkeypatch, caplog):
    caplog.set_level(logging.WARNING)
    made = run(path, project.root, tmp_path, monkeypatch, **PARAMETERS.get(path.stem, {}))
    outputs = [output for cell in made.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [
        output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"
    ]
    data = [output.data for output in outputs if "data" in output]
    data += [{"text/plain": output.text} for output in outputs if output.output_type == "stream"]
    text = "\n".join(
        part for bundle in data for part in (bundle.get("text/html", ""), bundle.get("text/plain", ""))
    )
    text = html.unescape(text).replace("\u00a0", " ")
    missing = [words for words in SHOWN[path.stem] if words not in text]
    assert not missing
    check_figures([bundle["text/html"] for bundle in data if "<svg" in bundle.get("text/html", "")])


def check_figures(figures: list[str]) -> None:
    """Each drawing is named by its words, and no two on a page share an id."""
    for figure in figures:
        label = re.search(r'<svg[^>]* role="img" aria-label="([^"]+)"', figure)
        assert label, figure[:300]
        assert len(label[1]) > 40
