"""The ledger of forecasts: what is scored and how, and that a published line never changes."""

import subprocess
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline import publish, schemas, store
from pipeline.config import load_settings
from pipeline.folders import ROOT, Folders
from pipeline.models import ledger
from pipeline.models.outlook import COROPS, Fitted

FORECASTS = ROOT / "data" / "forecasts"


def line(**changed):
    """One line of the ledger."""
    quantiles = {"q05": 80, "q10": 90, "q25": 95, "q50": 100, "q75": 105, "q90": 110, "q95": 120}
    about = {"forecaster": "groeimonitor", "region_code": "CR01", "indicator": "jobs_employees", "year": 2025}
    made = {"made_on": "2026-11-23", "vintage": "embedded-2026-11", "commit": "12e5678", "last_year": 2024}
    asked = {"target": "", "baseline_year": np.nan, "times": np.nan, "plus": np.nan, "probability": np.nan}
    return about | made | {"last_value": 100.0, "own_series": True} | quantiles | asked | changed


def lines(*changes):
    frame = pd.DataFrame([line(**changed) for changed in changes])[list(schemas.FORECASTS.schema.columns)]
    return schemas.check("forecasts", frame, schemas.FORECASTS)


def figures(values, status="final"):
    """Figures of CR01 by year."""
    rows = [
        {"region_code": "CR01", "indicator": "jobs_employees", "year": y, "value": v}
        for y, v in values.items()
    ]
    return pd.DataFrame(rows).assign(status=status, source="83582NED", vintage="live-2027-01-20")


# --- scores ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(100, 20), (90, 20), (110, 20), (88, 20 + 10 * 2), (113, 20 + 10 * 3)],  # 2 / (1 - .8) = 10
)
def test_an_interval_score_is_the_width_and_ten_times_the_miss(actual, expected):
    found = ledger.interval_score(pd.Series([90.0]), pd.Series([110.0]), pd.Series([float(actual)]))
    assert found.iloc[0] == pytest.approx(expected)


def test_a_line_is_scored_when_its_year_has_come_and_not_before():
    found = ledger.scored(lines({}, {"year": 2026}), figures({2025: 104.0}))
    assert found["year"].tolist() == [2025]
    row = found.iloc[0]
    assert (row["forecast"], row["actual"], row["error"]) == (100, 104, -4)
    assert row["error_pct"] == pytest.approx(-100 * 4 / 104)
    assert (row["interval_score"], row["came_true"], row["actual_status"]) == (20, "", "final")


@pytest.mark.parametrize(
    ("asked", "came", "expected"),
    [
        ({"times": 1.0, "plus": 30.0, "baseline_year": 2018.0}, {2018: 80.0, 2025: 110.0}, "yes"),
        ({"times": 1.0, "plus": 30.0, "baseline_year": 2018.0}, {2018: 80.0, 2025: 109.0}, "no"),
        # the baseline was revised since: the promise was 30 more than there were
        ({"times": 1.0, "plus": 30.0, "baseline_year": 2018.0}, {2018: 85.0, 2025: 110.0}, "no"),
        ({"times": 1.0, "plus": 30.0, "baseline_year": 2018.0}, {2025: 110.0}, "unknown"),
        ({"times": 0.0, "plus": 110.0, "baseline_year": 2024.0}, {2025: 110.0}, "yes"),
        ({"times": 1.05, "plus": 0.0, "baseline_year": 2024.0}, {2024: 100.0, 2025: 104.0}, "no"),
    ],
)
def test_a_promise_came_true_when_the_level_reached_what_was_asked(asked, came, expected):
    found = ledger.scored(lines({"target": "a/b/c/2018", "probability": 0.2, **asked}), figures(came))
    assert found["came_true"].tolist() == [expected]


