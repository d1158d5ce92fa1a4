"""Facts, words and their audit: what may be printed, what a title may say, and how a region stands beside another."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from pipeline.figures.style import DEFAULT_STYLE
from pipeline.models import job_changes
from pipeline.reports import blocks as form
from pipeline.reports import document, number_audit
from pipeline.reports.blocks import Run
from pipeline.reports.context import place_of
from pipeline.reports.document import TextError
from pipeline.reports.facts import base, rates
from pipeline.reports.facts.base import Fact, Name
from pipeline.schemas import TABLES
from tests.integration.sample_report import row

PLACE = place_of("GM0505", "Dordrecht", "gemeente", "nl")


def fact(value, **more):
    given = {"indicator": "jobs_employees", "region_code": "GM0505", "period": "2024-12", "unit": "jobs",
             "status": "published", "source": "83582NED", "vintage": "v"}  # fmt: skip
    return Fact(value, **(given | more))


# --- facts --------------------------------------------------------------------------------


def test_a_change_is_as_certain_as_its_less_certain_end():
    first, last = fact(100.0, status="estimate", low=90.0, high=110.0, step=100.0), fact(150.0)
    change = base.change(first, last)
    assert (change.value, change.status, change.low, change.high, change.step) == (
        50,
        "estimate",
        40,
        60,
        100,
    )
    assert not base.change(fact(None, status="missing"), last).known


def test_a_bound_without_a_margin_is_refused():
    with pytest.raises(ValueError, match="has no margin to print"):
        fact(1.0).bound("low")


def test_missing_is_never_nought():
    indicator = {"value": float("nan"), "unit": "jobs", "status": "final", "frequency": "A", "year": 2024,
                 "reference_date": "2024-12-31",
                 "indicator": "x", "region_code": "GM1", "source": "s", "vintage": "v"}  # fmt: skip
    made = base.fact_of(indicator)
    assert (made.value, made.status) == (None, "missing")
    assert base.fact_of(indicator | {"status": "suppressed"}).status == "suppressed"
    assert base.fact_of(indicator | {"value": 0.0}).value == 0.0


@pytest.mark.parametrize(
    ("own", "low", "high", "nation", "side"),
    [
        (9.1, None, None, 8.8, "about"),  # 3 % of difference is none
        (9.5, None, None, 8.8, "more"),
        (7.2, None, None, 8.8, "less"),
        (9.5, 8.5, 10.5, 8.8, "about"),  # within the rounding
        (10.0, 5.0, 15.0, 8.8, "unclear"),  # rounding says nothing
    ],
)
def test_a_small_difference_is_none_and_a_coarse_one_unclear(own, low, high, nation, side):
    level = None if low is None else 1.0
    assert rates.side_of(fact(own, low=low, high=high, level=level), fact(nation)) == side


def test_few_people_are_told_by_their_range():
    count = fact(40.0, low=35.0, high=45.0, level=1.0)
    assert rates.Beside(fact(1.0), count, fact(1.0), "about").few
    assert not rates.Beside(fact(1.0), replace(count, value=400.0), fact(1.0), "about").few


def test_changes_are_stored_with_margins_of_80_per_cent_and_never_over_two_counts():
    columns = set(TABLES["job_changes"].schema.columns)
    assert {"change_low_80", "change_high_80", "change_pct_low_80"} <= columns
    assert job_changes.LEVEL == 0.80
    assert "across_tables" not in columns


def test_no_growth_is_stored_over_the_joint_of_two_counts_or_from_a_share(tables):
    changes = tables.read("job_changes")
    assert changes["first_year"].ge(2010).all()
    jobs = tables.read("indicators", indicator="jobs_employees", sector="total")
    old = set(
        map(tuple, jobs.loc[jobs["basis"] == job_changes.OLD_COUNT, ["region_code", "year"]].to_numpy())
    )
    new = set(
        map(tuple, jobs.loc[jobs["basis"] != job_changes.OLD_COUNT, ["region_code", "year"]].to_numpy())
    )
    ends = set(map(tuple, changes[["region_code", "first_year"]].to_numpy()))
    assert not ends & (old - new)
    gemeenten = changes[changes["region_code"].str.startswith("GM")]
    assert len(gemeenten["region_code"].unique()) < 5, "a gemeente that is a COROP has counts of its own"
    estimated = changes[changes["status"] == "estimate"].dropna(subset=["change_low_80"])
    assert (estimated["change_low_80"] <= estimated["change"] + 1e-6).all()
    assert (estimated["change"] <= estimated["change_high_80"] + 1e-6).all()
    assert np.isfinite(changes["change"]).all()


# --- words --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    jobs: Fact
    programme: Name = Name("Regio Deal 2e tranche")  # noqa: RUF009
    bare: float = 3.0


def made(tmp_path, text, language="nl", facts=None):
    (tmp_path / language).mkdir(exist_ok=True)
    (tmp_path / language / "jobs.md.j2").write_text(text, encoding="utf-8")
    facts = facts or Facts(
        fact(144_249.0, status="estimate", low=140_000.0, high=150_000.0, level=0.8, step=100.0)
    )
    return document.chapter("jobs", facts, PLACE, language, {"GM0505": "Dordrecht"}, tmp_path, DEFAULT_STYLE)


def test_a_printed_fact_is_bound_to_its_row(tmp_path):
    title, lead = made(
        tmp_path, "# Naar schatting {{ jobs }} banen\n\n::: lead\n{{ jobs | span }} {{ in_here }}.\n:::\n"
    )
    assert title.text == "Naar schatting 144.200 banen"
    assert [(r.value, r.display, r.status, r.low, r.high) for r in title.data] == [
        (144_249.0, "144.200", "estimate", 140_000.0, 150_000.0)
    ]
    assert form.plain(lead.text) == "140.000 tot 150.000 in Dordrecht."
    assert [r.display for r in lead.data] == ["140.000", "150.000"]
    english = made(tmp_path, "# An estimated {{ jobs }} jobs {{ in_here }}\n", "en")
    assert english[0].text == "An estimated 144,200 jobs in Dordrecht"


def test_a_name_may_hold_digits_and_is_no_figure(tmp_path):
    title = made(tmp_path, "# {{ programme }} gaat door\n")[0]
    assert title.text == "Regio Deal 2e tranche gaat door" and not title.data
    assert number_audit.check_block(title, "nl") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# In 2024 groeide het\n", "2024"),
        ("# Er zijn {{ bare }} banen\n", "is no fact and no text"),
        ("# Er zijn {{ nothing }} banen\n", "nothing"),
        ("# {{ bare | string }} banen\n", "holds a number that is no fact"),
    ],
)
def test_what_is_no_fact_stops_the_build(tmp_path, text, message):
    with pytest.raises(TextError, match=message):
        made(tmp_path, text)


def test_one_is_on_an_island_and_in_a_town():
    kinds = [
        ("GM0060", "Ameland", "gemeente", "op Ameland"),
        ("GM0505", "Dordrecht", "gemeente", "in Dordrecht"),
        ("PV22", "Drenthe", "province", "in de provincie Drenthe"),
        ("AM03", "Drenthe", "arbeidsmarktregio", "in arbeidsmarktregio Drenthe"),
        ("x", "Sectorplan Y", "area", "in het gebied van Sectorplan Y"),
        ("y", "Regio Deal X", "area", "in het gebied Regio Deal X"),
    ]
    assert [place_of(code, name, kind, "nl").in_here for code, name, kind, _ in kinds] == [
        k[3] for k in kinds
    ]


# --- audit --------------------------------------------------------------------------------


def faults(*chapter):
    return number_audit.check_title(chapter, "nl", 2023)


def lead(text, *rows):
    return form.Lead(text=[Run(text=text)], data=rows)


def test_a_number_without_a_row_and_a_wrong_display_are_faults():
    assert number_audit.check_block(lead("7.610 banen", row()), "nl") == []
    assert "7.999 in" in number_audit.check_block(lead("7.999 banen", row()), "nl")[0]
    assert "is printed as" in number_audit.check_block(lead("7.600 banen", row(display="7.600")), "nl")[0]
    pace = row(display="7.600", aspect="per_year")
    assert number_audit.check_block(lead("7.600 banen per jaar", pace), "nl") == []
    rounded = row(display="7.600", status="estimate")
    assert number_audit.check_block(lead("naar schatting 7.600 banen", rounded), "nl") == []


def test_an_estimate_in_a_sentence_says_so():
    block = lead("Er zijn 7.600 banen", row(display="7.600", status="estimate"))
    assert "is an estimate, but" in number_audit.check_block(block, "nl")[0]


def heading(text, *rows):
    return form.Heading(level=2, text=text, data=rows)


def test_a_title_rests_on_the_newest_row_below_it():
    old = row(indicator="ww", period="2021", display="32", value=32.0, unit="procent")
    new = row(indicator="ww", period="2024", display="40", value=40.0, unit="procent")
    found = faults(heading("WW: 32", old), lead("40", new))
    assert any("below it stands 2024" in fault for fault in found)
    assert any("without saying the year" in fault for fault in found)
    assert faults(heading("WW: 40", new), lead("32 en 40", old, new)) == []
    assert faults(heading("In 2021 nog 32", old), lead("x")) == []


def test_a_title_says_the_direction_of_its_change():
    rise = row(aspect="change", value=10.0, display="10", unit="personen", period="2024")
    assert "says the opposite" in faults(heading("De WW daalde met 10", rise))[0]
    assert faults(heading("De WW steeg met 10", rise)) == []
