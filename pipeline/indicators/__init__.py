"""From observations to indicators: one series a region, with status, interval, break and basis."""
