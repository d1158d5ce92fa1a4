"""The accessibility checker axe-core on a page, in a headless Chromium that is there.

Nothing of this is needed to make reports: ``missing`` says what a machine lacks for it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import Browser, sync_playwright
except ImportError:  # they come with the tests
    Axe = None

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def missing() -> str:
    """What this machine lacks to run the checker, or nothing."""
    if Axe is None:
        return "the packages playwright and axe-playwright-python are not installed"
    return "" if chromium() else "no Chromium (Debian: chromium)"


def chromium() -> str | None:
    """The browser of this machine, if it has one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser without a screen; it and its driver talk over pipes, so no socket is opened."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def checker() -> Iterator[Callable[[Path], list[str]]]:
    """A function that gives the violations of a page, and what it asked of the network; one browser for all."""
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        def check(path: Path) -> list[str]:
            asked.clear()
            page.goto(Path(path).resolve().as_uri())
            found = Axe().run(page).response["violations"]
            outside = [url for url in asked if not url.startswith(("file:", "data:"))]
            return [
                *(f"axe {rule['id']}: {len(rule['nodes'])} x, {rule['help']}" for rule in found),
                *(f"asks {url[:60]!r} of the network" for url in outside),
            ]

        yield check
