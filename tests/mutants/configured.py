"""Settings loosened to get something to run, and checks that no longer warn."""

from __future__ import annotations

from tests.mutants.mutation import Mutation

SETTINGS = "clinic/settings.py"
CHECKS = "clinic/checks.py"
PROMISES = "tests/web/test_settings.py"
FOR_SAFETY = f"{PROMISES}::test_what_is_not_set_is_on_the_safe_side"
EVERY_ANSWER = f"{PROMISES}::test_every_answer_forbids_what_a_page_needs_not"

SET = (
    Mutation(
        "other sites may frame the pages",
        SETTINGS,
        'X_FRAME_OPTIONS = "DENY"',
        'X_FRAME_OPTIONS = "SAMEORIGIN"',
        (EVERY_ANSWER,),
    ),
    Mutation(
        "frames are allowed by the policy",
        SETTINGS,
        '"frame-ancestors": [NONE]',
        '"frame-ancestors": [SELF]',
        (EVERY_ANSWER,),
    ),
    Mutation(
        "the policy allows inline code",
        SETTINGS,
        '"default-src": [SELF]',
        '"default-src": [SELF, "\'unsafe-inline\'"]',
        (EVERY_ANSWER,),
    ),
    Mutation("forms may be sent anywhere", SETTINGS, '        "form-action": [SELF],\n', "", (EVERY_ANSWER,)),
    Mutation("other sites learn a patient's address", SETTINGS, '"same-origin"', '"unsafe-url"', (EVERY_ANSWER,)),
    Mutation(
        "cookies travel in the open",
        SETTINGS,
        "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS",
        "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False",
        (f"{PROMISES}::test_behind_https_cookies_are_sent_over_https_only",),
    ),
    Mutation(
        "anybody says that they came by HTTPS",
        SETTINGS,
        '("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None',
        '("HTTP_X_FORWARDED_PROTO", "https")',
        (f"{PROMISES}::test_without_it_nobody_is_believed_to_come_by_https",),
    ),
    Mutation(
        "debug pages are on", SETTINGS, 'DEBUG = _flag("DEBUG")', 'DEBUG = _flag("DEBUG", default=True)', (FOR_SAFETY,)
    ),
    Mutation("any host name is ours", SETTINGS, '"localhost,127.0.0.1,[::1]"', '"*"', (FOR_SAFETY,)),
    Mutation(
        "Django's clock is UTC",
        SETTINGS,
        "TIME_ZONE = CLINIC_TIME_ZONE",
        'TIME_ZONE = "UTC"',
        (f"{PROMISES}::test_the_clinics_zone_is_djangos",),
    ),
    Mutation(
        "common passwords will do",
        SETTINGS,
        '        ("CommonPasswordValidator", {}),\n',
        "",
        (f"{PROMISES}::test_passwords_are_checked_in_four_ways",),
    ),
    Mutation(
        "an old PostgreSQL is welcome",
        CHECKS,
        "OLDEST_POSTGRESQL = 150000",
        "OLDEST_POSTGRESQL = 130000",
        (f"{PROMISES}::test_a_server_older_than_15_is_named",),
    ),
    Mutation(
        "a process without a relay is not named",
        CHECKS,
        "if settings.LIVE_RELAY or settings.REDIS_URL:",
        "if True:",
        (f"{PROMISES}::test_a_process_that_no_relay_can_reach_is_named",),
    ),
    Mutation(
        "deployments are told nothing",
        SETTINGS,
        '["security.W005", "security.W021"] if HTTPS else []',
        '["security.W004", "security.W008", "security.W012", "security.W016"]',
        (f"{PROMISES}::test_one_that_is_not_is_told_that_its_cookies_travel_in_the_open",),
    ),
)
