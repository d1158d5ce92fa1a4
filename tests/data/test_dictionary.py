"""The data dictionary: every column of every stored table is described, and nothing else is."""

import csv
from pathlib import Path

from pipeline import schemas

PATH = Path(__file__).parents[2] / "data" / "reference" / "dictionary.csv"
with PATH.open(encoding="utf-8", newline="") as file:
    LINES = list(csv.DictReader(file))


def test_every_column_of_every_table_has_one_line_in_the_order_of_the_contracts():
    described = [(line["table"], line["column"]) for line in LINES]
    stored = [(name, column) for name, table in schemas.TABLES.items() for column in table.schema.columns]
    assert described == stored


def test_every_line_says_what_it_is_in_which_unit_and_from_where():
    assert list(LINES[0]) == ["table", "column", "description", "unit", "source", "derivation"]
    bare = [
        line for line in LINES if not all(line[name].strip() for name in ("description", "unit", "source"))
    ]
    assert bare == []


def test_what_we_made_ourselves_says_how():
    """Numbers that no publisher gives name their derivation, or are counted or labelled in words."""
    numbers = {"jobs", "fraction", "pct", "ratio", "log sd", "see unit a year"}
    silent = [
        (line["table"], line["column"])
        for line in LINES
        if line["source"] == "Groeimonitor" and line["unit"] in numbers and not line["derivation"]
    ]
    assert silent == []


def test_the_units_of_all_indicators_are_named():
    unit = next(line["unit"] for line in LINES if (line["table"], line["column"]) == ("indicators", "unit"))
    assert set(unit.split(", ")) == set(schemas.INDICATOR_UNITS.values())


def test_the_words_of_status_are_all_named():
    words = next(
        line["unit"] for line in LINES if (line["table"], line["column"]) == ("indicators", "status")
    )
    assert tuple(words.split(", ")) == schemas.STATUSES
