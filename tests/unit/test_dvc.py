"""dvc.yaml: every module that a stage imports is among its dependencies; settings are named."""

import ast
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from pipeline.config import Settings
from pipeline.folders import ROOT
from pipeline.reference import load_panels
from pipeline.reports.provenance import code_files

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
#: What runs a stage: the module whose imports count.
ENTRY = {
    "tidy": ["pipeline.tidy.stage"],
    "indicators": ["pipeline.indicators.stage"],
    "models": ["pipeline.models.stage", "pipeline.models.evidence", "pipeline.models.share_check"],
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


def test_the_code_that_a_report_names_makes_the_reports_anew():
    listed = [ROOT / dependency for dependency in STAGES["reports"]["deps"] if "${" not in dependency]
    assert [path for path in code_files() if not any(folder in path.parents for folder in listed)] == []


def test_every_dependency_is_there():
    paths = [d for stage in STAGES.values() for d in stage.get("deps", []) if "${" not in d]
    made = {out for stage in STAGES.values() for out in stage["outs"] if isinstance(out, str)}
    assert [path for path in paths if path not in made and not (ROOT / path).exists()] == []


def test_each_stage_says_what_it_does_and_names_settings_not_all_of_them():
    for stage in STAGES.values():
        assert stage["desc"]
        assert stage["params"] and all(isinstance(name, str) for name in stage["params"])


# --- settings -----------------------------------------------------------------------------------------


def functions_of(source: ast.Module, name: str) -> list[ast.AST]:
    """A function of a module and those of the module that it calls, directly or through others."""
    known = {node.name: node for node in source.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    found, todo = [], [name]
    while todo:
        node = known.pop(todo.pop(), None)
        if node is not None:
            found.append(node)
            todo += [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    return found


def attributes_of(node: ast.AST) -> list[str]:
    """The names of a chain such as ``context.settings.models.likely``; empty for another expression."""
    if isinstance(node, ast.Attribute):
        before = attributes_of(node.value)
        return [*before, node.attr] if before else []
    return [node.id] if isinstance(node, ast.Name) else []


def keys_read(node: ast.AST) -> Iterator[str]:
    """Keys of params.yaml that code reads from anything called settings; a section handed on counts whole."""
    inside = {id(part.value) for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    dumps = {
        id(call.func): {word.arg: word.value for word in call.keywords}
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    }
    for part in ast.walk(node):
        names = attributes_of(part) if isinstance(part, ast.Attribute) and id(part) not in inside else []
        if "settings" not in names:
            continue
        after = names[names.index("settings") + 1 :]
        if after and after[0].startswith("model_dump"):
            chosen = dumps[id(part)].get("include")
            yield from ast.literal_eval(chosen) if chosen else Settings.model_fields
            continue
        model, key = Settings, []
        for name in after:
            if not (isinstance(model, type) and issubclass(model, BaseModel) and name in model.model_fields):
                break
            key.append(name)
            model = model.model_fields[name].annotation
        if key:
            yield ".".join(key)


def read_by(stage: str) -> set[str]:
    """Keys that the function of a stage reads, and the modules that it imports."""
    run = ROOT / "pipeline" / ("figures/accuracy.py" if stage == "plots" else "stages.py")
    nodes = functions_of(ast.parse(run.read_text(encoding="utf-8")), f"run_{stage}")
    modules = {path for entry in ENTRY[stage] for m in imported_by(entry, set()) if (path := file_of(m))}
    nodes += [
        ast.parse(path.read_text(encoding="utf-8"))
        for path in modules - {run, ROOT / "pipeline" / "config.py"}
    ]
    return {key for node in nodes for key in keys_read(node)}


def covers(listed: str, key: str) -> bool:
    return key == listed or key.startswith(f"{listed}.")


def test_keys_are_found_in_every_form_in_which_code_reads_them():
    source = "a = context.settings.models.likely\nf(settings.indicators, settings.reports.date.isoformat())\n"
    source += "settings.model_dump(include={'edition'})\nother.vintage\nself.settings"
    assert set(keys_read(ast.parse(source))) == {"models.likely", "indicators", "reports.date", "edition"}
    assert set(keys_read(ast.parse("settings.model_dump(mode='json')"))) == set(Settings.model_fields)


@pytest.mark.parametrize("stage", ENTRY)
def test_a_stage_lists_every_setting_that_it_reads_and_no_other(stage):
    listed, read = STAGES[stage]["params"], read_by(stage)
    assert read
    assert sorted(key for key in read if not any(covers(name, key) for name in listed)) == []
    unread = [name for name in listed if not any(covers(name, key) or covers(key, name) for key in read)]
    assert unread == []


def test_files_of_an_own_house_style_make_reports_anew():
    assert "house_style" in STAGES["reports"]["deps"]


# --- commands and metrics -----------------------------------------------------------------------------


@pytest.mark.parametrize("own", [True, False], ids=["the project's environment", "the active one"])
def test_a_stage_finds_its_interpreter(tmp_path, own):
    """Also when `.venv/bin/dvc` is called with another python in front; conda users have no .venv."""
    for folder in ("active", ".venv/bin"):
        program = tmp_path / folder / "python"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\necho "{folder} $*"\n', encoding="utf-8")
        program.chmod(0o755)
    if not own:
        shutil.rmtree(tmp_path / ".venv")
    settings = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    command = settings["stages"]["tidy"]["cmd"].replace("${run}", settings["vars"][0]["run"])
    world = os.environ | {"PATH": f"{tmp_path / 'active'}:{os.environ['PATH']}", "PWD": str(tmp_path)}
    said = subprocess.run(
        command, shell=True, cwd=tmp_path, env=world, text=True, capture_output=True, check=True
    )
    assert said.stdout.strip() == f"{'.venv/bin' if own else 'active'} -m pipeline tidy"


def test_every_stage_is_run_by_the_same_words():
    assert {stage["cmd"] for stage in STAGES.values()} == {f"${{run}} {name}" for name in STAGES}


def test_every_file_of_accuracy_is_a_metric():
    """Each is a row of `dvc metrics show`; the check of job shares has other measures, and a page of its own."""
    panels = ["corop_jobs", *load_panels(ROOT / "data" / "reference" / "panels")]
    listed = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["metrics"]
    assert sorted(listed) == sorted(f"data/models/metrics/{panel}.json" for panel in panels)
