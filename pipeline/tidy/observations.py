"""Reads a raw table into observations: one row a region, indicator, sector, age and period.

Measures are found by their title, never by a column number: CBS renumbers its columns. A table whose
title, measure or unit is not what the reader expects stops the run.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from pipeline.schemas import INDICATOR_UNITS, OBSERVATION_COLUMNS
from pipeline.store import RawTable

#: published unit -> factor to the stored unit
UNIT_FACTORS = {"aantal": 1, "x 1 000": 1000, "x 1000": 1000, "%": 1}
PERIOD_STATUS = {
    "Definitief": "final",
    "Voorlopig": "provisional",
    "NaderVoorlopig": "revised_provisional",
    "NietVermeld": "published",
    "": "published",
}
ATTRIBUTE_STATUS = {"Confidential": "suppressed", "NotAvailable": "missing", "Impossible": "missing"}
_FREQUENCY = {"JJ": "A", "KW": "Q", "MM": "M"}
_MONTHS = {"Q": 3, "M": 1}
#: What makes two rows the same figure, whatever table gives it.
_FIGURE = ["region_code", "indicator", "sector", "age", "frequency", "period", "basis"]
_PERIOD = re.compile(r"(\d{4})(JJ(?=00)|KW(?=0[1-4])|MM(?=0[1-9]|1[0-2]))(\d\d)")


class TidyError(ValueError):
    """A raw table is not what its reader expects."""


@dataclass(frozen=True)
class MeasureSpec:
    """One published measure and what it becomes.

    title, group : as the publisher names the measure (and the group it stands in)
    unit : as published; another unit stops the run
    rounding : published step in the stored unit; given, the value carries a rounding interval
    """

    indicator: str
    title: str
    unit: str
    group: str = ""
    sector: str = "total"
    age: str = "total"
    rounding: float | None = None


@dataclass(frozen=True)
class TableSpec:
    """How a raw table is read.

    expected_title : words that the table's title must hold
    basis : what its figures may be compared with; per row a function of the year, or one text
    reference : reference date of a year's figure, a function of the year; others take the period
    keep : per dimension, which categories are wanted, by title
    sector, age : label of a sector or age category by its title; None leaves the category out
    """

    topics: Sequence[MeasureSpec]
    expected_title: str
    basis: str | Callable[[int], str]
    reference: Callable[[int], str] = str
    keep: dict[str, Callable[[str], bool]] = field(default_factory=dict)
    sector: Callable[[str], str | None] | None = None
    age: Callable[[str], str | None] | None = None


def read(raw: RawTable, reading: TableSpec, vintage: str) -> pd.DataFrame:
    """Observations of one raw table on published borders.

    Raises
    ------
    TidyError
        When title, measure, unit, dimension or value are not what the reading expects.
    """
    _check_title(raw, reading.expected_title)
    if raw.observations.empty:
        raise TidyError(
            f"{raw.table_id}: its observations hold no row, not even of NL01. The table was cut off: retrieve it again."
        )
    frame = _select_codes(raw, reading)
    frame = frame.merge(
        _topics_by_code(raw, reading.topics), on="measure", how="inner", validate="many_to_one"
    )
    for column in ("sector", "age"):
        if f"{column}_found" in frame:
            frame[column] = frame[f"{column}_found"]
    repeated = frame.duplicated(["indicator", "sector", "age", "region_code", "period"], keep=False)
    if repeated.any():
        example = frame.loc[repeated, ["measure", "region_code", "period"]].iloc[0].to_dict()
        raise TidyError(
            f"{raw.table_id}: {int(repeated.sum())} rows stand more than once, e.g. {example}. If the table got a "
            f"dimension (it has {', '.join(raw.dimensions())}; the reader chooses from "
            f"{', '.join(reading.keep) or 'none'}), choose its category in pipeline/tidy; else retrieve the table "
            "again. The vintage itself is never edited."
        )
    frame = pd.concat([frame, _periods(frame["period"])], axis=1)
    frame["value"] = (_numbers(frame, "value", raw.table_id) * frame["factor"]).round(6)
    frame["status"] = _statuses(frame, raw)
    for bound in ("value_low", "value_high"):
        frame[bound] = (
            _numbers(frame, bound, raw.table_id) * frame["factor"] if bound in frame else float("nan")
        )
    exact = frame["value_low"] == frame["value_high"]  # only one candidate: no interval to show
    frame.loc[exact, ["value_low", "value_high"]] = float("nan")
    half = frame["rounding"] / 2
    # each candidate was itself rounded: the first may have been less, the last more
    low, high = frame["value_low"] - half.fillna(0), frame["value_high"] + half.fillna(0)
    frame["value_low"] = low.fillna(frame["value"] - half).clip(lower=0)
    frame["value_high"] = high.fillna(frame["value"] + half)
    known = frame["value_low"].notna()
    basis = reading.basis
    annual = frame["frequency"] == "A"
    result = frame.assign(
        period=frame.pop("date"),
        reference_date=frame["year"].map(reading.reference).where(annual, frame["period"]),
        unit=frame["indicator"].map(INDICATOR_UNITS),
        interval_kind=known.map({True: "rounding", False: ""}),
        interval_level=known.map({True: 1.0, False: float("nan")}),
        break_before=False,
        basis=frame["year"].map(basis) if callable(basis) else basis,
        source=raw.table_id,
        method="published",
        vintage=vintage,
        note=frame.get("note", ""),
    )
    return result[OBSERVATION_COLUMNS].reset_index(drop=True)


def measures_held(raw: RawTable, topics: Sequence[MeasureSpec]) -> list[MeasureSpec]:
    """The topics whose measure the table has; for tables that exist in many editions and cuts.

    Raises
    ------
    TidyError
        When the table has none of them.
    """
    titles = set(raw.codes["measures"]["title"].str.strip())
    held = [topic for topic in topics if topic.title in titles]
    if not held:
        raise TidyError(
            f"{raw.table_id}: none of the wanted measures is there ({', '.join(t.title for t in topics)}); the "
            f"table has {', '.join(sorted(titles)[:8])}{known_figure(raw, raw.codes['measures']['code'].iloc[0])}. "
            "Look for the new titles in codes/measures.csv."
        )
    return held


def _check_title(raw: RawTable, expected: str) -> None:
    title = raw.properties.get("title", "")
    if expected.casefold() not in title.casefold():
        raise TidyError(
            f"{raw.table_id}: the title is {title!r}, expected one with {expected!r}. The publisher may have given "
            "the number to another table: look at its page before you change the reader in pipeline/tidy."
        )


def _select_codes(raw: RawTable, reading: TableSpec) -> pd.DataFrame:
    """Rows of the wanted categories, with region_code and, where there is one, the sector."""
    frame = raw.observations
    kinds = {d["name"]: d["kind"] for d in raw.properties["dimensions"]}
    regions = [name for name, kind in kinds.items() if kind == "region"]
    missing = [name for name in (*reading.keep, *regions) if name not in frame]
    if missing:
        raise TidyError(
            f"{raw.table_id}: dimension {missing[0]!r} is not in the table; it has {raw.dimensions()}. "
            "A renamed dimension must be named anew in pipeline/tidy."
        )
    check_codes(raw)
    frame = frame.assign(region_code=frame[regions[0]].str.strip() if regions else "NL01")
    for dimension, wanted in reading.keep.items():
        titles = raw.codes[dimension].set_index("code")["title"]
        kept = {code for code, title in titles.items() if wanted(title.strip())}
        if not kept:
            raise TidyError(
                f"{raw.table_id}: no category of {dimension} is the wanted one; there are "
                f"{', '.join(titles.head(5))} ... Look for the new name in codes/{dimension}.csv."
            )
        frame = frame[frame[dimension].isin(kept)]
    for column, labels, starts in (
        ("sector_found", reading.sector, "Bedrijfstakken"),
        ("age_found", reading.age, ("Leeftijd", "Persoonskenmerken")),
    ):
        if labels is not None:
            dimension = next(name for name in kinds if name.startswith(starts))
            found = raw.codes[dimension].set_index("code")["title"].str.strip().map(labels)
            frame = frame.assign(**{column: frame[dimension].map(found)})
            frame = frame[frame[column].notna()]
    return frame.reset_index(drop=True)


def check_codes(raw: RawTable) -> None:
    """Every code in the rows is one of the table's own lists."""
    regions = next((d["name"] for d in raw.properties["dimensions"] if d["kind"] == "region"), None)
    for dimension in [*raw.dimensions(), "measure"]:
        listed = raw.codes["measures" if dimension == "measure" else dimension]["code"].str.strip()
        held = pd.Series(raw.observations[dimension].unique())
        unlisted = held[~held.str.strip().isin(listed)]
        if len(unlisted):
            strange = raw.observations[raw.observations[dimension].isin(unlisted)]
            first = strange.iloc[0]
            place = f" ({first[regions]}, {first['period']})" if regions else f" ({first['period']})"
            raise TidyError(
                f"{raw.table_id}: {len(strange)} row(s) have a {dimension} that is not in the table's own list, e.g. "
                f"{first[dimension]!r}{place}. A code was mistyped or the list is of another table: retrieve the "
                "table again."
            )


