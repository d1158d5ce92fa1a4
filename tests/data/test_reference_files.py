"""The reference files as they stand: complete, sourced, and every number in the words it was read from."""

import re
from pathlib import Path

import pytest

from pipeline.reference import INDICATORS, OPEN, load_corrections, load_reference

FOLDER = Path(__file__).parents[2] / "data" / "reference"

#: A number that its source writes as a word.
IN_WORDS = {500: "vijfhonderd"}


@pytest.fixture(scope="module")
def reference():
    return load_reference(FOLDER)


def numerals(text: str) -> set[str]:
    """Numerals of a text; region codes and table ids are words."""
    return set(re.findall(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])", text))


def in_words(value: float) -> str:
    """A number as Dutch texts write it."""
    return f"{value:,.0f}".replace(",", ".")


def members_of(reference, key: str) -> set[str]:
    return {member.code for member in reference.areas[key].members}


def test_areas_around_the_same_gemeenten_differ_by_one(reference):
    assert members_of(reference, "drechtsteden") - members_of(reference, "drechtsteden-6") == {"GM0523"}
    assert members_of(reference, "regio-deal") - members_of(reference, "drechtsteden") == {"GM0512"}
    assert members_of(reference, "drechtsteden-6") < members_of(reference, "drechtsteden")
    assert members_of(reference, "drechtsteden") < members_of(reference, "regio-deal")
    vierkant = [
        members_of(reference, f"vierkant-{name}") for name in ("bedrijvenregeling", "voor-werk", "sectorplan")
    ]
    assert vierkant[0] < vierkant[1] < vierkant[2]


def test_drechtsteden_changed_from_six_to_seven_members_on_one_day(reference):
    gap = reference.areas["drechtsteden"].valid_from - reference.areas["drechtsteden-6"].valid_to
    assert gap.days == 1


def test_the_number_of_a_target_stands_in_its_title(reference):
    stated = [
        (target.title, target.target)
        for programme in reference.programmes.values()
        for target in programme.targets
        if not target.is_open
    ]
    assert stated
    assert [pair for pair in stated if in_words(pair[1]) not in numerals(pair[0])] == []


def test_the_year_of_a_deadline_is_the_one_in_its_words(reference):
    worded = [
        (deadline.words, deadline.year)
        for programme in reference.programmes.values()
        for target in programme.targets
        for deadline in target.deadlines
        if re.search(r"\b20\d\d\b", deadline.words)
    ]
    assert worded
    # "vier jaar (2018-2022)" ends with the year
    assert [pair for pair in worded if re.findall(r"\b20\d\d\b", pair[0])[-1] != str(pair[1])] == []


def test_the_number_of_a_claim_stands_in_what_was_said(reference):
    claims = reference.claims[reference.claims["value"].notna()]
    said = [(row.value, row.value_text) for row in claims.itertuples()]
    assert said
    assert [
        (value, text) for value, text in said
        if in_words(value) not in numerals(text) and IN_WORDS.get(value, "-") not in text
    ] == []  # fmt: skip


def test_the_year_of_an_outside_figure_is_the_one_in_its_title(reference):
    dated = {key: figure for key, figure in reference.outside_figures.items() if numerals(figure.title)}
    years = {key: set(re.findall(r"\b20\d\d\b", figure.title)) for key, figure in dated.items()}
    assert [key for key, found in years.items() if found and dated[key].period[:4] not in found] == []
    assert sum(map(bool, years.values())) > 5
    figures = reference.outside_figures
    assert figures["banen-uwv-2019"].value - figures["banen-uwv-2018"].value == 2000  # as UWV said it grew


def test_every_target_names_where_it_was_read(reference):
    for programme in reference.programmes.values():
        for target in programme.targets:
            assert target.source.title != OPEN
            assert target.source.url != OPEN or target.source.date != OPEN, f"{programme.key}: {target.key}"


def test_every_source_is_used_by_a_target_or_a_claim(reference):
    claimed = set(reference.claims["url"])
    for programme in reference.programmes.values():
        used = programme.model_dump_json(include={"targets"})
        idle = [
            key
            for key, source in programme.sources.items()
            if source.model_dump_json() not in used and source.url not in claimed
        ]
        assert idle == [], programme.key


