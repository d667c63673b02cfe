"""A deck as a PowerPoint file: native charts and tables, speaker notes, label and version on every slide."""
