"""The echo: proves that the relay's connection hears what the application's database announces.

Place: the relay asks on each new connection, before it tries to lead; a system check asks too. It announces a word by
`DATABASE_URL` and waits for it on the relay's connection. That fails behind a pooler which gives a session away
between transactions (PgBouncer in transaction mode takes LISTEN and forgets it), and where the two addresses lead to
different databases. Announced on the listening connection itself the word would come back even through such a pooler.
"""

from __future__ import annotations

import uuid

from clinic.errors import ClinicError
from clinic.live import database
from clinic.live.database import Database

ECHO_SECONDS = 3.0
"""A word that takes longer is not on its way any more; usually it takes milliseconds."""


class DeafError(ClinicError):
    """LISTEN does not work on the relay's connection, as through PgBouncer in transaction mode or to another database;
    set LIVE_DATABASE_URL to the address of PostgreSQL itself, with the same database as DATABASE_URL."""


async def prove(db: Database) -> None:
    """Have a word announced and hear it.

    Raises `DeafError` when it is not heard, and what the two connections raise.
    """
    word = uuid.uuid4().hex
    await db.listen_for_echo()
    async with database.connect(directly=False) as writer:
        await writer.announce_echo(word)
    if not await db.hears_echo(word, ECHO_SECONDS):
        raise DeafError
