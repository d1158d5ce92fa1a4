"""The workflows call what a person can call too: nothing lives only in them. Their forms are checked by `make lint`."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
#: What only the service itself can do: name the day, say who commits, push, ask for a review.
OF_THE_SERVICE = ("echo", "git config", "git push", "git log -1")
#: Commands of each job that makes something.
JOBS = {
    **{
        f"github {path.stem}/{name}": [
            line for step in job["steps"] for line in step.get("run", "").splitlines()
        ]
        for path in sorted((ROOT / ".github/workflows").glob("*.yml"))
        for name, job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].items()
    },
    **{
        f"gitlab {name}": job["script"]
        for name, job in yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8")).items()
        if isinstance(job, dict) and "script" in job
    },
}
ROUND = ["make catalog", "make live", "make compare", "make pages", "make proposal"]


@pytest.mark.parametrize("job", JOBS)
def test_a_step_is_a_make_target_or_a_thing_of_the_service(job):
    other = [line for line in JOBS[job] if not line.startswith(("make ", *OF_THE_SERVICE))]
    assert other == []
    assert {line.split()[1] for line in JOBS[job] if line.startswith("make ")} <= TARGETS


@pytest.mark.parametrize("job", ["github monitor/monitor", "gitlab pages"])
def test_the_round_makes_compares_shows_and_proposes(job):
    assert [line for line in JOBS[job] if line.startswith("make ")] == ROUND


@pytest.mark.parametrize("job", ["github tests/tests", "gitlab tests"])
def test_a_change_passes_what_the_project_itself_asks(job):
    assert JOBS[job] == ["make ci"]


def test_every_action_is_pinned_by_its_version():
    used = [
        use
        for path in (ROOT / ".github/workflows").glob("*.yml")
        for use in re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8"))
    ]
    assert len(used) > 3
    assert [use for use in used if not re.search(r"@v\d+\.\d+\.\d+$", use)] == []
