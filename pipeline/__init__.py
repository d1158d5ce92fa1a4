"""Groeimonitor: a reproducible monitor of regional labour markets in the Netherlands.

``from pipeline import Monitor`` is what researchers need; ``pipeline.build`` makes the tables of a vintage.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.errors import MonitorError, MonitorWarning
    from pipeline.monitor import Area, Monitor
    from pipeline.tables import Tables

_HOMES = {"Area": "pipeline.monitor", "Monitor": "pipeline.monitor",
          "MonitorError": "pipeline.errors", "MonitorWarning": "pipeline.errors"}  # fmt: skip
__all__ = ["Area", "Monitor", "MonitorError", "MonitorWarning", "build"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")


def build(vintage: str, **options: Any) -> Tables:
    """All tables of a vintage, made in memory; see ``pipeline.stages.build``."""
    from pipeline import stages  # imported late: most users of the package need a single module

    return stages.build(vintage, **options)
