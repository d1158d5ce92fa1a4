"""What the texts of a report say, and do not say, on the embedded vintage: figures typed here."""

import re

import pytest

from pipeline.config import load_settings
from pipeline.reports import blocks as form
from pipeline.reports.blocks import to_markdown
from pipeline.reports.number_audit import printed_texts

#: every kind of region, the smallest gemeenten, and those in which a fault was once seen
REGIONS = ("drechtsteden", "vierkant-voor-werk", "GM0505", "GM0060", "GM0088", "GM0277", "AM03", "MC29", "CR30", "PV22",
           "NL01")  # fmt: skip


@pytest.fixture(scope="module")
def text(blocks):
    """All words of a region's report."""
    return lambda region: "\n".join(map(said_by, blocks(region))).replace("\u00a0", " ")


def said_by(block):
    if isinstance(block, form.Figure):
        return f"{block.title}\n{block.unit}\n{block.alt}\n{block.source}"
    return f"{block.unit}\n{to_markdown(block)}" if isinstance(block, form.Table) else to_markdown(block)


def titles(made):
    return [block.text for block in made if isinstance(block, form.Heading) and block.level < 3]


def first_page(made):
    return form.chapters(made)[0]


def rows_of(made, title):
    """The words of the rows of the table whose title begins so, by their first cell."""
    table = next(block for block in made if isinstance(block, form.Table) and block.title.startswith(title))
    return {form.plain(row[0].text): [form.plain(cell.text) for cell in row[1:]] for row in table.rows}


# --- page 1 -------------------------------------------------------------------------------


def test_the_title_of_the_first_page_answers(blocks):
    assert titles(blocks("drechtsteden"))[0] == (
        "Drechtsteden: naar schatting 11.700 banen erbij sinds 2018; 30.000 in 2030 waarschijnlijk niet gehaald"
    )
    assert titles(blocks("GM0505"))[0].startswith("Dordrecht: meer bijstand dan gemiddeld in Nederland")
    assert titles(blocks("AM03"))[0].startswith("Arbeidsmarktregio Drenthe: naar schatting ")
    assert titles(blocks("PV22"))[0].startswith("De provincie Drenthe: 18.600 banen erbij sinds 2018")


@pytest.mark.parametrize("region", REGIONS)
def test_the_first_page_is_short(blocks, region):
    page = first_page(blocks(region))
    drawn = [block for block in page if not isinstance(block, form.Figure)]
    words = [word for block in drawn for text in printed_texts(block, "nl") for word in text.split()]
    printed = {
        n
        for block in drawn
        for text in printed_texts(block, "nl")
        for n in re.findall(r"\d[\d.,]*\d|\d", text)
    }
    assert len(words) <= 175, "150 words, and those of the title"
    assert len(printed) <= 22
    assert len([block for block in page if isinstance(block, form.Figure)]) == 1
    questions = next(block for block in page if isinstance(block, form.Questions))
    assert len(questions.items) == 3


@pytest.mark.parametrize("region", REGIONS)
def test_sentences_are_short(blocks, region):
    long = []
    page = first_page(blocks(region))
    for block in blocks(region):
        if isinstance(block, form.Lead | form.Answer | form.Questions | form.Note):
            most = 22 if block in page else 27  # a region may have a name of six words
            for said in printed_texts(block, "nl"):
                long += [s for s in re.split(r"(?<=[.?!:;]) ", said) if len(s.split()) > most]
    assert long == []


# --- estimates and small numbers ----------------------------------------------------------


def test_the_growth_of_a_gemeente_is_not_told_from_the_share_of_its_corop(blocks, text):
    assert "de groei van banen is onbekend" in text("GM0505")
    grown = ("change", "growth")
    rows = [row for block in blocks("GM0505") for row in block.data if row.aspect in grown]
    told = [row for row in rows if row.indicator == "jobs_employees" and row.region_code == "GM0505"]
    assert told == []
    assert "vergelijk haar niet tussen gemeenten" in text("drechtsteden")


@pytest.mark.parametrize("region", REGIONS)
def test_nothing_grows_over_the_joint_of_two_counts(blocks, region):
    for block in blocks(region):
        for row in block.data:
            if row.indicator == "jobs_employees" and row.aspect in ("change", "growth"):
                assert not re.match(r".*\b20(08|09|10)\b", row.period.split(" tot ")[0]), row


