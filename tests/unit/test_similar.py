import numpy as np
import pandas as pd
import pytest

from pipeline.models import ModelError, comparison, similar

#: what regions are compared by, as docs/methods name it
FEATURES = (
    "inwoners", "groei van inwoners", "banen per inwoner", "aandeel 15 tot 25 jaar", "WW per 1.000 inwoners",
    "bijstand per 1.000 inwoners", "netto arbeidsparticipatie", "werkloosheid",
)  # fmt: skip


@pytest.fixture
def features():
    codes = [f"AM{number:02d}" for number in range(1, 9)]
    place = np.arange(8.0)
    return pd.DataFrame({"growth": place, "size": 1e6 * place, "rate": 5 + place / 100}, index=codes)


def test_the_nearest_five_in_order(features):
    result = similar.most_similar(features, "AM01")
    assert result.similar == ("AM02", "AM03", "AM04", "AM05", "AM06")
    assert result.features == ("growth", "size", "rate")
    assert result.compared == 7
    assert result.reason == ""
    assert result.distance[0] == pytest.approx(1 / np.arange(8.0).std(ddof=1))


def test_units_do_not_matter(features):
    scaled = features * [1000, 1e-6, 3] + [5, -2, 0]
    assert similar.most_similar(scaled, "AM03").similar == similar.most_similar(features, "AM03").similar


def test_equal_distances_go_by_code(features):
    assert similar.most_similar(features.iloc[::-1], "AM04").similar[:4] == ("AM03", "AM05", "AM02", "AM06")


def test_too_few_features_give_a_reason(features):
    features["rate"] = 5.0  # constant: says nothing
    result = similar.most_similar(features, "AM01")
    assert result.similar == ()
    assert result.features == ("growth", "size")
    assert result.reason == "2 comparable features, 3 needed"


def test_features_the_region_lacks_are_not_used(features):
    features["extra"] = np.arange(8.0)[::-1]
    features.loc["AM01", "rate"] = np.nan
    result = similar.most_similar(features, "AM01")
    assert result.features == ("growth", "size", "extra")


def test_features_few_others_have_are_not_used(features):
    features["rare"] = [1.0, 2.0, 3.0, *[np.nan] * 5]
    assert "rare" not in similar.most_similar(features, "AM01").features


def test_regions_lacking_a_feature_are_not_compared(features):
    features.loc["AM02", "rate"] = np.nan
    result = similar.most_similar(features, "AM01")
    assert result.similar[0] == "AM03"
    assert result.compared == 6


def test_no_complete_region_gives_a_reason():
    table = pd.DataFrame(np.arange(20.0).reshape(5, 4), index=list("abcde"), columns=list("wxyz"))
    for code, name in zip("bcde", "wxyz", strict=True):
        table.loc[code, name] = np.nan
    result = similar.most_similar(table, "a")
    assert result.similar == ()
    assert result.reason == "no other region has these features"


@pytest.mark.parametrize(
    ("change", "count", "message"),
    [
        (lambda table: table.drop(index="AM01"), 5, "not among the 7"),
        (lambda table: pd.concat([table, table[:1]]), 5, "occur twice"),
        (lambda table: table.replace(0.0, -np.inf), 5, "infinite"),
        (lambda table: table, 0, "at least one"),
    ],
)
def test_unsound_questions_are_refused(features, change, count, message):
    with pytest.raises(ModelError, match=message):
        similar.most_similar(change(features), "AM01", count)


def test_regions_are_compared_by_what_the_methods_name():
    nothing = pd.DataFrame(
        columns=["region_code", "indicator", "frequency", "sector", "method", "year", "value", "source"]
    )
    assert set(comparison.features(nothing).columns) == set(FEATURES)
