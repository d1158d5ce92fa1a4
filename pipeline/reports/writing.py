"""Writing a file safely: beside its target, verified, and only then put in place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


class RenderError(RuntimeError):
    """A file that could not be made or did not pass its checks."""


def write_verified(target: Path, content: bytes, verify: Callable[[Path], list[str]]) -> Path:
    """Write to a temporary file in the target's folder, verify it, put it in place."""
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=target.suffix)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        faults = verify(temporary)
        if faults:
            raise RenderError(
                f"{target.name} has {len(faults)} faults, e.g. {'; '.join(faults[:3])}. Nothing was written; "
                "mend the block that is named, or report the fault with the notebook."
            )
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target