def test_an_estimate_is_printed_to_the_hundred_with_its_margin(blocks):
    for region in ("drechtsteden", "CR30", "MC29"):
        for block in first_page(blocks(region)):
            for row in block.data:
                if (
                    row.status == "estimate"
                    and row.indicator == "jobs_employees"
                    and row.unit.startswith("banen")
                ):
                    assert re.search(r"00\b", row.display), row
    level = next(row for block in blocks("drechtsteden") for row in block.data
                 if row.indicator == "jobs_employees" and row.period == "december 2024" and not row.aspect)  # fmt: skip
    assert level.low < level.value < level.high and level.level == 0.8


def test_nobody_registered_is_a_range_too(text):
    said = text("GM0448")  # CBS rounds to the hundred: its 0 may be 50 young people
    assert "**0 tot 50** jongeren bij UWV; naar verhouding minder dan gemiddeld" in said
    assert "**0** jongeren bij UWV" not in said and "één op de 0" not in said


def test_few_people_are_a_range_and_no_rate_of_one_decimal(text):
    assert "35 tot 45" in text("GM0060") and "0 tot 5" in text("GM0060")
    assert not re.search(r"\b\d+,\d per duizend", text("GM0277"))
    assert "te grof" in text("GM0088")


def test_wide_estimates_are_a_range(text):
    assert "430 tot 730" in text("GM0088")


# --- newest first -------------------------------------------------------------------------


def test_rows_of_one_table_are_of_one_year(blocks):
    """Drenthe has no count of young people in 2023: it is not shown beside the others with that of 2022."""
    nation = rows_of(blocks("NL01"), "Ingeschreven jongeren")
    assert nation["Drenthe"] == ["geen gegevens"] * 3
    province = rows_of(blocks("PV22"), "Ingeschreven jongeren")
    assert province["Drenthe"][1] == "2.800" and province["Nederland"][0] == "2.640.300"
    for region in REGIONS:
        for block in blocks(region):
            if isinstance(block, form.Table) and block.title.startswith(
                ("Ingeschreven", "Per gemeente", "Per prov")
            ):
                years = {
                    re.search(r"20\d\d", row.period)[0] for row in block.data if row.unit.startswith("per 1")
                }
                assert len(years) == 1, (region, block.title)


@pytest.mark.parametrize("region", REGIONS)
def test_what_is_too_old_heads_no_chapter_without_its_year(blocks, region):
    oldest = int(load_settings().reports.date[:4]) - load_settings().reports.stale_after
    for block in blocks(region):
        if isinstance(block, form.Heading) and block.level < 3:
            for row in block.data:
                year = re.search(r"20\d\d", row.period.split(" tot ")[-1])
                if (
                    row.indicator not in ("year",)
                    and row.status != "target"
                    and year
                    and int(year[0]) < oldest
                ):
                    assert year[0] in block.text


def test_vacancies_of_years_ago_say_so_first(blocks):
    title = next(title for title in titles(blocks("drechtsteden")) if "vacatures" in title)
    assert title == (
        "Over vacatures in de regio Drechtsteden zijn geen nieuwe cijfers: de laatste zijn van het 2e kwartaal van 2020"
    )


def test_the_direction_of_a_title_is_that_of_its_rows(blocks):
    """WW beside the nation, recomputed from the table below the title."""
    for region in ("drechtsteden", "AM03", "MC29", "PV22", "vierkant-voor-werk"):
        made = blocks(region)
        title = next(t for t in titles(made)[1:] if "WW" in t)
        rows = rows_of(made, "Per gemeente")
        own, nation = list(rows.values())[-2:]
        ww, average = (float(row[2].replace(",", ".")) for row in (own, nation))
        said = re.search(
            r"(Meer|Minder|evenveel)( bijstand dan gemiddeld in Nederland, ongeveer evenveel)? WW",
            title,
            re.I,
        )
        if said[1].lower() == "meer":
            assert ww > average, title
        elif said[1].lower() == "minder" and not said[2]:
            assert ww < average, title


