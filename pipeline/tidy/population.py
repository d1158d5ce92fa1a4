"""Residents on 1 January, CBS 03759ned and 70072ned."""

from __future__ import annotations

import re

import pandas as pd

from pipeline.store import Vintage
from pipeline.tidy.observations import MeasureSpec, TableSpec, concat_observations, measures_held, read

#: Age groups made from single years: label, first year, end (not included).
_GROUPS = (("15-25", 15, 25), ("15-27", 15, 27), ("15-75", 15, 75))
REGISTER, KEY_FIGURES = "03759ned", "70072ned"
AGE_GROUPS = (
    ("0 tot 5 jaar", "0-5"),
    ("5 tot 10 jaar", "5-10"),
    ("10 tot 15 jaar", "10-15"),
    ("15 tot 20 jaar", "15-20"),
    ("20 tot 25 jaar", "20-25"),
    ("25 tot 45 jaar", "25-45"),
    ("45 tot 65 jaar", "45-65"),
    ("65 tot 80 jaar", "65-80"),
    ("80 of ouder", "80+"),
)


def _first_of_january(year: int) -> str:
    return f"{year}-01-01"


_FORECAST = TableSpec(
    [MeasureSpec("population_forecast_count", "Totale bevolking", "x 1 000")],
    "Regionale prognose",
    "regionale prognose",
    _first_of_january,
    keep={"Geslacht": lambda title: title.startswith("Totaal"), "Leeftijd": lambda title: title == "Totaal"},
)


def _is_total(title: str) -> bool:
    return title.startswith("Totaal")


def _single_age(title: str) -> str | None:
    """Label of a single year of age, and of everybody."""
    if _is_total(title):
        return "total"
    found = re.fullmatch(r"(\d{1,2}) jaar", title)
    return f"{found[1]}" if found else None


def tidy_population(vintage: Vintage) -> pd.DataFrame:
    """Residents per region, in total (03759ned, 70072ned) and by age group (70072ned)."""
    parts = []
    if vintage.has(REGISTER):
        everyone = dict.fromkeys(("Geslacht", "BurgerlijkeStaat"), _is_total)
        topic = MeasureSpec("population_count", "Bevolking op 1 januari", "aantal")
        reading = TableSpec(
            [topic], "Bevolking op 1 januari", REGISTER, _first_of_january, keep=everyone, age=_single_age
        )
        parts.append(add_age_groups(read(vintage.table(REGISTER), reading, vintage.name)))
    if vintage.has(KEY_FIGURES):
        raw = vintage.table(KEY_FIGURES)
        topics = [MeasureSpec("population_count", "Totale bevolking", "aantal")]
        topics += [MeasureSpec("population_count", title, "aantal", age=age) for title, age in AGE_GROUPS]
        reading = TableSpec(
            measures_held(raw, topics), "Regionale kerncijfers", KEY_FIGURES, _first_of_january
        )
        parts.append(read(raw, reading, vintage.name))
    for table_id in vintage.tables_for("population forecast"):
        raw = vintage.table(table_id)
        if "PrognoseInterval" not in raw.dimensions():
            parts.append(read(raw, _FORECAST, vintage.name))
    return concat_observations(parts)


def add_age_groups(single: pd.DataFrame) -> pd.DataFrame:
    """The groups the monitor uses, summed from single years of age; the single years are left out.

    A group is there only when every year of age is.
    """
    key = ["region_code", "year"]
    total = single[single["age"] == "total"]
    ages = single[single["age"] != "total"].assign(years=lambda frame: frame["age"].astype(int))
    parts = [total]
    for label, first, end in _GROUPS:
        inside = ages[ages["years"].between(first, end - 1)]
        complete = inside.groupby(key)["value"].transform("count") == end - first
        summed = inside[complete].groupby(key)["value"].sum()
        rows = inside[complete].drop_duplicates(key).drop(columns="years")
        parts.append(
            rows.assign(age=label, value=[summed[k] for k in zip(*(rows[c] for c in key), strict=True)])
        )
    return pd.concat(parts, ignore_index=True)
