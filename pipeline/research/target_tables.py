"""Targets and chances in tables, and labour supply as a what-if."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.config import Folders
from pipeline.figures.charts import Line, line_series
from pipeline.figures.drawing import About
from pipeline.language.numbers import NumberFormat, hundreds, number, percent
from pipeline.models import scenarios
from pipeline.models.outlook import INDICATOR as JOBS
from pipeline.models.series import annual_series
from pipeline.reference import load_programmes
from pipeline.research import MonitorError, results
from pipeline.research.chances import chance_grid
from pipeline.research.lookup import number_between, region_code, whole_year
from pipeline.research.shown import Cell, ShownFigure, ShownTable, heat_table
from pipeline.research.tables import Tables
from pipeline.research.words import chance_range, joined_sources, source_words

_OPEN = "open"
_SURVEY = ("population_15_75_count", "net_participation_rate_pct", "unemployment_rate_pct")
_MOST_NAMED = 12  # regions named in an error


def grid(tables: Tables, region: str, target: str | None) -> ShownTable:
    """Every reading of a target; see ``monitor.target_grid``."""
    code = region_code(region, tables.read("regions"))
    rows = results.target_rows(tables, code)
    chosen = results.one_reading(tables, code, None, target, None, None, None)
    if chosen is None:
        raise MonitorError(
            f"{code} has no target about jobs; it has: {', '.join(rows['target'].unique()) or 'none'}."
        )
    rows = rows[(rows["target"] == chosen["target"]) & (rows["programme"] == chosen["programme"])]
    titles = definition_titles(chosen["programme"], chosen["target"])
    cells = [
        [
            Cell(
                titles.get(row["definition"], row["definition"])
                + (", aanname" if row["is_assumption"] else "")
            ),
            Cell(_year(row["baseline_year"]), number=True),
            Cell(_year(row["deadline_year"]), number=True),
            Cell(_level(row["target_value"], row["baseline_status"], row["is_assumption"]), number=True),
            Cell(_per_year(row["required_per_year"]), number=True),
            Cell(_per_year(row["observed_per_year"]), number=True),
            Cell(chance_range(row["probability_low"], row["probability_high"]), number=True),
            Cell(row["verdict"] + (" (gekozen lezing)" if row["is_chosen"] else "")),
        ]
        for row in rows.to_dict("records")
    ]
    heads = ["Definitie", "Vanaf", "Tot", "Doel", "Nodig per jaar", "Tempo per jaar", "Kans", "Oordeel"]
    name = rows["region_name"].iloc[0]
    used = sorted(set(rows["source"]))
    source = (
        "Kans al naar de jaren waarop wij bouwen, op 5 punten afgerond; alleen tot zes jaar vooruit. "
        f"Bron: {source_words(joined_sources(used))}; gegevens {tables.vintage}."
    )
    return ShownTable(f"{name}, doel {chosen['target']}: {len(cells)} lezingen", heads, cells, source)


def definition_titles(programme: str, target: str) -> dict[str, str]:
    """Printed titles of the definitions of a target, by key."""
    programmes = load_programmes(Folders().reference / "programmes")
    return {one.key: one.title for one in programmes[programme].target(target).definitions}


def chance_table(
    tables: Tables,
    code: str,
    extra: Sequence[float],
    years: Sequence[int] | None,
    baseline_year: int | None,
) -> ShownTable:
    """Chances by goal and deadline; see ``monitor.chance_table``."""
    rows = chance_grid(tables, code, extra, None, years, baseline_year)
    by_goal = rows.set_index(["extra", "year"])
    words = by_goal.apply(lambda row: chance_range(row["probability_low"], row["probability_high"]), axis=1)
    names = {amount: "+" + number(amount) for amount in rows["extra"]}
    name, since, base = (rows[column].iloc[0] for column in ("region_name", "baseline_year", "baseline"))
    last = ", het laatste cijfer" if baseline_year is None else ""
    return heat_table(
        by_goal["probability"].unstack().rename(index=names),
        words=words.unstack().rename(index=names),
        title=f"{name}: kans op zoveel banen meer dan in december {since}{last} ({hundreds(base)})",
        corner="Extra banen",
        low=0.0,
        high=1.0,
        source=(
            "Donker is een grotere kans. Een kans loopt van de laagste tot de hoogste als telkens één jaar wordt "
            f"weggelaten en is op 5 punten afgerond, als de ontwikkeling tot nu toe doorzet. Gegevens {tables.vintage}."
        ),
    )


def supply_chart(
    tables: Tables,
    region: str,
    *,
    participation: float,
    unemployment: float | None,
    population: float,
    until: int,
) -> ShownFigure:
    """Outlook beside the jobs that residents could fill; see ``monitor.supply_chart``."""
    number_between(participation, -100, 100, "participation", "percentage points")
    if unemployment is not None:
        number_between(unemployment, 0, 100, "unemployment", "percent of the labour force")
    number_between(population, -100, 1000, "population", "percent")
    until = whole_year(until, "until")
    code = region_code(region, tables.read("regions"))
    survey = latest_survey(tables.read("indicators"))
    own = survey[survey["region_code"] == code]
    ahead = results.outlook_rows(tables, code)
    results.require_ahead(ahead, until)
    ahead = ahead[ahead["year"] <= until]
    series = annual_series(tables.read("indicators"), code, JOBS)
    if own.empty or ahead.empty or series is None:
        codes = sorted(set(survey["region_code"]) & set(tables.read("outlook")["region_code"]))
        held = ", ".join(codes[:_MOST_NAMED]) + (
            f" ({len(codes)} in all)" if len(codes) > _MOST_NAMED else ""
        )
        dutch = held.replace("in all", "in totaal")
        raise MonitorError(
            f"{code} has no survey figures (residents of 15 to 75, participation, unemployment) in vintage "
            f"{tables.vintage}, so labour supply cannot be reckoned. Regions that have: {held or 'none'}.",
            f"Voor dit gebied heeft {tables.vintage} geen enquêtecijfers. Wel voor: {dutch or 'geen gebied'}.",
        )
    now, name = own.iloc[0], ahead["region_name"].iloc[0]
    last_year, level = int(ahead["last_year"].iloc[0]), float(ahead["last_value"].iloc[0])
    ceiling = _ceiling(now, level, len(ahead), participation, unemployment, population)
    capped = scenarios.capped_by_supply(ahead.set_index("year")["median"], ceiling)
    known = series.rows[series.rows["value"].notna()]
    past = known[["value", "status"]].reset_index(names="time")
    drawing = line_series(
        [
            Line("banen tot nu toe", past, "region"),
            Line("vooruitzicht", _from(last_year, level, capped["jobs"], "estimate"), "estimate"),
            Line("aanbod van inwoners", _from(last_year, level, capped["ceiling"], "assumption"), "nation"),
        ],
        about=About(
            id=f"aanbod-{code.lower()}", region_code=code, region=name, unit="banen", source=series.basis
        ),
        form=NumberFormat(to_hundreds=True),
        height_mm=72,
    )
    short = capped[capped["is_capped"]]
    words = (
        f"vanaf {short.index[0]} meer banen dan inwoners kunnen vullen"
        if len(short)
        else f"tot en met {until} kunnen inwoners de banen vullen"
    )
    rate = (
        f"deelname {number(participation, 1, plus=True)} punt, bevolking {percent(population, 1, plus=True)}"
    )
    return ShownFigure(
        f"aanbod-{code.lower()}",
        f"{name}, wat als: {words}",
        f"banen van werknemers, december; {rate}, vanaf {last_year}; pendel blijft gelijk",
        f"Aanname, geen voorspelling; deelname en werkloosheid van {int(now['year'])} als begin. Bron: CBS "
        f"({series.basis}, enquête {now['basis']}); gegevens {tables.vintage}.",
        drawing,
    )


def latest_survey(indicators: pd.DataFrame) -> pd.DataFrame:
    """Per region the last year in which population, participation and unemployment stand on one basis."""
    rows = indicators[
        indicators["indicator"].isin(_SURVEY) & (indicators["frequency"] == "A") & indicators["value"].notna()
    ]
    wide = rows.pivot_table(index=["region_code", "basis", "year"], columns="indicator", values="value")
    wide = wide.reindex(columns=list(_SURVEY)).dropna().reset_index()
    return wide.sort_values("year", kind="stable").drop_duplicates("region_code", keep="last")


def _from(year: int, level: float, ahead: pd.Series, status: str) -> pd.DataFrame:
    """Points of a line that starts at the latest level."""
    return pd.DataFrame({"time": [year, *ahead.index], "value": [level, *ahead], "status": status})


def _ceiling(
    now: pd.Series,
    jobs: float,
    steps: int,
    participation: float,
    unemployment: float | None,
    population: float,
) -> np.ndarray:
    """Jobs that residents can fill, a year ahead each; what changes moves in a straight line to the end.

    The residents at work now fill the jobs of now: only changes from there count, so that a survey of some years
    ago does not make the present impossible.
    """
    net, without = now["net_participation_rate_pct"] / 100, now["unemployment_rate_pct"] / 100
    people = now["population_15_75_count"]
    ratio = scenarios.jobs_per_employed_resident(jobs, net * people)
    road = np.linspace(0, 1, steps + 1)[1:]
    later = without if unemployment is None else unemployment / 100
    idle = without + road * (later - without)
    gross = (net + road * participation / 100) / (1 - without)
    return scenarios.labour_supply_ceiling(
        ratio, people * (1 + road * population / 100), np.clip(gross, 0, 1), np.clip(idle, 0, 1)
    )


def survey_unemployment(tables: Tables, region: str) -> float:
    """Unemployment rate of a region in its latest survey, percent; NaN without one."""
    survey = latest_survey(tables.read("indicators"))
    own = survey[survey["region_code"] == region]["unemployment_rate_pct"]
    return float(own.iloc[0]) if len(own) else float("nan")


def _year(value: float) -> str:
    return _OPEN if np.isnan(value) else str(int(value))


def _level(value: float, status: str, is_assumption: bool) -> str:
    if np.isnan(value):
        return "geen gegevens"
    return hundreds(value) if status == "estimate" or is_assumption else number(value)


def _per_year(value: float) -> str:
    return "geen gegevens" if np.isnan(value) else hundreds(value, plus=True)
