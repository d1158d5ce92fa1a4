"""The gate of content: every figure of a vintage against what it can be (``plausibility.yaml``).

One function, ``check``, reads the rules and gives one row a figure that breaks one; ``settle`` stops on those that
nobody accepted and leaves the others for the table ``checks``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.border_changes import compare_border_changes, read_border_changes
from pipeline.reference import OPEN, Accepted
from pipeline.schemas import OBSERVATION_KEY
from pipeline.strict_yaml import read_yaml
from pipeline.tidy.observations import TidyError

COLUMNS = ["check", "source", "region_code", "series", "period", "year", "value", "expected", "difference",
           "tolerance", "verdict", "note"]  # fmt: skip
STOP, WARNING, ACCEPTED = "", "warning", "accepted"
RULES = "plausibility.yaml"
ACCEPT_IN = "data/reference/corrections.yaml"
#: CBS books there what it cannot place: no region, and no figure of one.
_NO_REGION = ("CR99", "AM99")
_SERIES = ["indicator", "sector", "age", "frequency", "basis"]
_READ = ["region_code", *_SERIES, "source", "period", "year", "value", "unit", "status", "break_before"]
_WHOLE_AGES = ("total", "15-75", "15+", "15-27", "<27")
#: Regions of a kind from which their median says what is common to them.
_MANY = 10
#: What a quotient may be off a whole number.
_NOISE = 1e-6
_SHOWN = 12


@lru_cache(maxsize=1)
def load_rules() -> dict[str, Any]:
    """The shipped rules, as plausibility.yaml explains them."""
    return read_yaml(Path(__file__).with_name(RULES).read_text(encoding="utf-8"))


def check(
    observations: pd.DataFrame,
    current: pd.DataFrame,
    *,
    moves: pd.DataFrame,
    last_year: int,
    previous: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every figure that breaks a rule.

    Parameters
    ----------
    observations, current : on published and on current borders
    moves : as from ``geography.corop_moves``; a COROP is not compared with itself on other borders
    last_year : year in which the vintage was made, or of its newest borders; no figure is of a later one
    previous : observations of the vintage before, as published; None for a first edition

    Returns
    -------
    DataFrame
        Columns as of the stored table ``checks``; verdict empty (stop) or "warning".
    """
    rules = load_rules()
    observations, current, *before = compact(observations, current, *([] if previous is None else [previous]))
    published, carried = _with_kind(observations), _with_kind(current)
    parts = [
        _future(published, last_year),
        _ranges(published, rules["ranges"]),
        _shares(published, rules["shares"]),
        _identities(published, rules["identities"]),
        _rates(published, rules["rates"]),
        _at_most(published, rules["at_most"]),
        _equals(published, rules["equals"]),
        _sector_sums(observations, rules["sectors"]),
        _changes(carried, moves, rules),
        _copies(published, rules),
        _exchanged(published, rules),
        _digits(published, rules["digits"]),
        _finer(published, rules["multiples"]),
        _complete(current, rules["complete"]),
    ]
    for previous in before:
        parts += [_revised(published, previous, rules["revisions"]), _ended(published, previous)]
    return _put_together(parts)


