"""Work as CBS counted it: how many jobs, where they came and went, part by part."""

from __future__ import annotations

import functools
from typing import Any

import pandas as pd

from pipeline.figures.change_charts import change_bars
from pipeline.figures.charts import contribution_bars
from pipeline.language import numbers
from pipeline.language.translation import to_translate, tr
from pipeline.reports import blocks as form
from pipeline.reports import narrative
from pipeline.reports.blocks import Column
from pipeline.reports.context import Place, RegionContext
from pipeline.reports.jobs import Jobs, jobs_of
from pipeline.reports.narrative import AnyCell, Fact, Sentence, fact, say
from pipeline.reports.sections.jobs_facts import YEARS_BACK, published_level
from pipeline.reports.sections.wording import (
    COROP_WORDS,
    NO_GROWTH_RULE,
    SIGNED,
    WORK_KICKER,
    estimate_word,
    nouns,
    source_words,
)
from pipeline.schemas import least_certain

COUNT_YEARS = (2008, 2009, 2010)
#: Steps in which 81402ned gives the jobs of a COROP or province, and of a gemeente.
TOTAL_STEP, PART_STEP = 100, 10


def row_height(rows: int, usual: float = 7.6, room: float = 150.0) -> float:
    """Height of a row of bars that lets all rows fit on a page."""
    return min(usual, room / max(rows, 1))


def counted_jobs(context: RegionContext, jobs: Jobs) -> list[form.Block]:
    """Published jobs: per gemeente 2008-2010 with contributions and the last count, or the region's own growth."""
    parts = context.parts()
    own = _published_growth(context, jobs, parts)
    if own:
        return own
    levels = {place.code: _counts(context, place) for place in (*parts, context.place)}
    total = levels[context.code]
    first, last = total[COUNT_YEARS[0]], total[COUNT_YEARS[-1]]
    if not (first.is_known and last.is_known):
        return [
            narrative.heading(
                "werk", tr(WORK_KICKER), say("Een telling van banen ontbreekt voor dit gebied")
            ),
            narrative.lead(
                "werk",
                say("De telling per gemeente van CBS is voor dit gebied niet volledig in deze momentopname."),
                say("De raming van latere jaren staat op de eerste pagina."),
            ),
        ]
    change = _difference(context.place, first, last)
    blocks: list[form.Block] = [
        narrative.heading("werk", tr(WORK_KICKER), _count_title(change)),
        narrative.lead(
            "werk", *_count_lead(context, parts, levels, change), *_later_count(jobs, total[COUNT_YEARS[-1]])
        ),
    ]
    if len(parts) > 1:
        blocks.append(_contributions(context, parts, levels, change))
    blocks.append(_count_table(context, parts, levels))
    if jobs.is_share_estimate:
        blocks.append(_no_ranking_note(jobs))
    return blocks


def _counts(context: RegionContext, place: Place) -> dict[int, Fact]:
    found = {}
    for year in COUNT_YEARS:
        period = numbers.december(year)
        row = context.at("jobs_employees", year, place, sources=("81402ned",))
        if row is not None:
            write = numbers.hundreds if row["status"] == "estimate" else numbers.number
            found[year] = context.fact_of(
                row, write, label=tr("banen van werknemers"), unit=tr("banen"), period=period
            )
        else:
            found[year] = _sum_of_members(context, place, year) or context.absent(
                label=tr("banen van werknemers"), period=period, unit=tr("banen"), place=place
            )
    return found


