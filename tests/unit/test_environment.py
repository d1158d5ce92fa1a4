"""pyproject.toml, environment.yml and the locks ask for the same things, and the locks can not rot."""

import os
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
#: conda-forge splits these packages or names them otherwise.
CONDA_NAMES = {"pandera-pandas": "pandera"}
CONDA_ONLY = {"python", "pip"}
#: Optional parts of the project that the conda environment does not install.
NOT_IN_CONDA = {"bench"}
#: The packages that the assignment of the project names.
ASKED_FOR = {"jupyterlab", "pandas", "geopandas", "matplotlib", "cbsodata", "dvc", "papermill", "pytest"}

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
#: What each lock installs: the optional parts beside the dependencies.
LOCKS = {"requirements.lock": set(), "requirements-dev.lock": {"test", "dev", "docs"}}


def pins_of(lock: str) -> list[Requirement]:
    """Every pin of a lock, with its extras and marker; a package may have one for each version of Python."""
    return [
        Requirement(line.rstrip(" \\"))
        for line in lock.splitlines()
        if line and not line[0].isspace() and not line.startswith("#")
    ]


def version_of(pin: Requirement) -> Version:
    """The one version that a pin allows; anything but ``==`` is no pin."""
    (specifier,) = pin.specifier
    assert specifier.operator == "==", f"{pin} is not pinned"
    return Version(specifier.version)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


CONDA_LINES = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
PIP_LINES = next(line["pip"] for line in ENVIRONMENT["dependencies"] if isinstance(line, dict))


def parsed(line: str) -> tuple[str, SpecifierSet]:
    """Name and specifier of a pip or conda line; extras are not compared."""
    requirement = Requirement(line)
    name = canonicalize_name(requirement.name)
    return CONDA_NAMES.get(name, name), requirement.specifier


def declared(*, without: set[str] = frozenset()) -> dict[str, SpecifierSet]:
    """Everything that pyproject.toml asks for, with its optional parts."""
    lines = list(PROJECT["dependencies"])
    for part, more in PROJECT["optional-dependencies"].items():
        lines += more if part not in without else []
    return dict(parsed(line) for line in lines)


def installed_by_conda() -> dict[str, SpecifierSet]:
    """Everything that environment.yml asks for, through conda or pip."""
    lines = [line for line in CONDA_LINES if line.split()[0] not in CONDA_ONLY]
    lines += [line for line in PIP_LINES if not line.startswith("-e")]
    return dict(parsed(line) for line in lines)


def test_conda_and_pip_ask_for_the_same_packages():
    assert set(installed_by_conda()) == set(declared(without=NOT_IN_CONDA))


def test_conda_and_pip_ask_for_the_same_versions():
    wanted, found = declared(without=NOT_IN_CONDA), installed_by_conda()
    assert {name: str(found[name]) for name in wanted} == {name: str(wanted[name]) for name in wanted}


def test_the_packages_of_the_assignment_are_in_all_three():
    assert set(declared()) >= ASKED_FOR
    assert set(installed_by_conda()) >= ASKED_FOR
    assert {canonicalize_name(pin.name) for pin in pins_of(read("requirements.lock"))} >= ASKED_FOR - {
        "pytest"
    }


def test_cbsodata_and_the_project_itself_come_through_pip():
    assert any(line.startswith("cbsodata") for line in PIP_LINES)
    assert PIP_LINES[-1] == "-e ."


def test_the_same_python_is_allowed():
    python = next(line for line in CONDA_LINES if line.startswith("python "))
    assert SpecifierSet(python.removeprefix("python ")) == SpecifierSet(PROJECT["requires-python"])


def test_packages_come_from_conda_forge_only():
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


@pytest.mark.parametrize("line", CONDA_LINES)
def test_conda_reads_every_line_as_it_is_meant(line):
    rattler = pytest.importorskip("rattler")
    spec = rattler.MatchSpec(line)
    name, *version = line.split(maxsplit=1)
    assert str(getattr(spec.name, "normalized", spec.name)) == name
    assert (str(spec.version) if spec.version else "") == (version[0] if version else "")


