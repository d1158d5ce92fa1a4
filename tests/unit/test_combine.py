"""Sums and ratios keep what travels with a value: status, bounds, members, break."""

import pandas as pd
import pytest

from pipeline.geography import GeographyError
from pipeline.indicators import combine, population, unemployment, youth
from pipeline.schemas import check
from tests.rows import observation, observations

MEMBERS = pd.DataFrame({"region_code": "AM23", "gm_code": ["GM0001", "GM0002", "GM0003"]})
#: AM23 was redrawn in 2023, CR30 and PV28 lost a gemeente in 2019.
REGIONS = pd.DataFrame(
    {
        "region_code": ["AM23", "CR30", "PV28", "PV20", "NL01", "dorpen"],
        "borders_since": ["2023-01-01", "2019-01-01", "2019-01-01", "2003-01-01", "", ""],
    }
)
NOTHING = float("nan")


def total(*rows: dict, members: pd.DataFrame = MEMBERS) -> pd.Series:
    made = check("indicators", combine.sum_regions(observations(*rows), members))
    assert len(made) == 1
    return made.iloc[0]


# --- sums -------------------------------------------------------------------------------


def test_a_sum_says_how_it_was_made():
    row = total(observation("GM0001", 10.0), observation("GM0002", 20.0), observation("GM0003", 30.0))
    assert (row["value"], row["status"], row["method"]) == (60.0, "final", "sum_of_gemeenten")
    assert (row["members_with_value"], row["members"]) == (3, 3)
    assert row["interval_kind"] == ""


@pytest.mark.parametrize("status", ["estimate", "provisional", "revised_provisional", "published"])
def test_a_sum_is_as_certain_as_its_least_certain_part(status):
    row = total(observation("GM0001", 1.0), observation("GM0002", 1.0, status), observation("GM0003", 1.0))
    assert row["status"] == status


def test_an_estimate_never_loses_its_mark_among_provisional_parts():
    row = total(
        observation("GM0001", 1.0, "provisional"),
        observation("GM0002", 1.0, "estimate"),
        observation("GM0003", 1.0),
    )
    assert row["status"] == "estimate"


@pytest.mark.parametrize(
    "rest",
    [
        [],
        [observation("GM0002", NOTHING, "suppressed"), observation("GM0003", NOTHING, "missing")],
    ],
)
def test_a_sum_is_missing_unless_every_member_has_a_value(rest):
    row = total(observation("GM0001", 10.0), *rest)
    assert pd.isna(row["value"])
    assert (row["status"], row["note"]) == ("missing", "1 van 3 gemeenten")


def test_two_of_seven_is_said_in_words():
    seven = pd.DataFrame({"region_code": "drechtsteden", "gm_code": [f"GM000{n}" for n in range(1, 8)]})
    row = total(observation("GM0001", 10.0), observation("GM0007", 10.0), members=seven)
    assert (row["note"], row["members_with_value"], row["members"]) == ("2 van 7 gemeenten", 2, 7)


def test_zero_counts_as_a_value():
    row = total(observation("GM0001", 0.0), observation("GM0002", 0.0), observation("GM0003", 0.0))
    assert (row["value"], row["members_with_value"]) == (0.0, 3)


def test_bounds_add_up_and_a_part_without_them_counts_with_its_value():
    bounds = {"value_low": 5.0, "value_high": 15.0, "interval_kind": "rounding", "interval_level": 1.0}
    row = total(
        observation("GM0001", 10.0, **bounds), observation("GM0002", 20.0), observation("GM0003", 30.0)
    )
    assert row[["value_low", "value", "value_high"]].tolist() == [55.0, 60.0, 65.0]
    assert (row["interval_kind"], row["interval_level"]) == ("rounding", 1.0)


def test_a_missing_sum_keeps_no_bounds():
    bounds = {"value_low": 5.0, "value_high": 15.0, "interval_kind": "rounding", "interval_level": 1.0}
    made = combine.sum_regions(observations(observation("GM0001", 10.0, **bounds)), MEMBERS)
    assert made[["value_low", "value_high"]].isna().all(axis=None)


