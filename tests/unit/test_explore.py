"""Controls: the answer is shown, follows its controls, and is a reason where there is none."""

from __future__ import annotations

import ipywidgets
import pytest

from pipeline import Monitor, MonitorError
from pipeline.explore import indicators, interact, regions


@pytest.fixture(scope="module")
def m(tables) -> Monitor:
    return Monitor(tables)


def test_a_box_asks_at_once_and_again_when_a_control_moves(m):
    asked = []
    box = interact(lambda **values: asked.append(values), name=indicators(m), year=(2015, 2024))
    box.update()
    assert asked[-1]["name"] == "ww_per_1000_residents"
    box.children[0].value = "population_count"
    assert asked[-1]["name"] == "population_count"
    assert box.children[1].continuous_update is False


def test_a_question_without_an_answer_leaves_a_reason_and_a_mistake_is_not_hidden(m, capsys):
    def no_answer(year):
        raise MonitorError(f"There is nothing in {year}.")

    def mistake(year):
        raise KeyError("a mistake in the code")

    interact(no_answer, year=(2015, 2024)).update()
    assert "Hier is geen antwoord op. There is nothing in" in capsys.readouterr().out
    with pytest.raises(KeyError):
        interact(mistake, year=ipywidgets.fixed(2015)).f(year=2015)


def test_regions_are_listed_from_large_to_small(m):
    one, several = regions(m, "GM0505"), regions(m, ("GM0505", "NL01"))
    assert isinstance(one, ipywidgets.Dropdown) and isinstance(several, ipywidgets.SelectMultiple)
    assert one.options[0] == ("Nederland (nation)", "NL01") and len(one.options) == 477
    assert ("Dordrecht (gemeente)", "GM0505") in one.options and one.options[-1][1].startswith("GM")


def test_every_control_has_a_label(m):
    assert all(one.description for one in (indicators(m), regions(m, "NL01")))
