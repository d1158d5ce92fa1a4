"""What comes in is among the indicators, or the stage says what is not."""

import pandas as pd
import pytest

from pipeline.indicators.stage import IndicatorsError, require_every_indicator


def test_a_new_indicator_does_not_give_no_rows_in_silence():
    observed = pd.DataFrame({"indicator": ["ww_recipients", "sick_leave_count", "sick_leave_count"]})
    require_every_indicator(observed, observed)
    forecast = pd.DataFrame({"indicator": ["population_forecast_count"]})
    require_every_indicator(pd.concat([observed, forecast]), observed)
    with pytest.raises(IndicatorsError, match=r"^1 indicator\(s\) came in .* e.g. sick_leave_count"):
        require_every_indicator(observed, observed.head(1))
