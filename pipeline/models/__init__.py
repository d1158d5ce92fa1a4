"""The models: pure functions from arrays and tables to new arrays and tables, nothing read or written."""


class ModelError(ValueError):
    """Input that a model cannot answer for: says what, how many, an example and the next step."""


def some(items, count: int = 3) -> str:
    """The first few of `items`, for an error message."""
    items = list(items)
    return ", ".join(str(item) for item in items[:count]) + (", ..." if len(items) > count else "")
