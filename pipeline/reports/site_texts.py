"""The words of the site: texts in Dutch or English, and numbers, sizes and periods as that language writes them."""

from __future__ import annotations

import functools
import math
import string
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import get_args

import yaml

from pipeline.config import Language
from pipeline.language import numbers
from pipeline.language.translation import using

TEXTS_FILE = Path(__file__).with_suffix(".yaml")
KILOBYTE, MEGABYTE = 1000, 1000_000


class SiteTextError(ValueError):
    """The texts of the site are not complete, or one is asked for that is not there."""


@dataclass(frozen=True)
class Texts:
    """The texts of one language; call it with a key and what the text leaves open."""

    language: Language
    by_key: dict[str, str] = field(repr=False)

    def __call__(self, key: str, **values: object) -> str:
        """The text with its open places filled.

        Raises
        ------
        SiteTextError
            There is no such text, or a value for it lacks.
        """
        if key not in self.by_key:
            raise SiteTextError(f"{TEXTS_FILE.name} has no text {key!r}; add it in both languages.")
        try:
            return self.by_key[key].format(**values)
        except KeyError as lacking:
            raise SiteTextError(f"text {key!r} of the site needs a value for {lacking}.") from None

    def number(self, value: float, decimals: int = 0, plus: bool = False) -> str:
        """A number: "1.234,5" in Dutch, "1,234.5" in English; a value that is absent is an error."""
        if numbers.is_absent(value):
            raise SiteTextError("an absent value has no number; print its status instead.")
        with using(self.language):
            return numbers.number(value, decimals, plus)

    def percent(self, value: float, decimals: int = 0, plus: bool = False) -> str:
        """A percentage: "8,2 %" in Dutch, "8.2%" in English."""
        with using(self.language):
            return numbers.percent(value, decimals, plus)

    def size(self, count: int) -> str:
        """The size of a file: "1,2 MB", "88 kB"; never below 1 kB."""
        if count >= MEGABYTE:
            return self("size_mb", size=self.number(count / MEGABYTE, 1))
        return self("size_kb", size=self.number(max(1, math.ceil(count / KILOBYTE))))

    def day(self, when: date) -> str:
        """A date: "23 november 2026", "23 November 2026"."""
        with using(self.language):
            return numbers.day(when)

    def period(self, start: date, frequency: str) -> str:
        """A period of a year (A), quarter (Q) or month (M) by its first day."""
        if frequency == "A":
            return str(start.year)
        with using(self.language):
            return numbers.quarter(start) if frequency == "Q" else numbers.month(start)

    def listing(self, words: list[str]) -> str:
        """Words joined: "a, b en c", "a, b and c"."""
        with using(self.language):
            return numbers.listing(words)

    def regions(self, count: int) -> str:
        """How many regions have a report."""
        return self("regions_one") if count == 1 else self("regions_many", count=self.number(count))


@functools.cache
def load_texts(language: Language) -> Texts:
    """The texts of a language.

    Raises
    ------
    SiteTextError
        An unknown language, or a text that lacks a language or leaves other places open in the other one.
    """
    known = get_args(Language)
    if language not in known:
        raise SiteTextError(f"the site has no texts in {language!r}; choose one of {', '.join(known)}.")
    content = yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8"))
    faults = []
    for key, versions in content.items():
        if set(versions) != set(known) or not all(
            isinstance(text, str) and text for text in versions.values()
        ):
            faults.append(f"{key} is not given in exactly {' and '.join(known)}")
        elif len({_places(text) for text in versions.values()}) > 1:
            faults.append(f"{key} leaves different places open in its languages")
    if faults:
        raise SiteTextError(f"{TEXTS_FILE.name} has {len(faults)} fault(s), e.g. {faults[0]}.")
    return Texts(language, {key: versions[language] for key, versions in content.items()})


def _places(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
