"""Reading a raw table: what it becomes, and what is said when it is not what the reader expects."""

from dataclasses import replace

import pandas as pd
import pytest

from pipeline import schemas
from pipeline.store import RawTable
from pipeline.tidy.observations import (
    MeasureSpec,
    TableSpec,
    TidyError,
    first_given,
    measures_held,
    newest_edition,
    parse_period,
    read,
)

JOBS = MeasureSpec("jobs_employees", "Banen", "x 1 000")
READING = TableSpec([JOBS], "Banen van werknemers", "83582NED", lambda year: f"{year}-12")


#: The table's own list of regions.
LISTED = {"GM0505": "Dordrecht", "NL01": "Nederland", "GM0001": "Een", "GM0002": "Twee", "GM0003": "Drie"}


def raw(*cells: tuple, **changes) -> RawTable:
    """A table of one measure; cells are region, period, value and optionally the attribute."""
    cells = cells or (("GM0505  ", "2024JJ00", "12.5"), ("NL01  ", "2024JJ00", "9086.2"))
    observations = pd.DataFrame(
        [
            {"measure": "M1", "RegioS": region, "period": period, "value": value,
             "value_attribute": attribute[0] if attribute else "None"}
            for region, period, value, *attribute in cells
        ]
    )  # fmt: skip
    table = RawTable(
        publisher="cbs",
        table_id="00001NED",
        observations=observations,
        codes={
            "RegioS": pd.DataFrame({"code": list(LISTED), "title": list(LISTED.values())}),
            "measures": pd.DataFrame(
                {"code": ["M1"], "title": ["Banen"], "unit": ["x 1 000"], "group": [""]}
            ),
            "periods": pd.DataFrame(
                {"code": ["2023JJ00", "2024JJ00"], "status": ["Definitief", "Voorlopig"]}
            ),
        },
        properties={
            "title": "Banen van werknemers; regio",
            "dimensions": [{"name": "RegioS", "kind": "region"}, {"name": "Perioden", "kind": "time"}],
        },
    )
    return replace(table, **changes)


def with_measure(**changes: str) -> RawTable:
    table = raw()
    return replace(table, codes=table.codes | {"measures": table.codes["measures"].assign(**changes)})


def test_a_table_without_rows_is_no_table_without_news():
    with pytest.raises(TidyError, match=r"00001NED: its observations hold no row, .* retrieve it again"):
        read(replace(raw(), observations=raw().observations.head(0)), READING, "test")


def test_a_measure_that_two_topics_read_is_named_with_a_figure_and_its_region():
    twice = replace(READING, topics=[JOBS, replace(JOBS, indicator="jobs_all")])
    with pytest.raises(
        TidyError, match=r"00001NED: 'Banen' is read as jobs_all and .*; GM0505 has 12\.5 for M1 in 2024JJ00"
    ):
        read(raw(), twice, "test")


def test_a_table_becomes_observations_that_keep_their_contract():
    made = schemas.check("observations", read(raw(), READING, "test"))
    row = made.set_index("region_code").loc["GM0505"]
    assert row["value"] == 12500.0  # x 1 000 once, here
    assert (row["unit"], row["status"], row["reference_date"]) == ("jobs", "provisional", "2024-12")
    assert (row["source"], row["vintage"], row["method"]) == ("00001NED", "test", "published")


def test_the_factor_of_a_thousand_leaves_no_floating_noise():
    assert read(raw(("NL01", "2024JJ00", "187.1")), READING, "test")["value"].tolist() == [187100.0]


def test_suppressed_missing_and_zero_stay_three_things():
    table = raw(
        ("GM0001", "2024JJ00", "", "Confidential"),
        ("GM0002", "2024JJ00", "", "NotAvailable"),
        ("GM0003", "2024JJ00", "0"),
    )
    made = schemas.check("observations", read(table, READING, "test"))
    assert made["status"].tolist() == ["suppressed", "missing", "provisional"]
    assert made["value"].fillna(-1).tolist() == [-1, -1, 0]


