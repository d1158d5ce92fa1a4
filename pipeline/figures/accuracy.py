"""How good past forecasts were, as two images for ``dvc plots``: for who makes the monitor, so in English.

Images, because the page that dvc makes of tables loads its drawing script from another host. Letters are drawn as
outlines: a page shows the image by itself, without the fonts of this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.config import Settings
from pipeline.figures.canvas import to_svg
from pipeline.figures.style import DEFAULT_STYLE, WIDTH_MM, FigureError, font
from pipeline.folders import Folders
from pipeline.store import replacing

#: Coverage that the intervals promise.
_PROMISED = {"coverage_80": 0.80, "coverage_95": 0.95}
_HEIGHT_MM = 90.0
_SMALLEST_DOT, _LARGEST_DOT = 8.0, 80.0  # square points


def run_plots(settings: Settings, folders: Folders) -> None:
    """data/models -> data/plots: the accuracy tables drawn, one image each."""
    for name, draw in (("calibration", calibration_chart), ("backtest_by_origin", coverage_chart)):
        svg = draw(pd.read_csv(folders.models / f"{name}.csv"), settings.vintage)
        with replacing(folders.plots / f"{name}.svg") as temporary:
            temporary.write_text(svg, encoding="utf-8")


def calibration_chart(table: pd.DataFrame, vintage: str) -> str:
    """Share of targets that was reached against the chance given beforehand, as SVG.

    Parameters
    ----------
    table : one row a group of chances: mean_probability and share_reached (fractions), count of targets
    vintage : named in the title, so that images side by side are told apart

    Raises
    ------
    FigureError
        A column is absent or there are no rows.
    """
    _need(table, ("mean_probability", "share_reached", "count"), "calibration")
    with _as_outlines():
        figure, axes = _titled(f"How often targets were reached, against the chance given ({vintage})")
        axes.plot([0, 1], [0, 1], color=DEFAULT_STYLE.grey, ls=(0, (5, 2)), lw=1.2)
        axes.text(0.99, 0.84, "as promised", color=DEFAULT_STYLE.soft, ha="right", va="top")
        axes.plot(table["mean_probability"], table["share_reached"], color=DEFAULT_STYLE.data, lw=1.2)
        sizes = _SMALLEST_DOT + _LARGEST_DOT * table["count"] / table["count"].max()
        axes.scatter(
            table["mean_probability"], table["share_reached"], s=sizes, color=DEFAULT_STYLE.data, zorder=3
        )
        axes.set(xlim=(0, 1), ylim=(0, 1.03), xlabel="chance given beforehand",
                 ylabel="share that was reached")  # fmt: skip
        axes.xaxis.set_major_formatter("{x:.0%}")
        _note(figure, f"{table['count'].sum()} targets in the backtest; a larger dot stands for more of them")
        return to_svg(figure)


def coverage_chart(table: pd.DataFrame, vintage: str) -> str:
    """Share of outcomes inside the 80 % and 95 % interval by year of forecast, as SVG.

    Parameters
    ----------
    table : one row a year of forecast: origin (year), coverage_80 and coverage_95 (fractions), count of forecasts
    vintage : named in the title, so that images side by side are told apart

    Raises
    ------
    FigureError
        A column is absent or there are no rows.
    """
    _need(table, ("origin", "count", *_PROMISED), "backtest_by_origin")
    looks = {"coverage_80": (DEFAULT_STYLE.data, "o"), "coverage_95": (DEFAULT_STYLE.accent, "s")}
    with _as_outlines():
        figure, axes = _titled(f"Share of outcomes inside the interval, by year of forecast ({vintage})")
        last = int(table["origin"].max())
        for column, promised in _PROMISED.items():
            color, marker = looks[column]
            axes.axhline(promised, color=color, ls=(0, (5, 2)), lw=1)
            axes.plot(table["origin"], table[column], color=color, marker=marker, lw=1.6)
            axes.text(
                last + 0.65, promised - 0.02, f"{promised:.0%} promised", color=color, ha="right", va="top"
            )
        axes.set(xlim=(int(table["origin"].min()) - 0.3, last + 0.7), ylim=(0, 1.03))
        axes.set_xticks(
            table["origin"],
            [
                f"{year}\n{count} forecasts"
                for year, count in zip(table["origin"], table["count"], strict=True)
            ],
        )
        _note(figure, "round: 80 % interval; square: 95 % interval; dashed: what each promises")
        return to_svg(figure)


def _need(table: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    lacking = [column for column in columns if column not in table.columns]
    if lacking:
        raise FigureError(f"{name}: columns {lacking} are missing; there are {list(table.columns)}.")
    if table.empty:
        raise FigureError(f"{name}: the table has no rows. Run `dvc repro models` and look at its backtest.")


@contextmanager
def _as_outlines() -> Iterator[None]:
    font(DEFAULT_STYLE)  # from now on matplotlib knows the family
    style = DEFAULT_STYLE
    look = {
        "font.family": style.font_family,
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": style.rule,
        "grid.color": style.grid,
        "xtick.color": style.soft,
        "ytick.color": style.soft,
        "svg.fonttype": "path",
        "svg.hashsalt": "groeimonitor",
    }
    with matplotlib.rc_context(look):
        yield


def _titled(words: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH_MM / 25.4, _HEIGHT_MM / 25.4))
    axes = figure.add_axes((16 / WIDTH_MM, 22 / _HEIGHT_MM, 1 - 22 / WIDTH_MM, 1 - 34 / _HEIGHT_MM))
    figure.text(4 / WIDTH_MM, 1 - 3 / _HEIGHT_MM, words, fontweight="bold", va="top")
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.grid(axis="y")
    return figure, axes


def _note(figure: Figure, words: str) -> None:
    figure.text(4 / WIDTH_MM, 3 / _HEIGHT_MM, words, color=DEFAULT_STYLE.soft, va="bottom")
