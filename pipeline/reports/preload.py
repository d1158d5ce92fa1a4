"""Imported once in the fork server, so that every report starts with everything loaded.

Not here: ``typst.compile``, which starts threads; a process with threads cannot be forked safely.
"""

from __future__ import annotations

import gc

import IPython.core.interactiveshell  # noqa: F401
import nbformat
import papermill  # noqa: F401
import pyarrow.parquet  # noqa: F401

from pipeline.figures import change_charts, charts, jobs_chart, maps  # noqa: F401
from pipeline.figures.style import DEFAULT_STYLE, drawing_style, new_figure, to_svg
from pipeline.reports import context, data_files, engine, render, stage  # noqa: F401

nbformat.validate(nbformat.v4.new_notebook())  # loads the schema
with drawing_style(DEFAULT_STYLE):
    to_svg(new_figure(20)[0])  # registers the fonts and loads what drawing needs
render.style_sheet(DEFAULT_STYLE, "report.css")  # cuts the fonts of the page
render.page_template(DEFAULT_STYLE)  # compiled once
context.warm_up()  # reads the stored tables, where they were made
gc.freeze()  # what is loaded now stays shared between the forks
