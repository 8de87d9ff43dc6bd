"""What we conclude about people: authors and their names, which byline entry is whom, who is similar to whom.

What a machine concluded can be rebuilt at any time; every row a human decided says so and is never overwritten by one.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from papers.identifiers import InvalidIdentifier, Orcid, parse_arxiv_author_id
from papers.models import NO_DATE, Build, Category, Paper
from profiles.querysets import (
    AuthorQuerySet,
    AuthorshipQuerySet,
    DuplicateSuggestionQuerySet,
    SimilarityLinkQuerySet,
)  # fmt: skip


class Author(models.Model):
    """A person we believe in. The counts are kept by profiles/statistics.py and never typed in."""

    class Standing(models.TextChoices):
        CURATED = "curated", _("curated")
        IDENTIFIED = "identified", _("identified")
        NAME_ONLY = "name-only", _("name only")

    public_id = models.CharField(max_length=10, editable=False)
    slug = models.CharField(max_length=120)
    name = models.CharField(max_length=255, help_text="The preferred name, as the profile shows it.")
    forenames = models.CharField(max_length=255, blank=True)
    surname = models.CharField(max_length=255)
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
    statistics = models.JSONField(default=dict, editable=False)
    hidden_forms = models.JSONField(
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

    slug = models.CharField(max_length=120, unique=True)
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
    name = models.CharField(max_length=255)
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
            else:
                URLValidator(schemes=["http", "https"])(self.value)
        except InvalidIdentifier as error:
            raise ValidationError({"value": str(error)}) from error

    @property
    def url(self) -> str:
        prefix = {"orcid": "https://orcid.org/", "arxiv": "https://arxiv.org/a/", "homepage": ""}[self.scheme]
        return prefix + self.value


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
    sort_date = models.DateField(default=NO_DATE, editable=False)

    objects = AuthorshipQuerySet.as_manager()

    class Meta:
        ordering = ("paper", "position")
        indexes = [models.Index("author", "sort_date", "paper", name="author_papers_by_date")]
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


class AuthorCategory(models.Model):
    """How many of an author's papers are in a category; kept, so that a subject's authors can be listed."""

    author = models.ForeignKey(Author, models.CASCADE, related_name="category_counts", db_index=False)
    category = models.ForeignKey(Category, models.CASCADE, related_name="author_counts", db_index=False)
    papers = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "author categories"
        ordering = ("author", "-papers")
        indexes = [models.Index("category", "papers", "author", name="category_authors_by_papers")]
        constraints = [models.UniqueConstraint(fields=["author", "category"], name="one_count_per_author_and_category")]

    def __str__(self) -> str:
        return f"{self.papers} in {self.category_id}"


class CoauthorNetwork(models.Model):
    """An author's network of co-authors as it was laid out: ids, ties and places, no names (profiles/network.py)."""

    author = models.OneToOneField(Author, models.CASCADE, related_name="network")
    drawn = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("author",)

    def __str__(self) -> str:
        return f"network of author {self.author_id}"


