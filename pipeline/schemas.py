"""Contracts of every stored table: columns, types, units, keys and ranges.

The vocabulary of the monitor stands here once; a stage that writes another word stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pandera.pandas as pa

Layer = Literal["tidy", "indicators", "models"]

STATUSES = ("final", "provisional", "revised_provisional", "published", "estimate", "suppressed", "missing")
STATUSES_WITHOUT_VALUE = ("suppressed", "missing")
#: From least to most certain: a result is as certain as its least certain part.
STATUS_ORDER = (
    "missing",
    "suppressed",
    "estimate",
    "provisional",
    "revised_provisional",
    "published",
    "final",
)
FREQUENCIES = ("A", "Q", "M")
INTERVAL_KINDS = ("", "rounding", "survey", "model")

#: indicator -> unit in which it is stored. Another definition is another indicator.
INDICATOR_UNITS = {
    "jobs_employees": "jobs",
    "jobs_all": "jobs",
    "arbeidsplaatsen": "jobs",
    "unemployment_rate_pct": "pct",
    "unemployed_count": "persons",
    "labour_force_count": "persons",
    "employed_count": "persons",
    "population_15_75_count": "persons",
    "ww_recipients": "persons",
    "ww_per_1000_residents": "per_1000_residents",
    "bijstand_recipients": "persons",
    "bijstand_per_1000_residents": "per_1000_residents",
    "ao_recipients": "persons",
    "bijstand_15plus_recipients": "persons",
    "residents_15plus_count": "persons",
    "net_participation_rate_pct": "pct",
    "youth_15_25_count": "persons",
    "youth_15_27_count": "persons",
    "youth_15_27_employed_count": "persons",
    "youth_15_27_not_employed_count": "persons",
    "youth_registered_jobseekers": "persons",
    "youth_unemployment_rate_pct": "pct",
    "ww_under_27_recipients": "persons",
    "bijstand_benefits_count": "benefits",
    "population_count": "persons",
    "population_forecast_count": "persons",
    "vacancies_count": "vacancies",
    "establishments_count": "establishments",
    "uwv_ww_benefits_count": "benefits",
    "uwv_jobseekers_gwu_count": "persons",
    "uwv_vacancies_count": "vacancies",
}

#: Highest value of a unit that has one; none is below zero.
_HIGHEST = {"pct": 100, "per_1000_residents": 1000}


def certainty(status: pd.Series) -> pd.Series:
    """Rank of each status, 0 the least certain."""
    return status.map({name: rank for rank, name in enumerate(STATUS_ORDER)})


def status_of(rank: pd.Series) -> pd.Series:
    """Status of each rank; the inverse of ``certainty``."""
    return rank.map(dict(enumerate(STATUS_ORDER)))


def least_certain(*statuses: pd.Series) -> pd.Series:
    """Row by row the least certain of some statuses: what is computed from an estimate is one."""
    return status_of(pd.concat([certainty(status) for status in statuses], axis=1).min(axis=1))


def _text(allowed: tuple[str, ...] | None = None, *, pattern: str | None = None) -> pa.Column:
    checks = [pa.Check.isin(allowed)] if allowed is not None else []
    if pattern:
        checks.append(pa.Check.str_matches(pattern))
    return pa.Column(str, checks, nullable=False)


#: Digits in which a number is stored: all that a source gives, none that a processor decides.
DIGITS, DECIMALS = 10, 12
#: Decimals of jobs and persons that may be the difference of large numbers: what should be zero is stored as zero.
_AMOUNT_DECIMALS = 6
#: Digits of what an optimiser decides; it stops at some ten, and a count below a million stays whole.
_FITTED_DIGITS = 6
_LARGEST_POWER = 22  # of ten that a float holds exactly
_POWERS = np.array([float(f"1e{power}") for power in range(-_LARGEST_POWER, _LARGEST_POWER + 1)])
#: Just below half a step: a half goes up, whatever noise in the last bits makes of it.
_TO_NEAREST = 0.501


def rounded(values: np.ndarray, digits: int = DIGITS, decimals: int = DECIMALS) -> np.ndarray:
    """Numbers in at most so many significant digits and decimals.

    Sums, logarithms and linear algebra differ between processors in the last of some sixteen digits; what is stored
    must not. Order is kept, so an interval still holds its value, and so are whole numbers below 10 ** ``digits``.
    """
    known = np.isfinite(values)
    size = np.where(known, np.abs(values), 0.0)
    # counted along exact powers of ten: a computed logarithm may fall on either side of one
    before_point = np.searchsorted(_POWERS, size, side="right") - _LARGEST_POWER
    shift = np.clip(digits - before_point, -_LARGEST_POWER, decimals)
    up, down = (_POWERS[_LARGEST_POWER + np.maximum(steps, 0)] for steps in (shift, -shift))
    steps = np.floor(size * up / down + _TO_NEAREST)
    # zero is added because there is a minus zero, with other bytes
    return np.where(known, np.copysign(steps * down / up, values) + 0.0, values)


def _number(
    check: pa.Check | None = None, *, nullable: bool = True, digits: int = DIGITS, decimals: int = DECIMALS
) -> pa.Column:
    """A column of floats. Give fewer digits where an optimiser or a matrix decides the last ones."""

    def keep(values: pd.Series) -> pd.Series:
        try:
            numbers = values.to_numpy(dtype=float, na_value=np.nan)  # a parser comes before the coercion
        except (TypeError, ValueError):
            return values  # the coercion refuses it, and says which value
        return pd.Series(rounded(numbers, digits, decimals), values.index)

    return pa.Column(float, check, nullable=nullable, parsers=pa.Parser(keep))


def _amount(*, nullable: bool = True) -> pa.Column:
    return _number(nullable=nullable, decimals=_AMOUNT_DECIMALS)


def _chance() -> pa.Column:
    return _number(pa.Check.between(0, 1))


def _date() -> pa.Column:
    return pa.Column("datetime64[us]", nullable=False)


def _value_fits_status(frame: pd.DataFrame) -> pd.Series:
    return frame["value"].isna() == frame["status"].isin(STATUSES_WITHOUT_VALUE)


def _unit_fits_indicator(frame: pd.DataFrame) -> pd.Series:
    return frame["unit"] == frame["indicator"].map(INDICATOR_UNITS)


def _value_in_range(frame: pd.DataFrame) -> pd.Series:
    highest = frame["unit"].map(_HIGHEST).fillna(float("inf"))
    return frame["value"].isna() | frame["value"].between(0, highest)


def _interval_holds_value(frame: pd.DataFrame) -> pd.Series:
    without = frame["value_low"].isna() & frame["value_high"].isna() & (frame["interval_kind"] == "")
    inside = (frame["value_low"] <= frame["value"]) & (frame["value"] <= frame["value_high"])
    return without | (inside & (frame["interval_kind"] != "") & frame["interval_level"].notna())


REGION_PATTERN = r"^(?:(?:NL|LD|PV|CR|AM|MC)\d{2}|GM\d{4}|[a-z][a-z0-9-]+)$"

_OBSERVATION = {
    "region_code": _text(pattern=REGION_PATTERN),
    "indicator": _text(tuple(INDICATOR_UNITS)),
    "sector": _text(),
    "age": _text(),
    "frequency": _text(FREQUENCIES),
    "period": _date(),
    "year": pa.Column(int, pa.Check.between(1988, 2100)),
    "reference_date": _text(),
    "value": _number(),
    "unit": _text(),
    "status": _text(STATUSES),
    "value_low": _number(),
    "value_high": _number(),
    "interval_kind": _text(INTERVAL_KINDS),
    "interval_level": _number(),
    "break_before": pa.Column(bool),
    "basis": _text(pattern=r".+"),
    "source": _text(pattern=r".+"),
    "method": _text(),
    "vintage": _text(pattern=r".+"),
    "note": _text(),
}
OBSERVATION_KEY = ["region_code", "indicator", "sector", "age", "frequency", "period", "basis", "source"]
_OBSERVATION_CHECKS = [
    pa.Check(_value_fits_status, error="a value is given when and only when the status says there is one"),
    pa.Check(_unit_fits_indicator, error="the unit is the one of the indicator"),
    pa.Check(_value_in_range, error="the value lies in the range of its unit"),
    pa.Check(_interval_holds_value, error="the interval holds the value and names its kind and level"),
]
OBSERVATION_COLUMNS = list(_OBSERVATION)
INDICATOR_COLUMNS = [*OBSERVATION_COLUMNS, "members_with_value", "members"]


def _schema(
    columns: dict[str, pa.Column], key: list[str], checks: list[pa.Check] | None = None
) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, checks=checks, unique=key, strict=True, coerce=True, ordered=True)


@dataclass(frozen=True)
class Table:
    """A stored table: the layer (folder) it lies in, its key and its contract."""

    layer: Layer
    key: tuple[str, ...]
    schema: pa.DataFrameSchema


def _table(
    layer: Layer, columns: dict[str, pa.Column], key: list[str], checks: list[pa.Check] | None = None
) -> Table:
    return Table(layer, tuple(key), _schema(columns, key, checks))


_TARGET = {
    "programme": _text(pattern=r".+"),
    "target": _text(pattern=r".+"),
    "target_version": _text(),
    "region_code": _text(pattern=REGION_PATTERN),
    "indicator": _text(),
    "definition": _text(pattern=r".+"),
    "unit": _text(),
    "direction": _text(("up", "down")),
    "kind": _text(("net_outcome", "programme_output", "ex_ante_forecast")),
    "baseline_year": _number(),
    "baseline_value": _number(),
    "baseline_low": _number(),
    "baseline_high": _number(),
    "baseline_interval_level": _number(),
    "baseline_status": _text(),
    "deadline_year": _number(),
    "target_value": _number(),
    "latest_year": _number(),
    "latest_value": _number(),
    "latest_low": _number(),
    "latest_high": _number(),
    "latest_interval_level": _number(),
    "latest_status": _text(),
    "change": _amount(),
    "change_low_80": _amount(),
    "change_high_80": _amount(),
    "gap": _amount(),
    "horizon": _number(),
    "required_per_year": _amount(),
    "required_growth_pct": _number(),
    "observed_per_year": _amount(),
    "observed_growth_pct": _number(),
    "path_value": _number(),
    "realised_minus_path": _amount(),
    "outlook_median": _number(),
    "outlook_low_80": _number(),
    "outlook_high_80": _number(),
    "outlook_low_95": _number(),
    "outlook_high_95": _number(),
    "probability": _chance(),
    "probability_low": _chance(),
    "probability_high": _chance(),
    "probability_exact_level": _chance(),
    "growth_pct_1_in_2": _number(),
    "per_year_1_in_2": _number(),
    "growth_pct_4_in_5": _number(),
    "per_year_4_in_5": _number(),
    "year_1_in_2": _number(),
    "is_assumption": pa.Column(bool),
    "is_chosen": pa.Column(bool),
    "verdict": _text(
        ("op koers", "achter", "onzeker", "gehaald", "niet gehaald", "eindstand onbekend", "geen gegevens",
         "geen oordeel")
    ),
    "verdict_basis": _text(("alleen tempo", "model", "opgave programma", "")),
    "verdict_rule": _text(pattern=r".+"),
    "note": _text(),
    "source": _text(),
}  # fmt: skip

TABLES: dict[str, Table] = {
    # tidy: as published, and the same observations with gemeenten on current borders
    "observations": _table("tidy", _OBSERVATION, OBSERVATION_KEY, _OBSERVATION_CHECKS),
    "observations_current": _table("tidy", _OBSERVATION, OBSERVATION_KEY, _OBSERVATION_CHECKS),
    "regions": _table(
        "tidy",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "region_name": _text(pattern=r".+"),
            "region_type": _text(
                ("gemeente", "area", "arbeidsmarktregio", "rmc_region", "corop", "province", "nation")
            ),
            "am_code": _text(),
            "cr_code": _text(),
            "pv_code": _text(),
            "mc_code": _text(),
            "valid_from": _text(),
            "valid_to": _text(),
            "borders_since": _text(),
            "source": _text(pattern=r".+"),
        },
        ["region_code"],
    ),
    "members": _table(
        "tidy",
        {"region_code": _text(pattern=REGION_PATTERN), "gm_code": _text(pattern=r"^GM\d{4}$")},
        ["region_code", "gm_code"],
    ),
    "classifications": _table(
        "tidy",
        {
            "year": pa.Column(int, pa.Check.between(1988, 2100)),
            "gm_code": _text(pattern=r"^GM\d{4}$"),
            "gm_name": _text(),
            "am_code": _text(pattern=r"^AM\d{2}$"),
            "cr_code": _text(pattern=r"^CR\d{2}$"),
            "pv_code": _text(pattern=r"^PV\d{2}$"),
            "mc_code": _text(pattern=r"^(?:MC\d{2})?$"),
            "source": _text(pattern=r".+"),
        },
        ["year", "gm_code", "source"],
    ),
    "historical_corop": _table(
        "tidy", {"gm_code": _text(pattern=r"^GM\d{4}$"), "cr_code": _text(pattern=r"^CR\d{2}$")}, ["gm_code"]
    ),
    "links": _table(
        "tidy",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "indicator": _text(tuple(INDICATOR_UNITS)),
            "old_source": _text(),
            "new_source": _text(),
            "year": pa.Column(int),
            "old_value": _number(nullable=False),
            "new_value": _number(nullable=False),
            "link_factor": _number(pa.Check.between(0.5, 2), nullable=False),
            "is_break": pa.Column(bool),
        },
        ["region_code", "indicator", "old_source", "new_source", "year"],
    ),
    "checks": _table(
        "tidy",
        {
            "check": _text(pattern=r".+"),
            "source": _text(pattern=r".+"),
            "region_code": _text(),
            "series": _text(pattern=r".+"),
            "period": _text(),
            "year": pa.Column(int),
            "value": _number(),
            "expected": _number(),
            "difference": _amount(),
            "tolerance": _number(),
            "verdict": _text(("adds up", "within tolerance", "known gap", "warning", "accepted")),
            "note": _text(),
        },
        ["check", "source", "region_code", "series", "period"],
    ),
    "left_out": _table(
        "tidy",
        {
            "source": _text(pattern=r".+"),
            "region_code": _text(),
            "reason": _text(pattern=r".+"),
            "rows": pa.Column(int, pa.Check.gt(0)),
            "first_year": pa.Column(int),
            "last_year": pa.Column(int),
        },
        ["source", "region_code", "reason"],
    ),
    # indicators
    "indicators": _table(
        "indicators",
        _OBSERVATION
        | {"members_with_value": pa.Column(int, pa.Check.ge(0)), "members": pa.Column(int, pa.Check.ge(1))},
        OBSERVATION_KEY,
        _OBSERVATION_CHECKS,
    ),
    "corop_moves": _table(
        "indicators",
        {
            "from_cr": _text(),
            "to_cr": _text(),
            "gm_code": _text(),
            "share": _number(nullable=False),
            "last_year_in_old": pa.Column(int),
            "jobs_2010": _number(nullable=False),
        },
        ["gm_code", "from_cr", "to_cr"],
    ),
    "job_estimates": _table(
        "indicators",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "year": pa.Column(int),
            "value": _number(nullable=False),
            "low_80": _number(nullable=False),
            "high_80": _number(nullable=False),
            "low_95": _number(nullable=False),
            "high_95": _number(nullable=False),
            "log_sd": _number(pa.Check.gt(0), nullable=False),
            "df": _number(pa.Check.gt(2), nullable=False),
        },
        ["region_code", "year"],
    ),
    "job_shares": _table(
        "indicators",
        {
            "gm_code": _text(pattern=r"^GM\d{4}$"),
            "cr_code": _text(pattern=r"^CR\d{2}$"),
            "year": pa.Column(int),
            "share": _number(pa.Check.between(0, 1 + 1e-9), nullable=False),
            "scale": _number(pa.Check.gt(0), nullable=False),
            "time_variance": _number(pa.Check.ge(0), nullable=False),
        },
        ["gm_code", "year"],
    ),
    "share_anchors": _table(
        "indicators",
        {
            "cr_code": _text(pattern=r"^CR\d{2}$"),
            "year": _number(nullable=False),
            "source": _text(pattern=r".+"),
        },
        ["cr_code", "year"],
    ),
    "job_estimate_quality": _table(
        "indicators",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "corop_codes": _text(pattern=r".+"),
            "share_of_corop": _number(nullable=False),
            "yearly_drift_sd": _number(pa.Check.ge(0), nullable=False),
            "last_anchor": _number(),
        },
        ["region_code"],
    ),
    # models
    "targets": _table(
        "models",
        _TARGET,
        ["programme", "target", "target_version", "definition", "baseline_year", "deadline_year"],
    ),
    "outlook": _table(
        "models",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "indicator": _text(tuple(INDICATOR_UNITS)),
            "year": pa.Column(int),
            "median": _number(nullable=False),
            "low_80": _number(nullable=False),
            "high_80": _number(nullable=False),
            "low_95": _number(nullable=False),
            "high_95": _number(nullable=False),
            "last_year": pa.Column(int),
            "last_value": _number(nullable=False),
            "own_series": pa.Column(bool),
            "borrowed_from": _text(),
            "source": _text(pattern=r".+"),
        },
        ["region_code", "indicator", "year"],
    ),
    "youth": _table(
        "models",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "indicator": _text(tuple(INDICATOR_UNITS)),
            "age": _text(),
            "year": pa.Column(int),
            "value": _number(digits=_FITTED_DIGITS),
            "value_low": _number(digits=_FITTED_DIGITS),
            "value_high": _number(digits=_FITTED_DIGITS),
            "per_1000_residents": _number(),
            "residents_year": _number(),
            "evidence": _text(("published", "model")),
            "cv_pct": _number(digits=_FITTED_DIGITS),
            "display": _text(("show", "grey", "hide")),
            "status": _text(STATUSES),
            "source": _text(pattern=r".+"),
            "note": _text(),
        },
        ["region_code", "indicator", "age", "year"],
    ),
    "shift_share": _table(
        "models",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "year": pa.Column(int),
            "national": _amount(),
            "industry_mix": _amount(),
            "competitive": _amount(),
            "competitive_em": _amount(),
            "allocation": _amount(),
            "total": _amount(),
            "sectors": pa.Column(int),
            "refused": _text(),
            "source": _text(pattern=r".+"),
        },
        ["region_code", "year"],
    ),
    "similar_regions": _table(
        "models",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "rank": pa.Column(int),
            "similar_code": _text(),
            "distance": _number(),
            "features": _text(),
            "reason": _text(),
        },
        ["region_code", "rank"],
    ),
    "forecast_scores": _table(
        "models",
        {
            "made_on": _text(pattern=r".+"),
            "forecaster": _text(pattern=r".+"),
            "region_code": _text(pattern=REGION_PATTERN),
            "indicator": _text(),
            "year": pa.Column(int),
            "target": _text(),
            "forecast": _number(),
            "low_80": _number(),
            "high_80": _number(),
            "goal": _number(),
            "probability": _chance(),
            "actual": _number(),
            "actual_status": _text((*STATUSES, "")),
            "error": _amount(),
            "error_pct": _number(),
            "interval_score": _amount(),
            "came_true": _text(("yes", "no", "unknown", "")),
            "same_measure": pa.Column(bool),
            "source": _text(),
            "vintage": _text(),
            "note": _text(),
        },
        ["made_on", "forecaster", "region_code", "indicator", "year", "target"],
    ),
    "revisions": _table(
        "models",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "indicator": _text(tuple(INDICATOR_UNITS)),
            "change": _text(("revised", "added", "gone", "status")),
            "cells": pa.Column(int, pa.Check.gt(0)),
            "largest_relative_change": _number(),
            "largest_period": _text(pattern=r"^(\d{4}(-Q[1-4]|-\d{2})?)?$"),
            "largest_old_value": _number(),
            "largest_new_value": _number(),
            "previous_vintage": _text(pattern=r".+"),
        },
        ["region_code", "indicator", "change"],
    ),
    "verdict_changes": _table(
        "models",
        {
            "programme": _text(pattern=r".+"),
            "target": _text(pattern=r".+"),
            "target_version": _text(),
            "region_code": _text(pattern=REGION_PATTERN),
            "definition": _text(pattern=r".+"),
            "baseline_year": _number(),
            "deadline_year": _number(),
            "old_verdict": _text(),
            "new_verdict": _text(),
            "previous_vintage": _text(pattern=r".+"),
        },
        ["programme", "target", "target_version", "definition", "baseline_year", "deadline_year"],
    ),
    "job_changes": _table(
        "models",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "first_year": pa.Column(int),
            "last_year": pa.Column(int),
            "change": _number(nullable=False),
            "change_low_80": _number(),
            "change_high_80": _number(),
            "change_pct": _number(nullable=False),
            "change_pct_low_80": _number(),
            "change_pct_high_80": _number(),
            "status": _text(STATUSES),
            "source": _text(pattern=r".+"),
        },
        ["region_code", "first_year", "last_year"],
    ),
    "contributions": _table(
        "models",
        {
            "region_code": _text(pattern=REGION_PATTERN),
            "gm_code": _text(pattern=r"^GM\d{4}$"),
            "indicator": _text(tuple(INDICATOR_UNITS)),
            "first_year": pa.Column(int),
            "last_year": pa.Column(int),
            "first_value": _number(nullable=False),
            "last_value": _number(nullable=False),
            "change": _amount(nullable=False),
            "crosses_joint": pa.Column(bool),
            "status": _text(STATUSES),
            "source": _text(),
        },
        ["region_code", "gm_code", "indicator", "first_year", "last_year"],
    ),
}


#: pandera's own rules about columns, in words.
_COLUMN_RULES = {
    "column_in_schema": "a column that the contract does not know",
    "column_in_dataframe": "a column of the contract is lacking",
    "column_ordered": "a column stands in another place than the contract says",
}


class ContractError(ValueError):
    """A table does not keep its contract."""


#: A file of data/forecasts: what an edition said, a line a forecaster, region, year and target. Never changed.
FORECASTS = _table(
    "models",
    {
        "forecaster": _text(("groeimonitor", "no_change", "drift")),
        "region_code": _text(pattern=REGION_PATTERN),
        "indicator": _text(tuple(INDICATOR_UNITS)),
        "year": pa.Column(int),
        "made_on": _text(pattern=r"^\d{4}-\d{2}-\d{2}$"),
        "vintage": _text(pattern=r".+"),
        "commit": _text(pattern=r"^[0-9a-f]{7,40}$"),
        "last_year": pa.Column(int),
        "last_value": _number(nullable=False),
        "own_series": pa.Column(bool),
        **{f"q{percent:02d}": _number(nullable=False) for percent in (5, 10, 25, 50, 75, 90, 95)},
        "target": _text(),
        "baseline_year": _number(),
        "times": _number(),
        "plus": _number(),
        "probability": _chance(),
    },
    ["forecaster", "region_code", "indicator", "year", "target", "made_on"],
)


def check(name: str, frame: pd.DataFrame, table: Table | None = None) -> pd.DataFrame:
    """Check a table against its contract and return it with the contract's types.

    Parameters
    ----------
    table : the contract, where it is not that of a stored table

    Raises
    ------
    ContractError
        Names the table, the broken rule, how many rows break it and an example.
    """
    table = table or TABLES[name]
    lacking = [column for column in table.key if column not in frame]
    if lacking:
        raise ContractError(
            f"{name} breaks its contract: it lacks {len(lacking)} column(s) of its key, e.g. {lacking[0]!r}; "
            f"it has {', '.join(map(str, frame.columns))}."
        )
    repeated = frame.duplicated(list(table.key), keep=False)
    if repeated.any():
        example = frame.loc[repeated, list(table.key)].iloc[0].to_dict()
        raise ContractError(
            f"{name}: {int(repeated.sum())} rows share a key, e.g. {example}. "
            "Look at the source table: a row came twice or two sources use one basis."
        )
    try:
        return table.schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        raise ContractError(_explain(name, frame, error)) from None


def _explain(name: str, frame: pd.DataFrame, error: pa.errors.SchemaErrors) -> str:
    lines = []
    cases = error.failure_cases
    # a rule over a whole row is reported once, not once a column
    cases = cases.assign(column=cases["column"].where(cases["schema_context"] == "Column", "rows"))
    for (column, rule), broken in cases.groupby(["column", "check"], dropna=False):
        indices = broken["index"].dropna()
        if len(indices) and indices.iloc[0] in frame.index:
            example = frame.loc[indices.iloc[0]].head(9).to_dict()
        else:
            example = broken["failure_case"].iloc[0]
        lines.append(
            f"{column}: {_COLUMN_RULES.get(rule, rule)} ({indices.nunique() or len(broken)} cases, e.g. {example})"
        )
    return f"{name} breaks its contract:\n- " + "\n- ".join(lines)
