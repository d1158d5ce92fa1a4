"""Every word about a figure, in Dutch and English, once: indicators, units, statuses, sources, kinds of region.

Reports, notebooks, the dictionary and the site read them here. Sentences stand in the templates of the reports.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.config import Language

FOLDER = Path(__file__).parent


class VocabularyError(ValueError):
    """A word that no file of the vocabulary has."""


@dataclass(frozen=True)
class Indicator:
    """What an indicator is called.

    title : in full, with whom and when; short : beside a number; not_this : what it does not say
    """

    title: str
    short: str
    unit: str
    not_this: str


@functools.cache
def _file(name: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def indicator(key: str, language: Language) -> Indicator:
    """Words of an indicator.

    Raises
    ------
    VocabularyError
        indicators.yaml lacks the indicator or the language.
    """
    entry = _entry(_file("indicators"), "indicators", key)
    words = _entry(entry, f"indicators: {key}", language)
    return Indicator(words["title"], words["short"], entry["unit"], words.get("not", ""))


def indicators() -> tuple[str, ...]:
    """The indicators that have words."""
    return tuple(_file("indicators"))


def word(group: str, key: str, language: Language) -> str:
    """A short word: of a status, a verdict, a unit, a kind of region, a chapter.

    Raises
    ------
    VocabularyError
        words.yaml lacks the group, the key or the language.
    """
    entry = _entry(_entry(_file("words"), "words", group), f"words: {group}", key)
    return _entry(entry, f"words: {group}: {key}", language)


def words(group: str, language: Language) -> dict[str, str]:
    """All short words of a group."""
    return {key: word(group, key, language) for key in _entry(_file("words"), "words", group)}


def source_title(source: str, language: Language) -> str:
    """How a source is named below a figure: "CBS 83582NED"; a title of a document stands for itself."""
    known = _file("sources")
    if source in known:
        return known[source].get(language, known[source]["nl"])
    is_table = len(source) == 8 and source[:5].isdigit()
    return f"CBS {source}" if is_table else source


def _entry(content: dict[str, Any], where: str, key: str) -> Any:
    if key not in content:
        raise VocabularyError(
            f"{where} has no {key!r}; it has: {', '.join(map(str, content))}. Add it there."
        )
    return content[key]
