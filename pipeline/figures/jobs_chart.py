"""The chart of jobs: published, estimated, foreseen, and the road to a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from pipeline.figures.common import (
    DASHES,
    axis_note,
    mark_breaks,
    need_columns,
)
from pipeline.figures.drawing import About, DataRow, Drawing
from pipeline.figures.labels import EdgeLabel, LabelMap, nice_ticks, write_edge_labels, year_ticks
from pipeline.figures.style import (
    DEFAULT_STYLE,
    FigureError,
    HouseStyle,
    drawing_style,
    new_figure,
    text_width_mm,
    to_svg,
)
from pipeline.language.numbers import NumberFormat, december, hundreds, listing, number, value_range
from pipeline.language.translation import tr


@dataclass(frozen=True)
class JobsLabels:
    """Words of the jobs chart in the active language; ``noun`` is the quantity in the plural."""

    noun: str = field(default_factory=lambda: tr("banen van werknemers"))
    short_noun: str = field(default_factory=lambda: tr("banen"))
    published: str = field(default_factory=lambda: tr("Gepubliceerd door CBS"))
    publisher: str = "CBS"
    estimate: str = field(default_factory=lambda: tr("Raming, met marge van 80 %"))
    target: str = field(default_factory=lambda: tr("Doel"))
    pace: str = field(default_factory=lambda: tr("Tempo tot nu toe"))
    outlook: str = field(default_factory=lambda: tr("Vooruitzicht (midden)"))
    outlook_bands: str = field(default_factory=lambda: tr("marge 80 % en 95 %"))


#: Width of a margin, as a part of the estimate, above which one number beside the point says too much.
WIDEST_NAMED_MARGIN = 0.5


def jobs_and_target(
    published: pd.DataFrame,
    estimate: pd.DataFrame | None = None,
    target_path: Sequence[tuple[int, float]] | None = None,
    pace: tuple[int, float] | None = None,
    outlook: pd.DataFrame | None = None,
    *,
    about: About,
    labels: JobsLabels | None = None,
    provisional: Sequence[int] = (),
    breaks: Sequence[int] = (),
    named_years: Sequence[int] = (),
    style: HouseStyle = DEFAULT_STYLE,
    height_mm: float = 92,
) -> Drawing:
    """Level of jobs: published, estimated, foreseen, and the road to a target.

    Parameters
    ----------
    published : DataFrame [year, value] and optionally [status, source] of each row
        Counts as published, in units; may be empty when ``estimate`` is not.
    estimate : DataFrame [year, value, low, high] and optionally [source] of each row, optional
        Estimated counts with their margin; written to the hundred.
    target_path : pairs (year, value), optional
        Road to the target, from the last level; the last pair is the target itself.
    pace : (year, value), optional
        Where the pace so far leads, from the last level.
    outlook : DataFrame [year, median, low_80, high_80, low_95, high_95], optional
        Forecast with margins, years after the last level.
    about : About
        Figure id, region, unit and source for the data rows.
    provisional : years whose published point is provisional (hollow)
    breaks : years that cannot be compared with the year before
    named_years : estimated years to write beside the line, besides the last

    An estimate whose margin is wider than half of it is not written beside its point: the margin is.

    Returns
    -------
    Drawing

    Raises
    ------
    FigureError
        No levels at all, missing columns, or labels that do not fit.
    """
    labels = labels or JobsLabels()
    need_columns(published, ("year", "value"), "published")
    published = published.dropna(subset=["value"]).sort_values("year", kind="stable")
    estimate = _frame(estimate, ("year", "value", "low", "high"), "estimate")
    outlook = _frame(outlook, ("year", "median", "low_80", "high_80", "low_95", "high_95"), "outlook")
    if published.empty and estimate.empty:
        raise FigureError(
            f"{about.id}: no published and no estimated levels. Show a note instead of a chart."
        )
    last_year, last_value, last_is_estimate = _last_level(published, estimate)
    ahead = [year for year, _ in (*(target_path or ()), *((pace,) if pace else ()))] + outlook[
        "year"
    ].tolist()
    years = published["year"].tolist() + estimate["year"].tolist() + ahead
    first, final = int(min(years)), int(max(years))

    levels = pd.concat(
        [published["value"], *(estimate[c] for c in ("value", "low", "high"))]
        + [outlook[c] for c in ("low_95", "high_95")]
        + [pd.Series([value for _, value in (*(target_path or ()), *((pace,) if pace else ()))], dtype=float)]
    )
    ticks = nice_ticks(float(levels.min()), float(levels.max()))
    edge = _jobs_edge_labels(
        target_path, pace, outlook, last_year, last_value, last_is_estimate, labels, style
    )

    with drawing_style(style):
        left = max(text_width_mm(number(tick), style) for tick in ticks) + 2.5
        right = max([text_width_mm(e.words, style, bold=e.bold) for e in edge], default=0) + (
            5 if edge else 4
        )
        top = 6 if breaks else 4
        figure, axes = new_figure(height_mm, left_mm=left, right_mm=right, top_mm=top, bottom_mm=8)
        axes.set(xlim=(first - 0.5, final + (0 if edge else 0.4)), ylim=(ticks[0], ticks[-1]))
        axes.set_xticks(year_ticks(first, final))
        axes.set_yticks(ticks, [number(tick) for tick in ticks])
        axes.grid(axis="y")
        room = LabelMap(axes)

        if not outlook.empty:
            fan = _with_start(outlook, last_year, last_value)
            axes.fill_between(fan["year"], fan["low_95"], fan["high_95"], color=style.mist, lw=0)
            axes.fill_between(fan["year"], fan["low_80"], fan["high_80"], color=style.band, lw=0)
            axes.plot(fan["year"], fan["median"], color=style.data, lw=1.8, dashes=(1.2, 1.2))
            for column in ("median", "low_80", "high_80", "low_95", "high_95"):
                room.avoid_line(fan["year"], fan[column])
        if not estimate.empty:
            line = _through_counts(estimate, published)
            axes.fill_between(line["year"], line["low"], line["high"], color=style.band, lw=0)
            axes.plot(line["year"], line["value"], color=style.data, lw=2.2, dashes=DASHES)
            for column in ("value", "low", "high"):
                room.avoid_line(estimate["year"], estimate[column])
            for end in (estimate.iloc[0], estimate.iloc[-1]):
                room.avoid_line([end["year"]] * 2, [end["low"], end["high"]])
        if not published.empty:
            _published_line(axes, published, provisional, breaks, style)
            room.avoid_line(published["year"], published["value"])
        if pace:
            axes.plot([last_year, pace[0]], [last_value, pace[1]], color=style.grey, lw=1.6, ls=":")
            axes.plot(
                *pace, marker="o", color="white", mec=style.grey, mew=1.6, ms=6.5, clip_on=False, zorder=5
            )
            room.avoid_line([last_year, pace[0]], [last_value, pace[1]])
        if target_path:
            x, y = zip(*target_path, strict=True)
            axes.plot(x, y, color=style.accent, lw=2)
            axes.plot(x[-1], y[-1], marker="D", color=style.accent, ms=8, clip_on=False, zorder=5)
            room.avoid_line(x, y)
        color = style.data if last_is_estimate else style.ink
        hollow = not last_is_estimate and last_year in provisional
        axes.plot(
            last_year,
            last_value,
            marker="o",
            color="white" if hollow else color,
            mec=color,
            mew=1.6,
            ms=6,
            zorder=6,
        )
        mark_breaks(axes, breaks, room, style)
        write_edge_labels(axes, edge)

        shown = NumberFormat(to_hundreds=last_is_estimate)
        word = tr(" (voorlopig)") if hollow else ""
        if not (last_is_estimate and _is_wide(estimate.iloc[-1])):
            room.place(
                f"{last_year}: {shown(last_value)}{word}", [(last_year, last_value)], color=color, bold=True
            )
        for _, here in estimate[estimate["year"].isin(list(named_years))].iterrows():
            year, value = int(here["year"]), float(here["value"])
            if year != last_year and not _is_wide(here):
                room.place(f"{year}: {hundreds(value)}", [(year, value)], color=style.data)
        if not published.empty:
            anchors = _along(published["year"], published["value"])
            room.place(labels.published, anchors, color=style.ink, bold=True)
        if not estimate.empty:
            edges = _along(estimate["year"], estimate["low"]) + _along(estimate["year"], estimate["high"])
            room.place(labels.estimate, edges, color=style.data, bold=True, leader=False)
        svg = to_svg(figure)

    return Drawing(
        svg=svg,
        alt=_jobs_alt(published, estimate, target_path, pace, outlook, labels, breaks, provisional),
        data_rows=tuple(
            _jobs_rows(published, estimate, target_path, pace, outlook, labels, provisional, about)
        ),
        axis_note=axis_note(ticks[0]),
    )


def _frame(frame: pd.DataFrame | None, columns: Sequence[str], what: str) -> pd.DataFrame:
    if frame is None or frame.empty:
        return pd.DataFrame({column: pd.Series(dtype=float) for column in columns})
    need_columns(frame, columns, what)
    return frame.dropna(subset=list(columns)).sort_values("year", kind="stable")


def _last_level(published: pd.DataFrame, estimate: pd.DataFrame) -> tuple[int, float, bool]:
    """Year and value of the latest level, and whether it is an estimate."""
    from_estimate = published.empty or (
        not estimate.empty and estimate["year"].max() > published["year"].max()
    )
    last = (estimate if from_estimate else published).iloc[-1]
    return int(last["year"]), float(last["value"]), from_estimate


def _is_wide(level: pd.Series) -> bool:
    """Whether the margin of an estimate says too little for one number beside its point."""
    return bool(level["high"] - level["low"] > WIDEST_NAMED_MARGIN * level["value"])


def _with_start(outlook: pd.DataFrame, year: int, value: float) -> pd.DataFrame:
    start = dict.fromkeys(outlook.columns, value) | {"year": year}
    return pd.concat([pd.DataFrame([start]), outlook[outlook["year"] > year]], ignore_index=True)


def _along(x: pd.Series, y: pd.Series) -> list[tuple[float, float]]:
    """Points of a line, the middle ones first: where a name may stand."""
    points = list(zip(x.astype(float), y.astype(float), strict=True))
    middle = float(np.mean(x))
    return sorted(points, key=lambda point: abs(point[0] - middle))[:9]


def _through_counts(estimate: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """The estimates with the counted years between them, where nothing is uncertain."""
    between = published[published["year"].between(estimate["year"].min(), estimate["year"].max())]
    between = between[~between["year"].isin(estimate["year"])]
    counted = between.assign(low=between["value"], high=between["value"])
    columns = ["year", "value", "low", "high"]
    return pd.concat([estimate[columns], counted[columns]]).sort_values("year", kind="stable")


def _published_line(
    axes: Axes,
    published: pd.DataFrame,
    provisional: Sequence[int],
    breaks: Sequence[int],
    style: HouseStyle,
) -> None:
    x, y = published["year"].to_numpy(), published["value"].to_numpy()
    # no line over years without a count, nor over a break
    cuts = [place for place in range(1, len(x)) if x[place] - x[place - 1] > 1 or x[place] in breaks]
    for part in np.split(np.arange(len(x)), cuts):
        axes.plot(
            x[part], y[part], color=style.ink, lw=2.4, marker="o" if len(x) <= 20 else None, ms=5, zorder=4
        )
    for year, value in zip(x, y, strict=True):
        if year in provisional:
            axes.plot(year, value, marker="o", color="white", mec=style.ink, mew=1.6, ms=5.5, zorder=5)


def _jobs_edge_labels(
    target_path: Sequence[tuple[int, float]] | None,
    pace: tuple[int, float] | None,
    outlook: pd.DataFrame,
    last_year: int,
    last_value: float,
    estimated: bool,
    labels: JobsLabels,
    style: HouseStyle,
) -> list[EdgeLabel]:
    def each_year(year: int, value: float) -> str:
        change = (value - last_value) / (year - last_year)
        parts = {"count": _yearly(change, estimated), "noun": labels.short_noun}
        if change >= 0:
            return tr("elk jaar {count}\n{noun} erbij", **parts)
        return tr("elk jaar {count}\n{noun} eraf", **parts)

    edge = []
    if target_path:
        year, value = target_path[-1]
        words = tr(
            "{label}\n{level} in {year}", label=labels.target, level=_ahead(value, estimated), year=year
        )
        if year > last_year:
            words += f":\n{each_year(year, value)}"
        edge.append(EdgeLabel(value, words, style.accent, bold=True))
    if pace:
        year, value = pace
        words = tr("{label}\n{level} in {year}", label=labels.pace, level=_ahead(value, estimated), year=year)
        words += f":\n{each_year(year, value)}"
        edge.append(EdgeLabel(value, words, style.soft))
    if not outlook.empty:
        end = outlook.iloc[-1]
        words = tr(
            "{label}\n{level} in {year},\n{margins}",
            label=labels.outlook,
            level=hundreds(end["median"]),
            year=int(end["year"]),
            margins=labels.outlook_bands,
        )
        edge.append(EdgeLabel(float(end["median"]), words, style.data, bold=True))
    return edge


def _ahead(value: float, estimated: bool) -> str:
    """A level to come: to the hundred from an estimated level, to ten from a published one."""
    return hundreds(value) if estimated else number(10 * round(value / 10))


def _yearly(change: float, estimated: bool) -> str:
    """Jobs a year, without their sign, as exact as the level they start from."""
    size = abs(change)
    if estimated:
        return hundreds(size) if size >= 50 else tr("minder dan 50")
    return number(10 * round(size / 10)) if size >= 5 else tr("minder dan 5")


def _jobs_alt(
    published: pd.DataFrame,
    estimate: pd.DataFrame,
    target_path: Sequence[tuple[int, float]] | None,
    pace: tuple[int, float] | None,
    outlook: pd.DataFrame,
    labels: JobsLabels,
    breaks: Sequence[int],
    provisional: Sequence[int],
) -> str:
    said = [tr("Lijngrafiek.")]
    estimated = _last_level(published, estimate)[2]
    if not published.empty:
        first, last = published.iloc[0], published.iloc[-1]
        counted = {
            "publisher": labels.publisher,
            "noun": labels.noun,
            "then": december(int(first["year"])),
            "first": number(first["value"]),
        }
        if len(published) > 1:
            word = tr(" (voorlopig)") if int(last["year"]) in provisional else ""
            said.append(
                tr(
                    "{publisher} telde in {then} {first} {noun} en in {now} {last}.",
                    **counted,
                    now=december(int(last["year"])),
                    last=f"{number(last['value'])}{word}",
                )
            )
        else:
            said.append(tr("{publisher} telde in {then} {first} {noun}.", **counted))
    if not estimate.empty:
        first, last = estimate.iloc[0], estimate.iloc[-1]
        margin = value_range(hundreds(last["low"]), hundreds(last["high"]))
        # a series recalculated to other borders is an estimate without a margin of its own
        with_margin = tr(", met een marge van {margin}", margin=margin) if last["low"] != last["high"] else ""
        said.append(
            tr(
                "Volgens de raming waren het er {first} in {then} en {last} in {now}{with_margin}.",
                first=hundreds(first["value"]),
                then=int(first["year"]),
                last=hundreds(last["value"]),
                now=int(last["year"]),
                with_margin=with_margin,
            )
        )
    if target_path:
        said.append(
            tr(
                "Het doel is {level} in {year}.",
                level=_ahead(target_path[-1][1], estimated),
                year=target_path[-1][0],
            )
        )
    if pace:
        said.append(
            tr(
                "Met het tempo tot nu toe worden het er {level} in {year}.",
                level=_ahead(pace[1], estimated),
                year=pace[0],
            )
        )
    if not outlook.empty:
        end = outlook.iloc[-1]
        margin = value_range(hundreds(end["low_80"]), hundreds(end["high_80"]))
        said.append(
            tr(
                "Het midden van het vooruitzicht is {median} in {year}, met een marge van 80 procent van {margin}.",
                median=hundreds(end["median"]),
                year=int(end["year"]),
                margin=margin,
            )
        )
    if breaks:
        said.append(tr("Breuk in de reeks: {years}.", years=listing([str(year) for year in sorted(breaks)])))
    return " ".join(said)


def _jobs_rows(
    published: pd.DataFrame,
    estimate: pd.DataFrame,
    target_path: Sequence[tuple[int, float]] | None,
    pace: tuple[int, float] | None,
    outlook: pd.DataFrame,
    labels: JobsLabels,
    provisional: Sequence[int],
    about: About,
) -> list[DataRow]:
    rows = []
    last_year, last_value, estimated = _last_level(published, estimate)
    for item in published.to_dict("records"):
        year, value, source = int(item["year"]), item["value"], item.get("source")
        status = item.get("status") or ("provisional" if year in provisional else "published")
        rows.append(about.row(labels.published, year, value, number(value), status, source=source))
    for item in estimate.to_dict("records"):
        for label, amount in (
            (tr("raming"), item["value"]),
            (tr("raming, ondergrens"), item["low"]),
            (tr("raming, bovengrens"), item["high"]),
        ):
            source = item.get("source")
            rows.append(
                about.row(label, int(item["year"]), amount, hundreds(amount), "estimate", source=source)
            )
    # the road begins at a level that is no target
    for year, value in [step for step in target_path or () if step[0] > last_year] or (target_path or ())[
        -1:
    ]:
        rows.append(about.row(tr("doelpad"), int(year), value, _ahead(value, estimated), "target"))
    if pace:
        rows.append(about.row(labels.pace, pace[0], pace[1], _ahead(pace[1], estimated), "estimate"))
    ends = ([(*target_path[-1], tr("doel"))] if target_path else []) + (
        [(*pace, tr("tempo"))] if pace else []
    )
    for year, value, label in ends:
        if year > last_year:
            change = (value - last_value) / (year - last_year)
            rows.append(
                about.row(
                    tr("{label}, {noun} per jaar", label=label, noun=labels.short_noun),
                    f"{last_year}–{year}",
                    change,
                    _yearly(change, estimated),
                    "estimate",
                )
            )
    names = {
        "median": tr("vooruitzicht, midden"),
        "low_80": tr("vooruitzicht, ondergrens 80 %"),
        "high_80": tr("vooruitzicht, bovengrens 80 %"),
        "low_95": tr("vooruitzicht, ondergrens 95 %"),
        "high_95": tr("vooruitzicht, bovengrens 95 %"),
    }
    for _, line in outlook.iterrows():
        for column, label in names.items():
            rows.append(about.row(label, int(line["year"]), line[column], hundreds(line[column]), "estimate"))
    return rows
