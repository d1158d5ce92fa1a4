"""The entries of the reference files: what each one holds and what must hold within it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from pipeline.reference.values import (
    OPEN,
    Address,
    ClaimedNumber,
    ClaimKind,
    CorrectedStatus,
    Day,
    Evidence,
    Flag,
    FlagOrOpen,
    FollowedBy,
    GemeenteCode,
    Indicator,
    IndicatorOrOpen,
    Key,
    Number,
    NumberOrOpen,
    Open,
    PartialDate,
    Relation,
    TargetKind,
    Text,
    Year,
    YearOrNull,
    YearOrOpen,
)


def repeated(items: Iterable[str]) -> list[str]:
    """What occurs more than once, in order of first appearance."""
    return [item for item, times in Counter(items).items() if times > 1]


class Entry(BaseModel):
    """A frozen entry of a reference file; a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _name_unknown_keys(cls, raw: Any) -> Any:
        # extra="forbid" refuses them too, but does not say which keys are allowed.
        if isinstance(raw, dict):
            unknown = [str(key) for key in raw if key not in cls.model_fields]
            if unknown:
                close = difflib.get_close_matches(unknown[0], cls.model_fields, n=1)
                hint = f" (did you mean {close[0]!r}?)" if close else ""
                allowed = ", ".join(cls.model_fields)
                raise ValueError(f"unknown key {', '.join(map(repr, unknown))}{hint}; allowed: {allowed}")
        return raw


class Source(Entry):
    """Where a fact was read. `date` is a year, month or day as text."""

    title: Text
    url: Address
    date: PartialDate
    note: str = ""


class Member(Entry):
    """A gemeente of an area, and the first and last edition (year of its borders) in which it counts.

    In the file a code alone is a member of every edition.
    """

    code: GemeenteCode
    since: YearOrNull = None
    until: YearOrNull = None

    @model_validator(mode="before")
    @classmethod
    def _code_alone(cls, raw: Any) -> Any:
        return raw if isinstance(raw, dict | Member) else {"code": raw}

    @model_validator(mode="after")
    def _years_in_order(self) -> Member:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"{self.code}: since {self.since} is after until {self.until}")
        return self

    def counts_in(self, year: int) -> bool:
        """Whether it is a member in the edition with the borders of a year."""
        return (self.since or year) <= year <= (self.until or year)


class Area(Entry):
    """A group of gemeenten for which a report can be made.

    Members are gemeenten on the borders of the edition: `geography.area_members` tells which those are.
    `same_as` is the published region with the same members on current borders. `valid_from` and `valid_to`
    bound this composition; None means unknown or still so.
    """

    key: Key
    name: Text
    members: tuple[Member, ...]
    same_as: Text | None
    valid_from: Day
    valid_to: Day
    source: Source
    note: str = ""

    @field_validator("members")
    @classmethod
    def _members_once(cls, members: tuple[Member, ...]) -> tuple[Member, ...]:
        if not members:
            raise ValueError("an area has at least one member")
        if twice := repeated(member.code for member in members):
            raise ValueError(f"listed more than once: {', '.join(twice)}")
        return members

    @model_validator(mode="after")
    def _dates_in_order(self) -> Area:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError(f"valid_from {self.valid_from} is after valid_to {self.valid_to}")
        return self


class Baseline(Entry):
    """A year from which a target may count; a `worked_example` is ours, to calculate from now."""

    year: YearOrOpen
    value: NumberOrOpen
    source: Source | Open
    worked_example: Flag = False
    note: str = ""


class Deadline(Entry):
    """When a target should be met; without a source of its own it is the target's."""

    year: YearOrOpen
    words: Text
    approximate: Flag
    source: Source | None = None
    note: str = ""


class Level(Entry):
    """A published level of a quantity without a series; `derivation` when it was not printed as such."""

    year: Year
    value: Number
    source: Source
    derivation: str = ""


class Definition(Entry):
    """One meaning that a target's quantity may have."""

    key: Key
    title: Text
    indicator: IndicatorOrOpen
    words: Text
    followed_by: Literal[FollowedBy, Open]
    source: Source
    levels: tuple[Level, ...]
    note: str = ""


class Wording(Entry):
    """The same target in the words of another source."""

    words: Text
    deadline_words: Text
    source: Source


class TargetVersion(Entry):
    """The decision or document in which a target stands."""

    label: Text
    date: PartialDate


class LaterVersion(Entry):
    """Whether a target still stands in a later version of the programme."""

    version: TargetVersion
    stands: FlagOrOpen
    source: Source
    note: str = ""


class Target(Entry):
    """What a programme wants to reach, as far as it was stated.

    `relation` tells how to read the number: reach it (`at_least`), pass it (`more_than`), add it to the
    baseline (`extra`) or take it off (`decrease`). With `definitions` the target is a grid of definition,
    baseline and deadline, and `indicator` is the one that open data can follow.
    """

    key: Key
    title: Text
    indicator: IndicatorOrOpen
    definition: Text
    unit: Text
    target: NumberOrOpen
    relation: Literal[Relation, Open]
    direction: Literal["up", "down"]
    kind: TargetKind
    baselines: tuple[Baseline, ...]
    deadlines: tuple[Deadline, ...]
    area: Text
    target_version: TargetVersion
    source: Source
    followed_by: FollowedBy
    definitions: tuple[Definition, ...] = ()
    wordings: tuple[Wording, ...] = ()
    later_versions: tuple[LaterVersion, ...] = ()
    note: str = ""

    @property
    def is_open(self) -> bool:
        """True when no number was stated."""
        return self.target == OPEN

    @model_validator(mode="after")
    def _holds_together(self) -> Target:
        problems = []
        if self.target != OPEN and OPEN in (self.unit, self.relation):
            problems.append("a target with a number needs a unit and a relation")
        if self.followed_by == "open data" and self.indicator == OPEN:
            problems.append("open data can follow it only through an indicator")
        if self.relation in ("extra", "at_least", "more_than") and self.direction == "down":
            problems.append(f"relation {self.relation!r} goes with direction 'up'")
        if self.relation == "decrease" and self.direction == "up":
            problems.append("relation 'decrease' goes with direction 'down'")
        if not (self.baselines and self.deadlines):
            problems.append("baselines and deadlines have at least one entry each, open where not stated")
        if self.definitions and self.indicator not in {item.indicator for item in self.definitions}:
            problems.append(f"indicator {self.indicator!r} is in none of its definitions")
        if twice := repeated(item.key for item in self.definitions):
            problems.append(f"definitions used more than once: {', '.join(twice)}")
        if problems:
            raise ValueError("; ".join(problems))
        return self


