"""What the list of the site says of each region with a report: its files, its figure and its targets."""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.config import Language
from pipeline.reference import Programme
from pipeline.reports.blocks import Mark
from pipeline.reports.files import CSV, CSVW, HTML, METADATA, PDF, XLSX
from pipeline.reports.sections import wording
from pipeline.reports.site_figures import RegionFigure, RegionFigures
from pipeline.reports.site_texts import Texts

log = logging.getLogger("pipeline")

#: downloads of a report, in the order in which the list names them
REPORT_FILES = (PDF, HTML, XLSX, CSV, CSVW)
#: groups of the list, in this order
KINDS = ("area", "arbeidsmarktregio", "rmc_region", "corop", "province", "gemeente", "nation")
#: names in daily use that differ from the official one; the search knows both
DAILY_NAMES = {"GM0518": "Den Haag", "GM0796": "Den Bosch"}
#: mark of a verdict -> key of its words, from good to unknown: the order in which they are summed up
VERDICTS = {
    "gehaald": "reached",
    "op koers": "on_track",
    "onzeker": "uncertain",
    "achter": "behind",
    "niet gehaald": "not_reached",
    "programma": "reported",
    "alleen tempo": "pace",
    "eindstand onbekend": "end_unknown",
    "geen gegevens": "no_data",
}
_JUDGED = ("op koers", "achter", "onzeker")


class SiteError(ValueError):
    """The reports of the edition do not make one site."""


@dataclass(frozen=True)
class Report:
    """A finished report: where it lies below the edition, and the size of each file in bytes."""

    region_code: str
    folder: str
    sizes: Mapping[str, int]
    commit: str


@dataclass(frozen=True)
class TargetVerdict:
    """A target of a programme with the verdict on it."""

    programme: str
    title: str
    deadline: int | None
    mark: Mark


@dataclass(frozen=True)
class Entry:
    """A region in the list.

    members : codes of its gemeenten
    targets : those that a programme set for exactly these gemeenten
    see_also : entries with targets that lie in this region or around it, as (code, name)
    """

    report: Report
    name: str
    kind: str
    members: tuple[str, ...]
    figure: RegionFigure
    targets: tuple[TargetVerdict, ...]
    see_also: tuple[tuple[str, str], ...] = ()

    @property
    def code(self) -> str:
        return self.report.region_code

    @property
    def other_names(self) -> str:
        """Further words by which the search finds the region itself."""
        return " ".join(filter(None, (self.code, DAILY_NAMES.get(self.code))))

    def verdict_counts(self, texts: Texts) -> list[Mark]:
        """One mark a verdict, with how many targets have it: "2 op koers"."""
        counts = {kind: sum(t.mark.kind == kind for t in self.targets) for kind in VERDICTS}
        return [
            Mark(kind=kind, word=f"{texts.number(count)} {verdict_words(kind, texts)}")
            for kind, count in counts.items()
            if count
        ]


def find_reports(folder: Path, vintage: str, language: Language) -> list[Report]:
    """The finished reports of an edition: the folders in it that hold a metadata.json.

    A report from another vintage or in another language, left over because making it anew failed, is left out
    with a warning.

    Raises
    ------
    SiteError
        A report lacks a file or does not say what it is made from.
    """
    reports, faults = [], []
    for path in sorted(folder.glob(f"[!.]*/{METADATA}")):
        files = {name: path.parent / name for name in REPORT_FILES}
        content = json.loads(path.read_text(encoding="utf-8"))
        lacking = [name for name, file in files.items() if not file.is_file()]
        lacking += [key for key in ("region_code", "vintage", "language", "commit") if not content.get(key)]
        if lacking:
            faults.append(f"{path.parent.name} has no {lacking[0]}")
        elif (content["vintage"], content["language"]) != (vintage, language):
            log.warning(
                "site: the report of %s is left out, it was made from %s in %s and the site from %s in %s",
                path.parent.name, content["vintage"], content["language"], vintage, language,
            )  # fmt: skip
        else:
            sizes = {name: file.stat().st_size for name, file in files.items()}
            reports.append(Report(content["region_code"], path.parent.name, sizes, content["commit"]))
    if faults:
        raise SiteError(
            f"{len(faults)} report(s) of {folder.name} cannot be listed, e.g. {faults[0]}. Make the reports "
            "again with `python -m pipeline reports`."
        )
    return reports


