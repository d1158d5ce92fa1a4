"""The gate of content: what each rule catches, what passes, how a right figure is accepted, what an error says."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.reference import Accepted
from pipeline.tidy import plausibility
from pipeline.tidy.observations import TidyError
from tests.rows import observation, observations

NO_MOVES = pd.DataFrame({"from_cr": [], "to_cr": [], "last_year_in_old": []})
REGISTER = {"indicator": "population_count", "source": "03759ned", "basis": "03759ned"}


def broken(*rows: dict, **more) -> pd.DataFrame:
    frame = observations(*rows)
    return plausibility.check(frame, frame, moves=NO_MOVES, last_year=2026, **more)


def found(*rows: dict, **more) -> set[tuple[str, str, str]]:
    checks = broken(*rows, **more)
    return set(zip(checks["check"], checks["region_code"], checks["period"], strict=True))


def corops(year: int, **changed: float) -> list[dict]:
    """Jobs of twenty COROPs, each of its own size, two per cent more every year."""
    sizes = {
        f"CR{number:02d}": 50_000.0 * (1 + number / 7) * 1.02 ** (year - 2022) for number in range(1, 21)
    }
    return [
        observation(code, float(round(value, -2)), indicator="jobs_employees", source="83582NED",
                    basis="83582NED", year=year)
        for code, value in (sizes | changed).items()
    ]  # fmt: skip


def test_figures_that_move_as_such_figures_do_pass():
    assert found(*corops(2022), *corops(2023), *corops(2024)) == set()


@pytest.mark.parametrize("factor", [3.0, 0.1, 0.0])
def test_an_outlier_is_named_with_region_and_figure(factor):
    wrong = {"CR07": 100_000.0 * 1.04 * factor}
    assert ("change", "CR07", "2024") in found(*corops(2023), *corops(2024, **wrong))


def test_two_regions_swapped_are_both_named():
    two = {row["region_code"]: row["value"] for row in corops(2024)}
    swapped = corops(2024, CR03=two["CR09"], CR09=two["CR03"])
    assert {("change", "CR03", "2024"), ("change", "CR09", "2024")} <= found(*corops(2023), *swapped)


def rates(year: int, **changed: float) -> list[dict]:
    """Unemployment of twelve provinces, a tenth up or down from year to year."""
    own = {f"PV{number}": round(3 + number / 10 + 0.1 * ((number + year) % 2), 1) for number in range(20, 32)}
    return [
        observation(code, value, indicator="unemployment_rate_pct", unit="pct", source="85268NED", basis="85268NED",
                    year=year)
        for code, value in (own | changed).items()
    ]  # fmt: skip


@pytest.mark.parametrize("year", [2022, 2024])
def test_two_provinces_exchanged_are_seen_though_each_figure_is_possible(year):
    own = {row["region_code"]: row["value"] for row in rates(year)}
    series = {each: rates(each) for each in range(2019, 2025)}
    assert found(*(row for rows in series.values() for row in rows)) == set()
    series[year] = rates(year, PV22=own["PV30"], PV30=own["PV22"])
    told = broken(*(row for rows in series.values() for row in rows))
    assert {("exchanged", "PV22"), ("exchanged", "PV30")} <= set(
        zip(told["check"], told["region_code"], strict=True)
    )
    note = told.loc[(told["region_code"] == "PV22") & (told["year"] == year), "note"].iloc[0]
    assert note == f"it fits PV30, and the {own['PV22']:g} of PV30 fits here"


@pytest.mark.parametrize(("apart", "seen"), [(0.8, False), (4.0, True)])
def test_two_provinces_a_hair_apart_are_alike_by_chance(apart, seen):
    own = {f"PV{number}": 60.0 + number / 10 for number in range(20, 31)} | {"PV31": 62.2 + apart}
    exchanged = own | {"PV22": own["PV31"], "PV31": own["PV22"]}
    rows = [
        observation(code, value, indicator="net_participation_rate_pct", unit="pct", source="85268NED",
                    basis="85268NED", year=year)
        for year, values in ((2022, own), (2023, own), (2024, exchanged))
        for code, value in values.items()
    ]  # fmt: skip
    assert ("exchanged" in set(broken(*rows)["check"])) is seen


def test_a_stale_period_is_seen_though_every_figure_is_possible():
    stale = [row | {"year": 2024, "period": pd.Timestamp(2024, 1, 1)} for row in corops(2023)]
    assert {name for name, _, _ in found(*corops(2022), *corops(2023), *stale)} == {"copy"}


def test_a_stale_quarter_is_seen_as_a_stale_year_is():
    def quarter(number: int, like: int) -> list[dict]:
        here = {"frequency": "Q", "year": 2024, "period": pd.Timestamp(2024, 3 * number - 2, 1)}
        return [row | here for row in corops(like)]

    quarters = [row for number, like in ((1, 2022), (2, 2023), (3, 2024)) for row in quarter(number, like)]
    assert "copy" not in {name for name, _, _ in found(*quarters)}
    assert ("copy", "2024KW4") in {(name, period) for name, _, period in found(*quarters, *quarter(4, 2024))}


def test_a_lost_row_is_named():
    lost = [row for row in corops(2024) if row["region_code"] != "CR05"]
    assert found(*corops(2022), *corops(2023), *lost) == {("complete", "CR05", "2024")}


def test_figures_rounded_on_the_way_are_seen():
    rows = [row | {"value": float(round(row["value"], -3))} for row in corops(2024)]
    assert {name for name, _, _ in found(*rows)} == {"digits"}


def establishments(values: list[float]) -> list[dict]:
    series = {"indicator": "establishments_count", "sector": "A", "basis": "kwb", "source": "85984NED"}
    return [
        observation(f"GM{number:04d}", value, year=2024, **series)
        for number, value in enumerate(values, start=1)
    ]


def test_rounded_establishments_of_a_sector_are_seen_though_half_end_in_0_as_published():
    published = [105.0 + 5 * number for number in range(60)]
    assert found(*establishments(published)) == set()
    rounded = [round(value / 10) * 10.0 for value in published]
    assert {name for name, _, _ in found(*establishments(rounded))} == {"digits"}


def test_a_figure_finer_than_its_table_was_reckoned_with_on_the_way():
    known = [row for year in range(2018, 2024) for row in corops(year)]
    wrong = [row | {"value": 104_044.5} if row["region_code"] == "CR07" else row for row in corops(2024)]
    assert found(*known, *wrong) == {("multiple", "CR07", "2024")}
    # a period that is finer as a whole is published so from then on
    finer = [row | {"value": row["value"] + 10.0} for row in corops(2024)]
    assert found(*known, *finer) == set()


def test_a_table_in_another_unit_is_out_of_range():
    rows = [observation("NL01", 17_900_000_000.0, year=2024, **REGISTER)]
    assert found(*rows) == {("range", "NL01", "2024")}


@pytest.mark.parametrize(
    ("indicator", "usual"), [("ao_recipients", 5_000.0), ("establishments_count", 9_000.0)]
)
@pytest.mark.parametrize("factor", [1, 10, 0.1])
def test_counts_that_one_table_alone_has_are_held_against_the_residents(indicator, usual, factor):
    kwb = {"source": "85984NED", "basis": "kwb"}
    residents = observation("GM0505", 120_000.0, indicator="population_count", **kwb)
    told = found(residents, observation("GM0505", usual * factor, indicator=indicator, **kwb))
    assert told == (set() if factor == 1 else {("share", "GM0505", "2024")})


def labour(rate: float, employed: float = 93_000.0) -> list[dict]:
    shared = {"source": "85494NED", "basis": "EBB", "age": "15-75", "year": 2022}
    counts = {"labour_force_count": 97_000.0, "employed_count": employed, "unemployed_count": 4_000.0}
    return [observation("CR30", value, indicator=name, **shared) for name, value in counts.items()] + [
        observation("CR30", rate, indicator="unemployment_rate_pct", **shared)
    ]


def test_a_rate_and_a_sum_are_held_against_the_counts_beside_them():
    assert found(*labour(4.1)) == set()
    assert ("rate", "CR30", "2022") in found(*labour(7.3))
    assert ("identity", "CR30", "2022") in found(*labour(4.1, employed=39_000.0))


@pytest.mark.parametrize(("year", "verdict"), [(2020, plausibility.WARNING), (2024, plausibility.STOP)])
def test_sectors_that_do_not_add_up_stop_in_the_newest_year_and_are_a_warning_before(year, verdict):
    def vacancies(of: int, **changed: float | None) -> list[dict]:
        values = {"total": 4000.0, "A": 100.0, "B-F": 900.0, "G-N": 2000.0, "O-U": 1000.0} | changed
        return [
            observation("PV21", value, indicator="vacancies_count", sector=sector, source="83599NED", year=of)
            for sector, value in values.items()
        ]

    right = vacancies(2024 if year == 2020 else 2020)
    for wrong in ({"O-U": float("nan")}, {"G-N": 200.0}):
        checks = broken(*right, *vacancies(year, **wrong))
        found_here = checks[checks["check"] == "sectors"]
        assert found_here[["region_code", "year", "verdict"]].to_numpy().tolist() == [["PV21", year, verdict]]
    assert "sectors" not in set(broken(*right, *vacancies(year))["check"])


def test_the_same_figure_in_another_table_must_be_the_same():
    other = {"indicator": "population_count", "source": "70072ned", "basis": "70072ned"}
    rows = [observation("GM0505", 120_000.0, **REGISTER), observation("GM0505", 121_000.0, **other)]
    assert found(*rows) == {("equals", "GM0505", "2024")}


def test_a_figure_of_a_year_to_come_is_refused():
    assert ("period", "GM0505", "2042") in found(observation("GM0505", 120_000.0, year=2042, **REGISTER))


def test_a_final_figure_that_changed_since_the_vintage_before_stops():
    before = observations(observation("GM0505", 120_000.0, **REGISTER))
    assert found(observation("GM0505", 120_100.0, **REGISTER), previous=before) == set()
    assert found(observation("GM0505", 132_000.0, **REGISTER), previous=before) == {
        ("revision", "GM0505", "2024")
    }


def test_a_newest_year_that_the_vintage_before_had_is_missed_unless_another_table_has_it():
    years = [observation("GM0505", 120_000.0 + year, year=year, **REGISTER) for year in (2023, 2024)]
    before = observations(*years, observation("LD04", 3_600_000.0, **REGISTER))
    assert found(*years, previous=before) == set()
    told = broken(years[0], previous=before)
    assert told[["check", "source", "region_code", "period"]].to_numpy().tolist() == [
        ["ended", "03759ned", "GM0505", "2024"]
    ]
    assert told["note"].tolist() == ["the vintage before had 122,024; this one has nothing after 2023"]
    moved = years[1] | {"source": "70072ned", "basis": "70072ned"}
    assert found(years[0], moved, previous=before) == set()


def accepted(**changed) -> dict[str, Accepted]:
    entry = {
        "key": "a", "check": "range", "table": "03759ned", "region_code": "GM0505", "period": "2024",
        "value": 100, "reason": "Counted again by the gemeente.",
    } | changed  # fmt: skip
    return {"a": Accepted(**entry)}


def test_the_error_names_table_region_figure_and_bound_and_how_to_accept_it():
    rows = broken(observation("GM0505", 100.0, **REGISTER))
    with pytest.raises(TidyError) as stopped:
        plausibility.settle([rows], {})
    assert "03759ned, GM0505, 2024: population_count is 100 (range: between 500 and 1,100,000)" in str(
        stopped.value
    )
    assert "data/reference/corrections.yaml" in str(stopped.value)


def test_an_accepted_figure_passes_with_its_reason_and_only_that_figure():
    rows = broken(observation("GM0505", 100.0, **REGISTER))
    kept = plausibility.settle([rows], accepted())
    assert kept[["verdict", "note"]].to_numpy().tolist() == [["accepted", "Counted again by the gemeente."]]
    for other in ({"value": 90}, {"period": "2023"}, {"check": "change"}):
        with pytest.raises(TidyError):
            plausibility.settle([rows], accepted(**other))


def test_a_border_that_differs_from_the_description_of_cbs_stops():
    text = "Opgeheven per 01-01-2019, overgegaan naar: - Vijfheerenlanden (GM1961), ... met 21248 inwoners"
    listed = pd.DataFrame(
        {"code": ["GM0545", "GM1961"], "title": ["Leerdam", "Vijfheerenlanden"], "description": [text, ""]}
    )
    stored = pd.DataFrame(
        {"old_code": ["GM0545"], "old_name": ["Leerdam"], "abolished_on": [pd.Timestamp(2019, 1, 1)],
         "gm_code": ["GM1961"], "gm_name": ["Vijfheerenlanden"], "share": [1.0], "source": ["CBS"]}
    )  # fmt: skip
    current = pd.Series(["GM1961"])
    assert plausibility.check_borders(stored, listed, current).empty
    wrong = stored.assign(abolished_on=pd.Timestamp(2015, 1, 1))
    with pytest.raises(TidyError, match=r"03759ned, GM0545.*2015-01-01, CBS 2019-01-01"):
        plausibility.settle([plausibility.check_borders(wrong, listed, current)], {})
