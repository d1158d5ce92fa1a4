"""The first page: what a councillor can repeat, six numbers, both versions of the target, the line of jobs."""

from __future__ import annotations

import functools
from typing import Any

from pipeline.figures.jobs_chart import JobsLabels, jobs_and_target
from pipeline.language import numbers
from pipeline.language.translation import pgettext, to_translate, tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.context import SHOWN_LEVEL, Jobs, Place, RegionContext, jobs_of
from pipeline.reports.narrative import Card, Fact, Sentence, fact, say
from pipeline.reports.sections.benefits import (
    UNIT,
    beside_nation,
    few_recipients,
    few_ww_recipients,
    rate_of,
    ww_beside_nation,
    ww_per_1000,
    ww_word,
)
from pipeline.reports.sections.changes import since_previous
from pipeline.reports.sections.programme_results import Outcome, outcome_counts, outcomes_of
from pipeline.reports.sections.residents import growth_of_residents, latest_residents
from pipeline.reports.sections.targets import JobsTarget, jobs_target
from pipeline.reports.sections.wording import (
    NO_GROWTH_RULE,
    estimate_adverb,
    estimate_word,
    partial_date,
    source_words,
)
from pipeline.reports.sections.youth_facts import jobseekers_card, young_residents

KICKER = to_translate("In het kort")
#: years back that a region without a target is compared with
YEARS_BACK = 5
_ID = "in-het-kort"


def summary(context: RegionContext) -> list[form.Block]:
    """The page "In het kort"."""
    jobs, target = jobs_of(context), jobs_target(context)
    outcomes = outcomes_of(context)
    return [
        narrative.heading(_ID, tr(KICKER), _title(context, jobs, target)),
        narrative.lead(_ID, _scope(context), since_previous(context)),
        narrative.summary(
            _ID,
            [
                _jobs_sentence(context, jobs),
                _middle_sentence(context, jobs, target),
                _last_sentence(context, outcomes),
            ],
        ),
        narrative.kpi("kerncijfers", _cards(context, jobs, target, outcomes)),
        *_versions(context, target),
        jobs_figure(context, jobs, target),
    ]


# --- title and sentences ------------------------------------------------------------------


def _title(context: RegionContext, jobs: Jobs, target: JobsTarget | None) -> Sentence:
    if target is not None:
        return _target_title(jobs, target)
    found = ww_beside_nation(context)
    ww = Sentence()
    if found is not None and not context.is_nation:
        own, nation = found
        word = ww_word(
            context,
            own,
            nation,
            more=tr("meer WW dan gemiddeld in Nederland"),
            less=tr("minder WW dan gemiddeld in Nederland"),
            equal=tr("ongeveer evenveel WW als gemiddeld in Nederland"),
        )
        ww = narrative.resting_on(say("{word}", word=word), own, nation)
    if not jobs.can_show_growth:
        rest = say("hoeveel banen erbij kwamen, is niet te zeggen")
        return say("{ww}; {rest}", ww=ww, rest=narrative.lower_first(rest)) if ww else rest
    change = _growth_words(jobs)
    return say("{change}; {ww}", change=change, ww=narrative.lower_first(ww)) if ww else change


def _target_title(jobs: Jobs, target: JobsTarget) -> Sentence:
    reading = target.chosen
    growth = _growth_words(jobs, reading.baseline_year)
    parts = {"growth": growth, "goal": reading.goal(), "year": str(reading.deadline_year)}
    verdict = str(reading.row["verdict"])
    by_baseline = len(_verdicts_on_time(target)) > 1
    if verdict == "op koers":
        if by_baseline:
            return say("{growth}; het doel van {goal} in {year} ligt met die nulmeting op koers", **parts)
        return say("{growth}; het doel van {goal} in {year} ligt op koers", **parts)
    if verdict == "achter":
        if by_baseline:
            return say("{growth}; het doel van {goal} in {year} loopt met die nulmeting achter", **parts)
        return say("{growth}; het doel van {goal} in {year} loopt achter", **parts)
    if verdict == "onzeker":
        return say("{growth}; of {goal} in {year} lukt, is onzeker", **parts)
    return say("{growth}; over {goal} in {year} is geen oordeel te geven", **parts)


