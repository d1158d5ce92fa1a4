"""From published to current borders: what is carried, marked, left out and counted; totals that must add up."""

from functools import partial

import pandas as pd
import pytest

from pipeline import store
from pipeline.geography import CodeBook
from pipeline.schemas import OBSERVATION_COLUMNS
from pipeline.tidy import (
    benefits,
    classification,
    jobs,
    labour_force,
    plausibility,
    population,
    stage,
    totals,
    youth,
)
from pipeline.tidy.observations import TidyError
from tests.rows import observation as any_observation
from tests.rows import observations

CHANGES = pd.DataFrame(
    [
        ("GM0010", "GM0100", 0.6, "2018-01-01"),
        ("GM0010", "GM0200", 0.4, "2018-01-01"),
        ("GM0012", "GM0300", 1.0, None),
        ("GM0020", "GM0400", 1.0, "2018-01-01"),
        ("GM0021", "GM0400", 1.0, "2018-01-01"),
    ],
    columns=["old_code", "gm_code", "share", "abolished_on"],
).assign(abolished_on=lambda frame: pd.to_datetime(frame["abolished_on"]))
CURRENT = ["GM0100", "GM0200", "GM0300", "GM0400"]
CODEBOOK = CodeBook.build(CURRENT, CHANGES, [*CURRENT, "GM0001"])


#: A row of the last year before the borders changed.
observation = partial(any_observation, indicator="population_count", year=2017, source="00001NED")


def whole_table(**changes) -> list[dict]:
    """Every gemeente of 2017: GM0010 was later split, GM0020 and GM0021 merged, GM0012 recoded."""
    values = {
        "GM0010": 1000.0,
        "GM0012": 30.0,
        "GM0020": 5.0,
        "GM0021": 7.0,
        "GM0100": 100.0,
        "GM0200": 200.0,
    }
    return [observation(region, value, **changes) for region, value in values.items()]


def carried(*rows: dict) -> pd.DataFrame:
    current, _ = stage.carry_to_current_borders(observations(*rows), CODEBOOK)
    return current.set_index("region_code")


# --- current borders --------------------------------------------------------------------


def test_counts_are_carried_and_a_split_is_an_estimate():
    made = carried(*whole_table())
    assert made["value"].to_dict() == {"GM0100": 700.0, "GM0200": 600.0, "GM0300": 30.0, "GM0400": 12.0}
    assert made["status"].to_dict() == {
        "GM0100": "estimate", "GM0200": "estimate", "GM0300": "final", "GM0400": "final",
    }  # fmt: skip
    assert made["method"].to_dict() == {
        "GM0100": "to_current_borders",
        "GM0200": "to_current_borders",
        "GM0300": "published",
        "GM0400": "to_current_borders",
    }


def test_what_a_note_says_of_one_gemeente_is_not_said_of_a_sum():
    """Nor does it hang on the order of rows of the same certainty, which sorts of processors differ in."""
    rows = [row | {"note": "of shares"} for row in whole_table()]
    for at in (1, 2):
        rows[at] |= {"note": "of shares; possible: 10, 20"}
    for made in (carried(*rows), carried(*rows[::-1])):
        assert made["note"].to_dict() == {
            "GM0100": "of shares", "GM0200": "of shares", "GM0300": "of shares; possible: 10, 20",
            "GM0400": "of shares",
        }  # fmt: skip


def test_a_sum_is_as_certain_as_its_least_certain_part():
    rows = whole_table()
    rows[2]["status"] = "provisional"
    assert carried(*rows).loc["GM0400", "status"] == "provisional"


def test_a_part_that_is_suppressed_hides_the_sum():
    rows = whole_table()
    rows[2] |= {"value": float("nan"), "status": "suppressed"}
    made = carried(*rows).loc["GM0400"]
    assert pd.isna(made["value"])
    assert made["status"] == "suppressed"


def test_a_part_whose_cell_was_left_out_makes_the_sum_missing_not_smaller():
    held = whole_table()
    wanted = [row for row in whole_table(indicator="ww_recipients") if row["region_code"] != "GM0021"]
    made = carried(*held, *wanted).set_index("indicator", append=True)
    assert made.loc[("GM0400", "population_count"), "value"] == 12.0
    assert pd.isna(made.loc[("GM0400", "ww_recipients"), "value"])
    assert made.loc[("GM0400", "ww_recipients"), "status"] == "missing"
    assert made.loc[("GM0100", "ww_recipients"), "value"] == 700.0


