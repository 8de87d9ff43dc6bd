from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("axes_accessattemptexpiration", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog")


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The package django-axes kept names and addresses of everybody who tried; it is no longer used."""
    apps.get_model("contenttypes", "ContentType").objects.filter(app_label="axes").delete()
    for table in TABLES:
        schema_editor.execute(f'DROP TABLE IF EXISTS "{table}"')
    schema_editor.execute("DELETE FROM django_migrations WHERE app = 'axes'")


class Migration(migrations.Migration):
    dependencies = [
        ("profiles", "0005_nothing_that_can_be_no_address"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
