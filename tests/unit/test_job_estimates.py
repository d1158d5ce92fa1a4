"""Employee jobs: published where there is a figure, estimated openly where there is none.

A country of two COROPs: CR01 with GM0001 and GM0002, CR02 with GM0003, GM0004 and GM0005; AM01 holds one
gemeente of each, AM02 is the whole of CR01. 40 COROPs are the least that the nation is made of.
"""

import numpy as np
import pandas as pd
import pytest

from pipeline.config import IndicatorSettings
from pipeline.indicators import jobs
from pipeline.schemas import check
from pipeline.tidy.jobs import KEY_FIGURES, NATIONAL, NEW, OLD, with_rounding
from tests.rows import observation
from tests.rows import observations as table

SETTINGS = IndicatorSettings(base_years=[2008, 2009, 2010], interval_level=0.95, link_tolerance=0.01)
OTHERS = [f"CR{number:02d}" for number in range(3, 41)]
#: The rest of the country: COROPs of 1 000 jobs, the first of three gemeenten, the others of one.
FILLERS = {code.replace("CR", "GM90"): (code, 1000) for code in OTHERS}
FILLERS |= {"GM9003": ("CR03", 400), "GM9103": ("CR03", 350), "GM9203": ("CR03", 250)}
REGIONS = pd.DataFrame(
    [
        ("GM0001", "gemeente", "CR01", "PV20"),
        ("GM0002", "gemeente", "CR01", "PV20"),
        ("GM0003", "gemeente", "CR02", "PV20"),
        ("GM0004", "gemeente", "CR02", "PV20"),
        ("GM0005", "gemeente", "CR02", "PV20"),
        *((gemeente, "gemeente", corop, "PV21") for gemeente, (corop, _) in FILLERS.items()),
        ("AM01", "arbeidsmarktregio", "", ""),
        ("AM02", "arbeidsmarktregio", "", ""),
        ("tweeling", "area", "", ""),
    ],
    columns=["region_code", "region_type", "cr_code", "pv_code"],
).assign(borders_since="")
LARGER = pd.DataFrame(
    [
        *((code, kind, "", "", "2003-01-01") for code, kind in (("PV20", "province"), ("PV21", "province"))),
        *((code, "corop", "", "", "2003-01-01") for code in ("CR01", "CR02", *OTHERS)),
    ],
    columns=REGIONS.columns,
)
REGIONS = pd.concat([REGIONS, LARGER], ignore_index=True)
GEMEENTEN = REGIONS[REGIONS["region_type"] == "gemeente"]
MEMBERS = pd.DataFrame(
    [
        *((code, code) for code in GEMEENTEN["region_code"]),
        *GEMEENTEN[["cr_code", "region_code"]].to_numpy().tolist(),
        *GEMEENTEN[["pv_code", "region_code"]].to_numpy().tolist(),
        *(("NL01", code) for code in GEMEENTEN["region_code"]),
        ("AM01", "GM0001"), ("AM01", "GM0003"),
        ("AM02", "GM0001"), ("AM02", "GM0002"),
        ("tweeling", "GM0003"), ("tweeling", "GM0004"),
    ],
    columns=["region_code", "gm_code"],
)  # fmt: skip
NO_CHANGES = pd.DataFrame(
    {"old_code": [], "gm_code": [], "share": [], "abolished_on": pd.to_datetime([])}
).astype({"old_code": str, "gm_code": str, "share": float})
#: Jobs of each gemeente in 2008, 2009 and 2010, in the old table.
OLD_JOBS = {
    "GM0001": (3000, 3100, 3000),
    "GM0002": (7000, 6900, 7000),
    "GM0003": (2000, 2100, 2200),
    "GM0004": (2000, 2000, 1900),
    "GM0005": (6000, 5900, 5900),
}


def job(region: str, year: int, value: float, source: str, status: str = "final") -> dict:
    about = {"indicator": "jobs_employees", "reference_date": f"{year}-12", "basis": source, "source": source}
    return observation(region, float(value), status, year=year, **about)


