"""The ledger of forecasts: what an edition said of every region, frozen, and how that compares with what came.

``entries`` makes the lines that an edition publishes: the outlook and the chances of targets, with two yardsticks that
anyone could have used. ``score`` holds the lines of earlier editions, the forecasts of others and the promises of
programmes against newer figures; ``replay`` does so for past years, as if an edition had been frozen in each.
Definitions and measured figures: docs/methods/ledger.md.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.config import Settings
from pipeline.models import backtest
from pipeline.models.outlook import COROPS, INDICATOR, RATES, ROUNDING, TESTED_YEARS, Fitted, Outlooks
from pipeline.models.targets import END_UNKNOWN, NOT_REACHED, REACHED, question_of, readings
from pipeline.reference import OPEN, Reference
from pipeline.schemas import FORECASTS, TABLES

OURS = "groeimonitor"
#: Yardsticks: the name here and in the backtest.
YARDSTICKS = {"no_change": "naive", "drift": "drift"}
QUANTILES = {"q05": 0.05, "q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9, "q95": 0.95}
#: Share of outcomes that the scored interval should hold, and from how many outcomes forecasters are ranked.
LEVEL, RANKED_FROM = 0.8, 30
#: Growth years that the first origin of the replay has.
REPLAY_YEARS = 6
#: What a forecast of others is held against when it does not say what it counts.
NEAREST = {"banen": INDICATOR}
YES, NO, UNKNOWN = "yes", "no", "unknown"
_PROMISES = {REACHED: YES, NOT_REACHED: NO, END_UNKNOWN: UNKNOWN}
_SCORES = list(TABLES["forecast_scores"].schema.columns)
_SUMMARY = ["forecaster", "outcomes", "first_year", "last_year", "error_pct", "interval_score_pct", "in_80"]
_SUMMARY += ["chances", "brier"]
_FIGURE = ["region_code", "indicator", "year"]


# --- what an edition freezes ------------------------------------------------------------------


def entries(
    outlooks: Outlooks,
    verdicts: pd.DataFrame,
    indicators: pd.DataFrame,
    reference: Reference,
    settings: Settings,
    made_on: str,
    commit: str,
) -> pd.DataFrame:
    """The lines of an edition: columns of ``schemas.FORECASTS``, sorted by its key.

    Parameters
    ----------
    outlooks : of the jobs of every region
    verdicts : the targets table, for the chances
    indicators : the indicator table
    reference, settings : of the edition
    made_on : date of the lines
    commit : the last one that touched what the tables are made from
    """
    until = outlooks.last_year + settings.models.verdict_horizon
    pieces = [_own_lines(outlooks, until)]
    pieces += [_yardstick(name, outlooks, until) for name in YARDSTICKS]
    pieces.append(_target_lines(outlooks, verdicts, indicators, reference, settings))
    lines = pd.concat([piece for piece in pieces if len(piece)], ignore_index=True)
    about = outlooks.about.loc[lines["region_code"]]
    lines = lines.assign(
        indicator=INDICATOR,
        made_on=made_on,
        vintage=settings.vintage,
        commit=commit,
        last_year=outlooks.last_year,
        last_value=about["last_value"].round().to_numpy(),
        own_series=about["own_series"].to_numpy(),
    )
    return lines[list(FORECASTS.schema.columns)].sort_values(list(FORECASTS.key), ignore_index=True)


def _lines(forecaster: str, regions: Iterable[str], years: Iterable[int], levels: np.ndarray) -> pd.DataFrame:
    """Lines without a target; ``levels`` (quantiles, regions, years)."""
    regions, years = list(regions), list(years)
    frame = pd.DataFrame(
        {
            "forecaster": forecaster,
            "region_code": np.repeat(regions, len(years)),
            "year": np.tile(years, len(regions)),
            **{name: values.ravel() for name, values in zip(QUANTILES, levels.round(), strict=True)},
        }
    )
    return frame.assign(target="", baseline_year=np.nan, times=np.nan, plus=np.nan, probability=np.nan)


def _own_lines(outlooks: Outlooks, until: int) -> pd.DataFrame:
    draws = outlooks.draws
    ahead = (draws.years > outlooks.last_year) & (draws.years <= until)
    levels = np.quantile(draws.values[:, ahead], list(QUANTILES.values()), axis=2)
    return _lines(OURS, draws.regions, draws.years[ahead], levels)


def _yardstick(name: str, outlooks: Outlooks, until: int) -> pd.DataFrame:
    """What standing still, or going on as so far, would say of every region by itself."""
    draws = outlooks.draws
    known = draws.years <= outlooks.last_year
    middle = np.median(draws.values[:, known], axis=2)
    levels = pd.DataFrame(middle, draws.regions, [int(year) for year in draws.years[known]])
    horizon = until - outlooks.last_year
    forecast = backtest.FORECASTERS[YARDSTICKS[name]](
        levels, outlooks.fitted.national, horizon, {"rounding": ROUNDING}
    )
    values = np.stack([forecast.quantile(q) for q in QUANTILES.values()])
    return _lines(name, forecast.regions, range(outlooks.last_year + 1, until + 1), values)


def _target_lines(
    outlooks: Outlooks,
    verdicts: pd.DataFrame,
    indicators: pd.DataFrame,
    reference: Reference,
    settings: Settings,
) -> pd.DataFrame:
    """One line a reading of a target with a chance: what was asked of the draws, and the answer."""
    key = ["programme", "target", "definition", "baseline_year", "deadline_year"]
    chances = verdicts[verdicts["probability"].notna()].set_index(key)["probability"]
    pieces = []
    for programme in reference.programmes.values():
        for target in programme.targets:
            for definition, reading, _ in readings(target, indicators, outlooks, settings):
                question = question_of(target, definition, reading, outlooks)
                said = target.definition if definition is None else definition.key
                place = (programme.key, target.key, said, reading.baseline_year, reading.deadline)
                if question is None or place not in chances.index:
                    continue
                drawn = outlooks.draws.of([question.region_code]).in_year(question.year)
                levels = np.quantile(drawn, list(QUANTILES.values()), axis=1)[:, :, None]
                line = _lines(OURS, [question.region_code], [question.year], levels)
                name = [programme.key, target.key, "" if definition is None else definition.key]
                pieces.append(
                    line.assign(
                        target="/".join([*name, str(reading.baseline_year)]),
                        baseline_year=question.baseline_year,
                        times=question.times,
                        plus=question.plus,
                        probability=chances[place],
                    )
                )
    return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame()


# --- what came of it ----------------------------------------------------------------------------


def interval_score(low: pd.Series, high: pd.Series, actual: pd.Series, level: float = LEVEL) -> pd.Series:
    """Width of the interval, and 2 / (1 - level) times how far the actual lies outside it; lower is better.

    Gneiting & Raftery (2007), equation 43.
    """
    outside = (low - actual).clip(lower=0) + (actual - high).clip(lower=0)
    return high - low + 2 / (1 - level) * outside


def score(
    forecasts: pd.DataFrame, indicators: pd.DataFrame, verdicts: pd.DataFrame, reference: Reference
) -> pd.DataFrame:
    """Everyone's forecasts and promises of years that have come: the table ``forecast_scores``.

    Parameters
    ----------
    forecasts : lines of all editions
    indicators : the indicator table of now; a figure that is an estimate is held against a forecast, and marked
    verdicts : the targets table of now
    reference : outside figures and programmes
    """
    figures = _newest(indicators)
    pieces = [
        scored(forecasts, figures),
        _others(reference, figures),
        _promises(verdicts, reference),
    ]
    filled = [piece for piece in pieces if len(piece)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=_SCORES)


def scored(forecasts: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Lines of the ledger against figures of their year.

    Parameters
    ----------
    forecasts : lines of the ledger
    figures : region_code, indicator, year, value, status, source, vintage: one row a region, indicator and year
    """
    came = forecasts.merge(figures, on=_FIGURE, suffixes=("_then", ""))
    base = figures[[*_FIGURE, "value"]].rename(columns={"year": "baseline_year", "value": "base"})
    base["baseline_year"] = base["baseline_year"].astype(float)
    came = came.merge(base, how="left", on=["region_code", "indicator", "baseline_year"])
    is_target = came["target"] != ""
    goal = came["times"] * came["base"].where(came["times"] != 0, 0.0) + came["plus"]
    kept = np.where(came["value"] >= goal, YES, NO)
    return _scores(
        came.assign(
            forecast=came["q50"],
            low_80=came["q10"],
            high_80=came["q90"],
            goal=goal,
            came_true=np.where(is_target, np.where(goal.notna(), kept, UNKNOWN), ""),
            same_measure=True,
            note="",
        )
    )


