"""Controls as widgets, above the figure that they choose. Imported only where there are widgets (ipywidgets)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from pipeline.research.controls import Choice, Choices, Control, Number, Span
from pipeline.research.shown import fonts_html

_LABEL = {"description_width": "9rem"}
_WIDE = {"width": "34rem"}
_MANY = 8


class Chooser(widgets.VBox):
    """A box of controls; its last child is the HTML of the figure.

    Where nothing shows widgets (a page made from the notebook, a saved notebook elsewhere), the figure as it stands
    is shown in their place.
    """

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return bundle | {"text/html": fonts_html() + self.children[-1].value}


def chooser(draw: Callable[..., str], controls: Mapping[str, Control]) -> Chooser:
    """Controls above the HTML that ``draw`` makes of their values, now and whenever one moves."""
    made = {name: _widget(control) for name, control in controls.items()}
    picture = widgets.HTML()
    refresh = functools.partial(_refresh, draw, made, picture)
    for widget in made.values():
        widget.observe(refresh, names="value")
    refresh(None)
    return Chooser([widgets.HTML(fonts_html()), *made.values(), picture])


def _refresh(
    draw: Callable[..., str], made: Mapping[str, widgets.Widget], picture: widgets.HTML, change: Any
) -> None:
    picture.value = draw(**{name: widget.value for name, widget in made.items()})


@functools.singledispatch
def _widget(control: Control) -> widgets.Widget:
    raise TypeError(f"{type(control).__name__} is no control")


@_widget.register
def _(control: Choice) -> widgets.Widget:
    layout = _WIDE if len(control.options) > _MANY or control.wide else {}
    return widgets.Dropdown(
        options=control.options, value=control.value, description=control.label, style=_LABEL, layout=layout
    )


@_widget.register
def _(control: Choices) -> widgets.Widget:
    return widgets.SelectMultiple(
        options=control.options,
        value=control.value,
        rows=_MANY,
        description=control.label,
        style=_LABEL,
        layout=_WIDE,
    )


@_widget.register
def _(control: Number) -> widgets.Widget:
    fraction = isinstance(control.value, float)
    form = {"readout_format": ".1f"} if fraction else {}
    return (widgets.FloatSlider if fraction else widgets.IntSlider)(
        value=control.value, min=control.low, max=control.high, step=control.step, description=control.label,
        continuous_update=False, style=_LABEL, layout=_WIDE, **form,
    )  # fmt: skip


@_widget.register
def _(control: Span) -> widgets.Widget:
    return widgets.IntRangeSlider(
        value=control.value, min=control.low, max=control.high, step=control.step, description=control.label,
        continuous_update=False, style=_LABEL, layout=_WIDE,
    )  # fmt: skip
