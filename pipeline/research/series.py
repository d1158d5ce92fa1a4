"""Series of an indicator: the rows asked for, and which of them may be joined by a line."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from pipeline.figures.panels import Panel
from pipeline.language.numbers import month
from pipeline.research import MonitorError
from pipeline.research.lookup import indicator_name, one_of, region_codes, wanted_years
from pipeline.research.tables import Tables
from pipeline.research.words import KIND_PLURALS, KIND_WORDS, joined_sources
from pipeline.schemas import INDICATOR_COLUMNS, INDICATOR_UNITS

_PERIOD_WORDS = {"A": "jaar", "Q": "kwartaal", "M": "maand"}
_FREQUENCY_WORDS = {"A": "annual", "Q": "quarterly", "M": "monthly"}


def indicator_rows(
    tables: Tables,
    indicator: str,
    regions: str | Iterable[str] | None,
    years: int | tuple[int, int] | Iterable[int] | None,
    *,
    sector: str = "total",
    age: str | None = None,
    frequency: str = "A",
    basis: str | None = None,
) -> pd.DataFrame:
    """Rows of the indicator table with the region's name; see ``monitor.indicator``."""
    name = indicator_name(indicator)
    everywhere = tables.read("regions")
    codes = region_codes(regions, everywhere)
    asked = wanted_years(years)
    one_of(frequency, _FREQUENCY_WORDS, "frequency")
    held = tables.read("indicators", indicator=name)
    for column, wanted in {"sector": sector, "age": age, "basis": basis}.items():
        # a vintage without the indicator has nothing to compare a word with: it answers with no rows
        if len(held) and wanted not in (None, "total"):
            one_of(wanted, held[column].unique(), f"{column} of {name}")
    filters = {"indicator": name, "sector": sector, "frequency": frequency}
    if codes is not None:
        filters["region_code"] = codes
    if basis is not None:
        filters["basis"] = basis
    rows = tables.read("indicators", **filters)
    rows = rows[rows["age"] == (age or main_age(rows))]
    if asked is not None:
        rows = rows[rows["year"].isin(asked)]
    names = everywhere.set_index("region_code")["region_name"]
    rows = rows.assign(region_name=rows["region_code"].map(names))
    rows = rows[["region_code", "region_name", *INDICATOR_COLUMNS[1:]]]
    rows = rows.sort_values(["region_code", "basis", "period"], ignore_index=True)
    return described(rows, INDICATOR_UNITS[name], rows["source"], tables.vintage)


def main_age(rows: pd.DataFrame) -> str:
    """The age group a series is about when none is asked for: everyone, else the group most rows have."""
    ages = rows["age"].value_counts()
    return "total" if "total" in ages.index or ages.empty else str(ages.index[0])


def described(frame: pd.DataFrame, unit: str, sources: Iterable[str], vintage: str) -> pd.DataFrame:
    """The frame with unit, source and vintage in its attrs."""
    frame.attrs = {"unit": unit, "source": joined_sources(sources), "vintage": vintage}
    return frame


def require_values(rows: pd.DataFrame, indicator: str, tables: Tables, frequency: str = "A") -> None:
    """Stop when a question has no value at all as its answer; says where there are values.

    Raises
    ------
    MonitorError
        With the frequencies, years and kinds of region for which the vintage holds the indicator.
    """
    if rows["value"].notna().any():
        return
    held = tables.read("indicators", indicator=indicator)
    held = held[held["value"].notna()]
    if held.empty:
        raise MonitorError(
            f"Vintage {tables.vintage} holds no value of {indicator}; see monitor.indicators().",
            f"De momentopname {tables.vintage} heeft hier geen cijfers van.",
        )
    kinds = tables.read("regions").set_index("region_code")["region_type"]
    parts, dutch = [], []
    for key, part in held.groupby("frequency"):
        counts = part.drop_duplicates("region_code")["region_code"].map(kinds).value_counts()
        regions = ", ".join(f"{kind} {count}" for kind, count in counts.items())
        span = f"{part['year'].min()}-{part['year'].max()}"
        parts.append(f"{_FREQUENCY_WORDS[key]} {span} ({regions})")
        listed = ", ".join(
            "Nederland"
            if kind == "nation"
            else f"{count} {(KIND_PLURALS if count > 1 else KIND_WORDS)[kind]}"
            for kind, count in counts.items()
        )
        dutch.append(f"per {_PERIOD_WORDS[key]} {span} ({listed})")
    raise MonitorError(
        f"Vintage {tables.vintage} has no {_FREQUENCY_WORDS[frequency]} {indicator} for these regions and years. "
        f"It has: {'; '.join(parts)}.",
        f"Voor deze gebieden en jaren is er per {_PERIOD_WORDS[frequency]} geen cijfer. Wel: {'; '.join(dutch)}.",
    )


def chained(rows: pd.DataFrame) -> pd.DataFrame:
    """The points of one region that a chart shows, with the segment within which they may be compared.

    The basis that reaches furthest leads; another one fills the time before it, in a segment of its own. Where
    the first point of a newer basis is an estimate and the older basis was measured then, both are kept.

    Parameters
    ----------
    rows : indicator rows of one region, sector, age and frequency; several bases allowed

    Returns
    -------
    DataFrame
        Columns time, value, low, high, period, status, segment.
    """
    points = rows.assign(time=rows["period"].map(_time), words=rows["period"].map(str))
    points["words"] = [_period_words(row.period, row.frequency) for row in rows.itertuples()]
    held = points[points["value"].notna()]
    reach = held.groupby("basis")["time"].agg(["max", "size"]).reset_index()
    order = reach.sort_values(["max", "size", "basis"], ascending=[False, False, True])["basis"]
    kept: list[pd.DataFrame] = []
    for basis in order:
        part = points[points["basis"] == basis].sort_values("time", kind="stable")
        if kept:
            newer = kept[-1]
            first = newer.loc[newer["value"].notna()].iloc[0]
            overlap = first["status"] == "estimate"
            part = part[part["value"].notna() & (part["status"] != "estimate")]
            part = part[part["time"] <= first["time"]] if overlap else part[part["time"] < first["time"]]
        if len(part):
            steps = part["break_before"].cumsum()
            kept.append(part.assign(segment=basis + " " + steps.astype(str)))
    columns = {"value_low": "low", "value_high": "high"}
    wanted = ["time", "value", "low", "high", "words", "status", "segment"]
    if not kept:
        return pd.DataFrame(columns=["time", "value", "low", "high", "period", "status", "segment"])
    chain = pd.concat(kept).rename(columns=columns)[wanted].rename(columns={"words": "period"})
    return chain.sort_values("time", ignore_index=True, kind="stable")


def as_panels(rows: pd.DataFrame, codes: list[str], names: pd.Series) -> list[Panel]:
    """A panel a region, in the order asked for."""
    return [Panel(names[code], code, chained(rows[rows["region_code"] == code])) for code in codes]


def _time(period: pd.Timestamp) -> float:
    return period.year + (period.month - 1) / 12


def _period_words(period: pd.Timestamp, frequency: str) -> str:
    if frequency == "A":
        return str(period.year)
    if frequency == "Q":
        return f"{period.year}, {(period.month + 2) // 3}e kwartaal"
    return month(period)
