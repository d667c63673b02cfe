"""The call sheet as a printable, self-contained file."""
