"""What a source brings: a table in the one raw form, or borders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.store import RawTable


@dataclass(frozen=True)
class Borders:
    """Borders as GeoJSON (features with region_code and region_name), and what is known of them."""

    geojson: dict[str, Any]
    properties: dict[str, Any]
    year: int


@dataclass(frozen=True)
class Arrival:
    """One table of a source, before it is stored."""

    publisher: str
    table_id: str
    title: str
    modified: str
    transport: str
    request: str
    content: RawTable | Borders

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
