"""Names of the files of a report."""

from __future__ import annotations

PDF, HTML, CSV, XLSX, METADATA = "report.pdf", "report.html", "data.csv", "data.xlsx", "metadata.json"
BRIEF, FACTS = "brief.docx", "facts.json"
#: Every file that metadata.json names
FILES = (PDF, HTML, CSV, XLSX, BRIEF, FACTS)
