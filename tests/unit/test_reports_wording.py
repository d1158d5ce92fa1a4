"""Words of verdicts, sources, statuses and dates."""

import pytest

from pipeline.reports.marks import SHAPES
from pipeline.reports.sections.wording import (
    CHANGE_WORDS,
    INDICATOR_WORDS,
    partial_date,
    source_words,
    status_words,
    verdict_mark,
)
from pipeline.schemas import INDICATOR_UNITS, STATUSES, TABLES


def test_every_stored_verdict_has_a_mark():
    allowed = TABLES["targets"].schema.columns["verdict"].checks[0].statistics["allowed_values"]
    for verdict in allowed:
        for basis in ("alleen tempo", "model", "opgave programma", ""):
            assert verdict_mark(verdict, basis).kind in SHAPES


def test_a_verdict_on_pace_alone_says_so():
    assert verdict_mark("achter", "alleen tempo").label == "achter (alleen tempo)"
    assert verdict_mark("achter", "model").label == "achter"
    assert verdict_mark("geen oordeel", "alleen tempo").label == "geen oordeel"


@pytest.mark.parametrize("verdict", ["geen gegevens", "geen oordeel", "eindstand onbekend", "onzeker"])
def test_what_is_not_known_is_never_in_the_colour_of_a_failure(verdict):
    assert SHAPES[verdict_mark(verdict).kind].color != "accent"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2018-09-06", "6 september 2018"),
        ("2017-02", "februari 2017"),
        ("2018", "2018"),
        ("open", "zonder datum"),
    ],
)
def test_a_date_may_be_partial(text, words):
    assert partial_date(text) == words


def test_sources_are_listed_once_in_order():
    assert source_words(["83582NED", "81402ned, 83582NED"]) == "CBS StatLine 81402ned en 83582NED."
    assert source_words(["Banen groeien (Het Kompas, over UWV)"]) == "Banen groeien (Het Kompas, over UWV)."
    assert source_words(["85039NED"], "teruggerekend.") == "CBS StatLine 85039NED; teruggerekend."


def test_every_status_has_a_word():
    assert all(status_words([status]) for status in (*STATUSES, "target", "assumption"))
    assert status_words(["final", "estimate"]) == "raming en definitief"


def test_every_indicator_and_change_has_words():
    assert INDICATOR_WORDS.keys() == INDICATOR_UNITS.keys()
    allowed = TABLES["revisions"].schema.columns["change"].checks[0].statistics["allowed_values"]
    assert CHANGE_WORDS.keys() == set(allowed)
