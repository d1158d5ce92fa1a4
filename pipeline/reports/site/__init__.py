"""The site of an edition: find a region, compare regions, what was revised, and about this monitor.

Static pages that load nothing: style, font, map, figures and script are inside. They open from disk and from any web
server. The same reports, tables and settings give the same bytes. The page of a region is its report; a folder with
its name leads there, or to the reports around it when it has none.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
import itertools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import jinja2
import numpy as np
import pandas as pd
from babel.dates import format_date
from markupsafe import Markup, escape

from pipeline import store, vocabulary
from pipeline.config import Settings
from pipeline.figures.map import Classes, Outlines, outlines, simplified
from pipeline.figures.style import HouseStyle
from pipeline.folders import Folders
from pipeline.reference import Reference, load_changes, load_programmes, load_reference
from pipeline.reports import page_checks
from pipeline.reports.render_html import logo_address, style_sheet
from pipeline.reports.site.places import (
    KINDS,
    Region,
    SiteError,
    find_regions,
    find_reports,
    nearest,
    searched,
)
from pipeline.reports.site.revised import CHANGES, REASONED, revised_tables
from pipeline.reports.site.said_before import said_before
from pipeline.reports.site.values import COLUMNS, annual_values, limits_of, mapped, packed
from pipeline.reports.status_icons import footer_marks, mark_html
from pipeline.reports.writing import write_verified
from pipeline.vocabulary import word
from pipeline.vocabulary.formats import LOCALES, number, per_cent

if TYPE_CHECKING:
    from pipeline.compare import Comparison
    from pipeline.tables import Tables

log = logging.getLogger("pipeline")

__all__ = ["ABOUT", "COMPARE", "INDEX", "REVISED", "SiteError", "make_site"]

INDEX, COMPARE, REVISED, ABOUT = "index.html", "vergelijken.html", "herzien.html", "over.html"
NUMBERS_CSV, CELLS_CSV, VERDICTS_CSV = "cijfers.csv", "herzien-cijfers.csv", "herzien-oordelen.csv"
SITEMAP = "sitemap.xml"
PAGES = {"index": INDEX, "compare": COMPARE, "revised": REVISED, "about": ABOUT}
HERE = Path(__file__).parent
#: groups of the list with more regions than this start closed
MOST_OPEN = 60
#: borders of the map leave out what is smaller than this
TOLERANCE_M = 450.0
#: kind of region on the map -> column that says in which one a gemeente lies
LEVELS = {"gemeente": "region_code", "arbeidsmarktregio": "am_code", "rmc_region": "mc_code", "corop": "cr_code",
          "province": "pv_code"}  # fmt: skip
#: pattern of the page of a table of StatLine
STATLINE = "https://opendata.cbs.nl/statline/#/CBS/nl/dataset/{table}/table"
_NOT_RECORDED = "open"  # how the manifest writes a date that was not kept


@dataclass(frozen=True)
class _Site:
    """What every page is made from."""

    settings: Settings
    style: HouseStyle
    vintage: str

    def word(self, key: str, group: str = "site", **values: object) -> str:
        """A word of the site, filled in."""
        return word(group, key, self.settings.reports.language).format(**values)

    @functools.cached_property
    def templates(self) -> jinja2.Environment:
        """Compiled templates."""
        made = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.policies["json.dumps_kwargs"] = {
            "separators": (",", ":"),
            "sort_keys": True,
            "ensure_ascii": False,
            "allow_nan": False,
        }
        made.filters["mark"] = lambda mark: Markup(mark_html(mark))
        return made

    @functools.cached_property
    def css(self) -> Markup:
        """The style sheet, with the colours of the classes of the map."""
        shades = "".join(f".k{n}{{fill:{c};background-color:{c}}}" for n, c in enumerate(self.style.shades))
        return Markup(style_sheet(self.style, "base.css") + _text("templates/site.css") + shades)

    def page(self, name: str, template: str = "", scripts: Sequence[str] = (), **content: Any) -> bytes:
        """A page, with what all pages share."""
        reports = self.settings.reports
        words = vocabulary.words("site", reports.language)
        address = (
            f"{reports.address}{'' if name == 'index' else PAGES.get(name, name)}" if reports.address else ""
        )
        return self.templates.get_template(template or f"{name}.html.j2").render(
            name=name, w=words, ui=vocabulary.words("ui", reports.language), language=reports.language,
            site=self, settings=self.settings, css=self.css, logo=logo_address(self.style), pages=PAGES,
            numbers_csv=NUMBERS_CSV, canonical=address, date=_day(reports.date, reports.language),
            title=self.word("title", page=words.get(f"page_{name}", ""), publisher=reports.publisher,
                            edition=self.settings.edition),
            contact=_contact(reports.contact), scripts=[Markup(script) for script in scripts],
            script_hashes=" ".join(f"'{_hash_of(script)}'" for script in scripts), **content,
        ).encode("utf-8")  # fmt: skip


def make_site(
    target: Path,
    now: Tables,
    settings: Settings,
    found: Comparison | None = None,
    *,
    folders: Folders,
    style: HouseStyle,
) -> list[Path]:
    """Write the site of the edition beside its reports, in the language of ``settings.reports``.

    Parameters
    ----------
    target : ``reports/<edition>``; the reports in it that are finished (they hold a metadata.json) are listed
    now : all tables of the vintage that the reports are made from, and the borders
    found : of this vintage with an earlier one; without it the page says that there is nothing to compare yet
    folders : where the manifest of the vintage and the reference files lie

    Returns
    -------
    Pages, a page for each region, and the files they link to.

    Raises
    ------
    SiteError
        A report lacks a file or is about an unknown region.
    RenderError
        A page failed its checks; the one that was there is untouched.
    """
    language = settings.reports.language
    site = _Site(settings, style, now.vintage)
    reports = find_reports(target, now.vintage, language)
    regions = find_regions(
        now.read("regions"), now.read("members"), now.read("targets"),
        load_changes(folders.reference / "gemeente_changes.csv"), reports, language,
    )  # fmt: skip
    names = {region.place.code: region.place.name for region in regions}
    values = annual_values(now.read("indicators"), now.read("job_estimates"))
    written = [*_write_numbers(target, values, regions, now.vintage), *_write_revised(target, found)]
    pages = {
        INDEX: _index(site, regions, values, now),
        COMPARE: _compare(site, regions, values),
        REVISED: _revised(site, found, names, folders),
        ABOUT: _about(site, reports, store.read_manifest(folders.raw / now.vintage), now.read("forecast_scores"),
                      load_reference(folders.reference)),
    }  # fmt: skip
    pages |= {region.address: _place(site, region, regions) for region in regions}
    verify = functools.partial(page_checks.check_html, language=language)
    written += [write_verified(target / name, content, verify) for name, content in pages.items()]
    if settings.reports.address:
        written.append(
            write_verified(target / SITEMAP, _sitemap(settings.reports.address, regions), lambda _: [])
        )
    log.info("site: %d regions with a report, vintage %s", len(reports), now.vintage)
    return written


def _write_numbers(target: Path, values: pd.DataFrame, regions: list[Region], vintage: str) -> list[Path]:
    """Every figure of map and comparison; an absent value is empty, its status says why."""
    places = {region.place.code: region.place for region in regions}
    rows = values[values["region_code"].isin(list(places))]
    table = rows.assign(
        region_name=rows["region_code"].map({code: place.name for code, place in places.items()}),
        region_type=rows["region_code"].map({code: place.kind for code, place in places.items()}),
        vintage=vintage,
    )
    store.write_csv(target / NUMBERS_CSV, table[COLUMNS])
    return [target / NUMBERS_CSV]


# --- choose your region ---------------------------------------------------------------------


def _index(site: _Site, regions: list[Region], values: pd.DataFrame, now: Tables) -> bytes:
    listed = [region for region in regions if region.report]
    groups = [(kind, [region for region in listed if region.place.kind == kind]) for kind in KINDS]
    maps = _maps(site, regions, values)
    drawn = _outlines(now.borders, now.read("regions"))
    first = next(iter(maps.values()), None)
    return site.page(
        "index",
        scripts=[_text("templates/index.js")],
        groups=[(kind, found, len(found) <= MOST_OPEN) for kind, found in groups if found],
        count=number(len(listed), 1, site.settings.reports.language),
        maps=maps,
        first=first,
        drawing=drawn,
        layers=_layers(drawn, first) if first else [],
        data={
            "regions": searched(regions),
            "maps": maps,
            "kinds": vocabulary.words("region_type", site.settings.reports.language),
            "statuses": vocabulary.words("status", site.settings.reports.language),
            "words": vocabulary.words("site", site.settings.reports.language),
            "compare": COMPARE,
            "vintage": site.vintage,
        },
    )


def _outlines(borders: gpd.GeoDataFrame, regions: pd.DataFrame) -> Outlines:
    """Paths of the map at each level that the vintage knows."""
    placed = borders[["region_code", "geometry"]].merge(
        regions[["region_code", *list(LEVELS.values())[1:]]], on="region_code", validate="one_to_one"
    )
    lacking = sorted(
        set(regions.loc[regions["region_type"] == "gemeente", "region_code"]) - set(placed["region_code"])
    )
    if lacking:
        raise SiteError(
            f"{len(lacking)} gemeenten have no borders, e.g. {lacking[:3]}. Use the borders of the year of the "
            "classification; `python -m pipeline tidy` makes both from one vintage."
        )
    known = {kind: placed[column].tolist() for kind, column in LEVELS.items() if (placed[column] != "").all()}
    return outlines(simplified(placed["geometry"].to_numpy(), TOLERANCE_M), known)


def _maps(site: _Site, regions: list[Region], values: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Each indicator of the map: its words, years, classes by kind of region and year, and values by region."""
    language = site.settings.reports.language
    names = {region.place.code: region.place.name for region in regions}
    kinds = {kind: [r.place.code for r in regions if r.place.kind == kind] for kind in LEVELS}
    years = mapped(values)
    limits = limits_of(values, years, kinds)
    everything = (
        packed(values[values["indicator"].isin(list(years))], language)["indicators"] if years else {}
    )
    maps = {}
    for name, of in years.items():
        rows = values[(values["indicator"] == name) & values["year"].isin(of)]
        cells = {(row.region_code, row.year): row for row in rows.itertuples()}
        known = {key: (row.value, row.status) for key, row in cells.items()}
        maps[name] = {
            key: everything[name][key] for key in ("title", "unit", "decimals", "not", "sources")
        } | {
            "years": of,
            "classes": {
                kind: {
                    year: {"limits": found, "words": _class_words(site, found)}
                    | {
                        "finding": _finding(
                            site, {names[c]: known.get((c, year), (np.nan,))[0] for c in kinds[kind]}
                        )
                    }
                    for year, found in by_year.items()
                }
                for kind, by_year in limits[name].items()
            },
            "values": {
                code: [_cell(known.get((code, year))) for year in of]
                for code in names
                if (code, of[-1]) in known
            },
        }
    return maps


