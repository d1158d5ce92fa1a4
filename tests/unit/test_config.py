"""Settings: what params.yaml may hold, and what is said when it holds something else."""

import re
from pathlib import Path

import pytest
import yaml

from pipeline.config import SettingsError, load_settings, settings_of
from pipeline.folders import ROOT

SHIPPED = ROOT / "params.yaml"


def changed(tmp_path: Path, **changes) -> Path:
    """The shipped settings with some keys ("section.key") set, or taken out with ``...``."""
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for dotted, value in changes.items():
        *sections, key = dotted.split("__")
        place = content
        for section in sections:
            place = place[section]
        if value is ...:
            del place[key]
        else:
            place[key] = value
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    return str(caught.value)


def test_the_shipped_settings_are_read():
    settings = load_settings(SHIPPED)
    assert settings.vintage == "embedded-2026-11"
    assert settings.edition == 2026
    assert settings.indicators.base_years == [2008, 2009, 2010]


@pytest.mark.parametrize(
    ("vintage", "edition"),
    [("live-2027-01-20", 2027), ("embedded-2026", 2026), ("embedded-2026-11", 2026), ("live-test", 2031)],
)
def test_a_vintage_is_made_with_the_edition_in_its_name(vintage, edition):
    settings = load_settings(SHIPPED).model_copy(update={"edition": 2031})
    made = settings_of(settings, vintage)
    assert (made.vintage, made.edition) == (vintage, edition)
    assert made.models == settings.models


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        load_settings(SHIPPED).edition = 2027


def test_an_unknown_key_is_named_with_those_allowed(tmp_path):
    said = complaint(changed(tmp_path, indicators__base_year=2010))
    assert "indicators.base_year is not a known key (value 2010)" in said
    assert "base_years, interval_level, link_tolerance" in said


def test_a_missing_key_is_named(tmp_path):
    assert "models.verdict_horizon is missing" in complaint(changed(tmp_path, models__verdict_horizon=...))


def test_every_problem_is_reported_at_once(tmp_path):
    said = complaint(changed(tmp_path, edition="2026", reports__jobs=0))
    assert "2 problem(s)" in said
    assert "edition is '2026'; allowed:" in said
    assert "reports.jobs is 0; allowed:" in said


@pytest.mark.parametrize("name", ["2026-12-01", "live 2026", "../elsewhere", "a", ""])
def test_a_vintage_is_a_word_that_starts_with_a_letter(tmp_path, name):
    said = complaint(changed(tmp_path, vintage=name))
    assert f"vintage is {name!r}" in said
    assert "live-2026-12-01" in said


def test_a_bare_date_as_vintage_is_shown_as_typed_and_refused(tmp_path):
    path = changed(tmp_path)
    path.write_text(path.read_text().replace("embedded-2026-11", "2026-12-01"), encoding="utf-8")
    said = complaint(path)
    assert "vintage is 2026-12-01; allowed: a vintage is a word such as embedded-2026" in said


def test_a_date_without_quotes_is_refused_with_an_example(tmp_path):
    path = changed(tmp_path)
    path.write_text(path.read_text().replace("'2026-11-23'", "2026-11-23"), encoding="utf-8")
    assert 'reports.date is 2026-11-23; allowed: a date in quotes, such as "2026-11-23"' in complaint(path)


@pytest.mark.parametrize("choice", ["everything", [], [505], None])
def test_a_wrong_choice_of_regions_says_what_is_allowed_once(tmp_path, choice):
    said = complaint(changed(tmp_path, reports__regions=choice))
    assert "1 problem(s)" in said
    assert "areas, all, or a list of region keys" in said


@pytest.mark.parametrize("choice", ["areas", "all", ["GM0505", "NL01"]])
def test_each_choice_of_regions_is_taken(tmp_path, choice):
    assert load_settings(changed(tmp_path, reports__regions=choice)).reports.regions == choice


@pytest.mark.parametrize("level", [0.5, 1.0, 95])
def test_an_interval_level_out_of_range_is_refused(tmp_path, level):
    assert "indicators.interval_level" in complaint(changed(tmp_path, indicators__interval_level=level))


def test_a_missing_file_says_where_it_belongs(tmp_path):
    assert "params.yaml is missing" in complaint(tmp_path / "params.yaml")


def test_an_empty_file_says_which_keys_are_expected(tmp_path):
    (tmp_path / "params.yaml").write_text("", encoding="utf-8")
    assert "expected vintage, edition, indicators, models, reports" in complaint(tmp_path / "params.yaml")


def test_broken_yaml_says_where(tmp_path):
    (tmp_path / "params.yaml").write_text("vintage: [embedded", encoding="utf-8")
    said = complaint(tmp_path / "params.yaml")
    assert "params.yaml is no YAML" in said
    assert "line" in said


def test_every_key_of_the_shipped_file_has_a_comment_above_it():
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    keys = [number for number, line in enumerate(lines) if re.match(r"\s*[a-z_]+:", line)]
    sections = [number for number in keys if lines[number].endswith(":")]
    bare = [
        lines[number]
        for number in keys
        if number not in sections and not lines[number - 1].strip().startswith("#")
    ]
    assert len(keys) > 15
    assert bare == []