def test_a_break_in_one_part_is_a_break_in_the_sum():
    row = total(
        observation("GM0001", 1.0, break_before=True), observation("GM0002", 1.0), observation("GM0003", 1.0)
    )
    assert row["break_before"]


def test_two_sources_of_one_series_are_refused_not_added():
    twice = [observation("GM0001", 1.0), observation("GM0001", 1.0, source="00001NED")]
    with pytest.raises(GeographyError, match=r"GM0001.*double"):
        combine.sum_regions(observations(*twice, observation("GM0002", 1.0)), MEMBERS)


def test_no_gemeenten_give_no_rows():
    assert combine.sum_regions(observations(), MEMBERS).empty


# --- which table goes first -------------------------------------------------------------


def rows(*parts: dict) -> pd.DataFrame:
    return combine.as_indicator(observations(*parts))


def test_the_first_table_stays():
    kept = combine.coalesce([rows(observation("GM0001", 1.0)), rows(observation("GM0001", 2.0))])
    assert kept["value"].tolist() == [1.0]


def test_an_empty_row_never_hides_a_figure_of_a_later_table():
    empty = rows(observation("GM0001", NOTHING, "missing"), observation("GM0002", NOTHING, "suppressed"))
    kept = combine.coalesce([empty, rows(observation("GM0001", 2.0, "estimate"))])
    assert kept.set_index("region_code")["status"].to_dict() == {"GM0001": "estimate", "GM0002": "suppressed"}


def test_other_series_of_the_same_region_stay_beside_each_other():
    kept = combine.coalesce(
        [rows(observation("GM0001", 1.0)), rows(observation("GM0001", 2.0, basis="70072ned"))]
    )
    assert kept["value"].tolist() == [1.0, 2.0]


# --- ratios -----------------------------------------------------------------------------


def ratio(recipients: dict, residents: dict) -> pd.DataFrame:
    people = observation("GM0001", 20_000.0, indicator="population_count") | residents
    given = observation("GM0001", 500.0) | recipients
    return combine.per_1000(rows(given), rows(people), "ww_per_1000_residents")


def test_a_ratio_names_both_dates_and_scales_its_bounds():
    bounds = {"value_low": 495.0, "value_high": 505.0, "interval_kind": "rounding", "interval_level": 1.0}
    row = check(
        "indicators", ratio(bounds | {"reference_date": "2024-12"}, {"reference_date": "2024-01-01"})
    ).iloc[0]
    assert row[["value_low", "value", "value_high"]].tolist() == [24.75, 25.0, 25.25]
    assert (row["unit"], row["reference_date"]) == ("per_1000_residents", "2024-12 / 2024-01-01")


def test_a_ratio_of_an_estimate_is_one_whichever_side_it_is_on():
    assert ratio({"status": "provisional"}, {"status": "estimate"})["status"].tolist() == ["estimate"]
    assert ratio({"status": "estimate"}, {})["status"].tolist() == ["estimate"]


def test_nobody_is_divided_by_no_residents():
    assert ratio({}, {"value": 0.0}).empty


# --- published before summed ------------------------------------------------------------


def test_a_figure_stands_on_the_borders_of_now_from_the_day_of_the_last_change():
    rows_of = {
        "CR30": ("2018-12", False),
        "PV28": ("2019-01-01", True),
        "AM23": ("2022", False),
        "PV20": ("2003-12", True),
        "NL01": ("2024", False),  # no larger region: published anyhow
        "GM0001": ("2024", False),
    }
    given = rows(*(observation(code, 1.0, reference_date=day) for code, (day, _) in rows_of.items()))
    held = combine.on_current_borders(given, REGIONS)
    assert set(held["region_code"]) == {code for code, (_, current) in rows_of.items() if current}


