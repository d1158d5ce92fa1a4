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
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from pipeline import store
from pipeline.config import Folders, VintageName
from pipeline.sources.arrival import Arrival
from pipeline.sources.catalog import Catalog, Source, load_catalog
from pipeline.sources.errors import SourceError
from pipeline.sources.http import HttpClient, HttpSettings
from pipeline.sources.lisa import read_lisa
from pipeline.sources.lock import only_one
from pipeline.sources.pdok import read_pdok
from pipeline.sources.pull import Pull, Readers, TransportChoice, make_transports, read_cbs
from pipeline.sources.uwv import read_open_match
from pipeline.sources.uwv_inbox import read_uwv_inbox
from pipeline.store import AbsentSource, Manifest, ManifestTable

log = logging.getLogger(__name__)

READERS: dict[str, Callable[[Pull, Source], Readers]] = {
    "cbs": read_cbs,
    "pdok": read_pdok,
    "open_match": read_open_match,
    "uwv_inbox": read_uwv_inbox,
    "lisa_inbox": read_lisa,
}
REPORT_COLUMNS = ["source", "need", "table", "outcome", "rows", "first_period", "last_period", "transport",
                  "reason"]  # fmt: skip


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
        return self.table.drop(columns="need").to_string(index=False)


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


def _bring_in(vintage: str, pull: Pull, folder: Path, now: Callable[[], dt.datetime]) -> RetrieveReport:
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
        for name, error in missing.items():
            absent.append(AbsentSource(need=source.need, table_id=name, reason=str(error)))
            rows.append([source.key, source.need, name, "absent", 0, "", "", "", error.short])
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


def bring_source(pull: Pull, source: Source) -> tuple[list[Arrival], dict[str, SourceError]]:
    """The tables of one source, and by name those that could not be had, with what went wrong.

    Raises
    ------
    SourceError
        When the source is required and a table of it could not be had.
    """
    arrivals: list[Arrival] = []
    absent: dict[str, SourceError] = {}
    try:
        for name, read in READERS[source.kind](pull, source):
            try:
                arrivals.append(read())
            except SourceError as error:
                if source.required:
                    raise
                absent[name] = error
    except SourceError as error:
        if source.required:
            raise
        absent[source.table or source.key] = error
    for error in absent.values():
        log.warning("left out of %s: %s", source.key, error)
    return arrivals, absent


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
