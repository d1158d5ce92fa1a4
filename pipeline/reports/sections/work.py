"""Work: what CBS counted and who contributed, how the estimate is made, what may lie ahead, which regions resemble."""

from __future__ import annotations

import functools
import math
from typing import Any

import pandas as pd

from pipeline.figures.change_charts import change_bars
from pipeline.figures.charts import contribution_bars
from pipeline.figures.jobs_chart import jobs_and_target
from pipeline.language import numbers
from pipeline.language.numbers import NumberFormat
from pipeline.language.translation import to_translate, tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column
from pipeline.reports.context import SHOWN_LEVEL, Jobs, Place, RegionContext, jobs_of
from pipeline.reports.narrative import AnyCell, Fact, Sentence, fact, say
from pipeline.reports.sections.benefits import ww_per_1000
from pipeline.reports.sections.residents import residents_in
from pipeline.reports.sections.summary import YEARS_BACK, break_remark, jobs_labels
from pipeline.reports.sections.wording import NO_GROWTH_RULE, estimate_word, nouns, source_words
from pipeline.reports.sections.youth_facts import residents_15_25

KICKER = to_translate("Werk")
SIGNED = functools.partial(numbers.number, plus=True)
COUNT_YEARS = (2008, 2009, 2010)
#: Steps in which 81402ned gives the jobs of a COROP or province, and of a gemeente.
TOTAL_STEP, PART_STEP = 100, 10
OUTLOOK_YEARS = 6
COROP_WORDS = to_translate("Een COROP-gebied is een groep gemeenten die CBS samen telt.")
#: Indicators of the table of similar regions.
_COMPARED = ("population_count", "youth_15_25_count", "ww_per_1000_residents")


def work(context: RegionContext) -> list[form.Block]:
    """The pages about work."""
    jobs = jobs_of(context)
    return [*counted_jobs(context, jobs), *estimate_and_outlook(context, jobs), *structure(context)]


def row_height(rows: int, usual: float = 7.6, room: float = 150.0) -> float:
    """Height of a row of bars that lets all rows fit on a page."""
    return min(usual, room / max(rows, 1))


# --- what CBS counted ---------------------------------------------------------------------


def counted_jobs(context: RegionContext, jobs: Jobs) -> list[form.Block]:
    """Published jobs: per gemeente 2008-2010 with contributions, or the region's own published growth."""
    parts = context.parts()
    own = _published_growth(context, jobs, parts)
    if own:
        return own
    levels = {place.code: _counts(context, place) for place in (*parts, context.place)}
    total = levels[context.code]
    first, last = total[COUNT_YEARS[0]], total[COUNT_YEARS[-1]]
    if not (first.is_known and last.is_known):
        return [
            narrative.heading("werk", tr(KICKER), say("Een telling van banen ontbreekt voor dit gebied")),
            narrative.lead(
                "werk",
                say("De telling per gemeente van CBS is voor dit gebied niet volledig in deze momentopname."),
                say("De raming van latere jaren staat op de eerste pagina."),
            ),
        ]
    change = _difference(context.place, first, last)
    blocks: list[form.Block] = [
        narrative.heading("werk", tr(KICKER), _count_title(change)),
        narrative.lead("werk", *_count_lead(context, parts, levels, change)),
    ]
    if len(parts) > 1:
        blocks.append(_contributions(context, parts, levels, change))
    blocks.append(_count_table(context, parts, levels))
    if jobs.is_share_estimate:
        blocks.append(_no_ranking_note(context))
    return blocks


def _counts(context: RegionContext, place: Place) -> dict[int, Fact]:
    rows = context.rows("jobs_employees", place, sources=("81402ned",)).set_index("year")
    found = {}
    for year in COUNT_YEARS:
        period = numbers.december(year)
        if year in rows.index:
            row = rows.loc[[year]].reset_index().iloc[-1]
            write = numbers.hundreds if row["status"] == "estimate" else numbers.number
            found[year] = context.fact_of(
                row, write, label=tr("banen van werknemers"), unit=tr("banen"), period=period
            )
        else:
            found[year] = context.absent(
                label=tr("banen van werknemers"), period=period, unit=tr("banen"), place=place
            )
    return found


