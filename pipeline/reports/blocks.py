"""The report's document model, and the seam between a notebook and a page.

A report cell shows blocks; each is one MIME bundle of type ``application/vnd.groeimonitor.block+json``.
``collect`` reads them back from the executed notebook. Both templates (PDF and HTML) draw from blocks
only, so code, prints and warnings never reach a reader. Text is data: no markup is ever read from it.

    show(Heading(level=2, kicker="Werk", text="Tussen 2008 en 2010 verdwenen 4.750 banen"))
    show(Lead(text=["In december 2024 waren er ", bold("144.200 banen"), " van werknemers."]))
    show(Figure.of(drawing, id="banen", title="...", unit="Banen, december.", source="CBS 81402ned"))
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import nbformat
from nbformat import NotebookNode
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from pipeline.figures.drawing import DataRow, Drawing
from pipeline.language.numbers import no_data
from pipeline.language.translation import Language, to_translate, tr

MIME = "application/vnd.groeimonitor.block+json"
SVG = "image/svg+xml"

Evidence = Literal["cbs", "raming", "aanname", "programma", "geen gegevens"]
Verdict = Literal[
    "gehaald", "niet gehaald", "op koers", "achter", "onzeker", "alleen tempo", "eindstand onbekend"
]
Direction = Literal["omhoog", "omlaag", "gelijk"]
MarkKind = Evidence | Verdict | Direction
Align = Literal["left", "right", "center"]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class BlockError(ValueError):
    """Blocks that cannot be published or read back; says where and what to do."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# --- text and marks ---------------------------------------------------------------------


class Run(_Model):
    """A stretch of text: plain, bold, or a link; ``lang`` when it is in another language than the report."""

    text: str
    bold: bool = False
    url: str | None = None
    lang: Language | None = None

    @model_validator(mode="after")
    def _safe_link(self) -> Run:
        if self.url is not None and not self.url.startswith(("https://", "http://", "mailto:", "#")):
            raise ValueError(f"link {self.url!r} must start with https://, http://, mailto: or #")
        return self


def bold(text: str) -> Run:
    """A bold run."""
    return Run(text=text, bold=True)


def link(text: str, url: str) -> Run:
    """A linked run."""
    return Run(text=text, url=url)


def _as_runs(value: Any) -> Any:
    parts = [value] if isinstance(value, str | Run | dict) else value
    return tuple(Run(text=part) if isinstance(part, str) else part for part in parts)


Text = Annotated[tuple[Run, ...], BeforeValidator(_as_runs), Field(min_length=1)]
"""A text: a string, a Run, or a list of both; stored as runs."""


def plain(text: Sequence[Run]) -> str:
    """The words of a text without its bold and links."""
    return "".join(run.text for run in text)


class Mark(_Model):
    """A shape that always comes with its word; ``word`` replaces the standard word."""

    kind: MarkKind
    word: str = ""

    @property
    def label(self) -> str:
        return self.word or tr(STANDARD_WORDS[self.kind])


STANDARD_WORDS: dict[MarkKind, str] = to_translate(
    {
        "cbs": "CBS",
        "raming": "raming",
        "aanname": "aanname",
        "programma": "programma",
        "geen gegevens": "geen gegevens",
        "gehaald": "gehaald",
        "niet gehaald": "niet gehaald",
        "op koers": "op koers",
        "achter": "achter",
        "onzeker": "onzeker",
        "alleen tempo": "alleen tempo",
        "eindstand onbekend": "eindstand onbekend",
        "omhoog": "omhoog",
        "omlaag": "omlaag",
        "gelijk": "gelijk",
    }
)


def _as_mark(value: Any) -> Any:
    return Mark(kind=value) if isinstance(value, str) else value


AnyMark = Annotated[Mark, BeforeValidator(_as_mark)]


# --- the blocks -------------------------------------------------------------------------


class _Block(_Model):
    """What every block has.

    together : blocks in a row with the same word stay on one page
    data : the numbers behind the block, for data.csv and the check on printed numbers
    """

    together: str = ""
    data: tuple[DataRow, ...] = ()


class Cover(_Block):
    """First page and h1. ``lines`` stand at the foot; ``svg`` is decoration at print width."""

    kind: Literal["cover"] = "cover"
    kicker: str
    title: str
    subtitle: str
    publisher: str
    edition: str
    lines: tuple[str, ...] = ()
    svg: str = ""


