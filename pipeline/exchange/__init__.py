"""Interchange: the indicator and model tables for other programs.

One folder a vintage, ``data/exports/<edition>-<vintage>/``: a Frictionless Data Package (``datapackage.json`` and
``tables/*.csv``). The same tables give the same bytes.
"""

from pipeline.exchange.writing import ExchangeError, export, run_export

__all__ = ["ExchangeError", "export", "run_export"]