def published(last_year: int = 2014) -> list[dict]:
    rows = []
    for step, year in enumerate((2008, 2009, 2010)):
        held = {code: values[step] for code, values in OLD_JOBS.items()}
        held |= {gemeente: number for gemeente, (_, number) in FILLERS.items()}
        rows += [job(code, year, value, OLD) for code, value in held.items()]
        rows += [job("NL01", year, sum(held.values()) + 50, OLD)]
    for year in range(2010, last_year + 1):
        grown = {"CR01": 10_000 + 100 * (year - 2010), "CR02": 10_000 - 50 * (year - 2010)}
        grown |= dict.fromkeys(OTHERS, 1000)
        rows += [job(code, year, value, NEW) for code, value in grown.items()]
        rows += [job("CR99", year, 50, NEW), job("NL01", year, sum(grown.values()) + 50, NATIONAL)]
    return rows


def make(rows: list[dict], *, changes: pd.DataFrame = NO_CHANGES, settings=SETTINGS, regions=REGIONS):
    observations = table(*rows)
    historical_corop = GEMEENTEN.set_index("region_code")["cr_code"]
    return jobs.make(observations, observations, regions, MEMBERS, historical_corop, changes, settings)


def indicators(rows: list[dict], **options) -> pd.DataFrame:
    made = check("indicators", make(rows, **options).indicators)
    return made.set_index(["region_code", "basis", "year"]).sort_index()


@pytest.fixture(scope="module")
def country() -> pd.DataFrame:
    """The country as published until 2014, made once."""
    return indicators(published())


# --- estimates --------------------------------------------------------------------------


def test_an_estimate_is_the_mean_share_of_the_base_years_times_its_corop(country):
    row = country.loc[("GM0001", NEW, 2014)]
    share = np.mean([3000 / 10_000, 3100 / 10_000, 3000 / 10_000])
    assert row["value"] == pytest.approx(share * 10_400)
    assert (row["status"], row["method"], row["interval_kind"]) == ("estimate", "share_of_corop", "model")
    assert row["source"] == f"{OLD}, {NEW}"


def test_a_region_in_two_corops_is_the_sum_of_its_parts(country):
    made = country.loc[("AM01", NEW, 2013)]
    share_of_02 = np.mean([2000 / 10_000, 2100 / 10_000, 2200 / 10_000])
    assert made["value"] == pytest.approx(np.mean([0.3, 0.31, 0.3]) * 10_300 + share_of_02 * 9_850)


def test_estimates_of_gemeenten_add_up_to_their_area_and_to_their_corop(country):
    parts = [country.loc[(code, NEW, 2014), "value"] for code in ("GM0003", "GM0004", "GM0005")]
    assert country.loc[("tweeling", NEW, 2014), "value"] == pytest.approx(sum(parts[:2]))
    assert country.loc[("CR02", NEW, 2014), "value"] == pytest.approx(sum(parts))


def test_the_interval_widens_with_time():
    made = indicators(published(2020)).loc["tweeling"].loc[NEW].loc[2011:]
    relative = (made["value_high"] / made["value_low"]).to_numpy()
    assert (np.diff(relative) > 0).all()


def test_a_region_of_whole_corops_is_as_certain_as_they_are():
    rows = published()
    for row in rows:
        if (row["region_code"], row["year"], row["source"]) == ("CR01", 2014, NEW):
            row["status"] = "provisional"
    made = indicators(rows)
    assert made.loc[("AM02", NEW, 2013), ["value", "status", "source"]].tolist() == [10_300.0, "final", NEW]
    assert made.loc[("AM02", NEW, 2014), "status"] == "provisional"
    assert made.loc[("AM02", NEW, 2014), "interval_kind"] == ""


def test_base_years_outside_the_old_table_are_refused():
    settings = SETTINGS.model_copy(update={"base_years": [2010, 2015]})
    with pytest.raises(jobs.JobsError, match=r"1 year\(s\) without gemeenten in 81402ned, e\.g\. 2015"):
        make(published(), settings=settings)


