"""A whole vintage from every source of the catalogue, and the two ways to CBS against each other."""

from __future__ import annotations

import shutil

import cbsodata
import pandas as pd
import pytest

from pipeline import stages, store
from pipeline.config import load_settings
from pipeline.folders import Folders
from pipeline.sources.catalog import load_catalog
from pipeline.sources.http import HttpClient, PageFolder
from pipeline.sources.odata import CbsV3, CbsV4, fetch_table
from pipeline.sources.vintage import retrieve
from tests.integration.sources.conftest import QUICK, expected_cells
from tests.loopback import LoopbackService, synthetic
from tests.loopback.recorded import recorded_table
from tests.loopback.world import EDITIONS, World

#: The youth table of the edition before.
OLDER_YOUTH = "86087NED"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A pull of the whole catalogue: folders, report, service."""
    folders = Folders(tmp_path_factory.mktemp("whole"))
    lisa, uwv = folders.inbox / "lisa", folders.inbox / "uwv"
    for folder in (lisa, uwv):
        folder.mkdir(parents=True)
    folders.reference.mkdir(parents=True)
    shutil.copy(Folders().reference / "gemeente_changes.csv", folders.reference)
    (lisa / "Drechtsteden 2024.csv").write_text(
        "region_code,year,value,definition,source\nGM0505,2023,66750,alle banen,LISA 2024\n", encoding="utf-8"
    )
    (uwv / "ww-januari-2026.csv").write_text(
        "WW-uitkeringen, stand eind januari 2026;\n;\nGemeente;Aantal WW\ns Gravenhage;2.104\n",
        encoding="utf-8",
    )
    service = World(2026).service(page_size=5000)
    service.put(synthetic.youth(2024, OLDER_YOUTH))
    with service:
        report = retrieve(
            "live-whole", catalog=load_catalog().at(**service.hosts), folders=folders, http=QUICK
        )
        yield folders, report, service


def test_every_source_is_in_the_manifest_or_absent_with_a_reason(whole):
    folders, report, _ = whole
    manifest = store.verify_vintage(folders.raw / "live-whole")
    assert manifest == report.manifest
    seen = set(report.table["source"])
    assert seen == {source.key for source in load_catalog().sources}
    # what the stand-in does not have is absent, nothing else is
    absent = report.table[report.table["outcome"] == "absent"]
    assert set(absent["source"]) == {
        "unemployment", "unemployment_binding", "jobs_key_figures", "commuting", "commuting_earlier",
    }  # fmt: skip
    assert absent["reason"].str.contains("status 404").all()
    assert all(len(reason) <= 60 for reason in absent["reason"])
    for entry in manifest.tables:
        assert entry.rows > 0 and entry.licence and entry.citation and entry.original_source
        assert entry.request and entry.transport and entry.retrieved_at and entry.sha256
        assert entry.first_period <= entry.last_period


def test_the_printed_table_fits_a_screen_and_the_manifest_has_the_whole_reason(whole):
    _, report, _ = whole
    lines = report.as_text().splitlines()
    assert len(lines) == 1 + len(report.table) and max(map(len, lines)) <= 160
    (line,) = (line for line in lines if "82208NED" in line)
    assert line.split()[:3] == ["unemployment", "82208NED", "absent"]
    assert line.endswith("the service does not know it (status 404)")
    reason = next(entry.reason for entry in report.manifest.absent if entry.table_id == "82208NED")
    assert "/ODataFeed/odata/82208NED/" in reason and "/odata/v1/CBS/82208NED/" in reason
    assert reason.count("status 404") == 1 and "Next step: Run `python -m pipeline catalog --check`" in reason


def test_who_counted_is_kept_apart_from_who_published(whole):
    _, report, _ = whole
    assert report.manifest.table("85554NED").original_source == "UWV, via CBS"
    assert report.manifest.table("85554NED").citation == "Bron: CBS StatLine"


def test_all_editions_come_in_also_one_that_the_catalogue_does_not_know(whole):
    _, report, _ = whole
    editions = [t.table_id for t in report.manifest.tables if t.need == "unemployment"]
    assert editions == [table for year, table in EDITIONS.items() if year < 2026]
    assert "86300NED" not in load_catalog().source("unemployment").editions.known.values()


def test_of_the_youth_tables_only_the_latest(whole):
    _, report, service = whole
    assert OLDER_YOUTH in service.tables
    assert [t.table_id for t in report.manifest.tables if t.need == "youth register"] == ["86223NED"]


def test_the_population_cube_is_never_asked_for_whole(whole):
    _, _, service = whole
    asked = service.requested("/03759ned/(Untyped|Typed)DataSet")
    assert asked and all("%24filter=" in path for path in asked)
    # the service does not take longer addresses
    assert max(map(len, asked)) < 2048


def test_only_wanted_ages_come_in(whole):
    folders, _, _ = whole
    raw = store.read_raw_table(folders.raw / "live-whole", "cbs", "03759ned")
    titles = raw.codes["Leeftijd"].set_index("code")["title"]
    ages = set(raw.observations["Leeftijd"].map(titles))
    assert ages == {"Totaal"} | {f"{n} jaar" for n in range(15, 75)}


def test_the_classification_of_a_table_without_periods_gets_its_edition_year(whole):
    folders, _, _ = whole
    raw = store.read_raw_table(folders.raw / "live-whole", "cbs", "86247NED")
    assert set(raw.observations["period"]) == {"2026JJ00"}
    dordrecht = raw.observations[raw.observations["RegioS"] == "GM0505"]
    assert set(dordrecht["value"]) == {
        "AM23",
        "Drechtsteden",
        "CR30",
        "Zuidoost-Zuid-Holland",
        "PV28",
        "Zuid-Holland",
    }


def test_the_borders_are_those_of_the_classification(whole):
    folders, _, _ = whole
    borders = store.read_raw_borders(folders.raw / "live-whole", "pdok", "gemeente_gegeneraliseerd_2026")
    raw = store.read_raw_table(folders.raw / "live-whole", "cbs", "86247NED")
    assert set(borders["region_code"]) == set(raw.codes["RegioS"]["code"]) and len(borders) == 342
    assert borders.crs.to_epsg() == 28992


def test_files_saved_by_hand_are_in_the_vintage(whole):
    folders, report, _ = whole
    vintage = folders.raw / "live-whole"
    lisa = store.read_raw_table(vintage, "lisa", "lisa-drechtsteden-2024").observations
    assert lisa.loc[0, ["RegioS", "period", "value"]].tolist() == ["GM0505", "2023JJ00", "66750"]
    uwv = store.read_raw_table(vintage, "uwv", "uwv-ww-januari-2026").observations
    assert uwv.loc[0, ["measure", "RegioS", "period", "value"]].tolist() == [
        "ww_recipients", "GM0518", "2026MM01", "2104",
    ]  # fmt: skip
    assert report.manifest.table("uwv-ww-januari-2026").transport == "inbox"


def test_status_of_periods_is_read_from_marks(whole):
    folders, _, _ = whole
    raw = store.read_raw_table(folders.raw / "live-whole", "cbs", "83582NED")
    periods = raw.codes["periods"].set_index("code")
    assert periods["status"].iloc[-2:].to_dict() == {"2024JJ00": "NaderVoorlopig", "2025JJ00": "Voorlopig"}
    assert periods.index[0] == "2010JJ00" and set(periods["status"].iloc[:-2]) == {"Definitief"}
    assert periods.loc["2025JJ00", "title"] == "2025 december"


@pytest.mark.slow
def test_the_stages_take_what_came_in(whole):
    """A live vintage becomes observations and indicators: totals add up, the figures are those that were sent."""
    folders, _, service = whole
    shutil.copytree(Folders().reference, folders.reference, dirs_exist_ok=True)
    settings = load_settings(Folders().root / "params.yaml").model_copy(update={"vintage": "live-whole"})
    stages.run_tidy(settings, folders)
    stages.run_indicators(settings, folders)
    checks = store.read("checks", folders)
    assert {"jobs: GM in CR", "jobs: CR in NL01", "population_count: GM in NL01"} <= set(checks["check"])
    assert set(checks["verdict"]) <= {"adds up", "within tolerance", "known gap"}

    table = service.tables["83582NED"]
    members = ["GM0482", "GM0505", "GM0523", "GM0531", "GM0590", "GM0610", "GM0642"]
    here = table.keys["RegioS"].isin(members) & (table.keys["BedrijfstakkenBranchesSBI2008"] == "T001081")
    here &= table.keys["Perioden"] == "2025JJ00"
    sent = sum(float(v) for v in table.values["D000001"][here.to_numpy()])
    made = store.read(
        "indicators", folders, region_code="drechtsteden", indicator="jobs_employees", year=2025
    )
    row = made[made["sector"] == "total"].iloc[0]
    assert row["value"] == pytest.approx(1000 * sent)
    assert (row["source"], row["status"], row["vintage"]) == ("83582NED", "provisional", "live-whole")


# --- v3 against v4 ----------------------------------------------------------------------------------


def both_ways(table, key: str, edition: int | None = None):
    """A table by both services, through everything up to the raw form."""
    source = load_catalog().source(key)
    with LoopbackService([table], page_size=300, page_size_v4=500) as service, HttpClient(QUICK) as client:
        return [
            fetch_table([way], source, table.table_id, lambda *_: PageFolder(None, "", []), edition)[0]
            for way in (CbsV3(service.hosts["cbs_v3"], client), CbsV4(service.hosts["cbs_v4"], client))
        ]


def comparable(raw) -> pd.DataFrame:
    """Observations with measures by title: each service has its own names for them."""
    measures = raw.codes["measures"].set_index("code")
    labels = measures["group"] + " / " + measures["title"]
    cells = raw.observations.assign(measure=raw.observations["measure"].map(labels))
    return cells.sort_values(list(cells.columns), ignore_index=True)


TABLES = {
    "national_context": lambda: recorded_table("85224NED"),
    "youth_national": lambda: recorded_table("80590ned"),
    "classification": lambda: synthetic.areas_of(2026, "86247NED"),
    "unemployment": lambda: synthetic.unemployment(2022, "85494NED", gemeenten=20),
    "ww_youth": lambda: synthetic.ww_youth(last_periods=3),
    "jobs": lambda: synthetic.jobs(first=2022, last=2024, sectors=4, gemeenten=30, abolished=5),
}


@pytest.mark.parametrize("key", TABLES)
def test_v3_and_v4_give_the_same_raw_table(key):
    v3, v4 = both_ways(TABLES[key](), key, {"classification": 2026, "unemployment": 2022}.get(key))
    left, right = comparable(v3), comparable(v4)
    if key == "jobs":
        # v3 has one sign for all missing figures; v4 says which are confidential
        assert set(right["value_attribute"]) == {"None", "Confidential", "NotAvailable"}
        hidden = right["value_attribute"] != "None"
        assert (left.loc[hidden, "value_attribute"] == "NotAvailable").all()
        left, right = left.drop(columns="value_attribute"), right.drop(columns="value_attribute")
        left, right = (f.sort_values(list(f.columns), ignore_index=True) for f in (left, right))
    pd.testing.assert_frame_equal(left, right, check_dtype=False)
    assert v3.codes.keys() == v4.codes.keys()
    for name in v3.codes.keys() - {"measures"}:
        pd.testing.assert_frame_equal(v3.codes[name], v4.codes[name], check_dtype=False)
    same = ["title", "unit", "decimals", "group", "name"]
    pd.testing.assert_frame_equal(v3.codes["measures"][same], v4.codes["measures"][same])


def test_real_figures_survive():
    """85224NED, unadjusted yearly unemployment 2014-2018 as CBS publishes it."""
    v3, _ = both_ways(recorded_table("85224NED"), "national_context")
    cells = comparable(v3)
    rate = cells[
        cells["measure"].str.endswith("Werkloosheidspercentage")
        & (cells["SeizoenEnWerkdagcorrectie"] == "A042501")
    ].set_index("period")["value"]
    assert rate[["2014JJ00", "2015JJ00", "2016JJ00", "2017JJ00", "2018JJ00"]].tolist() == [
        "8.3", "7.9", "7.0", "5.9", "4.9",
    ]  # fmt: skip


def test_every_measure_of_a_wide_table_is_stored_under_its_own_name(make_desk):
    table = synthetic.unemployment(2022, "85494NED", gemeenten=10)
    with LoopbackService([table], page_size=100) as service, HttpClient(QUICK) as client:
        source = load_catalog().source("unemployment")
        way = CbsV3(service.hosts["cbs_v3"], client)
        raw, *_ = fetch_table([way], source, "85494NED", lambda *_: PageFolder(None, "", []), 2022)
    names = raw.codes["measures"].set_index("code")["name"]
    for code, title in raw.codes["measures"].set_index("code")["title"].items():
        stored = raw.observations[raw.observations["measure"] == code]
        expected = expected_cells(table, title)
        kept = expected["Persoonskenmerken"].isin(["T009002", "53050"])
        kept &= expected["RegioS"].str[:2].isin(["NL", "PV", "AM", "GM"])
        columns = ["Persoonskenmerken", "RegioS", "period", "value"]
        pd.testing.assert_frame_equal(
            stored[columns].sort_values(columns[:3], ignore_index=True),
            expected[kept][columns].sort_values(columns[:3], ignore_index=True),
            check_dtype=False,
        )
    assert set(names) >= {"unemployment_rate_pct", "unemployed_count"}


# --- cbsodata -------------------------------------------------------------------------------------------


def test_the_stand_in_satisfies_cbsodata_itself(small_jobs, monkeypatch):
    monkeypatch.setattr(cbsodata.options, "use_https", False)
    with LoopbackService([small_jobs], page_size=200) as service:
        rows = cbsodata.get_data("83582NED", catalog_url=service.address.removeprefix("http://"), timeout=5)
        raw = cbsodata.get_meta(
            "83582NED", "TypedDataSet", catalog_url=service.address.removeprefix("http://"), timeout=5
        )
    assert len(rows) == len(raw) == small_jobs.rows
    assert rows[0]["RegioS"] == "Nederland" and raw[0]["RegioS"] == "NL01  "