def test_bounds_are_summed_and_a_part_without_them_counts_with_its_value():
    rows = whole_table()
    rows[2] |= {"value_low": 0.0, "value_high": 10.0, "interval_kind": "rounding", "interval_level": 1.0}
    made = carried(*rows)
    assert made.loc["GM0400", ["value_low", "value_high"]].tolist() == [7.0, 17.0]
    assert (made.loc["GM0400", "interval_kind"], made.loc["GM0400", "interval_level"]) == ("rounding", 1.0)
    assert made.loc["GM0100", "interval_kind"] == ""


def test_a_rate_is_kept_where_borders_stayed_and_never_averaged():
    rates = [row | {"value": 5.0} for row in whole_table(indicator="unemployment_rate_pct")]
    current, left_out = stage.carry_to_current_borders(observations(*rates), CODEBOOK)
    assert current["region_code"].tolist() == ["GM0300"]  # the recoded one: the same gemeente
    assert left_out[["source", "rows", "first_year", "last_year"]].to_numpy().tolist() == [
        ["00001NED", 5, 2017, 2017]
    ]


def test_a_rate_of_after_the_change_is_kept():
    row = observation("GM0400", 5.0, indicator="unemployment_rate_pct", year=2018)
    assert carried(row)["value"].to_dict() == {"GM0400": 5.0}


def test_other_regions_stay_as_they_are():
    row = observation("CR30", 5.0, indicator="unemployment_rate_pct")
    assert carried(row).loc["CR30", "value"] == 5.0


# --- what is left out -------------------------------------------------------------------


def test_what_is_left_out_is_counted_by_reason():
    frame = observations(
        observation("GM0100", 1.0),
        observation("GM0100", 1.0, year=2002),
        observation("GM0100", 1.0, year=2001),
        observation("GM0001", 1.0),
        observation("LD01", 1.0),
        observation("AM99", 1.0),
        observation("NL01", 1.0, year=1995),
    )
    kept, left_out = stage.leave_out(frame, CODEBOOK)
    assert kept["region_code"].tolist() == ["GM0100", "NL01"]
    counted = left_out.set_index("reason")[["rows", "first_year", "last_year"]].T.to_dict("list")
    assert counted == {
        "region that the monitor does not report": [2, 2017, 2017],
        "gemeente figure before 2003: borders of that time are not carried over": [2, 2001, 2002],
        "code abolished before 2003": [1, 2017, 2017],
    }
    assert len(kept) + left_out["rows"].sum() == len(frame)


def test_an_empty_cell_of_a_gemeente_that_was_not_there_is_no_missing_part():
    frame = observations(
        observation("GM0400", 12.0, year=2018),
        observation("GM0020", float("nan"), year=2018),  # ended on 1 January 2018
        observation("GM0021", float("nan"), year=2017),  # was there: really missing
        observation("GM0400", float("nan"), year=2017),  # not yet there
        observation("GM0300", 30.0),
        observation("GM0012", float("nan")),  # the old code of GM0300
        observation("GM0200", float("nan"), year=2018),  # was there: really missing
    )
    created = pd.Series({"GM0400": pd.Timestamp(2018, 1, 1)})
    kept = frame[stage.existed(frame, CHANGES, created)]
    assert kept[["region_code", "year"]].to_numpy().tolist() == [
        ["GM0400", 2018], ["GM0021", 2017], ["GM0300", 2017], ["GM0200", 2018],
    ]  # fmt: skip


def test_a_figure_of_the_day_before_the_end_stays_and_counts_once():
    """Residents on 1 January 2022 of a gemeente that ended in March, and its empty cell a year later."""
    weesp = pd.DataFrame(
        {"old_code": ["GM0020"], "gm_code": ["GM0400"], "share": [1.0],
         "abolished_on": [pd.Timestamp(2022, 3, 24)]}
    )  # fmt: skip
    frame = observations(
        observation("GM0020", 5.0, year=2022), observation("GM0020", float("nan"), year=2023)
    )
    assert stage.existed(frame, weesp, pd.Series(dtype="datetime64[us]")).tolist() == [True, False]


# --- labour force -----------------------------------------------------------------------


def rate(region: str, year: int, frequency: str = "A") -> dict:
    return observation(
        region, 4.0, year=year, indicator="unemployment_rate_pct", frequency=frequency,
        basis=labour_force.regional_basis(year),
    )  # fmt: skip