def test_a_region_with_a_gemeente_without_figures_gets_no_estimate_of_the_rest():
    rows = [
        row
        | (
            {"value": np.nan, "status": "missing"}
            if row["region_code"] == "GM0004" and row["year"] < 2011
            else {}
        )
        for row in published()
    ]
    made = indicators(rows)
    assert ("tweeling", NEW, 2014) not in made.index
    assert ("GM0003", NEW, 2014) not in made.index  # of CR02 not every gemeente is known, so no share is
    assert ("GM0001", NEW, 2014) in made.index
    assert made.loc[("AM02", NEW, 2014), "value"] == 10_400  # whole COROPs need no share


def test_an_estimate_is_missing_where_one_of_its_corops_is():
    rows = [
        row for row in published() if (row["region_code"], row["year"], row["source"]) != ("CR02", 2013, NEW)
    ]
    made = indicators(rows)
    for region in ("AM01", "GM0003", "tweeling"):
        assert (region, NEW, 2013) not in made.index, region  # not the part in CR01 alone
        assert (region, NEW, 2012) in made.index
    assert made.loc[("AM02", NEW, 2013), "value"] == 10_300


# --- published figures go first ---------------------------------------------------------


def with_new_gemeenten(year: int, *, without: tuple[str, ...] = ()) -> list[dict]:
    held = {"GM0001": 3900, "GM0002": 6500, "GM0003": 2000, "GM0004": 1800, "GM0005": 6000}
    held |= {gemeente: number for gemeente, (_, number) in FILLERS.items()}
    return published() + [job(code, year, value, NEW) for code, value in held.items() if code not in without]


def test_the_estimate_gives_way_to_published_gemeenten_in_that_year_only():
    made = indicators(with_new_gemeenten(2014))
    for region, value in (("GM0001", 3900.0), ("tweeling", 3800.0), ("AM01", 5900.0)):
        row = made.loc[(region, NEW, 2014)]
        assert (row["value"], row["status"]) == (value, "final"), region
        assert made.loc[(region, NEW, 2013), "status"] == "estimate", region


def test_where_a_member_is_not_published_the_estimate_stays():
    made = indicators(with_new_gemeenten(2014, without=("GM0004",)))
    area = made.loc[("tweeling", NEW, 2014)]
    assert (area["status"], area["method"]) == ("estimate", "share_of_corop")
    assert made.loc[("GM0003", NEW, 2014), "status"] == "final"


def test_the_nation_is_never_the_sum_of_gemeenten():
    made = indicators(with_new_gemeenten(2014))
    row = made.loc[("NL01", NEW, 2014)]
    assert (row["value"], row["source"]) == (10_400 + 9_800 + 38_000 + 50, NATIONAL)


# --- the nation -------------------------------------------------------------------------


def test_without_a_national_table_the_nation_is_every_corop_with_the_unplaced():
    rows = [row for row in published() if row["source"] != NATIONAL]
    row = indicators(rows).loc[("NL01", NEW, 2012)]
    assert (row["value"], row["method"]) == (10_200 + 9_900 + 38_000 + 50, "sum_of_corops")


def test_the_nation_is_as_certain_as_its_least_certain_corop():
    rows = [row for row in published() if row["source"] != NATIONAL]
    for row in rows:
        if row["region_code"] == "CR99" and row["year"] == 2012:
            row["status"] = "estimate"
    assert indicators(rows).loc[("NL01", NEW, 2012), "status"] == "estimate"


def test_the_nation_is_left_out_when_a_corop_is_lacking():
    rows = [row for row in published() if row["source"] != NATIONAL]
    rows = [row for row in rows if (row["region_code"], row["year"]) != ("CR07", 2012)]
    assert ("NL01", NEW, 2012) not in indicators(rows).index


# --- provinces and COROPs: published before summed ---------------------------------------


def rounded(rows: list[dict]) -> list[dict]:
    return with_rounding(table(*rows)).to_dict("records")


def test_a_figure_is_as_exact_as_the_step_it_is_published_in():
    made = with_rounding(
        table(
            job("GM0001", 2010, 30, OLD), job("CR01", 2010, 300, OLD), job("GM0001", 2015, 0, NEW),
            job("GM0002", 2010, np.nan, OLD, "suppressed"),
        )
    )  # fmt: skip
    assert made[["value_low", "value_high"]].head(3).to_numpy().tolist() == [[25, 35], [250, 350], [0, 50]]
    assert made.loc[3, ["value_low", "value_high"]].isna().all()
    assert made["interval_kind"].tolist() == ["rounding"] * 3 + [""]


