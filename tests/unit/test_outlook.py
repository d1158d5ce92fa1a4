"""Outlooks and chances: what must hold whatever the figures are."""

import numpy as np
import pandas as pd
import pytest

from pipeline.models import ModelError, chances, outlook
from pipeline.models.chances import Question, answer, first_year, needed
from pipeline.schemas import check
from tests import outlook_world as world


@pytest.fixture(scope="module")
def made():
    return world.made()


@pytest.fixture(scope="module")
def counted():
    """The same country with every gemeente published."""
    return world.made(published_gemeenten=True)


@pytest.mark.parametrize("which", ["made", "counted"])
def test_gemeenten_add_up_to_corops_and_to_the_nation_in_every_draw(which, request):
    draws = request.getfixturevalue(which).draws
    for corop in world.COROPS:
        total = draws.sum(world.GEMEENTEN[corop]).values[0]
        assert np.allclose(total, draws.of([corop]).values[0], rtol=1e-10)
    ahead = draws.years > 2024
    unplaced = draws.of(["NL01"]).values[0] - draws.sum(world.COROPS).values[0]
    assert (unplaced[ahead] > 0).all()
    assert np.allclose(unplaced[ahead].mean() / draws.of(["NL01"]).values[0][ahead].mean(), 0.01, atol=0.003)


@pytest.mark.parametrize("which", ["made", "counted"])
def test_an_area_is_the_sum_of_the_draws_of_its_members(which, request):
    draws = request.getfixturevalue(which).draws
    assert np.allclose(draws.of(["streek"]).values, draws.sum(["GM0101", "GM0201"]).values)
    assert np.allclose(draws.of(["buurt"]).values, draws.of(["GM0101"]).values)
    assert np.allclose(draws.of(["AM01"]).values, draws.of(["CR01"]).values)


def test_a_published_year_is_the_same_in_every_draw_and_an_estimate_is_not(made):
    one = made.draws.of(["CR01", "GM0101"])
    assert (np.ptp(one.in_year(2018)[0]) == 0) and (np.ptp(one.in_year(2018)[1]) > 0)
    assert np.ptp(one.in_year(2015)[1]) < 1e-6  # an anchor of its share
    wide = [np.ptp(one.in_year(year)[1]) for year in (2016, 2018, 2024)]
    assert wide == sorted(wide)


def test_the_table_holds_every_region_with_both_margins_in_whole_jobs(made):
    table = check("outlook", outlook.table(made))
    assert set(table["region_code"]) == set(made.about.index) == set(world.tables()["regions"]["region_code"])
    bounds = table[["low_95", "low_80", "median", "high_80", "high_95"]].to_numpy()
    assert (np.diff(bounds, axis=1) > 0).all()
    assert np.array_equal(bounds, bounds.round())
    assert table.loc[table["region_code"] == "streek", "borrowed_from"].iloc[0] == "CR01 CR02"


def test_the_same_vintage_gives_the_same_draws(made):
    assert np.array_equal(world.made().draws.values, made.draws.values)


def test_another_area_changes_no_draw_of_the_others(made):
    tables = world.tables()
    more = pd.DataFrame({"region_code": "wijk", "gm_code": ["GM0302", "GM0403"]})
    place = pd.DataFrame({"region_code": ["wijk"], "region_type": ["area"], "cr_code": [""]})
    rows = tables["indicators"]
    own = rows[rows["region_code"].eq("streek")].assign(region_code="wijk")
    other = world.made(
        members=pd.concat([tables["members"], more]),
        regions=pd.concat([tables["regions"], place]),
        indicators=pd.concat([rows, own]),
    )
    assert np.array_equal(other.draws.of(["streek"]).values, made.draws.of(["streek"]).values)
    assert np.allclose(other.draws.of(["wijk"]).values, made.draws.sum(["GM0302", "GM0403"]).values)


def test_one_gemeente_that_follows_its_corop_is_not_judged_under_any_name(made, counted):
    assert not made.can_judge("GM0101") and not made.can_judge("buurt") and not made.can_judge("elders")
    assert made.can_judge("streek") and made.can_judge("CR01") and counted.can_judge("GM0101")


