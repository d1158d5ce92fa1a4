"""Codes and borders: nothing lost, nothing double, nothing made of half its parts."""

import pandas as pd
import pytest

from pipeline import geography
from pipeline.geography import CodeBook, GeographyError

# GM0010 went to GM0100 (70 %) and GM0200 (30 %); GM0011 to GM0100; GM0012 was given another code, GM0300
CHANGES = pd.DataFrame(
    [
        ("GM0010", "GM0100", 0.7, "2018-01-01"),
        ("GM0010", "GM0200", 0.3, "2018-01-01"),
        ("GM0011", "GM0100", 1.0, "2018-01-01"),
        ("GM0012", "GM0300", 1.0, None),
    ],
    columns=["old_code", "gm_code", "share", "abolished_on"],
).assign(abolished_on=lambda frame: pd.to_datetime(frame["abolished_on"]))
CURRENT = ["GM0100", "GM0200", "GM0300", "GM0400"]
CLASSIFICATION = pd.DataFrame(
    {
        "gm_code": CURRENT,
        "gm_name": ["Een", "Twee", "Drie", "Vier"],
        "am_code": ["AM01", "AM01", "AM02", "AM02"],
        "am_name": ["West", "West", "Oost", "Oost"],
        "cr_code": ["CR01", "CR02", "CR02", "CR02"],
        "cr_name": ["Noord", "Zuid", "Zuid", "Zuid"],
        "pv_code": ["PV20"] * 4,
        "pv_name": ["Provincie"] * 4,
    }
)


def counts(**values: float) -> pd.DataFrame:
    """Persons of one year by gemeente code."""
    return pd.DataFrame({"region_code": list(values), "year": 2017, "value": list(values.values())})


def on_current(frame: pd.DataFrame) -> pd.DataFrame:
    return geography.to_current_borders(frame, "value", ["year"], changes=CHANGES).set_index("region_code")


# --- to current borders -----------------------------------------------------------------


def test_counts_follow_the_shares_and_nothing_is_lost():
    result = on_current(counts(GM0010=1000.0, GM0011=500.0, GM0200=200.0, GM0400=50.0))
    assert result["value"].to_dict() == {"GM0100": 1200.0, "GM0200": 500.0, "GM0400": 50.0}
    assert result["value"].sum() == 1750.0


def test_parts_and_smallest_share_say_what_the_sum_was_made_of():
    result = on_current(counts(GM0010=1000.0, GM0011=500.0, GM0200=200.0, GM0400=50.0))
    assert result["parts"].to_dict() == {"GM0100": 2, "GM0200": 2, "GM0400": 1}
    assert result["smallest_share"].to_dict() == {"GM0100": 0.7, "GM0200": 0.3, "GM0400": 1.0}


def test_a_recode_changes_the_code_and_nothing_else():
    result = on_current(counts(GM0012=321.0))
    assert result.loc["GM0300"].to_dict() == {"year": 2017, "value": 321.0, "parts": 1, "smallest_share": 1.0}


def test_a_missing_part_makes_the_result_missing_not_smaller():
    result = on_current(counts(GM0010=1000.0, GM0011=float("nan"), GM0200=200.0))
    assert pd.isna(result.loc["GM0100", "value"])
    assert result.loc["GM0200", "value"] == 500.0


def test_years_are_summed_apart():
    frame = pd.concat([counts(GM0011=1.0), counts(GM0011=2.0).assign(year=2016)])
    assert on_current(frame).sort_values("year")["value"].tolist() == [2.0, 1.0]


def test_shares_leave_no_floating_noise():
    result = on_current(counts(GM0010=0.1 + 0.2, GM0011=0.0))
    assert result.loc["GM0100", "value"] == 0.21


def test_a_row_that_stands_twice_is_refused_not_added():
    with pytest.raises(GeographyError, match=r"2 rows of gemeenten stand more than once.*GM0011.*double"):
        on_current(pd.concat([counts(GM0011=1.0), counts(GM0011=1.0)]))


def test_the_stored_changes_are_the_default():
    # Leerdam (GM0545) and Zederik (GM0707) went to Vijfheerenlanden (GM1961) in 2019
    frame = pd.DataFrame({"region_code": ["GM0545", "GM0707"], "year": 2018, "value": [20000.0, 13000.0]})
    result = geography.to_current_borders(frame, "value", ["year"])
    assert result[["region_code", "value"]].to_numpy().tolist() == [["GM1961", 33000.0]]


