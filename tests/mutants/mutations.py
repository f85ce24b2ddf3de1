"""Sixty-odd changes of the product in Python, JavaScript, templates and settings; those of the SQL are in `tests/sql`.

Each is a thing that happens: a guard left off, a filter lost in a merge, a setting loosened to get something to run,
UTC for the clinic's clock. Where a file is, is said once, below.
"""

from __future__ import annotations

from tests.mutants.mutation import Mutation

SETTINGS, CHECKS, URLS, ROLES = (
    "clinic/settings.py",
    "clinic/checks.py",
    "clinic/staff/urls.py",
    "clinic/staff/roles.py",
)
ACCOUNTS, GUARDED = "clinic/staff/account_views.py", "clinic/screens/guards.py"
GUARDS, CHANGED, EXPORT = "clinic/screens/guards.py", "clinic/screens/views.py", "clinic/screens/export.py"
MIDDLEWARE, CONFLICTS, TAGS = (
    "clinic/screens/middleware.py",
    "clinic/screens/conflicts.py",
    "clinic/screens/templatetags/screens.py",
)
PATIENTS, MERGE, ARCHIVE = "clinic/patients/views.py", "clinic/patients/merge.py", "clinic/patients/archive.py"
PATIENT, AGE, RECORDS = "clinic/patients/models.py", "clinic/patients/age.py", "clinic/records/views.py"
RECORD_FORM = "clinic/records/forms.py"
SETUP, STEPS, STEP = "clinic/practice/views.py", "clinic/bookings/steps.py", "clinic/bookings/step_views.py"
TRANSITIONS, CALENDAR = "clinic/bookings/transitions.py", "clinic/bookings/calendar_views.py"
WALK_IN, VISITOR = "clinic/bookings/walk_in.py", "clinic/bookings/public/views.py"
MEDICINE, PAPERS, DAY = (
    "clinic/billing/medicine_views.py",
    "clinic/billing/documents/views.py",
    "clinic/billing/day_close/views.py",
)
PAYMENT, BILLS, BILL_FORMS = "clinic/billing/record_payment.py", "clinic/billing/tables.py", "clinic/billing/forms.py"
DELIVERY, ITEM = "clinic/inventory/receive_delivery.py", "clinic/inventory/models.py"
DASHBOARD, CATALOGUE = "clinic/dashboard/views.py", "clinic/stats/catalogue.py"
HUB, MESSAGES, ACCESS = "clinic/live/hub.py", "clinic/live/messages.py", "clinic/live/access.py"
RELAY, ROUTING, CHECK_UP = "clinic/live/relay.py", "clinic/live/routing.py", "clinic/live/check_up.py"
WORDS_JS, FEED_JS, SOCKET_JS = "static/js/live-messages.js", "static/js/live-feed.js", "static/js/live-socket.js"
STATS_JS, UNSAVED_JS, PACE_JS = "static/js/live-stats.js", "static/js/unsaved.js", "static/js/live-pace.js"
NAV, BASE = "templates/_nav.html", "templates/base.html"
PATIENT_BUTTONS, BILL_BUTTONS = "templates/patients/_actions.html", "templates/billing/_actions.html"
FORM_HEAD, PATIENT_PAGE = "templates/screens/_form_head.html", "templates/patients/detail.html"

ADDRESSES = "tests/web/test_addresses.py"
LINKS = f"{ADDRESSES}::test_no_page_offers_what_its_reader_may_not_do"
AUDIENCES, HUBS, RELAYS = "tests/live/test_audiences.py", "tests/live/test_hub.py", "tests/live/test_relay.py"
SOCKETS, BROWSER = "tests/live/test_socket.py", "tests/browser/test_socket.py"
DAYS, FILES, PROMISES = "tests/web/test_clinic_day.py", "tests/web/screens/test_export.py", "tests/web/test_settings.py"
LATE_PAYMENT = "tests/web/billing/test_payments.py::test_a_payment_of_another_day_is_kept_under_its_day"
BOTH_DELIVER = "tests/concurrency/inventory/test_collisions.py"
FOR_SAFETY = f"{PROMISES}::test_what_is_not_set_is_on_the_safe_side"
EVERY_ANSWER = f"{PROMISES}::test_every_answer_forbids_what_a_page_needs_not"


