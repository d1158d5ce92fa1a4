import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pipeline.models import ModelError, shift_share

SECTORS = ["A", "B", "C", "D"]
YEARS = [2019, 2020, 2021]


@pytest.fixture
def tables():
    region = pd.DataFrame([[10, 12, 11], [20, 18, 19], [30, 33, 36], [5, 5, 6]], SECTORS, YEARS, dtype=float)
    nation = pd.DataFrame(
        [[900, 950, 900], [2500, 2400, 2450], [3000, 3200, 3500], [700, 720, 750]],
        SECTORS,
        YEARS,
        dtype=float,
    )
    return region, nation


jobs = arrays.arrays(float, (4, 3), elements=st.integers(1, 5000).map(float))


@given(jobs, arrays.arrays(float, (4, 3), elements=st.integers(5000, 10**6).map(float)))
@pytest.mark.parametrize("method", ["dunn", "esteban"])
@pytest.mark.parametrize("chained", [True, False])
def test_effects_add_up_to_the_change(method, chained, region, nation):
    region, nation = pd.DataFrame(region, SECTORS, YEARS), pd.DataFrame(nation, SECTORS, YEARS)
    rows = shift_share.decompose(region, nation, method=method, chained=chained)
    effects = rows[shift_share.EFFECTS[method]].sum(axis=1)
    scale = rows[shift_share.EFFECTS[method]].abs().max(axis=None) + 1
    np.testing.assert_allclose(effects, rows["total"], atol=1e-9 * scale)
    change = region.sum()[2021] - region.sum()[2019]
    assert rows["total"].sum() == pytest.approx(change, abs=1e-9 * scale)


def test_the_nation_itself_has_only_the_national_effect(tables):
    _, nation = tables
    rows = shift_share.decompose(nation, nation)
    np.testing.assert_allclose(rows[["industry_mix", "competitive"]], 0, atol=1e-9)
    np.testing.assert_allclose(rows["national"], [170, 330])


def test_by_sector_adds_up_to_the_whole(tables):
    detail = shift_share.decompose_sectors(*tables)
    assert detail.columns.tolist() == ["year", "sector", "national", "industry_mix", "competitive", "total"]
    assert detail["sector"].tolist() == SECTORS * 2
    whole = shift_share.decompose(*tables)
    np.testing.assert_allclose(detail.groupby("year")["competitive"].sum(), whole["competitive"])


def test_suppressed_sectors_become_onbekend(tables):
    region, nation = tables
    total = region.sum()
    hidden = region.copy()
    hidden.loc["B", 2020] = np.nan
    hidden.loc["D", 2021] = np.nan
    detail = shift_share.decompose_sectors(hidden, nation, region_total=total)
    assert detail.query("year == 2020")["sector"].tolist() == ["A", "C", "D", "onbekend"]
    assert detail.query("year == 2021")["sector"].tolist() == ["A", "C", "onbekend"]
    last = detail.query("year == 2021 and sector == 'onbekend'").iloc[0]
    growth = (2450 + 750) / (2400 + 720) - 1
    assert last["national"] + last["industry_mix"] == pytest.approx((18 + 5) * growth)
    assert detail["total"].sum() == pytest.approx(total[2021] - total[2019])


def test_a_zero_is_not_suppressed(tables):
    region, nation = tables
    region.loc["D"] = 0.0
    detail = shift_share.decompose_sectors(region, nation, method="esteban")
    absent = detail[detail["sector"] == "D"].drop(columns=["year", "sector"])
    assert (absent == 0).all(axis=None)


def test_suppressed_in_the_nation_too(tables):
    region, nation = tables
    totals = {"region_total": region.sum(), "nation_total": nation.sum()}
    region.loc["B", 2020], nation.loc["B", 2020] = np.nan, np.nan
    rows = shift_share.decompose(region, nation, **totals)
    assert rows["total"].sum() == pytest.approx(7)
    with pytest.raises(ModelError, match="Give nation_total"):
        shift_share.decompose(region, nation, region_total=totals["region_total"])


def test_a_suppressed_sector_without_total_is_refused(tables):
    region, nation = tables
    region.loc["B", 2020] = np.nan
    with pytest.raises(ModelError, match="1 sectors of the region are suppressed"):
        shift_share.decompose(region, nation)


def test_a_total_below_its_sectors_is_refused_beyond_rounding(tables):
    region, nation = tables
    total = region.sum() - region.loc["B"] - 1
    region.loc["B"] = np.nan
    with pytest.raises(ModelError, match="more than the published total"):
        shift_share.decompose(region, nation, region_total=total)
    assert len(shift_share.decompose(region, nation, region_total=total, rounding=1)) == 2


