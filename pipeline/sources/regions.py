"""What a pull itself says of regions: the classification, and every name of a gemeente with its code."""

from __future__ import annotations

import re

import pandas as pd

from pipeline.sources.arrival import Arrival
from pipeline.sources.errors import ContentError
from pipeline.store import RawTable

_GEMEENTE = re.compile(r"GM\d{4}")


def classification_table(arrived: dict[str, list[Arrival]]) -> RawTable:
    """The classification of the newest year that came in.

    Raises
    ------
    ContentError
        When none came in.
    """
    tables = [a.raw for a in arrived.get("classification", [])]
    if not tables:
        raise ContentError(
            "the classification of this pull is needed and did not come in",
            table="classification",
            next_step="Pull it together with this source.",
        )
    return max(tables, key=lambda raw: raw.properties["edition"])


def gemeente_names(arrived: dict[str, list[Arrival]]) -> pd.DataFrame:
    """Names of gemeenten in all tables that came in, also of abolished ones: name, code.

    A name that two codes bear in turn (a recode) belongs to the code of the newest classification.
    """
    current = classification_table(arrived).codes["RegioS"]
    lists = [current]
    for arrivals in arrived.values():
        for arrival in arrivals:
            if isinstance(arrival.content, RawTable) and "RegioS" in arrival.content.codes:
                lists.append(arrival.content.codes["RegioS"])
    names = pd.concat([codes[["title", "code"]] for codes in lists], ignore_index=True)
    names = names[names["code"].map(lambda code: bool(_GEMEENTE.fullmatch(code)))]
    names = names.rename(columns={"title": "name"}).drop_duplicates(ignore_index=True)
    is_current = names["code"].isin(set(current["code"]))
    return names.assign(is_current=is_current)
