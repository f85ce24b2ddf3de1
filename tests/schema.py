"""The schema as PostgreSQL tells it, in docs/schema.sql, where a review sees what migrations do.

`make schema` writes it. Functions are left out: they stand in `sql/` as they are.
"""

from __future__ import annotations

import re
import subprocess

from clinic.embedded.binaries import wheel_bin_dir
from clinic.embedded.postgres import FAST
from tests.benchmarks import database
from tests.web_server import ROOT

FILE = ROOT / "docs" / "schema.sql"
HEADER = "-- Every table, index, constraint, view and trigger of a migrated database. Written by `make schema`.\n\n"
LEFT_OUT = ("FUNCTION", "SCHEMA", "EXTENSION", "COMMENT", "ACL", "SEQUENCE", "SEQUENCE OWNED BY", "DEFAULT ACL")
BLOCK = re.compile(r"^--\n-- Name: (?P<name>.*); Type: (?P<kind>.*); Schema: .*\n--\n", re.MULTILINE)
TABLES_OF_DJANGO = re.compile(r"^(auth|django)_")


def dump(url: str) -> str:
    """Dump the schema of a database, without what differs from one server to the next, as the wheel's pg_dump does."""
    command = [wheel_bin_dir() / "pg_dump", "--schema-only", "--no-owner", "--no-privileges", url]
    text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    _head, *blocks = BLOCK.split(text)
    named = zip(blocks[::3], blocks[1::3], blocks[2::3], strict=True)
    kept = [body for name, kind, body in named if kind not in LEFT_OUT and not TABLES_OF_DJANGO.match(name)]
    lines = "".join(kept).splitlines()
    wanted = [line for line in lines if line and not line.startswith(("--", "SET ", "\\unrestrict"))]
    return HEADER + "\n".join(wanted) + "\n"


def main() -> None:
    """Migrate a new database and write its schema down."""
    database.start_server(FAST)
    with database.fresh_database() as url:
        FILE.write_text(dump(url))


if __name__ == "__main__":
    main()
