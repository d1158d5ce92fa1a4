"""The list of sources: what is pulled, from whom, under which title, and what it must look like.

``catalog.yaml`` holds it; nothing about a table stands in code. A table is named by its id, or, where the
publisher makes a new table every year, by a title with the edition year in it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.strict_yaml import read_yaml

CATALOG = Path(__file__).with_name("catalog.yaml")

Kind = Literal["cbs", "pdok", "open_match", "uwv_inbox", "lisa_inbox"]


class CatalogError(ValueError):
    """catalog.yaml holds something that cannot be used."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hosts(_Part):
    """Base addresses of the services; tests and mirrors put their own here."""

    cbs_v3: str
    cbs_v4: str
    pdok_wfs: str
    pdok_ogc: str
    data_overheid: str

    @field_validator("*")
    @classmethod
    def _is_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"{value!r} is not an address that starts with http:// or https://")
        return value.rstrip("/")


class Publisher(_Part):
    """Who publishes, under which licence, and how to name it."""

    name: str
    licence: str
    citation: str


class WantedMeasure(_Part):
    """A measure by the publisher's title; its code and column suffix are looked up in the table itself.

    group : title of a group above it, where one title occurs more than once in a table
    title_matches : regular expression on the whole title, for a title that is known from hearsay only
    name : the short name that tidy knows it by
    """

    name: str
    title: str
    unit: str
    group: str = ""
    title_matches: str = ""

    def fits(self, title: str, groups: list[str]) -> bool:
        """Whether a measure of a table, with the titles above it, is this one."""
        is_named = normal_text(title).casefold() == normal_text(self.title).casefold()
        if not is_named and self.title_matches:
            is_named = re.fullmatch(self.title_matches, normal_text(title), re.IGNORECASE) is not None
        above = [normal_text(group).casefold() for group in groups]
        return is_named and (not self.group or normal_text(self.group).casefold() in above)


class CodeFilter(_Part):
    """Which codes of a dimension are wanted: listed ones, beginnings, patterns on titles, or from a period.

    Each listed code, beginning and pattern is a wanted part: one that finds nothing stops a required source and marks
    an optional one.

    at_least : so many codes must be found in all
    """

    codes: list[str] = Field(default_factory=list)
    prefix: list[str] = Field(default_factory=list)
    title_matches: list[str] = Field(default_factory=list)
    from_period: str = ""
    at_least: int = 1

    @model_validator(mode="after")
    def _says_something(self) -> CodeFilter:
        ways = [bool(self.codes), bool(self.prefix), bool(self.title_matches), bool(self.from_period)]
        if sum(ways) != 1:
            raise ValueError("a filter gives exactly one of codes, prefix, title_matches, from_period")
        for pattern in self.title_matches:
            re.compile(pattern)
        return self

    def parts(self, codes: pd.DataFrame) -> dict[str, pd.Series]:
        """Each wanted part in words -> which of the codes (columns code, title) it finds."""
        if self.codes:
            return {f"the code {code}": codes["code"] == code for code in self.codes}
        if self.prefix:
            return {f"codes that begin with {p}": codes["code"].str.startswith(p) for p in self.prefix}
        if self.from_period:
            return {f"periods from {self.from_period}": codes["code"] >= self.from_period}
        titles = codes["title"].map(normal_text)
        return {
            f"the title {p!r}": titles.str.fullmatch(p, case=False).astype(bool) for p in self.title_matches
        }

    @property
    def wants_only_totals(self) -> bool:
        """Whether a table without the dimension would do as well."""
        return bool(self.title_matches) and all(p.startswith(("Totaal", "Total")) for p in self.title_matches)


class Editions(_Part):
    """Tables that get a new id every year.

    title_matches : regular expression on the whole title, with a group named ``year``
    search : words of the title to look for in the publisher's list of tables
    known : ids found so far, used when the list cannot be read
    take : every edition, or the latest one only
    also : years wanted besides the latest
    holds_year : an edition holds figures of its own year
    """

    title_matches: str
    search: str
    known: dict[int, str] = Field(default_factory=dict)
    take: Literal["all", "latest"]
    also: list[int] = Field(default_factory=list)
    holds_year: bool = False

    @field_validator("title_matches")
    @classmethod
    def _has_year(cls, value: str) -> str:
        if "year" not in re.compile(value).groupindex:
            raise ValueError("the pattern has no group (?P<year>...)")
        return value

    def year_of(self, title: str) -> int | None:
        """The edition year in a title, or None when the title is another table's."""
        found = re.fullmatch(self.title_matches, normal_text(title), flags=re.IGNORECASE)
        return int(found["year"]) if found else None


