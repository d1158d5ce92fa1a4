"""What the two CBS services have in common: a described table, a checked selection, one raw form.

``cbs_v3`` and ``cbs_v4`` describe a table and bring its rows; everything that decides *which* rows, whether
they are complete and what they are called stands here, once, so that both ways give the same table.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import quote

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.sources.catalog import CodeFilter, Source, WantedMeasure, normal_text, normal_unit
from pipeline.sources.errors import ContentError, IncompleteError, SourceError, TransportError
from pipeline.sources.pages import PageFolder
from pipeline.store import RawTable

log = logging.getLogger(__name__)

#: IIS, which serves both, refuses query strings above 2,048 characters; the rest of the query needs room too.
FILTER_LENGTH = 1500
AGAIN = "Run the same command again; if it stays, the service is at fault: nothing was stored."
CODE_COLUMNS = ["code", "title", "description"]


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

    def dimension(self, name: str) -> Dimension:
        """One dimension by its name."""
        return next(d for d in self.dimensions if d.name == name)

    @property
    def is_stopped(self) -> bool:
        """Whether the publisher stopped the table; its figures stay valid."""
        return self.status.casefold() in ("gediscontinueerd", "stopgezet")


@dataclass(frozen=True)
class Selection:
    """Which cells are asked for.

    codes : per dimension the wanted published keys; a dimension that is not in it is taken whole
    terms : per dimension the filter expressions that select exactly those keys
    """

    measures: tuple[Measure, ...]
    codes: dict[str, list[str]] = field(default_factory=dict)
    terms: dict[str, list[str]] = field(default_factory=dict)

    def cells(self, description: TableDescription) -> int:
        """The most cells the selection can give, measures not counted."""
        sizes = [len(self.codes.get(d.name, d.codes)) for d in description.dimensions]
        return int(np.prod(sizes, dtype=np.int64))


@dataclass(frozen=True)
class Pulled:
    """Cells that came in: one column a dimension (stripped codes), measure, value, value_attribute."""

    cells: pd.DataFrame
    request: str


class Transport(Protocol):
    """One way to CBS."""

    name: str

    def list_tables(self, words: str) -> pd.DataFrame:
        """Tables with the words in their title: table_id, title, modified, status."""

    def describe(self, table_id: str) -> TableDescription:
        """Everything the table says of itself."""

    def pull(self, description: TableDescription, selection: Selection, source: Source, pages: PageFolder
             ) -> Pulled:  # fmt: skip
        """The selected cells, complete."""


# --- what the catalogue wants against what the table has ------------------------------------


def check_table(description: TableDescription, source: Source) -> Selection:
    """Compare a table with what the catalogue expects and resolve codes and columns from the table itself.

    Raises
    ------
    ContentError
        When the title, a dimension, a measure or a unit is another, or a wanted code is not there.
    """
    if not source.title_fits(description.title):
        raise _changed(description, f"its title is now {description.title!r}, expected {source.title!r}")
    names = [d.name for d in description.dimensions]
    if sorted(names) != sorted(source.dimensions):
        raise _changed(description, f"its dimensions are now {names}, expected {source.dimensions}")
    measures = tuple(_find_measure(description, wanted) for wanted in source.measures)
    if source.takes_all_measures:
        measures = description.measures
    codes, terms = {}, {}
    for name, rule in source.filters.items():
        dimension = description.dimension(name)
        codes[name] = _matching_keys(description, dimension, rule)
        terms[name] = _terms(dimension, rule, codes[name])
    return Selection(measures, codes, terms)


def _changed(description: TableDescription, what: str) -> ContentError:
    return ContentError(
        what,
        table=description.table_id,
        next_step="Compare the table on its page with pipeline/sources/catalog.yaml: when the figures are "
        "still the same, adapt the catalogue; when not, find the successor with `python -m pipeline "
        "catalog --check`.",
    )


def _find_measure(description: TableDescription, wanted: WantedMeasure) -> Measure:
    def fits(measure: Measure) -> bool:
        same = normal_text(measure.title).casefold() == normal_text(wanted.title).casefold()
        groups = [normal_text(g).casefold() for g in measure.group.split(" > ")]
        return same and (not wanted.group or normal_text(wanted.group).casefold() in groups)

    found = [m for m in description.measures if fits(m)]
    label = f"{wanted.group} > {wanted.title}" if wanted.group else wanted.title
    if len(found) != 1:
        there = [f"{m.group} > {m.title}" if m.group else m.title for m in description.measures]
        raise _changed(
            description,
            f"measure {label!r} occurs {len(found)} times; the table has {len(there)} measures, "
            f"e.g. {there[:5]}",
        )
    measure = found[0]
    if normal_unit(measure.unit) != normal_unit(wanted.unit):
        raise _changed(
            description, f"the unit of {label!r} is now {measure.unit!r}, expected {wanted.unit!r}"
        )
    return replace(measure, name=wanted.name, unit=wanted.unit)


def _matching_keys(description: TableDescription, dimension: Dimension, rule: CodeFilter) -> list[str]:
    codes = dimension.codes
    if rule.codes:
        lost = sorted(set(rule.codes) - set(codes["code"]))
        if lost:
            raise _changed(
                description,
                f"{len(lost)} of {len(rule.codes)} wanted codes are not in {dimension.name}, e.g. {lost[:3]}",
            )
        chosen = codes["code"].isin(rule.codes)
    elif rule.prefix:
        chosen = codes["code"].str.startswith(tuple(rule.prefix))
    elif rule.from_period:
        chosen = codes["code"] >= rule.from_period
    else:
        titles = codes["title"].map(normal_text)
        chosen = titles.str.fullmatch(rule.title_matches)
    if not chosen.any():
        raise _changed(
            description,
            f"no code of {dimension.name} fits {rule.model_dump(exclude_defaults=True)}; there are "
            f"{len(codes)}, e.g. {codes[['code', 'title']].head(3).to_dict('records')}",
        )
    return codes.loc[chosen, "key"].tolist()


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


# --- metadata ---------------------------------------------------------------------------------


def table_list(rows: list[dict[str, Any]], status: str) -> pd.DataFrame:
    """A publisher's list of tables: table_id, title, modified, status."""
    found = [
        (r["Identifier"], normal_text(r["Title"]), r.get("Modified") or "", r.get(status) or "") for r in rows
    ]
    return pd.DataFrame(found, columns=["table_id", "title", "modified", "status"])


