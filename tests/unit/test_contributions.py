"""Contributions of gemeenten add up to the change of their region, exactly, or are not given."""

import pandas as pd

from pipeline.models import contributions
from pipeline.models.series import SHARE_ESTIMATE
from pipeline.schemas import check

REGIONS = pd.DataFrame(
    [("GM0001", "gemeente"), ("GM0002", "gemeente"), ("dorpen", "area"), ("NL01", "nation")],
    columns=["region_code", "region_type"],
)
MEMBERS = pd.DataFrame(
    [(region, code) for region in ("dorpen", "NL01") for code in ("GM0001", "GM0002")]
    + [("GM0001", "GM0001"), ("GM0002", "GM0002")],
    columns=["region_code", "gm_code"],
)


def jobs(region: str, year: int, value: float, status: str = "final", **changes) -> dict:
    return {
        "region_code": region, "indicator": "jobs_employees", "sector": "total", "year": year, "value": value,
        "status": status, "basis": "81402ned", "source": "81402ned", "method": "published",
    } | changes  # fmt: skip


def make(*rows: dict) -> pd.DataFrame:
    made = contributions.make(pd.DataFrame(rows), REGIONS, MEMBERS)
    return check("contributions", made).set_index("gm_code")


WHOLE = [
    jobs("GM0001", 2008, 100.0, "estimate"),
    jobs("GM0001", 2009, 105.0),
    jobs("GM0001", 2010, 90.0),
    jobs("GM0002", 2008, 200.0, "provisional"),
    jobs("GM0002", 2009, 200.0),
    jobs("GM0002", 2010, 260.0),
]


def test_contributions_add_up_to_the_change_between_first_and_last_year():
    made = make(*WHOLE)
    assert made["change"].to_dict() == {"GM0001": -10.0, "GM0002": 60.0}
    assert made["change"].sum() == 50.0
    assert (made[["first_year", "last_year"]] == [2008, 2010]).all(axis=None)


def test_a_change_is_as_certain_as_its_least_certain_end():
    assert make(*WHOLE)["status"].to_dict() == {"GM0001": "estimate", "GM0002": "provisional"}


def test_a_change_between_two_sources_names_both():
    rows = [row | {"source": "00002NED"} if row["year"] == 2010 else row for row in WHOLE]
    assert make(*rows)["source"].unique().tolist() == ["81402ned, 00002NED"]


def test_years_in_which_a_member_lacks_a_figure_do_not_count():
    rows = [row for row in WHOLE if (row["region_code"], row["year"]) != ("GM0002", 2010)]
    made = make(*rows, jobs("GM0002", 2010, float("nan"), "missing"))
    assert (made["last_year"] == 2009).all()
    assert made["change"].to_dict() == {"GM0001": 5.0, "GM0002": 0.0}


def test_a_level_spread_from_its_corop_contributes_nothing_of_its_own():
    rows = [row | ({"method": SHARE_ESTIMATE} if row["region_code"] == "GM0002" else {}) for row in WHOLE]
    assert make(*rows).empty


def test_a_change_over_two_counts_says_so():
    rows = [row | ({"basis": "83582NED"} if row["year"] == 2010 else {}) for row in WHOLE]
    made = make(*rows).reset_index().set_index(["gm_code", "last_year"])
    assert not made.loc[("GM0001", 2009), "crosses_joint"]
    joint = made.loc[("GM0001", 2010)]
    assert (joint["first_year"], joint["change"], joint["crosses_joint"]) == (2009, -15.0, True)


def test_a_span_within_the_new_count_and_one_over_the_joint_may_end_in_the_same_year():
    later = [row | {"basis": "83582NED", "year": row["year"] + 5} for row in WHOLE]
    made = make(*WHOLE, *later).reset_index()
    spans = made[["first_year", "last_year", "crosses_joint"]].drop_duplicates().to_numpy().tolist()
    assert spans == [[2008, 2010, False], [2013, 2015, False], [2010, 2015, True]]


def test_only_groups_of_gemeenten_have_contributions():
    assert set(make(*WHOLE)["region_code"]) == {"dorpen"}
