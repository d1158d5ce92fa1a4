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
        (["report"], "Missing argument 'region'. `python -m pipeline report --help`"),
        (["reports", "--al"], "--all"),
        (["use"], "Missing argument 'vintage'"),
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


#: what takes long to import; help and the list of regions do without
SLOW = {"pandas", "geopandas", "matplotlib", "pandera", "scipy"}


@pytest.mark.parametrize("word", ["--help", "regions"])
def test_what_should_answer_at_once_imports_nothing_slow(tmp_path, word):
    (tmp_path / "data" / "tidy").mkdir(parents=True)
    names = {"region_code": ["GM0505", "AM01"], "region_name": ["Dordrecht", "Groningen"]}
    kinds = {"region_type": ["gemeente", "arbeidsmarktregio"]}
    pd.DataFrame(names | kinds).to_parquet(tmp_path / "data" / "tidy" / "regions.parquet")
    code = (
        "import sys\n"
        "from pipeline import cli\n"
        f"sys.argv = ['pipeline', {word!r}]\n"
        "try:\n    cli.main()\n"
        f"finally:\n    print(sorted({SLOW!r} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | {ROOT_VARIABLE: str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    *said, slow = done.stdout.splitlines()
    assert slow == "[]"
    if word == "regions":
        assert said == ["AM01\tGroningen\tarbeidsmarktregio", "GM0505\tDordrecht\tgemeente"]


def test_regions_that_were_not_made_are_named_with_their_command(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["pipeline", "regions"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
