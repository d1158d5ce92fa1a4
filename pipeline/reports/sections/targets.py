"""A programme's target as the report speaks of it: the chosen reading, all readings, the chance in words."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import pandas as pd

from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reference import OPEN, Programme, Target
from pipeline.reports.blocks import Run
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import (
    Fact,
    Sentence,
    chance_percent,
    chance_with_range,
    chance_words,
    fact,
    rounded_chance,
)

_UNITS = to_translate(
    ("arbeidsplaatsen", "banen", "inwoners", "organisaties", "personen", "trajecten", "woningen")
)


@dataclass(frozen=True)
class Reading:
    """One row of the targets table: a target under one definition, baseline and deadline."""

    target: Target
    place: Place
    row: pd.Series = field(repr=False)

    @property
    def baseline_year(self) -> int | None:
        return _year(self.row["baseline_year"])

    @property
    def deadline_year(self) -> int | None:
        return _year(self.row["deadline_year"])

    @property
    def latest_year(self) -> int | None:
        return _year(self.row["latest_year"])

    @property
    def is_estimated(self) -> bool:
        """Whether a level under the reading is an estimate."""
        return "estimate" in (self.row["baseline_status"], self.row["latest_status"])

    @property
    def has_chance(self) -> bool:
        """Whether the draws gave a chance."""
        return bool(pd.notna(self.row["probability"]))

    def number(self, column: str, label: str, period: str, *, plus: bool = False) -> Fact:
        """A level or a change of this reading, to the hundred when it rests on an estimate."""
        write = functools.partial(numbers.hundreds if self.is_estimated else numbers.number, plus=plus)
        status = "estimate" if self.is_estimated else "published"
        own = {"baseline_value": "baseline_status", "latest_value": "latest_status"}.get(column)
        if own and self.row[own]:
            status = self.row[own]
        if column in ("target_value", "required_per_year", "path_value") and not self.is_estimated:
            status = "target"
        return self._fact(self.row[column], write, label, period, unit_of(self.target), status)

    def percent(self, column: str, label: str, period: str) -> Fact:
        """A growth in percent a year."""
        status = (
            "estimate" if self.is_estimated else "assumption" if self.row["is_assumption"] else "published"
        )
        return self._fact(self.row[column], _one_decimal, label, period, tr("procent per jaar"), status)

    def goal(self) -> Fact:
        """The number as the programme states it."""
        period = (
            tr("tot {deadline_year}", deadline_year=self.deadline_year)
            if self.deadline_year
            else tr("zonder einddatum")
        )
        value = None if self.target.target == OPEN else float(self.target.target)
        label = tr("doel: {title}", title=self.target.title)
        return self._fact(
            value, numbers.number, label, period, unit_of(self.target), "target", self.row["source"]
        )

    def chances(self) -> tuple[Fact, ...]:
        """The chance, and the lowest and highest when one year is left out, to 5 points."""
        facts = []
        for column, which in (
            ("probability", tr("alle jaren")),
            ("probability_low", tr("laagste zonder één jaar")),
            ("probability_high", tr("hoogste zonder één jaar")),
        ):
            chance = float(self.row[column])
            label = tr("kans, {which} ({chance})", which=which, chance=chance_words(chance, chance))
            period = tr(
                "nulmeting {baseline_year}, einde {deadline_year}",
                baseline_year=self.baseline_year,
                deadline_year=self.deadline_year,
            )
            source = tr("eigen berekening op {source}", source=self.row["source"])
            facts.append(
                self._fact(100 * chance, _five_points, label, period, tr("procent"), "estimate", source)
            )
        return tuple(facts)

    def chance(self) -> Sentence:
        """The chance as a range over leaving out each year: "20 tot 35 %"."""
        shown = chance_percent(float(self.row["probability_low"]), float(self.row["probability_high"]))
        return Sentence((Run(text=shown, bold=True),), self.chances())

    def chance_in_words(self) -> Sentence:
        """The chance once, with its range: "ongeveer 1 op 5; 1 op 8 tot 2 op 5, al naar de jaren ..."."""
        names = ("probability", "probability_low", "probability_high")
        words = chance_with_range(*(float(self.row[name]) for name in names))
        return Sentence((Run(text=words),), self.chances())

    def _fact(self, value, write, label, period, unit, status, source=None) -> Fact:
        return fact(
            value,
            write,
            label=label,
            period=period,
            unit=unit,
            status=status,
            source=source or self.row["source"] or tr("opgave programma"),
            region_code=self.place.code,
            region=self.place.name,
        )


@dataclass(frozen=True)
class JobsTarget:
    """A target of extra jobs for this very region, with the reading on the front page and all others."""

    programme: Programme
    target: Target
    chosen: Reading
    readings: tuple[Reading, ...]


def readings_of(context: RegionContext, programme: Programme, target: Target) -> tuple[Reading, ...]:
    """All stored readings of a target, as stored."""
    rows = context.tables.target_rows.get((programme.key, target.key), ())
    place = context.tables.places[target.area]
    return tuple(Reading(target, place, row) for row in rows)


def jobs_target(context: RegionContext) -> JobsTarget | None:
    """The target of extra jobs that is set for this region and can be followed; None when there is none."""
    for link in context.programmes:
        if link.relation != "same":
            continue
        for target in link.programme.targets:
            if target.area != link.area or target.indicator != "jobs_employees" or target.is_open:
                continue
            readings = readings_of(context, link.programme, target)
            chosen = next((reading for reading in readings if reading.row["is_chosen"]), None)
            if chosen is not None and pd.notna(chosen.row["latest_value"]):
                return JobsTarget(link.programme, target, chosen, readings)
    return None


def unit_of(target: Target) -> str:
    """The unit of a target; one that is not in daily use stays as the programme words it."""
    if target.unit == OPEN:
        return tr("zonder eenheid")
    return tr(target.unit) if target.unit in _UNITS else target.unit


def _year(value: float) -> int | None:
    return None if pd.isna(value) else int(value)


def _one_decimal(value: float | None) -> str:
    return numbers.percent(value, 1)


def _five_points(value: float | None) -> str:
    points = rounded_chance(value / 100)
    shown = numbers.percent(points)
    if value < 5:
        return tr("hoogstens {chance}", chance=shown)
    return tr("minstens {chance}", chance=shown) if value > 95 else shown
