import numpy as np
import pandas as pd
import pytest

from pipeline.models import ModelError, scenarios


def test_ceiling_by_hand():
    ceiling = scenarios.labour_supply_ceiling(1.1, [200_000, 202_000], [0.75, 0.76], 0.04)
    np.testing.assert_allclose(ceiling, [158_400, 162_117.12])


def test_ratio_and_ceiling_give_back_todays_jobs():
    ratio = scenarios.jobs_per_employed_resident(132_000, 200_000 * 0.7 * 0.95)
    assert scenarios.labour_supply_ceiling(ratio, 200_000, 0.7, 0.05) == pytest.approx(132_000)


def test_jobs_above_the_ceiling_are_capped():
    outlook = pd.Series([100.0, 120.0], index=[2025, 2026])
    table = scenarios.capped_by_supply(outlook, 110)
    assert table["jobs_capped"].tolist() == [100, 110]
    assert table["is_capped"].tolist() == [False, True]
    assert table.index.tolist() == [2025, 2026]
    assert scenarios.capped_by_supply(outlook, [90, 130])["jobs_capped"].tolist() == [90, 120]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.1, 200_000, 75, 0.04), "divide per cents by 100"),
        ((1.1, 200_000, 0.75, 4), "unemployment"),
        ((1.1, -1, 0.75, 0.04), "population_15_74_count"),
        ((np.nan, 200_000, 0.75, 0.04), "jobs_per_employed_resident"),
        ((1.1, [1, 2], [0.5, 0.5, 0.5], 0.04), "different lengths"),
    ],
)
def test_unsound_assumptions_are_refused(arguments, message):
    with pytest.raises(ModelError, match=message):
        scenarios.labour_supply_ceiling(*arguments)


def test_other_refusals():
    with pytest.raises(ModelError, match="no employed residents"):
        scenarios.jobs_per_employed_resident([1, 2], [1, 0])
    with pytest.raises(ModelError, match="ceiling has shape"):
        scenarios.capped_by_supply(pd.Series([1.0, 2.0]), [1.0, 2.0, 3.0])
