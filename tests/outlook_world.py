"""A small made-up country for the outlook: 12 COROPs of three gemeenten, published 2010-2024 as COROPs."""

import numpy as np
import pandas as pd

from pipeline.models import outlook
from pipeline.models.outlook import Outlooks
from pipeline.models.series import SHARE_ESTIMATE

YEARS = list(range(2010, 2025))
COROPS = [f"CR{number:02d}" for number in range(1, 13)]
GEMEENTEN = {corop: [f"GM{int(corop[2:]):02d}{place:02d}" for place in (1, 2, 3)] for corop in COROPS}
SHARES = (0.5, 0.3, 0.2)


def tables(published_gemeenten: bool = False) -> dict[str, pd.DataFrame]:
    """Indicators, regions, members, job_shares and share_anchors; gemeenten estimated, or all of them published."""
    random = np.random.default_rng(3)
    nation = 4e6 * np.exp(np.cumsum(random.normal(0.01, 0.012, len(YEARS))))
    wander = np.cumsum(random.normal(0, 0.008, (len(COROPS), len(YEARS))), axis=1)
    weight = random.uniform(0.5, 2, (len(COROPS), 1)) * np.exp(wander)
    corops = pd.DataFrame(0.99 * nation * weight / weight.sum(axis=0), COROPS, YEARS)
    method = "published" if published_gemeenten else SHARE_ESTIMATE
    own = {corop: (corops.loc[corop], "published") for corop in COROPS}
    for corop, codes in GEMEENTEN.items():
        for code, share in zip(codes, SHARES, strict=True):
            own[code] = (share * corops.loc[corop], method)
    own["NL01"] = (pd.Series(nation, YEARS), "published")
    own["streek"] = (own["GM0101"][0] + own["GM0201"][0], method)
    own["buurt"] = (own["GM0101"][0], method)
    own["AM01"] = (corops.loc["CR01"], "sum_of_corops")
    members = {code: [code] for codes in GEMEENTEN.values() for code in codes} | GEMEENTEN
    members |= {"NL01": [code for codes in GEMEENTEN.values() for code in codes], "AM01": GEMEENTEN["CR01"]}
    members |= {"streek": ["GM0101", "GM0201"], "buurt": ["GM0101"]}
    kinds = {"GM": "gemeente", "CR": "corop", "NL": "nation", "AM": "arbeidsmarktregio"}
    return {
        "indicators": pd.concat(
            [_rows(code, values, how) for code, (values, how) in own.items()], ignore_index=True
        ),
        "regions": pd.DataFrame(
            {
                "region_code": list(members),
                "region_type": [kinds.get(code[:2], "area") for code in members],
                "cr_code": [f"CR{code[2:4]}" if code.startswith("GM") else "" for code in members],
            }
        ),
        "members": pd.DataFrame(
            [(region, code) for region, codes in members.items() for code in codes],
            columns=["region_code", "gm_code"],
        ),
        "job_shares": pd.DataFrame(
            [
                (code, corop, year, share, 0.08)
                for corop, codes in GEMEENTEN.items()
                for code, share in zip(codes, SHARES, strict=True)
                for year in YEARS
            ],
            columns=["gm_code", "cr_code", "year", "share", "scale"],
        ),
        "share_anchors": pd.DataFrame(
            [(corop, year, "x") for corop in COROPS for year in (2009.0, 2015.0)],
            columns=["cr_code", "year", "source"],
        ),
    }


def long_run() -> pd.Series:
    """Persons employed since 1980."""
    years = np.arange(1980, 2026)
    steps = np.random.default_rng(8).normal(0.012, 0.014, len(years))
    return pd.Series(6e3 * np.exp(np.cumsum(steps)), years)


def made(published_gemeenten: bool = False, until: int = 2032, **changes: pd.DataFrame) -> Outlooks:
    """Outlooks of this country."""
    return outlook.make(*(tables(published_gemeenten) | changes).values(), long_run(), until)


def _rows(code: str, values: pd.Series, method: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region_code": code,
            "indicator": outlook.INDICATOR,
            "sector": "total",
            "basis": outlook.NEW,
            "frequency": "A",
            "year": values.index,
            "value": values.to_numpy(),
            "value_low": np.nan,
            "value_high": np.nan,
            "interval_level": np.nan,
            "status": "estimate" if method == SHARE_ESTIMATE else "final",
            "method": method,
            "members": 1 if code == "buurt" or code.startswith("GM") else 2,
            "source": outlook.NEW,
        }
    )
