"""What became of each target: what was measured or reported, when it should be met, and the verdict."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reference import OPEN, Programme, Target
from pipeline.reports.blocks import Mark
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.narrative import (
    Fact,
    Sentence,
    counted,
    fact,
    lower_first,
    quote,
    resting_on,
    say,
    year_fact,
)
from pipeline.reports.sections.targets import Reading, readings_of, unit_of
from pipeline.reports.sections.wording import partial_date, rule_words, verdict_mark
from pipeline.reports.soundness import numbers_in

#: verdicts that rest on what was measured since a baseline
_JUDGED = ("op koers", "achter", "onzeker")
KIND_WORDS = to_translate(
    {"promised": "beloofd", "expected": "verwacht", "counted": "geteld", "open": "geen gegevens"}
)
_NOT_FOUND = to_translate("niet gevonden")


@dataclass(frozen=True)
class Outcome:
    """One target of a programme with what is known about its result."""

    programme: Programme
    target: Target
    place: Place
    reading: Reading
    claims: pd.DataFrame = field(repr=False)
    readings: tuple[Reading, ...] = ()

    @property
    def verdict(self) -> str:
        return str(self.reading.row["verdict"])

    @property
    def mark(self) -> Mark:
        """The verdict as a mark."""
        return verdict_mark(self.verdict, str(self.reading.row["verdict_basis"]))

    @property
    def has_result(self) -> bool:
        """Whether somebody measured or counted something that answers to the target."""
        return self._is_measured or len(self._counted) > 0

    @property
    def _is_measured(self) -> bool:
        """Whether an open series says something; without a number to reach, a level alone is no result."""
        return bool(pd.notna(self.reading.row["latest_value"])) and not self.target.is_open

    @functools.cached_property
    def _counted(self) -> pd.DataFrame:
        same = self.claims["same_measure"].astype(bool) & self.claims["value"].notna()
        return self.claims[same & (self.claims["evidence"] == "counted")]

    def deadline(self) -> Sentence:
        """When it should be met, in the words of the programme."""
        words = self.target.deadlines[0].words
        return say("niet genoemd") if words == OPEN else _bound(words, self._stated())

    def title(self) -> Sentence:
        """The target in its own words."""
        return _bound(self.target.title, self._stated())

    def _stated(self) -> Fact:
        """The target as stated: its number, title and deadline as printed."""
        end = self.target.deadlines[0].words
        return fact(
            None if self.target.is_open else float(self.target.target),
            label=tr(
                "{name}, versie {label}, doel: {title}",
                name=self.programme.name,
                label=self.target.target_version.label,
                title=self.target.title,
            ),
            period=tr("niet genoemd") if end == OPEN else end,
            unit=unit_of(self.target),
            status="target",
            source=self.target.source.title,
            region_code=self.place.code,
            region=self.place.name,
        )

    def measured(self) -> Sentence:
        """What was measured or reported, with its date."""
        if self._is_measured:
            return self._from_series()
        counted = self._counted
        if len(counted):
            return claim_words(counted.iloc[-1])
        other = self.claims[self.claims["value"].notna() & (self.claims["kind"] != "ex_ante")]
        if len(other):
            last = other.iloc[-1]
            claim = lower_first(claim_words(last))
            if last["evidence"] == "expected":
                return say("geen resultaat gevonden; wel verwacht: {claim}", claim=claim)
            if last["evidence"] == "counted":
                return say("geen resultaat gevonden; iets anders geteld: {claim}", claim=claim)
            return say("geen resultaat gevonden; wel gezegd: {claim}", claim=claim)
        return say("geen resultaat gevonden")

    def why(self, context: RegionContext) -> Sentence:
        """The rule behind the verdict, with the baseline it counts from and what other baselines give."""
        rule = rule_words(str(self.reading.row["verdict_rule"]))
        facts = _limits(context, rule)
        if self.verdict not in _JUDGED or self.reading.baseline_year is None:
            return resting_on(say("{rule}.", rule=rule), *facts)
        years = [self._baseline(self.reading)]
        said = say("Nulmeting {year}: {rule}.", year=str(self.reading.baseline_year), rule=rule)
        for other in self._otherwise():
            years.append(self._baseline(other))
            verdict = tr(str(other.row["verdict"]))
            year = str(other.baseline_year)
            said = said + say("Met nulmeting {year}: {verdict}.", year=year, verdict=verdict)
        return resting_on(said, *facts, *years)

    def _otherwise(self) -> list[Reading]:
        """Readings from other baselines, for the same definition and deadline, with another verdict."""
        mine = self.reading
        return [
            r
            for r in self.readings
            if r.row["definition"] == mine.row["definition"]
            and r.deadline_year == mine.deadline_year
            and r.baseline_year is not None
            and str(r.row["verdict"]) != self.verdict
            and str(r.row["verdict"]) in _JUDGED
        ]

    def _baseline(self, reading: Reading) -> Fact:
        return year_fact(
            reading.baseline_year,
            tr(
                "nulmeting van {title}: {verdict}",
                title=self.target.title,
                verdict=tr(str(reading.row["verdict"])),
            ),
            source=self.target.source.title,
        )

    def _from_series(self) -> Sentence:
        reading = self.reading
        if self.target.relation == "extra" and pd.notna(reading.row["change"]):
            period = numbers.span(
                numbers.december(reading.baseline_year), numbers.december(reading.latest_year)
            )
            change = reading.number("change", tr("verandering sinds de nulmeting"), period, plus=True)
            low = reading.number("change_low_80", tr("verandering, ondergrens (80 %)"), period, plus=True)
            high = reading.number("change_high_80", tr("verandering, bovengrens (80 %)"), period, plus=True)
            word = tr("naar raming ") if reading.is_estimated else ""
            margin = (
                say(" (marge van 80 %: {low} tot {high})", low=low, high=high)
                if low.display != high.display
                else Sentence()
            )
            return say(
                "{word}{change} sinds {year}{margin}",
                word=word,
                change=change,
                year=str(reading.baseline_year),
                margin=margin,
            )
        moment = numbers.first_of_january if self.target.indicator == "population_count" else numbers.december
        level = reading.number("latest_value", tr("laatste stand"), moment(reading.latest_year))
        return say("{level} ({when})", level=level, when=level.period)


def _bound(words: str, stated: Fact) -> Sentence:
    """Words of a programme, bound to the row of the target they come from."""
    return resting_on(say("{words}", words=quote(words)), stated)


def claim_words(claim: pd.Series) -> Sentence:
    """A claim as it was worded, with its period, bound to its number."""
    value = None if pd.isna(claim["value"]) else float(claim["value"])
    is_quote = str(claim["value_text"]) != _NOT_FOUND  # else the words are ours
    said = Fact(
        display=str(claim["value_text"]) if is_quote else tr(_NOT_FOUND),
        value=value,
        label=f"{claim['quantity']} ({tr(KIND_WORDS[claim['evidence']])})",
        period=str(claim["period"]),
        unit=str(claim["unit"]),
        status="missing" if value is None else "published",
        source=str(claim["source"]),
    )
    return say(
        "{said} ({period})",
        said=quote(said.words, said) if is_quote else said,
        period=quote(said.period),
    )


def claim_date(claim: pd.Series) -> str:
    """When it was said."""
    return partial_date(str(claim["claim_date"]))


@functools.lru_cache(maxsize=4)
def outcomes_of(context: RegionContext) -> list[Outcome]:
    """Every target of every programme that concerns the region, closest programmes first."""
    outcomes = []
    nothing = context.tables.reference.claims.head(0)
    for link in context.programmes:
        for target in link.programme.targets:
            if target.area != link.area:
                continue
            readings = readings_of(context, link.programme, target)
            chosen = next((reading for reading in readings if reading.row["is_chosen"]), readings[0])
            about = context.tables.claims.get((link.programme.key, target.key), nothing)
            outcomes.append(
                Outcome(link.programme, target, context.tables.places[target.area], chosen, about, readings)
            )
    return outcomes


def outcome_counts(context: RegionContext, outcomes: Sequence[Outcome]) -> tuple[Fact, Fact, Fact]:
    """How many goals there are, how many were reached, and for how many no result was found."""
    where = {"period": str(context.settings.edition), "source": tr("programmadocumenten")}
    reached = sum(outcome.verdict == "gehaald" for outcome in outcomes)
    without = sum(not outcome.has_result for outcome in outcomes)
    done, missing = (
        counted(many, tr("doel"), tr("doelen"), label=label, **where)
        for many, label in ((reached, tr("doelen gehaald")), (without, tr("doelen zonder resultaat")))
    )
    total = counted(len(outcomes), tr("doel"), tr("doelen"), label=tr("doelen van programma's"), **where)
    return total, replace(done, shown=done.display), replace(missing, shown=missing.display)


def _limits(context: RegionContext, rule: str) -> tuple[Fact, ...]:
    """The limits behind the numbers in a rule; none for a rule without a number."""
    if not numbers_in(rule):
        return ()
    settings = context.settings.models
    where = {"period": tr("alle jaren"), "source": "params.yaml"}
    limits = (
        (100 * settings.likely, tr("op koers vanaf een kans"), tr("procent"), numbers.percent),
        (100 * settings.unlikely, tr("achter tot een kans"), tr("procent"), numbers.percent),
        (settings.verdict_horizon, tr("verste oordeel"), tr("jaar"), numbers.number),
    )
    return tuple(
        fact(value, write, label=f"{name} ({rule})", unit=unit, **where)
        for value, name, unit, write in limits
    )
