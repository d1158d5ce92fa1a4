"""Facts of a report, a module a chapter: numbers and names, no words."""
