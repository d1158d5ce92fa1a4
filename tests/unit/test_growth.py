import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.models import ModelError, growth

YEARS = range(2010, 2025)


def made_panel(regions: int = 6, seed: int = 1) -> tuple[pd.DataFrame, pd.Series]:
    random = np.random.default_rng(seed)
    nation = 8e6 * np.exp(np.cumsum(random.normal(0.01, 0.012, len(YEARS))))
    drift = random.normal(0, 0.006, (regions, 1))
    sd = random.uniform(0.005, 0.02, (regions, 1))
    relative = np.cumsum(drift + sd * random.normal(size=(regions, len(YEARS))), axis=1)
    size = random.uniform(5e3, 5e5, (regions, 1))
    index = [f"CR{number:02d}" for number in range(1, regions + 1)]
    levels = pd.DataFrame(size * nation / nation[0] * np.exp(relative), index=index, columns=list(YEARS))
    return levels, pd.Series(nation, index=list(YEARS))


@pytest.fixture
def panel():
    return made_panel()


# --- the formulas -----------------------------------------------------------------------------------


def test_one_region_follows_the_formulas_without_shrinkage():
    levels, national = made_panel(regions=1)
    model = growth.fit(levels, national)
    own = np.diff(np.log(levels.to_numpy()[0]))
    nation = np.diff(np.log(national.to_numpy()))
    relative, years = own - nation, len(nation)
    variance = nation.var(ddof=1) * (3 + 9 / years) + relative.var(ddof=1) * (3 + 9 / years)

    forecast = model.forecast(3)
    last = np.log(levels.iloc[0, -1])
    assert forecast.log_mean[0, 2] == pytest.approx(last + 3 * (np.median(nation) + relative.mean()))
    assert forecast.log_sd[0, 2] == pytest.approx(np.sqrt(variance))
    assert forecast.df.tolist() == [years - 1]
    assert model.marks == {"CR01": growth.NOT_SHRUNK}
    assert model.drift_variance is None


def test_mean_and_median_national_drift(panel):
    levels, national = panel
    nation = np.diff(np.log(national.to_numpy()))
    assert growth.fit(levels, national).nation.drift == pytest.approx(np.median(nation))
    assert growth.fit(levels, national, national_drift="mean").nation.drift == pytest.approx(nation.mean())
    with pytest.raises(ModelError, match="median"):
        growth.fit(levels, national, national_drift="mode")


def test_quantiles_are_of_a_t_distribution(panel):
    forecast = growth.fit(*panel).forecast(2)
    expected = np.exp(forecast.log_mean + stats.t.ppf(0.9, 13) * forecast.log_sd)
    np.testing.assert_allclose(forecast.quantile(0.9), expected)
    np.testing.assert_allclose(forecast.quantile(0.5), np.exp(forecast.log_mean))


def test_chance_and_quantile_agree(panel):
    forecast = growth.fit(*panel, widen=1.4).forecast(4)
    target = forecast.quantile(0.7)[:, 3]
    np.testing.assert_allclose(forecast.probability_at_least(target, 4), 0.3)


def test_error_of_the_level_moves_a_chance_towards_a_half(panel):
    forecast = growth.fit(*panel).forecast(4)
    target = forecast.quantile(0.9)[:, 3]
    exact = forecast.probability_at_least(target, 4)
    uncertain = forecast.probability_at_least(target, 4, level_log_sd=0.2)
    assert (uncertain > exact).all()
    assert (uncertain < 0.5).all()


def test_target_by_region_code(panel):
    forecast = growth.fit(*panel).forecast(1)
    targets = pd.Series(forecast.quantile(0.5)[:, 0], index=forecast.regions)
    np.testing.assert_allclose(forecast.probability_at_least(targets[::-1], 1), 0.5)


def test_shrinkage_pulls_variances_together_and_keeps_their_order():
    variance = np.array([1e-4, 2e-4, 4e-4, 9e-4, 3e-3])
    shrunk, prior_df, prior = growth.shrink_variances(variance, np.full(5, 13))
    assert 0 < prior_df < np.inf
    assert (np.diff(shrunk) > 0).all()
    np.testing.assert_allclose(shrunk, (prior_df * prior + 13 * variance) / (prior_df + 13))


def test_equal_variances_share_one():
    shrunk, prior_df, prior = growth.shrink_variances(np.full(8, 2e-4), np.full(8, 13))
    assert prior_df == np.inf
    np.testing.assert_allclose(shrunk, prior)


def test_variance_prior_is_recovered():
    random = np.random.default_rng(5)
    true = 6 * 4e-4 / random.chisquare(6, 4000)
    sample = true * random.chisquare(13, 4000) / 13
    _, prior_df, prior = growth.shrink_variances(sample, np.full(4000, 13))
    assert prior_df == pytest.approx(6, rel=0.15)
    assert prior == pytest.approx(4e-4, rel=0.05)


