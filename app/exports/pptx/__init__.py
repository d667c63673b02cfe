"""Decks as PowerPoint files: native charts and tables, speaker notes, label and version on every slide."""
