"""All that people keep by hand, tried at once and before a vintage is frozen: settings, reference files, inbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from pipeline.config import SettingsError, load_settings
from pipeline.folders import Folders
from pipeline.reference import ReferenceDataError, load_changes, load_reference
from pipeline.sources.errors import SourceError
from pipeline.store import path_of, read


def check_kept_by_hand(folders: Folders) -> Iterator[str]:
    """A line for each part that is right.

    Region codes are held against the regions of the tables when these were made; a region name in a workbook of UWV is
    looked up when a vintage comes in, which brings the names.

    Raises
    ------
    SettingsError, ReferenceDataError, SourceError
        All that is wrong in a part, with the file, the place and what is allowed.
    """
    problems = []
    for part in (_settings, _reference, _inbox):
        try:
            yield from part(folders)
        except (SettingsError, ReferenceDataError, SourceError) as error:
            problems.append(error)
    if problems:
        raise ReferenceDataError("\n".join(str(problem) for problem in problems))


def _settings(folders: Folders) -> Iterator[str]:
    settings = load_settings(folders.root / "params.yaml")
    yield f"params.yaml: vintage {settings.vintage}, edition {settings.edition}"


def _reference(folders: Folders) -> Iterator[str]:
    reference = load_reference(folders.reference)
    codes = _region_codes(folders, reference.changes)
    unknown = [
        f"{area.key}: {member.code}"
        for area in reference.areas.values()
        for member in area.members
        if codes and member.code not in codes and member.since is None and member.until is None
    ]
    unknown += [
        f"{programme.key}: {region}"
        for programme in reference.programmes.values()
        for region in programme.areas
        if codes and region not in codes and region not in reference.areas
    ]
    if unknown:
        raise ReferenceDataError(
            f"data/reference names {len(unknown)} region(s) that are not there today, e.g. {unknown[0]}; "
            "`python -m pipeline regions` lists those that are"
        )
    yield (
        f"data/reference: {len(reference.areas)} areas, {len(reference.programmes)} programmes, "
        f"{len(reference.claims)} claims, {len(reference.corrections)} corrections"
    )


def _region_codes(folders: Folders, changes: pd.DataFrame) -> set[str]:
    """Codes of the regions of today and of gemeenten that are gone; none before the tables were made."""
    if not path_of("regions", folders).is_file():
        return set()
    return {*read("regions", folders)["region_code"], *changes["old_code"]}


def _inbox(folders: Folders) -> Iterator[str]:
    saved = [publisher for publisher in ("lisa", "uwv") if _holds_files(folders, publisher)]
    yield f"data/inbox: {sum(_read_saved(folders, publisher) for publisher in saved)} file(s) can be read"


def _read_saved(folders: Folders, publisher: str) -> int:
    """How many files of a publisher were read; what reads them is imported late, for most inboxes are empty."""
    from pipeline.sources import inbox, lisa, uwv_inbox
    from pipeline.sources.catalog import load_catalog

    folder = folders.inbox / publisher
    if publisher == "uwv":
        files = inbox.inbox_files(folder, uwv_inbox.ENDINGS)
        for path in files:
            with inbox.saved_file(path, publisher, uwv_inbox.NEXT_STEP):
                uwv_inbox.read_grids(path)
        return len(files)
    files = inbox.inbox_files(folder, (".csv",))
    source = next(source for source in load_catalog().sources if source.kind == "lisa_inbox")
    codes = _region_codes(folders, load_changes(folders.reference / "gemeente_changes.csv"))
    for path in files:
        lisa.read_lisa_file(path, source, codes, dt.datetime.now(dt.UTC).year)
    return len(files)


def _holds_files(folders: Folders, publisher: str) -> bool:
    folder = folders.inbox / publisher
    return folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir())
