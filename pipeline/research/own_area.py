"""An area of one's own: checked like those of areas.yaml, its figures made by the stages of the project.

The members are the only new thing. Everything that follows from them (sums of gemeenten, ratios, job estimates,
outlook, youth, similar regions) comes from the same functions as for every other area, on the stored tidy tables.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from pipeline import geography, schemas, stages
from pipeline import tables as made_tables
from pipeline.config import Folders, use_vintage
from pipeline.indicators import stage as indicators_stage
from pipeline.models import comparison, contributions, outlook, youth, youth_rates
from pipeline.reference import OPEN, Area, ReferenceDataError, load_areas, load_changes
from pipeline.research import MonitorError
from pipeline.research.lookup import region_code
from pipeline.research.tables import Tables, settings

_PEERS = "arbeidsmarktregio"
_DEFAULTS = {
    "same_as": None,
    "valid_from": None,
    "valid_to": None,
    "source": {"title": "Eigen gebied", "url": OPEN, "date": OPEN},
}
#: Column of a gemeente with the code of the larger region, and what such a region is called.
_LEVELS = {"province": "pv_code", "corop": "cr_code", "arbeidsmarktregio": "am_code", "rmc_region": "mc_code"}
_KINDS = {
    "province": "a province",
    "corop": "a COROP",
    "arbeidsmarktregio": "an arbeidsmarktregio",
    "rmc_region": "an RMC region",
    "area": "an area",
    "nation": "the nation",
}
#: Folders of the project that a report reads and that an own area does not change.
_SHARED = ("data/raw", "notebooks")
_PREVIEW = "preview"


@dataclass(frozen=True)
class OwnArea:
    """An area defined on the fly, with its figures in memory.

    area : the checked entry
    tables : the tables it was added to, with the area's rows; pass as ``vintage=`` to any function of monitor
    """

    area: Area
    tables: made_tables.Tables

    @property
    def key(self) -> str:
        """Region code of the area."""
        return self.area.key

    @property
    def members(self) -> pd.DataFrame:
        """Its gemeenten: columns gm_code, gm_name, am_code, cr_code, pv_code."""
        regions = self.tables.read("regions", region_code=_codes(self.area))
        names = {"region_code": "gm_code", "region_name": "gm_name"}
        return regions.rename(columns=names)[["gm_code", "gm_name", "am_code", "cr_code", "pv_code"]]

    def __repr__(self) -> str:
        return f"OwnArea({self.area.name}: {', '.join(self.members['gm_name'])})"


def define(definition: str | Mapping[str, Any], tables: Tables) -> OwnArea:
    """Check an area and make its figures.

    Parameters
    ----------
    definition : one entry as in data/reference/areas.yaml, as YAML text or mapping. key, name and members are
        needed; members may be gemeente codes or names
    tables : where its gemeenten come from

    Raises
    ------
    ReferenceDataError
        The entry is not what it should be; says which key, what was found and what is allowed.
    MonitorError
        A key that is in use, or a member that is no gemeente (lists the nearest names).
    """
    regions = tables.read("regions")
    area = _checked(_with_defaults(definition, regions))
    if not re.fullmatch(schemas.REGION_PATTERN, area.key) or re.fullmatch(r"[a-z]{2}\d+", area.key):
        raise MonitorError(
            f"{area.key!r} cannot be the key of an area: take a word of two letters or more, with digits and hyphens "
            "if need be, that does not look like a code, such as 'dordrecht-en-buren'."
        )
    if area.key in set(regions["region_code"]):
        raise MonitorError(f"{area.key!r} is a region of the monitor already; choose another key.")
    return OwnArea(area, _with_area(tables, area))


def project_with(tables: Tables, root: Path, project: Folders, area: Area | None = None) -> Folders:
    """A project folder below ``root`` of these tables and their vintage, for the report stage.

    Its tables are written, with ``area`` added to areas.yaml; the rest is linked to the project. Reports land in
    ``reports/preview`` of the project, or in ``reports/preview-<vintage>`` when that is not the one in use.
    """
    folders = Folders(root)
    every = {name: tables.read(name) for name in schemas.TABLES}
    stages.write_tables(made_tables.Tables(tables.vintage, every, tables.borders), folders)
    folders.reference.mkdir(parents=True)
    for path in project.reference.iterdir():
        if path.name != "areas.yaml" or area is None:
            (folders.reference / path.name).symlink_to(path)
    if area is not None:
        listed = (project.reference / "areas.yaml").read_text(encoding="utf-8")
        entry = yaml.safe_dump([area.model_dump(mode="json")], allow_unicode=True, sort_keys=False)
        entry = "".join(f"  {line}\n" for line in entry.splitlines())
        (folders.reference / "areas.yaml").write_text(f"{listed.rstrip()}\n\n{entry}", encoding="utf-8")
    shutil.copy(project.root / "params.yaml", root)
    if settings().vintage != tables.vintage:
        use_vintage(root / "params.yaml", tables.vintage)
    previews = preview_folder(tables.vintage, project)
    previews.mkdir(parents=True, exist_ok=True)
    folders.reports.mkdir()
    (folders.reports / _PREVIEW).symlink_to(previews)
    for name in _SHARED:
        if (project.root / name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).symlink_to(project.root / name)
    return folders


def preview_folder(vintage: str, project: Folders) -> Path:
    """Where reports of a vintage land that are made one at a time."""
    own = "" if vintage == settings().vintage else f"-{vintage}"
    return project.reports / f"{_PREVIEW}{own}"


def _with_defaults(definition: str | Mapping[str, Any], regions: pd.DataFrame) -> dict[str, Any]:
    try:
        raw = yaml.load(definition, yaml.BaseLoader) if isinstance(definition, str) else dict(definition)
    except yaml.YAMLError as error:
        raise MonitorError(f"The area is not valid YAML: {error}") from None
    if isinstance(raw, dict) and isinstance(raw.get("areas"), list) and len(raw["areas"]) == 1:
        raw = raw["areas"][0]
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, dict):
        raise MonitorError(
            "An area is one entry with key, name and members, as in data/reference/areas.yaml; this is "
            f"{type(raw).__name__}."
        )
    filled = _DEFAULTS | {key: None if value in ("null", "~", "") else value for key, value in raw.items()}
    if isinstance(filled.get("members"), (list, tuple)):
        if any(isinstance(one, Mapping) for one in filled["members"]):
            raise MonitorError(
                "An own area is made of the stored edition: name its members by code or name, without since and until."
            )
        filled["members"] = [_gemeente(one, regions) for one in filled["members"]]
    return filled


def _gemeente(asked: object, regions: pd.DataFrame) -> str:
    """Code of a member; a larger region by name or code is refused with gemeenten of it."""
    others = regions[regions["region_type"] != "gemeente"]
    other = others[others["region_code"].eq(asked) | others["region_name"].eq(asked)]
    named = regions[regions["region_type"].eq("gemeente") & regions["region_name"].eq(asked)]
    if len(other) and named.empty:
        code, kind = other["region_code"].iloc[0], other["region_type"].iloc[0]
        level = _LEVELS.get(kind)
        inside = regions[regions[level] == code]["region_code"] if level else pd.Series(dtype=str)
        example = (
            f" Of {code} those are {', '.join(inside.head(5))} ({len(inside)} in all)." if len(inside) else ""
        )
        raise MonitorError(
            f"{asked!r} is {_KINDS[kind]}, and an own area is made of gemeenten.{example} "
            f'monitor.table("members", region_code="{code}") lists them.'
        )
    return region_code(asked, regions, kinds=["gemeente"])


def _checked(entry: dict[str, Any]) -> Area:
    """Through the reader of areas.yaml itself, so that the same rules hold."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.yaml"
        path.write_text(yaml.safe_dump({"areas": [entry]}, allow_unicode=True), encoding="utf-8")
        try:
            return next(iter(load_areas(path).values()))
        except ReferenceDataError as error:
            raise ReferenceDataError(str(error).replace(str(path), "The area")) from None


