"""Accuracy of the outlook on real panels, beside its alternatives and its bars; what adds up; and speed.

Run from the repository root: python -m benchmarks.bench_growth
Writes data/reference/panels/scores.json, which data/models/metrics takes over. Bars stand in benchmarks/bars.csv
and were written down before the panels were opened; what was chosen on the American panel is judged on the German one
and the other way round, and the Dutch provinces judge the nation. Every try stands in docs/methods/growth.md.
"""

import hashlib
import importlib.util
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline import geography, store
from pipeline.config import load_settings
from pipeline.folders import ROOT, Folders
from pipeline.models import backtest, draws, evidence, growth, outlook
from pipeline.models.outlook import COROPS, RATES, ROUNDING, TESTED_YEARS, Outlooks
from pipeline.reference import Panel, load_national_employed, load_panels

BARS = Path(__file__).with_name("bars.csv")
SCORES = Path("data/reference/panels/scores.json")
#: Code and data that decide the scores of the panels: a test holds their hash.
DECIDING = (
    "pipeline/models/growth.py",
    "pipeline/models/backtest.py",
    "data/reference/panels/us_county_employed.csv.gz",
    "data/reference/panels/us_national_employed.csv",
    "data/reference/panels/de_county_gdp.csv.gz",
    "data/reference/panels/nl_province_employed.csv.gz",
)
WINDOW = 14  # growth years of the COROPs of today
Change = Callable[[growth.GrowthModel, growth.Forecast, pd.Series], growth.Forecast]


def main() -> None:
    panels = load_panels(Folders().reference / "panels")
    found = {name: panel_scores(panel) for name, panel in panels.items()}
    SCORES.write_text(
        json.dumps({"hash": deciding_hash(), "panels": found}, indent=1) + "\n", encoding="utf-8"
    )
    for name, panel in panels.items():
        show_tries(name, panel)
    stored = read_outlooks()
    rows = bar_rows(found, corop_scores(stored))
    print("\nBars\n" + pd.DataFrame([*rows, *speed_rows(stored, panels)]).to_string(index=False))
    show_reconciled(stored)
    show_equal_to_mint()
    show_statsforecast(panels["us_counties_employed"].levels)


def deciding_hash() -> str:
    """Hash of the code and data behind the scores of the panels."""
    digest = hashlib.sha256()
    for name in DECIDING:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


# --- panels -----------------------------------------------------------------------------


def cuts(panel: Panel) -> Iterator[tuple[pd.DataFrame, pd.Series, list[int]]]:
    """Levels, nation and origins; the Dutch panel, long, in windows as short as the series of today."""
    if not panel.name.startswith("dutch"):
        yield panel.levels, panel.national, list(panel.origins)
        return
    for origin in panel.origins:
        years = slice(origin - WINDOW, origin + TESTED_YEARS)
        yield panel.levels.loc[:, years], panel.national.loc[years], [origin]