def _difference(place: Place, first: Fact, last: Fact) -> Fact:
    known = first.is_known and last.is_known
    estimated = first.is_estimate or last.is_estimate
    return fact(
        last.value - first.value if known else None,
        functools.partial(numbers.hundreds, plus=True) if estimated else SIGNED,
        label=tr("banen van werknemers, verandering"),
        period=numbers.span(first.period, last.period),
        unit=tr("banen"),
        status="estimate" if estimated else last.status,
        source=last.source,
        region_code=place.code,
        region=place.name,
    )


def _count_title(change: Fact) -> Sentence:
    return narrative.say_change(
        change,
        more="Tussen 2008 en 2010 kwamen er {est}{change} banen bij; een latere telling per gemeente ontbreekt hier",
        less="Tussen 2008 en 2010 verdwenen {est}{change} banen; een latere telling per gemeente ontbreekt hier",
        equal="Tussen 2008 en 2010 bleef het aantal banen gelijk",
        est=estimate_word(change),
    )


def _count_lead(
    context: RegionContext, parts: tuple[Place, ...], levels: dict[str, dict[int, Fact]], change: Fact
) -> list[Sentence]:
    first, middle, last = (levels[context.code][year] for year in COUNT_YEARS)
    words = {"before": first.period, "first": first, "here": context.place.here}
    if first.is_estimate or last.is_estimate:
        counted_first = say(
            "In {before} waren er naar raming {first} banen van werknemers in {here}.", **words
        )
    else:
        counted_first = say("CBS telde in {before} {first} banen van werknemers in {here}.", **words)
    lead = counted_first + say(
        "In {between} waren dat er {middle} en in {after} {last:b}.",
        between=middle.period,
        middle=middle,
        after=last.period,
        last=last,
    )
    if len(context.members) == 1:
        return [lead, say("Dat is de laatste telling per gemeente in deze momentopname.")]
    changes = [_difference(p, levels[p.code][2008], levels[p.code][2010]) for p in parts]
    if len(parts) < 2 or not all(one.is_known for one in changes):
        return [lead]
    if change.is_estimate:
        return [lead, say("De balken tellen naar raming op tot {change}.", change=change)]
    if abs(sum(one.value for one in changes) - change.value) < 1:
        return [lead, say("De balken tellen precies op tot {change}.", change=change)]
    return [lead, say("De balken tellen op afronding na op tot {change}.", change=change)]


def _contributions(
    context: RegionContext, parts: tuple[Place, ...], levels: dict[str, dict[int, Fact]], total: Fact
) -> form.Block:
    changes = {p.code: _difference(p, levels[p.code][2008], levels[p.code][2010]) for p in parts}
    known = all(change.is_known for change in changes.values())
    # the total of a COROP or province is published by itself, in hundreds; gemeenten in tens
    rounding = TOTAL_STEP + PART_STEP * len(parts)  # half a step in each of the two years
    adds_up = known and abs(sum(change.value for change in changes.values()) - total.value) <= rounding
    drawing = contribution_bars(
        [place.name for place in parts],
        [changes[place.code].value for place in parts],
        about=context.about("bijdragen", tr("banen"), "81402ned"),
        period=numbers.span(numbers.december(2008), numbers.december(2010)),
        codes=[place.code for place in parts],
        statuses=[changes[place.code].status for place in parts],
        row_mm=row_height(len(parts), room=92),
        style=context.style,
    )
    title = (
        _contribution_title(context, parts, changes, total)
        if adds_up
        else say(
            "Verandering per {part}; de delen tellen door ontbrekende cijfers niet op tot het geheel",
            part=context.parts_word,
        )
    )
    return narrative.figure(
        drawing,
        "bijdragen",
        title,
        unit=tr("Verandering van het aantal banen van werknemers, december 2008 tot december 2010."),
        source=source_words(["81402ned"], tr("2008 en 2009 nader voorlopig, 2010 voorlopig")),
    )