class Heading(_Block):
    """Level 2: kicker and finding; the first with its kicker starts a page. Level 3: a title inside a section."""

    kind: Literal["heading"] = "heading"
    level: Literal[2, 3]
    text: str = Field(min_length=1)
    kicker: str = ""
    new_page: bool | None = None

    @model_validator(mode="after")
    def _kicker_on_sections(self) -> Heading:
        if self.level == 3 and (self.kicker or self.new_page):
            raise ValueError("a heading of level 3 has no kicker and starts no page: use level 2")
        return self

    @property
    def starts_page(self) -> bool:
        return self.level == 2 if self.new_page is None else self.new_page


class Lead(_Block):
    """Opening text of a page, larger than a paragraph."""

    kind: Literal["lead"] = "lead"
    text: Text


class Paragraph(_Block):
    """Running text; ``small`` for a remark under a figure or table."""

    kind: Literal["paragraph"] = "paragraph"
    text: Text
    small: bool = False


class Summary(_Block):
    """The three sentences of the first page."""

    kind: Literal["summary"] = "summary"
    sentences: tuple[Text, Text, Text]


class KpiCard(_Model):
    """One number on a card: label with age, area or date; value as ready text; evidence mark.

    ``word`` replaces the word of the mark ("CBS, teruggerekend"); ``direction`` adds an arrow shape
    with ``direction_word`` ("1.300 minder dan in 2023").
    """

    label: str
    value: str
    note: str = ""
    evidence: Evidence
    word: str = ""
    direction: Direction | None = None
    direction_word: str = ""

    @model_validator(mode="after")
    def _no_data_is_marked(self) -> KpiCard:
        if (self.value == no_data()) != (self.evidence == "geen gegevens"):
            raise ValueError(
                f"card {self.label!r}: value {self.value!r} does not go with mark {self.evidence!r}"
            )
        if (self.direction is None) != (self.direction_word == ""):
            raise ValueError(f"card {self.label!r}: a direction comes with its word, and a word with a shape")
        return self

    @property
    def mark(self) -> Mark:
        return Mark(kind=self.evidence, word=self.word)


class Kpi(_Block):
    """Cards, three to a row."""

    kind: Literal["kpi"] = "kpi"
    cards: tuple[KpiCard, ...] = Field(min_length=1, max_length=9)


class Column(_Model):
    """A table column; ``width`` is its share of the page width."""

    label: str
    align: Align = "left"
    width: float = Field(default=1.0, gt=0)


class HeaderCell(_Model):
    """Cell of the upper header row, over ``span`` columns; empty text leaves it blank.

    runs : the same text in stretches, when some are in another language
    """

    text: str = ""
    runs: tuple[Run, ...] = ()
    span: int = Field(default=1, ge=1)


class Cell(_Model):
    """A table cell: ready text and/or a mark, a small second line, and for grids a shade.

    shade : 0 (light) to 4 (dark), only beside a written value
    bar : 0 to 100, a bar of that share of the cell width, decoration beside a number in another cell
    strong : large and black, for the number of a heat grid
    runs, note_runs : the same text and note in stretches, when some are in another language
    """

    text: str = ""
    note: str = ""
    runs: tuple[Run, ...] = ()
    note_runs: tuple[Run, ...] = ()
    mark: AnyMark | None = None
    shade: int | None = Field(default=None, ge=0, le=4)
    bar: float | None = Field(default=None, ge=0, le=100)
    span: int = Field(default=1, ge=1)
    bold: bool = False
    strong: bool = False

    @model_validator(mode="after")
    def _shade_is_never_alone(self) -> Cell:
        if self.shade is not None and not (self.text or self.mark):
            raise ValueError("a shaded cell needs a text or mark: colour never stands alone")
        return self


def _as_cell(value: Any) -> Any:
    return Cell(text=value) if isinstance(value, str) else value


AnyCell = Annotated[Cell, BeforeValidator(_as_cell)]


