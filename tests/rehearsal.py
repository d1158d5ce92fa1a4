"""``python -m tests.rehearsal FOLDER``: two years of the monitor against a stand-in for the publishers.

A copy of the project in FOLDER goes through every command of the year, with its output printed. The stand-in
serves 2026, and then 2027: two gemeenten have merged, the labour-force table has a new id, three figures were
revised and a table that was late is there. All figures are synthetic.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.store import sha256_of
from tests.loopback.gemeenten import Merger
from tests.loopback.service import LoopbackService
from tests.loopback.tables import LoopbackTable
from tests.loopback.world import World

ROOT = Path(__file__).parents[1]
FIRST, SECOND = "live-2026-12-01", "live-2027-01-20"
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
class Step:
    """A command, and what came of it."""

    words: tuple[str, ...]
    exit_code: int
    output: str


@dataclass
class Rehearsal:
    """A copy of the project, and the commands that were run in it.

    say : takes each line that a reader should see
    """

    folder: Path
    say: Callable[[str], None] = print
    steps: list[Step] = field(default_factory=list)

    def prepare(self) -> None:
        """Copy what the commands need: the package, the reference data and the settings."""
        for name in ("pipeline", "data/reference"):
            shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "params.yaml", self.folder)

    def run(self, *words: str, service: LoopbackService | None = None, expect: int = 0) -> Step:
        """One command of the project; another exit code than expected stops the rehearsal."""
        hosts = ",".join(f"{name}={address}" for name, address in service.hosts.items()) if service else ""
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *words],
            cwd=self.folder,
            env=os.environ | {"GROEIMONITOR_HOSTS": hosts, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        step = Step(words, done.returncode, done.stdout + done.stderr)
        self.steps.append(step)
        self.say(
            f"$ python -m pipeline {' '.join(words)}\n{step.output.rstrip()}\n(exit code {step.exit_code})\n"
        )
        if step.exit_code != expect:
            raise RuntimeError(
                f"{' '.join(words)}: exit code {step.exit_code}, expected {expect}\n{step.output}"
            )
        return step

    def make(self) -> None:
        """The stages after retrieve."""
        for stage in ("tidy", "indicators", "models"):
            self.run(stage)


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
    """Edition 2026 from the first pull."""
    with first_year() as service:
        rehearsal.run("retrieve", "--vintage", FIRST, service=service)
    rehearsal.run("use", FIRST)
    rehearsal.make()


def year_two(rehearsal: Rehearsal) -> None:
    """A pull that fails, a pull that succeeds, border changes accepted, the comparison."""
    with second_year() as service:
        jobs = without(service, "83582NED")
        rehearsal.run("retrieve", "--vintage", SECOND, service=service, expect=1)
        service.put(jobs)
        rehearsal.run("retrieve", "--vintage", SECOND, service=service)
    rehearsal.run("borders", "--vintage", SECOND)
    rehearsal.run("borders", "--vintage", SECOND, "--accept")
    rehearsal.run("use", SECOND)
    rehearsal.run("compare", FIRST, SECOND)


def digests(folder: Path) -> dict[str, str]:
    """sha256 of every made table."""
    made = sorted(
        p for layer in ("tidy", "indicators", "models") for p in (folder / "data" / layer).glob("*")
    )
    return {p.relative_to(folder).as_posix(): sha256_of(p.read_bytes()) for p in made}


def main() -> None:
    """Both years in a new folder; the stages of the second year and the first edition again at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True)
    rehearsal = Rehearsal(folder)
    rehearsal.prepare()
    year_one(rehearsal)
    before = digests(folder)
    year_two(rehearsal)
    rehearsal.make()
    rehearsal.run("vintages")
    rehearsal.run("use", FIRST)
    rehearsal.make()
    after = digests(folder)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    print(f"Edition 2026 again: {len(after)} files, {len(changed)} of them different {changed[:3] or ''}")
    if changed:
        sys.exit(1)


if __name__ == "__main__":
    main()
