"""The same series for several regions, one small chart each on one scale: easier to read than a bundle of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.figures.axes import ChartAxes
from pipeline.figures.common import DASHES, ONE_DECIMAL, axis_note, mark_breaks, need_columns, wrap_names
from pipeline.figures.drawing import About, DataRow, Drawing
from pipeline.figures.labels import LabelMap, nice_ticks, year_ticks
from pipeline.figures.style import (
    DEFAULT_STYLE,
    WIDTH_MM,
    FigureError,
    HouseStyle,
    drawing_style,
    empty_figure,
    text_width_mm,
    to_svg,
)
from pipeline.language.numbers import NumberFormat, hundreds, no_data, number
from pipeline.language.translation import tr

MOST_PANELS = 12
_MOST_DOTS = 40  # more run into a thick line
_GUTTER_MM, _FOOT_MM, _LINE_MM = 7.0, 8.0, 4.3
_PROVISIONAL = ("provisional", "revised_provisional")


@dataclass(frozen=True)
class Panel:
    """One region's chart.

    points : DataFrame [time, value, period, status, segment] and optionally [low, high]; time is a year, with
        quarters and months as fractions; points of one ``segment`` may be compared, a line never joins two
    """

    name: str
    region_code: str
    points: pd.DataFrame

    @property
    def known(self) -> pd.DataFrame:
        """Points that hold a value, in time."""
        return self.points[self.points["value"].notna()].sort_values("time", ignore_index=True, kind="stable")

    @property
    def breaks(self) -> list[tuple[float, str]]:
        """Each change of segment: the time halfway, and the first period of the new one."""
        ends = (
            self.known.groupby("segment")["time"]
            .agg(["min", "max"])
            .sort_values("min", kind="stable")
            .to_dict("records")
        )
        periods = self.known.drop_duplicates("time", keep="last").set_index("time")["period"]
        return [
            ((one["max"] + other["min"]) / 2, str(periods[other["min"]])) for one, other in pairwise(ends)
        ]


def panels(
    regions: Sequence[Panel],
    *,
    about: About,
    form: NumberFormat = ONE_DECIMAL,
    style: HouseStyle = DEFAULT_STYLE,
    panel_mm: float | None = None,
) -> Drawing:
    """Small charts on one scale, the last value above each; measured solid, estimate dashed with its margin.

    Parameters
    ----------
    regions : one to twelve panels; one without any value shows "geen gegevens"
    about : what the data rows share
    form : how values are written; estimated counts are written to the hundred

    Raises
    ------
    FigureError
        No panels or more than twelve, missing columns, or no value at all.
    """
    if not 1 <= len(regions) <= MOST_PANELS:
        raise FigureError(f"{about.id}: {len(regions)} panels; 1 to {MOST_PANELS} can be read. Choose fewer.")
    for panel in regions:
        need_columns(panel.points, ("time", "value", "period", "status", "segment"), panel.name)
    known = pd.concat([panel.known for panel in regions])
    if known.empty:
        raise FigureError(f"{about.id}: none of the {len(regions)} regions has a value. Say so in the text.")
    ticks = _ticks(known)
    span = float(known["time"].min()), float(known["time"].max())
    columns = {1: 1, 2: 2, 4: 2}.get(len(regions), 3)
    rows = -(-len(regions) // columns)
    height = panel_mm or (52.0 if columns == 1 else 34.0)
    with drawing_style(style):
        tick_words = [number(tick, 0 if all(t == int(t) for t in ticks) else 1) for tick in ticks]
        left = max(text_width_mm(words, style) for words in tick_words) + 2.5
        width = (WIDTH_MM - left - 3 - _GUTTER_MM * (columns - 1)) / columns
        names = wrap_names([panel.name for panel in regions], width=int(width / 2.1))
        head = _LINE_MM * (max(name.count("\n") for name in names) + 2) + 6
        total = rows * (head + height + _FOOT_MM)
        figure = empty_figure(total)
        for place, panel in enumerate(regions):
            row, column = divmod(place, columns)
            bottom = total - row * (head + height + _FOOT_MM) - head - height
            box = (left + column * (width + _GUTTER_MM), bottom, width, height)
            axes = _axes(figure, box, total, span, ticks, tick_words if column == 0 else None)
            _draw(axes, panel, style)
            _write_head(figure, box, total, names[place], _last_words(panel, form), style)
        svg = to_svg(figure)
    return Drawing(
        svg=svg,
        alt=_alt(regions, form),
        data_rows=tuple(row for panel in regions for row in _rows(panel, form, about)),
        axis_note=axis_note(ticks[0]),
    )


def _ticks(known: pd.DataFrame) -> list[float]:
    bounds = [known[c] for c in ("value", "low", "high") if c in known]
    low, high = float(pd.concat(bounds).min()), float(pd.concat(bounds).max())
    ticks = nice_ticks(low, high, 4)
    return ticks if ticks[0] > 0.4 * ticks[-1] else nice_ticks(0, high, 4)


def _axes(
    figure: Figure,
    box: tuple[float, float, float, float],
    total: float,
    span: tuple[float, float],
    ticks: list[float],
    tick_words: list[str] | None,
) -> Axes:
    left, bottom, width, height = box
    place = (left / WIDTH_MM, bottom / total, width / WIDTH_MM, height / total)
    axes = figure.add_axes(place, axes_class=ChartAxes)
    margin = 0.02 * (span[1] - span[0]) + 0.15
    axes.set(xlim=(span[0] - margin, span[1] + margin), ylim=(ticks[0], ticks[-1]))
    axes.set_xticks(year_ticks(int(np.ceil(span[0])), int(span[1]), most=max(int(width / 13), 2)))
    axes.set_yticks(ticks, tick_words or [""] * len(ticks))
    axes.grid(axis="y")
    return axes


def _draw(axes: Axes, panel: Panel, style: HouseStyle) -> None:
    known = panel.known
    if known.empty:
        axes.text(0.5, 0.5, no_data(), transform=axes.transAxes, ha="center", va="center", color=style.soft)
        return
    step = _step(panel.points["time"])
    for _, points in known.groupby("segment"):
        if {"low", "high"} <= set(points.columns):
            axes.fill_between(points["time"], points["low"], points["high"], color=style.band, lw=0)
        for one, other in pairwise(points.to_dict("records")):
            if other["time"] - one["time"] > 1.5 * step:
                continue  # a gap stays a gap
            estimated = "estimate" in (one["status"], other["status"])
            look = {"color": style.data, "dashes": DASHES} if estimated else {"color": style.ink}
            axes.plot([one["time"], other["time"]], [one["value"], other["value"]], lw=2, **look)
        if len(points) <= _MOST_DOTS:
            _dots(axes, points, style, 3.6)
    _dots(axes, known.tail(1), style, 5.5)
    mark_breaks(axes, [time + 0.5 for time, _ in panel.breaks], LabelMap(axes), style)


def _step(times: pd.Series) -> float:
    """Smallest distance between two points: a year, a quarter or a month."""
    each = np.sort(times.unique())
    return float(np.diff(each).min()) if len(each) > 1 else 1.0


def _dots(axes: Axes, points: pd.DataFrame, style: HouseStyle, size: float) -> None:
    for point in points.to_dict("records"):
        color = style.data if point["status"] == "estimate" else style.ink
        face = "white" if point["status"] in _PROVISIONAL else color
        axes.plot(
            point["time"],
            point["value"],
            "o",
            color=face,
            mec=color,
            mew=1.3,
            ms=size,
            clip_on=False,
            zorder=5,
        )


def _write_head(
    figure: Figure,
    box: tuple[float, float, float, float],
    total: float,
    name: str,
    words: str,
    style: HouseStyle,
) -> None:
    left, bottom, _, height = box
    top = bottom + height + 6
    figure.text(left / WIDTH_MM, top / total, words, color=style.soft, va="bottom")
    place = (top + _LINE_MM) / total
    figure.text(left / WIDTH_MM, place, name, color=style.ink, fontweight="bold", va="bottom")


def _written(value: float, status: str, form: NumberFormat) -> str:
    """An estimated count to the hundred, everything else as the figure writes it."""
    whole = form.decimals == 0 and not form.percent
    return hundreds(value) if status == "estimate" and whole and abs(value) >= 1000 else form(value)


def _last_words(panel: Panel, form: NumberFormat) -> str:
    if panel.known.empty:
        return no_data()
    last = panel.known.iloc[-1]
    return f"{_written(last['value'], last['status'], form)} ({last['period']}{_status_word(last['status'])})"


def _status_word(status: str) -> str:
    return tr(", raming") if status == "estimate" else tr(", voorlopig") if status in _PROVISIONAL else ""


def _alt(regions: Sequence[Panel], form: NumberFormat) -> str:
    said = [
        tr("Lijngrafiek.")
        if len(regions) == 1
        else tr("{count} lijngrafieken op één schaal.", count=len(regions))
    ]
    for panel in regions:
        known = panel.known
        if known.empty:
            said.append(f"{panel.name}: {no_data()}.")
            continue
        first = known.iloc[0]
        start = _written(first["value"], first["status"], form)
        words = f"{panel.name}: {_last_words(panel, form)}"
        if len(known) > 1:
            words = tr(
                "{name}: van {start} in {then} naar {last}",
                name=panel.name,
                start=start,
                then=first["period"],
                last=_last_words(panel, form),
            )
        if panel.breaks:
            words += tr(
                "; breuk in de reeks bij {periods}", periods=", ".join(period for _, period in panel.breaks)
            )
        said.append(words + ".")
    return " ".join(said)


def _rows(panel: Panel, form: NumberFormat, about: About) -> list[DataRow]:
    rows = []
    where = {"region": panel.name, "region_code": panel.region_code}
    for point in panel.points.sort_values("time", kind="stable").to_dict("records"):
        written = no_data() if pd.isna(point["value"]) else _written(point["value"], point["status"], form)
        rows.append(about.row(panel.name, point["period"], point["value"], written, point["status"], **where))
        for bound, word in (("low", tr("ondergrens")), ("high", tr("bovengrens"))):
            if pd.notna(point.get(bound)):
                label = f"{panel.name}, {word}"
                shown = _written(point[bound], point["status"], form)
                rows.append(about.row(label, point["period"], point[bound], shown, point["status"], **where))
    return rows
