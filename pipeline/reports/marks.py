"""The drawn marks of evidence, verdict and direction: one shape each, for PDF and HTML alike.

Shape and colour differ, and the word always stands beside it, so nothing hangs on colour. The shapes are
drawn because the text font lacks most of these signs.
"""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipeline.figures.style import HouseStyle
from pipeline.language.translation import tr
from pipeline.reports.blocks import Mark, MarkKind

BOX = 10.0  # side of the square in which every shape is drawn


@dataclass(frozen=True)
class Shape:
    """A mark in a box of 10 by 10, y downwards; without points it is a circle."""

    color: Literal["ink", "soft", "data", "accent"]
    points: tuple[tuple[float, float], ...] = ()
    filled: bool = True
    dashed: bool = False


_SQUARE = ((1, 1), (9, 1), (9, 9), (1, 9))
_DIAMOND = ((5, 0.6), (9.4, 5), (5, 9.4), (0.6, 5))
_UP = ((0.3, 9.3), (5, 0.3), (9.7, 9.3))
_DOWN = ((0.3, 0.7), (9.7, 0.7), (5, 9.7))
_RIGHT = ((1.2, 0.6), (9.4, 5), (1.2, 9.4))
_HEXAGON = ((2.7, 1), (7.3, 1), (9.6, 5), (7.3, 9), (2.7, 9), (0.4, 5))
_HOURGLASS = ((1, 0.6), (9, 0.6), (1, 9.4), (9, 9.4))
_ARROW_UP = ((5, 0.3), (9.5, 5.2), (6.4, 5.2), (6.4, 9.7), (3.6, 9.7), (3.6, 5.2), (0.5, 5.2))
_ARROW_DOWN = tuple((x, BOX - y) for x, y in _ARROW_UP)
_EQUAL = ((0.5, 3.6), (9.5, 3.6), (9.5, 6.4), (0.5, 6.4))

SHAPES: dict[MarkKind, Shape] = {
    "cbs": Shape("data"),
    "raming": Shape("data", filled=False, dashed=True),
    "aanname": Shape("soft", _HEXAGON, filled=False),
    "programma": Shape("soft", _SQUARE),
    "geen gegevens": Shape("soft", _SQUARE, filled=False),
    "gehaald": Shape("data"),
    "niet gehaald": Shape("accent", filled=False),
    "op koers": Shape("data", _UP),
    "achter": Shape("accent", _DOWN),
    "onzeker": Shape("ink", _DIAMOND, filled=False),
    "alleen tempo": Shape("ink", _RIGHT, filled=False),
    "eindstand onbekend": Shape("soft", _HOURGLASS, filled=False),
    "omhoog": Shape("ink", _ARROW_UP),
    "omlaag": Shape("ink", _ARROW_DOWN),
    "gelijk": Shape("ink", _EQUAL),
}


def footer_marks() -> tuple[Mark, ...]:
    """The marks at the foot of every page."""
    return (Mark(kind="cbs", word=tr("gemeten door CBS")), Mark(kind="raming"), Mark(kind="geen gegevens"))


def shapes_for_template() -> dict[str, dict[str, Any]]:
    """Every shape as plain data, for the Typst template."""
    return {kind: asdict(shape) for kind, shape in SHAPES.items()}


def mark_html(mark: Mark, style: HouseStyle) -> str:
    """A mark as inline SVG (hidden from screen readers) with its word."""
    shape = SHAPES[mark.kind]
    color = getattr(style, shape.color)
    paint = f'fill="{color}"' if shape.filled else f'fill="none" stroke="{color}" stroke-width="1.6"'
    if shape.dashed:
        paint += ' stroke-dasharray="2.1 1.5"'
    if shape.points:
        drawn = f'<polygon points="{" ".join(f"{x:g},{y:g}" for x, y in shape.points)}" {paint}/>'
    else:
        drawn = f'<circle cx="5" cy="5" r="{5 if shape.filled else 4.2:g}" {paint}/>'
    picture = f'<svg viewBox="0 0 10 10" aria-hidden="true" focusable="false">{drawn}</svg>'
    return f'<span class="mark" style="color:{color}">{picture}{html.escape(mark.label)}</span>'
