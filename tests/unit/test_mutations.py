"""A planted fault says something only while the text that it replaces, and the test that should find it, are there."""

import pytest

from tests.mutations import FAULTS, ROOT


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_planted(fault):
    assert (ROOT / "pipeline" / fault.file).read_text(encoding="utf-8").count(fault.old) == 1
    assert all((ROOT / "tests" / name).is_file() for name in fault.tests.split())