def _verdicts_on_time(target: JobsTarget) -> set[str]:
    """The verdicts that other baselines give for the same definition and deadline."""
    chosen = target.chosen
    same = [r for r in target.readings if r.row["definition"] == chosen.row["definition"]]
    verdicts = {str(r.row["verdict"]) for r in same if r.deadline_year == chosen.deadline_year}
    return verdicts - {"geen oordeel", "geen gegevens"}


def _growth_words(jobs: Jobs, since: int | None = None) -> Sentence:
    """ "Naar raming 12.000 extra banen sinds 2018"."""
    last = jobs.latest_year
    first = since or last - YEARS_BACK
    change, low, high = jobs.change(first, last)
    year = str(first)
    if low.value < 0 < high.value:
        sure = say("of het aantal banen sinds {year} groeide, is naar raming niet zeker", year=year)
        return narrative.resting_on(sure, change, low, high)
    return narrative.say_change(
        change,
        more="{est}{change} extra banen sinds {year}",
        less="{est}{change} banen minder dan in {year}",
        equal="{how}evenveel banen als in {year}",
        est=estimate_word(change),
        how=estimate_adverb(change),
        year=year,
    )


def _scope(context: RegionContext) -> Sentence:
    residents = latest_residents(context)
    words = {
        "here": context.place.here,
        "residents": residents.with_noun(tr("inwoners")),
        "when": residents.period,
    }
    if context.is_gemeente:
        return say("{here} telde {residents} op {when}.", **words)
    return say(
        "{here} telde {residents} op {when}, in {members}.", **words, members=context.count_of_members()
    )


def _jobs_sentence(context: RegionContext, jobs: Jobs) -> Sentence:
    here = context.place.here
    if not jobs.can_show_growth:
        if jobs.published.empty:
            return say("Voor {here} heeft deze momentopname geen telling van banen.", here=here)
        last = int(jobs.published["year"].max())
        level = _published_level(jobs, last)
        counted = say(
            "CBS telde in {when} {level:b} van werknemers in {here}.",
            when=level.period,
            level=level.with_noun(pgettext("van werknemers", "baan"), pgettext("van werknemers", "banen")),
            here=here,
        )
        return counted + say("Een latere telling per gemeente ontbreekt in deze momentopname.")
    level = jobs.level(jobs.latest_year)
    margin = jobs.margin(jobs.latest_year)
    parts = {
        "when": level.period,
        "here": here,
        "level": level.with_noun(pgettext("van werknemers", "banen")),
    }
    if level.is_estimate:
        said = say("In {when} waren er in {here} naar raming {level:b} van werknemers.", **parts)
    elif level.status in ("provisional", "revised_provisional"):
        said = say("In {when} waren er in {here} {level:b} van werknemers (voorlopig).", **parts)
    else:
        said = say("In {when} waren er in {here} {level:b} van werknemers.", **parts)
    if margin is None:
        return said
    low, high = margin
    return said + say("De marge loopt van {low} tot {high}.", low=low, high=high)


def _published_level(jobs: Jobs, year: int) -> Fact:
    row = jobs.published[jobs.published["year"] == year].iloc[-1]
    return fact(
        row["value"],
        label=tr("banen van werknemers"),
        period=numbers.december(year),
        unit=tr("banen"),
        status=row["status"],
        source="81402ned" if jobs.is_share_estimate else jobs.source,
        region_code=jobs.place.code,
        region=jobs.place.name,
    )


