"""Backups of everything that cannot be recomputed, and their verification."""
