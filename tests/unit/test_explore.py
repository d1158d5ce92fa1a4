"""Controls: the answer is shown, follows its controls, and is a reason where there is none."""

from __future__ import annotations

import ipywidgets
import pytest

from pipeline import Monitor
from pipeline.explore import indicators, interact, regions


@pytest.fixture(scope="module")
def m(tables) -> Monitor:
    return Monitor(tables)


def test_a_box_asks_at_once_and_again_when_a_control_moves(m):
    box = interact(m.chart, name=indicators(m), regions=ipywidgets.fixed(["GM0505", "NL01"]))
    assert "WW-uitkering" in box.children[-1].value and 'role="img"' in box.children[-1].value
    box.children[0].value = "population_count"
    assert "Inwoners" in box.children[-1].value
    assert box.children[-1].value == m.chart("population_count", ["GM0505", "NL01"]).html()
    assert box._repr_mimebundle_()["text/html"] == box.children[-1].value


def test_a_question_without_an_answer_leaves_a_reason_and_no_markup(m):
    box = interact(m.indicator, name=["population_count"], regions=["<script>", "NL01"], years=(2015, 2024))
    reason = box.children[-1].value
    assert 'role="status"' in reason and "<script>" not in reason
    box.children[1].value = "NL01"
    assert "Nederland" in box.children[-1].value
    assert box.children[2].continuous_update is False


def test_a_mistake_in_the_code_is_not_hidden():
    with pytest.raises(KeyError):
        interact(broken, year=(1, 2))


def broken(year):
    raise KeyError("a mistake in the code")


def test_regions_are_listed_from_large_to_small(m):
    one, several = regions(m, "GM0505"), regions(m, ("GM0505", "NL01"))
    assert isinstance(one, ipywidgets.Dropdown) and isinstance(several, ipywidgets.SelectMultiple)
    assert one.options[0] == ("Nederland (nation)", "NL01") and len(one.options) == 477
    assert ("Dordrecht (gemeente)", "GM0505") in one.options and one.options[-1][1].startswith("GM")


def test_every_control_has_a_label(m):
    assert all(one.description for one in (indicators(m), regions(m, "NL01")))
