"""Charts of change: two moments side by side, growth, and the pace a target still needs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from pipeline.figures.common import (
    ONE_DECIMAL,
    WHOLE,
    limit_rows,
    need_columns,
    row_height,
    wrap_names,
)
from pipeline.figures.drawing import About, DataRow, Drawing
from pipeline.figures.labels import nice_ticks
from pipeline.figures.style import (
    DEFAULT_STYLE,
    POINTS_PER_MM,
    WIDTH_MM,
    FigureError,
    HouseStyle,
    drawing_style,
    new_figure,
    text_width_mm,
    to_svg,
)
from pipeline.language.numbers import NumberFormat, listing, no_data, number, percent, span
from pipeline.language.translation import tr


def _column_widths(
    heads: Sequence[str], texts: Sequence[Sequence[str]], marked: int, style: HouseStyle
) -> list[float]:
    """Width in mm of each column of numbers; the first ``marked`` heads carry a mark."""
    widths = []
    for c, head in enumerate(heads):
        numbers = max(text_width_mm(row[c], style, bold=True) for row in texts)
        widths.append(max(numbers, text_width_mm(head, style) + (5 if c < marked else 0)) + 5)
    return widths


def _write_columns(
    axes: Axes,
    heads: Sequence[str],
    texts: Sequence[Sequence[str]],
    widths: Sequence[float],
    plot_mm: float,
    strong: Sequence[bool],
    style: HouseStyle,
    marks: Sequence[str] = (),
) -> None:
    """Columns of numbers right of the plot under their heads; ``marks`` are face colours before a head."""
    head_y = 1 + 3.6 * POINTS_PER_MM / axes.get_window_extent().height
    for c, head in enumerate(heads):
        x = 1 + (1 + sum(widths[: c + 1])) / plot_mm  # right edge, in widths of the axes
        for place, row in enumerate(texts):
            absent = row[c] == no_data()
            axes.text(
                x,
                place,
                row[c],
                transform=axes.get_yaxis_transform(),
                va="center",
                ha="right",
                color=style.data if strong[place] and not absent else style.soft,
                fontweight="bold" if strong[place] and not all(strong) and not absent else "normal",
            )
        axes.text(x, head_y, head, transform=axes.transAxes, ha="right", va="center", color=style.soft)
        if c < len(marks):
            at = x - (text_width_mm(head, style) + 2.4) / plot_mm
            look = {"color": marks[c], "mec": style.soft, "mew": 1.5, "ms": 6, "clip_on": False}
            axes.plot(at, head_y, "o", transform=axes.transAxes, **look)


def _sorted_change(rows: pd.DataFrame, by: str, about: About) -> pd.DataFrame:
    need_columns(rows, ("name", "before", "after"), about.id)
    limit_rows(len(rows), about)
    before = rows["before"].astype(float)
    after = rows["after"].astype(float)
    frame = rows.assign(
        before=before,
        after=after,
        difference=after - before,
        change_pct=100 * (after - before) / before.where(before != 0),
    )
    return frame.sort_values([by, "name"], ascending=[False, True], na_position="last", ignore_index=True)


def _change_rows(
    frame: pd.DataFrame,
    moments: tuple[str, str],
    texts: Sequence[Sequence[str]],
    change: str,
    unit: str,
    about: About,
) -> list[DataRow]:
    data = []
    for item, words in zip(frame.to_dict("records"), texts, strict=True):
        status = item.get("status", "published")
        then, now = item.get("status_before", status), item.get("status_after", status)
        where = {"region": item["name"], "region_code": item["region_code"]} if "region_code" in item else {}
        name = item["name"]
        data.append(about.row(name, moments[0], item["before"], words[0], then, **where))
        data.append(about.row(name, moments[1], item["after"], words[1], now, **where))
        period = span(*moments)
        data.append(
            about.row(
                tr("{name}, verschil", name=name), period, item[change], words[2], status, unit=unit, **where
            )
        )
    return data


def dot_change(
    rows: pd.DataFrame,
    moments: tuple[str, str],
    *,
    about: About,
    form: NumberFormat = ONE_DECIMAL,
    difference_unit: str = "",
    highlight: Sequence[str] = (),
    style: HouseStyle = DEFAULT_STYLE,
    row_mm: float = 7.2,
) -> Drawing:
    """Shares at two moments: an open and a filled point a row, with the numbers in columns at the right.

    Parameters
    ----------
    rows : DataFrame [name, before, after] and optionally [region_code, status (of the change), status_before,
        status_after]
        Sorted here by ``after``, high to low; a missing value is written "geen gegevens".
    moments : words over the two columns, e.g. ("2010", "2024")
    difference_unit : unit of the difference in the data rows; percentage points when not given
    highlight : names drawn strong, the others grey; none given: all strong

    Raises
    ------
    FigureError
        No rows, more than 36, or missing columns.
    """
    frame = _sorted_change(rows, "after", about)
    texts = [
        [form(item.before), form(item.after), number(item.difference, form.decimals, plus=True)]
        for item in frame.itertuples(index=False)
    ]
    heads = [*moments, tr("verschil")]
    shown = wrap_names(frame["name"])
    row = row_height(shown, row_mm)
    known = frame[["before", "after"]].to_numpy(float)
    low, high = (float(np.nanmin(known)), float(np.nanmax(known))) if np.isfinite(known).any() else (0.0, 1.0)
    strong = [not highlight or name in highlight for name in frame["name"]]
    with drawing_style(style):
        widths = _column_widths(heads, texts, 2, style)
        left = max(text_width_mm(name, style) for name in shown) + 4
        right = sum(widths) + 1
        figure, axes = new_figure(row * len(frame) + 9, left_mm=left, right_mm=right, top_mm=7, bottom_mm=2)
        pad = 0.03 * ((high - low) or 1.0)
        axes.set(xlim=(low - pad, high + pad), ylim=(len(frame) - 0.5, -0.5), xticks=[])
        axes.spines["bottom"].set_visible(False)
        axes.set_yticks(range(len(frame)), shown, color=style.ink)
        axes.grid(axis="y")
        for place, item in enumerate(frame.itertuples(index=False)):
            color = style.data if strong[place] else style.grey
            ends = [item.before, item.after]
            axes.plot(ends, [place, place], color=color, lw=2.2 if strong[place] else 1.4, zorder=2)
            look = {"mec": color, "mew": 1.6, "ms": 6.5, "clip_on": False}
            axes.plot(item.before, place, "o", color="white", zorder=3, **look)
            axes.plot(item.after, place, "o", color=color, zorder=4, **look)
        _write_columns(
            axes, heads, texts, widths, WIDTH_MM - left - right, strong, style, ("white", style.soft)
        )
        svg = to_svg(figure)
    said = [
        tr("{name} van {before} naar {after} ({change})", name=name, before=t[0], after=t[1], change=t[2])
        for name, t in zip(frame["name"], texts, strict=True)
    ]
    return Drawing(
        svg=svg,
        alt=tr(
            "Puntgrafiek van {first} naar {last}. {changes}.",
            first=moments[0],
            last=moments[1],
            changes="; ".join(said),
        ),
        data_rows=tuple(
            _change_rows(frame, moments, texts, "difference", difference_unit or tr("procentpunt"), about)
        ),
    )


def change_bars(
    rows: pd.DataFrame,
    moments: tuple[str, str],
    *,
    about: About,
    form: NumberFormat = WHOLE,
    style: HouseStyle = DEFAULT_STYLE,
    row_mm: float = 7.6,
) -> Drawing:
    """Growth in percent between two moments as bars around zero, with both counts at the right.

    Parameters
    ----------
    rows : DataFrame [name, before, after] and optionally [region_code, status (of the change), status_before,
        status_after]
        Sorted here by growth, high to low; a missing value is written "geen gegevens".
    moments : words over the two columns of counts, e.g. ("2019", "2025")

    Raises
    ------
    FigureError
        No rows, more than 36, or missing columns.
    """
    frame = _sorted_change(rows, "change_pct", about)
    texts = [
        [form(item.before), form(item.after), percent(item.change_pct, 1, plus=True)]
        for item in frame.itertuples(index=False)
    ]
    shown = wrap_names(frame["name"])
    row = row_height(shown, row_mm)
    growth = frame["change_pct"].fillna(0)
    low, high = min(0.0, float(growth.min())), max(0.0, float(growth.max()))
    with drawing_style(style):
        widths = _column_widths(moments, texts, 0, style)
        widest = max(text_width_mm(words[2], style, bold=True) for words in texts) + 2
        left = max(text_width_mm(name, style) for name in shown) + 4
        right = sum(widths) + 1
        figure, axes = new_figure(row * len(frame) + 9, left_mm=left, right_mm=right, top_mm=7, bottom_mm=2)
        plot_mm = WIDTH_MM - left - right
        before_zero = widest if low < 0 else 1.0
        per_mm = ((high - low) or 1.0) / (plot_mm - before_zero - widest)
        axes.set(xlim=(low - before_zero * per_mm, high + widest * per_mm), xticks=[])
        axes.set(ylim=(len(frame) - 0.5, -0.5))
        axes.spines["bottom"].set_visible(False)
        axes.set_yticks(range(len(frame)), shown, color=style.ink)
        gap = 1.2 * per_mm
        for place, value in enumerate(frame["change_pct"]):
            if np.isnan(value):
                axes.text(gap, place, no_data(), va="center", color=style.soft)
                continue
            axes.barh(place, value, height=0.6, color=style.data)
            side = {"ha": "right" if value < 0 else "left", "va": "center", "fontweight": "bold"}
            axes.text(value + (-gap if value < 0 else gap), place, texts[place][2], **side)
        axes.axvline(0, color=style.ink, lw=0.9)
        _write_columns(axes, moments, texts, widths, plot_mm, [True] * len(frame), style)
        svg = to_svg(figure)
    said = [
        tr("{name} {change}, van {before} naar {after}", name=name, change=t[2], before=t[0], after=t[1])
        for name, t in zip(frame["name"], texts, strict=True)
    ]
    return Drawing(
        svg=svg,
        alt=tr(
            "Staafgrafiek van de verandering tussen {first} en {last}. {changes}.",
            first=moments[0],
            last=moments[1],
            changes="; ".join(said),
        ),
        data_rows=tuple(_change_rows(frame, moments, texts, "change_pct", tr("procent"), about)),
    )


def required_pace(
    rows: pd.DataFrame,
    *,
    about: About,
    deadlines: Sequence[int] = (2030, 2040),
    style: HouseStyle = DEFAULT_STYLE,
    row_mm: float = 11.0,
) -> Drawing:
    """Growth a year still needed for each baseline against the pace since that baseline.

    Numbers stand in columns at the right, so marks that lie close together never hide one.

    Parameters
    ----------
    rows : DataFrame [baseline, observed, required_<deadline>...]
        Percent a year; ``observed`` missing where the baseline is the last year.
    deadlines : one or two years

    Raises
    ------
    FigureError
        Missing columns, no rows, or not one or two deadlines.
    """
    if not 1 <= len(deadlines) <= 2:
        raise FigureError(f"{about.id}: {len(deadlines)} deadlines; one or two can be shown.")
    columns = [f"required_{year}" for year in deadlines]
    need_columns(rows, ("baseline", "observed", *columns), about.id)
    limit_rows(len(rows), about)
    frame = rows.sort_values("baseline", ignore_index=True, kind="stable")
    marks = {"observed": ("o", style.data, style.data), columns[0]: ("D", style.accent, style.accent)}
    if len(columns) > 1:
        marks[columns[1]] = ("s", "white", style.accent)
    heads = {"observed": tr("tempo sinds\nde nulmeting")} | {
        column: tr("nog nodig\ntot {year}", year=year)
        for column, year in zip(columns, deadlines, strict=True)
    }

    def words(value: float) -> str:
        return tr("nog geen") if pd.isna(value) else percent(value, 1)

    values = frame[list(marks)].to_numpy(float)
    ticks = nice_ticks(min(0.0, float(np.nanmin(values))), float(np.nanmax(values)), 5)
    step_decimals = 0 if all(tick == int(tick) for tick in ticks) else 1
    with drawing_style(style):
        names = [tr("Nulmeting {year}", year=int(year)) for year in frame["baseline"]]
        left = max(text_width_mm(name, style) for name in names) + 4
        column_mm = max(text_width_mm(head, style) for head in heads.values()) + 8
        right = column_mm * len(marks) + 1
        height = row_mm * len(frame) + 20
        figure, axes = new_figure(height, left_mm=left, right_mm=right, top_mm=12, bottom_mm=8)
        axes.set(xlim=(ticks[0], ticks[-1] * 1.02), ylim=(len(frame) - 0.5, -0.5))
        axes.set_xticks(ticks, [number(tick, step_decimals) for tick in ticks])
        axes.set_yticks(range(len(frame)), names, color=style.ink)
        axes.grid(axis="x")
        if ticks[0] < 0:
            axes.axvline(0, color=style.ink, lw=0.9)
        plot_mm = WIDTH_MM - left - right
        for place, item in frame.iterrows():
            needed = item[columns].astype(float)
            axes.plot(
                [needed.min(), needed.max()],
                [place, place],
                color=style.accent_soft,
                lw=4,
                solid_capstyle="round",
                zorder=1,
            )
            for column, (marker, face, edge) in marks.items():
                if pd.notna(item[column]):
                    axes.plot(
                        item[column],
                        place,
                        marker,
                        color=face,
                        mec=edge,
                        mew=1.7,
                        ms=7.5,
                        zorder=4,
                        clip_on=False,
                    )
        for c, (column, (marker, face, edge)) in enumerate(marks.items()):
            x = 1 + (column_mm * (c + 1)) / plot_mm
            for place, value in enumerate(frame[column]):
                axes.text(
                    x,
                    place,
                    words(value),
                    transform=axes.get_yaxis_transform(),
                    ha="right",
                    va="center",
                    color=style.soft if pd.isna(value) else edge,
                    fontweight="normal" if pd.isna(value) else "bold",
                )
            head_y = 1 + 6.2 / (height - 20)
            axes.text(x, head_y, heads[column], transform=axes.transAxes, ha="right", va="center", color=edge)
            shift = (text_width_mm(heads[column], style) + 2.6) / plot_mm
            axes.plot(
                x - shift,
                head_y,
                marker,
                transform=axes.transAxes,
                clip_on=False,
                color=face,
                mec=edge,
                mew=1.6,
                ms=6.5,
            )
        svg = to_svg(figure)
    said = []
    for _, item in frame.iterrows():
        need = listing(
            [
                tr("{pace} tot {year}", pace=words(item[c]), year=y)
                for c, y in zip(columns, deadlines, strict=True)
            ]
        )
        was = (
            tr("een tempo is er nog niet")
            if pd.isna(item["observed"])
            else tr("sinds toen was het {pace}", pace=words(item["observed"]))
        )
        said.append(
            tr(
                "Met nulmeting {baseline} is per jaar nog {need} groei nodig; {was}.",
                baseline=int(item["baseline"]),
                need=need,
                was=was,
            )
        )
    data = []
    for _, item in frame.iterrows():
        period = tr("nulmeting {baseline}", baseline=int(item["baseline"]))
        data.append(
            about.row(
                tr("tempo sinds de nulmeting"), period, item["observed"], words(item["observed"]), "estimate"
            )
        )
        for column, year in zip(columns, deadlines, strict=True):
            data.append(
                about.row(
                    tr("nog nodig tot {year}", year=year),
                    period,
                    item[column],
                    words(item[column]),
                    "estimate",
                )
            )
    return Drawing(svg=svg, alt=" ".join([tr("Puntgrafiek."), *said]), data_rows=tuple(data))
