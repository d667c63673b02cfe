"""Backups of everything that cannot be computed anew, and the proof that it is whole."""
