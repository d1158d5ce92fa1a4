"""Pages that are made from what the pipeline itself says: ``python -m docs.build_pages`` (part of ``make docs``).

They go to docs/generated, which git leaves alone. Hand-written pages link to them, so a table, a setting or a
source is described in one place only.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from pipeline import schemas, store
from pipeline.config import load_settings
from pipeline.exchange.writing import DICTIONARY
from pipeline.folders import ROOT, Folders
from pipeline.sources.catalog import list_sources, load_catalog

_LAYER_WORDS = {
    "tidy": "Observations as published and on current borders; one module a source makes them.",
    "indicators": "One series a region, with what lies behind the job estimates.",
    "models": "Targets, outlook, youth evidence, shift-share, similar regions, contributions.",
}

#: name in the dictionary -> where it is, and what it is
OTHER_FILES = {
    "gemeente_borders": (
        "data/tidy/gemeente_borders.parquet",
        "GeoParquet, a row a gemeente; `store.read_borders()` gives it.",
    ),
    "backtest_by_origin": (
        "data/models/backtest_by_origin.csv",
        "How good the outlook was, a row a year of origin.",
    ),
    "calibration": (
        "data/models/calibration.csv",
        "Chances given against targets reached, a row a group of chances.",
    ),
    "possible_breaks": (
        "data/models/possible_breaks.csv",
        "Growth of a COROP far from that of its other years, a row each; it may be a break nobody marked.",
    ),
    "forecast_summary": (
        "data/models/forecast_summary.csv",
        "Forecasters compared on what came, a row each; what was frozen and a replay of past years apart.",
    ),
    "forecasts": (
        "data/forecasts/<edition>.csv",
        "What an edition said of the future, a row a forecaster, region, year and target; never changed.",
    ),
    "metrics": ("data/models/metrics/", "How good the outlook was, as a whole, a file a panel."),
}


def main(target: Path = ROOT / "docs" / "generated", read: Callable[..., pd.DataFrame] = store.read) -> None:
    """Make all pages, from the stored tables of the vintage in use.

    Parameters
    ----------
    target : folder to make; an older one is replaced
    read : gives a made table by name
    """
    folders = Folders()
    manifest = store.read_manifest(folders.raw / load_settings().vintage)
    pages = {
        "dictionary.md": dictionary_page(
            pd.read_csv(folders.reference / DICTIONARY, dtype=str, keep_default_na=False)
        ),
        "vintage.md": vintage_page(manifest),
        "catalog.md": catalog_page(list_sources(load_catalog())),
        "settings.md": settings_page((folders.root / "params.yaml").read_text(encoding="utf-8")),
        "corop_moves.md": moves_page(read("corop_moves"), read("regions")),
    } | {f"api/{name}": text for name, text in api_pages(ROOT / "pipeline").items()}
    with store.temporary_folder(target.parent) as temporary:
        for name, text in pages.items():
            path = temporary / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        temporary.rename(target)


def dictionary_page(dictionary: pd.DataFrame) -> str:
    """Every column of every table and file that is made; the words are those of data/reference/dictionary.csv.

    Parameters
    ----------
    dictionary : columns table, column, description, unit, source, derivation
    """
    parts = [
        "# Data dictionary",
        "Every column of every table and file that is made. The words come from `data/reference/dictionary.csv`, which "
        "is edited by hand; order and keys from the contracts of `pipeline/schemas.py`. A column in bold is part of "
        "the key. `store.read(name)` gives a table.",
    ]
    described = dictionary.groupby("table", sort=False)
    for layer, words in _LAYER_WORDS.items():
        parts.append(f"## data/{layer}\n\n{words}")
        for name, table in schemas.TABLES.items():
            if table.layer != layer:
                continue
            rows = described.get_group(name).set_index("column").loc[list(table.schema.columns)]
            parts.append(f"### {name}\n\n{_columns(rows, table.key)}")
    parts.append("## Beside these tables\n\nFiles without a contract in `pipeline/schemas.py`.")
    for name, (path, words) in OTHER_FILES.items():
        rows = described.get_group(name).set_index("column")
        parts.append(f"### {name}\n\n`{path}`. {words}\n\n{_columns(rows)}")
    units = _table(["indicator", "unit"], ([f"`{i}`", unit] for i, unit in schemas.INDICATOR_UNITS.items()))
    parts.append(f"## Indicators\n\nAnother definition is another indicator.\n\n{units}")
    return _page(parts)


def _columns(rows: pd.DataFrame, key: Iterable[str] = ()) -> str:
    cells = (
        [
            f"**`{r.Index}`**" if r.Index in key else f"`{r.Index}`",
            r.description,
            r.unit,
            r.source,
            r.derivation,
        ]
        for r in rows.itertuples()
    )
    return _table(["column", "what", "unit", "source", "derivation"], cells)


def vintage_page(manifest: store.Manifest) -> str:
    """What the vintage holds, where it came from and how far to trust it."""
    held = _table(
        ["table", "title", "for", "periods", "rows", "how it came", "trust", "licence"],
        (
            [t.table_id, t.title, t.need, _periods(t), f"{t.rows:,}", t.request, t.trust or t.transport,
             f"{t.licence}, {t.citation}"]
            for t in manifest.tables
        ),
    )  # fmt: skip
    parts = [
        f"# Vintage {manifest.vintage}, table by table",
        f"Made {manifest.made_at}: {len(manifest.tables)} tables, {sum(t.rows for t in manifest.tables):,} rows. "
        "From its `manifest.json`, which also holds the sha256 of every file.",
        held,
    ]
    if manifest.absent:
        gone = _table(["table", "for", "why"], ([a.table_id, a.need, a.reason] for a in manifest.absent))
        parts.append(f"## Absent\n\n{gone}")
    return _page(parts)


def catalog_page(sources: pd.DataFrame) -> str:
    """What a live pull asks for; columns as from ``catalog.list_sources``."""
    rows = (
        [
            r.source,
            r.need,
            r.table,
            r.title,
            "yes" if r.required else "",
            r.rhythm,
            r.original_source,
            r.licence,
        ]
        for r in sources.itertuples()
    )
    head = ["source", "for", "tables seen so far", "title", "required", "rhythm", "from", "licence"]
    return _page([
        "# Sources of a live pull",
        "From `pipeline/sources/catalog.yaml`. Ids, code widths and column suffixes are looked up at run time; what "
        "is required stops the pull when it cannot be had, the others are left out with their reason.",
        _table(head, rows),
    ])  # fmt: skip


def settings_page(text: str) -> str:
    """The settings with their comments."""
    return _page(
        ["# Settings", "`params.yaml` as it is; every key is checked.", f"```yaml\n{text.rstrip()}\n```"]
    )


def moves_page(moves: pd.DataFrame, regions: pd.DataFrame) -> str:
    """Gemeenten whose jobs went to another COROP, from the stored table."""
    names = regions.set_index("region_code")["region_name"]
    rows = (
        [m.gm_code, f"{m.from_cr} {names[m.from_cr]}", f"{m.to_cr} {names[m.to_cr]}", f"{100 * m.share:.1f} %",
         str(m.last_year_in_old), f"{m.jobs_2010:,.0f}"]
        for m in moves.sort_values(["last_year_in_old", "gm_code"]).itertuples()
    )  # fmt: skip
    head = ["gemeente", "from", "to", "part that moved", "last December in the old COROP", "jobs moved, 2010"]
    return _page([
        "# Gemeenten that changed COROP",
        f"{len(moves)} moves since 2010, from the table `corop_moves`. The jobs are those of December 2010: the "
        "gemeente's share in its old COROP, times the part that moved. How they are used: "
        "[Borders](../methods/borders.md).",
        _table(head, rows),
    ])  # fmt: skip


def api_pages(package: Path) -> dict[str, str]:
    """One page a layer with the docstrings of its public modules, and an index."""
    layers: dict[str, list[str]] = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if len(parts) > 1 and parts[-1] != "__main__":
            layers.setdefault(parts[1], []).append(".".join(parts))
    pages = {f"{layer}.md": _page([f"# {layer}", *map(_module, names)]) for layer, names in layers.items()}
    links = [
        f"- [{layer}]({layer}.md): {', '.join(f'`{name}`' for name in names)}"
        for layer, names in layers.items()
    ]
    start = (
        "Made from the docstrings. `import pipeline; pipeline.build(vintage)` gives all tables of a vintage."
    )
    return pages | {"index.md": _page(["# Python API", start, "\n".join(links)])}


def _module(name: str) -> str:
    return f"## `{name}`\n\n::: {name}\n    options:\n      heading_level: 3"


def _periods(table: store.ManifestTable) -> str:
    first, last = table.first_period, table.last_period
    return first if first == last else f"{first} - {last}"


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(_cell(text) for text in row) + " |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def _page(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
