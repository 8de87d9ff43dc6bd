"""Authorships: the claim itself, the keys by which names find their author, names that wait for one."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from papers.models import Paper
from profiles.models.authors import Author


class AuthorshipQuerySet(models.QuerySet["Authorship"]):
    def shown(self) -> Self:
        """Claims about people whom visitors may see."""
        return self.filter(author__is_hidden=False)


class Authorship(models.Model):
    """The claim that byline position n of a paper is this author; without a position where the byline is not known."""

    class Basis(models.TextChoices):
        NAME = "name", _("printed name")
        ORCID = "orcid", "ORCID"
        LISTING = "listing", _("listed on the source's profile page")
        CURATOR = "curator", _("curator")

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="authorships", db_index=False)
    author = models.ForeignKey(Author, models.PROTECT, related_name="authorships", db_index=False)
    position = models.PositiveIntegerField(null=True, blank=True, help_text="Counted from 1.")
    basis = models.CharField(max_length=16, choices=Basis, default=Basis.NAME)
    decided_by_human = models.BooleanField(default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    printed_name = models.CharField(
        max_length=255,
        blank=True,
        help_text="For a human's decision: the name it was about, to find it again when the byline changes.",
    )
    sort_day = models.PositiveIntegerField(default=0, editable=False, help_text="The paper's.")

    objects = AuthorshipQuerySet.as_manager()

    class Meta:
        ordering = ("paper", "position")
        indexes = [models.Index("author", "sort_day", "paper", name="author_papers_by_date")]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "position"],
                name="one_author_per_position",
                violation_error_message="This position of the byline already belongs to another author.",
            ),
            models.UniqueConstraint(
                fields=["paper", "author"],
                name="one_place_per_author",
                violation_error_message="This author already has a place on this paper.",
            ),
            models.CheckConstraint(
                name="positions_count_from_one", condition=Q(position__isnull=True) | Q(position__gte=1)
            ),
            models.CheckConstraint(
                name="only_a_human_places_an_author_without_position",
                condition=Q(position__isnull=False) | Q(decided_by_human=True),
            ),
        ]

    def __str__(self) -> str:
        return f"author {self.author_id} on paper {self.paper_id}"


class IdentityKey(models.Model):
    """To whom new papers under a printed name go: the name's key (profiles/names.py) and whose it is.

    `occurrence` counts equal keys on one paper: a paper that prints a name twice is by two people. A key without an author
    was split among several: new papers under it are nobody's until a curator says whose (UnassignedName).
    """

    key = models.CharField(max_length=255)
    occurrence = models.PositiveSmallIntegerField(default=1)
    author = models.ForeignKey(Author, models.CASCADE, null=True, blank=True, related_name="identity_keys")
    candidates = models.JSONField(
        default=list, blank=True, help_text="For a key that was split: public ids of those it may be."
    )
    decided_by_human = models.BooleanField(default=False)

    class Meta:
        ordering = ("key", "occurrence")
        indexes = [models.Index(fields=["id"], name="keys_that_were_split", condition=Q(author__isnull=True))]
        constraints = [
            models.UniqueConstraint(fields=["key", "occurrence"], name="a_key_belongs_to_one_author"),
            models.CheckConstraint(
                name="only_a_human_takes_a_key_from_everybody",
                condition=Q(author__isnull=False) | Q(decided_by_human=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.occurrence})"


class UnassignedName(models.Model):
    """A byline position under a name that was split: it waits for a curator to say whose it is. Kept by linking."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="unassigned_names", db_index=False)
    position = models.PositiveIntegerField(help_text="Counted from 1.")
    key = models.ForeignKey(IdentityKey, models.CASCADE, related_name="unassigned_names")

    class Meta:
        ordering = ("key", "-paper", "position")
        constraints = [models.UniqueConstraint(fields=["paper", "position"], name="one_wait_per_position")]

    def __str__(self) -> str:
        return f"position {self.position} of paper {self.paper_id}"
