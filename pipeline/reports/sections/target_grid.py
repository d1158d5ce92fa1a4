"""How the answer to a target depends on definition, baseline and deadline: the grid and the pace it takes."""

from __future__ import annotations

import pandas as pd

from pipeline.figures.change_charts import required_pace
from pipeline.language import numbers
from pipeline.language.translation import tr
from pipeline.reference import Target
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column, HeaderCell, Mark
from pipeline.reports.context import RegionContext
from pipeline.reports.jobs import jobs_of
from pipeline.reports.narrative import Fact, FactCell, Sentence, say
from pipeline.reports.sections.jobs_facts import growth_span
from pipeline.reports.sections.targets import JobsTarget, Reading, jobs_target
from pipeline.reports.sections.wording import estimate_word, source_words

#: chance at which the shade of a cell grows darker
_SHADE_STEPS = (0.10, 1 / 3, 2 / 3)


def target_grid(context: RegionContext) -> list[form.Block]:
    """The page about the target of extra jobs; nothing for a region without one."""
    target = jobs_target(context)
    if target is None:
        return []
    followed = _followed(target)
    with_chance = [reading for reading in followed if reading.has_chance]
    goal = target.chosen.goal()
    return [
        narrative.heading("doel", tr("Het doel van {goal}", goal=goal.display), _title(target, with_chance)),
        narrative.lead("doel", *_lead(target)),
        *([_grid(context, target)] if any(map(_says_something, target.readings)) else []),
        *_pace(context, target, [reading for reading in followed if _says_something(reading)]),
        narrative.note(
            "raad",
            tr("Wat de raad kan doen."),
            say(
                "Kies één definitie, één nulmeting en één einddatum. Zonder dat besluit kan niemand zeggen of {goal} "
                "op koers ligt.",
                goal=goal,
            ),
        ),
    ]


def _followed(target: JobsTarget) -> list[Reading]:
    """Readings under the definition that has an open series."""
    return [r for r in target.readings if r.row["indicator"] == target.target.indicator]


def _title(target: JobsTarget, readings: list[Reading]) -> Sentence:
    """The spread over the grid, which holds in every cell."""
    if not readings:
        verdicts = {str(reading.row["verdict"]) for reading in _followed(target)}
        if len(verdicts) == 1:
            return say("Het oordeel is bij elke nulmeting hetzelfde: {verdict}", verdict=tr(verdicts.pop()))
        return say("Het oordeel hangt af van de afspraak: definitie, nulmeting en einddatum")
    chances = [fact_ for reading in readings for fact_ in reading.chances()]
    low, high = min(chances, key=lambda c: c.value), max(chances, key=lambda c: c.value)
    year = str(target.chosen.deadline_year)
    if low.display == high.display:
        return say("Bij elke nulmeting is de kans op tijd in {year} {low}", year=year, low=low)
    return say(
        "De kans voor {year} is {low} bij de ene afspraak en {high} bij de andere",
        year=year,
        low=low,
        high=high,
    )


def _lead(target: JobsTarget) -> list[Sentence]:
    wanted = target.target
    goal = target.chosen.goal()
    years = sorted({d.year for d in wanted.deadlines if isinstance(d.year, int)})
    words = narrative.listed([narrative.quote(f"'{d.words}'") for d in wanted.deadlines])
    ends = narrative.counted(
        len(wanted.deadlines),
        tr("einddatum"),
        tr("einddatums"),
        label=tr("einddatums: {words}", words=words.text),
        period=", ".join(map(str, years)),
        source=wanted.source.title,
    )
    several = (
        say("Er zijn {ends} in omloop: {words}.", ends=ends, words=words) if len(years) > 1 else Sentence()
    )
    return [
        say("Nergens staat vanaf welk jaar de {goal} telt, of wat een arbeidsplaats is.", goal=goal),
        several,
        say("Daarom staan alle antwoorden naast elkaar.")
        if any(map(_says_something, target.readings))
        else say("Voor geen van de einddatums is nog te zeggen hoeveel banen er per jaar nodig zijn."),
    ]


# --- the grid -----------------------------------------------------------------------------


class _OnlyMeaning:
    """The one meaning of a target, as a definition."""

    def __init__(self, target: Target) -> None:
        self.key = self.title = target.definition
        self.indicator, self.followed_by = target.indicator, target.followed_by


