"""A table as the publisher has it, before any service puts it into its own form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

MISSING_SIGN = {"Confidential": ".", "NotAvailable": ".", "Impossible": ""}


@dataclass(frozen=True)
class LoopbackDimension:
    """A dimension; ``width`` is to how many characters v3 pads its keys.

    codes : columns code, title, and optionally description and status
    """

    name: str
    title: str
    kind: str  # region, time or other
    codes: pd.DataFrame
    width: int = 0

    def key(self, code: str) -> str:
        """The code as v3 writes it."""
        return code.ljust(self.width)


@dataclass(frozen=True)
class LoopbackMeasure:
    """A measure, with the name each service gives it."""

    v3_key: str
    v4_code: str
    title: str
    unit: str
    decimals: int = 0
    group: str = ""
    is_text: bool = False


@dataclass(frozen=True)
class LoopbackTable:
    """A table.

    cells : one row a combination of codes: the dimensions (stripped codes), and for each measure a column
        of values (text, "" when missing) and one of reasons, in ``values`` and ``attributes``
    """

    table_id: str
    title: str
    modified: str
    dimensions: tuple[LoopbackDimension, ...]
    measures: tuple[LoopbackMeasure, ...]
    keys: pd.DataFrame
    values: dict[str, np.ndarray]
    attributes: dict[str, np.ndarray]
    period: str = ""
    status: str = "Regulier"
    is_synthetic: bool = True
    marks_in_titles: bool = True
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Combinations of codes."""
        return len(self.keys)

    def dimension(self, name: str) -> LoopbackDimension:
        """One dimension by its name."""
        return next(d for d in self.dimensions if d.name == name)

    # --- the same table after something changed ---

    def changed(self, **changes: Any) -> LoopbackTable:
        """The same table with other fields."""
        return replace(self, **changes)

    def with_unit(self, unit: str) -> LoopbackTable:
        """The same table in another unit, the figures unchanged."""
        return replace(self, measures=tuple(replace(m, unit=unit) for m in self.measures))

    def with_figure(self, codes: dict[str, str], title: str, text: str) -> LoopbackTable:
        """The same table with another figure in one cell."""
        at = np.logical_and.reduce([self.keys[name].to_numpy() == code for name, code in codes.items()])
        if at.sum() != 1:
            raise ValueError(f"{self.table_id}: {codes} are {int(at.sum())} rows, expected one")
        measure = next(m.v4_code for m in self.measures if m.title == title)
        changed = self.values[measure].copy()
        changed[at] = text
        return replace(self, values=self.values | {measure: changed})

    def figure(self, codes: dict[str, str], title: str) -> str:
        """The text of one cell."""
        at = np.logical_and.reduce([self.keys[name].to_numpy() == code for name, code in codes.items()])
        measure = next(m.v4_code for m in self.measures if m.title == title)
        return str(self.values[measure][at][0])

    def without_measure(self, title: str) -> LoopbackTable:
        """The same table without a measure."""
        return replace(self, measures=tuple(m for m in self.measures if m.title != title))

    def with_renamed_dimension(self, old: str, new: str) -> LoopbackTable:
        """The same table with another name for a dimension."""
        dimensions = tuple(replace(d, name=new) if d.name == old else d for d in self.dimensions)
        return replace(self, dimensions=dimensions, keys=self.keys.rename(columns={old: new}))

    def with_padding(self, name: str, width: int) -> LoopbackTable:
        """The same table with keys of another width."""
        dimensions = tuple(replace(d, width=width) if d.name == name else d for d in self.dimensions)
        return replace(self, dimensions=dimensions)

    def with_code(self, name: str, code: str, title: str, *, listed: bool = True) -> LoopbackTable:
        """The same table with one more code, of which the rows are those of the first code again.

        listed : whether the code list knows it
        """
        dimension = self.dimension(name)
        first = dimension.codes["code"].iloc[0]
        extra = pd.DataFrame([{**dimension.codes.iloc[0].to_dict(), "code": code, "title": title}])
        codes = pd.concat([dimension.codes, extra], ignore_index=True) if listed else dimension.codes
        dimensions = tuple(replace(d, codes=codes) if d.name == name else d for d in self.dimensions)
        copied = np.flatnonzero((self.keys[name] == first).to_numpy())
        order = np.concatenate([np.arange(self.rows), copied])
        keys = self.keys.iloc[order].reset_index(drop=True)
        keys[name] = np.where(np.arange(len(order)) >= self.rows, code, keys[name])
        return replace(self.taken(order), dimensions=dimensions, keys=keys)

    def taken(self, order: np.ndarray) -> LoopbackTable:
        """The rows at these positions; a position may occur twice."""
        return replace(
            self,
            keys=self.keys.iloc[order].reset_index(drop=True),
            values={k: v[order] for k, v in self.values.items()},
            attributes={k: v[order] for k, v in self.attributes.items()},
        )

    def with_values(self, change: Any) -> LoopbackTable:
        """The same table with every published text changed by a function."""
        return replace(
            self,
            values={
                k: np.array([change(v) if v else v for v in vs], object) for k, vs in self.values.items()
            },
        )
