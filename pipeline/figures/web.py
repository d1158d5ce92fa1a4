"""A drawing in a page: inline SVG that is named by its alt text, and the font its labels were placed by."""

from __future__ import annotations

import base64
import functools
import html
import io
import re
from pathlib import Path

from fontTools import subset

from pipeline.figures.drawing import Drawing
from pipeline.figures.style import DEFAULT_STYLE, FigureError, HouseStyle

#: Western letters (Dutch and its neighbours) and the signs that figures use.
CHARACTERS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)])) + "ŒœĲĳŠšŽž‘’“”„–—…•−→≥≤€"
CUTS = ((400, "Regular"), (700, "Bold"))
_ID_USE = re.compile(r'(\bid="|url\(#|href="#)')


def inline_svg(drawing: Drawing, figure_id: str) -> str:
    """The drawing's SVG for inside a page: role img, labelled by its alt text, its ids made its own.

    Parameters
    ----------
    drawing : Drawing
    figure_id : put before every id, so that two drawings on a page do not share one

    Raises
    ------
    FigureError
        No alt text, or an SVG without a viewBox.
    """
    if not drawing.alt.strip():
        raise FigureError(f"figure {figure_id!r} has no alt text")
    start = drawing.svg.index("<svg")
    head_end = drawing.svg.index(">", start)
    view = re.search(r'viewBox="[^"]*"', drawing.svg[start:head_end])
    if view is None:
        raise FigureError(f"figure {figure_id!r} has no viewBox; draw it with figures.canvas")
    body = _ID_USE.sub(lambda match: f"{match[1]}{figure_id}-", drawing.svg[head_end + 1 :])
    alt = html.escape(drawing.alt, quote=True)
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {spaces} {view[0]} role="img" aria-label="{alt}">{body.strip()}'


def svg_alone(svg: str, title: str, alt: str) -> str:
    """The drawing as a file of its own, with its title and alt text inside."""
    head, _, rest = svg.partition("<svg")
    attributes, _, body = rest.partition(">")
    named = f"<title>{html.escape(title)}</title><desc>{html.escape(alt)}</desc>"
    return f'{head}<svg role="img"{attributes}>{named}{body}'


@functools.cache
def font_faces(style: HouseStyle = DEFAULT_STYLE) -> str:
    """CSS @font-face rules with the Latin part of the regular and the bold cut inside, about 80 kB.

    Labels were placed by the widths of this font: with another one they would run into each other.
    """
    return "".join(_font_face(style.font_dirs, style.font_family, weight, cut) for weight, cut in CUTS)


def _font_face(font_dirs: tuple[Path, ...], family: str, weight: int, cut: str) -> str:
    name = f"{family.replace(' ', '')}-{cut}.ttf"
    found = [folder / name for folder in font_dirs if (folder / name).is_file()]
    if not found:
        raise FigureError(
            f"font file {name} is not in {[str(d) for d in font_dirs]}; a page needs regular and bold"
        )
    options = subset.Options(flavor="woff", layout_features=["kern", "liga", "tnum"], recalc_timestamp=False)
    options.drop_tables += ["FFTM"]
    font = subset.load_font(str(found[0]), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-display:swap;"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}\n"
    )
