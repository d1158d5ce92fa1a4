"""``python -m tests.rehearsal FOLDER``: two years of the monitor against a stand-in for the publishers.

A copy of the project in FOLDER goes through every command of the year, with its output printed. The stand-in
serves 2026, and then 2027: two gemeenten have merged, the labour-force table has a new id, three figures were
revised and a table that was late is there. All figures are synthetic. What the commands said is kept in
FOLDER/transcript.json; ``python -m tests.transcript`` puts it into a page.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.loopback.gemeenten import Merger
from tests.loopback.service import LoopbackService
from tests.loopback.tables import LoopbackTable
from tests.loopback.world import World
from tests.transcript import Step, cleaned, write_steps

ROOT = Path(__file__).parents[1]
FIRST, SECOND = "live-2026-12-01", "live-2027-01-20"
COPIED = ("pipeline", "data/reference", "data/forecasts", "house_style", "notebooks/reports", "params.yaml", "dvc.yaml",
          ".gitignore", ".dvcignore",
          ".dvc/config", ".dvc/.gitignore", "pyproject.toml", "tests/__init__.py", "tests/conftest.py",
          "tests/data/test_reference_files.py")  # fmt: skip
REPORTS = "[drechtsteden, GM0505]"
LATE = "83599NED"
#: Table, cell, measure and the figure it is revised to, made from the one it was.
Revision = tuple[str, dict[str, str], str, Callable[[str], str]]
REVISIONS: list[Revision] = [
    (
        "86088NED",
        {"Persoonskenmerken": "T009002", "RegioS": "GM0505", "Perioden": "2024JJ00"},
        "Werkloosheidspercentage",
        lambda text: f"{float(text) + 0.3:.1f}",
    ),
    (
        "86223NED",
        {"Onderwijsvolgend": "T001638", "Arbeidskenmerken": "T001627", "Uitkering": "T001180",
         "GeregistreerdWerkzoekendeBijUWV": "A025298", "RegioS": "GM0599", "Perioden": "2023JJ00"},
        "Jongeren (15 tot 27 jaar)",
        lambda text: str(int(text) + 100),
    ),
    (
        "83582NED",
        {"BedrijfstakkenBranchesSBI2008": "391600", "RegioS": "CR17", "Perioden": "2022JJ00"},
        "Banen van werknemers in december",
        lambda text: f"{float(text) + 0.1:.1f}",
    ),
]  # fmt: skip


@dataclass
class Rehearsal:
    """A copy of the project, and the commands that were run in it.

    folder : holds the copy (``groeimonitor``), later the archive and a clone (``elsewhere``)
    reports : the regions that get a report, as params.yaml lists them
    say : takes each line that a reader should see
    """

    folder: Path
    reports: str = REPORTS
    say: Callable[[str], None] = print
    steps: list[Step] = field(default_factory=list)

    @property
    def project(self) -> Path:
        """The copy of the project."""
        return self.folder / "groeimonitor"

    @property
    def clone(self) -> Path:
        """A clone of the copy, on what stands for another machine."""
        return self.folder / "elsewhere"

    def prepare(self) -> None:
        """Copy what the commands need, with fewer reports, as the first commit of a repository."""
        for name in COPIED:
            (self.project / name).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
                shutil.copytree(ROOT / name, self.project / name, ignore=ignored)
            else:
                shutil.copy(ROOT / name, self.project / name)
        settings = self.project / "params.yaml"
        text = settings.read_text(encoding="utf-8")
        # a first edition has none before it
        for key, value in (("regions", self.reports), ("previous_vintage", "null")):
            text, count = re.subn(rf"(?m)^  {key}: .*$", f"  {key}: {value}", text)
            if count != 1:
                raise RuntimeError(f"params.yaml has {count} lines {key}; the rehearsal needs one")
        settings.write_text(text, encoding="utf-8")
        for command in ("git init -q -b main", "git add -A", "git commit -q -m 'The monitor'"):
            self.run(command)

    def run(
        self,
        command: str,
        *,
        service: LoopbackService | None = None,
        expect: int = 0,
        elsewhere: bool = False,
    ) -> Step:
        """One line of shell in the project or its clone; another exit code than expected stops the rehearsal."""
        where = self.clone if elsewhere else self.project
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=where,
            env=self._environment(where, service),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        step = Step(command, done.returncode, cleaned(done.stdout, self.folder))
        self.steps.append(step)
        self.say(f"$ {step.command}\n{step.output}\n(exit code {step.exit_code})\n")
        if step.exit_code != expect:
            raise RuntimeError(f"{command}: exit code {step.exit_code}, expected {expect}\n{step.output}")
        return step

    def _environment(self, where: Path, service: LoopbackService | None) -> dict[str, str]:
        hosts = ",".join(f"{name}={address}" for name, address in service.hosts.items()) if service else ""
        who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER")
               for part, value in (("NAME", "Rehearsal"), ("EMAIL", "rehearsal@example.org"))}  # fmt: skip
        return os.environ | who | {
            "GROEIMONITOR_HOSTS": hosts,
            "PYTHONPATH": str(where),
            "PYTHONUNBUFFERED": "1",  # lines in the order in which they were said
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "110",
        }  # fmt: skip


def first_year() -> LoopbackService:
    """What publishers have late in 2026; one table is late."""
    service = World(2026).service()
    del service.tables[LATE]
    return service


def second_year() -> LoopbackService:
    """What they have in January 2027."""
    service = World(2027, Merger()).service()
    for table_id, cell, title, revised in REVISIONS:
        table = service.tables[table_id]
        service.put(table.with_figure(cell, title, revised(table.figure(cell, title))))
    return service


def without(service: LoopbackService, table_id: str) -> LoopbackTable:
    """Take a table away; gives it back for later."""
    return service.tables.pop(table_id)


def year_one(rehearsal: Rehearsal) -> None:
    """Edition 2026 from the first pull, tagged and kept."""
    with first_year() as service:
        rehearsal.run(f"python -m pipeline retrieve --vintage {FIRST}", service=service)
    rehearsal.run(f"python -m pipeline use {FIRST}")
    rehearsal.run("dvc remote add -d archive ../archive")
    rehearsal.run("git add -A && git commit -q -m 'Vintage and settings of 2026'")
    make_and_tag(rehearsal, 2026)
    rehearsal.run("dvc push")


def year_two(rehearsal: Rehearsal) -> None:
    """A pull that fails, a pull that succeeds, border changes accepted, the comparison."""
    run = rehearsal.run
    run("git switch -q -c edition-2027")
    run("python -m pipeline doctor")
    with second_year() as service:
        # five editions of the labour force that the catalogue knows are not there
        run("python -m pipeline catalog --check", service=service, expect=1)
        jobs = without(service, "83582NED")
        run(f"python -m pipeline retrieve --vintage {SECOND}", service=service, expect=1)
        service.put(jobs)
        run(f"python -m pipeline retrieve --vintage {SECOND}", service=service)
    run("python -m pipeline vintages")
    run(f"git add data/raw/{SECOND} && git commit -q -m 'Vintage {SECOND}'")
    run(f"python -m pipeline borders --vintage {SECOND}")
    run(f"python -m pipeline borders --vintage {SECOND} --accept")
    run("git diff --stat")
    run(f"python -m pipeline compare {FIRST} {SECOND}")


def make_second(rehearsal: Rehearsal) -> None:
    """Facts of the programmes looked at, edition 2027 made, looked at and tagged."""
    run = rehearsal.run
    run("grep ',niet gevonden,' data/reference/claims.csv | cut -d, -f1,2,4,8")
    run("python -m pytest -q tests/data/test_reference_files.py")
    run(f"python -m pipeline use {SECOND}")
    run(f"sed -i 's/previous_vintage: .*/previous_vintage: {FIRST}/' params.yaml")
    run("dvc params diff monitor-2026")
    run("git commit -q -a -m 'Borders and settings of 2027'")
    run("dvc repro")
    run("git status --short")
    run("dvc metrics diff monitor-2026")
    run("dvc plots diff monitor-2026")
    run("python -m pipeline doctor --reports")
    run("git commit -q -a -m 'Lock of edition 2027'")
    run("git switch -q main && git merge -q --no-ff -m 'Edition 2027' edition-2027")
    run(f"git tag -a monitor-2027 -m 'Monitor 2027, vintage {SECOND}'")
    run("dvc push")


def make_and_tag(rehearsal: Rehearsal, edition: int) -> None:
    """What is in the settings, made, its lock committed and tagged."""
    rehearsal.run("dvc repro")
    rehearsal.run(f"git add -A && git commit -q -m 'Lock of edition {edition}'")
    rehearsal.run(f"git tag -a monitor-{edition} -m 'Monitor {edition}'")


def elsewhere(rehearsal: Rehearsal) -> None:
    """Both editions in a clone: 2027 pulled from the archive, 2026 made again; the same bytes."""
    run = rehearsal.run
    run(
        "find data/{tidy,indicators,models,plots} reports/2027/*/report.* -type f | sort | xargs sha256sum "
        "> ../edition-2027.sha256"
    )
    run("git clone -q . ../elsewhere")
    for command in (
        "git switch -q --detach monitor-2027",
        "dvc pull",
        "dvc repro",
        "sha256sum --check ../edition-2027.sha256",
        "git status --short",
        "git switch -q --detach monitor-2026",
        "dvc repro --force",
        "git status --short",
    ):
        run(command, elsewhere=True)


def main() -> None:
    """Both years in a new folder; what was said is kept in its transcript.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
    folder = parser.parse_args().folder.resolve()
    folder.mkdir(parents=True)
    rehearsal = Rehearsal(folder)
    try:
        rehearsal.prepare()
        for part in (year_one, year_two, make_second, elsewhere):
            part(rehearsal)
    finally:
        write_steps(folder / "transcript.json", rehearsal.steps)


if __name__ == "__main__":
    main()