def _middle_sentence(context: RegionContext, jobs: Jobs, target: JobsTarget | None) -> Sentence:
    if target is not None:
        return _target_sentence(jobs, target)
    found = ww_beside_nation(context)
    if found is None:
        return say("Voor uitkeringen per inwoner zijn er geen gegevens in deze momentopname.")
    own, nation = found
    parts = {"year": own.period, "own": own, "thousand": numbers.number(1000)}
    if context.is_nation:
        said = say("In {year} kregen {own:b} van elke {thousand} inwoners een WW-uitkering.", **parts)
    else:
        said = say(
            "In {year} kregen {own:b} van elke {thousand} inwoners een WW-uitkering, in heel Nederland {nation}.",
            **parts,
            nation=nation,
        )
    return said + say("Dit is teruggerekend uit percentages van CBS.") if own.is_estimate else said


def growth_span(jobs: Jobs) -> Fact:
    """The years whose growth the model knows."""
    years = jobs.estimate["year"] if jobs.is_share_estimate else jobs.published["year"]
    first, last = int(years.min()), int(years.max())
    words = {
        "label": tr("groei waar het model van leert"),
        "period": numbers.years(first, last),
        "unit": tr("jaren"),
    }
    return fact(last - first, **words, source=jobs.source)


def _target_sentence(jobs: Jobs, target: JobsTarget) -> Sentence:
    reading = target.chosen
    goal, year = reading.goal(), str(reading.deadline_year)
    if reading.has_chance:
        span = growth_span(jobs)
        chance = say(
            "De kans op {goal} extra arbeidsplaatsen in {year} is {chance} ({words}).",
            goal=goal,
            year=year,
            chance=reading.chance(),
            words=reading.chance_in_words(),
        )
        return chance + say(
            "Dat is gerekend vanaf {base}, als de ontwikkeling van {span} doorzet.",
            base=str(reading.baseline_year),
            span=narrative.replace(span, shown=span.period),
        )
    observed = reading.number(
        "observed_per_year", tr("tempo sinds de nulmeting"), f"{reading.baseline_year}–{reading.latest_year}"
    )
    needed = reading.number(
        "required_per_year", tr("nog nodig per jaar"), f"{reading.latest_year}–{reading.deadline_year}"
    )
    return say(
        "Sinds {base} kwamen er {how}{observed} banen per jaar bij; voor {goal} in "
        "{year} zijn er {needed} per jaar nodig.",
        how=estimate_word(observed),
        base=str(reading.baseline_year),
        observed=observed,
        goal=goal,
        year=year,
        needed=needed,
    )


def _last_sentence(context: RegionContext, outcomes: list[Outcome]) -> Sentence:
    if not outcomes or context.is_above_regions:
        return young_residents(context)
    total, _, missing = outcome_counts(context, outcomes)
    if missing.value == 0:
        return narrative.resting_on(
            say("Voor elk van de {all} van de programma's vonden wij een resultaat.", all=total), missing
        )
    if missing.value == len(outcomes):
        return narrative.resting_on(
            say("Voor geen enkel doel van de programma's ({all}) vonden wij een resultaat.", all=total),
            missing,
        )
    return say(
        "Voor {missing:b} van de {all} van de programma's vonden wij geen resultaat.",
        missing=missing,
        all=total,
    )


# --- cards ------------------------------------------------------------------------------


def _cards(
    context: RegionContext, jobs: Jobs, target: JobsTarget | None, outcomes: list[Outcome]
) -> list[Card]:
    return [
        _level_card(context, jobs),
        _change_card(context, jobs, target),
        _target_card(context, target, outcomes),
        _residents_card(context),
        _ww_card(context),
        jobseekers_card(context),
    ]


def _level_card(context: RegionContext, jobs: Jobs) -> Card:
    if not jobs.can_show_growth and len(jobs.published):
        level = _published_level(jobs, int(jobs.published["year"].max()))
        note = Sentence()
        if margin := jobs.margin(jobs.latest_year):
            low, high = margin
            note = say("raming {year}: {low} tot {high}", year=str(jobs.latest_year), low=low, high=high)
        direction = _from(jobs.place, level, _published_level_of(jobs, _year_before(level)))
        return Card(
            tr("Banen van werknemers, {period}", period=level.period),
            level,
            note,
            "cbs",
            _cbs_word(level),
            **direction,
        )
    if jobs.latest_year is None:
        return Card(
            tr("Banen van werknemers"),
            context.absent(label=tr("banen van werknemers"), period=tr("december"), unit=tr("banen")),
        )
    level = jobs.level(jobs.latest_year)
    note = Sentence()
    if margin := jobs.margin(jobs.latest_year):
        note = say("marge {low} tot {high}", low=margin[0], high=margin[1])
    evidence = "raming" if level.is_estimate else "cbs"
    # of an estimate one year is within the margin: no arrow
    direction = {} if margin else _from(jobs.place, level, jobs.level(jobs.latest_year - 1))
    return Card(
        tr("Banen van werknemers, {period}", period=level.period),
        level,
        note,
        evidence,
        _cbs_word(level),
        **direction,
    )


