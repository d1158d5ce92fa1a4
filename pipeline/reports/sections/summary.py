"""The first page: what a councillor can repeat, then six numbers, both versions of the target, the line of jobs."""

from __future__ import annotations

from pipeline.language import numbers
from pipeline.language.translation import pgettext, to_translate, tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.context import RegionContext
from pipeline.reports.jobs import Jobs, jobs_of
from pipeline.reports.narrative import Sentence, say
from pipeline.reports.sections.benefits import (
    ww_beside_nation,
    ww_word,
)
from pipeline.reports.sections.changes import since_previous
from pipeline.reports.sections.jobs_facts import (
    YEARS_BACK,
    growth_span,
    published_level,
)
from pipeline.reports.sections.jobs_figure import jobs_figure
from pipeline.reports.sections.key_figures import key_figures
from pipeline.reports.sections.programme_results import Outcome, outcome_counts, outcomes_of
from pipeline.reports.sections.residents import latest_residents
from pipeline.reports.sections.targets import JobsTarget, jobs_target
from pipeline.reports.sections.wording import (
    estimate_adverb,
    estimate_word,
    partial_date,
)
from pipeline.reports.sections.youth_facts import young_residents

KICKER = to_translate("In het kort")
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
        narrative.kpi("kerncijfers", key_figures(context, jobs, target, outcomes)),
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
    counted = jobs.change(first, last)
    if counted is None:
        return say("Hoeveel banen erbij kwamen, is niet te zeggen")
    change, low, high = counted
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
        level = published_level(jobs, last)
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
    return said + say("De marge van 80 % loopt van {low} tot {high}.", low=low, high=high)


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
