"""What a source brings: a table in the one raw form, or files that have a form of their own (borders)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline import store
from pipeline.store import RawTable


@dataclass(frozen=True)
class Arrival:
    """One table of a source, before it is stored.

    raw : the table, or None when ``files`` hold it
    files : name -> content, for what is not a table
    rows, first_period, last_period : of ``files``; for a table they are counted
    """

    publisher: str
    table_id: str
    title: str
    modified: str
    transport: str
    request: str
    raw: RawTable | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    rows: int = 0
    first_period: str = ""
    last_period: str = ""

    def write(self, folder: Path) -> dict[str, str]:
        """Store it below the folder of a vintage; the sha256 of each file."""
        if self.raw is not None:
            return store.write_raw_table(folder, self.raw)
        target = folder / self.publisher / self.table_id
        target.mkdir(parents=True)
        for name, content in self.files.items():
            (target / name).write_bytes(content)
        return {name: store.sha256_of(content) for name, content in self.files.items()}

    def extent(self) -> tuple[int, str, str]:
        """Rows, first period, last period."""
        if self.raw is None:
            return self.rows, self.first_period, self.last_period
        periods = self.raw.observations["period"]
        return len(periods), str(periods.min()), str(periods.max())