def known_figure(raw: RawTable, measure: str) -> str:
    """The first figure of a measure with its region and period, for a message; empty where it has none."""
    rows = raw.observations[(raw.observations["measure"] == measure) & (raw.observations["value"] != "")]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    regions = [d["name"] for d in raw.properties["dimensions"] if d["kind"] == "region" and d["name"] in row]
    region = row[regions[0]].strip() if regions else "NL01"
    return f"; {region} has {row['value']} for {measure} in {row['period']}"


def _topics_by_code(raw: RawTable, topics: Sequence[MeasureSpec]) -> pd.DataFrame:
    """Measure code -> what it becomes; found by title, unit checked."""
    measures = raw.codes["measures"]
    groups = measures["group"] if "group" in measures else pd.Series("", index=measures.index)
    rows = []
    for topic in topics:
        found = measures[measures["title"].str.strip() == topic.title]
        if topic.group:
            found = found[groups[found.index].str.strip() == topic.group]
        if len(found) != 1:
            example = (measures if found.empty else found)["code"].iloc[0]
            raise TidyError(
                f"{raw.table_id}: {len(found)} measures are called {topic.group + ' / ' if topic.group else ''}"
                f"{topic.title!r}, expected one; there are {', '.join(measures['title'].head(8))}"
                f"{known_figure(raw, example)}. "
                "Look for the new title in codes/measures.csv and name it in pipeline/tidy."
            )
        unit = found["unit"].iloc[0].strip()
        if unit != topic.unit:
            raise TidyError(
                f"{raw.table_id}: {topic.title!r} is published in {unit!r}, expected {topic.unit!r}"
                f"{known_figure(raw, found['code'].iloc[0])}. Check a known figure before you change the unit in "
                "pipeline/tidy: a silent factor of 1 000 is the risk."
            )
        code = found["code"].iloc[0]
        if code in {row["measure"] for row in rows}:
            raise TidyError(
                f"{raw.table_id}: {topic.title!r} is read as {topic.indicator} and as another count as well"
                f"{known_figure(raw, code)}. Titles changed places in codes/measures.csv: retrieve the table again."
            )
        rows.append(
            {
                "measure": code,
                "indicator": topic.indicator,
                "sector": topic.sector,
                "age": topic.age,
                "factor": UNIT_FACTORS[unit],
                "rounding": float("nan") if topic.rounding is None else topic.rounding,
            }
        )
    return pd.DataFrame(rows)


