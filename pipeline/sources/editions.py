"""Tables that get a new id every year: which editions are there, and does the catalogue still hold."""

from __future__ import annotations

import difflib
import logging

import pandas as pd

from pipeline.sources.catalog import Catalog, Source, normal_text
from pipeline.sources.cbs import Transport, check_table
from pipeline.sources.errors import ContentError, SourceError, TransportError

log = logging.getLogger(__name__)

CHECK_COLUMNS = ["source", "table", "edition", "found", "status", "title", "problem", "newer"]
STOPPED = "stopped"  # the rhythm of a table that its publisher ended


def find_editions(transports: list[Transport], source: Source) -> dict[int, str]:
    """Edition year -> table id: those in the publisher's list, and those the catalogue knows.

    When the list cannot be read, only the known ones are used (and a warning says so). Where a year has two
    tables, a running one goes before a stopped one, then the one changed last.
    """
    editions = source.editions
    found: dict[int, str] = {}
    try:
        tables = first_list(transports, editions.search)
    except TransportError as error:
        log.warning("%s: the list of tables cannot be read, known editions only (%s)", source.key, error)
        tables = pd.DataFrame(columns=["table_id", "title", "modified", "status"])
    tables = tables.assign(
        year=[editions.year_of(title) for title in tables["title"]],
        is_stopped=tables["status"].str.casefold() == "gediscontinueerd",
    ).dropna(subset="year")
    for row in tables.sort_values(["is_stopped", "modified"], ascending=[False, True]).itertuples():
        found[int(row.year)] = row.table_id
    every = editions.known | found
    return {year: every[year] for year in sorted(every)}


def wanted_tables(transports: list[Transport], source: Source) -> dict[str, int | None]:
    """Table id -> edition year (None for a table with one id) of what a source asks for."""
    if source.editions is None:
        return {source.table: None}
    editions = find_editions(transports, source)
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


def first_list(transports: list[Transport], words: str) -> pd.DataFrame:
    """The list of tables from the first service that gives it."""
    for transport in transports[:-1]:
        try:
            return transport.list_tables(words)
        except TransportError as error:
            log.warning("%s: %s", transport.name, error)
    return transports[-1].list_tables(words)


def check_catalog(catalog: Catalog, transports: list[Transport]) -> pd.DataFrame:
    """Ask the service of every CBS table whether it is there and still what the catalogue says.

    Returns
    -------
    one row a table: source, table, edition, found, status, title, problem ("" when all is well), newer
    (editions or look-alikes that the catalogue does not know)
    """
    rows = []
    for source in catalog.sources:
        if source.kind != "cbs":
            continue
        known = source.editions.known if source.editions else {}
        try:
            wanted = wanted_tables(transports, source)
            newer = _newer(transports, source)
        except SourceError as error:
            rows.append([source.key, source.table, None, False, "", "", str(error), ""])
            continue
        for table, edition in wanted.items():
            rows.append([source.key, table, edition, *_check_one(transports, source, table), newer])
            if edition is not None and edition not in known:
                rows[-1][-1] = newer or f"{edition}: {table}"
    return pd.DataFrame(rows, columns=CHECK_COLUMNS)


def _check_one(transports: list[Transport], source: Source, table: str) -> tuple[bool, str, str, str]:
    problem = ""
    for transport in transports:
        try:
            description = transport.describe(table)
        except TransportError as error:
            problem = f"{problem}; {error}" if problem else str(error)
            continue
        title = normal_text(description.title)
        try:
            check_table(description, source)
        except ContentError as error:
            return True, description.status, title, error.reason
        is_news = description.is_stopped and source.rhythm != STOPPED  # the catalogue knows of some
        return True, description.status, title, "stopped" if is_news else ""
    return False, "", "", problem


def _newer(transports: list[Transport], source: Source) -> str:
    """Editions that the catalogue does not list, or running tables with almost the same title."""
    if source.editions:
        found = find_editions(transports, source)
        unknown = {y: t for y, t in found.items() if source.editions.known.get(y) != t}
        return ", ".join(f"{year}: {table}" for year, table in unknown.items())
    listed = first_list(transports, source.title.split(";")[0].split(",")[0])
    running = listed[
        (listed["table_id"] != source.table) & (listed["status"].str.casefold() != "gediscontinueerd")
    ]
    alike = [
        f"{row.table_id} {row.title!r}"
        for row in running.itertuples()
        if difflib.SequenceMatcher(None, row.title.casefold(), source.title.casefold()).ratio() > 0.8
    ]
    return ", ".join(alike)
