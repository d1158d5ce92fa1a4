"""What was promised: each programme with its aim, money and actions, each goal with what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline import vocabulary
from pipeline.reference import OPEN, Programme, ProgrammeLink, Target
from pipeline.reports.context import RegionContext
from pipeline.reports.facts.base import Fact, Name, plain_number
from pipeline.reports.facts.target import VERDICTS


@dataclass(frozen=True)
class Goal:
    """One goal: as promised, when, what was counted or said last, and the verdict.

    heard : evidence of the last claim: "counted", "expected", "promised", "" when nothing was found
    measured : newest level of the series that follows the goal
    """

    title: Name
    deadline: Name
    heard: str
    measured: Fact | None
    claim: Name
    claim_date: Name
    verdict: str

    @property
    def unknown(self) -> bool:
        """Whether nothing was measured or heard of it."""
        return not self.heard and (self.measured is None or not self.measured.known)


@dataclass(frozen=True)
class ProgrammePart:
    """A programme that is the region's own."""

    name: Name
    aim: Name
    partners: tuple[Name, ...]
    money: tuple[tuple[Name, Name], ...]
    actions: tuple[tuple[Name, Name], ...]
    goals: tuple[Goal, ...]
    without_result: Fact


@dataclass(frozen=True)
class PromisesFacts:
    """What the chapter about promises says; ``others`` are programmes of a larger or smaller region, by name."""

    programmes: tuple[ProgrammePart, ...]
    others: tuple[Name, ...]
    goals: Fact
    without_result: Fact


def promises(context: RegionContext) -> PromisesFacts | None:
    """The facts about promises; None for a region without a programme of its own."""
    own = [link for link in context.programmes if link.relation == "same"]
    if not own or context.is_above_regions:
        return None
    programmes = [link.programme for link in _once(own)]
    parts = tuple(_part(context, programme) for programme in programmes)
    keys = {programme.key for programme in programmes}
    others = dict.fromkeys(
        link.programme.name for link in context.programmes if link.programme.key not in keys
    )
    goals = [goal for part in parts for goal in part.goals]
    return PromisesFacts(
        programmes=parts,
        others=tuple(map(Name, others)),
        goals=_count(context, len(goals)),
        without_result=_count(context, sum(goal.verdict == "result_unknown" for goal in goals)),
    )


def _once(links: Sequence[ProgrammeLink]) -> list[ProgrammeLink]:
    return list({link.programme.key: link for link in links}.values())


def _part(context: RegionContext, programme: Programme) -> ProgrammePart:
    goals = tuple(_goal(context, programme, target) for target in programme.targets)
    return ProgrammePart(
        name=Name(programme.name),
        aim=Name("" if programme.aim == OPEN else programme.aim, "nl"),
        partners=tuple(map(Name, programme.partners)),
        money=tuple((Name(item.amount_words, "nl"), Name(item.words, "nl")) for item in programme.money),
        actions=tuple((Name(item.words, "nl"), Name("" if item.result == OPEN else item.result, "nl"))
                      for item in programme.actions),
        goals=goals,
        without_result=_count(context, sum(goal.verdict == "result_unknown" for goal in goals)),
    )  # fmt: skip


def _goal(context: RegionContext, programme: Programme, target: Target) -> Goal:
    rows = context.tables.target_rows.get((programme.key, target.key), ())
    chosen = next((row for row in rows if row["is_chosen"]), None)
    claims = context.tables.claims.get((programme.key, target.key), pd.DataFrame())
    known = claims[claims["value"].notna() & (claims["kind"] != "ex_ante")] if len(claims) else claims
    last = known.iloc[-1] if len(known) else None
    return Goal(
        title=Name(target.title, "nl"),
        deadline=Name("" if target.deadlines[0].words == OPEN else target.deadlines[0].words, "nl"),
        heard="" if last is None else str(last["evidence"]),
        measured=_measured(context, chosen),
        claim=Name("" if last is None else str(last["value_text"]), "nl"),
        claim_date=Name("" if last is None or last["claim_date"] == OPEN else str(last["claim_date"])[:4]),
        verdict=_verdict(chosen),
    )


def _measured(context: RegionContext, row: pd.Series | None) -> Fact | None:
    if row is None or pd.isna(row["latest_value"]) or row["verdict_basis"] == "opgave programma":
        return None
    if row["indicator"] == OPEN:  # one published level without a series: nothing was measured since
        return None
    estimated = row["latest_status"] == "estimate"
    return Fact(float(row["latest_value"]), row["indicator"], context.code, str(int(row["latest_year"])),
                vocabulary.indicator(row["indicator"], context.language).unit, row["latest_status"] or "published",
                row["source"], context.settings.vintage, step=100.0 if estimated else 1.0)  # fmt: skip


def _verdict(row: pd.Series | None) -> str:
    """The stored verdict as a code; a goal of which nobody counted the end has no final result, never "behind"."""
    if row is None:
        return "result_unknown"
    return VERDICTS.get(row["verdict"], "result_unknown" if pd.isna(row["latest_value"]) else "no_verdict")


def _count(context: RegionContext, value: int) -> Fact:
    return plain_number(
        value, "members", source="", region_code=context.code, vintage=context.settings.vintage, unit="number"
    )