def answers(who: str) -> tuple[str]:
    """Name the test that compares what one role is answered with the table."""
    return (f"{ADDRESSES}::test_an_address_answers_as_the_table_says[{who}]",)


WHO_MAY = (
    Mutation("everybody edits accounts", ACCOUNTS, '@allowed("auth.change_user")', "@allowed()", answers("store")),
    Mutation("everybody makes accounts", ACCOUNTS, '@allowed("auth.add_user")', "@allowed()", answers("store")),
    Mutation(
        "who sees patients sees their records",
        RECORDS,
        '@allowed("records.view_medicalrecord")\ndef detail',
        '@allowed("patients.view_patient")\ndef detail',
        answers("reception"),
    ),
    Mutation(
        "set-up is for who may see services",
        SETUP,
        '"practice.change_service", "practice.change_practitioner"',
        '"practice.view_service",',
        answers("reception"),
    ),
    Mutation(
        "who sees patients charges medicine",
        MEDICINE,
        '@allowed("billing.add_bill", "billing.change_bill", "patients.view_patient")',
        '@allowed("patients.view_patient")',
        answers("clinician"),
    ),
    Mutation("reception ends consultations", STEPS, "        CONSULT,\n", "        ANSWER,\n", answers("reception")),
    Mutation(
        "receipts need no right", PAPERS, '"billing.view_payment")\ndef receipt', ")\ndef receipt", answers("store")
    ),
    Mutation(
        "a form tells of rows that one may not see",
        CHANGED,
        'allowed(f"{model._meta.app_label}.view_{model._meta.model_name}")(_notice)(request, model, pk)',
        "_notice(request, model, pk)",
        answers("store"),
    ),
    Mutation(
        "the cashier deletes bills",
        ROLES,
        '"billing.bill": (*WORK, "void"),',
        '"billing.bill": ALL,',
        answers("cashier"),
    ),
    Mutation("the store sees patients", ROLES, '"store": {', '"store": {"patients.patient": SEE, ', answers("store")),
    Mutation(
        "a look archives",
        PATIENTS,
        '@require_POST\n@allowed("patients.change_patient")\ndef archive',
        '@allowed("patients.change_patient")\ndef archive',
        answers("reception"),
    ),
    Mutation(
        "any right of several is enough",
        GUARDS,
        "request.user.has_perms(permissions)",
        "any(map(request.user.has_perm, permissions))",
        answers("reception"),
    ),
    Mutation("nobody comes in", GUARDS, "return signed_in(checked)", "return checked", answers("nobody")),
    Mutation(
        "a new address that nobody thought of",
        URLS,
        "urlpatterns = [\n",
        'urlpatterns = [\n    path("who/", views.SignOut.as_view()),\n',
        (f"{ADDRESSES}::test_the_table_has_every_address_and_no_other",),
    ),
    Mutation(
        "the sign-in page lands in a part of a page",
        GUARDED,
        "if wants_part(request)",
        "if not wants_part(request)",
        (f"{ADDRESSES}::test_a_part_of_a_page_leads_nobody_as_a_whole_to_the_sign_in_page",),
    ),
    Mutation(
        "a completed booking may be cancelled",
        TRANSITIONS,
        "BookingStatus.COMPLETED: frozenset()",
        "BookingStatus.COMPLETED: frozenset({BookingStatus.CANCELLED})",
        ("tests/web/bookings/test_transitions.py",),
    ),
    Mutation(
        "a step leads to any site",
        STEP,
        'wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)',
        'wanted.startswith("/")',
        ("tests/web/bookings/test_steps.py::test_a_step_returns_to_pages_of_ours_only",),
    ),
)

