"""UWV Open Match Data on data.overheid.nl: vacancies and CVs on werk.nl per gemeente, 2019-2023.

Three counts that are never added: the same CV stands in both ErvaringsBeroep and WensBeroep. A gemeente
without a row is not zero, it is absent.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from pipeline.sources.catalog import Source
from pipeline.sources.context import Readers, RetrieveContext, SourceTable, gemeente_names, own_table
from pipeline.sources.errors import ContentError, telling
from pipeline.sources.http import Page, Query, Retryable, is_same_host, parse_json_object
from pipeline.sources.region_names import RegionNameIndex
from pipeline.sources.uwv_inbox import load_columns

REQUIRED = ("PEILDATUM", "GEMEENTE", "REC_TYPE", "AANTAL")
MEASURES = {
    "Vacature": "Vacatures op werk.nl",
    "ErvaringsBeroep": "CV's naar ervaringsberoep",
    "WensBeroep": "CV's naar wensberoep",
}
FORM = "The form of the files changed: compare with the description of the data set."
USUAL_SHARE = 0.9  # of the gemeenten of an ordinary week; some never have a vacancy
_COUNT = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,9})?")


def read_open_match(context: RetrieveContext, source: Source) -> Readers:
    """The weekly files of the data set as one table."""

    def read() -> SourceTable:
        host = context.catalog.hosts.data_overheid
        address = f"{host}/package_show?{urlencode({'id': source.table})}"
        package = context.client.get(address, read_package, table=source.table)
        archives, remarks = zip_addresses(package, source, host)
        archives = archives[:: source.take_every]
        names = RegionNameIndex.build(gemeente_names(context.arrived), load_columns().gemeenten)
        most = context.client.settings.unpacked_bytes

        def weekly(url: str) -> Query:
            def read_week(body: bytes) -> Page[pd.DataFrame]:
                with telling(next_step=FORM):
                    return Page(1, count_week(unzip(body, most), names))

            return Query(url, url, [{}], read_week, source.table)

        weeks = [slices[0][0].content for slices in context.client.pages([weekly(url) for url in archives])]
        sizes = pd.Series({week["period"].iloc[0]: week["RegioS"].nunique() for week in weeks})
        if len(small := sizes[sizes < USUAL_SHARE * sizes.median()]):
            remarks.append(f"{len(small)} of {len(sizes)} weeks hold far fewer gemeenten than the others, e.g. "
                           f"{small.index[0]} with {small.iloc[0]}")  # fmt: skip
        return to_table(
            pd.concat(weeks, ignore_index=True), context, source, package,
            f"{host}/package_show?id={source.table} ({len(archives)} files)", remarks,
        )  # fmt: skip

    return [(source.table, read)]


def read_package(body: bytes) -> dict[str, Any]:
    """What the catalogue of data.overheid.nl says of a data set."""
    answer = parse_json_object(body)
    package = answer.get("result")
    if answer.get("success") is not True or not isinstance(package, dict):
        raise Retryable("the catalogue does not give the data set")
    return package


def zip_addresses(package: dict[str, Any], source: Source, host: str) -> tuple[list[str], list[str]]:
    """Addresses of the weekly archives in the order in which they were made, and what was left aside.

    Only files on the host of the catalogue and on those of ``file_hosts`` are asked for.
    """
    resources = [r for r in package.get("resources") or [] if isinstance(r, dict)]
    archives = [
        r for r in resources if "zip" in str(r.get("format")).casefold() and isinstance(r.get("url"), str)
    ]
    asked = [host, *(f"https://{name}" for name in source.file_hosts)]
    allowed = [r for r in archives if any(is_same_host(r["url"], base) for base in asked)]
    if not allowed:
        raise ContentError(
            f"the data set lists {len(resources)} files and no ZIP"
            + (f" on a host that is asked, e.g. {archives[0]['url'][:80]}" if archives else ""),
            next_step="Look at the data set on data.overheid.nl.",
        )
    aside = len(archives) - len(allowed)
    remarks = [f"{aside} of {len(archives)} files lie on another host and were left aside"] if aside else []
    return [r["url"] for r in sorted(allowed, key=lambda r: str(r.get("created") or ""))], remarks


def unzip(body: bytes, most_bytes: int) -> bytes:
    """The one CSV of an archive; a cut-off archive is asked for again, one that unpacks without end is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = [n for n in archive.namelist() if n.casefold().endswith(".csv")]
            if len(names) != 1:
                raise Retryable(f"an archive with {len(names)} CSV files, expected one")
            with archive.open(names[0]) as file:
                content = file.read(most_bytes + 1)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, zlib.error) as error:
        raise Retryable(f"an unreadable archive of {len(body)} bytes ({error})") from error
    if len(content) > most_bytes:
        raise ContentError(
            f"an archive of {len(body)} bytes unpacks to more than {most_bytes / 1e6:.0f} MB",
            next_step="Look at the data set on data.overheid.nl.",
        )
    return content


