from django.db import migrations

from papers import search


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE profiles_authorship SET sort_day = "
            "(SELECT sort_day FROM papers_paper WHERE papers_paper.id = profiles_authorship.paper_id)"
        )
    # Its rows are numbered by the dates of papers. Here, and not beside the tables of papers, for names that people hide
    # are left out of it.
    if apps.get_model("papers", "Paper").objects.exists():
        search.rebuild()
    else:
        search.drop_index(schema_editor.connection)
        search.create_index(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("profiles", "0008_places_in_time"), ("papers", "0007_dates_and_types")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
