"""Targets of programmes: gap, required and observed pace, path and verdict, over every reading of the target.

A target that nobody defined is a grid: definition x baseline x deadline. The verdict says by which rule it
was given: by the chance of the growth model, else by required against observed pace ("alleen tempo").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.config import ModelSettings, Settings
from pipeline.indicators.shares import SPAN, span_variance
from pipeline.models.outlook import DRIFTS, INDICATOR, Outlooks, Question
from pipeline.models.series import SHARE_ESTIMATE, Series, annual_series
from pipeline.reference import OPEN, Baseline, Deadline, Definition, Programme, Target
from pipeline.schemas import TABLES

#: Level of the margin around a change since the baseline.
MARGIN_LEVEL = 0.80
_Z80 = 1.2815515655446004

NO_DATA, NO_VERDICT = "geen gegevens", "geen oordeel"
ON_TRACK, BEHIND, UNCERTAIN = "op koers", "achter", "onzeker"
REACHED, NOT_REACHED, END_UNKNOWN = "gehaald", "niet gehaald", "eindstand onbekend"
PACE_ONLY, REPORTED, MODEL = "alleen tempo", "opgave programma", "model"
COLUMNS = list(TABLES["targets"].schema.columns)


@dataclass(frozen=True)
class Reading:
    """One way to read a target: a definition, a baseline and a deadline, with the levels it gives."""

    baseline_year: int | None = None
    baseline: float = np.nan
    baseline_interval: tuple[float, float] = (np.nan, np.nan)
    baseline_status: str = ""
    latest_year: int | None = None
    latest: float = np.nan
    latest_interval: tuple[float, float] = (np.nan, np.nan)
    latest_status: str = ""
    change_log_sd: float = 0.0
    baseline_log_sd: float = 0.0
    is_assumption: bool = False
    deadline: int | None = None
    at_deadline: float = np.nan
    goal: float = np.nan
    source: str = ""

    @property
    def horizon(self) -> float:
        """Years from the latest figure to the deadline."""
        if self.deadline is None or self.latest_year is None:
            return np.nan
        return self.deadline - self.latest_year

    @property
    def elapsed(self) -> float:
        """Years from the baseline to the latest figure."""
        if self.baseline_year is None or self.latest_year is None:
            return np.nan
        return self.latest_year - self.baseline_year


def make(
    programmes: dict[str, Programme],
    claims: pd.DataFrame,
    indicators: pd.DataFrame,
    quality: pd.DataFrame,
    outlooks: Outlooks,
    settings: Settings,
) -> pd.DataFrame:
    """Every target of every programme, in every reading.

    Parameters
    ----------
    programmes : by key
    claims : the promise ledger
    indicators : the indicator table
    quality : yearly drift of the share of estimated regions
    outlooks : of the jobs of every region
    settings : the whole of params.yaml; a deadline before the edition has passed
    """
    drift = quality.set_index("region_code")["yearly_drift_sd"].to_dict()
    rows = []
    for programme in programmes.values():
        for target in programme.targets:
            stated = claims[(claims["programme"] == programme.key) & (claims["target_key"] == target.key)]
            for definition, reading, chosen in readings(target, indicators, drift, settings):
                chances = chances_of(target, definition, reading, outlooks, settings.models)
                judged = judge(target, definition, reading, stated, chances, settings)
                rows.append(_row(programme, target, definition, reading, judged, chosen) | chances)
    return pd.DataFrame(rows, columns=COLUMNS)


def readings(
    target: Target, indicators: pd.DataFrame, drift: dict[str, float], settings: Settings
) -> Iterator[tuple[Definition | None, Reading, bool]]:
    """Each definition x baseline x deadline of a target, with its levels; the first is the chosen one."""
    first = True
    for definition in target.definitions or (None,):
        indicator = target.indicator if definition is None else definition.indicator
        series = None if indicator == OPEN else annual_series(indicators, target.area, indicator)
        # one gemeente, or an area of one, is refused what its COROP would have it do
        if series is not None and series.is_one_gemeente_estimate:
            series = None
        for baseline in target.baselines:
            for deadline in target.deadlines:
                reading = _read(target, definition, series, baseline, deadline, drift, settings)
                if definition is not None and definition.indicator == OPEN:
                    reading = _borrow_growth(target, reading, indicators, drift, settings)
                chosen = _is_chosen(target, definition, baseline, deadline)
                yield definition, reading, chosen and first
                first = first and not chosen


def _is_chosen(target: Target, definition: Definition | None, baseline: Baseline, deadline: Deadline) -> bool:
    """The reading that stands on the front page: the target's own indicator, the year it was adopted."""
    own = definition is None or definition.indicator == target.indicator
    adopted = str(target.target_version.date)[:4]
    year = target.baselines[0].year if len(target.baselines) == 1 else adopted
    only = len(target.baselines) == 1
    return only or (own and str(baseline.year) == str(year) and not deadline.approximate)


