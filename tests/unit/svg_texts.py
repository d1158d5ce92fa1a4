"""Reads the words of a drawing back, with the boxes that they take."""

import re
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

from pipeline.figures.canvas import ASCENT, DESCENT, Box
from pipeline.figures.style import DEFAULT_STYLE, text_width


@dataclass(frozen=True)
class Words:
    """A text of a drawing: size in points or pixels."""

    text: str
    size: float
    box: Box


def words_of(svg: str) -> list[Words]:
    found = []
    for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        weight, size = re.search(r"font: (\d+) ([\d.]+)px", node.get("style")).groups()
        anchor = re.search(r"text-anchor: (\w+)", node.get("style"))[1]
        wide = text_width(node.text, float(size), DEFAULT_STYLE, bold=weight == "700")
        left = float(node.get("x")) - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        y = float(node.get("y"))
        box = Box(left, y - ASCENT * float(size), left + wide, y + DESCENT * float(size))
        found.append(Words(node.text, float(size), box))
    return found


def texts_of(svg: str) -> list[str]:
    return [words.text for words in words_of(svg)]


def assert_readable(svg: str, least_size: float) -> None:
    """Every text lies inside the drawing, covers no other, and is large enough."""
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    found = words_of(svg)
    assert found
    for words in found:
        inside = (
            words.box.x0 > -1 and words.box.y0 > -1 and words.box.x1 < width + 1 and words.box.y1 < height + 1
        )
        assert inside, words
        assert words.size >= least_size
    for first, second in combinations(found, 2):
        assert not first.box.overlaps(second.box, slack=0.5), (first, second)


def shapes_of(svg: str) -> list[str]:
    """The path data of every shape."""
    return re.findall(r' d="([^"]*)"', svg)


def assert_sound(drawing) -> None:
    """What holds for every drawing: both sizes can be read, numbers are short, nothing dates it, all has a name."""
    assert_readable(drawing.svg, 9)
    assert_readable(drawing.narrow, 13)
    for svg, width in ((drawing.svg, 470.55), (drawing.narrow, 350)):
        assert float(re.search(r'viewBox="0 0 ([\d.]+) ', svg)[1]) == width
        assert not re.search(r"\d\.\d{3,}", re.sub(r">[^<]*<", "><", svg))
        assert "<metadata" not in svg and "dc:date" not in svg
    assert drawing.alt.endswith(".")
