"""What a question to the monitor may end in."""


class MonitorError(ValueError):
    """A question that the monitor cannot answer; says why and what can be asked instead."""


class MonitorWarning(UserWarning):
    """An answer that is not quite about what was asked: an old gemeente, of which only the successor has figures."""
