"""Axes of a chart: ticks stand where they are put, so none is made, measured or moved before it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.backend_bases import RendererBase
from matplotlib.lines import TICKDOWN, TICKLEFT, Line2D
from matplotlib.text import Text
from matplotlib.transforms import Transform


class _GivenTicks:
    """What an axis without a title does when all its ticks are given; it draws what matplotlib's own draws.

    One mark and one grid line move along the axis, where matplotlib makes two marks, a grid line and two labels
    for each tick and measures the labels again: half of the time of a chart.
    """

    majorTicks = minorTicks = ()
    _has_grid = False
    _places: Sequence[float] = ()
    _labels: Sequence[Text] = ()

    def grid(self, visible: bool | None = None, **_: Any) -> None:
        """Draw grid lines, in the look of the settings."""
        self._has_grid = visible is None or bool(visible)

    def set_ticks(self, ticks: Sequence[float], labels: Sequence[str] | None = None, **look: Any) -> None:
        """Put ticks at places within the limits, with words in this look; years are their own words."""
        words = [str(place) for place in ticks] if labels is None else labels
        pad = self._setting("major.pad") + self._setting("major.size")
        transform, va, ha = getattr(self.axes, f"get_{self.axis_name}axis_text1_transform")(pad)
        look = {"fontsize": self._setting("labelsize"), "color": self._setting("labelcolor")} | look
        look |= {"va": va, "ha": ha, "transform": transform, "figure": self.axes.figure}
        self._places = list(ticks)
        self._labels = [
            Text(*self._point(place, 0), word, **look) for place, word in zip(ticks, words, strict=True)
        ]

    def get_majorticklocs(self) -> np.ndarray:
        """Where the ticks are."""
        return np.asarray(self._places, dtype=float)

    def get_majorticklabels(self) -> list[Text]:
        """The words of the ticks."""
        return list(self._labels)

    def get_children(self) -> list[Text]:
        """The words of the ticks."""
        return list(self._labels)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the ticks, in the groups that matplotlib draws them in."""
        tick = f"{self.axis_name}tick"
        line, mark = self._grid_line(), self._mark()
        low, high = sorted(self.get_view_interval())
        slack = 1e-10 * (high - low)
        renderer.open_group("matplotlib.axis")
        for place, label in zip(self._places, self._labels, strict=True):
            if low - slack <= place <= high + slack:
                renderer.open_group(tick)
                mark.set_data(*([at] for at in self._point(place, 0)))
                line.set_data(*zip(self._point(place, 0), self._point(place, 1), strict=True))
                for artist in (line, mark, label):
                    artist.draw(renderer)
                renderer.close_group(tick)
        renderer.close_group("matplotlib.axis")

    def _setting(self, name: str) -> Any:
        return matplotlib.rcParams[f"{self.axis_name}tick.{name}"]

    def _point(self, along: float, across: float) -> tuple[float, float]:
        return (along, across) if self.axis_name == "x" else (across, along)

    def _scale_transform(self, which: str) -> Transform:
        return getattr(self.axes, f"get_{self.axis_name}axis_transform")(which)

    def _grid_line(self) -> Line2D:
        look = {
            name: matplotlib.rcParams[f"grid.{name}"] for name in ("color", "linestyle", "linewidth", "alpha")
        }
        line = Line2D([], [], visible=self._has_grid, transform=self._scale_transform("grid"), **look)
        line.set_figure(self.axes.figure)
        line.set_clip_path(self.axes.patch)
        return line

    def _mark(self) -> Line2D:
        mark = Line2D(
            [],
            [],
            linestyle="none",
            marker=TICKDOWN if self.axis_name == "x" else TICKLEFT,
            markersize=self._setting("major.size"),
            markeredgewidth=self._setting("major.width"),
            color=self._setting("color"),
            transform=self._scale_transform("tick1"),
        )
        mark.set_figure(self.axes.figure)
        return mark


class _XAxis(_GivenTicks, XAxis):
    pass


class _YAxis(_GivenTicks, YAxis):
    pass


class ChartAxes(Axes):
    """Axes whose limits and ticks are set by hand; they have no titles."""

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _XAxis(self, clear=False), _YAxis(self, clear=False)
        for side, axis in zip(
            ("bottom", "top", "left", "right"), (self.xaxis, self.xaxis, self.yaxis, self.yaxis), strict=True
        ):
            self.spines[side].register_axis(axis)