def _read(
    target: Target,
    definition: Definition | None,
    series: Series | None,
    baseline: Baseline,
    deadline: Deadline,
    drift: dict[str, float],
    settings: Settings,
) -> Reading:
    base_year = None if baseline.year == OPEN else int(baseline.year)
    end = None if deadline.year == OPEN else int(deadline.year)
    reading = Reading(baseline_year=base_year, deadline=end)
    if series is not None:
        reading = _with_series(reading, series, drift, settings)
    elif definition is not None:
        for level in definition.levels:
            if level.year == base_year:
                stated = {
                    "baseline": float(level.value),
                    "latest": float(level.value),
                    "latest_year": level.year,
                }
                stated |= {"baseline_status": "published", "latest_status": "published"}
                reading = replace(reading, **stated, source=level.source.title)
    if baseline.value != OPEN:
        reading = replace(reading, baseline=float(baseline.value), baseline_status="published")
    if target.target != OPEN:
        number = float(target.target)
        goals = {"extra": reading.baseline + number, "decrease": reading.baseline - number}
        reading = replace(reading, goal=goals.get(target.relation, number))
    return reading


def _with_series(reading: Reading, series: Series, drift: dict[str, float], settings: Settings) -> Reading:
    latest_year = settings.models.latest_year or series.latest_year
    base, latest = series.at(reading.baseline_year), series.at(latest_year)
    found: dict[str, Any] = {"source": series.rows["source"].iloc[-1]}
    end = series.at(reading.deadline)
    if end is not None:
        found["at_deadline"] = float(end["value"])
    if base is not None:
        found |= {
            "baseline": float(base["value"]),
            "baseline_interval": (float(base["value_low"]), float(base["value_high"])),
            "baseline_status": base["status"],
        }
    if latest is not None:
        found |= {
            "latest_year": latest_year,
            "latest": float(latest["value"]),
            "latest_interval": (float(latest["value_low"]), float(latest["value_high"])),
            "latest_status": latest["status"],
        }
        if series.is_share_estimate and reading.baseline_year is not None:
            years = max(latest_year - reading.baseline_year, 0)
            sd = drift.get(series.region_code, 0.0)
            found["change_log_sd"] = sd * float(np.sqrt(SPAN * span_variance(years)))
            if base is not None and base["method"] == SHARE_ESTIMATE:
                found["baseline_log_sd"] = _log_sd(base)
    return replace(reading, **found)


def _log_sd(row: pd.Series) -> float:
    """Log sd of a level from its stored interval; 0 for a published level, which has none."""
    if pd.isna(row["value_high"]):
        return 0.0
    z = stats.norm.ppf(0.5 + row["interval_level"] / 2)
    return float(np.log(row["value_high"] / row["value"]) / z)


def _borrow_growth(
    target: Target, reading: Reading, indicators: pd.DataFrame, drift: dict[str, float], settings: Settings
) -> Reading:
    """A definition with one level moves on with the growth of employee jobs: an assumption, and marked so."""
    if np.isnan(reading.baseline) or reading.baseline_year is None:
        return reading
    series = annual_series(indicators, target.area, INDICATOR)
    if series is None or series.is_one_gemeente_estimate:
        return reading
    jobs = _with_series(Reading(baseline_year=reading.baseline_year), series, drift, settings)
    if np.isnan(jobs.latest) or np.isnan(jobs.baseline):
        return reading
    return replace(
        reading,
        latest_year=jobs.latest_year,
        latest=reading.baseline * jobs.latest / jobs.baseline,
        latest_status="estimate",
        change_log_sd=jobs.change_log_sd,
        is_assumption=True,
    )


