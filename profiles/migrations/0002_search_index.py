from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from profiles import search


def create(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    search.create_index(schema_editor.connection)


def drop(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    search.drop_index(schema_editor.connection)


class Migration(migrations.Migration):
    # The index can be made anew from the names at any time, so its form is the search package's affair: when it
    # changes, a later migration asks for `rebuild_search`.
    dependencies = [("profiles", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
