"""Tables of CBS: what the catalogue wants against what a table has, and the one raw form.

``odata`` holds the two services, which describe a table and bring its rows. Which rows, whether they are whole and what
they are called is decided here, once, so that both give the same table.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from pipeline.sources.catalog import CodeFilter, Source, WantedMeasure, normal_text, normal_unit
from pipeline.sources.errors import IN_UPDATE, ContentError, IncompleteError, UnlistedError
from pipeline.sources.http import Retryable
from pipeline.store import RawTable

log = logging.getLogger(__name__)

#: IIS, which serves both, refuses query strings above 2,048 characters; the rest of the query needs room too.
FILTER_LENGTH = 1500
CODE_COLUMNS = ["code", "title", "description"]
STOPPED = ("gediscontinueerd", "stopgezet")
#: A category that stands for all, in a dimension that the catalogue does not know.
TOTAL = re.compile(r"(?:[A-Z]-[A-Z] )?(?:totaal|alle|beide|total)\b.*|mannen en vrouwen", re.IGNORECASE)
#: Periods of years, quarters and months; no table of the catalogue has others.
PERIOD = re.compile(r"[12][0-9]{3}(?:JJ00|KW0[1-4]|MM(?:0[1-9]|1[0-2]))")
STATUSES = ("", "Definitief", "Voorlopig", "NaderVoorlopig", "NietVermeld")
#: What tells a region or period by its code, where a service does not say what kind a dimension is.
CODE_KINDS = {"time": r"\d{4}[A-Z]{2}\d\d", "region": r"(?:NL|LD|PV|CR|AM|GM|WK|BU)\d+"}


@dataclass(frozen=True)
class Dimension:
    """A dimension as the table describes it.

    codes : columns key (as published, with its padding), code (stripped), title, description, status
    """

    name: str
    title: str
    kind: str  # region, time or other
    codes: pd.DataFrame


@dataclass(frozen=True)
class Measure:
    """A measure as the table describes it; ``group`` is the path of titles above it."""

    code: str
    title: str
    group: str
    unit: str
    decimals: int
    description: str
    is_text: bool = False
    name: str = ""


@dataclass(frozen=True)
class TableDescription:
    """What a table says of itself."""

    table_id: str
    title: str
    modified: str
    period: str
    language: str
    status: str
    rows: int | None
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]

    @property
    def is_stopped(self) -> bool:
        """Whether the publisher stopped the table; its figures stay valid."""
        return self.status.casefold() in STOPPED


@dataclass(frozen=True)
class Selection:
    """Which cells are asked for.

    codes : per published dimension the wanted keys; a dimension that is not in it is taken whole
    terms : per published dimension the filter expressions that select exactly those keys
    names : published dimension -> name in the catalogue; one that is not in it is fixed to its total
    parts : per published dimension, each wanted part in words -> its codes
    remarks : what the table lacks of what is wanted
    """

    measures: tuple[Measure, ...]
    codes: dict[str, list[str]] = field(default_factory=dict)
    terms: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def cells(self, description: TableDescription) -> int:
        """The most rows the selection can give, measures not counted."""
        return int(
            np.prod([len(self.codes.get(d.name, d.codes)) for d in description.dimensions], dtype=np.int64)
        )


@dataclass(frozen=True)
class Pulled:
    """Cells that came in: one column a dimension (stripped codes), measure, value, value_attribute."""

    cells: pd.DataFrame
    request: str


# --- what the catalogue wants against what the table has ------------------------------------------


def select_cells(description: TableDescription, source: Source) -> Selection:
    """Compare a table with what the catalogue expects and resolve codes and columns from the table itself.

    Raises
    ------
    ContentError
        When the title, a dimension, a measure or a unit is another, or a wanted part of a required source is not there.
    """
    measured = pd.DataFrame([(m.code, m.title) for m in description.measures], columns=["code", "title"])
    for kind, codes in [*((d.name, d.codes) for d in description.dimensions), ("measures", measured)]:
        double = codes.drop_duplicates(["code", "title"])
        double = double[double.duplicated("code", keep=False)]
        if len(double):
            raise _changed(f"{double['code'].nunique()} code(s) of {kind} have two meanings, e.g. "
                           f"{double[['code', 'title']].head(2).to_dict('records')}")  # fmt: skip
    if not source.title_fits(description.title):
        raise _changed(f"its title is now {description.title!r}, expected {source.title!r}")
    names, totals = match_dimensions(description, source)
    measures = tuple(_find_measure(description, wanted) for wanted in source.measures)
    if source.takes_all_measures:
        measures = description.measures
    codes, terms, parts, remarks = {}, {}, {}, []
    lacking = set(source.dimensions) - set(names.values())
    if lacking:
        remarks.append(f"the table has no {', '.join(sorted(lacking))}: all its figures are totals")
    for dimension in description.dimensions:
        rule = source.filters.get(names.get(dimension.name, ""))
        if dimension.name in totals:
            rule = CodeFilter(codes=[totals[dimension.name]])
            remarks.append(f"{dimension.name} is not in the catalogue: its total is taken")
        if rule is not None:
            keys, parts[dimension.name] = _matching_keys(dimension, rule, source, remarks)
            codes[dimension.name], terms[dimension.name] = keys, _terms(dimension, rule, keys)
        if prefixes := source.holds.get(names.get(dimension.name, ""), []):
            found = CodeFilter(prefix=prefixes).parts(dimension.codes)
            parts[dimension.name] = {
                label: set(dimension.codes.loc[hits, "code"]) for label, hits in found.items()
            }
    return Selection(measures, codes, terms, names, parts, tuple(remarks))


def match_dimensions(description: TableDescription, source: Source) -> tuple[dict[str, str], dict[str, str]]:
    """Dimensions of a table by name, else by role: the region, the period, or the one that has the wanted categories.

    Returns
    -------
    published name -> name in the catalogue, and of dimensions that the catalogue does not know the code of the total
    """
    free = {d.name: d for d in description.dimensions}
    names: dict[str, str] = {}
    for fits in (_same_name, _same_role):
        for wanted in source.dimensions:
            found = [
                d.name for d in free.values() if wanted not in names.values() and fits(d, wanted, source)
            ]
            if len(found) == 1:
                names[found[0]] = wanted
                del free[found[0]]
    totals = {}
    for dimension in free.values():
        codes = dimension.codes
        all_of_it = (
            codes if len(codes) == 1 else codes[codes["title"].map(lambda t: bool(TOTAL.fullmatch(t)))]
        )
        if dimension.kind == "other" and len(all_of_it):
            totals[dimension.name] = all_of_it["code"].iloc[0]
    lacking = [
        wanted for wanted in source.dimensions
        if wanted not in names.values()
        and not (wanted in source.filters and source.filters[wanted].wants_only_totals)
    ]  # fmt: skip
    if lacking or len(totals) < len(free):
        there = [d.name for d in description.dimensions]
        raise _changed(f"its dimensions are now {there}, expected {source.dimensions}")
    return names, totals


def _same_name(dimension: Dimension, wanted: str, source: Source) -> bool:
    return dimension.name.casefold() == wanted.casefold()


def _same_role(dimension: Dimension, wanted: str, source: Source) -> bool:
    if wanted == "Perioden" or dimension.kind == "time":
        return wanted == "Perioden" and dimension.kind == "time"
    text = f"{dimension.name} {dimension.title}".casefold()
    for way in ("woon", "werk"):  # where people live, and where they work
        if way in wanted.casefold():
            return dimension.kind == "region" and way in text
    if wanted.startswith("Regio") or dimension.kind == "region":
        return wanted.startswith("Regio") and dimension.kind == "region"
    rule = source.filters.get(wanted)
    if rule is None or rule.wants_only_totals:
        return wanted.casefold() in text.replace(" ", "")
    return all(hits.any() for hits in rule.parts(dimension.codes).values())


def _changed(what: str) -> ContentError:
    return ContentError(
        what,
        next_step="Compare the table on its page with pipeline/sources/catalog.yaml: when the figures are "
        "still the same, adapt the catalogue; when not, find the successor with `python -m pipeline "
        "catalog --check`.",
    )


def _find_measure(description: TableDescription, wanted: WantedMeasure) -> Measure:
    found = [m for m in description.measures if wanted.fits(m.title, m.group.split(" > "))]
    if len(found) > 1:  # jobs and establishments of a sector bear one title
        found = [m for m in found if normal_unit(m.unit) == normal_unit(wanted.unit)] or found
    label = f"{wanted.group} > {wanted.title}" if wanted.group else wanted.title
    if len(found) != 1:
        there = [f"{m.group} > {m.title}" if m.group else m.title for m in description.measures]
        raise _changed(
            f"measure {label!r} occurs {len(found)} times; the table has {len(there)} measures, "
            f"e.g. {there[:5]}",
        )
    measure = found[0]
    if normal_unit(measure.unit) != normal_unit(wanted.unit):
        raise _changed(f"the unit of {label!r} is now {measure.unit!r}, expected {wanted.unit!r}")
    return replace(measure, name=wanted.name, unit=wanted.unit)


def _matching_keys(
    dimension: Dimension, rule: CodeFilter, source: Source, remarks: list[str]
) -> tuple[list[str], dict[str, set[str]]]:
    """Keys that a rule finds, and the codes of each of its parts; a part that finds nothing is refused or remarked."""
    codes = dimension.codes
    parts = rule.parts(codes)
    lost = [label for label, hits in parts.items() if not hits.any()]
    chosen = np.logical_or.reduce([hits.to_numpy(bool) for hits in parts.values()])
    number = int(codes.loc[chosen, "code"].nunique())
    if lost or number < rule.at_least:
        example = codes[["code", "title"]].head(3).to_dict("records")
        problem = (
            f"{len(lost)} of {len(parts)} wanted parts of {dimension.name} are not in its list, e.g. {lost[0]}"
            if lost
            else f"{number} codes of {dimension.name} are wanted ones, expected {rule.at_least}"
        )
        if source.required or not chosen.any():
            raise _changed(f"{problem}; there are {len(codes)} codes, e.g. {example}")
        remarks.append(problem)
    found = {label: set(codes.loc[hits, "code"]) for label, hits in parts.items() if hits.any()}
    return codes.loc[chosen, "key"].tolist(), found


def _terms(dimension: Dimension, rule: CodeFilter, keys: list[str]) -> list[str]:
    if len(keys) == len(dimension.codes):
        return []
    if rule.prefix:
        present = [p for p in rule.prefix if dimension.codes["code"].str.startswith(p).any()]
        return [f"startswith({dimension.name},{literal(prefix)})" for prefix in present]
    return [f"{dimension.name} eq {literal(key)}" for key in keys]


def literal(text: str) -> str:
    """An OData string: quotes doubled."""
    return "'" + text.replace("'", "''") + "'"


def filter_slices(terms: dict[str, list[str]], limit: int = FILTER_LENGTH) -> list[str]:
    """Filters that together select the cells once, none longer than ``limit`` when encoded.

    The dimension with the longest list is cut into pieces until every filter fits.
    """
    terms = {name: list(parts) for name, parts in terms.items() if parts}
    if not terms:
        return [""]
    text = " and ".join(f"({' or '.join(parts)})" for parts in terms.values())
    if len(quote(text)) <= limit:
        return [text]
    longest = max(terms, key=lambda name: len(" or ".join(terms[name])))
    parts = terms[longest]
    if len(parts) == 1:
        raise ValueError(f"a filter of {len(quote(text))} characters cannot be cut: {text[:80]}")
    half = len(parts) // 2
    return [
        piece
        for chosen in (parts[:half], parts[half:])
        for piece in filter_slices(terms | {longest: chosen}, limit)
    ]


def check_periods(codes: pd.DataFrame) -> None:
    """Refuse periods that are none, or of a status that nobody knows.

    codes : code and status of the periods that have rows

    Raises
    ------
    ContentError
        When rows are of such a period.
    """
    problems = {
        "are no year, quarter or month": ~codes["code"].str.fullmatch(PERIOD),
        "have a status that is not known": ~codes["status"].isin(STATUSES),
    }
    for problem, is_wrong in problems.items():
        if is_wrong.any():
            example = codes.loc[is_wrong, ["code", "status"]].iloc[0].to_dict()
            raise ContentError(
                f"{int(is_wrong.sum())} period(s) of its rows {problem}, e.g. {example}", next_step=IN_UPDATE
            )


def check_parts(selection: Selection, source: Source, cells: pd.DataFrame, edition: int | None) -> list[str]:
    """What is wanted and has no row: refused for a required source, in words for another.

    Raises
    ------
    ContentError
        When a part of a required source, or the year of an edition, has no rows.
    """
    lost = []
    for dimension, parts in selection.parts.items():
        present = set(cells[dimension].unique())
        lost += [f"{label} of {dimension}" for label, codes in parts.items() if not codes & present]
    time = next((published for published, name in selection.names.items() if name == "Perioden"), None)
    holds_year = source.editions is not None and source.editions.holds_year
    if holds_year and time and not cells[time].str.startswith(str(edition)).any():
        raise ContentError(
            f"the edition of {edition} holds rows of {', '.join(sorted(cells[time].str[:4].unique())[-3:])} only",
            next_step="The publisher gave an older table this title; look at its page.",
        )
    if not lost:
        return []
    if source.required:
        raise ContentError(
            f"{len(lost)} wanted part(s) have no row, e.g. {lost[0]}",
            next_step="Look at the table's page: a part of it was renamed or left out.",
        )
    return [f"{len(lost)} wanted part(s) have no row, e.g. {lost[0]}"]


# --- what a service sends -------------------------------------------------------------------------


def text_of(value: Any) -> str:
    """Text of a field that may be anything; empty when it is none."""
    return value if isinstance(value, str) else ""


def words(value: Any) -> str:
    """The same with single spaces."""
    return normal_text(text_of(value))


def whole_number(value: Any) -> int | None:
    """A whole number written as text; None when it is none."""
    text = value if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def table_list(rows: list[dict[str, Any]], status: str) -> pd.DataFrame:
    """A publisher's list of tables: table_id, title, modified, status; what has no proper id or title is left out."""
    found = [
        (r["Identifier"], words(r["Title"]), words(r.get("Modified")), words(r.get(status)))
        for r in rows
        if re.fullmatch("[0-9A-Za-z]+", text_of(r.get("Identifier"))) and words(r.get("Title"))
    ]
    if len(found) < len(rows):
        log.warning("%d of %d listed tables have no proper id or title", len(rows) - len(found), len(rows))
    return pd.DataFrame(found, columns=["table_id", "title", "modified", "status"])


