"""Charts as whole SVG documents, for files: facts in, one document out that carries its own words and letters."""
