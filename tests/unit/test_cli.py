"""The exit code of a command tells a script whether something is wrong."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from pipeline import cli, doctor
from pipeline.folders import ROOT, ROOT_VARIABLE
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
        ["jobs", "83582NED", None, True, "Regulier", "Banen", "", "", "83582NED as it should be"],
        ["labour", "82208NED", 2014, False, "", "", "status 404. " * 20, "2027: 86500NED", ""],
        [
            "labour",
            "86300NED",
            2025,
            True,
            "Regulier",
            "Arbeid",
            "its title is now",
            "2027: 86500NED",
            "86300NED, form",
        ],
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
    assert said[5:7] == ["problem: labour: its title is now", "newer: labour: 2027: 86500NED"]
    # one block that somebody without knowledge of the tables can send in
    first, last = (
        next(n for n, line in enumerate(said) if word in line) for word in ("send it in", "to here")
    )
    assert said[first + 1 : last] == ["86300NED, form"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["raports"], "'reports'"),
        (["modles"], "'models'"),
        (["report"], "arguments are required: region. `python -m pipeline report --help`"),
        (["reports", "--al"], "--all"),
        (["use"], "arguments are required: vintage"),
    ],
)
def test_a_slip_is_answered_in_one_line_with_what_is_nearest(monkeypatch, capsys, words, said):
    monkeypatch.setattr(sys, "argv", ["pipeline", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    answer = capsys.readouterr()
    assert ended.value.code == 2
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert said in answer.err


#: What takes long to import; help, a slip and the list of regions do without.
SLOW = {"pandas", "pyarrow", "numpy", "pydantic", "matplotlib", "yaml"}


@pytest.mark.parametrize("words", [["--help"], ["regions"], ["report"], ["raports"]])
def test_what_should_answer_at_once_imports_nothing_slow(tmp_path, words):
    (tmp_path / "data" / "tidy").mkdir(parents=True)
    (tmp_path / "data" / "tidy" / "regions.csv").write_text(
        'region_code,region_name,region_type\nAM01,"Hoogeveen, Emmen",arbeidsmarktregio\nGM0505,Dordrecht,gemeente\n',
        encoding="utf-8",
    )
    code = (
        "import sys\n"
        "from pipeline import cli\n"
        f"sys.argv = ['pipeline', *{words!r}]\n"
        "try:\n    cli.main()\n"
        f"except SystemExit:\n    pass\n"
        f"finally:\n    print(sorted({SLOW!r} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | {ROOT_VARIABLE: str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    *said, slow = done.stdout.splitlines()
    assert slow == "[]"
    if words == ["regions"]:
        assert said == ["AM01\tHoogeveen, Emmen\tarbeidsmarktregio", "GM0505\tDordrecht\tgemeente"]


def test_regions_that_were_not_made_are_named_with_their_command(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["pipeline", "regions"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
