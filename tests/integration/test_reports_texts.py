"""What the texts of a report say, and do not say, on the embedded vintage: figures typed here."""

import re

import pytest

from pipeline.config import load_settings
from pipeline.reports import blocks as form
from pipeline.reports.blocks import to_markdown
from pipeline.reports.context import open_region
from pipeline.reports.sections import (
    programmes,
    provenance,
    reading_guide,
    summary,
    target_grid,
    unemployment,
    work,
    youth,
)
from pipeline.reports.soundness import printed_texts

PAGES = (summary, work, target_grid, unemployment, youth, programmes, reading_guide)
NO_BREAK_SPACE = "\u00a0"


@pytest.fixture(scope="module")
def blocks(project):
    """The blocks of all pages of a region, made once."""
    made = {}

    def make(region):
        if region not in made:
            context = open_region(region, project.root)
            shown = [block for page in PAGES for block in page(context)]
            made[region] = [*shown, *provenance(context, shown)]
        return made[region]

    return make


@pytest.fixture(scope="module")
def text(blocks):
    """All words of a region's report."""
    return lambda region: "\n".join(to_markdown(block) for block in blocks(region)).replace(
        NO_BREAK_SPACE, " "
    )


def cards(blocks, region):
    return {
        card.label: card for block in blocks(region) if isinstance(block, form.Kpi) for card in block.cards
    }


def table(blocks, region, name):
    return next(block for block in blocks(region) if isinstance(block, form.Table) and block.id == name)


def test_a_case_of_six_gemeenten_is_told_there_only_with_place_and_dates(text):
    told = "in juni 2011 hadden 627 jongeren tot 27 jaar bijstand. In juni 2012 waren dat er 331."
    for region in ("drechtsteden", "GM0505"):
        assert f"Een voorbeeld uit de regio Drechtsteden zonder Hardinxveld-Giessendam: {told}" in text(
            region
        )
    for region in ("PV28", "NL01", "GM0114"):
        assert "627" not in text(region)


@pytest.mark.parametrize(("region", "goals", "without"), [("drechtsteden", 17, 13), ("GM0114", 3, 2)])
def test_sentence_card_and_cells_count_the_same(blocks, text, region, goals, without):
    words = {2: "twee", 3: "drie"}
    rows = table(blocks, region, "doelen").rows
    assert len(rows) == goals
    assert sum(row[2].text.startswith("Geen resultaat gevonden") for row in rows) == without
    said = (
        f"Voor **{words.get(without, without)}** van de {words.get(goals, goals)} doelen van de programma's"
    )
    assert said in text(region)


def test_above_regions_programmes_are_no_headline(blocks, text):
    for region in ("PV28", "NL01"):
        assert not [label for label in cards(blocks, region) if "Doelen" in label]
        assert "doelen van de programma's" not in text(region)
    assert "Vijf programma's gaan over een deel van Nederland" in text("NL01")


def test_the_verdict_on_the_30000_names_its_baseline_and_the_other_answer(blocks):
    rows = {row[0].text: row for row in table(blocks, "drechtsteden", "doelen").rows}
    row = rows["30.000 extra arbeidsplaatsen"]
    assert row[3].mark.kind == "achter"
    assert row[3].note.startswith(
        "Nulmeting 2018: de kans is hooguit 1 op 3, welk jaar ook wordt weggelaten."
    )
    assert row[3].note.endswith("Met nulmeting 2017: onzeker.")
    assert row[0].note == "Groeiagenda Drechtsteden 2030, versie 2018"
    assert all(row[3].note for row in rows.values())


def test_the_goal_of_the_front_page_has_its_ledger(blocks):
    ledgers = {block.id: block for block in blocks("drechtsteden") if isinstance(block, form.Ledger)}
    said = [row[1].text for row in ledgers["register-groeiagenda-drechtsteden"].rows]
    assert said[0] == "30.000 nieuwe arbeidsplaatsen (tot 2030)"


def test_cards_show_direction_where_a_change_is_known(blocks):
    found = cards(blocks, "drechtsteden")
    assert found["Extra banen sinds december 2018"].direction == "omhoog"
    assert found["Inwoners, 1 januari 2026"].direction_word == "9.665 meer dan in 2019"
    assert found["WW per 1.000 inwoners, 2024"].direction is None  # 2023 is not in the vintage
    assert found["Banen van werknemers, december 2024"].direction is None  # one year lies within the margin
    national = cards(blocks, "NL01")["Banen van werknemers, december 2024"]
    assert national.direction_word == "65.300 meer dan in december 2023"


