"""Figures of the researcher's questions; each takes tables and plain parameters and gives a ShownFigure."""

from __future__ import annotations

import re
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from pipeline.figures.charts import bars_compare, contribution_bars
from pipeline.figures.drawing import About, Drawing
from pipeline.figures.jobs_chart import JobsLabels, jobs_and_target
from pipeline.figures.maps import region_map
from pipeline.figures.panels import MOST_PANELS, panels
from pipeline.language.numbers import NumberFormat, hundreds
from pipeline.models.outlook import INDICATOR as JOBS
from pipeline.models.series import SHARE_ESTIMATE, annual_series, is_one_gemeente_estimate
from pipeline.research import MonitorError, results
from pipeline.research.lookup import indicator_name, region_code, region_codes, whole_year
from pipeline.research.series import as_panels, indicator_rows, require_values
from pipeline.research.shown import ShownFigure
from pipeline.research.tables import Tables
from pipeline.research.words import format_of, joined_sources, source_words, title_of, unit_line
from pipeline.schemas import INDICATOR_UNITS


def series_chart(
    tables: Tables,
    indicator: str,
    regions: str | Iterable[str],
    years: int | tuple[int, int] | Iterable[int] | None,
    *,
    frequency: str,
    age: str | None,
    basis: str | None,
) -> ShownFigure:
    """A small chart a region, on one scale; see ``monitor.chart``."""
    name = indicator_name(indicator)
    everywhere = tables.read("regions")
    codes = region_codes(regions, everywhere) or []
    if not 1 <= len(codes) <= MOST_PANELS:
        raise MonitorError(
            f"{len(codes)} regions; one to {MOST_PANELS} fit side by side. Use a map for more.",
            f"U koos {len(codes)} gebieden; er passen er hoogstens {MOST_PANELS} naast elkaar.",
        )
    rows = indicator_rows(tables, name, codes, years, age=age, frequency=frequency, basis=basis)
    # one gemeente does not follow its COROP: such a share is no series of its own
    followed = is_one_gemeente_estimate(rows)
    rows = rows[~followed]
    require_values(rows, name, tables, frequency)
    names = everywhere.set_index("region_code")["region_name"]
    source = joined_sources(rows["source"].unique())
    listed = names[codes[0]] if len(codes) == 1 else f"{len(codes)} gebieden op één schaal"
    drawing = panels(
        as_panels(rows, codes, names),
        about=_about(f"reeks-{name}", codes[0], listed, unit_line(name), source),
        form=format_of(INDICATOR_UNITS[name]),
    )
    estimated = (rows["status"] == "estimate").any()
    unit = unit_line(name) + (". Streepjes: raming; de band is de marge van 95 %" if estimated else "")
    unit += ". Per gemeente alleen getelde jaren" if followed.any() else ""
    return _shown(f"{title_of(name)}: {listed}", unit, source, tables, drawing)


def value_map(
    tables: Tables,
    indicator: str,
    year: int,
    regions: str | Iterable[str] | None,
    *,
    age: str | None,
    basis: str | None,
) -> ShownFigure:
    """Map of an indicator per gemeente; see ``monitor.map``."""
    name, year = indicator_name(indicator), whole_year(year, "year")
    everywhere = tables.read("regions")
    rows = indicator_rows(tables, name, None, year, age=age, basis=basis)
    rows = rows[rows["region_code"].str.startswith("GM")]
    rows = rows[~((rows["status"] == "estimate") & (rows["method"] == SHARE_ESTIMATE))]
    if not rows["value"].notna().any():
        held = indicator_rows(tables, name, None, None, age=age)
        held = held[held["region_code"].str.startswith("GM") & held["value"].notna()]
        held = held[held["method"] != SHARE_ESTIMATE]
        years = ", ".join(str(y) for y in sorted(held["year"].unique())) or "none"
        raise MonitorError(
            f"No gemeente has {name} of its own in {year}; years with values: {years}.",
            f"Van geen gemeente is er een eigen cijfer over {year}. "
            + (f"Jaren met cijfers: {years}." if len(held) else "Ook niet over een ander jaar."),
        )
    rows = rows.sort_values("basis", kind="stable").drop_duplicates("region_code", keep="last")
    codes = region_codes(regions, everywhere)
    members = tables.read("members")
    inside = sorted(
        set(members["gm_code"] if codes is None else members[members["region_code"].isin(codes)]["gm_code"])
    )
    borders = tables.borders[["region_code", "region_name", "geometry"]].rename(
        columns={"region_name": "name"}
    )
    values = rows[["region_code", "value", "status"]]
    gemeenten = borders.merge(values, on="region_code", how="left", validate="one_to_one")
    gemeenten["status"] = gemeenten["status"].fillna("missing")
    names = everywhere.set_index("region_code")["region_name"]
    listed = "Nederland" if codes is None else ", ".join(names[code] for code in codes)
    source = joined_sources(rows["source"].unique())
    drawing = region_map(
        gpd.GeoDataFrame(gemeenten, geometry="geometry", crs=borders.crs),
        [] if len(inside) == len(gemeenten) else inside,
        about=_about(f"kaart-{name}-{year}", codes[0] if codes else "NL01", listed, unit_line(name), source),
        period=str(year),
        form=format_of(INDICATOR_UNITS[name]),
    )
    held = int(gemeenten["value"].notna().sum())
    unit = f"{unit_line(name)}, {year}; {held} van {len(gemeenten)} gemeenten hebben een cijfer"
    return _shown(f"{title_of(name)} per gemeente: {listed}", unit, source, tables, drawing)


