"""Vacancies, series of UWV and LISA: what CBS and users add beside jobs and people."""

from __future__ import annotations

import pandas as pd

from pipeline.store import RawTable, Vintage
from pipeline.tidy.jobs import sector_label
from pipeline.tidy.observations import MeasureSpec, TableSpec, concat_observations, measures_held, read

_VACANCIES = TableSpec(
    [MeasureSpec("vacancies_count", "Openstaande vacatures", "x 1 000")],
    "Openstaande vacatures",
    "83599NED",
    sector=sector_label,
)
#: UWV counts benefits where CBS counts persons: another name.
_WORKBOOK_TOPICS = (
    MeasureSpec("uwv_ww_benefits_count", "ww_recipients", "aantal"),
    MeasureSpec("uwv_jobseekers_gwu_count", "jobseekers_gwu", "aantal"),
    MeasureSpec("uwv_vacancies_count", "vacancies", "aantal"),
)


def tidy_demand(vintage: Vintage) -> pd.DataFrame:
    """Vacancies (CBS), workbooks of UWV and own series of arbeidsplaatsen, as far as the vintage holds them."""
    parts = [read(vintage.table(t), _VACANCIES, vintage.name) for t in vintage.tables_for("vacancies")]
    for table_id in vintage.tables_for("uwv workbooks"):
        parts += _workbook(vintage.table(table_id), vintage.name)
    for table_id in vintage.tables_for("arbeidsplaatsen"):
        parts += _arbeidsplaatsen(vintage.table(table_id), vintage.name)
    return concat_observations(parts)


def _workbook(raw: RawTable, vintage: str) -> list[pd.DataFrame]:
    """A workbook without a split; one with a split by kind is kept raw until its total is named."""
    if "Kenmerk" in raw.dimensions():
        return []
    topics = measures_held(raw, _WORKBOOK_TOPICS)
    return [read(raw, TableSpec(topics, raw.properties["title"], "UWV"), vintage)]


def _arbeidsplaatsen(raw: RawTable, vintage: str) -> list[pd.DataFrame]:
    """One series a definition: the basis keeps them apart."""
    parts = []
    for definition in raw.codes["Definitie"]["title"]:
        reading = TableSpec(
            [MeasureSpec("arbeidsplaatsen", "Arbeidsplaatsen", "aantal")],
            "Arbeidsplaatsen",
            f"eigen reeks: {definition}",
            lambda year: f"{year}-04-01",
            keep={"Definitie": lambda title, wanted=definition: title == wanted},
        )
        parts.append(read(raw, reading, vintage))
    return parts
