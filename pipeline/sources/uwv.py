"""UWV Open Match Data on data.overheid.nl: vacancies and CVs on werk.nl per gemeente, 2019-2023.

Three counts that are never added: the same CV stands in both ErvaringsBeroep and WensBeroep. A gemeente
without a row is not zero, it is absent.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pandas as pd

from pipeline.sources.arrival import Arrival
from pipeline.sources.catalog import Source
from pipeline.sources.errors import ContentError
from pipeline.sources.http import Retryable
from pipeline.sources.names import NameBook
from pipeline.sources.pull import Pull, Readers
from pipeline.sources.regions import gemeente_names
from pipeline.sources.uwv_inbox import load_columns
from pipeline.store import RawTable

REQUIRED = ("PEILDATUM", "GEMEENTE", "REC_TYPE", "AANTAL")
MEASURES = {
    "Vacature": "Vacatures op werk.nl",
    "ErvaringsBeroep": "CV's naar ervaringsberoep",
    "WensBeroep": "CV's naar wensberoep",
}
_COUNT = re.compile(r"\d+(?:,\d+)?")


def read_open_match(pull: Pull, source: Source) -> Readers:
    """The weekly files of the data set as one table."""

    def read() -> Arrival:
        package = fetch_package(pull, source.table)
        archives = zip_addresses(package, source.table)[:: source.take_every]
        names = NameBook.build(gemeente_names(pull.arrived), load_columns().gemeenten)
        weeks = [
            count_week(pull.client.get_checked(url, unzip, table=source.table), names, url)
            for url in archives
        ]
        content = to_table(pd.concat(weeks, ignore_index=True), names, pull, source, package)
        return Arrival(
            publisher=source.publisher,
            table_id=source.table,
            title=source.title,
            modified=content.properties["modified"],
            transport="ckan",
            request=f"{pull.catalog.hosts.data_overheid}/package_show?id={source.table} ({len(archives)} files)",
            content=content,
        )

    return [(source.table, read)]


def fetch_package(pull: Pull, package_id: str) -> dict[str, Any]:
    """What the catalogue of data.overheid.nl says of a data set."""
    address = f"{pull.catalog.hosts.data_overheid}/package_show"
    answer = pull.client.get_json(address, table=package_id, params={"id": package_id})
    if answer.get("success") is not True or "result" not in answer:
        raise ContentError(
            "the catalogue does not give the data set",
            table=package_id,
            request=f"GET {address}",
            next_step="Look for the data set on data.overheid.nl.",
        )
    return answer["result"]


def zip_addresses(package: dict[str, Any], package_id: str) -> list[str]:
    """Addresses of the weekly archives, in the order in which they were made."""
    archives = [r for r in package.get("resources", []) if "zip" in str(r.get("format", "")).casefold()]
    if not archives:
        raise ContentError(
            f"the data set lists {len(package.get('resources', []))} files and no ZIP",
            table=package_id,
            next_step="Look at the data set on data.overheid.nl.",
        )
    return [r["url"] for r in sorted(archives, key=lambda r: str(r.get("created") or ""))]


def unzip(body: bytes) -> bytes:
    """The one CSV of an archive; a cut-off archive is asked for again."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = [n for n in archive.namelist() if n.casefold().endswith(".csv")]
            if len(names) != 1:
                raise Retryable(f"an archive with {len(names)} CSV files, expected one")
            return archive.read(names[0])
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError) as error:
        raise Retryable(f"an unreadable archive of {len(body)} bytes ({error})") from error


def decode(content: bytes) -> str:
    """Text of a file whose encoding changes within the series."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def count_week(content: bytes, names: NameBook, address: str) -> pd.DataFrame:
    """Sum of a week's counts over occupations and postcodes: measure, RegioS, period (yyyymmdd), value.

    Names that stand for one gemeente (its parts before a merger) are added up.
    """
    frame = pd.read_csv(io.StringIO(decode(content)), sep=";", dtype=str, keep_default_na=False)
    frame.columns = frame.columns.str.strip().str.upper()
    lost = [c for c in REQUIRED if c not in frame]
    if lost:
        raise ContentError(
            f"columns {lost} are not there; it has {list(frame.columns)[:8]}",
            table="uwv-open-match-data",
            request=f"GET {address}",
            next_step="The form of the files changed: compare with the description of the data set.",
        )
    wrong = frame[~frame["AANTAL"].str.fullmatch(_COUNT) | ~frame["REC_TYPE"].isin(MEASURES)]
    dates = pd.to_datetime(frame["PEILDATUM"], format="%d-%m-%Y", errors="coerce")
    if len(wrong) or dates.isna().any() or frame.empty:
        example = wrong if len(wrong) else frame[dates.isna()]
        raise ContentError(
            f"{len(example)} of {len(frame)} rows are not understood, e.g. "
            f"{example[list(REQUIRED)].head(1).to_dict('records')}",
            table="uwv-open-match-data",
            request=f"GET {address}",
            next_step="The form of the files changed: compare with the description of the data set.",
        )
    counted = pd.DataFrame(
        {
            "measure": frame["REC_TYPE"],
            "RegioS": names.map(frame["GEMEENTE"].str.strip(), "uwv-open-match-data"),
            "period": dates.dt.strftime("%Y%m%d"),
            "value": frame["AANTAL"].str.replace(",", ".").astype(float),
        }
    )
    return counted.groupby(["measure", "RegioS", "period"], as_index=False)["value"].sum()


def to_table(
    weeks: pd.DataFrame, names: NameBook, pull: Pull, source: Source, package: dict[str, Any]
) -> RawTable:
    """The raw form of all weeks; a week that came in two files stops."""
    if weeks.duplicated(["measure", "RegioS", "period"]).any():
        double = weeks.loc[weeks.duplicated(["measure", "RegioS", "period"]), "period"].iloc[0]
        raise ContentError(
            f"two files hold the date {double}",
            table=source.table,
            next_step="The data set lists a week twice; look at its files on data.overheid.nl.",
        )
    titles = gemeente_names(pull.arrived).drop_duplicates("code").set_index("code")["name"]
    regions = sorted(weeks["RegioS"].unique())
    periods = sorted(weeks["period"].unique())
    observations = weeks.assign(
        value=[f"{v:.2f}".rstrip("0").rstrip(".") for v in weeks["value"]], value_attribute="None"
    )
    return RawTable(
        publisher=source.publisher,
        table_id=source.table,
        observations=observations,
        codes={
            "RegioS": pd.DataFrame({"code": regions, "title": [titles.get(c, "") for c in regions]}),
            "measures": pd.DataFrame(
                {
                    "code": list(MEASURES),
                    "title": list(MEASURES.values()),
                    "group": "",
                    "unit": "aantal",
                    "decimals": 0,
                }
            ),
            "periods": pd.DataFrame(
                {
                    "code": periods,
                    "title": [f"{p[:4]}-{p[4:6]}-{p[6:]}" for p in periods],
                    "status": "Definitief",
                }
            ),
        },
        properties={
            "identifier": source.table,
            "title": source.title,
            "modified": str(package.get("metadata_modified") or ""),
            "language": "nl",
            "publisher": source.publisher,
            "aggregated": "sum of AANTAL over occupations and postcodes, per gemeente and PEILDATUM",
            "dimensions": [
                {"name": "RegioS", "title": "Gemeente", "kind": "region"},
                {"name": "Peildatum", "title": "Peildatum", "kind": "time"},
            ],
        },
    )