@pytest.mark.parametrize("name", LOCKS)
def test_every_declared_package_is_pinned_within_its_specifier(name):
    wanted = declared(without=set(PROJECT["optional-dependencies"]) - LOCKS[name])
    pins = [(canonicalize_name(pin.name), version_of(pin)) for pin in pins_of(read(name))]
    assert sorted(set(wanted) - {package for package, _ in pins}) == []
    assert [f"{name} {pin}" for name, pin in pins if name in wanted and not wanted[name].contains(pin)] == []


def test_both_locks_pin_the_same_versions():
    run = {str(pin) for pin in pins_of(read("requirements.lock"))}
    assert len(run) > 100
    assert sorted(run - {str(pin) for pin in pins_of(read("requirements-dev.lock"))}) == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_package_has_one_version_on_every_python(name):
    """Another version for a newer Python writes other bytes: pyproj did, in the borders."""
    pins = [pin.name for pin in pins_of(name)]
    assert sorted(set(pins)) == sorted(pins)


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name):
    blocks = re.split(r"^(?=[A-Za-z0-9])", read(name), flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins_of(read(name))) > 100
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", [*LOCKS, "requirements-installer.lock"])
def test_a_lock_names_no_host(name):
    assert "://" not in read(name)
    assert "--index" not in read(name)
    assert "--find-links" not in read(name)


def not_kept(pins: list[Requirement]) -> list[str]:
    """What packages of a lock ask for, on this machine, without the lock pinning it with the extras asked for.

    pip before 24 looks for the newest version of what such an extra names, and so for one that the lock does not have.
    """
    here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    kept: dict[str, set[str]] = {}
    for pin in here:
        kept.setdefault(canonicalize_name(pin.name), set()).update(pin.extras)
    found = []
    for pin in here:
        for line in metadata.requires(pin.name) or []:
            asked = Requirement(line)
            extras = ["", *pin.extras]
            if asked.marker and not any(asked.marker.evaluate({"extra": extra}) for extra in extras):
                continue
            name = canonicalize_name(asked.name)
            if name not in kept or not asked.extras <= kept[name]:
                found.append(f"{pin.name} asks for {asked}")
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_everything_that_a_pinned_package_asks_for_is_pinned_with_its_extras(name):
    assert not_kept(pins_of(read(name))) == []


def test_the_check_of_extras_sees_a_lock_that_dropped_one():
    stripped = re.sub(
        r"^([A-Za-z0-9._-]+)\[[^]]+\]==", r"\1==", read("requirements-dev.lock"), flags=re.MULTILINE
    )
    assert any("coverage[toml]" in fault for fault in not_kept(pins_of(stripped)))


def test_the_check_of_extras_sees_a_lock_without_what_an_extra_brings():
    pins = [pin for pin in pins_of(read("requirements.lock")) if pin.name != "tinycss2"]
    assert any("tinycss2" in fault for fault in not_kept(pins))


def test_the_installer_is_pinned_as_declared():
    pins = {pin.name: version_of(pin) for pin in pins_of(read("requirements-installer.lock"))}
    group = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"][
        "installer"
    ]
    wanted = dict(parsed(line) for line in group)
    assert set(pins) == set(wanted)
    assert [name for name in pins if not wanted[name].contains(pins[name])] == []
    locked = {pin.name: version_of(pin) for pin in pins_of(read("requirements.lock"))}
    assert pins["setuptools"] == locked["setuptools"]


def test_the_licence_is_there_whole():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert re.findall(r"^(\d+)\.[A-Z]", text, re.MULTILINE) == [str(article) for article in range(1, 16)]
    assert "Appendix" in text and text.rstrip().endswith("require the production of a new EUPL version.")


@pytest.mark.parametrize("turn", range(4))
def test_the_tests_of_a_file_stay_on_one_worker(turn, tmp_path_factory):
    """They share what a file makes once; beside each other they would make it on every worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    base = tmp_path_factory.getbasetemp()
    seen = (base if worker == "alone" else base.parent) / "workers of a file"
    seen.mkdir(exist_ok=True)
    (seen / worker).touch()
    assert [path.name for path in seen.iterdir()] == [worker], turn
