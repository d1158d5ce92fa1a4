"""Observations in SDMX codes: no status, break, unit or age gets lost or turns into another."""

import pandas as pd
import pytest

from pipeline import schemas
from pipeline.exchange import sdmx
from tests.rows import observation


def row(**changed):
    """One indicator row, as stored; all of it synthetic."""
    base = observation("GM0505", 70000.5, indicator="jobs_employees", reference_date="2024-12")
    return base | {"basis": "83582NED", "source": "83582NED", "members_with_value": 1, "members": 1} | changed


def made(**changed):
    return sdmx.observations(pd.DataFrame([row(**changed)])).iloc[0]


@pytest.mark.parametrize(
    ("status", "code", "confidential"),
    [
        ("final", "A", "F"),
        ("published", "A", "F"),
        ("provisional", "P", "F"),
        ("revised_provisional", "P", "F"),
        ("estimate", "E", "F"),
    ],
)
def test_status_of_a_value(status, code, confidential):
    said = made(status=status)
    assert (said["OBS_STATUS"], said["CONF_STATUS"], said["STATUS"]) == (code, confidential, status)
    assert said["OBS_VALUE"] == "70000.5"


@pytest.mark.parametrize(
    ("status", "code", "confidential"), [("suppressed", "Q", "C"), ("missing", "O", "F")]
)
def test_suppressed_missing_and_zero_are_three_things(status, code, confidential):
    said = made(status=status, value=float("nan"))
    assert (said["OBS_VALUE"], said["OBS_STATUS"], said["CONF_STATUS"]) == ("", code, confidential)
    zero = made(value=0.0)
    assert (zero["OBS_VALUE"], zero["OBS_STATUS"]) == ("0", "A")


def test_every_status_and_unit_of_the_monitor_has_a_code():
    assert set(sdmx.OBS_STATUS) == set(schemas.STATUSES)
    assert set(sdmx.UNITS) == set(schemas.INDICATOR_UNITS.values())


def test_an_estimate_after_a_break_keeps_both_marks():
    said = made(status="estimate", break_before=True, value_low=1.0, value_high=80000.0, interval_kind="model",
                interval_level=0.95)  # fmt: skip
    assert (said["OBS_STATUS"], said["BREAK_BEFORE"]) == ("E", "true")
    assert (said["VALUE_LOW"], said["VALUE_HIGH"], said["INTERVAL_LEVEL"]) == ("1", "80000", "0.95")


def test_a_forecast_of_others_is_a_forecast():
    assert (
        made(indicator="population_forecast_count", unit="persons", status="published")["OBS_STATUS"] == "F"
    )


@pytest.mark.parametrize(
    ("frequency", "start", "period"),
    [("A", "2024-01-01", "2024"), ("Q", "2024-04-01", "2024-Q2"), ("M", "2024-09-01", "2024-09")],
)
def test_time_period(frequency, start, period):
    assert made(frequency=frequency, period=pd.Timestamp(start))["TIME_PERIOD"] == period


@pytest.mark.parametrize(
    ("text", "code"),
    [("total", "_T"), ("15-27", "Y15T26"), ("15-75", "Y15T74"), ("15+", "Y_GE15"), ("<27", "Y_LT27")],
)
def test_age_bounds_are_inclusive_in_sdmx(text, code):
    assert sdmx.age_code(text) == code


def test_unknown_age_stops():
    with pytest.raises(sdmx.SdmxError, match="'young' has no SDMX code"):
        made(age="young")


def test_two_rows_with_the_same_dimensions_stop():
    frame = pd.DataFrame([row(), row(source="81402ned")])
    with pytest.raises(sdmx.SdmxError, match=r"2 observations share their dimensions.*GM0505"):
        sdmx.observations(frame)


def test_numbers_read_back_exactly():
    assert float(made(value=146153.82264012345)["OBS_VALUE"]) == 146153.82264012345
