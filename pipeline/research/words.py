"""Dutch words for indicators, statuses and evidence, and how their numbers are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.language.numbers import NumberFormat
from pipeline.reports.narrative import chance_percent
from pipeline.schemas import INDICATOR_UNITS


@dataclass(frozen=True)
class IndicatorWords:
    """title : as printed; moment : what is counted when, empty where the period says it all."""

    title: str
    moment: str = ""


INDICATOR_WORDS = {
    "jobs_employees": IndicatorWords("Banen van werknemers", "december"),
    "jobs_all": IndicatorWords("Banen van werknemers en zelfstandigen"),
    "arbeidsplaatsen": IndicatorWords("Arbeidsplaatsen", "1 april"),
    "unemployment_rate_pct": IndicatorWords("Werkloosheid, deel van de beroepsbevolking", "15 tot 75 jaar"),
    "unemployed_count": IndicatorWords("Werklozen", "15 tot 75 jaar"),
    "labour_force_count": IndicatorWords("Beroepsbevolking", "15 tot 75 jaar"),
    "employed_count": IndicatorWords("Werkenden", "15 tot 75 jaar, waar zij wonen"),
    "population_15_75_count": IndicatorWords("Inwoners van 15 tot 75 jaar"),
    "ww_recipients": IndicatorWords("Mensen met een WW-uitkering"),
    "ww_per_1000_residents": IndicatorWords("WW-uitkeringen per 1.000 inwoners"),
    "bijstand_recipients": IndicatorWords("Mensen met een bijstandsuitkering"),
    "bijstand_per_1000_residents": IndicatorWords("Bijstandsuitkeringen per 1.000 inwoners"),
    "ao_recipients": IndicatorWords("Mensen met een arbeidsongeschiktheidsuitkering"),
    "bijstand_15plus_recipients": IndicatorWords("Mensen met bijstand, 15 jaar en ouder"),
    "residents_15plus_count": IndicatorWords("Inwoners van 15 jaar en ouder"),
    "net_participation_rate_pct": IndicatorWords("Netto arbeidsparticipatie", "15 tot 75 jaar"),
    "youth_15_25_count": IndicatorWords("Inwoners van 15 tot 25 jaar", "1 januari"),
    "youth_15_27_count": IndicatorWords("Jongeren van 15 tot 27 jaar", "oktober"),
    "youth_15_27_employed_count": IndicatorWords("Werkende jongeren, 15 tot 27 jaar", "oktober"),
    "youth_15_27_not_employed_count": IndicatorWords("Jongeren zonder werk, 15 tot 27 jaar", "oktober"),
    "youth_registered_jobseekers": IndicatorWords("Geregistreerde werkzoekenden, 15 tot 27 jaar", "oktober"),
    "youth_unemployment_rate_pct": IndicatorWords("Jeugdwerkloosheid", "15 tot 25 jaar"),
    "ww_under_27_recipients": IndicatorWords("WW-uitkeringen onder 27 jaar"),
    "bijstand_benefits_count": IndicatorWords("Bijstandsuitkeringen"),
    "population_count": IndicatorWords("Inwoners", "1 januari"),
    "population_forecast_count": IndicatorWords("Inwoners volgens prognose", "1 januari"),
    "vacancies_count": IndicatorWords("Openstaande vacatures"),
    "establishments_count": IndicatorWords("Bedrijfsvestigingen"),
    "uwv_ww_benefits_count": IndicatorWords("WW-uitkeringen (UWV)"),
    "uwv_jobseekers_gwu_count": IndicatorWords("Geregistreerde werkzoekenden (UWV)"),
    "uwv_vacancies_count": IndicatorWords("Openstaande vacatures (UWV)"),
}
UNIT_WORDS = {
    "jobs": "banen",
    "pct": "procent",
    "persons": "personen",
    "per_1000_residents": "per 1.000 inwoners",
    "vacancies": "vacatures",
    "establishments": "vestigingen",
    "benefits": "uitkeringen",
}
_FORMATS = {"pct": NumberFormat(decimals=1), "per_1000_residents": NumberFormat(decimals=1)}
KIND_WORDS = {
    "gemeente": "gemeente",
    "area": "eigen gebied",
    "arbeidsmarktregio": "arbeidsmarktregio",
    "rmc_region": "doorstroompuntregio",
    "corop": "COROP",
    "province": "provincie",
    "nation": "Nederland",
}
KIND_PLURALS = {
    "gemeente": "gemeenten",
    "area": "eigen gebieden",
    "arbeidsmarktregio": "arbeidsmarktregio's",
    "rmc_region": "doorstroompuntregio's",
    "corop": "COROP-gebieden",
    "province": "provincies",
    "nation": "landen",
}
EVIDENCE_WORDS = {
    "published": "gepubliceerd",
    "model": "modelraming met marge",
    "synthetic": "synthetische raming, zonder marge",
}
CHANGE_WORDS = {"revised": "herzien", "added": "nieuw", "gone": "verdwenen"}
DISPLAY_WORDS = {"show": "tonen", "grey": "grijs tonen", "hide": "niet tonen"}
#: Ids of tables, as in the source column of indicators.
_TABLE_LIST = re.compile(r"^[\w-]+(?:, [\w-]+)*$")
_CBS_LIST = re.compile(r"^[\w-]*\d{5}(?:NED|ned)(?:, [\w-]+)*$")
NO_CHANCE = "geen kans"
DRIFT_WORDS = {"median": "middelste groei", "mean": "gemiddelde groei"}


def title_of(indicator: str) -> str:
    """Printed name of an indicator; the code itself where no words were chosen yet."""
    return INDICATOR_WORDS[indicator].title if indicator in INDICATOR_WORDS else indicator


def unit_line(indicator: str) -> str:
    """Unit and moment of an indicator: "banen, december"."""
    words = INDICATOR_WORDS.get(indicator, IndicatorWords(indicator))
    unit = UNIT_WORDS[INDICATOR_UNITS[indicator]]
    return f"{unit}, {words.moment}" if words.moment else unit


def format_of(unit: str) -> NumberFormat:
    """How values of a unit are written."""
    return _FORMATS.get(unit, NumberFormat())


def chance_range(first: float, second: float) -> str:
    """A chance (0-1) under both drifts as the reports write it: "20 tot 25 %"; NaN gives "geen kans"."""
    return NO_CHANCE if first != first or second != second else chance_percent(first, second)


def joined_sources(sources: Iterable[str]) -> str:
    """All sources once: table ids with a comma between them, titles (which hold commas) with a semicolon."""
    every = {str(source).strip() for source in sources}
    tables = {part for source in every if _TABLE_LIST.match(source) for part in source.split(", ")}
    titles = {source for source in every if source and not _TABLE_LIST.match(source)}
    return "; ".join([part for part in (", ".join(sorted(tables)), *sorted(titles)) if part])


def source_words(sources: str) -> str:
    """Sources as printed: "CBS (81402ned, 83582NED); another source"."""
    parts = sources.split("; ")
    return "; ".join(f"CBS ({part})" if _CBS_LIST.match(part) else part for part in parts)
