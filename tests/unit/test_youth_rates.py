"""The three levels of evidence for young people, on small made-up worlds."""

import numpy as np
import pandas as pd
import pytest

from pipeline.models import youth, youth_rates
from pipeline.tidy.labour_force import BASIS_SINCE

GEMEENTEN = [f"GM{n:04d}" for n in range(1, 61)]
MEMBERS = pd.DataFrame(
    [(code, code) for code in GEMEENTEN] + [("NL01", code) for code in GEMEENTEN],
    columns=["region_code", "gm_code"],
)


def a_row(region, indicator, year, value, **more):
    row = {
        "region_code": region, "indicator": indicator, "sector": "total", "age": "15-25", "frequency": "A",
        "period": pd.Timestamp(year, 1, 1), "year": year, "value": value, "value_low": np.nan,
        "value_high": np.nan, "status": "published", "basis": "b", "source": "s",
    }  # fmt: skip
    return row | more


@pytest.fixture(scope="module")
def world():
    """Rates that follow the register; half of the gemeenten has a survey rate."""
    random = np.random.default_rng(5)
    rows, truth = [], {}
    for number, code in enumerate(GEMEENTEN):
        people = 2_000 + 300 * number
        rows.append(a_row(code, "youth_15_25_count", 2024, people))
        own = random.normal(0, 0.008)
        for year in (2021, 2022, 2023, 2024):
            registered = 0.03 + random.normal(0, 0.006)
            rate = 0.08 + 1.2 * (registered - 0.03) + own
            truth[code, year] = 100 * rate
            rows.append(a_row(code, "youth_registered_jobseekers", year, registered * people, age="15-27"))
            if number % 2:
                noisy = rate + random.normal(0, np.sqrt(20 * rate * (1 - rate) / people))
                rows.append(
                    a_row(
                        code,
                        "youth_unemployment_rate_pct",
                        year,
                        round(100 * max(noisy, 0), 1),
                        basis=BASIS_SINCE,
                    )
                )
    rows.append(a_row("NL01", "youth_unemployment_rate_pct", 2024, 8.4, basis=BASIS_SINCE))
    return pd.DataFrame(rows), truth


def test_a_published_rate_stays_and_the_others_are_modelled_with_an_interval(world):
    indicators, truth = world
    made = youth_rates.make(indicators, MEMBERS).set_index("region_code")
    published, modelled = made.loc[GEMEENTEN[1::2]], made.loc[GEMEENTEN[0::2]]
    assert (published["evidence"] == "published").all() and published["value_low"].isna().all()
    assert (modelled["evidence"] == "model").all()
    assert (modelled["value_low"] < modelled["value"]).all() and (
        modelled["value"] < modelled["value_high"]
    ).all()
    inside = [
        made.loc[c, "value_low"] <= truth[c, 2024] <= made.loc[c, "value_high"] for c in GEMEENTEN[0::2]
    ]
    assert np.mean(inside) > 0.8
    assert made.loc["NL01", "evidence"] == "published"


def test_a_rate_of_after_the_last_register_is_published_and_the_others_stay_modelled(world):
    indicators, _ = world
    newer = indicators[
        (indicators["indicator"] == youth_rates.INDICATOR) & (indicators["year"] == 2024)
    ].assign(year=2025, value=9.9)
    made = youth_rates.make(pd.concat([indicators, newer]), MEMBERS).set_index("region_code")
    published, modelled = made.loc[GEMEENTEN[1::2]], made.loc[GEMEENTEN[0::2]]
    assert set(zip(published["evidence"], published["year"], published["value"], strict=True)) == {
        ("published", 2025, 9.9)
    }
    assert set(zip(modelled["evidence"], modelled["year"], strict=True)) == {("model", 2024)}


def test_without_enough_survey_rates_there_is_no_model(world):
    indicators, _ = world
    few = indicators[
        (indicators["indicator"] != "youth_unemployment_rate_pct")
        | indicators["region_code"].isin(GEMEENTEN[:9])
    ]
    assert set(youth_rates.make(few, MEMBERS)["evidence"]) == {"published"}


def test_one_year_of_rates_is_enough_for_a_model(world):
    indicators, _ = world
    made = youth_rates.make(indicators[indicators["year"] == 2024], MEMBERS)
    assert "model" in set(made["evidence"])


def test_a_year_without_rates_counts_as_a_year(world):
    """2023 is left out: what an area showed in 2022 lies two years before 2024, not one."""
    indicators, _ = world
    kept = indicators[indicators["year"].isin([2021, 2022, 2024])]
    moved = kept.assign(year=kept["year"].replace({2021: 2022, 2022: 2023}))
    with_gap = youth_rates.make(kept, MEMBERS).set_index("region_code")["value"]
    consecutive = youth_rates.make(moved, MEMBERS).set_index("region_code")["value"]
    cells = youth_rates.gather(kept)
    assert cells.years == [2021, 2022, 2024]
    assert (with_gap - consecutive).abs().max() > 0.001


def test_a_register_per_gemeente_is_published_not_spread(world):
    indicators, _ = world
    regions = pd.DataFrame({"region_code": GEMEENTEN, "region_type": "gemeente", "pv_code": "PV28"})
    made = youth.make(indicators, regions, MEMBERS)
    assert set(made["evidence"]) == {"published"}
    assert made["per_1000_residents"].notna().all()


def test_a_sum_of_gemeenten_is_said_to_be_one_and_keeps_its_margin(world):
    indicators, _ = world
    regions = pd.DataFrame({"region_code": GEMEENTEN, "region_type": "gemeente", "pv_code": "PV28"})
    summed = pd.DataFrame(
        [a_row("AM23", "youth_registered_jobseekers", 2023, 1_400.0, age="15-27", method="sum_of_gemeenten")]
    ).assign(value_low=1_050.0, value_high=1_750.0)
    register = indicators[indicators["year"] <= 2023]
    made = youth.make(pd.concat([register, summed]), regions, MEMBERS).set_index("region_code")
    assert made.loc["AM23", ["value_low", "value", "value_high"]].tolist() == [1_050, 1_400, 1_750]
    assert "som van gepubliceerde gemeenten" in made.loc["AM23", "note"]
    assert "som" not in made.loc[GEMEENTEN[0], "note"]


def test_national_totals_are_spread_where_nothing_else_is_published(world):
    indicators, _ = world
    residents = indicators[indicators["indicator"] == "youth_15_25_count"]
    national = pd.DataFrame([a_row("NL01", "youth_registered_jobseekers", 2023, 5_000.0, age="15-27")])
    regions = pd.DataFrame({"region_code": GEMEENTEN, "region_type": "gemeente", "pv_code": "PV28"})
    made = youth.make(pd.concat([residents, national]), regions, MEMBERS).set_index("region_code")
    assert made.loc[GEMEENTEN, "value"].sum() == pytest.approx(5_000)
    assert set(made.loc[GEMEENTEN, "evidence"]) == {"synthetic"}
    assert made.loc[GEMEENTEN, "value_low"].isna().all()
    assert made.loc["NL01", "evidence"] == "published"
