"""Reports of the vintage in use, each made once for all tests that look at it."""

from __future__ import annotations

import pytest

from pipeline.config import load_settings
from pipeline.reports import chapters
from pipeline.reports.build import make_report
from pipeline.reports.context import open_region


@pytest.fixture(scope="session")
def report(project, once):
    """Makes a report once a region and returns its folder."""

    def make(region):
        folder = once(
            f"report-{region}",
            lambda made: make_report(region, made / region, load_settings(), project),
        )
        return folder / region

    return make


@pytest.fixture(scope="session")
def blocks(project):
    """The blocks of all chapters of a region, made once."""
    made = {}

    def make(region):
        if region not in made:
            context, shown = open_region(region, project.root), []
            for name in chapters.CHAPTERS:
                shown += chapters.make(name, context, shown=shown)
            made[region] = shown
        return made[region]

    return make