class SimilarityLink(models.Model):
    """That `author` has `other` among the similar ones: how much, in which place, and the evidence for it.

    Links of a build are replaced whole; a curator's verdict stays. A vetoed link has no rank and is never shown.
    """

    class Verdict(models.TextChoices):
        NONE = "", "none"
        PINNED = "pinned", "pinned: always first"
        VETOED = "vetoed", "vetoed: never shown"

    author = models.ForeignKey(Author, models.CASCADE, related_name="similar_links", db_index=False)
    other = models.ForeignKey(Author, models.CASCADE, related_name="similar_to_links")
    build = models.ForeignKey(Build, models.PROTECT, null=True, blank=True, related_name="similarity_links")
    score = models.FloatField(default=0.0, help_text="0 to 1.")
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    is_coauthor = models.BooleanField(default=False)
    evidence = models.JSONField(default=dict, blank=True)
    verdict = models.CharField(max_length=16, choices=Verdict, default=Verdict.NONE, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="Shown to visitors beside a pinned link.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = SimilarityLinkQuerySet.as_manager()

    class Meta:
        ordering = ("author", "rank", "id")
        constraints = [
            models.UniqueConstraint(fields=["author", "other"], name="one_link_per_pair"),
            models.UniqueConstraint(fields=["author", "rank"], name="one_link_per_rank"),
            models.CheckConstraint(name="no_link_to_self", condition=~Q(author=F("other"))),
            models.CheckConstraint(
                name="a_vetoed_link_has_no_rank", condition=~Q(verdict="vetoed") | Q(rank__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author_id} ~ {self.other_id}: {self.score:.3f}"


class TopicTerm(models.Model):
    """A word or pair of words that the latest build compared by; `idf` is ln(papers / papers with it)."""

    term = models.CharField(max_length=160, unique=True)
    idf = models.FloatField()

    class Meta:
        ordering = ("term",)

    def __str__(self) -> str:
        return self.term


class AuthorTopic(models.Model):
    """One of the strongest terms of an author who may be in lists, with its weight in the author's vector of length one."""

    author = models.ForeignKey(Author, models.CASCADE, related_name="topics", db_index=False)
    term = models.ForeignKey(TopicTerm, models.CASCADE, related_name="authors", db_index=False)
    weight = models.FloatField()

    class Meta:
        ordering = ("term", "author")
        indexes = [models.Index("term", "author", "weight", name="topic_authors")]

    def __str__(self) -> str:
        return f"{self.author_id}: {self.term_id}"


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


class Decision(models.Model):
    """A curator's act: who, when, why, and which rows went from what to what. Never changed, never deleted.

    `changes` are as profiles/curation/rows.py writes them; their inverse is the decision of kind "undo" that names this one in
    `undoes`. `conflicts` says, for an undo, what could not be put back because a later decision stands on it.
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
        UNDO = "undo", _("undo")

    kind = models.CharField(max_length=24, choices=Kind)
    summary = models.CharField(max_length=500, help_text="What was decided, in a sentence.")
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    made_by_name = models.CharField(max_length=150, help_text="Kept beside the account, which may be deleted.")
    made_at = models.DateTimeField(default=timezone.now)
    changes = models.JSONField(default=list)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")
    conflicts = models.JSONField(default=list)

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
        return not any(undo.is_in_force and not undo.conflicts for undo in self.undone_by.all())

    @property
    def in_force_since(self) -> int:
        """The number of the decision that put it in force: its own, or that of the undoing of its undoing."""
        redone = [again for undo in self.undone_by.all() for again in undo.undone_by.all() if again.is_in_force]
        return max([self.pk, *(again.in_force_since for again in redone)])


class DecisionSubject(models.Model):
    """That a decision was about an author, so that an author's history can be listed; the author need not exist any more."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="subjects", db_index=False)
    public_id = models.CharField(max_length=10, db_index=True)

    class Meta:
        ordering = ("decision", "public_id")
        constraints = [
            models.UniqueConstraint(fields=["decision", "public_id"], name="one_mention_of_an_author_per_decision")
        ]

    def __str__(self) -> str:
        return self.public_id


class DuplicateSuggestion(models.Model):
    """That two authors may be one person, with a score and its reasons; `find_duplicates` replaces all of them.

    What was decided is not kept here: a pair that was merged or told apart is simply not open (querysets.py).
    """

    one = models.ForeignKey(Author, models.CASCADE, related_name="+")
    two = models.ForeignKey(Author, models.CASCADE, related_name="+")
    score = models.FloatField(help_text="0 to 1: the estimated probability that they are one person.")
    payoff = models.FloatField(help_text="Score × papers of the smaller record: what a decision would put right.")
    reasons = models.JSONField(default=list)
    build = models.ForeignKey(Build, models.PROTECT, related_name="duplicate_suggestions")
    skipped_at = models.DateTimeField(null=True, blank=True, help_text="A curator looked and could not tell.")

    objects = DuplicateSuggestionQuerySet.as_manager()

    class Meta:
        ordering = ("-payoff", "id")
        indexes = [models.Index("payoff", "id", name="suggestions_by_payoff")]
        constraints = [
            models.UniqueConstraint(fields=["one", "two"], name="one_suggestion_per_pair"),
            models.CheckConstraint(name="a_suggested_pair_has_an_order", condition=Q(one__lt=F("two"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} = {self.two_id}? {self.score:.2f}"


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


from profiles.tokens import ApiToken, KeptAnswer  # noqa: E402, F401 Django looks for models here
