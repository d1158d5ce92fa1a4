"""Synthetic tables whose parts add up to their totals, so that the stages after retrieve accept them.

Gemeenten get generated figures for the years in which they existed; COROPs, provinces and the nation are
their sums, the total of the sectors is the sum of the ten broad ones. Some figures of small gemeenten are
hidden afterwards, as CBS does.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.reference import load_earlier_corops
from pipeline.tidy.stage import corop_at_the_time
from tests.loopback import synthetic
from tests.loopback.synthetic import GEO, classification, classification_2015, listed, region_codes
from tests.loopback.tables import LoopbackDimension, LoopbackMeasure, LoopbackTable

ROOT = Path(__file__).parents[2]
TOTAL = "T001081"
BROAD = {
    "301000": "A Landbouw, bosbouw en visserij",
    "300003": "B-E Nijverheid (geen bouw) en energie",
    "350000": "F Bouwnijverheid",
    "300006": "G-I Handel, vervoer en horeca",
    "391600": "J Informatie en communicatie",
    "396300": "K Financiële dienstverlening",
    "402000": "L Verhuur en handel van onroerend goed",
    "300009": "M-N Zakelijke dienstverlening",
    "300012": "O-Q Overheid en zorg",
    "300013": "R-U Cultuur, recreatie, overige diensten",
}


@lru_cache(maxsize=1)
def lifetimes() -> pd.DataFrame:
    """First and last year (1 January) of every gemeente code, from CBS's descriptions."""
    codes = region_codes().set_index("code")["description"]
    begin = codes.str.extract(r"Begindatum \d\d-\d\d-(\d{4})")[0].fillna("0").astype(int)
    gone = codes.str.extract(r"Opgeheven per \d\d-\d\d-(\d{4})")[0]
    renamed = codes.str.extract(r"Naamswijziging per \d\d-\d\d-(\d{4}), nieuwe naam")[0]
    end = gone.fillna(renamed).fillna("9999").astype(int)
    return pd.DataFrame({"begin": begin, "end": end})