def _codes(area: Area) -> list[str]:
    return [member.code for member in area.members]


def _with_area(tables: Tables, area: Area) -> made_tables.Tables:
    """All tables, each with the rows of the area."""
    regions = pd.concat([tables.read("regions"), _region_row(tables, area)], ignore_index=True)
    members = pd.DataFrame({"region_code": area.key, "gm_code": _codes(area)})
    tidy = {name: tables.read(name) for name, table in schemas.TABLES.items() if table.layer == "tidy"}
    changes = load_changes(Folders().reference / "gemeente_changes.csv")
    made = indicators_stage.make(
        tidy | {"regions": regions, "members": members}, changes, settings().indicators
    )
    rows = {"regions": _region_row(tables, area), "members": members}
    rows |= {name: _of(table, area.key) for name, table in made.items() if "region_code" in table}
    indicators = pd.concat([tables.read("indicators"), rows["indicators"]], ignore_index=True)
    rows["outlook"] = _outlook_rows(area, regions, indicators, members, made)
    rows["contributions"] = contributions.make(indicators, regions.tail(1), members)
    every_member = pd.concat([tables.read("members"), members], ignore_index=True)
    young = [youth.make(indicators, regions, every_member), youth_rates.make(indicators, every_member)]
    rows["youth"] = _of(pd.concat(young, ignore_index=True), area.key)
    peers = regions[regions["region_type"].eq(_PEERS) | regions["region_code"].eq(area.key)]
    rows["similar_regions"] = _of(comparison.make(indicators, peers), area.key)
    every = {name: _added(name, tables.read(name), rows.get(name)) for name in schemas.TABLES}
    return made_tables.Tables(tables.vintage, every, tables.borders)


def _region_row(tables: Tables, area: Area) -> pd.DataFrame:
    """The row of the area in the table of regions, made as for the areas of areas.yaml."""
    classification = tables.read("regions", region_code=_codes(area)).rename(
        columns={"region_code": "gm_code", "region_name": "gm_name"}
    )
    names = classification.assign(am_name="", cr_name="", pv_name="")
    made = geography.regions_table(names, {area.key: area}, area.source.title)
    return made[made["region_code"] == area.key]


def _outlook_rows(
    area: Area,
    regions: pd.DataFrame,
    indicators: pd.DataFrame,
    members: pd.DataFrame,
    made: dict[str, pd.DataFrame],
) -> pd.DataFrame | None:
    if made["job_shares"].empty:
        return None
    estimates = outlook.JobEstimates(made["job_shares"], made["job_estimates"], made["job_estimate_quality"])
    ahead = outlook.make(indicators, regions, members, estimates, settings().models.outlook_until)
    return _of(outlook.table(ahead), area.key)


def _of(table: pd.DataFrame, key: str) -> pd.DataFrame:
    return table[table["region_code"] == key]


def _added(name: str, table: pd.DataFrame, rows: pd.DataFrame | None) -> pd.DataFrame:
    if rows is None or rows.empty:
        return table
    return schemas.check(name, pd.concat([table, rows[table.columns]], ignore_index=True))
