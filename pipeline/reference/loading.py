"""From file to entries: strict YAML and CSV reading, with errors that name the place."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import pandas as pd
import yaml
from pydantic import BaseModel, ValidationError

from pipeline.reference.entries import (
    Accepted,
    Area,
    AreasFile,
    Claim,
    Correction,
    CorrectionsFile,
    Entry,
    OutsideFigure,
    OutsideFiguresFile,
    Programme,
    repeated,
)
from pipeline.reference.values import GEMEENTE_CODE, OPEN, ReferenceDataError
from pipeline.strict_yaml import TextDates, read_yaml

CHANGES_COLUMNS: Final = ("old_code", "old_name", "abolished_on", "gm_code", "gm_name", "share", "source")
SHARE_TOLERANCE: Final = 1e-6


_Model = TypeVar("_Model", bound=Entry)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        raw = read_yaml(path.read_bytes(), TextDates)
    except FileNotFoundError as error:
        raise ReferenceDataError(
            f"{path} is missing; it is part of the repository: git checkout -- {path}"
        ) from error
    except yaml.YAMLError as error:
        raise ReferenceDataError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(raw, dict):
        raise ReferenceDataError(f"{path} holds {type(raw).__name__}; allowed: keys with values")
    return raw


def _place(raw: Any, location: tuple[int | str, ...]) -> str:
    """Where a problem sits, with the key of an entry instead of its position in a list."""
    steps, node = [], raw
    for step in location:
        if isinstance(node, list) and isinstance(step, int):
            node = node[step]
            steps.append(str(node.get("key", step)) if isinstance(node, dict) else str(step))
        else:
            node = node.get(step) if isinstance(node, dict) else None
            steps.append(str(step))
    return ".".join(steps) or "the entry"


def _describe(problem: Any, raw: Any) -> str:
    message = problem["msg"].removeprefix("Value error, ")
    found = problem["input"]
    shown = "" if isinstance(found, dict | list | BaseModel) else f" (found {found!r})"
    return f"{_place(raw, problem['loc'])}: {message}{shown}"


def _build(model: type[_Model], raw: Any, where: str) -> _Model:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        lines = [_describe(problem, raw) for problem in error.errors(include_url=False)]
        raise ReferenceDataError(
            f"{where} has {len(lines)} problem{'s' if len(lines) > 1 else ''}:\n  - " + "\n  - ".join(lines)
        ) from error


def _with_full_sources(node: Any, sources: Mapping[str, Any], path: Path) -> Any:
    """A copy in which each `source: name` holds the entry of that name under `sources`."""
    if isinstance(node, list):
        return [_with_full_sources(item, sources, path) for item in node]
    if not isinstance(node, dict):
        return node
    filled = {}
    for key, value in node.items():
        if key == "source" and isinstance(value, str) and value != OPEN:
            if value not in sources:
                raise ReferenceDataError(
                    f"{path}: {node.get('key', 'an entry')} has source {value!r}, which is not under "
                    f"sources; allowed: {', '.join(map(str, sources))}"
                )
            filled[key] = sources[value]
        else:
            filled[key] = _with_full_sources(value, sources, path)
    return filled


def _read_with_sources(path: Path) -> dict[str, Any]:
    raw = _read_yaml(path)
    sources = raw.get("sources")
    return _with_full_sources(raw, sources if isinstance(sources, dict) else {}, path)


_Keyed = TypeVar("_Keyed", Area, OutsideFigure, Correction, Accepted)


def _by_key(entries: Iterable[_Keyed], path: Path) -> dict[str, _Keyed]:
    entries = list(entries)
    if twice := repeated(entry.key for entry in entries):
        raise ReferenceDataError(f"{path}: keys used more than once: {', '.join(twice)}")
    return {entry.key: entry for entry in entries}


def load_areas(path: Path) -> dict[str, Area]:
    """Areas by key, in the order of the file.

    Raises
    ------
    ReferenceDataError
        The file is missing, an entry has an unknown key, a wrong value or a member twice, or a key returns.
    """
    return _by_key(_build(AreasFile, _read_yaml(path), str(path)).areas, path)


def load_programmes(folder: Path) -> dict[str, Programme]:
    """Programmes by key, from every YAML file in the folder, in the order of their names.

    Raises
    ------
    ReferenceDataError
        The folder holds no programme, a file is not named after its key, or an entry is wrong.
    """
    programmes = {}
    if others := sorted(path.name for path in folder.glob("[!.]*") if path.suffix != ".yaml"):
        raise ReferenceDataError(
            f"{folder} holds {len(others)} file(s) that are no programme, e.g. {others[0]}; a programme ends in .yaml: "
            "rename the file, or take it away"
        )
    for path in sorted(folder.glob("*.yaml")):
        programme = _build(Programme, _read_with_sources(path), str(path))
        if programme.key != path.stem:
            raise ReferenceDataError(
                f"{path} holds programme {programme.key!r}; name the file {programme.key}.yaml"
            )
        programmes[programme.key] = programme
    if not programmes:
        raise ReferenceDataError(
            f"{folder} holds no programme; it is part of the repository: git checkout -- {folder}"
        )
    return programmes


def _read_csv(path: Path, columns: Collection[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a CSV file with their line numbers, all cells as text.

    Excel writes semicolons, and UTF-8 with a byte order mark or the letters of Windows (cp1252).
    """
    try:
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252")
        separator = ";" if text.partition("\n")[0].count(";") >= len(columns) - 1 else ","
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ReferenceDataError(
            f"{path} is neither UTF-8 nor Windows text, first on line {line}: "
            f"{error.object[error.start : error.start + 1]!r}. Save it again as UTF-8 (in Excel: CSV UTF-8)."
        ) from error
    except FileNotFoundError as error:
        raise ReferenceDataError(
            f"{path} is missing; it is part of the repository: git checkout -- {path}"
        ) from error
    if list(reader.fieldnames or []) != list(columns):
        raise ReferenceDataError(
            f"{path} has columns {', '.join(reader.fieldnames or ['none'])}; allowed: {', '.join(columns)}"
        )
    ragged = [number for number, row in rows if None in row or None in row.values()]
    if ragged:
        raise ReferenceDataError(
            f"{path}: {len(ragged)} lines have too few or too many cells, e.g. line {ragged[0]}; "
            "put a text with a comma in double quotes"
        )
    return rows


