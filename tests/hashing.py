"""Passwords hashed by what the product still reads, in one round instead of a million."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Writes hashes that the product reads."""

    iterations = 1
