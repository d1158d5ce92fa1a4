"""Questions to the draws: how likely a goal is, over all years and over leaving out each, and what it would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.models.draws import levels
from pipeline.models.outlook import Outlooks, assemble, unit_shocks


@dataclass(frozen=True)
class Question:
    """Whether a region reaches ``times`` its level of the baseline year plus ``plus`` jobs.

    A fixed level is ``plus`` with times 0; 30,000 more than in 2018 is times 1, plus 30,000; 5 % more is times 1.05.
    ``baseline`` is the level of the baseline year as published or estimated.
    """

    region_code: str
    year: int
    times: float
    plus: float
    baseline_year: int
    baseline: float


@dataclass(frozen=True)
class Answer:
    """A chance, its range over leaving out each year, and the chance were baseline and latest level exact."""

    probability: float
    low: float
    high: float
    exact_level: float


@dataclass(frozen=True)
class Needed:
    """Growth a year since the latest figure, in per cent and in jobs."""

    growth_pct: float
    per_year: float


def answer(outlooks: Outlooks, questions: Sequence[Question]) -> list[Answer]:
    """The chances asked for; the range holds the chance itself.

    Every year of the history is left out in turn, from the growth of the nation and of the regions, and the same
    shocks are drawn again.
    """
    if not questions:
        return []
    found = [_chance(outlooks, question) for question in questions]
    without = _without_each_year(outlooks, questions)
    lowest, highest = np.minimum(found, without.min(axis=0)), np.maximum(found, without.max(axis=0))
    return [
        Answer(chance, float(low), float(high), _exact_level(outlooks, question))
        for question, chance, low, high in zip(questions, found, lowest, highest, strict=True)
    ]


def needed(outlooks: Outlooks, question: Question, probability: float) -> Needed:
    """The growth with which the chance would be ``probability``: all draws grow so much faster or slower."""
    ahead, goal = (
        outlooks.draws.of([question.region_code]).in_year(question.year)[0],
        _goal(outlooks, question),
    )
    if not (goal > 0).all():
        return Needed(np.nan, np.nan)
    faster = -np.quantile(np.log(ahead / goal), 1 - probability)
    level, years = float(np.median(ahead) * np.exp(faster)), question.year - outlooks.last_year
    latest = float(outlooks.about.loc[question.region_code, "last_value"])
    return Needed(100 * ((level / latest) ** (1 / years) - 1), (level - latest) / years)


def first_year(outlooks: Outlooks, question: Question, probability: float) -> float:
    """First year of the outlook in which the chance is at least ``probability``; NaN where there is none."""
    one, goal = outlooks.draws.of([question.region_code]), _goal(outlooks, question)
    for year in one.years[one.years > outlooks.last_year]:
        if one.probability_at_least(goal[None], int(year))[0] >= probability:
            return float(year)
    return np.nan


def _goal(outlooks: Outlooks, question: Question) -> np.ndarray:
    """The level to reach in each draw: who was larger than thought has a larger baseline too."""
    base = outlooks.draws.of([question.region_code]).in_year(question.baseline_year)[0]
    return question.times * base + question.plus


def _chance(outlooks: Outlooks, question: Question) -> float:
    one = outlooks.draws.of([question.region_code])
    return float(one.probability_at_least(_goal(outlooks, question)[None], question.year)[0])


def _exact_level(outlooks: Outlooks, question: Question) -> float:
    one = outlooks.draws.of([question.region_code])
    latest = float(outlooks.about.loc[question.region_code, "last_value"])
    ahead = latest * one.in_year(question.year)[0] / one.in_year(outlooks.last_year)[0]
    return float((ahead >= question.times * question.baseline + question.plus).mean())


def _without_each_year(outlooks: Outlooks, questions: Sequence[Question]) -> np.ndarray:
    """Chances without each year of the history, array (years, questions)."""
    fitted, draws, units = outlooks.fitted, outlooks.draws, len(outlooks.fitted.units)
    regions = pd.Index(sorted({question.region_code for question in questions}))
    asked = np.array(sorted({question.year for question in questions}))
    drawn = unit_shocks(fitted, outlooks.last_year_ahead - outlooks.last_year).at(asked - outlooks.last_year)
    places = np.searchsorted(draws.years, asked)
    weights = list(outlooks.composition.weights(regions, fitted.units))
    now = assemble(weights, levels(fitted.parts(), drawn)[:units], len(regions), places)
    # a published level that its units do not quite add up to
    scale = draws.of(list(regions)).values[:, places] / now
    goals = [_goal(outlooks, question) for question in questions]
    cells = [(regions.get_loc(one.region_code), np.searchsorted(asked, one.year)) for one in questions]
    found = np.empty((len(fitted.history_years), len(questions)))
    for row, year in enumerate(fitted.history_years):
        ahead = scale * assemble(weights, levels(fitted.parts(year), drawn)[:units], len(regions), places)
        found[row] = [(ahead[cell] >= goal).mean() for cell, goal in zip(cells, goals, strict=True)]
    return found
