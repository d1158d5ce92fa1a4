"""Choosers for notebooks: controls bound to a figure of ``pipeline.monitor``.

Each function gives a box that draws the figure once and again whenever a control moves; the same call without
controls stands in ``pipeline.monitor``. A question without an answer shows why, and leaves the controls as they are.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from pipeline import monitor
from pipeline.figures.style import DEFAULT_STYLE, FigureError
from pipeline.research import MonitorError, results
from pipeline.research.lookup import region_code, region_codes
from pipeline.research.shown import ShownFigure, ShownTable, fonts_html
from pipeline.research.tables import tables_of
from pipeline.research.target_tables import definition_titles, survey_unemployment
from pipeline.research.words import DISPLAY_WORDS, DRIFT_WORDS, KIND_WORDS, title_of

_KIND_ORDER = ("nation", "province", "arbeidsmarktregio", "corop", "area", "gemeente")
_LABEL = {"description_width": "9rem"}
_WIDE = {"width": "34rem"}


def bind(
    draw: Callable[..., ShownFigure | ShownTable], controls: Mapping[str, widgets.Widget]
) -> widgets.VBox:
    """Controls above the figure that ``draw`` makes of their values.

    Parameters
    ----------
    draw : called with the value of each control under its name
    controls : widgets with a ``value``, by name of the parameter

    Returns
    -------
    VBox
        Its last child is the HTML widget with the figure.
    """
    picture = widgets.HTML()
    refresh = functools.partial(_refresh, draw, controls, picture)
    for control in controls.values():
        control.observe(refresh, names="value")
    refresh(None)
    return widgets.VBox([widgets.HTML(fonts_html()), *controls.values(), picture])


def _refresh(
    draw: Callable[..., ShownFigure | ShownTable],
    controls: Mapping[str, widgets.Widget],
    picture: widgets.HTML,
    change: Any,
) -> None:
    picture.value = _drawn(draw, {name: control.value for name, control in controls.items()})


def _drawn(draw: Callable[..., ShownFigure | ShownTable], values: Mapping[str, Any]) -> str:
    """HTML of the figure, or of the reason why there is none."""
    try:
        return draw(**values).html(fonts=False)
    except (MonitorError, FigureError) as reason:
        look = (
            f"background:{DEFAULT_STYLE.note};color:{DEFAULT_STYLE.ink};padding:.6rem .9rem;max-width:44rem"
        )
        return f'<p role="status" style="{look}">Hier is geen figuur van te maken. {html.escape(str(reason))}</p>'


# --- choosers ---------------------------------------------------------------------------


def compare(
    indicator: str = "ww_per_1000_residents",
    regions: Sequence[str] = ("drechtsteden", "NL01"),
    years: tuple[int, int] | None = None,
    frequency: str = "A",
    vintage: monitor.Vintage = None,
) -> widgets.VBox:
    """Any regions side by side: choose indicator, period, regions and years. As ``monitor.chart``."""
    tables = tables_of(vintage)
    held = monitor.indicators(tables)
    first, last = int(held["first_year"].min()), int(held["last_year"].max())
    controls = {
        "name": _indicator_control(held["indicator"].unique(), indicator),
        "frequency": widgets.Dropdown(
            options=[("jaren", "A"), ("kwartalen", "Q"), ("maanden", "M")],
            value=frequency,
            description="Periode",
            style=_LABEL,
        ),
        "regions": widgets.SelectMultiple(
            options=region_options(tables),
            value=tuple(region_codes(regions, tables.read("regions"))),
            rows=8,
            description="Gebieden",
            style=_LABEL,
            layout=_WIDE,
        ),
        "years": widgets.IntRangeSlider(
            value=years or (first, last),
            min=first,
            max=last,
            description="Jaren",
            continuous_update=False,
            style=_LABEL,
            layout=_WIDE,
        ),
    }
    return bind(functools.partial(monitor.chart, vintage=tables), controls)


def map(
    indicator: str = "ww_per_1000_residents",
    year: int = 2021,
    region: str = "drechtsteden",
    vintage: monitor.Vintage = None,
) -> widgets.VBox:
    """A map: choose indicator, year and region. As ``monitor.map``."""
    tables = tables_of(vintage)
    held = monitor.coverage("gemeente", tables)
    held = held[held["with_value"] > held["estimated"]]
    controls = {
        "name": _indicator_control(held["indicator"].unique(), indicator),
        "year": widgets.IntSlider(
            value=year,
            min=int(held["year"].min()),
            max=int(held["year"].max()),
            description="Jaar",
            continuous_update=False,
            style=_LABEL,
            layout=_WIDE,
        ),
        "regions": _region_control(tables, region),
    }
    return bind(functools.partial(monitor.map, vintage=tables), controls)


def target(
    region: str = "drechtsteden", target: str | None = None, vintage: monitor.Vintage = None
) -> widgets.VBox:
    """A target about jobs under every definition, baseline and deadline. As ``monitor.jobs_chart``."""
    tables = tables_of(vintage)
    code = region_code(region, tables.read("regions"))
    chosen = results.one_reading(tables, code, None, target, None, None, None)
    if chosen is None:
        raise MonitorError(f"{code} has no target about jobs; monitor.targets() lists those there are.")
    rows = tables.read("targets", region_code=code, target=chosen["target"])
    titles = definition_titles(chosen["programme"], chosen["target"])
    controls = {
        "definition": widgets.Dropdown(
            options=[(titles.get(key, key), key) for key in rows["definition"].unique()],
            value=chosen["definition"],
            description="Definitie",
            style=_LABEL,
            layout=_WIDE,
        ),
        "baseline_year": _year_control("Vanaf december", rows["baseline_year"], chosen["baseline_year"]),
        "deadline_year": _year_control("Tot december", rows["deadline_year"], chosen["deadline_year"]),
        "drift": widgets.Dropdown(
            options=[(words, drift) for drift, words in DRIFT_WORDS.items()],
            value="median",
            description="Groei van het land",
            style=_LABEL,
        ),
    }
    draw = functools.partial(monitor.jobs_chart, code, target=chosen["target"], vintage=tables)
    return bind(draw, controls)


def chances(
    region: str = "drechtsteden", baseline_year: int = 2018, vintage: monitor.Vintage = None
) -> widgets.VBox:
    """Chance of any goal: choose the baseline and the range of goals. As ``monitor.chance_table``."""
    tables = tables_of(vintage)
    ahead = monitor.outlook(region, vintage=tables)
    if ahead.empty:
        raise MonitorError(f"{region} has no outlook of jobs.")
    last = int(ahead["last_year"].iloc[0])
    controls = {
        "baseline_year": widgets.IntSlider(
            value=baseline_year,
            min=2010,
            max=last,
            description="Vanaf december",
            continuous_update=False,
            style=_LABEL,
            layout=_WIDE,
        ),
        "goals": widgets.IntRangeSlider(
            value=(5_000, 40_000),
            min=0,
            max=60_000,
            step=5_000,
            description="Extra banen",
            continuous_update=False,
            style=_LABEL,
            layout=_WIDE,
        ),
    }
    return bind(functools.partial(_chance_table, region=region, vintage=tables), controls)


def _chance_table(
    *, baseline_year: int, goals: tuple[int, int], region: str, vintage: monitor.Vintage
) -> ShownTable:
    extra = range(goals[0], goals[1] + 1, 5_000)
    return monitor.chance_table(region, list(extra), baseline_year=baseline_year, vintage=vintage)


def supply(region: str = "CR30", until: int = 2030, vintage: monitor.Vintage = None) -> widgets.VBox:
    """What-if: jobs that residents could fill. As ``monitor.supply_chart``."""
    tables = tables_of(vintage)
    code = region_code(region, tables.read("regions"))
    now = survey_unemployment(tables, code)
    controls = {
        "participation": _float_control("Deelname, punten", 0.0, -5.0, 5.0, 0.5),
        "unemployment": _float_control("Werkloosheid, %", 5.0 if now != now else now, 1.0, 12.0, 0.1),
        "population": _float_control("Bevolking, %", 0.0, -10.0, 10.0, 1.0),
    }
    return bind(functools.partial(monitor.supply_chart, code, until=until, vintage=tables), controls)


def similar(
    region: str = "GM0505", indicator: str = "ww_per_1000_residents", vintage: monitor.Vintage = None
) -> widgets.VBox:
    """A region beside those most like it. As ``monitor.similar_chart``."""
    tables = tables_of(vintage)
    held = monitor.indicators(tables)
    controls = {
        "region": _region_control(tables, region, nation=False),
        "name": _indicator_control(held[held["frequency"] == "A"]["indicator"].unique(), indicator),
    }
    return bind(functools.partial(monitor.similar_chart, vintage=tables), controls)


def survey(region: str = "drechtsteden", vintage: monitor.Vintage = None) -> widgets.VBox:
    """How exact a survey alone would be about young people per gemeente. As ``monitor.direct_youth``."""
    controls = {
        "surveyed_pct": _float_control("Ondervraagd, %", 1.0, 0.5, 25.0, 0.5),
        "rate_pct": _float_control("Werkloosheid, %", 10.0, 2.0, 25.0, 0.5),
    }
    return bind(functools.partial(survey_table, region=region, vintage=vintage), controls)


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


def region_options(tables: Any) -> list[tuple[str, str]]:
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


def _region_control(tables: Any, region: str, *, nation: bool = True) -> widgets.Dropdown:
    options = [option for option in region_options(tables) if nation or option[1] != "NL01"]
    code = region_code(region, tables.read("regions"))
    return widgets.Dropdown(options=options, value=code, description="Gebied", style=_LABEL, layout=_WIDE)


def _indicator_control(names: Sequence[str], chosen: str) -> widgets.Dropdown:
    options = sorted((title_of(name), name) for name in names)
    return widgets.Dropdown(
        options=options, value=chosen, description="Indicator", style=_LABEL, layout=_WIDE
    )


def _year_control(label: str, years: Any, chosen: float) -> widgets.Dropdown:
    options = sorted(int(year) for year in years.dropna().unique())
    return widgets.Dropdown(options=options, value=int(chosen), description=label, style=_LABEL)


def _float_control(label: str, value: float, low: float, high: float, step: float) -> widgets.FloatSlider:
    return widgets.FloatSlider(
        value=value,
        min=low,
        max=high,
        step=step,
        description=label,
        continuous_update=False,
        readout_format=".1f",
        style=_LABEL,
        layout=_WIDE,
    )