def chances_of(
    target: Target,
    definition: Definition | None,
    reading: Reading,
    outlooks: Outlooks,
    settings: ModelSettings,
) -> dict[str, float | bool]:
    """Outlook at the deadline and chance of the target, under both drifts, with and without level error."""
    names = ("outlook_median", "outlook_low80", "outlook_high80", "outlook_low95", "outlook_high95")
    result: dict[str, float | bool] = dict.fromkeys(names, np.nan)
    for drift in DRIFTS:
        result |= {f"p_{drift}_drift": np.nan, f"p_{drift}_drift_exact_level": np.nan}
    result["is_assumption"] = reading.is_assumption
    indicator = target.indicator if definition is None else definition.indicator
    measured = indicator == INDICATOR or reading.is_assumption
    if target.direction != "up":
        return result  # the model gives the chance of reaching a level from below
    if not measured or np.isnan(reading.goal) or not reading.horizon > 0:
        return result
    ahead = outlooks.of(target.area, "median")
    if (
        ahead is None
        or ahead.is_one_gemeente
        or ahead.last_year != reading.latest_year
        or reading.horizon > len(ahead.log_growth)
    ):
        return result
    scale = reading.latest / ahead.last_level
    step = int(reading.horizon) - 1
    for name, q in zip(names, (0.5, 0.1, 0.9, 0.025, 0.975), strict=True):
        result[name] = float(ahead.quantile(q)[step] * scale)
    if reading.horizon > settings.verdict_horizon:
        return result  # chances further ahead were not tested
    question = Question(
        year=int(reading.deadline or 0),
        latest=reading.latest,
        goal=reading.goal,
        baseline=reading.baseline,
        extra=float(target.target) if target.relation == "extra" and not reading.is_assumption else None,
        baseline_log_sd=reading.baseline_log_sd,
        years_since_baseline=max(reading.elapsed, 0.0),
    )
    for drift in DRIFTS:
        outlook = outlooks.of(target.area, drift)
        if outlook is not None:
            result[f"p_{drift}_drift"] = outlook.chance(question)
            result[f"p_{drift}_drift_exact_level"] = outlook.chance(question, exact_level=True)
    return result


@dataclass(frozen=True)
class Judgement:
    """A verdict with what it rests on and its rule in words."""

    verdict: str
    basis: str
    rule: str
    note: str = ""


def judge(
    target: Target,
    definition: Definition | None,
    reading: Reading,
    stated: pd.DataFrame,
    chances: dict[str, float | bool],
    settings: Settings,
) -> Judgement:
    """The verdict on one reading of a target.

    Parameters
    ----------
    stated : the claims about this target
    chances : as from ``chances_of``
    settings : a deadline before the edition has passed
    """
    if target.target == OPEN:
        return Judgement(NO_DATA, "", "het doel heeft geen getal")
    if reading.deadline is not None and reading.deadline < settings.edition:
        return _judge_passed(target, reading, stated)
    if np.isnan(reading.latest):
        return _judge_reported(target, stated)
    if definition is not None and definition.indicator == OPEN:
        rule = "er is één losse stand en geen reeks; de kans rekent met de groei van banen van werknemers (aanname)"
        return Judgement(NO_VERDICT, PACE_ONLY, rule)
    if reading.deadline is None:
        return Judgement(NO_VERDICT, PACE_ONLY, "er is geen einddatum genoemd")
    if np.isnan(reading.goal):
        return Judgement(NO_VERDICT, PACE_ONLY, "de stand van de nulmeting is niet bekend")
    if not reading.horizon > 0:
        return _judge_end(target, reading)
    limit = settings.models.verdict_horizon
    if reading.horizon > limit:
        rule = f"het einde ligt meer dan {limit} jaar weg: alleen wat per jaar nodig is"
        return Judgement(NO_VERDICT, PACE_ONLY, rule)
    if not np.isnan(chances["p_median_drift"]):
        return judge_chance(chances, settings.models)
    if not reading.elapsed > 0 or np.isnan(reading.baseline):
        return Judgement(NO_VERDICT, PACE_ONLY, "vanaf dit jaar is er nog geen tempo om mee te vergelijken")
    return judge_pace(target, reading)


