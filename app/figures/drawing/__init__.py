"""Shared rendering of charts: SVG documents with their own texts and fonts, Plotly style, PowerPoint shapes."""