def make_dimension(name: str, title: str, kind: str, rows: list[dict[str, Any]], key: str) -> Dimension:
    """A dimension from the rows of its code list; ``key`` is what the service calls the code."""
    codes = pd.DataFrame(
        {
            "key": [r[key] for r in rows],
            "code": [r[key].strip() for r in rows],
            "title": [normal_text(r.get("Title") or "") for r in rows],
            "description": [(r.get("Description") or "").strip() for r in rows],
            "status": [r.get("Status") or "" for r in rows],
        },
        dtype=object,
    )
    return Dimension(name, normal_text(title), kind, period_codes(codes) if kind == "time" else codes)


def group_path(groups: dict[Any, tuple[str, Any]], start: Any) -> str:
    """The titles above a measure, outermost first; ``groups``: id -> (title, id of the group above it)."""
    titles: list[str] = []
    while start in groups:
        title, start = groups[start]
        titles.insert(0, normal_text(title))
    return " > ".join(titles)


# --- rows ------------------------------------------------------------------------------------


def code_positions(dimension: Dimension) -> dict[str, int]:
    """Stripped code -> position in the code list."""
    return {code: position for position, code in enumerate(dimension.codes["code"])}


def encode_keys(keys: list[str | None], known: dict[str, int], dimension: str, table_id: str) -> np.ndarray:
    """Positions of row keys in the code list of a dimension; padding does not matter.

    Raises
    ------
    ContentError
        When rows carry a code that the table's own list does not have.
    """
    stripped = [(key or "").strip() for key in keys]
    unknown = sorted({code for code in stripped if code not in known})
    if unknown:
        raise ContentError(
            f"{len(unknown)} code(s) in its rows are not in its own list of {dimension}, e.g. {unknown[:3]}",
            table=table_id,
            next_step="The publisher is probably in the middle of an update: try again in an hour.",
        )
    return np.array([known[code] for code in stripped], dtype=np.int32)


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def as_published(values: list[str], measure: Measure, table_id: str) -> list[str]:
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
            f"e.g. {wrong[:3]}",
            table=table_id,
            next_step="The form of the service changed; nothing was stored. Report it with this message.",
        )
    return [with_decimals(v, measure.decimals) for v in values]


