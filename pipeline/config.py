"""Settings: params.yaml as frozen, typed objects."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipeline.folders import ROOT_VARIABLE, project_root
from pipeline.strict_yaml import read_yaml


class SettingsError(ValueError):
    """params.yaml holds something that the monitor cannot use."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _vintage_name(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{2,}", value):
        raise ValueError("a vintage is a word such as embedded-2026 or live-2026-12-01, never a bare date")
    return value


def _iso_date(value: Any) -> str:
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError('a date in quotes, such as "2026-11-23"') from None
    return value


def _region_choice(value: Any) -> Any:
    if value not in ("areas", "all") and not (
        isinstance(value, list) and value and all(isinstance(key, str) for key in value)
    ):
        raise ValueError("areas, all, or a list of region keys such as [drechtsteden, GM0505]")
    return value


VintageName = Annotated[str, BeforeValidator(_vintage_name)]
IsoDate = Annotated[str, BeforeValidator(_iso_date)]
Language = Literal["nl", "en"]
RegionChoice = Annotated[Literal["areas", "all"] | list[str], BeforeValidator(_region_choice)]
Year = Annotated[int, Field(ge=1990, le=2100)]


class IndicatorSettings(_Section):
    """How job estimates are made."""

    base_years: list[Year] = Field(min_length=1)
    interval_level: float = Field(gt=0.5, le=0.999)
    link_tolerance: float = Field(gt=0, lt=0.5)


class ModelSettings(_Section):
    """How targets are measured; their grid stands with each programme."""

    latest_year: Year | None
    previous_vintage: VintageName | None
    outlook_until: Year
    verdict_horizon: int = Field(ge=1)
    likely: float = Field(gt=0.5, lt=1)
    unlikely: float = Field(gt=0, lt=0.5)


class ReportSettings(_Section):
    """Which reports are made, and how."""

    regions: RegionChoice
    date: IsoDate
    language: Language
    publisher: str = Field(min_length=1)
    style: dict[str, str | list[str]]
    contact: str | None = Field(pattern=r"^(https://\S+|[^@\s]+@[^@\s]+)$")
    address: str | None = Field(pattern=r"^https://\S+/$")
    jobs: int = Field(ge=1)
    scheduler: str | None
    timeout: float = Field(gt=0)
    stale_after: int = Field(ge=1, le=20)
    text: str | None


class Settings(_Section):
    """The whole of params.yaml."""

    vintage: VintageName
    edition: Year
    indicators: IndicatorSettings
    models: ModelSettings
    reports: ReportSettings


def settings_of(settings: Settings, vintage: str) -> Settings:
    """The settings with which the edition of a vintage is made: a year in its name is its edition."""
    dated = re.search(r"(20\d\d)(?:-\d\d){0,2}$", vintage)
    edition = int(dated[1]) if dated else settings.edition
    return settings.model_copy(update={"vintage": vintage, "edition": edition})


def load_settings(path: Path | None = None) -> Settings:
    """Read and check params.yaml, that of the project when no path is given.

    Raises
    ------
    SettingsError
        For an unknown or missing key or a wrong value; names the key, the value and what is allowed.
    """
    path = path or project_root() / "params.yaml"
    if not path.is_file():
        raise SettingsError(
            f"{path.name} is missing in {path.parent.name or path.parent}; go to the folder of the project, or name it "
            f"in {ROOT_VARIABLE} (`groeimonitor init FOLDER` makes one)."
        )
    try:
        content = read_yaml(path.read_bytes())
    except yaml.YAMLError as error:
        raise SettingsError(
            f"{path.name} is no YAML: {error}. Look for a missing colon, quote or space."
        ) from None
    if not isinstance(content, dict):
        raise SettingsError(f"{path.name} holds no keys; expected {', '.join(Settings.model_fields)}.")
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        raise SettingsError(_explain(error, path.name)) from None


def use_vintage(path: Path, vintage: str) -> list[str]:
    """Write a vintage into params.yaml, comments kept; a date in its name becomes edition and report date.

    Returns
    -------
    list of str
        The lines as they stand now.
    """
    changes = {"vintage": vintage}
    dated = re.search(r"(20\d\d)-\d\d-\d\d$", vintage)
    if dated:
        changes |= {"edition": dated[1], "date": f'"{dated[0]}"'}
    text, lines = path.read_text(encoding="utf-8"), []
    for key, value in changes.items():
        text, count = re.subn(rf"(?m)^(\s*){key}:.*$", rf"\g<1>{key}: {value}", text, count=1)
        if count != 1:
            raise SettingsError(f"{path.name} has no line {key}: to change; add it.")
        lines.append(f"{key}: {value}")
    path.write_text(text, encoding="utf-8")
    load_settings(path)
    return lines


def _explain(error: ValidationError, file_name: str) -> str:
    """One line a problem: key, value, what is allowed."""
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            allowed = ", ".join(_fields_at(problem["loc"][:-1]))
            lines.append(f"{key} is not a known key (value {problem['input']!r}); allowed here: {allowed}")
        elif problem["type"] == "missing":
            lines.append(
                f"{key} is missing; add it (the comments in the shipped {file_name} say what it takes)"
            )
        else:
            allowed = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{key} is {_shown(problem['input'])}; allowed: {allowed}")
    return f"{file_name} has {len(lines)} problem(s):\n- " + "\n- ".join(lines)


def _shown(value: Any) -> str:
    """A value as it stands in YAML."""
    return value.isoformat() if isinstance(value, dt.date) else repr(value)


def _fields_at(location: tuple[Any, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in location:
        annotation = model.model_fields[str(part)].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    return list(model.model_fields)
