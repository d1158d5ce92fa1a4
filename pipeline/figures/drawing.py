"""What a figure hands over: the drawing, its alt text and the rows of data behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from pipeline.schemas import rounded

DataStatus = Literal[
    "final",
    "provisional",
    "revised_provisional",
    "published",
    "estimate",
    "suppressed",
    "missing",
    "target",
    "assumption",
]
ABSENT = ("suppressed", "missing")


class DataRow(BaseModel):
    """One number behind a figure, table or card, with the text the reader sees (``display``).

    Fields
    ------
    id : figure or table id, the anchor in the report
    label : which line, bar or column the number belongs to
    region_code, region, period : where and when, as printed
    value : the number in ``unit``, in the digits of stored tables; None when suppressed or missing, and only then
    status : status of the value; "target" and "assumption" are not observations
    source : table id or "eigen berekening op ..."
    display : the number as printed, e.g. "144.200"; "geen gegevens" for a None
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: str
    region_code: str = ""
    region: str
    period: str
    value: float | None
    unit: str
    status: DataStatus
    source: str
    display: str

    @field_validator("value")
    @classmethod
    def _in_digits_that_no_processor_decides(cls, value: float | None) -> float | None:
        return None if value is None else float(rounded(np.array([value]))[0])

    @model_validator(mode="after")
    def _absent_means_no_value(self) -> DataRow:
        if (self.value is None) != (self.status in ABSENT):
            raise ValueError(
                f"row {self.id!r} / {self.label!r} / {self.period}: value {self.value!r} does not go with "
                f"status {self.status!r}. A value is None when, and only when, it is suppressed or missing."
            )
        if self.value is not None and self.value != self.value:
            raise ValueError(
                f"row {self.id!r} / {self.label!r} / {self.period}: NaN. Give None and a status."
            )
        if not self.display.strip():
            raise ValueError(f"row {self.id!r} / {self.label!r} / {self.period}: display is empty.")
        return self


@dataclass(frozen=True)
class About:
    """What all data rows of one figure share.

    id : figure id, lower case with hyphens; region_code, region : where the figure is about;
    unit : unit of the values in words ("banen"); source : table id(s) as printed.
    """

    id: str
    region_code: str
    region: str
    unit: str
    source: str

    def row(
        self,
        label: str,
        period: object,
        value: float | None,
        display: str,
        status: DataStatus,
        *,
        region: str | None = None,
        region_code: str | None = None,
        unit: str | None = None,
        source: str | None = None,
    ) -> DataRow:
        """One data row; an absent value given as "estimate" or "published" becomes "missing"."""
        absent = value is None or value != value
        return DataRow(
            id=self.id,
            label=label,
            region_code=self.region_code if region_code is None else region_code,
            region=self.region if region is None else region,
            period=str(period),
            value=None if absent else float(value),
            unit=self.unit if unit is None else unit,
            status="missing" if absent and status not in ABSENT else status,
            source=self.source if source is None else source,
            display=display,
        )


@dataclass(frozen=True)
class Drawing:
    """A finished figure.

    svg : the drawing at print width, text kept as text
    alt : Dutch text that tells the finding with its numbers
    data_rows : the numbers behind it
    axis_note : what the unit line must add, e.g. "De as begint bij 110.000."; empty if nothing
    """

    svg: str
    alt: str
    data_rows: tuple[DataRow, ...]
    axis_note: str = ""
