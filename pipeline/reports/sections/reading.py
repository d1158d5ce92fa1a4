"""What these figures say and do not say, how to read a chance, and how a verdict is given."""

from __future__ import annotations

import functools

from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import LegendItem, Mark, Point
from pipeline.reports.context import RegionContext
from pipeline.reports.jobs import SHOWN_LEVEL, jobs_of
from pipeline.reports.narrative import Fact, Sentence, fact, rounded_chance, say
from pipeline.reports.sections.jobs_facts import growth_span
from pipeline.reports.sections.programme_results import outcomes_of
from pipeline.reports.sections.targets import JobsTarget, jobs_target

KICKER = to_translate("Wat deze cijfers wel en niet zeggen")

_MEANINGS = to_translate(
    {
        "gehaald": "het gemelde of gemeten getal is gelijk aan of hoger dan het doel",
        "niet gehaald": "het gemelde of gemeten eindgetal ligt onder het doel",
        "op koers": "de kans is groot welk jaar ook wordt weggelaten, of het tempo is ook binnen de marge hoog genoeg",
        "achter": "de kans is klein welk jaar ook wordt weggelaten, of het tempo is ook binnen de marge te laag",
        "onzeker": "het antwoord wisselt binnen de marge of hangt aan een enkel jaar",
        "alleen tempo": "geen oordeel: alleen wat per jaar nodig is",
        "eindstand onbekend": "de einddatum is voorbij, een eindgetal is niet gevonden",
        "geen gegevens": "in onze bronnen staat geen getal; nooit rood",
    }
)


def reading_guide(context: RegionContext) -> list[form.Block]:
    """The page that says what can and cannot be concluded."""
    points = _points(context)
    facts = [item for _, says, not_says in points for item in (*says.facts, *not_says.facts)]
    target = jobs_target(context)
    return [
        narrative.heading(
            "wel-en-niet",
            tr(KICKER),
            say("Een raming is geen telling, een kans is geen voorspelling"),
            new_page=False,
        ),
        narrative.lead("wel-en-niet", say("Om te onthouden voordat u een cijfer uit dit rapport gebruikt.")),
        form.SaysNot(
            points=tuple(
                Point(title=title, says=says.runs, not_says=not_says.runs) for title, says, not_says in points
            ),
            data=tuple(dict.fromkeys(item.row("wel-en-niet") for item in facts)),
        ),
        *_chance(target),
        *_verdicts(context),
    ]


def _points(context: RegionContext) -> list[tuple[str, Sentence, Sentence]]:
    jobs, target = jobs_of(context), jobs_target(context)
    points = [
        (
            tr("Banen zijn geen arbeidsplaatsen"),
            say("Wij tellen banen van werknemers in december. Iemand met meer banen telt meer keren."),
            say("Zelfstandigen tellen niet mee. LISA telt hen wel, in april."),
        )
    ]
    if jobs.is_share_estimate and jobs.can_show_growth:
        margin = jobs.margin(jobs.latest_year)
        says = (
            say(
                "De richting sinds 2010, met een marge die elk jaar groter wordt: {low} tot {high} in {when}.",
                low=margin[0],
                high=margin[1],
                when=margin[0].period,
            )
            if margin
            else say("De richting sinds 2010.")
        )
        points.append(
            (
                tr("De raming volgt het COROP-gebied"),
                narrative.resting_on(says, _year(2010)),
                say(
                    "Hoe één gemeente het doet, of hoe {the} groeide naast het COROP-gebied.",
                    the=context.place.the,
                ),
            )
        )
    elif not jobs.can_show_growth:
        points.append(
            (
                tr("Na {year} is er geen telling per gemeente", year=jobs.last_count),
                narrative.resting_on(
                    say("Tussen welke grenzen het aantal banen nu naar raming ligt."), _year(jobs.last_count)
                ),
                narrative.resting_on(
                    say(
                        "Hoeveel banen erbij kwamen. De raming verdeelt de groei van een groter gebied naar het aandeel "
                        "van de laatste telling."
                    ),
                    _year(jobs.last_count),
                ),
            )
        )
    else:
        last = jobs.level(jobs.latest_year)
        points.append(
            (
                tr("Het laatste jaar is voorlopig"),
                narrative.resting_on(
                    say("De stand van {when} zoals CBS haar nu kent.", when=last.period), last
                ),
                say("Het laatste woord: CBS herziet voorlopige cijfers."),
            )
        )
    if target is not None and target.chosen.has_chance:
        span = growth_span(jobs)
        points.append(
            (
                tr("De kans komt uit een model"),
                say(
                    "Hoe waarschijnlijk zo'n groei is, gezien de groei van {span} in COROP-gebieden.",
                    span=narrative.replace(span, shown=span.period),
                ),
                say(
                    "Wat een nieuw bedrijventerrein, een crisis of beleid gaat doen. De kans zegt niets "
                    "over een programma."
                ),
            )
        )
    points += [
        (
            tr("WW en bijstand zijn uitkeringen"),
            narrative.resting_on(say("Hoeveel mensen een uitkering kregen, afgerond op tientallen.")),
            say("Hoeveel mensen werkloos zijn. Veel werklozen hebben geen uitkering, en regels veranderen."),
        ),
        (
            tr("Kleine verschillen zijn vaak ruis"),
            say("Grote verschillen tussen gebieden, en een richting over jaren."),
            say("Eén procent verschil in participatie: dat kan afronding zijn."),
        ),
    ]
    if outcomes_of(context):
        points.append(
            (
                tr("Een programma is niet de oorzaak"),
                say("Wat er gemeten of gemeld is naast wat er beloofd was."),
                say("Of het programma dat veroorzaakte. Verwachte banen zijn geen getelde banen."),
            )
        )
    return points