def test_a_rounded_count_carries_its_interval_and_never_goes_below_zero():
    reading = replace(READING, topics=[replace(JOBS, rounding=1000.0)])
    made = read(raw(("GM0001", "2024JJ00", "0"), ("GM0002", "2024JJ00", "3")), reading, "test")
    assert made[["value_low", "value_high"]].to_numpy().tolist() == [[0.0, 500.0], [2500.0, 3500.0]]
    assert (made["interval_kind"] == "rounding").all()


def test_bounds_and_status_that_stand_per_cell_are_taken_over():
    table = raw(("GM0001", "2024JJ00", "1.0"), ("GM0002", "2024JJ00", "2.0"))
    cells = table.observations.assign(
        status=["estimate", ""], value_low=["0.9", "2.0"], value_high=["1.2", "2.0"], note="afgeleid"
    )
    made = schemas.check("observations", read(replace(table, observations=cells), READING, "test"))
    assert made["status"].tolist() == ["estimate", "provisional"]
    assert made["value_low"].fillna(-1).tolist() == [900.0, -1.0]  # one candidate only: nothing to show
    assert made["interval_kind"].tolist() == ["rounding", ""]


def test_candidates_were_rounded_themselves():
    """ "2810 of 2820": what was rounded to one of them lay between 2805 and 2825."""
    table = raw(("GM0505", "2024JJ00", "2.81"), ("NL01", "2024JJ00", "2.10"))
    cells = table.observations.assign(
        status="estimate", value_low=["2.81", "2.1"], value_high=["2.82", "2.1"], note=""
    )
    reading = replace(READING, topics=[replace(JOBS, rounding=10.0)])
    made = read(replace(table, observations=cells), reading, "test")
    assert made[["value_low", "value_high"]].to_numpy().tolist() == [[2805, 2825], [2095, 2105]]


def test_a_basis_may_depend_on_the_year():
    reading = replace(READING, basis=lambda year: "nieuw" if year >= 2024 else "oud")
    table = raw(("NL01", "2023JJ00", "1"), ("NL01", "2024JJ00", "1"))
    assert read(table, reading, "test")["basis"].tolist() == ["oud", "nieuw"]


# --- refusals ---------------------------------------------------------------------------


def complaint(table: RawTable, reading: TableSpec = READING) -> str:
    with pytest.raises(TidyError) as caught:
        read(table, reading, "test")
    return str(caught.value)


def test_another_title_is_refused():
    said = complaint(raw(properties=raw().properties | {"title": "Vacatures"}))
    assert "00001NED: the title is 'Vacatures', expected one with 'Banen van werknemers'" in said


def test_another_unit_is_refused():
    said = complaint(with_measure(unit="aantal"))
    assert "'Banen' is published in 'aantal', expected 'x 1 000'" in said
    assert "factor of 1 000" in said


def test_another_unit_is_told_with_a_figure_to_check():
    table = with_measure(unit="aantal")
    row = table.observations[table.observations["value"] != ""].iloc[0]
    said = complaint(table)
    assert (
        f"expected 'x 1 000'; {row['RegioS'].strip()} has {row['value']} for M1 in {row['period']}. Check"
        in said
    )


def test_a_measure_that_is_gone_is_refused_with_those_there_are():
    said = complaint(with_measure(title="Aantal banen"))
    assert (
        "0 measures are called 'Banen', expected one; there are Aantal banen; GM0505 has 12.5 for M1" in said
    )


def test_a_table_with_none_of_the_wanted_measures_is_refused():
    with pytest.raises(TidyError, match=r"none of the wanted measures is there \(Banen\)"):
        measures_held(with_measure(title="Vacatures"), [JOBS])


def test_a_renamed_region_dimension_is_refused():
    dimensions = [{"name": "Regio's", "kind": "region"}, {"name": "Perioden", "kind": "time"}]
    said = complaint(raw(properties=raw().properties | {"dimensions": dimensions}))
    assert 'dimension "Regio\'s" is not in the table' in said