def jobs_chart(
    tables: Tables,
    region: str,
    *,
    programme: str | None,
    target: str | None,
    definition: str | None,
    baseline_year: int | None,
    deadline_year: int | None,
    until: int,
) -> ShownFigure:
    """Jobs of a region with outlook and, where it has one, a target; see ``monitor.jobs_chart``."""
    everywhere = tables.read("regions")
    code = region_code(region, everywhere)
    name = everywhere.set_index("region_code").loc[code, "region_name"]
    rows = tables.read("indicators", region_code=code, indicator=JOBS, sector="total", frequency="A")
    rows = rows[rows["value"].notna()]
    if rows.empty:
        raise MonitorError(f"{code} has no jobs figures in vintage {tables.vintage}.")
    series = annual_series(rows, code, JOBS)
    main = rows[rows["basis"] == series.basis]
    estimate = main[main["method"] == SHARE_ESTIMATE]
    measured = rows[rows["method"] != SHARE_ESTIMATE].sort_values("year", kind="stable")
    reading = results.one_reading(tables, code, programme, target, definition, baseline_year, deadline_year)
    level, path, pace = series.at(series.latest_year), None, None
    factor = 1.0
    if reading is not None and reading["target_value"] == reading["target_value"]:
        if reading["is_assumption"]:
            factor = reading["latest_value"] / float(level["value"])
        path, pace = _road(reading)
    deadline = int(reading["deadline_year"]) if path else until
    ahead = results.outlook_rows(tables, code)
    if not path:
        results.require_ahead(ahead, whole_year(until, "until"))
    ahead = ahead[ahead["year"] <= deadline]
    bands = ["median", "low_80", "high_80", "low_95", "high_95"]
    ahead = ahead.assign(**{column: ahead[column] * factor for column in bands})
    assumed = factor != 1.0
    drawing = jobs_and_target(
        measured[["year", "value", "status", "source"]]
        if not assumed
        else measured.iloc[:0][["year", "value"]],
        _band80(estimate, tables.read("job_estimates", region_code=code), factor)
        if len(estimate)
        else _assumed_levels(main, factor)
        if assumed
        else None,
        target_path=path,
        pace=pace,
        outlook=ahead if len(ahead) else None,
        about=_about(f"banen-{code.lower()}", code, name, "banen", str(rows["source"].iloc[-1])),
        labels=JobsLabels(estimate="Aanname: groeit als banen van werknemers") if assumed else JobsLabels(),
        provisional=() if assumed else tuple(measured.loc[measured["status"].eq("provisional"), "year"]),
        breaks=tuple(rows.loc[rows["break_before"], "year"]) if not assumed else (),
    )
    title = f"Banen in {name}" + (f" en het doel voor {deadline}" if path else "")
    source = joined_sources(rows["source"].unique())
    unit = "Banen van werknemers, december; marges van 80 % en 95 %"
    return _shown(title, unit, source, tables, drawing)


def _road(reading: pd.Series) -> tuple[list[tuple[int, float]] | None, tuple[int, float] | None]:
    """Path from baseline to target, and where the pace so far leads."""
    deadline = reading["deadline_year"]
    if np.isnan(deadline) or np.isnan(reading["baseline_value"]) or np.isnan(reading["baseline_year"]):
        return None, None
    path = [
        (int(reading["baseline_year"]), float(reading["baseline_value"])),
        (int(deadline), float(reading["target_value"])),
    ]
    pace = reading["observed_per_year"]
    if np.isnan(pace) or not reading["horizon"] > 0:
        return path, None
    return path, (int(deadline), float(reading["latest_value"] + pace * reading["horizon"]))


