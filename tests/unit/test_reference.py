"""Reading the reference files: what is refused, and whether the message says where and what is allowed."""

from datetime import date

import pandas as pd
import pytest
import yaml

from pipeline.reference import (
    OPEN,
    Programme,
    Reference,
    ReferenceDataError,
    apply_corrections,
    check_reference,
    load_areas,
    load_changes,
    load_claims,
    load_corrections,
    load_outside_figures,
    load_programmes,
    load_reference,
    programmes_of_region,
)

SOURCE = {"title": "Een bron", "url": "https://voorbeeld.nl/bron", "date": "2018-05"}

AREA = {
    "key": "drie-dorpen",
    "name": "Drie Dorpen",
    "members": ["GM0001", "GM0002", "GM0003"],
    "same_as": None,
    "valid_from": "2018-01-01",
    "valid_to": None,
    "source": SOURCE,
}

TARGET = {
    "key": "banen",
    "title": "100 banen erbij",
    "indicator": "jobs_employees",
    "definition": "open",
    "unit": "banen",
    "target": 100,
    "relation": "extra",
    "direction": "up",
    "kind": "net_outcome",
    "area": "drie-dorpen",
    "target_version": {"label": "2018", "date": "2018-05"},
    "source": "akkoord",
    "followed_by": "open data",
    "baselines": [{"year": 2018, "value": "open", "source": "akkoord"}],
    "deadlines": [{"year": 2030, "words": "2030", "approximate": False}],
}

PROGRAMME = {
    "key": "werk-voor-drie",
    "name": "Werk voor Drie",
    "areas": ["drie-dorpen"],
    "partners": [],
    "context_indicators": ["jobs_employees"],
    "sources": {"akkoord": SOURCE},
    "targets": [TARGET],
}

DEFINITION = {
    "key": "werknemers",
    "title": "Banen van werknemers",
    "indicator": "jobs_employees",
    "words": "Banen van werknemers",
    "followed_by": "open data",
    "source": "akkoord",
    "levels": [],
}

CLAIM = {
    "programme": "werk-voor-drie",
    "target_key": "banen",
    "quantity": "banen erbij",
    "kind": "interim",
    "evidence": "counted",
    "same_measure": "yes",
    "value": "40",
    "value_text": "40 banen",
    "unit": "banen",
    "area": "drie-dorpen",
    "claim_date": "2020-06",
    "period": "2018-2020",
    "source": "Een bericht",
    "url": "open",
    "note": "",
}

CHANGES = """old_code,old_name,abolished_on,gm_code,gm_name,share,source
GM0010,Oudstad,2019-01-01,GM0001,Eerste,0.25,proef
GM0010,Oudstad,2019-01-01,GM0002,Tweede,0.75,proef
GM0011,,,GM0003,Derde,1.0,proef
"""