def check_borders(stored: pd.DataFrame, listed: pd.DataFrame, current: pd.Series) -> pd.DataFrame:
    """Dates, successors and shares of gemeente_changes.csv that differ from CBS's own descriptions.

    Parameters
    ----------
    stored : border changes as kept by hand
    listed : the RegioS codes of 03759ned (code, title, description)
    current : gemeente codes of the vintage: what a later edition added about them is not its business
    """
    told = read_border_changes(listed)
    differ = compare_border_changes(stored, told)
    differ = differ[~differ["old_code"].isin(current)]
    unknown = ~differ["old_code"].isin(told["old_code"])  # typed by hand: CBS tells nothing of it
    rows = [
        {
            "check": "border", "source": "03759ned", "region_code": row.old_code,
            "series": f"{row.difference} of {row.gm_code}", "period": "", "year": 0, "value": np.nan,
            "expected": np.nan, "difference": np.nan, "tolerance": 0.0,
            "verdict": WARNING if by_hand else STOP,
            "note": f"gemeente_changes.csv says {row.stored or 'nothing'}, CBS {row.read or 'nothing'}; "
            "`python -m pipeline borders` shows all",
        }
        for row, by_hand in zip(differ.itertuples(), unknown, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def settle(parts: Iterable[pd.DataFrame], accepted: Mapping[str, Accepted]) -> pd.DataFrame:
    """Rows for the table ``checks``: what was accepted says so, the rest of what breaks a rule stops.

    Parameters
    ----------
    parts : rows of ``checks``; the most telling ones first
    accepted : figures that are right although they break a rule

    Raises
    ------
    TidyError
        When a figure breaks a rule and is not accepted.
    """
    rows = (
        _put_together(parts)
        .drop_duplicates(["check", "source", "region_code", "series", "period"])
        .reset_index(drop=True)
    )
    breaks = rows["verdict"].isin([STOP, WARNING])
    verdict, note = rows["verdict"].copy(), rows["note"].copy()
    for entry in accepted.values():
        hit = breaks & rows["check"].eq(entry.check) & rows["source"].eq(entry.table)
        hit &= rows["region_code"].eq(entry.region_code) & rows["period"].eq(entry.period)
        hit &= rows["value"].isna() if entry.value == OPEN else np.isclose(rows["value"], float(entry.value))
        verdict[hit], note[hit] = ACCEPTED, entry.reason
    rows = rows.assign(verdict=verdict, note=note)
    stopping = rows[rows["verdict"] == STOP]
    if len(stopping):
        raise TidyError(
            f"{len(stopping)} figure(s) cannot be right:\n- "
            + "\n- ".join(_lines(stopping))
            + "\nLook at the publisher's table. A wrong figure is put right under `corrections` of "
            f"{ACCEPT_IN}; one that is right after all is listed there under `accepted`, with check, table, "
            f"region_code, period, value and reason. The bounds stand in pipeline/tidy/{RULES}."
        )
    return rows


def _lines(stopping: pd.DataFrame) -> list[str]:
    """The gravest cases first, every table and kind of check before a second case of one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        gravity = np.log(
            stopping["value"].abs().clip(lower=1e-9) / stopping["expected"].abs().clip(lower=1e-9)
        )
    ordered = stopping.assign(gravity=gravity.abs().fillna(0)).sort_values(
        "gravity", ascending=False, kind="stable"
    )
    turn = ordered.groupby(["check", "source"]).cumcount()
    first = ordered.assign(turn=turn).sort_values(["turn", "gravity"], ascending=[True, False]).head(_SHOWN)
    lines = [
        f"{row.source}, {row.region_code}, {row.period}: {row.series} is "
        f"{'not there' if pd.isna(row.value) else format(row.value, ',.10g')} ({row.check}: {row.note})"
        for row in first.itertuples()
    ]
    rest = len(stopping) - len(lines)
    return [*lines, f"and {rest} more"] if rest else lines


# --- rows ---------------------------------------------------------------------------------


def _put_together(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    held = [part for part in parts if len(part)]
    return pd.concat(held, ignore_index=True)[COLUMNS] if held else pd.DataFrame(columns=COLUMNS)


def compact(*frames: pd.DataFrame) -> list[pd.DataFrame]:
    """The same rows with their words as categories, the same in each frame: compared and grouped much faster."""
    words = [c for c in frames[0] if isinstance(frames[0][c].dtype, pd.StringDtype) and c != "note"]
    held = {word: sorted(set().union(*(frame[word].unique() for frame in frames))) for word in words}
    dtypes = {word: pd.CategoricalDtype(values) for word, values in held.items()}
    return [frame.astype(dtypes) for frame in frames]


def _with_kind(observations: pd.DataFrame) -> pd.DataFrame:
    """Figures of regions, with the kind of region and the period as text."""
    rows = observations[observations["value"].notna() & ~observations["region_code"].isin(_NO_REGION)]
    return rows[_READ].assign(kind=rows["region_code"].str[:2]).reset_index(drop=True)


def period_text(rows: pd.DataFrame) -> pd.Series:
    """The period of a row in CBS's words: 2024, 2024KW1, 2024MM03."""
    year = rows["year"].astype(str)
    quarter, month = rows["period"].dt.quarter.astype(str), rows["period"].dt.month.astype(str).str.zfill(2)
    by_quarter = (year + "KW" + quarter).where(rows["frequency"] == "Q", year)
    return by_quarter.where(rows["frequency"] != "M", year + "MM" + month)


def _broken(
    rows: pd.DataFrame, name: str, expected: Any, tolerance: Any, note: Any, verdict: Any = STOP
) -> pd.DataFrame:
    """Rows of ``checks`` for figures that break a rule."""
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    series = rows[["indicator", "sector", "age"]].astype("str")
    sector, age = ((" " + series[part]).mask(series[part] == "total", "") for part in ("sector", "age"))
    result = pd.DataFrame(
        {
            "check": name,
            "source": rows["source"].astype("str"),
            "region_code": rows["region_code"].astype("str"),
            "series": series["indicator"] + sector + age,
            "period": period_text(rows),
            "year": rows["year"],
            "value": rows["value"],
            "expected": expected,
            "tolerance": tolerance,
            "verdict": verdict,
            "note": note,
        },
        index=rows.index,
    )
    return result.assign(difference=result["value"] - result["expected"])[COLUMNS]


def closest_fit(parts: pd.DataFrame, difference: float, frame: pd.DataFrame) -> str:
    """Which part would explain a difference best: without it, that part is what its region had in other years.

    Parameters
    ----------
    parts : the rows that were added up
    difference : their sum minus the published total
    frame : rows of the same series in all periods

    Returns
    -------
    str
        Words for the end of a note; empty when no part fits.
    """
    others = frame[frame["year"] != parts["year"].iloc[0]]
    usual = parts["region_code"].map(others.groupby("region_code")["value"].median()).astype("float64")
    without = parts["value"] - difference
    held = usual.notna() & (usual > 0) & (without > 0) & (parts["value"] > 0)
    if not held.any():
        return ""
    off = np.log(without[held] / usual[held]).abs() - np.log(parts["value"][held] / usual[held]).abs()
    best = parts.loc[off.idxmin()]
    return (
        f"; {best['region_code']} with {best['value']:,.10g} explains it best: {best['value'] - difference:,.10g} "
        "would fit"
    )


# --- one figure, and figures beside each other ------------------------------------------------------------


def _future(rows: pd.DataFrame, last_year: int) -> pd.DataFrame:
    late = rows[(rows["year"] > last_year) & (rows["indicator"] != "population_forecast_count")]
    return _broken(late, "period", last_year, 0.0, f"later than {last_year}, the year of the vintage")


def _ranges(rows: pd.DataFrame, rules: Mapping[str, Any]) -> pd.DataFrame:
    parts = []
    total = rows[rows["sector"] == "total"]
    for indicator, ages in rules.items():
        of_measure = total[total["indicator"] == indicator]
        for age, kinds in ages.items():
            frame = of_measure if age == "all" else of_measure[of_measure["age"] == age]
            for kind, (low, high) in kinds.items():
                outside = frame[(frame["kind"] == kind) & ~frame["value"].between(low, high)]
                nearest = outside["value"].clip(low, high)
                parts.append(_broken(outside, "range", nearest, 0.0, f"between {low:,} and {high:,}"))
    return _put_together(parts)


def _of_series(rows: pd.DataFrame, indicator: str, age: str | None = None) -> pd.DataFrame:
    frame = rows[(rows["indicator"] == indicator) & (rows["sector"] == "total")]
    return frame[frame["age"] == age] if age else frame[frame["age"].isin(_WHOLE_AGES)]


def _shares(rows: pd.DataFrame, rules: list[dict[str, Any]]) -> pd.DataFrame:
    """A count as a share of another one of the region and year, whatever table gives that (its own first)."""
    parts = []
    key = ["region_code", "year"]
    annual = rows[rows["frequency"] == "A"]
    for rule in rules:
        part, whole = _of_series(annual, rule["part"], rule.get("age")), _of_series(annual, rule["of"])
        own = whole.drop_duplicates([*key, "source"]).set_index([*key, "source"])["value"]
        some = whole.drop_duplicates(key).set_index(key)["value"]
        index = pd.MultiIndex.from_frame(part[[*key, "source"]])
        of = pd.Series(own.reindex(index).to_numpy(), index=part.index)
        of = of.fillna(pd.Series(some.reindex(index.droplevel(2)).to_numpy(), index=part.index))
        ratio = part["value"] / of.where(of > 0)
        for kind in ("NL", "PV", "CR", "AM", "MC", "GM"):
            if kind not in rule:
                continue
            low, high = rule[kind]
            # what rounding to tens or hundreds can do to a small count
            slack = 60 / of.where(of > 0)
            wrong = (part["kind"] == kind) & ((ratio < low - slack) | (ratio > high + slack))
            note = f"{low:g} to {high:g} of {rule['of']}"
            middle = of[wrong] * (low + high) / 2
            parts.append(_broken(part[wrong], "share", middle, of[wrong] * (high - low) / 2, note))
    return _put_together(parts)


def _wide(rows: pd.DataFrame, indicators: list[str]) -> pd.DataFrame:
    """One row a region, table, period and age, a column an indicator; only rows with all of them."""
    frame = rows[rows["indicator"].isin(indicators) & (rows["sector"] == "total")]
    index = ["region_code", "source", "basis", "age", "frequency", "period"]
    wide = frame.drop_duplicates([*index, "indicator"]).pivot(
        index=index, columns="indicator", values="value"
    )
    return wide.reindex(columns=indicators).dropna()


def _rows_of(rows: pd.DataFrame, indicator: str, index: pd.MultiIndex) -> pd.DataFrame:
    """The rows of an indicator at these places, in their order."""
    names = list(index.names)
    frame = rows[(rows["indicator"] == indicator) & (rows["sector"] == "total")].drop_duplicates(names)
    return frame.set_index(names, drop=False).loc[index].reset_index(drop=True)


def _identities(rows: pd.DataFrame, rules: list[dict[str, Any]]) -> pd.DataFrame:
    parts = []
    for rule in rules:
        wide = _wide(rows, [rule["total"], *rule["parts"]])
        if wide.empty:
            continue
        expected = wide[rule["parts"]].sum(axis=1)
        tolerance = rule["step"] * (len(rule["parts"]) + 1) / 2
        wrong = wide[(wide[rule["total"]] - expected).abs() > tolerance + 1e-6]
        frame = _rows_of(rows, rule["total"], wrong.index)
        note = f"the sum of {' and '.join(rule['parts'])} in the same table"
        parts.append(_broken(frame, "identity", expected[wrong.index].to_numpy(), float(tolerance), note))
    return _put_together(parts)


def _rates(rows: pd.DataFrame, rules: list[dict[str, Any]]) -> pd.DataFrame:
    """A published rate against the counts beside it, as far as their rounding tells."""
    parts = []
    for rule in rules:
        wide = _wide(rows, [rule["rate"], rule["part"], rule["of"]])
        if wide.empty:
            continue
        half = rule["step"] / 2
        low = 100 * (wide[rule["part"]] - half).clip(lower=0) / (wide[rule["of"]] + half) - 0.1
        high = 100 * (wide[rule["part"]] + half) / (wide[rule["of"]] - half).clip(lower=half) + 0.1
        wrong = ~wide[rule["rate"]].between(low, high)
        expected = 100 * wide[rule["part"]] / wide[rule["of"]].clip(lower=half)
        frame = _rows_of(rows, rule["rate"], wide.index[wrong])
        note = f"{rule['part']} over {rule['of']} in the same table"
        tolerance = ((high - low) / 2)[wrong].to_numpy()
        parts.append(_broken(frame, "rate", expected[wrong].to_numpy(), tolerance, note))
    return _put_together(parts)


def _at_most(rows: pd.DataFrame, rules: list[dict[str, Any]]) -> pd.DataFrame:
    parts = []
    for rule in rules:
        smaller, larger = _of_series(rows, rule["smaller"]), _of_series(rows, rule["larger"])
        key = ["region_code", "frequency", "period"]
        key += ["source"] if rule.get("same_table", True) else []
        limit = larger.drop_duplicates(key).set_index(key)["value"]
        bound = pd.Series(
            limit.reindex(pd.MultiIndex.from_frame(smaller[key])).to_numpy(), index=smaller.index
        )
        wrong = smaller["value"] > bound + rule["step"]
        note = f"at most {rule['larger']}"
        parts.append(_broken(smaller[wrong], "at most", bound[wrong], float(rule["step"]), note))
    return _put_together(parts)


def _equals(rows: pd.DataFrame, rules: list[dict[str, Any]]) -> pd.DataFrame:
    """The same figure in two tables; a rule names a table by its source or its basis."""
    parts = []
    key = ["region_code", "indicator", "sector", "age", "frequency", "period"]
    for rule in rules:
        frame = rows[rows["indicator"] == rule["indicator"]]
        frame = frame[frame["kind"].isin(rule["kinds"])] if "kinds" in rule else frame
        frame = frame[frame["sector"] == rule["sector"]] if "sector" in rule else frame
        sides = [
            frame[(frame["source"] == rule[side]) | (frame["basis"] == rule[side])]
            for side in ("left", "right")
        ]
        left, right = (side.drop_duplicates(key) for side in sides)
        other = right.set_index(key)["value"].reindex(pd.MultiIndex.from_frame(left[key]))
        expected = pd.Series(other.to_numpy(), index=left.index)
        tolerance = expected * rule["within"] + rule["step"]
        wrong = (left["value"] - expected).abs() > tolerance + 1e-6
        note = f"the same figure in {rule['right']}"
        parts.append(_broken(left[wrong], "equals", expected[wrong], tolerance[wrong], note))
    return _put_together(parts)


def _sector_sums(observations: pd.DataFrame, rules: list[dict[str, Any]]) -> pd.DataFrame:
    """Sectors of a region against their total: in the newest year a difference stops, before that it is a warning.

    A sector without a figure counts as nothing, so that a lost one shows; a suppressed one says nothing.
    """
    parts = []
    place = ["region_code", "source", "frequency", "period"]
    for rule in rules:
        rows = observations[observations["indicator"] == rule["indicator"]].astype(
            dict.fromkeys(place[:3], "str")
        )
        total = rows[(rows["sector"] == "total") & rows["value"].notna()].drop_duplicates(place)
        told = rows[rows["sector"].isin(rule["parts"]) & (rows["status"] != "suppressed")]
        sums = told.groupby(place)["value"].agg(["sum", "size"])
        sums = sums.reindex(pd.MultiIndex.from_frame(total[place])).set_axis(total.index)
        tolerance = rule["step"] * (len(rule["parts"]) + 1) / 2
        wrong = (sums["size"] == len(rule["parts"])) & (
            (sums["sum"] - total["value"]).abs() > tolerance + 1e-6
        )
        newest = total["year"] == total.groupby("source")["year"].transform("max")
        note = f"its sectors {', '.join(rule['parts'])} add up to another figure"
        verdict = newest[wrong].map({True: STOP, False: WARNING})
        parts.append(_broken(total[wrong], "sectors", sums.loc[wrong, "sum"], tolerance, note, verdict))
    return _put_together(parts)


# --- the same series in other periods ------------------------------------------------------------------


def _role(rows: pd.DataFrame) -> pd.Series:
    """Whether a row is of everybody, of one sector or of one age group."""
    whole = rows["age"].isin(_WHOLE_AGES) | (rows["indicator"] == "youth_unemployment_rate_pct")
    role = pd.Series("total", index=rows.index).where(whole, "ages")
    return role.where(rows["sector"] == "total", "sectors")


def _with_previous(rows: pd.DataFrame) -> pd.DataFrame:
    """Figures with the one before in their series, the years between, and the change in logs."""
    ordered = rows[rows["status"] != "estimate"].sort_values(["region_code", *_SERIES, "period"])
    before = ordered.groupby(["region_code", *_SERIES], sort=False)
    ordered = ordered.assign(
        before=before["value"].shift(),
        before_period=before["period"].shift(),
    )
    ordered = ordered[ordered["before"].notna()]
    years = (ordered["period"] - ordered["before_period"]).dt.days / 365.25
    floor = np.where(ordered["unit"].isin(["pct"]), 0.05, 1.0)
    change = np.log(np.maximum(ordered["value"], floor) / np.maximum(ordered["before"], floor))
    return ordered.assign(years=years.clip(lower=1), change=change)


def _bounds(rows: pd.DataFrame, by_role: Mapping[str, Any]) -> pd.Series:
    """Bound of each row: by role, kind and size; missing where there is no rule."""
    size = rows[["value", "before"]].max(axis=1)
    bound = pd.Series(np.nan, index=rows.index)
    for role, kinds in by_role.items():
        for kind, classes in kinds.items():
            here = (rows["role"] == role) & (rows["kind"] == kind)
            for limit, value in sorted(((float(k), v) for k, v in classes.items()), reverse=True):
                bound = bound.mask(here & (size <= limit), value)
    return bound


def _changes(rows: pd.DataFrame, moves: pd.DataFrame, rules: Mapping[str, Any]) -> pd.DataFrame:
    """Changes from the figure before that are larger than such a region ever had."""
    parts = []
    held = rows[rows["indicator"].isin(rules["changes"])]
    frame = _with_previous(held.assign(role=_role(held)))
    first = moves["last_year_in_old"] + 1
    moved = pd.MultiIndex.from_arrays(
        [pd.concat([moves["from_cr"], moves["to_cr"]]), pd.concat([first, first])]
    )
    frame = frame[~pd.MultiIndex.from_frame(frame[["region_code", "year"]]).isin(moved)]
    group = ["kind", "source", *_SERIES, "period"]
    grouped = frame.groupby(group)["change"]
    many = grouped.transform("size") >= _MANY
    frame = frame.assign(common=grouped.transform("median").where(many, 0.0))
    for indicator, rule in rules["changes"].items():
        own = frame[frame["indicator"] == indicator]
        bound = _bounds(own, {k: v for k, v in rule.items() if k in ("total", "sectors", "ages")})
        # regions wander, the nation grows
        bound *= own["years"].where(own["kind"] == "NL", np.sqrt(own["years"]))
        bound *= own["break_before"].map({True: 2.0, False: 1.0})
        # neither a region that moved with all nor one that stayed when all moved is a fault
        rest = np.minimum(own["change"].abs(), (own["change"] - own["common"]).abs())
        small = (own["value"] - own["before"]).abs() <= rule["least"]
        for verdict, factor in ((STOP, 1.0), (WARNING, rules["warn_from"])):
            wrong = (rest > bound * factor) & ~small
            wrong &= (rest <= bound) if verdict == WARNING else True
            expected = own["before"] * np.exp(own["common"])
            parts.append(_broken(own[wrong], "change", expected[wrong], bound[wrong],
                                 _change_note(own[wrong], bound[wrong]), verdict))  # fmt: skip
        moved = own[(own["common"].abs() > rule["common"] * own["years"]) & (own["role"] == "total")]
        moved = moved.sort_values("value", ascending=False, kind="stable").drop_duplicates(group)
        note = (
            f"the whole table moved, the median of its regions by more than {rule['common']:g} a year in logs"
        )
        parts.append(_broken(moved, "common change", moved["before"], rule["common"], note))
    return _put_together(parts)


def _change_note(rows: pd.DataFrame, bound: pd.Series) -> list[str]:
    return [
        f"{before:,.10g} in {period.year}; such regions move by {most:.2f} in logs at most beside the others"
        for before, period, most in zip(rows["before"], rows["before_period"], bound, strict=True)
    ]


def _steps(rows: pd.DataFrame, steps: Mapping[str, float]) -> pd.Series:
    """In what the figures are counted."""
    known = rows["indicator"].map(steps).astype("float64")
    return known.fillna(rows["unit"].eq("pct").map({True: 0.1, False: 10.0}))


def _copies(rows: pd.DataFrame, rules: Mapping[str, Any]) -> pd.DataFrame:
    """Periods and regions with the figures of another one."""
    rule = rules["copies"]
    # from month to month figures stay the same more often
    least = rows["frequency"].map(rule["least_steps"]).astype("float64")
    telling = rows[rows["value"] >= least * _steps(rows, rules["steps"])]
    frame = _with_previous(telling.assign(role="total"))
    same = frame.assign(same=frame["value"] == frame["before"])
    # how often a figure of the series stays the same by chance, told by its other periods
    group = ["kind", "source", *_SERIES]
    series, period = same.groupby(group)["same"], same.groupby([*group, "period"])["same"]
    equal, size = period.transform("sum"), period.transform("size")
    others = series.transform("size") - size
    chance = (series.transform("sum") - equal) / others.where(others >= _MANY)
    same = same.assign(chance=chance.fillna(rule["chance"]).clip(lower=rule["least_chance"]))
    share = equal / size
    # a whole period
    whole = same[
        (size >= _MANY) & (share >= rule["share_of_regions"]) & (share >= same["chance"] + rule["beside"])
    ]
    whole = (
        whole[whole["same"]]
        .sort_values("value", ascending=False, kind="stable")
        .drop_duplicates([*group, "period"])
    )
    # one region
    place = ["region_code", "source", "frequency", "period"]
    likely = np.log10(same["chance"]).groupby([same[column] for column in place]).transform("sum")
    one = same[same.groupby(place)["same"].transform("all") & (likely <= np.log10(rule["least_likely"]))]
    one = one.sort_values("value", ascending=False, kind="stable").drop_duplicates(place)
    # two regions of one period
    numbered = pd.DataFrame({"place": telling.groupby(place).cumcount(), "value": telling["value"]})
    prints = telling.assign(print=pd.util.hash_pandas_object(numbered, index=False))
    vectors = prints.groupby(["kind", *place])["print"].agg(["sum", "size"]).reset_index()
    long = vectors[vectors["size"] >= rule["least_values"]]
    twins = long[long.duplicated(["kind", "source", "frequency", "period", "sum", "size"], keep=False)]
    both = telling.merge(twins[place], on=place, validate="many_to_one").drop_duplicates(place)
    return _put_together(
        [
            _broken(whole, "copy", whole["before"], 0.0, "the period has the figures of the one before"),
            _broken(one, "copy", one["before"], 0.0, "every figure is that of the period before"),
            _broken(both, "copy", both["value"], 0.0, "every figure is that of another region"),
        ]
    )


def _exchanged(rows: pd.DataFrame, rules: Mapping[str, Any]) -> pd.DataFrame:
    """Two regions of one period whose figures fit the series of the other, and not their own.

    A figure is held against the one before, moved as the median region of its kind did.
    """
    rule = rules["exchanged"]
    telling = rows[rows["kind"].isin(rule["kinds"]) & (rows["frequency"] == "A") & (_role(rows) == "total")]
    telling = telling.assign(step=_steps(telling, rules["steps"]))
    frame = _with_previous(telling[telling["value"] >= rule["least_steps"] * telling["step"]])
    series = ["kind", "source", *_SERIES]
    group = [*series, "period"]
    frame = frame[frame.groupby(group)["change"].transform("size") >= _MANY]
    off = frame["change"] - frame.groupby(group)["change"].transform("median")
    usual = 1.4826 * off.abs().groupby([frame[column] for column in series]).transform("median")
    frame = frame.assign(
        off=off,
        usual=np.maximum(usual, frame["step"] / frame["before"]),
        own=np.log(frame["value"]) - off,
    )
    apart = frame[frame["off"].abs() > rule["beyond"] * frame["usual"]].reset_index(names="row")
    other = apart[[*group, "region_code", "value", "own", "usual"]]
    pairs = apart.merge(other, on=group, suffixes=("", "_other"))
    pairs = pairs[np.log(pairs["value"] / pairs["value_other"]).abs() >= rule["least_difference"]]
    fits = (np.log(pairs["value_other"]) - pairs["own"]).abs() <= rule["near"] * pairs["usual"]
    fits &= (np.log(pairs["value"]) - pairs["own_other"]).abs() <= rule["near"] * pairs["usual_other"]
    pairs = pairs[fits & (pairs["region_code"] != pairs["region_code_other"])].drop_duplicates("row")
    notes = [
        f"it fits {code}, and the {value:,.10g} of {code} fits here"
        for code, value in zip(pairs["region_code_other"], pairs["value_other"], strict=True)
    ]
    return _broken(pairs, "exchanged", pairs["value_other"], 0.0, notes)


def _digits(rows: pd.DataFrame, rules: list[dict[str, Any]]) -> pd.DataFrame:
    """Figures rounded on the way: too many end in 0."""
    parts = []
    group = ["kind", "source", *_SERIES, "period"]
    for rule in rules:
        step = rows["indicator"].map(rule["steps"]).astype("float64")
        large = rows[step.notna() & (rows["value"] >= 100 * step)]
        large = large[large["sector"].isin(rule["sectors"])] if "sectors" in rule else large
        last = (large["value"] / step[large.index]).round() % 10
        grouped = large.assign(zero=last == 0).groupby(group)["zero"]
        many = grouped.transform("size") >= rule["least_values"]
        wrong = large[many & (grouped.transform("mean") > rule["most_zeros"])]
        wrong = wrong.sort_values("value", ascending=False, kind="stable").drop_duplicates(group)
        note = f"{int(100 * rule['most_zeros'])} % of the figures of the period end in 0: rounded on the way"
        parts.append(_broken(wrong, "digits", wrong["value"], 0.0, note))
    return _put_together(parts)


def _finer(rows: pd.DataFrame, rule: Mapping[str, Any]) -> pd.DataFrame:
    """Figures with more digits than their table publishes: they were reckoned with on the way."""
    group = ["source", "indicator"]
    step = pd.Series(np.nan, index=rows.index)
    for multiple in sorted(rule["of"]):  # the largest that fits stays
        fits = (rows["value"] / multiple - (rows["value"] / multiple).round()).abs() < _NOISE
        by_series = fits.groupby([rows[column] for column in group])
        usual = (by_series.transform("mean") >= rule["share"]) & (
            by_series.transform("size") >= rule["least_values"]
        )
        step = step.mask(usual, multiple)
    odd = (rows["value"] / step - (rows["value"] / step).round()).abs() >= _NOISE
    # a period that is finer as a whole is published so from then on
    odd &= odd.groupby([rows[column] for column in (*group, "period")]).transform("mean") <= 0.5
    nearest = (rows["value"] / step).round() * step
    wrong = rows.assign(nearest=nearest, step=step)[odd]
    note = [f"the table publishes multiples of {one:g}" for one in wrong["step"]]
    return _broken(wrong, "multiple", wrong["nearest"], 0.0, note)


def _complete(observations: pd.DataFrame, rule: Mapping[str, Any]) -> pd.DataFrame:
    """Regions that a table has no row for while it has one for nearly all others.

    A gemeente is looked for among the current ones; another region among those that the series has in most of its
    periods, and a province or COROP among all of them.
    """
    rows = observations[~observations["region_code"].isin(_NO_REGION) & (observations["sector"] == "total")]
    rows = rows[_READ].assign(kind=rows["region_code"].str[:2])
    # a rate is not carried over a change of borders: that it is not there says nothing
    rows = rows[(rows["unit"] != "pct") | (rows["kind"] != "GM")]
    group = ["kind", "source", *_SERIES]
    place = [*group, "period"]
    periods = rows.groupby(group)["period"].transform("nunique")
    times = rows.groupby([*group, "region_code"])["period"].transform("size")
    rows = rows.assign(usual=(times > periods / 2) & (periods > 2))
    held = rows.groupby(place)["usual"]
    rows = rows.assign(all_here=held.transform("size"), usual_here=held.transform("sum"))
    everywhere = rows.loc[rows["kind"].isin(["GM", "PV", "CR"]), ["kind", "region_code"]].drop_duplicates()
    usual = rows.loc[rows["usual"], [*group, "region_code"]].drop_duplicates()
    places = rows.drop_duplicates(place).assign(value=np.nan)
    parts, told = [], np.zeros(len(places), dtype=bool)
    for expected, key, held in ((everywhere, ["kind"], "all_here"), (usual, group, "usual_here")):
        counts = expected.groupby(key).size().rename("of").reset_index()
        of = places[key].merge(counts, how="left", on=key, validate="many_to_one")["of"].to_numpy()
        here = places[held].to_numpy()
        nearly = ~told & (here >= rule["from_share"] * of)
        told |= nearly
        short = places.assign(of=of, lacking=of - here)[nearly & (here < of)]
        codes = short.drop(columns="region_code").merge(expected, on=key, validate="many_to_many")
        here = (
            rows[[*place, "region_code"]]
            .merge(short[place], on=place, validate="many_to_one")
            .assign(here=True)
        )
        codes = codes.merge(here, how="left", on=[*place, "region_code"], validate="one_to_one")
        absent = codes[codes["here"].isna()].sort_values("region_code", kind="stable")
        parts.append(absent.groupby(place).head(_SHOWN))
    lost = pd.concat(parts, ignore_index=True)
    counts = zip(lost["lacking"], lost["of"], strict=True)
    note = [f"{lacking:.0f} of {of:.0f} regions have no figure" for lacking, of in counts]
    return _broken(lost, "complete", np.nan, 0.0, note)


def _revised(rows: pd.DataFrame, previous: pd.DataFrame, rule: Mapping[str, Any]) -> pd.DataFrame:
    """Figures that differ from those of the vintage before by more than a revision does."""
    key = list(OBSERVATION_KEY)
    old = previous[previous["value"].notna()].drop_duplicates(key).set_index(key)[["value", "status"]]
    then = old.reindex(pd.MultiIndex.from_frame(rows[key])).set_axis(rows.index)
    bound = then["status"].map(rule["most"]).astype("float64").fillna(rule["most"]["provisional"])
    least = rows["indicator"].map(rule["least"]).astype("float64").fillna(rule["least"]["other"])
    off = (rows["value"] - then["value"]).abs()
    wrong = off > np.maximum(bound * then["value"], least)
    note = [
        f"{value:,.10g} ({status}) in the vintage before"
        for value, status in then.loc[wrong].itertuples(index=False)
    ]
    return _broken(rows[wrong], "revision", then.loc[wrong, "value"], bound[wrong], note)


def _ended(rows: pd.DataFrame, previous: pd.DataFrame) -> pd.DataFrame:
    """Series that the vintage before had up to a later period, of a table that is in both; any table may go on."""
    series = ["kind", "indicator", "sector", "age", "frequency"]
    then = _with_kind(previous[previous["source"].isin(rows["source"])])
    then = then[then["kind"].isin(rows["kind"])]  # that of before still has its landsdelen
    newest = then.sort_values([*series, "period", "region_code"]).drop_duplicates(series, keep="last")
    now = rows.groupby(series)["period"].max()
    until = pd.Series(now.reindex(pd.MultiIndex.from_frame(newest[series])).to_numpy(), index=newest.index)
    ended = newest[~(until >= newest["period"])]
    note = [
        f"the vintage before had {value:,.10g}; this one has "
        f"{'no such series' if pd.isna(last) else f'nothing after {last.year}'}"
        for value, last in zip(ended["value"], until[ended.index], strict=True)
    ]
    return _broken(ended.assign(value=np.nan), "ended", ended["value"], 0.0, note)
