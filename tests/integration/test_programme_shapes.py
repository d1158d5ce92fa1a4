"""Every shape that a programme may have makes a report: definitions, start years and ends, with a number or open.

Nothing is rendered: the blocks of the chapters that speak of programmes are made, and their numbers audited, as the
report stage does.
"""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from pipeline.models import outlook, targets
from pipeline.reference import Programme
from pipeline.reports import chapters, number_audit
from pipeline.reports.context import RegionContext, read_tables
from pipeline.reports.facts.base import stale_before
from pipeline.store import read

pytestmark = pytest.mark.slow

SOURCE = {"title": "Een besluit", "url": "https://voorbeeld.nl/besluit", "date": "2018-05"}
BASELINES = [
    {"year": 2018, "value": "open", "source": SOURCE},
    {"year": 2015, "value": "open", "source": "open", "worked_example": True},
    {"year": "open", "value": "open", "source": "open"},
    {"year": 2016, "value": 130000, "source": SOURCE},
]
DEADLINES = [
    {"year": 2030, "words": "in 2030", "approximate": False},
    {"year": 2040, "words": "rond 2040", "approximate": True},
    {"year": "open", "words": "niet genoemd", "approximate": False},
]
DEFINITIONS = [
    {"key": "werknemers", "title": "Banen van werknemers", "indicator": "jobs_employees", "words": "banen",
     "followed_by": "open data", "source": SOURCE, "levels": []},
    {"key": "alle", "title": "Alle banen", "indicator": "jobs_all", "words": "ook van zelfstandigen",
     "followed_by": "open data", "source": SOURCE, "levels": []},
    {"key": "lisa", "title": "Arbeidsplaatsen", "indicator": "open", "words": "volgens een register",
     "followed_by": "user file", "source": SOURCE, "levels": [{"year": 2018, "value": 140000, "source": SOURCE}]},
]  # fmt: skip
#: indicator, unit, target, relation, direction
KINDS = {
    "extra jobs": ("jobs_employees", "jobs", 30000, "extra", "up"),
    "jobs to reach": ("jobs_employees", "jobs", 170000, "at_least", "up"),
    "no number": ("jobs_employees", "open", "open", "open", "up"),
    "less unemployment": ("unemployment_rate_pct", "pct", 1.5, "decrease", "down"),
    "not in open data": ("open", "personen", 500, "at_least", "up"),
}
AREA = "drechtsteden"
CHAPTERS = ("page_one", "target", "promises", "reading")


def programme(kind: str, definitions: list, baselines: list, deadlines: list) -> Programme:
    """A programme of one area with one target of this shape."""
    indicator, unit, number, relation, direction = KINDS[kind]
    if definitions and indicator not in {item["indicator"] for item in definitions}:
        definitions = [definitions[0] | {"indicator": indicator}, *definitions[1:]]
    target = {
        "key": "doel", "title": "Een doel", "indicator": indicator, "definition": "open", "unit": unit,
        "target": number, "relation": relation, "direction": direction, "kind": "net_outcome",
        "baselines": baselines, "deadlines": deadlines, "area": AREA, "definitions": definitions,
        "target_version": {"label": "2018", "date": "2018"}, "source": SOURCE,
        "followed_by": "programme" if indicator == "open" else "open data",
    }  # fmt: skip
    return Programme.model_validate(
        {"key": "proef", "name": "Proefprogramma", "areas": [AREA], "partners": ["gemeente Dordrecht"],
         "context_indicators": [], "sources": {"besluit": SOURCE}, "targets": [target]}
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(project):
    """What reports read, the indicators and the outlooks of the vintage in use."""
    tables = read_tables(project)
    names = ("indicators", "regions", "members", "job_shares", "share_anchors")
    indicators, *rest = (read(name, project) for name in names)
    employed, until = tables.reference.national_employed, tables.settings.models.outlook_until
    return tables, indicators, outlook.make(indicators, *rest, employed, until)


def assert_report(world, made: Programme) -> list:
    """The programme gives targets, and the report of its area is whole."""
    tables, indicators, outlooks = world
    reference = dataclasses.replace(
        tables.reference,
        programmes={made.key: made},
        claims=tables.reference.claims.head(0),
    )
    rows = targets.make(reference.programmes, reference.claims, indicators, outlooks, tables.settings)
    assert len(rows), "no reading of the target"
    changed = dataclasses.replace(tables, reference=reference, targets=rows)
    context, blocks = RegionContext(changed, changed.places[AREA]), []
    for name in CHAPTERS:
        blocks += chapters.make(name, context, shown=blocks)
    number_audit.require_sound(blocks, "nl", stale_before(tables.settings))
    assert any("Proefprogramma" in str(block) for block in blocks), "the report does not name the programme"
    return blocks


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("definitions", range(4))
def test_every_shape_of_programme_makes_a_report(world, kind, definitions):
    for baselines, deadlines in itertools.product(range(1, 5), range(4)):
        if (baselines + deadlines + definitions + list(KINDS).index(kind)) % 4:
            continue  # so chosen that any three of the four come in every combination
        ends = DEADLINES[:deadlines] or [DEADLINES[-1]]  # an end that nobody named is one that is open
        assert_report(world, programme(kind, DEFINITIONS[:definitions], BASELINES[:baselines], ends))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("baseline", BASELINES)
@pytest.mark.parametrize("deadline", [*DEADLINES, {"year": 2020, "words": "in 2020", "approximate": False}])
def test_one_baseline_of_every_kind_makes_a_report(world, kind, baseline, deadline):
    assert_report(world, programme(kind, DEFINITIONS[:1], [baseline], [deadline]))
