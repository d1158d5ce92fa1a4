"""The documents say what is so: messages, commands, links and numbers are held to the code and the tables."""

import ast
import re
import shlex
from itertools import groupby
from pathlib import Path

import pytest
import typer
import yaml
from dvc.cli import DvcParserError, parse_args

from pipeline.cli import app
from pipeline.config import ROOT
from tests.transcript import commands_of

DOCS = ROOT / "docs"
PAGES = [*sorted(p for p in DOCS.rglob("*.md") if "generated" not in p.parts),
         *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]  # fmt: skip
#: Not meant for readers: caught again before anybody sees it.
INNER_ERRORS = {"Retryable"}
#: What typer raises for an unknown option or a lacking argument; it has no public name there.
UsageError = typer.BadParameter.__base__


def texts_of(source: str) -> list[str]:
    """Every text of a module, with a mark where an f-string takes a value."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(p.value if isinstance(p, ast.Constant) else "\0" for p in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
    return found


def occurs(message: str, texts: list[str]) -> bool:
    """Whether some text holds the parts of a message, in order; three dots stand for what differs."""
    parts = [re.escape(part.strip()) for part in message.split("...") if part.strip()]
    pattern = re.compile(".*?".join(parts), re.DOTALL)
    return any(pattern.search(text) for text in texts)


@pytest.fixture(scope="module")
def code_texts():
    return [text for path in (ROOT / "pipeline").rglob("*.py") for text in texts_of(path.read_text("utf-8"))]


def catalogued() -> list[str]:
    text = (DOCS / "errors.md").read_text(encoding="utf-8").split("## Outside the monitor")[0]
    return re.findall(r"^\| `(.+?)` \|", text, flags=re.MULTILINE)


def test_the_search_tells_right_from_wrong():
    texts = texts_of('raise E(f"{n} rows share a key, e.g. {row}. " "Look at it.")')
    assert occurs("... rows share a key, e.g. ... Look at it.", texts)
    assert not occurs("rows share a lock", texts)
    assert not occurs("Look at it ... rows share", texts)  # in order


@pytest.mark.parametrize("message", catalogued())
def test_every_catalogued_message_occurs_in_the_code(message, code_texts):
    assert occurs(message, code_texts), (
        "docs/errors.md names a message that the code does not give (any more)"
    )


def test_the_catalogue_is_not_empty():
    assert len(catalogued()) > 50


def test_every_kind_of_error_is_in_the_catalogue():
    text = (DOCS / "errors.md").read_text(encoding="utf-8")
    kinds = set()
    for path in (ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any("Error" in ast.unparse(base) for base in node.bases):
                kinds.add(node.name)
    lacking = sorted(kind for kind in kinds - INNER_ERRORS if kind not in text)
    assert not lacking, f"describe {lacking} in docs/errors.md: message, cause, what to do"


def test_every_command_in_the_documents_exists():
    commands = {c.name or c.callback.__name__ for c in app.registered_commands}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"python -m pipeline\s+([a-z]+)", text))
        assert named <= commands, f"{page.name}: {named - commands}"
        made = set(re.findall(r"`make ([a-z]+)", text))
        assert made <= targets, f"{page.name}: {made - targets}"


def faults_of(command: str) -> list[str]:
    """What is wrong with a line of shell, as far as pipeline, dvc and make are called in it."""
    found = []
    tokens = shlex.shlex(command, posix=True, punctuation_chars="&|;")
    tokens.whitespace_split = True
    parts = [[*words] for joint, words in groupby(tokens, lambda word: set(word) <= set("&|;")) if not joint]
    for words in parts:
        part = " ".join(words)
        try:
            if words[:3] == ["python", "-m", "pipeline"]:
                name, *rest = words[3:]
                typer.main.get_command(app).commands[name].make_context(name, rest)
            elif words[:1] == ["dvc"]:
                stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
                given = parse_args(words[1:])
                if given.cmd in ("repro", "status") and not set(given.targets) <= set(stages):
                    found.append(f"{part}: no such stage; there are {', '.join(stages)}")
            elif words[:1] == ["make"]:
                makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
                if not re.search(rf"(?m)^{words[1]}:", makefile):
                    found.append(f"{part}: no such target")
        except (KeyError, UsageError, DvcParserError) as error:
            found.append(f"{part}: {error!r}")
    return found


@pytest.mark.parametrize(
    "command",
    ["python -m pipeline gather", "python -m pipeline retrieve --year 2027", "python -m pipeline compare one",
     "git add -A && make all", "dvc plots draw", "dvc metrics diff --colour", "dvc repro models pictures"],
)  # fmt: skip
def test_the_check_of_commands_sees_a_wrong_one(command):
    assert len(faults_of(command)) == 1


def test_every_command_of_the_annual_monitor_is_one_that_can_be_given():
    text = (DOCS / "annual-monitor.md").read_text(encoding="utf-8")
    shown = commands_of(text)
    inline = [c.replace("\n", " ") for c in re.findall(r"`((?:python -m pipeline|dvc|make) [^`]+)`", text)]
    assert len(shown) > 25 and text.count("```") == 2 * text.count("```console") == 2 * len(shown)
    assert [fault for command in [*shown, *inline] for fault in faults_of(command)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_to_files_resolve(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not re.match(r"https?://|mailto:", target) and "generated/" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_picture_has_words():
    for page in PAGES:
        for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert len(words) > 40, f"{page.name}: {target} needs a text that says what it shows"


def test_the_import_order_in_the_documents_is_the_one_that_is_held():
    from tests.unit.test_layers import LAYERS

    text = (DOCS / "architecture.md").read_text(encoding="utf-8").split("## The package, in import order")[1]
    told = re.findall(r"^\| `([a-z_]+)` \|", text, flags=re.MULTILINE)
    assert told == [layer for layer in LAYERS if layer in told]
    assert set(LAYERS) - {"__main__"} <= set(told)


def test_every_method_of_the_tables_is_explained():
    text = (DOCS / "methods" / "index.md").read_text(encoding="utf-8")
    for method in ("published", "to_current_borders", "sum_of_gemeenten", "sum_of_corops",
                   "ratio_of_harmonised_counts", "constant_borders", "share_of_corop"):  # fmt: skip
        assert f"| `{method}` |" in text


def test_no_address_of_a_machine_or_private_path_in_the_documents():
    for page in [*PAGES, ROOT / "mkdocs.yml", ROOT / "CITATION.cff"]:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(?:work|home|tmp|root|opt)/|\blocalhost\b", text), page.name


def test_pages_of_the_site_are_all_in_the_navigation():
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for page in PAGES:
        if DOCS in Path(page).parents:
            assert page.relative_to(DOCS).as_posix() in nav, f"{page.name} is not in mkdocs.yml"