OFFERED = (
    Mutation(
        "the navigation offers bills to all",
        NAV,
        "{% if perms.billing.view_bill %}",
        "{% if user %}",
        (f"{ADDRESSES}::test_the_navigation_leads_to_each_list_of_a_role",),
    ),
    Mutation(
        "the navigation forgets the set-up",
        NAV,
        "perms.practice.change_service",
        "perms.bookings.change_services",
        (f"{ADDRESSES}::test_the_navigation_leads_to_each_list_of_a_role",),
    ),
    Mutation(
        "a patient's page offers editing to all",
        PATIENT_BUTTONS,
        "{% if perms.patients.change_patient %}",
        "{% if user %}",
        (f"{LINKS}[cashier]",),
    ),
    Mutation(
        "a patient's page offers the statement to all",
        PATIENT_BUTTONS,
        "{% if perms.billing.view_bill %}",
        "{% if user %}",
        (f"{LINKS}[reception]",),
    ),
    Mutation(
        "a bill's page offers money to who may only look",
        BILL_BUTTONS,
        "and perms.billing.add_payment",
        "",
        ("tests/web/billing/test_rights.py",),
    ),
    Mutation(
        "forms carry no token against double clicks",
        FORM_HEAD,
        "{% form_token %}\n",
        "",
        ("tests/web/screens/test_forms.py",),
    ),
    Mutation(
        "parts send no token against forgery",
        BASE,
        """ hx-headers:inherited='{"X-CSRFToken": "{{ csrf_token }}"}'""",
        "",
        ("tests/browser/test_front_desk_bookings.py",),
    ),
    Mutation(
        "a patient's page does not hear of bills",
        PATIENT_PAGE,
        '"bill" "day" %}',
        '"day" %}',
        ("tests/web/test_live_parts.py",),
    ),
    Mutation(
        "the page has a script in it",
        BASE,
        "{% block scripts %}",
        "<script>1</script>{% block scripts %}",
        ("tests/web/test_dashboard.py::test_the_page_has_no_inline_code_and_a_policy_that_forbids_it",),
    ),
)

