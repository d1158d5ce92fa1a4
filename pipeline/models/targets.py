"""Targets of programmes: gap, required and observed pace, path and verdict, over every reading of the target.

A target that nobody defined is a grid: definition x baseline x deadline. The verdict says by which rule it
was given: by the chance in the draws, else by required against observed pace ("alleen tempo").
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from pipeline.config import ModelSettings, Settings
from pipeline.models import chances
from pipeline.models.chances import Question
from pipeline.models.outlook import INDICATOR, QUANTILES, Outlooks
from pipeline.models.series import Series, annual_series
from pipeline.reference import OPEN, Baseline, Deadline, Definition, Programme, Target
from pipeline.schemas import TABLES

#: Chances for which the growth that would give them is stored, by the words of the columns.
WANTED = {"1_in_2": 0.5, "4_in_5": 0.8}

NO_DATA, NO_VERDICT = "geen gegevens", "geen oordeel"
ON_TRACK, BEHIND, UNCERTAIN = "op koers", "achter", "onzeker"
REACHED, NOT_REACHED, END_UNKNOWN = "gehaald", "niet gehaald", "eindstand onbekend"
PACE_ONLY, REPORTED, MODEL = "alleen tempo", "opgave programma", "model"
COLUMNS = list(TABLES["targets"].schema.columns)


@dataclass(frozen=True)
class TargetVariant:
    """One way to read a target: a definition, a baseline and a deadline, with the levels it gives.

    ``baseline_interval`` and ``latest_interval`` are low, high and level; ``change_80`` bounds the change since the
    baseline where it is estimated (80 %), None where nothing is.
    """

    baseline_year: int | None = None
    baseline: float = np.nan
    baseline_interval: tuple[float, float, float] = (np.nan, np.nan, np.nan)
    baseline_status: str = ""
    latest_year: int | None = None
    latest: float = np.nan
    latest_interval: tuple[float, float, float] = (np.nan, np.nan, np.nan)
    latest_status: str = ""
    change_80: tuple[float, float] | None = None
    is_estimated: bool = False
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
    outlooks: Outlooks,
    settings: Settings,
) -> pd.DataFrame:
    """Every target of every programme, in every reading.

    Parameters
    ----------
    programmes : by key
    claims : the promise ledger
    indicators : the indicator table
    outlooks : of the jobs of every region
    settings : the whole of params.yaml; a deadline before the edition has passed
    """
    grid = [
        (programme, target, *one)
        for programme in programmes.values()
        for target in programme.targets
        for one in readings(target, indicators, outlooks, settings)
    ]
    questions = [
        question_of(target, definition, reading, outlooks) for _, target, definition, reading, _ in grid
    ]
    horizon = outlooks.last_year + settings.models.verdict_horizon
    asked = [question for question in questions if question is not None and question.year <= horizon]
    answers = dict(zip(asked, chances.answer(outlooks, asked), strict=True))
    rows = []
    for (programme, target, definition, reading, chosen), question in zip(grid, questions, strict=True):
        stated = claims[(claims["programme"] == programme.key) & (claims["target_key"] == target.key)]
        told = ahead_of(outlooks, question, reading, answers.get(question))
        judged = judge(target, definition, reading, stated, told, settings)
        rows.append(_row(programme, target, definition, reading, judged, chosen) | told)
    return pd.DataFrame(rows, columns=COLUMNS)


def readings(
    target: Target, indicators: pd.DataFrame, outlooks: Outlooks, settings: Settings
) -> Iterator[tuple[Definition | None, TargetVariant, bool]]:
    """Each definition x baseline x deadline of a target, with its levels; one of them is the chosen one."""
    grid = list(itertools.product(target.definitions or (None,), target.baselines, target.deadlines))
    chosen = next((one for one in grid if _is_chosen(target, *one)), grid[0])
    for definition in target.definitions or (None,):
        indicator = target.indicator if definition is None else definition.indicator
        series = None if indicator == OPEN else annual_series(indicators, target.area, indicator)
        # one gemeente, or an area of one, is refused what its COROP would have it do
        if series is not None and series.is_one_gemeente_estimate:
            series = None
        for baseline in target.baselines:
            for deadline in target.deadlines:
                reading = _read(target, definition, series, baseline, deadline, outlooks, settings)
                if definition is not None and definition.indicator == OPEN:
                    reading = _borrow_growth(target, reading, indicators, outlooks, settings)
                yield definition, reading, (definition, baseline, deadline) == chosen


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
    outlooks: Outlooks,
    settings: Settings,
) -> TargetVariant:
    base_year = None if baseline.year == OPEN else int(baseline.year)
    end = None if deadline.year == OPEN else int(deadline.year)
    reading = TargetVariant(baseline_year=base_year, deadline=end)
    if series is not None:
        reading = _with_series(reading, series, outlooks, settings)
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


def _with_series(
    reading: TargetVariant, series: Series, outlooks: Outlooks, settings: Settings
) -> TargetVariant:
    latest_year = settings.models.latest_year or series.latest_year
    base, latest = series.at(reading.baseline_year), series.at(latest_year)
    found: dict[str, Any] = {
        "source": series.rows["source"].iloc[-1],
        "is_estimated": series.is_share_estimate,
    }
    end = series.at(reading.deadline)
    if end is not None:
        found["at_deadline"] = float(end["value"])
    if base is not None:
        found |= {
            "baseline": float(base["value"]),
            "baseline_interval": _interval(base),
            "baseline_status": base["status"],
        }
    if latest is not None:
        found |= {
            "latest_year": latest_year,
            "latest": float(latest["value"]),
            "latest_interval": _interval(latest),
            "latest_status": latest["status"],
        }
    if base is not None and latest is not None and series.is_share_estimate:
        found["change_80"] = outlooks.change(series.region_code, int(base.name), latest_year)
    return replace(reading, **found)


def _interval(row: pd.Series) -> tuple[float, float, float]:
    """Low, high and the level between them."""
    return float(row["value_low"]), float(row["value_high"]), float(row["interval_level"])


def _borrow_growth(
    target: Target, reading: TargetVariant, indicators: pd.DataFrame, outlooks: Outlooks, settings: Settings
) -> TargetVariant:
    """A definition with one level moves on with the growth of employee jobs: an assumption, and marked so."""
    if np.isnan(reading.baseline) or reading.baseline_year is None:
        return reading
    series = annual_series(indicators, target.area, INDICATOR)
    if series is None or series.is_one_gemeente_estimate:
        return reading
    jobs = _with_series(TargetVariant(baseline_year=reading.baseline_year), series, outlooks, settings)
    if np.isnan(jobs.latest) or np.isnan(jobs.baseline):
        return reading
    ratio = reading.baseline / jobs.baseline
    return replace(
        reading,
        latest_year=jobs.latest_year,
        latest=ratio * jobs.latest,
        latest_status="estimate",
        change_80=None if jobs.change_80 is None else tuple(ratio * bound for bound in jobs.change_80),
        is_estimated=jobs.is_estimated,
        is_assumption=True,
    )


def question_of(
    target: Target, definition: Definition | None, reading: TargetVariant, outlooks: Outlooks
) -> Question | None:
    """What is asked of the draws about a reading; None where they cannot tell.

    A definition that borrows the growth of employee jobs reaches its goal when these have grown as much.
    """
    indicator = target.indicator if definition is None else definition.indicator
    measured = indicator == INDICATOR or reading.is_assumption
    if target.direction != "up" or not measured or np.isnan(reading.goal) or not reading.horizon > 0:
        return None  # the chance is that of reaching a level from below
    if not outlooks.can_judge(target.area) or reading.latest_year != outlooks.last_year:
        return None
    year, base = int(reading.deadline or 0), reading.baseline_year
    if year > outlooks.last_year_ahead:
        return None
    if reading.is_assumption and base is not None:
        jobs = outlooks.value(target.area, base)
        return Question(target.area, year, reading.goal / reading.baseline, 0.0, base, jobs)
    if target.relation == "extra" and base in outlooks.draws.years and not _is_stated(target, base):
        return Question(target.area, year, 1.0, float(target.target), base, reading.baseline)
    return Question(target.area, year, 0.0, reading.goal, outlooks.last_year, reading.latest)


def _is_stated(target: Target, year: int | None) -> bool:
    """Whether the programme itself gives the level of the baseline year: then it is not an estimate."""
    return any(one.value != OPEN for one in target.baselines if str(one.year) == str(year))


def ahead_of(
    outlooks: Outlooks, question: Question | None, reading: TargetVariant, answer: chances.Answer | None
) -> dict[str, float | bool]:
    """What the draws tell of a reading: outlook at the deadline, chance with its range, growth that is needed.

    Parameters
    ----------
    question, answer : None where the draws cannot tell, or the deadline lies beyond what was tested
    """
    result: dict[str, float | bool] = {f"outlook_{name}": np.nan for name in QUANTILES}
    result |= dict.fromkeys(("probability", "probability_low", "probability_high"), np.nan)
    result |= {
        "probability_exact_level": np.nan,
        "year_1_in_2": np.nan,
        "is_assumption": reading.is_assumption,
    }
    result |= {f"{name}_{words}": np.nan for words in WANTED for name in ("growth_pct", "per_year")}
    if question is None:
        return result
    one = outlooks.draws.of([question.region_code])
    scale = reading.latest / float(outlooks.about.loc[question.region_code, "last_value"])
    drawn = scale * one.in_year(question.year)[0]
    result |= {f"outlook_{name}": round(float(np.quantile(drawn, q))) for name, q in QUANTILES.items()}
    result["year_1_in_2"] = chances.first_year(outlooks, question, 0.5)
    if answer is None:
        return result
    for words, probability in WANTED.items():
        needed = chances.needed(outlooks, question, probability)
        result |= {f"growth_pct_{words}": needed.growth_pct, f"per_year_{words}": scale * needed.per_year}
    return result | {
        "probability": answer.probability,
        "probability_low": answer.low,
        "probability_high": answer.high,
        "probability_exact_level": answer.exact_level,
    }


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
    reading: TargetVariant,
    stated: pd.DataFrame,
    told: dict[str, float | bool],
    settings: Settings,
) -> Judgement:
    """The verdict on one reading of a target.

    Parameters
    ----------
    stated : the claims about this target
    told : as from ``ahead_of``
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
    if not np.isnan(told["probability"]):
        return judge_chance(told, settings.models)
    if not reading.elapsed > 0 or np.isnan(reading.baseline):
        return Judgement(NO_VERDICT, PACE_ONLY, "vanaf dit jaar is er nog geen tempo om mee te vergelijken")
    return judge_pace(target, reading)