def _year_before(level: Fact) -> int:
    return int(level.period.split()[-1]) - 1


def _published_level_of(jobs: Jobs, year: int) -> Fact | None:
    return _published_level(jobs, year) if year in set(jobs.published["year"]) else None


def _from(place: Place, now: Fact, before: Fact | None) -> dict[str, Any]:
    """The direction of a card and its words: the change since an earlier count; nothing when that is not known."""
    if before is None or not (before.is_known and now.is_known):
        return {}
    change = fact(
        now.value - before.value,
        functools.partial(numbers.number, plus=True),
        label=tr("{label}, verandering", label=now.label),
        period=numbers.span(before.period, now.period),
        unit=now.unit,
        status=now.status,
        source=now.source,
        region_code=place.code,
        region=place.name,
    )
    return {
        "direction": narrative.direction_of(change),
        "direction_words": _change_words(change, before.period),
    }


def _change_words(change: Fact, since: str) -> Sentence:
    direction = narrative.direction_of(change)
    words = {"change": change.unsigned(), "since": since}
    if direction == "omhoog":
        return say("{change} meer dan in {since}", **words)
    if direction == "omlaag":
        return say("{change} minder dan in {since}", **words)
    return narrative.resting_on(say("evenveel als in {since}", since=since), change)


def _cbs_word(item: Fact) -> str:
    if item.is_estimate:
        return ""
    return {"provisional": tr("CBS, voorlopig"), "revised_provisional": tr("CBS, nader voorlopig")}.get(
        item.status, ""
    )


def _change_card(context: RegionContext, jobs: Jobs, target: JobsTarget | None) -> Card:
    if not jobs.can_show_growth:
        absent = context.absent(
            label=tr("verandering van banen ({rule})", rule=tr(NO_GROWTH_RULE)),
            period=tr("na 2010"),
            unit=tr("banen"),
        )
        return Card(
            tr("Extra banen na 2010"),
            absent,
            narrative.resting_on(say("{why}", why=tr(NO_GROWTH_RULE)), absent),
        )
    first = target.chosen.baseline_year if target else jobs.latest_year - YEARS_BACK
    change, low, high = jobs.change(first, jobs.latest_year)
    note = say("marge {low} tot {high}", low=low, high=high) if low.display != high.display else Sentence()
    evidence = "raming" if change.is_estimate else "cbs"
    return Card(
        tr("Extra banen sinds {month}", month=numbers.december(first)),
        change,
        note,
        evidence,
        _cbs_word(change),
        **_direction_of_change(change, low, high),
    )


def _direction_of_change(change: Fact, low: Fact, high: Fact) -> dict[str, Any]:
    """The arrow of a change with its word; a margin that holds both more and less gives none."""
    if low.value < 0 < high.value:
        return {}
    direction = narrative.direction_of(change)
    words = {"omhoog": say("gegroeid"), "omlaag": say("gekrompen"), "gelijk": say("gelijk gebleven")}
    return {"direction": direction, "direction_words": words[direction]}


