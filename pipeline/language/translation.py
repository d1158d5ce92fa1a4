"""The language that is active in this process, and the English of what the code says in Dutch.

As with gettext, the Dutch text is its own key: ``tr("{n} banen", n=...)`` looks up the English in the catalogue
``en/LC_MESSAGES/groeimonitor.po``. In Dutch nothing is looked up. A text that the catalogue lacks is an error,
never a Dutch sentence in an English report.
"""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, get_args

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from pipeline.config import Language

#: the country whose spelling a language follows
COUNTRIES: dict[Language, str] = {"nl": "NL", "en": "GB"}
SOURCE: Language = "nl"
CATALOGUE = Path(__file__).parent / "{language}" / "LC_MESSAGES" / "groeimonitor.po"

_active: Language = SOURCE
_Marked = TypeVar("_Marked")


class LanguageError(ValueError):
    """A language that is not known, or a text that has no translation."""


def active() -> Language:
    """The language in which this process writes; Dutch until another is chosen."""
    return _active


def use(language: Language) -> None:
    """Write in a language from now on, in the whole process: the cells of a notebook share it.

    Raises
    ------
    LanguageError
        An unknown language.
    """
    global _active
    if language not in get_args(Language):
        raise LanguageError(f"language {language!r} is not known; choose {' or '.join(get_args(Language))}.")
    _active = language


@contextmanager
def using(language: Language) -> Iterator[None]:
    """Write in a language within the block."""
    before = active()
    use(language)
    try:
        yield
    finally:
        use(before)


def tr(text: str, **values: object) -> str:
    """A Dutch text in the active language, its named places filled.

    Raises
    ------
    LanguageError
        The catalogue has no translation of the text.
    """
    words = translation(text)
    return words.format(**values) if values else words


def pgettext(context: str, text: str) -> str:
    """A Dutch text of which the English depends on where it stands, which ``context`` says."""
    return translation(text, context)


def to_translate(texts: _Marked) -> _Marked:
    """Mark texts (one, or the values of a tuple or dict) that are translated where they are printed."""
    return texts


def translation(text: str, context: str | None = None) -> str:
    """A text or template in the active language; one without letters of its own stands for itself.

    Raises
    ------
    LanguageError
        The catalogue has no translation of the text.
    """
    if _active == SOURCE or not _has_words(text):
        return text
    message = catalogue(_active).get(text, context)
    if message is None or not message.string:
        raise LanguageError(
            f"there is no translation into {_active!r} of {text!r}{f' ({context})' if context else ''}; add it to "
            f"{CATALOGUE.name} in pipeline/language/{_active}."
        )
    return str(message.string)


@functools.cache
def catalogue(language: Language) -> Catalog:
    """The translations into a language, read once a process."""
    with Path(str(CATALOGUE).format(language=language)).open("rb") as file:
        return read_po(file, locale=language)


def places_of(text: str) -> set[str]:
    """The named places of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@functools.cache
def _has_words(text: str) -> bool:
    return any(re.search(r"[^\W\d_]", words) for words, _, _, _ in string.Formatter().parse(text))