class Table(_Block):
    """A real table; the first cell of each row is its header.

    over : optional upper header row with spans (its spans add up to the number of columns)
    caption : the source, without the word "Bron"
    grid : a heat grid: shaded cells without rules
    total_last : last row bold
    title, unit : heading (level 3) and unit line above the table, as with a figure
    """

    kind: Literal["table"] = "table"
    id: Id
    title: str = ""
    unit: str = ""
    columns: tuple[Column, ...] = Field(min_length=1)
    over: tuple[HeaderCell, ...] = ()
    rows: tuple[tuple[AnyCell, ...], ...] = Field(min_length=1)
    caption: str = Field(min_length=1)
    total_last: bool = False
    grid: bool = False
    roomy: bool = False

    @model_validator(mode="after")
    def _spans_fit(self) -> Table:
        width = len(self.columns)
        if self.over and sum(cell.span for cell in self.over) != width:
            raise ValueError(f"table {self.id}: the upper header row does not span {width} columns")
        if self.over and width < 2:
            raise ValueError(f"table {self.id}: two header rows over one column; leave the table out")
        wrong = [place for place, row in enumerate(self.rows) if sum(cell.span for cell in row) != width]
        if wrong:
            words = [cell.text for cell in self.rows[wrong[0]]]
            raise ValueError(
                f"table {self.id}: {len(wrong)} rows do not have {width} cells, e.g. row {wrong[0] + 1}: "
                f"{words}"
            )
        unheaded = [place + 1 for place, row in enumerate(self.rows) if not row[0].text.strip()]
        if unheaded:
            raise ValueError(
                f"table {self.id}: the first cell of row {unheaded[0]} is empty; it heads the row"
            )
        return self


class Ledger(_Block):
    """A framed table with its own title: who promised what, when."""

    kind: Literal["ledger"] = "ledger"
    id: Id
    title: str = Field(min_length=1)
    columns: tuple[Column, ...] = Field(min_length=1)
    rows: tuple[tuple[AnyCell, ...], ...] = Field(min_length=1)
    caption: str = Field(min_length=1)

    @model_validator(mode="after")
    def _spans_fit(self) -> Ledger:
        self.table()
        return self

    def table(self) -> Table:
        """The table inside the frame."""
        return Table(id=self.id, columns=self.columns, rows=self.rows, caption=self.caption)


class Figure(_Block):
    """A drawing with its finding as title, quantity and unit under it, and its source below."""

    kind: Literal["figure"] = "figure"
    id: Id
    title: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    alt: str = Field(min_length=1)
    source: str = Field(min_length=1)
    svg: str = ""

    @classmethod
    def of(
        cls, drawing: Drawing, *, id: str, title: str, unit: str, source: str, together: str = ""
    ) -> Figure:
        """Block of a drawing: takes over svg and data, and adds the axis note to the unit line.

        The alt text begins with the finding: who cannot see the drawing hears first what it shows.
        """
        return cls(
            id=id,
            title=title,
            unit=" ".join(part for part in (unit, drawing.axis_note) if part),
            alt=f"{title.rstrip('.')}. {drawing.alt}",
            source=source,
            svg=drawing.svg,
            data=drawing.data_rows,
            together=together,
        )


class AnswerCell(_Model):
    """One cell of an answer: the large figure and the words beside or below it; ``certainty`` draws its bars."""

    figure: str = ""
    text: tuple[Run, ...] = ()
    certainty: Literal["", "low", "middle", "high"] = ""


class Answer(_Block):
    """A row of the first page: a label with its mark, and up to three cells."""

    kind: Literal["answer"] = "answer"
    label: str = Field(min_length=1)
    mark: AnyMark | None = None
    cells: tuple[AnswerCell, ...] = Field(min_length=1, max_length=4)


class Questions(_Block):
    """The framed questions that a council can ask."""

    kind: Literal["questions"] = "questions"
    title: str = Field(min_length=1)
    items: tuple[Text, ...] = Field(min_length=1)


class Note(_Block):
    """A framed remark: bold title, then text."""

    kind: Literal["note"] = "note"
    title: str
    text: Text


class Point(_Model):
    """What a number says and what it does not say."""

    title: str
    says: Text
    not_says: Text


class SaysNot(_Block):
    """Numbered points, each with "Wel" and "Niet"."""

    kind: Literal["says_not"] = "says_not"
    points: tuple[Point, ...] = Field(min_length=1)


class SideColumn(_Model):
    """One of the columns side by side: bold title, then text."""

    title: str
    text: Text


