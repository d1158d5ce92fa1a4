"""Sentences bound to their numbers.

A sentence is a template with named places; every number in it arrives as a ``Fact``, which carries value,
unit, period, status and source. The block that prints the sentence keeps those facts as data rows, and
``pipeline.reports.soundness`` fails the build when a block prints a number that is not among them.

    jobs = fact(144249, hundreds, label="banen van werknemers", period="december 2024", unit="banen", ...)
    say("In {year} waren er naar raming {jobs:b} van werknemers.", jobs=jobs.with_noun("banen"), year="2024")
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.figures.drawing import ABSENT, DataRow, DataStatus, Drawing
from pipeline.language import numbers
from pipeline.language.translation import SOURCE, active, places_of, to_translate, tr, translation
from pipeline.reports import blocks as form
from pipeline.reports.blocks import Run


class NarrativeError(ValueError):
    """A sentence that says something its data do not."""


# --- facts ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """One number as printed, with everything the reader may ask about it.

    display : the number as printed; shown : the words in the sentence ("144.200 banen"), display if empty
    """

    display: str
    value: float | None
    label: str
    period: str
    unit: str
    status: DataStatus
    source: str
    region_code: str = ""
    region: str = ""
    shown: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    @property
    def is_estimate(self) -> bool:
        """Whether the value is an estimate or computed from one."""
        return self.status == "estimate"

    @property
    def words(self) -> str:
        """What stands in the sentence."""
        return self.shown or self.display

    def with_noun(self, one: str, many: str = "") -> Fact:
        """The number with its noun: "1 baan", "144.200 banen"; an absent value keeps its words."""
        if not self.is_known:
            return self
        noun = one if many and self.display in ("1", numbers.count_words()[1]) else many or one
        return replace(self, shown=f"{self.display} {noun}")

    def unsigned(self) -> Fact:
        """The size of a change, for a sentence that says "meer" or "minder" itself."""
        return replace(self, display=self.display.lstrip("+" + numbers.MINUS), shown="")

    def row(self, block_id: str) -> DataRow:
        """The data row of this fact under a block."""
        return DataRow(
            id=block_id,
            label=self.label,
            region_code=self.region_code,
            region=self.region,
            period=self.period,
            value=self.value,
            unit=self.unit,
            status=self.status,
            source=self.source,
            display=self.display,
        )


def fact(
    value: float | None,
    write: Callable[[float | None], str] = numbers.number,
    *,
    label: str,
    period: object,
    unit: str,
    status: DataStatus = "published",
    source: str,
    region_code: str = "",
    region: str = "",
) -> Fact:
    """A fact from a value and the way it is written.

    Parameters
    ----------
    value : float or None
        None and NaN are absent: the display becomes "geen gegevens" and the status "missing", unless it
        is "suppressed".
    write : from value to printed number, e.g. ``numbers.hundreds``
    """
    absent = numbers.is_absent(value)
    return Fact(
        display=numbers.no_data() if absent else write(value),
        value=None if absent else float(value),
        label=label,
        period=str(period),
        unit=unit,
        status="missing" if absent and status not in ABSENT else status,
        source=source,
        region_code=region_code,
        region=region,
    )


def year_fact(year: int, label: str, *, source: str, period: object = "") -> Fact:
    """A year as a fact: the break of a survey, the year something was said, a deadline."""
    return fact(year, _whole, label=label, period=period or year, unit=tr("jaar"), source=source)


def _whole(value: float | None) -> str:
    return str(int(value))


def quote(words: str, *facts: Fact) -> Sentence:
    """Words of a programme or publisher, which stay Dutch, bound to the facts they state."""
    return Sentence((Run(text=words, lang=None if active() == SOURCE else SOURCE),), facts)


def listed(parts: Sequence[Sentence]) -> Sentence:
    """Sentences as a list: "a", "a en b", "a, b en c"."""
    if len(parts) < 2:
        return parts[0] if parts else Sentence()
    first, *others = parts[:-1]
    for other in others:
        first = Sentence((*first.runs, Run(text=", "), *other.runs), first.facts + other.facts)
    return say("{words} en {last}", words=first, last=parts[-1])


def lower_first(sentence: Sentence) -> Sentence:
    """A sentence as the second half of another: without its capital."""
    if not sentence:
        return sentence
    first = sentence.runs[0]
    small = first.model_copy(update={"text": first.text[:1].lower() + first.text[1:]})
    return Sentence((small, *sentence.runs[1:]), sentence.facts)


def counted(how_many: int, one: str, many: str, *, label: str, period: object, source: str) -> Fact:
    """A small count with its noun in words: "zeven gemeenten"."""
    words = numbers.count(how_many, one, many)
    return replace(
        fact(how_many, label=label, period=period, unit=many, source=source),
        display=words.split()[0],
        shown=words,
    )


# --- sentences --------------------------------------------------------------------------


@dataclass(frozen=True)
class Sentence:
    """Words with the facts they rest on; ``a + b`` joins two with a space."""

    runs: tuple[Run, ...] = ()
    facts: tuple[Fact, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.runs)

    def __add__(self, other: Sentence) -> Sentence:
        if not (self and other):
            return self or other
        return Sentence((*self.runs, Run(text=" "), *other.runs), self.facts + other.facts)

    @property
    def text(self) -> str:
        """The words without bold."""
        return form.plain(self.runs)

    def rows(self, block_id: str) -> tuple[DataRow, ...]:
        """The data rows of its facts, each once."""
        return tuple(dict.fromkeys(item.row(block_id) for item in self.facts))


def say(template: str, **parts: Fact | Sentence | str) -> Sentence:
    """Fill a Dutch template in the active language.

    ``{name}`` takes a fact, a sentence or words already in that language; ``{name:b}`` prints it bold.

    Raises
    ------
    NarrativeError
        A place without a part, or a part without a place.
    LanguageError
        The template has no translation.
    """
    template = translation(template)
    runs: list[Run] = []
    facts: list[Fact] = []
    used = set()
    for words, name, shape, _ in string.Formatter().parse(template):
        if words:
            runs.append(Run(text=words))
        if name is None:
            continue
        if name not in parts:
            raise NarrativeError(f"{template!r} has a place {{{name}}} that was not given.")
        used.add(name)
        part = parts[name]
        if isinstance(part, Sentence):
            runs += part.runs
            facts += part.facts
            continue
        if isinstance(part, Fact):
            facts.append(part)
        text = part.words if isinstance(part, Fact) else str(part)
        runs.append(Run(text=text, bold=shape == "b"))
    unused = sorted(parts.keys() - used)
    if unused:
        raise NarrativeError(f"{template!r} has no place for {', '.join(unused)}.")
    return Sentence(_capital(_merged(runs)), tuple(facts))


def say_change(change: Fact, *, more: str, less: str, equal: str, **parts: Fact | Sentence | str) -> Sentence:
    """The template for a change, by what the reader sees: a change that is written as zero is none.

    ``{change}`` is its size. The template for no change does not print it, but rests on it. A part that the
    chosen template has no place for is one of the others.
    """
    template = {"omhoog": more, "omlaag": less, "gelijk": equal}[direction_of(change)]
    held = {name: part for name, part in parts.items() if name in places_of(template)}
    if template == equal:
        return resting_on(say(template, **held), change)
    return say(template, **held, change=change.unsigned())


def together(sentences: Iterable[Sentence]) -> Sentence:
    """All sentences that say something, one after another."""
    whole = Sentence()
    for sentence in sentences:
        whole = whole + sentence
    return whole


def resting_on(sentence: Sentence, *facts: Fact) -> Sentence:
    """The same words with more facts behind them (what a title concludes from but does not print)."""
    return Sentence(sentence.runs, sentence.facts + facts)


def _merged(runs: Sequence[Run]) -> tuple[Run, ...]:
    merged: list[Run] = []
    for run in runs:
        if merged and _is_plain(run) and _is_plain(merged[-1]):
            merged[-1] = Run(text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return tuple(run for run in merged if run.text)


def _is_plain(run: Run) -> bool:
    return not run.bold and run.url is None and run.lang is None


def _capital(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    if not runs:
        return runs
    first = runs[0].text
    return (runs[0].model_copy(update={"text": first[:1].upper() + first[1:]}), *runs[1:])


# --- blocks from sentences --------------------------------------------------------------


def heading(block_id: str, kicker: str, finding: Sentence, *, new_page: bool | None = None) -> form.Heading:
    """A page title that is a finding."""
    return form.Heading(
        level=2, kicker=kicker, text=finding.text, data=finding.rows(block_id), new_page=new_page
    )


def subheading(block_id: str, finding: Sentence) -> form.Heading:
    """A title inside a page."""
    return form.Heading(level=3, text=finding.text, data=finding.rows(block_id))


def lead(block_id: str, *sentences: Sentence) -> form.Lead:
    """The opening text of a page."""
    whole = together(sentences)
    return form.Lead(text=whole.runs, data=whole.rows(block_id))


def paragraph(block_id: str, *sentences: Sentence, small: bool = False) -> form.Paragraph:
    """Running text."""
    whole = together(sentences)
    return form.Paragraph(text=whole.runs, data=whole.rows(block_id), small=small)


def summary(block_id: str, sentences: Sequence[Sentence]) -> form.Summary:
    """The three sentences that a councillor can repeat."""
    rows = together(sentences).rows(block_id)
    return form.Summary(sentences=tuple(sentence.runs for sentence in sentences), data=rows)


def note(block_id: str, title: str, *sentences: Sentence) -> form.Note:
    """A framed remark."""
    whole = together(sentences)
    return form.Note(title=title, text=whole.runs, data=whole.rows(block_id))


def side_by_side(block_id: str, columns: Sequence[tuple[str, Sentence]]) -> form.SideBySide:
    """Short texts next to each other."""
    return form.SideBySide(
        columns=tuple(form.SideColumn(title=title, text=text.runs) for title, text in columns),
        data=together(text for _, text in columns).rows(block_id),
    )


@dataclass(frozen=True)
class Card:
    """A number on a card; ``note`` and ``direction_words`` are sentences, the fact decides what is printed."""

    label: str
    fact: Fact
    note: Sentence = field(default_factory=Sentence)
    evidence: form.Evidence = "cbs"
    word: str = ""
    shown: str = ""
    direction: form.Direction | None = None
    direction_words: Sentence = field(default_factory=Sentence)

    def block(self) -> form.KpiCard:
        """The card as printed; an absent value gets its own mark."""
        known = self.fact.is_known
        return form.KpiCard(
            label=self.label,
            value=(self.shown or self.fact.words) if known else numbers.no_data(),
            note=self.note.text,
            evidence=self.evidence if known else "geen gegevens",
            word=self.word if known else "",
            direction=self.direction,
            direction_word=self.direction_words.text,
        )


def kpi(block_id: str, cards: Sequence[Card]) -> form.Kpi:
    """Cards with the facts behind them."""
    facts = [item for c in cards for item in (c.fact, *c.note.facts, *c.direction_words.facts)]
    return form.Kpi(
        cards=tuple(card.block() for card in cards),
        data=tuple(dict.fromkeys(item.row(block_id) for item in facts)),
    )


@dataclass(frozen=True)
class FactCell:
    """A table cell of facts and words, with what a ``Cell`` can carry besides."""

    words: Sentence = field(default_factory=Sentence)
    note: Sentence = field(default_factory=Sentence)
    mark: form.Mark | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def block(self) -> form.Cell:
        """The cell as printed."""
        foreign = {
            "runs": _if_foreign(self.words.runs),
            "note_runs": _if_foreign(self.note.runs),
        }
        return form.Cell(text=self.words.text, note=self.note.text, mark=self.mark, **foreign, **self.extra)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts in the cell and its note."""
        return self.words.facts + self.note.facts


