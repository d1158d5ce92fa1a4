"""A surface to draw on with plain matplotlib, and the SVG that comes of it.

Everything is placed in the unit of the drawing from its top left corner: points on paper, pixels on a screen. What is
drawn later lies on top, and texts above all shapes. Matplotlib draws the shapes; the texts, measured with the font so
that none runs out of the picture or into another, are written into its SVG, where they stay text.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import matplotlib
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from pipeline.figures.style import (
    DEFAULT_STYLE,
    POINTS_PER_MM,
    WIDTH_MM,
    FigureError,
    HouseStyle,
    text_width,
)

PAPER_WIDTH = round(WIDTH_MM * POINTS_PER_MM, 2)
PHONE_WIDTH = 350.0
ASCENT, DESCENT, LINE_GAP = 0.74, 0.22, 1.3  # of a line of text, in its size
_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "groeimonitor",
    "path.simplify": False,
    "hatch.linewidth": 0.6,
}

Point2D = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Medium:
    """What a drawing is made for: its width and the size of its text, in points or pixels."""

    width: float
    size: float
    narrow: bool


PAPER = Medium(PAPER_WIDTH, 9.0, narrow=False)
PHONE = Medium(PHONE_WIDTH, 13.0, narrow=True)


@dataclass(frozen=True)
class Box:
    """A rectangle; y runs down."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlaps(self, other: Box, slack: float = 0.3) -> bool:
        """Whether they share more than an edge."""
        across = min(self.x1, other.x1) - max(self.x0, other.x0)
        down = min(self.y1, other.y1) - max(self.y0, other.y0)
        return across > slack and down > slack


