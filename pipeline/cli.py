"""Commands: one subcommand a stage, and small helpers. `python -m pipeline --help` lists them.

A command imports what it needs when it runs: help, and the answer to a slip, take a tenth of a second instead of two.
"""

from __future__ import annotations

import argparse
import difflib
import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pipeline.folders import Folders

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.sources.catalog import Catalog

log = logging.getLogger("pipeline")
_PROGRAM = "python -m pipeline"
_VINTAGE = "--vintage", {"help": "Name of the vintage; default: params.yaml."}
#: Each command with the arguments that argparse takes for it.
COMMANDS: dict[str, tuple[Callable[..., None], tuple[tuple[str, dict[str, Any]], ...]]] = {}


class UsageError(ValueError):
    """A word on the command line that no command knows, or one that is lacking."""


def _command(*arguments: tuple[str, dict[str, Any]]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a function: its name, and its docstring as help."""

    def register(run: Callable[..., None]) -> Callable[..., None]:
        COMMANDS[run.__name__] = run, arguments
        return run

    return register


class _Parser(argparse.ArgumentParser):
    """Answers a slip in one line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[0].upper()}{message[1:]}. `{self.prog} --help` tells more.")


def parsed(words: Sequence[str]) -> Callable[[], None]:
    """The call that a command line asks for.

    Raises
    ------
    UsageError
        An unknown command or option (names the nearest), or a lacking one.
    """
    name, *rest = words
    if name not in COMMANDS:
        raise UsageError(
            f"No such command {name!r}{_nearest(name, COMMANDS)}. `{_PROGRAM} --help` tells more."
        )
    run, arguments = COMMANDS[name]
    parser = _Parser(prog=f"{_PROGRAM} {name}", description=run.__doc__, allow_abbrev=False)
    for word, options in arguments:
        parser.add_argument(word, **options)
    given, unknown = parser.parse_known_args(rest)
    if unknown:
        parser.error(f"no such option {unknown[0]!r}{_nearest(unknown[0], (word for word, _ in arguments))}")
    return lambda: run(**vars(given))


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; nearest is {near[0]!r}" if near else ""


def _set_up() -> tuple[Settings, Folders]:
    from pipeline.config import load_settings

    folders = Folders()
    return load_settings(folders.root / "params.yaml"), folders


def _catalog() -> Catalog:
    """The catalogue; GROEIMONITOR_HOSTS ("cbs_v3=http://127.0.0.1:8000,...") puts other addresses in it."""
    from pipeline.sources.catalog import load_catalog

    addresses = os.environ.get("GROEIMONITOR_HOSTS", "")
    hosts = dict(pair.split("=", 1) for pair in addresses.split(",") if "=" in pair)
    return load_catalog().at(**hosts) if hosts else load_catalog()


def _start_logging() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log.handlers = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


@_command(("folder", {"type": Path, "help": "A new folder, or an empty one."}))
def init(folder: Path) -> None:
    """Lay a project outside the checkout: the embedded data, settings and notebooks, and tables made from them."""
    from pipeline.project_folder import make_project_folder

    make_project_folder(folder)


@_command()
def check() -> None:
    """Try all that is kept by hand: settings, areas, programmes, claims, corrections, inbox; a second, no tables."""
    from pipeline.kept_by_hand import check_kept_by_hand

    for line in check_kept_by_hand(Folders()):
        print(line)


@_command(
    _VINTAGE, ("--transport", {"choices": ["auto", "v3", "v4"], "default": "auto", "help": "The way to CBS."})
)
def retrieve(vintage: str | None, transport: str = "auto") -> None:
    """Bring a vintage in, once; one that is there is checked against its manifest."""
    from pipeline import store

    settings, folders = _set_up()
    name = vintage or settings.vintage
    if (folders.raw / name / store.MANIFEST).is_file():
        manifest = store.verify_vintage(folders.raw / name)
        rows = sum(table.rows for table in manifest.tables)
        log.info("retrieve: %s is there, %d tables, %d rows, every file as in its manifest", name,
                 len(manifest.tables), rows)  # fmt: skip
        return
    from pipeline.sources.http import HttpSettings
    from pipeline.sources.vintage import retrieve as bring_in  # imported late: stages do without

    found = bring_in(
        name, catalog=_catalog(), folders=folders, transport=transport,
        http=HttpSettings(contact=settings.reports.contact or ""),
    )  # fmt: skip
    print(found.as_text())
    if found.manifest.absent:
        log.info(
            "retrieve: %d source(s) absent, the reasons stand in the manifest", len(found.manifest.absent)
        )