def test_the_survey_break_stands_on_the_first_figure_since_the_redesign_of_each_series():
    frame = observations(
        rate("AM23", 2019),
        rate("AM23", 2021),
        rate("AM23", 2022),
        rate("CR30", 2022),
        rate("AM23", 2023, "Q"),
    )
    marked = labour_force.mark_survey_break(frame)
    assert marked["break_before"].tolist() == [False, True, False, True, True]


def test_the_bases_before_and_since_the_redesign_differ():
    assert labour_force.regional_basis(2020) == labour_force.BASIS_BEFORE
    assert labour_force.regional_basis(2021) == labour_force.BASIS_SINCE


def test_national_tables_that_were_recalculated_have_no_break():
    frame = observations(observation("NL01", 4.0, indicator="unemployment_rate_pct", basis="85224NED x"))
    assert not labour_force.mark_survey_break(frame)["break_before"].any()


# --- jobs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("A-U Alle economische activiteiten", "total"),
        ("A Landbouw, bosbouw en visserij", "A"),
        ("B-E Nijverheid (geen bouw) en energie", "B-E"),
        ("Alle economische activiteiten", None),
        ("10-12 Voedingsmiddelenindustrie", None),
    ],
)
def test_a_sector_is_named_by_the_letters_at_its_head(title, label):
    assert jobs.sector_label(title) == label


def test_a_gemeente_without_a_total_did_not_exist_but_one_with_a_hidden_sector_did():
    frame = observations(
        observation("GM0100", float("nan"), indicator="jobs_employees"),
        observation("GM0100", float("nan"), indicator="jobs_employees", sector="A"),
        observation("GM0200", 5.0, indicator="jobs_employees"),
        observation("GM0200", float("nan"), indicator="jobs_employees", sector="A"),
    )
    kept = jobs.drop_not_existing(frame)
    assert kept[["region_code", "sector"]].to_numpy().tolist() == [["GM0200", "total"], ["GM0200", "A"]]


def test_a_sector_without_figure_beside_a_total_is_suppressed_however_the_table_travelled():
    frame = observations(
        observation("GM0200", 5.0, indicator="jobs_employees"),
        observation("GM0200", float("nan"), indicator="jobs_employees", sector="A"),
        observation("CR99", float("nan"), indicator="jobs_employees"),
        observation("CR99", float("nan"), indicator="jobs_employees", sector="A"),
    )
    assert jobs.mark_hidden_sectors(frame)["status"].tolist() == ["final", "suppressed", "missing", "missing"]


# --- totals -----------------------------------------------------------------------------

COROP_THEN = pd.Series({"GM0100": "CR01", "GM0200": "CR01", "GM0300": "CR02", "GM0400": "CR02"})


def job(region: str, value: float, **changes) -> dict:
    settings = {"indicator": "jobs_employees", "source": jobs.OLD, "year": 2010} | changes
    return observation(region, value, **settings)


def old_jobs(**values: float) -> pd.DataFrame:
    """81402ned of one year that adds up, with some values changed."""
    held = {"GM0100": 40_000, "GM0200": 60_000, "GM0300": 150_000, "GM0400": 250_000}
    held |= {"CR01": 100_000, "CR02": 400_000, "NL01": 500_000} | values
    return observations(*(job(region, float(value)) for region, value in held.items() if value is not None))


def test_parts_that_add_up_pass_with_a_line_each():
    checks = totals.check_totals(old_jobs(), COROP_THEN)
    assert set(checks["verdict"]) == {"adds up"}
    assert set(checks["check"]) == {"jobs: GM in CR", "jobs: CR in NL01", "jobs: GM in NL01"}


def test_rounding_is_told_apart_from_adding_up():
    checks = totals.check_totals(old_jobs(GM0100=40_030, GM0300=149_970), COROP_THEN).set_index(
        ["check", "region_code"]
    )
    assert checks.loc[("jobs: GM in CR", "CR01"), "verdict"] == "within tolerance"
    assert checks.loc[("jobs: GM in CR", "CR01"), "difference"] == 30


def test_a_lost_row_stops_the_run_with_the_numbers():
    with pytest.raises(TidyError, match=r"81402ned, CR01, 2010: jobs_employees is 40,000 \(jobs: GM in CR"):
        plausibility.settle([totals.check_totals(old_jobs(GM0200=None), COROP_THEN)], {})


