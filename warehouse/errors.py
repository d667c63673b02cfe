"""Errors that several parts of the warehouse share."""


class BuildError(RuntimeError):
    """The build could not be carried out; the message says what stood in the way. Nothing was published."""
