"""What a machine and a checkout need, and whether it is there."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pipeline import schemas, store
from pipeline.config import Settings
from pipeline.folders import Folders

#: Programs that only the full tests and checks need -> what for.
_PROGRAMS = {
    "git": "names the commit of a published forecast, and dvc needs it",
    "pdftotext": "checks that every word lies on its page (Debian: poppler-utils)",
    "chromium": "tests the web pages (Debian: chromium)",
    "java": "runs the veraPDF engine (Debian: default-jre-headless)",
}
_PACKAGES = (
    "cbsodata",
    "dvc",
    "fontpkg-lato",
    "geopandas",
    "jupyterlab",
    "matplotlib",
    "pandas",
    "papermill",
    "typst",
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: fine, missing (not needed for the monitor itself) or wrong."""

    verdict: str
    subject: str
    words: str


def examine(settings: Settings, folders: Folders, *, reports: bool = False) -> Iterator[Finding]:
    """Look at Python, packages, programs, vintage and tables; with ``reports`` at every report too."""
    yield from _machine()
    yield from _checkout(settings, folders)
    if reports:
        yield from _reports(settings, folders)


def _machine() -> Iterator[Finding]:
    version = sys.version.split()[0]
    fits = sys.version_info >= (3, 11)
    yield Finding(
        "fine" if fits else "wrong", "python", version if fits else f"{version}; 3.11 or later is needed"
    )
    for package in _PACKAGES:
        try:
            yield Finding("fine", package, importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            yield Finding("wrong", package, "not installed; run `make setup`")
    for program, purpose in _PROGRAMS.items():
        found = shutil.which(program)
        yield Finding("fine" if found else "missing", program, purpose)


def _checkout(settings: Settings, folders: Folders) -> Iterator[Finding]:
    try:
        manifest = store.verify_vintage(folders.raw / settings.vintage)
        rows = sum(table.rows for table in manifest.tables)
        yield Finding(
            "fine", f"vintage {settings.vintage}", f"{len(manifest.tables)} tables, {rows} rows, unchanged"
        )
        for absent in manifest.absent:
            yield Finding("missing", absent.table_id, absent.reason)
    except store.StoreError as error:
        yield Finding("wrong", f"vintage {settings.vintage}", str(error))
    unmade = [name for name in schemas.TABLES if not store.path_of(name, folders).is_file()]
    if unmade:
        words = f"{len(unmade)} not made, e.g. {unmade[0]}; run `make monitor`"
        yield Finding("missing", "tables", words)
    else:
        yield Finding("fine", "tables", f"{len(schemas.TABLES)} made")


def _reports(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """Every check of every report of the edition, in both folders, the validators that are installed included."""
    from pipeline.reports import axe, verapdf  # imported late: most looks do without
    from pipeline.reports.checks import check_report
    from pipeline.reports.files import HTML, METADATA, PDF

    with ExitStack() as stack:
        validators: list[tuple[str, Callable[[Path], list[str]]]] = []
        for name, lacks, file, start in (
            ("veraPDF", verapdf.missing(), PDF, lambda: verapdf.check_both),
            ("axe", axe.missing(), HTML, lambda: stack.enter_context(axe.checker())),
        ):
            if lacks:
                yield Finding("missing", name, f"{lacks}: the reports were not checked with it")
            else:
                yield Finding("fine", name, f"checks every {file}")
                validators.append((file, start()))
        everything = folders.reports / f"{settings.edition}-all"
        for folder in (folders.reports / str(settings.edition), everything):
            found = sorted({path.parent for name in (PDF, METADATA) for path in folder.glob(f"[!.]*/{name}")})
            if not found and folder != everything:
                yield Finding("wrong", "reports", f"none in {folder.name}; run `make monitor`")
            for report in found:
                faults = check_report(report)
                for file, check in validators:
                    if (report / file).is_file():
                        faults += [f"{file}: {fault}" for fault in check(report / file)]
                subject = f"{folder.name}/{report.name}"
                yield Finding(
                    "wrong" if faults else "fine", subject, "; ".join(faults) or "accessible and whole"
                )
