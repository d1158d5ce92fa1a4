"""A vintage: everything the publishers say at one moment, brought in at once or not at all.

The tables are written to a temporary folder in the cache, compared with their manifest, and moved into
``data/raw`` by one rename. A pull that fails leaves no vintage; a pull that is killed goes on from the pages
that came in.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

import filelock
import pandas as pd
import rich.progress
from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from pipeline import store
from pipeline.config import VintageName
from pipeline.folders import Folders
from pipeline.sources.catalog import Catalog, Source, load_catalog
from pipeline.sources.ckan import read_open_match
from pipeline.sources.context import Readers, RetrieveContext, SourceTable
from pipeline.sources.editions import wanted_tables
from pipeline.sources.errors import (
    IN_UPDATE,
    ContentError,
    LockedError,
    SourceError,
    TransportError,
    in_words,
)
from pipeline.sources.http import HttpClient, HttpSettings
from pipeline.sources.lisa import read_lisa
from pipeline.sources.odata import fetch_table, make_services
from pipeline.sources.pdok import read_pdok
from pipeline.sources.uwv_inbox import read_uwv_inbox
from pipeline.store import AbsentSource, Manifest, ManifestTable

log = logging.getLogger(__name__)
T = TypeVar("T")

REPORT_COLUMNS = ["source", "need", "table", "outcome", "rows", "first_period", "last_period", "transport",
                  "reason"]  # fmt: skip
#: Rows of a table against those of the vintage before, outside of which the change is told.
USUAL_ROWS = (0.9, 1.5)
ANOTHER_VINTAGE = (
    "It is left out of this vintage, which does not change any more: bring in another one, under another name, when "
    "it works again, or go on without."
)


@dataclass(frozen=True)
class RetrieveReport:
    """What a pull did.

    table : one row a table: source, need, table, outcome (retrieved, absent, there already), rows, periods,
        transport, reason (its first clause; the manifest and the log have all of it)
    """

    manifest: Manifest
    table: pd.DataFrame
    was_there: bool = False

    def as_text(self) -> str:
        """The table for a screen."""
        first, last = self.table["first_period"], self.table["last_period"]
        shown = self.table.assign(periods=(first + "-" + last).where(first != last, first))
        columns = ["source", "table", "outcome", "rows", "periods", "transport", "reason"]
        return shown[columns].to_string(index=False)


def retrieve(
    vintage: str,
    *,
    catalog: Catalog | None = None,
    folders: Folders | None = None,
    transport: Literal["auto", "v3", "v4"] = "auto",
    http: HttpSettings | None = None,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> RetrieveReport:
    """Bring a vintage in, or leave the one that is there as it is.

    Parameters
    ----------
    vintage : its name, e.g. "live-2026-12-01"
    catalog : what to pull and from where; the shipped one by default
    transport : "auto" takes OData v3 and falls over to v4 a table

    Raises
    ------
    SourceError
        When a required source cannot be had, the disk is full, or another pull of it is running. There is no
        vintage then; the pages that came in wait for the next try.
    """
    folders = folders or Folders()
    catalog = catalog or load_catalog()
    _check_name(vintage)
    target = folders.raw / vintage
    cache = folders.root / ".cache" / "retrieve" / vintage
    try:
        with _only_pull(cache):
            if os.path.lexists(target) and not (target.is_dir() and not any(target.iterdir())):
                return _there_already(target)
            shutil.rmtree(cache / "new", ignore_errors=True)
            with HttpClient(http) as client, store.temporary_folder(cache / "new") as temporary:
                services = make_services(catalog.hosts.cbs_v3, catalog.hosts.cbs_v4, client, transport)
                # a year more: at the turn of the year a publisher may be ahead of this clock; tidy looks closer
                context = RetrieveContext(catalog, client, services, folders, cache, now().year + 1)
                report = _bring_in(vintage, context, temporary, now)
                store.verify_vintage(temporary)
                store.install_folder(temporary, target)
            shutil.rmtree(cache, ignore_errors=True)
    except OSError as error:
        is_in_the_way = isinstance(error, (FileExistsError, NotADirectoryError, IsADirectoryError))
        where = str(getattr(error, "filename", "") or "")
        raise SourceError(
            f"vintage {vintage} could not be written: {error}",
            request=Path(where).name,
            next_step=(
                "Move it away: it stands where a folder or file of this pull belongs"
                if is_in_the_way
                else "Make room on the disk, or mend the rights of data/raw and .cache"
            )
            + ", and run the same command again; nothing of the vintage was left behind.",
        ) from error
    return report


@contextmanager
def _only_pull(cache: Path) -> Iterator[None]:
    """Hold the lock of a vintage; the operating system lets go of it when its holder dies."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    path = cache.with_name(f"{cache.name}.lock")
    try:
        with filelock.FileLock(path, timeout=0):
            yield
    except filelock.Timeout as error:
        raise LockedError(
            f"vintage {cache.name} is being pulled by another process",
            request=path.name,
            next_step="Wait until it is done, or stop it; pages that came in are kept.",
        ) from error


