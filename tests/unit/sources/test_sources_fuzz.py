"""Whatever a publisher or a user sends: figures, or an error in words. Fifty examples a reader; in the long run
(``pytest --hypothesis-profile=long``) two thousand."""

from __future__ import annotations

import io
import json
import zipfile
from types import SimpleNamespace
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.sources.catalog import load_catalog
from pipeline.sources.ckan import count_week, read_package, unzip, zip_addresses
from pipeline.sources.errors import SourceError
from pipeline.sources.http import Retryable, retry_after_seconds, understood
from pipeline.sources.pdok import _query, check_borders, read_areas, simplified
from pipeline.sources.region_names import RegionNameIndex
from tests.loopback.others import border_features
from tests.loopback.prepared import WAYS, Prepared, answers, fetch
from tests.loopback.synthetic import jobs

EXAMPLES = 2_000 if settings.default.max_examples >= 2_000 else min(50, settings.default.max_examples)
fuzz = settings(max_examples=EXAMPLES, deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])  # fmt: skip
IN_WORDS = (SourceError, Retryable)

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text(max_size=12),
    st.sampled_from(["", " ", ".", "2,1", "1e999", "GM0505", "2024JJ00", "../x", "²", "\x00", "=1+1", "9" * 400]),
    st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=5), st.none(), max_size=3),
)  # fmt: skip


@st.composite
def mutated(draw: Any, body: bytes) -> bytes:
    """A true body with some of its values, keys or bytes changed."""
    content = json.loads(body)
    for _ in range(draw(st.integers(1, 3))):
        at, place = content, None
        while isinstance(at, (dict, list)) and at and (place is None or draw(st.integers(0, 4))):
            place = (
                at,
                draw(st.sampled_from(list(at) if isinstance(at, dict) else list(range(min(len(at), 50))))),
            )
            at = place[0][place[1]]
        if place is None:
            break
        holder, key = place
        if isinstance(holder, dict) and draw(st.integers(0, 3)) == 0:
            del holder[key]
        else:
            holder[key] = draw(JUNK)
    sent = json.dumps(content).encode()
    if draw(st.integers(0, 5)) == 0:
        where = draw(st.integers(0, max(len(sent) - 1, 0)))
        sent = sent[:where] + draw(st.binary(max_size=3)) + sent[where + draw(st.integers(0, 5)) :]
    return sent


#: What the stand-in says of a small table.
ANSWERS = answers(jobs(first=2024, last=2024, sectors=1, gemeenten=2, abolished=1))


@pytest.mark.parametrize("way", ["v3", "v4"])
@fuzz
@given(st.data())
def test_tables(way, data):
    bodies = dict(ANSWERS[way])
    part = data.draw(st.sampled_from(sorted(bodies)))
    bodies[part] = data.draw(mutated(bodies[part]))
    try:
        raw = fetch(way, bodies)
    except IN_WORDS:
        return
    assert raw.observations["value"].map(lambda v: isinstance(v, str) and not v.startswith("-")).all()
    assert (
        raw.observations["value_attribute"].isin(["None", "NotAvailable", "Confidential", "Impossible"]).all()
    )


@pytest.mark.parametrize("way", ["v3", "v4"])
@fuzz
@given(st.data())
def test_lists_of_tables(way, data):
    row = {"Identifier": "86088NED", "Title": "Arbeidsdeelname; regionale indeling 2024", "Modified": "2026-01-01",
           "OutputStatus": "Regulier", "Status": "Regulier"}  # fmt: skip
    body = data.draw(mutated(json.dumps({"value": [row, dict(row)]}).encode()))
    service = WAYS[way]("http://h", Prepared({"Tables": body, "Datasets": body}))
    try:
        listed = service.list_tables("x")
    except IN_WORDS:
        return
    assert listed["table_id"].str.fullmatch("[0-9A-Za-z]+").all()


@pytest.mark.parametrize("index", ["", "startIndex"])
@fuzz
@given(st.data())
def test_borders(index, data):
    features = list(border_features())[:2]
    body = json.dumps(
        {"features": features, "numberMatched": 2, "links": [{"rel": "next", "href": "http://h/x"}]}
    )
    query = _query("http://h", "http://h/items", {}, "borders", index)
    try:
        page = understood(query.read, data.draw(mutated(body.encode())))
        areas = read_areas(page.content)
        check_borders(areas, {f["properties"]["statcode"] for f in features})
        simplified(areas)
    except IN_WORDS:
        return


