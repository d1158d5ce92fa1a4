"""The pages about work: what CBS counted, the estimate and its outlook, the structure of the jobs."""

from __future__ import annotations

from pipeline.reports import blocks as form
from pipeline.reports.context import RegionContext
from pipeline.reports.jobs import jobs_of
from pipeline.reports.sections.counted_jobs import counted_jobs
from pipeline.reports.sections.outlook import estimate_and_outlook
from pipeline.reports.sections.structure import structure


def work(context: RegionContext) -> list[form.Block]:
    """The pages about work."""
    jobs = jobs_of(context)
    return [*counted_jobs(context, jobs), *estimate_and_outlook(context, jobs), *structure(context)]
