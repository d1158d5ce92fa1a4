"""An area of one's own: its figures are made by the stages of the project, on the stored tidy tables.

The members are the only new thing. Everything that follows from them (sums of gemeenten, ratios, job estimates,
outlook, youth, similar regions) comes from the same functions as for every other area.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from pipeline import geography, schemas
from pipeline.folders import Folders
from pipeline.indicators import stage as indicators_stage
from pipeline.models import comparison, contributions, job_changes, outlook, youth, youth_rates
from pipeline.models.outlook import Outlooks
from pipeline.models.series import annual_series
from pipeline.reference import OPEN, Area, ReferenceDataError, load_areas, load_changes
from pipeline.region_names import MonitorError, RegionNames, plain
from pipeline.research.tables import settings, with_rows
from pipeline.tables import Tables

_PEERS = "arbeidsmarktregio"


def define(members: Iterable[object], name: str, key: str | None, tables: Tables, names: RegionNames) -> Area:
    """The checked entry of an area, as one of data/reference/areas.yaml.

    Parameters
    ----------
    members : gemeenten, or larger regions that stand for all of theirs; by code or name
    key : region code of the area; made of the name when None

    Raises
    ------
    MonitorError
        A member that is no region (lists the nearest names), or a key that is in use.
    ReferenceDataError
        A gemeente that is named twice; names it.
    """
    if isinstance(members, (str, int)):
        raise MonitorError(
            f"members={members!r}; give a list of gemeenten, such as ['Dordrecht', 'Zwijndrecht']."
        )
    key = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") if key is None else key
    if not re.fullmatch(schemas.REGION_PATTERN, key) or re.fullmatch(r"[a-z]{2}\d+", key):
        raise MonitorError(
            f"{key!r} cannot be the key of an area: take a word of two letters or more, with digits and hyphens if "
            "need be, that does not look like a code, such as 'dordrecht-en-buren'."
        )
    if key in names.labels.index:
        raise MonitorError(f"{key!r} is a region of the monitor already; choose another name or key.")
    codes: list[str] = []
    for one in members:
        merged = plain(names.text(one)) not in names.known  # gemeenten that are gone may have one successor
        codes += [code for code in _gemeenten(one, tables, names) if not (merged and code in codes)]
    source = {"title": "Eigen gebied", "url": OPEN, "date": OPEN}
    open_ended = dict.fromkeys(("same_as", "valid_from", "valid_to"))
    return _checked(open_ended | {"key": key, "name": name, "source": source, "members": codes})


def _gemeenten(asked: object, tables: Tables, names: RegionNames) -> list[str]:
    """The gemeenten that a member stands for; a name of a gemeente and of a province is that of the gemeente."""
    try:
        return [names.code(asked, ["gemeente"])]
    except MonitorError:
        if plain(names.text(asked)) not in names.known:
            raise
    return tables.read("members", region_code=names.code(asked))["gm_code"].tolist()


def _checked(entry: dict[str, Any]) -> Area:
    """Through the reader of areas.yaml itself, so that the same rules hold."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.yaml"
        path.write_text(yaml.safe_dump({"areas": [entry]}, allow_unicode=True), encoding="utf-8")
        try:
            return next(iter(load_areas(path).values()))
        except ReferenceDataError as error:
            raise ReferenceDataError(str(error).replace(str(path), "The area")) from None


def gemeenten_of(tables: Tables, area: Area) -> pd.DataFrame:
    """Rows of its gemeenten in the table of regions: gm_code, gm_name and codes of larger regions."""
    regions = tables.read("regions", region_code=[member.code for member in area.members])
    return regions.rename(columns={"region_code": "gm_code", "region_name": "gm_name"})


# --- its figures --------------------------------------------------------------------------


def with_area(tables: Tables, area: Area, outlooks: Outlooks) -> tuple[Tables, Outlooks]:
    """The tables, each with the rows of the area, and the outlooks with the sum of its gemeenten."""
    key, codes = area.key, [member.code for member in area.members]
    row, members = _region_row(tables, area), pd.DataFrame({"region_code": key, "gm_code": codes})
    regions = pd.concat([tables.read("regions"), row], ignore_index=True)
    tidy = {name: tables.read(name) for name, table in schemas.TABLES.items() if table.layer == "tidy"}
    changes = load_changes(Folders().reference / "gemeente_changes.csv")
    made = indicators_stage.make(
        tidy | {"regions": regions, "members": members}, changes, settings().indicators
    )
    rows = {name: _of(table, key) for name, table in made.items() if "region_code" in table}
    indicators = pd.concat([tables.read("indicators"), rows["indicators"]], ignore_index=True)
    series = annual_series(rows["indicators"], key, outlook.INDICATOR)
    latest = None if series is None else series.at(outlooks.last_year)
    if latest is not None and set(codes) <= set(outlooks.about.index):
        outlooks = outlooks.with_sum(key, codes, latest)
        one = replace(outlooks, draws=outlooks.draws.of([key]), about=outlooks.about.loc[[key]])
        rows["outlook"] = outlook.table(one)
    every_member = pd.concat([tables.read("members"), members], ignore_index=True)
    peers = regions[regions["region_type"].eq(_PEERS) | regions["region_code"].eq(key)]
    moved = rows["indicators"], rows["job_estimates"], made["share_anchors"], rows["job_estimate_quality"]
    young = [youth.make(indicators), youth_rates.make(indicators, every_member)]
    rows |= {
        "regions": row,
        "members": members,
        "contributions": contributions.make(indicators, row, members),
        "job_changes": _of(job_changes.make(*moved, row), key),
        "youth": _of(pd.concat(young, ignore_index=True), key),
        "similar_regions": _of(comparison.make(indicators, peers), key),
    }
    checked = {name: _as_stored(name, table) for name, table in rows.items() if len(table)}
    return with_rows(tables, checked), outlooks


def _region_row(tables: Tables, area: Area) -> pd.DataFrame:
    """The row of the area in the table of regions, made as for the areas of areas.yaml."""
    gemeenten = gemeenten_of(tables, area).assign(am_name="", cr_name="", pv_name="", mc_name="")
    made = geography.regions_table(gemeenten, {area.key: area}, area.source.title)
    return made[made["region_code"] == area.key]


def _of(table: pd.DataFrame, key: str) -> pd.DataFrame:
    return table[table["region_code"] == key]


def _as_stored(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Checked and in the types of the stored table, so that numbers have the digits of those beside them."""
    columns = list(schemas.TABLES[name].schema.columns)
    return schemas.check(name, rows[columns].reset_index(drop=True))