def _numbers(frame: pd.DataFrame, column: str, table_id: str) -> pd.Series:
    text = frame[column]
    numbers = pd.to_numeric(text.where(text != ""), errors="coerce")
    bad = frame[numbers.isna() & (text != "")]
    if len(bad):
        first = bad.iloc[0]
        raise TidyError(
            f"{table_id}: {len(bad)} values are no number, e.g. {first[column]!r} of {first['region_code']} in "
            f"{first['period_code']}. The raw form takes a decimal point; look at how the table was written."
        )
    return numbers.astype(float)


def _statuses(frame: pd.DataFrame, raw: RawTable) -> pd.Series:
    periods = raw.codes["periods"].set_index("code")["status"]
    unknown = sorted(set(periods) - set(PERIOD_STATUS))
    if unknown:
        raise TidyError(
            f"{raw.table_id}: unknown status of a period: {unknown[:3]}; add it to PERIOD_STATUS."
        )
    unlisted = frame[~frame["period_code"].isin(periods.index)]
    if len(unlisted):
        first = unlisted.iloc[0]
        raise TidyError(
            f"{raw.table_id}: {unlisted['period_code'].nunique()} period(s) of its figures are not in "
            f"codes/periods.csv, e.g. {first['period_code']} of {first['region_code']}: "
            "whether they are final is unknown. Retrieve the table again."
        )
    attributes = sorted(set(frame["value_attribute"]) - set(ATTRIBUTE_STATUS) - {"None"})
    if attributes:
        raise TidyError(
            f"{raw.table_id}: unknown value attribute {attributes[:3]}; add it to ATTRIBUTE_STATUS."
        )
    status = frame["period_code"].map(periods).map(PERIOD_STATUS)
    if "status" in frame:
        status = frame["status"].where(frame["status"] != "", status)
    return frame["value_attribute"].map(ATTRIBUTE_STATUS).fillna(status)


