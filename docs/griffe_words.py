"""Read our one-line docstring entries as words: "name : what it is" names a parameter, not its type.

NumPy style puts the type after the colon. Ours stands in the signature, so what follows is the description.
"""

from __future__ import annotations

import re

import griffe

_ENTRY = re.compile(r"(?m)^(\w+(?:, \w+)*) : (.+(?:\n {4}.+)*)$")
_SECTION = re.compile(r"(?m)^(Parameters|Attributes|Returns|Raises)\n-{3,}\n")


class Words(griffe.Extension):
    """Rewrites each docstring before it is parsed."""

    def on_instance(self, *, obj: griffe.Object, **_: object) -> None:
        """Called for every module, class, function and attribute."""
        if obj.docstring:
            obj.docstring.value = as_words(obj.docstring.value)


def as_words(text: str) -> str:
    """A docstring with its entries as descriptions; entries outside a section become a list."""
    start = _SECTION.search(text)
    free, sections = (text[: start.start()], text[start.start() :]) if start else (text, "")
    free = _ENTRY.sub(lambda found: f"- `{found[1]}`: {' '.join(found[2].split())}", free)
    free = re.sub(r"(?m)^([^-\n].*)\n(- `)", r"\1\n\n\2", free)  # a list starts after an empty line
    return free + _ENTRY.sub(r"\1\n    \2", sections)