def scored(panel: Panel, method: str, **options) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores and chances of a method on a panel."""
    both = [
        (
            backtest.rolling_origin(levels, nation, origins, TESTED_YEARS, method, **options),
            backtest.target_chances(levels, nation, origins, TESTED_YEARS, RATES, method, **options),
        )
        for levels, nation, origins in cuts(panel)
    ]
    return tuple(pd.concat(pieces, ignore_index=True) for pieces in zip(*both, strict=True))


def panel_scores(panel: Panel) -> dict[str, float]:
    """Accuracy of the outlook on a panel, and how much lower its CRPS is than that of a random walk."""
    result = evidence.accuracy(*scored(panel, "growth", long_run=panel.national))
    for method in ("drift", "naive"):
        other = evidence.accuracy(*scored(panel, method))["crps"]
        result[f"crps_below_{method}"] = round(1 - result["crps"] / other, 4)
    return result


def tries(panel: Panel) -> dict[str, tuple[dict, Change | None]]:
    """Every variant of the national part that was tried: options of the fit, and what is done to the forecast."""
    long = {"long_run": panel.national}
    return {
        "growth: median of the window, t": ({}, None),
        "growth: mean of the window, t": ({"national_drift": "mean"}, None),
        "growth: all years, no persistence": (long, _persistence(0.0)),
        "growth: all years, persistence .2": (long, _persistence(0.2)),
        "growth: all years, persistence .4 (chosen)": (long, None),
        "growth: all years, persistence .5": (long, _persistence(0.5)),
        "growth: all years, persistence .4, t": (long, _student),
        "growth: all years, AR(1) path of .4": (long, _path),
    }


def _persistence(rho: float) -> Change:
    def change(model: growth.GrowthModel, forecast: growth.Forecast, history: pd.Series) -> growth.Forecast:
        return replace(model, nation=replace(model.nation, persistence=rho)).forecast(
            forecast.log_sd.shape[1]
        )

    return change


def _student(model: growth.GrowthModel, forecast: growth.Forecast, history: pd.Series) -> growth.Forecast:
    return replace(forecast, df=model.growth_years - 1.0)


def _path(model: growth.GrowthModel, forecast: growth.Forecast, history: pd.Series) -> growth.Forecast:
    last = np.log(history.iloc[-1] / history.iloc[-2]) - model.nation.drift
    steps = np.arange(1, forecast.log_sd.shape[1] + 1)
    return replace(forecast, log_mean=forecast.log_mean + last * np.cumsum(growth.PERSISTENCE**steps))


def show_tries(name: str, panel: Panel) -> None:
    print(f"\n{name}: origins {panel.origins[0]}-{panel.origins[-1]}, horizon 1-{TESTED_YEARS}")
    rows = {}
    for title, (options, change) in tries(panel).items():
        rows[title] = evidence.accuracy(*_changed(panel, options, change))
    for method in ("drift", "naive"):
        rows[method] = evidence.accuracy(*scored(panel, method))
    print(pd.DataFrame(rows).T.drop(columns="forecasts").round(3).to_string())


def _changed(panel: Panel, options: dict, change: Change | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    if change is None:
        return scored(panel, "growth", **options)

    def forecast(levels, national, horizon, fit_options):
        model = growth.fit(levels, national, **fit_options)
        return change(model, model.forecast(horizon), national)

    backtest.FORECASTERS["try"] = forecast
    try:
        return scored(panel, "try", **options)
    finally:
        del backtest.FORECASTERS["try"]


# --- the COROPs of the vintage ------------------------------------------------------------


def read_outlooks() -> Outlooks:
    """The outlooks of the stored tables."""
    names = ("indicators", "regions", "members", "job_shares", "share_anchors")
    employed = load_national_employed(Folders().reference / "panels")
    return outlook.make(*(store.read(name) for name in names), employed, load_settings().models.outlook_until)


def corop_scores(stored: Outlooks) -> dict[str, float]:
    """Accuracy on COROPs from 2016 on: fewer growth years than the outlook asks for."""
    fitted = stored.fitted
    levels, last = fitted.panels[COROPS], fitted.last_year
    options = {"rounding": ROUNDING, "long_run": fitted.long_run, "minimum_years": 6}
    origins = range(2016, last)
    scores = backtest.rolling_origin(levels, fitted.national, origins, TESTED_YEARS, "growth", **options)
    chances = backtest.target_chances(
        levels, fitted.national, origins, TESTED_YEARS, RATES, "growth", **options
    )
    return evidence.accuracy(scores, chances)


def show_reconciled(stored: Outlooks) -> None:
    """COROPs, provinces and the nation as forecast, and as made to add up, against what came."""
    fitted = stored.fitted
    rows = []
    for origin in range(2016, fitted.last_year):
        past = replace(
            fitted,
            panels={kind: table.loc[:, :origin] for kind, table in fitted.panels.items()},
            national=fitted.national.loc[:origin],
        )
        parts, horizon = past.parts(minimum_years=6), min(TESTED_YEARS, fitted.last_year - origin)
        drawn = outlook.unit_shocks(past, horizon)
        for title, is_reconciled in (("as forecast", False), ("adding up", True)):
            made = draws.levels(parts, drawn, reconciled=is_reconciled)
            rows += _coverage(fitted, parts, made, origin, title)
    print("\nOrigins 2016 and later, each draw as forecast and adding up")
    print(pd.DataFrame(rows).groupby(["kind", "draws"]).mean().drop(columns="origin").round(3).to_string())


def _coverage(
    fitted: outlook.Fitted, parts: draws.Parts, made: np.ndarray, origin: int, title: str
) -> Iterator[dict]:
    known = pd.concat([*fitted.panels.values(), fitted.national.to_frame(geography.NATION).T])
    low_95, low_80, high_80, high_95 = np.quantile(made, [0.025, 0.1, 0.9, 0.975], axis=2)
    median = np.median(made, axis=2)
    for place, region in enumerate(parts.regions):
        if region == geography.NOT_ASSIGNABLE:
            continue
        for step in range(made.shape[1]):
            actual = known.loc[region, origin + step + 1]
            yield {
                "kind": region[:2],
                "draws": title,
                "origin": origin,
                "in_80": low_80[place, step] <= actual <= high_80[place, step],
                "in_95": low_95[place, step] <= actual <= high_95[place, step],
                "error_pct": 100 * abs(median[place, step] / actual - 1),
                "width_80_pct": 100 * (high_80[place, step] - low_80[place, step]) / actual,
            }


# --- bars and speed -----------------------------------------------------------------------


def bar_rows(found: dict[str, dict], corops: dict[str, float]) -> list[dict]:
    """What was measured beside what was asked."""
    measured = {
        "dutch provinces 1980-2025": found["dutch_provinces_employed"],
        "corops 2016-2023": corops,
        "us counties employed": found["us_counties_employed"],
        "german counties gdp": found["german_counties_gdp"],
    }
    names = {"brier": "brier_target"}
    bars = pd.read_csv(BARS)
    bars = bars[bars["panel"] != "speed"]
    return [
        _bar(
            bar.panel,
            bar.measure,
            measured[bar.panel][names.get(bar.measure, bar.measure)],
            bar.least,
            bar.most,
        )
        for bar in bars.itertuples()
    ]


def speed_rows(stored: Outlooks, panels: dict[str, Panel]) -> list[dict]:
    """CPU time of a fit and of the draws."""
    employed = panels["us_counties_employed"].levels
    more = employed.iloc[:35].rename(index=lambda code: f"{code}b")
    series, nation = pd.concat([employed, more]), panels["us_counties_employed"].national
    fit = cpu_seconds(lambda: growth.fit(series, nation, long_run=nation))
    rows = store.read("indicators", indicator=outlook.INDICATOR, sector="total")
    published = rows[(rows["basis"] == outlook.NEW) & rows["value"].notna()]
    published = published[published["method"] != outlook.SHARE_ESTIMATE]
    arguments = stored.fitted, stored.composition, published, stored.about.index, stored.draws.years
    drawn = cpu_seconds(lambda: outlook.draw(*arguments))
    bars = pd.read_csv(BARS).query("panel == 'speed'")["most"].tolist()
    return [
        _bar("speed", "growth of 377 series (CPU ms)", 1000 * fit, np.nan, bars[0]),
        _bar("speed", f"draws of {len(stored.about)} regions (CPU s)", drawn, np.nan, bars[1]),
    ]


def _bar(panel: str, measure: str, value: float, least: float, most: float) -> dict:
    held = not (value < least or value > most)
    return {
        "panel": panel,
        "measure": measure,
        "value": round(value, 3),
        "least": least,
        "most": most,
        "held": held,
    }


def cpu_seconds(action: Callable[[], object], repeat: int = 3) -> float:
    """Best of a few, in CPU time: the others measure what else the machine did."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times)


