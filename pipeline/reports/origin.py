"""What made a report: the commit of its code and data, and hashes of what went in."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from pipeline.language.translation import to_translate, tr

#: what a report depends on; other commits do not change it
MADE_FROM = ("pipeline", "notebooks/reports", "params.yaml", "data/raw", "data/reference", "house_style")
UNKNOWN, CHANGED = to_translate("onbekend"), to_translate("+gewijzigd")


def commit_of(root: Path) -> str:
    """Short hash of the last commit that touched what reports are made from.

    Returns
    -------
    str
        "onbekend" without git or history, with "+gewijzigd" behind it when files differ from that commit.
    """
    last = _git(root, "log", "-1", "--format=%h", "--", *MADE_FROM)
    if not last:
        return UNKNOWN
    return last + (CHANGED if _git(root, "status", "--porcelain", "--", *MADE_FROM) else "")


def uncommitted(root: Path) -> list[str]:
    """Files that differ from the last commit, or that git does not know."""
    return [line[3:] for line in _git(root, "status", "--porcelain").splitlines()]


def in_words(commit: str) -> str:
    """The commit as printed: what is no hash in the active language."""
    if commit == UNKNOWN:
        return tr(UNKNOWN)
    return commit.replace(CHANGED, tr(CHANGED))


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.rstrip() if done.returncode == 0 else ""


def hash_of_files(files: Iterable[Path], root: Path) -> str:
    """One sha256 over names and contents of files, in order of their names."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