TOLD = (
    Mutation(
        "one audience's snapshot is sent to another",
        HUB,
        "(encoded := self._encoded.get(audience)) is None",
        "(encoded := next(iter(self._encoded.values()), None)) is None",
        (f"{AUDIENCES}::test_who_comes_after_one_who_sees_all_is_sent_a_snapshot_of_their_own",),
    ),
    Mutation(
        "frames name every topic", MESSAGES, "sorted(frame.topics & topics)", "sorted(frame.topics)", (AUDIENCES,)
    ),
    Mutation(
        "frames hold every number",
        MESSAGES,
        "for key, value in frame.metrics.items() if key in keys",
        "for key, value in frame.metrics.items()",
        (AUDIENCES,),
    ),
    Mutation(
        "snapshots name every topic",
        HUB,
        "in self._changed.items() if topic in audience.topics",
        "in self._changed.items()",
        (AUDIENCES,),
    ),
    Mutation(
        "who sees stock hears of money",
        CATALOGUE,
        'frozenset({"inventory_item", DAY})',
        'frozenset({"inventory_item", "payment", DAY})',
        (AUDIENCES,),
    ),
    Mutation(
        "an old password's session hears on",
        ACCESS,
        'return any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), each) for each in hashes)',
        "return bool(hashes)",
        (f"{AUDIENCES}::test_a_session_made_before_the_password_was_changed_is_nobodys",),
    ),
    Mutation(
        "a session that is over is let in",
        ACCESS,
        ", expire_date__gt=timezone.now())",
        ")",
        (f"{AUDIENCES}::test_a_session_that_is_over_is_nobodys",),
    ),
    Mutation(
        "only groups give rights",
        ACCESS,
        'for given in ("group", "permission")',
        'for given in ("group",)',
        (f"{AUDIENCES}::test_a_users_own_rights_stand_beside_those_of_the_group",),
    ),
    Mutation(
        "a switched-off user hears on",
        ACCESS,
        "if not user.is_active or data",
        "if data",
        (f"{SOCKETS}::test_the_socket_closes_when_the_user_is_deactivated",),
    ),
    Mutation(
        "lost rights close nothing",
        HUB,
        "return Close.NOT_ALLOWED if now.audience != before.audience else None",
        "return None",
        (f"{SOCKETS}::test_the_socket_closes_when_rights_are_taken_away",),
    ),
    Mutation(
        "stuck sockets stay",
        HUB,
        "elif subscriber.is_stuck:",
        "elif subscriber.is_stuck and False:",
        (f"{HUBS}::test_a_page_that_acknowledges_nothing_for_too_long_is_closed",),
    ),
    Mutation(
        "an open page outlives its session",
        HUB,
        "if subscriber.access.expires_at <= datetime.now(UTC):",
        "if False:",
        (f"{HUBS}::test_a_page_whose_session_is_over_is_closed",),
    ),
    Mutation(
        "polling gives no sign of life",
        HUB,
        "            self._beat(look.begun_at)\n",
        "            pass\n",
        (f"{HUBS}::test_without_a_relay_numbers_come_slower_and_the_browser_is_told",),
    ),
    Mutation(
        "a hub that polls is called live",
        HUB,
        "else self.mode.value",
        'else "live"',
        (f"{HUBS}::test_without_a_relay_numbers_come_slower_and_the_browser_is_told",),
    ),
    Mutation(
        "a heartbeat shows no gap",
        HUB,
        "frame.seq == self._seq + (frame.kind is Kind.FRAME)",
        "(frame.kind is Kind.HEARTBEAT or frame.seq == self._seq + 1)",
        (f"{HUBS}::test_a_gap_that_only_a_heartbeat_shows_is_healed",),
    ),
    Mutation(
        "a sleeping relay is silent",
        RELAY,
        "            await self._beat_if_due()\n            if monotonic() >= self._safety_due",
        "            if monotonic() >= self._safety_due",
        (f"{RELAYS}::test_asleep_it_gives_signs_of_life_without_a_word_to_the_database",),
    ),
    Mutation(
        "no day is opened",
        RELAY,
        "            await db.open_day()\n",
        "",
        (f"{RELAYS}::test_it_opens_the_day_once_with_the_numbers_of_its_first_look",),
    ),
    Mutation(
        "a frame of a new kind is fatal",
        MESSAGES,
        "except (AttributeError, LookupError, TypeError, ValueError) as error",
        "except (AttributeError, LookupError, TypeError) as error",
        ("tests/live/test_versions.py::test_a_frame_that_cannot_be_read_is_called_unreadable",),
    ),
    Mutation(
        "topics leave the relay in no order",
        MESSAGES,
        '"topics": sorted(self.topics)',
        '"topics": list(self.topics)',
        equivalent="who unpacks them makes a set of them; sorted, they read better in a log",
    ),
    Mutation(
        "a session that is asked for twice is asked for twice",
        ACCESS,
        "session_key__in=set(session_keys)",
        "session_key__in=list(session_keys)",
        equivalent="the database finds each row once, however often its key is named",
    ),
    Mutation(
        "any site's page opens the socket",
        ROUTING,
        "AllowedHostsOriginValidator(CookieMiddleware",
        "(CookieMiddleware",
        (f"{SOCKETS}::test_another_sites_page_cannot_open_the_socket",),
    ),
)

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
        '        "CommonPasswordValidator",\n',
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
        '["security.W004", "security.W008"] if HTTPS else []',
        '["security.W004", "security.W008", "security.W012", "security.W016"]',
        (f"{PROMISES}::test_one_that_is_not_is_told_that_its_cookies_travel_in_the_open",),
    ),
)

