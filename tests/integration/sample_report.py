"""A synthetic report with every kind of block; its numbers are made up and belong to tests only."""

from datetime import date

from pipeline.reports import blocks as form
from pipeline.reports.blocks import Block, DataRow, Mark, Run
from pipeline.reports.metadata import ReportMetadata

AWKWARD = "'s-#*_$<b>& [x] @ref `code` \\n {{ y }} // = - 1."

METADATA = ReportMetadata(
    title="Voorbeeldstad: meer banen",
    about="Arbeidsmarkt in Voorbeeldstad",
    region="Voorbeeldstad",
    region_code="GM9999",
    language="nl",
    edition="2026",
    edition_words="editie 2026",
    description="Voorbeeld voor tests",
    keywords=("arbeidsmarkt", "Voorbeeldstad"),
    date=date(2026, 11, 23),
    vintage="embedded-2026",
    parameters={"region": "GM9999"},
    code="0123abc",
    sources=({"table": "00000NED", "title": "Verzonnen tabel", "licence": "geen"},),
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10">'
    '<rect id="m1" width="40" height="10" fill="#fff"/></svg>'
)


def row(**changed) -> DataRow:
    content = {
        "id": "banen-2", "indicator": "jobs_employees", "label": "banen van werknemers", "region_code": "GM9999",
        "region": "Voorbeeldstad", "period": "2010-12", "value": 7610.0, "unit": "banen", "status": "provisional",
        "source": "00000NED", "vintage": "embedded-2026", "display": "7.610",
    }  # fmt: skip
    return DataRow(**content | changed)


def figure(name: str = "banen-2") -> form.Figure:
    return form.Figure(
        id=name, title="Banen daalden", unit="Banen, december.", alt="Van 8 naar 7", source="CBS 00000NED",
        svg=SVG, narrow=SVG, data=(row(id=name),),
    )  # fmt: skip


def long_table(count: int = 342) -> form.Table:
    rows = tuple(
        (form.Cell(text=(Run(text=f"Gemeente {place}"),)), form.Cell(text=(Run(text=str(place)),)))
        for place in range(count)
    )
    return form.Table(
        id="lang",
        title="Alle gemeenten op een rij",
        unit="Verzonnen aantallen",
        columns=(form.Column(label="Gemeente", width=3), form.Column(label="Aantal", align="right")),
        rows=rows,
        source="verzonnen",
    )


def sample() -> list[Block]:
    """Every kind of block, with awkward text in each place that takes text."""
    estimate, measured = Mark(kind="estimate", word="raming"), Mark(kind="measured", word="gemeten")
    return [
        form.Heading(level=1, text=f"Awkward {AWKWARD}", chapter="In het kort"),
        form.Answer(
            label="Stand", mark=estimate, cells=(form.AnswerCell(figure="7.610", text=[Run(text=AWKWARD)]),)
        ),
        form.Answer(
            label="Zekerheid",
            cells=(
                form.AnswerCell(figure="hoog", text=[Run(text="uitkeringen")], certainty="high"),
                form.AnswerCell(text=[Run(text="een zin")]),
            ),
        ),
        form.Answer(
            label="Wie zoekt werk",
            mark=measured,
            cells=tuple(form.AnswerCell(figure=str(n), text=[Run(text="mensen")]) for n in (1, 2, 3)),
        ),
        figure(),
        form.Questions(title="Drie vragen", items=([Run(text=AWKWARD)], [Run(text="En dan?")])),
        form.Heading(level=2, text="Tabellen", chapter="Banen"),
        form.Lead(text=[Run(text=AWKWARD)], data=(row(id="lead"),)),
        form.Paragraph(text=[Run(text=AWKWARD), Run(text=AWKWARD, bold=True)]),
        form.Paragraph(text=[Run(text="Klein")], small=True),
        form.Note(title="Let op.", text=[Run(text=AWKWARD)]),
        form.Table(
            id="standen",
            title="Standen",
            columns=(form.Column(label="Doel", width=2), form.Column(label="Oordeel")),
            rows=((form.Cell(text=(Run(text=AWKWARD),)), form.Cell(mark=estimate)),),
            source=AWKWARD,
        ),
        form.Heading(level=3, text="Nog een kop"),
        form.Paragraph(text="Slot."),
        form.Heading(level=2, text="Lang", chapter="Lezen"),
        long_table(),
    ]
