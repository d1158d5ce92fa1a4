"""``python -m tests.planted_faults``: how many wrong figures does the gate let through?

Single faults are planted in the raw tables of an embedded vintage, in memory and with their hashes right, and the
tidy stage runs. A fault counts when it moves a headline: the newest figure that the indicators have of a region, by
1 % or more. It is caught when the stage stops with a message that names the table and a region that is wrong.
Every fault follows from the seed.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pipeline import reference
from pipeline.config import Settings, load_settings
from pipeline.folders import Folders
from pipeline.indicators import stage as indicators_stage
from pipeline.reference import load_earlier_corops, load_reference
from pipeline.store import RawTable, Vintage
from pipeline.tidy import plausibility
from pipeline.tidy import stage as tidy_stage

#: A headline that moves by less is not counted.
LEAST_MOVE = 0.01
_SAID = tidy_stage._SPOKEN
_HEADLINE = ["region_code", "indicator", "sector", "age", "basis"]
REGISTER = "03759ned"


@dataclass(frozen=True)
class Fault:
    """One planted fault.

    table : the table it stands in
    regions : regions whose figures are wrong; empty where all of the table are
    rows : the table's rows with the fault
    measures : the table's list of measures with the fault
    changes : border changes with the fault, for a fault in the reference data
    """

    kind: str
    table: str
    regions: frozenset[str]
    what: str
    rows: pd.DataFrame | None = None
    measures: pd.DataFrame | None = None
    changes: pd.DataFrame | None = None


@dataclass
class Outcome:
    """What the stage did with a fault."""

    fault: Fault
    message: str = ""
    is_bare: bool = False
    is_measured: bool = False
    moved: str = ""

    @property
    def is_named(self) -> bool:
        """Whether the message names the table and a wrong region."""
        if self.fault.table not in self.message:
            return False
        wanted = "|".join(sorted(self.fault.regions)) or r"(?:NL01|(?:PV|CR|AM|MC)\d\d|GM\d{4})"
        return re.search(wanted, self.message) is not None

    @property
    def is_caught(self) -> bool:
        """Whether the stage stopped with a message of its own that names the table and a wrong region."""
        return bool(self.message) and not self.is_bare and self.is_named


class FaultyVintage(Vintage):
    """A vintage of which one table has other rows or titles."""

    def __init__(self, whole: Vintage, fault: Fault | None = None):
        self.folder, self.manifest, self._read = whole.folder, whole.manifest, whole._read
        self.latest, self.fault, self.asked = "", fault, set()

    def table(self, table_id: str) -> RawTable:
        """The table, with the fault where it stands in it."""
        self.asked.add(table_id)
        raw = super().table(table_id)
        if self.fault is None or self.fault.table != table_id:
            return raw
        rows = raw.observations if self.fault.rows is None else self.fault.rows
        codes = raw.codes if self.fault.measures is None else raw.codes | {"measures": self.fault.measures}
        return dataclasses.replace(raw, observations=rows, codes=codes)


@dataclass
class Bench:
    """A vintage with what its tables are made into without a fault."""

    vintage: Vintage
    known: reference.Reference
    corops: pd.Series
    settings: Settings
    previous: Vintage | None
    readers: dict[Callable, tuple[set[str], pd.DataFrame]] = field(default_factory=dict)
    classifications: pd.DataFrame | None = None
    before: pd.DataFrame | None = None
    jobs: tuple[list, Any] | None = None
    headlines: pd.Series | None = None

    @classmethod
    def of(cls, name: str, previous: str | None, *, with_headlines: bool = True) -> Bench:
        """Of an embedded vintage; ``previous`` is what its figures are held against."""
        folders = Folders()
        bench = cls(
            Vintage(folders.raw / name),
            load_reference(folders.reference),
            load_earlier_corops(folders.reference / "corop_before_2015.csv"),
            load_settings(),
            Vintage(folders.raw / previous) if previous else None,
        )
        bench.classifications = tidy_stage.tidy_classifications(bench.vintage)
        for reader in tidy_stage._READERS:
            whole = FaultyVintage(bench.vintage)
            bench.readers[reader] = (whole.asked, reader(whole))
        if bench.previous is not None:
            bench.before = tidy_stage.read_observations(bench.previous, bench.known)
        if with_headlines:
            bench.headlines = bench.newest(None)
        return bench

    def tidy(self, fault: Fault | None, *, whole: bool = True) -> tidy_stage.Tidy:
        """The tidy stage with a fault; only the readers of its table read again.

        ``whole`` false leaves out the figures that no rule holds against those of the table: much faster.
        """
        vintage = FaultyVintage(self.vintage, fault)
        kept_rows = None if whole or fault is None else self.beside(fault.table)

        def read(_: Vintage, known: reference.Reference) -> pd.DataFrame:
            parts = [
                reader(vintage) if fault is not None and fault.table in asked else part
                for reader, (asked, part) in self.readers.items()
            ]
            rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
            return rows if kept_rows is None else rows[kept_rows(rows)].reset_index(drop=True)

        def read_or_before(of: Vintage, known: reference.Reference) -> pd.DataFrame:
            if of is not self.previous:
                return read(of, known)
            return self.before if kept_rows is None else self.before[kept_rows(self.before)]

        known = self.known
        if fault is not None and fault.changes is not None:
            known = dataclasses.replace(known, changes=fault.changes)
        kept, tidy_stage.read_observations = tidy_stage.read_observations, read_or_before
        borders, tidy_stage.read_borders_of = tidy_stage.read_borders_of, lambda *_: None
        read_all = tidy_stage.tidy_classifications
        if fault is None or fault.table not in self.vintage.tables_for("classification"):
            tidy_stage.tidy_classifications = lambda _: self.classifications
        try:
            tolerance = self.settings.indicators.link_tolerance
            return tidy_stage.make(vintage, known, self.corops, tolerance, self.previous)
        finally:
            tidy_stage.read_observations, tidy_stage.read_borders_of = kept, borders
            tidy_stage.tidy_classifications = read_all

    def beside(self, table: str) -> Callable[[pd.DataFrame], pd.Series]:
        """Which rows a table's figures are held against: its own, its indicators in others, and residents."""
        parts = [part for asked, part in self.readers.values() if table in asked and len(part)]
        if not parts:  # a classification: no figures of its own
            return lambda rows: pd.Series(True, index=rows.index)
        own = pd.concat(parts)
        indicators = set(own.loc[own["source"] == table, "indicator"]) | {"population_count"}
        if indicators & {"bijstand_recipients", "bijstand_15plus_recipients", "residents_15plus_count"}:
            indicators |= {"bijstand_recipients", "bijstand_15plus_recipients", "residents_15plus_count"}

        def held(rows: pd.DataFrame) -> pd.Series:
            wanted = (rows["source"] == table) | rows["indicator"].isin(indicators)
            large = (rows["source"] == "81402ned") & ~rows["region_code"].str.match("NL|CR")
            aged = (rows["indicator"] == "population_count") & (rows["age"] != "total")
            return wanted & ((rows["source"] == table) | ~(large | aged))

        return held

    def newest(self, fault: Fault | None) -> pd.Series:
        """Newest figure of every region, with the gate open; ``None`` without a fault."""
        kept, plausibility.settle = (
            plausibility.settle,
            lambda parts, accepted: pd.DataFrame(columns=plausibility.COLUMNS),
        )
        try:
            tidied = self.tidy(fault)
        finally:
            plausibility.settle = kept
        changes = self.known.changes if fault is None or fault.changes is None else fault.changes
        kept_jobs = indicators_stage.jobs.make
        indicators_stage.jobs.make = lambda *given: self.jobs_of(kept_jobs, given)
        try:
            made = indicators_stage.make(tidied.tables, changes, self.settings.indicators)["indicators"]
        finally:
            indicators_stage.jobs.make = kept_jobs
        valued = made[made["value"].notna()].sort_values("period")
        newest = valued.drop_duplicates(_HEADLINE, keep="last").set_index(_HEADLINE)
        return newest["value"].where(newest["year"] > 0)

    def jobs_of(self, make: Callable, given: tuple) -> Any:
        """The job tables, made again only where a fault touches what they are made of."""
        observations, current, *rest = given
        taken = [
            rows[rows["indicator"] == "jobs_employees"].reset_index(drop=True)
            for rows in (observations, current)
        ]
        taken += rest[:-1]  # the settings stay
        if self.jobs is not None and all(a.equals(b) for a, b in zip(taken, self.jobs[0], strict=True)):
            return self.jobs[1]
        tables = make(*given)
        self.jobs = self.jobs or (taken, tables)
        return tables

    def try_out(self, fault: Fault, *, measure_all: bool) -> Outcome:
        """Run the stage with a fault; measure what it moved when nobody noticed, or always."""
        outcome = Outcome(fault)
        try:
            self.tidy(fault, whole=False)
        except Exception as error:  # noqa: BLE001 - a bare one is a fault of the gate, and counted as that
            outcome.message, outcome.is_bare = str(error), not isinstance(error, _SAID)
        if self.headlines is not None and (measure_all or not outcome.is_caught):
            outcome.moved, outcome.is_measured = self.what_moves(fault), True
        return outcome

    def what_moves(self, fault: Fault) -> str:
        """The headline that moves most, by 1 % or more; empty when none does."""
        try:
            now = self.newest(fault)
        except Exception as error:  # noqa: BLE001 - no figures at all: that cannot go unseen
            return f"nothing is made ({type(error).__name__})"
        then, now = self.headlines.align(now)
        change = (now / then - 1).abs().fillna(float("inf")).where(~(now.isna() & then.isna()), 0)
        change = change.where(~((now == 0) & (then == 0)), 0)
        worst = change.idxmax()
        return f"{worst}: {then[worst]:g} -> {now[worst]:g}" if change[worst] >= LEAST_MOVE else ""


