"""Charts for templates: facts become the points of a chart form, with their texts in the language of the page."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from shapely.geometry.base import BaseGeometry

from pipeline.config import Language
from pipeline.figures import bars, dots, line, map, rows
from pipeline.figures.drawing import Drawing, Layer, Look, Panel, Point
from pipeline.figures.style import DEFAULT_STYLE, HouseStyle
from pipeline.reports.facts.base import Fact
from pipeline.reports.facts.rates import Beside
from pipeline.vocabulary import formats, word

Bound = tuple[Fact, str]
#: looks whose margin is told beside their last point
_WITH_MARGIN = ("estimate", "outlook")


@dataclass(frozen=True)
class Chart:
    """A finished chart and each number in it, with its text."""

    drawing: Drawing
    facts: tuple[Bound, ...]


@dataclass(frozen=True)
class FactLayer:
    """Facts that are drawn alike and named together."""

    label: str
    look: Look
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class FactPanel:
    """Rows of one measure: objects with a ``name``, and the figure of each."""

    title: str
    rows: tuple[tuple[str, Fact | Beside | None], ...]
    own: str
    nation: str


def layer(facts: Iterable[Fact | None], label: str, look: Look) -> FactLayer:
    """Facts for a chart of years; those without a value are no point."""
    return FactLayer(str(label), look, tuple(fact for fact in facts if fact is not None and fact.known))


def panel(title: str, rows: Iterable[Any], own: Any, nation: Any, attribute: str) -> FactPanel:
    """A panel of rows with a ``name`` and this attribute; own region and nation join them, each region once."""
    found = {str(row.name): getattr(row, attribute) for row in (*rows, own, nation)}
    return FactPanel(str(title), tuple(found.items()), str(own.name), str(nation.name))


def functions(
    language: Language, display: Callable[[Fact], str], style: HouseStyle = DEFAULT_STYLE
) -> dict[str, Callable[..., Any]]:
    """What a template of a language may call; ``display`` writes a fact."""
    charts = _Charts(language, display, style)
    return {"layer": layer, "panel": panel, "line_chart": charts.line_chart, "dots_chart": charts.dots_chart,
            "bars_chart": charts.bars_chart, "map_chart": charts.map_chart}  # fmt: skip


@dataclass(frozen=True)
class _Charts:
    """The chart forms, for pages of a language and a style."""

    language: Language
    display: Callable[[Fact], str]
    style: HouseStyle

    # --- years ----------------------------------------------------------------------------

    def line_chart(
        self,
        layers: Sequence[FactLayer],
        named: Sequence[Fact | tuple[Fact, str]] = (),
        height: float = line.HEIGHT_MM,
    ) -> Chart | str:
        """Layers in one chart of years; facts in ``named`` get words at their point, "2018: 135.400"."""
        shown = [found for found in layers if found.facts]
        if not shown:
            return ""
        notes = dict(self._note(item) for item in named)
        ends = {_x(found.facts[-1]) for found in shown}
        bound: list[Bound] = []
        made = [self._layer(found, notes, len(ends) > 1, bound) for found in shown]
        drawing = line.line(
            made, write=self._tick, axis_note=self._axis_note, height_mm=height, style=self.style
        )
        return Chart(drawing, tuple(dict.fromkeys(bound)))

    def _layer(
        self, found: FactLayer, notes: dict[float, tuple[str, ...]], with_year: bool, bound: list[Bound]
    ) -> Layer:
        points = []
        for fact in found.facts:
            text, facts = self._text(fact)
            bound += facts
            points.append(_point(fact, text, x=_x(fact)))
        last = found.facts[-1]
        year = f" {_x(last):g}" if with_year and found.look != "old_count" else ""
        several_old = found.look == "old_count" and len(points) > 1
        lines = [found.label if several_old else f"{found.label}{year}: {points[-1].text}"]
        if found.look in _WITH_MARGIN and last.has_margin and not last.wide:
            span, facts = self._span(last)
            lines.append(span)
            bound += facts
        words = {_x(last): tuple(lines)}
        if found.look in ("counted", "estimate"):
            beside = {point.x: f"{point.x:g}: {point.text}" for point in points if point.x in notes}
            words = {x: (text, *notes[x]) for x, text in beside.items()} | words
        return Layer(found.label, found.look, tuple(points), words)

    def _note(self, item: Fact | tuple[Fact, str]) -> tuple[float, tuple[str, ...]]:
        fact, words = item if isinstance(item, tuple) else (item, "")
        return _x(fact), (str(words),) if words else ()

    def _tick(self, value: float) -> str:
        return formats.number(value, 1 if value == int(value) else 0.1, self.language)

    def _axis_note(self, start: str) -> str:
        return word("phrase", "axis_from", self.language).format(start=start)

    # --- regions --------------------------------------------------------------------------

    def dots_chart(self, panels: Sequence[FactPanel], all: str, row: float = rows.ROW_MM) -> Chart | str:
        """Panels of regions, the highest first, beside the nation; ``all`` is what the nation is called."""
        bound: list[Bound] = []
        made = [Panel(found.title, self._rows(found, str(all), bound), str(all)) for found in panels]
        made = [found for found in made if any(point.value is not None for point in found.points)]
        if not made:
            return ""
        return Chart(dots.dots(made, row_mm=row, style=self.style), tuple(dict.fromkeys(bound)))

    def _rows(self, found: FactPanel, nation: str, bound: list[Bound]) -> tuple[Point, ...]:
        points = []
        for name, item in found.rows:
            shown = nation if name == found.nation else name
            points.append(self._row(shown, item, name == found.own and name != found.nation, bound))
        return tuple(
            sorted(points, key=lambda point: (point.value is None, -(point.value or 0.0), point.name))
        )

    def _row(
        self,
        name: str,
        item: Fact | Beside | None,
        own: bool,
        bound: list[Bound],
        write: Callable[[Fact], str] | None = None,
    ) -> Point:
        fact = item.own if isinstance(item, Beside) else item
        if fact is None or not fact.known:
            text = word("phrase", "no_data", self.language) if fact is None else self.display(fact)
            return Point(None, text, name=name, own=own)
        if isinstance(item, Beside) and item.few and fact.has_margin:
            text, facts = self._span(replace(fact, step=1.0))
        else:
            text, facts = self._text(fact, write)
        bound += facts
        return _point(fact, text, name=name, own=own)

    def bars_chart(
        self, rows: Iterable[tuple[str, Fact | None]], own: str = "", signed: bool = False
    ) -> Chart | str:
        """Named facts as bars in the order given: levels, or changes with their sign; ``own`` is the own region."""
        bound: list[Bound] = []
        write = functools.partial(self.display, signed=signed)
        points = tuple(self._row(str(name), fact, str(name) == str(own), bound, write) for name, fact in rows)
        if not any(point.value is not None for point in points):
            return ""
        return Chart(bars.bars([Panel("", points)], style=self.style), tuple(dict.fromkeys(bound)))

    # --- maps -----------------------------------------------------------------------------

    def map_chart(
        self,
        rows: Iterable[tuple[str, Fact | None, BaseGeometry]],
        around: Sequence[BaseGeometry] = (),
        own: str = "",
        height: float = map.HEIGHT_MM,
    ) -> Chart | str:
        """Parts of a region by name with their fact and borders; ``around`` are the borders of its surroundings."""
        bound: list[Bound] = []
        parts = [
            (self._row(str(name), fact, str(name) == str(own), bound), shape) for name, fact, shape in rows
        ]
        values = [point.value for point, _ in parts]
        if not any(value is not None for value in values):
            return ""
        limits = map.class_limits(values)
        classes = map.Classes(
            tuple(limits), self._class_words(limits), word("phrase", "no_data", self.language)
        )
        drawing = map.choropleth([shape for _, shape in parts], [point for point, _ in parts], classes,
                                 around=around, height_mm=height, style=self.style)  # fmt: skip
        return Chart(drawing, tuple(dict.fromkeys(bound)))

    def _class_words(self, limits: Sequence[float]) -> tuple[str, ...]:
        """Words of the classes: "minder dan 6", "6 tot 8", "8 of meer"."""
        ends = [self._limit(limit) for limit in limits]
        if not ends:
            return (word("phrase", "all_parts", self.language),)
        between = [word("phrase", "to", self.language).join(pair) for pair in pairwise(ends)]
        first, last = (word("phrase", key, self.language) for key in ("less_than", "or_more"))
        return first.format(limit=ends[0]), *between, last.format(limit=ends[-1])

    def _limit(self, value: float) -> str:
        step = next(
            step
            for step in (1.0, 0.1, 0.01, 0.001)
            if abs(value / step - round(value / step)) < 1e-6 or step == 0.001
        )
        return formats.number(value, step, self.language)

    # --- texts ----------------------------------------------------------------------------

    def _text(self, fact: Fact, write: Callable[[Fact], str] | None = None) -> tuple[str, tuple[Bound, ...]]:
        """What stands beside a point: its number, or its range where one number would say too much."""
        if fact.wide:
            return self._span(fact)
        text = (write or self.display)(fact)
        return text, ((fact, text),)

    def _span(self, fact: Fact) -> tuple[str, tuple[Bound, ...]]:
        ends = tuple(fact.bound(side) for side in ("low", "high"))
        bound = tuple((end, self.display(end)) for end in ends)
        (_, low), (_, high) = bound
        return low if low == high else f"{low}{formats.EN_DASH}{high}", bound


def _x(fact: Fact) -> float:
    return float(formats.last_year(fact.period))


def _point(fact: Fact, text: str, *, x: float = 0.0, name: str = "", own: bool = False) -> Point:
    ends = {side: getattr(fact, side) if fact.has_margin else None for side in ("low", "high")}
    return Point(fact.value, text, x, name, status=_status(fact), own=own, **ends)


def _status(fact: Fact) -> str:
    return "estimate" if fact.estimate else "provisional" if fact.provisional else "published"