def load_claims(path: Path) -> pd.DataFrame:
    """What was promised, expected and counted, one row a claim, in the order of the file.

    Returns
    -------
    DataFrame
        The columns of `Claim`. `value` is a float in the unit of its row, NaN where nobody gave a number
        (`is_open`); `target_key` is missing where a claim is about the whole programme; `claim_date` is a
        year, month or day as text, or `open`.

    Raises
    ------
    ReferenceDataError
        A column or a cell is not as it should be; the message gives the line.
    """
    rows = _read_csv(path, Claim.model_fields)
    claims = [_build(Claim, row, f"{path}, line {number},") for number, row in rows]
    frame = pd.DataFrame([claim.model_dump() for claim in claims], columns=list(Claim.model_fields))
    is_open = frame["value"].eq(OPEN)
    texts = [column for column in frame if column not in ("value", "same_measure")]
    return frame.assign(value=frame["value"].mask(is_open).astype("float64"), is_open=is_open).astype(
        dict.fromkeys(texts, "str")
    )


def load_outside_figures(path: Path) -> dict[str, OutsideFigure]:
    """Figures of others by key, in the order of the file.

    Raises
    ------
    ReferenceDataError
        The file is missing, an entry is wrong, or a key returns.
    """
    return _by_key(_build(OutsideFiguresFile, _read_with_sources(path), str(path)).figures, path)


def load_corrections(path: Path) -> dict[str, Correction]:
    """Known errors of publishers by key, in the order of the file.

    Raises
    ------
    ReferenceDataError
        The file is missing, an entry is wrong, or a key returns.
    """
    return _by_key(_build(CorrectionsFile, _read_yaml(path), str(path)).corrections, path)


def load_accepted(path: Path) -> dict[str, Accepted]:
    """Figures that break a rule of plausibility and are right all the same, by key, from corrections.yaml.

    Raises
    ------
    ReferenceDataError
        The file is missing, an entry is wrong, or a key returns.
    """
    return _by_key(_build(CorrectionsFile, _read_yaml(path), str(path)).accepted, path)


def load_changes(path: Path) -> pd.DataFrame:
    """Which current gemeente got what share of each abolished code.

    Returns
    -------
    DataFrame
        One row for each old and current code: old_code, old_name (missing for some recodings), abolished_on
        (datetime, missing for recodings), gm_code, gm_name, share (0-1, sums to 1 for each old code), source.

    Raises
    ------
    ReferenceDataError
        A code is not GM and four digits, a pair returns, a share is outside 0-1 or they do not sum to 1, a
        date is not a day, an old code has two dates, or a receiving code was gone already.
    """
    rows = [row for _, row in _read_csv(path, CHANGES_COLUMNS)]
    text = pd.DataFrame(rows, columns=list(CHANGES_COLUMNS), dtype="str")
    day = text["abolished_on"]
    changes = text.assign(
        old_name=text["old_name"].mask(text["old_name"] == ""),
        abolished_on=pd.to_datetime(day.mask(day == ""), format="%Y-%m-%d", errors="coerce"),
        share=pd.to_numeric(text["share"], errors="coerce"),
    )
    for problem, wrong in _problems_of_changes(text, changes):
        if len(wrong) > 0:
            examples = ", ".join(wrong.astype("str")[:3])
            raise ReferenceDataError(f"{path}: {len(wrong)} {problem}, e.g. {examples}")
    return changes


def _problems_of_changes(text: pd.DataFrame, changes: pd.DataFrame) -> list[tuple[str, pd.Series | pd.Index]]:
    """What may be wrong with the changes, in words, and the values for which it is."""
    old, new, share = changes["old_code"], changes["gm_code"], changes["share"]
    codes = pd.concat([old, new])
    unread_day = (text["abolished_on"] != "") & changes["abolished_on"].isna()
    by_code = changes.groupby("old_code")
    # a chain is told step by step: who receives now may be abolished on a later day
    end_of_new = new.map(
        changes.dropna(subset="abolished_on")
        .drop_duplicates("old_code")
        .set_index("old_code")["abolished_on"]
    )
    ends_later = (end_of_new > changes["abolished_on"]) | (
        changes["abolished_on"].isna() & end_of_new.notna()
    )
    dates, total = by_code["abolished_on"].nunique(), by_code["share"].sum()
    return [
        ("codes are not GM and four digits", codes[~codes.str.fullmatch(GEMEENTE_CODE.pattern)]),
        ("dates are not a day such as 2018-01-01, or empty", text.loc[unread_day, "abolished_on"]),
        ("codes have a share outside 0-1", old[~share.between(0, 1, inclusive="right")]),
        ("codes give a share twice to the same code", old[changes.duplicated(["old_code", "gm_code"])]),
        ("receiving codes are abolished themselves, and not later", new[new.isin(old) & ~ends_later]),
        ("codes have more than one date", dates.index[dates > 1]),
        ("codes have shares that do not sum to 1", total.index[(total - 1).abs() > SHARE_TOLERANCE]),
    ]
