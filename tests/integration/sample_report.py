"""A synthetic report with every kind of block; its numbers are made up and belong to tests only."""

from datetime import date

import pandas as pd

from pipeline.figures.drawing import About, DataRow, Drawing
from pipeline.figures.jobs_chart import jobs_and_target
from pipeline.reports.blocks import (
    Block,
    Cell,
    Chance,
    Column,
    Cover,
    Figure,
    HeaderCell,
    Heading,
    Kpi,
    KpiCard,
    Lead,
    Ledger,
    LegendItem,
    MarksLegend,
    Note,
    PageBreak,
    Paragraph,
    Point,
    SaysNot,
    SideBySide,
    SideColumn,
    Summary,
    Table,
    bold,
    link,
)
from pipeline.reports.metadata import ReportMetadata

AWKWARD = "'s-#*_$<b>& [x] @ref `code` \\n {{ y }} // = - 1."

METADATA = ReportMetadata(
    title="Arbeidsmarktmonitor Voorbeeldstad 2026",
    region="Voorbeeldstad",
    region_code="GM9999",
    edition="editie 2026",
    description="Voorbeeld voor tests",
    keywords=("arbeidsmarkt", "Voorbeeldstad"),
    date=date(2026, 11, 23),
    vintage="embedded-2026",
    parameters={"region": "GM9999"},
    commit="0123abc",
    sources=({"tabel": "00000NED", "titel": "Verzonnen tabel", "licentie": "geen"},),
)


def drawing() -> Drawing:
    published = pd.DataFrame({"year": [2008, 2009, 2010], "value": [8540.0, 8200.0, 7610.0]})
    about = About("banen", "GM9999", "Voorbeeldstad", "banen", "00000NED")
    return jobs_and_target(published, about=about, provisional=[2010])


def plain_rows(count: int) -> tuple:
    return tuple((f"Gemeente {place}", str(place)) for place in range(count))


def long_table(count: int = 342) -> Table:
    return Table(
        id="lang",
        title="Alle gemeenten op een rij",
        unit="Verzonnen aantallen",
        columns=(Column(label="Gemeente"), Column(label="Aantal", align="right")),
        rows=plain_rows(count),
        caption="verzonnen",
    )


def grid() -> Table:
    def chance(shade: int, words: str) -> Cell:
        return Cell(text=words, note="1.100 per jaar", shade=shade, strong=True)

    return Table(
        id="rooster",
        title="Kans per afspraak",
        grid=True,
        over=(HeaderCell(), HeaderCell(text="Banen (raming)", span=2)),
        columns=(
            Column(label="Nulmeting"),
            Column(label="klaar in 2030", align="center"),
            Column(label="klaar in 2040", align="center"),
        ),
        rows=(
            ("2018", chance(1, "24 %"), chance(4, "68 %")),
            ("LISA", Cell(mark="geen gegevens", text="geen open bestand", span=2)),
        ),
        caption="verzonnen",
        data=(
            DataRow(
                id="rooster",
                label="nog nodig",
                region="Voorbeeldstad",
                period="2030",
                value=1100.0,
                unit="banen per jaar",
                status="estimate",
                source="verzonnen",
                display="1.100",
            ),
        ),
    )


def sample() -> list[Block]:
    """Every kind of block, with awkward text in each place that takes text."""
    evidence = ("cbs", "raming", "aanname", "programma")
    verdicts = (
        "gehaald",
        "niet gehaald",
        "op koers",
        "achter",
        "onzeker",
        "alleen tempo",
        "eindstand onbekend",
        "geen gegevens",
    )
    figure = Figure.of(
        drawing(), id="banen", title="Banen daalden", unit="Banen, december.", source="00000NED"
    )
    return [
        Cover(
            kicker="Regionale arbeidsmarktmonitor",
            title="Arbeidsmarktmonitor Voorbeeldstad 2026",
            subtitle=AWKWARD,
            publisher="Groeimonitor",
            edition="editie 2026",
            lines=("Momentopname embedded-2026, opgemaakt 23 november 2026.",),
        ),
        Heading(level=2, kicker="In het kort", text=f"Awkward {AWKWARD}"),
        Summary(
            sentences=(
                ["Er waren ", bold("7.610 banen"), "."],
                "Dat is minder.",
                ["Zie ", link("de bron", "https://example.org/"), "."],
            )
        ),
        Kpi(
            cards=(
                *(
                    KpiCard(label=f"Kaart {kind}", value="7.610", note=AWKWARD, evidence=kind)
                    for kind in evidence
                ),
                KpiCard(label="Niets", value="geen gegevens", evidence="geen gegevens"),
                KpiCard(
                    label="Richting",
                    value="8,2",
                    evidence="cbs",
                    word="CBS, teruggerekend",
                    direction="omlaag",
                    direction_word="minder dan in 2009",
                ),
            )
        ),
        figure,
        Heading(level=2, kicker="Werk", text="Tabellen"),
        Lead(text=AWKWARD),
        grid(),
        Paragraph(text=[AWKWARD, bold(AWKWARD)]),
        Paragraph(text="Klein", small=True),
        Note(title="Let op.", text=AWKWARD),
        PageBreak(),
        Table(
            id="standen",
            columns=(Column(label="Doel"), Column(label="Stand"), Column(label="Balk", width=2)),
            rows=tuple(
                (Cell(text=word, note="programma"), Cell(mark=word), Cell(bar=40)) for word in verdicts
            ),
            caption=AWKWARD,
            total_last=True,
        ),
        Ledger(
            id="register",
            title="Register",
            columns=(Column(label="Datum"), Column(label="Wat")),
            rows=(("2017", "400 banen"),),
            caption="verzonnen",
        ),
        Heading(level=2, kicker="Uitleg", text="Wel en niet"),
        SaysNot(points=(Point(title="Banen", says="tellen", not_says=AWKWARD),) * 3),
        SideBySide(columns=(SideColumn(title="1. Een", text="a"), SideColumn(title="2. Twee", text="b"))),
        Heading(level=3, text="Kans", together="kans"),
        Chance(of_100=24, text="In 24 van 100.", together="kans"),
        MarksLegend(items=tuple(LegendItem(mark=word, meaning=AWKWARD) for word in verdicts)),
        Heading(level=2, kicker="Alles", text="Lang"),
        long_table(),
    ]