def _grid(context: RegionContext, target: JobsTarget) -> form.Table:
    """Definition by deadline in columns, baselines in rows."""
    # a target with one meaning has no list of definitions: its own words head the columns
    definitions = target.target.definitions or (_OnlyMeaning(target.target),)
    deadlines = sorted({r.deadline_year for r in target.readings if r.deadline_year})
    baselines = sorted({r.baseline_year for r in target.readings if r.baseline_year})
    known = [
        d
        for d in definitions
        if any(_says_something(r) for r in target.readings if r.row["definition"] == d.key)
    ]
    silent = [d for d in definitions if d not in known]
    columns = [Column(label=tr("Nulmeting"), width=0.9)]
    over = [HeaderCell()]
    for definition in known:
        words = narrative.quote(definition.title)
        if definition.indicator != target.target.indicator:
            words = say("{title} (aanname, alleen tempo)", title=words)
        elif target.chosen.is_estimated:
            words = say("{title} (raming)", title=words)
        over.append(narrative.header_cell(words, len(deadlines)))
        columns += [Column(label=tr("klaar in {year}", year=year), align="center") for year in deadlines]
    rows = [
        [f"{year}", *(_cell(target, definition.key, year, end) for definition in known for end in deadlines)]
        for year in baselines
    ]
    for definition in silent:
        words = (
            tr("niet open; de regio kan een eigen tabel toevoegen")
            if definition.followed_by == "user file"
            else ""
        )
        rows.append(
            [
                narrative.quote(definition.title),
                FactCell(
                    say("{words}", words=words or " "),
                    mark=Mark(kind="geen gegevens"),
                    extra={"span": len(columns) - 1},
                ),
            ]
        )
    source = target.target.source.title
    years = [
        narrative.year_fact(year, tr("nulmeting of einddatum"), source=source)
        for year in (*baselines, *deadlines)
    ]
    goal = target.chosen.goal()
    return narrative.table(
        "raster",
        columns,
        rows,
        title=say("Wat per jaar nodig is voor {goal}, en hoe groot de kans is", goal=goal),
        unit=tr(
            "Groot: kans op tijd volgens het model. Klein: banen per jaar die vanaf de laatste stand nog nodig zijn."
        ),
        over=tuple(over),
        grid=True,
        behind=years,
        caption=source_words(
            {str(r.row["source"]) for r in target.readings if _says_something(r)},
            tr(
                "kans als telkens één jaar wordt weggelaten, als de ontwikkeling "
                "van {period} doorzet; verder dan {horizon} jaar vooruit geen oordeel",
                period=growth_span(jobs_of(context)).period,
                horizon=context.settings.models.verdict_horizon,
            ),
        ),
    )


def _says_something(reading: Reading) -> bool:
    return bool(pd.notna(reading.row["required_per_year"]))


def _cell(target: JobsTarget, definition: str, baseline: int, deadline: int) -> FactCell:
    wanted = (definition, baseline, deadline)
    reading = next(
        (r for r in target.readings if (r.row["definition"], r.baseline_year, r.deadline_year) == wanted),
        None,
    )
    if reading is None or not _says_something(reading):
        return FactCell(mark=Mark(kind="geen gegevens"))
    period = f"{reading.latest_year}–{reading.deadline_year}"
    label = tr("nodig per jaar, nulmeting {baseline}", baseline=baseline)
    followed = reading.row["indicator"] == target.target.indicator
    needed = (
        reading.number("required_per_year", label, period) if followed else _assumed(reading, label, period)
    )
    note = say("{needed} per jaar", needed=needed)
    if followed and reading.has_chance:
        words = Sentence((*reading.chance().runs,), reading.chances())
        return FactCell(words, note, extra={"shade": _shade(reading), "strong": True})
    if followed and str(reading.row["verdict"]) != "geen oordeel":
        return FactCell(say("{verdict}", verdict=tr(str(reading.row["verdict"]))), note, extra={"bold": True})
    return FactCell(say("geen oordeel") if followed else say("aanname"), note)


def _assumed(reading: Reading, label: str, period: str) -> Fact:
    """What is needed from one stated level: an assumption, not a figure."""
    needed = reading.number("required_per_year", label, period)
    return narrative.replace(needed, status="assumption", display=numbers.hundreds(needed.value))


def _shade(reading: Reading) -> int:
    chance = float(reading.row["probability"])
    return sum(chance >= step for step in _SHADE_STEPS)


# --- the pace -----------------------------------------------------------------------------


def _pace(context: RegionContext, target: JobsTarget, readings: list[Reading]) -> list[form.Figure]:
    """Growth a year that each baseline needs, against the growth since; nothing when every deadline has passed."""
    if not readings:
        return []
    deadlines = sorted({r.deadline_year for r in readings})[:2]
    frame = pd.DataFrame(
        {
            "baseline": reading.baseline_year,
            "observed": reading.row["observed_growth_pct"],
            "deadline": reading.deadline_year,
            "required": reading.row["required_growth_pct"],
        }
        for reading in readings
    )
    wide = frame.pivot_table(index="baseline", columns="deadline", values="required").add_prefix("required_")
    wide["observed"] = frame.groupby("baseline")["observed"].first()
    drawing = required_pace(
        wide.reset_index(),
        about=context.about("tempo", tr("procent per jaar"), str(target.chosen.row["source"])),
        deadlines=deadlines,
        style=context.style,
    )
    period = tr("nulmeting {baseline_year}", baseline_year=target.chosen.baseline_year)
    needed = target.chosen.percent(
        "required_growth_pct",
        tr("nodig tot {deadline_year}", deadline_year=target.chosen.deadline_year),
        period,
    )
    was = target.chosen.percent("observed_growth_pct", tr("tempo sinds de nulmeting"), period)
    title = say(
        "Met nulmeting {base} is {how}{needed} groei per jaar nodig; sinds {base} was het {was}",
        how=estimate_word(needed),
        base=str(target.chosen.baseline_year),
        needed=needed,
        was=was,
    )
    figure = narrative.figure(
        drawing,
        "tempo",
        title,
        unit=tr("Groei per jaar, procent. Definitie: banen van werknemers (raming).")
        if target.chosen.is_estimated
        else tr("Groei per jaar, procent. Definitie: banen van werknemers."),
        source=source_words(
            [str(target.chosen.row["source"])],
            tr(
                "eigen berekening. De kans hierboven kijkt naar de groei van {period}, niet alleen naar het tempo "
                "sinds de nulmeting",
                period=growth_span(jobs_of(context)).period,
            ),
        ),
    )
    return [figure]
