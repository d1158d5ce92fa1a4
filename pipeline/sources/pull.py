"""What the readers of the sources share during one pull, and the reader of CBS tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.config import Folders
from pipeline.sources.arrival import Arrival
from pipeline.sources.catalog import Catalog, Source
from pipeline.sources.cbs import Selection, TableDescription, Transport, pull_table
from pipeline.sources.cbs_v3 import CbsV3
from pipeline.sources.cbs_v4 import CbsV4
from pipeline.sources.editions import wanted_tables
from pipeline.sources.http import HttpClient
from pipeline.sources.pages import PageFolder

TransportChoice = Literal["auto", "v3", "v4"]
#: The tables of a source: what each is called, and what brings it in.
Readers = list[tuple[str, Callable[[], Arrival]]]


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


def read_cbs(pull: Pull, source: Source) -> Readers:
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
                content=raw,
            )

        return read

    return [
        (table, reader(table, edition)) for table, edition in wanted_tables(pull.transports, source).items()
    ]
