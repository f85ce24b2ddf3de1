"""What cannot be a setting stops the start, naming the variable and what it takes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

READ = "import clinic.settings; print(clinic.settings.CLINIC_CURRENCY)"


def started(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", READ],
        env={**os.environ, **variables},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("KWD", "CLINIC_CURRENCY is KWD, whose amounts have 3 decimals; they are kept with 2"),
        ("JPY", "CLINIC_CURRENCY is JPY, whose amounts have 0 decimals; they are kept with 2"),
        ("XYZ", "CLINIC_CURRENCY is 'XYZ'; set it to an ISO 4217 code in capitals, such as EUR."),
        ("eur", "CLINIC_CURRENCY is 'eur'; set it to an ISO 4217 code in capitals, such as EUR."),
        ("", "CLINIC_CURRENCY is ''; set it to an ISO 4217 code in capitals, such as EUR."),
    ],
)
def test_a_currency_that_would_be_rounded_stops_the_start(code: str, words: str) -> None:
    start = started(CLINIC_CURRENCY=code)
    assert start.returncode != 0
    assert words in start.stderr


@pytest.mark.parametrize("code", ["USD", "CHF"])
def test_a_currency_with_two_decimals_is_taken(code: str) -> None:
    assert started(CLINIC_CURRENCY=code).stdout.strip() == code
