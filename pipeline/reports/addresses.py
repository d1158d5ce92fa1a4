"""Where a region is found on the site, and the regions that its page leads to."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping

import shapely

from pipeline.reports.context import NATION, Place, RegionContext, ReportTables
from pipeline.reports.facts.peers import peers_of
from pipeline.reports.metadata import Link, LinkGroup
from pipeline.vocabulary import word

#: what stands before the name in an address: Groningen is a gemeente, a province and an arbeidsmarktregio
_PREFIX = {
    "gemeente": "",
    "arbeidsmarktregio": "arbeidsmarktregio-",
    "rmc_region": "doorstroompuntregio-",
    "corop": "corop-",
    "province": "provincie-",
}
#: kinds of region that cover the country once, so that each has neighbours
_DIVISIONS = tuple(_PREFIX)
_NEAR_M = 5.0  # borders of neighbours were simplified together; this is for what rounding left


class AddressError(ValueError):
    """Two regions with one address."""


def folded(name: str) -> str:
    """A name in small letters, digits and single spaces: "'s-Gravenhage" -> "s gravenhage"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall("[a-z0-9]+", plain))


def slugs(places: Mapping[str, Place]) -> dict[str, str]:
    """The folder of each region on the site, by code: "dordrecht", "provincie-drenthe", "drechtsteden".

    Raises
    ------
    AddressError
        Two regions would share a folder.
    """
    made = {code: _slug(place) for code, place in places.items()}
    twice = sorted({slug for slug in made.values() if list(made.values()).count(slug) > 1})
    if twice:
        raise AddressError(
            f"{len(twice)} addresses are of two regions, e.g. {twice[0]!r}: give the area another key in areas.yaml."
        )
    return made


def _slug(place: Place) -> str:
    if place.kind == "nation":
        return "nederland"
    return _PREFIX[place.kind] + folded(place.name).replace(" ", "-") if place.kind in _PREFIX else place.code


def related(context: RegionContext) -> tuple[LinkGroup, ...]:
    """The regions that a page leads to: around it, in it, beside it and like it; groups without any are left out."""
    tables, code = context.tables, context.code
    own = set(tables.members.get(code, (code,)))
    around = [
        other for other, members in tables.members.items()
        if other not in (code, NATION) and own < set(members) and tables.places[other].kind != "gemeente"
    ]  # fmt: skip
    found = {
        "around": sorted(around, key=lambda other: (len(tables.members[other]), other)),
        "inside": []
        if context.is_gemeente or code == NATION
        else sorted(own, key=lambda gm: tables.places[gm].name),
        "beside": _neighbours(context, own),
        "like": [place.code for place in peers_of(context)],
    }
    addresses = _addresses(tables)
    return tuple(
        LinkGroup(
            title=word("site", f"links_{key}", context.language),
            links=tuple(Link(text=tables.places[c].here, url=f"../{addresses[c]}/index.html") for c in codes),
        )
        for key, codes in found.items()
        if codes
    )


def canonical(context: RegionContext) -> str:
    """The public address of the page; empty when params.yaml names no address of the site."""
    address = context.settings.reports.address
    return f"{address}{_addresses(context.tables)[context.code]}/" if address else ""


@functools.cache
def _addresses(tables: ReportTables) -> dict[str, str]:
    return slugs(tables.places)


def _neighbours(context: RegionContext, own: set[str]) -> list[str]:
    """Regions of the same kind that touch this one, by name."""
    tables, kind = context.tables, context.place.kind
    if kind not in _DIVISIONS:
        return []
    touched = {other for gemeente in own for other in _touching(tables).get(gemeente, ())} - own
    same = [code for code, place in tables.places.items() if place.kind == kind and code != context.code]
    beside = [code for code in same if touched & set(tables.members.get(code, (code,)))]
    return sorted(beside, key=lambda code: tables.places[code].name)


@functools.cache
def _touching(tables: ReportTables) -> dict[str, set[str]]:
    """The gemeenten that touch each gemeente."""
    codes = tables.borders["region_code"].to_numpy()
    shapes = tables.borders.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_NEAR_M)
    apart = first != second
    found: dict[str, set[str]] = {}
    for one, other in zip(codes[first[apart]], codes[second[apart]], strict=True):
        found.setdefault(str(one), set()).add(str(other))
    return found
