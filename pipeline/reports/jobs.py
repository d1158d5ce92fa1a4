"""The jobs of a region: what is published and what is estimated, and what may be said of it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.indicators.shares import SPAN, span_variance
from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.models.series import is_one_gemeente_estimate
from pipeline.reports.context import SHARE_ESTIMATE, Place, RegionContext
from pipeline.reports.narrative import Fact, fact

#: level of the margins in the report
SHOWN_LEVEL = 80
_Z80 = float(stats.norm.ppf(0.9))


@dataclass(frozen=True)
class Jobs:
    """Employee jobs of a region in December: what CBS published and what we estimate, each by year.

    published : year, value, status, source
    estimate : year, value, low, high (margin of 80 %), log_sd (0 when recalculated to other borders), status, source
    main : year, value, status; all years of the count that goes on
    growth_since : first year of the COROPs that a share follows
    """

    place: Place
    published: pd.DataFrame
    estimate: pd.DataFrame
    main: pd.DataFrame
    break_years: tuple[int, ...]
    is_share_estimate: bool
    is_one_gemeente: bool
    yearly_drift_sd: float
    last_anchor: float
    sources: tuple[str, ...]
    growth_since: int | None = None

    @property
    def provisional(self) -> list[int]:
        """Years whose published count is provisional."""
        statuses = self.published["status"]
        return self.published.loc[statuses.isin(["provisional", "revised_provisional"]), "year"].tolist()

    @property
    def can_show_growth(self) -> bool:
        """Whether growth may be said at all: never of one gemeente from its COROP, under whatever name."""
        return not (self.is_share_estimate and self.is_one_gemeente)

    @property
    def source(self) -> str:
        """Table ids in words."""
        return ", ".join(self.sources)

    def level(self, year: int) -> Fact | None:
        """The level of a year: the main series where it has the year, else the count of that time."""
        for frame, status in ((self.main, None), (self.published, None), (self.estimate, "estimate")):
            rows = frame[frame["year"] == year]
            if len(rows):
                row = rows.iloc[-1]
                status = row["status"]
                write = numbers.hundreds if status == "estimate" else numbers.number
                return self._fact(
                    row["value"], write, tr("banen van werknemers"), numbers.december(year), status
                )
        return None

    @property
    def latest_year(self) -> int | None:
        """Last year of the main series."""
        return None if self.main.empty else int(self.main["year"].max())

    @property
    def first_year(self) -> int | None:
        """First year of the main series."""
        return None if self.main.empty else int(self.main["year"].min())

    @property
    def last_count(self) -> int:
        """Last year that CBS counted; 2010, the end of the old table, where it has no figure at all."""
        return int(self.published["year"].max()) if len(self.published) else 2010

    def margin(self, year: int) -> tuple[Fact, Fact] | None:
        """Lower and upper end of the margin of an estimated level."""
        rows = self.estimate[self.estimate["year"] == year]
        if rows.empty or rows["low"].iloc[0] == rows["high"].iloc[0]:
            return None
        ends = (
            (tr("ondergrens (80 %)"), rows["low"].iloc[0]),
            (tr("bovengrens (80 %)"), rows["high"].iloc[0]),
        )
        return tuple(
            self._fact(
                value,
                numbers.hundreds,
                tr("banen van werknemers, {word}", word=word),
                numbers.december(year),
                "estimate",
            )
            for word, value in ends
        )

    def change(self, first: int, last: int) -> tuple[Fact, Fact, Fact] | None:
        """Change between two years of the main series with its margin of 80 % (equal ends when exact).

        None where growth may not be said or a year is absent.
        """
        rows = self.main.set_index("year")
        if not self.can_show_growth or first not in rows.index or last not in rows.index or first >= last:
            return None
        before, after = float(rows.loc[first, "value"]), float(rows.loc[last, "value"])
        spread = _Z80 * self._change_sd(first, last)
        changes = [before * (after / before * np.exp(side * spread) - 1) for side in (0, -1, 1)]
        estimated = "estimate" in set(rows.loc[[first, last], "status"])
        status = "estimate" if estimated else rows.loc[last, "status"]
        write = functools.partial(numbers.hundreds if estimated else numbers.number, plus=True)
        words = (
            tr("verandering"),
            tr("verandering, ondergrens (80 %)"),
            tr("verandering, bovengrens (80 %)"),
        )
        period = numbers.span(numbers.december(first), numbers.december(last))
        return tuple(
            self._fact(value, write, tr("banen van werknemers, {word}", word=word), period, status)
            for value, word in zip(changes, words, strict=True)
        )

    def _change_sd(self, first: int, last: int) -> float:
        """Log sd of a change: of the share between both years, nil when both are published."""
        if not self.is_share_estimate:
            return 0.0
        if first >= self.last_anchor:
            return self.yearly_drift_sd * float(np.sqrt(SPAN * span_variance(last - first)))
        known = self.estimate.set_index("year")["log_sd"]
        return float(np.hypot(known.get(first, 0.0), known.get(last, 0.0)))

    def _fact(self, value: float, write, label: str, period: str, status: str) -> Fact:
        where = {"region_code": self.place.code, "region": self.place.name}
        source = self.source
        return fact(
            value, write, label=label, period=period, unit=tr("banen"), status=status, source=source, **where
        )


@functools.cache
def jobs_of(context: RegionContext, place: Place | None = None) -> Jobs:
    """The jobs of a place; the region of the report by default.

    The series on the basis of 83582NED leads. A count on the basis of 81402ned (2008-2010) stands beside it
    only where later figures are a share of a COROP.
    """
    place = place or context.place
    rows = context.rows("jobs_employees", place)
    rows = rows[rows["value"].notna()]
    later = rows[rows["basis"] == "83582NED"].sort_values("year", kind="stable")
    earlier = rows[rows["basis"] == "81402ned"].sort_values("year", kind="stable")
    is_share = bool((later["method"] == SHARE_ESTIMATE).any())
    counted = later[later["status"] != "estimate"]
    published = pd.concat([earlier, counted]) if is_share or later.empty else counted
    estimate = _with_margin(later[later["status"] == "estimate"], context.model("job_estimates", place))
    quality = context.model("job_estimate_quality", place)
    drift = quality.iloc[0] if len(quality) else {"yearly_drift_sd": 0.0, "last_anchor": np.nan}
    used = pd.concat([published["source"], estimate["source"]])
    sources = dict.fromkeys(part for text in used for part in text.split(", "))
    breaks = rows.loc[rows["break_before"], "year"]
    return Jobs(
        place=place,
        published=published[["year", "value", "status", "source"]].reset_index(drop=True),
        estimate=estimate.reset_index(drop=True),
        main=later[["year", "value", "status"]].reset_index(drop=True),
        break_years=tuple(sorted(breaks[breaks.isin(published["year"]) | breaks.isin(later["year"])])),
        is_share_estimate=is_share,
        is_one_gemeente=bool(is_one_gemeente_estimate(later).any()),
        yearly_drift_sd=float(drift["yearly_drift_sd"]),
        last_anchor=float(drift["last_anchor"]),
        sources=tuple(sources),
        growth_since=_first_year_of_corops(context) if is_share else None,
    )


def _first_year_of_corops(context: RegionContext) -> int:
    """The COROPs and the nation have the new count of the same years."""
    nation = context.rows("jobs_employees", context.nation)
    return int(nation.loc[nation["basis"] == "83582NED", "year"].min())


def _with_margin(estimate: pd.DataFrame, margins: pd.DataFrame) -> pd.DataFrame:
    """Estimates with their margin of 80 %; the value itself where only borders were recalculated."""
    bounds = margins[["year", "low_80", "high_80", "log_sd"]] if len(margins) else None
    if bounds is None:
        joined = estimate.assign(low=estimate["value"], high=estimate["value"], log_sd=0.0)
    else:
        joined = estimate.merge(bounds, on="year", how="left", validate="one_to_one")
        joined = joined.assign(
            low=joined["low_80"].fillna(joined["value"]),
            high=joined["high_80"].fillna(joined["value"]),
            log_sd=joined["log_sd"].fillna(0.0),
        )
    return joined[["year", "value", "low", "high", "log_sd", "status", "source"]]
