"""Runs of the stages."""

from __future__ import annotations

from django.db import models

from papers.models.fields import JSONField


class BuildQuerySet(models.QuerySet["Build"]):
    def latest_finished(self, stage: str) -> Build | None:
        """The newest run of the stage that came to its end, or None."""
        return self.filter(stage=stage, status="finished").order_by("-id").first()


class Build(models.Model):
    """One run of a stage: when, on what, with which code and parameters, how far it came and what it found."""

    class Status(models.TextChoices):
        RUNNING = "running", "running"
        FINISHED = "finished", "finished"
        STOPPED = "stopped", "stopped before its end"
        FAILED = "failed", "failed"

    stage = models.CharField(max_length=32)
    status = models.CharField(max_length=16, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    subject = models.TextField(blank=True, help_text="What it read: a file, a set, or nothing for the whole site.")
    code_version = models.CharField(max_length=64, blank=True)
    parameters = JSONField(default=dict, blank=True)
    progress = JSONField(default=dict, blank=True, help_text="Where to go on after a stop.")
    results = JSONField(default=dict, blank=True)

    objects = BuildQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index("stage", "id", name="builds_by_stage")]

    def __str__(self) -> str:
        return f"{self.stage} {self.pk}: {self.status}, {self.started_at:%Y-%m-%d %H:%M}"