DATED = (
    Mutation(
        "files tell UTC",
        EXPORT,
        "timezone.localtime(value).isoformat",
        "value.isoformat",
        (f"{FILES}::test_a_moment_in_a_file_is_by_the_clinics_clock",),
    ),
    Mutation(
        "a file bears UTC's day",
        EXPORT,
        "{timezone.localdate():%Y-%m-%d}",
        "{timezone.now():%Y-%m-%d}",
        (f"{DAYS}::test_a_file_bears_the_day",),
    ),
    Mutation(
        "a consultation begins on UTC's day",
        STEPS,
        "booking.date > timezone.localdate()",
        "booking.date > timezone.now().date()",
        (f"{DAYS}::test_a_consultation_can_begin_on_its_day_and_not_before",),
    ),
    Mutation(
        "who walks in comes on UTC's day",
        WALK_IN,
        "timezone.localdate()",
        "timezone.now().date()",
        (f"{DAYS}::test_a_visitor_who_walks_in_comes_today",),
    ),
    Mutation(
        "the calendar opens at UTC's day",
        CALENDAR,
        'request.GET.get("day", "")) or timezone.localdate()',
        'request.GET.get("day", "")) or timezone.now().date()',
        (f"{DAYS}::test_the_calendar_opens_at_today",),
    ),
    Mutation(
        "stock expires by UTC",
        ITEM,
        "expires_on < timezone.localdate()",
        "expires_on < timezone.now().date()",
        (f"{DAYS}::test_what_keeps_until_today_has_not_expired",),
    ),
    Mutation(
        "ages are of UTC's day",
        PATIENT,
        "age_in_words(self.birth_date, timezone.localdate())",
        "age_in_words(self.birth_date, timezone.now().date())",
        (f"{DAYS}::test_an_age_changes_on_the_birthday",),
    ),
    Mutation(
        "a bill is issued on UTC's day",
        BILL_FORMS,
        'self.initial["issued_on"] = timezone.localdate()',
        'self.initial["issued_on"] = timezone.now().date()',
        (f"{DAYS}::test_forms_begin_with_today",),
    ),
    Mutation(
        "a visit is noted on UTC's day",
        RECORD_FORM,
        'self.initial["visit_on"] = timezone.localdate()',
        'self.initial["visit_on"] = timezone.now().date()',
        (f"{DAYS}::test_forms_begin_with_today",),
    ),
    Mutation(
        "visitors book UTC's days",
        VISITOR,
        "not timezone.localdate() <= day",
        "not timezone.now().date() <= day",
        (f"{DAYS}::test_a_visitor_books_from_today_on",),
    ),
    Mutation(
        "the check-up's night is UTC's",
        CHECK_UP,
        "ZoneInfo(settings.CLINIC_TIME_ZONE)",
        'ZoneInfo("UTC")',
        ("tests/live/test_time.py::test_each_night_has_one_check_up_also_when_the_clocks_change",),
    ),
    Mutation(
        "a payment is always of today",
        PAYMENT,
        "day = paid_on or timezone.localdate()",
        "day = timezone.localdate()",
        (LATE_PAYMENT,),
    ),
    Mutation(
        "a month is told as an age too early",
        AGE,
        "- (today.day < born.day)",
        "- (today.day <= born.day)",
        ("tests/web/patients/test_age.py",),
    ),
)

