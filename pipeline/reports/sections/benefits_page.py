"""The page about benefits: how many people have WW and bijstand, part by part, and what a fall does not say."""

from __future__ import annotations

import functools

from pipeline.language import numbers
from pipeline.language.translation import pgettext, tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column, HeaderCell
from pipeline.reports.context import PART_WORDS, Place, RegionContext
from pipeline.reports.narrative import AnyCell, Fact, Sentence, fact, say
from pipeline.reports.sections.benefits import (
    FROM_SHARES,
    SOURCES,
    benefit_years,
    complete_years,
    members_known,
    recipients,
    shown_years,
    sources_of,
)
from pipeline.reports.sections.regional_rates import participation, regional_rates
from pipeline.reports.sections.wording import (
    UNEMPLOYMENT_KICKER,
    nouns,
    partial_date,
    source_words,
)


def benefits_page(context: RegionContext) -> list[form.Block]:
    """The page about benefits, with the rates that are published beside them."""
    sentences = _benefit_lead(context)
    return [
        narrative.heading("uitkeringen", tr(UNEMPLOYMENT_KICKER), _benefit_title(context)),
        *([narrative.lead("uitkeringen", *sentences)] if sentences else []),
        *([_benefit_table(context)] if shown_years(context) else []),
        _benefit_note(context),
        *participation(context),
        *regional_rates(context),
    ]


def _total(context: RegionContext, indicator: str, label: str, year: int) -> Fact:
    return recipients(context, indicator, label, year, context.place)


def _first_and_last(context: RegionContext, indicator: str, label: str) -> tuple[Fact, Fact] | None:
    """The totals of the first and the last complete year; None when one is not known."""
    years = complete_years(context)
    if len(years) < 2:
        return None
    first, last = (_total(context, indicator, label, year) for year in (years[0], years[-1]))
    return (first, last) if first.is_known and last.is_known else None


def _recomputed(*facts: Fact) -> str:
    """Words behind a number that was computed from shares."""
    return tr(" (teruggerekend)") if FROM_SHARES in sources_of(facts) else ""


def _benefit_title(context: RegionContext) -> Sentence:
    both = _first_and_last(context, "ww_recipients", tr("WW-uitkeringen"))
    if both is None:
        return say("Voor een volledig beeld van de uitkeringen ontbreken gegevens")
    first, last = both
    change = 100 * (last.value / first.value - 1) if first.value else 0.0
    where = {
        "period": numbers.span(first.period, last.period),
        "unit": tr("procent"),
        "status": "estimate" if _recomputed(first, last) else "published",
        "source": ", ".join(sources_of([first, last])),
    }
    pct = fact(
        change,
        functools.partial(numbers.percent, plus=True),
        label=tr("WW-uitkeringen, verandering"),
        **where,
        region_code=context.code,
        region=context.place.name,
    )
    if first.value < 100 or narrative.direction_of(pct) == "gelijk":
        word = narrative.compared(last, first, more=tr("steeg"), less=tr("daalde"), equal=tr("bleef gelijk"))
        return narrative.resting_on(
            say("Het aantal WW-uitkeringen {word} van {a} op {b}", word=word, a=first.period, b=last.period),
            first,
            last,
        )
    word = tr("daalde") if change < 0 else tr("steeg")
    return say(
        "Van {a} op {b} {word} de WW met {pct}{how}",
        a=first.period,
        b=last.period,
        word=word,
        pct=pct.unsigned(),
        how=_recomputed(first, last),
    )


def _benefit_lead(context: RegionContext) -> list[Sentence]:
    sentences = []
    for indicator, label in (
        ("ww_recipients", tr("WW-uitkeringen")),
        ("bijstand_recipients", tr("bijstandsuitkeringen")),
    ):
        both = _first_and_last(context, indicator, label)
        if both is not None:
            first, last = both
            words = {"how": _recomputed(first, last), "label": label, "b": last, "y2": last.period}
            words |= {"y1": first.period}
            sentences.append(
                narrative.resting_on(
                    say("Het aantal {label} bleef van {y1} op {y2} gelijk: {b}{how}.", **words), first
                )
                if first.display == last.display
                else say("Het aantal {label} ging van {a} in {y1} naar {b} in {y2}{how}.", a=first, **words)
            )
    return [*sentences, *(_years_left_out(context))]