def test_a_claim_without_source_is_a_result_that_was_not_found(reference):
    without = reference.claims[reference.claims["source"] == OPEN]
    assert len(without) == 10
    assert (without["kind"] == "realised").all()
    assert without["is_open"].all()
    assert (without["value_text"] == "niet gevonden").all()
    others = reference.claims.drop(without.index)
    assert (others["source"].str.len() > 10).all()


def test_every_number_about_work_is_in_the_ledger_as_it_was_promised(reference):
    first = reference.claims[reference.claims["kind"] == "ex_ante"]
    promised = {(row.programme, row.target_key): row.value for row in first.itertuples()}
    stated = {
        (programme.key, target.key): target.target
        for programme in reference.programmes.values()
        for target in programme.targets
        if not target.is_open and target.key not in ("inwoners", "woningen")
    }
    assert promised == stated


def test_supported_jobs_do_not_decide_about_new_jobs(reference):
    supported = reference.claims[reference.claims["value"] == 3264]
    assert supported["same_measure"].tolist() == [False]


def test_nothing_of_the_vierkant_scheme_was_counted(reference):
    scheme = reference.claims[reference.claims["target_key"] == "arbeidsplaatsen-bedrijvenregeling"]
    assert scheme["evidence"].tolist() == ["expected", "expected", "expected", "open"]


def test_the_30000_has_its_grid(reference):
    target = reference.programmes["groeiagenda-drechtsteden"].target("extra-arbeidsplaatsen")
    assert (target.target, target.relation, target.definition) == (30000, "extra", OPEN)
    assert [item.indicator for item in target.definitions] == ["jobs_employees", OPEN, "arbeidsplaatsen"]
    assert [item.followed_by for item in target.definitions] == ["open data", OPEN, "user file"]
    assert [item.year for item in target.baselines] == [2017, 2018, 2019, 2024]
    assert [item.worked_example for item in target.baselines] == [False, False, False, True]
    assert [(item.year, item.approximate) for item in target.deadlines] == [(2030, False), (2040, True)]
    levels = [(level.year, level.value, bool(level.derivation)) for level in target.definitions[1].levels]
    assert levels == [(2018, 132000, True)]
    assert len(target.wordings) == 7


def test_the_2023_groeiagenda_has_four_goals_in_words_and_leaves_the_30000_open(reference):
    programme = reference.programmes["groeiagenda-drechtsteden"]
    goals = [target for target in programme.targets if target.target_version.label == "2023"]
    assert len(goals) == 4
    assert all(goal.is_open for goal in goals)
    later = programme.target("extra-arbeidsplaatsen").later_versions
    assert [(item.version.label, item.stands) for item in later] == [("2023", OPEN)]


def test_no_fact_is_known_of_perspectief_op_werk(reference):
    (target,) = reference.programmes["perspectief-op-werk-holland-rijnland"].targets
    assert (target.target, target.baselines[0].value, target.relation) == (OPEN, OPEN, OPEN)


def test_corrections_are_empty_and_their_example_is_valid(reference, tmp_path):
    assert reference.corrections == {}
    lines = (FOLDER / "corrections.yaml").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("# Example"))
    example = []
    for line in lines[start + 1 :]:
        if line == "#":
            break
        example.append(line.removeprefix("# "))
    path = tmp_path / "corrections.yaml"
    path.write_text("corrections:\n" + "\n".join(example), encoding="utf-8")
    assert list(load_corrections(path)) == ["jobs-dordrecht-2031"]


def test_shares_of_a_gemeente_that_was_split_add_up(reference):
    changes = reference.changes
    split = changes[changes["share"] < 1].groupby("old_code")["share"].sum()
    assert split.round(9).eq(1).all()
    noordwijkerhout = changes.set_index("old_code").loc["GM0576"]
    assert (noordwijkerhout["gm_code"], noordwijkerhout["share"]) == ("GM0575", 1.0)


def test_every_indicator_of_the_context_has_one_name(reference):
    for programme in reference.programmes.values():
        assert set(programme.context_indicators) <= set(INDICATORS)