def make_dimension(
    name: str, title: str, kind: str | None, rows: list[dict[str, Any]], key: str
) -> Dimension:
    """A dimension from the rows of its code list; ``key`` is what the service calls the code."""
    codes = pd.DataFrame(
        {
            "key": [r[key] for r in rows],
            "code": [r[key].strip() for r in rows],
            "title": [words(r.get("Title")) for r in rows],
            "description": [text_of(r.get("Description")).strip() for r in rows],
            "status": [text_of(r.get("Status")) for r in rows],
        },
        dtype=object,
    )
    if kind is None:
        fits = (k for k, form in CODE_KINDS.items() if len(codes) and codes["code"].str.fullmatch(form).all())
        kind = next(fits, "other")
    return Dimension(name, normal_text(title), kind, period_codes(codes) if kind == "time" else codes)


def group_path(groups: dict[str, tuple[str, str]], start: str) -> str:
    """The titles above a measure, outermost first; ``groups``: id -> (title, id of the group above it)."""
    titles: list[str] = []
    while start in groups and len(titles) < 20:
        title, start = groups[start]
        titles.insert(0, title)
    return " > ".join(titles)


def period_codes(rows: pd.DataFrame) -> pd.DataFrame:
    """Titles without the marks of provisional figures, and the status they stand for.

    rows : columns title and status (may be empty), others stay

    In v3 the status sits in the title: ``*`` provisional, ``**`` revised provisional, also as a footnote ``*)``; where
    a table marks any period, the unmarked ones are final. A table that marks none does not say (empty status).
    """
    parts = rows["title"].map(normal_text).str.extract(r"^(?P<title>.*?)\s*\(?(?P<stars>\**)\)?$")
    stars = parts["stars"].fillna("")
    # a bracket that belongs to the title stays
    titles = parts["title"].where(stars != "", rows["title"].map(normal_text))
    marked = stars.map({"*": "Voorlopig", "**": "NaderVoorlopig"}).fillna(
        "Definitief" if (stars != "").any() else ""
    )
    given = rows["status"].fillna("").astype(str)
    return rows.assign(title=titles, status=given.where(given != "", marked))


