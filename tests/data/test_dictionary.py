"""The data dictionary: every column of every table and file that is made is described, and nothing else is."""

import csv
from itertools import groupby
from pathlib import Path

import pandas as pd

from docs.build_pages import OTHER_FILES
from pipeline import schemas, store
from pipeline.config import load_settings
from pipeline.folders import Folders
from pipeline.models import evidence, ledger
from pipeline.reference import load_panel_scores
from tests import outlook_world

PATH = Path(__file__).parents[2] / "data" / "reference" / "dictionary.csv"
with PATH.open(encoding="utf-8", newline="") as file:
    LINES = list(csv.DictReader(file))


DESCRIBED = {
    table: [line["column"] for line in lines]
    for table, lines in groupby(LINES, key=lambda line: line["table"])
}


def test_every_column_of_every_table_has_one_line_in_the_order_of_the_contracts():
    stored = {name: list(table.schema.columns) for name, table in schemas.TABLES.items()}
    assert {name: DESCRIBED.get(name) for name in stored} == stored
    assert list(DESCRIBED)[: len(stored)] == list(stored)
    assert sum(map(len, DESCRIBED.values())) == len(LINES)  # no table stands in two places


def test_what_is_made_beside_the_tables_with_a_contract_is_described_too():
    outlooks = outlook_world.made()
    metrics = evidence.metrics_of(outlooks) | load_panel_scores(Folders().reference / "panels")
    vintage = Folders().raw / load_settings().vintage
    held = next(t for t in store.read_manifest(vintage).tables if t.need == "borders")
    nothing = pd.DataFrame(columns=list(schemas.TABLES["forecast_scores"].schema.columns))
    made = {
        store.BORDERS: list(store.read_raw_borders(vintage, held.publisher, held.table_id)),
        "backtest_by_origin": list(evidence.by_origin(outlooks)),
        "calibration": list(evidence.calibration(outlooks)),
        "possible_breaks": list(outlooks.possible_breaks),
        "forecast_summary": list(ledger.summaries(nothing, nothing)),
        "forecasts": list(schemas.FORECASTS.schema.columns),
        "metrics": ["panel", *dict.fromkeys(name for part in metrics.values() for name in part)],
    }
    assert set(DESCRIBED) == set(schemas.TABLES) | set(made)
    assert set(OTHER_FILES) == set(made)  # what the page of the dictionary shows
    assert {name: DESCRIBED[name] for name in made} == made


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
