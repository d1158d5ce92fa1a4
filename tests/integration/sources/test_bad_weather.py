"""Everything that goes wrong between a publisher and a vintage.

Each case ends in a vintage whose figures are right, or in an error that names table, request and next step
and leaves no vintage behind.
"""

from __future__ import annotations

import shutil
import signal
import ssl
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline import store
from pipeline.folders import Folders
from pipeline.sources.catalog import load_catalog
from pipeline.sources.errors import ContentError, LockedError, NotThereError, SourceError, TransportError
from pipeline.sources.vintage import retrieve
from tests.integration.sources.conftest import QUICK, VINTAGE, Desk, expected_cells, stored_cells
from tests.loopback import Fault, LoopbackService
from tests.loopback.synthetic import jobs, vacancies

ROWS = {"v3": "UntypedDataSet", "v4": "Observations"}
ROOT = Path(__file__).parents[3]


def assert_right(desk: Desk, table) -> None:
    """The vintage holds exactly the table's figures, and nothing else lies about; 210 and 210.0 are one figure."""
    store.verify_vintage(desk.vintage)
    stored, expected = (
        cells.assign(value=cells["value"].replace("", "nan").astype(float))
        for cells in (stored_cells(desk.observations()), expected_cells(table))
    )
    pd.testing.assert_frame_equal(stored, expected, check_dtype=False, check_exact=True)
    assert [p.name for p in desk.folders.raw.iterdir()] == [VINTAGE]


def assert_refused(desk: Desk, error: SourceError, *words: str, table: str = "83582NED") -> None:
    """The error helps, and there is no vintage nor a part of one."""
    text = str(error)
    assert table in text
    assert "Next step:" in text and len(error.next_step) > 20
    for word in words:
        assert word in text
    assert desk.left_behind() == []


# --- the connection -----------------------------------------------------------------------------


def test_fair_weather(desk, small_jobs):
    desk.pull()
    assert_right(desk, small_jobs)


def test_connection_refused(desk):
    closed = {name: address.replace(desk.service.address, "http://127.0.0.1:9") for name, address in
              desk.service.hosts.items()}  # fmt: skip
    desk.catalog = desk.catalog.at(**closed)
    with pytest.raises(TransportError) as caught:
        desk.pull("auto")
    assert_refused(desk, caught.value, "Request: GET http://127.0.0.1:9", "/ODataFeed/", "/odata/v1/")


@pytest.mark.parametrize("transport", ["v3", "v4"])
@pytest.mark.parametrize("kind", ["reset", "truncated", "html", "hang", "status", "no_rows_key"])
def test_a_fault_that_passes(desk, small_jobs, kind, transport):
    desk.service.faults = [Fault(kind, part=ROWS[transport], page=1, times=1, seconds=6)]
    desk.pull(transport, replace(QUICK, read_timeout=3) if kind == "hang" else QUICK)
    assert_right(desk, small_jobs)
    assert desk.service.faults[0].done == 1


@pytest.mark.parametrize("transport", ["v3", "v4"])
@pytest.mark.parametrize("kind", ["reset", "truncated", "html", "status", "no_rows_key"])
def test_a_fault_that_stays(desk, kind, transport):
    desk.service.faults = [Fault(kind, part=ROWS[transport], page=1)]
    with pytest.raises(TransportError) as caught:
        desk.pull(transport)
    assert_refused(desk, caught.value, "3 tries", f"/{ROWS[transport]}", "skip=200")


def test_a_service_that_never_answers(desk):
    desk.service.faults = [Fault("hang", part="UntypedDataSet", seconds=600)]
    started = time.monotonic()
    with pytest.raises(TransportError) as caught:
        desk.pull("v3", replace(QUICK, attempts=2, read_timeout=0.3))
    assert_refused(desk, caught.value, "no answer within 0.3 s")
    assert time.monotonic() - started < 600, "it was waited for"