@dataclass
class Canvas:
    """A drawing under way; ``texts`` holds what was written and where."""

    medium: Medium
    height: float
    style: HouseStyle = DEFAULT_STYLE
    texts: list[tuple[str, Box]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.figure = Figure(figsize=(self.medium.width / 72, self.height / 72), dpi=72)
        self.figure.patch.set_visible(False)
        self._words: list[str] = []

    @property
    def width(self) -> float:
        """Width in points or pixels."""
        return self.medium.width

    @property
    def size(self) -> float:
        """Size of the text."""
        return self.medium.size

    def measure(self, words: str, *, bold: bool = False) -> float:
        """Width of a line of text."""
        return text_width(words, self.size, self.style, bold=bold)

    def text(
        self, x: float, y: float, words: str, *, color: str = "", bold: bool = False, anchor: Anchor = "start"
    ) -> Box:
        """Write one line with its baseline at y."""
        wide = self.measure(words, bold=bold)
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        box = Box(left, y - ASCENT * self.size, left + wide, y + DESCENT * self.size)
        weight = 700 if bold else 400
        look = f"font: {weight} {self.size:g}px '{self.style.font_family}'; text-anchor: {anchor}"
        self._words.append(f'<text x="{x:.2f}" y="{y:.2f}" style="{look}" fill="{color or self.style.ink}">'
                           f"{html.escape(words, quote=False)}</text>")  # fmt: skip
        self.texts.append((words, box))
        return box

    def lines(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        color: str,
        anchor: Anchor = "start",
        bold: bool = True,
    ) -> None:
        """Write lines below each other, the first in bold."""
        for place, words in enumerate(lines):
            self.text(
                x,
                y + place * self.size * LINE_GAP,
                words,
                color=color,
                bold=bold and not place,
                anchor=anchor,
            )

    def line(
        self, *lines: Iterable[Point2D], color: str, width: float = 1.0, dash: Sequence[float] = ()
    ) -> None:
        """Draw lines of one look; ``dash`` in units of the drawing."""
        paths = [Path([(x, self._up(y)) for x, y in points]) for points in lines]
        style = (0, [length / width for length in dash]) if dash else "-"
        self._add(PathPatch(Path.make_compound_path(*paths), fill=False, edgecolor=color, linewidth=width,
                            linestyle=style, capstyle="butt", joinstyle="round"))  # fmt: skip

    def area(self, points: Iterable[Point2D], color: str) -> None:
        """Fill an area."""
        self._add(Polygon([(round(x, 2), self._up(y)) for x, y in points], facecolor=color, edgecolor="none"))

    def rect(self, box: Box, color: str, edge: str = "none") -> None:
        """Fill a rectangle."""
        self._add(Rectangle((round(box.x0, 2), self._up(box.y1)), round(box.x1 - box.x0, 2), round(box.y1 - box.y0, 2),
                            facecolor=color, edgecolor=edge, linewidth=0.8))  # fmt: skip

    def dots(
        self,
        places: Iterable[Point2D],
        radius: float,
        color: str,
        *,
        is_open: bool = False,
        dashed: bool = False,
    ) -> None:
        """Draw dots: filled for a count, open for what is no count of the region, dashed for an estimate."""
        circles = [Path.circle((x, self._up(y)), radius) for x, y in places]
        dash = (0, (1.6, 1.0)) if dashed else "-"
        if circles:
            self._add(PathPatch(Path.make_compound_path(*circles), facecolor="#ffffff" if is_open else color,
                                edgecolor=color if is_open else "none", linewidth=1.5, linestyle=dash))  # fmt: skip

    def diamond(self, x: float, y: float, radius: float, color: str) -> None:
        """Draw a diamond."""
        self.area([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], color)

    def shape(
        self, path: Path, *, fill: str = "none", edge: str = "none", width: float = 0.0, hatch: str = ""
    ) -> None:
        """Draw a path whose y already runs up from the bottom."""
        self._add(
            PathPatch(
                path, facecolor=fill, edgecolor=edge, linewidth=width, joinstyle="round", hatch=hatch or None
            )
        )

    def _up(self, y: float) -> float:
        return round(self.height - y, 2)

    def _add(self, artist: Artist) -> None:
        artist.set_zorder(len(self.figure.artists))
        artist.set_transform(IdentityTransform())
        self.figure.add_artist(artist)

    def svg(self) -> str:
        """The checked drawing as SVG.

        Raises
        ------
        FigureError
            A text lies outside the drawing, or covers another.
        """
        check_texts(self.texts, self.width, self.height)
        with matplotlib.rc_context(_SETTINGS):
            shapes = to_svg(self.figure)
        return shapes.replace("</svg>", "\n".join([*self._words, "</svg>"]))


def check_texts(texts: Sequence[tuple[str, Box]], width: float, height: float) -> None:
    """Raise FigureError where a text lies outside the drawing or covers another."""
    outside = [
        f"{words!r} lies outside"
        for words, box in texts
        if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > width + 0.5 or box.y1 > height + 0.5
    ]
    covered = [
        f"{first!r} covers {second!r}"
        for (first, box), (second, other) in combinations(texts, 2)
        if box.overlaps(other)
    ]
    faults = outside + covered
    if faults:
        raise FigureError(
            f"{len(faults)} texts in the figure do not fit: {'; '.join(faults[:4])}. Shorten the label, make the "
            "figure higher, or drop a mark."
        )


# --- SVG ----------------------------------------------------------------------------------

_LEFT_OUT = re.compile(
    r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>\s*|<metadata>.*?</metadata>\s*|<\?xml[^>]*\?>\s*|<!DOCTYPE[^>]*>\s*|<!--.*?-->\s*",
    re.DOTALL,
)
#: what the style sheet that is left out said: it would have held for a whole page
_STROKES = '<g style="stroke-linejoin: round; stroke-linecap: butt">'
_TAG = re.compile(r"<[^>]*>")
_LONG_NUMBER = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}(?:e-?\d+)?")
_ID = re.compile(r' id="([^"]*)"')
_USE = re.compile(r"""(?<=["(])#([^")]+)(?=[")])""")


def to_svg(figure: Figure) -> str:
    """A figure as SVG text that is the same on every machine: text as text, numbers to 0.01, no date, no maker."""
    buffer = io.StringIO()
    figure.savefig(
        buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    svg = _LEFT_OUT.sub("", buffer.getvalue())
    # only inside tags: "144.200" in a text is a number of the reader, not a coordinate
    svg = _TAG.sub(lambda tag: _LONG_NUMBER.sub(_two_decimals, tag[0]), svg)
    used = {name: f"m{place}" for place, name in enumerate(_used(svg), start=1)}
    svg = _ID.sub(lambda match: f' id="{used[match[1]]}"' if match[1] in used else "", svg)
    svg = _USE.sub(lambda match: f"#{used.get(match[1], match[1])}", svg)  # a colour stays
    svg = svg.replace("<g>", _STROKES, 1)
    return re.sub(r"\s*\n\s*", "\n", svg).strip() + "\n"


def _used(svg: str) -> list[str]:
    """The ids that something points at, in the order of their definition: made from numbers, so not kept."""
    pointed = set(_USE.findall(svg))
    return [name for name in dict.fromkeys(_ID.findall(svg)) if name in pointed]


def _two_decimals(match: re.Match[str]) -> str:
    if match[0].startswith("scale"):  # of the outline of a letter
        return match[0]
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
