"""`python -m pipeline check` tries all that people keep by hand, and names every part that is wrong."""

import shutil

import pytest

from pipeline.folders import ROOT, Folders
from pipeline.kept_by_hand import check_kept_by_hand
from pipeline.reference import ReferenceDataError


@pytest.fixture
def folders(tmp_path):
    shutil.copy(ROOT / "params.yaml", tmp_path)
    shutil.copytree(ROOT / "data" / "reference", tmp_path / "data" / "reference")
    return Folders(tmp_path)


def test_what_is_right_is_said_part_by_part(folders):
    said = list(check_kept_by_hand(folders))
    assert [line.partition(":")[0] for line in said] == ["params.yaml", "data/reference", "data/inbox"]


def test_every_part_that_is_wrong_is_named_at_once(folders):
    (folders.root / "params.yaml").write_text("vintage: 2026-11-01\n")
    (folders.reference / "programmes" / "banenplan.yml").write_text("key: banenplan\n")
    lisa = folders.inbox / "lisa"
    lisa.mkdir(parents=True)
    (lisa / "eigen.csv").write_text("gemeente;banen\nDordrecht;3\n")
    with pytest.raises(ReferenceDataError) as caught:
        list(check_kept_by_hand(folders))
    for word in ("params.yaml has", "banenplan.yml", "eigen.csv"):
        assert word in str(caught.value)


def test_a_workbook_that_cannot_be_opened_is_named_with_what_to_do(folders):
    uwv = folders.inbox / "uwv"
    uwv.mkdir(parents=True)
    (uwv / "ww.xlsx").write_bytes(b"no workbook")
    with pytest.raises(ReferenceDataError, match=r"ww\.xlsx: it cannot be opened") as caught:
        list(check_kept_by_hand(folders))
    assert "data/inbox/uwv/ww.xlsx" in str(caught.value) and "out of the inbox" in str(caught.value)
