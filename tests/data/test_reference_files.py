"""The reference files as they stand: complete, sourced, and every number equal to the one typed here a second time."""

import re
from pathlib import Path

import pytest
import yaml

from pipeline.reference import INDICATORS, OPEN, load_corrections, load_reference

FOLDER = Path(__file__).parents[2] / "data" / "reference"

AREAS = {  # members on the borders of 2026
    "drechtsteden": "GM0482 GM0505 GM0523 GM0531 GM0590 GM0610 GM0642",
    "drechtsteden-6": "GM0482 GM0505 GM0531 GM0590 GM0610 GM0642",
    "regio-deal": "GM0482 GM0505 GM0512 GM0523 GM0531 GM0590 GM0610 GM0642",
    "vierkant-voor-werk": "GM0109 GM0114 GM0118 GM0160",
    "vierkant-sectorplan": "GM0109 GM0114 GM0118 GM0160 GM1681 GM1690 GM1731",
    "vierkant-bedrijvenregeling": "GM0109 GM0114 GM0118",
    "holland-rijnland": (
        "GM0484 GM0534 GM0537 GM0546 GM0547 GM0553 GM0569 GM0575 GM0579 GM0638 GM1525 GM1884"
    ),
}

# Programme, target: every number of its entry, in the order of the file, from the source named beside it.
PROGRAMME_NUMBERS = {
    "groeiagenda-drechtsteden": {
        "extra-arbeidsplaatsen": [
            30000,  # Drechtraad stemt in met Groeiagenda 2030, 6 September 2018
            *(2017, 2018, 2019, 2024),  # baselines: offered, adopted, two choices of ours
            *(2030, 2040),  # deadlines: Drechtraad; "ongeveer 20 jaar tijd", Investeren in Dordrecht
            *(2018, 132000),  # UWV forecast of 2018: 134 000 in 2019, less the 2 000 that came with it
        ],
        "inwoners": [
            300000,  # Drechtraad stemt in met Groeiagenda 2030
            *(2018, 288000),  # Het Kontakt, January 2018
            2030,
        ],
        "woningen": [25000, 2030, 2040],  # Drechtraad; Ambities Drechtsteden; Investeren in Dordrecht
        "topregio": [],  # Een nieuwe groeiagenda, September 2023: in words
        "passende-woningen-en-banen": [],
        "leefomgeving": [],
        "duurzaam-en-bereikbaar": [],
        "polderakkoord": [],  # the agreement has no number of its own
    },
    "baas": {"leer-werktrajecten": [500, 2024]},  # "voor het einde van 2024 vijfhonderd leer-werktrajecten"
    "vierkant-voor-werk": {
        "minder-werkloosheid": [2018],  # press release of 2 September 2015: "binnen drie jaar tijd"
        "sectorplan": [2018],  # RTV Drenthe, May 2018: last course August 2018
        "arbeidsplaatsen-bedrijvenregeling": [900, 2020],  # RTV Drenthe, February 2017
    },
    "dordrecht-arbeidsmarkt": {  # progress presentation, autumn 2024
        "inwoners-2024": [100, 2024],
        "inwoners-2025": [100, 2025],
        "partners-2024": [75, 2024],
        "labels-2024": [50, 2024],
        "partners-2025": [155, 2024, 75, 2025],
        "labels-2025": [110, 2024, 30, 2025],
        "jeugdwerkloosheid-2025": [2025],
        "nieuwe-banen-2022": [4000, 2018, 2022],  # Rijnmond, May 2018
    },
    "perspectief-op-werk-holland-rijnland": {
        "meer-mensen-aan-het-werk": [2020],  # money for 2019 and 2020; no target found
    },
}

OUTSIDE_FIGURES = {
    "banen-uwv-2019": ("2019", 134000),  # Het Kompas Sliedrecht, 2018
    "banen-uwv-2018": ("2018", 132000),  # derived from it
    "banen-uwv-2020": ("2020", 134000),  # Het Kompas Sliedrecht, 3 June 2019
    "banen-2000": ("2000", 96000),  # Port of Business, about 2014
    "banen-2013": ("2013", 100000),
    "banen-zorg-uwv": (OPEN, 20600),  # Het Kompas Sliedrecht, 2018
    "ww-uwv-2019": ("2019-12", 3700),
    "beroepsbevolking-uwv": (OPEN, 149000),
    "beroepsbevolking-6-2019": ("2019", 142000),  # Databank Zuid-Holland
    "beroepsbevolking-hardinxveld-giessendam-2019": ("2019", 10000),
    "vacatures-2023": ("2023-12", 6800),  # Monitor Agenda Dordrecht 2030, tweemeting
    "werkloosheid-dordrecht-2023": ("2023", 3.7),
    "werkloosheid-nederland-2023": ("2023", 3.6),
    "banen-per-1000-dordrecht": (OPEN, 711),  # D66 Dordrecht, 20 November 2018
    "banen-per-1000-nederland": (OPEN, 758),
    "jongeren-bijstand-2011": ("2011-06", 627),  # Alblasserdams Nieuws, 3 August 2012
    "jongeren-bijstand-2012": ("2012-06", 331),
    "huishoudens-bijstand-2019": ("2019-07", 6300),  # RTV Dordrecht, 26 July 2019
}

