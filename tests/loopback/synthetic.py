"""Seeded figures in the published shape of the tables that could not be captured. Synthetic; for tests only.

What is real: region codes and names (all 892 of 03759ned, with CBS's descriptions), the classification of
2026, titles and dimensions of the tables, code lists of 85554NED and 03759ned. What is not: every figure.
"""

from __future__ import annotations

import gzip
import io
import itertools
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from tests.loopback.recorded import (
    recorded_dimensions,
    recorded_header,
    recorded_measures,
    recorded_table,
)
from tests.loopback.tables import LoopbackDimension, LoopbackMeasure, LoopbackTable

GEO = Path(__file__).parents[1] / "fixtures" / "geo"
SECTORS = {
    "T001081": "A-U Alle economische activiteiten",
    "301000": "A Landbouw, bosbouw en visserij",
    "300002": "B-F Nijverheid en energie",
    "305700": "B Delfstoffenwinning",
    "307500": "C Industrie",
    "346600": "D Energievoorziening",
    "348000": "E Waterbedrijven en afvalbeheer",
    "350000": "F Bouwnijverheid",
    "300007": "G-N Commerciële dienstverlening",
    "354200": "G Handel",
    "383100": "H Vervoer en opslag",
    "389100": "I Horeca",
    "391600": "J Informatie en communicatie",
    "396300": "K Financiële dienstverlening",
    "402000": "L Verhuur en handel van onroerend goed",
    "403300": "M Specialistische zakelijke diensten",
    "410200": "N Verhuur en overige zakelijke diensten",
    "417400": "O Openbaar bestuur en overheidsdiensten",
    "419000": "P Onderwijs",
    "422400": "Q Gezondheids- en welzijnszorg",
    "428100": "R Cultuur, sport en recreatie",
    "432400": "S Overige dienstverlening",
}
#: Sectors of which small gemeenten get no figure.
CONFIDENTIAL = ("305700", "346600", "348000", "417400", "419000")
Fill = Callable[[np.random.Generator, pd.DataFrame, LoopbackMeasure], tuple[np.ndarray, np.ndarray]]


# --- codes ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def region_codes() -> pd.DataFrame:
    """All region codes of 03759ned: code, title, description, status."""
    text = gzip.decompress((GEO / "cbs_regio_codes_03759ned.csv.gz").read_bytes()).decode()
    rows = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    return pd.DataFrame(
        {
            "code": rows["Identifier"],
            "title": rows["Title"],
            "description": rows["Description"],
            "status": "",
        },
        dtype=object,
    )


@lru_cache(maxsize=1)
def classification() -> pd.DataFrame:
    """Gemeente -> arbeidsmarktregio, COROP, province in 2026."""
    return pd.read_csv(GEO / "regio_indeling_2026.csv", dtype=str)


def regions(*prefixes: str, gemeenten: int | None = None, abolished: int = 0) -> LoopbackDimension:
    """RegioS: codes with these prefixes; of the gemeenten so many current and so many abolished ones."""
    codes = region_codes()
    current = set(classification()["gm_code"])
    is_current = codes["code"].isin(current)
    gone = codes[codes["code"].str.startswith("GM") & ~is_current]
    since_2003 = gone[gone["description"].str.contains(r"Opgeheven per \d\d-\d\d-20(?:0[3-9]|[12])")]
    others = [p for p in prefixes if p not in ("GM", "AM")]
    parts = [codes[codes["code"].str.startswith(tuple(others))]] if others else []
    if "AM" in prefixes:
        named = classification()[["am_code", "am_naam"]].drop_duplicates().sort_values("am_code")
        parts.append(
            pd.DataFrame(
                {
                    "code": named["am_code"],
                    "title": named["am_naam"] + " (AM)",
                    "description": "",
                    "status": "",
                }
            )
        )
    if "GM" in prefixes:
        parts += [codes[is_current].head(gemeenten or len(codes)), since_2003.head(abolished)]
    return LoopbackDimension("RegioS", "Regio's", "region", pd.concat(parts, ignore_index=True), width=6)


def listed(name: str, title: str, codes: dict[str, str], width: int = 0) -> LoopbackDimension:
    """A dimension of some codes and titles."""
    frame = pd.DataFrame(
        {"code": list(codes), "title": list(codes.values()), "description": "", "status": ""}, dtype=object
    )
    return LoopbackDimension(name, title, "other", frame, width=width)