@_command(("--check", {"action": "store_true", "help": "Ask CBS whether each table is still the same."}))
def catalog(check: bool) -> None:
    """List the sources, or check them against the service."""
    from pipeline.sources import catalog as listing_of

    if not check:
        print(listing_of.list_sources(_catalog()).to_string(index=False))
        return
    from pipeline.sources.editions import check_catalog
    from pipeline.sources.http import HttpClient
    from pipeline.sources.odata import make_services

    sources = _catalog()
    with HttpClient(None) as client:
        table = check_catalog(sources, make_services(sources.hosts.cbs_v3, sources.hosts.cbs_v4, client))
    words = ["problem", "newer"]  # too long for a column
    listed = table.drop(columns=[*words, "form"]).astype({"edition": "Int64"}).astype({"edition": "string"})
    print(listed.fillna({"edition": ""}).to_string(index=False))
    for word in words:
        for row in table[table[word] != ""].drop_duplicates(["source", word]).itertuples():
            print(f"{word}: {row.source}: {getattr(row, word)}")
    forms = table.loc[(table["form"] != "") & (table["problem"] != ""), "form"]
    print("\n---- what the tables with a problem say of themselves; send it in from here ----")
    print("\n".join(forms) if len(forms) else "every table is as the catalogue says")
    print("---- to here ----")
    if (table["problem"] != "").any():
        sys.exit(1)


@_command(
    ("--accept", {"action": "store_true", "help": "Write the changes to gemeente_changes.csv."}), _VINTAGE
)
def borders(accept: bool, vintage: str | None) -> None:
    """List border changes that CBS describes and the stored file lacks; --accept takes them over."""
    from pipeline.live import border_differences

    settings, folders = _set_up()
    differences = border_differences(vintage or settings.vintage, folders, accept=accept)
    print(differences.to_string(index=False) if len(differences) else "The stored file is up to date.")


@_command(("vintage", {"help": "Name of the vintage, e.g. live-2026-12-01."}))
def live(vintage: str) -> None:
    """Bring a vintage in and make the monitor from it; when that fails, the one before is in use again."""
    from pipeline.live import make_monitor

    settings, folders = _set_up()
    retrieve(vintage)
    make_monitor(vintage, settings.vintage, folders)


@_command()
def tidy() -> None:
    """Raw tables to observations on published and on current borders."""
    from pipeline import stages

    stages.run_tidy(*_set_up())


@_command()
def indicators() -> None:
    """Observations to indicators, one series a region."""
    from pipeline import stages

    stages.run_indicators(*_set_up())


@_command()
def models() -> None:
    """Indicators to targets, outlook and verdicts."""
    from pipeline import stages

    stages.run_models(*_set_up())


@_command()
def plots() -> None:
    """Draw how good past forecasts were, for `dvc plots`."""
    from pipeline.figures import accuracy

    accuracy.run_plots(*_set_up())


@_command(
    (
        "--all",
        {"dest": "everything", "action": "store_true", "help": "All regions, to reports/<edition>-all."},
    )
)
def reports(everything: bool) -> None:
    """Make the reports of the edition."""
    from pipeline.reports import stage

    settings, folders = _set_up()
    stage.run_reports(settings, folders, everything=everything)


@_command(("region", {"help": "A code, a name or the key of an area, e.g. GM0505."}))
def report(region: str) -> None:
    """Make one report, to reports/preview."""
    from pipeline.reports import stage

    settings, folders = _set_up()
    stage.run_preview(region, settings, folders)


@_command()
def regions() -> None:
    """List the regions, one a line: code, name, type."""
    import csv

    path = Folders().tidy / "regions.csv"  # what reads other tables takes longer to import than all the rest
    if not path.is_file():
        from pipeline import store

        raise store.StoreError(f"{path.name} was not made yet; run `{_PROGRAM} tidy` or `make monitor`.")
    with path.open(encoding="utf-8", newline="") as lines:
        _, *rows = csv.reader(lines)
    print(*("\t".join(row) for row in rows), sep="\n")


