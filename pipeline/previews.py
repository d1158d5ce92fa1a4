"""A report of tables that are not the stored ones: of another vintage, or with an area of one's own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import yaml

from pipeline import schemas, stages
from pipeline.config import load_settings, use_vintage
from pipeline.folders import Folders
from pipeline.reference import Area
from pipeline.reports import stage
from pipeline.tables import Tables

_PREVIEW = "preview"
#: Folders of the project that a report reads and that an own area does not change.
_SHARED = ("data/raw", "data/forecasts", "notebooks", "house_style")


def report(tables: Tables, code: str, area: Area | None = None, *, again: bool = False) -> Path:
    """Folder with the report of a region, made when it is not there; of the edition, or a preview of it."""
    project = Folders()
    chosen = load_settings(project.root / "params.yaml")
    previews = preview_folder(tables.vintage, project)
    stored = area is None and tables.vintage == chosen.vintage
    editions = [project.reports / name for name in (str(chosen.edition), f"{chosen.edition}-all")]
    if area is None and not again:
        for place in (*(editions if stored else ()), previews):
            if (place / code / "report.html").is_file():
                return place / code
    if stored:
        stage.run_preview(code, chosen, project)
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = project_with(tables, Path(folder), project, area)
            stage.run_preview(code, load_settings(made.root / "params.yaml"), made)
    return previews / code


def preview_folder(vintage: str, project: Folders) -> Path:
    """Where reports of a vintage land that are made one at a time."""
    own = "" if vintage == load_settings(project.root / "params.yaml").vintage else f"-{vintage}"
    return project.reports / f"{_PREVIEW}{own}"


def project_with(tables: Tables, root: Path, project: Folders, area: Area | None) -> Folders:
    """A project folder below ``root`` with these tables, for the report stage; reports land in ``preview_folder``.

    The tables are written, with ``area`` added to areas.yaml; the rest is linked to the project.
    """
    folders = Folders(root)
    every = {name: tables.read(name) for name in schemas.TABLES}
    stages.write_tables(Tables(tables.vintage, every, tables.borders), folders)
    folders.reference.mkdir(parents=True)
    for path in project.reference.iterdir():
        if path.name != "areas.yaml" or area is None:
            (folders.reference / path.name).symlink_to(path)
    if area is not None:
        listed = (project.reference / "areas.yaml").read_text(encoding="utf-8")
        entry = yaml.safe_dump([area.model_dump(mode="json")], allow_unicode=True, sort_keys=False)
        entry = "".join(f"  {line}\n" for line in entry.splitlines())
        (folders.reference / "areas.yaml").write_text(f"{listed.rstrip()}\n\n{entry}", encoding="utf-8")
    shutil.copy(project.root / "params.yaml", root)
    if load_settings(project.root / "params.yaml").vintage != tables.vintage:
        use_vintage(root / "params.yaml", tables.vintage)
    previews = preview_folder(tables.vintage, project)
    previews.mkdir(parents=True, exist_ok=True)
    folders.reports.mkdir()
    (folders.reports / _PREVIEW).symlink_to(previews)
    for name in _SHARED:
        if (project.root / name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).symlink_to(project.root / name)
    return folders