def years(first: int, last: int, suffix: str = "") -> LoopbackDimension:
    """Perioden: years, of which the last is provisional and the one before revised provisional."""
    span = list(range(first, last + 1))
    status = ["Definitief"] * len(span)
    status[-1] = "Voorlopig"
    if len(span) > 2:
        status[-2] = "NaderVoorlopig"
    frame = pd.DataFrame(
        {
            "code": [f"{y}JJ00" for y in span],
            "title": [f"{y}{suffix}" for y in span],
            "description": "",
            "status": status,
        },
        dtype=object,
    )
    return LoopbackDimension("Perioden", "Perioden", "time", frame)


def months(first: int, last: int) -> LoopbackDimension:
    """Perioden: months of some years, all final."""
    names = [
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ]
    codes = {
        f"{y}MM{m:02d}": f"{y} {name}"
        for y in range(first, last + 1)
        for m, name in enumerate(names, start=1)
    }
    frame = pd.DataFrame(
        {"code": list(codes), "title": list(codes.values()), "description": "", "status": ""}, dtype=object
    )
    return LoopbackDimension("Perioden", "Perioden", "time", frame)


# --- cubes ------------------------------------------------------------------------------------------


def cube(
    table_id: str,
    title: str,
    dimensions: Iterable[LoopbackDimension],
    measures: Iterable[LoopbackMeasure],
    fill: Fill,
    *,
    seed: int = 2026,
    modified: str = "2026-11-19T02:00:00",
    **more: object,
) -> LoopbackTable:
    """Every combination of codes, each with a figure from ``fill``."""
    dimensions, measures = tuple(dimensions), tuple(measures)
    sizes = [len(d.codes) for d in dimensions]
    grid = np.indices(sizes).reshape(len(sizes), -1)
    keys = pd.DataFrame({d.name: d.codes["code"].to_numpy(object)[grid[n]] for n, d in enumerate(dimensions)})
    rng = np.random.default_rng(seed)
    filled = {m.v4_code: fill(rng, keys, m) for m in measures}
    return LoopbackTable(
        table_id=table_id,
        title=title,
        modified=modified,
        dimensions=dimensions,
        measures=measures,
        keys=keys,
        values={code: values for code, (values, _) in filled.items()},
        attributes={code: attributes for code, (_, attributes) in filled.items()},
        **more,
    )


def text_of(numbers: np.ndarray, decimals: int) -> np.ndarray:
    scaled = np.round(numbers * 10**decimals).astype(np.int64)
    if decimals == 0:
        return scaled.astype(str).astype(object)
    whole, rest = np.divmod(scaled, 10**decimals)
    return np.array(
        [f"{w}.{r:0{decimals}d}" for w, r in zip(whole.tolist(), rest.tolist(), strict=True)], dtype=object
    )


@lru_cache(maxsize=1)
def _region_sizes() -> dict[str, float]:
    """A size a region, so that figures of one region belong together; NL is a thousand."""
    rng = np.random.default_rng(7)
    sizes = dict(zip(region_codes()["code"], rng.lognormal(0.8, 0.7, len(region_codes())), strict=True))
    scale = {"NL": 1000, "LD": 250, "PV": 80, "CR": 25, "AM": 30}
    return {code: size * scale.get(code[:2], 1) for code, size in sizes.items()} | {
        f"AM{n:02d}": 30.0 + n for n in range(100)
    }


def _exists(keys: pd.DataFrame) -> np.ndarray:
    """Whether a region existed in the year of the row: abolished gemeenten have no figures afterwards."""
    ends = region_codes().set_index("code")["description"].str.extract(r"Opgeheven per \d\d-\d\d-(\d{4})")[0]
    last_years = {code: int(year) for code, year in ends.dropna().items()}
    last = keys["RegioS"].map(lambda code: last_years.get(code, 9999))
    return (keys["Perioden"].str[:4].astype(int) < last).to_numpy()


