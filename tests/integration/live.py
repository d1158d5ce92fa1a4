"""A project folder with a vintage pulled from the synthetic country, for tests of what a live vintage becomes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from pipeline import stages, store
from pipeline.config import Settings, load_settings, use_vintage
from pipeline.folders import ROOT, Folders
from pipeline.sources.catalog import load_catalog
from pipeline.sources.http import HttpSettings
from pipeline.sources.vintage import retrieve
from tests.loopback.world import DRECHTSTEDEN, World

VINTAGE = "live-2026-12-01"
QUICK = HttpSettings(attempts=2, backoff=0.01)
#: Arbeidsplaatsen that a user saved: 2018 to 2025, a thousand more every year in the first gemeente.
LISA_YEARS = range(2018, 2026)


@dataclass(frozen=True)
class Project:
    """A folder in which commands and stages can run."""

    folders: Folders

    @property
    def settings(self) -> Settings:
        """params.yaml of the folder."""
        return load_settings(self.folders.root / "params.yaml")

    @property
    def manifest(self) -> store.Manifest:
        """Of the pulled vintage."""
        return store.read_manifest(self.folders.raw / VINTAGE)

    def build(self) -> stages.Tables:
        """All tables of the vintage."""
        return stages.build(VINTAGE, self.settings, self.folders)


def start_project(root: Path) -> Project:
    """A new folder with what the stages need."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "data" / "reference", root / "data" / "reference")
    shutil.copy(ROOT / "params.yaml", root)
    (root / "notebooks").symlink_to(ROOT / "notebooks")
    return Project(Folders(root))


def fill_inbox(folders: Folders) -> None:
    """A LISA series of seven gemeenten and a workbook of UWV, both made up."""
    lisa = folders.inbox / "lisa" / "drechtsteden.csv"
    lisa.parent.mkdir(parents=True)
    lines = ["region_code,year,value,definition,source"]
    for number, code in enumerate(DRECHTSTEDEN):
        for year in LISA_YEARS:
            value = 20_000 + 1_000 * (year - 2018) * (number == 0)
            lines.append(f"{code},{year},{value},alle arbeidsplaatsen,LISA (synthetisch)")
    lisa.write_text("\n".join(lines) + "\n", encoding="utf-8")
    book = openpyxl.Workbook()
    for row in (
        ["Lopende WW-uitkeringen naar gemeente, september 2026 (synthetisch)"],
        [],
        ["Gemeente", "WW-uitkeringen"],
        ["Dordrecht", 1500],
        ["Zwijndrecht", "x"],
        ["Totaal", 1500],
    ):
        book.active.append(row)
    workbook = folders.inbox / "uwv" / "ww-2026-09.xlsx"
    workbook.parent.mkdir(parents=True)
    book.save(workbook)


def pull(project: Project, world: World, vintage: str = VINTAGE, transport: str = "v3") -> store.Manifest:
    """A whole pull through HTTP."""
    with world.service() as service:
        catalog = load_catalog().at(**service.hosts)
        report = retrieve(vintage, catalog=catalog, folders=project.folders, transport=transport, http=QUICK)
    return report.manifest


def make_live_project(root: Path) -> Project:
    """Pulled, inbox read, taken into use."""
    project = start_project(root)
    fill_inbox(project.folders)
    pull(project, World(2026))
    use_vintage(root / "params.yaml", VINTAGE)
    return project
