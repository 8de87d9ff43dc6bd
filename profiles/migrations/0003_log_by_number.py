from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def name_by_number(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A name written down in the admin's log may be one that was hidden since."""
    entries = apps.get_model("admin", "LogEntry").objects.filter(content_type__app_label="profiles")
    entries.exclude(object_id=None).update(object_repr=F("object_id"))


class Migration(migrations.Migration):
    dependencies = [("profiles", "0002_search_index"), ("admin", "0003_logentry_add_action_flag_choices")]

    operations = [migrations.RunPython(name_by_number, migrations.RunPython.noop)]
