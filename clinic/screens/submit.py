"""From a sent form to a change, once, with every refusal in words beside what was typed.

    form = PatientForm(sent(request), instance=patient)
    return submit(request, form, lambda: saved(form), _("Saved.")) or show(request, "patients/edit.html", form)

`change` runs in a transaction and gives the address of its result. `RowGoneError` passes through all of these: buttons
leave it to `clinic.screens.middleware`, views of forms say `@keep_input_when_gone`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.db import IntegrityError, OperationalError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from clinic.errors import ClinicError
from clinic.screens.conflicts import RowChangedError, RowGoneError
from clinic.screens.refusals import words_of_refusal
from clinic.screens.tokens import carried_out, once
from clinic.serving.busy import try_later, words_of_delay

P = ParamSpec("P")
FormView = Callable[Concatenate[HttpRequest, P], HttpResponse]
Text = str | Promise
"""Words; those that depend on the change may be made when they are read, which is after it."""
UNPROCESSABLE = 422
CONFLICT = 409


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with; None when it is only asked for."""
    return request.POST if request.method == "POST" else None


def submit(request: HttpRequest, form: BaseForm, change: Callable[[], str], done: Text = "") -> HttpResponse | None:
    """Carry out a valid form once and go to its result; None if the form is to be shown, with its errors."""
    if (url := carried_out(request)) is not None:
        return _gone_to(request, url, done)
    try:
        if not form.is_valid():
            return None
        url = once(request, change)
    except RowGoneError:
        raise
    except RowChangedError as error:
        _show_conflict(form, error)
    except ClinicError as error:
        form.add_error(None, str(error))
    except IntegrityError as error:
        form.add_error(None, words_of_refusal(error))
    except OperationalError as error:
        form.add_error(None, words_of_delay(error))
        form.is_delayed = True  # type: ignore[attr-defined]
    else:
        return _gone_to(request, url, done, getattr(form, "told", ""))
    return None


def perform(request: HttpRequest, change: Callable[[], str], done: Text, back: str) -> HttpResponse:
    """Carry out a button's change once and go to its result; when refused, say why at `back`."""
    try:
        return _gone_to(request, once(request, change), done)
    except RowGoneError:
        raise
    except ClinicError as error:
        messages.error(request, str(error))
    except IntegrityError as error:
        messages.error(request, words_of_refusal(error))
    except OperationalError as error:
        messages.error(request, words_of_delay(error))
    return HttpResponseRedirect(back)


def show(request: HttpRequest, template: str, form: BaseForm, **context: Any) -> HttpResponse:
    """Render a form's page: 200 when new, 422 when refused, 409 when somebody was faster, 503 when to be sent again."""
    if getattr(form, "is_delayed", False):
        return try_later(render(request, template, {"form": form, **context}))
    status = 200
    if form.is_bound:
        status = CONFLICT if getattr(form, "conflict", None) else UNPROCESSABLE
    return render(request, template, {"form": form, **context}, status=status)


def keep_input_when_gone(
    form_of: Callable[[QueryDict], Any],
    template: str,
    save_as_new: str | Callable[[HttpRequest], str] = "",
    **context: Any,
) -> Callable[[FormView[P]], FormView[P]]:
    """Show what was typed when the row of a form is gone by the time it is sent, with who deleted it.

    It can be copied, and saved as a new row at `save_as_new` (an address or its name) by those who may add one.
    """

    def guard(view: FormView[P]) -> FormView[P]:
        @wraps(view)
        def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except RowGoneError as error:
                if request.method != "POST":
                    raise
                form = form_of(request.POST)
                form.show_conflict(error)
                address = save_as_new(request) if callable(save_as_new) else save_as_new and reverse(save_as_new)
                said = {"save_as_new": _may_add(request, form) and address, "back": error.back}
                return show(request, template, form, **said, **context)

        return kept

    return guard


def _may_add(request: HttpRequest, form: Any) -> bool:
    kind = form._meta.model._meta if hasattr(form, "_meta") else None
    return kind is not None and request.user.has_perm(f"{kind.app_label}.add_{kind.model_name}")


def _show_conflict(form: BaseForm, error: RowChangedError) -> None:
    if (show_conflict := getattr(form, "show_conflict", None)) is not None:
        show_conflict(error)
    else:
        form.add_error(None, str(error))


def _gone_to(request: HttpRequest, url: str, done: Text, told: str = "") -> HttpResponse:
    for level, words in ((messages.SUCCESS, str(done)), (messages.INFO, told)):
        if words:
            messages.add_message(request, level, words)
    return HttpResponseRedirect(url)
