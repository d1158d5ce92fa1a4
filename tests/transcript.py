"""``python -m tests.transcript TRANSCRIPT PAGE``: puts what commands said in a rehearsal into a page.

A block of the page is fenced as ``console`` and starts with ``$ command``. A comment above it says how much is shown:
``<!-- shown: 4 + 2 -->`` is the first four and the last two lines, with dots between; without it all is shown.
"""

from __future__ import annotations

import argparse
import json
import re
import textwrap
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

DOTS = "..."
#: Longer sentences are folded, as a terminal does; longer rows of a table are cut, their columns stay in place.
LONGEST, LONGEST_ROW = 84, 300
_BLOCK = re.compile(
    r"(?P<shown><!-- shown: (?P<first>\d+) \+ (?P<last>\d+) -->\n)?"
    r"```console\n\$ (?P<command>.+)\n(?P<said>(?:(?!```).*\n)*)```\n"
)
_CLOCK = re.compile(r"(?m)^\d\d:\d\d:\d\d ")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\+00:00)?")
_SECONDS = re.compile(r"\b\d+\.\d+ ?s\b")
_PACE = re.compile(r"\b\d+ a minute, (?:\d+ min )?\d+ s to go")
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:\d+")


class TranscriptError(ValueError):
    """A page and a rehearsal that do not fit together."""


@dataclass
class Step:
    """A command, and what came of it."""

    command: str
    exit_code: int
    output: str


def write_steps(path: Path, steps: Iterable[Step]) -> None:
    """Keep the steps of a rehearsal as JSON."""
    path.write_text(json.dumps([asdict(step) for step in steps], indent=1), encoding="utf-8")


def read_steps(path: Path) -> list[Step]:
    """The steps that were kept."""
    return [Step(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]


def cleaned(output: str, folder: Path) -> str:
    """What a command said, without what differs from one machine or moment to the next.

    Addresses of the stand-in, the folder and seconds become dots; times before a line go.
    """
    text = _LOOPBACK.sub(DOTS, output.replace(str(folder), DOTS))
    text = _SECONDS.sub(f"{DOTS} s", _MOMENT.sub(DOTS, _CLOCK.sub("", text)))
    text = _PACE.sub(f"{DOTS} a minute, {DOTS} s to go", text)
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def shortened(lines: list[str], first: int, last: int) -> list[str]:
    """The first and last lines, with dots between them where more than one was left out."""
    if len(lines) <= first + last + 1:
        return lines
    return [*lines[:first], DOTS, *lines[len(lines) - last :]]


def commands_of(page: str) -> list[str]:
    """The commands of a page, in order."""
    return [block["command"] for block in _BLOCK.finditer(page)]


def renewed(page: str, steps: Iterable[Step]) -> str:
    """The page with, under each of its commands, what the command said in the rehearsal.

    Raises
    ------
    TranscriptError
        A command of the page was not run after the one before it in the page; names both.
    """
    left, before = iter(steps), "the start"

    def put(block: re.Match[str]) -> str:
        nonlocal before
        step = next((step for step in left if step.command == block["command"]), None)
        if step is None:
            raise TranscriptError(
                f"the rehearsal does not run `{block['command']}` after {before}. "
                "Change the page or tests/rehearsal.py."
            )
        before = f"`{step.command}`"
        lines = step.output.splitlines()
        if block["shown"]:
            lines = shortened(lines, int(block["first"]), int(block["last"]))
        said = "".join(f"{_fitted(line)}\n" for line in lines)
        return f"{block['shown'] or ''}```console\n$ {step.command}\n{said}```\n"

    return _BLOCK.sub(put, page)


def _fitted(line: str) -> str:
    if line.startswith(" ") or len(re.findall(r"(?<=\S) {2,}(?=\S)", line)) > 1:
        return line if len(line) <= LONGEST_ROW else f"{line[:LONGEST_ROW].rstrip()} {DOTS}"
    return textwrap.fill(
        line, LONGEST, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def main() -> None:
    """Renew a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("transcript", type=Path, help="transcript.json of a rehearsal")
    parser.add_argument("page", type=Path, help="the page whose outputs are renewed")
    given = parser.parse_args()
    page = renewed(given.page.read_text(encoding="utf-8"), read_steps(given.transcript))
    given.page.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
