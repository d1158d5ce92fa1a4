"""Everything a publisher may send, by kind: it ends in right figures or in an error in words, never in a trace.

A case names where it goes wrong, what is sent instead, and how it must end: ``right`` (it does not matter), ``refused``
(a required source stops the pull, nothing is left behind) or ``safe`` (either).
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pytest

from pipeline import store
from pipeline.folders import Folders
from pipeline.sources.catalog import load_catalog
from pipeline.sources.errors import SourceError
from pipeline.store import RawTable
from tests.integration.sources.conftest import QUICK, VINTAGE, Desk
from tests.integration.sources.test_bad_weather import assert_refused, assert_right, kept_pages, start_pull
from tests.loopback import Fault, LoopbackService, LoopbackTable, synthetic
from tests.loopback.prepared import answers, fetch
from tests.loopback.synthetic import jobs, vacancies

ROWS = ("UntypedDataSet", "Observations")
V3_PARTS = {"TableInfos", "DataProperties", "RegioS", "Perioden", "UntypedDataSet"}
#: Bounds a test can reach.
BOUNDED = replace(
    QUICK, attempts=2, read_timeout=5, request_seconds=5, table_seconds=15, probe_seconds=1, answer_bytes=400_000,
    unpacked_bytes=400_000, pages=60,
)  # fmt: skip


#: Seconds without an answer, much longer than any other wait.
HANGS = 120


@pytest.fixture(scope="module")
def small_jobs() -> LoopbackTable:
    """A jobs table that is small enough for some hundreds of pulls."""
    return jobs(first=2023, last=2024, sectors=2, gemeenten=6, abolished=2)


@pytest.fixture
def desk(tmp_path, small_jobs) -> Iterator[Desk]:
    """The jobs table alone, in pages of 40 rows."""
    with LoopbackService([small_jobs], page_size=40, page_size_v4=40) as service:
        yield Desk(service, load_catalog().at(**service.hosts).only(["jobs"]), Folders(tmp_path / "project"))


def as_json(change: Callable[[dict[str, Any]], Any]) -> Callable[[bytes], bytes]:
    """A change of an answer as JSON; what ``change`` returns is sent, or the object itself."""

    def changed(body: bytes) -> bytes:
        content = json.loads(body)
        result = change(content)
        return json.dumps(content if result is None else result).encode()

    return changed


def each_row(key: str, value: Any) -> Callable[[bytes], bytes]:
    """A field of every row set to something."""
    return as_json(lambda content: [row.update({key: value}) for row in content["value"]] and None)


def first_row(key: str, value: Any) -> Callable[[bytes], bytes]:
    """A field of the first row set to something."""
    return as_json(lambda content: content["value"][0].update({key: value}))


def first_figure(value: Any) -> Callable[[bytes], bytes]:
    """The figure of the first row, in either version."""
    return as_json(lambda content: content["value"][0].update(
        {"BanenVanWerknemersInDecember_1": value, "Value": value, "ValueAttribute": "None"}))  # fmt: skip


def without(key: str) -> Callable[[bytes], bytes]:
    """Rows that lack a field."""
    return as_json(lambda content: [row.pop(key, None) for row in content["value"]] and None)


def with_link(link: Any) -> Callable[[bytes], bytes]:
    """A link to the next page."""
    return as_json(lambda c: c.update({"odata.nextLink": link, "@odata.nextLink": link}))


def with_count(count: Any) -> Callable[[bytes], bytes]:
    """A count of the rows."""
    return as_json(lambda c: c.update({"odata.count": count, "@odata.count": count}))


def nested(depth: int, opening: bytes = b"[", closing: bytes = b"]") -> Callable[[bytes], bytes]:
    """JSON without a bottom."""
    return lambda body: b'{"value": ' + opening * depth + closing * depth + b"}"


@dataclass(frozen=True)
class Case:
    """A fault, in which parts of v3 and of v4 it is put, and how a pull ends when it stays."""

    parts: tuple[str, ...]
    fault: dict[str, Any]
    ends: str = "refused"
    words: str = ""


def body(*parts: str, change: Callable[[bytes], bytes], ends: str = "refused", words: str = "") -> Case:
    """A case of another body."""
    return Case(parts, {"kind": "body", "change": change}, ends, words)


HEADS = ("TableInfos", "Properties")
PROPERTIES = ("DataProperties", "MeasureCodes")
CODES = ("RegioS", "RegioSCodes")
ANSWERS = {
    "empty": lambda b: b"",
    "spaces": lambda b: b"  \n ",
    "web page": lambda b: b"<html><body>Onderhoud</body></html>",
    "web page after a BOM": lambda b: b"\xef\xbb\xbf <!DOCTYPE html>",
    "cut off": lambda b: b[: len(b) // 2],
    "null": lambda b: b"null",
    "list": lambda b: b"[1, 2]",
    "text": lambda b: b'"niet beschikbaar"',
    "number": lambda b: b"5",
    "not UTF-8": lambda b: b'{"value": "\xff\xfe"}',
    "UTF-16": lambda b: b.decode().encode("utf-16"),
    "value null": lambda b: b'{"value": null}',
    "value text": lambda b: b'{"value": "geen"}',
    "rows that are numbers": lambda b: b'{"value": [1, 2, 3]}',
    "rows that are null": lambda b: b'{"value": [null]}',
    "an error in words": lambda b: b'{"odata.error": {"code": "", "message": {"value": "timeout"}}}',
    "nested lists": nested(100_000),
    "nested objects": nested(100_000, b'{"a":', b"}"),
    "nested without end": lambda b: b'{"value":' + b"[" * 100_000,
    "zero bytes": lambda b: b"\0" * 100,
}
CASES: dict[str, Case] = {
    **{f"{where}: {name}": body(*parts, change=change)
       for where, parts in (("rows", ROWS), ("description", HEADS), ("measures", PROPERTIES), ("codes", CODES))
       for name, change in ANSWERS.items()},
    # --- links and counts ---
    "link is a number": body(*ROWS, change=with_link(5)),
    "link is a list": body(*ROWS, change=with_link(["x"])),
    "link to another host": body(*ROWS, change=with_link("http://evil.example/x?$skip=200")),
    "link of metadata to another host": body(*CODES, change=with_link("http://127.0.0.2:9/x"), words="another host"),
    "link to a file": body(*CODES, change=with_link("file:///etc/passwd"), words="another host"),
    "endless links": body(*CODES, change=lambda b: with_link(f"/x?$skiptoken={time.monotonic_ns()}")(b)),
    "count in words": body(*ROWS, change=with_count("veel")),
    "count below zero": body(*ROWS, change=with_count("-5")),
    "count with a comma": body(*ROWS, change=with_count("1,5")),
    "count without end": body(*ROWS, change=with_count(10**12), words="rows are said to be there"),
    "count of a list": body(*ROWS, change=with_count([3])),
    "count one too many": body(*ROWS, change=lambda b: with_count(len(json.loads(b)["value"]) + 1)(b)),
    # --- fields of descriptions ---
    "title null": body(*HEADS, change=lambda b: b.replace(b'"Title": "', b'"Title": null, "X": "')),
    "a link that is no address": body(*ROWS, change=with_link("http://[::1"), words="not understood"),
    "no dimension is described": body("DataProperties", "Dimensions", change=lambda b: b'{"value": []}'),
    "a dimension without codes": body(*CODES, change=lambda b: b'{"value": []}'),
    "codes without a key": body(*CODES, change=lambda b: b.replace(b'"Key"', b'"Sleutel"').replace(
        b'"Identifier"', b'"Sleutel"')),
    "a key that is null": body(*CODES, change=lambda b: first_row("Key", None)(first_row("Identifier", None)(b))),
    "a key that is a number": body(*CODES, change=lambda b: first_row("Key", 5)(first_row("Identifier", 5)(b))),
    "decimals in words": body(*PROPERTIES, change=each_row("Decimals", "een"), ends="safe"),
    "an unknown kind": body("DataProperties", "Dimensions", ends="right", change=lambda b: b.replace(
        b"TimeDimension", b"TijdDimensie2Dimension")),
    "a title that is a number": body(*CODES, change=first_row("Title", 5), ends="safe"),
    "a description that is null": body(*CODES, change=each_row("Description", None), ends="right"),
    "metadata after a BOM": body(*HEADS, *PROPERTIES, *CODES, change=lambda b: b"\xef\xbb\xbf" + b, ends="right"),
    "rows after a BOM": body(*ROWS, change=lambda b: b"\xef\xbb\xbf" + b, ends="right"),
    # --- fields of rows ---
    "rows without a dimension": body(*ROWS, change=without("RegioS")),
    "rows with a null key": body(*ROWS, change=first_row("RegioS", None)),
    "rows with a numeric key": body(*ROWS, change=first_row("RegioS", 5)),
    "a figure that is a list": body(*ROWS, change=first_figure([1])),
    "a figure in words": body(*ROWS, change=first_figure("twaalf")),
    "a figure that is no number": body(*ROWS, change=first_figure("NaN")),
    **{f"a figure of {name}": body(*ROWS, change=first_figure(figure), words="no numbers with a decimal point")
       for name, figure in (("Arabic digits", "١٢.٥"), ("wide digits", "１２.5"), ("no end", "1e999"),
                            ("400 digits", "9" * 400), ("less than nothing", "-5"), ("a bit less", "-0.1"))},
    **{f"a reason {reason}": body("Observations", change=first_row("ValueAttribute", reason), words=words)
       for reason, words in (("Bogus", "1 reason(s) for no figure are not known, e.g. ['Bogus']"),
                             (["a"], "are not known"), ("Confidential", "hold a figure and a reason for none"))},
    **{f"a period {code}": body(*ROWS, "Perioden", "PeriodenCodes", words=words,
                                change=lambda b, code=code: b.replace(b"2024JJ00", code.encode()))
       for code, words in (("20XXJJ00", "are no year, quarter or month"), ("2024SJ00", "are no year"),
                           ("2024MM13", "are no year"))},
    "a status of periods": body("PeriodenCodes", change=each_row("Status", "Bogus"), words="a status that"),
    "a title of nothing": body(*CODES, *PROPERTIES, change=first_row("Title", " "), words="lack one of"),
    "a code of two meanings": body(*CODES, words="have two meanings", change=as_json(
        lambda c: c["value"].append(c["value"][0] | {"Title": "Een ander"}))),
    "a group above that is a list": body(*PROPERTIES, ends="right", change=lambda b: each_row("ParentID", ["a"])(
        each_row("MeasureGroupId", ["a"])(b))),
    "a name of a part that is a list": body("DataProperties", change=each_row("Key", ["a"]), words="lack one of"),
    "a key that is true": body("Observations", change=first_row("RegioS", True), words="is no text but bool"),
    "a title with half a character": body(*CODES, change=first_row("Title", "\ud800"), words="unreadable JSON"),
    # --- the line ---
    **{f"{part}: {name}": Case((part,), fault, "refused", words)
       for part in ("UntypedDataSet", "RegioS") for name, fault, words in (
        ("gzip that is none", {"kind": "encoding", "change": lambda b: b"not gzip at all"}, ""),
        ("gzip cut off", {"kind": "encoding", "change": lambda b: gzip.compress(b)[: len(b) // 30]}, ""),
        ("gzip of a bomb", {"kind": "encoding", "change": lambda b: gzip.compress(b"0" * 50_000_000)}, "larger than"),
        ("a slow drip", {"kind": "drip", "seconds": 0.2}, ""),
        ("redirects that go round", {"kind": "status", "status": 302, "headers": {"Location": "?again"}}, "go round"),
        ("a redirect to another host", {"kind": "status", "status": 302,
                                        "headers": {"Location": "http://evil.example/"}}, "another host"),
        ("a redirect without a place", {"kind": "status", "status": 302}, ""),
        ("status 206", {"kind": "status", "status": 206}, ""),
        ("status 204", {"kind": "status", "status": 204}, ""),
        ("status 403", {"kind": "status", "status": 403}, "refuses"),
        ("status 418", {"kind": "status", "status": 418}, "refuses"),
        ("status 520", {"kind": "status", "status": 520}, "2 tries"),
        ("status 599", {"kind": "status", "status": 599}, "2 tries"),
        ("Retry-After in no zone", {"kind": "status", "status": 503, "headers": {
            "Retry_After": "Tue, 01 Dec 2020 00:00:00 -0000"}}, "2 tries"),
        ("Retry-After in superscript", {"kind": "status", "status": 503,
                                        "headers": {"Retry_After": "\xb2"}}, "2 tries"),
        ("Retry-After without end", {"kind": "status", "status": 429,
                                     "headers": {"Retry_After": "9" * 40}}, "come back"),
        ("Retry-After in words", {"kind": "status", "status": 429, "headers": {"Retry_After": "straks"}}, "2 tries"),
    )},
}  # fmt: skip


def put(desk: Desk, case: Case, times: int | None = None) -> None:
    """Order the fault in each of its parts."""
    desk.service.faults = [Fault(part=part, times=times, **case.fault) for part in case.parts]


def finish(desk: Desk, transport: str) -> SourceError | None:
    """A pull in bounded time, that ends whole or with an error in words."""
    started = time.monotonic()
    try:
        desk.pull(transport, BOUNDED)
    except SourceError as error:
        return error
    finally:
        assert time.monotonic() - started < 300  # half a minute of a machine of its own
    return None


#: Cases that need a connection, links or a count; what else a body may hold is read from prepared answers.
ON_THE_LINE = [n for n, c in CASES.items() if c.fault["kind"] != "body" or "link" in n or "count" in n]
IN_THE_BODY = [n for n in CASES if n not in ON_THE_LINE]


@pytest.fixture(scope="module")
def said(small_jobs) -> dict[str, dict[str, bytes]]:
    """What the services say of the small table."""
    return answers(small_jobs)


@pytest.mark.parametrize(
    ("name", "way"),
    [(n, "v3") for n in IN_THE_BODY if V3_PARTS & set(CASES[n].parts)]
    + [(n, "v4") for n in IN_THE_BODY if set(CASES[n].parts) - V3_PARTS],
)
def test_a_body_that_is_wrong_is_refused_or_does_not_matter(said, name, way):
    case = CASES[name]
    changed = {
        part: case.fault["change"](body) if part in case.parts else body for part, body in said[way].items()
    }
    try:
        raw = fetch(way, changed)
    except SourceError as error:
        assert case.ends != "right", error
        assert "83582NED" in str(error) and case.words in str(error) and len(error.next_step) > 20
    else:
        assert case.ends != "refused"
        pd.testing.assert_frame_equal(figures(raw), figures(fetch(way, said[way])))


def figures(raw: RawTable) -> pd.DataFrame:
    """Cells with numbers: 210 and 210.0 are one figure."""
    return raw.observations.assign(value=pd.to_numeric(raw.observations["value"]))


#: Of the bodies a few go the whole way too.
@pytest.mark.parametrize("name", [*ON_THE_LINE, *IN_THE_BODY[::20]])
def test_a_fault_that_stays_is_refused_or_does_not_matter(desk, small_jobs, name):
    case = CASES[name]
    put(desk, case)
    for transport in ("v3", "v4") if len(case.parts) > 1 else ("v3",):
        error = finish(desk, transport)
        if case.ends == "right" or (case.ends == "safe" and error is None):
            assert error is None
            assert_right(desk, small_jobs)
            shutil.rmtree(desk.vintage)
        else:
            assert_refused(desk, error, case.words)


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c.fault["kind"] != "drip"][::5])
def test_a_fault_of_v3_alone_is_gone_round(desk, small_jobs, name):
    case = CASES[name]
    case = replace(case, parts=tuple(p for p in case.parts if p in V3_PARTS))
    put(desk, case)
    error = finish(desk, "auto")
    if error is None:
        assert_right(desk, small_jobs)
    else:  # a table that is not what it says is not taken from elsewhere
        assert_refused(desk, error, case.words)
        assert type(error).__name__ in ("ContentError", "UnlistedError")


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if c.fault["kind"] != "drip"][::12])
def test_a_fault_that_passes_leaves_no_trace(desk, small_jobs, name):
    case = CASES[name]
    put(desk, case, times=1)
    error = finish(desk, "auto")
    assert error is None or type(error).__name__ in ("ContentError", "UnlistedError"), error
    if error is None:
        assert_right(desk, small_jobs)


@pytest.mark.parametrize("name", list(CASES)[::12])
def test_a_fault_of_an_optional_source_costs_nothing_else(make_desk, small_jobs, name):
    case = CASES[name]
    desk = make_desk([small_jobs, vacancies()], ["jobs", "vacancies"])
    desk.service.faults = [Fault(part=p, table="83599NED", **case.fault) for p in case.parts]
    assert finish(desk, "auto") is None
    manifest = store.verify_vintage(desk.vintage)
    names = {t.table_id for t in manifest.tables} | {a.table_id for a in manifest.absent}
    assert names == {"83582NED", "83599NED"}
    for entry in manifest.absent:
        assert (
            "83599NED: " in entry.reason
            and "Next step: " in entry.reason
            and "pages that came in" not in entry.reason
        )


def test_a_period_that_is_still_to_come(make_desk, small_jobs):
    desk = make_desk([small_jobs, vacancies()], ["jobs", "vacancies"])
    newest = vacancies().dimension("Perioden").codes["code"].iloc[-1][:4].encode()
    desk.service.faults = [Fault("body", table="83599NED", change=lambda b: b.replace(newest, b"2099"))]
    desk.pull("v3")
    (entry,) = store.verify_vintage(desk.vintage).absent
    assert "it holds figures of 2099" in entry.reason


# --- short is not whole ---------------------------------------------------------------------------


def cut_to(rows: int) -> Callable[[bytes], bytes]:
    """Valid JSON with fewer rows, without a count and a link."""

    def change(content: dict[str, Any]) -> dict[str, Any]:
        return {"value": content["value"][:rows]}

    return as_json(change)


@pytest.mark.parametrize("rows", [0, 1, 100, 199])
@pytest.mark.parametrize("transport", ["v3", "v4"])
@pytest.mark.parametrize("counts", [True, False])
def test_a_short_table_is_never_taken_for_whole(desk, small_jobs, rows, transport, counts):
    desk.service.counts = counts
    part = ROWS[transport == "v4"]
    # the whole table is known by its own description; a part of it by /$count, or by the codes that were asked for
    desk.service.put(small_jobs.changed(extra={"record_count": "onbekend"}))
    desk.service.faults = [Fault("body", part=part, change=cut_to(rows))]
    assert_refused(desk, finish(desk, transport), "rows came in" if rows else "")


def test_a_part_of_a_table_without_any_count(make_desk):
    tables = [synthetic.areas_of(2026, "86247NED"), synthetic.areas_of(2015, "82949NED")]
    table = synthetic.unemployment(2022, "85494NED", gemeenten=20)
    desk = make_desk([*tables, table], ["classification", "unemployment"], counts=False)
    desk.service.faults = [Fault("body", table="85494NED", part=part, change=cut_to(30)) for part in ROWS]
    desk.pull("auto", BOUNDED)
    entry = next(e for e in store.verify_vintage(desk.vintage).absent if e.table_id == "85494NED")
    assert "30 rows came in, the selection can hold" in entry.reason


# --- where it writes and calls --------------------------------------------------------------------


@pytest.mark.parametrize(
    "identifier", ["../../../evil", "a/b", "..", "", None, ["83582NED"], "x y", "83582NED\n"]
)
def test_an_identifier_that_is_none_is_not_taken(make_desk, identifier):
    table = synthetic.unemployment(2022, "85494NED", gemeenten=5)
    tables = [synthetic.areas_of(2026, "86247NED"), synthetic.areas_of(2015, "82949NED")]
    desk = make_desk([*tables, table], ["classification", "unemployment"])

    def add(content: dict[str, Any]) -> None:
        title = "Arbeidsdeelname; regionale indeling 2030"
        content["value"].append({"Identifier": identifier, "Title": title, "Modified": "2030-01-01T02:00:00"})

    desk.service.faults = [Fault("body", part=part, change=as_json(add)) for part in ("Tables", "Datasets")]
    desk.pull("auto", BOUNDED)
    manifest = store.verify_vintage(desk.vintage)
    assert "85494NED" in {t.table_id for t in manifest.tables}
    assert all(str(identifier) != entry.table_id for entry in [*manifest.tables, *manifest.absent])
    assert sorted(p.name for p in desk.folders.root.parent.iterdir()) == [desk.folders.root.name]


def test_a_polite_guest(make_desk, small_jobs):
    desk = make_desk([small_jobs, vacancies()], ["jobs", "vacancies"], page_size=200)
    desk.service.latency = 0.01
    desk.pull("auto")
    ((agent, encoding),) = desk.service.asked_as
    assert agent.startswith("groeimonitor/") and "contact" in agent and "gzip" in encoding
    assert desk.service.most_at_once <= 4


def test_a_relative_link_is_followed(desk, small_jobs):
    def relative(content: dict[str, Any]) -> None:
        for key in ("odata.nextLink", "@odata.nextLink"):
            if key in content:
                content[key] = content[key].rpartition("/")[2].replace("$skip", "$skip")

    desk.service.faults = [Fault("body", part=part, change=as_json(relative)) for part in ROWS]
    for transport in ("v3", "v4"):
        desk.pull(transport)
        assert_right(desk, small_jobs)
        shutil.rmtree(desk.vintage)


# --- a service that is down -----------------------------------------------------------------------


def test_a_v3_that_hangs_costs_its_patience_once(make_desk, small_jobs):
    desk = make_desk([small_jobs, vacancies()], ["jobs", "vacancies"])
    desk.service.faults = [Fault("hang", part=p, seconds=5) for p in ("TableInfos", "UntypedDataSet")]
    report = desk.pull("auto", replace(QUICK, attempts=2, read_timeout=3))
    assert {t.transport for t in report.manifest.tables} == {"cbs-odata-v4"}
    assert len(desk.service.requested("83599NED/TableInfos")) == 0


def test_an_interrupt_ends_a_pull_at_once(desk):
    desk.service.faults = [Fault("hang", part="UntypedDataSet", seconds=HANGS)]
    # tests that run in the background of a shell hand on that an interrupt is ignored
    process = start_pull(desk, "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n")
    while not desk.service.requested("UntypedDataSet") and process.poll() is None:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    process.wait(timeout=HANGS / 2)  # a second on a machine of its own
    process.stderr.close()
    assert desk.left_behind() == []


# --- resume ---------------------------------------------------------------------------------------


def interrupted(desk: Desk) -> None:
    """A pull that broke off after some pages."""
    desk.service.faults = [Fault("status", part="UntypedDataSet", page=3)]
    with pytest.raises(SourceError):
        desk.pull()
    assert kept_pages(desk)
    desk.service.faults = []


def test_a_page_that_was_edited_on_disk_is_not_used(desk, small_jobs):
    interrupted(desk)
    for page in (desk.folders.root / ".cache").rglob("0000-*.json"):
        page.write_bytes(page.read_bytes().replace(b"1", b"2"))
    desk.pull()
    assert_right(desk, small_jobs)


def test_a_page_that_is_old_is_not_used(desk, small_jobs):
    interrupted(desk)
    for page in (desk.folders.root / ".cache").rglob("0000-*.json"):
        os.utime(page, (time.time() - 3600,) * 2)
    newer = small_jobs.with_values(lambda v: f"{float(v) + 1:.1f}")
    desk.service.put(newer)
    desk.pull()
    assert_right(desk, newer)


def test_figures_corrected_meanwhile_are_not_mixed(desk, small_jobs):
    interrupted(desk)
    newer = small_jobs.with_values(lambda v: f"{float(v) + 1:.1f}")  # the date of the table stays
    desk.service.put(newer)
    desk.pull()
    assert_right(desk, newer)


def test_an_empty_folder_of_that_name_is_filled(desk, small_jobs):
    desk.vintage.mkdir(parents=True)
    desk.pull()
    assert_right(desk, small_jobs)


def test_a_folder_that_is_no_vintage_is_said(desk):
    desk.vintage.mkdir(parents=True)
    (desk.vintage / "notes.txt").write_text("x")
    with pytest.raises(SourceError, match="it is no vintage"):
        desk.pull()


@pytest.mark.parametrize("place", [".cache", ".cache/retrieve", "data/raw", f"data/raw/{VINTAGE}"])
def test_a_file_where_a_folder_belongs(desk, place):
    path = desk.folders.root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    with pytest.raises(SourceError) as caught:
        desk.pull()
    assert "Move it away" in caught.value.next_step and path.read_text() == "x"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff"])
def test_a_damaged_manifest_is_said_and_spares_other_vintages(desk, small_jobs, content):
    damaged = desk.folders.raw / "live-before" / store.MANIFEST
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(content)
    with pytest.raises(
        store.StoreError, match=r"live-before/manifest.json is not as it was written \(\d problem"
    ):
        desk.pull(vintage="live-before")
    desk.pull()
    assert store.verify_vintage(desk.vintage).table("83582NED").rows == small_jobs.rows


def test_two_saved_files_with_almost_one_name(make_desk, small_jobs):
    tables = [small_jobs, *(synthetic.areas_of(y, t) for y, t in ((2026, "86247NED"), (2015, "82949NED")))]
    desk = make_desk(tables, ["jobs", "classification", "lisa"])
    folder = desk.folders.inbox / "lisa"
    folder.mkdir(parents=True)
    shutil.copytree("data/reference", desk.folders.reference)
    for name in ("Een reeks.csv", "een-reeks.csv"):
        (folder / name).write_text("region_code,year,value,definition,source\nGM0505,2023,1,alle,LISA\n")
    report = desk.pull()
    assert report.manifest.table("lisa-een-reeks").rows == 1
    assert "another file is called lisa-een-reeks too" in report.manifest.absent[0].reason


def test_another_file_system(desk, small_jobs, monkeypatch):
    real = type(desk.folders.raw).rename

    def rename(self, target):
        if ".cache" in self.parts:
            raise OSError(18, "Invalid cross-device link", str(self))
        return real(self, target)

    monkeypatch.setattr(type(desk.folders.raw), "rename", rename)
    desk.pull()
    assert_right(desk, small_jobs)


def test_a_cache_that_cannot_be_written(desk, monkeypatch):
    def refuse(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(desk.folders.raw), "mkdir", refuse)
    with pytest.raises(SourceError, match="could not be written") as caught:
        desk.pull()
    assert "rights" in caught.value.next_step
    assert VINTAGE in str(caught.value)


# --- a filter that finds nothing ------------------------------------------------------------------


def test_rows_of_a_kind_of_region_that_are_gone_stop_a_required_source(desk, small_jobs):
    rows = ~small_jobs.keys["RegioS"].str.startswith("CR")
    desk.service.put(small_jobs.taken(rows.to_numpy().nonzero()[0]))
    error = finish(desk, "auto")
    assert_refused(desk, error, "codes that begin with CR of RegioS")


def renamed(table, dimension: str, old: str, new: str):
    """A table of which a part of the titles or codes is called otherwise."""
    dimensions = tuple(
        replace(d, codes=d.codes.assign(title=d.codes["title"].str.replace(old, new)))
        if d.name == dimension
        else d
        for d in table.dimensions
    )
    return replace(table, dimensions=dimensions)


def test_a_renamed_title_marks_an_optional_source(make_desk, small_jobs):
    table = renamed(
        synthetic.unemployment(2022, "85494NED", gemeenten=20), "Persoonskenmerken", "15 tot 25", "15-25"
    )
    desk = make_desk([small_jobs, table], ["jobs", "unemployment"])
    report = desk.pull("auto", BOUNDED)
    entry = report.manifest.table("85494NED")
    assert any("15 tot 25 jaar" in remark for remark in entry.remarks)
    assert report.table.set_index("table").loc["85494NED", "reason"]


def test_an_edition_that_holds_rows_of_another_year(make_desk, small_jobs):
    table = synthetic.unemployment(2022, "85494NED", gemeenten=20)
    desk = make_desk(
        [small_jobs, replace(table, title="Arbeidsdeelname; regionale indeling 2025")],
        ["jobs", "unemployment"],
    )
    report = desk.pull("auto", BOUNDED)
    (reason,) = [e.reason for e in report.manifest.absent if e.table_id == "85494NED"]
    assert "the edition of 2025 holds rows of 2020, 2021, 2022 only" in reason


def test_an_extra_dimension_is_taken_by_its_total(desk, small_jobs):
    extra = synthetic.listed("Geslacht", "Geslacht", {"T001038": "Totaal mannen en vrouwen"}, 7)
    table = replace(
        small_jobs,
        dimensions=(*small_jobs.dimensions, extra),
        keys=small_jobs.keys.assign(Geslacht="T001038"),
    )
    desk.service.put(table)
    for transport in ("v3", "v4"):
        report = desk.pull(transport)
        assert_right(desk, small_jobs)
        assert "Geslacht is not in the catalogue: its total is taken" in report.manifest.tables[0].remarks
        shutil.rmtree(desk.vintage)


def test_a_jump_of_rows_against_the_vintage_before_is_told(desk, small_jobs, caplog):
    desk.pull()
    newest = small_jobs.keys["Perioden"] != "2024JJ00"
    desk.service.put(small_jobs.taken(newest.to_numpy().nonzero()[0]))
    report = desk.pull(vintage="live-next")
    assert any("rows, against" in remark for remark in report.manifest.tables[0].remarks)
    assert "rows, against" in caplog.text
