"""The reports stage: executes the notebook for each region and writes its files; one failure spares the others.

A report appears by one rename of its whole folder. A region whose inputs did not change is skipped, a region that
left the list is removed, and a run with failures ends with an error that names them.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
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
from pipeline.config import ROOT, Folders, Settings
from pipeline.figures.style import HouseStyle
from pipeline.language.translation import tr, using
from pipeline.reports import checks, fanout, render, soundness
from pipeline.reports.blocks import Block, collect
from pipeline.reports.context import (
    NATION,
    RegionContext,
    ReportTables,
    UnknownRegionError,
    house_style,
    open_region,
    read_tables,
)
from pipeline.reports.csvw import write_csvw
from pipeline.reports.data_files import write_data_csv, write_data_xlsx
from pipeline.reports.engine import IN_PROCESS, execute
from pipeline.reports.files import CSV, CSVW, HTML, METADATA, PDF, XLSX
from pipeline.reports.metadata import ReportMetadata, write_metadata
from pipeline.reports.origin import hash_of_files
from pipeline.reports.progress import Tally
from pipeline.reports.sections.cover import description_of, title_of
from pipeline.reports.sections.provenance import hash_of_values, source_entries
from pipeline.reports.site import make_site
from pipeline.reports.writing import RenderError
from pipeline.schemas import TABLES
from pipeline.tables import Tables

log = logging.getLogger("pipeline")

PREVIEW = "preview"
SITE_METADATA = "site.json"
#: settings of reports that steer a run and leave no trace in a report
_STEERING = ("regions", "jobs", "scheduler", "timeout")


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
    for region in regions:
        if region not in tables.places:
            raise UnknownRegionError(tables.explain_unknown(region))
    return list(dict.fromkeys(regions))


# --- one report ---------------------------------------------------------------------------


def make_report(
    region: str,
    folder: Path,
    settings: Settings,
    folders: Folders,
    *,
    engine: str = IN_PROCESS,
    style: HouseStyle | None = None,
) -> Path:
    """Execute the notebook for a region and put its files in ``folder``, replacing what was there.

    Parameters
    ----------
    region : region code or area key
    folder : where the files of the report come
    settings : params.yaml
    folders : of the project
    engine : "inprocess" or "nbclient"
    style : house style; the publisher of params.yaml when not given

    Raises
    ------
    UnknownRegionError, NotebookFailedError, BlockError, NarrativeError, RenderError
        Nothing was written: what was in ``folder`` is still there. RenderError also when the finished report
        fails a check.
    """
    style = style or house_style(settings, folders.root)
    with using(settings.reports.language):
        blocks, metadata = report_content(region, folders, engine=engine)
        with store.temporary_folder(folder.parent) as temporary:
            files = [
                render.render_pdf(blocks, metadata, style, target=temporary / PDF),
                render.render_html(blocks, metadata, style, target=temporary / HTML),
                write_data_csv(blocks, target=temporary / CSV),
                write_csvw(metadata, style.publisher, target=temporary / CSVW),
                write_data_xlsx(blocks, metadata, target=temporary / XLSX),
            ]
            made_from = {
                "content_hash": content_hash(region, folders),
                "values_sha256_12": hash_of_values(blocks),
                "blocks": len(blocks),
            }
            write_metadata(metadata, files, target=temporary / METADATA, extra=made_from)
            faults = checks.check_report(temporary, quick=True)
            if faults:
                raise RenderError(
                    f"the report of {region} has {len(faults)} faults, e.g. {'; '.join(faults[:3])}. It was not put "
                    "in place; mend what is named."
                )
            _replace_folder(temporary, folder)
    return folder


def report_content(
    region: str, folders: Folders, *, engine: str = IN_PROCESS
) -> tuple[list[Block], ReportMetadata]:
    """The blocks of a region's report, made by the notebook and checked, and what the report says of itself."""
    context = open_region(region, folders.root)  # also chooses the language
    parameters = {"region": region}
    elsewhere = {} if folders.root.resolve() == ROOT else {"project": str(folders.root)}
    executed = execute(folders.report_notebook, parameters | elsewhere, engine=engine, cwd=folders.root)
    blocks = collect(executed)
    soundness.require_sound(blocks)
    return blocks, report_metadata(context, blocks, parameters)


def rehearse(folders: Folders) -> None:
    """Make the content of one gemeente's report and write nothing but the parts that Python makes.

    Everything that a first report loads and keeps - modules, fonts, the layout of words, the national figures -
    is then there for every process forked from this one.
    """
    tables = read_tables(folders)
    region = next(iter(tables.members[NATION]))
    style = house_style(tables.settings, folders.root)
    blocks, metadata = report_content(region, folders)
    with tempfile.TemporaryDirectory() as folder:
        render.typst_fonts(style.font_dirs)
        render.render_html(blocks, metadata, style, target=Path(folder) / HTML)
        write_data_csv(blocks, target=Path(folder) / CSV)
        write_data_xlsx(blocks, metadata, target=Path(folder) / XLSX)
    content_hash(region, folders)


