"""UWV Open Match Data from a stand-in for data.overheid.nl (synthetic counts)."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from pipeline import store
from pipeline.sources.catalog import load_catalog
from pipeline.sources.ckan import count_week, decode
from tests.loopback import Fault, others, synthetic
from tests.loopback.service import Answer

ID = "uwv-open-match-data"


@pytest.fixture
def pull_weeks(make_desk):
    """Pull classification and Open Match with these weekly files; every week is taken."""

    def run(files, faults=(), **routes):
        tables = [synthetic.areas_of(2026, "86247NED"), synthetic.areas_of(2015, "82949NED")]
        desk = make_desk(tables, ["classification", "open_match"])
        sources = [s.model_copy(update={"take_every": 1}) for s in desk.catalog.sources]
        desk.catalog = desk.catalog.model_copy(update={"sources": sources})
        desk.service.routes += others.ckan_routes(files, address=lambda: desk.service.address, **routes)
        desk.service.faults = list(faults)
        return desk, desk.pull("v3")

    return run


def week(day: str = "02-05-2023", **options) -> bytes:
    return others.open_match_csv(day, **options).encode()


def test_three_counts_per_gemeente_and_week(pull_weeks):
    desk, report = pull_weeks({"a.zip": week("02-05-2023"), "b.zip": week("09-05-2023", seed=2)})
    cells = desk.observations(ID, "uwv")
    assert set(cells["measure"]) == {"Vacature", "ErvaringsBeroep", "WensBeroep"}
    assert set(cells["period"]) == {"20230502", "20230509"}
    assert len(cells) == 40 * 3 * 2 and cells["RegioS"].str.fullmatch(r"GM\d{4}").all()
    assert report.manifest.table(ID).licence.startswith("CC BY 4.0")


def test_only_so_many_weeks_as_the_catalogue_says():
    assert load_catalog().source("open_match").take_every == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_no_gemeente_is_lost_to_an_encoding(pull_weeks, encoding):
    text = others.open_match_csv("02-05-2023") + "".join(
        f"02-05-2023;{name};1;Kok;Vacature;7,00\n" for name in ("Súdwest-Fryslân", "Noardeast-Fryslân")
    )
    desk, _ = pull_weeks({"a.zip": text.encode(encoding)})
    assert {"GM1900", "GM1970"} <= set(desk.observations(ID, "uwv")["RegioS"])


def test_text_that_was_decoded_wrongly_is_put_right(pull_weeks):
    broken = "Súdwest-Fryslân".encode().decode("cp1252")
    assert broken.startswith("SÃº")
    text = others.open_match_csv("02-05-2023") + f"02-05-2023;{broken};1;Kok;Vacature;7,00\n"
    desk, _ = pull_weeks({"a.zip": text.encode()})
    cells = desk.observations(ID, "uwv")
    friesland = cells[(cells["RegioS"] == "GM1900") & (cells["measure"] == "Vacature")]
    assert float(friesland["value"].iloc[0]) >= 7


def test_names_of_parts_are_added_up(pull_weeks):
    text = "PEILDATUM;GEMEENTE;REC_TYPE;AANTAL\n" + "".join(
        f"02-05-2023;Vijfheerenlanden ({part});Vacature;{n},50\n"
        for part, n in (("Leerdam/Zederik", 3), ("Vianen", 4))
    )
    desk, _ = pull_weeks({"a.zip": text.encode()})
    assert desk.observations(ID, "uwv")[["RegioS", "value"]].to_numpy().tolist() == [["GM1961", "8"]]


def test_a_gemeente_without_a_row_is_not_zero(pull_weeks):
    desk, _ = pull_weeks({"a.zip": week()})
    cells = desk.observations(ID, "uwv")
    assert cells["RegioS"].nunique() == 40 and "0" not in set(cells["value"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (week(names={"Groningen": "Grunn'n"}), "Grunn'n"),
        (week().replace(b"AANTAL", b"TOTAAL"), "AANTAL"),
        (week().replace(b";Vacature;", b";Advertentie;"), "Advertentie"),
        (week().replace(b"02-05-2023", b"2023-05-02"), "not understood"),
        (week().replace(b",00", b".00"), "not understood"),
        (b"PEILDATUM;GEMEENTE;REC_TYPE;AANTAL\n", "0 of 0"),
        (week().replace(b"POSTCODE", b"AANTAL"), "['AANTAL'] are not there once"),
        (week().replace(b"02-05-2023", b"09-05-2023", 1), "2 dates"),
        (week("02-05-2099"), "it holds figures of 20990502"),
        (week() + b"02-05-2023;Urk;1;Kok;Vacature;" + b"9" * 400 + b",00\n", "1 of"),
    ],
)
def test_a_file_that_is_not_understood_leaves_the_source_out(pull_weeks, content, words):
    desk, report = pull_weeks({"a.zip": content})
    (absent,) = report.manifest.absent
    assert absent.table_id == ID and words in absent.reason and "Next step" in absent.reason
    assert not (desk.vintage / "uwv").exists()


def test_a_week_of_far_fewer_gemeenten_is_told(pull_weeks):
    short = b"\n".join(week("16-05-2023").splitlines()[:31]) + b"\n"
    _, report = pull_weeks({"a.zip": week(), "b.zip": week("09-05-2023"), "c.zip": short})
    assert report.manifest.table(ID).remarks == [
        "1 of 3 weeks hold far fewer gemeenten than the others, e.g. 20230516 with 10"
    ]


def test_the_same_week_in_two_files(pull_weeks):
    _, report = pull_weeks({"a.zip": week(), "b.zip": week()})
    assert "two files hold the date 20230502" in report.manifest.absent[0].reason


def test_an_archive_that_is_cut_off_once_is_fetched_again(pull_weeks):
    desk, report = pull_weeks({"a.zip": week()}, [Fault("truncated", part="a.zip", times=1)])
    assert report.manifest.absent == []
    assert len(desk.service.requested("a.zip")) == 2


def test_an_archive_that_stays_cut_off(pull_weeks):
    _, report = pull_weeks({"a.zip": week()}, [Fault("truncated", part="a.zip")])
    assert "unreadable archive" in report.manifest.absent[0].reason


def test_a_data_set_that_is_gone(pull_weeks):
    _, report = pull_weeks({"a.zip": week()}, is_there=False)
    assert "404" in report.manifest.absent[0].reason


def test_an_archive_of_two_files(pull_weeks, monkeypatch):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, week())
    monkeypatch.setattr(others, "Answer", lambda *a, **k: Answer(buffer.getvalue(), table="ckan"))
    _, report = pull_weeks({"a.zip": week()})
    assert "2 CSV files" in report.manifest.absent[0].reason


def test_decode_tries_utf8_first():
    assert decode("Súdwest".encode("utf-8-sig")) == decode("Súdwest".encode("cp1252")) == "Súdwest"


def test_counts_of_one_gemeente_over_occupations_are_summed():
    from pipeline.sources.region_names import RegionNameIndex

    text = "PEILDATUM;GEMEENTE;BEROEP;REC_TYPE;AANTAL\n" + "".join(
        f"02-05-2023;Urk;{n};WensBeroep;1,5\n" for n in range(4)
    )
    counted = count_week(text.encode(), RegionNameIndex({"urk": "GM0184"}))
    assert counted.to_dict("records") == [
        {"measure": "WensBeroep", "RegioS": "GM0184", "period": "20230502", "value": 6.0}
    ]


def test_the_store_takes_what_was_made(pull_weeks):
    desk, _ = pull_weeks({"a.zip": week()})
    store.verify_vintage(desk.vintage)