def header_cell(words: Sentence, span: int) -> form.HeaderCell:
    """A cell of the upper header row."""
    return form.HeaderCell(text=words.text, runs=_if_foreign(words.runs), span=span)


def _if_foreign(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    return runs if any(run.lang for run in runs) else ()


AnyCell = str | Fact | Sentence | FactCell


def as_cell(content: AnyCell) -> FactCell:
    """A table cell from plain words, a fact or a sentence; an absent fact becomes the words in calm grey."""
    if isinstance(content, FactCell):
        return content
    if isinstance(content, Fact):
        return FactCell(Sentence((Run(text=content.words),), (content,)))
    if isinstance(content, Sentence):
        return FactCell(content)
    return FactCell(Sentence((Run(text=content),)) if content else Sentence())


def table(
    block_id: str,
    columns: Sequence[form.Column],
    rows: Sequence[Sequence[AnyCell]],
    *,
    caption: str,
    title: Sentence | None = None,
    unit: str = "",
    behind: Iterable[Fact] = (),
    **options: Any,
) -> form.Table:
    """A table whose numbers are facts.

    Parameters
    ----------
    behind : facts that belong to the table but are not printed (the gemeenten behind a total per province)
    options : further fields of ``blocks.Table``: over, total_last, grid, roomy, together
    """
    cells = [[as_cell(content) for content in row] for row in rows]
    facts = [*(title.facts if title else ()), *(f for row in cells for c in row for f in c.facts), *behind]
    return form.Table(
        id=block_id,
        title=title.text if title else "",
        unit=unit,
        columns=tuple(columns),
        rows=tuple(tuple(cell.block() for cell in row) for row in cells),
        caption=caption,
        data=tuple(dict.fromkeys(item.row(block_id) for item in facts)),
        **options,
    )


def figure(
    drawing: Drawing,
    block_id: str,
    title: Sentence,
    *,
    unit: Sentence | str,
    source: str,
    together: str = "",
) -> form.Figure:
    """A figure whose title is a finding; its facts join the data rows of the drawing."""
    unit = unit if isinstance(unit, Sentence) else Sentence((Run(text=unit),))
    made = form.Figure.of(
        drawing, id=block_id, title=title.text, unit=unit.text, source=source, together=together
    )
    extra = (*title.rows(block_id), *unit.rows(block_id))
    return made.model_copy(update={"data": tuple(dict.fromkeys((*made.data, *extra)))})


# --- grammar ----------------------------------------------------------------------------


def more_or_less(change: Fact, *, more: str, less: str, equal: str) -> str:
    """The word for a change, by what the reader sees: a change that is written as zero is none."""
    return {"omhoog": more, "omlaag": less, "gelijk": equal}[direction_of(change)]


def direction_of(change: Fact) -> form.Direction:
    """The arrow of a change, by what the reader sees."""
    if not change.is_known or _reads_zero(change.display):
        return "gelijk"
    return "omhoog" if change.value > 0 else "omlaag"


def compared(own: Fact, other: Fact, *, more: str, less: str, equal: str) -> str:
    """The word for one number beside another, by what the reader sees."""
    if own.display == other.display:
        return equal
    return more if own.value > other.value else less


def _reads_zero(display: str) -> bool:
    return not re.sub(r"[^1-9]", "", display)


#: chance rounded to 5 points -> words
_CHANCE_WORDS = to_translate(
    {
        5: "1 op 20",
        10: "1 op 10",
        15: "1 op 7",
        20: "1 op 5",
        25: "1 op 4",
        30: "3 op 10",
        35: "1 op 3",
        40: "2 op 5",
        45: "bijna 1 op 2",
        50: "1 op 2",
        55: "ruim 1 op 2",
        60: "3 op 5",
        65: "2 op 3",
        70: "7 op 10",
        75: "3 op 4",
        80: "4 op 5",
        85: "6 op 7",
        90: "9 op 10",
        95: "19 op 20",
    }
)
_LEAST, _MOST = 5, 95


def rounded_chance(chance: float) -> int:
    """A chance (0-1) in percent, to 5 points and never below 5 or above 95: a model is not that sure."""
    return int(min(max(5 * math.floor(chance * 20 + 0.5), _LEAST), _MOST))


def chance_percent(first: float, second: float) -> str:
    """A chance as a range: "20 tot 35 %", "ongeveer 20 %", "hoogstens 5 %"."""
    low, high = sorted((rounded_chance(first), rounded_chance(second)))
    if high == _LEAST:
        return tr("hoogstens {chance}", chance=numbers.percent(_LEAST))
    if low == _MOST:
        return tr("minstens {chance}", chance=numbers.percent(_MOST))
    if low == high:
        return tr("ongeveer {chance}", chance=numbers.percent(low))
    return numbers.span(low, numbers.percent(high))


def chance_with_range(chance: float, low: float, high: float) -> str:
    """A chance once, with its range: "ongeveer 1 op 5; 1 op 7 tot 1 op 4, al naar de jaren waarop wij bouwen"."""
    words, ends = chance_words(chance, chance), (rounded_chance(low), rounded_chance(high))
    if ends[0] == ends[1]:
        return tr("{chance}, op welke jaren wij ook bouwen", chance=words)
    span = numbers.span(*(tr(_CHANCE_WORDS[end]) for end in ends))
    return tr("{chance}; {span}, al naar de jaren waarop wij bouwen", chance=words, span=span)


def chance_words(first: float, second: float) -> str:
    """A chance in words: "ongeveer 1 op 5 tot 1 op 3"."""
    low, high = sorted((rounded_chance(first), rounded_chance(second)))
    if high == _LEAST:
        return tr("hoogstens {chance}", chance=tr(_CHANCE_WORDS[_LEAST]))
    if low == _MOST:
        return tr("minstens {chance}", chance=tr(_CHANCE_WORDS[_MOST]))
    words = tr(_CHANCE_WORDS[low])
    if low != high:
        words = numbers.span(words, tr(_CHANCE_WORDS[high]))
    is_rough = low in (45, 55)  # "bijna 1 op 2", "ruim 1 op 2"
    return words if is_rough else tr("ongeveer {chance}", chance=words)
