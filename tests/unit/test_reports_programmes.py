"""What counts as a result, the residents still missing, and what an outlook is rounded to."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from pipeline.language import numbers
from pipeline.reports.context import Place
from pipeline.reports.narrative import fact
from pipeline.reports.sections.outlook import outlook_step, rounded_to_margin
from pipeline.reports.sections.programme_results import Outcome, outcome_counts
from pipeline.reports.sections.programmes import population_title
from pipeline.reports.sections.targets import Reading
from pipeline.reports.soundness import display_fits

SOURCE = SimpleNamespace(title="programma")
CLAIM = {
    "quantity": "banen",
    "kind": "interim",
    "same_measure": True,
    "value": 490.0,
    "value_text": "490 banen",
    "unit": "banen",
    "period": "2017",
    "source": "krant",
}


def an_outcome(claims=(), verdict="geen gegevens", others=(), **row):
    target = SimpleNamespace(
        title="900 banen", is_open=False, unit="banen", target=900, relation="more_than", indicator="open",
        source=SOURCE, target_version=SimpleNamespace(label="2018"),
        deadlines=(SimpleNamespace(words="2030", year=2030),),
    )  # fmt: skip
    place = Place("a", "A", "area")

    def reading(verdict, year):
        filled = {
            "verdict": verdict, "verdict_basis": "model", "verdict_rule": "de kans is hooguit 1 op 3",
            "latest_value": float("nan"), "baseline_year": year, "deadline_year": 2030.0, "definition": "banen",
            "latest_status": "", "baseline_status": "", "source": "", "gap": float("nan"),
        }  # fmt: skip
        return Reading(target, place, pd.Series(filled | row))

    chosen = reading(verdict, 2018.0)
    readings = (chosen, *(reading(other, 2017.0) for other in others))
    programme = SimpleNamespace(name="Werk voor A", key="werk")
    frame = pd.DataFrame([CLAIM | claim for claim in claims], columns=[*CLAIM, "evidence"])
    return Outcome(programme, target, place, chosen, frame, readings)


CONTEXT = SimpleNamespace(
    settings=SimpleNamespace(
        edition=2026, models=SimpleNamespace(likely=0.67, unlikely=0.33, verdict_horizon=6)
    )
)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ([], "Geen resultaat gevonden"),
        ([{"evidence": "expected"}], "Geen resultaat gevonden; wel verwacht: 490 banen (2017)"),
        (
            [{"evidence": "counted", "same_measure": False}],
            "Geen resultaat gevonden; iets anders geteld: 490 banen (2017)",
        ),
        ([{"evidence": "counted"}], "490 banen (2017)"),
    ],
)
def test_a_cell_says_no_result_exactly_where_the_count_says_so(claims, words):
    outcome = an_outcome(claims)
    assert outcome.measured().text == words
    assert words.startswith("Geen resultaat gevonden") != outcome.has_result
    total, _, missing = outcome_counts(CONTEXT, [outcome])
    assert (total.value, missing.value) == (1, int(not outcome.has_result))


def test_counts_are_written_in_one_style():
    total, reached, missing = outcome_counts(CONTEXT, [an_outcome() for _ in range(3)])
    assert [item.words for item in (total, reached, missing)] == ["drie doelen", "nul", "drie"]
    many, _, missing = outcome_counts(CONTEXT, [an_outcome() for _ in range(17)])
    assert [many.words, missing.words] == ["17 doelen", "17"]


def test_a_verdict_comes_with_its_rule_its_baseline_and_what_others_give():
    why = an_outcome(verdict="achter", others=("onzeker", "geen oordeel")).why(CONTEXT)
    assert why.text == "Nulmeting 2018: de kans is hooguit 1 op 3. Met nulmeting 2017: onzeker."
    assert {"2018", "2017"} <= {item.display for item in why.facts}
    assert an_outcome(verdict="geen gegevens").why(CONTEXT).text == "De kans is hooguit 1 op 3."


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (640.0, "Nog 641 inwoners tot meer dan 900"),
        (0.0, "Nog 1 inwoner tot meer dan 900"),
        (-1.0, "Er zijn meer dan 900 inwoners"),
    ],
)
def test_more_than_a_number_takes_one_more(gap, words):
    assert population_title(an_outcome(gap=gap), "1 januari 2026").text == words


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [(9_103_600, 10_412_000, 100_000), (139_500, 174_600, 1_000), (4_000, 6_000, 100), (1_000, 1_050, 100)],
)
def test_an_outlook_is_rounded_to_its_margin(low, high, step):
    assert outlook_step(low, high) == step


def test_a_rounded_outlook_fits_its_value_and_a_count_may_not_be_so_rough():
    where = {"label": "vooruitzicht", "period": "2030", "unit": "banen", "source": "83582NED"}
    outlook = fact(9_653_800.0, lambda value: rounded_to_margin(value, 100_000), status="estimate", **where)
    assert display_fits(outlook.row("v"))
    counted = fact(9_653_800.0, numbers.number, **where)
    assert not display_fits(replace(counted, display="9.700.000").row("v"))
    small = fact(11_900.0, numbers.number, status="estimate", **where)
    assert not display_fits(replace(small, display="12.000").row("v"))
