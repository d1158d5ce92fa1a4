"""The exit code of a command tells a script whether something is wrong."""

import sys

import pytest

from pipeline import cli, doctor


@pytest.mark.parametrize(("verdict", "code"), [("wrong", 1), ("missing", 0)])
def test_the_doctor_ends_with_1_when_something_is_wrong(monkeypatch, verdict, code):
    monkeypatch.setattr(doctor, "examine", lambda *_, **__: [doctor.Finding(verdict, "reports", "none")])
    monkeypatch.setattr(sys, "argv", ["pipeline", "doctor"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code or 0) == code