def _check_name(vintage: str) -> None:
    try:
        TypeAdapter(VintageName).validate_python(vintage)
    except ValidationError as error:
        raise SourceError(
            f"{vintage!r} is no name for a vintage: {error.errors()[0]['msg']}",
            next_step="Call it for example live-2026-12-01.",
        ) from None


def _there_already(target: Path) -> RetrieveReport:
    if not (target / store.MANIFEST).is_file():
        raise SourceError(
            f"data/raw/{target.name} is there and holds no manifest: it is no vintage",
            next_step="Move it away, or take another name.",
        )
    manifest = store.verify_vintage(target)
    log.info("vintage %s is there already and whole; it is left as it is", target.name)
    rows = [
        ["", t.need, t.table_id, "there already", t.rows, t.first_period, t.last_period, t.transport, ""]
        for t in manifest.tables
    ]
    return RetrieveReport(manifest, pd.DataFrame(rows, columns=REPORT_COLUMNS), was_there=True)


def _bring_in(
    vintage: str, context: RetrieveContext, folder: Path, now: Callable[[], dt.datetime]
) -> RetrieveReport:
    entries: list[ManifestTable] = []
    absent: list[AbsentSource] = []
    rows: list[list[object]] = []
    before = _rows_before(context.folders.raw)
    # Required ones first: when one of them fails, nothing else was pulled in vain.
    sources = sorted(context.catalog.sources, key=lambda s: not s.required)
    for source in _told(sources, context):
        started = time.monotonic()
        tables, missing = fetch_source(context, source, folder)
        context.arrived[source.key] = [table for table, _ in tables]
        for table, digests in tables:
            entry = _entry(table, source, context.catalog, digests, now())
            remarks = [*entry.remarks, *_jump(entry, before)]
            for remark in remarks:
                log.warning("%s: %s", entry.table_id, remark)
            entries.append(entry.model_copy(update={"remarks": remarks}))
            rows.append([source.key, source.need, entry.table_id, "retrieved", entry.rows, entry.first_period,
                         entry.last_period, entry.transport, SourceError("; ".join(remarks)).short])  # fmt: skip
        for name, error in missing.items():
            absent.append(AbsentSource(need=source.need, table_id=name, reason=str(error)))
            rows.append([source.key, source.need, name, "absent", 0, "", "", "", error.short])
        log.info(
            "%s: %d table(s), %d absent, %.1f s",
            source.key, len(tables), len(missing), time.monotonic() - started,
        )  # fmt: skip
    manifest = Manifest(
        vintage=vintage,
        made_at=now().isoformat(timespec="seconds"),
        tables=sorted(entries, key=lambda e: (e.publisher, e.table_id)),
        absent=absent,
    )
    store.write_manifest(folder, manifest)
    return RetrieveReport(manifest, pd.DataFrame(rows, columns=REPORT_COLUMNS))


def _told(sources: list[Source], context: RetrieveContext) -> Iterator[Source]:
    """The sources one by one; on a terminal with the source, the page and the time to go."""
    if not sys.stderr.isatty():
        yield from sources
        return
    columns = [*rich.progress.Progress.get_default_columns(), rich.progress.TextColumn("{task.fields[page]}")]
    with rich.progress.Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("sources", total=len(sources), page="")
        came_in: dict[str, int] = {}

        def on_page(table: str, pages: int, of: int | None) -> None:
            came_in[table] = came_in.get(table, 0) + pages
            progress.update(task, page=f"{table} page {came_in[table]}" + (f" of {of}" if of else ""))

        context.client.on_page = on_page
        for source in sources:
            progress.update(task, description=source.key, page="")
            yield source
            progress.advance(task)


