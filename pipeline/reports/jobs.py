"""The jobs of a region: what is published and what is estimated, and what may be said of it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.reports.context import SHARE_ESTIMATE, Place, RegionContext
from pipeline.reports.narrative import Fact, fact

#: level of the margins in the report, and of those stored
SHOWN_LEVEL, _STORED_LEVEL = 80, 0.95
_Z80, _Z95 = 1.2815515655446004, 1.959963984540054


@dataclass(frozen=True)
class Jobs:
    """Employee jobs of a region in December: what CBS published and what we estimate, each by year.

    published : year, value, status; estimate : year, value, low, high (margin of 80 %)
    """

    place: Place
    published: pd.DataFrame
    estimate: pd.DataFrame
    break_years: tuple[int, ...]
    is_share_estimate: bool
    yearly_drift_sd: float
    sources: tuple[str, ...]

    @property
    def provisional(self) -> list[int]:
        """Years whose published count is provisional."""
        statuses = self.published["status"]
        return self.published.loc[statuses.isin(["provisional", "revised_provisional"]), "year"].tolist()

    @property
    def can_show_growth(self) -> bool:
        """Whether growth may be said at all: never of one gemeente from its COROP."""
        return not (self.is_share_estimate and self.place.kind == "gemeente")

    @property
    def source(self) -> str:
        """Table ids in words."""
        return ", ".join(self.sources)

    def level(self, year: int) -> Fact | None:
        """The level of a year: the main series where it has the year, else the count of that time."""
        for frame, status in ((self._main, None), (self.published, None), (self.estimate, "estimate")):
            rows = frame[frame["year"] == year]
            if len(rows):
                row = rows.iloc[-1]
                status = row["status"]
                write = numbers.hundreds if status == "estimate" else numbers.number
                return self._fact(
                    row["value"], write, tr("banen van werknemers"), numbers.december(year), status
                )
        return None

    @functools.cached_property
    def _main(self) -> pd.DataFrame:
        """The series on today's borders and basis: all estimates, or published with recalculated years."""
        if self.is_share_estimate:
            return self.estimate
        both = pd.concat([self.estimate, self.published]) if len(self.estimate) else self.published
        return both.sort_values("year", ignore_index=True)

    @property
    def latest_year(self) -> int | None:
        """Last year of the main series."""
        return None if self._main.empty else int(self._main["year"].max())

    @property
    def first_year(self) -> int | None:
        """First year of the main series."""
        return None if self._main.empty else int(self._main["year"].min())

    def margin(self, year: int) -> tuple[Fact, Fact] | None:
        """Lower and upper end of the margin of an estimated level."""
        rows = self.estimate[self.estimate["year"] == year]
        if rows.empty or rows["low"].iloc[0] == rows["high"].iloc[0]:
            return None
        ends = ((tr("ondergrens"), rows["low"].iloc[0]), (tr("bovengrens"), rows["high"].iloc[0]))
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
        rows = self._main.set_index("year")
        if not self.can_show_growth or first not in rows.index or last not in rows.index or first >= last:
            return None
        before, after = float(rows.loc[first, "value"]), float(rows.loc[last, "value"])
        spread = _Z80 * self.yearly_drift_sd * float(np.sqrt(last - first)) if self.is_share_estimate else 0.0
        changes = [before * (after / before * np.exp(side * spread) - 1) for side in (0, -1, 1)]
        estimated = "estimate" in set(rows.loc[[first, last], "status"])
        status = "estimate" if estimated else rows.loc[last, "status"]
        write = functools.partial(numbers.hundreds if estimated else numbers.number, plus=True)
        words = (tr("verandering"), tr("verandering, ondergrens"), tr("verandering, bovengrens"))
        period = numbers.span(numbers.december(first), numbers.december(last))
        return tuple(
            self._fact(value, write, tr("banen van werknemers, {word}", word=word), period, status)
            for value, word in zip(changes, words, strict=True)
        )

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
    only where the later figures are a share of a COROP.
    """
    place = place or context.place
    rows = context.rows("jobs_employees", place)
    rows = rows[rows["value"].notna()]
    later = rows[rows["basis"] == "83582NED"]
    earlier = rows[rows["basis"] == "81402ned"]
    is_share = bool((later["method"] == SHARE_ESTIMATE).any())
    counted_later = later[later["status"] != "estimate"]
    published = earlier if is_share or later.empty else counted_later
    estimate = later[later["status"] == "estimate"]
    low, high = _margin_80(estimate)
    estimate = estimate.assign(low=low, high=high)
    breaks = set(later.loc[later["break_before"], "year"])
    if is_share and len(published):
        # the step lies between the last count and the first year that is estimate only
        last = int(published["year"].max())
        breaks = {last + 1 if year <= last else int(year) for year in breaks}
    quality = context.model("job_estimate_quality", place)
    used = pd.concat([published["source"], estimate["source"]])
    sources = dict.fromkeys(part for text in used for part in text.split(", "))
    return Jobs(
        place=place,
        published=published[["year", "value", "status"]].reset_index(drop=True),
        estimate=estimate[["year", "value", "low", "high", "status"]].reset_index(drop=True),
        break_years=tuple(sorted(int(year) for year in breaks)),
        is_share_estimate=is_share,
        yearly_drift_sd=float(quality["yearly_drift_sd"].iloc[0]) if len(quality) else 0.0,
        sources=tuple(sources),
    )


def _margin_80(estimate: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The stored interval of 95 % (symmetric on a log scale) as one of 80 %; the value where there is none."""
    given = estimate["value_low"].notna() & (estimate["interval_level"] == _STORED_LEVEL)
    shrink = _Z80 / _Z95
    value = estimate["value"]
    ends = []
    for column in ("value_low", "value_high"):
        ratio = (estimate[column] / value).where(given, 1.0).astype(float)
        ends.append(value * np.exp(shrink * np.log(ratio)))
    return ends[0], ends[1]
