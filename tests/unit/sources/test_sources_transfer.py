"""Small parts of the transfer: waiting, filters, marks, numbers, and the filter language of the stand-in."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.cbs import (
    Measure,
    as_published,
    filter_slices,
    literal,
    period_codes,
    refuse_repeats,
    with_decimals,
)
from pipeline.sources.errors import ContentError, IncompleteError, SourceError
from pipeline.sources.http import HttpSettings, Retryable, parse_json_object, retry_after_seconds
from pipeline.sources.odata import V3, columns_of_page
from tests.loopback.odata import BadFilterError, Filter


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None), ("", None), ("7", 7), ("Tue, 01 Dec 2026 00:00:30 GMT", 30),
        ("Mon, 30 Nov 2026 00:00:00 GMT", 0), ("soon", None), ("²", None), ("-5", None), ("1e3", None),
        ("Tue, 01 Dec 2026 00:00:30 -0000", 30), ("Tue, 99 Dec 99999 00:00:30 GMT", None),
    ],
)  # fmt: skip
def test_retry_after(header, seconds):
    assert retry_after_seconds(header, dt.datetime(2026, 12, 1, tzinfo=dt.UTC)) == seconds


@pytest.mark.parametrize(
    ("reason", "short"),
    [
        ("the service does not know it (status 404)", "the service does not know it (status 404)"),
        ("v3: status 500 (3 tries); v4: status 503 (3 tries)", "v3: status 500 (3 tries)"),
        ("a certificate\n" + "very " * 30, "a certificate very very very very very very very ..."),
    ],
)
def test_a_reason_for_a_screen_is_its_first_clause_in_one_line(reason, short):
    assert SourceError(reason, table="83582NED", request="GET ...", next_step="Wait.").short == short


def test_politeness_has_a_bound():
    with pytest.raises(ValueError, match="at most 4"):
        HttpSettings(parallel=5)


@pytest.mark.parametrize("body", [b"<html>", b'{"value": [1, 2', b"[]", b"", b"\xef\xbb\xbf<?xml?>"])
def test_answers_that_are_no_json_object_are_tried_again(body):
    with pytest.raises(Retryable):
        parse_json_object(body)


def test_numbers_stay_the_text_that_was_sent():
    assert parse_json_object(b'{"a": 47.70, "b": 7}') == {"a": "47.70", "b": "7"}


@pytest.mark.parametrize(
    "body", [b"<html>", b'{"value": [{"a": "1"}, {"a": ', b'{"message": "x"}', b'{"value": null}']
)
def test_pages_that_are_not_whole_are_tried_again(body):
    with pytest.raises(Retryable):
        columns_of_page(body, V3, ["a"])


def test_a_page_as_columns():
    body = '{"odata.count": "5", "value": [{"x": "é", "a": " 1.0", "b": null}, {"a": ".", "b": "B "}], '
    body += '"odata.nextLink": "http://h/T?$skip=2"}'
    page = columns_of_page(body.encode(), V3, ["a", "b"])
    assert (page.rows, page.count, page.next_link) == (2, 5, "http://h/T?$skip=2")
    assert page.content["a"].to_pylist() == [" 1.0", "."] and page.content["b"].to_pylist() == [
        None,
        "B ",
    ]


def test_a_page_without_a_wanted_column_is_refused():
    with pytest.raises(ContentError, match="no column 'b'"):
        columns_of_page(b'{"value": [{"a": "1"}]}', V3, ["a", "b"])


def number(decimals: int, is_text: bool = False) -> Measure:
    return Measure("M", "Banen", "", "x 1 000", decimals, "", is_text)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("714", 1, "714.0"),
        ("714.5", 1, "714.5"),
        ("714.55", 1, "714.55"),
        ("714", 0, "714"),
        ("-3", 2, "-3.00"),
        ("", 1, ""),
    ],
)
def test_decimals_are_filled_and_never_cut(value, decimals, text):
    assert with_decimals(value, decimals) == text


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=2), st.integers(0, 4))
def test_filling_decimals_changes_no_number(value, decimals):
    assert float(with_decimals(str(value), decimals)) == float(value)


@pytest.mark.parametrize("value", ["2,1", "1.234.567", "12x", "--", "1 000"])
def test_text_that_is_no_number_is_refused(value):
    with pytest.raises(ContentError, match="decimal point") as caught:
        as_published(["1.0", value], number(1))
    assert value in str(caught.value)
    assert as_published([value], number(1, is_text=True)) == [value]


def test_repeated_rows_are_counted():
    with pytest.raises(IncompleteError, match="2 of 5 rows came twice"):
        refuse_repeats(np.array([[0, 1], [0, 1], [1, 0], [2, 2], [0, 1]]))
    refuse_repeats(np.array([[0, 1], [1, 0]]))
    refuse_repeats(np.empty((0, 2), int))


def test_status_from_marks_or_field():
    def statuses(titles, status=""):
        return period_codes(pd.DataFrame({"title": titles, "status": status}))

    marked = statuses(["2022 december", "2023 december**", "2024 december*"])
    assert marked["status"].tolist() == ["Definitief", "NaderVoorlopig", "Voorlopig"]
    assert marked["title"].tolist() == ["2022 december", "2023 december", "2024 december"]
    footnotes = statuses(["2022 (jaar)", "2023**)", "2024*)"])
    assert footnotes["status"].tolist() == ["Definitief", "NaderVoorlopig", "Voorlopig"]
    assert footnotes["title"].tolist() == ["2022 (jaar)", "2023", "2024"]
    assert statuses(["2022", "2023"])["status"].tolist() == ["", ""], "no marks: the table does not say"
    assert statuses(["2022", "2023"], "Voorlopig")["status"].tolist() == ["Voorlopig"] * 2


# --- filters -------------------------------------------------------------------------------------------


def test_no_terms_is_the_whole_table():
    assert filter_slices({}) == filter_slices({"RegioS": []}) == [""]


def test_a_short_filter_is_one_slice():
    terms = {
        "RegioS": ["startswith(RegioS,'GM')", "startswith(RegioS,'NL')"],
        "Geslacht": ["Geslacht eq 'T'"],
    }
    assert filter_slices(terms) == [
        "(startswith(RegioS,'GM') or startswith(RegioS,'NL')) and (Geslacht eq 'T')"
    ]


def test_quotes_in_codes_are_doubled():
    assert literal("'s-G") == "'''s-G'"


CODES = st.lists(st.text("ABC0123'", min_size=1, max_size=6), min_size=1, max_size=60, unique=True)


@given(CODES, CODES, st.integers(200, 900))
def test_slices_select_every_row_exactly_once_and_are_short(ages, periods, limit):
    terms = {
        "Leeftijd": [f"Leeftijd eq {literal(a)}" for a in ages],
        "Perioden": [f"Perioden eq {literal(p)}" for p in periods],
    }
    slices = filter_slices(terms, limit)
    assert all(len(quote(text)) <= limit for text in slices)
    rows = pd.MultiIndex.from_product([[*ages, "other"], [*periods, "other"]]).to_frame(index=False)
    columns = {"Leeftijd": rows[0].to_numpy(object), "Perioden": rows[1].to_numpy(object)}
    hits = sum(Filter(text, columns.__getitem__).mask().astype(int) for text in slices)
    wanted = rows[0].isin(ages) & rows[1].isin(periods)
    # a wanted code may itself be "other" only if it was drawn, which the alphabet excludes
    assert (hits == wanted.astype(int).to_numpy()).all()


def test_a_filter_that_cannot_be_cut_says_so():
    with pytest.raises(ValueError, match="cannot be cut"):
        filter_slices({"A": [f"A eq '{'x' * 300}'"]}, 100)


@pytest.mark.parametrize(
    "text", ["A eq", "A eq 'x' or", "(A eq 'x'", "A ge 'x'", "A eq 'x')", "A eq x", "; drop"]
)
def test_the_stand_in_refuses_filters_that_it_does_not_know(text):
    with pytest.raises(BadFilterError):
        Filter(text, lambda name: np.array(["x"], dtype=object)).mask()


def test_the_filter_language_of_the_stand_in():
    columns = {"A": np.array(["x", "y", "xy"], dtype=object)}
    for text, expected in (
        ("A eq 'x'", [True, False, False]),
        ("startswith(A,'x')", [True, False, True]),
        ("substringof('y',A)", [False, True, True]),
        ("contains(A,'y') and (A eq 'y' or A eq 'x')", [False, True, False]),
    ):
        assert Filter(text, columns.__getitem__).mask().tolist() == expected


def test_an_error_reads_as_a_sentence():
    error = SourceError(
        "rows are missing", table="83582NED", request="GET http://x/y", next_step="Try again."
    )
    assert str(error) == "83582NED: rows are missing. Request: GET http://x/y. Next step: Try again."
    assert re.search("Next step", str(error))