def test_forecasters_are_compared_on_what_all_of_them_spoke_of_and_ranked_from_30_outcomes():
    names = ("groeimonitor", "no_change", "drift")
    regions = [f"CR{n:02d}" for n in range(1, 31)]
    made = [
        {"forecaster": name, "region_code": region, "q50": 100 + 2 * place, "q90": 110 + 10 * place}
        for place, name in enumerate(names)
        for region in regions
    ]
    came = pd.concat([figures({2025: 100.0}).assign(region_code=region) for region in regions])
    found = ledger.summary(ledger.scored(lines(*made), came)).set_index("forecaster")
    assert found["rank"].to_dict() == {"groeimonitor": 1, "no_change": 2, "drift": 3}
    assert found.loc["drift", "error_pct"] == pytest.approx(4)

    less = ledger.summary(ledger.scored(lines(*made), came.iloc[1:]))
    assert set(less["outcomes"]) == {29}
    assert less["rank"].isna().all()
    # one forecaster was silent about a region: it counts for nobody
    assert set(ledger.summary(ledger.scored(lines(*made[1:]), came))["outcomes"]) == {29}
    # an estimate of ours proves nobody right
    assert ledger.summary(ledger.scored(lines(*made), came.assign(status="estimate"))).empty


def test_nothing_that_came_gives_an_empty_table_within_its_contract():
    verdicts = pd.DataFrame(columns=list(schemas.TABLES["targets"].schema.columns))
    columns = list(schemas.TABLES["indicators"].schema.columns)
    nobody = SimpleNamespace(outside_figures={}, programmes={})
    found = ledger.score(lines({}), pd.DataFrame(columns=columns), verdicts, nobody)
    assert len(schemas.check("forecast_scores", found)) == 0


def test_a_replay_uses_only_what_was_known_in_its_year():
    years = list(range(2010, 2025))
    steps = np.random.default_rng(3).normal(0.01, 0.02, (12, len(years)))
    levels = pd.DataFrame(50_000 * np.exp(steps.cumsum(axis=1)), [f"CR{n:02d}" for n in range(12)], years)
    longer = pd.Series(np.linspace(5_000, 9_000, 40), index=range(1985, 2025))

    def replayed(panel, long_run):
        nothing = pd.Index([])
        fitted = Fitted({COROPS: panel}, panel.sum(), long_run, nothing, pd.DataFrame())
        return ledger.replay(fitted)

    found = replayed(levels, longer)
    assert set(found["made_on"]) == {f"replay-{year}" for year in range(2016, 2024)}
    assert set(found["vintage"]) == {"replay"}
    later, later_run = levels.copy(), longer.copy()
    later[2024] *= 2
    later_run[2024] *= 2
    changed = replayed(later, later_run)
    assert changed["forecast"].equals(found["forecast"])
    assert not changed["actual"].equals(found["actual"])


# --- publishing -----------------------------------------------------------------------------------


def test_an_edition_is_published_once_and_read_back_as_it_was(tmp_path):
    folders, frame = (
        Folders(tmp_path),
        lines({}, {"target": "a/b/c/2018", "probability": 0.1234, "times": 1.0}),
    )
    path = store.write_forecasts("2026", frame, folders)
    content = path.read_bytes()
    assert store.read_forecasts(folders).equals(frame)
    with pytest.raises(store.StoreError, match=r"2026\.csv was published already; nothing differs"):
        store.write_forecasts("2026", frame, folders)
    with pytest.raises(
        store.StoreError, match=r"2026\.csv .*; 1 line\(s\) differ, e\.g\. .*,100,.* would become .*,101,"
    ):
        store.write_forecasts("2026", lines({"q50": 101}, frame.iloc[1].to_dict()), folders)
    assert path.read_bytes() == content
    sums = (folders.forecasts / store.FORECAST_SUMS).read_text()
    store.write_forecasts("2027", lines({"made_on": "2027-11-23"}), folders)
    assert (folders.forecasts / store.FORECAST_SUMS).read_text().startswith(sums)
    assert len(store.read_forecasts(folders)) == 3