def _years_left_out(context: RegionContext) -> list[Sentence]:
    """A line for each recent year of which not every gemeente is known."""
    lines = []
    shown = shown_years(context)
    for year in benefit_years(context):
        having, of = members_known(context, "ww_recipients", year), len(context.members)
        if having == of:
            continue
        if context.is_gemeente:
            absent = recipients(context, "ww_recipients", tr("WW-uitkeringen"), year, context.place)
            line = say("Voor {year} heeft deze momentopname hier geen cijfer.", year=str(year))
            lines.append(narrative.resting_on(line, absent))
            continue
        where = {
            "period": year,
            "unit": tr("gemeenten"),
            "source": context.rows("ww_recipients", context.nation, sources=SOURCES)["source"].iloc[-1],
        }
        words = {
            "year": str(year),
            "have": fact(having, label=tr("gemeenten met een WW-cijfer"), **where),
            "all": fact(of, label=tr("gemeenten"), **where),
        }
        if year not in shown:
            lines.append(
                say(
                    "Voor {year} zijn er WW-cijfers van {have} van de {all} gemeenten; dat jaar laten wij weg.",
                    **words,
                )
            )
        else:
            lines.append(
                say(
                    "Voor {year} zijn er WW-cijfers van {have} van de {all} gemeenten; daarom geven wij geen totaal.",
                    **words,
                )
            )
    return lines


def _benefit_table(context: RegionContext) -> form.Table:
    parts = context.parts(most=60)
    kinds = (("ww_recipients", tr("WW")), ("bijstand_recipients", tr("bijstand")))
    part = tr(PART_WORDS[parts[0].kind])
    years = shown_years(context)
    columns = [Column(label=part[:1].upper() + part[1:], width=1.7)]
    places = [*parts, context.place] if len(parts) > 1 else list(parts)
    figures = {
        place.code: [
            recipients(context, indicator, label, year, place) for indicator, label in kinds for year in years
        ]
        for place in places
    }
    rows: list[list[AnyCell]] = [[place.name, *figures[place.code]] for place in places]
    for number, year in enumerate(years * len(kinds)):
        # the words "geen gegevens" need more room than a number
        whole = all(of_place[number].is_known for of_place in figures.values())
        columns.append(Column(label=str(year), align="right", width=0.9 if whole else 1.35))
    behind = [
        recipients(context, indicator, label, year, place)
        for place in context.members
        if parts != context.members
        for indicator, label in kinds
        for year in years
    ]
    held = [item for of_place in figures.values() for item in of_place]
    sources = sources_of([*held, *behind])
    how = tr("2020 voorlopig, 2021 teruggerekend uit aandelen. ") if FROM_SHARES in sources else ""
    full = tr("; de lijst per gemeente staat in data.xlsx") if behind else ""
    return narrative.table(
        "uitkeringen-per-gemeente",
        columns,
        rows,
        title=_benefit_table_title(context, parts),
        over=(
            HeaderCell(),
            HeaderCell(text=pgettext("head of columns", "WW-uitkeringen"), span=len(years)),
            HeaderCell(text=tr("Bijstandsuitkeringen"), span=len(years)),
        ),
        total_last=len(parts) > 1,
        behind=behind,
        caption=source_words(sources, tr("{how}Aantallen op tientallen{full}", how=how, full=full)),
    )


