"""Grammar of the sentences, and the check that every printed number is bound to its data."""

import pytest

from pipeline.language import numbers
from pipeline.reports import blocks as form
from pipeline.reports import narrative, soundness
from pipeline.reports.narrative import (
    NarrativeError,
    chance_percent,
    chance_words,
    compared,
    counted,
    direction_of,
    fact,
    more_or_less,
    say,
)
from pipeline.reports.soundness import check_sentences, display_fits, numbers_in

WORDS = {"more": "meer", "less": "minder", "equal": "evenveel"}


def jobs(value, status="published", write=numbers.number):
    return fact(
        value,
        write,
        label="banen van werknemers",
        period="december 2024",
        unit="banen",
        status=status,
        source="83582NED",
    )


def signed(value):
    return jobs(value, write=lambda v: numbers.number(v, plus=True))


# --- facts and sentences ------------------------------------------------------------------


def test_a_sentence_keeps_the_facts_it_prints():
    sentence = say(
        "In {when} waren er {jobs:b} in {here}.", when="december 2024", jobs=jobs(9430), here="Emmen"
    )
    assert sentence.text == "In december 2024 waren er 9.430 in Emmen."
    assert [run.bold for run in sentence.runs] == [False, True, False]
    assert [row.value for row in sentence.rows("banen")] == [9430]


def test_a_sentence_starts_with_a_capital_and_joins_with_a_space():
    whole = say("er kwam {one} bij.", one="niets") + say("er ging {one} af.", one="niets")
    assert whole.text == "Er kwam niets bij. Er ging niets af."


@pytest.mark.parametrize(("template", "parts"), [("Er zijn {n}.", {}), ("Er is niets.", {"n": "1"})])
def test_places_and_parts_must_match(template, parts):
    with pytest.raises(NarrativeError, match=r"place"):
        say(template, **parts)


def test_an_absent_value_is_never_zero():
    for value in (None, float("nan")):
        absent = jobs(value)
        assert (absent.display, absent.value, absent.status) == ("geen gegevens", None, "missing")
        assert absent.with_noun("banen").words == "geen gegevens"
    assert jobs(None, status="suppressed").status == "suppressed"
    assert jobs(0).display == "0"


def test_one_and_many():
    assert jobs(1).with_noun("baan", "banen").words == "1 baan"
    assert jobs(12).with_noun("baan", "banen").words == "12 banen"
    words = {"label": "gemeenten", "period": 2026, "source": "86247NED"}
    assert counted(1, "gemeente", "gemeenten", **words).words == "één gemeente"
    assert counted(7, "gemeente", "gemeenten", **words).words == "zeven gemeenten"
    assert counted(342, "gemeente", "gemeenten", **words).words == "342 gemeenten"


@pytest.mark.parametrize(
    ("value", "word", "arrow"),
    [(130, "meer", "omhoog"), (-130, "minder", "omlaag"), (0, "evenveel", "gelijk")],
)
def test_up_down_equal(value, word, arrow):
    assert more_or_less(signed(value), **WORDS) == word
    assert direction_of(signed(value)) == arrow


def test_a_change_that_reads_as_zero_is_no_change():
    small = jobs(38, "estimate", lambda value: numbers.hundreds(value, plus=True))
    assert small.display == "0"
    assert more_or_less(small, **WORDS) == "evenveel"


def test_the_sentence_says_the_direction_so_the_number_loses_its_sign():
    assert signed(-1300).unsigned().display == "1.300"
    assert signed(1300).unsigned().display == "1.300"


def test_two_numbers_are_compared_as_the_reader_sees_them():
    rate = {"label": "WW", "period": 2021, "unit": "per 1.000 inwoners", "source": "85039NED"}
    own, nation, other = (fact(v, lambda x: numbers.number(x, 1), **rate) for v in (9.52, 9.546, 8.2))
    assert compared(own, nation, **WORDS) == "evenveel"
    assert compared(other, nation, **WORDS) == "minder"
    assert compared(nation, other, **WORDS) == "meer"


@pytest.mark.parametrize(
    ("first", "second", "percent", "words"),
    [
        (0.2495, 0.2157, "20 tot 25 %", "ongeveer 1 op 5 tot 1 op 4"),
        (0.19, 0.36, "20 tot 35 %", "ongeveer 1 op 5 tot 1 op 3"),
        (0.36, 0.34, "ongeveer 35 %", "ongeveer 1 op 3"),
        (0.002, 0.03, "hoogstens 5 %", "hoogstens 1 op 20"),
        (0.99, 0.999, "minstens 95 %", "minstens 19 op 20"),
        (0.44, 0.46, "ongeveer 45 %", "bijna 1 op 2"),
    ],
)
def test_a_chance_is_a_range_to_five_points(first, second, percent, words):
    assert chance_percent(first, second) == percent.replace(" %", "\u00a0%")
    assert chance_words(first, second) == words
    assert chance_words(second, first) == words