def test_a_month_is_as_old_as_its_first_day():
    monthly = [
        observation("PV28", 1.0, frequency="M", period=pd.Timestamp(day), reference_date=code)
        for day, code in (("2018-12-01", "2018MM12"), ("2019-01-01", "2019MM01"))
    ]
    held = combine.on_current_borders(rows(*monthly), REGIONS)
    assert held["reference_date"].tolist() == ["2019MM01"]


def counted(**regions: float) -> pd.DataFrame:
    """Two gemeenten of 10 and 20, rounded to tens, and what is published beside them."""
    tens = [
        observation(code, value, value_low=value - 5, value_high=value + 5, interval_kind="rounding",
                    interval_level=1.0)
        for code, value in (("GM0001", 10.0), ("GM0002", 20.0))
    ]  # fmt: skip
    larger = [observation(code, value, "provisional") for code, value in regions.items()]
    members = pd.DataFrame(
        [(code, gemeente) for code in ("PV20", "AM23", "dorpen") for gemeente in ("GM0001", "GM0002")],
        columns=["region_code", "gm_code"],
    )
    made = combine.published_or_summed(observations(*tens, *larger), members, REGIONS)
    return check("indicators", made).set_index("region_code")


def test_a_published_total_goes_before_the_sum_of_its_gemeenten():
    made = counted(PV20=40.0, NL01=100.0)
    assert made.loc["PV20", ["value", "status", "method"]].tolist() == [40.0, "provisional", "published"]
    assert made.loc["NL01", "value"] == 100.0


def test_without_a_published_total_the_sum_tells_what_rounding_does_to_it():
    for code in ("PV20", "dorpen"):
        row = counted().loc[code]
        assert (row["value"], row["method"], row["interval_kind"]) == (30.0, "sum_of_gemeenten", "rounding")
        assert (row["value_low"], row["value_high"]) == (20.0, 40.0)


def test_a_total_on_other_borders_is_not_taken_for_the_sum():
    members = pd.DataFrame({"region_code": "AM23", "gm_code": ["GM0001", "GM0002"]})
    given = observations(
        *(observation(code, 10.0, year=2022) for code in ("GM0001", "GM0002")),
        observation("AM23", 50.0, year=2022),
    )
    made = combine.published_or_summed(given, members, REGIONS).set_index("region_code")
    assert made.loc["AM23", ["value", "method"]].tolist() == [20.0, "sum_of_gemeenten"]


# --- areas of the same gemeenten as a published region ----------------------------------


def test_an_area_takes_the_figure_of_its_twin_with_the_borders_it_stands_on():
    members = pd.concat(
        [MEMBERS, MEMBERS.assign(region_code="dorpen"), MEMBERS[:2].assign(region_code="deel")]
    )
    survey = rows(observation("AM23", 5.0, note="op grenzen van toen"), observation("CR30", 6.0))
    copied = combine.copy_to_equivalent_areas(survey, members)
    assert copied[["region_code", "value", "note"]].to_numpy().tolist() == [
        ["dorpen", 5.0, "op grenzen van toen; cijfer van AM23, nu dezelfde gemeenten"]
    ]


def test_an_rmc_region_takes_the_figure_of_its_twin_and_gives_none():
    members = pd.concat([MEMBERS, MEMBERS.assign(region_code="MC30"), MEMBERS.assign(region_code="dorpen")])
    survey = rows(observation("AM23", 5.0), observation("MC30", 7.0))
    copied = combine.copy_to_equivalent_areas(survey, members)
    assert copied[["region_code", "value"]].to_numpy().tolist() == [["MC30", 5.0], ["dorpen", 5.0]]


# --- population and benefits ------------------------------------------------------------


def test_a_vintage_without_any_of_it_gives_no_rows():
    assert population.make(observations(), MEMBERS, REGIONS).empty
    assert unemployment.make(observations(), MEMBERS, REGIONS).empty
    assert youth.make(observations(), MEMBERS, REGIONS).empty


