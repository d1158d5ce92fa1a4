"""brief.docx: the first page as one editable page of Word, with headings and the language set."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from pipeline.figures.style import HouseStyle
from pipeline.reports import blocks as form
from pipeline.reports.blocks import Block, Run
from pipeline.reports.data_files import same_zip
from pipeline.reports.metadata import ReportMetadata
from pipeline.reports.render_pdf import picture
from pipeline.reports.writing import write_verified
from pipeline.vocabulary import word
from pipeline.vocabulary.formats import LOCALES


def write_brief(
    blocks: Sequence[Block], metadata: ReportMetadata, style: HouseStyle, *, target: Path
) -> Path:
    """Write the first chapter as an editable page.

    Parameters
    ----------
    blocks : of the whole report; the first chapter is taken
    """
    made = _document(metadata, style)
    for block in form.chapters(blocks)[0]:
        _add(made, block, metadata, style)
    foot = made.add_paragraph(f"{style.publisher}, {metadata.edition_words}. {metadata.about}.")
    foot.runs[0].font.size = Pt(8)
    moment = datetime.combine(metadata.date, time())
    buffer = io.BytesIO()
    made.save(buffer)

    def verify(path: Path) -> list[str]:
        with zipfile.ZipFile(path) as file:
            return [] if "word/document.xml" in file.namelist() else ["no document in the file"]

    return write_verified(target, same_zip(buffer.getvalue(), moment), verify)


def _document(metadata: ReportMetadata, style: HouseStyle) -> docx.document.Document:
    made = docx.Document()
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(22)
    page.top_margin = page.bottom_margin = Mm(20)
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = style.font_family, Pt(10.5)
    tag = LOCALES[metadata.language].replace("_", "-")
    normal.element.get_or_add_rPr().append(_language(tag))
    for level, size in ((1, 18), (2, 12)):
        heading = made.styles[f"Heading {level}"]
        heading.font.name, heading.font.size, heading.font.color.rgb = (
            style.font_family,
            Pt(size),
            _rgb(style.navy),
        )
    properties = made.core_properties
    properties.title, properties.author, properties.language = metadata.title, style.publisher, tag
    properties.subject, properties.comments = metadata.about, metadata.description
    return made


def _language(tag: str):
    element = docx.oxml.OxmlElement("w:lang")
    element.set(qn("w:val"), tag)
    return element


def _rgb(color: str) -> RGBColor:
    return RGBColor.from_string(color.removeprefix("#").upper())


def _add(made: docx.document.Document, block: Block, metadata: ReportMetadata, style: HouseStyle) -> None:
    match block:
        case form.Heading():
            made.add_heading(block.text, level=min(block.level, 2))
        case form.Answer():
            made.add_heading(f"{block.label} ({block.mark.word})" if block.mark else block.label, level=2)
            for cell in block.cells:
                bold = (Run(text=f"{cell.figure} ", bold=True),) if cell.figure else ()
                _paragraph(
                    made, (*cell.text, Run(text=" "), *bold) if cell.certainty else (*bold, *cell.text)
                )
        case form.Questions():
            made.add_heading(block.title, level=2)
            for item in block.items:
                _paragraph(made, item, style="List Number")
        case form.Figure():
            made.add_heading(block.title, level=2)
            made.add_picture(io.BytesIO(picture(block.svg, style)), width=Mm(166))
            *_, drawing = made.element.iter(qn("wp:docPr"))
            drawing.set("descr", block.alt)
            source = _paragraph(made, (Run(text=word("phrase", "source", metadata.language) + block.source),))
            source.runs[0].font.size = Pt(8)
        case form.Lead() | form.Paragraph():
            _paragraph(made, block.text)


def _paragraph(made: docx.document.Document, text: Sequence[Run], style: str | None = None):
    paragraph = made.add_paragraph(style=style)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_after = Pt(4)
    for run in text:
        paragraph.add_run(run.text).bold = run.bold
    return paragraph
