"""The exit code of a command tells a script whether something is wrong."""

import sys

import pandas as pd
import pytest

from pipeline import cli, doctor
from pipeline.sources import editions


@pytest.mark.parametrize(("verdict", "code"), [("wrong", 1), ("missing", 0)])
def test_the_doctor_ends_with_1_when_something_is_wrong(monkeypatch, verdict, code):
    monkeypatch.setattr(doctor, "examine", lambda *_, **__: [doctor.Finding(verdict, "reports", "none")])
    monkeypatch.setattr(sys, "argv", ["pipeline", "doctor"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code or 0) == code


def test_the_check_of_the_catalogue_keeps_long_words_out_of_its_columns(monkeypatch, capsys):
    rows = [
        ["jobs", "83582NED", None, True, "Regulier", "Banen", "", ""],
        ["labour", "82208NED", 2014, False, "", "", "status 404. " * 20, "2027: 86500NED"],
        ["labour", "86300NED", 2025, True, "Regulier", "Arbeid", "", "2027: 86500NED"],
    ]
    monkeypatch.setattr(
        editions, "check_catalog", lambda *_: pd.DataFrame(rows, columns=editions.CHECK_COLUMNS)
    )
    monkeypatch.setattr(sys, "argv", ["pipeline", "catalog", "--check"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().out.splitlines()
    assert ended.value.code == 1
    assert said[1].split() == ["jobs", "83582NED", "True", "Regulier", "Banen"]
    assert max(len(line) for line in said[:4]) < 60
    assert said[4].startswith("problem: labour: status 404.")
    assert said[5:] == ["newer: labour: 2027: 86500NED"]
