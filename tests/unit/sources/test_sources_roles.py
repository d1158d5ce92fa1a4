"""Dimensions are known by their name or their role, measures by title and unit: ids may be other than was heard."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.sources.catalog import load_catalog
from pipeline.sources.cbs import Dimension, Measure, TableDescription, select_cells
from pipeline.sources.errors import ContentError


def dimension(name: str, kind: str, codes: dict[str, str], title: str = "") -> Dimension:
    """A dimension with these codes and titles."""
    frame = pd.DataFrame({"key": list(codes), "code": list(codes), "title": list(codes.values()), "description": "",
                          "status": ""}, dtype=object)  # fmt: skip
    return Dimension(name, title or name, kind, frame)


REGIONS = {
    "NL01": "Nederland",
    "PV28": "Zuid-Holland",
    "CR30": "Zuidoost",
    "AM23": "Drechtsteden",
    "GM0505": "Dordrecht",
}
PERIODS = dimension("Perioden", "time", {"2024JJ00": "2024"})


def described(
    source: str, dimensions: list[Dimension], measures: list[tuple[str, str]], title: str = ""
) -> TableDescription:
    """A table that fits a source but for what is given."""
    return TableDescription("T", title or load_catalog().source(source).title, "", "", "", "", None, tuple(dimensions),
                            tuple(Measure(f"M{n}", t, "", u, 0, "") for n, (t, u) in enumerate(measures)))  # fmt: skip


def test_home_and_work_region_are_told_apart():
    dimensions = [
        dimension("WerkregioS", "region", REGIONS),
        dimension("Woongemeente", "region", REGIONS),
        PERIODS,
    ]
    table = described("commuting", dimensions, [("Banen van werknemers", "x 1 000"), ("Afstand", "km")])
    found = select_cells(table, load_catalog().source("commuting"))
    assert found.names == {"WerkregioS": "WerkregioS", "Woongemeente": "WoonregioS", "Perioden": "Perioden"}


def test_a_region_of_another_name_is_the_region():
    dimensions = [dimension("Regio", "region", REGIONS), PERIODS]
    measures = [("Werkloosheidsuitkering (WW)", "aantal personen"), ("Bijstand (tot AOW-leeftijd)", "aantal")]
    found = select_cells(described("ww", dimensions, measures), load_catalog().source("ww"))
    assert found.names["Regio"] == "RegioS" and [m.unit for m in found.measures] == ["aantal", "aantal"]


def test_a_table_without_a_breakdown_of_which_the_total_is_wanted():
    dimensions = [dimension("RegioS", "region", REGIONS), PERIODS]
    found = select_cells(described("bijstand", dimensions, [("Bijstandsuitkeringen", "aantal")]),
                         load_catalog().source("bijstand"))  # fmt: skip
    assert found.remarks == ("the table has no Uitkeringsgrondslag: all its figures are totals",)


def test_an_extra_breakdown_without_a_total_is_refused():
    dimensions = [
        dimension("RegioS", "region", REGIONS),
        PERIODS,
        dimension("Geslacht", "other", {"1": "Man", "2": "Vrouw"}),
    ]
    with pytest.raises(ContentError, match="its dimensions are now"):
        select_cells(described("province_context", dimensions, []), load_catalog().source("province_context"))


def test_an_extra_breakdown_is_taken_by_its_total():
    persons = dimension("Persoonskenmerken", "other", {"T009002": "Totaal personen", "1": "Geslacht: Mannen"})
    source = load_catalog().source("province_context")
    measures = [(m.title, m.unit) for m in source.measures]
    found = select_cells(
        described(source.key, [persons, dimension("RegioS", "region", REGIONS), PERIODS], measures), source
    )
    assert (
        found.terms["Persoonskenmerken"] == ["Persoonskenmerken eq 'T009002'"]
        and "Persoonskenmerken" not in found.names
    )


@pytest.mark.parametrize("required", [True, False])
def test_a_wanted_beginning_without_a_code(required):
    source = load_catalog().source("unemployment").model_copy(update={"required": required})
    renamed = {code.replace("AM", "AR"): title for code, title in REGIONS.items()}
    persons = dimension("Persoonskenmerken", "other", {"T": "Totaal personen", "5": "15 tot 25 jaar"})
    dimensions = [persons, dimension("RegioS", "region", renamed), PERIODS]
    measures = [(m.title, m.unit) for m in source.measures]
    table = described(source.key, dimensions, measures, "Arbeidsdeelname; regionale indeling 2024")
    if required:
        with pytest.raises(ContentError, match="codes that begin with AM"):
            select_cells(table, source)
    else:
        assert any("codes that begin with AM" in remark for remark in select_cells(table, source).remarks)


def test_ages_that_are_not_all_there_stop_the_population():
    source = load_catalog().source("population")
    ages = {"10000": "Totaal"} | {
        f"1{10 * age:04d}": f"{age} jaar" if age != 40 else "40-jarigen" for age in range(13, 77)
    }
    total = {"T": "Totaal mannen en vrouwen"}
    table = described(
        source.key, [dimension("Geslacht", "other", total), dimension("Leeftijd", "other", ages), PERIODS,
                     dimension("BurgerlijkeStaat", "other", {"T": "Totaal burgerlijke staat"}),
                     dimension("RegioS", "region", REGIONS)], [("Bevolking op 1 januari", "aantal")],
    )  # fmt: skip
    with pytest.raises(ContentError, match="60 codes of Leeftijd are wanted ones, expected 61"):
        select_cells(table, source)
    whole = [replace(d, codes=d.codes.replace("40-jarigen", "40 jaar")) for d in table.dimensions]
    assert len(select_cells(replace(table, dimensions=tuple(whole)), source).codes["Leeftijd"]) == 61
