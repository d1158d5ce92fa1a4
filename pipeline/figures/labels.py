"""Placing labels so that none covers another, and the values and years at which an axis has a tick."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from pipeline.figures.canvas import Box, Point2D

LEADER_FROM = 9.0  # distance between a label and its point from which a thin line joins them
_CLEAR = 2.5  # between the end of a leader and the words it leads to
_DISTANCES = (6.0, 12.0, 20.0, 30.0, 44.0, 62.0, 86.0)
_DIRECTIONS = (
    *((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)),
    *((0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1)),
)


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
    centers, sizes : wished place and height of each box
    low, high : room for all boxes together; when it is too small they stand evenly squeezed

    Returns
    -------
    list of float
        A centre for each box, in the order given.
    """
    if not centers:
        return []
    order = sorted(range(len(centers)), key=lambda place: centers[place])
    squeeze = min(1.0, (high - low) / sum(sizes))
    heights = [sizes[place] * squeeze for place in order]
    starts = [centers[place] - height / 2 for place, height in zip(order, heights, strict=True)]
    before = np.concatenate([[0.0], np.cumsum(heights)[:-1]])
    # boxes that touch share one shift: isotonic regression of what is left when all heights are taken away
    pools: list[list[float]] = []
    for wish in np.asarray(starts) - before:
        pools.append([float(wish)])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    shifts = np.concatenate([[np.mean(pool)] * len(pool) for pool in pools])
    shifts = np.clip(shifts, low, high - sum(heights))
    placed = [0.0] * len(centers)
    for place, shift, start, height in zip(order, shifts, before, heights, strict=True):
        placed[place] = float(shift + start + height / 2)
    return placed


@dataclass(frozen=True)
class Spot:
    """Where a label may stand, and the ends of the leader that joins it to its point."""

    box: Box
    leader: tuple[Point2D, Point2D] | None


@dataclass
class Room:
    """What is taken in a drawing, to find free room for the next label.

    bounds : where labels may stand; size : of the text
    """

    bounds: Box
    boxes: list[Box] = field(default_factory=list)
    points: list[Point2D] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)

    def avoid_line(self, points: Iterable[Point2D]) -> None:
        """Keep labels off the line through these points."""
        points = list(points)
        self.points += points
        for (x0, y0), (x1, y1) in pairwise(points):
            steps = max(2, int(math.hypot(x1 - x0, y1 - y0) / 2))
            self.points += [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(1, steps)]

    def place(self, width: float, height: float, anchor: Point2D) -> Spot:
        """The best place for a label of this size near a point; it is taken from then on.

        Candidates stand around the point at growing distance; covering a line or text counts heavily, distance
        lightly. A label further than ``LEADER_FROM`` gets a leader, which crosses no other text.
        """
        ax, ay = anchor
        tries = np.array([(dx, dy, reach) for reach in _DISTANCES for dx, dy in _DIRECTIONS])
        dx, dy, reach = tries.T
        xs = ax + dx * (np.where(dy == 0, reach, 0.7 * reach) + width / 2)
        ys = ay + dy * (reach + height / 2)
        # a label that would run out is moved along instead
        xs = np.clip(xs, self.bounds.x0 + width / 2, self.bounds.x1 - width / 2)
        nearest = np.clip(ax, xs - width / 2, xs + width / 2), np.clip(ay, ys - height / 2, ys + height / 2)
        ends = np.column_stack(nearest)
        away = np.hypot(ends[:, 0] - ax, ends[:, 1] - ay)
        led = away > LEADER_FROM
        costs = self._costs(xs, ys, width / 2 + 2, height / 2 + 1) + 0.5 * reach
        costs += np.where(led, 4 + self._crossed(np.asarray(anchor), ends), 0)
        best = int(np.argmin(costs))
        x, y = float(xs[best]), float(ys[best])
        box = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        self.boxes.append(box)
        if not led[best]:
            return Spot(box, None)
        share = 1 - _CLEAR / away[best]
        end = (ax + (ends[best, 0] - ax) * share, ay + (ends[best, 1] - ay) * share)
        self.avoid_line([anchor, end])
        return Spot(box, (anchor, end))

    def _crossed(self, begin: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """What it costs when a leader runs through texts that are there already."""
        if not self.boxes:
            return np.zeros(len(ends))
        shares = np.linspace(0, 1, 12)[:, None, None]
        x, y = np.moveaxis(begin + shares * (ends - begin), -1, 0)[..., None]
        x0, y0, x1, y1 = np.array([(box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1) for box in self.boxes]).T
        inside = (x0 < x) & (x < x1) & (y0 < y) & (y < y1)
        return 300.0 * inside.any(axis=0).sum(axis=1)

    def _costs(self, xs: np.ndarray, ys: np.ndarray, half_width: float, half_height: float) -> np.ndarray:
        """What it costs to write a label at each place: running out, covering lines, covering texts."""
        out = np.maximum(np.maximum(self.bounds.y0 - ys, ys - self.bounds.y1) + half_height, 0)
        out += np.maximum(np.maximum(self.bounds.x0 - xs, xs - self.bounds.x1) + half_width - 2, 0)
        costs = 100 * out
        for level in self.levels:
            costs += 12.0 * (np.abs(ys - level) < half_height - 2)  # a grid line strikes the words through
        if self.points:
            x, y = np.asarray(self.points).T
            covered = (np.abs(xs[:, None] - x) < half_width) & (np.abs(ys[:, None] - y) < half_height)
            costs += 20.0 * covered.sum(axis=1)
        for box in self.boxes:
            beside = np.abs(xs - (box.x0 + box.x1) / 2) < half_width + (box.x1 - box.x0) / 2
            level = np.abs(ys - (box.y0 + box.y1) / 2) < half_height + (box.y1 - box.y0) / 2
            costs += 20_000.0 * (beside & level)  # no worse place than another text
        return costs