def _newest(indicators: pd.DataFrame) -> pd.DataFrame:
    """One figure a region, indicator and year: yearly totals on the basis that reaches furthest."""
    rows = indicators[
        (indicators["sector"] == "total") & (indicators["frequency"] == "A") & indicators["value"].notna()
    ].sort_values(["year", "basis"])
    last = rows.groupby(["region_code", "indicator"])["basis"].transform("last")
    columns = [*_FIGURE, "value", "status", "source", "vintage"]
    return rows.loc[rows["basis"] == last, columns].drop_duplicates(_FIGURE, keep="last")


def _others(reference: Reference, figures: pd.DataFrame) -> pd.DataFrame:
    """Published forecasts of others of a year, beside the nearest figure of ours."""
    found = [figure for figure in reference.outside_figures.values() if figure.value_kind == "forecast"]
    rows = pd.DataFrame(
        [
            {
                "made_on": str(figure.made),
                "forecaster": figure.by,
                "region_code": figure.area,
                "indicator": NEAREST.get(figure.unit, "") if figure.indicator == OPEN else figure.indicator,
                "year": int(str(figure.period)[:4]),
                "target": figure.key,
                "forecast": float(figure.value),
                "same_measure": figure.indicator != OPEN,
                "note": f"{figure.title} ({figure.source.title}). {figure.note}".strip(),
            }
            for figure in found
        ]
    )
    if rows.empty:
        return rows
    came = rows[rows["year"] <= figures["year"].max()].merge(figures, how="left", on=_FIGURE)
    texts = ["status", "source", "vintage"]
    return _scores(came.assign(**{column: came[column].fillna("") for column in texts}))