def _contribution_title(
    context: RegionContext, parts: tuple[Place, ...], changes: dict[str, Fact], total: Fact
) -> Sentence:
    if abs(total.value) < 1:
        return narrative.resting_on(say("Per saldo bleef het aantal banen gelijk"), total)
    grew = total.value > 0
    first = max(parts, key=lambda place: changes[place.code].value * (1 if grew else -1))
    share = changes[first.code].value / total.value
    if share > 1:
        most = to_translate("{name} groeide met meer banen dan het hele gebied per saldo")
        least = to_translate("{name} verloor meer banen dan het hele gebied per saldo")
    elif share >= 0.95:
        most = to_translate("Vrijwel de hele groei kwam van {name}")
        least = to_translate("Vrijwel het hele verlies kwam van {name}")
    elif share > 0.55:
        most = to_translate("Meer dan de helft van de groei kwam van {name}")
        least = to_translate("Meer dan de helft van het verlies kwam van {name}")
    elif share >= 0.45:
        most = to_translate("Ongeveer de helft van de groei kwam van {name}")
        least = to_translate("Ongeveer de helft van het verlies kwam van {name}")
    else:
        most = to_translate("{name} droeg het meest bij aan de groei")
        least = to_translate("{name} droeg het meest bij aan het verlies")
    words = say(most if grew else least, name=first.name)
    return narrative.resting_on(words, changes[first.code], total)


def _count_table(
    context: RegionContext, parts: tuple[Place, ...], levels: dict[str, dict[int, Fact]]
) -> form.Table:
    columns = [Column(label=context.parts_word.capitalize() if len(parts) > 1 else tr("Gebied"), width=1.7)]
    columns += [Column(label=str(year), align="right") for year in COUNT_YEARS]
    columns += [Column(label=tr("Verschil 2008–2010"), align="right", width=1.2)]
    places = [*parts, context.place] if len(parts) > 1 else [context.place]
    rows: list[list[AnyCell]] = []
    for place in places:
        of_place = levels[place.code]
        rows.append([place.name, *of_place.values(), _difference(place, of_place[2008], of_place[2010])])
    behind = (
        [f for place in context.members for f in _counts(context, place).values()]
        if parts != context.members
        else []
    )
    return narrative.table(
        "telling",
        columns,
        rows,
        title=_count_table_title(places, levels),
        unit=tr("Banen van werknemers, december."),
        total_last=len(parts) > 1,
        behind=behind,
        caption=source_words(["81402ned"], tr("2008 en 2009 nader voorlopig, 2010 voorlopig")),
    )


def _count_table_title(places: list[Place], levels: dict[str, dict[int, Fact]]) -> Sentence:
    """In how many parts jobs were lost; for one region the change of the last year."""
    before, after = COUNT_YEARS[0], COUNT_YEARS[-1]
    if len(places) == 1:
        before = COUNT_YEARS[1]
        change = _difference(places[0], levels[places[0].code][before], levels[places[0].code][after])
        words = {"before": str(before), "after": str(after), "change": change.unsigned()}
        direction = narrative.direction_of(change)
        if not change.is_known or direction == "gelijk":
            title = say(
                "Van {before} op {after} bleef het aantal banen gelijk", before=str(before), after=str(after)
            )
            return narrative.resting_on(title, change, _years_fact())
        if direction == "omhoog":
            return narrative.resting_on(
                say("Van {before} op {after} kwamen er {change} banen bij", **words), _years_fact()
            )
        return narrative.resting_on(
            say("Van {before} op {after} verdwenen er {change} banen", **words), _years_fact()
        )
    changes = [
        _difference(place, levels[place.code][before], levels[place.code][after]) for place in places[:-1]
    ]
    known = [change for change in changes if change.is_known]
    where = {
        "period": numbers.span(before, after),
        "unit": tr("gebieden"),
        "source": "81402ned",
    }
    fewer = fact(sum(change.value < 0 for change in known), label=tr("gebieden met minder banen"), **where)
    all_of_them = fact(len(known), label=tr("gebieden met een telling"), **where)
    words = {"n": fewer, "all": all_of_them, "before": str(before), "after": str(after)}
    many = nouns(places[0].kind)[1]
    if fewer.value == len(known):
        return narrative.resting_on(
            say("In alle {many} waren er in {after} minder banen dan in {before}", many=many, before=str(before),
                after=str(after)), fewer
        )  # fmt: skip
    return say(
        "In {n} van de {all} {many} waren er in {after} minder banen dan in {before}", many=many, **words
    )


def _years_fact() -> Fact:
    span = numbers.years(COUNT_YEARS[0], COUNT_YEARS[-1])
    words = {"label": tr("jaren van de telling"), "period": span, "unit": tr("jaren"), "source": "81402ned"}
    return narrative.replace(fact(len(COUNT_YEARS), **words), shown=span)


def _no_ranking_note(context: RegionContext) -> form.Note:
    years = _years_fact()
    text = say(
        "Groei per gemeente na 2010 is {rule}. Daarom geven wij geen kaart of rangorde van banengroei.",
        rule=tr(NO_GROWTH_RULE),
    )
    return narrative.note("geen-rangorde", tr("Lees dit voorzichtig."), narrative.resting_on(text, years))


