"""Decisions made from forms and actions of the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from profiles.curation import Refused, acts, decide

# What is wrong with a value is said as the API says it.
WORDS = {
    "required": "This field may not be blank.",
    "max_length": "Ensure this field has no more than %(limit_value)d characters.",
    "invalid_choice": '"%(value)s" is not a valid choice.',
}


def with_api_words(form: forms.BaseForm) -> None:
    """Have the fields of the form say what the API says."""
    for field in form.fields.values():
        field.error_messages |= WORDS


def add_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Show what stands in the way of an act at the field that it is about, or above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


class DecidedForm(forms.ModelForm):
    """A form of the admin whose changes are decisions; what may be decided is theirs to say, at the form's fields."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        with_api_words(self)

    def to_decide(self) -> list[acts.Act]:
        """The decisions that make of the stored row what was filled in, of fields without errors; raises Refused."""
        raise NotImplementedError

    def clean(self) -> None:
        super().clean()
        try:
            for act in self.to_decide():
                act.check()
        except Refused as refused:
            add_refusal(self, refused)

    def validate_unique(self) -> None:
        """Left to the acts."""

    def validate_constraints(self) -> None:
        """Left to the acts."""


def apply_acts(request: HttpRequest, todo: list[acts.Act]) -> int:
    """Decide these; what is refused is said to the curator and changes nothing. Gives how many were made."""
    made = 0
    for act in todo:
        try:
            decision = decide(act, request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            made += 1
            address = reverse("admin:curation-undo", args=[decision.pk])
            messages.success(request, format_html('{}. <a href="{}">Undo</a>', decision.summary, address))
    return made