@pytest.mark.parametrize("part", ["TableInfos", "DataProperties", "RegioS"])
@pytest.mark.parametrize("kind", ["reset", "truncated", "html", "status"])
def test_metadata_that_stumbles(desk, small_jobs, kind, part):
    desk.service.faults = [Fault(kind, part=part, times=1)]
    desk.pull("v3")
    assert_right(desk, small_jobs)


@pytest.mark.parametrize("kind", ["truncated", "html", "status"])
def test_metadata_that_falls(desk, kind):
    desk.service.faults = [Fault(kind, part="DataProperties")]
    with pytest.raises(TransportError) as caught:
        desk.pull("v3")
    assert_refused(desk, caught.value, "/83582NED/DataProperties", "3 tries")


@pytest.mark.parametrize("part", ["TableInfos", "UntypedDataSet"])
def test_too_many_requests_waits_as_long_as_asked(desk, small_jobs, part):
    desk.service.faults = [Fault("status", part=part, times=1, status=429, headers={"Retry_After": "1"})]
    started = time.monotonic()
    desk.pull("v3")
    assert time.monotonic() - started >= 1
    assert_right(desk, small_jobs)


@pytest.mark.parametrize("part", ["TableInfos", "UntypedDataSet"])
def test_a_very_long_retry_after_is_reported_not_waited_for(desk, part):
    desk.service.faults = [Fault("status", part=part, status=429, headers={"Retry_After": "3600"})]
    started = time.monotonic()
    with pytest.raises(TransportError) as caught:
        desk.pull("v3")
    assert time.monotonic() - started < 600  # an hour was asked; a slow machine has its time
    assert_refused(desk, caught.value, "429")


def test_certificate_error(desk, tmp_path_factory):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate of this test")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with LoopbackService([]) as secure:
        secure.speak_tls(context)
        hosts = {n: a.replace("http://", "https://") for n, a in secure.hosts.items()}
        desk.catalog = desk.catalog.at(**hosts)
        for transport in ("v3", "v4"):
            with pytest.raises(TransportError) as caught:
                desk.pull(transport)
            assert_refused(desk, caught.value, "certificate", "https://127.0.0.1")
            assert "(3 tries)" not in str(caught.value)


def test_a_broken_v3_falls_over_to_v4(desk, small_jobs):
    desk.service.faults = [Fault("status", part="UntypedDataSet")]
    report = desk.pull("auto")
    assert_right(desk, small_jobs)
    assert report.manifest.tables[0].transport == "cbs-odata-v4"


def test_a_v3_that_is_switched_off_falls_over_to_v4(desk, small_jobs):
    desk.catalog = desk.catalog.at(cbs_v3=f"{desk.service.address}/gone")
    report = desk.pull("auto")
    assert_right(desk, small_jobs)
    assert report.manifest.tables[0].transport == "cbs-odata-v4"


# --- pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", ["v3", "v4"])
@pytest.mark.parametrize("counts", [True, False])
def test_a_next_link_that_goes_round(desk, transport, counts):
    desk.service.counts = counts
    desk.service.faults = [Fault("loop", part=ROWS[transport])]
    with pytest.raises(TransportError) as caught:
        desk.pull(transport)
    assert_refused(desk, caught.value, ROWS[transport])


@pytest.mark.parametrize("transport", ["v3", "v4"])
@pytest.mark.parametrize(("kind", "words"), [("repeat_page", "came twice"), ("short_page", "197 rows")])
def test_pages_that_do_not_add_up(desk, small_jobs, transport, kind, words):
    desk.service.faults = [Fault(kind, part=ROWS[transport], page=1)]
    with pytest.raises(TransportError) as caught:
        desk.pull(transport)
    assert_refused(desk, caught.value, words, ROWS[transport])
    assert not list((desk.folders.root / ".cache").rglob("*.json")), "wrong pages are not kept"
    desk.service.faults = []
    desk.pull(transport)
    assert_right(desk, small_jobs)


@pytest.mark.parametrize("kind", ["repeat_page", "short_page"])
def test_pages_that_add_up_the_second_time(desk, small_jobs, kind):
    desk.service.faults = [Fault(kind, part="UntypedDataSet", page=1, times=1)]
    desk.pull()
    assert_right(desk, small_jobs)