# --- sums over members ------------------------------------------------------------------

MEMBERS = pd.DataFrame({"region_code": ["AM01", "AM01", "AM02"], "gm_code": ["GM0100", "GM0200", "GM0300"]})


def member_counts(**values: float) -> pd.DataFrame:
    return counts(**values).rename(columns={"region_code": "gm_code"})


def test_a_region_is_the_sum_of_its_members():
    result = geography.sum_over_members(
        member_counts(GM0100=10.0, GM0200=5.0, GM0300=1.0, GM0400=9.0), MEMBERS, ["year"]
    ).set_index("region_code")
    assert result["value"].to_dict() == {"AM01": 15.0, "AM02": 1.0}
    assert result["members_with_value"].to_dict() == {"AM01": 2, "AM02": 1}


@pytest.mark.parametrize(
    "frame", [member_counts(GM0100=10.0), member_counts(GM0100=10.0, GM0200=float("nan"))]
)
def test_a_region_is_missing_unless_every_member_has_a_value(frame):
    row = geography.sum_over_members(frame, MEMBERS, ["year"]).iloc[0]
    assert pd.isna(row["value"])
    assert (row["members_with_value"], row["members"]) == (1, 2)


def test_a_member_that_stands_twice_is_refused_not_taken_for_two():
    frame = pd.concat([member_counts(GM0100=10.0), member_counts(GM0100=11.0)])
    with pytest.raises(GeographyError, match=r"2 rows of gemeenten stand more than once.*GM0100"):
        geography.sum_over_members(frame, MEMBERS, ["year"])


# --- changes as seen from some borders ----------------------------------------------------

LATER = pd.DataFrame(
    [("GM0200", "GM0500", 1.0, "2027-01-01"), ("GM0100", "GM0500", 0.4, "2027-01-01"),
     ("GM0100", "GM0400", 0.6, "2027-01-01")],
    columns=["old_code", "gm_code", "share", "abolished_on"],
).assign(abolished_on=lambda frame: pd.to_datetime(frame["abolished_on"]))  # fmt: skip


def seen_from(current: list[str]) -> dict[str, dict[str, float]]:
    changes = geography.resolve_changes(pd.concat([CHANGES, LATER], ignore_index=True), current)
    return {
        old: rows.set_index("gm_code")["share"].round(6).to_dict()
        for old, rows in changes.groupby("old_code")
    }


def test_an_older_vintage_sees_nothing_of_a_later_change():
    pd.testing.assert_frame_equal(
        geography.resolve_changes(pd.concat([CHANGES, LATER], ignore_index=True), CURRENT), CHANGES
    )


def test_from_newer_borders_chains_are_followed_and_parts_that_meet_again_are_added():
    assert seen_from(["GM0300", "GM0400", "GM0500"]) == {
        "GM0010": {"GM0500": 0.58, "GM0400": 0.42},
        "GM0011": {"GM0500": 0.4, "GM0400": 0.6},
        "GM0012": {"GM0300": 1.0},
        "GM0100": {"GM0500": 0.4, "GM0400": 0.6},
        "GM0200": {"GM0500": 1.0},
    }


# --- codes ------------------------------------------------------------------------------


@pytest.fixture
def codebook():
    listed = [*CURRENT, *CHANGES["old_code"], "GM0009", "NL01", "PV20"]
    return CodeBook.build(CURRENT, CHANGES, listed)


def test_current_abolished_and_long_gone_codes_are_known(codebook):
    codebook.check(["GM0100", "GM0010", "GM0012", "GM0009", "NL01", "AM99"], "00001NED")
    assert codebook.known_old == {"GM0009"}


def test_an_unknown_code_stops_with_code_table_and_fix(codebook):
    with pytest.raises(GeographyError, match=r"00001NED: 2 gemeente code.*GM0998.*gemeente_changes\.csv"):
        codebook.check(["GM0100", "GM0999", "GM0998"], "00001NED")