def decode(content: bytes) -> str:
    """Text of a file whose encoding changes within the series."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def count_week(content: bytes, names: RegionNameIndex) -> pd.DataFrame:
    """Sum of a week's counts over occupations and postcodes: measure, RegioS, period (yyyymmdd), value.

    Names that stand for one gemeente (its parts before a merger) are added up.
    """
    text = decode(content)
    header = [name.strip().strip('"').upper() for name in text.split("\n", 1)[0].split(";")]
    lost = [c for c in REQUIRED if header.count(c) != 1]
    if lost:
        raise ContentError(
            f"columns {lost} are not there once; it has {header[:8]}",
        )
    frame = pd.read_csv(
        io.StringIO(text), sep=";", dtype=str, keep_default_na=False, names=header, skiprows=1
    )
    dates = pd.to_datetime(frame["PEILDATUM"], format="%d-%m-%Y", errors="coerce")
    is_wrong = ~frame["AANTAL"].str.fullmatch(_COUNT) | ~frame["REC_TYPE"].isin(MEASURES) | dates.isna()
    if is_wrong.any() or frame.empty:
        raise ContentError(
            f"{int(is_wrong.sum())} of {len(frame)} rows are not understood, e.g. "
            f"{frame.loc[is_wrong, list(REQUIRED)].head(1).to_dict('records')}"
        )
    if len(days := sorted(frame["PEILDATUM"].unique())) > 1:
        raise ContentError(f"a file of one week holds {len(days)} dates, e.g. {days[:2]}")
    counted = pd.DataFrame(
        {
            "measure": frame["REC_TYPE"],
            "RegioS": names.map(frame["GEMEENTE"].str.strip()),
            "period": dates.dt.strftime("%Y%m%d"),
            "value": frame["AANTAL"].str.replace(",", ".").astype(float),
        }
    )
    return counted.groupby(["measure", "RegioS", "period"], as_index=False)["value"].sum()


def to_table(
    weeks: pd.DataFrame, context: RetrieveContext, source: Source, package: dict[str, Any], request: str,
    remarks: list[str],
) -> SourceTable:  # fmt: skip
    """The raw form of all weeks; a week that came in two files stops."""
    double = weeks.loc[weeks.duplicated(["measure", "RegioS", "period"]), "period"]
    if len(double):
        raise ContentError(
            f"two files hold the date {double.iloc[0]}",
            next_step="The data set lists a week twice; look at its files on data.overheid.nl.",
        )
    titles = gemeente_names(context.arrived).drop_duplicates("code").set_index("code")["name"]
    observations = weeks.assign(
        value=[f"{v:.2f}".rstrip("0").rstrip(".") for v in weeks["value"]], value_attribute="None"
    )
    return own_table(
        source, source.table, observations, title=source.title, modified=str(package.get("metadata_modified") or ""),
        transport="ckan", request=request, remarks=remarks, codes={}, period_status="Definitief",
        regions={code: titles.get(code, "") for code in sorted(weeks["RegioS"].unique())},
        measures={code: (title, "aantal") for code, title in MEASURES.items()},
        periods={p: f"{p[:4]}-{p[4:6]}-{p[6:]}" for p in sorted(weeks["period"].unique())},
        dimensions=[("RegioS", "Gemeente", "region"), ("Peildatum", "Peildatum", "time")],
        properties={"aggregated": "sum of AANTAL over occupations and postcodes, per gemeente and PEILDATUM"},
    )  # fmt: skip