@pytest.mark.parametrize(
    ("region", "table", "year"), [("PV20", OLD, 2009), ("CR01", OLD, 2009), ("PV20", NEW, 2013)]
)
def test_a_published_province_or_corop_is_not_replaced_by_a_sum(region, table, year):
    rows = [*published(), job(region, year, 12_345, table, "provisional")]
    made = indicators(rounded(rows)).loc[(region, table, year)]
    assert made[["value", "status", "source", "method"]].tolist() == [
        12_345,
        "provisional",
        table,
        "published",
    ]


def test_a_province_without_a_published_figure_is_a_sum_with_its_margin():
    made = indicators(rounded(published()))
    corops = made.loc[("PV20", NEW, 2013)]
    assert corops[["value", "value_low", "value_high"]].tolist() == [20_150, 20_050, 20_250]
    assert (corops["method"], corops["interval_kind"]) == ("sum_of_corops", "rounding")
    gemeenten = made.loc[("PV20", OLD, 2009)]
    assert gemeenten[["value", "value_low", "value_high"]].tolist() == [20_000, 19_975, 20_025]
    whole = made.loc[("AM02", NEW, 2013)]
    assert whole[["value", "value_low", "value_high"]].tolist() == [10_300, 10_250, 10_350]


def test_a_published_figure_on_earlier_borders_is_not_used():
    regions = REGIONS.assign(
        borders_since=REGIONS["borders_since"].mask(REGIONS["region_code"] == "PV20", "2009-01-01")
    )
    rows = rounded([*published(), job("PV20", 2008, 12_345, OLD), job("PV20", 2009, 12_345, OLD)])
    made = indicators(rows, regions=regions)
    assert made.loc[("PV20", OLD, 2008), "method"] == "sum_of_gemeenten"
    assert made.loc[("PV20", OLD, 2009), "value"] == 12_345


def key_figures(**changes: float) -> list[dict]:
    """70072ned of 2013 and 2014, within rounding of the COROPs but for the changes."""
    values = {"PV20_2013": 20_200, "PV21_2013": 38_000, "PV20_2014": 20_300, "PV21_2014": 38_000} | changes
    return [
        job(name.split("_")[0], int(name.split("_")[1]), value, KEY_FIGURES, "published")
        for name, value in values.items()
    ]


def test_key_figures_of_the_same_edition_give_the_province():
    made = indicators(rounded([*published(), *key_figures()]))
    row = made.loc[("PV20", NEW, 2013)]
    assert row[["value", "status", "source", "method"]].tolist() == [
        20_200,
        "published",
        KEY_FIGURES,
        "published",
    ]
    kept = make(rounded([*published(), *key_figures()])).indicators.query("basis == '70072ned'")
    assert set(kept["sector"]) == {jobs.KEY_FIGURES_TOTAL}  # a total of its own, beside its sectors


def test_key_figures_of_a_year_that_was_revised_since_are_left_alone():
    made = indicators(rounded([*published(), *key_figures(PV21_2014=45_000)]))
    assert made.loc[("PV20", NEW, 2013), "source"] == KEY_FIGURES
    for region in ("PV20", "PV21"):  # one province off: the whole year is of another edition
        assert made.loc[(region, NEW, 2014), "method"] == "sum_of_corops"


# --- border moves -----------------------------------------------------------------------

#: GM0005 (59 % of CR02 in 2010) went to GM0002 in CR01 on 1 January 2013.
MOVE = pd.DataFrame(
    {
        "old_code": ["GM0005"],
        "gm_code": ["GM0002"],
        "share": [1.0],
        "abolished_on": [pd.Timestamp("2013-01-01")],
    }
)


def changed_in_2013(*codes: str) -> pd.DataFrame:
    """The regions, some of them with the borders of now since 2013."""
    since = REGIONS["borders_since"].mask(REGIONS["region_code"].isin(codes), "2013-01-01")
    return REGIONS.assign(borders_since=since)


