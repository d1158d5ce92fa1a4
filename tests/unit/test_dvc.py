"""dvc.yaml: every module that a stage imports is among its dependencies; settings are named."""

import ast
from pathlib import Path

import pytest
import yaml

from pipeline.config import ROOT

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
#: What runs a stage: the module whose imports count.
ENTRY = {
    "tidy": ["pipeline.tidy.stage"],
    "indicators": ["pipeline.indicators.stage"],
    "models": ["pipeline.models.stage", "pipeline.models.evidence"],
    "plots": ["pipeline.figures.accuracy"],
    "reports": ["pipeline.reports.stage"],
}


def file_of(module: str) -> Path | None:
    path = ROOT / Path(*module.split("."))
    if path.with_suffix(".py").is_file():
        return path.with_suffix(".py")
    return path / "__init__.py" if (path / "__init__.py").is_file() else None


def imported_by(module: str, seen: set[str]) -> set[str]:
    """All modules of the package that a module imports, directly or through others."""
    path = file_of(module)
    if path is None or module in seen:
        return seen
    seen.add(module)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline"):
            if node.module != "pipeline":  # the package itself imports nothing until it is asked
                imported_by(node.module, seen)
            for name in node.names:
                imported_by(f"{node.module}.{name.name}", seen)
    return seen


@pytest.mark.parametrize("stage", ENTRY)
def test_a_stage_depends_on_all_it_imports(stage):
    listed = [ROOT / dependency for dependency in STAGES[stage]["deps"] if "${" not in dependency]
    used = {path for entry in ENTRY[stage] for m in imported_by(entry, set()) if (path := file_of(m))}
    missing = sorted(
        str(path.relative_to(ROOT))
        for path in used - {ROOT / "pipeline" / "__init__.py"}
        if not any(path == dependency or dependency in path.parents for dependency in listed)
    )
    assert missing == []


def test_every_dependency_is_there():
    paths = [d for stage in STAGES.values() for d in stage.get("deps", []) if "${" not in d]
    made = {out for stage in STAGES.values() for out in stage["outs"] if isinstance(out, str)}
    assert [path for path in paths if path not in made and not (ROOT / path).exists()] == []


def test_each_stage_says_what_it_does_and_names_settings_not_all_of_them():
    for stage in STAGES.values():
        assert stage["desc"]
        assert stage["params"] and all(isinstance(name, str) for name in stage["params"])
