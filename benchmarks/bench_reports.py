"""Reports a minute: ours, against papermill as it comes.

Run from the repository root on an idle machine: python -m benchmarks.bench_reports [--regions 40] [--few]
Three ways to make the same reports, in one run:
(a) the papermill command in a loop, then the same rendering;
(b) papermill's own engine on two workers;
(c) ours: a fresh fork a report from a preloaded process, cells run without a kernel.
Prints reports a minute, CPU seconds a report (of the whole machine, so keep it idle) and peak memory, then the time
of 100 regions, of all regions, and of looking at them again when nothing changed; --few leaves those out.

Each report's process loads the module that was started, which is this one: what takes long to load, and only the
measuring needs, is loaded where it is used.
"""

import argparse
import dataclasses
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from pipeline import store
from pipeline.config import Settings, load_settings
from pipeline.folders import Folders
from pipeline.reports import render, stage
from pipeline.reports.blocks import collect
from pipeline.reports.context import house_style, open_region
from pipeline.reports.data_files import write_data_csv, write_data_xlsx

WORKERS = 2


@dataclasses.dataclass
class Measurement:
    """What one way took for a number of reports."""

    name: str
    reports: int
    seconds: float = 0.0
    cpu: float = 0.0
    peak: int = 0

    @property
    def per_minute(self) -> float:
        return 60 * self.reports / self.seconds


def main() -> None:
    options = read_options()
    settings, folders = load_settings(), Folders()
    codes = sorted(store.read("regions", folders)["region_code"])
    step = max(len(codes) // options.regions, 1)
    chosen = codes[::step][: options.regions]
    ways: list[tuple[str, Callable[[list[str], Path, Settings, Folders], None]]] = [
        ("(a) papermill command in a loop", by_command),
        (f"(b) papermill's engine, {WORKERS} workers", by_stock_engine),
        ("(c) ours", by_fork),
    ]
    found = []
    for name, way in ways:
        with tempfile.TemporaryDirectory() as folder, measured(name, len(chosen)) as result:
            way(chosen, Path(folder), settings, folders)
        found.append(result)
        show(result)
    ours = found[-1]
    for other, least in zip(found[:-1], (8, 4), strict=True):
        ratio = ours.per_minute / other.per_minute
        judge(
            f"{ours.name} makes {ratio:.1f} x the reports a minute of {other.name}",
            ratio >= least,
            f"{least} x",
        )
    if not options.few:
        show_all(codes, chosen, ours, settings, folders)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Reports a minute, against papermill as it comes")
    parser.add_argument("--regions", type=int, default=40)
    parser.add_argument("--few", action="store_true", help="not 100 regions, all of them, and a second look")
    return parser.parse_args()


def by_command(regions: list[str], target: Path, settings: Settings, folders: Folders) -> None:
    """The papermill command a region, then the same rendering in this process."""
    style = house_style(settings)
    for region in regions:
        executed = target / f"{region}.ipynb"
        command = [sys.executable, "-m", "papermill", str(folders.report_notebook), str(executed)]
        subprocess.run([*command, "-p", "region", region], check=True, capture_output=True, cwd=folders.root)
        blocks = collect(nbformat.read(executed, as_version=4))
        metadata = stage.report_metadata(open_region(region, folders.root), blocks, {"region": region})
        place = target / region
        place.mkdir()
        render.render_pdf(blocks, metadata, style, target=place / stage.PDF)
        render.render_html(blocks, metadata, style, target=place / stage.HTML)
        write_data_csv(blocks, target=place / stage.CSV)
        write_data_xlsx(blocks, metadata, target=place / stage.XLSX)


def by_stock_engine(regions: list[str], target: Path, settings: Settings, folders: Folders) -> None:
    """papermill's nbclient engine, one process a worker."""
    from concurrent.futures import ProcessPoolExecutor

    # spawned: the way before drew PDFs in this process, and a process with threads cannot be forked
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=fresh, initializer=silence) as pool:
        for _ in pool.map(one_stock_report, [(region, target, settings, folders) for region in regions]):
            pass


def silence() -> None:
    """Keep the remarks of kernels to themselves; what goes wrong comes back as an exception."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def one_stock_report(task: tuple[str, Path, Settings, Folders]) -> None:
    region, target, settings, folders = task
    stage.make_report(region, target / region, settings, folders, engine="nbclient")


def by_fork(regions: list[str], target: Path, settings: Settings, folders: Folders) -> None:
    """Ours, as the reports stage does it."""
    workers = settings.reports.model_copy(update={"jobs": WORKERS})
    stage.make_reports(regions, target, settings.model_copy(update={"reports": workers}), folders)


def show_all(
    codes: list[str], chosen: list[str], forty: Measurement, settings: Settings, folders: Folders
) -> None:
    """100 regions against 40; all of them; all of them again."""
    hundred = codes[:: max(len(codes) // 100, 1)][:100]
    with tempfile.TemporaryDirectory() as folder, measured("100 regions", len(hundred)) as result:
        by_fork(hundred, Path(folder), settings, folders)
    show(result)
    ratio = result.seconds / forty.seconds
    judge(
        f"{len(hundred)} regions take {ratio:.2f} x the time of {len(chosen)}", ratio <= 2.6, "at most 2.6 x"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, most in (("all regions", 240), ("all regions, unchanged", 3)):
            with measured(name, len(codes)) as result:
                by_fork(codes, Path(folder), settings, folders)
            show(result)
            judge(f"{name}: {result.seconds:.1f} s", result.seconds < most, f"less than {most} s")


@contextmanager
def measured(name: str, reports: int) -> Iterator[Measurement]:
    """Seconds, CPU of the machine, and the peak of memory held by this process and its descendants."""
    import psutil

    result, done = Measurement(name, reports), threading.Event()

    def watch() -> None:
        while not done.wait(5):  # counting pages takes time from what is measured
            held = 0
            for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
                try:
                    held += process.memory_full_info().uss
                except psutil.Error:
                    continue  # it ended between the two looks
            result.peak = max(result.peak, held)

    watcher = threading.Thread(target=watch, daemon=True)
    before, start = psutil.cpu_times(), time.perf_counter()
    watcher.start()
    try:
        yield result
    finally:
        result.seconds = time.perf_counter() - start
        after = psutil.cpu_times()
        result.cpu = (after.user + after.system) - (before.user + before.system)
        done.set()
        watcher.join()


def judge(found: str, met: bool, bar: str) -> None:
    """Print what was found beside what it should be."""
    print(f"{found} (bar: {bar}, {'met' if met else 'NOT met'})", flush=True)


def show(result: Measurement) -> None:
    print(
        f"{result.name}: {result.reports} reports in {result.seconds:.1f} s, {result.per_minute:.1f} a minute, "
        f"{result.cpu / result.reports:.2f} CPU s each, peak {result.peak / 2**20:.0f} MiB",
        flush=True,
    )


if __name__ == "__main__":
    main()
