"""Each figure of a report as files of its own: a small page to embed, the drawing, a picture and its rows.

The page holds no font (it would weigh twenty times the drawing): labels fall back on the fonts of the reader.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path

from markupsafe import Markup

from pipeline.figures.style import HouseStyle
from pipeline.figures.web import svg_alone
from pipeline.reports import page_checks
from pipeline.reports.blocks import Block, BlockError, Figure
from pipeline.reports.data_files import write_data_csv
from pipeline.reports.files import FILES
from pipeline.reports.metadata import ReportMetadata
from pipeline.reports.render_html import environment, palette
from pipeline.reports.render_pdf import picture
from pipeline.reports.writing import write_verified
from pipeline.vocabulary import word, words


def write_figures(
    blocks: Iterable[Block], metadata: ReportMetadata, style: HouseStyle, folder: Path
) -> list[Path]:
    """Write ``<figure>.html``, ``.svg``, ``.png`` and ``.csv`` of every figure.

    Raises
    ------
    BlockError
        A figure is named like a file of the report.
    RenderError
        A page failed its checks.
    """
    figures = [block for block in blocks if isinstance(block, Figure)]
    taken = {name.partition(".")[0] for name in FILES} & {figure.id for figure in figures}
    if taken:
        raise BlockError(
            f"a figure is called {sorted(taken)[0]!r}, as a file of the report is; give it another id."
        )
    return [path for figure in figures for path in _files(figure, metadata, style, folder)]


def _files(figure: Figure, metadata: ReportMetadata, style: HouseStyle, folder: Path) -> Sequence[Path]:
    language = metadata.language
    page = environment(style).get_template("figure.html.j2").render(
        figure=figure, meta=metadata, style=style, language=language, css=Markup(palette(style)),
        ui=words("ui", language), word=lambda group, key: word(group, key, language),
    )  # fmt: skip
    drawing = svg_alone(figure.svg, figure.title, figure.alt)
    check = functools.partial(page_checks.check_html, language=language)
    return (
        write_verified(folder / f"{figure.id}.html", page.encode(), check),
        write_verified(folder / f"{figure.id}.svg", drawing.encode(), _is_drawing),
        write_verified(folder / f"{figure.id}.png", picture(figure.svg, style), _is_picture),
        write_data_csv([figure], target=folder / f"{figure.id}.csv"),
    )


def _is_picture(path: Path) -> list[str]:
    return [] if path.read_bytes().startswith(b"\x89PNG") else ["not a PNG"]


def _is_drawing(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [] if text.rstrip().endswith("</svg>") else ["the drawing does not end with </svg>"]
