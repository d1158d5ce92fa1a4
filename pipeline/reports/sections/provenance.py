"""Where every figure comes from: table, period, status; its retrieval; and what made the report."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Sequence
from typing import Any

from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative, soundness
from pipeline.reports.blocks import Block, Column
from pipeline.reports.context import RegionContext
from pipeline.reports.narrative import AnyCell, say
from pipeline.reports.sections.wording import CHANGE_WORDS, INDICATOR_WORDS, partial_date, status_words
from pipeline.store import ManifestTable

KICKER = to_translate("Herkomst")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
#: Beginnings of ids that are too long for a narrow column, and the source's short name.
_SHORT_IDS = {"jeugdwerkloosheid-": "SZW/CBS", "gemeente_gegeneraliseerd_": "PDOK"}
#: Figures that the gate of content let through with a word, by verdict.
_STRIKING = to_translate({"warning": "opvallend", "accepted": "nagegaan en juist"})
_SHOWN = 5
#: Parts of a table that the catalogue of sources names.
_PART_WORDS = to_translate({"benefits": "uitkeringen"})


def provenance(context: RegionContext, blocks: Sequence[Block]) -> list[form.Block]:
    """The last pages.

    Parameters
    ----------
    blocks : every block shown before, whose data rows are listed here
    """
    shown = [
        block
        for block in blocks
        if isinstance(block, form.Figure | form.Table | form.Ledger | form.Kpi) and block.data
    ]
    used = sources_used(context, blocks)
    return [
        narrative.heading("herkomst", tr(KICKER), say("Elk getal is terug te vinden")),
        narrative.lead(
            "herkomst",
            say(
                "De momentopname is bewaard met het rapport: een herziening bij CBS verandert dit rapport niet stil."
            ),
        ),
        _figures_table(context, shown),
        _sources_table(context, used),
        *_striking(context),
        *_revisions(context),
        *_made(context, blocks),
    ]


def sources_used(context: RegionContext, blocks: Sequence[Block]) -> list[ManifestTable]:
    """The tables of the vintage that the data rows of these blocks name, by id."""
    named = " ".join({row.source for block in blocks for row in block.data})
    words = set(re.split(r"[\s,;]+", named))
    classification = {"86247NED"}
    return sorted(
        (t for t in context.tables.vintage.tables if t.table_id in words | classification),
        key=lambda t: t.table_id,
    )


def source_entries(context: RegionContext, blocks: Sequence[Block]) -> tuple[dict[str, Any], ...]:
    """The same as plain data, for metadata.json and the workbook."""
    return tuple(
        {
            "table": table.table_id,
            "title": table.title,
            "publisher": table.original_source or table.publisher,
            "modified": table.modified,
            "retrieved_at": table.retrieved_at,
            "licence": table.licence,
            "periods": f"{table.first_period} - {table.last_period}",
            "sha256": table.sha256,
        }
        for table in sources_used(context, blocks)
    )


def _figures_table(context: RegionContext, shown: Sequence[Block]) -> form.Table:
    rows: list[list[AnyCell]] = []
    known = {table.table_id for table in context.tables.vintage.tables}
    not_data = ("params.yaml", tr("instelling"), tr("geen"), "")
    for block in shown:
        observed = [row for row in block.data if row.source not in not_data]
        years = sorted({int(year) for row in observed for year in _YEAR.findall(row.period)})
        ids = sorted({part for row in observed for part in re.split(r"[\s,;]+", row.source) if part in known})
        own = any(tr("eigen") in row.source.split() for row in observed) or any(
            row.status == "estimate" for row in observed
        )
        ids = [_short(name) for name in ids]
        words = [*ids, tr("eigen berekening")] if own else ids
        span = numbers.years(years[0], years[-1]) if years else tr("zonder jaar")
        rows.append(
            [
                _title_of(block),
                ", ".join(words) or tr("programmadocumenten"),
                span,
                status_words(row.status for row in observed),
            ]
        )
    behind = [
        narrative.year_fact(int(year), tr("jaar in de herkomst"), source=tr("geen"))
        for row in rows
        for year in _YEAR.findall(str(row[2]))
    ]
    titles = [f for block in shown for f in _as_facts(block)]
    return narrative.table(
        "herkomst-figuren",
        [
            Column(label=tr("Figuur of tabel"), width=1.9),
            Column(label=tr("Bron"), width=1.2),
            Column(label=tr("Jaren"), width=0.7),
            Column(label=tr("Stand en bewerking"), width=1.5),
        ],
        rows,
        title=say("Figuren en tabellen"),
        behind=[*dict.fromkeys(behind), *titles],
        caption=tr("CBS StatLine, UWV, SZW, PDOK en programmadocumenten; tabelnummers als gepubliceerd."),
    )


def _as_facts(block: Block) -> list[narrative.Fact]:
    """Facts whose numbers return in the title of a block."""
    numbers = set(soundness.numbers_in(_title_of(block)))
    fields = ("display", "value", "label", "period", "unit", "status", "source", "region_code", "region")
    return [
        narrative.Fact(**{name: getattr(row, name) for name in fields})
        for row in block.data
        if numbers & set(soundness.numbers_in(f"{row.display} {row.period} {row.label}"))
    ][:12]


def _title_of(block: Block) -> str:
    if isinstance(block, form.Kpi):
        return tr("Kerncijfers op de eerste pagina")
    return block.title or {"doelen": tr("Doelen van de programma's")}.get(block.id, block.id)


def _sources_table(context: RegionContext, used: Sequence[ManifestTable]) -> form.Table:
    rows: list[list[AnyCell]] = [
        [
            _short(table.table_id),
            narrative.quote(table.title),
            _periods(table),
            retrieved(table),
            publisher_words(table),
        ]
        for table in used
    ]
    behind = [
        narrative.year_fact(
            int(year), f"{table.title}, {retrieved(table)}", period=_periods(table), source=table.table_id
        )
        for table in used
        for year in _YEAR.findall(f"{table.first_period}")[:1]
    ]
    return narrative.table(
        "herkomst-bronnen",
        [
            Column(label=tr("Tabel"), width=0.9),
            Column(label=tr("Titel"), width=2.3),
            Column(label=tr("Perioden"), width=0.8),
            Column(label=tr("Opgehaald"), width=0.9),
            Column(label=tr("Bron"), width=0.9),
        ],
        rows,
        title=say("Gebruikte tabellen"),
        unit=_vintage_words(context),
        behind=[*behind, _vintage_fact(context), *map(_border_year, _years_of_borders(context))],
        caption=tr(
            "CBS onder CC BY 4.0, tenzij anders vermeld; 'niet vastgelegd': de datum van ophalen is niet bewaard."
        ),
    )


def _years_of_borders(context: RegionContext) -> tuple[int, ...]:
    """Year of the borders and year of the gemeenten, when they differ: the newest borders were not published yet."""
    periods = [t.last_period for t in context.tables.vintage.tables if t.need == "borders"]
    year = context.tables.division[1]
    return (int(periods[0][:4]), year) if periods and int(periods[0][:4]) < year else ()


def _border_year(year: int) -> narrative.Fact:
    return narrative.year_fact(year, tr("jaar van de grenzen"), source=tr("geen"))


def _vintage_words(context: RegionContext) -> str:
    vintage, years = context.settings.vintage, _years_of_borders(context)
    if not years:
        return tr("Momentopname {vintage}.", vintage=vintage)
    return tr(
        "Momentopname {vintage}. De kaarten tonen de grenzen van {old}: die van {new} waren nog niet gepubliceerd.",
        vintage=vintage, old=years[0], new=years[1],
    )  # fmt: skip


def retrieved(table: ManifestTable) -> str:
    """When a table was retrieved, as a date in words."""
    return tr("niet vastgelegd") if table.retrieved_at == "open" else partial_date(table.retrieved_at[:10])


def publisher_words(table: ManifestTable) -> str:
    """Who published a table, in the language of the report: the catalogue names parts of a table in English."""
    parts = [part.partition(": ") for part in table.original_source.split("; ")]
    return "; ".join(
        f"{tr(_PART_WORDS[name]) if name in _PART_WORDS else name}{colon}{source}"
        for name, colon, source in parts
    )


def _short(table_id: str) -> str:
    """A table's id as it fits in a narrow column."""
    return next((short for start, short in _SHORT_IDS.items() if table_id.startswith(start)), table_id)