def _target_card(context: RegionContext, target: JobsTarget | None, outcomes: list[Outcome]) -> Card:
    if target is not None:
        return _chance_card(target)
    if outcomes and not context.is_above_regions:
        total, reached, _ = outcome_counts(context, outcomes)
        return Card(
            tr("Doelen van programma's, gehaald"),
            narrative.replace(reached, display=numbers.number(reached.value), shown=""),
            say("van {total}", total=total),
            "programma",
            word=tr("opgave programma"),
        )
    found = beside_nation(context, "bijstand_per_1000_residents")
    label = tr("Bijstand per 1.000 inwoners")
    if found is None:
        year = str(context.settings.edition)
        return Card(label, context.absent(label=tr("bijstand"), period=year, unit=tr(UNIT)))
    own, nation = (rate_of(context, row, tr("bijstand")) for row in found)
    return _beside_card(context, label, own, nation, few_recipients(context, found[0]))


def _chance_card(target: JobsTarget) -> Card:
    reading = target.chosen
    goal = reading.goal()
    label = tr(
        "{goal} extra in {deadline_year} (nulmeting {baseline_year})",
        goal=goal.display,
        deadline_year=reading.deadline_year,
        baseline_year=reading.baseline_year,
    )
    if not reading.has_chance:
        verdict = fact(
            reading.row["required_per_year"],
            numbers.hundreds,
            label=tr(str(reading.row["verdict"])),
            period=tr("nulmeting {baseline_year}", baseline_year=reading.baseline_year),
            unit=tr("banen per jaar"),
            status="estimate",
            source=reading.row["source"],
        )
        note = narrative.resting_on(say("{needed} banen per jaar nodig", needed=verdict), goal)
        return Card(label, verdict, note, "raming", tr("alleen tempo"), shown=tr(str(reading.row["verdict"])))
    first, second = reading.chances()
    words, verdict = reading.chance_in_words(), tr(str(reading.row["verdict"]))
    note = narrative.resting_on(
        say("kans: {words}. Oordeel: {verdict}", words=words, verdict=verdict), second, goal
    )
    return Card(label, first, note, "raming", tr("raming met model"), shown=reading.chance().text)


def _residents_card(context: RegionContext) -> Card:
    residents = latest_residents(context)
    note = Sentence()
    for link in context.programmes:
        for target in link.programme.targets:
            if (
                link.relation == "same"
                and target.area == link.area
                and target.indicator == "population_count"
            ):
                goal = fact(
                    float(target.target),
                    label=tr("doel inwoners"),
                    period=str(target.deadlines[0].year),
                    unit=tr("inwoners"),
                    status="target",
                    source=target.source.title,
                )
                more = tr("meer dan ") if target.relation == "more_than" else ""
                note = say("doel: {more}{goal} in {year}", more=more, goal=goal, year=goal.period)
    direction = {}
    growth = growth_of_residents(context)
    if growth is not None:
        since, change = growth
        words = _change_words(change, since)
        direction = {"direction": narrative.direction_of(change), "direction_words": words}
    return Card(tr("Inwoners, {period}", period=residents.period), residents, note, "cbs", **direction)


def _ww_card(context: RegionContext) -> Card:
    found = ww_beside_nation(context)
    label = tr("WW per 1.000 inwoners")
    if found is None:
        year = str(context.settings.edition)
        return Card(label, context.absent(label=tr("WW-uitkeringen"), period=year, unit=tr(UNIT)))
    own, nation = found
    card = _beside_card(context, label, own, nation, few_ww_recipients(context, own))
    before = ww_per_1000(context, int(own.period) - 1)
    if not before.is_known or few_ww_recipients(context, own) is not None:
        return card
    direction = narrative.compared(own, before, more="omhoog", less="omlaag", equal="gelijk")
    words = {"before": before, "when": before.period}
    if direction == "gelijk":
        said = narrative.resting_on(say("evenveel als in {when}", when=before.period), before)
    elif direction == "omhoog":
        said = say("meer dan de {before} in {when}", **words)
    else:
        said = say("minder dan de {before} in {when}", **words)
    return narrative.replace(card, direction=direction, direction_words=said)


