"""What a test that needs a browser is marked with."""

from __future__ import annotations

import pytest

from pipeline.reports.axe import chromium

needs_chromium = pytest.mark.skipif(
    chromium() is None, reason="no Chromium on this machine (apt install chromium)"
)
