"""Groeimonitor: a reproducible monitor of regional labour markets in the Netherlands.

``from pipeline import Monitor`` is what researchers need; ``pipeline.build`` makes the tables of a vintage.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.monitor import Area, Monitor
    from pipeline.tables import Tables

__all__ = ["Area", "Monitor", "MonitorError", "MonitorWarning", "build"]


class MonitorError(ValueError):
    """A question that the monitor cannot answer; says why and what can be asked instead."""


class MonitorWarning(UserWarning):
    """An answer that is not quite about what was asked: an old gemeente, of which only the successor has figures."""


def __getattr__(name: str) -> Any:
    if name in ("Area", "Monitor"):
        return getattr(importlib.import_module("pipeline.monitor"), name)
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")


def build(vintage: str, **options: Any) -> Tables:
    """All tables of a vintage, made in memory; see ``pipeline.stages.build``."""
    from pipeline import stages  # imported late: most users of the package need a single module

    return stages.build(vintage, **options)