@lru_cache(maxsize=1)
def corop_of() -> dict[str, str]:
    """COROP of every gemeente code at the time of the tables."""

    def renamed(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[["gm_code", "cr_code"]]

    changes = pd.read_csv(GEO / "gemeente_changes.csv").assign(share=lambda c: c["share"].astype(float))
    earlier = load_earlier_corops(ROOT / "data/reference/corop_before_2015.csv")
    return corop_at_the_time(
        renamed(classification_2015()), renamed(classification()), changes, earlier
    ).to_dict()


def _years(years: Iterable[int], suffix: str) -> LoopbackDimension:
    frame = pd.DataFrame(
        {
            "code": [f"{y}JJ00" for y in years],
            "title": [f"{y}{suffix}" for y in years],
            "description": "",
            "status": "Definitief",
        },
        dtype=object,
    )
    frame.loc[frame.index[-2:], "status"] = ["NaderVoorlopig", "Voorlopig"]
    return LoopbackDimension("Perioden", "Perioden", "time", frame)


def jobs_cells(years: list[int], scale: int) -> pd.DataFrame:
    """Jobs of every gemeente that existed, by broad sector and year, in whole ``1000 / scale``-ths."""
    life = lifetimes()
    known = [code for code in corop_of() if code in life.index]
    grid = pd.MultiIndex.from_product([known, list(BROAD), years], names=["RegioS", "sector", "year"])
    cells = grid.to_frame(index=False)
    # jobs are those of December: what is abolished on 1 January has none in the year that begins
    begin, end = cells["RegioS"].map(life["begin"]), cells["RegioS"].map(life["end"])
    cells = cells[(begin <= cells["year"]) & (cells["year"] < end)].reset_index(drop=True)
    # one size a gemeente and sector, in every table: two tables on one year are linked later on
    rng = np.random.default_rng(2008)
    pairs = pd.MultiIndex.from_product([known, list(BROAD)])
    sizes = pd.Series(rng.lognormal(0, 0.8, len(pairs)), index=pairs)
    size = sizes.reindex(pd.MultiIndex.from_frame(cells[["RegioS", "sector"]])).to_numpy()
    growth = 1 + 0.01 * (cells["year"] - 2008)
    cells["value"] = (size * growth * scale).round().astype(np.int64) + 1
    return cells


def _with_sums(cells: pd.DataFrame) -> pd.DataFrame:
    """Sectors added to totals, gemeenten to COROPs, provinces and the nation."""
    totals = cells.groupby(["RegioS", "year"], as_index=False)["value"].sum().assign(sector=TOTAL)
    every = pd.concat([cells, totals], ignore_index=True)
    province = classification().drop_duplicates("cr_code").set_index("cr_code")["pv_code"]
    corop = every["RegioS"].map(corop_of())
    above = [
        every.assign(RegioS=region).groupby(["RegioS", "sector", "year"], as_index=False)["value"].sum()
        for region in (corop, corop.map(province), "NL01")
    ]
    return pd.concat([every, *above], ignore_index=True)


def jobs_table(
    table_id: str,
    title: str,
    measures: list[LoopbackMeasure],
    years: list[int],
    decimals: int,
    **more: object,
) -> LoopbackTable:
    """A jobs table by sector and region whose parts add up; x 1 000 with so many decimals."""
    cells = _with_sums(jobs_cells(years, 10**decimals))
    held = cells.set_index(["RegioS", "sector", "year"])["value"]
    codes = region_codes()[region_codes()["code"].isin(set(cells["RegioS"]))].reset_index(drop=True)
    dimensions = (
        listed("BedrijfstakkenBranchesSBI2008", "Bedrijfstakken/branches (SBI 2008)",
               {TOTAL: "A-U Alle economische activiteiten", **BROAD}, 7),
        LoopbackDimension("RegioS", "Regio's", "region", codes, 6),
        _years(years, " december"),
    )  # fmt: skip
    rng = np.random.default_rng(5)

    def fill(_, keys: pd.DataFrame, measure: LoopbackMeasure) -> tuple[np.ndarray, np.ndarray]:
        wanted = pd.MultiIndex.from_arrays(
            [keys["RegioS"], keys["BedrijfstakkenBranchesSBI2008"], keys["Perioden"].str[:4].astype(int)]
        )
        numbers = held.reindex(wanted).to_numpy()
        is_there = ~np.isnan(numbers)
        hidden = is_there & keys["RegioS"].str.startswith("GM").to_numpy() & (rng.random(len(keys)) < 0.1)
        hidden &= (keys["BedrijfstakkenBranchesSBI2008"] != TOTAL).to_numpy()
        values = np.array(
            [f"{n / 10**decimals:.{decimals}f}" if n == n else "" for n in numbers], dtype=object
        )
        values[hidden] = ""
        reasons = np.where(is_there, np.where(hidden, "Confidential", "None"), "NotAvailable")
        return values, reasons.astype(object)

    return synthetic.cube(table_id, title, dimensions, measures, fill, **more)


def national_table(jobs: LoopbackTable) -> LoopbackTable:
    """83583NED with the nation of the regional table."""
    nation = (jobs.keys["RegioS"] == "NL01").to_numpy()
    keys = jobs.keys[nation].drop(columns="RegioS").assign(Bedrijfsgrootte="T001098").reset_index(drop=True)
    size = listed("Bedrijfsgrootte", "Bedrijfsgrootte", {"T001098": "Totaal"})
    return jobs.changed(
        table_id="83583NED",
        title="Banen van werknemers; bedrijfsgrootte en economische activiteit (SBI2008) ",
        dimensions=(jobs.dimensions[0], size, jobs.dimensions[2]),
        keys=keys,
        values={code: values[nation] for code, values in jobs.values.items()},
        attributes={code: attributes[nation] for code, attributes in jobs.attributes.items()},
    )


def population_table() -> LoopbackTable:
    """03759ned: provinces and the nation are the sums of the gemeenten, the total that of the ages."""
    table = synthetic.population(first=2026, last=2026)
    province = classification().set_index("gm_code")["pv_code"]
    code = "M000352"
    keys = table.keys
    is_gemeente = keys["RegioS"].isin(province.index)
    is_age = keys["Leeftijd"] != "10000"
    numbers = pd.Series(
        np.where(is_gemeente & is_age, pd.to_numeric(table.values[code], errors="coerce"), np.nan)
    )
    others = ["Geslacht", "Leeftijd", "BurgerlijkeStaat", "Perioden"]
    parts = keys.assign(value=numbers)[is_gemeente & is_age]
    totals = parts.groupby(["RegioS", *others], as_index=False)["value"].sum().assign(Leeftijd="10000")
    totals = totals.groupby(["RegioS", *others], as_index=False)["value"].sum()
    every = pd.concat([parts, totals], ignore_index=True)
    above = [
        every.assign(RegioS=region).groupby(["RegioS", *others], as_index=False)["value"].sum()
        for region in (every["RegioS"].map(province), "NL01")
    ]
    held = pd.concat([every, *above]).set_index(["RegioS", *others])["value"]
    found = held.reindex(pd.MultiIndex.from_frame(keys[["RegioS", *others]])).to_numpy()
    values = np.array([f"{n:.0f}" if n == n else "" for n in found], dtype=object)
    return table.changed(
        values=table.values | {code: values},
        attributes=table.attributes | {code: np.where(values == "", "NotAvailable", "None").astype(object)},
    )


def tables_that_add_up(years: Iterable[int] = range(2010, 2025)) -> list[LoopbackTable]:
    """A table for every CBS source; those that later stages check against each other add up.

    years : of 83582NED and 83583NED
    """
    jobs = jobs_table(
        "83582NED",
        "Banen van werknemers in december; economische activiteit (SBI2008), regio",
        [
            LoopbackMeasure(
                "BanenVanWerknemersInDecember_1", "D000001", "Banen van werknemers in december", "x 1 000", 1
            )
        ],
        list(years),
        1,
    )
    earlier = jobs_table(
        "81402ned",
        "Banen van werknemers in december; econ. activ. (SBI2008), regio, 2008-2014",
        [LoopbackMeasure("BanenVanWerknemers_1", "D000001", "Banen van werknemers", "x 1 000", 2)],
        [2008, 2009, 2010],
        2,
        status="Gediscontinueerd",
    )
    made = {t.table_id: t for t in (jobs, earlier, national_table(jobs), population_table())}
    return [made.get(t.table_id, t) for t in synthetic.all_tables()]