def _band80(rows: pd.DataFrame, margins: pd.DataFrame, factor: float) -> pd.DataFrame:
    """Estimated levels with a margin of 80 %."""
    both = rows[["year", "value", "source"]].merge(
        margins[["year", "low_80", "high_80"]], on="year", validate="one_to_one"
    )
    return both.assign(
        value=both["value"] * factor, low=both["low_80"] * factor, high=both["high_80"] * factor
    )


def _assumed_levels(rows: pd.DataFrame, factor: float) -> pd.DataFrame:
    level = rows["value"] * factor
    return pd.DataFrame({"year": rows["year"], "value": level, "low": level, "high": level})


def shift_share_chart(tables: Tables, region: str) -> ShownFigure:
    """Sum of the yearly shift-share effects of a region; see ``monitor.shift_share_chart``."""
    rows = results.shift_share_rows(tables, region)
    held = rows[rows["refused"] == ""]
    if held.empty:
        raise MonitorError(
            f"{region}: every year of the shift-share is refused, e.g. {rows['refused'].iloc[0]}."
        )
    parts = {
        "groei zoals in heel Nederland": held["national"].sum(),
        "samenstelling van sectoren": held["industry_mix"].sum(),
        "eigen groei van de sectoren": held["competitive"].sum(),
    }
    name, code = rows["region_name"].iloc[0], rows["region_code"].iloc[0]
    years = f"{int(held['year'].min()) - 1} tot {int(held['year'].max())}"
    source = rows.attrs["source"]
    drawing = contribution_bars(
        list(parts),
        list(parts.values()),
        about=_about(f"shift-share-{code.lower()}", code, name, "banen", source),
        period=f"december {years}",
        statuses=["estimate"] * len(parts),
        total_words="Samen",
        form=NumberFormat(to_hundreds=True),
    )
    left_out = rows[rows["refused"] != ""]["year"].astype(str).tolist()
    unit = f"banen van werknemers, som van {len(held)} jaren"
    if left_out:
        unit += f"; zonder {', '.join(left_out)} (breuk of geen gegevens)"
    total = held["total"].sum()
    title = f"{name}: {hundreds(total, plus=True)} banen van december {years}, in drie delen"
    return _shown(title, unit, source, tables, drawing)


def similar_chart(tables: Tables, region: str, indicator: str, year: int | None) -> ShownFigure:
    """An indicator of a region beside the regions most like it; see ``monitor.similar_chart``."""
    name = indicator_name(indicator)
    similar = results.similar_rows(tables, region)
    if (similar["rank"] == 0).any():
        reason = similar["reason"].iloc[0]
        raise MonitorError(
            f"{region} has no similar regions: {reason}.",
            "Dit gebied heeft te weinig kenmerken om te vergelijken.",
        )
    own = similar["region_code"].iloc[0]
    codes = [own, *similar["similar_code"]]
    if not own.startswith("NL"):
        codes.append("NL01")
    rows = indicator_rows(tables, name, codes, None if year is None else whole_year(year, "year"))
    held = rows[rows["value"].notna() & (rows["method"] != SHARE_ESTIMATE)]
    counts = held.groupby("year")["region_code"].nunique()
    if counts.empty:
        require_values(held, name, tables)
    latest = int(counts[counts == counts.max()].index.max())
    shown = held[held["year"] == latest].drop_duplicates("region_code", keep="last")
    names = tables.read("regions").set_index("region_code")["region_name"]
    shown = pd.DataFrame({"region_code": codes}).merge(shown, how="left", validate="one_to_one")
    bars = pd.DataFrame(
        {
            "name": shown["region_code"].map(names),
            "value": shown["value"],
            "region_code": shown["region_code"],
            "status": shown["status"].fillna("missing"),
            "role": np.where(shown["region_code"] == "NL01", "nation", "gemeente"),
        }
    )
    source = joined_sources(shown["source"].dropna().unique())
    drawing = bars_compare(
        bars,
        about=_about(f"vergelijking-{name}", own, names[own], unit_line(name), source),
        period=str(latest),
        form=format_of(INDICATOR_UNITS[name]),
        highlight=[names[own]],
    )
    title = f"{title_of(name)}: {names[own]} naast de vijf gebieden die er het meest op lijken"
    return _shown(title, f"{unit_line(name)}, {latest}", source, tables, drawing)


def _shown(title: str, unit: str, source: str, tables: Tables, drawing: Drawing) -> ShownFigure:
    words = f"Bron: {source_words(source)}, bewerking Groeimonitor; gegevens {tables.vintage}."
    return ShownFigure(figure_id(title), title, unit, words, drawing)


def _about(name: str, code: str, region: str, unit: str, source: str) -> About:
    return About(id=figure_id(name), region_code=code, region=region, unit=unit, source=source)


def figure_id(text: str) -> str:
    """An id for inside a page, from a title."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "figuur"