def test_few_recipients_are_a_count_with_a_range(blocks, text):
    card = cards(blocks, "GM0277")["WW per 1.000 inwoners, 2024"]
    assert (card.value, card.note) == ("3 tot 8", "Ongeveer 10 uitkeringen; Nederland: 8,8")
    assert "Rozendaal: ongeveer 10 WW-uitkeringen, 3 tot 8 per 1.000 inwoners" in text("GM0277")
    assert not re.search(r"\b5,[45]\d? per 1\.000", text("GM0277"))
    assert "ging van 20 in 2020 naar 10 in 2024" in text("GM0277")


def test_young_people_looking_for_work_are_a_count_of_the_register_with_its_margin(blocks):
    card = cards(blocks, "drechtsteden")["Werkzoekende jongeren, oktober 2023"]
    assert (card.value, card.evidence) == ("1.400", "cbs")
    assert card.note.replace(NO_BREAK_SPACE, " ") == "15–27 jaar; marge 1.050 tot 1.750"


def test_a_region_without_a_rate_says_so_calmly(blocks):
    for region, here in (("drechtsteden", "De regio Drechtsteden"), ("GM0277", "Rozendaal")):
        first = table(blocks, region, "werkloosheid-regio").rows[0]
        assert (first[0].text, first[2].mark.kind) == (here, "geen gegevens")
        young = table(blocks, region, "werkzoekende-jongeren").rows
        rates = [row for row in young if row[0].text == "Geschat percentage werkloos"]
        assert [(row[2].text, row[3].mark.kind) for row in rates] == [(here, "geen gegevens")]
        assert all(row[0].note and row[3].note for row in rates)


def test_a_small_difference_is_none_and_an_outlook_is_as_rough_as_its_margin(text):
    assert "ongeveer evenveel WW als gemiddeld in Nederland" in text("PV22")  # 9,1 beside 8,8
    assert "meer WW dan gemiddeld" not in text("PV22").lower()
    assert "minder WW dan gemiddeld in Nederland" in text("PV28")  # 8,3 beside 8,8
    assert "rond 9.700.000 banen" in text("NL01")


def test_a_year_known_of_every_gemeente_is_a_column_and_no_line(blocks, text):
    """The years of which few are known are tested on a made-up region."""
    assert "gemeenten; dat jaar laten wij weg" not in text("drechtsteden")
    labels = [column.label for column in table(blocks, "drechtsteden", "uitkeringen-per-gemeente").columns]
    assert labels == ["Gemeente", "2020", "2021", "2024", "2020", "2021", "2024"]


REGIONS = ("drechtsteden", "GM0114", "GM0277", "PV28", "NL01")


@pytest.mark.parametrize("region", REGIONS)
def test_words_are_plain_and_dutch(text, region):
    banned = r"synthetische|groeipad|mediane|COROP-groei|benefits|\d{4}-\d{2}(-\d{2})?(?!\d)"
    said = text(region).replace(load_settings().vintage, "")  # the name of the vintage ends on year and month
    assert not re.findall(banned, re.sub(r"\d{4}-\d{4}", "", said))
    assert "de regio Bedrijvenregeling" not in text(region)
    assert "de regio Sectorplan" not in text(region)


@pytest.mark.parametrize("region", REGIONS)
def test_no_title_comes_twice(blocks, region):
    titles = [getattr(block, "title", "") for block in blocks(region)]
    titles += [block.text for block in blocks(region) if isinstance(block, form.Heading)]
    titles = [title for title in titles if isinstance(title, str) and title]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("region", REGIONS)
def test_sentences_are_short(blocks, region):
    long = []
    for block in blocks(region):
        if isinstance(block, form.Lead | form.Paragraph | form.Summary | form.Note | form.Chance):
            sentences = [part for text in printed_texts(block) for part in re.split(r"(?<=[.?!:;]) ", text)]
            long += [sentence for sentence in sentences if len(sentence.split()) > 21]
    assert long == []


def test_striking_figures_of_the_vintage_are_in_the_provenance_those_of_the_region_first(blocks):
    shown = table(blocks, "drechtsteden", "opvallend")
    assert (shown.title, len(shown.rows)) == ("Opvallend in de momentopname: 20 cijfers", 5)
    rows = [[cell.text for cell in row] for row in table(blocks, "PV28", "opvallend").rows]
    assert [row[1] for row in rows[:2]] == ["Pijnacker-Nootdorp", "Zuid-Holland"]
    assert rows[1][2:] == ["vacatures", "2011", "28.500", "25.100", "opvallend"]
