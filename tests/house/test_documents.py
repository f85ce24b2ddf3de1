"""What README and docs tell the reader to run can be run; their SQL does what they say; what they point at is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlparse  # type: ignore[import-untyped]
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.db import connection

ROOT = Path(settings.BASE_DIR)
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
LASTING = [page for page in PAGES if page.parent.name != "decisions" and page.name != "recipes.md"]
"""Pages that say what is so now; a decision says what was so then, and a recipe, with its own test, what will be."""
BLOCK = re.compile(r"^ *```(sh|sql|text)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

NOT_RUN = {
    "copy patient (first_name, last_name, phone) from ...;": "the dots stand for a file of the reader's",
    "alter system set track_commit_timestamp = on;": "allowed in no transaction, and it changes the whole server",
    "alter system set random_page_cost = 1.1;": "allowed in no transaction, and it changes the whole server",
    "alter system set effective_io_concurrency = 200;": "allowed in no transaction, and it changes the whole server",
}
"""Statements that the test cannot execute, with the reason."""


def blocks(kind: str) -> list[object]:
    """List the blocks of one kind, each as a parameter named by its page and line."""
    return [
        pytest.param(block[2], id=f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, block.start()) + 1}")
        for page in LASTING
        for text in [page.read_text()]
        for block in BLOCK.finditer(text)
        if block[1] == kind
    ]


def commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command of a shell block, without comments and settings before it."""
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words.pop(0)
        if words:
            yield words


def check_manage(words: list[str]) -> None:
    """Fail unless manage.py knows the command and takes its arguments."""
    name, *arguments = words
    assert name in get_commands(), f"manage.py knows no {name}"
    application = get_commands()[name]
    command = load_command_class(application, name) if isinstance(application, str) else application
    try:
        command.create_parser("manage.py", name).parse_args(arguments)
    except SystemExit as error:
        raise AssertionError(f"manage.py {name} does not take {arguments}") from error


@pytest.mark.parametrize("text", blocks("sh"))
def test_every_command_of_a_page_is_one(text: str) -> None:
    for words in commands(text):
        match words:
            case ["make", *targets]:
                assert {word for word in targets if "=" not in word} <= TARGETS
            case [".venv/bin/python", "manage.py", *rest]:
                check_manage(rest)
            case [".venv/bin/python", script, *_]:
                assert (ROOT / script).is_file()
            case _:
                pytest.fail(f"This test does not know how to look up: {words}")


@pytest.mark.parametrize("page", LASTING, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_within_a_sentence_is_one(page: Path) -> None:
    for command in re.findall(r"`(make [a-z-]+|manage\.py [a-z_]+(?: [a-z-]+)?)", page.read_text()):
        program, name, *rest = command.split()
        if program == "make":
            assert name in TARGETS
        else:
            check_manage([name, *(word for word in rest if not word.startswith("-"))])


def executable(text: str) -> Iterator[str]:
    """Yield the statements of a block; its own transactions become savepoints of the test's."""
    for statement in sqlparse.split(text, strip_semicolon=True):
        bare = sqlparse.format(statement, strip_comments=True).strip()
        if bare and f"{bare};" not in NOT_RUN:
            yield {"begin": "savepoint shown", "rollback": "rollback to savepoint shown"}.get(bare, bare)


@pytest.mark.django_db
@pytest.mark.parametrize("text", blocks("sql"))
def test_every_sql_block_of_a_page_is_carried_out(text: str) -> None:
    with connection.cursor() as cursor:
        for statement in executable(text):
            cursor.execute(statement)


def test_nothing_is_excused_that_no_page_shows() -> None:
    shown = "\n".join(page.read_text() for page in LASTING)
    assert [statement for statement in NOT_RUN if statement not in shown] == []


@pytest.mark.django_db
def test_the_readme_shows_the_error_that_a_payment_too_much_gets() -> None:
    (shown,) = [match[2] for match in BLOCK.finditer((ROOT / "README.md").read_text()) if "ERROR:" in match[2]]
    statement, error, hint = shown.strip().splitlines()
    with connection.cursor() as cursor:
        cursor.execute("insert into patient (id, first_name) overriding system value values (1, 'Ada')")
        cursor.execute("insert into bill (id, patient_id, service_fee) overriding system value values (17, 1, 100)")
        cursor.execute("insert into payment (bill_id, amount) values (17, 40)")
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            cursor.cursor.execute(statement)
    assert f"ERROR:  {refused.value.diag.message_primary}" == error
    assert f"HINT:  {refused.value.diag.message_hint}" == hint


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", LASTING, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = re.findall(
        r"`((?:clinic|deploy|sql|static|templates|tests|tools|scripts|docs)/[\w./-]+)`", page.read_text()
    )
    assert [name for name in named if not (ROOT / name).exists()] == []