def _benefit_table_title(context: RegionContext, parts: tuple[Place, ...]) -> Sentence:
    """In how many parts WW and bijstand fell; for one gemeente the numbers of the last year."""
    years = [year for year in complete_years(context) if year in shown_years(context)]
    if len(parts) == 1:
        return _latest_benefits(context)
    if len(years) < 2:
        return say("Wat er per gebied over uitkeringen bekend is")
    fell = []
    for indicator, label in (
        ("ww_recipients", tr("WW-uitkeringen")),
        ("bijstand_recipients", tr("bijstandsuitkeringen")),
    ):
        pairs = [
            [recipients(context, indicator, label, year, place) for year in (years[0], years[-1])]
            for place in parts
        ]
        known = [(first, last) for first, last in pairs if first.is_known and last.is_known]
        where = {
            "period": numbers.span(years[0], years[-1]),
            "unit": tr("gebieden"),
            "source": ", ".join(sources_of([item for pair in known for item in pair])),
        }
        fell.append(
            (
                fact(
                    sum(b.value < a.value for a, b in known),
                    label=tr("gebieden met minder {label}", label=label),
                    **where,
                ),
                fact(len(known), label=tr("gebieden waarvan {label} bekend zijn", label=label), **where),
            )
        )
    (ww, ww_of), (bijstand, bijstand_of) = fell
    words = {"ww": ww, "bijstand": bijstand, "many": nouns(parts[0].kind)[1]}
    if ww.value == ww_of.value and bijstand.value == bijstand_of.value == ww_of.value:
        title = say("De WW en de bijstand daalden in alle {many}", many=words["many"])
        return narrative.resting_on(title, ww, bijstand)
    if ww.value == ww_of.value == len(parts) and bijstand.value == bijstand_of.value:
        title = say("De WW daalde in alle {many}, de bijstand overal waar een cijfer is", many=words["many"])
        return narrative.resting_on(title, ww, bijstand, bijstand_of)
    if ww.value == ww_of.value == len(parts):
        return narrative.resting_on(
            say("De WW daalde in alle {many}, de bijstand in {bijstand} van de {of}", of=bijstand_of,
                bijstand=bijstand, many=words["many"]), ww
        )  # fmt: skip
    return say(
        "De WW daalde in {ww} van de {of} {many}, de bijstand in {bijstand} van de {bijstand_of}",
        of=ww_of,
        bijstand_of=bijstand_of,
        **words,
    )


def _latest_benefits(context: RegionContext) -> Sentence:
    year = shown_years(context)[-1]
    ww = recipients(context, "ww_recipients", tr("WW-uitkeringen"), year, context.place)
    bijstand = recipients(context, "bijstand_recipients", tr("bijstandsuitkeringen"), year, context.place)
    words = {"year": str(year), "ww": ww, "bijstand": bijstand}
    if ww.is_known and bijstand.is_known:
        return say("In {year} waren er {ww} WW-uitkeringen en {bijstand} bijstandsuitkeringen", **words)
    return narrative.resting_on(
        say("Over uitkeringen in {year} is hier niet alles bekend", year=str(year)), ww, bijstand
    )


def _benefit_note(context: RegionContext) -> form.Paragraph:
    """What a fall in benefits does not say, with the case that shows it where the region has it."""
    text = [
        say(
            "Een uitkering minder is niet altijd een baan meer. Veel werklozen hebben geen "
            "uitkering, en regels veranderen."
        )
    ]
    text += _case_of_young_people(context)
    return narrative.paragraph("minder-uitkeringen", *text, small=True)


def _case_of_young_people(context: RegionContext) -> list[Sentence]:
    """The fall that stricter rules made, told with place and dates where most gemeenten of the region lie in it."""
    case = context.tables.reference.outside_figures
    before, after = case.get("jongeren-bijstand-2011"), case.get("jongeren-bijstand-2012")
    if before is None or after is None or before.area not in context.tables.members:
        return []
    mine, theirs = set(context.tables.members[context.code]), set(context.tables.members[before.area])
    if 2 * len(mine & theirs) <= len(mine):
        return []
    a, b = (
        fact(
            float(figure.value),
            label=figure.title,
            period=partial_date(str(figure.period)),
            unit=figure.unit,
            source=figure.source.title,
            region_code=figure.area,
            region=context.tables.places[figure.area].name,
        )
        for figure in (before, after)
    )
    return [
        say(
            "Een voorbeeld uit {place}: in {before} hadden {a} jongeren tot 27 jaar bijstand.",
            place=context.tables.places[before.area].here,
            a=a,
            before=a.period,
        ),
        say("In {after} waren dat er {b}.", b=b, after=b.period),
        say("Dat kwam vooral door strengere regels."),
    ]
