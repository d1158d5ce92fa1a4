"""A small country whose figures add up, in the published shape. Synthetic; for tests only.

Real: codes, names, dates and regions of gemeenten, borders, titles and dimensions of the tables. Not real: every
figure (but those of 85224NED and 80590ned, which are captured answers of CBS). Nation, provinces, COROPs and
arbeidsmarktregio's are the sums of their gemeenten on the borders of the day, rounded as each table rounds.
Tables hold fewer years and rows than the real ones: what the monitor does not need is left out.

``World(2026)`` is what publishers say late in 2026, ``World(2027, Merger())`` what they say in January 2027, with
the same figures for the years before.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import mapping, shape

from tests.loopback import synthetic
from tests.loopback.gemeenten import Merger, existing, lay_over, regions_on, units
from tests.loopback.others import ckan_routes, open_match_csv, pdok_routes
from tests.loopback.recorded import (
    recorded_dimensions,
    recorded_header,
    recorded_measures,
    recorded_table,
)
from tests.loopback.service import LoopbackService
from tests.loopback.synthetic import labour_force_measures, listed
from tests.loopback.tables import LoopbackDimension, LoopbackMeasure, LoopbackTable

SEED = 2026
FIRST, LAST = 2008, 2027
YEARS = range(FIRST, LAST + 1)
SECTORS = {
    "301000": "A Landbouw, bosbouw en visserij",
    "300003": "B-E Nijverheid (geen bouw) en energie",
    "350000": "F Bouwnijverheid",
    "300008": "G-I Handel, vervoer en horeca",
    "391600": "J Informatie en communicatie",
    "396300": "K Financiële dienstverlening",
    "402000": "L Verhuur en handel van onroerend goed",
    "300010": "M-N Zakelijke dienstverlening",
    "300012": "O-Q Overheid en zorg",
    "300014": "R-U Cultuur, recreatie, overige diensten",
}
TOTAL = "T001081"
#: The four groups of the nation, in the ten above.
GROUPS = {"300002": ("B-F Nijverheid en energie", (1, 2)), "300007": ("G-N Commerciële dienstverlening", range(3, 8)),
          "300011": ("O-U Niet-commerciële dienstverlening", (8, 9))}  # fmt: skip
_SECTOR_SIZE = np.array([1.2, 10.5, 4.5, 25.0, 4.0, 3.0, 0.9, 20.0, 27.0, 3.9])
#: Sectors in which one employer would show.
_CONFIDENTIAL = {"301000", "396300", "402000"}
#: The area of the growth target: it grows fast, and shrinks in December 2026.
DRECHTSTEDEN = ("GM0482", "GM0505", "GM0523", "GM0531", "GM0590", "GM0610", "GM0642")
DRECHTSTEDEN_JOBS_2018 = 130_000
#: Share of the jobs that CBS cannot place in a region, and the years in which it does not say how many.
UNPLACED, UNPLACED_NOT_SAID = 0.0025, range(2012, 2019)
#: Sectors of gemeenten and single years of age are there from this year on (ages a year later).
DETAIL_SINCE = 2024
EDITIONS = {2019: "84703NED", 2021: "85269NED", 2022: "85494NED", 2024: "86088NED", 2025: "86300NED",
            2026: "86500NED"}  # fmt: skip
BINDING = {2023: "85969NED", 2024: "86111NED"}
CLASSIFICATIONS = {2026: "86247NED", 2027: "86600NED"}
#: Gemeenten from this many residents get a figure of 15 to 25 year olds.
YOUTH_SURVEY_FROM = 45_000
_MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
           "november", "december")  # fmt: skip
_AGES = range(13, 77)


class World:
    """Everything the publishers have in a year.

    Parameters
    ----------
    edition : year of the monitor; jobs run to the December before it
    merger : gemeenten that became one on 1 January of the edition
    """

    def __init__(self, edition: int = 2026, merger: Merger | None = None, seed: int = SEED):
        self.edition = edition
        self.merger = merger
        self.seed = seed
        self.last = edition - 1

    # --- exact figures, per gemeente of 2026 ---

    def _random(self, subject: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, subject])

    @cached_property
    def residents(self) -> np.ndarray:
        """Residents on 1 January (units, years)."""
        random = self._random(1)
        size = random.lognormal(10.4, 0.75, len(units()))
        members = np.isin(units(), DRECHTSTEDEN)
        size[members] *= 290_000 / size[members].sum()
        growth = random.normal(0.005, 0.003, size.shape)
        growth[np.abs(growth) < 0.001] = 0.001  # nobody's residents stay the same at every age
        return size[:, None] * np.exp(growth[:, None] * (np.array(YEARS) - 2018))

    @cached_property
    def jobs(self) -> np.ndarray:
        """Jobs in December (units, sectors, years)."""
        random = self._random(2)
        regions = existing().set_index("code").loc[units()]
        corops, place = np.unique(regions["cr"], return_inverse=True)
        steps = len(YEARS) - 1
        log_growth = random.normal(0.011, 0.011, steps)[None, None, :] + random.normal(
            0, 0.004, (1, 10, steps)
        )
        local = random.normal(0, 0.002, (len(corops), 1)) + random.normal(0, 0.006, (len(corops), steps))
        own = random.normal(0, 0.002, (len(place), 1)) + random.normal(0, 0.010, (len(place), steps))
        members = np.isin(units(), DRECHTSTEDEN)
        since = np.array(YEARS[1:])
        own[members] *= 0.3
        own[np.ix_(members, since > 2018)] += 0.015
        own[np.ix_(members, since == 2026)] -= 0.085
        log_growth = log_growth + (local[place] + own)[:, None, :]
        start = 0.47 * self.residents[:, 0] * random.lognormal(0, 0.2, len(place))
        mix = _SECTOR_SIZE * random.lognormal(0, 0.35, (len(place), 10))
        level = start[:, None] * mix / mix.sum(axis=1, keepdims=True)
        jobs = level[:, :, None] * np.exp(np.cumsum(np.pad(log_growth, ((0, 0), (0, 0), (1, 0))), axis=2))
        now = jobs[members, :, 2018 - FIRST].sum()
        jobs[members] *= DRECHTSTEDEN_JOBS_2018 / now
        return jobs

    @cached_property
    def ages(self) -> np.ndarray:
        """Share of each single year of age among the residents (units, ages)."""
        random = self._random(3)
        tilt = random.normal(1.0, 0.12, (len(units()), 1))
        years = np.array(_AGES)
        young = (years >= 15) & (years < 27)
        shares = 0.0122 * np.where(young, tilt, 1.0) * np.where(years > 66, 0.85, 1.0)
        return shares * random.normal(1.0, 0.02, shares.shape)

    def _group(self, first: int, end: int) -> np.ndarray:
        """Residents of an age group (units, years)."""
        inside = [n for n, age in enumerate(_AGES) if first <= age < end]
        return self.residents * self.ages[:, inside].sum(axis=1)[:, None]

    @cached_property
    def labour(self) -> dict[str, np.ndarray]:
        """Labour force survey in persons, everybody and 15 to 25 year olds (units, years)."""
        random = self._random(4)
        nation = 0.040 + 0.006 * np.sin(np.array(YEARS) / 2.3)
        rate = (
            nation
            * random.lognormal(0, 0.16, (len(units()), 1))
            * random.lognormal(0, 0.04, self.residents.shape)
        )
        rate[:, : 2021 - FIRST] *= 0.85  # the survey before its redesign found fewer
        people, young = self._group(15, 75), self._group(15, 25)
        taking_part = np.clip(random.normal(0.755, 0.015, (len(units()), 1)), 0.6, 0.9)
        young_rate = np.clip(2.1 * rate * random.lognormal(0, 0.08, rate.shape), 0.02, 0.4)
        return {
            "people": people,
            "force": people * taking_part,
            "unemployed": people * taking_part * rate,
            "young": young,
            "young_force": young * 0.72,
            "young_unemployed": young * 0.72 * young_rate,
        }

    # --- regions ---

    def over_regions(
        self, day: str, figures: np.ndarray, levels: Iterable[str], *, whole: bool = True
    ) -> pd.DataFrame:
        """Figures of units (units, columns) as sums of the gemeenten that existed on a day; index region code."""
        _, weight = lay_over(day, self.merger)
        names, holds = regions_on(day, tuple(levels), self.merger)
        own = weight @ figures
        return pd.DataFrame(holds @ (np.rint(own) if whole else own), index=names)

    def region_dimension(self, *prefixes: str, name: str = "RegioS") -> LoopbackDimension:
        """Codes with these prefixes; all gemeenten since 2008."""
        everything = synthetic.region_codes()
        if self.merger is not None:
            everything = self.merger.codes(everything)
        kept = everything[
            everything["code"].str.startswith(tuple(p for p in prefixes if p not in ("GM", "AM")))
        ]
        parts = [kept]
        if "CR" in prefixes:
            parts.append(
                pd.DataFrame(
                    [{"code": "CR99", "title": "Niet in te delen (CR)", "description": "", "status": ""}]
                )
            )
        if "AM" in prefixes:
            parts.append(synthetic.regions("AM").codes)
        if "GM" in prefixes:
            parts.append(everything[everything["code"].isin(existing(self.merger)["code"])])
        return LoopbackDimension(name, "Regio's", "region", pd.concat(parts, ignore_index=True), 6)

    # --- tables ---

    def tables(self) -> list[LoopbackTable]:
        """A table for every CBS source of the catalogue."""
        return [
            self.jobs_by_region(),
            self.jobs_earlier(),
            self.jobs_national(),
            *(self.unemployment(year) for year in EDITIONS if year <= self.last),
            *(self.binding(year) for year in BINDING),
            self.provinces(),
            recorded_table("85224NED"),
            recorded_table("80590ned"),
            self.youth_register(),
            self.ww_youth(),
            self.benefits(),
            self.bijstand(),
            self.population(),
            synthetic.forecast("85171NED", intervals=False),
            synthetic.forecast("85173NED", intervals=True),
            synthetic.vacancies(),
            *self.classifications(),
        ]

    def jobs_by_region(self) -> LoopbackTable:
        """83582NED: x 1 000 with one decimal; gemeenten by sector in the last years only."""
        years = range(2010, self.edition)
        parts = []
        for year in years:
            figures = self._jobs_of(year, ("NL", "PV", "CR", "GM"))
            unplaced = round(UNPLACED * figures.loc["NL01", TOTAL])
            figures.loc["NL01"] += _spread(unplaced, figures.columns)
            figures.loc["CR99"] = _spread(unplaced, figures.columns)
            if year in UNPLACED_NOT_SAID:
                figures.loc["CR99"] = np.nan
            if year < DETAIL_SINCE:
                figures.loc[figures.index.str.startswith("GM"), list(SECTORS)] = np.inf
            gone = sorted(set(existing(self.merger)["code"]) - set(figures.index))
            figures = pd.concat([figures, pd.DataFrame({TOTAL: np.nan}, index=gone)])
            figures.loc[gone, list(SECTORS)] = np.inf  # not in the table at all
            long = figures.rename_axis("RegioS").reset_index().melt("RegioS", var_name="sector")
            parts.append(long[long["value"] != np.inf].assign(year=year))
        rows = pd.concat(parts, ignore_index=True)
        hidden = (
            rows["RegioS"].str.startswith("GM") & rows["sector"].isin(_CONFIDENTIAL) & (rows["value"] < 150)
        )
        keys = _keys(
            BedrijfstakkenBranchesSBI2008=rows["sector"],
            RegioS=rows["RegioS"],
            Perioden=_annual(rows["year"]),
        )
        return _table(
            "83582NED",
            "Banen van werknemers in december; economische activiteit (SBI2008), regio",
            [self._sector_dimension(SECTORS), self.region_dimension("NL", "PV", "CR", "GM"),
             _years(years, " december")],
            [LoopbackMeasure("BanenVanWerknemersInDecember_1", "D000001", "Banen van werknemers in december",
                             "x 1 000", 1)],
            keys,
            [rows["value"].to_numpy() / 1000],
            hidden=hidden.to_numpy(),
        )  # fmt: skip

    def _jobs_of(self, year: int, levels: tuple[str, ...]) -> pd.DataFrame:
        figures = self.over_regions(f"{year}-12-31", self.jobs[:, :, year - FIRST], levels)
        figures.columns = list(SECTORS)
        figures.insert(0, TOTAL, figures.sum(axis=1))
        return figures

    def _sector_dimension(self, sectors: dict[str, str]) -> LoopbackDimension:
        codes = {TOTAL: "A-U Alle economische activiteiten"} | sectors
        return listed("BedrijfstakkenBranchesSBI2008", "Bedrijfstakken/branches (SBI 2008)", codes, 7)

    def jobs_earlier(self) -> LoopbackTable:
        """81402ned: 2008-2014, gemeenten in tens, larger regions in hundreds; another level per COROP."""
        factor = {f"CR{n:02d}": f for n, f in enumerate(self._random(5).uniform(0.985, 1.015, 41))}
        places = existing().set_index("code")
        parts = []
        for year in range(FIRST, 2015):
            exact = self._jobs_of(year, ("GM",))[TOTAL]
            own = (exact / places.loc[exact.index, "cr"].map(factor)).round()
            level = [own.groupby(places.loc[own.index, kind]).sum() for kind in ("pv", "cr")]
            nation = pd.Series({"NL01": round(own.sum() * (1 + UNPLACED))})
            gone = pd.Series(np.nan, index=sorted(set(places.index) - set(own.index)))
            values = pd.concat([_rounded(pd.concat([nation, *level]), 100), _rounded(own, 10), gone])
            parts.append(values.rename_axis("RegioS").rename("value").reset_index().assign(year=year))
        rows = pd.concat(parts, ignore_index=True)
        keys = _keys(
            BedrijfstakkenBranchesSBI2008=TOTAL, RegioS=rows["RegioS"], Perioden=_annual(rows["year"])
        )
        return _table(
            "81402ned",
            "Banen van werknemers in december; econ. activ. (SBI2008), regio, 2008-2014",
            [self._sector_dimension({}), self.region_dimension("NL", "PV", "CR", "GM"),
             _years(range(FIRST, 2015), " december", final=True)],
            [LoopbackMeasure("BanenVanWerknemers_1", "D000001", "Banen van werknemers", "x 1 000", 2)],
            keys,
            [rows["value"].to_numpy() / 1000],
            status="Gediscontinueerd",
        )  # fmt: skip

    def jobs_national(self) -> LoopbackTable:
        """83583NED: the nation by sector, with the jobs that have no region."""
        years, parts = range(2010, self.edition), []
        for year in years:
            figures = self._jobs_of(year, ("NL",))
            figures.loc["NL01"] += _spread(round(UNPLACED * figures.loc["NL01", TOTAL]), figures.columns)
            for code, (_, numbers) in GROUPS.items():
                figures[code] = figures[[list(SECTORS)[n] for n in numbers]].sum(axis=1)
            parts.append(figures.melt(var_name="sector").assign(year=year))
        rows = pd.concat(parts, ignore_index=True)
        keys = _keys(BedrijfstakkenBranchesSBI2008=rows["sector"], Bedrijfsgrootte="T001098",
                     Perioden=_annual(rows["year"]))  # fmt: skip
        return _table(
            "83583NED",
            "Banen van werknemers; bedrijfsgrootte en economische activiteit (SBI2008) ",
            [self._sector_dimension(SECTORS | {code: title for code, (title, _) in GROUPS.items()}),
             listed("Bedrijfsgrootte", "Bedrijfsgrootte", {"T001098": "Totaal", "10": "1 tot 10 personen"}),
             _years(years, " december")],
            [LoopbackMeasure("BanenVanWerknemersInDecember_1", "D000001", "Banen van werknemers in december",
                             "x 1 000", 1)],
            keys,
            [rows["value"].to_numpy() / 1000],
        )  # fmt: skip

    def _survey(self, year: int, levels: tuple[str, ...]) -> dict[str, pd.DataFrame]:
        """Everybody and 15 to 25 year olds of a year: a frame each, one column a measure of the regional table."""
        names = ("people", "force", "unemployed", "young", "young_force", "young_unemployed")
        exact = np.column_stack([self.labour[name][:, year - FIRST] for name in names])
        sums = self.over_regions(f"{year}-07-01", exact, levels, whole=False).set_axis(list(names), axis=1)
        everybody = _labour_columns(sums["people"], sums["force"], sums["unemployed"])
        noise = self._random(600 + year).normal(0, 1, len(sums))
        rate = sums["young_unemployed"] / sums["young_force"]
        asked = np.sqrt(rate * (1 - rate) / (0.02 * sums["young_force"]))
        is_gemeente = sums.index.str.startswith("GM")
        found = (rate + np.where(is_gemeente, asked * noise, 0)).clip(0.015, 0.4)
        young = _labour_columns(sums["young"], sums["young_force"], found * sums["young_force"])
        residents = self.over_regions(f"{year}-01-01", self.residents[:, [year - FIRST]], levels)[0]
        young[is_gemeente & (residents.reindex(young.index) < YOUTH_SURVEY_FROM).to_numpy()] = np.nan
        return {"T009002": everybody, "53050": young}

    def unemployment(self, year: int) -> LoopbackTable:
        """One edition of the regional labour-force table: one year, on the borders of that year."""
        levels = ("NL", "LD", "PV", "CR", "AM", "GM")
        parts = [frame.rename_axis("RegioS").reset_index().assign(who=who) for who, frame in
                 self._survey(year, levels).items()]  # fmt: skip
        rows = pd.concat(parts, ignore_index=True)
        measures = labour_force_measures()
        return _table(
            EDITIONS[year],
            f"Arbeidsdeelname; regionale indeling {year}",
            [listed("Persoonskenmerken", "Persoonskenmerken",
                    {"T009002": "Totaal personen", "3000": "Geslacht: mannen",
                     "53050": "Leeftijd: 15 tot 25 jaar"}, 7),
             self.region_dimension(*levels), _years([year], final=True)],
            measures,
            _keys(Persoonskenmerken=rows["who"], RegioS=rows["RegioS"], Perioden=f"{year}JJ00"),
            [rows[m.title].to_numpy(float) for m in measures],
        )  # fmt: skip

    def binding(self, year: int) -> LoopbackTable:
        """The table that stands in for editions that are not found; counts only."""
        levels = ("NL", "PV", "AM", "GM")
        rows = self._survey(year, levels)["T009002"].rename_axis("RegioS").reset_index()
        kept = ("Beroeps- en niet-beroepsbevolking", "Werkzame beroepsbevolking", "Werkloze beroepsbevolking")
        measures = [m for m in labour_force_measures() if m.title in kept]
        return _table(
            BINDING[year],
            f"Arbeidsdeelname; binding arbeidsmarkt; regio (indeling {year})",
            [listed("Geslacht", "Geslacht", {"T001038": "Totaal mannen en vrouwen", "3000": "Mannen"}, 7),
             self.region_dimension(*levels), _years([year], final=True)],
            measures,
            _keys(Geslacht="T001038", RegioS=rows["RegioS"], Perioden=f"{year}JJ00"),
            [rows[m.title].to_numpy(float) for m in measures],
        )  # fmt: skip

    def provinces(self) -> LoopbackTable:
        """85268NED: nation and provinces per quarter; a quarter is like its year."""
        years, parts = range(2024, self.edition), []
        for year in years:
            rows = self._survey(year, ("NL", "PV"))["T009002"].rename_axis("RegioS").reset_index()
            parts += [rows.assign(period=f"{year}KW{quarter:02d}") for quarter in range(1, 5)]
        rows, measures = pd.concat(parts, ignore_index=True), labour_force_measures()
        quarters = {f"{y}KW{q:02d}": f"{y} {q}e kwartaal" for y in years for q in range(1, 5)}
        return _table(
            "85268NED",
            "Arbeidsdeelname; provincie",
            [self.region_dimension("NL", "PV"), _periods(quarters)],
            measures,
            _keys(RegioS=rows["RegioS"], Perioden=rows["period"]),
            [rows[m.title].to_numpy(float) for m in measures],
        )

    def youth_register(self) -> LoopbackTable:
        """86223NED: borders of 2025 for all years, rounded to 100; registration from 2018."""
        random, parts = self._random(7), []
        for year in range(2017, 2025):
            force, jobless = (self.labour[n][:, year - FIRST] for n in ("young_force", "young_unemployed"))
            young = self._group(15, 27)[:, year - FIRST]
            registered = 0.45 * jobless * random.lognormal(0, 0.10, len(young))
            exact = np.column_stack([young, force - jobless, registered, 0.6 * young])
            sums = self.over_regions("2025-06-01", exact, ("NL", "PV", "AM", "GM"), whole=False)
            sums = _rounded(sums, 100)
            if year < 2018:
                sums[2] = np.nan
            for number, (education, work, uwv) in enumerate(
                [("T001638", "T001627", "T001700"), ("T001638", "A025294", "T001700"),
                 ("T001638", "T001627", "A025298"), ("A025290", "T001627", "T001700")]
            ):  # fmt: skip
                parts.append(
                    pd.DataFrame({"Onderwijsvolgend": education, "Arbeidskenmerken": work, "Uitkering": "T001180",
                                  "GeregistreerdWerkzoekendeBijUWV": uwv, "RegioS": sums.index,
                                  "Perioden": f"{year}JJ00", "value": sums[number].to_numpy()})
                )  # fmt: skip
        rows = pd.concat(parts, ignore_index=True)
        shape_of = synthetic.youth(2025, "86223NED")
        kept = [d for d in shape_of.dimensions if d.name not in ("RegioS", "Perioden")]
        return _table(
            "86223NED",
            shape_of.title,
            [*kept, self.region_dimension("NL", "PV", "AM", "GM"), _years(range(2017, 2025))],
            shape_of.measures,
            rows.drop(columns="value"),
            [rows["value"].to_numpy()],
        )

    def ww_youth(self) -> LoopbackTable:
        """85554NED: its real code lists; the bounds lie 5 % around the figure."""
        dimensions = {d.name: d for d in recorded_dimensions("85554NED")}
        months = dimensions["Perioden"].codes.tail(6).reset_index(drop=True)
        share = np.column_stack([0.011 * self._group(15, 75)[:, -2], 0.006 * self._group(15, 27)[:, -2]])
        sums = self.over_regions("2026-01-01", share, ("NL", "PV", "AM"))
        sums = sums[sums.index.isin(dimensions["RegioS"].codes["code"])]
        grid = [
            {"Geslacht": "T001038", "Leeftijd": age, "Marges": margin, "RegioS": region, "Perioden": month,
             "value": sums.loc[region, column] * bound}
            for column, age in enumerate(("10000", "41600"))
            for margin, bound in (("MW00000", 1.0), ("MOG0095", 0.95), ("MBG0095", 1.05))
            for region in sums.index for month in months["code"]
        ]  # fmt: skip
        rows = pd.DataFrame(grid)
        header = recorded_header("85554NED")
        ordered = [dimensions[n] for n in ("Geslacht", "Leeftijd", "Marges", "RegioS")]
        return _table(
            header.pop("table_id"),
            header.pop("title"),
            [*ordered, LoopbackDimension("Perioden", "Perioden", "time", months)],
            recorded_measures("85554NED"),
            rows.drop(columns="value"),
            [rows["value"].to_numpy()],
            **header,
        )

    def benefits(self) -> LoopbackTable:
        """80794ned: persons per month on the borders of the month, in tens."""
        last = f"{self.edition}MM09" if self.merger is None else f"{self.last}MM12"
        months = _months(2024, self.edition, last)
        titles = ["Uitkeringsontvangers totaal", "Werkloosheid", "Bijstand tot de AOW-leeftijd"]
        local, parts = self._random(8).lognormal(0, 0.2, (len(units()), 2)), []
        for code in months:
            year, month = int(code[:4]), int(code[6:])
            people = self._group(15, 75)[:, year - FIRST]
            season = 1 + 0.05 * np.cos(month / 2)
            exact = np.column_stack([0.012 * season * people, 0.030 * people]) * local
            sums = self.over_regions(f"{year}-{month:02d}-01", exact, ("NL", "PV", "GM"))
            both = sums.sum(axis=1).to_frame("all").join(sums)
            parts.append(_rounded(both, 10).rename_axis("RegioS").reset_index().assign(period=code))
        rows = pd.concat(parts, ignore_index=True)
        return _table(
            "80794ned",
            "Personen met een uitkering; uitkeringsontvangers per regio",
            [self.region_dimension("NL", "PV", "GM"), _periods(months)],
            [LoopbackMeasure(f"{t.replace(' ', '').replace('-', '')}_{n}", f"D0050{n}", t, "aantal")
             for n, t in enumerate(titles)],
            _keys(RegioS=rows["RegioS"], Perioden=rows["period"]),
            [rows[c].to_numpy(float) for c in ("all", 0, 1)],
        )  # fmt: skip

    def bijstand(self) -> LoopbackTable:
        """82015NED: benefits, a household each; two months a year."""
        months = {
            f"{y}MM{m:02d}": f"{y} {_MONTHS[m - 1]}" for y in range(2025, self.edition) for m in (6, 12)
        }
        parts = []
        for code in months:
            exact = 0.024 * self._group(15, 75)[:, [int(code[:4]) - FIRST]]
            sums = self.over_regions(f"{code[:4]}-{code[6:]}-01", exact, ("NL", "PV", "GM"))
            parts.append(_rounded(sums, 10).rename_axis("RegioS").reset_index().assign(period=code))
        rows = pd.concat(parts, ignore_index=True)
        return _table(
            "82015NED",
            "Bijstandsuitkeringen; uitkeringsgrondslag, regio's",
            [listed("Uitkeringsgrondslag", "Uitkeringsgrondslag", {"T001": "Totaal", "A1": "Alleenstaand"}, 7),
             self.region_dimension("NL", "PV", "GM"), _periods(months)],
            [LoopbackMeasure("Bijstandsuitkeringen_1", "D004020", "Bijstandsuitkeringen", "aantal")],
            _keys(Uitkeringsgrondslag="T001", RegioS=rows["RegioS"], Perioden=rows["period"]),
            [rows[0].to_numpy(float)],
        )  # fmt: skip

    def population(self) -> LoopbackTable:
        """03759ned: everybody since 2018, single years of age in the last years; all 892 region codes."""
        parts = []
        for year in range(2018, self.edition + 1):
            people = self.residents[:, [year - FIRST]]
            everybody = self.over_regions(f"{year}-01-01", people, ("NL", "PV", "GM"))
            everybody.columns = ["10000"]
            if year > DETAIL_SINCE:
                by_age = self.over_regions(f"{year}-01-01", people * self.ages, ("NL", "PV", "GM"))
                everybody[[f"1{10 * age:04d}" for age in _AGES]] = by_age
            gone = sorted(set(existing(self.merger)["code"]) - set(everybody.index))
            everybody = pd.concat([everybody, pd.DataFrame({"10000": np.nan}, index=gone)])
            everybody.loc[gone, everybody.columns[1:]] = np.inf
            long = everybody.rename_axis("RegioS").reset_index().melt("RegioS", var_name="age")
            parts.append(long[long["value"] != np.inf].assign(year=year))
        rows = pd.concat(parts, ignore_index=True)
        fixed = {d.name: d for d in recorded_dimensions("03759ned")}
        ages = {"10000": "Totaal"} | {f"1{10 * age:04d}": f"{age} jaar" for age in _AGES}
        header = recorded_header("03759ned")
        return _table(
            header.pop("table_id"),
            header.pop("title"),
            [fixed["Geslacht"], listed("Leeftijd", "Leeftijd", ages, 5), fixed["BurgerlijkeStaat"],
             LoopbackDimension("RegioS", "Regio's", "region", self._all_codes(), 6),
             _years(range(2018, self.edition + 1), final=True)],
            [recorded_measures("03759ned")[0]],
            _keys(Geslacht="T001038", Leeftijd=rows["age"], BurgerlijkeStaat="T001019", RegioS=rows["RegioS"],
                  Perioden=_annual(rows["year"])),
            [rows["value"].to_numpy(float)],
            marks_in_titles=False,
            **header,
        )  # fmt: skip

    def _all_codes(self) -> pd.DataFrame:
        codes = synthetic.region_codes()
        return codes if self.merger is None else self.merger.codes(codes)

    def classifications(self) -> list[LoopbackTable]:
        """The classification of 2015 (real), and that of every year from 2026 on."""
        tables = [synthetic.areas_of(2015, "82949NED", places=synthetic.classification_2015())]
        for number, (year, table_id) in enumerate(CLASSIFICATIONS.items()):
            if year <= self.edition:
                places = synthetic.classification()
                merged = self.merger is not None and self.merger.day <= f"{year}-01-01"
                tables.append(
                    synthetic.areas_of(year, table_id, first_column=3 + number,
                                       places=self.merger.places(places) if merged else places)
                )  # fmt: skip
        return tables

    # --- service ---

    def service(self, **options: Any) -> LoopbackService:
        """Everything behind one address, PDOK and Open Match Data too."""
        service = LoopbackService(self.tables(), **options)
        weeks = {f"week-{day}.zip": open_match_csv(f"{day:02d}-05-2023", seed=day).encode() for day in (2, 9)}
        service.routes += pdok_routes(
            address=lambda: service.address, year=self.edition, change=self._features
        )
        service.routes += ckan_routes(weeks, address=lambda: service.address)
        return service

    def _features(self, features: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Borders of 2026; the merged gemeenten as one area."""
        if self.merger is None:
            return features
        parts = [f for f in features if f["properties"]["statcode"] in self.merger.parts]
        together = shapely.union_all([shape(f["geometry"]) for f in parts])
        named = {"statcode": self.merger.code, "statnaam": self.merger.name,
                 "jrstatcode": f"{self.edition}{self.merger.code}"}  # fmt: skip
        kept = [f for f in features if f not in parts]
        return [*kept, {"type": "Feature", "properties": named, "geometry": mapping(together)}]


