"""Figures of the reports: each one comes as an SVG with its alt text and the data behind it."""