# --- the check ----------------------------------------------------------------------------


def test_numbers_a_reader_sees():
    text = (
        "Op 1 januari 2026 (83582NED, PDF/UA-1) waren er 299.360 in zeven gemeenten; 8,2 per 1.000, −4.750."
    )
    assert numbers_in(text) == ["1", "2026", "299.360", "8,2", "1.000", "4.750", "7"]


def test_a_number_without_data_is_a_fault():
    typed = form.Lead(
        text="In december 2024 waren er 146.200 banen.", data=say("{j}", j=jobs(9430)).rows("lead")
    )
    assert any("146.200" in fault for fault in check_sentences([typed]))
    bound = narrative.lead("lead", say("In december 2024 waren er {j} banen.", j=jobs(9430)))
    assert check_sentences([bound]) == []


def test_a_count_word_needs_its_data_too():
    assert check_sentences([form.Paragraph(text="Er zijn zeven gemeenten.")])
    word = counted(7, "gemeente", "gemeenten", label="gemeenten", period=2026, source="86247NED")
    assert check_sentences([narrative.paragraph("p", say("Er zijn {n}.", n=word))]) == []


@pytest.mark.parametrize(
    ("value", "display", "fits"),
    [
        (144249.0, "144.200", True),
        (144249.0, "144.300", False),
        (8.25, "8,3", True),
        (8.25, "8,2", True),
        (8.25, "8,4", False),
        (-4750.0, "−4.750", True),
        (-4750.0, "−4.705", False),
        (21.57, "20 %", True),
        (21.57, "30 %", False),
        (1.2, "hoogstens 5 %", True),
        (None, "geen gegevens", True),
    ],
)
def test_a_display_is_its_value_rounded(value, display, fits):
    row = fact(value, lambda _: display, label="x", period="2024", unit="u", source="s").row("b")
    assert display_fits(row) is fits


def test_an_estimate_may_be_rounded_away():
    for value, display in ((-87.4, "−100"), (38.0, "0"), (512.0, "500")):
        row = fact(
            value, lambda _, d=display: d, label="x", period="2024", unit="u", status="estimate", source="s"
        ).row("b")
        assert display_fits(row)
    counted_row = fact(38, lambda _: "0", label="x", period="2024", unit="u", source="s").row("b")
    assert not display_fits(counted_row)


def test_a_wrong_display_stops_the_report():
    wrong = fact(144249, lambda _: "144.300", label="banen", period="2024", unit="banen", source="s")
    with pytest.raises(NarrativeError, match=r"144\.300"):
        soundness.require_sound([narrative.lead("l", say("Er waren {w} banen.", w=wrong))])


def test_an_estimate_says_so_in_its_own_block():
    estimate = jobs(144249, "estimate", numbers.hundreds)
    bare = narrative.lead("l", say("Er waren {e} banen.", e=estimate))
    assert any("estimate" in fault for fault in check_sentences([bare]))
    marked = narrative.lead("l", say("Er waren naar raming {e} banen.", e=estimate))
    assert check_sentences([marked]) == []


def test_table_cells_are_checked_with_their_notes_and_headings():
    columns = [form.Column(label="Gemeente"), form.Column(label="2024", align="right")]
    sound = narrative.table("t", columns, [["Emmen", jobs(9430)]], caption="CBS.", title=say("Banen"))
    assert check_sentences([sound]) == []
    typed = sound.model_copy(update={"rows": ((form.Cell(text="Emmen"), form.Cell(text="9.431")),)})
    assert any("9.431" in fault for fault in check_sentences([typed]))


def test_an_absent_cell_reads_geen_gegevens_and_the_card_is_marked():
    columns = [form.Column(label="Gemeente"), form.Column(label="Banen", align="right")]
    table = narrative.table("t", columns, [["Emmen", jobs(None)]], caption="CBS.")
    assert table.rows[0][1].text == "geen gegevens"
    card = narrative.Card("Banen", jobs(None), evidence="raming", word="raming").block()
    assert (card.value, card.evidence, card.word) == ("geen gegevens", "geen gegevens", "")
