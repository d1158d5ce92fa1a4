"""Contracts: each broken rule is named with its table, how many rows break it and an example."""

import math

import numpy as np
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


def ten_digits(*values: float) -> list[float]:
    return schemas.rounded(np.array(values, dtype=float)).tolist()


def test_a_number_is_kept_in_ten_digits_and_twelve_decimals():
    assert ten_digits(1 / 3, -2 / 3, 156164.94917303912) == [0.3333333333, -0.6666666667, 156164.9492]
    assert ten_digits(123456789012.3, 1234.5 / 1e8) == [123456789000.0, 0.000012345]
    assert ten_digits(1e-12, 4e-13) == [1e-12, 0.0]


def test_whole_numbers_and_published_decimals_stay_as_they_are():
    published = [0.0, 0.1, 5.2, 100.0, 288_000.0, 18_130_208.0, 9_999_999_999.0]
    assert ten_digits(*published) == published


def test_what_two_processors_make_of_one_number_becomes_one():
    """Also of a half, of a power of ten and of nothing: there is where noise would show."""
    for value in (2.5e-10 + 1, 1234.56789050, 1e3, 1e-4, 0.1 + 0.2, 1e10):
        around = (np.nextafter(value, 0), value, np.nextafter(value, np.inf), value * (1 + 1e-14))
        assert len(set(ten_digits(*around))) == 1
    assert [math.copysign(1, value) for value in ten_digits(-0.0, -1e-17, 1e-17)] == [1, 1, 1]


def test_rounding_twice_changes_nothing_and_order_is_kept():
    values = np.sort(np.exp(np.random.default_rng(11).normal(0, 8, 20_000)))
    once = schemas.rounded(values)
    assert np.array_equal(schemas.rounded(once), once)
    assert (np.diff(once) >= 0).all()
    assert np.abs(once / values - 1)[values > 0.01].max() <= 5.01e-10
    odd = schemas.rounded(np.array([np.nan, np.inf, -np.inf]))
    assert np.array_equal(odd, [np.nan, np.inf, -np.inf], equal_nan=True)


def test_the_contract_rounds_every_column_of_floats():
    for name, table in schemas.TABLES.items():
        floats = [key for key, column in table.schema.columns.items() if str(column.dtype) == "float64"]
        assert [key for key in floats if not table.schema.columns[key].parsers] == [], name


def test_text_where_a_number_belongs_is_named_and_an_empty_table_gets_the_types_of_its_contract():
    assert "value" in complaint({"value": "many"})
    empty = schemas.check("revisions", pd.DataFrame(columns=list(schemas.TABLES["revisions"].schema.columns)))
    assert empty["largest_relative_change"].dtype == float
    loose = rows({}, {"value": None, "status": "missing"}, {"value": 1 / 3})
    for kind in (object, "Float64"):
        values = schemas.check("observations", loose.astype({"value": kind}))["value"]
        assert values.dtype == float
        assert values.tolist()[-1] == 0.3333333333


def test_what_is_left_of_a_subtraction_that_gives_nothing_is_stored_as_zero():
    words = {"region_code": "GM0505", "gm_code": "GM0505", "indicator": "jobs_all", "first_year": 2015}
    words |= {"last_year": 2024, "status": "estimate", "source": "x"}
    numbers = {"first_value": 1 / 3, "last_value": 7.0, "change": [12.3 + 2e-12, -3e-11]}
    frame = pd.DataFrame(words | numbers).assign(gm_code=["GM0505", "GM0482"])
    checked = schemas.check("contributions", frame[list(schemas.TABLES["contributions"].schema.columns)])
    assert checked["first_value"].tolist() == [0.3333333333] * 2
    assert checked["change"].tolist() == [12.3, 0]
