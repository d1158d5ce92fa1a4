"""A small made-up country for tests of the site: square gemeenten, their regions, and empty reports.

Names, codes and programmes are real, for the site reads old names and targets from data/reference; figures are made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline.compare import Comparison
from pipeline.reports.files import FILES
from pipeline.tables import Tables

VINTAGE = "embedded-2026-11"
AWKWARD = """<script>alert("x")</script> & A12-zone"""
GEMEENTEN = {
    "GM0505": "Dordrecht",
    "GM0590": "Papendrecht",
    "GM0518": "'s-Gravenhage",
    "GM0796": "'s-Hertogenbosch",
    "GM1961": "Vijfheerenlanden",
    "GM1992": "Voorne aan Zee",
    "GM0106": AWKWARD,
}
_REST = ["GM0106", "GM0518", "GM0796", "GM1961", "GM1992"]
REGIONS = {
    "drechtsteden": ("Drechtsteden", "area", ["GM0505", "GM0590"]),
    "AM23": ("Drechtsteden", "arbeidsmarktregio", ["GM0505", "GM0590"]),
    "AM22": ("Rijnmond", "arbeidsmarktregio", _REST),
    "CR30": ("Zuidoost-Zuid-Holland", "corop", ["GM0505", "GM0590"]),
    "CR01": ("Elders", "corop", _REST),
    "PV28": ("Zuid-Holland", "province", list(GEMEENTEN)),
    "NL01": ("Nederland", "nation", list(GEMEENTEN)),
}
_DEFAULT = {
    "sector": "total",
    "age": "total",
    "frequency": "A",
    "basis": "kwb",
    "value_low": np.nan,
    "value_high": np.nan,
    "interval_level": np.nan,
    "break_before": False,
    "unit": "per_1000_residents",
    "source": "85039NED",
}


def indicators() -> pd.DataFrame:
    """WW of two years and bijstand of one in every gemeente, one of them suppressed, and jobs with a break."""
    rows = []
    for place, code in enumerate(GEMEENTEN):
        for year in (2021, 2024):
            absent = (code, year) == ("GM0106", 2021)
            value = np.nan if absent else float(place + (year == 2024))
            rows.append(
                {
                    "region_code": code,
                    "indicator": "ww_per_1000_residents",
                    "year": year,
                    "value": value,
                    "status": "suppressed" if absent else "published",
                }
            )
        rows.append(
            {
                "region_code": code,
                "indicator": "bijstand_per_1000_residents",
                "year": 2024,
                "value": 20.0 + place,
                "status": "final",
            }
        )
        jobs = {"region_code": code, "indicator": "jobs_employees", "unit": "jobs", "source": "83582NED"}
        rows += [
            jobs | {"year": 2009, "value": 1.0, "status": "final", "basis": "81402ned"},
            jobs | {"year": 2015, "value": 50000.0 + place, "status": "published"},
            jobs | {"year": 2023, "value": 61000.0 + place, "status": "estimate", "break_before": True},
            jobs | {"year": 2024, "value": 62000.4 + place, "status": "estimate"},
        ]
    return pd.DataFrame([_DEFAULT | row for row in rows])


def scores() -> pd.DataFrame:
    """A forecast of others that came, a promise of which nothing was heard, and a line about a chance."""
    columns = ["forecaster", "target", "year", "forecast", "goal", "actual", "actual_status", "came_true"]
    nothing = float("nan")
    rows = [
        ("UWV", "banen-uwv-2019", 2019, 134_000, nothing, 138_097, "estimate", ""),
        ("baas", "leer-werktrajecten", 2024, nothing, 500, nothing, "", "unknown"),
        ("groeimonitor", "a/b/c/2018", 2019, 1, 2, 3, "final", "yes"),
    ]
    return pd.DataFrame(rows, columns=columns)


def tables() -> Tables:
    """The tables that the site reads."""

    def held_by(gemeente: str, wanted: str) -> str:
        return next(code for code, (_, kind, held) in REGIONS.items() if kind == wanted and gemeente in held)

    columns = ["region_code", "region_name", "region_type", "am_code", "cr_code", "pv_code", "mc_code"]
    regions = [
        (
            code,
            name,
            "gemeente",
            *(held_by(code, kind) for kind in ("arbeidsmarktregio", "corop", "province")),
            "",
        )
        for code, name in GEMEENTEN.items()
    ]
    regions += [(code, name, kind, "", "", "", "") for code, (name, kind, _) in REGIONS.items()]
    members = [(code, member) for code, (_, _, held) in REGIONS.items() for member in held]
    targets = [
        ("drechtsteden", "achter", True),
        ("drechtsteden", "op koers", False),
        ("GM0505", "gehaald", True),
    ]
    margins = [(code, year, 60000.0, 65000.0) for code in GEMEENTEN for year in (2023, 2024)]
    made = {
        "regions": pd.DataFrame(regions, columns=columns),
        "members": pd.DataFrame(members, columns=["region_code", "gm_code"]),
        "indicators": indicators(),
        "targets": pd.DataFrame(targets, columns=["region_code", "verdict", "is_chosen"]),
        "forecast_scores": scores(),
        "job_estimates": pd.DataFrame(margins, columns=["region_code", "year", "low_80", "high_80"]),
    }
    squares = [shapely.box(1e5 + 1e4 * n, 4e5, 1.1e5 + 1e4 * n, 4.1e5) for n in range(len(GEMEENTEN))]
    borders = gpd.GeoDataFrame({"region_code": list(GEMEENTEN)}, geometry=squares, crs="EPSG:28992")
    return Tables(VINTAGE, made, borders)


def comparison() -> Comparison:
    """Two vintages that differ: two cells revised (one from zero), one added, and a verdict that turned."""
    columns = [
        "region_code",
        "indicator",
        "sector",
        "age",
        "frequency",
        "period",
        "basis",
        "change",
        "about",
        "old_value",
        "new_value",
        "relative_change",
        "old_status",
        "new_status",
        "old_source",
        "new_source",
    ]
    day = pd.Timestamp("2021-01-01")
    cells = [
        (
            "GM0505",
            "ww_recipients",
            "total",
            "total",
            "A",
            day,
            "x",
            "revised",
            "",
            1000.0,
            1250.0,
            0.25,
            "provisional",
            "final",
            "85039NED",
            "85039NED",
        ),
        (
            "GM0590",
            "unemployment_rate_pct",
            "total",
            "total",
            "M",
            day,
            "x",
            "revised",
            "",
            0.0,
            4.4,
            np.nan,
            "final",
            "final",
            "85039NED",
            "85039NED",
        ),
        (
            "GM0505",
            "ww_recipients",
            "total",
            "total",
            "A",
            day,
            "y",
            "added",
            "table",
            np.nan,
            1300.0,
            np.nan,
            "missing",
            "final",
            "",
            "85984NED",
        ),
    ]
    verdicts = [
        {
            "programme": "groeiagenda-drechtsteden",
            "target": "extra-arbeidsplaatsen",
            "target_version": "2018",
            "definition": "banen-van-werknemers",
            "baseline_year": 2018.0,
            "deadline_year": np.nan,
            "region_code": "drechtsteden",
            "verdict_old": "onzeker",
            "verdict_new": "achter",
            "verdict_basis_old": "model",
            "verdict_basis_new": "model",
        }
    ]
    return Comparison("embedded-2026", VINTAGE, pd.DataFrame(cells, columns=columns), pd.DataFrame(verdicts))


def write_reports(folder: Path, codes: Iterable[str], **changed: str) -> Path:
    """Empty reports below ``folder``; ``changed`` goes into their metadata."""
    for code in codes:
        (folder / code).mkdir(parents=True)
        for name in FILES:
            (folder / code / name).write_text("<!DOCTYPE html><title>rapport</title>", encoding="utf-8")
        content = {"region_code": code, "vintage": VINTAGE, "language": "nl", "code": "0123abc"} | changed
        (folder / code / "metadata.json").write_text(json.dumps(content), encoding="utf-8")
    return folder
