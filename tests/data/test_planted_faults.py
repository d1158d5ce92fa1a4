"""A sample of ``tests.planted_faults``: one wrong figure of each kind stops the tidy stage with table and region."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.config import load_settings
from pipeline.tidy import plausibility
from pipeline.tidy.benefits import tidy_benefits
from pipeline.tidy.classification import tidy_classifications
from pipeline.tidy.observations import TidyError
from tests.planted_faults import Bench, Fault, FaultyVintage

CLASSIFICATION, DISTRICTS = "86247NED", "85039NED"


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(load_settings().vintage, None, with_headlines=False)


def stopped(bench: Bench, fault: Fault) -> str:
    outcome = bench.try_out(fault, measure_all=False)
    assert outcome.is_caught, (fault.what, outcome.message)
    return outcome.message


def in_cells(bench: Bench, table: str, change, **where: str) -> Fault:
    """A fault in the cells of one measure, region and period."""
    rows = bench.vintage.table(table).observations.copy()
    cells = pd.Series(True, index=rows.index)
    for column, text in where.items():
        cells &= rows[column].str.strip() == text
    assert cells.any(), where
    rows.loc[cells, "value"] = rows.loc[cells, "value"].map(lambda text: f"{change(float(text)):.10g}")
    return Fault("planted", table, frozenset({where["RegioS"]}), str(where), rows=rows)


def test_every_indicator_that_is_read_stands_in_a_rule_of_its_own(tables):
    rules = plausibility.load_rules()
    named = {*rules["ranges"], *rules["changes"]}
    for kind in ("shares", "identities", "sectors", "rates", "at_most", "equals"):
        for rule in rules[kind]:
            given = (
                rule.get(key, [])
                for key in ("part", "total", "parts", "indicator", "rate", "smaller", "larger")
            )
            named |= {name for one in given for name in ([one] if isinstance(one, str) else one)}
    assert set(tables.read("observations")["indicator"]) <= named


FIGURES = {
    "an outlier": ("83582NED", lambda v: 3 * v,
                   {"BedrijfstakkenBranchesSBI2008": "A-U", "RegioS": "CR29", "period": "2024JJ00"}),
    "a value lost": ("83582NED", lambda v: 0,
                     {"BedrijfstakkenBranchesSBI2008": "A-U", "RegioS": "CR29", "period": "2024JJ00"}),
    "another unit": ("03759ned", lambda v: 1000 * v,
                     {"Leeftijd": "10000", "RegioS": "GM0505", "period": "2026JJ00"}),
    "a decimal lost": ("83524NED", lambda v: 10 * v, {"measure": "werkloosheid_pct", "RegioS": "CR30"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", FIGURES)
def test_a_wrong_figure_stops_with_table_region_and_the_way_to_accept_it(bench, kind):
    table, change, where = FIGURES[kind]
    message = stopped(bench, in_cells(bench, table, change, **where))
    assert "data/reference/corrections.yaml" in message


def test_two_corops_that_changed_places_in_the_newest_year_stop(bench):
    """They turned the verdict on the Drechtsteden into "op koers"."""
    rows = bench.vintage.table("83582NED").observations.copy()
    newest = rows["period"] == "2024JJ00"
    swapped = {"CR29": "CR30", "CR30": "CR29"}
    rows.loc[newest, "RegioS"] = rows.loc[newest, "RegioS"].str.strip().replace(swapped)
    stopped(bench, Fault("regions swapped", "83582NED", frozenset(swapped), "CR29 and CR30", rows=rows))


def test_a_year_with_the_figures_of_the_year_before_stops(bench):
    rows = bench.vintage.table("83582NED").observations
    kept = rows[rows["period"] != "2024JJ00"]
    stale = kept[kept["period"] == "2023JJ00"].assign(period="2024JJ00")
    rows = pd.concat([kept, stale], ignore_index=True)
    stopped(bench, Fault("stale period", "83582NED", frozenset(), "2024 has 2023", rows=rows))


def test_a_mistyped_code_stops(bench):
    rows = bench.vintage.table("03759ned").observations.copy()
    rows["RegioS"] = rows["RegioS"].str.strip().replace("GM0505", "GM0555")
    stopped(bench, Fault("mistyped code", "03759ned", frozenset({"GM0505", "GM0555"}), "GM0505", rows=rows))


# --- what once came as a trace of the machinery ------------------------------------------


def test_a_classification_that_was_cut_off_says_which_table_and_what_is_lost(bench):
    rows = bench.vintage.table(CLASSIFICATION).observations
    cut = {
        "the names of the codes": rows.head(len(rows) // 2),
        "gemeenten have no rows": rows[rows["RegioS"].str.strip() < "GM0900"],
    }
    for words, kept in cut.items():
        outcome = bench.try_out(
            Fault("cut off", CLASSIFICATION, frozenset(), words, rows=kept), measure_all=False
        )
        assert not outcome.is_bare and CLASSIFICATION in outcome.message and words in outcome.message


def test_a_classification_of_which_the_list_of_columns_was_cut_off_names_table_and_region(bench):
    measures = bench.vintage.table("82949NED").codes["measures"].head(2)
    fault = Fault("cut off", "82949NED", frozenset(), "columns", measures=measures)
    with pytest.raises(
        TidyError, match=r"82949NED: \d+ row\(s\) have a measure that is not in .* list, e\.g\. .*\(GM"
    ):
        tidy_classifications(FaultyVintage(bench.vintage, fault))


def swapped_titles(bench: Bench, one: str, other: str, table: str = DISTRICTS) -> Fault:
    measures = bench.vintage.table(table).codes["measures"].copy()
    first, second = (measures.index[measures["title"] == title][0] for title in (one, other))
    measures.loc[[first, second], "title"] = measures.loc[[second, first], "title"].to_numpy()
    return Fault("titles swapped", table, frozenset(), f"{one} and {other}", measures=measures)


@pytest.mark.parametrize("title", ["Inwoners", "Personen met AO-uitkering", "Bevolking; 65 jaar of ouder"])
def test_a_title_among_the_establishments_that_is_no_sector_is_named_with_a_region(bench, title):
    fault = swapped_titles(bench, title, "M-N Zakelijke dienstverlening", "85984NED")
    with pytest.raises(
        TidyError, match=rf"85984NED: '{title}' stands in .* names no sector; \w\w\d+ has \d+ for .* in 2024"
    ):
        tidy_benefits(FaultyVintage(bench.vintage, fault))


def test_titles_that_changed_places_in_the_districts_stop_with_a_region(bench):
    stopped(bench, swapped_titles(bench, "Inwoners", "Personen met WW-uitkering"))


def test_titles_of_other_units_that_changed_places_stop_with_the_measure(bench):
    outcome = bench.try_out(swapped_titles(bench, "Inwoners", "Nettoarbeidsparticipatie"), measure_all=False)
    assert not outcome.is_bare
    assert "85039NED: 'Inwoners' is published in '%'" in outcome.message
