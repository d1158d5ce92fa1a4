"""The documents say what is so: messages, commands, links and numbers are held to the code and the tables."""

import ast
import datetime as dt
import re
import shlex
import tomllib
from itertools import groupby
from pathlib import Path

import pytest
import yaml
from dvc.cli import DvcParserError, parse_args

from pipeline import cli, vocabulary
from pipeline.folders import ROOT
from pipeline.models import targets
from pipeline.reports.facts.target import VERDICTS
from tests.transcript import commands_of

DOCS = ROOT / "docs"
PAGES = [*sorted(p for p in DOCS.rglob("*.md") if "generated" not in p.parts),
         *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]  # fmt: skip
#: Not meant for readers: caught again before anybody sees it.
INNER_ERRORS = {"Retryable"}
#: Their messages are not in the catalogue one by one: of Retryable nobody sees any, and those of ModelError name an
#: argument that breaks what the docstring of a method asks (docs/errors.md says so).
WITHOUT_MESSAGES = INNER_ERRORS | {"ModelError"}
#: What is raised without words of its own: they stand in the function, variable or earlier error named here.
WORDS_ELSEWHERE = {
    "TextError(f'template {name}{SUFFIX} ({language}): {error}')",
    "TextError(f'template {name}{SUFFIX} ({language}): {type(error).__name__}: {error}')",
    "SettingsError(_explain(error, path.name))",
    "ContractError(_explain(name, frame, error))",
    "UnknownRegionError(str(error))",
    "ReferenceDataError('\\n'.join((str(problem) for problem in problems)))",
    "NotebookFailedError(_failure(notebook_path, parameters, error))",
    "ReferenceDataError(f'{path}: {len(wrong)} {problem}, e.g. {examples}')",
    "ReferenceDataError(str(error).replace(str(path), 'The area'))",
    "IncompleteError(problem)",
    "_not_understood(code, description)",
    "_not_understood(code, f'({other}){words}')",
    "ContentError(f'{int(is_wrong.sum())} {problem}, e.g. {example}')",
}


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
    parts = [part.strip() for part in message.split("...") if part.strip()]
    return any(_in_order(parts, text) for text in texts)


def _in_order(parts: list[str], text: str) -> bool:
    """Whether a text holds all parts, each after the one before."""
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


@pytest.fixture(scope="module")
def code_texts():
    return [text for path in (ROOT / "pipeline").rglob("*.py") for text in texts_of(path.read_text("utf-8"))]


def catalogued() -> list[str]:
    text = (DOCS / "errors.md").read_text(encoding="utf-8").split("## Outside the monitor")[0]
    cells = re.findall(r"^\| (`.+?`) \|", text, flags=re.MULTILINE)
    return [message for cell in cells for message in re.findall(r"`([^`]+)`", cell)]


def kinds_of_error(trees: list[ast.Module]) -> set[str]:
    """The names of the project's own classes of error."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = {c.name for c in classes if any("Error" in ast.unparse(base) for base in c.bases)}
    return found | INNER_ERRORS & {c.name for c in classes}


def raised(trees: list[ast.Module]) -> list[ast.expr]:
    """What is raised, where a user can meet it: an error of the project, also one that a function makes."""
    kinds = kinds_of_error(trees) - WITHOUT_MESSAGES
    makers = {
        node.name for tree in trees for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) in kinds
    }  # fmt: skip
    found = []
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                called = {n.id for n in ast.walk(node.exc.func) if isinstance(n, ast.Name)}
                called |= {n.attr for n in ast.walk(node.exc.func) if isinstance(n, ast.Attribute)}
                if called & (kinds | makers):
                    found.append(node.exc)
    return found


def words_of(error: ast.Call) -> list[str]:
    """The texts of an error that say something, not a mere place, key or separator."""
    return [text for text in texts_of(ast.unparse(error)) if len(re.findall(r"[A-Za-z]{2,}", text)) > 1]


def test_the_search_tells_right_from_wrong():
    texts = texts_of('raise E(f"{n} rows share a key, e.g. {row}. " "Look at it.")')
    assert occurs("... rows share a key, e.g. ... Look at it.", texts)
    assert not occurs("rows share a lock", texts)
    assert not occurs("Look at it ... rows share", texts)  # in order


def test_every_catalogued_message_occurs_in_the_code(code_texts):
    messages = catalogued()
    gone = [message for message in messages if not occurs(message, code_texts)]
    assert not gone, f"docs/errors.md names messages that the code does not give (any more): {gone}"
    assert len(messages) > 50


@pytest.fixture(scope="module")
def trees():
    return [ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "pipeline").rglob("*.py"))]


def test_every_kind_of_error_is_in_the_catalogue(trees):
    text = (DOCS / "errors.md").read_text(encoding="utf-8")
    lacking = sorted(kind for kind in kinds_of_error(trees) - INNER_ERRORS if kind not in text)
    assert not lacking, f"describe {lacking} in docs/errors.md: message, cause, what to do"


def test_every_message_that_a_user_can_meet_is_in_the_catalogue(trees):
    messages = catalogued()
    errors = {ast.unparse(error): error for error in raised(trees)}
    assert {shown for shown, error in errors.items() if not words_of(error)} <= WORDS_ELSEWHERE <= set(errors)
    texts = {shown: texts_of(shown) for shown in sorted(errors.keys() - WORDS_ELSEWHERE)}
    lacking = [shown for shown, own in texts.items() if not any(occurs(message, own) for message in messages)]
    assert not lacking, f"{len(lacking)} messages are not in docs/errors.md, e.g. {lacking[0]}"


def test_the_search_for_what_is_raised_sees_classes_and_functions_that_make_one():
    source = """
