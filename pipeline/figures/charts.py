"""Line and bar charts. Each takes plain frames and numbers, reads no file, returns a Drawing.

Conventions, here and in the other chart modules: measured is solid ink, an estimate is dashed blue with
its margin, a target is an orange diamond, a provisional point is hollow, a break is a thin line with its
word, no data are the words. Values stand beside their marks; nothing hangs on colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from pipeline.figures.common import (
    DASHES,
    ONE_DECIMAL,
    WHOLE,
    axis_note,
    limit_rows,
    mark_breaks,
    need_columns,
    row_height,
    wrap_names,
)
from pipeline.figures.drawing import About, DataRow, Drawing
from pipeline.figures.labels import EdgeLabel, LabelMap, nice_ticks, write_edge_labels, year_ticks
from pipeline.figures.style import (
    DEFAULT_STYLE,
    WIDTH_MM,
    FigureError,
    HouseStyle,
    drawing_style,
    new_figure,
    text_width_mm,
    to_svg,
)
from pipeline.language.numbers import NumberFormat, no_data, number
from pipeline.language.translation import tr


@dataclass(frozen=True)
class Line:
    """One named line.

    points : DataFrame [time, value] and optionally [low, high] (margin), [period] (words), [status];
        time is a year, with quarters and months as fractions (2026.25 = start of the second quarter)
    role : "region" ink, "area" blue, "nation" grey, "estimate" dashed blue with its margin
    breaks : times that cannot be compared with the point before
    """

    name: str
    points: pd.DataFrame
    role: str = "region"
    region: str | None = None
    region_code: str | None = None
    breaks: tuple[float, ...] = ()


def line_series(
    lines: Sequence[Line],
    *,
    about: About,
    form: NumberFormat = ONE_DECIMAL,
    target: tuple[float, str] | None = None,
    extremes: bool = False,
    style: HouseStyle = DEFAULT_STYLE,
    height_mm: float = 60,
) -> Drawing:
    """Several lines with their name and last value at the right.

    Parameters
    ----------
    lines : sequence of Line
        At most five; a missing value leaves a gap with the words "geen gegevens".
    about : About
    form : NumberFormat
        How values are written.
    target : (value, words), optional
        Horizontal dashed line with its label.
    extremes : bool
        Write the highest and lowest point of the first line.

    Raises
    ------
    FigureError
        No values, more than five lines, or labels that do not fit.
    """
    looks = {
        "region": (style.ink, "-", 2.4),
        "area": (style.data, "-", 2.0),
        "nation": (style.grey, "-", 1.8),
        "estimate": (style.data, (0, DASHES), 2.0),
    }
    if not 1 <= len(lines) <= 5:
        raise FigureError(f"{about.id}: {len(lines)} lines; one to five can be told apart.")
    for line in lines:
        need_columns(line.points, ("time", "value"), f"line {line.name!r}")
        if line.role not in looks:
            raise FigureError(f"line {line.name!r}: role {line.role!r} is not one of {list(looks)}.")
        if line.points["value"].notna().sum() == 0:
            raise FigureError(f"line {line.name!r} has no values. Leave it out and say so in the text.")
    values = pd.concat(
        [
            line.points[column]
            for line in lines
            for column in ("value", "low", "high")
            if column in line.points
        ]
        + [pd.Series([target[0]] if target else [], dtype=float)]
    )
    ticks = nice_ticks(float(values.min()), float(values.max()), 4)
    ticks = ticks if ticks[0] > 0.4 * ticks[-1] else nice_ticks(0, float(values.max()), 4)
    times = pd.concat([line.points["time"] for line in lines])
    first, last = float(times.min()), float(times.max())

    edge = []
    for line in lines:
        end = line.points.dropna(subset=["value"]).sort_values("time", kind="stable").iloc[-1]
        color = style.soft if line.role == "nation" else looks[line.role][0]
        words = f"{line.name}\n{form(end['value'])} ({_period(end)}{_status_word(end)})"
        edge.append(EdgeLabel(float(end["value"]), words, color, line.role != "nation", float(end["time"])))
    if target:
        edge.append(EdgeLabel(target[0], target[1], style.accent, bold=True))

    with drawing_style(style):
        step_decimals = 0 if all(tick == int(tick) for tick in ticks) else 1
        tick_words = [number(tick, step_decimals) for tick in ticks]
        left = max(text_width_mm(words, style) for words in tick_words) + 2.5
        right = max(text_width_mm(e.words, style, bold=e.bold) for e in edge) + 5.5
        top = 6 if any(line.breaks for line in lines) else 3
        figure, axes = new_figure(height_mm, left_mm=left, right_mm=right, top_mm=top, bottom_mm=8)
        margin = 0.015 * (last - first) + 0.05
        axes.set(xlim=(first - margin, last + margin), ylim=(ticks[0], ticks[-1]))
        axes.set_xticks(year_ticks(int(np.ceil(first)), int(last), most=11))
        axes.set_yticks(ticks, tick_words)
        axes.grid(axis="y")
        room = LabelMap(axes)
        if target:
            axes.axhline(target[0], color=style.accent, lw=1.6, ls=(0, (5, 2)))
            room.avoid_line(axes.get_xlim(), [target[0]] * 2)
        for line in reversed(lines):
            _one_line(axes, line, looks[line.role], room, style)
        _mark_breaks_at(axes, lines, room, style)
        write_edge_labels(axes, edge)
        for line in lines:
            _name_gaps(axes, line, room, style)
        if extremes:
            _name_extremes(axes, lines[0], form, looks[lines[0].role][0], room, style)
        svg = to_svg(figure)
    return Drawing(
        svg=svg,
        alt=_lines_alt(lines, form, target),
        data_rows=tuple(_line_rows(lines, form, target, about)),
        axis_note=axis_note(ticks[0]),
    )


def _period(point: pd.Series) -> str:
    return str(point["period"]) if "period" in point.index else str(int(point["time"]))


def _status_word(point: pd.Series) -> str:
    return tr(", voorlopig") if _is_provisional(point) else ""


def _is_provisional(point: pd.Series) -> bool:
    return "status" in point.index and point["status"] in ("provisional", "revised_provisional")


def _one_line(axes: Axes, line: Line, look: tuple, room: LabelMap, style: HouseStyle) -> None:
    color, dashes, width = look
    points = line.points.sort_values("time", kind="stable")
    if {"low", "high"} <= set(points.columns):
        axes.fill_between(points["time"], points["low"], points["high"], color=style.band, lw=0, alpha=0.7)
    marker = "o" if len(points) <= 14 else None
    axes.plot(points["time"], points["value"], color=color, ls=dashes, lw=width, marker=marker, ms=4.5)
    room.avoid_line(points["time"], points["value"])
    valued = points.dropna(subset=["value"])
    end = valued.iloc[-1]
    axes.plot(end["time"], end["value"], "o", color=color, ms=6, clip_on=False, zorder=4)
    for _, point in valued.iterrows():
        if _is_provisional(point):
            axes.plot(
                point["time"],
                point["value"],
                "o",
                color="white",
                mec=color,
                mew=1.5,
                ms=5.5,
                clip_on=False,
                zorder=5,
            )


def _mark_breaks_at(axes: Axes, lines: Sequence[Line], room: LabelMap, style: HouseStyle) -> None:
    steps = [
        float(np.median(np.diff(np.sort(line.points["time"])))) for line in lines if len(line.points) > 1
    ]
    half = min(steps, default=1.0) / 2
    times = sorted({time for line in lines for time in line.breaks})
    mark_breaks(axes, [time + 0.5 - half for time in times], room, style)


def _name_gaps(axes: Axes, line: Line, room: LabelMap, style: HouseStyle) -> None:
    """Write "geen gegevens" once in each run of missing values between known ones."""
    points = line.points.sort_values("time", kind="stable").reset_index(drop=True)
    known = points.index[points["value"].notna()]
    for before, after in pairwise(known):
        if after - before > 1:
            ends = points.loc[[before, after]]
            middle = (float(ends["time"].mean()), float(ends["value"].mean()))
            room.place(no_data(), [middle], color=style.soft, leader=False)


def _name_extremes(
    axes: Axes, line: Line, form: NumberFormat, color: str, room: LabelMap, style: HouseStyle
) -> None:
    points = line.points.dropna(subset=["value"]).sort_values("time", kind="stable").reset_index(drop=True)
    high, low = points["value"].idxmax(), points["value"].idxmin()
    for place, word in ((high, tr("hoogste")), (low, tr("laagste"))):
        if place in (len(points) - 1,):
            continue
        point = points.loc[place]
        axes.plot(point["time"], point["value"], "o", color=color, ms=5.5, zorder=4)
        words = f"{word}: {form(point['value'])} ({_period(point)})"
        room.place(words, [(float(point["time"]), float(point["value"]))], color=style.soft)


def _lines_alt(lines: Sequence[Line], form: NumberFormat, target: tuple[float, str] | None) -> str:
    said = [tr("Lijngrafiek.")]
    for line in lines:
        points = (
            line.points.dropna(subset=["value"]).sort_values("time", kind="stable").reset_index(drop=True)
        )
        first, last = points.iloc[0], points.iloc[-1]
        high = points.loc[points["value"].idxmax()]
        low = points.loc[points["value"].idxmin()]
        said.append(
            tr(
                "{name}: van {first} in {then} naar {last} in {now}; hoogste {high} in {when_high}, laagste {low} in "
                "{when_low}.",
                name=line.name,
                first=form(first["value"]),
                then=_period(first),
                last=form(last["value"]),
                now=f"{_period(last)}{_status_word(last)}",
                high=form(high["value"]),
                when_high=_period(high),
                low=form(low["value"]),
                when_low=_period(low),
            )
        )
        absent = int(line.points["value"].isna().sum())
        if absent:
            said.append(tr("Voor {count} perioden zijn er geen gegevens.", count=absent))
    if target:
        said.append(f"{' '.join(target[1].split())}.")
    return " ".join(said)


def _line_rows(
    lines: Sequence[Line], form: NumberFormat, target: tuple[float, str] | None, about: About
) -> list[DataRow]:
    rows = []
    for line in lines:
        where = {"region": line.region, "region_code": line.region_code}
        default = "estimate" if line.role == "estimate" else "published"
        for _, point in line.points.sort_values("time", kind="stable").iterrows():
            status = point["status"] if "status" in point.index else default
            value = point["value"]
            rows.append(about.row(line.name, _period(point), value, form(value), status, **where))
            for column, word in (("low", tr("ondergrens")), ("high", tr("bovengrens"))):
                if column in point.index and pd.notna(point[column]):
                    label = f"{line.name}, {word}"
                    rows.append(
                        about.row(label, _period(point), point[column], form(point[column]), status, **where)
                    )
    if target:
        rows.append(about.row(tr("doel"), "", target[0], form(target[0]), "target"))
    return rows


def contribution_bars(
    names: Sequence[str],
    values: Sequence[float | None],
    *,
    about: About,
    period: str,
    form: NumberFormat = WHOLE,
    codes: Sequence[str] = (),
    statuses: Sequence[str] = (),
    total_status: str = "",
    total_words: str = "",
    style: HouseStyle = DEFAULT_STYLE,
    row_mm: float = 7.6,
) -> Drawing:
    """What each gemeente or sector adds to a change: bars left and right of zero, sorted, with values.

    Parameters
    ----------
    names, values : one a bar; a missing value is written "geen gegevens", at the bottom
    period : as printed ("december 2008 tot december 2010")
    codes : region codes in the same order, for the data rows
    statuses : status of each value; default "published"
    total_status : status of the total; by default an estimate when a part is one

    Raises
    ------
    FigureError
        No rows, more than 36, or lengths that differ.
    """
    total_words = total_words or tr("Samen")
    limit_rows(len(names), about)
    frame = pd.DataFrame(
        {
            "name": list(names),
            "value": pd.array(list(values), dtype="Float64").to_numpy(float, na_value=np.nan),
            "code": list(codes) or [""] * len(names),
            "status": list(statuses) or ["published"] * len(names),
        }
    ).sort_values(["value", "name"], ignore_index=True)
    known = frame["value"].dropna()
    low, high = (
        min(0.0, float(known.min())) if len(known) else 0.0,
        max(0.0, known.max() if len(known) else 0.0),
    )
    texts = [
        _change_words(value, status, form)
        for value, status in zip(frame["value"], frame["status"], strict=True)
    ]
    shown = wrap_names(frame["name"])
    row = row_height(shown, row_mm)
    with drawing_style(style):
        words = [
            change + _estimate_word(status) for change, status in zip(texts, frame["status"], strict=True)
        ]
        widest = max(text_width_mm(word, style, bold=True) for word in words)
        left = max(text_width_mm(name, style) for name in shown) + 3
        height = row * len(frame) + 4
        figure, axes = new_figure(height, left_mm=left, right_mm=2, top_mm=2, bottom_mm=2)
        plot_mm = WIDTH_MM - left - 2 - 2 * (widest + 2)
        per_mm = ((high - low) or 1.0) / plot_mm
        room_left = (widest + 2) * per_mm if low < 0 else 2 * per_mm
        axes.set(xlim=(low - room_left, high + (WIDTH_MM - left - 2) * per_mm - room_left - (high - low)))
        axes.set(ylim=(len(frame) - 0.5, -0.5), xticks=[])
        axes.spines["bottom"].set_visible(False)
        axes.set_yticks(range(len(frame)), shown, color=style.ink)
        gap = 1.2 * per_mm
        for place, (value, status) in enumerate(zip(frame["value"], frame["status"], strict=True)):
            if np.isnan(value):
                axes.text(gap, place, no_data(), va="center", color=style.soft)
                continue
            _bar(axes, place, value, style.data, status, style)
            side = "right" if value < 0 else "left"
            axes.text(
                value + (-gap if value < 0 else gap),
                place,
                words[place],
                va="center",
                ha=side,
                fontweight="bold",
            )
        axes.axvline(0, color=style.ink, lw=0.9)
        svg = to_svg(figure)
    whole = len(known) == len(frame)
    total = float(known.sum())
    said = [f"{name} {change}" for name, change in zip(frame["name"], texts, strict=True)]
    whole_status = total_status or ("estimate" if "estimate" in set(frame["status"]) else "")
    alt = (
        tr("Staafgrafiek, {period}.", period=period)
        + " "
        + (f"{total_words} {_change_words(total, whole_status, form)}. " if whole else "")
    )
    rows = [
        about.row(r.name, period, r.value, change, r.status, region=r.name, region_code=r.code)
        for r, change in zip(frame.itertuples(index=False), texts, strict=True)
    ]
    if whole:
        status = whole_status or frame["status"].iloc[0]
        rows.append(about.row(total_words, period, total, _change_words(total, status, form), status))
    return Drawing(svg=svg, alt=alt + ", ".join(said) + ".", data_rows=tuple(rows))


def _change_words(value: float, status: str, form: NumberFormat) -> str:
    """A change with its sign; an estimated count to the hundred, however the counted ones are written."""
    if status == "estimate" and form == WHOLE:
        return NumberFormat(to_hundreds=True)(value, plus=True)
    return form(value, plus=True)


def _estimate_word(status: str) -> str:
    return tr(" (raming)") if status == "estimate" else ""


def _bar(axes: Axes, place: int, value: float, color: str, status: str, style: HouseStyle) -> None:
    """A bar; an estimate is open with a dashed edge."""
    if status == "estimate":
        axes.barh(place, value, height=0.6, color=style.band, edgecolor=style.data, ls=(0, DASHES), lw=1)
    else:
        axes.barh(place, value, height=0.6, color=color)


def bars_compare(
    rows: pd.DataFrame,
    *,
    about: About,
    period: str,
    form: NumberFormat = ONE_DECIMAL,
    highlight: Sequence[str] = (),
    style: HouseStyle = DEFAULT_STYLE,
    row_mm: float = 7.0,
) -> Drawing:
    """Gemeenten against their area and the nation: bars from zero, sorted high to low, values beside.

    Parameters
    ----------
    rows : DataFrame [name, value] and optionally [role, region_code, status, low, high]
        role "gemeente" (default) is blue, "area" ink and "nation" grey; a margin is drawn as a thin line.
        Missing values stand at the bottom with the words "geen gegevens".
    highlight : names drawn in the accent colour and bold

    Raises
    ------
    FigureError
        No rows, more than 36, a negative value, or missing columns.
    """
    need_columns(rows, ("name", "value"), about.id)
    limit_rows(len(rows), about)
    frame = rows.copy()
    for column, default in (("role", "gemeente"), ("region_code", ""), ("status", "published")):
        if column not in frame:
            frame[column] = default
    for column in ("low", "high"):
        if column not in frame:
            frame[column] = np.nan
    if (frame["value"] < 0).any():
        raise FigureError(f"{about.id}: negative values; use contribution_bars.")
    frame = frame.sort_values(
        ["value", "name"], ascending=[False, True], na_position="last", ignore_index=True
    )
    colors = {"gemeente": style.data, "area": style.ink, "nation": style.grey}
    shown = wrap_names(frame["name"])
    row = row_height(shown, row_mm)
    with drawing_style(style):
        words = [
            form(value) + ("" if pd.isna(value) else _estimate_word(status))
            for value, status in zip(frame["value"], frame["status"], strict=True)
        ]
        left = max(text_width_mm(name, style, bold=True) for name in shown) + 3
        widest = max(text_width_mm(word, style, bold=True) for word in words)
        figure, axes = new_figure(row * len(frame) + 4, left_mm=left, right_mm=2, top_mm=2, bottom_mm=2)
        top = (
            float(np.nanmax(frame[["value", "high"]].to_numpy(float)))
            if frame["value"].notna().any()
            else 1.0
        )
        plot_mm = WIDTH_MM - left - 2
        per_mm = (top or 1.0) / (plot_mm - widest - 4)
        axes.set(xlim=(0, plot_mm * per_mm), ylim=(len(frame) - 0.5, -0.5), xticks=[])
        axes.spines["bottom"].set_visible(False)
        axes.set_yticks(range(len(frame)), shown, color=style.ink)
        for place, (tick, item) in enumerate(
            zip(axes.get_yticklabels(), frame.itertuples(index=False), strict=True)
        ):
            strong = item.name in highlight or item.role != "gemeente"
            tick.set_fontweight("bold" if strong else "normal")
            color = style.accent if item.name in highlight else colors[item.role]
            if pd.isna(item.value):
                axes.text(1.2 * per_mm, place, no_data(), va="center", color=style.soft)
                continue
            _bar(axes, place, item.value, color, item.status, style)
            end = item.value
            if pd.notna(item.low) and pd.notna(item.high):
                axes.plot([item.low, item.high], [place, place], color=style.ink, lw=1.1, zorder=4)
                end = max(end, item.high)
            axes.text(
                end + 1.2 * per_mm,
                place,
                words[place],
                va="center",
                fontweight="bold" if strong else "normal",
            )
        axes.axvline(0, color=style.ink, lw=0.9)
        svg = to_svg(figure)
    said = [f"{item.name} {word}" for item, word in zip(frame.itertuples(index=False), words, strict=True)]
    data = []
    for item in frame.itertuples(index=False):
        where = {"region": item.name, "region_code": item.region_code}
        data.append(about.row(item.name, period, item.value, form(item.value), item.status, **where))
        for amount, word in ((item.low, tr("ondergrens")), (item.high, tr("bovengrens"))):
            if pd.notna(amount):
                data.append(
                    about.row(f"{item.name}, {word}", period, amount, form(amount), item.status, **where)
                )
    return Drawing(
        svg=svg,
        alt=tr(
            "Staafgrafiek, {period}, van hoog naar laag: {values}.", period=period, values=", ".join(said)
        ),
        data_rows=tuple(data),
    )
