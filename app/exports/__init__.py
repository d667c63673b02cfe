"""Downloadable files: each contains its period, version and, for sample data, the sample label."""
