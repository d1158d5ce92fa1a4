"""The report's document model, and the seam between a notebook and a page.

A report cell shows blocks; each is one MIME bundle of type ``application/vnd.groeimonitor.block+json``. ``collect``
reads them back from the executed notebook. PDF, web page, Word file and data files draw from blocks only, so code,
prints and warnings never reach a reader. Text is data: no markup is ever read from it.
"""

from __future__ import annotations

import functools
import html
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import nbformat
import numpy as np
from nbformat import NotebookNode
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from pipeline.config import Language
from pipeline.schemas import rounded

MIME = "application/vnd.groeimonitor.block+json"
SVG = "image/svg+xml"

#: what a mark says; its word stands in the vocabulary, its shape in ``status_icons``
MarkKind = Literal[
    "measured", "estimate", "no_data", "statement",
    "met", "not_met", "on_track", "behind", "uncertain", "result_unknown", "no_verdict", "no_target",
]  # fmt: skip
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class BlockError(ValueError):
    """Blocks that cannot be published or read back; says where and what to do."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(_Model):
    """A stretch of text: plain, bold, or a link; ``lang`` when it is in another language than the report."""

    text: str
    bold: bool = False
    url: str | None = None
    lang: Language | None = None

    @model_validator(mode="after")
    def _safe_link(self) -> Run:
        if self.url is not None and not self.url.startswith(("https://", "http://", "mailto:", "#", "../")):
            raise ValueError(f"link {self.url!r} must start with https://, http://, mailto:, # or ../")
        return self


def _as_runs(value: Any) -> Any:
    parts = [value] if isinstance(value, str | Run | dict) else value
    return tuple(Run(text=part) if isinstance(part, str) else part for part in parts)


Text = Annotated[tuple[Run, ...], BeforeValidator(_as_runs), Field(min_length=1)]
"""A text: a string, a Run, or a list of both; stored as runs."""


def plain(text: Sequence[Run]) -> str:
    """The words of a text without its bold and links."""
    return "".join(run.text for run in text)


class Mark(_Model):
    """A shape that always comes with its word."""

    kind: MarkKind
    word: str = Field(min_length=1)


DataStatus = Literal[
    "final",
    "provisional",
    "revised_provisional",
    "published",
    "estimate",
    "suppressed",
    "missing",
    "target",
    "assumption",
]
ABSENT = ("suppressed", "missing")


@functools.cache  # one number is read many times: from its cell, for each file, by the checks
def _rounded(value: float) -> float:
    return float(rounded(np.array([value]))[0])


#: aspects that are an end of a margin
SIDES = ("low", "high")


class DataRow(_Model):
    """One number that a report prints, with the text the reader sees.

    Fields
    ------
    id : block in which it stands
    indicator, aspect : keys of the vocabulary; label : the same in words
    region_code, region, period : where and when, in words of the report
    value : the number in ``unit``; None when suppressed or missing, and only then
    low, high, level : its margin and the level of that (1: rounding)
    status : status of the value; "target" and "assumption" are not observations
    source : table id or document; vintage : of the figures
    display : the number as printed, e.g. "144.200"; "geen gegevens" for a None
    """

    id: str
    indicator: str
    aspect: str = ""
    label: str
    region_code: str
    region: str
    period: str
    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    unit: str
    status: DataStatus
    source: str
    vintage: str
    display: str = Field(min_length=1)

    @field_validator("value", "low", "high")
    @classmethod
    def _in_ten_digits(cls, value: float | None) -> float | None:
        """What a processor makes of the last digits is not in it; not a number is refused below."""
        return value if value is None or value != value else _rounded(value)

    @model_validator(mode="after")
    def _status_and_level_fit(self) -> DataRow:
        if (self.value is None) != (self.status in ABSENT) or (
            self.value is not None and self.value != self.value
        ):
            raise ValueError(
                f"row {self.id!r} / {self.label!r} / {self.period}: value {self.value!r} does not go with status "
                f"{self.status!r}. A value is None when, and only when, it is suppressed or missing; NaN never."
            )
        # the range of a chance is what it becomes without one year: no margin with a level
        has_margin = self.low is not None or self.aspect in SIDES
        if has_margin and self.level is None and self.indicator != "chance":
            raise ValueError(f"row {self.id!r} / {self.label!r} / {self.period}: a margin without its level.")
        return self


class _Block(_Model):
    """What every block has.

    data : the numbers that it prints, for data.csv and the checks
    names : names and quotes, whose digits are no figures
    """

    data: tuple[DataRow, ...] = ()
    names: tuple[str, ...] = ()


class Heading(_Block):
    """Level 1: the title of the report; 2: of a chapter, which ``chapter`` names in short; 3: inside a chapter."""

    kind: Literal["heading"] = "heading"
    level: Literal[1, 2, 3]
    text: str = Field(min_length=1)
    chapter: str = ""


class Lead(_Block):
    """Opening text of a chapter, larger than a paragraph."""

    kind: Literal["lead"] = "lead"
    text: Text


class Paragraph(_Block):
    """Running text; ``small`` for a remark under a figure or table."""

    kind: Literal["paragraph"] = "paragraph"
    text: Text
    small: bool = False


class AnswerCell(_Model):
    """One cell of an answer: the large figure and the words with it; ``certainty`` draws its bars."""

    figure: str = ""
    text: tuple[Run, ...] = ()
    certainty: Literal["", "low", "middle", "high"] = ""


class Answer(_Block):
    """A row of the first page: a label with its mark, and its cells."""

    kind: Literal["answer"] = "answer"
    label: str = Field(min_length=1)
    mark: Mark | None = None
    cells: tuple[AnswerCell, ...] = Field(min_length=1, max_length=4)


class Questions(_Block):
    """The framed questions that a council can ask."""

    kind: Literal["questions"] = "questions"
    title: str = Field(min_length=1)
    items: tuple[Text, ...] = Field(min_length=1)


class Column(_Model):
    """A table column; ``width`` is its share of the page width."""

    label: str
    align: Literal["left", "right"] = "left"
    width: float = Field(default=1.0, gt=0)


class Cell(_Model):
    """A table cell: text in runs, or a mark, or both."""

    text: tuple[Run, ...] = ()
    mark: Mark | None = None
    bold: bool = False


class Table(_Block):
    """A real table; the first cell of each row is its header, and a row whose first cell is bold is highlighted.

    title, unit : heading (level 3) and unit line above the table; source : without the word "Bron"
    """

    kind: Literal["table"] = "table"
    id: Id
    title: str = ""
    unit: str = ""
    columns: tuple[Column, ...] = Field(min_length=1)
    rows: tuple[tuple[Cell, ...], ...] = Field(min_length=1)
    source: str = ""

    @model_validator(mode="after")
    def _rows_fit(self) -> Table:
        for place, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.id}: row {place} has {len(row)} cells of {len(self.columns)}")
            if not plain(row[0].text).strip():
                raise ValueError(f"table {self.id}: the first cell of row {place} is empty; it heads the row")
        return self


class Figure(_Block):
    """A drawing with its finding as title, quantity and unit under it, and its source below."""

    kind: Literal["figure"] = "figure"
    id: Id
    title: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    alt: str = Field(min_length=1)
    source: str = Field(min_length=1)
    svg: str = ""
    narrow: str = ""


class Note(_Block):
    """A framed remark: bold title, then text."""

    kind: Literal["note"] = "note"
    title: str
    text: Text


Block = Heading | Lead | Paragraph | Answer | Questions | Table | Figure | Note
_READER: TypeAdapter[Block] = TypeAdapter(Annotated[Block, Field(discriminator="kind")])


# --- the seam ---------------------------------------------------------------------------


def show(blocks: Iterable[Block]) -> None:
    """Publish blocks as the output of the current notebook cell, in order."""
    from IPython.display import display

    for block in blocks:
        display(bundle(block), raw=True)


def bundle(block: Block) -> dict[str, Any]:
    """The MIME bundle of a block: its JSON, its drawing, and a readable form for JupyterLab."""
    # JSON as text: a notebook is written with every nested value on a line of its own, by pure Python
    data: dict[str, Any] = {MIME: block.model_dump_json()}
    if isinstance(block, Figure):
        words = [html.escape(word) for word in (block.title, block.unit, block.source)]
        data["text/html"] = f"<h3>{words[0]}</h3><p>{words[1]}</p>{block.svg}<p><small>{words[2]}</small></p>"
    else:
        data["text/markdown"] = to_markdown(block)
    return data


def collect(notebook: NotebookNode | Path | str) -> list[Block]:
    """Read the blocks of an executed notebook, in order.

    Raises
    ------
    BlockError
        A cell that failed or was never run, a block that does not validate, or no blocks at all. Cells are numbered
        from 1, text cells included.
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
                f"cell {number} failed: {failed[0].ename}: {failed[0].evalue}. Run the notebook in JupyterLab, mend "
                "that cell and make the report again."
            )
        if cell.execution_count is None:
            raise BlockError(f"cell {number} was not run. Execute the whole notebook before reading blocks.")
        blocks += [_read(output.data, number) for output in cell.outputs if MIME in output.get("data", {})]
    if not blocks:
        raise BlockError(
            f"the notebook's {len(notebook.cells)} cells show no blocks. "
            "Publish them with pipeline.reports.blocks.show."
        )
    return blocks


