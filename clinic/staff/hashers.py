"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class StaffHasher(Argon2PasswordHasher):
    """Argon2id with the least memory and time that the OWASP Password Storage Cheat Sheet names: 19 MiB, two passes.

    Django's own takes 100 MiB and eight threads for each, which many who sign in at once at eight in the morning would
    take from those who work.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
