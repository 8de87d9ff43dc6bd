"""Decisions of curators on people and papers: every act with its changes, and the pairs they told apart."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from papers.models import Paper
from profiles.models.authors import Author, LastOf


class DecisionQuerySet(models.QuerySet["Decision"]):
    def public(self) -> Self:
        """Decisions that everybody may know of: none about names, addresses and hiding, nor an undo of such a one.

        An undo is as private as what it undoes, however many undos lie between.
        """
        from profiles.models import Decision

        first = Decision.objects.filter(pk=OuterRef("first")).exclude(kind__in=Decision.PRIVATE_KINDS)
        return self.alias(first=LastOf(F("pk"), "profiles_decision", "undoes_id")).filter(Exists(first))


class Decision(models.Model):
    """A curator's act: who, when, why, and which rows went from what to what. Never changed, never deleted.

    `changes` are as profiles/curation/row_changes.py writes them; their inverse is the decision of kind "undo" that names
    this one in `undoes`. `conflicts` says, for an undo, what could not be put back because a later decision stands on it.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("merge")
        MERGE_MANY = "merge-many", _("merge of several pairs")
        SPLIT = "split", _("split")
        MOVE = "move", _("move a paper")
        NOT_SAME = "not-same", _("not the same person")
        RENAME = "rename", _("rename")
        ADD_NAME = "add-name", _("add a name")
        SET_VISIBILITY = "name-visibility", _("hide or show a name")
        SET_IDENTIFIER = "set-identifier", _("set an identifier")
        REMOVE_IDENTIFIER = "remove-identifier", _("remove an identifier")
        STANDING = "standing", _("set the standing")
        HIDE = "hide", _("hide or show an author")
        PROFILE = "profile", _("affiliation and bio")
        ADDRESS = "address", _("change or retire an address")
        SIMILARITY = "similarity", _("pin or veto")
        COMPARISON = "comparison", _("compare with others or not")
        PAPER_FIELD = "paper-field", _("set a field of a paper")
        PAPER_ADD = "paper-add", _("add a paper")
        PAPER_HIDE = "paper-hide", _("hide a paper")
        PAPER_SHOW = "paper-show", _("show a paper")
        PAPER_MERGE = "paper-merge", _("merge two papers")
        PAPER_PART = "paper-part", _("part a paper")
        PAPERS_DIFFER = "papers-differ", _("not one paper")
        UNDO = "undo", _("undo")

    # What people are called, called themselves before, and who or what is not to be seen: nobody's business, nor that it
    # was decided.
    PRIVATE_KINDS = frozenset(
        {
            Kind.RENAME,
            Kind.ADD_NAME,
            Kind.SET_VISIBILITY,
            Kind.ADDRESS,
            Kind.HIDE,
            Kind.PAPER_HIDE,
            Kind.PAPER_SHOW,
        }
    )

    kind = models.CharField(max_length=24, choices=Kind)
    summary = models.CharField(max_length=500, help_text="What was decided, in a sentence.")
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    made_by_name = models.CharField(max_length=150, help_text="Kept beside the account, which may be deleted.")
    made_at = models.DateTimeField(default=timezone.now)
    changes = models.JSONField(default=list)
    papers = models.ManyToManyField(Paper, related_name="decisions", help_text="Those whose record it is about.")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")
    conflicts = models.JSONField(default=list)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="an_undo_names_what_it_undoes",
                condition=Q(kind="undo", undoes__isnull=False) | (~Q(kind="undo") & Q(undoes__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"Decision {self.pk}: {self.get_kind_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new decision; raises TypeError for one that is stored already."""
        if not self._state.adding:
            raise TypeError("A decision is never changed; undo it by another.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A decision is never deleted; undo it by another.")

    @property
    def is_in_force(self) -> bool:
        """Whether it stands: no undo of it, or every such undo was itself undone. A partial undo leaves it in force."""
        return not any(undo.is_in_force and not undo.conflicts for undo in self._undone_by())

    def _undone_by(self) -> list[Decision]:
        """The undos of it. An undo comes later than what it undoes: rows that say otherwise would lead round in a circle."""
        return [undo for undo in self.undone_by.all() if undo.pk > self.pk]


class DecisionSubjectQuerySet(models.QuerySet["DecisionSubject"]):
    def shown(self) -> Self:
        """Mentions of people whom visitors may know of."""
        from profiles.models import Author

        return self.exclude(Exists(Author.objects.kept_from_visitors().filter(public_id=OuterRef("public_id"))))


class DecisionSubject(models.Model):
    """That a decision was about an author, so that an author's history can be listed; the author need not exist any more."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="subjects", db_index=False)
    public_id = models.CharField(max_length=10, db_index=True)

    objects = DecisionSubjectQuerySet.as_manager()

    class Meta:
        ordering = ("decision", "public_id")
        constraints = [
            models.UniqueConstraint(fields=["decision", "public_id"], name="one_mention_of_an_author_per_decision")
        ]

    def __str__(self) -> str:
        return self.public_id


class DistinctPair(models.Model):
    """A human's word that two authors are not the same person. It stands for ever, whatever is imported."""

    one = models.ForeignKey(Author, models.CASCADE, related_name="+")
    two = models.ForeignKey(Author, models.CASCADE, related_name="+")

    class Meta:
        ordering = ("one", "two")
        constraints = [
            models.UniqueConstraint(fields=["one", "two"], name="one_word_per_pair"),
            models.CheckConstraint(name="a_pair_has_an_order", condition=Q(one__lt=F("two"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.two_id}"