class OwnError(ValueError): pass
def _wrong(what) -> OwnError: return OwnError(what, next_step="Look at it.")
def work():
    raise OwnError(f"{n} rows are lost")
    raise module.OwnError("a cell is empty")
    raise _wrong("it holds no rows")
    raise OwnError(_explain(error))
    raise ValueError("inside another message")
    raise
"""
    errors = raised([ast.parse(source)])
    assert [words_of(error)[:1] for error in errors] == [
        ["\0 rows are lost"], ["a cell is empty"], ["it holds no rows"], [],
    ]  # fmt: skip


def test_every_command_in_the_documents_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"python -m pipeline\s+([a-z]+)", text))
        assert named <= set(cli.COMMANDS), f"{page.name}: {named - set(cli.COMMANDS)}"
        made = set(re.findall(r"`make ([a-z-]+)", text))
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
                cli.parsed(words[3:])
            elif words[:1] == ["dvc"]:
                stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
                given = parse_args(words[1:])
                if given.cmd in ("repro", "status") and not set(given.targets) <= set(stages):
                    found.append(f"{part}: no such stage; there are {', '.join(stages)}")
            elif words[:1] == ["make"]:
                makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
                if not re.search(rf"(?m)^{words[1]}:", makefile):
                    found.append(f"{part}: no such target")
        except (cli.UsageError, DvcParserError) as error:
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
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    layers = tools["importlinter"]["contracts"][0]["layers"][::-1]
    text = (DOCS / "architecture.md").read_text(encoding="utf-8").split("## The package, in import order")[1]
    told = re.findall(r"^\| `([a-z_]+)` \|", text, flags=re.MULTILINE)
    assert told == [layer for layer in layers if layer in told]
    assert set(layers) - {"__main__"} <= set(told)


def glossary() -> dict[str, str]:
    """Each Dutch term of the glossary with what it is in the tables."""
    text = (DOCS / "glossary.md").read_text(encoding="utf-8").split("| abbreviation |")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    return {
        term: row[-1] for row in rows for joint in (", ", "; ") for term in [row[0], *row[0].split(joint)]
    }


def test_every_word_for_a_status_is_in_the_glossary_with_its_code():
    terms = glossary()
    lacking = {
        code: word
        for code, word in vocabulary.words("status", "nl").items()
        if f"`{code}`" not in terms.get(word, "")
    }
    assert not lacking


def test_every_word_for_evidence_and_every_verdict_is_in_the_glossary():
    known = {*VERDICTS, *vocabulary.words("verdict", "nl").values(),
             targets.NO_DATA, targets.NO_VERDICT, targets.ON_TRACK, targets.BEHIND, targets.UNCERTAIN,
             targets.REACHED, targets.NOT_REACHED, targets.END_UNKNOWN,
             targets.PACE_ONLY, targets.REPORTED, targets.MODEL}  # fmt: skip
    assert not known - set(glossary())


def test_every_decision_has_a_status_and_a_date():
    text = (DOCS / "decisions.md").read_text(encoding="utf-8")
    titles = re.findall(r"(?m)^## (\d+)\. ", text)
    status = r"(?:Accepted|Replaced by \d+), [A-Z][a-z]+ 20\d\d\."
    assert re.findall(rf"(?m)^## (\d+)\. .+\n\n{status}$", text) == titles


def test_the_citation_is_whole_and_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert all(
        citation.get(key) for key in ("cff-version", "message", "title", "authors")
    )  # CFF 1.2.0 requires these
    assert citation["cff-version"] == "1.2.0"
    assert all({"name", "family-names", "alias"} & set(author) for author in citation["authors"])
    assert all({"type", "title", "authors"} <= set(source) for source in citation["references"])
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]
    assert isinstance(citation["date-released"], dt.date)


def test_no_address_of_a_machine_or_private_path_in_the_documents():
    for page in [*PAGES, ROOT / "mkdocs.yml", ROOT / "CITATION.cff"]:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(?:work|home|tmp|root|opt)/|\blocalhost\b", text), page.name


def test_pages_of_the_site_are_all_in_the_navigation():
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for page in PAGES:
        if DOCS in Path(page).parents:
            assert page.relative_to(DOCS).as_posix() in nav, f"{page.name} is not in mkdocs.yml"