def report_metadata(context: RegionContext, blocks: Sequence, parameters: dict[str, str]) -> ReportMetadata:
    """What a report says about itself."""
    settings = context.settings
    return ReportMetadata(
        title=title_of(context),
        region=context.place.name,
        region_code=context.code,
        language=settings.reports.language,
        edition=str(settings.edition),
        description=description_of(context),
        keywords=(tr("arbeidsmarkt"), tr("banen"), tr("werkloosheid"), tr("jeugd"), context.place.name),
        date=dt.date.fromisoformat(settings.reports.date),
        vintage=settings.vintage,
        parameters=parameters
        | {
            "indicators": settings.indicators.model_dump(mode="json"),
            "models": settings.models.model_dump(mode="json"),
        },
        commit=context.commit,
        sources=source_entries(context, blocks),
    )


def _replace_folder(made: Path, target: Path) -> None:
    """Put a finished folder in place; the old one goes only after it made room."""
    old = made.with_name(f"{made.name}-old")
    if target.exists():
        target.rename(old)
    made.rename(target)
    shutil.rmtree(old, ignore_errors=True)


# --- what need not be made again ----------------------------------------------------------


@functools.cache
def _hash_of_inputs(folders: Folders) -> str:
    """Code, templates, notebook, settings, style, reference, manifest and every stored table, and the commit."""
    root, known = folders.root, read_tables(folders)
    code = [
        path for path in (ROOT / "pipeline").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    manifest = folders.raw / known.settings.vintage / store.MANIFEST
    own = [folders.report_notebook, manifest, *folders.reference.rglob("*")]
    tables = [
        path
        for layer in (folders.tidy, folders.indicators, folders.models)
        for path in layer.glob("*.parquet")
    ]
    files = [path for path in (*own, *tables) if path.is_file()]
    style = house_style(known.settings, root)
    fonts = [hash_of_files(folder.glob("*.ttf"), folder) for folder in style.font_dirs]
    parts = (
        hash_of_files(code, ROOT),
        hash_of_files(files, root),
        json.dumps(_settings_that_matter(known.settings), sort_keys=True),
        style.logo_svg or "",
        *fonts,
        known.commit,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _settings_that_matter(settings: Settings) -> dict[str, Any]:
    """All settings but those that only steer a run: they change nothing in a report."""
    content = settings.model_dump(mode="json")
    content["reports"] = {key: value for key, value in content["reports"].items() if key not in _STEERING}
    return content


def content_hash(region: str, folders: Folders) -> str:
    """Hash of all that a region's report is made from; the same hash gives the same bytes.

    A report shows the whole country on its maps, so every stored table counts for every region.
    """
    return hashlib.sha256(f"{_hash_of_inputs(folders)}\n{region}".encode()).hexdigest()


def is_current(region: str, folder: Path, folders: Folders) -> bool:
    """Whether the report in ``folder`` is whole, as it was written, and made from what there is now."""
    if checks.check_files(folder):
        return False
    known = json.loads((folder / METADATA).read_text(encoding="utf-8")).get("content_hash")
    return known == content_hash(region, folders)


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
    with Tally(len(tasks)) as tally:
        for outcome in fanout.run(make_task, tasks, options.jobs, options.scheduler, options.timeout):
            region = outcome.item.region
            tally.count(failed=outcome.error is not None)
            if outcome.error is not None:
                failed[region] = outcome.error
                log.error("reports: %s failed: %s; %s", region, _reason(outcome.error), tally)
                continue
            made.append(region)
            if not tally.has_bar:
                log.info("reports: %s made in %.1f s; %s", region, outcome.seconds, tally)
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
    made_from = f"{_hash_of_inputs(folders)} {hash_of_files(reports, target)}" if reports else ""
    if not reports or _site_is_current(target, made_from):
        return
    # Here, not above: the models they load would weigh on every process that makes a report.
    from pipeline import compare, stages

    now = Tables(
        settings.vintage, {name: store.read(name, folders) for name in TABLES}, store.read_borders(folders)
    )
    previous = settings.models.previous_vintage
    found = compare.compare(stages.comparable(previous, settings, folders), now) if previous else None
    style = house_style(settings, folders.root)
    written = make_site(target, now, settings, found, folders=folders, style=style)
    files = {path.name: store.sha256_of(path.read_bytes()) for path in written}
    store.write_json(target / SITE_METADATA, {"content_hash": made_from, "files": files})


def _site_is_current(target: Path, made_from: str) -> bool:
    """Whether the site is as it was written, and made from what there is now."""
    try:
        known = json.loads((target / SITE_METADATA).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    return known["content_hash"] == made_from and all(
        (target / name).is_file() and store.sha256_of((target / name).read_bytes()) == digest
        for name, digest in known["files"].items()
    )
