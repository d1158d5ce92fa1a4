"""Young people: the register of 15 to 27 year olds (October) and the survey rate of 15 to 25 year olds.

Four age definitions are in use in the Netherlands; the age stands beside every figure and series of
different definitions are never joined.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from pipeline.store import RawTable, Vintage
from pipeline.tidy.observations import (
    MeasureSpec,
    TableSpec,
    concat_observations,
    measures_held,
    newest_edition,
    read,
)

_REGISTER_TOPICS = (
    MeasureSpec("youth_15_27_count", "Jongeren 15 tot 27 jaar", "aantal", age="15-27", rounding=100),
    MeasureSpec("youth_15_27_employed_count", "Werkzame jongeren", "aantal", age="15-27", rounding=100),
    MeasureSpec(
        "youth_15_27_not_employed_count", "Niet-werkzame jongeren", "aantal", age="15-27", rounding=100
    ),
    MeasureSpec(
        "youth_registered_jobseekers",
        "Geregistreerd werkzoekend bij UWV",
        "aantal",
        age="15-27",
        rounding=100,
    ),
)
#: Since 2018 one cube: a count of young people by work, benefit and registration. Heads of the titles: their endings
#: differ between editions.
_CUBE_TITLE = "Jongeren (15 tot 27 jaar)"
_CUBE = (
    ("youth_15_27_count", "Totaal", "Totaal"),
    ("youth_15_27_employed_count", "Werkza", "Totaal"),
    ("youth_15_27_not_employed_count", "Niet-werkza", "Totaal"),
    ("youth_registered_jobseekers", "Totaal", "Geregistreerd werkzoekend"),
)
_SURVEY_TOPICS = (
    MeasureSpec("youth_unemployment_rate_pct", "Werkloosheidspercentage 15 tot 25 jaar", "%", age="15-25"),
)


def tidy_youth(vintage: Vintage) -> pd.DataFrame:
    """Young people in the register and in the survey, as published."""
    parts = []
    for table_id in vintage.tables_for("youth"):
        raw = vintage.table(table_id)
        if raw.publisher == "szw":
            reading = TableSpec(_SURVEY_TOPICS, "Jeugdwerkloosheid", "SZW/CBS 15-25")
        else:
            topics = measures_held(raw, _REGISTER_TOPICS)
            reading = TableSpec(
                topics, "Arbeidsmarktsituatie jongeren", "register 15-27", lambda y: f"{y}-10"
            )
        parts.append(read(raw, reading, vintage.name))
    for table_id in vintage.tables_for("youth register"):
        parts += _read_cube(vintage.table(table_id), vintage.name)
    return newest_edition(concat_observations(parts))


def _read_cube(raw: RawTable, vintage: str) -> list[pd.DataFrame]:
    """The register as a cube: one reading a figure, each with its own corner of the cube.

    An edition may be cut without those who do not work; every other corner must be there.
    """
    parts = []
    works = raw.codes["Arbeidskenmerken"]["title"].str.strip()
    for indicator, work, registration in _CUBE:
        if work.startswith("Niet") and not works.str.startswith(work).any():
            continue
        topic = MeasureSpec(indicator, _CUBE_TITLE, "aantal", age="15-27", rounding=100)
        keep = {
            "Onderwijsvolgend": _starts("Totaal"),
            "Arbeidskenmerken": _starts(work),
            "Uitkering": _starts("Totaal"),
            "GeregistreerdWerkzoekendeBijUWV": _starts(registration),
        }
        reading = TableSpec(
            [topic], "Arbeidsmarktsituatie jongeren", "register 15-27", lambda y: f"{y}-10", keep=keep
        )
        parts.append(read(raw, reading, vintage))
    return parts


def _starts(words: str) -> Callable[[str], bool]:
    return lambda title: title.startswith(words)
