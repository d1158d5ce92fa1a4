"""The store: whole tables or none, vintages that nobody edited, and errors that say the next step."""

import ast
import gzip
import json

import pandas as pd
import pytest

from pipeline import store
from pipeline.folders import ROOT, Folders
from pipeline.schemas import ContractError
from pipeline.store import Manifest, ManifestTable, RawTable, StoreError

MEMBERS = pd.DataFrame({"region_code": ["CR30", "CR30"], "gm_code": ["GM0505", "GM0482"]})


@pytest.fixture
def folders(tmp_path):
    return Folders(tmp_path)


# --- made tables ------------------------------------------------------------------------


def test_a_table_comes_back_sorted_by_its_key(folders):
    stored = store.write("members", MEMBERS, folders)
    assert stored["gm_code"].tolist() == ["GM0482", "GM0505"]
    pd.testing.assert_frame_equal(store.read("members", folders), stored)


def test_filters_take_a_value_or_a_list(folders):
    store.write("members", MEMBERS, folders)
    assert len(store.read("members", folders, gm_code="GM0505")) == 1
    assert len(store.read("members", folders, gm_code=["GM0505", "GM0482", "GM9999"])) == 2
    assert store.read("members", folders, gm_code="GM9999").empty


def test_a_table_that_was_not_made_says_which_command_makes_it(folders):
    with pytest.raises(StoreError, match=r"members\.parquet was not made yet; run `python -m pipeline tidy`"):
        store.read("members", folders)
    with pytest.raises(StoreError, match=r"python -m pipeline models"):
        store.read("targets", folders)


def test_borders_that_were_not_made_say_which_command_makes_them(folders):
    with pytest.raises(StoreError, match=r"python -m pipeline tidy"):
        store.read_borders(folders)


def test_an_unknown_table_names_the_tables_there_are(folders):
    with pytest.raises(StoreError, match=r"no stored table 'indicatoren'; there are: .*indicators"):
        store.read("indicatoren", folders)
    with pytest.raises(StoreError, match=r"no stored table 'indicatoren'"):
        store.write("indicatoren", MEMBERS, folders)


def test_an_unknown_column_names_the_columns_there_are(folders):
    store.write("members", MEMBERS, folders)
    with pytest.raises(StoreError, match=r"members has no column 'gemeente'; it has: region_code, gm_code"):
        store.read("members", folders, gemeente="GM0505")


def test_a_refused_table_leaves_the_old_one_and_no_rubbish(folders):
    stored = store.write("members", MEMBERS, folders)
    with pytest.raises(ContractError):
        store.write("members", pd.concat([MEMBERS, MEMBERS]), folders)
    pd.testing.assert_frame_equal(store.read("members", folders), stored)
    assert [path.name for path in folders.tidy.iterdir()] == ["members.parquet"]


def test_a_write_that_fails_halfway_leaves_the_old_file_and_no_rubbish(tmp_path):
    path = tmp_path / "table.parquet"
    path.write_text("old")
    with pytest.raises(OSError, match="disk full"), store.replacing(path) as temporary:
        temporary.write_text("half of the n")
        raise OSError("disk full")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_stands_under_the_name_before_it_is_complete(tmp_path):
    path = tmp_path / "table.parquet"
    with store.replacing(path) as temporary:
        temporary.write_text("new")
        assert not path.exists()
        assert temporary.parent == path.parent  # same disk: the rename cannot be a copy
    assert path.read_text() == "new"


# --- raw tables -------------------------------------------------------------------------


def raw_table() -> RawTable:
    observations = pd.DataFrame(
        {
            "measure": ["M1", "M1", "M1"],
            "RegioS": ["GM0505", "GM0482", "NL01"],
            "period": ["2024JJ00"] * 3,
            "value": ["12.50", "", "0"],
            "value_attribute": ["None", "Confidential", "None"],
        }
    )
    codes = {
        "RegioS": pd.DataFrame({"code": ["GM0505", "GM0482", "NL01"], "title": ["Dordrecht", "NA", "x"]}),
        "measures": pd.DataFrame({"code": ["M1"], "title": ["Banen"], "unit": ["x 1 000"]}),
    }
    dimensions = [{"name": "RegioS", "kind": "region"}, {"name": "Perioden", "kind": "time"}]
    return RawTable("cbs", "00001NED", observations, codes, {"title": "Proef", "dimensions": dimensions})


def test_a_raw_table_comes_back_as_text_value_by_value(tmp_path):
    store.write_raw_table(tmp_path, raw_table())
    back = store.read_raw_table(tmp_path, "cbs", "00001NED")
    values = back.observations.set_index("RegioS")["value"]
    assert values.to_dict() == {"GM0505": "12.50", "GM0482": "", "NL01": "0"}
    assert back.codes["RegioS"].set_index("code").loc["GM0482", "title"] == "NA"
    assert back.dimensions() == ["RegioS"]


def test_the_same_table_gives_the_same_bytes(tmp_path):
    first = store.write_raw_table(tmp_path / "one", raw_table())
    second = store.write_raw_table(tmp_path / "two", raw_table())
    assert first == second
    content = gzip.decompress((tmp_path / "one/cbs/00001NED/observations.csv.gz").read_bytes())
    assert content.startswith(b"measure,RegioS,period,value,value_attribute\n")