def test_a_map_or_table_never_shows_nought_for_missing(text):
    for region in REGIONS:
        assert "nan" not in re.findall(r"\bnan\b", text(region).lower())
        assert "None" not in text(region)


# --- names and words ----------------------------------------------------------------------


def test_one_is_on_an_island_and_in_a_town(text):
    assert "op Ameland" in text("GM0060") and "in Ameland" not in text("GM0060")
    assert "op Schiermonnikoog" in text("GM0088") and "in Schiermonnikoog" not in text("GM0088")
    assert "in Dordrecht" in text("GM0505")


def test_counts_of_regions_are_whole_sentences(text):
    for region in REGIONS:
        assert not re.search(r"\b0 van de\b|\b[Éé]én van de \w+ gemeenten zijn|Één", text(region)), region


@pytest.mark.parametrize("region", REGIONS)
def test_words_are_plain_and_dutch(text, region):
    said = (
        text(region).replace(load_settings().vintage, "").replace(load_settings().models.previous_vintage, "")
    )
    banned = r"momentopname|teruggerekend|raming met model|eerste editie|synthetische|groeipad|mediane|benefits|\.;|;\."
    assert not re.findall(banned, said)
    assert "de regio Bedrijvenregeling" not in said and "de regio Sectorplan" not in said


@pytest.mark.parametrize("region", REGIONS)
def test_no_title_and_no_figure_comes_twice(blocks, region):
    titled = [block for block in blocks(region) if isinstance(block, form.Heading | form.Table | form.Figure)]
    found = [
        words for block in titled if (words := getattr(block, "title", "") or getattr(block, "text", ""))
    ]
    assert len(found) == len(set(found))
    drawn = [block.svg for block in blocks(region) if isinstance(block, form.Figure)]
    assert len(drawn) == len(set(drawn))


# --- programmes ---------------------------------------------------------------------------


def test_a_goal_without_a_result_is_open_and_never_not_met(text):
    said = text("drechtsteden")
    assert "Van zeven van de negen doelen vonden wij geen eindstand" in said
    assert "0 doelen gehaald" not in said
    assert "Niets gevonden over:" in said and "500 leer-werktrajecten" in said


def test_programmes_tell_who_money_and_actions(text):
    assert "22,5 miljoen euro" in text("drechtsteden") and "hetzelfde bedrag" in text("drechtsteden")
    assert "ruim 3 miljoen euro" in text("vierkant-voor-werk")
    said = text("GM0505")
    assert "Stichting Maatschappelijk Betrokken Ondernemen" in said
    assert (
        "energietransitie en zorg" in said and "Zwijndrecht en Sliedrecht doen mee vanaf januari 2025" in said
    )
    assert said.count("150.000 euro") == 2


def test_a_forecast_of_others_is_never_counted_jobs(text):
    said = text("vierkant-voor-werk")
    assert "verwacht: 490 banen" in said
    assert not re.search(r"geteld: (900|490)", said)


def test_above_regions_programmes_are_no_chapter(text):
    for region in ("PV22", "NL01"):
        assert "doelen vonden wij" not in text(region)
        assert "627" not in text(region)


def test_the_target_names_its_baseline_and_the_other_answers(blocks):
    rows = next(
        b for b in blocks("drechtsteden") if isinstance(b, form.Table) and "startjaar" in b.title.lower()
    ).rows
    verdicts = {(form.plain(row[0].text), form.plain(row[1].text)): row[-1].mark.kind for row in rows}
    assert verdicts["2018", "2030"] == "behind" and verdicts["2017", "2030"] == "uncertain"
    assert verdicts["2018", "2040"] == "no_verdict"


def test_striking_figures_of_the_region_stand_beside_what_was_expected(blocks):
    rows = rows_of(blocks("PV28"), "Cijfers die opvallen")
    assert list(rows) == ["Zuid-Holland", "Pijnacker-Nootdorp"] or list(rows) == [
        "Pijnacker-Nootdorp",
        "Zuid-Holland",
    ]
    assert rows["Zuid-Holland"][1:] == ["2011", "28.500", "25.100"]
    assert not [b for b in blocks("GM0505") if getattr(b, "title", "") == "Cijfers die opvallen"]