class SideBySide(_Block):
    """Two to four short texts next to each other."""

    kind: Literal["side_by_side"] = "side_by_side"
    columns: tuple[SideColumn, ...] = Field(min_length=2, max_length=4)


class LegendItem(_Model):
    """A mark and what it means."""

    mark: AnyMark
    meaning: str


class MarksLegend(_Block):
    """The marks of the report with their meaning."""

    kind: Literal["marks_legend"] = "marks_legend"
    items: tuple[LegendItem, ...] = Field(min_length=1)


class Chance(_Block):
    """A chance as that many of a hundred dots, with the words that say it."""

    kind: Literal["chance"] = "chance"
    of_100: int = Field(ge=0, le=100)
    text: Text


class PageBreak(_Block):
    """Start a new page (PDF and print only)."""

    kind: Literal["pagebreak"] = "pagebreak"


Block = (
    Cover
    | Heading
    | Lead
    | Paragraph
    | Summary
    | Kpi
    | Table
    | Ledger
    | Figure
    | Note
    | SaysNot
    | SideBySide
    | MarksLegend
    | Chance
    | Answer
    | Questions
    | PageBreak
)
_READER: TypeAdapter[Block] = TypeAdapter(Annotated[Block, Field(discriminator="kind")])


def parse(content: dict[str, Any]) -> Block:
    """A block from its JSON form; raises pydantic's ValidationError naming each wrong field."""
    return _READER.validate_python(content)


# --- the seam ---------------------------------------------------------------------------


def show(block: Block, svg: str | None = None) -> None:
    """Publish a block as the output of the current notebook cell.

    Parameters
    ----------
    block : Block
    svg : str, optional
        Drawing of a figure or cover; ``block.svg`` when not given.

    Raises
    ------
    BlockError
        A figure without a drawing.
    """
    from IPython.display import display

    display(bundle(block, svg), raw=True)


def bundle(block: Block, svg: str | None = None) -> dict[str, Any]:
    """The MIME bundle of a block: its JSON, its drawing, and a readable form for JupyterLab."""
    content = block.model_dump(mode="json")
    drawing = svg or content.pop("svg", "")
    content.pop("svg", None)
    # JSON as text: a notebook is written with every nested value on a line of its own, by pure Python
    data: dict[str, Any] = {MIME: json.dumps(content, ensure_ascii=False)}
    if isinstance(block, Figure):
        if not drawing:
            raise BlockError(
                f"figure {block.id!r} has no drawing. Give show(block, svg=...) or Figure.of(...)."
            )
        words = [html.escape(word) for word in (block.title, block.unit, block.source)]
        data["text/html"] = f"<h3>{words[0]}</h3><p>{words[1]}</p>{drawing}<p><small>{words[2]}</small></p>"
    else:
        data["text/markdown"] = to_markdown(block)
    if drawing:
        data[SVG] = drawing
    return data


def collect(notebook: NotebookNode | Path | str) -> list[Block]:
    """Read the blocks of an executed notebook, in order.

    Parameters
    ----------
    notebook : NotebookNode or path
        An executed notebook, whichever engine ran it.

    Returns
    -------
    list of Block

    Raises
    ------
    BlockError
        A cell that failed or was never run, a block that does not validate, or no blocks at all.
        Cells are numbered from 1, text cells included.
    """
    if not isinstance(notebook, NotebookNode):
        notebook = nbformat.read(notebook, as_version=4)
    blocks: list[Block] = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        failed = [output for output in cell.outputs if output.output_type == "error"]
        if failed:
            raise BlockError(
                f"cell {number} failed: {failed[0].ename}: {failed[0].evalue}. Run the notebook in "
                "JupyterLab, mend that cell and make the report again."
            )
        if cell.execution_count is None:
            raise BlockError(f"cell {number} was not run. Execute the whole notebook before reading blocks.")
        for output in cell.outputs:
            if MIME in output.get("data", {}):
                blocks.append(_read(output.data, number))
    if not blocks:
        raise BlockError(
            f"the notebook's {len(notebook.cells)} cells show no blocks. Publish them with "
            "pipeline.reports.blocks.show."
        )
    return blocks


