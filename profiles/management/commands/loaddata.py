from __future__ import annotations

from typing import Any

from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializedObject
from django.db.models import Model, UniqueConstraint

from papers.builds import stage_lock
from papers.models import Paper
from profiles.models import Author
from profiles.stages import bring_up_to_date


class Command(loaddata.Command):
    """Django's own, and then what it can't know of: kept counts and search indexes are brought up to date."""

    def handle(self, *labels: Any, **options: Any) -> None:
        super().handle(*labels, **options)
        if any(issubclass(model, Paper | Author) for model in self.models):
            with stage_lock():
                bring_up_to_date()

    def save_obj(self, obj: DeserializedObject) -> bool:
        """Save a row without an id in the place of the one it would clash with: loading twice is loading once."""
        obj.object.pk = obj.object.pk or clashing_id(obj.object)
        return super().save_obj(obj)


def clashing_id(row: Model) -> Any:
    """The id of the stored row that has the same values where they must be unique, or None."""
    for constraint in row._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None:
            unique = [field for field in row._meta.concrete_fields if field.name in constraint.fields]
            values = {field.name: getattr(row, field.attname) for field in unique}
            if None not in values.values() and (found := type(row)._base_manager.filter(**values).first()):
                return found.pk
    return None
