"""Imported once in the fork server, so that every report starts with everything loaded.

Not here: ``typst.compile``, which starts threads; a process with threads cannot be forked safely.
"""

from __future__ import annotations

import gc
import logging
import threading

from pipeline.folders import Folders
from pipeline.reports import stage
from pipeline.reports.context import are_made

log = logging.getLogger("pipeline")

if are_made(Folders()):
    try:
        stage.warm_up(Folders())
    except Exception:  # the reports themselves tell what is wrong, each for itself
        log.warning("reports: the warm-up failed, so each report starts slower", exc_info=True)
if threading.active_count() > 1:
    raise RuntimeError(
        f"{threading.active_count()} threads run here; a process with threads cannot be forked."
    )
gc.freeze()  # what is loaded now stays shared between the forks