def _published_growth(context: RegionContext, jobs: Jobs, parts: tuple[Place, ...]) -> list[form.Block]:
    """Growth of published parts (provinces of the country, COROPs of a province); empty where it is an estimate."""
    if jobs.is_share_estimate or len(parts) < 2 or parts[0].kind == "gemeente":
        return []
    series = {place.code: jobs_of(context, place) for place in parts}
    if any(one.is_share_estimate for one in series.values()):
        return []
    last = jobs.latest_year
    first = last - YEARS_BACK
    changes = {code: one.change(first, last) for code, one in series.items()}
    total = jobs.change(first, last)
    if total is None or any(change is None for change in changes.values()):
        return []
    levels = {code: (one.level(first), one.level(last)) for code, one in series.items()}
    frame = pd.DataFrame(
        {
            "name": [place.name for place in parts],
            "region_code": [place.code for place in parts],
            "before": [levels[place.code][0].value for place in parts],
            "after": [levels[place.code][1].value for place in parts],
            "status": [changes[place.code][0].status for place in parts],
        }
    )
    growth = frame["after"] / frame["before"] - 1
    top, bottom = frame.loc[growth.idxmax(), "name"], frame.loc[growth.idxmin(), "name"]
    drawing = change_bars(
        frame,
        (str(first), str(last)),
        about=context.about("groei-per-deel", tr("banen"), "83582NED"),
        row_mm=row_height(len(parts), room=130),
        style=context.style,
    )
    change = total[0]
    behind = (*levels[parts[0].code],)
    return [
        narrative.heading("werk", tr(KICKER), _parts_title(parts, changes, first)),
        narrative.lead("werk", *_parts_lead(context, change, first), *_corop_words(parts)),
        narrative.figure(
            drawing,
            "groei-per-deel",
            narrative.resting_on(
                say("{top} groeide het snelst, {bottom} het minst snel", top=top, bottom=bottom)
                if growth.min() > 0
                else say(
                    "{top} groeide het snelst, in {bottom} groeide het aantal niet", top=top, bottom=bottom
                ),
                change,
                *behind,
            ),
            unit=tr(
                "Verandering van het aantal banen van werknemers, {period}, procent.",
                period=numbers.span(numbers.december(first), numbers.december(last)),
            ),
            source=source_words(["83582NED"], tr("{last} voorlopig", last=last)),
        ),
    ]


def _parts_title(parts: tuple[Place, ...], changes: dict[str, Any], first: int) -> Sentence:
    """In how many parts jobs were added; the total stands on the first page."""
    grew = sum(change[0].value > 0 for change in changes.values())
    where = {"period": tr("sinds {year}", year=first), "unit": tr("gebieden"), "source": "83582NED"}
    some = fact(grew, label=tr("gebieden met meer banen"), **where)
    words = {"many": nouns(parts[0].kind)[1], "year": str(first)}
    if grew == len(parts):
        return narrative.resting_on(say("In alle {many} kwamen er sinds {year} banen bij", **words), some)
    every = fact(len(parts), label=tr("gebieden"), **where)
    return say("In {n} van de {all} {many} kwamen er sinds {year} banen bij", n=some, all=every, **words)


def _parts_lead(context: RegionContext, change: Fact, first: int) -> list[Sentence]:
    words = {"here": context.place.here, "year": str(first)}
    direction = narrative.direction_of(change)
    if direction == "gelijk":
        same = say("In heel {here} bleef het aantal banen sinds {year} gelijk.", **words)
        return [narrative.resting_on(same, change)]
    words["change"] = change.unsigned()
    if change.is_estimate:
        if direction == "omhoog":
            return [say("Er kwamen in {here} naar raming {change} banen bij sinds {year}.", **words)]
        return [say("Er verdwenen in {here} naar raming {change} banen sinds {year}.", **words)]
    if direction == "omhoog":
        return [say("Er kwamen in {here} {change} banen bij sinds {year}.", **words)]
    return [say("Er verdwenen in {here} {change} banen sinds {year}.", **words)]


def _corop_words(parts: tuple[Place, ...]) -> list[Sentence]:
    """What a COROP is, where parts are COROPs."""
    return [say(COROP_WORDS)] if parts[0].kind == "corop" else []


