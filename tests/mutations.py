"""``make mutations``: plants known faults in a copy of the package, one at a time, and says which tests find them.

A fault is one change of text. ``tests`` names the files that should find it; all of them belong to `make test-fast` but
those under tests/integration. The command ends with 1 when a fault is not found. ``python -m tests.mutations WORD...``
plants only faults with such a word in their name.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: Imported once, before anything is planted.
LIBRARIES = (
    "pandas",
    "pandera.pandas",
    "geopandas",
    "scipy.stats",
    "matplotlib.pyplot",
    "hypothesis",
    "dvc.cli",
)


@dataclass(frozen=True)
class Fault:
    """A change in a file of ``pipeline`` that the tests must notice."""

    name: str
    file: str
    old: str
    new: str
    tests: str


FAULTS = [
    Fault("sign: a contribution is first less last", "models/contributions.py",
          'both["value_then"] - both["value"]', 'both["value"] - both["value_then"]', "unit/test_contributions.py"),
    Fault("sign: what is benchmarked moves away from its total", "models/small_area.py",
          "gap = wanted - columns.T @ values", "gap = columns.T @ values - wanted", "unit/test_small_area.py"),
    Fault("unit: thousands are hundreds", "tidy/observations.py",
          '"x 1 000": 1000', '"x 1 000": 100', "unit/test_tidy_observations.py"),
    Fault("unit: per 1 000 is per 100", "indicators/combine.py",
          'factor = 1000 / both["value_of"]', 'factor = 100 / both["value_of"]', "unit/test_combine.py"),
    Fault("filter: an estimate spread from its COROP contributes", "models/contributions.py",
          ' & (rows["method"] != SHARE_ESTIMATE)', "", "unit/test_contributions.py"),
    Fault("filter: any month counts as December", "indicators/combine.py",
          'monthly["period"].dt.month == 12', 'monthly["period"].dt.month > 0', "unit/test_combine.py"),
    Fault("join: a part that moved counts whole", "geography.py",
          'moved[value] = moved[value] * moved["share"]', "moved[value] = moved[value]", "unit/test_geography.py"),
    Fault("join: a rate takes the residents of another table", "indicators/combine.py",
          'key = ["region_code", "year", "basis"]\n    both', 'key = ["region_code", "year"]\n    both',
          "unit/test_combine.py"),
    Fault("year: the border moved a year earlier", "models/sector_shifts.py",
          'touched["last_year_in_old"] + 1', 'touched["last_year_in_old"]',
          "unit/test_shift_share.py data/test_models_embedded.py"),
    Fault("year: a member counts a year longer", "reference/entries.py",
          "year <= (self.until or year)", "year <= (self.until or year) + 1",
          "unit/test_geography.py unit/test_reference.py"),
    Fault("status: a sum is as certain as its best part", "indicators/combine.py",
          'certainty=("certainty", "min")', 'certainty=("certainty", "max")', "unit/test_combine.py"),
    Fault("status: an incomplete sum keeps its status", "indicators/combine.py",
          '    result.loc[incomplete, "status"] = "missing"\n', "", "unit/test_combine.py"),
    Fault("error swallowed: a changed raw file is taken", "store.py",
          "if sha256_of(found[n].read_bytes()) != expected[n]", "if False", "unit/test_store.py"),
    Fault("error swallowed: an unknown setting is taken", "config.py",
          'frozen=True, extra="forbid", strict=True', 'frozen=True, extra="ignore", strict=True',
          "unit/test_config.py"),
    Fault("borders: shares of a split need not be whole", "geography.py",
          'transform("sum")\n    return past.assign(share=total)',
          'transform("max")\n    return past.assign(share=total)',
          "unit/test_geography.py"),
    Fault("interval: two years of a bridge are swapped", "indicators/shares.py",
          "bridge = (np.minimum(one, other)", "bridge = (np.maximum(one, other)", "unit/test_shares.py"),
    Fault("interval: a margin is a variance", "models/growth.py",
          "log_sd = np.sqrt(national + own + drift_error)", "log_sd = national + own + drift_error",
          "unit/test_growth.py"),
    Fault("verdict: one drift is enough for op koers", "models/targets.py",
          "if low >= settings.likely:", "if high >= settings.likely:", "unit/test_targets.py"),
    Fault("colour: contrast of text is not looked at", "figures/style.py",
          "            if ratio < ", "            if False and ratio < ", "unit/test_house_style.py"),
    Fault("words: a chart says nothing of its lines", "figures/line.py",
          'alt=" ".join(_told(layer) for layer in shown)', 'alt=""', "unit/test_figures_line.py"),
    Fault("comparison: a revision passes for the same", "compare.py",
          'change[(both["_merge"] == "both") & ~same] = "revised"\n', "pass\n", "unit/test_monitor.py"),
]  # fmt: skip


def plant(fault: Fault, folder: Path) -> None:
    """Put a fault into the copy in ``folder``."""
    path = folder / "pipeline" / fault.file
    text = path.read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        raise ValueError(
            f"{fault.name}: {fault.file} holds the text {text.count(fault.old)} times, not once. Renew the fault."
        )
    path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")


def is_found(fault: Fault, folder: Path) -> bool:
    """Whether a test of the files named fails with the fault; in a fork, which need not import the libraries again."""
    child = os.fork()
    if not child:
        code = 70
        try:
            code = _run_tests(fault, folder)
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (0, 1):  # 1: a test failed; anything else is no finding
        raise RuntimeError(f"{fault.name}: pytest ended with {code}; see {folder / 'pytest.log'}")
    return code == 1


def _run_tests(fault: Fault, folder: Path) -> int:
    """Run the tests of a fault in the copy; gives the exit code of pytest."""
    log = os.open(folder / "pytest.log", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.chdir(folder)
    sys.dont_write_bytecode = True  # a fault of the same length in the same second would leave it stale
    for name in [name for name in sys.modules if name.split(".")[0] in ("pipeline", "tests")]:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    names = [f"tests/{name}" for name in fault.tests.split()]
    return int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *names]))


def main(words: list[str]) -> int:
    """Plant every fault, or those with one of the words in their name; gives the exit code."""
    chosen = [fault for fault in FAULTS if not words or any(word in fault.name for word in words)]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in LIBRARIES:
        importlib.import_module(name)
    lost = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in filter(None, listed.stdout.split("\0")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        names = sorted({name for fault in chosen for name in fault.tests.split()})
        if is_found(Fault("nothing planted", "", "", "", " ".join(names)), folder):
            raise RuntimeError("The tests fail without a fault: mend that first (`make test-fast` shows it).")
        for fault in chosen:
            plant(fault, folder)
            found = is_found(fault, folder)
            lost += not found
            print(f"{'found' if found else 'NOT FOUND':10}{fault.name}  ({fault.tests})", flush=True)
            shutil.copy(ROOT / "pipeline" / fault.file, folder / "pipeline" / fault.file)
    print(f"{len(chosen) - lost} of {len(chosen)} faults found")
    return int(lost > 0 or not chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
