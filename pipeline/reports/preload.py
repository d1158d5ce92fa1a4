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
from pipeline.figures.style import DEFAULT_STYLE, text_width_mm
from pipeline.reports import data_files, engine, render  # noqa: F401

nbformat.validate(nbformat.v4.new_notebook())  # loads the schema
text_width_mm("warm", DEFAULT_STYLE)  # registers the fonts
gc.freeze()  # what is loaded now stays shared between the forks
