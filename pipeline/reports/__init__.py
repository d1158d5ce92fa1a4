"""From executed notebook to accessible PDF, HTML and data files."""