@pytest.fixture
def write(tmp_path):
    """Write an object as YAML, or a text as it stands, and give its path."""

    def write_file(content, name="file.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def programmes_with(write):
    """Load one programme whose target has these keys replaced."""

    def load(**changed):
        write({**PROGRAMME, "targets": [{**TARGET, **changed}]}, "programmes/werk-voor-drie.yaml")
        return load_programmes(write("", "programmes/.keep").parent)["werk-voor-drie"]

    return load


@pytest.fixture
def claims_with(write):
    """Load one claim with these cells replaced."""

    def load(**changed):
        cells = {**CLAIM, **changed}
        return load_claims(write(pd.DataFrame([cells]).to_csv(index=False), "claims.csv"))

    return load


def areas_file(*areas):
    return {"areas": list(areas)}


# --- areas ------------------------------------------------------------------------------


def test_an_area_is_one_entry(write):
    areas = load_areas(
        write(areas_file(AREA, {**AREA, "key": "twee-dorpen", "members": ["GM0001", "GM0002"]}))
    )
    assert list(areas) == ["drie-dorpen", "twee-dorpen"]
    assert [member.code for member in areas["drie-dorpen"].members] == ["GM0001", "GM0002", "GM0003"]
    assert areas["drie-dorpen"].valid_from == date(2018, 1, 1)
    assert areas["drie-dorpen"].valid_to is None


def test_a_member_may_have_a_first_and_a_last_edition(write):
    members = ["GM0001", {"code": "GM0002", "until": 2026}, {"code": "GM0004", "since": 2027, "until": None}]
    (area,) = load_areas(write(areas_file({**AREA, "members": members}))).values()
    counted = {year: [m.code for m in area.members if m.counts_in(year)] for year in (2026, 2027)}
    assert counted == {2026: ["GM0001", "GM0002"], 2027: ["GM0001", "GM0004"]}


def test_areas_cannot_be_changed_afterwards(write):
    area = load_areas(write(areas_file(AREA)))["drie-dorpen"]
    with pytest.raises(ValueError, match="frozen"):
        area.name = "Vier Dorpen"


def test_a_misspelt_key_is_named_with_its_file_place_and_what_is_allowed(write):
    wrong = {**AREA, "membres": AREA["members"]}
    path = write(areas_file(wrong), "areas.yaml")
    with pytest.raises(ReferenceDataError) as error:
        load_areas(path)
    message = str(error.value)
    assert str(path) in message
    assert "areas.drie-dorpen: unknown key 'membres' (did you mean 'members'?)" in message
    assert "allowed: key, name, members, same_as, valid_from, valid_to, source, note" in message


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"members": ["GM0001", "GM0002", "GM0001"]}, "listed more than once: GM0001"),
        ({"members": ["GM0001", "505"]}, r"members.1.code: allowed: GM and four digits \(found '505'\)"),
        ({"members": ["GM0001", 505]}, r"members.1.code: allowed: GM and four digits \(found 505\)"),
        (
            {"members": [{"code": "GM0001", "from": 2027}]},
            "members.0: unknown key 'from'; allowed: code, since, until",
        ),
        (
            {"members": [{"code": "GM0001", "since": "2027"}]},
            r"members.0.since: allowed: a year, 1900-2100, not in quotes, or null \(found '2027'\)",
        ),
        (
            {"members": [{"code": "GM0001", "since": 2027, "until": 2026}]},
            "GM0001: since 2027 is after until 2026",
        ),
        (
            {"members": [{"code": "GM0001", "until": 2026}, "GM0001"]},
            "listed more than once: GM0001",
        ),
        ({"members": []}, "at least one member"),
        ({"members": "GM0001"}, r"members: .*tuple \(found 'GM0001'\)"),
        ({"key": "Drie Dorpen"}, "key: .*pattern"),
        ({"name": ""}, "name: .*at least 1 character"),
        ({"valid_from": "2018"}, r"valid_from: allowed: a day such as 2018-01-01, or null \(found '2018'\)"),
        ({"valid_from": "2018-02-30"}, "allowed: a day"),
        ({"valid_from": "2020-01-01", "valid_to": "2019-12-31"}, "is after valid_to 2019-12-31"),
        ({"source": {**SOURCE, "date": "mei 2018"}}, r"source.date: allowed: a date.*\(found 'mei 2018'\)"),
        ({"source": {**SOURCE, "date": "2018-13"}}, "source.date: allowed: a date"),
        ({"source": {**SOURCE, "date": 2018}}, r"source.date: allowed: a date.*\(found 2018\)"),
        ({"source": {**SOURCE, "url": "voorbeeld.nl"}}, "source.url: allowed: an address"),
        ({"source": {"title": "Een bron", "url": "open"}}, "source.date: Field required"),
    ],
)
def test_a_wrong_area_is_refused(write, changed, message):
    with pytest.raises(ReferenceDataError, match=message):
        load_areas(write(areas_file({**AREA, **changed})))


def test_two_areas_with_one_key_are_refused(write):
    with pytest.raises(ReferenceDataError, match="keys used more than once: drie-dorpen"):
        load_areas(write(areas_file(AREA, AREA)))


def test_a_key_given_twice_in_one_entry_is_refused(write):
    with pytest.raises(ReferenceDataError, match="key used more than once: areas"):
        load_areas(write("areas: []\nareas: []\n"))


