"""How fast a table comes in, against cbsodata and against what is possible.

83582NED in its real size (166,646 cells) from a stand-in on this machine that lets every answer wait 50 ms,
as the public service about does. Same run, same service, alternating; the figures of the two clients are
compared before any time is believed. The best times count: what else runs on a machine only adds to them.

Run: ``python -m benchmarks.bench_retrieve`` (half a minute).
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from urllib.parse import urlsplit

import cbsodata

from pipeline.sources.catalog import Source, load_catalog
from pipeline.sources.cbs import select_cells
from pipeline.sources.http import HttpClient, HttpSettings, PageFolder
from pipeline.sources.odata import CbsV3

TABLE = "83582NED"
CELLS = 166_646
PAGE = 10_000
GOAL, LIMIT = 5.0, 7.8


def ours(address: str, source: Source) -> tuple[float, int, list[float | None]]:
    """Seconds, rows and values through our own transfer: description, checks and rows with their codes."""
    started = time.perf_counter()
    with HttpClient(HttpSettings()) as client:
        transport = CbsV3(address, client)
        description = transport.describe(TABLE, source.dimensions)
        selection = select_cells(description, source)
        pulled = transport.pull(description, selection, source, PageFolder(None, TABLE, []))
    seconds = time.perf_counter() - started
    return seconds, len(pulled.cells), [float(v) if v else None for v in pulled.cells["value"]]


def theirs(address: str, _: Source) -> tuple[float, int, list[float | None]]:
    """The same through ``cbsodata.get_data``; codes come as titles."""
    started = time.perf_counter()
    cbsodata.options.use_https = False
    rows = cbsodata.get_data(TABLE, catalog_url=urlsplit(address).netloc, timeout=60)
    seconds = time.perf_counter() - started
    return seconds, len(rows), [r["BanenVanWerknemersInDecember_1"] for r in rows]


def main() -> int:
    """Measure, print, and fail when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--latency", type=float, default=0.05)
    options = parser.parse_args()
    command = [sys.executable, "-m", "tests.loopback", "--full-size", "--latency", str(options.latency)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().strip()
        source = load_catalog().source("jobs")
        times: dict[str, list[float]] = {"ours": [], "theirs": []}
        for _ in range(options.rounds):
            for name, run in (("theirs", theirs), ("ours", ours)):
                seconds, rows, values = run(address, source)
                times[name].append(seconds)
                if rows != CELLS:
                    print(f"{name}: {rows} rows, expected {CELLS}")
                    return 1
                if name == "theirs":
                    reference = values
                elif values != reference:
                    print("the two clients do not give the same values")
                    return 1
    finally:
        process.terminate()
        process.wait()
    mine, other = min(times["ours"]), min(times["theirs"])
    pages = -(-CELLS // PAGE)
    parallel = HttpSettings().parallel
    limit = pages * options.latency / parallel
    for name, label in (("theirs", "cbsodata.get_data"), ("ours", "pipeline.sources")):
        print(f"{label:20}{min(times[name]):6.2f} s   (best of {options.rounds}, "
              f"median {statistics.median(times[name]):.2f})")  # fmt: skip
    print(
        f"{'times as fast':20}{other / mine:6.2f}     (goal {GOAL}; {LIMIT} is what four at a time allow; best times)"
    )
    print(f"{'limit':20}{limit:6.2f} s   ({pages} pages x {options.latency * 1000:.0f} ms / {parallel})")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory':20}{peak:6.0f} MB  (both clients)")
    return 0 if other / mine >= GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())
