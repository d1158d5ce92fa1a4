"""What the reports stage does around a report: what counts as changed, and which site it asks for."""

import json
from types import SimpleNamespace

import pytest
import typst

from pipeline import compare, stages
from pipeline.config import load_settings
from pipeline.folders import Folders
from pipeline.reports import build, provenance, site, stage

SETTINGS = load_settings()
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def changed(part, **values):
    section = getattr(SETTINGS, part).model_copy(update=values)
    return SETTINGS.model_copy(update={part: section})


@pytest.fixture
def hash_with(tmp_path, monkeypatch):
    """Hash of a region's inputs in a small project, with these settings."""
    folders = Folders(tmp_path)
    for path in (
        folders.report_notebook,
        folders.raw / SETTINGS.vintage / "manifest.json",
        tmp_path / "house_style" / "a.svg",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(LOGO, encoding="utf-8")

    def hashed(settings=SETTINGS, code="0123abc"):
        monkeypatch.setattr(build, "hash_of_code", lambda: code)
        monkeypatch.setattr(build, "read_tables", lambda _: SimpleNamespace(settings=settings))
        return build.hash_of_inputs.__wrapped__(folders)

    return hashed


def test_how_a_run_is_steered_makes_no_report_new(hash_with):
    steered = changed("reports", regions=["GM0505"], jobs=7, scheduler="tcp://host:8786", timeout=3.0)
    assert hash_with(steered) == hash_with()


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("reports", {"date": "2027-01-01"}),
        ("reports", {"publisher": "Regio Test"}),
        ("reports", {"style": {"navy": "#0b3d2e"}}),
        ("indicators", {"interval_level": 0.9}),
        ("models", {"likely": 0.7}),
    ],
)
def test_a_setting_that_shows_makes_every_report_new(hash_with, part, values):
    assert hash_with(changed(part, **values)) != hash_with()


def test_code_and_manifest_count(hash_with, tmp_path):
    before = hash_with()
    assert hash_with(code="another") != before
    (tmp_path / "data" / "raw" / SETTINGS.vintage / "manifest.json").write_text("{}", encoding="utf-8")
    assert hash_with() != before


def test_the_code_of_a_report_is_told_by_its_files_and_not_by_a_history(tmp_path, monkeypatch):
    package = tmp_path / "pipeline"
    for name, content in (("a.py", "1"), ("__pycache__/a.pyc", "2"), ("reports/text/nl/a.md.j2", "3")):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(content, encoding="utf-8")
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    hashed = provenance.hash_of_code.__wrapped__
    before = hashed()
    (package / "__pycache__" / "a.pyc").write_text("other", encoding="utf-8")
    (package / ".ipynb_checkpoints").mkdir()
    (package / ".ipynb_checkpoints" / "a.py").write_text("other", encoding="utf-8")
    assert hashed() == before
    (package / "reports/text/nl/a.md.j2").write_text("other", encoding="utf-8")
    assert hashed() != before


def test_the_logo_itself_counts_and_not_only_its_name(hash_with, tmp_path):
    branded = changed("reports", style={"logo_file": "a.svg"})
    before = hash_with(branded)
    assert before != hash_with()
    (tmp_path / "house_style" / "a.svg").write_text(LOGO.replace("1 1", "2 1"), encoding="utf-8")
    assert hash_with(branded) != before


def test_the_font_files_count(hash_with, tmp_path):
    (tmp_path / "house_style" / "letters").mkdir()
    (tmp_path / "house_style" / "letters" / "Lato-Regular.ttf").write_bytes(b"first cut")
    branded = changed("reports", style={"font_dir": "letters"})
    before = hash_with(branded)
    (tmp_path / "house_style" / "letters" / "Lato-Regular.ttf").write_bytes(b"second cut")
    assert hash_with(branded) != before


# --- the site -----------------------------------------------------------------------------


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """What the site is asked to compare, for a setting of the previous vintage."""
    (tmp_path / "GM0505").mkdir()
    (tmp_path / "GM0505" / stage.METADATA).write_text("{}", encoding="utf-8")
    built, given = [], []
    monkeypatch.setattr(stage, "TABLES", {})
    monkeypatch.setattr(stage.store, "read_borders", lambda folders: None)
    monkeypatch.setattr(stages, "comparable", lambda name, *_: built.append(name) or f"tables of {name}")
    monkeypatch.setattr(compare, "compare", lambda old, new: (old, new.vintage))
    monkeypatch.setattr(stage, "hash_of_inputs", lambda _: "inputs")

    def make_site(folder, now, settings, found, **_):
        given.append(found)
        (folder / "index.html").write_text("page", encoding="utf-8")
        return [folder / "index.html"]

    monkeypatch.setattr(site, "make_site", make_site)

    def ask(previous):
        stage.write_site(tmp_path, changed("models", previous_vintage=previous), Folders(tmp_path))
        return built, given

    return ask


def test_without_a_previous_vintage_the_site_compares_nothing(asked):
    assert asked(None) == ([], [None])


def test_with_a_previous_vintage_the_site_compares_it_with_this_one(asked):
    assert asked("live-2025-12-01") == (
        ["live-2025-12-01"],
        [("tables of live-2025-12-01", SETTINGS.vintage)],
    )


def test_an_unchanged_site_is_not_made_again(asked):
    _, given = asked(None)
    asked(None)
    assert len(given) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("GM0505/metadata.json", '{"commit": "another"}'),
        ("GM0060/metadata.json", "{}"),
        ("index.html", "half a page"),
        ("site.json", "no json"),
    ],
)
def test_another_report_or_a_damaged_page_makes_the_site_new(asked, tmp_path, name, content):
    _, given = asked(None)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(content, encoding="utf-8")
    asked(None)
    assert len(given) == 2
    asked(None)
    assert len(given) == 2


def test_a_page_that_the_site_no_longer_has_goes(asked, tmp_path):
    asked(None)
    (tmp_path / "weg").mkdir()
    (tmp_path / "weg" / "index.html").write_text("old", encoding="utf-8")
    known = json.loads((tmp_path / "site.json").read_text(encoding="utf-8"))
    known["files"]["weg/index.html"] = "0"
    (tmp_path / "site.json").write_text(json.dumps(known), encoding="utf-8")
    asked(None)
    assert not (tmp_path / "weg" / "index.html").exists()


def test_other_inputs_make_the_site_new(asked, monkeypatch):
    _, given = asked(None)
    monkeypatch.setattr(stage, "hash_of_inputs", lambda _: "other inputs")
    asked(None)
    assert len(given) == 2


def test_the_warm_up_draws_nothing_with_typst(project, monkeypatch):
    """Typst starts threads, and every report forked from the warmed process would wait for them for ever."""

    def refuse(*_, **__):
        raise AssertionError("typst.compile in a process that is forked")

    monkeypatch.setattr(typst, "compile", refuse)
    stage.warm_up(project)