def _cell(found: tuple[float, str] | None) -> list[Any]:
    value, status = found or (np.nan, "missing")
    return [None if pd.isna(value) else round(float(value), 2), status]


def _class_words(site: _Site, limits: Sequence[float]) -> list[str]:
    """What each class holds, low to high."""
    words = [number(n, 1 if n == round(n) else 0.1, site.settings.reports.language) for n in limits]
    if not words:
        return [site.word("all_equal")]
    between = [site.word("between", low=low, high=high) for low, high in itertools.pairwise(words)]
    return [site.word("below", limit=words[0]), *between, site.word("from", limit=words[-1])]


def _finding(site: _Site, known: Mapping[str, float]) -> str:
    """The lowest and the highest figure with their regions; of equals the first by name."""
    found = sorted((value, name) for name, value in known.items() if not pd.isna(value))
    if not found:
        return site.word("no_data", "phrase")
    low, high = found[0], min((row for row in found if row[0] == found[-1][0]), key=lambda row: row[1])
    shown = [number(value, 0.1, site.settings.reports.language) for value, _ in (low, high)]
    return site.word("map_finding", low=shown[0], low_name=low[1], high=shown[1], high_name=high[1])


def _layers(drawn: Outlines, first: Mapping[str, Any]) -> list[tuple[str, Markup]]:
    """The shapes of each level, coloured for the first map and its last year."""
    layers = []
    for kind, paths in drawn.paths.items():
        classes = first["classes"].get(kind, {}).get(first["years"][-1])
        scale = Classes(tuple(classes["limits"]), tuple(classes["words"])) if classes else None
        shapes = []
        for code, path in paths.items():
            value = first["values"].get(code, [[None]])[-1][0]
            shade = "x" if value is None or scale is None else scale.shade(value)
            shapes.append(f'<path data-code="{escape(code)}" class="k{shade}" d="{path}"/>')
        layers.append((kind, Markup("\n".join(shapes))))
    return layers