# --- the estimate and what may lie ahead --------------------------------------------------


def estimate_and_outlook(context: RegionContext, jobs: Jobs) -> list[form.Block]:
    """How the estimate is made, and the outlook with its margin."""
    blocks: list[form.Block] = []
    outlook = _outlook(context, jobs)
    if outlook is not None:
        blocks += _outlook_page(context, jobs, outlook)
    if jobs.is_share_estimate:
        if not jobs.can_show_growth:
            title = narrative.resting_on(say("Na 2010: een raming, geen telling"), _years_fact())
            blocks += [
                narrative.subheading("raming", title),
                narrative.paragraph("raming", _level_words(context, jobs)),
            ]
        blocks += _how_estimated(context, jobs)
    return blocks


def _level_words(context: RegionContext, jobs: Jobs) -> Sentence:
    level, margin = jobs.level(jobs.latest_year), jobs.margin(jobs.latest_year)
    if margin is None:
        return say("De raming voor {when} is {level} banen.", when=level.period, level=level)
    low, high = margin
    span = say(
        "De raming voor {when} loopt van {low} tot {high} banen.", when=level.period, low=low, high=high
    )
    if jobs.can_show_growth:
        return span
    rule = say("Hoeveel er na de telling bij kwamen, is {rule}.", rule=tr(NO_GROWTH_RULE))
    return span + narrative.resting_on(rule, _years_fact())


def _outlook(context: RegionContext, jobs: Jobs) -> pd.DataFrame | None:
    """Outlook under the median drift; None where growth may not be said or no model answers."""
    if not jobs.can_show_growth:
        return None
    rows = context.model("outlook")
    rows = rows[(rows["indicator"] == "jobs_employees") & (rows["drift"] == "median")]
    rows = rows[rows["year"] <= rows["last_year"] + OUTLOOK_YEARS]
    return rows.sort_values("year", ignore_index=True) if len(rows) else None


def _outlook_page(context: RegionContext, jobs: Jobs, outlook: pd.DataFrame) -> list[form.Block]:
    end = outlook.iloc[-1]
    year = int(end["year"])
    other = context.model("outlook")
    other = other[(other["drift"] == "mean") & (other["year"] == year)].iloc[0]
    write = functools.partial(rounded_to_margin, step=outlook_step(end["low80"], end["high80"]))
    facts = {
        name: fact(
            value,
            write,
            label=tr("vooruitzicht, {label}", label=label),
            period=numbers.december(year),
            unit=tr("banen"),
            status="estimate",
            source=tr("eigen berekening op {source}", source=end["source"]),
            region_code=context.code,
            region=context.place.name,
        )
        for name, value, label in (
            ("low", end["low80"], tr("ondergrens {level} %", level=SHOWN_LEVEL)),
            ("high", end["high80"], tr("bovengrens {level} %", level=SHOWN_LEVEL)),
            ("median", end["median"], tr("midden, mediane landelijke groei")),
            ("mean", other["median"], tr("midden, gemiddelde landelijke groei")),
        )
    }
    middle = sorted((facts["median"], facts["mean"]), key=lambda item: item.value)
    drawing = jobs_and_target(
        jobs.published,
        jobs.estimate if len(jobs.estimate) else None,
        outlook=outlook,
        about=context.about("vooruitzicht", tr("banen"), jobs.source),
        labels=jobs_labels(jobs),
        provisional=jobs.provisional,
        breaks=jobs.break_years,
        height_mm=84,
        style=context.style,
    )
    lent = _borrowed(context, end)
    level = jobs.level(jobs.latest_year)
    rises = facts["low"].value > level.value
    falls = facts["high"].value < level.value
    if rises:
        words = say("In {year} ligt het aantal banen waarschijnlijk hoger", year=str(year))
    elif falls:
        words = say("In {year} ligt het aantal banen waarschijnlijk lager", year=str(year))
    else:
        words = say("In {year} kan het aantal banen hoger of lager zijn dan nu", year=str(year))
    title = narrative.resting_on(words, facts["low"], facts["high"], level)
    when = facts["low"].period
    if middle[0].display == middle[1].display:
        middle_words = narrative.resting_on(
            say(
                "Het midden van het vooruitzicht voor {when} ligt rond {one} banen.", when=when, one=middle[0]
            ),
            middle[1],
        )
    else:
        middle_words = say(
            "Het midden van het vooruitzicht voor {when} ligt tussen {one} en {two} banen.",
            when=when,
            one=middle[0],
            two=middle[1],
        )
    margin = fact(
        SHOWN_LEVEL,
        numbers.percent,
        label=tr("kans dat het in de marge valt"),
        period=str(year),
        unit=tr("procent"),
        source=tr("instelling"),
    )
    return [
        narrative.heading("vooruitzicht", tr(KICKER), title),
        narrative.lead(
            "vooruitzicht",
            middle_words,
            say("De marge loopt van {low} tot {high}.", low=facts["low"], high=facts["high"]),
            say(
                "Met een kans van {margin} valt het aantal daarbinnen, als de ontwikkeling tot nu doorzet.",
                margin=margin,
            ),
        ),
        narrative.figure(
            drawing,
            "vooruitzicht",
            narrative.resting_on(
                say(
                    "Het vooruitzicht loopt in {year} van {low} tot {high} banen",
                    year=str(year),
                    low=facts["low"],
                    high=facts["high"],
                )
            ),
            unit=tr("Banen van werknemers in {here}, december.", here=context.place.here),
            source=source_words(
                jobs.sources,
                tr(
                    "vooruitzicht: eigen berekening{lent}; zonder oorzaken en zonder beleid{breaks}",
                    lent=lent,
                    breaks=break_remark(jobs),
                ),
            ),
        ),
    ]


