"""Employee jobs per region and sector (December), CBS 81402ned, 83582NED, 83583NED and 70072ned."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pipeline.store import RawTable, Vintage
from pipeline.tidy.observations import MeasureSpec, TableSpec, concat_observations, measures_held, read

OLD, NEW, NATIONAL = "81402ned", "83582NED", "83583NED"
KEY_FIGURES = "70072ned"

#: CBS's ten broad groups of SBI 2008, in publication order; their sum is the total.
BROAD_SECTORS = ("A", "B-E", "F", "G-I", "J", "K", "L", "M-N", "O-Q", "R-U")
#: The four groups of the regional key figures.
FOUR_SECTORS = ("A", "B-F", "G-N", "O-U")
_THOUSANDS = "x 1 000"
#: Title of all jobs in the regional key figures, in earlier exports and in the table of now.
_KEY_TOTALS = ("Totaal aantal banen", "Totaal banen")


def sector_label(title: str) -> str | None:
    """Letters at the head of a sector's title; "total" for A-U; None below the level of sections."""
    found = re.match(r"([A-U](?:[-+][A-U])?) ", title + " ")
    if not found:
        return None
    return "total" if found[1] == "A-U" else found[1]


def _december(year: int) -> str:
    return f"{year}-12"


#: The measure's title differs between the tables.
_TITLES = ("Banen van werknemers in december", "Banen van werknemers")


def _reading(raw: RawTable) -> TableSpec:
    topics = measures_held(raw, [MeasureSpec("jobs_employees", title, _THOUSANDS) for title in _TITLES])
    return TableSpec(topics[:1], "Banen van werknemers", raw.table_id, _december, sector=sector_label)


def tidy_jobs(vintage: Vintage) -> pd.DataFrame:
    """Employee jobs as published, all tables of the vintage; a gemeente without a total did not exist."""
    parts = []
    for table_id in (OLD, NEW, NATIONAL):
        if vintage.has(table_id):
            raw = vintage.table(table_id)
            parts.append(read(raw, _reading(raw), vintage.name))
    there = drop_not_existing(concat_observations(parts))
    return with_rounding(concat_observations([mark_hidden_sectors(there), _key_figures(vintage)]))


def with_rounding(jobs: pd.DataFrame) -> pd.DataFrame:
    """What rounding can do to each figure, as its interval: a sum of many tells how far it may be off.

    All is published in hundreds, gemeenten of the old table in tens; where the vintage knows bounds of a cell (whole
    thousands in an export) these stay.
    """
    in_tens = (jobs["source"] == OLD) & jobs["region_code"].str.startswith("GM")
    half = np.where(in_tens, 5.0, 50.0)
    known = jobs["value"].notna()
    return jobs.assign(
        value_low=jobs["value_low"].fillna((jobs["value"] - half).clip(lower=0)),
        value_high=jobs["value_high"].fillna(jobs["value"] + half),
        interval_kind=known.map({True: "rounding", False: ""}),
        interval_level=known.map({True: 1.0, False: float("nan")}),
    )


def drop_not_existing(jobs: pd.DataFrame) -> pd.DataFrame:
    """Leave out gemeenten in years in which their total is blank: they did not exist."""
    key = ["region_code", "source", "year"]
    blank = jobs[
        (jobs["sector"] == "total") & jobs["value"].isna() & jobs["region_code"].str.startswith("GM")
    ]
    absent = pd.MultiIndex.from_frame(blank[key])
    return jobs[~pd.MultiIndex.from_frame(jobs[key]).isin(absent)]


def mark_hidden_sectors(jobs: pd.DataFrame) -> pd.DataFrame:
    """A sector without a figure beside a total with one is suppressed.

    OData v3 writes the same sign for a confidential figure and for one that is not there; v4 tells them apart.
    """
    key = ["region_code", "source", "year"]
    totals = jobs[(jobs["sector"] == "total") & jobs["value"].notna()]
    beside = pd.MultiIndex.from_frame(jobs[key]).isin(pd.MultiIndex.from_frame(totals[key]))
    hidden = jobs["value"].isna() & (jobs["sector"] != "total") & beside
    return jobs.assign(status=jobs["status"].mask(hidden, "suppressed"))


def _key_figures(vintage: Vintage) -> pd.DataFrame:
    """Jobs per region by four sectors, from the regional key figures.

    Other counts of the table are divided by the same sectors: jobs are the ones in thousands.
    """
    if not vintage.has(KEY_FIGURES):
        return pd.DataFrame()
    raw = vintage.table(KEY_FIGURES)
    measures = raw.codes["measures"]
    topics = []
    for measure in measures[measures["unit"].str.strip() == _THOUSANDS].itertuples():
        sector = "total" if measure.title in _KEY_TOTALS else sector_label(measure.title)
        if sector in ("total", *FOUR_SECTORS):
            topics.append(
                MeasureSpec("jobs_employees", measure.title, _THOUSANDS, measure.group, sector=str(sector))
            )
    if not topics:
        return pd.DataFrame()
    return read(raw, TableSpec(topics, "Regionale kerncijfers", KEY_FIGURES, _december), vintage.name)