def _promises(verdicts: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Promises whose end has passed: kept, not kept, or nobody counted."""
    passed = verdicts[verdicts["verdict"].isin(_PROMISES) & verdicts["is_chosen"]]
    made = {
        (programme.key, target.key): str(target.target_version.date)
        for programme in reference.programmes.values()
        for target in programme.targets
    }
    places = list(zip(passed["programme"], passed["target"], strict=True))
    return _scores(
        passed.assign(
            made_on=[made[place] for place in places],
            forecaster=passed["programme"],
            year=passed["deadline_year"].astype(int),
            goal=passed["target_value"],
            came_true=passed["verdict"].map(_PROMISES),
            same_measure=True,
            note=(passed["verdict_rule"] + "; " + passed["note"]).str.removesuffix("; "),
        ).drop(columns="probability")
    )


def _scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Errors and interval scores of rows that hold what was said and what came."""
    rows = rows.rename(columns={"value": "actual", "status": "actual_status"})
    for column in ("goal", "probability", "forecast", "low_80", "high_80", "actual"):
        rows[column] = rows[column].astype(float) if column in rows else np.nan
    for column in ("came_true", "actual_status", "vintage", "source"):
        rows[column] = rows.get(column, "")
    error = rows["forecast"] - rows["actual"]
    measured = interval_score(rows["low_80"], rows["high_80"], rows["actual"])
    rows = rows.assign(
        error=error, error_pct=100 * error / rows["actual"].where(rows["actual"] > 0), interval_score=measured
    )
    return rows[_SCORES]


# --- a summary ----------------------------------------------------------------------------------


def summary(scores: pd.DataFrame) -> pd.DataFrame:
    """Each forecaster over the outcomes that all of them spoke of, in published figures of the same measure.

    Parameters
    ----------
    scores : rows of ``forecast_scores``

    Returns
    -------
    DataFrame with forecaster, outcomes (regions times years ahead), first_year, last_year, error_pct (mean absolute),
    interval_score_pct (mean, of the actual level), in_80, chances, brier and rank; a rank, by interval score, only
    from 30 outcomes
    """
    counted = scores[scores["same_measure"] & (scores["actual_status"] != "estimate")]
    plain = counted[(counted["target"] == "") & counted["interval_score"].notna()]
    asked = counted[counted["probability"].notna() & counted["came_true"].isin([YES, NO])]
    shared = plain.groupby(["made_on", *_FIGURE])["forecaster"].transform("nunique")
    plain = plain[shared == plain["forecaster"].nunique()]
    rows = []
    for forecaster, own in plain.groupby("forecaster"):
        chances = asked[asked["forecaster"] == forecaster]
        missed = chances["probability"] - (chances["came_true"] == YES)
        rows.append(
            {
                "forecaster": forecaster,
                "outcomes": len(own),
                "first_year": own["year"].min(),
                "last_year": own["year"].max(),
                "error_pct": own["error_pct"].abs().mean(),
                "interval_score_pct": (100 * own["interval_score"] / own["actual"]).mean(),
                "in_80": own["actual"].between(own["low_80"], own["high_80"]).mean(),
                "chances": len(chances),
                "brier": (missed**2).mean(),
            }
        )
    made = pd.DataFrame(rows, columns=_SUMMARY).round(4)
    enough = made["outcomes"] >= RANKED_FROM
    return made.assign(rank=made["interval_score_pct"].where(enough).rank(method="min").astype("Int64"))


def summaries(frozen: pd.DataFrame, replayed: pd.DataFrame) -> pd.DataFrame:
    """The summary of what was frozen and of a replay; column ``kind`` keeps them apart."""
    parts = {"frozen": summary(frozen), "replay": summary(replayed)}
    return pd.concat([part.assign(kind=kind) for kind, part in parts.items()], ignore_index=True)


def replay(fitted: Fitted) -> pd.DataFrame:
    """A replay: the COROPs forecast from each past year with what was known then, in the form of ``forecast_scores``.

    No edition said this at the time. The model and its constants were chosen later, and the figures are those of now.
    """
    levels, national = fitted.panels[COROPS], fitted.national
    origins = range(int(levels.columns[REPLAY_YEARS]), fitted.last_year)
    options = {"rounding": ROUNDING, "long_run": fitted.long_run, "minimum_years": REPLAY_YEARS}
    lines = [
        _past_lines(name, method, levels, national, origin, options)
        for origin in origins
        for name, method in {OURS: "growth", **YARDSTICKS}.items()
    ]
    long = levels.rename_axis(index="region_code", columns="year").reset_index()
    figures = long.melt("region_code", var_name="year", value_name="value").astype({"year": int})
    figures = figures.assign(indicator=INDICATOR, status="published", source="", vintage="replay")
    return scored(pd.concat(lines, ignore_index=True), figures)


def _past_lines(
    name: str, method: str, levels: pd.DataFrame, national: pd.Series, origin: int, options: dict
) -> pd.DataFrame:
    """What a forecaster would have said in a year: levels, and then chances of targets of the backtest."""
    horizon = min(TESTED_YEARS, int(levels.columns[-1]) - origin)
    forecast = backtest.FORECASTERS[method](
        levels.loc[:, :origin], national.loc[:origin], horizon, dict(options)
    )
    values = np.stack([forecast.quantile(q) for q in QUANTILES.values()])
    lines = _lines(name, forecast.regions, range(origin + 1, origin + horizon + 1), values)
    lines = lines.assign(indicator=INDICATOR, made_on=f"replay-{origin}", vintage="replay")
    last, steps = levels.loc[forecast.regions, origin].to_numpy(), range(1, horizon + 1)
    factor = 1 + np.repeat(RATES, len(lines))
    asked = pd.concat([lines] * len(RATES), ignore_index=True)
    chances = [
        forecast.probability_at_least(last * (1 + rate) ** step, step) for rate in RATES for step in steps
    ]
    asked = asked.assign(
        target=np.repeat([f"replay/{100 * rate:g}-pct-a-year" for rate in RATES], len(lines)),
        baseline_year=float(origin),
        times=factor ** (asked["year"] - origin),
        plus=0.0,
        probability=np.reshape(chances, (len(RATES), horizon, -1)).swapaxes(1, 2).ravel(),
    )
    return pd.concat([lines, asked], ignore_index=True)