def code_positions(dimension: Dimension) -> dict[str, int]:
    """Stripped code -> position in the code list."""
    return {code: position for position, code in enumerate(dimension.codes["code"])}


def encode_keys(keys: list[str | None], known: dict[str, int], dimension: str) -> np.ndarray:
    """Positions of row keys in the code list of a dimension; padding does not matter.

    Raises
    ------
    ContentError
        When rows carry a code that the table's own list does not have.
    """
    if odd := {type(key) for key in keys} - {str, type(None)}:
        raise Retryable(f"rows with a {dimension} that is no text but {', '.join(t.__name__ for t in odd)}")
    stripped = [(key or "").strip() for key in keys]
    unknown = sorted({code for code in stripped if code not in known})
    if unknown:
        raise UnlistedError(
            f"{len(unknown)} code(s) in its rows are not in its own list of {dimension}, e.g. {unknown[:3]}",
            next_step=IN_UPDATE,
        )
    return np.array([known[code] for code in stripped], dtype=np.int32)


#: No count or rate is below zero. More than fifteen digits before the point are no count, and may be no finite number.
NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]+)?(?:[eE][+-]?0?[0-9])?")


def as_published(values: list[str], measure: Measure) -> list[str]:
    """Numbers as text, each with the decimals of its measure, so that 714 and 714.0 are the same text.

    More decimals than the table announces stay as they are: nothing is rounded away. Empty text stays empty.

    Raises
    ------
    ContentError
        For values that are no numbers with a decimal point (a comma would change them by a factor).
    """
    if measure.is_text:
        return values
    wrong = [v for v in values if v and not NUMBER.fullmatch(v)]
    if wrong:
        raise ContentError(
            f"{len(wrong)} value(s) of {measure.title!r} are no numbers with a decimal point, "
            f"from zero up, e.g. {[v[:40] for v in wrong[:3]]}",
            next_step="The form of the service changed; nothing was stored. Report it with this message.",
        )
    return [with_decimals(v, measure.decimals) for v in values]


