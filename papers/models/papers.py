"""Papers with their byline as printed, and what else sources say of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Max, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone

from papers.models.categories import Category
from papers.models.fields import JSONField, MayBe, PlaceInTime
from papers.text.dates import PartialDate, place_of_day


def next_revision() -> int:
    """The number of the next change; for more than one, call it inside papers.database.bulk.one_writer and count on."""
    return (Paper.objects.aggregate(last=Max("revision"))["last"] or 0) + 1


class Precision(models.TextChoices):
    """How much of a date is known."""

    YEAR = "year", "year"
    MONTH = "month", "month"
    DAY = "day", "day"


ARXIVS = ("arxiv-api", "arxiv-oai", "arxiv-snapshot")  # the sources that are arXiv's own word
SEED = "seed"  # lists papers that are on arXiv, with arXiv's metadata, one of them without its id
# Terms of their own, by which SQLite knows the index for what is asked.
OF_OTHERS = Q(is_deleted=False)
for _source in (*ARXIVS, SEED):
    OF_OTHERS &= ~Q(source=_source)


class PaperQuerySet(models.QuerySet["Paper"]):
    # What a list of papers shows: the other columns can be large and stay where they are.
    CARD = (
        "identifier",
        "arxiv_id",
        "title",
        "abstract",
        "abstract_is_cut",
        "byline",
        "byline_is_complete",
        "collaborations",
        "categories",
        "published",
        "published_precision",
        "issued",
        "issued_precision",
        "updated",
        "type",
        "details",
        "doi",
        "journal_ref",
        "sort_day",
        "is_deleted",
        "is_withdrawn",
        "citation_key",
    )

    def get_by_natural_key(self, identifier: str) -> Paper:
        return self.get(identifier=identifier)

    def visible(self) -> Self:
        """Papers that their source has not taken back."""
        return self.filter(is_deleted=False)

    def not_hidden(self) -> Self:
        """Papers that no curator hid, shown or not."""
        return self.filter(is_hidden=False)

    def with_citation_keys(self, keys: Collection[str]) -> Self:
        """Papers that have one of these keys of their own, by the index, which has no paper without."""
        return self.filter(citation_key__in=keys).exclude(citation_key="")

    def newest_first(self) -> Self:
        """By date, along the index of the list they come through if they come through one (`in_category`)."""
        through_list = "list_day" in self.query.annotations
        return self.order_by("-list_day", "-list_id") if through_list else self.order_by("-sort_day", "-id")

    def for_cards(self) -> Self:
        """Only the columns that a list shows."""
        return self.only(*self.CARD)

    def for_citing(self) -> Self:
        """Only the columns that exports show."""
        return self.only(*self.CARD, "comments", "report_no", "license", "modified_at")

    def in_category(self, category: Category) -> Self:
        """Papers filed under this category, as their first or another; ordered by `list_day` and `list_id` it is an
        index range of the membership table, however large the category."""
        return self.filter(memberships__category=category).annotate(
            list_day=F("memberships__sort_day"), list_id=F("memberships__paper_id")
        )

    def published_between(self, first: date | None, last: date | None) -> Self:
        """Papers whose date may lie between these days, both included: of a year-only one some day of the year does.

        Undated ones are in no range.
        """
        # Of a list that the papers come through, the date that its index has: else the whole list is read to find them.
        day = "list_day" if "list_day" in self.query.annotations else "sort_day"
        conditions = Q()
        if first:
            conditions &= in_or_after(day, first)
        elif last:
            conditions &= Q(**{f"{day}__gt": 0})
        if last:
            conditions &= Q(**{f"{day}__lte": place_of_day(last)})
        return self.filter(conditions)


def in_or_after(column: str, first: date) -> Q:
    """The condition that a date, by its place, isn't over before this day."""
    year, month = PartialDate.of(first.year).place, PartialDate.of(first.year, first.month).place
    if first == date(first.year, 1, 1):
        return Q(**{f"{column}__gte": year})
    exact, around = (month, [year]) if first.day == 1 else (place_of_day(first), [year, month])
    bound = RawSQL(BEGINNING, [around[0], around[-1], exact], output_field=models.IntegerField())  # noqa: S611 - numbers
    return Q(**{f"{column}__gte": bound}) & (Q(**{f"{column}__gte": exact}) | Q(**{f"{column}__in": around}))


