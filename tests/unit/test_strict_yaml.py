"""Hand-kept YAML says what it means: nothing wins in silence, no number is cut."""

import pytest
import yaml

from pipeline.config import SettingsError, load_settings
from pipeline.folders import ROOT
from pipeline.strict_yaml import TextDates, read_yaml


@pytest.mark.parametrize("text", ["30.000", "1.250", "-7.500", "0505", "12:30", "1.234.567e0"])
def test_a_number_that_yaml_reads_as_another_one_is_refused_with_its_line(text):
    if text == "1.234.567e0":
        assert read_yaml(f"a: {text}")["a"] == text  # no number to YAML: the entry's type refuses it
        return
    with pytest.raises(yaml.YAMLError, match="would be read as another number") as refused:
        read_yaml(f"a: 1\nb: {text}\n")
    assert "line 2" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("30000", 30000), ("0.125", 0.125), ("30.0", 30.0), ("0", 0), ("15_000_000", 15_000_000), (".5", 0.5)],
)
def test_other_numbers_are_read(text, value):
    assert read_yaml(f"a: {text}") == {"a": value}


def test_a_key_given_twice_is_refused_at_any_depth():
    with pytest.raises(yaml.YAMLError, match="key used more than once: low"):
        read_yaml("models:\n  low: 1\n  high: 2\n  low: 3\n")


def test_letters_of_windows_are_refused_with_their_line_and_a_byte_order_mark_is_read():
    with pytest.raises(yaml.YAMLError, match=r"line 2 holds b'\\xeb', no UTF-8; save it again"):
        read_yaml("a: 1\nname: Thoolseë\n".encode("cp1252"))
    assert read_yaml("name: ë\n".encode("utf-8-sig")) == {"name": "ë"}


def test_a_date_stays_text_where_it_is_asked():
    assert read_yaml("a: 2018-01-01", TextDates) == {"a": "2018-01-01"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("edition: 2026", "edition: 2026\nedition: 2025", "key used more than once: edition"),
        ("timeout: 180", "timeout: 1.800", "1.800 would be read as another number"),
    ],
)
def test_params_yaml_is_read_strictly(tmp_path, old, new, words):
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "params.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError, match=words):
        load_settings(path)
