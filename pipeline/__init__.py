"""Groeimonitor: a reproducible monitor of regional labour markets in the Netherlands."""