def test_a_day_typed_without_quotes_stays_a_text_until_the_model_reads_it(write):
    text = yaml.safe_dump(areas_file(AREA)).replace("'2018-01-01'", "2018-01-01")
    assert "valid_from: 2018-01-01" in text
    assert load_areas(write(text))["drie-dorpen"].valid_from == date(2018, 1, 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [("areas: [", "is not valid YAML"), ("- een\n- twee\n", "holds list"), ("", "holds NoneType")],
)
def test_a_file_of_another_form_is_refused(write, content, message):
    with pytest.raises(ReferenceDataError, match=message):
        load_areas(write(content))


def test_a_missing_file_says_how_to_get_it_back(tmp_path):
    for load in (load_areas, load_outside_figures, load_corrections, load_claims, load_changes):
        with pytest.raises(ReferenceDataError, match=r"is missing.*git checkout"):
            load(tmp_path / "weg")
    with pytest.raises(ReferenceDataError, match=r"holds no programme.*git checkout"):
        load_programmes(tmp_path)


# --- programmes -------------------------------------------------------------------------


def test_a_programme_gets_its_sources_in_full(programmes_with):
    programme = programmes_with()
    target = programme.target("banen")
    assert target.source.title == "Een bron"
    assert target.baselines[0].source.date == "2018-05"
    assert target.baselines[0].value == OPEN
    assert target.deadlines[0].source is None
    assert not target.is_open


def test_a_target_without_a_number_is_open(programmes_with):
    assert programmes_with(target="open", relation="open", unit="open").target("banen").is_open


def test_an_unknown_target_names_those_that_exist(programmes_with):
    with pytest.raises(KeyError, match="it has: banen"):
        programmes_with().target("bannen")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"titel": "dubbel"}, r"targets.banen: unknown key 'titel' \(did you mean 'title'\?\); allowed: key"),
        (
            {"target": "100"},
            r"targets.banen.target: allowed: a number, not in quotes, or open \(found '100'\)",
        ),
        ({"target": None}, r"allowed: a number, not in quotes, or open \(found None\)"),
        ({"target": True}, r"allowed: a number, not in quotes, or open \(found True\)"),
        ({"target": float("nan")}, "allowed: a number, not in quotes, or open"),
        ({"indicator": "banen"}, r"targets.banen.indicator: allowed: one of jobs_employees.*found 'banen'"),
        ({"direction": "omhoog"}, r"direction: Input should be 'up' or 'down' \(found 'omhoog'\)"),
        ({"kind": "belofte"}, "kind: Input should be 'net_outcome'"),
        ({"followed_by": "niemand"}, "followed_by: Input should be 'open data'"),
        ({"source": "krant"}, r"banen has source 'krant', which is not under sources; allowed: akkoord"),
        ({"area": "vier-dorpen"}, r"outside the programme's areas \(drie-dorpen\): banen: vier-dorpen"),
        ({"unit": "open"}, "a target with a number needs a unit and a relation"),
        ({"indicator": "open"}, "open data can follow it only through an indicator"),
        ({"direction": "down"}, "relation 'extra' goes with direction 'up'"),
        ({"relation": "decrease"}, "relation 'decrease' goes with direction 'down'"),
        ({"deadlines": []}, "at least one entry each"),
        ({"deadlines": [{"year": "2030", "words": "2030", "approximate": False}]}, "allowed: a year"),
        ({"deadlines": [{"year": 2030, "words": "2030", "approximate": "nee"}]}, "allowed: true or false"),
        ({"baselines": [{"year": 18, "value": 5, "source": "open"}]}, r"baselines.0.year: allowed: a year"),
        ({"definitions": [{**DEFINITION, "indicator": "jobs_all"}]}, "is in none of its definitions"),
        ({"definitions": [DEFINITION, DEFINITION]}, "definitions used more than once: werknemers"),
    ],
)
def test_a_wrong_target_is_refused(programmes_with, changed, message):
    with pytest.raises(ReferenceDataError, match=message):
        programmes_with(**changed)


def test_two_targets_with_one_key_are_refused(write):
    path = write({**PROGRAMME, "targets": [TARGET, TARGET]}, "werk-voor-drie.yaml")
    with pytest.raises(ReferenceDataError, match="target keys used more than once: banen"):
        load_programmes(path.parent)