KEPT = (
    Mutation(
        "a merge hides who is in the lists",
        MERGE,
        "return kept and merged and kept",
        "return kept or merged",
        ("tests/web/patients/test_merge.py::test_who_comes_to_the_clinic_stays_in_the_lists",),
    ),
    Mutation(
        "archiving again moves its time",
        ARCHIVE,
        "filter(pk=patient_id, archived_at=None)",
        "filter(pk=patient_id)",
        ("tests/web/patients/test_patients.py::test_when_somebody_was_archived_is_kept_until_they_come_back",),
    ),
    Mutation(
        "void bills are owed in files",
        BILLS,
        '"balance": Plain(owed, "status", "balance"),',
        '"balance": stored("balance"),',
        (f"{FILES}::test_nothing_is_owed_on_a_void_bill_in_the_file_either",),
    ),
    Mutation(
        "deliveries lock as typed",
        DELIVERY,
        "sorted(lines, key=lambda line: line.item_id)",
        "lines",
        (f"{BOTH_DELIVER}::test_two_deliveries_typed_in_opposite_order_are_both_received",),
    ),
    Mutation(
        "money's chart comes first",
        DASHBOARD,
        "CHARTS = ((BOOKINGS, chart.BOOKINGS), (MONEY, chart.MONEY))",
        "CHARTS = ((MONEY, chart.MONEY), (BOOKINGS, chart.BOOKINGS))",
        ("tests/web/test_dashboard.py::test_what_waits_comes_first_and_money_last",),
    ),
    Mutation(
        "a change is nobody's",
        MIDDLEWARE,
        '"" if request.method in SAFE else request.user.get_username()',
        '""',
        ("tests/web/screens/test_middleware.py",),
    ),
    Mutation(
        "a refused change has the numbers read again",
        MIDDLEWARE,
        "response.status_code >= 400",
        "response.status_code >= 600",
        ("tests/web/screens/test_middleware.py",),
    ),
)

SCRIPTED = (
    Mutation(
        "the page knows another word for a heartbeat",
        WORDS_JS,
        '"heartbeat"',
        '"beat"',
        ("tests/live/test_contract.py",),
    ),
    Mutation(
        "the page does not know that it is slow",
        WORDS_JS,
        "TOO_SLOW: 4408",
        "TOO_SLOW: 4409",
        ("tests/live/test_contract.py",),
    ),
    Mutation(
        "the page acknowledges more rarely",
        WORDS_JS,
        "MESSAGES_PER_ACK = 16",
        "MESSAGES_PER_ACK = 64",
        ("tests/live/test_contract.py",),
    ),
    Mutation(
        "the page takes another name for the pace",
        PACE_JS,
        "take({ heartbeat, silence })",
        "take({ heartbeat, quiet: silence })",
        ("tests/live/test_contract.py",),
    ),
    Mutation(
        "a gap between frames is painted over",
        FEED_JS,
        "message.epoch !== this.epoch || message.prev !== this.#seq",
        "message.epoch !== this.epoch",
        (f"{BROWSER}::test_a_gap_asks_for_a_snapshot_once_and_paints_nothing_until_it_comes",),
    ),
    Mutation(
        "another epoch is no gap",
        FEED_JS,
        "message.epoch !== this.epoch || message.prev",
        "message.prev",
        (f"{BROWSER}::test_another_epoch_is_a_gap",),
    ),
    Mutation(
        "heartbeats are not acknowledged",
        FEED_JS,
        "const reply = ack(message.seq);",
        "const reply = undefined;",
        (f"{BROWSER}::test_each_heartbeat_is_acknowledged",),
    ),
    Mutation(
        "signed out, the page dials on",
        SOCKET_JS,
        "[Close.SIGNED_OUT, Close.NOT_ALLOWED]",
        "[]",
        (f"{BROWSER}::test_a_final_close_is_never_called_again",),
    ),
    Mutation(
        "slower numbers are called live",
        STATS_JS,
        'this.#feed.mode === Mode.LIVE ? "live" : "slow"',
        '"live"',
        (f"{BROWSER}::test_slower_numbers_are_called_slower",),
    ),
    Mutation(
        "a form is sent with each click",
        UNSAVED_JS,
        "if (known.isSent) event.preventDefault();",
        "",
        ("tests/browser/test_front_desk_patients.py::test_a_double_click_on_save_registers_one_patient",),
    ),
)

MUTATIONS = (*WHO_MAY, *OFFERED, *TOLD, *SET, *DATED, *KEPT, *SCRIPTED)
