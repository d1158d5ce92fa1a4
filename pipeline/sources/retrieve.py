"""A vintage: everything the publishers say at one moment, brought in at once or not at all.

The tables are written to a temporary folder in the cache, compared with their manifest, and moved into
``data/raw`` by one rename. A pull that fails leaves no vintage; a pull that is killed goes on from the pages
that came in.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from pipeline import store
from pipeline.config import Folders, VintageName
from pipeline.sources.arrival import Arrival
from pipeline.sources.catalog import Catalog, Source, load_catalog
from pipeline.sources.cbs import Selection, TableDescription, Transport, pull_table
from pipeline.sources.cbs_v3 import CbsV3
from pipeline.sources.cbs_v4 import CbsV4
from pipeline.sources.editions import wanted_tables
from pipeline.sources.errors import SourceError
from pipeline.sources.http import HttpClient, HttpSettings
from pipeline.sources.lock import only_one
from pipeline.sources.pages import PageFolder
from pipeline.store import AbsentSource, Manifest, ManifestTable

log = logging.getLogger(__name__)

TransportChoice = Literal["auto", "v3", "v4"]
REPORT_COLUMNS = ["source", "need", "table", "outcome", "rows", "first_period", "last_period", "transport",
                  "reason"]  # fmt: skip


@dataclass(frozen=True)
class RetrieveReport:
    """What a pull did.

    table : one row a table: source, need, table, outcome (retrieved, absent, there already), rows, periods,
        transport, reason
    """

    manifest: Manifest
    table: pd.DataFrame
    was_there: bool = False


@dataclass
class Pull:
    """What the readers of the sources share during one pull."""

    catalog: Catalog
    client: HttpClient
    transports: list[Transport]
    folders: Folders
    cache: Path
    arrived: dict[str, list[Arrival]] = field(default_factory=dict)

    def pages(self, transport: str, description: TableDescription, selection: Selection) -> PageFolder:
        """Where the pages of a table wait; pages of another version of the table lie elsewhere."""
        measures = [m.code for m in selection.measures]
        terms = [f"{name}={part}" for name, parts in selection.terms.items() for part in parts]
        identity = [transport, str(self.catalog.hosts), description.modified, str(description.rows)]
        return PageFolder(self.cache / "pages", description.table_id, [*identity, *measures, *terms])


def make_transports(catalog: Catalog, client: HttpClient, choice: TransportChoice) -> list[Transport]:
    """The ways to CBS in order of preference."""
    v3, v4 = CbsV3(catalog.hosts.cbs_v3, client), CbsV4(catalog.hosts.cbs_v4, client)
    return {"auto": [v3, v4], "v3": [v3], "v4": [v4]}[choice]


def retrieve(
    vintage: str,
    *,
    catalog: Catalog | None = None,
    folders: Folders | None = None,
    transport: TransportChoice = "auto",
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
    with only_one(cache.with_name(f"{vintage}.lock"), f"vintage {vintage}"):
        if target.exists():
            return _there_already(target)
        shutil.rmtree(cache / "new", ignore_errors=True)
        with HttpClient(http) as client, store.temporary_folder(cache / "new") as temporary:
            pull = Pull(catalog, client, make_transports(catalog, client, transport), folders, cache)
            try:
                report = _bring_in(vintage, pull, temporary, now)
                store.verify_vintage(temporary)
                store.install_folder(temporary, target)
            except OSError as error:
                raise SourceError(
                    f"vintage {vintage} could not be written: {error}",
                    request=str(getattr(error, "filename", "") or ""),
                    next_step="Make room on the disk (or mend its rights) and run the same command again; "
                    "nothing of the vintage was left behind.",
                ) from error
        shutil.rmtree(cache, ignore_errors=True)
    return report


def _check_name(vintage: str) -> None:
    try:
        TypeAdapter(VintageName).validate_python(vintage)
    except ValidationError as error:
        raise SourceError(
            f"{vintage!r} is no name for a vintage: {error.errors()[0]['msg']}",
            next_step="Call it for example live-2026-12-01.",
        ) from None


def _there_already(target: Path) -> RetrieveReport:
    manifest = store.verify_vintage(target)
    log.info("vintage %s is there already and whole; it is left as it is", target.name)
    rows = [
        ["", t.need, t.table_id, "there already", t.rows, t.first_period, t.last_period, t.transport, ""]
        for t in manifest.tables
    ]
    return RetrieveReport(manifest, pd.DataFrame(rows, columns=REPORT_COLUMNS), was_there=True)


def _bring_in(
    vintage: str, pull: Pull, folder: Path, now: Callable[[], dt.datetime]
) -> RetrieveReport:
    entries: list[ManifestTable] = []
    absent: list[AbsentSource] = []
    rows: list[list[object]] = []
    # Required ones first: when one of them fails, nothing else was pulled in vain.
    for source in sorted(pull.catalog.sources, key=lambda s: not s.required):
        started = time.monotonic()
        arrivals, missing = bring_source(pull, source)
        pull.arrived[source.key] = arrivals
        for arrival in arrivals:
            entry = _entry(arrival, source, pull.catalog, arrival.write(folder), now())
            entries.append(entry)
            rows.append([source.key, source.need, entry.table_id, "retrieved", entry.rows,
                         entry.first_period, entry.last_period, entry.transport, ""])  # fmt: skip
        for gone in missing:
            absent.append(gone)
            rows.append([source.key, source.need, gone.table_id, "absent", 0, "", "", "", gone.reason])
        log.info(
            "%s: %d table(s), %d absent, %.1f s",
            source.key, len(arrivals), len(missing), time.monotonic() - started,
        )  # fmt: skip
    manifest = Manifest(
        vintage=vintage,
        made_at=now().isoformat(timespec="seconds"),
        tables=sorted(entries, key=lambda e: (e.publisher, e.table_id)),
        absent=absent,
    )
    store.write_manifest(folder, manifest)
    return RetrieveReport(manifest, pd.DataFrame(rows, columns=REPORT_COLUMNS))


def bring_source(pull: Pull, source: Source) -> tuple[list[Arrival], list[AbsentSource]]:
    """The tables of one source, and those that could not be had with the reason.

    Raises
    ------
    SourceError
        When the source is required and a table of it could not be had.
    """
    from pipeline.sources.readers import READERS  # the readers need Pull

    arrivals: list[Arrival] = []
    absent: list[AbsentSource] = []
    try:
        for name, read in READERS[source.kind](pull, source):
            try:
                arrivals.append(read())
            except SourceError as error:
                if source.required:
                    raise
                absent.append(AbsentSource(need=source.need, table_id=name, reason=str(error)))
                log.warning("%s is left out: %s", name, error)
    except SourceError as error:
        if source.required:
            raise
        absent.append(
            AbsentSource(need=source.need, table_id=source.table or source.key, reason=str(error))
        )
        log.warning("%s is left out: %s", source.key, error)
    return arrivals, absent


def read_cbs(pull: Pull, source: Source) -> list[tuple[str, Callable[[], Arrival]]]:
    """The tables of a CBS source, each to be read when called."""

    def reader(table: str, edition: int | None) -> Callable[[], Arrival]:
        def read() -> Arrival:
            raw, transport, request = pull_table(pull.transports, source, table, pull.pages, edition)
            return Arrival(
                publisher=source.publisher,
                table_id=table,
                title=raw.properties["title"],
                modified=raw.properties["modified"],
                transport=transport,
                request=request,
                raw=raw,
            )

        return read

    return [(table, reader(table, edition)) for table, edition in wanted_tables(pull.transports, source).items()]


def _entry(
    arrival: Arrival, source: Source, catalog: Catalog, digests: dict[str, str], moment: dt.datetime
) -> ManifestTable:
    publisher = catalog.publishers[source.publisher]
    rows, first, last = arrival.extent()
    return ManifestTable(
        publisher=arrival.publisher,
        table_id=arrival.table_id,
        title=arrival.title,
        need=source.need,
        first_period=first,
        last_period=last,
        rows=rows,
        sha256=digests,
        modified=arrival.modified,
        retrieved_at=moment.isoformat(timespec="seconds"),
        request=arrival.request,
        transport=arrival.transport,
        licence=publisher.licence,
        citation=publisher.citation,
        original_source=source.original_source,
        required=source.required,
    )