def judge_chance(chances: dict[str, float | bool], settings: ModelSettings) -> Judgement:
    """The verdict by the chance under both drifts of the nation."""
    both = [float(chances[f"p_{drift}_drift"]) for drift in DRIFTS]
    likely, unlikely = settings.likely, settings.unlikely
    if min(both) >= likely:
        return Judgement(ON_TRACK, MODEL, "de kans is bij beide rekenwijzen minstens 2 op 3")
    if max(both) <= unlikely:
        return Judgement(BEHIND, MODEL, "de kans is bij beide rekenwijzen hooguit 1 op 3")
    return Judgement(UNCERTAIN, MODEL, "de kans ligt tussen 1 op 3 en 2 op 3, of wisselt met de rekenwijze")


def judge_pace(target: Target, reading: Reading) -> Judgement:
    """Compare the pace since the baseline, with its margin, with the pace that is still needed."""
    ahead = []
    for change in change_interval(reading):
        # an uncertain change enters both sides: who added more has less left to do
        pace = change / reading.elapsed
        needed = (reading.goal - reading.baseline - change) / reading.horizon
        ahead.append(pace >= needed if target.direction == "up" else pace <= needed)
    if all(ahead):
        verdict, rule = ON_TRACK, "het tempo sinds de nulmeting is ook binnen de marge hoog genoeg"
    elif not any(ahead):
        verdict, rule = BEHIND, "het tempo sinds de nulmeting is ook binnen de marge te laag"
    else:
        verdict, rule = UNCERTAIN, "binnen de marge is het tempo soms hoog genoeg en soms niet"
    if target.direction == "down":
        rule = rule.replace("hoog genoeg", "snel genoeg").replace("te laag", "te langzaam")
    return Judgement(verdict, PACE_ONLY, rule)


def change_interval(reading: Reading) -> tuple[float, float]:
    """Change since the baseline with a margin of 80 %; the two are equal when nothing was estimated."""
    change = reading.latest - reading.baseline
    if not reading.change_log_sd:
        return change, change
    ratio = reading.latest / reading.baseline
    spread = _Z80 * reading.change_log_sd
    return tuple(reading.baseline * (ratio * np.exp(side * spread) - 1) for side in (-1, 1))


def _judge_passed(target: Target, reading: Reading, stated: pd.DataFrame) -> Judgement:
    """A deadline that has passed: by the published end level, or by what the programme counted."""
    counted = stated[stated["same_measure"] & stated["value"].notna() & (stated["evidence"] == "counted")]
    end = counted[counted["kind"] == "realised"]
    # in one measure with the target: a number to reach, to add or to take off is reached from here on
    reached = counted[counted["value"] >= float(target.target)]
    if len(reached):
        last = reached.iloc[-1]
        return Judgement(
            REACHED, REPORTED, "het gemelde getal is gelijk aan of hoger dan het doel", _say(last)
        )
    if len(end):
        last = end.iloc[-1]
        return Judgement(NOT_REACHED, REPORTED, "het gemelde eindgetal ligt onder het doel", _say(last))
    if not np.isnan(reading.goal - reading.at_deadline) and not reading.change_log_sd:
        return _judge_end(target, reading)
    note = _say(counted.iloc[-1]) if len(counted) else ""
    return Judgement(
        END_UNKNOWN, REPORTED if note else "", "de einddatum is voorbij, een eindgetal is niet gevonden", note
    )


