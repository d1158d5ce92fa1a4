"""What the researcher's API (``pipeline.monitor``) is made of: looking up, reading, charts, own areas."""


class MonitorError(ValueError):
    """A question that the monitor cannot answer; says why and what can be asked instead."""
