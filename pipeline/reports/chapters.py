"""The chapters of a report in reading order: facts from the tables, words from the templates, blocks from both."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from pipeline.reports import document
from pipeline.reports.blocks import Block
from pipeline.reports.context import RegionContext

CHAPTERS = ("page_one", "target", "jobs", "people", "vacancies", "youth", "promises", "reading")


def make(
    name: str, context: RegionContext, texts: str | Path | None = None, shown: Sequence[Block] = ()
) -> list[Block]:
    """The blocks of a chapter about a region; none when it has nothing to say there.

    Parameters
    ----------
    name : one of ``CHAPTERS``
    texts : folder with own templates; that of params.yaml when not given
    shown : the blocks before it, which the chapter about the sources lists
    """
    function = getattr(import_module(f"pipeline.reports.facts.{name}"), name)
    facts = function(context, shown) if name == "reading" else function(context)
    if facts is None:
        return []
    own = texts or context.settings.reports.text
    folder = context.tables.folders.root / own if own else None
    return document.chapter(
        name, facts, context.place, context.language, context.tables.names, folder, context.style
    )


@dataclass(frozen=True, repr=False)  # a notebook would write out every block beside the table
class FactsTable:
    """The numbers of some blocks as a table to look at in a notebook."""

    blocks: Iterable[Block]

    def _repr_html_(self) -> str:
        columns = ("label", "region", "period", "display", "status", "source")
        rows = dict.fromkeys(
            tuple(getattr(row, name) for name in columns) for block in self.blocks for row in block.data
        )
        head = "".join(f"<th>{name}</th>" for name in columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        return f"<table><tr>{head}</tr>{body}</table>"