def show_statsforecast(series: pd.DataFrame) -> None:
    """CPU time of the automatic models of statsforecast on the same series."""
    if importlib.util.find_spec("statsforecast") is None:
        print("\nstatsforecast: not installed, no comparison (pip install -e .[bench])")
        return
    from statsforecast import StatsForecast
    from statsforecast.models import AutoARIMA, AutoETS

    long = series.rename_axis("unique_id").reset_index().melt("unique_id", var_name="year", value_name="y")
    long["ds"] = pd.to_datetime(long["year"].astype(str) + "-12-31")
    for model in (AutoETS(season_length=1), AutoARIMA(season_length=1)):
        forecaster = StatsForecast(models=[model], freq="YE", n_jobs=1)
        theirs = cpu_seconds(
            lambda run=forecaster: run.forecast(
                df=long[["unique_id", "ds", "y"]], h=TESTED_YEARS, level=[80]
            ),
            1,
        )
        print(f"statsforecast {model}: {theirs:.2f} s CPU")


# --- the projection -----------------------------------------------------------------------


def show_equal_to_mint() -> None:
    """The projection beside MinT of hierarchicalforecast, on a made-up tree of 60 parts."""
    if importlib.util.find_spec("hierarchicalforecast") is None:
        print("\nhierarchicalforecast: not installed, no comparison (pip install -e .[bench])")
        return
    from hierarchicalforecast.methods import MinTrace

    random = np.random.default_rng(4)
    parts, groups = 60, 8
    sums = np.vstack([np.ones(parts), *(np.arange(parts) % groups == one for one in range(groups))]).astype(
        float
    )
    base = random.normal(1000, 100, (parts + groups + 1, 6))
    # the method estimates the variances from residuals: these have exactly the variances that we use
    weight = random.uniform(1, 50, len(base))
    residuals = np.sqrt(weight - 2e-8)[:, None] * np.ones(20)  # it adds 2e-8
    summing = np.vstack([sums, np.eye(parts)])
    order = [*range(parts, parts + groups + 1), *range(parts)]
    theirs = MinTrace(method="wls_var").fit_predict(
        S=summing,
        y_hat=base[order],
        y_insample=residuals[order],
        y_hat_insample=np.zeros_like(residuals),
    )["mean"]
    ours = draws.reconcile(base, sums, weight)[order]
    print(
        f"\nhierarchicalforecast MinT (wls_var): largest relative difference {np.abs(ours / theirs - 1).max():.1e}"
    )


if __name__ == "__main__":
    main()
