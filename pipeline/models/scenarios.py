"""How many jobs the residents could fill: a ceiling on job growth from labour supply.

J = c x population 15-74 x gross participation x (1 - unemployment), with c the jobs in the region per
employed resident. A what-if, not a forecast: commuting (in c), participation and unemployment are
assumptions. Formulas: docs/methods/growth.md.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.models import ModelError

_SURVEY = ["population_15_75_count", "net_participation_rate_pct", "unemployment_rate_pct"]


def labour_supply_ceiling(
    jobs_per_employed_resident: ArrayLike,
    population_15_74_count: ArrayLike,
    participation: ArrayLike,
    unemployment: ArrayLike,
) -> np.ndarray:
    """Jobs that the resident labour force can fill.

    Parameters
    ----------
    jobs_per_employed_resident : c, a ratio; above 1 where commuters come in.
    population_15_74_count : persons.
    participation : gross: labour force over population 15-74, a fraction.
    unemployment : unemployed over labour force, a fraction.

    Returns
    -------
    float array, the broadcast shape; jobs (count)

    Raises
    ------
    ModelError : missing or negative figures, fractions outside 0-1 (perhaps given in per cent).
    """
    ratio = _checked("jobs_per_employed_resident", jobs_per_employed_resident)
    population = _checked("population_15_74_count", population_15_74_count)
    taking_part = _checked("participation", participation, upper=1.0)
    without_work = _checked("unemployment", unemployment, upper=1.0)
    try:
        return ratio * population * taking_part * (1 - without_work)
    except ValueError as error:
        raise ModelError(f"The inputs have different lengths: {error}. Give one value each year.") from error


def jobs_per_employed_resident(jobs: ArrayLike, employed_residents: ArrayLike) -> np.ndarray:
    """c = jobs in the region / employed residents of the region, both counts of one year."""
    residents = _checked("employed_residents", employed_residents)
    if (residents == 0).any():
        raise ModelError(
            f"{int((residents == 0).sum())} regions have no employed residents: no ratio exists."
        )
    return _checked("jobs", jobs) / residents


def capped_by_supply(jobs: pd.Series, ceiling: ArrayLike) -> pd.DataFrame:
    """The outlook beside the ceiling: min(y, J).

    Parameters
    ----------
    jobs : outlook by year (count), for instance the medians of a forecast.
    ceiling : one figure, or one a year.

    Returns
    -------
    DataFrame indexed like `jobs`: jobs, ceiling, jobs_capped and is_capped (bool)
    """
    values, limit = _checked("jobs", jobs), _checked("ceiling", ceiling)
    if limit.ndim > 1 or (limit.ndim == 1 and len(limit) != len(values)):
        raise ModelError(f"ceiling has shape {limit.shape} for {len(values)} years. Give one, or one a year.")
    return pd.DataFrame(
        {
            "jobs": values,
            "ceiling": np.broadcast_to(limit, values.shape),
            "jobs_capped": np.minimum(values, limit),
            "is_capped": values > limit,
        },
        index=jobs.index,
    )


def latest_survey(indicators: pd.DataFrame) -> pd.DataFrame:
    """Per region the last year in which population, participation and unemployment stand on one basis."""
    rows = indicators[
        indicators["indicator"].isin(_SURVEY) & (indicators["frequency"] == "A") & indicators["value"].notna()
    ]
    key = ["region_code", "basis", "year"]
    table = rows.pivot_table(index=key, columns="indicator", values="value").reindex(columns=_SURVEY).dropna()
    table = table.join(
        rows.groupby(key)["source"].agg(lambda column: ", ".join(sorted(set(column))))
    ).reset_index()
    latest = table.sort_values("year", kind="stable").drop_duplicates("region_code", keep="last")
    return latest.set_index("region_code")


def ceiling_ahead(
    now: pd.Series,
    jobs: float,
    steps: int,
    participation: float,
    unemployment: float | None,
    population: float,
) -> np.ndarray:
    """Jobs that residents can fill in each of ``steps`` years; what changes moves in a straight line to the end.

    The residents at work now fill the jobs of now: only changes from there count, so that a survey of some years
    ago does not make the present impossible.
    """
    net, without = now["net_participation_rate_pct"] / 100, now["unemployment_rate_pct"] / 100
    people = now["population_15_75_count"]
    ratio = jobs_per_employed_resident(jobs, net * people)
    road = np.linspace(0, 1, steps + 1)[1:]
    later = without if unemployment is None else unemployment / 100
    idle = without + road * (later - without)
    gross = (net + road * participation / 100) / (1 - without)
    return labour_supply_ceiling(
        ratio, people * (1 + road * population / 100), np.clip(gross, 0, 1), np.clip(idle, 0, 1)
    )


def _checked(name: str, value: ArrayLike, upper: float = np.inf) -> np.ndarray:
    array = np.asarray(value, dtype=float)
    wrong = ~(np.isfinite(array) & (array >= 0) & (array <= upper))
    if wrong.any():
        kind = "fractions from 0 to 1 (divide per cents by 100)" if upper == 1 else "figures of 0 or more"
        raise ModelError(
            f"{int(wrong.sum())} values of {name} are not {kind}, e.g. {array[wrong].ravel()[0]:g}. "
            "Leave out what is missing."
        )
    return array
