"""Tables of any vintage, made once and kept: a second question about the same vintage is answered at once.

The cache lies in .cache/builds, one folder a hash of everything the tables follow from: the manifest of the
vintage, the code, the settings and the reference tables. It is safe to delete.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline import stages, store
from pipeline.config import ROOT, Folders, load_settings

#: The code that makes the tables; figures and reports do not change them.
_CODE = ("config.py", "geography.py", "schemas.py", "stages.py", "store.py")
_CODE_FOLDERS = ("reference", "tidy", "indicators", "models")
_KEY_LENGTH = 16


def made_tables(vintage: str, folders: Folders | None = None) -> Folders:
    """Folders with the tidy, indicator and model tables of a vintage; made first where they are not there.

    Parameters
    ----------
    vintage : a folder of data/raw
    folders : the project; by default the one that is run

    Raises
    ------
    StoreError
        When there is no such vintage (names those there are) or one of its files was changed.
    """
    folders = folders or Folders()
    store.read_manifest(folders.raw / vintage)
    target = folders.root / ".cache" / "builds" / f"{vintage}-{key_of(vintage, folders)}"
    if not target.is_dir():
        built = stages.build(vintage, load_settings(folders.root / "params.yaml"), folders)
        with store.temporary_folder(target.parent) as temporary:
            write_tables(built, Folders(temporary))
            store.install_folder(temporary, target)
    return Folders(target)


def write_tables(tables: stages.Tables, folders: Folders) -> None:
    """Store all tables, and the borders, below ``folders``."""
    for name, table in tables.tables.items():
        store.write(name, table, folders)
    store.write_borders(tables.borders, folders)


def key_of(vintage: str, folders: Folders) -> str:
    """Hash of what the tables of a vintage follow from."""
    package = ROOT / "pipeline"
    paths = [folders.raw / vintage / store.MANIFEST, folders.root / "params.yaml"]
    paths += sorted(path for path in folders.reference.rglob("*") if path.is_file())
    paths += [package / name for name in _CODE]
    paths += sorted(path for folder in _CODE_FOLDERS for path in (package / folder).rglob("*.py"))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(_name(path).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:_KEY_LENGTH]


def _name(path: Path) -> str:
    return "/".join(path.parts[-2:])