def outlook_step(low: float, high: float) -> int:
    """What an outlook is rounded to: the power of ten within a tenth of its margin and a fiftieth of its level."""
    most = max(min((high - low) / 10, low / 50), 100)
    return 10 ** math.floor(math.log10(most))


def rounded_to_margin(value: float | None, step: int) -> str:
    """An outlook to the step that its margin allows, never finer than a hundred."""
    return numbers.number(None if numbers.is_absent(value) else step * math.floor(value / step + 0.5))


def _borrowed(context: RegionContext, row: pd.Series) -> str:
    if bool(row["own_series"]):
        return tr(" op de eigen reeks")
    names = [
        context.tables.places[code].name
        for code in str(row["borrowed_from"]).split()
        if code in context.tables.places
    ]
    return tr(", met de groei van COROP-gebied {names}", names=numbers.listing(names)) if names else ""


def _how_estimated(context: RegionContext, jobs: Jobs) -> list[form.Block]:
    quality = context.model("job_estimate_quality")
    if quality.empty:
        return []
    row = quality.iloc[0]
    corops = [context.tables.places[c] for c in str(row["corop_codes"]).split() if c in context.tables.places]
    where = {"source": jobs.source, "region_code": context.code, "region": context.place.name}
    period = numbers.years(COUNT_YEARS[0], COUNT_YEARS[-1])
    share = fact(
        100 * row["share_of_corop"],
        functools.partial(numbers.percent, decimals=1),
        label=tr("aandeel in de COROP"),
        period=period,
        unit=tr("procent"),
        status="estimate",
        **where,
    )
    drift = fact(
        100 * row["yearly_drift_sd"],
        functools.partial(numbers.percent, decimals=1),
        label=tr("jaarlijkse afwijking van de COROP"),
        period=period,
        unit=tr("procent"),
        status="estimate",
        **where,
    )
    names = numbers.listing([place.name for place in corops])
    margin = jobs.margin(jobs.latest_year)
    years = _years_fact()
    level = fact(
        SHOWN_LEVEL,
        numbers.percent,
        label=tr("breedte van de marge"),
        period=period,
        unit=tr("procent"),
        source=tr("instelling"),
    )
    columns = [
        (
            tr("Vast aandeel"),
            say(
                "{here} had in {years} naar raming {share} van de banen in COROP-gebied {names}.",
                here=context.place.here,
                years=years,
                share=share,
                names=names,
            )
            + say("Dat aandeel houden wij vast.")
            + say(COROP_WORDS),
        ),
        (
            tr("Tempo van het COROP-gebied"),
            narrative.resting_on(
                say(
                    "Na 2010 beweegt de raming mee met het COROP-gebied, op de grenzen van nu. CBS telt dat elk jaar."
                ),
                years,
            ),
        ),
        (
            tr("Marge"),
            say(
                "Groepen gemeenten groeiden naar raming {drift} per jaar anders dan hun COROP-gebied.",
                drift=drift,
            )
            + say("Die afstand groeit met de jaren.")
            + say("De marge is zo breed dat {level} erbinnen valt.", level=level),
        ),
    ]
    blocks: list[form.Block] = [
        narrative.subheading("raming-uitleg", say("Zo maakten wij de raming")),
        narrative.side_by_side("raming-uitleg", columns),
    ]
    if margin:
        low, high = margin
        blocks.append(
            narrative.note(
                "raming-let-op",
                tr("Wat de raming niet kan."),
                say(
                    "Of {here} harder of zachter groeide dan het COROP-gebied, weet de raming niet. In {when} "
                    "loopt de marge van {low} tot {high}.",
                    here=context.place.here,
                    when=low.period,
                    low=low,
                    high=high,
                ),
            )
        )
    return blocks


