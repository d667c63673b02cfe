"""The writer of the empty form that a reporter fills."""