def counts(scale: float) -> Fill:
    """Counts that go with the size of the region and grow a little; rounded as the measure says."""

    def fill(
        rng: np.random.Generator, keys: pd.DataFrame, measure: LoopbackMeasure
    ) -> tuple[np.ndarray, np.ndarray]:
        size = np.full(len(keys), 100.0)
        if "RegioS" in keys:
            size = keys["RegioS"].map(_region_sizes()).fillna(1.0).to_numpy(float)
        period = keys["Perioden"].str[:4].astype(int).to_numpy() if "Perioden" in keys else 2020
        numbers = scale * size * (1 + 0.01 * (period - 2010)) * rng.uniform(0.9, 1.1, len(keys))
        if measure.unit == "%":
            numbers = rng.uniform(2, 9, len(keys))
        missing = ~_exists(keys) if {"RegioS", "Perioden"} <= set(keys) else np.zeros(len(keys), bool)
        values = text_of(numbers, measure.decimals)
        values[missing] = ""
        return values, np.where(missing, "NotAvailable", "None").astype(object)

    return fill


def _with_suppression(fill: Fill) -> Fill:
    """Small gemeenten get no figure in sectors where one employer would show."""

    def suppressed(
        rng: np.random.Generator, keys: pd.DataFrame, measure: LoopbackMeasure
    ) -> tuple[np.ndarray, np.ndarray]:
        values, attributes = fill(rng, keys, measure)
        sector = keys["BedrijfstakkenBranchesSBI2008"].isin(CONFIDENTIAL)
        hidden = sector & keys["RegioS"].str.startswith("GM") & (rng.random(len(keys)) < 0.7)
        hidden &= attributes == "None"
        values[hidden], attributes[hidden] = "", "Confidential"
        return values, attributes

    return suppressed


# --- the tables of the catalogue ------------------------------------------------------------------------


def jobs(
    table_id: str = "83582NED",
    *,
    first: int = 2021,
    last: int = 2024,
    sectors: int = 5,
    gemeenten: int | None = None,
    abolished: int = 40,
    **more: object,
) -> LoopbackTable:
    """Employee jobs by sector and region, x 1 000 with one decimal."""
    return cube(
        table_id,
        "Banen van werknemers in december; economische activiteit (SBI2008), regio",
        [
            listed("BedrijfstakkenBranchesSBI2008", "Bedrijfstakken/branches (SBI 2008)",
                   dict(itertools.islice(SECTORS.items(), sectors)), 7),
            regions("NL", "PV", "CR", "GM", gemeenten=gemeenten, abolished=abolished),
            years(first, last, " december"),
        ],
        [LoopbackMeasure("BanenVanWerknemersInDecember_1", "D000001", "Banen van werknemers in december",
                         "x 1 000", 1)],
        _with_suppression(counts(5.0)),
        period=f"{first} december - {last} december",
        **more,
    )  # fmt: skip


def jobs_full_size() -> LoopbackTable:
    """83582NED in the size of the real table: 166,646 rows."""
    table = jobs(first=2010, last=2024, sectors=21, abolished=211)
    return table.taken(np.arange(166_646))


def jobs_earlier() -> LoopbackTable:
    """81402ned: two decimals and a second measure that is not wanted; stopped."""
    return cube(
        "81402ned",
        "Banen van werknemers in december; econ. activ. (SBI2008), regio, 2008-2014",
        [
            listed("BedrijfstakkenBranchesSBI2008", "Bedrijfstakken/branches (SBI 2008)",
                   dict(itertools.islice(SECTORS.items(), 2)), 7),
            regions("NL", "PV", "CR", "GM", gemeenten=60, abolished=60),
            years(2008, 2010, " december"),
        ],
        [
            LoopbackMeasure("BanenVanWerknemers_1", "D000001", "Banen van werknemers", "x 1 000", 2),
            LoopbackMeasure("BanenVanWerknemersMutatie_2", "D000002", "Banen van werknemers, mutatie",
                            "x 1 000", 2),
        ],
        _with_suppression(counts(5.0)),
        status="Gediscontinueerd",
    )  # fmt: skip


def jobs_national() -> LoopbackTable:
    """83583NED: no region, by size of company."""
    return cube(
        "83583NED",
        "Banen van werknemers; bedrijfsgrootte en economische activiteit (SBI2008) ",
        [
            listed("BedrijfstakkenBranchesSBI2008", "Bedrijfstakken/branches (SBI 2008)", SECTORS, 7),
            listed("Bedrijfsgrootte", "Bedrijfsgrootte", {"T001098": "Totaal", "10": "1 tot 10 personen"}),
            years(2010, 2019, " december"),
        ],
        [LoopbackMeasure("BanenVanWerknemersInDecember_1", "D000001", "Banen van werknemers in december",
                         "x 1 000", 1)],
        counts(80.0),
    )  # fmt: skip