def test_a_chain_that_was_not_resolved_is_refused():
    unresolved = CHANGES.assign(gm_code=CHANGES["gm_code"].replace("GM0200", "GM0150"))
    with pytest.raises(GeographyError, match=r"1 successors are no current gemeente, e\.g\. \['GM0150'\]"):
        CodeBook.build(CURRENT, unresolved, CURRENT)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("GM0505", "gemeente"),
        ("AM23", "arbeidsmarktregio"),
        ("CR30", "corop"),
        ("PV28", "province"),
        ("NL01", "nation"),
        ("drechtsteden", "area"),
        ("vierkant-voor-werk", "area"),
    ],
)
def test_the_type_of_a_region_is_in_its_code(code, kind):
    assert geography.region_type(code) == kind


# --- regions and members ----------------------------------------------------------------


def area(*members: str | dict) -> dict:
    source = geography.reference.Source(title="Proef", url="https://voorbeeld.nl", date="2020")
    made = geography.reference.Area(
        key="proef",
        name="Proef",
        members=members,
        same_as=None,
        valid_from=None,
        valid_to=None,
        source=source,
    )
    return {"proef": made}


def test_every_region_stands_once_with_its_type():
    regions = geography.regions_table(CLASSIFICATION, area("GM0100", "GM0300"), "86247NED")
    assert regions["region_code"].is_unique
    assert regions["region_type"].value_counts().to_dict() == {
        "gemeente": 4, "arbeidsmarktregio": 2, "corop": 2, "province": 1, "nation": 1, "area": 1,
    }  # fmt: skip


def test_members_cover_every_level_and_the_areas():
    own = geography.area_members(area("GM0100", "GM0300"), 2026, CURRENT, CHANGES, MADE_ON)
    members = geography.members_table(CLASSIFICATION, own)
    sizes = members.groupby("region_code").size()
    assert sizes[["NL01", "PV20", "CR02", "AM01", "GM0400", "proef"]].tolist() == [4, 4, 3, 2, 1, 2]


# GM0002 went to GM0001, which kept its code; GM0003 and GM0004 became GM0010; then GM0010 and GM0005 became GM0020,
# and GM0006 was divided; GM0007 was given another number, GM0017
STEPS = pd.DataFrame(
    [
        ("GM0002", "Twee", "2019-01-01", "GM0001", "Een", 1.0),
        ("GM0003", "Drie", "2019-01-01", "GM0010", "Tien", 1.0),
        ("GM0004", "Vier", "2019-01-01", "GM0010", "Tien", 1.0),
        ("GM0010", "Tien", "2027-01-01", "GM0020", "Twintig", 1.0),
        ("GM0005", "Vijf", "2027-01-01", "GM0020", "Twintig", 1.0),
        ("GM0006", "Zes", "2027-01-01", "GM0001", "Een", 0.4),
        ("GM0006", "Zes", "2027-01-01", "GM0008", "Acht", 0.6),
        ("GM0007", "Zeven", None, "GM0017", "Zeven", 1.0),
    ],
    columns=["old_code", "old_name", "abolished_on", "gm_code", "gm_name", "share"],
).assign(abolished_on=lambda frame: pd.to_datetime(frame["abolished_on"]))
MADE_ON = pd.to_datetime(pd.Series({"GM0010": "2019-01-01", "GM0020": "2027-01-01"}))
GEMEENTEN = {
    2018: ["GM0001", "GM0002", "GM0003", "GM0004", "GM0005", "GM0006", "GM0008", "GM0017"],
    2026: ["GM0001", "GM0005", "GM0006", "GM0008", "GM0010", "GM0017"],
    2027: ["GM0001", "GM0008", "GM0017", "GM0020"],
}


def members_in(year: int, *listed: str | dict) -> list[str]:
    found = geography.area_members(area(*listed), year, GEMEENTEN[year], STEPS, MADE_ON)
    return found["gm_code"].tolist()


def test_every_edition_has_the_members_of_its_year():
    listed = ["GM0008", {"code": "GM0005", "until": 2026}, {"code": "GM0020", "since": 2027}]
    assert members_in(2018, *listed) == members_in(2026, *listed) == ["GM0008", "GM0005"]
    assert members_in(2027, *listed) == ["GM0008", "GM0020"]


