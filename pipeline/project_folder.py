"""A project folder outside the checkout: data and settings from the wheel, and tables made from them."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from pipeline import stages
from pipeline.config import SettingsError, load_settings
from pipeline.folders import ROOT, Folders

log = logging.getLogger(__name__)


def make_project_folder(target: Path, carried: Path = ROOT / "pipeline" / "project") -> None:
    """Lay the embedded vintages, params.yaml, what is kept by hand and the notebooks in a new folder; make its tables.

    Parameters
    ----------
    target : a folder that is not there yet, or is empty
    carried : what the wheel brought; a checkout has none, for it is a project folder itself

    Raises
    ------
    SettingsError
        When the folder holds something, or the package came without its data.
    """
    if not carried.is_dir():
        raise SettingsError(
            f"this is a checkout, {ROOT.name}, which is a project folder already: run `make monitor` there. "
            "`groeimonitor init` is for an installed package (`pip install .`)."
        )
    if target.is_dir() and (held := sorted(path.name for path in target.iterdir())):
        raise SettingsError(
            f"{target} holds {len(held)} file(s) already, e.g. {held[0]}; name a new or empty folder."
        )
    shutil.copytree(carried, target, dirs_exist_ok=True)
    folders = Folders(target)
    settings = load_settings(target / "params.yaml")
    for run in (stages.run_tidy, stages.run_indicators, stages.run_models):
        run(settings, folders)
    log.info("init: %s is ready; go there and try `groeimonitor regions`", target)
