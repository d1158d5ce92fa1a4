"""Makes data/raw/embedded-2026-11 from embedded-2026 and the figures that were found since.

    python scripts/embedded_2026_11.py FOLDER

FOLDER holds the found files in one long form (table_id, region_code, region_name, period, breakdown, measure,
unit, value, status, note). Which they are, where each was found and how far it can be trusted stands in
embedded_2026_11.csv beside this script; their sha256 is below, so that only these files give this vintage.
The vintage is in the repository: nobody needs to run this again. It says how each table was made, and
``tests/data/test_embedded_2026_11.py`` holds the result against published figures.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pandas as pd

from pipeline import store
from pipeline.folders import ROOT
from pipeline.store import Manifest, ManifestTable, RawTable

OLD, NEW, MADE_AT = "embedded-2026", "embedded-2026-11", "2026-11-29"
#: sha256 of the found files.
FOUND = {
    "70072ned_2015_banen_uitkeringen_vestigingen.csv.gz": (
        "3c7796e0b7f10bedbea097b6069435f74d9cf4798e26839bd65e2e50ad60e054"),
    "83582NED_banen_corop_a10_2010_2024.csv.gz": (
        "9b5a8d295a917428ea1dcc0ff61c8ab5c47386a31d51699492c5677372058bae"),
    "83599NED_vacatures_provincie_kwartaal_2011_2020.csv.gz": (
        "6d033b2c17c686936be15e4a330f040d8bf3992d46600c19839650430bbe6a13"),
    "85268NED_werkloosheid_provincie_2013_2024.csv": (
        "75e641375a6df6eedf9bc156d69b2119eec56d423603648ead184788039c884b"),
    "85984NED_kwb2024_gemeente_342.csv.gz": (
        "54bc7c60a71ad861d6a4261eb36faae164c05e67e0d53b165cec03cad2cc09c7"),
    "86223NED_jongeren_gemeente_2020_2023.csv.gz": (
        "d1cd59727521588aa653c6d134c427c8eb409f1ca4162d1c6ccc13660b5bbaa7"),
    "gebieden_in_nederland_2015_2026.csv.gz": (
        "7a66479b3bf2e870e71f99ae55f9ddc1f9c2e40e55047fddbc43a4b17e8e4395"),
}  # fmt: skip
TEXT = {"dtype": str, "keep_default_na": False, "na_filter": False}
#: Attribute of a cell without a figure, by the status in the found file.
ATTRIBUTES = {"suppressed": "Confidential", "missing": "NotAvailable"}

#: 70072ned: key in the file of 2018 -> code, title, group, unit. Codes that embedded-2026 has keep their number; the
#: titles are CBS's own (a key is a title without spaces), where the live table still has them.
JOBS, BENEFITS, ESTABLISHMENTS = "Banen van werknemers", "Uitkeringsontvangers", "Bedrijfsvestigingen"
KEY_FIGURES = {
    "TotaalAantalBanen_112": ("TotaalAantalBanen_112", "Totaal aantal banen", JOBS),
    "ALandbouwBosbouwEnVisserij_113": ("ALandbouwBosbouwEnVisserij_113", "A Landbouw, bosbouw en visserij", JOBS),
    "BFNijverheidEnEnergie_114": ("BFNijverheidEnEnergie_114", "B-F Nijverheid en energie", JOBS),
    "GNCommercieleDienstverlening_115": (
        "GNCommercieleDienstverlening_115", "G-N Commerciële dienstverlening", JOBS),
    "OUNietCommercieleDienstverlening_116": (
        "OUNietCommercieleDienstverlening_116", "O-U Niet-commerciële dienstverlening", JOBS),
    "UitkeringsontvangersTotaal_156": ("UitkeringsontvangersTotaal_152", "Uitkeringsontvangers totaal", ""),
    "TotDeAOWLeeftijd_157": ("TotDeAOWLeeftijd_157", "Tot de AOW-leeftijd", BENEFITS),
    "VanafDeAOWLeeftijd_158": ("VanafDeAOWLeeftijd_158", "Vanaf de AOW-leeftijd", BENEFITS),
    "Werkloosheid_159": ("Werkloosheid_155", "Werkloosheid", ""),
    "BijstandGerelateerdTotAOWLeeftijd_160": (
        "BijstandGerelateerdTotAOWLeeftijd_160", "Bijstand(gerelateerd) tot AOW-leeftijd", BENEFITS),
    "BijstandGerelateerdVanafAOWLeeftijd_161": (
        "BijstandGerelateerdVanafAOWLeeftijd_161", "Bijstand(gerelateerd) vanaf AOW-leeftijd", BENEFITS),
    "BijstandTotDeAOWLeeftijd_162": ("BijstandTotDeAOWLeeftijd_158", "Bijstand tot de AOW-leeftijd", ""),
    "ArbeidsongeschiktheidTotaal_163": ("ArbeidsongeschiktheidTotaal_159", "Arbeidsongeschiktheid (totaal)", ""),
    "WAOUitkering_164": ("WAOUitkering_164", "WAO-uitkering", BENEFITS),
    "WIAUitkeringWGARegeling_165": ("WIAUitkeringWGARegeling_165", "WIA-uitkering: WGA-regeling", BENEFITS),
    "WajongUitkering_166": ("WajongUitkering_166", "Wajong-uitkering", BENEFITS),
    "AOW_167": ("AOW_167", "AOW", BENEFITS),
    "BedrijfsvestigingenTotaal_168": ("BedrijfsvestigingenTotaal_168", "Bedrijfsvestigingen totaal", ESTABLISHMENTS),
    "ALandbouwBosbouwEnVisserij_169": (
        "ALandbouwBosbouwEnVisserij_169", "A Landbouw, bosbouw en visserij", ESTABLISHMENTS),
    "BFNijverheidEnEnergie_170": ("BFNijverheidEnEnergie_170", "B-F Nijverheid en energie", ESTABLISHMENTS),
    "GIHandelEnHoreca_171": ("GIHandelEnHoreca_171", "G+I Handel en horeca", ESTABLISHMENTS),
    "HJVervoerInformatieEnCommunicatie_172": (
        "HJVervoerInformatieEnCommunicatie_172", "H+J Vervoer, informatie en communicatie", ESTABLISHMENTS),
    "KLFinancieleDienstenOnroerendGoed_173": (
        "KLFinancieleDienstenOnroerendGoed_173", "K-L Financiële diensten, onroerend goed", ESTABLISHMENTS),
    "MNZakelijkeDienstverlening_174": (
        "MNZakelijkeDienstverlening_174", "M-N Zakelijke dienstverlening", ESTABLISHMENTS),
    "RUCultuurRecreatieOverigeDiensten_175": (
        "RUCultuurRecreatieOverigeDiensten_175", "R-U Cultuur, recreatie, overige diensten", ESTABLISHMENTS),
    "TotaleBevolking_1": ("TotaleBevolking_1", "Totale bevolking", ""),
    "k_15Tot20Jaar_7": ("leeftijd-15-tot-20", "15 tot 20 jaar", "Leeftijdsgroepen"),
    "k_20Tot25Jaar_8": ("leeftijd-20-tot-25", "20 tot 25 jaar", "Leeftijdsgroepen"),
}  # fmt: skip

#: 85984NED: measure and breakdown in the found file -> code, title, group. What is left out is no figure about work
#: (households, dwellings, area) or stands in the table in counts already (ages, as whole per cents in the file).
NEIGHBOURHOODS = {
    ("Inwoners", ""): ("inwoners", "Inwoners", ""),
    ("Personen met WW-uitkering", ""): ("personen-met-ww-uitkering", "Personen met WW-uitkering", ""),
    ("Personen met bijstandsuitkering", ""): (
        "personen-met-bijstandsuitkering", "Personen met bijstandsuitkering", ""),
    ("Personen met AO-uitkering", ""): ("personen-met-ao-uitkering", "Personen met AO-uitkering", ""),
    ("Personen met AOW-uitkering", ""): ("personen-met-aow-uitkering", "Personen met AOW-uitkering", ""),
    ("Bedrijfsvestigingen", "sector=totaal"): (
        "bedrijfsvestigingen", "Bedrijfsvestigingen totaal", ESTABLISHMENTS),
    ("Bedrijfsvestigingen", "sector=A"): (
        "bedrijfsvestigingen-a", "A Landbouw, bosbouw en visserij", ESTABLISHMENTS),
    ("Bedrijfsvestigingen", "sector=B-F"): (
        "bedrijfsvestigingen-b-f", "B-F Nijverheid en energie", ESTABLISHMENTS),
    ("Bedrijfsvestigingen", "sector=G+I"): (
        "bedrijfsvestigingen-g-i", "G+I Handel en horeca", ESTABLISHMENTS),
    ("Bedrijfsvestigingen", "sector=H+J"): (
        "bedrijfsvestigingen-h-j", "H+J Vervoer, informatie en communicatie", ESTABLISHMENTS),
    ("Bedrijfsvestigingen", "sector=K-L"): (
        "bedrijfsvestigingen-k-l", "K-L Financiële diensten, onroerend goed", ESTABLISHMENTS),
    ("Bedrijfsvestigingen", "sector=M-N"): (
        "bedrijfsvestigingen-m-n", "M-N Zakelijke dienstverlening", ESTABLISHMENTS),
    ("Bedrijfsvestigingen", "sector=O-Q"): (
        "bedrijfsvestigingen-o-q", "O-Q Overheid, onderwijs en zorg", ESTABLISHMENTS),
    ("Bedrijfsvestigingen", "sector=R-U"): (
        "bedrijfsvestigingen-r-u", "R-U Cultuur, recreatie, overige diensten", ESTABLISHMENTS),
}  # fmt: skip

#: Columns of the classification -> code, group of a measure; its title is Naam or Code.
AREAS = {
    "gm_naam": ("Naam_GM", "Codes en namen van gemeenten"),
    "am_code": ("Code_AM", "Arbeidsmarktregio's"),
    "am_naam": ("Naam_AM", "Arbeidsmarktregio's"),
    "cr_code": ("Code_CR", "COROP-gebieden"),
    "cr_naam": ("Naam_CR", "COROP-gebieden"),
    "pv_code": ("Code_PV", "Provincies"),
    "pv_naam": ("Naam_PV", "Provincies"),
    "rmc_code": ("Code_MC", "RMC-regio's"),
    "rmc_naam": ("Naam_MC", "RMC-regio's"),
}
#: The ten broad groups as the found file names them -> as the table has them.
SECTORS = {
    "A": "A", "BE": "B-E", "FZ": "F", "GI": "G-I", "JZ": "J", "KZ": "K", "LZ": "L", "MN": "M-N", "OPQ": "O-Q",
    "RSU": "R-U",
}  # fmt: skip


def main(folder: Path) -> None:
    """Write the vintage; stops when a found file is not the one that was read."""
    listed = pd.read_csv(Path(__file__).with_suffix(".csv"), **TEXT)
    for name in listed["found_file"].unique():
        digest = store.sha256_of(next(folder.rglob(name)).read_bytes())
        if digest != FOUND[name]:
            raise SystemExit(f"{name} is another file than the one this vintage was made from ({digest})")
    old = store.Vintage(ROOT / "data" / "raw" / OLD)
    with store.temporary_folder(ROOT / "data" / "raw") as temporary:
        kept = [entry for entry in old.manifest.tables if entry.table_id not in set(listed["table_id"])]
        for entry in kept:
            source = Path(entry.publisher) / entry.table_id
            shutil.copytree(old.folder / source, temporary / source)
        made = [_add(temporary, row, _table(row, old, folder)) for row in listed.itertuples()]
        tables = sorted([*kept, *made], key=lambda entry: (entry.publisher, entry.table_id))
        store.write_manifest(temporary, Manifest(vintage=NEW, made_at=MADE_AT, tables=tables, absent=[]))
        store.verify_vintage(temporary)
        store.install_folder(temporary, ROOT / "data" / "raw" / NEW)


def _table(row, old: store.Vintage, folder: Path) -> RawTable:
    found = pd.read_csv(next(folder.rglob(row.found_file)), **TEXT)
    if row.need == "classification":
        return classification(found[found["cbs_tabel"] == row.table_id], row)
    makers = {
        "70072ned": key_figures,
        "83582NED": jobs_by_corop,
        "85268NED": provinces,
        "85984NED": neighbourhoods,
    }
    if row.table_id in makers:
        return makers[row.table_id](found, old.table(row.table_id), row)
    if row.table_id == "83599NED":
        return vacancies(found, old.table("83583NED"), row)
    return youth(found, row)


def _add(folder: Path, row, table: RawTable) -> ManifestTable:
    digests = store.write_raw_table(folder, table)
    periods = sorted(table.observations["period"])
    return ManifestTable(
        publisher="cbs",
        table_id=row.table_id,
        title=row.title,
        need=row.need,
        first_period=periods[0],
        last_period=periods[-1],
        rows=len(table.observations),
        sha256=digests,
        modified="open",
        retrieved_at=row.retrieved_at,
        request=row.request,
        transport="embedded",
        licence="CC BY 4.0",
        citation="Bron: CBS StatLine",
        original_source=row.original_source,
        required=row.required == "true",
        trust=row.trust,
    )


# --- one function a table ---------------------------------------------------------------


def key_figures(found: pd.DataFrame, old: RawTable, row) -> RawTable:
    """All regions of 2015 beside what embedded-2026 holds of other years.

    Of 118 cells of provinces that both have, 115 are equal; three totals of more than a million jobs are whole
    thousands in the file of 2018. The newer export stays.
    """
    names = {key: code for key, (code, _, _) in KEY_FIGURES.items()}
    rows = _cells(
        found, measure=found["measure"].map(names), status=found["status"], note="stand van 6 juni 2018"
    )
    large = (found["unit"] == "x 1000") & (pd.to_numeric(found["value"]) >= 1000)
    number = pd.to_numeric(found["value"])
    rows["value_low"] = (number - 0.5).where(large).map(_decimal)
    rows["value_high"] = (number + 0.5).where(large).map(_decimal)
    both = _with(old.observations, rows)
    measures = old.codes["measures"]
    told = pd.DataFrame(
        [
            (code, title, group, "x 1 000" if group == JOBS else "aantal", "1" if group == JOBS else "0")
            for code, title, group in KEY_FIGURES.values()
        ],
        columns=measures.columns,
    )
    return _raw(row, both, old.properties["dimensions"], {
        "measures": pd.concat([measures, told[~told["code"].isin(measures["code"])]]),
        "periods": old.codes["periods"],
        "RegioS": _regions(found, old.codes["RegioS"]),
    }, "codes of the exports; those of ages are ours, the export held titles only")  # fmt: skip


def jobs_by_corop(found: pd.DataFrame, old: RawTable, row) -> RawTable:
    """Ten sectors of every COROP beside the totals; the last year is provisional as its totals are."""
    sector = found["breakdown"].str.removeprefix("sbi_a10=").map(SECTORS)
    status = found["status"].mask(found["period"] == "2024JJ00", "")
    rows = _cells(found, measure="BanenVanWerknemersInDecember_1", status=status)
    rows["BedrijfstakkenBranchesSBI2008"] = sector
    totals = old.observations[old.observations["BedrijfstakkenBranchesSBI2008"] == "A-U"]
    return _raw(row, _with(totals, rows), old.properties["dimensions"], old.codes,
                "sector codes are the letters in the titles")  # fmt: skip


def provinces(found: pd.DataFrame, old: RawTable, row) -> RawTable:
    """Unemployment rates by year beside the second quarter of 2023."""
    rows = _cells(found, measure="werkloosheid_pct", status=found["status"])
    rows["Persoonskenmerken"] = "totaal"
    periods = [(code, code[:4], "NietVermeld") for code in sorted(set(found["period"]))]
    return _raw(row, _with(old.observations, rows), old.properties["dimensions"], old.codes | {
        "periods": pd.concat([old.codes["periods"], pd.DataFrame(periods, columns=["code", "title", "status"])]),
        "RegioS": _regions(found, old.codes["RegioS"]),
    }, "measure codes are ours")  # fmt: skip


def neighbourhoods(found: pd.DataFrame, old: RawTable, row) -> RawTable:
    """Benefits and establishments of 342 gemeenten instead of 100; ages as they were.

    Raises
    ------
    SystemExit
        When a value differs from the file of 100 gemeenten.
    """
    pairs = list(zip(found["measure"], found["breakdown"], strict=True))
    codes = pd.Series([NEIGHBOURHOODS.get(pair, ("",))[0] for pair in pairs], index=found.index)
    wanted = codes != ""
    rows = _cells(
        found[wanted], region="WijkenEnBuurten", measure=codes[wanted], status=found["status"][wanted]
    )
    key = ["measure", "WijkenEnBuurten", "period"]
    both = old.observations.merge(rows, on=key, suffixes=("", "_new"), validate="one_to_one")
    different = both[both["value"].astype(float) != both["value_new"].astype(float)]
    if len(both) != 500 or len(different):
        raise SystemExit(f"{len(both)} values in both files of 2024, {len(different)} different")
    ages = old.observations[old.observations["measure"].str.startswith("bevolking-")]
    told = pd.DataFrame(
        [(code, title, group, "aantal", "0") for code, title, group in NEIGHBOURHOODS.values()],
        columns=old.codes["measures"].columns,
    )
    held = old.codes["measures"][old.codes["measures"]["code"].isin(ages["measure"])]
    return _raw(row, pd.concat([ages, rows]), old.properties["dimensions"], old.codes | {
        "measures": pd.concat([told, held]),
    }, "measure codes are ours, the captures held titles only")  # fmt: skip


def youth(found: pd.DataFrame, row) -> RawTable:
    """Young people by work and registration, as the live table has its dimensions.

    The export has no split by education or benefit: its cells are the totals over both (the nation of 2023 is the
    published one).
    """
    parts = found["breakdown"].str.extract(r"arbeidskenmerken=(.*);geregistreerd werkzoekend UWV=(.*)")
    rows = _cells(found, measure="jongeren", status=found["status"])
    rows["Onderwijsvolgend"] = rows["Uitkering"] = "totaal"
    rows["Arbeidskenmerken"], rows["GeregistreerdWerkzoekendeBijUWV"] = parts[0], parts[1]
    names = {
        "Onderwijsvolgend": {"totaal": "Totaal"},
        "Uitkering": {"totaal": "Totaal"},
        "Arbeidskenmerken": {
            "totaal": "Totaal",
            "werkzame beroepsbevolking": "Werkzame beroepsbevolking",
            "niet-werkzame bevolking": "Niet-werkzame bevolking",
        },
        "GeregistreerdWerkzoekendeBijUWV": {
            "totaal": "Totaal",
            "ja": "Geregistreerd werkzoekend bij UWV",
            "nee": "Niet geregistreerd werkzoekend bij UWV",
        },
    }
    codes = {
        name: pd.DataFrame({"code": list(titles), "title": list(titles.values())})
        for name, titles in names.items()
    }
    measures = [("jongeren", "Jongeren (15 tot 27 jaar)", "", "aantal", "0")]
    periods = [(code, code[:4], "NietVermeld") for code in sorted(set(found["period"]))]
    dimensions = [{"kind": "other", "name": name} for name in names]
    dimensions += [{"kind": "region", "name": "RegioS"}, {"kind": "time", "name": "Perioden"}]
    return _raw(row, rows, dimensions, codes | {
        "measures": pd.DataFrame(measures, columns=["code", "title", "group", "unit", "decimals"]),
        "periods": pd.DataFrame(periods, columns=["code", "title", "status"]),
        "RegioS": _regions(found),
    }, "codes are ours, the export held titles only")  # fmt: skip


def vacancies(found: pd.DataFrame, sectors: RawTable, row) -> RawTable:
    """Open vacancies by sector and quarter; the titles of sectors are those of another table of the same years."""
    parts = found["breakdown"].str.extract(r"sbi=(\S+) (\S+)")
    rows = _cells(found, measure="OpenstaandeVacatures_1", status=found["status"])
    rows["BedrijfstakkenBranchesSBI2008"] = parts[0]
    titles = sectors.codes["BedrijfstakkenBranchesSBI2008"]["title"]
    by_letter = {title.split(" ")[0]: title for title in titles}
    listed = parts.drop_duplicates().sort_values(0)
    measures = [("OpenstaandeVacatures_1", "Openstaande vacatures", "", "x 1 000", "1")]
    periods = [(p, f"{p[:4]} {int(p[-2:])}e kwartaal", "NietVermeld") for p in sorted(set(found["period"]))]
    dimensions = [{"kind": "other", "name": "BedrijfstakkenBranchesSBI2008"}]
    dimensions += [{"kind": "region", "name": "RegioS"}, {"kind": "time", "name": "Perioden"}]
    return _raw(row, rows, dimensions, {
        "BedrijfstakkenBranchesSBI2008": pd.DataFrame(
            {"code": listed[0], "title": [by_letter.get(letter, letter) for letter in listed[1]]}
        ),
        "measures": pd.DataFrame(measures, columns=["code", "title", "group", "unit", "decimals"]),
        "periods": pd.DataFrame(periods, columns=["code", "title", "status"]),
        "RegioS": _regions(found),
    }, "publisher's codes; the response held no titles of sectors, their letters follow from which add up")  # fmt: skip


def classification(found: pd.DataFrame, row) -> RawTable:
    """Regions of every gemeente in one year."""
    year = found["jaar"].iloc[0]
    long = found.melt(id_vars="gm_code", value_vars=list(AREAS))
    long = long[long["value"] != ""]
    rows = pd.DataFrame(
        {
            "measure": long["variable"].map({column: code for column, (code, _) in AREAS.items()}),
            "RegioS": long["gm_code"],
            "period": f"{year}JJ00",
            "value": long["value"],
            "value_attribute": "None",
        }
    )
    measures = [
        (code, "Naam" if column.endswith("naam") else "Code", group, "", "")
        for column, (code, group) in AREAS.items()
        if code in set(rows["measure"])
    ]
    period = (f"{year}JJ00", year, "Definitief")
    dimensions = [{"kind": "region", "name": "RegioS"}, {"kind": "time", "name": "Perioden"}]
    return _raw(row, rows, dimensions, {
        "measures": pd.DataFrame(measures, columns=["code", "title", "group", "unit", "decimals"]),
        "periods": pd.DataFrame([period], columns=["code", "title", "status"]),
        "RegioS": found[["gm_code", "gm_naam"]].set_axis(["code", "title"], axis=1).sort_values("code"),
    }, "measure codes are ours")  # fmt: skip


# --- what they share --------------------------------------------------------------------


def _cells(found: pd.DataFrame, *, measure, status, region: str = "RegioS", note: str = "") -> pd.DataFrame:
    """Rows of the long form as cells of a raw table."""
    empty = found["value"] == ""
    cells = pd.DataFrame(
        {
            "measure": measure,
            region: found["region_code"],
            "period": found["period"],
            "value": found["value"],
            "value_attribute": found["status"].map(ATTRIBUTES).fillna("None"),
            "status": status,
            "note": note,
        },
        index=found.index,
    )
    if (empty != (cells["value_attribute"] != "None")).any():
        raise SystemExit("a cell without a figure has no status that says so, or the other way round")
    cells.loc[empty, "status"] = ""
    return cells


def _with(old: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Cells of the earlier vintage, and the found ones that it does not have."""
    columns = [c for c in old.columns if c not in ("value", "value_attribute", *store.RAW_CELL_COLUMNS)]
    held = pd.MultiIndex.from_frame(old[columns])
    new = rows[~pd.MultiIndex.from_frame(rows[columns]).isin(held)]
    return pd.concat([old, new], ignore_index=True).fillna("")


def _regions(found: pd.DataFrame, held: pd.DataFrame | None = None) -> pd.DataFrame:
    listed = found[["region_code", "region_name"]].set_axis(["code", "title"], axis=1).drop_duplicates("code")
    both = listed if held is None else pd.concat([held, listed]).drop_duplicates("code")
    return both.sort_values("code")


def _raw(row, observations: pd.DataFrame, dimensions: list, codes: dict, code_origin: str) -> RawTable:
    return RawTable(
        publisher="cbs",
        table_id=row.table_id,
        observations=observations.fillna(""),
        codes=codes,
        properties={
            "identifier": row.table_id,
            "title": row.title,
            "title_origin": "publisher",
            "language": "nl",
            "dimensions": dimensions,
            "code_origin": code_origin,
        },
    )


def _decimal(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.1f}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