def test_between_variance_solves_its_equation():
    effect, variance = np.array([-3.0, -1, 0, 2, 4]), np.array([0.5, 1, 0.2, 2, 1])
    tau2, mean = growth.between_variance(effect, variance)
    assert ((effect - mean) ** 2 / (tau2 + variance)).sum() == pytest.approx(4)
    assert growth.between_variance(effect, variance * 100)[0] == 0


def test_rounding_adds_to_the_variance(panel):
    levels, national = panel
    one = levels.iloc[:1]
    by_hand = (
        100**2 / 12 * np.mean(1 / one.iloc[0, 1:].to_numpy() ** 2 + 1 / one.iloc[0, :-1].to_numpy() ** 2)
    )
    exact, rounded = growth.fit(one, national), growth.fit(one, national, rounding=100)
    assert rounded.variance[0] - exact.variance[0] == pytest.approx(by_hand)
    assert (rounded.forecast(3).log_sd > exact.forecast(3).log_sd).all()


def test_rounding_by_region(panel):
    levels, national = panel
    step = pd.Series(0.0, index=levels.index[::-1])
    step["CR02"] = 100.0
    added = growth.growth_panel(levels, national, rounding=step).rounding_variance
    assert np.flatnonzero(added).tolist() == [1]


def test_widening_is_extended_and_never_falls(panel):
    forecast = growth.fit(*panel, widen=[1.0, 1.3, 1.1]).forecast(5)
    assert forecast.widening.tolist() == [1.0, 1.3, 1.3, 1.3, 1.3]


# --- gaps and breaks --------------------------------------------------------------------------------


def test_a_gap_costs_two_growth_years(panel):
    levels, national = panel
    levels.loc["CR02", 2015] = np.nan
    model = growth.fit(levels, national)
    assert model.growth_years.tolist() == [14, 12, 14, 14, 14, 14]
    assert model.forecast(1).df.tolist() == [13, 11, 13, 13, 13, 13]


def test_a_break_costs_one_growth_year_and_its_jump(panel):
    levels, national = panel
    smooth = growth.fit(levels, national)
    jumped = levels.copy()
    jumped.loc["CR03", :2018] *= 1.4
    breaks = pd.DataFrame(False, index=levels.index, columns=levels.columns)
    breaks.loc["CR03", 2019] = True
    model = growth.fit(jumped, national, break_before=breaks)
    place = model.regions.get_loc("CR03")
    assert model.growth_years[place] == 13
    assert model.drift[place] == pytest.approx(smooth.drift[place], abs=0.002)


def test_an_unmarked_jump_is_flagged(panel):
    levels, national = panel
    assert growth.fit(levels, national).possible_breaks.empty
    levels.loc["CR03", :2018] *= 1.4
    flagged = growth.fit(levels, national).possible_breaks
    assert flagged[["region_code", "year"]].to_numpy().tolist() == [["CR03", 2019]]
    assert flagged["relative_growth"].iloc[0] == pytest.approx(-np.log(1.4), abs=0.06)


def test_regions_without_outlook_do_not_touch_the_others(panel):
    levels, national = panel
    expected = growth.fit(levels, national).forecast(3)
    extra = levels.copy()
    extra.loc["empty"] = np.nan
    extra.loc["zero"] = [0.0, *range(1, 15)]
    extra.loc["ended"] = [*range(1, 15), np.nan]
    extra.loc["short"] = [np.nan] * 6 + [5.0] * 9
    model = growth.fit(extra, national)
    assert model.without_outlook == {
        "empty": growth.NO_LEVELS,
        "zero": growth.ZERO_LEVEL,
        "ended": growth.NO_LAST_LEVEL,
        "short": "8 growth years, 10 needed",
    }
    np.testing.assert_array_equal(model.forecast(3).log_sd, expected.log_sd)
    assert model.regions.equals(levels.index)


def test_a_series_that_follows_the_nation_borrows_its_variance(panel):
    levels, national = panel
    levels.loc["share"] = 0.1 * national
    model = growth.fit(levels, national)
    assert model.marks == {"share": growth.NO_VARIATION}
    assert model.variance[-1] > 1e-7
    assert np.isfinite(model.forecast(6).quantile(0.975)).all()


def test_constant_series_everywhere_stay_finite():
    levels = pd.DataFrame(100.0, index=["a", "b"], columns=list(YEARS))
    model = growth.fit(levels, pd.Series(1e6, index=list(YEARS)))
    assert set(model.marks.values()) == {growth.FLOORED}
    np.testing.assert_allclose(model.forecast(6).quantile(0.9), 100, rtol=1e-4)
    assert model.lag1_autocorrelation == 0


