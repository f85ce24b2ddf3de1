"""UTC for the clinic's clock, and days that are off by one."""

from __future__ import annotations

from tests.mutants.mutation import Mutation

EXPORT = "clinic/screens/export.py"
PATIENT = "clinic/patients/models.py"
AGE = "clinic/patients/age.py"
RECORD_FORM = "clinic/records/forms.py"
STEPS = "clinic/bookings/steps.py"
CALENDAR = "clinic/bookings/calendar_views.py"
WALK_IN = "clinic/bookings/walk_in.py"
VISITOR = "clinic/bookings/public/views.py"
PAYMENT = "clinic/billing/record_payment.py"
BILL_FORMS = "clinic/billing/forms.py"
ITEM = "clinic/inventory/models.py"
CHECK_UP = "clinic/live/check_up.py"
DAYS = "tests/web/test_clinic_day.py"
FILES = "tests/web/screens/test_export.py"
LATE_PAYMENT = "tests/web/billing/test_payments.py::test_a_payment_of_another_day_is_kept_under_its_day"

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
