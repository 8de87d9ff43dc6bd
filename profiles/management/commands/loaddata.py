from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializedObject
from django.db import transaction
from django.db.models import Model, UniqueConstraint

from papers.database import builds
from papers.database.builds import AlreadyRunning, stage_lock
from papers.models import Category
from profiles.pipeline import LOADING, finish_loading

OURS = ("papers", "profiles")


class Command(loaddata.Command):
    """Django's own, and then what it can't know of: kept counts and search indexes are brought up to date.

    What was loaded is a Build of the same transaction: no answer made before is given any more, and what follows from the
    rows, which others don't wait for, is still done if this process ends before.
    """

    def handle(self, *labels: Any, **options: Any) -> None:
        self.had_rows: dict[type[Model], bool] = {}
        try:
            # In a transaction of ours Django leaves the connection open, and with it PostgreSQL's lock in place.
            with stage_lock():
                with transaction.atomic():
                    categories = list(Category.objects.order_by("pk").values_list())
                    super().handle(*labels, **options)
                    others = any(model._meta.app_label in OURS and model is not Category for model in self.models)
                    if others or (categories and categories != list(Category.objects.order_by("pk").values_list())):
                        builds.begin(LOADING, " ".join(labels))
                finish_loading()
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error

    def save_obj(self, obj: DeserializedObject) -> bool:
        """Save a row without an id in the place of the one it would clash with: loading twice is loading once."""
        model = type(obj.object)
        if model not in self.had_rows:
            self.had_rows[model] = model._base_manager.exists()
        if obj.object.pk is None and self.had_rows[model]:
            obj.object.pk = clashing_id(obj.object)
        return super().save_obj(obj)


def clashing_id(row: Model) -> Any:
    """The id of the stored row that has the same values where they must be unique, or None."""
    for constraint in row._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None:
            unique = [field for field in row._meta.concrete_fields if field.name in constraint.fields]
            values = {field.name: getattr(row, field.attname) for field in unique}
            found = type(row)._base_manager.filter(**values).values_list("pk", flat=True)
            if None not in values.values() and found:
                return found[0]
    return None