def _read(data: dict[str, Any], number: int) -> Block:
    content = json.loads(data[MIME])
    if SVG in data:
        content["svg"] = "".join(data[SVG])
    try:
        block = parse(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise BlockError(
            f"cell {number} shows a block of kind {content.get('kind')!r} with {error.error_count()} faults, "
            f"e.g. {'.'.join(map(str, first['loc']))}: {first['msg']}. See the classes in "
            "pipeline.reports.blocks."
        ) from error
    if isinstance(block, Figure) and not block.svg:
        raise BlockError(f"cell {number}: figure {block.id!r} came without its drawing ({SVG}).")
    return block


def check_document(blocks: Sequence[Block]) -> None:
    """Raise BlockError unless the blocks make one sound document.

    One cover, first; ids used once; a heading of level 2 before the first of level 3 (figures, titled
    tables and ledgers bring one); drawings present.
    """
    faults = []
    covers = [place for place, block in enumerate(blocks) if isinstance(block, Cover)]
    if covers != [0]:
        faults.append(f"the cover must be the first block and the only cover (found at {covers})")
    ids = [block.id for block in blocks if isinstance(block, Table | Ledger | Figure)]
    faults += [
        f"id {name!r} is used {ids.count(name)} times" for name in sorted(set(ids)) if ids.count(name) > 1
    ]
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            break
        if has_level_3(block):
            faults.append(f"{block.kind} block comes before the first heading of level 2")
            break
    faults += [f"figure {b.id!r} has no drawing" for b in blocks if isinstance(b, Figure) and not b.svg]
    if faults:
        raise BlockError(f"{len(faults)} faults in the document: {'; '.join(faults)}.")


def has_level_3(block: Block) -> bool:
    """Whether a block brings a heading of level 3."""
    return (
        isinstance(block, Figure | Ledger | SaysNot)
        or (isinstance(block, Table) and bool(block.title))
        or (isinstance(block, Heading) and block.level == 3)
    )


def data_rows(blocks: Iterable[Block]) -> list[DataRow]:
    """The rows of data behind all blocks, in order of appearance."""
    return [row for block in blocks for row in block.data]


# --- readable form for JupyterLab -------------------------------------------------------


def to_markdown(block: Block) -> str:
    """A readable Markdown form of a block, for a notebook; the report never uses it."""
    match block:
        case Cover():
            return f"# {block.title}\n\n{block.subtitle}"
        case Heading():
            return "#" * block.level + " " + ": ".join(part for part in (block.kicker, block.text) if part)
        case Lead() | Paragraph():
            return _markdown(block.text)
        case Summary():
            return " ".join(_markdown(sentence) for sentence in block.sentences)
        case Kpi():
            return "\n".join(
                f"- {card.label}: **{card.value}** ({card.mark.label}) {card.note}".rstrip()
                for card in block.cards
            )
        case Table() | Ledger():
            return _markdown_table(block)
        case Figure():
            return f"### {block.title}\n\n{block.unit}"
        case Note():
            return f"> **{block.title}** {_markdown(block.text)}"
        case SaysNot():
            return "\n".join(
                f"{place}. {point.title}. Wel: {_markdown(point.says)} Niet: {_markdown(point.not_says)}"
                for place, point in enumerate(block.points, start=1)
            )
        case SideBySide():
            return "\n\n".join(f"**{column.title}** {_markdown(column.text)}" for column in block.columns)
        case MarksLegend():
            return "\n".join(f"- {item.mark.label}: {item.meaning}" for item in block.items)
        case Chance():
            return f"{block.of_100} van 100. {_markdown(block.text)}"
        case PageBreak():
            return "---"


def _markdown(text: Sequence[Run]) -> str:
    return "".join(
        f"[{run.text}]({run.url})" if run.url else f"**{run.text}**" if run.bold else run.text for run in text
    )


def _markdown_table(block: Table | Ledger) -> str:
    head = [column.label for column in block.columns]
    lines = [head, ["---"] * len(head)]
    for row in block.rows:
        words = []
        for cell in row:
            parts = (cell.mark.label if cell.mark else "", cell.text, cell.note)
            words += [" ".join(part for part in parts if part), *[""] * (cell.span - 1)]
        lines.append(words)
    title = f"### {block.title}\n\n" if block.title else ""
    return title + "\n".join(f"| {' | '.join(line)} |" for line in lines) + f"\n\nBron: {block.caption}"
