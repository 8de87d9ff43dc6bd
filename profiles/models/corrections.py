"""Corrections that visitors suggest."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from papers.models import Paper
from profiles.models.authors import Author
from profiles.models.curation import Decision


class Correction(models.Model):
    """What a visitor says is wrong; a curator turns it into a decision or declines it. Its address can't be guessed."""

    class Kind(models.TextChoices):
        NOT_MINE = "not-mine", _("A paper is not this person's")
        SAME_PERSON = "same-person", _("Two profiles are the same person")
        NAME = "name", _("A name is wrong or out of date")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        OPEN = "open", _("waiting for a curator")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    token = models.CharField(max_length=43, unique=True, editable=False)
    kind = models.CharField(_("what is wrong"), max_length=16, choices=Kind)
    author = models.ForeignKey(Author, models.SET_NULL, null=True, blank=True, related_name="corrections")
    paper = models.ForeignKey(Paper, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(_("in your words"), max_length=2000)
    orcid = models.CharField("ORCID", max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.OPEN)
    answer = models.TextField(blank=True, help_text="Shown to whoever sent it.")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["id"], name="corrections_to_look_at", condition=Q(status="open"))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.made_at:%Y-%m-%d}"
