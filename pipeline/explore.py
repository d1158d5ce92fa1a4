"""Controls for notebooks: ``ipywidgets.interact`` with the options of a Monitor, and a reason where there is no answer.

interact(m.map, name=indicators(m), year=(2015, 2024), regions=regions(m, "drechtsteden"))
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets

from pipeline.errors import MonitorError
from pipeline.figures.style import FigureError
from pipeline.monitor import Monitor

_LOOK = {"style": {"description_width": "9rem"}, "layout": {"width": "34rem"}}
_ORDER = ("nation", "province", "arbeidsmarktregio", "rmc_region", "corop", "area", "gemeente")


class Chooser(ipywidgets.VBox):
    """Controls above an answer; where nothing shows widgets (a saved page), the answer as it stands is shown."""

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return super()._repr_mimebundle_(**kwargs) | {"text/html": self.children[-1].value}


def interact(ask: Callable[..., Any], **controls: Any) -> Chooser:
    """Controls above the answer of a method of Monitor, now and whenever one moves.

    Parameters
    ----------
    controls : by parameter; a widget, or what ``ipywidgets.interact`` takes (a range, a list, ``fixed(...)``)
    """
    made = {name: ipywidgets.interactive.widget_from_abbrev(control) for name, control in controls.items()}
    picture = ipywidgets.HTML()

    def refresh(change: Any = None) -> None:
        try:
            picture.value = ask(**{name: widget.value for name, widget in made.items()})._repr_html_()
        except (MonitorError, FigureError) as reason:
            picture.value = f'<p role="status">Hier is geen antwoord op. {html.escape(str(reason))}</p>'

    shown = {name: widget for name, widget in made.items() if isinstance(widget, ipywidgets.Widget)}
    for name, widget in shown.items():
        widget.description = widget.description or name
        if hasattr(widget, "continuous_update"):
            widget.continuous_update = False
        widget.observe(refresh, names="value")
    refresh()
    return Chooser([*shown.values(), picture])


def regions(m: Monitor, chosen: str | tuple[str, ...]) -> ipywidgets.Dropdown | ipywidgets.SelectMultiple:
    """A choice of one region, or of several where a tuple is chosen: the nation first, gemeenten last."""
    table = m.regions()
    table = table.assign(place=table["region_type"].map(_ORDER.index)).sort_values(["place", "region_name"])
    options = [(f"{row.region_name} ({row.region_type})", row.region_code) for row in table.itertuples()]
    if isinstance(chosen, tuple):
        return ipywidgets.SelectMultiple(
            options=options, value=chosen, rows=8, description="Gebieden", **_LOOK
        )
    return ipywidgets.Dropdown(options=options, value=chosen, description="Gebied", **_LOOK)


def indicators(m: Monitor, chosen: str = "ww_per_1000_residents") -> ipywidgets.Dropdown:
    """A choice of the indicators that the vintage holds."""
    titles = m.indicators().drop_duplicates("indicator").sort_values("title", kind="stable")
    options = list(zip(titles["title"], titles["indicator"], strict=True))
    return ipywidgets.Dropdown(options=options, value=chosen, description="Indicator", **_LOOK)
