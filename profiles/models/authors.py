"""Authors, the names and identifiers they have, and the addresses they had."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from papers.field_rules import RULES
from papers.identifiers import InvalidIdentifier, Orcid, parse_arxiv_author_id
from papers.models.fields import JSONField, MayBe


class LastOf(models.Func):
    """The id of the last row of a chain, where `column` of each row names the next; null for a chain without an end."""

    output_field = models.BigIntegerField()
    template = (
        "(WITH RECURSIVE chain(id, next) AS (SELECT row.id, row.%(column)s FROM %(table)s AS row "
        "WHERE row.id = %(expressions)s UNION SELECT row.id, row.%(column)s FROM %(table)s AS row "
        "JOIN chain ON row.id = chain.next) SELECT chain.id FROM chain WHERE chain.next IS NULL)"
    )

    def __init__(self, start: Any, table: str, column: str):
        super().__init__(start, table=table, column=column)


class AuthorQuerySet(models.QuerySet["Author"]):
    def get_by_natural_key(self, public_id: str) -> Author:
        return self.get(public_id=public_id)

    def visible(self) -> Self:
        """Authors with a page of their own: neither hidden nor merged into another."""
        return self.filter(is_hidden=False, merged_into=None)

    def kept_from_visitors(self) -> Self:
        """Authors to whom nothing may lead: hidden, or merged into somebody who is, however often merged again."""
        from profiles.models import Author

        survivor = Author.objects.filter(pk=OuterRef("survivor"), is_hidden=True)
        found = self.alias(survivor=LastOf(F("pk"), "profiles_author", "merged_into_id"))
        return found.filter(Q(is_hidden=True) | Exists(survivor))

    def listed(self) -> Self:
        """Visible authors who have papers: those that lists and searches name."""
        return self.filter(is_listed=True)

    def most_papers_first(self) -> Self:
        return self.order_by("-paper_count", "-id")

    def in_category(self, code: str) -> Self:
        """Authors with a paper in this category."""
        return self.filter(category_counts__category__code=code)

    def with_survivor(self) -> Self:
        """With `survivor`, the id of the author whom each is now, however often merged; null where merges lead to nobody."""
        return self.annotate(survivor=LastOf(F("pk"), "profiles_author", "merged_into_id"))

    def merged_into_nobody(self) -> Self:
        """Authors who were merged in a circle, or into one who is not there."""
        return self.with_survivor().filter(survivor=None)

    def survivors_of(self, ids: Iterable[int]) -> dict[int, Author]:
        """By id the author whom each of some thousand records is now: itself, or whoever it was merged into; two queries.

        A record that was merged in a circle, or into one who is not there, is nobody's and left out.
        """
        ends = dict(
            self.filter(pk__in=set(ids)).values_list("pk", LastOf(F("pk"), "profiles_author", "merged_into_id"))
        )
        people = self.in_bulk(set(ends.values()) - {None})
        return {pk: people[end] for pk, end in ends.items() if end in people}


class Author(models.Model):
    """A person we believe in. The counts are kept by profiles/statistics/summaries.py and never typed in."""

    class Standing(models.TextChoices):
        CURATED = "curated", _("curated")
        IDENTIFIED = "identified", _("identified")
        NAME_ONLY = "name-only", _("name only")

        @property
        def rank(self) -> int:
            """The larger, the more is known of a person."""
            return -list(type(self)).index(self)

    public_id = models.CharField(max_length=10, editable=False, validators=[MayBe("public_id")])
    slug = models.CharField(max_length=120, validators=[MayBe("author_slug")])
    name = models.CharField(
        max_length=255, validators=[MayBe("name")], help_text="The preferred name, as the profile shows it."
    )
    forenames = models.CharField(max_length=255, blank=True)
    surname = models.CharField(max_length=255, validators=[MayBe("surname")])
    suffix = models.CharField(max_length=32, blank=True)
    sort_key = models.CharField(max_length=255, editable=False)
    name_decided_by_human = models.BooleanField(default=False)
    standing = models.CharField(max_length=16, choices=Standing, default=Standing.NAME_ONLY)
    affiliation = models.CharField(max_length=500, blank=True)
    bio = models.TextField(blank=True)
    is_hidden = models.BooleanField(default=False, help_text="Shown to curators only.")
    in_similarity = models.BooleanField(
        "compared with others",
        default=True,
        db_default=True,
        help_text="Unticked, the author has no similar authors and is in nobody's list, from the next build on.",
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged_authors", db_index=False
    )
    shares_name_on_a_paper = models.BooleanField(
        default=False, help_text="A paper prints this name twice, so papers under it may belong to two people."
    )
    paper_count = models.PositiveIntegerField(default=0, editable=False)
    coauthor_count = models.PositiveIntegerField(default=0, editable=False)
    first_year = models.PositiveSmallIntegerField(null=True, editable=False)
    last_year = models.PositiveSmallIntegerField(null=True, editable=False)
    statistics = JSONField(default=dict, editable=False)
    hidden_forms = JSONField(
        default=list, editable=False, help_text="Match-only names as bylines are compared with them; kept by curation."
    )
    statistics_are_stale = models.BooleanField(default=True, editable=False)
    created_at = models.DateTimeField(editable=False, default=timezone.now)
    modified_at = models.DateTimeField(editable=False, default=timezone.now)
    is_listed = models.GeneratedField(
        expression=Q(is_hidden=False, merged_into__isnull=True, paper_count__gt=0),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = AuthorQuerySet.as_manager()

    class Meta:
        ordering = ("sort_key", "id")
        indexes = [
            models.Index(fields=["paper_count", "id"], name="authors_by_papers", condition=Q(is_listed=True)),
            models.Index(fields=["sort_key", "id"], name="authors_by_name", condition=Q(is_listed=True)),
            models.Index("modified_at", "id", name="authors_by_change"),
            models.Index(fields=["merged_into"], name="merged_authors", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["id"], name="authors_to_count", condition=Q(statistics_are_stale=True)),
        ]
        constraints = [
            # Constraints and not `unique=True`, which has PostgreSQL keep a second index each for LIKE.
            models.UniqueConstraint(fields=["public_id"], name="one_author_per_public_id"),
            models.UniqueConstraint(fields=["slug"], name="one_author_per_slug"),
            models.CheckConstraint(name="author_has_a_name", condition=~Q(name="") & ~Q(surname="")),
            models.CheckConstraint(
                name="not_merged_into_oneself", condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.public_id,)

    def get_absolute_url(self) -> str:
        return reverse("author", args=[self.slug])


class EarlierSlug(models.Model):
    """An address an author's profile once had; it redirects, or says "gone" when retired."""

    slug = models.CharField(max_length=120, unique=True, validators=[MayBe("author_slug")])
    author = models.ForeignKey(Author, models.CASCADE, related_name="earlier_slugs")
    is_retired = models.BooleanField(default=False, help_text="The address spells a hidden name: answer 410 for ever.")

    class Meta:
        ordering = ("author", "id")

    def __str__(self) -> str:
        return self.slug


