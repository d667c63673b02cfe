"""A full disk is recognised in the words of other programs, and whose it is."""

from warehouse.errors import RegistryUnreachableError
from warehouse.storage.disk import is_out_of_space, reports_own_full_disk

# Of PostgreSQL, where a page was written in part; of dbt, which could not write its log.
OF_A_SERVER = 'could not extend file "base/1/2": wrote only 4096 of 8192 bytes at block 0 HINT:  Check free disk space.'
OF_DBT = "--- Logging error ---\nOSError: [Errno 28] No space left on device\nCall stack:"


def test_what_a_server_with_a_full_disk_refuses_is_not_taken_for_a_server_that_is_away() -> None:
    assert is_out_of_space(RegistryUnreachableError(OF_A_SERVER))
    assert not is_out_of_space(RegistryUnreachableError("server closed the connection unexpectedly"))


def test_room_is_asked_for_on_the_disk_that_is_full() -> None:
    assert reports_own_full_disk(OF_DBT)
    assert not reports_own_full_disk('could not extend file "base/1/2": No space left on device')
