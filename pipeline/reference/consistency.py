"""Whether the reference files fit together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline.reference.entries import Accepted, Area, Correction, OutsideFigure, Programme
from pipeline.reference.loading import (
    load_accepted,
    load_areas,
    load_changes,
    load_claims,
    load_corrections,
    load_outside_figures,
    load_programmes,
)
from pipeline.reference.values import REGION_CODE, ReferenceDataError


@dataclass(frozen=True)
class Reference:
    """All of data/reference, checked to fit together."""

    areas: dict[str, Area]
    programmes: dict[str, Programme]
    claims: pd.DataFrame
    outside_figures: dict[str, OutsideFigure]
    corrections: dict[str, Correction]
    changes: pd.DataFrame
    accepted: dict[str, Accepted] = field(default_factory=dict)


def load_reference(folder: Path, known_codes: Collection[str] | None = None) -> Reference:
    """Read data/reference and check that its parts fit together.

    Parameters
    ----------
    folder
        data/reference.
    known_codes
        The published region codes of today. Without them a code need only look like one.

    Raises
    ------
    ReferenceDataError
        A file is wrong, or a reference from one to another does not resolve.
    """
    reference = Reference(
        areas=load_areas(folder / "areas.yaml"),
        programmes=load_programmes(folder / "programmes"),
        claims=load_claims(folder / "claims.csv"),
        outside_figures=load_outside_figures(folder / "outside_figures.yaml"),
        corrections=load_corrections(folder / "corrections.yaml"),
        accepted=load_accepted(folder / "corrections.yaml"),
        changes=load_changes(folder / "gemeente_changes.csv"),
    )
    check_reference(reference, known_codes)
    return reference


def check_reference(reference: Reference, known_codes: Collection[str] | None = None) -> None:
    """Refuse references between the files that do not resolve.

    Every area of a programme, claim, figure or `same_as` must be a key of areas.yaml or a region code; every
    member a gemeente code (whether the edition has it depends on the vintage: tidy checks that); every claim's
    programme and target must exist.

    Raises
    ------
    ReferenceDataError
        All that does not resolve, at once.
    """

    def is_code(region: str) -> bool:
        return region in known_codes if known_codes is not None else bool(REGION_CODE.fullmatch(region))

    problems = []
    for area in reference.areas.values():
        if REGION_CODE.fullmatch(area.key.upper()):
            problems.append(f"areas.yaml: key {area.key!r} looks like a region code")
        if area.same_as is not None and not is_code(area.same_as):
            problems.append(f"areas.yaml: {area.key}: same_as {area.same_as!r} is not a region code")
        problems += [
            f"areas.yaml: {area.key}: member {member.code!r} is not a gemeente code"
            for member in area.members
            if member.until is None and not is_code(member.code)
        ]

    used = [(f"programmes/{p.key}.yaml", region) for p in reference.programmes.values() for region in p.areas]
    used += [("claims.csv", region) for region in reference.claims["area"].unique()]
    used += [(f"outside_figures.yaml: {f.key}", f.area) for f in reference.outside_figures.values()]
    problems += [
        f"{where}: area {region!r} is not a region code nor one of: {', '.join(reference.areas)}"
        for where, region in used
        if region not in reference.areas and not is_code(region)
    ]

    for key, target_key in _claimed_targets(reference.claims):
        if key not in reference.programmes:
            problems.append(f"claims.csv: programme {key!r} is not one of: {', '.join(reference.programmes)}")
            continue
        targets = [target.key for target in reference.programmes[key].targets]
        if target_key is not None and target_key not in targets:
            problems.append(f"claims.csv: target {target_key!r} of {key} is not one of: {', '.join(targets)}")
    if problems:
        raise ReferenceDataError(
            f"data/reference has {len(problems)} references that do not resolve:\n  - "
            + "\n  - ".join(problems)
        )


def _claimed_targets(claims: pd.DataFrame) -> list[tuple[str, str | None]]:
    pairs = claims[["programme", "target_key"]].drop_duplicates()
    return [
        (programme, None if pd.isna(target_key) else target_key)
        for programme, target_key in pairs.itertuples(index=False)
    ]