CLAIMS = [  # programme, target, kind, value; in the order of the file
    ("groeiagenda-drechtsteden", "extra-arbeidsplaatsen", "ex_ante", 30000),  # Drechtraad 2018
    ("groeiagenda-drechtsteden", "extra-arbeidsplaatsen", "interim", None),  # Monitor Groeiagenda 2021
    ("baas", "leer-werktrajecten", "ex_ante", 500),
    ("baas", "leer-werktrajecten", "realised", None),
    ("vierkant-voor-werk", "arbeidsplaatsen-bedrijvenregeling", "ex_ante", 900),  # February 2017
    ("vierkant-voor-werk", "arbeidsplaatsen-bedrijvenregeling", "interim", 400),  # June 2017
    ("vierkant-voor-werk", "arbeidsplaatsen-bedrijvenregeling", "interim", 490),  # September 2017
    ("vierkant-voor-werk", "arbeidsplaatsen-bedrijvenregeling", "realised", None),
    ("vierkant-voor-werk", "sectorplan", "interim", 600),  # "ruim 600", May 2018
    ("dordrecht-arbeidsmarkt", "nieuwe-banen-2022", "ex_ante", 4000),  # Rijnmond, May 2018
    ("dordrecht-arbeidsmarkt", "nieuwe-banen-2022", "interim", None),  # "op koers", 2022
    ("dordrecht-arbeidsmarkt", "nieuwe-banen-2022", "realised", 3264),  # eenmeting 2023, supported jobs
    ("dordrecht-arbeidsmarkt", "inwoners-2024", "ex_ante", 100),  # progress presentation 2024, from here on
    ("dordrecht-arbeidsmarkt", "inwoners-2024", "interim", None),
    ("dordrecht-arbeidsmarkt", "inwoners-2024", "realised", None),
    ("dordrecht-arbeidsmarkt", "inwoners-2025", "ex_ante", 100),
    ("dordrecht-arbeidsmarkt", "inwoners-2025", "realised", None),
    ("dordrecht-arbeidsmarkt", "partners-2024", "ex_ante", 75),
    ("dordrecht-arbeidsmarkt", "partners-2024", "interim", 75),
    ("dordrecht-arbeidsmarkt", "partners-2024", "realised", None),
    ("dordrecht-arbeidsmarkt", "labels-2024", "ex_ante", 50),
    ("dordrecht-arbeidsmarkt", "labels-2024", "interim", 30),
    ("dordrecht-arbeidsmarkt", "labels-2024", "realised", None),
    ("dordrecht-arbeidsmarkt", "partners-2025", "ex_ante", 155),
    ("dordrecht-arbeidsmarkt", "partners-2025", "realised", None),
    ("dordrecht-arbeidsmarkt", "labels-2025", "ex_ante", 110),
    ("dordrecht-arbeidsmarkt", "labels-2025", "realised", None),
    ("dordrecht-arbeidsmarkt", "jeugdwerkloosheid-2025", "realised", None),
    ("perspectief-op-werk-holland-rijnland", "meer-mensen-aan-het-werk", "realised", None),
    ("perspectief-op-werk-holland-rijnland", None, "interim", None),  # KplusV 2021: no figures per region
]

# Figures that stand in the Dutch texts of the YAML files and the claims.
NUMBERS_IN_TEXT = {
    *("30.000", "300.000", "25.000", "500", "4.000", "3.264"),  # targets and claims
    *("100", "75", "50", "155", "110", "30", "25", "45"),  # Dordrecht: goals and third quarter of 2024
    *("900", "400", "490", "600", "71", "90"),  # Vierkant voor Werk; 100, 71 and 90 million euro
    *("134.000", "2.000", "1,5"),  # UWV forecasts
    "35",  # million euro a year, Perspectief op Werk
    *("20", "12", "15", "64", "65", "27", "1.000"),  # years to go, hours a week, ages, rounding
    *("1", "2", "6", "18", "31"),  # days of a month
    "3",  # annex of the decree on UWV's working areas
    *(str(year) for year in (2000, *range(2009, 2016), *range(2017, 2027))),  # dates of sources, periods
    *("2030", "2037", "2040"),  # deadlines
}