def test_a_corop_without_published_total_stops_the_run():
    with pytest.raises(
        TidyError, match=r"1 COROP\(s\) of its gemeenten have no published total, e\.g\. CR02"
    ):
        totals.check_totals(old_jobs(CR02=None), COROP_THEN)


def test_jobs_that_cannot_be_placed_are_a_known_gap_but_too_many_jobs_are_not():
    checks = totals.check_totals(old_jobs(NL01=501_500), COROP_THEN)
    assert set(checks[checks["region_code"] == "NL01"]["verdict"]) == {"known gap"}
    wrong = totals.check_totals(old_jobs(NL01=498_500), COROP_THEN)
    assert set(wrong[wrong["region_code"] == "NL01"]["verdict"]) == {""}


def test_a_lost_resident_stops_the_run():
    people = observations(observation("GM0100", 10.0), observation("GM0200", 20.0), observation("NL01", 31.0))
    with pytest.raises(TidyError, match=r"NL01, 2017: population_count is 30 \(population_count: GM in NL01"):
        plausibility.settle([totals.check_totals(people, COROP_THEN)], {})


def new_jobs(year: int = 2015, *, corops: int = 40, **values: float) -> pd.DataFrame:
    """83582NED and 83583NED of a year: the COROPs hold 1 000 jobs each, the code for the unplaced is empty."""
    rows = {f"CR{number:02d}": 1000.0 for number in range(1, corops + 1)} | {"CR99": float("nan")} | values
    parts = [job(region, value, source=jobs.NEW, year=year) for region, value in rows.items()]
    return observations(*parts, job("NL01", 40_100.0, source=jobs.NATIONAL, year=year))


def unplaced(frame: pd.DataFrame) -> pd.Series:
    return totals.derive_unplaced_jobs(frame).set_index("region_code").loc["CR99"]


def test_unplaced_jobs_are_the_nation_minus_the_corops_and_marked():
    row = unplaced(new_jobs())
    assert (row["value"], row["status"], row["method"]) == (100.0, "estimate", "nation_minus_corops")


def test_unplaced_jobs_that_are_published_stay():
    row = unplaced(new_jobs(CR99=120.0))
    assert (row["value"], row["status"]) == (120.0, "final")


def test_nothing_is_derived_when_a_corop_lacks_its_figure():
    assert pd.isna(unplaced(new_jobs(CR12=float("nan")))["value"])
    assert pd.isna(unplaced(new_jobs(corops=39))["value"])


@pytest.mark.parametrize("changed", [400.0, 1200.0])
def test_an_impossible_rest_is_not_derived_and_the_sum_tells_it(changed):
    frame = totals.derive_unplaced_jobs(new_jobs(CR12=changed))
    assert pd.isna(frame.set_index("region_code").loc["CR99", "value"])
    checks = totals.check_totals(frame, COROP_THEN)
    assert checks[checks["check"] == "jobs: CR in NL01"]["verdict"].tolist() == (
        [""] if abs(40_100 - 39_000 - changed) > 41 * 50 else ["within tolerance"]
    )


# --- link between the two tables --------------------------------------------------------


def test_a_break_is_marked_from_the_tolerance_on_and_not_for_rounding():
    frame = observations(
        job("CR01", 100_000.0), job("CR02", 100_000.0), job("CR99", 5.0), job("GM0100", 520.0),
        job("CR01", 100_900.0, source=jobs.NEW), job("CR02", 101_100.0, source=jobs.NEW),
        job("CR99", 9.0, source=jobs.NEW), job("GM0100", 500.0, source=jobs.NEW),
    )  # fmt: skip
    links = stage.link_factors(frame, 0.01).set_index("region_code")
    assert links["link_factor"].round(6).to_dict() == {"CR01": 1.009, "CR02": 1.011, "GM0100": 0.961538}
    assert links["is_break"].to_dict() == {"CR01": False, "CR02": True, "GM0100": False}


# --- COROP of the time ------------------------------------------------------------------


def test_the_corop_of_the_time_comes_from_the_earlier_list_then_the_successor_then_by_hand():
    current = pd.DataFrame({"gm_code": CURRENT, "cr_code": ["CR01", "CR02", "CR03", "CR04"]})
    earlier = pd.DataFrame({"gm_code": ["GM0020", "GM0400"], "cr_code": ["CR08", "CR09"]})
    then = stage.corop_at_the_time(earlier, current, CHANGES, pd.Series({"GM0021": "CR07"}))
    assert then["GM0020"] == "CR08"  # earlier list
    assert then["GM0400"] == "CR09"  # the list of then goes before the one of now
    assert then["GM0010"] == "CR01"  # largest successor
    assert then["GM0021"] == "CR07"  # typed by hand
    assert then["GM0300"] == "CR03"