# --- small things -----------------------------------------------------------------------------------


def _labour_columns(people: pd.Series, force: pd.Series, unemployed: pd.Series) -> pd.DataFrame:
    """Counts in thousands and rates, under the titles of the regional table."""
    return pd.DataFrame(
        {
            "Beroeps- en niet-beroepsbevolking": people / 1000,
            "Beroepsbevolking": force / 1000,
            "Werkzame beroepsbevolking": (force - unemployed) / 1000,
            "Werkloze beroepsbevolking": unemployed / 1000,
            "Werkloosheidspercentage": 100 * unemployed / force,
            "Netto arbeidsparticipatie": 100 * (force - unemployed) / people,
        }
    )


def _spread(total: float, columns: pd.Index) -> np.ndarray:
    """A number over the total and the ten sectors, whole numbers that add up."""
    parts = np.floor(total * _SECTOR_SIZE / _SECTOR_SIZE.sum())
    parts[-1] += total - parts.sum()
    return np.array([total, *parts])[: len(columns)]


def _rounded(values: Any, step: int) -> Any:
    return (values / step).round() * step


def _annual(years: pd.Series) -> pd.Series:
    return years.astype(str) + "JJ00"


def _keys(**columns: Any) -> pd.DataFrame:
    """Codes per dimension; a single text holds for every row."""
    size = next(len(c) for c in columns.values() if not isinstance(c, str))
    return pd.DataFrame(
        {name: np.full(size, c, dtype=object) if isinstance(c, str) else np.asarray(c, dtype=object)
         for name, c in columns.items()}
    )  # fmt: skip


