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

from pipeline import compare, stages, store
from pipeline.config import ROOT, Folders, Settings
from pipeline.figures.style import HouseStyle
from pipeline.language.translation import tr, using
from pipeline.reports import fanout, narrative, render
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
from pipeline.reports.data_files import write_data_csv, write_data_xlsx
from pipeline.reports.engine import IN_PROCESS, execute
from pipeline.reports.metadata import ReportMetadata, write_metadata
from pipeline.reports.origin import hash_of_files
from pipeline.reports.sections.cover import description_of, title_of
from pipeline.reports.sections.provenance import hash_of_values, source_entries
from pipeline.reports.site import make_site
from pipeline.schemas import TABLES
from pipeline.tables import Tables

log = logging.getLogger("pipeline")

PDF, HTML, CSV, XLSX, METADATA = "report.pdf", "report.html", "data.csv", "data.xlsx", "metadata.json"
FILES = (PDF, HTML, CSV, XLSX)
PREVIEW = "preview"


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
    folder : where report.pdf, report.html, data.csv, data.xlsx and metadata.json come
    settings : params.yaml
    folders : of the project
    engine : "inprocess" or "nbclient"
    style : house style; the publisher of params.yaml when not given

    Raises
    ------
    UnknownRegionError, NotebookFailedError, BlockError, NarrativeError, RenderError
        Nothing was written: what was in ``folder`` is still there.
    """
    style = style or house_style(settings)
    with using(settings.reports.language):
        blocks, metadata = report_content(region, folders, engine=engine)
        with store.temporary_folder(folder.parent) as temporary:
            files = [
                render.render_pdf(blocks, metadata, style, target=temporary / PDF),
                render.render_html(blocks, metadata, style, target=temporary / HTML),
                write_data_csv(blocks, target=temporary / CSV),
                write_data_xlsx(blocks, metadata, target=temporary / XLSX),
            ]
            made_from = {
                "content_hash": content_hash(region, folders),
                "values_sha256_12": hash_of_values(blocks),
                "blocks": len(blocks),
            }
            write_metadata(metadata, files, target=temporary / METADATA, extra=made_from)
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
    narrative.require_sound(blocks)
    return blocks, report_metadata(context, blocks, parameters)


def rehearse(settings: Settings, folders: Folders) -> None:
    """Make the content of one gemeente's report and write nothing but the parts that Python makes.

    Everything that a first report loads and keeps - modules, fonts, the layout of words, the national figures -
    is then there for every process forked from this one.
    """
    tables = read_tables(folders)
    region = next(iter(tables.members[NATION]))
    blocks, metadata = report_content(region, folders)
    with tempfile.TemporaryDirectory() as folder:
        render.render_html(blocks, metadata, house_style(settings), target=Path(folder) / HTML)
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
        parameters=parameters,
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
    """Code, templates, notebook, settings, reference and every stored table, and the commit that is named."""
    root = folders.root
    code = [
        path for path in (ROOT / "pipeline").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    own = [root / "params.yaml", folders.report_notebook, *folders.reference.rglob("*")]
    tables = [
        path
        for layer in (folders.tidy, folders.indicators, folders.models)
        for path in layer.glob("*.parquet")
    ]
    files = [path for path in (*own, *tables) if path.is_file()]
    parts = (hash_of_files(code, ROOT), hash_of_files(files, root), read_tables(folders).commit)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def content_hash(region: str, folders: Folders) -> str:
    """Hash of all that a region's report is made from; the same hash gives the same bytes.

    A report shows the whole country on its maps, so every stored table counts for every region.
    """
    return hashlib.sha256(f"{_hash_of_inputs(folders)}\n{region}".encode()).hexdigest()


def is_current(region: str, folder: Path, folders: Folders) -> bool:
    """Whether the report in ``folder`` is complete and made from what there is now."""
    path = folder / METADATA
    if not path.is_file() or any(not (folder / name).is_file() for name in FILES):
        return False
    try:
        known = json.loads(path.read_text(encoding="utf-8")).get("content_hash")
    except json.JSONDecodeError:
        return False
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
    *,
    style: HouseStyle | None = None,
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
    removed = _remove_others(target, regions)
    todo = [region for region in regions if not is_current(region, target / region, folders)]
    failed: dict[str, str] = {}
    made: list[str] = []
    tasks = [Task(region, target / region, settings, folders) for region in todo]
    options = settings.reports
    for outcome in fanout.run(make_task, tasks, options.jobs, options.scheduler, options.timeout):
        region = outcome.item.region
        if outcome.error is None:
            made.append(region)
            log.info("reports: %s made in %.1f s (%d of %d)", region, outcome.seconds, len(made), len(todo))
        else:
            failed[region] = outcome.error
            log.error("reports: %s failed: %s", region, _reason(outcome.error))
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


def _remove_others(target: Path, regions: Sequence[str]) -> int:
    """Remove the reports of regions that left the list; other folders are not ours to touch."""
    gone = [path.parent for path in target.glob(f"*/{METADATA}") if path.parent.name not in regions]
    for folder in gone:
        shutil.rmtree(folder)
    return len(gone)


def write_site(target: Path, settings: Settings, folders: Folders) -> None:
    """Write the site of the edition beside its reports; nothing where no report is finished."""
    if not any(target.glob(f"[!.]*/{METADATA}")):
        return
    now = Tables(
        settings.vintage, {name: store.read(name, folders) for name in TABLES}, store.read_borders(folders)
    )
    previous = settings.models.previous_vintage
    found = compare.compare(stages.build(previous, settings, folders), now) if previous else None
    make_site(target, now, settings, found, folders=folders, style=house_style(settings))