def _periods(table: ManifestTable) -> str:
    years = [int(text[:4]) for text in (table.first_period, table.last_period)]
    return numbers.years(*years)


def _vintage_fact(context: RegionContext) -> narrative.Fact:
    label = tr(
        "momentopname {vintage}, programmatuur {commit}",
        vintage=context.settings.vintage,
        commit=context.commit,
    )
    return narrative.year_fact(context.settings.edition, label, source="params.yaml")


def _revisions(context: RegionContext) -> list[form.Block]:
    """What changed since the vintage of the previous edition; nothing for a first edition."""
    rows = context.model("revisions")
    if rows.empty:
        return []
    previous = str(rows["previous_vintage"].iloc[0])
    where = {
        "source": tr("eigen vergelijking met {previous}", previous=previous),
        "region_code": context.code,
        "region": context.place.name,
    }
    cells: list[list[AnyCell]] = []
    for _, row in rows.iterrows():
        words, change = tr(INDICATOR_WORDS[row["indicator"]]), tr(CHANGE_WORDS[row["change"]])
        label = f"{words}, {change}"
        count = narrative.fact(row["cells"], label=label, period=previous, unit=tr("cijfers"), **where)
        largest = narrative.fact(
            100 * row["largest_relative_change"],
            functools.partial(numbers.percent, decimals=1),
            label=tr("{label}, grootste verandering", label=label),
            period=previous,
            unit=tr("procent"),
            **where,
        )
        shown = largest if row["change"] == "revised" else tr("niet van toepassing")
        cells.append([words, change, count, shown])
    columns = [
        Column(label=tr("Cijfer"), width=2),
        Column(label=tr("Wijziging")),
        Column(label=tr("Aantal"), align="right"),
        Column(label=tr("Grootste verandering"), align="right", width=1.4),
    ]
    title = say("Gewijzigd sinds de vorige uitgave")
    caption = tr(
        "eigen vergelijking van momentopname {vintage} met {previous}.",
        vintage=context.settings.vintage,
        previous=previous,
    )
    return [narrative.table("wijzigingen", columns, cells, title=title, caption=caption)]


