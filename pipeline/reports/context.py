"""Everything a regional report draws from, read once: tables, names, members, borders and the reference.

``open_region`` gives the context of one region. The tables behind it are read once a process and shared by
every report that the process makes.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pydantic import ValidationError

from pipeline import store
from pipeline.config import Language, Settings, SettingsError, load_settings
from pipeline.errors import MonitorError
from pipeline.figures.style import HouseStyle
from pipeline.folders import Folders
from pipeline.reference import ProgrammeLink, Reference, load_reference, programmes_of_region
from pipeline.region_names import RegionNames
from pipeline.vocabulary import word

NATION = "NL01"
#: spreads the growth of a COROP by a share of long ago: fine for an area, silent about one gemeente
SHARE_ESTIMATE = "share_of_corop"
_BY_REGION = (
    "job_estimates",
    "job_estimate_quality",
    "job_changes",
    "outlook",
    "youth",
    "similar_regions",
    "revisions",
)
_TABLES = ("indicators", "regions", "members", "targets", "verdict_changes", "checks", *_BY_REGION)


class UnknownRegionError(ValueError):
    """A region key that the monitor does not know; the message gives the nearest names."""


# --- places -----------------------------------------------------------------------------

#: how areas begin that are named after a scheme
_SCHEMES = ("Bedrijvenregeling", "Sectorplan")
#: gemeenten on which one lives, not in which
_ISLANDS = ("Ameland", "Goeree-Overflakkee", "Schiermonnikoog", "Terschelling", "Texel", "Vlieland")


@dataclass(frozen=True)
class Place:
    """A region with the ways to name it in a sentence.

    here : the name in a sentence: "Dordrecht", "de provincie Drenthe"; in_here : "in Dordrecht", "op Texel"
    """

    code: str
    name: str
    kind: str
    here: str
    in_here: str


def place_of(code: str, name: str, kind: str, language: Language) -> Place:
    """A region by its name and kind, in the words of a language."""
    key = kind
    if kind == "nation":
        name = word("place", "nation_name", language)
    elif kind == "area" and name.startswith(_SCHEMES):
        key = "scheme"
    elif kind == "area" and name.lower().startswith("regio"):
        key = "named_region"
    here = word("place", key, language).format(name=name)
    at = "on" if kind == "gemeente" and name in _ISLANDS else "in"
    return Place(code, name, kind, here, word("phrase", f"{at}_place", language).format(here=here))


# --- the indicator table, found by region and indicator -----------------------------------


class IndicatorIndex:
    """The indicator table, indexed once: a report asks it for thousands of single figures."""

    def __init__(self, table: pd.DataFrame):
        ordered = table.sort_values(["region_code", "indicator", "period", "source"], ignore_index=True)
        self._table = _with_plain_texts(ordered)
        keys = ["region_code", "indicator", "frequency", "sector"]
        self._places = self._table.groupby(keys, sort=False).indices
        annual = self._table[(self._table["frequency"] == "A") & (self._table["sector"] == "total")]
        self._found: dict[tuple[Any, ...], pd.DataFrame] = {}
        self._annual: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
        self._known: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in annual.to_dict("records"):
            key = row["region_code"], row["indicator"]
            self._annual.setdefault((*key, row["year"]), []).append(row)
            if pd.notna(row["value"]):
                self._known.setdefault(key, []).append(row)

    def rows(
        self, region_code: str, indicator: str, frequency: str, sector: str, sources: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Rows of an indicator of a region, of all sources or some, by period and source."""
        key = region_code, indicator, frequency, sector
        asked = *key, *sources
        if asked not in self._found:
            rows = self._table.iloc[self._places.get(key, [])]
            rows = rows[rows["source"].isin(list(sources))] if sources else rows
            self._found[asked] = rows.reset_index(drop=True)
        return self._found[asked].copy(deep=False)  # the caller's own, the values shared until it writes

    def by_sector(
        self, region_code: str, indicator: str, sectors: Sequence[str]
    ) -> dict[str, list[dict[str, Any]]]:
        """Annual rows of each of these sectors, by period and source."""
        keys = [(region_code, indicator, "A", sector) for sector in sectors]
        rows = self._table.iloc[[place for key in keys for place in self._places.get(key, ())]]
        found: dict[str, list[dict[str, Any]]] = {sector: [] for sector in sectors}
        for row in rows.to_dict("records"):
            found[row["sector"]].append(row)
        return found

    def annual(self, region_code: str, indicator: str, year: int) -> list[dict[str, Any]]:
        """Annual rows over all sectors of one year, by source."""
        return self._annual.get((region_code, indicator, year), [])

    def known(self, region_code: str, indicator: str) -> list[dict[str, Any]]:
        """Annual rows over all sectors that have a value, by year and source."""
        return self._known.get((region_code, indicator), [])


