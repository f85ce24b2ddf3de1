"""What somebody may do or is offered: a guard left off, a permission given away, a link shown to all."""

from __future__ import annotations

from tests.mutants.mutation import Mutation

URLS = "clinic/staff/urls.py"
ROLES = "clinic/staff/roles.py"
ACCOUNTS = "clinic/staff/account_views.py"
GUARDED = "clinic/screens/guards.py"
GUARDS = "clinic/screens/guards.py"
CHANGED = "clinic/screens/views.py"
PATIENTS = "clinic/patients/views.py"
RECORDS = "clinic/records/views.py"
SETUP = "clinic/practice/views.py"
STEPS = "clinic/bookings/steps.py"
STEP = "clinic/bookings/step_views.py"
TRANSITIONS = "clinic/bookings/transitions.py"
MEDICINE = "clinic/billing/medicine_views.py"
PAPERS = "clinic/billing/documents/views.py"
NAV = "templates/_nav.html"
BASE = "templates/base.html"
PATIENT_BUTTONS = "templates/patients/_actions.html"
BILL_BUTTONS = "templates/billing/_actions.html"
FORM_HEAD = "templates/screens/_form_head.html"
PATIENT_PAGE = "templates/patients/detail.html"
ADDRESSES = "tests/web/test_addresses.py"
LINKS = f"{ADDRESSES}::test_no_page_offers_what_its_reader_may_not_do"


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
        "receipts need no right",
        PAPERS,
        '@allowed("billing.view_bill", "billing.view_payment")\ndef receipt',
        "@allowed()\ndef receipt",
        answers("store"),
    ),
    Mutation(
        "who sees bills prints receipts",
        PAPERS,
        '"billing.view_payment")\ndef receipt',
        ")\ndef receipt",
        ("tests/web/billing/test_rights.py::test_who_may_only_see_bills_prints_no_payment",),
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
