"""The language of reports: what is active, and that the catalogue holds exactly what code and templates say."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import jinja2
import pytest
from jinja2.ext import extract_from_ast

from pipeline.language import numbers
from pipeline.language.translation import (
    LanguageError,
    active,
    catalogue,
    pgettext,
    places_of,
    tr,
    translation,
    use,
    using,
)
from pipeline.reports.blocks import STANDARD_WORDS, Mark
from pipeline.reports.narrative import fact, quote, say
from pipeline.reports.soundness import display_fits, numbers_in

PACKAGE = Path(__file__).parents[2] / "pipeline"
LAYERS = ("language", "figures", "reports")
Message = tuple[str | None, str]  # context and text, as in the catalogue


# --- what code and templates say ----------------------------------------------------------


def strings(node: ast.expr) -> list[str]:
    """The texts in an argument: one, those of a choice, or the values of a tuple or dict."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Dict):
        return [text for value in node.values for text in strings(value)]
    if isinstance(node, ast.Tuple | ast.List):
        return [text for value in node.elts for text in strings(value)]
    if isinstance(node, ast.IfExp):
        return strings(node.body) + strings(node.orelse)
    return []


def messages_of(source: str) -> Iterator[Message]:
    """The texts that a module gives to tr, say, say_change, pgettext and to_translate."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in ("tr", "say", "to_translate") and node.args:
            yield from ((None, text) for text in strings(node.args[0]))
        elif name == "pgettext":
            yield from ((strings(node.args[0])[0], text) for text in strings(node.args[1]))
        elif name == "say_change":
            chosen = [k.value for k in node.keywords if k.arg in ("more", "less", "equal")]
            yield from ((None, text) for value in chosen for text in strings(value))


def messages() -> set[Message]:
    """Every text of code and templates that has words."""
    found: set[Message] = set()
    for path in (path for layer in LAYERS for path in (PACKAGE / layer).rglob("*.py")):
        found.update(messages_of(path.read_text(encoding="utf-8")))
    for path in (PACKAGE / "reports" / "templates").glob("*.j2"):
        tree = jinja2.Environment().parse(path.read_text(encoding="utf-8"))
        for _, _, text in extract_from_ast(tree, {"tr"}):
            found.add((None, text if isinstance(text, str) else text[0]))
    return {
        (context, text) for context, text in found if re.search(r"[^\W\d_]", re.sub(r"\{.*?\}", "", text))
    }


def english() -> dict[Message, str]:
    """The catalogue: context and Dutch text -> English."""
    return {(message.context, message.id): message.string for message in catalogue("en") if message.id}


def test_the_reading_of_code_sees_every_form():
    source = """
tr("a"); narrative.say("b" if x else "c", d=tr("e")); pgettext("here", "f"); to_translate({"g": "h", 1: ("i", "j")})
say_change(change, more="k", less="l", equal="m", est=tr("n"))
"""
    texts = {text for _, text in messages_of(source)}
    assert texts == set("abcefhijklmn")
    assert ("here", "f") in set(messages_of(source))


def test_every_text_has_its_english():
    assert sorted(text for _, text in messages() - english().keys()) == []


def test_no_english_is_left_of_a_text_that_is_gone():
    assert sorted(text for _, text in english().keys() - messages()) == []


def test_both_languages_leave_the_same_places_open():
    assert [text for (_, text), words in english().items() if places_of(text) != places_of(words)] == []


def test_both_languages_begin_and_end_with_the_same_space_and_sign():
    """A text that is joined to another carries its own space; a sentence ends as one."""
    edges = re.compile(r"^(\s*).*?([.:;]?\s*)$", re.DOTALL)
    odd = [
        text
        for (_, text), words in english().items()
        if edges.match(text).groups() != edges.match(words).groups()
    ]
    assert odd == []


# --- the active language ------------------------------------------------------------------


def test_dutch_is_the_language_until_another_is_chosen_and_comes_back():
    assert active() == "nl"
    with using("en"):
        assert active() == "en"
        assert tr("geen gegevens") == "no data"
    assert tr("geen gegevens") == "geen gegevens"


def test_an_error_gives_the_language_back():
    with pytest.raises(ZeroDivisionError), using("en"):
        _ = 1 / 0
    assert active() == "nl"


def test_an_unknown_language_is_refused():
    with pytest.raises(LanguageError, match="'fy' is not known; choose nl or en"):
        use("fy")
    assert active() == "nl"


def test_a_text_without_english_is_an_error_that_names_it():
    with using("en"):
        with pytest.raises(LanguageError, match="no translation into 'en' of 'Een zin van vandaag'"):
            tr("Een zin van vandaag")
        with pytest.raises(LanguageError, match="Een zin met"):
            say("Een zin met {n}", n="1")
    assert tr("Een zin van {dag}", dag="vandaag") == "Een zin van vandaag"


def test_a_template_without_words_of_its_own_stands_for_itself():
    with using("en"):
        assert translation("{a}: {b}") == "{a}: {b}"


def test_context_tells_apart_what_is_one_in_dutch():
    with using("en"):
        assert (tr("Nederland"), pgettext("in a sentence", "Nederland")) == ("Netherlands", "the Netherlands")
    assert pgettext("in a sentence", "Nederland") == "Nederland"


def test_every_mark_has_a_word_in_both_languages():
    for kind in STANDARD_WORDS:
        assert Mark(kind=kind).label
        with using("en"):
            assert Mark(kind=kind).label


# --- numbers and sentences ----------------------------------------------------------------


def test_numbers_and_dates_follow_the_language():
    when = date(2026, 4, 1)
    with using("en"):
        assert numbers.number(1234.5, 1) == "1,234.5"
        assert numbers.percent(-8.25, 1) == "\u22128.3%"
        assert numbers.hundreds(144249) == "144,200"
        assert (numbers.day(when), numbers.month(when)) == ("1 April 2026", "April 2026")
        assert numbers.quarter(when) == "quarter 2 of 2026"
        assert numbers.count(7, "gemeente", "gemeenten") == "seven gemeenten"
        assert numbers.listing(["a", "b", "c"]) == "a, b and c"
        assert numbers.value_range("1", "2") == "1 to 2"


def test_printed_numbers_are_held_to_their_values_in_english_too():
    with using("en"):
        row = fact(
            144249, numbers.hundreds, label="x", period=2024, unit="x", status="estimate", source="x"
        ).row("a")
        assert row.display == "144,200"
        assert display_fits(row)
        assert not display_fits(row.model_copy(update={"value": 150000.0}))
        assert numbers_in("In 2024, 1,234.5 of seven") == ["2024", "1,234.5", "7"]


def test_numbers_are_found_again_in_another_language():
    text = "1,234 of seven, zeven of 1.234"
    for _ in range(2):
        with using("en"):
            assert numbers_in(text) == ["1,234", "1.234", "7"]
        with using("nl"):
            found = numbers_in(text)
            assert found == ["1,234", "1.234", "7"]
            assert numbers_in("1.234.567,8 of 1,234,567.8")[0] == "1.234.567,8"
        found.append("9")  # what a caller does with its list is its own


def test_what_a_programme_says_stays_dutch_and_is_marked():
    assert [run.lang for run in quote("30.000 banen").runs] == [None]
    with using("en"):
        said = say("{words}; meet iets anders dan het doel", words=quote("30.000 banen"))
        assert [(run.text, run.lang) for run in said.runs] == [
            ("30.000 banen", "nl"),
            ("; measures something other than the target", None),
        ]
