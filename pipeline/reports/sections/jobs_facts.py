"""Jobs figures and words that more than one page uses."""

from __future__ import annotations

from pipeline.figures.jobs_chart import JobsLabels
from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.reports.jobs import SHOWN_LEVEL, Jobs
from pipeline.reports.narrative import Fact, fact

#: years back that a region without a target is compared with
YEARS_BACK = 5


def published_level(jobs: Jobs, year: int) -> Fact:
    """The jobs that CBS published for December of a year; the year must be among those published."""
    row = jobs.published[jobs.published["year"] == year].iloc[-1]
    return fact(
        row["value"],
        label=tr("banen van werknemers"),
        period=numbers.december(year),
        unit=tr("banen"),
        status=row["status"],
        source="81402ned" if jobs.is_share_estimate else jobs.source,
        region_code=jobs.place.code,
        region=jobs.place.name,
    )


def growth_span(jobs: Jobs) -> Fact:
    """The years whose growth the model knows."""
    years = jobs.estimate["year"] if jobs.is_share_estimate else jobs.published["year"]
    first, last = jobs.growth_since or int(years.min()), int(years.max())
    words = {
        "label": tr("groei waar het model van leert"),
        "period": numbers.years(first, last),
        "unit": tr("jaren"),
    }
    return fact(last - first, **words, source=jobs.source)


def jobs_labels(jobs: Jobs) -> JobsLabels:
    """Words of the chart of jobs: a recalculated series is not a share of a COROP."""
    if jobs.is_share_estimate:
        return JobsLabels(estimate=tr("Raming, met marge van {level} %", level=SHOWN_LEVEL))
    return JobsLabels(estimate=tr("Omgerekend naar de grenzen van nu"))


def break_remark(jobs: Jobs) -> str:
    """What a "breuk" in the chart of jobs is; nothing without one."""
    return tr(". Breuk: cijfers van ervoor en erna zijn niet goed te vergelijken") if jobs.break_years else ""
