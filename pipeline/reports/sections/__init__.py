"""The sections of the regional report: each a function from a region's context to blocks.

The notebook shows them one by one; ``show_all`` publishes the blocks of a section as the output of a cell.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.reports.blocks import Block, show
from pipeline.reports.sections.cover import cover
from pipeline.reports.sections.programmes import programmes
from pipeline.reports.sections.provenance import provenance
from pipeline.reports.sections.reading import reading_guide
from pipeline.reports.sections.summary import summary
from pipeline.reports.sections.target_grid import target_grid
from pipeline.reports.sections.unemployment import unemployment
from pipeline.reports.sections.work import work
from pipeline.reports.sections.youth import youth

__all__ = [
    "cover",
    "programmes",
    "provenance",
    "reading_guide",
    "show_all",
    "summary",
    "target_grid",
    "unemployment",
    "work",
    "youth",
]


def show_all(blocks: Iterable[Block]) -> None:
    """Publish blocks as outputs of the current notebook cell, in order."""
    for block in blocks:
        show(block)