def test_a_programme_file_bears_the_key_as_its_name(write):
    path = write(PROGRAMME, "drie.yaml")
    with pytest.raises(ReferenceDataError, match=r"name the file werk-voor-drie\.yaml"):
        load_programmes(path.parent)


def test_all_problems_of_a_file_are_told_at_once(programmes_with):
    with pytest.raises(ReferenceDataError, match="has 2 problems"):
        programmes_with(target="veel", direction="omhoog")


# --- claims -----------------------------------------------------------------------------


def test_claims_keep_open_apart_from_zero(write):
    rows = [
        CLAIM,
        {**CLAIM, "value": "0"},
        {
            **CLAIM,
            "kind": "realised",
            "value": "open",
            "evidence": "open",
            "source": "open",
            "target_key": "",
        },
    ]
    frame = load_claims(write(pd.DataFrame(rows).to_csv(index=False), "claims.csv"))
    assert frame["value"].tolist()[:2] == [40, 0]
    assert frame["is_open"].tolist() == [False, False, True]
    assert frame["value"].isna().tolist() == [False, False, True]
    assert frame["target_key"].isna().tolist() == [False, False, True]
    assert frame["same_measure"].dtype == bool
    assert frame["claim_date"].tolist() == ["2020-06"] * 3


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "belofte"}, r"line 2, has 1 problem:\n  - kind: Input should be 'ex_ante', 'interim' or"),
        ({"value": "3.264"}, r"value: allowed: digits without thousands separator.*\(found '3.264'\)"),
        ({"value": "3264,0"}, "value: allowed: digits"),
        ({"value": ""}, "value: allowed: digits"),
        ({"value": "open"}, "evidence is open exactly when value is open"),
        ({"evidence": "open"}, "evidence is open exactly when value is open"),
        ({"source": "open"}, "a claim with a number needs a source"),
        ({"source": ""}, "source: .*at least 1 character"),
        ({"same_measure": "ja"}, r"same_measure: allowed: yes or no \(found 'ja'\)"),
        ({"claim_date": "juni 2020"}, r"claim_date: allowed: a date.*\(found 'juni 2020'\)"),
        ({"url": "voorbeeld.nl"}, "url: allowed: an address"),
        ({"programme": "Werk voor Drie"}, "programme: .*pattern"),
        ({"extra": "1"}, "has columns .*extra; allowed: programme, target_key"),
    ],
)
def test_a_wrong_claim_is_refused_with_its_line(claims_with, changed, message):
    with pytest.raises(ReferenceDataError, match=message):
        claims_with(**changed)


def test_a_claim_with_a_loose_comma_is_refused_with_its_line(write):
    header = ",".join(CLAIM)
    row = ",".join(CLAIM.values())
    with pytest.raises(ReferenceDataError, match=r"1 lines have too few or too many cells, e\.g\. line 3"):
        load_claims(write(f"{header}\n{row}\n{row},en meer\n", "claims.csv"))


# --- figures of others and corrections --------------------------------------------------


def test_outside_figures_get_their_sources_and_keep_their_kind(write):
    figure = {
        "key": "banen-2019",
        "title": "Banen in 2019",
        "indicator": "open",
        "definition": "open",
        "area": "drie-dorpen",
        "period": "2019",
        "value": 134,
        "unit": "banen",
        "value_kind": "forecast",
        "by": "Een bureau",
        "made": "2018",
        "source": "akkoord",
    }
    loaded = load_outside_figures(write({"sources": {"akkoord": SOURCE}, "figures": [figure]}))
    assert loaded["banen-2019"].source.title == "Een bron"
    assert loaded["banen-2019"].value_kind == "forecast"
    with pytest.raises(ReferenceDataError, match=r"figures\.banen-2019\.value: allowed: a number"):
        load_outside_figures(
            write({"sources": {"akkoord": SOURCE}, "figures": [{**figure, "value": "open"}]})
        )
    with pytest.raises(ReferenceDataError, match=r"by says who made it, exactly when value_kind is forecast"):
        load_outside_figures(write({"sources": {"akkoord": SOURCE}, "figures": [{**figure, "by": ""}]}))


CORRECTION = {
    "key": "tien-keer-te-klein",
    "table": "83582NED",
    "where": {"region_code": "GM0001", "period": "2020JJ00"},
    "expected_value": 6.0,
    "corrected_value": 60.0,
    "status": "estimate",
    "reason": "Tien keer te klein naast de COROP.",
    "reported": "open",
}


