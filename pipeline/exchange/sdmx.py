"""Observations as SDMX-CSV 1.0: one row an observation, statistical codes instead of our words.

SDMX has one status a value; ours says two things at once (an estimate after a break). The break therefore has
an attribute of its own, and our own word for the status stays beside the code: nothing is lost on the way.
"""

from __future__ import annotations

import re

import pandas as pd

AGENCY, DATAFLOW_ID, VERSION = "GROEIMONITOR", "REGIONAL_LABOUR_MARKET", "1.0"
DATAFLOW = f"{AGENCY}:{DATAFLOW_ID}({VERSION})"
DIMENSIONS = ("FREQ", "REF_AREA", "INDICATOR", "SECTOR", "AGE", "BASIS", "TIME_PERIOD")
COLUMNS = (
    "DATAFLOW", *DIMENSIONS, "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "UNIT_MULT", "BREAK_BEFORE",
    "VALUE_LOW", "VALUE_HIGH", "INTERVAL_KIND", "INTERVAL_LEVEL", "REF_PERIOD_DETAIL", "STATUS", "DATA_SOURCE",
    "METHOD", "VINTAGE", "COMMENT_OBS",
)  # fmt: skip
TOTAL = "_T"

#: Our status -> SDMX observation status. "published" is a value whose finality the publisher did not state.
OBS_STATUS = {
    "final": "A",
    "published": "A",
    "provisional": "P",
    "revised_provisional": "P",
    "estimate": "E",
    "suppressed": "Q",
    "missing": "O",
}
#: A forecast of others is a forecast, whatever its finality.
FORECAST, _FORECASTS = "F", ("population_forecast_count",)
_OBS_STATUS_NAMES = {
    "A": "Normal value",
    "P": "Provisional value",
    "E": "Estimated value",
    "F": "Forecast value",
    "Q": "Missing value; suppressed",
    "O": "Missing value",
}
_CONF_STATUS_NAMES = {"F": "Free (free for publication)", "C": "Confidential statistical information"}
#: Our unit -> SDMX unit and its name.
UNITS = {
    "jobs": ("JOBS", "Jobs"),
    "persons": ("PS", "Persons"),
    "pct": ("PT", "Percent"),
    "per_1000_residents": ("PER_1000_RESIDENTS", "Persons per 1 000 residents"),
    "benefits": ("BENEFITS", "Benefits"),
    "vacancies": ("VACANCIES", "Vacancies"),
    "establishments": ("ESTABLISHMENTS", "Establishments"),
}
_FREQUENCIES = {"A": "Annual", "Q": "Quarterly", "M": "Monthly"}


class SdmxError(ValueError):
    """An observation that has no SDMX code."""


def observations(indicators: pd.DataFrame) -> pd.DataFrame:
    """The indicator table in SDMX-CSV columns, every cell as text.

    Parameters
    ----------
    indicators : the stored indicator table

    Returns
    -------
    DataFrame
        Columns ``COLUMNS``; one row an observation, sorted by the dimensions. A value that is missing or
        suppressed is empty, its status says which.

    Raises
    ------
    SdmxError
        For an age or unit without a code, or two rows with the same dimensions.
    """
    status = indicators["status"].map(OBS_STATUS)
    forecast = indicators["indicator"].isin(_FORECASTS) & indicators["value"].notna()
    made = pd.DataFrame(
        {
            "DATAFLOW": DATAFLOW,
            "FREQ": indicators["frequency"],
            "REF_AREA": indicators["region_code"],
            "INDICATOR": indicators["indicator"],
            "SECTOR": _mapped(indicators["sector"], lambda text: TOTAL if text == "total" else text),
            "AGE": _mapped(indicators["age"], age_code),
            "BASIS": _mapped(indicators["basis"], basis_code),
            "TIME_PERIOD": _time_period(indicators),
            "OBS_VALUE": _text(indicators["value"]),
            "OBS_STATUS": status.where(~forecast, FORECAST),
            "CONF_STATUS": indicators["status"].eq("suppressed").map({True: "C", False: "F"}),
            "UNIT_MEASURE": _mapped(indicators["unit"], _unit_code),
            "UNIT_MULT": "0",
            "BREAK_BEFORE": indicators["break_before"].map({True: "true", False: "false"}),
            "VALUE_LOW": _text(indicators["value_low"]),
            "VALUE_HIGH": _text(indicators["value_high"]),
            "INTERVAL_KIND": indicators["interval_kind"],
            "INTERVAL_LEVEL": _text(indicators["interval_level"]),
            "REF_PERIOD_DETAIL": indicators["reference_date"],
            "STATUS": indicators["status"],
            "DATA_SOURCE": indicators["source"],
            "METHOD": indicators["method"],
            "VINTAGE": indicators["vintage"],
            "COMMENT_OBS": indicators["note"],
        }
    )[list(COLUMNS)]
    double = made.duplicated(list(DIMENSIONS), keep=False)
    if double.any():
        example = made.loc[double, list(DIMENSIONS)].iloc[0].to_dict()
        raise SdmxError(
            f"{int(double.sum())} observations share their dimensions, e.g. {example}. Give one of the two sources "
            "a basis of its own in pipeline/tidy."
        )
    return made.sort_values(list(DIMENSIONS), ignore_index=True)