# Where the range begins that an index is read along: before the day only where there are papers of just its year or month.
BEGINNING = (
    "COALESCE((SELECT sort_day FROM papers_paper WHERE NOT is_deleted AND sort_day IN (%s, %s) "
    "ORDER BY sort_day LIMIT 1), %s)"
)


class Paper(models.Model):
    """One paper as its source describes it; the byline is a list of printed names in order (papers/bylines/)."""

    identifier = models.CharField(
        max_length=200,
        validators=[MayBe("identifier")],
        help_text="The arXiv id without version where there is one, else a slug.",
    )
    arxiv_id = models.CharField("arXiv id", max_length=32, null=True, blank=True)
    title = models.TextField()
    abstract = models.TextField(blank=True)
    abstract_is_cut = models.BooleanField(default=False, help_text="The source gave only the abstract's beginning.")
    authors_text = models.TextField("authors as printed", blank=True)
    byline = JSONField(default=list, blank=True)
    author_count = models.PositiveIntegerField(default=0, editable=False, help_text="People the byline prints.")
    byline_is_complete = models.BooleanField(default=True, help_text='Unticked when the source says "et al." or less.')
    byline_problems = JSONField(default=list, blank=True)
    byline_needs_review = models.BooleanField(default=False)
    collaborations = JSONField(default=list, blank=True)
    categories = JSONField(
        default=list, blank=True, help_text="Today's codes, primary first; kept equal to the membership table."
    )
    categories_text = models.TextField("categories as printed", blank=True)
    published = models.DateField(
        null=True, blank=True, help_text="The earliest date known, or the first day of its month or year."
    )
    published_precision = models.CharField(max_length=5, choices=Precision, blank=True, default="", db_default="")
    issued = models.DateField(null=True, blank=True, help_text="When its publisher or a list says it was published.")
    issued_precision = models.CharField(max_length=5, choices=Precision, blank=True, default="", db_default="")
    updated = models.DateField(null=True, blank=True, help_text="Day of the last version.")
    versions = JSONField(default=list, blank=True)
    type = models.CharField(max_length=32, blank=True, default="", db_default="", validators=[MayBe("type")])
    details = JSONField(
        default=dict,
        blank=True,
        help_text="Container, volume, pages, publisher and the like, those that are known.",
    )
    doi = models.CharField(
        "DOI", max_length=255, blank=True, validators=[MayBe("doi")], help_text="The publisher's, not arXiv's own."
    )
    journal_ref = models.TextField("journal reference", blank=True)
    comments = models.TextField(blank=True)
    license = models.CharField(max_length=255, blank=True)
    report_no = models.TextField("report number", blank=True)
    msc_class = models.TextField("MSC class", blank=True)
    acm_class = models.TextField("ACM class", blank=True)
    submitter = models.TextField(blank=True)
    source = models.CharField(max_length=32)
    giver = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="What its source calls its record, a list its entry, if that isn't the identifier; nothing at arXiv.",
    )
    base_url = models.CharField(
        "base address",
        max_length=500,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="Of the repository that gave it.",
    )
    citation_key = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[MayBe("citation_key")],
        help_text="What files of BibTeX call it; nothing where that follows from names, year, title and identifier.",
    )
    datestamp = models.DateField(null=True, blank=True, help_text="The source's own date for this record.")
    read_at = models.DateTimeField(help_text="When we read it there.")
    digest = models.BinaryField(max_length=16, editable=False, default=b"")
    revision = models.BigIntegerField(
        unique=True,
        editable=False,
        default=next_revision,
        help_text="Place in the order of all changes; later stages ask for what came after.",
    )
    modified_at = models.DateTimeField(editable=False, default=timezone.now)
    is_deleted = models.BooleanField(
        default=False, help_text="Not shown: its sources took it back, a curator hid it, or it was merged."
    )
    is_withdrawn = models.BooleanField(default=False, db_default=False, help_text="Its authors took it back.")
    is_hidden = models.BooleanField(default=False, db_default=False, help_text="A curator hid it.")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_papers", db_index=False
    )
    sort_day = models.GeneratedField(
        expression=PlaceInTime("published", "published_precision"),
        output_field=models.PositiveIntegerField(),
        db_persist=True,
        help_text="20190503, 20190500 for a month, 20190000 for a year, which sorts before its days; 0 for no date.",
    )

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ("-sort_day", "-id")
        indexes = [
            # Partial, for SQLite uses no index on a flag for "WHERE NOT is_deleted".
            models.Index(fields=["sort_day", "id"], name="papers_by_date", condition=Q(is_deleted=False)),
            models.Index(fields=["type", "sort_day", "id"], name="papers_by_type", condition=Q(is_deleted=False)),
            models.Index("modified_at", "id", name="papers_by_change"),
            models.Index(fields=["modified_at", "id"], name="papers_taken_back", condition=Q(is_deleted=True)),
            models.Index(fields=["giver"], name="papers_by_giver", condition=~Q(giver="")),
            models.Index(fields=["id"], name="papers_of_others", condition=OF_OTHERS),
            models.Index(fields=["id"], name="papers_to_review", condition=Q(byline_needs_review=True)),
            models.Index(fields=["id"], name="papers_hidden", condition=Q(is_hidden=True)),
            models.Index(fields=["merged_into"], name="papers_by_survivor", condition=Q(merged_into__isnull=False)),
        ]
        constraints = [
            # A constraint and not `unique=True`, which has PostgreSQL keep a second index for LIKE.
            models.UniqueConstraint(fields=["identifier"], name="one_paper_per_identifier"),
            models.CheckConstraint(
                name="arxiv_id_is_the_identifier", condition=Q(arxiv_id__isnull=True) | Q(arxiv_id=F("identifier"))
            ),
            models.CheckConstraint(name="paper_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(name="paper_has_an_identifier", condition=~Q(identifier="")),
            models.UniqueConstraint(
                fields=["citation_key"], name="one_paper_per_citation_key", condition=~Q(citation_key="")
            ),
            models.CheckConstraint(
                name="merged_or_hidden_papers_are_not_shown",
                condition=Q(is_deleted=True) | Q(is_hidden=False, merged_into__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.identifier} {self.title}"

    def natural_key(self) -> tuple[str]:
        return (self.identifier,)

    def get_absolute_url(self) -> str:
        return reverse("paper", args=[self.identifier])

    @property
    def published_date(self) -> PartialDate | None:
        """The earliest date known, with its precision."""
        return PartialDate.stored(self.published, self.published_precision)

    @property
    def issued_date(self) -> PartialDate | None:
        """When its publisher or a list says it was published, with the precision known."""
        return PartialDate.stored(self.issued, self.issued_precision)

    @property
    def source_url(self) -> str:
        """The record's page at its source; nothing where there is none to link to."""
        return f"https://arxiv.org/abs/{self.arxiv_id}" if self.arxiv_id else ""


class PaperCategory(models.Model):
    """A paper's place in a category: `position` 0 is the primary one. Date and moment are the paper's, for paging by them."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="memberships", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="memberships", db_index=False)
    position = models.PositiveSmallIntegerField()
    sort_day = models.PositiveIntegerField(default=0, help_text="The paper's.")
    changed_at = models.DateTimeField(editable=False, default=timezone.now, help_text="The paper's moment of change.")

    class Meta:
        verbose_name_plural = "paper categories"
        ordering = ("paper", "position")
        indexes = [
            models.Index("category", "sort_day", "paper", name="category_papers_by_date"),
            models.Index("category", "changed_at", "paper", name="category_papers_by_change"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["paper", "position"], name="one_category_per_position"),
            models.UniqueConstraint(fields=["paper", "category"], name="one_place_per_category"),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} at {self.position}"


class PaperDoi(models.Model):
    """One of a paper's DOIs as printed; `key` is its lower-case form, for DOIs don't tell case apart."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="dois", db_index=False)
    position = models.PositiveSmallIntegerField()
    doi = models.CharField("DOI", max_length=255, validators=[MayBe("doi")])
    key = models.CharField(max_length=255)

    class Meta:
        verbose_name = "DOI"
        ordering = ("paper", "position")
        indexes = [models.Index(fields=["key"], name="dois_by_key")]
        constraints = [models.UniqueConstraint(fields=["paper", "position"], name="one_doi_per_position")]

    def __str__(self) -> str:
        return self.doi
