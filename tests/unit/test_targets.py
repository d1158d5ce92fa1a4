"""Every verdict with its rule; nothing is red because nobody knows it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.config import load_settings
from pipeline.models import outlook, targets
from pipeline.models.targets import TargetVariant
from pipeline.reference import Programme
from pipeline.schemas import check
from tests import outlook_world as world

SETTINGS = load_settings()  # edition 2026, verdict horizon 6 years
SOURCE = {"title": "Een besluit", "url": "https://voorbeeld.nl/besluit", "date": "2018-05"}
OUTLOOKS = world.made()  # of another country, that has no dorpen
CLAIM_COLUMNS = [
    "programme", "target_key", "same_measure", "value", "evidence", "kind", "value_text", "period",
]  # fmt: skip


def programme(**changes) -> Programme:
    """A programme with one target: 2 000 residents in 2030 in its area, counted from 2020."""
    target = {
        "key": "inwoners",
        "title": "2 000 inwoners",
        "indicator": "population_count",
        "definition": "inwoners",
        "unit": "persons",
        "target": 2000,
        "relation": "at_least",
        "direction": "up",
        "kind": "net_outcome",
        "baselines": [{"year": 2020, "value": "open", "source": SOURCE}],
        "deadlines": [{"year": 2030, "words": "in 2030", "approximate": False}],
        "area": "dorpen",
        "target_version": {"label": "besluit", "date": "2020"},
        "source": SOURCE,
        "followed_by": "open data",
    } | changes
    return Programme.model_validate(
        {
            "key": "groei", "name": "Groei", "areas": [target["area"]], "partners": ["gemeente"],
            "context_indicators": [], "sources": {"besluit": SOURCE}, "targets": [target],
        }
    )  # fmt: skip


def deadline(year) -> dict:
    return {"deadlines": [{"year": year, "words": "dan", "approximate": False}]}


def series(values: dict[int, float], indicator: str = "population_count", **changes) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "region_code": "dorpen", "indicator": indicator, "sector": "total", "frequency": "A",
                "year": year, "value": value, "value_low": np.nan, "value_high": np.nan, "interval_level": np.nan,
                "basis": "bevolking", "status": "final", "method": "published", "source": "03759ned", "members": 2,
            } | changes
            for year, value in values.items()
        ]
    )  # fmt: skip


def claims(*rows: dict) -> pd.DataFrame:
    default = {
        "programme": "groei", "target_key": "inwoners", "same_measure": True, "value": 2000.0,
        "evidence": "counted", "kind": "realised", "value_text": "2 000", "period": "2024",
    }  # fmt: skip
    return pd.DataFrame([default | row for row in rows], columns=CLAIM_COLUMNS).astype({"same_measure": bool})


def verdict(
    values: dict[int, float] | None,
    *stated: dict,
    frame: pd.DataFrame | None = None,
    **changes,
) -> pd.Series:
    indicators = series(values or {2020: np.nan}) if frame is None else frame
    made = targets.make({"groei": programme(**changes)}, claims(*stated), indicators, OUTLOOKS, SETTINGS)
    checked = check("targets", made)
    assert len(checked) == 1
    return checked.iloc[0]


# --- deadline ahead ---------------------------------------------------------------------


def test_gap_pace_and_path_of_a_target():
    row = verdict({2020: 1000.0, 2025: 1600.0})
    assert row[["gap", "horizon", "required_per_year", "observed_per_year"]].tolist() == [400, 5, 80, 120]
    assert row["required_growth_pct"] == pytest.approx(100 * ((2000 / 1600) ** (1 / 5) - 1))
    assert row["path_value"] == 1500  # halfway in time, halfway on the line
    assert row["realised_minus_path"] == 100
    assert row[["verdict", "verdict_basis"]].tolist() == ["op koers", "alleen tempo"]


def test_a_slower_pace_is_behind():
    assert verdict({2020: 1000.0, 2025: 1200.0})["verdict"] == "achter"


def test_a_pace_that_is_just_enough_is_on_track():
    assert verdict({2020: 1000.0, 2025: 1500.0})["verdict"] == "op koers"


def test_an_estimated_pace_is_judged_with_its_margin_on_both_sides():
    target = programme().targets[0]
    reading = TargetVariant(
        baseline_year=2020, baseline=1000.0, latest_year=2025, latest=1480.0, deadline=2030, goal=2000.0
    )

    def judged(low: float, high: float) -> str:
        return targets.judge_pace(target, replace(reading, change_80=(low, high))).verdict

    assert judged(420.0, 540.0) == "onzeker"  # within its margin the pace is sometimes enough
    assert judged(470.0, 490.0) == "achter"
    assert judged(510.0, 540.0) == "op koers"
    assert judged(np.nan, np.nan) == "geen oordeel"


def test_the_margin_of_a_change_comes_from_the_draws():
    row = asked_of_the_draws(baselines=[{"year": 2018, "value": "open", "source": SOURCE}]).iloc[0]
    low, high = OUTLOOKS.change("streek", 2018, 2024)
    assert (row["change_low_80"], row["change_high_80"]) == pytest.approx((low, high))
    assert low < row["change"] < high


def test_a_decrease_is_taken_off_the_baseline_and_judged_downwards():
    fewer = {"relation": "decrease", "direction": "down", "target": 400}
    row = verdict({2020: 1000.0, 2025: 700.0}, **fewer)
    assert row["target_value"] == 600
    assert row["verdict"] == "op koers"
    assert verdict({2020: 1000.0, 2025: 950.0}, **fewer)["verdict"] == "achter"
    assert "te langzaam" in verdict({2020: 1000.0, 2025: 950.0}, **fewer)["verdict_rule"]


def test_an_extra_is_added_to_the_baseline():
    row = verdict({2020: 1000.0, 2025: 1600.0}, relation="extra", target=800)
    assert (row["target_value"], row["gap"], row["verdict"]) == (1800, 200, "op koers")


def test_a_far_deadline_gets_the_required_pace_but_no_verdict():
    row = verdict({2020: 1000.0, 2025: 1600.0}, **deadline(2032))
    assert (row["verdict"], row["required_per_year"]) == ("geen oordeel", pytest.approx(400 / 7))
    assert "meer dan 6 jaar" in row["verdict_rule"]
    assert verdict({2020: 1000.0, 2025: 1600.0}, **deadline(2031))["verdict"] == "op koers"


def test_a_baseline_of_this_year_has_no_pace_to_compare_with():
    row = verdict({2025: 1600.0}, baselines=[{"year": 2025, "value": "open", "source": SOURCE}])
    assert row["verdict"] == "geen oordeel"
    assert "nog geen tempo" in row["verdict_rule"]


def test_an_unknown_baseline_is_not_behind():
    row = verdict({2025: 1600.0})
    assert pd.isna(row["baseline_value"])
    assert row["verdict"] == "geen oordeel"
    extra = verdict({2025: 1600.0}, relation="extra", target=500)
    assert (extra["verdict"], extra["verdict_rule"]) == (
        "geen oordeel", "de stand van de nulmeting is niet bekend",
    )  # fmt: skip


def test_a_target_without_deadline_is_not_behind():
    row = verdict({2020: 1000.0, 2025: 1200.0}, **deadline("open"))
    assert row[["verdict", "verdict_rule"]].tolist() == ["geen oordeel", "er is geen einddatum genoemd"]
    assert pd.isna(row["required_per_year"])


def test_a_target_without_number_has_no_data():
    row = verdict({2020: 1000.0, 2025: 1200.0}, target="open", relation="open")
    assert row[["verdict", "verdict_rule"]].tolist() == ["geen gegevens", "het doel heeft geen getal"]
    assert pd.isna(row["gap"])


def test_a_target_without_series_has_no_data_and_is_never_red():
    row = verdict(None)
    assert (row["verdict"], row["verdict_basis"]) == ("geen gegevens", "")


def test_without_a_series_the_last_count_of_the_programme_is_told_without_a_verdict():
    row = verdict(None, {"kind": "interim", "value": 1500.0, "value_text": "1 500", "period": "2023"})
    assert row[["verdict", "verdict_basis", "note"]].tolist() == [
        "geen oordeel", "opgave programma", "laatst gemeld: 1 500 (2023)",
    ]  # fmt: skip


def test_the_share_of_long_ago_says_nothing_about_one_gemeente():
    for region in ("GM0505", "dorpen"):  # the gemeente itself, and an area that holds nothing else
        frame = series({2020: 1000.0, 2025: 1600.0}, method="share_of_corop", region_code=region, members=1)
        made = targets.make({"groei": programme(area=region)}, claims(), frame, OUTLOOKS, SETTINGS)
        assert made["verdict"].tolist() == ["geen gegevens"], region


# --- deadline passed --------------------------------------------------------------------

PASSED = deadline(2024)


def test_a_counted_end_that_reaches_the_target_is_reached():
    row = verdict(None, {"value": 2000.0}, **PASSED)
    assert row[["verdict", "verdict_basis"]].tolist() == ["gehaald", "opgave programma"]


def test_a_counted_end_below_the_target_is_not_reached():
    assert verdict(None, {"value": 1999.0}, **PASSED)["verdict"] == "niet gehaald"


@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "interim", "value": 1500.0},
        {"evidence": "estimated", "value": 2500.0},
        {"same_measure": False, "value": 2500.0},
        {"programme": "ander", "value": 2500.0},
        {"value": np.nan},
    ],
)
def test_what_was_not_counted_at_the_end_leaves_the_end_unknown(claim):
    assert verdict(None, claim, **PASSED)["verdict"] == "eindstand onbekend"


def test_an_unknown_end_tells_the_last_count_and_its_date():
    row = verdict(
        None, {"kind": "interim", "value": 1500.0, "value_text": "1 500", "period": "2023"}, **PASSED
    )
    assert row["note"] == "laatst gemeld: 1 500 (2023)"


def test_a_published_level_of_the_deadlines_year_decides():
    assert verdict({2020: 1000.0, 2024: 2000.0}, **PASSED)["verdict"] == "gehaald"
    assert verdict({2020: 1000.0, 2024: 1999.0}, **PASSED)["verdict"] == "niet gehaald"


def test_a_level_of_after_the_deadline_does_not_make_it_reached():
    assert verdict({2020: 1000.0, 2024: 1900.0, 2025: 2100.0}, **PASSED)["verdict"] == "niet gehaald"
    assert verdict({2020: 1000.0, 2025: 2100.0}, **PASSED)["verdict"] == "eindstand onbekend"


def test_a_decrease_whose_deadline_passed_is_judged_downwards():
    fewer = {"relation": "decrease", "direction": "down", "target": 400} | PASSED
    assert verdict({2020: 1000.0, 2024: 600.0}, **fewer)["verdict"] == "gehaald"
    assert verdict({2020: 1000.0, 2024: 700.0}, **fewer)["verdict"] == "niet gehaald"


def test_a_deadline_in_the_year_of_the_edition_is_judged_by_its_own_level():
    assert verdict({2020: 1000.0, 2026: 2100.0}, **deadline(2026))["verdict"] == "gehaald"
    assert verdict({2020: 1000.0, 2026: 1900.0}, **deadline(2026))["verdict"] == "niet gehaald"


def test_a_deadline_that_the_latest_year_passed_ends_without_division_by_zero():
    row = verdict({2020: 1000.0, 2026: 1900.0}, **deadline(2026))
    assert pd.isna(row["required_per_year"])
    assert row["horizon"] == 0


# --- by chance --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.68, 0.70, "op koers"),
        (0.60, 0.70, "onzeker"),
        (0.20, 0.30, "achter"),
        (0.20, 0.40, "onzeker"),
        (0.20, 0.90, "onzeker"),
    ],
)
def test_the_whole_range_must_lie_on_one_side(low, high, expected):
    told = {"probability": (low + high) / 2, "probability_low": low, "probability_high": high}
    judged = targets.judge_chance(told, SETTINGS.models)
    assert (judged.verdict, judged.basis) == (expected, "model")


def asked_of_the_draws(**changes) -> pd.DataFrame:
    """Readings of "so many jobs more in 2030" in a made-up area whose jobs are a share of two COROPs."""
    jobs = {
        "indicator": outlook.INDICATOR, "area": "streek", "relation": "extra", "target": 20_000,
        "baselines": [{"year": year, "value": "open", "source": SOURCE} for year in (2018, 2020)],
    } | changes  # fmt: skip
    rows = world.tables()["indicators"]
    made = targets.make({"groei": programme(**jobs)}, claims(), rows, OUTLOOKS, SETTINGS)
    return check("targets", made)


def test_a_chance_stands_once_with_its_range_and_what_it_would_take():
    rows = asked_of_the_draws()
    assert (rows["probability_low"] <= rows["probability"]).all()
    assert (rows["probability"] <= rows["probability_high"]).all()
    assert (rows["growth_pct_1_in_2"] < rows["growth_pct_4_in_5"]).all()
    assert (rows["per_year_1_in_2"] < rows["per_year_4_in_5"]).all()
    assert (rows["outlook_low_95"] < rows["outlook_low_80"]).all()
    assert set(rows["verdict_basis"]) == {"model"}
    # the growth that gives 1 in 2 is the growth that is needed, but for the error of baseline and latest level
    assert rows["growth_pct_1_in_2"].to_numpy() == pytest.approx(
        rows["required_growth_pct"].to_numpy(), abs=0.15
    )


def test_a_reading_without_a_chance_asks_none():
    one_gemeente = asked_of_the_draws(area="buurt")
    far = asked_of_the_draws(**deadline(2032))
    for rows in (one_gemeente, far):
        assert rows[["probability", "growth_pct_1_in_2"]].isna().all(axis=None)
    assert far["outlook_median"].notna().all()


@pytest.mark.parametrize("definitions", [0, 3])
@pytest.mark.parametrize("baselines", [1, 4])
@pytest.mark.parametrize("deadlines", [1, 3])
def test_every_shape_of_a_programme_makes_a_table(definitions, baselines, deadlines):
    """With and without numbers, years and a series; a reading for each cell of the grid."""
    kinds = (outlook.INDICATOR, "open", "jobs_all")
    grid = {
        "definitions": [
            {
                "key": f"lezing-{place}", "title": "Banen", "indicator": kind, "words": "banen",
                "followed_by": "open data", "source": SOURCE,
                "levels": [{"year": 2018, "value": 70_000, "source": SOURCE}] if kind == "open" else [],
            }
            for place, kind in enumerate(kinds[:definitions])
        ],
        "baselines": [
            {"year": year, "value": value, "source": SOURCE}
            for year, value in ((2018, "open"), ("open", "open"), (2020, 60_000), (1995, "open"))[:baselines]
        ],
        "deadlines": [
            {"year": year, "words": "dan", "approximate": year == 2040} for year in (2030, "open", 2040)[:deadlines]
        ],
    }  # fmt: skip
    for number in (20_000, "open"):
        rows = asked_of_the_draws(target=number, **grid)
        assert len(rows) == max(definitions, 1) * baselines * deadlines
        assert rows["is_chosen"].sum() <= 1


# --- a grid of readings -----------------------------------------------------------------


def test_every_baseline_and_deadline_is_a_reading_and_one_is_chosen():
    grid = programme(
        baselines=[{"year": year, "value": "open", "source": SOURCE} for year in (2019, 2020)],
        deadlines=[
            {"year": 2030, "words": "in 2030", "approximate": False},
            {"year": 2040, "words": "rond 2040", "approximate": True},
        ],
    )
    frame = series({2019: 900.0, 2020: 1000.0, 2025: 1600.0})
    made = targets.make({"groei": grid}, claims(), frame, OUTLOOKS, SETTINGS)
    assert made[["baseline_year", "deadline_year"]].to_numpy().tolist() == [
        [2019, 2030], [2019, 2040], [2020, 2030], [2020, 2040],
    ]  # fmt: skip
    assert made.loc[made["is_chosen"], ["baseline_year", "deadline_year"]].to_numpy().tolist() == [
        [2020, 2030]
    ]


@pytest.mark.parametrize(
    ("likely", "words"), [(0.6667, "2 op 3"), (0.75, "3 op 4"), (0.7, "7 op 10"), (0.8125, "81,25 %")]
)
def test_the_words_of_a_rule_follow_the_settings(likely, words):
    models = SETTINGS.models.model_copy(update={"likely": likely})
    judged = targets.judge_chance({"probability_low": 0.9, "probability_high": 0.95}, models)
    assert judged.rule == f"de kans is minstens {words}, welk jaar ook wordt weggelaten"
