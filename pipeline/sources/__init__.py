"""Where figures come from: publishers' services and files saved by hand, brought together in a vintage."""
