"""``catalog --check``: what the services say of the tables that the catalogue names."""

from __future__ import annotations

import pytest

from pipeline.sources.catalog import load_catalog
from pipeline.sources.editions import check_catalog, find_editions
from pipeline.sources.http import HttpClient
from pipeline.sources.odata import make_services
from tests.integration.sources.conftest import QUICK
from tests.loopback import Fault, LoopbackService, synthetic


@pytest.fixture
def check():
    """Check some sources against some tables: a frame with the source as index."""

    def run(tables, keys, faults=(), transport="auto"):
        with LoopbackService(tables) as service, HttpClient(QUICK) as client:
            service.faults = list(faults)
            catalog = load_catalog().at(**service.hosts).only(keys)
            return check_catalog(
                catalog, make_services(catalog.hosts.cbs_v3, catalog.hosts.cbs_v4, client, transport)
            ).set_index("table")

    return run


def test_a_table_that_is_as_expected(check, small_jobs):
    found = check([small_jobs], ["jobs"]).loc["83582NED"]
    assert found["found"] and found["problem"] == "" and found["newer"] == ""
    assert found["title"] == small_jobs.title and found["status"] == "Regulier"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.changed(title="Lonen"), "title is now 'Lonen'"),
        (lambda t: t.with_unit("aantal"), "unit of"),
        (lambda t: t.without_measure(t.measures[0].title), "occurs 0 times"),
        (lambda t: t.with_renamed_dimension("BedrijfstakkenBranchesSBI2008", "X"), "dimensions are now"),
        (lambda t: t.changed(status="Gediscontinueerd"), "stopped"),
    ],
)
def test_a_table_that_changed(check, small_jobs, change, words):
    found = check([change(small_jobs)], ["jobs"]).loc["83582NED"]
    assert found["found"] and words in found["problem"]


def test_a_table_that_the_catalogue_knows_as_stopped_is_no_problem(check):
    found = check([synthetic.jobs_earlier()], ["jobs_earlier"]).loc["81402ned"]
    assert (found["status"], found["problem"]) == ("Gediscontinueerd", "")


def test_a_table_that_is_gone_with_a_successor(check, small_jobs):
    successor = small_jobs.changed(table_id="87000NED", title=f"{small_jobs.title} (SBI 2025)")
    found = check([successor], ["jobs"]).loc["83582NED"]
    assert not found["found"] and "404" in found["problem"] and "87000NED" in found["newer"]


def test_a_newer_edition_is_named(check):
    tables = [
        synthetic.unemployment(2022, "85494NED", gemeenten=5),
        synthetic.unemployment(2026, "86999NED", gemeenten=5),
    ]
    frame = check(tables, ["unemployment"])
    assert frame.loc["85494NED", "problem"] == ""
    assert "2026: 86999NED" in frame.loc["85494NED", "newer"]
    assert frame.loc["86999NED", "found"] and frame.loc["86999NED", "edition"] == 2026
    assert not frame.loc["82208NED", "found"]


def test_a_running_edition_goes_before_a_stopped_one_of_the_same_year():
    tables = [
        synthetic.unemployment(2021, "85269NED", gemeenten=5),
        synthetic.unemployment(2021, "85230NED", gemeenten=5).changed(
            status="Gediscontinueerd", modified="2027-01-01"
        ),
    ]
    with LoopbackService(tables) as service, HttpClient(QUICK) as client:
        catalog = load_catalog().at(**service.hosts)
        for transport in ("v3", "v4"):
            ways = make_services(catalog.hosts.cbs_v3, catalog.hosts.cbs_v4, client, transport)
            assert find_editions(ways, catalog.source("unemployment"))[2021] == "85269NED"


def test_without_the_list_the_known_editions_are_used(caplog):
    with LoopbackService([]) as service, HttpClient(QUICK) as client:
        service.faults = [Fault("status", part="Tables"), Fault("status", part="Datasets")]
        catalog = load_catalog().at(**service.hosts)
        source = catalog.source("unemployment")
        assert (
            find_editions(make_services(catalog.hosts.cbs_v3, catalog.hosts.cbs_v4, client, "auto"), source)
            == source.editions.known
        )
    assert "known editions only" in caplog.text


def test_the_list_comes_from_the_second_service_when_the_first_is_down(small_jobs):
    table = synthetic.unemployment(2026, "86999NED", gemeenten=5)
    with LoopbackService([table]) as service, HttpClient(QUICK) as client:
        service.faults = [Fault("html", part="Tables")]
        catalog = load_catalog().at(**service.hosts)
        editions = find_editions(
            make_services(catalog.hosts.cbs_v3, catalog.hosts.cbs_v4, client, "auto"),
            catalog.source("unemployment"),
        )
    assert editions[2026] == "86999NED"
