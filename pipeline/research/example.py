"""The small-area model on known data: what each step makes, for reading along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config import ROOT
from pipeline.figures.change_charts import dot_change
from pipeline.figures.drawing import About
from pipeline.language.numbers import NumberFormat
from pipeline.models import small_area
from pipeline.models.small_area import FayHerriotFit, RaoYuFit
from pipeline.research import MonitorError
from pipeline.research.shown import ShownFigure
from pipeline.research.words import DISPLAY_WORDS

_DATA = ROOT / "data" / "examples"
_UNIT = "expenditure on milk, unit of the source"
_SOURCE = "Arora en Lahiri (1997), R-pakket sae"
#: Areas and years of the data of the R package saery.
_PANEL = (100, 20)


@dataclass(frozen=True, eq=False)
class MilkExample:
    """Expenditure on milk in 43 areas (Arora & Lahiri 1997) through the area model of Fay and Herriot.

    fit : what the model estimated
    areas : one row an area: name, group, direct, direct_se, weight (of the direct figure, 0-1), estimate, estimate_se,
        residual (standardised: direct minus regression over its standard deviation), direct_display, estimate_display
        (the rule for publishing), adjusted, adjusted_se (benchmarked on the mean of the direct figures), unit, status,
        source
    """

    fit: FayHerriotFit
    areas: pd.DataFrame

    def diagnostics(self) -> pd.DataFrame:
        """Whether the model fits: columns what, value, expected (in Dutch, as shown in the notebook)."""
        residual = self.areas["residual"]
        ratio = self.areas["direct"].mean() / self.areas["estimate"].mean()
        return pd.DataFrame(
            [
                ("gemiddelde van de residuen", residual.mean(), "ongeveer 0"),
                ("spreiding van de residuen", residual.std(ddof=1), "ongeveer 1"),
                ("grootste residu, zonder teken", residual.abs().max(), "zelden boven 3"),
                ("loglikelihood", self.fit.loglik, "om modellen te vergelijken; hoger past beter"),
                ("totaal van de metingen gedeeld door dat van het model", ratio, "ongeveer 1"),
            ],
            columns=["what", "value", "expected"],
        )

    def precision(self) -> pd.DataFrame:
        """Mean standard error and number of areas by the rule for publishing, of the direct figures and the model."""
        rows = []
        for name, error, display in (
            ("meting", "direct_se", "direct_display"),
            ("model", "estimate_se", "estimate_display"),
        ):
            counts = self.areas[display].value_counts()
            shown = {words: int(counts.get(key, 0)) for key, words in DISPLAY_WORDS.items()}
            rows.append({"cijfer": name, "gemiddelde fout": self.areas[error].mean(), **shown})
        return pd.DataFrame(rows)

    def chart(self, count: int = 12) -> ShownFigure:
        """The areas with the least certain direct figure: how far the model moves them."""
        noisy = self.areas.nlargest(count, "direct_se").rename(
            columns={"direct": "before", "estimate": "after"}
        )
        drawing = dot_change(
            noisy,
            ("meting", "model"),
            about=About(
                id="melk", region_code="US", region="Verenigde Staten", unit="uitgaven", source="milk"
            ),
            form=NumberFormat(decimals=2),
            difference_unit="uitgaven",
        )
        return ShownFigure(
            "melk",
            "Een onzekere meting schuift naar het model",
            "Uitgaven aan melk, eenheid van de bron",
            f"Bron: {_SOURCE}; eigen berekening",
            drawing,
        )


def milk(method: str) -> MilkExample:
    """The example worked out; see ``monitor.example``."""
    if method not in small_area.VARIANCE_METHODS:
        raise MonitorError(
            f"There is no method {method!r}; there are: {', '.join(small_area.VARIANCE_METHODS)}."
        )
    data = pd.read_csv(_DATA / "milk.csv")
    direct, variance = data["direct"].to_numpy(), data["direct_se"].to_numpy() ** 2
    groups = [data["major_area"].eq(group) for group in (2, 3, 4)]
    design = np.column_stack([np.ones(len(data)), *groups]).astype(float)
    fit = small_area.fay_herriot(direct, design, variance, method=method)
    weights = np.full((len(data), 1), 1 / len(data))
    adjusted, adjusted_mse = small_area.benchmark(fit.eblup, fit.mse, weights, [direct.mean()])
    areas = pd.DataFrame(
        {
            "name": ["gebied " + str(number) for number in data.index + 1],
            "group": data["major_area"],
            "direct": direct,
            "direct_se": np.sqrt(variance),
            "weight": fit.direct_weight,
            "estimate": fit.eblup,
            "estimate_se": np.sqrt(fit.mse),
            "residual": (direct - design @ fit.beta) / np.sqrt(fit.variance + variance),
            "direct_display": small_area.publication_class(direct, variance),
            "estimate_display": small_area.publication_class(fit.eblup, fit.mse),
            "adjusted": adjusted,
            "adjusted_se": np.sqrt(adjusted_mse),
            "unit": _UNIT,
            "status": "estimate",
            "source": _SOURCE,
        }
    )
    return MilkExample(fit, areas)


def years() -> RaoYuFit:
    """The example with years; see ``monitor.example_years``."""
    panel = pd.read_csv(_DATA / "saery.csv.gz").sort_values(["area", "period"])
    cells = {name: panel[name].to_numpy().reshape(_PANEL) for name in ("direct", "x", "sampling_variance")}
    return small_area.rao_yu(cells["direct"], cells["x"][:, :, None], cells["sampling_variance"])