def _striking(context: RegionContext) -> list[form.Block]:
    """Figures of the vintage that come near a bound of what is plausible, or were accepted beyond it; the first few."""
    checks = context.tables.checks
    found = checks[checks["verdict"].isin(_STRIKING)].drop_duplicates(
        ["source", "region_code", "series", "period"]
    )
    if found.empty:
        return []
    own = found["region_code"].isin([context.code, *(place.code for place in context.members)])
    away = (found["difference"] / found["expected"]).abs()
    found = found.assign(own=own, away=away).sort_values(["own", "away"], ascending=False, kind="stable")
    cells: list[list[AnyCell]] = []
    for row in found.head(_SHOWN).itertuples():
        indicator, _, part = row.series.partition(" ")
        place = context.tables.places.get(row.region_code)
        where = {
            "period": str(row.year),
            "source": row.source,
            "region_code": row.region_code,
            "region": place.name if place else row.region_code,
        }
        words = f"{tr(INDICATOR_WORDS[indicator])} {part}".strip()
        unit, write = (
            (tr("procent"), _one_decimal) if indicator.endswith("_pct") else (tr("aantal"), numbers.number)
        )
        expected = narrative.fact(row.expected, write, label=tr("{label}, verwacht", label=words), unit=unit,
                                  status="estimate", **where)  # fmt: skip
        value = narrative.fact(row.value, write, label=words, unit=unit, **where)
        cells.append(
            [
                _short(row.source),
                where["region"],
                words,
                str(row.year),
                value,
                expected,
                tr(_STRIKING[row.verdict]),
            ]
        )
    years = [
        narrative.year_fact(int(row.year), tr("jaar in de herkomst"), source=row.source)
        for row in found.head(_SHOWN).itertuples()
    ]
    count = narrative.fact(
        len(found), label=tr("opvallende cijfers"), period=context.settings.vintage, unit=tr("cijfers"),
        source=tr("eigen berekening"),
    )  # fmt: skip
    return [
        narrative.table(
            "opvallend",
            [
                Column(label=tr("Tabel"), width=0.9),
                Column(label=tr("Gebied"), width=1.2),
                Column(label=tr("Cijfer"), width=1.8),
                Column(label=tr("Jaar"), width=0.7),
                Column(label=tr("Waarde"), align="right", width=0.9),
                Column(label=tr("Verwacht"), align="right", width=0.9),
                Column(label=tr("Oordeel"), width=1.1),
            ],
            cells,
            title=say("Opvallend in de momentopname: {count} cijfers", count=count),
            behind=years,
            caption=tr(
                "eigen controle op geloofwaardigheid; een onmogelijk cijfer houdt het rapport tegen, een opvallend "
                "cijfer staat hier. Verwacht: het jaar ervoor, met de verandering van alle gebieden, of de som van de delen."
            ),
        )
    ]