def judge_chance(told: dict[str, float | bool], settings: ModelSettings) -> Judgement:
    """The verdict by the chance, given only where it holds whichever year is left out."""
    low, high = float(told["probability_low"]), float(told["probability_high"])
    likely, unlikely = in_words(settings.likely), in_words(settings.unlikely)
    if low >= settings.likely:
        return Judgement(ON_TRACK, MODEL, f"de kans is minstens {likely}, welk jaar ook wordt weggelaten")
    if high <= settings.unlikely:
        return Judgement(BEHIND, MODEL, f"de kans is hooguit {unlikely}, welk jaar ook wordt weggelaten")
    rule = f"de kans ligt tussen {unlikely} en {likely}, of hangt aan een enkel jaar"
    return Judgement(UNCERTAIN, MODEL, rule)


def in_words(chance: float) -> str:
    """A chance as "2 op 3" where a fraction of at most twelve says it to a thousandth, else in per cent."""
    fraction = Fraction(chance).limit_denominator(12)
    if abs(float(fraction) - chance) < 0.001:
        return f"{fraction.numerator} op {fraction.denominator}"
    return f"{100 * chance:.4g}".replace(".", ",") + " %"


def judge_pace(target: Target, reading: TargetVariant) -> Judgement:
    """Compare the pace since the baseline, with its margin, with the pace that is still needed."""
    ahead = []
    if np.isnan(change_interval(reading)).any():
        return Judgement(
            NO_VERDICT, PACE_ONLY, "de marge van de verandering sinds de nulmeting is niet bekend"
        )
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


