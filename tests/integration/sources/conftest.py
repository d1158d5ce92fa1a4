"""A stand-in for the publishers, a quick client, and a folder for vintages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from pipeline import store
from pipeline.folders import Folders
from pipeline.sources.catalog import Catalog, load_catalog
from pipeline.sources.http import HttpSettings
from pipeline.sources.vintage import RetrieveReport, retrieve
from tests.loopback import LoopbackService, LoopbackTable
from tests.loopback.synthetic import jobs

VINTAGE = "live-test"
QUICK = HttpSettings(connect_timeout=5, read_timeout=10, attempts=3, backoff=0.01, retry_after_max=2)


@dataclass
class Desk:
    """Everything a test of a pull needs."""

    service: LoopbackService
    catalog: Catalog
    folders: Folders

    @property
    def vintage(self) -> Path:
        return self.folders.raw / VINTAGE

    def pull(
        self, transport: str = "v3", http: HttpSettings = QUICK, vintage: str = VINTAGE
    ) -> RetrieveReport:
        return retrieve(vintage, catalog=self.catalog, folders=self.folders, transport=transport, http=http)

    def observations(self, table_id: str = "83582NED", publisher: str = "cbs") -> pd.DataFrame:
        return store.read_raw_table(self.vintage, publisher, table_id).observations

    def left_behind(self) -> list[str]:
        """Files in data/raw."""
        raw = self.folders.raw
        return sorted(str(p.relative_to(raw)) for p in raw.rglob("*")) if raw.exists() else []


def expected_cells(table: LoopbackTable, measure: str = "") -> pd.DataFrame:
    """What must be stored of one measure, straight from the table and not through any client."""
    chosen = next(m for m in table.measures if not measure or m.title == measure)
    time = next((d.name for d in table.dimensions if d.kind == "time"), None)
    cells = table.keys.rename(columns={time: "period"} if time else {})
    cells["value"] = table.values[chosen.v4_code]
    columns = [*sorted(cells.columns.drop("value")), "value"]
    return cells[columns].sort_values(columns[:-1], ignore_index=True).astype(str)


def stored_cells(observations: pd.DataFrame) -> pd.DataFrame:
    """Stored cells of a table with one measure, in the order of ``expected_cells``."""
    cells = observations.drop(columns=["measure", "value_attribute"])
    columns = [*sorted(cells.columns.drop("value")), "value"]
    return cells[columns].sort_values(columns[:-1], ignore_index=True).astype(str)


@pytest.fixture(scope="session")
def small_jobs() -> LoopbackTable:
    """A jobs table of some pages."""
    return jobs(first=2022, last=2024, sectors=3, gemeenten=30, abolished=10)


@pytest.fixture
def desk(tmp_path: Path, small_jobs: LoopbackTable) -> Iterator[Desk]:
    """The jobs table alone, in pages of 200 rows."""
    with LoopbackService([small_jobs], page_size=200, page_size_v4=200) as service:
        catalog = load_catalog().at(**service.hosts).only(["jobs"])
        yield Desk(service, catalog, Folders(tmp_path))


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """A desk with other tables and sources."""
    opened: list[LoopbackService] = []

    def make(tables: list[LoopbackTable], keys: list[str], **options: object) -> Desk:
        service = LoopbackService(tables, **options).__enter__()
        opened.append(service)
        return Desk(service, load_catalog().at(**service.hosts).only(keys), Folders(tmp_path / "project"))

    yield make
    for service in opened:
        service.__exit__()