def _beside_card(context: RegionContext, label: str, own: Fact, nation: Fact, few: Fact | None) -> Card:
    """The card of a benefit, beside the nation; of few recipients with their number."""
    word = tr("CBS, teruggerekend") if own.is_estimate else _cbs_word(own)
    if few is not None:
        note = say("ongeveer {few}; Nederland: {nation}", few=few.with_noun(tr("uitkeringen")), nation=nation)
    elif context.is_nation:
        note = Sentence()
    else:
        note = say("Nederland: {nation}", nation=nation)
    return Card(f"{label}, {own.period}", own, note, "cbs", word)


# --- both versions of the target ----------------------------------------------------------


def _versions(context: RegionContext, target: JobsTarget | None) -> list[form.Block]:
    """Both versions of a target that was set anew: what each says, on the first page."""
    if target is None or not target.target.later_versions:
        return []
    older, later = target.target.target_version, target.target.later_versions[0]
    goal = target.chosen.goal()
    in_words = [t for t in target.programme.targets if t.target_version.label == later.version.label]
    many = narrative.counted(
        len(in_words),
        tr("doel"),
        tr("doelen"),
        label=tr("doelen in woorden"),
        period=later.version.label,
        source=later.source.title,
    )
    stands = {
        True: say("Daarin blijft de {goal} staan.", goal=goal),
        False: say("Daarin staat de {goal} niet meer.", goal=goal),
    }.get(
        later.stands,
        say("Het bericht noemt de {goal} niet; of het getal nog geldt, vonden wij niet.", goal=goal),
    )
    dated = [
        narrative.year_fact(
            int(version.label),
            tr("versie van het doel"),
            period=partial_date(version.date),
            source=source.title,
        )
        for version, source in ((older, target.target.source), (later.version, later.source))
    ]
    return [
        narrative.note(
            "versies",
            tr("Het doel staat niet vast."),
            say(
                "Versie {old} ({when}): {goal} extra arbeidsplaatsen in {year}.",
                old=dated[0],
                when=dated[0].period,
                goal=goal,
                year=str(target.chosen.deadline_year),
            ),
            say("Versie {new} ({when}): {many} in woorden.", new=dated[1], when=dated[1].period, many=many),
            stands,
        )
    ]


# --- the line of jobs ---------------------------------------------------------------------


def jobs_labels(jobs: Jobs) -> JobsLabels:
    """Words of the chart of jobs: a recalculated series is not a share of a COROP."""
    if jobs.is_share_estimate:
        return JobsLabels(estimate=tr("Raming, met marge van {level} %", level=SHOWN_LEVEL))
    return JobsLabels(estimate=tr("Omgerekend naar de grenzen van nu"))


def jobs_figure(context: RegionContext, jobs: Jobs, target: JobsTarget | None) -> form.Block:
    """The chart of jobs with the road to the target; a calm note when there is no level at all."""
    if jobs.published.empty and jobs.estimate.empty:
        return narrative.note(
            "banen", tr("Banen."), say("Voor dit gebied heeft deze momentopname geen cijfers over banen.")
        )
    path = pace = None
    title = _chart_title(context, jobs)
    if target is not None:
        reading = target.chosen
        # The road from now on: a line from the baseline would run over the estimate of the years between.
        now = (reading.latest_year, float(reading.row["latest_value"]))
        then = (reading.baseline_year, float(reading.row["baseline_value"]))
        goal = (reading.deadline_year, float(reading.row["target_value"]))
        path = [now if now[0] < goal[0] else then, goal]
        grown = float(reading.row["observed_per_year"]) * float(reading.row["horizon"])
        pace = (reading.deadline_year, float(reading.row["latest_value"]) + grown)
        title = _pace_title(target)
    drawing = jobs_and_target(
        jobs.published,
        jobs.estimate if len(jobs.estimate) else None,
        path,
        pace,
        about=context.about("banen", tr("banen"), jobs.source),
        labels=jobs_labels(jobs),
        provisional=jobs.provisional,
        breaks=jobs.break_years,
        named_years=(target.chosen.baseline_year,) if target else (),
        height_mm=60 if target is not None else 74,
        style=context.style,
    )
    return narrative.figure(
        drawing,
        "banen",
        title,
        unit=tr("Banen van werknemers in {here}, december.", here=context.place.here),
        source=source_words(
            jobs.sources,
            (tr("raming en doellijn: eigen berekening") if path else _estimate_remark(jobs))
            + break_remark(jobs),
        ),
    )