@pytest.mark.parametrize(
    ("year", "listed", "members"),
    [
        (2018, ["GM0003", "GM0004", "GM0005"], ["GM0003", "GM0004", "GM0005"]),
        (2026, ["GM0003", "GM0004"], ["GM0010"]),  # the area held all that went into it
        (2026, ["GM0003", "GM0004", "GM0005"], ["GM0005", "GM0010"]),
        (2027, ["GM0003", "GM0004", "GM0005"], ["GM0020"]),  # by way of GM0010
        (2027, ["GM0010", "GM0005"], ["GM0020"]),
        (2026, ["GM0001", "GM0002"], ["GM0001"]),  # the successor is a member itself
        (2027, ["GM0006", "GM0001", "GM0008"], ["GM0001", "GM0008"]),
        (2018, ["GM0007"], ["GM0017"]),  # another number, the same gemeente
    ],
)
def test_a_member_that_merged_is_followed_when_the_area_held_all_of_it(year, listed, members):
    assert members_in(year, *listed) == members


@pytest.mark.parametrize(
    ("year", "listed", "words"),
    [
        (2026, ["GM0003"], "GM0003 Drie is now GM0010 Tien, of which the area does not hold every part: "
         "{code: GM0003, until: 2018}"),
        (2027, ["GM0003", "GM0004"], "GM0003 Drie is now GM0020 Twintig, of which"),
        # GM0001 was there before: the area held GM0002 only
        (2026, ["GM0002"], "GM0002 Twee is now GM0001 Een, of which"),
        (2027, ["GM0006", "GM0008"], "GM0006 Zes is now GM0001 Een and GM0008 Acht, of which"),
        (2026, ["GM0020"], "GM0020 Twintig came later, out of GM0010 Tien and GM0005 Vijf: "
         "{code: GM0020, since: 2027}"),
        (2026, ["GM0998"], "GM0998 (no border change is known; is the code right?)"),
    ],
)  # fmt: skip
def test_a_member_that_the_borders_do_not_have_is_named_with_year_and_next_step(year, listed, words):
    with pytest.raises(GeographyError) as caught:
        members_in(year, "GM0017", *listed)
    message = str(caught.value)
    assert message.startswith("areas.yaml: proef has ") and f"that are no gemeente of {year}: " in message
    assert words in message and "data/reference/areas.yaml" in message


def test_an_area_without_members_in_a_year_is_refused():
    with pytest.raises(
        GeographyError, match=r"areas\.yaml: proef has no member in 2026: every one has another"
    ):
        members_in(2026, {"code": "GM0020", "since": 2027})


# --- COROPs -----------------------------------------------------------------------------


def test_only_gemeenten_whose_successor_lies_elsewhere_moved():
    then = pd.DataFrame({"gm_code": ["GM0010", "GM0011", "GM0012"], "cr_code": ["CR02", "CR02", "CR01"]})
    moves = geography.corop_moves(then, CLASSIFICATION, CHANGES).set_index("gm_code")
    # GM0010 sent 70 % to CR01, its other part stayed in CR02; the recode of GM0012 moved nothing
    assert moves.loc["GM0010", ["from_cr", "to_cr", "share"]].tolist() == ["CR02", "CR01", 0.7]
    assert moves.loc["GM0011", "share"] == 1.0
    assert "GM0012" not in moves.index
    assert (moves["last_year_in_old"] == 2017).all()


def test_constant_corops_move_jobs_and_lose_none():
    totals = pd.DataFrame({2017: [100.0, 200.0], 2018: [130.0, 170.0]}, index=["CR01", "CR02"])
    moves = pd.DataFrame(
        {
            "gm_code": ["GM0011"],
            "from_cr": ["CR02"],
            "to_cr": ["CR01"],
            "share": [0.5],
            "last_year_in_old": [2017],
        }
    )
    share_of_corop = pd.DataFrame(
        {2017: [0.1], 2018: [0.9]}, index=["GM0011"]
    )  # of 2018: already moved, unused
    constant, yearly = geography.to_constant_corops(totals, moves, share_of_corop)
    assert constant.to_dict() == {2017: {"CR01": 110.0, "CR02": 190.0}, 2018: {"CR01": 130.0, "CR02": 170.0}}
    assert yearly.to_numpy().tolist() == [["CR02", "CR01", "GM0011", 2017, 10.0]]
    assert totals.loc["CR01", 2017] == 100.0  # the input stays as it was


# --- since when a region has the gemeenten of now ---------------------------------------