@fuzz
@given(st.data())
def test_the_catalogue_of_data_overheid(data):
    resource = {"url": "http://h/a.zip", "format": "ZIP", "created": "2023-05-01"}
    body = json.dumps(
        {"success": True, "result": {"resources": [resource, dict(resource)], "metadata_modified": "x"}}
    )
    source = load_catalog().source("open_match")
    try:
        addresses, _ = zip_addresses(
            understood(read_package, data.draw(mutated(body.encode()))), source, "http://h"
        )
    except IN_WORDS:
        return
    assert all(
        address.startswith("http://h/") or "werk.nl" in address or "uwv.nl" in address
        for address in addresses
    )


WEEK = ["01-05-2023", "Dordrecht", "Vacature", "1,00", "12", "-3", "", ";", '"', "31-02-2023"]
CELLS = st.one_of(st.sampled_from(WEEK), st.text(max_size=8))


@fuzz
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=5),
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_weekly_files(rows, encoding):
    header = ["PEILDATUM", "GEMEENTE", "REC_TYPE", "AANTAL"]
    text = "\n".join(";".join(row) for row in [header, *rows])
    names = RegionNameIndex({"dordrecht": "GM0505"})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("week.csv", text.encode(encoding, "replace"))
    try:
        counted = understood(lambda b: count_week(unzip(b, 10_000), names), packed.getvalue())
    except IN_WORDS:
        return
    assert set(counted["RegioS"]) <= {"GM0505"} and np.isfinite(counted["value"]).all()


@fuzz
@given(st.binary(max_size=300))
def test_archives_of_any_bytes(body):
    with pytest.raises(IN_WORDS):
        understood(lambda b: unzip(b, 1_000), b"PK\x03\x04" + body)


@fuzz
@given(st.one_of(st.text(max_size=40), st.dates().map(lambda d: d.strftime("%a, %d %b %Y 00:00:00 -0000"))))
def test_retry_after(header):
    seconds = retry_after_seconds(header)
    assert seconds is None or seconds >= 0


INBOX = SimpleNamespace(arrived={}, folders=None)
WORDS = [
    "Gemeente",
    "WW-uitkeringen",
    "Dordrecht",
    "Totaal",
    "x",
    "2.104",
    "2,1",
    "januari 2026",
    "Bron: UWV",
    "GM0505",
]
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
GRID_CELLS = st.one_of(
    st.none(), st.integers(-5, 10**7), NUMBERS, st.sampled_from(WORDS), st.text("abc =+'é", max_size=8)
)
GRID = st.lists(st.lists(GRID_CELLS, max_size=5), max_size=8)


@fuzz
@given(GRID)
def test_workbooks(tmp_path, grid):
    from pipeline.sources.uwv_inbox import read_workbook

    book = openpyxl.Workbook()
    for row in grid:
        book.active.append(row)
    path = tmp_path / "ww-2026-01.xlsx"
    book.save(path)
    names = RegionNameIndex({"dordrecht": "GM0505"})
    try:
        table = read_workbook(path, load_catalog().source("uwv_workbooks"),
                              {"gemeente": names, "arbeidsmarktregio": RegionNameIndex({})})  # fmt: skip
    except SourceError:
        return
    assert set(table.raw.observations["RegioS"]) <= {"GM0505"}


LINES = st.lists(st.lists(st.one_of(st.sampled_from(["GM0505", "2023", "66750", "alle banen", "LISA", "", "-1", "1e9"]),
                                    st.text(max_size=6)), max_size=7), max_size=6)  # fmt: skip


@fuzz
@given(LINES, st.sampled_from([",", ";"]), st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]))
def test_series_saved_by_hand(tmp_path, rows, separator, encoding):
    from pipeline.sources.lisa import COLUMNS, read_lisa_file

    path = tmp_path / "reeks.csv"
    text = "\n".join(separator.join(row) for row in [COLUMNS, *rows])
    path.write_bytes(text.encode(encoding, "replace"))
    try:
        table = read_lisa_file(path, load_catalog().source("lisa"), {"GM0505"}, 2026)
    except SourceError:
        return
    assert set(table.raw.observations["RegioS"]) <= {"GM0505"}
