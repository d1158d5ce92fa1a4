"""Border changes as CBS tells them in words, in the descriptions of the region codes of 03759ned.

"Opgeheven per 01-01-2018, overgegaan naar: - Súdwest-Fryslân (GM1900), ... 4330 hectare met 1416 woningen en
3394 inwoners" says that a gemeente is gone, since when, and where how many of its inhabitants went. So next
January's changes are read from the list instead of typed; a person accepts them.
"""

from __future__ import annotations

import re

import pandas as pd

from pipeline.geography import GeographyError, resolve_changes

CHANGE_COLUMNS = ["old_code", "old_name", "abolished_on", "gm_code", "gm_name", "share", "source"]
MOVED = "CBS 03759ned (inhabitants moved)"
RENAMED = "recode or rename"
SINCE = "2003-01-01"

_DATE = r"\d\d-\d\d-\d{4}"
_ABOLISHED = re.compile(rf"Opgeheven per (?P<date>{_DATE}), overgegaan naar:(?P<parts>.*)", re.DOTALL)
#: The next event of a description; what stands before it belongs to the abolition.
_NEXT_EVENT = re.compile(
    rf"(?:Opgeheven|Ontstaan|Gemeentelijke herindeling|Grenswijziging|Wijziging|Naamswijziging|Provinciale wijziging)"
    rf" per {_DATE}|Begindatum|Vanaf {_DATE}|Per {_DATE}"
)
_CODE = re.compile(r"\((GM\d{4})\)")
_INHABITANTS = re.compile(r"(?P<count>\d+) inwoners?")
_RENAMED = re.compile(
    rf"Naamswijziging per ({_DATE}), (oude|nieuwe) naam: ([^()]+?(?:\([^()G][^()]*\))?) ?\((GM\d{{4}})\)"
)
_RECEIVED = re.compile(
    rf"(?:Ontstaan|Gemeentelijke herindeling|Grenswijziging|Wijziging) per (?P<date>{_DATE}),? "
    r"(?:ontvangen van|uit):"
)


def read_border_changes(region_codes: pd.DataFrame, since: str = SINCE) -> pd.DataFrame:
    """What became of every gemeente code that was abolished, read from CBS's descriptions.

    Parameters
    ----------
    region_codes : columns code, title, description (the RegioS codes of 03759ned)
    since : changes from this date on (ISO)

    Returns
    -------
    one row a pair of old and current code, as in data/reference/gemeente_changes.csv: old_code, old_name,
    abolished_on (ISO; empty for a mere recode), gm_code, gm_name, share of the inhabitants, source. Chains
    are followed to codes that exist now; shares of an old code sum to 1.

    Raises
    ------
    GeographyError
        When a description tells of an abolition in words that are not understood, or a chain goes round.
    """
    codes = region_codes[region_codes["code"].str.fullmatch(r"GM\d{4}")]
    received = _received(codes, since)
    gone = {}
    for row in codes.itertuples():
        date = _abolished_on(row.description)
        if date >= since:
            moved = _moved(row.code, row.description)
            # what a receiver tells and the abolished one does not is told as well
            moved = received.get((row.code, date), {}) | moved
            total = sum(moved.values())
            gone[row.code] = (date, {new: count / total for new, count in moved.items() if count})
    names = dict(zip(codes["code"], codes["title"].str.strip(), strict=True))
    successors = {code: parts for code, (_, parts) in gone.items()}
    for old, (old_name, new) in _recodes(codes, since).items():
        if old not in gone:
            successors[old] = {new: 1.0}
            names.setdefault(old, old_name)
    rows = []
    for old in successors:
        final = _follow(old, successors)
        is_recode = old not in gone
        for code, share in final.items():
            rows.append(
                {
                    "old_code": old,
                    "old_name": names.get(old, ""),
                    "abolished_on": "" if is_recode else gone[old][0],
                    "gm_code": code,
                    "gm_name": names.get(code, ""),
                    "share": round(share, 4),
                    "source": RENAMED if is_recode else MOVED,
                }
            )
    changes = pd.DataFrame(rows, columns=CHANGE_COLUMNS)
    changes = changes.sort_values(["old_code", "share"], ascending=[True, False], ignore_index=True)
    # the largest part takes what rounding left: the shares of a code sum to 1 in the file as well
    rest = 1 - changes.groupby("old_code")["share"].transform("sum")
    largest = ~changes.duplicated("old_code")
    return changes.assign(share=(changes["share"] + rest.where(largest, 0)).round(4))


def _abolished_on(description: str) -> str:
    """ISO date of an abolition; empty when the gemeente was not abolished."""
    found = re.search(rf"Opgeheven per ({_DATE})", description)
    return _iso(found[1]) if found else ""


def _iso(date: str) -> str:
    day, month, year = date.split("-")
    return f"{year}-{month}-{day}"


def _moved(code: str, description: str) -> dict[str, int]:
    """Inhabitants that went to each gemeente, as the abolished one tells it."""
    found = _ABOLISHED.search(description)
    moved = _counts(code, found["parts"]) if found else {}
    if not sum(moved.values()):
        raise _not_understood(code, description)
    return moved


def _received(codes: pd.DataFrame, since: str) -> dict[tuple[str, str], dict[str, int]]:
    """(code, date) -> inhabitants that others say they received from it."""
    received: dict[tuple[str, str], dict[str, int]] = {}
    for row in codes.itertuples():
        for found in _RECEIVED.finditer(row.description):
            date = _iso(found["date"])
            if date < since:
                continue
            for giver, count in _counts(row.code, row.description[found.end() :]).items():
                parts = received.setdefault((giver, date), {})
                parts[row.code] = parts.get(row.code, 0) + count
    return received


