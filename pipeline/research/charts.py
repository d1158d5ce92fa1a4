"""Figures of the researcher's questions: rows of tables become the points of a chart form, with their texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from pipeline import vocabulary
from pipeline.figures import bars, line
from pipeline.figures import map as maps
from pipeline.figures.drawing import Drawing, Layer, Look, Panel, Point
from pipeline.figures.style import DEFAULT_STYLE as STYLE
from pipeline.models.series import is_one_gemeente_estimate
from pipeline.region_names import MonitorError, RegionNames
from pipeline.research.figure import Figure, text_of
from pipeline.research.names import title_of
from pipeline.research.tables import joined_sources
from pipeline.vocabulary import formats

MOST_LINES = 6
_FIRST = STYLE.data
#: Of other regions, told apart by their names at the end of the line too.
_COLORS = (STYLE.navy, STYLE.accent, "#4a7023", "#7b3f8c", STYLE.soft)
#: Size in metres of what a map leaves out of its borders.
_SIMPLER_M = 150.0
_DATA = ["region_code", "region_name", "indicator", "period", "year", "value", "value_low", "value_high", "unit",
         "status", "basis", "source", "vintage"]  # fmt: skip


# --- years --------------------------------------------------------------------------------


def series_chart(rows: pd.DataFrame, codes: Sequence[str], names: RegionNames) -> Figure:
    """Lines of an indicator by region; see ``Monitor.chart``."""
    if not 1 <= len(codes) <= MOST_LINES:
        raise MonitorError(
            f"{len(codes)} regions; one to {MOST_LINES} lines are told apart. Use bars() or map()."
        )
    # one gemeente does not follow its COROP: such a share is no series of its own
    followed = is_one_gemeente_estimate(rows)
    rows = rows[~followed]
    if not rows["value"].notna().any():
        raise MonitorError(f"{', '.join(codes)}: all figures are a share of the COROP, no series of its own.")
    layers, colors = [], iter(_COLORS)
    for place, code in enumerate(codes):
        part = rows[rows["region_code"] == code].sort_values("period", kind="stable")
        look: Look = "counted" if place == 0 else "nation" if code == "NL01" else "other"
        color = next(colors) if look == "other" else _FIRST if place == 0 and len(codes) > 1 else ""
        layers += _layers(part, names.labels[code], look, color)
    name = rows["indicator"].iloc[0]
    listed = names.labels[codes[0]] if len(codes) == 1 else f"{len(codes)} gebieden"
    unit = _unit_line(rows)
    if (rows["status"] == "estimate").any():
        unit += ". Streepjes en open punten: raming; de band is de marge"
    if followed.any():
        unit += ". Per gemeente alleen getelde jaren"
    return _figure(f"{title_of(name)}: {listed}", unit, rows, _lines(layers))


def _layers(rows: pd.DataFrame, label: str, look: Look, color: str = "") -> list[Layer]:
    """A layer for what may be joined; what lies before a break stands apart, beside other regions without its name."""
    known = rows[rows["value"].notna()]
    if known.empty:
        return []
    *before, newest = (part for _, part in known.groupby(known["break_before"].cumsum()))
    alone = look == "counted" and not color
    words = f"{label}, voor de breuk van {newest['year'].iloc[0]}"
    shown = "old_count" if alone else "other" if look == "counted" else look
    earlier = [
        Layer(words, shown, _points(part), {_x(part.iloc[-1]): (words,) if alone else ()}, color)
        for part in before
    ]
    if look != "counted":
        return [*earlier, _layer(label, look, newest, color)]
    counted, estimated = newest[newest["status"] != "estimate"], newest[newest["status"] == "estimate"]
    named = f"{label}, geteld" if len(estimated) else label
    parts = ((named, "counted", counted), (label, "estimate", estimated))
    return [*earlier, *(_layer(*part) for part in parts if len(part[-1]))]


def _layer(label: str, look: Look, rows: pd.DataFrame, color: str = "") -> Layer:
    last = rows.iloc[-1]
    mark = ", raming" if last["status"] == "estimate" and look != "outlook" else ""
    words = f"{label}: {text_of(last)} ({_period(last)}{mark})"
    return Layer(label, look, _points(rows), {_x(last): (words,)}, color)


def _points(rows: pd.DataFrame) -> tuple[Point, ...]:
    records = rows.to_dict("records")
    return tuple(
        _point(row, x=_x(row), name="" if row.get("frequency", "A") == "A" else _period(row))
        for row in records
    )


def _point(row: Mapping[str, Any], *, x: float = 0.0, name: str = "", own: bool = False) -> Point:
    low, high = (None if pd.isna(row.get(side)) else float(row[side]) for side in ("value_low", "value_high"))
    value = None if pd.isna(row["value"]) else float(row["value"])
    status = "provisional" if "provisional" in str(row["status"]) else str(row["status"])
    return Point(value, text_of(row), x, name, low, high, status, own)


def _x(row: Mapping[str, Any]) -> float:
    """Place on an axis of years."""
    return row["year"] + (0 if row.get("frequency", "A") == "A" else (row["period"].month - 1) / 12)


def _period(row: Mapping[str, Any]) -> str:
    frequency, period = row.get("frequency", "A"), row.get("period")
    codes = {"M": "{:%Y-%m}", "Q": "{0.year}Q{0.quarter}"}
    return formats.period(codes[frequency].format(period), "nl") if frequency in codes else str(row["year"])


def _lines(layers: Sequence[Layer], height_mm: float = line.HEIGHT_MM) -> Drawing:
    return line.line(
        layers,
        write=lambda value: formats.number(value, 1 if value == int(value) else 0.1, "nl"),
        axis_note=lambda start: vocabulary.word("phrase", "axis_from", "nl").format(start=start),
        height_mm=height_mm,
    )


# --- regions ------------------------------------------------------------------------------


def bars_chart(rows: pd.DataFrame, codes: Sequence[str], names: RegionNames, year: int) -> Figure:
    """An indicator of regions beside each other in one year; see ``Monitor.bars``."""
    found = rows.set_index("region_code").reindex(codes).reset_index()
    found["status"] = found["status"].fillna("missing")
    points = [
        _point(row, name=names.labels[row["region_code"]], own=place == 0)
        for place, row in enumerate(found.to_dict("records"))
    ]
    name = rows["indicator"].iloc[0]
    others = names.labels[codes[1]] if len(codes) == 2 else f"{len(codes) - 1} andere gebieden"
    title = f"{title_of(name)}: {names.labels[codes[0]]}" + (f" naast {others}" if len(codes) > 1 else "")
    return _figure(title, f"{_unit_line(rows)}, {year}", found, bars.bars([Panel("", tuple(points))]))


def value_map(
    rows: pd.DataFrame, shapes: Any, inside: Sequence[str], names: RegionNames, place: str, year: int
) -> Figure:
    """Map of an indicator; see ``Monitor.map``.

    Parameters
    ----------
    shapes : GeoDataFrame in metres, all regions of the kind
    inside : codes drawn with a figure; the others are surroundings
    place : name of the region for the title
    """
    name = rows["indicator"].iloc[0]
    outlines = maps.simplified(shapes.geometry.to_numpy(), _SIMPLER_M)
    simple = dict(zip(shapes["region_code"], outlines, strict=True))
    found = rows.drop_duplicates("region_code").set_index("region_code").reindex(inside).reset_index()
    found["status"] = found["status"].fillna("missing")
    found["region_name"] = found["region_code"].map(names.labels)
    points = [_point(row, name=row["region_name"]) for row in found.to_dict("records")]
    limits = maps.class_limits([point.value for point in points])
    classes = maps.Classes(tuple(limits), _class_words(limits), vocabulary.word("phrase", "no_data", "nl"))
    around = [shape for code, shape in simple.items() if code not in set(inside)]
    drawing = maps.choropleth([simple[code] for code in inside], points, classes, around=around)
    held = int(found["value"].notna().sum())
    kind = "gemeenten" if str(inside[0]).startswith("GM") else "gebieden"
    unit = f"{_unit_line(rows)}, {year}; {held} van {len(inside)} {kind} hebben een cijfer"
    return _figure(f"{title_of(name)} op de kaart: {place}", unit, found, drawing)


def _class_words(limits: Sequence[float]) -> tuple[str, ...]:
    """Words of the classes: "minder dan 6", "6 tot 8", "8 of meer"."""
    if not limits:
        return (vocabulary.word("phrase", "all_parts", "nl"),)
    ends = [formats.number(limit, 1 if limit == int(limit) else 0.1, "nl") for limit in limits]
    first, last = (vocabulary.word("phrase", key, "nl") for key in ("less_than", "or_more"))
    between = [vocabulary.word("phrase", "to", "nl").join(pair) for pair in pairwise(ends)]
    return first.format(limit=ends[0]), *between, last.format(limit=ends[-1])


# --- jobs ---------------------------------------------------------------------------------


def jobs_chart(rows: pd.DataFrame, ahead: pd.DataFrame, reading: pd.Series | None, name: str) -> Figure:
    """Jobs counted, estimated and foreseen, with the goal of a reading; see ``Monitor.jobs_chart``."""
    goal = reading is not None and not reading[["target_value", "deadline_year"]].isna().any()
    assumed = goal and bool(reading["is_assumption"])
    known = rows[rows["value"].notna()]
    factor = float(reading["latest_value"]) / float(known["value"].iloc[-1]) if assumed else 1.0
    since = known["break_before"].cumsum()
    if assumed:  # another definition that grows as the employee jobs do
        known = known[since == since.iloc[-1]]
        scaled = {column: known[column] * factor for column in ("value", "value_low", "value_high")}
        known = known.assign(**scaled, status="estimate")
    bounds = {"value": "median", "value_low": "low_80", "value_high": "high_80"}
    later = ahead.assign(
        basis=known["basis"].iloc[-1], **{new: ahead[old] * factor for new, old in bounds.items()}
    )
    label = reading["definition_title"] if assumed else "banen"
    layers = [*_layers(known, label, "counted"), _layer("vooruitzicht", "outlook", later)]
    drawn = [known, later]
    title = f"Banen in {name}"
    if goal:
        target = _goal_row(reading, later)
        # an estimated baseline is known to the hundred at best, and so is what is added to it
        step = 100 if assumed or reading["baseline_status"] == "estimate" else 1
        words = formats.number(target["value"], step, "nl")
        point, named = Point(target["value"], words, target["year"]), f"het doel: {words} in {target['year']}"
        layers.append(Layer("het doel", "goal", (point,), {target["year"]: (named,)}))
        drawn.append(pd.DataFrame([target]))
        title += f" en het doel voor {target['year']}"
    unit = "banen, december; marge van vooruitzicht 80 %, van raming 95 %"
    return _figure(title, unit, pd.concat(drawn, ignore_index=True), _lines(layers))


def _goal_row(reading: pd.Series, ahead: pd.DataFrame) -> dict[str, Any]:
    """The goal as a row beside the others."""
    like = ahead.iloc[-1][["region_code", "region_name", "indicator", "unit", "vintage"]].to_dict()
    year, value = int(reading["deadline_year"]), float(reading["target_value"])
    return like | {"year": year, "value": value, "status": "target", "source": reading["source"]}


def shift_share_chart(rows: pd.DataFrame) -> Figure:
    """Sum of the yearly effects; see ``Monitor.shift_share_chart``."""
    held = rows[rows["refused"] == ""]
    if held.empty:
        raise MonitorError(f"Every year of the shift-share is refused, e.g. {rows['refused'].iloc[0]}.")
    parts = {"groei zoals in heel Nederland": "national", "samenstelling van sectoren": "industry_mix",
             "eigen groei van de sectoren": "competitive", "samen": "total"}  # fmt: skip
    data = pd.DataFrame({"part": list(parts), "value": [held[column].sum() for column in parts.values()]})
    like = held.iloc[-1][["region_code", "region_name", "unit", "status", "vintage"]].to_dict()
    data = data.assign(indicator="jobs_employees", source=joined_sources(held["source"].unique()), **like)
    texts = [formats.number(value, 100, "nl", signed=True) for value in data["value"]]
    drawn = zip(data["part"], data["value"], texts, strict=True)
    points = [Point(float(value), text, name=part, own=part == "samen") for part, value, text in drawn]
    years = f"december {int(held['year'].min()) - 1} tot {int(held['year'].max())}"
    left_out = rows[rows["refused"] != ""]["year"].astype(str).tolist()
    unit = f"banen van werknemers, som van {len(held)} jaren"
    unit += f"; zonder {', '.join(left_out)} (breuk of geen gegevens)" if left_out else ""
    title = f"{like['region_name']}: {texts[-1]} banen van {years}, in drie delen"
    return _figure(title, unit, data, bars.bars([Panel("", tuple(points))]), ["part"])


# --- words --------------------------------------------------------------------------------


def _figure(title: str, unit: str, rows: pd.DataFrame, drawing: Drawing, more: Sequence[str] = ()) -> Figure:
    data = rows[[*more, *(column for column in _DATA if column in rows)]].reset_index(drop=True)
    used = joined_sources(rows["source"].dropna().unique())
    titles = formats.listing([vocabulary.source_title(one.strip(), "nl") for one in _split(used)], "nl")
    vintage = rows["vintage"].dropna().iloc[0]
    return Figure(title, unit, f"Bron: {titles}, bewerking Groeimonitor; gegevens {vintage}.", drawing, data)


def _split(used: str) -> list[str]:
    """Single sources: table ids are parted by a comma, titles by a semicolon."""
    first, *titles = used.split("; ")
    return [*(first.split(", ") if all(" " not in part for part in first.split(", ")) else [first]), *titles]


def _unit_line(rows: pd.DataFrame) -> str:
    known = rows.dropna(subset=["unit"]).iloc[-1]
    age = str(known["age"])
    in_december = known["frequency"] == "A" and str(known["reference_date"]).endswith("-12")
    parts = [vocabulary.word("unit", known["unit"], "nl")]
    parts += ["december"] * in_december + [f"{age} jaar"] * age[:1].isdigit()
    return ", ".join(parts)