# --- faults -------------------------------------------------------------------------------------


class Planter:
    """Makes faults from a seed.

    Tables are drawn by how many rows the readers take from them: a fault stands where figures are.
    """

    def __init__(self, bench: Bench, seed: int):
        self.random = np.random.default_rng(seed)
        self.bench = bench
        read = pd.concat([part for _, part in bench.readers.values() if len(part)])
        read = read[read["value"].notna()]
        self.tables = read.groupby("source").size()
        self.first_year = read.groupby("source")["year"].max()
        self.kinds: dict[str, Callable[[], Fault | None]] = {
            "columns swapped": self.columns_swapped,
            "stale period": self.stale_period,
            "outlier x 3": lambda: self.one_cell("outlier x 3", lambda v: v * 3),
            "value to 0": lambda: self.one_cell("value to 0", lambda v: 0.0),
            "mistyped code": self.mistyped_code,
            "unit": self.unit,
            "lost decimal": self.lost_decimal,
            "duplicate": self.duplicate,
            "border": self.border,
            "rounded": self.rounded,
            "level break": self.level_break,
            "sectors off": self.sectors_off,
            "regions swapped": self.regions_swapped,
            "titles swapped": self.titles_swapped,
        }

    def faults(self, count: int) -> list[Fault]:
        """So many faults, every kind in turn."""
        made: list[Fault] = []
        names = list(self.kinds)
        while len(made) < count:
            fault = self.kinds[names[len(made) % len(names)]]()
            if fault is not None:
                made.append(fault)
        return made

    # -- what is drawn

    def _table(self) -> RawTable:
        weights = np.sqrt(self.tables.to_numpy(dtype=float))
        return self.bench.vintage.table(str(self.random.choice(self.tables.index, p=weights / weights.sum())))

    def _numbers(self, raw: RawTable) -> pd.Series:
        return pd.to_numeric(raw.observations["value"], errors="coerce")

    def _region_column(self, raw: RawTable) -> str | None:
        return next((d["name"] for d in raw.properties["dimensions"] if d["kind"] == "region"), None)

    def _read_measures(self, raw: RawTable) -> list[str]:
        """Measures with figures, those that are counts or rates of people and jobs."""
        held = raw.observations.loc[self._numbers(raw).notna(), "measure"].unique()
        return sorted(held)

    def _recent(self, raw: RawTable) -> pd.Series:
        """Rows of the newest period, or in one of four cases of any."""
        periods = sorted(raw.observations["period"].unique())
        period = periods[-1] if self.random.random() < 0.75 else self.random.choice(periods)
        return raw.observations["period"] == period

    def _regions_of(self, raw: RawTable, rows: pd.Series) -> frozenset[str]:
        column = self._region_column(raw)
        if column is None:
            return frozenset({"NL01"})
        return frozenset(raw.observations.loc[rows, column].str.strip())

    def _fault(self, kind: str, raw: RawTable, rows: pd.Series, value: pd.Series, what: str) -> Fault:
        """New values in some rows."""
        changed = raw.observations.copy()
        changed.loc[rows, "value"] = value[rows].map(lambda v: f"{v:.10g}")
        regions = self._regions_of(raw, rows)
        return Fault(kind, raw.table_id, regions if len(regions) <= 3 else frozenset(), what, rows=changed)

    # -- kinds

    def one_cell(self, kind: str, change: Callable[[float], float]) -> Fault | None:
        raw = self._table()
        numbers = self._numbers(raw)
        cells = raw.observations.index[self._recent(raw) & (numbers > 0)]
        if not len(cells):
            return None
        cell = self.random.choice(cells)
        rows = pd.Series(raw.observations.index == cell, index=raw.observations.index)
        return self._fault(kind, raw, rows, numbers.map(change), str(raw.observations.loc[cell].to_dict()))

    def lost_decimal(self) -> Fault | None:
        raw = self._table()
        cells = raw.observations.index[
            self._recent(raw) & raw.observations["value"].str.contains(r"\.\d*[1-9]")
        ]
        if not len(cells):
            return None
        cell = self.random.choice(cells)
        changed = raw.observations.copy()
        changed.loc[cell, "value"] = changed.loc[cell, "value"].replace(".", "")
        rows = pd.Series(raw.observations.index == cell, index=raw.observations.index)
        regions = self._regions_of(raw, rows)
        return Fault(
            "lost decimal", raw.table_id, regions, str(raw.observations.loc[cell].to_dict()), rows=changed
        )

    def unit(self) -> Fault | None:
        raw = self._table()
        numbers, measure = self._numbers(raw), self.random.choice(self._read_measures(raw))
        rows = (raw.observations["measure"] == measure) & numbers.notna()
        if self.random.random() < 0.4:
            rows &= self._recent(raw)
        factor = float(self.random.choice([1000, 0.001, 10, 0.1, 100, 0.01]))
        if not rows.any():
            return None
        return self._fault(
            "unit", raw, rows, numbers * factor, f"{measure} x {factor:g}, {int(rows.sum())} rows"
        )

    def rounded(self) -> Fault | None:
        raw = self._table()
        numbers, measure = self._numbers(raw), self.random.choice(self._read_measures(raw))
        rows = (raw.observations["measure"] == measure) & numbers.notna() & self._recent(raw)
        if not rows.any():
            return None
        digits = int(self.random.choice([1, 2]))
        value = numbers.map(lambda v: 0 if not v > 0 else round(v, digits - 1 - int(np.floor(np.log10(v)))))
        return self._fault(
            "rounded", raw, rows, value, f"{measure} to {digits} digits, {int(rows.sum())} rows"
        )

    def columns_swapped(self) -> Fault | None:
        raw = self._table()
        columns = [("measure", self._read_measures(raw))]
        columns += [
            (name, sorted(raw.observations[name].unique()))
            for name in raw.dimensions()
            if name != self._region_column(raw) and len(raw.observations[name].unique()) > 1
        ]
        columns = [(name, codes) for name, codes in columns if len(codes) > 1]
        if not columns:
            return None
        name, codes = columns[self.random.integers(len(columns))]
        one, other = self.random.choice(codes, 2, replace=False)
        swapped = {one: other, other: one}
        rows = (
            self._recent(raw) if self.random.random() < 0.4 else pd.Series(True, index=raw.observations.index)
        )
        changed = raw.observations.copy()
        changed.loc[rows, name] = changed.loc[rows, name].replace(swapped)
        return Fault("columns swapped", raw.table_id, frozenset(), f"{name}: {one} and {other}", rows=changed)

    def titles_swapped(self) -> Fault | None:
        raw = self._table()
        held = self._read_measures(raw)
        if len(held) < 2:
            return None
        one, other = self.random.choice(held, 2, replace=False)
        measures = raw.codes["measures"].set_index("code", drop=False)
        measures.loc[[one, other], "title"] = measures.loc[[other, one], "title"].to_numpy()
        measures = measures.reset_index(drop=True)
        return Fault("titles swapped", raw.table_id, frozenset(), f"{one} and {other}", measures=measures)

    def regions_swapped(self) -> Fault | None:
        raw = self._table()
        column = self._region_column(raw)
        if column is None:
            return None
        rows = self._recent(raw)
        codes = raw.observations.loc[rows, column].str.strip()
        first = self.random.choice(sorted(codes.unique()))
        others = sorted(c for c in codes.unique() if c[:2] == first[:2] and c != first)
        if not others:
            return None
        other = self.random.choice(others)
        changed = raw.observations.copy()
        changed.loc[rows, column] = codes.replace({first: other, other: first})
        what = f"{first} and {other} in {raw.observations.loc[rows, 'period'].iloc[0]}"
        return Fault("regions swapped", raw.table_id, frozenset({first, other}), what, rows=changed)

    def mistyped_code(self) -> Fault | None:
        raw = self._table()
        column = self._region_column(raw)
        if column is None:
            return None
        rows = self._recent(raw)
        code = self.random.choice(sorted(raw.observations.loc[rows, column].unique()))
        digits = list(code[2:].strip())
        place = int(self.random.integers(len(digits)))
        digits[place] = str((int(digits[place]) + int(self.random.integers(1, 10))) % 10)
        wrong = code[:2] + "".join(digits)
        rows &= raw.observations[column] == code
        changed = raw.observations.copy()
        changed.loc[rows, column] = wrong
        regions = frozenset({code.strip(), wrong})
        return Fault("mistyped code", raw.table_id, regions, f"{code} as {wrong}", rows=changed)

    def duplicate(self) -> Fault | None:
        raw = self._table()
        cells = raw.observations.index[self._recent(raw) & self._numbers(raw).notna()]
        cell = self.random.choice(cells)
        again = raw.observations.loc[[cell]]
        if self.random.random() < 0.5:
            again = again.assign(value=f"{float(again['value'].iloc[0]) * 1.5:.6g}")
        changed = pd.concat([raw.observations, again], ignore_index=True)
        rows = pd.Series(raw.observations.index == cell, index=raw.observations.index)
        regions = self._regions_of(raw, rows)
        return Fault("duplicate", raw.table_id, regions, str(again.iloc[0].to_dict()), rows=changed)

    def stale_period(self) -> Fault | None:
        raw = self._table()
        periods = sorted(raw.observations["period"].unique())
        column = self._region_column(raw)
        if len(periods) < 2 or column is None:
            return None
        place = (
            len(periods) - 1 if self.random.random() < 0.75 else int(self.random.integers(1, len(periods)))
        )
        cell = ["measure", *raw.dimensions()]
        old = raw.observations[raw.observations["period"] == periods[place - 1]].set_index(cell)["value"]
        rows = raw.observations["period"] == periods[place]
        regions: frozenset[str] = frozenset()
        if self.random.random() < 0.4:
            codes = sorted(raw.observations.loc[rows, column].unique())
            one = self.random.choice(codes)
            rows &= raw.observations[column] == one
            regions = frozenset({one.strip()})
        index = pd.MultiIndex.from_frame(raw.observations.loc[rows, cell])
        stale = pd.Series(old[~old.index.duplicated()].reindex(index).to_numpy(), index=index)
        changed = raw.observations.copy()
        changed.loc[rows, "value"] = np.where(pd.isna(stale), changed.loc[rows, "value"], stale)
        what = f"{periods[place]} has {periods[place - 1]}"
        return Fault("stale period", raw.table_id, regions, what, rows=changed)

    def level_break(self) -> Fault | None:
        raw = self._table()
        numbers, column = self._numbers(raw), self._region_column(raw)
        periods = sorted(raw.observations["period"].unique())
        since = periods[-1] if self.random.random() < 0.5 else self.random.choice(periods)
        rows = (raw.observations["period"] >= since) & numbers.notna()
        factor = float(self.random.choice([0.7, 0.8, 0.9, 1.1, 1.25, 1.4]))
        if column is not None and self.random.random() < 0.6:
            rows &= raw.observations[column] == self.random.choice(
                sorted(raw.observations.loc[rows, column].unique())
            )
        return self._fault("level break", raw, rows, numbers * factor, f"x {factor:g} since {since}")

    def sectors_off(self) -> Fault | None:
        """Part of a sector's jobs moved to another one, or lost."""
        held = [t for t in ("83582NED", "70072ned", "81402ned", "83583NED") if t in self.tables.index]
        raw = self.bench.vintage.table(str(self.random.choice(held)))
        numbers, column = self._numbers(raw), self._region_column(raw)
        sector = next((d for d in raw.dimensions() if d.startswith("Bedrijfstakken")), "measure")
        rows = self._recent(raw) & (numbers > 0)
        if column is not None:
            rows &= raw.observations[column] == self.random.choice(
                sorted(raw.observations.loc[rows, column].unique())
            )
        codes = sorted(raw.observations.loc[rows, sector].unique())
        if len(codes) < 3:
            return None
        one = self.random.choice(codes)
        cell = rows & (raw.observations[sector] == one)
        factor = float(self.random.choice([0.5, 0.7, 1.3, 2.0]))
        return self._fault("sectors off", raw, cell, (numbers * factor).round(1), f"{one} x {factor:g}")

    def border(self) -> Fault | None:
        stored = self.bench.known.changes
        row = self.random.choice(stored.index)
        changed, line = stored.copy(), stored.loc[row]
        choice = self.random.choice(["date", "share", "successor"])
        if choice == "date":
            if pd.isna(line["abolished_on"]):
                return None
            shift = int(self.random.choice([-4, -2, -1, 1, 2]))
            changed.loc[changed["old_code"] == line["old_code"], "abolished_on"] = line[
                "abolished_on"
            ] + pd.DateOffset(years=shift)
        elif choice == "share":
            twins = changed.index[changed["old_code"] == line["old_code"]]
            if len(twins) < 2:
                return None
            first, second = twins[:2]
            part = 0.5 * changed.loc[first, "share"]
            changed.loc[first, "share"] -= part
            changed.loc[second, "share"] += part
        else:
            others = stored.loc[stored["gm_code"] != line["gm_code"], "gm_code"]
            changed.loc[row, "gm_code"] = self.random.choice(sorted(others.unique()))
        regions = frozenset({line["old_code"]})
        return Fault("border", REGISTER, regions, f"{choice} of {line['old_code']}", changes=changed)