class Source(_Part):
    """One source of the catalogue."""

    key: str
    need: str
    kind: Kind = "cbs"
    publisher: str
    table: str = ""
    title: str
    title_matches: str = ""
    editions: Editions | None = None
    dimensions: list[str] = Field(default_factory=list)
    holds: dict[str, list[str]] = Field(default_factory=dict)
    file_hosts: list[str] = Field(default_factory=list)
    measures: list[WantedMeasure] = Field(default_factory=list)
    takes_all_measures: bool = False
    looks_ahead: bool = False
    take_every: int = Field(default=1, ge=1)
    filters: dict[str, CodeFilter] = Field(default_factory=dict)
    empty_means: Literal["NotAvailable", "Impossible"] = "NotAvailable"
    dot_means: Literal["NotAvailable", "Confidential", "Impossible"] = "NotAvailable"
    rhythm: str
    page: str
    original_source: str
    required: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _is_complete(self) -> Source:
        if self.kind == "cbs" and bool(self.table) == bool(self.editions):
            raise ValueError(f"{self.key}: give either table or editions")
        if self.kind == "cbs" and not (self.dimensions and (self.measures or self.takes_all_measures)):
            raise ValueError(f"{self.key}: name the dimensions and measures of the table")
        unknown = set(self.filters) - set(self.dimensions)
        if unknown:
            raise ValueError(f"{self.key}: filter on {sorted(unknown)}, which is no dimension of the table")
        names = [m.name for m in self.measures]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.key}: a measure name occurs twice in {names}")
        return self

    def title_fits(self, title: str) -> bool:
        """Whether a table still carries the title that the catalogue expects.

        When a table is stopped, CBS adds its years to the title (", 2008-2014"): that is no change.
        """
        if self.editions:
            return self.editions.year_of(title) is not None
        is_named = _without_years(title) == _without_years(self.title)
        if not is_named and self.title_matches:
            return re.fullmatch(self.title_matches, normal_text(title), re.IGNORECASE) is not None
        return is_named


class Catalog(_Part):
    """All sources, their publishers and the addresses of the services."""

    hosts: Hosts
    publishers: dict[str, Publisher]
    sources: list[Source]

    @model_validator(mode="after")
    def _is_consistent(self) -> Catalog:
        keys = [s.key for s in self.sources]
        twice = sorted({k for k in keys if keys.count(k) > 1})
        if twice:
            raise ValueError(f"sources with the same key: {twice}")
        unknown = sorted({s.publisher for s in self.sources} - self.publishers.keys())
        if unknown:
            raise ValueError(f"publishers that are not described: {unknown}")
        return self

    def source(self, key: str) -> Source:
        """One source by its key."""
        for source in self.sources:
            if source.key == key:
                return source
        keys = ", ".join(s.key for s in self.sources)
        raise CatalogError(f"The catalogue has no source {key!r}; it has: {keys}.")

    def only(self, keys: list[str]) -> Catalog:
        """A catalogue of some of the sources."""
        return self.model_copy(update={"sources": [self.source(key) for key in keys]})

    def at(self, **hosts: str) -> Catalog:
        """The same catalogue at other addresses."""
        return self.model_copy(update={"hosts": Hosts(**(self.hosts.model_dump() | hosts))})


def load_catalog(path: Path = CATALOG) -> Catalog:
    """Read and check the catalogue.

    Raises
    ------
    CatalogError
        Names every key that is unknown, missing or wrong.
    """
    try:
        content = read_yaml(path.read_bytes())
        return Catalog.model_validate(content)
    except (OSError, yaml.YAMLError) as error:
        raise CatalogError(f"{path.name} cannot be read: {error}") from error
    except ValidationError as error:
        problems = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
        raise CatalogError(
            f"{path.name} has {len(problems)} problem(s):\n- " + "\n- ".join(problems)
        ) from None


def list_sources(catalog: Catalog) -> pd.DataFrame:
    """One row a source: key, need, publisher, table, title, required, rhythm, licence, citation, page."""
    columns = ["source", "need", "publisher", "table", "title", "required", "rhythm", "original_source", "licence",
               "citation", "page"]  # fmt: skip
    rows = [
        s.model_dump()
        | catalog.publishers[s.publisher].model_dump()
        | {"source": s.key, "table": s.table or _edition_ids(s) or s.kind}
        for s in catalog.sources
    ]
    return pd.DataFrame(rows, columns=columns)


def _edition_ids(source: Source) -> str:
    return ", ".join(source.editions.known.values()) if source.editions else ""


def normal_text(text: str) -> str:
    """Text with single spaces and no space at the ends: publishers leave double and trailing ones."""
    return " ".join(text.split())


def normal_unit(unit: str) -> str:
    """A unit in one spelling: CBS writes "x 1 000", "x 1000" and "1 000 personen"; "aantal" and "absoluut"."""
    text = normal_text(unit).casefold().replace("×", "x")
    text = re.sub(r"(?<=\d)[ .](?=\d{3}\b)", "", text)
    text = re.sub(r"\s*\b(?:personen|banen|uitkeringen|vestigingen|inwoners)$", "", text)
    return {"1000": "x 1000", "absoluut": "aantal"}.get(text, text)


def _without_years(title: str) -> str:
    text = normal_text(title).casefold()
    return re.sub(r"[,;]?\s*\d{4}\s*(?:-|tot en met|t/m)\s*\d{4}$", "", text)
