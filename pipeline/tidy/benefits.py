"""WW, bijstand, AO and establishments: neighbourhood key figures, regional key figures; the wider count of 15+."""

from __future__ import annotations

import pandas as pd

from pipeline.store import RawTable, Vintage
from pipeline.tidy.jobs import sector_label
from pipeline.tidy.observations import (
    MeasureSpec,
    TableSpec,
    TidyError,
    concat_observations,
    known_figure,
    measures_held,
    read,
)

KEY_FIGURES = "70072ned"
NEIGHBOURHOODS = "kwb"

#: Persons are published in tens; a sum of gemeenten tells what that does to it.
_TENS = {"unit": "aantal", "rounding": 10}
_NEIGHBOURHOOD_TOPICS = (
    MeasureSpec("ww_recipients", "Personen met WW-uitkering", **_TENS),
    MeasureSpec("bijstand_recipients", "Personen met bijstandsuitkering", **_TENS),
    MeasureSpec("ao_recipients", "Personen met AO-uitkering", **_TENS),
    MeasureSpec("population_count", "Inwoners", "aantal"),
    MeasureSpec("population_count", "Bevolking; 15 tot 25 jaar", "aantal", age="15-25"),
    MeasureSpec("net_participation_rate_pct", "Nettoarbeidsparticipatie", "%", age="15-75"),
)
_WIDER_TOPICS = (
    MeasureSpec("bijstand_15plus_recipients", "Bijstandsontvangers", age="15+", **_TENS),
    MeasureSpec("residents_15plus_count", "Inwoners van 15 jaar of ouder", age="15+", **_TENS),
)
_MONTHLY_TOPICS = (
    MeasureSpec("ww_recipients", "Werkloosheid", "aantal"),
    MeasureSpec("bijstand_recipients", "Bijstand tot de AOW-leeftijd", "aantal"),
)
#: The title of the last one differs between exports.
_KEY_TOPICS = (
    MeasureSpec("ww_recipients", "Werkloosheid", **_TENS),
    MeasureSpec("bijstand_recipients", "Bijstand tot de AOW-leeftijd", **_TENS),
    MeasureSpec("ao_recipients", "Arbeidsongeschiktheid (totaal)", **_TENS),
    MeasureSpec("ao_recipients", "Arbeidsongeschiktheid, totaal", **_TENS),
)
#: Establishments stand in a group of their own: jobs are divided by the same sectors.
_ESTABLISHMENTS, _ALL_ESTABLISHMENTS = "Bedrijfsvestigingen", "Bedrijfsvestigingen totaal"
_FIVES = 5


#: Persons per month and gemeente.
_MONTHLY = TableSpec(_MONTHLY_TOPICS, "uitkeringsontvangers", "80794ned")
#: Benefits, not persons: another indicator.
_BIJSTAND = TableSpec(
    [MeasureSpec("bijstand_benefits_count", "Bijstandsuitkeringen", "aantal")],
    "Bijstandsuitkeringen",
    "82015NED",
    keep={"Uitkeringsgrondslag": lambda title: title.startswith("Totaal")},
)
_WW_YOUTH = TableSpec(
    [MeasureSpec("ww_under_27_recipients", "Personen met een werkloosheidsuitkering", "aantal", age="<27")],
    "WW-uitkering",
    "85554NED met seizoencorrectie",
    keep={
        "Geslacht": lambda title: title.startswith("Totaal"),
        "Leeftijd": lambda title: title.startswith("Jonger dan 27"),
        "Marges": lambda title: title.startswith("Waarde"),
    },
)


def tidy_benefits(vintage: Vintage) -> pd.DataFrame:
    """Recipients of WW, bijstand and AO with the residents that the same table counts, and establishments."""
    parts = []
    for table_id in vintage.tables_for("benefits"):
        raw = vintage.table(table_id)
        if raw.properties["title"].startswith("Kerncijfers wijken en buurten"):
            topics = measures_held(raw, _NEIGHBOURHOOD_TOPICS) + _establishments(raw)
            reading = TableSpec(topics, "Kerncijfers wijken", NEIGHBOURHOODS)
        else:
            reading = TableSpec(measures_held(raw, _WIDER_TOPICS), "Bijstandsontvangers", "bijstand 15+")
        parts.append(read(raw, reading, vintage.name))
    parts += [read(vintage.table(t), _MONTHLY, vintage.name) for t in vintage.tables_for("ww")]
    parts += [read(vintage.table(t), _BIJSTAND, vintage.name) for t in vintage.tables_for("bijstand")]
    parts += [read(vintage.table(t), _WW_YOUTH, vintage.name) for t in vintage.tables_for("ww by age")]
    if vintage.has(KEY_FIGURES):
        raw = vintage.table(KEY_FIGURES)
        topics = measures_held(raw, _KEY_TOPICS) + _establishments(raw)
        reading = TableSpec(topics, "Regionale kerncijfers", KEY_FIGURES)
        parts.append(read(raw, reading, vintage.name))
    return concat_observations(parts)


def _establishments(raw: RawTable) -> list[MeasureSpec]:
    """Establishments in total and by sector; none when the table does not count them."""
    measures = raw.codes["measures"]
    held = measures[(measures["group"] == _ESTABLISHMENTS) & (measures["unit"] == "aantal")]
    topics = []
    for code, title in zip(held["code"], held["title"], strict=True):
        sector = "total" if title == _ALL_ESTABLISHMENTS else sector_label(title)
        if sector is None:
            raise TidyError(
                f"{raw.table_id}: {title!r} stands in the group {_ESTABLISHMENTS!r} and names no sector"
                f"{known_figure(raw, code)}. Titles changed places in codes/measures.csv: retrieve the table again."
            )
        topics.append(
            MeasureSpec(
                "establishments_count", title, "aantal", _ESTABLISHMENTS, sector=sector, rounding=_FIVES
            )
        )
    return topics
