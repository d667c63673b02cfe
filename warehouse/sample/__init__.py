"""A seeded, clearly labelled sample written in the very workbooks that districts fill."""