def test_a_constant_series_among_others_is_fitted(panel):
    levels, national = panel
    levels.loc["still"] = 1000.0
    forecast = growth.fit(levels, national).forecast(6)
    assert np.isfinite(forecast.quantile(0.1)).all()
    assert (forecast.log_sd > 0).all()


# --- refusals ---------------------------------------------------------------------------------------


def test_too_few_years_is_an_error(panel):
    levels, national = panel
    with pytest.raises(ModelError, match="9 growth years"):
        growth.fit(levels.loc[:, 2015:], national.loc[2015:])


def test_negative_level_is_an_error_with_its_place(panel):
    levels, national = panel
    levels.loc["CR04", 2016] = -5.0
    with pytest.raises(ModelError, match="-5 for CR04 in 2016"):
        growth.fit(levels, national)


def test_nothing_to_fit_is_an_error(panel):
    levels, national = panel
    with pytest.raises(ModelError, match="None of the 6 regions"):
        growth.fit(levels * np.nan, national)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda levels, national: (levels, national.iloc[1:]), "differ in 1 years"),
        (lambda levels, national: (levels.drop(columns=2015), national.drop(2015)), "one by one"),
        (lambda levels, national: (levels.rename(columns=str), national), "not whole numbers"),
        (lambda levels, national: (pd.concat([levels, levels[:1]]), national), "more than once"),
        (lambda levels, national: (levels, national.mask(national.index == 2012)), "1 years without"),
        (
            lambda levels, national: (levels.astype(object).replace(levels.iloc[0, 0], "x"), national),
            "numbers",
        ),
        (lambda levels, national: (levels.replace(levels.iloc[0, 0], np.inf), national), "infinite"),
    ],
)
def test_unsound_panels_are_refused(panel, change, message):
    with pytest.raises(ModelError, match=message):
        growth.fit(*change(*panel))


@pytest.mark.parametrize("widen", [0.9, [1.0, 0.5], np.nan, []])
def test_widening_below_one_is_refused(panel, widen):
    with pytest.raises(ModelError, match="never narrow"):
        growth.fit(*panel, widen=widen)


def test_break_marks_must_cover_the_panel(panel):
    levels, national = panel
    with pytest.raises(ModelError, match="break_before lacks"):
        growth.fit(levels, national, break_before=pd.DataFrame(False, index=["CR01"], columns=levels.columns))


def test_rounding_must_be_known_for_every_region(panel):
    levels, national = panel
    with pytest.raises(ModelError, match="rounding lacks 5"):
        growth.fit(levels, national, rounding=pd.Series({"CR01": 100.0}))
    with pytest.raises(ModelError, match="0 or more"):
        growth.fit(levels, national, rounding=-1)


def test_unsound_questions_are_refused(panel):
    model = growth.fit(*panel)
    forecast = model.forecast(2)
    with pytest.raises(ModelError, match="whole number"):
        model.forecast(0)
    with pytest.raises(ModelError, match="Horizon 3"):
        forecast.probability_at_least(100, 3)
    with pytest.raises(ModelError, match="not positive"):
        forecast.probability_at_least(0, 1)
    with pytest.raises(ModelError, match="shape"):
        forecast.probability_at_least([1, 2], 1)
    with pytest.raises(ModelError, match="between 0 and 1"):
        forecast.quantile(90)
    with pytest.raises(ModelError, match="standard deviation"):
        forecast.probability_at_least(100, 1, level_log_sd=-0.1)


# --- properties -------------------------------------------------------------------------------------

panels = st.builds(made_panel, regions=st.integers(1, 9), seed=st.integers(0, 10_000))


@given(panels, st.lists(st.floats(1, 3), min_size=1, max_size=6))
def test_intervals_widen_with_the_horizon(made, widen):
    forecast = growth.fit(*made, widen=widen).forecast(8)
    width = np.log(forecast.quantile(0.9)) - np.log(forecast.quantile(0.1))
    assert (np.diff(width, axis=1) > 0).all()


@given(panels, st.floats(0.5, 2), st.floats(1.0001, 2), st.integers(1, 6))
def test_chance_falls_as_the_target_rises(made, factor, higher, horizon):
    forecast = growth.fit(*made).forecast(6)
    target = forecast.quantile(0.5)[:, horizon - 1] * factor
    lower, upper = (forecast.probability_at_least(target * times, horizon) for times in (1, higher))
    certain = (lower < 1e-12) | (upper > 1 - 1e-12)  # beyond what a float can tell apart
    assert ((lower > upper) | certain).all()
    assert ((upper >= 0) & (lower <= 1)).all()


