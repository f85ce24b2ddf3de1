"""Read SQL files with PostgreSQL's own parser, the bodies of their functions too; print what is wrong and exit with 1.

`python scripts/lint_sql.py FILE…` needs no server. A body is text to PostgreSQL until it runs, and to other linters
always: here a mistake in it is told by file and line, and its keywords must be in lower case like all others.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pglast import ast, parse_plpgsql, parse_sql
from pglast.parser import ParseError, scan
from pglast.stream import RawStream

OWN_TYPE = re.compile(r"\b(?:changes|clock|ledger|search|stats)\.(?:\w+(?=\[\]))?")
"""The parser of bodies looks types up and knows no schema but public, and no array of a type that is not built in."""

FOLLOWED = re.compile(r"select ledger\.follow\(", re.IGNORECASE)
"""Its last argument is the body of a trigger's function."""
AS_FUNCTION = "create function followed() returns trigger language plpgsql as $body$ begin {} return null; end $body$"

BODY = re.compile(r"\$(\w*)\$(.*?)\$\1\$", re.DOTALL)


def line_of(text: str, offset: int) -> int:
    """Count the line on which a character stands."""
    return text.count("\n", 0, offset) + 1


def loud_keywords(text: str) -> Iterator[tuple[int, str]]:
    """Yield the offset of each keyword that is not in lower case, with what is wrong."""
    for token in scan(text):
        word = text[token.start : token.end + 1]
        if token.kind != "NO_KEYWORD" and word != word.lower():
            yield token.start, f"the keyword {word} is not in lower case"


def unparsable(text: str) -> Iterator[tuple[int, str]]:
    """Yield the offset of the first mistake that PostgreSQL's parser finds in the file or in a body."""
    try:
        statements = parse_sql(text)
    except ParseError as error:
        yield error.args[1] if len(error.args) > 1 else 0, str(error.args[0])
        return
    for statement in statements:
        written = RawStream()(statement)
        if FOLLOWED.match(written):
            written = AS_FUNCTION.format(parse_sql(written)[0].stmt.targetList[0].val.args[-1].val.sval)
        elif not isinstance(statement.stmt, ast.CreateFunctionStmt | ast.DoStmt):
            continue
        yield from wrong_body(statement.stmt_location, written)


def stand_in(own: re.Match[str]) -> str:
    """Return what the parser knows in the place of a schema of ours, or of a schema and the type of an array."""
    return "public." if own[0].endswith(".") else "text"


def wrong_body(offset: int, written: str) -> Iterator[tuple[int, str]]:
    """Yield a statement's offset if the body it carries is PL/pgSQL that does not parse."""
    if not re.search(r"\blanguage\W+plpgsql\b|^do\b", written, re.IGNORECASE):
        return
    try:
        parse_plpgsql(OWN_TYPE.sub(stand_in, written))
    except ParseError as error:
        yield offset, f"in the body: {error.args[0]}"


def mistakes(text: str) -> Iterator[tuple[int, str]]:
    """Yield each mistake of one file with the offset it stands at."""
    yield from unparsable(text)
    yield from loud_keywords(text)
    for body in BODY.finditer(text):
        for offset, what in loud_keywords(body[2]):
            yield body.start(2) + offset, what


def main(names: list[str]) -> int:
    """Print the mistakes of the files, one a line, and tell whether there were any."""
    found = 0
    for name in names:
        text = Path(name).read_text()
        for offset, what in mistakes(text):
            print(f"{name}:{line_of(text, offset)}: {what}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