def _sum_of_members(context: RegionContext, place: Place, year: int) -> Fact | None:
    """The old count of a region that has a newer one in the year: the sum of its gemeenten, if all have it."""
    codes = context.tables.members[place.code]
    places = [context.tables.places[code] for code in codes if code != place.code]
    rows = [context.at("jobs_employees", year, one, sources=("81402ned",)) for one in places]
    if not rows or any(row is None for row in rows):
        return None
    status = least_certain(*(pd.Series([row["status"]]) for row in rows)).iloc[0]
    whole = rows[0] | {"value": sum(row["value"] for row in rows), "status": status}
    whole |= {"region_code": place.code}
    write = numbers.hundreds if status == "estimate" else numbers.number
    found = context.fact_of(
        whole, write, label=tr("banen van werknemers"), unit=tr("banen"), period=numbers.december(year)
    )
    return narrative.replace(found, region_code=place.code, region=place.name)


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
        more="Tussen 2008 en 2010 kwamen er {est}{change} banen bij",
        less="Tussen 2008 en 2010 verdwenen {est}{change} banen",
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
        return [lead]
    changes = [_difference(p, levels[p.code][2008], levels[p.code][2010]) for p in parts]
    if len(parts) < 2 or not all(one.is_known for one in changes):
        return [lead]
    if change.is_estimate:
        return [lead, say("De balken tellen naar raming op tot {change}.", change=change)]
    if abs(sum(one.value for one in changes) - change.value) < 1:
        return [lead, say("De balken tellen precies op tot {change}.", change=change)]
    return [lead, say("De balken tellen op afronding na op tot {change}.", change=change)]


def _later_count(jobs: Jobs, before: Fact) -> list[Sentence]:
    """The last published year after the old count, with what stands between the two."""
    later = jobs.published[jobs.published["year"] > COUNT_YEARS[-1]]
    if not jobs.is_share_estimate:
        return []
    if later.empty:
        return [say("Een latere telling per gemeente ontbreekt in deze momentopname.")]
    year = int(later["year"].iloc[-1])
    last = published_level(jobs, year)
    change = _difference(jobs.place, before, last)
    source = ", ".join(dict.fromkeys((before.source, last.source)))
    return [
        narrative.say_change(
            narrative.replace(change, source=source),
            more="In {after} waren het er {last}: {change} meer dan in {before}.",
            less="In {after} waren het er {last}: {change} minder dan in {before}.",
            equal="In {after} waren het er {last}, evenveel als in {before}.",
            after=last.period,
            last=last,
            before=before.period,
        ),
        say(
            "Tussen die jaren ging CBS anders tellen, en een werkgever kan zijn banen in een andere gemeente zijn gaan "
            "tellen: lees dit verschil voorzichtig."
        ),
    ]


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
            return narrative.resting_on(title, change, count_years_fact())
        if direction == "omhoog":
            return narrative.resting_on(
                say("Van {before} op {after} kwamen er {change} banen bij", **words), count_years_fact()
            )
        return narrative.resting_on(
            say("Van {before} op {after} verdwenen er {change} banen", **words), count_years_fact()
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


def count_years_fact() -> Fact:
    """The years that CBS counted per gemeente, as a fact."""
    span = numbers.years(COUNT_YEARS[0], COUNT_YEARS[-1])
    words = {"label": tr("jaren van de telling"), "period": span, "unit": tr("jaren"), "source": "81402ned"}
    return narrative.replace(fact(len(COUNT_YEARS), **words), shown=span)


def last_count_fact(jobs: Jobs) -> Fact:
    """The last year that CBS counted the gemeenten, as a fact."""
    year = str(jobs.last_count)
    source = jobs.published["source"].iloc[-1] if len(jobs.published) else "81402ned"
    words = {
        "label": tr("laatste jaar met een telling"),
        "period": year,
        "unit": tr("jaar"),
        "source": source,
    }
    return narrative.replace(fact(jobs.last_count, **words), display=year, shown=year)


def _no_ranking_note(jobs: Jobs) -> form.Note:
    text = say(
        "Groei per gemeente na {last} is {rule}. Daarom geven wij geen kaart of rangorde van banengroei.",
        last=last_count_fact(jobs),
        rule=tr(NO_GROWTH_RULE),
    )
    return narrative.note("geen-rangorde", tr("Lees dit voorzichtig."), text)


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
            "status_before": [levels[place.code][0].status for place in parts],
            "status_after": [levels[place.code][1].status for place in parts],
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
        narrative.heading("werk", tr(WORK_KICKER), _parts_title(parts, changes, first)),
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
