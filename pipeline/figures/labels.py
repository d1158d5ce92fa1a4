"""Placing labels so that none covers another, whatever the region and scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from pipeline.figures.style import LEADER, TEXT_SIZE, text_extent

LINE_HEIGHT = 1.22 * TEXT_SIZE  # points
LEADER_FROM = 9.0  # points between a label and its point from which a thin line joins them
_CLEAR = 2.5  # points between the end of a leader and the words it leads to


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round tick values that enclose ``low`` to ``high`` in about ``count`` steps."""
    if high <= low:
        room = abs(low) * 0.1 or 1.0
        low, high = low - room, high + room
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(place * step, 10) for place in range(first, last + 1)]


def year_ticks(first: int, last: int, most: int = 12) -> list[int]:
    """Whole years from first to last, counted back from the last, at most ``most``."""
    step = next(s for s in (1, 2, 5, 10, 20, 50) if (last - first) / s < most)
    return list(range(last, first - 1, -step))[::-1]


def spread(centers: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move centres as little as possible so that boxes of these sizes do not overlap (one dimension).

    Parameters
    ----------
    centers, sizes : sequence of float
        Wished place and height of each box.
    low, high : float
        Room for all boxes together; when it is too small they stand evenly squeezed.

    Returns
    -------
    list of float
        A centre for each box, in the order given.
    """
    if not centers:
        return []
    order = sorted(range(len(centers)), key=lambda place: centers[place])
    squeeze = min(1.0, (high - low) / sum(sizes))
    # Pool neighbours that overlap; each pool keeps the mean wish of its members (isotonic regression).
    pools: list[list] = []  # [start, height, [wished starts], members]
    for place in order:
        height = sizes[place] * squeeze
        pools.append([centers[place] - height / 2, height, [centers[place] - height / 2], [place]])
        while len(pools) > 1 and pools[-2][0] + pools[-2][1] > pools[-1][0]:
            _, height2, wishes2, members2 = pools.pop()
            _, height1, wishes1, members1 = pools.pop()
            wishes = wishes1 + [wish - height1 for wish in wishes2]
            start = min(max(float(np.mean(wishes)), low), high - height1 - height2)
            pools.append([start, height1 + height2, wishes, members1 + members2])
        top = pools[-1]
        top[0] = min(max(top[0], low), high - top[1])
    placed = [0.0] * len(centers)
    for start, _, _, members in _unpile(pools, low):
        for place in members:
            height = sizes[place] * squeeze
            placed[place] = start + height / 2
            start += height
    return placed


def _unpile(pools: list[list], low: float) -> list[list]:
    """Push pools that were clamped into each other apart, from the top down."""
    limit = math.inf
    for pool in reversed(pools):
        pool[0] = min(pool[0], limit - pool[1])
        limit = pool[0]
    floor = low
    for pool in pools:
        pool[0] = max(pool[0], floor)
        floor = pool[0] + pool[1]
    return pools


@dataclass
class LabelMap:
    """Where lines and labels already are in one axes, to find free room for the next label.

    ``points`` are sampled along the drawn lines and ``boxes`` are texts, all in display points.
    """

    axes: Axes
    points: list[np.ndarray] = field(default_factory=list)
    boxes: list[Bbox] = field(default_factory=list)

    def avoid_line(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Keep labels off the line through these data points (NaN breaks it)."""
        display = self.axes.transData.transform(np.column_stack([x, y]).astype(float))
        display = display[np.isfinite(display).all(axis=1)]
        if len(display) == 1:
            self.points.append(display)
        for start, end in pairwise(display):
            steps = max(2, int(np.hypot(*(end - start)) / 2))
            self.points.append(start + (end - start) * np.linspace(0, 1, steps)[:, None])

    def place(
        self,
        words: str,
        anchors: Sequence[tuple[float, float]],
        *,
        color: str,
        bold: bool = False,
        leader: bool = True,
    ) -> None:
        """Write ``words`` near one of the anchors (data coordinates) where most room is.

        Candidates stand around each anchor at growing distance; covering a line or text counts heavily,
        distance lightly. A label further than ``LEADER_FROM`` gets a thin leader, which ends clear of its
        words and crosses no other text.
        """
        weight = "bold" if bold else "normal"
        text = self.axes.text(0, 0, words, color=color, fontweight=weight, va="center", ha="center")
        box = text_extent(text)
        width, height = box.width, box.height
        starts = self.axes.transData.transform(np.asarray(anchors, dtype=float))
        tries = [
            (dx, dy, distance, rank, *start)
            for rank, start in enumerate(starts)
            for distance in (6.0, 12.0, 20.0, 30.0, 44.0)
            for dx, dy in _DIRECTIONS
        ]
        dx, dy, distance, rank, x0, y0 = np.array(tries, dtype=float).T
        xs = x0 + dx * (np.where(dy == 0, distance, 0.7 * distance) + width / 2)
        ys = y0 + dy * (distance + height / 2)
        begin = np.column_stack([x0, y0])
        end = np.column_stack(
            [np.clip(x0, xs - width / 2, xs + width / 2), np.clip(y0, ys - height / 2, ys + height / 2)]
        )
        away = np.hypot(*(end - begin).T)
        led = (away > LEADER_FROM) if leader else np.zeros(len(away), dtype=bool)
        costs = self._costs(xs, ys, width / 2 + 2, height / 2 + 1) + 0.5 * distance + 3 * rank
        costs += np.where(led, 4.0 + self._crossed(begin, end), 0.0)
        best = int(np.argmin(costs))
        x, y = float(xs[best]), float(ys[best])
        text.set_position(self.axes.transData.inverted().transform((x, y)))
        self.boxes.append(Bbox.from_bounds(x - width / 2, y - height / 2, width, height))
        if led[best]:
            short = begin[best] + (end[best] - begin[best]) * (1 - _CLEAR / away[best])
            draw_leader(self.axes, begin[best], short, color)
            self.points.append(np.linspace(begin[best], short, max(2, int(away[best] / 2))))

    def _crossed(self, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        """What it costs when a leader runs through texts that are there already."""
        costs = np.zeros(len(begin))
        for share in np.linspace(0, 1, 12):
            x, y = (begin + share * (end - begin)).T
            for box in self.boxes:
                inside = (box.x0 - 1 < x) & (x < box.x1 + 1) & (box.y0 - 1 < y) & (y < box.y1 + 1)
                costs += 300.0 * inside
        return costs

    def _costs(self, xs: np.ndarray, ys: np.ndarray, half_width: float, half_height: float) -> np.ndarray:
        """What it costs to write a label at each place: running out, covering lines, covering texts."""
        room = self.axes.get_window_extent()
        top = max(room.y1, min(room.y1 + LINE_HEIGHT, self.axes.figure.bbox.height - 1))
        out = np.maximum(np.maximum(room.x0 - xs, xs - room.x1) + half_width, 0)
        out += np.maximum(np.maximum(room.y0 - ys, ys - top) + half_height, 0)
        costs = 100 * out
        for _, y in self.axes.transData.transform([(0.0, tick) for tick in self.axes.get_yticks()]):
            costs += 6.0 * (np.abs(ys - y) < 0.6 * half_height)  # a grid line strikes the words through
        if self.points:
            x, y = np.vstack(self.points).T
            order = np.argsort(x)
            x, y = x[order], y[order]
            # only the points above and below a label can lie in it
            first, last = np.searchsorted(x, xs - half_width, "right"), np.searchsorted(x, xs + half_width)
            costs += 8.0 * np.array(
                [
                    np.count_nonzero(np.abs(y[i:j] - at) < half_height)
                    for i, j, at in zip(first, last, ys, strict=True)
                ]
            )
        for box in self.boxes:
            beside = np.abs(xs - (box.x0 + box.x1) / 2) < half_width + box.width / 2
            level = np.abs(ys - (box.y0 + box.y1) / 2) < half_height + box.height / 2
            costs += 500.0 * (beside & level)
        return costs


def draw_leader(axes: Axes, start: Sequence[float], end: Sequence[float], color: str) -> None:
    """A thin line from a point to its label (both in points); ``assert_text_inside`` keeps texts off it."""
    ends = axes.transData.inverted().transform([start, end])
    axes.plot(ends[:, 0], ends[:, 1], color=color, lw=0.7, clip_on=False, zorder=3, label=LEADER)


_DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))