def _judge_end(target: Target, reading: Reading) -> Judgement:
    """The published level of the deadline's own year against the goal; a later level says nothing about it."""
    level = reading.at_deadline
    if np.isnan(reading.goal - level) or reading.change_log_sd:
        return Judgement(END_UNKNOWN, "", "de stand van het eindjaar is niet gepubliceerd")
    is_reached = level >= reading.goal if target.direction == "up" else level <= reading.goal
    verdict = REACHED if is_reached else NOT_REACHED
    return Judgement(verdict, PACE_ONLY, "de gepubliceerde stand tegenover het doel")


def _judge_reported(target: Target, stated: pd.DataFrame) -> Judgement:
    counted = stated[stated["same_measure"] & stated["value"].notna() & (stated["evidence"] == "counted")]
    if len(counted):
        note = _say(counted.iloc[-1])
        return Judgement(NO_VERDICT, REPORTED, "er is een tussenstand van het programma, geen reeks", note)
    return Judgement(NO_DATA, "", "er is geen open reeks en geen gemeld getal")


def _say(claim: pd.Series) -> str:
    return f"laatst gemeld: {claim['value_text']} ({claim['period']})"


def _row(
    programme: Programme,
    target: Target,
    definition: Definition | None,
    reading: Reading,
    judged: Judgement,
    chosen: bool,
) -> dict[str, Any]:
    ahead = reading.horizon > 0 and not np.isnan(reading.goal - reading.latest)
    elapsed = reading.elapsed > 0 and not np.isnan(reading.latest - reading.baseline)
    low, high = change_interval(reading) if elapsed else (np.nan, np.nan)
    path = _path_value(reading)
    return {
        "programme": programme.key,
        "target": target.key,
        "target_version": str(target.target_version.label),
        "region_code": target.area,
        "indicator": target.indicator if definition is None else definition.indicator,
        "definition": target.definition if definition is None else definition.key,
        "unit": target.unit,
        "direction": target.direction,
        "kind": target.kind,
        "baseline_year": _or_nan(reading.baseline_year),
        "baseline_value": reading.baseline,
        "baseline_low": reading.baseline_interval[0],
        "baseline_high": reading.baseline_interval[1],
        "baseline_status": reading.baseline_status,
        "deadline_year": _or_nan(reading.deadline),
        "target_value": reading.goal,
        "latest_year": _or_nan(reading.latest_year),
        "latest_value": reading.latest,
        "latest_low": reading.latest_interval[0],
        "latest_high": reading.latest_interval[1],
        "latest_status": reading.latest_status,
        "change": reading.latest - reading.baseline if elapsed else np.nan,
        "change_low": low,
        "change_high": high,
        "gap": reading.goal - reading.latest,
        "horizon": reading.horizon,
        "required_per_year": (reading.goal - reading.latest) / reading.horizon if ahead else np.nan,
        "required_growth_pct": _growth_pct(reading.latest, reading.goal, reading.horizon)
        if ahead
        else np.nan,
        "observed_per_year": (reading.latest - reading.baseline) / reading.elapsed if elapsed else np.nan,
        "observed_growth_pct": _growth_pct(reading.baseline, reading.latest, reading.elapsed)
        if elapsed
        else np.nan,
        "path_value": path,
        "realised_minus_path": reading.latest - path,
        "is_chosen": chosen,
        "verdict": judged.verdict,
        "verdict_basis": judged.basis,
        "verdict_rule": judged.rule,
        "note": judged.note or target.note,
        "source": reading.source or target.source.title,
    }


def _growth_pct(first: float, last: float, years: float) -> float:
    return 100 * ((last / first) ** (1 / years) - 1) if first > 0 and last > 0 else np.nan


def _path_value(reading: Reading) -> float:
    """Where the straight line from baseline to goal stands in the latest year."""
    if reading.baseline_year is None or reading.deadline is None or reading.latest_year is None:
        return np.nan
    whole = reading.deadline - reading.baseline_year
    if whole <= 0 or reading.latest_year <= reading.baseline_year:
        return np.nan
    return reading.baseline + (reading.goal - reading.baseline) * (reading.elapsed / whole)


def _or_nan(year: int | None) -> float:
    return np.nan if year is None else float(year)
