"""The export: valid for an independent reader, the same bytes twice, whole or not there."""

import json
import shutil

import frictionless
import pandas as pd
import pytest

from pipeline import schemas, store
from pipeline.config import load_settings
from pipeline.exchange import ExchangeError, datapackage, export, writing
from pipeline.exchange.datapackage import Words
from pipeline.folders import ROOT

REGIONS = ["GM0505", "drechtsteden", "CR30", "PV28", "NL01", "GM0482", "GM0707"]


@pytest.fixture(scope="module")
def manifest():
    return store.read_manifest(ROOT / "data" / "raw" / load_settings().vintage)


@pytest.fixture(scope="module")
def tables(tables):
    """Real tables of the vintage in use, a few regions of each."""
    wanted = [n for n, t in schemas.TABLES.items() if t.layer in writing.LAYERS or n in writing.REFERRED]
    cut = {name: tables.read(name) for name in wanted}
    for name, frame in cut.items():
        if "region_code" in frame and name != "regions":
            cut[name] = frame[frame["region_code"].isin(REGIONS)].reset_index(drop=True)
    return cut


@pytest.fixture(scope="module")
def words():
    return {
        (name, column): Words(f"Words about {column}", "", "")
        for name, table in schemas.TABLES.items()
        for column in table.schema.columns
    }


@pytest.fixture(scope="module")
def exported(tables, manifest, words, tmp_path_factory):
    target = tmp_path_factory.mktemp("exports") / "2026-embedded-2026-11"
    export(target, tables, manifest, words, load_settings())
    return target


def errors_of(folder):
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    return [(task.name, error.type) for task in report.tasks for error in task.errors]


def test_an_independent_reader_finds_it_valid(exported, tables):
    report = frictionless.Package(str(exported / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "note"])[:5]
    assert {task.name for task in report.tasks} == set(tables)


@pytest.mark.parametrize(
    ("file", "old", "new", "error"),
    [
        ("tables/members.csv", "drechtsteden,GM0505", "drechtsteden,XX0505", "constraint-error"),
        ("tables/members.csv", "drechtsteden,GM0505", "nowhere,GM0505", "foreign-key"),
        ("tables/youth.csv", ",published,", ",guessed,", "constraint-error"),
    ],
)
def test_the_description_notices_a_wrong_cell(exported, tmp_path, file, old, new, error):
    broken = tmp_path / "broken"
    shutil.copytree(exported, broken)
    path = broken / file
    assert old in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert error in {kind for _, kind in errors_of(broken)}


def test_values_come_through_unchanged(exported, tables):
    for name in ("indicators", "targets", "outlook"):
        frame, key = tables[name], list(schemas.TABLES[name].key)
        again = pd.read_csv(exported / f"tables/{name}.csv", keep_default_na=False, na_values={"value": [""]},
                            dtype={c: str for c in frame if frame[c].dtype == "str"})  # fmt: skip
        assert len(again) == len(frame)
        assert not again.duplicated(key).any()
        numeric = [c for c in frame if frame[c].dtype == float]
        for column in numeric:
            read = pd.to_numeric(again[column].replace("", None))
            pd.testing.assert_series_equal(
                read.astype(float), frame[column], check_names=False, rtol=0, atol=0
            )


def test_the_same_tables_give_the_same_bytes(exported, tables, manifest, words, tmp_path):
    export(tmp_path / "again", tables, manifest, words, load_settings())
    files = sorted(p.relative_to(exported) for p in exported.rglob("*") if p.is_file())
    assert files == sorted(
        p.relative_to(tmp_path / "again") for p in (tmp_path / "again").rglob("*") if p.is_file()
    )
    assert all((exported / f).read_bytes() == (tmp_path / "again" / f).read_bytes() for f in files)


def test_every_source_comes_with_its_licence(exported, manifest):
    package = json.loads((exported / "datapackage.json").read_text(encoding="utf-8"))
    assert [s["table"] for s in package["sources"]] == [t.table_id for t in manifest.tables]
    assert all(s["licence"] for s in package["sources"])
    by_name = {resource["name"]: resource for resource in package["resources"]}
    named = {s["table"] for s in by_name["indicators"]["sources"]}
    assert {"81402ned", "83582NED", "03759ned"} <= named
    assert "86247NED" not in named  # a classification is no source of a figure


def test_units_and_words_stand_with_the_fields(tables, manifest, words, tmp_path):
    mine = words | {("outlook", "median"): Words("Middle of the outlook", "jobs", "")}
    export(tmp_path / "x", tables, manifest, mine, load_settings())
    package = json.loads((tmp_path / "x" / "datapackage.json").read_text(encoding="utf-8"))
    fields = {
        f["name"]: f for r in package["resources"] if r["name"] == "outlook" for f in r["schema"]["fields"]
    }
    assert (fields["median"]["description"], fields["median"]["unit"]) == ("Middle of the outlook", "jobs")
    assert fields["year"]["type"] == "integer" and fields["own_series"]["type"] == "boolean"


def test_a_column_without_words_stops_the_export(tables, manifest, words, tmp_path):
    mine = {key: said for key, said in words.items() if key != ("targets", "verdict")}
    with pytest.raises(ExchangeError, match=r"1 column\(s\) of targets .* e\.g\. verdict"):
        export(tmp_path / "x", tables, manifest, mine, load_settings())
    assert list(tmp_path.iterdir()) == []


def test_a_failing_export_leaves_the_last_one_whole(tables, manifest, words, tmp_path):
    target = tmp_path / "x"
    export(target, tables, manifest, words, load_settings())
    before = (target / "datapackage.json").read_bytes()
    with pytest.raises(ExchangeError):
        export(target, tables, manifest, {}, load_settings())
    assert (target / "datapackage.json").read_bytes() == before
    export(target, tables, manifest, words, load_settings())  # replaces
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_the_stored_tables_must_be_of_the_vintage_in_use(tmp_path, tables, monkeypatch):
    settings = load_settings().model_copy(update={"vintage": "live-2031-01-01"})
    monkeypatch.setattr(store, "read", lambda name, folders: tables[name])
    with pytest.raises(
        ExchangeError, match=r"made from embedded-\S+, but params\.yaml names live-2031-01-01"
    ):
        writing.run_export(settings, writing.Folders(tmp_path))


def test_the_command_exports_the_made_tables_with_the_words_of_the_dictionary(project):
    settings = load_settings()
    made = writing.run_export(settings, project)
    assert made == project.root / "data" / "exports" / f"{settings.edition}-{settings.vintage}"
    described = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))
    fields = [field for one in described["resources"] for field in one["schema"]["fields"]]
    assert len(described["resources"]) > len(writing.REFERRED) + 2
    assert fields and all(field["description"] for field in fields)
    indicators = pd.read_csv(made / "tables" / "indicators.csv", usecols=["region_code", "value"])
    assert len(indicators) == len(store.read("indicators", project))


def test_all_exported_tables_have_a_table_schema(words):
    for name in schemas.TABLES:
        schema = datapackage.table_schema(
            name, writing.words_of(name, words), datapackage.region_columns(name)
        )
        assert [f["name"] for f in schema["fields"]] == list(schemas.TABLES[name].schema.columns)
