"""Visitors suggest corrections: a short form without an account, limited by address, its status at an unguessable address."""

from __future__ import annotations

import secrets

from django import forms
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from papers.display.wording import why
from papers.http.limits import address_of, counter
from papers.identifiers import InvalidIdentifier, Orcid
from papers.models import Paper
from profiles.lookup import find_shown_author
from profiles.models import Correction

MOST_PER_HOUR = 5  # from one address


class CorrectionForm(forms.ModelForm):
    """What is wrong, in the visitor's words. The field that people don't see is for programs that fill in everything."""

    website = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Correction
        fields = ("kind", "text", "orcid", "email")
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "orcid": _("If you have one: it says most reliably who you are."),
            "email": _("Only if you want an answer by mail. It is shown to the curators alone."),
        }

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""

    def clean_orcid(self) -> str:
        text = self.cleaned_data["orcid"]
        try:
            return str(Orcid.parse(text)) if text else ""
        except InvalidIdentifier as error:
            raise forms.ValidationError(why(error)) from error


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
def suggest(request: HttpRequest) -> HttpResponse:
    """The form for the author and paper that the query names."""
    who, identifier = request.GET.get("author", "")[:200], request.GET.get("paper", "")[:200]
    if "\0" in who + identifier:  # PostgreSQL takes no such text
        raise Http404(_("What is to be corrected is not here."))
    author = find_shown_author(who) if who else None
    paper = Paper.objects.visible().filter(identifier=identifier).first() if identifier else None
    if (who and author is None) or (identifier and paper is None):
        raise Http404(_("What is to be corrected is not here."))
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    status, key = 200, f"correction-{address_of(request)}"
    if request.method == "POST":
        if not form.is_valid():
            status = 400
        elif counter.add(key, 3600).n > MOST_PER_HOUR:
            form.add_error(None, _("That is a lot from one address. Please go on in an hour."))
            status = 429
        else:
            form.instance.author, form.instance.paper = author, paper
            form.instance.token = secrets.token_urlsafe(32)
            try:
                return redirect("correction", form.save().token)
            except DatabaseError:
                counter.add(key, 3600, -1)  # it was not taken, and will be sent again
                raise
    return render(
        request, "profiles/correction_form.html", {"form": form, "author": author, "paper": paper}, status=status
    )


@require_safe
@cache_control(no_store=True)
def status(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a suggestion, for whoever has its address."""
    correction = get_object_or_404(Correction.objects.select_related("author", "paper", "decision"), token=token)
    return render(request, "profiles/correction_done.html", {"correction": correction})