# --- structure and similar regions --------------------------------------------------------

_PARTS = to_translate(
    {
        "national": "Landelijke groei",
        "industry_mix": "Samenstelling naar sector",
        "competitive": "Eigen ontwikkeling",
    }
)
_FINDING = to_translate(
    {
        "national": "De groei volgde vooral de landelijke groei",
        "industry_mix": "De groei kwam vooral door de samenstelling naar sector",
        "competitive": "De groei week vooral door de eigen ontwikkeling van het landelijke beeld af",
    }
)
_TITLE = to_translate(
    {
        "national": "In {here} bewoog het aantal banen vooral mee met Nederland tot {last}",
        "industry_mix": "In {here} bepaalde vooral de samenstelling naar sector de banen tot {last}",
        "competitive": "In {here} week het aantal banen vooral van Nederland af tot {last}",
    }
)


#: features on which regions are compared, as the model names them -> as printed
FEATURES = to_translate(
    {
        "inwoners": "inwoners",
        "groei van inwoners": "groei van inwoners",
        "banen per inwoner": "banen per inwoner",
        "aandeel 15 tot 25 jaar": "aandeel jongeren",
        "WW per 1.000 inwoners": "WW naar inwoners",
        "bijstand per 1.000 inwoners": "bijstand naar inwoners",
        "netto arbeidsparticipatie": "netto arbeidsparticipatie",
        "werkloosheid": "werkloosheid",
    }
)


def structure(context: RegionContext) -> list[form.Block]:
    """Shift-share where it can be made, and the regions that resemble this one."""
    found = _shift_share(context)
    similar = _similar(context)
    if found:
        place, rows = found
        return [*_shift_share_blocks(context, place, rows), *similar]
    if not similar:
        return []
    closest = context.tables.places[
        context.model("similar_regions").sort_values("rank")["similar_code"].iloc[0]
    ]
    return [
        narrative.heading(
            "opbouw",
            tr(KICKER),
            say("{other} lijkt het meest op {here}", other=closest.here, here=context.place.here),
        ),
        narrative.lead(
            "opbouw",
            say("Wie wil vergelijken, doet dat het best met gebieden die lijken."),
            say(
                "Voor {here} zijn er geen gegevens per sector om de groei uiteen te leggen; deze "
                "momentopname heeft ze alleen "
                "voor provincies en een enkel COROP-gebied.",
                here=context.place.here,
            ),
        ),
        *similar,
    ]


def _shift_share(context: RegionContext) -> tuple[Place, pd.DataFrame] | None:
    """Shift-share of the region, or of the smallest surrounding region that has one; None for the nation."""
    if context.is_nation:
        return None
    for place in (context.place, *context.surroundings):
        rows = context.model("shift_share", place)
        rows = rows[(rows["refused"] == "") & rows["total"].notna()]
        if len(rows):
            return place, rows.sort_values("year")
    return None


