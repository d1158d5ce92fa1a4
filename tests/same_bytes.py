"""`python -m tests.same_bytes`: the stages and three reports give the same bytes on another processor.

Everything is made twice in fresh processes, side by side: with all that this processor can do, and with what one of
2008 can (no AVX and no FMA in numpy, BLAS, Arrow and the C library), with another number of threads and another seed
of hashes. Prints each output that differs, and the columns of a table; the exit code is 1 when there is one.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import yaml

from pipeline.folders import ROOT, ROOT_VARIABLE

REGIONS = ("drechtsteden", "GM0505", "NL01")
STAGES = ("tidy", "indicators", "models", "plots", "reports")
MACHINES = {
    "as it is, one thread": {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "1",
    },
    "of 2008, two threads": {
        "OPENBLAS_NUM_THREADS": "2",
        "OMP_NUM_THREADS": "2",
        "PYTHONHASHSEED": "2",
        "OPENBLAS_CORETYPE": "Nehalem",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4",
        "ARROW_USER_SIMD_LEVEL": "NONE",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-FMA,-FMA4",
    },
}


def project(root: Path) -> Path:
    """A project of its own in ``root``: sources and settings of this one, nothing made."""
    for name in ("data/raw", "data/reference", "data/forecasts", "notebooks/reports"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(ROOT / name)
    settings = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    settings["reports"] |= {"regions": list(REGIONS), "jobs": 1, "scheduler": None}
    (root / "params.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return root


def make(root: Path, machine: dict[str, str]) -> dict[str, str]:
    """The sha256 of every output of the stages on a machine."""
    for stage in STAGES:
        subprocess.run(
            [sys.executable, "-m", "pipeline", stage],
            cwd=ROOT,
            env=os.environ | machine | {ROOT_VARIABLE: str(root)},
            check=True,
        )
    made = [path for top in ("data", "reports") for path in (root / top).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in made}


def differing_columns(one: Path, other: Path) -> str:
    """Which columns of two tables differ, in how many rows, with an example."""
    if one.suffix != ".parquet":
        return ""
    left, right = pd.read_parquet(one), pd.read_parquet(other)
    if left.shape != right.shape:
        return f": {len(left)} and {len(right)} rows"
    words = []
    for column in left:
        apart = (left[column] != right[column]) & ~(left[column].isna() & right[column].isna())
        if apart.any():
            values = left.loc[apart, column].iloc[0], right.loc[apart, column].iloc[0]
            words.append(
                f"{column} in {apart.sum()} of {len(left)} rows, e.g. {values[0]!r} and {values[1]!r}"
            )
    return ": " + "; ".join(words)


def main() -> int:
    """Make everything on both machines and say what differs."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(MACHINES)) as pool:
        roots = [project(Path(folder) / str(number)) for number in range(len(MACHINES))]
        try:
            first, second = pool.map(make, roots, MACHINES.values())
        except subprocess.CalledProcessError as error:
            print(error.stderr.decode(errors="replace"), file=sys.stderr)
            raise
        apart = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
        for name in apart:
            both = name in first and name in second
            words = differing_columns(*(root / name for root in roots)) if both else ": only on one of them"
            print(f"differs: {name}{words}")
    print(f"{len(first)} outputs made on a processor {' and on one '.join(MACHINES)}: {len(apart)} differ.")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