@pytest.fixture
def observations():
    return pd.DataFrame(
        {
            "region_code": ["GM0001", "GM0001", "GM0002"],
            "period": ["2019JJ00", "2020JJ00", "2020JJ00"],
            "value": [58.0, 6.0, 20.0],
            "status": ["final", "final", "final"],
        }
    )


def corrections_with(write, **changed):
    return load_corrections(write({"corrections": [{**CORRECTION, **changed}]}))


def test_a_correction_replaces_one_value_and_its_status(write, observations):
    corrected = apply_corrections(observations, "83582NED", corrections_with(write))
    assert corrected["value"].tolist() == [58.0, 60.0, 20.0]
    assert corrected["status"].tolist() == ["final", "estimate", "final"]
    assert observations["value"].tolist() == [58.0, 6.0, 20.0]


def test_a_correction_without_a_better_value_makes_it_missing(write, observations):
    corrections = corrections_with(write, corrected_value="open", status="missing")
    corrected = apply_corrections(observations, "83582NED", corrections)
    assert corrected["value"].isna().tolist() == [False, True, False]
    assert corrected.loc[1, "status"] == "missing"


def test_corrections_of_another_table_are_left_alone(write, observations):
    corrected = apply_corrections(observations, "85984NED", corrections_with(write))
    pd.testing.assert_frame_equal(corrected, observations)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"expected_value": 7.0}, "expects 7.0 in 83582NED and found 6.0: the publisher changed it"),
        ({"where": {"region_code": "GM0001"}}, "points at 2 observations"),
        ({"where": {"region_code": "GM0009"}}, "points at 0 observations"),
        ({"where": {"regio": "GM0001"}}, "has no column regio; allowed: region_code, period, value, status"),
    ],
)
def test_a_correction_that_no_longer_fits_stops_the_run(write, observations, changed, message):
    with pytest.raises(ReferenceDataError, match=message):
        apply_corrections(observations, "83582NED", corrections_with(write, **changed))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"where": {}}, "where names at least one column"),
        ({"status": "missing"}, "status is missing exactly when corrected_value is open"),
        ({"status": "goed"}, "corrections.tien-keer-te-klein.status: Input should be 'final'"),
        ({"expected_value": "6"}, "expected_value: allowed: a number"),
    ],
)
def test_a_wrong_correction_is_refused(write, changed, message):
    with pytest.raises(ReferenceDataError, match=message):
        corrections_with(write, **changed)


# --- border changes ---------------------------------------------------------------------


def test_changes_keep_codes_as_text_and_recodings_without_a_date(write):
    changes = load_changes(write(CHANGES, "changes.csv"))
    assert changes["old_code"].tolist() == ["GM0010", "GM0010", "GM0011"]
    assert changes["share"].tolist() == [0.25, 0.75, 1.0]
    assert changes["abolished_on"].isna().tolist() == [False, False, True]
    assert changes["old_name"].isna().tolist() == [False, False, True]
    assert changes.loc[0, "abolished_on"] == pd.Timestamp(2019, 1, 1)


def test_a_chain_is_told_step_by_step(write):
    later = "GM0002,Tweede,2027-01-01,GM0004,Vierde,1.0,proef\n"
    assert len(load_changes(write(CHANGES + later, "changes.csv"))) == 4
    with pytest.raises(ReferenceDataError, match=r"abolished themselves, and not later, e\.g\. GM0002"):
        load_changes(write(CHANGES + later.replace("2027", "2018"), "changes.csv"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("0.75", "0.74", "1 codes have shares that do not sum to 1, e.g. GM0010"),
        ("0.75", "1.2", "1 codes have a share outside 0-1"),
        ("0.75", "veel", "1 codes have a share outside 0-1, e.g. GM0010"),
        ("GM0002", "GM2", "1 codes are not GM and four digits, e.g. GM2"),
        ("GM0002", "GM0001", "give a share twice to the same code"),
        ("GM0002", "GM0010", "receiving codes are abolished themselves, and not later, e.g. GM0010"),
        ("2019-01-01,GM0002", "2020-01-01,GM0002", "codes have more than one date, e.g. GM0010"),
        ("2019-01-01,GM0002", "01-01-2019,GM0002", "dates are not a day such as 2018-01-01, or empty"),
        ("old_code", "oud", "has columns oud, old_name"),
    ],
)
def test_wrong_changes_are_refused(write, old, new, message):
    with pytest.raises(ReferenceDataError, match=message):
        load_changes(write(CHANGES.replace(old, new, 1), "changes.csv"))