def test_the_last_page_is_short_but_the_count_says_more(desk, small_jobs):
    last = (small_jobs.rows - 1) // 200
    desk.service.faults = [Fault("short_page", part="UntypedDataSet", page=last)]
    with pytest.raises(TransportError) as caught:
        desk.pull()
    assert_refused(desk, caught.value, "the service counts")


def test_rows_against_the_tables_own_count(desk, small_jobs):
    desk.service.counts = False
    desk.service.put(small_jobs.changed(extra={"record_count": small_jobs.rows + 1}))
    with pytest.raises(TransportError) as caught:
        desk.pull()
    assert_refused(desk, caught.value, f"the table says it has {small_jobs.rows + 1}")


def test_a_service_that_does_not_count(desk, small_jobs):
    desk.service.counts = False
    for transport in ("v3", "v4"):
        desk.pull(transport)
        assert_right(desk, small_jobs)
        shutil.rmtree(desk.folders.raw)


def test_never_more_than_four_requests_at_once(desk):
    desk.service.latency = 0.02
    desk.pull()
    assert 2 <= desk.service.most_at_once <= 4


# --- the table is another ----------------------------------------------------------------------------------


def changed_tables():
    """name -> what happened to the table, and words of the error."""
    return {
        "title": (lambda t: t.changed(title="Lonen; regio"), ["Lonen; regio"]),
        "unit": (lambda t: t.with_unit("aantal"), ["'aantal'", "x 1 000"]),
        "measure gone": (lambda t: t.without_measure(t.measures[0].title), ["0 times"]),
        "dimension of another kind": (
            lambda t: t.with_renamed_dimension("BedrijfstakkenBranchesSBI2008", "Beroep"),
            ["its dimensions are now", "Beroep"],
        ),
        "decimal comma": (lambda t: t.with_values(lambda v: v.replace(".", ",")), ["decimal point"]),
        "empty": (lambda t: t.taken(slice(0, 0)), ["no rows"]),
        "code not in its list": (
            lambda t: t.with_code("RegioS", "GM9998", "Nieuwstad", listed=False),
            ["GM9998"],
        ),
        "duplicate rows": (lambda t: t.taken([*range(t.rows), 5, 6]), ["2 of", "twice"]),
    }


@pytest.mark.parametrize("transport", ["v3", "v4"])
@pytest.mark.parametrize("case", changed_tables())
def test_a_table_that_is_not_what_it_was(desk, small_jobs, case, transport):
    change, words = changed_tables()[case]
    desk.service.put(change(small_jobs))
    with pytest.raises(SourceError) as caught:
        desk.pull(transport)
    assert_refused(desk, caught.value, *words)


@pytest.mark.parametrize("case", ["title", "unit", "measure gone", "dimension of another kind"])
def test_another_table_is_not_taken_from_another_service(desk, small_jobs, case):
    change, _ = changed_tables()[case]
    desk.service.put(change(small_jobs))
    with pytest.raises(ContentError):
        desk.pull("auto")
    assert desk.service.requested("^/odata/v1/CBS") == []


@pytest.mark.parametrize("transport", ["v3", "v4"])
def test_a_new_code_is_kept(desk, small_jobs, transport):
    table = small_jobs.with_code("RegioS", "GM9998", "Nieuwstad")
    desk.service.put(table)
    desk.pull(transport)
    assert_right(desk, table)
    codes = store.read_raw_table(desk.vintage, "cbs", "83582NED").codes["RegioS"].set_index("code")
    assert codes.loc["GM9998", "title"] == "Nieuwstad"


@pytest.mark.parametrize("width", [0, 4, 10])
def test_codes_with_another_padding(desk, small_jobs, width):
    desk.service.put(small_jobs.with_padding("RegioS", width).with_padding("Perioden", width))
    desk.pull()
    assert_right(desk, small_jobs)


