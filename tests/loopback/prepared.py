"""A client that gives prepared answers, for faults in what a service sends: no connection, no retries, no disk."""

from __future__ import annotations

from typing import Any

from pipeline.sources.catalog import load_catalog
from pipeline.sources.errors import TransportError
from pipeline.sources.http import HttpSettings, PageFolder, Retryable, understood
from pipeline.sources.odata import CbsV3, CbsV4, fetch_table
from pipeline.store import RawTable
from tests.loopback.service import LoopbackService
from tests.loopback.tables import LoopbackTable

WAYS = {"v3": CbsV3, "v4": CbsV4}


class Prepared:
    """As ``HttpClient``, by the last part of the address, every query in one page."""

    settings = HttpSettings()

    def __init__(self, bodies: dict[str, bytes]):
        self.bodies = bodies

    def pages(self, queries: list[Any]) -> list[Any]:
        """As ``HttpClient.pages``."""
        return [self._query(query) for query in queries]

    def _query(self, query: Any) -> list[Any]:
        name = query.url.rpartition("/")[2]
        if name not in self.bodies:
            return []
        try:
            return [[understood(query.read, self.bodies[name])]]
        except Retryable as error:
            if query.is_guess:
                return []
            raise TransportError(
                str(error), table=query.table, next_step="Try again when it answers."
            ) from error


def answers(table: LoopbackTable) -> dict[str, dict[str, bytes]]:
    """What the stand-in says of a whole table: the way to it -> part -> body."""
    service = LoopbackService([table])
    names = [d.name for d in table.dimensions]
    v3 = ["TableInfos", "DataProperties", "UntypedDataSet", *names]
    v4 = [
        "Properties",
        "Dimensions",
        "MeasureCodes",
        "MeasureGroups",
        "Observations",
        *(f"{n}Codes" for n in names),
    ]
    ask = {"v3": ("/ODataFeed/odata", v3), "v4": ("/odata/v1/CBS", v4)}
    return {way: {part: service.answer(f"{base}/{table.table_id}/{part}", {}).body for part in parts}
            for way, (base, parts) in ask.items()}  # fmt: skip


def fetch(
    way: str, bodies: dict[str, bytes], key: str = "jobs", table_id: str = "83582NED", **more: Any
) -> RawTable:
    """The raw table that is made of some answers."""
    service = WAYS[way]("http://h", Prepared(bodies))
    folder = PageFolder(None, "", [])
    return fetch_table([service], load_catalog().source(key), table_id, lambda *_: folder, **more)[0]