def labour_force_measures() -> list[LoopbackMeasure]:
    """The measures of the regional labour-force tables."""
    titles = [
        ("BeroepsEnNietBeroepsbevolking_1", "Beroeps- en niet-beroepsbevolking", "x 1 000", 0, ""),
        ("Beroepsbevolking_2", "Beroepsbevolking", "x 1 000", 0, "Beroepsbevolking"),
        ("WerkzameBeroepsbevolking_3", "Werkzame beroepsbevolking", "x 1 000", 0, "Beroepsbevolking"),
        ("WerklozeBeroepsbevolking_4", "Werkloze beroepsbevolking", "x 1 000", 0, "Beroepsbevolking"),
        ("Werkloosheidspercentage_5", "Werkloosheidspercentage", "%", 1, "Beroepsbevolking"),
        ("NettoArbeidsparticipatie_6", "Netto arbeidsparticipatie", "%", 1, ""),
    ]
    return [
        LoopbackMeasure(key, f"M{n:06d}", title, unit, decimals, group)
        for n, (key, title, unit, decimals, group) in enumerate(titles)
    ]


def unemployment(edition: int, table_id: str, *, title: str = "", gemeenten: int = 40) -> LoopbackTable:
    """One edition of the regional labour-force table."""
    return cube(
        table_id,
        title or f"Arbeidsdeelname; regionale indeling {edition}",
        [
            listed("Persoonskenmerken", "Persoonskenmerken",
                   {"T009002": "Totaal personen", "3000": "Geslacht: mannen",
                    "53050": "Leeftijd: 15 tot 25 jaar"}, 7),
            regions("NL", "LD", "PV", "CR", "AM", "GM", gemeenten=gemeenten, abolished=10),
            years(edition - 2, edition),
        ],
        labour_force_measures(),
        counts(3.0),
        seed=edition,
    )  # fmt: skip


def unemployment_binding(edition: int, table_id: str) -> LoopbackTable:
    """The table that stands in for editions that are not found."""
    keep = ("Beroeps- en niet-beroepsbevolking", "Werkzame beroepsbevolking", "Werkloze beroepsbevolking")
    return cube(
        table_id,
        f"Arbeidsdeelname; binding arbeidsmarkt; regio (indeling {edition})",
        [
            listed("Geslacht", "Geslacht", {"T001038": "Totaal mannen en vrouwen", "3000": "Mannen"}, 7),
            regions("NL", "PV", "AM", "GM", gemeenten=30),
            years(edition, edition),
        ],
        [m for m in labour_force_measures() if m.title in keep],
        counts(3.0),
        seed=edition + 1,
    )


def province_context() -> LoopbackTable:
    """85268NED."""
    return cube(
        "85268NED",
        "Arbeidsdeelname; provincie",
        [regions("NL", "LD", "PV"), years(2021, 2025)],
        labour_force_measures(),
        counts(3.0),
    )


def youth(edition: int, table_id: str) -> LoopbackTable:
    """Young people by work, benefit and registration, rounded to 100."""

    def hundreds(
        rng: np.random.Generator, keys: pd.DataFrame, measure: LoopbackMeasure
    ) -> tuple[np.ndarray, np.ndarray]:
        values, attributes = counts(400.0)(rng, keys, measure)
        values = np.array([str(round(int(v) / 100) * 100) if v else "" for v in values], dtype=object)
        # registration with UWV is there from 2018 only
        early = (keys["GeregistreerdWerkzoekendeBijUWV"] == "A025298") & (keys["Perioden"] < "2018JJ00")
        values[early], attributes[early] = "", "NotAvailable"
        return values, attributes

    return cube(
        table_id,
        f"Arbeidsmarktsituatie jongeren (15 tot 27 jaar); regio (indeling {edition})",
        [
            listed("Onderwijsvolgend", "Onderwijsvolgend",
                   {"T001638": "Totaal", "A025290": "Onderwijsvolgend"}),
            listed("Arbeidskenmerken", "Arbeidskenmerken", {"T001627": "Totaal", "A025294": "Werkzaam"}),
            listed("Uitkering", "Uitkering",
                   {"T001180": "Totaal met of zonder uitkering", "A025296": "Met uitkering"}),
            listed("GeregistreerdWerkzoekendeBijUWV", "Geregistreerd werkzoekende bij UWV",
                   {"T001700": "Totaal", "A025298": "Geregistreerd werkzoekende bij UWV"}),
            regions("NL", "LD", "PV", "CR", "AM", "GM", gemeenten=40),
            years(2016, edition - 1),
        ],
        [LoopbackMeasure("Jongeren15Tot27Jaar_1", "M009000", "Jongeren (15 tot 27 jaar)", "aantal")],
        hundreds,
    )  # fmt: skip


