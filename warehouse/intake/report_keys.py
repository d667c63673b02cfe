"""The keys that programs send with their reports, so that a report that is sent again is not a second one."""

from sqlalchemy import Connection, insert, select

from warehouse import clock
from warehouse.db.connection import write
from warehouse.db.token_tables import report_key
from warehouse.registry.store import Registry


class OtherContentError(ValueError):
    """The key was used for another report."""


def follows_of(registry: Registry, sender: str, key: str, content_hash: str, follows: int) -> int:
    """Record a key at its first use; return the number of the report that the report with this key follows.

    It is that of the first use: the same values then give the same file, which is known when it arrives again. Raises
    OtherContentError, RegistryBusyError, DiskFullError.
    """
    own = (report_key.c.sender == sender, report_key.c.report_key == key)

    def work(connection: Connection) -> tuple[str, int]:
        query = select(report_key.c.content_hash, report_key.c.follows).where(*own)
        known = connection.execute(query).one_or_none()
        if known is None:
            row = {"sender": sender, "report_key": key, "content_hash": content_hash, "follows": follows}
            connection.execute(insert(report_key).values(row | {"sent_at": clock.now()}))
            return content_hash, follows
        return known.content_hash, known.follows

    first_content, first_follows = write(registry.engine, work)
    if first_content != content_hash:
        raise OtherContentError(key)
    return first_follows
