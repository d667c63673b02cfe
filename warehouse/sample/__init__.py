"""A seeded, clearly labelled sample, written in the same workbooks that districts fill."""
