"""Every number in the text of a report stands in its data."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from pipeline.config import Language
from pipeline.reports.blocks import DataRow
from pipeline.vocabulary import word
from pipeline.vocabulary.formats import separators


# A number with a thousands point or decimal comma, that is no part of a longer code, date or word.
@functools.cache
def _number_in_text(thousands: str, decimal: str) -> re.Pattern[str]:
    t, d = re.escape(thousands), re.escape(decimal)
    return re.compile(rf"(?<![\w.,/-])(?:\d{{1,3}}(?:{t}\d{{3}})+(?:{d}\d+)?|\d+{d}\d+)(?![\w/]|[.,]\d)")


def marked_numbers_in(text: str, language: Language) -> list[str]:
    """Numbers with a sign for thousands or decimals, as a language has them, in order of appearance."""
    return _number_in_text(*separators(language)).findall(text)


def axis_note_pattern(language: Language) -> str:
    """Pattern of the remark where an axis starts, whatever its number and wherever its lines break."""
    words = word("phrase", "axis_from", language).partition("{start}")[0].split()
    return r"\s+".join(map(re.escape, words)) + r"\s+[−-]?[\d.,]*\d"


@functools.cache
def _only_numbers(thousands: str, decimal: str) -> re.Pattern[str]:
    one = rf"[−-]?\d+(?:{re.escape(thousands)}\d{{3}})*(?:{re.escape(decimal)}\d+)?"
    return re.compile(rf"{one}(?:\s+{one})*")


FEWEST_TICKS = 3


def without_axes(text: str, language: Language) -> str:
    """The text of a report without the numbers that only measure: where an axis starts, and its ticks.

    Rule "axis ticks": at least three numbers in a row at equal distances, in lines that hold nothing but
    numbers ("110.000", "120.000", "130.000"). A lone number in a line is no tick. The last tick may have the
    words of a label at its height behind it ("140.000 Doel").
    """
    lines = re.sub(axis_note_pattern(language), "", text).splitlines()
    only_numbers = _only_numbers(*separators(language))
    kept: list[str] = []
    numbers: list[str] = []
    for line in [*lines, "end"]:
        words = line.strip()
        if only_numbers.fullmatch(words):
            numbers += words.split()
        elif words:
            first, _, rest = words.partition(" ")
            last = numbers[-FEWEST_TICKS:]
            is_number = len(last) == FEWEST_TICKS and only_numbers.fullmatch(first)
            if is_number and not _without_ticks([*last, first], language):
                numbers, line = [*numbers, first], rest
            kept += [*_without_ticks(numbers, language), line]
            numbers = []
    return "\n".join(kept[:-1])


def _without_ticks(numbers: Sequence[str], language: Language) -> list[str]:
    """Numbers in a row without the longest runs at equal distances."""
    if len(numbers) < FEWEST_TICKS:
        return list(numbers)
    thousands, decimal = separators(language)
    values = [Fraction(n.replace(thousands, "").replace(decimal, ".").replace("−", "-")) for n in numbers]
    kept, start = [], 0
    while start < len(numbers):
        end = start + 1
        while end < len(numbers) and (
            values[end] - values[end - 1] == values[start + 1] - values[start] != 0
        ):
            end += 1
        if end - start >= FEWEST_TICKS:
            start = end
        else:
            kept.append(numbers[start])
            start += 1
    return kept


def check_text_numbers(
    text: str, rows: Iterable[DataRow], language: Language, names: Iterable[str] = ()
) -> list[str]:
    """Numbers in a report's text that no data row shows.

    Parameters
    ----------
    text : str
        Words of the report, as from ``pdf_text`` or ``page_text``; axes do not count (see ``without_axes``).
    rows : iterable of DataRow
        The data behind the report; every number in a ``display`` or a ``unit`` ("per 1.000 inwoners") may be
        printed.
    language : of the text; what a programme stated is quoted in Dutch, its numbers too
    names : names and quotes that the report prints

    Returns
    -------
    list of str
        One line a missing number, with the words around it. Years, dates, page numbers, table ids and
        whole numbers below a thousand are not looked at.
    """
    text = without_axes(text, language)
    texts = [*names, *(words for row in rows for words in (row.display, row.unit, row.label))]
    known = {
        number
        for words in texts
        for spelling in {language, "nl"}
        for number in marked_numbers_in(words, spelling)
    }
    misses: dict[str, str] = {}
    for match in _number_in_text(*separators(language)).finditer(text):
        if match[0] not in known:
            around = " ".join(text[max(0, match.start() - 40) : match.end() + 30].split())
            misses.setdefault(match[0], around)
    return [f"{number} is in no data row: ...{around}..." for number, around in misses.items()]
