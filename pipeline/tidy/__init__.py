"""From the raw form to observations: codes kept, units and dates explicit, totals checked."""
