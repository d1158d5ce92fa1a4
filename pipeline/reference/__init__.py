"""The tables kept by hand in data/reference, read and checked.

Areas, programmes with their targets, claims about results, figures of others, known errors of publishers
and border changes. Every entry becomes a frozen model that refuses unknown keys and wrong types, so that a
typing error stops the run with the file, the place, the value and what is allowed. A fact that nobody stated
is `open`: never zero, empty or a guess. The form of the files is explained in data/reference/README.md.
"""

from pipeline.reference.consistency import Reference, check_reference, load_reference
from pipeline.reference.corops import load_earlier_corops
from pipeline.reference.corrections import apply_corrections
from pipeline.reference.entries import (
    Accepted,
    Area,
    Baseline,
    Claim,
    Correction,
    Deadline,
    Definition,
    Level,
    Member,
    OutsideFigure,
    Programme,
    Source,
    Target,
)
from pipeline.reference.links import ProgrammeLink, programmes_of_region
from pipeline.reference.loading import (
    load_accepted,
    load_areas,
    load_changes,
    load_claims,
    load_corrections,
    load_outside_figures,
    load_programmes,
)
from pipeline.reference.panels import Panel, load_national_employed, load_panels
from pipeline.reference.values import INDICATORS, OPEN, ReferenceDataError

__all__ = [
    "INDICATORS",
    "OPEN",
    "Accepted",
    "Area",
    "Baseline",
    "Claim",
    "Correction",
    "Deadline",
    "Definition",
    "Level",
    "Member",
    "OutsideFigure",
    "Panel",
    "Programme",
    "ProgrammeLink",
    "Reference",
    "ReferenceDataError",
    "Source",
    "Target",
    "apply_corrections",
    "check_reference",
    "load_accepted",
    "load_areas",
    "load_changes",
    "load_claims",
    "load_corrections",
    "load_earlier_corops",
    "load_national_employed",
    "load_outside_figures",
    "load_panels",
    "load_programmes",
    "load_reference",
    "programmes_of_region",
]
