"""Choosers for notebooks: controls bound to a figure of ``pipeline.monitor``.

Each function gives a box that draws the figure once and again whenever a control moves; the same call without
controls stands in ``pipeline.monitor``. A question without an answer shows why, and leaves the controls as they are.
Without ipywidgets the figure alone is given. What is asked first is checked: an unknown indicator or region raises
MonitorError with the nearest names.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline import monitor
from pipeline.figures.style import DEFAULT_STYLE, FigureError
from pipeline.models.outlook import INDICATOR as JOBS
from pipeline.models.series import annual_series
from pipeline.research import MonitorError, results
from pipeline.research.controls import Choice, Choices, Control, Number, Span
from pipeline.research.lookup import (
    indicator_name,
    one_of,
    region_code,
    region_codes,
    wanted_years,
    whole_year,
)
from pipeline.research.shown import ShownFigure, ShownTable
from pipeline.research.tables import Tables, tables_of
from pipeline.research.target_tables import definition_titles, survey_unemployment
from pipeline.research.words import DISPLAY_WORDS, DRIFT_WORDS, KIND_WORDS, title_of

if TYPE_CHECKING:
    from pipeline.research.choosers import Chooser

_KIND_ORDER = ("nation", "province", "arbeidsmarktregio", "rmc_region", "corop", "area", "gemeente")
_FREQUENCIES = [("jaren", "A"), ("kwartalen", "Q"), ("maanden", "M")]
_USUAL = "ww_per_1000_residents"

Shown = ShownFigure | ShownTable


def bind(draw: Callable[..., Shown], controls: Mapping[str, Control]) -> Chooser | Shown:
    """Controls above the figure that ``draw`` makes of their values.

    Parameters
    ----------
    draw : called with the value of each control under its name
    controls : by name of the parameter

    Returns
    -------
    Chooser or ShownFigure or ShownTable
        A box whose last child is the HTML widget with the figure; without ipywidgets the figure alone.
    """
    try:
        from pipeline.research.choosers import chooser
    except ModuleNotFoundError as error:
        if error.name != "ipywidgets":
            raise
        return draw(**{name: control.value for name, control in controls.items()})
    return chooser(functools.partial(_drawn, draw), controls)


def _drawn(draw: Callable[..., Shown], **values: Any) -> str:
    """HTML of the figure, or of the reason why there is none."""
    try:
        return draw(**values).html(fonts=False)
    except (MonitorError, FigureError) as reason:
        look = (
            f"background:{DEFAULT_STYLE.note};color:{DEFAULT_STYLE.ink};padding:.6rem .9rem;max-width:44rem"
        )
        known = getattr(reason, "dutch", "")
        words = html.escape(known) if known else f'<span lang="en">{html.escape(str(reason))}</span>'
        return f'<p role="status" style="{look}">Hier is geen figuur van te maken. {words}</p>'


# --- choosers ---------------------------------------------------------------------------


def compare(
    indicator: str | None = None,
    regions: str | Iterable[str] = ("drechtsteden", "NL01"),
    years: tuple[int, int] | None = None,
    frequency: str = "A",
    vintage: monitor.Vintage = None,
) -> Chooser | Shown:
    """Any regions side by side: choose indicator, period, regions and years. As ``monitor.chart``.

    The indicator to start with is WW per 1 000 residents, or the first that the vintage holds.
    """
    tables = tables_of(vintage)
    held = monitor.indicators(tables)
    first, last = int(held["first_year"].min()), int(held["last_year"].max())
    one_of(frequency, [code for _, code in _FREQUENCIES], "frequency")
    asked = {first, last} if years is None else wanted_years(years)
    span = tuple(min(max(year, first), last) for year in (min(asked), max(asked)))
    controls = {
        "name": _indicator_control(held["indicator"].unique(), indicator, tables),
        "frequency": Choice("Periode", frequency, _FREQUENCIES),
        "regions": Choices(
            "Gebieden", tuple(region_codes(regions, tables.read("regions")) or ()), region_options(tables)
        ),
        "years": Span("Jaren", span, first, last),
    }
    return bind(functools.partial(monitor.chart, vintage=tables), controls)


def map(
    indicator: str | None = None,
    year: int | None = None,
    region: str = "drechtsteden",
    vintage: monitor.Vintage = None,
) -> Chooser | Shown:
    """A map: choose indicator, year and region. As ``monitor.map``.

    The year to start with is the last one in which most gemeenten have a figure.
    """
    tables = tables_of(vintage)
    held = monitor.coverage("gemeente", tables)
    held = held[held["with_value"] > held["estimated"]]
    first, last = int(held["year"].min()), int(held["year"].max())
    name = _indicator_control(held["indicator"].unique(), indicator, tables)
    own = held[held["indicator"] == name.value]
    fullest = int(own[own["with_value"] == own["with_value"].max()]["year"].max())
    start = fullest if year is None else whole_year(year, "year")
    if not first <= start <= last:
        raise MonitorError(f"year={start}: gemeenten have figures of {first} to {last}.")
    controls = {
        "name": name,
        "year": Number("Jaar", start, first, last),
        "regions": _region_control(tables, region),
    }
    return bind(functools.partial(monitor.map, vintage=tables), controls)


def target(
    region: str = "drechtsteden", target: str | None = None, vintage: monitor.Vintage = None
) -> Chooser | Shown:
    """A target about jobs under every definition, baseline and deadline. As ``monitor.jobs_chart``."""
    tables = tables_of(vintage)
    code = region_code(region, tables.read("regions"))
    chosen = results.one_reading(tables, code, None, target, None, None, None)
    if chosen is None:
        raise MonitorError(f"{code} has no target about jobs; monitor.targets() lists those there are.")
    rows = tables.read("targets", region_code=code, target=chosen["target"])
    titles = definition_titles(chosen["programme"], chosen["target"])
    definitions = [(titles.get(key, key), key) for key in rows["definition"].unique()]
    drifts = [(words, drift) for drift, words in DRIFT_WORDS.items()]
    controls = {
        "definition": Choice("Definitie", chosen["definition"], definitions, wide=True),
        "baseline_year": _year_control("Vanaf december", rows["baseline_year"], chosen["baseline_year"]),
        "deadline_year": _year_control("Tot december", rows["deadline_year"], chosen["deadline_year"]),
        "drift": Choice("Groei van het land", "median", drifts),
    }
    draw = functools.partial(monitor.jobs_chart, code, target=chosen["target"], vintage=tables)
    return bind(draw, controls)


def chances(
    region: str = "drechtsteden", baseline_year: int = 2018, vintage: monitor.Vintage = None
) -> Chooser | Shown:
    """Chance of any goal: choose the baseline and the range of goals. As ``monitor.chance_table``."""
    tables = tables_of(vintage)
    code = region_code(region, tables.read("regions"))
    series = annual_series(tables.read("indicators"), code, JOBS)
    if series is None:
        raise MonitorError(f"{code} has no outlook of jobs: there is no jobs series to extend.")
    first = int(series.rows.index[series.rows["value"].notna()].min())
    start = whole_year(baseline_year, "baseline_year")
    if not first <= start <= series.latest_year:
        raise MonitorError(f"baseline_year={start}: {code} has jobs of {first} to {series.latest_year}.")
    controls = {
        "baseline_year": Number("Vanaf december", start, first, series.latest_year),
        "goals": Span("Extra banen", (5_000, 40_000), 0, 60_000, 5_000),
    }
    return bind(functools.partial(_chance_table, region=code, vintage=tables), controls)


def _chance_table(
    *, baseline_year: int, goals: tuple[int, int], region: str, vintage: monitor.Vintage
) -> ShownTable:
    extra = range(goals[0], goals[1] + 1, 5_000)
    return monitor.chance_table(region, list(extra), baseline_year=baseline_year, vintage=vintage)


def supply(region: str = "CR30", until: int = 2030, vintage: monitor.Vintage = None) -> Chooser | Shown:
    """What-if: jobs that residents could fill. As ``monitor.supply_chart``."""
    tables = tables_of(vintage)
    code = region_code(region, tables.read("regions"))
    now = survey_unemployment(tables, code)
    controls = {
        "participation": Number("Deelname, punten", 0.0, -5.0, 5.0, 0.5),
        "unemployment": Number("Werkloosheid, %", 5.0 if now != now else now, 1.0, 12.0, 0.1),
        "population": Number("Bevolking, %", 0.0, -10.0, 10.0, 1.0),
    }
    return bind(functools.partial(monitor.supply_chart, code, until=until, vintage=tables), controls)


def similar(
    region: str = "GM0505", indicator: str | None = None, vintage: monitor.Vintage = None
) -> Chooser | Shown:
    """A region beside those most like it. As ``monitor.similar_chart``."""
    tables = tables_of(vintage)
    held = monitor.indicators(tables)
    results.similar_rows(tables, region)  # the nation is like no other region
    controls = {
        "region": _region_control(tables, region, nation=False),
        "name": _indicator_control(held[held["frequency"] == "A"]["indicator"].unique(), indicator, tables),
    }
    return bind(functools.partial(monitor.similar_chart, vintage=tables), controls)


def survey(region: str = "drechtsteden", vintage: monitor.Vintage = None) -> Chooser | Shown:
    """How exact a survey alone would be about young people per gemeente. As ``monitor.direct_youth``."""
    controls = {
        "surveyed_pct": Number("Ondervraagd, %", 1.0, 0.5, 25.0, 0.5),
        "rate_pct": Number("Werkloosheid, %", 10.0, 2.0, 25.0, 0.5),
    }
    tables = tables_of(vintage)
    code = region_code(region, tables.read("regions"))
    return bind(functools.partial(survey_table, region=code, vintage=tables), controls)


def survey_table(
    *,
    surveyed_pct: float,
    rate_pct: float | None = None,
    region: str = "drechtsteden",
    vintage: monitor.Vintage = None,
) -> ShownTable:
    """``monitor.direct_youth`` as a table in Dutch."""
    rows = monitor.direct_youth(region, surveyed_pct, rate_pct, vintage)
    rows = rows.assign(display=rows["display"].replace(DISPLAY_WORDS))
    columns = {
        "region_name": "Gebied",
        "residents": "Inwoners van 15 tot 25",
        "interviews": "Ondervraagd",
        "low_pct": "Van, %",
        "high_pct": "Tot, %",
        "cv_pct": "Marge t.o.v. uitkomst, %",
        "display": "Regel voor publiceren",
    }
    rate = f"{rows['rate_pct'].iloc[0]:.1f}".replace(".", ",")
    title = f"Stel: de werkloosheid is {rate} %. Wat meet een enquête dan, met een marge van 95 %?"
    return monitor.show(rows, columns, title=title, decimals={"low_pct": 1, "high_pct": 1})


# --- controls ---------------------------------------------------------------------------


def region_options(tables: Tables) -> list[tuple[str, str]]:
    """Regions as (label, code): the nation first, gemeenten last, each kind by name."""
    table = tables.read("regions")
    order = {kind: place for place, kind in enumerate(_KIND_ORDER)}
    table = table.assign(place=table["region_type"].map(order))
    table = table.sort_values(["place", "region_name"])
    return [
        (row.region_name if row.region_type == "nation" else f"{row.region_name} ({KIND_WORDS[row.region_type]})",
         row.region_code)
        for row in table.itertuples()
    ]  # fmt: skip


def _region_control(tables: Tables, region: str, *, nation: bool = True) -> Choice:
    options = [option for option in region_options(tables) if nation or option[1] != "NL01"]
    return Choice("Gebied", region_code(region, tables.read("regions")), options)


def _indicator_control(names: Sequence[str], asked: str | None, tables: Tables) -> Choice:
    """The indicators held; the one asked for, or else the usual one or the first, is chosen."""
    options = sorted((title_of(name), name) for name in names)
    if not options:
        raise MonitorError(
            f"Vintage {tables.vintage} holds no figures to choose from; see monitor.indicators()."
        )
    held = [name for _, name in options]
    name = indicator_name(asked) if asked is not None else _USUAL if _USUAL in held else held[0]
    if name not in held:
        raise MonitorError(
            f"Vintage {tables.vintage} holds no such figures of {name}; it holds: {', '.join(held)}."
        )
    return Choice("Indicator", name, options, wide=True)


def _year_control(label: str, years: Any, chosen: float) -> Choice:
    options = sorted(int(year) for year in years.dropna().unique())
    return Choice(label, int(chosen), [(str(year), year) for year in options])
