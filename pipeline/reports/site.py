"""The site of an edition: choose a region, what was revised, and about this monitor.

Three static pages that load nothing: style, font, map and script are inside. They open from disk and from
any web server. The same reports, tables and settings give the same bytes.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd
from markupsafe import Markup

from pipeline import store
from pipeline.config import Folders, Language, Settings
from pipeline.figures.style import DEFAULT_STYLE, HouseStyle
from pipeline.language.translation import tr, using
from pipeline.reference import Programme, Reference, load_reference
from pipeline.reports import page_checks
from pipeline.reports.blocks import Mark
from pipeline.reports.context import NATION_NAME
from pipeline.reports.marks import mark_html
from pipeline.reports.render import TEMPLATES, logo_address, style_sheet
from pipeline.reports.site_comparison import CHANGES, REASONED, comparison_rows
from pipeline.reports.site_figures import INDICATOR, NO_CLASS, RegionFigures, region_figures
from pipeline.reports.site_map import draw_map
from pipeline.reports.site_regions import (
    KINDS,
    REPORT_FILES,
    VERDICTS,
    Entry,
    Report,
    find_reports,
    list_entries,
    verdict_words,
)
from pipeline.reports.site_texts import Texts, load_texts
from pipeline.reports.writing import write_verified
from pipeline.schemas import INDICATOR_UNITS

if TYPE_CHECKING:
    from pipeline.compare import Comparison
    from pipeline.tables import Tables

log = logging.getLogger("pipeline")

INDEX, COMPARISON, ABOUT = "index.html", "vergelijking.html", "over.html"
MAP_CSV = "kaart.csv"
CELLS_CSV, VERDICTS_CSV = "vergelijking-cijfers.csv", "vergelijking-oordelen.csv"
SITE_FILES = (INDEX, COMPARISON, ABOUT, MAP_CSV, CELLS_CSV, VERDICTS_CSV)
#: groups of the list with more regions than this start closed
MOST_OPEN = 60
#: pattern of the page of a table of StatLine
STATLINE = "https://opendata.cbs.nl/statline/#/CBS/nl/dataset/{table}/table"
_NOT_RECORDED = "open"  # how the manifest writes a date that was not kept


@dataclass(frozen=True)
class _Site:
    """What every page is made from."""

    texts: Texts
    style: HouseStyle
    settings: Settings
    vintage: str

    def page(self, template: str, **content: Any) -> str:
        """A page as text, with what all pages share."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["mark"] = lambda mark: Markup(mark_html(mark, self.style))
        made = dt.date.fromisoformat(self.settings.reports.date)
        return environment.get_template(template).render(
            t=self.texts,
            css=Markup(_site_css(self.style)),
            logo=logo_address(self.style),
            publisher=self.settings.reports.publisher,
            edition=self.settings.edition,
            vintage=self.vintage,
            date=self.texts.day(made),
            pages={"index": INDEX, "comparison": COMPARISON, "about": ABOUT},
            **content,
        )


def make_site(
    folder: Path,
    tables: Tables,
    settings: Settings,
    comparison: Comparison | None = None,
    *,
    folders: Folders | None = None,
    style: HouseStyle | None = None,
) -> list[Path]:
    """Write the site of the edition in ``folder`` beside its reports, in the language of ``settings.reports``.

    Parameters
    ----------
    folder : Path
        ``reports/<edition>``; the reports in it that are finished (they hold a metadata.json) are listed.
    tables : Tables
        All tables of the vintage that the reports are made from, and the borders.
    settings : Settings
    comparison : Comparison, optional
        Of this vintage with an earlier one; without it the page says that there is nothing to compare yet.
    folders : Folders, optional
        Where the manifest of the vintage and the reference files lie.
    style : HouseStyle, optional

    Returns
    -------
    list of Path
        What was written: three pages and the files they link to.

    Raises
    ------
    SiteError
        A report lacks a file or is about an unknown region.
    RenderError
        A page failed its checks; the one that was there is untouched.
    """
    folders = folders or Folders()
    style = style or DEFAULT_STYLE.model_copy(update={"publisher": settings.reports.publisher})
    language = settings.reports.language
    site = _Site(load_texts(language), style, settings, tables.vintage)
    reference = load_reference(folders.reference)
    programmes = reference.programmes
    regions = _with_names(tables.read("regions"), language)
    reports = find_reports(folder, tables.vintage, language)
    figures = region_figures(tables.read("indicators", indicator=INDICATOR))
    entries = list_entries(
        reports, regions, tables.read("members"), tables.read("targets"), programmes, figures, site.texts
    )
    manifest = store.read_manifest(folders.raw / tables.vintage)
    log.info("site: %d regions with a report, vintage %s", len(entries), tables.vintage)

    map_csv = folder / MAP_CSV
    store.write_csv(map_csv, _map_table(regions, figures, {entry.code for entry in entries}, tables.vintage))
    written = [map_csv, *_write_comparison_files(folder, comparison)]
    pages = {
        INDEX: _index(site, entries, figures, tables, regions, map_csv),
        COMPARISON: _comparison(site, folder, comparison, regions, programmes),
        ABOUT: _about(
            site, reports, manifest, _said_before(tables.read("forecast_scores"), reference, site.texts)
        ),
    }
    verify = partial(page_checks.check_html, language=language)
    for name, text in pages.items():
        written.append(write_verified(folder / name, text.encode("utf-8"), verify))
    return written


