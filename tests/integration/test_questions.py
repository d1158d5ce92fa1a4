"""Fifteen questions of researchers, each answered in at most four lines, and the published number that answers it.

Read it as examples: ``m`` is ``Monitor()``. Every number was looked up in the tables of the vintage in use.
"""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline import Monitor, MonitorError, MonitorWarning


@pytest.fixture(scope="module")
def m(tables) -> Monitor:
    return Monitor(tables)


def test_01_how_many_jobs_were_there_in_the_drechtsteden(m):
    jobs = m.indicator("jobs_employees", "drechtsteden", years=(2008, 2010))
    assert jobs["value"].tolist() == [128_270, 127_460, 123_520]


def test_02_which_gemeente_has_most_people_with_ww_per_1000_residents(m):
    ww = m.indicator("ww_per_1000_residents", kind="gemeente", years=2024)
    assert ww.nlargest(3, "value")["region_name"].tolist() == ["Heerlen", "Venray", "Venlo"]


def test_03_residents_of_provinces_a_column_a_year(m):
    people = m.indicator("population_count", kind="province", years=(2022, 2026), wide=True)
    assert people.loc["PV28", 2026].item() == 3_882_708


def test_04_how_fast_did_corops_grow(m):
    jobs = m.indicator("jobs_employees", kind="corop", years=[2015, 2024], wide=True)
    growth = 100 * (jobs[2024] / jobs[2015] - 1)
    assert growth["CR30"].item() == pytest.approx(17.3, abs=0.05)


def test_05_what_part_of_the_jobs_is_in_care_education_and_government(m):
    care = m.indicator("jobs_employees", "CR30", sector="O-Q", years=2024)["value"].item()
    every = m.indicator("jobs_employees", "CR30", years=2024)["value"].item()
    assert 100 * care / every == pytest.approx(26.2, abs=0.05)


def test_06_a_map_of_my_own_with_figures_in_it(m):
    ww = m.indicator("ww_per_1000_residents", kind="gemeente", years=2024)
    joined = m.borders("gemeente", crs=28992).merge(ww, on="region_code")
    assert len(joined) == 342 and joined.geometry.is_valid.all() and joined["status"].eq("published").any()


def test_07_my_own_csv_of_2015_with_codes_of_then(m):
    own = pd.DataFrame({"gemeente": ["GM0530", "GM0788", "GM0505"], "budget": [100.0, 200.0, 300.0]})
    joined = own.merge(m.current(own["gemeente"], year=2015), left_on="gemeente", right_on="asked")
    now = (joined["budget"] * joined["share"]).groupby(joined["region_code"]).sum()
    assert now.sum() == pytest.approx(600) and now["GM0824"] == pytest.approx(81.4)


def test_08_the_figures_of_a_gemeente_that_is_gone(m):
    with pytest.warns(MonitorWarning, match="Vianen .* is gone; Vijfheerenlanden"):
        people = m.indicator("population_count", "Vianen", 2026)
    assert people["region_name"].item() == "Vijfheerenlanden"


def test_09_how_likely_are_30_000_extra_jobs(m):
    chance = m.chance("drechtsteden", jobs=30_000, baseline=2018, by=2030)
    assert chance["chance"].item() == "20 tot 25\u00a0%"


def test_10_and_how_likely_are_they_in_an_area_of_my_own(m):
    area = m.area(["Dordrecht", "Zwijndrecht", "Papendrecht"], "Dordrecht en buren")
    assert round(area.indicator("jobs_employees", years=2024)["value"].item(), -2) == 100_300
    assert 0.45 < area.chance(pct=5, by=2030)["probability"].item() < 0.65


def test_11_did_the_region_grow_by_itself_or_with_the_country(m):
    parts = m.shift_share("CR30").dropna(subset=["total"])
    assert parts[["national", "industry_mix", "competitive"]].sum().round(-2).tolist() == [
        11_800,
        -2_200,
        2_900,
    ]


def test_12_with_which_gemeenten_may_dordrecht_be_compared(m):
    alike = m.similar("Dordrecht")["similar_name"].tolist()
    assert "Zoetermeer" in alike and "Deventer" in alike


def test_13_where_does_this_number_come_from(m):
    cell = m.trace(m.indicator("population_count", "Dordrecht", 2026).iloc[0]).iloc[0]
    assert cell["table_id"] == "03759ned" and "RegioS=GM0505" in cell["cell"] and len(cell["sha256"]) == 64


def test_14_a_figure_for_an_article_with_the_numbers_behind_it(m, tmp_path):
    figure = m.chart("jobs_employees", ["CR30", "CR29"], years=(2010, 2024))
    assert figure.save(tmp_path / "banen.pdf").is_file()
    assert figure.data["source"].ne("").all() and "189.300" in figure.alt


def test_15_what_the_monitor_cannot_answer(m):
    with pytest.raises(MonitorError, match="It has: annual by sector 2008-2024"):
        m.indicator("jobs_employees", "Dordrecht", years=2050)
    with pytest.raises(MonitorError, match=r"nearest: GM0505 \(Dordrecht\)"):
        m.indicator("jobs_employees", "Dordrect")