def score(outcomes: list[Outcome]) -> pd.DataFrame:
    """Per kind: faults, those that moved a headline, how many of these were caught, and what became of the others.

    Where only unseen faults were measured, a caught one counts as one that moved a headline.
    """
    counted = [bool(o.moved) or (o.is_caught and not o.is_measured) for o in outcomes]
    rows = pd.DataFrame(
        {
            "kind": [o.fault.kind for o in outcomes],
            "faults": 1,
            "counted": counted,
            "caught": [o.is_caught and counts for o, counts in zip(outcomes, counted, strict=True)],
            "unnamed": [bool(o.message) and not o.is_caught and bool(o.moved) for o in outcomes],
            "silent": [not o.message and bool(o.moved) for o in outcomes],
            "bare": [o.is_bare for o in outcomes],
        }
    )
    table = rows.groupby("kind").sum().astype(int)
    return pd.concat([table, table.sum().rename("all").to_frame().T])


def main() -> None:
    """Plant, run, print the score by kind and what went by."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--vintage", default=load_settings().vintage)
    parser.add_argument(
        "--all", action="store_true", help="measure what every fault moves, not only unseen ones"
    )
    chosen = parser.parse_args()
    previous = load_settings().models.previous_vintage
    bench = Bench.of(chosen.vintage, previous if previous != chosen.vintage else None)
    outcomes = []
    for fault in Planter(bench, chosen.seed).faults(chosen.count):
        outcome = bench.try_out(fault, measure_all=chosen.all)
        outcomes.append(outcome)
        if not outcome.is_caught and outcome.moved:
            print(
                f"{fault.kind}, {fault.table}: {fault.what}\n  moved {outcome.moved}\n  said {outcome.message[:300]!r}",
                flush=True,
            )
        if len(outcomes) % 13 == 0:
            table = score(outcomes).loc["all"]
            print(f"of {len(outcomes)}: caught {table['caught']} of {table['counted']}", flush=True)
    print(score(outcomes).to_string())
    table = score(outcomes).loc["all"]
    print(
        f"caught {table['caught']} of {table['counted']} that count: {table['caught'] / table['counted']:.1%}"
    )


if __name__ == "__main__":
    main()