def _with_names(regions: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The regions table with the nation by its name in a language; other regions have one name."""
    is_nation = regions["region_type"] == "nation"
    with using(language):
        return regions.assign(region_name=regions["region_name"].mask(is_nation, tr(NATION_NAME)))


# --- choose your region ---------------------------------------------------------------------


def _index(
    site: _Site,
    entries: list[Entry],
    figures: RegionFigures,
    tables: Tables,
    regions: pd.DataFrame,
    map_csv: Path,
) -> str:
    texts = site.texts
    drawing = draw_map(tables.borders, regions, figures, {entry.code for entry in entries}, texts)
    groups = [(kind, [entry for entry in entries if entry.kind == kind]) for kind in KINDS]
    script = (TEMPLATES / "site.js").read_text(encoding="utf-8")
    has_missing = any(layer.has_missing for layer in drawing.layers)
    return site.page(
        "site_index.html.j2",
        page="index",
        title=texts("index_title", publisher=site.settings.reports.publisher, edition=site.settings.edition),
        description=texts("index_description", count=texts.regions(len(entries))),
        groups=[(kind, found, len(found) <= MOST_OPEN) for kind, found in groups if found],
        count=len(entries),
        files=REPORT_FILES,
        figures=figures,
        drawing=drawing,
        legend=[
            *zip(figures.shades() if figures.year else [], figures.class_words(texts), strict=True),
            *([(NO_CLASS, texts("mark_missing"))] if has_missing else []),
        ],
        map_source=_map_source(site, figures),
        map_csv=(map_csv.name, map_csv.stat().st_size),
        script=Markup(script),
        script_hash=_hash_of(script),
        script_data=_script_data(regions, tables.read("members"), figures, texts),
    )


def _map_source(site: _Site, figures: RegionFigures) -> str:
    if figures.year is None:
        return site.texts("map_source_none")
    return site.texts("map_source", source=f"CBS StatLine {site.texts.listing(list(figures.sources))}")


def _script_data(
    regions: pd.DataFrame, members: pd.DataFrame, figures: RegionFigures, texts: Texts
) -> dict[str, Any]:
    """What the script needs: name and figure of each region, the gemeenten in it, and its words."""
    words = ("found_one", "found_many", "found_none", "found_inside", "map_no_report", "map_within",
             "map_group", "column_area", "column_value", "column_evidence")  # fmt: skip
    areas = {}
    for code, name in regions[["region_code", "region_name"]].itertuples(index=False):
        figure = figures.of(code)
        areas[code] = [name, figure.words(texts) if figure.is_known else "", figure.mark(texts).label]
    inside = (
        members.sort_values("gm_code", kind="stable").groupby("region_code")["gm_code"].agg(list).to_dict()
    )
    return {"areas": areas, "members": inside, "words": {key: texts.by_key[key] for key in words}}


def _map_table(
    regions: pd.DataFrame, figures: RegionFigures, with_report: set[str], vintage: str
) -> pd.DataFrame:
    """Every figure of the map as a table; an absent value is empty, its status says why."""
    rows = []
    for region in regions.sort_values("region_code", kind="stable").itertuples():
        figure = figures.of(region.region_code)
        rows.append(
            {
                "region_code": region.region_code,
                "region_name": region.region_name,
                "region_type": region.region_type,
                "indicator": INDICATOR,
                "year": figures.year,
                "value": figure.value,
                "unit": INDICATOR_UNITS[INDICATOR],
                "status": figure.status,
                "source": ", ".join(figures.sources),
                "vintage": vintage,
                "has_report": region.region_code in with_report,
            }
        )
    return pd.DataFrame(rows)


# --- what was revised -----------------------------------------------------------------------


def _write_comparison_files(folder: Path, comparison: Comparison | None) -> list[Path]:
    """The differences as CSV; files of an earlier comparison go when there is none."""
    paths = [folder / CELLS_CSV, folder / VERDICTS_CSV]
    if comparison is None:
        for path in paths:
            path.unlink(missing_ok=True)
        return []
    for path, frame in zip(paths, (comparison.cells, comparison.verdicts), strict=True):
        store.write_csv(path, frame)
    return paths


def _comparison(
    site: _Site,
    folder: Path,
    comparison: Comparison | None,
    regions: pd.DataFrame,
    programmes: Mapping[str, Programme],
) -> str:
    texts = site.texts
    names = dict(zip(regions["region_code"], regions["region_name"], strict=True))
    rows, sizes = None, {}
    if comparison is not None:
        rows = comparison_rows(comparison, names, INDICATOR_UNITS, programmes, texts)
        sizes = {name: (folder / name).stat().st_size for name in (CELLS_CSV, VERDICTS_CSV)}
    return site.page(
        "site_comparison.html.j2",
        page="comparison",
        title=texts(
            "comparison_title", publisher=site.settings.reports.publisher, edition=site.settings.edition
        ),
        description=texts("comparison_heading"),
        rows=rows,
        changes=CHANGES,
        reasoned=REASONED,
        csv_sizes=sizes,
        csv_files={"cells": CELLS_CSV, "verdicts": VERDICTS_CSV},
        script_hash="",
    )


# --- about ----------------------------------------------------------------------------------


def _said_before(scores: pd.DataFrame, reference: Reference, texts: Texts) -> list[dict[str, str]]:
    """Promises of programmes and forecasts of others whose year has come: what was said, and what came."""
    titles = {key: figure.title for key, figure in reference.outside_figures.items()}
    names = {}
    for programme in reference.programmes.values():
        names[programme.key] = programme.name
        titles |= {target.key: target.title for target in programme.targets}
    rows = []
    # lines of data/forecasts about a target bear a longer key: they are about chances
    for row in (
        scores[scores["target"].isin(titles)].sort_values(["year", "forecaster", "target"]).itertuples()
    ):
        said = row.goal if pd.isna(row.forecast) else row.forecast
        is_known, ours = not pd.isna(row.actual), row.actual_status == "estimate"
        came = (
            texts("said_estimate" if ours else "said_figure", value=texts.number(row.actual))
            if is_known
            else ""
        )
        kept = texts(f"said_{row.came_true}") if row.came_true else texts("said_not_same")
        rows.append(
            {
                "who": names.get(row.forecaster, row.forecaster),
                "what": titles[row.target],
                "year": str(row.year),
                "said": texts("not_recorded") if pd.isna(said) else texts.number(said),
                "came": f"{came}; {kept}" if came else kept,
            }
        )
    return rows


def _about(
    site: _Site, reports: list[Report], manifest: store.Manifest, said_before: list[dict[str, str]]
) -> str:
    texts, settings = site.texts, site.settings
    commits = sorted({report.commit for report in reports})
    return site.page(
        "site_about.html.j2",
        page="about",
        title=texts("about_title", publisher=settings.reports.publisher, edition=settings.edition),
        description=texts("about_lead"),
        facts=[
            (texts("label_edition"), str(settings.edition)),
            (texts("label_vintage"), site.vintage),
            (texts("label_date"), texts.day(dt.date.fromisoformat(settings.reports.date))),
            (texts("label_reports"), texts.number(len(reports))),
            (texts("label_commit"), ", ".join(commits) or texts("commit_unknown")),
            (texts("label_publisher"), settings.reports.publisher),
        ],
        rule={
            "likely": texts.percent(100 * settings.models.likely),
            "unlikely": texts.percent(100 * settings.models.unlikely),
            "horizon": settings.models.verdict_horizon,
        },
        verdicts=[
            (Mark(kind=kind, word=verdict_words(kind, texts)), texts(f"meaning_{key}"))
            for kind, key in VERDICTS.items()
        ],
        marks=[
            (Mark(kind=kind, word=texts(f"mark_{key}")), texts(f"meaning_mark_{key}"))
            for kind, key in (("cbs", "cbs"), ("raming", "estimate"), ("geen gegevens", "missing"))
        ],
        sources=[_source_row(table, texts) for table in manifest.tables],
        absent=manifest.absent,
        contact=_contact(settings.reports.contact),
        said_before=said_before,
        script_hash="",
    )


def _source_row(table: store.ManifestTable, texts: Texts) -> dict[str, str]:
    first, last = table.first_period[:4], table.last_period[:4]
    return {
        "id": table.table_id,
        "url": STATLINE.format(table=table.table_id) if table.publisher == "cbs" else "",
        "title": table.title,
        "periods": first if first == last else f"{first}–{last}",
        "licence": table.licence,
        "retrieved": texts("not_recorded") if table.retrieved_at == _NOT_RECORDED else table.retrieved_at,
        "publisher": table.original_source,
    }


def _contact(contact: str | None) -> tuple[str, str] | None:
    """Address to link to and words to print; None when no contact is given."""
    if contact is None:
        return None
    return (contact if contact.startswith("https://") else f"mailto:{contact}", contact)


# --- style and script -----------------------------------------------------------------------


def _site_css(style: HouseStyle) -> str:
    """The style sheet of the site, with the colours of the map's classes."""
    classes = "".join(
        f".k{place}{{fill:{shade};background-color:{shade}}}" for place, shade in enumerate(style.shades)
    )
    return style_sheet(style, "site.css") + classes


def _hash_of(script: str) -> str:
    """How the page's content policy names the one script that may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