# --- the other pages ------------------------------------------------------------------------


def _compare(site: _Site, regions: list[Region], values: pd.DataFrame) -> bytes:
    language = site.settings.reports.language
    data = packed(values, language)
    return site.page(
        "compare",
        scripts=[_text("assets/uPlot.iife.min.js"), _text("templates/compare.js")],
        library_css=Markup(_text("assets/uPlot.min.css")),
        indicators=[(name, entry["title"]) for name, entry in data["indicators"].items()],
        regions=regions,
        data=data
        | {
            "regions": {r.place.code: [r.place.here, r.address if r.report else ""] for r in regions},
            "words": vocabulary.words("site", language) | {"no_data": word("phrase", "no_data", language)},
            "vintage": site.vintage,
        },
    )


def _write_revised(target: Path, found: Comparison | None) -> list[Path]:
    """The differences as CSV; files of an earlier comparison go when there is none."""
    if found is None:
        return []
    for name, frame in ((CELLS_CSV, found.cells), (VERDICTS_CSV, found.verdicts)):
        store.write_csv(target / name, frame)
    return [target / CELLS_CSV, target / VERDICTS_CSV]


def _revised(site: _Site, found: Comparison | None, names: Mapping[str, str], folders: Folders) -> bytes:
    tables = None
    if found is not None:
        programmes = load_programmes(folders.reference / "programmes")
        tables = revised_tables(found, names, programmes, site.settings.reports.language)
    return site.page(
        "revised", tables=tables, old=found.old if found else "", new=found.new if found else "", changes=CHANGES,
        reasoned=REASONED, files=(CELLS_CSV, VERDICTS_CSV),
    )  # fmt: skip