def _one_decimal(value: float | None) -> str:
    return numbers.number(value, 1)


def _made(context: RegionContext, blocks: Sequence[Block]) -> list[form.Block]:
    settings = context.settings
    commit = context.commit
    digest = hash_of_values(blocks)
    vintage = _vintage_fact(context)
    made = narrative.year_fact(
        settings.edition,
        tr("gegevens {digest}, opgemaakt {date}", digest=digest, date=settings.reports.date),
        source="params.yaml",
    )
    columns = [
        (
            tr("Rekenen"),
            say(
                "Elk getal komt uit een bewaarde tabel. Zinnen komen uit vaste regels; een getal in "
                "een zin dat niet in de gegevens "
                "staat, houdt het rapport tegen."
            ),
        ),
        (
            tr("Toegankelijk"),
            say(
                "Dit bestand volgt PDF/UA-1: tags, taal, koppen, tabelkoppen en een beschrijving bij "
                "elke figuur. Kleur staat nooit "
                "alleen."
            ),
        ),
        (
            tr("Gemaakt van"),
            narrative.resting_on(
                say(
                    "Gebied {code}, editie {edition}, momentopname {vintage}, programmatuur {commit}, "
                    "gegevens {digest}.",
                    code=context.code,
                    edition=str(settings.edition),
                    vintage=settings.vintage,
                    commit=commit,
                    digest=digest,
                ),
                vintage,
                made,
            ),
        ),
    ]
    return [
        narrative.subheading("gemaakt", say("Zo is dit rapport gemaakt")),
        narrative.side_by_side("gemaakt", columns),
        narrative.note(
            "fout",
            tr("Fout gezien?"),
            say("Meld het met paginanummer en figuurtitel. Een verbetering komt in de volgende uitgave."),
        ),
    ]


def hash_of_values(blocks: Sequence[Block]) -> str:
    """First twelve digits of the sha256 over all data rows."""
    rows = form.data_rows(blocks)
    return hashlib.sha256("\n".join(row.model_dump_json() for row in rows).encode()).hexdigest()[:12]