# --- classification ---------------------------------------------------------------------


class Nothing:
    """A vintage without tables."""

    name = "live-test"

    def tables_for(self, need: str) -> list[str]:
        return []

    def has(self, table_id: str) -> bool:
        return False


def test_a_vintage_without_classification_says_so():
    with pytest.raises(TidyError, match="live-test holds no classification of gemeenten"):
        classification.tidy_classification(Nothing())


def gebieden(year: str, am: list[str], mc: list[str]) -> store.RawTable:
    """A classification of two gemeenten as CBS publishes it. Synthetic."""
    values = {
        "A1": am, "A2": ["Noord", "Zuid"], "B1": mc, "C1": ["CR01", "CR02"], "D1": ["PV20", "PV20"],
    }  # fmt: skip
    rows = [
        {
            "measure": measure,
            "RegioS": region,
            "period": f"{year}JJ00",
            "value": f"{value}  ",
            "value_attribute": "None",
        }
        for measure, both in values.items()
        for region, value in zip(("GM0100", "GM0200"), both, strict=True)
    ]
    groups = {"A1": "AM", "A2": "AM", "B1": "RMC", "C1": "CR", "D1": "PV"}
    titles = {"A2": "Naam"}
    return store.RawTable(
        publisher="cbs",
        table_id=f"{year}NED",
        observations=pd.DataFrame(rows),
        codes={
            "RegioS": pd.DataFrame({"code": ["GM0100", "GM0200"], "title": ["Een", "Twee"]}),
            "measures": pd.DataFrame(
                [(code, titles.get(code, "Code"), group) for code, group in groups.items()],
                columns=["code", "title", "group"],
            ),
        },
        properties={"title": f"Gebieden in Nederland {year}", "dimensions": []},
    )


def test_a_gemeente_may_lack_an_rmc_region_and_never_another_one():
    made = classification.read_classification(gebieden("2018", ["AM01", "AM02"], ["MC01", ""]))
    assert made["mc_code"].tolist() == ["MC01", ""]
    assert made["am_name"].tolist() == ["Noord", "Zuid"]
    before = classification.read_classification(gebieden("2015", ["AM01", "AM02"], ["", ""]))
    assert "mc_code" not in before
    with pytest.raises(TidyError, match="0 columns hold a code such as AM01"):
        classification.read_classification(gebieden("2018", ["AM01", ""], ["MC01", ""]))


def test_a_year_in_two_sources_is_read_from_cbs_and_both_are_kept():
    tables = {
        "82949NED": gebieden("2015", ["AM01", "AM02"], ["", ""]),
        "besluit-werkgebieden-2015": gebieden("2015", ["AM01", "AM03"], ["", ""]),
        "86247NED": gebieden("2026", ["AM01", "AM03"], ["MC01", "MC02"]),
    }

    class Held(Nothing):
        def tables_for(self, need: str) -> list[str]:
            return sorted(tables)

        def table(self, table_id: str) -> store.RawTable:
            return tables[table_id]

    every = classification.tidy_classifications(Held())
    assert every.groupby(["year", "source"]).size().tolist() == [2, 2, 2]
    chosen = classification.one_source_a_year(every)
    assert chosen[chosen["gm_code"] == "GM0200"].set_index("year")["am_code"].to_dict() == {
        2015: "AM02",
        2026: "AM03",
    }
    without_cbs = classification.one_source_a_year(every[every["source"] != "82949NED"])
    assert set(without_cbs["source"]) == {"besluit-werkgebieden-2015", "86247NED"}


# --- regional key figures ---------------------------------------------------------------


