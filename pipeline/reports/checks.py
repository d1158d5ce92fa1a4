"""Own checks of finished reports: what the validators miss, and what a reader would stumble over.

Each check returns a list of faults in plain words; an empty list means none were found. ``check_report`` does
them all: the reports stage and ``python -m pipeline doctor --reports`` use it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from pipeline.config import Language
from pipeline.reports.blocks import DataRow
from pipeline.reports.data_files import read_names, read_rows
from pipeline.reports.files import CSV, FACTS, FILES, HTML, METADATA, PDF
from pipeline.reports.page_checks import check_html, page_text
from pipeline.reports.pdf_checks import (
    UNREADABLE,
    check_pdf,
    pdf_text,
)
from pipeline.reports.text_numbers import check_text_numbers
from pipeline.vocabulary.formats import LOCALES


def check_report(folder: Path, *, quick: bool = False) -> list[str]:
    """Faults of a finished report, each with the name of its file.

    Parameters
    ----------
    folder : where the report lies
    quick : only what takes little and needs no other program: every file there and as metadata.json says,
        data.csv as its description says, every number of the page in the data. The stage looks at this for each
        report; structure and page were checked when they were written. In full also these, words within the
        paper, PDF/UA-1 and PDF/A-2A, and every number on paper in the data.

    Returns
    -------
    list of str
        An absent file is one fault; what is there is still looked at.
    """
    folder = Path(folder)
    language = _language_of(folder)
    here = {name for name in (*FILES, METADATA) if (folder / name).is_file()}
    paper, page = folder / PDF, folder / HTML
    faults = check_files(folder)
    rows: list[DataRow] = []
    names: list[str] = []
    if CSV in here:
        try:
            rows = read_rows(folder / CSV)
            names = read_names(folder / FACTS) if FACTS in here else []
            found = check_text_numbers(page_text(page), rows, language, names) if HTML in here else []
            faults += _named(HTML, found)
        except (ValidationError, TypeError, ValueError, KeyError) as error:
            faults.append(f"{CSV}: not readable as data rows: {error}")
    if quick:
        return faults
    if HTML in here:
        faults += _named(HTML, check_html(page, language))
    if PDF in here:
        found = check_pdf(paper, language)
        if rows and shutil.which("pdftotext") and not any(fault.startswith(UNREADABLE) for fault in found):
            found += check_text_numbers(pdf_text(paper), rows, language, names)
        faults += _named(PDF, found)
    return faults


def _named(name: str, faults: Iterable[str]) -> list[str]:
    return [f"{name}: {fault}" for fault in faults]


def _language_of(folder: Path) -> Language:
    """The language that metadata.json names; Dutch where it does not, which is a fault of its own."""
    try:
        found = json.loads((folder / METADATA).read_text(encoding="utf-8"))["language"]
    except (OSError, ValueError, KeyError, TypeError):
        return "nl"
    return found if found in LOCALES else "nl"


def check_files(folder: Path) -> list[str]:
    """Files of a report that are absent, or whose sha256 is not the one in metadata.json."""
    faults = [f"{name} is not there" for name in FILES if not (folder / name).is_file()]
    try:
        known = json.loads((folder / METADATA).read_text(encoding="utf-8"))["files"]
        expected = {name: known[name]["sha256"] for name in known}
    except FileNotFoundError:
        return [*faults, f"{METADATA} is not there"]
    except (ValueError, KeyError, TypeError) as error:
        return [*faults, f"{METADATA} names no files: {error!r}"]
    faults += [f"{METADATA} does not name {name}" for name in FILES if name not in expected]
    for name, digest in expected.items():
        path = folder / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            faults.append(f"{name} is not the file that {METADATA} describes: its sha256 differs")
    return faults
