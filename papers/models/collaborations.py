"""Groups that sign papers by their own name."""

from __future__ import annotations

from django.db import models

from papers.models.papers import Paper


class Collaboration(models.Model):
    """A group that signs papers by its own name. It is never an author record."""

    name = models.CharField(max_length=255)
    key = models.CharField(max_length=255, unique=True, help_text="The name folded, so that one group has one record.")
    papers: models.ManyToManyField[Paper, PaperCollaboration] = models.ManyToManyField(
        Paper, through="PaperCollaboration", related_name="signed_by"
    )

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.key,)


class PaperCollaboration(models.Model):
    """A collaboration printed on a paper."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="collaboration_rows", db_index=False)
    collaboration = models.ForeignKey(Collaboration, models.CASCADE, related_name="paper_rows")

    class Meta:
        ordering = ("paper", "id")
        constraints = [
            models.UniqueConstraint(fields=["paper", "collaboration"], name="one_mention_of_a_collaboration"),
        ]

    def __str__(self) -> str:
        return str(self.collaboration_id)
