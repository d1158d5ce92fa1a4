"""Groeimonitor: a reproducible monitor of regional labour markets in the Netherlands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.tables import Tables


def build(vintage: str, **options: Any) -> Tables:
    """All tables of a vintage, made in memory; see ``pipeline.stages.build``."""
    from pipeline import stages  # imported late: most users of the package need a single module

    return stages.build(vintage, **options)
