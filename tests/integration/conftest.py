"""Reports of the vintage in use, each made once for all tests that look at it."""

from __future__ import annotations

import pytest

from pipeline.config import load_settings
from pipeline.reports import stage


@pytest.fixture(scope="session")
def report(project, once):
    """Makes a report once a region and returns its folder."""

    def make(region):
        folder = once(
            f"report-{region}",
            lambda made: stage.make_report(region, made / region, load_settings(), project),
        )
        return folder / region

    return make