def moved_corops() -> pd.DataFrame:
    observations = table(*published())
    historical_corop = GEMEENTEN.set_index("region_code")["cr_code"]
    shares_then = jobs.historical_shares(observations, historical_corop, [2010])
    moves = jobs.moves_with_jobs(observations, REGIONS, historical_corop, MOVE, shares_then)
    assert moves["last_year_in_old"].tolist() == [2012]
    return jobs.constant_corops(observations, moves, shares_then).set_index(["region_code", "year"])


def test_a_move_shifts_jobs_between_corops_and_marks_them():
    made = moved_corops()
    assert made.loc[("CR02", 2010), "value"] == 10_000 * (1 - 0.59)
    assert made.loc[("CR01", 2010), "value"] == 10_000 + 5_900
    assert made.loc[("CR02", 2012), ["status", "method"]].tolist() == ["estimate", "constant_borders"]
    assert made.loc[("CR02", 2013), ["value", "status"]].tolist() == [9_850.0, "final"]
    assert made.loc[("CR03", 2010), "status"] == "final"


def test_a_move_within_a_province_leaves_its_sum_as_certain_as_published():
    """GM0005 goes from CR02 to CR01, both in PV20: the COROPs are estimates, the province is not."""
    made = indicators(rounded(published()), changes=MOVE, regions=changed_in_2013("CR01", "CR02"))
    assert made.loc[("CR01", NEW, 2012), "status"] == "estimate"
    assert made.loc[("CR01", NEW, 2012), "interval_kind"] == ""
    row = made.loc[("PV20", NEW, 2012)]
    assert (row["value"], row["status"], row["interval_kind"]) == (20_100, "final", "rounding")


def test_a_sum_with_an_estimated_part_has_no_margin_of_rounding():
    made = indicators(rounded(published()), changes=MOVE, regions=changed_in_2013("CR01", "CR02", "PV20"))
    row = made.loc[("PV20", NEW, 2012)]
    assert (row["status"], row["method"], row["interval_kind"]) == ("estimate", "sum_of_corops", "")


def test_moves_leave_the_nation_unchanged():
    made = moved_corops()["value"].groupby("year").sum()
    before = pd.DataFrame(published())
    corops = before[(before["source"] == NEW) & (before["region_code"] != "CR99")]
    pd.testing.assert_series_equal(made, corops.groupby("year")["value"].sum())


# --- breaks and sectors -----------------------------------------------------------------


def test_a_region_has_one_row_a_year_and_published_rows_go_first(country):
    rows = country.reset_index()
    assert not rows.duplicated(["region_code", "sector", "year"]).any()
    assert country.loc[("GM0001", OLD, 2010), ["value", "status"]].tolist() == [3000, "final"]
    assert ("GM0001", NEW, 2010) not in country.index  # our estimate gives way to the old count
    assert country.loc[("CR01", NEW, 2010), "value"] == 10_000  # a COROP is published in both: the new one


def joints(rows: list[dict]) -> dict[str, list[int]]:
    made = make(rows).indicators
    return made[made["break_before"]].groupby("region_code")["year"].agg(list).to_dict()


def test_the_joint_of_the_two_tables_is_a_break_unless_both_are_known_to_meet():
    rows = [*published(), job("CR01", 2010, 9_000, OLD), job("CR02", 2010, 9_950, OLD)]
    found = joints(rows)
    assert found["CR01"] == [2010]  # 10 000 in the new table
    assert "CR02" not in found  # within the tolerance
    assert (
        found["GM0001"] == found["tweeling"] == found["AM01"] == [2011]
    )  # the new count of 2010 is not known
    assert joints(with_new_gemeenten(2014))["GM0001"] == [2011]  # a published year later on is no joint


def test_a_suppressed_sector_stays_suppressed():
    hidden = job("CR01", 2010, np.nan, OLD, "suppressed") | {"sector": "B"}
    made = indicators([*published(), hidden])
    row = made[made["sector"] == "B"].iloc[0]
    assert row["status"] == "suppressed"
    assert pd.isna(row["value"])
