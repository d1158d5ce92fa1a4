"""What a chooser offers, in plain words: the widgets are made from it where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Choice:
    """One of several options, each (words, value)."""

    label: str
    value: Any
    options: Sequence[tuple[str, Any]]
    wide: bool = False


@dataclass(frozen=True)
class Choices:
    """Several of the options, each (words, value)."""

    label: str
    value: tuple[Any, ...]
    options: Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Number:
    """A number between two bounds; whole when its value is."""

    label: str
    value: float
    low: float
    high: float
    step: float = 1


@dataclass(frozen=True)
class Span:
    """Two whole numbers (first, last) between two bounds."""

    label: str
    value: tuple[int, int]
    low: int
    high: int
    step: int = 1


Control = Choice | Choices | Number | Span
