"""Commands: one subcommand a stage, and small helpers. `python -m pipeline --help` lists them.

A command imports what it needs when it runs: help, and the answer to a slip, take half a second instead of two.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.folders import Folders

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.sources.catalog import Catalog

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # rich takes longer to import than most commands take
    pretty_exceptions_enable=False,
    help="Groeimonitor: open data to reports.",
)
log = logging.getLogger("pipeline")
_TRANSPORTS = ("auto", "v3", "v4")


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


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        from pipeline.config import SettingsError

        raise SettingsError(f"{value!r} is not known; choose one of {', '.join(allowed)}.")
    return value


def _start_logging() -> None:
    """Rich on a terminal, plain lines elsewhere."""
    handler: logging.Handler
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.logging import RichHandler

        handler = RichHandler(console=Console(stderr=True), show_path=False)
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log.handlers = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="A new folder, or an empty one.")]) -> None:
    """Lay a project outside the checkout: the embedded data, settings and notebooks, and tables made from them."""
    from pipeline.project_folder import make_project_folder

    make_project_folder(folder)


@app.command()
def check() -> None:
    """Try all that is kept by hand: settings, areas, programmes, claims, corrections, inbox; a second, no tables."""
    from pipeline.kept_by_hand import check_kept_by_hand

    for line in check_kept_by_hand(Folders()):
        typer.echo(line)


@app.command()
def retrieve(
    vintage: Annotated[str | None, typer.Option(help="Name of the vintage; default: params.yaml.")] = None,
    transport: Annotated[str, typer.Option(help="auto, v3 or v4: the way to CBS.")] = "auto",
) -> None:
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
        name, catalog=_catalog(), folders=folders, transport=_one_of(transport, _TRANSPORTS),
        http=HttpSettings(contact=settings.reports.contact or ""),
    )  # fmt: skip
    typer.echo(found.as_text())
    if found.manifest.absent:
        log.info(
            "retrieve: %d source(s) absent, the reasons stand in the manifest", len(found.manifest.absent)
        )


@app.command()
def catalog(
    check: Annotated[
        bool, typer.Option("--check", help="Ask CBS whether each table is still the same.")
    ] = False,
) -> None:
    """List the sources, or check them against the service."""
    from pipeline.sources import catalog as listing_of

    if not check:
        typer.echo(listing_of.list_sources(_catalog()).to_string(index=False))
        return
    from pipeline.sources.editions import check_catalog
    from pipeline.sources.http import HttpClient
    from pipeline.sources.odata import make_services

    sources = _catalog()
    with HttpClient(None) as client:
        table = check_catalog(sources, make_services(sources.hosts.cbs_v3, sources.hosts.cbs_v4, client))
    words = ["problem", "newer"]  # too long for a column
    listed = table.drop(columns=[*words, "form"]).astype({"edition": "Int64"}).astype({"edition": "string"})
    typer.echo(listed.fillna({"edition": ""}).to_string(index=False))
    for word in words:
        for row in table[table[word] != ""].drop_duplicates(["source", word]).itertuples():
            typer.echo(f"{word}: {row.source}: {getattr(row, word)}")
    forms = table.loc[(table["form"] != "") & (table["problem"] != ""), "form"]
    typer.echo("\n---- what the tables with a problem say of themselves; send it in from here ----")
    typer.echo("\n".join(forms) if len(forms) else "every table is as the catalogue says")
    typer.echo("---- to here ----")
    if (table["problem"] != "").any():
        raise typer.Exit(1)


@app.command()
def borders(
    accept: Annotated[
        bool, typer.Option("--accept", help="Write the changes to gemeente_changes.csv.")
    ] = False,
    vintage: Annotated[str | None, typer.Option(help="Vintage to read; default: params.yaml.")] = None,
) -> None:
    """List border changes that CBS describes and the stored file lacks; --accept takes them over."""
    from pipeline.live import border_differences

    settings, folders = _set_up()
    differences = border_differences(vintage or settings.vintage, folders, accept=accept)
    typer.echo(differences.to_string(index=False) if len(differences) else "The stored file is up to date.")


@app.command()
def live(vintage: Annotated[str, typer.Argument(help="Name of the vintage, e.g. live-2026-12-01.")]) -> None:
    """Bring a vintage in and make the monitor from it; when that fails, the one before is in use again."""
    from pipeline.live import make_monitor

    settings, folders = _set_up()
    retrieve(vintage, "auto")
    make_monitor(vintage, settings.vintage, folders)


@app.command()
def tidy() -> None:
    """Raw tables to observations on published and on current borders."""
    from pipeline import stages

    stages.run_tidy(*_set_up())


@app.command()
def indicators() -> None:
    """Observations to indicators, one series a region."""
    from pipeline import stages

    stages.run_indicators(*_set_up())


@app.command()
def models() -> None:
    """Indicators to targets, outlook and verdicts."""
    from pipeline import stages

    stages.run_models(*_set_up())


@app.command()
def plots() -> None:
    """Draw how good past forecasts were, for `dvc plots`."""
    from pipeline.figures import accuracy

    accuracy.run_plots(*_set_up())


@app.command()
def reports(
    everything: Annotated[bool, typer.Option("--all", help="All regions, to reports/<edition>-all.")] = False,
) -> None:
    """Make the reports of the edition."""
    from pipeline.reports import stage

    settings, folders = _set_up()
    stage.run_reports(settings, folders, everything=everything)


@app.command()
def report(region: Annotated[str, typer.Argument(help="Region code or area key, e.g. GM0505.")]) -> None:
    """Make one report, to reports/preview."""
    from pipeline.reports import stage

    settings, folders = _set_up()
    stage.run_preview(region, settings, folders)


@app.command()
def regions() -> None:
    """List the regions, one a line: code, name, type."""
    path = Folders().tidy / "regions.parquet"
    if not path.is_file():
        from pipeline import store

        store.read("regions", Folders())  # says which command makes it
    from pyarrow import parquet  # not the store: pandas alone takes longer to import than all the rest

    names = ["region_type", "region_code", "region_name"]
    table = parquet.ParquetFile(path).read(columns=names)
    for kind, code, name in sorted(zip(*(table[column].to_pylist() for column in names), strict=True)):
        typer.echo(f"{code}\t{name}\t{kind}")


@app.command()
def vintages() -> None:
    """List the vintages there are."""
    from pipeline import store

    settings, folders = _set_up()
    for manifest_path in sorted(folders.raw.glob(f"*/{store.MANIFEST}")):
        manifest = store.read_manifest(manifest_path.parent)
        used = "in use" if manifest.vintage == settings.vintage else ""
        rows = sum(table.rows for table in manifest.tables)
        typer.echo(
            f"{manifest.vintage}\t{manifest.made_at}\t{len(manifest.tables)} tables\t{rows} rows\t{used}"
        )


@app.command()
def use(
    vintage: Annotated[str, typer.Argument(help="A vintage that is there, e.g. live-2026-12-01.")],
) -> None:
    """Take a vintage into use: writes params.yaml (vintage; edition and date when the name holds them)."""
    from pipeline import store
    from pipeline.config import use_vintage

    _, folders = _set_up()
    store.read_manifest(folders.raw / vintage)
    for line in use_vintage(folders.root / "params.yaml", vintage):
        log.info("use: %s", line)


@app.command()
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
    typer.echo(f"{len(found.cells)} cells differ between {old} and {new}; {len(found.verdicts)} verdicts")
    for title, frame in (
        ("Cells by source", found.summary()),
        ("Largest revisions", found.largest()),
        ("Verdicts", found.verdicts),
    ):
        typer.echo(f"\n{title}\n{frame.to_string(index=False) if len(frame) else 'none'}")
    typer.echo(f"\nAll of it: {target.relative_to(folders.root)}")


@app.command()
def export() -> None:
    """Write the made tables for other programs: a Data Package, in data/exports."""
    from pipeline import exchange

    exchange.run_export(*_set_up())


@app.command()
def publish() -> None:
    """Freeze what the edition says of the future, once, in data/forecasts/<edition>.csv."""
    from pipeline.publish import publish as freeze

    freeze(*_set_up())


@app.command()
def doctor(
    reports: Annotated[
        bool,
        typer.Option(
            "--reports", help="Check every report of the edition too, with veraPDF and axe where installed."
        ),
    ] = False,
) -> None:
    """Say whether this machine and this checkout can make the monitor; exit 1 when something is wrong."""
    from pipeline.doctor import examine

    wrong = 0
    for finding in examine(*_set_up(), reports=reports):
        typer.echo(f"{finding.verdict:8} {finding.subject}: {finding.words}")
        wrong += finding.verdict == "wrong"
    if wrong:
        raise typer.Exit(1)


@app.command()
def listing() -> None:
    """Print where the reports of the edition are."""
    settings, folders = _set_up()
    made = sorted((folders.reports / str(settings.edition)).glob("*/report.pdf"))
    typer.echo(f"{len(made)} reports of edition {settings.edition}, vintage {settings.vintage}:")
    for path in made:
        typer.echo(f"  {path.relative_to(folders.root)}")


def main() -> None:
    """Run a command; a known problem or a slip ends with one clear message, and exit code 1 or 2."""
    _start_logging()
    # matrices are small here: more threads of BLAS wait for each other and take the cores of work beside it
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        # so called, typer hands back the code of a typer.Exit instead of raising it
        sys.exit(app(prog_name="python -m pipeline", standalone_mode=False))
    except typer.TyperException as slip:
        known = getattr(slip, "ctx", None)  # of the command that was meant, when it was known
        path = known.command_path if known else "python -m pipeline"
        if slip.format_message():  # without any word the help was shown
            typer.echo(f"{slip.format_message()} `{path} --help` tells more.", err=True)
        sys.exit(slip.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        log.error("interrupted; nothing half made was left in place")
        sys.exit(130)
    except Exception as problem:
        if not _is_ours(problem):
            raise  # a fault of the program: the whole trace helps
        log.error("%s: %s", type(problem).__name__, problem)
        sys.exit(1)


def _is_ours(problem: Exception) -> bool:
    return type(problem).__module__.startswith("pipeline")