@_command()
def vintages() -> None:
    """List the vintages there are."""
    from pipeline import store

    settings, folders = _set_up()
    for manifest_path in sorted(folders.raw.glob(f"*/{store.MANIFEST}")):
        manifest = store.read_manifest(manifest_path.parent)
        used = "in use" if manifest.vintage == settings.vintage else ""
        rows = sum(table.rows for table in manifest.tables)
        print(f"{manifest.vintage}\t{manifest.made_at}\t{len(manifest.tables)} tables\t{rows} rows\t{used}")


@_command(("vintage", {"help": "A vintage that is there, e.g. live-2026-12-01."}))
def use(vintage: str) -> None:
    """Take a vintage into use: writes params.yaml (vintage; edition and date when the name holds them)."""
    from pipeline import store
    from pipeline.config import use_vintage

    _, folders = _set_up()
    store.read_manifest(folders.raw / vintage)
    for line in use_vintage(folders.root / "params.yaml", vintage):
        log.info("use: %s", line)


@_command(("old", {"help": "A vintage."}), ("new", {"help": "A later one."}))
def compare(old: str, new: str) -> None:
    """Report what changed from vintage OLD to NEW: cells, largest revisions, verdicts; writes CSV files too."""
    from pipeline import compare as comparing
    from pipeline import stages, store
    from pipeline.config import settings_of

    settings, folders = _set_up()
    # a deadline that passed in between is judged by the edition of each
    made = [stages.build(name, settings_of(settings, name), folders) for name in (old, new)]
    found = comparing.compare(*made)
    target = folders.reports / "compare" / f"{old}--{new}"
    store.write_csv(target / "cells.csv", found.cells)
    store.write_csv(target / "verdicts.csv", found.verdicts)
    print(f"{len(found.cells)} cells differ between {old} and {new}; {len(found.verdicts)} verdicts")
    for title, frame in (
        ("Cells by source", found.summary()),
        ("Largest revisions", found.largest()),
        ("Verdicts", found.verdicts),
    ):
        print(f"\n{title}\n{frame.to_string(index=False) if len(frame) else 'none'}")
    print(f"\nAll of it: {target.relative_to(folders.root)}")


@_command()
def export() -> None:
    """Write the made tables for other programs: a Data Package, in data/exports."""
    from pipeline import exchange

    exchange.run_export(*_set_up())


@_command()
def publish() -> None:
    """Freeze what the edition says of the future, once, in data/forecasts/<edition>.csv."""
    from pipeline.publish import publish as freeze

    freeze(*_set_up())


@_command(
    (
        "--reports",
        {"action": "store_true", "help": "Check every report too, with veraPDF and axe where installed."},
    )
)
def doctor(reports: bool) -> None:
    """Say whether this machine and this checkout can make the monitor; exit 1 when something is wrong."""
    from pipeline.doctor import examine

    wrong = 0
    for finding in examine(*_set_up(), reports=reports):
        print(f"{finding.verdict:8} {finding.subject}: {finding.words}")
        wrong += finding.verdict == "wrong"
    if wrong:
        sys.exit(1)


@_command()
def listing() -> None:
    """Print where the reports of the edition are."""
    from pipeline.strict_yaml import read_yaml  # checked settings take longer to import than all the rest

    folders = Folders()
    chosen = read_yaml((folders.root / "params.yaml").read_text(encoding="utf-8"))
    made = sorted((folders.reports / str(chosen["edition"])).glob("*/report.pdf"))
    print(f"{len(made)} reports of edition {chosen['edition']}, vintage {chosen['vintage']}:")
    for path in made:
        print(f"  {path.relative_to(folders.root)}")


def _print_help() -> None:
    print(f"usage: {_PROGRAM} COMMAND [--help]\n\nGroeimonitor: open data to reports.\n")
    for name, (run, _) in COMMANDS.items():
        print(f"  {name:11} {(run.__doc__ or '').splitlines()[0]}")


def main() -> None:
    """Run a command; a known problem or a slip ends with one clear message, and exit code 1 or 2."""
    _start_logging()
    words = sys.argv[1:]
    if not words or words[0] in ("-h", "--help"):
        _print_help()
        sys.exit(0 if words else 2)
    # matrices are small here: more threads of BLAS wait for each other and take the cores of work beside it
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        sys.exit(parsed(words)())
    except UsageError as slip:
        print(slip, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        log.error("interrupted; nothing half made was left in place")
        sys.exit(130)
    except Exception as problem:
        if not type(problem).__module__.startswith("pipeline"):
            raise  # a fault of the program: the whole trace helps
        log.error("%s: %s", type(problem).__name__, problem)
        sys.exit(1)