# --- fitting together -------------------------------------------------------------------


@pytest.fixture
def reference_with(write, claims_with, programmes_with):
    """A small reference in which these parts are replaced."""

    def build(area=None, programme=None, claim=None):
        write({**PROGRAMME, **(programme or {})}, "programmes/werk-voor-drie.yaml")
        return Reference(
            areas=load_areas(write(areas_file({**AREA, **(area or {})}), "areas.yaml")),
            programmes=load_programmes(write("", "programmes/.keep").parent),
            claims=claims_with(**(claim or {})),
            outside_figures={},
            corrections={},
            changes=load_changes(write(CHANGES, "changes.csv")),
            national_employed=pd.Series(dtype=float),
        )

    return build


def test_parts_that_fit_pass(reference_with):
    check_reference(reference_with())
    check_reference(reference_with(), known_codes={"GM0001", "GM0002", "GM0003"})


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"programme": {"areas": ["drie-dorpen", "elders"]}},
            "programmes/werk-voor-drie.yaml: area 'elders' is not a region code nor one of: drie-dorpen",
        ),
        ({"claim": {"area": "elders"}}, "claims.csv: area 'elders' is not a region code nor one of"),
        ({"claim": {"programme": "baas"}}, "claims.csv: programme 'baas' is not one of: werk-voor-drie"),
        ({"claim": {"target_key": "huizen"}}, "target 'huizen' of werk-voor-drie is not one of: banen"),
        ({"area": {"same_as": "regio-x"}}, "same_as 'regio-x' is not a region code"),
    ],
)
def test_parts_that_do_not_fit_are_named(reference_with, parts, message):
    with pytest.raises(ReferenceDataError, match=message):
        check_reference(reference_with(**parts))


def test_with_the_codes_of_today_a_code_must_exist(reference_with):
    with pytest.raises(ReferenceDataError, match="member 'GM0003' is not a gemeente code"):
        check_reference(reference_with(), known_codes={"GM0001", "GM0002"})
    ended = ["GM0001", "GM0002", {"code": "GM0003", "until": 2026}]
    check_reference(reference_with(area={"members": ended}), known_codes={"GM0001", "GM0002"})
    check_reference(reference_with(claim={"area": "AM77"}))
    with pytest.raises(ReferenceDataError, match="area 'AM77'"):
        check_reference(reference_with(claim={"area": "AM77"}), known_codes={"GM0001", "GM0002", "GM0003"})


def test_an_area_key_cannot_pass_for_a_region_code(reference_with):
    with pytest.raises(ReferenceDataError, match="key 'am23' looks like a region code"):
        check_reference(reference_with(area={"key": "am23"}))


def test_the_whole_folder_is_read_and_checked(write):
    folder = write(areas_file(AREA), "areas.yaml").parent
    write(PROGRAMME, "programmes/werk-voor-drie.yaml")
    write(pd.DataFrame([CLAIM]).to_csv(index=False), "claims.csv")
    write({"sources": {}, "figures": []}, "outside_figures.yaml")
    write({"corrections": []}, "corrections.yaml")
    write(CHANGES, "gemeente_changes.csv")
    persons = pd.DataFrame({"2023": [10.0, 20.0], "2024": [11.0, 21.5]}, index=["PV20", "PV21"])
    persons.to_csv(write("", "panels/.keep").parent / "nl_province_employed.csv.gz")
    assert load_reference(folder).national_employed.to_dict() == {2023: 30.0, 2024: 32.5}
    assert list(load_reference(folder).programmes) == ["werk-voor-drie"]
    write(pd.DataFrame([{**CLAIM, "programme": "baas"}]).to_csv(index=False), "claims.csv")
    with pytest.raises(ReferenceDataError, match="programme 'baas'"):
        load_reference(folder)