def _shift_share_blocks(context: RegionContext, place: Place, rows: pd.DataFrame) -> list[form.Block]:
    first, last = int(rows["year"].min()) - 1, int(rows["year"].max())
    sums = {column: float(rows[column].sum()) for column in _PARTS}
    total = float(rows["total"].sum())
    period = numbers.span(numbers.december(first), numbers.december(last))
    source = str(rows["source"].iloc[-1])
    where = {
        "period": period,
        "unit": tr("banen"),
        "status": "estimate",
        "source": tr("eigen berekening op {source}", source=source),
    }
    place_words = {"region_code": place.code, "region": place.name}
    facts = {
        c: fact(
            v, functools.partial(numbers.hundreds, plus=True), label=tr(_PARTS[c]), **where, **place_words
        )
        for c, v in sums.items()
    }
    whole = fact(
        total,
        SIGNED,
        label=tr("verandering van het aantal banen"),
        **where | {"status": "published"},
        **place_words,
    )
    largest = max(sums, key=lambda column: abs(sums[column]))
    drawing = contribution_bars(
        [tr(words) for words in _PARTS.values()],
        [sums[column] for column in _PARTS],
        about=context.about("uiteengelegd", tr("banen"), tr("eigen berekening op {source}", source=source)),
        period=period,
        form=NumberFormat(to_hundreds=True),
        codes=[place.code] * len(_PARTS),
        total_words=tr("Samen"),
        style=context.style,
    )
    here = "" if place.code == context.code else f" ({place.here})"
    borrowed = (
        Sentence()
        if place.code == context.code
        else say(
            "Voor {own} zelf zijn er geen gegevens per sector; dit is {around}.",
            own=context.place.here,
            around=place.here,
        )
    )
    title = narrative.resting_on(say(_FINDING[largest]), facts[largest], whole)
    change = narrative.say_change(
        whole,
        more="Van {period} kwamen er {change} banen bij.",
        less="Van {period} verdwenen er {change} banen.",
        equal="Van {period} bleef het aantal banen gelijk.",
        period=period,
    )
    return [
        narrative.heading(
            "opbouw",
            tr(KICKER),
            narrative.resting_on(
                say(_TITLE[largest], here=place.here, last=str(last)),
                facts[largest],
                whole,
            ),
        ),
        narrative.lead(
            "opbouw",
            borrowed,
            change,
            say(
                "Naar schatting kwam {national} van de landelijke groei.",
                national=facts["national"],
            ),
            say(
                "De samenstelling naar sector gaf {mix}, de eigen ontwikkeling van de sectoren {own}.",
                mix=facts["industry_mix"],
                own=facts["competitive"],
            ),
        ),
        narrative.figure(
            drawing,
            "uiteengelegd",
            title,
            unit=tr(
                "Bijdrage aan de verandering van het aantal banen, {period}{here}.", period=period, here=here
            ),
            source=source_words(
                [source], tr("eigen berekening per jaar, opgeteld; een beschrijving, geen oorzaak")
            ),
        ),
    ]


def _similar(context: RegionContext) -> list[form.Block]:
    rows = context.model("similar_regions").sort_values("rank")
    rows = rows[rows["similar_code"].isin(list(context.tables.places))]
    if rows.empty:
        return []
    # one year a column, the last that the nation has: the regions are to be compared
    in_nation = (context.latest(name, context.nation) for name in _COMPARED)
    counted_in, youth_in, ww_in = (
        context.division[1] if row is None else int(row["year"]) for row in in_nation
    )
    kinds = {context.tables.places[code].kind for code in rows["similar_code"]}
    one, many = nouns(kinds.pop() if len(kinds) == 1 else "area")
    columns = [
        Column(label=one[:1].upper() + one[1:], width=1.8),
        Column(label=tr("Inwoners {year}", year=counted_in), align="right"),
        Column(label=tr("Jongeren (15 tot 25), {year}", year=youth_in), align="right", width=1.2),
        Column(label=tr("WW per 1.000 inwoners, {year}", year=ww_in), align="right", width=1.3),
    ]
    cells: list[list[AnyCell]] = []
    for code in (context.code, *rows["similar_code"]):
        place = context.tables.places[code]
        cells.append(
            [
                tr("{name} (dit rapport)", name=place.name) if place == context.place else place.name,
                residents_in(context, counted_in, place),
                residents_15_25(context, youth_in, place),
                ww_per_1000(context, ww_in, place),
            ]
        )
    features = ", ".join(tr(FEATURES[name]) for name in str(rows["features"].iloc[0]).split(", "))
    count = narrative.counted(
        len(rows),
        one,
        many,
        label=tr("gebieden die lijken"),
        period=context.tables.division[1],
        source=tr("eigen berekening"),
    )
    return [
        narrative.table(
            "gelijkenis",
            columns,
            cells,
            title=say("De {count} die het meest lijken op {here}", count=count, here=context.place.here),
            unit=tr("Volgorde van gelijkenis op: {features}.", features=features),
            caption=source_words(
                ["03759ned", "70072ned", "85039NED"],
                tr("een beschrijving om mee te vergelijken, geen effect van beleid"),
            ),
        )
    ]
