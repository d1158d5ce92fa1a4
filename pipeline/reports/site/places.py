"""The regions as the site knows them: which have a report, what they are called, and what was part of them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.config import Language
from pipeline.reports.addresses import slugs
from pipeline.reports.blocks import Mark
from pipeline.reports.context import Place, place_of
from pipeline.reports.facts.target import VERDICTS
from pipeline.reports.files import FILES, METADATA
from pipeline.vocabulary import word

log = logging.getLogger("pipeline")

#: groups of the list, in this order
KINDS = ("area", "gemeente", "arbeidsmarktregio", "rmc_region", "corop", "province", "nation")
#: names in daily use that differ from the official one
DAILY_NAMES = {"GM0518": "Den Haag", "GM0796": "Den Bosch"}


class SiteError(ValueError):
    """The reports of the edition do not make one site."""


@dataclass(frozen=True)
class Region:
    """A region on the site.

    slug : its folder; report : the folder of its report, empty without one
    members : codes of its gemeenten; was : name and code of gemeenten that became (part of) this one
    """

    place: Place
    slug: str
    report: str
    members: frozenset[str]
    was: tuple[tuple[str, str], ...]
    verdicts: tuple[Mark, ...] = ()

    @property
    def address(self) -> str:
        """Where its page is, from the index."""
        return f"{self.slug}/index.html"


def find_reports(folder: Path, vintage: str, language: Language) -> dict[str, dict[str, Any]]:
    """What the finished reports of an edition say of themselves, by region code, with their ``folder``.

    A report from another vintage or in another language, left over because making it anew failed, is left out with a
    warning.

    Raises
    ------
    SiteError
        A report lacks a file or does not say what it is made from, or two are about one region.
    """
    reports: dict[str, dict[str, Any]] = {}
    faults = []
    for path in sorted(folder.glob(f"[!.]*/{METADATA}")):
        content = json.loads(path.read_text(encoding="utf-8"))
        lacking = [name for name in FILES if not (path.parent / name).is_file()]
        lacking += [key for key in ("region_code", "vintage", "language", "code") if not content.get(key)]
        code = content.get("region_code")
        if lacking:
            faults.append(f"{path.parent.name} has no {lacking[0]}")
        elif (content["vintage"], content["language"]) != (vintage, language):
            log.warning(
                "site: the report of %s is left out, it was made from %s in %s and the site from %s in %s",
                path.parent.name, content["vintage"], content["language"], vintage, language,
            )  # fmt: skip
        elif code in reports:
            faults.append(f"{path.parent.name} is about the same region as {reports[code]['folder']}")
        else:
            reports[code] = content | {"folder": path.parent.name}
    if faults:
        raise SiteError(
            f"{len(faults)} report(s) of {folder.name} cannot be listed, e.g. {faults[0]}. Make the reports "
            "again with `python -m pipeline reports`."
        )
    return reports


def find_regions(
    regions: pd.DataFrame,
    members: pd.DataFrame,
    targets: pd.DataFrame,
    changes: pd.DataFrame,
    reports: Mapping[str, Mapping[str, Any]],
    language: Language,
) -> list[Region]:
    """Every region, in the order of the list.

    Parameters
    ----------
    regions, members, targets : the stored tables
    changes : gemeenten that were joined to others, with old_name and gm_code
    reports : as from ``find_reports``

    Raises
    ------
    SiteError
        A report is about a region that the tables do not have.
    """
    rows = regions[["region_code", "region_name", "region_type"]].itertuples(index=False)
    places = {code: place_of(code, name, kind, language) for code, name, kind in rows}
    unknown = sorted(set(reports) - set(places))
    if unknown:
        raise SiteError(
            f"{len(unknown)} report(s) are about a region that is not in the tables, e.g. {unknown[0]}. Remove "
            "its folder, or make tables and reports again."
        )
    held = members.groupby("region_code")["gm_code"].agg(frozenset).to_dict()
    renamed = changes[changes["old_name"].notna() & (changes["old_name"] != changes["gm_name"])]
    was: dict[str, list[tuple[str, str]]] = {}
    for name, code, now in sorted(
        set(renamed[["old_name", "old_code", "gm_code"]].itertuples(index=False, name=None))
    ):
        was.setdefault(now, []).append((name, code))
    chosen = targets[targets["is_chosen"]].groupby("region_code")["verdict"].agg(list).to_dict()
    addresses = slugs(places)
    found = [
        Region(
            place=place,
            slug=addresses[code],
            report=reports[code]["folder"] if code in reports else "",
            members=held.get(code, frozenset([code])),
            was=tuple(was.get(code, ())),
            verdicts=_counted(chosen.get(code, []), language),
        )
        for code, place in places.items()
    ]
    return sorted(found, key=lambda r: (KINDS.index(r.place.kind), r.slug, r.place.code))


def _counted(verdicts: list[str], language: Language) -> tuple[Mark, ...]:
    """One mark a verdict, with how many targets have it: "2 op koers"."""
    kinds = [VERDICTS.get(verdict, "no_verdict") for verdict in verdicts]
    order = [*dict.fromkeys(VERDICTS.values()), "no_verdict"]
    return tuple(
        Mark(kind=kind, word=f"{kinds.count(kind)} {word('verdict', kind, language)}")
        for kind in order
        if kind in kinds
    )


def searched(regions: list[Region]) -> list[dict[str, Any]]:
    """What the search of the site looks through: a row a region, other regions by their place in the list."""
    by_code = {region.place.code: place for place, region in enumerate(regions)}
    return [
        {
            "code": region.place.code,
            "name": region.place.name,
            "kind": region.place.kind,
            "here": region.place.here,
            "to": region.address if region.report else "",
            "also": [DAILY_NAMES[region.place.code]] if region.place.code in DAILY_NAMES else [],
            "was": list(region.was),
            "in": []
            if region.place.kind in ("gemeente", "nation")
            else sorted(by_code[gm] for gm in region.members),
            "see": [by_code[other.place.code] for other in nearest(region, regions)],
        }
        for region in regions
    ]


def nearest(region: Region, regions: list[Region]) -> list[Region]:
    """The regions around this one that have a report, the smallest first; none when it has a report itself."""
    if region.report:
        return []
    around = [other for other in regions if other.report and region.members <= other.members]
    return sorted(around, key=lambda other: (len(other.members), other.slug))
