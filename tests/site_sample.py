"""A small made-up country for tests of the site: five square gemeenten, their regions, and empty reports.

Region codes, programmes and targets are real (the site reads them from data/reference); every figure is made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline.compare import Comparison, compare
from pipeline.reports.site_regions import REPORT_FILES
from pipeline.tables import Tables

VINTAGE = "embedded-2026-11"
COMMIT = "0123abc"
AWKWARD = """<script>alert("x")</script> & 's-'"""
GEMEENTEN = {
    "GM0505": "Dordrecht",
    "GM0482": "Alblasserdam",
    "GM0518": "'s-Gravenhage",
    "GM1900": "Súdwest-Fryslân",
    "GM0106": AWKWARD,
}
AREAS = {
    "drechtsteden": ("Drechtsteden", "area", ["GM0482", "GM0505"]),
    "AM23": ("Drechtsteden", "arbeidsmarktregio", ["GM0482", "GM0505"]),
    "AM01": ("Elders", "arbeidsmarktregio", ["GM0106", "GM0518", "GM1900"]),
    "CR30": ("Zuidoost-Zuid-Holland", "corop", ["GM0482", "GM0505"]),
    "CR01": ("Elders", "corop", ["GM0106", "GM0518", "GM1900"]),
    "PV28": ("Zuid-Holland", "province", ["GM0482", "GM0505", "GM0518"]),
    "PV21": ("Fryslân", "province", ["GM0106", "GM1900"]),
    "NL01": ("Nederland", "nation", list(GEMEENTEN)),
}
#: region -> value and status in 2021; the rest has no row
WW = {
    "GM0505": (9.4, "estimate"),
    "GM0482": (7.0, "provisional"),
    "GM0518": (0.0, "final"),
    "GM1900": (np.nan, "suppressed"),
    "GM0106": (12.25, "published"),
    "drechtsteden": (8.2, "estimate"),
    "AM23": (8.2, "estimate"),
    "NL01": (np.nan, "missing"),
}


def figures(values: dict[str, tuple[float, str]] = WW, year: int = 2021, source: str = "85039NED"):
    """Rows of the indicators table as far as the site reads them."""
    rows = [
        {
            "region_code": code,
            "indicator": "ww_per_1000_residents",
            "frequency": "A",
            "sector": "total",
            "year": year,
            "value": value,
            "status": status,
            "source": source,
        }
        for code, (value, status) in values.items()
    ]
    return pd.DataFrame(rows)


def targets() -> pd.DataFrame:
    """Readings of targets as far as the site reads them."""
    rows = [
        ("groeiagenda-drechtsteden", "extra-arbeidsplaatsen", "drechtsteden", 2030.0, "achter", "model", True),
        ("groeiagenda-drechtsteden", "extra-arbeidsplaatsen", "drechtsteden", 2040.0, "op koers", "model", False),
        ("groeiagenda-drechtsteden", "inwoners", "drechtsteden", 2030.0, "op koers", "alleen tempo", True),
        ("groeiagenda-drechtsteden", "topregio", "drechtsteden", np.nan, "geen gegevens", "", True),
        ("dordrecht-arbeidsmarkt", "partners-2024", "GM0505", 2024.0, "gehaald", "opgave programma", True),
    ]  # fmt: skip
    columns = ["programme", "target", "region_code", "deadline_year", "verdict", "verdict_basis", "is_chosen"]
    return pd.DataFrame(rows, columns=columns)


def tables(**changed: pd.DataFrame) -> Tables:
    """The tables that the site reads; give one to put it in the place of the sample's."""
    regions = [
        (code, name, "gemeente", *_held_by(code, "arbeidsmarktregio", "corop", "province"))
        for code, name in GEMEENTEN.items()
    ]
    regions += [(code, name, kind, "", "", "") for code, (name, kind, _) in AREAS.items()]
    columns = ["region_code", "region_name", "region_type", "am_code", "cr_code", "pv_code"]
    members = [(code, member) for code, (_, _, held) in AREAS.items() for member in held]
    made = {
        "regions": pd.DataFrame(regions, columns=columns),
        "members": pd.DataFrame(members, columns=["region_code", "gm_code"]),
        "indicators": figures(),
        "targets": targets(),
    }
    return Tables(VINTAGE, made | changed, borders())


def _held_by(gemeente: str, *kinds: str) -> list[str]:
    return [
        next(code for code, (_, kind, held) in AREAS.items() if kind == wanted and gemeente in held)
        for wanted in kinds
    ]


def borders() -> gpd.GeoDataFrame:
    """Squares of 10 km beside each other."""
    squares = [
        shapely.box(100_000 + 10_000 * place, 400_000, 110_000 + 10_000 * place, 410_000)
        for place in range(len(GEMEENTEN))
    ]
    return gpd.GeoDataFrame({"region_code": list(GEMEENTEN)}, geometry=squares, crs="EPSG:28992")


def write_reports(folder: Path, codes: Iterable[str], **changed: str) -> Path:
    """Stand-ins for finished reports below ``folder``; ``changed`` goes into their metadata."""
    for code in codes:
        (folder / code).mkdir(parents=True)
        for size, name in enumerate(REPORT_FILES, start=1):
            content = (
                "<!DOCTYPE html><title>rapport</title>" if name.endswith("html") else "x" * (1500 * size)
            )
            (folder / code / name).write_text(content, encoding="utf-8")
        content = {"region_code": code, "vintage": VINTAGE, "language": "nl", "commit": COMMIT} | changed
        (folder / code / "metadata.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def comparison() -> Comparison:
    """Two vintages that differ: two cells revised, one added, one gone, and two verdicts turned."""
    old = [
        ("GM0505", "ww_recipients", 2021, 1000.0, "provisional", "85039NED"),
        ("GM0482", "unemployment_rate_pct", 2021, 0.0, "final", "85039NED"),
        ("GM9999", "population_count", 2021, 5.0, "final", "70072ned"),
    ]
    new = [
        ("GM0505", "ww_recipients", 2021, 1250.0, "final", "85039NED"),
        ("GM0482", "unemployment_rate_pct", 2021, 4.4, "final", "85039NED"),
        ("GM0505", "ww_recipients", 2022, 1300.0, "final", "85039NED"),
    ]
    return compare(
        _vintage("embedded-2025", old, [("extra-arbeidsplaatsen", 2018.0, "onzeker", "model")]),
        _vintage(
            VINTAGE,
            new,
            [
                ("extra-arbeidsplaatsen", 2018.0, "achter", "model"),
                ("inwoners", np.nan, "op koers", "alleen tempo"),
            ],
        ),
    )


def _vintage(name: str, cells: list[tuple], verdicts: list[tuple]) -> Tables:
    """As much of a vintage as a comparison reads."""
    columns = ["region_code", "indicator", "year", "value", "status", "source"]
    observations = pd.DataFrame(cells, columns=columns)
    observations = observations.assign(
        sector="total",
        age="total",
        frequency="A",
        basis="x",
        period=pd.to_datetime(observations["year"].astype(str)),
    )
    readings = pd.DataFrame(verdicts, columns=["target", "baseline_year", "verdict", "verdict_basis"]).assign(
        programme="groeiagenda-drechtsteden",
        target_version="2018",
        definition="banen-van-werknemers",
        region_code="drechtsteden",
        deadline_year=2030.0,
        p_median_drift=np.nan,
        p_mean_drift=np.nan,
    )
    return Tables(name, {"observations": observations, "targets": readings}, borders())
