"""Words and facts to blocks: a chapter is a template (Jinja in Markdown) over a frozen dataclass of facts.

``{{ jobs }}`` prints a ``Fact`` and so adds it to the data rows of the block in which it stands: a printed number
without a row cannot exist. A digit typed in a template, a bare number or a name that is missing stops the build.

    # {{ place }}: {{ change | size }} banen {% if change is up %}erbij{% else %}minder{% endif %} sinds {{ since }}

    ::: lead
    In {{ jobs | when }} waren er **{{ jobs }}** banen.
    :::

    ## De WW daalde
    *Mensen met WW per {{ thousand }} inwoners.*
    {{ chart }}

What the Markdown stands for: ``#`` title of the chapter, ``##`` title of a section, figure or table, a line in
``*...*`` below it the unit line, a table in pipes a table, and ``::: name`` to ``:::`` a framed part (``FRAMES``).
The source line of a figure or table is made from the rows that it prints.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, Undefined
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline import vocabulary
from pipeline.config import Language
from pipeline.figures.drawing import Drawing
from pipeline.figures.style import DEFAULT_STYLE, HouseStyle
from pipeline.reports import blocks as form
from pipeline.reports import charts
from pipeline.reports.blocks import Block, DataRow, Run
from pipeline.reports.context import Place
from pipeline.reports.facts.base import Fact, Name
from pipeline.vocabulary import formats, word

TEMPLATES = Path(__file__).parent / "text"
SUFFIX = ".md.j2"
#: the chapter whose title is that of the report
FIRST = "page_one"
FRAMES = ("lead", "small", "note", "answers", "answer", "questions")
_MARKER = re.compile("\ue000(\\d+)\ue001")
_TAGS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TAG_LINES = re.compile(r"^[ \t]*((?:\{%(?:(?!%\}).)*%\}|\{#(?:(?!#\}).)*#\})+)[ \t]*\n", re.MULTILINE)
_FRAME = re.compile(r"^:::(?: +(\w+) *(.*?))? *$")


class TextError(ValueError):
    """A template that prints what is no fact, or that has a form nobody can set."""


@dataclass(frozen=True)
class Printed:
    """What one ``{{ ... }}`` printed: its text with the facts behind it, or a drawing or mark."""

    text: str = ""
    facts: tuple[tuple[Fact, str], ...] = ()
    language: str = ""
    drawing: Drawing | None = None
    mark: form.Mark | None = None
    certainty: str = ""
    name: bool = False


@dataclass
class Page:
    """One rendering of one chapter: what its templates printed, in order.

    names : name of each region code, for the data rows
    """

    language: Language
    names: Mapping[str, str]
    printed: list[Printed] = field(default_factory=list)

    def keep(self, printed: Printed) -> str:
        """A marker that stands for what was printed until the text is cut into blocks."""
        self.printed.append(printed)
        return f"\ue000{len(self.printed) - 1}\ue001"

    def finalize(self, value: Any) -> str:
        """What Jinja does with each printed value."""
        if isinstance(value, Undefined):
            return str(value)  # raises, and names what is missing
        if isinstance(value, Fact):
            value = show(value, self.language)
        if isinstance(value, Name):
            value = Printed(str(value), language=value.language, name=True)
        if isinstance(value, charts.Chart):
            value = Printed(drawing=value.drawing, facts=value.facts)
        if isinstance(value, Printed):
            return self.keep(value)
        if isinstance(value, str):
            if re.search(r"\d", _MARKER.sub("", value)):
                raise TextError(
                    f"{value!r} holds a number that is no fact; print a fact, or a name as a Name"
                )
            return value
        raise TextError(f"{value!r} ({type(value).__name__}) is no fact and no text; print a fact")


# --- printing a fact ----------------------------------------------------------------------


def show(fact: Fact, language: Language, *, signed: bool = False, size: bool = False) -> Printed:
    """A fact as it is printed: "144.200", "8,2 %", "geen gegevens"."""
    text = display(fact, language, signed=signed, size=size)
    return Printed(text, ((fact, display(fact, language, signed=signed)),))


def display(fact: Fact, language: Language, *, signed: bool = False, size: bool = False) -> str:
    """The number of a fact in a language."""
    if fact.value is None:
        return (
            word("status", fact.status, language)
            if fact.status == "suppressed"
            else _phrase("no_data", language)
        )
    if fact.unit == "year":
        return str(int(fact.value))
    value = abs(fact.value) if size else fact.value
    text = formats.number(value, fact.step, language, signed=signed)
    return formats.per_cent(text, language) if fact.unit == "pct" else text


def _phrase(key: str, language: Language) -> str:
    return word("phrase", key, language)


def _span(fact: Fact, language: Language) -> Printed:
    """The margin: "142.300 tot 174.600"; the value where there is none."""
    if not fact.has_margin:
        return show(fact, language)
    ends = [fact.bound(side) for side in ("low", "high")]
    texts = [display(end, language) for end in ends]
    bound = tuple(zip(ends, texts, strict=True))
    return Printed(texts[0] if texts[0] == texts[1] else _phrase("to", language).join(texts), bound)


def _when(fact: Fact, language: Language) -> Printed:
    """The period of a fact in words, bound to it."""
    return Printed(formats.period(fact.period, language), ((fact, display(fact, language)),))


def _spelled(fact: Fact, language: Language) -> Printed:
    text = formats.count(int(fact.value), language)
    return Printed(text, ((fact, text),))


def _chance(fact: Fact, language: Language) -> Printed:
    """A chance in steps of 5 points with the range it has: "ongeveer 20 % (10 tot 40 %)", "hoogstens 5 %"."""
    ends = (fact.low, fact.high) if fact.has_margin else (fact.value, fact.value)
    low, chance, high = (formats.chance_points(part / 100) for part in (ends[0], fact.value, ends[1]))
    about = _phrase("about", language) + formats.per_cent(str(chance), language)
    if high == 5 or low == 95:
        text = _phrase("at_most" if high == 5 else "at_least", language) + formats.per_cent(
            str(low), language
        )
    elif low == high:
        text = about
    else:
        to = _phrase("to", language).replace(" ", "\u00a0")  # a line ends before the range, not within it
        text = f"{about} ({low}{to}{formats.per_cent(str(high), language)})"
    return Printed(text, ((fact, text),))


def _capital(text: str) -> str:
    """The text with a capital; Dutch "één" has none of its own."""
    return f"Eén{text[3:]}" if text.startswith("één") else text[:1].upper() + text[1:]


def _filters(language: Language) -> dict[str, Any]:
    show_in = functools.partial(show, language=language)
    return {
        "signed": lambda fact: show_in(fact, signed=True),
        "size": lambda fact: show_in(fact, size=True),
        "span": lambda fact: _span(fact, language),
        "low": lambda fact: show_in(fact.bound("low")),
        "high": lambda fact: show_in(fact.bound("high")),
        "when": lambda fact: _when(fact, language),
        "spelled": lambda fact: _spelled(fact, language),
        "chance": lambda fact: _chance(fact, language),
        "capital": lambda printed: replace(printed, text=_capital(printed.text)),
        "capital_name": lambda name: Name(name[:1].upper() + name[1:]),
        "capital_first": _capital,
        "counted": lambda facts: tuple(fact for fact in facts if not fact.estimate),
        "estimates": lambda facts: tuple(fact for fact in facts if fact.estimate),
        "to": lambda fact, step: replace(fact, step=float(step)),
    }


_TESTS = {
    "up": lambda fact: fact.known and fact.value > 0 and not fact.reads_zero,
    "down": lambda fact: fact.known and fact.value < 0 and not fact.reads_zero,
    "flat": lambda fact: fact.reads_zero,
    "unclear": lambda fact: fact.has_margin and fact.low < 0 < fact.high,
    "known": lambda fact: fact is not None and fact.known,
    "estimated": lambda fact: fact.estimate,
    "provisional": lambda fact: fact.provisional,
    "wide": lambda fact: fact.wide,
}


# --- templates ----------------------------------------------------------------------------


def load_template(
    name: str, language: Language, own: Path | None = None, style: HouseStyle = DEFAULT_STYLE
) -> Template:
    """A chapter's template, from the user's own folder where it has one; digits typed in it are refused.

    Raises
    ------
    TextError
        No such template, a mistake in it, or a number typed in its text.
    """
    environment = _environment(language, own, style)
    try:
        source, path, _ = environment.loader.get_source(environment, f"{name}{SUFFIX}")
        typed = re.search(r"\S*\d\S*", _TAGS.sub("", source))
        if typed:
            raise TextError(
                f"{Path(path).name} ({language}): {typed[0]!r} is typed in the text; print a fact instead"
            )
        return environment.get_template(f"{name}{SUFFIX}")
    except TemplateError as error:
        raise TextError(f"template {name}{SUFFIX} ({language}): {type(error).__name__}: {error}") from None


class _Templates(FileSystemLoader):
    """Templates in which a line of nothing but tags leaves no line behind: it would cut a table in two."""

    def get_source(self, environment: Environment, template: str):
        """The text of a template, with what Jinja asks beside it."""
        text, path, is_current = super().get_source(environment, template)
        return _TAG_LINES.sub(r"\1", text), path, is_current


@functools.cache
def _environment(language: Language, own: Path | None, style: HouseStyle) -> Environment:
    folders = [folder / language for folder in (own, TEMPLATES) if folder is not None]
    environment = Environment(loader=_Templates(folders), undefined=StrictUndefined, finalize=_finalize)
    environment.filters |= _filters(language)
    environment.tests |= _TESTS
    environment.globals |= {
        "mark": lambda kind: Printed(mark=form.Mark(kind=kind, word=_mark_word(kind, language))),
        "certainty_of": lambda level: Printed(text=word("certainty", level, language), certainty=level),
        "word": lambda group, key: word(group, key, language),
        "name_of": Name,
        "indicator": lambda key: vocabulary.indicator(key, language),
        **charts.functions(language, functools.partial(display, language=language), style),
        "listed": lambda parts: formats.listing([_finalize(part) for part in parts], language),
    }
    return environment


def _mark_word(kind: str, language: Language) -> str:
    group = "evidence" if kind in vocabulary.words("evidence", language) else "verdict"
    return word(group, kind, language)


#: the page that is being rendered; Jinja hands its finalize function the value only
_current: list[Page] = []


def _finalize(value: Any) -> str:
    return _current[-1].finalize(value)


def chapter(
    name: str,
    facts: Any,
    place: Place,
    language: Language,
    names: Mapping[str, str],
    own: Path | None = None,
    style: HouseStyle = DEFAULT_STYLE,
) -> list[Block]:
    """The blocks of a chapter: its template filled with its facts.

    Parameters
    ----------
    name : of the template, without language and suffix
    facts : frozen dataclass whose fields are the names in the template
    place : the region, which every template knows as ``place``, ``here``, ``in_here`` and ``kind``
    language : "nl" or "en"
    names : name of each region code, for the data rows
    own : folder with own templates that take the place of the shipped ones
    style : colours and font of the charts

    Raises
    ------
    TextError
        Names the template and what it prints that is no fact, or the part that cannot be set.
    """
    page = Page(language, names)
    template = load_template(name, language, own, style)
    _current.append(page)
    try:
        about = {
            "place": Name(place.name),
            "here": Name(place.here),
            "in_here": Name(place.in_here),
            "kind": place.kind,
        }
        text = template.render(about | {item.name: getattr(facts, item.name) for item in fields(facts)})
    except TemplateError as error:
        raise TextError(f"template {name}{SUFFIX} ({language}): {type(error).__name__}: {error}") from None
    except TextError as error:
        raise TextError(f"template {name}{SUFFIX} ({language}): {error}") from None
    finally:
        _current.pop()
    return _Setter(page, name).set(text)


# --- text to blocks -----------------------------------------------------------------------


@dataclass
class _Setter:
    """Cuts the filled text of a chapter into blocks."""

    page: Page
    name: str
    blocks: list[Block] = field(default_factory=list)

    def set(self, text: str) -> list[Block]:
        title = unit = None
        for kind, rest, lines in _framed(text):
            if kind:
                title, unit = self._flush(title, unit)
                self._frame(kind, rest, lines)
                continue
            for token in _parse("\n".join(lines)):
                title, unit = self._token(token, title, unit)
        self._flush(title, unit)
        names = tuple(dict.fromkeys(printed.text for printed in self.page.printed if printed.name))
        return [block.model_copy(update={"names": names}) for block in self.blocks]

    # what one top-level piece of Markdown becomes
    def _token(self, piece: list[Token], title, unit):
        first = piece[0]
        if first.type == "heading_open":
            title, unit = self._flush(title, unit)
            words = self.text(piece[1])
            if first.tag == "h1":
                kicker = word("chapter", self.name, self.page.language)
                level = 1 if self.name == FIRST else 2
                self.blocks.append(
                    form.Heading(level=level, chapter=kicker, text=words.plain, data=words.rows(self.id))
                )
                return None, None
            return words, None
        if first.type == "paragraph_open":
            words = self.text(piece[1])
            if words.drawing is not None:
                self._figure(words, title, unit)
                return None, None
            if title is not None and unit is None and _only_emphasis(piece[1]):
                return title, words
            title, unit = self._flush(title, unit)
            self.blocks.append(form.Paragraph(text=words.runs, data=words.rows(self.id)))
            return title, unit
        if first.type == "table_open":
            self._table(piece, title, unit)
            return None, None
        if first.type in ("bullet_list_open", "ordered_list_open"):
            title, unit = self._flush(title, unit)
            for token in piece:
                if token.type == "inline":
                    words = self.text(token)
                    self.blocks.append(form.Paragraph(text=words.runs, data=words.rows(self.id)))
            return title, unit
        raise TextError(f"{self.name}: a {first.type.removesuffix('_open')} has no form in a report")

    def _flush(self, title, unit):
        """A title that no figure or table took becomes a heading of its own."""
        if title is not None:
            self.blocks.append(form.Heading(level=3, text=title.plain, data=title.rows(self.id)))
        if unit is not None:
            self.blocks.append(form.Paragraph(text=unit.runs, data=unit.rows(self.id), small=True))
        return None, None

    @property
    def id(self) -> str:
        return f"{self.name.replace('_', '-')}-{len(self.blocks)}"

    def _figure(self, words: Words, title: Words | None, unit: Words | None) -> None:
        drawing = words.drawing
        if title is None:
            raise TextError(f"{self.name}: a figure has no title; write a line with ## above it")
        rows = _unique(row for text in (words, title, unit) if text for row in text.rows(self.id))
        alt = f"{title.plain.rstrip('.')}. {drawing.alt}"
        line = " ".join(part for part in (unit.plain if unit else "", drawing.axis_note) if part)
        self.blocks.append(
            form.Figure(
                id=self.id,
                title=title.plain,
                unit=line or title.plain,
                alt=alt,
                source=self.source(rows),
                svg=drawing.svg,
                narrow=drawing.narrow,
                data=rows,
            )
        )

    def _table(self, piece: list[Token], title: Words | None, unit: Words | None) -> None:
        rows = _table_rows(piece)
        head, body = rows[0], rows[1:]
        cells = [[self.cell(token) for token in row] for row in body]
        heads = [self.text(token) for token in head]
        columns = [
            form.Column(
                label=words.plain or " ", align=_align(token), width=_width(words, [row[x] for row in cells])
            )
            for x, (words, token) in enumerate(zip(heads, head, strict=True))
        ]
        texts = [*([title] if title else ()), *([unit] if unit else ()), *heads]
        facts = _unique(
            row for words in [*texts, *(w for line in cells for _, w in line)] for row in words.rows(self.id)
        )
        self.blocks.append(form.Table(
            id=self.id, title=title.plain if title else "", unit=unit.plain if unit else "", columns=tuple(columns),
            rows=tuple(tuple(cell for cell, _ in row) for row in cells), source=self.source(facts), data=facts,
        ))  # fmt: skip

    def cell(self, token: Token) -> tuple[form.Cell, Words]:
        """A cell of a table; bold as a whole makes a bold cell."""
        words = self.text(token)
        bold = bool(words.runs) and all(run.bold for run in words.runs if run.text.strip())
        return form.Cell(text=words.runs, mark=words.mark, bold=bold), words

    def _frame(self, kind: str, rest: str, lines: list[str]) -> None:
        if kind not in FRAMES:
            raise TextError(f"{self.name}: there is no frame {kind!r}; there are {', '.join(FRAMES)}")
        made = getattr(self, f"_{kind}")(rest, lines)
        if made is not None:
            self.blocks.append(made)

    def _paragraphs(self, lines: list[str]) -> list[Words]:
        inline = [token for piece in _parse("\n".join(lines)) for token in piece if token.type == "inline"]
        return [words for words in map(self.text, inline) if words.runs or words.mark]

    def _lead(self, rest: str, lines: list[str]) -> Block | None:
        words = _joined(self._paragraphs(lines))
        return form.Lead(text=words.runs, data=words.rows(self.id)) if words.runs else None

    def _small(self, rest: str, lines: list[str]) -> Block | None:
        words = _joined(self._paragraphs(lines))
        return form.Paragraph(text=words.runs, data=words.rows(self.id), small=True) if words.runs else None

    def _note(self, rest: str, lines: list[str]) -> Block:
        title, words = self.inline(rest), _joined(self._paragraphs(lines))
        return form.Note(
            title=title.plain, text=words.runs, data=_unique((*title.rows(self.id), *words.rows(self.id)))
        )

    def _questions(self, rest: str, lines: list[str]) -> Block:
        title, items = self.inline(rest), self._paragraphs(lines)
        rows = _unique(row for words in (title, *items) for row in words.rows(self.id))
        return form.Questions(title=title.plain, items=tuple(words.runs for words in items), data=rows)

    def _answer(self, rest: str, lines: list[str]) -> Block:
        """A row of page 1: label, mark and then cells, a paragraph each: ``**figure**`` first, its words after it."""
        label, parts = self.inline(rest), self._paragraphs(lines)
        mark = next((words.mark for words in parts if words.mark and not words.runs), None)
        cells = tuple(_answer_cell(words) for words in parts if words.runs)
        rows = _unique(row for words in (label, *parts) for row in words.rows(self.id))
        return form.Answer(label=label.plain, mark=mark, cells=cells, data=rows)

    # --- inline -------------------------------------------------------------------------

    def inline(self, text: str) -> Words:
        pieces = _parse(text)
        return self.text(pieces[0][1]) if pieces else Words()

    def text(self, token: Token) -> Words:
        """The words of an inline token, markers replaced by what they stand for."""
        made, bold, url = Words(page=self.page), False, None
        for child in token.children or ():
            if child.type in ("strong_open", "strong_close"):
                bold = child.type == "strong_open"
            elif child.type == "link_open":
                url = _MARKER.sub(
                    lambda m: self.page.printed[int(m[1])].text, unquote(str(child.attrs["href"]))
                )
            elif child.type == "link_close":
                url = None
            elif child.type in ("text", "softbreak", "hardbreak", "code_inline"):
                content = child.content if child.type in ("text", "code_inline") else " "
                made.add(content, bold=bold, url=url)
        return made.finished()

    def source(self, rows: Iterable[DataRow]) -> str:
        """The source line of a figure or table, from the rows that it prints."""
        language = self.page.language
        ids = sorted({part for row in rows for part in _tables_of(row.source)})
        titles = [vocabulary.source_title(source, language) for source in ids]
        own = [_phrase("own_calculation", language)] if any(row.status == "estimate" for row in rows) else []
        parts = [*([formats.listing(titles, language)] if titles else []), *own]
        return f"{'; '.join(parts)}." if parts else ""


@dataclass
class Words:
    """Runs of text with the facts, mark and drawing that were printed in them."""

    page: Page | None = None
    runs: tuple[Run, ...] = ()
    facts: tuple[tuple[Fact, str], ...] = ()
    mark: form.Mark | None = None
    drawing: Drawing | None = None
    certainty: tuple[tuple[str, str], ...] = ()

    @property
    def plain(self) -> str:
        return form.plain(self.runs)

    def add(self, content: str, *, bold: bool, url: str | None) -> None:
        """Text with markers in it."""
        runs = list(self.runs)
        place = 0
        for match in _MARKER.finditer(content):
            runs.append(Run(text=content[place : match.start()], bold=bold, url=url))
            printed = self.page.printed[int(match[1])]
            lang = printed.language if printed.language and printed.language != self.page.language else None
            runs.append(Run(text=printed.text, bold=bold, url=url, lang=lang))
            self.facts += printed.facts
            self.mark = printed.mark or self.mark
            self.drawing = printed.drawing or self.drawing
            if printed.certainty:
                self.certainty += ((printed.certainty, printed.text),)
            place = match.end()
        runs.append(Run(text=content[place:], bold=bold, url=url))
        self.runs = tuple(runs)

    def finished(self) -> Words:
        """The same with neighbouring runs of one look joined, without empty ones, beginning with a capital."""
        merged: list[Run] = []
        for run in self.runs:
            alike = merged and _look(merged[-1]) == _look(run)
            if alike:
                merged[-1] = run.model_copy(update={"text": merged[-1].text + run.text})
            elif run.text:
                merged.append(run)
        if merged:
            merged[0] = merged[0].model_copy(update={"text": merged[0].text.lstrip()})
            merged[-1] = merged[-1].model_copy(update={"text": merged[-1].text.rstrip()})
        self.runs = tuple(run for run in merged if run.text)
        return self

    def rows(self, block_id: str) -> tuple[DataRow, ...]:
        """The data rows of the facts."""
        return _unique(data_row(fact, text, block_id, self.page) for fact, text in self.facts)


def _look(run: Run) -> tuple[Any, ...]:
    return run.bold, run.url, run.lang


def data_row(fact: Fact, text: str, block_id: str, page: Page) -> DataRow:
    """The data row of a printed fact."""
    language = page.language
    words = vocabulary.indicator(fact.indicator, language).title
    aspect = f", {word('aspect', fact.aspect, language)}" if fact.aspect else ""
    absent = fact.value is None
    return DataRow(
        id=block_id,
        indicator=fact.indicator,
        aspect=fact.aspect,
        label=f"{words}{aspect}",
        region_code=fact.region_code,
        region=page.names.get(fact.region_code, ""),
        period=formats.period(fact.period, language),
        value=fact.value,
        low=fact.low,
        high=fact.high,
        level=fact.level if fact.low is not None or fact.aspect in form.SIDES else None,
        unit=word("unit", fact.unit, language),
        status=fact.status if not absent or fact.status == "suppressed" else "missing",
        source=fact.source,
        vintage=fact.vintage,
        display=text,
    )


def _answer_cell(words: Words) -> form.AnswerCell:
    """Bold at the start is the large figure, bold at the end its certainty; the rest the words beside it."""
    figure = next((run for run in words.runs if run.bold), None)
    rest = tuple(run for run in words.runs if run is not figure)
    if rest and figure is not None and words.runs[0] is figure:
        rest = (rest[0].model_copy(update={"text": rest[0].text.lstrip()}), *rest[1:])
    return form.AnswerCell(
        figure=figure.text if figure else "",
        text=rest,
        certainty=words.certainty[0][0] if words.certainty else "",
    )


def _joined(words: list[Words]) -> Words:
    if not words:
        return Words()
    first, *others = words
    for other in others:
        first = Words(first.page, (*first.runs, Run(text=" "), *other.runs), first.facts + other.facts)
    return first


def _framed(text: str) -> list[tuple[str, str, list[str]]]:
    """The text cut at its frames: (frame or "", words behind its name, lines)."""
    parts: list[tuple[str, str, list[str]]] = [("", "", [])]
    for line in text.splitlines():
        match = _FRAME.match(line)
        if match and match[1]:
            parts.append((match[1], match[2], []))
        elif match:
            parts.append(("", "", []))
        else:
            parts[-1][2].append(line)
    return [part for part in parts if part[0] or any(line.strip() for line in part[2])]


_MARKDOWN = MarkdownIt("commonmark", {"typographer": False}).enable("table")


def _parse(text: str) -> list[list[Token]]:
    """The top-level pieces of some Markdown, each with its tokens."""
    pieces: list[list[Token]] = []
    for token in _MARKDOWN.parse(text):
        if token.level == 0 and token.nesting >= 0:
            pieces.append([])
        pieces[-1].append(token)
    return pieces


def _only_emphasis(token: Token) -> bool:
    children = [child for child in token.children if child.content or child.type.startswith("em_")]
    return len(children) >= 2 and children[0].type == "em_open" and children[-1].type == "em_close"


def _table_rows(piece: list[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = []
    for place, token in enumerate(piece):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            token.attrs = dict(piece[place - 1].attrs)
            rows[-1].append(token)
    return rows


def _align(token: Token) -> str:
    return "right" if "right" in str(token.attrs.get("style", "")) else "left"


def _width(head: Words, cells: list[tuple[form.Cell, Words]]) -> float:
    """A share of the page by what a column holds: wide enough for its longest word, and no wider than a line."""
    texts = [head.plain, *(words.plain for _, words in cells)]
    marks = max((len(cell.mark.word) + 4 for cell, _ in cells if cell.mark), default=0)
    longest_word = max((len(part) for text in texts for part in text.split()), default=1)
    one_word = all(len(text.split()) < 2 for text in texts)
    return float(
        max(
            min((1.9 if one_word else 1.3) * longest_word + 1, longest_word + 8),
            marks,
            min(max(map(len, texts[1:]), default=1), 34),
            7,
        )
    )


def _tables_of(source: str) -> list[str]:
    parts = re.split(r", ?", source)
    return (
        parts if all(len(part) == 8 and part[:5].isdigit() for part in parts) else [source] if source else []
    )


def _unique(rows: Iterable[DataRow]) -> tuple[DataRow, ...]:
    return tuple(dict.fromkeys(rows))
