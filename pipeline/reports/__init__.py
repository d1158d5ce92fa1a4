"""From executed notebook to accessible PDF, HTML and data files."""

import sys

# nbformat imports jsonschema, which imports this for one format of text (IRI) and then waits seconds for a grammar
# to be built. No notebook holds such a text; jsonschema goes without when the import fails.
sys.modules.setdefault("rfc3987_syntax", None)
