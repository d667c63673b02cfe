"""The programmes of an installation, and the one in force for a request, a session or a thread.

An installation follows one plan; with `KPI_PROGRAMMES` it follows several, such as the plans of two programmes, each
with its own data folder and plan pack.
"""

from warehouse.programmes.in_force import bound, cached_by_programme, code_in_force, enter, in_force
from warehouse.programmes.listed import Programme, ProgrammesError, read_programmes

__all__ = [
    "Programme",
    "ProgrammesError",
    "bound",
    "cached_by_programme",
    "code_in_force",
    "enter",
    "in_force",
    "read_programmes",
]
