"""Execute the report notebook: parameters checked first, cells run in this process or in a kernel.

The in-process engine runs cells in an IPython shell here: no kernel to start, no ports. It gives the same
blocks as a kernel does, about four times sooner. It shares this process's state, so run each report in
its own fork (``pipeline.reports.fanout``).
"""

from __future__ import annotations

import ast
import functools
import logging
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import RichOutput, capture_output
from nbformat import NotebookNode
from traitlets.config import Config

if TYPE_CHECKING:
    from papermill.engines import Engine
    from papermill.exceptions import PapermillExecutionError

IN_PROCESS = "inprocess"
STOCK = "nbclient"
PARAMETERS_TAG = "parameters"


class ParameterError(ValueError):
    """Parameters that do not belong to the notebook; raised before anything runs."""


class NotebookFailedError(RuntimeError):
    """A cell that failed while the notebook ran."""


@functools.cache
def in_process_engine() -> type[Engine]:
    """Papermill engine that runs the cells in this process, in a fresh namespace.

    A function, because papermill loads its engines (this one by entry point) while it is itself being
    imported: this module must be ready before papermill is.
    """
    from papermill.engines import Engine

    class InProcessEngine(Engine):
        @classmethod
        def execute_managed_notebook(
            cls, nb_man: Any, kernel_name: str, log_output: bool = False, **kwargs: Any
        ) -> None:
            """Run all cells; stop at the first that fails."""
            # in a notebook this process has a shell of its own, through which `display` works
            before = InteractiveShell.instance() if InteractiveShell.initialized() else None
            with tempfile.TemporaryDirectory() as folder:
                shell = _new_shell(folder)
                try:
                    for place, cell in enumerate(nb_man.nb.cells):
                        nb_man.cell_start(cell, place)
                        error = _run_cell(shell, cell)
                        if error is not None:
                            nb_man.cell_exception(cell, place, exception=error)
                            break
                        nb_man.cell_complete(cell, place)
                finally:
                    InteractiveShell.clear_instance()
                    InteractiveShell._instance = before

    return InProcessEngine


def __getattr__(name: str) -> Any:
    """The entry point's name, ``InProcessEngine``."""
    if name == "InProcessEngine":
        return in_process_engine()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _new_shell(folder: str) -> InteractiveShell:
    """A shell without history or colours that leaves nothing in the user's folder."""
    config = Config()
    config.HistoryManager.enabled = False
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(
        config=config, ipython_dir=folder, user_ns={"__name__": "__main__"}, colors="nocolor"
    )
    shell.execution_count = 1
    return shell


def _run_cell(shell: InteractiveShell, cell: NotebookNode) -> BaseException | None:
    """Run a code cell and set its outputs; returns the error that stopped it, if any."""
    if cell.cell_type != "code" or not cell.source.strip():
        return None
    count = shell.execution_count
    with capture_output() as captured:
        result = shell.run_cell(cell.source, store_history=False)
    shell.execution_count = count + 1
    error = result.error_before_exec or result.error_in_exec
    outputs = [
        nbformat.v4.new_output("stream", name=name, text=text)
        # IPython prints a traceback on stdout; it comes as an error output instead.
        for name, text in (("stdout", "" if error else captured.stdout), ("stderr", captured.stderr))
        if text
    ]
    outputs += [_display_output(output) for output in captured.outputs]
    if error is not None:
        outputs.append(
            nbformat.v4.new_output(
                "error",
                ename=type(error).__name__,
                evalue=str(error),
                traceback=traceback.format_exception(error),
            )
        )
    cell.execution_count = count
    cell.outputs = outputs
    return error


def _display_output(output: RichOutput) -> NotebookNode:
    # not new_output, which holds each against the schema: that is done for a whole notebook, when it is saved
    return nbformat.from_dict(
        {"output_type": "display_data", "data": output.data or {}, "metadata": output.metadata or {}}
    )


