"""What pyproject.toml cannot say: a wheel carries the project folder that `groeimonitor init` lays elsewhere."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
CARRIED = ("params.yaml", "data/raw", "data/reference", "data/forecasts", "data/inbox/README.md", "house_style",
           "notebooks")  # fmt: skip


class BuildWithProject(build_py):
    """The package, and beside its code the files kept by hand and the vintages."""

    def run(self):
        """Copy them into the package; an editable install finds them in the checkout."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "pipeline" / "project"
        shutil.rmtree(target, ignore_errors=True)
        for name in CARRIED:
            source = ROOT / name
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                ignored = shutil.ignore_patterns(".*", "__pycache__", "live-*")
                shutil.copytree(source, target / name, ignore=ignored)
            else:
                shutil.copy(source, target / name)


setup(cmdclass={"build_py": BuildWithProject})