def test_a_break_is_refused_unless_it_lies_at_the_edge(tables):
    with pytest.raises(ModelError, match="decompose 2019-2020 and 2021-2021 apart"):
        shift_share.decompose(*tables, break_before=[2021])
    assert len(shift_share.decompose(*tables, break_before=[2019, 2030])) == 2


def test_a_starting_sector_has_no_allocation_effect(tables):
    region, nation = tables
    region.loc["D", 2019] = 0.0
    row = shift_share.decompose(region, nation).loc[2020]
    assert row[["national", "industry_mix", "competitive"]].sum() == pytest.approx(row["total"])
    with pytest.raises(ModelError, match="start from no jobs"):
        shift_share.decompose(region, nation, method="esteban")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda region, nation: (region, nation.drop("A")), "differ in 1 sectors"),
        (lambda region, nation: (region, nation[[2019, 2020]]), "same ascending"),
        (lambda region, nation: (region[[2021, 2019]], nation[[2021, 2019]]), "ascending"),
        (lambda region, nation: (region[[2019]], nation[[2019]]), "two years"),
        (lambda region, nation: (-region, nation), "12 jobs of the region"),
        (lambda region, nation: (region, nation.mask(nation == 900)), "nation lacks"),
        (lambda region, nation: (region, nation.mask(nation == 900, 0)), "none in the nation"),
        (lambda region, nation: (region * np.nan, nation), "Every sector"),
        (lambda region, nation: (pd.concat([region, region]), nation), "occur twice"),
        (lambda region, nation: (region.rename({"A": "onbekend"}), nation.rename({"A": "onbekend"})), "kept"),
    ],
)
def test_unsound_tables_are_refused(tables, change, message):
    with pytest.raises(ModelError, match=message):
        shift_share.decompose(*change(*tables))


def test_unknown_method_is_refused(tables):
    with pytest.raises(ModelError, match="dunn, esteban"):
        shift_share.decompose(*tables, method="arcelus")


def test_a_year_in_which_a_sector_starts_has_no_allocation_and_the_others_keep_theirs():
    from pipeline.models import sector_shifts
    from pipeline.tidy.jobs import BROAD_SECTORS

    def by_sector(agriculture: tuple[float, ...], step: float) -> pd.DataFrame:
        rows = {
            sector: agriculture if sector == "A" else [100 + step * n] * 3
            for n, sector in enumerate(BROAD_SECTORS)
        }
        rows["total"] = [np.nan] * 3
        return pd.DataFrame.from_dict(rows, orient="index", columns=[2015, 2016, 2017], dtype=float)

    tables = sector_shifts.Tables(by_sector((0, 5, 6), 3.0), by_sector((50, 55, 60), 4.0))
    made = tables.both_effects([2015, 2016, 2017])
    assert made.index.tolist() == [2016, 2017]
    assert made["allocation"].isna().tolist() == [True, False]
    effects = made[["national", "industry_mix", "competitive"]].sum(axis=1)
    assert effects.tolist() == pytest.approx(made["total"].tolist())
    assert made.loc[2017, "competitive_em"] + made.loc[2017, "allocation"] == pytest.approx(
        made.loc[2017, "competitive"]
    )


@pytest.mark.parametrize("national_table", ["83582NED", "83583NED"])
def test_the_nation_counts_from_either_of_its_tables(national_table):
    """A live vintage has the nation per sector in the table of the regions too."""
    from pipeline.models import sector_shifts
    from pipeline.tidy.jobs import BROAD_SECTORS

    rows = pd.DataFrame(
        {
            "region_code": region,
            "indicator": "jobs_employees",
            "sector": sector,
            "year": year,
            "value": size * (1000.0 + 10 * n + 100 * (year - 2015)),
            "source": source,
            "basis": source,
        }
        for region, source, size in (("CR30", "83582NED", 1), ("NL01", national_table, 50))
        for n, sector in enumerate(BROAD_SECTORS)
        for year in (2015, 2016)
    )
    moves = pd.DataFrame(columns=["from_cr", "to_cr", "last_year_in_old"])
    (made,) = sector_shifts.make(rows, moves).to_dict("records")
    assert (made["region_code"], made["year"], made["refused"]) == ("CR30", 2016, "")
    assert made["total"] == pytest.approx(1000)