def _counts(code: str, text: str) -> dict[str, int]:
    """Inhabitants behind each code of a list, up to the next event."""
    _, *pieces = _CODE.split(_NEXT_EVENT.split(text, maxsplit=1)[0])
    counts: dict[str, int] = {}
    for other, words in zip(pieces[::2], pieces[1::2], strict=True):
        inhabitants = _INHABITANTS.search(words)
        if not inhabitants:
            raise _not_understood(code, f"({other}){words}")
        counts[other] = counts.get(other, 0) + int(inhabitants["count"])
    return counts


def _recodes(codes: pd.DataFrame, since: str) -> dict[str, tuple[str, str]]:
    """Old code -> (old name, new code) of gemeenten that got another code with another name."""
    recodes: dict[str, tuple[str, str]] = {}
    for row in codes.itertuples():
        for date, which, name, other in _RENAMED.findall(row.description):
            if _iso(date) < since or other == row.code:
                continue
            if which == "nieuwe":
                recodes[row.code] = (row.title.strip(), other)
            else:
                recodes.setdefault(other, (name.strip(), row.code))
    return recodes


def _follow(old: str, successors: dict[str, dict[str, float]]) -> dict[str, float]:
    """Shares of an old code in codes that exist now, through every step in between."""
    shares = {old: 1.0}
    for _ in range(len(successors) + 1):
        open_codes = [code for code in shares if code in successors]
        if not open_codes:
            return shares
        for code in open_codes:
            share = shares.pop(code)
            for new, part in successors[code].items():
                shares[new] = shares.get(new, 0.0) + share * part
    raise GeographyError(
        f"03759ned: the border changes of {old} go round. Look at the descriptions of these codes in the table."
    )


def _not_understood(code: str, text: str) -> GeographyError:
    return GeographyError(
        f"03759ned: the description of {code} tells of an abolition in words that are not understood: {text[:160]!r}. "
        "Add the change to data/reference/gemeente_changes.csv by hand, and the wording to pipeline/border_changes.py."
    )


def compare_border_changes(
    stored: pd.DataFrame, read: pd.DataFrame, tolerance: float = 0.005
) -> pd.DataFrame:
    """Differences between the stored file and what CBS says now, for a person to accept.

    The stored file tells chains step by step; it is followed to the codes that exist now before the two are
    compared.

    Parameters
    ----------
    stored, read : columns as ``read_border_changes`` gives them
    tolerance : shares closer than this are the same, and parts smaller than this no difference

    Returns
    -------
    one row a difference: old_code, gm_code, difference (new, gone, share, date), stored, read. Empty when the
    stored file is up to date.
    """
    told, found = _comparable(stored), _comparable(read)
    news = found[~found["old_code"].isin(told["old_code"])]
    now = set(told["gm_code"]) | set(found["gm_code"])
    followed = resolve_changes(pd.concat([told, news]), now - set(found["old_code"]))
    followed = followed[~followed["old_code"].isin(news["old_code"])]
    both = followed.merge(
        found, on=["old_code", "gm_code"], how="outer", suffixes=("_stored", "_read"),
        indicator="side", validate="one_to_one",
    )  # fmt: skip
    rows = []
    for row in both.itertuples():
        key = (row.old_code, row.gm_code)
        if row.side != "both" and max(row.share_stored, row.share_read, key=_known) < tolerance:
            continue
        if row.side == "right_only":
            rows.append((*key, "new", "", f"{row.share_read:.4f} per {row.abolished_on_read or 'recode'}"))
        elif row.side == "left_only":
            rows.append(
                (*key, "gone", f"{row.share_stored:.4f} per {row.abolished_on_stored or 'recode'}", "")
            )
        else:
            if abs(row.share_stored - row.share_read) > tolerance:
                rows.append((*key, "share", f"{row.share_stored:.4f}", f"{row.share_read:.4f}"))
            if row.abolished_on_stored != row.abolished_on_read:
                rows.append((*key, "date", row.abolished_on_stored, row.abolished_on_read))
    return pd.DataFrame(rows, columns=["old_code", "gm_code", "difference", "stored", "read"])


def accept_border_changes(stored: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """The stored file with what CBS says now of every code that differs.

    Rows that do not differ stay as they are, and so do codes that CBS tells nothing of (typed by hand): what was
    made from the file stays what it was.

    Parameters
    ----------
    stored, read : as for ``compare_border_changes``
    """
    differ = set(compare_border_changes(stored, read)["old_code"]) & set(read["old_code"])
    days = pd.to_datetime(stored["abolished_on"]).dt.strftime("%Y-%m-%d")
    kept = stored.assign(abolished_on=days)[~stored["old_code"].isin(differ)].fillna("")
    taken = read[read["old_code"].isin(differ)]
    return pd.concat([kept, taken])[CHANGE_COLUMNS].sort_values("old_code", kind="stable", ignore_index=True)


def _known(share: float) -> float:
    return 0.0 if pd.isna(share) else share


def _comparable(changes: pd.DataFrame) -> pd.DataFrame:
    dates = changes["abolished_on"]
    if pd.api.types.is_datetime64_any_dtype(dates):
        dates = dates.dt.strftime("%Y-%m-%d")
    return pd.DataFrame(
        {
            "old_code": changes["old_code"],
            "gm_code": changes["gm_code"],
            "abolished_on": dates.fillna("").astype(str),
            "share": changes["share"].astype(float),
        }
    )