def test_a_vintage_without_jobs_of_the_nation_is_refused():
    rows = world.tables()["indicators"]
    with pytest.raises(ModelError, match="no published jobs of NL01"):
        world.made(indicators=rows[rows["region_code"] != "NL01"])


# --- chances ----------------------------------------------------------------------------


def ask(made, region="streek", pct=5.0, extra=0.0, year=2030, since=2018) -> Question:
    level = float(np.median(made.draws.of([region]).in_year(since)))
    return Question(region, year, 1 + pct / 100, extra, since, level)


def test_the_chance_falls_as_the_target_rises(made):
    found = [one.probability for one in answer(made, [ask(made, pct=pct) for pct in range(0, 40, 5)])]
    assert found == sorted(found, reverse=True)
    assert 0 <= found[-1] < found[0] <= 1


def test_a_chance_lies_in_its_range_over_the_years(made):
    (one,) = answer(made, [ask(made, pct=8.0)])
    assert one.low < one.probability < one.high
    assert one.high - one.low < 0.5


def test_leaving_out_a_good_year_lowers_the_chance(made):
    """The year in which the nation grew most, fitted by hand, gives a chance within the range and below it."""
    fitted, question = made.fitted, ask(made, region="CR01", pct=8.0)
    own = np.log(fitted.national).diff().dropna()
    best = int(own.idxmax())
    drawn = outlook.unit_shocks(fitted, 8).at([6])
    units = outlook.levels(fitted.parts(best), drawn)
    without = (units[0, 0] >= chances._goal(made, question)).mean()
    (one,) = answer(made, [question])
    assert one.low <= without < one.probability


def test_an_exact_level_leaves_out_the_error_of_the_share_so_far(made):
    sharp, unlikely = answer(made, [ask(made, pct=0.0), ask(made, pct=35.0)])
    assert sharp.exact_level >= sharp.probability - 0.02
    assert unlikely.exact_level <= unlikely.probability + 0.02


def test_a_fixed_level_and_the_same_extra_agree_for_a_published_region(made):
    level = float(made.draws.of(["CR01"]).in_year(2018)[0, 0])
    fixed = Question("CR01", 2030, 0.0, level + 20_000, 2018, level)
    extra = Question("CR01", 2030, 1.0, 20_000, 2018, level)
    one, other = answer(made, [fixed, extra])
    assert one == other


def test_growth_that_is_needed_gives_the_chance_that_was_asked(made):
    question = ask(made, region="CR01", pct=10.0)
    half, most = needed(made, question, 0.5), needed(made, question, 0.8)
    assert half.growth_pct < most.growth_pct
    latest = made.about.loc["CR01", "last_value"]
    assert half.per_year * 6 + latest == pytest.approx(latest * (1 + half.growth_pct / 100) ** 6)
    ahead = made.draws.of(["CR01"]).in_year(2030)[0]
    faster = ahead * (most.per_year * 6 + latest) / np.median(ahead)
    assert (faster >= chances._goal(made, question)).mean() == pytest.approx(0.8, abs=0.002)


def test_the_first_year_of_one_in_two(made):
    near, far = ask(made, region="CR01", pct=2.0), ask(made, region="CR01", pct=90.0)
    year = first_year(made, near, 0.5)
    goal = chances._goal(made, near)[None]
    one = made.draws.of(["CR01"])
    assert one.probability_at_least(goal, int(year))[0] >= 0.5
    assert year == 2025 or one.probability_at_least(goal, int(year) - 1)[0] < 0.5
    assert np.isnan(first_year(made, far, 0.5))


def test_the_change_so_far_has_a_margin_only_where_it_is_estimated(made):
    low, high = made.change("streek", 2018, 2024)
    middle = np.subtract(*(made.draws.of(["streek"]).in_year(year)[0] for year in (2024, 2018)))
    assert low < np.median(middle) < high
    exact = made.change("CR01", 2018, 2024)
    assert exact[0] == exact[1]
    assert (
        np.isnan(made.change("elders", 2018, 2024)).all()
        and np.isnan(made.change("streek", 1999, 2024)).all()
    )