@dataclass(frozen=True)
class EdgeLabel:
    """A label right of the plot, at the height of ``y`` (data coordinates)."""

    y: float
    words: str
    color: str
    bold: bool = False
    x: float | None = None  # where its line ends, when before the edge


def write_edge_labels(axes: Axes, labels: Sequence[EdgeLabel], gap_mm: float = 3.0) -> None:
    """Write labels right of the axes at their height, moved apart.

    A label that stands beside its point needs no line. One that had to move gets a leader to its nearest
    line of words, so that it never runs along the other words.
    """
    box = axes.get_window_extent()
    heights = [LINE_HEIGHT * (label.words.count("\n") + 1) + 8 for label in labels]
    wished = [float(axes.transData.transform((0, label.y))[1]) for label in labels]
    figure_top = axes.figure.bbox.height
    places = spread(wished, heights, max(box.y0 - 14, 1.0), min(box.y1 + 16, figure_top - 1))
    gap = gap_mm * 72 / 25.4
    inverse = axes.transData.inverted()
    for label, place, wish, height in zip(labels, places, wished, heights, strict=True):
        x, y = inverse.transform((box.x1 + gap, place))
        axes.text(
            x,
            y,
            label.words,
            color=label.color,
            va="center",
            fontweight="bold" if label.bold else "normal",
            linespacing=1.12,
        )
        end_x = box.x1 if label.x is None else float(axes.transData.transform((label.x, 0))[0])
        reach = (height - 8 - LINE_HEIGHT) / 2  # from the middle of the label to its first or last line
        if abs(place - wish) > reach + LINE_HEIGHT or end_x < box.x1 - 1:
            nearest = min(max(wish, place - reach), place + reach)
            draw_leader(axes, (end_x + 5, wish), (box.x1 + gap - _CLEAR, nearest), label.color)
