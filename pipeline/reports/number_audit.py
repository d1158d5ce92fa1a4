"""What a block prints is held against its data rows: numbers, marks of estimates, titles against rows."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from pipeline.config import Language
from pipeline.reports import blocks as form
from pipeline.reports.blocks import Block, DataRow
from pipeline.reports.text_numbers import axis_note_pattern
from pipeline.vocabulary import words
from pipeline.vocabulary.formats import separators

_WORD = re.compile(r"[^\W\d_]+")
#: words that make a printed number a bound or a range, not the value
_BOUNDS: dict[Language, re.Pattern[str]] = {
    "nl": re.compile(r"minder dan|hoogstens|minstens| tot "),
    "en": re.compile(r"less than|fewer than|at most|at least| to "),
}
_ESTIMATE_WORDS: dict[Language, re.Pattern[str]] = {
    "nl": re.compile(
        r"raming|schat|kans|verwacht|marge|nodig|ongeveer|tempo|aanname|wij rekenen", re.IGNORECASE
    ),
    "en": re.compile(r"estimate|chance|expect|margin|need|about|pace|assum|we reckon", re.IGNORECASE),
}
#: words of direction in a title: the change that they need
_DIRECTIONS: dict[Language, dict[int, re.Pattern[str]]] = {
    "nl": {
        1: re.compile(r"\b(erbij|groeide|steeg|stegen|kwamen .* bij|nam toe|namen toe)\b", re.IGNORECASE),
        -1: re.compile(r"\b(daalde|daalden|verdwenen|nam af|namen af|minder dan in)\b", re.IGNORECASE),
    },
    "en": {
        1: re.compile(r"\b(more jobs since|grew|rose|increased)\b", re.IGNORECASE),
        -1: re.compile(r"\b(fell|lost|disappeared|decreased|fewer than in)\b", re.IGNORECASE),
    },
}
_CHANGES = ("change", "growth")


class AuditError(ValueError):
    """A block that says something its data do not."""


def require_sound(blocks: Sequence[Block], language: Language, stale_before: int) -> None:
    """Stop when the blocks of a report say what their data do not.

    Parameters
    ----------
    stale_before : first year that is not too old to head a chapter

    Raises
    ------
    AuditError
        Says how many faults there are, with the first few.
    """
    faults = [fault for block in blocks for fault in check_block(block, language)]
    faults += [
        fault for chapter in form.chapters(blocks) for fault in check_title(chapter, language, stale_before)
    ]
    if faults:
        raise AuditError(
            f"{len(faults)} texts are not what their data say: {'; '.join(faults[:4])}. Print each number as a fact, "
            "and let a title rest on the newest rows below it."
        )


# --- one block ----------------------------------------------------------------------------


def check_block(block: Block, language: Language) -> list[str]:
    """Faults between what a block prints and its data rows; an empty list is a pass.

    A printed number that is in no row, a display that is not its value rounded, an estimate in a sentence without a
    word that marks it.
    """
    texts = [*block.names, *(text for row in block.data for text in _texts_of(row))]
    allowed = {number for text in texts for number in numbers_in(text, language)}
    faults = []
    for text in printed_texts(block, language):
        unbound = [number for number in numbers_in(text, language) if number not in allowed]
        if unbound:
            faults.append(
                f"{block.kind}: {', '.join(unbound)} in {text!r} is not among the data of the block"
            )
    faults += [
        f"{block.kind} {row.id}: {row.label} ({row.period}) is printed as {row.display!r} but is {row.value}"
        for row in block.data
        if not display_fits(row, language)
    ]
    return faults + _unmarked_estimates(block, language)


def _texts_of(row: DataRow) -> tuple[str, ...]:
    return row.display, row.period, row.label, row.unit, row.region


def printed_texts(block: Block, language: Language) -> list[str]:
    """Everything a block prints that may hold a number, apart from its source line."""
    match block:
        case form.Heading():
            return [block.text]
        case form.Lead() | form.Paragraph():
            return [form.plain(block.text)]
        case form.Note():
            return [block.title, form.plain(block.text)]
        case form.Answer():
            return [block.label, *(f"{cell.figure} {form.plain(cell.text)}" for cell in block.cells)]
        case form.Questions():
            return [block.title, *map(form.plain, block.items)]
        case form.Table():
            labels = [column.label for column in block.columns]
            return [
                block.title,
                block.unit,
                *labels,
                *(form.plain(cell.text) for row in block.rows for cell in row),
            ]
        case form.Figure():
            return [block.title, re.sub(axis_note_pattern(language), "", block.unit)]
    return []


def numbers_in(text: str, language: Language) -> list[str]:
    """The numbers a reader sees, without sign: digits as written, and count words from two to twelve."""
    return list(_numbers_in(text, language))


@functools.lru_cache(maxsize=8192)  # a report has a thousand texts, and they come again and again
def _numbers_in(text: str, language: Language) -> tuple[str, ...]:
    found = [match[0] for match in _number_pattern(language).finditer(text)]
    known = _count_words(language)
    return (*found, *(known[word] for word in _WORD.findall(text.lower()) if word in known))


@functools.cache
def _number_pattern(language: Language) -> re.Pattern[str]:
    """A number as printed; digits inside a word or a code ("83582NED", "UA-1") are names."""
    t, d = map(re.escape, separators(language))
    return re.compile(rf"(?<![\w.,/])(?<![A-Za-z][-_])\d+(?:{t}\d{{3}})*(?:{d}\d+)?(?![\w])(?!{d}\d)")


@functools.cache
def _count_words(language: Language) -> dict[str, str]:
    return {text: number for number, text in words("count", language).items() if int(number) >= 2}


def display_fits(row: DataRow, language: Language) -> bool:
    """Whether the printed number is the value, rounded to the digits that are shown; ranges and bounds as they are."""
    printed = numbers_in(row.display, language)
    if row.value is None or len(printed) != 1 or _BOUNDS[language].search(row.display):
        return True
    thousands, decimal = separators(language)
    shown = float(printed[0].replace(thousands, "").replace(decimal, "."))
    decimals = len(printed[0].partition(decimal)[2])
    step = 10.0**-decimals
    if not decimals:
        step = next(
            (s for s in (1e6, 1e5, 1e4, 1e3, 100.0, 10.0, 5.0) if shown % s == 0 and _may_round(row, s)), 1.0
        )
    return abs(abs(row.value) - shown) <= step / 2 + 1e-6


def _may_round(row: DataRow, step: float) -> bool:
    """An estimate is written to the size of its margin, a pace per year to the hundred; a count as it is."""
    most = float("inf") if row.status in ("estimate", "target") else 100 if row.aspect == "per_year" else 10
    return abs(row.value) > step and step <= most


def _unmarked_estimates(block: Block, language: Language) -> list[str]:
    if not isinstance(block, form.Heading | form.Lead | form.Paragraph | form.Note):
        return []
    text = " ".join(printed_texts(block, language))
    shown = set(numbers_in(text, language))
    estimated = [
        r for r in block.data if r.status == "estimate" and set(numbers_in(r.display, language)) & shown
    ]
    if not estimated or _ESTIMATE_WORDS[language].search(text):
        return []
    return [
        f"{block.kind}: {estimated[0].display} ({estimated[0].label}) is an estimate, but {text!r} does not say so"
    ]


# --- titles against the rows below them ------------------------------------------------------


def check_title(chapter: Sequence[Block], language: Language, stale_before: int) -> list[str]:
    """Faults between the title of a chapter and what it prints: old rows above newer ones, wrong directions."""
    title, *below = chapter
    rows = [row for block in below for row in block.data]
    faults = []
    for row in title.data:
        printed = set(numbers_in(row.display, language)) & set(numbers_in(title.text, language))
        if row.indicator == "year" or row.status == "target" or not printed:
            continue
        same = [r for r in rows if _what(r) == _what(row) and r.value is not None]
        newest = max((year for year in map(_year, same) if year is not None), default=None)
        if newest is not None and _year(row) is not None and _year(row) < newest:
            faults.append(
                f"title {title.text!r} rests on {row.label} of {row.period}; below it stands {newest}"
            )
        if (
            row.status in ("estimate", "final", "provisional", "revised_provisional", "published")
            and row.unit
        ):
            year = _year(row)
            if year is not None and year < stale_before and str(year) not in title.text:
                faults.append(
                    f"title {title.text!r} rests on {row.label} of {row.period} without saying the year"
                )
    for block in chapter:
        if isinstance(block, form.Heading | form.Figure | form.Table):
            faults += _directions(block, language)
    return faults


def _directions(block: Block, language: Language) -> list[str]:
    text = block.text if isinstance(block, form.Heading) else block.title
    changes = [row for row in block.data if row.aspect in _CHANGES and row.value is not None]
    shown = set(numbers_in(text, language))
    printed = [row for row in changes if set(numbers_in(row.display, language)) & shown]
    if len(printed) != 1:
        return []
    sign = 1 if printed[0].value > 0 else -1
    if _DIRECTIONS[language][-sign].search(text) and not _DIRECTIONS[language][sign].search(text):
        return [f"title {text!r} says the opposite of {printed[0].label}, {printed[0].value:g}"]
    return []


def _what(row: DataRow) -> tuple[str, str, str]:
    return row.indicator, row.aspect, row.region_code


def _year(row: DataRow) -> int | None:
    years = re.findall(r"\b(?:19|20)\d\d\b", row.period)
    return int(years[-1]) if years else None