# --- tables, once a process ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ReportTables:
    """The stored tables that reports use, cut by region where that saves time."""

    folders: Folders
    settings: Settings
    vintage: store.Manifest
    reference: Reference
    regions: pd.DataFrame
    members: dict[str, tuple[str, ...]]
    indicators: IndicatorIndex = field(repr=False)
    targets: pd.DataFrame = field(repr=False)
    verdict_changes: pd.DataFrame = field(repr=False)
    checks: pd.DataFrame = field(repr=False)
    models: dict[str, dict[str, pd.DataFrame]] = field(repr=False)
    borders: gpd.GeoDataFrame = field(repr=False)

    @functools.cached_property
    def places(self) -> dict[str, Place]:
        """Every region by code; the nation by its name in the language of the reports."""
        rows = self.regions[["region_code", "region_name", "region_type"]].itertuples(index=False)
        language = self.settings.reports.language
        return {code: place_of(code, name, kind, language) for code, name, kind in rows}

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """The name of each region by code."""
        return {code: place.name for code, place in self.places.items()}

    @functools.cached_property
    def division(self) -> tuple[str, int]:
        """Table and year of the division into gemeenten that the regions are made of."""
        source = self.regions.loc[self.regions["region_type"] == "gemeente", "source"].iloc[0]
        return source, int(self.vintage.table(source).last_period[:4])

    @functools.cached_property
    def target_rows(self) -> dict[tuple[str, str], tuple[pd.Series, ...]]:
        """The stored readings of each target, by programme and target."""
        groups = _with_plain_texts(self.targets).groupby(["programme", "target"], sort=False)
        return {key: tuple(row for _, row in rows.iterrows()) for key, rows in groups}

    @functools.cached_property
    def claims(self) -> dict[tuple[str, str], pd.DataFrame]:
        """What was said about each target, by programme and target."""
        groups = _with_plain_texts(self.reference.claims).groupby(["programme", "target_key"], sort=False)
        return dict(iter(groups))

    def model(self, name: str, region_code: str) -> pd.DataFrame:
        """Rows of a model table about a region; empty when the model says nothing about it."""
        by_region = self.models[name]
        return by_region[region_code] if region_code in by_region else by_region[""]

    def code_of(self, region: str) -> str:
        """The code of a region that is asked for by code, key or name, also one of before a merger.

        Raises
        ------
        UnknownRegionError
            No such region, or several of that name; gives the nearest codes and names.
        """
        if region in self.places:
            return region
        if region in self.reference.areas:
            raise UnknownRegionError(
                f"{region} stands in data/reference/areas.yaml and not in the tables yet; run `make monitor`, then ask "
                "again."
            )
        try:
            return RegionNames(self.regions, self.reference.changes).code(region)
        except MonitorError as error:
            raise UnknownRegionError(str(error)) from error


