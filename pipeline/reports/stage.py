"""The reports stage: one failure spares the others.

A report appears by one rename of its whole folder. A region whose inputs did not change is skipped, a region that left
the list is removed, and a run with failures ends with an error that names them.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.config import Settings
from pipeline.folders import Folders
from pipeline.reports import fanout, render_pdf
from pipeline.reports.build import (
    content_hash,
    hash_of_inputs,
    is_current,
    make_report,
    report_content,
    write_files,
)
from pipeline.reports.context import NATION, ReportTables, house_style, read_tables
from pipeline.reports.files import METADATA
from pipeline.reports.progress import ProgressReporter
from pipeline.reports.provenance import hash_of_files
from pipeline.schemas import TABLES
from pipeline.tables import Tables

log = logging.getLogger("pipeline")

PREVIEW = "preview"
SITE_METADATA = "site.json"


class ReportsError(ValueError):
    """Reports that could not be made; the others were."""


# --- commands -----------------------------------------------------------------------------


def run_reports(settings: Settings, folders: Folders, *, everything: bool = False) -> Path:
    """Make the reports of the edition, in ``reports/<edition>`` or, of all regions, ``reports/<edition>-all``.

    Raises
    ------
    ReportsError
        One or more reports failed; the others were made.
    """
    tables = read_tables(folders)
    wanted = sorted(tables.places) if everything else wanted_regions(settings.reports.regions, tables)
    target = folders.reports / (f"{settings.edition}-all" if everything else str(settings.edition))
    make_reports(wanted, target, settings, folders)
    return target


def run_preview(region: str, settings: Settings, folders: Folders) -> Path:
    """Make one report, in ``reports/preview``."""
    region = read_tables(folders).code_of(region)
    target = folders.reports / PREVIEW / region
    start = time.perf_counter()
    make_report(region, target, settings, folders)
    log.info("reports: %s made in %.1f s, in %s", region, time.perf_counter() - start, target)
    return target


def wanted_regions(regions: str | Sequence[str], tables: ReportTables) -> list[str]:
    """The region keys that a setting asks for: "areas", "all", or a list of keys.

    Raises
    ------
    UnknownRegionError
        A key that is no region; gives the nearest names.
    """
    if regions == "all":
        return sorted(tables.places)
    if regions == "areas":
        return sorted(tables.reference.areas)
    return list(dict.fromkeys(map(tables.code_of, regions)))


def warm_up(folders: Folders) -> None:
    """Make one area's report and throw it away, without what Typst draws: it starts threads.

    Everything that a first report loads and keeps - modules, fonts, the layout of words - is then there for every
    process forked from this one.
    """
    tables = read_tables(folders)
    style = house_style(tables.settings, folders.root)
    render_pdf.typst_fonts(style.font_dirs)
    # of a programme's region: the others lack its chapters
    region = next(iter(tables.reference.areas), tables.members[NATION][0])
    blocks, metadata = report_content(region, folders)
    with tempfile.TemporaryDirectory() as folder:
        write_files(blocks, metadata, style, Path(folder), paper=False)
    content_hash(metadata.region_code, folders)


# --- many reports -------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """One report to make; travels to another process."""

    region: str
    folder: Path
    settings: Settings
    folders: Folders


def make_task(task: Task) -> str:
    """Make the report of a task; returns its region."""
    make_report(task.region, task.folder, task.settings, task.folders)
    return task.region


def make_reports(
    regions: Iterable[str],
    target: Path,
    settings: Settings,
    folders: Folders,
) -> list[str]:
    """Make the reports of these regions in ``target``, remove those of others, and write the site.

    Returns
    -------
    list of str
        The regions whose report was made now; unchanged ones are skipped.

    Raises
    ------
    ReportsError
        Names the regions that failed, with the first reason; all others were made.
    """
    start = time.perf_counter()
    regions = list(dict.fromkeys(regions))
    target.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    removed = _remove_others(target, regions)
    todo = [region for region in regions if not is_current(region, target / region, folders)]
    failed: dict[str, str] = {}
    made: list[str] = []
    tasks = [Task(region, target / region, settings, folders) for region in todo]
    options = settings.reports
    with ProgressReporter(len(tasks)) as progress:
        for outcome in fanout.run(make_task, tasks, options.jobs, options.scheduler, options.timeout):
            region = outcome.item.region
            progress.count(failed=outcome.error is not None)
            if outcome.error is not None:
                failed[region] = outcome.error
                log.error("reports: %s failed: %s; %s", region, _reason(outcome.error), progress)
                continue
            made.append(region)
            if not progress.has_bar:
                log.info("reports: %s made in %.1f s; %s", region, outcome.seconds, progress)
    write_site(target, settings, folders)
    log.info(
        "reports: %d made, %d unchanged, %d removed, %d failed, %.1f s",
        len(made), len(regions) - len(todo), removed, len(failed), time.perf_counter() - start,
    )  # fmt: skip
    if failed:
        first = next(iter(failed))
        raise ReportsError(
            f"{len(failed)} of {len(regions)} reports failed: {', '.join(failed)}. The first, {first}: "
            f"{_reason(failed[first])} Run `make report REGION={first}` to see it alone."
        )
    return made


def _reason(error: str) -> str:
    """The last line of a traceback: the error itself."""
    return error.strip().splitlines()[-1]


def _sweep(target: Path) -> None:
    """Remove the temporary folders that a killed process left."""
    for folder in target.glob(f"{store.TEMPORARY}*"):
        shutil.rmtree(folder)


def _remove_others(target: Path, regions: Sequence[str]) -> int:
    """Remove the reports of regions that left the list; other folders are not ours to touch."""
    gone = [path.parent for path in target.glob(f"*/{METADATA}") if path.parent.name not in regions]
    for folder in gone:
        shutil.rmtree(folder)
    return len(gone)


def write_site(target: Path, settings: Settings, folders: Folders) -> None:
    """Write the site of the edition beside its reports, unless it is there and nothing behind it changed."""
    reports = sorted(target.glob(f"[!.]*/{METADATA}"))
    made_from = f"{hash_of_inputs(folders)} {hash_of_files(reports, target)}" if reports else ""
    if not reports or _site_is_current(target, made_from):
        return
    # Here, not above: the models they load would weigh on every process that makes a report.
    from pipeline import compare, stages
    from pipeline.reports.site import make_site

    now = Tables(
        settings.vintage, {name: store.read(name, folders) for name in TABLES}, store.read_borders(folders)
    )
    previous = settings.models.previous_vintage
    found = compare.compare(stages.comparable(previous, settings, folders), now) if previous else None
    style = house_style(settings, folders.root)
    written = make_site(target, now, settings, found, folders=folders, style=style)
    files = {path.relative_to(target).as_posix(): store.sha256_of(path.read_bytes()) for path in written}
    for gone in sorted(_known_site(target)["files"].keys() - files.keys()):
        (target / gone).unlink(missing_ok=True)
    store.write_json(target / SITE_METADATA, {"content_hash": made_from, "files": files})


def _site_is_current(target: Path, made_from: str) -> bool:
    """Whether the site is as it was written, and made from what there is now."""
    known = _known_site(target)
    return known["content_hash"] == made_from and all(
        (target / name).is_file() and store.sha256_of((target / name).read_bytes()) == digest
        for name, digest in known["files"].items()
    )


def _known_site(target: Path) -> dict[str, Any]:
    """What site.json says of the site that is there; nothing of a site that is not."""
    try:
        return json.loads((target / SITE_METADATA).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {"content_hash": None, "files": {}}
