"""Residents on 1 January, CBS 03759ned and 70072ned."""

from __future__ import annotations

import pandas as pd

from pipeline.store import Vintage
from pipeline.tidy.observations import Reading, Topic, put_together, read, topics_held

REGISTER, KEY_FIGURES = "03759ned", "70072ned"
AGE_GROUPS = (
    ("0 tot 5 jaar", "0-5"),
    ("5 tot 10 jaar", "5-10"),
    ("10 tot 15 jaar", "10-15"),
    ("15 tot 20 jaar", "15-20"),
    ("20 tot 25 jaar", "20-25"),
    ("25 tot 45 jaar", "25-45"),
    ("45 tot 65 jaar", "45-65"),
    ("65 tot 80 jaar", "65-80"),
    ("80 of ouder", "80+"),
)


def _first_of_january(year: int) -> str:
    return f"{year}-01-01"


def _is_total(title: str) -> bool:
    return title.startswith("Totaal")


def tidy_population(vintage: Vintage) -> pd.DataFrame:
    """Residents per region, in total (03759ned, 70072ned) and by age group (70072ned)."""
    parts = []
    if vintage.has(REGISTER):
        everyone = dict.fromkeys(("Geslacht", "Leeftijd", "BurgerlijkeStaat"), _is_total)
        topic = Topic("population_count", "Bevolking op 1 januari", "aantal")
        reading = Reading([topic], "Bevolking op 1 januari", REGISTER, _first_of_january, keep=everyone)
        parts.append(read(vintage.table(REGISTER), reading, vintage.name))
    if vintage.has(KEY_FIGURES):
        raw = vintage.table(KEY_FIGURES)
        topics = [Topic("population_count", "Totale bevolking", "aantal")]
        topics += [Topic("population_count", title, "aantal", age=age) for title, age in AGE_GROUPS]
        reading = Reading(topics_held(raw, topics), "Regionale kerncijfers", KEY_FIGURES, _first_of_january)
        parts.append(read(raw, reading, vintage.name))
    return put_together(parts)
