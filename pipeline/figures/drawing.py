"""What a chart is drawn from and what it hands over. Figures know no regions and no words but what they are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

#: how a layer of a chart is drawn: counted (solid, filled dots), estimate (dashed, with its margin as a band), outlook
#: (dotted, with a pale band), nation (dotted, open dots), goal (diamond), old_count (solid thin, not joined), other
Look = Literal["counted", "estimate", "outlook", "nation", "goal", "old_count", "other"]


@dataclass(frozen=True)
class Point:
    """A number in a chart, with the text that a reader sees for it.

    x : year, or the position on an axis of categories; name : of the category or region, "" on an axis of years
    value : None where there is no figure (never drawn as nought); low, high : its margin
    text : the number as printed; status : of the value, "provisional" and "estimate" are drawn open
    own : the region of the report
    """

    value: float | None
    text: str
    x: float = 0.0
    name: str = ""
    low: float | None = None
    high: float | None = None
    status: str = "published"
    own: bool = False


@dataclass(frozen=True)
class Layer:
    """Points that are drawn alike and named together.

    Layers that are counted and estimated are one series: its line is dashed where one of two neighbours is an estimate.

    named : words beside single points, by x: ``{2018: ("2018: 135.400", "ons startjaar")}``, a line each; those of
    the last point name the layer, and are "label: text" when not given; an empty tuple leaves it without a name
    color : of its lines and words, where the look alone does not tell layers apart
    """

    label: str
    look: Look
    points: tuple[Point, ...]
    named: Mapping[float, tuple[str, ...]] = field(default_factory=dict)
    color: str = ""


@dataclass(frozen=True)
class Panel:
    """Rows of one measure, in the order in which they are drawn.

    reference : name of the row beside which the others lie
    """

    title: str
    points: tuple[Point, ...]
    reference: str = ""


def told(title: str, points: Iterable[Point]) -> str:
    """What a text for the blind says of some points: "WW: Drenthe 9,5; Zeeland 7,1."."""
    words = "; ".join(" ".join(part for part in (point.name, point.text) if part) for point in points)
    return f"{title}: {words}." if title else f"{words}."


@dataclass(frozen=True)
class Drawing:
    """A finished figure.

    svg : the drawing at print width (166 mm), text kept as text; narrow : the same for a screen of 350 pixels
    alt : text that tells every number that is written in it; axis_note : what the unit line must add
    """

    svg: str
    alt: str
    narrow: str = ""
    axis_note: str = ""
