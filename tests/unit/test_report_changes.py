"""The sentence about the previous edition: first, unchanged, one, many, and verdicts that turned."""

from types import SimpleNamespace

import pandas as pd
import pytest

from pipeline.reports.sections.changes import since_previous


def a_context(cells=(), turned=0, previous="live-2026-12-01"):
    revisions = pd.DataFrame(cells, columns=["change", "cells"])
    verdicts = pd.DataFrame({"programme": ["p"] * turned})
    return SimpleNamespace(
        settings=SimpleNamespace(models=SimpleNamespace(previous_vintage=previous)),
        model=lambda name: revisions,
        tables=SimpleNamespace(verdict_changes=verdicts),
        programmes=[SimpleNamespace(programme=SimpleNamespace(key="p"))],
        place=SimpleNamespace(here="de regio A", name="A"),
        code="a",
    )


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (a_context(previous=None), "Dit is de eerste editie: er is nog geen eerdere om mee te vergelijken."),
        (a_context(), "Sinds de vorige editie zijn de cijfers van de regio A niet veranderd."),
        (a_context([("revised", 1)]), "Sinds de vorige editie: 1 cijfer herzien van de regio A."),
        (
            a_context([("revised", 2), ("revised", 1), ("added", 1_200)]),
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
