"""Contracts: each broken rule is named with its table, how many rows break it and an example."""

import pandas as pd
import pytest

from pipeline import schemas
from pipeline.schemas import ContractError
from tests.rows import observation


def rows(*changes: dict) -> pd.DataFrame:
    """One row per set of changes, each of another gemeente unless it says so."""
    return pd.DataFrame(
        [observation(f"GM{number:04d}", 100.0) | change for number, change in enumerate(changes, start=1)]
    )


def complaint(*changes: dict) -> str:
    with pytest.raises(ContractError) as caught:
        schemas.check("observations", rows({}, *changes))
    said = str(caught.value)
    assert said.startswith("observations")
    return said


def test_a_good_table_is_returned_with_the_types_of_the_contract():
    frame = rows({}, {"value": 5}).astype({"year": "int32"})
    checked = schemas.check("observations", frame)
    assert checked["year"].dtype == "int64"
    assert checked["value"].tolist() == [100.0, 5.0]


def test_repeated_keys_are_counted_and_shown():
    said = complaint({"region_code": "GM0505"}, {"region_code": "GM0505", "value": 7.0})
    assert "2 rows share a key" in said
    assert "'region_code': 'GM0505'" in said


def test_a_wrong_unit_is_refused():
    said = complaint({"unit": "pct"})
    assert "the unit is the one of the indicator (1 cases" in said
    assert "GM0002" in said


@pytest.mark.parametrize("status", ["missing", "suppressed"])
def test_a_value_where_the_status_says_there_is_none_is_refused(status):
    said = complaint({"status": status}, {"status": status})
    assert "a value is given when and only when the status says there is one (2 cases" in said
    assert "GM0002" in said


def test_an_empty_value_where_the_status_says_there_is_one_is_refused():
    assert "a value is given when and only when" in complaint({"value": float("nan")})


def test_suppressed_missing_and_zero_are_three_things():
    frame = rows(
        {"value": 0.0},
        {"value": float("nan"), "status": "suppressed"},
        {"value": float("nan"), "status": "missing"},
    )
    assert schemas.check("observations", frame)["status"].tolist() == ["final", "suppressed", "missing"]


INTERVAL = {"value_low": 90.0, "value_high": 110.0, "interval_kind": "rounding", "interval_level": 1.0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 120.0},
        {"interval_kind": ""},
        {"interval_level": float("nan")},
        {"value_low": float("nan")},
    ],
)
def test_an_interval_holds_its_value_and_names_kind_and_level(wrong):
    schemas.check("observations", rows(INTERVAL))
    said = complaint(INTERVAL | wrong)
    assert "the interval holds the value and names its kind and level (1 cases" in said


@pytest.mark.parametrize(
    ("indicator", "unit", "value"),
    [
        ("unemployment_rate_pct", "pct", 100.1),
        ("ww_recipients", "persons", -1.0),
        ("ww_per_1000_residents", "per_1000_residents", 1001.0),
    ],
)
def test_a_value_out_of_the_range_of_its_unit_is_refused(indicator, unit, value):
    said = complaint({"indicator": indicator, "unit": unit, "value": value})
    assert "the value lies in the range of its unit (1 cases" in said


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("status", "ok"),
        ("indicator", "banen"),
        ("frequency", "Y"),
        ("region_code", "0505"),
        ("interval_kind", "guess"),
        ("year", 1850),
        ("source", ""),
        ("basis", ""),
    ],
)
def test_a_word_outside_the_vocabulary_is_refused_under_its_column(column, value):
    said = complaint({column: value})
    assert f"- {column}: " in said
    assert "(1 cases" in said


def test_an_unknown_column_is_refused():
    with pytest.raises(
        ContractError,
        match=r"breaks its contract:\n- rows: a column that the contract does not know \(1 cases, e\.g\. remark\)",
    ):
        schemas.check("observations", rows({}).assign(remark=""))


def test_a_lacking_column_is_refused_whether_or_not_it_is_in_the_key():
    with pytest.raises(ContractError, match=r"a column of the contract is lacking \(1 cases, e\.g\. note\)"):
        schemas.check("observations", rows({}).drop(columns="note"))
    with pytest.raises(ContractError, match=r"observations breaks its contract.*lacks 1 column.*'basis'"):
        schemas.check("observations", rows({}).drop(columns="basis"))


def test_certainty_of_a_result_is_that_of_its_least_certain_part():
    statuses = pd.Series(["final", "provisional", "estimate", "suppressed", "missing"])
    others = pd.Series(["published", "final", "final", "estimate", "suppressed"])
    assert schemas.least_certain(statuses, others).tolist() == [
        "published", "provisional", "estimate", "suppressed", "missing",
    ]  # fmt: skip


def test_every_status_has_a_place_in_the_order_of_certainty():
    assert sorted(schemas.STATUS_ORDER) == sorted(schemas.STATUSES)


def test_every_table_has_its_key_among_its_columns():
    for name, table in schemas.TABLES.items():
        assert set(table.key) <= set(table.schema.columns), name
