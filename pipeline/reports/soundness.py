"""The check that holds what a block prints to its data: no number without a row, no estimate unmarked."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable

from pipeline.figures.common import axis_note_pattern
from pipeline.figures.drawing import DataRow
from pipeline.language import numbers
from pipeline.language.translation import SOURCE, Language, active
from pipeline.reports import blocks as form
from pipeline.reports.blocks import Block
from pipeline.reports.narrative import NarrativeError


@functools.cache
def _number_pattern(thousands: str, decimals: str) -> re.Pattern[str]:
    """A number as printed with these signs."""
    t, d = re.escape(thousands), re.escape(decimals)
    return re.compile(rf"(?<![\w.,/])\d+(?:{t}\d{{3}})*(?:{d}\d+)?(?![\w])(?!{d}\d)")


_WORD = re.compile(r"[^\W\d_]+")
#: words that make a printed number a bound, not the value
_BOUNDS: dict[Language, re.Pattern[str]] = {
    "nl": re.compile(r"minder dan|hoogstens|minstens| op "),
    "en": re.compile(r"less than|fewer than|at most|at least| in "),
}
_ESTIMATE_WORDS: dict[Language, re.Pattern[str]] = {
    "nl": re.compile(
        r"raming|geraamd|schat|kans|teruggerekend|tempo|vooruitzicht|aanname|marge|nodig|doelpad|benaderd",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"estimate|chance|recomputed|pace|outlook|assum|margin|need|approximat|model", re.IGNORECASE
    ),
}


def numbers_in(text: str) -> list[str]:
    """The numbers a reader sees, without sign: digits as written, and count words from two to twelve.

    Digits inside a word or a code ("83582NED", "UA-1") are names, not numbers.
    """
    return list(_numbers_in(text, active()))


@functools.lru_cache(maxsize=8192)  # a report has a thousand texts, and they come again and again
def _numbers_in(text: str, language: Language) -> tuple[str, ...]:
    """The numbers in a text; ``language`` is the active one, so that each has its own."""
    pattern = _number_pattern(*numbers.separators())
    found = [match[0] for match in pattern.finditer(text) if not _is_name(text, match)]
    words = _count_words(language)
    return (*found, *(words[word] for word in _WORD.findall(text.lower()) if word in words))


@functools.cache
def _count_words(language: Language) -> dict[str, str]:
    """The words for two to twelve in the active language, with their digits."""
    return {word: str(place) for place, word in enumerate(numbers.count_words()) if place >= 2}


def _is_name(text: str, match: re.Match[str]) -> bool:
    before = text[max(match.start() - 2, 0) : match.start()]
    return bool(re.fullmatch(r"[A-Za-z][-_]", before))


def printed_texts(block: Block) -> list[str]:
    """Everything a block prints that may hold a number, apart from its source line."""
    match block:
        case form.Cover():
            return [block.title, block.subtitle]  # the lines at the foot are dates and names
        case form.Heading():
            return [block.text]
        case form.Lead() | form.Paragraph():
            return [form.plain(block.text)]
        case form.Note():
            return [block.title, form.plain(block.text)]
        case form.Summary():
            return [form.plain(sentence) for sentence in block.sentences]
        case form.Kpi():
            return [f"{c.label} {c.value} {c.note} {c.direction_word} {c.mark.label}" for c in block.cards]
        case form.Table() | form.Ledger():
            unit = [block.title, block.unit] if isinstance(block, form.Table) else [block.title]
            labels = [column.label for column in block.columns]
            cells = [f"{cell.text} {cell.note}" for row in block.rows for cell in row]
            return [*unit, *labels, *cells]
        case form.Figure():
            return [block.title, re.sub(axis_note_pattern(), "", block.unit)]
        case form.SaysNot():
            return [t for p in block.points for t in (p.title, form.plain(p.says), form.plain(p.not_says))]
        case form.SideBySide():
            return [text for column in block.columns for text in (column.title, form.plain(column.text))]
        case form.Chance():
            return [form.plain(block.text)]
        case form.MarksLegend():
            return [item.meaning for item in block.items]
    return []


def check_sentences(blocks: Iterable[Block]) -> list[str]:
    """Faults between what blocks print and the data they are bound to; an empty list is a pass.

    - a printed number is not among the displays, periods, labels, units or names of the block's data;
    - a display that is not its value, rounded;
    - an estimate in a sentence without a word that marks it.
    """
    faults = []
    for block in blocks:
        allowed = _allowed(block.data)
        for text in printed_texts(block):
            unbound = [number for number in numbers_in(text) if number not in allowed]
            if unbound:
                faults.append(
                    f"{block.kind}: {', '.join(unbound)} in {text!r} is not among the data of the block"
                )
        faults += [
            f"{block.kind} {row.id}: {row.label} ({row.period}) is printed as {row.display!r} but is {row.value}"
            for row in block.data
            if not display_fits(row)
        ]
        faults += _unmarked_estimates(block)
    return faults


def _allowed(rows: Iterable[DataRow]) -> set[str]:
    allowed: set[str] = set()
    for row in rows:
        for text in (row.display, row.period, row.label, row.unit, row.region):
            allowed.update(numbers_in(text))
    return allowed


def display_fits(row: DataRow) -> bool:
    """Whether the printed number is the value, rounded to the digits that are shown.

    Words without a digit ("onzeker", "geen gegevens") and ranges are taken as they are.
    """
    printed = numbers_in(row.display)
    if (
        row.value is None
        or len(printed) != 1
        or any(_BOUNDS[language].search(row.display) for language in {SOURCE, active()})
    ):
        return True
    if _fits(row, printed[0], *numbers.separators()):
        return True
    # what a programme stated is quoted in Dutch, its number too
    return active() != SOURCE and _fits(row, printed[0], *reversed(numbers.separators()))


def _fits(row: DataRow, text: str, thousands: str, decimal: str) -> bool:
    shown = float(text.replace(thousands, "").replace(decimal, "."))
    decimals = len(text.partition(decimal)[2])
    step = 10.0**-decimals
    if not decimals:
        estimated = row.status == "estimate"  # written to the hundred, also below a hundred
        steps = (s for s in (100.0, 10.0, 5.0) if shown % s == 0 and (estimated or abs(row.value) > s))
        if estimated:  # an outlook is rounded to the size of its margin, at most to a fiftieth of itself
            wide = (s for s in (1e6, 1e5, 1e4, 1e3) if shown % s == 0 and abs(row.value) >= 50 * s)
            steps = itertools.chain(wide, steps)
        step = next(steps, 1.0)
    return abs(abs(row.value) - shown) <= step / 2 + 1e-6


def _unmarked_estimates(block: Block) -> list[str]:
    if not isinstance(block, form.Heading | form.Lead | form.Paragraph | form.Summary | form.Note):
        return []
    text = " ".join(printed_texts(block))
    estimated = [
        r for r in block.data if r.status == "estimate" and set(numbers_in(r.display)) & set(numbers_in(text))
    ]
    if not estimated or _ESTIMATE_WORDS[active()].search(text):
        return []
    return [
        f"{block.kind}: {estimated[0].display} ({estimated[0].label}) is an estimate, but {text!r} does not say so"
    ]


def require_sound(blocks: Iterable[Block]) -> None:
    """Stop when ``check_sentences`` finds a fault.

    Raises
    ------
    NarrativeError
        Says how many faults there are, with the first few.
    """
    faults = check_sentences(blocks)
    if faults:
        raise NarrativeError(
            f"{len(faults)} sentences are not bound to their numbers: {'; '.join(faults[:4])}. Give every number to "
            "say() as a fact, or take it out of the sentence."
        )