class AuthorName(models.Model):
    """A name of an author: one that papers print, or one a curator added."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", "public"
        MATCH_ONLY = "match-only", "match only: shown nowhere, ever"

    author = models.ForeignKey(Author, models.CASCADE, related_name="names", db_index=False)
    name = models.CharField(max_length=255, validators=[MayBe("name")])
    visibility = models.CharField(max_length=16, choices=Visibility, default=Visibility.PUBLIC)
    shown_as_printed = models.BooleanField(
        default=False, help_text="For a match-only name: papers that print it go on showing it."
    )
    decided_by_human = models.BooleanField(default=False)

    class Meta:
        ordering = ("author", "id")
        indexes = [models.Index(fields=["author"], name="hidden_names", condition=Q(visibility="match-only"))]
        constraints = [models.UniqueConstraint(fields=["author", "name"], name="an_author_has_a_name_once")]

    def __str__(self) -> str:
        # The admin keeps this text in its log and shows it in labels.
        return self.name if self.visibility == self.Visibility.PUBLIC else "a match-only name"


class AuthorIdentifier(models.Model):
    """What other registers call this person."""

    class Scheme(models.TextChoices):
        ORCID = "orcid", "ORCID"
        ARXIV = "arxiv", _("arXiv author id")
        HOMEPAGE = "homepage", _("Homepage")

    author = models.ForeignKey(Author, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=16, choices=Scheme)
    value = models.CharField(max_length=500)

    class Meta:
        ordering = ("author", "scheme", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="one_author_per_identifier",
                violation_error_message="Another author already has this identifier.",
            ),
            models.UniqueConstraint(
                fields=["author"],
                condition=Q(scheme="orcid"),
                name="one_orcid_per_author",
                violation_error_message="This author already has an ORCID.",
            ),
            models.CheckConstraint(
                name="identifier_scheme_is_known", condition=Q(scheme__in=["orcid", "arxiv", "homepage"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"

    def clean(self) -> None:
        """Normalise the value; raises ValidationError saying what is wrong with it."""
        try:
            if self.scheme == self.Scheme.ORCID:
                self.value = str(Orcid.parse(self.value))
            elif self.scheme == self.Scheme.ARXIV:
                self.value = parse_arxiv_author_id(self.value)
            elif reason := RULES["homepage"](self.value):
                raise ValidationError({"value": f"This {reason}."})
        except InvalidIdentifier as error:
            raise ValidationError({"value": str(error)}) from error

    @property
    def url(self) -> str:
        prefix = {"orcid": "https://orcid.org/", "arxiv": "https://arxiv.org/a/", "homepage": ""}[self.scheme]
        return prefix + self.value
