"""Regions that are like the region of the report and share no gemeente with it."""

from __future__ import annotations

from pipeline.reports.context import Place, RegionContext

MOST = 5


def peers_of(context: RegionContext) -> tuple[Place, ...]:
    """The five most similar regions without a gemeente in common, the most similar first."""
    rows = context.model("similar_regions").sort_values("rank", kind="stable")
    own = set(context.tables.members[context.code])
    places = [context.tables.places[code] for code in rows["similar_code"] if code in context.tables.places]
    return tuple(place for place in places if not own & set(context.tables.members[place.code]))[:MOST]