def _rows_before(raw: Path) -> tuple[str, dict[str, int]]:
    """The vintage that was made last, and the rows of its tables."""
    manifests = store.readable_manifests(raw)
    if not manifests:
        return "", {}
    last = max(manifests, key=lambda m: m.made_at)
    return last.vintage, {table.table_id: table.rows for table in last.tables}


def _jump(entry: ManifestTable, before: tuple[str, dict[str, int]]) -> list[str]:
    rows = before[1].get(entry.table_id)
    if not rows or entry.transport == "inbox" or USUAL_ROWS[0] <= entry.rows / rows <= USUAL_ROWS[1]:
        return []
    return [f"{entry.rows} rows, against {rows} in {before[0]}"]


READERS: dict[str, Callable[[RetrieveContext, Source], Readers]] = {
    "cbs": lambda context, source: read_cbs(context, source),
    "pdok": read_pdok,
    "open_match": read_open_match,
    "uwv_inbox": read_uwv_inbox,
    "lisa_inbox": read_lisa,
}


def read_cbs(context: RetrieveContext, source: Source) -> Readers:
    """The tables of a CBS source, each to be read when called."""

    def read(table: str, edition: int | None) -> SourceTable:
        raw, transport, request, remarks = fetch_table(
            context.services, source, table, context.pages, edition
        )
        title, modified = raw.properties["title"], raw.properties["modified"]
        return SourceTable(source.publisher, table, title, modified, transport, request, raw, remarks)

    return [
        (table, partial(read, table, edition))
        for table, edition in wanted_tables(context.services, source).items()
    ]


def fetch_source(
    context: RetrieveContext, source: Source, folder: Path
) -> tuple[list[tuple[SourceTable, dict[str, str]]], dict[str, SourceError]]:
    """The tables of one source, stored below ``folder``, with the sha256 of their files; and by name what went wrong.

    Raises
    ------
    SourceError
        When the source is required and a table of it could not be had.
    """
    tables: list[tuple[SourceTable, dict[str, str]]] = []
    absent: dict[str, SourceError] = {}
    try:
        for name, read in _read(lambda: READERS[source.kind](context, source), source):
            try:
                table = _read(read, source, name)
                if not source.looks_ahead and table.extent()[2][:4] > str(context.last_year):
                    raise ContentError(
                        f"it holds figures of {table.extent()[2]}, and this is {context.last_year - 1}",
                        table=name, request=table.request, next_step=IN_UPDATE,
                    )  # fmt: skip
                if table.table_id in {other.table_id for other, _ in tables}:
                    raise ContentError(
                        f"another file is called {table.table_id} too, when capitals and signs are left aside",
                        table=name, next_step="Give one of the two another name.",
                    )  # fmt: skip
                tables.append((table, _read(lambda table=table: table.write(folder), source, name)))
            except SourceError as error:
                if source.required:
                    raise
                absent[name] = error
    except SourceError as error:
        if source.required:
            raise
        absent[source.table or source.key] = error
    for error in absent.values():
        if isinstance(error, TransportError) and error.next_step.startswith(("Try again", "Run the same")):
            error.next_step = ANOTHER_VINTAGE
        log.warning("left out of %s: %s", source.key, error)
    return tables, absent


def _read(read: Callable[[], T], source: Source, name: str = "") -> T:
    table = name or source.table or source.key
    report = "Report it with this message: the publisher sent something that no reader expects."
    try:
        return in_words(read, ContentError, table, "", report)
    except OSError as error:
        if not source.kind.endswith("_inbox"):
            raise  # the disk, not the publisher
        raise ContentError(
            f"it cannot be read ({error.strerror or error})", table=table, request=f"data/inbox/{source.publisher}",
            next_step="Mend the rights of the file, or take it out of the inbox to go on without it.",
        ) from error  # fmt: skip


def _entry(
    table: SourceTable, source: Source, catalog: Catalog, digests: dict[str, str], moment: dt.datetime
) -> ManifestTable:
    publisher = catalog.publishers[source.publisher]
    rows, first, last = table.extent()
    return ManifestTable(
        publisher=table.publisher,
        table_id=table.table_id,
        title=table.title,
        need=source.need,
        first_period=first,
        last_period=last,
        rows=rows,
        sha256=digests,
        modified=table.modified,
        retrieved_at=moment.isoformat(timespec="seconds"),
        request=table.request,
        transport=table.transport,
        licence=publisher.licence,
        citation=publisher.citation,
        original_source=source.original_source,
        required=source.required,
        remarks=table.remarks,
    )
