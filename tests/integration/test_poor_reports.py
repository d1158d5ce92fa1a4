"""Reports of vintages that lack an optional source, or hold one period of it: whole, for every kind of region.

The tables are built once; the rows of a source are taken out of the indicators, as if it had not come in. Nothing is
rendered: the blocks of a report are made, and their numbers audited, as the report stage does before it renders.
"""

from __future__ import annotations

import dataclasses
import itertools

import pandas as pd
import pytest

from pipeline import store
from pipeline.folders import ROOT
from pipeline.reports import chapters, number_audit
from pipeline.reports.blocks import Heading
from pipeline.reports.context import IndicatorIndex, RegionContext, read_tables
from pipeline.reports.facts.base import stale_before
from tests.conftest import VINTAGE

pytestmark = pytest.mark.slow

#: Each kind of region, with and without programmes and neighbours.
REGIONS = ("drechtsteden", "GM0505", "GM0482", "vierkant-voor-werk", "holland-rijnland", "AM03", "AM23", "CR30", "PV28",
           "NL01")  # fmt: skip
TABLES = store.read_manifest(ROOT / "data" / "raw" / VINTAGE).tables
NEEDS = sorted({t.need for t in TABLES if not t.required and t.need not in ("borders", "classification")})


@pytest.fixture(scope="module")
def made(project):
    """What reports read, and the whole indicator table."""
    return read_tables(project), store.read("indicators", project)


def blocks_of(context: RegionContext) -> list:
    """All blocks of a report, as its notebook shows them."""
    shown: list = []
    for name in chapters.CHAPTERS:
        shown += chapters.make(name, context, shown=shown)
    return shown


def assert_reports(tables, indicators: pd.DataFrame, regions=REGIONS) -> None:
    """Reports come whole from these indicators."""
    poor = dataclasses.replace(tables, indicators=IndicatorIndex(indicators))
    for region in regions:
        blocks = blocks_of(RegionContext(poor, poor.places[region]))
        number_audit.require_sound(blocks, "nl", stale_before(poor.settings))
        assert len(blocks) > 8, region


def ids(needs) -> set[str]:
    return {t.table_id for t in TABLES if t.need in needs and not t.required}


@pytest.mark.parametrize("need", NEEDS)
def test_a_source_that_did_not_come_in(made, need):
    tables, indicators = made
    assert_reports(tables, indicators[~indicators["source"].isin(ids({need}))])


@pytest.mark.long
@pytest.mark.parametrize("needs", list(itertools.combinations(NEEDS, 2)), ids="+".join)
def test_two_sources_that_did_not_come_in(made, needs):
    tables, indicators = made
    assert_reports(
        tables, indicators[~indicators["source"].isin(ids(needs))], ("drechtsteden", "GM0505", "NL01")
    )


@pytest.mark.parametrize("need", NEEDS)
def test_a_source_with_one_period(made, need):
    tables, indicators = made
    of_source = indicators["source"].isin(ids({need}))
    last = indicators[of_source].groupby("indicator")["period"].transform("max")
    assert_reports(tables, indicators[~of_source | (indicators["period"] == last.reindex(indicators.index))])


def test_a_figure_of_years_ago_heads_no_page_and_bears_its_year(made):
    """Also where the title says no number: benefits of 2015 do not make "more than average"."""
    tables, indicators = made
    poor = dataclasses.replace(
        tables, indicators=IndicatorIndex(indicators[~indicators["source"].isin(ids({"benefits"}))])
    )
    words = {}
    for region in ("CR30", "NL01"):
        titles, texts = [], []
        for block in blocks_of(RegionContext(poor, poor.places[region])):
            (titles if isinstance(block, Heading) else texts).append(str(block))
        words[region] = titles
        assert "in 2015" in " ".join(texts)
    assert any("over uitkeringen zijn geen nieuwe cijfers" in title for title in words["NL01"])
    for titles in words.values():
        assert any("de laatste zijn van 2015" in title for title in titles)
        assert not any("WW" in title and "dan gemiddeld" in title for title in titles)