def _read(data: dict[str, Any], number: int) -> Block:
    try:
        return _READER.validate_json(data[MIME])
    except ValidationError as error:
        first = error.errors()[0]
        kind = json.loads(data[MIME]).get("kind")
        raise BlockError(
            f"cell {number} shows a block of kind {kind!r} with {error.error_count()} faults, e.g. "
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}. See the classes in pipeline.reports.blocks."
        ) from error


def check_document(blocks: Sequence[Block]) -> None:
    """Raise BlockError unless the blocks make one sound document.

    The title of the report first and once, ids used once, a heading of level 2 or higher before the first of level 3
    (figures and titled tables bring one), drawings present.
    """
    titles = [place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.level == 1]
    faults = [] if titles == [0] else [f"the title (level 1) stands at {titles} and not first and once"]
    ids = [block.id for block in blocks if isinstance(block, Table | Figure)]
    faults += [
        f"id {name!r} is used {ids.count(name)} times" for name in sorted(set(ids)) if ids.count(name) > 1
    ]
    faults += [f"figure {b.id!r} has no drawing" for b in blocks if isinstance(b, Figure) and not b.svg]
    if faults:
        raise BlockError(f"{len(faults)} faults in the document: {'; '.join(faults)}.")


def chapters(blocks: Iterable[Block]) -> list[list[Block]]:
    """The blocks by chapter: each begins with its heading of level 1 or 2."""
    made: list[list[Block]] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level < 3:
            made.append([])
        made[-1].append(block)
    return made


