"""Calls for the fan-out tests; forks import them by name."""

import os
import signal
import sys
import time
from pathlib import Path


def double(item: int) -> int:
    return 2 * item


def misbehave(item: str) -> str:
    if item == "raise":
        raise ValueError("wrong figures")
    if item == "hang":
        time.sleep(60)
    if item == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "exit":
        sys.exit(3)
    if item == "unpicklable":
        return lambda: None
    return item


def leak(item: int) -> int:
    """Count of calls this process has seen: 1 when every call has its own process."""
    seen = sys.modules[__name__].__dict__.setdefault("seen", [])
    seen.append(item)
    return len(seen)


def loaded(_: int) -> bool:
    return "matplotlib" in sys.modules and "typst" in sys.modules


def slowly(item: int) -> int:
    time.sleep(0.2)
    return item


def called(log: str, word: str) -> int:
    """Note a call in a file; returns how many there were before it."""
    with Path(log).open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")
    return Path(log).read_text(encoding="utf-8").split().count(word) - 1


def killed_first(item: tuple[str, str]) -> str:
    """Killed at the first call, as a machine short of memory does; fine at the second."""
    log, word = item
    if called(log, word) == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return word


def count_and_misbehave(item: tuple[str, str]) -> str:
    log, word = item
    called(log, word)
    return misbehave(word)


def note_and_wait(item: tuple[str, int]) -> int:
    log, number = item
    called(log, str(number))
    time.sleep(1)
    return number


def allocate(item: int) -> int:
    """As a report: much memory for a short time, a small answer."""
    return sum(len(bytes(1_000_000)) for _ in range(20)) * item
