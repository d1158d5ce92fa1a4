"""The sentence about the previous edition: first, unchanged, one, many, and verdicts that turned."""

from types import SimpleNamespace

import pandas as pd
import pytest

from pipeline.reports.context import Place
from pipeline.reports.sections.changes import since_previous

PLACES = {
    "a": Place("a", "A", "area"),
    "GM0001": Place("GM0001", "Aldorp", "gemeente"),
    "GM0002": Place("GM0002", "Bedorp", "gemeente"),
}
COLUMNS = ["region_code", "indicator", "change", "cells"]
LARGEST = ["largest_period", "largest_old_value", "largest_new_value"]


def a_context(cells=(), turned=0, previous="live-2026-12-01", code="a"):
    """An area of two gemeenten; ``cells`` are (region, indicator, change, cells, period, old, new)."""
    revisions = pd.DataFrame([(*row, "", None, None)[:7] for row in cells], columns=COLUMNS + LARGEST)
    verdicts = pd.DataFrame({"programme": ["p"] * turned})
    return SimpleNamespace(
        settings=SimpleNamespace(models=SimpleNamespace(previous_vintage=previous)),
        model=lambda name, place: revisions[revisions["region_code"] == place.code],
        tables=SimpleNamespace(verdict_changes=verdicts, places=PLACES),
        programmes=[SimpleNamespace(programme=SimpleNamespace(key="p"))],
        members=(PLACES["GM0001"], PLACES["GM0002"]),
        place=PLACES[code],
        code=code,
    )


JOBS = ("GM0001", "jobs_employees", "revised", 1, "2024", 40_000.0, 41_000.0)
RATE = ("GM0002", "unemployment_rate_pct", "revised", 2, "2023-Q2", 3.7, 3.9)


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (a_context(previous=None), "Dit is de eerste editie: er is nog geen eerdere om mee te vergelijken."),
        (a_context(), "Sinds de vorige editie zijn de cijfers van de regio A niet veranderd."),
        (
            a_context([("GM0001", "labour_force_count", "revised", 1)]),
            "Sinds de vorige editie: 1 cijfer herzien van de regio A.",
        ),
        (
            a_context(
                [
                    ("GM0001", "labour_force_count", "revised", 2),
                    ("GM0002", "labour_force_count", "revised", 1),
                    ("GM0001", "jobs_all", "added", 1_200),
                ]
            ),
            "Sinds de vorige editie: 3 cijfers herzien en 1.200 cijfers toegevoegd van de regio A.",
        ),
        (
            a_context(turned=2),
            "Sinds de vorige editie zijn de cijfers van de regio A niet veranderd. "
            "Het oordeel veranderde bij twee doelen of lezingen ervan.",
        ),
        (
            a_context(turned=1),
            "Sinds de vorige editie zijn de cijfers van de regio A niet veranderd. "
            "Het oordeel veranderde bij één doel of lezing ervan.",
        ),
    ],
)
def test_the_sentence_fits_what_changed(context, expected):
    assert since_previous(context).text == expected


def test_the_headline_figure_that_was_revised_most_is_named_with_both_values():
    text = since_previous(a_context([JOBS, RATE])).text
    assert text.endswith(
        "Het meest herzien: werkloosheidspercentage in Bedorp (tweede kwartaal 2023), van 3,7\u00a0% naar 3,9\u00a0%."
    )
    own = since_previous(a_context([JOBS], code="GM0001")).text
    assert own.endswith("Het meest herzien: banen van werknemers (2024), van 40.000 naar 41.000.")


def test_what_changed_in_the_gemeenten_of_an_area_changed_in_the_area():
    assert "3 cijfers herzien van de regio A" in since_previous(a_context([JOBS, RATE])).text
