"""Blocks in, web page out (Jinja): one file that loads nothing, responsive, printable."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup

from pipeline import vocabulary
from pipeline.figures.style import DEFAULT_STYLE, HouseStyle
from pipeline.figures.web import font_faces
from pipeline.reports import page_checks
from pipeline.reports.blocks import Block, Figure, anchor, chapters, check_document
from pipeline.reports.metadata import ReportMetadata
from pipeline.reports.render_pdf import TEMPLATES
from pipeline.reports.status_icons import footer_marks, mark_html
from pipeline.reports.writing import RenderError, write_verified
from pipeline.vocabulary import word

MOST_ROWS = 60  # rows of data under a figure; longer ones stand in data.csv only


def render_html(
    blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle = DEFAULT_STYLE, *, target: Path
) -> Path:
    """Write the report as one HTML file that loads nothing: style, figures and fonts are inside.

    Raises
    ------
    BlockError
        The blocks are not one sound document.
    RenderError
        The page failed its checks; the target is untouched.
    """
    check_document(blocks)
    content = html_text(blocks, metadata, style).encode("utf-8")
    return write_verified(
        target, content, functools.partial(page_checks.check_html, language=metadata.language)
    )


def html_text(blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle = DEFAULT_STYLE) -> str:
    """The page as text (unverified)."""
    language = metadata.language
    return environment(style).get_template("report.html.j2").render(
        meta=metadata,
        style=style,
        chapters=[(anchor(place), chapter[0], chapter[1:]) for place, chapter in enumerate(chapters(blocks), 1)],
        language=language,
        css=Markup(style_sheet(style, "base.css", "report.css")),
        logo=logo_address(style),
        footer_marks=footer_marks(language),
        most_rows=MOST_ROWS,
        word=lambda group, key: word(group, key, language),
        ui=vocabulary.words("ui", language),
    )  # fmt: skip


@functools.cache
def environment(style: HouseStyle) -> jinja2.Environment:
    """Compiled templates of a house style; compiling takes a tenth of a second, once a process."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.filters |= {
        "mark": lambda mark: Markup(mark_html(mark)),
        "drawing": lambda figure: Markup(inline_svg(figure, figure.svg)),
        "narrow": lambda figure: Markup(inline_svg(figure, figure.narrow, "narrow-")),
        "gauge": lambda level: Markup(_gauge(level)),
    }
    return environment


_ID_USE = re.compile(r'(\bid="|url\(#|href="#)')


def inline_svg(figure: Figure, svg: str, prefix: str = "") -> str:
    """A drawing for inside a page: labelled by its alt text, its ids made its own."""
    start = svg.index("<svg")
    head_end = svg.index(">", start)
    view = re.search(r'viewBox="[^"]*"', svg[start:head_end])
    if view is None:
        raise RenderError(f"the drawing of figure {figure.id!r} has no viewBox; draw it with figures.canvas")
    body = _ID_USE.sub(lambda match: f"{match[1]}{prefix}{figure.id}-", svg[head_end + 1 :])
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {spaces} {view[0]} role="img" aria-label="{Markup.escape(figure.alt)}">{body.strip()}'


def _gauge(level: str) -> str:
    """Three bars for how sure we are; the word stands beside them."""
    filled = ("low", "middle", "high").index(level) + 1
    bars = [
        f'<rect x="{1 + 7 * i}" y="{10 - 3 * i}" width="5" height="{5 + 3 * i}" rx="1" stroke="currentColor" '
        f'fill="{"currentColor" if i < filled else "none"}"/>'
        for i in range(3)
    ]
    return (
        f'<svg class="gauge" viewBox="0 0 22 16" aria-hidden="true" focusable="false">{"".join(bars)}</svg>'
    )


def logo_address(style: HouseStyle) -> str | None:
    """The logo as an address that holds the picture itself; None without a logo."""
    if style.logo_svg is None:
        return None
    return f"data:image/svg+xml;base64,{base64.b64encode(style.logo_svg.encode()).decode('ascii')}"


def style_sheet(style: HouseStyle, *names: str) -> str:
    """Style sheets of templates/ with the fonts and colours of the house style before them."""
    return (
        font_faces(style)
        + palette(style)
        + "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names)
    )


def palette(style: HouseStyle) -> str:
    """The colours and the font of the house style as variables."""
    colors = style.model_dump(exclude={"publisher", "font_family", "font_dirs", "logo_svg", "shades"})
    variables = "".join(f"--{name}:{color};" for name, color in colors.items())
    family = f"'{style.font_family}',Lato,Carlito,Calibri,'Segoe UI',system-ui,sans-serif"
    return f":root{{{variables}--cover:{style.navy};--paper:#fff;--font:{family}}}\n"
