"""Open vacancies: the region's own, or those of the province around it, with their age."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.reports.context import Place, RegionContext
from pipeline.reports.facts.base import Fact, Name, fact_of, stale_before
from pipeline.vocabulary.formats import last_year

#: the statistic of CBS first, then what UWV counts
INDICATORS = ("vacancies_count", "uwv_vacancies_count")


@dataclass(frozen=True)
class VacanciesFacts:
    """What the chapter about vacancies says; ``stale`` when the newest figure is too old to say how it is now."""

    where: Name
    is_own: bool
    newest: Fact
    levels: tuple[Fact, ...]
    stale: bool


def vacancies(context: RegionContext) -> VacanciesFacts | None:
    """The facts about vacancies; None where no figure is near."""
    for place in (context.place, *context.surroundings):
        levels = _levels(context, place)
        if levels:
            stale = last_year(levels[-1].period) < stale_before(context.settings)
            return VacanciesFacts(Name(place.in_here), place.code == context.code, levels[-1], levels, stale)
    return None


def _levels(context: RegionContext, place: Place) -> tuple[Fact, ...]:
    for indicator in INDICATORS:
        for frequency in ("Q", "M", "A"):
            rows = context.rows(indicator, place, frequency=frequency)
            rows = rows[rows["value"].notna()]
            if len(rows):
                return tuple(fact_of(row) for row in rows.to_dict("records"))
    return ()