def test_a_raw_table_that_is_not_there_names_those_that_are(tmp_path):
    store.write_raw_table(tmp_path, raw_table())
    with pytest.raises(StoreError, match=r"has no table cbs/00002NED. Tables there: 00001NED"):
        store.read_raw_table(tmp_path, "cbs", "00002NED")


# --- vintages ---------------------------------------------------------------------------


@pytest.fixture
def vintage(tmp_path):
    """A whole vintage of one table."""
    folder = tmp_path / "raw" / "live-test"
    digests = store.write_raw_table(folder, raw_table())
    facts = dict.fromkeys(
        ("first_period", "last_period", "modified", "retrieved_at", "request", "transport", "citation"), "x"
    )
    entry = ManifestTable(
        publisher="cbs", table_id="00001NED", title="Proef", need="jobs", rows=3, sha256=digests,
        licence="CC BY 4.0", original_source="CBS", required=True, **facts,
    )  # fmt: skip
    store.write_manifest(folder, Manifest(vintage="live-test", made_at="2026-01-01", tables=[entry]))
    return folder


def test_a_whole_vintage_is_accepted_and_read(vintage):
    held = store.Vintage(vintage)
    assert held.name == "live-test"
    assert held.tables_for("jobs") == ["00001NED"]
    assert held.tables_for("youth") == []
    assert len(held.table("00001NED").observations) == 3
    assert held.table("00001NED") is held.table("00001NED")


def test_a_table_that_the_vintage_lacks_names_those_it_holds(vintage):
    with pytest.raises(StoreError, match=r"Vintage live-test holds no table 00002NED; it holds 00001NED"):
        store.Vintage(vintage).table("00002NED")


def test_a_changed_file_stops_the_run(vintage):
    path = vintage / "cbs/00001NED/codes/RegioS.csv"
    path.write_text(path.read_text().replace("Dordrecht", "Dordt"))
    with pytest.raises(StoreError, match=r"1 file\(s\) changed, e\.g\. cbs/00001NED/codes/RegioS\.csv"):
        store.verify_vintage(vintage)


def test_a_missing_file_stops_the_run(vintage):
    (vintage / "cbs/00001NED/properties.json").unlink()
    with pytest.raises(StoreError, match=r"1 file\(s\) missing, e\.g\. cbs/00001NED/properties\.json"):
        store.verify_vintage(vintage)


def test_an_extra_file_stops_the_run(vintage):
    (vintage / "cbs/00001NED/notes.txt").write_text("by hand")
    with pytest.raises(StoreError, match=r"1 file\(s\) not in the manifest, e\.g\. cbs/00001NED/notes\.txt"):
        store.verify_vintage(vintage)


def test_an_unknown_vintage_names_those_there_are(vintage):
    with pytest.raises(StoreError, match=r"no vintage live-next; there are: live-test.*retrieve"):
        store.read_manifest(vintage.parent / "live-next")


def test_a_manifest_with_an_unknown_key_is_refused(vintage):
    path = vintage / store.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"maker": "me"}))
    with pytest.raises(ValueError, match="maker"):
        store.read_manifest(vintage)


def test_a_vintage_is_installed_by_one_rename(tmp_path):
    target = tmp_path / "raw" / "live-test"
    with store.temporary_folder(target.parent) as temporary:
        (temporary / "manifest.json").write_text("{}")
        store.install_folder(temporary, target)
    assert (target / "manifest.json").is_file()
    assert [path.name for path in target.parent.iterdir()] == ["live-test"]


def test_a_vintage_that_is_there_is_never_overwritten(vintage, tmp_path):
    newer = tmp_path / "raw" / "newer"
    newer.mkdir()
    (newer / "manifest.json").write_text("{}")
    with pytest.raises(StoreError, match=r"live-test exists already; a vintage is never overwritten"):
        store.install_folder(newer, vintage)
    assert len(store.Vintage(vintage).table("00001NED").observations) == 3


def test_a_folder_that_was_not_moved_is_gone(tmp_path):
    with pytest.raises(OSError, match="broken"), store.temporary_folder(tmp_path) as temporary:
        (temporary / "half.csv").write_text("1")
        raise OSError("broken")
    assert list(tmp_path.iterdir()) == []


def sorted_by_one_column(code: str) -> list[tuple[int, bool]]:
    """Line of every ``sort_values`` by one written column, and whether equal rows keep their order."""
    found = []
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "sort_values":
            written = {word.arg: word.value for word in call.keywords}
            by = call.args[0] if call.args else written.get("by")
            if by is None or isinstance(by, ast.Constant) or (isinstance(by, ast.List) and len(by.elts) == 1):
                found.append((call.lineno, "kind" in written))
    return found


def test_equal_rows_keep_their_order_on_any_processor():
    """Without a kind, numpy takes the sort of the processor: which of two equal rows comes first then differs."""
    assert sorted_by_one_column(
        "a.sort_values('x')\na.sort_values(['x', 'y'])\na.sort_values(kind='stable')"
    ) == [
        (1, False),
        (3, True),
    ]
    loose = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "pipeline").rglob("*.py"))
        for line, stable in sorted_by_one_column(path.read_text(encoding="utf-8"))
        if not stable
    ]
    assert not loose
