"""YAML files kept by hand, read without surprises.

YAML takes the last of two lines with one key, reads 30.000 as thirty, 0505 as 325 and 12:30 as 750. Each of these
is refused here with its line.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_CUT = (
    (re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+"), "write 30000 for thirty thousand, 30.0 for thirty"),
    (re.compile(r"[-+]?0\d+"), "put a code in quotes, write a number without leading zero"),
    (re.compile(r"[-+]?\d+(?::\d+)+(?:\.\d*)?"), "put it in quotes"),
)


class StrictLoader(
    getattr(yaml, "CSafeLoader", yaml.SafeLoader)
):  # in C where the library is there: 8 x faster
    """Refuses a key given twice and a number that YAML reads as another one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Keys with their values; a key given twice stops."""
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise yaml.constructor.ConstructorError(
                None, None, f"key used more than once: {', '.join(twice)}", node.start_mark
            )
        return super().construct_mapping(node, deep)

    def construct_number(self, node: yaml.ScalarNode) -> int | float:
        """A number that is what it looks like."""
        for pattern, advice in _CUT:
            if pattern.fullmatch(node.value):
                raise yaml.constructor.ConstructorError(
                    None, None, f"{node.value} would be read as another number: {advice}", node.start_mark
                )
        is_int = node.tag == "tag:yaml.org,2002:int"
        return self.construct_yaml_int(node) if is_int else self.construct_yaml_float(node)


class TextDates(StrictLoader):
    """The same, and a date stays the text that was typed."""


StrictLoader.add_constructor("tag:yaml.org,2002:int", StrictLoader.construct_number)
StrictLoader.add_constructor("tag:yaml.org,2002:float", StrictLoader.construct_number)
TextDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(text: str | bytes, loader: type[StrictLoader] = StrictLoader) -> Any:
    """What a YAML text, or the content of a file, holds.

    Raises
    ------
    yaml.YAMLError
        With the line, for a slip, a key given twice, a number that YAML cuts or a letter that is no UTF-8.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line, letter = text.count(b"\n", 0, error.start) + 1, text[error.start : error.end]
            raise yaml.YAMLError(f"line {line} holds {letter!r}, no UTF-8; save it again as UTF-8") from error
    return yaml.load(text, Loader=loader)