def ww_youth(*, last_periods: int = 6) -> LoopbackTable:
    """85554NED: its real code lists, with generated figures for the last months."""
    dimensions = tuple(
        LoopbackDimension(d.name, d.title, d.kind, d.codes.tail(last_periods).reset_index(drop=True))
        if d.kind == "time"
        else d
        for d in recorded_dimensions("85554NED")
    )
    header = recorded_header("85554NED")
    return cube(
        header.pop("table_id"),
        header.pop("title"),
        dimensions,
        recorded_measures("85554NED"),
        counts(40.0),
        **header,
    )


def benefits() -> LoopbackTable:
    """80794ned: monthly, several measures."""
    titles = ["Uitkeringsontvangers totaal", "Werkloosheid", "Bijstand tot de AOW-leeftijd"]
    return cube(
        "80794ned",
        "Personen met een uitkering; uitkeringsontvangers per regio",
        [regions("NL", "PV", "CR", "GM", gemeenten=60, abolished=10), months(2026, 2026)],
        [
            LoopbackMeasure(f"{t.replace(' ', '').replace('-', '')}_{n}", f"D0050{n}", t, "aantal")
            for n, t in enumerate(titles)
        ],
        counts(60.0),
    )


def bijstand() -> LoopbackTable:
    """82015NED."""
    return cube(
        "82015NED",
        "Bijstandsuitkeringen; uitkeringsgrondslag, regio's",
        [
            listed("Uitkeringsgrondslag", "Uitkeringsgrondslag", {"T001": "Totaal", "A1": "Alleenstaand"}, 7),
            regions("NL", "PV", "GM", gemeenten=40),
            months(2026, 2026),
        ],
        [LoopbackMeasure("Bijstandsuitkeringen_1", "D004020", "Bijstandsuitkeringen", "aantal")],
        counts(50.0),
    )


def population(*, first: int = 2025, last: int = 2026, gemeenten: int | None = None) -> LoopbackTable:
    """03759ned: real code lists of sex and marital status, single ages, all gemeenten."""
    fixed = {d.name: d for d in recorded_dimensions("03759ned")}
    ages = {"10000": "Totaal"} | {f"1{n:02d}00" if n < 10 else f"1{n}00": f"{n} jaar" for n in range(13, 77)}
    ages["70300"] = "15 tot 20 jaar"
    span = years(first, last)
    final = span.codes.assign(status="Definitief")

    def only_totals(dimension: LoopbackDimension, extra: int) -> LoopbackDimension:
        codes = dimension.codes.sort_values("code", ascending=False, key=lambda c: c.str.startswith("T"))
        return LoopbackDimension(
            dimension.name, dimension.title, "other", codes.head(1 + extra).reset_index(drop=True), 7
        )

    header = recorded_header("03759ned")
    return cube(
        header.pop("table_id"),
        header.pop("title"),
        [
            only_totals(fixed["Geslacht"], 1),
            listed("Leeftijd", "Leeftijd", ages, 5),
            only_totals(fixed["BurgerlijkeStaat"], 0),
            regions("NL", "LD", "PV", "CR", "GM", gemeenten=gemeenten, abolished=20),
            LoopbackDimension(span.name, span.title, span.kind, final),
        ],
        recorded_measures("03759ned"),
        counts(300.0),
        marks_in_titles=False,
        **header,
    )


def forecast(table_id: str, *, intervals: bool) -> LoopbackTable:
    """Population forecast, x 1 000."""
    places = regions("NL", "PV", "GM", gemeenten=20)
    region = LoopbackDimension("RegioIndeling2021", "Regio-indeling 2021", "region", places.codes, 6)
    middle = (
        listed("PrognoseInterval", "Prognose(-interval)",
               {"MW00000": "Prognose", "MOG0067": "Ondergrens 67%-prognose-interval"})
        if intervals
        else listed("Geslacht", "Geslacht", {"T001038": "Totaal mannen en vrouwen"}, 7)
    )  # fmt: skip
    return cube(
        table_id,
        "Regionale prognose 2023-2050; bevolking, "
        + ("intervallen, " if intervals else "")
        + "regio-indeling 2021",
        [middle, listed("Leeftijd", "Leeftijd", {"10000": "Totaal"}), region, years(2023, 2026)],
        [LoopbackMeasure("TotaleBevolking_1", "M000352", "Totale bevolking", "x 1 000", 1)],
        counts(3.0),
    )