@functools.cache
def read_tables(folders: Folders) -> ReportTables:
    """Read what reports need from the project in ``folders``; kept for later calls in this process.

    Raises
    ------
    StoreError
        A table was not made yet, or was made from another vintage than params.yaml names.
    """
    settings = load_settings(folders.root / "params.yaml")
    tables = {name: store.read(name, folders) for name in _TABLES}
    made_from = set(tables["indicators"]["vintage"])
    if made_from != {settings.vintage}:
        raise store.StoreError(
            f"the stored tables are made from {', '.join(sorted(made_from))}, params.yaml asks for "
            f"{settings.vintage}; run `make monitor` first."
        )
    members = tables["members"].groupby("region_code")["gm_code"].agg(lambda codes: tuple(sorted(codes)))
    borders = store.read_borders(folders)
    return ReportTables(
        folders=folders,
        settings=settings,
        vintage=store.read_manifest(folders.raw / settings.vintage),
        reference=load_reference(folders.reference),
        regions=tables["regions"],
        members=members.to_dict(),
        indicators=IndicatorIndex(tables["indicators"]),
        targets=tables["targets"],
        verdict_changes=tables["verdict_changes"],
        checks=_with_plain_texts(tables["checks"]),
        models={name: _by_region(tables[name]) for name in _BY_REGION},
        borders=borders,
    )


def house_style(settings: Settings, root: Path | None = None) -> HouseStyle:
    """The look of the reports: the shipped style with the publisher's name, colours, logo and font.

    Parameters
    ----------
    settings : params.yaml
    root : folder of the project; logo_file and font_dir lie in its folder house_style

    Raises
    ------
    SettingsError
        A key or colour that the house style does not take, a file that is not there, text that would be hard
        to read, or shades that are alike in grey.
    """
    own_files = (Folders(root) if root else Folders()).house_style
    own = dict(settings.reports.style)
    if "logo_file" in own:
        path = own_files / str(own.pop("logo_file"))
        if not path.is_file():
            raise SettingsError(f"reports.style.logo_file: there is no file {path.name} in {own_files.name}.")
        own["logo_svg"] = path.read_text(encoding="utf-8")
    if "font_dir" in own:
        folder = own_files / str(own.pop("font_dir"))
        if not any(folder.glob("*.ttf")):
            raise SettingsError(
                f"reports.style.font_dir: there is no folder {folder.name} with .ttf files in {own_files.name}."
            )
        own["font_dirs"] = (folder,)
    try:
        return HouseStyle.model_validate({"publisher": settings.reports.publisher} | own)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        allowed = ", ".join(sorted({*HouseStyle.model_fields, "logo_file", "font_dir"}))
        raise SettingsError(f"reports.style.{key}: {first['msg']}; the keys are {allowed}.") from None


def are_made(folders: Folders) -> bool:
    """Whether every table that reports use is there."""
    return all(store.path_of(name, folders).is_file() for name in _TABLES)