def test_a_table_that_is_updated_meanwhile(desk, small_jobs):
    desk.service.latency = 0.1

    def update() -> None:
        while not desk.service.requested("UntypedDataSet"):
            time.sleep(0.01)
        desk.service.put(newer)

    newer = small_jobs.with_values(lambda v: f"{float(v) + 1:.1f}").changed(modified="2027-01-01T02:00:00")
    thread = threading.Thread(target=update)
    thread.start()
    desk.pull()
    thread.join()
    assert_right(desk, newer)


def test_a_table_that_is_updated_all_the_time(desk, small_jobs):
    desk.service.faults = [
        Fault(
            "body", part="TableInfos", change=lambda b: b.replace(b"T02:00:00", f"T{time.time_ns()}".encode())
        )
    ]
    with pytest.raises(TransportError) as caught:
        desk.pull()
    assert_refused(desk, caught.value, "updated while its rows came in")


def test_a_stopped_table_gives_its_figures_still(desk, small_jobs):
    table = small_jobs.changed(status="Gediscontinueerd", title=f"{small_jobs.title}, 2010-2024")
    desk.service.put(table)
    desk.pull()
    assert_right(desk, table)
    assert (
        store.read_raw_table(desk.vintage, "cbs", "83582NED").properties["table_status"] == "Gediscontinueerd"
    )


def test_a_table_that_is_gone_points_to_the_check(make_desk, small_jobs):
    successor = small_jobs.changed(table_id="87000NED", title=f"{small_jobs.title} 2025")
    desk = make_desk([successor], ["jobs"])
    with pytest.raises(NotThereError) as caught:
        desk.pull("auto")
    assert_refused(desk, caught.value, "catalog --check", "404")


def test_a_table_that_is_gone_is_the_same_error_by_both_ways(make_desk):
    desk = make_desk([], ["jobs"])
    said = []
    for transport in ("v3", "v4"):
        with pytest.raises(NotThereError) as caught:
            desk.pull(transport)
        said.append((caught.value.reason, caught.value.table, caught.value.next_step))
        assert_refused(desk, caught.value, "status 404", "/83582NED")
    assert said[0] == said[1]


# --- the vintage ------------------------------------------------------------------------------------------------


def test_a_source_that_is_not_required_is_absent_with_its_reason(make_desk, small_jobs):
    broken = vacancies().with_unit("aantal")
    desk = make_desk([small_jobs, broken], ["jobs", "vacancies"])
    report = desk.pull("auto")
    store.verify_vintage(desk.vintage)
    assert [t.table_id for t in report.manifest.tables] == ["83582NED"]
    (absent,) = report.manifest.absent
    assert absent.table_id == "83599NED" and "unit" in absent.reason and "Next step" in absent.reason
    outcome = report.table.set_index("table")["outcome"]
    assert outcome.to_dict() == {"83582NED": "retrieved", "83599NED": "absent"}


def test_an_empty_inbox_is_absent_with_its_reason(make_desk, small_jobs):
    desk = make_desk([small_jobs], ["jobs", "uwv_workbooks", "lisa"])
    (desk.folders.inbox / "lisa").mkdir(parents=True)
    (desk.folders.inbox / "lisa" / "notes.txt").write_text("later")
    report = desk.pull()
    manifest = store.verify_vintage(desk.vintage)
    found = {entry.table_id: entry for entry in manifest.absent}
    assert found.keys() == {"uwv_workbooks", "lisa"}
    assert found["uwv_workbooks"].need == "uwv workbooks"
    assert "data/inbox/uwv: no .xlsx, .ods, .csv file is saved there." in found["uwv_workbooks"].reason
    assert "e.g. notes.txt" in found["lisa"].reason
    assert all("Next step: Save it there" in entry.reason for entry in manifest.absent)
    outcome = report.table.set_index("table")["outcome"]
    assert outcome.to_dict() == {"83582NED": "retrieved", "uwv_workbooks": "absent", "lisa": "absent"}


def test_an_absent_table_is_logged_once(make_desk, small_jobs, caplog):
    caplog.set_level("INFO", logger="pipeline")
    desk = make_desk([small_jobs], ["jobs", "vacancies"])
    report = desk.pull("auto")
    said = [record.getMessage() for record in caplog.records if "83599NED" in record.getMessage()]
    assert said == [f"left out of vacancies: {report.manifest.absent[0].reason}"]