class KeyFigures(Nothing):
    """A vintage with the regional key figures only: jobs beside establishments of the same sectors. Synthetic."""

    def __init__(self, total: str):
        measures = [
            ("J0", total, "Banen", "x 1 000"), ("JA", "A Landbouw", "Banen", "x 1 000"),
            ("JP", "A Landbouw", "Banen, aandeel", "%"),
            ("V0", "Bedrijfsvestigingen totaal", "Bedrijfsvestigingen", "aantal"),
            ("VA", "A Landbouw", "Bedrijfsvestigingen", "aantal"),
            ("VH", "H+J Vervoer", "Bedrijfsvestigingen", "aantal"),
            ("WW", "Werkloosheid", "Uitkeringen", "aantal"),
        ]  # fmt: skip
        values = {"J0": "1102.0", "JA": "", "JP": "3", "V0": "905", "VA": "20", "VH": "5", "WW": "130"}
        self.raw = store.RawTable(
            publisher="cbs",
            table_id="70072ned",
            observations=pd.DataFrame(
                [
                    {"measure": code, "RegioS": "GM0100", "period": "2015JJ00", "value": value,
                     "value_attribute": "None" if value else "Confidential", "status": "published" if value else "",
                     "value_low": "1101.5" if code == "J0" else "", "value_high": "1102.5" if code == "J0" else ""}
                    for code, value in values.items()
                ]
            ),
            codes={
                "RegioS": pd.DataFrame({"code": ["GM0100"], "title": ["Een"]}),
                "measures": pd.DataFrame(measures, columns=["code", "title", "group", "unit"]),
                "periods": pd.DataFrame({"code": ["2015JJ00"], "status": ["NietVermeld"]}),
            },
            properties={
                "title": "Regionale kerncijfers Nederland",
                "dimensions": [{"name": "RegioS", "kind": "region"}, {"name": "Perioden", "kind": "time"}],
            },
        )  # fmt: skip

    def has(self, table_id: str) -> bool:
        return table_id == "70072ned"

    def table(self, table_id: str) -> store.RawTable:
        return self.raw


@pytest.mark.parametrize("total", ["Totaal aantal banen", "Totaal banen"])
def test_jobs_of_the_key_figures_are_those_in_thousands_by_either_title(total):
    made = jobs.tidy_jobs(KeyFigures(total)).set_index("sector")
    assert made["value"].to_dict() == {"total": 1_102_000.0, "A": pytest.approx(float("nan"), nan_ok=True)}
    assert made.loc["A", "status"] == "suppressed"
    # a cell in whole thousands keeps its own bounds
    assert made.loc["total", ["value_low", "value_high"]].tolist() == [1_101_500, 1_102_500]


def test_establishments_are_told_from_jobs_by_their_group():
    made = benefits.tidy_benefits(KeyFigures("Totaal banen"))
    counted = made[made["indicator"] == "establishments_count"].set_index("sector")
    assert counted["value"].to_dict() == {"total": 905.0, "A": 20.0, "H+J": 5.0}
    assert counted.loc["A", ["value_low", "value_high"]].tolist() == [17.5, 22.5]
    assert made.set_index("indicator").loc["ww_recipients", "value"] == 130


@pytest.mark.parametrize(
    "reader",
    [
        benefits.tidy_benefits,
        jobs.tidy_jobs,
        labour_force.tidy_labour_force,
        population.tidy_population,
        youth.tidy_youth,
    ],
)
def test_a_vintage_without_a_source_gives_no_observations(reader):
    made = reader(Nothing())
    assert made.empty
    assert set(OBSERVATION_COLUMNS) <= set(made.columns)


def test_a_vintage_without_borders_takes_fitting_ones_of_another(tmp_path):
    """PDOK may be away when CBS answers; borders change once a year at most."""
    raw = tmp_path / "raw"
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    feature = {
        "type": "Feature",
        "properties": {"region_code": "GM0001", "region_name": "A"},
        "geometry": square,
    }
    geojson = {"type": "FeatureCollection", "features": [feature]}
    files = store.write_raw_borders(raw / "old", "pdok", "gemeente", geojson, {"crs": "EPSG:28992"})
    entry = store.ManifestTable(
        publisher="pdok", table_id="gemeente", title="", need="borders", first_period="", last_period="", rows=1,
        sha256=files, modified="", retrieved_at="", request="", transport="", licence="", citation="",
        original_source="", required=False,
    )  # fmt: skip
    store.write_manifest(raw / "old", store.Manifest(vintage="old", made_at="2026-01-01", tables=[entry]))
    (raw / "new").mkdir()
    store.write_manifest(raw / "new", store.Manifest(vintage="new", made_at="2026-12-01", tables=[]))
    vintage = store.Vintage(raw / "new")
    assert list(stage.read_borders_of(vintage, pd.Series(["GM0001"]))["region_code"]) == ["GM0001"]
    lacking = r"1 gemeente code\(s\) are not in both borders and classification, e\.g\. \['GM0002'\]"
    with pytest.raises(TidyError, match=lacking):
        stage.read_borders_of(vintage, pd.Series(["GM0001", "GM0002"]))