THEN = pd.DataFrame(
    {
        "gm_code": ["GM0010", "GM0011", "GM0012", "GM0200", "GM0400"],
        "am_code": ["AM01", "AM01", "AM02", "AM01", "AM02"],
        "cr_code": ["CR02", "CR02", "CR02", "CR02", "CR03"],
        "pv_code": ["PV20"] * 5,
    }
)
#: CR03 was all of what is CR02 now, but for GM0010 and GM0011.
WITH_CR03 = CLASSIFICATION.assign(cr_code=["CR01", "CR02", "CR02", "CR03"])


def since(then: pd.DataFrame = THEN, now: pd.DataFrame = WITH_CR03, changes: pd.DataFrame = CHANGES) -> dict:
    historical_corop = then.set_index("gm_code")["cr_code"]
    both = pd.concat([then.assign(year=2015), now.assign(year=2026)])
    return geography.borders_since(now, both, historical_corop, changes).to_dict()


def test_a_corop_has_its_borders_since_the_last_gemeente_that_left_or_joined():
    made = since()
    assert (made["CR01"], made["CR02"]) == ("2018-01-01", "2018-01-01")  # GM0010 and GM0011 went from 2 to 1
    assert made["CR03"] == "2003-01-01"  # a recode and no other change, since changes are known


def test_a_move_within_a_province_leaves_its_borders():
    assert since()["PV20"] == "2003-01-01"
    elsewhere = WITH_CR03.assign(pv_code=["PV21", "PV20", "PV20", "PV20"])
    made = since(now=elsewhere)
    assert (made["PV20"], made["PV21"]) == ("2018-01-01", "2018-01-01")


def test_an_arbeidsmarktregio_that_was_redrawn_is_known_by_the_newest_classification_only():
    made = since()
    assert (made["AM01"], made["AM02"]) == ("2016-01-01", "2016-01-01")
    redrawn = since(now=WITH_CR03.assign(am_code=["AM01", "AM02", "AM02", "AM03"]))
    assert (redrawn["AM01"], redrawn["AM02"], redrawn["AM03"]) == ("2026-01-01",) * 3


#: The gemeenten of now with RMC regions, and three earlier years in which they lay elsewhere.
WITH_RMC = WITH_CR03.assign(mc_code=["MC01", "MC01", "MC02", "MC02"], mc_name=["Een", "Een", "Twee", "Twee"])


def classified(year: int, **levels: list[str]) -> pd.DataFrame:
    return WITH_RMC.assign(year=year, **levels)


def drawn_since(*years: pd.DataFrame) -> dict:
    every = pd.concat([*years, classified(2026)])
    return geography.borders_since(
        WITH_RMC, every, WITH_RMC.set_index("gm_code")["cr_code"], CHANGES
    ).to_dict()


def test_yearly_classifications_tell_since_when_a_region_is_drawn_as_now():
    made = drawn_since(
        classified(2015, mc_code=[""] * 4),
        classified(2018, am_code=["AM01", "AM02", "AM02", "AM02"], mc_code=["MC01", "MC02", "MC02", "MC02"]),
        classified(2020),
    )
    assert (made["AM01"], made["AM02"]) == ("2020-01-01", "2020-01-01")
    assert (made["MC01"], made["MC02"]) == ("2020-01-01", "2020-01-01")


def test_a_region_that_never_differed_is_known_since_the_year_after_the_first_list():
    made = drawn_since(classified(2015, mc_code=[""] * 4), classified(2018))
    assert (made["AM01"], made["MC01"]) == ("2016-01-01", "2019-01-01")


def test_rmc_regions_are_regions_with_members_where_the_classification_knows_them():
    regions = geography.regions_table(WITH_RMC, {}, "86247NED")
    kinds = regions.set_index("region_code")["region_type"]
    assert (kinds["MC01"], (kinds == "rmc_region").sum()) == ("rmc_region", 2)
    assert regions.set_index("region_code").loc["GM0400", "mc_code"] == "MC02"
    members = geography.members_table(WITH_RMC, pd.DataFrame(columns=["region_code", "gm_code"]))
    assert (members["region_code"] == "MC02").sum() == 2
    without = geography.regions_table(CLASSIFICATION, {}, "86247NED")
    assert "rmc_region" not in set(without["region_type"])
    assert (without["mc_code"] == "").all()
    assert geography.region_type("MC30") == "rmc_region"