def test_a_table_that_came_by_the_second_way_says_why_once(desk, caplog):
    caplog.set_level("INFO", logger="pipeline")
    desk.catalog = desk.catalog.at(cbs_v3=f"{desk.service.address}/gone")
    desk.pull("auto")
    (said,) = [record.getMessage() for record in caplog.records if "came by" in record.getMessage()]
    assert said.startswith(
        "83582NED came by cbs-odata-v4: 83582NED: the service does not know it (status 404)"
    )


def test_a_required_source_that_fails_leaves_nothing(make_desk, small_jobs):
    desk = make_desk([small_jobs.with_unit("aantal"), vacancies()], ["vacancies", "jobs"])
    with pytest.raises(ContentError) as caught:
        desk.pull()
    assert_refused(desk, caught.value)
    assert desk.service.requested("83599NED") == [], "required sources go first"


def test_a_vintage_is_never_overwritten(desk, small_jobs):
    desk.pull()
    before = {p: p.read_bytes() for p in desk.vintage.rglob("*") if p.is_file()}
    desk.service.put(small_jobs.with_values(lambda v: "9.9"))
    asked = len(desk.service.requests)
    report = desk.pull()
    assert report.was_there
    assert {p: p.read_bytes() for p in desk.vintage.rglob("*") if p.is_file()} == before
    assert len(desk.service.requests) == asked


def test_a_damaged_vintage_is_not_taken_for_whole(desk):
    desk.pull()
    victim = desk.vintage / "cbs" / "83582NED" / "codes" / "RegioS.csv"
    victim.write_text("code,title\nGM0000,Nergens\n")
    with pytest.raises(store.StoreError, match="changed"):
        desk.pull()


@pytest.mark.parametrize("name", ["2026-12-01", "x/y", "a b"])
def test_a_wrong_name_is_refused(desk, name):
    with pytest.raises(SourceError, match="no name for a vintage"):
        desk.pull(vintage=name)
    assert desk.service.requests == []


def test_disk_full_while_writing(desk, small_jobs, monkeypatch):
    real = store.write_raw_table

    def full(folder, table):
        (folder / "half").write_text("written before the disk was full")
        raise OSError(28, "No space left on device", str(folder / "observations.csv.gz"))

    monkeypatch.setattr(store, "write_raw_table", full)
    with pytest.raises(SourceError) as caught:
        desk.pull()
    assert "No space left" in str(caught.value) and "Make room" in str(caught.value)
    assert desk.left_behind() == []
    monkeypatch.setattr(store, "write_raw_table", real)
    asked = len(desk.service.requested("UntypedDataSet"))
    desk.pull()
    assert_right(desk, small_jobs)
    # the first page is asked for again: it tells whether the others still belong to the table
    assert len(desk.service.requested("UntypedDataSet")) == asked + 1, "the pages that came in are used"


def test_two_pulls_at_once(desk, small_jobs):
    desk.service.latency = 0.05
    thread = threading.Thread(target=desk.pull)
    thread.start()
    while not desk.service.requests:
        time.sleep(0.01)
    with pytest.raises(LockedError, match=f"vintage {VINTAGE} is being pulled by another process") as caught:
        desk.pull()
    assert "Next step: Wait until it is done" in str(caught.value)
    thread.join()
    assert_right(desk, small_jobs)


PULL = """
import sys
from pathlib import Path
from pipeline.folders import Folders
from pipeline.sources.catalog import load_catalog
from pipeline.sources.vintage import retrieve
hosts = dict(pair.split("=") for pair in sys.argv[2:])
retrieve("live-test", catalog=load_catalog().at(**hosts).only(["jobs"]), folders=Folders(Path(sys.argv[1])),
         transport="v3")
"""