def test_a_renamed_dimension_of_choice_is_refused():
    said = complaint(raw(), replace(READING, keep={"Geslacht": lambda title: True}))
    assert "dimension 'Geslacht' is not in the table; it has ['RegioS']" in said


def test_a_code_that_is_not_in_the_own_list_of_the_table_is_refused():
    said = complaint(raw(("GM0555", "2024JJ00", "1")))
    assert (
        "1 row(s) have a RegioS that is not in the table's own list, e.g. 'GM0555' (GM0555, 2024JJ00)" in said
    )


def test_a_category_that_is_gone_is_refused():
    said = complaint(raw(), replace(READING, keep={"RegioS": lambda title: title == "Totaal"}))
    assert "no category of RegioS is the wanted one; there are Dordrecht, Nederland" in said


def test_rows_that_stand_twice_are_refused_with_the_dimensions_as_a_hint():
    said = complaint(raw(("NL01", "2024JJ00", "1"), ("NL01  ", "2024JJ00", "2")))
    assert "2 rows stand more than once" in said
    assert "it has RegioS; the reader chooses from none" in said


def test_a_text_that_is_no_number_is_refused():
    said = complaint(raw(("NL01", "2024JJ00", "9.086,2")))
    assert "1 values are no number, e.g. '9.086,2' of NL01 in 2024JJ00" in said


def test_an_unknown_value_attribute_is_refused():
    assert "unknown value attribute ['Secret']" in complaint(raw(("NL01", "2024JJ00", "", "Secret")))


def test_an_unknown_status_of_a_period_is_refused():
    table = raw()
    periods = table.codes["periods"].assign(status="Concept")
    assert "unknown status of a period: ['Concept']" in complaint(
        replace(table, codes=table.codes | {"periods": periods})
    )


def test_a_period_whose_status_nobody_states_is_refused():
    said = complaint(raw(("NL01", "2025JJ00", "1")))
    assert "1 period(s) of its figures are not in codes/periods.csv, e.g. 2025JJ00 of NL01" in said


# --- periods ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "start", "frequency"),
    [
        ("2024JJ00", "2024-01-01", "A"),
        ("2024KW01", "2024-01-01", "Q"),
        ("2024KW04", "2024-10-01", "Q"),
        ("2024MM12", "2024-12-01", "M"),
    ],
)
def test_a_period_code_has_a_start_and_a_frequency(code, start, frequency):
    found, kind = parse_period(code)
    assert (found.isoformat(), kind) == (start, frequency)


@pytest.mark.parametrize(
    "code", ["2024", "2024KW05", "2024MM13", "2024MM00", "2024SJ00", "2024JJ01", "24JJ00"]
)
def test_another_code_is_no_period(code):
    with pytest.raises(TidyError, match="is no period; expected a code such as 2024JJ00"):
        parse_period(code)


def test_of_two_editions_of_a_figure_the_newest_stays():
    older = read(raw(("NL01", "2023JJ00", "1"), ("NL01", "2024JJ00", "2")), READING, "test")
    newer = read(raw(("NL01", "2024JJ00", "3")), READING, "test").assign(source="00002NED")
    kept = newest_edition(pd.concat([newer, older], ignore_index=True))
    assert sorted(zip(kept["year"], kept["value"], strict=True)) == [(2023, 1000.0), (2024, 3000.0)]


def test_a_table_that_stands_in_gives_way_to_the_table_it_stands_in_for():
    table = read(raw(("NL01", "2024JJ00", "3")), READING, "test")
    stand_in = read(raw(("NL01", "2023JJ00", "1"), ("NL01", "2024JJ00", "2")), READING, "test")
    kept = first_given([table, stand_in.assign(source="99999NED")])
    assert sorted(zip(kept["year"], kept["value"], strict=True)) == [(2023, 1000.0), (2024, 3000.0)]