def _years(years: Iterable[int], suffix: str = "", *, final: bool = False) -> LoopbackDimension:
    """Years, of which the last is provisional and the one before revised provisional, unless all are final."""
    span = list(years)
    status = ["Definitief"] * len(span)
    if not final:
        status[-2:] = ["NaderVoorlopig", "Voorlopig"][-len(span) :]
    return _periods({f"{y}JJ00": f"{y}{suffix}" for y in span}, status)


def _months(first: int, last_year: int, last: str) -> dict[str, str]:
    every = {f"{y}MM{m:02d}": f"{y} {name}" for y in range(first, last_year + 1)
             for m, name in enumerate(_MONTHS, start=1)}  # fmt: skip
    return {code: title for code, title in every.items() if code <= last}


def _periods(titles: dict[str, str], status: list[str] | str = "Definitief") -> LoopbackDimension:
    frame = pd.DataFrame({"code": list(titles), "title": list(titles.values()), "description": "", "status": status},
                         dtype=object)  # fmt: skip
    return LoopbackDimension("Perioden", "Perioden", "time", frame)


def _table(
    table_id: str,
    title: str,
    dimensions: Iterable[LoopbackDimension],
    measures: Iterable[LoopbackMeasure],
    keys: pd.DataFrame,
    figures: list[np.ndarray],
    *,
    hidden: np.ndarray | None = None,
    **more: Any,
) -> LoopbackTable:
    """Figures as the text that is published; NaN is not available, hidden ones are confidential."""
    dimensions, measures = tuple(dimensions), tuple(measures)
    values, attributes = {}, {}
    for measure, numbers in zip(measures, figures, strict=True):
        missing = ~np.isfinite(numbers)
        text = synthetic.text_of(np.where(missing, 0.0, numbers), measure.decimals)
        reason = np.where(missing, "NotAvailable", "None").astype(object)
        if hidden is not None:
            reason[hidden & ~missing] = "Confidential"
        text[reason != "None"] = ""
        values[measure.v4_code], attributes[measure.v4_code] = text, reason
    settings = {"modified": "2026-11-19T02:00:00"} | more
    return LoopbackTable(
        table_id=table_id,
        title=title,
        dimensions=dimensions,
        measures=measures,
        keys=keys[[d.name for d in dimensions]],
        values=values,
        attributes=attributes,
        **settings,
    )