def with_decimals(value: str, decimals: int) -> str:
    """A number as text with at least this many decimals."""
    whole, _, fraction = value.partition(".")
    if not value or len(fraction) >= decimals or "e" in value or "E" in value:
        return value
    return f"{whole}.{fraction.ljust(decimals, '0')}"


def refuse_repeats(positions: np.ndarray, table_id: str, request: str) -> None:
    """Refuse rows that came twice; ``positions`` is (rows, keys)."""
    if len(positions) == 0:
        return
    sizes = positions.max(axis=0).astype(np.int64) + 1
    flat = np.sort(np.ravel_multi_index(tuple(positions.T), tuple(sizes)))
    repeated = int((flat[1:] == flat[:-1]).sum())
    if repeated:
        raise IncompleteError(
            f"{repeated} of {len(flat)} rows came twice",
            table=table_id,
            request=request,
            next_step=AGAIN,
        )


def refuse_update(description: TableDescription, modified_now: str, request: str) -> None:
    """Refuse rows of two versions of a table."""
    if modified_now != description.modified:
        raise IncompleteError(
            f"the table was updated while its rows came in ({description.modified} -> {modified_now})",
            table=description.table_id,
            request=request,
            next_step=AGAIN,
        )


def refuse_wrong_count(description: TableDescription, rows: int, most: int | None, request: str) -> None:
    """Compare rows with what the table says it has; ``most`` is given when only a part was asked for."""
    if most is not None and rows > most:
        problem = f"{rows} rows came in, the selection can hold {most}"
    elif most is None and description.rows not in (None, rows):
        problem = f"{rows} rows came in, the table says it has {description.rows}"
    else:
        return
    raise IncompleteError(problem, table=description.table_id, request=request, next_step=AGAIN)


def code_columns(positions: np.ndarray, description: TableDescription) -> dict[str, pd.Series]:
    """Stripped codes a dimension, from the positions of the rows (rows, dimensions)."""
    return {
        d.name: pa.array(d.codes["code"].tolist(), pa.string()).take(pa.array(positions[:, n])).to_pandas()
        for n, d in enumerate(description.dimensions)
    }


# --- the raw form ------------------------------------------------------------------------------


def to_raw_table(
    description: TableDescription, selection: Selection, pulled: Pulled, source: Source, edition: int | None
) -> RawTable:
    """The one raw form of what came in.

    A table without a period (a classification) gets the year of its edition as its period.
    """
    time = next((d for d in description.dimensions if d.kind == "time"), None)
    cells = pulled.cells
    if time is not None:
        cells = cells.rename(columns={time.name: "period"})
    else:
        cells = cells.assign(period=f"{edition}JJ00" if edition else "")
    others = [d for d in description.dimensions if d is not time]
    codes = {d.name: d.codes[CODE_COLUMNS].drop_duplicates("code") for d in others}
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
        "dimensions": [{"name": d.name, "title": d.title, "kind": d.kind} for d in description.dimensions],
    }
    columns = ["measure", *(d.name for d in others), "period", "value", "value_attribute"]
    return RawTable(source.publisher, description.table_id, cells[columns], codes, properties)