def start_pull(desk: Desk, prelude: str = "") -> subprocess.Popen:
    hosts = [f"{name}={address}" for name, address in desk.service.hosts.items()]
    return subprocess.Popen(
        [sys.executable, "-c", prelude + textwrap.dedent(PULL), str(desk.folders.root), *hosts],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def kept_pages(desk: Desk) -> list[str]:
    return sorted(
        p.name for p in (desk.folders.root / ".cache").rglob("*.json") if not p.name.startswith(".")
    )


def test_killed_in_the_middle_goes_on_from_the_last_good_page(desk, small_jobs):
    desk.service.latency = 0.15
    process = start_pull(desk)
    deadline = time.monotonic() + 300
    while len(kept_pages(desk)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    kept = kept_pages(desk)
    assert len(kept) >= 2
    assert desk.left_behind() == []

    time.sleep(0.2)  # what was under way has arrived at the service
    desk.service.latency = 0
    desk.service.requests.clear()
    desk.pull()
    assert_right(desk, small_jobs)
    pages = -(-small_jobs.rows // 200)
    first_again = any(name.startswith("0000-00000000") for name in kept)
    assert len(desk.service.requested("UntypedDataSet")) == pages - len(kept) + first_again
    assert not (desk.folders.root / ".cache" / "retrieve" / VINTAGE).exists()


def test_pages_of_an_older_version_of_the_table_are_not_used(desk, small_jobs):
    desk.service.faults = [Fault("status", part="UntypedDataSet", page=2)]
    with pytest.raises(TransportError):
        desk.pull()
    assert kept_pages(desk)
    newer = small_jobs.with_values(lambda v: f"{float(v) + 1:.1f}").changed(modified="2027-01-01T02:00:00")
    desk.service.put(newer)
    desk.service.faults = []
    desk.pull()
    assert_right(desk, newer)


def test_a_page_cut_off_on_disk_is_fetched_again(desk, small_jobs):
    desk.service.faults = [Fault("status", part="UntypedDataSet", page=2)]
    with pytest.raises(TransportError):
        desk.pull()
    page = next((desk.folders.root / ".cache").rglob("0000-*.json"))
    page.write_bytes(page.read_bytes()[:100])
    desk.service.faults = []
    desk.pull()
    assert_right(desk, small_jobs)


def test_a_disk_that_takes_no_more_bytes(desk, small_jobs):
    prelude = (
        "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))\n"
    )
    process = start_pull(desk, prelude)
    _, errors = process.communicate(timeout=300)
    assert process.returncode != 0
    assert "could not be written" in errors and "Make room" in errors
    assert desk.left_behind() == []
    desk.pull()
    assert_right(desk, small_jobs)


def test_the_same_pull_gives_the_same_bytes(tmp_path, small_jobs):
    import datetime as dt

    moment = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    with LoopbackService([small_jobs], page_size=200) as service:
        catalog = load_catalog().at(**service.hosts).only(["jobs"])
        contents = []
        for name in ("one", "two"):
            folders = Folders(tmp_path / name)
            retrieve(VINTAGE, catalog=catalog, folders=folders, http=QUICK, now=lambda: moment)
            contents.append(
                {p.relative_to(folders.raw): p.read_bytes() for p in folders.raw.rglob("*") if p.is_file()}
            )
    assert contents[0] == contents[1]
    assert len(contents[0]) > 5


def test_jobs_of_all_shapes_are_in_the_fixture():
    """The table of these tests has padded keys, hidden figures and gemeenten that are gone."""
    table = jobs(first=2022, last=2024, sectors=4, gemeenten=30, abolished=10)
    reasons = set().union(*(set(a) for a in table.attributes.values()))
    assert reasons == {"None", "Confidential", "NotAvailable"}
    assert table.dimension("RegioS").key("NL01") == "NL01  "


def test_a_table_that_takes_too_long_is_named_with_its_request(desk):
    desk.service.latency = 0.3
    with pytest.raises(TransportError, match=r"83582NED: its pages did not come in within 0.1 s") as caught:
        desk.pull(http=replace(QUICK, table_seconds=0.1))
    assert "/ODataFeed/odata/83582NED/" in str(caught.value) and "set vintage in params.yaml" in str(
        caught.value
    )
