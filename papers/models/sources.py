"""Records of sources, and what a paper is found by when a source speaks of it again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from papers.models.fields import JSONField, MayBe
from papers.models.papers import Paper


class EarlierIdentifier(models.Model):
    """An identifier that leads to a paper: of a record without arXiv id that turned out to be this paper.

    Either the paper was here under it before its arXiv record came (`was_given_out`), or that record was read when the paper
    was here already. Harvesters who have the first are told that it is gone, in the sets of the categories that it had.
    """

    identifier = models.CharField(max_length=200, validators=[MayBe("identifier")])
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="earlier_identifiers")
    was_given_out = models.BooleanField(default=False, help_text="The paper had this identifier here.")
    categories = models.JSONField(default=list, blank=True, help_text="Today's codes of those it had then.")
    modified_at = models.DateTimeField(default=timezone.now, help_text="Since when it leads to this paper.")

    class Meta:
        ordering = ("identifier",)
        indexes = [models.Index(fields=["modified_at", "id"], name="earlier_identifiers_by_change")]
        constraints = [models.UniqueConstraint(fields=["identifier"], name="one_paper_per_earlier_identifier")]

    def __str__(self) -> str:
        return self.identifier


class TitleKey(models.Model):
    """What a paper without arXiv id is found by when its arXiv record comes: a hash of its title's words.

    Every visible paper without arXiv id has one and no other paper, so that an import sees at once whether there are any.
    """

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="title_key")
    key = models.BigIntegerField(db_index=True)

    class Meta:
        ordering = ("paper",)

    def __str__(self) -> str:
        return f"{self.key:x}"


class SourceRecord(models.Model):
    """What one source says of a paper of which several say something, or what a curator set.

    The word of a paper's only source stands in the paper itself. `source` is the format it was read in, `giver` what the
    source calls its record, `base_url` the address of a repository. A curator's word has the number of its decision.
    """

    CURATOR = "curator"
    EARLIER = "earlier"  # what others than its source added to a paper before each source's word was kept

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="source_records", db_index=False)
    source = models.CharField(max_length=32)
    base_url = models.CharField("base address", max_length=500, blank=True, default="")
    giver = models.CharField(max_length=200, blank=True, default="")
    identifier = models.CharField(max_length=200, blank=True, help_text="Of the paper, were this its only source.")
    datestamp = models.DateField(null=True, blank=True)
    read_at = models.DateTimeField()
    digest = models.BinaryField(max_length=16, editable=False, default=b"")
    facts = JSONField(default=dict, help_text="The fields of the record, those that are known.")
    is_deleted = models.BooleanField(default=False, help_text="The source has taken the record back.")
    is_fixed = models.BooleanField(
        default=False, help_text="A curator put it to this paper: it is matched with no other."
    )

    class Meta:
        ordering = ("paper", "id")
        indexes = [models.Index("source", "giver", name="source_records_by_giver")]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "source", "base_url", "giver"], name="one_word_of_a_source_on_a_paper"
            )
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.source, self.giver)))


class SupersededRecord(models.Model):
    """A record that another of the same datestamp replaced, by its digest: read again, it does not come back.

    A source that says two things of a paper on one day says both at every reading; without this each would replace the
    other every time. Rows of a datestamp that the paper no longer has mean nothing.
    """

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="superseded", db_index=False)
    datestamp = models.DateField(null=True, blank=True)
    digest = models.BinaryField(max_length=16)

    class Meta:
        ordering = ("paper", "id")
        constraints = [models.UniqueConstraint(fields=["paper", "digest"], name="superseded_once")]

    def __str__(self) -> str:
        return bytes(self.digest).hex()