def _by_region(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows by region; under the empty key no rows, with the columns of the table."""
    plain = _with_plain_texts(table)
    groups = {code: rows.reset_index(drop=True) for code, rows in plain.groupby("region_code")}
    return groups | {"": plain.head(0)}


def _with_plain_texts(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its texts as objects: small selections from arrow-backed text are slow."""
    texts = [column for column in table if pd.api.types.is_string_dtype(table[column])]
    return table.astype(dict.fromkeys(texts, object))


# --- one region ---------------------------------------------------------------------------


@dataclass(frozen=True)
class RegionContext:
    """The region of a report with everything that is known about it."""

    tables: ReportTables = field(repr=False)
    place: Place

    @property
    def settings(self) -> Settings:
        """params.yaml."""
        return self.tables.settings

    @functools.cached_property
    def style(self) -> HouseStyle:
        """The house style of the publisher."""
        return house_style(self.settings, self.tables.folders.root)

    @property
    def code(self) -> str:
        """Region code or area key."""
        return self.place.code

    @property
    def is_gemeente(self) -> bool:
        """Whether the report is about one gemeente."""
        return self.place.kind == "gemeente"

    @property
    def is_above_regions(self) -> bool:
        """Whether the report is about more than a region: programmes of a few gemeenten are no headline there."""
        return self.place.kind in ("province", "nation")

    @property
    def is_nation(self) -> bool:
        """Whether the report is about the Netherlands."""
        return self.place.kind == "nation"

    @property
    def language(self) -> Language:
        """The language of the report."""
        return self.settings.reports.language

    @functools.cached_property
    def members(self) -> tuple[Place, ...]:
        """The gemeenten of the region by name."""
        codes = self.tables.members[self.code]
        return tuple(sorted((self.tables.places[code] for code in codes), key=lambda place: place.name))

    @functools.cached_property
    def nation(self) -> Place:
        """The Netherlands."""
        return self.tables.places[NATION]

    @functools.cached_property
    def programmes(self) -> list[ProgrammeLink]:
        """The programmes that concern the region, closest first."""
        codes = [place.code for place in self.members]
        return programmes_of_region(codes, self.tables.reference.programmes, self.tables.members)

    @functools.cached_property
    def surroundings(self) -> tuple[Place, ...]:
        """The COROP and province that hold the whole region, the smaller first; none for a nation."""
        codes = [place.code for place in self.members]
        rows = self.tables.regions[self.tables.regions["region_code"].isin(codes)]
        held_by = [set(rows[column]) for column in ("cr_code", "pv_code")]
        around = [self.tables.places[codes.pop()] for codes in held_by if len(codes) == 1]
        return tuple(place for place in around if place.code != self.code)

    def parts(self, most: int = 20) -> tuple[Place, ...]:
        """What the region is shown by: its gemeenten, or with more than ``most`` its COROPs or provinces.

        A region that no set of COROPs makes up (an arbeidsmarktregio) keeps its gemeenten.
        """
        if len(self.members) <= most or self.place.kind not in ("province", "nation"):
            return self.members
        column = "pv_code" if self.is_nation else "cr_code"
        rows = self.tables.regions[self.tables.regions["region_code"].isin(self.tables.members[self.code])]
        places = [self.tables.places[code] for code in sorted(set(rows[column]))]
        return tuple(sorted(places, key=lambda place: place.name))

    def rows(
        self,
        indicator: str,
        place: Place | None = None,
        *,
        frequency: str = "A",
        sector: str = "total",
        sources: Sequence[str] = (),
    ) -> pd.DataFrame:
        """Indicator rows of a place (the region itself by default), by period."""
        code = (place or self.place).code
        return self.tables.indicators.rows(code, indicator, frequency, sector, sources)

    def at(
        self, indicator: str, year: int, place: Place | None = None, sources: Sequence[str] = ()
    ) -> Mapping[str, Any] | None:
        """The row of a year, present even when its value is missing; None when there is no row at all."""
        rows = self.tables.indicators.annual((place or self.place).code, indicator, year)
        return next((row for row in reversed(rows) if not sources or row["source"] in sources), None)

    def latest(
        self, indicator: str, place: Place | None = None, sources: Sequence[str] = ()
    ) -> Mapping[str, Any] | None:
        """The annual row of the last year that has a value; None when no year has one."""
        rows = self.tables.indicators.known((place or self.place).code, indicator)
        return next((row for row in reversed(rows) if not sources or row["source"] in sources), None)

    def model(self, name: str, place: Place | None = None) -> pd.DataFrame:
        """Rows of a model table about a place; empty when the model says nothing about it."""
        return self.tables.model(name, (place or self.place).code)


def open_region(region: str, project: str | Path = "") -> RegionContext:
    """The context of a region's report.

    Parameters
    ----------
    region : region code (GM0505, AM23, NL01), area key (drechtsteden) or name
    project : folder of the project; by default the one this package lies in

    Raises
    ------
    UnknownRegionError
        No such region; gives the nearest codes and names.
    """
    tables = read_tables(Folders(Path(project)) if str(project) else Folders())
    return RegionContext(tables, tables.places[tables.code_of(region)])
