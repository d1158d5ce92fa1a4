"""True answers of CBS, byte for byte through the client."""

from __future__ import annotations

import gzip
import json
from functools import partial
from pathlib import Path

import pytest

from pipeline.sources.catalog import load_catalog
from pipeline.sources.cbs import TableDescription, _find_measure, make_dimension
from pipeline.sources.http import HttpClient, Query
from pipeline.sources.odata import V3, V4, CbsV3, _measure, columns_of_page, rows_of_page
from tests.integration.sources.conftest import QUICK
from tests.loopback import LoopbackService
from tests.loopback.service import Answer

RECORDED = Path(__file__).parents[2] / "fixtures" / "cbs_responses"


def body(table: str, name: str) -> bytes:
    """A recorded answer."""
    return gzip.decompress((RECORDED / table / f"{name}.json.gz").read_bytes())


def served(bodies: dict[tuple[str, str], bytes]) -> LoopbackService:
    """A service that knows these paths (and what $skip they are asked with)."""

    def route(path: str, query: dict[str, str]) -> Answer:
        found = bodies.get((path, query.get("$skip", "")))
        return Answer(found) if found is not None else Answer(b"{}", 404)

    return LoopbackService(routes=[route])


@pytest.fixture(scope="module")
def vacancies():
    """The two pages of 83599NED as they came through the client."""
    path = "/ODataFeed/odata/83599NED/UntypedDataSet"
    bodies = {(path, ""): body("83599NED_v3", "page1"), (path, "10000"): body("83599NED_v3", "page2"),
              (f"{path}/$count", ""): b"\xef\xbb\xbf15504"}  # fmt: skip
    names = ["BedrijfstakkenBranchesSBI2008", "RegioS", "Perioden", "OpenstaandeVacatures_1"]
    with served(bodies) as service, HttpClient(QUICK) as client:
        url = f"{service.address}{path}"
        read = partial(columns_of_page, form=V3, names=names)
        query = Query(service.address, url, [{}], read, "83599NED", form=V3, count_url=f"{url}/$count")
        ((pages,),) = client.pages([query])
        return pages


def test_two_pages_without_a_count_form_a_whole(vacancies):
    assert [page.rows for page in vacancies] == [10_000, 5_504]
    assert vacancies[0].count == 15_504  # of /$count
    sent = [
        row["OpenstaandeVacatures_1"]
        for n in (1, 2)
        for row in json.loads(body("83599NED_v3", f"page{n}"))["value"]
    ]
    assert [text for page in vacancies for text in page.content["OpenstaandeVacatures_1"].to_pylist()] == sent


def test_provinces_add_up_to_the_nation(vacancies):
    columns = {
        name: [v for p in vacancies for v in p.content[name].to_pylist()] for name in vacancies[0].content
    }
    cells = dict(zip(zip(columns["RegioS"], columns["BedrijfstakkenBranchesSBI2008"], columns["Perioden"], strict=True),
                     columns["OpenstaandeVacatures_1"], strict=True))  # fmt: skip
    assert cells["NL01  ", "T001081", "2011KW01"].strip() == "135.5"
    provinces = [float(v) for (region, sector, period), v in cells.items()
                 if (region[:2], sector, period) == ("PV", "T001081", "2011KW01")]  # fmt: skip
    assert len(provinces) == 12 and sum(provinces) == pytest.approx(135.5, abs=0.6)


def test_the_description_of_a_true_table():
    base = "/ODataFeed/odata/80137ned/"
    parts = {
        "TableInfos": 2,
        "Persoonskenmerken": 4,
        "BedrijfstakkenSBI93": 5,
        "Perioden": 6,
        "DataProperties": 7,
    }
    bodies = {(base + part, ""): body("80137ned_v3", f"meta_{n}") for part, n in parts.items()}
    with served(bodies) as service, HttpClient(QUICK) as client:
        # one dimension is guessed right, one wrong, one not at all
        found = CbsV3(service.address, client).describe("80137ned", ["Perioden", "RegioS"])
    assert found.title.startswith("Arbeidsrekeningen; leeftijd") and found.modified == "2009-07-10T02:00:00"
    assert {d.name: (d.kind, len(d.codes)) for d in found.dimensions} == {
        "Persoonskenmerken": ("other", 9), "BedrijfstakkenSBI93": ("other", 15), "Perioden": ("time", 5)}  # fmt: skip
    assert found.dimensions[0].codes.iloc[0][["key", "code", "title"]].tolist() == ["1 ", "1", "Totaal"]
    assert set(found.dimensions[2].codes["status"]) == {"Definitief"}
    assert len(found.measures) == 12 and all(m.unit for m in found.measures)


def test_the_list_of_true_tables():
    bodies = {("/ODataCatalog/Tables", ""): body("80137ned_v3", "catalog_tables")}
    with served(bodies) as service, HttpClient(QUICK) as client:
        listed = CbsV3(service.address, client).list_tables("Banen")
    assert len(listed) == 20 and (listed["table_id"] != "").all() and (listed["modified"] != "").all()


def test_the_jobs_of_the_regional_key_figures_are_found_in_their_true_list():
    codes = rows_of_page(body("70072ned_v4", "MeasureCodes"), V4, texts=["Identifier"]).content
    regions = rows_of_page(body("70072ned_v4", "RegioSCodes"), V4, texts=["Identifier"]).content
    description = TableDescription(
        "70072ned", "Regionale kerncijfers Nederland", "", "", "", "", None,
        (make_dimension("RegioS", "Regio's", "region", regions, "Identifier"),),
        tuple(_measure(m, "Identifier", "DataType", "") for m in codes),
    )  # fmt: skip
    source = load_catalog().source("jobs_key_figures")
    found = {wanted.name: _find_measure(description, wanted).code for wanted in source.measures}
    assert found == {"jobs_employees": "M000308_3", "jobs_a": "301000_1", "jobs_b_f": "300003_1",
                     "jobs_g_n": "300007_1", "jobs_o_u": "300013_1"}  # fmt: skip