def with_decimals(value: str, decimals: int) -> str:
    """A number as text with at least this many decimals."""
    whole, _, fraction = value.partition(".")
    if not value or len(fraction) >= decimals or "e" in value or "E" in value:
        return value
    return f"{whole}.{fraction.ljust(decimals, '0')}"


def refuse_repeats(positions: np.ndarray) -> None:
    """Refuse rows that came twice; ``positions`` is (rows, keys)."""
    if len(positions) == 0:
        return
    sizes = positions.max(axis=0).astype(np.int64) + 1
    flat = np.sort(np.ravel_multi_index(tuple(positions.T), tuple(sizes)))
    repeated = int((flat[1:] == flat[:-1]).sum())
    if repeated:
        raise IncompleteError(f"{repeated} of {len(flat)} rows came twice")


# --- the raw form ---------------------------------------------------------------------------------


def to_raw_table(
    description: TableDescription, selection: Selection, pulled: Pulled, source: Source, edition: int | None
) -> RawTable:
    """The one raw form of what came in, under the names that the catalogue has for dimensions.

    A table without a period (a classification) gets the year of its edition as its period.
    """
    time = next((d for d in description.dimensions if d.kind == "time"), None)
    others = [d for d in description.dimensions if d is not time and d.name in selection.names]
    names = selection.names
    cells = pulled.cells
    if time is None:
        cells = cells.assign(period=f"{edition}JJ00" if edition else "")
    cells = cells.rename(
        columns={d.name: names[d.name] for d in others} | ({time.name: "period"} if time else {})
    )
    codes = {names[d.name]: d.codes[CODE_COLUMNS].drop_duplicates("code") for d in others}
    codes["measures"] = measure_codes(selection.measures)
    codes["periods"] = (
        time.codes[["code", "title", "status"]]
        if time is not None
        else pd.DataFrame({"code": [f"{edition}JJ00"], "title": [str(edition)], "status": [""]})
    )
    properties = {
        "identifier": description.table_id,
        "title": normal_text(description.title),
        "modified": description.modified,
        "period": description.period,
        "language": description.language,
        "publisher": source.publisher,
        "table_status": description.status,
        "edition": edition,
        "dimensions": [
            {"name": names[d.name], "title": d.title, "kind": d.kind}
            for d in description.dimensions
            if d.name in names
        ],
    }
    columns = ["measure", *(names[d.name] for d in others), "period", "value", "value_attribute"]
    return RawTable(source.publisher, description.table_id, cells[columns], codes, properties)


def measure_codes(measures: tuple[Measure, ...]) -> pd.DataFrame:
    """The code list of measures: code, title, unit, decimals, description, group (nearest), path, name.

    A unit is written as the catalogue spells it: CBS has both "x 1 000" and "x 1000".
    """
    columns = ["code", "title", "unit", "decimals", "description"]
    frame = pd.DataFrame({c: [getattr(m, c) for m in measures] for c in columns})
    return frame.assign(
        title=frame["title"].map(normal_text),
        group=[m.group.split(" > ")[-1] for m in measures],
        path=[m.group for m in measures],
        name=[m.name for m in measures],
    )
