"""What the researcher's API (``pipeline.monitor``) is made of: looking up, reading, charts, own areas."""


class MonitorError(ValueError):
    """A question that the monitor cannot answer; says why and what can be asked instead.

    dutch : the same in a sentence for a page, where a chooser may lead to it
    """

    def __init__(self, message: str, dutch: str = ""):
        super().__init__(message)
        self.dutch = dutch
