"""Where the project keeps its files."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Names another folder with data/, params.yaml and reports/. Without it: the checkout, or for an installed package the
#: folder one is in.
ROOT_VARIABLE = "GROEIMONITOR_ROOT"


def project_root() -> Path:
    """The folder of the project: that of GROEIMONITOR_ROOT, else the checkout, else (installed) the current one."""
    named = os.environ.get(ROOT_VARIABLE)
    if named:
        return Path(named)
    return ROOT if (ROOT / "params.yaml").is_file() else Path.cwd()


@dataclass(frozen=True)
class Folders:
    """Where the project keeps its tables; one object, so that tests can point it elsewhere."""

    root: Path = field(default_factory=project_root)

    @property
    def raw(self) -> Path:
        """Vintages, each a folder, as published."""
        return self.root / "data" / "raw"

    @property
    def inbox(self) -> Path:
        """What users save by hand, for the next vintage."""
        return self.root / "data" / "inbox"

    @property
    def reference(self) -> Path:
        """Small tables kept by hand."""
        return self.root / "data" / "reference"

    @property
    def forecasts(self) -> Path:
        """What each edition said of the future, in git and never changed."""
        return self.root / "data" / "forecasts"

    @property
    def tidy(self) -> Path:
        """Tables of the tidy stage."""
        return self.root / "data" / "tidy"

    @property
    def indicators(self) -> Path:
        """Tables of the indicators stage."""
        return self.root / "data" / "indicators"

    @property
    def models(self) -> Path:
        """Tables of the models stage, and how good they are."""
        return self.root / "data" / "models"

    @property
    def plots(self) -> Path:
        """Drawings for `dvc plots`."""
        return self.root / "data" / "plots"

    @property
    def reports(self) -> Path:
        """Editions, each a folder with a report a region."""
        return self.root / "reports"

    @property
    def house_style(self) -> Path:
        """Files of an own house style."""
        return self.root / "house_style"

    @property
    def report_notebook(self) -> Path:
        """The notebook that makes a report."""
        return self.root / "notebooks" / "reports" / "regional_report.ipynb"
