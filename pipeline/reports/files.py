"""Names of the files of a report."""

from __future__ import annotations

PDF, HTML, CSV, XLSX, METADATA = "report.pdf", "report.html", "data.csv", "data.xlsx", "metadata.json"
BRIEF, FACTS = "brief.docx", "facts.json"
#: W3C's "CSV on the Web" looks for the description of a table under this name
CSVW = f"{CSV}-metadata.json"
#: every file that metadata.json names
FILES = (PDF, HTML, CSV, CSVW, XLSX, BRIEF, FACTS)