# --- programmes of a region -------------------------------------------------------------


def programme(key: str, *areas: str) -> Programme:
    return Programme(
        key=key, name=key, areas=areas, partners=(), context_indicators=(), sources={}, targets=()
    )


MEMBERS = {
    "klein": {"GM0001", "GM0002"},
    "groot": {"GM0001", "GM0002", "GM0003"},
    "naast": {"GM0002", "GM0004"},
    "ver": {"GM0008"},
    "AM01": ["GM0001", "GM0002"],
}


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("klein", [("a", "klein", "same"), ("b", "AM01", "same"), ("a", "groot", "contains")]),
        ("groot", [("a", "groot", "same"), ("a", "klein", "within"), ("b", "AM01", "within")]),
        ("naast", [("a", "klein", "overlaps"), ("a", "groot", "overlaps"), ("b", "AM01", "overlaps")]),
        ("ver", []),
    ],
)
def test_programmes_of_a_region_are_found_by_their_members(region, expected):
    programmes = {"a": programme("a", "klein", "groot"), "b": programme("b", "AM01")}
    links = programmes_of_region(MEMBERS[region], programmes, MEMBERS)
    assert [(link.programme.key, link.area, link.relation) for link in links] == expected


def test_a_gemeente_is_its_own_member():
    links = programmes_of_region(MEMBERS["klein"], {"a": programme("a", "GM0002")}, {})
    assert [(link.area, link.relation) for link in links] == [("GM0002", "within")]


def test_an_area_without_known_members_and_an_empty_region_are_refused():
    with pytest.raises(
        ReferenceDataError, match="members of area 'elders' are not given; known: AM01, groot"
    ):
        programmes_of_region(MEMBERS["klein"], {"a": programme("a", "elders")}, MEMBERS)
    with pytest.raises(ReferenceDataError, match="the region has no members"):
        programmes_of_region([], {}, MEMBERS)


# --- how a spreadsheet saves ------------------------------------------------------------


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8-sig"), (";", "utf-8"), (";", "utf-8-sig")])
def test_claims_saved_by_a_spreadsheet_are_read(tmp_path, separator, encoding):
    path = tmp_path / "claims.csv"
    plain = load_claims_of(path, ",", "utf-8")
    pd.testing.assert_frame_equal(load_claims_of(path, separator, encoding), plain)


def load_claims_of(path, separator, encoding):
    pd.DataFrame([CLAIM]).to_csv(path, index=False, sep=separator, encoding=encoding)
    return load_claims(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_claims_as_excel_saves_them_are_read_with_their_letters(tmp_path, encoding):
    path = tmp_path / "claims.csv"
    pd.DataFrame([{**CLAIM, "note": "één"}]).to_csv(path, index=False, sep=";", encoding=encoding)
    assert load_claims(path)["note"].tolist() == ["één"]


def test_letters_that_no_machine_writes_are_refused_with_the_line(tmp_path):
    path = tmp_path / "claims.csv"
    pd.DataFrame([CLAIM]).to_csv(path, index=False)
    path.write_bytes(path.read_bytes() + b"\x81")
    with pytest.raises(
        ReferenceDataError, match=r"neither UTF-8 nor Windows text, first on line 3: .*CSV UTF-8"
    ):
        load_claims(path)


def test_a_programme_with_another_ending_is_not_left_out_in_silence(tmp_path):
    (tmp_path / "banenplan.yml").write_text("key: banenplan")
    with pytest.raises(
        ReferenceDataError, match=r"1 file\(s\) that are no programme, e.g. banenplan.yml; .*\.yaml"
    ):
        load_programmes(tmp_path)


def test_a_target_with_a_thousands_point_is_refused(tmp_path):
    folder = tmp_path / "programmes"
    folder.mkdir()
    text = yaml.safe_dump({**PROGRAMME, "targets": [TARGET]}, sort_keys=False)
    number = f"target: {TARGET['target']}"
    assert number in text
    (folder / "werk-voor-drie.yaml").write_text(text.replace(number, "target: 30.000", 1), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=r"30\.000 would be read as another number: write 30000"):
        load_programmes(folder)