def allowed_parameters(notebook: NotebookNode) -> list[str]:
    """Names assigned in the notebook's parameters cell, in order.

    Read from the cell's code: papermill's own reading misses annotations such as ``int | None``.

    Raises
    ------
    ParameterError
        No cell, or more than one, has the tag "parameters".
    """
    tagged = [cell for cell in notebook.cells if PARAMETERS_TAG in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise ParameterError(
            f"{len(tagged)} cells of the notebook have the tag {PARAMETERS_TAG!r}; exactly one must. Add "
            "it in JupyterLab under Property Inspector, Cell Tags."
        )
    names = []
    for statement in ast.parse(tagged[0].source).body:
        if isinstance(statement, ast.Assign):
            names += [target.id for target in statement.targets if isinstance(target, ast.Name)]
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names.append(statement.target.id)
    return names


def execute(
    notebook_path: Path,
    parameters: dict[str, Any],
    engine: str = IN_PROCESS,
    *,
    output_path: Path | None = None,
    cwd: Path | None = None,
) -> NotebookNode:
    """Run a notebook with these parameters and return it executed.

    Parameters
    ----------
    notebook_path : Path
    parameters : dict
        Each name must stand in the cell tagged "parameters".
    engine : str
        "inprocess" (this process, fast) or "nbclient" (a kernel).
    output_path : Path, optional
        Where to save the executed notebook; not saved when not given.
    cwd : Path, optional
        Working directory of the cells.

    Raises
    ------
    ParameterError
        Unknown parameter names, or no parameters cell; nothing was run.
    NotebookFailedError
        A cell failed; names the cell and the error.
    """
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors
    from papermill.iorw import write_ipynb
    from papermill.utils import chdir

    notebook_path = Path(notebook_path)
    _require_known(parameters, notebook_path)
    if engine not in (IN_PROCESS, STOCK):
        raise ParameterError(f"engine {engine!r} is not known; choose {IN_PROCESS!r} or {STOCK!r}.")
    logging.getLogger("papermill").setLevel(logging.WARNING)
    papermill_engines.register(IN_PROCESS, in_process_engine())  # also when the package is not installed
    target = None if output_path is None else str(output_path)
    try:
        prepared = papermill.execute_notebook(
            str(notebook_path), target, parameters=parameters, engine_name=engine, prepare_only=True,
            kernel_name="python3", language="python",  # a stripped notebook does not say
        )  # fmt: skip
        # not in one go: papermill then puts the executed notebook into JSON also when it is not saved
        with chdir(None if cwd is None else str(cwd)):
            executed = papermill_engines.execute_notebook_with_engine(
                engine, prepared, kernel_name="python3", progress_bar=False
            )
        raise_for_execution_errors(executed, target)  # saves it first
        if target is not None:
            write_ipynb(executed, target)
        return executed
    except PapermillExecutionError as error:
        raise NotebookFailedError(_failure(notebook_path, parameters, error)) from error


def _require_known(parameters: dict[str, Any], notebook_path: Path) -> None:
    allowed = allowed_parameters(nbformat.read(notebook_path, as_version=4))
    unknown = sorted(set(parameters) - set(allowed))
    if unknown:
        raise ParameterError(
            f"{len(unknown)} parameters are not in {notebook_path.name}: {unknown}. Allowed are {allowed}."
        )


def _failure(notebook_path: Path, parameters: dict[str, Any], error: PapermillExecutionError) -> str:
    # Papermill puts one cell with the parameters right after the tagged one.
    notebook = nbformat.read(notebook_path, as_version=4)
    tagged = next(
        i for i, cell in enumerate(notebook.cells) if PARAMETERS_TAG in cell.metadata.get("tags", [])
    )
    injected = 1 if parameters and error.cell_index > tagged else 0
    first_line = error.source.strip().splitlines()[0] if error.source.strip() else ""
    return (
        f"{notebook_path.name}, cell {error.cell_index + 1 - injected} ({first_line[:60]!r}) failed: "
        f"{error.ename}: {error.evalue}. Open the notebook in JupyterLab with parameters {parameters} "
        "and run it up to that cell."
    )