def codelists(indicators: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """What every code in ``observations`` stands for.

    Returns
    -------
    DataFrame
        Columns concept, code, name; only the codes that occur, and all codes of the fixed lists.
    """
    names = regions.set_index("region_code")["region_name"]
    lists = {
        "FREQ": _FREQUENCIES,
        "REF_AREA": {code: names[code] for code in indicators["region_code"].unique()},
        "INDICATOR": {name: name.replace("_", " ") for name in indicators["indicator"].unique()},
        "SECTOR": {
            TOTAL if s == "total" else s: "Total" if s == "total" else f"SBI 2008 section {s}"
            for s in indicators["sector"].unique()
        },
        "AGE": {age_code(text): text for text in indicators["age"].unique()},
        "BASIS": {basis_code(text): text for text in indicators["basis"].unique()},
        "OBS_STATUS": _OBS_STATUS_NAMES,
        "CONF_STATUS": _CONF_STATUS_NAMES,
        "UNIT_MEASURE": dict(UNITS.values()),
        "UNIT_MULT": {"0": "Units"},
    }
    rows = [(concept, code, name) for concept, codes in lists.items() for code, name in sorted(codes.items())]
    return pd.DataFrame(rows, columns=["concept", "code", "name"])


def age_code(text: str) -> str:
    """SDMX code of an age group; "15-27" is 15 up to and including 26.

    Raises
    ------
    SdmxError
        For a way of writing ages that is not known here.
    """
    if text == "total":
        return TOTAL
    if between := re.fullmatch(r"(\d+)-(\d+)", text):
        return f"Y{int(between[1])}T{int(between[2]) - 1}"
    if from_age := re.fullmatch(r"(\d+)\+", text):
        return f"Y_GE{int(from_age[1])}"
    if below := re.fullmatch(r"<(\d+)", text):
        return f"Y_LT{int(below[1])}"
    raise SdmxError(
        f"Age {text!r} has no SDMX code; known are total, 15-27, 15+ and <27. Add it to age_code."
    )


def basis_code(text: str) -> str:
    """Code of a basis: its words, upper case, joined by "_"; "+" becomes "PLUS"."""
    return re.sub(r"\W+", "_", text.replace("+", " plus ")).strip("_").upper()


def _unit_code(unit: str) -> str:
    if unit not in UNITS:
        raise SdmxError(f"Unit {unit!r} has no SDMX code; known are {', '.join(UNITS)}. Add it to UNITS.")
    return UNITS[unit][0]


def _mapped(column: pd.Series, code) -> pd.Series:
    return column.map({text: code(text) for text in column.unique()})


def _time_period(indicators: pd.DataFrame) -> pd.Series:
    year, period = indicators["year"].astype(str), indicators["period"]
    quarter = year + "-Q" + period.dt.quarter.astype(str)
    month = year + "-" + period.dt.month.astype(str).str.zfill(2)
    frequency = indicators["frequency"]
    return year.where(frequency == "A", quarter.where(frequency == "Q", month))


def _text(values: pd.Series) -> pd.Series:
    """Shortest text that reads back as the same number; nothing for a missing one."""
    return values.map(lambda value: "" if pd.isna(value) else repr(float(value)).removesuffix(".0")).astype(
        str
    )