def anchor(place: int) -> str:
    """Where a link finds the chapter at this place, from 1, on paper and on the page."""
    return f"deel-{place}"


def data_rows(blocks: Iterable[Block]) -> list[DataRow]:
    """The rows of data behind all blocks, in order of appearance."""
    return [row for block in blocks for row in block.data]


def statement(block: Block) -> str:
    """What a block says in words: its sentence or finding; empty for a table without a title."""
    match block:
        case Heading():
            return block.text
        case Lead() | Paragraph():
            return plain(block.text)
        case Note():
            return f"{block.title} {plain(block.text)}"
        case Answer():
            return f"{block.label}: " + "; ".join(f"{c.figure} {plain(c.text)}".strip() for c in block.cells)
        case Questions():
            return " ".join(plain(item) for item in block.items)
    return block.title


# --- readable form for JupyterLab -------------------------------------------------------


def to_markdown(block: Block) -> str:
    """A readable Markdown form of a block, for a notebook; the report never uses it."""
    match block:
        case Heading():
            return "#" * block.level + " " + block.text
        case Lead() | Paragraph():
            return _markdown(block.text)
        case Answer():
            cells = [f"**{cell.figure}** {_markdown(cell.text)}".strip() for cell in block.cells]
            return f"**{block.label}**: " + "; ".join(cells)
        case Questions():
            return f"**{block.title}**\n\n" + "\n".join(f"1. {_markdown(item)}" for item in block.items)
        case Note():
            return f"> **{block.title}** {_markdown(block.text)}"
        case Table():
            return _markdown_table(block)
    raise BlockError(f"a block of kind {block.kind!r} has no readable form")


def _markdown(text: Sequence[Run]) -> str:
    return "".join(
        f"**{run.text.strip()}** " if run.bold and run.text.strip() else run.text for run in text
    ).strip()


def _markdown_table(table: Table) -> str:
    head = [column.label.strip() for column in table.columns]
    rows = [
        [" ".join(filter(None, (c.mark.word if c.mark else "", plain(c.text)))) for c in row]
        for row in table.rows
    ]
    lines = [head, ["---"] * len(head), *rows]
    title = f"### {table.title}\n\n" if table.title else ""
    return title + "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
