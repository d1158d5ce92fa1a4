"""What the sources share during one pull: a table that came in, the context, and the regions it tells of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import store
from pipeline.folders import Folders
from pipeline.sources.catalog import Catalog, Source
from pipeline.sources.cbs import Selection, TableDescription
from pipeline.sources.errors import ContentError
from pipeline.sources.http import HttpClient, PageFolder
from pipeline.sources.odata import Service
from pipeline.store import RawTable

_GEMEENTE = re.compile(r"GM\d{4}")


@dataclass(frozen=True)
class Borders:
    """Borders as GeoJSON (features with region_code and region_name), and what is known of them."""

    geojson: dict[str, Any]
    properties: dict[str, Any]
    year: int


@dataclass(frozen=True)
class SourceTable:
    """One table of a source, before it is stored; ``remarks`` are what it lacks of what was wanted."""

    publisher: str
    table_id: str
    title: str
    modified: str
    transport: str
    request: str
    content: RawTable | Borders
    remarks: list[str] = field(default_factory=list)

    @property
    def raw(self) -> RawTable:
        """The table; borders are none."""
        if not isinstance(self.content, RawTable):
            raise TypeError(f"{self.table_id} holds borders, not a table")
        return self.content

    def write(self, folder: Path) -> dict[str, str]:
        """Store it below the folder of a vintage; the sha256 of each file."""
        if isinstance(self.content, Borders):
            return store.write_raw_borders(
                folder, self.publisher, self.table_id, self.content.geojson, self.content.properties
            )
        return store.write_raw_table(folder, self.content)

    def extent(self) -> tuple[int, str, str]:
        """Rows, first period, last period."""
        if isinstance(self.content, Borders):
            period = f"{self.content.year}JJ00"
            return len(self.content.geojson["features"]), period, period
        periods = self.content.observations["period"]
        return len(periods), str(periods.min()), str(periods.max())


def own_table(
    source: Source, name: str, cells: pd.DataFrame, *, title: str, modified: str, transport: str, request: str,
    regions: dict[str, str], measures: dict[str, tuple[str, str]], periods: dict[str, str], period_status: str,
    dimensions: list[tuple[str, str, str]], codes: dict[str, pd.DataFrame], properties: dict[str, Any],
    remarks: list[str],
) -> SourceTable:  # fmt: skip
    """Figures of a publisher who describes no table, as what a source brings.

    Parameters
    ----------
    cells : observations in the raw form
    regions, periods : code -> title
    measures : code -> title and unit
    dimensions : name, title and kind of each
    codes, properties : what the table has besides the usual
    """
    lists = {
        "RegioS": pd.DataFrame(regions.items(), columns=["code", "title"]),
        "measures": pd.DataFrame(
            [(code, named, "", unit, 0) for code, (named, unit) in measures.items()],
            columns=["code", "title", "group", "unit", "decimals"],
        ),
        "periods": pd.DataFrame(periods.items(), columns=["code", "title"]).assign(status=period_status),
    }
    told = {
        "identifier": name,
        "title": title,
        "modified": modified,
        "language": "nl",
        "publisher": source.publisher,
        "dimensions": [dict(zip(("name", "title", "kind"), d, strict=True)) for d in dimensions],
    }
    raw = RawTable(source.publisher, name, cells, lists | codes, told | properties)
    return SourceTable(source.publisher, name, title, modified, transport, request, raw, remarks)


#: The tables of a source: what each is called, and what brings it in.
Readers = list[tuple[str, Callable[[], SourceTable]]]


@dataclass
class RetrieveContext:
    """What the readers of the sources share during one pull; ``last_year`` the latest of figures."""

    catalog: Catalog
    client: HttpClient
    services: list[Service]
    folders: Folders
    cache: Path
    last_year: int
    arrived: dict[str, list[SourceTable]] = field(default_factory=dict)

    def pages(self, service: Service, description: TableDescription, selection: Selection) -> PageFolder:
        """Where the pages of a table wait; pages of another version of the table lie elsewhere."""
        measures = [m.code for m in selection.measures]
        terms = [f"{name}={part}" for name, parts in selection.terms.items() for part in parts]
        identity = [service.name, str(self.catalog.hosts), description.modified, str(description.rows)]
        return PageFolder(self.cache / "pages", description.table_id, [*identity, *measures, *terms],
                          self.client.settings.kept_seconds)  # fmt: skip


def classification_table(arrived: dict[str, list[SourceTable]]) -> RawTable:
    """The classification of the newest year that came in.

    Raises
    ------
    ContentError
        When none came in.
    """
    tables = [table.raw for table in arrived.get("classification", [])]
    if not tables:
        raise ContentError(
            "the classification of this pull is needed and did not come in",
            table="classification",
            next_step="Pull it together with this source.",
        )
    return max(tables, key=lambda raw: raw.properties["edition"])


def region_lists(arrived: dict[str, list[SourceTable]]) -> list[pd.DataFrame]:
    """Every list of regions that came in: columns code and title."""
    contents = [table.content for tables in arrived.values() for table in tables]
    return [raw.codes["RegioS"] for raw in contents if isinstance(raw, RawTable) and "RegioS" in raw.codes]


def gemeente_names(arrived: dict[str, list[SourceTable]]) -> pd.DataFrame:
    """Names of gemeenten in all tables that came in, also of abolished ones: name, code.

    A name that two codes bear in turn (a recode) belongs to the code of the newest classification.
    """
    current = classification_table(arrived).codes["RegioS"]
    lists = [codes[["title", "code"]] for codes in (current, *region_lists(arrived))]
    names = pd.concat(lists, ignore_index=True)
    names = names[names["code"].map(lambda code: bool(_GEMEENTE.fullmatch(code)))]
    names = names.rename(columns={"title": "name"}).drop_duplicates(ignore_index=True)
    is_current = names["code"].isin(set(current["code"]))
    return names.assign(is_current=is_current)
