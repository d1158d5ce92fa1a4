"""Imports go one direction only: a module knows the layers before it, never those after it."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "pipeline"
#: In import order; `stages` puts the layers of the data together, what comes after it shows or steers them.
LAYERS = [
    "config", "schemas", "store", "reference", "geography", "sources", "tidy", "indicators", "models",
    "tables", "compare", "stages", "language", "figures", "reports", "research", "monitor", "explore", "exchange",
    "doctor", "cli", "__main__",
]  # fmt: skip
MODULES = sorted(PACKAGE.rglob("*.py"))


def layer_of(path: Path) -> str:
    """First folder or module below the package; the package's own __init__ has none."""
    first = path.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imports_of(source: str) -> set[str]:
    """Layers of this package that a module's text imports, wherever the import stands."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == "pipeline":
            names = [f"pipeline.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("pipeline.")}
    return found


def too_late(layer: str, imported: set[str]) -> set[str]:
    """Imported layers that come after a layer; unknown names count as too late."""
    allowed = set(LAYERS[: LAYERS.index(layer) + 1])
    return imported - allowed


def test_the_check_sees_every_form_of_import():
    source = "import pipeline.models.growth\nfrom pipeline import tidy\ndef f():\n    from pipeline.store import read"
    assert imports_of(source) == {"models", "tidy", "store"}
    assert too_late("tidy", {"models", "tidy", "store", "elsewhere"}) == {"models", "elsewhere"}


def test_every_module_has_a_layer():
    assert {layer_of(path) for path in MODULES} - {""} <= set(LAYERS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_its_own_layer_and_those_before_it(path):
    layer = layer_of(path)
    if not layer:  # the package itself offers `build`, imported late from stages
        assert imports_of(path.read_text(encoding="utf-8")) <= {"stages", "tables"}
        return
    assert too_late(layer, imports_of(path.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_inside_the_package_are_absolute(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
