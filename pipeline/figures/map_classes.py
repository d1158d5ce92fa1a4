"""Classes of a map: round limits, their words and colours."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.figures.style import FigureError, HouseStyle
from pipeline.language.numbers import NumberFormat, number, span
from pipeline.language.translation import tr

CLASS_COUNT = 5


def class_limits(values: Sequence[float], count: int = CLASS_COUNT) -> list[float]:
    """Round limits between ``count`` classes or fewer, about equally filled.

    Raises
    ------
    FigureError
        No values.
    """
    known = np.asarray([value for value in values if value is not None and np.isfinite(value)], dtype=float)
    if not len(known):
        raise FigureError("a map without values: say so in the text instead.")
    low, high = np.quantile(known, [0.05, 0.95])
    step = (high - low) / count or abs(high) or 1.0
    power = 10.0 ** np.floor(np.log10(step))
    step = float(min((f * power for f in (1, 2, 2.5, 5, 10)), key=lambda size: abs(size - step)))
    first = round((float(np.median(known)) - (count - 2) / 2 * step) / step)
    limits = [round((first + place) * step, 10) for place in range(count - 1)]
    return [limit for limit in limits if known.min() < limit <= known.max()]


def class_labels(limits: Sequence[float], form: NumberFormat) -> list[str]:
    """Words of the classes: "minder dan 6", "6 tot 8", "8 of meer"."""
    words = [_limit_words(limit, form) for limit in limits]
    if not words:
        return [tr("alle gemeenten")]
    between = [span(low, high) for low, high in itertools.pairwise(words)]
    return [tr("minder dan {limit}", limit=words[0]), *between, tr("{limit} of meer", limit=words[-1])]


def _limit_words(limit: float, form: NumberFormat) -> str:
    return number(limit, 0 if limit == round(limit) else form.decimals)


@dataclass(frozen=True)
class Classes:
    """Rising limits, and a label and colour for each class between them."""

    limits: tuple[float, ...]
    labels: tuple[str, ...]
    colors: tuple[str, ...]

    def color(self, value: float) -> str:
        """Colour of the class that holds the value; a limit belongs to the class above it."""
        return self.colors[int(np.searchsorted(self.limits, value, side="right"))]


def make_classes(
    values: pd.Series,
    limits: Sequence[float] | None,
    labels: Sequence[str] | None,
    form: NumberFormat,
    style: HouseStyle,
    figure_id: str,
) -> Classes:
    """Classes for these values.

    Raises
    ------
    FigureError
        Limits that do not rise, too many of them, labels that do not match, or no values.
    """
    limits = list(class_limits(values.tolist()) if limits is None else limits)
    if limits != sorted(set(limits)) or len(limits) >= CLASS_COUNT:
        raise FigureError(f"{figure_id}: limits {limits} must rise and be at most {CLASS_COUNT - 1}.")
    labels = list(labels) if labels else class_labels(limits, form)
    if len(labels) != len(limits) + 1:
        raise FigureError(f"{figure_id}: {len(labels)} class labels for {len(limits) + 1} classes.")
    steps = np.linspace(0, CLASS_COUNT - 1, len(labels)).round().astype(int)
    return Classes(tuple(limits), tuple(labels), tuple(style.shades[step] for step in steps))