class Money(Entry):
    """Money that a source names for a programme; `words` say for what and from whom, without the amount."""

    amount: NumberOrOpen
    amount_words: Text
    words: Text
    source: Source


class Action(Entry):
    """What a programme does, in the words of its source, and what came of it as far as the source says."""

    words: Text
    result: Text
    source: Source


class Programme(Entry):
    """A regional labour-market programme: where it works, who takes part, what it wants, where we read it.

    `context_indicators` are the series that show the state of its area; they do not measure what it did.
    """

    key: Key
    name: Text
    areas: tuple[Text, ...]
    partners: tuple[Text, ...]
    context_indicators: tuple[Indicator, ...]
    sources: dict[Key, Source]
    targets: tuple[Target, ...]
    aim: Text = OPEN
    money: tuple[Money, ...] = ()
    actions: tuple[Action, ...] = ()
    note: str = ""

    def target(self, key: str) -> Target:
        """The target with this key; KeyError when the programme has none."""
        for target in self.targets:
            if target.key == key:
                return target
        raise KeyError(f"{self.key} has no target {key!r}; it has: {', '.join(t.key for t in self.targets)}")

    @model_validator(mode="after")
    def _holds_together(self) -> Programme:
        if twice := repeated(target.key for target in self.targets):
            raise ValueError(f"target keys used more than once: {', '.join(twice)}")
        elsewhere = [f"{t.key}: {t.area}" for t in self.targets if t.area not in self.areas]
        if elsewhere:
            raise ValueError(
                f"targets outside the programme's areas ({', '.join(self.areas)}): {', '.join(elsewhere)}"
            )
        return self


class Claim(Entry):
    """Something said about a result, by whom and when.

    `evidence` keeps what was promised, expected and counted apart. `same_measure` is False when the number
    measures something else than the target (jobs that a gemeente supported are not growth of jobs): it may
    then stand beside the target but not decide about it. `source` is open only for a result not found.
    """

    programme: Key
    target_key: Key | None
    quantity: Text
    kind: ClaimKind
    evidence: Evidence
    same_measure: bool
    value: ClaimedNumber
    value_text: Text
    unit: Text
    area: Text
    claim_date: PartialDate
    period: Text
    source: Text
    url: Address
    note: str

    @field_validator("target_key", mode="before")
    @classmethod
    def _empty_is_none(cls, value: str) -> str | None:
        return value or None

    @field_validator("same_measure", mode="before")
    @classmethod
    def _yes_or_no(cls, value: str) -> bool:
        if value not in ("yes", "no"):
            raise ValueError("allowed: yes or no")
        return value == "yes"

    @model_validator(mode="after")
    def _holds_together(self) -> Claim:
        if (self.evidence == OPEN) != (self.value == OPEN):
            raise ValueError("evidence is open exactly when value is open")
        if self.source == OPEN and self.value != OPEN:
            raise ValueError("a claim with a number needs a source")
        return self


class OutsideFigure(Entry):
    """A figure of others to set beside ours; `indicator` is open unless its definition is that of ours."""

    key: Key
    title: Text
    indicator: IndicatorOrOpen
    definition: Text
    area: Text
    period: PartialDate
    value: Number
    unit: Text
    value_kind: Literal["published", "forecast", "derived"]
    made: PartialDate
    source: Source
    note: str = ""
    #: who made a forecast
    by: str = ""

    @model_validator(mode="after")
    def _says_who(self) -> OutsideFigure:
        if (self.value_kind == "forecast") != bool(self.by):
            raise ValueError("by says who made it, exactly when value_kind is forecast")
        return self


class Correction(Entry):
    """A known error of a publisher: which observation, what value we expect, what replaces it and why."""

    key: Key
    table: Text
    where: dict[Text, Text]
    expected_value: Number
    corrected_value: NumberOrOpen
    status: CorrectedStatus
    reason: Text
    reported: PartialDate

    @model_validator(mode="after")
    def _holds_together(self) -> Correction:
        if not self.where:
            raise ValueError("where names at least one column, so that it points at one observation")
        if (self.status == "missing") != (self.corrected_value == OPEN):
            raise ValueError("status is missing exactly when corrected_value is open")
        return self


class Accepted(Entry):
    """A figure that breaks a rule of plausibility and is right all the same, with the reason."""

    key: Key
    check: Text
    table: Text
    region_code: Text
    period: Text
    value: NumberOrOpen
    reason: Text


class AreasFile(Entry):
    """All of areas.yaml."""

    areas: tuple[Area, ...]


class OutsideFiguresFile(Entry):
    """All of outside_figures.yaml."""

    sources: dict[Key, Source]
    figures: tuple[OutsideFigure, ...]


class CorrectionsFile(Entry):
    """All of corrections.yaml."""

    corrections: tuple[Correction, ...]
    accepted: tuple[Accepted, ...] = ()
