"""The linter of SQL files names a mistake that PostgreSQL would tell only when the function runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.lint_sql import main

FUNCTION = """-- A function to try the linter with.
create function stats.tried(wanted stats.change[]) returns void language plpgsql as $$
declare
    counted stats.counter;
begin
    {body}
end
$$;
"""


def lint(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> tuple[int, str]:
    """Lint one file of this text and return the exit status and what was printed."""
    file = tmp_path / "tried.sql"
    file.write_text(text)
    status = main([str(file)])
    return status, capsys.readouterr().out.replace(f"{tmp_path}/", "")


def test_a_file_without_mistakes_passes_in_silence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(tmp_path, capsys, FUNCTION.format(body="perform stats.fold(1);")) == (0, "")


def test_a_mistake_of_syntax_is_told_by_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = lint(tmp_path, capsys, "select 1;\nselect frm where;\n")
    assert status == 1
    assert said.startswith("tried.sql:2: syntax error")


def test_a_mistake_inside_the_body_of_a_function_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = lint(tmp_path, capsys, FUNCTION.format(body="perfrm stats.fold(1);"))
    assert status == 1
    assert said == 'tried.sql:2: in the body: syntax error at or near "perfrm"\n'


def test_a_keyword_in_capitals_is_found_in_a_body_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = lint(tmp_path, capsys, FUNCTION.format(body="delete FROM stats.delta;"))
    assert status == 1
    assert said == "tried.sql:6: the keyword FROM is not in lower case\n"


@pytest.mark.parametrize(("word", "status"), [("perform", 0), ("perfrm", 1)])
def test_a_body_that_a_ledger_follows_by_is_read_too(
    word: str, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"select 1;\nselect ledger.follow('loan', 'insert', 'Told.', $$\n    {word} ledger.settle('{{1}}');\n$$);\n"
    told = "" if status == 0 else f'tried.sql:2: in the body: syntax error at or near "{word}"\n'
    assert lint(tmp_path, capsys, text) == (status, told)