def people(region: str, age: str, value: float, status: str = "final") -> dict:
    return observation(
        region, value, status, indicator="population_count", age=age, source="70072ned", basis="70072ned"
    )


def test_residents_of_15_to_25_are_two_groups_added_and_as_certain_as_the_least():
    halves = observations(people("GM0001", "15-20", 10.0), people("GM0001", "20-25", 20.0, "estimate"))
    made = check("indicators", population.make(halves, MEMBERS, REGIONS))
    young = made[(made["indicator"] == "youth_15_25_count") & (made["region_code"] == "GM0001")].iloc[0]
    assert (young["value"], young["status"], young["age"]) == (30.0, "estimate", "15-25")


def test_of_two_sources_of_young_residents_the_register_is_taken_once():
    rows = []
    for code in MEMBERS["gm_code"]:
        register = people(code, "15-25", 10.0) | {"source": "03759ned", "basis": "03759ned"}
        rows += [register, people(code, "15-25", 11.0) | {"source": "85984NED", "basis": "kwb"}]
    made = population.make(observations(*rows), MEMBERS, REGIONS)
    assert made.loc[made["region_code"] == "AM23", ["value", "source"]].to_numpy().tolist() == [
        [30.0, "03759ned"]
    ]


def test_one_of_two_age_groups_gives_no_figure():
    made = population.make(observations(people("GM0001", "15-20", 10.0)), MEMBERS, REGIONS)
    assert not (made["indicator"] == "youth_15_25_count").any()


@pytest.mark.parametrize(("province", "note"), [("PV20", ""), ("PV28", "op grenzen van toen")])
def test_a_published_province_stands_where_its_gemeenten_are_incomplete(province, note):
    members = pd.DataFrame({"region_code": province, "gm_code": ["GM0001", "GM0002"]})
    then = {"year": 2018, "period": pd.Timestamp("2018-01-01"), "reference_date": "2018-01-01"}
    published = observations(people("GM0001", "total", 10.0) | then, people(province, "total", 35.0) | then)
    made = population.make(published, members, REGIONS).set_index("region_code")
    assert made.loc[province, ["value", "method", "note"]].tolist() == [35.0, "published", note]


def test_a_survey_rate_of_a_larger_region_says_on_which_borders_it_stands():
    survey = {"indicator": "unemployment_rate_pct", "basis": "EBB", "source": "83524NED"}
    current = observations(
        observation("CR30", 5.4, **survey), observation("NL01", 6.0, **survey), observation("GM0001", 1.0)
    )
    made = unemployment.make(current, MEMBERS, REGIONS).set_index(["region_code", "indicator"])
    assert made.loc[("CR30", "unemployment_rate_pct"), "note"] == "op grenzen van toen"
    assert made.loc[("NL01", "unemployment_rate_pct"), "note"] == ""


def test_the_figure_of_a_year_is_that_of_december_and_of_no_other_month():
    months = [
        observation("GM0001", 100.0 * month, frequency="M", period=pd.Timestamp(2024, month, 1), year=2024)
        for month in (1, 11, 12)
    ]
    quarter = observation("GM0001", 7.0, frequency="Q", period=pd.Timestamp(2024, 12, 1), year=2024)
    made = combine.december(observations(*months, quarter))
    assert made[["value", "frequency", "reference_date"]].to_numpy().tolist() == [[1200.0, "A", "2024-12"]]
    assert made["period"].tolist() == [pd.Timestamp(2024, 1, 1)]


def test_a_rate_takes_the_residents_of_its_own_table():
    people = {"indicator": "population_count"}
    residents = observations(
        observation("GM0001", 2000.0, **people), observation("GM0001", 2500.0, basis="a", **people)
    )
    made = combine.per_1000(
        combine.as_indicator(observations(observation("GM0001", 50.0))),
        combine.as_indicator(residents),
        "ww_per_1000_residents",
    )
    assert made[["value", "basis"]].to_numpy().tolist() == [[25.0, "kwb"]]