def _periods(codes: pd.Series) -> pd.DataFrame:
    """Start date, frequency and year of CBS period codes (2024JJ00, 2024KW01, 2024MM01)."""
    unique = codes.unique()
    parsed = pd.DataFrame(
        [parse_period(code) for code in unique], columns=["date", "frequency"], index=unique
    )
    parsed["date"] = pd.to_datetime(parsed["date"]).astype("datetime64[us]")
    frame = parsed.loc[codes].set_axis(codes.index)
    return frame.assign(year=frame["date"].dt.year, period_code=codes)


def parse_period(code: str) -> tuple[dt.date, str]:
    """Start date and frequency of a CBS period code.

    Raises
    ------
    TidyError
        When the code has another form.
    """
    found = _PERIOD.fullmatch(code)
    if not found:
        raise TidyError(f"{code!r} is no period; expected a code such as 2024JJ00, 2024KW01 or 2024MM01.")
    year, kind, number = int(found[1]), _FREQUENCY[found[2]], int(found[3])
    month = 1 if kind == "A" else 1 + (number - 1) * _MONTHS[kind]
    return dt.date(year, month, 1), kind


def concat_observations(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Observations of some tables in one; empty when the vintage holds none of them."""
    held = [part for part in parts if len(part)]
    return pd.concat(held, ignore_index=True) if held else pd.DataFrame(columns=OBSERVATION_COLUMNS)


def newest_edition(observations: pd.DataFrame) -> pd.DataFrame:
    """One row a figure: where editions of a table give the same one, the newest (highest table id) stays."""
    ordered = observations.sort_values("source", kind="stable")
    return ordered.drop_duplicates(_FIGURE, keep="last").sort_index()


def first_given(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables put together, one row a figure: the first table that gives a figure keeps it."""
    return concat_observations(parts).drop_duplicates(_FIGURE, keep="first").reset_index(drop=True)
