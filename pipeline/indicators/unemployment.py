"""Unemployment, participation and benefits of every region.

Rates of the labour force survey are taken as published: their counts are whole thousands, so a rate is
never recomputed from them, and never averaged over regions.
"""

from __future__ import annotations

import pandas as pd

from pipeline.indicators.combine import (
    THEN,
    as_indicator,
    coalesce,
    copy_to_equivalent_areas,
    december,
    per_1000,
    published_or_summed,
)
from pipeline.schemas import INDICATOR_COLUMNS
from pipeline.tidy.population import KEY_FIGURES, REGISTER

_SURVEY = (
    "unemployment_rate_pct",
    "unemployed_count",
    "labour_force_count",
    "employed_count",
    "net_participation_rate_pct",
    "population_15_75_count",
)
_BENEFITS = ("ww_recipients", "bijstand_recipients", "ao_recipients")
_WIDER = ("bijstand_15plus_recipients", "residents_15plus_count")
#: Benefits instead of persons, young people with WW, vacancies, establishments, and what users add.
_OTHER_COUNTS = (
    "bijstand_benefits_count",
    "ww_under_27_recipients",
    "vacancies_count",
    "establishments_count",
    "uwv_ww_benefits_count",
    "uwv_jobseekers_gwu_count",
    "uwv_vacancies_count",
    "arbeidsplaatsen",
)
NEIGHBOURHOODS, MONTHLY = "kwb", "80794ned"
#: What a ratio is made of: recipients and residents of one table, or of the monthly counts and the register.
_RATIO_BASES = (NEIGHBOURHOODS, KEY_FIGURES, MONTHLY)


def make(current: pd.DataFrame, members: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Survey figures as published; benefits published or summed over gemeenten, and per 1 000 residents.

    Parameters
    ----------
    current : observations with gemeenten on current borders
    members : columns region_code, gm_code
    regions : columns region_code, borders_since
    """
    larger = members[~members["region_code"].str.startswith("GM")]
    survey = as_indicator(_on_their_borders(current[current["indicator"].isin(_SURVEY)]))
    survey = pd.concat([survey, copy_to_equivalent_areas(survey, members)], ignore_index=True)
    counts = current[current["indicator"].isin([*_BENEFITS, *_WIDER, *_OTHER_COUNTS])]
    # vacancies by sector stay in the observations: they are history, of provinces only
    counts = counts[(counts["indicator"] != "vacancies_count") | (counts["sector"] == "total")]
    counts = pd.concat([counts, december(counts)], ignore_index=True)
    benefits = coalesce([_counts(counts, larger, regions), as_indicator(_regional(counts))])
    ratios = [
        per_1000(
            _with_value(benefits, recipients, basis), residents_for(current, larger, regions, basis), ratio
        )
        for recipients, ratio in (
            ("ww_recipients", "ww_per_1000_residents"),
            ("bijstand_recipients", "bijstand_per_1000_residents"),
        )
        for basis in _RATIO_BASES
    ]
    return coalesce([survey, benefits, *ratios])[INDICATOR_COLUMNS]


def _counts(counts: pd.DataFrame, larger: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Counts of every region, published or summed."""
    made = published_or_summed(counts, larger, regions)
    # a source that holds a tenth of the gemeenten says nothing about most regions
    return made[(made["method"] != "sum_of_gemeenten") | (made["members_with_value"] > 0)]


def residents_for(
    current: pd.DataFrame, larger: pd.DataFrame, regions: pd.DataFrame, basis: str
) -> pd.DataFrame:
    """Residents to divide by: those of the same table, or the register for the monthly counts."""
    rows = current[(current["indicator"] == "population_count") & (current["age"] == "total")]
    if basis == NEIGHBOURHOODS:
        return _counts(rows[rows["basis"] == NEIGHBOURHOODS], larger, regions)
    if basis == KEY_FIGURES:
        own = rows[rows["source"] == KEY_FIGURES].assign(basis=basis)
        return coalesce([_counts(own, larger, regions), as_indicator(_provinces_then(own))])
    return _counts(rows[rows["source"] == REGISTER].assign(basis=basis), larger, regions)


def _with_value(rows: pd.DataFrame, indicator: str, basis: str) -> pd.DataFrame:
    kept = rows[(rows["indicator"] == indicator) & (rows["basis"] == basis) & (rows["frequency"] == "A")]
    return kept[kept["value"].notna()]


def _regional(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts that are published for larger regions only, on the borders of their time."""
    larger = counts["region_code"].str.startswith(("AM", "PV")) & counts["indicator"].isin(_OTHER_COUNTS)
    return pd.concat([counts[larger].assign(note=THEN), _provinces_then(counts)], ignore_index=True)


def _provinces_then(counts: pd.DataFrame) -> pd.DataFrame:
    """Provinces of the regional key figures, of years without gemeenten too, on the borders of their time."""
    provinces = counts["region_code"].str.startswith("PV") & (counts["basis"] == KEY_FIGURES)
    return counts[provinces].assign(note=THEN)


def _on_their_borders(survey: pd.DataFrame) -> pd.DataFrame:
    """Say that a published rate of a larger region stands on the borders of its year."""
    larger = survey["region_code"].str.startswith(("AM", "CR", "PV")) & (survey["note"] == "")
    return survey.assign(note=survey["note"].where(~larger, THEN))
