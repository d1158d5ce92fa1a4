"""The ledger on the embedded vintage: its replay is what the documents say, and others are scored beside us."""

import re

import pandas as pd
import pytest

from pipeline.folders import ROOT
from pipeline.models import ledger
from pipeline.models.outlook import COROPS, INDICATOR, Fitted
from pipeline.reference import load_reference
from pipeline.tidy.jobs import NEW


@pytest.fixture(scope="module")
def replayed(tables):
    rows = tables.read("indicators", indicator=INDICATOR, basis=NEW, sector="total")
    wide = rows.pivot(index="region_code", columns="year", values="value")
    corops = tables.read("regions", region_type="corop")["region_code"]
    employed = load_reference(ROOT / "data" / "reference").national_employed
    fitted = Fitted(
        {COROPS: wide.loc[sorted(corops)]}, wide.loc["NL01"], employed, pd.Index([]), pd.DataFrame()
    )
    return ledger.summary(ledger.replay(fitted)).set_index("forecaster")


def test_the_table_of_the_replay(replayed):
    text = (ROOT / "docs" / "methods" / "ledger.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (groeimonitor|no change|drift) \|(.+)\|$", text, flags=re.MULTILINE)
    assert len(lines) == 3
    for name, cells in lines:
        row = replayed.loc[name.replace(" ", "_")]
        assert [cell.strip() for cell in cells.split("|")] == [
            f"{row['outcomes']:.0f}",
            f"{row['error_pct']:.2f}",
            f"{row['interval_score_pct']:.2f}",
            f"{row['in_80']:.3f}".removeprefix("0"),
            f"{row['brier']:.3f}".removeprefix("0"),
            f"{row['rank']:.0f}",
        ]


def test_the_replay_equals_the_backtest_where_both_measure(replayed):
    text = (ROOT / "docs" / "methods" / "growth.md").read_text(encoding="utf-8")
    covered, brier = re.search(r"in 80 / 95 % (\.\d+) / \.\d+, Brier (\.\d+); with the", text).groups()
    assert replayed.loc["groeimonitor", "in_80"] == pytest.approx(float(covered), abs=0.0006)
    assert replayed.loc["groeimonitor", "brier"] == pytest.approx(float(brier), abs=0.0006)


def test_uwv_is_scored_beside_our_estimate_and_decides_nothing(tables):
    scores = tables.read("forecast_scores")
    uwv = scores[scores["forecaster"] == "UWV"].set_index("target")
    assert uwv.loc[["banen-uwv-2019", "banen-uwv-2020"], "forecast"].tolist() == [134_000, 134_000]
    jobs = tables.read("indicators", region_code="drechtsteden", indicator=INDICATOR, basis=NEW)
    for key, year in (("banen-uwv-2019", 2019), ("banen-uwv-2020", 2020)):
        row = uwv.loc[key]
        level = jobs.loc[jobs["year"] == year, "value"].iloc[0]
        assert row["error"] == pytest.approx(134_000 - level)
        assert (row["actual_status"], row["same_measure"]) == ("estimate", False)
    assert uwv["came_true"].eq("").all()
    assert ledger.summary(scores).empty


def test_promises_whose_end_has_passed_are_there_and_nobody_is_called_a_liar_without_a_count(tables):
    scores, targets = tables.read("forecast_scores"), tables.read("targets", is_chosen=True)
    promised = scores[scores["came_true"] != ""].set_index(["forecaster", "target"])["came_true"]
    passed = targets[targets["verdict"].isin(["gehaald", "niet gehaald", "eindstand onbekend"])]
    assert set(promised.index) == set(zip(passed["programme"], passed["target"], strict=True))
    assert promised[("dordrecht-arbeidsmarkt", "partners-2024")] == "yes"
    assert promised[("baas", "leer-werktrajecten")] == "unknown"
    assert "no" not in set(promised)
