"""Shift-share against the R package REAT and the textbook example it carries."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.models import shift_share

FIXTURES = Path(__file__).parents[1] / "fixtures" / "models"


@pytest.fixture
def textbook():
    """Region A of Farhauer & Kroell (2013): four sectors, two years."""
    region = pd.DataFrame({2000: [90, 20, 10, 60], 2001: [100, 40, 10, 55]}, index=list("ABCD"))
    nation = pd.DataFrame({2000: [400, 150, 150, 400], 2001: [440, 210, 135, 480]}, index=list("ABCD"))
    return region, nation


@pytest.fixture
def goettingen():
    table = pd.read_csv(FIXTURES / "reat_goettingen.csv", index_col="WZ2008_Code").drop("A-R")
    region = table.filter(like="Goettingen").rename(columns=lambda name: int(name[-4:]))
    nation = table.filter(like="BRD").rename(columns=lambda name: int(name[-4:]))
    return region, nation


def test_textbook_example(textbook):
    row = shift_share.decompose(*textbook).loc[2001]
    assert row["national"] == pytest.approx(27)
    assert row["industry_mix"] == pytest.approx(1)
    assert row["competitive"] == pytest.approx(-3)
    assert row["total"] == 25


def test_textbook_example_with_allocation(textbook):
    row = shift_share.decompose(*textbook, method="esteban").loc[2001]
    assert row["competitive"] == pytest.approx(-0.6363636, abs=1e-7)
    assert row["allocation"] == pytest.approx(-2.3636364, abs=1e-7)


def test_goettingen_static(goettingen):
    row = shift_share.decompose(*goettingen, chained=False).loc[2017]
    assert row["national"] == pytest.approx(9178.1916, abs=1e-4)
    assert row["industry_mix"] == pytest.approx(2204.8202, abs=1e-4)
    assert row["competitive"] == pytest.approx(-972.0118, abs=1e-4)
    assert row["total"] == 10411


def test_goettingen_static_with_allocation(goettingen):
    row = shift_share.decompose(*goettingen, chained=False, method="esteban").loc[2017]
    assert row["competitive"] == pytest.approx(-1396.200970292, abs=1e-6)
    assert row["allocation"] == pytest.approx(424.189215137, abs=1e-6)


def test_goettingen_chained(goettingen):
    rows = shift_share.decompose(*goettingen, method="esteban")
    whole = rows.sum()
    assert whole["national"] == pytest.approx(9477.928733028, abs=1e-6)
    assert whole["industry_mix"] == pytest.approx(2165.909948732, abs=1e-6)
    assert whole["competitive"] == pytest.approx(-1972.602710028, abs=1e-6)
    assert whole["allocation"] == pytest.approx(739.764028268, abs=1e-6)
    assert rows.loc[2010, "competitive"] == pytest.approx(1170.653657699, abs=1e-6)