def break_remark(jobs: Jobs) -> str:
    """What a "breuk" in the chart of jobs is; nothing without one."""
    return tr(". Breuk: cijfers van ervoor en erna zijn niet goed te vergelijken") if jobs.break_years else ""


def _estimate_remark(jobs: Jobs) -> str:
    if jobs.estimate.empty:
        return ""
    return (
        tr("raming: eigen berekening")
        if jobs.is_share_estimate
        else tr("jaren met andere grenzen: eigen omrekening")
    )


def _chart_title(context: RegionContext, jobs: Jobs) -> Sentence:
    if not jobs.can_show_growth:
        if jobs.published.empty:
            return say("Er is geen telling van banen per gemeente, alleen een raming met een brede marge")
        last = int(jobs.published["year"].max())
        level = _published_level(jobs, last)
        return narrative.resting_on(
            say(
                "Na {year} is er geen telling per gemeente, alleen een raming met een brede marge",
                year=str(last),
            ),
            level,
        )
    # over the whole line: the last years stand in the title of the page
    first = jobs.first_year
    change, low, high = jobs.change(first, jobs.latest_year)
    if low.value < 0 < high.value:
        words = say(
            "Of het aantal banen sinds {year} groeide, valt binnen de marge niet te zeggen", year=str(first)
        )
        return narrative.resting_on(words, change)
    words = {"year": str(first), "change": change.unsigned()}
    if narrative.direction_of(change) == "gelijk":
        return narrative.resting_on(
            say("Sinds {year} bleef het aantal banen gelijk", year=str(first)), change
        )
    if change.is_estimate:
        if change.value > 0:
            return say("Sinds {year} kwamen er naar raming {change} banen bij", **words)
        return say("Sinds {year} verdwenen er naar raming {change} banen", **words)
    if change.value > 0:
        return say("Sinds {year} kwamen er {change} banen bij", **words)
    return say("Sinds {year} verdwenen er {change} banen", **words)


def _pace_title(target: JobsTarget) -> Sentence:
    """How much faster it has to go: "anderhalf keer zo snel"."""
    reading = target.chosen
    goal = reading.goal()
    year = str(reading.deadline_year)
    observed, needed = float(reading.row["observed_per_year"]), float(reading.row["required_per_year"])
    facts = (
        reading.number(
            "observed_per_year",
            tr("tempo sinds de nulmeting"),
            f"{reading.baseline_year}–{reading.latest_year}",
        ),
        reading.number(
            "required_per_year", tr("nog nodig per jaar"), f"{reading.latest_year}–{reading.deadline_year}"
        ),
    )
    how = estimate_adverb(*facts)
    if observed <= 0:
        words = say(
            "Voor {goal} extra banen in {year} is groei nodig; {fell}",
            goal=goal,
            year=year,
            fell=tr("naar raming daalde het aantal") if how else tr("het aantal daalde"),
        )
    elif needed <= observed:
        words = say(
            "Het tempo is {how}hoog genoeg voor {goal} extra banen in {year}", how=how, goal=goal, year=year
        )
    else:
        ratio = needed / observed
        if ratio < 1.25:
            faster = say("iets sneller")
        elif ratio < 1.75:
            faster = say("anderhalf keer zo snel")
        else:
            times = fact(
                ratio,
                functools.partial(numbers.number, decimals=1),
                label=tr("nodig gedeeld door tempo"),
                period=f"{reading.baseline_year}–{reading.deadline_year}",
                unit=tr("keer"),
                status="estimate",
                source=reading.row["source"],
            )
            faster = say("{times} keer zo snel", times=times)
        words = say(
            "Voor {goal} extra banen in {year} moet de groei {how}{faster}",
            how=how,
            goal=goal,
            year=year,
            faster=narrative.lower_first(faster),
        )
    return narrative.resting_on(words, *facts)
