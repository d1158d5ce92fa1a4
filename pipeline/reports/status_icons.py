"""The drawn marks of evidence and verdict: one shape each, for PDF and HTML alike.

Shape and colour differ, and the word always stands beside it, so nothing hangs on colour. The shapes are drawn because
the text font lacks most of these signs.
"""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipeline.config import Language
from pipeline.reports.blocks import Mark, MarkKind
from pipeline.vocabulary import word


@dataclass(frozen=True)
class Shape:
    """A mark in a box of 10 by 10, y downwards; without points it is a circle."""

    color: Literal["ink", "soft", "data", "accent"]
    points: tuple[tuple[float, float], ...] = ()
    filled: bool = True
    dashed: bool = False


_SQUARE = ((1, 1), (9, 1), (9, 9), (1, 9))

SHAPES: dict[MarkKind, Shape] = {
    "measured": Shape("data"),
    "estimate": Shape("data", filled=False, dashed=True),
    "no_data": Shape("soft", _SQUARE, filled=False),
    "statement": Shape("soft", _SQUARE),
    "met": Shape("data"),
    "not_met": Shape("accent", filled=False),
    "on_track": Shape("data", ((0.3, 9.3), (5, 0.3), (9.7, 9.3))),
    "behind": Shape("accent", ((0.3, 0.7), (9.7, 0.7), (5, 9.7))),
    "uncertain": Shape("ink", ((5, 0.6), (9.4, 5), (5, 9.4), (0.6, 5)), filled=False),
    "result_unknown": Shape("soft", _SQUARE, filled=False),
    "no_verdict": Shape("ink", ((1.2, 0.6), (9.4, 5), (1.2, 9.4)), filled=False),
    "no_target": Shape("soft", _SQUARE, filled=False),
}


def footer_marks(language: Language) -> tuple[Mark, ...]:
    """The marks at the foot of every page."""
    return tuple(
        Mark(kind=kind, word=word("evidence", kind, language)) for kind in ("measured", "estimate", "no_data")
    )


def shapes_for_template() -> dict[str, dict[str, Any]]:
    """Every shape as plain data, for the Typst template."""
    return {kind: asdict(shape) for kind, shape in SHAPES.items()}


def mark_html(mark: Mark) -> str:
    """A mark as inline SVG (hidden from screen readers) with its word."""
    shape = SHAPES[mark.kind]
    paint = 'fill="currentColor"' if shape.filled else 'fill="none" stroke="currentColor" stroke-width="1.6"'
    if shape.dashed:
        paint += ' stroke-dasharray="2.1 1.5"'
    if shape.points:
        drawn = f'<polygon points="{" ".join(f"{x:g},{y:g}" for x, y in shape.points)}" {paint}/>'
    else:
        drawn = f'<circle cx="5" cy="5" r="{5 if shape.filled else 4.2:g}" {paint}/>'
    picture = f'<svg viewBox="0 0 10 10" aria-hidden="true" focusable="false">{drawn}</svg>'
    return f'<span class="mark" style="color:var(--{shape.color})">{picture}{html.escape(mark.word)}</span>'
