"""Calls for the fan-out tests; forks import them by name."""

import os
import signal
import sys
import time


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
