"""Which programmes concern a region."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple, get_args

from pipeline.reference.entries import Programme
from pipeline.reference.values import GEMEENTE_CODE, ReferenceDataError

AreaRelation = Literal["same", "within", "contains", "overlaps"]


class ProgrammeLink(NamedTuple):
    """A programme that concerns a region, the area through which it does, and how the two lie."""

    programme: Programme
    area: str
    relation: AreaRelation


def programmes_of_region(
    region_members: Collection[str],
    programmes: Mapping[str, Programme],
    area_members: Mapping[str, Collection[str]],
) -> list[ProgrammeLink]:
    """The programmes that concern a region, closest first.

    Parameters
    ----------
    region_members
        Gemeente codes of the region.
    programmes
        Programmes by key.
    area_members
        Gemeente codes by area key and region code. A gemeente code stands for itself and may be left out.

    Returns
    -------
    list of ProgrammeLink
        One for each area of a programme that shares a gemeente with the region. `same`: it is the region;
        `within`: it lies in the region; `contains`: the region lies in it; `overlaps`: they share a part.
        Sorted in that order, then as in `programmes`.

    Raises
    ------
    ReferenceDataError
        The region has no members, or those of a programme's area are not given.
    """
    region = frozenset(region_members)
    if not region:
        raise ReferenceDataError("the region has no members; give its gemeente codes")
    links = []
    for programme in programmes.values():
        for area in programme.areas:
            relation = _relation(_members_of(area, area_members), region)
            if relation is not None:
                links.append(ProgrammeLink(programme, area, relation))
    closeness = get_args(AreaRelation).index
    return sorted(links, key=lambda link: closeness(link.relation))


def _members_of(area: str, area_members: Mapping[str, Collection[str]]) -> frozenset[str]:
    if area in area_members:
        return frozenset(area_members[area])
    if GEMEENTE_CODE.fullmatch(area):
        return frozenset({area})
    raise ReferenceDataError(
        f"the members of area {area!r} are not given; known: {', '.join(sorted(area_members)[:10])}"
    )


def _relation(area: frozenset[str], region: frozenset[str]) -> AreaRelation | None:
    if area == region:
        return "same"
    if area < region:
        return "within"
    if area > region:
        return "contains"
    return "overlaps" if area & region else None
