"""One report: the notebook is executed for a region, its blocks are checked, and every file is made from them."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.config import Settings
from pipeline.figures.style import HouseStyle
from pipeline.folders import ROOT, Folders
from pipeline.reports import addresses, brief, checks, number_audit, render_html, render_pdf
from pipeline.reports.blocks import Block, Figure, Heading, collect, data_rows
from pipeline.reports.context import RegionContext, house_style, open_region, read_tables
from pipeline.reports.data_files import write_data_csv, write_data_xlsx, write_facts_json
from pipeline.reports.engine import IN_PROCESS, execute
from pipeline.reports.facts.base import stale_before
from pipeline.reports.figure_files import write_figures
from pipeline.reports.files import BRIEF, CSV, FACTS, HTML, METADATA, PDF, XLSX
from pipeline.reports.metadata import ReportMetadata, write_metadata
from pipeline.reports.provenance import hash_of_code, hash_of_files, hash_of_rows, source_entries
from pipeline.reports.writing import RenderError
from pipeline.vocabulary import word

#: settings of reports that steer a run and leave no trace in a report
_STEERING = ("regions", "jobs", "scheduler", "timeout")


def make_report(
    region: str, folder: Path, settings: Settings, folders: Folders, *, engine: str = IN_PROCESS
) -> Path:
    """Execute the notebook for a region and put its files in ``folder``, replacing what was there.

    Parameters
    ----------
    region : region code or area key
    folder : where the files of the report come
    engine : "inprocess" or "nbclient"

    Raises
    ------
    UnknownRegionError, NotebookFailedError, BlockError, AuditError, RenderError
        Nothing was written: what was in ``folder`` is still there. RenderError also when the finished report fails a
        check.
    """
    style = house_style(settings, folders.root)
    blocks, metadata = report_content(region, folders, engine=engine)
    with store.temporary_folder(folder.parent) as temporary:
        files = write_files(blocks, metadata, style, temporary)
        made_from = {
            "content_hash": content_hash(region, folders),
            "values_sha256_12": hash_of_rows(data_rows(blocks))[:12],
            "blocks": len(blocks),
        }
        write_metadata(metadata, files, target=temporary / METADATA, extra=made_from)
        faults = checks.check_report(temporary, quick=True)
        if faults:
            raise RenderError(
                f"the report of {region} has {len(faults)} faults, e.g. {'; '.join(faults[:3])}. It was not put in "
                "place; mend what is named."
            )
        _replace_folder(temporary, folder)
    return folder


def write_files(
    blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle, folder: Path, *, paper: bool = True
) -> list[Path]:
    """Every file of a report but its metadata; without ``paper`` nothing that Typst draws: no PDF, no pictures."""
    drawn = blocks if paper else [block for block in blocks if not isinstance(block, Figure)]
    return [
        *([render_pdf.render_pdf(blocks, metadata, style, target=folder / PDF)] if paper else []),
        render_html.render_html(blocks, metadata, style, target=folder / HTML),
        write_data_csv(blocks, target=folder / CSV),
        write_data_xlsx(blocks, metadata, target=folder / XLSX),
        brief.write_brief(drawn, metadata, style, target=folder / BRIEF),
        write_facts_json(blocks, metadata, target=folder / FACTS),
        *write_figures(drawn, metadata, style, folder),
    ]


def report_content(
    region: str, folders: Folders, *, engine: str = IN_PROCESS
) -> tuple[list[Block], ReportMetadata]:
    """The blocks of a region's report, made by the notebook and checked, and what the report says of itself."""
    context = open_region(region, folders.root)
    parameters = {"region": region}
    elsewhere = {} if folders.root.resolve() == ROOT else {"project": str(folders.root)}
    executed = execute(folders.report_notebook, parameters | elsewhere, engine=engine, cwd=folders.root)
    blocks = collect(executed)
    number_audit.require_sound(blocks, context.language, stale_before(context.settings))
    return blocks, report_metadata(context, blocks, parameters)


def report_metadata(
    context: RegionContext, blocks: Sequence[Block], parameters: dict[str, str]
) -> ReportMetadata:
    """What a report says about itself."""
    settings, language = context.settings, context.language
    title = next(block.text for block in blocks if isinstance(block, Heading))
    about = word("ui", "about", language).format(in_here=context.place.in_here)
    return ReportMetadata(
        title=title,
        about=about,
        region=context.place.name,
        region_code=context.code,
        language=language,
        edition=str(settings.edition),
        edition_words=word("ui", "edition_of", language).format(edition=settings.edition),
        description=word("ui", "description", language).format(in_here=context.place.in_here),
        keywords=(*(word("keyword", key, language) for key in ("labour_market", "jobs", "unemployment", "youth")),
                  context.place.name),
        date=dt.date.fromisoformat(settings.reports.date),
        vintage=settings.vintage,
        parameters=parameters | settings.model_dump(mode="json", include={"indicators", "models"}),
        code=hash_of_code(),
        sources=source_entries(context.tables.vintage, data_rows(blocks)),
        links=addresses.related(context),
        canonical=addresses.canonical(context),
        contact=settings.reports.contact or "",
    )  # fmt: skip


def _replace_folder(made: Path, target: Path) -> None:
    """Put a finished folder in place; the old one goes only after it made room."""
    old = made.with_name(f"{made.name}-old")
    if target.exists():
        target.rename(old)
    made.rename(target)
    shutil.rmtree(old, ignore_errors=True)


# --- what need not be made again ----------------------------------------------------------


def content_hash(region: str, folders: Folders) -> str:
    """Hash of all that a region's report is made from; the same hash gives the same bytes.

    A report shows the whole country on its maps, so every stored table counts for every region.
    """
    return hashlib.sha256(f"{hash_of_inputs(folders)}\n{region}".encode()).hexdigest()


def is_current(region: str, folder: Path, folders: Folders) -> bool:
    """Whether the report in ``folder`` is whole, as it was written, and made from what there is now."""
    if checks.check_files(folder):
        return False
    known = json.loads((folder / METADATA).read_text(encoding="utf-8")).get("content_hash")
    return known == content_hash(region, folders)


@functools.cache
def hash_of_inputs(folders: Folders) -> str:
    """Code, templates, notebook, settings, style, reference, manifest and every stored table."""
    root, known = folders.root, read_tables(folders)
    manifest = folders.raw / known.settings.vintage / store.MANIFEST
    own = [
        folders.report_notebook,
        manifest,
        *folders.reference.rglob("*"),
        *_own_texts(known.settings, root),
    ]
    tables = [
        path
        for layer in (folders.tidy, folders.indicators, folders.models)
        for path in layer.glob("*.parquet")
    ]
    style = house_style(known.settings, root)
    fonts = [hash_of_files(folder.glob("*.ttf"), folder) for folder in style.font_dirs]
    parts = (
        hash_of_code(),
        hash_of_files((path for path in (*own, *tables) if path.is_file()), root),
        json.dumps(_settings_that_matter(known.settings), sort_keys=True),
        style.logo_svg or "",
        *fonts,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _own_texts(settings: Settings, root: Path) -> Iterable[Path]:
    return (root / settings.reports.text).rglob("*") if settings.reports.text else ()


def _settings_that_matter(settings: Settings) -> dict[str, Any]:
    """All settings but those that only steer a run: they change nothing in a report."""
    content = settings.model_dump(mode="json")
    content["reports"] = {key: value for key, value in content["reports"].items() if key not in _STEERING}
    return content