@given(panels, st.floats(1e-3, 1e6), st.floats(1e-3, 1e6))
def test_units_do_not_matter(made, unit, national_unit):
    levels, national = made
    forecast = growth.fit(levels, national, rounding=10).forecast(5)
    scaled = growth.fit(levels * unit, national * national_unit, rounding=10 * unit).forecast(5)
    np.testing.assert_allclose(scaled.quantile(0.2), unit * forecast.quantile(0.2), rtol=1e-7)


@given(panels, st.randoms(use_true_random=False))
def test_order_of_regions_does_not_matter(made, random):
    levels, national = made
    order = random.sample(list(levels.index), len(levels))
    first = growth.fit(levels, national).forecast(4)
    second = growth.fit(levels.loc[order], national).forecast(4)
    shuffled = pd.DataFrame(second.quantile(0.9), index=second.regions).loc[levels.index]
    np.testing.assert_allclose(shuffled, first.quantile(0.9), rtol=1e-9)


@given(panels, st.data())
def test_missing_cells_never_reach_the_result(made, data):
    levels, national = made
    holes = data.draw(st.lists(st.tuples(st.sampled_from(list(levels.index)), st.sampled_from(list(YEARS)))))
    for region, year in holes:
        levels.loc[region, year] = np.nan
    try:
        model = growth.fit(levels, national)
    except ModelError:
        assert (levels.diff(axis=1).notna().sum(axis=1).lt(10) | levels[2024].isna()).all()
        return
    assert len(model.regions) + len(model.without_outlook) == len(levels)
    assert np.isfinite(model.forecast(6).quantile(0.95)).all()


# --- the nation's long memory -----------------------------------------------------------


def long_series(first=1980, last=2025, growth_rate=0.012, seed=8):
    years = np.arange(first, last + 1)
    steps = np.random.default_rng(seed).normal(growth_rate, 0.015, len(years))
    return pd.Series(8000 * np.exp(np.cumsum(steps)), index=years)


def test_a_longer_series_gives_mean_and_variance_of_the_nation_over_all_its_years(panel):
    levels, national = panel
    longer = long_series()
    model = growth.fit(levels, national, long_run=longer)
    last = int(levels.columns[-1])
    own = pd.Series(np.diff(np.log(national)), index=levels.columns[1:])
    persons = pd.Series(np.diff(np.log(longer)), index=longer.index[1:])
    shift = (own - persons.loc[own.index]).mean()
    history = pd.concat([persons[persons.index < own.index[0]] + shift, own])
    assert model.nation.years == len(history) == last - 1980
    assert model.nation.drift == pytest.approx(history.mean())
    assert model.nation.variance == pytest.approx(history.var(ddof=1))
    assert np.isinf(model.forecast(3).df).all()


def test_years_after_the_panel_are_not_used(panel):
    levels, national = panel
    longer, later = long_series(), long_series()
    later.loc[levels.columns[-1] + 1 :] *= 3
    one, other = (growth.fit(levels, national, long_run=series).nation for series in (longer, later))
    assert one == other


def test_persistence_adds_the_covariances_of_the_years():
    exact = sum(0.4 ** abs(one - other) for one in range(5) for other in range(5))
    assert growth.sum_variance(5, 0.4) == pytest.approx(exact)
    assert growth.sum_variance(5, 0.0) == 5
    nation = growth.Nation(0.0, 1e-4, 40)
    assert nation.log_variance(np.array([6])) == pytest.approx(1e-4 * (6 + 36 / 40))


def test_a_year_left_out_is_left_out_of_nation_and_regions(panel):
    levels, national = panel
    longer, year = long_series(), int(levels.columns[5])
    without = growth.fit(levels, national, long_run=longer, left_out=year)
    full = growth.fit(levels, national, long_run=longer)
    assert without.nation.years == full.nation.years - 1
    assert (without.growth_years == full.growth_years - 1).all()
    early = growth.fit(levels, national, long_run=longer, left_out=1985)
    assert early.nation.years == full.nation.years - 1
    assert np.array_equal(early.growth_years, full.growth_years)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.loc[:1990], "no growth in the years of the panel"),
        (lambda s: s.where(s.index != 1990), "1 years without a positive level, e.g. 1990"),
        (lambda s: s.drop(1990), "do not ascend one by one"),
    ],
)
def test_a_long_series_that_does_not_fit_is_refused(panel, change, message):
    levels, national = panel
    with pytest.raises(ModelError, match=message):
        growth.fit(levels, national, long_run=change(long_series()))


def test_fewer_growth_years_are_taken_only_when_asked(panel):
    levels, national = panel
    short, nation = levels.iloc[:, -7:], national.iloc[-7:]
    with pytest.raises(ModelError, match="needs 10"):
        growth.fit(short, nation)
    assert (growth.fit(short, nation, minimum_years=6).growth_years == 6).all()