def measure_codes(measures: tuple[Measure, ...]) -> pd.DataFrame:
    """The code list of measures: code, title, group (nearest), unit, decimals, description, path, name.

    A unit is written as the catalogue spells it: CBS has both "x 1 000" and "x 1000".
    """
    return pd.DataFrame(
        {
            "code": [m.code for m in measures],
            "title": [normal_text(m.title) for m in measures],
            "unit": [m.unit for m in measures],
            "decimals": [m.decimals for m in measures],
            "description": [m.description for m in measures],
            "group": [m.group.split(" > ")[-1] for m in measures],
            "path": [m.group for m in measures],
            "name": [m.name for m in measures],
        }
    )


def period_codes(rows: pd.DataFrame) -> pd.DataFrame:
    """Titles without the marks of provisional figures, and the status they stand for.

    rows : columns title and status (may be empty), others stay

    In v3 the status sits in the title: ``*`` provisional, ``**`` revised provisional; where a table marks
    any period, the unmarked ones are final. A table that marks none does not say (empty status).
    """
    titles = rows["title"].map(normal_text)
    stars = titles.str.extract(r"(\*+)$")[0].fillna("")
    marked = stars.map({"*": "Voorlopig", "**": "NaderVoorlopig"}).fillna(
        "Definitief" if (stars != "").any() else ""
    )
    given = rows["status"].fillna("").astype(str)
    return rows.assign(title=titles.str.rstrip("* "), status=given.where(given != "", marked))


# --- one table by the best way -------------------------------------------------------------------


def pull_table(
    transports: list[Transport],
    source: Source,
    table_id: str,
    pages: Callable[[str, TableDescription, Selection], PageFolder],
    edition: int | None = None,
) -> tuple[RawTable, str, str]:
    """One table of a source, by the first way that works.

    Parameters
    ----------
    transports : in order of preference; a way that breaks falls over to the next, a table that is not what
        the catalogue says does not
    pages : gives the folder where the pages of a pull wait

    Returns
    -------
    the raw table, the name of the way it came, the request
    """
    broken: list[SourceError] = []
    for transport in transports:
        try:
            description = transport.describe(table_id)
            selection = check_table(description, source)
            folder = pages(transport.name, description, selection)
            pulled = _pull_twice_at_most(transport, description, selection, source, folder)
        except TransportError as error:
            # whoever asked tells what becomes of it; said here too, a table that is left out is told three times
            log.debug("%s by %s: %s", table_id, transport.name, error)
            broken.append(error)
            continue
        if pulled.cells.empty:
            raise ContentError(
                "the table holds no rows for what is asked",
                table=table_id,
                request=pulled.request,
                next_step="Look at the table's page: it may be in the middle of an update, or stopped.",
            )
        for error in broken:
            log.info("%s came by %s: %s", table_id, transport.name, error)
        return (
            to_raw_table(description, selection, pulled, source, edition),
            transport.name,
            pulled.request,
        )
    if len(broken) == 1:
        raise broken[0]
    said = [f"{t.name}: {e.reason}" for t, e in zip(transports, broken, strict=True)]
    raise type(broken[-1])(
        broken[0].reason if len({e.reason for e in broken}) == 1 else "; ".join(said),
        table=table_id,
        request=" and ".join(e.request for e in broken),
        next_step=broken[0].next_step,
    )


def _pull_twice_at_most(
    transport: Transport,
    description: TableDescription,
    selection: Selection,
    source: Source,
    folder: PageFolder,
) -> Pulled:
    """Rows that do not add up are fetched afresh once: the table may have changed between two pages."""
    try:
        return transport.pull(description, selection, source, folder)
    except IncompleteError as error:
        log.warning("%s: %s; all its pages are fetched afresh", description.table_id, error.reason)
    folder.clear()
    try:
        return transport.pull(description, selection, source, folder)
    except IncompleteError:
        folder.clear()
        raise
