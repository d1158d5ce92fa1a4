"""Tables that get a new id every year: which editions are there, and does the catalogue still hold."""

from __future__ import annotations

import difflib
import logging

import pandas as pd

from pipeline.sources.catalog import Catalog, Source, normal_text
from pipeline.sources.cbs import STOPPED, TableDescription, select_cells
from pipeline.sources.errors import AGAIN, ContentError, SourceError, TransportError, in_words
from pipeline.sources.odata import Service

log = logging.getLogger(__name__)

CHECK_COLUMNS = ["source", "table", "edition", "found", "status", "title", "problem", "newer", "form"]
STOPPED_RHYTHM = "stopped"  # of a table that its publisher ended


def find_editions(services: list[Service], source: Source) -> dict[int, str]:
    """Edition year -> table id: those in the publisher's list, and those the catalogue knows.

    When the list cannot be read, only the known ones are used (and a warning says so). Where a year has two
    tables, a running one goes before a stopped one, then the one changed last.
    """
    editions = source.editions
    found: dict[int, str] = {}
    try:
        tables = first_list(services, editions.search)
    except TransportError as error:
        log.warning("%s: the list of tables cannot be read, known editions only (%s)", source.key, error)
        tables = pd.DataFrame(columns=["table_id", "title", "modified", "status"])
    tables = tables.assign(
        year=[editions.year_of(title) for title in tables["title"]],
        is_stopped=tables["status"].str.casefold().isin(STOPPED),
    ).dropna(subset="year")
    for row in tables.sort_values(["is_stopped", "modified"], ascending=[False, True]).itertuples():
        found[int(row.year)] = row.table_id
    every = editions.known | found
    return {year: every[year] for year in sorted(every)}


def wanted_tables(services: list[Service], source: Source) -> dict[str, int | None]:
    """Table id -> edition year (None for a table with one id) of what a source asks for."""
    if source.editions is None:
        return {source.table: None}
    editions = find_editions(services, source)
    if not editions:
        raise ContentError(
            f"no edition of {source.title!r} is known or listed",
            table=source.key,
            next_step="Look for the title in the publisher's list and adapt pipeline/sources/catalog.yaml.",
        )
    if source.editions.take == "latest":
        years = {max(editions), *source.editions.also} & editions.keys()
        return {editions[year]: year for year in sorted(years)}
    return {table: year for year, table in editions.items()}


def first_list(services: list[Service], words: str) -> pd.DataFrame:
    """The list of tables from the first service that gives it."""
    for service in services[:-1]:
        try:
            return service.list_tables(words)
        except TransportError as error:
            log.warning("%s: %s", service.name, error)
    return services[-1].list_tables(words)


def check_catalog(catalog: Catalog, services: list[Service]) -> pd.DataFrame:
    """Ask the service of every CBS table whether it is there and still what the catalogue says.

    Returns
    -------
    one row a table: source, table, edition, found, status, title, problem ("" when all is well), newer
    (editions or look-alikes that the catalogue does not know), form (what the table says of itself)
    """
    rows = []
    known_ids = {s.table for s in catalog.sources}
    for source in catalog.sources:
        if source.kind != "cbs":
            continue
        known = source.editions.known if source.editions else {}
        try:
            wanted = wanted_tables(services, source)
            newer = _newer(services, source, known_ids)
        except SourceError as error:
            rows.append([source.key, source.table, None, False, "", "", str(error), "", ""])
            continue
        for table, edition in wanted.items():
            found = _check_one(services, source, table)
            is_new = edition is not None and edition not in known
            rows.append([source.key, table, edition, *found[:-1], newer or (f"{edition}: {table}" if is_new else ""),
                         found[-1]])  # fmt: skip
    return pd.DataFrame(rows, columns=CHECK_COLUMNS)


def _check_one(services: list[Service], source: Source, table: str) -> tuple[bool, str, str, str, str]:
    problem = ""
    for service in services:
        try:
            description = service.describe(table, source.dimensions)
        except TransportError as error:
            problem = f"{problem}; {error}" if problem else str(error)
            continue
        told = description.status, normal_text(description.title)
        try:
            remarks = in_words(
                lambda d=description: select_cells(d, source), ContentError, table, "", AGAIN
            ).remarks
        except ContentError as error:
            return True, *told, error.reason, form_of(description)
        is_news = description.is_stopped and source.rhythm != STOPPED_RHYTHM  # the catalogue knows of some
        return True, *told, "; ".join(["stopped"] * is_news + list(remarks)), form_of(description)
    return False, "", "", problem, ""


def form_of(description: TableDescription) -> str:
    """What a table says of itself in some lines, for somebody who cannot look at it."""
    t = description
    lines = [f"{t.table_id} {t.title!r}, modified {t.modified}, status {t.status}, {t.rows} rows"]
    for d in t.dimensions:
        codes = "; ".join(f"{c.code}={c.title}" for c in d.codes.head(4).itertuples())
        lines.append(f"  dimension {d.name} {d.title!r} ({d.kind}), {len(d.codes)} codes: {codes}")
    lines += [f"  measure {m.code} [{m.unit}]: {m.group} > {m.title}" for m in t.measures[:25]]
    return "\n".join(lines)


def _newer(services: list[Service], source: Source, known: set[str]) -> str:
    """Editions that the catalogue does not list, or running tables with almost the same title."""
    if source.editions:
        found = find_editions(services, source)
        unknown = {y: t for y, t in found.items() if source.editions.known.get(y) != t}
        return ", ".join(f"{year}: {table}" for year, table in unknown.items())
    if source.rhythm == STOPPED_RHYTHM:
        return ""
    listed = first_list(services, source.title.split(";")[0].split(",")[0])
    running = listed[~listed["table_id"].isin(known) & ~listed["status"].str.casefold().isin(STOPPED)]
    alike = [
        f"{row.table_id} {row.title!r}"
        for row in running.itertuples()
        if difflib.SequenceMatcher(None, row.title.casefold(), source.title.casefold()).ratio() > 0.8
    ]
    return ", ".join(alike)
