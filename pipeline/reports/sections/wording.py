"""Words that several sections share: sources, verdicts and how a programme's dates are printed."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from datetime import date

from pipeline.language import numbers
from pipeline.language.translation import pgettext, to_translate, tr
from pipeline.reports.blocks import Mark
from pipeline.reports.narrative import Fact

#: above the titles of pages on one subject
WORK_KICKER = to_translate("Werk")
UNEMPLOYMENT_KICKER = to_translate("Werkloosheid en uitkeringen")
#: how changes and rates are written
SIGNED = functools.partial(numbers.number, plus=True)
PERCENT_1 = functools.partial(numbers.percent, decimals=1)
COROP_WORDS = to_translate("Een COROP-gebied is een groep gemeenten die CBS samen telt.")
#: standard sentence for a gemeente whose later jobs are spread from its COROP
NO_GROWTH_RULE = to_translate(
    "niet te zeggen: de raming verdeelt de groei van een groter gebied naar het aandeel van de laatste telling"
)

#: indicators in words, for lists that name many of them
INDICATOR_WORDS = to_translate(
    {
        "jobs_employees": "banen van werknemers",
        "jobs_all": "banen",
        "arbeidsplaatsen": "arbeidsplaatsen",
        "unemployment_rate_pct": "werkloosheidspercentage",
        "unemployed_count": "werklozen",
        "labour_force_count": "beroepsbevolking",
        "employed_count": "werkzame beroepsbevolking",
        "population_15_75_count": "inwoners van 15 tot 75 jaar",
        "ww_recipients": "WW-uitkeringen",
        "ww_per_1000_residents": "WW-uitkeringen naar inwoners",
        "bijstand_recipients": "bijstandsuitkeringen",
        "bijstand_per_1000_residents": "bijstandsuitkeringen naar inwoners",
        "ao_recipients": "arbeidsongeschiktheidsuitkeringen",
        "bijstand_15plus_recipients": "bijstand vanaf 15 jaar",
        "residents_15plus_count": "inwoners vanaf 15 jaar",
        "net_participation_rate_pct": "netto arbeidsparticipatie",
        "youth_15_25_count": "inwoners van 15 tot 25 jaar",
        "youth_15_27_count": "jongeren van 15 tot 27 jaar",
        "youth_15_27_employed_count": "werkende jongeren van 15 tot 27 jaar",
        "youth_15_27_not_employed_count": "niet-werkende jongeren van 15 tot 27 jaar",
        "youth_registered_jobseekers": "werkzoekende jongeren van 15 tot 27 jaar",
        "youth_unemployment_rate_pct": "werkloosheid onder jongeren",
        "ww_under_27_recipients": "WW onder 27 jaar",
        "population_count": "inwoners",
        "vacancies_count": "vacatures",
        "establishments_count": "bedrijfsvestigingen",
        "uwv_vacancies_count": "vacatures bij UWV",
        "uwv_ww_benefits_count": "WW-uitkeringen volgens UWV",
        "uwv_jobseekers_gwu_count": "geregistreerde werkzoekenden volgens UWV",
        "bijstand_benefits_count": "lopende bijstandsuitkeringen",
        "population_forecast_count": "prognose van het aantal inwoners",
    }
)
CHANGE_WORDS = to_translate(
    {"revised": "herzien", "added": "nieuw", "gone": "vervallen", "status": "andere status"}
)
#: statuses in words, the least certain first
_STATUS_WORDS = to_translate(
    {
        "estimate": "raming",
        "assumption": "aanname",
        "provisional": "voorlopig",
        "revised_provisional": "nader voorlopig",
        "final": "definitief",
        "published": "zoals gepubliceerd",
        "target": "doel",
        "suppressed": "afgeschermd door CBS",
        "missing": "geen gegevens",
    }
)

#: what a region is called by its kind: one, many
KIND_NOUNS = to_translate(
    {
        "gemeente": ("gemeente", "gemeenten"),
        "area": ("gebied", "gebieden"),
        "arbeidsmarktregio": ("arbeidsmarktregio", "arbeidsmarktregio's"),
        "rmc_region": ("doorstroompuntregio", "doorstroompuntregio's"),
        "corop": ("COROP-gebied", "COROP-gebieden"),
        "province": ("provincie", "provincies"),
        "nation": ("land", "landen"),
    }
)
#: rules behind a verdict, as the models word them
_RULES = to_translate(
    (
        "het doel heeft geen getal",
        "er is geen einddatum genoemd",
        "de stand van de nulmeting is niet bekend",
        "er is één losse stand en geen reeks; de kans rekent met de groei van banen van werknemers (aanname)",
        "vanaf dit jaar is er nog geen tempo om mee te vergelijken",
        "de kans is minstens 2 op 3, welk jaar ook wordt weggelaten",
        "de kans is hooguit 1 op 3, welk jaar ook wordt weggelaten",
        "de kans ligt tussen 1 op 3 en 2 op 3, of hangt aan een enkel jaar",
        "de marge van de verandering sinds de nulmeting is niet bekend",
        "het tempo sinds de nulmeting is ook binnen de marge hoog genoeg",
        "het tempo sinds de nulmeting is ook binnen de marge te laag",
        "binnen de marge is het tempo soms hoog genoeg en soms niet",
        "het tempo sinds de nulmeting is ook binnen de marge snel genoeg",
        "het tempo sinds de nulmeting is ook binnen de marge te langzaam",
        "binnen de marge is het tempo soms snel genoeg en soms niet",
        "het gemelde getal is gelijk aan of hoger dan het doel",
        "het gemelde eindgetal ligt onder het doel",
        "de einddatum is voorbij, een eindgetal is niet gevonden",
        "de stand van het eindjaar is niet gepubliceerd",
        "de gepubliceerde stand tegenover het doel",
        "er is een tussenstand van het programma, geen reeks",
        "er is geen open reeks en geen gemeld getal",
    )
)
_FAR_RULE = to_translate("het einde ligt meer dan {limit} jaar weg: alleen wat per jaar nodig is")

_TABLE_ID = re.compile(r"^\d{5}[A-Za-z]{3}$")


def source_words(sources: Iterable[str], remark: str = "") -> str:
    """The source line of a figure: "CBS StatLine 81402ned en 83582NED; eigen berekening."."""
    ids = sorted({part for text in sources for part in _parts(text) if part})
    tables = [part for part in ids if _TABLE_ID.match(part)]
    others = [part for part in ids if not _TABLE_ID.match(part)]
    words = [f"CBS StatLine {numbers.listing(tables)}"] if tables else []
    words += [
        {"jeugdwerkloosheid-2012-2014": "SZW/CBS, Jeugdwerkloosheid 2012–2014"}.get(o, o) for o in others
    ]
    text = "; ".join([*words, remark.rstrip(".")] if remark else words)
    return f"{text}."


def _parts(source: str) -> list[str]:
    """The tables in a source; the title of an article keeps its commas."""
    parts = re.split(r", ?", source)
    return parts if all(_TABLE_ID.match(part) for part in parts) else [source]


def verdict_mark(verdict: str, basis: str = "") -> Mark:
    """The mark of a verdict; one that rests on pace alone says so, and no verdict is never red."""
    if verdict == "geen oordeel":
        kind = "programma" if basis == "opgave programma" else "alleen tempo"
        return Mark(kind=kind, word=tr("tussenstand") if kind == "programma" else tr("geen oordeel"))
    if verdict in ("op koers", "achter", "onzeker") and basis == "alleen tempo":
        return Mark(kind=verdict, word=tr("{verdict} (alleen tempo)", verdict=tr(verdict)))
    return Mark(kind=verdict)


def nouns(kind: str) -> tuple[str, str]:
    """What a region is called by its kind: one, many."""
    one, many = KIND_NOUNS[kind]
    return tr(one), tr(many)


def rule_words(rule: str) -> str:
    """The rule behind a verdict, in the language of the report.

    Raises
    ------
    LanguageError
        The models give a rule that the catalogue does not have.
    """
    before, after = _FAR_RULE.split("{limit}")
    if rule.startswith(before) and rule.endswith(after):
        return tr(_FAR_RULE, limit=rule.removeprefix(before).removesuffix(after))
    return tr(rule)


def estimate_word(*facts: Fact) -> str:
    """ "naar raming " when a fact is an estimate, else nothing."""
    return tr("naar raming ") if any(item.is_estimate for item in facts) else ""


def estimate_adverb(*facts: Fact) -> str:
    """The same where no number follows at once: English then says "by estimate", not "an estimated"."""
    return pgettext("no number follows", "naar raming ") if any(item.is_estimate for item in facts) else ""


def status_words(statuses: Iterable[str]) -> str:
    """The statuses of figures in words, the least certain first."""
    found = set(statuses)
    return numbers.listing([tr(word) for status, word in _STATUS_WORDS.items() if status in found])


def partial_date(text: str) -> str:
    """A date of which the day or month may be unknown: "6 september 2018", "februari 2017", "2018"."""
    parts = [int(part) for part in text.split("-")] if re.fullmatch(r"\d{4}(-\d{2}){0,2}", text) else []
    if not parts:
        return tr("zonder datum") if text == "open" else text
    if len(parts) == 1:
        return str(parts[0])
    return numbers.month(date(*parts, 1)) if len(parts) == 2 else numbers.day(date(*parts))
