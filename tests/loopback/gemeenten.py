"""Which gemeenten there were at any day since 2008, and how a figure of today lay over those of then.

Real codes, names, dates and regions; a merger can be added to rehearse next January.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from tests.loopback.synthetic import classification, classification_2015, region_codes

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
_LEVELS = ("am", "cr", "pv")
_NEVER = "9999-12-31"
#: Province -> part of the country.
PARTS_OF_COUNTRY = {
    f"PV{number}": f"LD{part:02d}"
    for part, numbers in enumerate(((20, 21, 22), (23, 24, 25), (26, 27, 28, 29), (30, 31)), start=1)
    for number in numbers
}


@dataclass(frozen=True)
class Merger:
    """Gemeenten that become one on a day; the first one's regions are the new one's.

    Nobody merges these: the names are there to rehearse with.
    """

    parts: tuple[str, ...] = ("GM1960", "GM0216")
    code: str = "GM2099"
    name: str = "Betuwestede"
    day: str = "2027-01-01"

    def codes(self, listed: pd.DataFrame) -> pd.DataFrame:
        """CBS's code list afterwards: the change told in CBS's words at all gemeenten concerned."""
        day = "-".join(reversed(self.day.split("-")))
        names = listed.set_index("code")["title"]
        size = "... 4000 hectare met 12000 woningen en 30000 inwoners"
        gone = f"Opgeheven per {day}, overgegaan naar: - {self.name} ({self.code}), {size}  "
        merged = listed["code"].isin(self.parts)
        told = listed.assign(description=(gone + listed["description"]).where(merged, listed["description"]))
        made_of = " ".join(f"- {names[part]} ({part}), {size}" for part in self.parts)
        new = {"code": self.code, "title": self.name, "status": ""}
        new["description"] = f"Ontstaan per {day}, ontvangen van: {made_of} Begindatum {day}"
        return pd.concat([told, pd.DataFrame([new])], ignore_index=True)

    def places(self, before: pd.DataFrame) -> pd.DataFrame:
        """The classification afterwards."""
        new = before[before["gm_code"] == self.parts[0]].assign(gm_code=self.code, gm_naam=self.name)
        kept = before[~before["gm_code"].isin(self.parts)]
        return pd.concat([kept, new], ignore_index=True)


def changes() -> pd.DataFrame:
    """Old code, current code and share, as the project keeps them."""
    return pd.read_csv(REFERENCE / "gemeente_changes.csv", dtype={"abolished_on": str})


@lru_cache(maxsize=4)
def existing(merger: Merger | None = None) -> pd.DataFrame:
    """Every gemeente code since 2008: code, title, from_day, until_day (first day without it), regions."""
    listed = region_codes() if merger is None else merger.codes(region_codes())
    rows = listed[listed["code"].str.startswith("GM")]
    told = rows["description"]
    # a few codes of the last years have no first day of their own, and one has a wrong one
    made, first = (
        told.str.extract(rf"{words} (\d\d-\d\d-\d{{4}})")[0] for words in ("Ontstaan per", "Begindatum")
    )
    begun = made.fillna(first).map(_iso, na_action="ignore").fillna("")
    abolished = told.str.extract(r"Opgeheven per (\d\d-\d\d-\d{4})")[0].map(_iso, na_action="ignore")
    frame = rows[["code", "title"]].assign(from_day=begun, until_day=abolished.fillna(_NEVER))
    for row in rows.itertuples():
        renamed = re.search(
            r"Naamswijziging per (\d\d-\d\d-\d{4}), nieuwe naam: .*?\((GM\d{4})\)", row.description
        )
        if renamed and renamed[2] != row.code:
            frame.loc[frame["code"] == row.code, "until_day"] = _iso(renamed[1])
            frame.loc[frame["code"] == renamed[2], "from_day"] = _iso(renamed[1])
    frame = frame[frame["until_day"] > "2008-01-01"].reset_index(drop=True)
    for level in _LEVELS:
        frame[level] = frame["code"].map(regions_of(level, merger))
    return frame


def _iso(day: str) -> str:
    return "-".join(reversed(day.split("-")))


def regions_of(level: str, merger: Merger | None = None) -> dict[str, str]:
    """Region of every gemeente code before any merger took it elsewhere; main successor's for the oldest."""
    now = classification().set_index("gm_code")[f"{level}_code"].to_dict()
    if merger is not None:
        now[merger.code] = now[merger.parts[0]]
    then = classification_2015().set_index("gm_code")[f"{level}_code"].to_dict() if level != "am" else {}
    known = now | then
    main = changes().sort_values("share").drop_duplicates("old_code", keep="last")
    older = {row.old_code: known[row.gm_code] for row in main.itertuples() if row.old_code not in known}
    if level == "cr":
        older |= pd.read_csv(REFERENCE / "corop_before_2015.csv").set_index("gm_code")["cr_code"].to_dict()
    return known | older


def units() -> list[str]:
    """The gemeenten of 2026: figures are made for these, and laid over the codes of other days."""
    return classification()["gm_code"].tolist()


@lru_cache(maxsize=256)
def lay_over(day: str, merger: Merger | None = None) -> tuple[tuple[str, ...], np.ndarray]:
    """Codes that existed on a day, and the share of each unit that lay in each of them (codes, units)."""
    frame = existing(merger)
    there = frame[(frame["from_day"] <= day) & (day < frame["until_day"])]
    codes, places = there["code"].tolist(), {code: n for n, code in enumerate(units())}
    weight = np.zeros((len(codes), len(places)))
    parts: dict[str, list[tuple[str, float]]] = {}
    for row in changes().itertuples():
        parts.setdefault(row.old_code, []).append((row.gm_code, row.share))
    for number, code in enumerate(codes):
        if merger is not None and code == merger.code:
            for part in merger.parts:
                weight[number, places[part]] = 1.0
        elif code in places:
            weight[number, places[code]] = _size(code)
        else:
            for unit, share in parts[code]:
                weight[number, places[unit]] = _size(code) * share
    return tuple(codes), weight / weight.sum(axis=0)


@lru_cache(maxsize=512)
def regions_on(
    day: str, levels: tuple[str, ...], merger: Merger | None = None
) -> tuple[list[str], np.ndarray]:
    """Regions of some levels (NL, LD, PV, CR, AM, GM), and which codes of the day they hold (regions, codes)."""
    codes, _ = lay_over(day, merger)
    places = existing(merger).set_index("code").loc[list(codes)]
    groups = {
        "NL": pd.Series("NL01", index=places.index),
        "LD": places["pv"].map(PARTS_OF_COUNTRY),
        "PV": places["pv"],
        "CR": places["cr"],
        "AM": places["am"],
        "GM": pd.Series(places.index, index=places.index),
    }
    parts = [pd.get_dummies(groups[level]) for level in levels]
    names = [name for part in parts for name in part]
    return names, np.vstack([part.to_numpy(dtype=float).T for part in parts])


@lru_cache(maxsize=1024)
def _size(code: str) -> float:
    """Some size that always is the same for a code."""
    return float(np.random.default_rng(int(code[2:])).uniform(0.5, 1.5))