def _about(
    site: _Site,
    reports: Mapping[str, Mapping[str, Any]],
    manifest: store.Manifest,
    scores: pd.DataFrame,
    reference: Reference,
) -> bytes:
    language, models = site.settings.reports.language, site.settings.models
    return site.page(
        "about",
        template=f"about_{language}.html.j2",
        facts=[
            (site.word("edition"), str(site.settings.edition)),
            (site.word("vintage"), site.vintage),
            (site.word("date"), _day(site.settings.reports.date, language)),
            (site.word("reports"), number(len(reports), 1, language)),
            (site.word("code"), ", ".join(sorted({report["code"] for report in reports.values()}))),
        ],
        likely=per_cent(number(100 * models.likely, 1, language), language),
        unlikely=per_cent(number(100 * models.unlikely, 1, language), language),
        horizon=str(models.verdict_horizon),
        marks=footer_marks(language),
        said_before=said_before(scores, reference, language),
        sources=[_source_row(table, site) for table in manifest.tables],
        absent=manifest.absent,
    )


def _source_row(table: store.ManifestTable, site: _Site) -> dict[str, str]:
    first, last = table.first_period[:4], table.last_period[:4]
    return {
        "id": table.table_id,
        "url": STATLINE.format(table=table.table_id) if table.publisher == "cbs" else "",
        "title": table.title,
        "periods": first if first == last else f"{first}–{last}",
        "licence": table.licence,
        "retrieved": site.word("not_recorded") if table.retrieved_at == _NOT_RECORDED else table.retrieved_at,
        "publisher": table.original_source,
    }


def _place(site: _Site, region: Region, regions: list[Region]) -> bytes:
    """The page at the address of a region: it leads to the report, or says where else to look."""
    return site.page(f"{region.slug}/", "place.html.j2", region=region, around=nearest(region, regions))


def _sitemap(address: str, regions: list[Region]) -> bytes:
    found = [address, *(f"{address}{page}" for page in (COMPARE, REVISED, ABOUT))]
    found += [f"{address}{region.slug}/" for region in regions if region.report]
    lines = "".join(f"<url><loc>{escape(url)}</loc></url>\n" for url in found)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{lines}</urlset>\n".encode()


@functools.cache
def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _day(date: str, language: str) -> str:
    return format_date(dt.date.fromisoformat(date), "d MMMM y", locale=LOCALES[language])


def _contact(contact: str | None) -> tuple[str, str] | None:
    """Address to link to and words to print; None when no contact is given."""
    return contact and (contact if contact.startswith("https://") else f"mailto:{contact}", contact)


def _hash_of(script: str) -> str:
    """How the page's content policy names a script that may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
