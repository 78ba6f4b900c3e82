"""Bring a database to the newest schema; alembic is imported only when it is behind."""

import os

from sqlalchemy import Connection, inspect, text

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.schema import HEAD

_VERSION = text("SELECT version_num FROM alembic_version")


def revision_of(connection: Connection) -> str | None:
    """The revision the database is at; ``None`` for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(_VERSION).scalar()
    return found


def is_behind(database: Database) -> bool:
    """Whether revisions are missing. A newer one is not behind: expansions do no harm."""
    with database.reading() as connection:
        revision = revision_of(connection)
    return revision is None or revision < HEAD


def migrate(database: Database) -> bool:
    """Apply the missing revisions in one transaction; says whether there were any.

    Two processes may do so at once: the second waits for the first and then finds nothing to do.
    """
    if not is_behind(database):
        return False
    # 120 ms of imports that a start with a current schema does not pay.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option(
        "script_location", os.path.join(os.path.dirname(__file__), "migrations").replace("%", "%%")
    )
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