def _year(year: int) -> Fact:
    return narrative.year_fact(year, tr("grens van de telling per gemeente"), source="81402ned")


def _chance(target: JobsTarget | None) -> list[form.Block]:
    if target is None or not target.chosen.has_chance:
        return []
    reading = target.chosen
    of_100 = rounded_chance(float(reading.row["probability"]))
    hundred = fact(
        100,
        label=tr("mogelijke toekomsten"),
        period=str(reading.deadline_year),
        unit=tr("van 100"),
        source=tr("eigen berekening"),
    )
    shown = fact(
        of_100,
        label=tr("kans, op 5 punten"),
        period=tr("nulmeting {baseline_year}", baseline_year=reading.baseline_year),
        unit=tr("van 100"),
        status="estimate",
        source=tr("eigen berekening"),
    )
    text = say(
        "In ongeveer {of} van {hundred} mogelijke toekomsten komen er {goal} banen bij in {year} (nulmeting {base}).",
        of=shown,
        hundred=hundred,
        goal=reading.goal(),
        year=str(reading.deadline_year),
        base=str(reading.baseline_year),
    )
    text = text + say("Laten wij telkens één jaar weg, dan is de kans {chance}.", chance=reading.chance())
    return [
        narrative.subheading(
            "lees-kans",
            Sentence(
                say("Zo leest u een kans van {chance}", chance=reading.chance()).runs, reading.chances()
            ),
        ),
        form.Chance(of_100=of_100, text=text.runs, data=text.rows("lees-kans")),
    ]


def _verdicts(context: RegionContext) -> list[form.Block]:
    """The marks that this report uses, with the rule of each."""
    outcomes = outcomes_of(context)
    if not outcomes:
        return []
    used = dict.fromkeys(outcome.mark.kind for outcome in outcomes)
    kinds = [
        kind
        for kind in _MEANINGS
        if kind in used or kind in ("op koers", "achter", "onzeker", "geen gegevens")
    ]
    settings = context.settings.models
    high, low = (
        fact(
            100 * bound,
            functools.partial(numbers.percent),
            label=tr("grens van het oordeel {word}", word=word),
            period=tr("alle jaren"),
            unit=tr("procent"),
            source="params.yaml",
        )
        for bound, word in ((settings.likely, tr("op koers")), (settings.unlikely, tr("achter")))
    )
    horizon = fact(
        settings.verdict_horizon,
        label=tr("verste oordeel"),
        period=tr("alle jaren"),
        unit=tr("jaar"),
        source="params.yaml",
    )
    margin = fact(
        SHOWN_LEVEL,
        numbers.percent,
        label=tr("breedte van de marge"),
        period=tr("alle jaren"),
        unit=tr("procent"),
        source=tr("instelling"),
    )
    rule = say(
        "Met een model: op koers vanaf {high} kans, achter tot {low}, welk jaar ook wordt weggelaten. "
        "Zonder model vergelijken wij tempo's binnen een "
        "marge van {margin}. Verder dan {horizon} jaar vooruit geven wij geen oordeel.",
        high=high,
        low=low,
        margin=margin,
        horizon=horizon,
    )
    return [
        narrative.subheading("oordeel", say("Zo geven wij een oordeel")),
        form.MarksLegend(
            items=tuple(LegendItem(mark=Mark(kind=kind), meaning=tr(_MEANINGS[kind])) for kind in kinds)
        ),
        narrative.paragraph("oordeel", rule, small=True),
    ]