def list_entries(
    reports: Sequence[Report],
    regions: pd.DataFrame,
    members: pd.DataFrame,
    targets: pd.DataFrame,
    programmes: Mapping[str, Programme],
    figures: RegionFigures,
    texts: Texts,
) -> list[Entry]:
    """An entry for each report, by kind of region and name.

    Raises
    ------
    SiteError
        A report is about a region that the tables do not have, or two are about the same one.
    """
    places = regions.set_index("region_code")[["region_name", "region_type"]]
    codes = [report.region_code for report in reports]
    unknown = sorted(set(codes) - set(places.index))
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if unknown or twice:
        what = "about a region that is not in the tables" if unknown else "about the same region twice"
        raise SiteError(f"{len(unknown or twice)} report(s) are {what}, e.g. {(unknown or twice)[0]}.")
    gemeenten = members.groupby("region_code")["gm_code"].agg(lambda found: tuple(sorted(found))).to_dict()
    entries = [
        Entry(
            report=report,
            name=str(places.loc[report.region_code, "region_name"]),
            kind=str(places.loc[report.region_code, "region_type"]),
            members=_members(report.region_code, gemeenten),
            figure=figures.of(report.region_code),
            targets=(),
        )
        for report in reports
    ]
    verdicts = _verdicts_by_area(targets, programmes, texts)
    own = {
        entry.code: tuple(
            verdict
            for area, found in verdicts.items()
            if _members(area, gemeenten) == entry.members
            for verdict in found
        )
        for entry in entries
    }
    entries = [_with_targets(entry, own, entries) for entry in entries]
    return sorted(entries, key=_place)


def _members(code: str, gemeenten: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return gemeenten.get(code) or (code,)  # a gemeente is its own only member


def _with_targets(
    entry: Entry, own: Mapping[str, tuple[TargetVerdict, ...]], entries: Sequence[Entry]
) -> Entry:
    """The entry with its own targets or, without any, the entries nearby that have them."""
    if own[entry.code]:
        return replace(entry, targets=own[entry.code])
    inside = set(entry.members)
    near: dict[tuple[str, ...], Entry] = {}  # of regions with the same gemeenten the first kind is enough
    for other in sorted(entries, key=_place):
        members = set(other.members)
        if own[other.code] and (inside < members or members < inside):
            near.setdefault(other.members, other)
    see_also = sorted(near.values(), key=lambda other: _order(other.name))
    return replace(entry, see_also=tuple((other.code, other.name) for other in see_also))


def _place(entry: Entry) -> tuple[int, str, str]:
    return KINDS.index(entry.kind), _order(entry.name), entry.code


def _verdicts_by_area(
    targets: pd.DataFrame, programmes: Mapping[str, Programme], texts: Texts
) -> dict[str, list[TargetVerdict]]:
    """The chosen reading of every target, by the area it is set for."""
    found: dict[str, list[TargetVerdict]] = {}
    for row in targets[targets["is_chosen"]].itertuples():
        programme = programmes[row.programme]
        deadline = None if pd.isna(row.deadline_year) else int(row.deadline_year)
        found.setdefault(row.region_code, []).append(
            TargetVerdict(
                programme=programme.name,
                title=programme.target(row.target).title,
                deadline=deadline,
                mark=verdict_mark(row.verdict, row.verdict_basis, texts),
            )
        )
    order = list(VERDICTS)
    return {
        area: sorted(verdicts, key=lambda verdict: order.index(verdict.mark.kind))
        for area, verdicts in found.items()
    }


def verdict_mark(verdict: str, basis: str, texts: Texts) -> Mark:
    """The mark that reports give a verdict, in the words of the site's language."""
    kind = wording.verdict_mark(verdict, basis).kind
    words = verdict_words(kind, texts)
    if kind in _JUDGED and basis == "alleen tempo":
        words = texts("pace_only", verdict=words)
    return Mark(kind=kind, word=words)


def verdict_words(kind: str, texts: Texts) -> str:
    """The words of a verdict."""
    return texts(f"verdict_{VERDICTS[kind]}")


def _order(name: str) -> str:
    """For sorting: without accents, signs and capitals, so that 's-Hertogenbosch stands under the s."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