def change_interval(reading: TargetVariant) -> tuple[float, float]:
    """Change since the baseline with a margin of 80 %; the two are equal when nothing was estimated."""
    change = reading.latest - reading.baseline
    return (change, change) if reading.change_80 is None else reading.change_80


def _judge_passed(target: Target, reading: TargetVariant, stated: pd.DataFrame) -> Judgement:
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
    if not np.isnan(reading.goal - reading.at_deadline) and not reading.is_estimated:
        return _judge_end(target, reading)
    note = _say(counted.iloc[-1]) if len(counted) else ""
    return Judgement(
        END_UNKNOWN, REPORTED if note else "", "de einddatum is voorbij, een eindgetal is niet gevonden", note
    )


def _judge_end(target: Target, reading: TargetVariant) -> Judgement:
    """The published level of the deadline's own year against the goal; a later level says nothing about it."""
    level = reading.at_deadline
    if np.isnan(reading.goal - level) or reading.is_estimated:
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
    reading: TargetVariant,
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
        "baseline_interval_level": reading.baseline_interval[2],
        "baseline_status": reading.baseline_status,
        "deadline_year": _or_nan(reading.deadline),
        "target_value": reading.goal,
        "latest_year": _or_nan(reading.latest_year),
        "latest_value": reading.latest,
        "latest_low": reading.latest_interval[0],
        "latest_high": reading.latest_interval[1],
        "latest_interval_level": reading.latest_interval[2],
        "latest_status": reading.latest_status,
        "change": reading.latest - reading.baseline if elapsed else np.nan,
        "change_low_80": low,
        "change_high_80": high,
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


def _path_value(reading: TargetVariant) -> float:
    """Where the straight line from baseline to goal stands in the latest year."""
    if reading.baseline_year is None or reading.deadline is None or reading.latest_year is None:
        return np.nan
    whole = reading.deadline - reading.baseline_year
    if whole <= 0 or reading.latest_year <= reading.baseline_year:
        return np.nan
    return reading.baseline + (reading.goal - reading.baseline) * (reading.elapsed / whole)


def _or_nan(year: int | None) -> float:
    return np.nan if year is None else float(year)
