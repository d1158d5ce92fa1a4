"""The researcher's way: JupyterLab on this machine, all cells run, a control moved, the figure follows."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from pipeline.folders import ROOT, ROOT_VARIABLE
from pipeline.reports.axe import ARGUMENTS, chromium
from tests.integration.browser import needs_chromium

NOTEBOOK = "03_banen_en_groeiagenda.ipynb"
START_SECONDS, RUN_SECONDS = 90, 180

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.browser, needs_chromium]


@pytest.fixture
def lab(project, tmp_path):
    """Address of a running JupyterLab on a copy of the notebooks."""
    notebooks = shutil.copytree(ROOT / "notebooks" / "exploratory", tmp_path / "notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    folders = {name: str(tmp_path / name.lower()) for name in (
        "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR",
    )}  # fmt: skip
    environment = os.environ | folders | {ROOT_VARIABLE: str(project.root), "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable, "-m", "jupyterlab", *dict.fromkeys([*flags_of_make_lab(), "--ServerApp.ip=127.0.0.1"]),
        "--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}",
        str(notebooks),
    ]  # fmt: skip
    log = tmp_path / "jupyterlab.log"
    with log.open("w") as file:
        server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=file, stderr=file)
        try:
            wait_until_answering(f"http://127.0.0.1:{port}/api?token={token}", server, log)
            yield f"http://127.0.0.1:{port}/lab/tree/{NOTEBOOK}?token={token}"
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


def flags_of_make_lab() -> list[str]:
    """What `make lab` gives to JupyterLab for this user."""
    told = subprocess.run(
        ["make", "--dry-run", "lab"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    line = next(line for line in told.splitlines() if "jupyter lab" in line)
    return [word for word in shlex.split(line.split("jupyter lab")[1]) if word.startswith("-")]


def test_make_lab_lets_root_in_on_this_machine_only():
    flags = flags_of_make_lab()
    assert "--LabApp.app_settings_dir=jupyter" in flags
    assert ("--allow-root" in flags) == ("--ServerApp.ip=127.0.0.1" in flags) == (os.geteuid() == 0)


def wait_until_answering(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"JupyterLab stopped: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    pytest.fail(f"JupyterLab did not answer in {START_SECONDS} s: {log.read_text()[-2000:]}")


def test_all_cells_run_and_a_control_moves_the_figure(lab, tmp_path):
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=chromium(), args=list(ARGUMENTS),
            viewport={"width": 1400, "height": 1000},
        )  # fmt: skip
        asked = []
        browser.on("request", lambda request: asked.append(request.url))
        page = browser.new_page()
        try:
            page.goto(lab)
            page.locator(".jp-Notebook").first.wait_for(timeout=60_000)
            # a command given before the kernel answers is lost
            page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            last = page.locator(".jp-CodeCell").last.locator(".widget-vbox")
            last.first.wait_for(timeout=RUN_SECONDS * 1000)
            assert page.locator('.jp-OutputArea-output[data-mime-type*="error"]').count() == 0

            reading = page.locator(".widget-vbox", has=page.get_by_label("definition"))
            figure = reading.locator('svg[role="img"]')
            before = figure.get_attribute("aria-label")
            assert "het doel: 2030 165.500" in before
            reading.get_by_label("baseline").select_option("2024")
            expect(figure).not_to_have_attribute("aria-label", before, timeout=20_000)
            assert "het doel: 2030 177.200" in figure.get_attribute("aria-label")

            chances = page.locator(".widget-vbox", has=page.get_by_text("pct", exact=True)).last
            table = chances.locator("table")
            before = table.inner_text()
            chances.locator(".noUi-handle").first.press("ArrowRight")
            expect(table).not_to_have_text(before, timeout=20_000)

            assert page.get_by_text("Would you like to get notified about official Jupyter news").count() == 0
        finally:
            browser.close()
    outside = [
        url for url in asked if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
    ]
    assert not outside