@pytest.fixture(scope="module")
def reference():
    return load_reference(FOLDER)


def entries_of(programme: str) -> dict[str, dict]:
    """The target entries of a programme as typed, without the models that read them."""
    raw = yaml.safe_load((FOLDER / "programmes" / f"{programme}.yaml").read_text(encoding="utf-8"))
    return {target["key"]: target for target in raw["targets"]}


def scalars(node):
    if isinstance(node, dict):
        for value in node.values():
            yield from scalars(value)
    elif isinstance(node, list):
        for value in node:
            yield from scalars(value)
    else:
        yield node


def numbers(node) -> list:
    return [x for x in scalars(node) if isinstance(x, int | float) and not isinstance(x, bool)]


def texts(node, skip=("url", "date", "key", "label", "year", "valid_from", "valid_to", "period", "made")):
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in skip:
                yield from texts(value, skip)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value, skip)
    elif isinstance(node, str):
        yield node


def numerals(text: str) -> set[str]:
    """Numerals of a text; region codes and table ids are words."""
    return set(re.findall(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])", text))


def test_areas_have_the_members_typed_here(reference):
    assert {
        key: " ".join(member.code for member in area.members) for key, area in reference.areas.items()
    } == AREAS


def test_areas_equal_to_a_published_region_say_so(reference):
    same = {key: area.same_as for key, area in reference.areas.items() if area.same_as}
    assert same == {"drechtsteden": "AM23", "holland-rijnland": "AM19"}


def test_drechtsteden_changed_from_six_to_seven_members_on_one_day(reference):
    gap = reference.areas["drechtsteden"].valid_from - reference.areas["drechtsteden-6"].valid_to
    assert gap.days == 1


@pytest.mark.parametrize("programme", PROGRAMME_NUMBERS)
def test_programme_numbers_are_those_typed_here(programme):
    order = ("target", "baselines", "deadlines")

    def in_order(target):
        rest = [key for key in target if key not in order]
        return {key: target[key] for key in (*order, *rest)}

    found = {key: numbers(in_order(target)) for key, target in entries_of(programme).items()}
    assert found == PROGRAMME_NUMBERS[programme]


def test_there_are_five_programmes(reference):
    assert set(reference.programmes) == set(PROGRAMME_NUMBERS)
    assert sum(len(programme.targets) for programme in reference.programmes.values()) == 21


def test_numbers_outside_the_targets_are_none(reference):
    for programme in PROGRAMME_NUMBERS:
        raw = yaml.safe_load((FOLDER / "programmes" / f"{programme}.yaml").read_text(encoding="utf-8"))
        assert numbers({key: value for key, value in raw.items() if key != "targets"}) == []
    assert numbers(yaml.safe_load((FOLDER / "areas.yaml").read_text(encoding="utf-8"))) == []


def test_outside_figures_are_those_typed_here(reference):
    found = {key: (figure.period, figure.value) for key, figure in reference.outside_figures.items()}
    assert found == OUTSIDE_FIGURES


def test_claims_are_those_typed_here(reference):
    frame = reference.claims
    found = [
        tuple(None if value != value else value for value in row)
        for row in frame[["programme", "target_key", "kind", "value"]].itertuples(index=False)
    ]
    assert found == CLAIMS


def test_numerals_in_texts_are_among_those_typed_here(reference):
    files = [FOLDER / "areas.yaml", FOLDER / "outside_figures.yaml", *(FOLDER / "programmes").glob("*.yaml")]
    for file in files:
        for text in texts(yaml.safe_load(file.read_text(encoding="utf-8"))):
            assert numerals(text) <= NUMBERS_IN_TEXT, f"{file.name}: {text}"
    for column in ("quantity", "value_text", "period", "note"):
        for text in reference.claims[column]:
            assert numerals(text) <= NUMBERS_IN_TEXT, f"claims.csv: {text}"


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


def test_border_changes_are_those_of_the_code_list(reference):
    changes = reference.changes
    assert len(changes) == 234
    assert changes["old_code"].nunique() == 211
    assert changes["abolished_on"].isna().sum() == 9
    split = changes[changes["share"] < 1].groupby("old_code")["share"].sum()
    assert split.round(9).eq(1).all()
    noordwijkerhout = changes.set_index("old_code").loc["GM0576"]
    assert (noordwijkerhout["gm_code"], noordwijkerhout["share"]) == ("GM0575", 1.0)


def test_every_indicator_of_the_context_has_one_name(reference):
    for programme in reference.programmes.values():
        assert set(programme.context_indicators) <= set(INDICATORS)
