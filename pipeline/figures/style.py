"""One look for figures and pages: colours with enough contrast, and the font with the widths of its words."""

from __future__ import annotations

import functools
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import fontpkg_lato
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

WIDTH_MM = 166.0
POINTS_PER_MM = 72 / 25.4
MIN_CONTRAST = 4.5  # WCAG 2.1 AA, normal text
MIN_STEP = 1.2  # contrast between neighbouring shades, so that they differ in grey too
LATO_FILES = Path(fontpkg_lato.ROOT) / "files"
_MEASURED_AT = 100.0  # size at which a word is measured; its width grows with the size

Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$", to_lower=True)]


class FigureError(ValueError):
    """A figure that cannot be drawn well from what was given."""


class HouseStyle(BaseModel):
    """House style of a publisher: every colour, the font and the name in the running line.

    The text colours must have a contrast of 4.5 on white (WCAG 2.1 AA), which is checked. ``shades`` are
    the five steps of maps and heat grids, light to dark. ``font_dirs`` hold static cuts (regular 400,
    bold 700, black 900) of ``font_family`` with digits of equal width.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    publisher: str = "Groeimonitor"
    font_family: str = "Lato"
    font_dirs: tuple[Path, ...] = (LATO_FILES,)
    logo_svg: str | None = None  # white on navy
    ink: Color = "#1b2730"
    soft: Color = "#4f5b66"
    rule: Color = "#cfd7de"
    grid: Color = "#e3e8ed"
    mist: Color = "#f1f5f8"
    navy: Color = "#0f2f4d"  # titles and cover
    data: Color = "#1d5a8c"
    band: Color = "#cfe0ee"
    accent: Color = "#a8480f"  # target, attention, region outline
    accent_soft: Color = "#e5c5b2"
    accent_on_navy: Color = "#f0b48c"
    grey: Color = "#6b7781"  # the rest
    note: Color = "#fbf4ef"
    shades: tuple[Color, Color, Color, Color, Color] = (
        "#eaf1f7",
        "#bcd4e6",
        "#82b0d2",
        "#3573a6",
        "#123f6d",
    )

    @model_validator(mode="after")
    def _readable(self) -> HouseStyle:
        pairs = [(name, "#ffffff") for name in ("ink", "soft", "navy", "data", "accent")]
        pairs += [("accent_on_navy", self.navy), ("ink", self.note), ("soft", self.mist), ("data", self.mist)]
        for name, ground in pairs:
            ratio = contrast(getattr(self, name), ground)
            if ratio < MIN_CONTRAST:
                raise ValueError(
                    f"house style: {name} {getattr(self, name)} on {ground} has contrast {ratio:.1f}; text "
                    f"needs {MIN_CONTRAST}. Choose a darker (on a dark ground: lighter) colour."
                )
        return self

    @model_validator(mode="after")
    def _told_apart_in_grey(self) -> HouseStyle:
        for lighter, darker in pairwise(self.shades):
            falls = _luminance(lighter) > _luminance(darker)
            if not falls or contrast(lighter, darker) < MIN_STEP:
                raise ValueError(
                    f"house style: shade {darker} comes after {lighter} and is not clearly darker (contrast "
                    f"{contrast(lighter, darker):.2f}; a step needs {MIN_STEP}). Maps must be readable in grey: "
                    "give five shades from light to dark."
                )
        return self

    def text_on(self, ground: str) -> str:
        """Ink or white, whichever reads best on ``ground``."""
        return self.ink if contrast(self.ink, ground) >= contrast("#ffffff", ground) else "#ffffff"


def contrast(color: str, ground: str) -> float:
    """Contrast ratio of two colours by WCAG 2.1 (1 to 21)."""
    lighter, darker = sorted((_luminance(color), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


DEFAULT_STYLE = HouseStyle()


@functools.cache
def _register_fonts(font_dirs: tuple[Path, ...], family: str) -> None:
    files = [path for folder in font_dirs for path in sorted(folder.glob("*.ttf"))]
    for path in files:
        font_manager.fontManager.addfont(path)
    known = {font.name for font in font_manager.fontManager.ttflist}
    if family not in known:
        raise FigureError(
            f"font {family!r} is not among the {len(files)} font files in {[str(d) for d in font_dirs]}. "
            "Give the folder with its .ttf files in font_dirs."
        )


@functools.cache
def font(style: HouseStyle, *, bold: bool = False) -> FontProperties:
    """The font of a house style, known to matplotlib from then on."""
    _register_fonts(style.font_dirs, style.font_family)
    return FontProperties(family=style.font_family, size=_MEASURED_AT, weight="bold" if bold else "normal")


def text_width(words: str, size: float, style: HouseStyle, *, bold: bool = False) -> float:
    """Width of one line of text in the unit of ``size``."""
    return _width_at_100(words, style, bold) * size / _MEASURED_AT


@functools.lru_cache(maxsize=16384)
def _width_at_100(words: str, style: HouseStyle, bold: bool) -> float:
    return text_to_path.get_text_width_height_descent(words, font(style, bold=bold), ismath=False)[0]