@pytest.mark.parametrize("fault", ["changed", "lost", "added"])
def test_a_file_that_is_not_as_published_is_refused(tmp_path, fault):
    folders = Folders(tmp_path)
    path = store.write_forecasts("2026", lines({}), folders)
    if fault == "changed":
        path.write_bytes(path.read_bytes().replace(b"100", b"101"))
    elif fault == "lost":
        path.unlink()
    else:
        (folders.forecasts / "2025.csv").write_bytes(path.read_bytes())
    with pytest.raises(store.StoreError, match=r"1 file\(s\) not as published, e\.g\. 202[56]\.csv"):
        store.read_forecasts(folders)


def git(folder, *words):
    told = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words]
    return subprocess.run(told, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_publishing_asks_for_a_commit_and_tables_of_the_vintage(tmp_path, monkeypatch):
    settings, folders = load_settings(ROOT / "params.yaml"), Folders(tmp_path)
    (tmp_path / "params.yaml").write_text("a: 1\n", encoding="utf-8")
    with pytest.raises(publish.PublishError, match="no history of git"):
        publish.publish(settings, folders)
    git(tmp_path, "init", "-q")
    with pytest.raises(
        publish.PublishError, match=r"1 file\(s\) differ from the last commit, e\.g\. params\.yaml"
    ):
        publish.publish(settings, folders)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "a")
    (tmp_path / "params.yaml").write_text("a: 2\n", encoding="utf-8")
    git(tmp_path, "commit", "-q", "-a", "-m", "b")
    other = pd.DataFrame({"vintage": ["embedded-2026"]})
    monkeypatch.setattr(store, "read", lambda *_, **__: other)
    monkeypatch.setattr(publish, "load_reference", lambda *_: None)
    with pytest.raises(publish.PublishError, match=r"the tables are of embedded-2026 and params\.yaml names"):
        publish.publish(settings, folders)
    assert not folders.forecasts.exists()


def test_publishing_refuses_tables_that_this_code_does_not_make(monkeypatch):
    table = pd.DataFrame([dict.fromkeys(schemas.TABLES["similar_regions"].schema.columns, "CR01")])
    table = schemas.check("similar_regions", table.assign(rank=1, distance=0.5))
    monkeypatch.setattr(store, "read", lambda *_: table)
    publish.check_stored({"similar_regions": table}, Folders())
    with pytest.raises(publish.PublishError, match=r"similar_regions\.parquet is not what this code makes"):
        publish.check_stored({"similar_regions": table.assign(distance=0.6)}, Folders())


# --- what is published ------------------------------------------------------------------------------


def test_every_published_file_is_as_in_the_list_of_hashes():
    found = store.read_forecasts(Folders(ROOT))
    assert "2026-11-23" in set(found["made_on"])
    assert (FORECASTS / "2026.csv").stat().st_size < 3_000_000
    quantiles = found[list(ledger.QUANTILES)]
    assert (quantiles.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def removed_lines(root):
    """Lines that any commit took out of a published file or of the list, and published files that went."""
    files = ("data/forecasts/*.csv", "data/forecasts/SHA256SUMS")
    history = git(root, "log", "-p", "-m", "--format=", "--no-renames", "--", *files)
    return [text for text in history.splitlines() if text.startswith("-") and not text.startswith("---")]


def test_no_commit_ever_changed_a_published_line():
    if not (ROOT / ".git").exists():
        pytest.skip("an archive has no history; the list of hashes holds there")
    assert removed_lines(ROOT) == []


def test_the_search_in_the_history_sees_a_change_that_was_put_back(tmp_path):
    folders = Folders(tmp_path)
    git(tmp_path, "init", "-q")
    path = store.write_forecasts("2026", lines({}), folders)
    first = path.read_bytes()
    for content in (first, first.replace(b"100", b"101"), first):
        path.write_bytes(content)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", "a")
    assert len(removed_lines(tmp_path)) == 2


@pytest.mark.parametrize("folder", ["data/forecasts", "data/raw"])
def test_no_checkout_changes_the_bytes_that_are_hashed(folder):
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked archive has no checkout")
    asked = ["git", "check-attr", "text", f"{folder}/any.csv"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.strip().endswith("text: unset"), f"a checkout may change line endings: {said}"