def vacancies() -> LoopbackTable:
    """83599NED."""
    return cube(
        "83599NED",
        "Openstaande vacatures; SBI 2008, regio",
        [
            listed("BedrijfstakkenBranchesSBI2008", "Bedrijfstakken/branches (SBI 2008)",
                   dict(itertools.islice(SECTORS.items(), 3)), 7),
            regions("NL", "LD", "PV"),
            years(2020, 2025),
        ],
        [LoopbackMeasure("OpenstaandeVacatures_1", "D006000", "Openstaande vacatures", "x 1 000", 1)],
        counts(0.4),
    )  # fmt: skip


@lru_cache(maxsize=1)
def classification_2015() -> pd.DataFrame:
    """The same of 2015; names of COROPs and provinces are those of 2026."""
    rows = pd.read_csv(GEO / "arbeidsmarktregio_2015_uwv.csv", dtype=str)
    now = classification()
    for level in ("cr", "pv"):
        names = now.drop_duplicates(f"{level}_code").set_index(f"{level}_code")[f"{level}_naam"]
        rows[f"{level}_naam"] = rows[f"{level}_code"].map(names)
    return rows.rename(columns={"am_code_cbs": "am_code", "am_naam_2015": "am_naam"})


def areas_of(
    edition: int, table_id: str, *, places: pd.DataFrame | None = None, first_column: int = 1
) -> LoopbackTable:
    """ "Gebieden in Nederland": text columns, whose numbers differ per year; values are padded."""
    places = classification() if places is None else places
    columns = [
        ("Arbeidsmarktregio's", "Code", "am_code"), ("Arbeidsmarktregio's", "Naam", "am_naam"),
        ("COROP-gebieden", "Code", "cr_code"), ("COROP-gebieden", "Naam", "cr_naam"),
        ("Provincies", "Code", "pv_code"), ("Provincies", "Naam", "pv_naam"),
    ]  # fmt: skip
    measures, values, attributes = [], {}, {}
    for number, (group, title, column) in enumerate(columns, start=first_column):
        code = f"L{number:06d}"
        unit = "code" if title == "Code" else "naam"
        measures.append(LoopbackMeasure(f"{title}_{number}", code, title, unit, group=group, is_text=True))
        values[code] = places[column].to_numpy(object)
        attributes[code] = np.full(len(places), "None", dtype=object)
    names = pd.DataFrame(
        {"code": places["gm_code"], "title": places["gm_naam"], "description": "", "status": ""}, dtype=object
    )
    return LoopbackTable(
        table_id=table_id,
        title=f"Gebieden in Nederland {edition}",
        modified=f"{edition}-01-15T02:00:00",
        dimensions=(LoopbackDimension("RegioS", "Regio's", "region", names, 6),),
        measures=tuple(measures),
        keys=pd.DataFrame({"RegioS": places["gm_code"].to_numpy(object)}),
        values=values,
        attributes=attributes,
        is_synthetic=False,
        period=str(edition),
    )


def all_tables() -> list[LoopbackTable]:
    """A table for every CBS source of the catalogue, small enough for tests."""
    return [
        jobs(),
        jobs_earlier(),
        jobs_national(),
        unemployment(2021, "85269NED"),
        unemployment(2022, "85494NED"),
        unemployment(2025, "86300NED"),
        unemployment_binding(2023, "85969NED"),
        recorded_table("85224NED"),
        recorded_table("80590ned"),
        province_context(),
        youth(2024, "86087NED"),
        youth(2025, "86223NED"),
        ww_youth(),
        benefits(),
        bijstand(),
        population(gemeenten=80),
        forecast("85171NED", intervals=False),
        forecast("85173NED", intervals=True),
        vacancies(),
        areas_of(2015, "82949NED", places=classification_2015()),
        areas_of(2025, "86059NED"),
        areas_of(2026, "86247NED", first_column=3),
    ]
